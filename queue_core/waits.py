"""What a visitor is told of the wait, or nothing where nobody can know it. Pure: (hall, who, now, foretold) -> a range.

Where the wait is not simply that of somebody who stands so far back in an open hall:

- before the hours, and in a break: until they begin, and from there as long as with so many ahead;
- no counter open that gives the service: no estimate, for nobody knows when one will be;
- booked: none before the booked time, which is on the slip; from then on like everybody who waits;
- sent on, come back, moved: like anybody who stands there now; what was promised before was for another place;
- first day of a hall, or of a service: none, until enough was called (estimates.py says how much);
- a break of the hours that begins before the call: counted in;
- a covered service (a tip-off): what is told of its cover, for the holder's phone is seen by others;
- called, served, put aside, away, or while the building is cleared: none.

Not here: how a range is reckoned (estimates.py), the rule run forward (forward.py), what is learned (lessons.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise

from queue_core import forward
from queue_core.estimates import Asked, Promised, Wait
from queue_core.hall import Hall
from queue_core.lessons import favoured_parts
from queue_core.ticket import Ticket

# A working day, where the plan's hours do not say how long it is.
USUAL_HOURS = 8.0


@dataclass(frozen=True, slots=True)
class Outlook:
    """How the calls would go, reckoned from the hall as it stood after event `seq` of the log.

    `waiting` and `newcomers`: see forward.Foretold. `offered`: what whoever comes without a priority is told, by
    service. It may be some seconds old: it is reckoned beside the office, never in its way.
    """

    seq: int = -1
    waiting: Mapping[str, float | None] = field(default_factory=dict)
    newcomers: Mapping[forward.Newcomer, float | None] = field(default_factory=dict)
    offered: Mapping[str, Wait | None] = field(default_factory=dict)


NO_OUTLOOK = Outlook()


def known(hall: Hall, now: datetime) -> forward.Known:
    """What the hall has learned that running its rule forward needs."""
    lessons, hours = hall.lessons, _hours(hall, now)
    coming = {favoured_parts(key): lessons.favoured_a_day(key) / hours for key in lessons.usual}
    return forward.Known(
        service_s={service: lessons.seconds_at_counter(service, hall.plan) for service in hall.plan.services},
        turnaround_s=lessons.between.mean(),
        arrivals_per_hour={one: rate for one, rate in coming.items() if rate > 0},
    )


def _hours(hall: Hall, now: datetime) -> float:
    """How long the hall is open today."""
    spans = hall.plan.spans_on(hall.plan.local(now).date())
    return sum(end - start for start, end in spans) / 60 or USUAL_HOURS


# -- one visitor ---------------------------------------------------------------------------------------------------


def at_issue(hall: Hall, ticket: Ticket, now: datetime, outlook: Outlook) -> tuple[Asked | None, Promised | None]:
    """What is known of the wait of one who takes this ticket now, in the hall that holds it; and what is promised.

    Known and nothing promised: too little was called yet, and this call will teach. Nothing known: nobody can know it.
    """
    shown = _as_shown(hall, ticket)
    if shown is None:
        return None, None
    asked = _asked(hall, shown, ticket.ahead, now, outlook.newcomers.get((shown.service, shown.priority)))
    # What is told under a cover is true of the cover, and teaches nothing.
    return asked if shown is ticket else None, _promise(hall, shown, asked, now)


def when_sent_on(hall: Hall, ticket: Ticket, now: datetime) -> Asked | None:
    """What is known of the wait of one who now waits for the next service, in the hall that holds it so."""
    shown = _as_shown(hall, ticket)
    return _asked(hall, ticket, hall.ahead_of(ticket, now), now, None) if shown is ticket else None


def told(hall: Hall, ticket: Ticket, now: datetime, ahead: int, outlook: Outlook) -> Wait | None:
    """How long this one, with so many ahead, still waits from now on. Just issued: what was promised.

    None for whoever does not wait, and where there is no estimate.
    """
    shown = _as_shown(hall, ticket)
    if ticket.state != "waiting" or hall.evacuation or shown is None:
        return None
    asked = _asked(hall, shown, ahead, now, _foretold(hall, ticket, shown, outlook))
    just_issued = ticket.moved == ticket.place > outlook.seq
    found = ticket.promised if just_issued and asked else _promise(hall, shown, asked, now)
    return found.wait if found else None


def _as_shown(hall: Hall, ticket: Ticket) -> Ticket | None:
    """The ticket as everybody may see it; None where its cover is gone."""
    cover = hall.plan.shown(ticket.service)
    if cover is None or cover.id == ticket.service:
        return ticket if cover else None
    return replace(ticket, leg=replace(ticket.leg, service=cover.id))


def _foretold(hall: Hall, ticket: Ticket, shown: Ticket, outlook: Outlook) -> float | None:
    """Seconds by the rule run forward; under a cover, what is foretold of whoever came before it for the cover."""
    if shown is ticket:
        return outlook.waiting.get(ticket.id)
    before = [one.id for one in hall.waiting() if one.service == shown.service and one.place < ticket.place]
    newcomer = outlook.newcomers.get((shown.service, shown.priority))
    return outlook.waiting.get(before[-1]) if before else newcomer


def _promise(hall: Hall, ticket: Ticket, asked: Asked | None, now: datetime) -> Promised | None:
    found = hall.lessons.waits.promise(ticket.service, asked) if asked else None
    return replace(found, wait=_with_breaks(hall, now, found.wait)) if found else None


def _asked(hall: Hall, ticket: Ticket, ahead: int, now: datetime, forward_s: float | None) -> Asked | None:
    manned = _open_for(hall, ticket)
    opens_s = _until_hours(hall, now)
    if opens_s is None or ticket.since > now or not (manned or opens_s):
        return None
    # Those ahead of it for the same service, in the order of their coming.
    before = [one for one in hall.waiting() if one.service == ticket.service and one.place < ticket.place]
    return Asked(
        ahead=ahead,
        minute=hall.plan.minute(now),
        kind=ticket.priority or "",
        idle=any(hall.counters[counter].ticket is None for counter in manned),
        counters=len(manned) or None,
        front_s=max(((now - one.since).total_seconds() for one in before), default=None),
        back_s=(ticket.issued_at - before[-1].issued_at).total_seconds() if before else None,
        forward_s=None if opens_s else forward_s,
        opens_s=opens_s,
    )


def _open_for(hall: Hall, ticket: Ticket) -> list[str]:
    """The counters that are open and call this one."""
    return [one.id for one in hall.counters.values() if one.state == "open" and hall.may_call(one.id, ticket)]


def _until_hours(hall: Hall, now: datetime) -> float | None:
    """Seconds until the hours begin, today: 0 within them, and after the last of them, when the rest is served.

    None on a day without hours.
    """
    if hall.always_open or hall.plan.open_at(now):
        return 0.0
    local = hall.plan.local(now)
    spans = hall.plan.spans_on(local.date())
    if not spans:
        return None
    minute = hall.plan.minute(now)
    return next(((start - minute) * 60 for start, _ in spans if start > minute), 0.0)


def _with_breaks(hall: Hall, now: datetime, wait: Wait) -> Wait:
    """The wait with the breaks of the hours that begin before it is over: nobody is called in them."""
    if hall.always_open:
        return wait
    spans, minute = hall.plan.spans_on(hall.plan.local(now).date()), hall.plan.minute(now)
    ends = [wait.low_s, wait.likely_s, wait.high_s]
    for (_, closes), (opens, _) in pairwise(spans):
        begins_s = (closes - minute) * 60
        if begins_s > 0:
            ends = [end + (opens - closes) * 60 if end > begins_s else end for end in ends]
    return Wait(*ends)


# -- whoever would come now ----------------------------------------------------------------------------------------


def newcomer(hall: Hall, service: str, now: datetime, foretold: forward.Foretold) -> Wait | None:
    """What one is told who would come for this service now, without a priority."""
    if hall.evacuation:
        return None
    ghost = forward.visitor(hall.plan, "", now, (service,), place=hall.seq + 1)
    asked = _asked(hall, ghost, hall.ahead_of(ghost, now), now, foretold.newcomers.get((service, None)))
    found = _promise(hall, ghost, asked, now)
    return found.wait if found else None
