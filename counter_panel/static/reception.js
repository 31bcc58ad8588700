/**
 * The reception desk: gives tickets, finds one by its number, puts it right, and enters slips of the emergency block.
 * The markup is reception.html's, whose places are filled here; what may be done, the hall decides.
 */
import { find, make, redraw, write } from "sala/dom";
import { firstNews, follow } from "sala/live";
import { newKey, wish } from "sala/post";
import { nameIn } from "sala/texts";
import { ask, onKeys } from "./ask.js";
import { drawEvacuation, onEvacuation } from "./evacuation.js";
import { drawHelp } from "./help.js";
import { lockAfterIdling, lockNow } from "./lock.js";
import { present } from "./marks.js";
import { number as asPrinted, time as asWritten, found as fits } from "./typed.js";
import { at, text } from "./words.js";

/** @typedef {Record<string, string>} Name */
/** @typedef {import("sala/post").Answer} Answer */
/**
 * @typedef {{id: string, name: Name, agency: Name, prefix: string, under: Name | null, waiting: number,
 *   closed_because: Name | null}} Service
 */
/** @typedef {{number: string, service_name: Name}} Listed */
/** What became of a slip that is due. @typedef {"printing" | "not_printed" | "unknown"} SlipState */
/**
 * @typedef {{epoch: string, seq: number, locked?: boolean, evacuation: string | null, services: Service[],
 *   unprinted: (Listed & {due_at: string, state: SlipState})[], sent: string[], absent: (Listed & {until: string})[],
 *   help: import("./help.js").Call[]}} News
 */
/**
 * @typedef {import("./marks.js").Marked & Listed & {state: string, service: string, service_names: Name[],
 *   priority: string | null, issued_at: string, ahead: number, counter_name: Name | null, absent_until: string | null,
 *   printed: boolean, may: string[]}} Ticket
 */

const page = find("#reception");
const visit = /** @type {HTMLFormElement} */ (find("#visit"));
const filter = /** @type {HTMLInputElement} */ (find("#filter"));

/** @type {News} */
let news = firstNews();
/** The services on this ticket, in the order in which they were chosen. @type {string[]} */
let wanted = [];
let people = 1;
/** One ticket, however often it is pressed: a new key with each visitor. */
let key = newKey();
let sending = false;
/** The number just given. */
let given = "";
/** The ticket that the question is about. @type {Ticket | null} */
let ticket = null;
/** A ticket is cancelled by the second press. */
let sure = false;

// -- drawing ----------------------------------------------------------------------------------------------------------

function draw() {
  drawEvacuation(news.evacuation);
  drawHelp(news.help);
  drawOffered();
  drawWanted();
  drawGiven();
  drawLists();
}

function drawOffered() {
  const shown = news.services.filter((one) =>
    fits(filter.value, [...Object.values(one.name), ...Object.values(one.agency), one.prefix]),
  );
  redraw(find("#offered"), shown.map(offered));
  find("#offered-none").hidden = shown.length > 0;
}

/** @param {Service} service */
function offered(service) {
  const { id, name, prefix, under, waiting, closed_because } = service;
  const place = wanted.indexOf(id) + 1;
  const waits = waiting > 0 ? text("rec.waiting", { n: waiting }) : "";
  return make(
    "button",
    {
      class: "button offer-one",
      type: "button",
      id: `offer-${id}`,
      "aria-pressed": String(place > 0),
      title: closed_because && nameIn(closed_because),
      "data-closed": closed_because !== null,
      onclick: () => choose(id),
    },
    make("b", { class: "number" }, place > 0 ? place : prefix),
    make(
      "span",
      { class: "offer-name" },
      nameIn(name),
      under && make("small", {}, text("rec.under", { name: nameIn(under) })),
    ),
    make("small", { class: "offer-waits" }, closed_because ? text("rec.closed") : waits),
  );
}

function drawWanted() {
  const chosen = wanted.map((id) => news.services.find((one) => one.id === id)).filter((one) => one !== undefined);
  redraw(
    find("#wanted"),
    chosen.map((one) =>
      make("li", {}, nameIn(one.name), one.closed_because && make("small", {}, nameIn(one.closed_because))),
    ),
  );
  find("#give").setAttribute("aria-disabled", String(sending || wanted.length === 0));
  write(find("#people"), people);
}

/** The number just given, and whether its slip has come out: it has, once it is not due any more. */
function drawGiven() {
  find("#given").hidden = given === "";
  if (given === "") return;
  write(find("#given-number"), given);
  const slip = news.unprinted.find((one) => one.number === given);
  const gone = news.sent.includes(given) ? "sent" : "printed";
  const state = slip?.state ?? gone;
  find("#given-slip").dataset.slip = state;
  write(find("#given-slip"), text(`rec.${state}`));
}

function drawLists() {
  const slips = news.unprinted.filter((one) => one.state !== "printing");
  list("unprinted", slips, (one) => at(one.due_at), printButton);
  list("absent", news.absent, (one) => text("absent.until", { time: at(one.until) }));
}

/**
 * @template {Listed} L
 * @param {string} name
 * @param {L[]} ones
 * @param {(one: L) => string} told
 * @param {(one: L) => Node} [more]
 */
function list(name, ones, told, more) {
  write(find(`#${name}-count`), ones.length);
  find(`#${name}-none`).hidden = ones.length > 0;
  redraw(
    find(`#${name}`),
    ones.map((one) =>
      make(
        "li",
        {},
        make(
          "button",
          { class: "link number", type: "button", id: `${name}-${one.number}`, onclick: () => void look(one.number) },
          one.number,
        ),
        make("span", {}, told(one)),
        more?.(one),
      ),
    ),
  );
}

/** @param {Listed} one  whose slip did not come */
function printButton({ number }) {
  const words = { class: "button", type: "button", id: `print-${number}`, "data-print": number };
  const label = text("rec.print_slip_of", { number });
  return make("button", { ...words, "aria-label": label, onclick: () => void print(number) }, text("rec.print_slip"));
}

/** @param {string} number */
async function print(number) {
  if (sending) return;
  sending = true;
  const answer = await wish(`/api/v1/tickets/${number}/slip`, {});
  sending = false;
  if (answer.ok) tell("#unprinted-message", text("rec.done.slip", { number }));
  else refused("#unprinted-message", answer);
}

// -- a new ticket -----------------------------------------------------------------------------------------------------

/** @param {string} id */
function choose(id) {
  if (given) nextVisitor();
  wanted = wanted.includes(id) ? wanted.filter((one) => one !== id) : [...wanted, id];
  filter.value = "";
  tell("#message", "");
  draw();
}

async function give() {
  if (sending || wanted.length === 0) return;
  const told = new FormData(visit);
  const body = {
    services: wanted,
    priority: told.get("priority") || null,
    language: told.get("language"),
    needs: told.getAll("needs"),
    people,
  };
  sending = true;
  drawWanted();
  const answer = await wish("/api/v1/tickets", body, { key });
  sending = false;
  if (answer.ok) {
    given = answer.data.number;
    write(find("#given-ahead"), ahead(answer.data.ahead));
    tell("#message", "");
  } else refused("#message", answer);
  // Refused, it was not given: another wish may follow. Unanswered, it may have been: the same key asks again.
  if (answer.status !== 0 && answer.status !== 503) key = newKey();
  draw();
  if (given) find("#next-visitor").focus();
}

function nextVisitor() {
  [given, wanted, people, key] = ["", [], 1, newKey()];
  visit.reset();
  tell("#message", "");
  draw();
  filter.focus();
}

// -- a ticket that there is -------------------------------------------------------------------------------------------

/** @param {string} number */
async function look(number) {
  tell("#find-message", "");
  const address = `/api/v1/tickets?number=${encodeURIComponent(asPrinted(number))}`;
  const answer = await wish(address, null, { method: "GET" });
  if (!answer.ok) return refused("#find-message", answer);
  show(answer.data);
  fill();
  tell("#ticket-message", "");
  await ask("#ticket");
  /** @type {HTMLInputElement} */ (find("#find")).value = "";
}

/** @param {Ticket} shown */
function show(shown) {
  ticket = shown;
  sure = false;
  write(find("#ticket-number"), shown.number);
  write(find("#ticket-state"), text(`ticket.${shown.state}`));
  write(find("#ticket-where"), where(shown));
  write(find("#ticket-services"), shown.service_names.map((name) => nameIn(name)).join(" → "));
  write(find("#ticket-times"), text("rec.issued", { time: at(shown.issued_at) }));
  redraw(
    find("#ticket-marks"),
    present(shown, at).map((mark) =>
      make(
        "li",
        { class: `mark ${mark.kind}`, "data-need": mark.need },
        mark.name ? nameIn(mark.name) : text(mark.key ?? "", mark.values),
      ),
    ),
  );
  for (const button of buttons()) {
    const action = button.dataset.do ?? "";
    button.hidden = !shown.may.includes(action);
    write(button, text(`rec.${action}`));
  }
  find("#move").hidden = !shown.may.includes("move");
  find("#move-save").hidden = !shown.may.includes("move");
}

/** @param {number} n */
function ahead(n) {
  return n === 0 ? text("rec.ahead_none") : text("rec.ahead", { n });
}

/** @param {Ticket} shown */
function where({ state, ahead: n, counter_name, absent_until }) {
  if (state === "waiting") return ahead(n);
  if (absent_until) return text("absent.until", { time: at(absent_until) });
  return counter_name ? text("rec.at", { counter: nameIn(counter_name) }) : "";
}

/** The form as the ticket stands. */
function fill() {
  const form = /** @type {HTMLFormElement} */ (find("#ticket form"));
  form.reset();
  if (!ticket) return;
  /** @type {HTMLSelectElement} */ (find("#move-service")).value = ticket.service;
  /** @type {HTMLInputElement} */ (find("[name=people]", form)).value = String(ticket.people);
  check(form, "priority", ticket.priority ?? "");
  check(form, "language", ticket.language);
  for (const need of ticket.needs) check(form, "needs", need);
  showReasons();
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {string} value
 */
function check(form, name, value) {
  const field = /** @type {HTMLInputElement | null} */ (
    form.querySelector(`[name=${name}][value="${CSS.escape(value)}"]`)
  );
  if (field) field.checked = true;
}

function showReasons() {
  const form = new FormData(/** @type {HTMLFormElement} */ (find("#ticket form")));
  find("#move-reasons").hidden = form.get("position") !== "front";
  if (form.get("position") === "front") find("#move-reasons").scrollIntoView({ block: "nearest" });
  find("#move-reasons").removeAttribute("data-missing");
}

/** @param {string} action */
async function press(action) {
  if (!ticket || sending) return;
  if (action === "cancel" && !sure) {
    sure = true;
    return write(find("[data-do=cancel]"), text("rec.cancel_sure"));
  }
  await change(action, {});
}

/** What the form says otherwise than the ticket. */
async function move() {
  if (!ticket || sending) return;
  const form = new FormData(/** @type {HTMLFormElement} */ (find("#ticket form")));
  const position = String(form.get("position") ?? "");
  const reason = String(form.get("reason") ?? "");
  if (position === "front" && !reason) return askReason();
  /** @type {Record<string, unknown>} */
  const told = {
    service: form.get("service"),
    priority: form.get("priority") || null,
    needs: form.getAll("needs"),
    language: form.get("language"),
    people: Number(form.get("people")) || 1,
  };
  const stands = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (ticket));
  const changed = Object.entries(told).filter(([name, value]) => String(value) !== String(stands[name]));
  await change("move", {
    ...Object.fromEntries(changed),
    ...(position && { position }),
    ...(position === "front" && { reason }),
  });
}

function askReason() {
  find("#move-reasons").toggleAttribute("data-missing", true);
  find("#move-reasons input").focus();
}

/**
 * @param {string} action
 * @param {object} body
 */
async function change(action, body) {
  const number = ticket?.number ?? "";
  sending = true;
  const answer = await wish(`/api/v1/tickets/${number}/${action}`, body);
  sending = false;
  if (!answer.ok) return refused("#ticket-message", answer);
  show(answer.data);
  fill();
  tell("#ticket-message", text(`rec.done.${action}`, { number }));
}

// -- the emergency block ----------------------------------------------------------------------------------------------

async function enterByHand() {
  /** @type {HTMLFormElement} */ (find("#by-hand form")).reset();
  tell("#paper-message", "");
  await ask("#by-hand");
}

async function enter() {
  const form = /** @type {HTMLFormElement} */ (find("#by-hand form"));
  const told = new FormData(form);
  const word = (/** @type {string} */ name) => String(told.get(name) ?? "").trim();
  const times = ["came_at", "called_at", "started_at", "ended_at"].filter((name) => word(name));
  const more = ["counter", "priority"].filter((name) => word(name));
  if (sending || !form.reportValidity()) return;
  sending = true;
  const answer = await wish("/api/v1/tickets/by-hand", {
    number: asPrinted(word("number")),
    services: [word("service")],
    outcome: word("outcome"),
    ...Object.fromEntries(times.map((name) => [name, asWritten(word(name))])),
    ...Object.fromEntries(more.map((name) => [name, word(name)])),
  });
  sending = false;
  // Which field it was is plain to programs only.
  if (!answer.ok && answer.problem.type === "wrong-value") return tell("#paper-message", text("rec.paper_wrong"), true);
  if (!answer.ok) return refused("#paper-message", answer);
  tell("#paper-message", text("rec.done.by_hand", { number: answer.data.number }));
  // The next slip of the block is mostly for the same counter.
  for (const name of ["number", "came_at", "called_at", "started_at", "ended_at"]) {
    /** @type {HTMLInputElement} */ (find(`[name=${name}]`, form)).value = "";
  }
  find("#paper-number").focus();
}

// -- words ------------------------------------------------------------------------------------------------------------

/**
 * @param {string} place
 * @param {Answer} answer
 */
function refused(place, answer) {
  if (answer.ok) return;
  if (answer.status === 401) location.reload();
  else tell(place, answer.problem.detail, true);
}

/**
 * @param {string} place
 * @param {string} sentence
 * @param {boolean} [refusal]
 */
function tell(place, sentence, refusal = false) {
  find(place).toggleAttribute("data-refusal", refusal);
  write(find(place), sentence);
}

/** Once nothing is on its way: a lock must not lose it. */
async function sent() {
  while (sending) await new Promise((resolve) => setTimeout(resolve, 50));
}

function buttons() {
  return /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-do]"));
}

// -- wiring -----------------------------------------------------------------------------------------------------------

/** @type {Record<string, () => void>} */
const KEYS = {
  Slash: () => filter.focus(),
  F2: () => find("#find").focus(),
  F4: () => void enterByHand(),
  F8: () => void lockNow(),
};

onKeys((event) => {
  const own = KEYS[event.code];
  if (!own) return;
  event.preventDefault();
  own();
});
document.addEventListener("keydown", (event) => {
  // These write nothing, and so work in a field too.
  const own = /^F\d$/.test(event.code) && !document.querySelector("dialog[open]") ? KEYS[event.code] : null;
  if (!own || event.defaultPrevented) return;
  event.preventDefault();
  own();
});
filter.addEventListener("input", drawOffered);
filter.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  const shown = /** @type {HTMLElement | null} */ (find("#offered").querySelector("button"));
  // What was typed names a service; nothing typed, and what is chosen is meant.
  if (filter.value.trim()) shown?.click();
  else void give();
});
visit.addEventListener("submit", (event) => {
  event.preventDefault();
  if (given) nextVisitor();
  else void give();
});
find("#next-visitor").addEventListener("click", nextVisitor);
for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-people]"))) {
  button.addEventListener("click", () => {
    people = Math.min(99, Math.max(1, people + Number(button.dataset.people)));
    drawWanted();
  });
}
find("#finder").addEventListener("submit", (event) => {
  event.preventDefault();
  const typed = /** @type {HTMLInputElement} */ (find("#find")).value;
  if (typed.trim()) void look(typed);
});
for (const button of buttons()) button.addEventListener("click", () => void press(button.dataset.do ?? ""));
find("#ticket form").addEventListener("change", showReasons);
find("#move-save").addEventListener("click", () => void move());
find("#enter-by-hand").addEventListener("click", () => void enterByHand());
find("#paper-enter").addEventListener("click", () => void enter());
find("#by-hand form").addEventListener("change", (event) => {
  const field = /** @type {HTMLInputElement} */ (event.target);
  if (field.name.endsWith("_at")) field.value = asWritten(field.value);
  if (field.name === "number") field.value = asPrinted(field.value);
});
onEvacuation((answer) => (answer.ok ? tell("#message", "") : refused("#message", answer)));
find("[data-tool=lock]").addEventListener("click", () => void lockNow());
lockAfterIdling({ afterS: Number(page.dataset.lockAfter), answered: sent });
draw();
follow("/counter", {
  auth: { counter: "reception" },
  draw: (/** @type {News} */ latest) => {
    if (latest.locked) return location.reload();
    news = latest;
    draw();
  },
  refused: () => location.reload(),
});
