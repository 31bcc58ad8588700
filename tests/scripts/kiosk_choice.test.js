/** How a kiosk finds what a visitor came for: the search, the groups, the keys of its keyboard. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { findServices, plain } from "../../kiosk/static/find_services.js";
import { groupsOf } from "../../kiosk/static/groups.js";
import { LABELS, SHEETS, shown, signs } from "../../kiosk/static/keyboard_keys.js";

const agencies = [
  { id: "sso", name: { th: "สำนักงานประกันสังคม", en: "Social Security Office" }, short: { th: "สปส.", en: "SSO" } },
  { id: "doe", name: { th: "กรมการจัดหางาน", en: "Employment" }, short: { th: "จัดหางาน", en: "Employment" } },
];
const services = [
  {
    id: "hospital",
    agency: "sso",
    name: { th: "เช็กสิทธิ เปลี่ยนโรงพยาบาล", en: "Check cover, change hospital" },
    documents: { th: ["บัตรประชาชน"], en: ["ID card"] },
    forms: { th: ["สปส. 9-02"], en: ["Form SSO 9-02"] },
  },
  {
    id: "jobs",
    agency: "doe",
    name: { th: "หางานทำ สมัครงาน", en: "Find a job" },
    words: { th: ["ตกงาน"], en: ["vacancy"] },
    documents: { th: ["วุฒิการศึกษา"], en: ["School certificate"] },
  },
  { id: "permit", agency: "doe", name: { th: "ใบอนุญาตทำงาน", en: "Work permit" } },
];
const found = (/** @type {string} */ query) => findServices(services, agencies, query).map(({ id }) => id);

test("nothing asked is everything, in its own order", () => {
  assert.deepEqual(found(""), ["hospital", "jobs", "permit"]);
  assert.deepEqual(found("  ,-"), ["hospital", "jobs", "permit"]);
});

test("capitals and tone marks make no difference, nor does a space that is left out", () => {
  assert.deepEqual(found("WORK PERMIT"), ["permit"]);
  assert.deepEqual(found("workpermit"), ["permit"]);
  assert.deepEqual(found("เชกสิทธิ"), ["hospital"]);
  assert.deepEqual(found("หางานทำสมัคร"), ["jobs"]);
  assert.equal(plain("ค้ำประกัน"), plain("คํ้าประกัน"));
  assert.equal(plain("เเรงงาน"), plain("แรงงาน"));
  assert.equal(plain("มาตรา ๓๙"), plain("มาตรา39"));
});

test("a service is found by its name in any language, its other words, its agency and its papers", () => {
  assert.deepEqual(found("โรงพยาบาล"), ["hospital"]);
  assert.deepEqual(found("vacan"), ["jobs"]);
  assert.deepEqual(found("ตกงาน"), ["jobs"]);
  assert.deepEqual(found("จัดหางาน"), ["jobs", "permit"]);
  assert.deepEqual(found("9-02"), ["hospital"]);
  assert.deepEqual(found("บัตร"), ["hospital"]);
});

test("every word must be meant, and what is nearest comes first", () => {
  assert.deepEqual(found("find job"), ["jobs"]);
  assert.deepEqual(found("job hospital"), []);
  // "งาน": first where a name holds it, then where only the agency does.
  assert.deepEqual(found("งาน"), ["jobs", "permit", "hospital"]);
  assert.deepEqual(found("ใบ"), ["permit"]);
});

test("a single letter is looked for in names alone", () => {
  assert.deepEqual(found("w"), ["permit"]);
  assert.deepEqual(found("ว"), []);
});

test("what nobody offers is not found, and signs that mean nothing harm nothing", () => {
  assert.deepEqual(found("zzz"), []);
  assert.deepEqual(found("(*[\\"), ["hospital", "jobs", "permit"]);
});

test("the services stand under their agencies, or under every matter that they may settle", () => {
  const matters = [
    { id: "work", name: { th: "งาน", en: "Work" }, services: ["permit", "jobs", "gone"] },
    { id: "other", name: { th: "อื่น", en: "Other" }, services: ["hospital", "jobs"] },
  ];
  const offered = { agencies, matters, services };
  const told = (/** @type {"agency" | "matter"} */ way) =>
    groupsOf(offered, way).map((group) => [group.name.en, group.more?.en ?? null, ...group.services.map((s) => s.id)]);
  assert.deepEqual(told("agency"), [
    ["SSO", "Social Security Office", "hospital"],
    ["Employment", "Employment", "jobs", "permit"],
  ]);
  assert.deepEqual(told("matter"), [
    ["Work", null, "permit", "jobs"],
    ["Other", null, "hospital", "jobs"],
  ]);
});

test("the keyboard has every Thai letter, vowel and tone mark, the digits and the Latin letters, each once", () => {
  const thai = SHEETS.th.flatMap(signs);
  const range = (/** @type {number} */ from, /** @type {number} */ to) =>
    Array.from({ length: to - from + 1 }, (_, i) => String.fromCharCode(from + i));
  for (const sign of [...range(0xe01, 0xe39), ...range(0xe40, 0xe4c), ...range(0x30, 0x39)]) {
    // Not these, which no name has: ฺ is for Pali alone.
    assert.ok(thai.includes(sign), `no key for ${sign}`);
  }
  assert.equal(new Set(thai).size, thai.length);
  assert.deepEqual(SHEETS.en.flatMap(signs).join(""), "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
});

test("a sheet fits three rows of ten, with the keys that lead to the others", () => {
  for (const [script, sheets] of Object.entries(SHEETS)) {
    // The other sheets, the other script, and a space as wide as two.
    const ways = sheets.length - 1 + 1 + 2;
    for (const sheet of sheets) assert.ok(signs(sheet).length + ways <= 30, `${script} ${sheet}`);
    assert.ok(sheets.every((sheet) => LABELS[sheet]));
  }
});

test("a mark is shown on a letter, a letter as it is", () => {
  assert.equal(shown("้"), "อ้");
  assert.equal(shown("ุ"), "อุ");
  assert.equal(shown("เ"), "เ");
  assert.equal(shown("ำ"), "ำ");
});
