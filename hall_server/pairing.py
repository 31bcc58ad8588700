"""A new screen shows a short code, and a manager who sees it accepts it at the desk: nobody types a key.

What waits here is gone after a quarter of an hour, or with the server; the screen then shows another code. An accepted
screen gets a device's key as an HttpOnly cookie, and is from then on that device.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from flask import Blueprint, Response, jsonify

from hall_server.auth import SCREEN_COOKIE, allow, house
from hall_server.bodies import AcceptScreen, NewScreen, body
from hall_server.people import Member, People
from hall_server.problems import TurnedAway
from queue_core.errors import WrongValue

LASTS_S = 15 * 60
MOST = 100
A_YEAR_S = 366 * 24 * 3600


@dataclass
class Waiting:
    """A screen that waits to be accepted. `word` is known to that screen alone; `key` comes with the acceptance."""

    role: str
    word: str
    until: float
    key: str | None = None


class Pairing:
    """The screens that wait, by the code that each of them shows."""

    def __init__(self, ticks: Callable[[], float] = time.monotonic) -> None:
        self._ticks, self._lock = ticks, Lock()
        self._waiting: dict[str, Waiting] = {}

    def ask(self, role: str) -> tuple[str, str]:
        """A new code to show, and the word to come back with. Refused while too many wait."""
        with self._lock:
            now = self._ticks()
            self._waiting = {code: screen for code, screen in self._waiting.items() if screen.until > now}
            if len(self._waiting) >= MOST:
                raise TurnedAway("too-many")
            free = (f"{secrets.randbelow(1_000_000):06d}" for _ in range(1000))
            code = next(code for code in free if code not in self._waiting)
            word = secrets.token_urlsafe(32)
            self._waiting[code] = Waiting(role, word, now + LASTS_S)
            return code, word

    def accept(self, code: str, name: str, people: People) -> Member:
        """Let the screen with this code be the device `name`. WrongValue: nobody shows it, or the name is taken."""
        with self._lock:
            screen = self._waiting.get(code.replace(" ", ""))
            if screen is None or screen.key or screen.until <= self._ticks():
                raise WrongValue(where="code", why=code)
            try:
                member, screen.key = people.add_device(name, screen.role)
            except ValueError:
                raise WrongValue(where="name", why=name) from None
            return member

    def key_for(self, word: str) -> str | None:
        """The key of the screen that holds this word, once accepted. TurnedAway if it waits no more.

        Told as often as it asks: an answer may be lost on the way.
        """
        with self._lock:
            for screen in self._waiting.values():
                if screen.word == word:
                    return screen.key
            raise TurnedAway("not-found")


def pairing(waiting: Pairing) -> Blueprint:
    """POST /pairing and /pairing/mine for the screen, POST /screens for the manager."""
    api = Blueprint("pairing", __name__, url_prefix="/api/v1")

    @api.post("/pairing")
    def ask() -> tuple[Response, int]:
        code, word = waiting.ask(body(NewScreen).role)
        return jsonify(code=code, word=word), 201

    @api.post("/pairing/<word>")
    def mine(word: str) -> Response:
        key = waiting.key_for(word)
        answer = jsonify(accepted=key is not None)
        if key:
            answer.set_cookie(
                SCREEN_COOKIE, key, max_age=A_YEAR_S, httponly=True, samesite="Strict", secure=house().by_https
            )
        return answer

    @api.post("/screens")
    @allow("manager")
    def accept(by: Member) -> tuple[Response, int]:
        asked = body(AcceptScreen)
        member = waiting.accept(asked.code, asked.name.strip(), house().people)
        return jsonify(name=member.name, role=member.role), 201

    return api
