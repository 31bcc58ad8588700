"""What is wished of the whole hall: the turn of the day, what is carried over or overdue, settings, danger. Pure."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from queue_core import day, errors, officers, visitors
from queue_core.hall import Booking, Hall
from queue_core.plan import Plan
from queue_core.ticket import Event
from tests.halls import Day, small_plan
from tests.test_visitors import away

CARRIES = small_plan(left_over="carry")
# A plan that never was: all that a day starts from must come from its opening event.
NO_PLAN = Plan("none", {}, "UTC", "00:00", (), "first-come", 0, {}, {}, {}, {}, {})


def next_day(centre: Day, plan: Plan | None = None, days: int = 3, **more: Any) -> tuple[Event, ...]:
    """It is Monday, and the day turns."""
    centre.clock.passes(days=days)
    return centre.do(day.open_day, plan or centre.hall.plan, False, by="hall", **more)


def told(event: Event) -> Event:
    """The event as the log gives it back."""
    return replace(event, data=json.loads(json.dumps(event.data, sort_keys=True)))


# -- the turn of the day -------------------------------------------------------------------------------------------


def test_the_day_turns_once_and_who_was_left_expires() -> None:
    centre = Day()
    centre.take(), centre.take("card")
    centre.press()

    events = next_day(centre)

    assert [event.kind for event in events] == ["expired", "expired", "day-opened"]
    assert [event.data for event in events[:2]] == [{"uncertain": "day-end"}, {}], "nobody knows when A001 was served"
    assert (centre.hall.day, dict(centre.hall.tickets), dict(centre.hall.series)) == ("2026-11-23", {}, {})
    assert {counter.ticket for counter in centre.hall.counters.values()} == {None}
    assert centre.do(day.open_day, small_plan(), False) == ()


def test_a_clock_that_went_back_reopens_no_day() -> None:
    centre = Day()
    centre.clock.passes(days=-2)

    assert centre.do(day.open_day, small_plan(), False) == ()
    assert centre.did(day.open_day, small_plan(), False, also_back=True) == ["day-opened"]


def test_the_opening_event_carries_all_that_the_day_starts_from() -> None:
    centre = Day(CARRIES)
    centre.take("benefit", "card", priority="elder"), centre.take("card"), centre.take()
    centre.serve(), centre.do(officers.hold, "1"), centre.press(), centre.do(officers.no_show, "1")
    centre.do(day.pause_service, "card", {"th": "งด", "en": "Not today"})
    centre.do(visitors.enter_by_hand, "Z001", ["benefit"], centre.clock.now(), ended_at=centre.clock.now())
    centre.do(day.set_skills, "officer1", ["card"])
    booking = Booking("K7P2", ("benefit",), centre.clock.now() + timedelta(days=3, hours=1))

    opened = next_day(centre, replace(centre.hall.plan, head_start_minutes=5), bookings=[booking])[-1]

    assert Hall(NO_PLAN, seq=centre.hall.seq - 1).after(told(opened)) == centre.hall
    assert centre.hall.plan.head_start_minutes == 5
    assert (centre.hall.plan.skills, list(centre.hall.bookings)) == ({"officer1": ("card",)}, ["K7P2"])
    assert centre.hall.paused["card"]["en"] == "Not today"
    assert centre.hall.entered == ("20261120-Z001",)
    next_day(centre, days=1)
    assert centre.hall.entered == ()


# -- carried over --------------------------------------------------------------------------------------------------


def test_who_waits_is_put_aside_or_away_is_carried_over_and_who_was_at_a_counter_is_not() -> None:
    centre = Day(CARRIES)
    waits, held, absent, called = (centre.take(service) for service in ("card", "advice", "advice", "advice"))
    centre.serve("2"), centre.do(officers.hold, "2"), centre.press("2"), centre.press("2", "no-show")

    events = next_day(centre)

    assert [(event.kind, event.ticket) for event in events[:-1]] == [("expired", called.id)]
    assert [ticket.state for ticket in centre.hall.tickets.values()] == ["waiting", "held", "absent"]
    assert [ticket.day for ticket in centre.hall.tickets.values()] == ["2026-11-20"] * 3
    assert [ticket.id for ticket in centre.hall.tickets.values()] == [waits.id, held.id, absent.id]


def test_a_night_is_nobodys_wait() -> None:
    centre = Day(CARRIES)
    mine = centre.take("benefit", "card")
    next_day(centre)
    assert centre.now(mine).uncertain == "day-end"

    centre.serve(), centre.do(officers.finish, "1")
    first, second = centre.now(mine).all_legs()
    assert (first.uncertain, second.uncertain) == ("day-end", None)


def test_who_was_carried_over_comes_before_who_comes_today() -> None:
    centre = Day(CARRIES)
    centre.take(), centre.take()
    next_day(centre)
    centre.take()

    assert centre.called() == ["A001", "A002", "A003"]


def test_a_number_that_was_carried_over_is_given_to_nobody_else() -> None:
    centre = Day(CARRIES)
    centre.take(), centre.take()
    next_day(centre)
    centre.press(), centre.do(officers.finish, "1")

    # Not even once its visit is over: it may be taken back, and one number called for two confuses everybody.
    numbers = [centre.take().number for _ in range(2)]
    centre.do(officers.undo, "1")
    assert numbers == ["A003", "A004"]
    assert [ticket.number for ticket in centre.hall.tickets.values()] == ["A001", "A002", "A003", "A004"]


def test_one_put_aside_yesterday_goes_on_today() -> None:
    centre = Day(CARRIES)
    mine = centre.take()
    centre.serve(), centre.do(officers.hold, "1")
    next_day(centre)

    centre.do(officers.resume, "1", "A001")
    assert centre.now(mine).leg.held_ms == timedelta(days=3) // timedelta(milliseconds=1)


def test_one_sent_to_a_counter_yesterday_is_anybodys_until_that_counter_opens() -> None:
    centre = Day(CARRIES)
    centre.take(), centre.do(officers.open_counter, "2")
    centre.press("1"), centre.do(officers.transfer, "1", to_counter="2")
    next_day(centre)
    assert [ticket.number for ticket in centre.hall.waiting_for("1")] == ["A001"]

    centre.do(officers.open_counter, "2")
    assert centre.hall.waiting_for("1") == []


# -- what is overdue -----------------------------------------------------------------------------------------------


def test_who_stays_away_too_long_is_given_up() -> None:
    centre, mine = away(15)
    assert centre.do(day.give_up_overdue) == ()
    centre.clock.passes(milliseconds=1)

    (event,) = centre.do(day.give_up_overdue)
    assert (event.kind, event.ticket, event.counter, event.data) == ("no-show", mine.id, None, {"after": "tolerance"})
    assert dict(centre.hall.tickets) == {}


def test_a_clock_that_went_back_gives_nobody_up() -> None:
    centre, _ = away(-600)

    assert centre.do(day.give_up_overdue) == ()


# -- settings ------------------------------------------------------------------------------------------------------


def test_the_plan_changes_under_an_open_hall_and_nobody_is_lost() -> None:
    centre = Day()
    centre.take("benefit"), centre.take("card")
    centre.press("1")
    less = small_plan()
    less = replace(less, counters={key: less.counters[key] for key in ("2", "3")})

    centre.do(day.change_plan, less)

    assert set(centre.hall.counters) == {"1", "2", "3"}
    assert centre.press("1", "finished") == ["started", "finished"]
    assert centre.press("3") == ["counter-opened", "called"]
    assert centre.do(day.change_plan, less) == ()


def test_a_new_text_of_the_centre_leaves_what_was_set_of_its_officers() -> None:
    centre = Day()
    centre.do(day.set_skills, "officer1", ["card"])
    centre.do(day.change_plan, small_plan(head_start_minutes=1))

    assert (centre.hall.plan.skills, centre.hall.plan.head_start_minutes) == ({"officer1": ("card",)}, 1)


def test_skills_change_during_the_day_and_go_again() -> None:
    centre = Day()
    assert centre.did(day.set_skills, "officer1", ["card", "advice"]) == ["plan-changed"]
    assert centre.hall.plan.skills == {"officer1": ("advice", "card")}
    assert centre.did(day.set_skills, "officer1", ["advice", "card"]) == []
    assert centre.did(day.set_skills, "officer1", None) == ["plan-changed"]
    assert centre.hall.plan.skills == {}
    with pytest.raises(errors.UnknownService):
        centre.do(day.set_skills, "officer1", ["passport"])


def test_an_officer_who_can_do_nothing_calls_nobody() -> None:
    centre = Day()
    centre.take(), centre.do(day.set_skills, "officer1", [])

    assert centre.press("1") == ["counter-opened"]


def test_a_counters_services_change_but_no_service_is_left_without_a_counter() -> None:
    centre = Day()
    centre.do(day.set_services, "3", ["card", "benefit"])
    assert centre.hall.plan.counters["3"].services == ("benefit", "card")

    with pytest.raises(errors.LastCounter) as refused:
        centre.do(day.set_services, "2", ["benefit"])
    assert refused.value.values == {"service": "advice", "counter": "2"}
    for counter, services, refusal in (
        ("9", ["card"], errors.UnknownCounter),
        ("1", [], errors.WrongValue),
        ("1", ["passport"], errors.UnknownService),
    ):
        with pytest.raises(refusal):
            centre.do(day.set_services, counter, services)


def test_a_counters_usual_service_goes_with_it() -> None:
    counters = small_plan().counters
    centre = Day(counters=counters | {"1": replace(counters["1"], walk_in="card")})
    centre.do(day.set_services, "1", ["benefit"])

    assert centre.hall.plan.counters["1"].walk_in is None


def test_a_service_is_paused_once_with_a_message_in_every_language() -> None:
    centre = Day()
    assert centre.did(day.pause_service, "card", {"th": "งดชั่วคราว"}) == ["service-paused"]
    assert centre.hall.paused["card"] == {"th": "งดชั่วคราว", "en": "งดชั่วคราว"}
    assert centre.did(day.pause_service, "card", {"th": "งดชั่วคราว"}) == []
    with pytest.raises(errors.WrongValue):
        centre.do(day.pause_service, "card", {})
    with pytest.raises(errors.UnknownService):
        centre.do(day.pause_service, "passport", {"th": "งด"})

    assert (centre.did(day.resume_service, "card"), centre.did(day.resume_service, "card")) == (["service-resumed"], [])


def test_nobody_is_given_up_while_the_building_is_cleared_and_everybody_has_their_time_after_it() -> None:
    centre, mine = away(1)
    centre.do(day.evacuate)
    centre.clock.passes(minutes=60)
    assert centre.did(day.give_up_overdue) == []
    centre.do(day.all_clear)
    centre.clock.passes(minutes=15)
    assert centre.did(day.give_up_overdue) == []
    centre.clock.passes(seconds=1)
    assert centre.did(day.give_up_overdue) == ["no-show"] and mine.id not in centre.hall.tickets


def test_danger_and_a_call_for_help_outlast_the_night() -> None:
    centre = Day()
    centre.do(officers.ask_help, "1"), centre.do(officers.answer_help, "1", "2"), centre.do(day.evacuate)
    before = centre.hall
    centre.clock.passes(days=1)
    centre.do(day.open_day, small_plan(), False)

    assert (centre.hall.evacuation, centre.hall.counters["1"].help) == (before.evacuation, before.counters["1"].help)
    assert centre.hall.counters["2"].help is None


def test_slips_entered_after_a_power_cut_answer_no_question_of_a_counter() -> None:
    centre = Day()
    centre.take(), centre.press(), centre.do(day.interrupted)
    centre.clock.passes(minutes=10)
    before = centre.hall.counters["1"]
    came = centre.clock.now() - timedelta(minutes=5)
    centre.do(visitors.enter_by_hand, "Z001", ["benefit"], came, ended_at=centre.clock.now(), counter="1")

    assert before.asked and centre.hall.counters["1"] == before


def test_an_evacuation_is_called_once_and_ends() -> None:
    centre = Day()
    assert (centre.did(day.evacuate), centre.did(day.evacuate)) == (["evacuation-called"], [])
    assert centre.hall.evacuation == centre.clock.now()
    assert (centre.did(day.all_clear), centre.did(day.all_clear)) == (["evacuation-over"], [])
