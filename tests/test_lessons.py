"""What the hall learns from its days: what a call takes, how true promises were, who comes with priority."""

from datetime import datetime, timedelta

import pytest

from queue_core import officers, visitors
from queue_core.day import open_day
from queue_core.estimates import Learned
from queue_core.lessons import Fading, Lessons, favoured_parts
from queue_core.ticket import Event
from tests.halls import Day


def served(floor: Day, minutes: float, counter: str = "1", **more: object) -> None:
    """One visitor comes, is called and served for so long."""
    floor.take(**more)  # type: ignore[arg-type]
    floor.serve(counter)
    floor.clock.passes(minutes=minutes)
    floor.do(officers.finish, counter)


def next_morning(floor: Day) -> None:
    floor.clock.passes(hours=24)
    floor.do(open_day, floor.hall.plan, floor.hall.trial, by="hall")


# -- how long a call keeps its counter -----------------------------------------------------------------------------


def test_a_service_takes_what_is_published_until_the_hall_has_seen_its_own() -> None:
    floor = Day()
    assert floor.hall.lessons.seconds_at_counter("benefit", floor.hall.plan) == 15 * 60
    for _ in range(40):
        served(floor, 4)
    assert floor.hall.lessons.seconds_at_counter("benefit", floor.hall.plan) == pytest.approx(4 * 60)
    assert floor.hall.lessons.seconds_at_counter("card", floor.hall.plan) == 20 * 60
    assert floor.hall.lessons.seconds_at_counter("gone", floor.hall.plan) == 0


def test_a_visit_that_nobody_believes_teaches_no_time() -> None:
    floor = Day()
    served(floor, 4)
    before = floor.hall.lessons.takes
    served(floor, 3 * 15 + 1)
    assert floor.hall.lessons.takes == before


def test_what_is_too_long_is_judged_by_the_published_time_not_by_what_was_seen() -> None:
    floor = Day()
    for _ in range(20):
        served(floor, 4)
    before = floor.hall.lessons.takes["benefit"]
    served(floor, 40)
    assert floor.hall.lessons.takes["benefit"] != before


def test_time_put_aside_is_not_time_at_the_counter() -> None:
    floor = Day()
    number = floor.take().number
    floor.serve()
    floor.clock.passes(minutes=3)
    floor.do(officers.hold, "1")
    floor.clock.passes(minutes=30)
    floor.do(officers.resume, "1", number)
    floor.clock.passes(minutes=2)
    floor.do(officers.finish, "1")
    assert floor.hall.lessons.takes["benefit"] == Fading(5 * 60, 1)


def test_who_does_not_come_keeps_the_counter_too() -> None:
    floor = Day()
    floor.take()
    floor.press()
    floor.clock.passes(minutes=1)
    floor.do(officers.no_show, "1")
    assert floor.hall.lessons.takes["benefit"].mean() == 60


def test_what_lies_between_two_visits_counts_only_while_somebody_waited() -> None:
    floor = Day()
    floor.take(), floor.take()
    floor.serve()
    floor.clock.passes(minutes=5)
    floor.do(officers.finish, "1")
    floor.clock.passes(seconds=20)
    floor.serve()
    assert floor.hall.lessons.between == Fading(20, 1)
    floor.do(officers.finish, "1")
    floor.clock.passes(seconds=20)
    floor.take()
    floor.serve()
    assert floor.hall.lessons.between == Fading(20, 1)


@pytest.mark.parametrize("away", ["pause", "a long time", "a clock that goes back"])
def test_an_officer_who_was_away_teaches_nothing(away: str) -> None:
    floor = Day()
    floor.take(), floor.take()
    floor.serve()
    floor.do(officers.finish, "1")
    if away == "pause":
        floor.do(officers.pause_counter, "1")
    floor.clock.passes(seconds={"pause": 20, "a long time": 61}.get(away, -20))
    floor.serve()
    assert floor.hall.lessons.between == Fading()


# -- how true promises were ----------------------------------------------------------------------------------------


def a_busy_morning(floor: Day, visitors_served: int = 40) -> None:
    """Somebody always waits; each is called some minutes after coming."""
    for _ in range(visitors_served):
        floor.take()
        floor.clock.passes(minutes=4)
        served(floor, 0)


def test_promises_begin_once_enough_was_called_and_are_stored_with_the_ticket() -> None:
    floor = Day()
    assert floor.take().promised is None
    a_busy_morning(floor)
    ticket = floor.take()
    assert ticket.asked and ticket.promised
    assert 0 <= ticket.promised.wait.low_s <= ticket.promised.wait.likely_s <= ticket.promised.wait.high_s
    assert ticket.asked.ahead == ticket.ahead
    assert type(ticket).from_record(ticket.record()) == ticket


def test_a_call_teaches_what_the_one_called_had_waited() -> None:
    floor = Day()
    a_busy_morning(floor)
    floor.take()
    before = floor.hall.lessons.waits
    floor.press()
    assert floor.hall.lessons.waits != before
    called = floor.hall.at_counter("1")
    assert called and called.first_called_at == floor.clock.now()


def test_a_call_out_of_turn_teaches_nothing_of_waits() -> None:
    floor = Day()
    a_busy_morning(floor)
    number, before = floor.take().number, floor.hall.lessons.waits
    floor.do(officers.call_number, "2", number, "unwell")
    assert floor.hall.lessons.waits == before


def test_one_who_comes_back_was_promised_the_first_call() -> None:
    floor = Day()
    a_busy_morning(floor)
    while floor.hall.waiting():
        floor.press("1", "finished" if floor.at() else None)
    floor.do(officers.finish, "1")
    ticket = floor.take()
    floor.press()
    first, before = floor.clock.now(), floor.hall.lessons.waits
    floor.clock.passes(minutes=1)
    floor.do(officers.no_show, "1")
    floor.do(visitors.come_back, floor.now(ticket))
    floor.press()
    assert floor.now(ticket).first_called_at == first
    assert floor.hall.lessons.waits == before


def test_a_promise_that_was_put_to_the_test_stays_though_its_visitor_is_moved() -> None:
    floor = Day()
    a_busy_morning(floor)
    floor.press("1", "finished")
    ticket = floor.hall.at_counter("1")
    assert ticket and ticket.promised and ticket.said
    floor.do(officers.no_show, "1")
    floor.do(visitors.move, floor.now(ticket), {"service": "card"})
    assert (floor.now(ticket).promised, floor.now(ticket).said) == (ticket.promised, ticket.said)


def test_whoever_is_moved_to_another_queue_was_promised_nothing_there() -> None:
    floor = Day()
    a_busy_morning(floor)
    ticket = floor.take()
    floor.do(visitors.move, ticket, {"language": "en"})
    assert floor.now(ticket).promised == ticket.promised is not None
    floor.do(visitors.move, ticket, {"service": "card"})
    moved = floor.now(ticket)
    assert (moved.promised, moved.said, moved.asked) == (None, None, None)


# -- from one day to the next --------------------------------------------------------------------------------------


def test_the_next_day_begins_with_what_was_learned() -> None:
    floor = Day()
    a_busy_morning(floor)
    floor.take(priority="elder")
    learned = floor.hall.lessons
    next_morning(floor)
    assert floor.hall.lessons == learned.next_day() == Lessons.from_record(learned.next_day().record())
    assert floor.hall.lessons.takes == learned.takes
    assert floor.hall.lessons.waits.queues["benefit"].former is not None, "today's pace is a former day's now"
    assert floor.hall.lessons.usual == {"benefit/elder": Fading(1, 1)}
    assert floor.hall.lessons.freed == {} == floor.hall.lessons.favoured
    assert favoured_parts("benefit/elder") == ("benefit", "elder")


def test_priority_visitors_of_a_usual_day_are_a_mean_that_forgets() -> None:
    floor = Day(trial=True)
    for coming in (10, 10, 0):
        for _ in range(coming):
            floor.take(priority="elder")
        next_morning(floor)
    assert 0 < floor.hall.lessons.favoured_a_day("benefit/elder") < 10


def test_a_day_opened_before_there_were_lessons_teaches_none() -> None:
    floor = Day()
    opened = Event(
        "day-opened", floor.clock.now(), "hall", data={"day": "2026-11-21", "plan": floor.hall.plan.record()}
    )
    assert floor.hall.after(opened).lessons == Lessons(waits=Learned())


def test_a_clock_that_jumps_back_teaches_no_negative_wait() -> None:
    floor = Day()
    a_busy_morning(floor)
    floor.take()
    before = floor.hall.lessons.waits
    floor.clock.shows(str(datetime.fromisoformat("2026-11-20T08:45:00+07:00") - timedelta(hours=1)))
    floor.press()
    assert floor.hall.lessons.waits == before
