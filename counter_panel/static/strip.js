/**
 * The strip of a counter, 400 by 160: draws of its news what an officer must see beside another program. What is pressed
 * and asked is counter.js's, shared with the panel; the markup is strip.html's.
 */
import { find, write } from "sala/dom";
import { nameIn } from "sala/texts";
import { ask } from "./ask.js";
import { own, run } from "./counter.js";
import { inTrouble } from "./help.js";
import { mayPress, news, visitor } from "./here.js";
import { present } from "./marks.js";
import { against, elapsed, running } from "./times.js";
import { at, since, text } from "./words.js";

/** What is said goes again after so many seconds, a refusal later: its place is wanted for the visitor. */
const SAID_S = 4;
const REFUSED_S = 12;

const strip = find("#strip");
/** What stands there, and for how many seconds. */
const said = { words: "", for: 0 };

function draw() {
  const { ticket } = news();
  write(find("#number"), ticket?.number ?? "–");
  write(find("#about"), about());
  // Its line is the visitor's: of the others only whoever waits for an answer is told there.
  find("#help-call").hidden = !mayPress().has("answer-help");
}

/** One line: help that was called, else who is here, else a kiosk without slips, else what the counter does. */
function about() {
  const { help } = own();
  if (help) return help;
  if (news().evacuation) return text("next.evacuation");
  const { ticket } = news();
  if (!ticket) {
    const state = news().counter.state;
    return inTrouble(news().help) || (state === "open" ? text("idle") : text(`strip.${state}`));
  }
  const marks = present(ticket, at).map((mark) => (mark.name ? nameIn(mark.name) : text(mark.key ?? "", mark.values)));
  return [nameIn(ticket.service_name), ...marks].join(" · ");
}

function tick() {
  const { ticket } = news();
  const published = ticket?.standard_service_s ?? null;
  const serving = visitor() === "serving";
  const spent = ticket ? running(ticket, since) : 0;
  const { phase, ms } = against(serving ? spent : 0, published);
  strip.dataset.phase = phase;
  write(find("#running"), ticket ? elapsed(spent) : "");
  forget();
  write(find("#published"), ticket ? timed(serving, phase, ms, published) : "");
}

function forget() {
  const message = find("#message");
  const words = message.textContent ?? "";
  said.for = words === said.words ? said.for + 1 : 0;
  said.words = words;
  if (said.for > ("refusal" in message.dataset ? REFUSED_S : SAID_S)) write(message, "");
}

/**
 * @param {boolean} serving
 * @param {"calm" | "near" | "over"} phase
 * @param {number} ms
 * @param {number | null} published  s
 */
function timed(serving, phase, ms, published) {
  if (!serving) return text("strip.called");
  if (published === null) return "";
  if (phase === "calm") return `/ ${elapsed(published * 1000)}`;
  return text(`strip.${phase}`, { time: elapsed(ms) });
}

/** The rest of what may be pressed: each by its own key here too, and what is pressed closes the list. */
async function more() {
  const dialog = /** @type {HTMLDialogElement} */ (find("#more"));
  const shut = (/** @type {Event} */ event) => {
    const pressed = /** @type {HTMLElement} */ (event.target).closest("[data-action], [data-tool=lock]");
    if (pressed && pressed.getAttribute("aria-disabled") !== "true") dialog.close("");
  };
  dialog.addEventListener("click", shut, { capture: true });
  await ask("#more");
  dialog.removeEventListener("click", shut, { capture: true });
}

find("[data-tool=more]").addEventListener("click", () => void more());
run({ draw, tick });
