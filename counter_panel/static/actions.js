/**
 * What an officer may press, as the counter stands, and the key for each. Pure; the hall decides again when it is asked.
 * What a press does on the screen is panel.js's.
 */

/** @typedef {"next" | "recall" | "start" | "finish" | "no-show" | "open" | "pause" | "close"} Action */
/** @typedef {"none" | "called" | "serving"} Visitor */
/** @typedef {"open" | "paused" | "closed"} State */

/** @type {Record<Visitor, readonly Action[]>} */
const WITH_VISITOR = {
  none: ["next"],
  called: ["next", "recall", "start", "finish", "no-show"],
  serving: ["next", "finish"],
};

/** Opening and leaving the counter is for when nobody is at it. @type {Record<State, readonly Action[]>} */
const WITHOUT_VISITOR = {
  open: ["pause", "close"],
  paused: ["open", "close"],
  closed: ["open"],
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
  KeyP: ["pause", "open"],
  KeyC: ["close"],
};

/**
 * @param {Visitor} visitor
 * @param {State} state
 * @returns {ReadonlySet<Action>}
 */
export function available(visitor, state) {
  return new Set([...WITH_VISITOR[visitor], ...(visitor === "none" ? WITHOUT_VISITOR[state] : [])]);
}

/**
 * The action that a key stands for now; null if none.
 * @param {string} code
 * @param {ReadonlySet<Action>} may
 */
export function byKey(code, may) {
  return KEYS[code]?.find((action) => may.has(action)) ?? null;
}
