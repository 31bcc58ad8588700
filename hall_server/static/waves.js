/**
 * Samples of sound, as numbers: where a word begins and ends in a recording, how loud it is, and a WAV file of it. Pure.
 * Not here: playing (sound.js, clips.js), recording (the desk's voice.js).
 */

/** Quieter than this part of the loudest sample is silence: 40 dB below it. */
const SILENCE = 0.01;
/** What is left of the silence before and after: a consonant begins softly, and a vowel dies away. */
const BEFORE_S = 0.02;
const AFTER_S = 0.05;
/** A recording is brought to this peak, 3 dB below the loudest that there can be. */
const PEAK = 0.708;
/** A recording in which nobody spoke is not made louder. */
const WHISPER = 0.02;

/**
 * Where the sound begins and ends, in seconds, with a little of the silence around it. All of it where nothing sounds.
 * @param {Float32Array} samples
 * @param {number} rate  samples a second
 * @returns {{from: number, to: number}}
 */
export function bounds(samples, rate) {
  const floor = peak(samples) * SILENCE;
  const heard = (/** @type {number} */ sample) => Math.abs(sample) > floor;
  const first = samples.findIndex(heard);
  const last = samples.findLastIndex(heard);
  if (first < 0) return { from: 0, to: samples.length / rate };
  return { from: Math.max(0, first / rate - BEFORE_S), to: Math.min(samples.length, last + 1 + AFTER_S * rate) / rate };
}

/** @param {Float32Array} samples */
export function peak(samples) {
  let most = 0;
  for (const sample of samples) most = Math.max(most, Math.abs(sample));
  return most;
}

/**
 * The samples of a recording as a clip: the silence at its ends cut off, as loud as all others. Null where nobody spoke.
 * @param {Float32Array} samples
 * @param {number} rate
 * @returns {Float32Array | null}
 */
export function cleaned(samples, rate) {
  const most = peak(samples);
  if (most < WHISPER) return null;
  const { from, to } = bounds(samples, rate);
  return samples.slice(Math.round(from * rate), Math.round(to * rate)).map((sample) => (sample * PEAK) / most);
}

/**
 * A WAV file: one channel, 16 bits.
 * @param {Float32Array} samples
 * @param {number} rate
 * @returns {ArrayBuffer}
 */
export function wav(samples, rate) {
  const bytes = samples.length * 2;
  const file = new DataView(new ArrayBuffer(44 + bytes));
  const text = (/** @type {number} */ at, /** @type {string} */ word) =>
    [...word].forEach((letter, i) => {
      file.setUint8(at + i, letter.charCodeAt(0));
    });
  text(0, "RIFF");
  file.setUint32(4, 36 + bytes, true);
  text(8, "WAVEfmt ");
  file.setUint32(16, 16, true);
  file.setUint16(20, 1, true);
  file.setUint16(22, 1, true);
  file.setUint32(24, rate, true);
  file.setUint32(28, rate * 2, true);
  file.setUint16(32, 2, true);
  file.setUint16(34, 16, true);
  text(36, "data");
  file.setUint32(40, bytes, true);
  samples.forEach((sample, i) => {
    file.setInt16(44 + i * 2, Math.max(-1, Math.min(1, sample)) * 0x7fff, true);
  });
  return file.buffer;
}
