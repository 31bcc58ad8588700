"""For each ticket of a recorded day the wait told at its arrival, from nothing that was known only later.

The recorded rows are a world that happens: arrivals, calls, finishes and leavings in the order of time. At an arrival
what has happened before that second is known, and no more.
Not here: how a wait is estimated (estimates.py), reading the file (recorded.py), writing one (run.py).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from queue_core.estimates import Asked, Learned, Promised
from queue_core.recorded import Recorded

DAY_TURNS_AT = timedelta(hours=4)
# What comes first of what happens in the same second: an arrival knows nothing else of its own second.
ARRIVAL, CALL, LEAVING, FINISH = range(4)
Tick = Callable[[int], None]
Happening = tuple[datetime, int, int, Recorded]


def happenings(tickets: Iterable[Recorded]) -> list[Happening]:
    """All that happens, in the order of time; of the same second, arrivals first."""
    found = list[Happening]()
    for n, ticket in enumerate(tickets):
        found.append((ticket.arrived, ARRIVAL, n, ticket))
        if ticket.called and not ticket.abandoned:
            found.append((ticket.called, CALL, n, ticket))
        elif ticket.stopped_waiting:
            found.append((ticket.stopped_waiting, LEAVING, n, ticket))
    return sorted(found, key=lambda one: one[:3])


@dataclass(slots=True)
class _Site:
    """One site as it is known at a moment."""

    day: date | None = None
    learned: Learned = field(default_factory=Learned)
    waiting: dict[str, dict[int, Recorded]] = field(default_factory=lambda: defaultdict(dict))
    asked: dict[int, tuple[Asked, Promised | None]] = field(default_factory=dict)

    def turn(self, now: datetime) -> None:
        day = (now - DAY_TURNS_AT).date()
        if self.day is not None and day > self.day:
            self.learned = self.learned.day_turned()
            for queue in self.waiting.values():
                queue.clear()
        self.day = day

    def arrived(self, n: int, ticket: Recorded) -> Promised | None:
        queue = self.waiting[ticket.queue]
        asked = Asked(len(queue), _minute(ticket.arrived), counters=ticket.counters_open)
        promised = self.learned.promise(ticket.queue, asked)
        self.asked[n] = asked, promised
        queue[n] = ticket
        return promised

    def called(self, n: int, ticket: Recorded) -> None:
        self.waiting[ticket.queue].pop(n, None)
        asked, promised = self.asked.pop(n)
        waited_s, at = ticket.waited_s, ticket.called
        if waited_s is not None and at is not None:
            self.learned = self.learned.called(ticket.queue, asked, promised, waited_s, _minute(at))

    def left(self, n: int, ticket: Recorded) -> None:
        self.waiting[ticket.queue].pop(n, None)
        self.asked.pop(n, None)


def _minute(moment: datetime) -> float:
    return moment.hour * 60 + moment.minute + moment.second / 60


def predicted(tickets: Sequence[Recorded], tick: Tick = lambda n: None) -> Iterator[tuple[Recorded, Promised | None]]:
    """Each ticket, in the order of arrival, with what it was promised; None: there was no estimate yet."""
    sites = defaultdict[str, _Site](_Site)
    for now, what, n, ticket in happenings(tickets):
        site = sites[ticket.site]
        site.turn(now)
        if what == ARRIVAL:
            yield ticket, site.arrived(n, ticket)
            tick(1)
        elif what == CALL:
            site.called(n, ticket)
        else:
            site.left(n, ticket)
