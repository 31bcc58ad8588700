/**
 * Which of some boxes an arrow key leads to: pure. Who has the focus, and what is in reach of it, is arrows.js's.
 */

/** @typedef {{left: number, top: number, right: number, bottom: number}} Box */
/** @typedef {"ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight"} Arrow */

/**
 * The index of the nearest box straight ahead, or -1 where there is none: what lies aside is no neighbour.
 * @param {Box[]} boxes
 * @param {number} from
 * @param {Arrow} arrow
 */
export function neighbour(boxes, from, arrow) {
  const far = boxes.map((box, i) => (i === from ? Number.POSITIVE_INFINITY : distance(boxes[from], box, arrow)));
  const nearest = Math.min(...far);
  return nearest < Number.POSITIVE_INFINITY ? far.indexOf(nearest) : -1;
}

/** From one box to the next in the arrow's direction. @type {Record<Arrow, (from: Box, to: Box) => number>} */
const AHEAD = {
  ArrowUp: (from, to) => from.top - to.bottom,
  ArrowDown: (from, to) => to.top - from.bottom,
  ArrowLeft: (from, to) => from.left - to.right,
  ArrowRight: (from, to) => to.left - from.right,
};

/** Boxes of one row or column lie apart; those that touch do so by a hair's breadth. */
const HAIR = 2;

/**
 * @param {Box} from
 * @param {Box} to
 * @param {Arrow} arrow
 */
function distance(from, to, arrow) {
  const upright = arrow === "ArrowUp" || arrow === "ArrowDown";
  const beside = upright ? overlap(from, to, "left", "right") : overlap(from, to, "top", "bottom");
  const ahead = AHEAD[arrow](from, to);
  return beside > HAIR && ahead > -HAIR ? ahead : Number.POSITIVE_INFINITY;
}

/**
 * @param {Box} one
 * @param {Box} other
 * @param {"left" | "top"} start
 * @param {"right" | "bottom"} end
 */
function overlap(one, other, start, end) {
  return Math.min(one[end], other[end]) - Math.max(one[start], other[start]);
}
