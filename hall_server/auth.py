"""Who is calling, and may they: people by a session's cookie, devices by their key, citizens by their ticket's token.

The token is its own credential and is looked at by the ticket's own pages. In trial, a call without
credentials is the kiosk.
"""

import hmac
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from hall_server.bodies import SignIn, body
from hall_server.house import House
from hall_server.people import Member
from hall_server.problems import TurnedAway

COOKIE = "sala_session"
SCREEN_COOKIE = "sala_screen"
TRIES, WITHIN_S = 10, 60.0


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls. `session` is the cookie's word, when it was a cookie that told: a person's, or a paired screen's."""

    member: Member
    session: str | None = None


def house() -> House:
    """The house that this app serves."""
    served: House = current_app.extensions["house"]
    return served


def _today() -> str:
    """The service day by the clock: the hall's own turns only with its first wish."""
    return str(house().plan.service_day(house().office.now()))


def caller() -> Caller | None:
    """Who makes this request. A key or a session that is wrong is nobody, never somebody else."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme:
        device = house().people.of_key(key.strip()) if scheme.lower() == "bearer" else None
        return Caller(device) if device else None
    word = request.cookies.get(COOKIE, "")
    person = house().people.of_session(word, _today()) if word else None
    if person:
        return Caller(person, word)
    key = request.cookies.get(SCREEN_COOKIE, "")
    screen = house().people.of_key(key) if key else None
    if screen:
        return Caller(screen, key)
    kiosk = house().trial_kiosk
    return Caller(kiosk) if kiosk else None


def caller_of_socket(auth: Mapping[str, Any]) -> Caller | None:
    """Who opens this socket: a device by `auth: {key}`, anybody else as by HTTP."""
    if "key" not in auth:
        return caller()
    device = house().people.of_key(str(auth["key"]))
    return Caller(device) if device else None


def allow(*roles: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let only these roles call the view (an admin may whatever any member of staff may); it gets `by`, the member."""
    staff = {"officer", "manager"} & set(roles)
    welcome = set(roles) | ({"admin"} if staff else set())

    def guarded(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guard(*args: Any, **kwargs: Any) -> Any:
            return view(*args, by=_admitted(welcome), **kwargs)

        return guard

    return guarded


def _admitted(welcome: set[str]) -> Member:
    calling = caller()
    if calling is None:
        raise TurnedAway("not-signed-in")
    if calling.member.role not in welcome:
        raise TurnedAway("not-your-role", role=calling.member.role)
    if calling.session and request.method not in ("GET", "HEAD"):
        _check_csrf(calling.session)
    return calling.member


def _check_csrf(session: str) -> None:
    told = request.headers.get("X-CSRF-Token", "").encode()
    if not hmac.compare_digest(told, house().csrf(session).encode()):
        raise TurnedAway("csrf-missing")


def page_csrf() -> str:
    """What a page's <meta name=csrf> holds for whoever is signed in."""
    calling = caller()
    return house().csrf(calling.session) if calling and calling.session else ""


class Tries:
    """Counts wrong PINs a name, so that four digits are not guessed."""

    def __init__(self, ticks: Callable[[], float] = time.monotonic) -> None:
        self._ticks = ticks
        self._wrong: defaultdict[str, deque[float]] = defaultdict(deque)

    def check(self, name: str) -> None:
        recent = self._wrong.get(name)
        while recent and recent[0] < self._ticks() - WITHIN_S:
            recent.popleft()
        if not recent:
            self._wrong.pop(name, None)
        elif len(recent) >= TRIES:
            raise TurnedAway("too-many", seconds=int(WITHIN_S))

    def wrong(self, name: str) -> None:
        self._wrong[name].append(self._ticks())


def sessions(tries: Tries) -> Blueprint:
    """POST and DELETE /session."""
    api = Blueprint("sessions", __name__)

    @api.post("/api/v1/session")
    def sign_in() -> Response:
        asked = body(SignIn)
        tries.check(asked.username)
        people = house().people
        person = house().natively(lambda: people.person_with_pin(asked.username, asked.pin))
        if person is None:
            tries.wrong(asked.username)
            raise TurnedAway("wrong-pin")
        word = people.begin_session(person, _today())
        answer = jsonify(username=person.name, role=person.role, csrf=house().csrf(word))
        # Behind a proxy with TLS the pages come by https, and so must the cookie.
        answer.set_cookie(COOKIE, word, httponly=True, samesite="Strict", secure=request.is_secure)
        return answer

    @api.delete("/api/v1/session")
    def sign_out() -> Response:
        calling = caller()
        if calling is None or calling.session is None:
            raise TurnedAway("not-signed-in")
        _check_csrf(calling.session)
        house().people.end_session(calling.session)
        answer = Response(status=204)
        answer.delete_cookie(COOKIE, httponly=True, samesite="Strict")
        return answer

    return api
