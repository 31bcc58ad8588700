/**
 * The rating pad: shows one step at a time, and sends the rating once. Which visit it may ask about comes with the news, or
 * by the door from the number that its visitor types or the slip that is scanned. Once somebody has begun to answer,
 * nothing takes the question away under the finger; whoever walks off is not waited for.
 */
import { find, write } from "sala/dom";
import { firstNews, follow } from "sala/live";
import { setMeasures } from "sala/measure";
import { wish } from "sala/post";
import { screen } from "sala/screen";
import { currentLanguage, languageButtons, nameIn, onLanguage, say, speak } from "sala/texts";
import { sign } from "./code_field.js";
import { keep } from "./kept.js";
import { scannedSign, tokenIn } from "./slip_code.js";

/** @typedef {import("sala/texts").Name} Name */
/** @typedef {"rest" | "find" | "steps" | "overall" | "more" | "thanks" | "rated"} Step */
/** @typedef {{token: string, number: string, language: string, until: string | null}} Visit */

/**
 * @typedef {object} PadNews
 * @property {string} epoch
 * @property {number} seq
 * @property {string} counter  "" by the door
 * @property {Name | null} counter_name
 * @property {Visit | null} visit  to be asked about
 * @property {string | null} [evacuation]
 */

/** Whoever has begun to answer and does nothing for so long is gone. */
const GONE_MS = 20_000;
/** What was answered is sent when nobody says more for so long; longer while somebody types. */
const SEND_S = 12;
const TYPING_S = 45;
const SAID_MS = 4000;
const LONGEST = 6;
const LONGEST_SCAN = 300;
/** Comments are read by the staff: what was tapped is said in the language that all of them read. */
const READ_IN = "th";
const CONTENT = 2; // marks of 3 and below ask what was wrong

const news = { now: /** @type {PadNews} */ (firstNews()) };
/** How far this machine's clock is off the hall's. */
const skew = Date.parse(find("#pad").dataset.now ?? "") - Date.now();
const home = /** @type {Step} */ (news.now.counter ? "rest" : "find");
const first = currentLanguage();

const at = {
  step: /** @type {Step} */ (home),
  visit: /** @type {Visit | null} */ (null),
  /** @type {{steps: number, overall: number}} */ marks: { steps: 0, overall: 0 },
  typed: "",
  scanned: "",
  /** Visits that are done with here: sent, refused, or said to be another's. */
  over: /** @type {string[]} */ ([]),
};
const timers = { step: 0, window: 0, send: 0 };

/* ---- which step ---- */

/** @param {Step} step */
function show(step) {
  at.step = step;
  clearTimeout(timers.step);
  clearInterval(timers.send);
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-step]"))) {
    part.hidden = part.dataset.step !== step;
  }
  find(`[data-step="${step}"] h1`).focus({ preventScroll: true });
  ENTERED[step]?.();
}

/** @type {Partial<Record<Step, () => void>>} */
const ENTERED = {
  find: () => type(""),
  steps: () => {
    // By the door somebody has asked for the question; at the counter the minute ends it.
    if (home === "find" || at.marks.steps) timers.step = setTimeout(done, GONE_MS);
  },
  overall: () => {
    timers.step = setTimeout(done, GONE_MS);
  },
  more: () => {
    const low = Math.min(at.marks.steps, at.marks.overall) <= CONTENT + 1;
    for (const one of reasons()) one.hidden = one.dataset.tone !== (low ? "bad" : "good");
    countDown(SEND_S);
  },
  thanks: () => {
    timers.step = setTimeout(done, SAID_MS);
  },
  rated: () => {
    timers.step = setTimeout(done, SAID_MS);
  },
};

/** Whether somebody is in the midst of answering: then news wait. */
function isBusy() {
  const begun = at.step === "steps" && (at.marks.steps > 0 || home === "find");
  return begun || at.step === "overall" || at.step === "more" || at.typed !== "";
}

/** Back to rest, or to whoever is to be asked now. */
function done() {
  at.visit = null;
  at.marks = { steps: 0, overall: 0 };
  for (const one of document.querySelectorAll("[aria-pressed][data-mark], [data-reason]")) {
    one.setAttribute("aria-pressed", "false");
  }
  comment().value = "";
  if (currentLanguage() !== first) speak(first);
  show(home);
  attend();
}

/** Ask about the visit that the news bring, as long as its minute lasts. */
function attend() {
  find("#evacuation").hidden = !news.now.evacuation;
  const { visit } = news.now;
  if (isBusy() || at.step === "thanks" || at.step === "rated" || visit?.token === at.visit?.token) return;
  const left = visit?.until ? Date.parse(visit.until) - (Date.now() + skew) : 0;
  if (!visit || left <= 0 || at.over.includes(visit.token)) return at.visit ? done() : undefined;
  ask(visit);
  clearTimeout(timers.window);
  timers.window = setTimeout(() => at.visit?.token === visit.token && !isBusy() && done(), left);
}

/** @param {Visit} visit */
function ask(visit) {
  at.visit = visit;
  at.marks = { steps: 0, overall: 0 };
  for (const whose of document.querySelectorAll("[data-whose]")) write(whose, visit.number);
  if (visit.language !== currentLanguage() && spoken().includes(visit.language)) speak(visit.language);
  show("steps");
}

/** The languages that may be chosen here. */
function spoken() {
  const buttons = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("button[data-language]"));
  return [...buttons].map((button) => button.dataset.language ?? "");
}

/* ---- the answers ---- */

/**
 * @param {"steps" | "overall"} question
 * @param {HTMLElement} face
 */
function answer(question, face) {
  at.marks[question] = Number(face.dataset.mark);
  for (const one of find(`[data-step="${question}"]`).querySelectorAll("[data-mark]")) {
    one.setAttribute("aria-pressed", String(one === face));
  }
  show(question === "steps" ? "overall" : "more");
}

function reasons() {
  return /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-reason]")]);
}

function comment() {
  return /** @type {HTMLInputElement} */ (find("#comment"));
}

/** @param {number} seconds */
function countDown(seconds) {
  clearInterval(timers.send);
  let left = seconds;
  const tell = () => write(find("#send-in"), say(currentLanguage(), "pad.send_in", { n: left }));
  tell();
  timers.send = setInterval(() => {
    left -= 1;
    if (left <= 0) return send();
    tell();
  }, 1000);
}

function send() {
  const { visit, marks } = at;
  if (!visit) return done();
  const tapped = reasons().filter((one) => !one.hidden && one.getAttribute("aria-pressed") === "true");
  const said = [...tapped.map((one) => say(READ_IN, one.dataset.reason ?? "")), comment().value.trim()].filter(Boolean);
  const body = {
    steps_and_time: marks.steps,
    overall: marks.overall,
    ...(said.length ? { comment: said.join(" · ") } : {}),
  };
  at.over = [...at.over.slice(-50), visit.token];
  show("thanks");
  const path = `/api/v1/tickets/${visit.token}/rating`;
  void kept.send(visit.token, { path, method: "POST", body, credentials: "same-origin" });
}

const kept = keep("pad", {
  answered: (token, answer) => {
    // It was rated on the visitor's phone meanwhile. Whoever stands here is told, and nobody else.
    if (!answer.ok && at.step === "thanks" && at.visit?.token === token) show("rated");
  },
  changed: (waiting) => {
    find("#kept").hidden = waiting.length === 0;
  },
});

/* ---- by the door: a number, or a slip ---- */

/** @param {string} typed */
function type(typed) {
  at.typed = typed.slice(0, LONGEST);
  write(find("#typed"), at.typed);
  find("#problem").hidden = true;
  /** @type {HTMLButtonElement} */ (find("#go")).disabled = !/^[A-Z]{1,2}\d+$/.test(at.typed);
  clearTimeout(timers.step);
  if (at.typed) timers.step = setTimeout(done, GONE_MS);
}

/** @param {string} query */
async function look(query) {
  const answer = await wish(`/api/v1/pad/visit?${query}`, null, { method: "GET" });
  if (answer.ok) return found(answer.data);
  if (answer.problem.type === "already-rated") return show("rated");
  if (at.step !== "find") return;
  find("#problem").hidden = false;
  write(find("#problem"), answer.problem.detail);
}

/** @param {Visit} visit */
function found(visit) {
  at.typed = "";
  ask(visit);
}

/**
 * A scanner types the slip's whole address in an instant, and ends with Enter; a keyboard's visitor types the number.
 * @param {KeyboardEvent} event
 */
function key(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target === comment()) return;
  if (event.key === "Enter") {
    const token = tokenIn(at.scanned);
    at.scanned = "";
    if (token) {
      event.preventDefault();
      at.typed = "";
      void look(`token=${encodeURIComponent(token)}`);
    } else if (at.step === "find" && document.activeElement?.tagName !== "BUTTON") {
      find("#go").click();
    }
    return;
  }
  at.scanned = `${at.scanned}${scannedSign(event)}`.slice(-LONGEST_SCAN);
  if (at.step !== "find") return;
  if (event.key === "Backspace") type(at.typed.slice(0, -1));
  const one = /[/:.]/.test(at.scanned) ? "" : sign(event);
  if (/^[A-Z0-9]$/.test(one)) type(at.typed + one);
}

/* ---- wiring ---- */

for (const question of /** @type {const} */ (["steps", "overall"])) {
  find(`[data-step="${question}"]`).addEventListener("click", (event) => {
    const face = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-mark]"));
    if (face) answer(question, face);
  });
}
find("#first-again").addEventListener("click", () => show("steps"));
find("#not-me").addEventListener("click", () => {
  // At the counter the next visitor stands there: the one before is not asked about any more.
  if (at.visit) at.over = [...at.over.slice(-50), at.visit.token];
  done();
});
for (const one of reasons()) {
  one.addEventListener("click", () => {
    one.setAttribute("aria-pressed", String(one.getAttribute("aria-pressed") !== "true"));
    countDown(SEND_S);
  });
}
comment().addEventListener("input", () => countDown(TYPING_S));
comment().addEventListener("focus", () => countDown(TYPING_S));
comment().addEventListener("keydown", (event) => event.key === "Enter" && send());
find("#send").addEventListener("click", send);
// The next in line need not wait for the thanks to the one before.
for (const said of ["thanks", "rated"]) find(`[data-step="${said}"]`).addEventListener("click", done);
find("#keys").addEventListener("click", (event) => {
  const one = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-sign]"));
  if (one) type(at.typed + one.dataset.sign);
});
find("#erase").addEventListener("click", () => type(at.typed.slice(0, -1)));
find("#go").addEventListener("click", () => look(`number=${encodeURIComponent(at.typed)}`));
addEventListener("keydown", key);
// A pad on a counter is no place to look around in.
addEventListener("contextmenu", (event) => event.preventDefault());

languageButtons();
onLanguage(() => {
  const { counter_name } = news.now;
  if (counter_name) write(find("#rest-at"), say(currentLanguage(), "pad.rest_at", { counter: nameIn(counter_name) }));
});
setMeasures({ diagonal: screen.diagonal });
attend();
follow("/pad", {
  auth: { counter: news.now.counter },
  mayReload: () => !isBusy(),
  draw: (/** @type {PadNews} */ told) => {
    news.now = told;
    attend();
  },
});
