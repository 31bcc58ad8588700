/**
 * The step of a visitor with a booking: its code, by finger, by keyboard or by a scanner, against the ticket. What a key
 * means is code_field.js's; what is a scan and no typing, scanner.js's.
 */
import { find } from "sala/dom";
import { newKey } from "sala/post";
import { currentLanguage, say } from "sala/texts";
import { longer, sign } from "./code_field.js";
import { complain, writeOrHide } from "./drawing.js";
import { GAP_MS } from "./scan.js";
import { state } from "./state.js";
import { go, isAt } from "./steps.js";
import { ask } from "./taking.js";

const field = /** @type {HTMLInputElement} */ (find("#code"));
/** Signs typed before the field is there: until it is clear that they are no scan's. */
const held = { signs: "", timer: 0 };

function openCheckIn() {
  typeCode("");
  go("check-in");
  field.focus();
}

/** @param {SubmitEvent} event */
async function checkIn(event) {
  event.preventDefault();
  const code = field.value.trim();
  if (code) await ask(`/api/v1/bookings/${encodeURIComponent(code)}/check-in`, {}, complainOfCode);
}

/**
 * The ticket of a booking whose code was scanned, from whatever step.
 * @param {string} code
 */
export async function checkInBy(code) {
  state.key = newKey();
  await ask(`/api/v1/bookings/${encodeURIComponent(code)}/check-in`, {}, (detail, problem) => {
    // What was scanned may as well have been meant for a slip.
    const unknown = problem.type.endsWith("unknown-booking");
    complain(unknown ? say(currentLanguage(), "kiosk.scan.unknown_code", { code }) : detail);
  });
}

/** What was typed last was a scan's, and is no code begun by hand. */
export function dropTyped() {
  clearTimeout(held.timer);
  held.signs = "";
}

/** It was typed by hand: the field opens with it. */
function openTyped() {
  const { signs } = held;
  dropTyped();
  if (!signs || !takesCodes()) return;
  if (!isAt("check-in")) openCheckIn();
  for (const one of signs) typeSign(one);
}

/** @param {string} code  what now stands in the field */
function typeCode(code) {
  field.value = code;
  state.key = newKey();
  complainOfCode("");
}

/** @param {string} detail  empty takes it away */
function complainOfCode(detail) {
  writeOrHide("#code-problem", detail);
  field.toggleAttribute("data-wrong", detail !== "");
  // What was typed is there to be mended; a scanner's next code takes its place.
  if (detail) field.select();
}

/** Whether a sign typed now begins a code, whatever the visitor looks at. */
function takesCodes() {
  const asked = document.querySelector("dialog[open]") !== null || state.news.evacuation !== null;
  return !asked && (isAt("check-in") || (isAt("choose") && state.chosen.length === 0 && state.news.bookings));
}

/**
 * One sign at the end of the code, or a new code where all that stood there is marked.
 * @param {string} typed
 */
function typeSign(typed) {
  const { value, selectionStart, selectionEnd } = field;
  const anew = value !== "" && selectionStart === 0 && selectionEnd === value.length;
  typeCode(longer(anew ? "" : value, typed));
}

find("#have-booking").addEventListener("click", openCheckIn);
find("#check-in-form").addEventListener("submit", (event) => checkIn(/** @type {SubmitEvent} */ (event)));
/** @type {HTMLFormElement} */ (find("#check-in-form")).noValidate = true; // Our own sentence, in the page's language.
field.addEventListener("input", () => typeCode(field.value.toUpperCase()));
find("#code-erase").addEventListener("click", () => typeCode(field.value.slice(0, -1)));
find("#keys").addEventListener("click", (event) => {
  const key = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-sign]"));
  if (key) typeSign(key.dataset.sign ?? "");
});
// A finger on the keys leaves the focus in the field, where Enter and the next scan are expected.
for (const part of ["#keys", "#code-erase"]) {
  find(part).addEventListener("pointerdown", (event) => event.preventDefault());
}
// Whoever types a code on the first step has its field opened by the first sign, once it is clear that it is no scan.
addEventListener("keydown", (event) => {
  const listens = !event.ctrlKey && !event.altKey && !event.metaKey && takesCodes();
  if (listens && event.key === "Enter" && held.signs) {
    event.preventDefault();
    openTyped();
    return /** @type {HTMLFormElement} */ (find("#check-in-form")).requestSubmit();
  }
  const typed = listens ? sign(event) : "";
  if (!typed) return;
  event.preventDefault();
  if (isAt("check-in")) return typeSign(typed);
  held.signs += typed;
  clearTimeout(held.timer);
  held.timer = setTimeout(openTyped, GAP_MS);
});
