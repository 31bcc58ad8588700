/**
 * What a scanner reads from a slip: the address that its QR opens on a phone, and in it the ticket's token. A scanner types
 * as if the keyboard were an American one: on a machine that is set to Thai its A arrives as ฤ and its 2 as /, and with
 * the capitals locked its a as A. Only the key's place, and Shift, say what was meant.
 */

/** What stands on the keys of an American keyboard, without Shift and with it; letters and digits follow. */
const PLACES = /** @type {Record<string, string>} */ ({
  Backquote: "`~",
  Minus: "-_",
  Equal: "=+",
  BracketLeft: "[{",
  BracketRight: "]}",
  Backslash: "\\|",
  Semicolon: ";:",
  Quote: "'\"",
  Comma: ",<",
  Period: ".>",
  Slash: "/?",
  Space: "  ",
  NumpadAdd: "++",
  NumpadSubtract: "--",
  NumpadMultiply: "**",
  NumpadDivide: "//",
  NumpadDecimal: "..",
});
[...")!@#$%^&*("].forEach((above, digit) => {
  PLACES[`Digit${digit}`] = `${digit}${above}`;
  PLACES[`Numpad${digit}`] = `${digit}${digit}`;
});
for (const letter of "abcdefghijklmnopqrstuvwxyz") {
  PLACES[`Key${letter.toUpperCase()}`] = letter + letter.toUpperCase();
}

/**
 * The sign that a scanner meant by a key, or "" where it was none.
 * @param {{key: string, code: string, shiftKey: boolean}} event
 */
export function scannedSign({ key, code, shiftKey }) {
  const place = PLACES[code];
  if (place) return place[shiftKey ? 1 : 0];
  // A keyboard on the screen tells no place.
  return code === "" && /^[ -~]$/.test(key) ? key : "";
}

/**
 * The token in what was scanned, or "" where it is the code of something else.
 * @param {string} scanned
 */
export function tokenIn(scanned) {
  return /\/t\/(\d{8}-[A-Z]{1,2}\d{3,9}-[\w-]{22})(?:[?#].*)?$/.exec(scanned)?.[1] ?? "";
}
