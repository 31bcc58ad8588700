"""What the desk is told of the hall as it stands now: plain data, in every language. Pure: (hall, …) -> dict."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from hall_server import tell
from hall_server.people import Member
from hall_server.printers import Device, Trouble
from queue_core.hall import Counter, Hall

Named = Mapping[str, str]
NOBODY: Named = {}


def hall_now(hall: Hall, now: datetime, people: Named = NOBODY, troubles: Iterable[Trouble] = ()) -> dict[str, Any]:
    """The live hall in a few figures, each counter with how many it could call, and what needs somebody's eye.

    `people` are the names of those, and of the kiosks, whom the hall knows by opaque ids.
    """
    counters = [_counter(hall, counter, people) for counter in hall.counters.values()]
    states = [ticket.state for ticket in hall.tickets.values()]
    return {
        "waiting": states.count("waiting"),
        "serving": states.count("serving"),
        "held": states.count("held"),
        "absent": states.count("absent"),
        "counters_open": sum(counter["state"] == "open" for counter in counters),
        "counters": counters,
        "bookings": bookings(hall, now),
        **alerts(hall, now, people, troubles),
    }


def alerts(hall: Hall, now: datetime, people: Named = NOBODY, troubles: Iterable[Trouble] = ()) -> dict[str, Any]:
    """What somebody must see at once: an evacuation, calls for help, at kiosks too, kiosks in trouble, services paused,
    counters not yet asked."""

    def name_of(one: str | None) -> str | None:
        return people.get(one or "")

    return {
        "evacuation": tell.moment(hall.plan, hall.evacuation),
        "help": [_help(hall, counter, people) for counter in hall.counters.values() if counter.help],
        "kiosk_calls": tell.kiosk_calls(hall, now, name_of),
        "kiosks": tell.kiosk_troubles(hall, troubles, name_of),
        "paused": [
            {"service": service, "name": tell.service_name(hall.plan, service), "message": message}
            for service, message in hall.paused.items()
        ],
        "asked": [tell.counter(hall, counter) for counter in hall.counters.values() if counter.asked],
    }


def agents(hall: Hall, members: Iterable[Member], known: Iterable[Device]) -> list[dict[str, Any]]:
    """Each hardware agent with its devices: how they are, what they say of it, and since when.

    `here`: whether it is connected; `since`: since when it is not. One that never came has no devices.
    """
    mine = {member.id: [one for one in known if one.agent == member.id] for member in members if member.role == "agent"}
    names = {member.id: member.name for member in members}
    return [
        {
            "name": names[agent],
            "here": any(one.lost is None for one in devices),
            "since": tell.moment(hall.plan, max((one.lost for one in devices if one.lost), default=None)),
            "devices": [_device(hall, one) for one in devices],
        }
        for agent, devices in mine.items()
    ]


def _device(hall: Hall, one: Device) -> dict[str, Any]:
    """`of` is what it serves: a printer's kiosk, or "*"; a display's or a keypad's counter."""
    return {
        "name": one.name,
        "kind": one.kind,
        "of": one.prints_for if one.kind == "printer" else one.counter,
        "state": one.state if one.lost is None else "unknown",
        "detail": one.detail if one.lost is None else "",
        "since": tell.moment(hall.plan, one.lost or one.since),
    }


def bookings(hall: Hall, now: datetime) -> dict[str, int]:
    """Today's booked visits: how many, how many came, and how many of the others are past the time they had."""
    missing = [booking for booking in hall.bookings.values() if booking.ticket is None]
    return {
        "booked": len(hall.bookings),
        "came": len(hall.bookings) - len(missing),
        "overdue": sum(booking.at < now for booking in missing),
    }


def _counter(hall: Hall, counter: Counter, people: Named) -> dict[str, Any]:
    return tell.counter(hall, counter) | {
        "waiting_count": len(hall.waiting_for(counter.id)),
        "officer": people.get(counter.officer or ""),
        "reason": counter.reason,
        "stand_in": [tell.service_name(hall.plan, service) for service in counter.stand_in],
        "help": counter.help is not None,
        "asked": counter.asked,
    }


def _help(hall: Hall, counter: Counter, people: Named) -> dict[str, Any]:
    called = counter.help
    whence = called.answered_from if called else None
    return {
        "counter": counter.id,
        "name": tell.counter_name(hall.plan, counter.id),
        "officer": people.get(counter.officer or ""),
        "at": tell.moment(hall.plan, called.at if called else None),
        "answered": bool(called and called.answered_by),
        "answered_by": people.get((called.answered_by if called else "") or ""),
        "answered_from": tell.counter_name(hall.plan, whence) if whence else None,
    }
