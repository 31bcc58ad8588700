"""What the officer's panel shows, as functions of the hall. Pure, but for the officers' names, which are passed in.

Officers see what a service really is; the hall sees what it is shown as. Not here: what may be pressed (counter.py, and
actions.js beside the buttons).
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from hall_server import tell
from hall_server.face import Snapshot
from queue_core.hall import Counter, Hall
from queue_core.officers import MAY_UNDO, gone_on, lends, lent_here
from queue_core.ticket import Leg, Ticket
from queue_core.visitors import away_too_long, back_by, number_of

AHEAD_SHOWN = 12
# Before the name of a kiosk where otherwise a counter's id stands.
KIOSK = "kiosk:"
NO_SLIPS = ("paper_out", "cover_open", "offline", "unknown")

# From an officer's opaque id to the name that people use; None where there is none.
NameOf = Callable[[str | None], str | None]


def news(hall: Hall, now: datetime, counter: str, name_of: NameOf, troubles: Sequence[dict[str, Any]] = ()) -> Snapshot:
    """What the panel of that counter shows: its state, its visitor, and who is next for it, in order of call.

    `troubles` are the kiosks' (tell.kiosk_troubles): an officer at work is told what keeps visitors from their slips.
    """
    here = hall.counters.get(counter, Counter(counter))
    present = hall.tickets.get(here.ticket or "")
    return {
        "counter": counter_state(hall, here, name_of),
        "ticket": visitor(hall, present) if present else None,
        "undo": to_take_back(hall, here, now),
        "waiting_count": len(hall.waiting_for(counter)),
        "waiting": [in_line(hall, ticket, counter) for ticket in hall.in_order(counter, now, AHEAD_SHOWN)],
        "held": held(hall, counter),
        "absent": absent(hall, now, lambda ticket: hall.may_call(counter, ticket)),
        "help": calls_for_help(hall, now, counter, name_of, [one for one in troubles if one["state"] in NO_SLIPS]),
        "evacuation": tell.moment(hall.plan, hall.evacuation),
        "others": [colleague(hall, counter, other, name_of) for other in hall.counters.values() if other is not here],
        "services": services(hall, counter),
        "reasons": reasons(hall),
    }


def locked_news(hall: Hall, counter: str) -> Snapshot:
    """What a locked screen goes on showing: no more of the visitor than the hall's board does, and how long it takes.

    `counter` may be the reception desk, where nobody is called.
    """
    here = hall.counters.get(counter)
    present = hall.tickets.get(here.ticket or "") if here else None
    return {
        "locked": True,
        "counter": {"id": here.id, "name": tell.counter_name(hall.plan, here.id), "state": here.state}
        if here
        else None,
        "ticket": present and {"number": present.number, "state": present.state, **times(hall, present)},
        "evacuation": tell.moment(hall.plan, hall.evacuation),
    }


# -- the counter ---------------------------------------------------------------------------------------------------


def counter_state(hall: Hall, here: Counter, name_of: NameOf) -> dict[str, Any]:
    called = here.help
    told = called and {
        "at": tell.moment(hall.plan, called.at),
        "answered_by": name_of(called.answered_by),
        "answered_from": called.answered_from,
    }
    return {
        "id": here.id,
        "name": tell.counter_name(hall.plan, here.id),
        "state": here.state,
        "moved": here.moved,
        "asked": here.asked and here.ticket is not None,
        "stand_in": [tell.service_name(hall.plan, service) for service in here.stand_in],
        "help": told,
    }


def to_take_back(hall: Hall, here: Counter, now: datetime) -> dict[str, Any] | None:
    """The last press at the counter, while it may be taken back; `what` as the button calls it."""
    last = here.last
    if last is None or now > last.at + MAY_UNDO or gone_on(hall, last):
        return None
    number = last.tickets[-1].number if last.tickets else number_of(last.fresh[-1])
    what = "walk-in" if last.fresh else last.kind
    return {"what": what, "number": number, "until": tell.moment(hall.plan, last.at + MAY_UNDO)}


def calls_for_help(
    hall: Hall, now: datetime, counter: str | None, name_of: NameOf, troubles: Sequence[dict[str, Any]] = ()
) -> list[dict[str, Any]]:
    """The calls for help of other counters than that, and of kiosks: those without an answer first, then kiosks in
    trouble, then the calls to which somebody goes; the oldest of each first."""
    calling = [(other, other.help) for other in hall.counters.values() if other.help and other.id != counter]
    counters = [
        {
            "id": other.id,
            "name": tell.counter_name(hall.plan, other.id),
            "at": tell.moment(hall.plan, call.at),
            "answered": call.answered_by is not None,
            "answered_by_name": name_of(call.answered_by),
        }
        for other, call in calling
    ]
    kiosks = [_of_kiosk(one, one) for one in tell.kiosk_calls(hall, now, name_of)]
    # Nobody has to say that they are coming: it is over when it is over.
    told = [_of_kiosk(one, {"at": one["since"], "answered": True, "trouble": one}) for one in troubles]
    return sorted(counters + kiosks + told, key=lambda one: (one["answered"], "trouble" not in one, one["at"] or ""))


def _of_kiosk(kiosk: dict[str, Any], call: dict[str, Any]) -> dict[str, Any]:
    name = kiosk["device"]
    return {"id": f"{KIOSK}{name}", "name": {"th": name, "en": name}, "kiosk": name, "answered_by_name": None} | call


def colleague(hall: Hall, counter: str, other: Counter, name_of: NameOf) -> dict[str, Any]:
    """Another counter: who is there, and which of its services this one could give for it."""
    return tell.counter(hall, other) | {
        "officer": name_of(other.officer) if other.state != "closed" else None,
        "lends": [hall.plan.services[service].name for service in lends(hall, counter, other.id)],
    }


def services(hall: Hall, counter: str) -> list[dict[str, Any]]:
    """All services of the centre; `here`: whether this counter gives it now."""
    given = hall.services_at(counter)
    return [
        {"id": service.id, "name": service.name, "here": service.id in given} for service in hall.plan.services.values()
    ]


def reasons(hall: Hall) -> list[dict[str, Any]]:
    """The centre's listed reasons for letting somebody pass before others."""
    return [{"id": reason, "name": name} for reason, name in hall.plan.reasons.items()]


# -- those who are not at the counter ------------------------------------------------------------------------------


def in_line(hall: Hall, ticket: Ticket, counter: str | None = None) -> dict[str, Any]:
    """One who waits, as the officer sees them, with all that says why they stand where they stand."""
    priority = hall.plan.priorities.get(ticket.priority or "")
    return {
        "number": ticket.number,
        "service": ticket.service,
        "service_name": tell.service_name(hall.plan, ticket.service),
        "priority": ticket.priority,
        "priority_name": priority.name if priority else None,
        "language": ticket.language,
        "people": ticket.people,
        "needs": list(ticket.needs),
        "issued_at": tell.moment(hall.plan, ticket.issued_at),
        "since": tell.moment(hall.plan, ticket.since),
        "front": ticket.front,
        "booking": tell.booking(hall.plan, ticket),
        "meant": counter in hall.meant_for(ticket),
        "stand_in": _stands_in(hall, counter, ticket),
        "step": step(ticket),
    }


def step(ticket: Ticket) -> dict[str, int]:
    """Which of its services the visit has come to. Whoever was sent on was not given one there."""
    n = sum(leg.ended != "transferred" for leg in ticket.legs) + 1
    return {"n": n, "of": n + len(ticket.left)}


def _stands_in(hall: Hall, counter: str | None, ticket: Ticket) -> bool:
    return counter in hall.counters and lent_here(hall, str(counter), ticket.service)


def held(hall: Hall, counter: str) -> list[dict[str, Any]]:
    """Those put aside whom this counter may go on serving: its own first, and of them the longest aside."""
    aside = [ticket for ticket in hall.tickets.values() if ticket.state == "held" and ticket.held_at]
    mine = [ticket for ticket in aside if ticket.counter == counter or hall.may_call(counter, ticket)]
    mine.sort(key=lambda ticket: (ticket.counter != counter, ticket.held_at, ticket.place))
    return [
        in_line(hall, ticket, counter)
        | {"held_at": tell.moment(hall.plan, ticket.held_at), "here": ticket.counter == counter}
        for ticket in mine
    ]


def absent(hall: Hall, now: datetime, mine: Callable[[Ticket], bool] = lambda ticket: True) -> list[dict[str, Any]]:
    """Those who did not come when called and may still come back; until when."""
    return [
        in_line(hall, ticket)
        | {
            "absent_at": tell.moment(hall.plan, ticket.absent_at),
            "until": tell.moment(hall.plan, back_by(hall, ticket)),
        }
        for ticket in hall.tickets.values()
        if ticket.state == "absent" and mine(ticket) and not away_too_long(hall, ticket, now)
    ]


# -- the visitor ---------------------------------------------------------------------------------------------------


def visitor(hall: Hall, ticket: Ticket) -> dict[str, Any]:
    """The one at the counter: what they should have brought, the published time, what was done and what is left."""
    service = hall.plan.services.get(ticket.service)
    given = hall.services_at(ticket.counter or "")
    return in_line(hall, ticket, ticket.counter) | {
        "state": ticket.state,
        "queued_at": tell.moment(hall.plan, ticket.leg.queued_at),
        **times(hall, ticket),
        "again": max(ticket.calls - 1, 0),
        "documents": service.documents if service else {},
        "forms": service.forms if service else {},
        "fee": service.fee if service else {},
        "left": [{"id": one, "name": tell.service_name(hall.plan, one), "here": one in given} for one in ticket.left],
        "legs": [done(hall, leg) for leg in ticket.legs],
        "uncertain": ticket.uncertain,
    }


def times(hall: Hall, ticket: Ticket) -> dict[str, Any]:
    """From when the visitor is timed, and the time that is published for it; a service no longer offered has none."""
    service = hall.plan.services.get(ticket.service)
    return {
        "called_at": tell.moment(hall.plan, ticket.called_at),
        "started_at": tell.moment(hall.plan, ticket.started_at),
        "held_ms": ticket.leg.held_ms,
        "standard_service_s": service.standard_service_minutes * 60 if service else None,
    }


def done(hall: Hall, leg: Leg) -> dict[str, Any]:
    """A leg that is over."""
    return {
        "service": leg.service,
        "service_name": tell.service_name(hall.plan, leg.service),
        "counter": leg.counter,
        "outcome": leg.outcome,
        "ended": leg.ended,
    }
