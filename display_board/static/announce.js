/**
 * What a floor says: the words of a call, in which order they are spoken, and which calls are still to be announced.
 * Pure, so that every number can be tried by `node --test`. Sound, voices and their timing are in voice.js.
 */

/**
 * A call as the board's news tells it: `call` is its number in the log, `again` counts its recalls.
 * @typedef {{call: number, again: number, at: string, number: string, counter: string, language: string}} Call
 */
/** @typedef {{number: string, counter: string, ending: string}} Said */

/** The Thai names of the Latin letters, as a floor says them. */
const THAI_LETTERS = Object.fromEntries(
  [
    ..."A เอ,B บี,C ซี,D ดี,E อี,F เอฟ,G จี,H เอช,I ไอ,J เจ,K เค,L แอล,M เอ็ม".split(","),
    ..."N เอ็น,O โอ,P พี,Q คิว,R อาร์,S เอส,T ที,U ยู,V วี,W ดับเบิลยู,X เอ็กซ์,Y วาย,Z แซด".split(","),
  ].map((pair) => pair.split(" ")),
);
const THAI_DIGITS = ["ศูนย์", "หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า"];
const THAI_PLACES = ["", "สิบ", "ร้อย", "พัน", "หมื่น", "แสน"];

/** How each language says a call. A language that is not here is heard in English. @type {Record<string, (said: Said) => string>} */
const SENTENCES = {
  th: ({ number, counter, ending }) =>
    `ขอเชิญหมายเลข ${spellThai(number)} ที่ช่องบริการหมายเลข ${counterThai(counter)} ${ending}`,
  en: ({ number, counter }) =>
    `Ticket number ${spellEnglish(number)}, please proceed to counter ${counterEnglish(counter)}`,
};

/** A board loaded anew is silent on calls older than this: whoever was called has gone to the counter. */
export const STALE_MS = 30_000;

/** So many calls are enough to know by how much this screen's clock differs. */
const CALLS_TO_SET_BY = 20;

/**
 * The sentence of a call in `language`, or "" where the floor has no words for it.
 * @param {string} number
 * @param {string} counter
 * @param {string} language
 * @param {string} [ending]  ค่ะ or ครับ, as the voice is
 */
export function words(number, counter, language, ending = "ค่ะ") {
  return SENTENCES[language]?.({ number, counter, ending }) ?? "";
}

/**
 * The languages in which a call is spoken, in order: its own `times` over, then English once. Where its own is English,
 * or one without words, only English.
 * @param {string} language
 * @param {number} [times]
 */
export function spokenIn(language, times = 2) {
  if (language === "en" || !(language in SENTENCES)) return Array(times).fill("en");
  return [...Array(times).fill(language), "en"];
}

/**
 * What tells one announcement from another. The time is part of it, so that a data folder begun anew, whose calls count
 * from the beginning again, is not taken for one already heard.
 * @param {Pick<Call, "call" | "again" | "at">} call
 */
export function callKey({ call, again, at }) {
  return `${call}/${again}@${at}`;
}

/**
 * The calls that are still to be announced, oldest first: neither heard before nor too old to be of use.
 * @template {Pick<Call, "call" | "again" | "at">} C
 * @param {C[]} calls
 * @param {(key: string) => boolean} heard
 * @param {number} now  ms, by the hall's clock
 * @returns {C[]}
 */
export function unheard(calls, heard, now) {
  const fresh = calls.filter((call) => !heard(callKey(call)) && now - Date.parse(call.at) <= STALE_MS);
  return fresh.sort((one, other) => Date.parse(one.at) - Date.parse(other.at) || one.call - other.call);
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

/**
 * Whether a voice of the browser may speak a language here: a local one (a hall has no internet) made for that language.
 * espeak's Thai cannot be understood, and it may not speak at all.
 * @param {Pick<SpeechSynthesisVoice, "lang" | "localService" | "name" | "voiceURI">} voice
 * @param {string} language
 */
export function maySpeak(voice, language) {
  const made = voice.lang.toLowerCase().split(/[-_]/)[0] === language;
  return made && voice.localService && !/espeak/i.test(`${voice.name} ${voice.voiceURI}`);
}

/**
 * A whole number up to 999,999 in Thai words.
 * @param {number} n
 */
export function numberThai(n) {
  const digits = Array.from(String(n), Number);
  const spoken = digits.map((digit, i) => placeThai(digit, digits.length - 1 - i, digits.length));
  return spoken.join("") || THAI_DIGITS[0];
}

/**
 * One digit at its place. 21 is "twenty-and-one" (ยี่สิบเอ็ด): one at the end has a word of its own, and so has two before ten.
 * @param {number} digit
 * @param {number} place  0 for ones, 1 for tens …
 * @param {number} length
 */
function placeThai(digit, place, length) {
  if (digit === 0) return "";
  if (place === 0 && digit === 1 && length > 1) return "เอ็ด";
  if (place === 1 && digit === 1) return "สิบ";
  if (place === 1 && digit === 2) return "ยี่สิบ";
  return `${THAI_DIGITS[digit]}${THAI_PLACES[place]}`;
}

/**
 * Digits one by one, letters by their Thai names; a sign that has no name is not said.
 * @param {string} text
 */
function spellThai(text) {
  return signs(text)
    .map((sign) => (/\d/.test(sign) ? THAI_DIGITS[Number(sign)] : (THAI_LETTERS[sign] ?? sign)))
    .join(" ");
}

/** @param {string} text */
function spellEnglish(text) {
  return signs(text).join(" ");
}

/**
 * A counter's number is a number; any other name of a counter is spelt.
 * @param {string} counter
 */
function counterThai(counter) {
  return isNumber(counter) ? numberThai(Number(counter)) : spellThai(counter);
}

/** @param {string} counter */
function counterEnglish(counter) {
  return isNumber(counter) ? String(Number(counter)) : spellEnglish(counter);
}

/** @param {string} text */
function isNumber(text) {
  return /^\d{1,6}$/.test(text);
}

/**
 * The letters and digits of a number or a name. Thai letters carry their marks with them.
 * @param {string} text
 */
function signs(text) {
  return text.toUpperCase().match(/\d|\p{L}\p{M}*/gu) ?? [];
}
