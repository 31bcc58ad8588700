/**
 * Whose turn it is to be said aloud, and how much of it: the chime, the sentences of a call, and what is left out while
 * others wait. Nothing is ever cut off: what is left out is decided before each sentence. Time, sound and calls come in
 * with `hall`, so that a day of calls can be played in no time by `node --test`. Voices and clips are voice.js's.
 */

/** @typedef {import("./announce.js").Call} Call */
/** A sentence of an announcement. @typedef {{language: string, of: "first" | "repeat" | "second", brief: boolean}} Sentence */

/**
 * What the announcing needs of the world. Times are the hall's, in ms.
 * @typedef {object} Hall
 * @property {() => number} now
 * @property {number} repeats                              how often a call is said in its own language
 * @property {(language: string, call: Call) => boolean} speaks   whether a voice or a pack can say it
 * @property {() => number[]} behind                       when those were called who wait to be announced
 * @property {() => number[]} recent                       when the latest calls were made, whether announced or not
 * @property {(call: Call) => boolean} moot                whether it is of no use to go on: come, cancelled, all to leave
 * @property {(sentence: Sentence, call: Call) => number} lasts   about how long it would take, ms
 * @property {(sentence: Sentence, call: Call) => Promise<void>} say
 * @property {(call: Call) => void} chime
 * @property {(call: Call) => void} said                   told when the number has been said once, whole
 * @property {(ms: number) => Promise<void>} pause
 */

/** From the beginning of the chime to the first word: the listener has looked up, the chime has faded. */
export const LEAD_MS = { calm: 850, hurried: 600 };
/** After each sentence. */
export const REST_MS = { calm: 450, hurried: 100 };
/** A number shown without a voice stays for as long as it takes to look up, read it and find the counter. */
export const SHOWN_MS = { calm: 4000, hurried: 2500 };

/**
 * At six calls a minute nine in ten and more hear their first word within 10 s; that is why these figures are as they
 * are (turns.test.js plays such days). Whoever waits is to be called within `SOON_MS`: what would make it later is left
 * out before it is said, not once the 10 s are over, for others will wait behind whom nobody knows of yet.
 */
const SOON_MS = 6000;
/** From so many calls in the last minute on, each is said once, in its own language; and from so many in brief. */
const A_MINUTE = 60_000;
const ONCE_FROM = 5;
const BRIEF_FROM = 7;

/**
 * All that would be said of a call with time enough: its own language as often as set, then English. Where its own has
 * no voice here, English takes its place, else any that has one.
 * @param {string} language
 * @param {number} repeats
 * @param {(language: string) => boolean} speaks
 * @returns {Sentence[]}
 */
export function sentences(language, repeats, speaks) {
  const own = [language, "en", "th"].find(speaks);
  if (!own) return [];
  const again = Array.from({ length: repeats - 1 }, () => sentence(own, "repeat"));
  return [sentence(own, "first"), ...again, ...(own !== "en" && speaks("en") ? [sentence("en", "second")] : [])];
}

/**
 * @param {string} language
 * @param {Sentence["of"]} of
 * @returns {Sentence}
 */
function sentence(language, of) {
  return { language, of, brief: false };
}

/**
 * What is still said, while so many ms remain for it: all; or all but repeats; or no second language either.
 * @param {Sentence[]} rest
 * @param {number} time
 * @param {(sentences: Sentence[]) => number} last
 * @returns {Sentence[]}
 */
export function fitting(rest, time, last) {
  const once = rest.filter(({ of }) => of !== "repeat");
  return [rest, once].find((some) => last(some) <= time) ?? [];
}

/**
 * Chime, then the sentences; without any voice the chime, and time to read the number.
 * @param {Hall} hall
 * @param {Call} call
 */
export async function announce(hall, call) {
  hall.chime(call);
  await hall.pause(LEAD_MS[pace(hall)]);
  let rest = opening(
    hall,
    call,
    sentences(call.language, hall.repeats, (language) => hall.speaks(language, call)),
  );
  if (rest.length === 0 && !hall.moot(call)) {
    hall.said(call);
    await hall.pause(SHOWN_MS[pace(hall)]);
  }
  while (rest.length > 0 && !hall.moot(call)) {
    await hall.say(rest[0], call);
    if (rest[0].of === "first" && !hall.moot(call)) hall.said(call);
    rest = remaining(hall, call, rest.slice(1));
    await hall.pause(REST_MS[rest.length > 0 ? "calm" : pace(hall)]);
  }
}

/** @param {Hall} hall */
function pace(hall) {
  return hall.behind().length > 0 ? "hurried" : "calm";
}

/**
 * The first sentence is said in brief where somebody would wait too long behind the whole of it, or very likely will.
 * @param {Hall} hall
 * @param {Call} call
 * @param {Sentence[]} all
 * @returns {Sentence[]}
 */
function opening(hall, call, all) {
  const [first, ...others] = all;
  if (!first) return [];
  const brief = calledLately(hall) >= BRIEF_FROM || hall.lasts(first, call) > time(hall);
  return [{ ...first, brief }, ...others];
}

/**
 * What is said of the call after all, with those in mind who wait by now and those who are about to.
 * @param {Hall} hall
 * @param {Call} call
 * @param {Sentence[]} rest
 */
function remaining(hall, call, rest) {
  if (calledLately(hall) >= ONCE_FROM) return [];
  const last = (/** @type {Sentence[]} */ some) =>
    some.reduce((sum, one) => sum + REST_MS.calm + hall.lasts(one, call), 0);
  return fitting(rest, time(hall), last);
}

/**
 * How long may be spoken until whoever waits longest must be called, so that it is soon enough for them.
 * @param {Hall} hall
 */
function time(hall) {
  const oldest = Math.min(...hall.behind()); // nobody: infinity
  return oldest + SOON_MS - LEAD_MS.hurried - REST_MS.hurried - hall.now();
}

/** @param {Hall} hall */
function calledLately(hall) {
  const since = hall.now() - A_MINUTE;
  return hall.recent().filter((at) => at > since).length;
}
