/**
 * The voice pack in the browser: which clips there are, and how they are played one after the other without a gap. In
 * which order the clips of a call stand is spoken.js's; what clips are for is the rooms'.
 *
 *     if (!(await play("text.kiosk.choose", "th"))) …   // no such clip
 */
import { output } from "./sound.js";
import { bounds } from "./waves.js";

/** @typedef {{url: string, ms: number, placeholder: boolean}} Clip */
/** @typedef {{voice: string, ending: "woman" | "man", placeholder: boolean, clips: Record<string, Clip>}} Pack */
/** @typedef {{languages: Record<string, Pack>}} Manifest */
/** A clip that is ready to sound: where in it the sound begins, and how long it lasts. @typedef {{buffer: AudioBuffer, from: number, lasts: number}} Ready */
/** What plays now. @typedef {{lasts: number, over: Promise<void>, stop: () => void}} Playing */

/** Between two clips: as short as a speaker's own. @type {number} s */
export const BETWEEN_S = 0.06;
/** Time enough to hand a line to the sound card. */
const SOON_S = 0.03;
const FADE_S = 0.02;
/** A sound card that was pulled out never says that a clip has ended. */
const LOST_S = 2;

/** @type {Promise<Manifest> | null} */
let asked = null;
/** Decoded clips by address; an address never changes what it holds. @type {Map<string, Promise<Ready | null>>} */
const ready = new Map();
/** @type {Playing | null} */
let playing = null;

/**
 * Which clips there are. Asked of the hall once; `anew` asks again.
 * @param {boolean} [anew]
 * @returns {Promise<Manifest>}
 */
export function manifest(anew = false) {
  if (anew || !asked) asked = fetched(asked);
  return asked;
}

/**
 * @param {Promise<Manifest> | null} before
 * @returns {Promise<Manifest>}
 */
async function fetched(before) {
  try {
    const response = await fetch("/voice/manifest.json");
    if (response.ok) {
      const told = /** @type {Manifest} */ (await response.json());
      forgetOthers(told);
      return told;
    }
  } catch {
    // The line is broken: what was known before is still so.
  }
  if (!before) asked = null; // nothing is known yet: the next who asks, asks the hall
  return before ?? { languages: {} };
}

/**
 * A clip that was recorded anew leaves nothing of the old one in the memory of a board that runs for months.
 * @param {Manifest} told
 */
function forgetOthers(told) {
  const known = new Set(
    Object.values(told.languages).flatMap(({ clips }) => Object.values(clips).map(({ url }) => url)),
  );
  for (const url of ready.keys()) if (!known.has(url)) ready.delete(url);
}

/**
 * These clips, ready to sound; null where one of them is missing or cannot be played.
 * @param {string[]} keys
 * @param {string} language
 * @returns {Promise<Ready[] | null>}
 */
export async function line(keys, language) {
  const { languages } = await manifest();
  const clips = languages[language]?.clips ?? {};
  if (keys.length === 0 || keys.some((key) => !(key in clips))) return null;
  const all = await Promise.all(keys.map((key) => decoded(clips[key].url)));
  return all.every((one) => one !== null) ? all : null;
}

/**
 * Have clips at hand before they are needed.
 * @param {(key: string, language: string) => boolean} wanted
 */
export async function preload(wanted) {
  const { languages } = await manifest();
  for (const [language, { clips }] of Object.entries(languages)) {
    for (const [key, { url }] of Object.entries(clips)) if (wanted(key, language)) await decoded(url);
  }
}

/** @param {string} url */
function decoded(url) {
  const known = ready.get(url);
  if (known) return known;
  const clip = decode(url);
  ready.set(url, clip);
  void clip.then((sound) => !sound && ready.delete(url)); // it may have been the line: try again
  return clip;
}

/**
 * @param {string} url
 * @returns {Promise<Ready | null>}
 */
async function decode(url) {
  try {
    const response = await fetch(url);
    return response.ok ? trimmed(await output().audio.decodeAudioData(await response.arrayBuffer())) : null;
  } catch {
    return null; // broken off, or no sound after all: the caller has another way to say it
  }
}

/**
 * A clip without the silence at its ends, so that words follow each other as they do in speech.
 * @param {AudioBuffer} buffer
 * @returns {Ready}
 */
export function trimmed(buffer) {
  const { from, to } = bounds(buffer.getChannelData(0), buffer.sampleRate);
  return { buffer, from, lasts: to - from };
}

/**
 * How long a line sounds, in seconds.
 * @param {Ready[]} clips
 */
export function length(clips) {
  return clips.reduce((sum, { lasts }) => sum + lasts, 0) + BETWEEN_S * (clips.length - 1);
}

/**
 * Let the clips sound one after the other. All of them are given to the sound card at once: a busy page cuts none.
 * @param {Ready[]} clips
 * @returns {Playing}
 */
export function sound(clips) {
  const { audio, master } = output();
  const fade = new GainNode(audio);
  fade.connect(master);
  let at = audio.currentTime + SOON_S;
  const sources = clips.map(({ buffer, from, lasts }) => {
    const source = new AudioBufferSourceNode(audio, { buffer });
    source.connect(fade);
    source.start(at, from, lasts);
    at += lasts + BETWEEN_S;
    return source;
  });
  const lasts = length(clips);
  const over = new Promise((/** @type {(nothing: void) => void} */ resolve) => {
    sources.at(-1)?.addEventListener("ended", () => resolve());
    setTimeout(resolve, (lasts + LOST_S) * 1000);
  }).then(() => fade.disconnect());
  const stop = () => {
    fade.gain.setTargetAtTime(0, audio.currentTime, FADE_S / 3);
    for (const source of sources) source.stop(audio.currentTime + FADE_S);
  };
  return { lasts, over, stop };
}

/**
 * Play one clip, for one person at one screen: whatever `play` began before ends. True when it has been played to its
 * end or was ended by `hush`, false where there is no such clip.
 * @param {string} key
 * @param {string} language
 * @returns {Promise<boolean>}
 */
export async function play(key, language) {
  hush();
  const clips = await line([key], language);
  if (!clips) return false;
  hush();
  const mine = sound(clips);
  playing = mine;
  await mine.over;
  if (playing === mine) playing = null;
  return true;
}

/** End what `play` plays. */
export function hush() {
  playing?.stop();
  playing = null;
}
