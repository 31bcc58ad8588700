"""Who is next, and why. Not here: whom a counter may serve (test_hall.py)."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_core import plan, rules
from queue_core.rules import RULES, choose, in_order
from queue_core.ticket import Ticket
from tests.halls import small_plan

NINE = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
FIRST_COME, HEAD_START = RULES["first-come"], RULES["head-start"]


def visitor(n: int, came: float, priority: str | None = None) -> Ticket:
    """Visitor number n, who came so many minutes after nine."""
    at = NINE + timedelta(minutes=came)
    return Ticket(f"20261120-A{n:03d}", f"A{n:03d}", "A", ("benefit",), "benefit", at, priority=priority)


def with_head_start(minutes: int) -> plan.Plan:
    return small_plan(head_start_minutes=minutes)


arrivals = st.lists(st.tuples(st.integers(0, 240), st.booleans()), min_size=1, max_size=30).map(
    lambda came: [visitor(n + 1, m, "elder" if p else None) for n, (m, p) in enumerate(sorted(came))]
)


def test_the_rules_that_may_be_chosen() -> None:
    assert {rule.label for rule in RULES.values()} == {"first-come/1", "head-start/1"}


def test_first_come_knows_no_priority() -> None:
    waiting = [visitor(1, 0), visitor(2, 1, "elder")]

    assert choose(FIRST_COME, waiting, NINE + timedelta(minutes=9), small_plan()).ticket is waiting[0]


@pytest.mark.parametrize(("came", "first"), [(19, "A002"), (20, "A001"), (21, "A001")])
def test_a_priority_visitor_counts_as_twenty_minutes_older(came: int, first: str) -> None:
    waiting = [visitor(1, 0), visitor(2, came, "elder")]

    assert choose(HEAD_START, waiting, NINE + timedelta(minutes=30), small_plan()).ticket.number == first


def test_the_reason_says_rule_score_and_who_was_passed_over() -> None:
    waiting = [*(visitor(n, n) for n in range(1, 8)), visitor(8, 9, "elder"), visitor(9, 10)]

    choice = choose(HEAD_START, waiting, NINE + timedelta(minutes=10), small_plan())

    assert choice.ticket.number == "A008"
    assert choice.reason() == {
        "rule": "head-start/1",
        "score": 21 * 60,
        "passed_over": 7,
        "first": ["A001", "A002", "A003", "A004", "A005"],
    }


def test_who_is_next_in_turn_passes_nobody_over() -> None:
    choice = choose(HEAD_START, [visitor(1, 0), visitor(2, 0)], NINE, small_plan())

    assert (choice.ticket.number, choice.reason()["passed_over"], choice.reason()["first"]) == ("A001", 0, [])


@given(arrivals, st.integers(0, 60))
def test_nobody_is_overtaken_by_one_who_came_later_than_the_head_start(waiting: list[Ticket], minutes: int) -> None:
    called = in_order(HEAD_START, waiting, NINE + timedelta(hours=4), with_head_start(minutes))

    place = {ticket.id: index for index, ticket in enumerate(called)}
    for older in waiting:
        for later in waiting:
            if later.issued_at > older.issued_at and place[later.id] < place[older.id]:
                assert later.priority and not older.priority
                assert later.issued_at - older.issued_at < timedelta(minutes=minutes)


@given(arrivals, st.sampled_from([FIRST_COME, HEAD_START]))
def test_the_order_on_the_screen_is_the_order_of_the_calls(waiting: list[Ticket], rule: rules.Rule) -> None:
    now, small, left, called = NINE + timedelta(hours=4), small_plan(), list(waiting), []
    while left:
        choice = choose(rule, left, now, small)
        assert len(choice.passed_over) == left.index(choice.ticket)
        called.append(choice.ticket)
        left.remove(choice.ticket)

    assert called == in_order(rule, waiting, now, small)


@given(arrivals)
def test_first_come_is_the_order_of_issue(waiting: list[Ticket]) -> None:
    assert in_order(FIRST_COME, waiting, NINE + timedelta(hours=4), small_plan()) == waiting


@given(arrivals, st.integers(1, 600))
def test_waiting_longer_changes_no_order(waiting: list[Ticket], minutes: int) -> None:
    orders = [in_order(HEAD_START, waiting, NINE + timedelta(hours=4, minutes=m), small_plan()) for m in (0, minutes)]

    assert all(before == after for before, after in pairwise(orders))
