"""What the hall hears, measured where it leaves the page: one voice for two boards, twenty calls in a second, a board
loaded anew; and the desk's page where the voice is recorded. The clips are tones, each of its own pitch (tones.py).

Not here: what is said of a call and what is left out (tests/scripts/turns.test.js), how clips are kept (test_clips.py).
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from hall_server import clips
from queue_core import centre_file
from tests import halls, serving
from tests.browser import QUIET, SLOW, chromium_or_leave, own_browser
from tests.serving import PIN, Hall, at_once, in_earnest, settle
from tests.test_walks import BOARD, PANEL
from tests.tones import pack_of_tones, tone

COUNTERS = 21
CLIP_MS = 120
ZONE = """
[[zone]]
id = "east"
name = { th = "ตะวันออก", en = "East" }
"""
CENTRE = serving.centre(counters=COUNTERS).replace('id = "1"', 'id = "1"\nzone = "east"') + ZONE
# What a browser in a hall is started with, and a microphone that beeps.
HEARD = (
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
# Whatever goes to the loudspeaker goes into an analyser too. It runs where the sound is made, so that it misses nothing
# however busy the page is, and keeps what it hears, sample for sample. As no script of the page, it needs `bypass_csp`.
EAR = """
const analyserModule = `registerProcessor("ear", class extends AudioWorkletProcessor {
  heard = [];
  process([[samples]]) {
    this.heard.push(samples ? samples.slice() : new Float32Array(128));
    if (this.heard.length === 64) this.port.postMessage(this.heard.splice(0));
    return true;
  }
});`;
const connect = AudioNode.prototype.connect;
window.ear = { rate: 0, chunks: [] };
AudioNode.prototype.connect = function (to, ...more) {
  if (to === this.context.destination) void listen(this);
  return connect.call(this, to, ...more);
};
async function listen(node) {
  window.ear.rate = node.context.sampleRate;
  const script = new Blob([analyserModule], { type: "text/javascript" });
  await node.context.audioWorklet.addModule(URL.createObjectURL(script));
  const analyser = new AudioWorkletNode(node.context, "ear");
  analyser.port.onmessage = ({ data }) => window.ear.chunks.push(...data);
  connect.call(node, analyser);
  connect.call(analyser, node.context.destination); // pulled, and silent itself
}
"""
# The sounds that were heard, in order: from when to when (ms), how high, how loud. Silence of 15 ms ends a sound.
SOUNDS = """() => {
  const { rate, chunks } = window.ear;
  if (!rate) return []; // a page that has never sounded
  const frame = Math.round(rate * 0.005), sounds = [];
  const all = new Float32Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  chunks.reduce((at, chunk) => (all.set(chunk, at), at + chunk.length), 0);
  let open = null, quiet = 0;
  for (let at = 0; at + frame <= all.length; at += frame) {
    const part = all.subarray(at, at + frame);
    const loud = Math.max(...part.map(Math.abs));
    if (loud > 0.01) {
      open ??= { from: at, to: at, peak: 0 };
      open.to = at + frame; open.peak = Math.max(open.peak, loud); quiet = 0;
    } else if (open && ++quiet >= 3) { sounds.push(open); open = null; }
  }
  return sounds.map(({ from, to, peak }) => {
    const waves = [];
    for (let i = from, low = false; i < to; i++) {
      if (all[i] < -peak / 4) low = true; // what trembles about nought is no wave
      else if (low && all[i] >= 0) { waves.push(i); low = false; }
    }
    const pitch = ((waves.length - 1) * rate) / (waves.at(-1) - waves[0]);
    return { from: (from / rate) * 1000, ms: ((to - from) / rate) * 1000, pitch, peak };
  });
}"""


def pitches() -> dict[str, float]:
    """The pitch of each clip that calls: all above the chime's bells."""
    plan = centre_file.read(serving.centre())
    keys = [one.key for one in clips.wanted(plan, "th") if one.group in clips.CALLING]
    return {key: 1000.0 + 60 * n for n, key in enumerate(keys)}


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """A hall of twenty counters whose Thai voice is a pack of tones."""
    folder = tmp_path_factory.mktemp("voice") / "data"
    with in_earnest(folder, "eventlet", with_a_voice(folder)) as opened:
        yield opened


def with_a_voice(folder: Path) -> dict[str, str]:
    """A hall's folder before it is opened; its devices' keys."""
    keys = settle(folder, CENTRE)
    pack_of_tones(folder, "th", {key: (pitch, CLIP_MS) for key, pitch in pitches().items()})
    return keys


@pytest.fixture(scope="module")
def loud(browser: Browser) -> Iterator[Browser]:
    """A browser that lets pages sound."""
    started = browser.browser_type.launch(executable_path=chromium_or_leave(), args=[*QUIET, *HEARD])
    yield started
    started.close()


@pytest.fixture
def context(hall: Hall, loud: Browser) -> Iterator[BrowserContext]:
    with own_browser(loud, **BOARD, bypass_csp=True) as opened:
        yield listening(opened, hall)


def listening(context: BrowserContext, hall: Hall) -> BrowserContext:
    """A paired screen's browser, and what it plays is heard."""
    context.add_init_script(EAR)
    context.add_cookies([{"name": "sala_screen", "value": hall.keys["board"], "url": hall.url}])
    return context


def open_board(context: BrowserContext, hall: Hall, asked: str = "") -> Page:
    """A board whose news has come and that knows who speaks."""
    page = context.new_page()
    page.set_default_timeout(SLOW)
    with page.expect_response("**/api/v1/boards/voice"):
        page.goto(f"{hall.url}/board/{asked}")
    expect(page.locator("html")).to_have_attribute("data-connection", "connected")
    return page


@dataclass
class Announced:
    """One announcement as it was heard: when its chime began, and its sentences, clip by clip."""

    chimed: float
    sentences: list[list[str]] = field(default_factory=list)
    begun: float = 0.0

    @property
    def number(self) -> str:
        """The number that was said, from the first sentence."""
        said = [key for key in self.sentences[0] if key.startswith(("letter.", "digit."))]
        return "".join(key.partition(".")[2] for key in said)[:4]


def heard(page: Page) -> list[Announced]:
    """What left the page, put together again. Fails where a clip was cut, or two sounded at once."""
    told: list[Announced] = []
    last_end = 0.0
    for sound in page.evaluate(SOUNDS):
        begins, ends = sound["from"], sound["from"] + sound["ms"]
        if sound["pitch"] < 900:
            told.append(Announced(begins))
        else:
            key = next((key for key, pitch in pitches().items() if abs(pitch - sound["pitch"]) < 12), None)
            assert key, f"two sounds at once, or none of ours: {sound}"
            assert abs(sound["ms"] - CLIP_MS) < 15, f"{key} was cut: {sound}"
            sentences = told[-1].sentences
            if not sentences:
                told[-1].begun = begins
            # Between two clips of a sentence there is less than a tenth of a second; after one, more.
            if not sentences or begins - last_end > 95:
                sentences.append([])
            sentences[-1].append(key)
        last_end = ends
    return told


def numbers(page: Page) -> list[str]:
    """The numbers that were called there, in order."""
    return [one.number for one in heard(page) if one.sentences]


def until_heard(page: Page, count: int, patience_s: float = 100) -> list[Announced]:
    """What was heard, once so many announcements are over: nothing is announced any more."""
    until = time.monotonic() + patience_s
    while len(told := [one for one in heard(page) if one.sentences]) < count and time.monotonic() < until:
        page.wait_for_timeout(1000)
    expect(page.locator("#call")).not_to_have_attribute("data-announcing", "", timeout=SLOW)
    told = [one for one in heard(page) if one.sentences]
    assert len(told) == count, f"{count} were to be called, and these were: {numbers(page)}"
    return told


def call(hall: Hall, counter: int) -> str:
    """Somebody takes a ticket and is called to that counter: the number."""
    hall.kiosk.take()
    return str(hall.officer.press(str(counter), "next", current="no-show")["ticket"]["number"])


@pytest.fixture(autouse=True)
def nobody_left(hall: Hall) -> Iterator[None]:
    """Each test leaves the counters empty and nobody waiting."""
    yield
    for counter in range(1, COUNTERS):
        for action in ("no-show", "finish"):
            hall.officer.post(f"/api/v1/counters/{counter}/{action}", json={})
    hall.kiosk.give_back()


def test_a_call_is_chimed_and_said_twice_by_the_pack(hall: Hall, context: BrowserContext) -> None:
    board = open_board(context, hall)
    number = call(hall, 12)
    (told,) = until_heard(board, 1)
    assert told.number == number
    assert told.begun - told.chimed >= 590
    spelt = [f"letter.{number[0]}", *(f"digit.{digit}" for digit in number[1:])]
    sentence = ["call.before", *spelt, "call.counter", "number.10", "digit.2", "call.end"]
    assert told.sentences == [sentence, sentence]


def test_twenty_calls_in_one_second_are_spoken_in_order_and_none_is_cut(hall: Hall, context: BrowserContext) -> None:
    board = open_board(context, hall)
    for _ in range(20):
        hall.kiosk.take()
    at_once([partial(hall.officer.press, str(counter), "next") for counter in range(1, 21)])
    told = until_heard(board, 20)
    calls = hall.manager.get("/api/v1/hall").json()["serving"]
    order = [one["number"] for one in sorted(calls, key=lambda one: one["called_at"])]
    assert sorted(one.number for one in told) == sorted(order)
    assert [one.number for one in told] == order
    assert all(one.begun - one.chimed >= 590 for one in told)


def test_of_two_boards_one_speaks_and_the_other_takes_over(hall: Hall, loud: Browser, context: BrowserContext) -> None:
    first = open_board(context, hall)
    other_place = listening(loud.new_context(viewport=BOARD, bypass_csp=True), hall)  # type: ignore[arg-type]
    second = open_board(other_place, hall)
    called = [call(hall, 1)]
    until_heard(first, 1)
    # Three more; the first board goes while the second of them is being announced.
    called += [call(hall, counter) for counter in (2, 3, 4)]
    expect(first.locator("#call")).to_contain_text(called[2], timeout=SLOW)
    before = numbers(first)
    assert numbers(second) == []
    first.close()
    until_heard(second, 4 - len(before))
    after = numbers(second)
    assert before + after == called or before[:-1] + after == called  # one broken off is said again
    assert after[-1] == called[-1]
    other_place.close()


def test_who_has_come_meanwhile_is_not_called_any_more(hall: Hall, context: BrowserContext) -> None:
    board = open_board(context, hall)
    first, second, third = (call(hall, counter) for counter in (1, 2, 3))
    hall.officer.press("2", "start")
    told = until_heard(board, 2)
    assert [one.number for one in told] == [first, third]
    assert second not in numbers(board)


def test_a_call_that_is_taken_back_is_not_spoken(hall: Hall, context: BrowserContext) -> None:
    board = open_board(context, hall)
    first, _, third = (call(hall, counter) for counter in (1, 2, 3))
    hall.officer.press("2", "undo")
    assert [one.number for one in until_heard(board, 2)] == [first, third]


def test_a_board_loaded_anew_is_silent_on_old_calls(tmp_path: Path, loud: Browser) -> None:
    """In a hall where nobody was the voice yet: it is the age of the call alone that keeps the board quiet."""
    folder = tmp_path / "data"
    keys = with_a_voice(folder)
    before = halls.FakeClock((datetime.now(UTC) - timedelta(seconds=31)).isoformat())
    with halls.at_work(folder, before, given=centre_file.read(CENTRE)) as office:
        halls.take(office)
        old = halls.press(office)
    with in_earnest(folder, "eventlet", keys) as hall, own_browser(loud, **BOARD, bypass_csp=True) as context:
        board = open_board(listening(context, hall), hall)
        expect(board.locator("#call")).to_contain_text(str(old))
        new = call(hall, 2)
        assert old != new and [one.number for one in until_heard(board, 1)] == [new]


def test_a_board_without_voice_is_silent_and_leaves_the_word_to_another(hall: Hall, context: BrowserContext) -> None:
    quiet = context.new_page()
    quiet.goto(f"{hall.url}/board/?voice=off")
    board = open_board(context, hall)
    number = call(hall, 1)
    assert [one.number for one in until_heard(board, 1)] == [number]
    expect(quiet.locator("#call")).to_contain_text(number)
    assert numbers(quiet) == []


def test_a_board_is_as_loud_as_it_is_set(hall: Hall, context: BrowserContext) -> None:
    board = open_board(context, hall, "?volume=50")
    call(hall, 1)
    until_heard(board, 1)
    # The tones of the pack are half as loud as can be, and the board is set to half of that.
    loudest = max(sound["peak"] for sound in board.evaluate(SOUNDS) if sound["pitch"] > 900)
    assert abs(loudest - 0.25) < 0.03


# -- the desk's page -----------------------------------------------------------------------------------------------


@pytest.fixture
def desk(hall: Hall, loud: Browser) -> Iterator[Page]:
    """The page of the English voice, of which there is nothing yet; the manager's microphone beeps."""
    with own_browser(loud, **PANEL, bypass_csp=True) as context:
        context.add_init_script(EAR)
        page = context.new_page()
        page.goto(f"{hall.url}/desk/voice")
        page.locator("#username").fill("manager")
        page.locator("#pin").fill(PIN)
        page.keyboard.press("Enter")
        expect(page.locator("#record")).to_be_visible(timeout=SLOW)
        page.goto(f"{hall.url}/desk/voice?language=en&spoken=en")
        yield page
    for key in hall.manager.get("/voice/manifest.json").json()["languages"]["en"]["clips"]:
        hall.manager.delete(f"/api/v1/voice/en/{key}")


def tile(desk: Page, key: str) -> Locator:
    return desk.locator(f".tile[data-key='{key}']")


def test_a_clip_is_recorded_heard_and_deleted(desk: Page) -> None:
    tile(desk, "digit.7").click()
    expect(desk.locator("#clip-text")).to_have_text("seven")
    desk.keyboard.press("r")
    expect(desk.locator("#record")).to_have_attribute("data-recording", "")
    # The microphone beeps once a second.
    desk.wait_for_function("document.querySelector('#level').style.getPropertyValue('--level') > 0.05")
    desk.keyboard.press("r")
    expect(desk.locator("#told")).to_contain_text("Saved")
    expect(tile(desk, "digit.7")).to_have_attribute("data-state", "there")
    expect(desk.locator("[data-progress=calls] b")).to_have_text("1 of 59")
    desk.wait_for_function(f"({SOUNDS})().length > 0")
    desk.locator("#delete").click()
    expect(tile(desk, "digit.7")).to_have_attribute("data-state", "missing")
    expect(desk.locator("#hear")).to_be_disabled()


def test_clips_are_uploaded_and_a_whole_call_is_heard(desk: Page) -> None:
    desk.locator("#number").fill("B12")
    desk.locator("#counter").fill("30")
    expect(desk.locator("#said")).to_have_text("Ticket number B 1 2, please proceed to counter 30")
    expect(desk.locator("#whole-told")).to_contain_text("Ticket number, B, one, two")
    wanted = ["call.before", "letter.B", "digit.1", "digit.2", "call.counter", "number.30"]
    heights = {key: 1000.0 + 100 * n for n, key in enumerate(wanted)}
    files = [
        {"name": f"{key}.wav", "mimeType": "audio/wav", "buffer": tone(pitch, 200, silence_ms=150)}
        for key, pitch in heights.items()
    ]
    strange = {"name": "holiday.wav", "mimeType": "audio/wav", "buffer": tone(440, 200)}
    desk.locator("#many").set_input_files([*files, strange])  # type: ignore[list-item]
    expect(desk.locator("#many-told")).to_have_text("6 files taken. Not taken: holiday.wav")
    expect(desk.locator("#whole-told")).to_be_empty()
    desk.locator("#whole-call button").click()
    desk.wait_for_function(f"({SOUNDS})().length === 6")
    sounds = desk.evaluate(SOUNDS)
    # The silence at their ends is cut off, and one follows the other as in speech.
    assert [round(sound["pitch"], -2) for sound in sounds] == list(heights.values())
    gaps = [after["from"] - before["from"] - before["ms"] for before, after in pairwise(sounds)]
    assert all(40 < gap < 180 for gap in gaps), gaps


def test_one_file_is_uploaded_and_marked_as_a_placeholder(desk: Page) -> None:
    tile(desk, "digit.7").click()
    desk.locator("#placeholder").check()
    file = {"name": "x.wav", "mimeType": "audio/wav", "buffer": tone(440, 300)}
    desk.locator("#upload").set_input_files(file)  # type: ignore[arg-type]
    expect(desk.locator("#told")).to_contain_text("Saved, 0.3 s")
    expect(tile(desk, "digit.7")).to_contain_text("Placeholder")
    broken = {"name": "x.wav", "mimeType": "audio/wav", "buffer": b"RIFF and nothing more"}
    desk.locator("#upload").set_input_files(broken)  # type: ignore[arg-type]
    expect(desk.locator("#told")).to_have_text("This is no sound that can be played")
    expect(tile(desk, "digit.7")).to_have_attribute("data-state", "placeholder")
