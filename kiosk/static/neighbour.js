/**
 * Which of some boxes an arrow key leads to: pure. Who has the focus, and what is in reach of it, is arrows.js's.
 */

/** @typedef {{left: number, top: number, right: number, bottom: number}} Box */
/** @typedef {"ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight"} Arrow */

/** What lies aside is this much farther than what lies ahead. */
const ASIDE = 3;

/**
 * The index of the box nearest in that direction, or -1 where there is none.
 * @param {Box[]} boxes
 * @param {number} from
 * @param {Arrow} arrow
 */
export function neighbour(boxes, from, arrow) {
  const far = boxes.map((box, i) => (i === from ? Number.POSITIVE_INFINITY : distance(boxes[from], box, arrow)));
  const nearest = Math.min(...far);
  return nearest < Number.POSITIVE_INFINITY ? far.indexOf(nearest) : -1;
}

/**
 * @param {Box} from
 * @param {Box} to
 * @param {Arrow} arrow
 */
function distance(from, to, arrow) {
  const upright = arrow === "ArrowUp" || arrow === "ArrowDown";
  const sign = arrow === "ArrowDown" || arrow === "ArrowRight" ? 1 : -1;
  const [x, y] = [middle(to, "x") - middle(from, "x"), middle(to, "y") - middle(from, "y")];
  const ahead = sign * (upright ? y : x);
  // Boxes of one row differ by a hair's breadth, not by half a box.
  const half = upright ? (from.bottom - from.top) / 2 : (from.right - from.left) / 2;
  return ahead > half / 2 ? ahead + ASIDE * Math.abs(upright ? x : y) : Number.POSITIVE_INFINITY;
}

/**
 * @param {Box} box
 * @param {"x" | "y"} axis
 */
function middle(box, axis) {
  return axis === "x" ? (box.left + box.right) / 2 : (box.top + box.bottom) / 2;
}
