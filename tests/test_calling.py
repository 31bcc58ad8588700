"""Each rule of the floor, written as a centre writes it, and who is then called, one after the other.

Not here: how a line is read (test_plan.py), the score of a rule (test_rules.py), an officer's every press
(test_officers.py).
"""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_core import officers, visitors
from queue_core.centre_file import read
from queue_core.hall import Booking
from queue_core.ticket import Ticket
from tests.halls import CENTRE, MORNING, Day

NAMES = 'name = { th = "ก", en = "A" }'
SEGMENTS = f"""
[[segment]]
id = "booked"
{NAMES}
bookings = ["early", "on-time"]

[[segment]]
id = "foreign"
{NAMES}
languages = ["en"]

[[segment]]
id = "helped"
{NAMES}
needs = ["wheelchair", "escort"]

[[segment]]
id = "first"
{NAMES}
priorities = ["any"]

[[segment]]
id = "permits"
{NAMES}
services = ["card"]
priorities = ["none"]
"""


def centre(*lines: str, calling: str = 'rule = "head-start"', more: str = "", trial: bool = True) -> Day:
    """A day at the small centre whose file says this of calling; counters call by `lines`, if there are any."""
    text = CENTRE.replace('rule = "head-start"\nhead_start_minutes = 20', calling + "\nHERE")
    assert "HERE" in text
    if lines:
        listed = ",\n".join(f'  "{line}"' for line in lines)
        text += f'{SEGMENTS}\n[[profile]]\nid = "floor"\n{NAMES}\nlines = [\n{listed},\n]\n'
    text = text.replace("HERE", 'profile = "floor"' if lines else "")
    return Day(read(text + more), trial)


def reason_of(day: Day, counter: str = "1") -> dict[str, object]:
    """What the next call says."""
    reason: dict[str, object] = day.do(officers.call_next, counter, "no-show" if day.at(counter) else None)[-1].data[
        "reason"
    ]
    return reason


# -- one queue, one rule -------------------------------------------------------------------------------------------


def test_first_come() -> None:
    day = centre(calling='rule = "first-come"')
    day.comes(0), day.comes(1, priority="elder"), day.comes(2, "card")

    assert day.called() == ["A001", "A002", "B001"]


def test_head_start_an_ordinary_visitor_is_overtaken_only_by_those_who_came_within_it() -> None:
    day = centre(calling='rule = "head-start"\nhead_start_minutes = 20')
    day.comes(0)
    day.comes(19.9, priority="elder"), day.comes(20, priority="elder"), day.comes(21, priority="elder")

    assert day.called() == ["A002", "A001", "A003", "A004"]


def test_a_priority_may_have_a_head_start_of_its_own() -> None:
    more = f'[[priority]]\nid = "monk"\n{NAMES}\nhead_start_minutes = 5\n'
    day = centre(calling='rule = "head-start"\nhead_start_minutes = 20', more=more)
    day.comes(0), day.comes(6, priority="monk"), day.comes(7, priority="elder")

    assert day.called() == ["A003", "A001", "A002"]


def test_target_ratio_the_nearer_to_its_promise_the_sooner() -> None:
    # Benefits are promised within 30 minutes, permits within 45: at 36 minutes 36/45 is 0.8, and 25/30 is more.
    day = centre(calling='rule = "target-ratio"')
    day.comes(0, "card"), day.comes(11), day.comes(13)
    day.clock.passes(minutes=23)

    assert day.called(times=2) == ["A001", "B001"]
    assert reason_of(day)["score"] == round(23 / 30, 3)


def test_due_then_ratio_whoever_is_past_target_and_else_whoever_is_due_soonest() -> None:
    # Benefits are promised within 30 minutes, permits within 45; older people within half of that.
    day = centre(calling='rule = "due-then-ratio"')
    day.comes(0, "card"), day.comes(12), day.comes(20, "card", priority="elder"), day.comes(26, priority="elder")
    day.clock.passes(minutes=1)
    # Due at 41, 42, 42.5 and 45: the last to come is the first to be due.
    reasons = [reason_of(day)]
    assert day.at() == "A002" and (reasons[0]["score"], reasons[0]["passed_over"]) == (-14 * 60, 3)

    day.clock.passes(minutes=20)
    # At 47 all are past target: 35/30 is 1.167, 27/22.5 is 1.2, and 47/45 is 1.044.
    reasons = [reason_of(day) for _ in range(3)]
    assert [reason["score"] for reason in reasons] == [1.2, 1.167, 1.044]
    assert [reason["rule"] for reason in reasons] == ["due-then-ratio/1"] * 3


def test_due_then_ratio_may_be_the_rule_of_a_line_and_of_otherwise() -> None:
    day = centre("WHEN first has 2 THEN first BY due-then-ratio", "OTHERWISE due-then-ratio")
    day.comes(0, "card", priority="elder"), day.comes(5, priority="elder")
    day.comes(6, "card"), day.comes(7)

    # Due at 22.5, 20, 51 and 37.
    reasons = [reason_of(day) for _ in range(4)]
    assert [reason["score"] for reason in reasons] == [-13 * 60, -15.5 * 60, -30 * 60, -44 * 60]
    assert [reason["profile"]["line"] for reason in reasons] == [0, 1, 1, 1]  # type: ignore[index]


def test_longest_visit_whoever_took_a_ticket_first_whatever_was_done_for_them_since() -> None:
    day = centre(calling='rule = "longest-visit"')
    day.comes(0), day.comes(5, "card")
    day.do(officers.call_next, "2"), day.clock.passes(minutes=10)
    day.do(officers.transfer, "2", "card", position="end")

    assert day.called("3") == ["A001", "B001"]


def test_strict_every_priority_before_everybody_else() -> None:
    day = centre(calling='rule = "strict"')
    day.comes(0), day.comes(100, priority="elder"), day.comes(200, priority="elder")

    assert day.called() == ["A002", "A003", "A001"]


# -- segments ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("segment", "takes"),
    [
        ("booked", ["A001", "A005"]),
        ("foreign", ["A002", "A006"]),
        ("helped", ["A003"]),
        ("first", ["A004"]),
        ("permits", ["B001"]),
        ("others", ["A007"]),
    ],
)
def test_the_first_segment_that_is_true_is_the_queue(segment: str, takes: list[str]) -> None:
    day = centre(f"ALWAYS {segment}", "OTHERWISE first-come")
    book(day, "NINE", 0), check_in(day, "NINE", 0)
    day.comes(1, language="en", needs=["wheelchair"])
    day.comes(2, needs=["wheelchair"], priority="elder")
    day.comes(3, priority="elder")
    book(day, "FOUR-PAST", 4, priority="elder"), check_in(day, "FOUR-PAST", 4)
    day.comes(5, language="en", priority="elder")
    day.comes(6), day.comes(7, "card")

    assert day.called(times=len(takes)) == takes


def book(day: Day, code: str, minute: float, **more: object) -> None:
    """A visit booked for so many minutes after nine."""
    day.clock.shows("2026-11-20T09:00:00+07:00")
    at = day.clock.now() + timedelta(minutes=minute)
    day.do(visitors.book, Booking(code, ("benefit",), at, **more))  # type: ignore[arg-type]


def check_in(day: Day, code: str, minute: float) -> str:
    """The number of the booked visitor, who comes so many minutes after nine."""
    day.clock.shows("2026-11-20T09:00:00+07:00"), day.clock.passes(minutes=minute)
    (event,) = day.do(visitors.check_in, code)
    return str(event.data["number"])


# -- WHEN … THEN … -------------------------------------------------------------------------------------------------


def test_when_somebody_has_waited_so_long_then_their_queue() -> None:
    day = centre("WHEN foreign waits 5 minutes THEN foreign", "OTHERWISE first-come")
    day.comes(0), day.comes(1), day.comes(2, language="en")
    day.clock.passes(minutes=4.9)
    assert day.called(times=1) == ["A001"]

    day.clock.passes(minutes=0.1)
    assert day.called() == ["A003", "A002"]


def test_when_so_many_wait_then_their_queue_until_they_are_fewer() -> None:
    day = centre("WHEN first has 2 THEN first", "OTHERWISE first-come")
    day.comes(0), day.comes(1), day.comes(2, priority="elder"), day.comes(3, priority="elder")

    assert day.called() == ["A003", "A001", "A002", "A004"]


@pytest.mark.parametrize(("now", "first"), [("09:59:59", "A001"), ("10:00:00", "A002")])
def test_when_the_clock_says_so(now: str, first: str) -> None:
    for line, turned in (("after", False), ("before", True)):
        day = centre(f"WHEN time is {line} 10:00 THEN foreign", "OTHERWISE first-come")
        day.comes(0), day.comes(1, language="en")
        day.clock.shows(f"2026-11-20T{now}+07:00")
        other = {"A001": "A002", "A002": "A001"}[first]
        assert day.called(times=1) == [other if turned else first]


def test_all_that_a_line_asks_must_be_true() -> None:
    day = centre("WHEN foreign waits AND permits waits THEN permits", "OTHERWISE first-come")
    day.comes(0), day.comes(1, "card")
    assert day.called(times=1) == ["A001"]

    day.comes(2), day.comes(3, language="en")
    assert day.called(times=1) == ["B001"]


def test_the_first_line_that_is_true_and_has_somebody_is_followed() -> None:
    day = centre("ALWAYS helped", "WHEN first waits THEN first", "ALWAYS foreign", "OTHERWISE first-come")
    day.comes(0), day.comes(1, language="en"), day.comes(2, priority="elder"), day.comes(3, needs=["escort"])

    assert day.called() == ["A004", "A003", "A002", "A001"]


def test_a_line_has_a_rule_of_its_own_and_the_default_another() -> None:
    day = centre("WHEN permits has 2 THEN others BY strict", "OTHERWISE target-ratio")
    day.comes(0, "card"), day.comes(1), day.comes(2), day.comes(3, "card")
    day.clock.passes(minutes=20)
    reasons = [reason_of(day) for _ in range(3)]

    assert [reason["rule"] for reason in reasons] == ["strict/1", "strict/1", "target-ratio/1"]
    assert [reason["profile"]["line"] for reason in reasons] == [0, 0, 1]  # type: ignore[index]


def test_a_profile_may_end_as_another() -> None:
    back = f'[[profile]]\nid = "back-office"\n{NAMES}\nlines = ["ALWAYS permits", "OTHERWISE first-come"]\n'
    day = centre("ALWAYS foreign", "OTHERWISE as back-office", more=back)
    day.comes(0), day.comes(1, "card"), day.comes(2, language="en")

    assert day.called() == ["A002", "B001", "A001"]


def test_each_counter_has_a_profile_of_its_own() -> None:
    more = f"""
{SEGMENTS}
[[profile]]
id = "permits-first"
{NAMES}
lines = ["ALWAYS permits", "OTHERWISE first-come"]

[[counter]]
id = "4"
{NAMES}
services = ["benefit", "card"]
profile = "permits-first"
"""
    day = centre(more=more)
    day.comes(0), day.comes(1), day.comes(2, "card")

    assert (day.called("1", times=1), day.called("4")) == (["A001"], ["B001", "A002"])


def test_a_call_says_the_line_that_made_it() -> None:
    day = centre("WHEN  first waits   THEN first", "OTHERWISE first-come")
    day.comes(0), day.comes(1, priority="elder")

    assert reason_of(day)["profile"] == {
        "id": "floor",
        "version": 1,
        "line": 0,
        "says": "WHEN first waits THEN first",
        "segment": "first",
    }
    assert reason_of(day)["profile"] == {"id": "floor", "version": 1, "line": 1, "says": "OTHERWISE first-come"}


# -- ratios --------------------------------------------------------------------------------------------------------

TWO_TO_ONE = ("ALWAYS 2 of first, 1 of others", "OTHERWISE first-come")


def test_two_of_these_then_one_of_those() -> None:
    day = centre(*TWO_TO_ONE)
    for minute in range(3):
        day.comes(minute)
    for minute in range(3, 8):
        day.comes(minute, priority="elder")

    assert day.called() == ["A004", "A005", "A001", "A006", "A007", "A002", "A008", "A003"]


def test_where_there_is_nobody_the_others_are_called_and_the_round_begins_anew() -> None:
    day = centre(*TWO_TO_ONE)
    for minute in range(4):
        day.comes(minute)
    assert day.called(times=2) == ["A001", "A002"]

    day.comes(5, priority="elder"), day.comes(6, priority="elder"), day.comes(7, priority="elder")
    # One of the others has been called in this round: two with priority complete it.
    assert day.called() == ["A005", "A006", "A007", "A003", "A004"]


def test_a_ratio_is_counted_for_the_whole_floor_and_begins_anew_each_day() -> None:
    day = centre(*TWO_TO_ONE)
    for minute in range(8):
        day.comes(minute, priority="elder" if minute > 3 else None)

    called = [day.called(counter, times=1)[0] for counter in ("1", "2", "1", "2")]
    assert called == ["A005", "A006", "A001", "A007"]
    assert dict(day.hall.ratios) == {"floor.0": (1, 0)}


# -- bookings among those who walk in ------------------------------------------------------------------------------


def test_a_booked_visit_waits_from_its_booked_time() -> None:
    day = centre(calling='rule = "first-come"')
    book(day, "NINE-TEN", 10)
    day.comes(0), check_in(day, "NINE-TEN", 5), day.comes(9), day.comes(11)

    assert day.called() == ["A001", "A003", "A002", "A004"]


def test_who_comes_to_the_booking_in_time_loses_nothing_by_it() -> None:
    day = centre(calling='rule = "first-come"')
    book(day, "NINE-TEN", 10)
    day.comes(0), day.comes(11), day.comes(20), check_in(day, "NINE-TEN", 24)

    assert day.called() == ["A001", "A004", "A002", "A003"]


def test_too_late_one_joins_the_ordinary_queue() -> None:
    day = centre("ALWAYS booked", "OTHERWISE first-come")
    book(day, "NINE-TEN", 10), book(day, "ALSO-TEN", 10)
    day.comes(0), check_in(day, "NINE-TEN", 25), day.comes(25.5), check_in(day, "ALSO-TEN", 26), day.comes(27)

    assert day.called() == ["A002", "A001", "A003", "A004", "A005"]


def test_the_windows_of_a_booking_are_the_centres() -> None:
    day = centre(more="\n[booking]\nearly_minutes = 0\nlate_minutes = 5\n")
    book(day, "SOON", 10), book(day, "LATE", 10), book(day, "GOOD", 10)
    numbers = [check_in(day, code, minute) for code, minute in (("SOON", 9), ("GOOD", 15), ("LATE", 15.1))]

    booked = [day.hall.tickets[f"20261120-{number}"].booking for number in numbers]
    assert booked == ["early", "on-time", "late"]


# -- sent on -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("position", "order"),
    [
        ("front", ["A001", "B001", "B002"]),
        ("by-visit", ["B001", "A001", "B002"]),
        ("end", ["B001", "B002", "A001"]),
    ],
)
def test_a_transfer_goes_to_the_front_to_the_end_or_by_the_whole_visits_age(position: str, order: list[str]) -> None:
    day = centre(calling='rule = "first-come"')
    day.comes(0, "card"), day.comes(1), day.comes(2, "card")
    day.do(officers.call_next, "2"), day.clock.passes(minutes=1)
    day.do(officers.transfer, "2", "card", position=position, reason="our-mistake")

    assert day.called("3") == order


def test_who_was_sent_to_the_front_goes_first_within_the_queue_that_is_called() -> None:
    day = centre("ALWAYS first", "OTHERWISE head-start")
    day.comes(0, "card", priority="elder"), day.comes(1), day.comes(2, "card")
    day.do(officers.call_next, "2"), day.clock.passes(minutes=1)
    day.do(officers.transfer, "2", "card", position="front", reason="our-mistake")

    assert day.called("3") == ["B001", "A001", "B002"]


# -- who does not come ---------------------------------------------------------------------------------------------


def test_no_show_is_called_again_then_requeued_then_given_up() -> None:
    day = centre(calling='rule = "first-come"\nrecalls = 1\nrequeues = 1\ntolerance_minutes = 10')
    day.comes(0), day.comes(1)
    did = day.press()
    did += day.did(officers.recall, "1") + day.did(officers.no_show, "1")
    did += day.did(officers.requeue, "1", "A001")
    assert day.called(times=1) == ["A001"], "with the age of the visit"
    did += day.did(officers.recall, "1") + day.did(officers.no_show, "1")

    assert did == [
        *("counter-opened", "called", "recalled", "did-not-come", "requeued"),
        *("recalled", "no-show"),
    ]
    assert day.called() == ["A002"]


# -- nobody starves ------------------------------------------------------------------------------------------------

moments = st.lists(
    st.tuples(st.sampled_from(["comes", "calls", "sends on", "misses"]), st.booleans(), st.integers(0, 9)), max_size=80
)


@settings(max_examples=60, deadline=None)
@given(moments, st.sampled_from([0, 5, 20, 60]))
def test_under_head_start_nobody_is_overtaken_beyond_it(played: list[tuple[str, bool, int]], minutes: int) -> None:
    """Whoever is called before one who stands earlier has priority, and came within the head start after."""
    day = centre(calling=f'rule = "head-start"\nhead_start_minutes = {minutes}')
    head_start = timedelta(minutes=minutes)
    for what, priority, passes in played:
        day.clock.passes(minutes=passes)
        if what == "comes":
            day.take(priority="elder" if priority else None)
            continue
        waiting = day.hall.waiting_for("1")
        day.press("1", "finished" if day.at() else None)
        mine = day.hall.at_counter("1")
        for other in waiting:
            if mine and other.id != mine.id and (other.since, other.place) < (mine.since, mine.place):
                assert mine.priority and not other.priority
                assert mine.since - other.since < head_start
        if mine and what == "sends on":
            day.do(officers.transfer, "1", "card" if priority else "benefit")
        elif mine and what == "misses":
            day.do(officers.no_show, "1")
            if priority and mine.id in day.hall.tickets:
                day.do(visitors.come_back, mine)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=60), st.integers(0, 30))
def test_under_head_start_an_ordinary_visitor_is_called_before_all_who_come_later_than_it(
    came: list[bool], ahead: int
) -> None:
    """However many with priority come, one a minute, while one a minute is called."""
    day = centre(calling='rule = "head-start"\nhead_start_minutes = 20')
    for minute in range(ahead):
        day.comes(minute)
    mine, called = day.comes(ahead), list[str]()
    for minute, priority in enumerate(came, ahead + 1):
        called += day.called(times=1)
        day.comes(minute, priority="elder" if priority else None)
    called += day.called()

    overtook = [number for number in called[: called.index(mine)] if number > mine]
    assert all(int(number[1:]) - int(mine[1:]) < 20 for number in overtook)


@settings(max_examples=60, deadline=None)
@given(moments)
def test_under_due_then_ratio_nobody_is_overtaken_by_one_who_came_too_late(played: list[tuple[str, bool, int]]) -> None:
    """Whoever is called before one who stands earlier came within (1 - its target / mine) of my wait or my target."""
    day = centre(calling='rule = "due-then-ratio"')
    for what, flag, passes in played:
        day.clock.passes(minutes=passes * 2)
        if what in ("comes", "sends on"):
            day.take("card" if what == "sends on" else "benefit", priority="elder" if flag else None)
            continue
        waiting, now = day.hall.waiting_for("1"), day.clock.now()
        day.press("1", ("no-show" if what == "misses" else "finished") if day.at() else None)
        mine = day.hall.at_counter("1")
        for other in waiting:
            if mine and (other.since, other.place) < (mine.since, mine.place):
                theirs, own = target_of(mine), target_of(other)
                counted = max(now - other.since, own)
                assert mine.since - other.since < counted * (1 - theirs / own)


def target_of(ticket: Ticket) -> timedelta:
    return timedelta(minutes=45 if ticket.service == "card" else 30) / (2 if ticket.priority else 1)


def overloaded(rule: str) -> tuple[list[str], list[str]]:
    """Ten hours at one counter: who came with priority or without, and who of them was called, in that order.

    Every five minutes somebody comes, three of ten with priority, and each stays seventeen minutes: those with priority
    alone are all that the counter can serve.
    """
    day, priority, called = centre(calling=f'rule = "{rule}"'), dict[str, str](), list[str]()
    for minute in range(600):
        day.clock.shows(MORNING), day.clock.passes(minutes=minute)
        if minute % 5 == 0:
            elder = minute // 5 % 10 in (0, 3, 6)
            priority[day.take(priority="elder" if elder else None).number] = "priority" if elder else "ordinary"
        if minute % 17 == 0:
            day.press("1", "finished" if day.at() else None)
            called.append(str(day.at()))
    return [priority[number] for number in called], [number for number in priority if number not in called]


def test_in_an_overloaded_hall_strict_forgets_the_others_and_the_rules_with_a_bound_do_not() -> None:
    shares = {}
    for rule in ("strict", "head-start", "due-then-ratio"):
        called, left = overloaded(rule)
        shares[rule] = called[10:].count("ordinary") / len(called[10:])
        # Who came second, at five past nine, and has no priority.
        assert ("A002" in left) == (rule == "strict")

    assert shares["strict"] < 0.1 and shares["due-then-ratio"] > 0.35 and shares["head-start"] > 0.35
