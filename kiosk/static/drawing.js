/**
 * The little that every step of the kiosk draws with: elements cloned from the page's <template>s, names and texts that
 * are retold in every language, panels that ask. What is drawn is the steps' own.
 */
import { find, make, write } from "sala/dom";
import { currentLanguage, nameIn, say } from "sala/texts";

/** @typedef {import("sala/texts").Name} Name */

/**
 * Let `parent` hold one element for each item, in this order: those already there stay (and keep the focus), new ones
 * are cloned from the <template>, and each is drawn.
 * @template {{id: string}} T
 * @param {HTMLElement} parent
 * @param {string} blank
 * @param {T[]} items
 * @param {(element: HTMLElement, item: T) => void} draw
 */
export function arrange(parent, blank, items, draw) {
  const there = new Map(
    Array.from(parent.children, (child) => [/** @type {HTMLElement} */ (child).dataset.key, child]),
  );
  const wanted = items.map((item) => {
    const element = /** @type {HTMLElement} */ (there.get(item.id) ?? fromBlank(blank));
    element.dataset.key = item.id;
    draw(element, item);
    return element;
  });
  const same = wanted.length === parent.children.length && wanted.every((one, i) => one === parent.children[i]);
  if (!same) parent.replaceChildren(...wanted);
}

/** @param {string} id */
function fromBlank(id) {
  const first = /** @type {HTMLTemplateElement} */ (find(`#${id}`)).content.firstElementChild;
  return /** @type {HTMLElement} */ (first).cloneNode(true);
}

/**
 * Let an element say another of the page's texts, now and in every language.
 * @param {string | Element} element
 * @param {string} key
 */
export function tell(element, key) {
  const told = /** @type {HTMLElement} */ (typeof element === "string" ? find(element) : element);
  told.dataset.text = key;
  write(told, say(currentLanguage(), key));
}

/**
 * @param {HTMLElement} element
 * @param {Name} name
 */
export function setName(element, name) {
  element.dataset.names = JSON.stringify(name);
  write(element, nameIn(name));
}

/**
 * A name in whole phrases, as the template writes it: a line is broken between them where it can be.
 * @param {HTMLElement} element
 * @param {Name} name
 */
export function setPhrases(element, name) {
  writePhrases(element, nameIn(name));
}

/**
 * A text in whole phrases: Thai writes a space between sentences, and breaks a line there before it breaks a word.
 * @param {HTMLElement} element
 * @param {string} text
 */
export function writePhrases(element, text) {
  if (element.textContent === text) return;
  const phrases = text.split(" ");
  element.replaceChildren(...phrases.flatMap((phrase, i) => [i ? " " : "", make("span", { class: "phrase" }, phrase)]));
}

/**
 * The text that names no QR, where the hall has no address that a phone could open and the number's page shows none.
 * @param {string} key  of the text that names it
 */
export function withoutQr(key) {
  return find("#ticket").dataset.publicUrl ? key : `${key}_bare`;
}

/**
 * A part that says something, or is not there.
 * @param {string | HTMLElement} part
 * @param {string} text
 */
export function writeOrHide(part, text) {
  const element = typeof part === "string" ? find(part) : part;
  element.hidden = text === "";
  write(element, text);
}

/** @param {string} selector */
export function open(selector) {
  const panel = /** @type {HTMLDialogElement} */ (find(selector));
  if (!panel.open) panel.showModal();
}

/** @param {string} selector */
export function close(selector) {
  /** @type {HTMLDialogElement} */ (find(selector)).close();
}

/** @param {string} detail  why something cannot be had */
export function complain(detail) {
  writePhrases(find("#problem-detail"), detail);
  open("#problem");
}
