/**
 * The officer's panel: draws the counter's news, and sends what is pressed. Which buttons may be pressed is actions.js's;
 * the markup is panel.html's, whose places are filled here.
 */
import { find, make, redraw, write } from "sala/dom";
import { firstNews, follow } from "sala/live";
import { newKey, wish } from "sala/post";
import { currentLanguage, nameIn, say } from "sala/texts";
import { available, byKey } from "./actions.js";
import { elapsed, minutes } from "./times.js";

/** @typedef {import("./actions.js").Action} Action */
/** @typedef {import("sala/post").Answer} Answer */
/** @typedef {Record<string, string>} Name */
/** @typedef {{priority: string | null, priority_name: Name | null, language: string, people: number, needs: string[]}} Marks */
/**
 * @typedef {Marks & {number: string, state: "called" | "serving", service: string, service_name: Name, issued_at: string,
 *   called_at: string, started_at: string | null, again: number, documents: Record<string, string[]>,
 *   standard_service_s: number | null}} Ticket
 */
/** @typedef {Marks & {number: string, service: string, service_name: Name, issued_at: string}} Waiting */
/**
 * @typedef {{epoch: string, seq: number, counter: {id: string, name: Name, state: import("./actions.js").State},
 *   ticket: Ticket | null, waiting_count: number, waiting: Waiting[]}} News
 */

/** A press is answered in some ten milliseconds; if it is not by now, the officer is told that it is under way. */
const SLOW_MS = 800;

const panel = find("#panel");
const skew = (Date.parse(panel.dataset.now ?? "") || Date.now()) - Date.now();
const buttons = /** @type {HTMLElement[]} */ ([...panel.querySelectorAll("[data-action]")]);

/** @type {News} */
let news = firstNews();
/** What is on its way to the hall. @type {Action | null} */
let sending = null;
/** A press whose answer never came keeps its key, so that pressing again cannot do it twice. */
let unanswered = { press: "", key: "" };

// -- drawing ----------------------------------------------------------------------------------------------------------

function draw() {
  panel.dataset.visitor = visitor();
  panel.dataset.state = news.counter.state;
  find("#state").dataset.state = news.counter.state;
  write(find("#state"), text(`state.${news.counter.state}`));
  if (news.ticket) drawTicket(news.ticket);
  write(find("#idle"), text(news.counter.state === "open" ? "idle" : news.counter.state));
  write(find("#waiting-count"), news.waiting_count);
  redraw(find("#queue"), news.waiting.map(queued));
  write(find("#next-hint"), nextHint());
  drawButtons();
  tick();
}

/** @param {Ticket} ticket */
function drawTicket(ticket) {
  write(find("#stage"), stage(ticket));
  write(find("#number"), ticket.number);
  write(find("#service"), nameIn(ticket.service_name));
  redraw(
    find("#marks"),
    marks(ticket).map(([kind, words]) => make("li", { class: `mark ${kind}` }, words)),
  );
  const documents = ticket.documents[currentLanguage()] ?? ticket.documents.th ?? [];
  redraw(
    find("#documents"),
    documents.map((document) => make("li", {}, document)),
  );
  find("#documents-none").hidden = documents.length > 0;
}

/** @param {Ticket} ticket */
function stage({ state, again }) {
  if (state === "serving") return text("stage.serving");
  return again > 0 ? text("stage.again", { n: again + 1 }) : text("stage.called");
}

/**
 * What an officer should know at a glance: priority, needs, language, and how many came together.
 * @param {Marks} ticket
 * @returns {[string, string][]}
 */
function marks({ priority_name, needs, language, people }) {
  return [
    .../** @type {[string, string][]} */ (priority_name ? [["priority", nameIn(priority_name)]] : []),
    ...needs.map((need) => /** @type {[string, string]} */ (["need", text(`need.${need}`)])),
    ["language", text(`language.${language}`)],
    .../** @type {[string, string][]} */ (people > 1 ? [["people", text("people", { n: people })]] : []),
  ];
}

/** @param {Waiting} waiting */
function queued(waiting) {
  const told = marks(waiting).filter(([kind]) => kind === "priority" || kind === "need");
  return make(
    "li",
    { class: "queued" },
    make("b", { class: "number" }, waiting.number),
    make("span", { class: "queued-service" }, nameIn(waiting.service_name)),
    make("span", { class: "queued-wait", "data-since": waiting.issued_at }),
    told.length > 0 && make("span", { class: "queued-marks" }, told.map(([, words]) => words).join(" · ")),
  );
}

function nextHint() {
  const number = news.ticket?.number ?? "";
  const key = visitor() === "none" ? news.counter.state : visitor();
  return text(`next.${key}`, { number });
}

function drawButtons() {
  const may = available(visitor(), news.counter.state);
  for (const button of buttons) {
    const action = /** @type {Action} */ (button.dataset.action);
    button.setAttribute("aria-disabled", String(sending !== null || !may.has(action)));
    button.toggleAttribute("data-sending", sending === action);
  }
  find("[data-action=open]").hidden = news.counter.state === "open";
  find("[data-action=pause]").hidden = news.counter.state !== "open";
}

/** The times that run, once a second. */
function tick() {
  const now = Date.now() + skew;
  const since = (/** @type {string} */ moment) => now - Date.parse(moment);
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (panel.querySelectorAll("[data-since]"))) {
    write(place, text("minutes", { n: minutes(since(place.dataset.since ?? "")) }));
  }
  if (!news.ticket) return;
  const { issued_at, called_at, started_at, standard_service_s: published } = news.ticket;
  const served = started_at ? since(started_at) : 0;
  write(find("#waited"), text("minutes", { n: minutes(Date.parse(called_at) - Date.parse(issued_at)) }));
  write(find("#since-call"), elapsed(since(called_at)));
  write(find("#since-start"), started_at ? elapsed(served) : "–");
  drawPublished(served, published);
}

/**
 * How long the service has taken beside the time that is published for it; a service no longer offered has none.
 * @param {number} served  ms
 * @param {number | null} published  s
 */
function drawPublished(served, published) {
  const bar = /** @type {HTMLProgressElement} */ (find("#progress"));
  bar.hidden = published === null;
  write(find("#published"), published === null ? "" : text("published", { time: elapsed(published * 1000) }));
  panel.toggleAttribute("data-over", published !== null && served > published * 1000);
  if (published === null) return;
  bar.max = published;
  bar.value = Math.min(published, served / 1000);
}

// -- pressing ---------------------------------------------------------------------------------------------------------

/** @param {Action} action */
async function press(action) {
  if (sending !== null || !available(visitor(), news.counter.state).has(action)) return;
  if (action === "pause") return pauseFor(await ask("#pause"));
  if (action === "next" && visitor() === "called") return callNextAfter(await askWhetherCame());
  const answer = await send(action);
  // The visitor was called a blink ago, and the news of it is still on its way.
  if (!answer.ok && answer.problem.type === "came-or-not") await callNextAfter(await askWhetherCame());
}

/** @param {string} reason */
function pauseFor(reason) {
  return reason ? send("pause", { reason: text(`reason.${reason}`) }) : null;
}

/** @param {string} current */
function callNextAfter(current) {
  return current ? send("next", { current }) : null;
}

function askWhetherCame() {
  write(find("#came-title"), text("came.title", { number: news.ticket?.number ?? "" }));
  return ask("#came");
}

/**
 * @param {Action} action
 * @param {Record<string, string>} [body]
 * @returns {Promise<Answer>}
 */
async function send(action, body = {}) {
  const path = `/api/v1/counters/${encodeURIComponent(news.counter.id)}/${action}`;
  const of = JSON.stringify([path, body, news.ticket?.number, news.ticket?.state]);
  const key = unanswered.press === of ? unanswered.key : newKey();
  tell("");
  sending = action;
  drawButtons();
  const slow = setTimeout(() => tell(text("sending")), SLOW_MS);
  const answer = await wish(path, body, { key });
  clearTimeout(slow);
  unanswered = answer.status === 0 || answer.status === 503 ? { press: of, key } : { press: "", key: "" };
  sending = null;
  drawButtons();
  report(action, answer);
  return answer;
}

/**
 * @param {Action} action
 * @param {Answer} answer
 */
function report(action, answer) {
  if (!answer.ok && answer.status === 401) location.reload();
  else if (!answer.ok) tell(answer.problem.type === "came-or-not" ? "" : answer.problem.detail, true);
  else if (action !== "next") tell("");
  else tell(answer.data?.ticket ? text("called", { number: answer.data.ticket.number }) : text("nobody_waiting"));
}

/**
 * @param {string} sentence
 * @param {boolean} [refusal]
 */
function tell(sentence, refusal = false) {
  const message = find("#message");
  message.toggleAttribute("data-refusal", refusal);
  write(message, sentence);
}

/**
 * Ask a question whose answers have the keys 1, 2 …; "" if the officer goes back.
 * @param {string} selector
 * @returns {Promise<string>}
 */
function ask(selector) {
  const dialog = /** @type {HTMLDialogElement} */ (find(selector));
  dialog.returnValue = "";
  dialog.showModal();
  // Not on an answer: a second press of the key that opened the question must not give one.
  find("h2", dialog).focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
  });
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  const dialog = /** @type {HTMLDialogElement | null} */ (document.querySelector("dialog[open]"));
  if (dialog) return answerByKey(dialog, event);
  const action = byKey(event.code, available(visitor(), news.counter.state));
  if (!action || isForTheFocused(event)) return;
  event.preventDefault();
  void press(action);
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {KeyboardEvent} event
 */
function answerByKey(dialog, event) {
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
  const answer = /** @type {HTMLButtonElement | null} */ (dialog.querySelector(`[data-key="${digit}"]`));
  if (answer) dialog.close(answer.value);
}

/**
 * Whether a key belongs to what has the focus: any key to a field, Space and Enter to whatever they press.
 * @param {KeyboardEvent} event
 */
function isForTheFocused({ target, code }) {
  const focused = /** @type {HTMLElement} */ (target);
  if (focused.closest?.("input, textarea, select, [contenteditable]")) return true;
  return /^(?:Space|Enter|NumpadEnter)$/.test(code) && Boolean(focused.closest?.("a, button, summary"));
}

// -- words ------------------------------------------------------------------------------------------------------------

/** @returns {import("./actions.js").Visitor} */
function visitor() {
  return news.ticket?.state ?? "none";
}

/**
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
function text(key, values) {
  return say(currentLanguage(), `counter.${key}`, values);
}

for (const button of buttons) {
  button.addEventListener("click", () => void press(/** @type {Action} */ (button.dataset.action)));
  // A mouse leaves the focus where it was, so that Space stays the key for the next visitor.
  button.addEventListener("mousedown", (event) => event.preventDefault());
}
document.addEventListener("keydown", onKey);
draw();
setInterval(tick, 1000);
follow("/counter", {
  auth: { counter: news.counter.id },
  draw: (/** @type {News} */ latest) => {
    news = latest;
    draw();
  },
});
