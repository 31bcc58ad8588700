/**
 * The lock of a screen that nobody sits at: after some minutes without a hand, or by hand. The lock is the hall's, so
 * that no reload opens it; here the screen is only covered until the hall has said so. What a locked screen shows is the
 * hall's own page (locked.html).
 */
import { find, write } from "sala/dom";
import { wish } from "sala/post";
import { idleFor } from "./idle.js";
import { text } from "./words.js";

const HANDS = ["keydown", "pointerdown", "pointermove", "wheel", "touchstart"];
/** Every window of this browser is the same officer's: a hand at one of them is a hand at all. */
const CHANNEL = "sala.hand";
const TOLD_MS = 1000;
const RETRY_MS = 2000;
/** A lock that the hall does not know of yet outlives a reload. */
const WANTED = "sala.lock";

let locking = false;
/** @type {() => Promise<unknown>} */
let pressesAnswered = () => Promise.resolve();

/**
 * @param {object} how
 * @param {number} how.afterS  seconds without a hand; 0: never
 * @param {() => Promise<unknown>} [how.answered]  once no press is on its way
 */
export function lockAfterIdling({ afterS, answered = pressesAnswered }) {
  pressesAnswered = answered;
  if (sessionStorage.getItem(WANTED)) return void lockNow();
  if (!afterS) return;
  const others = new BroadcastChannel(CHANNEL);
  let [last, told] = [Date.now(), 0];
  const hand = () => {
    last = Date.now();
    if (last - told < TOLD_MS) return;
    told = last;
    others.postMessage("hand");
    warn(null);
  };
  others.addEventListener("message", () => {
    last = Date.now();
    warn(null);
  });
  for (const kind of HANDS) addEventListener(kind, hand, { capture: true, passive: true });
  setInterval(() => {
    const { lock, warnS } = idleFor(Date.now() - last, afterS);
    if (lock) void lockNow();
    else warn(warnS);
  }, 1000);
}

/**
 * In good time, so that any hand can stop it.
 * @param {number | null} seconds
 */
function warn(seconds) {
  const place = find("#locking");
  place.hidden = seconds === null;
  // Said once and not each second; what is seen counts down.
  if (seconds !== null) write(find("b", place), text("lock.in", { n: seconds }));
}

/** Cover the screen at once, let a press that is on its way be answered, and lock. */
export async function lockNow() {
  if (locking) return;
  locking = true;
  sessionStorage.setItem(WANTED, "yes");
  document.documentElement.toggleAttribute("data-locking", true);
  for (const part of document.querySelectorAll("body > *")) part.toggleAttribute("inert", true);
  for (const dialog of document.querySelectorAll("dialog[open]")) /** @type {HTMLDialogElement} */ (dialog).close("");
  await pressesAnswered();
  await locked();
  sessionStorage.removeItem(WANTED);
  location.reload();
}

/** Once the hall has locked it, or knows this session no more. */
async function locked() {
  for (;;) {
    const answer = await wish("/api/v1/session/lock");
    if (answer.ok || answer.status === 401) return;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}
