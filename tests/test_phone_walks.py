"""A ticket on its holder's phone, in a real browser: light, alerting once, right after a sleep, and losing no wish.

Not here: the whole visit (test_walks.py), when there is something to tell (tests/scripts), what calls answer.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from hall_server.texts import say
from tests.browser import SLOW, own_browser
from tests.serving import Caller, Server, serving
from tests.test_line import Cable

PHONE, SMALL = {"width": 390, "height": 844}, {"width": 320, "height": 640}
SERVICE, COUNTER, SERIES = "doe-jobs", "4", "F"
MOST_BYTES = 60 * 1024
FINGER = 44
# Chromium on a desk does not shake: what it would have shaken by is noted, over reloads too.
FELT = """
Object.defineProperty(navigator, "vibrate", { value: (pattern) => {
  const felt = JSON.parse(sessionStorage.getItem("felt") ?? "[]");
  sessionStorage.setItem("felt", JSON.stringify([...felt, pattern]));
  return true;
} });
"""
NEAR, CALLED = [200, 150, 200], [500, 200, 500, 200, 900]


class Floor:
    """A hall with one visitor of interest, and an officer at the counter that calls."""

    def __init__(self, server: Server) -> None:
        self.url = server.url()
        self.kiosk, self.officer = Caller(self.url), Caller(self.url).sign_in("officer4", "1234")

    def close(self) -> None:
        self.kiosk.give_back()
        held = self.officer.get("/api/v1/hall").json()["serving"]
        if any(ticket["counter"] == COUNTER for ticket in held):
            self.press("next", current="finished") if held[0]["state"] == "called" else self.press("finish")
        self.kiosk.close(), self.officer.close()

    def take(self, *services: str, **more: Any) -> str:
        answer = self.kiosk.tap(services=list(services or (SERVICE,)), **more)
        assert answer.status_code == 201, answer.text
        self.kiosk.taken.append(answer.json()["token"])
        return str(answer.json()["token"])

    def press(self, action: str, **body: Any) -> Any:
        return self.officer.press(COUNTER, action, **body)

    def call(self, token: str) -> None:
        """Whoever comes before is served, and then this ticket is called."""
        while self.kiosk.ticket(token)["state"] == "waiting":
            self.press("next", **({"current": "finished"} if self.at_counter() else {}))

    def at_counter(self) -> bool:
        return any(ticket["counter"] == COUNTER for ticket in self.officer.get("/api/v1/hall").json()["serving"])

    def finish(self, token: str) -> None:
        self.call(token)
        self.press("start"), self.press("finish")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("phone") / "data", "eventlet") as opened:
        yield opened


@pytest.fixture
def floor(server: Server) -> Iterator[Floor]:
    opened = Floor(server)
    yield opened
    opened.close()


@pytest.fixture
def pocket(browser: Browser) -> Iterator[BrowserContext]:
    """A phone, whose pages' faults fail the walk."""
    with own_browser(browser, **PHONE, has_touch=True) as opened:
        opened.add_init_script(FELT)
        yield opened


def follow(pocket: BrowserContext, floor: Floor, token: str, language: str = "en") -> Page:
    page = pocket.new_page()
    page.set_default_timeout(SLOW)
    page.goto(f"{floor.url}/t/{token}?language={language}")
    connected(page)
    return page


def connected(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("data-connection", "connected", timeout=SLOW)


def felt(page: Page) -> Any:
    return page.evaluate("JSON.parse(sessionStorage.getItem('felt') ?? '[]')")


@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize("state", ["waiting", "finished"])
def test_the_first_visit_is_under_sixty_kilobytes(
    floor: Floor, pocket: BrowserContext, language: str, state: str
) -> None:
    """Everything that comes over the line, with what HTTP itself takes; nothing is there from before."""
    token = floor.take(SERVICE, "dsd-training") if state == "waiting" else floor.take()
    if state == "finished":
        floor.finish(token)
    page = pocket.new_page()
    line, sizes, names = pocket.new_cdp_session(page), dict[str, float](), dict[str, str]()
    line.send("Network.enable")
    line.on("Network.requestWillBeSent", lambda told: names.update({told["requestId"]: told["request"]["url"]}))
    line.on("Network.loadingFinished", lambda told: sizes.update({told["requestId"]: told["encodedDataLength"]}))
    page.goto(f"{floor.url}/t/{token}?language={language}")
    connected(page)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready.then(() => true)")
    sent = {names[one].removeprefix(floor.url): round(size) for one, size in sizes.items()}
    assert len(sent) > 15 and "/kiosk/static/ticket.js" in sent
    assert sum(sent.values()) < MOST_BYTES, sorted(sent.items(), key=lambda one: -one[1])


def test_it_tells_that_the_turn_is_near_and_that_it_has_come_once_each(floor: Floor, pocket: BrowserContext) -> None:
    before = [floor.take() for _ in range(3)]
    token = floor.take()
    page = follow(pocket, floor, token)
    banner = page.locator("#banner")
    expect(page.locator("#ahead")).to_have_text("at most 3 people")
    expect(banner).to_be_hidden()
    assert felt(page) == []

    floor.call(before[0])
    expect(banner).to_have_text(say("en", "ticket.banner.near"))
    assert felt(page) == [NEAR]
    floor.call(token)
    expect(banner).to_have_text(say("en", "ticket.banner.called", counter=COUNTER))
    expect(page).to_have_title(re.compile("It is your turn"))
    assert felt(page) == [NEAR, CALLED]
    box, width = banner.bounding_box(), PHONE["width"]
    assert box and box["width"] > 0.9 * width and box["y"] < 200
    page.mouse.wheel(0, 600)
    expect(banner).to_be_in_viewport(ratio=1)

    page.reload()
    connected(page)
    expect(banner).to_be_visible()
    assert felt(page) == [NEAR, CALLED], "what was said is not said again"
    floor.press("recall")
    page.wait_for_function("() => JSON.parse(sessionStorage.getItem('felt')).length === 3")
    assert felt(page)[2] == CALLED, "a second call is"
    floor.press("start")
    expect(banner).to_be_hidden()


def test_the_title_blinks_less_than_three_times_a_second_and_stops_when_touched(
    floor: Floor, pocket: BrowserContext
) -> None:
    token = floor.take()
    page = follow(pocket, floor, token)
    page.evaluate("""() => {
      window.titles = [];
      new MutationObserver(() => window.titles.push([performance.now(), document.title]))
        .observe(document.querySelector("title"), { childList: true });
    }""")
    floor.call(token)
    page.wait_for_function("() => window.titles.length >= 5", timeout=SLOW)
    told = page.evaluate("window.titles")
    words = {title for _, title in told}
    assert len(words) == 2 and any(f"counter {COUNTER}" in title for title in words)
    assert (told[4][0] - told[1][0]) / 3 > 1000 / 3
    page.locator("#place").tap()
    expect(page).not_to_have_title(re.compile(f"counter {COUNTER}"))


@pytest.mark.parametrize("language", ["th", "en"])
def test_the_way_to_the_counter(floor: Floor, pocket: BrowserContext, language: str) -> None:
    token = floor.take()
    page = follow(pocket, floor, token, language)
    expect(page.locator("#only-open")).to_have_text(say(language, "ticket.only_open"))
    floor.call(token)
    expect(page.locator("#counter")).to_have_text(COUNTER)
    told = {"th": ("จัดหางานและผู้ว่างงาน", "โซน A", "ด้านซ้ายของโถง"), "en": ("Jobs and unemployment", "Zone A", "left of")}
    for words in told[language]:
        expect(page.locator("#way")).to_contain_text(words)
    other = "en" if language == "th" else "th"
    page.locator(f"[data-language={other}]").tap()
    expect(page.locator("#way-counter")).to_have_text(told[other][0])


def test_sound_is_asked_for_by_a_tap_and_felt_at_once(floor: Floor, pocket: BrowserContext) -> None:
    page = follow(pocket, floor, floor.take())
    page.evaluate("""() => {
      window.tones = 0;
      const start = OscillatorNode.prototype.start;
      OscillatorNode.prototype.start = function (...when) { window.tones += 1; return start.apply(this, when); };
    }""")
    sound = page.locator("#sound")
    expect(sound).to_have_attribute("aria-pressed", "false")
    before = felt(page)
    sound.tap()
    expect(sound).to_have_attribute("aria-pressed", "true")
    expect(sound).to_have_text(say("en", "ticket.sound_on"))
    assert len(felt(page)) == len(before) + 1
    assert page.evaluate("window.tones") == 1
    page.reload()
    expect(sound).to_have_attribute("aria-pressed", "true")
    sound.tap()
    expect(sound).to_have_attribute("aria-pressed", "false")


# -- a bad line ----------------------------------------------------------------------------------------------------


def test_a_pulled_cable_is_said_and_the_phone_is_right_three_seconds_after(
    floor: Floor, pocket: BrowserContext
) -> None:
    token = floor.take()
    page = pocket.new_page()
    cable = Cable(page)
    page.goto(f"{floor.url}/t/{token}?language=en")
    connected(page)
    cable.whole = False
    expect(page.locator("#connection")).to_contain_text("Connection lost", timeout=10_000)
    floor.call(token)
    cable.whole = True
    expect(page.locator("#banner")).to_contain_text(f"counter {COUNTER}", timeout=3_000)
    expect(page.locator("#connection")).to_be_empty()


def test_a_phone_that_slept_is_right_three_seconds_after_it_wakes(floor: Floor, pocket: BrowserContext) -> None:
    token = floor.take()
    page = pocket.new_page()
    cable = Cable(page)
    page.goto(f"{floor.url}/t/{token}?language=en")
    connected(page)
    life = pocket.new_cdp_session(page)
    # Asleep: nothing runs, and the server has given the line up when the phone is taken out again.
    life.send("Page.setWebLifecycleState", {"state": "frozen"})
    cable.whole = False
    floor.call(token)
    floor.press("start")
    cable.whole = True
    life.send("Page.setWebLifecycleState", {"state": "active"})
    expect(page.locator("#state")).to_have_text(say("en", "ticket.state.serving"), timeout=3_000)


def test_phone_and_pad_are_right_three_seconds_after_the_server_is_back(
    browser: Browser, tmp_path: Path, pocket: BrowserContext
) -> None:
    with serving(tmp_path / "data", "eventlet") as first:
        floor = Floor(first)
        token = floor.take()
        page, pad = follow(pocket, floor, token), pocket.new_page()
        pad.goto(f"{floor.url}/pad/?counter={COUNTER}&language=en")
        connected(pad)
        floor.call(token)
        floor.press("start"), floor.press("finish")
        expect(pad.locator("[data-step=steps]")).to_be_visible()
        floor.kiosk.taken.clear(), floor.kiosk.close(), floor.officer.close()
    with serving(tmp_path / "data", "eventlet", "--port", floor.url.rsplit(":", 1)[1]):
        with Caller(floor.url) as holder:
            holder.post(f"/api/v1/tickets/{token}/rating", json={"steps_and_time": 4, "overall": 4})
        expect(page.locator("#thanks")).to_be_visible(timeout=3_000)
        expect(pad.locator("[data-step=rest]")).to_be_visible(timeout=3_000)
        expect(page.locator("#connection")).to_be_empty()
        expect(pad.locator("#connection")).to_be_empty()


def no_line(page: Page, path: str) -> Callable[[], None]:
    """Nothing that is sent to `path` arrives, until the line is mended."""

    def lost(route: Route) -> None:
        route.abort("connectionfailed")

    page.route(path, lost)
    return lambda: page.unroute(path, lost)


@pytest.mark.parametrize("language", ["th", "en", "my"])
@pytest.mark.parametrize("size", [PHONE, {"width": 360, "height": 740}], ids=["usual", "narrow"])
def test_the_words_of_the_rating_can_be_read_and_have_room(
    floor: Floor, pocket: BrowserContext, language: str, size: dict[str, int]
) -> None:
    token = floor.take()
    floor.finish(token)
    page = pocket.new_page()
    page.set_viewport_size(size)  # type: ignore[arg-type]
    page.goto(f"{floor.url}/t/{token}?language={language}")
    expect(page.locator("#rating")).to_be_visible()
    told = page.evaluate(
        """() => Array.from(document.querySelectorAll(".level"), (level) => {
          const words = document.createRange();
          words.selectNodeContents(level.querySelector(".level-words, span") ?? level);
          const [inner, outer] = [words.getBoundingClientRect(), level.getBoundingClientRect()];
          const room = inner.left >= outer.left + 1 && inner.right <= outer.right - 1;
          return { words: level.textContent.trim(), room, px: parseFloat(getComputedStyle(level).fontSize) };
        })"""
    )
    assert len(told) == 10
    assert [one for one in told if one["px"] < 14 or not one["room"]] == []


def test_a_rating_given_without_a_line_is_sent_when_the_line_is_back(floor: Floor, pocket: BrowserContext) -> None:
    token = floor.take()
    floor.finish(token)
    page = follow(pocket, floor, token)
    mend = no_line(page, "**/rating")
    page.locator(".level:has(input[name=steps][value='4'])").tap()
    page.locator(".level:has(input[name=overall][value='2'])").tap()
    page.get_by_role("button", name=say("en", "ticket.send")).tap()
    expect(page.locator("#kept")).to_have_text(say("en", "ticket.kept"), timeout=SLOW)
    expect(page.locator("#rating")).to_be_hidden()
    # Not even when the page is loaded anew meanwhile.
    page.reload()
    expect(page.locator("#kept")).to_be_visible()
    mend()
    expect(page.locator("#thanks")).to_be_visible(timeout=SLOW)
    expect(page.locator("#kept")).to_be_hidden()
    again = floor.kiosk.post(f"/api/v1/tickets/{token}/rating", json={"steps_and_time": 1, "overall": 1})
    assert again.json()["type"] == "already-rated"


def test_a_ticket_cancelled_without_a_line_is_cancelled_once_when_it_is_back(
    floor: Floor, pocket: BrowserContext
) -> None:
    token = floor.take()
    page = follow(pocket, floor, token)
    mend = no_line(page, f"**/tickets/{token}")
    page.locator("#cancel-ask").tap()
    page.locator("#cancel-yes").tap()
    expect(page.locator("#kept")).to_be_visible(timeout=SLOW)
    expect(page.locator("#cancel")).to_be_hidden()
    assert floor.kiosk.ticket(token)["state"] == "waiting"
    mend()
    expect(page.locator("#state")).to_have_text(say("en", "ticket.state.cancelled"), timeout=SLOW)


def test_rated_at_the_counter_meanwhile_is_no_mistake_of_the_visitors(floor: Floor, pocket: BrowserContext) -> None:
    token = floor.take()
    floor.finish(token)
    page = pocket.new_page()
    cable = Cable(page)
    page.goto(f"{floor.url}/t/{token}?language=en")
    connected(page)
    cable.whole = False
    assert floor.kiosk.post(
        f"/api/v1/tickets/{token}/rating", json={"steps_and_time": 5, "overall": 5}
    ).status_code == 201  # fmt: skip
    for question in ("steps", "overall"):
        page.locator(f".level:has(input[name={question}][value='3'])").tap()
    page.get_by_role("button", name=say("en", "ticket.send")).tap()
    expect(page.locator("#thanks")).to_be_visible()
    expect(page.locator("#problem")).to_be_hidden()


# -- small, and with large letters ---------------------------------------------------------------------------------


@pytest.mark.parametrize("letters", [16, 24])
@pytest.mark.parametrize("language", ["th", "en"])
def test_a_small_phone_with_large_letters_cuts_nothing_and_every_target_is_a_fingers(
    floor: Floor, pocket: BrowserContext, language: str, letters: int
) -> None:
    token = floor.take(SERVICE, "dsd-training")
    page = follow(pocket, floor, token, language)
    pocket.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": letters}})
    page.set_viewport_size(SMALL)  # type: ignore[arg-type]
    fits(page)
    page.locator("#cancel-ask").tap()
    fits(page)
    floor.call(token)
    expect(page.locator("#banner")).to_be_visible()
    fits(page)
    floor.press("start"), floor.press("finish", services=[SERVICE, "dsd-training"])
    expect(page.locator("#rating")).to_be_visible()
    fits(page)
    size = page.locator("#state").evaluate("it => parseFloat(getComputedStyle(it).fontSize)")
    assert size == 1.5 * letters


def fits(page: Page) -> None:
    """Nothing sticks out sideways, no word runs out of its place, and all that is pressed is large enough."""
    assert page.evaluate("document.documentElement.scrollWidth") <= SMALL["width"]
    wide = page.evaluate("""() => [...document.querySelectorAll("main *")]
      .filter((it) => it.offsetParent && it.scrollWidth > it.clientWidth + 1)
      .filter((it) => getComputedStyle(it).display !== "inline")
      .map((it) => it.id || it.className || it.tagName)""")
    assert not wide, wide
    for one in page.locator(":is(button, .level):visible").all():
        box = one.bounding_box()
        assert box and min(box["width"], box["height"]) >= FINGER, one.inner_text()
