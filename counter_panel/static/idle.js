/** When a screen that nobody touches warns, and when it locks. Pure; whose hand counts is lock.js's. */

/** It warns so long before. */
export const WARN_S = 20;

/**
 * @param {number} idleMs   since the last hand
 * @param {number} afterS   when it locks; 0: never
 * @returns {{lock: boolean, warnS: number | null}}  `warnS`: the seconds left, while it warns
 */
export function idleFor(idleMs, afterS) {
  if (!afterS) return { lock: false, warnS: null };
  const left = Math.ceil(afterS - idleMs / 1000);
  if (left <= 0) return { lock: true, warnS: null };
  return { lock: false, warnS: left <= WARN_S ? left : null };
}
