/** What an officer may press and with which key, what is said of a visitor, and how times and numbers are read. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { available, byKey, standIns } from "../../counter_panel/static/actions.js";
import { present, standing } from "../../counter_panel/static/marks.js";
import { elapsed, minutes, secondsLeft } from "../../counter_panel/static/times.js";
import { found, number, time } from "../../counter_panel/static/typed.js";

const STATES = /** @type {const} */ (["open", "paused", "closed"]);
const VISITORS = /** @type {const} */ (["none", "called", "serving"]);

// -- what may be pressed ----------------------------------------------------------------------------------------------

test("the next visitor can be called in every state, but not out of a building that is being left", () => {
  for (const state of STATES) {
    for (const visitor of VISITORS) {
      assert.ok(available({ visitor, state }).has("next"));
      assert.ok(!available({ visitor, state, evacuation: true }).has("next"));
    }
  }
});

test("out of a building that is being left nobody is called, in no way; whoever is at the counter can be let go", () => {
  const more = { state: /** @type {const} */ ("open"), held: 1, absent: 1, evacuation: true };
  for (const visitor of VISITORS) {
    const may = available({ visitor, ...more });
    for (const action of /** @type {const} */ (["next", "call", "walk-in", "recall", "resume"])) {
      assert.ok(!may.has(action), `${action} with ${visitor}`);
    }
  }
  for (const action of /** @type {const} */ (["finish", "hold", "transfer", "help", "undo"])) {
    assert.ok(available({ visitor: "serving", undo: true, ...more }).has(action), action);
  }
});

test("a counter is not left while somebody is at it", () => {
  for (const action of /** @type {const} */ (["pause", "close"])) {
    assert.ok(available({ visitor: "none", state: "open" }).has(action));
    assert.ok(!available({ visitor: "called", state: "open" }).has(action));
    assert.ok(!available({ visitor: "serving", state: "open" }).has(action));
  }
});

test("whoever is being served cannot be recalled, started again or missed", () => {
  const may = available({ visitor: "serving", state: "open" });
  for (const action of /** @type {const} */ (["recall", "start", "no-show"])) assert.ok(!may.has(action));
  for (const action of /** @type {const} */ (["finish", "other", "hold", "transfer"])) assert.ok(may.has(action));
});

test("nobody else is brought to a counter where somebody is", () => {
  const more = { state: /** @type {const} */ ("open"), held: 2, absent: 2 };
  for (const action of /** @type {const} */ (["call", "walk-in", "resume"])) {
    assert.ok(available({ visitor: "none", ...more }).has(action));
    assert.ok(!available({ visitor: "serving", ...more }).has(action));
  }
  // Back into the queue one may come at any time.
  assert.ok(available({ visitor: "serving", ...more }).has("absent"));
});

test("what there is nothing of is not offered", () => {
  const may = available({ visitor: "none", state: "open" });
  for (const action of /** @type {const} */ ([
    "resume",
    "absent",
    "undo",
    "stand-in",
    "answer-help",
    "help-over",
    "stay",
  ])) {
    assert.ok(!may.has(action), action);
  }
});

test("an officer without the right is not offered to call a number", () => {
  assert.ok(!available({ visitor: "none", state: "open", overtakes: false }).has("call"));
});

test("going on here is offered where the next service is given here, and to somebody", () => {
  assert.ok(available({ visitor: "serving", state: "open", stay: true }).has("stay"));
  assert.ok(!available({ visitor: "none", state: "open", stay: true }).has("stay"));
});

test("one key pauses an open counter and opens any other; one calls help and calls it off", () => {
  assert.equal(byKey("KeyP", available({ visitor: "none", state: "open" })), "pause");
  assert.equal(byKey("KeyP", available({ visitor: "none", state: "paused" })), "open");
  assert.equal(byKey("KeyP", available({ visitor: "none", state: "closed" })), "open");
  assert.equal(byKey("KeyP", available({ visitor: "serving", state: "open" })), null);
  assert.equal(byKey("KeyH", available({ visitor: "serving", state: "open" })), "help");
  assert.equal(byKey("KeyH", available({ visitor: "serving", state: "open", helped: true })), "help-over");
});

test("a key whose action is not possible now does nothing", () => {
  assert.equal(byKey("Space", available({ visitor: "none", state: "open" })), "next");
  assert.equal(byKey("KeyR", available({ visitor: "none", state: "open" })), null);
  assert.equal(byKey("KeyX", available({ visitor: "called", state: "open" })), null);
});

test("no two actions that are possible at once have the same key", () => {
  const keys = ["Space", ..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].map((key) => (key === "Space" ? key : `Key${key}`));
  for (const visitor of VISITORS) {
    for (const state of STATES) {
      const may = available({ visitor, state, stay: true, held: 1, absent: 1, undo: true, calls: 1, lends: true });
      const reached = new Set(keys.map((key) => byKey(key, may)).filter((action) => action !== null));
      assert.deepEqual(
        [...may].filter((action) => !reached.has(action)),
        [],
      );
    }
  }
});

// -- standing in ------------------------------------------------------------------------------------------------------

const ADVICE = { th: "ให้คำปรึกษา", en: "Advice" };
const PASSPORT = { th: "หนังสือเดินทาง", en: "Passport" };
const NOTHING_LENT = { id: "2", lends: [] };

test("one counter alone lends something: standing in for it is all that the press can mean", () => {
  assert.deepEqual(standIns([], [NOTHING_LENT, { id: "3", lends: [ADVICE] }]), ["3"]);
  assert.deepEqual(standIns([], [NOTHING_LENT]), []);
});

test("several lend something: they are to choose from", () => {
  const others = [
    { id: "3", lends: [ADVICE] },
    { id: "4", lends: [ADVICE] },
  ];
  assert.deepEqual(standIns([], others), ["3", "4"]);
});

test("what one stands in for already is not offered again, but its end", () => {
  const others = [
    { id: "3", lends: [ADVICE] },
    { id: "4", lends: [PASSPORT] },
  ];
  assert.deepEqual(standIns([ADVICE], others), [null, "4"]);
  assert.deepEqual(standIns([ADVICE], [others[0], NOTHING_LENT]), [null]);
});

// -- what is said of a visitor ----------------------------------------------------------------------------------------

const PLAIN = { priority_name: null, needs: [], language: "th", people: 1 };
const clock = (/** @type {string} */ moment) => moment.slice(11, 16);

test("an ordinary visitor has no marks at all", () => {
  assert.deepEqual(standing(PLAIN, clock), []);
  assert.deepEqual(present({ ...PLAIN, step: { n: 2, of: 3 } }, clock), []);
});

test("whatever moves a visitor forward is said, the strongest first", () => {
  const visitor = {
    ...PLAIN,
    front: true,
    meant: true,
    priority_name: { th: "ผู้สูงอายุ" },
    booking: { state: "on-time", at: "2026-11-20T10:30:00" },
    needs: ["wheelchair", "sign"],
    stand_in: true,
    step: { n: 2, of: 3 },
  };
  const marks = standing(visitor, clock);
  const kinds = ["front", "meant", "priority", "booking", "need", "need", "stand-in", "step"];
  assert.deepEqual(
    marks.map(({ kind }) => kind),
    kinds,
  );
  assert.deepEqual(marks[3].values, { time: "10:30" });
  assert.deepEqual([marks[4].need, marks[5].need], ["wheelchair", "sign"]);
});

test("who came too late for a booking is said to have", () => {
  const booking = { state: "late", at: "2026-11-20T10:30:00" };
  assert.equal(standing({ ...PLAIN, booking }, clock)[0].key, "mark.late");
  assert.equal(standing({ ...PLAIN, booking: { ...booking, state: "early" } }, clock)[0].key, "mark.booked");
});

test("of the one at the counter also the language, the others, and the doubt", () => {
  const marks = present({ ...PLAIN, language: "my", people: 4, uncertain: "power-cut" }, clock);
  assert.deepEqual(
    marks.map(({ key }) => key),
    ["language.my", "people", "mark.uncertain"],
  );
});

// -- times and numbers ------------------------------------------------------------------------------------------------

test("times are read as minutes and seconds, with hours only where there are any", () => {
  assert.equal(elapsed(42_900), "0:42");
  assert.equal(elapsed(725_000), "12:05");
  assert.equal(elapsed(3_725_000), "1:02:05");
  assert.equal(elapsed(-3000), "0:00");
  assert.equal(minutes(119_999), 1);
});

test("the last second that is left is 1", () => {
  assert.deepEqual([29_001, 1, 0, -1].map(secondsLeft), [30, 1, 0, 0]);
});

test("a number may be typed as people type", () => {
  for (const typed of ["a15", "A15", " A015 ", "a 15", "A-0015"]) assert.equal(number(typed), "A015");
  assert.equal(number("ab1000"), "AB1000");
});

test("a number typed on the Thai layout is read by its keys", () => {
  assert.equal(number("ฟจๅถ"), "A015");
  assert.equal(number("ฤจๅถ"), "A015");
  assert.equal(number("าๅ/-"), "K123");
  assert.equal(number("A๐๑๕"), "A015");
});

test("what is no number stays in sight", () => {
  assert.equal(number("15"), "15");
  assert.equal(number(" hello "), "HELLO");
});

test("a time may be typed without its colon, and what is no time stays", () => {
  assert.deepEqual(["941", "0941", "9:41", "09.41", "จตภๅ"].map(time), Array(5).fill("09:41"));
  assert.deepEqual(["2541", "961", "half past", ""].map(time), ["2541", "961", "half past", ""]);
});

test("a service is found by any part of its names, in any order", () => {
  const words = ["ขอเงินชราภาพ", "Old-age benefit", "M"];
  for (const typed of ["ชรา", "benefit old", "m", "", "  "]) assert.ok(found(typed, words), typed);
  assert.ok(!found("job", words));
});
