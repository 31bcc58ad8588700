"""What a visitor is told of the wait, and each case in which it is not that of somebody so far back in the hall."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hall_server.lookout import Lookout
from queue_core import officers, visitors, waits
from queue_core.day import all_clear, evacuate, open_day
from queue_core.estimates import Wait
from queue_core.hall import Booking
from queue_core.plan import Plan
from queue_core.ticket import Ticket
from queue_core.waits import NO_OUTLOOK, Outlook
from tests.halls import Day, small_plan


@pytest.fixture
def floor() -> Day:
    """A hall that has seen a morning, at nine: counter 1 is open, and three wait for a benefit."""
    return learned(Day(trial=True))


def learned(floor: Day) -> Day:
    for _ in range(3):
        floor.take()
    for _ in range(60):
        floor.take()
        floor.clock.passes(minutes=4)
        floor.press("1", "finished" if floor.at() else None)
    floor.clock.shows("2026-11-20T14:00:00+07:00")
    return floor


def told(floor: Day, ticket: Ticket, outlook: Outlook = NO_OUTLOOK) -> Wait | None:
    now = floor.clock.now()
    here = floor.hall.tickets[ticket.id]
    return waits.told(floor.hall, here, now, floor.hall.ahead_of(here, now), outlook)


def looked(floor: Day) -> Outlook:
    lookout = Lookout()
    lookout.look(floor.hall, floor.clock.now())
    return lookout.outlook


# -- the ordinary case ---------------------------------------------------------------------------------------------


def test_more_ahead_is_a_longer_wait_and_every_range_is_in_order(floor: Day) -> None:
    ranges = [told(floor, floor.take()) for _ in range(4)]
    assert all(one and 0 <= one.low_s <= one.likely_s <= one.high_s for one in ranges)
    likely = [one.likely_s for one in ranges if one]
    assert likely == sorted(likely)


def test_what_was_said_at_the_issue_is_told_until_a_fresher_look(floor: Day) -> None:
    ticket = floor.take(outlook=looked(floor))
    assert ticket.promised
    older = Outlook(ticket.place - 1, waiting={ticket.id: 9 * 3600.0})
    assert told(floor, ticket, older) == ticket.promised.wait
    for _ in range(3):
        floor.press("1", "finished")
    later = told(floor, ticket, looked(floor))
    assert later and later.likely_s < ticket.promised.wait.likely_s


def test_the_look_ahead_knows_everyone_who_waits_and_whoever_would_come(floor: Day) -> None:
    ticket = floor.take()
    outlook = looked(floor)
    assert outlook.seq == floor.hall.seq
    assert outlook.waiting[ticket.id]
    assert outlook.newcomers["benefit", "elder"] is not None
    assert outlook.offered["benefit"] is not None
    assert outlook.offered["advice"] is None  # nobody open gives it


def test_slices_give_the_same_outlook(floor: Day) -> None:
    for n in range(40):
        floor.take("benefit" if n % 3 else "card")
    rests, sliced = list[int](), Lookout()
    sliced.look(floor.hall, floor.clock.now(), lambda: rests.append(1))
    assert sliced.outlook == looked(floor)
    assert len(rests) > 2


def test_what_is_told_follows_the_rule_run_forward(floor: Day) -> None:
    ticket = floor.take()
    soon, late = (
        told(floor, ticket, Outlook(ticket.place, waiting={ticket.id: seconds})) for seconds in (60.0, 7200.0)
    )
    assert soon and late and soon.likely_s < late.likely_s
    first, second = (
        floor.take(outlook=Outlook(floor.hall.seq, newcomers={("benefit", None): seconds}))
        for seconds in (60.0, 7200.0)
    )
    assert first.promised and second.promised and first.promised.wait.likely_s < second.promised.wait.likely_s


def test_what_is_known_at_the_issue_is_what_the_hall_shows(floor: Day) -> None:
    while floor.hall.waiting():
        floor.press("1", "finished")
    floor.do(officers.finish, "1")
    idle = floor.take(priority="elder").asked
    assert idle and (idle.idle, idle.counters, idle.kind, idle.front_s, idle.back_s) == (True, 1, "elder", None, None)
    floor.press("1")
    floor.take()
    floor.clock.passes(minutes=3)
    floor.take()
    floor.clock.passes(minutes=2)
    asked = floor.take().asked
    assert asked and (asked.idle, asked.kind, asked.front_s, asked.back_s) == (False, "", 5 * 60, 2 * 60)
    assert asked.minute == 14 * 60 + 5


def test_asked_again_the_one_before_came_as_long_before_as_at_the_issue(floor: Day) -> None:
    floor.take()
    floor.clock.passes(minutes=2)
    ticket = floor.take()
    floor.clock.passes(minutes=30)
    again = waits.when_sent_on(floor.hall, ticket, floor.clock.now())
    assert ticket.asked and again and again.back_s == ticket.asked.back_s == 120


# -- the stated cases ----------------------------------------------------------------------------------------------


def before_hours(plan: Plan) -> Day:
    """A hall that knows its pace, on the next morning, before it opens."""
    floor = learned(Day(plan, trial=True, tickets_before_minutes=60, hours=all_week()))
    floor.clock.shows("2026-11-21T08:00:00+07:00")
    floor.do(open_day, floor.hall.plan, False, by="hall")
    return floor


def all_week() -> dict[str, tuple[tuple[int, int], ...]]:
    return {day: ((8 * 60 + 30, 12 * 60), (13 * 60, 18 * 60)) for day in small_plan().hours}


def test_before_opening_the_time_until_then_is_part_of_the_wait() -> None:
    floor = before_hours(small_plan())
    ticket = floor.take()
    assert ticket.asked and ticket.asked.opens_s == 30 * 60
    assert ticket.promised and ticket.promised.wait.low_s >= 30 * 60
    floor.clock.passes(minutes=10)
    later = told(floor, ticket, looked(floor))
    assert later and 20 * 60 <= later.low_s < 30 * 60


def test_what_is_learned_of_one_who_came_before_the_hours_counts_from_their_beginning() -> None:
    floor = before_hours(small_plan())
    floor.take()
    before = floor.hall.lessons.waits.queues["benefit"]
    floor.clock.shows("2026-11-21T08:31:00+07:00")
    floor.press()
    after = floor.hall.lessons.waits.queues["benefit"]
    assert after.day_waits - before.day_waits == 60


def test_in_a_break_the_wait_begins_after_it() -> None:
    floor = before_hours(replace(small_plan(), tickets_in_breaks=True))
    floor.clock.shows("2026-11-21T12:15:00+07:00")
    ticket = floor.take()
    assert ticket.asked and ticket.asked.opens_s == 45 * 60


def test_a_break_that_begins_before_the_call_is_part_of_the_wait() -> None:
    floor = before_hours(small_plan())
    floor.clock.shows("2026-11-21T11:50:00+07:00")
    floor.do(officers.open_counter, "1")
    floor.take()
    ticket = floor.take()
    plain, crossing = (
        told(floor, ticket, Outlook(ticket.place, waiting={ticket.id: seconds})) for seconds in (300.0, 3000.0)
    )
    assert plain and crossing and plain.likely_s < 600
    assert crossing.likely_s > 3600 + 600


COVERED = {
    "tip": replace(small_plan().services["advice"], id="tip", prefix="V", shown_as="benefit"),
}


def test_a_tip_off_is_told_what_its_cover_is_told() -> None:
    plan = small_plan()
    counters = plan.counters | {"2": replace(plan.counters["2"], services=("advice", "tip"))}
    # Counter 1 is open and gives the cover; nobody is there who gives the tip-off.
    floor = learned(Day(replace(plan, services=plan.services | COVERED, counters=counters), trial=True))
    before, tip, after = floor.take(outlook=looked(floor)), floor.take("tip", outlook=looked(floor)), floor.take()
    assert before.promised and tip.promised and tip.asked is None, "it teaches nothing"
    outlook = looked(floor)
    each = [told(floor, ticket, outlook) for ticket in (before, tip, after)]
    assert all(each)
    likely = [one.likely_s for one in each if one]
    assert likely[0] <= likely[1] <= likely[2]
    floor.do(officers.finish, "1")
    floor.do(officers.pause_counter, "1")
    assert [told(floor, ticket, looked(floor)) for ticket in (before, tip, after)] == [None, None, None]


def test_with_no_counter_open_there_is_no_estimate(floor: Day) -> None:
    ticket = floor.take()
    floor.do(officers.finish, "1")
    floor.do(officers.pause_counter, "1")
    assert told(floor, ticket) is None
    newcomer = floor.take()
    assert newcomer.asked is None is newcomer.promised
    floor.do(officers.open_counter, "1")
    assert told(floor, ticket) is not None


def test_after_a_transfer_one_is_told_what_anybody_is_who_stands_there(floor: Day) -> None:
    floor.press("2")
    floor.do(officers.finish, "2")
    floor.do(officers.finish, "1")
    ticket = floor.serve("1")
    floor.do(officers.transfer, "1", service="benefit", position="end")
    outlook, other = looked(floor), floor.take()
    assert floor.now(ticket).state == "waiting" and outlook.waiting[ticket.id] is not None
    here, there = told(floor, ticket, outlook), told(floor, other, looked(floor))
    assert here and there and here.likely_s <= there.likely_s


def test_the_next_service_of_a_visit_teaches_its_own_queue_and_tests_no_promise() -> None:
    floor = Day(trial=True)
    floor.do(officers.open_counter, "3")
    for _ in range(5):
        ticket = floor.take("advice", "card")
        floor.press("2")
        floor.do(officers.finish, "2")
        assert floor.now(ticket).asked and floor.now(ticket).service == "card"
        floor.clock.passes(minutes=7)
        floor.press("3", "finished" if floor.at("3") else None)
        assert floor.now(ticket).asked is None
    assert floor.hall.lessons.waits.queues["card"].day_waits == 5 * 7 * 60


def test_sent_to_the_front_or_to_one_counter_teaches_no_wait(floor: Day) -> None:
    for place in ({"position": "front", "reason": "unwell"}, {"to_counter": "1"}):
        floor.press("1", "finished")
        ticket = floor.hall.at_counter("1")
        assert ticket
        floor.do(officers.transfer, "1", service="benefit", **place)
        assert floor.now(ticket).asked is None
        floor.press("1")


def test_booked_before_its_time_there_is_no_estimate_and_from_then_on_there_is(floor: Day) -> None:
    at = floor.clock.now() + timedelta(minutes=20)
    floor.do(visitors.book, Booking("CODE1", ("benefit",), at))
    (event,) = floor.do(visitors.check_in, "CODE1")
    ticket = floor.hall.tickets[str(event.ticket)]
    assert ticket.promised is None is told(floor, ticket, looked(floor))
    floor.clock.passes(minutes=21)
    assert told(floor, ticket, looked(floor)) is not None


def test_one_who_checks_in_at_the_booked_time_is_promised_a_wait(floor: Day) -> None:
    floor.do(visitors.book, Booking("CODE2", ("benefit",), floor.clock.now() + timedelta(minutes=1)))
    floor.clock.passes(minutes=2)
    (event,) = floor.do(visitors.check_in, "CODE2", outlook=looked(floor))
    ticket = floor.hall.tickets[str(event.ticket)]
    assert ticket.promised and ticket.asked and ticket.said


def test_on_a_first_day_there_is_none_until_enough_was_called() -> None:
    floor = Day(trial=True)
    floor.do(officers.open_counter, "1")
    first = floor.take()
    assert first.asked and first.promised is None
    assert told(floor, first, looked(floor)) is None


def test_in_an_evacuation_nothing_is_promised(floor: Day) -> None:
    ticket = floor.take()
    floor.do(evacuate)
    assert told(floor, ticket, looked(floor)) is None
    assert set(looked(floor).offered.values()) == {None}
    floor.do(all_clear)
    assert told(floor, ticket, looked(floor)) is not None


@pytest.mark.parametrize("becomes", ["called", "held", "absent"])
def test_whoever_does_not_wait_is_told_nothing(floor: Day, becomes: str) -> None:
    floor.press("1", "finished")
    ticket = floor.hall.at_counter("1")
    assert ticket
    if becomes == "held":
        floor.do(officers.start, "1")
        floor.do(officers.hold, "1")
    elif becomes == "absent":
        floor.do(officers.no_show, "1")
    assert told(floor, floor.now(ticket), looked(floor)) is None


def test_a_day_without_hours_has_no_waits() -> None:
    floor = learned(Day(trial=True))
    closed = replace(floor.hall, trial=False, plan=replace(floor.hall.plan, hours={}))
    assert waits.newcomer(closed, "benefit", floor.clock.now(), looked_foretold(floor)) is None


def looked_foretold(floor: Day) -> waits.forward.Foretold:
    return waits.forward.replay(floor.hall, floor.clock.now(), waits.known(floor.hall, floor.clock.now()))


def test_priority_visitors_to_expect_come_from_the_days_before() -> None:
    floor = Day(trial=True)
    for _ in range(8):
        floor.take(priority="elder")
    assert waits.known(floor.hall, floor.clock.now()).arrivals_per_hour == {}
    floor.clock.passes(days=1)
    floor.do(open_day, floor.hall.plan, True, by="hall")
    rates = waits.known(floor.hall, floor.clock.now()).arrivals_per_hour
    assert rates == {("benefit", "elder"): 1.0}
