"""The rating pad: at a counter it asks the visitor whose visit just ended there, by the door whoever gives a number.

It shows a visit's token, by which it is rated like on the visitor's own phone (ticket.py): whichever comes first.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, jsonify, request

from hall_server import bodies, screens, tell
from hall_server.auth import Caller, allow
from hall_server.face import Face, Snapshot
from hall_server.house import House
from hall_server.pages import draw, first_news, pairing_page
from hall_server.people import Member
from queue_core import errors
from queue_core.hall import Hall, Served
from queue_core.log import Visit

SEES = ("pad",)
# Who has left the counter is not asked any more, and the next visitor is not to answer for the one before.
ASKS = timedelta(seconds=60)
# By the door people come from every counter, by way of the cashier and the toilet.
REMEMBERS = timedelta(minutes=15)


class NotJustServed(errors.Unknown):
    """No visit of that number ended in the last `minutes`."""

    word = "not-just-served"


def news(house: House, hall: Hall, now: datetime, counter: str) -> Snapshot:
    """What the pad of a counter shows: the visit that it may ask about, if any; "" is the pad by the door."""
    served = asked_about(hall, now, counter)
    return {
        "counter": counter,
        "counter_name": tell.counter_name(hall.plan, counter) if counter else None,
        "visit": served and visit(house, served.ticket, served.number, served.language, served.at + ASKS),
        "evacuation": tell.moment(hall.plan, hall.evacuation),
        "screens": house.people.screens_rev,
    }


def asked_about(hall: Hall, now: datetime, counter: str) -> Served | None:
    """Whose visit ended at this counter within the last minute and is not rated yet."""
    here = hall.counters.get(counter)
    served = here.served if here else None
    return served if served and now < served.at + ASKS else None


def open_windows(hall: Hall, now: datetime) -> frozenset[str]:
    """The counters whose pads ask: a minute ends by itself, without any event."""
    return frozenset(counter for counter in hall.counters if asked_about(hall, now, counter))


def visit(house: House, ticket: str, number: str, language: str, until: datetime | None = None) -> dict[str, Any]:
    """A visit as the pad asks about it. Not what it was for: others stand by."""
    told = tell.moment(house.plan, until)
    return {"token": house.token(ticket), "number": number, "language": language, "until": told}


def just_served(house: House, number: str) -> Visit:
    """The visit of that number, if it ended in the last minutes and is not rated.

    Refused: it still goes on; it was rated; or nobody of that number was served so lately.
    """
    hall, now = house.hall, house.office.now()
    if hall.numbered(number):
        raise errors.NotServedYet(number=number)
    days = (house.plan.service_day(now), house.plan.service_day(now - REMEMBERS))
    for day in dict.fromkeys(days):
        found = house.office.log.closed_visit(f"{day:%Y%m%d}-{number}")
        ended = found.ticket.ended_at if found and found.ticket.state == "finished" else None
        if found and ended and now - ended <= REMEMBERS:
            return unrated(found)
    raise NotJustServed(number=number, minutes=REMEMBERS // timedelta(minutes=1))


def of_token(house: House, token: str) -> Visit:
    """The visit of a slip held before the reader; its holder is here, whenever it ended."""
    ticket = house.ticket_of(token)
    found = house.office.log.closed_visit(ticket) if ticket else None
    if ticket and found is None and ticket in house.hall.tickets:
        raise errors.NotServedYet(number=house.hall.tickets[ticket].number)
    if found is None:
        raise errors.UnknownTicket()
    if found.ticket.state != "finished":
        raise errors.NotServedYet(number=found.ticket.number)
    return unrated(found)


def unrated(found: Visit) -> Visit:
    if found.rated:
        raise errors.AlreadyRated(number=found.ticket.number)
    return found


def face(house: House) -> Face:
    """The pad's page, its news, and GET /pad/visit?number= or ?token=."""
    pages = Blueprint("pad", __name__, url_prefix="/pad", template_folder="templates")
    api = Blueprint("pad_visits", __name__, url_prefix="/api/v1/pad")

    def admit(auth: Mapping[str, Any], caller: Caller | None) -> str | None:
        counter = str(auth.get("counter", ""))
        known = not counter or counter in house.plan.counters
        return counter if known and (house.trial or (caller and caller.member.role in SEES)) else None

    def drawn(hall: Hall, now: datetime, topic: str) -> Snapshot:
        return news(house, hall, now, topic)

    this = Face("pad", (pages, api), admit, drawn, by_time=open_windows)

    @pages.get("/")
    def page() -> str:
        unpaired = pairing_page(house, "pad", SEES)
        if unpaired:
            return unpaired
        shown = first_news(this, screens.settings_for(house, "pad")["counter"])
        series = sorted({service.prefix for service in house.plan.services.values()} | {house.plan.emergency_prefix})
        return draw(house, "kiosk/pad.html", "pad", shown, also=("ticket",), series=series)

    @api.get("/visit")
    @allow(*SEES, *(("kiosk",) if house.trial else ()))
    def show(by: Member) -> Response:
        token = request.args.get("token")
        found = of_token(house, token) if token else just_served(house, bodies.number(request.args.get("number", "")))
        return jsonify(visit(house, found.ticket.id, found.ticket.number, found.ticket.language))

    return this
