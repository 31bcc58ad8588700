"""How long will this ticket wait: a range, learned from how long others waited. One code for live halls and for traces.

*Pace* needs no service times and no count of counters: it learns, queue by queue, how the wait grows with the tickets
ahead. What else is known, the hall's own rule run forward too, corrects it as far as it has proved right here
(blend.py). The range comes from how wrong the site's last promises were. Pure; whoever asks says what is known at that
moment (`Asked`), and tells when the call comes (`Learned.called`).
Not here: running the rule forward (forward.py), who is asked and when (hall.py, predict.py), sentences.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import exp, log
from typing import Any, Self

from queue_core.blend import Blend

# -- pace, as issue 4 gives it -------------------------------------------------------------------------------------
BETA = 0.8  # a wait grows with (ahead + 1) to this power: counters open and people give up as a queue grows
FADES = 0.95  # what a call weighs when the next one comes
DAYS_WEIGH = 100.0  # for how many units, (ahead + 1)^β, the pace of former days counts
DAY_COUNTS = 0.4  # how much of a day's pace goes into that of former days
FRONT_FADES = 0.9  # as FADES, for the wait of those with nobody ahead
LAST_DAYS = 5  # the usual last call is the latest of so many days, once so many are known
LEAST_CAP = 0.5  # of its own wait, is left to the pace just before the usual last call
# -- when there is no estimate yet, and what is not believed -------------------------------------------------------
ENOUGH_CALLS = 3  # of a queue; or
ENOUGH_AT_SITE = 10  # of all queues of the site together: then a queue with fewer than
OWN_CALLS = 20  # borrows the site's pace, one unit for each call that is missing
LONGEST_S = 12 * 3600.0  # nobody is promised longer, and who waited longer teaches nothing: a clock jumped
# -- the blend: tuned on the first halves of two recorded traces ------------------------------------------------
SOFTENED_S = 60.0  # added to both sides of a ratio of waits, so that a wait of nothing has one too
MOST_CORRECTED = 2.0  # the pace is made at most e^this times longer or shorter: 7.4
# How far a weight is believed to lie from 0 (a variance) before anything is seen.
SITE_DOUBT, OWN_DOUBT = 1 / 40, 1 / 8
SITE_KEEPS, OWN_KEEPS = 0.9994, 1.0  # what a miss weighs when the next one comes
USUAL_MISS, LEAST_MISS = 0.4, 0.15  # log ratios: a larger miss than usual counts less, a smaller one more
LONG_COUNTS = 0.5  # a wait counts by its length to this power: what people mind is minutes, not ratios
MOST_COUNTS = 8.0  # usual waits
SCALE_FOLLOWS = 0.01  # how fast what is usual follows
WORST_MISS = 2.0  # a log ratio: a larger one is taken for no more
TRUST_KEEPS = 0.996  # what a miss of pace and blend weighs, where the two are compared, when the next one comes
LEAST_S = 0.001  # of a miss, so that there is a ratio
BENEFIT = 0.95  # the blend leads until it is off by more than a twentieth more than the pace
TRUST_POWER = 32  # how sharply the lead changes: off by a tenth less or more is 97 or 3 parts in 100
# -- the range -----------------------------------------------------------------------------------------------------
PROMISES = 400  # so many of the last are looked at, at each position
ENOUGH_PROMISES = 20  # before they say how wrong a promise is; until then FIRST_RANGE does
FIRST_RANGE = (0.4, 2.5)
OUTSIDE = 0.1  # of the waits are to lie below the range, and as many above
RANK_FOLLOWS = 0.001  # how fast a rank is moved when more or fewer do; faster, and one bad day spoils the next
RANK_BOUNDS = (0.02, 0.25)
POSITIONS = (0, 1, 2, 4, 8, 16)  # the least number of tickets ahead in each position

SPOKEN = (0, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 360, 480, 600, 720)  # minutes, as people say them


@dataclass(frozen=True, slots=True)
class Wait:
    """Seconds until the call: `low_s` ≤ `likely_s` ≤ `high_s`. Four in five calls come between low and high."""

    low_s: float
    likely_s: float
    high_s: float

    def later(self, seconds: float) -> "Wait":
        """The same range, so many seconds later."""
        return Wait(self.low_s + seconds, self.likely_s + seconds, self.high_s + seconds) if seconds else self


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known when a wait is asked for. None: not known.

    `ahead`: tickets that are called before it, as far as is known. `minute`: of the day, 0 to 1440. `kind`: what sets
    it apart in its queue, such as its priority. `idle`: a counter that serves it is free. `counters`: how many that
    serve it are at work. `front_s`: how long the first of those ahead has waited. `back_s`: how long ago the one before
    it came, when it came itself. `forward_s`: what the hall's rule run forward says. `opens_s`: seconds until anybody
    is served; the promise is that much longer, and what is learned of it counts from there.
    """

    ahead: int
    minute: float
    kind: str = ""
    idle: bool = False
    counters: int | None = None
    front_s: float | None = None
    back_s: float | None = None
    forward_s: float | None = None
    opens_s: float = 0.0

    def record(self) -> dict[str, Any]:
        """As plain JSON data, without what is not known."""
        told = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in told.items() if value not in (None, "") and value is not False}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Lenient: what is unknown is passed over, what is missing is not known."""
        known = {name: record[name] for name in cls.__slots__ if name in record}
        return cls(**({"ahead": 0, "minute": 0.0} | known))


@dataclass(frozen=True, slots=True)
class Promised:
    """The wait that was promised, and what it was made of, so that the call can teach which part was better.

    `pace_s`, `blend_s`, `forward_s`: what each said alone; the wait lies among them. `facts`: what the blend weighs.
    """

    wait: Wait
    pace_s: float
    forward_s: float | None = None
    blend_s: float | None = None
    facts: tuple[float, ...] = ()

    def record(self) -> dict[str, Any]:
        """As plain JSON data."""
        told = {name: getattr(self, name) for name in self.__slots__}
        wait = [self.wait.low_s, self.wait.likely_s, self.wait.high_s]
        return told | {"wait": wait, "facts": list(self.facts)}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Lenient, but for the wait, which must be there."""
        wait = Wait(*record["wait"])
        parts = (record.get("pace_s", wait.likely_s), record.get("forward_s"), record.get("blend_s"))
        return cls(wait, *parts, tuple(record.get("facts", ())))


# -- pace ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds of wait for each unit, (ahead + 1)^β, of one queue.

    `waits` and `units`: today's fading sums. `day_waits` and `day_units`: today's whole sums. `former`: the pace of
    former days. `front_s`: the usual wait with nobody ahead. `last`: the minute of today's last call; `lasts`: of the
    last days that had one.
    """

    waits: float = 0.0
    units: float = 0.0
    calls: int = 0
    day_waits: float = 0.0
    day_units: float = 0.0
    former: float | None = None
    front_s: float | None = None
    last: float | None = None
    lasts: tuple[float, ...] = ()

    def called(self, ahead: int, waited_s: float, minute: float, idle: bool = False) -> "Pace":
        """After one more call. One for whom a counter was idle says nothing of the wait where none is."""
        unit = _units(ahead)
        return replace(
            self,
            waits=FADES * self.waits + waited_s,
            units=FADES * self.units + unit,
            calls=self.calls + 1,
            day_waits=self.day_waits + waited_s,
            day_units=self.day_units + unit,
            front_s=self.front_s if ahead > 0 or idle else self._front_s(waited_s),
            last=minute,
        )

    def _front_s(self, waited_s: float) -> float:
        return waited_s if self.front_s is None else FRONT_FADES * self.front_s + (1 - FRONT_FADES) * waited_s

    def day_turned(self) -> "Pace":
        """Today's pace goes into that of former days; a day without calls teaches nothing."""
        if self.last is None:
            return self
        today = self.day_waits / self.day_units
        former = today if self.former is None else (1 - DAY_COUNTS) * self.former + DAY_COUNTS * today
        lasts = (*self.lasts, self.last)[-LAST_DAYS:]
        return Pace(calls=self.calls, former=former, front_s=self.front_s, lasts=lasts)

    def per_unit_s(self, borrowed: float, weigh: float) -> float:
        """Seconds a unit: former days and today, and `borrowed`, which counts for `weigh` units."""
        days = 0.0 if self.former is None else DAYS_WEIGH
        units = days + self.units + weigh
        return (days * (self.former or 0.0) + self.waits + weigh * borrowed) / units if units else 0.0

    def usual_left_s(self, minute: float) -> float:
        """Seconds until the usual last call; the longest wait where none is known, or it is over."""
        left = (max(self.lasts) - minute) * 60 if len(self.lasts) == LAST_DAYS else 0.0
        return min(left, LONGEST_S) if left > 0 else LONGEST_S

    def record(self) -> dict[str, Any]:
        """As plain JSON data."""
        return {name: getattr(self, name) for name in self.__slots__} | {"lasts": list(self.lasts)}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Pace":
        """Lenient."""
        known = {name: record[name] for name in cls.__slots__ if name in record}
        return cls(**(known | {"lasts": tuple(record.get("lasts", ()))}))


def _units(ahead: int) -> float:
    return float((max(ahead, 0) + 1) ** BETA)


# -- what else is known, as the blend takes it ---------------------------------------------------------------------


def _facts(asked: Asked, pace: Pace, pace_s: float) -> tuple[float, ...]:
    """The facts beside the pace, each about between -2 and 2; 0 where one is not known, which then says nothing.

    First those that each queue also weighs for itself (OWN_FACTS): always, how long, how many ahead, the time of day.
    Then: how long ago somebody was called, in parts of the time from call to call; today's pace alone; how long
    the first has waited; how long ago the last came; what the rule run forward says; how many counters are at work.
    """
    since_s = None if pace.last is None else (asked.minute - pace.last) * 60
    today_s = pace.waits / pace.units * _units(asked.ahead) if pace.units else None
    return (
        1.0,
        _soft_log(pace_s) - 6.4,
        log(max(asked.ahead, 0) + 1) - 1,
        asked.minute / 180 - 4,
        _beside(since_s, pace_s / (max(asked.ahead, 0) + 1), most=3.0),
        _beside(today_s, pace_s),
        _beside(asked.front_s, pace_s),
        _beside(asked.back_s, pace_s),
        _beside(asked.forward_s, pace_s, -3.0, 3.0),
        log(max(asked.counters, 0.5)) if asked.counters is not None else 0.0,
    )


FACTS, OWN_FACTS = 10, 4


def _off_by(off: float, pace_s: float) -> float:
    return max(0.0, exp(off) * (pace_s + SOFTENED_S) - SOFTENED_S)


def _soft_log(seconds: float) -> float:
    return log(max(seconds, 0.0) + SOFTENED_S)


def _beside(seconds: float | None, pace_s: float, least: float = -2.0, most: float = 2.0) -> float:
    """The log of its ratio to the pace; 0 where it is not known, or a clock went back."""
    if seconds is None or not 0 <= seconds < 10 * LONGEST_S:
        return 0.0
    return min(max(_soft_log(seconds) - _soft_log(pace_s), least), most)


# -- the range -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Misses:
    """The last ratios of wait and promise at one position, and the ranks at which the range is cut.

    The ranks follow what came true: where more than a tenth waited past the end, the next ranges end later.
    """

    ratios: tuple[float, ...] = ()
    below: float = OUTSIDE
    above: float = OUTSIDE

    def cuts(self) -> tuple[float, float]:
        """The ratios at which a range begins and ends."""
        if len(self.ratios) < ENOUGH_PROMISES:
            return FIRST_RANGE
        ranked = sorted(self.ratios)
        return _at_rank(ranked, self.below), _at_rank(ranked, 1 - self.above)

    def after(self, wait: Wait, waited_s: float) -> "Misses":
        """After one more call of a ticket that was promised `wait`."""
        ratio = round((waited_s + SOFTENED_S) / (wait.likely_s + SOFTENED_S), 4)
        below = self.below + RANK_FOLLOWS * (OUTSIDE - (waited_s < wait.low_s))
        above = self.above + RANK_FOLLOWS * (OUTSIDE - (waited_s > wait.high_s))
        return Misses((*self.ratios, ratio)[-PROMISES:], _bounded_rank(below), _bounded_rank(above))

    def record(self) -> dict[str, Any]:
        """As plain JSON data."""
        return {"ratios": list(self.ratios), "below": self.below, "above": self.above}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Misses":
        """Lenient."""
        return cls(tuple(record.get("ratios", ())), record.get("below", OUTSIDE), record.get("above", OUTSIDE))


def _at_rank(ranked: Sequence[float], rank: float) -> float:
    """Between the two neighbours, in proportion."""
    place = rank * (len(ranked) - 1)
    low = min(int(place), len(ranked) - 2)
    return ranked[low] + (place - low) * (ranked[low + 1] - ranked[low])


def _bounded_rank(rank: float) -> float:
    least, most = RANK_BOUNDS
    return min(max(rank, least), most)


def _position(ahead: int) -> str:
    return str(max((least for least in POSITIONS if least <= ahead), default=0))


# -- how the blend is learned, and how far it is followed ----------------------------------------------------------

# How far one and another were off of late: fading sums of seconds.
Missed = tuple[float, float]


def _after(missed: Missed, one_s: float, other_s: float) -> Missed:
    keeps, takes = TRUST_KEEPS, 1 - TRUST_KEEPS
    return keeps * missed[0] + takes * one_s, keeps * missed[1] + takes * other_s


def _leads(one_s: float, other_s: float, benefit: float = 1.0) -> float:
    """How far the other leads, 0 to 1."""
    return float(1 / (1 + (benefit * max(other_s, LEAST_S) / max(one_s, LEAST_S)) ** TRUST_POWER))


def _between_s(one_s: float, other_s: float, part: float) -> float:
    """Between the two, on the scale of ratios: the one at 0, the other at 1."""
    return max(0.0, exp((1 - part) * _soft_log(one_s) + part * _soft_log(other_s)) - SOFTENED_S)


@dataclass(frozen=True, slots=True)
class Mix:
    """By how much the log of the wait is off that of the pace, as far as the facts tell.

    `site` weighs the facts for all queues, `own` for each queue and kind what that leaves over. `scale` is how much a
    usual wait counts. `missed_s`: how many seconds pace and blend were off of late; `beside_s`: where the rule was run
    forward, how many seconds the two together, and that run, were off.
    """

    site: Blend = field(default_factory=lambda: Blend.new(FACTS, SITE_DOUBT))
    own: Mapping[str, Blend] = field(default_factory=dict)
    scale: float | None = None
    missed_s: Missed = (0.0, 0.0)
    beside_s: Missed = (0.0, 0.0)

    def off(self, own: str, facts: Sequence[float]) -> float:
        """What is to be added to the log of the pace."""
        mine = self.own.get(own)
        return self.site.says(facts) + (mine.says(facts[:OWN_FACTS]) if mine else 0.0)

    def trust(self) -> float:
        """How far the blend is followed away from the pace, 0 to 1: by how far each was off of late."""
        return _leads(*self.missed_s, BENEFIT)

    def forward_leads(self) -> float:
        """How far the rule run forward is followed away from both, 0 to 1. It leads until it is put to the test."""
        return _leads(*self.beside_s) if any(self.beside_s) else 1.0

    def after(self, own: str, promised: Promised, waited_s: float) -> "Mix":
        """After one more call. The site's weights learn first, then the queue's own from what they leave over."""
        facts, length = promised.facts, (promised.pace_s + SOFTENED_S) ** LONG_COUNTS
        scale = length if self.scale is None else self.scale + SCALE_FOLLOWS * (length - self.scale)
        told = _soft_log(waited_s) - _soft_log(promised.pace_s)
        missed = _believed(told - self.off(own, facts))
        site = self.site.taught(facts, missed, _counts(missed, length / scale), SITE_KEEPS)
        missed = _believed(told - replace(self, site=site).off(own, facts))
        mine = self.own.get(own) or Blend.new(OWN_FACTS, OWN_DOUBT)
        mine = mine.taught(facts[:OWN_FACTS], missed, _counts(missed, length / scale), OWN_KEEPS)
        missed_s, beside_s = self._missed(promised, waited_s)
        return Mix(site, {**self.own, own: mine}, scale, missed_s, beside_s)

    def _missed(self, promised: Promised, waited_s: float) -> tuple[Missed, Missed]:
        pace_s, blend_s = promised.pace_s, promised.pace_s if promised.blend_s is None else promised.blend_s
        missed_s = _after(self.missed_s, abs(waited_s - pace_s), abs(waited_s - blend_s))
        if promised.forward_s is None:
            return missed_s, self.beside_s
        together_s = _between_s(pace_s, blend_s, self.trust())
        return missed_s, _after(self.beside_s, abs(waited_s - together_s), abs(waited_s - promised.forward_s))

    def record(self) -> dict[str, Any]:
        """As plain JSON data."""
        own = {own: blend.record() for own, blend in self.own.items()}
        return {"site": self.site.record(), "own": own, "scale": self.scale} | self._misses()

    def _misses(self) -> dict[str, Any]:
        return {"missed_s": list(self.missed_s), "beside_s": list(self.beside_s)}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Mix":
        """Lenient. Weights of other facts than today's are of no use, and all begins anew."""
        site = Blend.from_record(record["site"]) if "site" in record else None
        own = {own: Blend.from_record(blend) for own, blend in record.get("own", {}).items()}
        if site is None or {len(site.weights)} != {FACTS} or {len(each.weights) for each in own.values()} - {OWN_FACTS}:
            return cls()
        missed_s, beside_s = (tuple(record.get(name, (0.0, 0.0))) for name in ("missed_s", "beside_s"))
        return cls(site, own, record.get("scale"), missed_s, beside_s)


def _believed(missed: float) -> float:
    return min(max(missed, -WORST_MISS), WORST_MISS)


def _counts(missed: float, length: float) -> float:
    """How much a miss counts: between a mean, where all count alike, and a median, where only their number does."""
    return float(min(length * (USUAL_MISS / max(abs(missed), LEAST_MISS)) ** 0.5, MOST_COUNTS))


# -- all that was learned ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Learned:
    """All that the waits of one site have taught; empty on the first day of a new hall. A value: each call makes anew.

    `queues`: the pace of each; `site`: of all together. `front` corrects it with nobody ahead, `behind` with somebody.
    `misses`: how wrong the promises were, by position.
    """

    queues: Mapping[str, Pace] = field(default_factory=dict)
    site: Pace = Pace()
    front: Mix = field(default_factory=Mix)
    behind: Mix = field(default_factory=Mix)
    misses: Mapping[str, Misses] = field(default_factory=dict)

    def promise(self, queue: str, asked: Asked) -> Promised | None:
        """How long whoever asks will wait. None: no estimate yet.

        None before ENOUGH_CALLS of this queue, or ENOUGH_AT_SITE of the whole site. Nobody ahead and a counter idle: 0.
        """
        pace = self.queues.get(queue, Pace())
        if pace.calls < ENOUGH_CALLS and self.site.calls < ENOUGH_AT_SITE:
            return None
        if asked.idle and asked.ahead <= 0:
            return Promised(self._range(asked, 0.0).later(asked.opens_s), 0.0, asked.forward_s)
        pace_s = self._capped_s(pace, asked, self._pace_s(pace, asked.ahead))
        facts, mix = _facts(asked, pace, pace_s), self._mix(asked)
        off = min(max(mix.off(_own(queue, asked), facts), -MOST_CORRECTED), MOST_CORRECTED)
        likely_s = _between_s(pace_s, _off_by(off, pace_s), mix.trust())
        if asked.forward_s is not None:
            likely_s = _between_s(likely_s, min(asked.forward_s, LONGEST_S), mix.forward_leads())
        wait = self._range(asked, likely_s).later(asked.opens_s)
        return Promised(wait, pace_s, asked.forward_s, _off_by(off, pace_s), facts)

    def _pace_s(self, pace: Pace, ahead: int) -> float:
        if ahead <= 0:
            own_s = pace.front_s if pace.calls >= ENOUGH_CALLS else None
            return (self.site.front_s or 0.0) if own_s is None else own_s
        borrowed = self.site.per_unit_s(0.0, 0.0)
        return pace.per_unit_s(borrowed, max(0.0, OWN_CALLS - pace.calls)) * _units(ahead)

    def _mix(self, asked: Asked) -> Mix:
        return self.behind if asked.ahead > 0 else self.front

    def _capped_s(self, pace: Pace, asked: Asked, pace_s: float) -> float:
        """The pace's wait, not beyond the usual last call of the day.

        A hall that is still full when that comes works on: the nearer it is, the less it says, so that no wait shrinks
        to nothing as the hour strikes, and what the rule run forward needs is never cut off.
        """
        cap_s = max(pace.usual_left_s(asked.minute), LEAST_CAP * pace_s, asked.forward_s or 0.0)
        return min(pace_s, cap_s)

    def _range(self, asked: Asked, likely_s: float) -> Wait:
        likely_s = min(likely_s, LONGEST_S)
        low, high = self._misses(asked.ahead).cuts()
        low_s, high_s = (max(0.0, cut * (likely_s + SOFTENED_S) - SOFTENED_S) for cut in (low, high))
        return Wait(min(low_s, likely_s), likely_s, min(max(high_s, likely_s), LONGEST_S))

    def _misses(self, ahead: int) -> Misses:
        """How wrong promises were at this position; at all of them together, while it has too few."""
        here = self.misses.get(_position(ahead), Misses())
        every = [ratio for misses in self.misses.values() for ratio in misses.ratios]
        return here if len(here.ratios) >= ENOUGH_PROMISES else replace(here, ratios=tuple(every))

    def called(
        self, queue: str, asked: Asked, promised: Promised | None, waited_s: float, at_minute: float
    ) -> "Learned":
        """After one ticket's call: what it had asked, what it was promised, how long it waited."""
        if asked.opens_s:
            waited_s = max(waited_s - asked.opens_s, 0.0)
            promised = promised and replace(promised, wait=promised.wait.later(-asked.opens_s))
        if not 0 <= waited_s <= LONGEST_S:
            return self
        pace = self.queues.get(queue, Pace()).called(asked.ahead, waited_s, at_minute, asked.idle)
        site = self.site.called(asked.ahead, waited_s, at_minute, asked.idle)
        paced = replace(self, queues={**self.queues, queue: pace}, site=site)
        return paced._judged(_own(queue, asked), asked, promised, waited_s) if promised else paced

    def _judged(self, own: str, asked: Asked, promised: Promised, waited_s: float) -> "Learned":
        position, mix = _position(asked.ahead), self._mix(asked)
        misses = {**self.misses, position: self.misses.get(position, Misses()).after(promised.wait, waited_s)}
        mix = mix.after(own, promised, waited_s) if len(promised.facts) == FACTS else mix
        judged = replace(self, misses=misses)
        return replace(judged, behind=mix) if asked.ahead > 0 else replace(judged, front=mix)

    def day_turned(self) -> "Learned":
        """What today taught becomes what former days taught."""
        queues = {queue: pace.day_turned() for queue, pace in self.queues.items()}
        return replace(self, queues=queues, site=self.site.day_turned())

    def record(self) -> dict[str, Any]:
        """As plain JSON data."""
        return {
            "queues": {queue: pace.record() for queue, pace in self.queues.items()},
            "site": self.site.record(),
            "front": self.front.record(),
            "behind": self.behind.record(),
            "misses": {position: misses.record() for position, misses in self.misses.items()},
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Lenient: what is unknown is passed over, what is missing was not learned yet."""
        return cls(
            {queue: Pace.from_record(pace) for queue, pace in record.get("queues", {}).items()},
            Pace.from_record(record.get("site", {})),
            Mix.from_record(record.get("front", {})),
            Mix.from_record(record.get("behind", {})),
            {position: Misses.from_record(misses) for position, misses in record.get("misses", {}).items()},
        )


def _own(queue: str, asked: Asked) -> str:
    return f"{queue} {asked.kind}" if asked.kind else queue


# -- as people say it ----------------------------------------------------------------------------------------------


def spoken(wait: Wait) -> tuple[int, int]:
    """The range in minutes as people say it, rounded outwards to steps of SPOKEN: (10, 15).

    At least one step apart. Beyond the last step it ends there.
    """
    low_min, high_min = wait.low_s / 60, wait.high_s / 60
    low = max(step for step in SPOKEN[:-1] if step <= low_min or step == 0)
    high = min((step for step in SPOKEN if step >= high_min and step > low), default=SPOKEN[-1])
    return low, high
