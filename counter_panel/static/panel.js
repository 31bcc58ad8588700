/**
 * The officer's panel: draws the counter's news, and sends what is pressed. Which buttons may be pressed is actions.js's,
 * how a question is asked ask.js's; the markup is panel.html's, whose places are filled here.
 */
import { find, make, redraw, write } from "sala/dom";
import { firstNews, follow } from "sala/live";
import { newKey, wish } from "sala/post";
import { clock, currentLanguage, nameIn, say } from "sala/texts";
import { available, byKey, standIns } from "./actions.js";
import { ask, offer, onKeys } from "./ask.js";
import { drawEvacuation, onEvacuation } from "./evacuation.js";
import { drawHelp } from "./help.js";
import { present, standing } from "./marks.js";
import { elapsed, minutes, secondsLeft } from "./times.js";
import { number as asPrinted } from "./typed.js";

/** @typedef {import("./actions.js").Action} Action */
/** @typedef {import("./marks.js").Mark} Mark */
/** @typedef {import("sala/post").Answer} Answer */
/** @typedef {Record<string, string>} Name */
/** @typedef {import("./marks.js").Marked & {number: string, service: string, service_name: Name, since: string}} Waiting */
/**
 * @typedef {Waiting & {state: "called" | "serving", queued_at: string, called_at: string, started_at: string | null,
 *   again: number, documents: Record<string, string[]>, standard_service_s: number | null, held_ms: number,
 *   left: {id: string, name: Name, here: boolean}[], legs: {service_name: Name, outcome: string | null, ended: string}[]}} Ticket
 */
/**
 * @typedef {{id: string, name: Name, state: import("./actions.js").State, moved: number, asked: boolean, stand_in: Name[],
 *   help: {at: string, answered_by: string | null, answered_from: string | null} | null}} Here
 */
/** @typedef {{id: string, name: Name, state: string, officer: string | null, lends: Name[]}} Colleague */
/**
 * @typedef {{epoch: string, seq: number, counter: Here, ticket: Ticket | null,
 *   undo: {what: string, number: string, until: string} | null, waiting_count: number, waiting: Waiting[],
 *   held: (Waiting & {held_at: string, here: boolean})[], absent: (Waiting & {absent_at: string, until: string})[],
 *   help: import("./help.js").Call[],
 *   evacuation: string | null, others: Colleague[], services: {id: string, name: Name, here: boolean}[],
 *   reasons: {id: string, name: Name}[]}} News
 */

/** A press is answered in some ten milliseconds; if it is not by now, the officer is told that it is under way. */
const SLOW_MS = 800;
/** After a press the screen waits so long for the news of it: the next press must be meant for what it shows. */
const NEWS_MS = 1500;
/** What officers.py gives for taking a press back. */
const UNDO_S = 30;
/** A call for help is right on whatever screen it is pressed. */
const WHENEVER = new Set(["help", "help-over", "answer-help"]);
/** So many of those set aside and of the absent are shown beside the queue; the question lists them all. */
const ASIDE_SHOWN = 3;

const panel = find("#panel");
const rights = new Set((panel.dataset.rights ?? "").split(" "));
const skew = (Date.parse(panel.dataset.now ?? "") || Date.now()) - Date.now();
const buttons = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-action]")]);

/** @type {News} */
let news = firstNews();
/** What is on its way to the hall. @type {string | null} */
let sending = null;
/** A press whose answer never came keeps its key, so that pressing again cannot do it twice. */
let unanswered = { press: "", key: "" };
/** Told when news has come. */
let arrived = () => {};

// -- drawing ----------------------------------------------------------------------------------------------------------

function draw() {
  panel.dataset.visitor = visitor();
  panel.dataset.state = news.counter.state;
  find("#state").dataset.state = news.counter.state;
  write(find("#state"), text(`state.${news.counter.state}`));
  drawEvacuation(news.evacuation);
  write(find("#own"), own().join(" · "));
  drawHelp(news.help);
  if (news.ticket) drawTicket(news.ticket);
  write(find("#idle"), text(news.counter.state === "open" ? "idle" : news.counter.state));
  write(find("#waiting-count"), news.waiting_count);
  redraw(find("#queue"), news.waiting.map(queued));
  drawQueueMore();
  drawAside("resume", news.held, (one) => make("span", { "data-held": one.held_at }));
  drawAside("absent", news.absent, (one) => make("span", {}, text("absent.until", { time: at(one.until) })));
  write(find("#next-hint"), nextHint());
  drawButtons();
  tick();
  void askWhatBecame();
}

/** What is out of the ordinary at this counter itself. */
function own() {
  const { stand_in, help } = news.counter;
  const standing_in =
    stand_in.length > 0 && `${text("stand-in.now")} ${stand_in.map((name) => nameIn(name)).join(", ")}`;
  return [standing_in, help && helpWords(help)].filter((words) => typeof words === "string");
}

/** @param {NonNullable<Here["help"]>} help */
function helpWords({ answered_by, answered_from }) {
  if (!answered_by) return text("help.asked");
  return answered_from ? text("help.coming", { name: answered_by }) : text("help.coming_desk");
}

/** @param {Ticket} ticket */
function drawTicket(ticket) {
  write(find("#stage"), stage(ticket));
  write(find("#number"), ticket.number);
  write(find("#service"), nameIn(ticket.service_name));
  redraw(find("#marks"), present(ticket, at).map(drawnMark));
  drawSteps(ticket);
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
 * The services of this visit: done, now, to come. One service alone is no row of steps.
 * @param {Ticket} ticket
 */
function drawSteps({ legs, left, service_name }) {
  const step = (/** @type {string} */ kind, /** @type {Name} */ name, word = kind) =>
    make("li", { "data-step": kind }, make("b", {}, text(`step.${word}`)), " ", nameIn(name));
  find("#steps").hidden = legs.length + left.length === 0;
  redraw(find("#steps"), [
    ...legs.map((leg) => step("done", leg.service_name, leg.ended === "transferred" ? "transferred" : "done")),
    step("now", service_name),
    ...left.map((one) => step("left", one.name)),
  ]);
}

/** @param {Mark} mark */
function drawnMark(mark) {
  const words = mark.name ? nameIn(mark.name) : text(mark.key ?? "", mark.values);
  return make("li", { class: `mark ${mark.kind}`, "data-need": mark.need }, words);
}

/** @param {Waiting} waiting */
function queued(waiting) {
  return make(
    "li",
    { class: "queued" },
    make("b", { class: "number" }, waiting.number),
    make("span", { class: "queued-service" }, nameIn(waiting.service_name)),
    make("span", { class: "queued-wait", "data-since": waiting.since }),
    make("ul", { class: "queued-marks" }, ...standing(waiting, at).map(drawnMark)),
  );
}

/** How many wait beside those for whom there is room. */
function drawQueueMore() {
  const [list, more] = [find("#queue"), find("#queue-more")];
  const out = () => {
    const shown = /** @type {HTMLElement[]} */ ([...list.children]);
    // One that does not fit stands in a column out of sight.
    return news.waiting_count - shown.filter((one) => one.offsetLeft === shown[0].offsetLeft).length;
  };
  more.hidden = true;
  more.hidden = out() === 0;
  // The line itself takes the room of one.
  write(more, text("queue_more", { n: out() }));
}

/**
 * Those set aside, or absent: how many, and the first of them, each a button.
 * @template {Waiting} W
 * @param {"resume" | "absent"} list
 * @param {W[]} ones
 * @param {(one: W) => Node} since
 */
function drawAside(list, ones, since) {
  find(`#${list}`).hidden = ones.length === 0;
  write(find(`#${list}-count`), ones.length);
  redraw(
    find(`#${list}-list`),
    ones.slice(0, ASIDE_SHOWN).map((one) => make("li", {}, make("b", { class: "number" }, one.number), since(one))),
  );
}

function nextHint() {
  if (news.evacuation) return text("next.evacuation");
  const number = news.ticket?.number ?? "";
  const key = visitor() === "none" ? news.counter.state : visitor();
  return text(`next.${key}`, { number });
}

function drawButtons() {
  const may = now();
  for (const button of buttons) {
    const action = /** @type {Action} */ (button.dataset.action);
    button.setAttribute("aria-disabled", String(sending !== null || !may.has(action)));
    button.toggleAttribute("data-sending", sending === action);
  }
  const shown = { open: news.counter.state !== "open", pause: news.counter.state === "open" };
  const more = { help: !news.counter.help, "help-over": Boolean(news.counter.help), stay: may.has("stay") };
  for (const [action, yes] of Object.entries({ ...shown, ...more, undo: may.has("undo") })) {
    find(`[data-action=${action}]`).hidden = !yes;
  }
  find("[data-action=answer-help]").hidden = !may.has("answer-help");
  write(find("[data-action=stand-in] span"), standInWords());
}

/** Where the press does it without asking, the button says what. */
function standInWords() {
  const [only, ...more] = standIns(news.counter.stand_in, news.others);
  if (only === undefined || more.length > 0) return text("do.stand-in");
  return only === null ? text("stand-in.stop") : text("do.stand-in-for", { counter: only });
}

/** The times that run, once a second. */
function tick() {
  const since = (/** @type {string} */ moment) => Date.now() + skew - Date.parse(moment);
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (panel.querySelectorAll("[data-since]"))) {
    write(place, text("minutes", { n: minutes(since(place.dataset.since ?? "")) }));
  }
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (panel.querySelectorAll("[data-held]"))) {
    write(place, text("held.for", { time: elapsed(since(place.dataset.held ?? "")) }));
  }
  tickUndo();
  if (!news.ticket) return;
  const { queued_at, called_at, started_at, standard_service_s: published, held_ms } = news.ticket;
  const served = started_at ? since(started_at) - held_ms : 0;
  write(find("#waited"), text("minutes", { n: minutes(Date.parse(called_at) - Date.parse(queued_at)) }));
  write(find("#since-call"), elapsed(since(called_at)));
  write(find("#since-start"), started_at ? elapsed(served) : "–");
  drawPublished(served, published);
}

function tickUndo() {
  const left = undoLeft();
  if (left === 0 && !find("#undo").hidden) drawButtons();
  if (left === 0 || !news.undo) return;
  write(
    find("#undo-words"),
    text("undo.button", { what: text(`undo.${news.undo.what}`, { number: news.undo.number }) }),
  );
  write(find("#undo-left"), text("undo.seconds", { n: left }));
}

function undoLeft() {
  // This screen's clock is behind by the time that its page took to come.
  return news.undo ? Math.min(UNDO_S, secondsLeft(Date.parse(news.undo.until) - Date.now() - skew)) : 0;
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

/** What is asked before the press is sent. @type {Partial<Record<Action, (asOf: number) => Promise<unknown>>>} */
const ASKED = {
  pause: askWhyPause,
  other: askOutcome,
  transfer: askWhere,
  call: askWhom,
  resume: askWhichHeld,
  absent: askWhoIsBack,
  "stand-in": standIn,
};

/** @param {Action} action */
async function press(action) {
  if (sending !== null || !now().has(action)) return;
  // What is answered in a question was meant for the screen as it stood when the question came.
  const asOf = news.counter.moved;
  const question = ASKED[action];
  if (question) await question(asOf);
  else if (action === "next") await callNext(asOf);
  else if (action === "stay") await send("finish", { stay: true }, asOf);
  else if (action === "answer-help") await send(action, { counter: news.help[0]?.id ?? "" });
  else await send(action, {}, asOf);
}

/** @param {number} asOf */
async function callNext(asOf) {
  if (visitor() !== "called") return void (await send("next", {}, asOf));
  write(find("#came-title"), text("came.title", { number: news.ticket?.number ?? "" }));
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
  const ticket = news.ticket;
  if (!ticket) return;
  write(find("#outcome-title"), text("outcome.title", { number: ticket.number }));
  const given = news.services.filter(({ id, here }) => here || id === ticket.service);
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
  const ticket = news.ticket;
  if (!ticket) return;
  write(find("#transfer-title"), text("transfer.title", { number: ticket.number }));
  const services = news.services.filter(({ id }) => id !== ticket.service);
  const officers = news.others.filter(({ officer }) => officer);
  offer(
    find("#to-services"),
    services.map(({ id, name }) => ({ value: `service ${id}`, name: nameIn(name) })),
  );
  offer(
    find("#to-counters"),
    news.others.map(({ id, name, state }) => ({
      value: `counter ${id}`,
      name: `${id} ${nameIn(name)}`,
      more: state === "open" ? "" : text(`state.${state}`),
    })),
    services.length,
  );
  find("#to-closed").hidden = news.others.every(({ state }) => state !== "closed");
  offer(
    find("#to-officers"),
    officers.map(({ officer, id }) => ({
      value: `officer ${officer}`,
      name: `${officer}`,
      more: `${text("rec.counter")} ${id}`,
    })),
    services.length + news.others.length,
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
    news.reasons.map(({ id, name }) => ({ value: id, name: nameIn(name) })),
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
    news.held.map((one) => ({
      value: one.number,
      name: `${one.number}  ${nameIn(one.service_name)}`,
      more: [one.here ? text("held.here") : "", text("held.for", { time: elapsed(sinceNow(one.held_at)) })]
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
    news.absent.map((one) => ({
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
  const may = standIns(news.counter.stand_in, news.others);
  const counter = may.length === 1 ? (may[0] ?? "-") : await askForWhom(may);
  if (counter) await send("stand-in", { counter: counter === "-" ? null : counter }, asOf);
}

/** @param {(string | null)[]} may */
function askForWhom(may) {
  const lending = news.others.filter(({ id }) => may.includes(id));
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
async function askWhatBecame() {
  const ticket = news.ticket;
  const dialog = /** @type {HTMLDialogElement} */ (find("#lost"));
  if (!news.counter.asked || !ticket) return void (dialog.open && dialog.close(""));
  if (dialog.open || sending !== null) return;
  write(find("#lost-title"), text("lost.title", { number: ticket.number }));
  find("#lost [value='no-show']").hidden = ticket.state !== "called";
  const asOf = news.counter.moved;
  const became = await ask("#lost");
  if (!became) return;
  await send(became, became === "transfer" ? { service: ticket.service } : {}, asOf);
  // Refused, or cut off: still to be answered.
  void askWhatBecame();
}

/**
 * @param {string} action
 * @param {Record<string, unknown>} [body]
 * @param {number | null} [asOf]  the counter's last event that the screen showed
 * @returns {Promise<Answer>}
 */
async function send(action, body = {}, asOf = null) {
  const path = `/api/v1/counters/${encodeURIComponent(news.counter.id)}/${action}`;
  const told = asOf === null || WHENEVER.has(action) ? body : { ...body, as_of: asOf };
  const of = JSON.stringify([path, told]);
  const key = unanswered.press === of ? unanswered.key : newKey();
  const before = { more: Boolean(news.ticket?.left.length), closed: closedOne(action, body.counter) };
  tell("");
  sending = action;
  drawButtons();
  const slow = setTimeout(() => tell(text("sending")), SLOW_MS);
  const answer = await wish(path, told, { key });
  clearTimeout(slow);
  unanswered = answer.status === 0 || answer.status === 503 ? { press: of, key } : { press: "", key: "" };
  if (answer.ok) await newsOf(answer.data.counter.moved);
  sending = null;
  drawButtons();
  report(action, answer, before);
  return answer;
}

/**
 * The closed counter to which a visitor is sent; "" where it is none.
 * @param {string} action
 * @param {unknown} counter
 */
function closedOne(action, counter) {
  const there = news.others.find(({ id }) => id === counter);
  return action === "transfer" && there?.state === "closed" ? there.id : "";
}

/**
 * Until the screen shows the press itself: the next one must not be refused for what the officer has just done.
 * @param {number} moved
 */
async function newsOf(moved) {
  const until = Date.now() + NEWS_MS;
  while (news.counter.moved < moved && Date.now() < until) {
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, until - Date.now());
      arrived = () => {
        clearTimeout(timer);
        resolve(null);
      };
    });
  }
}

/**
 * How it stood before the press: `more` services were left for the visitor, and the counter sent to was `closed`.
 * @typedef {{more: boolean, closed: string}} Before
 */

/**
 * @param {string} action
 * @param {Answer} answer
 * @param {Before} before
 */
function report(action, answer, before) {
  if (answer.ok) tell(saidOf(action, answer.data.ticket, before));
  else refused(answer);
}

/** @param {Answer} answer */
function refused(answer) {
  if (answer.ok) return;
  if (answer.status === 401) location.reload();
  else tell(answer.problem.detail, true);
}

/**
 * What is said of a press that was granted; nothing where the screen says it.
 * @param {string} action
 * @param {{number: string, state: string} | null} ticket
 * @param {Before} before
 */
function saidOf(action, ticket, { more, closed }) {
  const values = { number: ticket?.number ?? "" };
  if (action === "next" || action === "call") return ticket ? text("called", values) : text("nobody_waiting");
  if (action === "finish" && ticket?.state === "serving") return text("done.stay", values);
  if (action === "finish" && more && ticket?.state === "waiting") return text("done.leg", values);
  if (closed) return text("done.transfer_closed", { ...values, counter: closed });
  const said = text(`done.${action}`, values);
  return said === `counter.done.${action}` ? "" : said;
}

/**
 * @param {string} sentence
 * @param {boolean} [refusal]
 */
function tell(sentence, refusal = false) {
  const message = find("#message");
  message.toggleAttribute("data-refusal", refusal);
  write(message, sentence);
  write(find("#lost-message"), refusal ? sentence : "");
}

// -- words ------------------------------------------------------------------------------------------------------------

/** @returns {import("./actions.js").Visitor} */
function visitor() {
  return news.ticket?.state ?? "none";
}

function now() {
  return available({
    visitor: visitor(),
    state: news.counter.state,
    stay: news.ticket?.left[0]?.here,
    held: news.held.length,
    absent: news.absent.length,
    undo: undoLeft() > 0,
    helped: news.counter.help !== null,
    calls: news.help.filter((one) => !one.answered).length,
    lends: standIns(news.counter.stand_in, news.others).length > 0,
    evacuation: news.evacuation !== null,
    overtakes: rights.has("call-number"),
  });
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

/** @param {string} moment */
function sinceNow(moment) {
  return Date.now() + skew - Date.parse(moment);
}

/** @param {string} moment */
function at(moment) {
  return clock(new Date(moment));
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
new ResizeObserver(drawQueueMore).observe(find(".queue"));
find("#transfer form").addEventListener("submit", (event) => withReason(/** @type {SubmitEvent} */ (event)));
find("#transfer form").addEventListener("change", showReasons);
find("#call form").addEventListener("submit", (event) => withNumber(/** @type {SubmitEvent} */ (event)));
find("#call-number").addEventListener("keydown", toReasons);
find("#lost").addEventListener("cancel", (event) => event.preventDefault());
onKeys((event) => {
  const action = byKey(event.code, now());
  if (!action) return;
  event.preventDefault();
  void press(action);
});
// An answer to it takes away whatever was said before.
onEvacuation((answer) => (answer.ok ? tell("") : refused(answer)));
draw();
setInterval(tick, 1000);
follow("/counter", {
  auth: { counter: news.counter.id },
  draw: (/** @type {News} */ latest) => {
    news = latest;
    draw();
    arrived();
  },
});
