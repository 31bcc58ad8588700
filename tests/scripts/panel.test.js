/** What an officer may press and with which key, and how times are read. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { available, byKey } from "../../counter_panel/static/actions.js";
import { elapsed, minutes } from "../../counter_panel/static/times.js";

test("the next visitor can be called in every state", () => {
  for (const state of /** @type {const} */ (["open", "paused", "closed"])) {
    for (const visitor of /** @type {const} */ (["none", "called", "serving"])) {
      assert.ok(available(visitor, state).has("next"));
    }
  }
});

test("a counter is not left while somebody is at it", () => {
  for (const action of /** @type {const} */ (["pause", "close"])) {
    assert.ok(available("none", "open").has(action));
    assert.ok(!available("called", "open").has(action));
    assert.ok(!available("serving", "open").has(action));
  }
});

test("whoever is being served cannot be recalled, started again or missed", () => {
  assert.deepEqual([...available("serving", "open")].sort(), ["finish", "next"]);
});

test("one key pauses an open counter and opens any other", () => {
  assert.equal(byKey("KeyP", available("none", "open")), "pause");
  assert.equal(byKey("KeyP", available("none", "paused")), "open");
  assert.equal(byKey("KeyP", available("none", "closed")), "open");
  assert.equal(byKey("KeyP", available("serving", "open")), null);
});

test("a key whose action is not possible now does nothing", () => {
  assert.equal(byKey("Space", available("none", "open")), "next");
  assert.equal(byKey("KeyR", available("none", "open")), null);
  assert.equal(byKey("KeyX", available("called", "open")), null);
});

test("times are read as minutes and seconds, with hours only where there are any", () => {
  assert.equal(elapsed(42_900), "0:42");
  assert.equal(elapsed(725_000), "12:05");
  assert.equal(elapsed(3_725_000), "1:02:05");
  assert.equal(elapsed(-3000), "0:00");
  assert.equal(minutes(119_999), 1);
});
