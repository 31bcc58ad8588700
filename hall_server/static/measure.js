/**
 * How large a millimetre is on this panel, from its diagonal: what must be 20 mm wide, or readable from ten metres, is
 * measured by it and not by the browser's idea of an inch. What is made that large belongs to the rooms' stylesheets.
 */

const MM_PER_INCH = 25.4;

/**
 * CSS pixels a millimetre of a panel that the page fills.
 * @param {number} width     CSS px
 * @param {number} height    CSS px
 * @param {number} diagonal  inches
 */
export function pxPerMm(width, height, diagonal) {
  return Math.hypot(width, height) / (diagonal * MM_PER_INCH);
}

/**
 * Keep `--mm` on the page as long as it lives: one millimetre of the panel, as a length. Gives a function that tells how
 * many CSS pixels it is now.
 * @param {{diagonal: number}} panel  inches
 * @param {(mm: number) => void} [measured]  told at once, and whenever the page's size changes
 */
export function setMeasures({ diagonal }, measured = () => {}) {
  const now = () => pxPerMm(innerWidth, innerHeight, diagonal);
  const set = () => {
    document.documentElement.style.setProperty("--mm", `${now().toFixed(4)}px`);
    measured(now());
  };
  addEventListener("resize", set);
  set();
  return now;
}
