/**
 * Who calls for help, as every officer's page shows it: a colleague's counter, a visitor at a kiosk, a kiosk whose slips
 * do not come out. The first one, and how many more there are.
 */
import { find, make, redraw } from "sala/dom";
import { wish } from "sala/post";
import { nameIn } from "sala/texts";
import { at, text } from "./words.js";

/**
 * @typedef {{state: string | null, since: string | null, slips_left: number | null, paused: string | null,
 *   without: number}} Trouble
 */
/**
 * @typedef {object} Call
 * @property {string} id      a counter's, or `kiosk:` and its name
 * @property {Record<string, string>} name
 * @property {string} at
 * @property {boolean} answered
 * @property {string | null} answered_by_name
 * @property {string} [kiosk]      the kiosk's name, where one calls
 * @property {string | null} [why] what stood on the kiosk's screen
 * @property {Trouble} [trouble]   nobody calls: something is the matter with the kiosk
 */

/** @type {Call | undefined} */
let shown;
/** What stands there: an alert that is drawn anew is read aloud anew. */
let said = "";

/** @param {Call[]} calls  in the order in which they are to be answered */
export function drawHelp(calls) {
  const [first] = calls;
  shown = first;
  find("#help-call").hidden = !first;
  const answer = /** @type {HTMLElement | null} */ (document.querySelector("[data-answer-kiosk]"));
  if (answer) answer.hidden = !first?.kiosk || first.answered;
  if (!first) return;
  const more = calls.filter((one) => one.answered === first.answered && !one.trouble === !first.trouble).length - 1;
  const words = first.trouble ? troubleWords(first, first.trouble) : [from(first), why(first), going(first)];
  const without = first.trouble ? withoutWords(first.trouble) : "";
  say([...words, more > 0 && `+${more}`].filter(Boolean), without);
}

/**
 * @param {(string | false | null)[]} words  kept together each, where there is room
 * @param {string} below  on a line of its own
 */
function say(words, below) {
  if (said === [...words, below].join("\n")) return;
  said = [...words, below].join("\n");
  const parts = words.flatMap((one, i) => [i ? " · " : "", make("span", { class: "help-part" }, one)]);
  redraw(find("#help-words"), [...parts, below && make("small", { class: "help-below" }, below)]);
}

/**
 * The kiosk that is in trouble, in one line; "" where none is.
 * @param {Call[]} calls
 */
export function inTrouble(calls) {
  const first = calls.find((one) => one.trouble);
  if (!first?.trouble) return "";
  return [...troubleWords(first, first.trouble), withoutWords(first.trouble)].filter(Boolean).join(" · ");
}

// A page on which no colleague is helped by a key of its own has a button for the kiosks.
document.querySelector("[data-answer-kiosk]")?.addEventListener("click", () => {
  if (shown?.kiosk) void wish("/api/v1/kiosk/answer", { device: shown.kiosk });
});

/** @param {Call} call */
function from({ id, name, kiosk }) {
  return kiosk ? text("help.kiosk", { kiosk }) : text("help.from", { counter: id, name: nameIn(name) });
}

/** @param {Call} call */
function why({ why }) {
  return why && why !== "help" ? text(`help.why.${why}`) : "";
}

/** @param {Call} call */
function going({ answered, answered_by_name }) {
  return answered && text("help.answered", { name: answered_by_name ?? text("help.desk") });
}

/**
 * @param {Call} call
 * @param {Trouble} trouble
 */
function troubleWords({ kiosk = "" }, { state, since, slips_left, paused }) {
  return [
    text("help.kiosk_is", { kiosk }),
    state && text(`help.printer.${state}`, { time: since ? at(since) : "" }),
    slips_left !== null && text("help.slips", { n: slips_left }),
    paused && text("help.paused"),
  ];
}

/** @param {Trouble} trouble */
function withoutWords({ without }) {
  return without > 0 ? text("help.without", { n: without }) : "";
}
