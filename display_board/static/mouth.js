/**
 * Says sentences: by the browser's own voice if it has a good one for the language, else by the clips of the voice pack.
 * What is said, when, and how much of it is not here (voice.js, turns.js); nor the words (spoken.js).
 */
import { BETWEEN_S, line, manifest, preload, sound } from "sala/clips";
import { volume } from "sala/sound";
import { callKeys, callWords, lacking } from "sala/spoken";
import { known } from "sala/texts";
import { isMan, RATE, voiceFor } from "sala/voices";
import { SHOWN_MS } from "./turns.js";

/** @typedef {import("./announce.js").Call} Call */
/** @typedef {import("./turns.js").Sentence} Sentence */

/** Some engines never say that they ended. No sentence of ours is as long. */
const STUCK_MS = 20_000;
/** How often a board asks whether clips were recorded. */
const PACK_EVERY_MS = 60_000;
/** A voice of which nothing is known yet takes so long for a letter of a sentence. */
const MS_A_SIGN = 85;
/** A clip of which nobody said how long it lasts. */
const MS_A_CLIP = 500;
/** How much of what a voice was thought to take is believed beside what it took last. */
const HABIT = 0.7;
const CALLING = /^(call|letter|digit|number)\./;
const WARNING = "text.common.evacuation_voice";

/** What says the sentences of one page. Nothing is asked of the hall before `begin`. */
export function speaker() {
  /** @type {import("sala/clips").Manifest} */
  let packs = { languages: {} };
  /** How long a voice takes for a sign, by language, as it did last. @type {Record<string, number>} */
  const pace = {};
  /** @type {{stop: () => void} | null} */
  let playing = null;

  const refresh = async () => {
    packs = await manifest(true);
    await preload((key, language) => (CALLING.test(key) || key === WARNING) && !voiceFor(language));
  };

  /** The clips of a sentence. A pack recorded before there was a brief form says the whole one. */
  const keys = (/** @type {Sentence} */ { language, brief }, /** @type {Call} */ call) => {
    const pack = packs.languages[language];
    const man = pack?.ending === "man";
    const short = brief ? callKeys(known(), call, language, { brief }) : [];
    return short.length > 0 && lacking(short, pack?.clips ?? {}).length === 0
      ? short
      : callKeys(known(), call, language, { man });
  };
  const has = (/** @type {string[]} */ some, /** @type {string} */ language) =>
    some.length > 0 && lacking(some, packs.languages[language]?.clips ?? {}).length === 0;

  const words = (/** @type {Sentence} */ { language, brief }, /** @type {Call} */ call) => {
    const voice = voiceFor(language);
    return voice ? callWords(known(), call, language, { man: isMan(voice), brief }) : "";
  };

  const utter = async (/** @type {string} */ text, /** @type {string} */ language) => {
    const voice = voiceFor(language);
    if (!voice) return false;
    const before = performance.now();
    await spoken(text, voice);
    const took = (performance.now() - before) / text.length;
    pace[language] = HABIT * (pace[language] ?? took) + (1 - HABIT) * took;
    return true;
  };

  const clip = async (/** @type {string[]} */ some, /** @type {string} */ language) => {
    const clips = await line(some, language);
    if (!clips) return false;
    const mine = sound(clips);
    playing = mine;
    await mine.over;
    return true;
  };

  return {
    begin: () => {
      globalThis.speechSynthesis?.getVoices(); // Asked once in vain: the browser then begins to load them.
      void refresh();
      setInterval(() => void refresh(), PACK_EVERY_MS);
    },
    /** Whether a call can be said in the language. @type {(language: string, call: Call) => boolean} */
    can: (language, call) => {
      const whole = /** @type {Sentence} */ ({ language, of: "first", brief: false });
      return words(whole, call) !== "" || has(keys(whole, call), language);
    },
    /** About how long a sentence takes, in ms. @type {(sentence: Sentence, call: Call) => number} */
    lasts: (sentence, call) => {
      const text = words(sentence, call);
      if (text) return text.length * (pace[sentence.language] ?? MS_A_SIGN);
      const clips = packs.languages[sentence.language]?.clips ?? {};
      return keys(sentence, call).reduce((sum, key) => sum + (clips[key]?.ms || MS_A_CLIP) + BETWEEN_S * 1000, 0);
    },
    /** Say it to its end. What cannot be said after all is read on the board. @type {(sentence: Sentence, call: Call) => Promise<void>} */
    say: async (sentence, call) => {
      const { language } = sentence;
      const said = (await utter(words(sentence, call), language)) || (await clip(keys(sentence, call), language));
      if (!said) await pause(SHOWN_MS.hurried);
    },
    /** Read the warning, if anything here can. @type {(text: string, language: string) => Promise<void>} */
    read: async (text, language) => {
      if (!(await utter(text, language))) await clip([WARNING], language);
    },
    /** Be quiet at once. */
    hush: () => {
      globalThis.speechSynthesis?.cancel();
      playing?.stop();
    },
  };
}

/**
 * Ends when the sentence has been spoken, or cannot be.
 * @param {string} text
 * @param {SpeechSynthesisVoice} voice
 * @returns {Promise<void>}
 */
function spoken(text, voice) {
  const utterance = Object.assign(new SpeechSynthesisUtterance(text), {
    voice,
    lang: voice.lang,
    rate: RATE,
    volume: volume(),
  });
  return new Promise((resolve) => {
    const stuck = setTimeout(() => {
      speechSynthesis.cancel();
      resolve();
    }, STUCK_MS);
    const over = () => {
      clearTimeout(stuck);
      resolve();
    };
    utterance.addEventListener("end", over);
    utterance.addEventListener("error", over);
    speechSynthesis.speak(utterance);
  });
}

/** @param {number} ms */
function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
