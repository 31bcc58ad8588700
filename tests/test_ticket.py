"""A ticket, its legs and the table of what may happen to it. Not here: counters and the whole hall."""

import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_core import ticket
from queue_core.ticket import BECOMES, CLOSES, MAY, Event, Leg, Ticket, to_millisecond

NINE = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
# What its wish says with each kind of event, where a ticket cannot do without.
SAID: dict[str, dict[str, Any]] = {
    "issued": {"number": "A001", "series": "A", "n": 1, "services": ["benefit"], "service": "benefit"},
    "leg-finished": {"next": "card", "left": []},
    "continued": {"next": "card", "left": []},
    "transferred": {"next": "card"},
    "slip-unknown": {"copy": 1},
    "slip-sent": {"copy": 1, "printer": "d-agent/paper"},
    "slip-received": {"copy": 1},
    "slip-missed": {"copy": 1, "device": "kiosk-1"},
    "slip-asked": {"copy": 1},
    "slip-printed": {"copy": 1, "printer": "d-agent/paper"},
    "test-slip": {"device": "kiosk-1", "printer": "d-agent/paper"},
    "roll-changed": {"printer": "d-agent/paper"},
    "kiosk-called": {"device": "kiosk-1", "why": "printer"},
    "kiosk-answered": {"device": "kiosk-1"},
    "kiosk-call-over": {"device": "kiosk-1"},
    "kiosk-paused": {"device": "kiosk-1"},
    "kiosk-resumed": {"device": "kiosk-1"},
}


def a_ticket(state: str = "waiting", **more: Any) -> Ticket:
    leg, services = Leg("benefit", NINE), more.pop("services", ("benefit",))
    return Ticket("20261120-A001", "A001", "A", services, leg, issued_at=NINE, since=NINE, state=state, **more)


def fact(kind: str, minutes: float = 0, by: str = "someone", **data: object) -> Event:
    moment = NINE + timedelta(minutes=minutes)
    return Event(kind, moment, by, "20261120-A001", "1", SAID.get(kind, {}) | data)


def after(*facts: Event, of: Ticket | None = None) -> Ticket:
    visit = of or a_ticket()
    for seq, event in enumerate(facts, 2):
        visit = visit.after(event, seq)
    return visit


# -- the table -----------------------------------------------------------------------------------------------------


def test_the_table_is_whole() -> None:
    assert set(MAY) == set(BECOMES.values())
    assert set().union(*MAY.values()) <= {*BECOMES, "moved", "reprinted"}
    assert set(BECOMES) >= CLOSES
    assert all(not MAY[state] for state in ("finished", "cancelled", "expired"))


@pytest.mark.parametrize("state", MAY)
@pytest.mark.parametrize("kind", [*BECOMES, "moved", "interrupted", "confirmed", "reprinted", "slip-unknown"])
def test_a_fact_is_never_refused(state: str, kind: str) -> None:
    assert a_ticket(state).after(fact(kind)).state == BECOMES.get(kind, state)


def test_a_fact_nobody_knows_changes_nothing_but_that_something_happened() -> None:
    assert a_ticket("called").after(fact("seen-by-a-later-program"), 9) == a_ticket("called", moved=9)


@pytest.mark.parametrize(
    ("state", "may"),
    [
        ("waiting", {"called", "moved", "reprinted", "cancelled", "expired"}),
        ("called", {"recalled", "started", "held", "transferred", "did-not-come", "no-show", "cancelled", "expired"}),
        ("serving", {"finished", "leg-finished", "continued", "transferred", "held", "expired"}),
        ("held", {"resumed", "moved", "reprinted", "cancelled", "expired"}),
        ("absent", {"called", "requeued", "moved", "reprinted", "no-show", "cancelled", "expired"}),
        ("finished", set()),
    ],
)
def test_what_may_be_wished(state: str, may: set[str]) -> None:
    assert all(a_ticket(state).may(kind) for kind in may)


@pytest.mark.parametrize(
    ("state", "may_not"),
    [
        ("waiting", {"recalled", "started", "finished", "held", "resumed", "transferred", "requeued", "no-show"}),
        ("called", {"called", "moved", "resumed", "requeued"}),
        ("serving", {"called", "recalled", "started", "no-show", "did-not-come", "cancelled", "moved"}),
        ("held", {"called", "finished", "transferred", "requeued"}),
        ("absent", {"started", "finished", "recalled", "resumed"}),
    ],
)
def test_what_may_not(state: str, may_not: set[str]) -> None:
    assert not any(a_ticket(state).may(kind) for kind in may_not)


# -- one leg -------------------------------------------------------------------------------------------------------


def test_a_visit_keeps_its_times() -> None:
    visit = after(fact("called", 5), fact("recalled", 6), fact("started", 7), fact("finished", 20, outcome="done"))

    walked = visit.started_at - visit.called_at if visit.started_at and visit.called_at else None
    assert (walked, visit.calls, visit.counter) == (timedelta(minutes=2), 2, "1")
    assert (visit.ended_at, visit.outcome, visit.start_inferred) == (NINE + timedelta(minutes=20), "done", False)
    assert (visit.leg.ended, visit.leg.ended_at, visit.leg.outcome) == ("finished", visit.ended_at, "done")


def test_a_start_nobody_pressed_is_dated_from_the_call_and_says_so() -> None:
    visit = after(fact("called", 5), fact("started", 20, inferred=True))

    assert visit.started_at == NINE + timedelta(minutes=5)
    assert visit.start_inferred


def test_a_call_keeps_who_made_it_and_by_what() -> None:
    call = fact("called", 5, by="officer1", reason={"rule": "strict/1", "score": 9.0}, stand_in=True)
    leg = after(call, of=a_ticket(front=True)).leg

    assert (leg.officer, leg.rule, leg.stand_in, leg.front) == ("officer1", "strict/1", True, True)


def test_called_again_after_a_no_show_the_last_call_counts() -> None:
    visit = after(fact("called", 5), fact("recalled", 6), fact("did-not-come", 7), fact("requeued", 9))
    assert (visit.state, visit.absences, visit.absent_at, visit.counter) == ("waiting", 1, None, None)

    again = after(fact("called", 15), of=visit)
    assert (again.called_at, again.calls, again.absences) == (NINE + timedelta(minutes=15), 1, 1)


def test_a_finish_corrects_what_was_really_given() -> None:
    visit = a_ticket("serving").after(fact("finished", 9, outcome="forwarded", service="advice"))
    several = a_ticket("serving").after(fact("finished", service="advice", services=["advice", "card"]))

    assert (visit.service, visit.services) == ("advice", ("benefit",))
    assert (several.service, several.services) == ("advice", ("advice", "card"))


def test_time_put_aside_is_added_up_and_is_not_service() -> None:
    visit = after(
        fact("called", 1),
        fact("started", 2),
        fact("held", 5),
        fact("resumed", 9),
        fact("held", 10),
        fact("resumed", 11),
    )

    assert (visit.state, visit.leg.held_ms, visit.held_at) == ("serving", 5 * 60_000, None)


def test_a_clock_that_went_back_puts_nobody_aside_for_less_than_no_time() -> None:
    visit = after(fact("called", 1), fact("started", 2), fact("held", 5), fact("resumed", 4))

    assert visit.leg.held_ms == 0


def test_whoever_resumes_it_has_it_and_the_call_stays_the_callers() -> None:
    resumed = Event("resumed", NINE, "officer2", "20261120-A001", "2")
    visit = after(fact("called", 1), fact("started", 2), fact("held", 5), resumed)

    assert (visit.counter, visit.leg.officer) == ("2", fact("called", 1).by)


def test_a_power_cut_leaves_a_doubt_that_the_end_does_not_take_away() -> None:
    visit = after(fact("called", 1), fact("interrupted", 2), fact("confirmed", 3), fact("finished", 9))
    forgotten = after(fact("called", 1), fact("started", 2), fact("finished", 300, uncertain="too-long"))

    assert (visit.uncertain, forgotten.uncertain) == ("power-cut", "too-long")


# -- several legs --------------------------------------------------------------------------------------------------


def test_each_leg_is_queued_called_served_and_timed_on_its_own() -> None:
    visit = after(
        fact("called", 5),
        fact("started", 6),
        fact("leg-finished", 20, outcome="done", next="card", left=["advice"], since=NINE.isoformat()),
        fact("called", 30),
        of=a_ticket(services=("benefit", "card", "advice"), left=("card", "advice")),
    )

    first, second = visit.all_legs()
    assert (first.service, first.ended, first.outcome) == ("benefit", "leg-finished", "done")
    assert first.ended_at == second.queued_at == NINE + timedelta(minutes=20)
    assert (second.service, second.called_at) == ("card", NINE + timedelta(minutes=30))
    assert (second.started_at, second.ended_at, second.outcome, second.waited) == (None, None, None, True)
    assert (visit.left, visit.since, visit.state) == (("advice",), NINE, "called")


def test_the_next_leg_at_the_same_window_waits_for_nothing() -> None:
    visit = after(fact("called", 5), fact("started", 6), fact("continued", 20, by="officer1"))

    leg = visit.leg
    assert (visit.state, leg.waited, leg.rule, leg.counter) == ("serving", False, "same-window/1", "1")
    assert leg.queued_at == leg.called_at == leg.started_at == NINE + timedelta(minutes=20)


def test_sent_on_one_begins_again() -> None:
    before = a_ticket("serving", front=True, for_counter="1", for_officer="officer1", absences=2)
    visit = after(fact("transferred", 9, position="front", for_counter="3"), of=before)

    assert (visit.absences, visit.front, visit.for_counter, visit.for_officer) == (0, True, "3", None)
    assert after(fact("leg-finished", 9), of=before).front is False


def test_reception_changes_what_it_names_and_nothing_else() -> None:
    before = a_ticket(priority="elder", needs=("sign",), people=2, language="en")
    visit = after(fact("moved", 3, service="card", needs=["escort"]), of=before)

    assert (visit.service, visit.needs) == ("card", ("escort",))
    assert (visit.priority, visit.people, visit.language, visit.since) == ("elder", 2, "en", NINE)
    assert after(fact("moved", 3, priority=None), of=before).priority is None


def test_an_emergency_slip_has_the_times_that_were_written_on_it() -> None:
    times = {name: (NINE + timedelta(minutes=m)).isoformat() for name, m in (("called_at", 5), ("ended_at", 20))}
    came = ticket.issued(fact("entered", 600, **SAID["issued"], issued_at=NINE.isoformat(), day="2026-11-20"), 7, "x")
    visit = after(fact("finished-by-hand", 600, **times, outcome="done"), of=came)

    assert (came.issued_at, came.since, came.leg.queued_at, came.day) == (NINE, NINE, NINE, "2026-11-20")
    assert (came.by_hand, came.printed, came.place) == (True, True, 7)
    assert (visit.called_at, visit.started_at, visit.ended_at) == (
        NINE + timedelta(minutes=5),
        NINE + timedelta(minutes=5),
        NINE + timedelta(minutes=20),
    )
    assert visit.start_inferred and visit.leg.ended_at == visit.ended_at


# -- the slip ------------------------------------------------------------------------------------------------------


def test_a_slip_that_may_have_come_out_makes_the_next_one_a_copy() -> None:
    once = a_ticket().after(fact("slip-unknown", copy=1))
    late = once.after(fact("slip-unknown", copy=1))

    assert (once.copy, late.copy, once.printed) == (2, 2, False)
    assert replace(once, printed=True) == once.after(fact("slip-printed", copy=2))


def test_a_second_slip_is_a_copy_and_due_since_it_was_asked_for() -> None:
    visit = after(fact("slip-printed", 1, copy=1), fact("reprinted", 9, device="reception"), of=a_ticket(device="k1"))

    assert (visit.printed, visit.copy, visit.device) == (False, 2, "reception")
    assert visit.slip_at == NINE + timedelta(minutes=9)


def test_a_slip_that_was_sent_is_not_due_and_not_printed_until_its_holder_says_so() -> None:
    sent = a_ticket().after(fact("slip-sent", copy=1))

    assert (sent.sent, sent.printed, sent.slip_due) == (True, False, False)
    assert sent.after(fact("slip-received", copy=1)) == replace(sent, printed=True, sent=False)


def test_a_slip_that_its_holder_missed_is_due_again_as_a_copy() -> None:
    missed = a_ticket().after(fact("slip-sent", copy=1)).after(fact("slip-missed", 3, copy=1, device="k1"))

    assert (missed.sent, missed.printed, missed.slip_due, missed.copy) == (False, False, True, 2)
    assert (missed.device, missed.slip_at) == ("k1", NINE + timedelta(minutes=3))


@pytest.mark.parametrize(("asked", "copy"), [(1, 1), (2, 2)])
def test_a_slip_that_never_came_out_is_no_copy_when_it_is_asked_for(asked: int, copy: int) -> None:
    due = a_ticket(device="k1").after(fact("slip-asked", 9, copy=asked, device=None))

    assert (due.copy, due.slip_due, due.slip_at) == (copy, True, NINE + timedelta(minutes=9))


PAPER = ("slip-printed", "slip-unknown", "slip-sent", "slip-received", "slip-missed", "slip-asked", "reprinted")


@pytest.mark.parametrize("kind", PAPER)
def test_a_matter_of_paper_does_not_move_the_visit(kind: str) -> None:
    assert a_ticket(moved=4).after(fact(kind), 9).moved == 4
    assert a_ticket(moved=4).after(fact("called"), 9).moved == 9


# -- as plain data -------------------------------------------------------------------------------------------------


def test_times_are_kept_to_the_millisecond_and_in_utc() -> None:
    bangkok = datetime.fromisoformat("2026-11-20T09:41:07.123987+07:00")

    assert to_millisecond(bangkok).isoformat() == "2026-11-20T02:41:07.123000+00:00"


def test_an_issued_event_of_an_older_program_needs_only_what_it_had() -> None:
    assert ticket.issued(fact("issued")) == a_ticket()


times = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
moments = st.none() | times
words = st.sampled_from(["benefit", "card", "พัก"])
lists = st.lists(words, max_size=3).map(tuple)
legs = st.builds(Leg, words, queued_at=times, called_at=moments, ended_at=moments, outcome=words)
tickets = st.builds(
    Ticket,
    *(words, words, words, lists, legs),
    **dict.fromkeys(("issued_at", "since"), times),
    **dict.fromkeys(("booked_at", "absent_at", "slip_at", "held_at", "ended_at"), moments),
    **dict.fromkeys(("left", "needs"), lists),
    **dict.fromkeys(("printed", "front", "by_hand"), st.booleans()),
    legs=st.lists(legs, max_size=2).map(tuple),
)


@given(tickets)
def test_a_ticket_carried_by_an_event_is_the_same_ticket(visit: Ticket) -> None:
    carried = json.loads(json.dumps(visit.record() | {"what-a-later-program-knows": 1}))

    assert Ticket.from_record(carried) == visit


def test_every_time_of_a_ticket_comes_back_as_a_time() -> None:
    known = {part.name for kind in (Ticket, Leg) for part in fields(kind) if "datetime" in str(part.type)}

    assert known == ticket._MOMENTS
