/** What hall_server/static/texts.js says, apart from the page it says it on. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { choose, clock, ending, fill, nameIn } from "../../hall_server/static/texts.js";

const all = {
  th: { "kiosk.take": "รับบัตรคิว", "kiosk.only_thai": "เฉพาะภาษาไทย" },
  en: { "kiosk.take": "Take a ticket" },
};

test("braces are filled, every one of them", () => {
  assert.equal(fill("รอ {n} คน จาก {n}", { n: 3 }), "รอ 3 คน จาก 3");
});

test("a brace that nobody fills stays in sight, to be found and mended", () => {
  assert.equal(fill("เชิญช่อง {counter}", {}), "เชิญช่อง {counter}");
});

test("a value that looks like a pattern is said as it is", () => {
  assert.equal(fill("{time}", { time: "$&" }), "$&");
});

test("a text is said in the language asked for", () => {
  assert.equal(choose(all, "en", "kiosk.take"), "Take a ticket");
});

test("a text missing in one language is said in English, else in Thai, and one missing in all by its key", () => {
  assert.equal(choose(all, "en", "kiosk.only_thai"), "เฉพาะภาษาไทย");
  assert.equal(choose(all, "my", "kiosk.take"), "Take a ticket");
  assert.equal(choose(all, "my", "kiosk.only_thai"), "เฉพาะภาษาไทย");
  assert.equal(choose(all, "en", "kiosk.nothing"), "kiosk.nothing");
});

test("nobody, one and many are three sentences", () => {
  assert.deepEqual([0, 1, 2, 1000].map(ending), ["none", "one", "many", "many"]);
});

test("a name missing in a language is said in English, else in Thai, and no name is nothing", () => {
  assert.equal(nameIn({ th: "ช่อง 3", en: "Counter 3" }, "en"), "Counter 3");
  assert.equal(nameIn({ th: "ช่อง 3", en: "Counter 3" }, "my"), "Counter 3");
  assert.equal(nameIn({ th: "ช่อง 3" }, "en"), "ช่อง 3");
  assert.equal(nameIn(null, "en"), "");
});

test("the clock is the centre's, wherever the screen believes itself to be", () => {
  assert.equal(clock(new Date("2026-11-20T18:05:00Z")), "01:05");
  assert.equal(clock(new Date("2026-11-20T17:00:00Z")), "00:00");
});
