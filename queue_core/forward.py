"""The hall's own rule run forward: who would be called when, and by which counter.

One engine goes from event to event and asks the real rules and profiles, on real tickets. `replay` runs the present
hall on, for those who wait and for whoever would come now; `run` plays a whole day, with people and counters as told.
Pure and without chance: what is random comes in with the people and the functions given. `replay` goes in slices, too,
for a server that has presses to answer. Not here: who of those who wait is first (rules.py), from which queue a counter
calls (profiles.py), what is known of a hall's times and how a promise is made of it (estimates.py).

Nothing is asked twice that cannot have changed. People whom no rule can tell apart but by their age stand in one row,
the older first; a counter compares the heads of its rows, and asks the rule itself where two are near. So a rule may
look at a ticket's service and priority and at since when it and its visit wait (what else there is, segments tell
apart), and of two alike in the rest must not prefer the one who waits less in both.
"""

from collections.abc import Callable, Generator, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from heapq import heapify, heappop, heappush
from math import inf
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

SLICE = 32  # events: less than a millisecond
HORIZON = timedelta(hours=12)  # whoever has not been called by then has no estimate
SPREAD = 0.618034  # of one kind after another: so the first of each kind come as evenly as can be
PAUSE_S = 900.0
UNKNOWN_S = 300.0
# The mean time left of a visit stays near this part of the mean visit, however long it has gone on: 0.71 to 0.83 up to
# twice the mean in the recorded offices (first half), and 0.9 to 1.5 in the recorded call centre.
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
    return _through(_Day(plan, desks, people, takes, between, until).in_slices())


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
# How the score of a row's first goes on: by which rule, until which second of the run, what it was at its beginning,
# how much it grows in a second.
Trend = tuple[str, float, float, float]
# A score over the wait: after how many seconds it bends; what it is at none, and how much it grows in one, before and
# after that.
ScoreCourse = tuple[float, float, float, float, float]
NO_TREND: Trend = ("", -inf, 0.0, 0.0)
NO_COURSE: ScoreCourse = (inf, 0.0, 0.0, 0.0, 0.0)
# The same of a queue's best, while nobody comes or goes who is first of a row; and the row that is best, or several
# where only the rule itself can tell.
Best = tuple[str, float, float, float, list["_Row"]]
UNKNOWN: Best = ("", -inf, 0.0, 0.0, [])


class _Row:
    """People whom no rule tells apart but by their age, the older first; and one who would have come now, a ghost.

    `first` is who of all is called first, `head` who of those that are really there.
    """

    __slots__ = ("course", "first", "ghost", "gone", "head", "people", "queue", "rule", "trends")

    def __init__(self, queue: "_Queue") -> None:
        self.queue = queue
        self.people: list[Place] = []
        self.gone: set[int] = set()
        self.ghost: Place | None = None
        self.head: Place | None = None
        self.first: Place | None = None
        self.rule, self.course = "", NO_COURSE
        self.trends: list[Trend] = [NO_TREND, NO_TREND]  # of the head, and of the first

    def enters(self, one: Place) -> None:
        heappush(self.people, one)
        self.queue.size += 1
        self._look()

    def filled(self, people: list[Place]) -> None:
        """All these come at once."""
        heapify(people)
        self.people = people
        self.queue.size += len(people)
        self._look()

    def called(self) -> Place:
        """Whoever is really at the head leaves the row."""
        one = heappop(self.people)
        self.queue.size -= 1
        self._look()
        return one

    def leaves(self, n: int) -> None:
        self.gone.add(n)
        self.queue.size -= 1
        self._look()

    def haunted(self, ghost: Place | None) -> None:
        """A ghost comes, or goes."""
        self.ghost = ghost
        self.queue.ghosts += 1 if ghost else -1
        self._look()

    def _look(self) -> None:
        people, ghost = self.people, self.ghost
        while self.gone and people and people[0][2] in self.gone:
            self.gone.remove(heappop(people)[2])
        head = people[0] if people else None
        first = ghost if head is None or (ghost is not None and ghost < head) else head
        if head is not self.head:
            self.head, self.trends[False], self.queue.best[False] = head, NO_TREND, UNKNOWN
        if first is not self.first:
            self.first, self.trends[True], self.queue.best[True] = first, NO_TREND, UNKNOWN


class _Queue:
    """Those who wait for a service, of one segment and in front or not, or were sent to somebody: in their rows.

    Every counter may call all of them or none.
    """

    __slots__ = ("best", "front", "ghosts", "posts", "rows", "segment", "service", "size", "to")

    def __init__(self, ticket: Ticket, segment: str) -> None:
        self.service, self.segment, self.front = ticket.service, segment, ticket.front
        self.to = (ticket.for_counter, ticket.for_officer)
        self.rows: list[_Row] = []
        self.posts: frozenset[int] = frozenset()
        self.size = self.ghosts = 0
        self.best: list[Best] = [UNKNOWN, UNKNOWN]  # without the ghosts, and with them

    def standing(self, ghosts: bool) -> list[_Row]:
        """The rows in which anybody is."""
        return [row for row in self.rows if (row.first if ghosts else row.head) is not None]


class _Crowd(Sequence[Ticket]):
    """Those in some queues, as a profile sees them: how many they are, and of each row whoever is first.

    No condition can be true of somebody in a row and not of its first. Seen with ghosts, all of them count as one:
    each would have come alone.
    """

    __slots__ = ("ghosts", "queues")

    def __init__(self, queues: list[_Queue], ghosts: bool) -> None:
        self.queues, self.ghosts = queues, ghosts

    def __len__(self) -> int:
        real = sum([queue.size for queue in self.queues])
        return real + (self.ghosts and any(queue.ghosts for queue in self.queues))

    def __iter__(self) -> Iterator[Ticket]:
        firsts = [row.first if self.ghosts else row.head for queue in self.queues for row in queue.rows]
        return iter([one[3] for one in firsts if one])

    def standing(self) -> list[_Queue]:
        """The queues in which anybody is."""
        if self.ghosts:
            return [queue for queue in self.queues if queue.size or queue.ghosts]
        return [queue for queue in self.queues if queue.size]

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

    __slots__ = ("chain", "desk", "manned", "means", "number", "parted", "queues", "resting", "visitor")

    def __init__(self, number: int, desk: Desk, plan: Plan) -> None:
        self.number, self.desk = number, desk
        self.chain = profiles.row(desk.profile, plan)
        self.means = "close"
        self.manned = self.resting = False
        self.visitor: tuple[Ticket, int] | None = None
        # All whom it may call; and the same by segment, as a profile asks. Without ghosts, and with.
        self.queues = (_Crowd([], False), _Crowd([], True))
        self.parted: tuple[dict[str, _Crowd], dict[str, _Crowd]] = ({}, {})

    def rules(self) -> set[str]:
        """The names of the rules that its profile may ask."""
        lines = {line.rule for profile in self.chain for line in profile.lines}
        return lines | {profile.otherwise for profile in self.chain if profile.otherwise}

    def may_call(self, queue: _Queue) -> None:
        for ghosts in (False, True):
            self.queues[ghosts].queues.append(queue)
            if self.chain:
                self.parted[ghosts].setdefault(queue.segment, _Crowd([], ghosts)).queues.append(queue)

    def may_not_call(self, queue: _Queue) -> None:
        for ghosts in (False, True):
            self.queues[ghosts].queues.remove(queue)
            if self.chain:
                self.parted[ghosts][queue.segment].queues.remove(queue)


# -- the engine ----------------------------------------------------------------------------------------------------

# What comes first where things happen in the same moment, as in a rehearsal.
ARRIVAL, OPENING, STOP, END, READY, LEAVING = range(6)

AS_OLD = timedelta()
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
HOUR, HOUR_S = timedelta(hours=1), 3600.0
# A thousandth of a second, as that of a ticket's times; more where scores are so large that they cannot tell it.
NEAR_S, NEAR_PART, LARGE = 1e-3, 1e-9, 1e6


class _Engine:
    """What is to come, in the order of time, and who stands where. Subclasses say who comes and what is kept."""

    def __init__(
        self,
        plan: Plan,
        desks: Sequence[Desk],
        began: datetime,
        ratios: profiles.Ratios,
        takes: Takes,
        between: Between,
    ) -> None:
        self.plan, self.takes, self.between, self.ratios = plan, takes, between, ratios
        self.posts = [_Post(number, desk, plan) for number, desk in enumerate(desks)]
        self.queues: dict[tuple[object, ...], _Queue] = {}
        self.rows: dict[tuple[object, ...], _Row] = {}
        self.kinds: dict[Newcomer, str] = {}
        self.outlooks: dict[Hashable, str] = {}
        self.began, self.rule = began, rules.RULES[plan.rule]
        self.used = [rules.RULES[name] for name in sorted({plan.rule}.union(*(post.rules() for post in self.posts)))]
        self.fronts = False  # whether anybody was ever put in front
        # What lies between any two visits, where no counter stops: then a finish and being ready are one.
        self.undisturbed_s = 0.0
        self.sent: list[_Queue] = []  # the queues of those who were sent to one counter or officer
        self.idle: dict[int, _Post] = {}  # since when: in the order of their keys
        self.ghosts: dict[int, list[Newcomer]] = {}
        self.leavers: dict[int, _Row | None] = {}
        self.in_vain: set[int] = set()
        self.ahead: list[tuple[datetime, int, int, Callable[..., None], object]] = []
        self.expected = self.people = 0

    def expect(self, moment: datetime, rank: int, happens: Callable[..., None], what: object) -> None:
        self.expected += 1
        heappush(self.ahead, (moment, rank, self.expected, happens, what))

    def some(self, until: datetime | None) -> bool:
        """The next few things happen; whether more is to come before then that anybody wants to know of."""
        ahead = self.ahead
        for _ in range(SLICE):
            if not ahead or self.enough() or (until is not None and ahead[0][0] >= until):
                return False
            moment, _, _, happens, what = heappop(ahead)
            happens(what, moment)
        return True

    # -- people ------------------------------------------------------------------------------------------------

    def stands(self, ticket: Ticket) -> _Row:
        """The row in which the ticket waits."""
        segment = profiles.segment_of(ticket, self.plan) if self.plan.segments else profiles.OTHERS
        service, priority, since, age_since = ticket.leg.service, ticket.priority, ticket.since, ticket.age_since
        together = (service, segment, ticket.front, ticket.for_counter, ticket.for_officer)
        kind = self.kind(service, priority)
        alike = (together, kind, AS_OLD if age_since is since else age_since - since)
        row = self.rows.get(alike)
        if row is None:
            queue = self.queues.get(together) or self.begun(together, ticket, segment)
            row = self.rows[alike] = _Row(queue)
            queue.rows.append(row)
        return row

    def kind(self, service: str, priority: str | None) -> str:
        """The first priority known of those that no rule in use tells from this one; none is one, too."""
        known = self.kinds.get((service, priority))
        if known is not None:
            return known
        probe = visitor(self.plan, "", self.began, (service,), priority)
        outlook = (service, *(_course(probe, rule, self.plan) if rule.bend else priority for rule in self.used))
        kind = self.kinds[service, priority] = self.outlooks.setdefault(outlook, priority or "none")
        return kind

    def begun(self, together: tuple[object, ...], ticket: Ticket, segment: str) -> _Queue:
        """A queue for the ticket and those who wait as it does."""
        queue = self.queues[together] = _Queue(ticket, segment)
        self.assign(queue)
        self.fronts = self.fronts or queue.front
        if any(queue.to):
            self.sent.append(queue)
        return queue

    def enters(self, ticket: Ticket, n: int) -> _Row:
        row = self.stands(ticket)
        row.enters((ticket.since, ticket.place, n, ticket))
        if n in self.leavers:
            self.leavers[n] = row
        return row

    def offer(self, row: _Row, moment: datetime) -> None:
        """Somebody has come into the row: of the counters that are ready, the one longest so calls."""
        if row.head:
            post = next((post for number, post in self.idle.items() if number in row.queue.posts), None)
            if post:
                self.press(post, moment)

    def leaves(self, n: int, moment: datetime) -> None:
        """The visitor gives up; who was called before that stayed and was served."""
        row = self.leavers.pop(n)
        if row:
            row.leaves(n)
            self.left(n, moment)

    # -- counters ----------------------------------------------------------------------------------------------

    def assign(self, queue: _Queue) -> None:
        """Who may call those in it: whom they were sent to while they are there, else whoever gives the service.

        As `Hall.meant_for` and `Hall.may_call` have it.
        """
        counter, officer = queue.to
        meant = [
            post.number
            for post in self.posts
            if post.manned and (post.desk.id == counter or (officer and post.desk.officer == officer))
        ]
        able = frozenset(meant or [post.number for post in self.posts if queue.service in post.desk.services])
        for number in queue.posts - able:
            self.posts[number].may_not_call(queue)
        for number in able - queue.posts:
            self.posts[number].may_call(queue)
        queue.posts = able

    def mans(self, post: _Post, manned: bool, moment: datetime) -> None:
        """The counter opens or closes; whoever was sent to it now waits for it, or for all who give the service."""
        if post.manned == manned:
            return
        post.manned = manned
        for queue in self.sent:
            self.assign(queue)
        for other in [] if manned else list(self.idle.values()):
            if other.queues[False].standing():
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
        done = moment + timedelta(0, self.takes(ticket))
        post.visitor = (ticket, n)
        self.called(post, ticket, moment, done)
        if self.undisturbed_s and not ticket.left:
            self.expect(done + timedelta(0, self.undisturbed_s), READY, self.over, post)
        else:
            self.expect(done, END, self.ends, post)

    def over(self, post: _Post, moment: datetime) -> None:
        """The service is over and the counter is ready, in one."""
        post.visitor = None
        self.ready(post, moment)

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
                for newcomer in self.ghosts.pop(row.ghost[2]):
                    self.noted(newcomer, now)
                row.haunted(None)
            if not post.chain:
                return row
        return self.foremost(post, now, False)

    def foremost(self, post: _Post, now: datetime, ghosts: bool) -> _Row | None:
        """The row of whoever `rules.choose` would choose, which compares them all."""
        queues = post.queues[ghosts].standing()
        if not queues:
            return None
        rule = self.rule
        if post.chain:
            turn = profiles.turn(post.chain, post.queues[ghosts], post.parted[ghosts], now, self.plan, self.ratios)
            assert isinstance(turn.people, _Crowd)
            queues, rule = turn.people.standing(), rules.RULES[turn.rule]
            if not ghosts:
                self.ratios = profiles.counted(self.ratios, turn.said)
        if self.fronts:
            queues = [queue for queue in queues if queue.front] or queues
        rows = self.likely(queues, rule, now, ghosts)
        return rows[0] if len(rows) == 1 else self.first_of(rows, rule, now, ghosts)

    def first_of(self, rows: Sequence[_Row], rule: rules.Rule, now: datetime, ghosts: bool) -> _Row:
        """Whose score is highest; of equals the row of the one who stands earlier."""
        best, most, leader = rows[0], 0.0, None
        for row in rows:
            one = row.first if ghosts else row.head
            assert one
            score = rule.score(one[3], now, self.plan)
            if leader is None or score > most or (score == most and one < leader):
                best, most, leader = row, score, one
        return best

    def likely(self, queues: Sequence[_Queue], rule: rules.Rule, now: datetime, ghosts: bool) -> list[_Row]:
        """The rows whose score is the highest, or so near to it that only the rule itself can tell."""
        if rule.bend is None:
            return [row for queue in queues for row in queue.standing(ghosts)]
        name, t = rule.name, (now - self.began).total_seconds()
        most = next_most = -inf
        first: list[_Row] = []
        for queue in queues:
            by, until, base, slope, rows = queue.best[ghosts]
            if t >= until or by != name:
                _, _, base, slope, rows = queue.best[ghosts] = self.best(queue, rule, now, t, ghosts)
            score = base + slope * t
            if score > most:
                most, next_most, first = score, most, rows
            elif score > next_most:
                next_most = score
        least = most - (NEAR_S if -LARGE < most < LARGE else abs(most) * NEAR_PART)
        if next_most < least:
            return first
        bests = (queue.best[ghosts] for queue in queues)
        return [row for _, _, base, slope, rows in bests if base + slope * t >= least for row in rows]

    def best(self, queue: _Queue, rule: rules.Rule, now: datetime, t: float, ghosts: bool) -> Best:
        """Whose score is the highest in the queue, and until when nobody else's can come near it."""
        name, holds, most, next_most, fastest = rule.name, inf, -inf, -inf, -inf
        rows = queue.standing(ghosts)
        first, best = rows[0], NO_TREND
        for row in rows:
            trend = row.trends[ghosts]
            by, until, base, slope = trend
            if t >= until or by != name:
                trend = _, until, base, slope = row.trends[ghosts] = self.trend(row, rule, now, t, ghosts)
            if until < holds:
                holds = until
            if slope > fastest:
                fastest = slope
            score = base + slope * t
            if score > most:
                most, next_most, first, best = score, most, row, trend
            elif score > next_most:
                next_most = score
        _, _, base, slope = best
        near = NEAR_S if -LARGE < most < LARGE else abs(most) * NEAR_PART
        if next_most < most - near:
            # At the soonest the fastest of the others comes near, if it is the next.
            if fastest > slope:
                holds = min(holds, t + (most - next_most - 2 * near) / (fastest - slope))
            return name, holds, base, slope, [first]
        rows, until = self.near(rows, most, near, slope, t, ghosts)
        return name, min(until, holds), base, slope, rows

    def near(
        self, rows: Sequence[_Row], most: float, near: float, slope: float, t: float, ghosts: bool
    ) -> tuple[list[_Row], float]:
        """Those of the rows whose score is near the highest, which grows so fast; and until when it will be those."""
        first, holds = list[_Row](), inf
        for row in rows:
            _, _, base, faster = row.trends[ghosts]
            behind = most - base - faster * t
            if behind <= near:
                first.append(row)
                holds = holds if faster == slope else t
            elif faster > slope:
                holds = min(holds, t + (behind - 2 * near) / (faster - slope))
        return first, holds

    def trend(self, row: _Row, rule: rules.Rule, now: datetime, t: float, ghosts: bool) -> Trend:
        """How the score of whoever is first goes on."""
        one = row.first if ghosts else row.head
        assert one and rule.bend
        if row.rule != rule.name:
            row.rule, row.course = rule.name, _course(one[3], rule, self.plan)
        after, base, slope, base_after, slope_after = row.course
        since = (one[0] - self.began).total_seconds()
        bends = since + after
        if t < bends - NEAR_S:
            return rule.name, bends - NEAR_S, base - slope * since, slope
        if t > bends + NEAR_S or (rule.bend(one[3], self.plan) or now) <= now:
            return rule.name, inf, base_after - slope_after * since, slope_after
        return rule.name, t, base - slope * since, slope

    # -- what a subclass keeps ---------------------------------------------------------------------------------

    def enough(self) -> bool:
        return False

    def called(self, post: _Post, ticket: Ticket, moment: datetime, done: datetime) -> None: ...

    def noted(self, newcomer: Newcomer, moment: datetime) -> None: ...

    def left(self, n: int, moment: datetime) -> None: ...


# What an officer means who calls nobody any more.
STOPPING = frozenset({"away", "close"})


def _course(ticket: Ticket, rule: rules.Rule, plan: Plan) -> ScoreCourse:
    """How the ticket's score goes, read off the score itself at two moments on each of its lines."""
    assert rule.bend
    bend, since = rule.bend(ticket, plan), ticket.since
    if bend is None:
        base, later = rule.score(ticket, since, plan), rule.score(ticket, since + HOUR, plan)
        return inf, base, (later - base) / HOUR_S, 0.0, 0.0
    early, before, at, later = (rule.score(ticket, bend + n * HOUR, plan) for n in (-2, -1, 0, 1))
    after, slope, slope_after = (bend - since).total_seconds(), (before - early) / HOUR_S, (later - at) / HOUR_S
    return after, before - slope * (after - HOUR_S), slope, at - slope_after * after, slope_after


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
        began = min((one.ticket.issued_at for one in people), default=NEVER)
        super().__init__(plan, desks, began, profiles.NOTHING_TAKEN, takes, between)
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
        while self.some(self.until):
            yield
        still = sorted(
            (one[2], one[3].id) for row in self.rows.values() for one in row.people if one[2] not in row.gone
        )
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
        super().__init__(hall.plan, desks, now, hall.ratios, self.usual, lambda desk: known.turnaround_s)
        self.hall, self.now, self.known = hall, now, known
        self.undisturbed_s = known.turnaround_s
        self.waiting: dict[str, float | None] = {}
        self.newcomers: dict[Newcomer, float | None] = {}
        self.awaited: set[str] = set()

    def set_up(self) -> Generator[None, None, None]:
        """Everybody put where they stand, with a pause now and then: of hundreds that takes some time, too."""
        here = {post.number for post in self.posts if self.present(post, self.hall.counters[post.desk.id])}
        yield from self.expect_the_waiting(here)
        self.expect_newcomers(here)
        for n, ((service, priority), rate) in enumerate(self.known.arrivals_per_hour.items(), 1):
            if rate > 0 and service in self.hall.plan.services:
                every = timedelta(hours=1) / rate
                self.expect(self.now + every * (n * SPREAD % 1), ARRIVAL, self.arrives, (service, priority, every))
        yield

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

    def expect_the_waiting(self, here: set[int]) -> Generator[None, None, None]:
        rows: dict[_Row, list[Place]] = {}
        for n, ticket in enumerate(self.hall.waiting(), self.people + 1):
            rows.setdefault(self.stands(ticket), []).append((ticket.since, ticket.place, n, ticket))
            self.waiting[ticket.id] = None
            if n % (2 * SLICE) == 0:
                yield
        self.people += len(self.waiting)
        for row, people in rows.items():
            row.filled(people)
            if not here.isdisjoint(row.queue.posts):
                self.awaited.update(ticket.id for _, _, _, ticket in people)

    def expect_newcomers(self, here: set[int]) -> None:
        """A ghost for every newcomer; one for all who would stand in the same row."""
        rows: dict[object, _Row] = {}
        last = self.hall.seq + 1
        for service in self.plan.services:
            for priority in (None, *self.plan.priorities):
                self.newcomers[service, priority] = None
                # A segment may tell those apart whom no rule does.
                alike = (service, priority if self.plan.segments else self.kind(service, priority))
                if alike not in rows:
                    ghost = visitor(self.plan, "", self.now, (service,), priority, last)
                    row = rows[alike] = self.stands(ghost)
                    if row.ghost is None and not here.isdisjoint(row.queue.posts):
                        self.people += 1
                        self.ghosts[self.people] = []
                        row.haunted((self.now, last, self.people, ghost))
                if stands := rows[alike].ghost:
                    self.ghosts[stands[2]].append((service, priority))

    def arrives(self, what: tuple[str, str | None, timedelta], moment: datetime) -> None:
        """One who comes later, and the next of the same kind so much after."""
        service, priority, every = what
        self.people += 1
        ticket = visitor(self.plan, "", moment, (service,), priority, self.hall.seq + 1 + self.people)
        self.expect(moment + every, ARRIVAL, self.arrives, what)
        self.offer(self.enters(ticket, self.people), moment)

    def in_slices(self) -> Generator[None, None, Foretold]:
        yield from self.set_up()
        while not self.hall.evacuation and self.some(self.now + HORIZON):
            yield
        return Foretold(self.waiting, self.newcomers)

    def enough(self) -> bool:
        return not self.awaited and not self.ghosts

    def called(self, post: _Post, ticket: Ticket, moment: datetime, done: datetime) -> None:
        if ticket.id in self.awaited:
            self.awaited.remove(ticket.id)
            self.waiting[ticket.id] = (moment - self.now).total_seconds()

    def noted(self, newcomer: Newcomer, moment: datetime) -> None:
        self.newcomers[newcomer] = (moment - self.now).total_seconds()


def _desk(hall: Hall, counter: Counter) -> Desk:
    services, profile = hall.services_at(counter.id), hall.profile_at(counter.id)
    return Desk(counter.id, services, (), counter.officer, profile)
