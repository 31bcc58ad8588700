"""The rule run forward calls whom the hall itself calls: held against the real wishes on the real hall.

Not here: whether its waits are those of queueing theory (test_forward_oracle.py), and the rules (test_rules.py).
"""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from heapq import heappop, heappush
from math import sqrt
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_core import day, officers, visitors
from queue_core.forward import (
    Called,
    Coming,
    Desk,
    Foretold,
    Known,
    _Replay,
    last_to_close,
    replay,
    replay_in_slices,
    run,
    visitor,
)
from queue_core.hall import Events, Hall
from queue_core.plan import Condition, CounterPlan, Line, Plan, Profile, Share
from queue_core.profiles import OTHERS
from queue_core.rules import RULES, Rule
from queue_core.ticket import Event, Ticket
from tests.test_rules import CENTRE, NAMES, NINE, SEGMENTS, service

SERVICES = ("benefit", "card", "advice")
COUNTERS = ("1", "2", "3")
TIMES = {"benefit": 240.0, "card": 100.0, "advice": 33.25}


def at(seconds: float) -> datetime:
    """So many seconds after nine."""
    return NINE + timedelta(seconds=seconds)


def a_plan(plan: Plan = CENTRE, **changes: Any) -> Plan:
    """A plan of three services and three counters, each for all of them if nothing else is said."""
    services = {name: service(name, target) for name, target in zip(SERVICES, (30, 60, 5), strict=True)}
    counters = {name: CounterPlan(name, NAMES, SERVICES) for name in COUNTERS}
    languages = ("th", "en", "my")
    return replace(
        plan, **{"services": services, "counters": counters, "languages": languages, "requeues": 0} | changes
    )


# -- the same day, slowly ------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Somebody:
    """One who comes, as a test draws them: in seconds after nine."""

    came: float
    services: tuple[str, ...] = ("benefit",)
    priority: str | None = None
    leaves: float | None = None
    comes: bool = True
    lasts: tuple[float, ...] = (300, 300, 300)
    told: Mapping[str, Any] = field(default_factory=dict)  # language, needs
    more: Mapping[str, Any] = field(default_factory=dict)  # what comes with a booking, or by the desk's hand


def a_day(plan: Plan, desks: tuple[Desk, ...], people: list[Somebody], between: Mapping[str, float]) -> "TheHall":
    hall = TheHall(plan, desks, people, between)
    hall.run()
    return hall


class TheHall:
    """A day of real wishes, on the real hall: the referee. Slow, and it looks at everybody at every press."""

    def __init__(self, plan: Plan, desks: tuple[Desk, ...], people: list[Somebody], between: Mapping[str, float]):
        self.desks, self.people, self.between = {desk.id: desk for desk in desks}, people, between
        self.hall = Hall(plan)
        self.ahead: list[tuple[datetime, int, int, Callable[..., None], tuple[Any, ...]]] = []
        self.n = 0
        self.who: dict[str, int] = {}
        self.queued: dict[int, datetime] = {}
        self.means = dict.fromkeys(self.desks, "close")
        self.ready: list[str] = []
        self.resting: set[str] = set()
        self.calls: list[tuple[int, str, str, datetime, datetime, datetime]] = []
        self.gave_up: dict[str, datetime] = {}
        self.do(NINE, day.open_day, plan, True)
        for n, one in enumerate(people):
            self.expect(at(one.came), 0, self.comes, n)
        for desk in desks:
            for start, end in desk.spans:
                last = "last" if desk.stays else "close"
                self.expect(start, 1, self.opens, desk.id)
                self.expect(end, 2, self.stops, desk.id, last if end == desk.spans[-1][1] else "away")

    def expect(self, moment: datetime, rank: int, happens: Callable[..., None], *what: Any) -> None:
        self.n += 1
        heappush(self.ahead, (moment, rank, self.n, happens, what))

    def run(self, until: datetime | None = None) -> None:
        while self.ahead and (until is None or self.ahead[0][0] <= until):
            moment, _, _, happens, what = heappop(self.ahead)
            happens(moment, *what)
            self.whoever_is_ready_calls(moment)

    def do(self, now: datetime, wish: Any, *asked: Any, by: str = "hall", **more: Any) -> Events:
        events: Events = wish(self.hall, now, by, *asked, **more)
        for event in events:
            self.hall = self.hall.after(event)
        return events

    def comes(self, now: datetime, n: int) -> None:
        one = self.people[n]
        (came,) = visitors.issue(self.hall, now, "kiosk", one.services, one.priority, **one.told)
        more = {name: value for name, value in one.more.items() if name in ("booking", "booked_at", "since")}
        self.hall = self.hall.after(replace(came, data={**came.data, **more}))
        moved = {name: value for name, value in one.more.items() if name not in more}
        if moved:
            self.hall = self.hall.after(Event("moved", now, "desk", came.ticket, data=moved))
        self.who[str(came.ticket)] = n
        self.queued[n] = now if not one.more.get("since") else max(now, datetime.fromisoformat(one.more["since"]))
        if one.leaves is not None:
            self.expect(at(one.leaves), 5, self.leaves, str(came.ticket))

    def leaves(self, now: datetime, ticket: str) -> None:
        live = self.hall.tickets.get(ticket)
        if live and live.state == "waiting":
            self.do(now, visitors.cancel, live)
            self.gave_up[str(self.who[ticket])] = now

    def opens(self, now: datetime, counter: str) -> None:
        self.means[counter] = "serve"
        self.do(now, officers.open_counter, counter, by=f"officer-{counter}")
        if self.hall.at_counter(counter) is None and counter not in self.resting:
            self.presses(now, counter)

    def stops(self, now: datetime, counter: str, means: str) -> None:
        self.means[counter] = means
        if self.hall.at_counter(counter) is None and not (counter in self.resting and means == "last"):
            self.rests(now, counter)

    def presses(self, now: datetime, counter: str, came: str | None = None) -> None:
        left = self.hall.at_counter(counter)
        events = self.do(now, officers.call_next, counter, came, by=f"officer-{counter}")
        if left:
            self.over(now, left)
        called = next((event for event in events if event.kind == "called"), None)
        if called is None:
            self.rests(now, counter)
            return
        n = self.who[str(called.ticket)]
        ticket = self.hall.tickets[str(called.ticket)]
        done = now + timedelta(seconds=lasts(self.people[n], ticket))
        self.calls.append((n, ticket.service, counter, self.queued[n], now, done))
        self.expect(done, 3, self.ends, counter)

    def over(self, now: datetime, left: Ticket) -> None:
        self.queued[self.who[left.id]] = now

    def ends(self, now: datetime, counter: str) -> None:
        present = self.hall.at_counter(counter)
        assert present
        came = self.people[self.who[present.id]].comes
        if self.means[counter] in ("serve", "last") and not self.between[counter]:
            self.presses(now, counter, "finished" if came else "no-show")
            return
        self.do(now, officers.finish if came else officers.no_show, counter, by=f"officer-{counter}")
        self.over(now, present)
        if self.means[counter] in ("serve", "last"):
            self.resting.add(counter)
            self.expect(now + timedelta(seconds=self.between[counter]), 4, self.rested, counter)
        else:
            self.rests(now, counter)

    def rested(self, now: datetime, counter: str) -> None:
        self.resting.remove(counter)
        if self.means[counter] in ("serve", "last"):
            self.presses(now, counter)

    def rests(self, now: datetime, counter: str) -> None:
        means = self.means[counter]
        self.ready = [one for one in self.ready if one != counter or means == "serve"]
        if means == "serve":
            self.ready += [counter] if counter not in self.ready else []
        elif means == "away":
            self.do(now, officers.pause_counter, counter, by=f"officer-{counter}")
        else:
            self.means[counter] = "close"
            self.do(now, officers.close_counter, counter, by=f"officer-{counter}")

    def whoever_is_ready_calls(self, now: datetime) -> None:
        """Counters that stand ready, the one longest so first."""
        for counter in list(self.ready):
            if counter in self.ready and self.hall.waiting_for(counter):
                self.ready.remove(counter)
                self.presses(now, counter)


def lasts(one: Somebody, ticket: Ticket) -> float:
    return one.lasts[one.services.index(ticket.service)]


# -- and by the engine ---------------------------------------------------------------------------------------------

MOMENTS = ("since", "booked_at")


def coming(plan: Plan, people: list[Somebody]) -> Iterator[Coming]:
    """The same people, for the engine."""
    for n, one in enumerate(people):
        ticket = visitor(plan, str(n), at(one.came), one.services, one.priority, n)
        more = {**one.told, **one.more}
        more |= {name: datetime.fromisoformat(more[name]) for name in MOMENTS if more.get(name)}
        if "position" in more:
            more["front"] = more.pop("position") == "front"
        if "needs" in more:
            more["needs"] = tuple(more["needs"])
        ticket = replace(ticket, **more)
        ticket = replace(ticket, leg=replace(ticket.leg, queued_at=max(ticket.issued_at, ticket.since)))
        yield Coming(ticket, None if one.leaves is None else at(one.leaves), one.comes)


def told(call: Called) -> tuple[int, str, str, datetime, datetime, datetime]:
    return (int(call.ticket), call.service, call.desk, call.queued_at, call.called_at, call.done_at)


def same(plan: Plan, desks: tuple[Desk, ...], people: list[Somebody], between: Mapping[str, float]) -> TheHall:
    """The day as the hall has it, once the engine has been found to have the same."""
    slow = a_day(plan, desks, people, between)
    fast = run(
        plan, desks, list(coming(plan, people)), lambda one: lasts(people[int(one.id)], one), lambda desk: between[desk]
    )
    assert [told(call) for call in fast.calls] == slow.calls
    assert fast.gave_up == slow.gave_up
    waiting = [ticket for ticket in slow.hall.tickets.values() if ticket.state == "waiting"]
    assert fast.waiting == tuple(str(n) for n in sorted(slow.who[ticket.id] for ticket in waiting))
    return slow


# -- days at random ------------------------------------------------------------------------------------------------

# More people than the counters can serve, within minutes; mostly to the whole minute, so that much happens at once.
SECONDS = st.integers(0, 12).map(lambda minute: minute * 60.0) | st.integers(0, 720_000).map(lambda ms: ms / 1000)
LENGTHS = st.sampled_from([0.0, 60.0, 120.0, 300.0]) | st.integers(0, 400_000).map(lambda ms: ms / 1000)
SOME = st.lists(st.sampled_from(SERVICES), unique=True, min_size=1, max_size=3).map(tuple)
SENT = st.sampled_from(
    [
        {"position": "front"},
        {"for_counter": "1"},
        {"for_counter": "3"},
        {"for_officer": "officer-2"},
        {"for_officer": "gone"},
        {"for_counter": "1", "for_officer": "officer-2", "position": "front"},
    ]
)


@st.composite
def somebody(draw: st.DrawFn) -> Somebody:
    came = draw(SECONDS)
    more: dict[str, Any] = {}
    if draw(st.integers(0, 3)) == 0:
        kept, booked = draw(st.sampled_from(["early", "on-time", "late"])), at(came + 60 * draw(st.integers(-9, 9)))
        since = at(came) if kept == "late" else booked
        more |= {"booking": kept, "booked_at": booked.isoformat(), "since": since.isoformat()}
    elif draw(st.integers(0, 3)) == 0:
        # Whose turn is counted from another time than the visit's: who was sent to the end, say.
        more |= {"since": at(came + 60 * draw(st.integers(-9, 9))).isoformat()}
    if draw(st.integers(0, 3)) == 0:
        more |= draw(SENT)
    return Somebody(
        came,
        draw(SOME),
        draw(st.sampled_from([None, None, "elder", "monk"])),
        draw(st.none() | st.integers(0, 900).map(lambda after: came + after)),
        draw(st.integers(0, 6)) > 0,
        draw(st.tuples(LENGTHS, LENGTHS, LENGTHS)),
        {"language": draw(st.sampled_from(["th", "en", "my"])), "needs": draw(st.sampled_from([(), ("sign",)]))},
        more,
    )


PEOPLE = st.lists(somebody(), min_size=5, max_size=18).map(lambda people: sorted(people, key=lambda one: one.came))

NAMED = st.sampled_from([*SEGMENTS, OTHERS])
CONDITION = (
    st.builds(Condition, st.just("waits"), NAMED, st.integers(0, 6))
    | st.builds(Condition, st.just("has"), NAMED, st.integers(1, 4))
    | st.builds(Condition, st.sampled_from(["after", "before"]), st.none(), st.integers(540, 552))
)
RULE = st.sampled_from(sorted(RULES))
LINE = st.builds(
    Line,
    st.just("a line"),
    st.lists(CONDITION, max_size=2).map(tuple),
    st.lists(st.builds(Share, st.integers(1, 3), NAMED), min_size=1, max_size=3).map(tuple),
    RULE,
)
LINES = st.lists(LINE, min_size=1, max_size=3).map(tuple)


@st.composite
def desk(draw: st.DrawFn, name: str) -> Desk:
    """Most open early for long; some are away in between, or come late."""
    start = 60.0 * draw(st.sampled_from([0, 0, 0, 1, 5]))
    first = start + 60 * draw(st.integers(2, 12))
    second = first + 60 * draw(st.integers(1, 5))
    spans = ((at(start), at(first)), (at(second), at(second + 60 * draw(st.integers(2, 20)))))
    services, profile = frozenset(draw(SOME)), draw(st.sampled_from([None, "desk", "desk", "back"]))
    many = draw(st.sampled_from([1, 2, 2]))
    return Desk(name, services, spans[:many], f"officer-{name}", profile, draw(st.booleans()))


@st.composite
def days(draw: st.DrawFn) -> tuple[Plan, tuple[Desk, ...], dict[str, float]]:
    desks = tuple(draw(desk(name)) for name in COUNTERS)
    counters = {one.id: CounterPlan(one.id, NAMES, SERVICES, one.profile) for one in desks}
    skills = {str(one.officer): tuple(one.services) for one in desks}
    ends = [(draw(RULE), None), draw(st.sampled_from([(draw(RULE), None), (None, "desk")]))]
    profiles = [Profile(name, NAMES, draw(LINES), *end) for name, end in zip(("desk", "back"), ends, strict=True)]
    told = {"segments": SEGMENTS, "profiles": {one.id: one for one in profiles}, "rule": draw(RULE)}
    plan = a_plan(counters=counters, skills=skills, head_start_minutes=draw(st.sampled_from([2, 20])), **told)
    return plan, desks, {one.id: draw(st.sampled_from([0.0, 0.0, 15.0, 60.0])) for one in desks}


@settings(max_examples=80, deadline=None)
@given(days(), PEOPLE)
def test_the_engine_calls_whom_the_hall_calls(drawn: Any, people: list[Somebody]) -> None:
    same(drawn[0], drawn[1], people, drawn[2])


@pytest.mark.parametrize("rule", sorted(RULES))
@settings(max_examples=20, deadline=None)
@given(days(), PEOPLE)
def test_by_every_rule_without_a_profile(rule: str, drawn: Any, people: list[Somebody]) -> None:
    plan, desks, between = drawn
    plain = tuple(replace(one, profile=None) for one in desks)
    counters = {one.id: CounterPlan(one.id, NAMES, SERVICES) for one in desks}

    same(replace(plan, rule=rule, counters=counters), plain, people, between)


def a_crowd(seed: int) -> list[Somebody]:
    """Ninety people in half an hour."""
    chance = Random(seed)
    people = [
        Somebody(
            came,
            tuple(chance.sample(SERVICES, chance.choice([1, 1, 2]))),
            chance.choice([None, None, None, "elder", "monk"]),
            lasts=(chance.uniform(20, 90), chance.uniform(20, 90), chance.uniform(20, 90)),
            told={"language": chance.choice(["th", "en", "my"]), "needs": chance.choice([(), ("sign",)])},
            more=chance.choice([{}] * 9 + [{"for_officer": "officer-2"}]),
        )
        for came in sorted(chance.choice([60.0 * chance.randrange(30), chance.uniform(0, 1800)]) for _ in range(90))
    ]
    return [replace(one, came=round(one.came, 3)) for one in people]


MANY_LINES = (
    Line("many", (Condition("has", "first", 5),), (Share(2, "first"), Share(1, OTHERS)), "due-then-ratio"),
    Line("few", (Condition("has", "first", 3), Condition("waits", "cards", 4)), (Share(1, "cards"),), "target-ratio"),
)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("rule", sorted(RULES))
def test_in_a_crowd(rule: str, seed: int) -> None:
    profiles = {"desk": Profile("desk", NAMES, MANY_LINES, rule)}
    counters = {name: CounterPlan(name, NAMES, SERVICES, "desk" if name == "1" else None) for name in COUNTERS}
    desks = (
        Desk("1", frozenset(SERVICES), ((at(0), at(1500)), (at(1800), at(9000))), "officer-1", "desk"),
        Desk("2", frozenset(SERVICES[:2]), ((at(300), at(9000)),), "officer-2"),
        Desk("3", frozenset(SERVICES[1:]), ((at(0), at(9000)),), "officer-3", stays=True),
    )
    skills = {str(one.officer): tuple(one.services) for one in desks}
    services = {name: service(name, target) for name, target in zip(SERVICES, (8, 20, 5), strict=True)}
    told = {"segments": SEGMENTS, "profiles": profiles, "counters": counters, "skills": skills, "services": services}

    day = same(a_plan(rule=rule, head_start_minutes=4, **told), desks, a_crowd(seed), dict.fromkeys(COUNTERS, 3.5))

    assert len(day.calls) > 90


def impatience(ticket: Ticket, now: datetime, plan: Plan) -> float:
    """A rule that nobody has written yet: not even, and with no bend to tell."""
    waited = max((now - ticket.since).total_seconds(), 0.0)
    return sqrt(waited) * (3 if ticket.priority == "monk" else 1 + len(ticket.service) / 7)


@settings(max_examples=20, deadline=None)
@given(days(), PEOPLE)
def test_a_rule_of_tomorrow_needs_nothing_here(drawn: Any, people: list[Somebody]) -> None:
    plan, desks, between = drawn
    with pytest.MonkeyPatch.context() as tomorrow:
        tomorrow.setitem(RULES, "impatience", Rule("impatience", 1, impatience))
        plain = tuple(replace(one, profile=one.profile if n else None) for n, one in enumerate(desks))
        counters = {one.id: CounterPlan(one.id, NAMES, SERVICES, one.profile) for one in plain}

        same(replace(plan, rule="impatience", counters=counters), plain, people, between)


@pytest.mark.parametrize("rule", [rule for rule in RULES.values() if rule.bend], ids=lambda rule: rule.name)
@given(somebody(), st.integers(0, 10_000_000), st.integers(1, 10_000_000), st.integers(1, 10_000_000))
def test_a_score_grows_evenly_but_for_its_bend(rule: Rule, one: Somebody, after: int, more: int, far: int) -> None:
    plan = a_plan()
    (came,) = coming(plan, [one])
    bend = rule.bend(came.ticket, plan) if rule.bend else None
    begins = bend or came.ticket.since
    for side in (1, -1) if bend else (1,):
        # The bend itself is of what comes after.
        a, b, c = (begins + side * timedelta(milliseconds=ms + (side < 0)) for ms in (after, after + more, after + far))
        first, second, third = (rule.score(came.ticket, moment, plan) for moment in (a, b, c))
        slope = (second - first) / (b - a).total_seconds()
        assert third == pytest.approx(first + slope * (c - a).total_seconds(), rel=1e-9, abs=1e-6)


# -- computed by hand ----------------------------------------------------------------------------------------------


def who(plan: Plan, desks: Sequence[Desk], *people: Somebody, **more: Any) -> list[tuple[int, str, float]]:
    """Who is called by which desk, in minutes after nine."""
    given = list(people)
    course = run(plan, desks, list(coming(plan, given)), lambda one: lasts(given[int(one.id)], one), **more)
    return [(int(call.ticket), call.desk, (call.called_at - NINE) / timedelta(minutes=1)) for call in course.calls]


def a_desk(name: str = "1", *spans: tuple[float, float], gives: Sequence[str] = SERVICES, **more: Any) -> Desk:
    """A desk that is there in these minutes after nine."""
    return Desk(name, frozenset(gives), tuple((at(60 * a), at(60 * b)) for a, b in spans or [(0, 60)]), **more)


def test_a_desk_that_stays_calls_until_nobody_waits() -> None:
    people = [Somebody(0), Somebody(1), Somebody(2), Somebody(3, leaves=500)]

    assert who(a_plan(), [a_desk("1", (0, 6))], *people) == [(0, "1", 0), (1, "1", 5)]
    stays = [a_desk("1", (0, 6), stays=True)]
    assert who(a_plan(), stays, *people) == [(0, "1", 0), (1, "1", 5), (2, "1", 10)]


def test_spans_that_touch_are_one() -> None:
    assert who(a_plan(), [a_desk("1", (0, 6), (6, 20))], Somebody(360), Somebody(361)) == [(0, "1", 6), (1, "1", 11)]


def test_who_does_not_come_keeps_the_counter_a_while_and_wants_nothing_more() -> None:
    vain = Somebody(0, ("benefit", "card"), comes=False, lasts=(60, 300))

    assert who(a_plan(), [a_desk()], vain, Somebody(1)) == [(0, "1", 0), (1, "1", 1)]


def test_a_counter_makes_ready_between_two_visitors() -> None:
    calls = who(a_plan(), [a_desk()], Somebody(0), Somebody(1), Somebody(330), between=lambda desk: 60.0)

    assert calls == [(0, "1", 0), (1, "1", 6), (2, "1", 12)]


def test_a_day_ends_when_told() -> None:
    given = [Somebody(0), Somebody(1)]
    course = run(a_plan(), [a_desk()], list(coming(a_plan(), given)), lambda one: 300, until=at(200))

    assert ([call.ticket for call in course.calls], course.waiting) == (["0"], ("1",))


def test_for_each_service_the_last_to_close_stays() -> None:
    desks = [
        a_desk("1", (0, 60), gives=["benefit"]),
        a_desk("2", (0, 70), gives=["benefit", "card"]),
        a_desk("3", (0, 50), gives=["advice"]),
        Desk("4", frozenset({"benefit"}), ()),
    ]

    assert [one.id for one in last_to_close(desks) if one.stays] == ["2", "3"]


def test_services_come_in_the_order_in_which_they_must() -> None:
    services = a_plan().services
    plan = a_plan(services=services | {"card": replace(services["card"], after=("benefit",))})

    ticket = visitor(plan, "one", NINE, ["card", "benefit"])

    assert (ticket.service, ticket.left, ticket.services) == ("benefit", ("card",), ("benefit", "card"))


# -- the present hall run on ---------------------------------------------------------------------------------------


def a_hall(*waiting: Somebody, opened: Sequence[str] = ("1",), serving: Sequence[str] = (), **changes: Any) -> Hall:
    """At nine: these people wait, and these counters are open; at some of them the first of those people are."""
    plan = a_plan(**changes)
    hall = TheHall(plan, (), [*waiting], {})
    for n in range(len(waiting)):
        hall.comes(NINE, n)
    for counter in opened:
        hall.do(NINE, officers.open_counter, counter, by=f"officer-{counter}")
    for counter in serving:
        hall.do(NINE, officers.call_next, counter, by=f"officer-{counter}")
    return hall.hall


def ordinary(told: Foretold) -> dict[str, float | None]:
    return {service: told.newcomers[service, None] for service in SERVICES}


def test_a_newcomer_is_called_at_once_where_a_counter_is_idle() -> None:
    assert ordinary(replay(a_hall(), NINE, Known(TIMES))) == dict.fromkeys(SERVICES, 0.0)


def test_where_nobody_able_is_there_is_no_answer() -> None:
    counters = {"1": CounterPlan("1", NAMES, ("benefit",)), "2": CounterPlan("2", NAMES, ("card",))}
    hall = a_hall(Somebody(0, ("card",)), Somebody(0), counters=counters)

    told = replay(hall, NINE, Known(TIMES))

    assert list(told.waiting.values()) == [None, 0.0]
    assert ordinary(told) == {"benefit": 240.0, "card": None, "advice": None}


def test_with_no_counter_open_nobody_is_told_anything() -> None:
    told = replay(a_hall(Somebody(0), opened=()), NINE, Known(TIMES))

    assert {*told.waiting.values(), *told.newcomers.values()} == {None}


def test_while_the_building_is_cleared_nobody_is_called() -> None:
    hall = a_hall(Somebody(0)).after(Event("evacuation-called", NINE, "desk"))

    told = replay(hall, NINE, Known(TIMES))

    assert {*told.waiting.values(), *told.newcomers.values()} == {None}


def test_a_paused_counter_is_back_after_a_while_or_not_counted_on() -> None:
    hall = a_hall(Somebody(0)).after(Event("counter-paused", NINE, "officer-1", counter="1"))

    back = replay(hall, NINE, Known(TIMES))
    away = replay(hall, NINE, Known(TIMES, pause_s=None))

    assert (list(back.waiting.values()), list(away.waiting.values())) == ([900.0], [None])
    assert (back.newcomers["card", None], away.newcomers["card", None]) == (1140.0, None)


@pytest.mark.parametrize(("minutes", "left"), [(0, 240), (0.5, 210), (2, 180), (30, 180)])
def test_a_visitor_at_the_counter_stays_for_what_is_usually_left(minutes: float, left: float) -> None:
    hall = a_hall(Somebody(0), serving=["1"])

    assert replay(hall, at(60 * minutes), Known(TIMES)).newcomers["card", None] == left


def test_those_to_come_with_priority_are_called_first() -> None:
    hall = a_hall(*[Somebody(0)] * 3, serving=["1"], rule="strict")
    busy = {("benefit", "elder"): 9.0}

    quiet = replay(hall, NINE, Known(TIMES))
    told = replay(hall, NINE, Known(TIMES, arrivals_per_hour=busy))

    # They come after 247 and 647 s and then after 1047; the counter takes 240 s for each.
    assert list(quiet.waiting.values()) == [240.0, 480.0]
    assert list(told.waiting.values()) == [240.0, 960.0]


def test_whoever_is_never_called_has_no_estimate() -> None:
    hall = a_hall(*[Somebody(0)] * 3, serving=["1"], rule="strict")

    told = replay(hall, NINE, Known(TIMES, arrivals_per_hour={("benefit", "elder"): 60.0}))

    assert list(told.waiting.values())[1] is None and told.newcomers["card", None] is None


def test_a_service_whose_time_nobody_knows_takes_what_is_published() -> None:
    hall = a_hall(*[Somebody(0)] * 2, serving=["1"])

    assert list(replay(hall, NINE, Known({})).waiting.values()) == [15 * 60.0]


def test_a_replay_stops_now_and_then_for_others() -> None:
    hall = a_hall(*[Somebody(0)] * 40)

    assert sum(1 for _ in replay_in_slices(hall, NINE, Known(TIMES))) > 0
    assert through(replay_in_slices(hall, NINE, Known(TIMES))) == replay(hall, NINE, Known(TIMES))


def the_rest(hall: Hall, now: datetime, known: Known) -> tuple[dict[str, float], dict[tuple[str, str | None], float]]:
    """Seconds until the call of each who waits, and of each newcomer: by pressing on in the real hall.

    Each newcomer is tried alone, at every press: would it be the one, standing there?
    """
    ahead: list[tuple[datetime, int, int, str]] = []
    called, ghosts, ready, n = dict[str, float](), dict[tuple[str, str | None], float](), list[str](), 0
    comers = [(wanted, priority) for wanted in hall.plan.services for priority in (None, *hall.plan.priorities)]

    def expect(moment: datetime, rank: int, counter: str) -> None:
        nonlocal n
        n += 1
        heappush(ahead, (moment, rank, n, counter))

    def press(counter: str, moment: datetime) -> None:
        nonlocal hall
        for wanted, priority in comers:
            ghost = visitor(hall.plan, "ghost", now, (wanted,), priority, 10**6)
            choice = replace(hall, tickets={**hall.tickets, "ghost": ghost}).choice(counter, moment)
            if choice and choice.ticket is ghost:
                ghosts.setdefault((wanted, priority), (moment - now).total_seconds())
        for event in officers.call_next(hall, moment, f"officer-{counter}", counter):
            hall = hall.after(event)
            if event.kind == "called":
                called.setdefault(str(event.ticket), (moment - now).total_seconds())
                takes = known.service_s[hall.tickets[str(event.ticket)].service]
                expect(moment + timedelta(seconds=takes), 3, counter)
                return
        ready.append(counter)

    for counter in hall.counters.values():
        present = hall.at_counter(counter.id)
        if present:
            usual = known.service_s[present.service]
            had = (now - (present.called_at or now)).total_seconds()
            expect(now + timedelta(seconds=max(usual - had, usual * 0.75)), 3, counter.id)
        elif counter.state == "open":
            expect(now, 1, counter.id)
        elif counter.state == "paused" and known.pause_s is not None:
            expect(now + timedelta(seconds=known.pause_s), 1, counter.id)
    while ahead:
        moment, rank, _, counter = heappop(ahead)
        if rank == 3:
            for event in officers.finish(hall, moment, f"officer-{counter}", counter):
                hall = hall.after(event)
        if rank == 3 and known.turnaround_s:
            expect(moment + timedelta(seconds=known.turnaround_s), 4, counter)
        else:
            press(counter, moment)
        for other in list(ready):
            if hall.waiting_for(other):
                ready.remove(other)
                press(other, moment)
    return called, ghosts


@settings(max_examples=60, deadline=None)
@given(days(), PEOPLE, SECONDS, st.sampled_from([0.0, 20.0]), st.sampled_from([None, 0.0, 90.0]))
def test_the_present_hall_goes_on_as_it_would(
    drawn: Any, people: list[Somebody], seconds: float, turnaround: float, pause: float | None
) -> None:
    plan, desks, between = drawn
    morning, now = TheHall(plan, desks, people, between), at(seconds)
    morning.run(until=now)
    known = Known(TIMES, turnaround, pause_s=pause)
    called, ghosts = the_rest(morning.hall, now, known)

    told = replay(morning.hall, now, known)

    assert told.waiting == {one.id: called.get(one.id) for one in morning.hall.waiting()}
    plain = all(morning.hall.profile_at(one.id) is None for one in desks)
    assert told.newcomers == {comer: ghosts.get(comer) for comer in told.newcomers} or not plain


@settings(max_examples=60, deadline=None)
@given(days(), PEOPLE, SECONDS)
def test_a_newcomer_in_a_hall_without_profiles(drawn: Any, people: list[Somebody], seconds: float) -> None:
    plan, desks, between = drawn
    plain = tuple(replace(one, profile=None) for one in desks)
    plan = replace(plan, counters={one.id: CounterPlan(one.id, NAMES, SERVICES) for one in desks})
    morning, now = TheHall(plan, plain, people, between), at(seconds)
    morning.run(until=now)
    _, ghosts = the_rest(morning.hall, now, Known(TIMES))

    told = replay(morning.hall, now, Known(TIMES))

    assert told.newcomers == {comer: ghosts.get(comer) for comer in told.newcomers}


@given(days(), PEOPLE, SECONDS)
@settings(max_examples=30, deadline=None)
def test_newcomers_hold_up_nobody(drawn: Any, people: list[Somebody], seconds: float) -> None:
    plan, desks, between = drawn
    morning, now = TheHall(plan, desks, people, between), at(seconds)
    morning.run(until=now)
    with_none = _Replay(morning.hall, now, Known(TIMES))
    for row in with_none.rows.values():
        if row.ghost:
            row.haunted(None)
    with_none.ghosts.clear()

    assert through(with_none.in_slices()).waiting == replay(morning.hall, now, Known(TIMES)).waiting


def through(slices: Generator[None, None, Any]) -> Any:
    """The result, with every pause taken."""
    while True:
        try:
            next(slices)
        except StopIteration as done:
            return done.value
