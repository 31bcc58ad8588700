"""A file of bookings as a clerk or another system wrote it: CSV -> bookings, or every mistake with its line and remedy.

Pure. What only the hall can know (is there such a service? is the code taken?) is asked in bookings.py, for each row.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from queue_core.hall import Booking
from queue_core.plan import Plan
from queue_core.ticket import to_millisecond

NEEDED = ("code", "services", "at")
COLUMNS = (*NEEDED, "language", "priority", "people", "needs")
# All rows are one commit, during which nobody else is served: more come in several files.
MOST_ROWS = 2000
# In one field, as in a booking by JSON.
MOST_SERVICES, MOST_NEEDS = 20, 8
# What was written is told back so that it is found again, not in full: it may be as long as the file.
LONGEST_TOLD = 80
AHEAD = timedelta(days=366)
BUDDHIST = 543


@dataclass(frozen=True, slots=True)
class Row:
    """A booking and the line on which it stands."""

    line: int
    booking: Booking


class Unreadable(Exception):
    """What cannot be read, by the key of its sentence (`csv.…`), which holds the remedy too."""

    def __init__(self, key: str, **values: Any) -> None:
        self.key, self.values = key, {name: _short(value) for name, value in values.items()}
        super().__init__(key)


def _short(value: Any) -> Any:
    long = isinstance(value, str) and len(value) > LONGEST_TOLD
    return value[: LONGEST_TOLD - 1] + "…" if long else value


Mistakes = list[tuple[int, Unreadable]]


def read(raw: bytes, plan: Plan, now: datetime) -> tuple[list[Row], Mistakes]:
    """The rows of the file, and what is wrong with those that cannot be read. A file of no use is one mistake."""
    rows, mistakes = list[Row](), Mistakes()
    line = 1
    try:
        for line, told in _lines(_text(raw)):
            if len(rows) + len(mistakes) >= MOST_ROWS:
                raise Unreadable("csv.too_many", most=MOST_ROWS)
            try:
                rows.append(Row(line, _booking(told, plan, now)))
            except Unreadable as wrong:
                mistakes.append((line, wrong))
    except Unreadable as wrong:
        return [], [(line, wrong)]
    except csv.Error:
        return [], [(line, Unreadable("csv.unreadable"))]
    return rows, mistakes


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("csv.not_utf8") from None


def _lines(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Each row by its columns, with its line. Empty lines are passed over: Excel leaves some at the end."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    columns = _columns([name.strip().lower() for name in next(reader, [])])
    for row in reader:
        fields = [field.strip() for field in row]
        if not any(fields):
            continue
        if len(fields) > len(columns):
            yield reader.line_num, {"": ""}
        else:
            yield reader.line_num, dict(zip(columns, fields, strict=False))


def _columns(named: list[str]) -> list[str]:
    while named and not named[-1]:
        named.pop()
    for name in named:
        if name not in COLUMNS or named.count(name) > 1:
            raise Unreadable("csv.column_unknown", value=name, known=", ".join(COLUMNS))
    for name in NEEDED:
        if name not in named:
            raise Unreadable("csv.column_missing", value=name)
    return named


def _booking(told: Mapping[str, str], plan: Plan, now: datetime) -> Booking:
    if "" in told:
        raise Unreadable("csv.fields")
    return Booking(
        code=told.get("code", ""),
        services=_several(told.get("services", ""), MOST_SERVICES),
        at=moment(told.get("at", ""), plan, now),
        language=told.get("language") or "th",
        priority=told.get("priority") or None,
        people=_people(told.get("people") or "1"),
        needs=_several(told.get("needs", ""), MOST_NEEDS),
    )


def _several(text: str, most: int) -> tuple[str, ...]:
    words = tuple(word.strip() for word in text.split("+") if word.strip())
    if len(words) > most:
        raise Unreadable("csv.too_many_words", n=len(words), most=most)
    return words


def _people(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:3]) <= 99 and len(text) <= 2):
        raise Unreadable("csv.people", value=text)
    return int(text)


def moment(text: str, plan: Plan, now: datetime) -> datetime:
    """The booked time, in UTC to the millisecond: ISO 8601; without an offset it is the centre's own clock."""
    try:
        told = datetime.fromisoformat(text)
        if len(text) <= len("2026-11-20"):
            raise ValueError("a day without an hour")
    except ValueError:
        raise Unreadable("csv.at", value=text) from None
    if told.year > now.year + BUDDHIST // 2:
        raise Unreadable("csv.at_buddhist", year=told.year, common=told.year - BUDDHIST)
    if told.year < now.year - 1:
        raise Unreadable("csv.at_past", value=text)
    aware = told if told.tzinfo else told.replace(tzinfo=ZoneInfo(plan.timezone))
    if aware > now + AHEAD:
        raise Unreadable("csv.at_far", value=text)
    return to_millisecond(aware)
