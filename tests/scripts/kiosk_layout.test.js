/** How a kiosk's page is laid out: what is cut into pages, what is in reach, and where an arrow key leads. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { neighbour } from "../../kiosk/static/neighbour.js";
import { pagesOf } from "../../kiosk/static/pages.js";
import { HIGHEST, LOWEST, outOfReach } from "../../kiosk/static/reach.js";

const piece = (/** @type {number} */ top, /** @type {number} */ height, leads = false) => ({
  top,
  bottom: top + height,
  leads,
});
const shown = (/** @type {Parameters<typeof pagesOf>[0]} */ pieces, /** @type {number} */ height) =>
  pagesOf(pieces, height).map((page) => page.shown);

test("what fits is one page; nothing is one page too", () => {
  assert.deepEqual(pagesOf([piece(0, 50), piece(60, 40)], 100), [{ top: 0, shown: [0, 1] }]);
  assert.deepEqual(pagesOf([], 100), [{ top: 0, shown: [] }]);
});

test("nothing is cut in two, and each piece is on one page", () => {
  const pieces = Array.from({ length: 7 }, (_, i) => piece(i * 40, 36));
  assert.deepEqual(pagesOf(pieces, 100), [
    { top: 0, shown: [0, 1] },
    { top: 80, shown: [2, 3] },
    { top: 160, shown: [4, 5] },
    { top: 240, shown: [6] },
  ]);
});

test("a row of cards goes on together", () => {
  const row = (/** @type {number} */ top) => [piece(top, 80), piece(top, 80), piece(top, 80)];
  assert.deepEqual(shown([...row(0), ...row(90)], 100), [
    [0, 1, 2],
    [3, 4, 5],
  ]);
});

test("a heading goes on with what it leads", () => {
  assert.deepEqual(shown([piece(0, 50), piece(55, 20, true), piece(80, 50)], 100), [[0], [1, 2]]);
});

test("in two columns what has been shown is not shown again", () => {
  // The left column is long, the right one short.
  const left = [piece(0, 60), piece(70, 60), piece(140, 60)];
  const right = [piece(0, 90)];
  assert.deepEqual(shown([...left, ...right], 100), [[0, 3], [1], [2]]);
});

test("what is higher than a page has one for itself", () => {
  assert.deepEqual(shown([piece(0, 30), piece(40, 300), piece(350, 30)], 100), [[0], [1], [2]]);
  assert.deepEqual(shown([piece(0, 30, true), piece(30, 300)], 100), [[0], [1]]);
});

test("a panel within the band needs nothing; a high one is used below, a low one above", () => {
  assert.deepEqual(outOfReach({ height: 476, bottom: 700 }), { above: 0, below: 0 });
  assert.deepEqual(outOfReach({ height: 600, bottom: 700 }), { above: 700 + 600 - HIGHEST, below: 0 });
  assert.deepEqual(outOfReach({ height: 600, bottom: 300 }), { above: 0, below: LOWEST - 300 });
  const tall = outOfReach({ height: 1200, bottom: 200 });
  assert.deepEqual(tall, { above: 180, below: 180 });
});

test("a panel that hangs out of reach altogether keeps some room", () => {
  for (const bottom of [1300, 2000]) {
    const { above, below } = outOfReach({ height: 130, bottom });
    assert.ok(130 - above - below >= 50 && below === 0);
  }
});

const box = (/** @type {number} */ left, /** @type {number} */ top, width = 100, height = 80) => ({
  left,
  top,
  right: left + width,
  bottom: top + height,
});
const GRID = [box(0, 0), box(110, 0), box(220, 0), box(0, 90), box(110, 90)];

test("an arrow leads to the neighbour in that direction, and nowhere at the edge", () => {
  assert.equal(neighbour(GRID, 0, "ArrowRight"), 1);
  assert.equal(neighbour(GRID, 0, "ArrowDown"), 3);
  assert.equal(neighbour(GRID, 4, "ArrowUp"), 1);
  assert.equal(neighbour(GRID, 4, "ArrowLeft"), 3);
  assert.equal(neighbour(GRID, 0, "ArrowLeft"), -1);
  assert.equal(neighbour(GRID, 0, "ArrowUp"), -1);
  assert.equal(neighbour(GRID, 3, "ArrowDown"), -1);
});

test("what lies aside is no neighbour, so that no two arrows lead round in a circle", () => {
  assert.equal(neighbour(GRID, 2, "ArrowDown"), -1);
  assert.equal(neighbour(GRID, 4, "ArrowRight"), -1);
  assert.equal(neighbour([box(0, 0), box(110, 40)], 0, "ArrowRight"), 1);
});

test("of several ahead the nearest is reached", () => {
  assert.equal(neighbour([box(0, 0), box(0, 300), box(0, 90), box(50, 95)], 0, "ArrowDown"), 2);
});
