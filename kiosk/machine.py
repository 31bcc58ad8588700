"""What a kiosk shows of itself: its printer, a call for staff, and why it gives no ticket at all, if so.

It is told to that kiosk alone, beside the news of what the centre offers (kiosk.py). Not here: what the staff do at it
(staff.py).
"""

from datetime import datetime

from hall_server import printers
from hall_server.face import Snapshot
from hall_server.house import House
from kiosk import staff, states
from queue_core.hall import Hall
from queue_core.visitors import why_not, work_left


def news(house: House, hall: Hall, now: datetime, device: str, name: str | None) -> Snapshot:
    """Of the kiosk of that id and name. Whoever looks at a kiosk without being one has no printer, and no device."""
    work, paused = work_left(hall, now), device in hall.kiosks_paused
    here = (service.id for service in hall.plan.services.values() if service.at_kiosk)
    refusals = [why_not(hall, service, now, work=work) for service in here]
    printer = house.printers.of(name, now) if name else None
    return {
        "device": name,
        "printer": printers.shown(printer, house.printers.begun or now, now) if name else "ok",
        "nothing": states.nothing_given(hall, now, paused, refusals),
        "call": staff.call_of(hall, house, device),
        "sample": house.printers.samples.get(device),
    }
