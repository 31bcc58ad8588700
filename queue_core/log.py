"""The event log: append, read a day, the hash chain, closed visits with legs and promises, bookings, migrations.

The only SQL that writes. Each event is one row and one canonical text, hashed with its predecessor and never rewritten.
What people wrote in their own words lies apart in `texts`, where it can be erased; the event keeps a salted hash.
`visits` holds each closed ticket's last state and `legs` a row for each service within it, written in the transaction
of the event that closed it. Not here: deciding (visitors.py, officers.py), the one writer (office.py).
"""

import json
import secrets
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlite_utils import Database, Migrations

from queue_core import rules
from queue_core.day import Given
from queue_core.estimates import LONGEST_S
from queue_core.hall import Booking, Hall
from queue_core.officers import out_of_turn
from queue_core.plan import Plan
from queue_core.ticket import CLOSES, Event, Leg, Ticket

Connection = sqlite3.Connection
GENESIS = "0" * 64
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MARKS = ("steps_and_time", "overall", "channel", "staff", "facilities")
BOOKED, CANCELLED, CAME = "booked", "cancelled", "came"

migrations = Migrations("hall")


@migrations()
def first_schema(db: Database) -> None:
    """Events, visits, the keys of wishes already done, and texts that can be erased."""
    for statement in _FIRST_SCHEMA.split(";"):
        db.execute(statement)


_FIRST_SCHEMA = """
create table events (
    seq integer primary key, day text not null, kind text not null, at text not null, by text not null,
    ticket text, number text, counter text, rule text, record text not null, hash text not null
);
create unique index one_number_a_day on events (day, number) where kind = 'issued';
create index days on events (seq) where kind = 'day-opened';
create table visits (
    ticket text primary key, day text not null, number text not null, series text not null, services text not null,
    service text not null, agency text, priority text, language text not null, people int not null, needs text not null,
    state text not null, outcome text, counter text, hour int not null, issued_ms int not null, called_ms int,
    started_ms int, ended_ms int not null, start_inferred int not null, calls int not null, printed int not null,
    target_wait_s int, published_s int, steps_and_time int, overall int, channel int, staff int, facilities int,
    rated_ms int
);
create index visits_by_day on visits (day);
create table keys (
    day text not null, caller text not null, key text not null, digest text not null, ticket text, counter text,
    primary key (day, caller, key)
) without rowid;
create table texts (hash text primary key, salt text not null, text text not null, day text not null) without rowid;
create table pulse (one integer primary key check (one = 1), beat integer not null);
insert into pulse values (1, 0)
"""


@migrations()
def legs_and_bookings(db: Database) -> None:
    """A visit has legs, and may have been booked. Each old visit had one leg: who called it stands in its events."""
    for statement in _LEGS_AND_BOOKINGS.split(";"):
        db.execute(statement)


_LEGS_AND_BOOKINGS = """
create table legs (
    ticket text not null, leg int not null, day text not null, service text not null, agency text, counter text,
    officer text, priority text, state text not null, outcome text, hour int not null, queued_ms int not null,
    called_ms int, started_ms int, ended_ms int not null, start_inferred int not null, calls int not null,
    held_ms int not null, waited int not null, uncertain text, rule text, front int not null, stand_in int not null,
    by_hand int not null, target_wait_s int, published_s int,
    primary key (ticket, leg)
) without rowid;
create index legs_by_day on legs (day);
alter table visits add column uncertain int not null default 0;
alter table visits add column legs int not null default 1;
alter table visits add column by_hand int not null default 0;
alter table visits add column booking text;
drop index visits_by_day;
create index visits_by_day on visits (day, hour, state, outcome, by_hand);
create table bookings (
    code text primary key, day text not null, at_ms int not null, record text not null, state text not null, ticket text
) without rowid;
create index bookings_by_day on bookings (day, at_ms);
create index entered_numbers on events (day, number) where kind = 'entered';
create index calls on events (kind, day, by, rule) where kind = 'called';
create index out_of_turn on events (day) where rule = 'chosen/1' or kind in ('transferred', 'moved', 'undone');
insert into legs
    with last_calls as (select ticket, by, rule, max(seq) from events where kind = 'called' group by ticket)
    select visits.ticket, 0, day, service, agency, counter, by, priority,
        case state when 'absent' then 'no-show' else state end, outcome, hour, issued_ms, called_ms, started_ms,
        ended_ms, start_inferred, calls, 0, 1, null, rule, 0, 0, 0, target_wait_s, published_s
    from visits left join last_calls on last_calls.ticket = visits.ticket
"""


@migrations()
def promises(db: Database) -> None:
    """How long each visitor was told to wait, beside how long it was."""
    for statement in _PROMISES.split(";"):
        db.execute(statement)


_PROMISES = """
create table promises (
    ticket text primary key, day text not null, service text not null, low_s real not null, likely_s real not null,
    high_s real not null, said_to_s int not null, waited_s real not null
) without rowid;
create index promises_by_day on promises (day, service)
"""


@dataclass(frozen=True, slots=True)
class Key:
    """An idempotency key: whose, and the digest of what was asked with it."""

    caller: str
    key: str
    digest: str


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a key was used for: the digest of what was asked, and the ticket and counter that it concerned."""

    digest: str
    ticket: str | None
    counter: str | None


@dataclass(frozen=True, slots=True)
class Visit:
    """A closed ticket in its last state, and whether its holder has rated it."""

    ticket: Ticket
    day: str
    rated: bool


@dataclass(frozen=True, slots=True)
class Booked:
    """What became of a booking, whatever its day: "booked", "came" (then with its ticket) or "cancelled"."""

    booking: Booking
    day: str
    state: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found wrong, in sentences; of how many events; how many calls were decided again by their own rules.

    `unknown`: calls by rules that this program does not have, or by profiles of another version ("profile/9"), and so
    cannot decide again; label -> how many.
    """

    wrong: list[str]
    events: int
    recomputed: int
    unknown: Mapping[str, int]


class Log:
    """One data folder's log. One office writes through it; readers take connections of their own."""

    def __init__(self, path: Path, synchronous: str = "full") -> None:
        self.path = path
        self._db = Database(_connect(path, synchronous))
        migrations.apply(self._db)
        self._hash = self._marked = GENESIS
        self.rollback()

    # -- the writer --------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Start the one transaction of many wishes."""
        self._db.execute("begin immediate")

    def commit(self) -> None:
        """Make them last. May run in another thread while nobody else writes."""
        self._db.execute("commit")

    def rollback(self) -> int:
        """Drop what was not committed; the number of the last event that is really there."""
        if self._db.conn.in_transaction:
            self._db.execute("rollback")
        seq: int
        row = self._db.execute("select seq, hash from events order by seq desc limit 1").fetchone()
        seq, self._hash = row or (0, GENESIS)
        return seq

    def mark(self) -> None:
        """Begin one wish inside the transaction, so that it alone can be taken back."""
        self._marked = self._hash
        self._db.execute("savepoint wish")

    def take_back(self) -> None:
        """Drop what was written since the mark. Raises when the whole transaction is gone."""
        self._db.execute("rollback to wish")
        self._hash = self._marked

    def keep(self) -> None:
        """The wish is over; the transaction goes on."""
        self._db.execute("release wish")

    def write(self, event: Event, before: Hall, after: Hall) -> None:
        """Append the event, and what it closes, inside the transaction."""
        hashes = {name: self._keep_text(text, str(after.day)) for name, text in event.texts.items()}
        record = canonical(event, after.seq, str(after.day), hashes)
        self._hash = chained(self._hash, record)
        self._db.execute(
            "insert into events values"
            " (:seq, :day, :kind, :at, :by, :ticket, :number, :counter, :rule, :record, :hash)",
            columns(event, before, after) | {"record": record, "hash": self._hash},
        )
        self._keep_visit(event, before)
        self._keep_booking(event)
        if event.kind == "day-opened":
            # A key belongs to its service day: the table must not grow with the years.
            self._db.execute("delete from keys where day < :day", {"day": after.day})

    def _keep_visit(self, event: Event, before: Hall) -> None:
        for ticket in reopened(event):
            self._db.execute("delete from visits where ticket = :ticket", {"ticket": ticket})
            self._db.execute("delete from legs where ticket = :ticket", {"ticket": ticket})
            self._db.execute("delete from promises where ticket = :ticket", {"ticket": ticket})
        closed = closes(event, before)
        if closed:
            self._db.execute(_INSERT_VISIT, ticket_row(closed, before, closed.ended_at or event.at))
            for row in leg_rows(closed, before):
                self._db.execute(_INSERT_LEG, row)
            if promise := promise_row(closed):
                self._db.execute(_INSERT_PROMISE, promise)
        if event.kind == "rated":
            self._db.execute(_RATE_VISIT, rating_row(event))

    def _keep_booking(self, event: Event) -> None:
        if event.kind == "booked":
            self._db.execute(_BOOK, booking_row(event))
        change = booking_change(event)
        if change:
            self._db.execute("update bookings set state = :state, ticket = :ticket where code = :code", change)

    def _keep_text(self, text: str, day: str) -> str:
        salt = secrets.token_hex(16)
        digest = salted(salt, text)
        row = {"hash": digest, "salt": salt, "text": text, "day": day}
        self._db.execute("insert into texts values (:hash, :salt, :text, :day)", row)
        return digest

    def remember(self, key: Key, day: str, ticket: str | None, counter: str | None) -> None:
        """Keep the key with what it was used for, inside the transaction."""
        self._db.execute(
            "insert into keys values (:day, :caller, :key, :digest, :ticket, :counter)",
            {
                "day": day,
                "caller": key.caller,
                "key": key.key,
                "digest": key.digest,
                "ticket": ticket,
                "counter": counter,
            },
        )

    def remembered(self, key: Key, day: str) -> Remembered | None:
        """What the caller's key was used for on that service day, also by a wish of the same commit."""
        row = self._db.execute(
            "select digest, ticket, counter from keys where day = :day and caller = :caller and key = :key",
            {"day": day, "caller": key.caller, "key": key.key},
        ).fetchone()
        return Remembered(*row) if row else None

    def holds_day(self, day: str) -> bool:
        """Whether that service day was ever opened; for the writer's use."""
        asked = "select 1 from events where kind = 'day-opened' and day = :day"
        return self._db.execute(asked, {"day": day}).fetchone() is not None

    def given(self, day: str) -> Given:
        """The numbers that were given on that service day already; for the writer's use."""
        series: dict[str, int] = {}
        numbers = self._db.execute("select number from events where kind = 'issued' and day = :day", {"day": day})
        for (number,) in numbers:
            letters = number.rstrip("0123456789")
            series[letters] = max(series.get(letters, 0), int(number[len(letters) :]))
        by_hand = self._db.execute("select ticket from visits where day = :day and by_hand = 1", {"day": day})
        return Given(series, tuple(ticket for (ticket,) in by_hand))

    def visit(self, ticket: str) -> Visit | None:
        """The closed ticket, as the writer sees it; for the writer's use."""
        return _visit(self._db.conn, ticket)

    def bookings(self, day: str) -> tuple[Booking, ...]:
        """Who is booked for that service day and has neither come nor cancelled, by time; for the writer's use."""
        asked = "select record from bookings where day = :day and state = 'booked' order by at_ms, code"
        return tuple(_booking(record) for (record,) in self._db.execute(asked, {"day": day}))

    def booked(self, code: str) -> Booked | None:
        """What the code stands for, or stood for last; for the writer's use."""
        asked = "select record, ticket, day, state from bookings where code = :code"
        row = self._db.execute(asked, {"code": code}).fetchone()
        return Booked(_booking(row[0], row[1]), row[2], row[3]) if row else None

    def beat(self) -> None:
        """One small durable write, which proves that a ticket could be written now."""
        self._db.execute("update pulse set beat = beat + 1")

    # -- readers -----------------------------------------------------------------------------------------------

    @contextmanager
    def reader(self) -> Iterator[sqlite3.Connection]:
        """A read-only connection of one's own; it sees what was committed, and waits for nobody."""
        conn = sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False)
        conn.row_factory = sqlite3.Row
        try:
            yield conn
        finally:
            conn.close()

    def closed_visit(self, ticket: str) -> Visit | None:
        """The closed ticket as it was committed, for anybody."""
        with self.reader() as conn:
            return _visit(conn, ticket)

    def hall(self, plan: Plan) -> Hall:
        """The hall of the last service day, from its opening event on; before any day, an empty hall with `plan`."""
        with self.reader() as conn:
            (opened,) = conn.execute("select max(seq) from events where kind = 'day-opened'").fetchone()
            if opened is None:
                return Hall(plan)
            hall = Hall(plan, seq=opened - 1)
            for event in events(conn, opened - 1):
                hall = hall.after(event)
            return hall

    def last_at(self) -> datetime | None:
        """The time of the last event."""
        with self.reader() as conn:
            row = conn.execute("select at from events order by seq desc limit 1").fetchone()
            return parse_time(row["at"]) if row else None

    def close(self) -> None:
        self._db.close()


@contextmanager
def to_verify(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection to a folder's log that changes nothing in it, at one moment, though a hall may be open on it.

    LookupError if the log is of another schema than this program's. (Not `mode=ro`: after a power cut that cannot
    read what the write-ahead log still holds.)
    """
    conn = sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=5)
    conn.row_factory = sqlite3.Row
    try:
        conn.execute("pragma query_only = on")
        conn.execute("begin")
        if migrations.pending(Database(conn)):
            raise LookupError(f"{path} is older than this program: serve it once, and it is brought up to date")
        yield conn
    finally:
        conn.close()


def _connect(path: Path, synchronous: str) -> sqlite3.Connection:
    # Autocommit: the transactions are ours to begin. Another thread may run the commit; the office lets only one in.
    conn = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5)
    conn.execute("pragma journal_mode = wal")
    conn.execute(f"pragma synchronous = {synchronous}")
    # Checkpoints at the default size stall a press by some 50 ms; these are rarer and were measured at 4 ms.
    conn.execute("pragma wal_autocheckpoint = 4000")
    # A text that was erased is to be gone from the file, not only from the table.
    conn.execute("pragma secure_delete = on")
    return conn


# -- the record of an event ----------------------------------------------------------------------------------------


def canonical(event: Event, seq: int, day: str, hashes: dict[str, str]) -> str:
    """The one text of an event: JSON, keys in order, no spaces, UTF-8. The same event always gives the same text."""
    record = {
        "seq": seq,
        "day": day,
        "kind": event.kind,
        "at": say_time(event.at),
        "by": event.by,
        "ticket": event.ticket,
        "counter": event.counter,
        "data": event.data,
        "texts": hashes,
    }
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def chained(previous: str, record: str) -> str:
    """SHA-256 of the predecessor's hash and the record: whoever alters one event alters all that follow."""
    return sha256(f"{previous}{record}".encode()).hexdigest()


def salted(salt: str, text: str) -> str:
    """What the record holds of a text: it proves the text while that is kept, and tells nothing once erased."""
    return sha256(f"{salt}{text}".encode()).hexdigest()


def event_of(record: str) -> Event:
    """The event that a record tells. The texts stay where they are."""
    told = json.loads(record)
    return Event(told["kind"], parse_time(told["at"]), told["by"], told["ticket"], told["counter"], told["data"])


def events(conn: sqlite3.Connection, after: int = 0) -> Iterator[Event]:
    """Every event after number `after`, in order."""
    rows = conn.execute("select record from events where seq > :after order by seq", {"after": after})
    return (event_of(row[0]) for row in rows)


def columns(event: Event, before: Hall, after: Hall) -> dict[str, Any]:
    """What a row repeats from its record so that SQL can find it."""
    ticket = after.tickets.get(event.ticket or "") or before.tickets.get(event.ticket or "")
    return {
        "seq": after.seq,
        "day": after.day,
        "kind": event.kind,
        "at": say_time(event.at),
        "by": event.by,
        "ticket": event.ticket,
        "number": ticket.number if ticket else None,
        "counter": event.counter,
        "rule": event.data.get("reason", {}).get("rule") if event.kind == "called" else None,
    }


def say_time(moment: datetime) -> str:
    """ISO 8601 in UTC, to the millisecond, with Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_time(text: str) -> datetime:
    return datetime.fromisoformat(text)


# -- visits --------------------------------------------------------------------------------------------------------


def closes(event: Event, before: Hall) -> Ticket | None:
    """The ticket whose visit this event ends, in its last state; None if it ends none."""
    ticket = before.tickets.get(event.ticket or "") if event.kind in CLOSES else None
    return ticket.after(event, before.seq + 1) if ticket else None


def reopened(event: Event) -> list[str]:
    """The tickets whose visits, if they were closed, are not over after all: the officer took it back."""
    return [record["id"] for record in event.data["tickets"]] if event.kind == "undone" else []


def ticket_row(ticket: Ticket, hall: Hall, ended: datetime) -> dict[str, Any]:
    """A ticket as a row of `visits`: also for one that is still in the hall, as `statistics` takes them.

    Service, counter and times are those of its last leg.
    """
    legs = ticket.all_legs()
    return {
        "ticket": ticket.id,
        "day": ticket.day or hall.day,
        "number": ticket.number,
        "series": ticket.series,
        "services": json.dumps(ticket.services),
        "service": ticket.service,
        "priority": ticket.priority,
        "language": ticket.language,
        "people": ticket.people,
        "needs": json.dumps(ticket.needs),
        "state": ticket.state,
        "outcome": ticket.outcome,
        "counter": ticket.counter,
        "hour": hall.plan.local(ticket.issued_at).hour,
        "issued_ms": milliseconds(ticket.issued_at),
        "called_ms": milliseconds(ticket.called_at),
        "started_ms": milliseconds(ticket.started_at),
        "ended_ms": milliseconds(ended),
        "start_inferred": int(ticket.start_inferred),
        "calls": ticket.calls,
        "printed": int(ticket.printed),
        "uncertain": sum(leg.uncertain is not None for leg in legs),
        "legs": len(legs),
        "by_hand": int(ticket.by_hand),
        "booking": ticket.booking,
    } | _promised(ticket.service, hall)


def leg_rows(ticket: Ticket, hall: Hall) -> list[dict[str, Any]]:
    """The rows of `legs` of a ticket that is closed; `state` is the fact that ended the leg."""
    return [
        {
            "ticket": ticket.id,
            "leg": n,
            "day": ticket.day or hall.day,
            "service": leg.service,
            "counter": leg.counter,
            "officer": leg.officer,
            "priority": ticket.priority,
            "state": leg.ended,
            "outcome": leg.outcome,
            "hour": hall.plan.local(leg.queued_at).hour,
            "queued_ms": milliseconds(leg.queued_at),
            "called_ms": milliseconds(leg.called_at),
            "started_ms": milliseconds(leg.started_at),
            "ended_ms": milliseconds(leg.ended_at),
            "start_inferred": int(leg.start_inferred),
            "calls": leg.calls,
            "held_ms": leg.held_ms,
            "waited": int(leg.waited),
            "uncertain": leg.uncertain,
            "rule": leg.rule,
            "front": int(leg.front),
            "stand_in": int(leg.stand_in),
            "by_hand": int(ticket.by_hand),
        }
        | _promised(leg.service, hall)
        for n, leg in enumerate(ticket.all_legs())
    ]


def _promised(service_id: str, hall: Hall) -> dict[str, Any]:
    """Whose service it is and what is promised of it, as the plan says when the visit closes."""
    service = hall.plan.services.get(service_id)
    return {
        "agency": service.agency if service else None,
        "target_wait_s": service.target_wait_minutes * 60 if service else None,
        "published_s": service.standard_service_minutes * 60 if service else None,
    }


def promise_row(ticket: Ticket) -> dict[str, Any] | None:
    """The wait that was promised at the issue, beside the one that came; None where nothing was, or nobody was called.

    Nor where nobody believes it: a night lay between, or a clock was put right. `said_to_s` is the end of the range as
    people were told it.
    """
    if ticket.promised is None or ticket.said is None or ticket.first_called_at is None:
        return None
    wait, waited = ticket.promised.wait, ticket.first_called_at - ticket.issued_at
    if not 0 <= waited.total_seconds() <= LONGEST_S or ticket.all_legs()[0].uncertain == "day-end":
        return None
    return {
        "ticket": ticket.id,
        "day": ticket.day,
        "service": ticket.all_legs()[0].service,
        "low_s": wait.low_s,
        "likely_s": wait.likely_s,
        "high_s": wait.high_s,
        "said_to_s": ticket.said[1] * 60,
        "waited_s": waited.total_seconds(),
    }


def rating_row(event: Event) -> dict[str, Any]:
    """What a rating sets on its visit."""
    marks = {mark: event.data.get(mark) for mark in MARKS}
    return {"ticket": event.ticket, "rated_ms": milliseconds(event.at), **marks}


_VISIT_COLUMNS = """
    ticket day number series services service agency priority language people needs state outcome counter hour
    issued_ms called_ms started_ms ended_ms start_inferred calls printed target_wait_s published_s uncertain legs
    by_hand booking
"""
_LEG_COLUMNS = """
    ticket leg day service agency counter officer priority state outcome hour queued_ms called_ms started_ms ended_ms
    start_inferred calls held_ms waited uncertain rule front stand_in by_hand target_wait_s published_s
"""


_PROMISE_COLUMNS = "ticket day service low_s likely_s high_s said_to_s waited_s"
_BOOKING_COLUMNS = "code day at_ms record state ticket"


def _insert(table: str, columns: str) -> str:
    names = columns.split()
    return f"insert into {table} ({', '.join(names)}) values ({', '.join(f':{name}' for name in names)})"


_INSERT_VISIT = _insert("visits", _VISIT_COLUMNS)
_INSERT_LEG = _insert("legs", _LEG_COLUMNS)
_INSERT_PROMISE = _insert("promises", _PROMISE_COLUMNS)
_RATE_VISIT = (
    f"update visits set rated_ms = :rated_ms, {', '.join(f'{mark} = :{mark}' for mark in MARKS)} where ticket = :ticket"
)


def milliseconds(moment: datetime | None) -> int | None:
    return None if moment is None else (moment - EPOCH) // timedelta(milliseconds=1)


def _moment(ms: int | None) -> datetime | None:
    return None if ms is None else EPOCH + timedelta(milliseconds=ms)


def _visit(conn: sqlite3.Connection, ticket: str) -> Visit | None:
    told = next(_rows(conn, "select * from visits where ticket = :ticket", ticket), None)
    if told is None:
        return None
    rows = _rows(conn, "select * from legs where ticket = :ticket order by leg", ticket)
    *legs, last = [_leg(row) for row in rows]
    issued_at = EPOCH + timedelta(milliseconds=told["issued_ms"])
    closed = Ticket(
        id=told["ticket"],
        number=told["number"],
        series=told["series"],
        services=tuple(json.loads(told["services"])),
        leg=last,
        legs=tuple(legs),
        issued_at=issued_at,
        since=issued_at,
        day=told["day"],
        state=told["state"],
        priority=told["priority"],
        language=told["language"],
        people=told["people"],
        needs=tuple(json.loads(told["needs"])),
        printed=bool(told["printed"]),
        booking=told["booking"],
        by_hand=bool(told["by_hand"]),
        ended_at=_moment(told["ended_ms"]),
        outcome=told["outcome"],
    )
    return Visit(closed, told["day"], told["rated_ms"] is not None)


def _leg(told: Mapping[str, Any]) -> Leg:
    return Leg(
        service=told["service"],
        queued_at=EPOCH + timedelta(milliseconds=told["queued_ms"]),
        called_at=_moment(told["called_ms"]),
        started_at=_moment(told["started_ms"]),
        ended_at=_moment(told["ended_ms"]),
        ended=told["state"],
        counter=told["counter"],
        officer=told["officer"],
        calls=told["calls"],
        start_inferred=bool(told["start_inferred"]),
        held_ms=told["held_ms"],
        waited=bool(told["waited"]),
        rule=told["rule"],
        front=bool(told["front"]),
        stand_in=bool(told["stand_in"]),
        outcome=told["outcome"],
        uncertain=told["uncertain"],
    )


def _rows(conn: sqlite3.Connection, asked: str, ticket: str) -> Iterator[dict[str, Any]]:
    """The rows with their names, on whatever kind of connection."""
    cursor = conn.execute(asked, {"ticket": ticket})
    names = [name for name, *_ in cursor.description]
    return (dict(zip(names, row, strict=True)) for row in cursor)


# -- bookings ------------------------------------------------------------------------------------------------------

# A code that was given up may be booked anew.
_BOOK = """
insert into bookings values (:code, :day, :at_ms, :record, :state, :ticket)
on conflict (code) do update set day = :day, at_ms = :at_ms, record = :record, state = :state, ticket = :ticket
"""


def booking_row(event: Event) -> dict[str, Any]:
    """The row of `bookings` that a booking begins with."""
    told = event.data["booking"]
    at_ms = milliseconds(parse_time(told["at"]))
    record = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return {
        "code": told["code"],
        "day": event.data["day"],
        "at_ms": at_ms,
        "record": record,
        "state": BOOKED,
        "ticket": None,
    }


def booking_change(event: Event) -> dict[str, Any] | None:
    """What becomes of a booking by this event: it is given up, or its visitor has come."""
    code = event.data.get("code")
    if event.kind == "booking-cancelled":
        return {"code": code, "state": CANCELLED, "ticket": None}
    return {"code": code, "state": CAME, "ticket": event.ticket} if event.kind == "issued" and code else None


def _booking(record: str, ticket: str | None = None) -> Booking:
    return replace(Booking.from_record(json.loads(record)), ticket=ticket)


# -- one day, to be looked into ------------------------------------------------------------------------------------

# A number is in the hall of a day if it was issued or entered then, or carried over into it.
_DAYS = """
select day from events as opened where kind = 'day-opened' {every}
order by seq desc limit 1
"""
_WAS_THERE = """
and (exists (select 1 from events where kind = 'issued' and day = opened.day and number = :{number})
    or exists (select 1 from events where kind = 'entered' and day = opened.day and number = :{number})
    or exists (
        select 1 from json_each(opened.record, '$.data.carried') where json_extract(value, '$.number') = :{number}
    ))
"""


def last_day_of(conn: sqlite3.Connection, first: str, second: str) -> str | None:
    """The last service day that had both numbers."""
    every = "".join(_WAS_THERE.format(number=number) for number in ("first", "second"))
    row = conn.execute(_DAYS.format(every=every), {"first": first, "second": second}).fetchone()
    return str(row[0]) if row else None


def last_day(conn: sqlite3.Connection) -> str | None:
    """The last service day that was opened: the one that may still go on."""
    row = conn.execute("select day from events where kind = 'day-opened' order by seq desc limit 1").fetchone()
    return str(row[0]) if row else None


def events_of(conn: sqlite3.Connection, day: str) -> tuple[int, list[Event]]:
    """The events of a service day, from its opening on, and the number of the first of them; none of a day unheld."""
    opened, end = conn.execute(
        """
        select min(seq) filter (where day = :day), min(seq) filter (where seq > (
            select seq from events where kind = 'day-opened' and day = :day))
        from events where kind = 'day-opened'
        """,
        {"day": day},
    ).fetchone()
    if opened is None:
        return 0, []
    # What was left of the day before expires before the new one opens: those events are still of this day.
    rows = conn.execute(
        "select record from events where seq >= :opened and (:end is null or seq < :end) order by seq",
        {"opened": opened, "end": end},
    )
    return opened, [event_of(row[0]) for row in rows]


# -- is the record whole? ------------------------------------------------------------------------------------------


def verify(conn: sqlite3.Connection, plan: Plan, tick: Callable[[int], object] = lambda n: None) -> list[str]:
    """What `verified` finds wrong, and no more."""
    return verified(conn, plan, tick).wrong


def verified(conn: sqlite3.Connection, plan: Plan, tick: Callable[[int], object] = lambda n: None) -> Verified:
    """Replay the whole log and say what is wrong with it. Nothing wrong: whole and unaltered.

    `tick(1)` is called for each event.

    Checked: the chain of hashes, numbers without a gap, each row's columns against its record; that each call was the
    one that its rule makes of the hall before it, and names those it passed over; `visits` with their ratings, `legs`,
    `promises` and `bookings` rebuilt from the events and compared; and each text that was not erased. Not seen: the
    last events cut off together with all that they left behind, for the chain knows nothing of what followed.
    """
    replay, previous = _Replay(Hall(plan)), GENESIS
    for row in conn.execute("select * from events order by seq"):
        if row["seq"] != replay.hall.seq + 1:
            replay.wrong.append(f"event {replay.hall.seq + 1}: missing")
            replay.hall = replace(replay.hall, seq=row["seq"] - 1)
        if row["hash"] != chained(previous, row["record"]):
            replay.wrong.append(f"event {row['seq']}: its hash does not follow from its text and the event before it")
        previous = row["hash"]
        replay.read(row)
        tick(1)
    wrong = replay.wrong + replay.rebuilt.compare(conn) + _altered_texts(conn)
    return Verified(wrong, replay.events, replay.recomputed, replay.unknown)


@dataclass(slots=True)
class _Replay:
    """The log as it is read once more from its first event."""

    hall: Hall
    wrong: list[str] = field(default_factory=list)
    events: int = 0
    recomputed: int = 0
    unknown: Counter[str] = field(default_factory=Counter)
    rebuilt: "_Rebuilt" = field(default_factory=lambda: _Rebuilt())

    def read(self, row: sqlite3.Row) -> None:
        self.events += 1
        try:
            event = event_of(row["record"])
            after = self.hall.after(event)
            self.wrong += _unlike(row, columns(event, self.hall, after))
            self.rebuilt.add(event, self.hall)
            self._call_again(event, row["seq"])
        except (ValueError, LookupError, TypeError, AttributeError):
            self.wrong.append(f"event {row['seq']}: its record cannot be read")
            after = replace(self.hall, seq=row["seq"])
        self.hall = after

    def _call_again(self, event: Event, seq: int) -> None:
        """Let its rule decide the call once more."""
        if event.kind != "called" or "reason" not in event.data:
            return
        label = event.data["reason"]["rule"]
        unknown = unknown_in(event.data["reason"])
        if unknown:
            self.unknown[unknown] += 1
            return
        self.recomputed += 1
        made = called_again(event, self.hall)
        if made != (event.ticket, _without_why(event.data["reason"])):
            told = "nobody" if made is None else f"{made[0]} {json.dumps(made[1], ensure_ascii=False)}"
            self.wrong.append(f"event {seq}: the call is not what {label} makes of the hall before it: {told}")


def unknown_in(reason: Mapping[str, Any]) -> str | None:
    """What of a call's reason this program does not have, and so cannot reckon again: its rule, or "profile/9"."""
    version = (reason.get("profile") or {"version": rules.PROFILE_VERSION}).get("version")
    if not rules.known(reason["rule"]):
        return str(reason["rule"])
    return None if version == rules.PROFILE_VERSION else f"profile/{version}"


def called_again(event: Event, before: Hall) -> tuple[str, dict[str, Any]] | None:
    """Whom its rule calls in the hall before it, and the reason. A call that somebody made: whom it passed over."""
    counter, label = str(event.counter), event.data["reason"]["rule"]
    if label in (rules.CHOSEN, rules.WALK_IN):
        ticket = before.tickets.get(str(event.ticket))
        return (ticket.id, out_of_turn(before, counter, ticket, label)) if ticket else None
    choice = before.choice(counter, event.at)
    return (choice.ticket.id, json.loads(json.dumps(choice.reason()))) if choice else None


def _without_why(reason: Mapping[str, Any]) -> dict[str, Any]:
    """The reason without the officer's own part of it: the listed reason of a call out of turn."""
    return {name: value for name, value in reason.items() if name != "why"}


def _unlike(row: sqlite3.Row, expected: dict[str, Any]) -> list[str]:
    return [
        f"event {row['seq']}: {name} is {row[name]!r}, and its record says {value!r}"
        for name, value in expected.items()
        if row[name] != value
    ]


def _altered_texts(conn: sqlite3.Connection) -> list[str]:
    rows = conn.execute("select hash, salt, text from texts")
    return [f"text {kept}: altered" for kept, salt, text in rows if kept != salted(salt, text)]


Rebuilt = dict[str, int]


@dataclass(slots=True)
class _Rebuilt:
    """What the tables beside the events must hold, made anew from the events.

    Of each row only a hash is kept, by its key: the rows of years would not fit into memory.
    """

    visits: Rebuilt = field(default_factory=dict)
    legs: Rebuilt = field(default_factory=dict)
    promises: Rebuilt = field(default_factory=dict)
    bookings: dict[str, dict[str, Any]] = field(default_factory=dict)
    ratings: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, event: Event, before: Hall) -> None:
        for ticket in reopened(event):
            self._forget(ticket)
        closed = closes(event, before)
        if closed:
            self._keep(closed, before, event)
        if event.kind == "rated" and event.ticket in self.visits:
            self.ratings[str(event.ticket)] = rating_row(event)
        self._book(event)

    def _keep(self, closed: Ticket, before: Hall, event: Event) -> None:
        row = ticket_row(closed, before, closed.ended_at or event.at)
        self.visits[closed.id] = _hash_of(row, _VISIT_COLUMNS)
        for leg in leg_rows(closed, before):
            self.legs[_leg_key(leg)] = _hash_of(leg, _LEG_COLUMNS)
        if promise := promise_row(closed):
            self.promises[closed.id] = _hash_of(promise, _PROMISE_COLUMNS)

    def _forget(self, ticket: str) -> None:
        leg = 0
        self.visits.pop(ticket, None)
        self.promises.pop(ticket, None)
        while self.legs.pop(f"{ticket} {leg}", None) is not None:
            leg += 1

    def _book(self, event: Event) -> None:
        if event.kind == "booked":
            row = booking_row(event)
            self.bookings[row["code"]] = row
        change = booking_change(event)
        if change and change["code"] in self.bookings:
            self.bookings[change["code"]] |= change

    def compare(self, conn: sqlite3.Connection) -> list[str]:
        bookings = {code: _hash_of(row, _BOOKING_COLUMNS) for code, row in self.bookings.items()}
        return [
            *_compare(conn, "visit", self.visits, _VISIT_COLUMNS, lambda row: str(row["ticket"])),
            *self._unlike_ratings(conn),
            *_compare(conn, "leg", self.legs, _LEG_COLUMNS, _leg_key),
            *_compare(conn, "promise", self.promises, _PROMISE_COLUMNS, lambda row: str(row["ticket"])),
            *_compare(conn, "booking", bookings, _BOOKING_COLUMNS, lambda row: str(row["code"])),
        ]

    def _unlike_ratings(self, conn: sqlite3.Connection) -> list[str]:
        names = ("rated_ms", *MARKS)
        given = {ticket: tuple(row[name] for name in names) for ticket, row in self.ratings.items()}
        rows = conn.execute(f"select ticket, {', '.join(names)} from visits")
        unrated = (None,) * len(names)
        return [
            f"visit {ticket}: its rating is not what its events make of it"
            for ticket, *marks in rows
            if tuple(marks) != given.get(ticket, unrated)
        ]


def _leg_key(row: Mapping[str, Any] | sqlite3.Row) -> str:
    return f"{row['ticket']} {row['leg']}"


def _hash_of(row: Mapping[str, Any] | sqlite3.Row, columns: str) -> int:
    return hash(tuple(row[name] for name in columns.split()))


def _compare(
    conn: sqlite3.Connection, what: str, rebuilt: Rebuilt, columns: str, key: Callable[[sqlite3.Row], str]
) -> list[str]:
    wrong, there = [], set[str]()
    for row in conn.execute(f"select * from {what}s"):
        there.add(key(row))
        if key(row) not in rebuilt:
            wrong.append(f"{what} {key(row)}: no event made it")
        elif rebuilt[key(row)] != _hash_of(row, columns):
            wrong.append(f"{what} {key(row)}: it is not what its events make of it")
    return wrong + [f"{what} {missing}: missing" for missing in sorted(rebuilt.keys() - there)]
