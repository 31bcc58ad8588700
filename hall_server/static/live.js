/**
 * The news of a page, kept fresh by Socket.IO, and the banner that says when it is not. What the news looks like on
 * the screen belongs to the room that follows it; wishes go up by post.js, never through this socket.
 *
 *     follow("/board", { draw: (news) => … });
 */
import { io } from "socket.io-client";
import { DOUBT_MS, isLost, isNewer, isOtherwise, patienceOf, SILENCE_MS } from "./news.js";
import { screensRev } from "./screen.js";
import { clock, currentLanguage, onLanguage, say } from "./texts.js";

export { isLost, isNewer } from "./news.js";

/** @typedef {import("./news.js").News} News */

/**
 * @template {News} N
 * @typedef {object} Following
 * @property {(news: N) => void} draw       called with each news that is newer than what is shown
 * @property {Record<string, string>} [auth]  what the namespace asks for: {counter}, {token} or {key}
 * @property {number} [patience]            the most ms given to one attempt to connect; more for a phone far away
 * @property {() => void} [refused]         called when the hall says that this namespace is not for whoever asks
 * @property {() => boolean} [mayReload]     whether nobody is in the midst of something on this screen
 */

const TICK_MS = 400;
/** An attempt that took its whole patience and this much more hangs between the two handshakes: begin another. */
const GRACE_MS = 400;

/**
 * The snapshot that the template drew, or null on a page without one.
 * @returns {any}
 */
export function firstNews() {
  const island = document.getElementById("news");
  return island ? JSON.parse(island.textContent || "null") : null;
}

/**
 * Follow a namespace's news for as long as the page lives.
 * `<html data-connection>` is `connecting`, `connected` or `lost`, and so can be used in a stylesheet; `data-seq` is the
 * number of the news that is drawn.
 * @template {News} N
 * @param {string} namespace
 * @param {Following<N>} following
 */
export function follow(namespace, { draw, auth = {}, patience = 1500, refused = () => {}, mayReload = () => true }) {
  const socket = io(namespace, {
    auth,
    transports: ["websocket"],
    reconnectionDelay: 200,
    // An attempt that began just before the cable came back must fail and be followed by another within 3 s.
    reconnectionDelayMax: 700,
    timeout: patience,
  });
  /** @type {News | null} */
  let last = firstNews();
  const now = Date.now();
  // `asked` is when the present attempt began; a page just loaded is not broken before its first attempt had its time.
  const line = { heard: now, brokenSince: /** @type {number | null} */ (now + patience), asked: now };
  let opened = /** @type {number | null} */ (null);
  const given = () => patienceOf(patience, opened, line.brokenSince === null ? 0 : Date.now() - line.brokenSince);

  const heard = () => {
    line.heard = Date.now();
  };
  const askAnew = () => {
    line.asked = Date.now();
    line.brokenSince ??= Date.now();
    socket.io.timeout(given());
    socket.disconnect();
    socket.connect();
  };

  socket.on("news", (/** @type {N} */ news) => {
    heard();
    line.brokenSince = null;
    showConnection(line);
    if (!isNewer(last, news)) return;
    if (isOtherwise("practice" in document.documentElement.dataset, news)) return location.reload();
    last = news;
    draw(news);
    document.documentElement.dataset.seq = String(news.seq);
    reloadIfSet();
  });
  socket.on("disconnect", (reason) => {
    line.brokenSince ??= Date.now();
    // The server shut this client out: the client library would not come back by itself.
    if (reason === "io server disconnect") setTimeout(askAnew, 300);
  });
  socket.on("connect_error", () => {
    // A line that broke is tried again by the client library; a hall that said no is not.
    if (!socket.active) refused();
  });
  socket.io.on("ping", heard);
  socket.io.on("open", () => {
    opened = Date.now() - line.asked;
  });
  socket.io.on("reconnect_attempt", () => {
    line.asked = Date.now();
    socket.io.timeout(given());
  });

  /** The screen was set otherwise at the desk: it is drawn anew, as soon as nobody is in the midst of something. */
  const reloadIfSet = () => {
    const rev = /** @type {{screens?: number} | null} */ (last)?.screens;
    if (screensRev !== null && rev !== undefined && rev !== screensRev && mayReload()) location.reload();
  };

  /** A dead cable says nothing at all; a refused namespace neither. */
  const watch = () => {
    const now = Date.now();
    if (line.heard > now) line.heard = now; // The clock was set back.
    const stuck = line.brokenSince !== null && now - line.asked > given() + GRACE_MS;
    const silent = line.brokenSince === null && now - line.heard > SILENCE_MS;
    if (stuck || silent) askAnew();
    if (line.brokenSince === null) reloadIfSet();
    showConnection(line);
  };
  /** The laptop woke, the cable is back, the page came out of the browser's drawer: do not wait for a timer. */
  const wake = () => {
    const doubtful = line.brokenSince !== null || Date.now() - line.heard > DOUBT_MS;
    if (doubtful && document.visibilityState === "visible") askAnew();
  };
  setInterval(watch, TICK_MS);
  addEventListener("online", wake);
  addEventListener("pageshow", (event) => event.persisted && wake());
  document.addEventListener("visibilitychange", wake);
  document.addEventListener("resume", wake); // A page that the phone had frozen.
  onLanguage(() => showConnection(line));
}

/** The languages of the banner: the board speaks to everybody at once. */
function spoken() {
  return document.documentElement.dataset.room === "board" ? ["th", "en"] : [currentLanguage()];
}

/**
 * Say in the banner how fresh the page is.
 * @param {{heard: number, brokenSince: number | null}} line
 */
function showConnection(line) {
  const page = document.documentElement;
  const lost = isLost(line, Date.now());
  if (lost) page.dataset.connection = "lost";
  else if (line.brokenSince === null) page.dataset.connection = "connected";
  else page.dataset.connection ??= "connecting";
  // A banner once shown stays until news has come: only then is the page right.
  const told = page.dataset.connection === "lost" ? spoken() : [];
  const time = clock(new Date(line.heard));
  page.dataset.asOf = time;
  const text = told.map((language) => say(language, "common.lost", { time })).join(" · ");
  const banner = document.getElementById("connection");
  if (banner && banner.textContent !== text) banner.textContent = text;
}
