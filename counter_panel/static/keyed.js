/** Drawing only what changed: a list keeps the elements of what stayed as it was. What they look like is the pages' own. */

/** What each list shows, by what it is of. @type {WeakMap<Element, Map<string, HTMLElement>>} */
const shown = new WeakMap();

/**
 * Fill the list with one element for each thing; a thing that is exactly as before keeps its element.
 * @template T
 * @param {Element} list
 * @param {T[]} things
 * @param {(thing: T) => HTMLElement} drawn
 */
export function keep(list, things, drawn) {
  const before = shown.get(list) ?? new Map();
  const language = document.documentElement.lang;
  const now = new Map(
    things.map((thing) => {
      const key = `${language}${JSON.stringify(thing)}`;
      return [key, before.get(key) ?? drawn(thing)];
    }),
  );
  arrange(list, [...now.values()]);
  shown.set(list, now);
}

/**
 * What stays is not taken out and put in again: the browser would lay out the whole list anew.
 * @param {Element} list
 * @param {HTMLElement[]} wanted
 */
function arrange(list, wanted) {
  const stays = new Set(/** @type {Node[]} */ (wanted));
  for (const child of [...list.childNodes]) if (!stays.has(child)) child.remove();
  for (const [n, one] of wanted.entries()) {
    if (list.childNodes[n] !== one) list.insertBefore(one, list.childNodes[n] ?? null);
  }
}
