/** What the counter's scripts decide without a browser: times beside the published one, locks, sounds, pages, ticks. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { TWICE } from "../../counter_panel/static/actions.js";
import { soundOf } from "../../counter_panel/static/heard.js";
import { idleFor, WARN_S } from "../../counter_panel/static/idle.js";
import { isOn, pages } from "../../counter_panel/static/pages.js";
import { paged, ticked, toggled } from "../../counter_panel/static/ticks.js";
import { against, running } from "../../counter_panel/static/times.js";

// -- the published time -----------------------------------------------------------------------------------------------

test("a time is calm, then near, then over, each to the second", () => {
  assert.deepEqual(against(0, 600), { phase: "calm", ms: 600_000 });
  assert.equal(against(479_999, 600).phase, "calm");
  assert.deepEqual(against(480_000, 600), { phase: "near", ms: 120_000 });
  assert.deepEqual(against(600_000, 600), { phase: "near", ms: 0 });
  assert.deepEqual(against(661_000, 600), { phase: "over", ms: 61_000 });
});

test("a service without a published time is never late", () => {
  assert.equal(against(9_999_999, null).phase, "calm");
});

test("the time that runs is the call's, then the service's without what it was put aside for", () => {
  const since = (/** @type {string} */ moment) => 100_000 - Number(moment);
  assert.equal(running({ called_at: "40000", started_at: null, held_ms: 0 }, since), 60_000);
  assert.equal(running({ called_at: "40000", started_at: "50000", held_ms: 20_000 }, since), 30_000);
  assert.equal(running({ called_at: "40000", started_at: "90000", held_ms: 20_000 }, since), 0);
});

// -- the lock ---------------------------------------------------------------------------------------------------------

test("a screen warns in good time, and locks when the time is over", () => {
  assert.deepEqual(idleFor(0, 600), { lock: false, warnS: null });
  assert.deepEqual(idleFor(579_000, 600), { lock: false, warnS: null });
  assert.deepEqual(idleFor(580_000, 600), { lock: false, warnS: WARN_S });
  assert.deepEqual(idleFor(599_001, 600), { lock: false, warnS: 1 });
  assert.deepEqual(idleFor(600_000, 600), { lock: true, warnS: null });
});

test("a centre may have screens that never lock", () => {
  assert.deepEqual(idleFor(99_999_999, 0), { lock: false, warnS: null });
});

test("putting aside takes a second press, and nothing else does", () => {
  assert.deepEqual([...TWICE], ["hold"]);
});

// -- sounds -----------------------------------------------------------------------------------------------------------

const QUIET = { ticket: null, waiting_count: 0, help: [] };
const CALL = { id: "3", at: "2026-11-20T09:41:00" };

test("what nobody waits for makes no sound", () => {
  assert.equal(soundOf(QUIET, QUIET), null);
  assert.equal(soundOf({ ...QUIET, waiting_count: 3 }, { ...QUIET, waiting_count: 4 }), null);
  assert.equal(soundOf({ ...QUIET, ticket: { number: "A001" } }, QUIET), null);
});

test("heard are a visitor assigned, the first who waits at a free counter, and a colleague's call", () => {
  assert.equal(soundOf(QUIET, { ...QUIET, ticket: { number: "A001" } }), "assigned");
  assert.equal(soundOf(QUIET, { ...QUIET, waiting_count: 1 }), "first");
  const busy = { ...QUIET, ticket: { number: "A001" } };
  assert.equal(soundOf(busy, { ...busy, waiting_count: 1 }), null);
  assert.equal(soundOf(QUIET, { ...QUIET, help: [CALL] }), "help");
});

test("a call that is known already is not heard again, a new one of the same counter is", () => {
  const called = { ...QUIET, help: [CALL] };
  assert.equal(soundOf(called, called), null);
  assert.equal(soundOf(called, { ...QUIET, help: [{ ...CALL, at: "2026-11-20T10:00:00" }] }), "help");
});

// -- answers in pages -------------------------------------------------------------------------------------------------

test("as many pages as the longest list needs, and one for none", () => {
  assert.equal(pages([]), 1);
  assert.equal(pages([{ length: 16, room: 16 }]), 1);
  assert.equal(
    pages([
      { length: 17, room: 16 },
      { length: 30, room: 8 },
    ]),
    4,
  );
  assert.equal(pages([{ length: 99, room: Infinity }]), 1);
});

test("every answer stands on just one page", () => {
  for (const [n, page] of [0, 0, 0, 1, 1, 1, 2].entries()) {
    assert.deepEqual(
      [0, 1, 2, 3].filter((one) => isOn(n, one, 3)),
      [page],
    );
  }
  assert.ok(isOn(98, 0, Infinity));
});

// -- what was brought -------------------------------------------------------------------------------------------------

test("a tick is given and taken, and is of one visit alone", () => {
  const once = toggled(toggled([], "A001", 1), "A001", 0);
  assert.deepEqual(ticked(once, "A001"), [1, 0]);
  assert.deepEqual(ticked(once, "A002"), []);
  assert.deepEqual(ticked(toggled(once, "A001", 1), "A001"), [0]);
});

test("no more visits are remembered than are ever put aside", () => {
  let ticks = toggled([], "A000", 0);
  for (let n = 1; n <= 300; n++) ticks = toggled(ticks, `B${n}`, 0);
  assert.ok(ticks.length <= 20);
  assert.deepEqual(ticked(ticks, "B300"), [0]);
  assert.deepEqual(ticked(ticks, "A000"), []);
});

test("lines that do not all fit go on to further pages, none of them empty", () => {
  assert.deepEqual(paged([20, 20, 20], 60), [0, 0, 0]);
  assert.deepEqual(paged([20, 20, 20], 40), [0, 0, 1]);
  assert.deepEqual(paged([90, 20], 40), [0, 1]);
  assert.deepEqual(paged([], 40), []);
});
