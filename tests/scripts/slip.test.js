/** What the kiosk's number page makes of the news of its slip. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { cameOf, shownAs } from "../../kiosk/static/slip.js";

/** @param {string} state */
const slip = (state, copy = 1) => ({ number: "A001", state, copy, printer: null });

test("a slip is expected until it is known that none comes", () => {
  assert.equal(cameOf(undefined, "ok", 0), "printing");
  assert.equal(cameOf(slip("printing"), "ok", 0), "printing");
  for (const printer of ["out", "offline", "unknown"]) assert.equal(cameOf(undefined, printer, 0), "not_printed");
});

test("what the hall says of a slip counts more than how the printer is", () => {
  assert.equal(cameOf(slip("printed"), "out", 0), "printed");
  assert.equal(cameOf(slip("unknown"), "ok", 0), "unknown");
  assert.equal(cameOf(slip("not_printed"), "ok", 0), "not_printed");
});

test("each copy that was sent is asked after once", () => {
  assert.equal(cameOf(slip("sent"), "ok", 0), "sent");
  assert.equal(cameOf(slip("sent"), "ok", 1), "missed");
  assert.equal(cameOf(slip("printing", 2), "ok", 1), "missed");
  assert.equal(cameOf(slip("sent", 2), "ok", 1), "sent");
  assert.equal(cameOf(slip("printed", 2), "ok", 1), "printed");
});

test("without a slip the page itself is the ticket", () => {
  assert.deepEqual(
    ["printing", "printed"].map((came) => shownAs(/** @type {any} */ (came))),
    ["yes", "yes"],
  );
  assert.equal(shownAs("sent"), "ask");
  for (const came of /** @type {const} */ (["not_printed", "unknown", "missed"])) assert.equal(shownAs(came), "none");
});
