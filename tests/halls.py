"""A small centre for tests: its TOML, a clock that a test moves, and an office on a real log. Nothing here is a mock.

Not here: what any one test promises, and the web.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from queue_core import centre_file, day, hall, log, officers, plan, visitors
from queue_core.hall import Events, Hall, Wish
from queue_core.office import Clock, Office
from queue_core.ticket import Event, Ticket

MORNING = "2026-11-20T09:00:00+07:00"  # a Friday, and open

CENTRE = """\
[centre]
id = "small"
name = { th = "ศูนย์เล็ก", en = "A small centre" }
timezone = "Asia/Bangkok"
day_begins = "04:00"
languages = ["th", "en"]

[calling]
rule = "head-start"
head_start_minutes = 20

[hours]
monday = ["08:30-12:00", "13:00-16:30"]
tuesday = ["08:30-16:30"]
wednesday = ["08:30-16:30"]
thursday = ["08:30-16:30"]
friday = ["08:30-16:30"]

[[agency]]
id = "sso"
name = { th = "สำนักงานประกันสังคม", en = "Social Security Office" }
short = { th = "สปส.", en = "SSO" }

[[agency]]
id = "doe"
name = { th = "กรมการจัดหางาน", en = "Department of Employment" }

[[priority]]
id = "elder"
name = { th = "ผู้สูงอายุ", en = "Older person" }

[[service]]
id = "benefit"
agency = "sso"
name = { th = "ขอรับประโยชน์ทดแทน", en = "Benefit claim" }
kind = "forward"
prefix = "A"
documents = { th = ["บัตรประชาชน"], en = ["Identity card"] }
steps = { th = ["ยื่นคำขอ", "รับใบนัด"], en = ["Hand in the claim", "Take the appointment"] }
standard_service_minutes = 15
target_wait_minutes = 30
published_days = 7

[[service]]
id = "advice"
agency = "sso"
name = { th = "ให้คำปรึกษา", en = "Advice" }
kind = "information"
prefix = "A"
standard_service_minutes = 10
target_wait_minutes = 30

[[service]]
id = "card"
agency = "doe"
name = { th = "ต่ออายุใบอนุญาตทำงาน", en = "Work permit renewal" }
kind = "complete"
prefix = "B"
documents = { th = ["หนังสือเดินทาง", "ใบอนุญาตเดิม"], en = ["Passport", "The present permit"] }
forms = { th = ["บต. 31"], en = ["Form WP 31"] }
fee = { th = "3,100 บาท", en = "3,100 baht" }
standard_service_minutes = 20
target_wait_minutes = 45

[[counter]]
id = "1"
name = { th = "ช่อง 1", en = "Counter 1" }
services = ["benefit", "card"]

[[counter]]
id = "2"
name = { th = "ช่อง 2", en = "Counter 2" }
services = ["benefit", "advice"]

[[counter]]
id = "3"
name = { th = "ช่อง 3", en = "Counter 3" }
services = ["card"]
"""


class FakeClock(Clock):
    """A clock that stands still until a test moves it."""

    def __init__(self, now: str = MORNING) -> None:
        self._now = datetime.fromisoformat(now)

    def now(self) -> datetime:
        return self._now

    def passes(self, **time: float) -> None:
        """`clock.passes(minutes=7)`; a negative time goes back."""
        self._now += timedelta(**time)

    def shows(self, now: str) -> None:
        self._now = datetime.fromisoformat(now)


@cache
def _small() -> plan.Plan:
    return centre_file.read(CENTRE)


def small_plan(**changes: Any) -> plan.Plan:
    """The small centre's plan, with what a test wants otherwise."""
    return replace(_small(), **changes)


def with_counters(count: int) -> plan.Plan:
    """The small centre with so many counters, all of them for benefits."""
    small = small_plan()
    names = {"th": "ช่อง", "en": "Counter"}
    counters = {str(n): plan.CounterPlan(str(n), names, ("benefit",)) for n in range(1, count + 1)}
    return replace(small, counters=small.counters | counters)


class Day:
    """A hall in the hand: each wish's events are applied at once. No office, no log, no database."""

    def __init__(self, given: plan.Plan | None = None, trial: bool = False, **changes: Any) -> None:
        self.clock = FakeClock()
        self.hall = Hall(replace(given or small_plan(), **changes))
        self.do(day.open_day, self.hall.plan, trial, by="hall")

    def do(self, wish: Any, *asked: Any, by: str = "officer1", **more: Any) -> Events:
        """What the wish made happen; its refusal is raised, and then nothing happened."""
        events: Events = wish(self.hall, self.clock.now(), by, *asked, **more)
        for event in events:
            self.hall = self.hall.after(event)
        return events

    def did(self, wish: Any, *asked: Any, **more: Any) -> list[str]:
        """The kinds of what happened."""
        return [event.kind for event in self.do(wish, *asked, **more)]

    def happens(self, kind: str, ticket: str | None = None, counter: str | None = None, **data: Any) -> None:
        """A fact, whoever wished it."""
        self.hall = self.hall.after(Event(kind, self.clock.now(), "someone", ticket, counter, data))

    def take(self, *services: str, **more: Any) -> Ticket:
        """A visitor takes a ticket, for a benefit where nothing is said."""
        (event,) = self.do(visitors.issue, list(services) or ["benefit"], by="kiosk-1", **more)
        return self.hall.tickets[str(event.ticket)]

    def comes(self, minute: float, *services: str, **more: Any) -> str:
        """The number of a visitor who comes so many minutes after nine."""
        self.clock.shows(MORNING)
        self.clock.passes(minutes=minute)
        return self.take(*services, **more).number

    def press(self, counter: str = "1", current: str | None = None) -> list[str]:
        """The one big button."""
        return self.did(officers.call_next, counter, current)

    def serve(self, counter: str = "1") -> Ticket:
        """The next is called and has come."""
        self.press(counter)
        self.do(officers.start, counter)
        present = self.hall.at_counter(counter)
        assert present
        return present

    def at(self, counter: str = "1") -> str | None:
        """The number of whoever is at the counter."""
        present = self.hall.at_counter(counter)
        return present.number if present else None

    def now(self, ticket: Ticket) -> Ticket:
        """The live ticket as it stands."""
        return self.hall.tickets[ticket.id]

    def called(self, counter: str = "1", times: int = 99) -> list[str]:
        """Who is called there, one after the other, until nobody waits for it or so often as told."""
        numbers = list[str]()
        while len(numbers) < times and "called" in self.press(counter, "no-show" if self.at(counter) else None):
            numbers.append(str(self.at(counter)))
        return numbers


def office(
    folder: Path, clock: Clock | None = None, *, given: plan.Plan | None = None, synchronous: str = "off", **more: Any
) -> Office:
    """An office on the folder's hall.db. Its log is closed by whoever asked: `at_work` does so itself.

    Synchronous is off, because no test here pulls the plug; the one that kills the process needs no more.
    """
    kept = log.Log(folder / "hall.db", synchronous)
    return Office(kept, given or small_plan(), clock or FakeClock(), **more)


@contextmanager
def at_work(folder: Path, clock: Clock | None = None, **more: Any) -> Iterator[Office]:
    """An office that is closed at the end of the block: leaving and entering again is a restart."""
    opened = office(folder, clock, **more)
    try:
        yield opened
    finally:
        opened.log.close()


def wish(what: Any, *asked: Any, by: str = "someone", **more: Any) -> Wish:
    """A wish with its words filled in: `wish(officers.call_next, "1")`."""
    return lambda present, now: what(present, now, by, *asked, **more)


def take(office: Office, service: str = "benefit", **more: Any) -> Ticket:
    """A visitor takes a ticket."""
    done = office.do(wish(visitors.issue, [service], **more))
    return done.hall.tickets[str(done.ticket)]


def press(office: Office, counter: str = "1", current: str | None = None) -> str | None:
    """An officer presses the one big button: the number called, or None where nobody waits."""
    done = office.do(wish(officers.call_next, counter, current))
    called = [event.ticket for event in done.events if event.kind == "called"]
    return done.hall.tickets[str(called[0])].number if called else None


def rate(office: Office, ticket: str, marks: Mapping[str, int], comment: str = "") -> None:
    """The holder rates the visit, as the writer sees it at that moment."""

    def rated(present: Hall, now: datetime) -> hall.Events:
        visit = office.log.visit(ticket)
        assert visit
        return visitors.rate(present, now, "holder", visit.ticket, visit.rated, marks, comment)

    office.do(rated)


def complaints(office: Office) -> list[str]:
    """What `verify` has to say."""
    with office.log.reader() as conn:
        return log.verify(conn, office.hall.plan)


def recorded(office: Office) -> list[str]:
    """The kinds of all events in the log."""
    with office.log.reader() as conn:
        return [row[0] for row in conn.execute("select kind from events order by seq")]
