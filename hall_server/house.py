"""What every face is given: the office, the people, the secret. Made once by run.py; nothing is created on import."""

import base64
import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from hall_server import slip_news
from hall_server.lookout import Lookout
from hall_server.people import Member, People
from hall_server.playlist import Playlist
from hall_server.printers import Printers
from queue_core.hall import Hall
from queue_core.office import Office
from queue_core.plan import Plan
from queue_core.ticket import Ticket
from queue_core.waits import Outlook

_TOKEN = re.compile(r"(\d{8}-[A-Z]{1,2}\d{3,9})-([A-Za-z0-9_-]{22})", re.ASCII)


def at_once(work: Callable[[], Any]) -> Any:
    """Run it here and now: under real threads nothing else waits for it."""
    return work()


@dataclass(frozen=True)
class House:
    """One running hall. `natively` runs long work off the hub; `public_url` is what a QR opens, if anything.

    `practice`: everything is marked so, and nothing that is given counts in earnest. `begun` is new with each start.
    `command` starts this program once more, for what a child process reckons.
    """

    office: Office
    people: People
    secret: bytes
    trial: bool = False
    public_url: str | None = None
    natively: Callable[[Callable[[], Any]], Any] = at_once
    trial_kiosk: Member | None = None
    slips: str | None = None
    practice: bool = False
    command: tuple[str, ...] = ()
    begun: str = field(default_factory=lambda: secrets.token_hex(6))
    lookout: Lookout = field(default_factory=Lookout)
    printers: Printers = field(default_factory=Printers)

    @property
    def epoch(self) -> str:
        """Which start of the hall this is. A page that was drawn in practice, or in earnest, knows the other by it."""
        return f"practice-{self.begun}" if self.practice else self.begun

    @property
    def by_https(self) -> bool:
        """Whether people come by https: cookies are then for https alone. TLS ends at a proxy, unseen from here."""
        return (self.public_url or "").startswith("https:")

    @cached_property
    def playlist(self) -> Playlist:
        """The pictures and films for the boards; in practice the same ones."""
        return Playlist(self.people.path.parent / "playlist")

    @property
    def voice(self) -> Path:
        """Where the voice packs lie, in a folder for each language; in practice the same ones."""
        return self.office.log.path.parent / "voice"

    @property
    def hall(self) -> Hall:
        return self.office.hall

    @property
    def outlook(self) -> Outlook:
        """How the calls would go, as it was last reckoned."""
        return self.lookout.outlook

    @property
    def plan(self) -> Plan:
        return self.office.hall.plan

    def came_of(self, ticket: Ticket, device: str | None, now: datetime) -> str:
        """What became of the slip of this ticket, issued at the device of that name: slip_news.came_of."""
        printer = self.printers.serving(device, now, self.printers.nevers(ticket.id))
        ready = printer is not None and printer.hopeful
        over = self.printers.over(ticket.id, slip_news.due_since(ticket))
        return slip_news.came_of(ticket, self.printers.said_of(ticket.id), ready, now, over)

    def token(self, ticket: str) -> str:
        """The ticket's token: its id and a 128-bit HMAC, so that a reprint can say it again and no log holds it."""
        return f"{ticket}-{self._seal(self._own('ticket'), ticket)}"

    def ticket_of(self, token: str) -> str | None:
        """The id of the ticket that this token belongs to, if it is one of ours."""
        found = _TOKEN.fullmatch(token)
        genuine = found and hmac.compare_digest(found[2], self._seal(self._own("ticket"), found[1]))
        return found[1] if found and genuine else None

    def csrf(self, session: str) -> str:
        """The word that unsafe calls by this session's cookie must carry."""
        return self._seal("csrf", session)

    @property
    def job_mark(self) -> str:
        """What tells this folder's print jobs from another's."""
        return self._seal(self._own("jobs"), "")[:8]

    def _own(self, purpose: str) -> str:
        """What is given in practice opens nothing in earnest, nor in the next practice."""
        return f"{self.epoch}:{purpose}" if self.practice else purpose

    def _seal(self, purpose: str, text: str) -> str:
        digest = hmac.digest(self.secret, f"{purpose}:{text}".encode(), sha256)[:16]
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")
