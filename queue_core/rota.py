"""When each counter is there, under whom and for what; and the same with a counter more, a break moved, a skill more.

Times are the place's own, without zone. Pure. Not here: where it was read (stage.py, history.py), how a change is
written down (changes.py), what comes of it (whatif.py).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import pairwise

from queue_core.stage import AWAY_AFTER, Span

# A lunch is the longest break that begins between these hours and lasts at least so long.
LUNCH_BEGINS, LUNCH_LASTS = (time(10, 30), time(14, 0)), timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Spell:
    """A counter that is there from `start` to `end`, giving these services; `officer` by opaque id, where known."""

    counter: str
    services: frozenset[str]
    start: datetime
    end: datetime
    officer: str | None = None


Rota = tuple[Spell, ...]


def of(rota: Iterable[Spell], counter: str) -> list[Spell]:
    """The spells of one counter, in order."""
    return sorted((spell for spell in rota if spell.counter == counter), key=lambda spell: spell.start)


def by_counter(rota: Iterable[Spell]) -> dict[str, list[Spell]]:
    """The spells of each counter, in order."""
    found = defaultdict[str, list[Spell]](list)
    for spell in sorted(rota, key=lambda spell: spell.start):
        found[spell.counter].append(spell)
    return dict(found)


def from_spans(spans: Mapping[str, Sequence[Span]], services: Mapping[str, Iterable[str]]) -> Rota:
    """The rota of counters that are there in these spans, each for its services."""
    return tuple(
        Spell(counter, frozenset(services[counter]), start, end)
        for counter, there in spans.items()
        for start, end in there
    )


def moved(rota: Rota, by: timedelta) -> Rota:
    """The same on another day."""
    return tuple(replace(spell, start=spell.start + by, end=spell.end + by) for spell in rota)


def without(rota: Rota, counter: str, start: datetime, end: datetime) -> Rota:
    """The counter is away from `start` to `end`."""
    return tuple(part for spell in rota for part in (_cut(spell, start, end) if spell.counter == counter else [spell]))


def _cut(spell: Spell, start: datetime, end: datetime) -> Iterator[Spell]:
    if end <= spell.start or spell.end <= start:
        yield spell
        return
    if spell.start < start:
        yield replace(spell, end=start)
    if end < spell.end:
        yield replace(spell, start=end)


def there(rota: Rota, spell: Spell) -> Rota:
    """The counter is there for this spell too; what it gave before in that time stays."""
    free = [spell]
    for known in of(rota, spell.counter):
        free = [part for one in free for part in _cut(one, known.start, known.end)]
    return (*rota, *free)


def with_service(rota: Rota, service: str, counter: str | None = None, officer: str | None = None) -> Rota:
    """The counter, or wherever the officer sits, gives that service too."""
    return tuple(
        replace(spell, services=spell.services | {service})
        if (counter is None or spell.counter == counter) and (officer is None or spell.officer == officer)
        else spell
        for spell in rota
    )


def lunch(rota: Rota, counter: str) -> Span | None:
    """The counter's midday break: the longest away between two spells that begins about noon. None: it had none."""
    gaps = [(before.end, after.start) for before, after in pairwise(of(rota, counter))]
    earliest, latest = LUNCH_BEGINS
    breaks = [gap for gap in gaps if earliest <= gap[0].time() <= latest and gap[1] - gap[0] >= LUNCH_LASTS]
    return max(breaks, key=lambda gap: gap[1] - gap[0], default=None)


def lunch_moved(rota: Rota, counter: str, start: datetime, end: datetime) -> Rota:
    """The counter is away from `start` to `end` instead of at its own midday break, where it had one."""
    taken = lunch(rota, counter)
    if taken:
        before = next(spell for spell in of(rota, counter) if spell.end == taken[0])
        rota = there(rota, replace(before, start=taken[0], end=taken[1]))
    return without(rota, counter, start, end)


def present(rota: Rota, visits: Mapping[str, Sequence[Span]], waiting: Mapping[str, Sequence[Span]]) -> Rota:
    """The spells without what lay idle in them for over `AWAY_AFTER` while somebody waited whom the counter serves.

    `visits` at each counter, `waiting` for each service: spans in order that do not touch.
    """
    return tuple(part for spell in rota for part in _manned(spell, visits.get(spell.counter, ()), waiting))


def _manned(spell: Spell, visits: Sequence[Span], waiting: Mapping[str, Sequence[Span]]) -> Iterator[Spell]:
    left = [spell]
    for start, end in _idle(spell, visits):
        idle_while = [
            (max(start, since), min(end, until))
            for service in spell.services
            for since, until in waiting.get(service, ())
            if min(end, until) - max(start, since) > AWAY_AFTER
        ]
        if idle_while:
            # Gone from when somebody waited on, until the counter called again.
            gone = min(since for since, _ in idle_while)
            left = [part for one in left for part in _cut(one, gone, end)]
    return iter(left)


def _idle(spell: Spell, visits: Sequence[Span]) -> Iterator[Span]:
    """The times within the spell in which nobody was at the counter."""
    since = spell.start
    for start, end in visits:
        if since < start and since < spell.end:
            yield since, min(start, spell.end)
        since = max(since, end)
    if since < spell.end:
        yield since, spell.end
