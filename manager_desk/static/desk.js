/**
 * The manager's desk. News says that something has changed; the figures themselves are reckoned and drawn by the server
 * alone, so the parts of the page that changed are taken from a fresh copy of it, at most once a second.
 * A page of other days than today stands still. Not here: any figure.
 */
import { find, write } from "sala/dom";
import { follow } from "sala/live";
import { wish } from "sala/post";
import { currentLanguage, say } from "sala/texts";

/** @typedef {{epoch: string, seq: number, day: string}} DeskNews */

const PAUSE_MS = 1000;

const lead = find(".lead");
const drawing = { busy: false, again: false };

if ("today" in lead.dataset) follow("/desk", { draw: changed });
document.querySelector("#screens")?.addEventListener("submit", (event) => void acceptScreen(event));
document.querySelector("[data-confirm-clock]")?.addEventListener("click", () => void confirmClock());

/** @param {DeskNews} news */
function changed(news) {
  // The service day turned: heading, dates and links are yesterday's.
  if (news.day !== lead.dataset.day) location.reload();
  else void drawAnew();
}

async function drawAnew() {
  drawing.again = true;
  if (drawing.busy) return;
  drawing.busy = true;
  while (drawing.again) {
    drawing.again = false;
    await takeParts();
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  drawing.busy = false;
}

/** Fetch the page and exchange the parts that differ. One that cannot be had now comes with the next news. */
async function takeParts() {
  const response = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  const text = response?.ok ? await response.text().catch(() => "") : "";
  if (!text) return;
  const page = new DOMParser().parseFromString(text, "text/html");
  // No desk in it: whoever sat here was signed out.
  if (!page.querySelector(".lead")) return location.reload();
  for (const part of document.querySelectorAll("[data-part]")) {
    const fresh = page.querySelector(`[data-part="${part.getAttribute("data-part")}"]`);
    if (fresh && !part.isEqualNode(fresh)) part.replaceWith(document.importNode(fresh, true));
  }
}

/** @param {Event} event */
async function acceptScreen(event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.target);
  const { code, name } = Object.fromEntries(new FormData(form));
  const answer = await wish("/api/v1/screens", { code, name });
  const told = answer.ok
    ? say(currentLanguage(), "desk.screen_done", { name: answer.data.name })
    : answer.problem.detail;
  write(find("#screens-told"), told);
  if (answer.ok) form.reset();
}

async function confirmClock() {
  const answer = await wish("/api/v1/clock");
  if (answer.ok) location.reload();
  else find("#refusal").textContent = answer.problem.detail;
}
