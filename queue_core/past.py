"""The calls of one day, and how its booked visitors came, as recorded: read-only SQL, for whoever looks back.

Not here: why one was called before another (why.py), durations and counts (statistics.py), what writes (log.py).
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from queue_core import rules
from queue_core.log import milliseconds, parse_time


@dataclass(frozen=True, slots=True)
class PastCall:
    """One call: its number in the log, when, who to which counter by whom, and the reason that was recorded.

    `service` is what the visitor was called for; None while the leg goes on (the hall knows) or nobody knows.
    `taken_back`: it was undone within the half minute.
    """

    seq: int
    day: str
    at: datetime
    ticket: str
    number: str
    counter: str
    officer: str
    reason: Mapping[str, Any]
    stand_in: bool
    service: str | None
    taken_back: bool

    @property
    def out_of_turn(self) -> bool:
        """Whether a person and not the rule decided that it was this one's turn."""
        return self.reason.get("rule") == rules.CHOSEN or bool(self.reason.get("front"))


def calls_of(
    conn: sqlite3.Connection,
    day: str,
    limit: int,
    counter: str | None = None,
    only_out_of_turn: bool = False,
    before: int | None = None,
    number: str | None = None,
) -> list[PastCall]:
    """The last `limit` calls of the day, newest first; of one counter or number, or only those out of turn, if asked.

    `before`: only those before that number of the log, to turn the page. A limit below nothing is none.
    """
    asked = {
        "day": day,
        "number": number,
        "counter": counter,
        "out": int(only_out_of_turn),
        "chosen": rules.CHOSEN,
        "before": before,
        "limit": limit,
    }
    rows = conn.execute(_CALLS, asked).fetchall()
    undone = {int(seq) for (seq,) in conn.execute(_UNDONE, {"day": day})}
    services = _services(conn, {row["ticket"] for row in rows})
    return [_past(row, undone, services) for row in rows]


def call_of(conn: sqlite3.Connection, day: str | None, number: str) -> PastCall | None:
    """The first call of that number that stood, on that day or on the last one that knew it."""
    day = day_of(conn, day, number)
    called = calls_of(conn, day, -1, number=number) if day else []
    return next((call for call in reversed(called) if not call.taken_back), None)


def day_of(conn: sqlite3.Connection, day: str | None, number: str) -> str | None:
    """The day, if it had that number; without one, the last that had it."""
    (last,) = conn.execute("select max(day) from events where kind = 'day-opened'").fetchone()
    there = conn.execute(_THERE, {"day": day or last, "number": number}).fetchone()
    if there or day:
        return (day or last) if there else None
    (closed,) = conn.execute("select max(day) from visits where number = :number", {"number": number}).fetchone()
    return closed and str(closed)


def visit_numbered(conn: sqlite3.Connection, number: str, since: str) -> str | None:
    """The last visit of that number that is over, of the day `since` or later: the ticket's id."""
    asked = "select ticket from visits where day >= :since and number = :number order by day desc limit 1"
    row = conn.execute(asked, {"since": since, "number": number}).fetchone()
    return row and str(row[0])


# A day's events stand together: they are found by the numbers of its opening and of the next one's.
_SPAN = """
from events where
    seq >= (select min(seq) from events where kind = 'day-opened' and day = :day)
    and seq < coalesce((select min(seq) from events where kind = 'day-opened' and seq >
        (select min(seq) from events where kind = 'day-opened' and day = :day)), 9223372036854775807)
"""
_CALLS = f"""
select seq, day, at, ticket, number, counter, by, record {_SPAN}
    and kind = 'called'
    and (:counter is null or counter = :counter)
    and (:number is null or number = :number)
    and (:before is null or seq < :before)
    and (:out = 0 or rule = :chosen or json_extract(record, '$.data.reason.front'))
order by seq desc limit :limit
"""
_THERE = f"select 1 {_SPAN} and number = :number limit 1"
_UNDONE = f"""
select value from (select record {_SPAN} and kind = 'undone'), json_each(json_extract(record, '$.data.undoes'))
"""


def booked_came(conn: sqlite3.Connection, tickets: Iterable[str]) -> dict[str, str]:
    """How each of these closed visits kept its booked time: early, on-time or late."""
    asked = "select ticket, booking from visits where ticket in (select value from json_each(:tickets))"
    return {row[0]: row[1] for row in conn.execute(asked, {"tickets": json.dumps(sorted(tickets))}) if row[1]}


def _services(conn: sqlite3.Connection, tickets: Iterable[str]) -> dict[tuple[str, int], str]:
    """What each leg of these closed visits was for, by ticket and the moment of its call."""
    rows = conn.execute(
        "select ticket, called_ms, service from legs where ticket in (select value from json_each(:tickets))",
        {"tickets": json.dumps(sorted(tickets))},
    )
    return {(row[0], row[1]): row[2] for row in rows}


def _past(row: sqlite3.Row, undone: set[int], services: Mapping[tuple[str, int], str]) -> PastCall:
    data, at = json.loads(row["record"])["data"], parse_time(row["at"])
    return PastCall(
        row["seq"],
        row["day"],
        at,
        row["ticket"],
        row["number"],
        row["counter"],
        row["by"],
        data.get("reason", {}),
        bool(data.get("stand_in")),
        services.get((row["ticket"], milliseconds(at) or 0)),
        row["seq"] in undone,
    )
