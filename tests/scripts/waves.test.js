/** Samples: where a word begins and ends, how loud it is, and the file of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bounds, cleaned, peak, wav } from "../../hall_server/static/waves.js";

const RATE = 1000;
/** Silence, `loud` for so many ms, silence. @type {(before: number, ms: number, after: number, loud?: number) => Float32Array} */
const word = (before, ms, after, loud = 0.5) =>
  Float32Array.from({ length: before + ms + after }, (_, i) => (i >= before && i < before + ms ? loud : loud / 500));

test("silence at both ends is left out, but for a breath", () => {
  const { from, to } = bounds(word(300, 500, 400), RATE);
  assert.ok(Math.abs(from - 0.28) < 1e-9 && Math.abs(to - 0.85) < 1e-9);
});

test("a clip that is all sound, or all silence, is played whole", () => {
  assert.deepEqual(bounds(word(0, 500, 0), RATE), { from: 0, to: 0.5 });
  assert.deepEqual(bounds(new Float32Array(500), RATE), { from: 0, to: 0.5 });
  assert.deepEqual(bounds(new Float32Array(0), RATE), { from: 0, to: 0 });
});

test("a soft speaker and a loud one come out alike", () => {
  for (const loud of [0.05, 0.5, 1])
    assert.ok(Math.abs(peak(cleaned(word(100, 300, 100, loud), RATE) ?? word(0, 0, 0)) - 0.708) < 1e-6);
  assert.equal(cleaned(word(100, 300, 100, 0.01), RATE), null);
});

test("a WAV file says its rate and its length, and never goes beyond the loudest", () => {
  const file = new DataView(wav(Float32Array.of(0, 1, -1, 2), 16_000));
  const text = (/** @type {number} */ at) =>
    String.fromCharCode(...Array.from({ length: 4 }, (_, i) => file.getUint8(at + i)));
  assert.deepEqual([text(0), text(8), text(36)], ["RIFF", "WAVE", "data"]);
  assert.deepEqual([file.getUint32(4, true), file.getUint32(24, true), file.getUint32(40, true)], [44, 16_000, 8]);
  assert.deepEqual(
    [44, 46, 48, 50].map((at) => file.getInt16(at, true)),
    [0, 32767, -32767, 32767],
  );
});
