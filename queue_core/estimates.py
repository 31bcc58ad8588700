"""How long will this ticket wait: a range, learned from how long others waited. One code for live halls and for traces.

*Pace* needs no service times and no count of counters: it learns, queue by queue, how the wait grows with the tickets
ahead. The range comes from how wrong the site's last promises were. Pure; whoever asks says what is known at that
moment (`Asked`), and tells when the call comes (`Learned.called`).
Not here: the hall's own rule run forward (forward.py), who is asked and when (hall.py, predict.py), sentences.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

# -- pace: these were found on two recorded places, and are the issue's --------------------------------------------
BETA = 0.8  # a wait grows with (ahead + 1) to this power: counters open and people give up as a queue grows
FADES = 0.95  # what a call weighs when the next one comes
DAYS_WEIGH = 100.0  # how many unit calls the pace of former days counts for
DAY_COUNTS = 0.4  # how much of a day's pace goes into that of former days
FRONT_FADES = 0.9  # the same for the wait of those with nobody ahead
# -- when there is no estimate yet, and what is not believed -------------------------------------------------------
ENOUGH_CALLS = 3  # of a queue, before its own pace is used
ENOUGH_AT_SITE = 10  # of all queues of the site together, before it lends its pace to a queue that has none
LONGEST_S = 8 * 3600.0  # nobody is promised longer, and nothing is learned from who waited longer: a clock jumped
# -- the range -----------------------------------------------------------------------------------------------------
PROMISES = 400  # so many of the last are looked at, at each position
ENOUGH_PROMISES = 20  # before they say how wrong a promise is; until then FIRST_RANGE does
FIRST_RANGE = (0.4, 2.5)
LOW_RANK, HIGH_RANK = 0.1, 0.9
SOFTENED_S = 60.0  # added to both sides of the ratio of wait and promise, so that a wait of nothing has one too
POSITIONS = (0, 1, 3, 8)  # the least number of tickets ahead in each position

SPOKEN = (0, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 360, 420, 480)  # minutes, as people say them


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
    """What is known when a wait is asked for.

    `ahead`: tickets that are called before it, as far as is known. `minute`: of the day, 0 to 1440. `idle`: a counter
    that serves it is free and calls nobody. `counters`: how many serve this queue now. `front_s`: how long the first of
    those ahead has waited. `forward_s`: what the hall's rule run forward says. `left_s`: seconds until the planned last
    call. None: not known.
    """

    ahead: int
    minute: float
    idle: bool = False
    counters: int | None = None
    front_s: float | None = None
    forward_s: float | None = None
    left_s: float | None = None
    opens_s: float = 0.0

    def record(self) -> dict[str, Any]:
        """As plain JSON data, without what is not known."""
        told = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in told.items() if value is not None and value is not False}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Lenient: what is unknown is passed over, what is missing is not known."""
        known = {name: record[name] for name in cls.__slots__ if name in record}
        return cls(**({"ahead": 0, "minute": 0.0} | known))


@dataclass(frozen=True, slots=True)
class Promised:
    """The wait that was promised, and what it was made of, so that the call can teach which part was better."""

    wait: Wait
    pace_s: float
    forward_s: float | None = None
    parts: tuple[float, ...] = ()

    def record(self) -> dict[str, Any]:
        """As plain JSON data."""
        wait = [self.wait.low_s, self.wait.likely_s, self.wait.high_s]
        return {"wait": wait, "pace_s": self.pace_s, "forward_s": self.forward_s, "parts": list(self.parts)}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        wait = Wait(*record["wait"])
        pace_s = record.get("pace_s", wait.likely_s)
        return cls(wait, pace_s, record.get("forward_s"), tuple(record.get("parts", ())))


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds of wait for each (ahead + 1)^β of one queue: fading sums of its calls, today's sums, former days' pace.

    `front_s`: the usual wait with nobody ahead. `last`: the minute of today's last call; `usual_last`: of former days.
    """

    waits: float = 0.0
    units: float = 0.0
    calls: int = 0
    today_waits: float = 0.0
    today_units: float = 0.0
    former: float | None = None
    front_s: float = 0.0
    last: float | None = None
    usual_last: float | None = None

    def called(self, ahead: int, waited_s: float, minute: float) -> "Pace":
        """After one more call."""
        unit = _units(ahead)
        front_s = self.front_s if ahead else FRONT_FADES * self.front_s + (1 - FRONT_FADES) * waited_s
        return replace(
            self,
            waits=FADES * self.waits + waited_s,
            units=FADES * self.units + unit,
            calls=self.calls + 1,
            today_waits=self.today_waits + waited_s,
            today_units=self.today_units + unit,
            front_s=front_s,
            last=max(minute, self.last or 0.0),
        )

    def day_turned(self) -> "Pace":
        """A day without calls teaches nothing."""
        if self.last is None or not self.today_units:
            return replace(self, last=None)
        today = self.today_waits / self.today_units
        return replace(
            self,
            today_waits=0.0,
            today_units=0.0,
            former=today if self.former is None else (1 - DAY_COUNTS) * self.former + DAY_COUNTS * today,
            last=None,
            usual_last=max(self.last, (1 - DAY_COUNTS) * (self.usual_last or self.last) + DAY_COUNTS * self.last),
        )

    def wait_s(self, asked: Asked) -> float:
        """Seconds, by the pace alone, not beyond the usual last call."""
        if asked.ahead <= 0:
            return 0.0 if asked.idle else self.front_s
        weigh = 0.0 if self.former is None else DAYS_WEIGH
        pace = (weigh * (self.former or 0.0) + self.waits) / (weigh + self.units)
        return min(pace * _units(asked.ahead), self._left_s(asked))

    def _left_s(self, asked: Asked) -> float:
        if asked.left_s is not None:
            return max(asked.left_s, 0.0)
        usual = None if self.usual_last is None else (self.usual_last - asked.minute) * 60
        return LONGEST_S if usual is None or usual <= 0 else min(usual, LONGEST_S)

    def record(self) -> dict[str, Any]:
        """As plain JSON data."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Pace":
        return cls(**{name: record[name] for name in cls.__slots__ if name in record})


def _units(ahead: int) -> float:
    return float((max(ahead, 0) + 1) ** BETA)


@dataclass(frozen=True, slots=True)
class Learned:
    """All that the waits of one site have taught. Empty on the first day of a new hall. A value: each call makes anew.

    `site`: the pace of all queues together, lent to one that has too few calls. `errors`: for each position the last
    ratios of wait and promise.
    """

    queues: Mapping[str, Pace] = field(default_factory=dict)
    site: Pace = Pace()
    errors: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    def promise(self, queue: str, asked: Asked) -> Promised | None:
        """How long whoever asks will wait. None: no estimate yet.

        None before ENOUGH_CALLS of the queue, or ENOUGH_AT_SITE of the whole site.
        """
        pace = self._pace(queue)
        if pace is None:
            return None
        pace_s = pace.wait_s(asked)
        wait = self._range(asked.ahead, pace_s, pace._left_s(asked))
        return Promised(wait.later(asked.opens_s), pace_s, asked.forward_s)

    def _pace(self, queue: str) -> Pace | None:
        own = self.queues.get(queue)
        if own and own.calls >= ENOUGH_CALLS:
            return own
        return self.site if self.site.calls >= ENOUGH_AT_SITE else None

    def _range(self, ahead: int, likely_s: float, most_s: float) -> Wait:
        low, high = _ranks(self._errors(ahead))
        low_s = max(0.0, low * (likely_s + SOFTENED_S) - SOFTENED_S)
        high_s = min(max(0.0, high * (likely_s + SOFTENED_S) - SOFTENED_S), max(most_s, likely_s))
        return Wait(min(low_s, likely_s), likely_s, max(high_s, likely_s))

    def _errors(self, ahead: int) -> Sequence[float]:
        return self.errors.get(_position(ahead), ())

    def called(
        self, queue: str, asked: Asked, promised: Promised | None, waited_s: float, at_minute: float
    ) -> "Learned":
        """After one ticket's call: what it had asked, what it was promised, how long it waited."""
        if asked.opens_s:
            waited_s = max(waited_s - asked.opens_s, 0.0)
            promised = promised and replace(promised, wait=promised.wait.later(-asked.opens_s))
        if not 0 <= waited_s <= LONGEST_S:
            return self
        pace = self.queues.get(queue, Pace()).called(asked.ahead, waited_s, at_minute)
        return replace(
            self,
            queues={**self.queues, queue: pace},
            site=self.site.called(asked.ahead, waited_s, at_minute),
            errors=self._with_error(asked.ahead, promised, waited_s),
        )

    def _with_error(self, ahead: int, promised: Promised | None, waited_s: float) -> Mapping[str, tuple[float, ...]]:
        if promised is None:
            return self.errors
        error = round((waited_s + SOFTENED_S) / (promised.wait.likely_s + SOFTENED_S), 4)
        position = _position(ahead)
        return {**self.errors, position: (*self.errors.get(position, ()), error)[-PROMISES:]}

    def day_turned(self) -> "Learned":
        """What today taught becomes what former days taught."""
        queues = {queue: pace.day_turned() for queue, pace in self.queues.items()}
        return replace(self, queues=queues, site=self.site.day_turned())

    def record(self) -> dict[str, Any]:
        """As plain JSON data."""
        return {
            "queues": {queue: pace.record() for queue, pace in self.queues.items()},
            "site": self.site.record(),
            "errors": {position: list(errors) for position, errors in self.errors.items()},
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Lenient: what is unknown is passed over, what is missing was not learned yet."""
        return cls(
            {queue: Pace.from_record(pace) for queue, pace in record.get("queues", {}).items()},
            Pace.from_record(record.get("site", {})),
            {position: tuple(errors) for position, errors in record.get("errors", {}).items()},
        )


def _position(ahead: int) -> str:
    return str(max((least for least in POSITIONS if least <= ahead), default=0))


def _ranks(errors: Sequence[float]) -> tuple[float, float]:
    """The ratios below and above which a tenth of them lies."""
    if len(errors) < ENOUGH_PROMISES:
        return FIRST_RANGE
    ranked = sorted(errors)
    return ranked[int(LOW_RANK * (len(ranked) - 1))], ranked[round(HIGH_RANK * (len(ranked) - 1) + 0.5)]


# -- as people say it ----------------------------------------------------------------------------------------------


def spoken(wait: Wait) -> tuple[int, int]:
    """The range in minutes as people say it, rounded outwards to steps of SPOKEN: (10, 15).

    At least one step apart. Beyond the last step it ends there.
    """
    low_min, high_min = wait.low_s / 60, wait.high_s / 60
    low = max(step for step in SPOKEN[:-1] if step <= low_min or step == 0)
    high = min((step for step in SPOKEN if step >= high_min and step > low), default=SPOKEN[-1])
    return low, high
