/**
 * The counter of this page: the news of it as last told, and what may be pressed as it stands. How it looks is panel.js's
 * and strip.js's; what a press sends, presses.js's.
 */
import { firstNews } from "sala/live";
import { available, standIns } from "./actions.js";
import { secondsLeft } from "./times.js";
import { since } from "./words.js";

/** @typedef {Record<string, string>} Name */
/** @typedef {Record<string, string[]>} Lists */
/** @typedef {import("./marks.js").Marked & {number: string, service: string, service_name: Name, since: string}} Waiting */
/**
 * @typedef {{called_at: string, started_at: string | null, standard_service_s: number | null, held_ms: number}} Times
 */
/**
 * @typedef {Waiting & Times & {state: "called" | "serving", queued_at: string, again: number, documents: Lists,
 *   forms: Lists, fee: Name, left: {id: string, name: Name, here: boolean}[],
 *   legs: {service_name: Name, outcome: string | null, ended: string}[]}} Ticket
 */
/** @typedef {Waiting & {held_at: string, here: boolean}} Held */
/** @typedef {Waiting & {absent_at: string, until: string}} Absent */
/**
 * @typedef {{id: string, name: Name, state: import("./actions.js").State, moved: number, asked: boolean, stand_in: Name[],
 *   help: {at: string, answered_by: string | null, answered_from: string | null} | null}} Counter
 */
/** @typedef {{id: string, name: Name, state: string, officer: string | null, lends: Name[]}} Colleague */
/**
 * @typedef {{epoch: string, seq: number, locked?: boolean, counter: Counter, ticket: Ticket | null,
 *   undo: {what: string, number: string, until: string} | null, waiting_count: number, waiting: Waiting[],
 *   held: Held[], absent: Absent[], help: import("./help.js").Call[], evacuation: string | null, others: Colleague[],
 *   services: {id: string, name: Name, here: boolean}[], reasons: {id: string, name: Name}[]}} News
 */

/** What officers.py gives for taking a press back. */
const UNDO_S = 30;

const page = /** @type {HTMLElement | null} */ (document.querySelector("[data-rights]"));
const rights = new Set((page?.dataset.rights ?? "").split(" "));

/** @type {News} */
let latest = firstNews();

export function news() {
  return latest;
}

/** @param {News} told */
export function take(told) {
  latest = told;
}

/** @returns {import("./actions.js").Visitor} */
export function visitor() {
  return latest.ticket?.state ?? "none";
}

/** The seconds for which the last press may still be taken back. */
export function undoLeft() {
  // This screen's clock is behind by the time that its page took to come.
  return latest.undo ? Math.min(UNDO_S, secondsLeft(-since(latest.undo.until))) : 0;
}

/** For whom this counter could stand in. */
export function mayStandIn() {
  return standIns(latest.counter.stand_in, latest.others);
}

/** What may be pressed now. */
export function mayPress() {
  return available({
    visitor: visitor(),
    state: latest.counter.state,
    stay: latest.ticket?.left[0]?.here,
    held: latest.held.length,
    absent: latest.absent.length,
    undo: undoLeft() > 0,
    helped: latest.counter.help !== null,
    calls: latest.help.filter((one) => !one.answered).length,
    lends: mayStandIn().length > 0,
    evacuation: latest.evacuation !== null,
    overtakes: rights.has("call-number"),
  });
}
