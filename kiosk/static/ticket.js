/**
 * A ticket on its holder's phone: draws its state from the news, and sends the wishes that a holder has: to come back, to
 * cancel, and to rate. What may be wished when is the hall's to say; this page only hides what makes no sense.
 */
import { find, make, write } from "sala/dom";
import { firstNews, follow } from "sala/live";
import { newKey, wish } from "sala/post";
import { clock, currentLanguage, languageButtons, nameIn, onLanguage, say, sayCount } from "sala/texts";

/** @typedef {import("sala/texts").Name} Name */

/**
 * @typedef {object} TicketNews
 * @property {string} epoch
 * @property {number} seq
 * @property {string} token
 * @property {string} number
 * @property {"waiting" | "called" | "serving" | "held" | "absent" | "finished" | "cancelled" | "expired"} state
 * @property {number | null} ahead
 * @property {{said: Name} | null} wait  in words
 * @property {string | null} counter
 * @property {string} issued_at
 * @property {string | null} held_at
 * @property {string | null} absent_until  until when one who was called and did not come may come back
 * @property {{state: string, at: string | null} | null} booking
 * @property {string | null} [evacuation]
 * @property {{service_name: Name, state: "done" | "now" | "to-come"}[]} legs  the services of the visit, in turn
 * @property {Name} service_name
 * @property {boolean} rated
 */

// A phone far from the hall: give one attempt to connect more time than a screen on the wall has.
const PATIENCE_MS = 5000;

const state = {
  /** @type {TicketNews} */ news: firstNews(),
  cancelKey: newKey(),
  backKey: newKey(),
  ratingKey: newKey(),
};

/* ---- drawing ---- */

function draw() {
  find("#evacuation").hidden = !state.news.evacuation;
  drawPlace(state.news);
  drawRows(state.news);
  drawLegs(state.news);
  drawWishes(state.news);
}

/** @param {TicketNews} news */
function drawPlace(news) {
  const language = currentLanguage();
  find("#place").dataset.state = news.state;
  write(find("#number"), news.number);
  write(find("#state"), say(language, `ticket.state.${news.state}`));
  const until = news.absent_until ? { time: time(news.absent_until) } : null;
  write(find("#help"), until ? say(language, "ticket.back_until", until) : say(language, `ticket.help.${news.state}`));
  find("#back").hidden = !until;
  find("#go-to").hidden = !news.counter || !["called", "serving", "held"].includes(news.state);
  write(find("#go-to-words"), say(language, news.state === "called" ? "ticket.go_to" : "ticket.at"));
  write(find("#counter"), news.counter ?? "");
  document.title = `${news.number} · ${say(language, `ticket.state.${news.state}`)}`;
}

/** @param {TicketNews} news */
function drawRows(news) {
  const language = currentLanguage();
  const waiting = news.state === "waiting";
  find("#ahead-row").hidden = !waiting;
  write(find("#ahead"), sayCount(language, "ticket.people", news.ahead ?? 0));
  find("#wait-row").hidden = !waiting || !news.wait;
  write(find("#wait"), nameIn(news.wait?.said));
  drawTime("booked", news.booking?.at ?? null);
  drawTime("held", news.held_at);
  find("#service-row").hidden = news.legs.length > 1;
  write(find("#service"), nameIn(news.service_name));
  write(find("#issued"), say(language, "ticket.clock", { time: time(news.issued_at) }));
}

/**
 * A row that is there only where it has a time.
 * @param {string} row
 * @param {string | null} at
 */
function drawTime(row, at) {
  find(`#${row}-row`).hidden = !at;
  write(find(`#${row}`), at ? say(currentLanguage(), "ticket.clock", { time: time(at) }) : "");
}

/** @param {string} at */
function time(at) {
  return clock(new Date(at));
}

/** @param {TicketNews} news */
function drawLegs({ legs }) {
  const language = currentLanguage();
  find("#steps").hidden = legs.length < 2;
  const steps = legs.map(({ service_name, state }) => {
    const word = make("small", {}, say(language, `ticket.step.${state}`));
    return make("li", { "data-state": state }, `${nameIn(service_name)} `, word);
  });
  find("#legs").replaceChildren(...steps);
}

/** @param {TicketNews} news */
function drawWishes(news) {
  find("#cancel").hidden = news.state !== "waiting";
  write(find("#cancel-words"), say(currentLanguage(), "ticket.cancel_sure", { number: news.number }));
  find("#rating").hidden = news.state !== "finished" || news.rated;
  find("#thanks").hidden = !news.rated;
}

/** @param {string} detail  empty takes it away */
function complain(detail) {
  find("#problem").hidden = detail === "";
  write(find("#problem"), detail);
  if (detail) find("#problem").scrollIntoView({ block: "nearest" });
}

/* ---- wishes ---- */

/** @param {boolean} sure  whether the question is open */
function askCancel(sure) {
  find("#cancel-ask").hidden = sure;
  find("#cancel-sure").hidden = !sure;
  find(sure ? "#cancel-no" : "#cancel-ask").focus();
}

async function cancel() {
  const manner = /** @type {const} */ ({ method: "DELETE", credentials: "omit", key: state.cancelKey });
  const answer = await busy(find("#cancel-yes"), wish(`/api/v1/tickets/${state.news.token}`, null, manner));
  if (!answer.ok) return complain(answer.problem.detail);
  complain("");
  merge(answer.data);
  find("#state").scrollIntoView({ block: "center" });
}

async function comeBack() {
  const path = `/api/v1/tickets/${state.news.token}/return`;
  const answer = await busy(find("#back"), wish(path, {}, { credentials: "omit", key: state.backKey }));
  // Each coming back is one of its own; one that got no answer keeps its key.
  if (answer.ok || (answer.status >= 400 && answer.status < 500)) state.backKey = newKey();
  if (!answer.ok) return complain(answer.problem.detail);
  complain("");
  merge(answer.data);
}

/** @param {SubmitEvent} event */
async function rate(event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (find("#rating"));
  const given = ratingIn(new FormData(form));
  if (!given) return complain(say(currentLanguage(), "ticket.both"));
  const path = `/api/v1/tickets/${state.news.token}/rating`;
  const manner = /** @type {const} */ ({ credentials: "omit", key: state.ratingKey });
  const answer = await busy(find("[type=submit]", form), wish(path, given, manner));
  // Refused: an answer put right is another wish. Unanswered: it keeps its key, and is counted once.
  if (!answer.ok && answer.status >= 400 && answer.status < 500) state.ratingKey = newKey();
  if (!answer.ok) return complain(answer.problem.detail);
  complain("");
  merge({ rated: true });
}

/**
 * The rating as the hall wants it, or null while an answer is missing.
 * @param {FormData} form
 */
function ratingIn(form) {
  const steps = Number(form.get("steps"));
  const overall = Number(form.get("overall"));
  const comment = String(form.get("comment") ?? "").trim();
  if (!steps || !overall) return null;
  return { steps_and_time: steps, overall, ...(comment ? { comment } : {}) };
}

/**
 * Show an answer at once; the news that follows says the same and more.
 * @param {Partial<TicketNews>} change
 */
function merge(change) {
  state.news = { ...state.news, ...change };
  draw();
}

/**
 * No second press while the first is on its way.
 * @template T
 * @param {HTMLElement} button
 * @param {Promise<T>} done
 */
async function busy(button, done) {
  const one = /** @type {HTMLButtonElement} */ (button);
  one.disabled = true;
  try {
    return await done;
  } finally {
    one.disabled = false;
  }
}

/* ---- wiring ---- */

find("#back").addEventListener("click", comeBack);
find("#cancel-ask").addEventListener("click", () => askCancel(true));
find("#cancel-no").addEventListener("click", () => askCancel(false));
find("#cancel-yes").addEventListener("click", cancel);
find("#rating").addEventListener("submit", (event) => rate(/** @type {SubmitEvent} */ (event)));
find("#rating").addEventListener("change", () => complain(""));
/** @type {HTMLFormElement} */ (find("#rating")).noValidate = true; // Our own sentence, in the page's language.

languageButtons();
onLanguage(draw);
draw();
follow("/ticket", {
  auth: { token: state.news.token },
  patience: PATIENCE_MS,
  draw: (/** @type {TicketNews} */ news) => {
    state.news = news;
    draw();
  },
});
