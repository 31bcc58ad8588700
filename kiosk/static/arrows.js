/**
 * The whole kiosk by arrow keys, Enter and Escape, for a keypad that has no more: an arrow leads to the nearest thing to
 * press in that direction within its group, and where there is none, to the next or the one before in the page's order. So
 * nothing is out of reach, and no group holds anybody. Which of some boxes is nearest is neighbour.js's.
 */
import { neighbour } from "./neighbour.js";

/** @typedef {import("./neighbour.js").Arrow} Arrow */

const PRESSED = "button, input, a[href], [tabindex='0']";
const FORWARD = new Set(["ArrowDown", "ArrowRight"]);

/** @param {HTMLElement} element */
function isReachable(element) {
  const { visibility } = getComputedStyle(element);
  const elsewhere = element.closest("[inert]") || element.tabIndex < -1;
  return element.offsetParent !== null && visibility === "visible" && !elsewhere;
}

/** What can be pressed now, in the page's order; in a panel that asks, only what is in it. @returns {HTMLElement[]} */
function reachable() {
  const panels = document.querySelectorAll("dialog[open]");
  const within = panels.length > 0 ? panels[panels.length - 1] : document.body;
  const all = /** @type {NodeListOf<HTMLElement>} */ (within.querySelectorAll(PRESSED));
  return [...all].filter(isReachable);
}

/**
 * @param {HTMLElement} from
 * @param {Arrow} arrow
 */
function nearest(from, arrow) {
  const group = from.closest("[data-grid]");
  if (!group) return null;
  const all = reachable().filter((one) => group.contains(one));
  const place = all.indexOf(from);
  const found =
    place < 0
      ? -1
      : neighbour(
          all.map((one) => one.getBoundingClientRect()),
          place,
          arrow,
        );
  return found < 0 ? null : all[found];
}

/**
 * @param {HTMLElement} from
 * @param {Arrow} arrow
 */
function following(from, arrow) {
  const all = reachable();
  const step = FORWARD.has(arrow) ? 1 : -1;
  const place = all.indexOf(from);
  if (place >= 0) return all[(place + step + all.length) % all.length];
  // From a heading: the first thing after it, or the last before it.
  const after = all.find((one) => from.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
  const before = all.findLast((one) => from.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_PRECEDING);
  return (step > 0 ? after : before) ?? all[0];
}

addEventListener("keydown", (event) => {
  if (!event.key.startsWith("Arrow") || event.ctrlKey || event.altKey || event.metaKey) return;
  const from = /** @type {HTMLElement} */ (document.activeElement ?? document.body);
  const sideways = event.key === "ArrowLeft" || event.key === "ArrowRight";
  if (from instanceof HTMLInputElement && from.type === "text" && from.value !== "" && sideways) return;
  const arrow = /** @type {Arrow} */ (event.key);
  const to = nearest(from, arrow) ?? following(from, arrow);
  event.preventDefault();
  to?.focus();
});
