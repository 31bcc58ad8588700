/**
 * What the band of a board says, in pages that fit: who waits for what, notices, the hours. Pure: from texts in Thai and
 * English, the room, and how wide a text is, to lines. What there is to say is board.js's; how large, layout.js's.
 *
 * Nothing is cut: a text that is too long for its page goes on in the next one.
 */
import { FORMS, LEADING } from "./layout.js";

/** @typedef {"th" | "en"} Language */
/**
 * Something to say, in each language a text and, shorter, what is known of it: how many wait, and for how long.
 * @typedef {{id: string, th: [string, string?], en: [string, string?]}} Saying
 */
/** @typedef {{text: string, language: Language, soft: boolean}} Line */
/** @typedef {{name: Line[], facts: Line[]}} Row */
/** @typedef {Row[]} Page */
/**
 * @typedef {object} Room
 * @property {import("./layout.js").Form} form
 * @property {number} width
 * @property {number} height
 * @property {import("./layout.js").Fonts} fonts
 * @property {(text: string, language: Language) => number} measure  px
 */

/** @type {Language[]} */
const LANGUAGES = ["th", "en"];
/** Between name and facts, in em of the Thai text. */
const BETWEEN = 0.6;
/** A name beside its facts has at least so much room, in em. */
const NARROWEST = 6;

/** What a line costs, and one that ends where no space is, when lines are broken. */
const LINE = 10;
const TORN = 2;

/** @type {Record<Language, Intl.Segmenter>} */
const WORDS = {
  th: new Intl.Segmenter("th", { granularity: "word" }),
  en: new Intl.Segmenter("en", { granularity: "word" }),
};

/**
 * All pages, in the order of what is to be said.
 * @param {Saying[]} sayings
 * @param {Room} room
 * @returns {Page[]}
 */
export function pages(sayings, room) {
  return FORMS[room.form].both ? togetherPages(sayings, room) : sayings.flatMap((saying) => inTurn(saying, room));
}

/**
 * As many on a page as it holds, each in both languages; one that is too much for a page of its own, in one after the
 * other.
 * @param {Saying[]} sayings
 * @param {Room} room
 */
function togetherPages(sayings, room) {
  /** @type {Page[]} */
  const made = [];
  let left = 0;
  for (const saying of sayings) {
    const row = together(saying, room);
    const high = rowHeight(row, room);
    if (high > room.height) {
      made.push(...inTurn(saying, room));
      left = 0;
    } else if (high <= left) {
      made[made.length - 1].push(row);
      left -= high;
    } else {
      made.push([row]);
      left = room.height - high;
    }
  }
  return made;
}

/**
 * A row in both languages. Wide: the facts stand beside the name, where there are any.
 * @param {Saying} saying
 * @param {Room} room
 * @returns {Row}
 */
function together(saying, room) {
  const aside = room.form === "wide" && Boolean(saying.th[1]);
  const factsIn = (/** @type {Language} */ language) =>
    linesOf(saying[language][1] ?? "", language, true, room, room.width);
  const facts = LANGUAGES.flatMap(factsIn);
  const beside = Math.max(...facts.map(({ text, language }) => room.measure(text, language)), 0);
  const narrow = room.width - beside - BETWEEN * room.fonts.thai;
  const parted = aside && narrow > NARROWEST * room.fonts.thai;
  const name = (/** @type {Language} */ language) =>
    linesOf(saying[language][0], language, false, room, parted ? narrow : room.width);
  if (parted) return { name: LANGUAGES.flatMap(name), facts };
  return { name: LANGUAGES.flatMap((language) => [...name(language), ...factsIn(language)]), facts: [] };
}

/**
 * @param {Row} row
 * @param {Room} room
 */
function rowHeight({ name, facts }, { fonts }) {
  const high = (/** @type {Line[]} */ lines) =>
    lines.reduce(
      (sum, { language }) => sum + (language === "th" ? LEADING.thai * fonts.thai : LEADING.latin * fonts.latin),
      0,
    );
  return Math.max(high(name), high(facts));
}

/**
 * One language after the other, so many lines at a time as there is room for; the last line of a page stands once more
 * on the next, so that what it says is not lost.
 * @param {Saying} saying
 * @param {Room} room
 * @returns {Page[]}
 */
function inTurn(saying, room) {
  return LANGUAGES.flatMap((language) => {
    const [text, facts] = saying[language];
    const lines = [
      ...linesOf(text, language, false, room, room.width),
      ...linesOf(facts ?? "", language, true, room, room.width),
    ];
    return windows(lines, linesAtOnce(room)).map((shown) => [{ name: shown, facts: [] }]);
  });
}

/** @param {Room} room */
function linesAtOnce({ height, fonts }) {
  return Math.max(1, Math.floor((height + 1) / (LEADING.thai * fonts.thai)));
}

/**
 * @template T
 * @param {T[]} all
 * @param {number} size
 * @returns {T[][]}
 */
export function windows(all, size) {
  if (all.length <= size) return all.length ? [all] : [];
  const step = Math.max(1, size - 1);
  const starts = Array.from({ length: Math.ceil((all.length - size) / step) + 1 }, (_, n) =>
    Math.min(n * step, all.length - size),
  );
  return starts.map((start) => all.slice(start, start + size));
}

/**
 * A text in lines that are no wider than `width`; broken between words, and within one only where it alone is too wide.
 * @param {string} text
 * @param {Language} language
 * @param {boolean} soft
 * @param {Room} room
 * @param {number} width
 * @returns {Line[]}
 */
function linesOf(text, language, soft, room, width) {
  return broken(text, language, (part) => room.measure(part, language), width).map((line) => ({
    text: line,
    language,
    soft,
  }));
}

/**
 * As few lines as can be, broken where a reader would break them: at a space rather than between two Thai words, and of
 * much the same length.
 * @param {string} text
 * @param {Language} language
 * @param {(text: string) => number} measure
 * @param {number} width
 * @returns {string[]}
 */
export function broken(text, language, measure, width) {
  const all = pieces(text, language).flatMap((piece) => fitting(piece, measure, width));
  /** The best lines for all pieces before the nth. @type {{lines: string[], cost: number}[]} */
  const best = [{ lines: [], cost: 0 }];
  for (let end = 1; end <= all.length; end += 1) {
    for (let start = end - 1; start >= 0; start -= 1) {
      const line = all
        .slice(start, end)
        .join("")
        .replace(/^[\s·]+|[\s·]+$/g, "");
      const left = 1 - measure(line) / width;
      if (left < 0 && start < end - 1) break;
      const torn = end < all.length && !/\s$/.test(all[end - 1]) ? TORN : 0;
      const cost = best[start].cost + LINE + left * left + torn;
      if (!best[end] || cost < best[end].cost) best[end] = { lines: [...best[start].lines, line], cost };
    }
  }
  return best[all.length].lines.filter(Boolean);
}

/**
 * Words, each with the spaces and marks that follow it: a line does not begin with them. What stands between two spaces
 * stays together where it is a number, so that "10–15" is not parted.
 * @param {string} text
 * @param {Language} language
 * @returns {string[]}
 */
function pieces(text, language) {
  /** @type {string[]} */
  const made = [];
  for (const { segment, isWordLike } of WORDS[language].segment(text)) {
    const joins = made.length > 0 && (!isWordLike || /[\d–.:/-]$/.test(made[made.length - 1]));
    if (joins) made[made.length - 1] += segment;
    else made.push(segment);
  }
  return made;
}

/**
 * A word that alone is wider than a line, in parts that are not.
 * @param {string} word
 * @param {(text: string) => number} measure
 * @param {number} width
 * @returns {string[]}
 */
function fitting(word, measure, width) {
  if (measure(word.trim()) <= width) return [word];
  /** @type {string[]} */
  const parts = [""];
  for (const sign of signs(word)) {
    const last = parts.length - 1;
    if (parts[last] && measure((parts[last] + sign).trim()) > width) parts.push(sign);
    else parts[last] += sign;
  }
  return parts;
}

/**
 * The signs of a text as people see them: a Thai letter has its marks with it.
 * @param {string} text
 */
function signs(text) {
  return Array.from(new Intl.Segmenter("th").segment(text), ({ segment }) => segment);
}
