/** The words of a call, and the clips that say it: right for every number and counter that can be. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { callKeys, callWords, hasWords, lacking, numberKeys, numberWords } from "../../hall_server/static/spoken.js";

const file = (/** @type {string} */ language) =>
  JSON.parse(readFileSync(new URL(`../../hall_server/languages/${language}.json`, import.meta.url), "utf8"));
const texts = { th: file("th"), en: file("en"), my: file("my"), xx: { "kiosk.take": "…" } };

const words = (
  /** @type {string} */ number,
  /** @type {string} */ counter,
  /** @type {string} */ language,
  manner = {},
) => callWords(texts, { number, counter }, language, manner);
const keys = (
  /** @type {string} */ number,
  /** @type {string} */ counter,
  /** @type {string} */ language,
  manner = {},
) => callKeys(texts, { number, counter }, language, manner).join(" ");
const thai = (/** @type {number} */ n) => numberWords(texts, n, "th");

test("a call in Thai, as a floor says it", () => {
  assert.equal(words("A001", "3", "th"), "ขอเชิญหมายเลข เอ ศูนย์ ศูนย์ หนึ่ง ที่ช่องบริการหมายเลข สาม ค่ะ");
  assert.equal(keys("A001", "3", "th"), "call.before letter.A digit.0 digit.0 digit.1 call.counter digit.3 call.end");
});

test("a call in English", () => {
  assert.equal(words("A001", "3", "en"), "Ticket number A 0 0 1, please proceed to counter 3");
  assert.equal(keys("A001", "12", "en"), "call.before letter.A digit.0 digit.0 digit.1 call.counter number.12");
});

test("in brief: the number and the counter, and nothing else", () => {
  assert.equal(words("A001", "12", "th", { brief: true }), "เอ ศูนย์ ศูนย์ หนึ่ง ช่อง สิบสอง");
  assert.equal(words("A001", "12", "en", { brief: true }), "A 0 0 1, counter 12");
  const said = keys("A001", "12", "th", { brief: true });
  assert.equal(said, "letter.A digit.0 digit.0 digit.1 call.counter_brief number.10 digit.2");
});

test("a man's voice ends with ครับ", () => {
  assert.match(words("A001", "3", "th", { man: true }), / ครับ$/);
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

test("Thai numbers at their edges", () => {
  assert.equal(thai(0), "ศูนย์");
  assert.equal(thai(100), "หนึ่งร้อย");
  assert.equal(thai(1001), "หนึ่งพันเอ็ด");
  assert.equal(thai(999_999), "เก้าแสนเก้าหมื่นเก้าพันเก้าร้อยเก้าสิบเก้า");
});

test("English numbers by their parts", () => {
  assert.deepEqual(numberKeys(0, "en"), ["digit.0"]);
  assert.deepEqual(numberKeys(40, "en"), ["number.40"]);
  assert.deepEqual(numberKeys(121, "en"), ["digit.1", "number.100", "number.20", "digit.1"]);
  assert.deepEqual(numberKeys(12_000, "en"), ["number.12", "number.1000"]);
});

test("a ten in Burmese is said otherwise before a digit than alone", () => {
  assert.match(words("A012", "3", "my"), /^နံပါတ် အေ သုည တစ် နှစ် ကောင်တာ သုံး သို့ ကြွပါရှင်$/);
  assert.match(words("A012", "20", "my"), /ကောင်တာ နှစ်ဆယ် သို့/);
  assert.match(words("A012", "12", "my"), /ကောင်တာ ဆယ့်နှစ် သို့/);
  assert.match(words("A012", "25", "my"), /ကောင်တာ နှစ်ဆယ့်ငါး သို့/);
  assert.deepEqual(numberKeys(103, "my"), ["digit.1", "digit.0", "digit.3"]);
});

test("a counter whose name is not a number is spelt", () => {
  assert.match(words("A001", "VIP", "th"), /ช่องบริการหมายเลข วี ไอ พี ค่ะ$/);
  assert.match(words("A001", "12-A", "th"), /ช่องบริการหมายเลข หนึ่ง สอง เอ ค่ะ$/);
  assert.match(words("A001", "12a", "en"), /counter 1 2 A$/);
  assert.match(keys("A001", "ก1", "th"), /call\.counter letter\.ก digit\.1 call\.end$/);
});

test("every ticket and every counter can be said by the clips that a pack wants", () => {
  for (const language of ["th", "en", "my"]) {
    const known = texts[/** @type {"th" | "en" | "my"} */ (language)];
    const numbers = known["voice.numbers"]
      .split(" ")
      .map((/** @type {string} */ pair) => `number.${pair.split("=")[0]}`);
    const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].map((letter) => `letter.${letter}`);
    const digits = [..."0123456789"].map((digit) => `digit.${digit}`);
    const frame = ["call.before", "call.counter", "call.counter_brief", "call.end"];
    const clips = Object.fromEntries([...frame, ...letters, ...digits, ...numbers].map((key) => [key, true]));
    for (let counter = 0; counter < 1100; counter++) {
      const said = { number: `R${counter}`, counter: String(counter) };
      assert.deepEqual(lacking(callKeys(texts, said, language), clips), []);
      assert.deepEqual(lacking(callKeys(texts, said, language, { brief: true }), clips), []);
    }
  }
});

test("clips and words tell the same number", () => {
  const word = Object.fromEntries(
    texts.th["voice.numbers"].split(" ").map((/** @type {string} */ one) => one.split("=")),
  );
  const digits = texts.th["voice.digits"].split(" ");
  for (let n = 0; n < 10_000; n++) {
    const told = numberKeys(n, "th").map((key) =>
      key.startsWith("digit") ? digits[Number(key.at(-1))] : word[key.slice(7)],
    );
    assert.equal(told.join(""), thai(n));
  }
});

test("a language without words has neither sentence nor clips", () => {
  assert.ok(hasWords(texts, "th") && !hasWords(texts, "xx") && !hasWords(texts, "zz"));
  assert.equal(words("A001", "3", "xx"), "");
  assert.equal(keys("A001", "3", "xx"), "");
});
