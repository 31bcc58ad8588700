/**
 * What a visitor should have brought, ticked off by the officer. The ticks are this browser's alone: no record holds them,
 * and they are kept for those who are put aside and come again.
 */
import { find, make, write } from "sala/dom";
import { currentLanguage } from "sala/texts";
import { keep } from "./keyed.js";
import { paged, ticked, toggled } from "./ticks.js";
import { text } from "./words.js";

/** @typedef {import("./here.js").Ticket & {issued_at?: string}} Ticket */
/** @typedef {import("./ticks.js").Ticks} Ticks */

const KEPT = "sala.brought";

/** @type {Ticks} */
let ticks = [];
let of = "";
let page = 0;

/**
 * All of it; how much has room is `fit`'s to find out.
 * @param {Ticket} ticket
 */
export function drawChecklist(ticket) {
  const visit = `${ticket.number} ${ticket.issued_at} ${ticket.service}`;
  if (visit !== of) [of, page, ticks] = [visit, 0, read()];
  const [documents, forms] = [listed(ticket.documents), listed(ticket.forms)];
  const done = ticked(ticks, of);
  const lines = [...documents, ...forms].map((words, n) => ({
    n,
    words: n < documents.length ? words : text("form", { name: words }),
    yes: done.includes(n),
  }));
  keep(find("#documents"), lines, line);
  find("#documents-none").hidden = lines.length > 0;
  write(find("#documents-count"), lines.length > 0 ? `${done.length}/${lines.length}` : "");
  write(find("#fee"), ticket.fee[currentLanguage()] ?? ticket.fee.th ?? "");
}

/** @param {import("./here.js").Lists} lists */
function listed(lists) {
  return lists[currentLanguage()] ?? lists.th ?? [];
}

/** @param {{n: number, words: string, yes: boolean}} line */
function line({ n, words, yes }) {
  const box = make("input", { type: "checkbox", checked: yes, "data-nth": n, onchange: () => tick(n) });
  const label = make("label", { class: "brought" }, box, make("kbd", {}), make("span", {}, words));
  // A mouse leaves the focus where it was, so that Space stays the key for the next visitor.
  label.addEventListener("mousedown", (event) => event.preventDefault());
  return make("li", {}, label);
}

/** @param {number} n */
function tick(n) {
  ticks = toggled(ticks, of, n);
  sessionStorage.setItem(KEPT, JSON.stringify(ticks));
  const all = find("#documents").children.length;
  write(find("#documents-count"), `${ticked(ticks, of).length}/${all}`);
}

/** @returns {Ticks} */
function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
  } catch {
    return [];
  }
}

/** One page of them where they do not all fit, each with the digit that ticks it; 0 turns the page. */
export function fit() {
  const list = find("#documents");
  const lines = /** @type {HTMLElement[]} */ ([...list.children]);
  const more = find("#documents-more");
  for (const one of lines) one.hidden = false;
  more.hidden = true;
  const heights = lines.map((one) => one.offsetHeight);
  let pages = paged(heights, list.clientHeight);
  if ((pages.at(-1) ?? 0) > 0) {
    // The button itself takes room.
    more.hidden = false;
    pages = paged(heights, list.clientHeight);
  }
  const all = (pages.at(-1) ?? 0) + 1;
  page %= all;
  write(find("small", more), `${page + 1}/${all}`);
  let key = 0;
  for (const [n, one] of lines.entries()) {
    one.hidden = pages[n] !== page;
    write(find("kbd", one), one.hidden || ++key > 9 ? "" : key);
  }
}

/**
 * A digit ticks what stands beside it, 0 turns the page.
 * @param {KeyboardEvent} event
 */
export function checklistKey({ code }) {
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  if (digit === undefined) return false;
  if (digit === "0") turnPage();
  else {
    const keys = [...find("#documents").querySelectorAll("li:not([hidden]) kbd")];
    keys
      .find((kbd) => kbd.textContent === digit)
      ?.closest("label")
      ?.click();
  }
  return true;
}

export function turnPage() {
  page += 1;
  fit();
}
