/** The ticks of what was brought, and the pages of a list that does not fit. Pure; checklist.js draws them. */

/** What was ticked, by visit and service, the latest last. @typedef {[of: string, ticked: number[]][]} Ticks */

/** So many visits are remembered: more are never put aside at one counter. */
const MOST = 20;

/**
 * @param {Ticks} ticks
 * @param {string} of
 */
export function ticked(ticks, of) {
  return ticks.find(([one]) => one === of)?.[1] ?? [];
}

/**
 * With the nth ticked that was not, or the other way round.
 * @param {Ticks} ticks
 * @param {string} of
 * @param {number} n
 * @returns {Ticks}
 */
export function toggled(ticks, of, n) {
  const had = ticked(ticks, of);
  const has = had.includes(n) ? had.filter((one) => one !== n) : [...had, n];
  return [...ticks.filter(([one]) => one !== of), /** @type {[string, number[]]} */ ([of, has])].slice(-MOST);
}

/**
 * In which page each thing stands, where things of these heights go into places of one height.
 * @param {number[]} heights
 * @param {number} room
 */
export function paged(heights, room) {
  let [page, used] = [0, 0];
  return heights.map((height) => {
    if (used > 0 && used + height > room + 0.5) [page, used] = [page + 1, 0];
    used += height;
    return page;
  });
}
