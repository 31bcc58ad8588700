"""The reception desk (จุดแรกรับ): what its page shows, and the calls by which officers find a ticket and put it right.

A ticket is asked for by its number, as it is said in the hall. Its holder's own calls, by token, are the kiosk's.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request
from flask.blueprints import BlueprintSetupState
from werkzeug.routing import BaseConverter

from counter_panel import panel
from hall_server import bodies, tell, texts
from hall_server.auth import allow
from hall_server.devices import Devices
from hall_server.face import Snapshot
from hall_server.house import House
from hall_server.people import Member
from hall_server.problems import TurnedAway
from hall_server.slip_news import due_since, stale
from queue_core import errors, past, visitors
from queue_core.hall import Events, Hall
from queue_core.office import Done
from queue_core.plan import NEEDS, Names, Plan, Service
from queue_core.ticket import Ticket, to_millisecond
from queue_core.waits import NO_OUTLOOK, Outlook

ROLES = ("officer",)
# What became of a ticket's slip: slip_news.came_of.
CameOf = Callable[[Ticket], str]
# Paper is entered within a day or two; a moment further off is a slip of the pen.
FAR = timedelta(days=7)
# Whoever asks after a ticket that is over had it within these days.
RECENT = timedelta(days=7)
# What is done to a ticket in one press, without any words.
PLAIN: Mapping[str, Callable[..., Events]] = {
    "reprint": visitors.reprint,
    "return": visitors.come_back,
    "cancel": visitors.cancel,
}
# The kind of event that each of them, and a move, would become.
MAY = {"reprint": "reprinted", "return": "requeued", "cancel": "cancelled", "move": "moved"}


# -- the page ------------------------------------------------------------------------------------------------------


def news(
    hall: Hall, now: datetime, name_of: panel.NameOf, came_of: CameOf, troubles: Sequence[dict[str, Any]] = ()
) -> Snapshot:
    """What the reception desk shows: the services, what may be marked, tickets to look after, calls for help, and the
    kiosks in trouble (tell.kiosk_troubles)."""
    plan, waiting, work = hall.plan, dict[str, int](), visitors.work_left(hall, now)
    for ticket in hall.waiting():
        waiting[ticket.service] = waiting.get(ticket.service, 0) + 1
    return {
        "evacuation": tell.moment(plan, hall.evacuation),
        "waiting_count": sum(waiting.values()),
        "services": [offered(hall, one, waiting.get(one.id, 0), now, work) for one in plan.services.values()],
        "priorities": [{"id": one.id, "name": one.name} for one in plan.priorities.values()],
        "languages": list(plan.languages),
        "needs": list(NEEDS),
        "reasons": panel.reasons(hall),
        "counters": [{"id": one.id, "name": one.name} for one in plan.counters.values()],
        "unprinted": [slip(hall, ticket, came_of(ticket)) for ticket in hall.tickets.values() if ticket.slip_due],
        "sent": [ticket.number for ticket in hall.tickets.values() if ticket.sent],
        "absent": panel.absent(hall, now),
        "help": panel.calls_for_help(hall, now, None, name_of, troubles),
        "emergency_prefix": plan.emergency_prefix,
    }


def offered(hall: Hall, service: Service, waiting: int, now: datetime, work: visitors.Work) -> dict[str, Any]:
    """One service; `closed_because` says why no ticket can be had for it now, `under` as what it is shown."""
    agency, shown = hall.plan.agencies.get(service.agency), hall.plan.shown(service.id)
    refusal = visitors.why_not(hall, service.id, now, work=work)
    return {
        "id": service.id,
        "name": service.name,
        "agency": agency.short if agency else tell.NO_NAME,
        "prefix": (shown or service).prefix,
        "under": shown.name if shown and shown.id != service.id else None,
        "waiting": waiting,
        "closed_because": said(refusal, hall.plan) if refusal else None,
    }


def said(refusal: errors.Refused, plan: Plan) -> Names:
    """The refusal's sentence in every language of the centre."""
    key = f"refusal.{refusal.word}"
    return {one: texts.say(one, key, **texts.values_in(refusal.values, one)) for one in plan.languages}


def slip(hall: Hall, ticket: Ticket, state: str) -> dict[str, Any]:
    """A slip that has not come out, as far as is known: since when it is due, and what became of it."""
    return {
        "number": ticket.number,
        "service_name": tell.service_name(hall.plan, ticket.service),
        "due_at": tell.moment(hall.plan, due_since(ticket)),
        "state": state,
    }


def too_old(hall: Hall, now: datetime) -> int:
    """How many slips do not come out by themselves any more: as time alone makes of one that is printing."""
    return sum(ticket.slip_due and stale(ticket, now) for ticket in hall.tickets.values())


# -- the calls -----------------------------------------------------------------------------------------------------


class Number(BaseConverter):
    """A ticket's number in an address, told from a token; however it was typed, it arrives as it is printed."""

    regex = "[A-Za-z]{1,2}[0-9]{1,9}"
    weight = 50  # before whatever takes any word there

    def to_python(self, value: str) -> str:
        return bodies.number(value)


def calls(house: House) -> Blueprint:
    """GET /tickets?number=, POST /tickets/by-hand, /tickets/<number>/reprint, /slip, /return, /cancel and /move."""
    api = Blueprint("reception", __name__, url_prefix="/api/v1/tickets")
    api.record(_knows_numbers)

    @api.get("")
    @allow(*ROLES)
    def find(by: Member) -> Response:
        hall, number = house.hall, bodies.number(request.args.get("number", ""))
        return jsonify(standing(house, hall, identity(house, hall, number)))

    @api.post("/<number:number>/<any(reprint, return, cancel):action>")
    @allow(*ROLES)
    def plain(number: str, action: str, by: Member) -> Response:
        asked = bodies.body(bodies.Nothing, empty=True)
        done = do(house, by, number, asked, PLAIN[action])
        return jsonify(standing(house, done.hall, done.ticket or identity(house, done.hall, number)))

    @api.post("/<number:number>/slip")
    @allow(*ROLES)
    def print_slip(number: str, by: Member) -> Response:
        """Print the slip that did not come, marked where it may have come out."""
        asked = bodies.body(bodies.Nothing, empty=True)
        done = do(house, by, number, asked, partial(_asked_for, _devices()))
        return jsonify(standing(house, done.hall, done.ticket or identity(house, done.hall, number)))

    @api.post("/<number:number>/move")
    @allow(*ROLES)
    def move(number: str, by: Member) -> Response:
        asked = bodies.body(bodies.Move)
        if asked.position == "front" and "move-front" not in by.rights:
            raise TurnedAway("no-right")
        changes = bodies.as_fields(asked)
        position, reason = changes.pop("position"), changes.pop("reason")
        moved = partial(visitors.move, changes=changes, position=position, reason=reason)
        done = do(house, by, number, asked, moved)
        return jsonify(standing(house, done.hall, done.ticket or identity(house, done.hall, number)))

    @api.post("/by-hand")
    @allow(*ROLES)
    def by_hand(by: Member) -> tuple[Response, int]:
        asked = bodies.body(bodies.ByHand)
        fields = bodies.as_fields(asked) | times(house, asked) | {"number": bodies.number(asked.number)}
        done = house.office.do(partial(visitors.enter_by_hand, by=by.id, **fields), bodies.key(by.id, asked))
        return jsonify(standing(house, done.hall, str(done.ticket))), 200 if done.repeated else 201

    return api


def _devices() -> Devices:
    devices: Devices = current_app.extensions["devices"]
    return devices


def _asked_for(devices: Devices, hall: Hall, now: datetime, by: str, ticket: Ticket) -> Events:
    """Decided by the one writer, so that no slip is given unmarked between the question and the answer."""
    maybe_out, device = devices.maybe_out(ticket), devices.whence(ticket)
    return visitors.ask_slip(hall, now, by, ticket, maybe_out=maybe_out, device=device)


def _knows_numbers(state: BlueprintSetupState) -> None:
    state.app.url_map.converters["number"] = Number


def do(house: House, by: Member, number: str, asked: bodies.Body, wish: Callable[..., Events]) -> Done:
    """The wish about the ticket of that number: the live one, else the last that is over (and then it says so)."""
    known = identity(house, house.hall, number)

    def granted(hall: Hall, now: datetime) -> Events:
        # Asked by the one writer inside the commit: the ticket as it is at that moment.
        live = hall.numbered(number)
        visit = None if live else house.office.log.visit(known)
        if live is None and visit is None:
            raise errors.UnknownTicket(number=number)
        return wish(hall, now, by.id, ticket=live or visit.ticket)  # type: ignore[union-attr]

    return house.office.do(granted, bodies.key(by.id, asked))


def identity(house: House, hall: Hall, number: str) -> str:
    """The id of the ticket of that number: the live one, else the last of these days that is over."""
    live = hall.numbered(number)
    if live:
        return live.id
    since = house.plan.local(house.office.now()).date() - RECENT
    with house.office.log.reader() as conn:
        over = past.visit_numbered(conn, number, since.isoformat())
    if over is None:
        raise errors.UnknownTicket(number=number)
    return over


def standing(house: House, hall: Hall, ticket: str) -> dict[str, Any]:
    """The ticket as it stands, live or over."""
    live = hall.tickets.get(ticket)
    visit = None if live else house.office.log.closed_visit(ticket)
    if live is None and visit is None:
        raise errors.UnknownTicket()
    return found(hall, live or visit.ticket, house.office.now(), house.outlook)  # type: ignore[union-attr]


def found(hall: Hall, ticket: Ticket, now: datetime, outlook: Outlook = NO_OUTLOOK) -> dict[str, Any]:
    """A ticket with all that reception wants to know of it; `may` is what can be done with it now."""
    live = ticket.id in hall.tickets
    return {
        **panel.in_line(hall, ticket),
        **tell.ticket(hall, ticket, now, outlook),
        "service_names": [tell.service_name(hall.plan, service) for service in ticket.services],
        "may": [action for action, kind in MAY.items() if live and ticket.may(kind)],
    }


# -- times on paper ------------------------------------------------------------------------------------------------


def times(house: House, asked: bodies.ByHand) -> dict[str, datetime | None]:
    """The times on a slip of the emergency block, as moments."""
    told = {name: getattr(asked, name) for name in ("came_at", "called_at", "started_at", "ended_at")}
    now = house.office.now()
    return {name: moment(house.plan, now, name, text) if text else None for name, text in told.items()}


def moment(plan: Plan, now: datetime, where: str, text: str) -> datetime:
    """`09:41` today on the centre's own clock, or ISO 8601, without an offset on that clock too."""
    today = plan.local(now)
    clock = re.fullmatch(r"\s*([01]?[0-9]|2[0-3])[:.]([0-5][0-9])\s*", text, re.ASCII)
    try:
        if clock:
            told = today.replace(hour=int(clock[1]), minute=int(clock[2]), second=0, microsecond=0)
        else:
            told = datetime.fromisoformat(text.strip())
        told = told if told.tzinfo else told.replace(tzinfo=today.tzinfo)
        far = abs(told - now) > FAR
    except (ValueError, OverflowError):
        raise errors.WrongValue(where=where, why="09:41") from None
    if far:
        raise errors.NotThisDay(day=today.date().isoformat())
    return to_millisecond(told)
