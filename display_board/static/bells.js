/**
 * The sounds that are no words: the chime before a call, and the siren before the warning to leave the building.
 */
import { output } from "sala/sound";

/** The two tones before the warning. */
export const SIREN_MS = 2400;

/** Two soft bells, a third apart, which fade before the first word. */
export function chime() {
  const start = output().audio.currentTime + 0.02;
  bell(659.3, start, 0.5);
  bell(523.3, start + 0.22, 0.36);
}

/**
 * @param {number} pitch  Hz
 * @param {number} start  s
 * @param {number} rings  s
 */
function bell(pitch, start, rings) {
  const { audio, master } = output();
  for (const [overtone, loudness] of [
    [1, 0.34],
    [2, 0.1],
    [3, 0.04],
  ]) {
    const tone = new OscillatorNode(audio, { frequency: pitch * overtone });
    const volume = new GainNode(audio, { gain: 0 });
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(loudness, start + 0.012);
    volume.gain.exponentialRampToValueAtTime(0.001, start + rings - 0.02);
    tone.connect(volume).connect(master);
    tone.start(start);
    tone.stop(start + rings);
  }
}

/** Two tones in turn, which nobody takes for the chime of a call. */
export function siren() {
  const { audio, master } = output();
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
  tone.connect(volume).connect(master);
  tone.start(start);
  tone.stop(end + 0.02);
}
