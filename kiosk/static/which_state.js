/**
 * Which screen stands over the kiosk's steps, if any: pure, so that `node --test` can try it without a browser. What it
 * says and how it looks is states.js's.
 */

/**
 * @typedef {object} Seen
 * @property {boolean} lost          the connection is
 * @property {boolean} leave         everybody is to leave the building
 * @property {string} step           the step beneath
 * @property {string} printer        as the news tell it
 * @property {string | null} nothing why no ticket is given at all
 * @property {string | null} one     a service that was touched and cannot be had
 * @property {string | null} past    the screen that this visitor has seen and left
 */

/** Where no slip comes out, or nobody knows. */
const NO_SLIP = new Set(["out", "offline", "unknown"]);

/**
 * Whoever has a number in sight keeps it, whatever happens; a kiosk that is cut off or switched off lets nobody past.
 * @param {Seen} seen
 * @returns {string | null}
 */
export function whichState({ lost, leave, step, printer, nothing, one, past }) {
  if (leave || step === "ticket") return null;
  if (lost) return "offline";
  if (nothing === "paused") return nothing;
  if (one) return "one";
  if (nothing) return past === nothing ? null : nothing;
  return step === "choose" && givesNoSlip(printer) && past !== "printer" ? "printer" : null;
}

/**
 * Whether a visitor must get by without a slip.
 * @param {string} printer
 */
export function givesNoSlip(printer) {
  return NO_SLIP.has(printer);
}
