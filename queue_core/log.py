"""The event log: append, read a day, the hash chain, closed visits, migrations. The only SQL that writes.

Each event is one row and one canonical text, hashed with its predecessor and never rewritten. What people wrote in
their own words lies apart in `texts`, where it can be erased; the event keeps a salted hash. `visits` holds each
closed ticket's last state, written in the transaction of the event that closed it. Not here: deciding (hall.py), the
one writer (office.py).
"""

import json
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlite_utils import Database, Migrations

from queue_core.hall import Hall
from queue_core.plan import Plan
from queue_core.ticket import CLOSED, Event, Ticket

GENESIS = "0" * 64
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MARKS = ("steps_and_time", "overall", "channel", "staff", "facilities")

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
        row = visit_row(event, before)
        if row:
            self._db.execute(_INSERT_VISIT, row)
        if event.kind == "rated":
            self._db.execute(_RATE_VISIT, rating_row(event))
        if event.kind == "day-opened":
            # A key belongs to its service day: the table must not grow with the years.
            self._db.execute("delete from keys where day < :day", {"day": after.day})

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

    def visit(self, ticket: str) -> Visit | None:
        """The closed ticket, as the writer sees it; for the writer's use."""
        return _visit(self._db.conn, ticket)

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
        "rule": event.data.get("reason", {}).get("rule"),
    }


def say_time(moment: datetime) -> str:
    """ISO 8601 in UTC, to the millisecond, with Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_time(text: str) -> datetime:
    return datetime.fromisoformat(text)


# -- visits --------------------------------------------------------------------------------------------------------


def visit_row(event: Event, before: Hall) -> dict[str, Any] | None:
    """The row of `visits` for the ticket that this event closes, or None if it closes none."""
    ticket = before.tickets.get(event.ticket or "")
    if ticket is None:
        return None
    closed = ticket.after(event)
    return ticket_row(closed, before, event.at) if closed.state in CLOSED else None


def ticket_row(ticket: Ticket, hall: Hall, ended: datetime) -> dict[str, Any]:
    """A ticket as a row of `visits`: also for one that is still in the hall, as `statistics` takes them."""
    service = hall.plan.services.get(ticket.service)
    return {
        "ticket": ticket.id,
        "day": hall.day,
        "number": ticket.number,
        "series": ticket.series,
        "services": json.dumps(ticket.services),
        "service": ticket.service,
        "agency": service.agency if service else None,
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
        "target_wait_s": service.target_wait_minutes * 60 if service else None,
        "published_s": service.standard_service_minutes * 60 if service else None,
    }


def rating_row(event: Event) -> dict[str, Any]:
    """What a rating sets on its visit."""
    marks = {mark: event.data.get(mark) for mark in MARKS}
    return {"ticket": event.ticket, "rated_ms": milliseconds(event.at), **marks}


_VISIT_COLUMNS = tuple(
    """
    ticket day number series services service agency priority language people needs state outcome counter hour
    issued_ms called_ms started_ms ended_ms start_inferred calls printed target_wait_s published_s
    """.split()  # noqa: SIM905 — a list of names reads better without its quotation marks
)
_INSERT_VISIT = (
    f"insert into visits ({', '.join(_VISIT_COLUMNS)}) values ({', '.join(f':{name}' for name in _VISIT_COLUMNS)})"
)
_RATE_VISIT = (
    f"update visits set rated_ms = :rated_ms, {', '.join(f'{mark} = :{mark}' for mark in MARKS)} where ticket = :ticket"
)


def milliseconds(moment: datetime | None) -> int | None:
    return None if moment is None else (moment - EPOCH) // timedelta(milliseconds=1)


def _moment(ms: int | None) -> datetime | None:
    return None if ms is None else EPOCH + timedelta(milliseconds=ms)


def _visit(conn: sqlite3.Connection, ticket: str) -> Visit | None:
    cursor = conn.execute("select * from visits where ticket = :ticket", {"ticket": ticket})
    row = cursor.fetchone()
    if row is None:
        return None
    told = dict(zip((name for name, *_ in cursor.description), row, strict=True))
    last = Ticket(
        id=told["ticket"],
        number=told["number"],
        series=told["series"],
        services=tuple(json.loads(told["services"])),
        service=told["service"],
        issued_at=EPOCH + timedelta(milliseconds=told["issued_ms"]),
        state=told["state"],
        priority=told["priority"],
        language=told["language"],
        people=told["people"],
        needs=tuple(json.loads(told["needs"])),
        printed=bool(told["printed"]),
        counter=told["counter"],
        called_at=_moment(told["called_ms"]),
        calls=told["calls"],
        started_at=_moment(told["started_ms"]),
        start_inferred=bool(told["start_inferred"]),
        ended_at=_moment(told["ended_ms"]),
        outcome=told["outcome"],
    )
    return Visit(last, told["day"], told["rated_ms"] is not None)


# -- is the record whole? ------------------------------------------------------------------------------------------


def verify(conn: sqlite3.Connection, plan: Plan, tick: Callable[[int], object] = lambda n: None) -> list[str]:
    """Replay the whole log; what is wrong with it, in sentences. An empty list: whole and unaltered.

    `tick(1)` is called for each event.

    Checked: the chain of hashes, numbers without a gap, each row's columns against its record, `visits` and its
    ratings rebuilt from the events and compared, and each text that was not erased. Not seen: the last events cut
    off together with all that they left behind, for the chain knows nothing of what followed.
    """
    wrong: list[str] = []
    hall, previous, rebuilt = Hall(plan), GENESIS, dict[str, dict[str, Any]]()
    for row in conn.execute("select * from events order by seq"):
        if row["seq"] != hall.seq + 1:
            wrong.append(f"event {hall.seq + 1}: missing")
            hall = replace(hall, seq=row["seq"] - 1)
        if row["hash"] != chained(previous, row["record"]):
            wrong.append(f"event {row['seq']}: its hash does not follow from its text and the event before it")
        previous = row["hash"]
        try:
            event = event_of(row["record"])
            after = hall.after(event)
            wrong += _unlike(row, columns(event, hall, after))
            _rebuild(rebuilt, event, hall)
        except (ValueError, LookupError, TypeError, AttributeError):
            wrong.append(f"event {row['seq']}: its record cannot be read")
            after = replace(hall, seq=row["seq"])
        hall = after
        tick(1)
    return wrong + _compare(conn, rebuilt) + _altered_texts(conn)


def _unlike(row: sqlite3.Row, expected: dict[str, Any]) -> list[str]:
    return [
        f"event {row['seq']}: {name} is {row[name]!r}, and its record says {value!r}"
        for name, value in expected.items()
        if row[name] != value
    ]


def _altered_texts(conn: sqlite3.Connection) -> list[str]:
    rows = conn.execute("select hash, salt, text from texts")
    return [f"text {kept}: altered" for kept, salt, text in rows if kept != salted(salt, text)]


def _rebuild(rebuilt: dict[str, dict[str, Any]], event: Event, before: Hall) -> None:
    row = visit_row(event, before)
    if row:
        rebuilt[row["ticket"]] = row
    if event.kind == "rated" and event.ticket in rebuilt:
        rebuilt[str(event.ticket)] |= rating_row(event)


def _compare(conn: sqlite3.Connection, rebuilt: dict[str, dict[str, Any]]) -> list[str]:
    wrong = []
    for row in conn.execute("select * from visits"):
        expected = rebuilt.pop(row["ticket"], None)
        if expected is None:
            wrong.append(f"visit {row['ticket']}: no event closed it")
        elif any(row[name] != expected.get(name) for name in row.keys()):  # noqa: SIM118 — a Row iterates values
            wrong.append(f"visit {row['ticket']}: it is not what its events make of it")
    return wrong + [f"visit {ticket}: missing" for ticket in rebuilt]
