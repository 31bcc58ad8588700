/**
 * The first step: what the visitor came for, by agency or by matter. Where a panel has room for every service it shows
 * them all; where not, their groups, and then one group's. Which services there are, and which are open, the news say.
 */
import { find, write } from "sala/dom";
import { currentLanguage, nameIn, say, sayCount } from "sala/texts";
import { arrange, complain, setName, setPhrases, tell } from "./drawing.js";
import { groupsOf } from "./groups.js";
import { paged, settled } from "./paged.js";
import { prepare } from "./prepare.js";
import { chosen, closedBecause, serviceOf, setChosen, setPriority, state } from "./state.js";
import { announce, go, isAt, onBusy, onStartOver } from "./steps.js";

/** @typedef {import("./state.js").Service} Service */
/** @typedef {import("./groups.js").Group<Service>} Group */

const view = {
  /** @type {import("./groups.js").Way} */
  way: "agency",
  /** @type {string} the group that is open, by its id; "" shows all groups */
  group: "",
};

const pages = paged("#choose-room", "#choose-pager", ".agency-head, .tile, .service");

/** A service touched: the first of a visit, or one more for the same ticket. @param {string} id */
export function chooseService(id) {
  const service = serviceOf(id);
  if (!service) return;
  if (!service.open) return complain(closedBecause(service));
  if (state.chosen.length === 0) setPriority("");
  if (!state.chosen.includes(id)) setChosen([...state.chosen, id]);
  view.group = "";
  pages.first();
  prepare();
}

/** @param {string} id  "" closes the group */
function openGroup(id) {
  view.group = id;
  pages.first();
  drawChoose();
  find("#choose-title").focus({ preventScroll: true });
  announce(find("#choose-title").textContent ?? "");
}

/** One step back within the choice; false where there is none. */
export function leaveGroup() {
  if (view.group === "") return false;
  openGroup("");
  return true;
}

/** @param {string} way */
function chooseWay(way) {
  view.way = /** @type {import("./groups.js").Way} */ (way);
  view.group = "";
  pages.first();
  drawChoose();
}

/** Everything of the first step, as the news are now and as the panel has room. */
export function drawChoose() {
  const { news } = state;
  find(".hall-closed").hidden = news.open;
  write(find(".hall-because"), nameIn(news.closed_because));
  const groups = groupsOf(news, view.way);
  const one = groups.find((group) => group.id === view.group);
  if (!one) view.group = "";
  drawWays(Boolean(one));
  drawTitle(one);
  drawGroups(one ? [one] : groups, one ? "one" : "all");
  if (!isAt("choose")) return;
  const all = one || allFit(view.way, news.open, state.chosen.length > 0, news.services.map(fitting));
  if (!all) drawTiles(groups);
  find("#agencies").hidden = !all;
  find("#tiles").hidden = Boolean(all);
  pages.layout();
}

/** Whether every service has room at once. */
const allFit = settled(() => {
  find("#agencies").hidden = false;
  find("#tiles").hidden = true;
  return pages.fits();
});

/** What of a service makes its card larger or smaller. @param {Service} service */
function fitting(service) {
  return [service.id, nameIn(service.closed_because), Boolean(service.wait)];
}

/** @param {boolean} within */
function drawWays(within) {
  const adding = state.chosen.length > 0;
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".way"))) {
    button.setAttribute("aria-pressed", String(button.dataset.way === view.way));
  }
  find(".ways").hidden = within;
  find("#group-back").hidden = !within;
  find("#have-booking").hidden = adding || !state.news.bookings;
  find("#add-no").hidden = !adding || within;
  find("#adding-chosen").hidden = !adding;
  const names = chosen().map((service) => nameIn(service.name));
  write(find("#adding-chosen"), names.join(" · "));
}

/** The step's own words: for the first service of a visit, for one more, or the name of the group that is open. @param {Group | undefined} group */
function drawTitle(group) {
  const adding = state.chosen.length > 0;
  const title = find("#choose-title");
  tell(title, adding ? "kiosk.add_choose" : "kiosk.choose");
  tell("#choose-hint", adding ? "kiosk.add_hint" : "kiosk.choose_hint");
  if (!group) return;
  delete title.dataset.text;
  write(title, nameIn(group.name));
  delete find("#choose-hint").dataset.text;
  write(find("#choose-hint"), nameIn(group.more));
}

/**
 * @param {Group[]} groups
 * @param {"all" | "one"} shown
 */
function drawGroups(groups, shown) {
  const all = find("#agencies");
  all.dataset.shown = shown;
  all.style.setProperty("--groups", String(groups.length));
  arrange(all, "blank-agency", groups, (part, group) => {
    setName(find(".agency-short", part), group.name);
    setName(find(".agency-name", part), group.more ?? {});
    arrange(find(".services", part), "blank-service", group.services, drawCard);
  });
}

/** The groups as tiles, where not every service has room. @param {Group[]} groups */
function drawTiles(groups) {
  arrange(find("#tiles"), "blank-tile", groups, (tile, group) => {
    setPhrases(find(".tile-name", tile), group.name);
    write(find(".tile-count", tile), sayCount(currentLanguage(), "kiosk.services", group.services.length));
    write(find(".tile-more", tile), group.services.map((service) => nameIn(service.name)).join(" · "));
  });
}

/**
 * @param {HTMLElement} item
 * @param {Service} service
 */
export function drawCard(item, service) {
  setPhrases(find(".service-name", item), service.name);
  const isChosen = state.chosen.includes(service.id);
  find(".service", item).toggleAttribute("data-chosen", isChosen);
  find(".service-chosen", item).hidden = !isChosen;
  find(".service", item).setAttribute("aria-disabled", String(!service.open));
  find(".service-waiting", item).hidden = !service.open;
  write(find(".service-count", item), sayCount(currentLanguage(), "kiosk.waiting", service.waiting));
  write(find(".service-wait", item), nameIn(service.wait?.said));
  find(".service-closed", item).hidden = service.open;
  // Where the whole centre is closed it is said once, above; touched, each card says it too.
  const shut = state.news.open ? closedBecause(service) : say(currentLanguage(), "kiosk.closed");
  write(find(".service-closed", item), service.open ? "" : shut);
}

/** Cards that are touched, here and in the search. @param {string} list */
export function wireCards(list) {
  find(list).addEventListener("click", (event) => {
    const card = /** @type {Element} */ (event.target).closest(".service");
    const item = /** @type {HTMLElement | null} */ (card?.closest("li[data-key]") ?? null);
    if (item) chooseService(item.dataset.key ?? "");
  });
}

wireCards("#agencies");
find("#tiles").addEventListener("click", (event) => {
  const tile = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("li[data-key]"));
  if (tile) openGroup(tile.dataset.key ?? "");
});
find("#way-switch").addEventListener("click", (event) => {
  const way = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest(".way"));
  if (way) chooseWay(way.dataset.way ?? "agency");
});
find("#group-back").addEventListener("click", leaveGroup);
find("#add-no").addEventListener("click", prepare);
onBusy(() => view.group !== "" || view.way !== "agency");
onStartOver(() => {
  view.way = "agency";
  view.group = "";
  pages.first();
});

/** Back to the choice, without the service touched last; the others stay chosen. */
export function backToChoose() {
  setChosen(state.chosen.slice(0, -1));
  go("choose");
}
