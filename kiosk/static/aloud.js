/**
 * Reads the kiosk aloud to whoever asks for it: each step's heading and what can be chosen there, then whatever has the
 * focus or is touched. By a clip of the voice pack where there is one, else by a good voice of the browser's own. Where a
 * language has neither, nothing is said, and where none has, the button is not there. What is said stands on the screen;
 * how clips are played is clips.js's, which voices may speak voices.js's.
 */
import { hush, manifest, play } from "sala/clips";
import { find } from "sala/dom";
import { screen } from "sala/screen";
import { setVolume, volume, wake } from "sala/sound";
import { currentLanguage, onLanguage, say } from "sala/texts";
import { RATE, voiceFor } from "sala/voices";
import { currentStep, onBusy, onStartOver, onStep } from "./steps.js";

/** One thing to say: its words, and the clip that says them, where another than that of the text. @typedef {{clip?: string, words: string}} Said */

/** What is said of a step, in turn. */
const READ = "h1, .step-head p, .service-name, .tile-name, .choice-name, .ticket-service, .ticket-ahead, .ticket-wait";
const TO_PRESS = 'button, label, input, [role="radio"], [tabindex="0"]';

const TEXT = "text.";

const button = find("#mode-aloud");
const isOn = () => button.getAttribute("aria-pressed") === "true";
/** Grows with everything that ends what is being said. */
let turn = 0;

setVolume(Number(screen.volume ?? 100));

/* ---- what there is to say ---- */

/**
 * @param {Element} part
 * @returns {Said}
 */
export function saidOf(part) {
  const element = /** @type {HTMLElement} */ (part);
  const words = element.getAttribute("aria-label") || element.innerText || "";
  return { clip: cardOf(element), words: words.replace(/\s+/g, " ").trim() };
}

/** The clip of the service that a card is for. @param {HTMLElement} part */
function cardOf(part) {
  const card = /** @type {HTMLElement | null} */ (
    part.closest(".service, .service-name")?.closest("[data-key]") ?? null
  );
  return card ? `service.${card.dataset.key}` : "";
}

/** All that is said of the step that is shown: what is over it, if anything is. */
function ofStep() {
  const over = find("#state").hidden ? null : find("#state-words");
  const parts = over
    ? over.querySelectorAll(`[lang="${currentLanguage()}"] > *`)
    : find(`#${currentStep()}`).querySelectorAll(READ);
  return Array.from(parts)
    .filter((part) => /** @type {HTMLElement} */ (part).checkVisibility({ visibilityProperty: true }))
    .flatMap((part) => (part.querySelector(".ticket-number") ? numberOf(part) : [saidOf(part)]))
    .filter(({ words }) => words !== "");
}

/** The visitor's number: its label, and then sign by sign. @param {Element} title */
function numberOf(title) {
  const signs = Array.from(find(".ticket-number", /** @type {HTMLElement} */ (title)).innerText.trim());
  const spelt = signs.map((sign) => ({ clip: `${/\d/.test(sign) ? "digit" : "letter"}.${sign}`, words: sign }));
  return [saidOf(find(".ticket-label", /** @type {HTMLElement} */ (title))), ...spelt];
}

/* ---- saying it ---- */

function stop() {
  turn += 1;
  hush();
  globalThis.speechSynthesis?.cancel();
}

/**
 * Say these one after the other, instead of whatever is being said.
 * @param {Said[]} all
 */
async function read(all) {
  stop();
  const mine = turn;
  const language = currentLanguage();
  for (const one of all) {
    if (mine !== turn || !isOn()) return;
    const played = await play(one.clip || (await clipOf(one.words, language)), language);
    if (!played && mine === turn) await speak(one.words, language);
  }
}

/**
 * The clip of these words, where they are one of the page's texts; "" where there is none.
 * @param {string} words
 * @param {string} language
 */
async function clipOf(words, language) {
  const { languages } = await manifest();
  const keys = Object.keys(languages[language]?.clips ?? {});
  return keys.find((key) => key.startsWith(TEXT) && say(language, key.slice(TEXT.length)) === words) ?? "";
}

/**
 * By the browser's own voice; nothing where it has no good one.
 * @param {string} words
 * @param {string} language
 */
function speak(words, language) {
  const voice = voiceFor(language);
  if (!voice) return;
  return new Promise((resolve) => {
    const utterance = new SpeechSynthesisUtterance(words);
    Object.assign(utterance, { voice, lang: voice.lang, rate: RATE, volume: volume() });
    for (const end of ["end", "error"]) utterance.addEventListener(end, resolve);
    speechSynthesis.speak(utterance);
  });
}

/* ---- whether it can ---- */

async function offer() {
  const { languages } = await manifest();
  const clips = Object.values(languages).some((pack) => Object.keys(pack.clips).some(isOurs));
  const codes = Array.from(document.querySelectorAll("button[data-language]"), (one) => one.getAttribute("lang") ?? "");
  button.hidden = !clips && !codes.some(voiceFor);
}

/** @param {string} key */
function isOurs(key) {
  return key.startsWith("text.kiosk.") || key.startsWith("service.");
}

/** @param {boolean} on */
function set(on) {
  button.setAttribute("aria-pressed", String(on));
  stop();
  if (on) void wake().then(() => read(ofStep()));
}

/** @param {Event} event */
function readPart(event) {
  const part = /** @type {Element} */ (event.target).closest(TO_PRESS);
  const inMenu = find("#staff").contains(part);
  if (isOn() && part && part !== button && !inMenu) void read([saidOf(part)]);
}

button.addEventListener("click", () => set(!isOn()));
document.addEventListener("focusin", readPart);
onStep(() => isOn() && void read(ofStep()));
onLanguage(() => isOn() && void read(ofStep()));
onStartOver(() => set(false));
onBusy(isOn);
new MutationObserver(() => isOn() && void read(ofStep())).observe(find("#state-words"), { childList: true });
globalThis.speechSynthesis?.addEventListener?.("voiceschanged", () => void offer());
void offer();
