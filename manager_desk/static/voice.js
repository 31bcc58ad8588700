/**
 * The studio: one clip after the other is recorded or uploaded, heard, and recorded anew; and a whole call is listened to.
 * Whatever comes in is cut to its words and made as loud as the others before it is sent. Which clips there are is
 * hall_server/clips.py's to say; how they are put together spoken.js's.
 */
import { hush, line, manifest, play, sound } from "sala/clips";
import { find, make, redraw, write } from "sala/dom";
import { wish } from "sala/post";
import { output, wake } from "sala/sound";
import { callKeys, callWords, lacking } from "sala/spoken";
import { currentLanguage, known, say } from "sala/texts";
import { cleaned, wav } from "sala/waves";

/** @typedef {import("sala/clips").Pack} Pack */

/** Enough for speech, and half as large as what a microphone gives. */
const RATE = 24_000;
const LONGEST_MS = 40_000;
const PATIENCE_MS = 20_000;
const METER_MS = 60;
/** A text of more letters than this is set smaller, to be read at a glance all the same. */
const LONG = 40;

const page = find(".voice");
const language = page.dataset.spoken ?? "th";
const tiles = /** @type {HTMLButtonElement[]} */ ([...page.querySelectorAll(".tile")]);
const record = /** @type {HTMLButtonElement} */ (find("#record"));
const may = Boolean(navigator.mediaDevices?.getUserMedia) && "MediaRecorder" in globalThis;

/** @type {Pack} */
let pack = { voice: "", ending: "woman", placeholder: false, clips: {} };
let chosen = "";
/** What records now. @type {{stop: () => void} | null} */
let recording = null;

const tell = (/** @type {string} */ key, /** @type {Record<string, string | number>} */ values = {}) =>
  say(currentLanguage(), `desk.voice.${key}`, values);

for (const tile of tiles) tile.addEventListener("click", () => choose(tile.dataset.key ?? ""));
record.addEventListener("click", () => void (recording ? recording.stop() : begin()));
find("#hear").addEventListener("click", () => void hear());
find("#next").addEventListener("click", () => next());
find("#delete").addEventListener("click", () => void drop());
chooses("#upload", ([file]) => take(chosen, file).then(saved));
chooses("#many", takeMany);
submits("#whole-call", hearCall);
submits("#speaker", describe);
document.addEventListener("keydown", pressed);
document.querySelector("#whole-call")?.addEventListener("input", showCall);

if (!may) {
  record.hidden = true;
  find("#no-recording").hidden = false;
}
choose(tiles.find(({ dataset }) => dataset.state === "missing")?.dataset.key ?? tiles[0]?.dataset.key ?? "");
void refresh();

/**
 * @param {string} selector
 * @param {(files: File[]) => Promise<void>} work
 */
function chooses(selector, work) {
  const input = /** @type {HTMLInputElement} */ (find(selector));
  input.addEventListener("change", () => {
    const files = [...(input.files ?? [])];
    input.value = "";
    if (files.length > 0) void work(files);
  });
}

/**
 * @param {string} selector
 * @param {(form: HTMLFormElement) => Promise<void>} work
 */
function submits(selector, work) {
  document.querySelector(selector)?.addEventListener("submit", (event) => {
    event.preventDefault();
    void work(/** @type {HTMLFormElement} */ (event.target));
  });
}

/**
 * R records and stops, H lets hear, N goes on: whoever records fifty clips keeps the hand on the keyboard.
 * @param {KeyboardEvent} event
 */
function pressed(event) {
  const typing =
    event.target instanceof HTMLElement && event.target.matches("input:not([type=checkbox]), select, textarea");
  if (typing || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
  const does = { KeyR: record, KeyH: find("#hear"), KeyN: find("#next") }[event.code];
  if (does && !does.hidden) does.click();
}

// ---- what is shown -------------------------------------------------------------------------------------------------

async function refresh() {
  const { languages } = await manifest(true);
  pack = languages[language] ?? pack;
  drawAll();
}

function drawAll() {
  for (const tile of tiles) {
    const state = stateOf(tile.dataset.key ?? "");
    tile.dataset.state = state;
    redraw(find(".state", tile), [tell(`state.${state}`)]);
    find(".state", tile).dataset.state = state;
  }
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (page.querySelectorAll("[data-progress]")))
    drawProgress(part);
  drawStudio();
  showCall();
}

/** @param {HTMLElement} part */
function drawProgress(part) {
  const calls = part.dataset.progress === "calls";
  const ours = tiles.filter(({ dataset }) => /^(text|service)\./.test(dataset.key ?? "") !== calls);
  const there = ours.filter(({ dataset }) => dataset.state !== "missing").length;
  write(find("b", part), tell("so_many", { n: there, all: ours.length }));
  /** @type {HTMLProgressElement} */ (find("progress", part)).value = there;
}

/** @param {string} key */
function stateOf(key) {
  const clip = pack.clips[key];
  if (!clip) return "missing";
  return clip.placeholder ? "placeholder" : "there";
}

/** @param {string} key */
function choose(key) {
  if (recording) return;
  chosen = key;
  write(find("#told"), "");
  for (const tile of tiles) tile.setAttribute("aria-pressed", String(tile.dataset.key === key));
  drawStudio();
}

function drawStudio() {
  const tile = tiles.find(({ dataset }) => dataset.key === chosen);
  const state = stateOf(chosen);
  const text = tile ? (find(".tile-text", tile).textContent ?? "") : "";
  write(find("#clip-text"), text);
  find("#clip-text").toggleAttribute("data-long", text.length > LONG);
  write(find("#clip-key"), chosen);
  redraw(find("#clip-state"), [make("span", { class: "state", "data-state": state }, tell(`state.${state}`))]);
  disable("#hear", state === "missing");
  disable("#delete", state === "missing");
  write(find("[data-said]", record), tell(recording ? "stop" : state === "missing" ? "record" : "record_anew"));
  record.toggleAttribute("data-recording", recording !== null);
}

/** @type {(selector: string, off: boolean) => void} */
function disable(selector, off) {
  /** @type {HTMLButtonElement} */ (find(selector)).disabled = off;
}

/** To the next clip that is missing, from here on; else to the next one. */
function next() {
  const at = tiles.findIndex(({ dataset }) => dataset.key === chosen);
  const after = [...tiles.slice(at + 1), ...tiles.slice(0, at)];
  const tile = after.find(({ dataset }) => dataset.state === "missing") ?? after[0];
  if (!tile) return;
  choose(tile.dataset.key ?? "");
  tile.scrollIntoView({ block: "nearest" });
}

// ---- recording -----------------------------------------------------------------------------------------------------

async function begin() {
  hush();
  const stream = await microphone();
  if (!stream) return;
  const recorder = new MediaRecorder(stream);
  /** @type {Blob[]} */
  const parts = [];
  const meter = measure(stream);
  const enough = setTimeout(() => recorder.stop(), LONGEST_MS);
  recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
  recorder.addEventListener("stop", () => {
    clearTimeout(enough);
    meter();
    for (const track of stream.getTracks()) track.stop();
    recording = null;
    drawStudio();
    void take(chosen, new Blob(parts, { type: recorder.mimeType })).then(saved);
  });
  recorder.start();
  recording = { stop: () => recorder.stop() };
  write(find("#told"), tell("recording"));
  drawStudio();
}

/** The microphone, or null with the reason told. */
async function microphone() {
  try {
    const audio = { channelCount: 1, echoCancellation: false, noiseSuppression: true, autoGainControl: true };
    return await navigator.mediaDevices.getUserMedia({ audio });
  } catch (refusal) {
    const none = refusal instanceof DOMException && refusal.name === "NotFoundError";
    write(find("#told"), tell(none ? "no_microphone" : "not_allowed"));
    return null;
  }
}

/**
 * Show how loud it is, until the function that is given back is called.
 * @param {MediaStream} stream
 */
function measure(stream) {
  const { audio } = output();
  void wake();
  const source = new MediaStreamAudioSourceNode(audio, { mediaStream: stream });
  const analyser = new AnalyserNode(audio, { fftSize: 2048 });
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const show = (/** @type {number} */ level) => find("#level").style.setProperty("--level", String(level));
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    show(Math.min(1, Math.max(...samples.map(Math.abs))));
  }, METER_MS);
  return () => {
    clearInterval(timer);
    source.disconnect();
    show(0);
  };
}

// ---- keeping -------------------------------------------------------------------------------------------------------

/**
 * Make a clip of what was recorded or chosen, and keep it. What came of it, in a sentence, and whether it is kept.
 * @param {string} key
 * @param {Blob} blob
 * @returns {Promise<{kept: boolean, sentence: string}>}
 */
async function take(key, blob) {
  const samples = await samplesOf(blob);
  if (!samples) return { kept: false, sentence: tell("no_sound") };
  const words = cleaned(samples, RATE);
  if (!words) return { kept: false, sentence: tell("nobody_spoke") };
  const ms = Math.round((words.length * 1000) / RATE);
  const synthetic = /** @type {HTMLInputElement} */ (find("#placeholder")).checked ? 1 : 0;
  const path = `${pathOf(key)}?ms=${ms}&placeholder=${synthetic}`;
  const file = new Blob([wav(words, RATE)], { type: "audio/wav" });
  const answer = await wish(path, file, { method: "PUT", type: "audio/wav", patience: PATIENCE_MS });
  if (!answer.ok) return { kept: false, sentence: answer.problem.detail };
  return { kept: true, sentence: tell("saved", { seconds: (ms / 1000).toFixed(1) }) };
}

/** @param {{kept: boolean, sentence: string}} outcome */
async function saved({ kept, sentence }) {
  await refresh();
  write(find("#told"), sentence);
  if (kept) await hear();
}

/**
 * What sounds in the file, as one channel; null where it is no sound that this browser knows.
 * @param {Blob} blob
 */
async function samplesOf(blob) {
  try {
    const decoder = new OfflineAudioContext(1, 1, RATE);
    const buffer = await decoder.decodeAudioData(await blob.arrayBuffer());
    const channels = Array.from({ length: buffer.numberOfChannels }, (_, n) => buffer.getChannelData(n));
    return channels[0].map((_, i) => channels.reduce((sum, channel) => sum + channel[i], 0) / channels.length);
  } catch {
    return null;
  }
}

/**
 * Files whose names are those of clips: digit.1.wav, letter.A.mp3.
 * @param {File[]} files
 */
async function takeMany(files) {
  const told = find("#many-told");
  const keys = new Set(tiles.map(({ dataset }) => dataset.key));
  const left = [];
  for (const [n, file] of files.entries()) {
    write(told, tell("taking", { n: n + 1, all: files.length }));
    const key = file.name.replace(/\.\w+$/, "");
    const { kept } = keys.has(key) ? await take(key, file) : { kept: false };
    if (!kept) left.push(file.name);
  }
  await refresh();
  const taken = files.length - left.length;
  write(told, left.length ? tell("taken_but", { n: taken, names: left.join(", ") }) : tell("taken", { n: taken }));
}

async function drop() {
  const answer = await wish(pathOf(chosen), null, { method: "DELETE" });
  await refresh();
  write(find("#told"), answer.ok ? tell("deleted") : answer.problem.detail);
}

/** @param {string} key */
function pathOf(key) {
  return `/api/v1/voice/${encodeURIComponent(language)}/${encodeURIComponent(key)}`;
}

/** @param {HTMLFormElement} form */
async function describe(form) {
  const { voice, ending } = Object.fromEntries(new FormData(form));
  const answer = await wish(`/api/v1/voice/${encodeURIComponent(language)}`, { voice, ending }, { method: "PUT" });
  write(find("#speaker-told"), answer.ok ? tell("speaker_saved") : answer.problem.detail);
  if (!answer.ok) return;
  pack = answer.data;
  const end = tiles.find(({ dataset }) => dataset.key === "call.end");
  if (end) write(find(".tile-text", end), tell(`ending_word.${pack.ending}`));
  drawAll();
}

// ---- hearing -------------------------------------------------------------------------------------------------------

async function hear() {
  await wake();
  await play(chosen, language);
}

/** What would be said, as it is typed. */
function showCall() {
  const form = /** @type {HTMLFormElement | null} */ (document.querySelector("#whole-call"));
  if (!form) return;
  const { said, keys } = asked(form);
  write(find("#said"), callWords(known(), said, language, { man: pack.ending === "man" }));
  const without = lacking(keys, pack.clips);
  const words = without.map(
    (key) => tiles.find(({ dataset }) => dataset.key === key)?.querySelector(".tile-text")?.textContent ?? key,
  );
  write(find("#whole-told"), words.length ? tell("lacks", { names: words.join(", ") }) : "");
  /** @type {HTMLButtonElement} */ (find("button", form)).disabled = words.length > 0;
}

/** @param {HTMLFormElement} form */
async function hearCall(form) {
  hush();
  await wake();
  const clips = await line(asked(form).keys, language);
  if (clips) await sound(clips).over;
  else write(find("#whole-told"), tell("no_sound"));
}

/** @param {HTMLFormElement} form */
function asked(form) {
  const { number, counter } = Object.fromEntries(new FormData(form));
  const said = { number: String(number), counter: String(counter).trim() };
  return { said, keys: callKeys(known(), said, language, { man: pack.ending === "man" }) };
}
