/**
 * The hall's loudspeaker: one queue of announcements, each with its chime, none cut off by the next; and the warning to
 * leave the building, which cuts off everything. Which calls are to be announced and in which words is announce.js's to
 * say; what is on the screen meanwhile is board.js's.
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
/** The two tones before the warning, and the silence after it, in which people hear each other. */
const SIREN_MS = 2400;
const AFTER_WARNING_MS = 3000;
const RATE = 0.92;

/** The voices of men; all others end with ค่ะ. */
const MEN = /pattara|niwat/i;

const REMEMBERED = "sala.board.heard";
const REMEMBERED_AT_MOST = 120;

/**
 * @param {Hall} hall
 * @returns {{offer: (calls: Call[]) => void, warn: (words: Record<string, string> | null) => void, unlock: () => Promise<void>}}
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
  /** What all are warned with now, by language. @type {Record<string, string> | null} */
  let warning = null;
  let warned = false;

  const known = (/** @type {string} */ key) => heard.has(key) || queue.some((call) => callKey(call) === key);

  const take = () => {
    queue.push(...unheard(calls, known, clock.now(performance.now())));
    if (!speaking && queue.length > 0) void announceAll();
  };

  const setClock = () => {
    const [call] = calls;
    if (!call) return;
    if (callKey(call) !== newest) clock.called(Date.parse(call.at), performance.now());
    newest = callKey(call);
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
      await announce(audio, call, () => warning !== null);
    }
    speaking = false;
    announcing(null);
  };

  /** Again and again, until it is over. One that begins while another's last words are spoken goes on in its place. */
  const warnAll = async () => {
    if (warned || !ready) return;
    warned = true;
    while (warning) {
      siren(audio);
      await pause(SIREN_MS);
      for (const utterance of warning ? warnings(warning) : []) {
        if (warning) await speak(utterance);
      }
      await pause(AFTER_WARNING_MS);
    }
    warned = false;
  };

  const wake = async () => {
    await Promise.race([audio.resume(), pause(WAKE_MS)]);
    return audio.state === "running";
  };
  const begin = () => {
    ready = true;
    silenced(false);
    take();
    if (warning) void warnAll();
  };

  globalThis.speechSynthesis?.getVoices(); // Asked once in vain: the browser then begins to load them.
  void wake().then((sounds) => (sounds ? begin() : silenced(true)));
  return {
    offer: (news) => {
      calls = news;
      setClock();
      if (ready) take();
    },
    warn: (words) => {
      const before = warning;
      warning = words;
      // What is being said is of no use now, neither a call nor, when it is over, the warning.
      if ((words === null) !== (before === null)) globalThis.speechSynthesis?.cancel();
      if (words) void warnAll();
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
 * @param {() => boolean} hushed  whether the rest is left unsaid
 */
async function announce(audio, call, hushed) {
  chime(audio);
  await pause(SPEECH_AFTER_MS);
  const utterances = sentences(call);
  for (const utterance of utterances) {
    if (hushed()) return;
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
 * The warning in each language that has a voice here.
 * @param {Record<string, string>} words
 * @returns {SpeechSynthesisUtterance[]}
 */
function warnings(words) {
  const voices = globalThis.speechSynthesis?.getVoices() ?? [];
  return Object.entries(words).flatMap(([language, text]) => {
    const voice = voices.find((one) => maySpeak(one, language));
    if (!voice) return [];
    return [Object.assign(new SpeechSynthesisUtterance(text), { voice, lang: voice.lang, rate: RATE })];
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
 * Two tones in turn, which nobody takes for the chime of a call.
 * @param {AudioContext} audio
 */
function siren(audio) {
  const start = audio.currentTime + 0.02;
  const end = start + SIREN_MS / 1000 - 0.2;
  const tone = new OscillatorNode(audio, { type: "triangle" });
  const volume = new GainNode(audio, { gain: 0 });
  for (let at = start, high = true; at < end; at += 0.4, high = !high)
    tone.frequency.setValueAtTime(high ? 960 : 720, at);
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(0.4, start + 0.02);
  volume.gain.setValueAtTime(0.4, end - 0.05);
  volume.gain.linearRampToValueAtTime(0, end);
  tone.connect(volume).connect(audio.destination);
  tone.start(start);
  tone.stop(end + 0.02);
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
