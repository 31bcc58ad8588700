/** What hall_server/static/news.js decides: which news is drawn, and when a screen says that it is cut off. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { BLINK_MS, isLost, isNewer, SILENCE_MS } from "../../hall_server/static/news.js";

const last = { epoch: "monday", seq: 41 };

test("the first news is drawn whatever its number", () => {
  assert.ok(isNewer(null, { epoch: "monday", seq: 0 }));
});

test("a number already passed is late, and is not drawn", () => {
  assert.ok(!isNewer(last, { epoch: "monday", seq: 40 }));
});

test("the next number is drawn, and so is a leap over several events", () => {
  assert.ok(isNewer(last, { epoch: "monday", seq: 42 }));
  assert.ok(isNewer(last, { epoch: "monday", seq: 99 }));
});

test("the same number is drawn again: the hour may have closed the hall without an event", () => {
  assert.ok(isNewer(last, { epoch: "monday", seq: 41 }));
});

test("a server that started anew is always believed, even with a lower number", () => {
  assert.ok(isNewer(last, { epoch: "tuesday", seq: 3 }));
});

const now = 1_000_000;

test("a screen that hears its pings is not lost", () => {
  assert.ok(!isLost({ heard: now - 5100, brokenSince: null }, now));
});

test("a dead cable says nothing, and is told of well within ten seconds", () => {
  assert.ok(isLost({ heard: now - SILENCE_MS, brokenSince: null }, now));
  assert.ok(SILENCE_MS + 500 < 10_000);
});

test("a restarted server is back before anyone is alarmed", () => {
  assert.ok(!isLost({ heard: now - 900, brokenSince: now - 900 }, now));
  assert.ok(isLost({ heard: now - 3000, brokenSince: now - BLINK_MS }, now));
});

test("a page just loaded waits for its first attempt before it calls itself lost", () => {
  const line = { heard: now, brokenSince: now + 1800 };
  assert.ok(!isLost(line, now + 2000));
  assert.ok(isLost(line, now + 1800 + BLINK_MS));
});
