/** What tells a scan from typing, key by key. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { GAP_MS, LEAST, mayBeBooking, reader } from "../../kiosk/static/scan.js";

/** @param {string} code @param {number} timeStamp @param {object} [more] */
const key = (code, timeStamp, more = {}) => {
  const beside = { shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, repeat: false };
  return { key: code, code, timeStamp, ...beside, ...more };
};

/**
 * What is heard of these keys, one after another in so many ms.
 * @param {string[]} codes
 * @param {number} gap
 * @param {object} [more]
 */
function heard(codes, gap, more) {
  const scan = reader();
  return codes.map((code, i) => scan.hear(key(code, 1000 + i * gap, more)));
}

const CODE = ["KeyS", "Digit4", "KeyL", "KeyA"];

test("signs that come as fast as a scanner's, with Enter or Tab at their end, are a scan", () => {
  for (const end of ["Enter", "NumpadEnter", "Tab"]) {
    assert.deepEqual(heard([...CODE, end], GAP_MS), ["", "", "", "", "s4la"]);
  }
});

test("signs in the time that fingers take are none, however many", () => {
  const slow = heard([...CODE, ...CODE, ...CODE, "Enter"], GAP_MS + 1);
  assert.ok(slow.every((one) => one === ""));
});

test("one pause begins anew, also the one before Enter", () => {
  const scan = reader();
  for (const [i, code] of CODE.entries()) scan.hear(key(code, i));
  assert.equal(scan.count(), 4);
  assert.equal(scan.hear(key("KeyB", 3 + GAP_MS + 1)), "");
  assert.equal(scan.count(), 1);
  assert.equal(scan.hear(key("Enter", 3 + GAP_MS + 2)), "");
  for (const [i, code] of CODE.entries()) scan.hear(key(code, 500 + i));
  assert.equal(scan.hear(key("Enter", 503 + GAP_MS + 1)), "");
});

test("a key held down, a chord and an arrow are no scan, and end what was begun", () => {
  assert.ok(heard([...CODE, "Enter"], 30, { repeat: true }).every((one) => one === ""));
  assert.ok(heard([...CODE, "Enter"], 5, { ctrlKey: true }).every((one) => one === ""));
  assert.ok(heard([...CODE, "ArrowDown", "Enter"], 5).every((one) => one === ""));
});

test("Shift between the signs belongs to them", () => {
  const scan = reader();
  for (const [i, code] of CODE.entries()) {
    scan.hear(key("ShiftLeft", i * 10, { key: "Shift", shiftKey: true }));
    scan.hear(key(code, i * 10 + 5, { shiftKey: true }));
  }
  assert.equal(scan.hear(key("Enter", 50)), "S$LA");
});

test("fewer signs than a code has are typed, and two scans are two", () => {
  assert.ok(heard([...CODE.slice(1, LEAST), "Enter"], 5).every((one) => one === ""));
  assert.deepEqual(
    heard([...CODE, "Enter", ...CODE, "Enter"], 5).filter((one) => one),
    ["s4la", "s4la"],
  );
});

test("what may be a booking's code is no address and no sentence", () => {
  assert.ok(mayBeBooking("AB12-x_9") && mayBeBooking("A".repeat(40)));
  for (const other of ["", "a b", "http://x/y", "A".repeat(41), "ก"]) assert.ok(!mayBeBooking(other));
});
