"""What may be wished about a kiosk in the hall: a call for a member of staff, a pause, its paper. Pure."""

import pytest

from queue_core import day, errors, kiosks, visitors
from queue_core.hall import KioskCall, Roll
from tests.halls import Day, small_plan

KIOSK, OTHER = "d-kiosk-1", "d-kiosk-2"
PRINTER = "d-agent/paper"


def test_a_call_for_a_member_of_staff_is_made_once_and_answered_once() -> None:
    centre = Day()
    assert centre.did(kiosks.call_staff, KIOSK, "printer", by=KIOSK) == ["kiosk-called"]
    assert centre.did(kiosks.call_staff, KIOSK, by=KIOSK) == []
    called = centre.clock.now()
    assert centre.hall.kiosk_calls == {KIOSK: KioskCall(called, "printer")}

    centre.clock.passes(seconds=20)
    assert centre.did(kiosks.answer_call, KIOSK, by="officer2") == ["kiosk-answered"]
    assert centre.did(kiosks.answer_call, KIOSK, by="manager") == []
    assert centre.hall.kiosk_calls[KIOSK] == KioskCall(called, "printer", "officer2", centre.clock.now())
    with pytest.raises(errors.NoKioskCall):
        centre.do(kiosks.answer_call, OTHER)


def test_whoever_said_that_they_are_coming_has_come_after_three_minutes() -> None:
    centre = Day()
    centre.do(kiosks.call_staff, KIOSK), centre.do(kiosks.answer_call, KIOSK)
    centre.clock.passes(minutes=3, seconds=-1)
    assert kiosks.call_out(centre.hall, centre.clock.now(), KIOSK)
    assert centre.did(kiosks.call_staff, KIOSK) == []
    centre.clock.passes(seconds=1)
    assert kiosks.call_out(centre.hall, centre.clock.now(), KIOSK) is None
    with pytest.raises(errors.NoKioskCall):
        centre.do(kiosks.answer_call, KIOSK)
    assert centre.did(kiosks.call_staff, KIOSK) == ["kiosk-called"]


def test_a_call_that_nobody_answers_stays_until_the_visitor_takes_it_back() -> None:
    centre = Day()
    centre.do(kiosks.call_staff, KIOSK)
    centre.clock.passes(hours=3)
    assert kiosks.call_out(centre.hall, centre.clock.now(), KIOSK)
    assert centre.did(kiosks.end_call, KIOSK) == ["kiosk-call-over"]
    assert (centre.hall.kiosk_calls, centre.did(kiosks.end_call, KIOSK)) == ({}, [])


def test_a_pause_and_the_paper_outlast_the_night_and_a_call_does_not() -> None:
    centre = Day()
    centre.do(kiosks.call_staff, KIOSK), centre.do(kiosks.pause, KIOSK), centre.do(kiosks.change_roll, PRINTER)
    centre.do(kiosks.sample_slip_printed, KIOSK, PRINTER)
    before = centre.hall
    centre.clock.passes(days=1)
    centre.do(day.open_day, small_plan(), False)

    assert (centre.hall.kiosks_paused, centre.hall.rolls) == (before.kiosks_paused, before.rolls)
    assert centre.hall.rolls[PRINTER].slips == 1
    assert centre.hall.kiosk_calls == {}


def test_a_pause_is_one_kiosks_own() -> None:
    centre = Day()
    assert (centre.did(kiosks.pause, KIOSK), centre.did(kiosks.pause, KIOSK)) == (["kiosk-paused"], [])
    kiosks.not_paused(centre.hall, OTHER)
    with pytest.raises(errors.KioskIsPaused):
        kiosks.not_paused(centre.hall, KIOSK)
    assert (centre.did(kiosks.resume, KIOSK), centre.did(kiosks.resume, KIOSK)) == (["kiosk-resumed"], [])
    kiosks.not_paused(centre.hall, KIOSK)


def test_every_slip_of_the_printer_shortens_its_roll() -> None:
    centre = Day()
    first = centre.take()
    centre.do(visitors.slip_printed, first.id, 1, PRINTER)
    assert centre.hall.rolls == {}, "nobody said when the roll was put in"
    assert kiosks.slips_left(centre.hall.rolls.get(PRINTER), 500) is None

    centre.do(kiosks.change_roll, PRINTER)
    since = centre.clock.now()
    ticket, elsewhere, unknown = centre.take(), centre.take(), centre.take()
    centre.do(visitors.slip_printed, ticket.id, 1, PRINTER)
    centre.do(visitors.slip_printed, elsewhere.id, 1, "d-agent/other")
    centre.do(visitors.slip_printed, unknown.id, 1)
    centre.do(kiosks.sample_slip_printed, KIOSK, PRINTER)
    assert centre.hall.rolls == {PRINTER: Roll(since, 2)}
    assert kiosks.slips_left(centre.hall.rolls[PRINTER], 500) == 498

    centre.do(kiosks.change_roll, PRINTER)
    assert centre.hall.rolls[PRINTER].slips == 0


@pytest.mark.parametrize(
    ("slips", "left", "short"), [(0, 500, False), (449, 51, False), (450, 50, True), (700, 0, True)]
)
def test_a_tenth_of_the_roll_is_short(slips: int, left: int, short: bool) -> None:
    roll = Roll(Day().clock.now(), slips)
    assert kiosks.slips_left(roll, 500) == left
    assert kiosks.runs_short(left, 500) is short


def test_a_sample_slip_takes_no_number_and_is_in_no_figure() -> None:
    centre = Day()
    before = centre.take()
    seen = (centre.hall.tickets, centre.hall.series, centre.hall.taken, centre.hall.lessons)
    centre.do(kiosks.sample_slip_printed, KIOSK, PRINTER)

    assert (centre.hall.tickets, centre.hall.series, centre.hall.taken, centre.hall.lessons) == seen
    assert (before.number, centre.take().number) == ("A001", "A002")
