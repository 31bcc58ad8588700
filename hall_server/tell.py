"""How the hall is told outside: times, tickets and counters as JSON. Pure: (hall, …) -> dict."""

from datetime import datetime
from typing import Any

from queue_core.hall import Counter, Hall
from queue_core.plan import Names, Plan
from queue_core.ticket import Ticket

NO_NAME: Names = {"th": "–", "en": "–"}


def moment(plan: Plan, at: datetime | None) -> str | None:
    """ISO 8601 with the centre's offset, to the millisecond."""
    return None if at is None else plan.local(at).isoformat(timespec="milliseconds")


def service_name(plan: Plan, service: str) -> Names:
    """Its name in every language; a service no longer in the plan is shown by a dash."""
    return plan.services[service].name if service in plan.services else NO_NAME


def counter_name(plan: Plan, counter: str) -> Names:
    return plan.counters[counter].name if counter in plan.counters else {"th": counter, "en": counter}


def ticket(hall: Hall, ticket: Ticket, now: datetime) -> dict[str, Any]:
    """A ticket as INTERFACE.md shows it to its holder, but for the token, which only the holder is told."""
    plan = hall.plan
    return {
        "number": ticket.number,
        "state": ticket.state,
        "services": list(ticket.services),
        "service": ticket.service,
        "priority": ticket.priority,
        "language": ticket.language,
        "people": ticket.people,
        "needs": list(ticket.needs),
        "issued_at": moment(plan, ticket.issued_at),
        "ahead": hall.ahead_of(ticket, now) if ticket.state == "waiting" else 0,
        "wait": None,
        "outcome": ticket.outcome,
        "counter": ticket.counter,
        "called_at": moment(plan, ticket.called_at),
        "started_at": moment(plan, ticket.started_at),
        "printed": ticket.printed,
        "service_name": service_name(plan, ticket.service),
        "counter_name": counter_name(plan, ticket.counter) if ticket.counter else None,
    }


def counter(hall: Hall, counter: Counter) -> dict[str, Any]:
    """A counter: its state, and the number that is at it."""
    present = hall.at_counter(counter.id)
    return {
        "id": counter.id,
        "name": counter_name(hall.plan, counter.id),
        "state": counter.state,
        "number": present.number if present else None,
        "ticket_state": present.state if present else None,
    }
