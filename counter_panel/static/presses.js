/**
 * Presses on their way to the hall: sent once, answered in words, and shown before the next one. Which may be sent is
 * actions.js's, what is asked before it questions.js's.
 */
import { find, write } from "sala/dom";
import { newKey, wish } from "sala/post";
import { news } from "./here.js";
import { at, text } from "./words.js";

/** @typedef {import("sala/post").Answer} Answer */

/** A press is answered in some ten milliseconds; if it is not by now, the officer is told that it is under way. */
const SLOW_MS = 800;
/** After a press the screen waits so long for the news of it: the next press must be meant for what it shows. */
const NEWS_MS = 1500;
/** A call for help is right on whatever screen it is pressed. */
const WHENEVER = new Set(["help", "help-over", "answer-help"]);

/** What is on its way to the hall. @type {string | null} */
let sending = null;
/** A press whose answer never came keeps its key, so that pressing again cannot do it twice. */
let unanswered = { press: "", key: "" };
/** Told when news has come. */
let shown = () => {};
/** It has been under way so long that the page says so. */
let slow = false;
/** Told when nothing is on its way any more. @type {(() => void)[]} */
const idle = [];
/** Drawn when a press sets out, when it takes long and when it is answered. */
let drawn = () => {};

/** @param {() => void} draw */
export function onSending(draw) {
  drawn = draw;
}

/** The action that is on its way. */
export function underWay() {
  return sending;
}

/** Whether that takes so long that the officer must see that nothing else may be pressed. */
export function isSlow() {
  return slow;
}

/** Once nothing is on its way. */
export function answered() {
  return sending === null ? Promise.resolve() : new Promise((done) => idle.push(() => done(null)));
}

/** News has been drawn. */
export function arrived() {
  shown();
}

/**
 * @param {string} action
 * @param {Record<string, unknown>} [body]
 * @param {number | null} [asOf]  the counter's last event that the screen showed
 */
export async function send(action, body = {}, asOf = null) {
  const path = `/api/v1/counters/${encodeURIComponent(news().counter.id)}/${action}`;
  const told = asOf === null || WHENEVER.has(action) ? body : { ...body, as_of: asOf };
  const of = JSON.stringify([path, told]);
  const key = unanswered.press === of ? unanswered.key : newKey();
  const before = { more: Boolean(news().ticket?.left.length), closed: closedOne(action, body.counter) };
  sending = action;
  const waits = setTimeout(takesLong, SLOW_MS);
  // It sets out first and is drawn then: what is drawn takes time on an old machine, and the hall answers meanwhile.
  const asked = wish(path, told, { key });
  tell(cutOff() ? text("offline.trying") : "");
  drawn();
  const answer = await asked;
  clearTimeout(waits);
  slow = false;
  const open = answer.status === 0 || answer.status === 503;
  unanswered = open ? { press: of, key } : { press: "", key: "" };
  if (answer.ok) await newsOf(answer.data.counter.moved);
  sending = null;
  drawn();
  report(action, answer, before);
  for (const done of idle.splice(0)) done();
}

function takesLong() {
  slow = true;
  tell(text("sending"));
  drawn();
}

/** Whether the page says that it is cut off. */
function cutOff() {
  return document.documentElement.dataset.connection === "lost";
}

/**
 * The closed counter to which a visitor is sent; "" where it is none.
 * @param {string} action
 * @param {unknown} counter
 */
function closedOne(action, counter) {
  const there = news().others.find(({ id }) => id === counter);
  return action === "transfer" && there?.state === "closed" ? there.id : "";
}

/**
 * Until the screen shows the press itself: the next one must not be refused for what the officer has just done.
 * @param {number} moved
 */
async function newsOf(moved) {
  const until = Date.now() + NEWS_MS;
  while (news().counter.moved < moved && Date.now() < until) {
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, until - Date.now());
      shown = () => {
        clearTimeout(timer);
        resolve(null);
      };
    });
  }
  shown = () => {};
}

// -- what is said of it -----------------------------------------------------------------------------------------------

/**
 * How it stood before the press: `more` services were left for the visitor, and the counter sent to was `closed`.
 * @typedef {{more: boolean, closed: string}} Before
 */

/**
 * @param {string} action
 * @param {Answer} answer
 * @param {Before} before
 */
function report(action, answer, before) {
  if (answer.ok) tell(saidOf(action, answer.data.ticket, before));
  else refused(answer);
}

/**
 * Whoever is signed out, or locked, is shown so by the page itself. A press without an answer may have been done: that
 * is said, and not more.
 * @param {Answer} answer
 */
export function refused(answer) {
  if (answer.ok) return;
  if (answer.status === 401) location.reload();
  else if (answer.status === 0) tell(text("offline.no_answer", { time: at(new Date().toISOString()) }), true);
  else tell(answer.problem.detail, true);
}

/**
 * What is said of a press that was granted; nothing where the screen says it.
 * @param {string} action
 * @param {{number: string, state: string} | null} ticket
 * @param {Before} before
 */
function saidOf(action, ticket, { more, closed }) {
  const values = { number: ticket?.number ?? "" };
  if (action === "next" || action === "call") return ticket ? text("called", values) : text("nobody_waiting");
  if (action === "finish" && ticket?.state === "serving") return text("done.stay", values);
  if (action === "finish" && more && ticket?.state === "waiting") return text("done.leg", values);
  if (closed) return text("done.transfer_closed", { ...values, counter: closed });
  const said = text(`done.${action}`, values);
  return said === `counter.done.${action}` ? "" : said;
}

/**
 * @param {string} sentence
 * @param {boolean} [refusal]
 */
export function tell(sentence, refusal = false) {
  const message = find("#message");
  message.toggleAttribute("data-refusal", refusal);
  write(message, sentence);
  write(find("#lost-message"), refusal ? sentence : "");
}
