"""A day of the hall's own log, told as a recorded day: legs, spells at counters, what else kept them busy."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from queue_core import day, history, officers, recorded, rehearsal, visitors
from queue_core.log import Log
from queue_core.office import Office
from queue_core.stage import stage
from tests import halls
from tests.halls import FakeClock, press, take, wish

TODAY = date(2026, 11, 20)
SAMPLES = Path(history.__file__).parent / "samples"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def office(tmp_path: Path, clock: FakeClock) -> Iterator[Office]:
    with halls.at_work(tmp_path, clock, trial=True) as opened:
        yield opened


def told(office: Office, asked: date = TODAY) -> history.PastDay:
    with office.log.reader() as conn:
        found = history.past_day(conn, asked)
    assert found
    return found


def rows(office: Office) -> dict[str, recorded.Recorded]:
    return {ticket.id: ticket for ticket in told(office).day.tickets}


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"{TODAY}T{clock}")


def test_a_visit_is_told_on_the_centres_own_clock(office: Office, clock: FakeClock) -> None:
    take(office, "benefit", priority="elder")
    clock.passes(minutes=5)
    press(office)
    clock.passes(minutes=12)
    office.do(wish(officers.finish, "1"))

    one = rows(office)["A001"]

    assert (one.arrived, one.called, one.finished) == (at("09:00"), at("09:05"), at("09:17"))
    assert (one.service, one.counter, one.priority, one.abandoned) == ("benefit", "1", "elder", False)
    assert told(office).day.day == TODAY and told(office).plan.rule == "head-start"


def test_whoever_left_was_left_unserved(office: Office, clock: FakeClock) -> None:
    ticket = take(office)
    press(office, "2")
    take(office)
    clock.passes(minutes=9)
    office.do(wish(officers.finish, "2"))
    office.do(lambda hall, now: visitors.cancel(hall, now, "holder", hall.numbered("A002")))

    left = rows(office)["A002"]

    assert ticket.number == "A001"
    assert left.abandoned and left.called is None and left.finished == at("09:09")


def test_a_call_in_vain_keeps_the_counter_until_the_officer_says_so(office: Office, clock: FakeClock) -> None:
    take(office)
    press(office)
    clock.passes(minutes=2)
    office.do(wish(officers.no_show, "1"))
    clock.passes(minutes=40)
    office.turn()

    one = rows(office)["A001"]

    assert one.abandoned and (one.called, one.finished) == (at("09:00"), at("09:02"))


def test_one_without_a_ticket_only_takes_the_counters_time(office: Office, clock: FakeClock) -> None:
    take(office)
    press(office)
    clock.passes(minutes=3)
    office.do(wish(officers.finish, "1"))
    office.do(wish(officers.walk_in, "1"))
    clock.passes(minutes=10)
    office.do(wish(officers.finish, "1"))
    clock.passes(minutes=5)
    office.do(wish(officers.close_counter, "1"))

    spells = [(spell.start, spell.end) for spell in told(office).rota]

    assert list(rows(office)) == ["A001"]
    assert spells == [(at("09:00"), at("09:03")), (at("09:13"), at("09:18"))]


def test_a_counter_is_away_while_it_is_paused_and_gives_what_its_officer_can(office: Office, clock: FakeClock) -> None:
    take(office)
    press(office)
    clock.passes(minutes=10)
    office.do(wish(officers.finish, "1"))
    office.do(wish(officers.pause_counter, "1"))
    clock.passes(minutes=30)
    office.do(wish(officers.open_counter, "1"))
    clock.passes(minutes=5)
    office.do(wish(officers.close_counter, "1"))

    first, second = told(office).rota

    assert (first.start, first.end, second.start, second.end) == (at("09:00"), at("09:10"), at("09:40"), at("09:45"))
    assert first.services == {"benefit", "card"} and first.officer == "someone"


def test_what_goes_on_at_the_same_window_is_one_visit_to_it(office: Office, clock: FakeClock) -> None:
    office.do(wish(visitors.issue, ["benefit", "card"]))
    clock.passes(minutes=1)
    press(office)
    clock.passes(minutes=4)
    office.do(wish(officers.finish, "1", stay=True))
    clock.passes(minutes=6)
    office.do(wish(officers.finish, "1"))

    (one,) = told(office).day.tickets

    assert (one.called, one.finished) == (at("09:01"), at("09:11"))


def test_what_was_sent_on_is_queued_anew(office: Office, clock: FakeClock) -> None:
    take(office)
    press(office)
    clock.passes(minutes=4)
    office.do(wish(officers.transfer, "1", "card", None, None, "by-visit", None))
    clock.passes(minutes=6)
    press(office, "3")
    office.do(wish(officers.finish, "3"))

    found = rows(office)

    assert list(found) == ["A001", "A001/2"]
    assert (found["A001/2"].arrived, found["A001/2"].called, found["A001/2"].service) == (
        at("09:04"),
        at("09:10"),
        "card",
    )


def test_days_and_half_hours_are_counted(office: Office, clock: FakeClock) -> None:
    for minute in (0, 20, 25):
        clock.shows(halls.MORNING)
        clock.passes(minutes=minute + 10)
        take(office, "card" if minute == 20 else "benefit")
        press(office)
        office.do(wish(officers.finish, "1"))

    with office.log.reader() as conn:
        (count,) = history.counts(conn, office.hall.plan, date(2026, 11, 21))
        assert history.days(conn, date(2026, 11, 21)) == [TODAY]
        assert history.counts(conn, office.hall.plan, TODAY) == [] == history.days(conn, TODAY)
        assert history.past_day(conn, date(2026, 11, 19)) is None

    assert count.day == TODAY and count.total == 3
    assert count.counts["benefit"][18:20] == (1, 1) and count.counts["card"][18:20] == (0, 1)


def test_a_day_through_the_office_comes_back_as_it_was(tmp_path: Path) -> None:
    """The day that ships, played on a log that is kept: each wait is what the rehearsal says it was."""
    (shipped,) = recorded.choose(
        recorded.read_day(recorded.lines((SAMPLES / "day.csv").read_bytes(), "the day"), "the day")
    )
    log = Log(tmp_path / "hall.db", "off")
    played = rehearsal.play(shipped, stage(shipped), log)
    with log.reader() as conn:
        found = history.past_day(conn, shipped.day)
    log.close()

    assert found
    waits = sorted(visit.waited_s for visit in played.visits if visit.waited_s is not None)
    assert sorted(ticket.waited_s for ticket in found.day.tickets if ticket.waited_s is not None) == waits
    assert len(found.day.tickets) == len(shipped.tickets)
    assert {spell.counter for spell in found.rota} == set(found.plan.counters)


def test_while_the_building_is_cleared_no_counter_is_there(office: Office, clock: FakeClock) -> None:
    take(office)
    press(office)
    clock.passes(minutes=5)
    office.do(wish(officers.finish, "1"))
    office.do(wish(day.evacuate))
    clock.passes(minutes=20)
    office.do(wish(day.all_clear))
    clock.passes(minutes=5)
    office.do(wish(officers.close_counter, "1"))

    assert [(spell.start, spell.end) for spell in told(office).rota] == [
        (at("09:00"), at("09:05")),
        (at("09:25"), at("09:30")),
    ]


def test_what_was_taken_back_never_was(office: Office, clock: FakeClock) -> None:
    take(office)
    press(office)
    clock.passes(seconds=10)
    office.do(wish(officers.undo, "1"))
    clock.passes(minutes=4)
    press(office, "2")
    clock.passes(minutes=3)
    office.do(wish(officers.finish, "2"))

    (one,) = told(office).day.tickets

    assert (one.called, one.counter) == (at("09:04:10"), "2")


def test_a_counter_gives_what_its_officer_can(office: Office, clock: FakeClock) -> None:
    office.do(wish(day.set_skills, officer="someone", services=["card"]))
    take(office, "card")
    press(office)
    clock.passes(minutes=5)
    office.do(wish(officers.finish, "1"))

    assert {spell.services for spell in told(office).rota} == {frozenset({"card"})}
