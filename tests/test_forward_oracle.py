"""The engine that runs the rule forward, against two that know nothing of it: queueing theory, and SimPy.

Where there is a formula, the mean over many days must lie within sampling error of it. SimPy is given the same people,
and must have each of them wait as long, to the millisecond. Not here: whom Sala's own rules call (test_forward.py).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from math import factorial, sqrt
from random import Random
from statistics import fmean, stdev
from typing import Any

import pytest
import simpy

from queue_core import rules
from queue_core.forward import Coming, Desk, _Engine, run, visitor
from queue_core.rules import RULES
from tests.test_rules import CENTRE, NINE, by

ALWAYS = ((NINE, NINE + timedelta(days=30)),)
DAYS, PEOPLE, WARM_UP = 20, 1500, 300
# Of differences as wide as that, by chance, fewer than one in a thousand: Student's t with 19 degrees of freedom.
STANDARD_ERRORS = 4.0


@dataclass(frozen=True, slots=True)
class Customer:
    """Who comes when, for what, and how long it takes: in milliseconds, so that no engine has anything to round."""

    came: int
    service: str
    first: bool
    takes: int


@dataclass(frozen=True, slots=True)
class Queueing:
    """A way to queue: what each desk gives, how often people come for each service, how many of them have priority."""

    desks: tuple[frozenset[str], ...]
    per_minute: dict[str, float]
    first: float = 0.0
    minutes: float = 1.0
    rule: str = "first-come"


BENEFIT, CARD, BOTH = frozenset({"benefit"}), frozenset({"card"}), frozenset({"benefit", "card"})
PLAIN = Queueing((BENEFIT,) * 3, {"benefit": 2.4})
STRICT = Queueing((BENEFIT,) * 3, {"benefit": 2.4}, first=0.3, rule="strict")
SKILLS = Queueing((BENEFIT, BOTH, CARD), {"benefit": 1.2, "card": 1.2})
ALL = {"plain": PLAIN, "strict": STRICT, "skills": SKILLS}


def customers(way: Queueing, seed: int) -> list[Customer]:
    """One long day: they come at random, and each takes a random time."""
    chance, now, people = Random(seed), 0.0, list[Customer]()
    services, rates = list(way.per_minute), list(way.per_minute.values())
    for _ in range(PEOPLE):
        now += chance.expovariate(sum(rates)) * 60_000
        (service,) = chance.choices(services, rates)
        takes = chance.expovariate(1 / way.minutes) * 60_000
        people.append(Customer(round(now), service, chance.random() < way.first, round(takes)))
    return people


# -- how long each waits -------------------------------------------------------------------------------------------


def by_us(way: Queueing, people: Sequence[Customer]) -> list[int]:
    """Milliseconds that each waits, by the engine."""
    plan = by(way.rule)
    desks = [Desk(str(n), gives, ALWAYS) for n, gives in enumerate(way.desks)]
    coming = [
        Coming(visitor(plan, str(n), at(one.came), (one.service,), "elder" if one.first else None, n))
        for n, one in enumerate(people)
    ]
    course = run(plan, desks, coming, lambda ticket: people[int(ticket.id)].takes / 1000)
    waits = {int(call.ticket): (call.called_at - call.queued_at) // timedelta(milliseconds=1) for call in course.calls}
    return [waits[n] for n in range(len(people))]


def at(milliseconds: int) -> datetime:
    return NINE + timedelta(milliseconds=milliseconds)


def by_simpy(way: Queueing, people: Sequence[Customer]) -> list[int]:
    """The same by SimPy: a resource with priorities where all desks are alike, else a store from which each picks."""
    alike = len(set(way.desks)) == 1
    return (_resource if alike else _store)(way, people)


def _resource(way: Queueing, people: Sequence[Customer]) -> list[int]:
    world, waits = simpy.Environment(), [0] * len(people)
    desks = simpy.PriorityResource(world, len(way.desks))

    def visit(n: int, one: Customer) -> Iterator[simpy.Event]:
        yield world.timeout(one.came)
        with desks.request(0 if one.first else 1) as turn:
            yield turn
            waits[n] = world.now - one.came
            yield world.timeout(one.takes)

    for n, one in enumerate(people):
        world.process(visit(n, one))
    world.run()
    return waits


def _store(way: Queueing, people: Sequence[Customer]) -> list[int]:
    world, waits = simpy.Environment(), [0] * len(people)
    hall = simpy.FilterStore(world)

    def arrivals() -> Iterator[simpy.Event]:
        for n, one in enumerate(people):
            yield world.timeout(one.came - world.now)
            yield hall.put(n)

    def desk(gives: frozenset[str]) -> Iterator[simpy.Event]:
        while True:
            n = yield hall.get(lambda n: people[n].service in gives)
            waits[n] = world.now - people[n].came
            yield world.timeout(people[n].takes)

    world.process(arrivals())
    for gives in way.desks:
        world.process(desk(gives))
    world.run()
    return waits


# -- theory --------------------------------------------------------------------------------------------------------


def erlang_c(way: Queueing) -> float:
    """The part of those who come that has to wait (Erlang, 1917)."""
    desks, offered = len(way.desks), sum(way.per_minute.values()) * way.minutes
    last = offered**desks / factorial(desks) * desks / (desks - offered)
    return last / (sum(offered**n / factorial(n) for n in range(desks)) + last)


def mean_waits(way: Queueing) -> dict[bool, float]:
    """Minutes that those with and without priority wait on average (Cobham, 1954); M/M/c if nobody has any."""
    desks, load = len(way.desks), sum(way.per_minute.values()) * way.minutes / len(way.desks)
    some = erlang_c(way) * way.minutes / desks
    return {True: some / (1 - load * way.first), False: some / ((1 - load * way.first) * (1 - load))}


def over_days(
    way: Queueing, waits: Callable[[Queueing, Sequence[Customer]], list[int]], seed: int
) -> dict[bool, tuple[float, float]]:
    """The mean wait in minutes with and without priority, over many days, and its standard error.

    The first people of a day do not count: they find the hall emptier than it is later.
    """
    means: dict[bool, list[float]] = {True: [], False: []}
    for day in range(DAYS):
        people = customers(way, seed + day)
        waited = list(zip(people, waits(way, people), strict=True))[WARM_UP:]
        for first in {one.first for one in people}:
            means[first].append(fmean(wait / 60_000 for one, wait in waited if one.first == first))
    return {first: (fmean(each), stdev(each) / sqrt(DAYS)) for first, each in means.items() if each}


def within_sampling_error(way: Queueing) -> None:
    right = mean_waits(way)
    for first, (mean, error) in over_days(way, by_us, seed=1917).items():
        assert abs(mean - right[first]) < STANDARD_ERRORS * error


# -- what must be --------------------------------------------------------------------------------------------------


def test_the_mean_wait_is_erlangs() -> None:
    within_sampling_error(PLAIN)


def test_with_two_priorities_the_mean_waits_are_cobhams() -> None:
    within_sampling_error(STRICT)


def test_with_skills_the_mean_wait_is_that_of_simpy_with_other_people() -> None:
    ours, our_error = over_days(SKILLS, by_us, seed=1)[False]
    theirs, their_error = over_days(SKILLS, by_simpy, seed=1001)[False]

    assert abs(ours - theirs) < STANDARD_ERRORS * sqrt(our_error**2 + their_error**2)


@pytest.mark.parametrize("way", ALL)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_everybody_waits_as_long_as_in_simpy(way: str, seed: int) -> None:
    people = customers(ALL[way], seed)

    assert by_us(ALL[way], people) == by_simpy(ALL[way], people)


# -- and would be seen if it were not ------------------------------------------------------------------------------


def who_comes_is_seen_late(monkeypatch: pytest.MonkeyPatch) -> None:
    plainly = _Engine.offer

    def offer(self: _Engine, row: Any, moment: Any) -> None:
        self.expect(moment + timedelta(minutes=2), 0, partial(plainly, self), row)

    monkeypatch.setattr(_Engine, "offer", offer)


def priority_is_not_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RULES, "strict", replace(RULES["strict"], score=rules.first_come))  # type: ignore[misc]


@pytest.mark.parametrize(("broken", "way"), [(who_comes_is_seen_late, PLAIN), (priority_is_not_seen, STRICT)])
def test_a_broken_engine_is_seen(broken: Callable[[Any], None], way: Queueing, monkeypatch: pytest.MonkeyPatch) -> None:
    broken(monkeypatch)

    with pytest.raises(AssertionError):
        within_sampling_error(way)


def test_the_formulas_are_right_where_they_are_known() -> None:
    # One desk, half busy: half have to wait, and the mean wait is one service.
    half = Queueing((BENEFIT,), {"benefit": 0.5})

    assert (erlang_c(half), mean_waits(half)[False]) == (0.5, 1.0)
    assert CENTRE.services.keys() >= BOTH
