/**
 * The one way out for all that a page plays: an AudioContext and, before its loudspeaker, the volume. Who sounds what,
 * and when, is not here. No context is made before something is to be heard.
 */

/** @typedef {{audio: AudioContext, master: GainNode}} Output */

const WAKE_MS = 600;
/** A change of the volume in so many seconds does not click. */
const SOFTLY_S = 0.02;

/** @type {Output | null} */
let made = null;
let loudness = 1;

/**
 * Where sounds go: connect them to `master`, time them by `audio.currentTime`.
 * @returns {Output}
 */
export function output() {
  if (!made) {
    const audio = new AudioContext();
    const master = new GainNode(audio, { gain: loudness });
    master.connect(audio.destination);
    made = { audio, master };
  }
  return made;
}

/**
 * @param {number} percent  0 to 100, as a screen is set to
 */
export function setVolume(percent) {
  loudness = Math.min(Math.max(percent, 0), 100) / 100;
  if (made) made.master.gain.setTargetAtTime(loudness, made.audio.currentTime, SOFTLY_S);
}

/** The volume as a fraction, for voices, which do not pass through here. */
export function volume() {
  return loudness;
}

/** Whether sound can be heard now: a browser may keep it back until somebody has touched the page. */
export async function wake() {
  const { audio } = output();
  await Promise.race([audio.resume(), new Promise((resolve) => setTimeout(resolve, WAKE_MS))]);
  return audio.state === "running";
}
