/**
 * Which calls are still to be announced: not those that were spoken, nor those of long ago, nor those whose visitor has
 * come. Pure. How much of each is said is turns.js's, in which words spoken.js's, by what sound voice.js's.
 */

/**
 * A call as the board's news tells it: `call` is its number in the log, `again` counts its recalls; `state` tells
 * whether its visitor is still to come.
 * @typedef {{call: number, again: number, at: string, number: string, counter: string, language: string, state?: string}} Call
 */
/** What was spoken last in a zone; `whole` once the number had been said to its end. @typedef {{call: number, again: number, at: string, whole: boolean}} Spoken */

/** A board loaded anew is silent on calls older than this: whoever was called has gone to the counter. */
export const STALE_MS = 30_000;

/** So many calls are enough to know by how much this screen's clock differs. */
const CALLS_TO_SET_BY = 20;

/**
 * What tells one announcement from another. The time is part of it, so that a data folder begun anew, whose calls count
 * from the beginning again, is not taken for one already heard.
 * @param {Pick<Call, "call" | "again" | "at">} call
 */
export function callKey({ call, again, at }) {
  return `${call}/${again}@${at}`;
}

/**
 * Of each call on the board, whether it was fresh when this page saw it first. One that was stays so, however long it
 * waits to be announced. What is no longer on the board is forgotten.
 * @param {Pick<Call, "call" | "again" | "at">[]} calls
 * @param {ReadonlyMap<string, boolean>} before
 * @param {number} now  ms, by the hall's clock
 * @returns {Map<string, boolean>}
 */
export function sighted(calls, before, now) {
  const seen = (/** @type {Pick<Call, "call" | "again" | "at">} */ call) =>
    before.get(callKey(call)) ?? now - Date.parse(call.at) <= STALE_MS;
  return new Map(calls.map((call) => [callKey(call), seen(call)]));
}

/**
 * The calls to announce, oldest first: fresh, their visitors not yet there, not announced, and later than what was
 * spoken last in the zone. One that was broken off before its number had been said is said again.
 * @template {Call} C
 * @param {C[]} calls
 * @param {ReadonlyMap<string, boolean>} fresh
 * @param {(key: string) => boolean} announced
 * @param {Spoken | null} spoken
 * @returns {C[]}
 */
export function unheard(calls, fresh, announced, spoken = null) {
  const waits = (/** @type {C} */ call) => isAwaited(call) && fresh.get(callKey(call)) && !announced(callKey(call));
  return calls.filter((call) => waits(call) && (!spoken || isLeftBy(spoken, call))).sort(byTime);
}

/**
 * Whether the visitor is still to come: who is there, or was called elsewhere since, need not be told aloud.
 * @param {Pick<Call, "state">} call
 */
export function isAwaited({ state = "called" }) {
  return state === "called";
}

/**
 * @param {Spoken} spoken
 * @param {Call} call
 */
function isLeftBy(spoken, call) {
  return callKey(call) === callKey(spoken) ? !spoken.whole : byTime(call, spoken) > 0;
}

/**
 * In the order of calling, which is the order of speaking.
 * @param {Pick<Call, "call" | "at">} one
 * @param {Pick<Call, "call" | "at">} other
 */
function byTime(one, other) {
  return Date.parse(one.at) - Date.parse(other.at) || one.call - other.call;
}

/**
 * The hall's time, as far as a screen can know it: told when the page was made, and again by each call, which arrives as
 * it happens. A screen whose own clock is wrong would otherwise take every call for an old one, and be mute.
 * @param {number} told   ms, the hall's time when the page was made
 * @param {number} local  ms, this screen's at the same moment, by any clock that only runs forward
 */
export function hallClock(told, local) {
  let ahead = [local - told];
  return {
    /** @param {number} local */
    now: (local) => local - Math.min(...ahead),
    /** @type {(at: number, local: number) => void} */
    called: (at, local) => {
      ahead = [...ahead, local - at].slice(-CALLS_TO_SET_BY);
    },
  };
}
