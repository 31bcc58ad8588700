/**
 * The hall's loudspeaker: one queue of announcements, each with its chime, none cut off by the next. Which calls are to
 * be announced and in which words is announce.js's to say; what is on the screen meanwhile is board.js's.
 */
import { callKey, hallClock, maySpeak, spokenIn, unheard, words } from "./announce.js";

/** @typedef {import("./announce.js").Call} Call */

/**
 * @typedef {object} Hall
 * @property {number} told                              the hall's time (ms) when the page was made
 * @property {(call: Call | null) => void} announcing   told what is being announced, and null afterwards
 * @property {(blocked: boolean) => void} silenced      told whether the browser keeps sound until somebody taps
 */

/** From the beginning of the chime to the first word: the listener has looked up, the chime has faded. */
const SPEECH_AFTER_MS = 850;
const BETWEEN_MS = 450;
/** A number shown without a voice stays for as long as it takes to look up, read it and find the counter. */
const SHOWN_MS = 4000;
/** Some engines never say that they ended. No sentence of ours is as long. */
const STUCK_MS = 20_000;
const WAKE_MS = 600;
const RATE = 0.92;

/** The voices of men; all others end with ค่ะ. */
const MEN = /pattara|niwat/i;

const REMEMBERED = "sala.board.heard";
const REMEMBERED_AT_MOST = 120;

/**
 * @param {Hall} hall
 * @returns {{offer: (calls: Call[]) => void, unlock: () => Promise<void>}}
 */
export function loudspeaker({ told, announcing, silenced }) {
  const heard = memory();
  const clock = hallClock(told, performance.now());
  const audio = new AudioContext();
  /** @type {Call[]} */
  let calls = [];
  /** @type {Call[]} */
  let queue = [];
  let newest = "";
  let ready = false;
  let speaking = false;

  const known = (/** @type {string} */ key) => heard.has(key) || queue.some((call) => callKey(call) === key);

  const take = () => {
    queue.push(...unheard(calls, known, clock.now(performance.now())));
    if (!speaking && queue.length > 0) void announceAll();
  };

  const setClock = () => {
    const [call] = calls;
    if (call && callKey(call) !== newest) clock.called(Date.parse(call.at), performance.now());
    newest = call ? callKey(call) : "";
  };

  /** Called meanwhile to another counter, recalled or withdrawn: what is no longer on the board is not spoken. */
  const next = () => {
    const shown = new Set(calls.map(callKey));
    queue = queue.filter((call) => shown.has(callKey(call)));
    return queue.shift();
  };

  const announceAll = async () => {
    speaking = true;
    for (let call = next(); call; call = next()) {
      heard.add(callKey(call));
      announcing(call);
      await announce(audio, call);
    }
    speaking = false;
    announcing(null);
  };

  const wake = async () => {
    await Promise.race([audio.resume(), pause(WAKE_MS)]);
    return audio.state === "running";
  };
  const begin = () => {
    ready = true;
    silenced(false);
    take();
  };

  globalThis.speechSynthesis?.getVoices(); // Asked once in vain: the browser then begins to load them.
  void wake().then((sounds) => (sounds ? begin() : silenced(true)));
  return {
    offer: (news) => {
      calls = news;
      setClock();
      if (ready) take();
    },
    // Whoever tapped has done all that can be done; a machine without a loudspeaker shows the numbers all the same.
    unlock: async () => {
      await wake();
      if (!ready) begin();
    },
  };
}

/**
 * Chime, then the words; without a voice the chime and the number on the board.
 * @param {AudioContext} audio
 * @param {Call} call
 */
async function announce(audio, call) {
  chime(audio);
  await pause(SPEECH_AFTER_MS);
  const utterances = sentences(call);
  for (const utterance of utterances) {
    await speak(utterance);
    await pause(BETWEEN_MS);
  }
  if (utterances.length === 0) await pause(SHOWN_MS);
}

/**
 * @param {Call} call
 * @returns {SpeechSynthesisUtterance[]}
 */
function sentences({ number, counter, language }) {
  const voices = globalThis.speechSynthesis?.getVoices() ?? [];
  return spokenIn(language).flatMap((spoken) => {
    const voice = voices.find((one) => maySpeak(one, spoken));
    if (!voice) return [];
    const utterance = new SpeechSynthesisUtterance(words(number, counter, spoken, MEN.test(voice.name) ? "ครับ" : "ค่ะ"));
    return [Object.assign(utterance, { voice, lang: voice.lang, rate: RATE })];
  });
}

/**
 * Ends when the sentence has been spoken, or cannot be.
 * @param {SpeechSynthesisUtterance} utterance
 */
function speak(utterance) {
  return new Promise((resolve) => {
    const stuck = setTimeout(() => {
      speechSynthesis.cancel();
      resolve(undefined);
    }, STUCK_MS);
    const over = () => {
      clearTimeout(stuck);
      resolve(undefined);
    };
    utterance.addEventListener("end", over);
    utterance.addEventListener("error", over);
    speechSynthesis.speak(utterance);
  });
}

/**
 * Two soft bells, a third apart, which fade before the first word.
 * @param {AudioContext} audio
 */
function chime(audio) {
  const start = audio.currentTime + 0.02;
  bell(audio, 659.3, start);
  bell(audio, 523.3, start + 0.3);
}

/**
 * @param {AudioContext} audio
 * @param {number} pitch  Hz
 * @param {number} start  s
 */
function bell(audio, pitch, start) {
  for (const [overtone, loudness] of [
    [1, 0.34],
    [2, 0.1],
    [3, 0.04],
  ]) {
    const tone = new OscillatorNode(audio, { frequency: pitch * overtone });
    const volume = new GainNode(audio, { gain: 0 });
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(loudness, start + 0.012);
    volume.gain.exponentialRampToValueAtTime(0.001, start + 0.6);
    tone.connect(volume).connect(audio.destination);
    tone.start(start);
    tone.stop(start + 0.62);
  }
}

/** What this board has announced, also before it was loaded anew. */
function memory() {
  const keys = new Set(remembered());
  return {
    has: (/** @type {string} */ key) => keys.has(key),
    add: (/** @type {string} */ key) => {
      keys.add(key);
      for (const old of [...keys].slice(0, -REMEMBERED_AT_MOST)) keys.delete(old);
      remember([...keys]);
    },
  };
}

/** @returns {string[]} */
function remembered() {
  try {
    return JSON.parse(localStorage.getItem(REMEMBERED) ?? "[]");
  } catch {
    return []; // A browser without storage forgets on reload; the age of a call still keeps it quiet.
  }
}

/** @param {string[]} keys */
function remember(keys) {
  try {
    localStorage.setItem(REMEMBERED, JSON.stringify(keys));
  } catch {
    // See above.
  }
}

/** @param {number} ms */
function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
