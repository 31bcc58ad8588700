"""What is wished of the whole hall: the turn of the day, changed settings, an evacuation, and what is overdue.

Each wish is a pure function `(hall, now, by, …) -> events`, or a polite refusal from errors.py; no event means that the
wish is already so. Not here: visitors (visitors.py), counters (officers.py).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from queue_core import errors
from queue_core.hall import Booking, Events, Hall
from queue_core.plan import Plan
from queue_core.ticket import AT_COUNTER, Event, Ticket
from queue_core.visitors import away_too_long

# States that a ticket may carry over into the next day. Who was at a counter is not: nobody knows what became of them.
MAY_CARRY = frozenset({"waiting", "held", "absent"})


@dataclass(frozen=True, slots=True)
class Given:
    """Numbers of a day that are given: the last of each series, and the ids of emergency slips that were entered."""

    series: Mapping[str, int]
    entered: tuple[str, ...] = ()


NOTHING_GIVEN = Given({})


def open_day(
    hall: Hall,
    now: datetime,
    by: str,
    plan: Plan,
    trial: bool,
    also_back: bool = False,
    bookings: Iterable[Booking] = (),
    practice: bool = False,
    given: Given = NOTHING_GIVEN,
) -> Events:
    """Turn to the service day of `now`: who was left expires or is carried over, as the centre chose, and the new day's
    first event carries all it starts from.

    A clock that went back reopens no day that has passed, for its numbers are given; only with `also_back`, which is
    for a day that the log has never held: a clock was far ahead, and was put right. `given` are the numbers that the
    log has for this day already: a clock that was far ahead once has been there before.
    """
    day = day_to_open(hall, now, plan, also_back)
    if day is None:
        return ()
    carried = [ticket for ticket in hall.tickets.values() if plan.left_over == "carry" and ticket.state in MAY_CARRY]
    kept = {ticket.id for ticket in carried}
    left = tuple(_expired(ticket, now, by) for ticket in hall.tickets.values() if ticket.id not in kept)
    data = {
        "day": day,
        "plan": plan.record(),
        "trial": trial,
        "practice": practice,
        "carried": [_over_night(ticket).record() for ticket in carried],
        "bookings": [booking.record() for booking in bookings],
        # In the order of the alphabet, as the log writes it: a replay is to stand as the hall stood.
        "paused": {service: dict(hall.paused[service]) for service in sorted(hall.paused)},
        "series": {series: given.series[series] for series in sorted(given.series)},
        "entered": [*(one for one in hall.entered if one.startswith(str(hall.day).replace("-", ""))), *given.entered],
        # Danger and a call for help end when somebody says so, not with the night.
        "evacuation": hall.evacuation.isoformat() if hall.evacuation else None,
        "help": {counter.id: counter.help.record() for counter in hall.counters.values() if counter.help},
        # A kiosk that is switched off stays so, and a roll of paper lasts for days.
        "kiosks_paused": {kiosk: hall.kiosks_paused[kiosk].isoformat() for kiosk in sorted(hall.kiosks_paused)},
        "rolls": {printer: hall.rolls[printer].record() for printer in sorted(hall.rolls)},
        "learned": hall.lessons.next_day().record(),
    }
    return (*left, Event("day-opened", now, by, data=data))


def day_to_open(hall: Hall, now: datetime, plan: Plan, also_back: bool = False) -> str | None:
    """The service day that has come and is not open yet; None where there is nothing to open."""
    day = plan.service_day(now).isoformat()
    there = hall.day is not None and (day == hall.day or (day < hall.day and not also_back))
    return None if there else day


def _over_night(ticket: Ticket) -> Ticket:
    """The night counts as nobody's wait and nobody's service: the leg's times are kept out of the figures."""
    return replace(ticket, leg=replace(ticket.leg, uncertain="day-end"))


def _expired(ticket: Ticket, now: datetime, by: str) -> Event:
    """A leg still open at the day's end has times that nobody can believe."""
    open_leg = ticket.state in AT_COUNTER or ticket.state == "held"
    return Event("expired", now, by, ticket.id, data={"uncertain": "day-end"} if open_leg else {})


def interrupted(hall: Hall, now: datetime, by: str) -> Events:
    """The server begins again, and visitors were at counters when it ended: each counter is to be asked.

    Nobody was at a counter with those who were put aside, but their service was open, too.
    """
    busy = [counter.id for counter in hall.counters.values() if counter.ticket]
    aside = [ticket.id for ticket in hall.tickets.values() if ticket.state == "held"]
    return (Event("interrupted", now, by, data={"counters": busy, "aside": aside}),) if busy or aside else ()


def overdue(hall: Hall, now: datetime) -> list[Ticket]:
    """Those who did not come when called, and have been away for longer than the centre tolerates."""
    return [ticket for ticket in hall.tickets.values() if ticket.state == "absent" and away_too_long(hall, ticket, now)]


def give_up_overdue(hall: Hall, now: datetime, by: str) -> Events:
    """The visits of those who stayed away are over."""
    return tuple(Event("no-show", now, by, one.id, data={"after": "tolerance"}) for one in overdue(hall, now))


# -- settings changed while open -----------------------------------------------------------------------------------


def change_plan(hall: Hall, now: datetime, by: str, plan: Plan) -> Events:
    """The centre's text changed: from now on this plan. What officers can do is the desk's, and stays.

    Nothing, if it is the plan already.
    """
    plan = replace(plan, skills=hall.plan.skills)
    return () if plan == hall.plan else (Event("plan-changed", now, by, data={"plan": plan.record()}),)


def set_skills(hall: Hall, now: datetime, by: str, officer: str, services: Sequence[str] | None) -> Events:
    """What this officer can give, whatever the counter; None: whatever the counter does."""
    _known(hall, services or ())
    skills = {one: given for one, given in hall.plan.skills.items() if one != officer}
    new = skills if services is None else skills | {officer: _in_plan_order(hall, services)}
    return _changed(hall, now, by, replace(hall.plan, skills=new))


def set_services(hall: Hall, now: datetime, by: str, counter: str, services: Sequence[str]) -> Events:
    """What this counter gives from now on. Refused if a service would be left that no counter gives."""
    if counter not in hall.plan.counters:
        raise errors.UnknownCounter(counter=counter)
    _known(hall, services)
    if not services:
        raise errors.WrongValue(where="services", why=", ".join(hall.plan.services))
    given = _in_plan_order(hall, services)
    before = hall.plan.counters[counter]
    usual = before.walk_in if before.walk_in in given else None
    counters = {**hall.plan.counters, counter: replace(before, services=given, walk_in=usual)}
    for service in before.services:
        if not any(service in one.services for one in counters.values()):
            raise errors.LastCounter(service=service, counter=counter)
    return _changed(hall, now, by, replace(hall.plan, counters=counters))


def _known(hall: Hall, services: Iterable[str]) -> None:
    for service in services:
        if service not in hall.plan.services:
            raise errors.UnknownService(service=service)


def _in_plan_order(hall: Hall, services: Sequence[str]) -> tuple[str, ...]:
    return tuple(service for service in hall.plan.services if service in services)


def _changed(hall: Hall, now: datetime, by: str, plan: Plan) -> Events:
    return () if plan == hall.plan else (Event("plan-changed", now, by, data={"plan": plan.record()}),)


def pause_service(hall: Hall, now: datetime, by: str, service: str, message: Mapping[str, str]) -> Events:
    """No tickets for the service for now, and the kiosk says why: `message`, by language; those who wait are served."""
    _known(hall, (service,))
    told = {language: _said(message, language) for language in hall.plan.languages}
    if not all(told.values()):
        raise errors.WrongValue(where="message", why="th, en")
    same = hall.paused.get(service) == told
    return () if same else (Event("service-paused", now, by, data={"service": service, "message": told}),)


def _said(message: Mapping[str, str], language: str) -> str:
    """The message in that language; where it has none in English, else in Thai, and the Thai in Thai alone."""
    others = () if language == "th" else ("en", "th")
    return next(filter(None, (message.get(one) for one in (language, *others))), "")


def resume_service(hall: Hall, now: datetime, by: str, service: str) -> Events:
    """Tickets for the service again. Nothing, if it was not paused."""
    paused = service in hall.paused
    return (Event("service-resumed", now, by, data={"service": service}),) if paused else ()


# -- danger --------------------------------------------------------------------------------------------------------


def evacuate(hall: Hall, now: datetime, by: str) -> Events:
    """Everybody is to leave the building: every screen says so, and nobody is called. Nothing, if it is so already."""
    return () if hall.evacuation else (Event("evacuation-called", now, by),)


def all_clear(hall: Hall, now: datetime, by: str) -> Events:
    """The danger is over. Nothing, if there was none."""
    return (Event("evacuation-over", now, by),) if hall.evacuation else ()
