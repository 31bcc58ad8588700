/**
 * What the panel and the strip of a counter have in common: buttons and keys become presses, the news is followed, the
 * screen locks, what is worth a sound is heard. What the page shows is its own: panel.js, strip.js.
 */
import { find, write } from "sala/dom";
import { follow } from "sala/live";
import { byKey, TWICE } from "./actions.js";
import { ask, onKeys } from "./ask.js";
import { drawEvacuation, onEvacuation } from "./evacuation.js";
import { soundOf } from "./heard.js";
import { drawHelp } from "./help.js";
import { mayPress, mayStandIn, news, take, undoLeft, visitor } from "./here.js";
import { lockAfterIdling, lockNow } from "./lock.js";
import { answered, arrived, isSlow, onSending, refused, send, tell, underWay } from "./presses.js";
import { ASKED, askWhatBecame, wireQuestions } from "./questions.js";
import { soundSwitch } from "./sounds.js";
import { text } from "./words.js";

/** @typedef {import("./actions.js").Action} Action */
/** @typedef {import("./here.js").News} News */

/** A press that wants a second one waits so long for it. */
const ARMED_MS = 5000;

const page = find("[data-rights]");
const buttons = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-action]")]);
/** The keys of the page itself. @type {(event: KeyboardEvent) => boolean} */
let ownKey = () => false;
/** What was pressed once and wants the second press. @type {{action: Action, timer: number} | null} */
let armed = null;

// -- drawing ----------------------------------------------------------------------------------------------------------

/** What both pages show. */
function drawCommon() {
  page.dataset.visitor = visitor();
  page.dataset.state = news().counter.state;
  find("#state").dataset.state = news().counter.state;
  write(find("#state"), text(`state.${news().counter.state}`));
  write(find("#waiting-count"), news().waiting_count);
  drawEvacuation(news().evacuation);
  drawHelp(news().help);
  drawButtons();
  void askWhatBecame();
}

function drawButtons() {
  const [may, sending] = [mayPress(), underWay()];
  for (const button of buttons) {
    const action = /** @type {Action} */ (button.dataset.action);
    set(button, "aria-disabled", String(isSlow() || !may.has(action)));
    button.toggleAttribute("data-sending", sending === action);
    button.toggleAttribute("data-armed", armed?.action === action);
  }
  const { counter } = news();
  const shown = {
    open: counter.state !== "open",
    pause: counter.state === "open",
    help: !counter.help,
    "help-over": Boolean(counter.help),
    stay: may.has("stay"),
    undo: may.has("undo"),
    "answer-help": may.has("answer-help"),
  };
  for (const button of buttons) {
    const yes = shown[/** @type {keyof typeof shown} */ (button.dataset.action)];
    if (yes !== undefined) button.hidden = !yes;
  }
  for (const button of buttons) {
    if (button.dataset.action === "stand-in") write(find("span", button), standInWords());
  }
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {string} value
 */
function set(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** Where the press does it without asking, the button says what. */
function standInWords() {
  const [only, ...more] = mayStandIn();
  if (only === undefined || more.length > 0) return text("do.stand-in");
  return only === null ? text("stand-in.stop") : text("do.stand-in-for", { counter: only });
}

/** What is out of the ordinary at this counter itself. */
export function own() {
  const { stand_in, help } = news().counter;
  return { standsIn: stand_in, help: help && helpWords(help) };
}

/** @param {NonNullable<import("./here.js").Counter["help"]>} help */
function helpWords({ answered_by, answered_from }) {
  if (!answered_by) return text("help.asked");
  return answered_from ? text("help.coming", { name: answered_by }) : text("help.coming_desk");
}

/** The time that is left to take the last press back; the button goes when it is over. */
function tickUndo() {
  const left = undoLeft();
  if (left === 0 && !find("#undo").hidden) drawButtons();
  const { undo } = news();
  if (left === 0 || !undo) return;
  const what = text("undo.button", { what: text(`undo.${undo.what}`, { number: undo.number }) });
  const words = document.querySelector("#undo-words");
  if (words) write(words, what);
  else set(find("#undo"), "title", what);
  write(find("#undo-left"), text("undo.seconds", { n: left }));
}

// -- pressing ---------------------------------------------------------------------------------------------------------

/** @param {Action} action */
export async function press(action) {
  if (underWay() !== null || !mayPress().has(action)) return;
  if (TWICE.has(action) && armed?.action !== action) return arm(action);
  disarm();
  // What is answered in a question was meant for the screen as it stood when the question came.
  const asOf = news().counter.moved;
  const question = ASKED[action];
  if (question) await question(asOf);
  else if (action === "stay") await send("finish", { stay: true }, asOf);
  else if (action === "answer-help") await send(action, { counter: news().help[0]?.id ?? "" });
  else await send(action, {}, asOf);
}

/** @param {Action} action */
function arm(action) {
  disarm();
  armed = { action, timer: window.setTimeout(disarm, ARMED_MS) };
  tell(text(`again.${action}`, { number: news().ticket?.number ?? "" }));
  drawButtons();
}

function disarm() {
  if (!armed) return;
  clearTimeout(armed.timer);
  armed = null;
  tell("");
  drawButtons();
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const twice = armed && event.code === "Enter" ? armed.action : null;
  const action = twice ?? byKey(event.code, mayPress());
  const tool = toolFor(event);
  if (armed && action !== armed.action) disarm();
  if (!action && !tool) return void (ownKey(event) && event.preventDefault());
  event.preventDefault();
  if (tool) tool.click();
  else if (action) void press(action);
}

// -- beside the queue -------------------------------------------------------------------------------------------------

/** What a key does for this screen alone: its button's, if the page has one. */
const TOOLS = [
  // Where "?" stands depends on the layout; on the Thai one it is not on the key beside the right Shift.
  { name: "keys", is: (/** @type {KeyboardEvent} */ { key, code }) => key === "?" || code === "F1" },
  { name: "lock", is: byCode("KeyX") },
  { name: "sound", is: byCode("KeyM") },
  { name: "strip", is: byCode("KeyO") },
  { name: "more", is: byCode("Period") },
];

/** @param {string} wanted */
function byCode(wanted) {
  return (/** @type {KeyboardEvent} */ { code }) => code === wanted;
}

/**
 * @param {KeyboardEvent} event
 * @returns {HTMLElement | null}
 */
function toolFor(event) {
  const name = TOOLS.find(({ is }) => is(event))?.name;
  return name ? document.querySelector(`[data-tool=${name}]`) : null;
}

function wireTools() {
  const does = {
    keys: () => void ask("#keys"),
    lock: () => void lockNow(),
    strip: openStrip,
  };
  for (const [name, act] of Object.entries(does)) {
    document.querySelector(`[data-tool=${name}]`)?.addEventListener("click", act);
  }
}

/** The strip, in a window of its own of just its size: an officer puts it beside the ministry's program. */
function openStrip() {
  const { pathname, search } = location;
  const name = `sala-strip-${news().counter.id}`;
  const size = `popup,width=${STRIP.width},height=${STRIP.height}`;
  const opened = window.open(`${pathname.replace(/\/$/, "")}/strip${search}`, name, size);
  if (opened) opened.focus();
  else tell(text("strip.blocked"), true);
}

const STRIP = { width: 400, height: 160 };

// -- the page ---------------------------------------------------------------------------------------------------------

/**
 * @param {object} shows
 * @param {() => void} shows.draw  what the page shows of the news
 * @param {() => void} shows.tick  and once a second
 * @param {(event: KeyboardEvent) => boolean} [shows.onKey]  a key that is no press; whether it was the page's
 */
export function run({ draw, tick, onKey: own = () => false }) {
  ownKey = own;
  const drawAll = () => {
    drawCommon();
    draw();
    tick();
    tickUndo();
  };
  for (const button of buttons) {
    button.addEventListener("click", () => void press(/** @type {Action} */ (button.dataset.action)));
    // A mouse leaves the focus where it was, so that Space stays the key for the next visitor.
    button.addEventListener("mousedown", (event) => event.preventDefault());
  }
  const sound = soundSwitch(document.querySelector("[data-tool=sound]"));
  wireTools();
  wireQuestions();
  onSending(drawButtons);
  onKeys(onKey);
  // An answer to it takes away whatever was said before.
  onEvacuation((answer) => (answer.ok ? tell("") : refused(answer)));
  drawAll();
  setInterval(() => {
    tick();
    tickUndo();
  }, 1000);
  lockAfterIdling({ afterS: Number(page.dataset.lockAfter), answered });
  follow("/counter", {
    auth: { counter: news().counter.id },
    draw: (/** @type {News} */ latest) => {
      if (latest.locked) return location.reload();
      const before = news();
      take(latest);
      if (before.counter.moved !== latest.counter.moved) disarm();
      drawAll();
      arrived();
      sound(soundOf(before, latest));
    },
    refused: () => location.reload(),
  });
}
