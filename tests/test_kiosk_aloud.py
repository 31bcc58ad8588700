"""The kiosk read aloud: by clips of the voice pack, else by a good voice of the browser's, else not offered at all."""

import json
import math
import struct
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from hall_server.texts import say
from tests.browser import SLOW, own_browser
from tests.serving import Server, serving
from tests.test_kiosk_walks import KIOSK, VOICES

# A browser whose only Thai is espeak's: nobody understands it.
ESPEAK = VOICES.replace("name: lang, voiceURI: lang", 'name: "eSpeak " + lang, voiceURI: "espeak"')
# What really sounds, and for how long: the page's own buffers, counted as they are handed to the sound card.
COUNTED = """
window.sounded = [];
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (...at) {
  window.sounded.push(this.buffer.duration); return start.apply(this, at);
};
"""
CLIPS = {"text.kiosk.choose": 0.3, "service.sso-join": 0.5, "text.kiosk.take": 0.7}


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("aloud") / "data", "eventlet") as server:
        yield server


def record(folder: Path) -> None:
    """A pack of three clips, each of a length by which it is known."""
    folder.mkdir(parents=True)
    for key, seconds in CLIPS.items():
        with wave.open(str(folder / f"{key}.wav"), "wb") as clip:
            clip.setparams((1, 2, 16_000, 0, "NONE", "none"))
            signs = (int(9000 * math.sin(n / 6)) for n in range(int(16_000 * seconds)))
            clip.writeframes(b"".join(struct.pack("<h", sign) for sign in signs))
    clips = {key: {"file": f"{key}.wav", "ms": round(seconds * 1000)} for key, seconds in CLIPS.items()}
    (folder / "pack.json").write_text(json.dumps({"voice": "a tone", "ending": "woman", "clips": clips}), "utf-8")


@contextmanager
def at_kiosk(hall: Server, browser: Browser, *scripts: str) -> Iterator[Page]:
    with own_browser(browser, **KIOSK) as context:
        page = context.new_page()
        for script in scripts:
            page.add_init_script(script)
        page.goto(f"{hall.url()}/kiosk/")
        expect(page.locator("html")).to_have_attribute("data-connection", "connected", timeout=SLOW)
        yield page


def said(page: Page, words: str) -> None:
    page.wait_for_function("words => window.said.includes(words)", arg=words)


def all_said(page: Page) -> list[Any]:
    return list(page.evaluate("window.said"))


def test_without_clips_and_without_a_good_voice_it_is_not_offered(hall: Server, browser: Browser) -> None:
    with at_kiosk(hall, browser, ESPEAK) as kiosk:
        expect(kiosk.locator("#call-staff")).to_be_visible()
        expect(kiosk.locator("#mode-aloud")).to_be_hidden()


def test_a_voice_of_the_browsers_reads_each_step_and_whatever_has_the_focus(hall: Server, browser: Browser) -> None:
    with at_kiosk(hall, browser, VOICES) as kiosk:
        aloud = kiosk.locator("#mode-aloud")
        expect(aloud).to_be_visible()
        assert all_said(kiosk) == []
        aloud.click()
        expect(aloud).to_have_attribute("aria-pressed", "true")
        said(kiosk, say("th", "kiosk.choose"))
        # Nothing is read on that belongs to a step that is left.
        kiosk.locator("li[data-key='sso-join'] button").first.click()
        kiosk.locator("#take").wait_for()
        kiosk.locator("#take").focus()
        said(kiosk, say("th", "kiosk.take"))
        kiosk.locator(".languages [data-language=en]").click()
        kiosk.locator("#take").focus()
        said(kiosk, say("en", "kiosk.take"))
        kiosk.locator("#take").click()
        said(kiosk, say("en", "kiosk.your_number"))
        number = kiosk.locator(".ticket-number").inner_text()
        kiosk.wait_for_function("signs => window.said.join('').includes(signs)", arg=number)
        # The next visitor hears nothing.
        kiosk.locator("#done").click()
        expect(aloud).to_have_attribute("aria-pressed", "false")
        before = all_said(kiosk)
        kiosk.locator("li[data-key='sso-join'] button").first.click()
        kiosk.locator("#take").focus()
        assert all_said(kiosk) == before


def test_a_clip_is_played_where_there_is_one_and_cut_off_by_the_next(hall: Server, browser: Browser) -> None:
    record(hall.folder / "voice" / "th")
    with at_kiosk(hall, browser, ESPEAK, COUNTED) as kiosk:
        aloud = kiosk.locator("#mode-aloud")
        expect(aloud).to_be_visible()
        aloud.click()
        sounded(kiosk, 0.3)
        kiosk.locator("li[data-key='sso-join'] button.service").first.focus()
        sounded(kiosk, 0.5)
        kiosk.locator("li[data-key='sso-join'] button.service").first.click()
        kiosk.locator("#take").focus()
        sounded(kiosk, 0.7)
        # espeak said nothing of what has no clip.
        assert all_said(kiosk) == []


def sounded(page: Page, seconds: float) -> None:
    page.wait_for_function("length => window.sounded.some((one) => Math.abs(one - length) < 0.02)", arg=seconds)
