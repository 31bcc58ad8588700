/**
 * What the number's page says of the slip: pure, so that `node --test` can try it without a browser. What became of it
 * the hall tells (slip_news.py); what the holder answered, this page knows.
 */
import { givesNoSlip } from "./which_state.js";

/** @typedef {{number: string, state: string, copy: number, printer: string | null}} Slip */
/** @typedef {"printing" | "printed" | "sent" | "missed" | "not_printed" | "unknown"} Came */

/**
 * @param {Slip | undefined} told  of this number's slip, if the news has it already
 * @param {string} printer         as the news tell the kiosk's
 * @param {number} missed          the copy of which its holder said that it did not come; 0 for none
 * @returns {Came}
 */
export function cameOf(told, printer, missed) {
  const state = told?.state ?? "printing";
  // What was sent once is asked after once; the next copy anew.
  if (state === "sent") return told && told.copy <= missed ? "missed" : "sent";
  if (state !== "printing") return /** @type {Came} */ (state);
  if (missed) return "missed";
  return givesNoSlip(printer) ? "not_printed" : "printing";
}

/**
 * Whether the page shows the way to the slip, asks after it, or is itself what the holder has.
 * @param {Came} came
 * @returns {"yes" | "ask" | "none"}
 */
export function shownAs(came) {
  if (came === "printing" || came === "printed") return "yes";
  return came === "sent" ? "ask" : "none";
}
