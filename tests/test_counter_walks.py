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
from tests.serving import PIN, Caller, Server, new_hall, serving

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


def sit_down(context: BrowserContext, hall: Server, place: str, officer: str, language: str, pin: str = "1234") -> Page:
    """A page of the counter panel, signed in and connected."""
    screen = context.new_page()
    screen.goto(f"{hall.url()}/counter/{place}?language={language}")
    if screen.locator("#username").count():
        screen.locator("#username").fill(officer)
        screen.locator("#pin").fill(pin)
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
    # A position alone, and Enter, sends nobody anywhere.
    panel.locator("[name=position]:checked").focus()
    panel.keyboard.press("ArrowDown")
    expect(panel.locator("#transfer [value=end]")).to_be_checked()
    panel.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    at_counter(panel, second)
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


@pytest.mark.parametrize("language", ["th", "en"])
def test_who_calls_for_help_and_who_else_waits_is_said_in_full(
    trial_hall: Server, context: BrowserContext, language: str
) -> None:
    callers = [Caller(trial_hall.url()).sign_in(f"officer{counter}", "1234") for counter in "312"]
    for counter, caller in zip("312", callers, strict=True):
        caller.press(counter, "help")
    with Caller(trial_hall.url()) as kiosk:
        for _ in range(15):
            kiosk.take(OLD_AGE)
    panel = sit_down(context, trial_hall, "2", "officer2", language)
    desk = sit_down(context, trial_hall, "reception", "officer2", language)
    panel.bring_to_front()
    third = {"th": "ช่อง 3 · ", "en": "Counter 3 · "}[language]
    expect(panel.locator("#help-words")).to_contain_text(third)
    expect(panel.locator("#help-words")).to_contain_text("+1")
    expect(desk.locator("#help-words")).to_contain_text("+2")
    expect(panel.locator("#own")).to_have_text(say(language, "counter.help.asked"))
    shown = panel.locator("#queue").evaluate(
        "list => [...list.children].filter(one => one.offsetLeft === list.children[0].offsetLeft).length"
    )
    expect(panel.locator("#queue-more")).to_have_text(say(language, "counter.queue_more", n=15 - shown))
    all_in_sight(panel)
    all_in_sight(desk)
    press(panel, "y")
    expect(panel.locator("#help-words")).not_to_contain_text(third)
    for counter, caller in zip("312", callers, strict=True):
        caller.press(counter, "help-over")
        caller.close()
    expect(panel.locator("#help-call")).to_be_hidden()
    panel.close()
    desk.close()


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


@pytest.fixture
def safe_again(trial_hall: Server) -> Iterator[Server]:
    """A newcomer's hall, in which all is clear after the walk, however it went."""
    yield trial_hall
    with Caller(trial_hall.url()).sign_in("manager", "1234") as manager:
        manager.post("/api/v1/evacuation", json={"on": False})


def test_any_officer_clears_the_building_with_one_press(safe_again: Server, context: BrowserContext) -> None:
    with Caller(safe_again.url()) as kiosk:
        number = kiosk.take(HOSPITAL)["number"]
    panel = sit_down(context, safe_again, "8", "officer8", "th")
    desk = sit_down(context, safe_again, "reception", "officer8", "en")
    panel.bring_to_front()
    press(panel, "Space")
    at_counter(panel, number)
    press(panel, "t")
    expect(panel.get_by_role("dialog")).to_be_visible()

    # By the key at reception, though a field has the focus: what was asked at the counter is dropped.
    desk.locator("#filter").press("Shift+F9")
    for screen in (panel, desk):
        expect(screen.locator("#evacuation")).to_be_visible()
        expect(screen.locator("[data-evacuate=on]")).to_be_hidden()
        all_in_sight(screen)
    expect(panel.get_by_role("dialog")).to_have_count(0)
    expect(panel.locator("[data-action=recall]")).to_have_attribute("aria-disabled", "true")
    expect(panel.locator("[data-action=next]")).to_have_attribute("aria-disabled", "true")
    panel.locator("[data-evacuate=off]").click()
    for screen in (panel, desk):
        expect(screen.locator("#evacuation")).to_be_hidden()
    expect(panel.locator("[data-action=recall]")).to_have_attribute("aria-disabled", "false")

    # By one tap at the counter, and over at reception.
    panel.locator("[data-evacuate=on]").click()
    desk.locator("[data-evacuate=off]").click()
    expect(panel.locator("#evacuation")).to_be_hidden()
    press(panel, "f")
    at_counter(panel, "none")
    desk.close()
    panel.close()


@pytest.mark.parametrize("language", ["th", "en"])
def test_one_press_stands_in_for_the_only_colleague(tmp_path: Path, context: BrowserContext, language: str) -> None:
    """In the tests' centre counter 9 alone lends something, its advice; and it is closed, as all are but this one."""
    with new_hall(tmp_path / "data", "eventlet") as hall:
        number = hall.kiosk.take()["number"]
        panel = sit_down(context, hall.server, "1", "officer1", language, PIN)
        button = panel.locator("[data-action=stand-in]")
        expect(button).to_contain_text(say(language, "counter.do.stand-in-for", counter="9"))
        press(panel, "Space")
        at_counter(panel, number)
        press(panel, "i")
        expect(panel.locator("#own")).to_contain_text(say(language, "counter.stand-in.now"))
        expect(button).to_contain_text(say(language, "counter.stand-in.stop"))
        all_in_sight(panel)
        press(panel, "i")
        expect(panel.locator("#own")).to_be_empty()
        expect(panel.get_by_role("dialog")).to_have_count(0)

        # Sent to a counter that is closed: who may call meanwhile is said before and after.
        press(panel, "t")
        expect(panel.locator("#to-closed")).to_have_text(say(language, "counter.transfer.closed"))
        panel.locator("#to-counters [value='counter 3']").click()
        told = say(language, "counter.done.transfer_closed", number=number, counter="3")
        expect(panel.locator("#message")).to_have_text(told)
        press(panel, "Space")
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
    ticket.locator("[name=people]").fill("7")
    desk.keyboard.press("Enter")
    expect(desk.locator("#ticket-marks")).to_contain_text(say(language, "counter.people", n=7))
    expect(ticket).to_be_visible()
    ticket.locator("[name=position][value=front]").check()
    expect(desk.locator("#move-reasons")).to_be_visible()
    save = desk.locator("#move-save").bounding_box()
    assert save and save["y"] + save["height"] <= SCREEN["height"], "Save stays in sight"
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
