"""The hall as a value: one service day's live tickets, counters and bookings; and how facts change it.

`Hall.after(event)` applies a fact and never refuses, whatever today's rules say. Closed tickets leave the hall, so the
cost of an event does not grow with the day. Not here: what may be wished (visitors.py, officers.py, day.py), the order
of calling (rules.py), storage and clock (office.py, log.py).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from queue_core import rules
from queue_core.lessons import Lessons
from queue_core.plan import Names, Plan
from queue_core.ticket import AT_COUNTER, CLOSES, KINDS, Event, Ticket, issued

CALLS_KEPT = 40

Events = tuple[Event, ...]
Wish = Callable[["Hall", datetime], Events]
# A rule's score, and what it makes of one ticket: whether it is in front, and the score.
Mark = tuple[rules.Score, tuple[bool, float]]


@dataclass(frozen=True, slots=True)
class Press:
    """The last thing done at a counter, so that it can be taken back: its events, and its tickets as they were.

    `fresh` are the tickets that it brought, `gone` those whose visit it ended, `visitor` who was at the counter before,
    `ratio` what a profile's ratio had taken before and after it.
    """

    kind: str
    at: datetime
    by: str
    seqs: tuple[int, ...]
    tickets: tuple[Ticket, ...]
    fresh: tuple[str, ...]
    gone: tuple[str, ...]
    visitor: str | None
    ratio: tuple[str, tuple[int, ...], tuple[int, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Help:
    """A silent call for help, and who said that they are coming."""

    at: datetime
    answered_by: str | None = None
    answered_from: str | None = None  # a counter; None: the desk

    def record(self) -> dict[str, Any]:
        """The call as plain data, for a day's opening event."""
        return {"at": self.at.isoformat(), "answered_by": self.answered_by, "answered_from": self.answered_from}

    @classmethod
    def from_record(cls, record: Mapping[str, Any] | None) -> "Help | None":
        """The call that a record tells, if any."""
        if record is None:
            return None
        return cls(datetime.fromisoformat(record["at"]), record["answered_by"], record["answered_from"])


@dataclass(frozen=True, slots=True)
class Served:
    """A visit that ended at a counter: whose it was, and when. Its visitor may still be standing there."""

    ticket: str
    number: str
    language: str
    at: datetime


@dataclass(frozen=True, slots=True)
class KioskCall:
    """A visitor at a kiosk asks for a member of staff; `why` is what stood on the screen, if that says anything."""

    at: datetime
    why: str | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Roll:
    """A printer's roll of paper: since when it is in, and how many slips have come off it."""

    since: datetime
    slips: int = 0

    def record(self) -> dict[str, Any]:
        """The roll as plain data, for a day's opening event."""
        return {"since": self.since.isoformat(), "slips": self.slips}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Roll":
        """The roll that a record tells."""
        return cls(datetime.fromisoformat(record["since"]), record["slips"])


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter as it stands: `closed`, `open` or `paused`; who is at it, and the ticket that is at it.

    `reason` is why it is paused, if that was one of the listed ones. `stand_in` are services of a colleague's that it
    serves too. `moved` is the number of its last event, `last` what may be taken back. `asked`: a power cut came
    between, and only the officer knows what became of the visitor. `served` is the last visit that ended there,
    until it is rated.
    """

    id: str
    state: str = "closed"
    officer: str | None = None
    ticket: str | None = None
    reason: str | None = None
    stand_in: tuple[str, ...] = ()
    moved: int = 0
    last: Press | None = None
    asked: bool = False
    help: Help | None = None
    served: Served | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A call as the board shows it. `call` is its number in the log; `again` counts its recalls."""

    call: int
    ticket: str
    number: str
    counter: str
    language: str
    at: datetime
    again: int = 0


@dataclass(frozen=True, slots=True)
class Booking:
    """A booked visit of this day under an opaque code; `ticket` once it has checked in."""

    code: str
    services: tuple[str, ...]
    at: datetime
    language: str = "th"
    priority: str | None = None
    people: int = 1
    needs: tuple[str, ...] = ()
    ticket: str | None = None

    def record(self) -> dict[str, Any]:
        """The booking as plain data."""
        return {
            "code": self.code,
            "services": list(self.services),
            "at": self.at.isoformat(),
            "language": self.language,
            "priority": self.priority,
            "people": self.people,
            "needs": list(self.needs),
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Booking":
        """The booking that a record tells."""
        return cls(
            record["code"],
            tuple(record["services"]),
            datetime.fromisoformat(record["at"]),
            record.get("language", "th"),
            record.get("priority"),
            record.get("people", 1),
            tuple(record.get("needs", ())),
        )


@dataclass(frozen=True, slots=True)
class Taken:
    """How many tickets wanted a service today, and in the hour of the last of them."""

    today: int = 0
    hour: int = 0
    this_hour: int = 0

    def one_more(self, hour: int) -> "Taken":
        return Taken(self.today + 1, hour, self.in_hour(hour) + 1)

    def in_hour(self, hour: int) -> int:
        """How many in that hour, if it is the last in which any was taken; none in a later one."""
        return self.this_hour if hour == self.hour else 0


@dataclass(frozen=True, slots=True)
class Hall:
    """One service day, as it stands after `seq` events of the log. `day` is None before any day was opened.

    `kiosk_calls` and `kiosks_paused` are by the kiosk's id, `rolls` by the printer (its agent's id, its name).
    """

    plan: Plan
    day: str | None = None
    trial: bool = False
    practice: bool = False
    seq: int = 0
    tickets: Mapping[str, Ticket] = field(default_factory=dict)
    counters: Mapping[str, Counter] = field(default_factory=dict)
    series: Mapping[str, int] = field(default_factory=dict)
    calls: tuple[Call, ...] = ()
    bookings: Mapping[str, Booking] = field(default_factory=dict)
    taken: Mapping[str, Taken] = field(default_factory=dict)
    ratios: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    paused: Mapping[str, Names] = field(default_factory=dict)
    entered: tuple[str, ...] = ()
    kept: frozenset[str] = frozenset()  # the numbers that were carried over, and are given to nobody else today
    evacuation: datetime | None = None
    kiosk_calls: Mapping[str, KioskCall] = field(default_factory=dict)
    kiosks_paused: Mapping[str, datetime] = field(default_factory=dict)
    rolls: Mapping[str, Roll] = field(default_factory=dict)
    lessons: Lessons = field(default_factory=Lessons)

    def after(self, event: Event) -> "Hall":
        """The hall once `event` has happened. A fact of an unknown kind, or about a ticket gone, changes only `seq`."""
        if event.kind not in _KINDS:
            return replace(self, seq=self.seq + 1)
        changes = _FACTS.get(event.kind, _of_ticket)(self, event)
        hall = replace(self, seq=self.seq + 1, lessons=self.lessons.after(self, event), **changes)
        return hall if event.kind in _BESIDE else _noted(self, hall, event)

    # -- what wishes and screens ask -----------------------------------------------------------------------------

    def waiting(self) -> list[Ticket]:
        """Everyone who waits, in the order of issue."""
        return [ticket for ticket in self.tickets.values() if ticket.state == "waiting"]

    def waiting_for(self, counter: str) -> list[Ticket]:
        """Those who wait and whom this counter may call, whoever has the longest claim first."""
        services = self.services_at(counter)
        here = [ticket for ticket in self.waiting() if self._calls(counter, services, ticket)]
        return sorted(here, key=lambda ticket: (ticket.since, ticket.place))

    def may_call(self, counter: str, ticket: Ticket) -> bool:
        """Whether the ticket is one for this counter: of a service that it gives, and not meant for another alone."""
        return self._calls(counter, self.services_at(counter), ticket)

    def _calls(self, counter: str, services: frozenset[str], ticket: Ticket) -> bool:
        meant = self.meant_for(ticket) if ticket.for_counter or ticket.for_officer else ()
        return counter in meant if meant else ticket.service in services

    def meant_for(self, ticket: Ticket) -> tuple[str, ...]:
        """The counters that alone may call it. None, as soon as whom it was sent to has left: nobody is stranded."""
        return tuple(
            counter.id
            for counter in self.counters.values()
            if counter.state != "closed"
            and (counter.id == ticket.for_counter or (ticket.for_officer and counter.officer == ticket.for_officer))
        )

    def services_at(self, counter: str) -> frozenset[str]:
        """What the counter gives now: its own services and those it stands in for, as far as its officer can."""
        here = self.counters.get(counter)
        lent = self._can_give(counter, here.stand_in) if here and here.stand_in else frozenset()
        return self.own_services(counter) | lent

    def own_services(self, counter: str) -> frozenset[str]:
        """The services of the counter that its officer can give; all of them, where nothing is said of the officer."""
        planned = self.plan.counters.get(counter)
        return self._can_give(counter, planned.services if planned else ())

    def _can_give(self, counter: str, services: Iterable[str]) -> frozenset[str]:
        here = self.counters.get(counter)
        skills = self.plan.skills.get(here.officer or "") if here else None
        return frozenset(services) if skills is None else frozenset(services) & frozenset(skills)

    def able(self, service: str) -> tuple[str, ...]:
        """The counters now open or paused that give it; those of the plan, where none is."""
        manned = (counter.id for counter in self.counters.values() if counter.state != "closed")
        return tuple(one for one in manned if service in self.services_at(one)) or self.plan.able(service)

    def profile_at(self, counter: str) -> str | None:
        """The work profile by which the counter calls; None: by the plan's rule alone."""
        planned = self.plan.counters.get(counter)
        return (planned.profile if planned else None) or self.plan.profile

    def choice(self, counter: str, now: datetime) -> rules.Choice | None:
        """Whom the counter would call now, and why; None where nobody waits for it."""
        waiting = self.waiting_for(counter)
        return rules.choose(waiting, now, self.plan, self.profile_at(counter), self.ratios) if waiting else None

    def in_order(self, counter: str, now: datetime, limit: int | None = None) -> list[Ticket]:
        """Those who wait for the counter, first to be called first, as things stand now."""
        waiting = self.waiting_for(counter)
        return rules.in_order(waiting, now, self.plan, self.profile_at(counter), self.ratios, limit)

    def ahead_of(self, ticket: Ticket, now: datetime) -> int:
        """How many who wait may be called before this ticket, as the rules stand now.

        Those count whom some counter that calls this ticket may call, for whatever service, and whom some rule in use
        puts before it; where counters call by a profile, all of another segment that one of its lines names, too.
        """
        here = {counter for counter in self.counters if self.may_call(counter, ticket)}
        given = frozenset({ticket.service}).union(*map(self.services_at, here))
        favoured, scores = rules.favoured(self.plan), [rules.RULES[name].score for name in rules.used(self.plan)]
        segment = rules.segment_of(ticket, self.plan) if favoured else ""
        marks = [(score, (ticket.front, score(ticket, now, self.plan))) for score in scores]
        before = 0
        for other in self.waiting():
            if other.id != ticket.id and self._rivals(other, here, given):
                theirs = rules.segment_of(other, self.plan) if favoured else segment
                named = theirs != segment and theirs in favoured
                before += named or self._precedes(other, ticket, marks, now)
        return before

    def _precedes(self, other: Ticket, ticket: Ticket, marks: Iterable[Mark], now: datetime) -> bool:
        """Whether some rule puts the other one first; of equals, whoever has the longer claim."""
        for score, mine in marks:
            theirs = (other.front, score(other, now, self.plan))
            if theirs > mine or (theirs == mine and (other.since, other.place) < (ticket.since, ticket.place)):
                return True
        return False

    def _rivals(self, other: Ticket, here: set[str], given: frozenset[str]) -> bool:
        """Whether one of the counters `here`, which give `given`, may call the other one."""
        meant = self.meant_for(other) if other.for_counter or other.for_officer else ()
        return not here.isdisjoint(meant) if meant else other.service in given

    def at_counter(self, counter: str) -> Ticket | None:
        """The visitor called to or served at this counter."""
        return self.tickets.get(self.counters[counter].ticket or "")

    def numbered(self, number: str) -> Ticket | None:
        """The live ticket of that number."""
        return next((ticket for ticket in self.tickets.values() if ticket.number == number), None)

    @property
    def always_open(self) -> bool:
        """Whether hours are not asked: in trial and in practice."""
        return self.trial or self.practice

    def open_at(self, now: datetime) -> bool:
        """Whether tickets may be taken now, as far as the hours are concerned."""
        return self.always_open or self.plan.tickets_at(now)

    @property
    def rule(self) -> rules.Rule:
        """The calling rule of the plan."""
        return rules.RULES[self.plan.rule]


# -- facts: how the hall changes by what happened ------------------------------------------------------------------


Changes = dict[str, Any]


def _day_opened(hall: Hall, event: Event) -> Changes:
    data = event.data
    plan = Plan.from_record(data["plan"])
    return {
        "plan": plan,
        "day": data["day"],
        "trial": data.get("trial", False),
        "practice": data.get("practice", False),
        "tickets": {record["id"]: Ticket.from_record(record) for record in data.get("carried", ())},
        "counters": {
            counter: Counter(counter, moved=hall.seq + 1, help=Help.from_record(data.get("help", {}).get(counter)))
            for counter in plan.counters
        },
        "series": dict(data.get("series", {})),
        "calls": (),
        "bookings": {record["code"]: Booking.from_record(record) for record in data.get("bookings", ())},
        "taken": {},
        "ratios": {},
        "paused": dict(data.get("paused", {})),
        "entered": tuple(data.get("entered", ())),
        "kept": frozenset(record["number"] for record in data.get("carried", ())),
        "evacuation": datetime.fromisoformat(data["evacuation"]) if data.get("evacuation") else None,
        # Whoever called from a kiosk has gone home; what is switched off, and the paper, stays as it was.
        "kiosk_calls": {},
        "kiosks_paused": {one: datetime.fromisoformat(at) for one, at in data.get("kiosks_paused", {}).items()},
        "rolls": {printer: Roll.from_record(record) for printer, record in data.get("rolls", {}).items()},
    }


def _plan_changed(hall: Hall, event: Event) -> Changes:
    plan = Plan.from_record(event.data["plan"])
    kept = {c.id: c for c in hall.counters.values() if c.ticket or c.id in plan.counters}
    return {"plan": plan, "counters": {c: Counter(c) for c in plan.counters} | kept}


def _issued(hall: Hall, event: Event) -> Changes:
    ticket = issued(event, hall.seq + 1, str(hall.day))
    last = max(event.data["n"], hall.series.get(ticket.series, 0))
    hour = hall.plan.local(event.at).hour
    # A quota is for those who come without a booking.
    counted = () if ticket.booking else dict.fromkeys(ticket.services)
    more = {service: hall.taken.get(service, Taken()).one_more(hour) for service in counted}
    return {
        "tickets": {**hall.tickets, ticket.id: ticket},
        "series": {**hall.series, ticket.series: last},
        "taken": {**hall.taken, **more},
    } | _checked_in(hall, event.data.get("code"), ticket.id)


def _checked_in(hall: Hall, code: str | None, ticket: str) -> Changes:
    booking = hall.bookings.get(code or "")
    return {"bookings": {**hall.bookings, booking.code: replace(booking, ticket=ticket)}} if booking else {}


def _entered(hall: Hall, event: Event) -> Changes:
    ticket = issued(event, hall.seq + 1, str(hall.day))
    return {"tickets": {**hall.tickets, ticket.id: ticket}, "entered": (*hall.entered, ticket.id)}


def _booked(hall: Hall, event: Event) -> Changes:
    if event.data["day"] != hall.day:
        return {}
    booking = Booking.from_record(event.data["booking"])
    return {"bookings": {**hall.bookings, booking.code: booking}}


def _booking_cancelled(hall: Hall, event: Event) -> Changes:
    return {"bookings": {code: booking for code, booking in hall.bookings.items() if code != event.data["code"]}}


def _called(hall: Hall, event: Event) -> Changes:
    ticket = hall.tickets.get(event.ticket or "")
    if ticket is None:
        return {}
    call = Call(hall.seq + 1, ticket.id, ticket.number, str(event.counter), ticket.language, event.at)
    calls = (call, *hall.calls)[:CALLS_KEPT]
    ratio = _ratio(event)
    ratios = {"ratios": {**hall.ratios, ratio["key"]: tuple(ratio["taken"])}} if ratio else {}
    return _comes_to_counter(hall, event) | ratios | {"calls": calls}


def _ratio(event: Event) -> Mapping[str, Any] | None:
    """What the call told of its profile's ratio, if it followed one."""
    reason = event.data.get("reason", {}) if event.kind == "called" else {}
    ratio: Mapping[str, Any] | None = (reason.get("profile") or {}).get("ratio")
    return ratio


def _recalled(hall: Hall, event: Event) -> Changes:
    last = next((call for call in hall.calls if call.ticket == event.ticket), None)
    if last is None:
        return _of_ticket(hall, event)
    again = replace(last, at=event.at, again=last.again + 1)
    return _of_ticket(hall, event) | {"calls": (again, *(call for call in hall.calls if call is not last))}


def _comes_to_counter(hall: Hall, event: Event) -> Changes:
    return _of_ticket(hall, event) | _counter(hall, event, ticket=event.ticket)


def _of_ticket(hall: Hall, event: Event) -> Changes:
    """What a fact does to its ticket. One that closes it takes it out of the hall; whoever leaves frees the counter."""
    ticket = hall.tickets.get(event.ticket or "")
    if ticket is None:
        return {}
    ticket = ticket.after(event, hall.seq + 1)
    tickets = {**hall.tickets, ticket.id: ticket}
    if event.kind in CLOSES:
        del tickets[ticket.id]
    elif ticket.state in AT_COUNTER:
        return {"tickets": tickets}
    left = {c.id: replace(c, ticket=None) for c in hall.counters.values() if c.ticket == ticket.id}
    return {"tickets": tickets, "counters": {**hall.counters, **left}} if left else {"tickets": tickets}


def _finished(hall: Hall, event: Event) -> Changes:
    """The visitor leaves, and what is said at this counter of the visit is said of this one."""
    ticket, changes = hall.tickets.get(event.ticket or ""), _of_ticket(hall, event)
    if ticket is None or event.counter not in hall.counters:
        return changes
    here = changes.get("counters", hall.counters)
    served = Served(ticket.id, ticket.number, ticket.language, event.at)
    return changes | {"counters": {**here, event.counter: replace(here[event.counter], served=served)}}


def _undone(hall: Hall, event: Event) -> Changes:
    """What was done at the counter is taken back: its tickets stand as they stood, wherever they were."""
    data, back = event.data, dict[str, Ticket]()
    for record in data["tickets"]:
        was = Ticket.from_record(record)
        now = hall.tickets.get(was.id)
        # A slip that came out meanwhile has come out.
        paper = now or was
        said = {name: getattr(paper, name) for name in ("printed", "sent", "copy", "slip_at", "device")}
        back[was.id] = replace(was, moved=hall.seq + 1, **said)
    tickets = sorted({**hall.tickets, **back}.values(), key=lambda ticket: ticket.place)
    calls = tuple(call for call in hall.calls if call.call not in data["undoes"])
    served = hall.counters.get(str(event.counter), Counter("")).served
    here = _counter(hall, event, ticket=data["visitor"], served=None if served and served.ticket in back else served)
    if ratio := data.get("ratio"):
        here |= {"ratios": {**hall.ratios, ratio["key"]: tuple(ratio["taken"])}}
    return here | {"tickets": {ticket.id: ticket for ticket in tickets}, "calls": calls}


def _rated(hall: Hall, event: Event) -> Changes:
    """A visit that its holder has rated can no longer be taken back: the rating would be lost with it.

    Nor is it asked about again at the counter.
    """
    counters = {
        c.id: replace(
            c,
            last=None if c.last and event.ticket in {ticket.id for ticket in c.last.tickets} else c.last,
            served=None if c.served and c.served.ticket == event.ticket else c.served,
        )
        for c in hall.counters.values()
    }
    return {"counters": counters} if counters != hall.counters else {}


def _interrupted(hall: Hall, event: Event) -> Changes:
    """After a power cut: nobody knows what became of those at the counters, until each officer has said so."""
    busy = (c for c in hall.counters.values() if c.id in event.data["counters"])
    asked = {c.id: replace(c, asked=True, moved=hall.seq + 1) for c in busy}
    here = (hall.tickets.get(c.ticket or "") for c in asked.values())
    aside = (hall.tickets.get(one) for one in event.data.get("aside", ()))
    tickets = {ticket.id: ticket.after(event, hall.seq + 1) for ticket in (*here, *aside) if ticket}
    return {"counters": {**hall.counters, **asked}, "tickets": {**hall.tickets, **tickets}}


def _counter(hall: Hall, event: Event, **changes: Any) -> Changes:
    identity = str(event.counter)
    counter = replace(hall.counters.get(identity, Counter(identity)), **changes)
    return {"counters": {**hall.counters, identity: counter}}


def _counter_opened(hall: Hall, event: Event) -> Changes:
    return _counter(hall, event, state="open", officer=event.by, reason=None)


def _counter_paused(hall: Hall, event: Event) -> Changes:
    return _counter(hall, event, state="paused", reason=event.data.get("reason"))


def _counter_closed(hall: Hall, event: Event) -> Changes:
    return _counter(hall, event, state="closed", officer=None, stand_in=(), reason=None)


def _standing_in(hall: Hall, event: Event) -> Changes:
    return _counter(hall, event, stand_in=tuple(event.data["services"]))


def _help_asked(hall: Hall, event: Event) -> Changes:
    return _counter(hall, event, help=Help(event.at))


def _help_answered(hall: Hall, event: Event) -> Changes:
    here = hall.counters.get(str(event.counter))
    if here is None or here.help is None:
        return {}
    return _counter(hall, event, help=replace(here.help, answered_by=event.by, answered_from=event.data.get("from")))


def _help_over(hall: Hall, event: Event) -> Changes:
    return _counter(hall, event, help=None)


def _service_paused(hall: Hall, event: Event) -> Changes:
    return {"paused": {**hall.paused, event.data["service"]: event.data["message"]}}


def _service_resumed(hall: Hall, event: Event) -> Changes:
    return {"paused": {service: why for service, why in hall.paused.items() if service != event.data["service"]}}


def _evacuation_called(hall: Hall, event: Event) -> Changes:
    return {"evacuation": event.at}


def _evacuation_over(hall: Hall, event: Event) -> Changes:
    """Whoever was away when the building was cleared has had no chance to come: their time begins anew."""
    away = {one.id: replace(one, absent_at=event.at) for one in hall.tickets.values() if one.state == "absent"}
    return {"evacuation": None, "tickets": {**hall.tickets, **away}}


def _kiosk_called(hall: Hall, event: Event) -> Changes:
    call = KioskCall(event.at, event.data.get("why"))
    return {"kiosk_calls": {**hall.kiosk_calls, event.data["device"]: call}}


def _kiosk_answered(hall: Hall, event: Event) -> Changes:
    device = event.data["device"]
    call = hall.kiosk_calls.get(device)
    if call is None:
        return {}
    return {"kiosk_calls": {**hall.kiosk_calls, device: replace(call, answered_by=event.by, answered_at=event.at)}}


def _kiosk_call_over(hall: Hall, event: Event) -> Changes:
    return {"kiosk_calls": _without(hall.kiosk_calls, event.data["device"])}


def _kiosk_paused(hall: Hall, event: Event) -> Changes:
    return {"kiosks_paused": {**hall.kiosks_paused, event.data["device"]: event.at}}


def _kiosk_resumed(hall: Hall, event: Event) -> Changes:
    return {"kiosks_paused": _without(hall.kiosks_paused, event.data["device"])}


def _without(those: Mapping[str, Any], one: str) -> dict[str, Any]:
    return {key: value for key, value in those.items() if key != one}


def _roll_changed(hall: Hall, event: Event) -> Changes:
    return {"rolls": {**hall.rolls, event.data["printer"]: Roll(event.at)}}


def _slip_printed(hall: Hall, event: Event) -> Changes:
    return _of_ticket(hall, event) | _off_the_roll(hall, event)


def _off_the_roll(hall: Hall, event: Event) -> Changes:
    """One slip less on the printer's roll, where it is known which printer that was and since when its roll is in."""
    printer = event.data.get("printer") or ""
    roll = hall.rolls.get(printer)
    return {"rolls": {**hall.rolls, printer: replace(roll, slips=roll.slips + 1)}} if roll else {}


_FACTS: Mapping[str, Callable[[Hall, Event], Changes]] = MappingProxyType(
    {
        "day-opened": _day_opened,
        "plan-changed": _plan_changed,
        "issued": _issued,
        "entered": _entered,
        "booked": _booked,
        "booking-cancelled": _booking_cancelled,
        "called": _called,
        "continued": _comes_to_counter,
        "resumed": _comes_to_counter,
        "recalled": _recalled,
        "undone": _undone,
        "finished": _finished,
        "rated": _rated,
        "interrupted": _interrupted,
        "counter-opened": _counter_opened,
        "counter-paused": _counter_paused,
        "counter-closed": _counter_closed,
        "standing-in": _standing_in,
        "help-asked": _help_asked,
        "help-answered": _help_answered,
        "help-over": _help_over,
        "service-paused": _service_paused,
        "service-resumed": _service_resumed,
        "evacuation-called": _evacuation_called,
        "evacuation-over": _evacuation_over,
        "kiosk-called": _kiosk_called,
        "kiosk-answered": _kiosk_answered,
        "kiosk-call-over": _kiosk_call_over,
        "kiosk-paused": _kiosk_paused,
        "kiosk-resumed": _kiosk_resumed,
        "roll-changed": _roll_changed,
        "test-slip": _off_the_roll,
        "slip-printed": _slip_printed,
        "slip-sent": _slip_printed,
    }
)

_KINDS = KINDS | frozenset(_FACTS)
# What is told of a counter and moves nothing at it.
_BESIDE = frozenset({"rated", "help-asked", "help-answered", "help-over", "finished-by-hand"})
# What an officer does to a visitor and may take back.
_CAN_BE_UNDONE = frozenset(
    """
    issued called recalled started finished leg-finished continued transferred held resumed did-not-come no-show
    requeued
    """.split()  # noqa: SIM905 — a list of names reads better without its quotation marks
)


# What happens at a counter and leaves its visitors as they are: what was done before it can still be taken back.
_KEEPS_THE_LAST = frozenset({"counter-paused", "standing-in", "confirmed"})


def _noted(before: Hall, after: Hall, event: Event) -> Hall:
    """The counter remembers that something moved at it, and what could be taken back."""
    here = after.counters.get(event.counter or "")
    if here is None:
        return after
    # What became of the visitor is answered by what is done to the visitor, not by who comes to the counter.
    asked = here.asked and event.ticket is None
    last = here.last if event.kind in _KEEPS_THE_LAST else _press(before, event)
    here = replace(here, moved=after.seq, asked=asked, last=last)
    return replace(after, counters={**after.counters, here.id: here})


def _press(before: Hall, event: Event) -> Press | None:
    """What was done at the counter by the press to which this event belongs: one press may take several."""
    if event.kind not in _CAN_BE_UNDONE:
        return None
    here = before.counters.get(event.counter or "")
    last = here.last if here and event.data.get("joined") else None
    press = last or Press(event.kind, event.at, event.by, (), (), (), (), here.ticket if here else None)
    ticket = before.tickets.get(event.ticket or "")
    known = {one.id for one in press.tickets} | set(press.fresh)
    new = ticket is not None and ticket.id not in known
    ratio = _ratio(event)
    return replace(
        press,
        kind=event.kind,
        seqs=(*press.seqs, before.seq + 1),
        tickets=(*press.tickets, ticket) if ticket and new else press.tickets,
        fresh=(*press.fresh, str(event.ticket)) if event.kind == "issued" else press.fresh,
        ratio=(ratio["key"], before.ratios.get(ratio["key"], ()), tuple(ratio["taken"])) if ratio else press.ratio,
        gone=(*press.gone, str(event.ticket)) if event.kind in CLOSES else press.gone,
    )
