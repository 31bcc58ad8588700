/**
 * A wish from a page to the hall, by HTTP. A wish that got no answer is sent again under the same Idempotency-Key, so
 * that one tap is one thing done, however bad the line. What the wishes are belongs to the rooms.
 *
 *     const answer = await wish("/api/v1/counters/3/next");
 *     answer.ok ? show(answer.data) : complain(answer.problem.detail);
 */
import { currentLanguage, say } from "./texts.js";

/** @typedef {{type: string, title: string, status: number, detail: string}} Problem */
/** @typedef {{ok: true, status: number, data: any} | {ok: false, status: number, problem: Problem}} Answer */

/**
 * @typedef {object} Manner
 * @property {string} [key]                     one for each tap; made anew where none is given
 * @property {RequestCredentials} [credentials]  "omit" where the page itself is the caller
 * @property {"POST" | "PUT" | "DELETE" | "GET"} [method]
 * @property {string} [type]                     what the body is, where it is not JSON but a text or a file as it stands
 * @property {boolean} [once]                    not sent again: what it tells will be old by then
 * @property {boolean} [keepalive]               sent to its end although the page is closed
 * @property {number} [patience]                 ms given to each try; more for a large file
 * @property {Record<string, string>} [proof]    headers that say by what right, beside the cookie's
 */

/** After each of these pauses (ms) an unanswered wish is sent again. */
const PAUSES = [300, 1000];
const PATIENCE_MS = 3000;
const NOT_WRITTEN = 503;
const CARRIES = new Set(["POST", "PUT"]);
const JSON_TYPE = "application/json";

/** A random Idempotency-Key. crypto.randomUUID does not exist on plain http. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Send a wish; what comes back is always an answer, never an exception.
 * @param {string} path
 * @param {object | string | Blob | null} [body]
 * @param {Manner} [manner]
 * @returns {Promise<Answer>}
 */
export async function wish(path, body = {}, manner = {}) {
  const { key = newKey(), credentials = "same-origin", method = "POST", type = JSON_TYPE } = manner;
  const { once = false, patience = PATIENCE_MS, keepalive = false, proof = {} } = manner;
  const told = typeof body === "string" || body instanceof Blob ? body : JSON.stringify(body ?? {});
  const request = {
    method,
    credentials,
    headers: { ...headers(key, type), ...proof },
    body: CARRIES.has(method) ? told : null,
    keepalive,
  };
  for (const pause of once ? [] : PAUSES) {
    const response = await send(path, request, patience);
    if (response && response.status !== NOT_WRITTEN) return answer(response);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  const response = await send(path, request, patience);
  return response ? answer(response) : unreachable();
}

/**
 * @param {string} key
 * @param {string} type
 * @returns {Record<string, string>}
 */
function headers(key, type) {
  const csrf = /** @type {HTMLMetaElement | null} */ (document.querySelector('meta[name="csrf"]'))?.content;
  return {
    "Content-Type": type,
    Accept: "application/json, application/problem+json",
    "Accept-Language": currentLanguage(),
    "Idempotency-Key": key,
    ...(csrf ? { "X-CSRF-Token": csrf } : {}),
  };
}

/**
 * The response, or null if none came in time.
 * @param {string} path
 * @param {RequestInit} request
 * @param {number} patience
 */
async function send(path, request, patience) {
  const enough = new AbortController();
  const timer = setTimeout(() => enough.abort(), patience);
  try {
    return await fetch(path, { ...request, signal: enough.signal });
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {Response} response
 * @returns {Promise<Answer>}
 */
async function answer(response) {
  const { ok, status } = response;
  const text = await response.text().catch(() => "");
  try {
    const data = text ? JSON.parse(text) : null;
    return ok ? { ok, status, data } : { ok, status, problem: { ...ourFault(status), ...data } };
  } catch {
    return { ok: false, status, problem: ourFault(status) };
  }
}

/** @returns {Answer} */
function unreachable() {
  const detail = say(currentLanguage(), "common.unreachable");
  return { ok: false, status: 0, problem: { type: "unreachable", title: detail, status: 0, detail } };
}

/**
 * What is said where the hall itself gave no sentence.
 * @param {number} status
 * @returns {Problem}
 */
function ourFault(status) {
  const detail = say(currentLanguage(), "common.failed");
  return { type: "failed", title: detail, status, detail };
}
