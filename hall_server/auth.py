"""Who is calling, and may they: people by a session's cookie, devices by their key, citizens by their ticket's token.

The token is its own credential and is looked at by the ticket's own pages. In trial, a call without
credentials is the kiosk.
"""

import hmac
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from math import ceil
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from hall_server.bodies import Pin, SignIn, body
from hall_server.house import House
from hall_server.people import Member
from hall_server.problems import TurnedAway

COOKIE = "sala_session"
SCREEN_COOKIE = "sala_screen"
FREE, LONGEST_S, MOST_NAMES = 10, 900.0, 10_000
MOST_JUDGED = 20


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls. `session` is the cookie's word, when it was a cookie that told: a person's, or a paired screen's.

    `locked`: the screen is, and until the PIN was given it may do and show nothing.
    """

    member: Member
    session: str | None = None
    locked: bool = False


def house() -> House:
    """The house that this app serves."""
    served: House = current_app.extensions["house"]
    return served


def _today() -> str:
    """The service day by the clock: the hall's own turns only with its first wish."""
    return str(house().plan.service_day(house().office.now()))


def caller() -> Caller | None:
    """Who makes this request. A key or a session that is wrong is nobody: in trial too, it is not the kiosk."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme:
        device = house().people.of_key(key.strip()) if scheme.lower() == "bearer" else None
        return Caller(device) if device else None
    word = request.cookies.get(COOKIE, "")
    session = house().people.session(word, _today()) if word else None
    if session:
        return Caller(session.member, word, session.locked)
    key = request.cookies.get(SCREEN_COOKIE, "")
    screen = house().people.of_key(key) if key else None
    if screen:
        return Caller(screen, key)
    kiosk = None if word or key else house().trial_kiosk
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
    if calling.locked:
        raise TurnedAway("locked")
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
    """Counts the tries at each name's PIN before they are judged, so that four digits are not guessed, nor all at once.

    After `FREE` tries in a row that were not right, each costs a pause twice as long as the one before it.
    """

    def __init__(self, ticks: Callable[[], float] = time.monotonic) -> None:
        self._ticks, self._lock = ticks, threading.Lock()
        self._tried: dict[str, tuple[int, float]] = {}

    def count(self, name: str) -> None:
        """One more try. TurnedAway while the name rests."""
        with self._lock:
            now = self._ticks()
            tries, rests_until = self._tried.get(name, (0, now))
            if now < rests_until:
                raise TurnedAway("too-many", seconds=ceil(rests_until - now))
            if len(self._tried) >= MOST_NAMES:
                self._tried = {other: tried for other, tried in self._tried.items() if tried[1] + LONGEST_S > now}
            pause = min(2.0 ** min(tries + 1 - FREE, 32), LONGEST_S) if tries + 1 >= FREE else 0.0
            self._tried[name] = (tries + 1, now + pause)

    def right(self, name: str) -> None:
        """It was right: what was tried before is forgotten."""
        with self._lock:
            self._tried.pop(name, None)


def _signed_in() -> Caller:
    """Whoever is signed in here, also behind a lock; their unsafe calls carry the token."""
    calling = caller()
    if calling is None or calling.session is None:
        raise TurnedAway("not-signed-in")
    if request.method not in ("GET", "HEAD"):
        _check_csrf(calling.session)
    return calling


class Pins:
    """Judges PINs, wherever they are given: each try is counted, and one is judged at a time."""

    def __init__(self, tries: Tries) -> None:
        self._tries = tries
        self._one, self._waiting = threading.Lock(), threading.BoundedSemaphore(MOST_JUDGED)

    def whose(self, name: str, pin: str, kiosk: str = "", session: str = "") -> Member:
        """The person of that name, if the PIN is theirs; else TurnedAway.

        Whoever guesses in one place keeps nobody from another: a kiosk's tries are counted for that kiosk and, over
        all kiosks, for the name; behind a lock they are counted for that session alone; and signing in for itself.
        """
        counted = (
            (f"kiosk:{kiosk}", f"at kiosks:{name}") if kiosk else (f"lock:{session}" if session else f"in:{name}",)
        )
        for one in counted:
            self._tries.count(one)
        person = self._judged(name, pin)
        if person is None:
            raise TurnedAway("wrong-pin")
        for one in counted:
            self._tries.right(one)
        return person

    def _judged(self, name: str, pin: str) -> Member | None:
        """Judging takes a core for tens of ms, and calls must not wait for a burst of them."""
        people = house().people
        if not self._waiting.acquire(blocking=False):
            raise TurnedAway("too-many", seconds=1)
        try:
            with self._one:
                found: Member | None = house().natively(lambda: people.person_with_pin(name, pin))
                return found
        finally:
            self._waiting.release()


def sessions(pins: Pins) -> Blueprint:
    """GET, POST and DELETE /session; POST /session/lock and /session/unlock."""
    api = Blueprint("sessions", __name__, url_prefix="/api/v1/session")

    def changed(session: str) -> None:
        """The screens of that session ask anew what they may see."""
        current_app.extensions["live"].ask_anew(session)

    @api.get("")
    def whose() -> Response:
        calling = _signed_in()
        return jsonify(username=calling.member.name, role=calling.member.role, locked=calling.locked)

    @api.post("")
    def sign_in() -> Response:
        asked = body(SignIn)
        person = pins.whose(asked.username, asked.pin)
        word = house().people.begin_session(person, _today())
        answer = jsonify(username=person.name, role=person.role, csrf=house().csrf(word))
        answer.set_cookie(COOKIE, word, httponly=True, samesite="Strict", secure=house().by_https)
        return answer

    @api.delete("")
    def sign_out() -> Response:
        session = str(_signed_in().session)
        house().people.end_session(session)
        changed(session)
        answer = Response(status=204)
        answer.delete_cookie(COOKIE, httponly=True, samesite="Strict")
        return answer

    @api.post("/lock")
    def lock() -> Response:
        session = str(_signed_in().session)
        house().people.lock_session(session, True)
        changed(session)
        return Response(status=204)

    @api.post("/unlock")
    def unlock() -> Response:
        calling, asked = _signed_in(), body(Pin)
        pins.whose(calling.member.name, asked.pin, session=str(calling.session))
        house().people.lock_session(str(calling.session), False)
        changed(str(calling.session))
        return jsonify(username=calling.member.name, role=calling.member.role)

    return api
