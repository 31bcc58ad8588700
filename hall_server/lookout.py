"""Looks ahead: keeps the outlook of the hall fresh, beside the office and never in its way.

The rule is run forward in slices in a task of its own, at most once a second, so that presses come between; whoever
issues a ticket or draws a screen takes the last outlook as it is. What a wait is stands in queue_core/waits.py.
"""

from collections.abc import Callable, Generator
from datetime import datetime, timedelta

from queue_core import waits
from queue_core.estimates import Wait
from queue_core.forward import Foretold, replay_in_slices
from queue_core.hall import Hall
from queue_core.waits import NO_OUTLOOK, Outlook

# Time passes while nothing happens: after so long a look is taken anew where anybody waits.
OLD = timedelta(seconds=20)


class Lookout:
    """Holds the last outlook."""

    def __init__(self) -> None:
        self.outlook: Outlook = NO_OUTLOOK
        self.looked_at: datetime | None = None

    def due(self, hall: Hall, now: datetime) -> bool:
        """Whether the hall has moved since the last look, or that is old and somebody waits."""
        if self.looked_at is None or hall.seq != self.outlook.seq:
            return True
        # The hours may begin or end with the minute, though nothing moves.
        turned = now.replace(second=0, microsecond=0) > self.looked_at
        return turned or (now - self.looked_at > OLD and bool(hall.waiting()))

    def look(self, hall: Hall, now: datetime, rest: Callable[[], None] = lambda: None) -> None:
        """Reckon the outlook of this hall; `rest()` comes between slices of about a millisecond."""
        foretold = _rested(replay_in_slices(hall, now, waits.known(hall, now)), rest)
        offered = dict[str, Wait | None]()
        for service in hall.plan.services:
            offered[service] = waits.newcomer(hall, service, now, foretold)
            rest()
        self.outlook = Outlook(hall.seq, foretold.waiting, foretold.newcomers, offered)
        self.looked_at = now


def _rested(slices: Generator[None, None, Foretold], rest: Callable[[], None]) -> Foretold:
    while True:
        try:
            next(slices)
        except StopIteration as done:
            foretold: Foretold = done.value
            return foretold
        rest()
