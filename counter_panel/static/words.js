/** Words and moments as the officers' pages tell them: in the page's language, by the hall's clock. */
import { clock, currentLanguage, say } from "sala/texts";

const told = /** @type {HTMLElement | null} */ (document.querySelector("[data-now]"))?.dataset.now;
/** How far the hall's clock is ahead of this screen's, in ms. */
const skew = (Date.parse(told ?? "") || Date.now()) - Date.now();

/**
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function text(key, values) {
  return say(currentLanguage(), `counter.${key}`, values);
}

/**
 * hh:mm of a moment.
 * @param {string} moment
 */
export function at(moment) {
  return clock(new Date(moment));
}

/**
 * The milliseconds from a moment to now, by the hall's clock.
 * @param {string} moment
 */
export function since(moment) {
  return Date.now() + skew - Date.parse(moment);
}
