"""The officer's panel and the reception desk in a real browser: by keys, in Thai and in English, and by two at once.

The server and the browser are real. Not here: what a call answers (test_counter.py), what a script decides alone
(tests/scripts/panel.test.js).
"""

import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, WebSocketRoute, expect

from hall_server.texts import say
from tests.browser import SLOW
from tests.counters import (
    HOSPITAL,
    JOIN,
    OLD_AGE,
    SCREEN,
    all_in_sight,
    at_counter,
    connected,
    press,
    sit_down,
    within_the_page,
)
from tests.serving import PIN, Caller, Server, new_hall, serving


@pytest.mark.parametrize("language", ["th", "en"])
def test_a_morning_at_the_counter_by_keys(
    trial_hall: Server, context: BrowserContext, browser: Browser, language: str
) -> None:
    theirs = browser.new_context(viewport=SCREEN)
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
    # In two presses: one alone by mistake sends nobody away.
    press(panel, "d")
    expect(panel.locator("#message")).to_have_text(say(language, "counter.again.hold", number=first))
    all_in_sight(panel)
    press(panel, "Enter")
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
    within_the_page(desk)
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
    all_in_sight(panel)
    within_the_page(desk)
    expect(panel.get_by_role("dialog")).to_have_count(0)
    expect(panel.locator("[data-action=recall]")).to_have_attribute("aria-disabled", "true")
    expect(panel.locator("[data-action=next]")).to_have_attribute("aria-disabled", "true")
    panel.locator("[data-evacuate=off]").click()
    for screen in (panel, desk):
        expect(screen.locator("#evacuation")).to_be_hidden()
    expect(panel.locator("[data-action=recall]")).to_have_attribute("aria-disabled", "false")

    # By one tap at the counter, and over at reception by a key, which is not the one that called it.
    panel.locator("[data-evacuate=on]").click()
    expect(desk.locator("#evacuation")).to_be_visible()
    desk.locator("#filter").press("Shift+F9")
    expect(panel.locator("#evacuation")).to_be_visible()
    desk.locator("#filter").press("Control+F9")
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
    within_the_page(desk)

    # Two services, found by typing; a need; three people.
    for typed in ("ชรา", "hospital"):
        desk.locator("#filter").fill(typed)
        desk.keyboard.press("Enter")
    expect(desk.locator("#wanted li")).to_have_count(2)
    desk.locator("#visit .pill[data-need=escort]").click()
    desk.locator("[data-people='1']").dblclick()
    within_the_page(desk)
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


# -- what is seen of it --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["th", "en"])
def test_the_panel_is_one_screen_in_every_state_and_question(
    trial_hall: Server, context: BrowserContext, language: str
) -> None:
    panel = sit_down(context, trial_hall, "2", "officer2", language)
    panel.bring_to_front()
    all_in_sight(panel)
    with Caller(trial_hall.url()) as kiosk:
        kiosk.take(
            JOIN,
            services=[JOIN, HOSPITAL, OLD_AGE],
            needs=["wheelchair", "interpreter", "sign"],
            people=9,
            language="en",
        )
        for n in range(20):
            kiosk.take((OLD_AGE, HOSPITAL)[n % 2], needs=[["sign"], []][n % 2])
    expect(panel.locator("#waiting-count")).to_have_text("21")
    all_in_sight(panel)
    press(panel, "Space")
    expect(panel.locator("[data-visitor=called]")).to_be_visible()
    all_in_sight(panel)
    press(panel, "s")
    expect(panel.locator("[data-visitor=serving]")).to_be_visible()
    all_in_sight(panel)
    for key in ("t", "g", "?", "F1"):
        in_question(panel, key)
    press(panel, "t")
    panel.locator("[name=position][value=front]").check()
    all_in_sight(panel)
    press(panel, "Escape", "d", "d", "Space", "n", "Space", "n", "Space", "f")
    expect(panel.locator("#absent")).to_be_visible()
    all_in_sight(panel)
    for key in ("l", "p", "u", "a", "i"):
        in_question(panel, key)


def in_question(screen: Page, key: str) -> None:
    """What that key asks is all in sight, and goes away without an answer."""
    press(screen, key)
    expect(screen.get_by_role("dialog")).to_be_visible()
    all_in_sight(screen)
    screen.keyboard.press("Escape")
    expect(screen.get_by_role("dialog")).to_have_count(0)


def test_at_125_percent_what_is_pressed_stays_in_sight(trial_hall: Server, context: BrowserContext) -> None:
    with Caller(trial_hall.url()) as kiosk:
        kiosk.take(JOIN, services=[JOIN, HOSPITAL], needs=["wheelchair"], people=2, language="en")
    panel = sit_down(context, trial_hall, "2", "officer2", "th")
    panel.set_viewport_size({"width": 1093, "height": 614})
    press(panel, "Space", "s")
    expect(panel.locator("[data-visitor=serving]")).to_be_visible()
    all_in_sight(panel)
    in_question(panel, "t")
    press(panel, "f")


@pytest.mark.parametrize("language", ["th", "en"])
def test_the_time_of_a_service_is_calm_then_near_then_over_in_words_too(
    trial_hall: Server, context: BrowserContext, language: str
) -> None:
    """Published for this service: 10 minutes."""
    with Caller(trial_hall.url()) as kiosk:
        kiosk.take(JOIN)
        kiosk.sign_in("officer2", "1234")
        kiosk.press("2", "next")
        kiosk.press("2", "start")
    context.clock.install()
    panel = sit_down(context, trial_hall, "2", "officer2", language)
    for after, phase in (("02:00", "calm"), ("06:30", "near"), ("04:00", "over")):
        context.clock.fast_forward(after)
        panel.mouse.move(1, 1)
        expect(panel.locator("#panel")).to_have_attribute("data-phase", phase)
        words = say(language, f"counter.against.{phase}").split("{")[0].strip() or "left"
        expect(panel.locator("#against")).to_contain_text(words)


def test_what_was_brought_is_ticked_by_keys_and_kept_through_a_reload(
    trial_hall: Server, context: BrowserContext
) -> None:
    with Caller(trial_hall.url()) as kiosk:
        kiosk.take(JOIN)
        kiosk.take(OLD_AGE)
    panel = sit_down(context, trial_hall, "2", "officer2", "en")
    press(panel, "Space", "s", "2", "1", "2")
    expect(panel.locator("#documents :checked")).to_have_count(1)
    expect(panel.locator("#documents-count")).to_have_text("1/4")
    panel.reload()
    connected(panel)
    expect(panel.locator("#documents :checked")).to_have_count(1)
    press(panel, "Space")
    expect(panel.locator("#documents :checked")).to_have_count(0)
    press(panel, "f")


def test_documents_that_do_not_all_fit_stand_on_pages(trial_hall: Server, context: BrowserContext) -> None:
    with Caller(trial_hall.url()) as kiosk:
        kiosk.take(JOIN)
    panel = sit_down(context, trial_hall, "2", "officer2", "en")
    panel.set_viewport_size({"width": 1366, "height": 560})
    press(panel, "Space")
    first = panel.locator("#documents li:visible").first
    expect(first).to_contain_text("ID card")
    expect(panel.locator("#documents-more")).to_be_visible()
    press(panel, "0")
    expect(first).not_to_contain_text("ID card")
    press(panel, "1")
    expect(first.locator("input")).to_be_checked()
    press(panel, "f")


# -- what is heard -------------------------------------------------------------------------------------------------

# What reaches the loudspeaker, counted where a page hands it over.
COUNT_TICKS = """
  globalThis.ticks = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...when) { globalThis.ticks += 1; return start.apply(this, when); };
"""


def test_a_panel_is_silent_until_sounds_are_turned_on_and_remembers_it(
    trial_hall: Server, context: BrowserContext
) -> None:
    context.add_init_script(COUNT_TICKS)
    panel = sit_down(context, trial_hall, "2", "officer2", "en")
    with Caller(trial_hall.url()) as kiosk:
        kiosk.take(JOIN)
        expect(panel.locator("#waiting-count")).to_have_text("1")
        assert panel.evaluate("ticks") == 0
        press(panel, "Space", "f", "m")
        expect(panel.locator("[data-tool=sound]")).to_have_attribute("aria-pressed", "true")
        panel.reload()
        connected(panel)
        expect(panel.locator("[data-tool=sound]")).to_have_attribute("aria-pressed", "true")
        kiosk.take(JOIN)
        expect(panel.locator("#waiting-count")).to_have_text("1")
        assert panel.evaluate("ticks") == 1, "the first who waits"
        press(panel, "Space")
        expect(panel.locator("[data-visitor=called]")).to_be_visible()
        assert panel.evaluate("ticks") == 2, "a visitor is assigned"
        press(panel, "f", "m")
        expect(panel.locator("[data-tool=sound]")).to_have_attribute("aria-pressed", "false")


# -- a bad line, and a long day ------------------------------------------------------------------------------------


def test_a_press_without_an_answer_says_so_and_is_not_done_twice(trial_hall: Server, context: BrowserContext) -> None:
    with Caller(trial_hall.url()) as kiosk:
        first, second = (kiosk.take(HOSPITAL)["number"] for _ in range(2))
    panel = sit_down(context, trial_hall, "8", "officer8", "en")
    # The press arrives, and its answer is lost.
    panel.route("**/counters/8/next", lambda route: (route.fetch(), route.abort())[1])
    press(panel, "Space")
    expect(panel.locator("#message")).to_contain_text("not known to be done", timeout=SLOW)
    expect(panel.locator("#message")).to_have_attribute("data-refusal", "")
    panel.unroute("**/counters/8/next")
    at_counter(panel, first)
    press(panel, "s", "f")
    at_counter(panel, "none")
    expect(panel.locator("#queue")).to_contain_text(second)


def test_only_while_an_answer_takes_long_nothing_may_be_pressed(trial_hall: Server, context: BrowserContext) -> None:
    """Each of four hundred presses a day would have every button flicker."""
    with Caller(trial_hall.url()) as kiosk:
        number = kiosk.take(HOSPITAL)["number"]
    panel = sit_down(context, trial_hall, "8", "officer8", "en")
    held: list[Route] = []
    panel.route("**/counters/8/next", lambda route: held.append(route))
    press(panel, "Space")
    walk_in = panel.locator("[data-action=walk-in]")
    expect(panel.locator("[data-action=next][data-sending]")).to_be_visible()
    expect(walk_in).to_have_attribute("aria-disabled", "false")
    expect(panel.locator("#message")).to_have_text(say("en", "counter.sending"))
    expect(walk_in).to_have_attribute("aria-disabled", "true")
    held[0].continue_()
    at_counter(panel, number)
    expect(panel.locator("[data-action=recall]")).to_have_attribute("aria-disabled", "false")


class Line:
    """The page's line to the hall, on which the test may say something too."""

    def __init__(self, panel: Page) -> None:
        self.near: WebSocketRoute | None = None
        panel.route_web_socket(re.compile("socket.io"), self._open)

    def _open(self, near: WebSocketRoute) -> None:
        near.connect_to_server()
        self.near = near

    def tells(self, news: object) -> None:
        assert self.near
        # The hall's own signs of life come too seldom for a fast clock.
        self.near.send("2")
        self.near.send(f"42/counter,{json.dumps(['news', news])}")


# Nodes, listeners and bytes that the page still holds once what nobody wants is swept away.
HELD = ("Nodes", "JSEventListeners", "JSHeapUsedSize")


def test_a_day_of_news_leaves_nothing_behind(trial_hall: Server, context: BrowserContext) -> None:
    """Three thousand news on a fast clock, with visitors, queues and calls for help that come and go."""
    with Caller(trial_hall.url()) as kiosk:
        for n in range(12):
            kiosk.take((OLD_AGE, HOSPITAL)[n % 2], needs=["sign"])
    context.clock.install()
    panel = context.new_page()
    line = Line(panel)
    panel.goto(f"{trial_hall.url()}/counter/2?language=th")
    panel.locator("#username").fill("officer2")
    panel.locator("#pin").fill("1234")
    panel.keyboard.press("Enter")
    connected(panel)
    press(panel, "Space", "s")
    expect(panel.locator("[data-visitor=serving]")).to_be_visible()
    panel.reload()
    connected(panel)
    news = panel.evaluate("JSON.parse(document.querySelector('#news').textContent)")
    devtools = context.new_cdp_session(panel)
    devtools.send("Performance.enable")

    def held_with(seq: int) -> dict[str, float]:
        """What is held while one and the same news is on the screen."""
        line.tells(news | {"seq": seq})
        expect(panel.locator("html")).to_have_attribute("data-seq", str(seq))
        devtools.send("HeapProfiler.collectGarbage")
        told = {one["name"]: one["value"] for one in devtools.send("Performance.getMetrics")["metrics"]}
        return {name: told[name] for name in HELD}

    seq = 10_000
    begun: dict[str, float] = {}
    for turn in range(100):
        for _ in range(30):
            seq += 1
            line.tells(news | {"seq": seq} | a_moment(news, seq))
        context.clock.run_for(3000)
        panel.mouse.move(turn % 7, 1)
        if turn == 20:
            begun = held_with(seq := seq + 1)
    ended = held_with(seq + 1)
    assert ended["Nodes"] < begun["Nodes"] + 100
    assert ended["JSEventListeners"] < begun["JSEventListeners"] + 20
    assert ended["JSHeapUsedSize"] < begun["JSHeapUsedSize"] + 500_000


def a_moment(news: dict[str, object], n: int) -> dict[str, object]:
    """What may be otherwise from one news to the next."""
    waiting = [one | {"number": f"M{n + k:03}"} for k, one in enumerate(news["waiting"])][: n % 13]  # type: ignore[arg-type]
    ticket = news["ticket"] | {"number": f"R{n:03}"} if n % 2 else None  # type: ignore[operator]
    call = {"id": "3", "name": {"th": "ช่อง 3"}, "at": f"{n}", "answered": False, "answered_by_name": None}
    return {"waiting": waiting, "waiting_count": len(waiting), "ticket": ticket, "help": [call] if n % 3 else []}


# -- the day turns -------------------------------------------------------------------------------------------------


def test_once_the_service_day_has_turned_the_panel_asks_who_is_there(tmp_path: Path, context: BrowserContext) -> None:
    with serving(tmp_path / "data", "eventlet") as hall:
        panel = sit_down(context, hall, "2", "officer2", "th")
        other_day(tmp_path / "data")
        expect(panel.locator("#sign-in")).to_be_visible(timeout=SLOW)


def other_day(folder: Path) -> None:
    """The sessions of this folder are of a day that is over."""
    conn = sqlite3.connect(folder / "people.db", timeout=10)
    with conn:
        conn.execute("update sessions set day = '2000-01-01'")
    conn.close()
