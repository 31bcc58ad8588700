/**
 * The centre's own pictures and films, one after the other in one place. Which there are is the news'; where they have
 * room, and when they must be silent, is board.js's.
 */
import { make } from "sala/dom";

/** @typedef {{name: string, kind: "picture" | "film", version: string}} Item */

const PICTURE_MS = 10_000;
/** One that cannot be shown is passed over; a whole list of them must not be tried without a pause. */
const FAILED_MS = 3000;
const FOLDER = "/board/playlist/";

/**
 * @param {HTMLElement} place
 * @param {number} volume  percent
 */
export function player(place, volume) {
  const picture = make("img", { alt: "", hidden: true });
  const film = make("video", { playsinline: true, preload: "auto", hidden: true, tabindex: -1 });
  film.volume = volume / 100;
  film.muted = true;
  place.replaceChildren(picture, film);
  /** @type {Item[]} */
  let list = [];
  let index = -1;
  let shown = false;
  /** Whether the hall is spoken to; and whether the browser lets no page sound that nobody has touched. */
  const silent = { hushed: false, kept: false };
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const mute = () => {
    film.muted = silent.hushed || silent.kept || volume === 0;
  };
  const after = (/** @type {number} */ ms) => {
    clearTimeout(timer);
    timer = setTimeout(next, ms);
  };
  const play = async () => {
    mute();
    try {
      await film.play();
    } catch (error) {
      // Without sound it may always play.
      if (/** @type {Error} */ (error).name !== "NotAllowedError" || silent.kept) return;
      silent.kept = true;
      await play();
    }
  };
  const show = (/** @type {Item} */ { name, kind, version }) => {
    const src = `${FOLDER}${encodeURIComponent(name)}?v=${version}`;
    picture.hidden = kind !== "picture";
    film.hidden = kind !== "film";
    if (kind === "picture") {
      film.pause();
      picture.src = src;
      after(PICTURE_MS);
    } else {
      clearTimeout(timer);
      if (film.getAttribute("src") === src) film.currentTime = 0;
      else film.src = src;
      void play();
    }
  };
  const next = () => {
    if (!shown || list.length === 0) return;
    index = (index + 1) % list.length;
    show(list[index]);
  };

  film.addEventListener("ended", next);
  film.addEventListener("error", () => after(FAILED_MS));
  picture.addEventListener("error", () => after(FAILED_MS));

  return {
    /** @param {Item[]} items */
    offer: (items) => {
      if (JSON.stringify(items) === JSON.stringify(list)) return;
      list = items;
      index = -1;
      if (list.length) next();
      else film.pause();
    },
    /** @param {boolean} on */
    show: (on) => {
      if (on === shown) return;
      shown = on;
      place.hidden = !on;
      clearTimeout(timer);
      if (!on) film.pause();
      else if (index < 0 || film.hidden) next();
      else void play();
    },
    /** @param {boolean} on */
    hush: (on) => {
      silent.hushed = on;
      mute();
    },
    /** Somebody touched the screen: the browser may let films sound now. */
    touched: () => {
      silent.kept = false;
      mute();
    },
  };
}
