"""The desk's what-if, served in earnest: asked of a child process, one at a time, and never in the way of a call.

Not here: what comes of a change (test_whatif.py), how one is written (test_changes.py).
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
import requests
from playwright.sync_api import BrowserContext, Page, expect

from hall_server.texts import say
from queue_core import centre_file
from tests import past_days
from tests.browser import SLOW
from tests.serving import PIN, Caller, Hall, centre, in_earnest, settle

CHANGE = "counter +1 00:00-24:00 like 1"


@pytest.fixture(scope="module")
def days() -> list[date]:
    return []


@pytest.fixture(scope="module")
def hall(mode: str, tmp_path_factory: pytest.TempPathFactory, days: list[date]) -> Iterator[Hall]:
    """A hall that was open on the same weekday of three weeks."""
    folder, text = tmp_path_factory.mktemp("whatif") / "data", centre()
    keys = settle(folder, text)
    days[:] = past_days.write(folder, centre_file.read(text))
    with in_earnest(folder, mode, keys) as opened:
        # It was closed for a week: a manager says that the clock is right.
        assert opened.manager.post("/api/v1/clock", json={}).ok
        yield opened


def ask(caller: Caller, day: object, *changes: str, language: str = "en", **more: Any) -> requests.Response:
    asked = {"day": str(day), "changes": list(changes), **more}
    return caller.request("POST", f"/api/v1/whatif?language={language}", json=asked, timeout=120)


def test_a_past_day_is_told_as_it_was_as_planned_and_as_changed(hall: Hall, days: list[date]) -> None:
    answer = ask(hall.manager, days[-1], CHANGE)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    recorded, unchanged, changed = (told[course]["all"] for course in ("recorded", "unchanged", "changed"))
    assert told["day"] == str(days[-1]) and told["changes"] == [CHANGE] and told["replications"] == 20
    assert recorded["n"]["middle"] == unchanged["n"]["middle"] == past_days.PEOPLE
    assert unchanged["mean_s"]["low"] <= recorded["mean_s"]["middle"] <= unchanged["mean_s"]["high"]
    assert changed["mean_s"]["middle"] < unchanged["mean_s"]["middle"]
    assert set(told["unchanged"]["services"]) == {"benefit", "card"} and told["unchanged"]["half_hours"]


def test_a_day_to_come_is_forecast_and_explained(hall: Hall) -> None:
    told = ask(hall.manager, "tomorrow").json()
    assert told["recorded"] is None and told["changed"] is None and told["unchanged"]["all"]["n"]["middle"] > 0
    assert told["forecast"]["people"]["likely"] > 0 and told["forecast"]["half_hours"]
    assert all(part["said"] != part["key"] and "{" not in part["said"] for part in told["forecast"]["explained"])


@pytest.mark.parametrize("language", ["th", "en"])
def test_advice_is_a_sentence(hall: Hall, days: list[date], language: str) -> None:
    advice = ask(hall.manager, days[0], language=language, advise=True, aim_minutes=10).json()["advice"]
    assert advice["said"] != advice["key"] and "{" not in advice["said"]
    assert (advice["kind"] == "fine") == (advice["change"] is None)


# -- who may, and what is refused ----------------------------------------------------------------------------------


def test_only_a_manager_may_ask(hall: Hall, days: list[date]) -> None:
    assert ask(hall.officer, days[0]).json()["type"] == "not-your-role"
    assert ask(hall.kiosk, days[0]).status_code == 403
    with Caller(hall.url) as nobody:
        assert ask(nobody, days[0]).status_code == 401
    refused = hall.manager.request("POST", "/api/v1/whatif", json={"day": "tomorrow"}, headers={"X-CSRF-Token": "x"})
    assert refused.json()["type"] == "csrf-missing"


@pytest.mark.parametrize(
    ("asked", "status", "word"),
    [
        ({"day": "2001-01-01"}, 404, "unknown-day"),
        ({"day": "yesterday"}, 422, "wrong-value"),
        ({"day": "run.py"}, 422, "wrong-value"),
        ({"day": "tomorrow", "changes": ["close everything"]}, 422, "wrong-change"),
        ({"day": "tomorrow", "changes": ["counter 77 off 10:00-11:00"]}, 422, "wrong-change"),
        ({"day": "tomorrow", "changes": ["--help"]}, 422, "wrong-change"),
        ({"day": "tomorrow", "changes": ["rule a\u0000b"]}, 422, "wrong-value"),
        ({"day": "tomorrow", "changes": ["people +900%", "people +10%"]}, 422, "wrong-change"),
        ({"day": "tomorrow", "replications": 5}, 422, "wrong-value"),
        ({"day": "tomorrow", "changes": ["people +1%"] * 21}, 422, "wrong-value"),
        ({"day": "tomorrow", "aim_minutes": 0}, 422, "wrong-value"),
        ({}, 422, "wrong-value"),
    ],
)
@pytest.mark.parametrize("language", ["th", "en"])
def test_what_cannot_be_is_refused_in_a_sentence(
    hall: Hall, asked: dict[str, Any], status: int, word: str, language: str
) -> None:
    before = hall.seq()
    answer = hall.manager.post(f"/api/v1/whatif?language={language}", json=asked)
    assert (answer.status_code, answer.json()["type"]) == (status, word), answer.text
    assert "{" not in answer.json()["detail"] and answer.json()["title"] != f"title.{word}"
    assert hall.seq() == before


def test_one_is_reckoned_at_a_time_and_calls_go_on_meanwhile(hall: Hall, days: list[date]) -> None:
    with ThreadPoolExecutor(2) as threads, Caller(hall.url) as other:
        callers = (hall.manager, other.sign_in("manager"))
        both = [threads.submit(ask, caller, days[0], CHANGE, replications=200) for caller in callers]
        number = hall.kiosk.take("benefit")["number"]
        assert hall.officer.press("1", "next")["ticket"]["number"] == number
        hall.officer.press("1", "start")
        hall.officer.press("1", "finish")
        assert not all(one.done() for one in both), "a call waited for the reckoning"
        answers = sorted((one.result() for one in both), key=lambda answer: answer.status_code)
    assert [answer.status_code for answer in answers] == [200, 409]
    assert answers[1].json()["type"] == "still-reckoning"
    assert ask(hall.manager, days[0]).status_code == 200


# -- the page ------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(hall: Hall, context: BrowserContext) -> Page:
    """A manager's browser on the page, signed in; a fault of any script fails the test."""
    page = context.new_page()
    page.goto(f"{hall.url}/desk/whatif?language=en")
    page.locator("#username").fill("manager")
    page.locator("#pin").fill(PIN)
    page.keyboard.press("Enter")
    expect(page.locator("[data-whatif]")).to_be_visible(timeout=SLOW)
    page.wait_for_load_state()  # its script too: before that a button does nothing
    return page


def test_a_manager_tries_a_plan_by_form_and_keyboard(desk: Page, days: list[date]) -> None:
    desk.get_by_label(say("en", "desk.whatif.day")).select_option(str(days[-1]))
    desk.get_by_label(say("en", "desk.whatif.change")).select_option("people")
    desk.get_by_label(say("en", "desk.whatif.percent")).fill("30")
    desk.get_by_role("button", name=say("en", "desk.whatif.add"), exact=True).press("Enter")
    expect(desk.locator("[data-chosen] li")).to_contain_text("People +30 % · Every service")

    desk.get_by_role("button", name=say("en", "desk.whatif.play")).press("Enter")

    outcome = desk.locator("[data-outcome]")
    expect(outcome.locator(".as-changed").first).to_be_visible(timeout=60_000)
    expect(outcome.locator("svg.chart")).to_have_attribute("role", "img")
    expect(outcome.locator(".as-recorded td").first).to_have_text(str(past_days.PEOPLE))

    desk.get_by_role("button", name="Remove").press("Enter")
    expect(desk.locator("[data-none]")).to_be_visible()


def test_what_is_refused_is_said_on_the_page(desk: Page) -> None:
    desk.locator("#more-start").fill("12:00")
    desk.locator("#more-end").fill("10:00")
    desk.get_by_role("button", name=say("en", "desk.whatif.add"), exact=True).click()
    desk.get_by_role("button", name=say("en", "desk.whatif.play")).click()
    expect(desk.locator("#refusal")).to_contain_text("it must end after it begins", timeout=30_000)
