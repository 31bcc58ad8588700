"""The hall as a value: what may be wished of it, and what facts make of it. No office, no log, no database."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_core import errors, hall, ticket
from queue_core.hall import Hall
from queue_core.plan import Plan
from queue_core.ticket import Event, Ticket
from tests.halls import FakeClock, small_plan


class Day:
    """A hall in the hand: each wish's events are applied at once."""

    def __init__(self, day: Plan | None = None, trial: bool = False) -> None:
        self.clock = FakeClock()
        self.hall = Hall(day or small_plan())
        self.do(hall.open_day, self.hall.plan, trial, by="hall")

    def do(self, wish: Any, *asked: Any, by: str = "officer1", **more: Any) -> hall.Events:
        events: hall.Events = wish(self.hall, self.clock.now(), by, *asked, **more)
        for event in events:
            self.hall = self.hall.after(event)
        return events

    def take(self, service: str = "benefit", **more: Any) -> Ticket:
        (event,) = self.do(hall.issue, [service], by="kiosk-1", **more)
        return self.hall.tickets[str(event.ticket)]

    def press(self, counter: str = "1", current: str | None = None) -> list[str]:
        return [event.kind for event in self.do(hall.call_next, counter, current)]

    def at(self, counter: str = "1") -> str | None:
        present = self.hall.at_counter(counter)
        return present.number if present else None


# -- the kiosk -----------------------------------------------------------------------------------------------------


def test_numbers_begin_at_001_and_are_shared_by_a_prefix() -> None:
    day = Day()

    assert [day.take(service).number for service in ("benefit", "advice", "card", "benefit")] == [
        "A001",
        "A002",
        "B001",
        "A003",
    ]


def test_after_999_comes_1000() -> None:
    day = Day()
    day.hall = replace(day.hall, series={"A": 998})

    assert [day.take().number for _ in range(3)] == ["A999", "A1000", "A1001"]


def test_a_ticket_remembers_what_was_asked_for() -> None:
    day = Day()

    mine = day.take("card", priority="elder", language="en", people=3, needs=["escort", "escort"], device="kiosk-1")

    assert (mine.id, mine.state, mine.issued_at) == ("20261120-B001", "waiting", day.clock.now())
    assert (mine.priority, mine.language, mine.people, mine.needs) == ("elder", "en", 3, ("escort",))
    assert mine.device == "kiosk-1"


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


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"services": ["passport"]}, errors.UnknownService),
        ({"services": []}, errors.OneServiceForNow),
        ({"services": ["benefit", "card"]}, errors.OneServiceForNow),
        ({"services": ["benefit", "passport"]}, errors.UnknownService),
        ({"services": ["benefit"], "priority": "minister"}, errors.UnknownPriority),
        ({"services": ["benefit"], "language": "lo"}, errors.UnknownLanguage),
        ({"services": ["benefit"], "needs": ["coffee"]}, errors.WrongValue),
    ],
)
def test_a_wrong_wish_for_a_ticket_is_refused(asked: dict[str, Any], refusal: type[errors.Refused]) -> None:
    with pytest.raises(refusal):
        Day().do(hall.issue, **asked)


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
    assert small_plan().open_at(datetime.fromisoformat(now)) is is_open


def test_a_closed_hall_gives_no_ticket_and_in_trial_it_is_never_closed() -> None:
    earnest, trial = Day(), Day(trial=True)
    for day in (earnest, trial):
        day.clock.shows("2026-11-20T20:00:00+07:00")

    with pytest.raises(errors.HallClosed):
        earnest.take()
    assert trial.take().number == "A001"


# -- the officer ---------------------------------------------------------------------------------------------------


def test_one_press_finishes_the_visitor_and_calls_the_next() -> None:
    day = Day()
    day.take(), day.take()
    assert day.press() == ["counter-opened", "called"]
    day.do(hall.start, "1")

    assert day.press() == ["finished", "called"]
    assert day.at() == "A002"


def test_next_asks_whether_a_visitor_never_started_came_or_not() -> None:
    day = Day()
    day.take(), day.take()
    day.press()

    with pytest.raises(errors.CameOrNot) as refused:
        day.press()
    assert refused.value.values == {"counter": "1", "number": "A001"}
    assert day.at() == "A001"


def test_next_with_finished_infers_the_start() -> None:
    day = Day()
    day.take(), day.take()
    day.press()
    day.clock.passes(minutes=7)

    ended = day.do(hall.call_next, "1", "finished")

    assert [event.kind for event in ended] == ["started", "finished", "called"]
    assert ended[0].data == {"inferred": True}


def test_next_with_no_show_lets_the_visitor_go() -> None:
    day = Day()
    day.take(), day.take()
    day.press()

    assert day.press(current="no-show") == ["no-show", "called"]
    assert day.at() == "A002"


def test_next_with_nobody_waiting_finishes_all_the_same_and_stays_open() -> None:
    day = Day()
    day.take()
    day.press()
    day.do(hall.start, "1")

    assert day.press() == ["finished"]
    assert day.press() == []
    assert (day.at(), day.hall.counters["1"].state, day.hall.tickets) == (None, "open", {})


def test_next_opens_a_closed_and_a_paused_counter() -> None:
    day = Day()
    assert day.press("2") == ["counter-opened"]
    day.do(hall.pause_counter, "2", "lunch")
    day.take()

    assert day.press("2") == ["counter-opened", "called"]
    assert day.hall.counters["2"] == hall.Counter("2", "open", "officer1", "20261120-A001")


def test_a_counter_calls_only_what_it_serves() -> None:
    day = Day()
    day.take("card"), day.take("advice")

    assert day.press("2") == ["counter-opened", "called"]
    assert (day.at("2"), day.press("2", "no-show")) == ("A001", ["no-show"])


def test_a_call_says_why() -> None:
    day = Day()
    day.take(), day.take()
    day.clock.passes(minutes=5)
    day.take(priority="elder")

    called = day.do(hall.call_next, "1")[-1]

    assert called.ticket == "20261120-A003"
    assert called.data["reason"] == {
        "rule": "head-start/1",
        "score": 1200,
        "passed_over": 2,
        "first": ["A001", "A002"],
    }


def test_a_recall_is_the_same_call_once_more_and_comes_first_on_the_board() -> None:
    day = Day()
    day.take("benefit"), day.take("advice")
    day.press("1"), day.press("2")
    day.clock.passes(seconds=20)

    day.do(hall.recall, "1")

    first, second = day.hall.calls
    assert (first.number, first.again, first.at) == ("A001", 1, day.clock.now())
    assert (second.number, second.again) == ("A002", 0)
    assert first.call < second.call


@pytest.mark.parametrize("wish", [hall.recall, hall.start, hall.no_show, hall.finish])
def test_nothing_can_be_done_with_nobody_called(wish: Any) -> None:
    day = Day()
    day.take()

    with pytest.raises(errors.NobodyCalled):
        day.do(wish, "1")


@pytest.mark.parametrize("wish", [hall.recall, hall.start, hall.no_show])
def test_who_is_being_served_is_not_called_started_or_absent_again(wish: Any) -> None:
    day = Day()
    day.take()
    day.press()
    day.do(hall.start, "1")

    with pytest.raises(errors.AlreadyStarted):
        day.do(wish, "1")


@pytest.mark.parametrize(
    "wish",
    [
        hall.open_counter,
        hall.pause_counter,
        hall.close_counter,
        hall.call_next,
        hall.recall,
        hall.start,
        hall.no_show,
        hall.finish,
    ],
)
def test_a_counter_nobody_knows_is_refused(wish: Any) -> None:
    with pytest.raises(errors.UnknownCounter):
        Day().do(wish, "9")


@pytest.mark.parametrize("wish", [hall.pause_counter, hall.close_counter])
def test_a_counter_with_a_visitor_neither_pauses_nor_closes(wish: Any) -> None:
    day = Day()
    day.take()
    day.press()

    with pytest.raises(errors.CounterBusy) as refused:
        day.do(wish, "1")
    assert refused.value.values == {"counter": "1", "number": "A001"}


def test_a_closed_counter_has_nothing_to_pause() -> None:
    with pytest.raises(errors.CounterClosed):
        Day().do(hall.pause_counter, "1")


def test_what_is_so_already_is_no_event() -> None:
    day = Day()
    assert day.do(hall.close_counter, "1") == ()
    day.do(hall.open_counter, "1")
    assert day.do(hall.open_counter, "1") == ()
    day.do(hall.pause_counter, "1")

    assert day.do(hall.pause_counter, "1") == ()


def test_a_finish_says_what_was_really_given() -> None:
    day = Day()
    day.take("benefit")
    day.press()

    over = day.do(hall.finish, "1", "forwarded", ["advice", "card"], "see note")[-1]

    assert over.data == {"outcome": "forwarded", "service": "advice", "services": ["advice", "card"]}
    assert over.texts == {"note": "see note"}
    with pytest.raises(errors.NobodyCalled):
        day.do(hall.finish, "1")


def test_a_finish_with_a_service_nobody_knows_is_refused() -> None:
    day = Day()
    day.take()
    day.press()

    with pytest.raises(errors.UnknownService):
        day.do(hall.finish, "1", services=["passport"])
    assert day.at() == "A001"


# -- the holder ----------------------------------------------------------------------------------------------------


def test_a_ticket_is_given_back_while_waiting_or_called() -> None:
    day = Day()
    waiting, called = day.take("card"), day.take("advice")
    day.press("2")

    day.do(hall.cancel, waiting), day.do(hall.cancel, called)

    assert (dict(day.hall.tickets), day.at("2")) == ({}, None)


def test_a_ticket_being_served_is_not_given_back() -> None:
    day = Day()
    mine = day.take()
    day.press()
    day.do(hall.start, "1")

    with pytest.raises(errors.CannotCancel):
        day.do(hall.cancel, mine)


def test_a_ticket_finished_a_moment_ago_is_not_given_back() -> None:
    day = Day()
    seen_waiting = day.take()
    day.press()
    day.do(hall.finish, "1")

    with pytest.raises(errors.CannotCancel):
        day.do(hall.cancel, seen_waiting)


@pytest.mark.parametrize("state", ["waiting", "called", "serving", "absent", "cancelled", "expired"])
def test_only_who_was_served_rates(state: str) -> None:
    day = Day()
    visit = replace(day.take(), state=state)

    with pytest.raises(errors.NotServedYet):
        day.do(hall.rate, visit, False, {"overall": 5}, "")


def test_a_visit_is_rated_once() -> None:
    day = Day()
    visit = replace(day.take(), state="finished")
    assert [event.kind for event in day.do(hall.rate, visit, False, {"overall": 5}, "")] == ["rated"]

    with pytest.raises(errors.AlreadyRated):
        day.do(hall.rate, visit, True, {"overall": 5}, "")


# -- the slip ------------------------------------------------------------------------------------------------------


def test_a_slip_is_printed_once_however_often_the_agent_says_so() -> None:
    day = Day()
    mine = day.take()
    assert len(day.do(hall.slip_printed, mine.id, 1)) == 1

    assert day.do(hall.slip_printed, mine.id, 1) == ()
    assert day.do(hall.slip_unknown, mine.id, 1) == ()
    assert day.do(hall.slip_printed, "20261120-A099", 1) == ()


def test_a_slip_nobody_is_sure_of_comes_again_as_a_copy() -> None:
    day = Day()
    mine = day.take()
    day.do(hall.slip_unknown, mine.id, 1)

    assert day.do(hall.slip_unknown, mine.id, 1) == ()
    assert day.hall.tickets[mine.id].copy == 2


# -- the day -------------------------------------------------------------------------------------------------------


def test_the_day_turns_once_and_who_was_left_expires() -> None:
    day = Day()
    day.take(), day.take("card")
    day.press()
    day.clock.passes(days=3)

    events = day.do(hall.open_day, small_plan(), False, by="hall")

    assert [event.kind for event in events] == ["expired", "expired", "day-opened"]
    assert (day.hall.day, dict(day.hall.tickets), dict(day.hall.series)) == ("2026-11-23", {}, {})
    assert {counter.ticket for counter in day.hall.counters.values()} == {None}
    assert day.do(hall.open_day, small_plan(), False) == ()


def test_a_clock_that_went_back_reopens_no_day() -> None:
    day = Day()
    day.clock.passes(days=-2)

    assert day.do(hall.open_day, small_plan(), False) == ()


def test_the_opening_event_carries_all_that_the_day_starts_from() -> None:
    day = Day()
    day.take()
    day.clock.passes(days=3)
    changed = small_plan(head_start_minutes=5)

    opened = day.do(hall.open_day, changed, True)[-1]

    told = json.loads(json.dumps(opened.data))
    assert Hall(small_plan(), seq=3).after(replace(opened, data=told)) == day.hall
    assert (day.hall.plan, day.hall.trial) == (changed, True)


def test_the_plan_changes_under_an_open_hall_and_nobody_is_lost() -> None:
    day = Day()
    day.take("benefit"), day.take("card")
    day.press("1")
    less = small_plan()
    less = replace(less, counters={key: less.counters[key] for key in ("2", "3")})

    day.do(hall.change_plan, less)

    assert set(day.hall.counters) == {"1", "2", "3"}
    assert day.press("1", "finished") == ["started", "finished"]
    assert day.press("3") == ["counter-opened", "called"]
    assert day.do(hall.change_plan, less) == ()


# -- facts ---------------------------------------------------------------------------------------------------------


def test_a_stricter_table_refuses_wishes_and_takes_yesterdays_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    day = Day()
    day.take(), day.take()
    facts = [*day.do(hall.call_next, "1"), *day.do(hall.recall, "1"), *day.do(hall.call_next, "1", "no-show")]
    before = day.hall

    monkeypatch.setattr(ticket, "MAY", dict.fromkeys(ticket.MAY, frozenset[str]()))

    again = Day()
    for event in [Event("issued", e.at, e.by, e.ticket, None, e.data) for e in _issued(2)] + facts:
        again.hall = again.hall.after(event)
    assert again.hall == before
    for wish in (hall.recall, hall.start, hall.no_show):
        with pytest.raises(errors.OutOfOrder):
            again.do(wish, "1")


def _issued(count: int) -> list[Event]:
    day = Day()
    return [day.do(hall.issue, ["benefit"], by="kiosk-1")[0] for _ in range(count)]


OF_COUNTERS = ["counter-opened", "counter-paused", "counter-closed"]
KINDS = [*(kind for kind in ticket.BECOMES if kind != "issued"), *OF_COUNTERS, "rated", "moved-to-mars"]
anything = st.tuples(
    st.sampled_from(KINDS),
    st.sampled_from([None, "20261120-A001", "20261120-A002", "20261119-A001"]),
    st.sampled_from([None, "1", "2", "9"]),
)


@given(st.lists(anything, max_size=12))
def test_no_fact_is_ever_refused(facts: list[tuple[str, str | None, str | None]]) -> None:
    day = Day()
    day.take(), day.take("card")
    seq = day.hall.seq

    for kind, visitor, counter in facts:
        day.hall = day.hall.after(Event(kind, day.clock.now(), "x", visitor, counter))

    assert day.hall.seq == seq + len(facts)


def test_a_fact_of_a_later_program_changes_only_the_count() -> None:
    day = Day()
    mine = day.take()

    after = day.hall.after(Event("sent-a-postcard", day.clock.now(), "x", mine.id, "1", {"to": "Chiang Mai"}))

    assert after == replace(day.hall, seq=day.hall.seq + 1)


def test_the_board_keeps_forty_calls() -> None:
    day = Day()
    for _ in range(45):
        day.take()
        day.press(current="no-show")

    assert len(day.hall.calls) == 40
    assert day.hall.calls[0].number == "A045"


visitors = st.tuples(st.sampled_from(["benefit", "card", "card"]), st.booleans(), st.sampled_from([0, 0, 5, 20, 30]))


@given(st.lists(visitors, max_size=12), st.integers(0, 12))
def test_ahead_is_the_number_of_calls_before_mine(came: list[tuple[str, bool, int]], turn: int) -> None:
    day, taken = Day(trial=True), []
    for service, priority, minutes in [*came[:turn], ("card", False, 0), *came[turn:]]:
        taken.append(day.take(service, priority="elder" if priority else None))
        day.clock.passes(minutes=minutes)
    mine = taken[min(turn, len(came))]
    ahead = day.hall.ahead_of(mine, day.clock.now())

    before = 0
    while "called" in day.press("1", "no-show") and day.at("1") != mine.number:
        before += 1
    assert before == ahead
