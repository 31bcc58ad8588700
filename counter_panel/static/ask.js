/**
 * Questions on the staff's pages: a dialog whose answers have keys, shown on them. Which questions there are is the
 * pages' own.
 */
import { find, make, redraw } from "sala/dom";
import { turn } from "./paged.js";

/** @typedef {{value: string, name: string, more?: string}} Option */

/** The keys of the answers in a list, in turn. 0 turns the page. */
export const KEYS = "123456789qwertyuiopasdfghjklzxcvbnm";

/** Ends the question before: with its answer, if it has one that the browser has not told of yet; else without. */
let end = () => {};

/**
 * Ask, and give the value of the answer; "" if the officer goes back.
 * @param {string} selector
 * @returns {Promise<string>}
 */
export function ask(selector) {
  end();
  const dialog = /** @type {HTMLDialogElement} */ (find(selector));
  for (const other of document.querySelectorAll("dialog[open]")) /** @type {HTMLDialogElement} */ (other).close("");
  dialog.returnValue = "";
  turn(dialog, KEYS);
  dialog.showModal();
  // Not on an answer: a second press of the key that opened the question must not give one.
  /** @type {HTMLElement} */ (dialog.querySelector("[data-first]") ?? find("h2", dialog)).focus();
  return new Promise((resolve) => {
    const closed = () => {
      // The browser tells of a close a moment later: a question asked again within that moment is not over by it.
      if (dialog.open) return;
      dialog.removeEventListener("close", closed);
      end = () => {};
      resolve(dialog.returnValue);
    };
    dialog.addEventListener("close", closed);
    end = () => {
      if (dialog.open) dialog.close("");
      closed();
    };
  });
}

/**
 * Answers to choose from. Their keys come when they are asked for, and go on from list to list.
 * @param {Element} place
 * @param {Option[]} options
 */
export function offer(place, options) {
  redraw(
    place,
    options.map(({ value, name, more }) =>
      make(
        "button",
        { class: "button option", value },
        make("kbd", {}),
        make("span", {}, name),
        more && make("small", {}, more),
      ),
    ),
  );
}

/**
 * The page's keys: those of the question that is open, else the page's own.
 * @param {(event: KeyboardEvent) => void} own
 */
export function onKeys(own) {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter") stayed(event);
    if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const dialog = /** @type {HTMLDialogElement | null} */ (document.querySelector("dialog[open]"));
    if (dialog) answerByKey(dialog, event);
    else if (isGone(event) || !isForTheFocused(event)) own(event);
  });
}

/**
 * Whether what has the focus went with a question that was closed this moment, before the browser gave it back.
 * @param {KeyboardEvent} event
 */
function isGone({ target }) {
  return Boolean(/** @type {HTMLElement} */ (target).closest?.("dialog:not([open])"));
}

/**
 * Enter in a field of a question gives no answer by itself: a browser would take the first one that stands there. It
 * presses what the question marks for it, if anything.
 * @param {KeyboardEvent} event
 */
function stayed(event) {
  const field = /** @type {HTMLElement} */ (event.target);
  const dialog = field.closest?.("dialog[open]");
  if (!dialog || !field.matches("input")) return;
  event.preventDefault();
  if (!event.repeat && !event.isComposing) {
    /** @type {HTMLElement | null} */ (dialog.querySelector("[data-enter]"))?.click();
  }
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {KeyboardEvent} event
 */
function answerByKey(dialog, event) {
  const key = /^(?:Digit|Numpad|Key)(\w)$/.exec(event.code)?.[1].toLowerCase();
  if (!key || isWriting(event)) return;
  const answers = /** @type {NodeListOf<HTMLElement>} */ (
    dialog.querySelectorAll(`[data-key~="${key}"]:not(:disabled)`)
  );
  const answer = [...answers].find((one) => !one.closest("[hidden]"));
  if (!answer) return;
  event.preventDefault();
  answer.click();
}

/** @param {KeyboardEvent} event */
function isWriting({ target }) {
  const focused = /** @type {HTMLElement} */ (target);
  return Boolean(focused.closest?.("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]"));
}

/**
 * Whether a key belongs to what has the focus: any key to a field, Space and Enter to whatever they press.
 * @param {KeyboardEvent} event
 */
function isForTheFocused(event) {
  const focused = /** @type {HTMLElement} */ (event.target);
  if (isWriting(event)) return true;
  if (focused.closest?.("input")) return /^(?:Space|Arrow\w+)$/.test(event.code);
  return /^(?:Space|Enter|NumpadEnter)$/.test(event.code) && Boolean(focused.closest?.("a, button, summary"));
}

/** @param {Event} event */
function turnPage({ target }) {
  const turner = /** @type {HTMLElement} */ (target).closest("[data-turn]");
  const dialog = /** @type {HTMLElement | null} */ (turner?.closest("dialog") ?? null);
  if (dialog) turn(dialog, KEYS, Number(/** @type {HTMLElement} */ (turner).dataset.turn));
}

document.addEventListener("click", turnPage);
