/**
 * The kiosk's page: three steps (choose, prepare, ticket), drawn from the news and from what the visitor touched.
 * The rules of who may have a ticket are the hall's: this page only asks, and shows the answer or the refusal.
 */
import { find, make, write } from "sala/dom";
import { firstNews, follow } from "sala/live";
import { newKey, wish } from "sala/post";
import { currentLanguage, languageButtons, nameIn, onLanguage, say, sayCount, speak } from "sala/texts";
import { countdown } from "./countdown.js";

/** @typedef {import("sala/texts").Name} Name */
/** @typedef {{id: string, name: Name}} Named */
/** @typedef {Record<string, string[]>} Lists a list in every language of the centre */

/**
 * @typedef {object} Service
 * @property {string} id
 * @property {Name} name
 * @property {string} agency
 * @property {"information" | "forward" | "complete" | "complaint"} kind
 * @property {boolean} open
 * @property {Name | null} closed_because
 * @property {number} waiting
 * @property {number} target_wait_s
 * @property {number} standard_service_s
 * @property {number | null} published_days
 * @property {Lists} documents
 * @property {Lists} forms
 * @property {Lists} steps
 * @property {Name} fee
 */

/**
 * @typedef {object} KioskNews
 * @property {string} epoch
 * @property {number} seq
 * @property {boolean} open
 * @property {Name | null} closed_because
 * @property {Named[]} priorities
 * @property {(Named & {short: Name})[]} agencies
 * @property {Service[]} services
 */

/** @typedef {{number: string, token: string, service: string, ahead: number, wait: {low_s: number, high_s: number} | null}} Ticket */

const HOME_LANGUAGE = "th";
const SHOWN_S = 20;
const IDLE_MS = 45_000;
const IDLE_WARNING_S = 20;
const MINUTE_S = 60;

/** What this page knows. `key` is the present tap's Idempotency-Key: two taps under one key give one ticket. */
const state = {
  /** @type {KioskNews} */
  news: firstNews(),
  /** @type {Service | null} */
  service: null,
  /** @type {Ticket | null} */
  ticket: null,
  key: newKey(),
  taking: false,
};

/* ---- steps ---- */

/** @param {"choose" | "prepare" | "ticket"} step */
function go(step) {
  for (const section of document.querySelectorAll(".step")) {
    /** @type {HTMLElement} */ (section).hidden = section.id !== step;
  }
  if (step === "choose") drawMore();
  find(`#${step} h1`).focus({ preventScroll: true });
}

/** Back to the start, in the language of the house, as if nobody had been here. */
function startOver() {
  closing.stop();
  warning.stop();
  for (const panel of document.querySelectorAll("dialog")) panel.close();
  state.service = null;
  state.ticket = null;
  find("#scroll").scrollTop = 0;
  speak(HOME_LANGUAGE);
  go("choose");
}

/** @param {string} id */
function chooseService(id) {
  const service = state.news.services.find((one) => one.id === id);
  if (!service) return;
  if (!service.open) return complain(closedBecause(service));
  state.service = service;
  state.key = newKey();
  choosePriority("");
  drawPrepare();
  for (const part of document.querySelectorAll("#prepare .bring, #prepare .prepare-body")) part.scrollTop = 0;
  go("prepare");
}

async function takeTicket() {
  const service = state.service;
  if (!service?.open || state.taking) return;
  setTaking(true);
  const language = currentLanguage();
  const priority = chosenPriority();
  const body = { services: [service.id], language, ...(priority ? { priority } : {}) };
  const answer = await wish("/api/v1/tickets", body, { key: state.key, credentials: credentials() });
  setTaking(false);
  if (answer.ok) return showTicket(answer.data);
  // An unanswered wish may yet have been granted: it keeps its key, so that the next tap asks for the same ticket.
  if (answer.status >= 400 && answer.status < 500) state.key = newKey();
  complain(answer.problem.detail);
}

/** @param {Ticket} ticket */
function showTicket(ticket) {
  state.ticket = ticket;
  warning.stop();
  drawTicket();
  go("ticket");
  closing.start(SHOWN_S);
}

/** In trial mode a call without credentials is the kiosk's; in earnest the paired screen's cookie says who calls. */
function credentials() {
  return document.documentElement.hasAttribute("data-trial") ? "omit" : "same-origin";
}

/* ---- drawing ---- */

function drawAll() {
  drawChoose();
  drawPrepare();
  drawTicket();
}

function drawChoose() {
  const { news } = state;
  find(".hall-closed").hidden = news.open;
  write(find(".hall-because"), nameIn(news.closed_because));
  arrange(find("#agencies"), "blank-agency", news.agencies, (part, agency) => {
    setName(find(".agency-short", part), agency.short);
    setName(find(".agency-name", part), agency.name);
    const services = news.services.filter((service) => service.agency === agency.id);
    arrange(find(".services", part), "blank-service", services, drawCard);
  });
  arrange(find("#priorities"), "blank-priority", news.priorities, drawChoice);
  find(".priority").hidden = news.priorities.length === 0;
  drawMore();
}

/**
 * @param {HTMLElement} item
 * @param {Service} service
 */
function drawCard(item, service) {
  const kind = find(".service-kind", item);
  kind.dataset.text = `kiosk.kind.${service.kind}`;
  write(kind, say(currentLanguage(), kind.dataset.text));
  setPhrases(find(".service-name", item), service.name);
  find(".service", item).setAttribute("aria-disabled", String(!service.open));
  find(".service-waiting", item).hidden = !service.open;
  write(find(".service-count", item), sayCount(currentLanguage(), "kiosk.waiting", service.waiting));
  find(".service-closed", item).hidden = service.open;
  write(find(".service-closed", item), service.open ? "" : closedBecause(service));
}

/**
 * @param {HTMLElement} item
 * @param {Named} priority
 */
function drawChoice(item, priority) {
  /** @type {HTMLInputElement} */ (find("input", item)).value = priority.id;
  setPhrases(find(".choice-name", item), priority.name);
}

function drawPrepare() {
  state.service = state.news.services.find((one) => one.id === state.service?.id) ?? null;
  const { service, news } = state;
  if (!service) return;
  const agency = news.agencies.find((one) => one.id === service.agency);
  write(find(".prepare-agency"), nameIn(agency?.name));
  write(find(".prepare-name"), nameIn(service.name));
  const none = say(currentLanguage(), "kiosk.bring_none");
  fillList("documents", listIn(service.documents).length ? listIn(service.documents) : [none]);
  fillList("forms", listIn(service.forms));
  fillList("steps", listIn(service.steps));
  drawFacts(service);
  find("#prepare-closed").hidden = service.open;
  write(find("#prepare-closed"), service.open ? "" : closedBecause(service));
  drawTake();
}

/** @param {Service} service */
function drawFacts(service) {
  const language = currentLanguage();
  const minutes = (/** @type {number} */ s) => sayCount(language, "kiosk.minutes", Math.round(s / MINUTE_S));
  write(find("#fact-waiting"), sayCount(language, "kiosk.people", service.waiting));
  write(find("#fact-target"), minutes(service.target_wait_s));
  write(find("#fact-counter"), minutes(service.standard_service_s));
  write(find("#fact-fee"), nameIn(service.fee));
  find("#fact-days-part").hidden = service.published_days === null;
  write(find("#fact-days"), sayCount(language, "kiosk.days", service.published_days ?? 0));
}

function drawTake() {
  const button = /** @type {HTMLButtonElement} */ (find("#take"));
  button.setAttribute("aria-disabled", String(state.taking || !state.service?.open));
  write(find("span", button), say(currentLanguage(), state.taking ? "kiosk.taking" : "kiosk.take"));
}

function drawTicket() {
  const { ticket } = state;
  if (!ticket) return;
  const language = currentLanguage();
  const part = find("#ticket");
  write(find(".ticket-number", part), ticket.number);
  find(".ticket-number", part).dataset.letters = String(ticket.number.length);
  write(find(".ticket-service", part), nameIn(state.news.services.find((one) => one.id === ticket.service)?.name));
  write(find(".ticket-ahead", part), sayCount(language, "kiosk.ahead", ticket.ahead));
  find(".ticket-wait", part).hidden = !ticket.wait;
  if (ticket.wait) write(find(".ticket-wait", part), say(language, "kiosk.wait", inMinutes(ticket.wait)));
  drawFollow(part, ticket);
  drawClosing(closing.left());
}

/**
 * The QR that opens the ticket on a phone; none where the hall has no address that a phone could open.
 * @param {HTMLElement} part
 * @param {Ticket} ticket
 */
function drawFollow(part, ticket) {
  find(".ticket-follow", part).hidden = !part.dataset.publicUrl;
  if (!part.dataset.publicUrl) return;
  const picture = find(".ticket-follow img", part);
  const source = `/t/${encodeURIComponent(ticket.token)}/qr.svg`;
  if (picture.getAttribute("src") !== source) picture.setAttribute("src", source);
}

/** @param {number} left seconds */
function drawClosing(left) {
  write(find("#countdown"), say(currentLanguage(), "kiosk.closes", { n: left }));
  /** @type {HTMLProgressElement} */ (find("#countdown-bar")).value = left;
}

/** The bar that shows there is more below, for a panel too small for all services. What it takes up counts as room. */
function drawMore() {
  const list = find("#scroll");
  const button = find("#more");
  const room = list.clientHeight + button.offsetHeight;
  const atEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 4;
  button.hidden = list.scrollHeight <= room + 4;
  button.classList.toggle("up", atEnd);
  write(find("span", button), say(currentLanguage(), atEnd ? "kiosk.to_top" : "kiosk.more"));
}

/** @param {string} detail */
function complain(detail) {
  write(find("#problem-detail"), detail);
  open("#problem");
}

/** @param {string} selector */
function open(selector) {
  const panel = /** @type {HTMLDialogElement} */ (find(selector));
  if (!panel.open) panel.showModal();
}

/** @param {string} selector */
function close(selector) {
  /** @type {HTMLDialogElement} */ (find(selector)).close();
}

/* ---- small helps ---- */

/**
 * Let `parent` hold one element for each item, in this order: those already there stay (and keep the focus), new ones
 * are cloned from the <template>, and each is drawn.
 * @template {{id: string}} T
 * @param {HTMLElement} parent
 * @param {string} blank
 * @param {T[]} items
 * @param {(element: HTMLElement, item: T) => void} draw
 */
function arrange(parent, blank, items, draw) {
  const there = new Map(
    Array.from(parent.children, (child) => [/** @type {HTMLElement} */ (child).dataset.key, child]),
  );
  const wanted = items.map((item) => {
    const element = /** @type {HTMLElement} */ (there.get(item.id) ?? fromBlank(blank));
    element.dataset.key = item.id;
    draw(element, item);
    return element;
  });
  const same = wanted.length === parent.children.length && wanted.every((one, i) => one === parent.children[i]);
  if (!same) parent.replaceChildren(...wanted);
}

/** @param {string} id */
function fromBlank(id) {
  const first = /** @type {HTMLTemplateElement} */ (find(`#${id}`)).content.firstElementChild;
  return /** @type {HTMLElement} */ (first).cloneNode(true);
}

/**
 * @param {HTMLElement} element
 * @param {Name} name
 */
function setName(element, name) {
  for (const [language, text] of Object.entries(name)) element.dataset[language] = text;
  write(element, nameIn(name));
}

/**
 * A name in whole phrases, as the template writes it: a line is broken between them where it can be.
 * @param {HTMLElement} element
 * @param {Name} name
 */
function setPhrases(element, name) {
  if (element.textContent === nameIn(name)) return;
  const phrases = nameIn(name).split(" ");
  element.replaceChildren(...phrases.flatMap((phrase, i) => [i ? " " : "", make("span", { class: "phrase" }, phrase)]));
}

/**
 * @param {string} id
 * @param {string[]} lines
 */
function fillList(id, lines) {
  const part = document.getElementById(`${id}-part`);
  if (part) part.hidden = lines.length === 0;
  find(`#${id}`).replaceChildren(...lines.map((line) => make("li", {}, line)));
}

/**
 * @param {Lists | undefined} lists
 * @returns {string[]}
 */
function listIn(lists) {
  return lists?.[currentLanguage()] ?? lists?.[HOME_LANGUAGE] ?? [];
}

/** @param {Service} service */
function closedBecause(service) {
  return nameIn(service.closed_because) || say(currentLanguage(), "kiosk.closed");
}

/** @param {{low_s: number, high_s: number}} wait */
function inMinutes({ low_s, high_s }) {
  return { low: Math.floor(low_s / MINUTE_S), high: Math.max(1, Math.ceil(high_s / MINUTE_S)) };
}

/** @returns {string} */
function chosenPriority() {
  return /** @type {HTMLInputElement | null} */ (document.querySelector("[name=priority]:checked"))?.value ?? "";
}

/** @param {string} id */
function choosePriority(id) {
  for (const input of /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("[name=priority]"))) {
    input.checked = input.value === id;
  }
}

/** @param {boolean} taking */
function setTaking(taking) {
  state.taking = taking;
  drawTake();
}

/* ---- time: the ticket's page closes by itself, and a kiosk left alone goes back to the start ---- */

const closing = countdown(drawClosing, startOver);
const warning = countdown((left) => {
  write(find("#idle-left"), say(currentLanguage(), "kiosk.returns", { n: left }));
}, startOver);

let idle = 0;

/** Somebody is here: begin to wait again. */
function stayAwake() {
  clearTimeout(idle);
  idle = setTimeout(fallAsleep, IDLE_MS);
}

function fallAsleep() {
  const preparing = !find("#prepare").hidden;
  if (preparing) {
    open("#idle");
    warning.start(IDLE_WARNING_S);
  } else if (find("#ticket").hidden) {
    startOver();
  }
}

function carryOn() {
  warning.stop();
  close("#idle");
  stayAwake();
}

/* ---- wiring ---- */

find("#agencies").addEventListener("click", (event) => {
  const item = /** @type {Element} */ (event.target).closest("li[data-key]");
  if (item) chooseService(/** @type {HTMLElement} */ (item).dataset.key ?? "");
});
find("#scroll").addEventListener("scroll", drawMore, { passive: true });
addEventListener("resize", drawMore);
find("#more").addEventListener("click", () => {
  const list = find("#scroll");
  const up = find("#more").classList.contains("up");
  list.scrollTo({ top: up ? 0 : list.scrollTop + list.clientHeight * 0.8, behavior: "smooth" });
});
// Another priority is another wish: under the old key the hall would rightly refuse it.
find(".priority").addEventListener("change", () => {
  state.key = newKey();
});
find("#back").addEventListener("click", () => {
  state.service = null;
  go("choose");
});
find("#take").addEventListener("click", takeTicket);
find("#done").addEventListener("click", startOver);
find("#more-time").addEventListener("click", () => closing.start(SHOWN_S));
find("#understood").addEventListener("click", () => close("#problem"));
find("#go-on").addEventListener("click", carryOn);
find("#start-over").addEventListener("click", startOver);
find("#idle").addEventListener("cancel", carryOn);
for (const sign of ["pointerdown", "keydown"]) addEventListener(sign, stayAwake);

languageButtons();
onLanguage(drawAll);
drawAll();
stayAwake();
follow("/kiosk", {
  draw: (/** @type {KioskNews} */ news) => {
    state.news = news;
    drawAll();
  },
});
