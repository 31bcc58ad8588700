/**
 * The screen locked for a minute, so that it can be wiped: touches and keys do nothing, and it ends by itself. Nothing
 * ends it earlier, for whatever could would be pressed by the cloth.
 */
import { find, write } from "sala/dom";
import { countdown } from "./countdown.js";

const LASTS_S = 60;
const SWALLOWED = [
  ...["pointerdown", "pointerup", "pointermove", "click", "dblclick", "auxclick", "touchstart", "touchmove", "wheel"],
  ...["keydown", "keyup", "keypress", "beforeinput", "paste"],
];

const clock = countdown((left) => write(find("#cleaning-left"), left), end);

/** @param {Event} event */
function swallow(event) {
  event.stopImmediatePropagation();
  if (event.cancelable) event.preventDefault();
}

/** Begin the minute. */
export function lockForCleaning() {
  find("#cleaning").hidden = false;
  document.documentElement.dataset.staff = "cleaning";
  for (const sign of SWALLOWED) addEventListener(sign, swallow, { capture: true, passive: false });
  clock.start(LASTS_S);
}

function end() {
  for (const sign of SWALLOWED) removeEventListener(sign, swallow, { capture: true });
  find("#cleaning").hidden = true;
  delete document.documentElement.dataset.staff;
}
