"""What officers may press and reception may do, by HTTP: the answers, the refusals, and that two at once do no harm.

All of it is asked of real servers, under `--async eventlet` and under `--async threading`. What each wish does to the
hall is test_officers.py's and test_visitors.py's.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from counter_panel.counter import ACTIONS
from hall_server.people import People
from tests import shapes
from tests.serving import PIN, Caller, Hall, Listener, at_once, in_earnest, new_hall, settle
from tests.serving import centre as centre_toml
from tests.shapes import unlike

COUNTER = shapes.COUNTER | {"moved": int}
GOOD_REASON = "unwell"
# The numbers given in the test that runs.
GIVEN: list[str] = []


def centre() -> str:
    """The tests' centre, where counter 1 gives benefits alone, and 8 cards alone; two people may be absent twice."""
    text = centre_toml()
    for counter, given in (("1", '"benefit"'), ("8", '"card"')):
        before = f'id = "{counter}"\nname = {{ th = "ช่อง {counter}", en = "Counter {counter}" }}\nservices = '
        assert before in text
        text = text.replace(before + '["benefit", "card"]', before + f"[{given}]")
    return text


@pytest.fixture(scope="module")
def shared(mode: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with new_hall(tmp_path_factory.mktemp("counters") / "data", mode, centre()) as opened:
        yield opened


@pytest.fixture
def hall(shared: Hall) -> Iterator[Hall]:
    """The hall, and everybody gone home after the test."""
    yield shared
    told = shared.officer.get("/api/v1/hall").json()
    for counter in told["counters"]:
        if counter["number"]:
            shared.officer.post(f"/api/v1/counters/{counter['id']}/finish", json={"outcome": "gave-up"})
        if counter["state"] != "closed":
            shared.officer.post(f"/api/v1/counters/{counter['id']}/close", json={})
    while GIVEN:
        shared.officer.post(f"/api/v1/tickets/{GIVEN.pop()}/cancel", json={})


def refused(answer: requests.Response, status: int, word: str) -> None:
    assert (answer.status_code, answer.json().get("type")) == (status, word), answer.text
    assert re.search("[ก-๙]", answer.json()["detail"]) and "{" not in answer.json()["detail"]


def tap(hall: Hall, *services: str, **more: Any) -> str:
    """A ticket for several services; its number."""
    GIVEN.append(hall.kiosk.take(services[0], **{"services": list(services), **more})["number"])
    return GIVEN[-1]


def post(hall: Hall, path: str, **body: Any) -> requests.Response:
    return hall.officer.post(f"/api/v1/{path}", json=body)


def press(hall: Hall, counter: str, action: str, /, **body: Any) -> requests.Response:
    return hall.officer.post(f"/api/v1/counters/{counter}/{action}", json=body)


def state(hall: Hall, number: str) -> str:
    return str(hall.officer.get("/api/v1/tickets", params={"number": number}).json()["state"])


def pressed(answer: requests.Response) -> tuple[str, str]:
    """Whom the answer tells of, and how they stand."""
    assert answer.status_code == 200, answer.text
    assert not unlike(answer.json()["counter"], COUNTER)
    ticket = answer.json()["ticket"]
    return (ticket["number"], ticket["state"]) if ticket else ("", "")


# -- every action --------------------------------------------------------------------------------------------------


def test_a_visit_of_several_services_goes_from_one_to_the_next(hall: Hall) -> None:
    number = tap(hall, "benefit", "card", "advice")
    assert pressed(press(hall, "2", "next")) == (number, "called")
    assert pressed(press(hall, "2", "finish", stay=True)) == (number, "serving")
    told = press(hall, "2", "finish", outcome="forwarded").json()["ticket"]
    assert (told["state"], told["service"], told["left"]) == ("waiting", "advice", [])
    refused(press(hall, "2", "finish"), 409, "nobody-called")


def test_nothing_left_is_no_reason_to_stay(hall: Hall) -> None:
    tap(hall, "benefit")
    press(hall, "2", "next")
    refused(press(hall, "2", "finish", stay=True), 409, "nothing-left")


def test_put_aside_and_taken_up_again(hall: Hall) -> None:
    number = tap(hall, "benefit")
    press(hall, "2", "next")
    assert pressed(press(hall, "2", "hold", note="ไปถ่ายเอกสาร")) == (number, "held")
    refused(press(hall, "8", "resume", number=number), 409, "not-served-here")
    assert pressed(press(hall, "3", "resume", number=number.lower())) == (number, "serving")


@pytest.mark.parametrize("typed", ["{letter}{n}", " {letter}{n:03d} ", "{letter}-{n:04d}"])
def test_a_number_may_be_typed_as_people_type(hall: Hall, typed: str) -> None:
    number = tap(hall, "benefit")
    sent = typed.format(letter=number[0].lower(), n=int(number[1:]))
    assert pressed(press(hall, "2", "call", number=sent, reason=GOOD_REASON)) == (number, "called")


def test_a_called_number_needs_a_listed_reason(hall: Hall) -> None:
    number = tap(hall, "benefit")
    refused(press(hall, "2", "call", number=number), 422, "unknown-reason")
    answer = press(hall, "2", "call", number=number, reason="friend")
    refused(answer, 422, "unknown-reason")
    # The reasons by the names that the officer reads, not by the file's.
    assert "ป่วย" in answer.json()["detail"] and GOOD_REASON not in answer.json()["detail"]
    refused(press(hall, "8", "call", number=number, reason=GOOD_REASON), 409, "not-served-here")
    refused(press(hall, "2", "call", number="Q999", reason=GOOD_REASON), 404, "unknown-ticket")


def test_who_did_not_come_may_come_back_once(hall: Hall) -> None:
    number = tap(hall, "benefit")
    press(hall, "2", "next")
    assert pressed(press(hall, "2", "no-show")) == (number, "absent")
    assert pressed(press(hall, "3", "requeue", number=number)) == (number, "waiting")
    # A colleague has seen the visitor come back, too.
    assert pressed(press(hall, "2", "requeue", number=number)) == (number, "waiting")
    press(hall, "2", "next")
    refused(press(hall, "3", "requeue", number=number), 409, "not-absent")
    assert pressed(press(hall, "2", "no-show")) == (number, "absent")
    refused(press(hall, "3", "requeue", number=number), 404, "unknown-ticket")


@pytest.mark.parametrize("to", [{"service": "card"}, {"counter": "8"}, {"officer": "officer5"}])
def test_sent_on_to_a_service_a_counter_or_an_officer(hall: Hall, to: dict[str, str]) -> None:
    number = tap(hall, "benefit")
    with Caller(hall.url).sign_in("officer5") as colleague:
        colleague.press("5", "open")
        press(hall, "8", "open")
        press(hall, "2", "next")
        assert pressed(press(hall, "2", "transfer", **to)) == (number, "waiting")
        there = "8" if "officer" not in to else "5"
        assert colleague.press(there, "next")["ticket"]["number"] == number


def test_sent_to_nobody(hall: Hall) -> None:
    tap(hall, "benefit")
    press(hall, "2", "next")
    refused(press(hall, "2", "transfer"), 422, "wrong-value")
    refused(press(hall, "2", "transfer", service="haircut"), 404, "unknown-service")
    refused(press(hall, "2", "transfer", counter="99"), 404, "unknown-counter")
    answer = press(hall, "2", "transfer", officer="stranger")
    refused(answer, 404, "unknown-officer")
    assert "stranger" in answer.json()["detail"]
    # Somebody who works here, and sits nowhere now: by the name that people know.
    answer = press(hall, "2", "transfer", officer="officer7")
    refused(answer, 404, "unknown-officer")
    assert "officer7" in answer.json()["detail"]
    refused(press(hall, "2", "transfer", service="card", position="front"), 422, "unknown-reason")
    refused(press(hall, "2", "transfer", service="card", position="middle"), 422, "wrong-value")


def test_one_without_a_ticket_is_served_at_once(hall: Hall) -> None:
    number, now = pressed(press(hall, "2", "walk-in"))
    assert now == "serving" and state(hall, number) == "serving"
    refused(press(hall, "2", "walk-in"), 409, "counter-busy")
    assert press(hall, "3", "walk-in", service="card").json()["ticket"]["service"] == "card"
    answer = press(hall, "8", "walk-in", service="benefit")
    refused(answer, 409, "not-given-here")
    assert "8" in answer.json()["detail"]


@pytest.fixture
def leaving(hall: Hall) -> Iterator[Hall]:
    """The hall, in which an officer has called an evacuation; all is clear after the test."""
    yield hall
    hall.officer.post("/api/v1/evacuation", json={"on": False})


def test_in_an_evacuation_no_counter_brings_anybody_to_itself(leaving: Hall) -> None:
    number, aside = tap(leaving, "benefit"), tap(leaving, "benefit")
    press(leaving, "2", "call", number=aside, reason=GOOD_REASON)
    press(leaving, "2", "hold")
    press(leaving, "2", "next")
    assert leaving.officer.post("/api/v1/evacuation", json={"on": True}).json()["on"] is True
    refused(press(leaving, "2", "recall"), 409, "evacuating")
    refused(press(leaving, "3", "resume", number=aside), 409, "evacuating")
    for action in ("next", "walk-in"):
        refused(press(leaving, "3", action), 409, "evacuating")
    assert pressed(press(leaving, "2", "hold")) == (number, "held")


def test_standing_in_begins_and_ends_with_one_press(hall: Hall) -> None:
    number = tap(hall, "benefit")
    assert pressed(press(hall, "8", "next")) == ("", "")
    assert press(hall, "8", "stand-in", counter="1").status_code == 200
    assert pressed(press(hall, "8", "next")) == (number, "called")
    assert press(hall, "8", "stand-in", counter=None).status_code == 200
    refused(press(hall, "2", "stand-in", counter="3"), 409, "nothing-to-stand-in-for")
    refused(press(hall, "2", "stand-in", counter="99"), 404, "unknown-counter")


def test_the_last_press_is_taken_back(hall: Hall) -> None:
    number = tap(hall, "benefit")
    press(hall, "2", "next")
    press(hall, "2", "start")
    press(hall, "2", "finish")
    assert state(hall, number) == "finished"
    assert pressed(press(hall, "2", "undo")) == (number, "serving")
    refused(press(hall, "2", "undo"), 409, "nothing-to-undo")


def test_what_somebody_else_went_on_with_is_not_taken_back(hall: Hall) -> None:
    number = tap(hall, "benefit")
    press(hall, "2", "next")
    press(hall, "2", "transfer", service="card")
    assert pressed(press(hall, "8", "next")) == (number, "called")
    refused(press(hall, "2", "undo"), 409, "moved-on")


def test_a_number_given_by_mistake_is_cancelled(hall: Hall) -> None:
    number, _ = pressed(press(hall, "2", "walk-in"))
    assert pressed(press(hall, "2", "undo")) == (number, "cancelled")


def test_help_is_called_answered_and_over(hall: Hall) -> None:
    refused(press(hall, "3", "answer-help", counter="2"), 409, "no-help-asked")
    assert press(hall, "2", "help").status_code == 200
    assert press(hall, "3", "answer-help", counter="2").json()["counter"]["id"] == "3"
    assert press(hall, "2", "help-over").status_code == 200
    refused(press(hall, "3", "answer-help", counter="99"), 404, "unknown-counter")


def test_recalls_have_an_end(hall: Hall) -> None:
    tap(hall, "benefit")
    press(hall, "2", "next")
    for _ in range(3):
        assert press(hall, "2", "recall").status_code == 200
    refused(press(hall, "2", "recall"), 409, "recalled-enough")


NEEDED = {
    "call": {"number": "Q1", "reason": GOOD_REASON},
    "requeue": {"number": "Q1"},
    "resume": {"number": "Q1"},
    "transfer": {"service": "card"},
    "answer-help": {"counter": "3"},
}


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_knows_its_counters_its_officers_and_its_fields(hall: Hall, action: str) -> None:
    body = NEEDED.get(action, {})
    refused(press(hall, "77", action, **body), 404, "unknown-counter")
    refused(hall.manager.post(f"/api/v1/counters/2/{action}", json=body), 403, "not-your-role")
    refused(press(hall, "2", action, **body, loud=True), 422, "wrong-value")
    refused(press(hall, "2", action, **body, as_of="now"), 422, "wrong-value")
    refused(press(hall, "2", action, **body, as_of=-1), 422, "wrong-value")


@pytest.mark.parametrize("action", ["recall", "start", "finish", "no-show", "hold", "transfer", "still-here"])
def test_what_is_done_to_a_visitor_needs_one(hall: Hall, action: str) -> None:
    refused(press(hall, "2", action, **NEEDED.get(action, {})), 409, "nobody-called")


# -- a stale screen, two browsers, a double press ------------------------------------------------------------------


def moved(hall: Hall, counter: str) -> int:
    """What the screen of that counter shows."""
    return int(press(hall, counter, "open").json()["counter"]["moved"])


def test_a_press_on_a_stale_screen_changes_nothing(hall: Hall) -> None:
    number = tap(hall, "benefit")
    seen = moved(hall, "2")
    press(hall, "2", "next", as_of=seen)
    before = hall.seq()
    for action in ("next", "finish", "no-show", "start", "recall", "hold", "close", "undo"):
        refused(press(hall, "2", action, as_of=seen), 409, "screen-stale")
    assert hall.seq() == before and state(hall, number) == "called"
    press(hall, "2", "start", as_of=moved(hall, "2"))


def test_what_happens_elsewhere_makes_no_screen_stale(hall: Hall) -> None:
    seen = moved(hall, "2")
    tap(hall, "benefit")
    press(hall, "3", "next")
    assert press(hall, "2", "next", as_of=seen).status_code == 200


def test_two_browsers_on_one_counter_press_at_once_and_one_is_told(hall: Hall) -> None:
    first, second = tap(hall, "benefit"), tap(hall, "benefit")
    seen = moved(hall, "2")
    press(hall, "2", "next", as_of=seen)
    seen = moved(hall, "2")
    with Caller(hall.url).sign_in("officer1") as one, Caller(hall.url).sign_in("officer1") as other:
        ask = {"url": "/api/v1/counters/2/next", "json": {"current": "finished", "as_of": seen}}
        answers = at_once([lambda: one.post(**ask), lambda: other.post(**ask)])
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert {answer.json().get("type") for answer in answers} == {None, "screen-stale"}
    assert (state(hall, first), state(hall, second)) == ("finished", "called")


def test_a_double_press_with_one_key_happens_once_though_the_screen_has_moved(hall: Hall) -> None:
    first, second = tap(hall, "benefit"), tap(hall, "benefit")
    press(hall, "2", "next")
    seen = moved(hall, "2")
    ask = {"json": {"current": "finished", "as_of": seen}, "headers": {"Idempotency-Key": "one-press"}}
    answers = [hall.officer.post("/api/v1/counters/2/next", **ask) for _ in range(2)]
    assert [pressed(answer) for answer in answers] == [(second, "called")] * 2
    assert state(hall, first) == "finished"


def test_help_is_never_refused_for_a_stale_screen_by_the_panel(hall: Hall) -> None:
    """The panel leaves `as_of` out: that is enough."""
    seen = moved(hall, "2")
    tap(hall, "benefit")
    press(hall, "2", "next")
    assert press(hall, "2", "help").status_code == 200
    refused(press(hall, "2", "help", as_of=seen), 409, "screen-stale")
    press(hall, "2", "help-over")


# -- rights --------------------------------------------------------------------------------------------------------


def test_passing_people_over_needs_the_right(mode: str, tmp_path: Path) -> None:
    keys = settle(tmp_path / "data", centre())
    people = People(tmp_path / "data" / "people.db")
    people.add_person("newcomer", "officer", PIN, without=["call-number", "move-front"])
    called, front = {"reason": GOOD_REASON}, {"position": "front", "reason": GOOD_REASON}
    with in_earnest(tmp_path / "data", mode, keys) as hall, Caller(hall.url).sign_in("newcomer") as newcomer:
        number = tap(hall, "benefit")
        before = hall.seq()
        refused(newcomer.post("/api/v1/counters/2/call", json={"number": number, **called}), 403, "no-right")
        refused(newcomer.post(f"/api/v1/tickets/{number}/move", json=front), 403, "no-right")
        assert hall.seq() == before
        newcomer.press("2", "next")
        sent = {"service": "card", **front}
        refused(newcomer.post("/api/v1/counters/2/transfer", json=sent), 403, "no-right")
        newcomer.press("2", "transfer", service="card", position="end")
        assert 'data-rights=""' in newcomer.get("/counter/2").text
        people.change_rights("newcomer", give=["move-front"])
        assert newcomer.post(f"/api/v1/tickets/{number}/move", json=front).json()["front"]


# -- a power cut ---------------------------------------------------------------------------------------------------


def test_after_a_power_cut_the_officer_says_what_became_of_the_visitor(mode: str, tmp_path: Path) -> None:
    keys = settle(tmp_path / "data", centre())
    with in_earnest(tmp_path / "data", mode, keys) as hall:
        numbers = [tap(hall, "benefit") for _ in range(3)]
        for counter in ("2", "3", "4"):
            press(hall, counter, "next")
        hall.server.kill()
    with in_earnest(tmp_path / "data", mode, keys) as hall:
        assert pressed(press(hall, "2", "still-here")) == (numbers[0], "called")
        assert pressed(press(hall, "3", "finish")) == (numbers[1], "finished")
        assert pressed(press(hall, "4", "transfer", service="benefit")) == (numbers[2], "waiting")
        told = hall.manager.get("/api/v1/stats").json()["groups"][0]
        assert told["uncertain"] >= 1


# -- reception -----------------------------------------------------------------------------------------------------


def test_a_ticket_is_found_by_its_number_live_or_over(hall: Hall) -> None:
    number = tap(hall, "benefit", "card", needs=["escort"], people=2)
    found = hall.officer.get("/api/v1/tickets", params={"number": number.lower()}).json()
    assert not unlike(found, shapes.SEEN_TICKET | {"may": [str], "service_names": [shapes.NAMES]})
    assert (found["number"], found["state"], found["people"], found["needs"]) == (number, "waiting", 2, ["escort"])
    assert set(found["may"]) == {"reprint", "move", "cancel"}
    assert "token" not in found
    press(hall, "2", "next")
    press(hall, "2", "finish", services=["benefit", "card"])
    over = hall.officer.get("/api/v1/tickets", params={"number": number}).json()
    assert (over["state"], over["may"]) == ("finished", [])


@pytest.mark.parametrize("number", ["Q999", "", "nonsense", "A" * 300, "%00"])
def test_a_number_that_nobody_has(hall: Hall, number: str) -> None:
    refused(hall.officer.get("/api/v1/tickets", params={"number": number}), 404, "unknown-ticket")


def test_officers_alone_find_tickets(hall: Hall) -> None:
    number = tap(hall, "benefit")
    for who in (hall.kiosk, hall.manager):
        refused(who.get("/api/v1/tickets", params={"number": number}), 403, "not-your-role")
        refused(who.post(f"/api/v1/tickets/{number}/cancel", json={}), 403, "not-your-role")
    with Caller(hall.url) as nobody:
        refused(nobody.get("/api/v1/tickets", params={"number": number}), 401, "not-signed-in")


def test_a_second_slip_is_printed_and_marked(hall: Hall) -> None:
    with hall.agent() as agent, Listener(hall.url, "/counter", {"counter": "reception"}, hall.officer.cookie) as desk:
        number = tap(hall, "benefit")
        due = desk.until(lambda news: number in [slip["number"] for slip in news["unprinted"]])
        agent.say("printed", {"job": agent.job(number)["job"]})
        desk.until(lambda news: news["seq"] > due["seq"] and not news["unprinted"])
        assert post(hall, f"tickets/{number}/reprint").json()["printed"] is False
        second = agent.job(number, 2)["slip"]
        assert (second["copy"], second["copy_mark"]) == (2, "พิมพ์ซ้ำ ครั้งที่ 2\nReprint, copy 2")


def test_what_is_moved_keeps_what_was_not_named(hall: Hall) -> None:
    number = tap(hall, "benefit", priority="elder", needs=["sign"], people=4)
    told = post(hall, f"tickets/{number}/move", service="card").json()
    assert (told["service"], told["priority"], told["needs"], told["people"]) == ("card", "elder", ["sign"], 4)
    told = post(hall, f"tickets/{number}/move", priority=None, needs=[], people=1, language="en").json()
    assert (told["priority"], told["needs"], told["people"], told["language"]) == (None, [], 1, "en")


def test_moving_nothing_writes_nothing(hall: Hall) -> None:
    number = tap(hall, "benefit", needs=["sign"])
    before = hall.seq()
    told = post(hall, f"tickets/{number}/move", service="benefit", needs=["sign"], priority=None)
    assert told.status_code == 200 and told.json()["number"] == number
    assert hall.seq() == before


def test_moved_to_the_front_is_called_first(hall: Hall) -> None:
    tap(hall, "benefit")
    second = tap(hall, "benefit")
    refused(post(hall, f"tickets/{second}/move", position="front"), 422, "unknown-reason")
    told = post(hall, f"tickets/{second}/move", position="front", reason=GOOD_REASON).json()
    assert told["front"] and told["ahead"] == 0
    assert pressed(press(hall, "2", "next")) == (second, "called")


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        ({"service": "haircut"}, 404, "unknown-service"),
        ({"priority": "boss"}, 422, "unknown-priority"),
        ({"language": "xx"}, 422, "unknown-language"),
        ({"needs": ["chauffeur"]}, 422, "wrong-value"),
        ({"people": 0}, 422, "wrong-value"),
        ({"service": None}, 422, "wrong-value"),
        ({"position": "middle"}, 422, "wrong-value"),
        ({"colour": "red"}, 422, "wrong-value"),
    ],
)
def test_a_move_that_is_wrong_is_refused(hall: Hall, body: dict[str, Any], status: int, word: str) -> None:
    number = tap(hall, "benefit")
    before = hall.seq()
    refused(hall.officer.post(f"/api/v1/tickets/{number}/move", json=body), status, word)
    assert hall.seq() == before


def test_back_in_line_and_given_back(hall: Hall) -> None:
    number = tap(hall, "benefit")
    refused(post(hall, f"tickets/{number}/return", loud=True), 422, "wrong-value")
    press(hall, "2", "next")
    press(hall, "2", "no-show")
    assert post(hall, f"tickets/{number}/return").json()["state"] == "waiting"
    # It is so already.
    assert post(hall, f"tickets/{number}/return").json()["state"] == "waiting"
    assert post(hall, f"tickets/{number}/cancel").json()["state"] == "cancelled"
    refused(post(hall, f"tickets/{number}/cancel"), 409, "cannot-cancel")
    refused(post(hall, f"tickets/{number}/return"), 409, "not-absent")
    refused(post(hall, f"tickets/{number}/reprint"), 409, "cannot-move")
    refused(post(hall, "tickets/Q999/reprint"), 404, "unknown-ticket")


def test_reception_gives_a_ticket_of_several_services(hall: Hall) -> None:
    answer = hall.officer.tap("card", services=["card", "benefit"], needs=["wheelchair"], people=2)
    assert (answer.status_code, answer.json()["services"]) == (201, ["card", "benefit"])


# -- the emergency block -------------------------------------------------------------------------------------------


def test_a_slip_on_paper_is_entered_and_waits(hall: Hall) -> None:
    answer = post(hall, "tickets/by-hand", number="z7", services=["benefit"], came_at=today(hall))
    assert answer.status_code == 201, answer.text
    assert (answer.json()["number"], answer.json()["state"], answer.json()["by_hand"]) == ("Z007", "waiting", True)
    again = post(hall, "tickets/by-hand", number="Z007", services=["benefit"], came_at=today(hall))
    refused(again, 409, "number-taken")


def test_a_slip_on_paper_that_was_served_is_over_and_counted(hall: Hall) -> None:
    moment = today(hall)
    body = {"number": "Z008", "services": ["benefit"], "counter": "2", "outcome": "forwarded"}
    times = dict.fromkeys(("came_at", "called_at", "started_at", "ended_at"), moment)
    told = post(hall, "tickets/by-hand", **body, **times).json()
    assert (told["state"], told["outcome"], told["counter"]) == ("finished", "forwarded", "2")
    assert told["started_at"] == moment


def test_an_entry_sent_twice_with_one_key_is_one(hall: Hall) -> None:
    ask = {
        "json": {"number": "Z009", "services": ["benefit"], "came_at": today(hall)},
        "headers": {"Idempotency-Key": "paper"},
    }
    answers = [hall.officer.post("/api/v1/tickets/by-hand", **ask) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"came_at": "half past nine"}, "wrong-value"),
        ({"came_at": "25:00"}, "wrong-value"),
        ({"came_at": "2020-01-01T09:00"}, "not-this-day"),
        ({"came_at": "0001-01-01T00:00:00+14:00"}, "not-this-day"),
        ({"came_at": "9999-12-31T23:59:59-14:00"}, "not-this-day"),
        ({"came_at": "9999-12-31T20:00:00+00:00"}, "not-this-day"),
        ({"ended_at": "2099-01-01T00:00:00+07:00"}, "not-this-day"),
        ({"called_at": "{before}"}, "times-out-of-order"),
        ({"number": "A001"}, "not-an-emergency-number"),
        ({"number": "Z"}, "not-an-emergency-number"),
        ({"services": []}, "wrong-value"),
        ({"outcome": "perhaps"}, "wrong-value"),
        ({"people": 2}, "wrong-value"),
    ],
    ids=str,
)
def test_paper_that_cannot_be_right_is_refused(hall: Hall, wrong: dict[str, Any], word: str) -> None:
    came = today(hall)
    before = (datetime.fromisoformat(came) - timedelta(minutes=1)).isoformat()
    wrong = {name: before if value == "{before}" else value for name, value in wrong.items()}
    body = {"number": "Z010", "services": ["benefit"], "came_at": came} | wrong
    seq = hall.seq()
    refused(hall.officer.post("/api/v1/tickets/by-hand", json=body), 422, word)
    assert hall.seq() == seq


def today(hall: Hall) -> str:
    """A moment of this service day that has passed, as the hall tells it."""
    with Caller(hall.url, hall.keys["kiosk"]) as kiosk:
        ticket = kiosk.take("advice")
        kiosk.give_back()
    return str(ticket["issued_at"])


def test_a_number_and_a_token_are_told_apart(hall: Hall) -> None:
    """The holder's own calls stand at the same address, by token."""
    ticket = hall.kiosk.take("benefit")
    with Caller(hall.url) as holder:
        assert holder.get(f"/api/v1/tickets/{ticket['token']}").status_code == 200
        refused(holder.post(f"/api/v1/tickets/{ticket['number']}/cancel", json={}), 401, "not-signed-in")
        refused(holder.get(f"/api/v1/tickets/{ticket['number']}"), 404, "unknown-ticket")


# -- pages ---------------------------------------------------------------------------------------------------------


def test_the_pages_are_there_for_officers_alone(hall: Hall) -> None:
    for page in ("/counter/", "/counter/2", "/counter/reception"):
        for language in ("th", "en"):
            answer = hall.officer.get(f"{page}?language={language}")
            assert answer.status_code == 200 and "data-sign-out" in answer.text
    with Caller(hall.url) as nobody:
        assert 'id="username"' in nobody.get("/counter/reception").text
    assert hall.officer.get("/counter/77").status_code == 404
