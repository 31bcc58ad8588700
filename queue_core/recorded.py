"""Recorded days: the rows of a queue trace as values; a file that cannot be used is refused with line and remedy.

Who came when, when each was called and done, and at which counter: what a place's own system kept.
Pure: whoever opens the file passes what is in it. Not here: what the record does not say (stage.py), playing it
(rehearsal.py).
"""

import csv
import gzip
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import isfinite

from queue_core.errors import Mistake

NAMELESS = "nameless"
GZIP = b"\x1f\x8b"
NEEDED = ("site", "queue", "service", "arrived", "called", "finished", "abandoned")
ORDINARY = frozenset({"", "0", "0.0", "no", "none", "false"})
LEFT = frozenset({"1", "1.0", "yes", "true"})
# The day turns at the hour, of these, at which fewest people were in the hall: nobody's visit should be cut in two.
MAY_TURN_AT = range(7)


@dataclass(frozen=True, slots=True)
class Recorded:
    """One ticket as it was recorded. Times are the place's own, without zone, and never run backwards.

    `finished` of one who abandoned is the time of leaving. None: not known. `mended`: the times ran backwards in the
    file, and were set to the time before. `estimated`: the finish is somebody's guess.
    """

    id: str
    site: str
    queue: str
    service: str
    arrived: datetime
    called: datetime | None = None
    finished: datetime | None = None
    abandoned: bool = False
    counter: str | None = None
    priority: str | None = None
    counters_open: int | None = None
    reported_service_s: float | None = None
    mended: bool = False
    estimated: bool = False

    @property
    def waited_s(self) -> float | None:
        """Seconds from ticket to call, of those who were called and stayed."""
        return None if self.abandoned or self.called is None else (self.called - self.arrived).total_seconds()

    @property
    def took_s(self) -> float | None:
        """Seconds at the counter."""
        known = self.called is not None and self.finished is not None
        return (self.finished - self.called).total_seconds() if known else None  # type: ignore[operator]

    @property
    def stopped_waiting(self) -> datetime | None:
        """When the ticket was called, or its holder left."""
        return self.called or (self.finished if self.abandoned else None)


@dataclass(frozen=True, slots=True)
class Recording:
    """The rows of one file, in the order of arrival."""

    where: str
    tickets: tuple[Recorded, ...]


@dataclass(frozen=True, slots=True)
class SiteDay:
    """One service day of one site: a hall of its own. It begins at `begins` o'clock."""

    site: str
    day: date
    begins: int
    tickets: tuple[Recorded, ...]


# -- reading -------------------------------------------------------------------------------------------------------


def lines(data: bytes, where: str) -> list[str]:
    """The lines of a file as it lies on the disk, packed by gzip or not. Raises `Mistake` where they are no text."""
    try:
        text = (gzip.decompress(data) if data.startswith(GZIP) else data).decode("utf-8-sig")
        # Only a line feed ends a line: a service's name may hold what else splitlines() knows.
        return [f"{line}\n" for line in text.split("\n")]
    except (OSError, EOFError, zlib.error):
        raise Mistake(where, None, "the packed file is damaged", "copy it again, or unpack it first") from None
    except UnicodeDecodeError:
        raise Mistake(where, None, "the file is not text in UTF-8", "save it as CSV, in UTF-8") from None


def read_day(lines: Iterable[str], where: str) -> Recording:
    """The tickets in the lines of a CSV file. Raises `Mistake` with the line and what to do."""
    reader = csv.reader(lines)
    try:
        columns = _columns(next(reader, []), where)
        rows = [_row(columns, cells, reader.line_num, where) for cells in reader if any(cells)]
    except csv.Error as error:
        raise Mistake(where, reader.line_num, f"this is not CSV ({error})", "save it as CSV, in UTF-8") from None
    if not rows:
        raise Mistake(where, None, "there is no ticket in it", "choose a file with at least one row below the header")
    return Recording(where, tuple(sorted(rows, key=lambda ticket: ticket.arrived)))


def _columns(header: list[str], where: str) -> list[str]:
    columns = [name.strip().lower() for name in header]
    if not any(columns):
        raise Mistake(where, None, "the file is empty", f"its first line must name the columns: {', '.join(NEEDED)}, …")
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        remedy = f"name them in the first line, separated by commas; found: {', '.join(columns)[:200]}"
        raise Mistake(where, 1, f"columns are missing: {', '.join(missing)}", remedy)
    return columns


def _row(columns: list[str], cells: list[str], line: int, where: str) -> Recorded:
    if len(cells) != len(columns):
        problem = f"the row has {len(cells)} fields, and the header {len(columns)}"
        raise Mistake(where, line, problem, "put quotation marks around a text that holds a comma")
    cell = dict(zip(columns, (text.strip() for text in cells), strict=True))
    return _Row(cell, line, where).ticket()


@dataclass(frozen=True, slots=True)
class _Row:
    """One row while it is read; knows its line for a refusal."""

    cell: Mapping[str, str]
    line: int
    where: str

    def ticket(self) -> Recorded:
        arrived, called, finished = self.arrived(), self.time("called"), self.time("finished")
        abandoned = self.cell["abandoned"].lower() in LEFT
        estimate = None if finished or abandoned else self.time("finished_est")
        begun = called and max(called, arrived)
        done = finished or estimate
        over = done and max(done, begun or arrived)
        return Recorded(
            id=self.text("id") or f"line {self.line}",
            site=self.cell["site"] or NAMELESS,
            queue=self.cell["queue"] or self.cell["service"] or NAMELESS,
            service=self.cell["service"] or self.cell["queue"] or NAMELESS,
            arrived=arrived,
            called=begun,
            finished=over,
            abandoned=abandoned,
            counter=self.text("counter") or None,
            priority=None if self.text("priority").lower() in ORDINARY else self.text("priority"),
            counters_open=self.whole("counters_open"),
            reported_service_s=self.number("reported_service_s"),
            mended=(begun, over) != (called, done),
            estimated=estimate is not None,
        )

    def text(self, column: str) -> str:
        return self.cell.get(column, "")

    def arrived(self) -> datetime:
        moment = self.time("arrived")
        if moment is None:
            raise self.wrong("arrived is empty", "write when the ticket was taken, or leave the row out")
        return moment

    def time(self, column: str) -> datetime | None:
        text = self.text(column)
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise self.wrong(f"{column} {text!r} is not a time", "write it like 2026-11-20T09:41:07") from None
        if not 1970 <= moment.year < 9000:
            raise self.wrong(f"{column} {text!r} cannot be right", "write the year of our calendar, such as 2026")
        # A zone that is written is dropped: times are the place's own, as its people read them on the wall.
        return moment.replace(tzinfo=None)

    def number(self, column: str) -> float | None:
        text = self.text(column)
        try:
            number = float(text) if text else None
        except ValueError:
            number = float("nan")
        if number is not None and not isfinite(number):
            raise self.wrong(f"{column} {text!r} is not a number", "write a number, or leave it empty where unknown")
        return number

    def whole(self, column: str) -> int | None:
        number = self.number(column)
        return None if number is None else max(0, int(number))

    def wrong(self, problem: str, remedy: str) -> Mistake:
        return Mistake(self.where, self.line, problem, remedy)


# -- days ----------------------------------------------------------------------------------------------------------


def site_days(recording: Recording) -> list[SiteDay]:
    """Every site's every service day in the file, by day and then by site."""
    begins = turning_hour(recording.tickets)
    halls = defaultdict[tuple[date, str], list[Recorded]](list)
    for ticket in recording.tickets:
        halls[(ticket.arrived - timedelta(hours=begins)).date(), ticket.site].append(ticket)
    return [SiteDay(site, day, begins, tuple(tickets)) for (day, site), tickets in sorted(halls.items())]


def turning_hour(tickets: Iterable[Recorded]) -> int:
    """The hour at which the service day turns: the one that cuts fewest visits, the earliest of equals."""
    cut = Counter(hour for ticket in tickets for hour in _hours_across(ticket))
    return min(MAY_TURN_AT, key=lambda hour: cut[hour])


def _hours_across(ticket: Recorded) -> Iterator[int]:
    """The hours of `MAY_TURN_AT` that strike while the visitor is there; a visit of more than a day counts as one."""
    end = min(
        max(ticket.finished or ticket.arrived, ticket.called or ticket.arrived), ticket.arrived + timedelta(days=1)
    )
    for hour in MAY_TURN_AT:
        strikes = ticket.arrived.replace(hour=hour, minute=0, second=0, microsecond=0)
        strikes += timedelta(days=strikes <= ticket.arrived)
        if strikes <= end:
            yield hour


def choose(recording: Recording, day: str | None = None, site: str | None = None) -> list[SiteDay]:
    """The halls to play: of one site or all, on one day, on `all`, or, without `day`, on the busiest day there is."""
    halls = [hall for hall in site_days(recording) if site in (None, hall.site)]
    if not halls:
        raise _unknown(recording.where, f"there is no site {site!r}", {ticket.site for ticket in recording.tickets})
    if day == "all":
        return halls
    wanted = day or busiest(halls).isoformat()
    chosen = [hall for hall in halls if hall.day.isoformat() == wanted]
    if not chosen:
        raise _unknown(
            recording.where, f"nobody came on {wanted!r}", {hall.day.isoformat() for hall in halls} | {"all"}
        )
    return chosen


def busiest(halls: Iterable[SiteDay]) -> date:
    """The day on which most tickets were taken, in all halls together; the first of equals."""
    tickets = Counter[date]()
    for hall in halls:
        tickets[hall.day] += len(hall.tickets)
    return max(sorted(tickets), key=lambda day: tickets[day])


def _unknown(where: str, problem: str, known: Iterable[str]) -> Mistake:
    return Mistake(where, None, problem, f"choose one of: {', '.join(sorted(known))}")
