"""The one writer: takes every wish that waits, decides each on the hall the last one left, commits once, then tells.

Nobody sees a hall that is not committed. If the commit fails, that hall is dropped and all who waited are refused.
Listeners run after the commit and outside the lock; one that fails is logged and harms nobody.
Not here: what may be wished (visitors.py, officers.py, day.py), how it is stored (log.py), how COMMIT is run (given by
run.py).
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from queue_core import errors
from queue_core.day import change_plan, day_to_open, give_up_overdue, interrupted, open_day, overdue
from queue_core.hall import Events, Hall, Wish
from queue_core.log import Key, Log
from queue_core.plan import Plan
from queue_core.ticket import Event, to_millisecond

logger = logging.getLogger(__name__)

Listener = Callable[[Hall, Events], None]
CLOCK_MAY_REST = timedelta(days=1)


class Clock:
    """The start's wall clock plus the time that went by since: a clock set while the hall is open moves nothing."""

    def __init__(self) -> None:
        self._start = datetime.now(UTC)
        self._ticks = _ticks()

    def now(self) -> datetime:
        """Aware, in UTC."""
        return self._start + timedelta(seconds=_ticks() - self._ticks)


def _ticks() -> float:
    # Linux's monotonic clock stands still while a laptop sleeps; the one since boot does not.
    boottime = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boottime is None else time.clock_gettime(boottime)


@dataclass(frozen=True, slots=True)
class Done:
    """A wish that was done, and is in the log: the hall just after it, its events, and which ticket it concerned.

    `repeated`: its key was used before, nothing was done now, and `hall` is the present.
    """

    hall: Hall
    events: Events
    ticket: str | None
    repeated: bool = False


class _Asked:
    """A wish that waits for its answer."""

    def __init__(self, wish: Wish, key: Key | None) -> None:
        self.wish, self.key = wish, key
        self.done: Done | None = None
        self.error: Exception = errors.NotWritten()
        self.settled = False

    def answer(self) -> Done:
        if self.done is None:
            raise self.error
        return self.done


class Office:
    """Owns the hall and the log of one data folder."""

    def __init__(
        self,
        log: Log,
        plan: Plan,
        clock: Clock,
        trial: bool = False,
        practice: bool = False,
        commit: Callable[[Callable[[], None]], None] = lambda commit: commit(),
    ) -> None:
        self.log, self.clock = log, clock
        self.trial, self.practice = trial, practice
        self._commit = commit
        self._given_plan = plan
        self._hall = log.hall(plan)
        self._waiting: deque[_Asked] = deque()
        self._lock = threading.Lock()
        self._listeners: list[Listener] = []
        self.doubt = self._clock_doubt()
        self._unsure = False
        if self.doubt is None:
            self._begin()

    @property
    def hall(self) -> Hall:
        """The hall as it was last committed."""
        return self._hall

    def now(self) -> datetime:
        """The time, to the millisecond that the log keeps."""
        return to_millisecond(self.clock.now())

    def listen(self, listener: Listener) -> None:
        """Call `listener(hall, events)` after each commit. No events: one thought lost had reached the log."""
        self._listeners.append(listener)

    def do(self, wish: Wish, key: Key | None = None) -> Done:
        """Do the wish and return once it is durable. Raises what the wish refuses, or NotWritten: then nothing
        happened.

        With a key used before by the same caller on this service day, nothing is done again.
        """
        asked = _Asked(wish, key)
        self._waiting.append(asked)
        told: Events = ()
        # Whoever comes first settles for all who wait by then; the others find themselves settled.
        with self._lock:
            before = self._hall
            if not asked.settled:
                told = self._settle(self._take())
            changed = self._hall is not before
        if changed:
            self._tell(told)
        return asked.answer()

    def turn(self) -> None:
        """What the hour brings without a wish, for a timer: the new service day, and the end of visits of the absent.

        Cheap where nothing is due.
        """
        if self.doubt is None and self._due():
            self.do(lambda hall, now: give_up_overdue(hall, now, "hall"))

    def _due(self) -> bool:
        hall, now = self._hall, self.now()
        return day_to_open(hall, now, hall.plan) is not None or bool(overdue(hall, now))

    def confirm_clock(self, by: str) -> None:
        """A manager says that the clock is right after all."""
        if self.doubt is None:
            return
        doubt, self.doubt = self.doubt, None
        data = {"doubt": doubt}
        try:
            self.do(lambda hall, now: self._put_right(hall, now, Event("clock-confirmed", now, by, data=data)))
        except errors.NotWritten:
            self.doubt = doubt
            raise
        self._begin()

    def healthy(self) -> bool:
        """Whether a ticket could be written now: proven by one small durable write."""
        if self.doubt is not None:
            return False
        with self._lock:
            try:
                self._be_sure()
                self._commit(self.log.beat)
            except Exception:
                logger.exception("the log cannot be written")
                return False
        return True

    # -- inside ------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        changed = self._given_plan.source != self._hall.plan.source
        self.do(lambda hall, now: interrupted(hall, now, "hall"))
        self.do(lambda hall, now: change_plan(hall, now, "hall", self._given_plan) if changed else ())

    def _put_right(self, hall: Hall, now: datetime, confirmed: Event) -> Events:
        """A clock that was far ahead opened a day yet to come: the true day is opened, if the log never held it."""
        unheld = not self.log.holds_day(str(hall.plan.service_day(now)))
        return (*self._day(hall, now, hall.plan, also_back=unheld), confirmed)

    def _day(self, hall: Hall, now: datetime, plan: Plan, also_back: bool = False) -> Events:
        """The service day opened, if it has come, with the visits that are booked for it."""
        day = day_to_open(hall, now, plan, also_back)
        if day is None:
            return ()
        bookings, given = self.log.bookings(day), self.log.given(day)
        return open_day(hall, now, "hall", plan, self.trial, also_back, bookings, self.practice, given)

    def _clock_doubt(self) -> str | None:
        last, now = self.log.last_at(), self.now()
        if last is None:
            return None
        if now < last:
            return "before"
        # In trial nobody minds days between; in earnest, a battery that died must not date tickets wrongly.
        return "after" if now - last > CLOCK_MAY_REST and not self.trial else None

    def _take(self) -> list[_Asked]:
        batch = []
        while self._waiting:
            batch.append(self._waiting.popleft())
        return batch

    def _settle(self, batch: list[_Asked]) -> Events:
        """Decide, commit, swap the hall. The events that are now in the log."""
        written = list[Event]()
        try:
            self._be_sure()
            hall = self._hall
            self.log.begin()
            for asked in batch:
                hall = self._decide(asked, hall, written)
            self._commit(self.log.commit)
        except BaseException as error:
            self._drop(batch)
            logger.exception("a commit failed; %d wishes were refused", len(batch))
            if not isinstance(error, Exception):
                raise
            return ()
        self._hall = hall
        for asked in batch:
            asked.settled = True
        return tuple(written)

    def _drop(self, batch: list[_Asked]) -> None:
        for asked in batch:
            asked.done, asked.error, asked.settled = None, errors.NotWritten(), True
        self._unsure = True
        try:
            self._be_sure()
        except Exception:
            logger.exception("the log cannot be read back; it is asked again before the next commit")

    def _be_sure(self) -> None:
        """After a commit that failed: it may have reached the disk, so what counts is what the log holds."""
        if not self._unsure:
            return
        if self.log.rollback() != self._hall.seq:
            self._hall = self.log.hall(self._hall.plan)
        self._unsure = False

    def _decide(self, asked: _Asked, hall: Hall, written: list[Event]) -> Hall:
        now = self.now()
        if self.doubt is not None:
            asked.error = errors.ClockInDoubt(doubt=self.doubt)
            return hall
        hall = self._write(self._day(hall, now, self._plan_for(hall)), hall, written)
        decided = len(written)
        self.log.mark()
        try:
            hall = self._grant(asked, hall, now, written)
        except Exception as error:
            # Its own refusal, or its own fault: taken back alone, the others in this commit are untouched.
            self.log.take_back()
            del written[decided:]
            asked.done, asked.error = None, error
        self.log.keep()
        return hall

    def _grant(self, asked: _Asked, hall: Hall, now: datetime, written: list[Event]) -> Hall:
        if self._repeated(asked, hall):
            return hall
        events = asked.wish(hall, now)
        hall = self._write(events, hall, written)
        ticket = next((event.ticket for event in reversed(events) if event.ticket), None)
        if asked.key:
            counter = next((event.counter for event in events if event.counter), None)
            self.log.remember(asked.key, str(hall.day), ticket, counter)
        asked.done = Done(hall, events, ticket)
        return hall

    def _plan_for(self, hall: Hall) -> Plan:
        return self._given_plan if hall.day is None else hall.plan

    def _repeated(self, asked: _Asked, hall: Hall) -> bool:
        before = self.log.remembered(asked.key, str(hall.day)) if asked.key else None
        if before is None or asked.key is None:
            return False
        if before.digest != asked.key.digest:
            raise errors.KeyReused()
        asked.done = Done(hall, (), before.ticket, repeated=True)
        return True

    def _write(self, events: Events, hall: Hall, written: list[Event]) -> Hall:
        for event in events:
            try:
                after = hall.after(event)
                self.log.write(event, hall, after)
            except Exception as fault:
                logger.exception("an event could not be written: %s", event.kind)
                raise errors.NotWritten() from fault
            written.append(event)
            hall = after
        return hall

    def _tell(self, events: Events) -> None:
        for listener in self._listeners:
            try:
                listener(self._hall, events)
            except Exception:
                logger.exception("a listener failed")
