"""A ticket, what may happen to it, and the events that say what did happen.

Pure: values and tables. Who may press what at which counter is hall.py's; how an event is stored is log.py's.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime
from typing import Any

# What a fact makes of a ticket, whatever it was before. Facts are applied for ever, so an entry is never removed.
BECOMES: Mapping[str, str] = {
    "issued": "waiting",
    "called": "called",
    "recalled": "called",
    "started": "serving",
    "finished": "finished",
    "no-show": "absent",
    "cancelled": "cancelled",
    "expired": "expired",
}

# What may be wished of a ticket today, by its state. Only wishes consult this; it may grow stricter at any time.
MAY: Mapping[str, frozenset[str]] = {
    "waiting": frozenset({"called", "cancelled", "expired"}),
    "called": frozenset({"recalled", "started", "finished", "no-show", "cancelled", "expired"}),
    "serving": frozenset({"finished", "expired"}),
    "absent": frozenset(),
    "finished": frozenset(),
    "cancelled": frozenset(),
    "expired": frozenset(),
}

CLOSED = frozenset({"finished", "absent", "cancelled", "expired"})
AT_COUNTER = frozenset({"called", "serving"})
_TIMES = ("issued_at", "called_at", "started_at", "ended_at")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: what, when, by whom (an opaque id), to which ticket, at which counter.

    `texts` are words people wrote. They are kept apart where they can be erased; the record holds only their hashes.
    """

    kind: str
    at: datetime
    by: str
    ticket: str | None = None
    counter: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ticket:
    """One visit under one number, as it stands now. Times are aware, in UTC, to the millisecond."""

    id: str
    number: str
    series: str
    services: tuple[str, ...]
    service: str
    issued_at: datetime
    state: str = "waiting"
    priority: str | None = None
    language: str = "th"
    people: int = 1
    needs: tuple[str, ...] = ()
    device: str | None = None  # the opaque id of the kiosk that issued it
    ahead: int = 0
    printed: bool = False
    copy: int = 1
    counter: str | None = None
    called_at: datetime | None = None
    calls: int = 0
    started_at: datetime | None = None
    start_inferred: bool = False
    ended_at: datetime | None = None
    outcome: str | None = None

    def record(self) -> dict[str, Any]:
        """The ticket as plain data, for a day's opening event that carries it over."""
        return {name: value.isoformat() if name in _TIMES and value else value for name, value in asdict(self).items()}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Ticket":
        """The ticket that a record tells; what a later program no longer knows is passed over."""
        known: dict[str, Any] = {part.name: record[part.name] for part in fields(cls) if part.name in record}
        times: dict[str, Any] = {name: datetime.fromisoformat(known[name]) for name in _TIMES if known.get(name)}
        lists: dict[str, Any] = {name: tuple(known[name]) for name in ("services", "needs") if name in known}
        return cls(**(known | times | lists))

    def may(self, kind: str) -> bool:
        """Whether today's table lets this happen to the ticket as it stands."""
        return kind in MAY[self.state]

    def after(self, event: Event) -> "Ticket":
        """The ticket once `event` has happened to it. A fact is never refused here."""
        fold = _FOLDS.get(event.kind)
        changes = fold(self, event) if fold else {}
        return replace(self, state=BECOMES.get(event.kind, self.state), **changes)


def issued(event: Event) -> Ticket:
    """The ticket that an `issued` event brings into the hall."""
    data = event.data
    return Ticket(
        id=str(event.ticket),
        number=data["number"],
        series=data["series"],
        services=tuple(data["services"]),
        service=data["service"],
        issued_at=event.at,
        priority=data.get("priority"),
        language=data.get("language", "th"),
        people=data.get("people", 1),
        needs=tuple(data.get("needs", ())),
        device=data.get("device"),
        ahead=data.get("ahead", 0),
    )


Changes = dict[str, Any]


def _called(ticket: Ticket, event: Event) -> Changes:
    return {"counter": event.counter, "called_at": event.at, "calls": 1}


def _recalled(ticket: Ticket, event: Event) -> Changes:
    return {"calls": ticket.calls + 1}


def _started(ticket: Ticket, event: Event) -> Changes:
    # A start nobody pressed is dated from the call: the walk is then unknown and is kept out of the walks.
    inferred = bool(event.data.get("inferred"))
    began = ticket.called_at if inferred and ticket.called_at else event.at
    return {"started_at": began, "start_inferred": inferred}


def _ended(ticket: Ticket, event: Event) -> Changes:
    service = event.data.get("service", ticket.service)
    services = tuple(event.data.get("services", ticket.services))
    return {"ended_at": event.at, "outcome": event.data.get("outcome"), "service": service, "services": services}


def _printed(ticket: Ticket, event: Event) -> Changes:
    return {"printed": True}


def _slip_unknown(ticket: Ticket, event: Event) -> Changes:
    # A slip that may have come out makes the next one a second copy, and marked as such.
    return {"copy": max(ticket.copy, event.data["copy"] + 1)}


_FOLDS = {
    "called": _called,
    "recalled": _recalled,
    "started": _started,
    "finished": _ended,
    "no-show": _ended,
    "cancelled": _ended,
    "expired": _ended,
    "slip-printed": _printed,
    "slip-unknown": _slip_unknown,
}


def to_millisecond(moment: datetime) -> datetime:
    """The moment in UTC, cut to the millisecond that the log keeps, so that live and replayed halls are equal."""
    utc = moment.astimezone(UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)
