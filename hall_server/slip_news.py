"""What became of a slip, as its holder and the staff are told. Pure: (hall, …) -> a word.

Not here: the jobs that print it (devices.py), how the word is shown (the faces).
"""

from datetime import datetime, timedelta

from queue_core.ticket import Ticket

# So long after the tap, or after it was asked for, a slip may leave a printer by itself. Later its holder has gone, and
# a stranger would take it.
FRESH = timedelta(seconds=60)
# Who stands at a kiosk has seen its number by then, or has called somebody.
AT_THE_KIOSK = timedelta(minutes=3)


def due_since(ticket: Ticket) -> datetime:
    """Since when a slip of the ticket is due: since it was issued, or another slip was asked for."""
    return ticket.slip_at or ticket.issued_at


def stale(ticket: Ticket, now: datetime) -> bool:
    """Whether the slip has to be asked for: it is too old to come out by itself. So is one from the future, where a
    clock was set back: nobody knows how old it is.
    """
    return not timedelta(0) <= now - due_since(ticket) < FRESH


def came_of(ticket: Ticket, said: str | None, ready: bool, now: datetime, over: str | None = None) -> str:
    """`printing`, `printed`, `sent`, `not_printed` or `unknown`.

    `said` is the last that an agent told of it and the log does not hold; `ready`: some printer would print it now.
    `over`: how it stands where the server gives it to nobody any more.
    """
    if ticket.printed or ticket.sent:
        return "printed" if ticket.printed else "sent"
    if over:
        return over
    # A copy that nobody asked for: one before it may have come out, and the staff may have to look.
    if ticket.copy > 1 and ticket.slip_at is None:
        return "unknown"
    if not ticket.slip_due or stale(ticket, now) or (said == "not_printed" and not ready):
        return "not_printed"
    return "printing"
