/**
 * The last step: the visitor's number, what became of the slip (or, without one, the QR in its place), and what to do now.
 * It closes by itself, and says so.
 */
import { find, make, write } from "sala/dom";
import { wish } from "sala/post";
import { clock, currentLanguage, nameIn, say, sayCount } from "sala/texts";
import { countdown } from "./countdown.js";
import { withoutQr, writeOrHide, writePhrases } from "./drawing.js";
import { cameOf, shownAs } from "./slip.js";
import { state } from "./state.js";
import { announce, isAt, onStartOver, onStep, startOver } from "./steps.js";
import { credentials } from "./taking.js";
import { news, onNews } from "./told.js";

/** @typedef {import("./state.js").Ticket} Ticket */

const SHOWN_S = 20;
/** Whoever gets no slip needs time for a photograph. */
const SHOWN_WITHOUT_SLIP_S = 60;

/** While the slip is still on its way the page waits for it, so much longer each time; the hall bounds it. */
const WAIT_FOR_SLIP_S = 5;
/** What the page that is itself the ticket says, by what became of the slip. @type {Record<string, [string, string]>} */
const NO_SLIP = {
  not_printed: ["kiosk.no_slip", "kiosk.no_slip_do"],
  unknown: ["kiosk.slip_unknown", "kiosk.slip_unknown_do"],
  missed: ["kiosk.slip_missed", "kiosk.slip_missed_do"],
};

const page = document.documentElement;
const closing = countdown(drawClosing, closeOrWait);
/** The copy of which this visitor said that it did not come. */
let missed = 0;
/** What was last said to who hears the page. @type {string | null} */
let heard = null;
let answering = false;

export function drawNumber() {
  const { ticket } = state;
  if (!ticket) return;
  const language = currentLanguage();
  const part = find("#ticket");
  write(find(".ticket-number", part), ticket.number);
  find(".ticket-number", part).dataset.letters = String(ticket.number.length);
  const several = ticket.legs.length > 1;
  writeOrHide(find(".ticket-service", part), several ? "" : nameIn(ticket.service_name));
  find("#visit").hidden = !several;
  find("#visit").replaceChildren(...ticket.legs.map((leg) => make("li", {}, nameIn(leg.service_name))));
  drawBooking(find(".ticket-booking", part), ticket.booking);
  write(find(".ticket-ahead", part), sayCount(language, "kiosk.ahead", ticket.ahead));
  const wait = ticket.wait ? say(language, "kiosk.wait", { wait: nameIn(ticket.wait.said) }) : "";
  writeOrHide(find(".ticket-wait", part), wait);
  drawFollow(part, ticket);
  drawSlip();
  drawClosing(closing.left());
}

/** What the hall told of this visitor's slip. */
function told() {
  return news().slips?.find((slip) => slip.number === state.ticket?.number);
}

function came() {
  return cameOf(told(), news().printer, missed);
}

/** What became of the slip, and at which printer if not at the kiosk's own: what whoever hears the page is told anew. */
function cameWhere() {
  return `${came()} ${told()?.printer ?? ""}`;
}

function drawSlip() {
  const language = currentLanguage();
  const now = came();
  page.dataset.slip = shownAs(now);
  drawDone();
  const [words, more] = NO_SLIP[now] ?? NO_SLIP.not_printed;
  writePhrases(find("#no-slip"), say(language, words));
  writePhrases(find("#no-slip-do"), say(language, more === "kiosk.no_slip_do" ? withoutQr(more) : more));
  const printer = told()?.printer;
  find("#take-slip").toggleAttribute("data-other-printer", Boolean(printer));
  const take = printer ? say(language, "kiosk.slip_elsewhere", { printer }) : say(language, "kiosk.take_slip");
  writePhrases(find("#take-slip-words"), take);
}

/** While it is asked after the slip, an answer is the way on; without a hall that hears it, any is. */
function drawDone() {
  find("#done").hidden = shownAs(came()) === "ask" && find("#slip-not-said").hidden;
}

/** News of the slip: it came, it did not, or the holder is asked. */
function follow() {
  if (!isAt("ticket") || !state.ticket) return;
  drawSlip();
  const now = cameWhere();
  if (now === heard) return;
  const before = heard;
  heard = now;
  // That it is being printed was said with the number.
  if (before === now.replace("printed", "printing")) return;
  closing.start(time());
  tellParts(".ticket-words > *");
  if (came() === "sent") find("#slip-ask").focus({ preventScroll: true });
}

/**
 * @param {HTMLElement} part
 * @param {Ticket["booking"]} booking
 */
function drawBooking(part, booking) {
  part.hidden = !booking;
  if (!booking) return;
  part.dataset.kept = booking.state;
  const key = { early: "kiosk.booking_early", "on-time": "kiosk.booking_at", late: "kiosk.booking_late" }[
    booking.state
  ];
  write(part, say(currentLanguage(), key, { time: clock(new Date(booking.at)) }));
}

/**
 * The QR that opens the ticket on a phone; none where the hall has no address that a phone could open.
 * @param {HTMLElement} part
 * @param {Ticket} ticket
 */
function drawFollow(part, ticket) {
  find(".ticket-follow", part).hidden = !part.dataset.publicUrl;
  if (!part.dataset.publicUrl) return;
  const picture = find(".ticket-follow img", part);
  const source = `/t/${encodeURIComponent(ticket.token)}/qr.svg`;
  if (picture.getAttribute("src") !== source) picture.setAttribute("src", source);
}

/** @param {number} left seconds */
function drawClosing(left) {
  write(find("#countdown"), say(currentLanguage(), "kiosk.closes", { n: left }));
  const bar = /** @type {HTMLProgressElement} */ (find("#countdown-bar"));
  bar.max = time();
  bar.value = left;
}

/** How long the page stays, in seconds. */
function time() {
  return shownAs(came()) === "yes" ? SHOWN_S : SHOWN_WITHOUT_SLIP_S;
}

function closeOrWait() {
  if (told()?.state === "printing" && came() === "printing") closing.start(WAIT_FOR_SLIP_S);
  else startOver();
}

/** The words that stand for each way of showing it. */
const WORDS = { yes: ".when-slip", none: ".when-no-slip", ask: ".when-ask" };

/** Whether it is words for another case than this slip's. @param {HTMLElement} part */
function isOtherCase(part) {
  const words = part.closest(".ticket-words");
  return words !== null && !words.matches(WORDS[shownAs(came())]);
}

/**
 * The holder's answer, sent once however often it is pressed.
 * @param {boolean} received
 */
async function answer(received) {
  const { ticket } = state;
  const copy = told()?.copy;
  if (!ticket || !copy || answering) return;
  answering = true;
  const path = `/api/v1/tickets/${encodeURIComponent(ticket.token)}/slip`;
  const key = `slip-${ticket.token}-${copy}-${received}`;
  const said = await wish(path, { received }, { key, credentials: credentials() });
  answering = false;
  if (state.ticket !== ticket) return;
  writeOrHide(find("#slip-not-said"), said.ok ? "" : say(currentLanguage(), "kiosk.slip_not_said"));
  drawDone();
  if (!said.ok) return closing.start(time());
  if (received) return startOver();
  missed = copy;
  follow();
  find("#ticket h1").focus({ preventScroll: true });
}

/** What is told to who hears the page: the number first. */
function tellNumber() {
  tellParts(".ticket-label, .ticket-number, .ticket-ahead, .ticket-wait, .ticket-words > *");
}

/** @param {string} parts */
function tellParts(parts) {
  const all = /** @type {NodeListOf<HTMLElement>} */ (find("#ticket").querySelectorAll(parts));
  const said = [...all].filter((part) => !part.hidden && !isOtherCase(part));
  announce(said.map((part) => part.textContent?.trim()).join(". "));
}

onStep((step) => {
  if (step !== "ticket") return closing.stop();
  drawNumber();
  heard = cameWhere();
  closing.start(time());
  tellNumber();
  if (came() === "sent") find("#slip-ask").focus({ preventScroll: true });
});
onStartOver(() => {
  closing.stop();
  missed = 0;
  heard = null;
  find("#slip-not-said").hidden = true;
});
onNews(follow);
find("#slip-yes").addEventListener("click", () => void answer(true));
find("#slip-no").addEventListener("click", () => void answer(false));
find("#done").addEventListener("click", startOver);
find("#more-time").addEventListener("click", () => closing.start(time()));
