/**
 * When is news newer, and when is the connection gone: pure decisions, so that `node --test` can try them without a
 * browser. What touches a socket or the page is in live.js.
 */

/** @typedef {{epoch: string, seq: number}} News */

/** The server pings every 4 s with 3 s of patience: a second more, and what is lost is shown as lost within 10 s. */
export const SILENCE_MS = 8000;

/** A break shorter than this is not worth a banner: a restarted server is back sooner. */
export const BLINK_MS = 2500;

/** A ping comes every 4 s: longer than this without a word, and a page that wakes up asks anew at once. */
export const DOUBT_MS = 5000;

/**
 * True if `news` should be drawn after `last`. A new epoch (the server started anew) always wins; within one epoch a
 * number already passed is late. The same number is drawn again: the hour may have closed the hall without an event.
 * @param {News | null} last
 * @param {News} news
 */
export function isNewer(last, news) {
  return last === null || last.epoch !== news.epoch || news.seq >= last.seq;
}

/**
 * True if the page must be drawn anew: it was drawn in practice and the hall is in earnest by now, or the other way
 * round. Its mark would be wrong, and so would be what it holds to sign its wishes with.
 * @param {boolean} practice  as what the page was drawn
 * @param {News} news
 */
export function isOtherwise(practice, news) {
  return news.epoch.startsWith("practice-") !== practice;
}

/**
 * True if the page must say that it is cut off: nothing heard for long, or not connected for longer than a blink.
 * @param {{heard: number, brokenSince: number | null}} line  times in ms; `brokenSince` is null while connected
 * @param {number} now
 */
export function isLost({ heard, brokenSince }, now) {
  if (now - heard >= SILENCE_MS) return true;
  return brokenSince !== null && now - brokenSince >= BLINK_MS;
}

/** On a line that opened in less, an attempt that takes longer than this will not succeed any more. */
export const QUICK_MS = 1500;
/** After so long a break the line may have become another: a phone has left the hall. */
export const LONG_BREAK_MS = 90_000;

/**
 * How many ms one attempt to connect is given. A phone's line may be slow, and then needs `most`; where it was seen to be
 * quick, an attempt that hangs is given up early, so that the next one is there soon after the line is.
 * @param {number} most
 * @param {number | null} opened  how long the connection took to open last time; null: it never did
 * @param {number} broken         for how long there has been none
 */
export function patienceOf(most, opened, broken) {
  if (opened === null || broken > LONG_BREAK_MS) return most;
  return Math.min(most, Math.max(QUICK_MS, 4 * opened));
}
