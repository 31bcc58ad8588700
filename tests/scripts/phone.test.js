/** When a phone tells its holder, how long it tries to connect, and what a scanner meant: without a browser. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { io, read } from "../../hall_server/static/line.js";
import { LONG_BREAK_MS, patienceOf, QUICK_MS } from "../../hall_server/static/news.js";
import { scannedSign, tokenIn } from "../../kiosk/static/slip_code.js";
import { stageOf } from "../../kiosk/static/stages.js";

const WAITING = { state: "waiting", ahead: 9, wait: null, called_at: null, calls: 0, legs: [{ state: "now" }] };
/**
 * @param {number} from
 * @param {number} to
 */
const minutes = (from, to) => ({ from_min: from, to_min: to });

test("nearly called: surely within five minutes, or one of the next three and perhaps so", () => {
  const near = (/** @type {object} */ more) => stageOf({ ...WAITING, ...more })?.stage === "near";
  assert.ok(near({ ahead: 2 }), "nobody knows the wait");
  assert.ok(!near({ ahead: 3 }));
  assert.ok(near({ ahead: 7, wait: minutes(0, 5) }));
  assert.ok(near({ ahead: 2, wait: minutes(5, 20) }));
  assert.ok(!near({ ahead: 1, wait: minutes(20, 30) }), "each visit is long");
  assert.ok(!near({ ahead: 3, wait: minutes(0, 10) }));
  assert.ok(!near({ ahead: null }));
  for (const state of ["serving", "held", "absent", "finished", "cancelled", "expired"]) {
    assert.equal(stageOf({ ...WAITING, state, ahead: 0 }), null);
  }
});

test("a call, its repetition, and the wait for the next service are occasions of their own", () => {
  const called = { ...WAITING, state: "called", called_at: "2026-11-27T09:00:00.000+07:00", calls: 1 };
  const occasions = [
    stageOf({ ...WAITING, ahead: 0 }),
    stageOf(called),
    stageOf({ ...called, calls: 2 }),
    stageOf({ ...WAITING, ahead: 0, legs: [{ state: "done" }, { state: "now" }] }),
  ].map((told) => told?.occasion);
  assert.equal(new Set(occasions).size, 4);
  assert.deepEqual(stageOf({ ...WAITING, ahead: 1 })?.occasion, occasions[0], "one of them, however near");
});

test("a line that was quick is tried again soon, a slow or unknown one is given its time", () => {
  assert.equal(patienceOf(5000, null, 0), 5000);
  assert.equal(patienceOf(5000, 100, 60_000), QUICK_MS);
  assert.equal(patienceOf(5000, 700, 1000), 2800);
  assert.equal(patienceOf(5000, 4000, 1000), 5000);
  assert.equal(patienceOf(5000, 100, LONG_BREAK_MS + 1), 5000, "the phone has left the hall");
  assert.equal(patienceOf(1500, 100, 0), 1500, "a screen on the wall");
});

const TOKEN = "20261127-F012-mnJ4iwdoTLidkUKobIsK-A";

test("a slip's code holds its token, whatever host it names", () => {
  assert.equal(tokenIn(`http://10.0.0.2:8000/t/${TOKEN}`), TOKEN);
  assert.equal(tokenIn(`https://hall.example/t/${TOKEN}?language=en`), TOKEN);
  for (const other of ["", "F012", TOKEN, `/t/${TOKEN}x`, "https://hall.example/t/20261127-F012"]) {
    assert.equal(tokenIn(other), "");
  }
});

test("a scanner at a machine that is set to Thai is understood", () => {
  const sign = (/** @type {string} */ key, /** @type {string} */ code, shiftKey = false) =>
    scannedSign({ key, code, shiftKey });
  assert.equal(sign("ฤ", "KeyA", true), "A");
  assert.equal(sign("ฟ", "KeyA"), "a");
  assert.equal(sign("/", "Digit2"), "2");
  assert.equal(sign("ข", "Minus"), "-");
  assert.equal(sign("๗", "Minus", true), "_");
  assert.equal(sign("ฝ", "Slash"), "/");
  assert.equal(sign("_", "Minus", true), "_");
  assert.equal(sign("A", "KeyA", true), "A");
  assert.equal(sign("ซ", "Semicolon", true), ":");
  assert.equal(sign("ใ", "Period"), ".");
  assert.equal(sign("Enter", "Enter"), "");
});

test("with the capitals locked a scanner is understood by Shift alone, and a keyboard on the screen by its sign", () => {
  assert.equal(scannedSign({ key: "A", code: "KeyA", shiftKey: false }), "a");
  assert.equal(scannedSign({ key: "a", code: "KeyA", shiftKey: true }), "A");
  assert.equal(scannedSign({ key: "A", code: "", shiftKey: false }), "A");
  assert.equal(scannedSign({ key: "ฟ", code: "", shiftKey: false }), "");
});

test("a frame says its kind, and its content where it is for this namespace", () => {
  assert.deepEqual(read('0{"sid":"x"}', "/ticket"), ["0", null]);
  assert.deepEqual(read("2", "/ticket"), ["2", null]);
  assert.deepEqual(read('42/ticket,["news",{"seq":1}]', "/ticket"), ["42", ["news", { seq: 1 }]]);
  assert.deepEqual(read('42/tickets,["news",{}]', "/ticket"), ["", null]);
  assert.deepEqual(read("41/ticket,", "/ticket"), ["41", null]);
  assert.deepEqual(read("41/ticket", "/ticket"), ["41", null]);
});

test("a ticket that the hall refuses is no line that broke: it is not asked again at once", () => {
  /** @type {any[]} */
  const lines = [];
  class Line {
    constructor() {
      lines.push(this);
    }
    send() {}
    close() {}
  }
  Object.assign(globalThis, { WebSocket: Line, location: { origin: "http://hall" } });
  /** @type {string[]} */
  const told = [];
  const socket = io("/ticket", { auth: { token: "of another hall" } });
  socket.on("disconnect", (why) => told.push(why));
  socket.on("connect_error", () => told.push("refused"));
  lines[0].onmessage({ data: "0{}" });
  lines[0].onmessage({ data: '44/ticket,{"message":"Connection rejected by server"}' });
  assert.deepEqual(told, ["refused"]);
  socket.connect();
  lines[1].onmessage({ data: "0{}" });
  lines[1].onmessage({ data: "41/ticket," });
  assert.deepEqual(told, ["refused", "io server disconnect"]);
  socket.disconnect();
});
