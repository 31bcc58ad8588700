"""A ticket as its holder sees it, at the kiosk and on a phone. Who may ask for it is said where it is asked."""

from typing import Any

from hall_server import tell
from hall_server.house import House
from hall_server.problems import TurnedAway
from queue_core.hall import Hall
from queue_core.plan import Names, Plan


def exists(house: House, ticket: str) -> bool:
    """Whether there is, or was, a ticket of that id."""
    return ticket in house.hall.tickets or house.office.log.closed_visit(ticket) is not None


def held_by(house: House, hall: Hall, ticket: str) -> dict[str, Any]:
    """A ticket as its holder sees it, live or closed, with its token."""
    live = hall.tickets.get(ticket)
    visit = None if live else house.office.log.closed_visit(ticket)
    if live is None and visit is None:
        raise TurnedAway("not-found")
    stands = live or visit.ticket  # type: ignore[union-attr]
    rated = visit.rated if visit else False
    told = tell.held_ticket(hall, stands, house.office.now(), house.outlook)
    own = {"token": house.token(ticket), "rated": rated, "calls": stands.calls, "way": way(hall.plan, stands.counter)}
    return told | own


def way(plan: Plan, counter: str | None) -> dict[str, Names | None] | None:
    """Where the counter is: its name, its zone and how to get there, as far as the centre says; None for none."""
    planned = plan.counters.get(counter or "")
    if planned is None:
        return None
    zone = plan.zones.get(planned.zone or "")
    return {"counter": planned.name, "zone": zone.name if zone else None, "how": tell.directions(plan, planned.id)}
