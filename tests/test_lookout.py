"""Waits in a served hall: promised at the kiosk, on the slip, and kept true on phone, kiosk and board."""

from collections.abc import Iterator

import pytest

from hall_server.lookout import OLD, Lookout
from hall_server.tell import said
from queue_core.waits import NO_OUTLOOK
from tests.halls import Day
from tests.serving import Hall, Listener, new_hall


@pytest.fixture(scope="module")
def told(mode: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """A hall that has called enough to say waits. Counter 1 is open."""
    with new_hall(tmp_path_factory.mktemp("told") / "data", mode) as hall:
        for _ in range(14):
            hall.kiosk.take()
            hall.officer.serve("1")
        yield hall


def test_a_ticket_says_its_wait_in_seconds_and_as_people_say_it(told: Hall) -> None:
    told.kiosk.take()
    ticket = told.kiosk.take()
    wait = ticket["wait"]
    assert 0 <= wait["low_s"] <= wait["likely_s"] <= wait["high_s"]
    assert wait["from_min"] * 60 <= wait["low_s"] and wait["high_s"] <= wait["to_min"] * 60
    assert wait["said"] == {language: said(wait["from_min"], wait["to_min"], language) for language in ("th", "en")}
    assert told.kiosk.ticket(ticket["token"])["wait"]
    told.kiosk.give_back()


def test_kiosk_board_and_services_say_what_one_is_told_who_comes_now(told: Hall) -> None:
    told.kiosk.take()
    seq = told.seq()
    with Listener(told.url, "/kiosk", {"key": told.keys["kiosk"]}) as kiosk, told.board() as board:
        news = kiosk.until(lambda news: news["seq"] >= seq and any(one["wait"] for one in news["services"]))
        waits = {service["id"]: service["wait"] for service in news["services"]}
        assert waits["benefit"]["said"]["th"].endswith("นาที")
        assert waits["advice"] is None  # no counter that gives it is open
        shown = board.until(lambda news: news["seq"] >= seq and any(one["wait"] for one in news["waiting"]))
        assert {one["service"]: one["wait"] for one in shown["waiting"]}["advice"] is None
    listed = {one["id"]: one["wait"] for one in told.kiosk.get("/api/v1/services").json()}
    assert listed["benefit"] and listed["advice"] is None
    told.kiosk.give_back()


def test_a_phone_hears_of_a_shorter_wait_as_those_ahead_are_called(told: Hall) -> None:
    for _ in range(4):
        told.kiosk.take()
    ticket = told.kiosk.take()
    with Listener(told.url, "/ticket", {"token": ticket["token"]}) as phone:
        first = phone.until(lambda news: news["wait"])
        for _ in range(4):
            told.officer.serve("1")
        later = phone.until(lambda news: news["ahead"] == 0 and news["wait"])
        assert later["wait"]["likely_s"] <= first["wait"]["likely_s"]
        told.officer.press("1", "next")
        assert phone.until(lambda news: news["state"] == "called")["wait"] is None
    told.officer.press("1", "finish")
    told.kiosk.taken.clear()


def test_a_slip_says_the_wait_that_was_promised(told: Hall) -> None:
    with told.agent() as agent:
        ticket = told.kiosk.take(language="en")
        slip = agent.job(ticket["number"])["slip"]
        assert slip["wait"] == f"Expected wait: {ticket['wait']['said']['en']}"
    told.kiosk.give_back()


def test_while_the_only_counter_pauses_nobody_is_told_a_wait(told: Hall) -> None:
    ticket = told.kiosk.take()
    told.officer.press("1", "pause", reason="break")
    assert told.kiosk.ticket(ticket["token"])["wait"] is None
    told.officer.press("1", "open")
    assert told.kiosk.ticket(ticket["token"])["wait"]
    told.kiosk.give_back()


# -- when a look is due --------------------------------------------------------------------------------------------


def test_a_look_is_due_when_the_hall_moved_and_when_the_last_is_old_and_somebody_waits() -> None:
    floor, lookout = Day(trial=True), Lookout()
    assert lookout.outlook == NO_OUTLOOK and lookout.due(floor.hall, floor.clock.now())
    lookout.look(floor.hall, floor.clock.now())
    assert not lookout.due(floor.hall, floor.clock.now() + OLD * 1.5)
    floor.take()
    assert lookout.due(floor.hall, floor.clock.now())
    lookout.look(floor.hall, floor.clock.now())
    assert not lookout.due(floor.hall, floor.clock.now() + OLD)
    assert lookout.due(floor.hall, floor.clock.now() + OLD * 1.5)


def test_a_look_is_due_with_the_minute_for_the_hours_may_begin_with_it() -> None:
    floor, lookout = Day(trial=True), Lookout()
    floor.clock.passes(seconds=50)
    lookout.look(floor.hall, floor.clock.now())
    floor.clock.passes(seconds=9)
    assert not lookout.due(floor.hall, floor.clock.now())
    floor.clock.passes(seconds=2)
    assert lookout.due(floor.hall, floor.clock.now())


# -- in words ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "english", "thai"),
    [
        (0, 5, "up to 5 min", "ไม่เกิน 5 นาที"),
        (10, 15, "10–15 min", "10–15 นาที"),
        (45, 60, "45–60 min", "45–60 นาที"),
        (0, 60, "up to 1 hour", "ไม่เกิน 1 ชั่วโมง"),
        (45, 90, "45 min to 1½ hours", "45 นาที ถึง 1 ชั่วโมงครึ่ง"),
        (60, 90, "1 hour to 1½ hours", "1 ชั่วโมง ถึง 1 ชั่วโมงครึ่ง"),
        (120, 180, "2 hours to 3 hours", "2 ชั่วโมง ถึง 3 ชั่วโมง"),
    ],
)
def test_a_range_is_said_as_people_say_it(low: int, high: int, english: str, thai: str) -> None:
    assert (said(low, high, "en"), said(low, high, "th")) == (english, thai)
