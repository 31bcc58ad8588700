"""The stage of a recorded day: a plan for its hall, when each of its counters served, how long each visitor takes.

What the record does not say is inferred here, and nowhere else. Pure.
Not here: reading the file (recorded.py), playing it (rehearsal.py), whom a counter calls (rules.py).
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import TypeVar

from queue_core.plan import WEEKDAYS, Agency, CounterPlan, Plan, Priority, Service
from queue_core.recorded import Recorded, SiteDay

TIMEZONE = "Asia/Bangkok"
# A counter that calls nobody for longer than this, while somebody waits for it all the time, is away. In the recorded
# call centre seven in eight of the gaps between a finish and the next call are shorter while people wait.
AWAY_AFTER = timedelta(minutes=1)
NO_SHOW_TAKES = timedelta(minutes=1)
UNKNOWN_TAKES = timedelta(minutes=5)
DAY = timedelta(days=1)
# The id of what exists once: the plan, its agency.
SITE = "site"
# What looks like 0 and 1 is not used in a prefix.
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"

Thing = TypeVar("Thing", bound=Hashable)
Span = tuple[datetime, datetime]
# A counter as recorded: ("", its name); where none was recorded: (the queue, "1"), (the queue, "2") …
Place = tuple[str, str]
Line = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Stage:
    """The plan; when each counter serves; the plan's ids for what was recorded; how long visits of unknown length take.

    A counter is open from the first of its spans to the end of the last, and away between them.
    """

    plan: Plan
    spans: Mapping[str, Sequence[Span]]
    service: Mapping[Line, str]
    priority: Mapping[str, str]
    unknown: Mapping[Recorded, timedelta]
    between: timedelta

    def takes(self, ticket: Recorded) -> timedelta:
        """How long the visitor keeps the counter: the visit, recorded or inferred, and what lies between two visits."""
        took = self.unknown[ticket] if ticket.took_s is None else timedelta(seconds=ticket.took_s)
        return took + self.between


def stage(day: SiteDay, known: Plan | None = None) -> Stage:
    """The stage of the day. `known`, a centre's own plan, is used where it has all services and counters of the day."""
    places = dealt(day.tickets)
    if known and fits(known, day.tickets):
        plan = _as_recorded(known, day.begins)
        service = {line(ticket): ticket.service for ticket in day.tickets}
        priority = {name: name for name in plan.priorities}
        counter = {place: place[1] for place in places}
    else:
        service = _numbered("s", map(line, day.tickets))
        priority = _numbered("p", (ticket.priority for ticket in day.tickets if ticket.priority))
        counter = _numbered("", places)
        plan = _plan(day, service, priority, {counter[place]: (place, seen) for place, seen in places.items()})
    unknown = lengths(day.tickets, places.values())
    waiting = _waiting(day.tickets, service)
    spans = {
        counter[place]: serving(visits(seen, unknown), waiting(frozenset(plan.counters[counter[place]].services)))
        for place, seen in places.items()
    }
    return Stage(plan, spans, service, priority, unknown, between_visits(places.values()))


def _as_recorded(plan: Plan, begins: int) -> Plan:
    """The plan, but that whoever came has a ticket, and whoever did not come when called has not come back."""
    services = {one.id: replace(one, quota_day=None, quota_hour=None) for one in plan.services.values()}
    return replace(plan, day_begins=f"{begins:02d}:00", requeues=0, services=services)


def line(ticket: Recorded) -> Line:
    """What the ticket is for: its queue and its service."""
    return ticket.queue, ticket.service


def fits(plan: Plan, tickets: Iterable[Recorded]) -> bool:
    """Whether the plan has every service, priority and counter that was recorded."""
    return all(
        ticket.service in plan.services
        and (ticket.priority is None or ticket.priority in plan.priorities)
        and (ticket.called is None or ticket.counter in plan.counters)
        for ticket in tickets
    )


def called_in_vain(ticket: Recorded) -> bool:
    """Whether the visitor will not come when called: was called and left unserved, or left and nobody knows when."""
    return ticket.abandoned and (ticket.called is not None or ticket.finished is None)


# -- when the counters served --------------------------------------------------------------------------------------


def dealt(tickets: Iterable[Recorded]) -> dict[Place, list[Recorded]]:
    """Whom each counter called, in the order of call.

    In a queue where no counter was recorded, the calls are dealt to as few counters as can have made them: each to the
    first that was free, of as many as were open by `counters_open`. Where some were recorded, they alone serve it.
    """
    queues = defaultdict[str, list[Recorded]](list)
    for ticket in sorted((t for t in tickets if t.called), key=lambda t: (t.called or t.arrived, t.arrived)):
        queues[ticket.queue].append(ticket)
    places = defaultdict[Place, list[Recorded]](list)
    for queue, calls in queues.items():
        recorded = [ticket for ticket in calls if ticket.counter]
        for ticket in recorded:
            places["", str(ticket.counter)].append(ticket)
        for n, seen in enumerate([] if recorded else _deal(calls), 1):
            places[queue, str(n)] = seen
    return {place: sorted(seen, key=lambda t: t.called or t.arrived) for place, seen in places.items()}


def _deal(calls: Sequence[Recorded]) -> list[list[Recorded]]:
    """The calls of one queue, by counter. Where a finish is unknown, the visit lasts until as many more are called."""
    hands: list[list[Recorded]] = []
    free: list[datetime] = []
    for n, ticket in enumerate(calls):
        called = ticket.called or ticket.arrived
        most = len(calls) if ticket.counters_open is None else max(1, ticket.counters_open)
        after = calls[n + most].called if n + most < len(calls) else None
        hand = next((n for n, since in enumerate(free[:most]) if since <= called), len(free))
        if hand >= most:
            hand = min(range(most), key=free.__getitem__)
        if hand == len(free):
            hands.append([])
            free.append(called)
        hands[hand].append(ticket)
        free[hand] = max(free[hand], ticket.finished or after or called)
    return hands


def _waiting(tickets: Sequence[Recorded], service: Mapping[Line, str]) -> Callable[[frozenset[str]], Sequence[Span]]:
    """For a set of services: the spans in which somebody waited for any of them, one after another."""
    known: dict[frozenset[str], list[Span]] = {}

    def waiting(services: frozenset[str]) -> Sequence[Span]:
        if services not in known:
            spans = ((t.arrived, t.stopped_waiting) for t in tickets if service[line(t)] in services)
            known[services] = list(merged((start, end) for start, end in spans if end))
        return known[services]

    return waiting


def merged(spans: Iterable[Span]) -> Iterator[Span]:
    """The spans, which come in the order of their starts, those that touch made one."""
    current: Span | None = None
    for span in spans:
        if current and span[0] <= current[1]:
            current = (current[0], max(current[1], span[1]))
        else:
            if current:
                yield current
            current = span
    if current:
        yield current


def visits(seen: Iterable[Recorded], unknown: Mapping[Recorded, timedelta]) -> Iterator[Span]:
    """The visits of one counter, from call to finish."""
    return ((t.called, t.finished or t.called + unknown[t]) for t in seen if t.called)


def serving(visits: Iterable[Span], waiting: Sequence[Span]) -> list[Span]:
    """When a counter served: its visits, and what lies between two of them unless it was evidently away."""
    spans: list[Span] = []
    for start, end in merged(visits):
        if spans and not _away((spans[-1][1], start), waiting):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _away(gap: Span, waiting: Sequence[Span]) -> bool:
    return any(min(gap[1], end) - max(gap[0], start) > AWAY_AFTER for start, end in waiting)


def between_visits(hands: Iterable[Sequence[Recorded]]) -> timedelta:
    """The mean time officers took that day from a finish to the next call, when that visitor was waiting already.

    Nothing where it cannot be known: no counters recorded, or finishes estimated. Longer than `AWAY_AFTER` is away.
    """
    each = gaps(hands)
    return sum(each, timedelta()) / len(each) if each else timedelta()


def gaps(hands: Iterable[Sequence[Recorded]]) -> list[timedelta]:
    """Each of those times."""
    return [
        after.called - ticket.finished
        for hand in hands
        for ticket, after in pairwise(hand)
        if ticket.finished and after.called and after.counter and not ticket.estimated
        if after.arrived <= ticket.finished <= after.called <= ticket.finished + AWAY_AFTER
    ]


# -- how long a visit takes whose end is unknown -------------------------------------------------------------------


def lengths(tickets: Sequence[Recorded], hands: Iterable[Sequence[Recorded]]) -> dict[Recorded, timedelta]:
    """For each visit of unknown length: what is typical of its service, and never past the counter's next call."""
    hands = list(hands)
    typical = typical_times(tickets, hands)
    next_call = {
        t: after.called - t.called for hand in hands for t, after in pairwise(hand) if t.called and after.called
    }
    return {
        ticket: NO_SHOW_TAKES if called_in_vain(ticket) else min(typical[ticket.service], next_call.get(ticket, DAY))
        for ticket in tickets
        if ticket.took_s is None
    }


def typical_times(tickets: Iterable[Recorded], hands: Iterable[Sequence[Recorded]]) -> dict[str, timedelta]:
    """By service: the median visit; else between two calls of a counter; else the reported time; else of all."""
    visits, between, reported = (defaultdict[str, list[float]](list) for _ in range(3))
    for ticket in tickets:
        if ticket.took_s is not None and not ticket.abandoned:
            visits[ticket.service].append(ticket.took_s)
        if ticket.reported_service_s:
            reported[ticket.service].append(ticket.reported_service_s)
    for hand in hands:
        for ticket, after in pairwise(hand):
            if ticket.called and after.called:
                between[ticket.service].append((after.called - ticket.called).total_seconds())
    known = {s: median(times) for source in (reported, between, visits) for s, times in source.items()}
    otherwise = median(known.values()) if known else UNKNOWN_TAKES.total_seconds()
    return {t.service: timedelta(seconds=known.get(t.service, otherwise)) for t in tickets}


# -- a plan for a hall that is known only from its record ----------------------------------------------------------


def _numbered(letter: str, things: Iterable[Thing]) -> dict[Thing, str]:
    """An id of our own for each: a recorded name may hold any character."""
    return {thing: f"{letter}{n}" for n, thing in enumerate(dict.fromkeys(things), 1)}


def _plan(
    day: SiteDay,
    service: Mapping[Line, str],
    priority: Mapping[str, str],
    counters: Mapping[str, tuple[Place, Sequence[Recorded]]],
) -> Plan:
    """Each queue a series of numbers, each counter for the queues it was seen serving, a head start for priority."""
    prefixes = dict(zip(dict.fromkeys(queue for queue, _ in service), _prefixes(), strict=False))
    return Plan(
        id=SITE,
        name=_both(day.site),
        timezone=TIMEZONE,
        day_begins=f"{day.begins:02d}:00",
        languages=("th", "en"),
        rule="head-start" if priority else "first-come",
        head_start_minutes=20,
        hours={weekday: () for weekday in WEEKDAYS},
        agencies={SITE: Agency(SITE, _both(day.site), _both(day.site))},
        priorities={number: Priority(number, _both(name)) for name, number in priority.items()},
        services={number: _service(number, name, prefixes[queue]) for (queue, name), number in service.items()},
        counters={number: _counter(number, place, seen, service) for number, (place, seen) in counters.items()},
        requeues=0,
    )


def _service(number: str, name: str, prefix: str) -> Service:
    none: Mapping[str, tuple[str, ...]] = {"th": (), "en": ()}
    return Service(
        id=number,
        agency=SITE,
        name=_both(name),
        kind="complete",
        prefix=prefix,
        documents=none,
        steps=none,
        forms=none,
        fee=_both("-"),
        standard_service_minutes=15,
        target_wait_minutes=30,
    )


def _counter(number: str, place: Place, seen: Iterable[Recorded], service: Mapping[Line, str]) -> CounterPlan:
    queues = {ticket.queue for ticket in seen}
    able = tuple(identity for (queue, _), identity in service.items() if queue in queues)
    return CounterPlan(number, _both(" ".join(place).strip()), able)


def _both(name: str) -> dict[str, str]:
    return {"th": name, "en": name}


def _prefixes() -> Iterator[str]:
    """A, B, … Z, AA, AB, …: as many as are asked for."""
    shorter = [""]
    while True:
        shorter = [start + letter for start in shorter for letter in LETTERS]
        yield from shorter
