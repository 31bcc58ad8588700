/** A locked screen: its clock, the visitor at the counter as the board shows them, and the PIN that opens it again. */
import { find, write } from "sala/dom";
import { firstNews, follow } from "sala/live";
import { wish } from "sala/post";
import { clock, currentLanguage, say } from "sala/texts";

/**
 * @typedef {{number: string, state: "called" | "serving", called_at: string, started_at: string | null, held_ms: number,
 *   standard_service_s: number | null}} Ticket
 */
/** @typedef {{epoch: string, seq: number, locked?: boolean, ticket: Ticket | null}} News */

const form = /** @type {HTMLFormElement} */ (find("#lock"));
const pin = /** @type {HTMLInputElement} */ (find("#pin"));
const button = /** @type {HTMLButtonElement} */ (find("#open"));
const skew = (Date.parse(form.dataset.now ?? "") || Date.now()) - Date.now();

/** @type {News | null} */
let news = firstNews();

function draw() {
  write(find("#clock"), clock(new Date(Date.now() + skew)));
  const ticket = news?.ticket;
  find("#visitor").hidden = !ticket;
  if (!ticket) return;
  write(find("#number"), ticket.number);
  write(find("#running"), say(currentLanguage(), `lock.${ticket.state}`, { time: running(ticket) }));
}

/** @param {Ticket} ticket */
function running({ called_at, started_at, held_ms }) {
  const ms = Date.now() + skew - Date.parse(started_at ?? called_at) - (started_at ? held_ms : 0);
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

async function open() {
  button.disabled = true;
  write(find("#message"), "");
  const answer = await wish("/api/v1/session/unlock", { pin: pin.value });
  button.disabled = false;
  // Signed out meanwhile, or the day has turned: the page asks who is there.
  if (answer.ok || answer.problem.type === "not-signed-in") return location.reload();
  const wrong = answer.problem.type === "wrong-pin";
  write(find("#message"), wrong ? say(currentLanguage(), "lock.wrong") : answer.problem.detail);
  pin.value = "";
  pin.focus();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void open();
});
draw();
setInterval(draw, 1000);
if (form.dataset.counter) {
  follow("/counter", {
    auth: { counter: form.dataset.counter },
    draw: (/** @type {News} */ latest) => {
      // Opened in another window of the same officer's.
      if (!latest.locked) return location.reload();
      news = latest;
      draw();
    },
    refused: () => location.reload(),
  });
}
