"""What the desk wishes of the hall: who can do what, what a counter gives, a service paused, an evacuation, help.

Each takes effect with the next call; what may be is decided in queue_core (day.py, officers.py). Not here: the pages.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, Response, jsonify

from hall_server import bodies, tell
from hall_server.auth import allow
from hall_server.house import House
from hall_server.people import Member
from queue_core import day, errors, officers
from queue_core.hall import Events, Hall

SERVE = ("officer", "admin")


def wishes(house: House) -> Blueprint:
    """PUT /officers/<name>/skills and /counters/<id>/services; POST /services/<id>/pause and /resume, /evacuation,
    /help/<counter>."""
    api = Blueprint("wishes", __name__, url_prefix="/api/v1")

    def do(by: Member, asked: bodies.Body, wish: Callable[..., Events], **fields: Any) -> Hall:
        return house.office.do(partial(wish, by=by.id, **fields), bodies.key(by.id, asked)).hall

    @api.put("/officers/<name>/skills")
    @allow("manager")
    def skills(name: str, by: Member) -> Response:
        officer, asked = serving(house, name), bodies.body(bodies.Skills)
        hall = do(by, asked, day.set_skills, officer=officer.id, services=asked.services)
        return jsonify(officer=name, services=skills_of(hall, officer.id))

    @api.put("/counters/<counter>/services")
    @allow("manager")
    def services(counter: str, by: Member) -> Response:
        asked = bodies.body(bodies.CounterServices)
        hall = do(by, asked, day.set_services, counter=counter, services=asked.services)
        return jsonify(counter=counter, services=list(hall.plan.counters[counter].services))

    @api.post("/services/<service>/pause")
    @allow("manager")
    def pause(service: str, by: Member) -> Response:
        asked = bodies.body(bodies.PauseService)
        message = {language: text.strip() for language, text in asked.message.items()}
        return jsonify(_paused(do(by, asked, day.pause_service, service=service, message=message), service))

    @api.post("/services/<service>/resume")
    @allow("manager")
    def resume(service: str, by: Member) -> Response:
        if service not in house.plan.services and service not in house.hall.paused:
            raise errors.UnknownService(service=service)
        asked = bodies.body(bodies.Nothing, empty=True)
        return jsonify(_paused(do(by, asked, day.resume_service, service=service), service))

    @api.post("/evacuation")
    @allow("officer", "manager")
    def evacuation(by: Member) -> Response:
        asked = bodies.body(bodies.Evacuation)
        hall = do(by, asked, day.evacuate if asked.on else day.all_clear)
        return jsonify(on=hall.evacuation is not None, since=tell.moment(hall.plan, hall.evacuation))

    @api.post("/help/<counter>")
    @allow("manager")
    def coming(counter: str, by: Member) -> Response:
        asked = bodies.body(bodies.Nothing, empty=True)
        hall = do(by, asked, officers.answer_help, counter=counter)
        called = hall.counters[counter].help
        return jsonify(counter=counter, asked_at=tell.moment(hall.plan, called.at if called else None))

    return api


def serving(house: House, name: str) -> Member:
    """The person of that name who may sit at a counter, or UnknownOfficer."""
    person = house.people.person_named(name)
    if person is None or person.role not in SERVE:
        raise errors.UnknownOfficer(officer=name)
    return person


def skills_of(hall: Hall, officer: str) -> list[str] | None:
    """The services that the officer can give; None: whatever the counter does."""
    skills = hall.plan.skills.get(officer)
    return None if skills is None else list(skills)


def _paused(hall: Hall, service: str) -> dict[str, Any]:
    return {"service": service, "paused": service in hall.paused, "message": hall.paused.get(service)}
