/**
 * What a key means while a booking's code is typed, by hand or by a scanner. A scanner types as if the keyboard were an
 * American one: on a machine that is set to Thai its A arrives as ฟ, and only the key's place says what was meant.
 */

/** The codes of a booking are as long as this at most; queue_core says so. */
export const LONGEST = 40;

/**
 * The sign that a key adds to a code, or "" where it adds none.
 * @param {{key: string, code: string}} event
 */
export function sign({ key, code }) {
  if (/^[A-Za-z0-9_-]$/.test(key)) return key.toUpperCase();
  if (key.length !== 1 || key <= "\x7f") return "";
  const place = /^(?:Key([A-Z])|Digit([0-9]))$/.exec(code);
  return place?.[1] ?? place?.[2] ?? (code === "Minus" ? "-" : "");
}

/**
 * The code with one more sign; as it was, where it is full.
 * @param {string} code
 * @param {string} more
 */
export function longer(code, more) {
  return code.length < LONGEST ? code + more : code;
}
