"""One voice a zone: which of a zone's boards speaks, and what was spoken there last.

The boards that have a loudspeaker ask every two seconds, and the one that asked first speaks for as long as it goes
on asking. Another takes over when it leaves or falls silent, and is told what was spoken last: so no call is spoken
twice, and none is lost. All of it is in memory: after a restart whoever asks first speaks. Not here: what is spoken
(voice.js).
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, jsonify

from hall_server import bodies
from hall_server.auth import allow
from hall_server.house import House
from hall_server.people import Member
from queue_core.errors import WrongValue

# A board asks every 2 s: after two lost questions and a bit more it is taken for gone.
SILENT_S = 5.0


@dataclass(frozen=True, slots=True)
class Lease:
    """Who speaks in a zone, when that page was last heard of, and what was spoken there last."""

    page: str | None = None
    heard: float = 0.0
    spoken: bodies.SpokenCall | None = None


class Loudspeakers:
    """The lease of each zone."""

    def __init__(self, ticks: Callable[[], float] = time.monotonic) -> None:
        self._ticks, self._lock = ticks, threading.Lock()
        self._leases: dict[str, Lease] = {}

    def ask(self, zone: str, page: str, spoken: bodies.SpokenCall | None = None) -> tuple[bool, Lease]:
        """Whether this page speaks in the zone, and the lease as it is now."""
        with self._lock:
            now, lease = self._ticks(), self._leases.get(zone, Lease())
            mine = lease.page in (None, page) or now - lease.heard > SILENT_S
            last = _later(lease.spoken, spoken)
            lease = Lease(page, now, last) if mine else Lease(lease.page, lease.heard, last)
            self._leases[zone] = lease
            return mine, lease

    def leave(self, zone: str, page: str, spoken: bodies.SpokenCall | None = None) -> None:
        """The page is closed: another may speak at once."""
        with self._lock:
            lease = self._leases.get(zone, Lease())
            holder = None if lease.page == page else lease.page
            self._leases[zone] = Lease(holder, lease.heard, _later(lease.spoken, spoken))


def _later(one: bodies.SpokenCall | None, other: bodies.SpokenCall | None) -> bodies.SpokenCall | None:
    """The one spoken later, in the order of calling. Of the same call, that it was said to its end counts."""
    known = [spoken for spoken in (one, other) if spoken]
    return max(known, key=lambda spoken: (datetime.fromisoformat(spoken.at), spoken.call, spoken.whole), default=None)


def loudspeakers(house: House, zones: Loudspeakers) -> Blueprint:
    """POST /boards/voice: {speaks, spoken}."""
    api = Blueprint("loudspeakers", __name__, url_prefix="/api/v1/boards")

    @api.post("/voice")
    @allow("board", "kiosk", "officer", "manager")
    def voice(by: Member) -> Response:
        asked = bodies.body(bodies.Speaks)
        if asked.zone and asked.zone not in house.plan.zones:
            raise WrongValue(where="zone", why=asked.zone)
        if asked.spoken:
            _check_moment(asked.spoken.at, house.office.now())
        if asked.leaving:
            zones.leave(asked.zone, asked.page, asked.spoken)
            return jsonify(speaks=False, spoken=None)
        speaks, lease = zones.ask(asked.zone, asked.page, asked.spoken)
        return jsonify(speaks=speaks, spoken=lease.spoken and bodies.as_fields(lease.spoken))

    return api


def _check_moment(at: str, now: datetime) -> None:
    """A call still to come was spoken by nobody: taken for the last one, it would keep the zone silent until then."""
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or moment > now:
        raise WrongValue(where="spoken.at", why=at)
