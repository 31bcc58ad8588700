/** Which of a browser's voices may speak in a hall. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bestVoice, isMan, maySpeak } from "../../hall_server/static/voices.js";

const pattara = { lang: "th-TH", localService: true, name: "Microsoft Pattara", voiceURI: "Microsoft Pattara" };
const premwadee = { ...pattara, name: "Microsoft Premwadee Online (Natural)", localService: false };
const achara = { ...pattara, name: "Microsoft Achara (Natural)" };

test("only a local voice made for the language may speak, and espeak never", () => {
  assert.ok(maySpeak(pattara, "th"));
  assert.ok(maySpeak({ ...pattara, lang: "th_TH" }, "th"));
  assert.ok(!maySpeak(pattara, "en"));
  assert.ok(!maySpeak({ ...pattara, localService: false }, "th"));
  assert.ok(!maySpeak({ ...pattara, name: "Thai eSpeak-NG" }, "th"));
  assert.ok(!maySpeak({ ...pattara, voiceURI: "urn:espeak-ng:th" }, "th"));
});

test("the better one speaks, where there are two", () => {
  assert.equal(bestVoice([pattara, premwadee, achara], "th"), achara);
  assert.equal(bestVoice([premwadee, pattara], "th"), pattara);
  assert.equal(bestVoice([premwadee], "th"), null);
  assert.equal(bestVoice([], "en"), null);
});

test("a man is known by his name", () => {
  assert.ok(isMan(pattara) && !isMan(achara));
});
