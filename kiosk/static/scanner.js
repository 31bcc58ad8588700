/**
 * A scanner without a camera, which types what it reads, whatever the visitor looks at: a question that is open, a field, the
 * screen that says the kiosk is closed. A ticket's QR shows that ticket's place (place.js), a booking's code checks it in.
 * What a scan typed on its way is taken out again, and its Enter presses nothing. The staff's PIN is nobody's scan.
 */
import { find } from "sala/dom";
import { currentLanguage, say } from "sala/texts";
import { checkInBy, dropTyped } from "./check_in.js";
import { complain } from "./drawing.js";
import { showPlace } from "./place.js";
import { mayBeBooking, reader } from "./scan.js";
import { tokenIn } from "./slip_code.js";
import { currentStep, go, isAt } from "./steps.js";
import { news } from "./told.js";

const TOKEN = /^\d{8}-[A-Z]{1,2}\d{3,9}-[\w-]{22}$/;

const scan = reader();
/** The step, the fields and what stood in them before the first sign of what may be a scan. */
const before = { step: currentStep(), fields: fields() };

/** @param {KeyboardEvent} event */
function hear(event) {
  if (!find("#cleaning").hidden) return;
  const scanned = scan.hear(event);
  if (scan.count() === 1) Object.assign(before, { step: currentStep(), fields: fields() });
  // Between signs, a space is one of them: on a button it would be a press.
  if (scan.count() > 1 && event.code === "Space" && !isField(event.target)) event.preventDefault();
  if (!scanned) return;
  const isStaffs = !find("#staff").hidden;
  // A PIN is of digits, however fast they come; what else is scanned there was not meant for it.
  if (isStaffs && /^\d+$/.test(scanned)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  takeBack();
  if (!isStaffs && news().evacuation === null) found(scanned.trim());
}

/** @returns {[HTMLInputElement, string][]} */
function fields() {
  const all = /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("input"));
  return [...all].map((field) => [field, field.value]);
}

/** @param {EventTarget | null} target */
function isField(target) {
  return target instanceof HTMLInputElement;
}

/** What the signs of the scan typed into whatever field had the focus, and the step that they opened on a slow machine. */
function takeBack() {
  dropTyped();
  if (isAt("check-in") && before.step !== "check-in") go(before.step);
  for (const [field, value] of before.fields) {
    if (field.value === value) continue;
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** @param {string} scanned */
function found(scanned) {
  closeQuestions();
  const token = TOKEN.test(scanned) ? scanned : tokenIn(scanned);
  if (token) return void showPlace(token);
  if (mayBeBooking(scanned)) return void checkInBy(scanned);
  complain(say(currentLanguage(), "kiosk.scan.unknown"));
}

/** Whoever scans goes on: what was asked is answered by it. */
function closeQuestions() {
  const idle = /** @type {HTMLDialogElement} */ (find("#idle"));
  if (idle.open) find("#go-on").click();
  for (const panel of /** @type {NodeListOf<HTMLDialogElement>} */ (document.querySelectorAll("dialog[open]"))) {
    panel.close();
  }
}

addEventListener("keydown", hear, { capture: true });
