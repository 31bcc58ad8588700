/**
 * The wish for a ticket, sent once at a time, and what becomes of it. What the wish says is the steps'; what the number's
 * page shows, number.js's.
 */
import { newKey, wish } from "sala/post";
import { state } from "./state.js";
import { go } from "./steps.js";

/** @type {(() => void)[]} */
const listeners = [];

/** @param {() => void} listener  called when a wish is on its way, and when it is refused */
export function onTaking(listener) {
  listeners.push(listener);
}

/**
 * Ask the hall for a ticket, once at a time, and show it; or say why there is none.
 * @param {string} path
 * @param {object} body
 * @param {(detail: string, problem: import("sala/post").Problem) => void} regret
 */
export async function ask(path, body, regret) {
  if (state.taking) return;
  setTaking(true);
  const answer = await wish(path, body, { key: state.key, credentials: credentials() });
  if (answer.ok) {
    // Nothing more is drawn of the step that is left.
    state.taking = false;
    state.ticket = answer.data;
    return go("ticket");
  }
  setTaking(false);
  // An unanswered wish may yet have been granted: it keeps its key, so that the next tap asks for the same ticket.
  if (answer.status >= 400 && answer.status < 500) state.key = newKey();
  regret(answer.problem.detail, answer.problem);
}

/** @param {boolean} taking */
function setTaking(taking) {
  state.taking = taking;
  for (const listener of listeners) listener();
}

/** In trial mode a call without credentials is the kiosk's; in earnest the paired screen's cookie says who calls. */
export function credentials() {
  return document.documentElement.hasAttribute("data-trial") ? "omit" : "same-origin";
}
