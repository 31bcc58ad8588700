/**
 * Whether this page is the voice of its zone: asked of the hall every two seconds, for as long as the page lives. Who
 * speaks is decided by the hall (loudspeakers.py); what is spoken is voice.js's.
 */
import { newKey, wish } from "sala/post";

/** @typedef {import("./announce.js").Spoken} Spoken */

const PATH = "/api/v1/boards/voice";
const EVERY_MS = 2000;
const PATIENCE_MS = 2000;

/**
 * Ask from now on. While the hall cannot be reached, what it said last holds: whoever spoke goes on with what is known.
 * @param {string} zone
 * @param {() => Spoken | null} spoken                             what this page spoke last
 * @param {(speaks: boolean, spoken: Spoken | null) => void} told  what the hall says: who speaks, what was spoken last
 * @returns {{ask: () => Promise<void>}}  asks at once, so that the hall hears of what was just spoken
 */
export function lease(zone, spoken, told) {
  const page = newKey();
  let asking = false;
  let again = false;

  const ask = async () => {
    again = true;
    if (asking) return;
    asking = true;
    while (again) {
      again = false;
      const answer = await wish(PATH, { page, zone, spoken: spoken() }, { once: true, patience: PATIENCE_MS });
      if (answer.ok) told(answer.data.speaks, answer.data.spoken);
    }
    asking = false;
  };

  addEventListener("pagehide", () => {
    void wish(PATH, { page, zone, spoken: spoken(), leaving: true }, { once: true, keepalive: true });
  });
  setInterval(() => void ask(), EVERY_MS);
  void ask();
  return { ask };
}
