/**
 * The officer's panel: draws the counter's news, each part only when it changed. What is pressed and asked is counter.js's,
 * shared with the strip; the markup is panel.html's, whose places are filled here.
 */
import { find, make, write } from "sala/dom";
import { nameIn } from "sala/texts";
import { checklistKey, drawChecklist, fit, turnPage } from "./checklist.js";
import { own, run } from "./counter.js";
import { news, visitor } from "./here.js";
import { keep } from "./keyed.js";
import { present, standing } from "./marks.js";
import { against, elapsed, minutes, running } from "./times.js";
import { at, since, text } from "./words.js";

/** @typedef {import("./here.js").Name} Name */
/** @typedef {import("./here.js").Ticket} Ticket */
/** @typedef {import("./here.js").Waiting} Waiting */

/** So many of those set aside and of the absent are shown beside the queue; the question lists them all. */
const ASIDE_SHOWN = 3;

const panel = find("#panel");

// -- drawing ----------------------------------------------------------------------------------------------------------

function draw() {
  const { ticket, waiting, held, absent } = news();
  write(find("#own"), ownWords().join(" · "));
  if (ticket) drawTicket(ticket);
  write(find("#idle"), text(news().counter.state === "open" ? "idle" : news().counter.state));
  keep(find("#queue"), waiting, queued);
  drawAside("resume", held, ({ number, held_at }) => ({ number, held: held_at, words: "" }));
  drawAside("absent", absent, ({ number, until }) => ({
    number,
    held: "",
    words: text("absent.until", { time: at(until) }),
  }));
  write(find("#next-hint"), nextHint());
  settleSoon();
}

/** What is out of the ordinary at this counter itself. */
function ownWords() {
  const { standsIn, help } = own();
  const names = standsIn.map((name) => nameIn(name)).join(", ");
  return [names && `${text("stand-in.now")} ${names}`, help].filter(Boolean);
}

/** @param {Ticket} ticket */
function drawTicket(ticket) {
  write(find("#stage"), stage(ticket));
  write(find("#number"), ticket.number);
  write(find("#service"), nameIn(ticket.service_name));
  keep(find("#marks"), present(ticket, at), drawnMark);
  drawSteps(ticket);
  drawChecklist(ticket);
}

/** @param {Ticket} ticket */
function stage({ state, again }) {
  if (state === "serving") return text("stage.serving");
  return again > 0 ? text("stage.again", { n: again + 1 }) : text("stage.called");
}

/**
 * The services of this visit: done, now, to come. One service alone is no row of steps.
 * @param {Ticket} ticket
 */
function drawSteps({ legs, left, service_name }) {
  const step = (/** @type {string} */ kind, /** @type {Name} */ name, word = kind) => ({ kind, name, word });
  find("#steps").hidden = legs.length + left.length === 0;
  keep(
    find("#steps"),
    [
      ...legs.map((leg) => step("done", leg.service_name, leg.ended === "transferred" ? "transferred" : "done")),
      step("now", service_name),
      ...left.map((one) => step("left", one.name)),
    ],
    ({ kind, name, word }) => make("li", { "data-step": kind }, make("b", {}, text(`step.${word}`)), " ", nameIn(name)),
  );
}

/** @param {import("./marks.js").Mark} mark */
function drawnMark(mark) {
  const words = mark.name ? nameIn(mark.name) : text(mark.key ?? "", mark.values);
  return make("li", { class: `mark ${mark.kind}`, "data-need": mark.need }, words);
}

/** @param {Waiting} waiting */
function queued(waiting) {
  return make(
    "li",
    { class: "queued" },
    make("b", { class: "number" }, waiting.number),
    make("span", { class: "queued-service" }, nameIn(waiting.service_name)),
    make("span", { class: "queued-wait", "data-since": waiting.since }),
    make("ul", { class: "queued-marks" }, ...standing(waiting, at).map(drawnMark)),
  );
}

let settling = 0;

/**
 * What hangs on how much has room is measured once the news is on the screen: to measure before would have the browser
 * lay out the page twice while the officer waits for it.
 */
function settleSoon() {
  cancelAnimationFrame(settling);
  settling = requestAnimationFrame(() => setTimeout(settle));
}

function settle() {
  drawQueueMore();
  if (news().ticket) fit();
}

/** How many wait beside those for whom there is room. */
function drawQueueMore() {
  const [list, more] = [find("#queue"), find("#queue-more")];
  const out = () => {
    const shown = /** @type {HTMLElement[]} */ ([...list.children]);
    // One that does not fit stands in a column out of sight.
    return news().waiting_count - shown.filter((one) => one.offsetLeft === shown[0].offsetLeft).length;
  };
  more.hidden = true;
  more.hidden = out() === 0;
  // The line itself takes the room of one.
  write(more, text("queue_more", { n: out() }));
}

/**
 * Those set aside, or absent: how many, and the first of them.
 * @template {Waiting} W
 * @param {"resume" | "absent"} list
 * @param {W[]} ones
 * @param {(one: W) => {number: string, held: string, words: string}} told
 */
function drawAside(list, ones, told) {
  find(`#${list}`).hidden = ones.length === 0;
  write(find(`#${list}-count`), ones.length);
  keep(find(`#${list}-list`), ones.slice(0, ASIDE_SHOWN).map(told), ({ number, held, words }) =>
    make("li", {}, make("b", { class: "number" }, number), make("span", { "data-held": held || null }, words)),
  );
}

function nextHint() {
  if (news().evacuation) return text("next.evacuation");
  const number = news().ticket?.number ?? "";
  const key = visitor() === "none" ? news().counter.state : visitor();
  return text(`next.${key}`, { number });
}

// -- the times that run, once a second --------------------------------------------------------------------------------

function tick() {
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (panel.querySelectorAll("[data-since]"))) {
    write(place, text("minutes", { n: minutes(since(place.dataset.since ?? "")) }));
  }
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (panel.querySelectorAll("[data-held]"))) {
    write(place, text("held.for", { time: elapsed(since(place.dataset.held ?? "")) }));
  }
  const { ticket } = news();
  if (!ticket) return;
  const { queued_at, called_at, started_at, standard_service_s: published } = ticket;
  write(find("#waited"), text("minutes", { n: minutes(Date.parse(called_at) - Date.parse(queued_at)) }));
  write(find("#since-call"), elapsed(since(called_at)));
  write(find("#since-start"), started_at ? elapsed(running(ticket, since)) : "–");
  drawPublished(started_at ? running(ticket, since) : 0, published);
}

/**
 * How long the service has taken beside the time that is published for it: by a bar, in words, and by a colour.
 * @param {number} served  ms
 * @param {number | null} published  s
 */
function drawPublished(served, published) {
  const { phase, ms } = against(served, published);
  const bar = /** @type {HTMLProgressElement} */ (find("#progress"));
  panel.dataset.phase = phase;
  bar.hidden = published === null;
  write(find("#published"), published === null ? "" : text("published", { time: elapsed(published * 1000) }));
  write(find("#against"), published === null ? "" : text(`against.${phase}`, { time: elapsed(ms) }));
  if (published === null) return;
  bar.max = published;
  bar.value = Math.min(published, served / 1000);
}

// -- the page ---------------------------------------------------------------------------------------------------------

const size = new ResizeObserver(settleSoon);
size.observe(find(".queue"));
size.observe(find(".brings"));
find("#documents-more").addEventListener("click", turnPage);
run({ draw, tick, onKey: checklistKey });
