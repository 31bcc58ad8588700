"""How many will come on a day that is still to come: arrivals by half-hour, from the hall's own days and the calendar.

How many: the weighted mean of like days (same weekday, the last ones most), after taking out of each what was special
about it (month's end, beside a holiday), times what is special about the day asked and what the last days had more than
was usual. When and for what: as on like days. Holidays are those of the centre's own file. Pure; chance is passed in.
Not here: the past days themselves (recorded.py, history.py), and what becomes of those who come (whatif.py).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import takewhile
from math import prod
from statistics import NormalDist, median
from typing import Any, Protocol

from queue_core.plan import WEEKDAYS, Plan, Spans
from queue_core.recorded import SiteDay

HALF_HOURS = 48
MINUTES = 30

LOOK_BACK = timedelta(days=400)  # a year and a month, so that each time of the year was there once
BROKEN_OFF = 0.25  # of the usual people of its weekday: a day with fewer was no whole one
LIKE_DAYS, FADES = 8, 0.85  # two months of one weekday, each day weighing so much of the one after it
OTHER_DAYS = 20  # of other weekdays, where like days are few
# What the others weigh together, in parts of the last like day: of how many come, and of when they come and for what.
LEVEL_OTHERS, SHAPE_OTHERS = 0.3, 1.0
BORROWED = 20.0  # a service's people by half-hour count as if so many more had come at the times of all others

LAST_DAYS = 3  # how many open days are the month's end
NEAREST = 4  # how many ordinary days of its weekday, the nearest, a special day is compared with
# What few days show is little: each is drawn towards nothing, as if so many more had shown nothing.
SPECIAL_DOUBT = 3.0
TREND_DAYS, TREND_DOUBT = 10, 10.0
MOST = 2.0  # nothing but its weekday is believed to double a day's people, or to halve them
TRIED_DAYS, SPREAD_DOUBT, USUAL_SPREAD = 40, 8.0, 0.02  # 0.02 is 14 % up or down
NINE_OF_TEN = NormalDist().inv_cdf(0.9)

PerHalfHour = tuple[float, ...]


class Chance(Protocol):
    """What is asked of a `random.Random`."""

    def expovariate(self, lambd: float, /) -> float: ...
    def gammavariate(self, alpha: float, beta: float, /) -> float: ...


@dataclass(frozen=True, slots=True)
class DayCount:
    """How many tickets were taken on a past day, by service and by half-hour of the local day, 48 of them."""

    day: date
    counts: Mapping[str, tuple[int, ...]]

    @property
    def total(self) -> int:
        return sum(map(sum, self.counts.values()))


@dataclass(frozen=True, slots=True)
class Expected:
    """So many people likely; in eight of ten such cases no fewer than `low` and no more than `high`."""

    likely: float
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Special:
    """What the day has beside its weekday, by how much it counts more (1.18) or less, and how many days showed it."""

    name: str
    factor: float
    days: int


@dataclass(frozen=True, slots=True)
class Said:
    """A part of the explanation: the key of its sentence, and what fills it."""

    key: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Arrival:
    """One who comes: when, on the centre's own clock without zone, and for which service."""

    at: datetime
    service: str


@dataclass(frozen=True, slots=True)
class Spread:
    """By how much numbers differ beyond chance: variances in parts of 1 squared, so 0.01 is ten per cent up or down.

    Of a whole day's people, of each service's, and what a half-hour has beside that of its day.
    """

    day: float = 0.0
    services: Mapping[str, float] = field(default_factory=dict)
    half_hour: float = 0.0

    def of(self, service: str | None) -> float:
        return self.day if service is None else self.services.get(service, self.day)


@dataclass(frozen=True, slots=True)
class Forecast:
    """Who is expected on a day, by service and half-hour: means, and how they spread. A closed day has none.

    `spans` are when tickets may be taken, in minutes of the day. `weights` are the past days that told how many come,
    and what each weighs of 1; `specials` and `trend` by what that was multiplied.
    """

    day: date
    expected: Mapping[str, PerHalfHour] = field(default_factory=dict)
    spans: Spans = ()
    spread: Spread = field(default_factory=Spread)
    weights: Mapping[date, float] = field(default_factory=dict)
    specials: tuple[Special, ...] = ()
    trend: float = 1.0
    said: tuple[Said, ...] = ()

    def people(self, service: str | None = None) -> Expected:
        """In the whole day, for one service or all."""
        return _between(sum(self._each(service)), self.spread.of(service))

    def by_half_hour(self, service: str | None = None) -> tuple[Expected, ...]:
        """In each of the 48 half-hours, for one service or all."""
        spread = self.spread.of(service) + self.spread.half_hour
        return tuple(_between(mean, spread) for mean in self._each(service))

    def _each(self, service: str | None) -> PerHalfHour:
        return _sums(self.expected.values() if service is None else [self.expected.get(service, NOBODY)])


NOBODY: PerHalfHour = (0.0,) * HALF_HOURS


def counted(day: SiteDay) -> DayCount:
    """A recorded day as counts. A half-hour is that of the clock, also after midnight."""
    came = Counter((ticket.service, _half_hour(ticket.arrived)) for ticket in day.tickets)
    services = sorted({service for service, _ in came})
    return DayCount(day.day, {service: tuple(came[service, h] for h in range(HALF_HOURS)) for service in services})


def _half_hour(at: datetime) -> int:
    return (at.hour * 60 + at.minute) // MINUTES


def forecast(days: Iterable[DayCount], plan: Plan, day: date) -> Forecast | None:
    """Who is expected on `day`. A closed day says so and expects nobody. None: no past day is known to tell it by.

    Nothing is used of the day itself and of later ones, nor of days with hours of their own or cut short.
    """
    spans = plan.ticket_spans_on(day)
    if not spans:
        return Forecast(day, said=(Said("forecast.closed", {}),))
    opened = _before(days, day)
    past = _whole(opened, plan)
    if not past:
        return None
    almanac = _Almanac(plan, frozenset(one.day for one in opened))
    named = {one.day: almanac.specials(one.day) for one in past}
    learned = {name: _learned(name, past, named) for name in EFFECTS}
    known = _Known(past, {one: _believed(prod(learned[name].factor for name in names)) for one, names in named.items()})
    specials, trend = tuple(learned[name] for name in almanac.specials(day)), known.trend()
    whole = known.usual(day) * _believed(trend * prod(special.factor for special in specials))
    shape = _shape(past, day, plan, spans)
    weights = _weights(past, day, LEVEL_OTHERS)
    return Forecast(
        day,
        {service: tuple(whole * part for part in parts) for service, parts in shape.items()},
        spans,
        Spread(known.spread(), {service: known.spread(service) for service in shape}, _within(past, day, shape)),
        weights,
        specials,
        trend,
        _explained(day, plan, weights, (*specials, Special("trend", trend, min(TREND_DAYS, len(known.tried))))),
    )


def _before(days: Iterable[DayCount], day: date) -> list[DayCount]:
    """Those on which people came, the first first."""
    return sorted((one for one in days if day - LOOK_BACK <= one.day < day and one.total), key=lambda one: one.day)


def _whole(days: Sequence[DayCount], plan: Plan) -> list[DayCount]:
    """Those that may tell something of others: by their weekday's hours, and not broken off, by a power cut or so."""
    totals = defaultdict[int, list[int]](list)
    for one in days:
        totals[one.day.weekday()].append(one.total)
    least = {weekday: BROKEN_OFF * median(people) for weekday, people in totals.items()}
    return [one for one in days if one.total >= least[one.day.weekday()] and one.day.isoformat() not in plan.holidays]


# -- the calendar --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Almanac:
    """On which days the centre is open: by its plan, and in the past by whether anybody came.

    Last year's holidays may be gone from the plan; that nobody came is still known.
    """

    plan: Plan
    came: frozenset[date]

    def at_work(self, day: date) -> bool:
        return bool(self.plan.spans_on(day)) and (day in self.came or not min(self.came) <= day <= max(self.came))

    def shut(self, day: date) -> bool:
        """Closed, though its weekday has hours."""
        return bool(self.plan.hours.get(WEEKDAYS[day.weekday()])) and not self.at_work(day)

    def specials(self, day: date) -> tuple[str, ...]:
        return tuple(name for name, holds in EFFECTS.items() if holds(self, day))


def _month_end(almanac: _Almanac, day: date) -> bool:
    """Among the last open days of its month."""
    later = takewhile(lambda one: one.month == day.month, (day + timedelta(days=n) for n in range(1, 32)))
    return sum(map(almanac.at_work, later)) < LAST_DAYS


def _after_holiday(almanac: _Almanac, day: date) -> bool:
    return _shut_until_open(almanac, (day - timedelta(days=n) for n in range(1, 15)))


def _before_holiday(almanac: _Almanac, day: date) -> bool:
    return _shut_until_open(almanac, (day + timedelta(days=n) for n in range(1, 15)))


def _shut_until_open(almanac: _Almanac, days: Iterable[date]) -> bool:
    """Whether a day on which it should have been open comes before the next on which it is."""
    return next((almanac.shut(one) for one in days if almanac.shut(one) or almanac.at_work(one)), False)


EFFECTS: Mapping[str, Callable[[_Almanac, date], bool]] = {
    "month-end": _month_end,
    "after-holiday": _after_holiday,
    "before-holiday": _before_holiday,
}


def _learned(name: str, past: Sequence[DayCount], named: Mapping[date, Sequence[str]]) -> Special:
    """How much more people came on days that had this alone, against ordinary days of the same weekday near them."""
    ordinary = [one for one in past if not named[one.day]]
    pairs = [(one.total, _near(one, ordinary)) for one in past if named[one.day] == (name,)]
    known = [(came, usual) for came, usual in pairs if usual]
    if not known:
        return Special(name, 1.0, 0)
    ratio = sum(came for came, _ in known) / sum(usual for _, usual in known)
    return Special(name, _drawn(ratio, len(known), SPECIAL_DOUBT), len(known))


def _drawn(ratio: float, days: int, doubt: float) -> float:
    """The ratio that so many days showed, drawn towards 1 as if `doubt` more had shown nothing."""
    return 1 + (_believed(ratio) - 1) * days / (days + doubt)


def _believed(ratio: float) -> float:
    return min(max(ratio, 1 / MOST), MOST)


def _near(one: DayCount, ordinary: Iterable[DayCount]) -> float:
    """The mean of the ordinary days nearest to it, of the same weekday; 0 where there is none."""
    same = [other for other in ordinary if other.day.weekday() == one.day.weekday()]
    nearest = sorted(same, key=lambda other: abs(other.day - one.day))[:NEAREST]
    return sum(other.total for other in nearest) / len(nearest) if nearest else 0.0


# -- like days -----------------------------------------------------------------------------------------------------


def _weights(past: Sequence[DayCount], day: date, others_weigh: float) -> dict[date, float]:
    """What each past day weighs, 1 in all: the last like days most, and all others together so much of the last one.

    So a weekday that has been open once is not told by that one day alone, and a new one is told by the others.
    """
    latest = [one.day for one in reversed(past)]
    like = [one for one in latest if one.weekday() == day.weekday()][:LIKE_DAYS]
    others = [one for one in latest if one.weekday() != day.weekday()][:OTHER_DAYS]
    parts = {one: FADES**place for place, one in enumerate(like)} | {one: others_weigh / len(others) for one in others}
    whole = sum(parts.values())
    return {one: part / whole for one, part in parts.items()}


class _Known:
    """What past days tell of how many come: each by those before it, as they would be without what was special."""

    def __init__(self, past: Sequence[DayCount], special: Mapping[date, float]) -> None:
        self.past, self.special = past, special
        self.days = {one.day: one for one in past}
        first = max(1, len(past) - TRIED_DAYS - TREND_DAYS)
        self.tried = [(one, _weights(past[:n], one.day, LEVEL_OTHERS)) for n, one in enumerate(past) if n >= first]

    def usual(self, day: date) -> float:
        """The people of such a weekday."""
        return self._mean(_weights(self.past, day, LEVEL_OTHERS), None)

    def trend(self) -> float:
        """By how much more people came in the last days than was usual."""
        return _trend(self._pairs(None))

    def spread(self, service: str | None = None) -> float:
        """By how much days differed from what those before them told: of all people, or of a service's."""
        pairs = self._pairs(service)
        told = [(came, usual * _trend(pairs[:place])) for place, (came, usual) in enumerate(pairs)]
        return _beyond_chance(told[-TRIED_DAYS:], SPREAD_DOUBT, USUAL_SPREAD)

    def _pairs(self, service: str | None) -> list[tuple[float, float]]:
        """Of each day that is tried, who came, and who was usual before."""
        return [(self._came(one, service), self._mean(weights, service)) for one, weights in self.tried]

    def _mean(self, weights: Mapping[date, float], service: str | None) -> float:
        return sum(weight * self._came(self.days[day], service) for day, weight in weights.items())

    def _came(self, one: DayCount, service: str | None) -> float:
        came = one.total if service is None else sum(one.counts.get(service, ()))
        return came / self.special[one.day]


def _trend(pairs: Sequence[tuple[float, float]]) -> float:
    last = pairs[-TREND_DAYS:]
    usual = sum(told for _, told in last)
    if not usual:
        return 1.0
    return _drawn(sum(came for came, _ in last) / usual, len(last), TREND_DOUBT)


def _beyond_chance(pairs: Sequence[tuple[float, float]], doubt: float, before: float) -> float:
    """How much those who came differ from those told, where people who come by themselves would give 0."""
    squared = sum(told**2 for _, told in pairs)
    beyond = sum((came - told) ** 2 - told for came, told in pairs)
    seen = max(0.0, beyond / squared) if squared else before
    return (len(pairs) * seen + doubt * before) / (len(pairs) + doubt)


# -- the shape of the day ------------------------------------------------------------------------------------------


def _shape(past: Sequence[DayCount], day: date, plan: Plan, spans: Spans) -> dict[str, PerHalfHour]:
    """Which part of a usual day's people comes for each service in each half-hour, within these hours.

    A half-hour's part is a mean over the days on which it was open. In hours of their own it is less than 1 in all.
    """
    weights = _weights(past, day, SHAPE_OTHERS)
    known = [(weights[one.day], one, _open_parts(one, plan)) for one in past if one.day in weights]
    open_then = [sum(weight * parts[h] for weight, _, parts in known) for h in range(HALF_HOURS)]
    open_now = [now / then if then else 0.0 for now, then in zip(_shares(spans), open_then, strict=True)]
    parts = defaultdict[str, list[float]](lambda: [0.0] * HALF_HOURS)
    for weight, one, _ in known:
        for service, counts in one.counts.items():
            for h, count in enumerate(counts):
                parts[service][h] += weight * count / one.total * open_now[h]
    return _evened(parts, sum(one.total for _, one, _ in known))


def _open_parts(one: DayCount, plan: Plan) -> PerHalfHour:
    """Which part of each half-hour was open on that day; all of it where somebody came though the plan says closed."""
    planned = _shares(plan.ticket_spans_on(one.day))
    came = [any(counts[h] for counts in one.counts.values()) for h in range(HALF_HOURS)]
    return tuple(share or float(there) for share, there in zip(planned, came, strict=True))


def _shares(spans: Spans) -> PerHalfHour:
    """Which part of each half-hour lies in these spans."""
    return tuple(sum(end - start for start, end in _parts(h, spans)) / MINUTES for h in range(HALF_HOURS))


def _parts(half_hour: int, spans: Spans) -> list[tuple[int, int]]:
    """What of these spans lies in the half-hour."""
    first, last = half_hour * MINUTES, (half_hour + 1) * MINUTES
    cut = [(max(first, start), min(last, end)) for start, end in spans]
    return [(start, end) for start, end in cut if start < end]


def _evened(shape: Mapping[str, Sequence[float]], people: int) -> dict[str, PerHalfHour]:
    """Who comes seldom is spread over the day more as everybody is; how many come for each service stays."""
    everybody = _sums(shape.values())
    whole = sum(everybody)
    evened = dict[str, PerHalfHour]()
    for service, parts in shape.items():
        own, borrowed = sum(parts), BORROWED / (people * sum(parts) + BORROWED)
        alike = (own * part / whole if whole else 0.0 for part in everybody)
        evened[service] = tuple(
            (1 - borrowed) * part + borrowed * like for part, like in zip(parts, alike, strict=True)
        )
    return evened


def _sums(each: Iterable[Sequence[float]]) -> PerHalfHour:
    return tuple(sum(column) for column in zip(NOBODY, *each, strict=True))


def _within(past: Sequence[DayCount], day: date, shape: Mapping[str, PerHalfHour]) -> float:
    """By how much the half-hours of like days differ from the shape, given how many came in the day."""
    parts = _sums(shape.values())
    like = [one for one in past if one.day.weekday() == day.weekday()][-LIKE_DAYS:]
    pairs = [
        (sum(counts[h] for counts in one.counts.values()), one.total * part)
        for one in like
        for h, part in enumerate(parts)
        if part
    ]
    return _beyond_chance(pairs, HALF_HOURS, USUAL_SPREAD)


def _between(mean: float, spread: float) -> Expected:
    """A mean with the range that holds eight of ten: Poisson where the spread is 0, and wider as it grows.

    The cube root of such a count is nearly normal (Wilson and Hilferty, PNAS 17, 1931).
    """
    if mean <= 0:
        return Expected(0.0, 0, 0)
    ninth = (1 / mean + spread) / 9
    low, high = (mean * max(0.0, 1 - ninth + z * ninth**0.5) ** 3 for z in (-NINE_OF_TEN, NINE_OF_TEN))
    return Expected(mean, round(low), round(high))


# -- in words ------------------------------------------------------------------------------------------------------


def _explained(day: date, plan: Plan, weights: Mapping[date, float], parts: Iterable[Special]) -> tuple[Said, ...]:
    """From which days, and by what it was multiplied; percentages are signed."""
    like = [one for one in weights if one.weekday() == day.weekday()]
    others = round(100 * (1 - sum(weights[one] for one in like)))
    said = [
        like and Said("forecast.like-days", {"count": len(like), "weekday": WEEKDAYS[day.weekday()]}),
        others and Said("forecast.other-days", {"count": len(weights) - len(like), "percent": others}),
        *(_multiplied(part) for part in parts),
        day.isoformat() in plan.holidays and Said("forecast.own-hours", {}),
    ]
    return tuple(one for one in said if isinstance(one, Said))


def _multiplied(part: Special) -> Said | None:
    """None where no day has shown anything."""
    percent = f"{round(100 * (part.factor - 1)):+d}"
    return Said(f"forecast.{part.name}", {"percent": percent, "count": part.days}) if part.days else None


# -- people --------------------------------------------------------------------------------------------------------


def sampled(told: Forecast, chance: Chance) -> tuple[Arrival, ...]:
    """Such a day's people, drawn by chance, in the order of arrival.

    People come by themselves (Poisson), and more of them on a busy day, for a busy service, in a busy half-hour; of
    the day's spread there is left what services and half-hours do not bring about.
    """
    services, half_hours = _parts_of(told)
    day = told.spread.day - sum(part**2 * told.spread.half_hour for part in half_hours)
    own = {service: max(0.0, told.spread.of(service) - told.spread.day) for service in services}
    busy = _busy(day - sum(services[service] ** 2 * spread for service, spread in own.items()), chance)
    by_half_hour = [busy * _busy(told.spread.half_hour, chance) for _ in half_hours]
    by_service = {service: _busy(spread, chance) for service, spread in own.items()}
    people = [
        Arrival(_moment(told.day, h, place, told.spans), service)
        for service, each in told.expected.items()
        for h, mean in enumerate(each)
        for place in _places(mean * by_half_hour[h] * by_service[service], chance)
    ]
    return tuple(sorted(people, key=lambda one: (one.at, one.service)))


def _parts_of(told: Forecast) -> tuple[dict[str, float], list[float]]:
    """Which part of the people comes for each service, and in each half-hour."""
    whole = sum(map(sum, told.expected.values())) or 1.0
    half_hours = [people / whole for people in _sums(told.expected.values())]
    return {service: sum(each) / whole for service, each in told.expected.items()}, half_hours


def _busy(spread: float, chance: Chance) -> float:
    """A factor of mean 1 with that variance."""
    return chance.gammavariate(1 / spread, spread) if spread > 0 else 1.0


def _places(mean: float, chance: Chance) -> list[float]:
    """Where in [0, 1) they come, so many on average: as gaps that are exponential, each place is as likely."""
    places, at = list[float](), chance.expovariate(mean) if mean > 0 else 1.0
    while at < 1:
        places.append(at)
        at += chance.expovariate(mean)
    return places


def _moment(day: date, half_hour: int, place: float, spans: Spans) -> datetime:
    """That part of the way through what of the half-hour is open."""
    parts = _parts(half_hour, spans)
    minutes = place * sum(end - start for start, end in parts)
    for start, end in parts:
        if minutes < end - start:
            return datetime.combine(day, time()) + timedelta(minutes=start + minutes)
        minutes -= end - start
    raise ValueError(f"nobody is expected while it is closed: {half_hour}")
