"""A citizen's own ticket on a phone: follow it, give it back, come back, rate. Its token is the credential."""

import io
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

import segno
from flask import Blueprint, Response, jsonify

from hall_server import bodies, tell
from hall_server.auth import Caller, caller
from hall_server.face import Face, Snapshot
from hall_server.house import House
from hall_server.pages import draw, first_news
from kiosk.holder import exists, held_by
from queue_core import errors
from queue_core.hall import Events, Hall
from queue_core.log import MARKS
from queue_core.ticket import Event, Ticket
from queue_core.visitors import cancel, come_back, rate

HOLDER = "holder"


def own(house: House, token: str) -> str:
    """The ticket of this token. A token that is not ours, or of a ticket that never was, is unknown."""
    ticket = house.ticket_of(token)
    if ticket is None or not exists(house, ticket):
        raise errors.UnknownTicket()
    return ticket


def face(house: House) -> Face:
    """The ticket's page, its QR and its news."""
    pages = Blueprint("ticket", __name__, url_prefix="/t", template_folder="templates")

    def admit(auth: Mapping[str, Any], calling: Caller | None) -> str | None:
        ticket = house.ticket_of(str(auth.get("token", "")))
        return ticket if ticket and exists(house, ticket) else None

    def news(hall: Hall, now: datetime, topic: str) -> Snapshot:
        return held_by(house, hall, topic) | {"evacuation": tell.moment(hall.plan, hall.evacuation)}

    this = Face("ticket", (pages, calls(house)), admit, news, lags=True, touched=_touched, moving=_moving)

    @pages.get("/<token>")
    def page(token: str) -> str | tuple[str, int]:
        try:
            news = first_news(this, own(house, token))
        except errors.UnknownTicket:
            return draw(house, "kiosk/ticket_unknown.html", "ticket"), 404
        return draw(house, "kiosk/ticket.html", "ticket", news, news["language"], token=token)

    @pages.get("/<token>/qr.svg")
    def qr(token: str) -> Response:
        own(house, token)
        if house.public_url is None:
            raise errors.UnknownTicket()
        drawn = io.BytesIO()
        code = segno.make_qr(f"{house.public_url}/t/{token}", error="m")
        code.save(drawn, kind="svg", scale=8, border=4, xmldecl=False)
        return Response(drawn.getvalue(), content_type="image/svg+xml")

    return this


def calls(house: House) -> Blueprint:
    """GET and DELETE /tickets/<token>, POST /tickets/<token>/return and /rating."""
    api = Blueprint("held", __name__, url_prefix="/api/v1/tickets")

    @api.get("/<token>")
    def show(token: str) -> Response:
        return jsonify(held_by(house, house.hall, own(house, token)))

    @api.delete("/<token>")
    def give_back(token: str) -> Response:
        ticket = own(house, token)
        key = bodies.key(f"{HOLDER}:{ticket}", bodies.Nothing())
        done = house.office.do(partial(_cancelled, house, ticket), key)
        return jsonify(held_by(house, done.hall, ticket))

    # An officer has a call of the same name for a ticket's number, which is never as long.
    @api.post("/<string(minlength=30):token>/return")
    def back(token: str) -> Response:
        ticket, asked = own(house, token), bodies.body(bodies.Nothing, empty=True)
        key = bodies.key(f"{HOLDER}:{ticket}", asked)
        done = house.office.do(partial(_came_back, house, ticket), key)
        return jsonify(held_by(house, done.hall, ticket))

    @api.post("/<token>/rating")
    def rating(token: str) -> tuple[Response, int]:
        ticket, asked = own(house, token), bodies.body(bodies.Rating)
        by = _rater()
        key = bodies.key(f"{by}:{ticket}", asked)
        done = house.office.do(partial(_rated, house, ticket, asked, by), key)
        marks = {mark: getattr(asked, mark) for mark in MARKS}
        return jsonify(marks), 200 if done.repeated else 201

    return api


def _stands(house: House, hall: Hall, ticket: str) -> Ticket:
    """The ticket as the one writer knows it inside the commit, live or closed."""
    live = hall.tickets.get(ticket)
    visit = None if live else house.office.log.visit(ticket)
    if live is None and visit is None:
        raise errors.UnknownTicket()
    return live or visit.ticket  # type: ignore[union-attr]


def _cancelled(house: House, ticket: str, hall: Hall, now: datetime) -> Events:
    return cancel(hall, now, HOLDER, _stands(house, hall, ticket))


def _came_back(house: House, ticket: str, hall: Hall, now: datetime) -> Events:
    return come_back(hall, now, HOLDER, _stands(house, hall, ticket))


def _rater() -> str:
    """Whose rating it is: a pad's, by its own id, or the holder's. The token opens it to both."""
    calling = caller()
    return calling.member.id if calling and calling.member.role == "pad" else HOLDER


def _rated(house: House, ticket: str, asked: bodies.Rating, by: str, hall: Hall, now: datetime) -> Events:
    # Asked by the one writer inside the commit, so that two ratings at once are one.
    visit = house.office.log.visit(ticket)
    if visit is None:
        raise errors.NotServedYet(number=hall.tickets[ticket].number if ticket in hall.tickets else "")
    marks = {mark: value for mark in MARKS if (value := getattr(asked, mark)) is not None}
    return rate(hall, now, by, visit.ticket, visit.rated, marks, asked.comment)


def _touched(event: Event) -> str | None:
    return event.ticket


def _moving(hall: Hall, topic: str) -> bool:
    """A closed ticket changes only by an event about it."""
    return topic in hall.tickets
