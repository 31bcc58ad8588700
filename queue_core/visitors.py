"""What may be wished for a visitor: a ticket, a check-in, coming back, a rating; and what reception does.

Each wish is a pure function `(hall, now, by, …) -> events`, or a polite refusal from errors.py; no event means that the
wish is already so. Not here: what an officer does at a counter (officers.py), the hall itself (hall.py).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from queue_core import errors
from queue_core.estimates import spoken
from queue_core.hall import Booking, Events, Hall, Taken
from queue_core.kiosks import call_staff
from queue_core.plan import NEEDS
from queue_core.ticket import UNBELIEVABLE, Event, Ticket, issued
from queue_core.waits import NO_OUTLOOK, Outlook, at_issue, when_sent_on

MOST_PEOPLE = 99
POSITIONS = ("by-visit", "front", "end")
# Nobody walks from the counter, reads two questions and answers them in less.
HASTY = timedelta(seconds=5)


def issue(
    hall: Hall,
    now: datetime,
    by: str,
    services: Sequence[str],
    priority: str | None = None,
    language: str = "th",
    people: int = 1,
    needs: Sequence[str] = (),
    device: str | None = None,
    slip: bool = True,
    outlook: Outlook = NO_OUTLOOK,
) -> Events:
    """A ticket for one or more services: the next number of the first one's series, from 001 each day; after 999, 1000.

    Services come in the order wanted, but one that must come after another comes after it. The event says what wait
    is promised, by the outlook among others.
    """
    wanted = _wanted(hall, services)
    _known_words(hall, priority, language, needs)
    for service in wanted:
        refusal = why_not(hall, service, now, also=[other for other in wanted if other != service])
        if refusal:
            raise refusal
    told = {"priority": priority, "language": language, "people": people, "needs": _needs(needs), "device": device}
    event = ticket_for(hall, now, by, wanted, told if slip else told | {"no_slip": True})
    return (promising(hall, now, event, outlook),)


def ticket_for(
    hall: Hall, now: datetime, by: str, wanted: Sequence[str], told: Mapping[str, Any], counter: str | None = None
) -> Event:
    """The event that brings a visitor into the hall with the next number; what is wanted was checked before."""
    series = _series(hall, wanted[0])
    n = _next_number(hall, series)
    number = f"{series}{n:03d}"
    data: dict[str, Any] = {
        "number": number,
        "series": series,
        "n": n,
        "services": list(wanted),
        "service": wanted[0],
        "left": list(wanted[1:]),
        **told,
    }
    event = Event("issued", now, by, _identity(hall.day, number), counter, data)
    data["ahead"] = hall.after(event).ahead_of(issued(event, hall.seq + 1), now)
    return event


def promising(hall: Hall, now: datetime, event: Event, outlook: Outlook) -> Event:
    """The same event with what is known of the wait at the issue, and what is promised, so far as anything is."""
    after = hall.after(event)
    asked, promised = at_issue(after, after.tickets[str(event.ticket)], now, outlook)
    told: dict[str, Any] = {"asked": asked.record()} if asked else {}
    if promised:
        told |= {"promised": promised.record(), "said": list(spoken(promised.wait))}
    return replace(event, data={**event.data, **told})


def queued_again(hall: Hall, now: datetime, event: Event) -> Event:
    """The same event, by which a visitor waits for the next service, with what is known of that wait: it will teach."""
    after = hall.after(event)
    asked = when_sent_on(after, after.tickets[str(event.ticket)], now)
    return replace(event, data={**event.data, "asked": asked.record()}) if asked else event


def _series(hall: Hall, service: str) -> str:
    shown = hall.plan.shown(service)
    return shown.prefix if shown else hall.plan.services[service].prefix


def _next_number(hall: Hall, series: str) -> int:
    """The next of the series; one that was carried over from yesterday keeps its number, and nobody gets it again."""
    n = hall.series.get(series, 0) + 1
    while f"{series}{n:03d}" in hall.kept:
        n += 1
    return n


def _identity(day: str | None, number: str) -> str:
    return f"{str(day).replace('-', '')}-{number}"


def _wanted(hall: Hall, services: Sequence[str]) -> tuple[str, ...]:
    if not services:
        raise errors.WrongValue(where="services", why=", ".join(hall.plan.services))
    for service in services:
        if service not in hall.plan.services:
            raise errors.UnknownService(service=service)
    if len(set(services)) < len(services):
        raise errors.SameServiceTwice()
    return hall.plan.in_turn(services)


def _known_words(hall: Hall, priority: str | None, language: str, needs: Sequence[str]) -> None:
    if priority is not None and priority not in hall.plan.priorities:
        raise errors.UnknownPriority(priority=priority)
    if language not in hall.plan.languages:
        raise errors.UnknownLanguage(language=language)
    if not set(needs) <= set(NEEDS):
        raise errors.WrongValue(where="needs", why=", ".join(NEEDS))


def _needs(needs: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(needs))


# -- may a ticket be had now? --------------------------------------------------------------------------------------


Work = Mapping[str, timedelta]


def why_not(
    hall: Hall, service: str, now: datetime, also: Sequence[str] = (), work: Work | None = None
) -> errors.OutOfOrder | None:
    """Why no ticket can be had for the service now; None if one can. The kiosk says the same beforehand.

    `also` are the other services of the same visit: they take time, too. `work` is `work_left`, for whoever asks for
    many services at once.
    """
    return (
        _hall_says_no(hall, service, now)
        or _quota_says_no(hall, service, now)
        or _no_time_left(hall, service, now, also, work)
    )


def _hall_says_no(hall: Hall, service: str, now: datetime) -> errors.OutOfOrder | None:
    if hall.evacuation:
        return errors.Evacuating()
    if not hall.open_at(now):
        return errors.HallClosed(service=service)
    if service in hall.paused:
        return errors.ServicePaused(service=service, message=hall.paused[service])
    return None


def _quota_says_no(hall: Hall, service: str, now: datetime) -> errors.OutOfOrder | None:
    planned, taken = hall.plan.services[service], hall.taken.get(service, Taken())
    local = hall.plan.local(now)
    if planned.quota_day is not None and taken.today >= planned.quota_day:
        return errors.QuotaFull(service=service, quota=planned.quota_day)
    if planned.quota_hour is None or taken.in_hour(local.hour) < planned.quota_hour:
        return None
    again = _next_hour(hall, local)
    if again is None:
        return errors.QuotaFull(service=service, quota=planned.quota_hour)
    return errors.HourFull(service=service, quota=planned.quota_hour, next=again.strftime("%H:%M"))


def _next_hour(hall: Hall, local: datetime) -> datetime | None:
    """The next full hour of this local day at which tickets are given: not the one that falls into lunch."""
    hour = local.replace(minute=0, second=0, microsecond=0)
    later = (hour + timedelta(hours=n) for n in range(1, 24 - local.hour))
    return next((one for one in later if hall.open_at(one)), None)


def _no_time_left(
    hall: Hall, service: str, now: datetime, also: Sequence[str], work: Work | None
) -> errors.OutOfOrder | None:
    closes = None if hall.always_open or hall.plan.last_ticket != "by-work" else hall.plan.closes_at(now)
    if closes is None:
        return None
    before = work_before(hall, service, work_left(hall, now) if work is None else work)
    own = sum((_takes(hall, one) for one in (service, *also)), timedelta())
    if before + own <= hall.plan.time_left(now):
        return None
    return errors.NoTimeLeft(service=service, closes=hall.plan.local(closes).strftime("%H:%M"))


def work_before(hall: Hall, service: str, work: Work) -> timedelta:
    """How long the counters that give the service need for the work that is there: it is shared among them."""
    able = hall.able(service)
    given = frozenset[str]().union(*(hall.services_at(counter) for counter in able)) | {service}
    return sum((left for one, left in work.items() if one in given), timedelta()) / max(len(able), 1)


def work_left(hall: Hall, now: datetime) -> Work:
    """By service, how long it takes what those who wait, are served or are put aside still want of it."""
    takes, work = {service: _takes(hall, service) for service in hall.plan.services}, dict[str, timedelta]()
    for ticket in hall.tickets.values():
        if ticket.state != "absent":
            had = (ticket.held_at or now) - ticket.started_at if ticket.started_at else timedelta()
            present = max(takes.get(ticket.service, timedelta()) - had, timedelta())
            work[ticket.service] = work.get(ticket.service, timedelta()) + present
            for service in ticket.left:
                work[service] = work.get(service, timedelta()) + takes.get(service, timedelta())
    return work


def _takes(hall: Hall, service: str) -> timedelta:
    """How long the hall has seen the service take; as published, until it has."""
    planned = service in hall.plan.services
    return timedelta(seconds=hall.lessons.seconds_at_counter(service, hall.plan) if planned else 0)


def too_long(hall: Hall, service: str, took: timedelta) -> bool:
    """Whether nobody believes that the service took so long: over three times the published time. Somebody forgot."""
    planned = hall.plan.services.get(service)
    return planned is not None and took > UNBELIEVABLE * timedelta(minutes=planned.standard_service_minutes)


# -- bookings ------------------------------------------------------------------------------------------------------

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{3,39}", re.ASCII)


def book(hall: Hall, now: datetime, by: str, booking: Booking, taken: bool = False) -> Events:
    """A visit booked for a time. `taken`: whether the code stands for another booking already, whatever its day.

    The code says nothing of the person. One of thirteen digits looks like a citizen's number and is refused.
    """
    _booking_good(hall, now, booking)
    if taken or booking.code in hall.bookings:
        raise errors.CodeTaken(code=booking.code)
    day = hall.plan.service_day(booking.at).isoformat()
    return (Event("booked", now, by, data={"day": day, "booking": booking.record()}),)


def _booking_good(hall: Hall, now: datetime, booking: Booking) -> None:
    if not CODE.fullmatch(booking.code) or _like_a_citizens_number(booking.code):
        raise errors.WrongValue(where="code", why="A-Z a-z 0-9 - _ (4-40), no 13 digits in a row")
    _wanted(hall, booking.services)
    _known_words(hall, booking.priority, booking.language, booking.needs)
    if not 1 <= booking.people <= MOST_PEOPLE:
        raise errors.WrongValue(where="people", why=f"1 … {MOST_PEOPLE}")
    if hall.plan.service_day(booking.at).isoformat() < str(hall.day):
        raise errors.WrongValue(where="at", why=f"≥ {hall.day}")
    if not hall.always_open and not hall.plan.open_at(booking.at):
        raise errors.BookingClosed(at=hall.plan.local(booking.at).strftime("%Y-%m-%d %H:%M"))


def _like_a_citizens_number(code: str) -> bool:
    return re.search(r"[0-9]([-_]*[0-9]){12}", code, re.ASCII) is not None


def cancel_booking(hall: Hall, now: datetime, by: str, code: str, known: bool = True) -> Events:
    """The booking is given up. `known`: whether there is one of that code on some day and not yet checked in."""
    booking = hall.bookings.get(code)
    if booking and booking.ticket:
        raise errors.AlreadyCheckedIn(code=code, number=number_of(booking.ticket))
    if not known:
        raise errors.UnknownBooking(code=code)
    return (Event("booking-cancelled", now, by, data={"code": code}),)


def check_in(
    hall: Hall, now: datetime, by: str, code: str, device: str | None = None, outlook: Outlook = NO_OUTLOOK
) -> Events:
    """The booked visitor has come and gets a ticket, whose turn is counted from the booked time.

    Who comes later than the late window joins the ordinary queue, from now on. Quotas and the last ticket are for
    those who come without a booking.
    """
    booking = hall.bookings.get(code)
    if booking is None:
        raise errors.UnknownBooking(code=code)
    if booking.ticket:
        raise errors.AlreadyCheckedIn(code=code, number=number_of(booking.ticket))
    wanted = _wanted(hall, booking.services)
    for service in wanted:
        refusal = _hall_says_no(hall, service, now)
        if refusal:
            raise refusal
    kept = timeliness(hall, booking.at, now)
    told = booking.record() | {
        "device": device,
        "booking": kept,
        "booked_at": booking.at.isoformat(),
        "since": (now if kept == "late" else booking.at).isoformat(),
    }
    del told["services"], told["at"]
    return (promising(hall, now, ticket_for(hall, now, by, wanted, told), outlook),)


def timeliness(hall: Hall, at: datetime, now: datetime) -> str:
    """`early`, `on-time` or `late`, by the centre's two windows around the booked time."""
    if now < at - timedelta(minutes=hall.plan.early_minutes):
        return "early"
    return "on-time" if now <= at + timedelta(minutes=hall.plan.late_minutes) else "late"


def number_of(ticket: str) -> str:
    """The number that a ticket's id holds."""
    return ticket.partition("-")[2]


# -- the holder ----------------------------------------------------------------------------------------------------


def cancel(hall: Hall, now: datetime, by: str, ticket: Ticket) -> Events:
    """The holder gives the ticket back. Refused once it is being served or over."""
    live = hall.tickets.get(ticket.id)
    # `ticket` may be a moment old: one that has left the hall since then is over, whatever it says of itself.
    if live is None or not live.may("cancelled"):
        raise errors.CannotCancel(number=ticket.number, state=(live or ticket).state)
    counter = live.counter if live.state == "called" else None
    return (Event("cancelled", now, by, live.id, counter),)


def come_back(hall: Hall, now: datetime, by: str, ticket: Ticket, counter: str | None = None) -> Events:
    """One who did not come when called is here after all, and waits again with the visit's age. Nothing, if so already.

    Refused after the centre's tolerance: then the visit is over.
    """
    live = hall.tickets.get(ticket.id)
    if live and live.state == "waiting":
        return ()
    if live is None or not live.may("requeued"):
        raise errors.NotAbsent(number=ticket.number, state=(live or ticket).state)
    if away_too_long(hall, live, now):
        raise errors.AwayTooLong(number=ticket.number, minutes=hall.plan.tolerance_minutes)
    return (Event("requeued", now, by, live.id, counter),)


def back_by(hall: Hall, ticket: Ticket) -> datetime | None:
    """Until when one who did not come when called may come back; None for all others."""
    return ticket.absent_at + timedelta(minutes=hall.plan.tolerance_minutes) if ticket.absent_at else None


def away_too_long(hall: Hall, ticket: Ticket, now: datetime) -> bool:
    """Whether one who did not come has been away for longer than the centre tolerates; nobody, during an evacuation."""
    until = back_by(hall, ticket)
    return until is not None and now > until and not hall.evacuation


def rate(
    hall: Hall, now: datetime, by: str, visit: Ticket, rated: bool, marks: Mapping[str, int], comment: str
) -> Events:
    """The visitor's marks, 1 to 5, once, after having been served. `visit` is the ticket in its last state.

    Given within `HASTY` of the finish they are flagged: it may not have been the visitor. They count like any other.
    """
    if visit.state != "finished" or visit.id in hall.tickets:
        raise errors.NotServedYet(number=visit.number)
    if rated:
        raise errors.AlreadyRated(number=visit.number)
    texts = {"comment": comment} if comment else {}
    hasty = visit.ended_at is not None and now - visit.ended_at <= HASTY
    told = dict(marks) | ({"hasty": True} if hasty else {})
    return (Event("rated", now, by, visit.id, visit.counter, told, texts),)


# -- the slip ------------------------------------------------------------------------------------------------------


def slip_printed(hall: Hall, now: datetime, by: str, ticket: str, copy: int, printer: str | None = None) -> Events:
    """An agent says that the slip came out. Nothing to record for a ticket that is gone or was printed before.

    `printer` is the one that it came out of, where that is known: its roll has one slip less.
    """
    live = hall.tickets.get(ticket)
    done = live is None or live.printed or _overtaken(live, copy)
    return () if done else (_came_out("slip-printed", now, by, ticket, copy, printer),)


def slip_sent(hall: Hall, now: datetime, by: str, ticket: str, copy: int, printer: str | None = None) -> Events:
    """An agent says that the slip was sent to a printer that confirms nothing. It is never printed again by itself."""
    live = hall.tickets.get(ticket)
    done = live is None or live.printed or live.sent or _overtaken(live, copy)
    return () if done else (_came_out("slip-sent", now, by, ticket, copy, printer),)


def _overtaken(ticket: Ticket, copy: int) -> bool:
    """Another was asked for meanwhile: an earlier copy that comes out late is not that one."""
    return ticket.slip_at is not None and copy < ticket.copy


def _came_out(kind: str, now: datetime, by: str, ticket: str, copy: int, printer: str | None) -> Event:
    return Event(kind, now, by, ticket, data={"copy": copy} | ({"printer": printer} if printer else {}))


def slip_unknown(hall: Hall, now: datetime, by: str, ticket: str, copy: int) -> Events:
    """Nobody knows whether the slip came out: the next one will be marked as a copy."""
    live = hall.tickets.get(ticket)
    done = live is None or live.printed or live.copy > copy
    return () if done else (Event("slip-unknown", now, by, ticket, data={"copy": copy}),)


def slip_doubtful(
    hall: Hall, now: datetime, by: str, ticket: str, copy: int, printer: str | None, confirms: bool
) -> Events:
    """It is not known whether the slip came out of this printer. After one that cannot confirm no copy comes by itself:
    it counts as sent, and the kiosk asks its holder.
    """
    live = hall.tickets.get(ticket)
    if confirms or live is None or live.copy > copy:
        return slip_unknown(hall, now, by, ticket, copy)
    return slip_sent(hall, now, by, ticket, copy, printer)


def slip_received(hall: Hall, now: datetime, by: str, ticket: str) -> Events:
    """Its holder says that the slip which was sent is here. Nothing where none is in question."""
    live = hall.tickets.get(ticket)
    return (Event("slip-received", now, by, ticket, data={"copy": live.copy}),) if live and live.sent else ()


def slip_missed(hall: Hall, now: datetime, by: str, ticket: str, device: str) -> Events:
    """Its holder, at the kiosk `device`, says that the slip which was sent is not here: one more is due there, marked,
    and a member of staff is called. Nothing where none is in question, or the holder is being served.
    """
    live = hall.tickets.get(ticket)
    if live is None or not live.sent or not live.may("reprinted"):
        return ()
    missed = Event("slip-missed", now, by, ticket, data={"copy": live.copy, "device": device})
    return (missed, *call_staff(hall, now, by, device, "slip"))


def reprint(hall: Hall, now: datetime, by: str, ticket: Ticket, device: str | None = None) -> Events:
    """One more slip of the same ticket, marked as such; at `device`, or (None) at a printer that serves all."""
    return (Event("reprinted", now, by, _may_have_slip(hall, ticket).id, data={"device": device}),)


def ask_slip(
    hall: Hall, now: datetime, by: str, ticket: Ticket, maybe_out: bool = True, device: str | None = None
) -> Events:
    """The slip that is due and did not come, asked for now, however old it is; marked where it may have come out.

    `maybe_out`: whether an agent has it, or had it, and did not say. A slip that came out is printed again.
    """
    live = _may_have_slip(hall, ticket)
    if not live.slip_due:
        return reprint(hall, now, by, ticket, device)
    told = {"copy": live.copy + maybe_out, "device": device}
    return (Event("slip-asked", now, by, live.id, data=told),)


def _may_have_slip(hall: Hall, ticket: Ticket) -> Ticket:
    live = hall.tickets.get(ticket.id)
    if live is None or not live.may("reprinted"):
        raise errors.CannotMove(number=ticket.number, state=(live or ticket).state)
    return live


# -- reception -----------------------------------------------------------------------------------------------------


def move(
    hall: Hall,
    now: datetime,
    by: str,
    ticket: Ticket,
    changes: Mapping[str, Any],
    position: str | None = None,
    reason: str | None = None,
) -> Events:
    """Reception puts a ticket right: `changes` names any of service, priority, needs, people, language.

    The visit keeps its age, unless `position` puts it to the front (for a listed reason) or the end.
    Nothing, if it stands so already.
    """
    live = hall.tickets.get(ticket.id)
    if live is None or not live.may("moved"):
        raise errors.CannotMove(number=ticket.number, state=(live or ticket).state)
    new = {name: value for name, value in changes.items() if value != _stands(live, name)}
    if "service" in changes and (live.for_counter or live.for_officer):
        # Named again, the service is everybody's who gives it: whom the visitor was sent to may stay away.
        new["service"] = changes["service"]
    if "service" in new:
        new |= _another_service(hall, live, new["service"])
    _known_words(hall, new.get("priority"), new.get("language", hall.plan.languages[0]), new.get("needs", ()))
    if "needs" in new:
        new["needs"] = _needs(new["needs"])
    new |= placed(hall, live, now, position, reason) if position else {}
    return (Event("moved", now, by, live.id, data=new),) if new else ()


def _stands(ticket: Ticket, name: str) -> Any:
    value = getattr(ticket, name)
    return list(value) if isinstance(value, tuple) else value


def _another_service(hall: Hall, ticket: Ticket, service: str) -> dict[str, Any]:
    if service not in hall.plan.services:
        raise errors.UnknownService(service=service)
    left = [one for one in ticket.left if one != service]
    done = [leg.service for leg in ticket.legs]
    services = list(dict.fromkeys([*done, service, *left]))
    # It was for the former service that somebody was to be seen.
    return {"service": service, "left": left, "services": services, "for_counter": None, "for_officer": None}


def placed(hall: Hall, ticket: Ticket, now: datetime, position: str, reason: str | None) -> dict[str, Any]:
    """What an event says of the place in the queue: by the visit's age, at the end from now on, or in front of all.

    Only the front needs a reason, and a listed one: it passes people over.
    """
    if position not in POSITIONS:
        raise errors.WrongValue(where="position", why=", ".join(POSITIONS))
    if position == "front":
        listed(hall, reason)
    since = now if position == "end" else ticket.age_since
    told = {"position": position, "since": since.isoformat()}
    return told | {"reason": reason} if reason and reason in hall.plan.reasons else told


def listed(hall: Hall, reason: str | None) -> None:
    """Refuse a reason that the centre has not listed: what passes people over is counted by its reason."""
    if reason not in hall.plan.reasons:
        reasons = hall.plan.reasons.values()
        known = {one: ", ".join(name.get(one) or name["th"] for name in reasons) for one in hall.plan.languages}
        raise errors.UnknownReason(reason=reason or "", known=known)


def enter_by_hand(
    hall: Hall,
    now: datetime,
    by: str,
    number: str,
    services: Sequence[str],
    came_at: datetime,
    called_at: datetime | None = None,
    started_at: datetime | None = None,
    ended_at: datetime | None = None,
    counter: str | None = None,
    outcome: str = "done",
    priority: str | None = None,
    language: str = "th",
) -> Events:
    """A slip of the emergency block, entered afterwards with the times that were written on it.

    Without `ended_at` the visitor still waits, and waits since `came_at`; with it the visit is over. Once a number and
    day; for today and the day before, since it may be night before the power is back.
    """
    wanted = _wanted(hall, services)
    _known_words(hall, priority, language, ())
    day = _day_by_hand(hall, came_at, ended_at)
    _in_order(came_at, called_at, started_at, ended_at, now)
    if counter is not None and counter not in hall.counters:
        raise errors.UnknownCounter(counter=counter)
    n = _of_the_block(hall, number)
    identity = _identity(day, number)
    if identity in hall.entered or hall.numbered(number):
        raise errors.NumberTaken(number=number)
    data = {
        "number": number,
        "series": hall.plan.emergency_prefix,
        "n": n,
        "day": day,
        "services": list(wanted),
        "service": wanted[0],
        "left": [] if ended_at else list(wanted[1:]),
        "issued_at": came_at.isoformat(),
        "priority": priority,
        "language": language,
    }
    entered = Event("entered", now, by, identity, data=data)
    if ended_at is None:
        return (entered,)
    times = {"called_at": called_at, "started_at": started_at, "ended_at": ended_at}
    told: dict[str, Any] = {name: value.isoformat() for name, value in times.items() if value} | {"outcome": outcome}
    began = started_at or called_at
    told |= {"uncertain": "too-long"} if began and too_long(hall, wanted[0], ended_at - began) else {}
    told |= {"also": list(wanted[1:])} if wanted[1:] else {}
    return (entered, Event("finished-by-hand", now, by, identity, counter, told))


def _of_the_block(hall: Hall, number: str) -> int:
    """Which slip of the emergency block it is."""
    series = hall.plan.emergency_prefix
    found = re.fullmatch(rf"{series}([0-9]{{3,4}})", number, re.ASCII)
    n = int(found[1]) if found else 0
    if not n or number != f"{series}{n:03d}":
        raise errors.NotAnEmergencyNumber(example=f"{series}001")
    return n


def _day_by_hand(hall: Hall, came_at: datetime, ended_at: datetime | None) -> str:
    day = hall.plan.service_day(came_at)
    today = datetime.fromisoformat(str(hall.day)).date()
    if day not in (today, today - timedelta(days=1)) or (day < today and ended_at is None):
        raise errors.NotThisDay(day=str(today))
    return day.isoformat()


def _in_order(*moments: datetime | None) -> None:
    known = [moment for moment in moments if moment]
    if known != sorted(known):
        raise errors.TimesOutOfOrder()
