/**
 * When is a visitor to be told on the phone, and of what: pure, so that `node --test` can try it without a browser. How it
 * is told (banner, vibration, sound) is alerts.js's.
 */

/** So few ahead, or so few minutes, and it is time to be near. */
export const FEW = 2;
export const SOON_MIN = 5;

/**
 * @typedef {object} Standing
 * @property {string} state
 * @property {number | null} ahead
 * @property {{from_min: number, to_min: number} | null} wait
 * @property {string | null} called_at
 * @property {number} calls  how often this leg was called
 * @property {{state: string}[]} legs
 */

/**
 * The stage that the ticket has reached and a word that names this occasion of it; null while there is nothing to tell. A
 * second call, and the wait for the next service, are occasions of their own.
 * @param {Standing} ticket
 * @returns {{stage: "near" | "called", occasion: string} | null}
 */
export function stageOf(ticket) {
  if (ticket.state === "called") return { stage: "called", occasion: `called ${ticket.called_at} ${ticket.calls}` };
  if (ticket.state !== "waiting" || !isNear(ticket)) return null;
  const done = ticket.legs.filter(({ state }) => state === "done").length;
  return { stage: "near", occasion: `near ${done}` };
}

/**
 * Certainly called within some minutes; or one of the next few, and it may be so. Few ahead alone would call people from
 * their coffee half an hour early where each visit is long.
 * @param {Standing} ticket
 */
function isNear({ ahead, wait }) {
  const few = (ahead ?? Infinity) <= FEW;
  return wait ? wait.to_min <= SOON_MIN || (few && wait.from_min <= SOON_MIN) : few;
}
