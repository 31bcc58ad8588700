"""The counter panel: the present visitor, who is next, and the officer's actions."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from flask import Blueprint, Response, jsonify

from hall_server import bodies, tell
from hall_server.auth import Caller, allow
from hall_server.face import Face, Snapshot
from hall_server.house import House
from hall_server.pages import draw, first_news, sign_in_page
from hall_server.people import Member
from hall_server.problems import TurnedAway
from queue_core import errors, rules
from queue_core import hall as wishes
from queue_core.hall import Events, Hall
from queue_core.office import Done
from queue_core.ticket import Ticket

ROLES = ("officer",)
AHEAD_SHOWN = 12

# What an officer may do: the body's shape and the wish. A new action is a line here, a wish in hall.py and a button.
ACTIONS: Mapping[str, tuple[type[bodies.Body], Callable[..., Events]]] = {
    "open": (bodies.Nothing, wishes.open_counter),
    "pause": (bodies.Pause, wishes.pause_counter),
    "close": (bodies.Nothing, wishes.close_counter),
    "next": (bodies.Next, wishes.call_next),
    "recall": (bodies.Nothing, wishes.recall),
    "start": (bodies.Nothing, wishes.start),
    "finish": (bodies.Finish, wishes.finish),
    "no-show": (bodies.Nothing, wishes.no_show),
}
NOT_YET = frozenset({"call", "hold", "resume", "transfer", "walk-in", "undo"})
ENDS_A_VISIT = frozenset({"finish", "no-show"})


def news(hall: Hall, now: datetime, counter: str) -> Snapshot:
    """What the panel of that counter shows: its state, its visitor, and who is next for it, in order of call."""
    present = hall.at_counter(counter) if counter in hall.counters else None
    waiting = rules.in_order(hall.rule, hall.waiting_for(counter), now, hall.plan)
    return {
        "counter": counter_state(hall, counter),
        "ticket": visitor(hall, present) if present else None,
        "waiting_count": len(waiting),
        "waiting": [in_line(hall, ticket) for ticket in waiting[:AHEAD_SHOWN]],
        "others": [tell.counter(hall, other) for other in hall.counters.values() if other.id != counter],
    }


def counter_state(hall: Hall, counter: str) -> dict[str, Any]:
    state = hall.counters[counter].state if counter in hall.counters else "closed"
    return {"id": counter, "name": tell.counter_name(hall.plan, counter), "state": state}


def in_line(hall: Hall, ticket: Ticket) -> dict[str, Any]:
    """One who waits, as the officer sees them."""
    priority = hall.plan.priorities.get(ticket.priority or "")
    return {
        "number": ticket.number,
        "service": ticket.service,
        "service_name": tell.service_name(hall.plan, ticket.service),
        "priority": ticket.priority,
        "priority_name": priority.name if priority else None,
        "language": ticket.language,
        "people": ticket.people,
        "needs": list(ticket.needs),
        "issued_at": tell.moment(hall.plan, ticket.issued_at),
    }


def visitor(hall: Hall, ticket: Ticket) -> dict[str, Any]:
    """The one at the counter, with what they should have brought and the published time."""
    service = hall.plan.services.get(ticket.service)
    return in_line(hall, ticket) | {
        "state": ticket.state,
        "called_at": tell.moment(hall.plan, ticket.called_at),
        "started_at": tell.moment(hall.plan, ticket.started_at),
        "again": max(ticket.calls - 1, 0),
        "documents": service.documents if service else {},
        "standard_service_s": service.standard_service_minutes * 60 if service else None,
    }


def face(house: House) -> Face:
    """The panel's pages, and POST /counters/<id>/<action>."""
    pages = Blueprint("counter", __name__, url_prefix="/counter", template_folder="templates", static_folder="static")
    api = Blueprint("counters", __name__, url_prefix="/api/v1/counters")

    def admit(auth: Mapping[str, Any], caller: Caller | None) -> str | None:
        counter = str(auth.get("counter", ""))
        allowed = caller and caller.member.role in (*ROLES, "admin")
        return counter if allowed and counter in house.hall.counters else None

    this = Face("counter", (pages, api), admit, news)

    @pages.get("/")
    def choose() -> str:
        counters = [tell.counter(house.hall, counter) for counter in house.hall.counters.values()]
        return sign_in_page(house, "/counter/", ROLES) or draw(
            house, "counter/choose.html", "counter", counters=counters
        )

    @pages.get("/<counter>")
    def panel(counter: str) -> str:
        if counter not in house.hall.counters:
            raise errors.UnknownCounter(counter=counter)
        signed_out = sign_in_page(house, f"/counter/{counter}", ROLES)
        return signed_out or draw(house, "counter/panel.html", "counter", first_news(this, counter), counter=counter)

    @api.post("/<counter>/<action>")
    @allow(*ROLES)
    def act(counter: str, action: str, by: Member) -> Response:
        if action not in ACTIONS:
            raise TurnedAway("not-yet" if action in NOT_YET else "unknown-action", action=action)
        shape, wish = ACTIONS[action]
        asked = bodies.body(shape, empty=True)
        fields = bodies.as_fields(asked)
        done = house.office.do(partial(wish, by=by.id, counter=counter, **fields), bodies.key(by.id, asked))
        return jsonify(answer(house, done, counter, action))

    return this


def answer(house: House, done: Done, counter: str, action: str) -> dict[str, Any]:
    """{ticket, counter}: who is at the counter now, or the ticket whose visit this action ended."""
    hall = done.hall
    if counter not in hall.counters:
        raise errors.UnknownCounter(counter=counter)
    ticket = hall.at_counter(counter)
    if action in ENDS_A_VISIT and done.ticket:
        visit = house.office.log.closed_visit(done.ticket)
        ticket = visit.ticket if visit else ticket
    told = tell.ticket(hall, ticket, house.office.now()) if ticket else None
    return {"ticket": told, "counter": tell.counter(hall, hall.counters[counter])}
