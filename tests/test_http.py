"""What the hall answers by HTTP, against INTERFACE.md: shapes, keys, refusals, and that no request brings it down.

All of it is asked of real servers, under `--async eventlet` and under `--async threading`.
"""

import json
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hall_server.folder import Folder
from hall_server.house import House
from queue_core.centre_file import read
from tests import shapes
from tests.serving import OFFICERS, PATIENCE_S, Caller, Hall, Server, at_once, each_of, in_earnest, new_hall, settle
from tests.serving import centre as centre_toml
from tests.shapes import unlike

GOOD = {"steps_and_time": 4, "overall": 5}
PROBLEM_JSON = "application/problem+json"


# -- shapes --------------------------------------------------------------------------------------------------------


def test_a_visit_as_its_holder_sees_it(hall: Hall) -> None:
    ticket = hall.kiosk.take("card", priority="elder", language="en", people=3, needs=["wheelchair", "sign"])
    assert not unlike(ticket, shapes.TICKET)
    said = {"state": "waiting", "services": ["card"], "service": "card", "priority": "elder", "language": "en"}
    untold = {"ahead": 0, "wait": None, "outcome": None, "counter": None, "called_at": None, "printed": False}
    assert ticket.items() >= (said | untold).items()

    with Caller(hall.url) as holder:
        assert holder.ticket(ticket["token"]) == ticket
        called = hall.officer.press("1", "next")
        assert not unlike(called, {"ticket": shapes.SEEN_TICKET, "counter": shapes.COUNTER})
        assert called["counter"].items() >= {"id": "1", "state": "open", "number": ticket["number"]}.items()
        seen = holder.ticket(ticket["token"])
        assert not unlike(seen, shapes.TICKET | {"state": "called", "counter": "1", "called_at": shapes.TIME})
        hall.officer.press("1", "start")
        assert holder.ticket(ticket["token"])["state"] == "serving"
        hall.officer.press("1", "finish", outcome="documents-missing", note="ขาดสำเนา")
        seen = holder.ticket(ticket["token"])
        assert not unlike(seen, shapes.TICKET | {"state": "finished", "outcome": "documents-missing", "counter": "1"})


def test_a_counter_answers_without_its_tickets_token(hall: Hall) -> None:
    hall.kiosk.take()
    called = hall.officer.press("1", "next")
    assert "token" not in called["ticket"]
    hall.officer.press("1", "no-show")
    assert "token" not in hall.manager.get("/api/v1/hall").text


def test_the_number_ahead_is_of_those_called_before(hall: Hall) -> None:
    first, second = hall.kiosk.take("card"), hall.kiosk.take("card")
    elder = hall.kiosk.take("card", priority="elder")
    assert [first["ahead"], second["ahead"], elder["ahead"]] == [0, 1, 0]
    assert hall.kiosk.ticket(second["token"])["ahead"] == 2
    for ticket in (first, second, elder):
        assert hall.kiosk.delete(f"/api/v1/tickets/{ticket['token']}").json()["state"] == "cancelled"


def test_one_press_finishes_the_present_visitor_and_calls_the_next(hall: Hall) -> None:
    first, second = hall.kiosk.take(), hall.kiosk.take()
    assert hall.officer.press("1", "next")["ticket"]["number"] == first["number"]
    hall.officer.press("1", "start")
    assert hall.officer.press("1", "next")["ticket"]["number"] == second["number"]
    assert hall.kiosk.ticket(first["token"])["state"] == "finished"
    assert hall.officer.press("1", "next", current="no-show")["ticket"] is None
    assert hall.kiosk.ticket(second["token"])["state"] == "absent"


def test_next_with_nobody_waiting_is_no_refusal(hall: Hall) -> None:
    answer = hall.officer.press("1", "next")
    assert answer["ticket"] is None and answer["counter"]["number"] is None


def test_a_counter_opens_pauses_and_closes(hall: Hall) -> None:
    steps = {"open": "open", "pause": "paused", "close": "closed"}
    assert {step: hall.officer.press("2", step)["counter"]["state"] for step in steps} == steps


def test_a_rating_is_taken_once_with_what_was_answered(hall: Hall) -> None:
    ticket = hall.kiosk.take()
    hall.officer.serve("1")
    with Caller(hall.url) as holder:
        rating = f"/api/v1/tickets/{ticket['token']}/rating"
        assert holder.post(rating, json=GOOD | {"staff": 3, "comment": "ดีมาก"}).status_code == 201
        assert holder.post(rating, json=GOOD).status_code == 409


@pytest.mark.parametrize(("language", "name"), [("th", "ให้คำปรึกษา"), ("en", "Advice")])
def test_services_are_told_in_the_language_asked_for(hall: Hall, language: str, name: str) -> None:
    by_query = hall.kiosk.get("/api/v1/services", params={"language": language})
    by_header = hall.kiosk.get("/api/v1/services", headers={"Accept-Language": language})
    # How long one would wait is reckoned anew every moment; the rest is the same, however the language is asked for.
    told, again = ([one | {"wait": None} for one in answer.json()] for answer in (by_query, by_header))
    assert by_query.status_code == 200 and told == again
    assert not unlike(by_query.json(), [shapes.SERVICE])
    assert [service["id"] for service in by_query.json()] == ["benefit", "advice", "card"]
    assert by_query.json()[1]["name"] == name


def test_services_say_when_they_are_closed(closed_hall: Hall) -> None:
    told = closed_hall.kiosk.get("/api/v1/services").json()
    assert not unlike(told, [shapes.SERVICE | {"open": False, "closed_because": str}])


def test_the_whole_hall(hall: Hall) -> None:
    waiting = hall.kiosk.take("advice")
    told = hall.officer.get("/api/v1/hall").json()
    assert not unlike(told, shapes.HALL)
    assert waiting["number"] in [ticket["number"] for ticket in told["waiting"]]
    assert [counter["id"] for counter in told["counters"]] == [str(n) for n in range(1, 10)]
    hall.kiosk.delete(f"/api/v1/tickets/{waiting['token']}")


def test_the_whole_hall_has_those_who_were_put_aside(hall: Hall) -> None:
    number = hall.officer.press("2", "walk-in")["ticket"]["number"]
    hall.officer.press("2", "hold")
    told = hall.officer.get("/api/v1/hall").json()
    assert not unlike(told, shapes.HALL)
    assert [ticket["number"] for ticket in told["held"]] == [number]
    hall.officer.press("2", "resume", number=number), hall.officer.press("2", "finish")


KEYS = {"service": "benefit", "hour": re.compile(r"\d\d"), "counter": "3", "agency": "sso", "day": shapes.DAY}


@pytest.mark.parametrize("by", [None, *KEYS])
def test_stats_count_a_visit_that_was_served(hall: Hall, by: str | None) -> None:
    def counted() -> tuple[int, int]:
        told = hall.manager.get("/api/v1/stats", params={"by": by} if by else {}).json()
        assert not unlike(told, shapes.STATS)
        groups = [group for group in told["groups"] if not unlike(group["key"], KEYS[by] if by else "all")]
        return sum(group["arrived"] for group in groups), sum(group["served"] for group in groups)

    arrived, served = counted()
    hall.kiosk.take()
    hall.officer.serve("3")
    assert counted() == (arrived + 1, served + 1)


def test_stats_of_days_without_visits_are_one_empty_group(hall: Hall) -> None:
    told = hall.manager.get("/api/v1/stats?from=2026-01-01&to=2026-01-31&language=en").json()
    assert not unlike(told, shapes.STATS | {"from": "2026-01-01", "to": "2026-01-31"})
    assert [(group["key"], group["name"], group["arrived"]) for group in told["groups"]] == [("all", "All", 0)]


@pytest.mark.parametrize("period", ["", "fiscal_year=2570", "fiscal_year=2570&quarter=1", "fiscal_year=2570&half=2"])
def test_the_standard_and_its_formulas(hall: Hall, period: str) -> None:
    told = hall.manager.get(f"/api/v1/standard?{period}").json()
    assert not unlike(told, [shapes.CRITERION])
    assert [criterion["criterion"] for criterion in told] == ["8.1", "8.2", "8.3", "8.4", "timing"]
    assert told[0]["met"] is None and told[1]["met"] is None


def test_the_standard_of_a_year_without_answers_is_met_by_nobody(hall: Hall) -> None:
    told = hall.manager.get("/api/v1/standard?fiscal_year=2560").json()
    assert [criterion["met"] for criterion in told] == [None] * 5


def test_healthy_means_that_a_ticket_could_be_written(hall: Hall, closed_hall: Hall) -> None:
    for url in (hall.url, closed_hall.url):
        with Caller(url) as anyone:
            assert anyone.get("/healthz").status_code == 200


@pytest.mark.parametrize("page", ["/", "/kiosk/", "/board/", "/counter/", "/desk/"])
def test_every_page_is_there(hall: Hall, page: str) -> None:
    with Caller(hall.url) as anyone:
        answer = anyone.get(page)
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")


# -- signing in ----------------------------------------------------------------------------------------------------


def test_a_session_is_a_cookie_that_no_script_and_no_other_site_gets(hall: Hall) -> None:
    with Caller(hall.url) as person:
        answer = person.post("/api/v1/session", json={"username": "officer2", "pin": "4821"})
        assert not unlike(answer.json(), {"username": "officer2", "role": "officer", "csrf": str})
        cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
        person.headers["X-CSRF-Token"] = answer.json()["csrf"]
        assert person.get("/api/v1/hall").status_code == 200
        assert person.delete("/api/v1/session").status_code == 204
        person.headers["Cookie"] = cookie.partition(";")[0]
        assert person.get("/api/v1/hall").status_code == 401


def test_a_pin_cannot_be_guessed(hall: Hall) -> None:
    guess = {"username": "officer8", "pin": "0000"}
    with Caller(hall.url) as thief:
        told = [thief.post("/api/v1/session", json=guess).status_code for _ in range(11)]
    assert set(told[:10]) == {401} and told[10] == 429


# -- idempotency keys ----------------------------------------------------------------------------------------------


def test_two_taps_with_one_key_give_one_ticket(hall: Hall) -> None:
    before = hall.seq()
    first, second = hall.kiosk.tap("advice", "two-taps"), hall.kiosk.tap("advice", "two-taps")
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert hall.seq() == before + 1


def test_eight_taps_at_once_with_one_key_give_one_ticket(hall: Hall) -> None:
    before = hall.seq()
    kiosk = lambda: Caller(hall.url, hall.keys["kiosk"])  # noqa: E731
    answers = each_of(8, kiosk, lambda own: own.tap("advice", "eight-taps"))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json()["token"] for answer in answers}) == 1
    assert hall.seq() == before + 1


def test_a_repeat_is_answered_with_the_present_state(hall: Hall) -> None:
    ticket = hall.kiosk.tap("benefit", "present-state").json()
    hall.officer.serve("1")
    again = hall.kiosk.tap("benefit", "present-state")
    assert again.status_code == 200
    assert (again.json()["number"], again.json()["state"]) == (ticket["number"], "finished")


def test_a_key_belongs_to_its_caller(hall: Hall) -> None:
    of_kiosk, of_officer = hall.kiosk.tap("advice", "whose"), hall.officer.tap("advice", "whose")
    assert (of_kiosk.status_code, of_officer.status_code) == (201, 201)
    assert of_kiosk.json()["number"] != of_officer.json()["number"]


@pytest.mark.parametrize("other", [{"service": "card"}, {"language": "en"}, {"people": 2}])
def test_a_key_with_another_body_is_refused(hall: Hall, other: dict[str, Any]) -> None:
    hall.kiosk.tap("advice", "another-body")
    before = hall.seq()
    answer = hall.kiosk.tap(**{"service": "advice", "key": "another-body"} | other)
    assert (answer.status_code, answer.json()["type"]) == (422, "key-reused")
    assert hall.seq() == before


def test_a_press_sent_twice_happens_once(hall: Hall) -> None:
    tickets = [hall.kiosk.take(), hall.kiosk.take()]
    press = {"url": "/api/v1/counters/1/next", "json": {}, "headers": {"Idempotency-Key": "one-press"}}
    first, again = hall.officer.post(**press).json(), hall.officer.post(**press).json()
    assert first == again and first["ticket"]["number"] == tickets[0]["number"]
    hall.officer.press("1", "no-show")
    assert hall.officer.serve("1")["number"] == tickets[1]["number"]


def test_keys_and_tokens_outlive_a_restart(mode: str, tmp_path: Path) -> None:
    keys = settle(tmp_path / "data", centre_toml())
    with in_earnest(tmp_path / "data", mode, keys) as hall:
        ticket = hall.kiosk.tap("benefit", "before").json()
    with in_earnest(tmp_path / "data", mode, keys) as hall:
        again = hall.kiosk.tap("benefit", "before")
        assert (again.status_code, again.json()) == (200, ticket)
        assert hall.kiosk.ticket(ticket["token"]) == ticket
        assert hall.kiosk.take()["number"] == "A002"


# -- refusals ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ask:
    """A request that must be refused: who asks what, and how it must be answered. {words} are the scene's tokens."""

    who: str
    method: str
    path: str
    status: int
    word: str
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.word}-{self.who}-{self.method}-{self.path[8:]}"


TICKETS = "/api/v1/tickets"
TAKE: dict[str, Any] = {"services": ["benefit"]}


def taking(status: int, word: str, body: Any, who: str = "kiosk", **headers: str) -> Ask:
    return Ask(who, "POST", TICKETS, status, word, body, {"Idempotency-Key": "refused", **headers})


def pressing(counter: str, action: str, status: int, word: str, body: Any = None, who: str = "officer") -> Ask:
    return Ask(who, "POST", f"/api/v1/counters/{counter}/{action}", status, word, body if body is not None else {})


def rating(ticket: str, status: int, word: str, **marks: Any) -> Ask:
    return Ask("nobody", "POST", f"{TICKETS}/{{{ticket}}}/rating", status, word, GOOD | marks)


REFUSED = [
    # understood by nobody
    taking(400, "not-json", b"{services:"),
    taking(400, "not-json", b"\xff\xfe"),
    taking(400, "not-json", b""),
    taking(400, "not-json", b"[" * 1000),
    taking(415, "not-application-json", b'{"services": ["benefit"]}', **{"Content-Type": "text/plain"}),
    taking(413, "too-large", json.dumps(TAKE).encode() + b" " * 70_000),
    Ask("kiosk", "POST", TICKETS, 400, "missing-key", TAKE),
    taking(400, "missing-key", TAKE, **{"Idempotency-Key": "k" * 201}),
    # wrong in itself
    taking(422, "wrong-value", {"services": "benefit"}),
    taking(422, "wrong-value", {"services": []}),
    taking(422, "wrong-value", {}),
    taking(422, "wrong-value", [TAKE]),
    taking(422, "wrong-value", TAKE | {"colour": "red"}),
    taking(422, "wrong-value", TAKE | {"people": 0}),
    taking(422, "wrong-value", TAKE | {"people": "two"}),
    taking(422, "wrong-value", TAKE | {"people": True}),
    taking(422, "wrong-value", TAKE | {"needs": ["chauffeur"]}),
    taking(422, "unknown-language", TAKE | {"language": "xx"}),
    taking(422, "unknown-priority", TAKE | {"priority": "boss"}),
    # unknown, or not yours
    taking(404, "unknown-service", {"services": ["haircut"]}),
    Ask("nobody", "GET", f"{TICKETS}/{{forged}}", 404, "unknown-ticket"),
    Ask("nobody", "GET", f"{TICKETS}/{{foreign}}", 404, "unknown-ticket"),
    Ask("nobody", "DELETE", f"{TICKETS}/{{forged}}", 404, "unknown-ticket"),
    rating("forged", 404, "unknown-ticket"),
    Ask("nobody", "GET", f"{TICKETS}/A001", 404, "unknown-ticket"),
    pressing("77", "next", 404, "unknown-counter"),
    pressing("1", "dance", 404, "unknown-action"),
    pressing("1", "hold", 409, "nobody-called"),
    Ask("manager", "GET", "/api/v1/nothing", 404, "not-found"),
    # nobody, or somebody else
    taking(401, "not-signed-in", TAKE, "nobody"),
    taking(401, "not-signed-in", TAKE, "stranger"),
    taking(403, "not-your-role", TAKE, "agent"),
    Ask("nobody", "GET", "/api/v1/services", 401, "not-signed-in"),
    Ask("nobody", "DELETE", "/api/v1/session", 401, "not-signed-in"),
    Ask("nobody", "POST", "/api/v1/session", 401, "wrong-pin", {"username": "nobody", "pin": "1"}),
    pressing("1", "next", 401, "not-signed-in", who="nobody"),
    pressing("1", "next", 403, "not-your-role", who="kiosk"),
    pressing("1", "next", 403, "not-your-role", who="manager"),
    pressing("1", "next", 403, "csrf-missing", who="without-csrf"),
    pressing("1", "next", 403, "csrf-missing", who="wrong-csrf"),
    Ask("without-csrf", "DELETE", "/api/v1/session", 403, "csrf-missing"),
    Ask("officer", "POST", "/api/v1/counters/1/next", 403, "csrf-missing", {}, {"Origin": "http://elsewhere.example"}),
    Ask("kiosk", "GET", "/api/v1/hall", 403, "not-your-role"),
    Ask("officer", "GET", "/api/v1/stats", 403, "not-your-role"),
    Ask("officer", "GET", "/api/v1/standard", 403, "not-your-role"),
    Ask("officer", "POST", "/api/v1/clock", 403, "not-your-role"),
    # not now
    pressing("8", "recall", 409, "nobody-called"),
    pressing("8", "start", 409, "nobody-called"),
    pressing("8", "finish", 409, "nobody-called"),
    pressing("8", "no-show", 409, "nobody-called"),
    pressing("4", "pause", 409, "counter-closed"),
    pressing("6", "next", 409, "came-or-not"),
    pressing("6", "pause", 409, "counter-busy"),
    pressing("6", "close", 409, "counter-busy"),
    pressing("7", "pause", 409, "counter-busy"),
    pressing("7", "recall", 409, "already-started"),
    pressing("7", "start", 409, "already-started"),
    pressing("7", "no-show", 409, "already-started"),
    Ask("nobody", "DELETE", f"{TICKETS}/{{serving}}", 409, "cannot-cancel"),
    Ask("nobody", "DELETE", f"{TICKETS}/{{served}}", 409, "cannot-cancel"),
    Ask("nobody", "DELETE", f"{TICKETS}/{{cancelled}}", 409, "cannot-cancel"),
    rating("waiting", 409, "not-served-yet"),
    rating("serving", 409, "not-served-yet"),
    rating("cancelled", 409, "not-served-yet"),
    rating("rated", 409, "already-rated"),
    # a press or a mark that is wrong in itself
    pressing("6", "next", 422, "wrong-value", {"current": "perhaps"}),
    pressing("6", "finish", 422, "wrong-value", {"outcome": "unclear"}),
    pressing("6", "finish", 404, "unknown-service", {"services": ["haircut"]}),
    pressing("6", "recall", 422, "wrong-value", {"loud": True}),
    rating("served", 422, "wrong-value", overall=6),
    rating("served", 422, "wrong-value", overall=0),
    rating("served", 422, "wrong-value", overall=4.5),
    rating("served", 422, "wrong-value", overall=None),
    rating("served", 422, "wrong-value", speed=3),
    Ask("manager", "GET", "/api/v1/stats?by=colour", 422, "wrong-value"),
    Ask("manager", "GET", "/api/v1/stats?from=yesterday", 422, "wrong-value"),
    Ask("manager", "GET", "/api/v1/stats?from=2026-02-02&to=2026-02-01", 422, "wrong-value"),
    Ask("manager", "GET", "/api/v1/standard?fiscal_year=1999", 422, "wrong-value"),
    Ask("manager", "GET", "/api/v1/standard?quarter=5", 422, "wrong-value"),
    Ask("manager", "GET", "/api/v1/standard?quarter=1&half=1", 422, "wrong-value"),
    # an address that takes another kind of request
    Ask("kiosk", "PUT", TICKETS, 405, "method-not-allowed"),
    Ask("kiosk", "GET", TICKETS, 403, "not-your-role"),
    Ask("officer", "GET", "/api/v1/counters/1/next", 405, "method-not-allowed"),
    Ask("manager", "PUT", "/api/v1/hall", 405, "method-not-allowed"),
]


@dataclass
class Scene:
    """Who may ask, and the tokens of tickets in every state, in a hall that refusals must leave as it is."""

    hall: Hall
    callers: dict[str, Caller]
    tokens: dict[str, str]

    def ask(self, ask: Ask, language: str | None = None, **headers: str) -> requests.Response:
        path = ask.path.format(**self.tokens)
        if language:
            path += ("&" if "?" in path else "?") + f"language={language}"
        sent = {"Content-Type": "application/json"} if ask.body is not None else {}
        body = ask.body if isinstance(ask.body, bytes | None) else json.dumps(ask.body).encode()
        return self.callers[ask.who].request(ask.method, path, data=body, headers=sent | ask.headers | headers)


@pytest.fixture(scope="module")
def scene(hall: Hall, trial: Server) -> Iterator[Scene]:
    """Counter 6 has called, 7 serves, 8 is open and empty, 4 was never opened, one waits for counter 9."""
    tokens = {name: hall.kiosk.take()["token"] for name in ("called", "serving", "served", "rated", "cancelled")}
    hall.kiosk.delete(f"{TICKETS}/{tokens['cancelled']}")
    tokens["waiting"] = hall.kiosk.take("advice")["token"]
    hall.officer.press("6", "next")
    hall.officer.press("7", "next")
    hall.officer.press("7", "start")
    hall.officer.serve("8")
    hall.officer.serve("8")
    hall.kiosk.post(f"{TICKETS}/{tokens['rated']}/rating", json=GOOD)
    tokens["forged"] = tokens["waiting"][:-3] + ("AAA" if tokens["waiting"][-3:] != "AAA" else "BBB")
    # What another hall calls its ticket of the very same number.
    nobody: Any = None
    elsewhere = House(nobody, nobody, Folder(trial.folder).secret())
    tokens["foreign"] = elsewhere.token(tokens["waiting"][:-23])
    callers = {
        "kiosk": hall.kiosk,
        "officer": hall.officer,
        "manager": hall.manager,
        "nobody": Caller(hall.url),
        "stranger": Caller(hall.url, "a-key-that-nobody-gave-out"),
        "agent": Caller(hall.url, hall.keys["agent"]),
        "without-csrf": Caller(hall.url).sign_in("officer2"),
        "wrong-csrf": Caller(hall.url).sign_in("officer3"),
    }
    del callers["without-csrf"].headers["X-CSRF-Token"]
    callers["wrong-csrf"].headers["X-CSRF-Token"] = str(hall.officer.headers["X-CSRF-Token"])
    yield Scene(hall, callers, tokens)
    for caller in callers.values():
        caller.close()


def check_problem(answer: requests.Response, status: int, word: str, language: str) -> None:
    """An RFC 9457 problem, whose sentence is whole and in that language."""
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, PROBLEM_JSON), answer.text
    told = answer.json()
    assert not unlike(told, shapes.PROBLEM | {"type": word, "status": status})
    for sentence in (told["title"], told["detail"]):
        assert bool(re.search("[ก-๙]", sentence)) == (language == "th"), sentence
        assert len(sentence) > 5 and "{" not in sentence


@pytest.mark.parametrize("ask", REFUSED, ids=str)
def test_a_refusal_says_why_and_changes_nothing(scene: Scene, ask: Ask) -> None:
    before = scene.hall.seq()
    check_problem(scene.ask(ask), ask.status, ask.word, "th")
    check_problem(scene.ask(ask, language="en"), ask.status, ask.word, "en")
    check_problem(scene.ask(ask, **{"Accept-Language": "en-GB,en;q=0.9"}), ask.status, ask.word, "en")
    assert scene.hall.seq() == before


def test_a_refused_key_is_not_used_up(scene: Scene) -> None:
    with Caller(scene.hall.url, scene.hall.keys["kiosk"]) as kiosk:
        assert kiosk.tap("haircut", "not-used-up").status_code == 404
        assert kiosk.tap("advice", "not-used-up").status_code == 201


def test_a_closed_hall_gives_no_ticket(closed_hall: Hall) -> None:
    before = closed_hall.seq()
    for language in ("th", "en"):
        answer = closed_hall.kiosk.post(
            f"{TICKETS}?language={language}", json=TAKE, headers={"Idempotency-Key": "too-late"}
        )
        check_problem(answer, 409, "hall-closed", language)
    assert closed_hall.seq() == before


def test_a_wrong_address_says_which_methods_it_takes(hall: Hall) -> None:
    assert "POST" in hall.kiosk.put(TICKETS).headers["Allow"]


# -- odd callers ---------------------------------------------------------------------------------------------------


def test_a_body_in_chunks_is_read(hall: Hall) -> None:
    body = iter([b'{"services":', b' ["advice"]}'])
    headers = {"Idempotency-Key": "in-chunks", "Content-Type": "application/json"}
    assert hall.kiosk.post(TICKETS, data=body, headers=headers).status_code == 201


def test_a_body_in_chunks_may_be_too_large_too(hall: Hall) -> None:
    body = (b" " * 10_000 for _ in range(8))
    headers = {"Idempotency-Key": "large-chunks", "Content-Type": "application/json"}
    check_problem(hall.kiosk.post(TICKETS, data=body, headers=headers), 413, "too-large", "th")


@pytest.mark.parametrize(
    "header",
    [
        {"X-Forwarded-For": "192.0.2.1"},
        {"X-Forwarded-Host": "hall.example"},
        {"Forwarded": "for=192.0.2.1"},
        {"Host": "hall.example"},
        {"Host": "192.0.2.1:8000"},
        {"Host": "127.0.0.1.hall.example"},
        {"Host": ""},
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["/", "/api/v1/services", "/healthz", "/socket.io/?EIO=4&transport=polling"])
def test_a_trial_lets_nobody_in_from_elsewhere(trial: Server, header: dict[str, str], path: str) -> None:
    with Caller(trial.url()) as elsewhere:
        check_problem(elsewhere.get(path, headers=header), 403, "trial-only-here", "th")


@pytest.mark.parametrize("origin", ["http://elsewhere.example", "null", "http://localhost:1"])
def test_a_trial_takes_no_tap_from_another_sites_page(trial: Server, origin: str) -> None:
    with Caller(trial.url()) as page:
        answer = page.post(
            TICKETS, json={"services": ["sso-benefit"]}, headers={"Idempotency-Key": "x", "Origin": origin}
        )
        check_problem(answer, 403, "csrf-missing", "th")


def test_a_trial_needs_no_key_and_knows_its_people(trial: Server) -> None:
    with Caller(trial.url()) as anyone:
        assert not unlike(anyone.take("sso-benefit"), shapes.TICKET)
        for name in (*OFFICERS, "manager"):
            anyone.sign_in(name, "1234")


def test_trial_signs_do_not_open_a_hall_in_earnest(hall: Hall) -> None:
    with Caller(hall.url) as newcomer:
        answer = newcomer.post("/api/v1/session", json={"username": "manager", "pin": "1234"})
        assert answer.status_code == 401


# -- whatever comes ------------------------------------------------------------------------------------------------

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
FIELDS = st.sampled_from(
    ["services", "people", "needs", "priority", "language", "username", "pin", "overall", "current", "outcome", "note"]
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=3))
WORDS = st.sampled_from(["sso-benefit", "1", "next", "finish", "rating", "A001"]) | st.text(max_size=9)
PLACES = ("session", "services", "hall", "stats", "standard", "clock", "*", "*/*")
ON_TICKETS = ("tickets", "tickets/*", "tickets/*/rating")
AT_COUNTERS = ("counters/*/*", "counters/1/*", "counters/*/next")
ROUTES = st.sampled_from((*PLACES, *ON_TICKETS, *AT_COUNTERS))
QUERIES = st.dictionaries(
    st.sampled_from(["language", "from", "to", "by", "fiscal_year", "quarter", "half"]) | st.text(max_size=4),
    st.sampled_from(["2570", "1", "2026-11-20", "service", "en", "9" * 5000]) | st.text(max_size=9),
    max_size=3,
)
VISIBLE = st.text(st.characters(min_codepoint=33, max_codepoint=255, exclude_categories=["C", "Z"]), max_size=12)
HEADERS = st.dictionaries(
    st.sampled_from(
        ["Idempotency-Key", "Content-Type", "Authorization", "Accept-Language", "Accept", "Cookie", "Origin"]
    ),
    VISIBLE | st.sampled_from(["application/json", "Bearer x", "th;q=x", "sala_session=x"]),
    max_size=3,
)
BODIES = VALUES.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=40) | st.just(b'"\\ud800"')


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    method=st.sampled_from(["GET", "POST", "POST", "PUT", "DELETE"]),
    route=ROUTES,
    words=st.lists(WORDS, min_size=2, max_size=2),
    query=QUERIES,
    headers=HEADERS,
    body=BODIES,
)
def test_nothing_that_is_sent_brings_the_hall_down(
    officer: Caller,
    method: str,
    route: str,
    words: list[str],
    query: dict[str, str],
    headers: dict[str, str],
    body: bytes,
) -> None:
    path = f"/api/v1/{route}"
    for word in words:
        path = path.replace("*", quote(word.encode("utf-8", "replace"), safe=""), 1)
    sent = {"Content-Type": "application/json", "Idempotency-Key": "k"} | headers
    answer = officer.request(
        method,
        f"{path}?{urlencode(query, errors='replace')}",
        data=body,
        headers={name: value.encode("latin-1") for name, value in sent.items()},
        allow_redirects=False,
    )
    assert answer.status_code < 500
    if answer.status_code >= 400:
        assert answer.headers["Content-Type"] == PROBLEM_JSON
        assert not unlike(answer.json(), shapes.PROBLEM | {"status": answer.status_code})


@pytest.fixture(scope="module")
def officer(trial: Server) -> Iterator[Caller]:
    with Caller(trial.url()) as caller:
        yield caller.sign_in("officer1", "1234")


@pytest.mark.parametrize(
    "request_line",
    [b"GET /api/v1/tickets/\xff\xfe HTTP/1.1", b"GET /api/v1/services?language=%ff HTTP/1.1", b"GET /%00 HTTP/1.1"],
)
def test_bytes_that_are_no_text_are_no_fault_of_ours(hall: Hall, request_line: bytes) -> None:
    host, port = hall.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), PATIENCE_S) as line:
        line.sendall(request_line + f"\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
        assert line.recv(12).split()[1][:1] == b"4"


# -- many at once --------------------------------------------------------------------------------------------------


def test_eight_officers_pressing_at_once_call_each_visitor_once(mode: str, tmp_path: Path) -> None:
    with new_hall(tmp_path / "data", mode) as hall:

        def take_fifty(kiosk: Caller) -> list[str]:
            return [kiosk.take()["number"] for _ in range(50)]

        def press_until_nobody_waits(counter: str) -> list[str]:
            with Caller(hall.url).sign_in(f"officer{counter}") as officer:
                presses = iter(lambda: officer.press(counter, "next", current="finished")["ticket"], None)
                return [ticket["number"] for ticket in presses]

        taken = each_of(8, lambda: Caller(hall.url, hall.keys["kiosk"]), take_fifty)
        counters = [str(n) for n in range(1, 9)]
        called = at_once([lambda counter=counter: press_until_nobody_waits(counter) for counter in counters])
    everyone = [f"A{n:03d}" for n in range(1, 401)]
    assert sorted(chain(*taken)) == everyone
    assert sorted(chain(*called)) == everyone
    assert all(called), "a counter called nobody: they did not press at once"


def test_the_tests_centre_is_a_centre() -> None:
    assert list(read(centre_toml()).counters) == [str(n) for n in range(1, 10)]
