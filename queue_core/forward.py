"""The hall's own rule run forward: who would be called when, and by which counter.

One engine goes from event to event and asks the real rules and profiles, on real tickets. `replay` runs the present
hall on, for those who wait and for whoever would come now; `run` plays a whole day, with people and counters as told.
Pure and without chance: what is random comes in with the people and the functions given. Both go in slices, too, for a
server that has presses to answer. Not here: who of those who wait is first (rules.py), from which queue a counter calls
(profiles.py), what is known of a hall's times and how a promise is made of it (estimates.py).

Nothing is asked twice that cannot have changed. People whom no rule can tell apart but by their age stand in one row,
the older first; a counter compares the heads of its rows. So a rule may look at a ticket's service and priority and at
since when it and its visit wait, and of two alike in the rest must not prefer the one who waits less in both.
"""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import TypeVar, overload

from queue_core import profiles, rules
from queue_core.hall import Counter, Hall
from queue_core.plan import Plan
from queue_core.ticket import AT_COUNTER, Leg, Ticket

Span = tuple[datetime, datetime]
Newcomer = tuple[str, str | None]  # a service, and a priority or None
Takes = Callable[[Ticket], float]
Between = Callable[[str], float]
Result = TypeVar("Result")

SLICE = 32  # events, about a millisecond
HORIZON = timedelta(hours=12)  # whoever has not been called by then has no estimate
PAUSE_S = 900.0
UNKNOWN_S = 300.0
# The mean time left of a visit stays near this part of the mean visit, however long it has gone on. So it is of times
# that spread as those at counters do: log-normal, with a deviation of 0.8 of the mean, it is 0.73 to 0.9.
LEFT_AT_LEAST = 0.75


@dataclass(frozen=True, slots=True)
class Desk:
    """A counter as it will be: what it gives, when its officer is there, by which profile it calls.

    It is open from the first of its spans to the end of the last, and away between them; whoever is at it when a span
    ends is served to the end. `stays`: after the last span it calls on until nobody waits for it.
    """

    id: str
    services: frozenset[str]
    spans: tuple[Span, ...]
    officer: str | None = None
    profile: str | None = None
    stays: bool = False


@dataclass(frozen=True, slots=True)
class Coming:
    """One who comes when the ticket is issued, gives up at `leaves` if waiting then, or does not come when called.

    One who does not come keeps the counter as long as `takes` says and is gone then, with all that was wanted.
    """

    ticket: Ticket
    leaves: datetime | None = None
    comes: bool = True


@dataclass(frozen=True, slots=True)
class Called:
    """A call: who, for which service, by which counter; since when that service was waited for, when it is over."""

    ticket: str
    service: str
    desk: str
    queued_at: datetime
    called_at: datetime
    done_at: datetime

    @property
    def waited_s(self) -> float:
        return (self.called_at - self.queued_at).total_seconds()


@dataclass(frozen=True, slots=True)
class Course:
    """How a day went: its calls in their order, who gave up when, and who still waited at the end, by ticket."""

    calls: tuple[Called, ...]
    gave_up: Mapping[str, datetime]
    waiting: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a hall's times.

    Seconds from call to finish by service; seconds between a finish and the next call; how many will come in an hour,
    by service and priority, of those who may be called before others; in how many seconds a paused counter is back
    (None: it is not counted on).
    """

    service_s: Mapping[str, float]
    turnaround_s: float = 0.0
    arrivals_per_hour: Mapping[Newcomer, float] = field(default_factory=dict)
    pause_s: float | None = PAUSE_S


@dataclass(frozen=True, slots=True)
class Foretold:
    """Seconds until the call: of everyone who waits, by ticket, and of whoever came now, by service and priority.

    None where nobody is there who could call them, and where it would be more than half a day.
    """

    waiting: Mapping[str, float | None]
    newcomers: Mapping[Newcomer, float | None]


# -- the present hall run on ---------------------------------------------------------------------------------------


def replay(hall: Hall, now: datetime, known: Known) -> Foretold:
    """How the calls will go from now on, if nobody opens, closes or pauses a counter.

    An open counter where nobody is calls at once. A visitor at a counter stays as long as the service takes on average,
    less the time had, but at least `LEFT_AT_LEAST` of it; and comes back to the queue for what else is wanted. Nobody
    is counted on who is away or put aside. While the building is cleared nobody is called.
    """
    return _through(replay_in_slices(hall, now, known))


def replay_in_slices(hall: Hall, now: datetime, known: Known) -> Generator[None, None, Foretold]:
    """The same with a pause after every few events; the result is what the generator returns."""
    return _Replay(hall, now, known).in_slices()


def run(
    plan: Plan,
    desks: Sequence[Desk],
    people: Sequence[Coming],
    takes: Takes,
    between: Between = lambda desk: 0.0,
    until: datetime | None = None,
) -> Course:
    """A whole day, until nobody is left to be served or to come, or `until`.

    `takes` says how many seconds the ticket's present leg keeps the counter, and is asked at each call, in the order of
    calls; `between`, for a counter's id, how many pass from a finish until it is ready for the next.
    """
    return _through(run_in_slices(plan, desks, people, takes, between, until))


def run_in_slices(
    plan: Plan,
    desks: Sequence[Desk],
    people: Sequence[Coming],
    takes: Takes,
    between: Between = lambda desk: 0.0,
    until: datetime | None = None,
) -> Generator[None, None, Course]:
    """The same with a pause after every few events; the result is what the generator returns."""
    return _Day(plan, desks, people, takes, between, until).in_slices()


def last_to_close(desks: Sequence[Desk]) -> tuple[Desk, ...]:
    """The desks, of which the last to close for some service stays until nobody waits: a hall sends nobody home."""
    present = [desk for desk in desks if desk.spans]
    services = frozenset[str]().union(*(desk.services for desk in present))
    able = ([desk for desk in present if service in desk.services] for service in services)
    last = {max(each, key=lambda desk: desk.spans[-1][1]).id for each in able}
    return tuple(replace(desk, stays=desk.id in last) for desk in desks)


def visitor(
    plan: Plan, identity: str, at: datetime, services: Sequence[str], priority: str | None = None, place: int = 0
) -> Ticket:
    """The ticket of one who comes then, with the services in the order in which they must follow each other.

    `place` tells who came first in the same moment.
    """
    first, *left = plan.in_turn(services) if len(services) > 1 else services
    return Ticket(
        id=identity,
        number=identity,
        series="",
        services=(first, *left),
        leg=Leg(first, at),
        left=tuple(left),
        issued_at=at,
        since=at,
        place=place,
        priority=priority,
    )


def _through(slices: Generator[None, None, Result]) -> Result:
    while True:
        try:
            next(slices)
        except StopIteration as done:
            result: Result = done.value
            return result


# -- who stands where ----------------------------------------------------------------------------------------------

# One who waits: in the order in which the hall has them, then as they came into the run.
Place = tuple[datetime, int, int, Ticket]


class _Row:
    """People whom no rule tells apart but by their age, the older first; and one who would have come now, a ghost.

    `first` is who of all is called first, `head` who of those that are really there.
    """

    __slots__ = ("first", "front", "ghost", "gone", "head", "posts", "queue", "segment", "service", "size", "to")

    def __init__(self, ticket: Ticket, segment: str) -> None:
        self.service, self.segment, self.front = ticket.service, segment, ticket.front
        self.to = (ticket.for_counter, ticket.for_officer)
        self.posts: frozenset[int] = frozenset()
        self.queue: list[Place] = []
        self.gone: set[int] = set()
        self.size = 0
        self.ghost: Place | None = None
        self.head: Place | None = None
        self.first: Place | None = None

    def enters(self, one: Place) -> None:
        heappush(self.queue, one)
        self.size += 1
        self._look()

    def haunted(self, ghost: Place | None) -> None:
        self.ghost = ghost
        self._look()

    def called(self) -> Place:
        """Whoever is really at the head leaves the row."""
        one = heappop(self.queue)
        self.size -= 1
        self._look()
        return one

    def leaves(self, n: int) -> None:
        self.gone.add(n)
        self.size -= 1
        self._look()

    def _look(self) -> None:
        queue, ghost = self.queue, self.ghost
        while queue and queue[0][2] in self.gone:
            self.gone.remove(heappop(queue)[2])
        head = self.head = queue[0] if queue else None
        self.first = ghost if head is None or (ghost is not None and ghost < head) else head


class _Crowd(Sequence[Ticket]):
    """Those in some rows, as a profile sees them: how many they are, and of each row whoever is called first.

    No condition can be true of somebody in a row and not of its first. Seen with ghosts, all of them count as one:
    each would have come alone.
    """

    __slots__ = ("rows", "with_ghosts")

    def __init__(self, with_ghosts: bool) -> None:
        self.rows: list[_Row] = []
        self.with_ghosts = with_ghosts

    def __len__(self) -> int:
        real = sum([row.size for row in self.rows])
        return real + (self.with_ghosts and any(row.ghost for row in self.rows))

    def __iter__(self) -> Iterator[Ticket]:
        return iter([one[3] for row in self.rows if (one := row.first if self.with_ghosts else row.head)])

    @overload
    def __getitem__(self, index: int) -> Ticket: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Ticket]: ...
    def __getitem__(self, index: int | slice) -> Ticket | Sequence[Ticket]:
        return list(self)[index]


class _Post:
    """A counter on its way through the day: what its officer means to do next, who is at it, whom it may call.

    `manned` from its opening to its close, as whoever was sent to it waits for it. `resting`: between two visitors.
    """

    __slots__ = ("chain", "crowd", "desk", "manned", "means", "number", "parted", "resting", "visitor")

    def __init__(self, number: int, desk: Desk, plan: Plan) -> None:
        self.number, self.desk = number, desk
        self.chain = profiles.row(desk.profile, plan)
        self.means = "close"
        self.manned = self.resting = False
        self.visitor: tuple[Ticket, int] | None = None
        # All whom it may call, and the same by segment: as they are, and with the ghosts.
        self.crowd = (_Crowd(False), _Crowd(True))
        self.parted: tuple[dict[str, _Crowd], dict[str, _Crowd]] = ({}, {})

    def may_call(self, row: _Row) -> None:
        for ghosts in (False, True):
            self.crowd[ghosts].rows.append(row)
            self.parted[ghosts].setdefault(row.segment, _Crowd(ghosts)).rows.append(row)

    def may_not_call(self, row: _Row) -> None:
        for ghosts in (False, True):
            self.crowd[ghosts].rows.remove(row)
            self.parted[ghosts][row.segment].rows.remove(row)


# -- the engine ----------------------------------------------------------------------------------------------------

# What comes first where things happen in the same moment, as in a rehearsal.
ARRIVAL, OPENING, STOP, END, READY, LEAVING = range(6)

_AGE = timedelta()


class _Engine:
    """What is to come, in the order of time, and who stands where. Subclasses say who comes and what is kept."""

    def __init__(self, plan: Plan, desks: Sequence[Desk], ratios: profiles.Ratios, takes: Takes, between: Between):
        self.plan, self.takes, self.between, self.ratios = plan, takes, between, ratios
        self.posts = [_Post(number, desk, plan) for number, desk in enumerate(desks)]
        self.rows: dict[tuple[object, ...], _Row] = {}
        self.sent: list[_Row] = []  # the rows of those who were sent to one counter or officer
        self.idle: dict[int, _Post] = {}  # since when: in the order of their keys
        self.ghosts: set[int] = set()
        self.leavers: dict[int, _Row | None] = {}
        self.in_vain: set[int] = set()
        self.ahead: list[tuple[datetime, int, int, Callable[..., None], object]] = []
        self.expected = self.people = 0

    def expect(self, moment: datetime, rank: int, happens: Callable[..., None], what: object) -> None:
        self.expected += 1
        heappush(self.ahead, (moment, rank, self.expected, happens, what))

    def step(self) -> None:
        """The next thing happens."""
        moment, _, _, happens, what = heappop(self.ahead)
        happens(what, moment)

    # -- people ------------------------------------------------------------------------------------------------

    def stands(self, ticket: Ticket) -> _Row:
        """The row in which the ticket waits."""
        age = ticket.age_since - ticket.since if ticket.age_since is not ticket.since else _AGE
        segment = profiles.segment_of(ticket, self.plan) if self.plan.segments else profiles.OTHERS
        alike = (ticket.service, ticket.priority, ticket.front, segment, ticket.for_counter, ticket.for_officer, age)
        row = self.rows.get(alike)
        if row is None:
            row = self.rows[alike] = _Row(ticket, segment)
            self.assign(row)
            if any(row.to):
                self.sent.append(row)
        return row

    def enters(self, ticket: Ticket, n: int) -> _Row:
        row = self.stands(ticket)
        row.enters((ticket.since, ticket.place, n, ticket))
        if n in self.leavers:
            self.leavers[n] = row
        return row

    def offer(self, row: _Row, moment: datetime) -> None:
        """Somebody has come into the row: of the counters that are ready, the one longest so calls."""
        post = next((post for number, post in self.idle.items() if number in row.posts), None) if row.head else None
        if post:
            self.press(post, moment)

    def leaves(self, n: int, moment: datetime) -> None:
        """The visitor gives up; who was called before that stayed and was served."""
        row = self.leavers.pop(n)
        if row:
            row.leaves(n)
            self.left(n, moment)

    # -- counters ----------------------------------------------------------------------------------------------

    def assign(self, row: _Row) -> None:
        """Who may call those in the row: whom they were sent to while they are there, else whoever gives the service.

        As `Hall.meant_for` and `Hall.may_call` have it.
        """
        counter, officer = row.to
        meant = [
            post.number
            for post in self.posts
            if post.manned and (post.desk.id == counter or (officer and post.desk.officer == officer))
        ]
        able = frozenset(meant or (post.number for post in self.posts if row.service in post.desk.services))
        for number in row.posts - able:
            self.posts[number].may_not_call(row)
        for number in able - row.posts:
            self.posts[number].may_call(row)
        row.posts = able

    def mans(self, post: _Post, manned: bool, moment: datetime) -> None:
        """The counter opens or closes; whoever was sent to it now waits for it, or for all who give the service."""
        if post.manned == manned:
            return
        post.manned = manned
        for row in self.sent:
            self.assign(row)
        for other in [] if manned else list(self.idle.values()):
            if any(row.head for row in other.crowd[False].rows):
                self.press(other, moment)

    def opens(self, post: _Post, moment: datetime) -> None:
        post.means = "serve"
        self.mans(post, True, moment)
        if post.visitor is None and not post.resting:
            self.press(post, moment)

    def stops(self, what: tuple[_Post, str], moment: datetime) -> None:
        post, post.means = what[0], what[1]
        if post.visitor is None and not (post.resting and post.means == "last"):
            self.rests(post, moment)

    def press(self, post: _Post, moment: datetime) -> None:
        """Whomever the rule chooses is called."""
        row = self.choice(post, moment)
        if row is None:
            self.rests(post, moment)
            return
        self.idle.pop(post.number, None)
        _, _, n, ticket = row.called()
        if n in self.leavers:
            self.leavers[n] = None
        done = moment + timedelta(seconds=self.takes(ticket))
        post.visitor = (ticket, n)
        self.called(post, ticket, moment, done)
        self.expect(done, END, self.ends, post)

    def ends(self, post: _Post, moment: datetime) -> None:
        """The service is over: the visitor comes back for what else is wanted, and the counter makes ready."""
        assert post.visitor
        (ticket, n), post.visitor = post.visitor, None
        again = self.enters(_next_leg(ticket, moment), n) if ticket.left and n not in self.in_vain else None
        pause = self.between(post.desk.id)
        if post.means in STOPPING:
            self.rests(post, moment)
        elif pause > 0:
            post.resting = True
            self.expect(moment + timedelta(seconds=pause), READY, self.ready, post)
        else:
            self.press(post, moment)
        if again:
            self.offer(again, moment)

    def ready(self, post: _Post, moment: datetime) -> None:
        post.resting = False
        if post.means not in STOPPING:
            self.press(post, moment)

    def rests(self, post: _Post, moment: datetime) -> None:
        """Nobody is at the counter: it is ready for the next visitor, or its officer stops."""
        if post.means == "serve":
            self.idle.setdefault(post.number, post)
            return
        self.idle.pop(post.number, None)
        if post.means != "away":
            post.means = "close"
            self.mans(post, False, moment)

    # -- who is next -------------------------------------------------------------------------------------------

    def choice(self, post: _Post, now: datetime) -> _Row | None:
        """The row whose head the counter calls. A ghost who is before that one is noted, and is no more."""
        if self.ghosts:
            while (row := self.foremost(post, now, True)) and row.first is row.ghost:
                assert row.ghost
                self.ghosts.remove(row.ghost[2])
                self.noted(row.ghost[3], now)
                row.haunted(None)
            if not post.chain:
                return row
        return self.foremost(post, now, False)

    def foremost(self, post: _Post, now: datetime, ghosts: bool) -> _Row | None:
        """The row of whoever `rules.choose` would choose, which compares them all."""
        if not any(row.first if ghosts else row.head for row in post.crowd[ghosts].rows):
            return None
        turn = profiles.turn(post.chain, post.crowd[ghosts], post.parted[ghosts], now, self.plan, self.ratios)
        if not ghosts:
            self.ratios = profiles.counted(self.ratios, turn.said)
        assert isinstance(turn.people, _Crowd)
        return _foremost(turn.people, rules.RULES[turn.rule].score, now, self.plan)

    # -- what a subclass keeps ---------------------------------------------------------------------------------

    def called(self, post: _Post, ticket: Ticket, moment: datetime, done: datetime) -> None: ...

    def noted(self, ghost: Ticket, moment: datetime) -> None: ...

    def left(self, n: int, moment: datetime) -> None: ...


# What an officer means who calls nobody any more.
STOPPING = frozenset({"away", "close"})


def _foremost(crowd: _Crowd, score: rules.Score, now: datetime, plan: Plan) -> _Row | None:
    best: _Row | None = None
    most, leader = (False, 0.0), None
    for row in crowd.rows:
        one = row.first if crowd.with_ghosts else row.head
        if one is not None:
            mark = (row.front, score(one[3], now, plan))
            # Of equals, the one who stands earlier.
            if leader is None or mark > most or (mark == most and one < leader):
                best, most, leader = row, mark, one
    return best


def _next_leg(ticket: Ticket, now: datetime) -> Ticket:
    """The ticket as `leg-finished` leaves it, without its past: queued anew, with the visit's age."""
    return replace(
        ticket,
        state="waiting",
        leg=Leg(ticket.left[0], now),
        left=ticket.left[1:],
        since=ticket.age_since,
        front=False,
        for_counter=None,
        for_officer=None,
    )


# -- a whole day ---------------------------------------------------------------------------------------------------


class _Day(_Engine):
    def __init__(
        self,
        plan: Plan,
        desks: Sequence[Desk],
        people: Sequence[Coming],
        takes: Takes,
        between: Between,
        until: datetime | None,
    ) -> None:
        super().__init__(plan, desks, profiles.NOTHING_TAKEN, takes, between)
        self.until = until
        self.come = people
        self.calls: list[Called] = []
        self.gave_up: dict[str, datetime] = {}
        for n, one in enumerate(people):
            self.expect(one.ticket.issued_at, ARRIVAL, self.arrives, n)
        for post in self.posts:
            spans = _merged(post.desk.spans)
            for number, (start, end) in enumerate(spans, 1):
                last = "last" if post.desk.stays else "close"
                self.expect(start, OPENING, self.opens, post)
                self.expect(end, STOP, self.stops, (post, last if number == len(spans) else "away"))

    def in_slices(self) -> Generator[None, None, Course]:
        steps = 0
        while self.ahead and (self.until is None or self.ahead[0][0] < self.until):
            self.step()
            steps += 1
            if steps % SLICE == 0:
                yield
        still = sorted((one[2], one[3].id) for row in self.rows.values() for one in row.queue if one[2] not in row.gone)
        return Course(tuple(self.calls), self.gave_up, tuple(identity for _, identity in still))

    def arrives(self, n: int, moment: datetime) -> None:
        one = self.come[n]
        if one.leaves is not None:
            self.leavers[n] = None
            self.expect(max(one.leaves, moment), LEAVING, self.leaves, n)
        if not one.comes:
            self.in_vain.add(n)
        self.offer(self.enters(one.ticket, n), moment)

    def called(self, post: _Post, ticket: Ticket, moment: datetime, done: datetime) -> None:
        self.calls.append(Called(ticket.id, ticket.service, post.desk.id, ticket.leg.queued_at, moment, done))

    def left(self, n: int, moment: datetime) -> None:
        self.gave_up[self.come[n].ticket.id] = moment


def _merged(spans: Sequence[Span]) -> list[Span]:
    """The spans in their order, those that touch made one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


# -- the present hall ----------------------------------------------------------------------------------------------


class _Replay(_Engine):
    def __init__(self, hall: Hall, now: datetime, known: Known) -> None:
        manned = [counter for counter in hall.counters.values() if counter.state != "closed"]
        desks = [_desk(hall, counter) for counter in manned]
        super().__init__(hall.plan, desks, hall.ratios, self.usual, lambda desk: known.turnaround_s)
        self.hall, self.now, self.known = hall, now, known
        self.waiting: dict[str, float | None] = {}
        self.newcomers: dict[Newcomer, float | None] = {}
        self.awaited: set[str] = set()
        here = {post.number for post in self.posts if self.present(post, hall.counters[post.desk.id])}
        self.expect_the_waiting(here)
        self.expect_newcomers(here)
        for (service, priority), rate in known.arrivals_per_hour.items():
            if rate > 0 and service in hall.plan.services:
                every = timedelta(hours=1) / rate
                self.expect(now + every / 2, ARRIVAL, self.arrives, (service, priority, every))

    def usual(self, ticket: Ticket) -> float:
        """Seconds that the ticket's service takes, as far as is known; else as published."""
        seconds = self.known.service_s.get(ticket.service)
        planned = self.plan.services.get(ticket.service)
        published = planned.standard_service_minutes * 60.0 if planned else UNKNOWN_S
        return published if seconds is None else seconds

    def present(self, post: _Post, counter: Counter) -> bool:
        """What the counter does from now on, and whether it will call anybody."""
        post.manned = True
        visitor = self.hall.tickets.get(counter.ticket or "")
        if visitor and visitor.state in AT_COUNTER:
            self.people += 1
            post.means, post.visitor = "serve", (visitor, self.people)
            self.expect(self.now + timedelta(seconds=self.remaining(visitor)), END, self.ends, post)
        elif counter.state == "open":
            self.expect(self.now, OPENING, self.opens, post)
        elif self.known.pause_s is not None:
            post.means = "away"
            self.expect(self.now + timedelta(seconds=self.known.pause_s), OPENING, self.opens, post)
        else:
            return False
        return True

    def remaining(self, ticket: Ticket) -> float:
        """Seconds that the visitor will stay at the counter."""
        usual = self.usual(ticket)
        had = (self.now - (ticket.called_at or self.now)).total_seconds() - ticket.leg.held_ms / 1000
        return max(usual - max(had, 0.0), usual * LEFT_AT_LEAST)

    def expect_the_waiting(self, here: set[int]) -> None:
        for ticket in self.hall.waiting():
            self.people += 1
            self.waiting[ticket.id] = None
            if not here.isdisjoint(self.enters(ticket, self.people).posts):
                self.awaited.add(ticket.id)

    def expect_newcomers(self, here: set[int]) -> None:
        last = self.hall.seq + 1
        for service in self.plan.services:
            for priority in (None, *self.plan.priorities):
                self.people += 1
                self.newcomers[service, priority] = None
                ghost = visitor(self.plan, "", self.now, (service,), priority, last)
                row = self.stands(ghost)
                if not here.isdisjoint(row.posts):
                    row.haunted((self.now, last, self.people, ghost))
                    self.ghosts.add(self.people)

    def arrives(self, what: tuple[str, str | None, timedelta], moment: datetime) -> None:
        """One who comes later, and the next of the same kind so much after."""
        service, priority, every = what
        self.people += 1
        ticket = visitor(self.plan, "", moment, (service,), priority, self.hall.seq + 1 + self.people)
        self.expect(moment + every, ARRIVAL, self.arrives, what)
        self.offer(self.enters(ticket, self.people), moment)

    def in_slices(self) -> Generator[None, None, Foretold]:
        over, steps = self.now + HORIZON, 0
        if not self.hall.evacuation:
            while (self.awaited or self.ghosts) and self.ahead and self.ahead[0][0] < over:
                self.step()
                steps += 1
                if steps % SLICE == 0:
                    yield
        return Foretold(self.waiting, self.newcomers)

    def called(self, post: _Post, ticket: Ticket, moment: datetime, done: datetime) -> None:
        if ticket.id in self.awaited:
            self.awaited.remove(ticket.id)
            self.waiting[ticket.id] = (moment - self.now).total_seconds()

    def noted(self, ghost: Ticket, moment: datetime) -> None:
        self.newcomers[ghost.service, ghost.priority] = (moment - self.now).total_seconds()


def _desk(hall: Hall, counter: Counter) -> Desk:
    services, profile = hall.services_at(counter.id), hall.profile_at(counter.id)
    return Desk(counter.id, services, (), counter.officer, profile)
