/** What there is room for on a board, and how large: for many panels, distances and counters. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ARROW,
  BODY,
  CAPITAL,
  FORMS,
  figureLine,
  heights,
  LEADING,
  layout,
} from "../../display_board/static/layout.js";

const SIZES = [
  [1920, 1080],
  [1080, 1920],
  [1280, 1024],
  [1920, 540],
];
const DIAGONALS = [24, 43, 55, 86];
const DISTANCES = [1, 3, 5, 8, 10, 15, 30];
const SIGNS = [
  { number: 2.34, counter: 0.57 },
  { number: 2.6, counter: 1.13 },
  { number: 3.2, counter: 1.7 },
];

/** @param {number} width @param {number} height @param {number} diagonal */
const millimetre = (width, height, diagonal) => Math.hypot(width, height) / (diagonal * 25.4);

/** @param {Partial<import("../../display_board/static/layout.js").Panel> & {diagonal?: number}} given */
function panel({ diagonal = 55, ...given } = {}) {
  const { width = 1920, height = 1080 } = given;
  const mm = millimetre(width, height, diagonal);
  return { width, height, mm, distance: 10, overscan: 0, ...SIGNS[0], label: 3.3, head: 16, ...given };
}

function* panels() {
  for (const [width, height] of SIZES)
    for (const diagonal of DIAGONALS)
      for (const distance of DISTANCES)
        for (const signs of SIGNS)
          for (const overscan of [0, 4])
            yield panel({ width, height, diagonal, distance, overscan, pictures: overscan > 0, ...signs });
}

/** Each laid out once. */
const LAID = Array.from(panels(), (one) => ({ one, told: layout(one) }));

test("at ten metres on a 55-inch 1080p screen a figure is 197 px high, and other letters 101", () => {
  const { figure, text } = heights(panel());
  assert.equal(Math.round(figure), 197);
  assert.equal(Math.round(text), 101);
});

test("a figure is never lower than 76 mm, however near", () => {
  const near = panel({ distance: 2 });
  assert.equal(heights(near).figure, 76 * near.mm);
});

test("whatever fits is as large as the distance needs", () => {
  for (const { one, told } of LAID) {
    const { fits, fonts, row, large } = told;
    if (!fits) continue;
    const least = heights(one);
    for (const font of [fonts.figure, row, large.number, large.counter])
      assert.ok(font * CAPITAL >= least.figure - 0.01, JSON.stringify(one));
    assert.ok(fonts.thai * BODY >= least.text - 0.01, JSON.stringify(one));
    assert.ok(fonts.latin * CAPITAL >= least.text - 0.01, JSON.stringify(one));
  }
});

test("and nothing sticks out of the panel, nor of its own box", () => {
  for (const { one, told } of LAID) {
    const { fits, way, fonts, gap, margin, overscan, pad, header, band, card, cardHeight, large, row, media } = told;
    if (!fits) continue;
    const where = JSON.stringify(one);
    const room = {
      width: one.width - 2 * (overscan.x + margin),
      height: one.height - 2 * (overscan.y + margin),
    };
    const calls = room.height - band - gap - (header && header + gap);
    const under = way.beside || !way.recent ? 0 : calls - cardHeight - gap;
    assert.ok(under >= 0 && cardHeight <= calls + 0.01, where);
    // The newest call in its card.
    const label = way.labels ? one.label * fonts.thai : 0;
    const sides = way.labels ? label : ARROW * fonts.figure;
    const wide = way.stacked
      ? Math.max(one.number * large.number, one.counter * large.counter + sides)
      : one.number * large.number + one.counter * large.counter + sides;
    const words = way.labels ? LEADING.thai * fonts.thai + LEADING.latin * fonts.latin : 0;
    const lower = Math.max(figureLine(large.counter), words);
    const high = way.stacked ? figureLine(large.number) + lower : Math.max(figureLine(large.number), words);
    assert.ok(wide + 2 * pad <= card + 0.01, `card too narrow ${where}`);
    assert.ok(high + pad <= cardHeight + 0.01, `card too low ${where}`);
    // The calls before, and pictures under them.
    if (way.recent) {
      const list = {
        width: way.beside ? room.width - card - gap : room.width,
        height: (way.beside ? calls : under) - (media ? media.height + gap : 0),
      };
      const em = way.row === "line" ? one.number + one.counter + ARROW : Math.max(one.number, one.counter + ARROW);
      assert.ok(em * row + 2 * pad <= list.width + 0.01, `list too narrow ${where}`);
      assert.ok(way.recent * (way.row === "line" ? 1 : 2) * figureLine(row) <= list.height + 0.01, `list low ${where}`);
      assert.ok(!media || media.width <= list.width + 0.01, `picture ${where}`);
    }
    // What waits, in the band.
    const lines = FORMS[way.form];
    const said = way.rows * (lines.thai * LEADING.thai * fonts.thai + lines.latin * LEADING.latin * fonts.latin);
    assert.ok(said <= told.bandText + 0.01 && told.bandText < band, where);
    assert.ok(lines.width * fonts.thai <= told.bandWidth + 0.01, where);
  }
});

test("the nearer the reader, the more calls and the more of what waits", () => {
  const told = [3, 5, 10, 15].map((distance) => layout(panel({ distance })).way);
  const shown = told.map(({ recent, rows }) => recent + rows);
  assert.deepEqual(
    shown,
    shown.toSorted((one, other) => other - one),
  );
  assert.ok(shown[0] > shown[3] + 3);
  assert.ok(FORMS[told[0].form].both && told[0].rows > 1 && told[0].header);
  assert.ok(!FORMS[told[3].form].both);
});

test("at ten metres there is still a call before the newest, and what waits is said in turn", () => {
  const { fits, way } = layout(panel());
  assert.ok(fits);
  assert.ok(way.recent >= 2);
  assert.ok(!FORMS[way.form].both);
});

test("a panel that is too small says up to where it can be read, and can be read from there", () => {
  for (const { one, told } of LAID) {
    const { fits, readable } = told;
    if (fits) {
      assert.equal(readable, one.distance);
      continue;
    }
    const cause = heights(one).figure > (one.distance * 1000 * one.mm) / 80 + 0.01 ? "76 mm" : "distance";
    if (cause === "distance") {
      assert.ok(readable < one.distance, JSON.stringify(one));
      if (readable > 6.1) assert.ok(layout({ ...one, distance: readable - 0.05 }).fits, JSON.stringify(one));
    }
    assert.ok(readable > 0);
  }
  assert.equal(layout(panel({ distance: 30 })).fits, false);
});

test("a 4K panel shows what a 1080p one does, twice as large", () => {
  const [small, large] = [panel(), panel({ width: 3840, height: 2160 })].map(layout);
  assert.deepEqual(small.way, large.way);
  assert.ok(Math.abs(2 * small.large.number - large.large.number) < 4);
});

test("banners and overscan take of the room, and of nothing else", () => {
  const [whole, less] = [layout(panel({ distance: 6 })), layout(panel({ distance: 6, overscan: 5, taken: 40 }))];
  assert.equal(less.overscan.x, 96);
  assert.equal(less.overscan.y, 54);
  assert.equal(whole.fonts.thai, less.fonts.thai);
  assert.ok(less.bandWidth < whole.bandWidth);
});

test("pictures stand beside the calls where there is room, and never where there are none", () => {
  assert.ok(layout(panel({ distance: 3, pictures: true })).media);
  assert.equal(layout(panel({ distance: 3 })).media, null);
  assert.equal(layout(panel({ distance: 15, pictures: true })).media, null);
});
