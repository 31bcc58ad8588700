"""A day under another plan: the same people, or such people as are expected, met by other counters or another rule.

A basis holds what is known of a day: who came, how long each took, who was at which counter when. It is played many
times by the hall's own rule run forward (forward.py), each time with times drawn anew from those of that day, and what
comes of it is told as ranges. Pure: chance is passed in. Not here: how a change is written (changes.py), where days
come from (recorded.py, history.py), what a manager may be advised (advice.py), how it is printed (outcome.py).

How a day is drawn. Each visitor takes a time that one of the `NEAR` visitors took who came for the same service about
then. Where a finish is only guessed from the next call, and whoever was called next had hardly waited, the counter may
have stood idle: then it took no longer than that, and a time is drawn of those near it; and the
pace of the whole service is a guess too. Whoever left, left when they
did; whoever was called would have stayed at least so long, and leaves, if at all, as others of that day did
(Kaplan and Meier, 1958). Between a finish and the next call pass as many seconds as on that day while somebody waited.
An officer who goes away first serves the visitor to the end, and is away as long as before but for half of that.
"""

from bisect import bisect
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from functools import partial
from itertools import pairwise
from math import ceil
from statistics import fmean
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from queue_core import forecast, forward, rota, stage
from queue_core.changes import Change, Setting, applied
from queue_core.forecast import Forecast, sampled
from queue_core.plan import Plan
from queue_core.recorded import Recorded, SiteDay
from queue_core.rota import Rota

Key = TypeVar("Key", str, int)
One = TypeVar("One")


class Chance(forecast.Chance, Protocol):
    """What is asked of a `random.Random`."""

    def random(self) -> float: ...
    def uniform(self, a: float, b: float, /) -> float: ...
    def choice(self, seq: Sequence[One], /) -> One: ...


# The chance of one purpose: the same for the same words.
Seed = Callable[[str], Chance]

REPLICATIONS, FEWEST, MOST = 20, 20, 200
LOW, MIDDLE, HIGH = 10, 50, 90
HALF_HOUR = 30
# Twenty and thirty were tried too: the more, the longer the waits come out, for a queue's pace changes within an hour.
NEAR = 10
# A finish that was guessed from the next call may hold idle time where whoever was called then had waited less than
# this: where calls are known to some minutes only, two of them are nothing.
HARDLY = timedelta(minutes=2)
NEAR_GUESSES = 12
# Where finishes are guesses, the pace of a service is known to so much of it only.
GUESSED = 0.15
# With none of it given back the call centre's waits came out 14 % too short, with all of it 21 % too long.
GIVEN_BACK = 0.5
# Whoever comes because more people come, comes within so many minutes of one who came.
ABOUT_THEN = 15.0


@dataclass(frozen=True, slots=True)
class Person:
    """One who came, or is expected. Times are the place's own, without zone.

    `took_s` is what the counter was kept for, None where unknown; `at_most`: it was no longer than that. `stayed_s`:
    so long this one certainly waits. `leaves_s`: after so long this one left. `comes`: will come when called.
    """

    id: str
    at: datetime
    service: str
    priority: str | None = None
    took_s: float | None = None
    at_most: bool = False
    stayed_s: float = 0.0
    leaves_s: float | None = None
    comes: bool = True


@dataclass(frozen=True, slots=True)
class Wait:
    """How one was met: when they came, for what; how long the wait was, None for who was left unserved."""

    at: datetime
    service: str
    waited_s: float | None
    priority: str | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """A day that can be played again. `recorded` is how it went, empty where it is still to come.

    `people` are those who came; of a day to come, whom times and patience are drawn from, and `expected` draws who
    comes. `breaks_are_seen`: that a counter was away was seen, and not made up by dealing calls to counters.
    """

    setting: Setting
    people: tuple[Person, ...]
    recorded: tuple[Wait, ...] = ()
    turnarounds_s: tuple[float, ...] = (0.0,)
    breaks_are_seen: bool = True
    expected: Callable[[Chance], Sequence[Person]] | None = None

    @property
    def plan(self) -> Plan:
        return self.setting.plan


# -- what is known of a day ----------------------------------------------------------------------------------------


def basis(
    day: SiteDay, known: Plan | None = None, there: Rota | None = None, officers: Mapping[str, str] | None = None
) -> Basis:
    """The basis of a recorded day. `there`, who was at which counter when, is inferred where it was not kept."""
    staged = stage.stage(day, known)
    hands = stage.dealt(day.tickets)
    services = {counter.id: counter.services for counter in staged.plan.counters.values()}
    spells = rota.from_spans(staged.spans, services)
    if there is not None:
        spells = rota.present(there, _visits(day, staged), _waiting(day, staged))
    no_longer = _at_most(hands.values())
    people = tuple(_person(n, ticket, staged, ticket in no_longer) for n, ticket in enumerate(day.tickets))
    return Basis(
        Setting(day.day, day.begins, staged.plan, spells, officers=officers or {}),
        people,
        tuple(_wait(ticket, staged) for ticket in day.tickets),
        turnarounds(hands.values()) or (0.0,),
        there is not None or any(ticket.counter for ticket in day.tickets),
    )


def turnarounds(hands: Iterable[Sequence[Recorded]]) -> tuple[float, ...]:
    """Seconds from a finish to the next call, where that visitor was waiting already; sorted. Longer is away."""
    return tuple(sorted(gap.total_seconds() for gap in stage.gaps(hands)))


def _person(n: int, ticket: Recorded, staged: stage.Stage, at_most: bool) -> Person:
    vain = stage.called_in_vain(ticket)
    stopped = ticket.stopped_waiting
    stayed = (stopped - ticket.arrived).total_seconds() if stopped else 0.0
    left = ticket.abandoned and not vain
    took = ticket.took_s if ticket.called else None
    if took is None and (vain or ticket.called):
        took = staged.unknown[ticket].total_seconds()
    return Person(
        # A number series that began again gives a number twice.
        f"{n} {ticket.id}",
        ticket.arrived,
        staged.service[stage.line(ticket)],
        staged.priority.get(ticket.priority or ""),
        took,
        at_most,
        0.0 if left else stayed,
        stayed if left else None,
        not vain,
    )


def _wait(ticket: Recorded, staged: stage.Stage) -> Wait:
    service, priority = staged.service[stage.line(ticket)], staged.priority.get(ticket.priority or "")
    return Wait(ticket.arrived, service, ticket.waited_s, priority)


def _at_most(hands: Iterable[Sequence[Recorded]]) -> frozenset[Recorded]:
    """The visits whose guessed finish may hold idle time: whoever that counter called next had hardly waited."""
    hands = list(hands)
    followed = (
        ticket
        for hand in hands
        for ticket, after in pairwise(hand)
        if ticket.estimated and after.called and after.called - after.arrived < HARDLY
    )
    return frozenset(followed) | {hand[-1] for hand in hands if hand[-1].estimated}


def _visits(day: SiteDay, staged: stage.Stage) -> dict[str, list[stage.Span]]:
    by_counter = defaultdict[str, list[stage.Span]](list)
    for ticket in day.tickets:
        if ticket.called and ticket.counter:
            by_counter[ticket.counter].append((ticket.called, ticket.called + staged.takes(ticket) - staged.between))
    return {counter: sorted(spans) for counter, spans in by_counter.items()}


def _waiting(day: SiteDay, staged: stage.Stage) -> dict[str, list[stage.Span]]:
    by_service = defaultdict[str, list[stage.Span]](list)
    for ticket in day.tickets:
        if ticket.stopped_waiting:
            by_service[staged.service[stage.line(ticket)]].append((ticket.arrived, ticket.stopped_waiting))
    return {service: list(stage.merged(sorted(spans))) for service, spans in by_service.items()}


def ahead(told: Forecast, plan: Plan, like: Sequence[Basis]) -> Basis:
    """The basis of a day to come: people as forecast, times and patience of these days, counters as on the first."""
    model = like[0].setting
    known = {counter.id for counter in plan.counters.values()}
    there = rota.moved(tuple(one for one in model.rota if one.counter in known), told.day - model.day)
    people = tuple(person for one in like for person in one.people)
    setting = Setting(told.day, model.begins, plan, there, officers=model.officers)
    return Basis(
        setting,
        people,
        turnarounds_s=tuple(sorted(gap for one in like for gap in one.turnarounds_s)),
        breaks_are_seen=like[0].breaks_are_seen,
        expected=partial(_expected, told, people),
    )


def _expected(told: Forecast, known: Sequence[Person], chance: Chance) -> list[Person]:
    """Such a day's people, a priority as often as those had it who came for the same."""
    priorities = defaultdict[str, list[str | None]](lambda: [None])
    for person in known:
        priorities[person.service].append(person.priority)
    return [
        Person(f"e{n}", one.at, one.service, chance.choice(priorities[one.service]))
        for n, one in enumerate(sampled(told, chance))
    ]


# -- drawing a day -------------------------------------------------------------------------------------------------


class Drawn:
    """What a basis lets be drawn: reckoned once, drawn from again and again."""

    def __init__(self, basis: Basis) -> None:
        self.basis = basis
        known = defaultdict[str, list[Person]](list)
        for person in basis.people:
            if person.comes and person.took_s is not None:
                known[person.service].append(person)
        self.known = {service: sorted(each, key=lambda one: one.at.time()) for service, each in known.items()}
        self.times = {service: [one.at.time() for one in each] for service, each in self.known.items()}
        self.usual = fmean(one.took_s or 0.0 for each in self.known.values() for one in each) if self.known else 300.0
        self.leaving = _survival(basis.people)

    def lengths(self, chance: Chance) -> dict[str, list[float]]:
        """Of each service's visits, in the order of the hour, what they took; what is only bounded is drawn."""
        return {service: _paced(list(_believed(each, chance)), each, chance) for service, each in self.known.items()}

    def took(self, person: Person, lengths: Mapping[str, Sequence[float]], chance: Chance) -> float:
        """What the visit takes this time: what one near it took."""
        part = chance.random()
        if not person.comes:
            return person.took_s or stage.NO_SHOW_TAKES.total_seconds()
        each = lengths.get(person.service)
        if not each:
            return self.usual
        here = bisect(self.times[person.service], person.at.time())
        near = each[max(0, min(here, len(each) - 1) - NEAR // 2) : here + NEAR // 2 + 1]
        return near[int(part * len(near))]

    def leaves(self, person: Person, chance: Chance) -> float | None:
        """After how many seconds the visitor gives up, if called by nobody; None: never."""
        part = chance.random()
        if person.leaves_s is not None:
            return person.leaves_s
        waits, stay = self.leaving
        here = bisect(waits, person.stayed_s)
        staying = stay[here - 1] if here else 1.0
        return next(
            (wait for wait, still in zip(waits[here:], stay[here:], strict=True) if still < part * staying), None
        )


def _paced(seconds: list[float], each: Sequence[Person], chance: Chance) -> list[float]:
    """The same; where finishes are guesses, all of them somewhat longer or shorter."""
    if not any(one.at_most for one in each):
        return seconds
    pace = chance.gammavariate(GUESSED**-2, GUESSED**2)
    return [one * pace for one in seconds]


def _believed(each: Sequence[Person], chance: Chance) -> Iterator[float]:
    sure = [n for n, one in enumerate(each) if not one.at_most]
    for n, one in enumerate(each):
        took, part = one.took_s or 0.0, chance.random()
        if one.at_most and sure:
            here = bisect(sure, n)
            about = sure[max(0, here - NEAR_GUESSES // 2) : here + NEAR_GUESSES // 2]
            shorter = [seconds for k in about if (seconds := each[k].took_s or 0.0) <= took]
            took = shorter[int(part * len(shorter))] if shorter else took
        yield took


def _survival(people: Sequence[Person]) -> tuple[list[float], list[float]]:
    """After how many seconds somebody left, and which part of all would still wait then, were nobody called."""
    ends = sorted((one.stayed_s, False) if one.leaves_s is None else (one.leaves_s, True) for one in people)
    waits, stay, still = list[float](), list[float](), 1.0
    for n, (wait, left) in enumerate(ends):
        if left:
            still *= 1 - 1 / (len(ends) - n)
            waits.append(wait)
            stay.append(still)
    return waits, stay


def _people(drawn: Drawn, setting: Setting, chance: Chance) -> list[Person]:
    """Who comes this time: whoever came, so many more or fewer as the setting says. Chance is asked alike for all."""
    basis = drawn.basis
    come = basis.people if basis.expected is None else basis.expected(chance)
    told = list[Person]()
    for person in come:
        more, later = chance.random(), chance.uniform(-ABOUT_THEN, ABOUT_THEN)
        times = int(setting.factor(person.service) + more)
        if times:
            told.append(person)
        for n in range(1, times):
            at = min(max(person.at + timedelta(minutes=later / n), come[0].at), come[-1].at)
            told.append(replace(person, id=f"{person.id}+{n}", at=at, stayed_s=0.0, leaves_s=None, comes=True))
    return sorted(told, key=lambda one: one.at)


def _rota(drawn: Drawn, lengths: Mapping[str, Sequence[float]], setting: Setting, chance: Chance) -> Rota:
    """Who is at which counter when: a visit that runs into a break puts off its end."""
    told = list[rota.Spell]()
    for counter, spells in rota.by_counter(setting.rota).items():
        own = drawn.basis.breaks_are_seen and not counter.startswith("+")
        for before, spell in zip([None, *spells], spells, strict=False):
            part, which = chance.random(), chance.random()
            if before and own and before.end < spell.start:
                start = spell.start + timedelta(seconds=GIVEN_BACK * part * _longer(spell, lengths, which))
                if start < spell.end:
                    told.append(replace(spell, start=start))
            else:
                told.append(spell)
    return tuple(told)


def _longer(spell: rota.Spell, lengths: Mapping[str, Sequence[float]], which: float) -> float:
    """The visit that is on at some moment: the longer one is, the likelier it is that one."""
    each = [seconds for service in sorted(spell.services) for seconds in lengths.get(service, ())]
    left = which * sum(each)
    for seconds in each:
        left -= seconds
        if left <= 0:
            return seconds
    return 0.0


# -- playing it ----------------------------------------------------------------------------------------------------


def played(drawn: Drawn, setting: Setting, seed: Seed) -> list[Wait]:
    """The day once, drawn by these chances: one for each purpose, so that two plans meet the same people."""
    zone = ZoneInfo(setting.plan.timezone)
    lengths = drawn.lengths(seed("times"))
    people = _people(drawn, setting, seed("people"))
    takes, coming = dict[str, float](), list[forward.Coming]()
    gaps = drawn.basis.turnarounds_s
    for place, person in enumerate(people):
        chance = seed(person.id)
        took, leaves, gap = drawn.took(person, lengths, chance), drawn.leaves(person, chance), chance.random()
        # What lies between two visits goes with the visit: so it is the same under every plan.
        takes[person.id] = took + gaps[int(gap * len(gaps))]
        at = person.at.replace(tzinfo=zone)
        ticket = forward.visitor(setting.plan, person.id, at, (person.service,), person.priority, place)
        goes = None if leaves is None or not person.comes else at + timedelta(seconds=leaves)
        coming.append(forward.Coming(ticket, goes, person.comes))
    desks = _desks(setting, _rota(drawn, lengths, setting, seed("breaks")), zone)
    until = datetime.combine(setting.day, time(setting.begins), zone) + timedelta(days=1)
    course = forward.run(setting.plan, desks, coming, lambda ticket: takes[ticket.id], until=until)
    waited = {call.ticket: call.waited_s for call in course.calls}
    return [Wait(one.at, one.service, waited.get(one.id) if one.comes else None, one.priority) for one in people]


def _desks(setting: Setting, there: Rota, zone: ZoneInfo) -> tuple[forward.Desk, ...]:
    """A counter that gives other services at another time is a desk for each."""
    spans = defaultdict[tuple[str, frozenset[str]], list[forward.Span]](list)
    for spell in there:
        span = (spell.start.replace(tzinfo=zone), spell.end.replace(tzinfo=zone))
        spans[spell.counter, spell.services].append(span)
    desks = [
        forward.Desk(f"{counter}/{n}", services, tuple(sorted(each)), profile=_profile(setting.plan, counter))
        for n, ((counter, services), each) in enumerate(spans.items())
    ]
    return forward.last_to_close(desks)


def _profile(plan: Plan, counter: str) -> str | None:
    planned = plan.counters.get(counter)
    return (planned.profile if planned else None) or plan.profile


# -- what came of it -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figures:
    """Of some people of one day: how many came, and how they waited, in seconds. None where nobody was called.

    `within` is the share of those called who waited no longer than their service's target; `unserved`, how many left
    or were never called.
    """

    n: int
    mean: float | None
    p90: float | None
    longest: float | None
    within: float | None
    unserved: int


NAMES = ("n", "mean", "p90", "longest", "within", "unserved")


@dataclass(frozen=True, slots=True)
class Range:
    """What eight of ten such days keep within, and the middle one."""

    low: float
    middle: float
    high: float


Ranges = Mapping[str, Range | None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The ranges of all, of each service, of each priority or none (""), and of each half-hour of arrival (minutes)."""

    all: Ranges
    services: Mapping[str, Ranges]
    priorities: Mapping[str, Ranges]
    half_hours: Mapping[int, Ranges]


@dataclass(frozen=True, slots=True)
class Result:
    """A day as it was, as it comes out under its own plan, and as it comes out under the changed one.

    `recorded` is None for a day to come; `changed` is None where nothing was to be changed.
    """

    setting: Setting
    changes: tuple[Change, ...]
    replications: int
    recorded: Outcome | None
    unchanged: Outcome
    changed: Outcome | None
    changed_plan: Plan = field(repr=False)


def figures(waits: Iterable[Wait], target_s: Callable[[str], float]) -> Figures:
    """The figures of these people."""
    waits = list(waits)
    called = sorted((one.waited_s, one.waited_s <= target_s(one.service)) for one in waits if one.waited_s is not None)
    if not called:
        return Figures(len(waits), None, None, None, None, len(waits))
    seconds = [wait for wait, _ in called]
    within = sum(inside for _, inside in called) / len(called)
    return Figures(
        len(waits), fmean(seconds), rank(seconds, 90), seconds[-1], within, sum(one.waited_s is None for one in waits)
    )


def rank(ordered: Sequence[float], percent: int) -> float:
    """The smallest value that at least so many per cent do not exceed."""
    return ordered[max(0, ceil(len(ordered) * percent / 100) - 1)]


def whatif(
    basis: Basis,
    changes: Sequence[Change],
    seed: Seed,
    replications: int = REPLICATIONS,
    tick: Callable[[int], object] = lambda n: None,
) -> Result:
    """The day so many times under its own plan and under the changed one; `tick(1)` after each. WrongChange."""
    other = applied(basis.setting, changes)
    drawn = Drawn(basis)
    unchanged = outcome(drawn, basis.setting, seed, replications, tick)
    changed = outcome(drawn, other, seed, replications, tick) if changes else None
    return Result(
        basis.setting,
        tuple(changes),
        replications,
        outcome_of([basis.recorded], basis.plan) if basis.recorded else None,
        unchanged,
        changed,
        other.plan,
    )


def outcome(
    drawn: Drawn,
    setting: Setting,
    seed: Seed,
    replications: int,
    tick: Callable[[int], object] = lambda n: None,
    targets: Plan | None = None,
) -> Outcome:
    """What comes of that setting, measured by the targets of its own plan or of that one."""
    days = list[list[Wait]]()
    for n in range(replications):
        days.append(played(drawn, setting, partial(_seeded, seed, n)))
        tick(1)
    return outcome_of(days, targets or setting.plan)


def _seeded(seed: Seed, n: int, purpose: str) -> Chance:
    return seed(f"{n} {purpose}")


def outcome_of(days: Sequence[Sequence[Wait]], plan: Plan) -> Outcome:
    """The ranges over these days."""
    return Outcome(
        _ranges(days, plan),
        _grouped(days, plan, lambda one: one.service, list(plan.services)),
        _grouped(days, plan, lambda one: one.priority or "", ["", *plan.priorities]),
        _grouped(days, plan, lambda one: half_hour(one.at)),
    )


def half_hour(at: datetime) -> int:
    """The minute of the day at which its half-hour begins."""
    return (at.hour * 60 + at.minute) // HALF_HOUR * HALF_HOUR


def _grouped(
    days: Sequence[Sequence[Wait]], plan: Plan, key: Callable[[Wait], Key], order: Sequence[Key] = ()
) -> dict[Key, Ranges]:
    parted = [defaultdict[Key, list[Wait]](list) for _ in days]
    for day, parts in zip(days, parted, strict=True):
        for one in day:
            parts[key(one)].append(one)
    keys = {key for parts in parted for key in parts}
    known = order or sorted(keys)
    return {key: _ranges([parts.get(key, []) for parts in parted], plan) for key in known if key in keys}


def _ranges(days: Sequence[Sequence[Wait]], plan: Plan) -> dict[str, Range | None]:
    def target_s(service: str) -> float:
        planned = plan.services.get(service)
        return planned.target_wait_minutes * 60.0 if planned else 1800.0

    each = [figures(day, target_s) for day in days]
    return {name: _range([getattr(one, name) for one in each]) for name in NAMES}


def _range(values: Iterable[float | None]) -> Range | None:
    known = sorted(value for value in values if value is not None)
    return Range(rank(known, LOW), rank(known, MIDDLE), rank(known, HIGH)) if known else None
