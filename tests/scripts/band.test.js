/** What the band of a board says, in pages: nothing is cut, and each page fits. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { broken, pages, windows } from "../../display_board/static/band.js";
import { LEADING } from "../../display_board/static/layout.js";

const FONTS = { figure: 200, thai: 100, latin: 84 };
/** Half an em a sign, the marks above and below a Thai letter beside. */
const measure = (/** @type {string} */ text, /** @type {string} */ language) =>
  text.replace(/\p{M}/gu, "").length * 0.5 * (language === "th" ? FONTS.thai : FONTS.latin);
const NARROW = (/** @type {string} */ text) => measure(text, "th");

const JOBS = {
  id: "jobs",
  th: ["หางานทำ สมัครงาน", "รอ 12 คน · 10–15 นาที"],
  en: ["Find a job", "12 waiting · 10–15 min"],
};
const LONG = {
  id: "long",
  th: ["สมัครประกันสังคมเอง มาตรา 39 หรือ 40 สำหรับผู้ที่เคยเป็นผู้ประกันตนมาก่อน", "รอ 3 คน"],
  en: ["Join social security by yourself, section 39 or 40, for those who were insured before", "3 waiting"],
};

/** @param {object} given */
const room = (given) => ({ form: "wide", width: 2400, height: 300, fonts: FONTS, measure, ...given });
/** @param {any[]} page */
const lines = (page) => page.flatMap(({ name, facts }) => [...name, ...facts]);
/** @param {any[]} some @param {string} language */
const text = (some, language) =>
  some
    .filter((line) => line.language === language)
    .map((line) => line.text)
    .join("")
    .replace(/[\s·]/g, "");

test("with room for it, name and facts stand beside each other in both languages", () => {
  const [page, ...more] = pages([JOBS], room({}));
  assert.deepEqual(more, []);
  assert.deepEqual(
    page[0].name.map(({ text }) => text),
    ["หางานทำ สมัครงาน", "Find a job"],
  );
  assert.deepEqual(
    page[0].facts.map(({ language }) => language),
    ["th", "en"],
  );
});

test("as many services on a page as it is high", () => {
  const many = Array.from({ length: 7 }, (_, n) => ({ ...JOBS, id: `${n}` }));
  const high = LEADING.thai * FONTS.thai + LEADING.latin * FONTS.latin;
  assert.deepEqual(
    pages(many, room({ height: 3 * high + 1 })).map((page) => page.length),
    [3, 3, 1],
  );
});

for (const form of ["wide", "tall", "short", "strip"]) {
  for (const [width, height] of [
    [2400, 520],
    [1500, 480],
    [900, 300],
    [600, 145],
  ]) {
    test(`${form} in ${width} by ${height}: every page fits, and every word of both languages is said`, () => {
      const all = pages([JOBS, LONG], room({ form, width, height }));
      for (const page of all) {
        for (const line of lines(page)) assert.ok(measure(line.text, line.language) <= width, line.text);
        const heights = page.map(({ name, facts }) =>
          Math.max(
            ...[name, facts].map((some) =>
              some.reduce((sum, { language }) => sum + (language === "th" ? 1.4 * 100 : 1.18 * 84), 0),
            ),
          ),
        );
        assert.ok(heights.reduce((sum, high) => sum + high, 0) <= height + 1);
      }
      for (const language of ["th", "en"]) {
        const said = text(all.flatMap(lines), language);
        for (const saying of [JOBS, LONG])
          for (const word of saying[language].flatMap((part) => part.split(/[\s·]+/).filter(Boolean))) {
            // A word that alone is too wide stands in parts.
            if (measure(word, language) <= width) assert.ok(said.includes(word), `${word} in ${said}`);
          }
      }
    });
  }
}

test("a line breaks at a space rather than between two Thai words", () => {
  assert.deepEqual(broken("สอบถาม ขอคำแนะนำทุกเรื่อง", "th", NARROW, 1000), ["สอบถาม", "ขอคำแนะนำทุกเรื่อง"]);
});

test("a range is not parted from its dash, nor a line begun with a dot", () => {
  for (let width = 300; width < 1100; width += 50)
    for (const line of broken("รอ 12 คน · 10–15 นาที", "th", NARROW, width)) {
      assert.ok(!/^[·–]|[·–]$/.test(line), line);
      if (width >= 300) assert.ok(!/^15|10$/.test(line), line);
    }
});

test("a word wider than the band is parted between letters, with their marks", () => {
  const parts = broken("ศูนย์บริการร่วม", "th", NARROW, 120);
  assert.equal(parts.join(""), "ศูนย์บริการร่วม");
  for (const part of parts) assert.ok(!/^\p{M}/u.test(part), part);
});

test("the last line of a page stands once more on the next", () => {
  assert.deepEqual(windows(["a", "b", "c"], 2), [
    ["a", "b"],
    ["b", "c"],
  ]);
  assert.deepEqual(windows(["a", "b"], 1), [["a"], ["b"]]);
  assert.deepEqual(windows(["a"], 3), [["a"]]);
  assert.deepEqual(windows([], 3), []);
});
