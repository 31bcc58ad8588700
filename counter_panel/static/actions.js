/**
 * What an officer may press, as the counter stands, and the key for each. Pure; the hall decides again when it is asked.
 * What a press does on the screen is counter.js's.
 */

/**
 * @typedef {"next" | "recall" | "start" | "finish" | "no-show" | "other" | "stay" | "hold" | "transfer" | "call" |
 *   "walk-in" | "resume" | "absent" | "undo" | "stand-in" | "help" | "help-over" | "answer-help" | "open" | "pause" |
 *   "close"} Action
 */
/** @typedef {"none" | "called" | "serving"} Visitor */
/** @typedef {"open" | "paused" | "closed"} State */

/**
 * The counter in so many words. `stay`: the next of the visitor's services may be given here too; `held`, `absent`: how
 * many may be taken up again; `undo`: something may be taken back; `helped`: help is asked for; `calls`: how many
 * neighbours call for help unanswered; `lends`: somebody can be stood in for.
 * @typedef {object} Situation
 * @property {Visitor} visitor
 * @property {State} state
 * @property {boolean} [stay]
 * @property {number} [held]
 * @property {number} [absent]
 * @property {boolean} [undo]
 * @property {boolean} [helped]
 * @property {number} [calls]
 * @property {boolean} [lends]
 * @property {boolean} [evacuation]
 * @property {boolean} [overtakes]  the officer may call a number out of turn
 */

const called = (/** @type {Situation} */ { visitor }) => visitor === "called";
const here = (/** @type {Situation} */ { visitor }) => visitor !== "none";
const free = (/** @type {Situation} */ { visitor }) => visitor === "none";

/** What goes with the second press of its key, or Enter: a slip of the finger sends nobody away. */
export const TWICE = /** @type {ReadonlySet<Action>} */ (new Set(["hold"]));

/** @type {Record<Action, (situation: Situation) => boolean>} */
const MAY = {
  next: (now) => !now.evacuation,
  recall: (now) => called(now) && !now.evacuation,
  start: called,
  "no-show": called,
  finish: here,
  other: here,
  stay: (now) => here(now) && Boolean(now.stay),
  hold: here,
  transfer: here,
  call: (now) => free(now) && !now.evacuation && now.overtakes !== false,
  "walk-in": (now) => free(now) && !now.evacuation,
  resume: (now) => free(now) && Boolean(now.held) && !now.evacuation,
  absent: (now) => Boolean(now.absent),
  undo: (now) => Boolean(now.undo),
  "stand-in": (now) => Boolean(now.lends),
  help: (now) => !now.helped,
  "help-over": (now) => Boolean(now.helped),
  "answer-help": (now) => Boolean(now.calls),
  // Opening and leaving the counter is for when nobody is at it.
  open: (now) => free(now) && now.state !== "open",
  pause: (now) => free(now) && now.state === "open",
  close: (now) => free(now) && now.state !== "closed",
};

/**
 * By the key's place on the board, not by its letter: it is the same under a Thai layout.
 * @type {Record<string, readonly Action[]>}
 */
const KEYS = {
  Space: ["next"],
  Enter: ["next"],
  NumpadEnter: ["next"],
  KeyR: ["recall"],
  KeyS: ["start"],
  KeyF: ["finish"],
  KeyN: ["no-show"],
  KeyG: ["other"],
  KeyK: ["stay"],
  KeyD: ["hold"],
  KeyT: ["transfer"],
  KeyL: ["call"],
  KeyW: ["walk-in"],
  KeyU: ["resume"],
  KeyA: ["absent"],
  KeyZ: ["undo"],
  KeyI: ["stand-in"],
  KeyH: ["help", "help-over"],
  KeyY: ["answer-help"],
  KeyP: ["pause", "open"],
  KeyC: ["close"],
};

/**
 * @param {Situation} situation
 * @returns {ReadonlySet<Action>}
 */
export function available(situation) {
  const actions = /** @type {Action[]} */ (Object.keys(MAY));
  return new Set(actions.filter((action) => MAY[action](situation)));
}

/**
 * The action that a key stands for now; null if none.
 * @param {string} code
 * @param {ReadonlySet<Action>} may
 */
export function byKey(code, may) {
  return KEYS[code]?.find((action) => may.has(action)) ?? null;
}

/** @typedef {Record<string, string>} Name */

/**
 * What a press for standing in may mean: for which counters, and null for no longer. What is so already is not among
 * it. One thing alone needs no question.
 * @param {Name[]} given  what this counter gives now because it stands in
 * @param {{id: string, lends: Name[]}[]} others
 * @returns {(string | null)[]}
 */
export function standIns(given, others) {
  const so = JSON.stringify(given);
  const lending = others.filter(({ lends }) => lends.length > 0 && JSON.stringify(lends) !== so).map(({ id }) => id);
  return given.length > 0 ? [null, ...lending] : lending;
}
