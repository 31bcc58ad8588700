"""Whole visits in a real browser: from the tap on the kiosk to the figures on the desk, in Thai and in English.

The server is real, the slip is real, the browser is Chromium. Not here: what a single call answers (test_http.py) and
what a single script decides (tests/scripts).
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from hall_server.texts import say
from tests.browser import SLOW, own_browser
from tests.serving import Server, serving

KIOSK = {"width": 1080, "height": 1920}
BOARD = {"width": 1920, "height": 1080}
PANEL = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
SERVICE = {"th": "หางานทำ สมัครงาน", "en": "Find a job"}
COUNTER = "4"


@pytest.fixture(scope="module")
def trial_hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A newcomer's hall, as `make run` opens it."""
    with serving(tmp_path_factory.mktemp("walk") / "data", "eventlet") as server:
        yield server


def test_a_fault_of_a_script_fails_its_walk(browser: Browser) -> None:
    with pytest.raises(AssertionError, match="nowhere"), own_browser(browser) as context:
        context.new_page().goto("data:text/html,<script>nowhere()</script>")


def page(context: BrowserContext, hall: Server, path: str, language: str, size: dict[str, int]) -> Page:
    """A screen of that size, once its news has come."""
    opened = context.new_page()
    opened.set_default_timeout(SLOW)
    opened.set_viewport_size(size)  # type: ignore[arg-type]
    opened.goto(f"{hall.url()}{path}?language={language}")
    return opened


def connected(screen: Page) -> None:
    expect(screen.locator("html")).to_have_attribute("data-connection", "connected", timeout=SLOW)


def take_ticket(kiosk: Page, language: str) -> str:
    """Taps the service, reads what to bring, takes the ticket; the number on the screen."""
    kiosk.get_by_role("button", name=SERVICE[language]).click()
    expect(kiosk.get_by_role("heading", name=SERVICE[language])).to_be_visible()
    expect(kiosk.get_by_text(say(language, "kiosk.bring")).first).to_be_visible()
    kiosk.get_by_role("button", name=say(language, "kiosk.take")).click()
    number = kiosk.get_by_text(re.compile(r"^F\d{3}$"))
    expect(number).to_be_visible()
    return number.inner_text()


def press(panel: Page, key: str) -> None:
    """A key, as an officer presses it: once the panel has answered the press before."""
    expect(panel.locator("[data-sending]")).to_have_count(0)
    panel.keyboard.press(key)


def sign_in(screen: Page, name: str) -> None:
    screen.locator("#username").fill(name)
    screen.locator("#pin").fill("1234")
    screen.keyboard.press("Enter")
    expect(screen.locator("#username")).to_have_count(0, timeout=SLOW)


def desk_says(desk: Page, hall: Server) -> tuple[int, float | None]:
    """How many were served today, and the satisfaction with steps and time."""
    stats = desk.request.get(f"{hall.url()}/api/v1/stats").json()
    standard = desk.request.get(f"{hall.url()}/api/v1/standard").json()
    steps = next(criterion for criterion in standard if criterion["criterion"] == "8.3")
    return stats["groups"][0]["served"], steps["value"]


@pytest.mark.parametrize(("language", "marks"), [("th", (5, 4)), ("en", (2, 3))])
def test_the_whole_visit(
    trial_hall: Server, context: BrowserContext, browser: Browser, language: str, marks: tuple[int, int]
) -> None:
    kiosk = page(context, trial_hall, "/kiosk/", language, KIOSK)
    board = page(context, trial_hall, "/board/", language, BOARD)
    connected(board)
    managers = browser.new_context()
    desk = page(managers, trial_hall, "/desk/", language, PANEL)
    sign_in(desk, "manager")
    connected(desk)
    served, satisfaction = desk_says(desk, trial_hall)

    number = take_ticket(kiosk, language)
    expect(kiosk.locator("img[src$='qr.svg']")).to_be_visible()
    token = str(kiosk.locator("img[src$='qr.svg']").get_attribute("src")).split("/")[2]
    slip = wait_for_slip(trial_hall.folder / "slips", number, kiosk)
    assert slip.read_bytes().startswith(b"\x89PNG")

    panel = page(context, trial_hall, f"/counter/{COUNTER}", language, PANEL)
    sign_in(panel, "officer4")
    connected(panel)
    panel.get_by_role("button", name=say(language, "counter.do.next")).click()
    expect(panel.locator("#number")).to_have_text(number)
    expect(board.locator("#call")).to_contain_text(number)
    expect(board.locator("#call .counter")).to_have_text(COUNTER)

    phone = page(context, trial_hall, f"/t/{token}", language, PHONE)
    expect(phone.get_by_role("heading", name=say(language, "ticket.state.called"))).to_be_visible()
    press(panel, "s")
    expect(phone.get_by_role("heading", name=say(language, "ticket.state.serving"))).to_be_visible()
    press(panel, "f")
    expect(phone.get_by_role("heading", name=say(language, "ticket.state.finished"))).to_be_visible()

    phone.locator(f".level:has(input[name=steps][value='{marks[0]}'])").click()
    phone.locator(f".level:has(input[name=overall][value='{marks[1]}'])").click()
    phone.get_by_role("button", name=say(language, "ticket.send")).click()
    expect(phone.get_by_text(say(language, "ticket.thanks"))).to_be_visible()

    served_now, satisfaction_now = desk_says(desk, trial_hall)
    assert served_now == served + 1
    assert satisfaction_now is not None and satisfaction_now != satisfaction
    expect(desk.locator("main")).to_contain_text(f"{satisfaction_now:.2f}")
    managers.close()


def wait_for_slip(folder: Path, number: str, screen: Page) -> Path:
    """The slip's PNG, where a person finds it; the agent has its own time."""
    for _ in range(150):
        found = list(folder.glob(f"*-{number}.png"))
        if found:
            return found[0]
        screen.wait_for_timeout(100)
    raise AssertionError(f"no slip for {number} in {folder}")


def test_a_double_tap_gives_one_ticket(trial_hall: Server, context: BrowserContext) -> None:
    kiosk = page(context, trial_hall, "/kiosk/", "th", KIOSK)
    kiosk.get_by_role("button", name=SERVICE["th"]).click()
    with kiosk.expect_response("**/api/v1/tickets"):
        kiosk.get_by_role("button", name=say("th", "kiosk.take")).dblclick()
    number = int(kiosk.get_by_text(re.compile(r"^F\d{3}$")).inner_text()[1:])
    follower = page(context, trial_hall, "/kiosk/", "th", KIOSK)
    assert int(take_ticket(follower, "th")[1:]) == number + 1


def test_next_asks_whether_the_visitor_came(trial_hall: Server, context: BrowserContext) -> None:
    kiosk = page(context, trial_hall, "/kiosk/", "en", KIOSK)
    first = take_ticket(kiosk, "en")
    panel = page(context, trial_hall, "/counter/5", "en", PANEL)
    sign_in(panel, "officer5")
    connected(panel)
    press(panel, "Space")
    expect(panel.locator("#number")).not_to_be_empty()
    called = panel.locator("#number").inner_text()
    press(panel, "Space")
    expect(panel.get_by_role("dialog")).to_be_visible()
    panel.keyboard.press("Escape")
    expect(panel.locator("#number")).to_have_text(called)
    press(panel, "Space")
    panel.keyboard.press("2")
    expect(panel.locator("#number")).not_to_have_text(called)
    assert first


@pytest.mark.parametrize("size", [KIOSK, {"width": 1920, "height": 1080}, {"width": 1024, "height": 600}])
@pytest.mark.parametrize("language", ["th", "en"])
def test_the_first_page_is_drawn_before_any_script(
    trial_hall: Server, browser: Browser, size: dict[str, int], language: str
) -> None:
    plain = browser.new_context(java_script_enabled=False)
    for path, text in (("/kiosk/", SERVICE[language]), ("/board/", "")):
        screen = page(plain, trial_hall, path, language, size)
        expect(screen.locator("main")).to_contain_text(text)
        # Nothing sticks out sideways.
        assert screen.locator("body").evaluate("body => body.scrollWidth <= body.clientWidth + 1")
    plain.close()
