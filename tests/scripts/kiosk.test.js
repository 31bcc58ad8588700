/** What the kiosk's small scripts decide: what a key adds to a code, and in which order services follow each other. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { LONGEST, longer, sign } from "../../kiosk/static/code_field.js";
import { inTurn } from "../../kiosk/static/turn.js";

/** @param {[string, string][]} keys */
const typed = (keys) => keys.map(([key, code]) => sign({ key, code })).join("");

test("letters and digits are typed as they are, in capitals", () => {
  assert.equal(
    typed([
      ["a", "KeyA"],
      ["B", "KeyB"],
      ["7", "Digit7"],
      ["-", "Minus"],
      ["_", "Minus"],
    ]),
    "AB7-_",
  );
});

test("a scanner on a machine set to Thai is understood by the places of its keys", () => {
  assert.equal(
    typed([
      ["ฟ", "KeyA"],
      ["ๅ", "Digit1"],
      ["ข", "Minus"],
      ["ส", "KeyL"],
    ]),
    "A1-L",
  );
});

test("what is no part of a code adds nothing", () => {
  for (const key of ["Enter", "Shift", "Tab", "Backspace", " ", "/", ":", "F5"]) {
    assert.equal(sign({ key, code: key }), "");
  }
  assert.equal(sign({ key: "๗", code: "Quote" }), "");
});

test("a code grows no longer than any code is", () => {
  assert.equal(longer("AB", "C"), "ABC");
  const full = "X".repeat(LONGEST);
  assert.equal(longer(full, "Y"), full);
});

const service = (/** @type {string} */ id, /** @type {string[]} */ ...after) => ({ id, after });
const order = (/** @type {{id: string, after: string[]}[]} */ services) => inTurn(services).map(({ id }) => id);

test("services stand as they were chosen, but each after those that come before it", () => {
  assert.deepEqual(order([service("b"), service("a")]), ["b", "a"]);
  assert.deepEqual(order([service("claim", "register"), service("photo"), service("register")]), [
    "photo",
    "register",
    "claim",
  ]);
});

test("one that comes after a service nobody chose waits for nothing", () => {
  assert.deepEqual(order([service("claim", "register"), service("photo")]), ["claim", "photo"]);
});

test("a circle, which only an old record can hold, is cut at the first", () => {
  assert.deepEqual(order([service("a", "b"), service("b", "a")]), ["a", "b"]);
});
