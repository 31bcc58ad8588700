"""What the hall learns from its own days: how true its promises were, how long a call keeps a counter, who still comes.

A value that each fact changes and the next day begins with, so that a replay learns the same. What an undone press has
taught stays learned: a mistaken call is one among many. Pure. Not here: how a wait is reckoned from it (estimates.py,
forward.py), what a visitor is told (waits.py).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from queue_core import rules
from queue_core.estimates import Learned
from queue_core.plan import Plan
from queue_core.ticket import AT_COUNTER, Event, Ticket

if TYPE_CHECKING:
    from queue_core.hall import Hall

FADES = 0.98  # what a mean keeps of its past at each new value: some fifty values count
DAYS_FADE = 0.6  # and at each day's turn
PUBLISHED_COUNTS = 5.0  # a published time counts as so many visits, less those that the hall has seen
# Longer than this from a visit's end to the next call, while somebody waits, and the officer was away.
AWAY_AFTER = timedelta(minutes=1)
NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Fading:
    """A mean that forgets: the sum and the weight of what was seen, both smaller with each new value."""

    sum: float = 0.0
    weight: float = 0.0

    def with_one(self, value: float, keeps: float = FADES) -> "Fading":
        return Fading(self.sum * keeps + value, self.weight * keeps + 1)

    def mean(self, prior: float = 0.0, counts: float = 0.0) -> float:
        """The mean, `prior` counting as so many values; 0 where nothing is known."""
        weight = self.weight + counts
        return (self.sum + prior * counts) / weight if weight else 0.0


@dataclass(frozen=True, slots=True)
class Lessons:
    """`waits`: see estimates.py. `takes`: seconds from a call to the counter being free again, by service, also of
    those who did not come. `between`: seconds from there to the next call, while somebody waited.

    `favoured`: today's tickets with a priority, by "service/priority"; `usual`: a day's. `freed`: since when a counter
    is free; it is of this day alone.
    """

    waits: Learned = field(default_factory=Learned)
    takes: Mapping[str, Fading] = field(default_factory=dict)
    between: Fading = field(default_factory=Fading)
    favoured: Mapping[str, int] = field(default_factory=dict)
    usual: Mapping[str, Fading] = field(default_factory=dict)
    freed: Mapping[str, datetime] = field(default_factory=dict)

    def after(self, hall: "Hall", event: Event) -> "Lessons":
        """The lessons once `event` has happened in `hall`, which is the one before it."""
        teaches = _TEACHES.get(event.kind)
        return teaches(self, hall, event) if teaches else self

    def seconds_at_counter(self, service: str, plan: Plan) -> float:
        """How long a call to that service keeps its counter. Its published time counts until the hall knows better."""
        planned, seen = plan.services.get(service), self.takes.get(service, Fading())
        published = planned.standard_service_minutes * 60.0 if planned else 0.0
        return seen.mean(published, max(PUBLISHED_COUNTS - seen.weight, 0.0) if planned else 0.0)

    def favoured_a_day(self, key: str) -> float:
        """How many tickets come on a usual day for the service and priority of that key of `usual`."""
        return self.usual[key].mean()

    def next_day(self) -> "Lessons":
        """What the next service day begins with."""
        keys = sorted(self.favoured.keys() | self.usual.keys())
        usual = {key: self.usual.get(key, Fading()).with_one(self.favoured.get(key, 0), DAYS_FADE) for key in keys}
        return replace(self, waits=self.waits.day_turned(), usual=usual, favoured={}, freed={})

    def record(self) -> dict[str, Any]:
        """The lessons as plain data, for a day's opening event."""
        return {
            "waits": self.waits.record(),
            "takes": {service: _pair(mean) for service, mean in sorted(self.takes.items())},
            "between": _pair(self.between),
            "usual": {service: _pair(mean) for service, mean in sorted(self.usual.items())},
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Lessons":
        """The lessons that a record tells; of a log from before there were any, none."""
        return cls(
            waits=Learned.from_record(record.get("waits", NOTHING)),
            takes={service: Fading(*pair) for service, pair in record.get("takes", NOTHING).items()},
            between=Fading(*record.get("between", ())),
            usual={service: Fading(*pair) for service, pair in record.get("usual", NOTHING).items()},
        )


def _pair(mean: Fading) -> list[float]:
    return [mean.sum, mean.weight]


def favoured_parts(key: str) -> tuple[str, str]:
    """The service and the priority of a key of `favoured`."""
    service, _, priority = key.partition("/")
    return service, priority


# -- what each fact teaches ----------------------------------------------------------------------------------------


def _opened(lessons: Lessons, hall: "Hall", event: Event) -> Lessons:
    return Lessons.from_record(event.data.get("learned", NOTHING))


def _issued(lessons: Lessons, hall: "Hall", event: Event) -> Lessons:
    if not event.data.get("priority"):
        return lessons
    key = f"{event.data['service']}/{event.data['priority']}"
    return replace(lessons, favoured={**lessons.favoured, key: lessons.favoured.get(key, 0) + 1})


def _called(lessons: Lessons, hall: "Hall", event: Event) -> Lessons:
    ticket = hall.tickets.get(event.ticket or "")
    if ticket is None:
        return lessons
    return _kept_promise(_took_up(lessons, ticket, event), hall, ticket, event)


def _took_up(lessons: Lessons, ticket: Ticket, event: Event) -> Lessons:
    """The counter was free and calls again: how long that took, if the one called was waiting all the while."""
    freed = lessons.freed.get(event.counter or "")
    here = {counter: since for counter, since in lessons.freed.items() if counter != event.counter}
    lessons = replace(lessons, freed=here) if freed else lessons
    if freed is None or ticket.since > freed or not timedelta() <= event.at - freed <= AWAY_AFTER:
        return lessons
    return replace(lessons, between=lessons.between.with_one((event.at - freed).total_seconds()))


def _kept_promise(lessons: Lessons, hall: "Hall", ticket: Ticket, event: Event) -> Lessons:
    """What one waited for this leg's first call, and, of the first leg, how true the promise at issue was.

    A call out of turn is no wait of the queue, nor is a night: they teach nothing.
    """
    out_of_turn = event.data.get("reason", NOTHING).get("rule") == rules.CHOSEN
    if ticket.asked is None or ticket.uncertain == "day-end" or out_of_turn:
        return lessons
    promised = ticket.promised if ticket.first_called_at is None else None
    waited_s = (event.at - ticket.leg.queued_at).total_seconds()
    minute = hall.plan.minute(event.at)
    return replace(lessons, waits=lessons.waits.called(ticket.service, ticket.asked, promised, waited_s, minute))


def _left_counter(lessons: Lessons, hall: "Hall", event: Event) -> Lessons:
    """A visitor is done at a counter: how long the call kept it, unless nobody believes the times."""
    ticket = hall.tickets.get(event.ticket or "")
    if ticket is None or ticket.state not in AT_COUNTER or ticket.called_at is None or not event.counter:
        return lessons
    lessons = replace(lessons, freed={**lessons.freed, event.counter: event.at})
    took = event.at - ticket.called_at - timedelta(milliseconds=ticket.leg.held_ms)
    if ticket.uncertain or event.data.get("uncertain") or took < timedelta():
        return lessons
    seen = lessons.takes.get(ticket.service, Fading()).with_one(took.total_seconds())
    return replace(lessons, takes={**lessons.takes, ticket.service: seen})


def _went_on(lessons: Lessons, hall: "Hall", event: Event) -> Lessons:
    """The next service begins at the same window: the leg before it is over, and the counter is not free."""
    after = _left_counter(lessons, hall, event)
    return replace(after, freed=lessons.freed)


def _put_aside(lessons: Lessons, hall: "Hall", event: Event) -> Lessons:
    return replace(lessons, freed={**lessons.freed, event.counter: event.at}) if event.counter else lessons


def _stopped(lessons: Lessons, hall: "Hall", event: Event) -> Lessons:
    return replace(lessons, freed={one: since for one, since in lessons.freed.items() if one != event.counter})


_TEACHES: Mapping[str, Callable[[Lessons, "Hall", Event], Lessons]] = MappingProxyType(
    {
        "day-opened": _opened,
        "issued": _issued,
        "called": _called,
        "finished": _left_counter,
        "leg-finished": _left_counter,
        "transferred": _left_counter,
        "did-not-come": _left_counter,
        "no-show": _left_counter,
        "continued": _went_on,
        "held": _put_aside,
        "counter-paused": _stopped,
        "counter-closed": _stopped,
    }
)
