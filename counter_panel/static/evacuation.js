/**
 * All out of the building: called with one press by any officer, and over with another, on each of the officers' pages.
 * Each has a key that no hand finds by chance, and that works in a field and in a question too. The end has another one,
 * and stands elsewhere on the page, so that a press too many does not give it. The markup is parts.html's.
 */
import { find } from "sala/dom";
import { wish } from "sala/post";

/** @typedef {import("sala/post").Answer} Answer */

/**
 * What is asked on the page at that moment is dropped: the alarm must be seen.
 * @param {string | null} since
 */
export function drawEvacuation(since) {
  const alarm = find("#evacuation");
  if (since && alarm.hidden) dropQuestions();
  alarm.hidden = !since;
  find("[data-evacuate=on]").hidden = Boolean(since);
}

function dropQuestions() {
  for (const dialog of document.querySelectorAll("dialog[open]:not([data-must])")) {
    /** @type {HTMLDialogElement} */ (dialog).close("");
  }
}

/**
 * @param {(answer: Answer) => void} told  of the hall's answer
 */
export function onEvacuation(told) {
  const press = async (/** @type {boolean} */ on) => told(await wish("/api/v1/evacuation", { on }));
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-evacuate]"))) {
    button.addEventListener("click", () => void press(button.dataset.evacuate === "on"));
    button.addEventListener("mousedown", (event) => event.preventDefault());
  }
  document.addEventListener("keydown", (event) => {
    if (event.code !== "F9" || event.shiftKey === event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const on = event.shiftKey;
    if (!event.repeat && on === find("#evacuation").hidden) void press(on);
  });
}
