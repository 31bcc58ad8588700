"""A floor where anything may be wished at any moment: random operations on the pure hall, counted by a second hand.

The same seed gives the same floor. What it must come to is asked by bench.py, with a million of them; here is only what
happens, and a count that knows nothing of the hall's own: who was given a number, and whose visit is over.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TypeVar

from queue_core import day, errors, officers, visitors
from queue_core.hall import Booking, Events, Hall
from queue_core.plan import NEEDS, Condition, Line, Plan, Profile, Segment, Share
from queue_core.ticket import AT_COUNTER, CLOSES, Event, Ticket

T = TypeVar("T")
BEGINS = datetime(2026, 11, 20, 2, tzinfo=UTC)
STAFF = tuple(f"p-{n}" for n in range(6))
A_DAY = 4000  # operations
MOST_WAITING = 40
LOOK_EVERY = 50


def eventful(plan: Plan) -> Plan:
    """The plan with all that can make a call more than a matter of age: segments, a ratio, conditions, requeues."""
    none = {"th": "–", "en": "–"}
    segments = (
        Segment("booked", none, bookings=("early", "on-time")),
        Segment("priority", none, priorities=("any",)),
        Segment("foreign", none, languages=tuple(plan.languages[1:]), needs=("interpreter",)),
    )
    lines = (
        Line("WHEN booked waits 5 minutes THEN booked", (Condition("waits", "booked", 5),), (Share(1, "booked"),)),
        Line("WHEN foreign has 2 THEN foreign", (Condition("has", "foreign", 2),), (Share(1, "foreign"),)),
        Line(
            "ALWAYS 2 of priority, 1 of others BY longest-visit",
            (Condition("always"),),
            (Share(2, "priority"), Share(1, "others")),
            "longest-visit",
        ),
    )
    profile = Profile("front-line", none, lines, "head-start")
    busy = {
        one.id: replace(one, profile="front-line" if n % 2 else None) for n, one in enumerate(plan.counters.values())
    }
    return replace(
        plan,
        segments={one.id: one for one in segments},
        profiles={profile.id: profile},
        counters=busy,
        requeues=2,
    )


class Floor:
    """One hall, its clock, and the count."""

    def __init__(self, plan: Plan, seed: int = 1) -> None:
        self.chance, self.now, self.hall = Random(seed), BEGINS, Hall(plan)
        self.asked, self.refused, self.kinds = 0, Counter[str](), Counter[str]()
        self.issued, self.closed, self.doubled, self.misplaced = 0, 0, 0, 0
        self.given, self.live = set[str](), set[str]()
        self.last: Ticket | None = None
        self.codes = 0
        self.take(day.open_day(self.hall, self.now, "hall", plan, trial=True))

    def run(self, operations: int) -> None:
        """So many wishes, granted or refused; whatever is counted is looked at again and again."""
        names, weights = zip(*WISHES.items(), strict=True)
        for wish in self.chance.choices(names, weights, k=operations):
            self.asked += 1
            self.now += timedelta(seconds=self.chance.random() * 8)
            if self.asked % A_DAY == 0:
                self.turns()
            try:
                self.take(wish(self))
            except errors.Refused as refused:
                self.refused[refused.word] += 1
            if self.asked % LOOK_EVERY == 0:
                self.look()
        self.look()

    # -- the second hand -----------------------------------------------------------------------------------------

    def take(self, events: Events) -> None:
        """The events as facts, each counted."""
        for event in events:
            before, self.hall = self.hall, self.hall.after(event)
            self.kinds[event.kind] += 1
            self.count(event, before)

    def count(self, event: Event, before: Hall) -> None:
        ticket = str(event.ticket)
        if event.kind in ("issued", "entered"):
            self.issued += 1
            self.doubled += ticket in self.given or before.numbered(event.data["number"]) is not None
            self.given.add(ticket)
            self.live.add(ticket)
        elif event.kind in CLOSES and ticket in self.live:
            self.closed += 1
            self.live.remove(ticket)
            self.last = before.tickets[ticket].after(event, self.hall.seq)
        elif event.kind == "undone":
            back = {record["id"] for record in event.data["tickets"]} - self.live
            self.closed -= len(back)
            self.live |= back
        elif event.kind in ("called", "resumed"):
            self.misplaced += before.tickets[ticket].state in AT_COUNTER

    @property
    def lost(self) -> int:
        """Tickets that were given and are neither live nor closed, or are in the hall though nobody was given them."""
        return len(self.live ^ set(self.hall.tickets)) + abs(self.issued - self.closed - len(self.live))

    def look(self) -> None:
        """Each ticket at a counter is at one counter, which knows of it; each number stands for one ticket."""
        hall = self.hall
        at = {counter.ticket: counter.id for counter in hall.counters.values() if counter.ticket}
        there = {ticket.id: ticket.counter for ticket in hall.tickets.values() if ticket.state in AT_COUNTER}
        self.misplaced += at != there
        self.doubled += len({ticket.number for ticket in hall.tickets.values()}) < len(hall.tickets)

    def turns(self) -> None:
        """Night, and the next day; sometimes those who were left are carried over, and sometimes they expire."""
        self.now = self.now.replace(hour=2, minute=0) + timedelta(days=1)
        plan = replace(self.hall.plan, left_over=self.one_of(("carry", "expire")))
        self.take(day.open_day(self.hall, self.now, "hall", plan, trial=True))
        # An identity begins with its day: only those of today and yesterday can be given again.
        days = {(self.now - timedelta(days=n)).strftime("%Y%m%d") for n in (0, 1)}
        self.given = {ticket for ticket in self.given if ticket[:8] in days} | self.live

    # -- by chance -----------------------------------------------------------------------------------------------

    def one_of(self, things: Iterable[T]) -> T:
        known = list(things)
        if not known:
            raise errors.NotWaiting()
        return self.chance.choice(known)

    def some(self, things: Iterable[T], most: int) -> list[T]:
        known = list(things)
        return self.chance.sample(known, min(len(known), self.chance.randint(1, most)))

    def seldom(self, thing: T) -> T | None:
        return thing if self.chance.random() < 0.2 else None

    @property
    def who(self) -> str:
        return self.one_of(STAFF)

    @property
    def service(self) -> str:
        return self.one_of(self.hall.plan.services)

    @property
    def counter(self) -> str:
        return self.one_of(self.hall.counters)

    def manned(self, *states: str) -> str:
        """A counter whose visitor is in one of these states; with no state, one where nobody is."""
        here = ((counter.id, self.hall.at_counter(counter.id)) for counter in self.hall.counters.values())
        return self.one_of(name for name, at in here if (at.state in states if at else not states))

    def ticket(self, *states: str) -> Ticket:
        return self.one_of(one for one in self.hall.tickets.values() if one.state in states)

    def any_ticket(self) -> Ticket:
        return self.one_of(self.hall.tickets.values())


def wish(what: Callable[..., Events], *asked: Callable[[Floor], object], by: bool = True) -> Callable[[Floor], Events]:
    """The wish with its words drawn anew each time."""
    return lambda floor: what(floor.hall, floor.now, *([floor.who] if by else []), *(one(floor) for one in asked))


# -- visitors ------------------------------------------------------------------------------------------------------


def issue(floor: Floor) -> Events:
    if len(floor.hall.waiting()) >= MOST_WAITING:
        return officers.call_next(floor.hall, floor.now, floor.who, floor.manned(), "finished")
    return visitors.issue(
        floor.hall, floor.now, "kiosk", floor.some(floor.hall.plan.services, 3),
        floor.seldom(floor.one_of(floor.hall.plan.priorities)), floor.one_of(floor.hall.plan.languages),
        floor.chance.randint(1, 4), floor.some(NEEDS, 1) if floor.seldom(True) else (),
    )  # fmt: skip


def book(floor: Floor) -> Events:
    floor.codes += 1
    at = floor.now + timedelta(minutes=floor.chance.randint(-60, 60))
    booking = Booking(f"CODE{floor.codes}", tuple(floor.some(floor.hall.plan.services, 2)), at)
    return visitors.book(floor.hall, floor.now, floor.who, booking)


def check_in(floor: Floor) -> Events:
    return visitors.check_in(floor.hall, floor.now, "kiosk", floor.one_of(floor.hall.bookings))


def cancel_booking(floor: Floor) -> Events:
    return visitors.cancel_booking(floor.hall, floor.now, floor.who, floor.one_of(floor.hall.bookings))


def rate(floor: Floor) -> Events:
    if floor.last is None:
        raise errors.NotServedYet()
    return visitors.rate(floor.hall, floor.now, "holder", floor.last, False, {"overall": 5}, "")


def slip(floor: Floor) -> Events:
    ticket = floor.any_ticket()
    told = floor.one_of((visitors.slip_printed, visitors.slip_unknown, visitors.slip_sent))
    return told(floor.hall, floor.now, "agent", ticket.id, ticket.copy)


def move(floor: Floor) -> Events:
    named = {
        "service": floor.service,
        "priority": floor.seldom(floor.one_of(floor.hall.plan.priorities)),
        "needs": floor.some(NEEDS, 2),
        "people": 2,
    }
    changes = {name: named[name] for name in floor.some(named, 2)}
    position = floor.one_of((None, *visitors.POSITIONS))
    return visitors.move(floor.hall, floor.now, floor.who, floor.any_ticket(), changes, position, reason(floor))


def by_hand(floor: Floor) -> Events:
    came = floor.now - timedelta(minutes=floor.chance.randint(5, 90))
    ended = floor.now - timedelta(minutes=1) if floor.chance.random() < 0.7 else None
    number = f"{floor.hall.plan.emergency_prefix}{floor.chance.randint(1, 400):03d}"
    return visitors.enter_by_hand(
        floor.hall, floor.now, floor.who, number, [floor.service], came, ended_at=ended, counter=floor.counter
    )


def reason(floor: Floor) -> str:
    return floor.one_of(floor.hall.plan.reasons)


# -- officers ------------------------------------------------------------------------------------------------------


def call_next(floor: Floor) -> Events:
    return officers.call_next(floor.hall, floor.now, floor.who, floor.counter, floor.one_of(("finished", "no-show")))


def call_number(floor: Floor) -> Events:
    number = floor.ticket("waiting", "absent").number
    return officers.call_number(floor.hall, floor.now, floor.who, floor.manned(), number, reason(floor))


def walk_in(floor: Floor) -> Events:
    service = floor.seldom(floor.service)
    return officers.walk_in(floor.hall, floor.now, floor.who, floor.manned(), service)


def finish(floor: Floor) -> Events:
    given = floor.some(floor.hall.plan.services, 2) if floor.seldom(True) else ()
    outcome, stay = floor.one_of(officers.OUTCOMES), bool(floor.seldom(True))
    return officers.finish(floor.hall, floor.now, floor.who, floor.manned(*AT_COUNTER), outcome, given, stay=stay)


def transfer(floor: Floor) -> Events:
    return officers.transfer(
        floor.hall, floor.now, floor.who, floor.manned(*AT_COUNTER), floor.service,
        floor.seldom(floor.counter), floor.seldom(floor.who), floor.one_of(visitors.POSITIONS), reason(floor),
    )  # fmt: skip


def resume(floor: Floor) -> Events:
    return officers.resume(floor.hall, floor.now, floor.who, floor.manned(), floor.ticket("held").number)


def requeue(floor: Floor) -> Events:
    return officers.requeue(floor.hall, floor.now, floor.who, floor.counter, floor.ticket("absent").number)


def stand_in(floor: Floor) -> Events:
    return officers.stand_in(floor.hall, floor.now, floor.who, floor.counter, floor.one_of((None, floor.counter)))


# -- the hall ------------------------------------------------------------------------------------------------------


def restart(floor: Floor) -> Events:
    """A power cut, after which the clock may be somewhat off."""
    floor.now += timedelta(seconds=floor.chance.randint(-120, 300))
    return day.interrupted(floor.hall, floor.now, "hall")


def skills(floor: Floor) -> Events:
    able = floor.one_of((None, floor.some(floor.hall.plan.services, 12)))
    return day.set_skills(floor.hall, floor.now, floor.who, floor.who, able)


def services(floor: Floor) -> Events:
    return day.set_services(floor.hall, floor.now, floor.who, floor.counter, floor.some(floor.hall.plan.services, 12))


def pause_service(floor: Floor) -> Events:
    message = {"th": "ปิดชั่วคราว", "en": "Closed for now"}
    return day.pause_service(floor.hall, floor.now, floor.who, floor.service, message)


def resume_service(floor: Floor) -> Events:
    return day.resume_service(floor.hall, floor.now, floor.who, floor.one_of(floor.hall.paused))


# Every wish there is, and how often it comes. Danger passes soon, or nothing else would happen.
WISHES: dict[Callable[[Floor], Events], int] = {
    issue: 200,
    book: 10,
    check_in: 10,
    cancel_booking: 2,
    wish(visitors.cancel, Floor.any_ticket): 10,
    wish(visitors.come_back, lambda floor: floor.ticket("absent", "waiting")): 8,
    rate: 10,
    slip: 40,
    wish(visitors.reprint, Floor.any_ticket): 10,
    move: 20,
    by_hand: 6,
    call_next: 150,
    call_number: 20,
    wish(officers.recall, lambda floor: floor.manned("called")): 20,
    walk_in: 20,
    wish(officers.start, lambda floor: floor.manned("called")): 80,
    wish(officers.no_show, lambda floor: floor.manned("called")): 20,
    requeue: 10,
    finish: 120,
    wish(officers.hold, lambda floor: floor.manned(*AT_COUNTER)): 20,
    resume: 30,
    transfer: 30,
    wish(officers.still_here, lambda floor: floor.manned(*AT_COUNTER)): 4,
    wish(officers.undo, lambda floor: floor.counter): 30,
    wish(officers.ask_help, lambda floor: floor.counter): 4,
    wish(officers.answer_help, lambda floor: floor.counter): 4,
    wish(officers.help_over, lambda floor: floor.counter): 4,
    stand_in: 8,
    wish(officers.open_counter, lambda floor: floor.counter): 10,
    wish(officers.pause_counter, lambda floor: floor.manned()): 4,
    wish(officers.close_counter, lambda floor: floor.manned()): 4,
    restart: 2,
    skills: 1,
    services: 1,
    pause_service: 3,
    resume_service: 9,
    wish(day.evacuate): 1,
    wish(day.all_clear): 20,
    wish(day.give_up_overdue): 20,
}
