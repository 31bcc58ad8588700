/**
 * The place of a ticket whose slip was scanned: its state, how many are ahead, where to go; and what its holder could wish on
 * a phone, to come back and to cancel. It closes by itself: a number is not to stay on a screen in the hall.
 */
import { find, write } from "sala/dom";
import { wish } from "sala/post";
import { clock, currentLanguage, nameIn, onLanguage, say, sayCount, speak } from "sala/texts";
import { countdown } from "./countdown.js";
import { close, complain, open, writeOrHide } from "./drawing.js";
import { busy, startOver } from "./steps.js";

/** @typedef {import("sala/texts").Name} Name */
/** @typedef {import("sala/post").Answer} Answer */

/**
 * @typedef {object} Place
 * @property {string} token
 * @property {string} number
 * @property {string} state
 * @property {string} language
 * @property {number} ahead
 * @property {{said: Name} | null} wait
 * @property {Name} service_name
 * @property {string | null} counter
 * @property {{counter: Name, zone: Name | null, how: Name | null} | null} way
 * @property {string | null} absent_until
 */

const SHOWN_S = 30;
/** States in which the counter is where the holder should be. */
const AT_COUNTER = new Set(["called", "serving", "held"]);
/** What the phone's words say of its own page is not so here; that one is called, the counter says. */
const WITHOUT_HELP = new Set(["waiting", "called", "serving"]);

const seen = {
  /** @type {Place | null} */ place: null,
  /** The scan that is answered last is the one that is shown. */
  scans: 0,
  /** Whether the page speaks the ticket's language for it alone. */
  spoke: false,
};
const panel = /** @type {HTMLDialogElement} */ (find("#place"));
const closing = countdown(
  (left) => write(find("#place-closes"), say(currentLanguage(), "kiosk.closes", { n: left })),
  () => close("#place"),
);

/** @param {string} token */
export async function showPlace(token) {
  seen.scans += 1;
  const mine = seen.scans;
  const answer = await wish(`/api/v1/tickets/${token}`, null, { method: "GET", credentials: "omit" });
  if (mine !== seen.scans) return;
  if (!answer.ok) return complain(answer.problem.detail);
  seen.place = answer.data;
  speakAs(answer.data.language);
  ask(false);
  regret("");
  draw();
  open("#place");
  find("#place-done").focus();
  closing.start(SHOWN_S);
}

/** In the ticket's language where nobody has chosen one here. @param {string} language */
function speakAs(language) {
  const offered = document.querySelector(`button[data-language="${language}"]`) !== null;
  if (busy() || !offered || language === currentLanguage()) return;
  seen.spoke = true;
  speak(language);
}

function draw() {
  const { place } = seen;
  if (!place) return;
  const language = currentLanguage();
  const at = AT_COUNTER.has(place.state);
  const waits = place.state === "waiting";
  panel.dataset.state = place.state;
  write(find("#place-number"), place.number);
  write(find("#place-state"), say(language, `ticket.state.${place.state}`));
  write(find("#place-service"), nameIn(place.service_name));
  writeOrHide("#place-ahead", waits ? sayCount(language, "kiosk.ahead", place.ahead) : "");
  const wait = waits && place.wait ? say(language, "kiosk.wait", { wait: nameIn(place.wait.said) }) : "";
  writeOrHide("#place-wait", wait);
  writeOrHide("#place-counter", at ? counterOf(place, language) : "");
  writeOrHide(
    "#place-way",
    at
      ? [place.way?.zone, place.way?.how]
          .map((one) => nameIn(one))
          .filter(Boolean)
          .join(" · ")
      : "",
  );
  writeOrHide("#place-help", help(place, language));
  find("#place-back").hidden = !place.absent_until;
  find("#place-cancel").hidden = !waits;
  write(find("#place-sure-words"), say(language, "ticket.cancel_sure", { number: place.number }));
}

/** @param {Place} place @param {string} language */
function counterOf(place, language) {
  const words = say(language, place.state === "called" ? "ticket.go_to" : "ticket.at");
  return place.counter ? `${words} ${place.counter}` : "";
}

/** @param {Place} place @param {string} language */
function help({ state, absent_until }, language) {
  if (absent_until) return say(language, "ticket.back_until", { time: clock(new Date(absent_until)) });
  return WITHOUT_HELP.has(state) ? "" : say(language, `ticket.help.${state}`);
}

/** @param {boolean} sure  whether it is asked if the ticket is really to be cancelled */
function ask(sure) {
  find("#place-told").hidden = sure;
  find("#place-sure").hidden = !sure;
  if (sure) find("#place-no").focus();
  closing.start(SHOWN_S);
}

/** @param {string} detail  "" takes it away */
function regret(detail) {
  writeOrHide("#place-problem", detail);
}

/**
 * @param {"DELETE" | "POST"} method
 * @param {string} [what]
 */
async function send(method, what = "") {
  const { place } = seen;
  if (!place) return;
  const answer = await wish(`/api/v1/tickets/${place.token}${what}`, {}, { method, credentials: "omit" });
  if (seen.place !== place) return;
  if (answer.ok) seen.place = answer.data;
  regret(answer.ok ? "" : answer.problem.detail);
  draw();
  ask(false);
  find("#place-done").focus();
}

find("#place-done").addEventListener("click", () => close("#place"));
find("#place-back").addEventListener("click", () => send("POST", "/return"));
find("#place-cancel").addEventListener("click", () => ask(true));
find("#place-no").addEventListener("click", () => {
  ask(false);
  find("#place-done").focus();
});
find("#place-yes").addEventListener("click", () => send("DELETE"));
panel.addEventListener("close", () => {
  closing.stop();
  seen.place = null;
  if (!seen.spoke) return;
  seen.spoke = false;
  startOver();
});
onLanguage(draw);
