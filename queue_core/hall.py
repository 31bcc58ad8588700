"""The hall as a value: one service day's live tickets, counters and officers; and the wishes that may be made of it.

A wish is a pure function `(hall, now, by, …) -> events`, or a polite refusal from errors.py; no event means that the
wish is already so. `Hall.after(event)` is the other half: it applies a fact and never refuses, whatever today's rules
say. Closed tickets leave the hall, so the cost of an event does not grow with the day.
Not here: the order of calling (rules.py), storage and clock (office.py, log.py).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from queue_core import errors, rules
from queue_core.plan import Plan
from queue_core.ticket import AT_COUNTER, CLOSED, Event, Ticket, issued

NEEDS = ("escort", "wheelchair", "interpreter", "sign")
OUTCOMES = ("done", "forwarded", "documents-missing", "referred", "gave-up")
PAUSE_REASONS = ("break", "errand", "trouble", "other")
CALLS_KEPT = 40

Events = tuple[Event, ...]
Wish = Callable[["Hall", datetime], Events]


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter as it stands: `closed`, `open` or `paused`; by whom it was opened; the ticket that is at it."""

    id: str
    state: str = "closed"
    officer: str | None = None
    ticket: str | None = None


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
class Hall:
    """One service day, as it stands after `seq` events of the log. `day` is None before any day was opened."""

    plan: Plan
    day: str | None = None
    trial: bool = False
    seq: int = 0
    tickets: Mapping[str, Ticket] = field(default_factory=dict)
    counters: Mapping[str, Counter] = field(default_factory=dict)
    series: Mapping[str, int] = field(default_factory=dict)
    calls: tuple[Call, ...] = ()

    def after(self, event: Event) -> "Hall":
        """The hall once `event` has happened. A fact of an unknown kind, or about a ticket gone, changes only `seq`."""
        changes = _FACTS.get(event.kind, _of_ticket)(self, event)
        return replace(self, seq=self.seq + 1, **changes)

    # -- what wishes and screens ask -----------------------------------------------------------------------------

    def waiting(self) -> list[Ticket]:
        """Everyone who waits, in the order of issue."""
        return [ticket for ticket in self.tickets.values() if ticket.state == "waiting"]

    def waiting_for(self, counter: str) -> list[Ticket]:
        """Those who wait and whom this counter may serve, in the order of issue."""
        services = frozenset(self.plan.counters[counter].services) if counter in self.plan.counters else frozenset()
        return [ticket for ticket in self.waiting() if ticket.service in services]

    def ahead_of(self, ticket: Ticket, now: datetime) -> int:
        """How many who wait may be called before this ticket, as the rule stands now.

        Those count whom some counter that serves this ticket may call, for whatever service.
        """
        counters = [c.services for c in self.plan.counters.values() if ticket.service in c.services]
        rivals = {ticket.service}.union(*counters)
        score = self.rule.score
        mine = score(ticket, now, self.plan)
        before = 0
        older = True
        for other in self.waiting():
            if other.id == ticket.id:
                older = False
            elif other.service in rivals:
                theirs = score(other, now, self.plan)
                before += theirs > mine or (theirs == mine and older)
        return before

    def at_counter(self, counter: str) -> Ticket | None:
        """The visitor called to or served at this counter."""
        return self.tickets.get(self.counters[counter].ticket or "")

    def numbered(self, number: str) -> Ticket | None:
        """The live ticket of that number."""
        return next((ticket for ticket in self.tickets.values() if ticket.number == number), None)

    def open_at(self, now: datetime) -> bool:
        """Whether tickets may be taken now. In trial the hall is always open."""
        return self.trial or self.plan.open_at(now)

    @property
    def rule(self) -> rules.Rule:
        """The calling rule of the plan."""
        return rules.RULES[self.plan.rule]


# -- facts: how the hall changes by what happened ------------------------------------------------------------------


Changes = dict[str, Any]


def _day_opened(hall: Hall, event: Event) -> Changes:
    plan = Plan.from_record(event.data["plan"])
    return {
        "plan": plan,
        "day": event.data["day"],
        "trial": event.data.get("trial", False),
        "tickets": {record["id"]: Ticket.from_record(record) for record in event.data.get("carried", ())},
        "counters": {counter: Counter(counter) for counter in plan.counters},
        "series": dict(event.data.get("series", {})),
        "calls": (),
    }


def _plan_changed(hall: Hall, event: Event) -> Changes:
    plan = Plan.from_record(event.data["plan"])
    kept = {c.id: c for c in hall.counters.values() if c.ticket or c.id in plan.counters}
    return {"plan": plan, "counters": {c: Counter(c) for c in plan.counters} | kept}


def _issued(hall: Hall, event: Event) -> Changes:
    ticket = issued(event)
    last = max(event.data["n"], hall.series.get(ticket.series, 0))
    return {"tickets": {**hall.tickets, ticket.id: ticket}, "series": {**hall.series, ticket.series: last}}


def _called(hall: Hall, event: Event) -> Changes:
    ticket = hall.tickets.get(event.ticket or "")
    if ticket is None:
        return {}
    call = Call(hall.seq + 1, ticket.id, ticket.number, str(event.counter), ticket.language, event.at)
    calls = (call, *hall.calls)[:CALLS_KEPT]
    return _of_ticket(hall, event) | _counter(hall, event, ticket=ticket.id) | {"calls": calls}


def _recalled(hall: Hall, event: Event) -> Changes:
    last = next((call for call in hall.calls if call.ticket == event.ticket), None)
    if last is None:
        return _of_ticket(hall, event)
    again = replace(last, at=event.at, again=last.again + 1)
    return _of_ticket(hall, event) | {"calls": (again, *(call for call in hall.calls if call is not last))}


def _of_ticket(hall: Hall, event: Event) -> Changes:
    """What a fact does to its ticket; one that closes it takes it out of the hall and off its counter."""
    ticket = hall.tickets.get(event.ticket or "")
    if ticket is None:
        return {}
    ticket = ticket.after(event)
    tickets = {**hall.tickets, ticket.id: ticket}
    if ticket.state not in CLOSED:
        return {"tickets": tickets}
    del tickets[ticket.id]
    left = {c.id: replace(c, ticket=None) for c in hall.counters.values() if c.ticket == ticket.id}
    return {"tickets": tickets, "counters": {**hall.counters, **left}}


def _counter(hall: Hall, event: Event, **changes: Any) -> Changes:
    identity = str(event.counter)
    counter = replace(hall.counters.get(identity, Counter(identity)), **changes)
    return {"counters": {**hall.counters, identity: counter}}


def _counter_opened(hall: Hall, event: Event) -> Changes:
    return _counter(hall, event, state="open", officer=event.by)


def _counter_paused(hall: Hall, event: Event) -> Changes:
    return _counter(hall, event, state="paused")


def _counter_closed(hall: Hall, event: Event) -> Changes:
    return _counter(hall, event, state="closed", officer=None)


_FACTS: Mapping[str, Callable[[Hall, Event], Changes]] = MappingProxyType(
    {
        "day-opened": _day_opened,
        "plan-changed": _plan_changed,
        "issued": _issued,
        "called": _called,
        "recalled": _recalled,
        "counter-opened": _counter_opened,
        "counter-paused": _counter_paused,
        "counter-closed": _counter_closed,
    }
)


# -- wishes of the day ---------------------------------------------------------------------------------------------


def open_day(hall: Hall, now: datetime, by: str, plan: Plan, trial: bool, also_back: bool = False) -> Events:
    """Turn to the service day of `now`: who was left expires, and the new day's first event carries all it starts from.

    A clock that went back reopens no day that has passed, for its numbers are given; only with `also_back`, which is
    for a day that the log has never held: a clock was far ahead, and was put right.
    """
    day = plan.service_day(now).isoformat()
    if hall.day is not None and (day == hall.day or (day < hall.day and not also_back)):
        return ()
    left = tuple(Event("expired", now, by, ticket.id) for ticket in hall.tickets.values())
    data = {"day": day, "plan": plan.record(), "trial": trial, "carried": [], "learned": {}}
    return (*left, Event("day-opened", now, by, data=data))


def change_plan(hall: Hall, now: datetime, by: str, plan: Plan) -> Events:
    """The centre's text changed: from now on this plan. Nothing, if it is the plan already."""
    return () if plan == hall.plan else (Event("plan-changed", now, by, data={"plan": plan.record()}),)


# -- wishes of the citizen -----------------------------------------------------------------------------------------


def issue(
    hall: Hall,
    now: datetime,
    by: str,
    services: Sequence[str],
    priority: str | None = None,
    language: str = "th",
    people: int = 1,
    needs: Sequence[str] = (),
    device: str | None = None,
) -> Events:
    """A ticket for a service: the next number of the service's series, from 001 each day; after 999 comes 1000."""
    service = _service_wanted(hall, services)
    if priority is not None and priority not in hall.plan.priorities:
        raise errors.UnknownPriority(priority=priority)
    if language not in hall.plan.languages:
        raise errors.UnknownLanguage(language=language)
    if not set(needs) <= set(NEEDS):
        raise errors.WrongValue(where="needs", why=", ".join(NEEDS))
    if not hall.open_at(now):
        raise errors.HallClosed(service=service)
    series = hall.plan.services[service].prefix
    n = hall.series.get(series, 0) + 1
    data: dict[str, Any] = {
        "number": f"{series}{n:03d}",
        "series": series,
        "n": n,
        "services": list(services),
        "service": service,
        "priority": priority,
        "language": language,
        "people": people,
        "needs": list(dict.fromkeys(needs)),
        "device": device,
    }
    identity = f"{str(hall.day).replace('-', '')}-{data['number']}"
    event = Event("issued", now, by, identity, data=data)
    data["ahead"] = hall.after(event).ahead_of(issued(event), now)
    return (event,)


def _service_wanted(hall: Hall, services: Sequence[str]) -> str:
    for service in services:
        if service not in hall.plan.services:
            raise errors.UnknownService(service=service)
    if len(services) != 1:
        raise errors.OneServiceForNow()
    return services[0]


def cancel(hall: Hall, now: datetime, by: str, ticket: Ticket) -> Events:
    """The holder gives the ticket back. Refused once it is being served or over."""
    live = hall.tickets.get(ticket.id)
    # `ticket` may be a moment old: one that has left the hall since then is over, whatever it says of itself.
    if live is None or not live.may("cancelled"):
        raise errors.CannotCancel(number=ticket.number, state=(live or ticket).state)
    return (Event("cancelled", now, by, live.id, live.counter),)


def rate(
    hall: Hall, now: datetime, by: str, visit: Ticket, rated: bool, marks: Mapping[str, int], comment: str
) -> Events:
    """The holder's marks, 1 to 5, once, after having been served. `visit` is the ticket in its last state."""
    if visit.state != "finished":
        raise errors.NotServedYet(number=visit.number)
    if rated:
        raise errors.AlreadyRated(number=visit.number)
    texts = {"comment": comment} if comment else {}
    return (Event("rated", now, by, visit.id, visit.counter, dict(marks), texts),)


def slip_printed(hall: Hall, now: datetime, by: str, ticket: str, copy: int) -> Events:
    """An agent says that the slip came out. Nothing to record for a ticket that is gone or was printed before."""
    live = hall.tickets.get(ticket)
    done = live is None or live.printed
    return () if done else (Event("slip-printed", now, by, ticket, data={"copy": copy}),)


def slip_unknown(hall: Hall, now: datetime, by: str, ticket: str, copy: int) -> Events:
    """Nobody knows whether the slip came out: the next one will be marked as a copy."""
    live = hall.tickets.get(ticket)
    done = live is None or live.printed or live.copy > copy
    return () if done else (Event("slip-unknown", now, by, ticket, data={"copy": copy}),)


# -- wishes of the officer -----------------------------------------------------------------------------------------


def open_counter(hall: Hall, now: datetime, by: str, counter: str) -> Events:
    """The counter serves from now on. Nothing, if it does already."""
    return () if _known(hall, counter).state == "open" else (Event("counter-opened", now, by, counter=counter),)


def pause_counter(hall: Hall, now: datetime, by: str, counter: str, reason: str = "") -> Events:
    """The counter stops for a while; refused while a visitor is at it, or when it is closed."""
    _nobody_at(hall, counter)
    state = _known(hall, counter).state
    if state == "closed":
        raise errors.CounterClosed(counter=counter)
    if state == "paused":
        return ()
    # A listed reason can be counted; other words are a person's own, and erasable.
    listed = reason in PAUSE_REASONS
    data = {"reason": reason} if listed else {}
    texts = {"reason": reason} if reason and not listed else {}
    return (Event("counter-paused", now, by, counter=counter, data=data, texts=texts),)


def close_counter(hall: Hall, now: datetime, by: str, counter: str) -> Events:
    """The counter is left; refused while a visitor is at it."""
    _nobody_at(hall, counter)
    return () if _known(hall, counter).state == "closed" else (Event("counter-closed", now, by, counter=counter),)


def call_next(hall: Hall, now: datetime, by: str, counter: str, current: str | None = None) -> Events:
    """One press: the present visitor is finished and the next one called.

    A visitor who was called and never started needs `current`, "finished" or "no-show": only the officer knows.
    A counter not open is opened by it: whoever presses is there. Nobody waiting: the present visitor is finished all
    the same.
    """
    opened = open_counter(hall, now, by, counter)
    ended = _end_present(hall, now, by, counter, current)
    for event in opened + ended:
        hall = hall.after(event)
    waiting = hall.waiting_for(counter)
    if not waiting:
        return opened + ended
    choice = rules.choose(hall.rule, waiting, now, hall.plan)
    called = Event("called", now, by, choice.ticket.id, counter, {"reason": choice.reason()})
    return (*opened, *ended, called)


def _end_present(hall: Hall, now: datetime, by: str, counter: str, current: str | None) -> Events:
    ticket = hall.at_counter(counter)
    if ticket is None:
        return ()
    if ticket.state == "called" and current is None:
        raise errors.CameOrNot(counter=counter, number=ticket.number)
    if current == "no-show":
        return no_show(hall, now, by, counter)
    return finish(hall, now, by, counter)


def recall(hall: Hall, now: datetime, by: str, counter: str) -> Events:
    """Call the same visitor once more."""
    ticket = _called_at(hall, counter, "recalled")
    return (Event("recalled", now, by, ticket.id, counter),)


def start(hall: Hall, now: datetime, by: str, counter: str) -> Events:
    """The visitor has come and is being served."""
    ticket = _called_at(hall, counter, "started")
    return (Event("started", now, by, ticket.id, counter),)


def no_show(hall: Hall, now: datetime, by: str, counter: str) -> Events:
    """The visitor who was called did not come."""
    ticket = _called_at(hall, counter, "no-show")
    return (Event("no-show", now, by, ticket.id, counter),)


def finish(
    hall: Hall,
    now: datetime,
    by: str,
    counter: str,
    outcome: str = "done",
    services: Sequence[str] = (),
    note: str = "",
) -> Events:
    """The visit is over. `services` corrects what was really given; an unpressed start is inferred."""
    ticket = _present(hall, counter)
    for service in services:
        if service not in hall.plan.services:
            raise errors.UnknownService(service=service)
    inferred = Event("started", now, by, ticket.id, counter, {"inferred": True})
    data: dict[str, Any] = {"outcome": outcome}
    if services:
        data |= {"service": services[0], "services": list(services)}
    over = Event("finished", now, by, ticket.id, counter, data, {"note": note} if note else {})
    return (over,) if ticket.state == "serving" else (inferred, over)


def _known(hall: Hall, counter: str) -> Counter:
    if counter not in hall.counters:
        raise errors.UnknownCounter(counter=counter)
    return hall.counters[counter]


def _present(hall: Hall, counter: str) -> Ticket:
    _known(hall, counter)
    ticket = hall.at_counter(counter)
    if ticket is None or ticket.state not in AT_COUNTER:
        raise errors.NobodyCalled(counter=counter)
    return ticket


def _called_at(hall: Hall, counter: str, wished: str) -> Ticket:
    ticket = _present(hall, counter)
    if not ticket.may(wished):
        raise errors.AlreadyStarted(counter=counter, number=ticket.number)
    return ticket


def _nobody_at(hall: Hall, counter: str) -> None:
    _known(hall, counter)
    ticket = hall.at_counter(counter)
    if ticket is not None:
        raise errors.CounterBusy(counter=counter, number=ticket.number)
