"""The manager's desk, served in earnest: what is set while the hall is open takes effect with the next call.

Not here: what the core lets be wished (test_day.py, test_officers.py), why one came before another (test_desk_why.py).
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from jinja2 import Environment, FileSystemLoader
from playwright.sync_api import BrowserContext, Page, expect

from hall_server.texts import say
from tests import shapes
from tests.browser import SLOW
from tests.serving import PIN, Caller, Hall, Listener
from tests.shapes import unlike

TEMPLATES = Path(__file__).parent.parent / "manager_desk" / "templates"
MESSAGE = {"th": "ระบบขัดข้อง", "en": "The system is down"}
PAGES = (
    "/desk/",
    *(f"/desk/figures?show={part}" for part in ("hours", "services", "counters", "promises", "turn", "meaning")),
    "/desk/today",
    "/desk/today?only=out&counter=1",
    "/desk/why",
    "/desk/why?first=A001",
    "/desk/whatif",
    *(f"/desk/settings?show={part}" for part in ("skills", "counters", "pauses", "bookings", "screens")),
)
WISHES: dict[str, tuple[str, str, Any]] = {
    "skills": ("PUT", "/api/v1/officers/officer1/skills", {"services": None}),
    "services": ("PUT", "/api/v1/counters/1/services", {"services": ["benefit", "card"]}),
    "pause": ("POST", "/api/v1/services/advice/pause", {"message": MESSAGE}),
    "resume": ("POST", "/api/v1/services/advice/resume", {}),
    "evacuation": ("POST", "/api/v1/evacuation", {"on": False}),
    "help": ("POST", "/api/v1/help/1", {}),
    "why": ("GET", "/api/v1/why?first=A001", None),
}


def send(caller: Caller, wish: str, **more: Any) -> requests.Response:
    method, path, body = WISHES[wish]
    return caller.request(method, path, **({"json": body} if body is not None else {}) | more)


def skills(hall: Hall, officer: str, services: list[str] | None) -> Any:
    answer = hall.manager.put(f"/api/v1/officers/{officer}/skills", json={"services": services})
    assert answer.status_code == 200, answer.text
    return answer.json()


def gives(hall: Hall, counter: str, *services: str) -> requests.Response:
    return hall.manager.put(f"/api/v1/counters/{counter}/services", json={"services": list(services)})


@contextmanager
def evacuated(hall: Hall) -> Iterator[None]:
    """The hall is in danger until the end of the block."""
    assert hall.manager.post("/api/v1/evacuation", json={"on": True}).json()["on"] is True
    try:
        yield
    finally:
        hall.manager.post("/api/v1/evacuation", json={"on": False})


@pytest.fixture
def officer2(hall: Hall) -> Iterator[Caller]:
    with Caller(hall.url) as caller:
        yield caller.sign_in("officer2")


# -- who may -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wish", [wish for wish in WISHES if wish != "evacuation"])
def test_what_the_desk_wishes_is_the_managers(hall: Hall, wish: str) -> None:
    before = hall.seq()
    assert send(hall.officer, wish).json()["type"] == "not-your-role"
    assert send(hall.kiosk, wish).status_code == 403
    with Caller(hall.url) as nobody:
        assert send(nobody, wish).status_code == 401
    if WISHES[wish][0] != "GET":
        assert send(hall.manager, wish, headers={"X-CSRF-Token": "x"}).json()["type"] == "csrf-missing"
    assert hall.seq() == before


def test_an_officer_may_call_an_evacuation_too(hall: Hall) -> None:
    assert hall.officer.post("/api/v1/evacuation", json={"on": True}).json()["on"] is True
    assert hall.officer.post("/api/v1/evacuation", json={"on": False}).json() == {"on": False, "since": None}
    assert send(hall.kiosk, "evacuation").status_code == 403


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["th", "en"])
def test_each_page_is_drawn_in_both_languages(hall: Hall, page: str, language: str) -> None:
    drawn = hall.manager.get(f"{page}{'&' if '?' in page else '?'}language={language}", headers={"Accept": "text/html"})
    assert drawn.status_code == 200, drawn.text
    assert 'class="tabs"' in drawn.text
    # A text that nobody wrote shows its key, and a brace that nobody fills stays.
    assert not re.search(r">[^<>]*\b(?:desk|why)\.[a-z_]+[^<>]*<|\{[a-z_]+\}", without_islands(drawn.text))


def without_islands(page: str) -> str:
    return re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)


@pytest.mark.parametrize("page", [*PAGES, "/desk/strip"])
def test_an_officer_is_asked_for_a_managers_sign_in(hall: Hall, page: str) -> None:
    assert 'id="sign-in"' in hall.officer.get(page, headers={"Accept": "text/html"}).text


@pytest.mark.parametrize("query", ["day=yesterday", "day=2026-02-30", "before=x", "before=9" * 20, "day=๒๐๒๖-๐๑-๐๑"])
def test_a_day_that_is_none_is_a_refusal(hall: Hall, query: str) -> None:
    assert hall.manager.get(f"/desk/today?{query}").status_code == 422


# -- skills and services, while open -------------------------------------------------------------------------------


def test_what_an_officer_can_do_counts_from_the_next_call(hall: Hall) -> None:
    hall.officer.press("1", "open")
    assert skills(hall, "officer1", ["card"]) == {"officer": "officer1", "services": ["card"]}
    benefit, card = hall.kiosk.take("benefit"), hall.kiosk.take("card")
    assert hall.officer.press("1", "next")["ticket"]["number"] == card["number"]
    assert skills(hall, "officer1", None)["services"] is None
    hall.officer.press("1", "start")
    assert hall.officer.press("1", "next")["ticket"]["number"] == benefit["number"]
    hall.officer.press("1", "start")
    hall.officer.press("1", "finish")


def test_skills_hold_through_a_changed_counter(hall: Hall) -> None:
    skills(hall, "officer1", ["card"])
    assert gives(hall, "1", "benefit").status_code == 200
    told = hall.manager.get("/desk/settings?show=skills&language=en").text
    assert re.search(r'data-of="officer1" value="card" checked', told)
    skills(hall, "officer1", None)
    assert gives(hall, "1", "benefit", "card").status_code == 200


def test_what_a_counter_gives_counts_from_the_next_call(hall: Hall) -> None:
    advice = hall.kiosk.take("advice")
    assert hall.officer.press("1", "next")["ticket"] is None
    answer = gives(hall, "1", "card", "advice")
    assert answer.json() == {"counter": "1", "services": ["advice", "card"]}
    assert hall.officer.press("1", "next")["ticket"]["number"] == advice["number"]
    hall.officer.press("1", "start")
    hall.officer.press("1", "finish")
    assert gives(hall, "1", "benefit", "card").status_code == 200


def test_no_service_is_left_without_a_counter(hall: Hall) -> None:
    before = hall.seq()
    answer = gives(hall, "9", "card")
    assert (answer.status_code, answer.json()["type"]) == (409, "last-counter")
    assert "{" not in answer.json()["detail"]
    assert hall.seq() == before


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "word"),
    [
        ("PUT", "/officers/nobody/skills", {"services": []}, 404, "unknown-officer"),
        ("PUT", "/officers/manager/skills", {"services": []}, 404, "unknown-officer"),
        ("PUT", "/officers/officer1/skills", {"services": ["flying"]}, 404, "unknown-service"),
        ("PUT", "/officers/officer1/skills", {}, 422, "wrong-value"),
        ("PUT", "/officers/officer1/skills", {"services": "card"}, 422, "wrong-value"),
        ("PUT", "/counters/1/services", {"services": []}, 422, "wrong-value"),
        ("PUT", "/counters/1/services", {"services": ["flying"]}, 404, "unknown-service"),
        ("PUT", "/counters/77/services", {"services": ["card"]}, 404, "unknown-counter"),
        ("POST", "/services/flying/pause", {"message": MESSAGE}, 404, "unknown-service"),
        ("POST", "/services/card/pause", {"message": {}}, 422, "wrong-value"),
        ("POST", "/services/card/pause", {"message": {"th": "   "}}, 422, "wrong-value"),
        ("POST", "/services/card/pause", {"message": "closed"}, 422, "wrong-value"),
        ("POST", "/services/flying/resume", {}, 404, "unknown-service"),
        ("POST", "/evacuation", {}, 422, "wrong-value"),
        ("POST", "/evacuation", {"on": "yes"}, 422, "wrong-value"),
        ("POST", "/help/77", {}, 404, "unknown-counter"),
        ("POST", "/help/8", {}, 409, "no-help-asked"),
    ],
)
@pytest.mark.parametrize("language", ["th", "en"])
def test_what_cannot_be_is_refused_in_a_sentence(
    hall: Hall, method: str, path: str, body: Any, status: int, word: str, language: str
) -> None:
    before = hall.seq()
    answer = hall.manager.request(method, f"/api/v1{path}?language={language}", json=body)
    assert (answer.status_code, answer.json()["type"]) == (status, word), answer.text
    assert "{" not in answer.json()["detail"] and answer.json()["title"] != f"title.{word}"
    assert hall.seq() == before


# -- a service paused ----------------------------------------------------------------------------------------------


def test_a_paused_service_gives_no_tickets_and_says_why(hall: Hall) -> None:
    waits = hall.kiosk.take("card")
    paused = hall.manager.post("/api/v1/services/card/pause", json={"message": MESSAGE})
    assert paused.json() == {"service": "card", "paused": True, "message": MESSAGE}
    seq = hall.seq()
    hall.manager.post("/api/v1/services/card/pause", json={"message": MESSAGE})
    assert hall.seq() == seq, "the same once more is nothing new"
    refused = hall.kiosk.tap("card", language="en")
    assert (refused.status_code, refused.json()["type"]) == (409, "service-paused")
    assert MESSAGE["en"] in hall.manager.get("/desk/strip?language=en").text
    assert hall.officer.press("1", "next")["ticket"]["number"] == waits["number"], "who waits is served"
    hall.officer.press("1", "start")
    hall.officer.press("1", "finish")
    again = hall.manager.post("/api/v1/services/card/resume", json={})
    assert again.json() == {"service": "card", "paused": False, "message": None}
    hall.kiosk.take("card")
    hall.kiosk.give_back()


def test_a_message_in_one_language_is_said_in_all(hall: Hall) -> None:
    told = hall.manager.post("/api/v1/services/card/pause", json={"message": {"th": " พัก "}}).json()["message"]
    assert told == {"th": "พัก", "en": "พัก"}
    hall.manager.post("/api/v1/services/card/resume", json={})


# -- danger, and help ----------------------------------------------------------------------------------------------


def test_an_evacuation_stops_calls_and_tickets_until_all_is_clear(hall: Hall) -> None:
    waits = hall.kiosk.take()
    with evacuated(hall):
        assert hall.officer.post("/api/v1/counters/1/next", json={}).json()["type"] == "evacuating"
        assert hall.kiosk.tap().json()["type"] == "evacuating"
        assert "data-evacuating" in hall.manager.get("/desk/strip?language=en").text
        assert not unlike(hall.manager.post("/api/v1/evacuation", json={"on": True}).json(), {"since": shapes.TIME})
    assert hall.officer.press("1", "next")["ticket"]["number"] == waits["number"]
    hall.officer.press("1", "start")
    hall.officer.press("1", "finish")


def test_help_is_answered_from_the_desk_once(hall: Hall) -> None:
    hall.officer.press("1", "open")
    with Listener(hall.url, "/desk", {}, hall.manager.cookie) as desk:
        hall.officer.press("1", "help")
        (call,) = desk.until(lambda news: news["hall"]["help"])["hall"]["help"]
        assert call.items() >= {"counter": "1", "officer": "officer1", "answered": False}.items()
        assert not unlike(call, {"name": shapes.NAMES, "at": shapes.TIME})
        assert hall.manager.post("/api/v1/help/1", json={}).status_code == 200
        seq = hall.seq()
        assert hall.manager.post("/api/v1/help/1", json={}).status_code == 200 and hall.seq() == seq
        (call,) = desk.until(lambda news: any(one["answered"] for one in news["hall"]["help"]))["hall"]["help"]
        assert call["answered_by"] == "manager" and call["answered_from"] is None
        hall.officer.press("1", "help-over")
        desk.until(lambda news: not news["hall"]["help"])


def test_the_desk_is_told_who_is_put_aside_and_who_may_return(hall: Hall) -> None:
    with Listener(hall.url, "/desk", {}, hall.manager.cookie) as desk:
        first = desk.until(bool)["hall"]
        hall.kiosk.take()
        hall.officer.press("1", "next")
        hall.officer.press("1", "hold")
        held = desk.until(lambda news: news["hall"]["held"] == first["held"] + 1)["hall"]
        assert not unlike(held["bookings"], {"booked": int, "came": int, "overdue": int})
        absent = hall.kiosk.take()
        hall.officer.press("1", "next")
        hall.officer.press("1", "no-show")
        desk.until(lambda news: news["hall"]["absent"] == first["absent"] + 1)
        assert hall.kiosk.ticket(absent["token"])["state"] == "absent"
    hall.kiosk.give_back()


# -- out of turn ---------------------------------------------------------------------------------------------------


def test_calls_out_of_turn_show_by_officer_and_by_reason(hall: Hall) -> None:
    hall.kiosk.take()
    chosen = hall.kiosk.take()["number"]
    hall.officer.press("1", "call", number=chosen, reason="unwell")
    hall.officer.press("1", "start")
    hall.officer.press("1", "finish")
    hall.officer.serve("1")
    turn = without_islands(hall.manager.get("/desk/figures?show=turn&language=en").text)
    assert re.search(r"Unwell</th><td class=\"figure\">\s*[1-9]", turn)
    assert re.search(r"officer1</th>", turn)
    assert turn.count("Moved to the front</th>") == 2, "both tables say the same words"
    calls = hall.manager.get("/desk/today?only=out&language=en").text
    assert chosen in calls and "Chosen by the officer: Unwell" in calls


def test_how_services_ended_is_told_by_service(hall: Hall) -> None:
    hall.kiosk.take()
    hall.officer.press("1", "next")
    hall.officer.press("1", "start")
    hall.officer.press("1", "finish", outcome="gave-up")
    for part in ("services", "counters"):
        drawn = hall.manager.get(f"/desk/figures?show={part}&language=en").text
        everybody = re.search(r'class="table outcomes".*?<tr class="all">(.*?)</tr>', drawn, re.DOTALL)
        assert everybody and 'scope="col" class="figure">Gave up</th>' in drawn
        counts = [int(n) for n in re.findall(r">([\d,]+)</td>", everybody[1])]
        assert counts[-1] >= 1 and counts[0] == sum(counts[1:-1]), "those served are all but who gave up"


# -- counters as they stand ----------------------------------------------------------------------------------------


def test_a_paused_counter_says_why(hall: Hall) -> None:
    def page() -> str:
        return without_islands(hall.manager.get("/desk/?language=en").text)

    with Listener(hall.url, "/desk", {}, hall.manager.cookie) as desk:
        hall.officer.press("1", "open")
        hall.officer.press("1", "pause", reason="errand")
        (first,) = (
            counter
            for counter in desk.until(lambda news: news["hall"]["counters"][0]["state"] == "paused")["hall"]["counters"]
            if counter["id"] == "1"
        )
    assert first["reason"] == "errand" and say("en", "counter.reason.errand") in page()
    hall.officer.press("1", "open")
    assert say("en", "counter.reason.errand") not in page()


@pytest.mark.parametrize("language", ["th", "en"])
def test_each_counter_says_by_what_it_calls(hall: Hall, language: str) -> None:
    drawn = hall.manager.get(f"/desk/settings?show=counters&language={language}").text
    ways = re.search(r'<ul class="ways">.*?</ul>', drawn, re.DOTALL)
    rule = say(language, "desk.by_rule", rule=say(language, "desk.rule.head-start"))
    assert ways and rule in ways[0] and say(language, "desk.rule_means.head-start") in ways[0]


# -- in a browser --------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(hall: Hall, context: BrowserContext) -> Page:
    """A manager's browser, signed in; a fault of any script fails the test."""
    page = context.new_page()
    page.goto(f"{hall.url}/desk/settings?language=en")
    page.locator("#username").fill("manager")
    page.locator("#pin").fill(PIN)
    page.keyboard.press("Enter")
    expect(page.locator(".tabs")).to_be_visible(timeout=SLOW)
    return page


def test_a_manager_sets_skills_and_answers_help(hall: Hall, desk: Page) -> None:
    def box(service: str) -> Any:
        return desk.locator(f'[data-of="officer1"][value="{service}"]')

    desk.locator('[data-every="officer1"]').uncheck()
    expect(box("benefit")).to_be_checked()
    box("benefit").uncheck()
    expect(desk.get_by_text("Not saved: officer1")).to_be_visible()
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_text("Not saved")).to_be_hidden()
    assert skills_on_page(hall) == {"advice", "card"}

    hall.officer.press("1", "help")
    desk.get_by_role("button", name=say("en", "desk.i_am_coming")).click()
    expect(desk.locator("#strip")).to_contain_text("manager is on the way")
    hall.officer.press("1", "help-over")
    expect(desk.locator("#strip")).to_be_empty()

    desk.get_by_role("button", name=say("en", "desk.evacuate"), exact=True).click()
    expect(desk.locator("[data-evacuating]")).to_be_visible()
    desk.get_by_role("button", name=say("en", "desk.all_clear")).click()
    expect(desk.locator("[data-evacuating]")).to_have_count(0)
    skills(hall, "officer1", None)


def skills_on_page(hall: Hall) -> set[str]:
    page = hall.manager.get("/desk/settings?show=skills&language=en").text
    return set(re.findall(r'data-of="officer1" value="(\w+)" checked', page))


@pytest.mark.parametrize(("language", "day"), [("th", "18 พฤศจิกายน"), ("en", "18 November")])
def test_the_desk_says_of_which_day_a_time_is_that_is_not_todays(language: str, day: str) -> None:
    device = {"name": "paper", "kind": "printer", "of": "*", "state": "unknown", "detail": ""}
    since = {"yesterday": "2026-11-18T16:20:00.000+07:00", "today": "2026-11-19T08:05:00.000+07:00"}
    agents = [
        {"name": name, "here": False, "since": at, "devices": [device | {"since": at}]} for name, at in since.items()
    ]
    page = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True).get_template("desk/devices.html")
    drawn = page.render(
        news={"day": "2026-11-19", "hall": {"agents": agents}}, t=lambda key, **values: say(language, key, **values)
    )
    assert re.findall(r"<td>([^<]*\d\d:\d\d)</td>", drawn) == [f"{day} 16:20", "08:05"]
    assert say(language, "desk.agent.away", time=f"{day} 16:20") in drawn
    assert say(language, "desk.agent.away", time="08:05") in drawn
