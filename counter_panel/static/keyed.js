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
  const wanted = [...now.values()];
  const same = list.childNodes.length === wanted.length && wanted.every((one, n) => one === list.childNodes[n]);
  if (!same) list.replaceChildren(...wanted);
  shown.set(list, now);
}
