/**
 * Which step of the kiosk is shown, and the way from one to the next. What a step shows is its own module's; what is
 * forgotten when a visit is over, each module says for itself with `onStartOver`.
 */
import { find } from "sala/dom";
import { currentLanguage, speak } from "sala/texts";

/** @typedef {"choose" | "search" | "prepare" | "check-in" | "ticket"} Step */

const HOME_LANGUAGE = "th";

/** @type {((step: Step) => void)[]} */
const listeners = [];
/** @type {(() => void)[]} */
const forgetters = [];
/** @type {(() => boolean)[]} */
const signs = [];

/** The step that is shown now. */
export function currentStep() {
  return /** @type {Step} */ (document.querySelector(".step:not([hidden])")?.id ?? "choose");
}

/** @param {Step} step */
export function isAt(step) {
  return currentStep() === step;
}

/**
 * Show a step, and let the keyboard and who hears the page begin at its heading.
 * @param {Step} step
 */
export function go(step) {
  for (const section of document.querySelectorAll(".step")) {
    /** @type {HTMLElement} */ (section).hidden = section.id !== step;
  }
  for (const listener of listeners) listener(step);
  find(`#${step} h1`).focus({ preventScroll: true });
}

/** @param {(step: Step) => void} listener  called after each change of the step, before the heading has the focus */
export function onStep(listener) {
  listeners.push(listener);
}

/** Back to the start, in the language of the house, as if nobody had been here. */
export function startOver() {
  for (const panel of document.querySelectorAll("dialog")) panel.close();
  for (const forget of forgetters) forget();
  // First the step: in the new language only what is shown is drawn.
  go("choose");
  if (currentLanguage() !== HOME_LANGUAGE) speak(HOME_LANGUAGE);
}

/** @param {() => void} forget  called when a visit is over: nothing of it may be left for the next visitor */
export function onStartOver(forget) {
  forgetters.push(forget);
}

/** @param {string} said  told to who hears the page and does not see it; the same again is told again */
export function announce(said) {
  const told = find("#announced");
  told.textContent = "";
  told.textContent = said;
}

/** Whether a visitor has begun something that would be lost by starting over. */
export function busy() {
  return !isAt("choose") || document.documentElement.lang !== HOME_LANGUAGE || signs.some((sign) => sign());
}

/** @param {() => boolean} sign  says whether somebody is here, by what its module knows */
export function onBusy(sign) {
  signs.push(sign);
}
