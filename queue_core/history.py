"""A service day of the hall's own log, as a recorded day: read-only SQL, for whoever plays it again under another plan.

One row is one leg: a service that somebody queued for. What kept a counter busy and was no such leg (a visitor without
a ticket, a call to which nobody came) is time in which the counter was not there for the queue. Not here: figures
(statistics.py), the calls of a day (past.py), playing it (whatif.py).
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from queue_core import rota
from queue_core.errors import ClosedThatDay, NothingToGoBy, UnknownDay
from queue_core.forecast import HALF_HOURS, MINUTES, DayCount, Forecast, forecast
from queue_core.hall import Hall
from queue_core.log import EPOCH, event_of, events_of
from queue_core.plan import Plan
from queue_core.recorded import Recorded, SiteDay
from queue_core.rota import Rota, Spell
from queue_core.stage import Span
from queue_core.ticket import Event
from queue_core.whatif import Basis, ahead, basis

LEFT = ("no-show", "cancelled", "expired")
STAFFING = frozenset(
    {"day-opened", "plan-changed", "standing-in", "evacuation-called", "evacuation-over"}
    | {"counter-opened", "counter-paused", "counter-closed"}
)


@dataclass(frozen=True, slots=True)
class PastDay:
    """A day that was held: who came and what became of them, by what plan, who was at which counter when.

    The plan has every service, priority and counter that it had at any time of the day.
    """

    day: SiteDay
    plan: Plan
    rota: Rota


def days(conn: sqlite3.Connection, before: date, limit: int = -1) -> list[date]:
    """The service days before that one on which anybody came and that are over, the last first."""
    asked = "select distinct day from visits where day < :before order by day desc limit :limit"
    return [date.fromisoformat(day) for (day,) in conn.execute(asked, {"before": str(before), "limit": limit})]


def past_day(conn: sqlite3.Connection, day: date) -> PastDay | None:
    """The day as it was held; None where nobody came."""
    opened, events = events_of(conn, str(day))
    rows = conn.execute(_LEGS, {"day": str(day)}).fetchall()
    if not events or not rows:
        return None
    plan = _plan(events)
    vain = _in_vain(opened, events)
    tickets, beside = list[Recorded](), defaultdict[str, list[Span]](list)
    for _, legs in groupby(rows, key=lambda row: row["ticket"]):
        for one in _Visit(plan, list(legs), vain).legs():
            if isinstance(one, Recorded):
                tickets.append(one)
            else:
                beside[one[0]].append((one[1], one[2]))
    tickets = [one for one in tickets if _service_day(plan, one.arrived) == day]
    begins = int(plan.day_begins[:2])
    told = SiteDay(plan.id, day, begins, tuple(sorted(tickets, key=lambda one: one.arrived)))
    there = _rota(opened, events)
    for counter, spans in beside.items():
        for start, end in spans:
            there = rota.without(there, counter, start, end)
    return PastDay(told, plan, there) if tickets else None


def counts(conn: sqlite3.Connection, plan: Plan, before: date, days: int = 400) -> list[DayCount]:
    """How many tickets were taken on each of the last days, by service and half-hour, the first day first."""
    asked = {"first": str(before - timedelta(days=days)), "before": str(before), "step": MINUTES * 60_000}
    found = defaultdict[str, dict[str, list[int]]](dict)
    for day, service, step, n in conn.execute(_COUNTS, asked):
        at = plan.local(EPOCH + timedelta(milliseconds=step * asked["step"]))
        each = found[day].setdefault(service, [0] * HALF_HOURS)
        each[(at.hour * 60 + at.minute) // MINUTES] += n
    return [
        DayCount(date.fromisoformat(day), {service: tuple(each) for service, each in services.items()})
        for day, services in sorted(found.items())
    ]


# -- a day to be played again --------------------------------------------------------------------------------------

# A day to come is drawn from so many like days, and so many at least.
LIKE, AT_LEAST = 4, 2


def basis_of(conn: sqlite3.Connection, day: date, today: date, officers: Mapping[str, str]) -> Basis:
    """The basis of a past day, or, from `today` on, of one to come, as the days like it were.

    `officers`: opaque ids by name. UnknownDay, ClosedThatDay, NothingToGoBy.
    """
    if day >= today:
        return ahead_of(conn, day, today, officers)
    held = past_day(conn, day)
    if held is None:
        raise UnknownDay(day=str(day), known=", ".join(str(one) for one in days(conn, today, 10)) or "–")
    return basis(held.day, held.plan, held.rota, officers)


def ahead_of(conn: sqlite3.Connection, day: date, today: date, officers: Mapping[str, str]) -> Basis:
    """The basis of a day to come: as many as forecast, met by the counters of the last day like it."""
    told, plan = foretold(conn, day, today)
    like = _like(told, days(conn, today, 60))
    held = [one for one in (past_day(conn, day) for day in like) if one]
    return ahead(told, plan, [basis(one.day, one.plan, one.rota, officers) for one in held])


def foretold(conn: sqlite3.Connection, day: date, today: date) -> tuple[Forecast, Plan]:
    """The forecast of a day, by the plan by which the hall was last open. ClosedThatDay, NothingToGoBy."""
    plan = last_plan(conn)
    told = forecast(counts(conn, plan, today), plan, day) if plan else None
    if told is None or plan is None:
        raise NothingToGoBy(day=str(day))
    if not told.expected:
        raise ClosedThatDay(day=str(day))
    return told, plan


def last_plan(conn: sqlite3.Connection) -> Plan | None:
    """The plan by which the hall was last open."""
    asked = "select record from events where kind in ('day-opened', 'plan-changed') order by seq desc limit 1"
    row = conn.execute(asked).fetchone()
    return Plan.from_record(event_of(row[0]).data["plan"]) if row else None


def _like(told: Forecast, known: Sequence[date]) -> list[date]:
    """The past days that the forecast goes by most, the last of them first; others where they are too few."""
    weekday = [one for one in known if one.weekday() == told.day.weekday() and one in told.weights]
    others = [one for one in known if one not in weekday]
    return [*weekday, *others[: max(0, AT_LEAST - len(weekday))]][:LIKE]


# Who was taken back was never there.
_LEGS = """
select legs.*, visits.number from legs join visits using (ticket)
where legs.day = :day and legs.outcome is not 'undone' order by ticket, leg
"""
# The service that a visit came for is its first leg's.
_COUNTS = """
select visits.day, legs.service, issued_ms / :step as step, count(*)
from visits join legs on legs.ticket = visits.ticket and legs.leg = 0
where visits.day >= :first and visits.day < :before and legs.outcome is not 'undone'
    and not (legs.waited = 0 and legs.rule = 'walk-in/1')
group by visits.day, legs.service, step
"""

Beside = tuple[str, datetime, datetime]
Vain = Mapping[str, Sequence[tuple[str, datetime, datetime]]]


# -- one visit -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Visit:
    """The legs of one ticket, in their order, and to which calls of it nobody came."""

    plan: Plan
    rows: Sequence[sqlite3.Row]
    vain: Vain

    def legs(self) -> Iterator[Recorded | Beside]:
        """What was queued for, and at which counter else time went by."""
        told: Recorded | None = None
        for number, row in enumerate(self.rows):
            if row["waited"]:
                if told:
                    yield told
                told = self.queued(row, number)
            elif told and row["rule"] == "same-window/1" and told.finished:
                # Went on at the same window: one visit to the counter, however many services.
                told = replace(told, finished=max(told.finished, self.moment(row["ended_ms"])))
            elif row["called_ms"] is not None:
                yield str(row["counter"]), self.moment(row["called_ms"]), self.moment(row["ended_ms"])
        if told:
            yield told
        yield from self.called_in_vain(told)

    def queued(self, row: sqlite3.Row, number: int) -> Recorded:
        called, left = row["called_ms"], row["state"] in LEFT or row["outcome"] == "gave-up"
        arrived = self.moment(row["queued_ms"])
        begun = None if called is None else max(arrived, self.moment(called))
        if row["state"] == "expired" and begun:
            # Somebody forgot to finish.
            left = False
        return Recorded(
            id=f"{row['number']}/{number + 1}" if number else row["number"],
            site=self.plan.id,
            queue=row["service"],
            service=row["service"],
            arrived=arrived,
            called=begun,
            finished=self.finished(row, arrived, begun),
            abandoned=left,
            counter=row["counter"] if begun else None,
            priority=row["priority"],
            reported_service_s=row["published_s"],
        )

    def finished(self, row: sqlite3.Row, arrived: datetime, called: datetime | None) -> datetime | None:
        """When the counter was free of it again; None where its times are not believed."""
        if row["uncertain"] or (called and row["state"] == "expired"):
            return None
        if called and row["state"] == "no-show":
            waited = [end for _, start, end in self.vain.get(row["ticket"], ()) if start == called]
            return waited[0] if waited else None
        return max(arrived, self.moment(row["ended_ms"] - row["held_ms"]), called or arrived)

    def called_in_vain(self, told: Recorded | None) -> Iterator[Beside]:
        """The calls to which nobody came, but for the one that ended the visit."""
        for call in self.vain.get(self.rows[0]["ticket"], ()):
            if told is None or told.called != call[1]:
                yield call

    def moment(self, ms: int) -> datetime:
        return _local(self.plan, EPOCH + timedelta(milliseconds=ms))


def _local(plan: Plan, moment: datetime) -> datetime:
    """The time on the centre's own wall."""
    return plan.local(moment).replace(tzinfo=None)


def _service_day(plan: Plan, local: datetime) -> date:
    return (local - timedelta(hours=int(plan.day_begins[:2]), minutes=int(plan.day_begins[3:]))).date()


def _in_vain(opened: int, events: Sequence[Event]) -> Vain:
    """By ticket: at which counter, from when to when nobody came; not what was taken back."""
    undone = {seq for event in events if event.kind == "undone" for seq in event.data["undoes"]}
    plan, called = _plan(events), dict[str, Event]()
    found = defaultdict[str, list[tuple[str, datetime, datetime]]](list)
    for seq, event in enumerate(events, opened):
        if event.kind == "called":
            called[str(event.ticket)] = event
        elif event.kind in ("did-not-come", "no-show") and seq not in undone:
            call = called.pop(str(event.ticket), None)
            if call:
                times = _local(plan, call.at), _local(plan, event.at)
                found[str(event.ticket)].append((str(call.counter), *times))
    return found


# -- plan and counters ---------------------------------------------------------------------------------------------


def _plan(events: Sequence[Event]) -> Plan:
    """The day's last plan, with what earlier ones of the day had besides."""
    plans = [Plan.from_record(event.data["plan"]) for event in events if event.kind in ("day-opened", "plan-changed")]
    together: dict[str, Any] = {
        name: {key: thing for plan in plans for key, thing in getattr(plan, name).items()}
        for name in ("agencies", "services", "priorities", "counters")
    }
    return replace(plans[-1], **together)


def _rota(opened: int, events: Sequence[Event]) -> Rota:
    """Who was at which counter when, and for what: the day once more, event by event."""
    plan = _plan(events)
    hall, running, done = Hall(plan, seq=opened - 1), dict[str, Spell](), list[Spell]()
    last = dict[str, datetime]()
    for event in events:
        hall = hall.after(event)
        at = _local(plan, event.at)
        if event.counter:
            last[event.counter] = at
        if event.kind in STAFFING:
            now = _manned(hall, at)
            for counter in running.keys() | now.keys():
                before, after = running.get(counter), now.get(counter)
                if before is None or after is None or replace(before, start=at, end=at) != after:
                    done += [replace(running.pop(counter), end=at)] if before else []
                    running |= {counter: after} if after else {}
    # A counter that nobody closed was left after whatever happened there last.
    done += [replace(spell, end=max(last.get(spell.counter, spell.start), spell.start)) for spell in running.values()]
    return tuple(sorted((one for one in done if one.start < one.end), key=lambda one: (one.counter, one.start)))


def _manned(hall: Hall, at: datetime) -> dict[str, Spell]:
    """The counters that call now; while the building is cleared, none."""
    return {
        counter.id: Spell(counter.id, hall.services_at(counter.id), at, at, counter.officer)
        for counter in hall.counters.values()
        if counter.state == "open" and not hall.evacuation
    }
