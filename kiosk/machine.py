"""What a kiosk shows of itself: its printer, a call for staff, and why it gives no ticket at all, if so.

It is told to that kiosk alone, beside the news of what the centre offers (kiosk.py). Not here: what the staff do at it
(staff.py).
"""

from collections.abc import Sequence
from datetime import datetime

from hall_server import printers
from hall_server.face import Snapshot
from hall_server.house import House
from kiosk import staff, states
from queue_core.errors import OutOfOrder
from queue_core.hall import Hall
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
    printer = house.printers.of(name, now) if name else None
    return {
        "device": name,
        "printer": printers.shown(printer, house.printers.begun or now, now) if name else "ok",
        "nothing": states.nothing_given(hall, now, paused, refused),
        "call": staff.call_of(hall, house, device),
        "sample": house.printers.samples.get(device),
    }
