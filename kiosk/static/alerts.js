/**
 * How a phone tells its holder something that must not be missed: it vibrates, sounds where it was allowed to, lets its
 * title blink in the list of open pages, and keeps its screen on while somebody waits. Each occasion is told once, also
 * if the page is loaded anew. When there is something to tell is stages.js's.
 */
import { read, write } from "./kept.js";

/** Told apart without looking: one short pair for "soon", three long ones for "now". */
const PATTERNS = { near: [200, 150, 200], called: [500, 200, 500, 200, 900] };
const TONES = { near: [660, 880], called: [660, 880, 660, 880, 1320] };
const TRIED = [120];
/** The title changes once a second and for half a minute: far below three flashes a second. */
const BLINK_MS = 1000;
const BLINKS = 30;
const TONE_S = 0.22;
const LOUD = 0.35;

/** @typedef {"near" | "called"} Stage */

/**
 * @param {string} name  the ticket: what it was told of is remembered under it
 */
export function alerts(name) {
  const store = `sala:told:${name}`;
  const wanted = `sala:sound:${name}`;
  /** @type {string[]} */
  let told = read(store, []);
  let sounds = read(wanted, false);
  /** @type {AudioContext | null} */
  let audio = null;
  /** @type {{release: () => Promise<void>} | null} */
  let awake = null;
  let blinking = 0;
  let plain = document.title;

  /** A browser lets a page sound only after somebody has touched it. */
  const unlock = () => {
    if (!sounds || !("AudioContext" in window)) return;
    audio ??= new AudioContext();
    void audio.resume();
  };

  /** @param {Stage} stage */
  const ring = (stage) => {
    if (audio?.state !== "running") return;
    TONES[stage].forEach((pitch, n) => {
      if (audio) tone(audio, pitch, n * TONE_S);
    });
  };

  const steady = () => {
    clearInterval(blinking);
    blinking = 0;
    document.title = plain;
  };

  /** @param {string} words */
  const blink = (words) => {
    steady();
    let left = BLINKS;
    document.title = words;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    blinking = setInterval(() => {
      left -= 1;
      if (left <= 0) return steady();
      document.title = left % 2 ? plain : words;
    }, BLINK_MS);
  };

  addEventListener("pointerdown", () => {
    unlock();
    if (blinking) steady();
  });

  return {
    /**
     * Tell it, unless this occasion was told before.
     * @param {{stage: Stage, occasion: string}} now
     * @param {string} words  for the title
     */
    tell({ stage, occasion }, words) {
      if (told.includes(occasion)) return;
      told = [...told.slice(-20), occasion];
      write(store, told);
      navigator.vibrate?.(PATTERNS[stage]);
      ring(stage);
      blink(words);
    },
    /** @param {string} title  the page's own, when nothing is to be told */
    title(title) {
      plain = title;
      if (!blinking) document.title = title;
    },
    sounds: () => sounds,
    /** Touched: let it sound from now on, and let it be felt at once that it will; or no more. */
    toggle() {
      sounds = !sounds;
      write(wanted, sounds);
      unlock();
      if (!sounds) return void audio?.suspend();
      navigator.vibrate?.(TRIED);
      if (audio) tone(audio, TONES.near[0], 0);
    },
    /**
     * Keep the screen on, or let it sleep. Only over https do browsers grant it, and a hidden page loses it.
     * @param {boolean} wish
     */
    async stayAwake(wish) {
      if (!("wakeLock" in navigator)) return;
      const on = wish && document.visibilityState === "visible";
      if (!on) {
        await awake?.release().catch(() => {});
        awake = null;
      } else {
        awake ??= await navigator.wakeLock.request("screen").catch(() => null);
      }
    },
    /** The browser let the screen sleep because the page was hidden. */
    slept() {
      awake = null;
    },
  };
}

/**
 * @param {AudioContext} audio
 * @param {number} pitch  Hz
 * @param {number} after  seconds from now
 */
function tone(audio, pitch, after) {
  const at = audio.currentTime + after;
  const source = new OscillatorNode(audio, { type: "triangle", frequency: pitch });
  const volume = new GainNode(audio, { gain: 0 });
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(LOUD, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.001, at + TONE_S);
  source.connect(volume).connect(audio.destination);
  source.start(at);
  source.stop(at + TONE_S);
}
