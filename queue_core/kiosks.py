"""What may be wished about a kiosk as a thing in the hall: a call for a member of staff, a pause, its paper.

Each wish is a pure function `(hall, now, by, …) -> events`, or a polite refusal from errors.py; no event means that the
wish is already so. A kiosk is named by its device's opaque id, a printer by its agent's id and its name. Not here: the
tickets that a kiosk gives (visitors.py), how a printer is (that is no fact of the log), what is shown.
"""

from datetime import datetime, timedelta

from queue_core import errors
from queue_core.hall import Events, Hall, KioskCall, Roll
from queue_core.ticket import Event

# What stood on the screen of whoever called, where that tells the staff something.
WHYS = ("help", "printer", "closed", "paused", "full", "slip")
# Whoever said that they are coming has come by then, and the call is over by itself.
COMING_LASTS = timedelta(minutes=3)
# So little is left on a roll that another is to be at hand.
FEW_SLIPS = 0.1


# -- a call for a member of staff ----------------------------------------------------------------------------------


def call_out(hall: Hall, now: datetime, device: str) -> KioskCall | None:
    """The call from this kiosk that is not over: unanswered, or answered a short while ago."""
    call = hall.kiosk_calls.get(device)
    over = call is not None and call.answered_at is not None and now - call.answered_at >= COMING_LASTS
    return None if over else call


def call_staff(hall: Hall, now: datetime, by: str, device: str, why: str | None = None) -> Events:
    """A visitor at the kiosk asks for a member of staff. Nothing, if a call is out already."""
    told = {"device": device} | ({"why": why} if why else {})
    return () if call_out(hall, now, device) else (Event("kiosk-called", now, by, data=told),)


def answer_call(hall: Hall, now: datetime, by: str, device: str) -> Events:
    """Somebody is coming to the kiosk. Nothing, if somebody is already."""
    call = call_out(hall, now, device)
    if call is None:
        raise errors.NoKioskCall()
    return () if call.answered_by else (Event("kiosk-answered", now, by, data={"device": device}),)


def end_call(hall: Hall, now: datetime, by: str, device: str) -> Events:
    """The visitor has been helped, or needs nobody any more. Nothing, if there was no call."""
    there = device in hall.kiosk_calls
    return (Event("kiosk-call-over", now, by, data={"device": device}),) if there else ()


# -- switched off for a while --------------------------------------------------------------------------------------


def pause(hall: Hall, now: datetime, by: str, device: str) -> Events:
    """The kiosk gives no tickets for now, and says so. Nothing, if it is paused."""
    paused = device in hall.kiosks_paused
    return () if paused else (Event("kiosk-paused", now, by, data={"device": device}),)


def resume(hall: Hall, now: datetime, by: str, device: str) -> Events:
    """The kiosk gives tickets again. Nothing, if it does."""
    paused = device in hall.kiosks_paused
    return (Event("kiosk-resumed", now, by, data={"device": device}),) if paused else ()


def not_paused(hall: Hall, device: str) -> None:
    """Refuse what a paused kiosk must not do."""
    if device in hall.kiosks_paused:
        raise errors.KioskIsPaused()


# -- paper ---------------------------------------------------------------------------------------------------------


def change_roll(hall: Hall, now: datetime, by: str, printer: str) -> Events:
    """A whole roll is in this printer from now on."""
    return (Event("roll-changed", now, by, data={"printer": printer}),)


def sample_slip_printed(hall: Hall, now: datetime, by: str, device: str, printer: str) -> Events:
    """A slip that is nobody's came out: no figure knows of it, but the roll is that much shorter."""
    return (Event("test-slip", now, by, data={"device": device, "printer": printer}),)


def slips_left(roll: Roll | None, slips_on_a_roll: int) -> int | None:
    """How many slips the roll still gives, as far as anybody can tell; None where nobody said when it was put in."""
    return None if roll is None else max(slips_on_a_roll - roll.slips, 0)


def runs_short(left: int | None, slips_on_a_roll: int) -> bool:
    """Whether another roll is to be at hand."""
    return left is not None and left <= slips_on_a_roll * FEW_SLIPS
