/**
 * The staff's menu of this kiosk: found by a gesture, opened by a name and its PIN, closed when nobody touches it for a
 * minute. What may be done is the hall's to judge: it knows who is here by a word that this page holds and nothing else.
 * Not here: the gesture (gesture.js), the minute for cleaning (cleaning.js).
 */
import { find, make, write } from "sala/dom";
import { pxPerMm } from "sala/measure";
import { screen } from "sala/screen";
import { setVolume } from "sala/sound";
import { currentLanguage, onLanguage, say, speak, zone } from "sala/texts";
import { currentTheme } from "sala/theme";
import { asKiosk } from "./as_kiosk.js";
import { chime } from "./chime.js";
import { lockForCleaning } from "./cleaning.js";
import { countdown } from "./countdown.js";
import { onGesture } from "./gesture.js";
import { startOver } from "./steps.js";
import { news, onNews } from "./told.js";

/** @typedef {{name: string, state: string, detail: string}} Printer */
/** @typedef {{since: string, left: number, short: boolean}} Roll */
/**
 * @typedef {object} Machine  the kiosk as the hall knows it
 * @property {string} device
 * @property {Printer | null} printer
 * @property {Roll | null} roll
 * @property {number} slips_per_roll
 * @property {boolean} paused
 * @property {number} volume
 */

const IDLE_S = 60;
const STEP = 10;
/** So long a sample slip is waited for: a slow printer, and an agent that had to come back. */
const PRINTS_MS = 30_000;
const TARGET_MM = 20;
const PARTS = ["who", "pin", "menu"];
/** What is beneath, and must not be reached while the menu is open. */
const BENEATH = ".top, .bar, .step, .state, .called";

const visit = {
  /** @type {string} the name picked */
  name: "",
  /** @type {string} what the hall knows the visit by; "" before the PIN was right */
  word: "",
  /** @type {Machine | null} */
  machine: null,
  volume: Number(screen.volume ?? 100),
  /** @type {{job: string, outcome: string} | null} */
  sample: null,
};
setVolume(visit.volume);

const idle = countdown((left) => write(find("#staff-leaves"), text("leaves", { n: left })), leave);
const isOpen = () => !find("#staff").hidden;

/**
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
function text(key, values) {
  return say(currentLanguage(), `kiosk.staff.${key}`, values);
}

/* ---- coming and going ---- */

async function open() {
  if (isOpen() || !find("#cleaning").hidden || news().evacuation !== null) return;
  startOver();
  find("#staff").hidden = false;
  page().dataset.staff = "";
  setBeneath();
  show("who");
  complain("");
  idle.start(IDLE_S);
  find("#staff-title").focus();
  await drawNames();
}

/** Closed: whoever comes next finds nothing of it. */
function leave() {
  if (!isOpen()) return;
  idle.stop();
  find("#staff").hidden = true;
  delete page().dataset.staff;
  setBeneath();
  const { word, machine, volume } = visit;
  Object.assign(visit, { name: "", word: "", machine: null, sample: null });
  setDigits("");
  if (word) void end(word, machine, volume);
  startOver();
}

/**
 * What was tried by ear is kept now: each change of a screen's settings draws screens anew.
 * @param {string} word
 * @param {Machine | null} machine
 * @param {number} volume
 */
async function end(word, machine, volume) {
  if (machine && machine.volume !== volume) await asKiosk("PUT", "volume", { volume }, word);
  await asKiosk("DELETE", "staff", {}, word);
}

function setBeneath() {
  const covered = isOpen() || news().evacuation !== null;
  for (const part of document.querySelectorAll(BENEATH)) part.toggleAttribute("inert", covered);
}

/** @param {string} shown  one of PARTS */
function show(shown) {
  for (const part of PARTS) find(`#staff-${part}`).hidden = part !== shown;
  const leaving = find("#staff-leave-words");
  leaving.dataset.text = shown === "menu" ? "kiosk.staff.leave" : "kiosk.staff.cancel";
  write(leaving, say(currentLanguage(), leaving.dataset.text));
}

/* ---- who is there ---- */

async function drawNames() {
  const answer = await asKiosk("GET", "staff");
  if (!answer.ok) return complain(answer.problem.detail);
  const names = /** @type {string[]} */ (answer.data);
  find("#staff-names").replaceChildren(
    ...names.map((name) =>
      make("li", {}, make("button", { type: "button", class: "button", "data-name": name }, name)),
    ),
  );
}

/** @param {string} name */
function pick(name) {
  visit.name = name;
  show("pin");
  complain("");
  setDigits("");
  write(find("#staff-pin-title"), text("pin", { name }));
  find("#staff-digits").focus();
}

/** @param {string} digits */
function setDigits(digits) {
  const field = /** @type {HTMLInputElement} */ (find("#staff-digits"));
  field.value = digits.slice(0, field.maxLength);
}

function digits() {
  return /** @type {HTMLInputElement} */ (find("#staff-digits")).value;
}

/** @param {Event} event */
async function enter(event) {
  event.preventDefault();
  if (!digits()) return;
  const answer = await asKiosk("POST", "staff", { username: visit.name, pin: digits() });
  setDigits("");
  if (!answer.ok) return complain(answer.problem.detail);
  if (!isOpen()) return;
  visit.word = answer.data.word;
  complain("");
  show("menu");
  find("#staff-title").focus();
  await take(asKiosk("GET", "machine", {}, visit.word));
}

/* ---- the menu ---- */

/**
 * What the hall answered: the kiosk as it stands now, or why not. A visit that is over is asked for its PIN again.
 * @param {Promise<import("sala/post").Answer>} asked
 */
async function take(asked) {
  const answer = await asked;
  if (!isOpen()) return;
  complain(answer.ok ? "" : answer.problem.detail);
  if (!answer.ok) return answer.problem.type === "staff-away" ? pick(visit.name) : undefined;
  if (answer.data?.device) {
    if (visit.machine === null) visit.volume = answer.data.volume;
    visit.machine = answer.data;
  }
  drawMenu();
}

function drawMenu() {
  const { machine } = visit;
  if (!machine) return;
  write(find("#staff-kiosk"), machine.device);
  const { printer } = machine;
  const state = text(`printer.${printer ? printer.state : "none"}`);
  write(find("#staff-printer"), `${text("printer")} ${printer?.name ?? ""}: ${state}`);
  find("#staff-printer").dataset.state = printer?.state ?? "none";
  write(find("#staff-roll-told"), rollWords(machine));
  write(find("#staff-sample-told"), visit.sample ? text(`sample.${visit.sample.outcome}`) : text("sample_hint"));
  find("#staff-sample").dataset.outcome = visit.sample?.outcome ?? "";
  tell("#staff-pause b span", machine.paused ? "resume" : "pause");
  find("#staff-pause").toggleAttribute("data-paused", machine.paused);
  write(find("#staff-volume"), `${visit.volume} %`);
  drawScreen();
}

/** @param {Machine} machine */
function rollWords({ roll, slips_per_roll }) {
  if (!roll) return `${text("roll_unknown")} · ${text("roll_hint", { n: slips_per_roll })}`;
  return text("roll_left", { n: roll.left, when: when(new Date(roll.since)) });
}

/** A day and its time on the centre's wall. @param {Date} moment */
function when(moment) {
  const language = currentLanguage() === "en" ? "en-GB" : currentLanguage();
  return new Intl.DateTimeFormat(language, { timeZone: zone(), dateStyle: "short", timeStyle: "short" }).format(moment);
}

function drawScreen() {
  const { diagonal } = screen;
  const px = Math.round(TARGET_MM * pxPerMm(innerWidth, innerHeight, diagonal));
  write(find("#staff-screen"), text("screen", { diagonal, theme: text(`theme.${currentTheme()}`), px }));
}

/**
 * @param {string} selector
 * @param {string} key
 */
function tell(selector, key) {
  const part = find(selector);
  part.dataset.text = `kiosk.staff.${key}`;
  write(part, text(key));
}

async function sample() {
  visit.sample = { job: "", outcome: "given" };
  drawMenu();
  const answer = await asKiosk("POST", "sample-slip", {}, visit.word);
  visit.sample = answer.ok ? { job: answer.data.job, outcome: "given" } : null;
  if (answer.ok) {
    const { job } = answer.data;
    setTimeout(() => outcomeOf(job, "unknown"), PRINTS_MS);
    hear();
  }
  await take(Promise.resolve(answer));
}

/** What the news say of the sample slip that this visit asked for. */
function hear() {
  const told = news().sample;
  if (told && told.outcome !== "given") outcomeOf(told.job, told.outcome);
}

/**
 * @param {string} job
 * @param {string} outcome
 */
function outcomeOf(job, outcome) {
  if (visit.sample?.job !== job || visit.sample.outcome !== "given") return;
  visit.sample = { job, outcome };
  void take(asKiosk("GET", "machine", {}, visit.word));
}

/** @param {number} by */
function louder(by) {
  visit.volume = Math.min(Math.max(visit.volume + by, 0), 100);
  setVolume(visit.volume);
  drawMenu();
  void chime();
}

async function restart() {
  // A page that cannot be had again would leave the kiosk with the browser's own.
  const there = await fetch(location.href).catch(() => null);
  if (!there?.ok) return complain(say(currentLanguage(), "common.unreachable"));
  const { word, machine, volume } = visit;
  await end(word, machine, volume);
  location.reload();
}

function clean() {
  leave();
  lockForCleaning();
}

/** @type {Record<string, () => unknown>} */
const ACTS = {
  sample,
  clean,
  restart,
  leave,
  roll: () => take(asKiosk("POST", "roll", {}, visit.word)),
  pause: () => take(asKiosk("POST", "pause", { paused: !visit.machine?.paused }, visit.word)),
  softer: () => louder(-STEP),
  louder: () => louder(STEP),
  others: () => show("who"),
  delete: () => setDigits(digits().slice(0, -1)),
};

/** @param {string} sentence  "" takes it away */
function complain(sentence) {
  find("#staff-refusal").hidden = sentence === "";
  write(find("#staff-refusal"), sentence);
}

function page() {
  return document.documentElement;
}

/* ---- wiring ---- */

for (const [id, act] of Object.entries(ACTS)) find(`#staff-${id}`).addEventListener("click", () => void act());
find("#staff-pin").addEventListener("submit", (event) => void enter(event));
find("#staff-keys").addEventListener("click", (event) => {
  const key = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-digit]"));
  if (key) setDigits(digits() + (key.dataset.digit ?? ""));
});
// A finger on the keys leaves the focus in the field, where Enter is expected.
find("#staff-keys").addEventListener("pointerdown", (event) => event.preventDefault());
find("#staff-names").addEventListener("click", (event) => {
  const picked = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-name]"));
  if (picked) pick(picked.dataset.name ?? "");
});
// Whoever is at the menu types nothing into the page beneath, and is not gone.
find("#staff").addEventListener("keydown", (event) => {
  event.stopPropagation();
  if (event.key === "Escape") leave();
});
for (const sign of ["pointerdown", "keydown"]) {
  addEventListener(sign, () => isOpen() && idle.start(IDLE_S), { capture: true });
}
onNews(() => {
  if (news().evacuation !== null) leave();
  setBeneath();
  hear();
});
find("#staff-languages").addEventListener("click", (event) => {
  const chosen = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-speaks]"));
  if (chosen) speak(chosen.dataset.speaks ?? "");
});
onLanguage(() => {
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-speaks]"))) {
    button.setAttribute("aria-pressed", String(button.dataset.speaks === currentLanguage()));
  }
  drawMenu();
  if (visit.name) write(find("#staff-pin-title"), text("pin", { name: visit.name }));
});
addEventListener("resize", drawMenu);
onGesture(() => void open());
