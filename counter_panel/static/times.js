/** How long something has lasted, as an officer reads it. Pure; which times are shown is the pages' own. */

/**
 * 0:42, 12:05, 1:02:05. What has not begun yet by this screen's clock has lasted nothing.
 * @param {number} ms
 */
export function elapsed(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const tail = String(seconds % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

/**
 * Whole minutes, as begun ones do not count.
 * @param {number} ms
 */
export function minutes(ms) {
  return Math.max(0, Math.floor(ms / 60_000));
}

/**
 * Seconds that are left, a begun one counted: the last thing shown before nothing is 1.
 * @param {number} ms
 */
export function secondsLeft(ms) {
  return Math.max(0, Math.ceil(ms / 1000));
}

/** From here on the time that is published runs out. */
const NEAR = 0.8;

/**
 * How a time stands beside the one that is published: calm, near it, or over. `ms` is what is left, or what it is over by.
 * @param {number} spent  ms
 * @param {number | null} published  s; null: none is
 * @returns {{phase: "calm" | "near" | "over", ms: number}}
 */
export function against(spent, published) {
  if (published === null) return { phase: "calm", ms: 0 };
  const left = published * 1000 - spent;
  if (left < 0) return { phase: "over", ms: -left };
  return { phase: spent >= published * 1000 * NEAR ? "near" : "calm", ms: left };
}

/**
 * The time of a visitor that runs: from the call on until it is begun, then of the service itself, without the time that
 * it was put aside.
 * @param {{called_at: string, started_at: string | null, held_ms: number}} times
 * @param {(moment: string) => number} since  ms
 */
export function running({ called_at, started_at, held_ms }, since) {
  return started_at ? Math.max(0, since(started_at) - held_ms) : since(called_at);
}
