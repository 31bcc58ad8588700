"""What to change so that people wait no longer than they should: the cheapest single change that does it.

Nine in ten of those called are to wait no longer than their service's target, or than one aim for all. Tried are, the
cheapest first, a lunch at another hour, one skill more, and one counter more about the worst half-hours. Pure. Not
here: how a day is played (whatif.py); the sentences (the texts of each language).
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from queue_core import rota
from queue_core.changes import Change, Setting, applied, read
from queue_core.plan import Plan
from queue_core.whatif import HALF_HOUR, REPLICATIONS, Basis, Drawn, Outcome, Seed, half_hour, outcome

KEPT = 0.9
# How long a counter more is tried for, in minutes; "all day" comes first, for where it does not help nothing will.
LASTING = (60, 90, 120, 150, 180, 240, 300, 360)
LUNCH_MOVES = (-60, 60, -90, 90, -120, 120)
MOST_LUNCHES, MOST_SKILLS, KINDS = 6, 4, 2

Tick = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Advice:
    """`kind`: "fine", nothing is needed; "change", this one does it; "none", no single one does, and this does most.

    `within` and `after` are shares of waits no longer than aimed, without and with the change; `aim_minutes` is None
    where each service's own target counts.
    """

    kind: str
    within: float
    aim_minutes: int | None
    change: Change | None = None
    after: float | None = None
    tried: int = 0


def advise(
    basis: Basis,
    seed: Seed,
    aim_minutes: int | None = None,
    replications: int = REPLICATIONS,
    tick: Tick = lambda n: None,
) -> Advice:
    """The advice for that day; `tick(1)` after each change that was tried."""
    drawn, setting = Drawn(basis), basis.setting
    play = partial(_within, drawn, seed, aim_minutes, replications)
    now = outcome(drawn, setting, seed, replications, targets=aimed(setting.plan, aim_minutes))
    before = _share(now)
    tick(1)
    if before >= KEPT:
        return Advice("fine", before, aim_minutes)
    best, most, tried = None, before, 0
    for change in candidates(basis, now, lambda change: play(setting, change)):
        share, tried = play(setting, change), tried + 1
        tick(1)
        if share >= KEPT:
            return Advice("change", before, aim_minutes, change, share, tried)
        if share > most:
            best, most = change, share
    return Advice("none", before, aim_minutes, best, most if best else None, tried)


def aimed(plan: Plan, minutes: int | None) -> Plan:
    """The plan whose targets are all so many minutes; its own where no minutes are told. Only to measure by."""
    if minutes is None:
        return plan
    services = {one.id: replace(one, target_wait_minutes=minutes) for one in plan.services.values()}
    return replace(plan, services=services)


def _within(
    drawn: Drawn, seed: Seed, aim_minutes: int | None, replications: int, setting: Setting, change: Change
) -> float:
    other = applied(setting, [change])
    return _share(outcome(drawn, other, seed, replications, targets=aimed(other.plan, aim_minutes)))


def _share(found: Outcome) -> float:
    within = found.all["within"]
    return within.middle if within else 1.0


# -- what is tried -------------------------------------------------------------------------------------------------


def candidates(basis: Basis, now: Outcome, play: Callable[[Change], float]) -> Iterator[Change]:
    """The changes worth trying, the cheapest first."""
    setting = basis.setting
    start, end = worst(now)
    counters = _needed(setting, now)
    yield from map(read, _lunches(setting, counters, start, end))
    yield from map(read, _skills(setting, now))
    for counter in counters[:KINDS]:
        first, last = _day(setting)
        if play(read(_more(first, last, counter))) >= KEPT:
            yield from map(read, _windows(first, last, start, end, counter))
            return
    if counters:
        yield read(_more(*_day(setting), counters[0]))


def worst(now: Outcome) -> tuple[int, int]:
    """From which minute of the day to which people wait too long: the half-hours, without a gap, where most do."""
    late = {
        minute: each["n"].middle * (1 - each["within"].middle)
        for minute, each in now.half_hours.items()
        if each["n"] and each["within"] and each["within"].middle < KEPT
    }
    if not late:
        return 0, 0
    peak = max(late, key=late.__getitem__)
    start = end = peak
    while start - HALF_HOUR in late:
        start -= HALF_HOUR
    while end + HALF_HOUR in late:
        end += HALF_HOUR
    return start, end + HALF_HOUR


def _late(now: Outcome) -> Counter[str]:
    """By service: how many waited too long."""
    return Counter(
        {
            service: round(each["n"].middle * (1 - each["within"].middle))
            for service, each in now.services.items()
            if each["n"] and each["within"]
        }
    )


def _needed(setting: Setting, now: Outcome) -> list[str]:
    """The counters, first those that give what most waited too long for."""
    late, spells = _late(now), rota.by_counter(setting.rota)
    gives = {counter: frozenset[str]().union(*(one.services for one in each)) for counter, each in spells.items()}
    known = [counter for counter in spells if counter in setting.plan.counters]
    scored = {counter: sum(late[service] for service in gives[counter]) for counter in known}
    ordered = sorted((one for one in known if scored[one]), key=lambda one: -scored[one])
    # Two that give the same help alike.
    return [one for n, one in enumerate(ordered) if gives[one] not in [gives[other] for other in ordered[:n]]]


def _lunches(setting: Setting, counters: Sequence[str], start: int, end: int) -> list[str]:
    """A lunch that lies in the worst time, at another hour."""
    found = list[str]()
    for counter in rota.by_counter(setting.rota):
        taken = rota.lunch(setting.rota, counter)
        if taken and counter in setting.plan.counters:
            begins = taken[0].hour * 60 + taken[0].minute
            lasts = int((taken[1] - taken[0]).total_seconds() // 60)
            if begins < end and start < begins + lasts:
                moved = (begins + move for move in LUNCH_MOVES)
                clear = [one for one in moved if one + lasts <= start or end <= one]
                found += [f"lunch {counter} {clock(one)}-{clock(one + lasts)}" for one in clear[:1]]
    return found[:MOST_LUNCHES]


def _skills(setting: Setting, now: Outcome) -> list[str]:
    """What most waited too long for, at counters that do not give it; first those that give what nobody waits for."""
    late = _late(now)
    if not late:
        return []
    service = max(late, key=late.__getitem__)
    others = [one for one in setting.plan.counters.values() if service not in one.services]
    idle = sorted(others, key=lambda one: sum(late[each] for each in one.services))
    there = rota.by_counter(setting.rota)
    return [f"counter {one.id} +{service}" for one in idle if one.id in there][:MOST_SKILLS]


def _windows(first: int, last: int, start: int, end: int, counter: str) -> Iterator[str]:
    """A counter more, for an hour and ever longer, from shortly before people wait too long."""
    for minutes in LASTING:
        for begins in dict.fromkeys((start, start - HALF_HOUR, start - 2 * HALF_HOUR, end - minutes)):
            if first <= begins and begins + minutes <= last:
                yield _more(begins, begins + minutes, counter)
    yield _more(first, last, counter)


def _more(start: int, end: int, counter: str) -> str:
    return f"counter +1 {clock(start)}-{clock(end)} like {counter}"


def _day(setting: Setting) -> tuple[int, int]:
    """From when to when any counter is there, in half-hours of the day."""
    first = half_hour(min(spell.start for spell in setting.rota))
    last = half_hour(max(spell.end for spell in setting.rota)) + HALF_HOUR
    return first, last if last > first else 24 * 60


def clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def values(advice: Advice, setting: Setting) -> Mapping[str, object]:
    """What fills the sentence of the advice; names by language."""
    change, plan = advice.change, setting.plan
    told: dict[str, object] = {
        "share": round(advice.within * 100),
        "after": None if advice.after is None else round(advice.after * 100),
        "minutes": advice.aim_minutes,
        "tried": advice.tried,
    }
    if change:
        counter, service = plan.counters.get(change.counter), plan.services.get(change.service)
        told |= {"start": clock(change.start), "end": clock(change.end), "change": change.text, "of": change.kind}
        told |= {"counter": counter.name if counter else change.counter}
        told |= {"service": service.name if service else change.service}
    return told
