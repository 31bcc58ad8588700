/**
 * The band of a panel that a hand reaches from a wheelchair: pure. What is laid out within it is the stylesheet's.
 */

/** What is needed lies between these heights above the floor, in mm (EN 301 549, 8.3). */
export const LOWEST = 380;
export const HIGHEST = 1220;
/** However the panel hangs, so much of it stays in use: a page has to have some room. */
const LEAST_SHARE = 0.45;

/**
 * How much of the panel lies above the band and how much below it, in mm.
 * @param {{height: number, bottom: number}} panel  its height, and its lower edge above the floor, in mm
 */
export function outOfReach({ height, bottom }) {
  const room = height * (1 - LEAST_SHARE);
  const above = Math.min(room, Math.max(0, bottom + height - HIGHEST));
  const below = Math.min(room - above, Math.max(0, LOWEST - bottom));
  return { above, below };
}
