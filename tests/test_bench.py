"""What `make bench` measures with, in small: the floor where anything is wished, and the log of years."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from queue_core import visitors
from queue_core.log import Log, verify
from tests import halls, old_log
from tests.floor import WISHES, Floor, eventful


def a_floor() -> Floor:
    return Floor(eventful(halls.small_plan()))


def test_on_a_floor_where_anything_is_wished_nobody_is_lost_and_no_number_given_twice() -> None:
    floor = a_floor()
    floor.run(6000)
    assert (floor.doubled, floor.lost, floor.misplaced) == (0, 0, 0)
    assert floor.issued == floor.closed + len(floor.live) > 500
    assert sum(floor.refused.values()) < floor.asked / 3, "most wishes are granted"
    assert len(WISHES) >= 38 and len(floor.kinds) > 35


def test_the_count_sees_a_number_that_is_given_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitors, "_next_number", lambda hall, series: 7)
    floor = a_floor()
    floor.run(300)
    assert floor.doubled


def test_the_count_sees_a_ticket_that_is_lost() -> None:
    floor = a_floor()
    floor.run(300)
    gone = floor.hall.waiting()[0]
    floor.hall = replace(floor.hall, tickets={name: one for name, one in floor.hall.tickets.items() if one != gone})
    assert floor.lost == 1


def test_the_count_sees_a_ticket_at_two_counters() -> None:
    floor = a_floor()
    floor.run(300)
    at = next(counter for counter in floor.hall.counters.values() if counter.ticket)
    other = next(counter for counter in floor.hall.counters.values() if counter != at)
    floor.hall = replace(floor.hall, counters={**floor.hall.counters, other.id: replace(other, ticket=at.ticket)})
    floor.look()
    assert floor.misplaced


def test_a_log_of_years_is_one_that_the_office_might_have_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(old_log, "TICKETS_A_DAY", 20)
    written = old_log.write(tmp_path / "hall.db", halls.small_plan(), 450)
    with closing(Log(tmp_path / "hall.db", "off")) as log, log.reader() as conn:
        assert verify(conn, halls.small_plan()) == []
        assert written >= 450
        for table, count in (("events", written), ("visits", 100), ("legs", 100)):
            assert conn.execute(f"select count(*) from {table}").fetchone()[0] == count
        assert conn.execute("select count(distinct day) from events").fetchone()[0] == 5
