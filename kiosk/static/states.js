/**
 * The screens of a kiosk that cannot do what it is there for: each says what is the matter, from when it will be well
 * again, and what to do meanwhile. In every language of the house at once, until the visitor chooses one. Which of them
 * stands is which_state.js's to say; the staff's own screens are staff.js's.
 */
import { find, make, write } from "sala/dom";
import { currentLanguage, nameIn, onLanguage, say } from "sala/texts";
import { asKiosk } from "./as_kiosk.js";
import { withoutQr } from "./drawing.js";
import { busy, currentStep, onStartOver, onStep, startOver } from "./steps.js";
import { news, onNews } from "./told.js";
import { givesNoSlip, whichState } from "./which_state.js";

/** @typedef {import("sala/texts").Name} Name */

/** A screen's button, by its id, with what it says. @typedef {[id: "state-go" | "state-booking", key: string]} Button */
/** @typedef {{icon: string, lines: (language: string) => string[], buttons?: () => Button[]}} Screen */

const page = document.documentElement;
/** Nobody is here any more: the next one begins anew. */
const AWAY_MS = 45_000;
/** Where nobody has chosen a language yet: Thai, and what most others read. */
const AT_ONCE = ["th", "en"];

/** What this visitor has chosen and seen. */
const visitor = {
  chose: false,
  /** @type {string | null} */
  past: null,
  /** @type {string | null} */
  one: null,
};
/** A call for staff that this page has sent, and that the hall has not taken. @type {"sending" | "failed" | null} */
let sending = null;

const again = (/** @type {string} */ language) => {
  const when = nameIn(news().nothing?.again, language);
  return when && say(language, "kiosk.state.again", { when });
};
const browse = () => /** @type {Button[]} */ ([["state-go", "kiosk.state.browse"], ...booked()]);
const booked = () => /** @type {Button[]} */ (news().bookings ? [["state-booking", "kiosk.booking"]] : []);
const full = (/** @type {string} */ why) => ({
  icon: "people",
  lines: (/** @type {string} */ language) => [again(language), say(language, `kiosk.state.${why}_do`)],
  buttons: browse,
});

/** @type {Record<string, Screen>} */
const SCREENS = {
  offline: {
    icon: "offline",
    lines: (language) => ["offline_do", "offline_more"].map((key) => say(language, `kiosk.state.${key}`)),
  },
  paused: { icon: "pause", lines: (language) => [say(language, "kiosk.state.paused_do")] },
  closed: {
    icon: "clock",
    lines: (language) => [nameIn(news().closed_because, language), again(language)],
    buttons: () => [["state-go", "kiosk.state.browse"]],
  },
  "quota-full": full("quota-full"),
  "hour-full": full("hour-full"),
  "no-time-left": full("no-time-left"),
  "service-paused": full("service-paused"),
  printer: {
    icon: "printer",
    lines: (language) =>
      [withoutQr("kiosk.state.printer_do"), "kiosk.state.printer_told"].map((key) => say(language, key)),
    buttons: () => [["state-go", "kiosk.state.printer_go"]],
  },
  one: {
    icon: "info",
    lines: (language) => [nameIn(touched()?.closed_because, language), again(language)],
    buttons: () => [["state-go", "kiosk.state.one_back"]],
  },
};

/** The service that was touched and cannot be had. */
function touched() {
  return news().services.find((service) => service.id === visitor.one);
}

/** @returns {string | null} */
function state() {
  const { nothing, printer, evacuation } = news();
  const lost = page.dataset.connection === "lost";
  const { one, past } = visitor;
  const told = { lost, leave: evacuation !== null, step: currentStep(), printer, nothing: nothing?.why ?? null };
  return whichState({ ...told, one: touched()?.open === false ? one : null, past });
}

/* ---- drawing ---- */

function draw() {
  const { printer } = news();
  page.dataset.printer = givesNoSlip(printer) ? "out" : printer;
  const shown = state();
  const part = find("#state");
  const fresh = part.hidden || part.dataset.state !== shown;
  part.hidden = shown === null;
  const covered = shown !== null || news().evacuation !== null;
  for (const step of document.querySelectorAll(".step")) step.toggleAttribute("inert", covered);
  drawCall();
  if (shown === null) return;
  part.dataset.state = shown;
  drawScreen(shown, SCREENS[shown]);
  if (fresh && !hiddenBehind()) find("#state-words").focus({ preventScroll: true });
}

/** The staff's menu stands over it. */
function hiddenBehind() {
  return !find("#staff").hidden;
}

/**
 * @param {string} shown
 * @param {Screen} screen
 */
function drawScreen(shown, { icon, lines, buttons = () => [] }) {
  find("#state-icon use").setAttribute("href", `/static/icons.svg#${icon}`);
  const said = shown === "one" ? [currentLanguage()] : languages();
  const fresh = said.map((language) => words(shown, language, lines(language)));
  const there = Array.from(find("#state-words").children);
  // What is said is an alert: told once, and not again with each news.
  if (fresh.length !== there.length || fresh.some((one, i) => !one.isEqualNode(there[i]))) {
    find("#state-words").replaceChildren(...fresh);
  }
  drawBring(shown === "one");
  const wanted = new Map(buttons());
  for (const button of find("#state-foot").children) {
    const key = wanted.get(/** @type {Button[0]} */ (button.id));
    /** @type {HTMLElement} */ (button).hidden = key === undefined;
    if (key) find("span", button).replaceChildren(...inEach(said, key));
  }
}

/** The languages that the screen speaks now. */
function languages() {
  return visitor.chose
    ? [currentLanguage()]
    : AT_ONCE.filter((one) => document.querySelector(`[data-language=${one}]`));
}

/**
 * @param {string} shown
 * @param {string} language
 * @param {string[]} lines
 */
function words(shown, language, lines) {
  const title = shown === "one" ? nameIn(touched()?.name, language) : say(language, `kiosk.state.${shown}`);
  const first = shown === "one" ? [say(language, "kiosk.state.one")] : [];
  return make(
    "div",
    { class: "state-said", lang: language },
    make("h1", {}, title),
    ...[...first, ...lines].filter(Boolean).map((line) => make("p", {}, line)),
  );
}

/**
 * One text in each of these languages.
 * @param {string[]} said
 * @param {string} key
 */
function inEach(said, key) {
  const texts = [...new Map(said.map((language) => [say(language, key), language]))];
  return texts.map(([text, language]) => make("span", { lang: language }, text));
}

/** What to bring another time, of the service that was touched. @param {boolean} wanted */
function drawBring(wanted) {
  const service = wanted ? touched() : undefined;
  const language = currentLanguage();
  const papers = service ? [...listOf(service.documents, language), ...listOf(service.forms, language)] : [];
  const fee = nameIn(service?.fee);
  find("#state-bring").hidden = !service;
  const none = say(language, "kiosk.bring_none");
  find("#state-papers").replaceChildren(...(papers.length ? papers : [none]).map((paper) => make("li", {}, paper)));
  find("#state-fee").hidden = !fee;
  write(find("#state-fee"), `${say(language, "kiosk.fee")}: ${fee}`);
}

/**
 * @param {Record<string, string[]> | undefined} lists
 * @param {string} language
 */
function listOf(lists, language) {
  return lists?.[language] ?? lists?.th ?? [];
}

/* ---- a call for a member of staff ---- */

function drawCall() {
  const { call } = news();
  const key = call ? (call.answered ? "called_coming" : "called") : sending && SENT[sending];
  const bar = find("#called");
  bar.hidden = !key;
  bar.dataset.answered = String(Boolean(call?.answered));
  const said = find("#called-words");
  const texts = key ? inEach(languages(), `kiosk.${key}`) : [];
  if (said.textContent !== texts.map((text) => text.textContent).join("")) said.replaceChildren(...texts);
  find("#called-over").hidden = !call;
  // The line stands above a state, not before it.
  find("#state").style.setProperty("inset-block-start", `${bar.offsetHeight}px`);
}

const SENT = { sending: "called_sending", failed: "called_not" };

async function callStaff() {
  sending = "sending";
  drawCall();
  const why = WHY[state() ?? ""] ?? "help";
  const answer = await asKiosk("POST", "call-staff", { why });
  sending = answer.ok ? null : "failed";
  if (answer.ok) news().call = answer.data.call;
  drawCall();
}

/** What stood on the screen, as the staff are told it. @type {Record<string, string>} */
const WHY = {
  closed: "closed",
  paused: "paused",
  printer: "printer",
  "quota-full": "full",
  "hour-full": "full",
  "no-time-left": "full",
};

async function noMore() {
  const answer = await asKiosk("DELETE", "call-staff");
  if (answer.ok) news().call = answer.data.call;
  drawCall();
}

/* ---- what the visitor does ---- */

/** On, past the screen that stands. */
function goOn() {
  if (visitor.one) visitor.one = null;
  else visitor.past = state();
  draw();
  find(`#${currentStep()} h1`).focus({ preventScroll: true });
}

function forget() {
  Object.assign(visitor, { chose: false, past: null, one: null });
  if (sending === "failed") sending = null;
  draw();
}

let away = 0;

/** Somebody is here: begin to wait again. */
function stay() {
  clearTimeout(away);
  away = setTimeout(leave, AWAY_MS);
}

/** A kiosk left on its first step begins anew by itself; on any other it asks first, and then starts over. */
function leave() {
  if (busy() && state() === null) return;
  if (busy()) startOver();
  forget();
}

find("#state-go").addEventListener("click", goOn);
find("#state-booking").addEventListener("click", () => {
  goOn();
  find("#have-booking").click();
});
find("#call-staff").addEventListener("click", callStaff);
find("#called-over").addEventListener("click", noMore);
// A card that cannot be had has a screen that says why, instead of what the step would do.
document.addEventListener(
  "click",
  (event) => {
    const card = /** @type {Element} */ (event.target).closest('.service[aria-disabled="true"]');
    const item = /** @type {HTMLElement | null} */ (card?.closest("li[data-key]") ?? null);
    if (!item) return;
    event.stopPropagation();
    visitor.one = item.dataset.key ?? null;
    draw();
  },
  { capture: true },
);
document.addEventListener("click", (event) => {
  if (/** @type {Element} */ (event.target).closest("button[data-language]")) {
    visitor.chose = true;
    draw();
  }
});
for (const sign of ["pointerdown", "keydown"]) addEventListener(sign, stay, { capture: true });
onStep(draw);
onStartOver(forget);
onLanguage(draw);
new MutationObserver(draw).observe(page, { attributeFilter: ["data-connection"] });
onNews(draw);
stay();
