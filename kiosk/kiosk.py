"""The kiosk: what the centre offers, what to bring, and the ticket."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from flask import Blueprint, Response, jsonify, request

from hall_server import bodies, tell, texts
from hall_server.auth import Caller, allow, caller
from hall_server.face import Face, Snapshot
from hall_server.house import House
from hall_server.pages import draw, first_news, pairing_page
from hall_server.people import Member, naming
from hall_server.problems import TurnedAway
from kiosk import bookings, machine, staff
from kiosk.holder import held_by
from queue_core import errors, kiosks
from queue_core.hall import Events, Hall
from queue_core.plan import Names, Plan, Service
from queue_core.visitors import Work, issue, why_not, work_left
from queue_core.waits import NO_OUTLOOK, Outlook

SEES = ("kiosk", "officer", "manager", "admin")
# So many services a visitor may put on one ticket at the kiosk; whoever needs more is better helped at reception.
MOST_SERVICES = 5
# What people come for, by the kind of work, as a citizen would ask: a question first, a complaint last.
KINDS = ("information", "complete", "forward", "complaint")


class TooManyServices(errors.Wrong):
    """More services than a kiosk puts on one ticket; `most` says how many it does."""

    word = "too-many-services"


def news(hall: Hall, now: datetime, topic: str = "", outlook: Outlook = NO_OUTLOOK) -> Snapshot:
    """What a kiosk shows: each service that is given there, who waits for it and how long whoever comes now would, and
    why it is closed if it is.
    """
    plan = hall.plan
    here = [service for service in offers(hall, now, outlook) if service["at_kiosk"]]
    agencies = {service["agency"] for service in here}
    return {
        "open": not _shut(hall, now),
        "closed_because": tell.hours(plan, now) if _shut(hall, now) else None,
        "evacuation": tell.moment(plan, hall.evacuation),
        "most_services": MOST_SERVICES,
        # Whoever has no booking is not asked for one.
        "bookings": bool(hall.bookings),
        "priorities": [{"id": p.id, "name": p.name} for p in plan.priorities.values()],
        "agencies": [
            {"id": a.id, "name": a.name, "short": a.short} for a in plan.agencies.values() if a.id in agencies
        ],
        "matters": matters(plan, here),
        "services": here,
    }


Alike = tuple[Snapshot, Sequence[errors.OutOfOrder | None]]


class Shared:
    """What all kiosks show alike, and why no ticket can be had: worked out once a round, however many kiosks follow."""

    def __init__(self) -> None:
        self._last: tuple[Hall, datetime, Outlook, Alike] | None = None

    def at(self, hall: Hall, now: datetime, outlook: Outlook) -> Alike:
        last = self._last
        if last and last[0] is hall and last[1] == now and last[2] is outlook:
            return last[3]
        told = news(hall, now, "", outlook), machine.refusals(hall, now)
        self._last = hall, now, outlook, told
        return told


def matters(plan: Plan, here: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What people come with, each with the services it may take: as the centre says, else by the kind of work.

    What the centre put under no matter stands under the last, so that every service is found by this way too.
    """
    given = [service["id"] for service in here]
    told = [
        {"id": matter.id, "name": matter.name, "services": [one for one in matter.services if one in given]}
        for matter in plan.matters.values()
    ] or [
        {
            "id": kind,
            "name": tell.in_all(plan, f"kiosk.matter.{kind}"),
            "services": [service["id"] for service in here if service["kind"] == kind],
        }
        for kind in KINDS
    ]
    placed = {service for matter in told for service in matter["services"]}
    rest = [service for service in given if service not in placed]
    other = {"id": "other", "name": tell.in_all(plan, "kiosk.matter.other"), "services": rest}
    return [matter for matter in (*told, other) if matter["services"]]


def _shut(hall: Hall, now: datetime) -> bool:
    return not hall.open_at(now)


def offers(hall: Hall, now: datetime, outlook: Outlook = NO_OUTLOOK) -> list[dict[str, Any]]:
    """Every service of the centre: who waits for it, for how long, and whether a ticket can be had."""
    plan, waiting, work = hall.plan, tell.waiting_by_shown(hall), work_left(hall, now)
    return [
        offered(
            service,
            waiting.get(tell.shown(plan, service.id)[0], 0),
            tell.wait(plan, outlook.offered.get(service.id)),
            closed_because(hall, service.id, now, work),
        )
        for service in plan.services.values()
    ]


def offered(service: Service, waiting: int, wait: dict[str, Any] | None, closed: Names | None) -> dict[str, Any]:
    """One service, with its texts in every language. Where no ticket can be had, nobody would wait."""
    return {
        "id": service.id,
        "name": service.name,
        "agency": service.agency,
        "kind": service.kind,
        "prefix": service.prefix,
        "at_kiosk": service.at_kiosk,
        "after": list(service.after),
        "open": closed is None,
        "closed_because": closed,
        "waiting": waiting,
        "wait": wait if closed is None else None,
        "target_wait_s": service.target_wait_minutes * 60,
        "standard_service_s": service.standard_service_minutes * 60,
        "published_days": service.published_days,
        "steps": service.steps,
        "documents": service.documents,
        "forms": service.forms,
        "fee": service.fee,
        "words": service.words,
    }


# -- why not -------------------------------------------------------------------------------------------------------


def closed_because(hall: Hall, service: str, now: datetime, work: Work | None = None) -> Names | None:
    """Why no ticket can be had for the service now, in every language; None if one can.

    It is what the wish would be refused for, in fewer words: they stand on the service's own card.
    """
    refusal = why_not(hall, service, now, work=work)
    if refusal is None:
        return None
    if isinstance(refusal, errors.HallClosed):
        return tell.hours(hall.plan, now)
    if isinstance(refusal, errors.ServicePaused):
        return hall.paused[service]
    return tell.in_all(hall.plan, f"kiosk.closed.{refusal.word}", **refusal.values)


def in_language(service: dict[str, Any], plan: Plan, language: str) -> dict[str, Any]:
    """The same service with its texts in one language, for GET /services."""
    words = ("name", "closed_because", "steps", "documents", "forms", "fee")
    told = {key: service[key] and texts.name_in(service[key], language) for key in words}
    told["words"] = service["words"].get(language, ())
    agency = texts.name_in(plan.agencies[service["agency"]].name, language)
    return service | told | {"agency_name": agency}


# -- the face ------------------------------------------------------------------------------------------------------


def face(house: House) -> Face:
    """The kiosk's page, GET /services, POST /tickets, and the bookings."""
    pages = Blueprint("kiosk", __name__, url_prefix="/kiosk", template_folder="templates", static_folder="static")
    api = Blueprint("tickets", __name__, url_prefix="/api/v1")

    name_of, shared = naming(house.people), Shared()

    def admit(auth: Mapping[str, Any], caller: Caller | None) -> str | None:
        """Each kiosk follows its own news, by its id; the staff who look at one, those of no device."""
        if caller and caller.member.role == "kiosk":
            return caller.member.id
        if house.trial_kiosk:
            return house.trial_kiosk.id
        return "" if caller and caller.member.role in SEES else None

    def drawn(hall: Hall, now: datetime, topic: str = "") -> Snapshot:
        alike, refused = shared.at(hall, now, house.outlook)
        mine = machine.news(house, hall, now, topic, name_of(topic), refused)
        return alike | mine | {"screens": house.people.screens_rev}

    calls = (bookings.calls(house), staff.calls(house, staff.Visits()))
    this = Face("kiosk", (pages, api, *calls), admit, drawn)

    @pages.get("/")
    def page() -> str:
        return pairing_page(house, "kiosk", SEES) or draw(
            house, "kiosk/kiosk.html", "kiosk", first_news(this, admit({}, caller()) or ""), also=("ticket",)
        )

    @api.get("/services")
    @allow(*SEES)
    def services(by: Member) -> Response:
        hall, language = house.hall, texts.asked_for(request)
        told = offers(hall, house.office.now(), house.outlook)
        return jsonify([in_language(one, hall.plan, language) for one in told if one["at_kiosk"] or by.role != "kiosk"])

    @api.post("/tickets")
    @allow("kiosk", "officer")
    def take(by: Member) -> tuple[Response, int]:
        asked = bodies.body(bodies.NewTicket)
        key = bodies.key(by.id, asked, needed=True)
        wish = partial(_at_kiosk, by=by.id, device=by.id) if by.role == "kiosk" else partial(issue, by=by.id)
        done = house.office.do(partial(wish, **bodies.as_fields(asked), outlook=house.outlook), key)
        if done.ticket is None:
            raise TurnedAway("not-found")
        return jsonify(held_by(house, done.hall, done.ticket)), 200 if done.repeated else 201

    return this


def _at_kiosk(hall: Hall, now: datetime, by: str, services: Sequence[str], **told: Any) -> Events:
    """A ticket, as the kiosk may give it: what only reception gives is unknown here, and too much is refused."""
    kiosks.not_paused(hall, by)
    if len(services) > MOST_SERVICES:
        raise TooManyServices(most=MOST_SERVICES)
    for service in services:
        planned = hall.plan.services.get(service)
        if planned and not planned.at_kiosk:
            raise errors.UnknownService(service=service)
    return issue(hall, now, by, services, **told)
