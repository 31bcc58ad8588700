"""The calls of a day as the log recorded them, and how its booked visitors came."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from queue_core import officers, past, visitors
from queue_core.hall import Booking
from queue_core.office import Office
from tests import halls
from tests.halls import FakeClock, press, take, wish

TODAY = "2026-11-20"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def office(tmp_path: Path, clock: FakeClock) -> Iterator[Office]:
    with halls.at_work(tmp_path, clock) as opened:
        yield opened


def calls(office: Office, day: str = TODAY, limit: int = 50, **more: Any) -> list[past.PastCall]:
    with office.log.reader() as conn:
        return past.calls_of(conn, day, limit, **more)


def numbers(office: Office, **more: Any) -> list[str]:
    return [call.number for call in calls(office, **more)]


def call_of(office: Office, number: str, day: str | None = TODAY) -> past.PastCall | None:
    with office.log.reader() as conn:
        return past.call_of(conn, day, number)


def serve(office: Office, counter: str = "1") -> None:
    press(office, counter)
    office.do(wish(officers.start, counter))
    office.do(wish(officers.finish, counter))


def test_the_newest_call_comes_first_with_what_was_recorded(office: Office, clock: FakeClock) -> None:
    take(office, "benefit")
    take(office, "card", priority="elder")
    clock.passes(minutes=5)
    serve(office)
    clock.passes(minutes=5)
    press(office)
    newest, oldest = calls(office)
    assert (newest.number, oldest.number) == ("A001", "B001")
    assert (oldest.service, newest.service) == ("card", None), "of the one still there the hall knows"
    assert newest.at - oldest.at == timedelta(minutes=5)
    assert (oldest.counter, oldest.officer, oldest.day, oldest.taken_back) == ("1", "someone", TODAY, False)
    assert oldest.reason.items() >= {"rule": "head-start/1", "passed_over": 1, "first": ["A001"]}.items()


def test_pages_of_calls_follow_each_other(office: Office) -> None:
    for _ in range(5):
        take(office)
    for _ in range(5):
        serve(office)
    first = calls(office, limit=2)
    second = calls(office, limit=2, before=first[-1].seq)
    assert [call.number for call in (*first, *second)] == ["A005", "A004", "A003", "A002"]


def test_calls_of_one_counter_or_one_number(office: Office) -> None:
    for _ in range(2):
        take(office)
    serve(office, "1")
    serve(office, "2")
    assert numbers(office, counter="2") == ["A002"] and numbers(office, number="A001") == ["A001"]


def test_out_of_turn_is_what_a_person_decided(office: Office) -> None:
    for _ in range(3):
        take(office)
    office.do(wish(officers.call_number, "1", "A003", reason="unwell"))
    office.do(wish(officers.start, "1"))
    office.do(wish(officers.finish, "1"))
    moved = office.hall.numbered("A002")
    assert moved
    office.do(wish(visitors.move, moved, {}, position="front", reason="child"))
    serve(office)
    serve(office)
    office.do(wish(officers.walk_in, "1"))
    assert numbers(office) == ["A004", "A001", "A002", "A003"]
    assert numbers(office, only_out_of_turn=True) == ["A002", "A003"]
    assert [call.out_of_turn for call in calls(office)] == [False, False, True, True]


def test_a_call_taken_back_is_shown_as_such_and_is_not_the_one_that_stood(office: Office, clock: FakeClock) -> None:
    take(office)
    press(office)
    office.do(wish(officers.undo, "1"))
    assert [call.taken_back for call in calls(office)] == [True]
    assert call_of(office, "A001") is None
    clock.passes(minutes=3)
    press(office)
    stood = call_of(office, "A001")
    assert stood and stood.at == clock.now() and not stood.taken_back


def test_each_day_has_its_own_calls(office: Office, clock: FakeClock) -> None:
    take(office)
    serve(office)
    clock.passes(days=3)
    take(office)
    take(office)
    serve(office)
    serve(office)
    assert numbers(office) == ["A001"] and numbers(office, day="2026-11-23") == ["A002", "A001"]
    assert numbers(office, day="2026-11-22") == []
    first, last = call_of(office, "A001"), call_of(office, "A001", None)
    assert first and last and (first.day, last.day) == (TODAY, "2026-11-23")


def test_the_last_day_that_had_a_number(office: Office, clock: FakeClock) -> None:
    take(office, "card")
    serve(office)
    clock.passes(days=3)
    take(office)
    with office.log.reader() as conn:
        assert past.day_of(conn, None, "B001") == TODAY
        assert past.day_of(conn, None, "A001") == "2026-11-23", "who still waits was there too"
        assert past.day_of(conn, "2026-11-23", "B001") is None
        assert past.day_of(conn, None, "Z009") is None


@pytest.mark.parametrize(("minutes", "came"), [(-60, "early"), (0, "on-time"), (40, "late")])
def test_how_a_booked_visitor_came(office: Office, clock: FakeClock, minutes: int, came: str) -> None:
    booking = Booking("K7M2", ("card",), clock.now() + timedelta(hours=2))
    office.do(wish(visitors.book, booking))
    clock.passes(minutes=120 + minutes)
    done = office.do(wish(visitors.check_in, "K7M2"))
    serve(office)
    with office.log.reader() as conn:
        assert past.booked_came(conn, [str(done.ticket), "20261120-A099"]) == {str(done.ticket): came}
