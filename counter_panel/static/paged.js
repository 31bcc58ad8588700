/**
 * Answers in pages: of a list that is longer than its place, one page is shown, and a key turns it. Which answers there
 * are, and their keys, is ask.js's.
 */
import { find, write } from "sala/dom";
import { isOn, pages } from "./pages.js";

/**
 * The lists of a question: each in its place, or on a narrow page (`data-most` of the question itself) all in one.
 * @param {HTMLElement} dialog
 */
function listsOf(dialog) {
  const places = /** @type {HTMLElement[]} */ ([...dialog.querySelectorAll(".options")]);
  const options = (/** @type {HTMLElement} */ place) => /** @type {HTMLElement[]} */ ([...place.children]);
  if (dialog.dataset.most) return [{ options: places.flatMap(options), room: Number(dialog.dataset.most) }];
  return places.map((place) => ({ options: options(place), room: Number(place.dataset.most) || Infinity }));
}

/**
 * Show that page of the question's answers, with keys given anew, and how many pages there are.
 * @param {HTMLElement} dialog
 * @param {string} keys
 * @param {number} [turned]  past the last one is the first again
 */
export function turn(dialog, keys, turned = 0) {
  const lists = listsOf(dialog);
  const all = pages(lists.map(({ options, room }) => ({ length: options.length, room })));
  const page = turned % all;
  let before = 0;
  for (const { options, room } of lists) {
    for (const [n, option] of options.entries()) {
      option.hidden = !isOn(n, page, room);
      const key = option.hidden ? "" : (keys[before++] ?? "");
      option.dataset.key = key;
      write(find("kbd", option), key.toUpperCase());
    }
  }
  const turner = /** @type {HTMLElement | null} */ (dialog.querySelector("[data-turn]"));
  if (!turner) return;
  turner.hidden = all === 1;
  turner.dataset.turn = String(page + 1);
  write(find("small", turner), `${page + 1}/${all}`);
}
