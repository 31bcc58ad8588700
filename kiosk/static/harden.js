/**
 * What a page can do so that nobody leaves the kiosk or makes it look otherwise: no text to be marked, no menu, no zoom,
 * no dragging, no keys or links that lead elsewhere, nothing printed, nothing filled in from before. What only the browser
 * can do (full screen, no pinching) its command line must; the README says which.
 */

/** Left to the visitor: what moves, chooses and types. All other keys that have no sign of their own are the browser's. */
const ALLOWED = new Set([
  ...["Tab", "Enter", "Escape", " ", "Backspace", "Delete", "Home", "End", "PageUp", "PageDown", "Shift", "CapsLock"],
  ...["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Dead", "Process", "Unidentified", "ModeChange"],
]);
const FIELDS = "input, textarea";
/** The side buttons of a mouse go back and forward. */
const MIDDLE = 1;

/**
 * Whether a key is the browser's and not the visitor's: what leaves, zooms, prints, searches or reloads.
 * @param {{key: string, ctrlKey: boolean, altKey: boolean, metaKey: boolean}} event
 */
export function leadsAway({ key, ctrlKey, altKey, metaKey }) {
  if (ctrlKey || altKey || metaKey) return true;
  return [...key].length > 1 && !ALLOWED.has(key);
}

/** @param {Event} event */
const prevent = (event) => {
  if (event.cancelable) event.preventDefault();
};

/** @param {string} sign @param {(event: any) => boolean} [when] */
function never(sign, when = () => true) {
  const options = { capture: true, passive: false };
  globalThis.addEventListener?.(sign, (event) => when(event) && prevent(event), options);
}

const inField = (/** @type {Event} */ { target }) => target instanceof Element && target.matches(FIELDS);

for (const sign of ["contextmenu", "dragstart", "drop", "dragover", "gesturestart", "beforeprint"]) never(sign);
never("selectstart", (event) => !inField(event));
never("wheel", (event) => event.ctrlKey);
never("touchstart", (event) => event.touches.length > 1);
never("touchmove", (event) => event.touches.length > 1);
never("keydown", leadsAway);
for (const sign of ["mousedown", "mouseup", "auxclick"]) never(sign, (event) => event.button >= MIDDLE);
// No link leads out: the page has none of its own but the one that skips to its main part.
never("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
  return link !== null && !link.getAttribute("href")?.startsWith("#");
});

if (globalThis.document) {
  globalThis.print = () => {};
  globalThis.open = () => null;
  for (const field of document.querySelectorAll(FIELDS)) {
    for (const [name, value] of [
      ["autocomplete", "off"],
      ["autocorrect", "off"],
      ["spellcheck", "false"],
      ["data-lpignore", "true"],
    ])
      field.setAttribute(name, value);
  }
  // In a trial the newcomer came here from the hall's front page, and goes back to it.
  if (!document.documentElement.hasAttribute("data-trial")) stayHere();
}

/** Going back, by whatever way, ends where one is. */
function stayHere() {
  history.pushState(null, "");
  addEventListener("popstate", () => history.pushState(null, ""));
}
