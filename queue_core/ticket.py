"""A ticket, its legs, what may happen to it, and the events that say what did happen.

A visit is the life of one ticket. A leg is one service within it: from entering that service's queue until it was
given, or the visitor was sent on. Pure: values and tables. Who may press what at which counter is officers.py's; how an
event is stored is log.py's.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from queue_core.estimates import Asked, Promised

# What a fact makes of a ticket, whatever it was before. Facts are applied for ever, so an entry is never removed.
BECOMES: Mapping[str, str] = {
    "issued": "waiting",
    "entered": "waiting",
    "called": "called",
    "recalled": "called",
    "started": "serving",
    "leg-finished": "waiting",
    "continued": "serving",
    "transferred": "waiting",
    "held": "held",
    "resumed": "serving",
    "did-not-come": "absent",
    "requeued": "waiting",
    "finished": "finished",
    "finished-by-hand": "finished",
    "no-show": "absent",
    "cancelled": "cancelled",
    "expired": "expired",
}

# What may be wished of a ticket today, by its state. Only wishes consult this; it may grow stricter at any time.
_AT_WINDOW = frozenset({"finished", "leg-finished", "continued", "transferred", "held", "expired"})
MAY: Mapping[str, frozenset[str]] = {
    "waiting": frozenset({"called", "moved", "reprinted", "cancelled", "expired", "finished-by-hand"}),
    "called": _AT_WINDOW | {"recalled", "started", "did-not-come", "no-show", "cancelled", "reprinted"},
    "serving": _AT_WINDOW,
    "held": frozenset({"resumed", "moved", "reprinted", "cancelled", "expired"}),
    "absent": frozenset({"called", "requeued", "moved", "reprinted", "no-show", "cancelled", "expired"}),
    "finished": frozenset(),
    "cancelled": frozenset(),
    "expired": frozenset(),
}

# What ends a visit. One who was called and did not come is absent by either fact, and over only by "no-show".
CLOSES = frozenset({"finished", "finished-by-hand", "no-show", "cancelled", "expired"})
AT_COUNTER = frozenset({"called", "serving"})
# A service that takes so many times its published time was left open by somebody: nobody knows what it took.
UNBELIEVABLE = 3


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
class Leg:
    """One service within a visit. While it goes on it is the ticket's `leg`; once over it stands in its `legs`.

    `waited` is False where nobody waited for it (came without a ticket, went on at the same window). `uncertain` says
    why its times cannot be believed. `ended` is the fact that ended it. `held_ms`: how long it was put aside.
    """

    service: str
    queued_at: datetime
    called_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    ended: str | None = None
    counter: str | None = None
    officer: str | None = None
    calls: int = 0
    start_inferred: bool = False
    held_ms: int = 0
    waited: bool = True
    rule: str | None = None
    front: bool = False
    stand_in: bool = False
    outcome: str | None = None
    uncertain: str | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """One visit under one number, as it stands now. Times are aware, in UTC, to the millisecond.

    `services` are all that are wanted, `leg` the one now waited for or given, `left` those still to come. `since` is
    the time from which its turn is counted, `place` the number of the event that brought it, `moved` that of the last
    event that was more than a matter of paper. `asked` is what was known of the wait when the present leg was
    queued for, until it is called. `promised` is what was told at the issue, `said` how (minutes); None: nothing, or it
    was for another place. `first_called_at` says how true that was.
    """

    id: str
    number: str
    series: str
    services: tuple[str, ...]
    leg: Leg
    issued_at: datetime
    since: datetime
    day: str = ""
    place: int = 0
    moved: int = 0
    state: str = "waiting"
    left: tuple[str, ...] = ()
    legs: tuple[Leg, ...] = ()
    priority: str | None = None
    language: str = "th"
    people: int = 1
    needs: tuple[str, ...] = ()
    device: str | None = None  # the opaque id of the kiosk that issued it
    ahead: int = 0
    printed: bool = False
    copy: int = 1
    slip_at: datetime | None = None  # since when a slip is due; None: since the ticket was issued
    sent: bool = False  # to a printer that cannot confirm: whether the slip came out, its holder must say
    front: bool = False
    for_counter: str | None = None
    for_officer: str | None = None
    booking: str | None = None
    booked_at: datetime | None = None
    absences: int = 0
    absent_at: datetime | None = None
    held_at: datetime | None = None
    by_hand: bool = False
    ended_at: datetime | None = None
    outcome: str | None = None
    asked: Asked | None = None
    promised: Promised | None = None
    said: tuple[int, int] | None = None
    first_called_at: datetime | None = None

    # -- the present leg, as most people ask for it ------------------------------------------------------------

    @property
    def service(self) -> str:
        return self.leg.service

    @property
    def counter(self) -> str | None:
        return self.leg.counter

    @property
    def called_at(self) -> datetime | None:
        return self.leg.called_at

    @property
    def started_at(self) -> datetime | None:
        return self.leg.started_at

    @property
    def start_inferred(self) -> bool:
        return self.leg.start_inferred

    @property
    def calls(self) -> int:
        return self.leg.calls

    @property
    def uncertain(self) -> str | None:
        return self.leg.uncertain

    @property
    def age_since(self) -> datetime:
        """Since when the whole visit counts: the booked time of one who kept it, else the issue."""
        kept = self.booked_at if self.booking in ("early", "on-time") else None
        return kept or self.issued_at

    @property
    def slip_due(self) -> bool:
        """Whether a slip is to come out: the first while its visitor waits; one asked for, wherever the visitor is."""
        out = self.printed or self.sent
        return not out and (self.state == "waiting" or self.slip_at is not None)

    def all_legs(self) -> tuple[Leg, ...]:
        """Every leg, the present one last."""
        return (*self.legs, self.leg)

    def record(self) -> dict[str, Any]:
        """The ticket as plain data, for an event that carries it as it was."""
        told: dict[str, Any] = _plain(asdict(self))
        promise = {"asked": self.asked, "promised": self.promised}
        return told | {name: value.record() for name, value in promise.items() if value}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Ticket":
        """The ticket that a record tells; what a later program no longer knows is passed over."""
        known = _known(cls, record)
        known |= {name: tuple(known[name]) for name in ("services", "left", "needs") if name in known}
        known["leg"] = Leg(**_known(Leg, record["leg"]))
        known["legs"] = tuple(Leg(**_known(Leg, leg)) for leg in record.get("legs", ()))
        known |= _promise(record)
        return cls(**known)

    def may(self, kind: str) -> bool:
        """Whether today's table lets this happen to the ticket as it stands."""
        return kind in MAY[self.state]

    def after(self, event: Event, seq: int = 0) -> "Ticket":
        """The ticket once `event`, number `seq` in the log, has happened to it. A fact is never refused here."""
        fold = _FOLDS.get(event.kind)
        changes = fold(self, event) if fold else {}
        moved = self.moved if event.kind in _PAPER else seq
        return replace(self, state=BECOMES.get(event.kind, self.state), moved=moved, **changes)


def issued(event: Event, seq: int = 0, day: str = "") -> Ticket:
    """The ticket that an event, `issued` or (from an emergency slip) `entered`, brings into the hall of that day."""
    data = event.data
    came = _time(data, "issued_at") or event.at
    since = _time(data, "since") or came
    return Ticket(
        id=str(event.ticket),
        number=data["number"],
        series=data["series"],
        services=tuple(data["services"]),
        leg=Leg(data["service"], max(came, since), waited=data.get("waited", True)),
        left=tuple(data.get("left", ())),
        issued_at=came,
        since=since,
        day=data.get("day", day),
        place=seq,
        moved=seq,
        priority=data.get("priority"),
        language=data.get("language", "th"),
        people=data.get("people", 1),
        needs=tuple(data.get("needs", ())),
        device=data.get("device"),
        ahead=data.get("ahead", 0),
        # A paper slip from the emergency block is in the visitor's hand; an officer's own visitor needs none.
        printed=event.kind == "entered" or bool(data.get("no_slip")),
        booking=data.get("booking"),
        booked_at=_time(data, "booked_at"),
        by_hand=event.kind == "entered",
        **_promise(data),
    )


def _promise(record: Mapping[str, Any]) -> dict[str, Any]:
    """What was known and told of the wait, where a record says it."""
    kinds: Mapping[str, Any] = {"asked": Asked, "promised": Promised}
    told = {name: kind.from_record(record[name]) for name, kind in kinds.items() if record.get(name)}
    return told | ({"said": tuple(record["said"])} if record.get("said") else {})


Changes = dict[str, Any]


def _called(ticket: Ticket, event: Event) -> Changes:
    data = event.data
    leg = replace(
        ticket.leg,
        counter=event.counter,
        officer=event.by,
        called_at=event.at,
        calls=1,
        rule=data.get("reason", {}).get("rule"),
        front=ticket.front,
        stand_in=bool(data.get("stand_in")),
        # A call that came to nothing through a power cut leaves no doubt about the next one.
        uncertain=ticket.uncertain if ticket.uncertain == "day-end" else None,
    )
    first = ticket.first_called_at or event.at
    return {"leg": leg, "absent_at": None, "asked": None, "first_called_at": first}


def _recalled(ticket: Ticket, event: Event) -> Changes:
    return {"leg": replace(ticket.leg, calls=ticket.calls + 1)}


def _started(ticket: Ticket, event: Event) -> Changes:
    # A start nobody pressed is dated from the call: the walk is then unknown and is kept out of the walks.
    inferred = bool(event.data.get("inferred"))
    began = ticket.called_at if inferred and ticket.called_at else event.at
    return {"leg": replace(ticket.leg, started_at=began, start_inferred=inferred)}


def _over(ticket: Ticket, event: Event) -> Leg:
    """The present leg as it ends by this event."""
    data = event.data
    return replace(
        ticket.leg,
        service=data.get("service", ticket.service),
        ended_at=event.at,
        ended=event.kind,
        outcome=data.get("outcome"),
        uncertain=data.get("uncertain") or ticket.uncertain,
    )


def _also(ticket: Ticket, event: Event, leg: Leg) -> tuple[Leg, ...]:
    """What else was given in the same go: legs that nobody queued for, and whose times are the first one's."""
    untimed = replace(leg, waited=False, rule=None, called_at=None, started_at=None, calls=0, held_ms=0, uncertain=None)
    return (*ticket.legs, *(replace(untimed, service=service) for service in event.data.get("also", ())))


def _ended(ticket: Ticket, event: Event) -> Changes:
    services = tuple(event.data.get("services", ticket.services))
    leg = _over(ticket, event)
    over = {"leg": leg, "legs": _also(ticket, event, leg), "services": services, "left": ()}
    return over | {"ended_at": event.at, "outcome": leg.outcome}


def _sent_on(ticket: Ticket, event: Event) -> Changes:
    """The leg is over and the next one begins: queued anew, its turn counted from `since`."""
    data, leg = event.data, _over(ticket, event)
    return {
        "legs": (*_also(ticket, event, leg), leg),
        "leg": Leg(data["next"], event.at),
        "services": tuple(data.get("services", ticket.services)),
        "left": tuple(data.get("left", ticket.left)),
        "since": _time(data, "since") or ticket.since,
        "front": data.get("position") == "front",
        "for_counter": data.get("for_counter"),
        "for_officer": data.get("for_officer"),
        # Sent on, one begins again with coming when called.
        "absences": 0,
        "held_at": None,
        "asked": _promise(data).get("asked"),
    }


def _continued(ticket: Ticket, event: Event) -> Changes:
    """The next leg goes on at once at the same window: nobody waited for it, and nobody was called."""
    changes = _sent_on(ticket, event)
    leg = replace(
        changes["leg"],
        called_at=event.at,
        started_at=event.at,
        counter=event.counter,
        officer=event.by,
        waited=False,
        rule="same-window/1",
        stand_in=bool(event.data.get("stand_in")),
    )
    return changes | {"leg": leg}


def _held(ticket: Ticket, event: Event) -> Changes:
    return {"held_at": event.at}


def _resumed(ticket: Ticket, event: Event) -> Changes:
    aside = max(event.at - (ticket.held_at or event.at), timedelta()) // timedelta(milliseconds=1)
    # Whose call it was stays so, whoever takes the visitor on again.
    leg = replace(ticket.leg, held_ms=ticket.leg.held_ms + aside, counter=event.counter)
    return {"leg": leg, "held_at": None}


def _did_not_come(ticket: Ticket, event: Event) -> Changes:
    return {"absences": ticket.absences + 1, "absent_at": event.at}


def _requeued(ticket: Ticket, event: Event) -> Changes:
    # Whoever was put in front and did not come has had that turn; a call to which nobody came was no end of the wait.
    leg = replace(ticket.leg, counter=None, called_at=None, calls=0)
    return {"absent_at": None, "front": False, "leg": leg}


def _moved(ticket: Ticket, event: Event) -> Changes:
    """Reception put it right: another service, priority, needs … What is not named stays; the visit keeps its age."""
    data = event.data
    told = {name: tuple(data[name]) for name in ("services", "left", "needs") if name in data}
    names = ("priority", "language", "people", "for_counter", "for_officer")
    plain = {name: data[name] for name in names if name in data}
    leg = {"leg": replace(ticket.leg, service=data["service"])} if "service" in data else {}
    front = {"front": data["position"] == "front"} if "position" in data else {}
    since = {"since": _time(data, "since")} if data.get("since") else {}
    return told | plain | leg | front | since | (_elsewhere(ticket) if _PLACES & data.keys() else {})


# What says where in which queue a ticket stands.
_PLACES = frozenset({"service", "priority", "since"})


def _elsewhere(ticket: Ticket) -> Changes:
    """What was promised was promised in that queue and that place, unless it was put to the test already."""
    kept = {"promised": ticket.promised, "said": ticket.said} if ticket.first_called_at else {}
    return {"asked": None, "promised": None, "said": None} | kept


def _interrupted(ticket: Ticket, event: Event) -> Changes:
    return {"leg": replace(ticket.leg, uncertain="power-cut")}


def _by_hand(ticket: Ticket, event: Event) -> Changes:
    """Served while everything was down: the times are what somebody wrote on paper."""
    data = event.data
    called, started = _time(data, "called_at"), _time(data, "started_at")
    ended = _time(data, "ended_at") or event.at
    leg = replace(
        _over(ticket, event),
        counter=event.counter,
        called_at=called or started,
        started_at=started or called,
        start_inferred=started is None or called is None,
        calls=1,
        ended_at=ended,
    )
    return {"leg": leg, "legs": _also(ticket, event, leg), "ended_at": ended, "outcome": leg.outcome}


def _printed(ticket: Ticket, event: Event) -> Changes:
    return {"printed": True, "sent": False}


def _slip_sent(ticket: Ticket, event: Event) -> Changes:
    return {"sent": True}


def _slip_unknown(ticket: Ticket, event: Event) -> Changes:
    # A slip that may have come out makes the next one a second copy, and marked as such.
    return {"copy": max(ticket.copy, event.data["copy"] + 1)}


def _reprinted(ticket: Ticket, event: Event) -> Changes:
    """A second slip was asked for; it is due since now, where it was asked for and not where the first came out."""
    return _due_again(event, ticket.copy + 1)


def _slip_asked(ticket: Ticket, event: Event) -> Changes:
    """The slip that did not come out was asked for; which copy it is was decided when it was asked."""
    return _due_again(event, max(ticket.copy, event.data["copy"]))


def _slip_missed(ticket: Ticket, event: Event) -> Changes:
    """Its holder says that the slip did not come; it may lie somewhere all the same."""
    return _due_again(event, max(ticket.copy, event.data["copy"] + 1))


def _due_again(event: Event, copy: int) -> Changes:
    due = {"printed": False, "sent": False, "copy": copy}
    return due | {"device": event.data.get("device"), "slip_at": event.at}


# What concerns the slip alone, and leaves the visit where it was.
_PAPER = frozenset(
    {"slip-printed", "slip-unknown", "slip-sent", "slip-received", "slip-missed", "slip-asked", "reprinted"}
)

_FOLDS = {
    "called": _called,
    "recalled": _recalled,
    "started": _started,
    "leg-finished": _sent_on,
    "continued": _continued,
    "transferred": _sent_on,
    "held": _held,
    "resumed": _resumed,
    "did-not-come": _did_not_come,
    "requeued": _requeued,
    "moved": _moved,
    "interrupted": _interrupted,
    "finished": _ended,
    "finished-by-hand": _by_hand,
    "no-show": _ended,
    "cancelled": _ended,
    "expired": _ended,
    "slip-printed": _printed,
    "slip-unknown": _slip_unknown,
    "slip-sent": _slip_sent,
    "slip-received": _printed,
    "slip-missed": _slip_missed,
    "slip-asked": _slip_asked,
    "reprinted": _reprinted,
}


# Every fact about a ticket that this program knows; "confirmed" says that all is as it was.
KINDS = frozenset(BECOMES) | frozenset(_FOLDS) | {"confirmed"}


def to_millisecond(moment: datetime) -> datetime:
    """The moment in UTC, cut to the millisecond that the log keeps, so that live and replayed halls are equal."""
    utc = moment.astimezone(UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


# -- as plain data -------------------------------------------------------------------------------------------------

_MOMENTS = frozenset(
    {
        "issued_at",
        "since",
        "booked_at",
        "slip_at",
        "absent_at",
        "held_at",
        "queued_at",
        "called_at",
        "started_at",
        "ended_at",
        "first_called_at",
    }
)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, datetime) else value


def _known(cls: Any, record: Mapping[str, Any]) -> dict[str, Any]:
    known = {part.name: record[part.name] for part in fields(cls) if part.name in record}
    return known | {name: datetime.fromisoformat(known[name]) for name in _MOMENTS & known.keys() if known[name]}


def _time(data: Mapping[str, Any], name: str) -> datetime | None:
    return datetime.fromisoformat(data[name]) if data.get(name) else None
