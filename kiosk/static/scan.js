/**
 * A scan told from typing, without a browser: a scanner gives its signs much faster than fingers do, and ends with Enter (or
 * Tab, as some are set). What a key means is slip_code.js's; what follows from a scan, scanner.js's.
 */
import { scannedSign } from "./slip_code.js";

/** ms between two signs of a scan at most. A slow scanner takes 40; whoever types fast, more than 100. */
export const GAP_MS = 80;
/** A scan has so many signs at least; two keys in a hurry are none. */
export const LEAST = 4;
/** Of what is longer than any code of ours the beginning is enough to know it. */
const LONGEST = 500;

const ENDS = new Set(["Enter", "NumpadEnter", "Tab"]);
/** Held down while signs are typed, or a state of the keyboard: no signs themselves. */
const BESIDE = new Set(["Shift", "CapsLock", "NumLock", "AltGraph", "ModeChange"]);

/** @typedef {Pick<KeyboardEvent, "key" | "code" | "shiftKey" | "ctrlKey" | "altKey" | "metaKey" | "repeat" | "timeStamp">} Key */

/** Which of these codes a booking may have; queue_core says so. @param {string} scanned */
export function mayBeBooking(scanned) {
  return /^[A-Za-z0-9_-]{1,40}$/.test(scanned);
}

/** Hears keys one by one. */
export function reader() {
  let signs = "";
  let last = Number.NEGATIVE_INFINITY;

  /**
   * What was scanned, by the key that ends it; "" by every other.
   * @param {Key} key
   */
  function hear(key) {
    if (BESIDE.has(key.key)) return "";
    const quick = key.timeStamp - last <= GAP_MS;
    const before = quick ? signs : "";
    const sign = key.ctrlKey || key.altKey || key.metaKey || key.repeat ? "" : scannedSign(key);
    signs = sign ? (before + sign).slice(0, LONGEST) : "";
    last = key.timeStamp;
    return ENDS.has(key.code || key.key) && before.length >= LEAST ? before : "";
  }

  return {
    hear,
    /** How many signs came so fast one after the other, up to now. */
    count: () => signs.length,
  };
}
