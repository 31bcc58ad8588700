"""The kiosk: what the centre offers, what to bring, and the ticket."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from flask import Blueprint, Response, jsonify, request

from hall_server import bodies, tell, texts
from hall_server.auth import Caller, allow
from hall_server.face import Face, Snapshot
from hall_server.house import House
from hall_server.pages import draw, first_news, pairing_page
from hall_server.people import Member
from hall_server.problems import TurnedAway
from queue_core.hall import Hall, issue
from queue_core.plan import WEEKDAYS, Names, Plan, Service

SEES = ("kiosk", "officer", "manager", "admin")


def news(hall: Hall, now: datetime, topic: str = "") -> Snapshot:
    """What a kiosk shows: every service with who waits for it, and whether tickets may be taken now."""
    plan, is_open = hall.plan, hall.open_at(now)
    closed = None if is_open else closed_because(plan, now)
    waiting: dict[str, int] = {}
    for ticket in hall.waiting():
        waiting[ticket.service] = waiting.get(ticket.service, 0) + 1
    return {
        "open": is_open,
        "closed_because": closed,
        "priorities": [{"id": p.id, "name": p.name} for p in plan.priorities.values()],
        "agencies": [{"id": a.id, "name": a.name, "short": a.short} for a in plan.agencies.values()],
        "services": [offered(service, waiting.get(service.id, 0), closed) for service in plan.services.values()],
    }


def offered(service: Service, waiting: int, closed: Names | None) -> dict[str, Any]:
    """One service, with its texts in every language."""
    return {
        "id": service.id,
        "name": service.name,
        "agency": service.agency,
        "kind": service.kind,
        "prefix": service.prefix,
        "open": closed is None,
        "closed_because": closed,
        "waiting": waiting,
        "wait": None,
        "target_wait_s": service.target_wait_minutes * 60,
        "standard_service_s": service.standard_service_minutes * 60,
        "published_days": service.published_days,
        "steps": service.steps,
        "documents": service.documents,
        "forms": service.forms,
        "fee": service.fee,
    }


def closed_because(plan: Plan, now: datetime) -> Names:
    """Why no ticket can be had now: the hours of this weekday, in every language."""
    spans = plan.hours.get(WEEKDAYS[plan.local(now).weekday()], ())
    hours = ", ".join(f"{_clock(start)}–{_clock(end)}" for start, end in spans)
    key = "common.closed_now" if spans else "common.closed_today"
    return {language: texts.say(language, key, hours=hours) for language in plan.languages}


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def in_language(service: dict[str, Any], plan: Plan, language: str) -> dict[str, Any]:
    """The same service with its texts in one language, for GET /services."""
    words = ("name", "closed_because", "steps", "documents", "forms", "fee")
    told = {key: service[key] and texts.name_in(service[key], language) for key in words}
    agency = texts.name_in(plan.agencies[service["agency"]].name, language)
    return service | told | {"agency_name": agency}


def face(house: House) -> Face:
    """The kiosk's page, GET /services and POST /tickets."""
    pages = Blueprint("kiosk", __name__, url_prefix="/kiosk", template_folder="templates", static_folder="static")
    api = Blueprint("tickets", __name__, url_prefix="/api/v1")

    def admit(auth: Mapping[str, Any], caller: Caller | None) -> str | None:
        return "" if house.trial or (caller and caller.member.role in SEES) else None

    this = Face("kiosk", (pages, api), admit, news)

    @pages.get("/")
    def page() -> str:
        return pairing_page(house, "kiosk", SEES) or draw(house, "kiosk/kiosk.html", "kiosk", first_news(this))

    @api.get("/services")
    @allow(*SEES)
    def services(by: Member) -> Response:
        hall, language = house.hall, texts.asked_for(request)
        shown = news(hall, house.office.now())["services"]
        return jsonify([in_language(service, hall.plan, language) for service in shown])

    @api.post("/tickets")
    @allow("kiosk", "officer")
    def take(by: Member) -> tuple[Response, int]:
        asked = bodies.body(bodies.NewTicket)
        key = bodies.key(by.id, asked, needed=True)
        device = by.id if by.role == "kiosk" else None
        done = house.office.do(partial(issue, by=by.id, device=device, **bodies.as_fields(asked)), key)
        if done.ticket is None:
            raise TurnedAway("not-found")
        return jsonify(held_by(house, done.hall, done.ticket)), 200 if done.repeated else 201

    return this


def held_by(house: House, hall: Hall, ticket: str) -> dict[str, Any]:
    """A ticket as its holder sees it, live or closed, with its token."""
    live = hall.tickets.get(ticket)
    visit = None if live else house.office.log.closed_visit(ticket)
    if live is None and visit is None:
        raise TurnedAway("not-found")
    stands = live or visit.ticket  # type: ignore[union-attr]
    rated = visit.rated if visit else False
    return tell.ticket(hall, stands, house.office.now()) | {"token": house.token(ticket), "rated": rated}
