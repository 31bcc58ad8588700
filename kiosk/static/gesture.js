/**
 * The way to the staff's menu that no visitor finds by chance: the upper left corner held for three seconds, or three keys
 * together. What it opens asks for a PIN.
 */

import { pxPerMm } from "sala/measure";
import { screen } from "sala/screen";

const HELD_MS = 3000;
/** How large the corner is, and how far a finger may slide on it. */
const CORNER_MM = 20;
const SLIDES_PX = 40;
const USUAL_DIAGONAL = 21.5;

/** @param {() => void} open */
export function onGesture(open) {
  let timer = 0;
  let from = { x: 0, y: 0 };
  const stop = () => clearTimeout(timer);
  /** @param {PointerEvent} event */
  const begin = ({ clientX: x, clientY: y, isPrimary }) => {
    stop();
    const reach = CORNER_MM * pxPerMm(innerWidth, innerHeight, screen.diagonal ?? USUAL_DIAGONAL);
    if (!isPrimary || x > reach || y > reach) return;
    from = { x, y };
    timer = setTimeout(open, HELD_MS);
  };
  /** @param {PointerEvent} event */
  const slide = ({ clientX: x, clientY: y }) => {
    if (Math.hypot(x - from.x, y - from.y) > SLIDES_PX) stop();
  };
  addEventListener("pointerdown", begin, { capture: true });
  addEventListener("pointermove", slide, { capture: true, passive: true });
  for (const sign of ["pointerup", "pointercancel", "blur"]) addEventListener(sign, stop, { capture: true });
  addEventListener(
    "keydown",
    (event) => {
      // By the key's place: on a Thai keyboard the letter is another.
      if (event.ctrlKey && event.altKey && event.code === "KeyS") open();
    },
    { capture: true },
  );
}
