"""A log of years, made in minutes: one true day through the office, and then the same day again under other dates.

Every event is as the office would have written it, numbered on and chained to the one before; visits, legs and promises
follow.
Only for measuring: nobody waits for two million commits.
"""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from queue_core import log, officers, plan, visitors
from queue_core.office import Office
from tests import halls

TICKETS_A_DAY, EVENTS_A_TICKET = 530, 5
DAY_MS = 24 * 3600 * 1000
BEHIND = ("visits", "legs", "promises")

Row = dict[str, Any]


def write(path: Path, centre: plan.Plan, events: int) -> int:
    """A log of at least so many events at `path`, its last day yesterday; how many there are."""
    folder = path.parent / "one-day"
    folder.mkdir()
    days = -(-events // (TICKETS_A_DAY * EVENTS_A_TICKET))
    first = datetime.combine(datetime.now(UTC).date() - timedelta(days=days), time(2), UTC)
    one_day(folder, centre, first)
    log.Log(path, "off").close()
    with closing(sqlite3.connect(folder / "hall.db")) as told, closing(sqlite3.connect(path)) as conn:
        told.row_factory = sqlite3.Row
        return repeat(told, conn, days, first)


def one_day(folder: Path, centre: plan.Plan, begins: datetime) -> None:
    """Visitors come, have their slips, are called and served, each at the next of the counters."""
    clock = halls.FakeClock(begins.isoformat())
    with halls.at_work(folder, clock, given=centre, trial=True) as office:
        for n in range(TICKETS_A_DAY):
            clock.passes(seconds=20)
            ticket = halls.take(office, list(centre.services)[n % len(centre.services)])
            office.do(halls.wish(visitors.slip_printed, ticket.id, 1, by="agent"))
            serve(office, clock, centre.able(ticket.service)[0], ticket.number)


def serve(office: Office, clock: halls.FakeClock, counter: str, number: str) -> None:
    assert halls.press(office, counter) == number
    clock.passes(seconds=10)
    office.do(halls.wish(officers.start, counter))
    clock.passes(seconds=15)
    office.do(halls.wish(officers.finish, counter))


def repeat(told: sqlite3.Connection, conn: sqlite3.Connection, days: int, first: datetime) -> int:
    """The day in `told` so many times into `conn`, under one date after another."""
    conn.execute("pragma synchronous = off")
    conn.execute("pragma journal_mode = off")
    events = [dict(row) for row in told.execute("select * from events order by seq")]
    behind = {table: [dict(row) for row in told.execute(f"select * from {table}")] for table in BEHIND}
    previous = log.GENESIS
    for n in range(days):
        dates = _dates(first, n)
        moved = [_event(row, n * len(events), dates) for row in events]
        for row in moved:
            row["hash"] = previous = log.chained(previous, row["record"])
        _insert(conn, "events", moved)
        for table, rows in behind.items():
            _insert(conn, table, [_later(row, n, dates) for row in rows])
    conn.commit()
    return days * len(events)


def _dates(first: datetime, n: int) -> list[tuple[str, str]]:
    """The first day's date and the nth's, as they stand in texts: 2026-11-20, and 20261120 in a ticket's id."""
    then = first + timedelta(days=n)
    return [(first.strftime(shape), then.strftime(shape)) for shape in ("%Y-%m-%d", "%Y%m%d")]


def _event(row: Row, more: int, dates: list[tuple[str, str]]) -> Row:
    seq = row["seq"] + more
    # The record's keys stand in order, and the number comes late in it: what is replaced is the record's own.
    before, _, after = row["record"].rpartition(f'"seq":{row["seq"]},')
    return _dated(row | {"seq": seq, "record": f'{before}"seq":{seq},{after}'}, dates)


def _later(row: Row, n: int, dates: list[tuple[str, str]]) -> Row:
    moments = {name: value for name, value in row.items() if name.endswith("_ms") and name != "held_ms" and value}
    return _dated(row | {name: value + n * DAY_MS for name, value in moments.items()}, dates)


def _dated(row: Row, dates: list[tuple[str, str]]) -> Row:
    for before, after in dates:
        row = {name: value.replace(before, after) if isinstance(value, str) else value for name, value in row.items()}
    return row


def _insert(conn: sqlite3.Connection, table: str, rows: list[Row]) -> None:
    names = list(rows[0])
    conn.executemany(f"insert into {table} ({', '.join(names)}) values ({', '.join(f':{n}' for n in names)})", rows)
