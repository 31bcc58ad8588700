/**
 * The last step: the visitor's number, the slip that comes out (or, with the printer out, the QR in its place), and what
 * to do now. It closes by itself, and says so.
 */
import { find, make, write } from "sala/dom";
import { clock, currentLanguage, nameIn, say, sayCount } from "sala/texts";
import { countdown } from "./countdown.js";
import { writeOrHide } from "./drawing.js";
import { state } from "./state.js";
import { announce, onStartOver, onStep, startOver } from "./steps.js";

/** @typedef {import("./state.js").Ticket} Ticket */

const SHOWN_S = 20;
/** Whoever gets no slip needs time for a photograph. */
const SHOWN_WITHOUT_SLIP_S = 60;

const closing = countdown(drawClosing, startOver);

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
  drawClosing(closing.left());
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
  return document.documentElement.dataset.printer === "out" ? SHOWN_WITHOUT_SLIP_S : SHOWN_S;
}

/** Whether it is words for a slip that does not come, or for none where one does. @param {HTMLElement} part */
function isOtherCase(part) {
  const out = document.documentElement.dataset.printer === "out";
  return part.closest(out ? ".when-slip" : ".when-no-slip") !== null;
}

/** What is told to who hears the page: the number first. */
function tellNumber() {
  const parts = ".ticket-label, .ticket-number, .ticket-ahead, .ticket-wait, .ticket-words > *";
  const all = /** @type {NodeListOf<HTMLElement>} */ (find("#ticket").querySelectorAll(parts));
  const said = [...all].filter((part) => !part.hidden && !isOtherCase(part));
  announce(said.map((part) => part.textContent?.trim()).join(". "));
}

onStep((step) => {
  if (step !== "ticket") return closing.stop();
  drawNumber();
  closing.start(time());
  tellNumber();
});
onStartOver(closing.stop);
find("#done").addEventListener("click", startOver);
find("#more-time").addEventListener("click", () => closing.start(time()));
