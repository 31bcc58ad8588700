/**
 * The hall's board: draws the calls as they come, and shows large what is being announced. The same markup as
 * board.html. Which calls are announced, and how, is voice.js's and announce.js's.
 */
import { find, make, redraw, write } from "sala/dom";
import { firstNews, follow } from "sala/live";
import { clock, say, zone } from "sala/texts";
import { callKey } from "./announce.js";
import { loudspeaker } from "./voice.js";

/** @typedef {{th: string, en: string}} Name */
/** @typedef {import("./announce.js").Call & {counter_name: Name}} Call */
/** @typedef {{service: string, name: Name, count: number, wait: {said: Name} | null}} Waiting */
/** @typedef {{epoch: string, seq: number, evacuation: string | null, calls: Call[], waiting: Waiting[]}} News */

const EARLIER = 5;
/** As many as board.css leaves room for, on a panel that lies and on one that stands. */
const SERVICES_AT_ONCE = { lying: 6, standing: 8 };
const standing = matchMedia("(orientation: portrait)");
const TURN_MS = 10_000;
/** What is said while all are to leave the building, by language. */
const WARNING = { th: say("th", "common.evacuation_voice"), en: say("en", "common.evacuation_voice") };

/** @type {News} */
let news = firstNews();
/** What is being announced; it stands large until it has been said. @type {import("./announce.js").Call | null} */
let announced = null;

function draw() {
  // Who is called meanwhile is of no concern: nothing may draw the eye from the way out.
  find("#evacuation").hidden = !news.evacuation;
  find("#board").toggleAttribute("inert", Boolean(news.evacuation));
  const large = news.calls.find((call) => announced && callKey(call) === callKey(announced)) ?? news.calls[0];
  drawCall(find("#call"), large);
  const earlier = news.calls.filter((call) => call !== large).slice(0, EARLIER);
  redraw(find("#earlier"), earlier.map(row));
  find("#board").toggleAttribute("data-empty", !large);
  fit();
  drawWaiting();
}

/**
 * A call not shown before is put in anew, so that its highlight begins.
 * @param {HTMLElement} place
 * @param {Call | undefined} call
 */
function drawCall(place, call) {
  place.toggleAttribute("data-announcing", announced !== null);
  const key = call ? callKey(call) : "";
  if (place.dataset.key === key) return;
  place.dataset.key = key;
  place.replaceChildren(...(call ? [large(call)] : []));
}

/** @param {Call} call */
function large({ number, counter, counter_name }) {
  const named = /^\d+$/.test(counter) ? null : make("p", { class: "counter-name" }, counter_name.th);
  return make(
    "div",
    { class: "large fresh" },
    label("board.number"),
    make("p", { class: "figures number", "data-signs": number.length }, number),
    label("board.counter"),
    make("p", { class: "figures counter number", "data-signs": counter.length }, counter),
    named,
  );
}

/** @param {Call} call */
function row({ number, counter }) {
  return make(
    "li",
    { class: "row" },
    make("b", { class: "number", "data-signs": number.length }, number),
    make("span", { class: "arrow", "aria-hidden": "true" }),
    make("b", { class: "counter number", "data-signs": counter.length }, counter),
  );
}

/** Letters differ in width (W is twice an I): a number that is too wide for its place is set smaller, never cut. */
function fit() {
  for (const figure of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".figures, .row .number"))) {
    figure.style.fontSize = "";
    const { clientWidth: room, scrollWidth: wide } = figure;
    if (wide > room)
      figure.style.fontSize = `${(Number.parseFloat(getComputedStyle(figure).fontSize) * room) / wide}px`;
  }
}

/** @param {string} key */
function label(key) {
  return make("p", { class: "label" }, say("th", key), " ", make("span", { lang: "en" }, say("en", key)));
}

/** The services with people waiting, the most first; where they are many, some at a time, in turn. */
function drawWaiting() {
  const waiting = news.waiting.filter(({ count }) => count > 0).sort((one, other) => other.count - one.count);
  const atOnce = SERVICES_AT_ONCE[standing.matches ? "standing" : "lying"];
  const turns = Math.max(1, Math.ceil(waiting.length / atOnce));
  const turn = Math.floor(Date.now() / TURN_MS) % turns;
  const shown = waiting.slice(turn * atOnce, (turn + 1) * atOnce);
  const place = find("#waiting");
  const key = JSON.stringify(shown);
  if (place.dataset.key !== key) place.replaceChildren(...shown.map(service));
  place.dataset.key = key;
  const sum = waiting.reduce((people, { count }) => people + count, 0);
  write(find("#people"), sum);
}

/** @param {Waiting} waiting */
function service({ name, count, wait }) {
  return make(
    "li",
    { class: "service" },
    make("p", { class: "service-name", lang: "th" }, name.th),
    make("p", { class: "service-name", lang: "en" }, name.en),
    make("p", { class: "service-wait" }, ...(wait ? both(wait.said) : [])),
    make("b", { class: "number" }, String(count)),
  );
}

/** @param {Name} name */
function both({ th, en }) {
  return [make("span", { lang: "th" }, th), " ", make("span", { lang: "en" }, en)];
}

function tick() {
  const now = new Date();
  write(find("#clock"), clock(now));
  write(find("#date-th"), day(now, "th-TH-u-ca-buddhist"));
  write(find("#date-en"), day(now, "en-GB"));
  drawWaiting();
}

/**
 * @param {Date} now
 * @param {string} locale
 */
function day(now, locale) {
  const style = /** @type {const} */ ({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
  const parts = new Intl.DateTimeFormat(locale, { ...style, timeZone: zone() }).formatToParts(now);
  return parts
    .map(({ type, value }) => (type === "era" ? "" : value))
    .join("")
    .replace(/\s*ที่\s*/, " ")
    .trim();
}

const tap = find("#sound");
const speaker = loudspeaker({
  told: Date.parse(find("#board").dataset.now ?? "") || Date.now(),
  announcing: (call) => {
    announced = call;
    draw();
  },
  silenced: (blocked) => {
    tap.hidden = !blocked;
  },
});
tap.addEventListener("click", () => void speaker.unlock());

/** Let the loudspeaker say what the board shows: the way out, or the calls. */
function speak() {
  speaker.warn(news.evacuation ? WARNING : null);
  speaker.offer(news.evacuation ? [] : news.calls);
}

tick();
setInterval(tick, 1000);
addEventListener("resize", fit);
void document.fonts.ready.then(fit);
speak();
follow("/board", {
  draw: (/** @type {News} */ latest) => {
    news = latest;
    draw();
    speak();
  },
});
