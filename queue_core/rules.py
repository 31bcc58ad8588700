"""Who is next: (waiting, now, plan) -> the choice and its reason. Plain functions, their names in one table.

A name carries a version in the log (`head-start/1`). Behaviour that changes is a new version, so that an old call can
always be explained by the rule that made it. Pure; whom a counter may serve is decided before a rule is asked, and from
which of the queues it calls is said by its profile (profiles.py).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from queue_core import profiles

# The same names here, so that whoever asks who is next needs this module only.
from queue_core.profiles import PROFILE_VERSION as PROFILE_VERSION
from queue_core.profiles import favoured as favoured
from queue_core.profiles import segment_of as segment_of
from queue_core.profiles import used as used
from queue_core.ticket import Ticket

if TYPE_CHECKING:
    from queue_core.plan import Plan

Score = Callable[[Ticket, datetime, "Plan"], float]
Bend = Callable[[Ticket, "Plan"], datetime | None]

FIRST_NAMED = 5
CHOSEN, WALK_IN = "chosen/1", "walk-in/1"  # calls that a person decided
BEFORE_ALL = 1_000_000_000  # seconds: longer than anybody waits
MINUTE, HALF_MINUTE = timedelta(minutes=1), timedelta(seconds=30)
GONE_MINUTES = 30  # the target of a service that the plan has no longer


@dataclass(frozen=True, slots=True)
class Rule:
    """A named, versioned way to say who is next: the highest score, and the older ticket where scores are equal.

    `bend` says from when on a ticket's score grows as evenly as before, but otherwise (None: it never does). Such a
    rule knows time as the wait alone: alike in all but that, two tickets have the same score after the same wait. So
    whoever looks far ahead need not ask for it at every moment. A rule without a bend may grow as it likes.
    """

    name: str
    version: int
    score: Score
    bend: Bend | None = None

    @property
    def label(self) -> str:
        return f"{self.name}/{self.version}"


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom the rule chose, and why: goes into the call's event and answers for it months later.

    `profile` is what its profile said: which line, in which words, for which segment, and how its ratio stands.
    """

    ticket: Ticket
    rule: str
    score: float
    passed_over: tuple[str, ...]
    front: bool = False
    profile: Mapping[str, Any] | None = None

    def reason(self) -> dict[str, Any]:
        """Rule and version, score, how many older visitors were passed over, and the numbers of the first five.

        Where it was so, also that the visitor stood at the front, and what the profile said.
        """
        first = list(self.passed_over[:FIRST_NAMED])
        plain = {"rule": self.rule, "score": self.score, "passed_over": len(self.passed_over), "first": first}
        more = {"front": self.front, "profile": self.profile and dict(self.profile)}
        return plain | {name: value for name, value in more.items() if value}


# -- the rules -----------------------------------------------------------------------------------------------------


def first_come(ticket: Ticket, now: datetime, plan: "Plan") -> float:
    """Seconds waited."""
    return (now - ticket.since).total_seconds()


def head_start(ticket: Ticket, now: datetime, plan: "Plan") -> float:
    """Seconds waited, and a priority visitor counts as so many minutes older: the priority's own, or the centre's.

    So an ordinary visitor is overtaken only by those who came within that time after: nobody starves.
    """
    # The sum of two fractions, and to stay so: version 1 must break a tie as it did on the day of the call.
    return first_come(ticket, now, plan) + _head_start_minutes(ticket, plan) * 60


def _head_start_minutes(ticket: Ticket, plan: "Plan") -> int:
    priority = plan.priorities.get(ticket.priority or "")
    if priority and priority.head_start_minutes is not None:
        return priority.head_start_minutes
    return plan.head_start_minutes if ticket.priority else 0


def target_ratio(ticket: Ticket, now: datetime, plan: "Plan") -> float:
    """The wait in parts of its service's target: 1 when the target is reached, 2 at twice the target."""
    return (now - ticket.since) / target(ticket, plan)


def target(ticket: Ticket, plan: "Plan") -> timedelta:
    """How long one is to wait for the service at most."""
    return MINUTE * _target_minutes(ticket, plan)


def _target_minutes(ticket: Ticket, plan: "Plan") -> int:
    service = plan.services.get(ticket.service)
    return service.target_wait_minutes if service else GONE_MINUTES


def due_then_ratio(ticket: Ticket, now: datetime, plan: "Plan") -> float:
    """Once due, the wait in parts of the own target, 1 or more; before that the seconds until then, below 0.

    So those whose target is reached come first, by ratio, and then the others by when they are due. Whoever came later
    is called first only with a shorter target and within (1 - theirs / mine) of my wait, or of my target if longer.
    """
    wait, own = now - ticket.since, own_target(ticket, plan)
    # Either way a fraction of whole microseconds: equal claims are equal to the bit, and then the older is first.
    return wait / own if wait >= own else (wait - own).total_seconds()


def own_target(ticket: Ticket, plan: "Plan") -> timedelta:
    """How long this visitor is to wait at most: half as long with priority, whichever it is."""
    return (HALF_MINUTE if ticket.priority else MINUTE) * _target_minutes(ticket, plan)


def longest_visit(ticket: Ticket, now: datetime, plan: "Plan") -> float:
    """Seconds since the visit began, whatever has been done since: also of one who was sent to the end."""
    return (now - ticket.age_since).total_seconds()


def strict(ticket: Ticket, now: datetime, plan: "Plan") -> float:
    """Seconds waited, and every priority before everybody else, whose wait then has no bound."""
    return first_come(ticket, now, plan) + (BEFORE_ALL if ticket.priority else 0)


def evenly(ticket: Ticket, plan: "Plan") -> datetime | None:
    """Always so much in a second."""
    return None


def when_due(ticket: Ticket, plan: "Plan") -> datetime | None:
    """When the own target is reached."""
    return ticket.since + own_target(ticket, plan)


RULES: Mapping[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule("first-come", 1, first_come, evenly),
        Rule("head-start", 1, head_start, evenly),
        Rule("target-ratio", 1, target_ratio, evenly),
        Rule("due-then-ratio", 1, due_then_ratio, when_due),
        Rule("longest-visit", 1, longest_visit, evenly),
        Rule("strict", 1, strict, evenly),
    )
}


def known(label: str) -> bool:
    """Whether this program has what made the call, in that version, and so can make the choice again."""
    return label in {CHOSEN, WALK_IN, *(rule.label for rule in RULES.values())}


# -- who is next ---------------------------------------------------------------------------------------------------


def choose(
    waiting: Sequence[Ticket],
    now: datetime,
    plan: "Plan",
    profile: str | None = None,
    ratios: profiles.Ratios = profiles.NOTHING_TAKEN,
) -> Choice:
    """Who of `waiting` is called, which stands in the order of (since, place) and is not empty.

    Without a profile, or with one gone from the plan, the plan's rule decides among all; with one, its line's rule
    among the line's segment. There whoever is at the front is first, and of equals the one who stands earlier.
    """
    row = profiles.row(profile, plan)
    parted = profiles.queues(waiting, plan) if row else {}
    return _choice(waiting, profiles.turn(row, waiting, parted, now, plan, ratios), now, plan)


def _choice(waiting: Sequence[Ticket], turn: profiles.Turn, now: datetime, plan: "Plan") -> Choice:
    rule = RULES[turn.rule]
    # max() keeps the first of equals: the older ticket.
    chosen = max(turn.people, key=lambda ticket: (ticket.front, rule.score(ticket, now, plan)))
    passed_over = tuple(ticket.number for ticket in takewhile(lambda ticket: ticket is not chosen, waiting))
    score = round(rule.score(chosen, now, plan), 3)
    return Choice(chosen, rule.label, score, passed_over, chosen.front, turn.said or None)


def in_order(
    waiting: Sequence[Ticket],
    now: datetime,
    plan: "Plan",
    profile: str | None = None,
    ratios: profiles.Ratios = profiles.NOTHING_TAKEN,
    limit: int | None = None,
) -> list[Ticket]:
    """`waiting`, first to be called first, if all were called now; no more than `limit` of them.

    A plain rule is a sort. A profile must be asked again after each call, its ratios carried along.
    """
    row = profiles.row(profile, plan)
    if not row:
        rule = RULES[plan.rule]
        return sorted(waiting, key=lambda ticket: (not ticket.front, -rule.score(ticket, now, plan)))[:limit]
    left, parted, called = list(waiting), profiles.queues(waiting, plan), list[Ticket]()
    while left and len(called) != limit:
        turn = profiles.turn(row, left, parted, now, plan, ratios)
        chosen = _choice(left, turn, now, plan).ticket
        called.append(chosen)
        left = _without(chosen, left)
        parted = {segment: _without(chosen, queue) for segment, queue in parted.items()}
        ratios = profiles.counted(ratios, turn.said)
    return called


def _without(gone: Ticket, tickets: Sequence[Ticket]) -> list[Ticket]:
    return [ticket for ticket in tickets if ticket is not gone]
