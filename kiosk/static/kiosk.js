/**
 * The kiosk's page: choose, prepare, ticket (or check in for a booking), drawn from the news and from what the visitor
 * touched. The rules of who may have a ticket are the hall's: this page only asks, and shows the answer or the refusal.
 */
import { find, make, write } from "sala/dom";
import { firstNews, follow } from "sala/live";
import { newKey, wish } from "sala/post";
import { clock, currentLanguage, languageButtons, nameIn, onLanguage, say, sayCount } from "sala/texts";
import { longer, sign } from "./code_field.js";
import { countdown } from "./countdown.js";
import { busy, go, isAt, onBusy, onStartOver, onStep, startOver } from "./steps.js";
import { tellNews } from "./told.js";
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
const SHOWN_S = 20;
const IDLE_MS = 45_000;
const IDLE_WARNING_S = 20;
const MINUTE_S = 60;
/** What may be too long for the panel, with the bar that says so and the bar's words. */
const BARS = [
  { list: "#scroll", button: "#more", more: "kiosk.more" },
  { list: "#details", button: "#more-details", more: "kiosk.more_details" },
];

/** What this page knows. `key` is the present tap's Idempotency-Key: two taps under one key give one ticket. */
const state = {
  /** @type {KioskNews} */
  news: firstNews(),
  /** @type {string[]} the services chosen so far, in the order chosen */
  chosen: [],
  /** @type {Ticket | null} */
  ticket: null,
  key: newKey(),
  taking: false,
};

/* ---- steps ---- */

/** The services chosen so far, as the latest news tells of them, in the order in which they will be given. */
function chosen() {
  const found = state.chosen.map((id) => state.news.services.find((one) => one.id === id));
  return inTurn(found.filter((service) => service !== undefined));
}

/**
 * A service touched: the first of a visit, or one more for the same ticket.
 * @param {string} id
 */
function chooseService(id) {
  const service = state.news.services.find((one) => one.id === id);
  if (!service) return;
  if (!service.open) return complain(closedBecause(service));
  if (state.chosen.length === 0) choosePriority("");
  if (!state.chosen.includes(id)) setChosen([...state.chosen, id]);
  prepare();
}

/** @param {string[]} ids */
function setChosen(ids) {
  state.chosen = ids;
  // Other services are another wish: under the old key the hall would rightly refuse it.
  state.key = newKey();
}

function prepare() {
  drawPrepare();
  find("#details").scrollTop = 0;
  go("prepare");
}

/** @param {string} id */
function unchoose(id) {
  setChosen(state.chosen.filter((one) => one !== id));
  if (state.chosen.length === 0) return go("choose");
  drawPrepare();
  drawMore();
}

/** Back to the list, without the service touched last; the others stay chosen. */
function back() {
  setChosen(state.chosen.slice(0, -1));
  go("choose");
}

async function takeTicket() {
  const services = chosen();
  if (services.length === 0 || services.some((one) => !one.open)) return;
  const language = currentLanguage();
  const priority = chosenPriority();
  const body = { services: services.map((one) => one.id), language, ...(priority ? { priority } : {}) };
  await ask("/api/v1/tickets", body, complain);
}

/** @param {SubmitEvent} event */
async function checkIn(event) {
  event.preventDefault();
  const code = codeField().value.trim();
  if (code) await ask(`/api/v1/bookings/${encodeURIComponent(code)}/check-in`, {}, complainOfCode);
}

/**
 * Ask the hall for a ticket, once at a time, and show it; or say why there is none.
 * @param {string} path
 * @param {object} body
 * @param {(detail: string) => void} regret
 */
async function ask(path, body, regret) {
  if (state.taking) return;
  setTaking(true);
  const answer = await wish(path, body, { key: state.key, credentials: credentials() });
  setTaking(false);
  if (answer.ok) return showTicket(answer.data);
  // An unanswered wish may yet have been granted: it keeps its key, so that the next tap asks for the same ticket.
  if (answer.status >= 400 && answer.status < 500) state.key = newKey();
  regret(answer.problem.detail);
}

function openCheckIn() {
  typeCode("");
  go("check-in");
  codeField().focus();
}

function codeField() {
  return /** @type {HTMLInputElement} */ (find("#code"));
}

/** @param {string} code  what now stands in the field */
function typeCode(code) {
  codeField().value = code;
  state.key = newKey();
  complainOfCode("");
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
  drawEvacuation();
  drawChoose();
  drawPrepare();
  drawTicket();
  drawMore();
}

/** While all are to leave the building, nothing else is on the screen; afterwards it begins anew. */
function drawEvacuation() {
  const sign = find("#evacuation");
  const leave = state.news.evacuation !== null;
  if (sign.hidden === !leave) return;
  sign.hidden = !leave;
  for (const step of document.querySelectorAll(".step, header")) step.toggleAttribute("inert", leave);
  startOver();
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
  drawAdding();
}

/** The list's own words: for the first service of a visit, or for one more. */
function drawAdding() {
  const adding = state.chosen.length > 0;
  tell("#choose-title", adding ? "kiosk.add_choose" : "kiosk.choose");
  tell("#choose-hint", adding ? "kiosk.add_hint" : "kiosk.choose_hint");
  find("#have-booking").hidden = adding || !state.news.bookings;
  find("#adding").hidden = !adding;
  write(
    find("#adding-chosen"),
    chosen()
      .map((service) => nameIn(service.name))
      .join(" · "),
  );
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
  const isChosen = state.chosen.includes(service.id);
  find(".service", item).toggleAttribute("data-chosen", isChosen);
  find(".service-chosen", item).hidden = !isChosen;
  kind.hidden = isChosen;
  find(".service", item).setAttribute("aria-disabled", String(!service.open));
  find(".service-waiting", item).hidden = !service.open;
  write(find(".service-count", item), sayCount(currentLanguage(), "kiosk.waiting", service.waiting));
  write(find(".service-wait", item), nameIn(service.wait?.said));
  find(".service-closed", item).hidden = service.open;
  // Where the whole centre is closed it is said once, above; touched, each card says it too.
  const shut = state.news.open ? closedBecause(service) : say(currentLanguage(), "kiosk.closed");
  write(find(".service-closed", item), service.open ? "" : shut);
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
  const services = chosen();
  if (services.length === 0) return isAt("prepare") ? startOver() : undefined;
  const [first] = services;
  const several = services.length > 1;
  const agency = state.news.agencies.find((one) => one.id === first.agency);
  write(find(".prepare-agency"), several ? "" : nameIn(agency?.name));
  const count = say(currentLanguage(), "kiosk.chosen_count", { n: services.length });
  write(find(".prepare-name"), several ? count : nameIn(first.name));
  find("#chosen").hidden = !several;
  arrange(find("#chosen"), "blank-chosen", several ? services : [], drawChip);
  drawBring(services);
  drawFacts(services);
  const closed = services.find((service) => !service.open);
  find("#prepare-closed").hidden = !closed;
  write(find("#prepare-closed"), closed ? `${several ? `${nameIn(closed.name)}: ` : ""}${closedBecause(closed)}` : "");
  const more = state.news.services.some((service) => service.open && !state.chosen.includes(service.id));
  find("#add").hidden = !more || services.length >= state.news.most_services;
  drawTake();
}

/**
 * @param {HTMLElement} chip
 * @param {Service} service
 */
function drawChip(chip, service) {
  setPhrases(find(".chip-name", chip), service.name);
  const label = say(currentLanguage(), "kiosk.remove", { name: nameIn(service.name) });
  find(".chip-remove", chip).setAttribute("aria-label", label);
}

/**
 * What to bring for all of them, each paper once. The steps are told of a single service only: of several they would
 * fill the screen, and each counter explains its own.
 * @param {Service[]} services
 */
function drawBring(services) {
  const papers = (/** @type {"documents" | "forms"} */ kind) => [
    ...new Set(services.flatMap((service) => listIn(service[kind]))),
  ];
  const none = say(currentLanguage(), "kiosk.bring_none");
  find("#details").toggleAttribute("data-several", services.length > 1);
  fillList("documents", papers("documents").length ? papers("documents") : [none]);
  fillList("forms", papers("forms"));
  fillList("steps", services.length === 1 ? listIn(services[0].steps) : []);
}

/**
 * Of several services: who waits for the first (and that it is the first), the time at all the counters, and every fee.
 * @param {Service[]} services
 */
function drawFacts(services) {
  const language = currentLanguage();
  const minutes = (/** @type {number} */ s) => sayCount(language, "kiosk.minutes", Math.round(s / MINUTE_S));
  const [first] = services;
  const single = services.length === 1;
  tell("#fact-waiting-for", single ? "kiosk.now_waiting" : "kiosk.now_waiting_first");
  write(find("#fact-waiting"), sayCount(language, "kiosk.people", first.waiting));
  find("#fact-wait").hidden = !first.wait;
  write(find("#fact-wait"), say(language, "kiosk.wait", { wait: nameIn(first.wait?.said) }));
  find("#fact-target-part").hidden = !single;
  write(find("#fact-target"), minutes(first.target_wait_s));
  write(find("#fact-counter"), minutes(services.reduce((sum, service) => sum + service.standard_service_s, 0)));
  write(find("#fact-fee"), [...new Set(services.map((service) => nameIn(service.fee)))].join(" · "));
  find("#fact-days-part").hidden = !single || first.published_days === null;
  write(find("#fact-days"), sayCount(language, "kiosk.days", first.published_days ?? 0));
}

function drawTake() {
  const language = currentLanguage();
  const ready = chosen().every((service) => service.open);
  find("#take").setAttribute("aria-disabled", String(state.taking || !ready));
  write(find("#take span"), say(language, state.taking ? "kiosk.taking" : "kiosk.take"));
  find("#check-in-take").setAttribute("aria-disabled", String(state.taking));
  write(find("#check-in-take span"), say(language, state.taking ? "kiosk.taking" : "kiosk.check_in"));
}

function drawTicket() {
  const { ticket } = state;
  if (!ticket) return;
  const language = currentLanguage();
  const part = find("#ticket");
  write(find(".ticket-number", part), ticket.number);
  find(".ticket-number", part).dataset.letters = String(ticket.number.length);
  write(find(".ticket-service", part), nameIn(ticket.service_name));
  const several = ticket.legs.length > 1;
  find(".ticket-service", part).hidden = several;
  find("#visit").hidden = !several;
  find("#visit").replaceChildren(...ticket.legs.map((leg) => make("li", {}, nameIn(leg.service_name))));
  drawBooking(find(".ticket-booking", part), ticket.booking);
  write(find(".ticket-ahead", part), sayCount(language, "kiosk.ahead", ticket.ahead));
  find(".ticket-wait", part).hidden = !ticket.wait;
  write(find(".ticket-wait", part), say(language, "kiosk.wait", { wait: nameIn(ticket.wait?.said) }));
  drawFollow(part, ticket);
  drawClosing(closing.left());
}

/**
 * @param {HTMLElement} part
 * @param {Ticket["booking"]} booking
 */
function drawBooking(part, booking) {
  part.hidden = !booking;
  if (!booking) return;
  part.dataset.kept = booking.state;
  const key = { early: "kiosk.booking_early", "on-time": "kiosk.booking_at", late: "kiosk.booking_late" }[
    booking.state
  ];
  write(part, say(currentLanguage(), key, { time: clock(new Date(booking.at)) }));
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

/** The bars that show there is more below, for a panel too small for all of a list: tried without them first. */
function drawMore() {
  for (const bar of BARS) {
    const list = find(bar.list);
    const button = find(bar.button);
    const { scrollTop } = list;
    button.hidden = true;
    const more = list.scrollHeight > list.clientHeight + 4;
    button.hidden = !more;
    // What scrolls is scrolled by the keys too; what does not is no place to stop at.
    if (more) list.tabIndex = 0;
    else list.removeAttribute("tabindex");
    list.scrollTop = scrollTop;
    drawEnd(bar);
  }
}

/**
 * Which way a bar leads.
 * @param {typeof BARS[number]} bar
 */
function drawEnd(bar) {
  const list = find(bar.list);
  const button = find(bar.button);
  const atEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 4;
  list.toggleAttribute("data-below", !atEnd);
  button.classList.toggle("up", atEnd);
  write(find("span", button), say(currentLanguage(), atEnd ? "kiosk.to_top" : bar.more));
}

/** @param {string} detail */
function complain(detail) {
  write(find("#problem-detail"), detail);
  open("#problem");
}

/** @param {string} detail  empty takes it away */
function complainOfCode(detail) {
  find("#code-problem").hidden = detail === "";
  write(find("#code-problem"), detail);
  codeField().toggleAttribute("data-wrong", detail !== "");
  // What was typed is there to be mended; a scanner's next code takes its place.
  if (detail) codeField().select();
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

/**
 * Let an element say another of the page's texts, now and in every language.
 * @param {string} selector
 * @param {string} key
 */
function tell(selector, key) {
  const element = find(selector);
  element.dataset.text = key;
  write(element, say(currentLanguage(), key));
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
  element.dataset.names = JSON.stringify(name);
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
  const busy = isAt("prepare") || isAt("check-in") || (isAt("choose") && state.chosen.length > 0);
  if (busy) {
    open("#idle");
    warning.start(IDLE_WARNING_S);
  } else if (!isAt("ticket")) {
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
for (const bar of BARS) {
  const list = find(bar.list);
  list.addEventListener("scroll", () => drawEnd(bar), { passive: true });
  find(bar.button).addEventListener("click", ({ currentTarget }) => {
    const up = /** @type {HTMLElement} */ (currentTarget).classList.contains("up");
    list.scrollTo({ top: up ? 0 : list.scrollTop + list.clientHeight * 0.8, behavior: "smooth" });
  });
}
addEventListener("resize", drawMore);
// Another priority is another wish: under the old key the hall would rightly refuse it.
find(".priority").addEventListener("change", () => {
  state.key = newKey();
});
find("#back").addEventListener("click", back);
find("#add").addEventListener("click", () => go("choose"));
find("#add-no").addEventListener("click", prepare);
find("#chosen").addEventListener("click", (event) => {
  const remove = /** @type {Element} */ (event.target).closest(".chip-remove");
  const chip = /** @type {HTMLElement | null} */ (remove?.closest("li[data-key]") ?? null);
  if (chip) unchoose(chip.dataset.key ?? "");
});
find("#take").addEventListener("click", takeTicket);
find("#done").addEventListener("click", startOver);
find("#more-time").addEventListener("click", () => closing.start(SHOWN_S));
find("#understood").addEventListener("click", () => close("#problem"));
find("#go-on").addEventListener("click", carryOn);
find("#start-over").addEventListener("click", startOver);
find("#idle").addEventListener("cancel", carryOn);
for (const sign of ["pointerdown", "keydown"]) addEventListener(sign, stayAwake);

find("#have-booking").addEventListener("click", openCheckIn);
find("#check-in-back").addEventListener("click", () => go("choose"));
find("#check-in-form").addEventListener("submit", (event) => checkIn(/** @type {SubmitEvent} */ (event)));
/** @type {HTMLFormElement} */ (find("#check-in-form")).noValidate = true; // Our own sentence, in the page's language.
find("#code").addEventListener("input", () => typeCode(codeField().value.toUpperCase()));
find("#code-erase").addEventListener("click", () => typeCode(codeField().value.slice(0, -1)));
find("#keys").addEventListener("click", (event) => {
  const key = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-sign]"));
  if (key) typeSign(key.dataset.sign ?? "");
});
// A finger on the keys leaves the focus in the field, where Enter and the next scan are expected.
for (const part of ["#keys", "#code-erase"]) {
  find(part).addEventListener("pointerdown", (event) => event.preventDefault());
}
// A scanner types whatever the visitor looks at: its first sign opens the field.
addEventListener("keydown", (event) => {
  const listens = !event.ctrlKey && !event.altKey && !event.metaKey && takesCodes();
  const typed = listens ? sign(event) : "";
  if (!typed) return;
  event.preventDefault();
  if (!isAt("check-in")) openCheckIn();
  typeSign(typed);
});

function takesCodes() {
  const asked = document.querySelector("dialog[open]") !== null || state.news.evacuation !== null;
  return !asked && (isAt("check-in") || (isAt("choose") && state.chosen.length === 0 && state.news.bookings));
}

/**
 * One sign at the end of the code, or a new code where all that stood there is marked.
 * @param {string} typed
 */
function typeSign(typed) {
  const { value, selectionStart, selectionEnd } = codeField();
  const anew = value !== "" && selectionStart === 0 && selectionEnd === value.length;
  typeCode(longer(anew ? "" : value, typed));
}

onStep((step) => {
  if (step === "choose") drawChoose();
  drawMore();
});
onStartOver(() => {
  closing.stop();
  warning.stop();
  state.chosen = [];
  state.ticket = null;
  find("#scroll").scrollTop = 0;
});
onBusy(() => state.chosen.length > 0);
languageButtons();
onLanguage(drawAll);
drawAll();
stayAwake();
follow("/kiosk", {
  draw: (/** @type {KioskNews} */ news) => {
    state.news = news;
    drawAll();
    tellNews(news);
  },
  // The staff's menu, and the minute for cleaning, are not to end by themselves.
  mayReload: () => !busy() && !("staff" in document.documentElement.dataset),
});
