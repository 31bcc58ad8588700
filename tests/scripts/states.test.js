/** Which screen stands over the kiosk's steps, and which keys are the browser's. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { leadsAway } from "../../kiosk/static/harden.js";
import { givesNoSlip, whichState } from "../../kiosk/static/which_state.js";

const WELL = { lost: false, leave: false, step: "choose", printer: "ok", nothing: null, one: null, past: null };
const state = (seen) => whichState({ ...WELL, ...seen });

test("a kiosk that is well shows its steps", () => {
  assert.equal(state({}), null);
  assert.equal(state({ printer: "low" }), null);
});

test("cut off, nothing else matters but a number in sight and the way out of the building", () => {
  for (const seen of [{}, { nothing: "closed" }, { nothing: "paused" }, { one: "card" }, { past: "offline" }])
    assert.equal(state({ lost: true, ...seen }), "offline");
  assert.equal(state({ lost: true, step: "ticket" }), null);
  assert.equal(state({ lost: true, leave: true }), null);
});

test("nobody goes past a paused kiosk, and anybody past a closed one", () => {
  assert.equal(state({ nothing: "paused", past: "paused" }), "paused");
  assert.equal(state({ nothing: "closed" }), "closed");
  assert.equal(state({ nothing: "closed", past: "closed" }), null);
  assert.equal(state({ nothing: "quota-full", past: "closed" }), "quota-full");
  assert.equal(state({ nothing: "closed", step: "prepare" }), "closed");
});

test("a service that cannot be had says so, also where the whole hall is closed", () => {
  assert.equal(state({ one: "card" }), "one");
  assert.equal(state({ one: "card", nothing: "closed", past: "closed" }), "one");
});

test("without slips a visitor is told before the first step, once", () => {
  for (const printer of ["out", "offline", "unknown"]) {
    assert.ok(givesNoSlip(printer));
    assert.equal(state({ printer }), "printer");
    assert.equal(state({ printer, past: "printer" }), null);
    assert.equal(state({ printer, step: "prepare" }), null);
  }
});

test("what moves, chooses and types is the visitor's; all else is the browser's", () => {
  const key = (name, held = {}) => leadsAway({ key: name, ctrlKey: false, altKey: false, metaKey: false, ...held });
  for (const mine of ["a", "ก", "5", " ", "Tab", "Enter", "Escape", "ArrowLeft", "Backspace", "PageDown", "Shift"])
    assert.equal(key(mine), false, mine);
  for (const theirs of ["F1", "F5", "F11", "F12", "BrowserBack", "BrowserHome", "ContextMenu", "PrintScreen", "Meta"])
    assert.equal(key(theirs), true, theirs);
  for (const held of [{ ctrlKey: true }, { altKey: true }, { metaKey: true }])
    for (const name of ["p", "r", "+", "-", "0", "ArrowLeft", "Home", "l"]) assert.equal(key(name, held), true, name);
});
