"""For each ticket of a recorded day the wait told at its arrival, from nothing that was known only later.

The recorded rows are a world that happens: arrivals, calls, finishes and leavings in the order of time. At an arrival
what has happened before that second is known, and no more. A finish that is somebody's guess was made from later calls,
and is never used.
Not here: how a wait is estimated (estimates.py), reading the file (recorded.py), opening and writing files (run.py).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import takewhile

from queue_core.estimates import LONGEST_S, Asked, Learned, Promised
from queue_core.recorded import Recorded

# A fixed hour: which hour cuts fewest visits is known only when the whole file is.
DAY_TURNS_AT = timedelta(hours=4)
OVERTAKEN = 20  # tickets that came later and were called: whoever is still there then has gone, and nobody saw it
AT_WORK = timedelta(minutes=15)  # a counter seen within it is taken for open
TIMES_FADE = 0.999  # what a visit's length weighs in the mean when the next one is over
ENOUGH_VISITS = 5  # before their mean is used
UNKNOWN_S = 300.0  # for each one ahead, where there is no estimate yet
# What comes first of what happens in the same second: an arrival knows nothing else of its own second.
ARRIVAL, CALL, LEAVING, FINISH = range(4)
COLUMNS = ("id", "predicted_wait_seconds", "low", "high")
Tick = Callable[[int], None]
Happening = tuple[datetime, int, int, Recorded]


def happenings(tickets: Iterable[Recorded]) -> list[Happening]:
    """All that happens, in the order of time; of the same second, arrivals first, as they stand in the file."""
    each = ((moment, what, n, ticket) for n, ticket in enumerate(tickets) for moment, what in _moments(ticket))
    return sorted(each, key=lambda one: one[:3])


def _moments(ticket: Recorded) -> Iterator[tuple[datetime, int]]:
    yield ticket.arrived, ARRIVAL
    if ticket.stopped_waiting:
        # Whether one who was called stayed is known only later.
        yield ticket.stopped_waiting, CALL if ticket.called else LEAVING
    if ticket.called and ticket.finished and not ticket.abandoned and not ticket.estimated:
        yield ticket.finished, FINISH


@dataclass(slots=True)
class _Queue:
    """One queue as it is known at a moment: who waits (by row), which counters were seen at work for it, and when."""

    waiting: dict[int, Recorded] = field(default_factory=dict)
    overtaken: dict[int, int] = field(default_factory=dict)
    came: datetime | None = None
    busy: dict[str, int] = field(default_factory=dict)
    seen: dict[str, datetime] = field(default_factory=dict)
    visits_s: float = 0.0
    visits: float = 0.0

    def asked(self, ticket: Recorded) -> Asked:
        now, ahead = ticket.arrived, len(self.waiting)
        first = next(iter(self.waiting.values()), None)
        counters = ticket.counters_open if ticket.counters_open is not None else (len(self.busy) or None)
        return Asked(
            ahead,
            _minute(now),
            kind=" ".join(filter(None, (ticket.service, ticket.priority))),
            counters=counters,
            front_s=(now - first.arrived).total_seconds() if first else None,
            back_s=(now - self.came).total_seconds() if self.came and first else None,
            forward_s=self.forward_s(ahead, now),
        )

    def forward_s(self, ahead: int, now: datetime) -> float | None:
        """Until so many visits and one more have ended at the counters seen at work; None where no visit was seen."""
        if self.visits < ENOUGH_VISITS or not self.busy:
            return None
        at_work = set(self.busy) | {counter for counter, seen in self.seen.items() if seen > now - AT_WORK}
        return (ahead + 1) * self.visits_s / self.visits / len(at_work)

    def arrived(self, n: int, ticket: Recorded) -> None:
        self.waiting[n] = ticket
        self.overtaken[n] = 0
        self.came = ticket.arrived

    def called(self, n: int, ticket: Recorded, now: datetime) -> None:
        for other in list(takewhile(lambda other: other < n, self.waiting)):
            self.overtaken[other] += 1
            if self.overtaken[other] >= OVERTAKEN:
                self.left(other)
        self.left(n)
        if ticket.counter:
            self.busy[ticket.counter] = n
            self.seen[ticket.counter] = now

    def left(self, n: int) -> None:
        self.waiting.pop(n, None)
        self.overtaken.pop(n, None)

    def finished(self, n: int, ticket: Recorded, now: datetime) -> None:
        self.visits_s = TIMES_FADE * self.visits_s + (ticket.took_s or 0.0)
        self.visits = TIMES_FADE * self.visits + 1
        if ticket.counter and self.busy.get(ticket.counter) == n:
            del self.busy[ticket.counter]
            self.seen[ticket.counter] = now

    def day_turned(self) -> None:
        self.waiting, self.overtaken, self.came, self.busy, self.seen = {}, {}, None, {}, {}


@dataclass(slots=True)
class _Site:
    """One site as it is known at a moment."""

    day: date | None = None
    learned: Learned = field(default_factory=Learned)
    queues: dict[str, _Queue] = field(default_factory=lambda: defaultdict(_Queue))
    promised: dict[int, tuple[Asked, Promised | None]] = field(default_factory=dict)

    def turn(self, now: datetime) -> None:
        """The day turns when something happens on the next one."""
        day = (now - DAY_TURNS_AT).date()
        if self.day is not None and day != self.day:
            self.learned = self.learned.day_turned()
            for queue in self.queues.values():
                queue.day_turned()
        self.day = day

    def arrived(self, n: int, ticket: Recorded) -> "Prediction":
        queue = self.queues[ticket.queue]
        asked = queue.asked(ticket)
        promised = self.learned.promise(ticket.queue, asked)
        self.promised[n] = asked, promised
        queue.arrived(n, ticket)
        return Prediction(ticket, asked, promised)

    def happened(self, what: int, n: int, ticket: Recorded, now: datetime) -> None:
        queue = self.queues[ticket.queue]
        if what == FINISH:
            queue.finished(n, ticket, now)
            return
        asked, promised = self.promised.pop(n)
        if what == LEAVING:
            queue.left(n)
            return
        queue.called(n, ticket, now)
        waited_s = (now - ticket.arrived).total_seconds()
        self.learned = self.learned.called(ticket.queue, asked, promised, waited_s, _minute(now))


def _minute(moment: datetime) -> float:
    return moment.hour * 60 + moment.minute + moment.second / 60


@dataclass(frozen=True, slots=True)
class Prediction:
    """What was told to the holder of `ticket` at arrival. `promised` is None where there was no estimate yet."""

    ticket: Recorded
    asked: Asked
    promised: Promised | None

    def row(self) -> tuple[str, ...]:
        """id, predicted_wait_seconds, low, high. Without an estimate the number is a guess, and there is no range.

        The guess is what a stranger would say: what the visits seen so far give, or UNKNOWN_S for each one ahead,
        shared among the counters known to be open.
        """
        if self.promised:
            wait = self.promised.wait
            return (self.ticket.id, *(f"{seconds:.1f}" for seconds in (wait.likely_s, wait.low_s, wait.high_s)))
        shared = self.asked.ahead * UNKNOWN_S / max(self.asked.counters or 1, 1)
        guess = shared if self.asked.forward_s is None or not self.asked.ahead else self.asked.forward_s
        return self.ticket.id, f"{min(guess, LONGEST_S):.1f}", "", ""


def predictions(tickets: Sequence[Recorded], tick: Tick = lambda n: None) -> Iterator[Prediction]:
    """What each was told, in the order of arrival; `tick(1)` for each."""
    sites = defaultdict[str, _Site](_Site)
    for now, what, n, ticket in happenings(tickets):
        site = sites[ticket.site]
        site.turn(now)
        if what == ARRIVAL:
            yield site.arrived(n, ticket)
            tick(1)
        else:
            site.happened(what, n, ticket, now)
