"""A ticket and the table of what may happen to it. Not here: counters and the whole hall."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from queue_core import ticket
from queue_core.ticket import BECOMES, CLOSED, MAY, Event, Ticket, to_millisecond

NINE = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def a_ticket(state: str = "waiting") -> Ticket:
    return Ticket("20261120-A001", "A001", "A", ("benefit",), "benefit", NINE, state)


def fact(kind: str, minutes: int = 0, **data: object) -> Event:
    return Event(kind, NINE + timedelta(minutes=minutes), "someone", "20261120-A001", "1", data)


def test_the_table_is_whole() -> None:
    assert set(MAY) == set(BECOMES.values())
    assert set().union(*MAY.values()) <= set(BECOMES)
    assert all(not MAY[state] for state in CLOSED)


@pytest.mark.parametrize("state", MAY)
@pytest.mark.parametrize("kind", BECOMES)
def test_a_fact_is_never_refused(state: str, kind: str) -> None:
    assert a_ticket(state).after(fact(kind)).state == BECOMES[kind]


def test_a_fact_nobody_knows_changes_nothing() -> None:
    assert a_ticket("called").after(fact("seen-by-a-later-program")) == a_ticket("called")


@pytest.mark.parametrize(
    ("state", "may"),
    [
        ("waiting", {"called", "cancelled", "expired"}),
        ("called", {"recalled", "started", "finished", "no-show", "cancelled", "expired"}),
        ("serving", {"finished", "expired"}),
        ("finished", set()),
    ],
)
def test_what_may_be_wished(state: str, may: set[str]) -> None:
    assert {kind for kind in BECOMES if a_ticket(state).may(kind)} == may


def test_a_visit_keeps_its_times() -> None:
    visit = a_ticket()
    for event in (fact("called", 5), fact("recalled", 6), fact("started", 7), fact("finished", 20, outcome="done")):
        visit = visit.after(event)

    walked = visit.started_at - visit.called_at if visit.started_at and visit.called_at else None
    assert (walked, visit.calls, visit.counter) == (timedelta(minutes=2), 2, "1")
    assert (visit.ended_at, visit.outcome, visit.start_inferred) == (NINE + timedelta(minutes=20), "done", False)


def test_a_start_nobody_pressed_is_dated_from_the_call_and_says_so() -> None:
    visit = a_ticket().after(fact("called", 5)).after(fact("started", 20, inferred=True))

    assert visit.started_at == NINE + timedelta(minutes=5)
    assert visit.start_inferred


def test_a_finish_corrects_the_service_that_was_really_given() -> None:
    visit = a_ticket("serving").after(fact("finished", 9, outcome="forwarded", service="advice"))

    assert (visit.service, visit.services) == ("advice", ("benefit",))


def test_a_slip_that_may_have_come_out_makes_the_next_one_a_copy() -> None:
    once = a_ticket().after(fact("slip-unknown", copy=1))
    late = once.after(fact("slip-unknown", copy=1))

    assert (once.copy, late.copy, once.printed) == (2, 2, False)
    assert replace(once, printed=True) == once.after(fact("slip-printed", copy=2))


def test_times_are_kept_to_the_millisecond_and_in_utc() -> None:
    bangkok = datetime.fromisoformat("2026-11-20T09:41:07.123987+07:00")

    assert to_millisecond(bangkok).isoformat() == "2026-11-20T02:41:07.123000+00:00"


def test_an_issued_event_of_an_older_program_needs_only_what_it_had() -> None:
    told = {"number": "A001", "series": "A", "n": 1, "services": ["benefit"], "service": "benefit"}

    assert ticket.issued(fact("issued", **told)) == a_ticket()


def test_a_ticket_carried_over_is_the_same_ticket() -> None:
    ticket = replace(a_ticket("held"), printed=True, copy=2, called_at=NINE, calls=3, needs=("sign",), counter="2")
    carried = json.loads(json.dumps(ticket.record() | {"what-a-later-program-knows": 1}))
    assert Ticket.from_record(carried) == ticket


def test_a_finish_corrects_what_was_really_given() -> None:
    given = a_ticket("serving").after(fact("finished", service="advice", services=["advice", "card"]))
    assert (given.service, given.services) == ("advice", ("advice", "card"))
