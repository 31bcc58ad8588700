"""What an officer may wish at a counter: call, serve, put aside, send on, take back; stand in, call for help. Pure."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from queue_core import day, errors, officers, visitors
from queue_core.hall import Counter, Help, Served
from queue_core.ticket import Ticket
from tests.halls import Day, small_plan

# -- one press -----------------------------------------------------------------------------------------------------


def test_one_press_finishes_the_visitor_and_calls_the_next() -> None:
    day = Day()
    day.take(), day.take()
    assert day.press() == ["counter-opened", "called"]
    day.do(officers.start, "1")

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

    ended = day.do(officers.call_next, "1", "finished")

    assert [event.kind for event in ended] == ["started", "finished", "called"]
    assert ended[0].data == {"inferred": True}


def test_next_with_no_show_lets_the_visitor_go_who_may_come_back() -> None:
    day = Day()
    mine, _ = day.take(), day.take()
    day.press()

    assert day.press(current="no-show") == ["did-not-come", "called"]
    assert (day.at(), day.now(mine).state) == ("A002", "absent")


def test_next_with_no_show_of_one_who_is_being_served_is_refused() -> None:
    day = Day()
    day.take(), day.serve()

    with pytest.raises(errors.AlreadyStarted):
        day.press(current="no-show")


def test_next_with_nobody_waiting_finishes_all_the_same_and_stays_open() -> None:
    day = Day()
    day.take(), day.serve()

    assert day.press() == ["finished"]
    assert day.press() == []
    assert (day.at(), day.hall.counters["1"].state, day.hall.tickets) == (None, "open", {})


def test_next_opens_a_closed_and_a_paused_counter() -> None:
    day = Day()
    assert day.press("2") == ["counter-opened"]
    day.do(officers.pause_counter, "2", "lunch")
    day.take()

    assert day.press("2") == ["counter-opened", "called"]
    here = day.hall.counters["2"]
    assert (here.state, here.officer, here.ticket) == ("open", "officer1", "20261120-A001")


def test_a_call_says_why() -> None:
    day = Day()
    day.take(), day.take()
    day.clock.passes(minutes=5)
    day.take(priority="elder")

    called = day.do(officers.call_next, "1")[-1]

    assert called.ticket == "20261120-A003"
    assert called.data["reason"] == {
        "rule": "head-start/1",
        "score": 1200,
        "passed_over": 2,
        "first": ["A001", "A002"],
    }


def test_a_visitor_with_more_to_do_may_be_the_next_at_the_same_counter() -> None:
    day = Day()
    day.take("benefit", "card"), day.take()
    day.serve()
    day.clock.passes(minutes=10)

    assert day.press() == ["leg-finished", "called"]
    assert day.at() == "A001", "whose visit is the oldest"
    assert day.press(current="finished") == ["started", "finished", "called"]
    assert day.at() == "A002"


# -- calling again, and who does not come --------------------------------------------------------------------------


def test_a_visitor_is_called_again_as_often_as_the_centre_allows() -> None:
    day = Day(recalls=2)
    day.take(), day.press()
    day.do(officers.recall, "1"), day.do(officers.recall, "1")

    with pytest.raises(errors.RecalledEnough) as refused:
        day.do(officers.recall, "1")
    assert refused.value.values == {"number": "A001", "times": 2}
    day.do(officers.no_show, "1"), day.do(officers.requeue, "1", "A001"), day.press()
    assert day.did(officers.recall, "1") == ["recalled"], "called anew, the recalls begin anew"


@pytest.mark.parametrize("requeues", [0, 1, 2])
def test_recall_then_requeue_then_give_up(requeues: int) -> None:
    day = Day(requeues=requeues)
    day.take()
    for _ in range(requeues):
        day.press()
        assert day.did(officers.no_show, "1") == ["did-not-come"]
        assert day.did(officers.requeue, "1", "A001") == ["requeued"]
    day.press()

    assert day.did(officers.no_show, "1") == ["no-show"]
    assert dict(day.hall.tickets) == {}


def test_without_a_tolerance_nobody_comes_back() -> None:
    day = Day(tolerance_minutes=0)
    day.take(), day.press()

    assert day.did(officers.no_show, "1") == ["no-show"]


def test_one_who_came_back_and_does_not_come_again_has_used_the_right_however_called() -> None:
    day = Day()
    day.take(), day.press(), day.do(officers.no_show, "1")
    day.do(officers.call_number, "2", "A001", "returned")

    assert day.did(officers.no_show, "2") == ["no-show"]


def test_sent_on_one_may_miss_a_call_again() -> None:
    day = Day()
    day.take(), day.press(), day.do(officers.no_show, "1")
    day.do(officers.call_number, "1", "A001", "returned"), day.do(officers.transfer, "1", "card")
    day.press()

    assert day.did(officers.no_show, "1") == ["did-not-come"]


@pytest.mark.parametrize(
    ("state", "refusal"),
    [("called", errors.NotAbsent), ("gone", errors.UnknownTicket)],
)
def test_only_who_did_not_come_is_requeued(state: str, refusal: type[errors.Refused]) -> None:
    day = Day()
    day.take()
    assert day.did(officers.requeue, "1", "A001") == [], "waits already"
    day.press()
    if state == "gone":
        day.do(officers.finish, "1")
    with pytest.raises(refusal):
        day.do(officers.requeue, "1", "A001")


def test_whoever_was_sent_to_an_officer_at_lunch_can_be_called_by_number_or_set_free() -> None:
    day = Day()
    day.do(officers.open_counter, "2"), day.do(officers.pause_counter, "2")
    mine = day.take()
    day.press(), day.do(officers.transfer, "1", to_counter="2")
    assert day.press() == [], "counter 2 is open, and its officer comes back"

    assert day.did(officers.call_number, "1", mine.number, "returned") == ["called"]
    day.do(officers.transfer, "1", to_counter="2")
    day.do(visitors.move, day.now(mine), {"service": "benefit"})
    assert day.press() == ["called"]


# -- what cannot be ------------------------------------------------------------------------------------------------

AT_A_COUNTER: list[tuple[Any, tuple[Any, ...]]] = [
    (officers.open_counter, ()),
    (officers.pause_counter, ()),
    (officers.close_counter, ()),
    (officers.stand_in, ("2",)),
    (officers.call_next, ()),
    (officers.call_number, ("A001", "unwell")),
    (officers.recall, ()),
    (officers.walk_in, ()),
    (officers.start, ()),
    (officers.no_show, ()),
    (officers.requeue, ("A001",)),
    (officers.finish, ()),
    (officers.hold, ()),
    (officers.resume, ("A001",)),
    (officers.transfer, ("card",)),
    (officers.still_here, ()),
    (officers.undo, ()),
    (officers.ask_help, ()),
    (officers.answer_help, ()),
    (officers.help_over, ()),
]


@pytest.mark.parametrize(("wish", "asked"), AT_A_COUNTER)
def test_a_counter_nobody_knows_is_refused(wish: Any, asked: tuple[Any, ...]) -> None:
    day = Day()
    day.take()
    with pytest.raises(errors.UnknownCounter):
        day.do(wish, "9", *asked)


@pytest.mark.parametrize(
    "wish", [officers.recall, officers.start, officers.no_show, officers.finish, officers.hold, officers.still_here]
)
def test_nothing_can_be_done_with_nobody_called(wish: Any) -> None:
    day = Day()
    day.take()

    with pytest.raises(errors.NobodyCalled):
        day.do(wish, "1")


@pytest.mark.parametrize("wish", [officers.recall, officers.start, officers.no_show])
def test_who_is_being_served_is_not_called_started_or_absent_again(wish: Any) -> None:
    day = Day()
    day.take(), day.serve()

    with pytest.raises(errors.AlreadyStarted):
        day.do(wish, "1")


@pytest.mark.parametrize(
    ("wish", "asked"),
    [
        (officers.pause_counter, ()),
        (officers.close_counter, ()),
        (officers.walk_in, ()),
        (officers.call_number, ("A002", "unwell")),
        (officers.resume, ("A003",)),
    ],
)
def test_a_counter_with_a_visitor_takes_no_other_and_neither_pauses_nor_closes(
    wish: Any, asked: tuple[Any, ...]
) -> None:
    day = Day()
    day.take(), day.take(), day.take()
    day.do(officers.call_number, "2", "A003", "unwell"), day.do(officers.hold, "2")
    day.press()

    with pytest.raises(errors.CounterBusy) as refused:
        day.do(wish, "1", *asked)
    assert refused.value.values == {"counter": "1", "number": "A001"}


def test_a_closed_counter_has_nothing_to_pause() -> None:
    with pytest.raises(errors.CounterClosed):
        Day().do(officers.pause_counter, "1")


def test_what_is_so_already_is_no_event() -> None:
    day = Day()
    assert day.do(officers.close_counter, "1") == ()
    day.do(officers.open_counter, "1")
    assert day.do(officers.open_counter, "1") == ()
    day.do(officers.pause_counter, "1")

    assert day.do(officers.pause_counter, "1") == ()
    assert day.do(officers.stand_in, "1") == day.do(officers.help_over, "1") == ()


def test_a_listed_reason_of_a_pause_is_counted_and_other_words_can_be_erased() -> None:
    day = Day()
    for reason, data, texts in (
        ("break", {"reason": "break"}, {}),
        ("a phone call", {}, {"reason": "a phone call"}),
        ("", {}, {}),
    ):
        day.do(officers.open_counter, "1")
        (event,) = day.do(officers.pause_counter, "1", reason)
        assert (event.data, event.texts) == (data, texts)


def test_in_an_evacuation_nobody_is_called() -> None:
    centre = Day()
    centre.take(), centre.do(day.evacuate)

    for wish, asked in ((officers.call_next, ()), (officers.walk_in, ()), (officers.call_number, ("A001", "unwell"))):
        with pytest.raises(errors.Evacuating):
            centre.do(wish, "1", *asked)
    centre.do(day.all_clear)
    assert centre.press() == ["counter-opened", "called"]


# -- out of turn ---------------------------------------------------------------------------------------------------


def test_a_chosen_number_is_called_for_a_listed_reason_and_says_whom_it_passed_over() -> None:
    day = Day()
    for _ in range(7):
        day.take()
    (_, called) = day.do(officers.call_number, "1", "A007", "child")

    assert called.data["reason"] == {
        "rule": "chosen/1",
        "score": 0.0,
        "passed_over": 6,
        "first": ["A001", "A002", "A003", "A004", "A005"],
        "why": "child",
    }


@pytest.mark.parametrize(
    ("number", "reason", "refusal"),
    [
        ("A001", "", errors.UnknownReason),
        ("A001", "because", errors.UnknownReason),
        ("A009", "unwell", errors.UnknownTicket),
        ("A002", "unwell", errors.NotWaiting),
        ("B001", "unwell", errors.NotServedHere),
    ],
)
def test_a_chosen_number_that_cannot_be_called(number: str, reason: str, refusal: type[errors.Refused]) -> None:
    day = Day()
    day.take(), day.take(), day.take("card")
    day.do(officers.call_number, "1", "A002", "unwell")

    with pytest.raises(refusal):
        day.do(officers.call_number, "2", number, reason)


def test_a_counter_that_is_opened_by_the_call_asks_its_officers_skills_too() -> None:
    day = Day(skills={"officer1": ("card",)})
    held = day.take()
    day.do(officers.call_next, "2", by="officer2"), day.do(officers.hold, "2", by="officer2")
    day.take()

    for wish, asked in ((officers.call_number, ("A002", "unwell")), (officers.resume, (held.number,))):
        with pytest.raises(errors.NotServedHere):
            day.do(wish, "1", *asked)
    assert day.did(officers.call_number, "1", "A002", "unwell", by="officer2") == ["counter-opened", "called"]


def test_who_comes_to_the_counter_without_a_ticket_is_served_at_once() -> None:
    day = Day()
    day.take(), day.take("card")
    events = day.do(officers.walk_in, "1")

    assert [event.kind for event in events] == ["counter-opened", "issued", "called", "started"]
    assert events[2].data["reason"] == {"rule": "walk-in/1", "score": 0.0, "passed_over": 2, "first": ["A001", "B001"]}
    mine = day.hall.at_counter("1")
    assert mine and (mine.number, mine.state, mine.leg.waited, mine.printed) == ("A002", "serving", False, True)


def test_a_walk_in_is_for_what_the_counter_usually_gives_or_what_is_said() -> None:
    counters = small_plan().counters
    usual = Day(counters=counters | {"2": replace(counters["2"], walk_in="advice")})

    for asked, service in ((("2",), "advice"), (("1", "card"), "card"), (("3",), "card")):
        usual.do(officers.walk_in, *asked)
        mine = usual.hall.at_counter(asked[0])
        assert mine and mine.service == service
    usual.do(officers.finish, "3")
    with pytest.raises(errors.UnknownService):
        usual.do(officers.walk_in, "3", "passport")
    with pytest.raises(errors.NotGivenHere):
        usual.do(officers.walk_in, "3", "advice")


def test_a_walk_in_is_not_given_what_the_officer_cannot_give() -> None:
    day = Day(skills={"officer1": ("card",)})
    day.do(officers.walk_in, "1")
    assert (mine := day.hall.at_counter("1")) and mine.service == "card", "the counter's first is benefit"
    with pytest.raises(errors.NotGivenHere):
        day.do(officers.walk_in, "2")


def test_an_officer_lets_in_who_the_kiosk_would_not() -> None:
    day = Day()
    day.clock.shows("2026-11-20T20:00:00+07:00")

    assert day.did(officers.walk_in, "1") == ["counter-opened", "issued", "called", "started"]


# -- finishing -----------------------------------------------------------------------------------------------------


def test_a_finish_says_what_was_really_given() -> None:
    day = Day()
    day.take("benefit"), day.press()

    over = day.do(officers.finish, "1", "forwarded", ["advice", "card"], "see note")[-1]

    data = {name: over.data[name] for name in ("outcome", "service", "services")}
    assert data == {"outcome": "forwarded", "service": "advice", "services": ["advice", "card"]}
    assert over.texts == {"note": "see note"}
    with pytest.raises(errors.NobodyCalled):
        day.do(officers.finish, "1")


def test_a_finish_with_a_service_nobody_knows_is_refused() -> None:
    day = Day()
    day.take(), day.press()

    with pytest.raises(errors.UnknownService):
        day.do(officers.finish, "1", services=["passport"])
    assert day.at() == "A001"


def test_what_is_left_is_queued_for_with_the_age_of_the_visit() -> None:
    day = Day()
    mine = day.take("advice", "card")
    day.clock.passes(minutes=10), day.take("card")
    day.serve("2"), day.clock.passes(minutes=9)

    assert day.did(officers.finish, "2") == ["leg-finished"]

    now = day.now(mine)
    assert (now.state, now.service, now.left, now.since) == ("waiting", "card", (), mine.issued_at)
    assert now.leg.queued_at == day.clock.now()
    assert day.called("3") == ["A001", "B001"]


def test_what_was_given_besides_is_no_longer_left() -> None:
    day = Day()
    mine = day.take("advice", "benefit", "card")
    day.serve("2")
    day.do(officers.finish, "2", services=["advice", "benefit"])

    assert (day.now(mine).service, day.now(mine).left) == ("card", ())
    assert day.now(mine).services == ("advice", "benefit", "card")


def test_whoever_gave_up_is_given_nothing_more() -> None:
    day = Day()
    day.take("advice", "card"), day.serve("2")

    assert day.did(officers.finish, "2", "gave-up") == ["finished"]


def test_the_next_service_is_given_at_the_same_window() -> None:
    day = Day()
    mine = day.take("card", "benefit")
    day.press(), day.clock.passes(minutes=4)

    assert day.did(officers.finish, "1", stay=True) == ["started", "continued"]
    now = day.now(mine)
    assert (day.at(), now.state, now.service, now.left) == ("B001", "serving", "benefit", ())
    assert len(day.hall.calls) == 1, "nobody is called who stands there"
    with pytest.raises(errors.NothingLeft):
        day.do(officers.finish, "1", stay=True)


def test_what_a_counter_does_not_give_is_not_given_there() -> None:
    day = Day()
    day.take("advice", "card"), day.serve("2")

    with pytest.raises(errors.NotServedHere):
        day.do(officers.finish, "2", stay=True)
    day.do(officers.stand_in, "1", "2"), day.do(officers.finish, "2")
    assert day.called("3") == ["A001"]


@pytest.mark.parametrize(("minutes", "doubt"), [(45, None), (45.01, "too-long")])
def test_a_service_open_for_longer_than_anybody_believes_is_uncertain(minutes: float, doubt: str | None) -> None:
    day = Day()
    day.take(), day.serve(), day.clock.passes(minutes=minutes)

    assert day.do(officers.finish, "1")[-1].data.get("uncertain") == doubt


def test_time_put_aside_makes_no_doubt() -> None:
    day = Day()
    day.take(), day.serve(), day.do(officers.hold, "1")
    day.clock.passes(hours=3), day.do(officers.resume, "1", "A001"), day.clock.passes(minutes=45)

    assert "uncertain" not in day.do(officers.transfer, "1", "card")[-1].data


# -- put aside -----------------------------------------------------------------------------------------------------


def test_one_who_fills_in_a_form_is_put_aside_and_the_counter_is_free() -> None:
    day = Day()
    mine, _ = day.take(), day.take()
    day.press()
    held = day.do(officers.hold, "1", "form WP 31")

    assert [event.kind for event in held] == ["started", "held"]
    assert held[1].texts == {"note": "form WP 31"}
    assert (day.now(mine).state, day.now(mine).held_at, day.at()) == ("held", day.clock.now(), None)
    assert day.press() == ["called"]


def test_one_put_aside_goes_on_where_it_was_or_where_the_service_is_given() -> None:
    day = Day(counters=small_plan().counters)
    for counter, goes_on in (("1", True), ("2", True), ("3", False)):
        day.take(), day.press(), day.do(officers.hold, "1")
        number = f"A00{counter}"
        if goes_on:
            day.do(officers.resume, counter, number)
            assert day.at(counter) == number
            day.do(officers.finish, counter)
        else:
            with pytest.raises(errors.NotServedHere):
                day.do(officers.resume, counter, number)


def test_only_who_was_put_aside_is_resumed() -> None:
    day = Day()
    day.take()
    with pytest.raises(errors.NotHeld):
        day.do(officers.resume, "1", "A001")
    with pytest.raises(errors.UnknownTicket):
        day.do(officers.resume, "1", "A009")


# -- sent on -------------------------------------------------------------------------------------------------------


def sent(position: str, reason: str = "") -> list[str]:
    """Who is called for cards, when A001 is sent there after B001 and B002 came."""
    day = Day()
    day.take(), day.clock.passes(minutes=1)
    day.take("card"), day.take("card"), day.clock.passes(minutes=1)
    day.serve("2"), day.do(officers.transfer, "2", "card", position=position, reason=reason)
    day.clock.passes(minutes=1), day.take("card")
    return day.called("3")


def test_a_transfer_goes_by_the_visits_age_to_the_front_or_to_the_end() -> None:
    assert sent("by-visit") == ["A001", "B001", "B002", "B003"]
    assert sent("end") == ["B001", "B002", "A001", "B003"]
    with pytest.raises(errors.UnknownReason):
        sent("front")
    with pytest.raises(errors.WrongValue):
        sent("middle")


def test_sent_to_the_front_one_is_first_of_all() -> None:
    day = Day()
    day.take("card"), day.take("card", priority="elder"), day.clock.passes(hours=1), day.take()
    day.serve("2"), day.do(officers.transfer, "2", "card", position="front", reason="our-mistake")

    assert day.called("3") == ["A001", "B002", "B001"]


def test_words_of_a_transfer_that_are_not_listed_can_be_erased() -> None:
    day = Day()
    for reason, data, texts in (("our-mistake", "our-mistake", {}), ("ask Somchai", None, {"reason": "ask Somchai"})):
        day.take(), day.serve()
        event = day.do(officers.transfer, "1", "card", reason=reason)[-1]
        assert (event.data.get("reason"), event.texts) == (data, texts)


def test_the_rest_of_the_visit_goes_along() -> None:
    day = Day()
    mine = day.take("benefit", "card")
    day.serve(), day.do(officers.transfer, "1", "advice")
    assert (day.now(mine).service, day.now(mine).left) == ("advice", ("card",))

    day.serve("2"), day.do(officers.transfer, "2", "card")
    assert (day.now(mine).service, day.now(mine).left) == ("card", ())
    assert day.now(mine).services == ("benefit", "card", "advice")


def test_a_leg_sent_on_before_it_was_started_has_no_start() -> None:
    day = Day()
    mine = day.take()
    day.press(), day.do(officers.transfer, "1", to_counter="2")

    (leg,) = day.now(mine).legs
    assert (leg.ended, leg.started_at, leg.outcome) == ("transferred", None, None)


@pytest.mark.parametrize(
    ("to", "refusal"),
    [
        ({}, errors.WrongValue),
        ({"service": "passport"}, errors.UnknownService),
        ({"to_counter": "9"}, errors.UnknownCounter),
        ({"to_officer": "nobody"}, errors.UnknownOfficer),
    ],
)
def test_nobody_is_sent_nowhere(to: dict[str, str], refusal: type[errors.Refused]) -> None:
    day = Day()
    day.take(), day.press()
    with pytest.raises(refusal):
        day.do(officers.transfer, "1", **to)
    assert day.at() == "A001"


# -- standing in ---------------------------------------------------------------------------------------------------


def test_standing_in_gives_a_colleagues_information_and_forwarding_and_is_counted() -> None:
    day = Day()
    day.take("advice"), day.take("card")
    assert day.did(officers.stand_in, "3", "2") == ["standing-in"]
    assert day.hall.counters["3"].stand_in == ("benefit", "advice")

    first, second = (day.do(officers.call_next, "3", current)[-1] for current in (None, "no-show"))
    assert (first.ticket, first.data.get("stand_in")) == ("20261120-A001", True)
    assert (second.ticket, second.data.get("stand_in")) == ("20261120-B001", None)


def test_standing_in_ends_with_a_tap_or_when_the_counter_closes() -> None:
    day = Day()
    day.do(officers.stand_in, "3", "2")
    assert day.did(officers.stand_in, "3") == ["standing-in"]
    day.do(officers.open_counter, "3"), day.do(officers.stand_in, "3", "2"), day.do(officers.close_counter, "3")

    assert day.hall.counters["3"].stand_in == ()


@pytest.mark.parametrize(("counter", "colleague"), [("1", "3"), ("2", "1"), ("1", "1")])
def test_where_there_is_nothing_to_stand_in_for(counter: str, colleague: str) -> None:
    day = Day(skills={"officer1": ("card",)}) if counter == colleague else Day()
    day.do(officers.open_counter, counter)
    with pytest.raises(errors.NothingToStandInFor):
        day.do(officers.stand_in, counter, colleague)
    with pytest.raises(errors.UnknownCounter):
        day.do(officers.stand_in, counter, "9")


def test_a_leg_at_the_same_window_is_lent_only_if_it_is_itself() -> None:
    day = Day()
    day.take("advice", "card"), day.take("card", "advice")
    day.do(officers.stand_in, "3", "2")
    lent = []
    for _ in range(2):
        day.serve("3"), day.do(officers.finish, "3", stay=True)
        present = day.hall.at_counter("3")
        assert present
        lent.append([leg.stand_in for leg in present.all_legs()])
        day.do(officers.finish, "3")

    assert lent == [[True, False], [False, True]]


# -- help ----------------------------------------------------------------------------------------------------------


def test_a_silent_call_for_help_is_answered_once_and_ends() -> None:
    day = Day()
    assert day.did(officers.ask_help, "1") == ["help-asked"]
    assert day.did(officers.ask_help, "1") == []
    assert day.did(officers.answer_help, "1", "2", by="officer2") == ["help-answered"]
    assert day.did(officers.answer_help, "1", by="manager") == []
    assert day.hall.counters["1"].help == Help(day.clock.now(), "officer2", "2")

    assert day.did(officers.help_over, "1") == ["help-over"]
    with pytest.raises(errors.NoHelpAsked):
        day.do(officers.answer_help, "1")


def test_a_call_for_help_takes_no_undo_away() -> None:
    day = Day()
    day.take(), day.press()
    day.do(officers.ask_help, "1"), day.do(officers.answer_help, "1"), day.do(officers.help_over, "1")

    assert day.did(officers.undo, "1") == ["undone"]


# -- after a power cut ---------------------------------------------------------------------------------------------


def test_after_a_power_cut_each_counter_is_asked_until_it_says_what_became_of_its_visitor() -> None:
    centre = Day()
    mine, other = centre.take(), centre.take()
    centre.serve("1"), centre.press("2")
    assert centre.did(day.interrupted) == ["interrupted"]
    assert [c.asked for c in centre.hall.counters.values()] == [True, True, False]

    # Whoever comes to the counter, calls for help or stands in has not said it.
    centre.do(officers.open_counter, "1", by="officer9"), centre.do(officers.ask_help, "1")
    centre.do(officers.stand_in, "1", "2")
    assert centre.hall.counters["1"].asked
    assert centre.did(officers.still_here, "1") == ["confirmed"]
    assert centre.did(officers.still_here, "1") == []
    centre.do(officers.no_show, "2")
    assert not any(c.asked for c in centre.hall.counters.values())
    assert (centre.now(mine).uncertain, centre.now(other).uncertain) == ("power-cut", "power-cut")
    assert centre.did(officers.finish, "1") == ["finished"]


def test_a_power_cut_with_nobody_at_a_counter_asks_nobody() -> None:
    centre = Day()
    mine = centre.take()
    assert centre.did(day.interrupted) == []
    centre.serve(), centre.do(officers.hold, "1")

    assert centre.did(day.interrupted) == ["interrupted"]
    assert not any(counter.asked for counter in centre.hall.counters.values())
    assert centre.hall.tickets[mine.id].uncertain == "power-cut", "put aside, its service was open, too"


# -- taking back ---------------------------------------------------------------------------------------------------

Press = Callable[[Day], Any]
TAKEN_BACK: dict[str, Press] = {
    "called": lambda day: day.press("2"),
    "recalled": lambda day: day.do(officers.recall, "1"),
    "started": lambda day: day.do(officers.start, "1"),
    "finished": lambda day: day.do(officers.finish, "1", services=["advice"]),
    "finished and called": lambda day: day.press(current="finished"),
    "did not come": lambda day: day.do(officers.no_show, "1"),
    "did not come, and called": lambda day: day.press(current="no-show"),
    "held": lambda day: day.do(officers.hold, "1"),
    "transferred": lambda day: day.do(officers.transfer, "1", "card", position="front", reason="unwell"),
    "chosen": lambda day: day.do(officers.call_number, "2", "A003", "unwell"),
    "resumed": lambda day: day.do(officers.resume, "2", "A004"),
}


def a_busy_hall() -> Day:
    """A001 is called at 1, A002 and A003 and a card wait, A004 is put aside."""
    day = Day()
    for service in ("benefit", "benefit", "benefit", "benefit", "card"):
        day.take(service)
    day.do(officers.call_number, "2", "A004", "unwell"), day.do(officers.hold, "2")
    day.do(officers.open_counter, "2", by="officer2")
    day.press("1"), day.clock.passes(minutes=3)
    return day


def still(ticket: Ticket) -> Ticket:
    return replace(ticket, moved=0)


@pytest.mark.parametrize("what", TAKEN_BACK)
def test_what_was_done_is_taken_back_and_all_stands_as_it_stood(what: str) -> None:
    day = a_busy_hall()
    before = day.hall
    counter = "2" if what in ("called", "chosen", "resumed") else "1"
    press = TAKEN_BACK[what]
    press(day)
    day.clock.passes(seconds=30)

    assert day.did(officers.undo, counter) == ["undone"]

    assert {key: still(t) for key, t in day.hall.tickets.items()} == {k: still(t) for k, t in before.tickets.items()}
    assert list(day.hall.tickets) == list(before.tickets)
    assert [(c.id, c.ticket, c.state) for c in day.hall.counters.values()] == [
        (c.id, c.ticket, c.state) for c in before.counters.values()
    ]
    assert {call.call for call in day.hall.calls} == {call.call for call in before.calls}
    with pytest.raises(errors.NothingToUndo):
        day.do(officers.undo, counter)


@pytest.mark.parametrize(
    "press",
    [
        lambda day: day.do(officers.finish, "1"),
        lambda day: day.do(officers.finish, "1", stay=True),
        lambda day: day.press(),
    ],
)
def test_a_leg_is_taken_back_with_what_was_left(press: Press) -> None:
    day = Day()
    mine = day.take("benefit", "card")
    day.serve()
    before = day.now(mine)
    press(day), day.do(officers.undo, "1")

    assert still(day.now(mine)) == still(before)
    assert day.at() == "A001"


def test_a_visit_that_was_over_goes_on_and_is_over_again() -> None:
    day = Day(requeues=0)
    mine = day.take()
    for wish in (officers.no_show, officers.finish):
        day.press() if day.at() is None else None
        day.do(wish, "1")
        assert dict(day.hall.tickets) == {}
        day.do(officers.undo, "1")
        assert (day.now(mine).state, day.at()) == ("called", "A001")


def test_a_walk_in_by_mistake_is_cancelled_for_its_number_was_given() -> None:
    day = Day()
    day.do(officers.walk_in, "1")
    undone = day.do(officers.undo, "1")

    assert [event.kind for event in undone] == ["cancelled", "undone"]
    assert (dict(day.hall.tickets), day.at(), day.hall.calls) == ({}, None, ())
    assert day.take().number == "A002"


def test_after_half_a_minute_nothing_is_taken_back() -> None:
    day = a_busy_hall()
    day.do(officers.start, "1"), day.clock.passes(seconds=30, milliseconds=1)

    with pytest.raises(errors.TooLateToUndo):
        day.do(officers.undo, "1")


def test_half_a_minute_counts_from_the_press() -> None:
    assert timedelta(seconds=30) == officers.MAY_UNDO


MEANWHILE: dict[str, tuple[Press, Press]] = {
    "called at another counter": (
        lambda day: day.do(officers.transfer, "1", "benefit"),
        lambda day: day.do(officers.call_number, "2", "A001", "unwell"),
    ),
    "called there and taken back": (
        lambda day: day.do(officers.transfer, "1", "benefit"),
        lambda day: (day.do(officers.call_number, "2", "A001", "unwell"), day.do(officers.undo, "2")),
    ),
    "moved by reception": (
        lambda day: day.do(officers.transfer, "1", "benefit"),
        lambda day: day.do(visitors.move, day.hall.numbered("A001"), {"people": 2}),
    ),
    "came back": (
        lambda day: day.do(officers.no_show, "1"),
        lambda day: day.do(visitors.come_back, day.hall.numbered("A001")),
    ),
    "cancelled while absent": (
        lambda day: day.do(officers.no_show, "1"),
        lambda day: day.do(visitors.cancel, day.hall.numbered("A001")),
    ),
    "resumed elsewhere": (
        lambda day: day.do(officers.hold, "1"),
        lambda day: day.do(officers.resume, "2", "A001"),
    ),
    "a power cut": (
        lambda centre: centre.press(current="finished"),
        lambda centre: centre.do(day.interrupted),
    ),
}


@pytest.mark.parametrize("meanwhile", MEANWHILE)
def test_what_has_gone_on_elsewhere_is_not_taken_back(meanwhile: str) -> None:
    day = a_busy_hall()
    press, then = MEANWHILE[meanwhile]
    press(day), then(day)
    before = day.hall

    with pytest.raises(errors.MovedOn):
        day.do(officers.undo, "1")
    assert day.hall is before


OTHER_PRESSES: dict[str, Press] = {
    "the visitor cancels": lambda day: day.do(visitors.cancel, day.hall.at_counter("1")),
    "another officer opens": lambda day: day.do(officers.open_counter, "1", by="officer9"),
    "rated": lambda day: day.happens("rated", "20261120-A001", "1", overall=5),
    "the day turns": lambda centre: (
        centre.clock.passes(days=3),
        centre.do(day.open_day, small_plan(left_over="carry"), False),
    ),
}


@pytest.mark.parametrize("press", OTHER_PRESSES)
def test_after_anything_else_there_is_nothing_to_take_back(press: str) -> None:
    day = a_busy_hall()
    day.press(current="finished")
    OTHER_PRESSES[press](day)

    with pytest.raises(errors.NothingToUndo):
        day.do(officers.undo, "1")


@pytest.mark.parametrize("between", [(officers.pause_counter,), (officers.stand_in, "2")])
def test_a_pause_or_standing_in_leaves_what_was_done_before_it_to_be_taken_back(between: Any) -> None:
    day = a_busy_hall()
    mine = day.hall.at_counter("1")
    wished, *asked = between
    day.do(officers.finish, "1")
    day.do(wished, "1", *asked)
    day.do(officers.undo, "1")

    assert mine and day.hall.counters["1"].ticket == mine.id


@pytest.mark.parametrize("wish", ["recall", "resume"])
def test_nobody_is_called_back_into_a_building_that_is_cleared(wish: str) -> None:
    centre = Day()
    centre.take(), centre.take(), centre.serve(), centre.do(officers.hold, "1"), centre.press()
    centre.do(day.evacuate)
    with pytest.raises(errors.Evacuating):
        centre.do(officers.recall, "1") if wish == "recall" else centre.do(officers.resume, "2", "A001")


def test_opening_and_closing_are_not_taken_back() -> None:
    day = Day()
    with pytest.raises(errors.NothingToUndo):
        day.do(officers.undo, "1")
    day.do(officers.open_counter, "1")
    with pytest.raises(errors.NothingToUndo):
        day.do(officers.undo, "1")


def test_a_slip_that_came_out_meanwhile_has_come_out() -> None:
    day = a_busy_hall()
    day.do(officers.transfer, "1", "card")
    mine = day.hall.numbered("A001")
    assert mine
    day.do(visitors.slip_printed, mine.id, 1), day.do(visitors.reprint, mine, "reception")
    day.do(officers.undo, "1")

    now = day.now(mine)
    assert (now.state, now.printed, now.copy, now.device) == ("called", False, 2, "reception")
    assert now.slip_at == day.clock.now()


def test_two_counters_take_back_each_its_own() -> None:
    day = a_busy_hall()
    day.press("2"), day.do(officers.start, "1")
    day.do(officers.undo, "2"), day.do(officers.undo, "1")

    assert [ticket.state for ticket in day.hall.tickets.values()] == ["called", "waiting", "waiting", "held", "waiting"]


def test_a_recall_taken_back_is_never_announced_twice_the_same() -> None:
    day = a_busy_hall()
    day.do(officers.recall, "1"), day.do(officers.undo, "1"), day.do(officers.recall, "1")

    assert (day.hall.calls[0].number, day.hall.calls[0].again) == ("A001", 2)


def test_a_counter_once_closed_is_as_a_new_one_but_for_what_moved_and_whom_it_served_last() -> None:
    day = a_busy_hall()
    day.do(officers.finish, "1"), day.do(officers.close_counter, "1")

    served = Served("20261120-A001", "A001", "th", day.clock.now())
    assert day.hall.counters["1"] == Counter("1", moved=day.hall.seq, served=served)
