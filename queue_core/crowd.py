"""The people of a recorded day, who come to a hall in practice: one after another as they came, and in real time.

They take tickets as at a kiosk, and give up when they did; to call and serve them is for those who practise.
Not here: reading the file (recorded.py), how everything in practice is marked (the faces ask `Hall.practice`).
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from heapq import heapify, heappop, heappush
from itertools import count, cycle

from queue_core import errors, visitors
from queue_core.office import Office
from queue_core.plan import Plan
from queue_core.recorded import Recorded, SiteDay
from queue_core.stage import called_in_vain

logger = logging.getLogger(__name__)

WHO = "practice"


@dataclass(frozen=True, slots=True)
class Coming:
    """One who comes so long after the first of the day, and gives up (`leaves`, counted likewise) if waiting still."""

    after: timedelta
    service: str
    priority: str | None = None
    leaves: timedelta | None = None


def coming(day: SiteDay, plan: Plan) -> list[Coming]:
    """The day's people as visitors of this plan's centre, in the order of arrival.

    What was recorded elsewhere, and this centre does not know, is one of its own services and priorities instead: the
    same one for all who came for the same.
    """
    services = _as_here((ticket.service for ticket in day.tickets), list(plan.services))
    priorities = _as_here((ticket.priority for ticket in day.tickets if ticket.priority), list(plan.priorities))
    first = day.tickets[0].arrived
    return [
        Coming(
            ticket.arrived - first,
            services[ticket.service],
            priorities.get(ticket.priority or ""),
            ticket.finished - first if ticket.finished and _gives_up(ticket) else None,
        )
        for ticket in day.tickets
    ]


def _as_here(recorded: Iterable[str], known: Sequence[str]) -> dict[str, str]:
    others = cycle(known)
    return {name: name if name in known else next(others) for name in dict.fromkeys(recorded) if known}


def _gives_up(ticket: Recorded) -> bool:
    return ticket.abandoned and not called_in_vain(ticket)


class Crowd:
    """Those who are still to come, and to leave, in a hall whose practice begins now."""

    def __init__(self, office: Office, people: Iterable[Coming]) -> None:
        self._office, self._began, self._order = office, office.now(), count()
        self._ahead = [(one.after, next(self._order), partial(self._arrives, one)) for one in people]
        heapify(self._ahead)

    def move(self) -> None:
        """Whoever is due by now comes, or leaves. For a timer; whom the hall sends away goes home."""
        passed = self._office.now() - self._began
        while self._ahead and self._ahead[0][0] <= passed:
            _, _, happens = heappop(self._ahead)
            try:
                happens()
            except errors.Refused as refused:
                logger.info("a visitor in practice was sent away: %s", refused.word)

    def _arrives(self, one: Coming) -> None:
        # No slip: nobody stands there to take it.
        wish = partial(visitors.issue, by=WHO, services=[one.service], priority=one.priority, slip=False)
        done = self._office.do(wish)
        if one.leaves is not None:
            heappush(self._ahead, (one.leaves, next(self._order), partial(self._leaves, str(done.ticket))))

    def _leaves(self, identity: str) -> None:
        ticket = self._office.hall.tickets.get(identity)
        if ticket and ticket.state == "waiting":
            self._office.do(partial(visitors.cancel, by=WHO, ticket=ticket))
