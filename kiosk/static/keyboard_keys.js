/**
 * The keys of the kiosk's own keyboard, as tables: which signs stand on which sheet. A panel with room shows all the
 * sheets of a language at once, a small one a sheet at a time. In the order of the alphabet, for whoever never learnt to type.
 */

/** @typedef {"th-1" | "th-2" | "th-3" | "digits" | "en"} Sheet */
/** @typedef {"th" | "en"} Script */

/** @type {Record<Sheet, string>} */
const SIGNS = {
  "th-1": "กขฃคฅฆงจฉชซฌญฎฏฐฑฒณดตถท",
  "th-2": "ธนบปผฝพฟภมยรฤลฦวศษสหฬอฮ",
  "th-3": "ะัาำิีึืุูเแโใไๅ็่้๊๋์ๆฯ",
  digits: "0123456789",
  en: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
};

/** What stands on the key that leads to a sheet. @type {Record<Sheet, string>} */
export const LABELS = { "th-1": "กข", "th-2": "ธน", "th-3": "ะา", digits: "12", en: "AB" };

/** What stands on the key that leads to the other script. @type {Record<Script, string>} */
export const SCRIPTS = { th: "ไทย", en: "EN" };

/** @type {Record<Script, Sheet[]>} */
export const SHEETS = { th: ["th-1", "th-2", "th-3", "digits"], en: ["en", "digits"] };

/** @param {Sheet} sheet */
export function signs(sheet) {
  return [...SIGNS[sheet]];
}

/** A mark that stands over or under a letter is shown on อ, as it is taught at school. @param {string} sign */
export function shown(sign) {
  return /[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]/.test(sign) ? `อ${sign}` : sign;
}
