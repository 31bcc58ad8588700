"""Who is next: (waiting, now, plan) -> the choice and its reason. Plain functions, their names in one table.

A name carries a version in the log (`head-start/1`). Behaviour that changes is a new version, so that an old call can
always be explained by the rule that made it. Pure; whom a counter may serve is decided before a rule is asked.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from queue_core.ticket import Ticket

if TYPE_CHECKING:
    from queue_core.plan import Plan

Score = Callable[[Ticket, datetime, "Plan"], float]

FIRST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Rule:
    """A named, versioned way to say who is next: the highest score, and the older ticket where scores are equal."""

    name: str
    version: int
    score: Score

    @property
    def label(self) -> str:
        return f"{self.name}/{self.version}"


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom the rule chose, and why: goes into the call's event and answers for it months later."""

    ticket: Ticket
    rule: str
    score: float
    passed_over: tuple[str, ...]

    def reason(self) -> dict[str, Any]:
        """Rule and version, score, how many older visitors were passed over, and the numbers of the first five."""
        first = list(self.passed_over[:FIRST_NAMED])
        return {"rule": self.rule, "score": self.score, "passed_over": len(self.passed_over), "first": first}


def first_come(ticket: Ticket, now: datetime, plan: "Plan") -> float:
    """Seconds waited."""
    return (now - ticket.issued_at).total_seconds()


def head_start(ticket: Ticket, now: datetime, plan: "Plan") -> float:
    """Seconds waited, and a priority visitor counts as `head_start_minutes` older.

    So an ordinary visitor is overtaken only by those who came within that time after: nobody starves.
    """
    extra = plan.head_start_minutes * 60 if ticket.priority else 0
    return first_come(ticket, now, plan) + extra


RULES: Mapping[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule("first-come", 1, first_come),
        Rule("head-start", 1, head_start),
    )
}


def choose(rule: Rule, waiting: Sequence[Ticket], now: datetime, plan: "Plan") -> Choice:
    """The rule's choice among `waiting`, which stands in the order of issue and is not empty."""
    # max() keeps the first of equals: the older ticket.
    score, index = max(
        ((rule.score(ticket, now, plan), -index) for index, ticket in enumerate(waiting)),
    )
    chosen = waiting[-index]
    passed_over = tuple(ticket.number for ticket in waiting[:-index])
    return Choice(chosen, rule.label, round(score, 3), passed_over)


def in_order(rule: Rule, waiting: Sequence[Ticket], now: datetime, plan: "Plan") -> list[Ticket]:
    """`waiting`, first to be called first, as the rule stands now."""
    return sorted(waiting, key=lambda ticket: -rule.score(ticket, now, plan))
