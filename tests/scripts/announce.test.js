/** The words of a call: what a hall hears must be right for every number and counter that can be. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  callKey,
  hallClock,
  maySpeak,
  numberThai,
  STALE_MS,
  spokenIn,
  unheard,
  words,
} from "../../display_board/static/announce.js";

const NINE = "2026-11-20T09:00:00.000+07:00";
const nine = Date.parse(NINE);

/** @param {number} ms */
const later = (ms) => new Date(nine + ms).toISOString();
const nothingHeard = () => false;

test("a call in Thai, as a floor says it", () => {
  assert.equal(words("A001", "3", "th"), "ขอเชิญหมายเลข เอ ศูนย์ ศูนย์ หนึ่ง ที่ช่องบริการหมายเลข สาม ค่ะ");
});

test("a call in English", () => {
  assert.equal(words("A001", "3", "en"), "Ticket number A 0 0 1, please proceed to counter 3");
});

test("a man's voice ends with ครับ", () => {
  assert.match(words("A001", "3", "th", "ครับ"), / ครับ$/);
});

test("after 999 comes 1000, digit by digit", () => {
  assert.match(words("A999", "1", "th"), /หมายเลข เอ เก้า เก้า เก้า ที่/);
  assert.match(words("A1000", "1", "th"), /หมายเลข เอ หนึ่ง ศูนย์ ศูนย์ ศูนย์ ที่/);
  assert.match(words("A1000", "1", "en"), /^Ticket number A 1 0 0 0, /);
});

test("a series of two letters, and every letter by its Thai name", () => {
  assert.match(words("AB012", "1", "th"), /หมายเลข เอ บี ศูนย์ หนึ่ง สอง ที่/);
  const all = words("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "1", "th").split(" ").slice(1, -3);
  assert.equal(new Set(all).size, 26);
  assert.ok(all.every((name) => /^[\u0e00-\u0e7f]+$/.test(name)));
  assert.equal(words("w001", "1", "th"), words("W001", "1", "th"));
});

test("a counter is said as a number", () => {
  const counter = (/** @type {string} */ id) => words("A001", id, "th").split(" ").at(-2);
  assert.equal(counter("1"), "หนึ่ง");
  assert.equal(counter("10"), "สิบ");
  assert.equal(counter("11"), "สิบเอ็ด");
  assert.equal(counter("12"), "สิบสอง");
  assert.equal(counter("20"), "ยี่สิบ");
  assert.equal(counter("21"), "ยี่สิบเอ็ด");
  assert.equal(counter("101"), "หนึ่งร้อยเอ็ด");
  assert.equal(counter("111"), "หนึ่งร้อยสิบเอ็ด");
  assert.equal(counter("03"), "สาม");
});

test("numbers at their edges", () => {
  assert.equal(numberThai(0), "ศูนย์");
  assert.equal(numberThai(100), "หนึ่งร้อย");
  assert.equal(numberThai(1001), "หนึ่งพันเอ็ด");
  assert.equal(numberThai(999_999), "เก้าแสนเก้าหมื่นเก้าพันเก้าร้อยเก้าสิบเก้า");
});

test("a counter whose name is not a number is spelt", () => {
  assert.match(words("A001", "VIP", "th"), /ช่องบริการหมายเลข วี ไอ พี ค่ะ$/);
  assert.match(words("A001", "12-A", "th"), /ช่องบริการหมายเลข หนึ่ง สอง เอ ค่ะ$/);
  assert.match(words("A001", "12a", "en"), /counter 1 2 A$/);
});

test("the ticket's own language twice, then English; an English one only English", () => {
  assert.deepEqual(spokenIn("th"), ["th", "th", "en"]);
  assert.deepEqual(spokenIn("en"), ["en", "en"]);
  assert.deepEqual(spokenIn("th", 1), ["th", "en"]);
});

test("a language without words is heard in English", () => {
  assert.equal(words("A001", "3", "my"), "");
  assert.deepEqual(spokenIn("my"), ["en", "en"]);
});

test("calls are announced once each, oldest first; a recall anew", () => {
  const first = { call: 7, again: 0, at: later(0) };
  const second = { call: 9, again: 0, at: later(50) };
  const heard = new Set();
  const next = (/** @type {typeof first[]} */ ...calls) => unheard(calls, (key) => heard.has(key), nine + 1000);
  assert.deepEqual(next(second, first), [first, second]);
  heard.add(callKey(first)).add(callKey(second));
  assert.deepEqual(next(second, first), []);
  const recalled = { call: 7, again: 1, at: later(900) };
  assert.deepEqual(next(recalled, second), [recalled]);
});

test("silent on calls older than half a minute", () => {
  const call = { call: 7, again: 0, at: NINE };
  assert.deepEqual(unheard([call], nothingHeard, nine + STALE_MS), [call]);
  assert.deepEqual(unheard([call], nothingHeard, nine + STALE_MS + 1), []);
});

test("a log begun anew is not taken for one already heard", () => {
  const yesterday = { call: 7, again: 0, at: NINE };
  const heard = new Set([callKey(yesterday)]);
  const today = { call: 7, again: 0, at: later(86_400_000) };
  assert.deepEqual(
    unheard([today], (key) => heard.has(key), nine + 86_400_000),
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

test("only a local voice made for the language may speak, and espeak never", () => {
  const voice = { lang: "th-TH", localService: true, name: "Microsoft Pattara", voiceURI: "Microsoft Pattara" };
  assert.ok(maySpeak(voice, "th"));
  assert.ok(maySpeak({ ...voice, lang: "th_TH" }, "th"));
  assert.ok(!maySpeak(voice, "en"));
  assert.ok(!maySpeak({ ...voice, localService: false }, "th"));
  assert.ok(!maySpeak({ ...voice, name: "Thai eSpeak-NG" }, "th"));
  assert.ok(!maySpeak({ ...voice, voiceURI: "urn:espeak-ng:th" }, "th"));
});
