"""The strip of a counter, 400 by 160: every main action by its key, whatever is asked, and nothing cut; in a browser.

Not here: what the panel shows (test_counter_walks.py), the lock (test_lock.py).
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from hall_server.texts import say
from tests.browser import SLOW, own_browser
from tests.counters import HOSPITAL, JOIN, OLD_AGE, STRIP, all_in_sight, at_counter, connected, press, sit_down
from tests.serving import Caller, Server

LANGUAGES = pytest.mark.parametrize("language", ["th", "en"])


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with own_browser(browser, **STRIP) as opened:
        yield opened


def the_strip(context: BrowserContext, hall: Server, language: str) -> Page:
    strip = sit_down(context, hall, "2/strip", "officer2", language)
    expect(strip.locator("#strip")).to_be_visible()
    return strip


def test_the_panel_opens_it_as_a_window_of_its_size(trial_hall: Server, browser: Browser) -> None:
    with own_browser(browser) as context:
        panel = sit_down(context, trial_hall, "2", "officer2", "en")
        panel.evaluate("() => { const { open } = window; window.open = (...how) => ((asked = how), open(...how)); }")
        with context.expect_page() as opened:
            press(panel, "o")
        strip = opened.value
        connected(strip)
        assert strip.url.endswith("/counter/2/strip?language=en")
        assert panel.evaluate("asked[2]") == "popup,width=400,height=160"


@LANGUAGES
def test_a_morning_on_the_strip_by_keys(trial_hall: Server, context: BrowserContext, language: str) -> None:
    with Caller(trial_hall.url()) as kiosk:
        first = kiosk.take(JOIN, needs=["wheelchair"], people=2, language="en")["number"]
        second, third = (kiosk.take(OLD_AGE)["number"] for _ in range(2))
    strip = the_strip(context, trial_hall, language)
    expect(strip.locator("#waiting-count")).to_have_text("3")
    all_in_sight(strip)

    # Called, recalled, served, and put aside in two presses.
    press(strip, "Space")
    at_counter(strip, first)
    press(strip, "r", "s")
    expect(strip.locator("#strip")).to_have_attribute("data-visitor", "serving")
    expect(strip.locator("#about")).to_contain_text(say(language, "counter.need.wheelchair"))
    all_in_sight(strip)
    press(strip, "d")
    at_counter(strip, first)
    press(strip, "d")
    at_counter(strip, "none")

    # Did not come, and taken back.
    press(strip, "Space", "n")
    at_counter(strip, "none")
    press(strip, "z")
    at_counter(strip, second)

    # Sent on in two presses; what stands on another page is a key away.
    press(strip, "t")
    options = strip.locator("#transfer .option:visible")
    expect(options).to_have_count(8)
    all_in_sight(strip)
    seen = options.first.inner_text()
    press(strip, "0")
    expect(options.first).not_to_have_text(seen)
    all_in_sight(strip)
    press(strip, "Escape", "t", "1")
    at_counter(strip, "none")

    # The next but one asks whether the last one came; finished; taken up again.
    press(strip, "Space")
    at_counter(strip, third)
    press(strip, "Space")
    expect(strip.get_by_role("dialog")).to_contain_text(third)
    press(strip, "1")
    at_counter(strip, "none")
    press(strip, "u", "1")
    at_counter(strip, first)
    press(strip, "g", "3")
    at_counter(strip, "none")

    # For help, and no longer; paused, with the reason; closed.
    press(strip, "h")
    expect(strip.locator("#about")).to_have_text(say(language, "counter.help.asked"), timeout=SLOW)
    press(strip, "h", "p", "1")
    expect(strip.locator("#state")).to_have_text(say(language, "counter.state.paused"))
    press(strip, "c")
    expect(strip.locator("#state")).to_have_text(say(language, "counter.state.closed"))


@LANGUAGES
def test_nothing_is_cut_in_any_state_or_question(trial_hall: Server, context: BrowserContext, language: str) -> None:
    with Caller(trial_hall.url()) as kiosk:
        kiosk.take(
            services=[JOIN, HOSPITAL], needs=["wheelchair", "interpreter", "sign", "escort"], people=9, language="en"
        )
        for n in range(8):
            kiosk.take((OLD_AGE, HOSPITAL)[n % 2])
    strip = the_strip(context, trial_hall, language)
    all_in_sight(strip)
    press(strip, "Space", "s")
    expect(strip.locator("#strip")).to_have_attribute("data-visitor", "serving")
    all_in_sight(strip)
    for key in ("t", "g", "."):
        in_question(strip, key)
    press(strip, "d", "d", "Space", "n", "Space", "n", "Space", "f")
    at_counter(strip, "none")
    for key in ("l", "p", "u", "a", "i", "."):
        in_question(strip, key)
    press(strip, "Space")
    expect(strip.locator("#strip")).to_have_attribute("data-visitor", "called")
    in_question(strip, "Space")
    with Caller(trial_hall.url()) as colleague:
        colleague.sign_in("officer3", "1234")
        colleague.press("3", "help")
        expect(strip.locator("#help-call")).to_be_visible()
        all_in_sight(strip)
        press(strip, "y")
        colleague.press("3", "help-over")
        colleague.post("/api/v1/evacuation", json={"on": True})
        expect(strip.locator("#evacuation")).to_be_visible()
        all_in_sight(strip)
        strip.locator("[data-evacuate=off]").click()
        expect(strip.locator("#evacuation")).to_be_hidden()


def in_question(strip: Page, key: str) -> None:
    """What that key asks is all in sight on every page of it, and goes away without an answer."""
    press(strip, key)
    dialog = strip.get_by_role("dialog")
    expect(dialog).to_be_visible()
    all_in_sight(strip)
    turn = dialog.locator("[data-turn]:visible")
    pages = int(turn.locator("small").inner_text().split("/")[1]) if turn.count() else 1
    for _ in range(pages - 1):
        strip.keyboard.press("0")
        all_in_sight(strip)
    strip.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


@LANGUAGES
def test_the_rest_is_pressed_from_the_list_of_more(trial_hall: Server, context: BrowserContext, language: str) -> None:
    strip = the_strip(context, trial_hall, language)
    press(strip, ".")
    strip.locator("#more [data-action=walk-in]").click()
    expect(strip.locator("#strip")).to_have_attribute("data-visitor", "serving")
    expect(strip.get_by_role("dialog")).to_have_count(0)
    press(strip, ".", "g", "1")
    at_counter(strip, "none")


@LANGUAGES
def test_a_refusal_is_said_in_full(trial_hall: Server, context: BrowserContext, language: str) -> None:
    with Caller(trial_hall.url()) as kiosk:
        number = kiosk.take(JOIN)["number"]
    strip = the_strip(context, trial_hall, language)
    press(strip, "Space")
    at_counter(strip, number)
    press(strip, "r", "r", "r", "r")
    message = strip.locator("#message[data-refusal]")
    expect(message).to_have_text(say(language, "refusal.recalled-enough", number=number, times=3))
    all_in_sight(strip)
    # A refusal without a line is the longest sentence of all.
    strip.route("**/counters/2/**", lambda route: route.abort())
    press(strip, "s")
    expect(message).to_contain_text(
        say(language, "counter.offline.no_answer").partition("{time}")[2][:12], timeout=SLOW
    )
    all_in_sight(strip)
