"""What the staff do at a kiosk, and how a visitor there calls for them: the calls under /api/v1/kiosk.

The staff menu is opened by a name and its PIN. What proves it afterwards is a word that the page alone holds, for two
minutes after its last use: no cookie that the next visitor inherits. Not here: tickets (kiosk.py), what is recorded of
a kiosk (queue_core/kiosks.py), printing (hall_server/devices.py).
"""

import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, wraps
from threading import Lock
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from hall_server import bodies, screens, tell
from hall_server.auth import Pins, allow
from hall_server.devices import Devices
from hall_server.house import House
from hall_server.people import Member
from hall_server.printers import Device
from hall_server.problems import TurnedAway
from queue_core import kiosks
from queue_core.errors import NoPrinter
from queue_core.hall import Events, Hall

WORD = "X-Staff"
LASTS_S = 120.0


@dataclass(frozen=True, slots=True)
class Visit:
    """A member of staff who stands at a kiosk with its menu open."""

    person: Member
    word: str
    until: float


class Visits:
    """Who of the staff is at which kiosk, one at a time."""

    def __init__(self, ticks: Callable[[], float] = time.monotonic) -> None:
        self._ticks, self._lock = ticks, Lock()
        self._visits: dict[str, Visit] = {}

    def begin(self, kiosk: str, person: Member) -> str:
        """The word that opens the menu of this kiosk, and no other; whoever was there before is there no more."""
        word = secrets.token_urlsafe(32)
        with self._lock:
            self._visits[kiosk] = Visit(person, word, self._ticks() + LASTS_S)
        return word

    def who(self, kiosk: str, word: str) -> Member:
        """Whose word it is; TurnedAway where it is nobody's, or rested too long. Each use lets it last anew."""
        with self._lock:
            visit = self._visits.get(kiosk)
            if visit is None or visit.until <= self._ticks() or not _same(visit.word, word):
                raise TurnedAway("staff-away")
            self._visits[kiosk] = Visit(visit.person, visit.word, self._ticks() + LASTS_S)
            return visit.person

    def end(self, kiosk: str) -> None:
        """The menu is closed."""
        with self._lock:
            self._visits.pop(kiosk, None)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def calls(house: House, visits: Visits) -> Blueprint:
    """POST and DELETE /kiosk/call-staff, POST /kiosk/answer, and what the staff menu asks for."""
    api = Blueprint("kiosk_staff", __name__, url_prefix="/api/v1/kiosk")
    _calling(api, house)
    _coming_and_going(api, house, visits)
    _menu(api, house, visits)
    return api


def _calling(api: Blueprint, house: House) -> None:
    """A visitor calls, and somebody comes."""

    @api.post("/call-staff")
    @allow("kiosk")
    def call_staff(by: Member) -> Response:
        asked = bodies.body(bodies.CallStaff, empty=True)
        return called(_do(house, by, kiosks.call_staff, asked, device=by.id, why=asked.why), by)

    @api.delete("/call-staff")
    @allow("kiosk")
    def no_more(by: Member) -> Response:
        return called(_do(house, by, kiosks.end_call, bodies.Nothing(), device=by.id), by)

    @api.post("/answer")
    @allow("officer", "manager")
    def answer(by: Member) -> Response:
        asked = bodies.body(bodies.AnswerKiosk)
        kiosk = house.people.kiosk_named(asked.device)
        return called(_do(house, by, kiosks.answer_call, asked, device=kiosk.id), kiosk, device=kiosk.name)

    def called(hall: Hall, kiosk: Member, **also: str) -> Response:
        return jsonify({**also, "call": call_of(hall, house, kiosk.id)})


def _coming_and_going(api: Blueprint, house: House, visits: Visits) -> None:
    """A member of staff opens the menu, and closes it."""

    @api.get("/staff")
    @allow("kiosk")
    def names(by: Member) -> Response:
        return jsonify([person.name for person in house.people.people()])

    @api.post("/staff")
    @allow("kiosk")
    def come(by: Member) -> Response:
        asked = bodies.body(bodies.SignIn)
        pins: Pins = current_app.extensions["pins"]
        person = pins.whose(asked.username, asked.pin, kiosk=by.id)
        return jsonify(name=person.name, word=visits.begin(by.id, person), lasts_s=round(LASTS_S))

    @api.delete("/staff")
    @allow("kiosk")
    def go(by: Member) -> Response:
        visits.who(by.id, _word())
        visits.end(by.id)
        return Response(status=204)


def _menu(api: Blueprint, house: House, visits: Visits) -> None:
    """What its staff ask of the machine."""
    staff_only = _staff_only(house, visits)

    @api.get("/machine")
    @staff_only
    def machine(kiosk: Member, person: Member) -> Response:
        return jsonify(standing(house, kiosk))

    @api.post("/sample-slip")
    @staff_only
    def sample(kiosk: Member, person: Member) -> tuple[Response, int]:
        bodies.body(bodies.Nothing, empty=True)
        return jsonify(job=_devices().sample(house.hall, kiosk)), 202

    @api.post("/roll")
    @staff_only
    def roll(kiosk: Member, person: Member) -> Response:
        asked, printer = bodies.body(bodies.Nothing, empty=True), _printer(house, kiosk)
        if printer is None:
            raise NoPrinter()
        _do(house, person, kiosks.change_roll, asked, printer=printer.key)
        return jsonify(standing(house, kiosk))

    @api.post("/pause")
    @staff_only
    def pause(kiosk: Member, person: Member) -> Response:
        asked = bodies.body(bodies.PauseKiosk)
        _do(house, person, kiosks.pause if asked.paused else kiosks.resume, asked, device=kiosk.id)
        return jsonify(standing(house, kiosk))

    @api.put("/volume")
    @staff_only
    def volume(kiosk: Member, person: Member) -> Response:
        screens.change(house, kiosk.id, "kiosk", {"volume": bodies.body(bodies.Volume).volume})
        return jsonify(standing(house, kiosk))


def _staff_only(house: House, visits: Visits) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The view is told the kiosk, and who of the staff stands there."""

    def guard(view: Callable[..., Any]) -> Callable[..., Any]:
        @allow("kiosk")
        @wraps(view)
        def guarded(*args: Any, by: Member, **kwargs: Any) -> Any:
            person = visits.who(by.id, _word())
            if house.people.person_named(person.name) != person:
                # Removed meanwhile, or another now: what opens nothing any more is not kept open by using it.
                visits.end(by.id)
                raise TurnedAway("staff-away")
            return view(*args, kiosk=by, person=person, **kwargs)

        return guarded

    return guard


def _word() -> str:
    return request.headers.get(WORD, "")


def _do(house: House, by: Member, wish: Callable[..., Events], asked: bodies.Body, **fields: Any) -> Hall:
    return house.office.do(partial(wish, by=by.id, **fields), bodies.key(by.id, asked)).hall


def call_of(hall: Hall, house: House, device: str) -> dict[str, Any] | None:
    """The call from this kiosk as its screen shows it, if one is out. Who is coming is the staff's own affair."""
    call = kiosks.call_out(hall, house.office.now(), device)
    return call and {"at": tell.moment(hall.plan, call.at), "answered": call.answered_by is not None}


def standing(house: House, kiosk: Member) -> dict[str, Any]:
    """The kiosk as its staff menu shows it: printer, paper, whether it rests, what its screen is set to."""
    hall, printer = house.hall, _printer(house, kiosk)
    roll = hall.rolls.get(printer.key) if printer else None
    left, short = _devices().paper(hall, kiosk.id, printer)
    settings = screens.stored(house, "kiosk", kiosk.id)
    return {
        "device": kiosk.name,
        "printer": printer and {"name": printer.name, "state": printer.state, "detail": printer.detail},
        "roll": roll and {"since": tell.moment(hall.plan, roll.since), "left": left, "short": short},
        "slips_per_roll": settings["slips_per_roll"],
        "paused": kiosk.id in hall.kiosks_paused,
        "volume": settings["volume"],
    }


def _printer(house: House, kiosk: Member) -> Device | None:
    return house.printers.of(kiosk.name, house.office.now())


def _devices() -> Devices:
    devices: Devices = current_app.extensions["devices"]
    return devices
