/** Which calls a board still announces: none twice, none late, none in vain, none lost. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { callKey, hallClock, STALE_MS, sighted, unheard } from "../../display_board/static/announce.js";

const NINE = "2026-11-20T09:00:00.000+07:00";
const nine = Date.parse(NINE);

/** @param {number} ms */
const later = (ms) => new Date(nine + ms).toISOString();
/** A call some ms after nine. @type {(call: number, ms: number, more?: object) => import("../../display_board/static/announce.js").Call} */
const called = (call, ms, more = {}) => ({
  call,
  again: 0,
  at: later(ms),
  number: "A001",
  counter: "3",
  language: "th",
  state: "called",
  ...more,
});
const nothing = () => false;
/** @type {(calls: import("../../display_board/static/announce.js").Call[], now?: number, before?: Map<string, boolean>) => Map<string, boolean>} */
const seen = (calls, now = nine + 1000, before = new Map()) => sighted(calls, before, now);

test("calls are announced once each, oldest first; a recall anew", () => {
  const [first, second] = [called(7, 0), called(9, 50)];
  const heard = new Set();
  const next = (/** @type {typeof first[]} */ ...calls) => unheard(calls, seen(calls), (key) => heard.has(key));
  assert.deepEqual(next(second, first), [first, second]);
  heard.add(callKey(first)).add(callKey(second));
  assert.deepEqual(next(second, first), []);
  const recalled = called(7, 900, { again: 1 });
  assert.deepEqual(next(recalled, second), [recalled]);
});

test("of two in the same millisecond the one called first is announced first", () => {
  const calls = [called(12, 0), called(9, 0), called(10, 0)];
  assert.deepEqual(
    unheard(calls, seen(calls), nothing).map(({ call }) => call),
    [9, 10, 12],
  );
});

test("silent on calls older than half a minute", () => {
  const call = called(7, 0);
  assert.deepEqual(unheard([call], seen([call], nine + STALE_MS), nothing), [call]);
  assert.deepEqual(unheard([call], seen([call], nine + STALE_MS + 1), nothing), []);
});

test("a call that was fresh when it came is announced, however long it waits its turn; a stale one never", () => {
  const [old, call] = [called(3, -60_000), called(7, 0)];
  const first = seen([call, old], nine);
  const much = seen([call, old], nine + 90_000, first);
  assert.deepEqual(unheard([call, old], much, nothing), [call]);
});

test("what is known of calls does not grow beyond those on the board", () => {
  let known = new Map();
  for (let call = 0; call < 500; call++) known = seen([called(call, call), called(call - 1, call - 1)], nine, known);
  assert.equal(known.size, 2);
});

test("a visitor who has come is not called", () => {
  const calls = [called(7, 0, { state: "serving" }), called(9, 50)];
  assert.deepEqual(unheard(calls, seen(calls), nothing), [calls[1]]);
});

test("who takes over speaks what was not spoken, and nothing twice", () => {
  const calls = [called(11, 80), called(10, 50), called(9, 50), called(7, 0)];
  const left = (/** @type {import("../../display_board/static/announce.js").Spoken} */ spoken) =>
    unheard(calls, seen(calls), nothing, spoken).map(({ call }) => call);
  const spoken = { call: 9, again: 0, at: later(50), whole: true };
  assert.deepEqual(left(spoken), [10, 11]);
  assert.deepEqual(left({ ...spoken, whole: false }), [9, 10, 11], "one broken off is said again");
  assert.deepEqual(left({ ...spoken, call: 11, at: later(80) }), []);
});

test("a recall after what was spoken last is spoken, one before it is not", () => {
  const spoken = { call: 9, again: 0, at: later(50), whole: true };
  const [before, after] = [called(7, 40, { again: 1 }), called(9, 60, { again: 1 })];
  assert.deepEqual(unheard([after, before], seen([after, before]), nothing, spoken), [after]);
});

test("a log begun anew is not taken for one already heard", () => {
  const heard = new Set([callKey(called(7, 0))]);
  const today = called(7, 86_400_000);
  assert.deepEqual(
    unheard([today], seen([today], nine + 86_400_000), (key) => heard.has(key)),
    [today],
  );
});

test("a screen whose clock is wrong still knows the hall's time, and keeps it when its clock drifts", () => {
  const clock = hallClock(nine, 0);
  assert.equal(clock.now(5000), nine + 5000);
  for (let call = 1; call <= 30; call++) clock.called(nine + call * 1000, call * 1000 + call * 10);
  assert.ok(Math.abs(clock.now(30_300) - (nine + 30_000)) <= 200);
});

test("a call that comes late, after a broken line, does not set the clock back", () => {
  const clock = hallClock(nine, 0);
  clock.called(nine, 600_000);
  assert.equal(clock.now(600_000), nine + 600_000);
});
