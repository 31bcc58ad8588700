/**
 * The step for whoever knows a word and not the agency: a keyboard on the screen, Thai and English, and what is found at
 * every sign. Which services a word means is find_services.js's; which keys there are, keyboard_keys.js's.
 */
import { find, make, write } from "sala/dom";
import { currentLanguage, say, sayCount } from "sala/texts";
import { drawCard, wireCards } from "./choose.js";
import { arrange, tell } from "./drawing.js";
import { findServices } from "./find_services.js";
import { LABELS, SCRIPTS, SHEETS, shown, signs } from "./keyboard_keys.js";
import { paged } from "./paged.js";
import { state } from "./state.js";
import { announce, go, isAt, onBusy, onStartOver } from "./steps.js";

/** @typedef {import("./keyboard_keys.js").Sheet} Sheet */
/** @typedef {import("./keyboard_keys.js").Script} Script */

const LONGEST = 40;

const field = /** @type {HTMLInputElement} */ (find("#query"));
const keyboard = find("#keyboard");
const pages = paged("#found-room", "#found-pager", ".service, .found-none");
/** `keys`: where the keyboard and what is found have no room beside each other, whether it is the keyboard that shows. */
const view = { script: /** @type {Script} */ ("th"), sheet: /** @type {Sheet} */ ("th-1"), keys: true };

export function openSearch() {
  setScript(currentLanguage() === "en" ? "en" : "th");
  view.keys = true;
  type("");
  go("search");
  field.focus();
}

/** @param {string} query  what now stands in the field */
function type(query) {
  field.value = query.slice(0, LONGEST);
  pages.first();
  drawSearch();
  announce(field.value.trim() ? (find("#found-count").textContent ?? "") : "");
}

/** What is found, and the keyboard with as many keys as have room. */
export function drawSearch() {
  const { services, agencies } = state.news;
  const found = findServices(services, agencies, field.value);
  arrange(find("#found"), "blank-service", found, drawCard);
  write(find("#found-count"), sayCount(currentLanguage(), "kiosk.found", found.length));
  find(".found-none").hidden = found.length > 0;
  if (!isAt("search")) return;
  drawKeyboard();
  pages.layout();
}

/* ---- the keyboard ---- */

/** @param {Script} script */
function setScript(script) {
  view.script = script;
  view.sheet = SHEETS[script][0];
  keyboard.replaceChildren(
    ...SHEETS[script].flatMap((sheet) => signs(sheet).map((sign) => signKey(sheet, sign))),
    ...SHEETS[script].map(sheetKey),
    scriptKey(script === "th" ? "en" : "th"),
    make("button", { type: "button", class: "key key-space", "data-sign": " ", "data-text": "kiosk.space" }),
  );
  tell(find(".key-space", keyboard), "kiosk.space");
}

/**
 * @param {Sheet} sheet
 * @param {string} sign
 */
function signKey(sheet, sign) {
  return make("button", { type: "button", class: "key", "data-of": sheet, "data-sign": sign }, shown(sign));
}

/** @param {Sheet} sheet */
function sheetKey(sheet) {
  return wayKey({ class: "key key-sheet", "data-sheet": sheet }, LABELS[sheet], sheet);
}

/** @param {Script} script */
function scriptKey(script) {
  return wayKey({ class: "key key-script", "data-script": script }, SCRIPTS[script], script);
}

/**
 * A key that leads to other keys. What stands on it is part of its name, for whoever speaks to the machine.
 * @param {Record<string, string>} marks
 * @param {string} shows
 * @param {Sheet | Script} leads
 */
function wayKey(marks, shows, leads) {
  const named = `kiosk.keys.${leads}`;
  const words = make("span", { class: "unseen", "data-text": named }, say(currentLanguage(), named));
  return make("button", { type: "button", ...marks }, shows, " ", words);
}

/**
 * All sheets at once where they leave room for what is found, else the one that was touched last; and where even that
 * leaves none, the keyboard and what is found by turns.
 */
function drawKeyboard() {
  const room = find("#found-room");
  const step = find("#search");
  const turn = find("#search-turn");
  const fits = () => step.scrollHeight <= step.clientHeight + 2 && room.clientHeight >= leastFound();
  for (const part of [room, keyboard]) part.hidden = false;
  turn.hidden = true;
  find("#found-pager").hidden = false; // It may be needed, and then it needs its room.
  showSheets(SHEETS[view.script]);
  if (fits()) return;
  showSheets([view.sheet]);
  if (fits()) return;
  turn.hidden = false;
  room.hidden = view.keys;
  find("#found-pager").hidden = true;
  keyboard.hidden = !view.keys;
  const n = find("#found").children.length;
  write(turn, say(currentLanguage(), view.keys ? "kiosk.show_found" : "kiosk.keyboard", { n }));
}

/** @param {Sheet[]} sheets */
function showSheets(sheets) {
  const all = sheets.length > 1;
  for (const key of /** @type {NodeListOf<HTMLElement>} */ (keyboard.querySelectorAll(".key"))) {
    const { of, sheet } = key.dataset;
    const needless = sheet !== undefined && (all || sheet === view.sheet); // It leads to where one is.
    key.hidden = needless || (of !== undefined && !sheets.includes(/** @type {Sheet} */ (of)));
  }
}

/** So much of what is found is in sight beside the keyboard: a row of cards. */
function leastFound() {
  const card = document.querySelector("#found .service") ?? find(".found-none");
  return /** @type {HTMLElement} */ (card).offsetHeight;
}

keyboard.addEventListener("click", (event) => {
  const key = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest(".key"));
  if (!key) return;
  const { sign, sheet, script } = key.dataset;
  if (sign !== undefined) return type(field.value + sign.toLowerCase());
  if (script) {
    setScript(/** @type {Script} */ (script));
    find(".key:not([hidden])", keyboard).focus();
  }
  if (sheet) view.sheet = /** @type {Sheet} */ (sheet);
  drawSearch();
});
// A finger on the keys leaves the focus in the field, so that the next key of a real keyboard lands there too.
for (const part of ["#keyboard", "#query-erase"]) {
  find(part).addEventListener("pointerdown", (event) => event.preventDefault());
}
field.addEventListener("input", () => type(field.value));
find("#query-erase").addEventListener("click", () => type(field.value.slice(0, -1)));
find("#search-turn").addEventListener("click", () => {
  view.keys = !view.keys;
  drawSearch();
});
find("#open-search").addEventListener("click", openSearch);
find("#search-back").addEventListener("click", () => go("choose"));
wireCards("#found");
onBusy(() => field.value !== "");
onStartOver(() => {
  field.value = "";
});
