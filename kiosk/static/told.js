/**
 * The kiosk's news, for every module that shows some of it. kiosk.js follows them and tells them here; a module hears
 * those that the page was drawn with at once.
 */
import { firstNews } from "sala/live";

/** @typedef {import("sala/texts").Name} Name */
/** Why the kiosk gives no ticket at all, and from when it will. @typedef {{why: string, again: Name | null}} Nothing */

/** @typedef {import("./slip.js").Slip} Slip */

/**
 * @typedef {object} MachineNews
 * @property {string | null} device   the kiosk's name; null for whoever only looks at one
 * @property {"ok" | "low" | "out" | "offline" | "unknown"} printer
 * @property {Nothing | null} nothing
 * @property {{at: string, answered: boolean} | null} call  for a member of staff
 * @property {{job: string, outcome: string} | null} sample  the last sample slip
 * @property {Slip[]} slips  of those who may still stand here, the newest first
 * @property {Name | null} closed_because
 * @property {string | null} evacuation
 * @property {boolean} bookings
 * @property {{id: string, name: Name, open: boolean, closed_because: Name | null, documents: Record<string, string[]>,
 *   forms: Record<string, string[]>, fee: Name}[]} services
 */

/** @type {((news: MachineNews) => void)[]} */
const listeners = [];
/** @type {MachineNews} */
let latest = firstNews();

/** The latest news. */
export function news() {
  return latest;
}

/** @param {any} told */
export function tellNews(told) {
  latest = told;
  for (const listener of listeners) listener(latest);
}

/** @param {(news: MachineNews) => void} listener  called at once, and with each later news */
export function onNews(listener) {
  listeners.push(listener);
  listener(latest);
}
