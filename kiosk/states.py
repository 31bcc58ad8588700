"""Why the whole kiosk gives no ticket now, and from when it will again. Pure: (hall, …) -> plain data.

A kiosk shows it as a screen of its own, instead of a list on which nothing can be had. Not here: why a single service
is closed while others are open (kiosk.py), a kiosk that is cut off (that only its page knows).
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from hall_server import tell, texts
from queue_core.errors import OutOfOrder
from queue_core.hall import Hall
from queue_core.plan import WEEKDAYS, Names, Plan

# Nobody plans to come back later than that.
FAR_DAYS = 60
# What is said where services are closed for several reasons: the one that ends soonest.
BY_HOPE = ("service-paused", "hour-full", "no-time-left", "quota-full")


def nothing_given(
    hall: Hall, now: datetime, paused: bool, refusals: Sequence[OutOfOrder | None]
) -> dict[str, Any] | None:
    """Why this kiosk gives no ticket at all: `paused`, `closed` or the word of the refusals; None where it gives one.

    `refusals`: why not, for each service that the kiosk offers. `again` says from when, as far as that is known.
    """
    if paused:
        return {"why": "paused", "again": None}
    if not hall.open_at(now):
        return {"why": "closed", "again": again(hall.plan, now, next_tickets(hall.plan, now))}
    words = {refusal.word for refusal in refusals if refusal}
    if not refusals or None in refusals or not words <= set(BY_HOPE):
        return None
    why = next(word for word in BY_HOPE if word in words)
    return {"why": why, "again": _again(hall, now, why, refusals)}


def _again(hall: Hall, now: datetime, why: str, refusals: Sequence[OutOfOrder | None]) -> Names | None:
    if why == "service-paused":
        return None
    if why == "hour-full":
        clock = min(str(refusal.values["next"]) for refusal in refusals if refusal and refusal.word == why)
        return {language: texts.say(language, "kiosk.state.today_from", time=clock) for language in hall.plan.languages}
    return again(hall.plan, now, next_tickets(hall.plan, _tomorrow(hall.plan, now)))


def next_tickets(plan: Plan, now: datetime) -> datetime | None:
    """When tickets are next begun to be given, by the hours and the holidays; None where that is not in sight."""
    local = plan.local(now)
    for ahead in range(FAR_DAYS):
        date = local.date() + timedelta(days=ahead)
        midnight = datetime.combine(date, time(), local.tzinfo)
        begin = (midnight + timedelta(minutes=minute) for minute, _ in plan.ticket_spans_on(date))
        found = next((one for one in begin if one > local), None)
        if found:
            return found
    return None


def _tomorrow(plan: Plan, now: datetime) -> datetime:
    """The end of this local day: a day's quota is for all of it."""
    return plan.local(now).replace(hour=23, minute=59, second=0, microsecond=0)


def again(plan: Plan, now: datetime, when: datetime | None) -> Names | None:
    """From when tickets are given again, in words: today's hour, or the day and its hour."""
    if when is None:
        return None
    if when.date() == plan.local(now).date():
        return {one: texts.say(one, "kiosk.state.today_from", time=tell.clock(when)) for one in plan.languages}
    return {one: _another_day(one, when) for one in plan.languages}


def _another_day(language: str, when: datetime) -> str:
    weekday = texts.say(language, f"weekday.{WEEKDAYS[when.weekday()]}")
    month = texts.say(language, f"month.{when.month}")
    return texts.say(
        language, "kiosk.state.day_from", weekday=weekday, day=when.day, month=month, time=tell.clock(when)
    )
