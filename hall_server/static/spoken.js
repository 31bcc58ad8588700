/**
 * What a floor says: a call as a list of the clips that say it, and as a sentence for a voice. Both are made here and
 * nowhere else, from the texts `voice.…` of each language. Pure. Not here: when a call is spoken (announce.js, turns.js),
 * by whom (voices.js, clips.js).
 */

/** @typedef {Record<string, Record<string, string>>} Texts */
/** @typedef {{number: string, counter: string}} Said */
/** `brief`: number and counter alone, for when many wait to be called. @typedef {{man?: boolean, brief?: boolean}} Manner */

/**
 * How each language puts a whole number together from its parts, as keys of clips. A language that is not here says the
 * digits one by one.
 * @type {Record<string, (n: number) => string[]>}
 */
const NUMBERS = { th: numberThai, en: numberEnglish, my: numberBurmese };
/** Between the parts of one number: Thai and Burmese have no space inside a word. @type {Record<string, string>} */
const JOINED_BY = { th: "", my: "" };
/** The voices of these languages read figures as words by themselves. */
const READS_FIGURES = new Set(["en"]);
const MOST_DIGITS = 6;

/**
 * Whether the floor has words for the language.
 * @param {Texts} texts
 * @param {string} language
 */
export function hasWords(texts, language) {
  return "voice.sentence.woman" in (texts[language] ?? {});
}

/**
 * The clips that say a call, in order. One key of them may have no clip: then clips cannot say it.
 * @param {Texts} texts
 * @param {Said} said
 * @param {string} language
 * @param {Manner} [manner]
 * @returns {string[]}
 */
export function callKeys(texts, { number, counter }, language, { man = false, brief = false } = {}) {
  if (!hasWords(texts, language)) return [];
  const spelt = spell(number);
  const told = isNumber(counter) ? numberKeys(Number(counter), language) : spell(counter);
  if (brief) return [...spelt, "call.counter_brief", ...told];
  const end = pieces(sentence(texts, language, { man }))[2];
  return ["call.before", ...spelt, "call.counter", ...told, ...(end ? ["call.end"] : [])];
}

/**
 * The sentence of a call, or "" where the floor has no words for it.
 * @param {Texts} texts
 * @param {Said} said
 * @param {string} language
 * @param {Manner} [manner]
 */
export function callWords(texts, { number, counter }, language, manner = {}) {
  if (!hasWords(texts, language)) return "";
  const told = isNumber(counter) ? numberWords(texts, Number(counter), language) : speltWords(texts, counter, language);
  return sentence(texts, language, manner)
    .replace("{number}", () => speltWords(texts, number, language))
    .replace("{counter}", () => told);
}

/**
 * Which keys of a call are not among these clips.
 * @param {string[]} keys
 * @param {Record<string, unknown>} clips
 */
export function lacking(keys, clips) {
  return [...new Set(keys.filter((key) => !(key in clips)))];
}

/**
 * A whole number as clips.
 * @param {number} n
 * @param {string} language
 * @returns {string[]}
 */
export function numberKeys(n, language) {
  return NUMBERS[language]?.(n) ?? Array.from(String(n), digit);
}

/**
 * A whole number in words.
 * @param {Texts} texts
 * @param {number} n
 * @param {string} language
 */
export function numberWords(texts, n, language) {
  if (READS_FIGURES.has(language)) return String(n);
  const words = vocabulary(texts, language);
  return numberKeys(n, language)
    .map((key) => words[key] ?? key)
    .join(JOINED_BY[language] ?? " ");
}

/**
 * 21 is "twenty-and-one" (ยี่สิบเอ็ด): one at the end has a word of its own, and each ten is one word.
 * @param {number} n
 * @returns {string[]}
 */
function numberThai(n) {
  if (n === 0) return [digit(0)];
  const digits = Array.from(String(n), Number);
  return digits.flatMap((figure, i) => placeThai(figure, digits.length - 1 - i, digits.length));
}

/**
 * @param {number} figure
 * @param {number} place  0 for ones, 1 for tens …
 * @param {number} length
 */
function placeThai(figure, place, length) {
  if (figure === 0) return [];
  if (place === 0) return [figure === 1 && length > 1 ? "number.1" : digit(figure)];
  if (place === 1) return [`number.${figure}0`];
  return [digit(figure), `number.${10 ** place}`];
}

/**
 * @param {number} n
 * @returns {string[]}
 */
function numberEnglish(n) {
  if (n < 10) return [digit(n)];
  if (n < 20) return [`number.${n}`];
  if (n < 100) return [`number.${n - (n % 10)}`, ...rest(n % 10)];
  const unit = n < 1000 ? 100 : 1000;
  return [...numberEnglish(Math.floor(n / unit)), `number.${unit}`, ...rest(n % unit)];
}

/** @param {number} n */
function rest(n) {
  return n ? numberEnglish(n) : [];
}

/**
 * A ten before a digit is said otherwise than alone: of 20 the clip is number.20, of 25 number.21 and digit.5. Beyond a
 * hundred the digits come one by one.
 * @param {number} n
 * @returns {string[]}
 */
function numberBurmese(n) {
  if (n < 10 || n > 99) return Array.from(String(n), digit);
  const ones = n % 10;
  return ones === 0 ? [`number.${n}`] : [`number.${n - ones + 1}`, digit(ones)];
}

/** @param {number | string} figure */
function digit(figure) {
  return `digit.${figure}`;
}

/**
 * Digits and letters, one by one.
 * @param {string} text
 */
function spell(text) {
  return signs(text).map((sign) => (/\d/.test(sign) ? digit(sign) : `letter.${sign}`));
}

/**
 * @param {Texts} texts
 * @param {string} text
 * @param {string} language
 */
function speltWords(texts, text, language) {
  if (READS_FIGURES.has(language)) return signs(text).join(" ");
  const words = vocabulary(texts, language);
  return spell(text)
    .map((key) => words[key] ?? key.replace(/^\w+\./, "")) // a sign that has no name is read as it stands
    .join(" ");
}

/**
 * The words of letters, digits and numbers, by the keys of their clips.
 * @param {Texts} texts
 * @param {string} language
 * @returns {Record<string, string>}
 */
function vocabulary(texts, language) {
  const known = texts[language] ?? {};
  const listed = (/** @type {string} */ key) => (known[key] ?? "").split(" ").filter(Boolean);
  const letters = listed("voice.letters").map((word, i) => [`letter.${String.fromCharCode(65 + i)}`, word]);
  const digits = listed("voice.digits").map((word, i) => [digit(i), word]);
  const numbers = listed("voice.numbers")
    .map((pair) => pair.split("="))
    .map(([n, word]) => [`number.${n}`, word]);
  return Object.fromEntries([...letters, ...digits, ...numbers]);
}

/**
 * @param {Texts} texts
 * @param {string} language
 * @param {Manner} manner
 */
function sentence(texts, language, { man = false, brief = false }) {
  const known = texts[language] ?? {};
  if (brief) return known["voice.sentence.brief"] ?? "";
  return known[man ? "voice.sentence.man" : "voice.sentence.woman"] ?? "";
}

/**
 * What stands before the number, between it and the counter, and at the end; clips.py parts it likewise.
 * @param {string} text
 */
function pieces(text) {
  return text.split(/\{number\}|\{counter\}/).map((piece) => piece.replace(/^[ ,.]+|[ ,.]+$/g, ""));
}

/** @param {string} text */
function isNumber(text) {
  return /^\d+$/.test(text) && text.length <= MOST_DIGITS;
}

/**
 * The letters and digits of a number or a name. Thai letters carry their marks with them.
 * @param {string} text
 */
function signs(text) {
  return text.toUpperCase().match(/\d|\p{L}\p{M}*/gu) ?? [];
}
