/** In which order several services of one visit follow each other: the same as the hall's own (Plan.in_turn). */

/**
 * As they stand, but each after those that come before it.
 * @template {{id: string, after: string[]}} S
 * @param {S[]} services
 * @returns {S[]}
 */
export function inTurn(services) {
  const left = [...services];
  /** @type {S[]} */
  const turn = [];
  while (left.length > 0) {
    const free = left.findIndex(({ after }) => !left.some(({ id }) => after.includes(id)));
    turn.push(...left.splice(Math.max(free, 0), 1));
  }
  return turn;
}
