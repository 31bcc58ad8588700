/**
 * Every page of the manager's desk. News says that something has changed; figures are reckoned and drawn by the server
 * alone, so the parts of the page that changed are taken from a fresh copy of it, at most once a second. A page of other
 * days stands still but for the strip of what must be seen at once. Not here: any figure; what is set (settings.js).
 */
import { find, write } from "sala/dom";
import { follow } from "sala/live";
import { wish } from "sala/post";

/** @typedef {import("sala/live").News & {day: string, hall: {evacuation: unknown, help: unknown, paused: unknown, asked: unknown}}} DeskNews */

const PAUSE_MS = 1000;

const page = find("[data-day]");
const live = "live" in page.dataset;
const drawing = { busy: false, again: false };

follow("/desk", { draw: changed });
document.addEventListener("click", (event) => void pressed(event));

/** @param {DeskNews} news */
function changed(news) {
  // The service day turned: heading, dates and links are yesterday's.
  if (news.day !== page.dataset.day) location.reload();
  else void drawAnew();
}

async function drawAnew() {
  drawing.again = true;
  if (drawing.busy) return;
  drawing.busy = true;
  while (drawing.again) {
    drawing.again = false;
    await (live ? takeParts() : takeStrip());
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  drawing.busy = false;
}

/** Fetch the page and exchange the parts that differ. One that cannot be had now comes with the next news. */
async function takeParts() {
  const copy = await fetched(location.href);
  if (!copy) return;
  // No desk in it: whoever sat here was signed out.
  if (!copy.querySelector("[data-day]")) return location.reload();
  exchange(find("#strip"), copy.querySelector("#strip"));
  for (const part of document.querySelectorAll("[data-part]")) {
    exchange(part, copy.querySelector(`[data-part="${part.getAttribute("data-part")}"]`));
  }
}

/** The strip alone: the figures of a whole year need not be reckoned because somebody was called. */
async function takeStrip() {
  const copy = await fetched(`/desk/strip?language=${document.documentElement.lang}`);
  if (!copy) return;
  if (copy.querySelector("#sign-in")) return location.reload();
  const strip = find("#strip");
  if (strip.innerHTML.trim() !== copy.body.innerHTML.trim()) strip.replaceChildren(...copy.body.childNodes);
}

/** @param {string} address */
async function fetched(address) {
  const response = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
  const text = response?.ok ? await response.text().catch(() => "") : "";
  return text ? new DOMParser().parseFromString(text, "text/html") : null;
}

/**
 * Put the fresh children in if they differ; what is scrolled to stays.
 * @param {Element} part
 * @param {Element | null} fresh
 */
function exchange(part, fresh) {
  if (!fresh || part.isEqualNode(fresh)) return;
  const scrolled = Array.from(part.querySelectorAll(".scroll"), (box) => box.scrollTop);
  part.replaceChildren(...Array.from(fresh.childNodes, (node) => document.importNode(node, true)));
  part.querySelectorAll(".scroll").forEach((box, n) => {
    box.scrollTop = scrolled[n] ?? 0;
  });
}

/**
 * A button that stands on every page: an evacuation and its end, an answer to a call for help, a service taken up again,
 * the clock.
 * @param {Event} event
 */
async function pressed(event) {
  const button = /** @type {HTMLButtonElement | null} */ (
    /** @type {Element} */ (event.target).closest(
      "button[data-evacuate], button[data-help], button[data-kiosk], button[data-resume], button[data-confirm-clock]",
    )
  );
  if (!button || button.disabled) return;
  button.disabled = true;
  const answer = await asked(button.dataset);
  button.disabled = false;
  say(answer.ok ? "" : answer.problem.detail);
  if (answer.ok && "confirmClock" in button.dataset) location.reload();
  else void drawAnew();
}

/** @param {DOMStringMap} pressed */
function asked({ evacuate, help, kiosk, resume }) {
  if (evacuate) return wish("/api/v1/evacuation", { on: evacuate === "on" });
  if (help) return wish(`/api/v1/help/${encodeURIComponent(help)}`);
  if (kiosk) return wish("/api/v1/kiosk/answer", { device: kiosk });
  if (resume) return wish(`/api/v1/services/${encodeURIComponent(resume)}/resume`);
  return wish("/api/v1/clock");
}

/**
 * A refusal, in a sentence; nothing takes it away again.
 * @param {string} sentence
 */
export function say(sentence) {
  const refusal = find("#refusal");
  write(refusal, sentence);
  refusal.hidden = !sentence;
}
