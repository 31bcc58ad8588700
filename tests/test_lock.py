"""A screen that nobody sits at locks, and the PIN goes on where it was: by HTTP, by Socket.IO, and in a browser.

The lock is the hall's, so that no reload and no other window opens it. Not here: how often a PIN may be tried at
signing in (test_auth.py).
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import BrowserContext, Page, Route, expect
from socketio.exceptions import ConnectionError as TurnedAway

from hall_server.app import build
from hall_server.auth import FREE
from hall_server.house import House
from hall_server.people import People
from hall_server.texts import say
from tests import halls
from tests.browser import SLOW
from tests.counters import JOIN, STRIP, at_counter, connected, press, sit_down
from tests.serving import PIN, Caller, Hall, Listener, Server

# -- the hall's lock -----------------------------------------------------------------------------------------------


@pytest.fixture
def officer(hall: Hall) -> Iterator[Caller]:
    """An officer whose session is their own, and who leaves nobody waiting."""
    with Caller(hall.url).sign_in("officer5") as caller:
        yield caller


def refusal(answer: object) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"]  # type: ignore[attr-defined]


def lock(officer: Caller) -> None:
    assert officer.post("/api/v1/session/lock", json={}).status_code == 204


def unlock(officer: Caller, pin: str = PIN) -> int:
    return officer.post("/api/v1/session/unlock", json={"pin": pin}).status_code


def test_behind_the_lock_nothing_is_done_and_the_pin_goes_on_where_it_was(hall: Hall, officer: Caller) -> None:
    number = hall.kiosk.take()["number"]
    assert officer.press("5", "next")["ticket"]["number"] == number
    word = officer.cookies["sala_session"]
    lock(officer)
    seq = hall.seq()
    assert refusal(officer.post("/api/v1/counters/5/finish", json={})) == (401, "locked")
    assert refusal(officer.get("/api/v1/hall")) == (401, "locked")
    assert refusal(officer.get("/api/v1/tickets", params={"number": number})) == (401, "locked")
    assert officer.get("/api/v1/session").json() == {"username": "officer5", "role": "officer", "locked": True}
    assert unlock(officer, "0000") == 401
    assert refusal(officer.post("/api/v1/counters/5/finish", json={})) == (401, "locked")
    assert hall.seq() == seq, "the visitor at the counter is untouched"
    assert unlock(officer) == 200
    assert officer.cookies["sala_session"] == word
    assert officer.press("5", "finish")["ticket"]["number"] == number


def test_a_locked_page_shows_no_more_of_the_visitor_than_the_board(hall: Hall, officer: Caller) -> None:
    number = hall.kiosk.take(language="en", people=7, needs=["wheelchair"])["number"]
    officer.press("5", "next")
    lock(officer)
    for path in ("/counter/5", "/counter/5/strip"):
        page = officer.get(f"{path}?language=en").text
        assert say("en", "lock.title") in page and number in page
        for told in ("wheelchair", "benefit", "Wheelchair", '"people"'):
            assert told not in page, told
    for path in ("/counter/", "/counter/reception"):
        page = officer.get(f"{path}?language=en").text
        assert say("en", "lock.title") in page and number not in page
    assert unlock(officer) == 200
    officer.press("5", "finish")


def test_news_behind_the_lock_is_what_the_board_shows(hall: Hall, officer: Caller) -> None:
    number = hall.kiosk.take()["number"]
    with Listener(hall.url, "/counter", {"counter": "5"}, officer.cookie) as panel:
        panel.until(lambda news: "waiting" in news)
        lock(officer)
        assert panel.shut_out(), "what was open is shut at once"
    with Listener(hall.url, "/counter", {"counter": "5"}, officer.cookie) as locked:
        news = locked.until(lambda news: news["counter"]["id"] == "5")
        assert news["locked"] and "waiting" not in news
        hall.officer.press("5", "next")
        called = locked.until(lambda news: news["ticket"])["ticket"]
        assert called["number"] == number
        assert set(called) == {"number", "state", "called_at", "started_at", "held_ms", "standard_service_s"}
        assert unlock(officer) == 200
        assert locked.shut_out()
    with Listener(hall.url, "/counter", {"counter": "5"}, officer.cookie) as again:
        again.until(lambda news: "waiting" in news)
    officer.press("5", "finish")


def test_the_desk_hears_nothing_behind_a_lock(hall: Hall) -> None:
    with Caller(hall.url).sign_in("manager") as manager:
        with Listener(hall.url, "/desk", cookie=manager.cookie) as desk:
            desk.until(lambda news: True)
            lock(manager)
            assert desk.shut_out()
        with pytest.raises(TurnedAway):
            Listener(hall.url, "/desk", cookie=manager.cookie)
        assert say("th", "lock.title") in manager.get("/desk/").text


def test_whoever_signs_out_hears_nothing_more(hall: Hall) -> None:
    officer = Caller(hall.url).sign_in("officer6")
    with officer, Listener(hall.url, "/counter", {"counter": "6"}, officer.cookie) as panel:
        panel.until(lambda news: True)
        assert officer.delete("/api/v1/session").status_code == 204
        assert panel.shut_out()


def test_a_lock_and_its_end_carry_the_token(hall: Hall) -> None:
    with Caller(hall.url).sign_in("officer6") as officer:
        csrf = officer.headers.pop("X-CSRF-Token")
        assert refusal(officer.post("/api/v1/session/lock", json={})) == (403, "csrf-missing")
        officer.headers["X-CSRF-Token"] = csrf
        lock(officer)
        del officer.headers["X-CSRF-Token"]
        assert refusal(officer.post("/api/v1/session/unlock", json={"pin": PIN})) == (403, "csrf-missing")
    with Caller(hall.url) as nobody:
        assert refusal(nobody.post("/api/v1/session/unlock", json={"pin": PIN})) == (401, "not-signed-in")


def test_a_locked_session_may_be_left(hall: Hall) -> None:
    with Caller(hall.url).sign_in("officer6") as officer:
        lock(officer)
        assert officer.delete("/api/v1/session").status_code == 204
        assert refusal(officer.get("/api/v1/session")) == (401, "not-signed-in")


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    people = People(tmp_path / "people.db")
    people.add_person("malee", "officer", PIN)
    with halls.at_work(tmp_path, halls.FakeClock()) as office:
        yield build(House(office, people, b"secret"), [], "threading")[0].test_client()


def test_the_pin_of_a_lock_is_not_guessed(client: FlaskClient) -> None:
    csrf = client.post("/api/v1/session", json={"username": "malee", "pin": PIN}).get_json()["csrf"]
    headers = {"X-CSRF-Token": csrf}
    assert client.post("/api/v1/session/lock", headers=headers).status_code == 204
    told = [
        client.post("/api/v1/session/unlock", json={"pin": f"{n:04}"}, headers=headers).status_code
        for n in range(FREE + 1)
    ]
    assert told == [401] * FREE + [429]


def test_who_guesses_elsewhere_keeps_nobody_behind_their_lock(client: FlaskClient) -> None:
    csrf = client.post("/api/v1/session", json={"username": "malee", "pin": PIN}).get_json()["csrf"]
    headers = {"X-CSRF-Token": csrf}
    assert client.post("/api/v1/session/lock", headers=headers).status_code == 204
    stranger = client.application.test_client()
    guess = {"username": "malee", "pin": "0000"}
    told = [stranger.post("/api/v1/session", json=guess).status_code for _ in range(FREE + 1)]
    assert told[-1] == 429
    assert client.post("/api/v1/session/unlock", json={"pin": PIN}, headers=headers).status_code == 200


def test_a_lock_lasts_through_a_restart(tmp_path: Path) -> None:
    people = People(tmp_path / "people.db")
    word = people.begin_session(people.add_person("malee", "officer", PIN), "2026-11-20")
    people.lock_session(word, True)
    again = People(tmp_path / "people.db").session(word, "2026-11-20")
    assert again and again.locked


# -- in a browser --------------------------------------------------------------------------------------------------


def resume(screen: Page) -> None:
    """The PIN, by keys alone."""
    expect(screen.locator("#pin")).to_be_focused()
    screen.keyboard.type("1234")
    screen.keyboard.press("Enter")
    expect(screen.locator("#pin")).to_have_count(0)
    connected(screen)


@pytest.mark.parametrize("language", ["th", "en"])
def test_a_screen_that_nobody_touches_warns_and_locks(
    trial_hall: Server, context: BrowserContext, language: str
) -> None:
    with Caller(trial_hall.url()) as kiosk:
        number = kiosk.take(JOIN)["number"]
    context.clock.install()
    panel = sit_down(context, trial_hall, "2", "officer2", language)
    press(panel, "Space")
    at_counter(panel, number)
    context.clock.fast_forward(9 * 60_000 + 45_000)
    warning = panel.locator("#locking")
    expect(warning).to_contain_text(say(language, "counter.lock.stay"))
    # Any hand holds it off, for the whole time again.
    panel.keyboard.press("Shift")
    expect(warning).to_be_hidden()
    context.clock.fast_forward(9 * 60_000)
    expect(warning).to_be_hidden()
    context.clock.fast_forward(61_000)
    locked = panel.get_by_role("heading", name=say(language, "lock.title"))
    expect(locked).to_be_visible()
    expect(panel.locator("#visitor")).to_contain_text(number)
    panel.reload()
    expect(locked).to_be_visible()
    panel.locator("#pin").fill("0000")
    panel.keyboard.press("Enter")
    expect(panel.locator("#message")).to_have_text(say(language, "lock.wrong"))
    resume(panel)
    at_counter(panel, number)
    press(panel, "f")
    at_counter(panel, "none")


def test_the_strip_and_the_panel_lock_and_open_together(trial_hall: Server, context: BrowserContext) -> None:
    panel = sit_down(context, trial_hall, "2", "officer2", "en")
    strip = sit_down(context, trial_hall, "2/strip", "officer2", "en")
    strip.set_viewport_size(STRIP)
    desk = sit_down(context, trial_hall, "reception", "officer2", "en")
    press(strip, "x")
    for screen in (panel, strip, desk):
        expect(screen.get_by_role("heading", name=say("en", "lock.title"))).to_be_visible(timeout=SLOW)
    assert strip.evaluate("document.documentElement.scrollHeight <= innerHeight")
    resume(strip)
    for screen in (panel, strip, desk):
        expect(screen.get_by_role("heading", name=say("en", "lock.title"))).to_have_count(0, timeout=SLOW)
        connected(screen)
    desk.bring_to_front()
    desk.keyboard.press("F8")
    expect(panel.get_by_role("heading", name=say("en", "lock.title"))).to_be_visible(timeout=SLOW)


def test_a_hand_at_the_strip_is_a_hand_at_the_panel(trial_hall: Server, context: BrowserContext) -> None:
    context.clock.install()
    panel = sit_down(context, trial_hall, "2", "officer2", "en")
    strip = sit_down(context, trial_hall, "2/strip", "officer2", "en")
    for _ in range(3):
        context.clock.fast_forward(6 * 60_000)
        strip.keyboard.press("Shift")
        expect(panel.locator("#locking")).to_be_hidden()
    expect(panel.locator("#panel")).to_be_visible()
    expect(strip.locator("#strip")).to_be_visible()


def test_a_lock_loses_no_press_that_is_on_its_way(trial_hall: Server, context: BrowserContext) -> None:
    with Caller(trial_hall.url()) as kiosk:
        number = kiosk.take(JOIN)["number"]
    panel = sit_down(context, trial_hall, "2", "officer2", "en")
    waiting: list[Route] = []
    panel.route("**/counters/2/next", lambda route: waiting.append(route))
    with panel.expect_request("**/counters/2/next"):
        panel.keyboard.press("Space")
    panel.keyboard.press("x")
    # Covered at once, but not locked before the press is answered.
    expect(panel.locator("html")).to_have_attribute("data-locking", "")
    expect(panel.locator("#panel")).not_to_be_visible()
    waiting[0].continue_()
    expect(panel.locator("#visitor")).to_contain_text(number, timeout=SLOW)
    resume(panel)
    at_counter(panel, number)


def test_without_a_line_the_screen_is_covered_and_locks_once_it_is_back(
    trial_hall: Server, context: BrowserContext
) -> None:
    panel = sit_down(context, trial_hall, "2", "officer2", "en")
    panel.route("**/session/lock", lambda route: route.abort())
    panel.keyboard.press("x")
    expect(panel.locator("#panel")).not_to_be_visible()
    # A reload meanwhile does not open it.
    panel.reload()
    expect(panel.locator("#panel")).not_to_be_visible()
    panel.unroute("**/session/lock")
    expect(panel.get_by_role("heading", name=say("en", "lock.title"))).to_be_visible(timeout=SLOW)


def test_somebody_else_may_sign_in_at_a_locked_screen(trial_hall: Server, context: BrowserContext) -> None:
    panel = sit_down(context, trial_hall, "2", "officer2", "en")
    press(panel, "x")
    panel.get_by_role("button", name=say("en", "lock.other")).click()
    expect(panel.locator("#sign-in")).to_be_visible()
    panel.locator("#username").fill("officer3")
    panel.locator("#pin").fill("1234")
    panel.keyboard.press("Enter")
    expect(panel.locator(".officer-name")).to_have_text(re.compile("officer3"))
