/**
 * A ticket on its holder's phone: draws its state from the news, tells when it is time to come, and sends the wishes that a
 * holder has: to come back, to cancel, and to rate. What may be wished when is the hall's to say; this page only hides
 * what makes no sense.
 */
import { find, make, write } from "sala/dom";
import { firstNews, follow } from "sala/live";
import { clock, currentLanguage, languageButtons, nameIn, onLanguage, say, sayCount } from "sala/texts";
import { alerts } from "./alerts.js";
import { keep } from "./kept.js";
import { stageOf } from "./stages.js";

/** @typedef {import("sala/texts").Name} Name */
/** @typedef {import("sala/post").Answer} Answer */

/**
 * @typedef {object} TicketNews
 * @property {string} epoch
 * @property {number} seq
 * @property {string} token
 * @property {string} number
 * @property {"waiting" | "called" | "serving" | "held" | "absent" | "finished" | "cancelled" | "expired"} state
 * @property {number | null} ahead
 * @property {{from_min: number, to_min: number, said: Name} | null} wait  in words, too
 * @property {string | null} counter
 * @property {{counter: Name, zone: Name | null, how: Name | null} | null} way  to the counter
 * @property {string | null} called_at
 * @property {number} calls
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
// One may be called at any moment, or is: the screen had better stay on.
const AWAIT = new Set(["waiting", "called"]);

const state = {
  /** @type {TicketNews} */ news: firstNews(),
};
const alert = alerts(state.news.token);

/* ---- drawing ---- */

function draw() {
  find("#evacuation").hidden = !state.news.evacuation;
  drawPlace(state.news);
  drawBanner(state.news);
  drawRows(state.news);
  drawLegs(state.news);
  drawWishes(state.news);
  drawSound();
  void alert.stayAwake(AWAIT.has(state.news.state));
}

/** @param {TicketNews} news */
function drawPlace(news) {
  const language = currentLanguage();
  find("#place").dataset.state = news.state;
  write(find("#number"), news.number);
  write(find("#state"), say(language, `ticket.state.${news.state}`));
  const until = news.absent_until ? { time: time(news.absent_until) } : null;
  write(find("#help"), until ? say(language, "ticket.back_until", until) : say(language, `ticket.help.${news.state}`));
  find("#back").hidden = !until || kept.has("back");
  const called = news.state === "called";
  find("#go-to").hidden = !news.counter || !(called || news.state === "serving" || news.state === "held");
  write(find("#go-to-words"), say(language, called ? "ticket.go_to" : "ticket.at"));
  write(find("#counter"), news.counter ?? "");
  find("#way").hidden = !news.way;
  write(find("#way-counter"), nameIn(news.way?.counter));
  write(find("#way-zone"), nameIn(news.way?.zone));
  write(find("#way-how"), nameIn(news.way?.how));
  alert.title(`${news.number} · ${say(language, `ticket.state.${news.state}`)}`);
}

/**
 * What must not be missed stands across the page as long as it is so; that it has become so is told once.
 * @param {TicketNews} news
 */
function drawBanner(news) {
  const now = stageOf(news);
  const banner = find("#banner");
  banner.hidden = !now;
  banner.dataset.stage = now?.stage ?? "";
  const words = now ? say(currentLanguage(), `ticket.banner.${now.stage}`, { counter: news.counter ?? "" }) : "";
  write(banner, words);
  if (now) alert.tell(now, `${news.number} · ${words}`);
}

function drawSound() {
  const on = alert.sounds();
  find("#alerting").hidden = state.news.state !== "waiting";
  find("#sound").setAttribute("aria-pressed", String(on));
  write(find("#sound-words"), say(currentLanguage(), on ? "ticket.sound_on" : "ticket.sound"));
}

/** @param {TicketNews} news */
function drawRows(news) {
  const language = currentLanguage();
  find("#figures").hidden = news.state !== "waiting";
  write(find("#ahead"), sayCount(language, "ticket.people", news.ahead ?? 0));
  find("#wait-row").hidden = !news.wait;
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
  find("#cancel").hidden = news.state !== "waiting" || kept.has("cancel");
  write(find("#cancel-words"), say(currentLanguage(), "ticket.cancel_sure", { number: news.number }));
  find("#rating").hidden = news.state !== "finished" || news.rated || kept.has("rating");
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

/** @type {Record<string, (answer: Answer) => void>} */
const ANSWERED = {
  cancel(answer) {
    if (!answer.ok) return askCancel(false);
    merge(answer.data);
    find("#state").scrollIntoView({ block: "center" });
  },
  back(answer) {
    if (answer.ok) merge(answer.data);
  },
  rating(answer) {
    // Rated at the counter's pad meanwhile: that is no mistake of the visitor's.
    if (answer.ok || answer.problem.type === "already-rated") merge({ rated: true });
  },
};

const own = `/api/v1/tickets/${state.news.token}`;
const kept = keep(state.news.token, {
  answered: (kind, answer) => {
    const refused = !answer.ok && answer.problem.type !== "already-rated";
    complain(refused ? answer.problem.detail : "");
    ANSWERED[kind]?.(answer);
    draw();
  },
  changed: (kinds) => {
    find("#kept").hidden = kinds.length === 0;
    write(find("#kept"), say(currentLanguage(), "ticket.kept"));
  },
});

function cancel() {
  return busy(find("#cancel-yes"), kept.send("cancel", { path: own, method: "DELETE", credentials: "omit" }));
}

function comeBack() {
  const wish = /** @type {const} */ ({ path: `${own}/return`, method: "POST", body: {}, credentials: "omit" });
  return busy(find("#back"), kept.send("back", wish));
}

/** @param {SubmitEvent} event */
async function rate(event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (find("#rating"));
  const body = ratingIn(new FormData(form));
  if (!body) return complain(say(currentLanguage(), "ticket.both"));
  const wish = /** @type {const} */ ({ path: `${own}/rating`, method: "POST", body, credentials: "omit" });
  await busy(find("[type=submit]", form), kept.send("rating", wish));
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
    draw();
  }
}

/* ---- wiring ---- */

find("#sound").addEventListener("click", () => {
  alert.toggle();
  drawSound();
});
// A hidden page has lost its hold on the screen, and takes it again.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") alert.slept();
  else void alert.stayAwake(AWAIT.has(state.news.state));
});
find("#back").addEventListener("click", comeBack);
find("#cancel-ask").addEventListener("click", () => askCancel(true));
find("#cancel-no").addEventListener("click", () => askCancel(false));
find("#cancel-yes").addEventListener("click", cancel);
find("#rating").addEventListener("submit", (event) => rate(/** @type {SubmitEvent} */ (event)));
find("#rating").addEventListener("change", () => complain(""));
/** @type {HTMLFormElement} */ (find("#rating")).noValidate = true; // Our own sentence, in the page's language.

languageButtons();
onLanguage(() => {
  write(find("#kept"), say(currentLanguage(), "ticket.kept"));
  draw();
});
draw();
follow("/ticket", {
  auth: { token: state.news.token },
  patience: PATIENCE_MS,
  draw: (/** @type {TicketNews} */ news) => {
    state.news = news;
    draw();
  },
});
