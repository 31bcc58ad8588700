/**
 * Wishes that are never lost: each is kept in the tab's own store until the hall has answered it, and sent again under the
 * same Idempotency-Key when the line, the page or the phone comes back. What the wishes are belongs to who sends them.
 *
 *     const kept = keep("20261120-A001", { answered: (kind, answer) => …, changed: (kinds) => … });
 *     kept.send("cancel", { path: "/api/v1/tickets/…", method: "DELETE" });
 */
import { newKey, wish } from "sala/post";

/** @typedef {{path: string, method: "POST" | "DELETE", body?: object, credentials: RequestCredentials}} Errand */
/** @typedef {Errand & {key: string}} Kept */
/** @typedef {import("sala/post").Answer} Answer */

const AGAIN_MS = 4000;

/**
 * Whether the hall itself has answered: no answer at all, or "try again", leaves the wish as it was.
 * @param {Answer} answer
 */
export function isAnswered({ status }) {
  return status !== 0 && status !== 429 && status < 500;
}

/**
 * @param {string} name  whose wishes these are: what was kept under it before is taken up again
 * @param {object} told
 * @param {(kind: string, answer: Answer) => void} told.answered  once for each wish
 * @param {(kinds: string[]) => void} told.changed  which kinds wait for the line, whenever that changes
 */
export function keep(name, { answered, changed }) {
  const store = `sala:kept:${name}`;
  /** @type {Record<string, Kept>} */
  let waiting = read(store, {});
  /** @type {Set<string>} */
  const underway = new Set();
  /** Told as waiting for the line only once a try has failed. */
  const late = new Set(Object.keys(waiting));

  const note = () => {
    write(store, waiting);
    changed([...late].filter((kind) => kind in waiting));
  };

  /** @param {string} kind */
  const attempt = async (kind) => {
    const { path, method, body, credentials, key } = waiting[kind];
    underway.add(kind);
    const answer = await wish(path, body ?? null, { method, credentials, key });
    underway.delete(kind);
    if (!isAnswered(answer)) {
      late.add(kind);
      return note();
    }
    const { [kind]: _, ...left } = waiting;
    waiting = left;
    late.delete(kind);
    note();
    answered(kind, answer);
  };

  const again = () => {
    for (const kind of Object.keys(waiting)) if (!underway.has(kind)) void attempt(kind);
  };

  setInterval(again, AGAIN_MS);
  addEventListener("online", again);
  document.addEventListener("visibilitychange", again);
  note();
  again();

  return {
    /**
     * @param {string} kind  one of a kind is kept at a time: a second one before the answer is the same wish
     * @param {Errand} errand
     */
    send(kind, errand) {
      if (kind in waiting) return Promise.resolve();
      waiting = { ...waiting, [kind]: { ...errand, key: newKey() } };
      note();
      return attempt(kind);
    },
    /** @param {string} kind */
    has: (kind) => kind in waiting,
  };
}

/**
 * What the tab remembers; the other thing where it remembers nothing, or may not.
 * @template T
 * @param {string} key
 * @param {T} otherwise
 * @returns {T}
 */
export function read(key, otherwise) {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "null") ?? otherwise;
  } catch {
    return otherwise;
  }
}

/**
 * @param {string} key
 * @param {unknown} value
 */
export function write(key, value) {
  try {
    sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    // A browser that keeps nothing: until the page is closed the script itself remembers.
  }
}
