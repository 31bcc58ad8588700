/**
 * What a scanner reads from a slip: the address that its QR opens on a phone, and in it the ticket's token. A scanner types
 * as if the keyboard were an American one: on a machine that is set to Thai its A arrives as ฤ and its 2 as /, and only the
 * key's place says what was meant.
 */

/**
 * The sign that a scanner meant by a key, or "" where it was none.
 * @param {{key: string, code: string, shiftKey: boolean}} event
 */
export function scannedSign({ key, code, shiftKey }) {
  if (/^[A-Za-z0-9]$/.test(key)) return key;
  const [, letter, digit] = /^(?:Key([A-Z])|Digit([0-9]))$/.exec(code) ?? [];
  if (letter) return shiftKey ? letter : letter.toLowerCase();
  if (digit && !shiftKey) return digit;
  if (code === "Minus") return shiftKey || key === "_" ? "_" : "-";
  if (code === "Slash" && !shiftKey) return "/";
  return key.length === 1 && key <= "\x7f" ? key : "";
}

/**
 * The token in what was scanned, or "" where it is the code of something else.
 * @param {string} scanned
 */
export function tokenIn(scanned) {
  return /\/t\/(\d{8}-[A-Z]{1,2}\d{3,9}-[\w-]{22})(?:[?#].*)?$/.exec(scanned)?.[1] ?? "";
}
