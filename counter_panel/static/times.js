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
