/**
 * The hall's loudspeaker: one voice for a zone, one queue of announcements, and the warning to leave the building, which
 * cuts off everything. Which calls are announced is announce.js's to say, how much of each turns.js's, in which words
 * spoken.js's, and which page of a zone speaks lease.js's; what is on the screen meanwhile is board.js's.
 */
import { screen } from "sala/screen";
import { setVolume, wake } from "sala/sound";
import { callKey, hallClock, isAwaited, sighted, unheard } from "./announce.js";
import { chime, SIREN_MS, siren } from "./bells.js";
import { lease } from "./lease.js";
import { speaker } from "./mouth.js";
import { announce, SHOWN_MS } from "./turns.js";

/** @typedef {import("./announce.js").Call} Call */
/** @typedef {import("./announce.js").Spoken} Spoken */

/**
 * @typedef {object} Hall
 * @property {number} told                              the hall's time (ms) when the page was made
 * @property {(call: Call | null) => void} announcing   told what is being announced, and null afterwards
 * @property {(blocked: boolean) => void} silenced      told whether the browser keeps sound until somebody taps
 */

/** The silence after a warning, in which people hear each other. */
const AFTER_WARNING_MS = 3000;
const REMEMBERED = "sala.board.heard";
const REMEMBERED_AT_MOST = 120;

/**
 * @param {Hall} hall
 * @returns {{offer: (calls: Call[]) => void, warn: (words: Record<string, string> | null) => void, unlock: () => Promise<void>}}
 */
export function loudspeaker({ told, announcing, silenced }) {
  const heard = memory();
  const clock = hallClock(told, performance.now());
  const now = () => clock.now(performance.now());
  const voiced = screen.voice !== "off";
  const mouth = speaker();
  /** @type {Call[]} */
  let calls = [];
  let fresh = /** @type {Map<string, boolean>} */ (new Map());
  /** What this page has begun to speak or, while another speaks, has shown. */
  let begun = /** @type {Set<string>} */ (new Set());
  let shown = /** @type {Set<string>} */ (new Set());
  let newest = "";
  let running = false;
  /** Whether this page is the zone's voice; null until the hall has said so. @type {boolean | null} */
  let aloud = voiced ? null : false;
  let goOn = () => {};
  /** @type {Spoken | null} */
  let spoken = null;
  /** @type {ReturnType<typeof lease> | null} */
  let leased = null;
  /** What all are warned with now, by language. @type {Record<string, string> | null} */
  let warning = null;
  let warned = false;

  const done = (/** @type {string} */ key) => heard.has(key) || begun.has(key) || (!aloud && shown.has(key));
  const waiting = () => (warning ? [] : unheard(calls, fresh, done, spoken));
  const isMoot = (/** @type {Call} */ call) =>
    !aloud || warning !== null || !calls.some((one) => callKey(one) === callKey(call) && isAwaited(one));

  /** What was spoken last is told to the hall at once: whoever takes over goes on from there. */
  const speaks = (/** @type {Call} */ { call, again, at }, /** @type {boolean} */ whole) => {
    spoken = { call, again, at, whole };
    void leased?.ask();
  };

  const turns = {
    now,
    repeats: Number(screen.repeats ?? 2),
    speaks: mouth.can,
    behind: () => waiting().map(({ at }) => Date.parse(at)),
    recent: () => calls.map(({ at }) => Date.parse(at)),
    moot: isMoot,
    lasts: mouth.lasts,
    say: mouth.say,
    chime: () => chime(),
    said: (/** @type {Call} */ call) => {
      heard.add(callKey(call));
      speaks(call, true);
    },
    pause,
  };

  /** While another board speaks, each number has its time on this one. */
  const show = async (/** @type {Call} */ call) => {
    shown.add(callKey(call));
    const time = pause(SHOWN_MS[waiting().length > 0 ? "hurried" : "calm"]);
    await Promise.race([time, new Promise((resolve) => (goOn = () => resolve(undefined)))]);
  };
  const speak = async (/** @type {Call} */ call) => {
    begun.add(callKey(call));
    speaks(call, false);
    void wake(); // a loudspeaker that was pulled out and put back
    await announce(turns, call);
  };

  const run = async () => {
    if (running || aloud === null || waiting().length === 0) return;
    running = true;
    for (let [call] = waiting(); call; [call] = waiting()) {
      announcing(call);
      await (aloud ? speak(call) : show(call));
    }
    running = false;
    announcing(null);
  };

  const setClock = () => {
    const [call] = calls;
    if (!call) return;
    if (callKey(call) !== newest) clock.called(Date.parse(call.at), performance.now());
    newest = callKey(call);
  };

  /** Again and again, until it is over. One that begins while another's last words are spoken goes on in its place. */
  const warnAll = async () => {
    if (warned || !aloud || !warning) return;
    warned = true;
    setVolume(100);
    while (warning && aloud) {
      siren();
      await pause(SIREN_MS);
      for (const [language, words] of Object.entries(warning ?? {})) {
        if (warning) await mouth.read(words, language);
      }
      await pause(AFTER_WARNING_MS);
    }
    setVolume(screen.volume ?? 100);
    warned = false;
  };

  /** @type {(speaks: boolean, last: Spoken | null) => void} */
  const hears = (speaks, last) => {
    // A hall that started anew knows of nothing spoken: what was known before still is, unless its clock went back.
    const known = last ?? (spoken && Date.parse(spoken.at) <= now() ? spoken : null);
    if (!aloud) spoken = known;
    if (speaks === aloud) return;
    if (speaks && !known) fresh = sighted(calls, new Map(), now());
    aloud = speaks;
    goOn(); // what is only being shown here is now to be spoken
    void run();
    void warnAll();
  };

  const begin = () => {
    if (leased) return;
    silenced(false);
    leased = lease(screen.zone ?? "", () => (aloud ? spoken : null), hears);
  };

  if (voiced) {
    setVolume(screen.volume ?? 100);
    mouth.begin();
    void wake().then((sounds) => (sounds ? begin() : silenced(true)));
  }
  return {
    offer: (news) => {
      calls = news;
      setClock();
      fresh = sighted(calls, fresh, now());
      begun = kept(begun, fresh);
      shown = kept(shown, fresh);
      void run();
    },
    warn: (words) => {
      const before = warning;
      warning = words;
      // What is being said is of no use now, neither a call nor, when it is over, the warning.
      if ((words === null) !== (before === null)) mouth.hush();
      void warnAll();
    },
    // Whoever tapped has done all that can be done; a machine without a loudspeaker shows the numbers all the same.
    unlock: async () => {
      await wake();
      begin();
    },
  };
}

/**
 * Of what was done, that which is still on the board: a page that runs for months remembers no more.
 * @param {Set<string>} keys
 * @param {Map<string, unknown>} fresh
 */
function kept(keys, fresh) {
  return new Set([...keys].filter((key) => fresh.has(key)));
}

// ---- what was heard ------------------------------------------------------------------------------------------------

/** What this board has announced, also before it was loaded anew. */
function memory() {
  const keys = new Set(remembered());
  return {
    has: (/** @type {string} */ key) => keys.has(key),
    add: (/** @type {string} */ key) => {
      keys.add(key);
      for (const old of [...keys].slice(0, -REMEMBERED_AT_MOST)) keys.delete(old);
      remember([...keys]);
    },
  };
}

/** @returns {string[]} */
function remembered() {
  try {
    return JSON.parse(localStorage.getItem(REMEMBERED) ?? "[]");
  } catch {
    return []; // A browser without storage forgets on reload; the age of a call still keeps it quiet.
  }
}

/** @param {string[]} keys */
function remember(keys) {
  try {
    localStorage.setItem(REMEMBERED, JSON.stringify(keys));
  } catch {
    // See above.
  }
}

/** @param {number} ms */
function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
