/**
 * What officers type, put right. Pure. Most keyboards here stand on the Thai layout, where the keys of "A015" write
 * "ฤจๅถ": it is read by the key, as the panel's other keys are. Thai digits are digits.
 */

/** The keys of the Thai Kedmanee layout, without and with Shift, beside what they write in Latin. */
const THAI = "ๅ/-ภถุึคตจๆไำพะัีรนยฟหกดเ้่าสผปแอิืท" + "ฎฑธํ๊ณฯญฤฆฏโฌ็๋ษศฉฮฺ์";
const LATIN = "1234567890QWERTYUIOPASDFGHJKLZXCVBNM" + "ERTYUIOPASDFGHJKLCVBN";
const DIGITS = "๐๑๒๓๔๕๖๗๘๙";

/**
 * A ticket's number as it is printed: "a15" and "ฟ15" are A015. What is no number is left as it was typed.
 * @param {string} typed
 */
export function number(typed) {
  const latin = read(typed);
  const found = /^([A-Z]{1,2})[\s-]*0*(\d{1,9})$/.exec(latin);
  return found ? found[1] + found[2].padStart(3, "0") : latin;
}

/**
 * A time on the centre's clock: "941", "9.41" and "09:41" are 09:41. What is no time is left as it was typed.
 * @param {string} typed
 */
export function time(typed) {
  const found = /^(\d{1,2})[:.]?(\d{2})$/.exec(read(typed));
  return found && Number(found[1]) < 24 && Number(found[2]) < 60
    ? `${found[1].padStart(2, "0")}:${found[2]}`
    : typed.trim();
}

/** @param {string} typed */
function read(typed) {
  const told = digits(typed.trim());
  if (!/[\u0e00-\u0e7f]/.test(told)) return told.toUpperCase();
  return Array.from(told, (letter) => LATIN[THAI.indexOf(letter)] ?? letter)
    .join("")
    .toUpperCase();
}

/** @param {string} typed */
function digits(typed) {
  return Array.from(typed, (letter) => (DIGITS.includes(letter) ? String(DIGITS.indexOf(letter)) : letter)).join("");
}

/**
 * Whether what was typed stands somewhere in these words, however it is written.
 * @param {string} typed
 * @param {string[]} words
 */
export function found(typed, words) {
  const wanted = typed.trim().toLowerCase().split(/\s+/);
  const all = words.join(" ").toLowerCase();
  return wanted.every((word) => all.includes(word));
}
