/**
 * A soft tick for what an officer who looks elsewhere should know. Off until it is turned on, and kept in this browser.
 * What is worth one is heard.js's.
 */
import { write } from "sala/dom";
import { text } from "./words.js";

/** @typedef {import("./heard.js").Sound} Sound */

const KEPT = "sala.sounds";
/** In Hz and s: one tick each, lower for what waits, twice for who calls. */
const TICKS = {
  assigned: [{ pitch: 880, after: 0 }],
  first: [{ pitch: 587, after: 0 }],
  help: [
    { pitch: 740, after: 0 },
    { pitch: 740, after: 0.18 },
  ],
};
const LOUD = 0.08;
const LONG_S = 0.12;

/**
 * The button that turns sounds on and off.
 * @param {HTMLElement | null} button
 * @returns {(sound: Sound | null) => void}  what is heard from now on
 */
export function soundSwitch(button) {
  /** @type {AudioContext | null} */
  let audio = null;
  const on = () => localStorage.getItem(KEPT) === "on";
  const show = () => {
    button?.setAttribute("aria-pressed", String(on()));
    const state = button?.querySelector("[data-state-word]");
    if (state) write(state, text(on() ? "sound.on" : "sound.off"));
  };
  const hear = (/** @type {Sound | null} */ sound) => {
    if (!sound || !on()) return;
    audio ??= new AudioContext();
    void audio.resume();
    tick(audio, sound);
  };
  button?.addEventListener("click", () => {
    localStorage.setItem(KEPT, on() ? "off" : "on");
    show();
    hear("assigned");
  });
  // The strip's window and the panel's are one officer's: one setting, and one of them makes the sound.
  addEventListener("storage", show);
  show();
  return hear;
}

/**
 * @param {AudioContext} audio
 * @param {Sound} sound
 */
function tick(audio, sound) {
  for (const { pitch, after } of TICKS[sound]) {
    const [begins, tone, loudness] = [audio.currentTime + after, audio.createOscillator(), audio.createGain()];
    tone.frequency.value = pitch;
    loudness.gain.setValueAtTime(LOUD, begins);
    loudness.gain.exponentialRampToValueAtTime(0.0001, begins + LONG_S);
    tone.connect(loudness).connect(audio.destination);
    tone.start(begins);
    tone.stop(begins + LONG_S);
  }
}
