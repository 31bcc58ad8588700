/**
 * A kiosk left alone goes back to the start: after a while it asks, counts down in sight, and can be told to go on. Where
 * nothing would be lost it does not ask.
 */
import { find, write } from "sala/dom";
import { currentLanguage, say } from "sala/texts";
import { countdown } from "./countdown.js";
import { close, open } from "./drawing.js";
import { busy, isAt, onStartOver, onStep, startOver } from "./steps.js";

const IDLE_MS = 45_000;
const WARNING_S = 20;

const warning = countdown((left) => {
  write(find("#idle-left"), say(currentLanguage(), "kiosk.returns", { n: left }));
}, startOver);

let idle = 0;

/** Somebody is here: begin to wait again. */
function stayAwake() {
  clearTimeout(idle);
  idle = setTimeout(fallAsleep, IDLE_MS);
}

function fallAsleep() {
  // The number's page closes by itself, and says so.
  if (isAt("ticket") || !busy()) return;
  open("#idle");
  warning.start(WARNING_S);
}

function carryOn() {
  warning.stop();
  close("#idle");
  stayAwake();
}

onStep((step) => step === "ticket" && warning.stop());
onStartOver(() => {
  warning.stop();
  stayAwake();
});
find("#go-on").addEventListener("click", carryOn);
find("#start-over").addEventListener("click", startOver);
find("#idle").addEventListener("cancel", carryOn);
for (const sign of ["pointerdown", "keydown"]) addEventListener(sign, stayAwake);
stayAwake();
