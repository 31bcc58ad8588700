/**
 * What the kiosk's page knows: the latest news, and what the visitor has chosen so far. Who may have a ticket is the
 * hall's to say; what is shown of it, the steps' own modules'.
 */
import { firstNews } from "sala/live";
import { newKey } from "sala/post";
import { currentLanguage, nameIn, say } from "sala/texts";
import { onBusy, onStartOver } from "./steps.js";
import { inTurn } from "./turn.js";

/** @typedef {import("sala/texts").Name} Name */
/** @typedef {{id: string, name: Name}} Named */
/** @typedef {Record<string, string[]>} Lists a list in every language of the centre */
/** @typedef {{said: Name}} Wait  how long one waits, in words */

/**
 * @typedef {object} Service
 * @property {string} id
 * @property {Name} name
 * @property {string} agency
 * @property {"information" | "forward" | "complete" | "complaint"} kind
 * @property {boolean} open
 * @property {Name | null} closed_because
 * @property {number} waiting
 * @property {Wait | null} wait  of one who would come now
 * @property {string[]} after  the services that come before it in one visit
 * @property {number} target_wait_s
 * @property {number} standard_service_s
 * @property {number | null} published_days
 * @property {Lists} documents
 * @property {Lists} forms
 * @property {Lists} steps
 * @property {Lists} words  what people call it besides
 * @property {Name} fee
 */

/**
 * @typedef {object} KioskNews
 * @property {string} epoch
 * @property {number} seq
 * @property {boolean} open
 * @property {Name | null} closed_because
 * @property {string | null} evacuation
 * @property {number} most_services
 * @property {boolean} bookings  whether anybody is booked today
 * @property {Named[]} priorities
 * @property {(Named & {short: Name})[]} agencies
 * @property {(Named & {services: string[]})[]} matters
 * @property {Service[]} services
 */

/**
 * @typedef {object} Ticket
 * @property {string} number
 * @property {string} token
 * @property {Name} service_name
 * @property {{service_name: Name, state: "done" | "now" | "to-come"}[]} legs
 * @property {{state: "early" | "on-time" | "late", at: string} | null} booking
 * @property {number} ahead
 * @property {Wait | null} wait
 */

const HOME_LANGUAGE = "th";

/** `key` is the present tap's Idempotency-Key: two taps under one key give one ticket. */
export const state = {
  /** @type {KioskNews} */
  news: firstNews(),
  /** @type {string[]} the services chosen so far, in the order chosen */
  chosen: [],
  /** @type {string} the id of the priority asked for; "" is the ordinary queue */
  priority: "",
  /** @type {Ticket | null} */
  ticket: null,
  key: newKey(),
  taking: false,
};

onBusy(() => state.chosen.length > 0);
onStartOver(() => {
  setChosen([]);
  state.priority = "";
  state.ticket = null;
});

/**
 * Other services, or another priority, are another wish: under the old key the hall would rightly refuse it.
 * @param {string[]} ids
 */
export function setChosen(ids) {
  state.chosen = ids;
  state.key = newKey();
}

/** @param {string} priority */
export function setPriority(priority) {
  state.priority = priority;
  state.key = newKey();
}

/** @param {string} id */
export function serviceOf(id) {
  return state.news.services.find((one) => one.id === id);
}

/** The services chosen so far, as the latest news tells of them, in the order in which they will be given. */
export function chosen() {
  return inTurn(state.chosen.map(serviceOf).filter((service) => service !== undefined));
}

/** @param {Service} service */
export function closedBecause(service) {
  return nameIn(service.closed_because) || say(currentLanguage(), "kiosk.closed");
}

/**
 * @param {Lists | undefined} lists
 * @returns {string[]}
 */
export function listIn(lists) {
  return lists?.[currentLanguage()] ?? lists?.[HOME_LANGUAGE] ?? [];
}
