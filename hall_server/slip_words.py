"""What a slip says, ready-made in its ticket's language, so that an agent knows no languages.

Not here: when a slip is given, and to which printer (devices.py); how it looks (hardware/slips.py).
"""

from collections.abc import Iterator, Mapping, Set
from dataclasses import replace
from datetime import datetime
from typing import Any

from hall_server import tell
from hall_server.house import House
from hall_server.texts import FIRST, SECOND, WHOLE, date_and_time, drafts, letters_on_slips, name_in, say
from queue_core import waits
from queue_core.estimates import spoken
from queue_core.hall import Hall
from queue_core.plan import Plan
from queue_core.ticket import Ticket


def letters(plan: Plan) -> str:
    """Every letter that this centre's slips may need, each once: of our own words, and of its names."""
    named = (plan.name, *(one.name for one in (*plan.services.values(), *plan.agencies.values())))
    names = (name_in(name, language) for name in named for language in plan.languages)
    return "".join(sorted(set("".join((letters_on_slips(), *names)))))


def readable_slip(
    house: House, hall: Hall, ticket: Ticket, copy: int, now: datetime, lacking: Set[str]
) -> dict[str, Any]:
    """The slip, in English where its printer's fonts lack letters of the ticket's own language."""
    said = slip(house, hall, ticket, copy, now)
    if lacking.isdisjoint("".join(_texts(said))):
        return said
    return slip(house, hall, replace(ticket, language=SECOND), copy, now)


def _texts(said: Mapping[str, Any]) -> Iterator[str]:
    for value in said.values():
        if isinstance(value, Mapping):
            yield from _texts(value)
        elif isinstance(value, str):
            yield value


def slip(house: House, hall: Hall, ticket: Ticket, copy: int, now: datetime) -> dict[str, Any]:
    """What the slip says, in the ticket's language; from the second copy on it is marked, for the staff too."""
    language, plan = ticket.language, hall.plan
    # A service that a changed plan no longer has keeps its tickets, and the other slips must not wait for it.
    service = plan.shown(ticket.service)
    agency = plan.agencies.get(service.agency) if service else None
    # A ticket's own language alone would say nothing to the staff, who read Thai or English.
    readers = WHOLE if language in WHOLE else (language, *WHOLE)
    mark = "\n".join(say(one, "slip.copy", n=copy) for one in readers) if copy > 1 else None
    kept = ticket.booking in ("early", "on-time") and ticket.booked_at
    return {
        "number": ticket.number,
        "day": str(hall.day),
        "language": language,
        "copy": copy,
        "copy_mark": mark,
        "centre": name_in(plan.name, language),
        "service": _services(hall, ticket),
        "agency": name_in(agency.name, language) if agency else "",
        # The group is nobody's business who picks the slip up.
        "priority": say(language, "slip.priority") if ticket.priority else None,
        "booked": say(language, "slip.booked", time=plan.local(kept).strftime("%H:%M")) if kept else None,
        "issued": date_and_time(plan.local(ticket.issued_at), language),
        "ahead": _place(hall, ticket, now),
        "wait": _wait(house, hall, ticket, now),
        "notice": say(language, "slip.notice"),
        "draft": say(language, "common.draft") if drafts([language]) else None,
        "labels": {"number": say(language, "slip.number"), "follow": say(language, "slip.follow")},
        "url": f"{house.public_url}/t/{house.token(ticket.id)}" if house.public_url else None,
        "trial_mark": _trial_mark(hall, language),
    }


def sample_slip(house: House, hall: Hall, kiosk: str) -> dict[str, Any]:
    """A slip by which the staff see whether the printer prints well: no number, and marked so in both languages."""
    mark, now = say(FIRST, "slip.sample"), house.office.now()
    return {
        "number": "TEST",
        "day": str(hall.plan.service_day(now)),
        "language": FIRST,
        "copy": 1,
        "copy_mark": mark,
        "centre": name_in(hall.plan.name, FIRST),
        "service": say(FIRST, "slip.sample_at", kiosk=kiosk),
        "agency": "",
        "priority": None,
        "booked": None,
        "issued": date_and_time(hall.plan.local(now), FIRST),
        "ahead": say(FIRST, "slip.sample_look"),
        "wait": None,
        "notice": say(FIRST, "slip.sample_words"),
        "labels": {"number": say(FIRST, "slip.sample_none"), "follow": say(FIRST, "slip.sample_scan")},
        "url": f"{house.public_url}/" if house.public_url else None,
        "trial_mark": mark,
    }


def _services(hall: Hall, ticket: Ticket) -> str:
    """The present service under the name that everybody may see, and how many come after it."""
    here, name = tell.shown(hall.plan, ticket.service)
    # Counted as they are shown: a covered service beside its cover must not betray itself by the number.
    after = {tell.shown(hall.plan, service)[0] for service in ticket.left} - {here}
    more = say(ticket.language, "slip.and_more", n=len(after)) if after else ""
    return f"{name_in(name, ticket.language)} {more}".strip()


def _place(hall: Hall, ticket: Ticket, now: datetime) -> str:
    """How many were ahead at the issue; on a slip asked for later, how many are now, or where the visit stands."""
    if ticket.slip_at and ticket.state != "waiting":
        return say(ticket.language, f"ticket.state.{ticket.state}")
    ahead = hall.ahead_of(ticket, now) if ticket.slip_at else ticket.ahead
    return say(ticket.language, "slip.ahead" if ahead else "slip.first", n=ahead)


def _wait(house: House, hall: Hall, ticket: Ticket, now: datetime) -> str | None:
    """The wait that was promised at the issue; on a slip asked for later, what it would be now."""
    language = ticket.language
    if ticket.slip_at:
        found = waits.told(hall, ticket, now, hall.ahead_of(ticket, now), house.outlook)
    else:
        found = ticket.promised.wait if ticket.promised else None
    return say(language, "slip.wait", wait=tell.said(*spoken(found), language)) if found else None


def _trial_mark(hall: Hall, language: str) -> str | None:
    if hall.practice:
        return say(language, "slip.practice")
    return say(language, "slip.trial") if hall.trial else None
