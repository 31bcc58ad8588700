/**
 * Which of a browser's voices may speak in a hall. Pure but for `voiceFor`, which asks the browser. What is said, and
 * when, is not here.
 */

/** A little slower than people talk: a hall echoes. */
export const RATE = 0.92;

/** The voices of men; all others end with ค่ะ. */
const MEN = /pattara|niwat/i;
/** What makers call their better voices. */
const BETTER = /natural|neural|premium|enhanced/i;

/** @typedef {Pick<SpeechSynthesisVoice, "lang" | "localService" | "name" | "voiceURI">} Voice */

/**
 * Whether a voice of the browser may speak a language here: a local one (a hall has no internet) made for that language.
 * espeak's Thai cannot be understood, and it may not speak at all.
 * @param {Voice} voice
 * @param {string} language
 */
export function maySpeak(voice, language) {
  const made = voice.lang.toLowerCase().split(/[-_]/)[0] === language;
  return made && voice.localService && !/espeak/i.test(`${voice.name} ${voice.voiceURI}`);
}

/**
 * The best of the voices that may speak the language; null where none may.
 * @template {Voice} V
 * @param {V[]} voices
 * @param {string} language
 * @returns {V | null}
 */
export function bestVoice(voices, language) {
  const allowed = voices.filter((voice) => maySpeak(voice, language));
  return allowed.find((voice) => BETTER.test(voice.name)) ?? allowed[0] ?? null;
}

/**
 * Whether it is a man who speaks, and so ends with ครับ.
 * @param {Voice} voice
 */
export function isMan(voice) {
  return MEN.test(voice.name);
}

/**
 * The browser's own voice for the language, if it has a good one. Browsers load their voices late: ask again each time.
 * @param {string} language
 */
export function voiceFor(language) {
  return bestVoice(globalThis.speechSynthesis?.getVoices() ?? [], language);
}
