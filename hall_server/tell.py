"""How the hall is told outside: times, tickets and counters as JSON. Pure: (hall, …) -> dict."""

from collections import Counter as Counting
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from hall_server.printers import Trouble
from hall_server.texts import say, values_in
from queue_core.estimates import Wait, spoken
from queue_core.hall import Counter, Hall
from queue_core.kiosks import call_out
from queue_core.plan import Names, Plan
from queue_core.ticket import Ticket
from queue_core.visitors import away_too_long, back_by
from queue_core.waits import NO_OUTLOOK, Outlook, told

HOUR = 60
# Whoever is closed for longer than this says no day.
LOOKS_AHEAD_DAYS = 60
NO_NAME: Names = {"th": "–", "en": "–"}


def moment(plan: Plan, at: datetime | None) -> str | None:
    """ISO 8601 with the centre's offset, to the millisecond."""
    return None if at is None else plan.local(at).isoformat(timespec="milliseconds")


def clock(at: datetime) -> str:
    """The time of day of a local moment."""
    return at.strftime("%H:%M")


def service_name(plan: Plan, service: str) -> Names:
    """Its name in every language; a service no longer in the plan is shown by a dash."""
    return plan.services[service].name if service in plan.services else NO_NAME


def counter_name(plan: Plan, counter: str) -> Names:
    return plan.counters[counter].name if counter in plan.counters else {"th": counter, "en": counter}


def directions(plan: Plan, counter: str) -> Names | None:
    """How to get to the counter: its own directions, else its zone's; None where the centre's file has neither."""
    here = plan.counters.get(counter)
    zone = plan.zones.get(here.zone or "") if here else None
    return (here.directions if here else None) or (zone.directions if zone else None)


def hours(plan: Plan, now: datetime) -> Names:
    """Why the hall is closed: the holiday, or the hours of this day and from when tickets are given."""
    local = plan.local(now)
    spans = plan.spans_on(local.date())
    holiday = plan.holidays.get(local.date().isoformat())
    key = "common.closed_now" if spans else "common.closed_today"
    if holiday:
        key = "common.closed_holiday_hours" if spans else "common.closed_holiday"
    elif spans and plan.tickets_before_minutes and local.hour * 60 + local.minute < spans[0][0]:
        key = "common.closed_before"
    begins = _clock(max(0, spans[0][0] - plan.tickets_before_minutes)) if spans else ""
    name = holiday.name if holiday else ""
    return in_all(plan, key, hours=", ".join(spans_on(plan, now)), begins=begins, holiday=name)


def spans_on(plan: Plan, now: datetime) -> list[str]:
    """The opening hours of this local day, as people write them: `08:30–12:00`."""
    return [f"{_clock(start)}–{_clock(end)}" for start, end in plan.spans_on(plan.local(now).date())]


def opens(plan: Plan, now: datetime) -> datetime | None:
    """When the hall opens next, on the centre's clock; None where no day of the next two months is one."""
    today = plan.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    days = (today + timedelta(days=n) for n in range(LOOKS_AHEAD_DAYS))
    begins = (day + timedelta(minutes=start) for day in days for start, _ in plan.spans_on(day.date()))
    return next((at for at in begins if at > now), None)


def in_all(plan: Plan, key: str, **values: Any) -> Names:
    """The text in every language of the centre; a value that is a name is said in the same one."""
    return {language: say(language, key, **values_in(values, language)) for language in plan.languages}


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def ticket(hall: Hall, ticket: Ticket, now: datetime, outlook: Outlook = NO_OUTLOOK) -> dict[str, Any]:
    """A ticket as those who serve it see it: every service by its true name. INTERFACE.md's fields, and more."""
    return _ticket(hall, ticket, now, outlook, _true, _legs(hall.plan, ticket, _true))


def held_ticket(hall: Hall, ticket: Ticket, now: datetime, outlook: Outlook = NO_OUTLOOK) -> dict[str, Any]:
    """A ticket as its holder sees it, but for the token: a service goes under the name that everybody may see.

    A phone is seen by others, and a slip is left on a chair.
    """
    return _ticket(hall, ticket, now, outlook, shown, _once(_legs(hall.plan, ticket, shown)))


def waiting_by_shown(hall: Hall) -> dict[str, int]:
    """How many wait for each service, under the names that everybody may see; "" where a plan changed has none."""
    return Counting(shown(hall.plan, ticket.service)[0] for ticket in hall.waiting())


Namer = Callable[[Plan, str], tuple[str, Names]]


def _true(plan: Plan, service: str) -> tuple[str, Names]:
    return service, service_name(plan, service)


def shown(plan: Plan, service: str) -> tuple[str, Names]:
    """Id and name under which everybody may see the service. No id, and a dash, where its cover is gone."""
    cover = plan.shown(service)
    return (cover.id, cover.name) if cover else ("", NO_NAME)


def _ticket(
    hall: Hall, ticket: Ticket, now: datetime, outlook: Outlook, named: Namer, legs: list[dict[str, Any]]
) -> dict[str, Any]:
    plan = hall.plan
    service, name = named(plan, ticket.service)
    ahead = hall.ahead_of(ticket, now) if ticket.state == "waiting" else 0
    return {
        "number": ticket.number,
        "state": ticket.state,
        "services": _ids(plan, ticket.services, named),
        "service": service,
        "left": [leg["service"] for leg in legs if leg["state"] == "to-come"],
        "legs": legs,
        "priority": ticket.priority,
        "language": ticket.language,
        "people": ticket.people,
        "needs": list(ticket.needs),
        "issued_at": moment(plan, ticket.issued_at),
        "ahead": ahead,
        "wait": wait(plan, told(hall, ticket, now, ahead, outlook)),
        "outcome": ticket.outcome,
        "counter": ticket.counter,
        "called_at": moment(plan, ticket.called_at),
        "started_at": moment(plan, ticket.started_at),
        "held_at": moment(plan, ticket.held_at if ticket.state == "held" else None),
        "absent_until": moment(plan, _absent_until(hall, ticket, now)),
        "booking": booking(plan, ticket),
        "by_hand": ticket.by_hand,
        "printed": ticket.printed,
        "service_name": name,
        "counter_name": counter_name(plan, ticket.counter) if ticket.counter else None,
    }


def wait(plan: Plan, told: Wait | None) -> dict[str, Any] | None:
    """A wait in seconds, and as people say it: `from_min` to `to_min`, and `said` in words, by language."""
    if told is None:
        return None
    low, high = spoken(told)
    return {
        "low_s": round(told.low_s),
        "likely_s": round(told.likely_s),
        "high_s": round(told.high_s),
        "from_min": low,
        "to_min": high,
        "said": {language: said(low, high, language) for language in plan.languages},
    }


def said(low: int, high: int, language: str) -> str:
    """A range of minutes in words, from an hour on in hours: "10–15 min", "45 min to 1½ hours"."""
    if low == 0:
        return say(language, "common.wait.up_to", high=_duration(high, language))
    if high <= HOUR:
        return say(language, "common.wait.minutes", low=low, high=high)
    return say(language, "common.wait.between", low=_duration(low, language), high=_duration(high, language))


def _duration(minutes: int, language: str) -> str:
    hours, rest = divmod(minutes, HOUR)
    if not hours:
        return say(language, "common.duration.minutes", n=minutes)
    key = "hour" if hours == 1 else "hours"
    return say(language, f"common.duration.{key}{'_half' if rest else ''}", n=hours)


def _ids(plan: Plan, services: Iterable[str], named: Namer) -> list[str]:
    return list(dict.fromkeys(named(plan, service)[0] for service in services))


def _legs(plan: Plan, ticket: Ticket, named: Namer) -> list[dict[str, Any]]:
    """The steps of the visit, in turn: given, present, to come. Whoever was sent on was not given the service there."""
    done = [leg.service for leg in ticket.legs if leg.ended != "transferred"]
    over = ticket.ended_at is not None
    if ticket.state == "finished":
        done.append(ticket.service)
    present = [] if over else [ticket.service]
    steps = (
        [("done", one) for one in done] + [("now", one) for one in present] + [("to-come", one) for one in ticket.left]
    )
    return [_leg(*named(plan, service), state) for state, service in steps]


def _once(legs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each service in one step, the present one or else the one that is furthest from done.

    Two under one name would betray that the name covers another.
    """
    kept: dict[str, dict[str, Any]] = {}
    for state in ("now", "to-come", "done"):
        for leg in legs:
            if leg["state"] == state:
                kept.setdefault(leg["service"], leg)
    return [leg for leg in legs if leg is kept[leg["service"]]]


def _leg(service: str, name: Names, state: str) -> dict[str, Any]:
    return {"service": service, "service_name": name, "state": state}


def _absent_until(hall: Hall, ticket: Ticket, now: datetime) -> datetime | None:
    """Until when one who did not come may come back; None where that is not, or no longer, so."""
    may = ticket.id in hall.tickets and ticket.may("requeued") and not away_too_long(hall, ticket, now)
    return back_by(hall, ticket) if may else None


def booking(plan: Plan, ticket: Ticket) -> dict[str, Any] | None:
    """Whether a booked visitor came early, on time or late, and the booked time; None for all others."""
    return {"state": ticket.booking, "at": moment(plan, ticket.booked_at)} if ticket.booking else None


def kiosk_calls(hall: Hall, now: datetime, name_of: Callable[[str | None], str | None]) -> list[dict[str, Any]]:
    """The kiosks at which a visitor asks for a member of staff: the unanswered first, the oldest of them first.

    `name_of` tells what a device or a person is called whom the log knows by an opaque id.
    """
    calling = [(device, call) for device in hall.kiosk_calls if (call := call_out(hall, now, device))]
    return [
        {
            "device": name_of(device) or device,
            "why": call.why,
            "at": moment(hall.plan, call.at),
            "answered": call.answered_by is not None,
            "answered_by_name": name_of(call.answered_by),
        }
        for device, call in sorted(calling, key=lambda one: (one[1].answered_by is not None, one[1].at))
    ]


def kiosk_troubles(
    hall: Hall, troubles: Iterable[Trouble], name_of: Callable[[str | None], str | None]
) -> list[dict[str, Any]]:
    """What the staff should know of each kiosk: its printer's state if that is not well, few slips, a pause, how many
    wait without their slip."""
    return [
        {
            "device": name_of(one.device) or one.device,
            "state": one.state,
            "since": moment(hall.plan, one.since),
            "slips_left": one.slips_left,
            "paused": moment(hall.plan, one.paused),
            "without": one.without,
        }
        for one in troubles
    ]


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
