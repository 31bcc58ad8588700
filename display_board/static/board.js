/**
 * The hall's board: draws the calls as they come, and shows large what is being announced. The same markup as
 * board.html. How large all is, and what there is room for, is layout.js's; the pages of the band are band.js's; which
 * calls are announced, and how, is voice.js's and announce.js's; pictures and films are media.js's.
 */
import { find, make, write } from "sala/dom";
import { firstNews, follow } from "sala/live";
import { setMeasures } from "sala/measure";
import { screen } from "sala/screen";
import { clock, nameIn, say, zone } from "sala/texts";
import { callKey } from "./announce.js";
import { pages } from "./band.js";
import { BODY, CAPITAL, FORMS, layout } from "./layout.js";
import { player } from "./media.js";
import { loudspeaker } from "./voice.js";

/** @typedef {Record<string, string>} Name */
/** @typedef {"called" | "serving" | "absent" | "gone"} State */
/** @typedef {import("./announce.js").Call & {counter_name: Name, state: State}} Call */
/** @typedef {{service: string, name: Name, count: number, wait: {said: Name} | null, paused: Name | null}} Waiting */
/** @typedef {import("./band.js").Saying} Saying */
/** @typedef {import("./band.js").Page} Page */
/**
 * @typedef {object} News
 * @property {string} epoch
 * @property {number} seq
 * @property {string | null} evacuation
 * @property {boolean} open
 * @property {Name | null} closed_because
 * @property {string[]} hours
 * @property {string | null} opens
 * @property {Call[]} calls
 * @property {Waiting[]} waiting
 * @property {{text: Name}[]} notices
 * @property {import("./media.js").Item[]} playlist
 * @property {string[]} numbers
 * @property {string[]} counters
 */

/** So long a page of calls, or of the band, stands. */
const CALLS_TURN_MS = 5000;
const BAND_TURN_MS = { both: 7000, one: 4500 };
/** Pictures have the calls' place once nobody has been awaited for so long. */
const IDLE_MS = 15_000;
/** A screen that is too small for its hall says so for so long; in trial, always. */
const TOLD_MS = 60_000;
/** The closed hall's message grows up to so many times what can be read. */
const GROWS = 2.6;
/** The clock's font, in that of the Latin text; and between the parts of the header, in em of the Thai one. */
const CLOCK = 2.1;
const APART = 1;
/** What is said while all are to leave the building, by language. */
const WARNING = { th: say("th", "common.evacuation_voice"), en: say("en", "common.evacuation_voice") };
const page = document.documentElement;
const board = find("#board");

/** @type {News} */
let news = firstNews();
/** What is being announced; it stands large until it has been said. @type {import("./announce.js").Call | null} */
let announced = null;
/** @type {import("./layout.js").Layout} */
let laid;
let widest = "";
let busyAt = performance.now();
/** @type {Page[]} */
let said = [];
let saidKey = "";
let turned = { page: 0, at: 0 };

// ---- measures ------------------------------------------------------------------------------------------------------

const ruler = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));

/**
 * The width of a text in em.
 * @param {string} text
 * @param {number} [weight]
 */
function em(text, weight = 600) {
  ruler.font = `${weight} 100px Sarabun`;
  return ruler.measureText(text).width / 100;
}

/** @param {string[]} texts */
function widestOf(texts) {
  return Math.max(0.5, ...texts.map((text) => em(text, 700)));
}

/** The word for a counter beside its number, in em of the Thai text. */
function labelEm() {
  const [thai, english] = ["th", "en"].map((language) => em(say(language, "board.counter_short")));
  return Math.max(thai, (english * BODY) / CAPITAL);
}

/**
 * What the header's parts need, in em of the Thai text; the clock is larger than a text.
 * @returns {{name: number, date: number, clock: number}}
 */
function headEm() {
  const wide = (/** @type {string} */ selector) => {
    const [thai, english] = ["th", "en"].map((language) =>
      em(find(`${selector} [lang="${language}"]`).textContent ?? ""),
    );
    return Math.max(thai, (english * BODY) / CAPITAL);
  };
  return { name: wide(".head-centre"), date: wide(".head-date"), clock: (CLOCK * em("00:00", 700) * BODY) / CAPITAL };
}

/** What may be called, and what is: the panel leaves room for the widest. */
function signs() {
  return {
    number: widestOf([...news.numbers, ...news.calls.map(({ number }) => number)]),
    counter: widestOf([...news.counters, ...news.calls.map(({ counter }) => counter)]),
  };
}

/** Divide the panel anew, and draw all. */
function arrange() {
  const { number, counter } = signs();
  const head = headEm();
  widest = `${number}/${counter}`;
  laid = layout({
    width: innerWidth,
    height: innerHeight,
    mm: millimetre(),
    distance: screen.distance,
    overscan: screen.overscan,
    taken: [...document.querySelectorAll("body > aside, #sound")].reduce((sum, one) => sum + one.clientHeight, 0),
    pictures: news.playlist.length > 0,
    number,
    counter,
    label: labelEm(),
    head: Math.min(head.name, head.date) + head.clock + APART,
  });
  const { way, fonts, large, media } = laid;
  const lengths = {
    "--overscan-x": laid.overscan.x,
    "--overscan-y": laid.overscan.y,
    "--gap": laid.gap,
    "--pad": laid.pad,
    "--thai": fonts.thai,
    "--latin": fonts.latin,
    "--figure": laid.row,
    "--large": large.number,
    "--large-counter": large.counter,
    "--card": laid.card,
    "--card-height": laid.cardHeight,
    "--band": laid.band,
    "--media-width": media?.width ?? 0,
    "--media-height": media?.height ?? 0,
  };
  for (const [name, px] of Object.entries(lengths)) page.style.setProperty(name, `${px.toFixed(2)}px`);
  page.style.setProperty("--rows", String(way.recent || 1));
  page.style.setProperty("--counter-em", `${counter.toFixed(3)}em`);
  page.style.setProperty("--number-em", `${number.toFixed(3)}em`);
  const room = laid.bandWidth / fonts.thai - head.clock - APART;
  board.toggleAttribute("data-head-name", head.name <= room);
  board.toggleAttribute("data-head-date", head.date + (head.name <= room ? head.name + APART : 0) <= room);
  board.dataset.place = way.recent ? (way.beside ? "beside" : "below") : "alone";
  board.dataset.row = way.row;
  board.dataset.form = way.form;
  board.toggleAttribute("data-stacked", way.stacked);
  board.toggleAttribute("data-labels", way.labels);
  board.toggleAttribute("data-head", way.header);
  board.toggleAttribute("data-one-language", !FORMS[way.form].both);
  tooSmall();
  draw();
}

/** Those who set the screen up are told; visitors are not, for long. */
function tooSmall() {
  const [mm, metres] = [Math.floor((laid.row * CAPITAL) / millimetre()), Math.floor(laid.readable * 2) / 2];
  const told = ["th", "en"].map((language) =>
    say(language, "board.too_small", { distance: screen.distance, mm, metres }),
  );
  const place = find("#too-small");
  write(place, laid.fits ? "" : told.join(" · "));
  place.hidden = laid.fits || !("trial" in page.dataset || performance.now() < TOLD_MS);
}

// ---- the calls -----------------------------------------------------------------------------------------------------

function draw() {
  // Who is called meanwhile is of no concern: nothing may draw the eye from the way out.
  find("#evacuation").hidden = !news.evacuation;
  board.toggleAttribute("inert", Boolean(news.evacuation));
  const { large, earlier, dots } = shown();
  drawCall(find("#call"), large);
  drawEarlier(earlier, dots);
  board.toggleAttribute("data-empty", !large);
  drawMessage(!large);
  drawBand();
  drawMedia();
}

/**
 * What stands large, and what before it: all who are awaited, in turn where they are many; who is at a counter, or did
 * not come, has what room is left.
 */
function shown() {
  const awaited = news.calls.filter(({ state }) => state === "called");
  const rest = news.calls.filter(({ state }) => state === "serving" || state === "absent");
  const rows = laid.way.recent;
  const turn = Math.floor(performance.now() / CALLS_TURN_MS);
  const speaking = news.calls.find((call) => announced && callKey(call) === callKey(announced));
  // Where nothing but one call has room, all who are awaited have it in turn.
  const newest = rows ? awaited[0] : awaited[turn % awaited.length];
  const large = speaking ?? newest ?? rest[0];
  const others = awaited.filter((call) => call !== large);
  const sheets = Math.max(1, Math.ceil(others.length / Math.max(1, rows)));
  const sheet = turn % sheets;
  // The last page is a full one too.
  const from = Math.max(0, Math.min(sheet * rows, others.length - rows));
  const filled = sheets > 1 ? others : [...others, ...rest.filter((call) => call !== large)];
  return {
    large,
    earlier: filled.slice(from, from + rows),
    dots: rows && sheets > 1 ? { sheet, sheets } : null,
  };
}

/**
 * A call not shown before is put in anew, so that its highlight begins.
 * @param {HTMLElement} place
 * @param {Call | undefined} call
 */
function drawCall(place, call) {
  place.toggleAttribute("data-announcing", announced !== null && Boolean(call));
  place.toggleAttribute("data-awaited", call?.state === "called");
  const key = call ? callKey(call) : "";
  if (place.dataset.key === key) return;
  place.dataset.key = key;
  place.replaceChildren(...(call ? [large(call)] : []));
}

/** @param {Call} call */
function large({ number, counter, language }) {
  return make(
    "div",
    { class: "large fresh" },
    make("p", { class: "figures number" }, number),
    make(
      "div",
      { class: "to" },
      make("p", { class: "label" }, ...labels(language)),
      arrow(),
      make("p", { class: "figures counter number" }, counter),
    ),
  );
}

/**
 * The word for a counter in Thai and English, and in the ticket's own language where there is room for a third line.
 * @param {string} language
 */
function labels(language) {
  const own = say(language, "board.counter_short");
  const lines = ["th", "en"].map((one) => ({ language: one, text: say(one, "board.counter_short") }));
  const known = lines.some(({ text }) => text === own);
  const third = !known && laid.large.counter > 3.6 * laid.fonts.thai ? [{ language, text: own }] : [];
  return [...lines, ...third].flatMap(({ language: lang, text }) => [make("span", { lang }, text), " "]);
}

/**
 * @param {Call[]} calls
 * @param {{sheet: number, sheets: number} | null} dots
 */
function drawEarlier(calls, dots) {
  const place = find("#earlier");
  const key = calls.map((call) => `${callKey(call)} ${call.state}`).join();
  if (place.dataset.key !== key) place.replaceChildren(...calls.map(row));
  place.dataset.key = key;
  const marks = find("#dots");
  marks.hidden = !dots;
  const marked = dots ? `${dots.sheet}/${dots.sheets}` : "";
  if (marks.dataset.key === marked) return;
  marks.dataset.key = marked;
  const all = Array.from({ length: dots?.sheets ?? 0 }, (_, n) => make("i", { class: n === dots?.sheet && "now" }));
  marks.replaceChildren(...all);
}

/** @param {Call} call */
function row({ number, counter, state }) {
  return make(
    "li",
    { class: "row", "data-state": state },
    make("b", { class: "number" }, number),
    " ",
    arrow(),
    " ",
    make("b", { class: "counter number" }, counter),
  );
}

function arrow() {
  return make("span", { class: "arrow", "aria-hidden": "true" });
}

// ---- what is said in lines -----------------------------------------------------------------------------------------

/** How wide a text of the band is, at a font so many times as large as what can just be read. */
function measure(grown = 1) {
  return (/** @type {string} */ text, /** @type {"th" | "en"} */ language) =>
    em(text) * grown * (language === "th" ? laid.fonts.thai : laid.fonts.latin);
}

/**
 * The whole of the calls' place says why there is none: as large as it fits on one page.
 * @param {boolean} on
 */
function drawMessage(on) {
  const place = find("#message");
  place.hidden = !on;
  if (!on) return;
  const { width, height } = find("#calls").getBoundingClientRect();
  const saying = news.open ? same("empty", "board.empty") : closed();
  const room = { form: /** @type {const} */ ("tall"), width: width - 2 * laid.pad, height: height - laid.pad };
  const at = (/** @type {number} */ grown) => {
    const fonts = { ...laid.fonts, thai: laid.fonts.thai * grown, latin: laid.fonts.latin * grown };
    return pages([saying], { ...room, fonts, measure: measure(grown) });
  };
  let grown = GROWS;
  while (grown > 1 && !whole(at(grown), saying)) grown = Math.max(1, grown - 0.1);
  const all = at(grown);
  drawPage(place, all[Math.floor(performance.now() / BAND_TURN_MS.one) % all.length]);
  place.style.setProperty("--grown", String(grown));
}

/**
 * Whether a saying has one page, and each of its texts a line of its own.
 * @param {Page[]} all
 * @param {Saying} saying
 */
function whole(all, saying) {
  const texts = [...saying.th, ...saying.en].filter(Boolean);
  return all.length === 1 && all[0][0].name.length === texts.length;
}

/** @returns {Saying} */
function closed() {
  const told = ["th", "en"].map((language) => [say(language, "board.closed"), opening(language)]);
  return { id: "closed", th: /** @type {[string, string]} */ (told[0]), en: /** @type {[string, string]} */ (told[1]) };
}

/**
 * When the hall opens: the hour, and on another day that day.
 * @param {string} language
 */
function opening(language) {
  if (!news.opens) return "";
  const opens = new Date(news.opens);
  const [time, today] = [clock(opens), day(new Date(), language) === day(opens, language)];
  return today
    ? say(language, "board.opens", { time })
    : say(language, "board.opens_on", { time, day: day(opens, language, "short") });
}

/**
 * One text in both languages.
 * @param {string} id
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 * @returns {Saying}
 */
function same(id, key, values) {
  return { id, th: [say("th", key, values)], en: [say("en", key, values)] };
}

/** All that the band has to say now; cut off from the server, nothing but that. @returns {Saying[]} */
function sayings() {
  if (page.dataset.connection === "lost") return [same("lost", "board.as_of", { time: page.dataset.asOf ?? "–" })];
  const waiting = news.waiting.filter(({ count, paused }) => count > 0 || paused);
  const sorted = waiting.sort((one, other) => other.count - one.count);
  const notices = news.notices.map(({ text }, n) => ({ id: `notice ${n}`, ...names(text) }));
  return [...sorted.map(waitingFor), ...notices, ...hours()];
}

/**
 * @param {Name} name
 * @returns {{th: [string], en: [string]}}
 */
function names(name) {
  return { th: [nameIn(name, "th")], en: [nameIn(name, "en")] };
}

/**
 * @param {Waiting} waiting
 * @returns {Saying}
 */
function waitingFor({ service, name, count, wait, paused }) {
  const facts = (/** @type {string} */ language) => {
    if (paused) return say(language, "board.paused");
    const told = say(language, "board.waiting_n", { n: count });
    return wait ? `${told} · ${nameIn(wait.said, language)}` : told;
  };
  return { id: service, th: [nameIn(name, "th"), facts("th")], en: [nameIn(name, "en"), facts("en")] };
}

/** The time and the date, where no header says them, and today's hours, or why there are none. @returns {Saying[]} */
function hours() {
  const now = new Date();
  const dated = laid.way.header && "headDate" in board.dataset;
  const timed = laid.way.header ? [] : [clock(now)];
  const date = (/** @type {string} */ language) => (dated ? "" : [...timed, day(now, language, "short")].join(" · "));
  const open = (/** @type {string} */ language) => {
    if (news.closed_because) return nameIn(news.closed_because, language);
    return news.hours.length ? say(language, "board.hours", { hours: news.hours.join(", ") }) : "";
  };
  const told = ["th", "en"].map((language) => [open(language), date(language)].filter(Boolean));
  if (!told[0].length) return [];
  return [
    {
      id: "hours",
      th: /** @type {[string, string?]} */ (told[0]),
      en: /** @type {[string, string?]} */ (told[1]),
    },
  ];
}

/** The band's present page; the next, when this one has stood long enough to be read. */
function drawBand() {
  const now = performance.now();
  const form = laid.way.form;
  const all = sayings();
  const key = JSON.stringify([all, laid.bandWidth, laid.bandText]);
  if (key !== saidKey) {
    said = pages(all, { form, width: laid.bandWidth, height: laid.bandText, fonts: laid.fonts, measure: measure() });
    saidKey = key;
  }
  if (turned.at === 0 || now - turned.at >= BAND_TURN_MS[FORMS[form].both ? "both" : "one"]) {
    turned = { page: turned.page + 1, at: now };
  }
  drawPage(find("#band"), said[turned.page % Math.max(1, said.length)] ?? []);
}

/**
 * @param {HTMLElement} place
 * @param {Page} rows
 */
function drawPage(place, rows) {
  const key = JSON.stringify(rows);
  if (place.dataset.key === key) return;
  place.dataset.key = key;
  place.replaceChildren(
    ...rows.map(({ name, facts }) =>
      make(
        "div",
        { class: "said-row" },
        make("div", { class: "said-name" }, ...name.map(line)),
        facts.length ? make("div", { class: "said-facts" }, ...facts.map(line)) : null,
      ),
    ),
  );
}

/** @param {import("./band.js").Line} line */
function line({ text, language, soft }) {
  return make("p", { lang: language, class: soft && "soft" }, text);
}

// ---- pictures and films --------------------------------------------------------------------------------------------

const films = player(find("#media"), screen.volume);

/** Beside the calls where there is room; in their place where nobody is awaited; silent while somebody is spoken to. */
function drawMedia() {
  const now = performance.now();
  const awaited = announced !== null || news.calls.some(({ state }) => state === "called");
  if (awaited || !news.open) busyAt = now;
  const idle = now - busyAt >= IDLE_MS && page.dataset.connection !== "lost";
  films.offer(news.playlist);
  films.hush(announced !== null || Boolean(news.evacuation));
  const beside = laid.media !== null && board.dataset.empty === undefined;
  board.toggleAttribute("data-idle", idle && !beside && news.playlist.length > 0);
  const on = news.playlist.length > 0 && (beside || idle) && !news.evacuation;
  const place = find("#media");
  const home = beside ? find("#side") : find("#calls");
  if (place.parentElement !== home) home.append(place);
  films.show(on);
}

// ---- the clock -----------------------------------------------------------------------------------------------------

function dates() {
  const now = new Date();
  write(find("#clock"), clock(now));
  write(find("#date-th"), day(now, "th"));
  write(find("#date-en"), day(now, "en"));
}

function tick() {
  dates();
  draw();
}

/**
 * A date in words, of the Buddhist era in Thai; a short one has no year.
 * @param {Date} when
 * @param {string} language
 * @param {"long" | "short"} [length]
 */
function day(when, language, length = "long") {
  const locale = language === "en" ? "en-GB" : "th-TH-u-ca-buddhist";
  /** @type {Intl.DateTimeFormatOptions} */
  const style = { weekday: "long", day: "numeric", month: length, timeZone: zone() };
  if (length === "long") style.year = "numeric";
  const parts = new Intl.DateTimeFormat(locale, style).formatToParts(when);
  return parts
    .map(({ type, value }) => (type === "era" ? "" : value))
    .join("")
    .replace(/\s*ที่\s*/, " ")
    .trim();
}

// ---- all together --------------------------------------------------------------------------------------------------

const tap = find("#sound");
const speaker = loudspeaker({
  told: Date.parse(board.dataset.now ?? "") || Date.now(),
  announcing: (call) => {
    announced = call;
    draw();
  },
  silenced: (blocked) => {
    tap.hidden = !blocked;
    arrange();
  },
});
tap.addEventListener("click", () => void speaker.unlock());
addEventListener("pointerdown", () => films.touched());

/** Let the loudspeaker say what the board shows: the way out, or the calls. */
function speak() {
  speaker.warn(news.evacuation ? WARNING : null);
  speaker.offer(news.evacuation ? [] : news.calls);
}

const millimetre = setMeasures({ diagonal: screen.diagonal });
dates();
arrange();
tick();
setInterval(tick, 1000);
addEventListener("resize", arrange);
void document.fonts.ready.then(arrange);
let lost = false;
new MutationObserver(() => {
  if (lost === (page.dataset.connection === "lost")) return;
  lost = !lost;
  turned = { page: -1, at: 0 };
  draw();
}).observe(page, { attributeFilter: ["data-connection"] });
speak();
follow("/board", {
  auth: { zone: screen.zone },
  draw: (/** @type {News} */ latest) => {
    const before = `${news.playlist.length > 0}`;
    news = latest;
    const { number, counter } = signs();
    if (widest === `${number}/${counter}` && before === `${news.playlist.length > 0}`) draw();
    else arrange();
    speak();
  },
});
