"""The officer's panel and the reception desk in a real browser: by keys, in Thai and in English, and by two at once.

The server and the browser are real. Not here: what a call answers (test_counter.py), what a script decides alone
(tests/scripts/panel.test.js).
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from hall_server.texts import say
from tests.serving import Caller, Server, serving

SCREEN = {"width": 1366, "height": 768}
SLOW = 15_000
# Services of the sample centre that counters 2 and 3 give, and one that only counters 4 and 8 give beside 2.
JOIN, OLD_AGE, HOSPITAL = "sso-join", "sso-old-age", "sso-hospital"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("panel") / "data", "eventlet") as server:
        yield server


@pytest.fixture
def trial_hall(shared: Server) -> Server:
    """A newcomer's hall, in which nobody is left from the walk before."""
    with Caller(shared.url()) as sweeper:
        sweeper.sign_in("officer1", "1234")
        told = sweeper.get("/api/v1/hall").json()
        for counter in told["counters"]:
            if counter["number"]:
                sweeper.press(counter["id"], "finish", outcome="gave-up")
        for ticket in told["waiting"]:
            sweeper.post(f"/api/v1/tickets/{ticket['number']}/cancel", json={})
    return shared


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser of one's own, which fails the walk if any page's script does."""
    faults: list[str] = []
    opened = browser.new_context(viewport=SCREEN)  # type: ignore[arg-type]
    opened.set_default_timeout(SLOW)
    opened.on("weberror", lambda fault: faults.append(str(fault.error)))
    yield opened
    opened.close()
    assert not faults


def sit_down(context: BrowserContext, hall: Server, place: str, officer: str, language: str) -> Page:
    """A page of the counter panel, signed in and connected."""
    screen = context.new_page()
    screen.goto(f"{hall.url()}/counter/{place}?language={language}")
    if screen.locator("#username").count():
        screen.locator("#username").fill(officer)
        screen.locator("#pin").fill("1234")
        screen.keyboard.press("Enter")
    connected(screen)
    return screen


def connected(screen: Page) -> None:
    expect(screen.locator("html")).to_have_attribute("data-connection", "connected", timeout=SLOW)


def press(screen: Page, *keys: str) -> None:
    """Keys, as an officer presses them: each once the panel has answered the one before."""
    for key in keys:
        expect(screen.locator("[data-sending]")).to_have_count(0)
        screen.keyboard.press(key)


def at_counter(screen: Page, number: str) -> None:
    """Who is at the counter; nobody, with "none"."""
    if number == "none":
        expect(screen.locator("#panel")).to_have_attribute("data-visitor", "none")
    else:
        expect(screen.locator("#number")).to_have_text(number)


def all_in_sight(screen: Page) -> None:
    """Nothing scrolls, and every button that is shown can be reached."""
    assert screen.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert screen.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for button in screen.locator("main button:visible").all():
        box = button.bounding_box()
        assert box and box["x"] >= 0 and box["y"] >= 0, button
        assert box["x"] + box["width"] <= SCREEN["width"] and box["y"] + box["height"] <= SCREEN["height"], button


@pytest.mark.parametrize("language", ["th", "en"])
def test_a_morning_at_the_counter_by_keys(
    trial_hall: Server, context: BrowserContext, browser: Browser, language: str
) -> None:
    theirs = browser.new_context(viewport=SCREEN)  # type: ignore[arg-type]
    other = sit_down(theirs, trial_hall, "3", "officer3", language)
    press(other, "p")
    expect(other.locator("#panel")).to_have_attribute("data-state", "open")
    with Caller(trial_hall.url()) as kiosk:
        first = kiosk.take(JOIN, services=[JOIN, HOSPITAL], needs=["wheelchair"], people=2)["number"]
        second, third = (kiosk.take(OLD_AGE)["number"] for _ in range(2))
    panel = sit_down(context, trial_hall, "2", "officer2", language)
    expect(panel.locator("#queue")).to_contain_text(say(language, "counter.need.wheelchair"))
    all_in_sight(panel)

    # Called, served, gone on with at the same window, and put aside.
    press(panel, "Space")
    at_counter(panel, first)
    expect(panel.locator("#steps")).to_be_visible()
    press(panel, "s", "k")
    expect(panel.locator("#panel")).to_have_attribute("data-visitor", "serving")
    expect(panel.locator("#steps [data-step=done]")).to_have_count(1)
    all_in_sight(panel)
    press(panel, "d")
    at_counter(panel, "none")
    expect(panel.locator("#resume")).to_contain_text(first)

    # A press too quick: taken back.
    press(panel, "Space")
    at_counter(panel, second)
    press(panel, "n")
    expect(panel.locator("#absent")).to_contain_text(second)
    expect(panel.locator("#undo")).to_be_visible()
    press(panel, "z")
    at_counter(panel, second)
    expect(panel.locator("#absent")).to_be_hidden()

    # Sent to a colleague in two presses: T, and the key that the dialog shows.
    press(panel, "t")
    dialog = panel.get_by_role("dialog")
    expect(dialog).to_contain_text(second)
    panel.locator("#to-counters [value='counter 3']").focus()
    press(panel, str(panel.locator("#to-counters [value='counter 3']").get_attribute("data-key")))
    at_counter(panel, "none")

    # Out of turn: L, the number as it is typed, Enter, the reason.
    press(panel, "l")
    panel.keyboard.type(f"{third[0].lower()}{int(third[1:])}")
    panel.keyboard.press("Enter")
    panel.keyboard.press("2")
    at_counter(panel, third)
    press(panel, "g", "2")
    at_counter(panel, "none")

    # The one put aside is taken up, and the colleague sees who was sent.
    press(panel, "u", "1")
    at_counter(panel, first)
    press(panel, "f")
    at_counter(panel, "none")
    expect(other.locator("#queue")).to_contain_text(say(language, "counter.mark.meant"))

    # A silent call for help, and who is coming.
    press(panel, "h")
    expect(other.locator("#help-call")).to_be_visible()
    press(other, "y")
    expect(panel.locator("#own")).to_contain_text(say(language, "counter.help.coming", name="officer3"))
    press(panel, "h")
    expect(other.locator("#help-call")).to_be_hidden()
    press(other, "Space", "f", "c")
    expect(other.locator("#panel")).to_have_attribute("data-state", "closed")
    theirs.close()


def test_two_screens_of_one_counter(trial_hall: Server, context: BrowserContext) -> None:
    """The second screen does not know yet what the first has done: its press is told so, and changes nothing."""
    with Caller(trial_hall.url()) as kiosk:
        first, second = (kiosk.take(HOSPITAL)["number"] for _ in range(2))
    one = sit_down(context, trial_hall, "8", "officer8", "en")
    other = context.new_page()
    other.route_web_socket(re.compile("socket.io"), lambda near: None)  # a cable that was pulled
    other.goto(f"{trial_hall.url()}/counter/8?language=en")
    press(one, "Space")
    at_counter(one, first)
    other.keyboard.press("Space")
    expect(other.locator("#message")).to_contain_text("Something moved at counter 8")
    at_counter(one, first)
    press(one, "s", "Space")
    at_counter(one, second)
    press(one, "f")


def test_a_double_press_calls_one_visitor(trial_hall: Server, context: BrowserContext) -> None:
    with Caller(trial_hall.url()) as kiosk:
        first, second = (kiosk.take(HOSPITAL)["number"] for _ in range(2))
    panel = sit_down(context, trial_hall, "8", "officer8", "th")
    panel.locator("[data-action=next]").dblclick()
    at_counter(panel, first)
    press(panel, "s")
    panel.locator("[data-action=finish]").dblclick()
    at_counter(panel, "none")
    expect(panel.locator("#queue")).to_contain_text(second)
    press(panel, "Space", "f")


def test_after_a_power_cut_the_panel_asks(tmp_path: Path, context: BrowserContext) -> None:
    with serving(tmp_path / "data", "eventlet") as hall:
        with Caller(hall.url()) as kiosk:
            number = kiosk.take(HOSPITAL)["number"]
            kiosk.sign_in("officer2", "1234").press("2", "next")
        hall.kill()
    with serving(tmp_path / "data", "eventlet") as hall:
        panel = sit_down(context, hall, "2", "officer2", "th")
        dialog = panel.get_by_role("dialog")
        expect(dialog).to_contain_text(number)
        panel.keyboard.press("Escape")
        expect(dialog).to_be_visible()
        panel.keyboard.press("1")
        expect(dialog).to_have_count(0)
        at_counter(panel, number)
        panel.close()


@pytest.mark.parametrize("language", ["th", "en"])
def test_a_morning_at_reception(trial_hall: Server, context: BrowserContext, language: str) -> None:
    desk = sit_down(context, trial_hall, "reception", "officer1", language)
    all_in_sight(desk)

    # Two services, found by typing; a need; three people.
    for typed in ("ชรา", "hospital"):
        desk.locator("#filter").fill(typed)
        desk.keyboard.press("Enter")
    expect(desk.locator("#wanted li")).to_have_count(2)
    desk.locator("#visit .pill[data-need=escort]").click()
    desk.locator("[data-people='1']").dblclick()
    all_in_sight(desk)
    with desk.expect_response("**/api/v1/tickets"):
        desk.locator("#give").dblclick()
    given = desk.locator("#given-number")
    expect(given).to_have_text(re.compile(r"^M\d{3}$"))
    number = given.inner_text()
    expect(desk.locator("#given-slip")).to_have_text(say(language, "counter.rec.printed"), timeout=SLOW)
    desk.keyboard.press("Enter")
    expect(desk.locator("#given")).to_be_hidden()
    expect(desk.locator("#wanted li")).to_have_count(0)

    # Found again, put right, cancelled by the second press.
    desk.keyboard.press("F2")
    desk.keyboard.type(number.lower())
    desk.keyboard.press("Enter")
    ticket = desk.locator("#ticket")
    expect(ticket).to_contain_text(say(language, "counter.ticket.waiting"))
    expect(ticket.locator("[name=people]")).to_have_value("3")
    ticket.locator(".pill:has([name=needs][value=wheelchair])").click()
    desk.locator("#move-save").click()
    expect(desk.locator("#ticket-message")).to_have_text(say(language, "counter.rec.done.move", number=number))
    expect(desk.locator("#ticket-marks")).to_contain_text(say(language, "counter.need.wheelchair"))
    desk.locator("[data-do=cancel]").click()
    expect(desk.locator("[data-do=cancel]")).to_have_text(say(language, "counter.rec.cancel_sure"))
    desk.locator("[data-do=cancel]").click()
    expect(desk.locator("#ticket-state")).to_have_text(say(language, "counter.ticket.cancelled"))
    desk.keyboard.press("Escape")

    # A slip of the emergency block, its times wrong at first.
    desk.keyboard.press("F4")
    desk.keyboard.type("z1" if language == "th" else "z2")
    desk.locator("#by-hand [name=came_at]").fill("9999")
    desk.locator("#paper-enter").click()
    expect(desk.locator("#paper-message")).to_have_text(say(language, "counter.rec.paper_wrong"))
    with Caller(trial_hall.url()) as anyone:
        now = anyone.take(JOIN)
        anyone.give_back()
    desk.locator("#by-hand [name=came_at]").fill(now["issued_at"])
    desk.locator("#paper-enter").click()
    entered = "Z001" if language == "th" else "Z002"
    expect(desk.locator("#paper-message")).to_have_text(say(language, "counter.rec.done.by_hand", number=entered))
    # Nobody waits for the next walk.
    desk.keyboard.press("Escape")
    desk.close()
