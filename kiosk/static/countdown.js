/**
 * Seconds that are counted down in sight of the visitor. What happens at the end is the caller's.
 */

/**
 * @param {(left: number) => void} each  called with the seconds left, also at once on start
 * @param {() => void} end               called when none is left; not after stop()
 */
export function countdown(each, end) {
  let left = 0;
  let timer = 0;

  const stop = () => {
    clearInterval(timer);
    left = 0;
  };
  const tick = () => {
    left -= 1;
    each(left);
    if (left > 0) return;
    stop();
    end();
  };
  /** @param {number} seconds */
  const start = (seconds) => {
    stop();
    left = seconds;
    each(left);
    timer = setInterval(tick, 1000);
  };
  return { start, stop, left: () => left };
}
