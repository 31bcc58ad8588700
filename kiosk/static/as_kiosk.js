/**
 * A wish of the kiosk itself, and not of whoever may be signed in in the same browser. What the staff wish here goes with
 * the word of their visit, which this page alone knows; it is in no cookie and in no storage.
 */
import { wish } from "sala/post";

/** @typedef {import("sala/post").Answer} Answer */

/**
 * @param {"GET" | "POST" | "PUT" | "DELETE"} method
 * @param {string} what   under /api/v1/kiosk/
 * @param {object} [body]
 * @param {string} [word] of the staff's visit
 * @returns {Promise<Answer>}
 */
export function asKiosk(method, what, body = {}, word = "") {
  const credentials = document.documentElement.hasAttribute("data-trial") ? "omit" : "same-origin";
  return wish(`/api/v1/kiosk/${what}`, body, { method, credentials, proof: word ? { "X-Staff": word } : {} });
}
