"""The hall as a value: whom a counter may call, who is before whom, and what facts make of it. Wishes: test_visitors,
test_officers, test_day."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_core import day, errors, officers, rules, ticket, visitors
from queue_core.hall import Booking, Served, Taken
from queue_core.ticket import Event
from tests.halls import Day, small_plan
from tests.test_ticket import SAID

FIRST, SECOND = "20261120-A001", "20261120-A002"


@pytest.mark.parametrize(
    ("now", "is_open"),
    [
        ("2026-11-20T08:29:59+07:00", False),
        ("2026-11-20T08:30:00+07:00", True),
        ("2026-11-20T16:29:59.999+07:00", True),
        ("2026-11-20T16:30:00+07:00", False),
        ("2026-11-20T05:00:00+00:00", True),  # noon in Bangkok
        ("2026-11-23T12:30:00+07:00", False),  # Monday's pause
        ("2026-11-21T10:00:00+07:00", False),  # Saturday
    ],
)
def test_tickets_are_taken_in_opening_hours_only(now: str, is_open: bool) -> None:
    moment = datetime.fromisoformat(now)

    assert Day().hall.open_at(moment) is is_open
    assert Day(trial=True).hall.open_at(moment)


def test_in_practice_the_hall_is_always_open() -> None:
    playing = Day()
    playing.clock.shows("2026-11-21T20:00:00+07:00")
    playing.do(day.open_day, small_plan(), False, practice=True)

    assert playing.take().number == "A001"
    assert playing.hall.practice and not playing.hall.trial


# -- whom a counter may call ---------------------------------------------------------------------------------------


def numbers(day: Day, counter: str) -> list[str]:
    return [ticket.number for ticket in day.hall.waiting_for(counter)]


def test_a_counter_calls_only_what_it_serves() -> None:
    day = Day()
    day.take("card"), day.take("advice")

    assert (numbers(day, "1"), numbers(day, "2"), numbers(day, "3")) == (["B001"], ["A001"], ["B001"])


def test_what_its_officer_cannot_do_a_counter_does_not_call() -> None:
    centre = Day(skills={"officer1": ("card",)})
    centre.take("benefit"), centre.take("card")
    assert numbers(centre, "1") == ["A001", "B001"], "nobody is there yet, and the counter gives both"

    centre.do(officers.open_counter, "1", by="officer1")
    assert numbers(centre, "1") == ["B001"]
    centre.do(officers.open_counter, "1", by="officer2")
    assert numbers(centre, "1") == ["A001", "B001"], "nothing is said of this officer"


def test_who_is_sent_to_a_counter_is_called_by_it_alone_whatever_it_serves() -> None:
    centre = Day()
    centre.do(officers.open_counter, "2", by="officer2")
    centre.take("card"), centre.serve("1")
    centre.do(officers.transfer, "1", to_counter="2")

    assert (numbers(centre, "1"), numbers(centre, "2"), numbers(centre, "3")) == ([], ["B001"], [])


def test_who_is_sent_to_an_officer_follows_the_officer() -> None:
    centre = Day()
    centre.do(officers.open_counter, "3", by="officer3")
    centre.take("benefit"), centre.serve("1")
    centre.do(officers.transfer, "1", to_officer="officer3")
    assert (numbers(centre, "1"), numbers(centre, "3")) == ([], ["A001"])

    centre.do(officers.close_counter, "3", by="officer3"), centre.do(officers.open_counter, "2", by="officer3")
    assert (numbers(centre, "1"), numbers(centre, "2"), numbers(centre, "3")) == ([], ["A001"], [])


@pytest.mark.parametrize("left", ["closes", "another comes", "is gone from the plan"])
def test_nobody_is_stranded_when_whom_they_were_sent_to_leaves(left: str) -> None:
    centre = Day()
    centre.do(officers.open_counter, "3", by="officer3")
    centre.take("benefit"), centre.serve("1")
    to = {"to_officer": "officer3"} if left == "another comes" else {"to_counter": "3"}
    centre.do(officers.transfer, "1", **to)
    assert numbers(centre, "1") == []

    if left == "closes":
        centre.do(officers.close_counter, "3")
    elif left == "another comes":
        centre.do(officers.open_counter, "3", by="officer4")
    else:
        kept = {key: value for key, value in centre.hall.plan.counters.items() if key != "3"}
        centre.do(day.change_plan, small_plan(counters=kept))
    assert numbers(centre, "1") == numbers(centre, "2") == ["A001"]


def test_a_break_strands_nobody_who_is_to_wait_for_it() -> None:
    centre = Day()
    centre.do(officers.open_counter, "3", by="officer3"), centre.do(officers.pause_counter, "3", "break")
    centre.take("benefit"), centre.serve("1")
    centre.do(officers.transfer, "1", to_counter="3")

    assert (numbers(centre, "1"), numbers(centre, "3")) == ([], ["A001"])


def test_they_stand_by_what_their_turn_is_counted_from() -> None:
    day = Day()
    day.take(), day.clock.passes(minutes=9), day.take(), day.take()
    day.happens("moved", FIRST, since=(day.clock.now() + timedelta(minutes=1)).isoformat())

    assert numbers(day, "1") == ["A002", "A003", "A001"]


def test_able_are_the_counters_that_are_manned_or_else_those_of_the_plan() -> None:
    centre = Day(skills={"officer3": ("advice",)})
    assert centre.hall.able("card") == ("1", "3")
    centre.do(officers.open_counter, "1")
    assert centre.hall.able("card") == ("1",)
    centre.do(officers.close_counter, "1"), centre.do(officers.open_counter, "3", by="officer3")
    assert centre.hall.able("card") == ("1", "3"), "the one who is there cannot: the plan is all that is known"


# -- how many before me --------------------------------------------------------------------------------------------


def test_a_ticket_says_how_many_will_be_called_before_it() -> None:
    day = Day()
    day.take("benefit"), day.take("benefit"), day.take("card")
    day.clock.passes(minutes=5)

    # Counter 1 serves card too, and may call that visitor first.
    assert day.take("benefit").ahead == 3
    assert day.take("benefit", priority="elder").ahead == 0
    day.clock.passes(minutes=30)
    assert day.take("benefit", priority="elder").ahead == 5
    assert day.take("advice").ahead == 5, "all but card's: no counter serves both"


def test_one_at_the_front_is_ahead_of_everybody() -> None:
    day = Day()
    first, second = day.take(), day.take()
    day.do(visitors.move, second, {}, "front", "unwell")

    assert day.hall.ahead_of(first, day.clock.now()) == 1
    assert day.hall.ahead_of(day.now(second), day.clock.now()) == 0


arrivals = st.tuples(st.sampled_from(["benefit", "card", "card"]), st.booleans(), st.sampled_from([0, 0, 5, 20, 30]))
RULES = st.sampled_from(sorted(rules.RULES))


@settings(max_examples=60)
@given(st.lists(arrivals, max_size=12), st.integers(0, 12), RULES)
def test_ahead_is_the_number_of_calls_before_mine(came: list[tuple[str, bool, int]], turn: int, rule: str) -> None:
    day, taken = Day(trial=True, rule=rule), []
    for service, priority, minutes in [*came[:turn], ("card", False, 0), *came[turn:]]:
        taken.append(day.take(service, priority="elder" if priority else None))
        day.clock.passes(minutes=minutes)
    mine = taken[min(turn, len(came))]
    ahead = day.hall.ahead_of(mine, day.clock.now())

    assert day.called("1").index(mine.number) == ahead


# -- facts ---------------------------------------------------------------------------------------------------------


def test_a_stricter_table_refuses_wishes_and_takes_yesterdays_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    day = Day()
    facts = [*day.do(visitors.issue, ["benefit"]), *day.do(visitors.issue, ["benefit"])]
    for wish, asked in (
        (officers.call_next, ()),
        (officers.recall, ()),
        (officers.call_next, ("no-show",)),
        (officers.hold, ()),
        (officers.resume, ("A002",)),
        (officers.transfer, ("card",)),
    ):
        facts += day.do(wish, "1", *asked)
    before = day.hall

    monkeypatch.setattr(ticket, "MAY", dict.fromkeys(ticket.MAY, frozenset[str]()))

    again = Day()
    for event in facts:
        again.hall = again.hall.after(event)
    assert again.hall == before
    for wish in (officers.recall, officers.start, officers.no_show):
        with pytest.raises(errors.OutOfOrder):
            again.do(wish, "1")


OF_COUNTERS = ["counter-opened", "counter-paused", "counter-closed", "help-asked", "help-answered", "help-over"]
OF_KIOSKS = [
    *("kiosk-called", "kiosk-answered", "kiosk-call-over", "kiosk-paused", "kiosk-resumed"),
    *("roll-changed", "test-slip", "slip-printed", "slip-sent"),
]
OF_TICKETS = [
    *(kind for kind in ticket.BECOMES if kind not in ("issued", "entered")),
    "moved",
    "reprinted",
    "confirmed",
]
KINDS = [*OF_TICKETS, *OF_COUNTERS, *OF_KIOSKS, "rated", "evacuation-called", "evacuation-over", "sent-to-mars"]
anything = st.tuples(
    st.sampled_from(KINDS),
    st.sampled_from([None, FIRST, SECOND, "20261119-A001"]),
    st.sampled_from([None, "1", "2", "9"]),
    st.booleans(),
)


@given(st.lists(anything, max_size=14))
def test_no_fact_is_ever_refused(facts: list[tuple[str, str | None, str | None, bool]]) -> None:
    day = Day()
    day.take(), day.take("card")
    seq = day.hall.seq

    for kind, visitor, counter, joined in facts:
        day.happens(kind, visitor, counter, joined=joined, **SAID.get(kind, {}))

    assert day.hall.seq == seq + len(facts)


def test_a_fact_of_a_later_program_changes_only_the_count() -> None:
    day = Day()
    mine = day.take()

    after = day.hall.after(Event("sent-a-postcard", day.clock.now(), "x", mine.id, "1", {"to": "Chiang Mai"}))

    assert after == replace(day.hall, seq=day.hall.seq + 1)


def test_the_board_keeps_forty_calls() -> None:
    day = Day(requeues=0)
    for _ in range(45):
        day.take()
        day.press(current="no-show")

    assert len(day.hall.calls) == 40
    assert day.hall.calls[0].number == "A045"


def test_a_recall_is_the_same_call_once_more_and_comes_first_on_the_board() -> None:
    day = Day()
    day.take("benefit"), day.take("advice")
    day.press("1"), day.press("2")
    day.clock.passes(seconds=20)

    day.do(officers.recall, "1")

    first, second = day.hall.calls
    assert (first.number, first.again, first.at) == ("A001", 1, day.clock.now())
    assert (second.number, second.again) == ("A002", 0)
    assert first.call < second.call


def test_whoever_leaves_frees_the_counter_however_it_was() -> None:
    for kind in ("finished", "leg-finished", "transferred", "held", "did-not-come", "no-show", "cancelled", "expired"):
        day = Day()
        day.take(), day.press()
        day.happens(kind, FIRST, None, **SAID.get(kind, {}))

        assert day.hall.counters["1"].ticket is None, kind


def test_what_a_service_was_taken_for_is_counted_by_day_and_hour() -> None:
    taken = Taken().one_more(9).one_more(9).one_more(10)

    assert (taken.today, taken.in_hour(9), taken.in_hour(10), taken.in_hour(11)) == (3, 0, 1, 0)


def test_a_booking_comes_back_from_its_record() -> None:
    booking = Booking("K7P2", ("benefit", "card"), Day().clock.now(), "en", "elder", 2, ("sign",))

    assert Booking.from_record(booking.record()) == booking


# -- who was served last at a counter --------------------------------------------------------------------------------


def served(day: Day, counter: str = "1") -> str | None:
    last = day.hall.counters[counter].served
    return last.number if last else None


def test_a_counter_knows_whose_visit_ended_there_last_until_it_is_rated() -> None:
    day = Day()
    mine, other = day.take(language="en"), day.take()
    day.serve()
    assert served(day) is None
    day.press(current="finished")
    assert (served(day), served(day, "2")) == (mine.number, None), "the next is called, and one visit ended here"
    assert day.hall.counters["1"].served == Served(mine.id, mine.number, "en", day.clock.now())

    day.do(officers.start, "1"), day.do(officers.finish, "1")
    day.happens("rated", mine.id, "1", overall=5)
    assert served(day) == other.number, "another's rating"
    day.happens("rated", other.id, "1", overall=5)
    assert served(day) is None


def test_a_finish_taken_back_was_no_finish() -> None:
    day = Day()
    first, _ = day.take(), day.take()
    day.serve(), day.do(officers.finish, "1")
    day.press(), day.do(officers.undo, "1")
    assert served(day) == first.number, "only the call was taken back"
    day.serve(), day.do(officers.finish, "1"), day.do(officers.undo, "1")
    assert served(day) is None


def test_whoever_goes_on_to_another_service_is_not_asked_yet() -> None:
    day = Day()
    day.take("benefit", "card")
    day.serve(), day.do(officers.finish, "1")
    assert served(day) is None


# -- what moved at a counter ---------------------------------------------------------------------------------------


def moved(day: Day, counter: str = "1") -> int:
    return day.hall.counters[counter].moved


def test_a_counter_knows_when_it_last_moved() -> None:
    day = Day()
    assert moved(day) == day.hall.seq, "the day's beginning moved it: yesterday's screens are old"
    before = day.hall.seq
    day.take(), day.do(officers.ask_help, "1"), day.do(officers.help_over, "1")
    day.happens("rated", "20261119-A001", "1", overall=5)
    assert moved(day) == before, "others' affairs, a call for help and yesterday's rating do not"

    day.press()
    assert moved(day) == day.hall.seq
    assert moved(day, "2") == before


@pytest.mark.parametrize("what", ["the holder cancels", "a power cut"])
def test_what_others_do_to_its_visitor_moves_the_counter(what: str) -> None:
    centre = Day()
    mine = centre.take()
    centre.press()
    seen = moved(centre)

    centre.do(*((visitors.cancel, centre.now(mine)) if what == "the holder cancels" else (day.interrupted,)))

    with pytest.raises(errors.ScreenStale):
        officers.fresh(centre.hall, "1", seen)
    officers.fresh(centre.hall, "1", centre.hall.seq), officers.fresh(centre.hall, "1", None)


def test_a_counter_nobody_knows_has_no_screen() -> None:
    with pytest.raises(errors.UnknownCounter):
        officers.fresh(Day().hall, "9", 1)


def shown(day: Day) -> dict[str, Any]:
    """What a restart must bring back: the hall, and the order in which everything stands."""
    return {name: list(getattr(day.hall, name)) for name in ("tickets", "counters", "bookings", "taken", "ratios")}


def test_the_hall_stands_in_order_whatever_was_taken_back() -> None:
    day = Day()
    for _ in range(4):
        day.take()
    day.serve(), day.do(officers.finish, "1")
    day.do(officers.undo, "1")

    assert shown(day)["tickets"] == [f"20261120-A{n:03d}" for n in (1, 2, 3, 4)]
