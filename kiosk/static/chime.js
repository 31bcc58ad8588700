/** A bell, by which the staff hear how loud the kiosk is. */
import { output, wake } from "sala/sound";

const LASTS_S = 0.7;
/** A bell's overtones: how often its pitch, and how loud. */
const OVERTONES = [
  [1, 0.34],
  [2, 0.1],
  [3, 0.04],
];
const PITCH_HZ = 659.3;

export async function chime() {
  if (!(await wake())) return;
  const { audio, master } = output();
  const start = audio.currentTime + 0.02;
  for (const [times, loudness] of OVERTONES) {
    const tone = new OscillatorNode(audio, { frequency: PITCH_HZ * times });
    const gain = new GainNode(audio, { gain: 0 });
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(loudness, start + 0.012);
    gain.gain.exponentialRampToValueAtTime(0.001, start + LASTS_S);
    tone.connect(gain).connect(master);
    tone.start(start);
    tone.stop(start + LASTS_S + 0.02);
  }
}
