import assert from "node:assert/strict";
import { test } from "node:test";
import { isOtherwise } from "../../hall_server/static/news.js";

const practised = { epoch: "practice-4f2a", seq: 1 };
const meant = { epoch: "4f2a", seq: 1 };

test("a page drawn in practice is drawn anew once the hall is in earnest, and the other way round", () => {
  assert.ok(isOtherwise(true, meant));
  assert.ok(isOtherwise(false, practised));
});

test("a page of the hall's own kind stays", () => {
  assert.ok(!isOtherwise(true, practised));
  assert.ok(!isOtherwise(false, meant));
});
