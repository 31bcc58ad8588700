/**
 * What is asked of the officer before a press is sent, on the panel and on the strip alike. The markup is questions.html's;
 * how a question is asked at all, ask.js's.
 */
import { find, make, redraw, write } from "sala/dom";
import { nameIn } from "sala/texts";
import { ask, offer } from "./ask.js";
import { mayStandIn, news, visitor } from "./here.js";
import { send, underWay } from "./presses.js";
import { elapsed } from "./times.js";
import { number as asPrinted } from "./typed.js";
import { at, since, text } from "./words.js";

/** @typedef {import("./actions.js").Action} Action */
/** @typedef {import("./here.js").Name} Name */

/** By the press that they belong to. @type {Partial<Record<Action, (asOf: number) => Promise<unknown>>>} */
export const ASKED = {
  next: callNext,
  pause: askWhyPause,
  other: askOutcome,
  transfer: askWhere,
  call: askWhom,
  resume: askWhichHeld,
  absent: askWhoIsBack,
  "stand-in": standIn,
};

/** @param {number} asOf */
async function callNext(asOf) {
  if (visitor() !== "called") return void (await send("next", {}, asOf));
  write(find("#came-title"), text("came.title", { number: news().ticket?.number ?? "" }));
  const current = await ask("#came");
  if (current) await send("next", { current }, asOf);
}

/** @param {number} asOf */
async function askWhyPause(asOf) {
  const reason = await ask("#pause");
  if (reason) await send("pause", { reason }, asOf);
}

/**
 * How it ended, and what was really given where that was something else.
 * @param {number} asOf
 */
async function askOutcome(asOf) {
  const { ticket } = news();
  if (!ticket) return;
  write(find("#outcome-title"), text("outcome.title", { number: ticket.number }));
  const given = news().services.filter(({ id, here }) => here || id === ticket.service);
  redraw(
    find("#given"),
    given.map(({ id, name }, n) => pill(id, name, "qwertyuiop"[n], id === ticket.service)),
  );
  const outcome = await ask("#outcome");
  if (!outcome) return;
  const services = checked("#outcome", "given");
  const corrected = services.length > 0 && services.join() !== ticket.service;
  await send("finish", { outcome, ...(corrected && { services }) }, asOf);
}

/**
 * @param {string} id
 * @param {Name} name
 * @param {string | undefined} key
 * @param {boolean} yes
 */
function pill(id, name, key, yes) {
  const box = make("input", { type: "checkbox", name: "given", value: id, checked: yes, "data-key": key });
  return make("label", { class: "pill" }, box, key && make("kbd", {}, key.toUpperCase()), " ", nameIn(name));
}

/** @param {number} asOf */
async function askWhere(asOf) {
  const { ticket } = news();
  if (!ticket) return;
  write(find("#transfer-title"), text("transfer.title", { number: ticket.number }));
  const services = news().services.filter(({ id }) => id !== ticket.service);
  const officers = news().others.filter(({ officer }) => officer);
  offer(
    find("#to-services"),
    services.map(({ id, name }) => ({ value: `service ${id}`, name: nameIn(name) })),
  );
  offer(
    find("#to-counters"),
    news().others.map(({ id, name, state }) => ({
      value: `counter ${id}`,
      name: `${id} ${nameIn(name)}`,
      more: state === "open" ? "" : text(`state.${state}`),
    })),
  );
  find("#to-closed").hidden = news().others.every(({ state }) => state !== "closed");
  find("#officers-there").hidden = officers.length === 0;
  offer(
    find("#to-officers"),
    officers.map(({ officer, id }) => ({
      value: `officer ${officer}`,
      name: `${officer}`,
      more: `${text("rec.counter")} ${id}`,
    })),
  );
  /** @type {HTMLFormElement} */ (find("#transfer form")).reset();
  showReasons();
  const where = await ask("#transfer");
  if (!where) return;
  const [kind, to] = [where.slice(0, where.indexOf(" ")), where.slice(where.indexOf(" ") + 1)];
  const [position] = checked("#transfer", "position");
  const reason = position === "front" ? checked("#transfer", "reason")[0] : "";
  await send("transfer", { [kind]: to, position, reason }, asOf);
}

/** The front of the line needs a reason, and a listed one. */
function showReasons() {
  const front = checked("#transfer", "position")[0] === "front";
  find("#transfer .reasons").hidden = !front;
  find("#transfer .reasons").removeAttribute("data-missing");
}

/** @param {SubmitEvent} event */
function withReason(event) {
  const answer = /** @type {HTMLButtonElement | null} */ (event.submitter);
  const missing = checked("#transfer", "position")[0] === "front" && checked("#transfer", "reason").length === 0;
  if (!answer?.value || !missing) return;
  event.preventDefault();
  find("#transfer .reasons").toggleAttribute("data-missing", true);
  find("#transfer .reasons input").focus();
}

/** @param {number} asOf */
async function askWhom(asOf) {
  const field = /** @type {HTMLInputElement} */ (find("#call-number"));
  field.value = "";
  offer(
    find("#call-why"),
    news().reasons.map(({ id, name }) => ({ value: id, name: nameIn(name) })),
  );
  const reason = await ask("#call");
  if (reason && field.value.trim()) await send("call", { number: asPrinted(field.value), reason }, asOf);
}

/**
 * Enter after the number goes on to the reasons, whose keys are digits; without a number nothing is called.
 * @param {KeyboardEvent} event
 */
function toReasons(event) {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  const field = /** @type {HTMLInputElement} */ (find("#call-number"));
  field.value = asPrinted(field.value);
  if (field.value) find("#call-reasons").focus();
}

/** @param {SubmitEvent} event */
function withNumber(event) {
  const answer = /** @type {HTMLButtonElement | null} */ (event.submitter);
  const field = /** @type {HTMLInputElement} */ (find("#call-number"));
  if (!answer?.value || field.value.trim()) return;
  event.preventDefault();
  field.focus();
}

/** @param {number} asOf */
async function askWhichHeld(asOf) {
  offer(
    find("#held-options"),
    news().held.map((one) => ({
      value: one.number,
      name: `${one.number}  ${nameIn(one.service_name)}`,
      more: [one.here ? text("held.here") : "", text("held.for", { time: elapsed(since(one.held_at)) })]
        .filter(Boolean)
        .join(" · "),
    })),
  );
  const number = await ask("#held-ask");
  if (number) await send("resume", { number }, asOf);
}

/** @param {number} asOf */
async function askWhoIsBack(asOf) {
  offer(
    find("#missing-options"),
    news().absent.map((one) => ({
      value: one.number,
      name: `${one.number}  ${nameIn(one.service_name)}`,
      more: text("absent.until", { time: at(one.until) }),
    })),
  );
  const number = await ask("#missing-ask");
  if (number) await send("requeue", { number }, asOf);
}

/**
 * One press; only where there are several to stand in for, a second one says for whom.
 * @param {number} asOf
 */
async function standIn(asOf) {
  const may = mayStandIn();
  const counter = may.length === 1 ? (may[0] ?? "-") : await askForWhom(may);
  if (counter) await send("stand-in", { counter: counter === "-" ? null : counter }, asOf);
}

/** @param {(string | null)[]} may */
function askForWhom(may) {
  const lending = news().others.filter(({ id }) => may.includes(id));
  const stop = may.includes(null) ? [{ value: "-", name: text("stand-in.stop") }] : [];
  offer(find("#stand-in-options"), [
    ...stop,
    ...lending.map(({ id, name, lends }) => ({
      value: id,
      name: `${id} ${nameIn(name)}`,
      more: lends.map((one) => nameIn(one)).join(", "),
    })),
  ]);
  return ask("#stand-in-ask");
}

/** After a power cut only the officer knows what became of the visitor: asked until it is answered. */
export async function askWhatBecame() {
  const { ticket } = news();
  const dialog = /** @type {HTMLDialogElement} */ (find("#lost"));
  if (!news().counter.asked || !ticket) return void (dialog.open && dialog.close(""));
  if (dialog.open || underWay() !== null) return;
  write(find("#lost-title"), text("lost.title", { number: ticket.number }));
  find("#lost [value='no-show']").hidden = ticket.state !== "called";
  const asOf = news().counter.moved;
  const became = await ask("#lost");
  if (!became) return;
  await send(became, became === "transfer" ? { service: ticket.service } : {}, asOf);
  // Refused, or cut off: still to be answered.
  void askWhatBecame();
}

/**
 * What is chosen in a question, by the field's name.
 * @param {string} dialog
 * @param {string} name
 */
function checked(dialog, name) {
  const form = /** @type {HTMLFormElement} */ (find(`${dialog} form`));
  return new FormData(form).getAll(name).map(String);
}

/** Let the questions of this page be answered. */
export function wireQuestions() {
  find("#transfer form").addEventListener("submit", (event) => withReason(/** @type {SubmitEvent} */ (event)));
  find("#transfer form").addEventListener("change", showReasons);
  find("#call form").addEventListener("submit", (event) => withNumber(/** @type {SubmitEvent} */ (event)));
  find("#call-number").addEventListener("keydown", toReasons);
  find("#lost").addEventListener("cancel", (event) => event.preventDefault());
}
