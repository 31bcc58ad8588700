"""The calling rules beside each other, by what-if's own engine: README's table, printed by `make bench`.

On a made hall whose targets are unlike each other, and on the day that ships. Minutes; each figure is the middle one of
so many days, drawn alike for every rule. Nothing here passes or fails.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from random import Random
from statistics import fmean, median

from queue_core import changes, rules
from queue_core.plan import Condition, CounterPlan, Line, Names, Plan, Priority, Profile, Segment, Service, Share
from queue_core.rota import Spell
from queue_core.whatif import Basis, Drawn, Person, Wait, played, rank

DAY = datetime(2026, 11, 18)
OPENS, LAST_COMES, CLOSES = (DAY.replace(hour=hour, minute=30) for hour in (8, 15, 16))
# Each service: its target, the minutes it takes, its share of the visitors.
SERVICES = {
    "info": (15, 4, 0.35),
    "card": (30, 9, 0.25),
    "benefit": (30, 11, 0.2),
    "permit": (60, 18, 0.12),
    "appeal": (90, 25, 0.08),
}
COUNTERS = {
    "1": ("info", "card"),
    "2": ("info", "card", "benefit"),
    "3": ("card", "benefit"),
    "4": ("benefit", "permit", "info"),
    "5": ("permit", "appeal", "card"),
    "6": ("appeal", "benefit", "info"),
}
LOAD, FAVOURED = 1.06, 0.3  # of what the counters can serve; of all, who have a priority
LISTS = "lists in order"
HEAD = f"{'':20}{'mean':>8}{'ordinary p95':>14}{'priority p95':>14}{'worst service':>15}{'longest':>9}{'within':>8}"
NAME: Names = {"th": "-", "en": "-"}


@dataclass(frozen=True, slots=True)
class Row:
    """What came of one rule: minutes, and the share of those called who waited within their target."""

    mean: float
    ordinary_p95: float
    favoured_p95: float
    worst_service_p95: float
    longest: float
    within: float


def rules_compared(centre: Plan, day: Basis, replications: int) -> None:
    """Both tables. `centre` lends its services' and counters' shape; `day` is the day that ships."""
    for title, basis in (("a made hall, unlike targets", unequal_hall(centre)), ("the sample day", day)):
        people = basis.people
        print(f"rules on {title}: {len(people)} people, {sum(bool(one.priority) for one in people)} with priority")
        print(HEAD)
        for name, plan in {**by_rule(basis.plan), **lists_in_order(basis)}.items():
            one = row(basis, plan, replications)
            cells = f"{one.mean:8.1f}{one.ordinary_p95:14.1f}{one.favoured_p95:14.1f}{one.worst_service_p95:15.1f}"
            print(f"    {name:16}{cells}{one.longest:9.1f}{100 * one.within:7.0f}%", flush=True)


def by_rule(plan: Plan) -> dict[str, Plan]:
    return {name: replace(plan, rule=name, profile=None) for name in rules.RULES}


def lists_in_order(basis: Basis) -> dict[str, Plan]:
    """Each counter empties its first service before it calls for the next; nothing for a hall of shared desks."""
    plan = basis.plan
    if set(plan.services) != set(SERVICES):
        return {}
    segments = {service: Segment(service, NAME, services=(service,)) for service in plan.services}
    always = (Condition("always"),)
    profiles = {
        counter.id: Profile(
            counter.id, NAME, tuple(Line(one, always, (Share(1, one),), "strict") for one in counter.services), None
        )
        for counter in plan.counters.values()
    }
    counters = {counter.id: replace(counter, profile=counter.id) for counter in plan.counters.values()}
    return {LISTS: replace(plan, segments=segments, profiles=profiles, counters=counters)}


def unequal_hall(centre: Plan) -> Basis:
    """Six counters of mixed skills and five services; somewhat more come than can be served, a third with priority."""
    chance = Random(7)
    one = next(iter(centre.services.values()))
    services = {
        name: replace(one, id=name, after=(), shown_as=None, target_wait_minutes=target, standard_service_minutes=takes)
        for name, (target, takes, _) in SERVICES.items()
    }
    plan = replace(
        centre,
        services=services,
        priorities={"elder": Priority("elder", NAME)},
        counters={name: CounterPlan(name, NAME, given) for name, given in COUNTERS.items()},
        segments={},
        profiles={},
        profile=None,
    )
    rota = tuple(Spell(name, frozenset(given), OPENS, CLOSES) for name, given in COUNTERS.items())
    return Basis(changes.Setting(DAY.date(), 4, plan, rota), tuple(_people(chance)), turnarounds_s=(10.0,))


def _people(chance: Random) -> list[Person]:
    each_takes = sum(takes * share for _, takes, share in SERVICES.values())
    people, at = list[Person](), OPENS
    while True:
        at += timedelta(minutes=chance.expovariate(LOAD * len(COUNTERS) / each_takes))
        if at >= LAST_COMES:
            return people
        (service,) = chance.choices(list(SERVICES), [share for _, _, share in SERVICES.values()])
        priority = "elder" if chance.random() < FAVOURED else None
        took = 60 * SERVICES[service][1] * chance.lognormvariate(-0.125, 0.5)
        people.append(Person(f"v{len(people)}", at, service, priority, took))


def row(basis: Basis, plan: Plan, replications: int) -> Row:
    drawn, setting = Drawn(basis), replace(basis.setting, plan=plan)
    days = [played(drawn, setting, partial(_seed, n)) for n in range(replications)]
    return Row(
        _middle(days, lambda one: True, fmean),
        _middle(days, lambda one: one.priority is None, _p95),
        _middle(days, lambda one: one.priority is not None, _p95),
        max(_middle(days, partial(_ordinary_of, service), _p95) for service in plan.services),
        _middle(days, lambda one: True, max),
        median(_within(day, plan.services) for day in days),
    )


def _seed(n: int, purpose: str) -> Random:
    return Random(f"{n} {purpose}")


def _p95(seconds: Sequence[float]) -> float:
    return rank(sorted(seconds), 95)


def _ordinary_of(service: str, one: Wait) -> bool:
    return one.priority is None and one.service == service


def _middle(
    days: Sequence[Sequence[Wait]], keep: Callable[[Wait], bool], of: Callable[[Sequence[float]], float]
) -> float:
    """In minutes; 0 where nobody of them was ever called."""
    each = ([one.waited_s for one in day if one.waited_s is not None and keep(one)] for day in days)
    return median([of(waits) / 60 for waits in each if waits] or [0.0])


def _within(day: Sequence[Wait], services: Mapping[str, Service]) -> float:
    called = [one for one in day if one.waited_s is not None]
    return fmean((one.waited_s or 0.0) <= services[one.service].target_wait_minutes * 60 for one in called)
