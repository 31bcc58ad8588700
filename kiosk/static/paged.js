/**
 * What is too long for the panel, shown page by page with large buttons: nobody has to know how to scroll. What of it is
 * not on the present page is out of sight, and out of the keyboard's way. Where it is cut is pages.js's.
 */
import { find, write } from "sala/dom";
import { currentLanguage, say } from "sala/texts";
import { tell } from "./drawing.js";
import { pagesOf } from "./pages.js";
import { announce } from "./steps.js";

const SLACK = 2;

/**
 * @typedef {object} Paged
 * @property {() => void} layout  to be called whenever what is shown, or the room for it, may have changed
 * @property {() => void} first   back to the first page
 * @property {() => boolean} fits  whether all of it is on one page
 */

/**
 * @param {string} roomSelector  the part with the room; its first child holds what is shown
 * @param {string} pagerSelector  its buttons
 * @param {string | ((height: number) => string)} pieces  what is never cut in two, where a page is so high
 * @param {(page: number, first: Element | undefined) => string} [further]  the text of the button that leads on from a
 *   page, to one that begins with that piece
 * @returns {Paged}
 */
export function paged(roomSelector, pagerSelector, pieces, further = () => "kiosk.page_next") {
  const room = find(roomSelector);
  const inner = /** @type {HTMLElement} */ (room.firstElementChild);
  const pager = find(pagerSelector);
  const [back, next] = [find(".page-back", pager), find(".page-next", pager)];
  let at = 0;
  let pages = pagesOf([], 0);
  /** @type {HTMLElement[]} */
  let parts = [];

  const measure = () => {
    inner.style.removeProperty("translate");
    const { top } = inner.getBoundingClientRect();
    const boxes = parts.map((part) => part.getBoundingClientRect());
    const measured = boxes.map((box, i) => ({ top: box.top - top, bottom: box.bottom - top, leads: leads(parts[i]) }));
    return pagesOf(measured, height());
  };
  const height = () => {
    const { paddingTop, paddingBottom } = getComputedStyle(room);
    return room.clientHeight - Number.parseFloat(paddingTop) - Number.parseFloat(paddingBottom);
  };
  const overflows = () => inner.scrollHeight > height() + SLACK;

  const show = () => {
    const page = pages[at];
    parts.forEach((part, i) => {
      part.toggleAttribute("data-elsewhere", !page.shown.includes(i));
    });
    inner.style.translate = `0 ${-page.top}px`;
    if (pages.length === 1) inner.style.removeProperty("translate");
    const focused = document.activeElement;
    tell(find("span", next), further(at, parts[pages[at + 1]?.shown[0]]));
    back.hidden = at === 0;
    next.hidden = at === pages.length - 1;
    if (focused === next && next.hidden) back.focus();
    if (focused === back && back.hidden) next.focus();
    write(find(".page-of", pager), say(currentLanguage(), "kiosk.page_of", { n: at + 1, all: pages.length }));
  };

  const layout = () => {
    if (room.offsetParent === null) return;
    pager.hidden = true;
    const more = overflows();
    pager.hidden = !more;
    for (const part of parts) part.removeAttribute("data-elsewhere");
    const selector = typeof pieces === "string" ? pieces : pieces(height());
    parts = Array.from(inner.querySelectorAll(selector), (part) => /** @type {HTMLElement} */ (part)).filter(
      (part) => part.offsetParent !== null,
    );
    pages = more ? measure() : [{ top: 0, shown: parts.map((_, i) => i) }];
    at = Math.min(at, pages.length - 1);
    show();
  };

  /** @param {number} step */
  const turn = (step) => {
    at += step;
    show();
    announce(find(".page-of", pager).textContent ?? "");
  };
  next.addEventListener("click", () => turn(1));
  back.addEventListener("click", () => turn(-1));
  return {
    layout,
    first: () => {
      at = 0;
    },
    fits: () => {
      pager.hidden = true;
      return !overflows();
    },
  };
}

/** @param {Element} part */
function leads(part) {
  return part.matches("h2, legend, .agency-head, .priority-ask");
}

/**
 * A decision on how to lay out, which is made anew only when what it hangs on has changed: measuring moves things about,
 * and whoever is in the midst of something is not to be disturbed by each news.
 * @template D
 * @param {() => D} decide
 * @returns {(...hangsOn: unknown[]) => D}
 */
export function settled(decide) {
  let last = "";
  /** @type {D} */
  let decided;
  return (...hangsOn) => {
    const page = document.documentElement;
    const now = JSON.stringify([innerWidth, innerHeight, page.lang, ...modes(page), document.fonts.status, ...hangsOn]);
    if (now !== last) decided = decide();
    last = now;
    return decided;
  };
}

/** @param {HTMLElement} page */
function modes(page) {
  return [page.hasAttribute("data-large"), page.hasAttribute("data-reach")];
}
