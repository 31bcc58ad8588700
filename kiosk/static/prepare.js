/**
 * The second step: what the visitor brings and pays, how long it may take, whether to ask for priority, and the tap that
 * takes the ticket. Whether a ticket is given is the hall's to say.
 */
import { find, make, write } from "sala/dom";
import { currentLanguage, nameIn, say, sayCount } from "sala/texts";
import { arrange, complain, setPhrases, tell, writeOrHide } from "./drawing.js";
import { paged, settled } from "./paged.js";
import { chosen, closedBecause, listIn, setChosen, setPriority, state } from "./state.js";
import { go, isAt, startOver } from "./steps.js";
import { ask } from "./taking.js";

/** @typedef {import("./state.js").Service} Service */
/** @typedef {import("./state.js").Named} Named */

const MINUTE_S = 60;

const pages = paged("#details", "#prepare-pager", pieces, (page, first) =>
  page === 0 && first?.closest(".bring-part") ? "kiosk.bring" : "kiosk.page_next",
);

/**
 * What is never cut in two. Where a page has room for all priorities each is seen with the others.
 * @param {number} height  px of a page
 */
function pieces(height) {
  const whole = find(".priority").offsetHeight <= height;
  return `.bring-part > h2, li, .fact, ${whole ? ".priority" : ".priority-ask, .choice"}`;
}

export function prepare() {
  pages.first();
  go("prepare");
}

/** @param {string} id */
function unchoose(id) {
  setChosen(state.chosen.filter((one) => one !== id));
  if (state.chosen.length === 0) return go("choose");
  drawPrepare();
  find("#prepare-name").focus({ preventScroll: true });
}

async function takeTicket() {
  const services = chosen();
  if (services.length === 0 || services.some((one) => !one.open)) return;
  const { priority } = state;
  const body = { services: services.map((one) => one.id), language: currentLanguage(), ...(priority && { priority }) };
  await ask("/api/v1/tickets", body, complain);
}

/* ---- drawing ---- */

export function drawPrepare() {
  const services = chosen();
  if (services.length === 0) return isAt("prepare") ? startOver() : undefined;
  drawHead(services);
  drawBring(services);
  drawFacts(services);
  drawPriorities();
  const closed = services.find((service) => !service.open);
  const whose = closed && services.length > 1 ? `${nameIn(closed.name)}: ` : "";
  writeOrHide("#prepare-closed", closed ? `${whose}${closedBecause(closed)}` : "");
  const more = state.news.services.some((service) => service.open && !state.chosen.includes(service.id));
  find("#add").hidden = !more || services.length >= state.news.most_services;
  drawTake();
  layout();
}

/** @param {Service[]} services */
function drawHead(services) {
  const several = services.length > 1;
  const agency = state.news.agencies.find((one) => one.id === services[0].agency);
  writeOrHide(find(".prepare-agency"), several ? "" : nameIn(agency?.name));
  const count = say(currentLanguage(), "kiosk.chosen_count", { n: services.length });
  write(find(".prepare-name"), several ? count : nameIn(services[0].name));
  find("#chosen").hidden = !several;
  find("#prepare").toggleAttribute("data-several", several);
  arrange(find("#chosen"), "blank-chosen", several ? services : [], drawChip);
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
  fillList("documents", papers("documents").length ? papers("documents") : [none]);
  fillList("forms", papers("forms"));
  fillList("steps", services.length === 1 ? listIn(services[0].steps) : []);
}

/**
 * @param {string} id
 * @param {string[]} lines
 */
function fillList(id, lines) {
  const part = document.getElementById(`${id}-part`);
  if (part) part.hidden = lines.length === 0;
  const list = find(`#${id}`);
  const same = list.children.length === lines.length && lines.every((line, i) => list.children[i].textContent === line);
  if (!same) list.replaceChildren(...lines.map((line) => make("li", {}, line)));
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
  const wait = first.wait ? say(language, "kiosk.wait", { wait: nameIn(first.wait.said) }) : "";
  const aim = `${say(language, "kiosk.target")} ${minutes(first.target_wait_s)}`;
  writeOrHide("#fact-wait", wait || (single ? aim : ""));
  write(find("#fact-counter"), minutes(services.reduce((sum, service) => sum + service.standard_service_s, 0)));
  const days = single && first.published_days !== null;
  const when = sayCount(language, "kiosk.days", first.published_days ?? 0);
  writeOrHide("#fact-days", days ? `${say(language, "kiosk.result")} ${when}` : "");
  write(find("#fact-fee"), [...new Set(services.map((service) => nameIn(service.fee)))].join(" · "));
}

/** The priorities to ask for, as radio buttons that are pressed: an arrow key leads past them and chooses none. */
function drawPriorities() {
  const none = { id: "", name: {} };
  find(".priority").hidden = state.news.priorities.length === 0;
  arrange(find("#priorities"), "blank-priority", [none, ...state.news.priorities], (choice, priority) => {
    if (priority.id === "") tell(find(".choice-name", choice), "kiosk.priority_none");
    else setPhrases(find(".choice-name", choice), priority.name);
    choice.setAttribute("aria-checked", String(state.priority === priority.id));
  });
}

export function drawTake() {
  const language = currentLanguage();
  const ready = chosen().every((service) => service.open);
  for (const [button, key] of [
    ["#take", "kiosk.take"],
    ["#check-in-take", "kiosk.check_in"],
  ]) {
    find(button).setAttribute("aria-disabled", String(state.taking || (button === "#take" && !ready)));
    write(find(`${button} span`), say(language, state.taking ? "kiosk.taking" : key));
  }
}

/** Beside the papers, or below them, stands what is told and asked; where that has no room it leads the pages. */
function layout() {
  if (!isAt("prepare")) return;
  place(
    state.chosen,
    state.news.services.map(({ wait }) => Boolean(wait)),
    !find("#prepare-closed").hidden,
  );
  pages.layout();
}

const place = settled(() => {
  const [aside, body] = [find("#aside"), find("#prepare-body")];
  const focused = aside.contains(document.activeElement) ? document.activeElement : null;
  body.append(aside);
  body.removeAttribute("data-narrow");
  find("#prepare-pager").hidden = pages.fits(); // It may be needed, and then it needs its room.
  const cut = [body, aside].some((part) => part.scrollHeight > part.clientHeight + 2);
  if (cut || find("#details").clientHeight < leastOfPapers()) {
    body.setAttribute("data-narrow", "");
    find("#details").firstElementChild?.prepend(aside);
  }
  /** @type {HTMLElement | null} */ (focused)?.focus({ preventScroll: true });
});

/** So much of the papers is in sight at least beside the rest: a heading and two lines. */
function leastOfPapers() {
  const [title, line] = [find("#details h2"), find("#documents li")];
  return title.offsetHeight + 2 * line.offsetHeight;
}

find("#priorities").addEventListener("click", (event) => {
  const choice = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest(".choice"));
  if (!choice) return;
  setPriority(choice.dataset.key ?? "");
  drawPriorities();
});
find("#add").addEventListener("click", () => go("choose"));
find("#chosen").addEventListener("click", (event) => {
  const remove = /** @type {Element} */ (event.target).closest(".chip-remove");
  const chip = /** @type {HTMLElement | null} */ (remove?.closest("li[data-key]") ?? null);
  if (chip) unchoose(chip.dataset.key ?? "");
});
find("#take").addEventListener("click", takeTicket);
