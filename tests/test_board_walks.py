"""The board in a real browser: how large its letters stand on the panel, what it shows of a rush, of a zone, when it is
closed or cut off, its films, and its memory after a day.

Not here: what its news holds (test_board.py), and what has room on which panel (tests/scripts/layout.test.js).
"""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from math import hypot
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from hall_server.people import People
from hall_server.texts import say
from tests.browser import SLOW
from tests.serving import PIN, Caller, Hall, Server, at_once, centre, in_earnest, serving, settle
from tests.test_line import Cable
from tests.test_walks import connected

COUNTERS = 20
# A rush, and then each page of calls for its five seconds.
RUSH = 60_000
SERVICES = ("doe-jobs", "sso-join", "sso-hospital", "dlpw-advice", "doe-work-permit", "sso-old-age", "doe-overseas")
NEAR = {"width": 1920, "height": 1080}
BODY = 0.594  # of ก in Sarabun, in em


@pytest.fixture(scope="module")
def open_hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A newcomer's hall, in which every counter has called and some still wait."""
    with serving(tmp_path_factory.mktemp("board") / "data", "eventlet") as server:
        with Caller(server.url()) as kiosk:
            for n in range(24):
                kiosk.take(SERVICES[n % len(SERVICES)])
        for n in range(1, 9):
            with Caller(server.url()).sign_in(f"officer{n}", "1234") as officer:
                officer.press(str(n), "next")
        yield server


def board(context: BrowserContext, url: str, size: dict[str, int], **asked: object) -> Page:
    """A board as large as that and set so, once its news has come and its letters are there."""
    page = context.new_page()
    page.set_viewport_size(size)  # type: ignore[arg-type]
    page.goto(f"{url}/board/?" + "&".join(f"{name}={value}" for name, value in asked.items()))
    connected(page)
    page.evaluate("document.fonts.ready")
    return page


# -- sizes ---------------------------------------------------------------------------------------------------------

# Every text that is seen on the board: of what kind, how high its letters stand, and where it is.
SEEN = """() => {
  const ruler = document.createElement("canvas").getContext("2d");
  const texts = document.createTreeWalker(document.querySelector("#board"), NodeFilter.SHOW_TEXT);
  const seen = [];
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const element = text.parentElement;
    if (!text.textContent.trim() || !element.checkVisibility({ visibilityProperty: true })) continue;
    const kind = element.matches(".figures, .row .number") ? "figure"
      : element.closest("[lang]")?.lang === "th" ? "thai" : "latin";
    const style = getComputedStyle(element);
    // Measured a thousand pixels large: the browser rounds to whole ones.
    ruler.font = `${style.fontWeight} 1000px Sarabun`;
    const size = parseFloat(style.fontSize) / 1000;
    const sign = { figure: "0", thai: "ก", latin: "H" }[kind];
    const range = document.createRange();
    range.selectNodeContents(text);
    const { left, right, top: box } = range.getBoundingClientRect();
    // The letters' ink, which is not as high as the font's box, or for Thai marks higher.
    const ink = ruler.measureText(text.textContent);
    const baseline = box + ink.fontBoundingBoxAscent * size;
    const top = baseline - ink.actualBoundingBoxAscent * size;
    const bottom = baseline + ink.actualBoundingBoxDescent * size;
    seen.push({ kind, text: text.textContent, left, right, top, bottom,
      high: ruler.measureText(sign).actualBoundingBoxAscent * size });
  }
  return seen;
}"""


@dataclass(frozen=True)
class Panel:
    width: int
    height: int
    diagonal: float
    distance: float
    overscan: float = 0
    theme: str = "dark"

    @property
    def size(self) -> dict[str, int]:
        return {"width": self.width, "height": self.height}

    @property
    def mm(self) -> float:
        return hypot(self.width, self.height) / (self.diagonal * 25.4)

    @property
    def figure(self) -> float:
        """The least height of a called figure, px; FACTS.md, "Sizes people need"."""
        return max(self.distance * 1000 / 80, 76) * self.mm

    @property
    def text(self) -> float:
        return self.distance * 1000 / 156 * self.mm

    @property
    def asked(self) -> dict[str, object]:
        return {
            "diagonal": self.diagonal,
            "distance": self.distance,
            "overscan": self.overscan,
            "theme": self.theme,
        }


PANELS = [
    Panel(1920, 1080, 55, 10),
    Panel(1920, 1080, 55, 5, overscan=4, theme="light"),
    Panel(1920, 1080, 43, 3, theme="contrast"),
    Panel(1920, 1080, 75, 15, overscan=2),
    Panel(3840, 2160, 65, 8),
    Panel(1080, 1920, 55, 10),
    Panel(1080, 1920, 55, 4, overscan=3, theme="light"),
    Panel(1366, 768, 32, 5),
]


@pytest.mark.parametrize("panel", PANELS, ids=str)
def test_every_text_stands_as_high_as_the_distance_needs_and_within_the_panel(
    open_hall: Server, context: BrowserContext, panel: Panel
) -> None:
    page = board(context, open_hall.url(), panel.size, **panel.asked)
    expect(page.locator("#too-small")).to_be_hidden()
    pages = set()
    # Some of the band's pages, in both languages.
    for _ in range(2):
        seen = page.evaluate(SEEN)
        pages.add(page.locator("#band").inner_text())
        assert "figure" in {text["kind"] for text in seen}
        for text in seen:
            least = panel.figure if text["kind"] == "figure" else panel.text
            assert text["high"] >= least - 0.5, text
            x, y = panel.width * panel.overscan / 100, panel.height * panel.overscan / 100
            assert text["left"] >= x - 1 and text["right"] <= panel.width - x + 1, text
            assert text["top"] >= y - 1 and text["bottom"] <= panel.height - y + 1, text
        said = page.locator("#band").inner_text()
        page.wait_for_function("said => document.querySelector('#band').innerText !== said", arg=said)
    assert len(pages) == 2


def test_a_called_number_is_197_pixels_of_ink_at_ten_metres(open_hall: Server, context: BrowserContext) -> None:
    """Not what a stylesheet says, but what is painted."""
    page = board(context, open_hall.url(), NEAR, diagonal=55, distance=10)
    number = page.locator("#earlier .number").first
    picture = Image.open(BytesIO(page.screenshot(clip=grown(number.bounding_box(), 12)))).convert("L")
    paper = picture.getpixel((0, 0))
    rows = [
        y for y in range(picture.height)
        if any(abs(picture.getpixel((x, y)) - paper) > 60 for x in range(picture.width))
    ]  # fmt: skip
    assert rows[-1] - rows[0] + 1 >= 197


@pytest.mark.parametrize("panel", [PANELS[0], PANELS[4], PANELS[5]], ids=str)
def test_the_way_out_is_read_from_the_back_of_the_hall(
    open_hall: Server, context: BrowserContext, manager: Caller, panel: Panel
) -> None:
    manager.post("/api/v1/evacuation", json={"on": True})
    page = board(context, open_hall.url(), panel.size, **panel.asked)
    said = page.locator("#evacuation")
    expect(said).to_be_visible()
    font = said.locator("[lang=th] h1").evaluate("said => parseFloat(getComputedStyle(said).fontSize)")
    over = said.evaluate("said => [said.scrollHeight - said.clientHeight, said.scrollWidth - said.clientWidth]")
    manager.post("/api/v1/evacuation", json={"on": False})
    assert font * BODY >= panel.text - 0.5
    assert over == [0, 0]


def test_the_wish_for_sound_stands_over_nothing_that_is_to_be_read(open_hall: Server, context: BrowserContext) -> None:
    page = board(context, open_hall.url(), NEAR, diagonal=55, distance=10)
    expect(page.locator("#sound")).to_be_visible()
    tap = page.locator("#sound").bounding_box()
    assert tap
    assert [text for text in page.evaluate(SEEN) if text["top"] < tap["y"] + tap["height"]] == []


def grown(box: Any, by: float) -> Any:
    return {"x": box["x"] - by, "y": box["y"] - by, "width": box["width"] + 2 * by, "height": box["height"] + 2 * by}


def test_a_panel_that_is_too_small_says_so_and_up_to_where_it_can_be_read(
    open_hall: Server, context: BrowserContext
) -> None:
    page = board(context, open_hall.url(), NEAR, diagonal=32, distance=20)
    told = page.locator("#too-small")
    expect(told).to_contain_text(re.compile(r"readable up to [\d.]+ m"))
    metres = float(re.findall(r"up to ([\d.]+) m", told.inner_text())[0])
    assert 5 < metres < 20
    nearer = Panel(1920, 1080, 32, metres)
    for text in page.evaluate(SEEN):
        assert text["high"] >= (nearer.figure if text["kind"] == "figure" else nearer.text) - 0.5
    expect(
        board(context, open_hall.url(), NEAR, diagonal=32, distance=metres - 0.5).locator("#too-small")
    ).to_be_hidden()


def test_thai_marks_are_not_cut(open_hall: Server, context: BrowserContext) -> None:
    """No box of the board is smaller than what it holds, and the marks above and below the letters have their room."""
    page = board(context, open_hall.url(), NEAR, diagonal=55, distance=5)
    cut = page.evaluate(
        """() => [...document.querySelectorAll("#board, #calls, #band, #head, .said-row, .said-name, .label")]
             .filter((box) => box.checkVisibility() && getComputedStyle(box).overflow !== "visible")
             .filter((box) => box.scrollHeight > box.clientHeight + 2 || box.scrollWidth > box.clientWidth + 2)
             .map((box) => `${box.id || box.className}: ${box.scrollHeight} in ${box.clientHeight}`)"""
    )
    assert cut == []
    # The highest and the lowest that Thai can stand, in em, and the line's own height.
    room = page.evaluate(
        """() => {
          const line = document.querySelector("#band [lang=th]"), band = document.querySelector("#band");
          const ruler = document.createElement("canvas").getContext("2d");
          const { fontSize, fontWeight, lineHeight } = getComputedStyle(line);
          ruler.font = `${fontWeight} ${fontSize} Sarabun`;
          const ink = ruler.measureText("ปี้ฐู");
          const { fontBoundingBoxAscent: up, fontBoundingBoxDescent: down } = ink;
          const box = line.getBoundingClientRect();
          const baseline = box.top + (parseFloat(lineHeight) - up - down) / 2 + up;
          return [baseline - ink.actualBoundingBoxAscent - band.getBoundingClientRect().top,
                  band.getBoundingClientRect().bottom - baseline - ink.actualBoundingBoxDescent];
        }"""
    )
    assert min(room) >= 0, room


# -- zones ---------------------------------------------------------------------------------------------------------


def test_boards_of_two_zones_show_their_own_counters(open_hall: Server, context: BrowserContext) -> None:
    counters = {}
    for zone in ("a", "b"):
        page = board(context, open_hall.url(), NEAR, distance=3, zone=zone)
        expect(page.locator(".head-centre")).to_contain_text(f"Zone {zone.upper()}")
        expect(page.locator("#earlier .row")).to_have_count(3)
        counters[zone] = set(page.locator("#calls .counter").all_inner_texts())
    assert counters == {"a": {"1", "2", "3", "4"}, "b": {"5", "6", "7", "8"}}


# -- a rush --------------------------------------------------------------------------------------------------------

# Notes how long each number is to be seen, and whether any ever stands twice.
WATCH = """() => {
  const board = document.querySelector("#calls");
  window.seen = {}; window.twice = [];
  let before = [], at = performance.now();
  const look = () => {
    const now = performance.now();
    for (const number of before) window.seen[number] = (window.seen[number] ?? 0) + now - at;
    at = now;
    before = [...board.querySelectorAll(".large > .number, .row > .number:first-child")]
      .filter((one) => one.checkVisibility({ visibilityProperty: true })).map((one) => one.textContent);
    for (const number of before) if (before.filter((one) => one === number).length > 1) window.twice.push(number);
  };
  new MutationObserver(look).observe(board, { childList: true, subtree: true, attributes: true });
  setInterval(look, 500);
  look();
}"""


@pytest.fixture(scope="module")
def rush_hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """A hall in earnest with twenty counters and as many officers."""
    folder = tmp_path_factory.mktemp("rush") / "data"
    keys = settle(folder, centre(counters=COUNTERS + 1))
    people = People(folder / "people.db")
    for n in range(COUNTERS):
        people.add_person(f"clerk{n}", "officer", PIN)
    with in_earnest(folder, "eventlet", keys) as opened:
        yield opened


def paired(browser: Browser, hall: Hall, **more: Any) -> BrowserContext:
    """A browser that was accepted as the hall's board."""
    context = browser.new_context(**more)
    context.set_default_timeout(SLOW)
    context.add_cookies([{"name": "sala_screen", "value": hall.keys["board"], "url": hall.url}])
    return context


def test_twenty_calls_in_one_second_are_each_seen_long_enough_and_none_twice(browser: Browser, rush_hall: Hall) -> None:
    context = paired(browser, rush_hall)
    page = board(context, rush_hall.url, {"width": 1080, "height": 1920}, distance=3)
    numbers = [rush_hall.kiosk.take("benefit")["number"] for _ in range(COUNTERS)]
    clerks = [Caller(rush_hall.url).sign_in(f"clerk{n}") for n in range(COUNTERS)]
    page.evaluate(WATCH)
    called = at_once([partial(clerk.press, str(n + 1), "next") for n, clerk in enumerate(clerks)])
    assert sorted(press["ticket"]["number"] for press in called) == numbers
    page.wait_for_function(
        "numbers => numbers.every((number) => window.seen[number] >= 4000)", arg=numbers, timeout=RUSH
    )
    assert page.evaluate("window.twice") == []
    # Whoever came leaves the awaited, and whoever is awaited goes on to be shown.
    for n in range(3):
        clerks[n].press(str(n + 1), "start")
        clerks[n].press(str(n + 1), "finish")
    gone = {press["ticket"]["number"] for press in called[:3]}
    page.wait_for_function(
        "gone => !gone.some((number) => document.querySelector('#calls').textContent.includes(number))",
        arg=sorted(gone),
    )
    # One that is taken back vanishes too.
    clerks[5].press("6", "undo")
    page.evaluate(WATCH)
    expect(page.locator("#calls")).not_to_contain_text(called[5]["ticket"]["number"])
    for clerk in clerks:
        clerk.close()
    context.close()


# -- closed, and cut off -------------------------------------------------------------------------------------------


def test_a_closed_hall_says_so_in_both_languages_from_afar(browser: Browser, closed_hall: Hall) -> None:
    context = paired(browser, closed_hall)
    panel = Panel(1920, 1080, 55, 10)
    page = board(context, closed_hall.url, panel.size, **panel.asked)
    for language in ("th", "en"):
        expect(page.locator("#message")).to_contain_text(say(language, "board.closed"))
    expect(page.locator("#call")).not_to_be_visible()
    for text in page.evaluate(SEEN):
        assert text["high"] >= panel.text - 0.5, text
    context.close()


@pytest.mark.parametrize("panel", [Panel(1920, 1080, 55, 10), Panel(1920, 1080, 55, 4)], ids=["far", "near"])
def test_a_board_that_is_cut_off_says_since_when_as_large_as_all_else(
    open_hall: Server, context: BrowserContext, panel: Panel
) -> None:
    page = context.new_page()
    cable = Cable(page)
    page.set_viewport_size(panel.size)  # type: ignore[arg-type]
    page.goto(f"{open_hall.url()}/board/?distance={panel.distance}")
    connected(page)
    cable.whole = False
    band = page.locator("#band")
    heard = page.locator("html").get_attribute("data-as-of")
    for language in ("th", "en"):
        words = say(language, "board.as_of").partition("{")[0].split()[0].strip(".")
        expect(band).to_contain_text(words, timeout=20_000)
    expect(band).to_contain_text(re.compile(r"\d\d:\d\d"), timeout=20_000)
    shown = re.findall(r"\d\d:\d\d", band.inner_text())[0]
    assert heard is not None and shown in (heard, page.locator("html").get_attribute("data-as-of"))
    for text in page.evaluate(SEEN):
        assert text["high"] >= (panel.figure if text["kind"] == "figure" else panel.text) - 0.5, text
    cable.whole = True
    expect(page.locator("#connection")).to_be_empty(timeout=3_000)
    expect(band).not_to_contain_text(say("en", "board.as_of").partition("{")[0].strip())


# -- notices and films ---------------------------------------------------------------------------------------------

# A film of one second with a tone, made by the browser itself.
FILM = """async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 180 });
  const paint = canvas.getContext("2d");
  let n = 0;
  const painting = setInterval(() => {
    paint.fillStyle = `hsl(${n++ * 9} 60% 45%)`;
    paint.fillRect(0, 0, 320, 180);
  }, 40);
  const audio = new AudioContext(), heard = audio.createMediaStreamDestination();
  const tone = new OscillatorNode(audio); tone.connect(heard); tone.start();
  const stream = new MediaStream([...canvas.captureStream(25).getTracks(), ...heard.stream.getTracks()]);
  const recorder = new MediaRecorder(stream, { mimeType: "video/webm" }), parts = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  recorder.start();
  await new Promise((done) => setTimeout(done, 1000));
  recorder.stop();
  await new Promise((done) => { recorder.onstop = done; });
  clearInterval(painting);
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}"""


@pytest.fixture(scope="module")
def film(browser: Browser) -> bytes:
    page = browser.new_page()
    made = base64.b64decode(page.evaluate(FILM))
    page.close()
    return made


@pytest.fixture
def manager(open_hall: Server) -> Iterator[Caller]:
    with Caller(open_hall.url()) as caller:
        yield caller.sign_in("manager", "1234")


@pytest.fixture
def playing(manager: Caller, film: bytes) -> Iterator[None]:
    """The centre has a film."""
    assert manager.put("/api/v1/playlist/film.webm", data=film).status_code == 200
    yield
    manager.delete("/api/v1/playlist/film.webm")


@pytest.mark.usefixtures("playing")
def test_a_film_plays_beside_the_calls_and_is_silent_while_somebody_is_called(
    open_hall: Server, context: BrowserContext, manager: Caller
) -> None:
    page = board(context, open_hall.url(), NEAR, distance=3)
    video = page.locator("#media video")
    expect(video).to_be_visible()
    # Untouched, a browser lets no page sound; the film plays all the same, from its beginning again and again.
    page.wait_for_function("document.querySelector('#media video').currentTime > 0")
    page.locator("#sound").click()
    expect(page.locator("#call[data-announcing]")).to_have_count(0, timeout=RUSH)
    page.wait_for_function("!document.querySelector('#media video').muted")
    page.evaluate(
        """() => {
          const video = document.querySelector("#media video"), call = document.querySelector("#call");
          window.loud = [];
          const look = () => call.hasAttribute("data-announcing") && !video.muted && window.loud.push(Date.now());
          new MutationObserver(look).observe(call, { attributes: true });
          video.addEventListener("volumechange", look);
          video.addEventListener("playing", look);
        }"""
    )
    with Caller(open_hall.url()).sign_in("officer3", "1234") as officer:
        officer.press("3", "recall")
    expect(page.locator("#call[data-announcing]")).to_be_visible()
    assert video.evaluate("video => video.muted")
    expect(page.locator("#call[data-announcing]")).to_have_count(0, timeout=RUSH)
    page.wait_for_function("!document.querySelector('#media video').muted")
    assert page.evaluate("window.loud") == []
    # Nor is there anything to be heard, or seen, but the way out.
    manager.post("/api/v1/evacuation", json={"on": True})
    expect(video).to_be_hidden()
    assert video.evaluate("video => video.muted && video.paused")
    manager.post("/api/v1/evacuation", json={"on": False})


def test_a_film_has_the_calls_place_while_nobody_is_awaited_and_yields_to_a_call(
    tmp_path: Path, browser: Browser, film: bytes
) -> None:
    context = browser.new_context(viewport=NEAR)  # type: ignore[arg-type]
    context.set_default_timeout(SLOW)
    with serving(tmp_path / "data", "eventlet") as hall, Caller(hall.url()) as anyone:
        anyone.sign_in("manager", "1234").put("/api/v1/playlist/film.webm", data=film)
        page = context.new_page()
        page.clock.install()
        page.goto(f"{hall.url()}/board/?distance=12")
        connected(page)
        expect(page.locator("#message")).to_contain_text(say("en", "board.empty"))
        page.clock.fast_forward(16_000)
        expect(page.locator("#board[data-idle] #media")).to_be_visible()
        with Caller(hall.url()) as kiosk, Caller(hall.url()).sign_in("officer5", "1234") as officer:
            number = kiosk.take("doe-jobs")["number"]
            officer.press("5", "next")
        expect(page.locator("#call .number").first).to_have_text(number)
        expect(page.locator("#media")).to_be_hidden()
    context.close()


def test_a_manager_enters_a_notice_and_a_picture_and_the_board_shows_both(
    open_hall: Server, context: BrowserContext, tmp_path: Path
) -> None:
    Image.new("RGB", (160, 90), "#0b5560").save(tmp_path / "ต้อนรับ.png")
    (tmp_path / "page.png").write_text("<html>")
    desk = context.new_page()
    desk.goto(f"{open_hall.url()}/desk/settings?show=notices&language=en")
    desk.locator("#username").fill("manager")
    desk.locator("#pin").fill("1234")
    desk.keyboard.press("Enter")
    expect(desk.locator(".tabs")).to_be_visible()
    desk.goto(f"{open_hall.url()}/desk/settings?show=notices&language=en")
    desk.locator("#notice-add").click()
    desk.locator("[data-notice] textarea[lang=th]").fill("พบร่มหนึ่งคัน ติดต่อช่อง 1")
    desk.locator("[data-notice] textarea[lang=en]").fill("An umbrella was found: ask at counter 1")
    desk.locator("#notices button.main").click()
    expect(desk.locator("#notices-told")).to_have_text(say("en", "desk.notices_saved"))
    desk.locator("#file").set_input_files(tmp_path / "page.png")
    desk.locator("#upload button").click()
    expect(desk.locator("#files-told")).to_contain_text("cannot be shown")
    desk.locator("#file").set_input_files(tmp_path / "ต้อนรับ.png")
    desk.locator("#upload button").click()
    expect(desk.locator("#file-list")).to_contain_text("ต้อนรับ.png")

    page = board(context, open_hall.url(), NEAR, distance=3)
    expect(page.locator("#media img")).to_be_visible()
    assert page.locator("#media img").evaluate("async (img) => (await img.decode(), img.naturalWidth)") == 160
    expect(page.locator("#band")).to_contain_text("An umbrella was found: ask at counter 1", timeout=RUSH)
    expect(page.locator("#band")).to_contain_text("พบร่มหนึ่งคัน ติดต่อช่อง 1")

    desk.reload()
    desk.locator("#file-list button").click()
    expect(desk.locator("#no-files")).to_be_visible()
    desk.locator("[data-remove]").click()
    desk.locator("#notices button.main").click()
    expect(desk.locator("#notices-told")).to_have_text(say("en", "desk.notices_saved"))
    expect(page.locator("#media")).to_be_hidden()


# -- a day's memory ------------------------------------------------------------------------------------------------

ROUNDS, CALLS_A_ROUND, MINUTES_A_ROUND = 16, 130, 30


def test_eight_hours_of_calls_leave_the_boards_memory_flat(browser: Browser, rush_hall: Hall) -> None:
    """Some two thousand calls; between them the page's clock goes on to the end of the day."""
    context = paired(browser, rush_hall, viewport=NEAR)
    page = context.new_page()
    page.clock.install()
    page.goto(f"{rush_hall.url}/board/?distance=4")
    connected(page)
    chrome = context.new_cdp_session(page)
    chrome.send("Performance.enable")
    tap = page.locator("#sound")
    if tap.is_visible():
        tap.click()

    def used() -> dict[str, float]:
        chrome.send("HeapProfiler.collectGarbage")
        told = {one["name"]: one["value"] for one in chrome.send("Performance.getMetrics")["metrics"]}
        return {name: told[name] for name in ("JSHeapUsedSize", "Nodes", "JSEventListeners")}

    called = 0
    kept = []
    with Caller(rush_hall.url, rush_hall.keys["kiosk"]) as kiosk, Caller(rush_hall.url).sign_in("officer1") as officer:
        for _ in range(ROUNDS):
            for n in range(CALLS_A_ROUND):
                kiosk.take("benefit")
                body = {"current": "finished"} if called or n else {}
                ticket = officer.press("1", "next", **body)["ticket"]
                called += 1
            page.clock.run_for(5_000)
            page.clock.fast_forward(MINUTES_A_ROUND * 60_000)
            expect(page.locator("#calls")).to_contain_text(ticket["number"], timeout=SLOW)
            connected(page)
            kept.append(used())
        officer.press("1", "start")
        officer.press("1", "finish")
    middle, end = kept[ROUNDS // 2], kept[-1]
    assert called == ROUNDS * CALLS_A_ROUND
    assert end["JSHeapUsedSize"] < middle["JSHeapUsedSize"] * 1.1 + 300_000, kept
    assert end["Nodes"] < middle["Nodes"] * 1.1 + 100, kept
    assert end["JSEventListeners"] <= middle["JSEventListeners"] + 5, kept
    context.close()
