"""The display board: the latest calls, newest first, and how many wait for what."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint

from display_board.loudspeakers import Loudspeakers, loudspeakers
from hall_server import tell
from hall_server.auth import Caller
from hall_server.face import Face, Snapshot
from hall_server.house import House
from hall_server.pages import draw, first_news, pairing_page
from queue_core.hall import Call, Hall
from queue_core.waits import NO_OUTLOOK, Outlook

SEES = ("board", "kiosk", "officer", "manager", "admin")
CALLS_SHOWN = 30


def news(hall: Hall, now: datetime, topic: str = "", outlook: Outlook = NO_OUTLOOK) -> Snapshot:
    """What a board shows. A call is announced once for each value of (call, again)."""
    # Who waits with a tip-off waits, for all to see, for what it is shown as.
    listed = {service.id: 0 for service in hall.plan.services.values() if service.shown_as is None}
    return {
        "evacuation": tell.moment(hall.plan, hall.evacuation),
        "calls": [called(hall, call) for call in hall.calls[:CALLS_SHOWN]],
        "waiting": [
            {
                "service": service,
                "name": tell.service_name(hall.plan, service),
                "count": count,
                "wait": tell.wait(hall.plan, outlook.offered.get(service)),
            }
            for service, count in (listed | tell.waiting_by_shown(hall)).items()
        ],
    }


def called(hall: Hall, call: Call) -> dict[str, Any]:
    """One call, with its counter's name in every language, and what became of whom it called."""
    return {
        "call": call.call,
        "number": call.number,
        "counter": call.counter,
        "counter_name": tell.counter_name(hall.plan, call.counter),
        "language": call.language,
        "at": tell.moment(hall.plan, call.at),
        "again": call.again,
        "state": state(hall, call),
    }


def state(hall: Hall, call: Call) -> str:
    """`called`: awaited at the counter; `serving`: there; `absent`: did not come, and may still; `gone`: all others."""
    ticket = hall.tickets.get(call.ticket)
    latest = next(one for one in hall.calls if one.ticket == call.ticket)
    if ticket is None or latest is not call:
        return "gone"
    there = ticket.state in ("called", "serving") and ticket.counter == call.counter
    return ticket.state if there or ticket.state == "absent" else "gone"


def face(house: House) -> Face:
    """The board's page."""
    pages = Blueprint("board", __name__, url_prefix="/board", template_folder="templates", static_folder="static")

    def admit(auth: Mapping[str, Any], caller: Caller | None) -> str | None:
        return "" if house.trial or (caller and caller.member.role in SEES) else None

    def drawn(hall: Hall, now: datetime, topic: str = "") -> Snapshot:
        return news(hall, now, topic, house.outlook) | {"screens": house.people.screens_rev}

    this = Face("board", (pages, loudspeakers(house, Loudspeakers())), admit, drawn)

    @pages.get("/")
    def page() -> str:
        return pairing_page(house, "board", SEES) or draw(house, "board/board.html", "board", first_news(this))

    return this
