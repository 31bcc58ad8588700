"""What a kiosk shows of itself: its printer, a call for staff, and why it gives no ticket at all, if so.

It is told to that kiosk alone, beside the news of what the centre offers (kiosk.py). Not here: what the staff do at it
(staff.py).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from hall_server import printers
from hall_server.face import Snapshot
from hall_server.house import House
from hall_server.slip_news import AT_THE_KIOSK, due_since
from kiosk import staff, states
from queue_core.errors import OutOfOrder
from queue_core.hall import Hall
from queue_core.ticket import Ticket
from queue_core.visitors import why_not, work_left


def refusals(hall: Hall, now: datetime) -> list[OutOfOrder | None]:
    """Why not, for each service that kiosks offer: the same at all of them."""
    work = work_left(hall, now)
    return [why_not(hall, one.id, now, work=work) for one in hall.plan.services.values() if one.at_kiosk]


def news(
    house: House, hall: Hall, now: datetime, device: str, name: str | None, refused: Sequence[OutOfOrder | None]
) -> Snapshot:
    """Of the kiosk of that id and name. Whoever looks at a kiosk without being one has no printer, and no device."""
    paused = device in hall.kiosks_paused
    printer = house.printers.serving(name, now) if name else None
    return {
        "device": name,
        "printer": printers.shown(printer, house.printers.begun or now, now) if name else "ok",
        "nothing": states.nothing_given(hall, now, paused, refused),
        "call": staff.call_of(hall, house, device),
        "sample": house.printers.samples.get(device),
        "slips": slips(house, hall, now, device, name),
    }


def slips(house: House, hall: Hall, now: datetime, device: str, name: str | None) -> list[dict[str, Any]]:
    """What became of the slips of those who may still stand at this kiosk, the newest first.

    `printer` is its name where it is not the kiosk's own: the holder would look for the slip in the wrong place.
    """
    told = []
    for ticket in reversed(hall.tickets.values()):
        if ticket.by_hand or (now - due_since(ticket) > AT_THE_KIOSK and now - ticket.issued_at > AT_THE_KIOSK):
            # Tickets stand in the order in which they came; only those on paper came earlier than they stand.
            if ticket.by_hand or ticket.slip_at:
                continue
            break
        if ticket.device == device and name:
            told.append(
                {
                    "number": ticket.number,
                    "state": house.came_of(ticket, name, now),
                    "copy": ticket.copy,
                    "printer": elsewhere(house, ticket, name),
                }
            )
    return told


def elsewhere(house: House, ticket: Ticket, kiosk: str) -> str | None:
    """The printer that the slip was given to, if the kiosk has another one of its own."""
    given = house.printers.one(house.printers.given_to(ticket.id) or "")
    return given.name if given and given.prints_for != kiosk and house.printers.has_own(kiosk) else None
