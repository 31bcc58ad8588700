"""The display board: the latest calls, newest first, who waits for what, and what the hall says besides.

A board of a zone shows the calls of that zone's counters, and who waits for what those give. Not here: which of it
there is room for on a panel (static/layout.js), and what is spoken (static/voice.js).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, Response

from display_board import playlist
from display_board.loudspeakers import Loudspeakers, loudspeakers
from hall_server import notices, screens, tell
from hall_server.auth import Caller, allow
from hall_server.face import Face, Snapshot
from hall_server.house import House
from hall_server.pages import draw, first_news, pairing_page
from hall_server.people import Member
from queue_core.hall import Call, Hall
from queue_core.plan import Plan
from queue_core.waits import NO_OUTLOOK, Outlook

SEES = ("board", "kiosk", "officer", "manager", "admin")
CALLS_SHOWN = 30


def news(hall: Hall, now: datetime, topic: str = "", outlook: Outlook = NO_OUTLOOK) -> Snapshot:
    """What a board of that zone shows; "" is the whole hall. Each value of (call, again) is announced once."""
    plan, is_open = hall.plan, hall.open_at(now)
    counters = counters_of(plan, topic)
    mine = [call for call in hall.calls if counters is None or call.counter in counters]
    return {
        "evacuation": tell.moment(plan, hall.evacuation),
        "zone": topic,
        "open": is_open,
        "closed_because": None if is_open else tell.hours(plan, now),
        "hours": tell.spans_on(plan, now),
        "opens": None if is_open else tell.moment(plan, tell.opens(plan, now)),
        "calls": [called(hall, call) for call in mine[:CALLS_SHOWN]],
        "waiting": [
            {
                "service": service,
                "name": tell.service_name(plan, service),
                "count": count,
                "wait": tell.wait(plan, outlook.offered.get(service)),
                "paused": hall.paused.get(service),
            }
            for service, count in waiting(hall, counters).items()
        ],
        # What may be called here, so that a panel leaves room for the widest of it.
        "numbers": sorted({f"{service.prefix}000" for service in plan.services.values()}),
        "counters": sorted(plan.counters if counters is None else counters),
    }


def counters_of(plan: Plan, zone: str) -> frozenset[str] | None:
    """The counters of a zone; None: every counter, also where the zone is in the plan no longer."""
    if zone not in plan.zones:
        return None
    return frozenset(counter.id for counter in plan.counters.values() if counter.zone == zone)


def waiting(hall: Hall, counters: frozenset[str] | None = None) -> dict[str, int]:
    """How many wait for each service that these counters give, under the names that everybody may see."""
    plan = hall.plan
    # Who waits with a tip-off waits, for all to see, for what it is shown as.
    listed = {service.id: 0 for service in plan.services.values() if service.shown_as is None}
    told = listed | tell.waiting_by_shown(hall)
    if counters is None:
        return told
    given = {tell.shown(plan, service)[0] for counter in counters for service in plan.counters[counter].services}
    return {service: count for service, count in told.items() if service in given}


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
        """A board follows the zone that its page was drawn for; one that names none, the zone that it is set to."""
        if not (house.trial or (caller and caller.member.role in SEES)):
            return None
        device = caller.member.id if caller and caller.member.role == "board" else ""
        zone = auth.get("zone", screens.stored(house, "board", device)["zone"])
        return zone if zone in ("", *house.plan.zones) else None

    def drawn(hall: Hall, now: datetime, topic: str = "") -> Snapshot:
        files = [{"name": file.name, "kind": file.kind, "version": file.version} for file in house.playlist.files()]
        besides = {"notices": notices.shown(house, now), "playlist": files, "screens": house.people.screens_rev}
        return news(hall, now, topic, house.outlook) | besides

    this = Face("board", (pages, playlist.calls(house), loudspeakers(house, Loudspeakers())), admit, drawn)

    @pages.get("/playlist/<name>")
    @allow(*SEES)
    def film(name: str, by: Member) -> Response:
        return playlist.sent(house, name)

    @pages.get("/")
    def page() -> str:
        unpaired = pairing_page(house, "board", SEES)
        if unpaired:
            return unpaired
        zone = screens.settings_for(house, "board")["zone"]
        return draw(house, "board/board.html", "board", first_news(this, zone), zone=house.plan.zones.get(zone))

    return this
