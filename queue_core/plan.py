"""A centre's plan: its agencies, services, counters, hours and rule, read from the centre's TOML or refused.

Two ways in, on purpose: `read` checks a file that people wrote and refuses mistakes with line and remedy;
`Plan.from_record` takes back what the log once accepted and never refuses, or yesterday's log would become unreadable
under stricter checks. Pure: whoever opens the file passes its text.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from queue_core.errors import Mistake
from queue_core.rules import RULES

Names = Mapping[str, str]
Lists = Mapping[str, tuple[str, ...]]
Path = tuple[str | int, ...]

KINDS = ("information", "forward", "complete", "complaint")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# Besides its own error, tomllib lets through what Python says of enormous numbers and of brackets too deep.
UNREADABLE = (ValueError, RecursionError)
_LISTED = ("agencies", "priorities", "services", "counters")
FREE = {"th": "ไม่เสียค่าธรรมเนียม", "en": "Free of charge"}


@dataclass(frozen=True, slots=True)
class Agency:
    id: str
    name: Names
    short: Names


@dataclass(frozen=True, slots=True)
class Priority:
    id: str
    name: Names


@dataclass(frozen=True, slots=True)
class Service:
    """One service of one agency. Minutes as published; `published_days` is for what is decided elsewhere."""

    id: str
    agency: str
    name: Names
    kind: str
    prefix: str
    documents: Lists
    steps: Lists
    forms: Lists
    fee: Names
    standard_service_minutes: int
    target_wait_minutes: int
    published_days: int | None = None


@dataclass(frozen=True, slots=True)
class CounterPlan:
    id: str
    name: Names
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a service day starts from. Opening hours are minutes of the local day, by weekday name.

    `source` is the digest of the text it was read from: only a text that changed replaces what was set since.
    """

    id: str
    name: Names
    timezone: str
    day_begins: str
    languages: tuple[str, ...]
    rule: str
    head_start_minutes: int
    hours: Mapping[str, tuple[tuple[int, int], ...]]
    agencies: Mapping[str, Agency]
    priorities: Mapping[str, Priority]
    services: Mapping[str, Service]
    counters: Mapping[str, CounterPlan]
    source: str = ""

    def local(self, now: datetime) -> datetime:
        """The moment on the centre's own clock."""
        return now.astimezone(ZoneInfo(self.timezone))

    def service_day(self, now: datetime) -> date:
        """The service day a moment belongs to: it turns at the centre's `day_begins`, not at midnight, nor UTC's."""
        begins = time.fromisoformat(self.day_begins)
        local = self.local(now).replace(tzinfo=None)
        return (local - timedelta(hours=begins.hour, minutes=begins.minute)).date()

    def open_at(self, now: datetime) -> bool:
        """Whether the opening hours say open; a period is [start, end)."""
        local = self.local(now)
        minute = local.hour * 60 + local.minute
        return any(start <= minute < end for start, end in self.hours.get(WEEKDAYS[local.weekday()], ()))

    def able(self, service: str) -> tuple[str, ...]:
        """The counters that may serve it, in the order of the plan."""
        return tuple(c.id for c in self.counters.values() if service in c.services)

    def record(self) -> dict[str, Any]:
        """The plan as plain data for the day's opening event; `from_record` brings back an equal plan.

        Lists, not tables, for what has an order: the log writes a table's keys in the order of the alphabet.
        """
        return asdict(self) | {name: [asdict(thing) for thing in getattr(self, name).values()] for name in _LISTED}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Plan":
        """The plan that the log holds. Nothing is checked, and what a later program no longer knows is passed over."""
        known = _known(cls, record)
        known["languages"] = tuple(record["languages"])
        known["hours"] = {d: tuple((a, b) for a, b in spans) for d, spans in record["hours"].items()}
        known["agencies"] = _each(Agency, record["agencies"])
        known["priorities"] = _each(Priority, record["priorities"])
        known["services"] = _each(Service, record["services"], _service_lists)
        known["counters"] = _each(CounterPlan, record["counters"], lambda c: {"services": tuple(c["services"])})
        return cls(**known)


def _known(cls: Any, record: Mapping[str, Any]) -> dict[str, Any]:
    names = {f.name for f in fields(cls)}
    return {key: value for key, value in record.items() if key in names}


def _each(cls: Any, records: Iterable[Any], more: Callable[[Any], dict[str, Any]] = lambda _: {}) -> dict[str, Any]:
    return {record["id"]: cls(**(_known(cls, record) | more(record))) for record in records}


def _service_lists(record: Mapping[str, Any]) -> dict[str, Any]:
    return {key: {lang: tuple(lines) for lang, lines in record[key].items()} for key in ("documents", "steps", "forms")}


def read(text: str, where: str = "centre.toml") -> Plan:
    """The plan a centre's TOML describes. Raises `Mistake` with the line and what to do."""
    # Some editors begin a file with a mark of its encoding and end its lines with two signs: no mistake.
    return _Reader(text.removeprefix("\ufeff").replace("\r\n", "\n"), where).plan()


def line_of(text: str, path: Path) -> int | None:
    """The line on which the value at `path` begins; None where the text holds no such value.

    tomllib tells no lines, so the place is sought by halves: up to which line does the text not hold the value yet?
    """
    lines = text.split("\n")
    without, within = 0, len(lines)
    if not _holds(_parsed(lines), path):
        return None
    while within - without > 1:
        middle = (without + within) // 2
        # A cut inside a value of many lines does not parse; the nearest cut that does is asked instead.
        nearest = (*range(middle, without, -1), *range(middle + 1, within))
        cuts = ((count, _parsed(lines[:count])) for count in nearest)
        count, data = next((cut for cut in cuts if cut[1] is not None), (within, None))
        if data is None:
            break
        without, within = (without, count) if _holds(data, path) else (count, within)
    return without + 1


def _parsed(lines: list[str]) -> dict[str, Any] | None:
    try:
        return tomllib.loads("\n".join(lines))
    except UNREADABLE:
        return None


def _holds(data: Any, path: Path) -> bool:
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return False
    return True


class _Reader:
    """Reads one text; every check names the path of what is wrong, and the path gives the line."""

    def __init__(self, text: str, where: str) -> None:
        self.text, self.where = text, where
        try:
            self.data = tomllib.loads(text)
        except UNREADABLE as error:
            found = re.search(r"at line (\d+)", str(error))
            at_end = text.count("\n") + 1 if isinstance(error, tomllib.TOMLDecodeError) else None
            line = int(found[1]) if found else at_end
            raise Mistake(
                where, line, f"this is not TOML ({error})", "look at this line and the one above it"
            ) from None
        self.languages: tuple[str, ...] = ("th", "en")

    def wrong(self, path: Path, problem: str, remedy: str) -> Mistake:
        line = next((n for n in (line_of(self.text, path[:k]) for k in range(len(path), 0, -1)) if n), None)
        return Mistake(self.where, line, problem, remedy)

    def plan(self) -> Plan:
        self.no_strangers((), self.data, {"centre", "calling", "hours", "agency", "priority", "service", "counter"})
        centre = self.table(("centre",))
        self.no_strangers(("centre",), centre, {"id", "name", "timezone", "day_begins", "languages"})
        self.languages = self.centre_languages()
        rule, head_start = self.calling()
        agencies = {a.id: a for a in self.agencies()}
        services = {s.id: s for s in self.services(agencies)}
        counters = {c.id: c for c in self.counters(services)}
        self.everything_served(services, counters)
        return Plan(
            id=self.word(("centre", "id")),
            name=self.names(("centre", "name")),
            timezone=self.timezone(),
            day_begins=self.clock_time(("centre", "day_begins"), default="04:00"),
            languages=self.languages,
            rule=rule,
            head_start_minutes=head_start,
            hours=self.hours(),
            agencies=agencies,
            priorities={p.id: p for p in self.priorities()},
            services=services,
            counters=counters,
            source=sha256(self.text.encode()).hexdigest(),
        )

    # -- values ------------------------------------------------------------------------------------------------

    def at(self, path: Path, default: Any = None) -> Any:
        data: Any = self.data
        for step in path:
            if not isinstance(data, dict | list) or (isinstance(data, dict) and step not in data):
                return default
            data = data[step]  # type: ignore[index]
        return data

    def needed(self, path: Path, what: str) -> Any:
        value = self.at(path)
        if value is None:
            raise self.wrong(path, f"{_say(path)} is missing", f"add {path[-1]} = {what}")
        return value

    def table(self, path: Path) -> dict[str, Any]:
        value = self.needed(path, "…, under a line of its own in [brackets]")
        if not isinstance(value, dict):
            raise self.wrong(path, f"{_say(path)} must be a table", f"write [{path[-1]}] on a line of its own")
        return value

    def no_strangers(self, path: Path, table: Mapping[str, Any], known: Iterable[str]) -> None:
        for key in table:
            if key not in known:
                raise self.wrong((*path, key), f"{key} is not known here", f"use one of: {', '.join(sorted(known))}")

    def text_at(self, path: Path) -> str:
        value = self.needed(path, '"…"')
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(path, f"{_say(path)} must be a text", "write it between quotation marks, not empty")
        return value.strip()

    def word(self, path: Path) -> str:
        value = self.text_at(path)
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}", value):
            remedy = "use up to 40 letters a-z, digits and hyphens, no spaces"
            raise self.wrong(path, f"{value!r} cannot be an id", remedy)
        return value

    def names(self, path: Path) -> Names:
        value = self.needed(path, '{ th = "…", en = "…" }')
        if isinstance(value, dict):
            self.no_strangers(path, value, self.languages)
        for language in self.languages:
            if not isinstance(value, dict) or not str(value.get(language, "")).strip():
                raise self.wrong(path, f"{_say(path)} has no {language}", f'add {language} = "…" to it')
            if not isinstance(value[language], str):
                raise self.wrong((*path, language), f"{_say(path)} must be a text", "write it between quotation marks")
        return {language: value[language].strip() for language in self.languages}

    def lists(self, path: Path) -> Lists:
        value = self.at(path, {})
        if value == {}:
            return {language: () for language in self.languages}
        if isinstance(value, dict):
            self.no_strangers(path, value, self.languages)
        for language in self.languages:
            lines = value.get(language) if isinstance(value, dict) else None
            if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
                raise self.wrong(path, f"{_say(path)} has no list for {language}", f'add {language} = ["…", "…"] to it')
        return {language: tuple(value[language]) for language in self.languages}

    def number(self, path: Path, least: int, most: int, default: int | None = None) -> int:
        value = self.at(path, default)
        if type(value) is not int or not least <= value <= most:
            problem = f"{_say(path)} must be a whole number from {least} to {most}"
            raise self.wrong(path, problem, f"write for example {path[-1]} = {max(least, min(15, most))}")
        return value

    def clock_time(self, path: Path, default: str) -> str:
        value = self.at(path, default)
        if not isinstance(value, str) or not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value):
            raise self.wrong(path, f"{value!r} is not a time", 'write hours and minutes, such as "04:00"')
        return value

    def one_of(self, path: Path, choices: Iterable[str]) -> str:
        value = self.text_at(path)
        if value not in choices:
            raise self.wrong(path, f"{_say(path)} {value!r} is not known", f"use one of: {', '.join(choices)}")
        return value

    def each(self, name: str, known: set[str]) -> Iterator[Path]:
        """The path of each [[name]], its keys and its id checked."""
        entries = self.at((name,), [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise self.wrong((name,), f"{name} must be written [[{name}]]", "use double brackets, once for each")
        seen: dict[str, int] = {}
        for index, entry in enumerate(entries):
            path: Path = (name, index)
            self.no_strangers(path, entry, known)
            identity = self.word((*path, "id"))
            if identity in seen:
                raise self.wrong((*path, "id"), f"the id {identity!r} stands twice", "give each one an id of its own")
            seen[identity] = index
            yield path

    # -- parts -------------------------------------------------------------------------------------------------

    def centre_languages(self) -> tuple[str, ...]:
        value = self.at(("centre", "languages"), ["th", "en"])
        good = isinstance(value, list) and all(
            isinstance(item, str) and re.fullmatch(r"[a-z]{2,3}", item) for item in value
        )
        if not good or not {"th", "en"} <= set(value) or len(set(value)) < len(value):
            remedy = 'write languages = ["th", "en"]; Thai and English are always there'
            raise self.wrong(("centre", "languages"), "the languages are not right", remedy)
        return tuple(value)

    def timezone(self) -> str:
        name = self.at(("centre", "timezone"), "Asia/Bangkok")
        try:
            return ZoneInfo(name).key
        except (ValueError, TypeError, OSError, KeyError):
            path = ("centre", "timezone")
            raise self.wrong(path, f"{name!r} is not a time zone", 'write timezone = "Asia/Bangkok"') from None

    def calling(self) -> tuple[str, int]:
        calling = self.at(("calling",), {})
        if not isinstance(calling, dict):
            raise self.wrong(("calling",), "calling must be a table", "write [calling] on a line of its own")
        self.no_strangers(("calling",), calling, {"rule", "head_start_minutes"})
        rule = self.one_of(("calling", "rule"), RULES) if "rule" in calling else "head-start"
        return rule, self.number(("calling", "head_start_minutes"), 0, 600, default=20)

    def hours(self) -> dict[str, tuple[tuple[int, int], ...]]:
        table = self.table(("hours",))
        self.no_strangers(("hours",), table, WEEKDAYS)
        return {day: self.spans(("hours", day)) for day in WEEKDAYS}

    def spans(self, path: Path) -> tuple[tuple[int, int], ...]:
        value = self.at(path, [])
        remedy = 'write for example ["08:30-12:00", "13:00-16:30"], or [] when closed'
        if not isinstance(value, list):
            raise self.wrong(path, f"{_say(path)} must be a list", remedy)
        spans = [_span(item) for item in value]
        ends = [minute for span in spans if span for minute in span]
        if None in spans or ends != sorted(set(ends)):
            raise self.wrong(path, f"the hours {value} are not in order, overlap or are no times", remedy)
        return tuple(span for span in spans if span)

    def agencies(self) -> Iterator[Agency]:
        for path in self.each("agency", {"id", "name", "short"}):
            names = self.names((*path, "name"))
            short = self.names((*path, "short")) if self.at((*path, "short")) is not None else names
            yield Agency(self.word((*path, "id")), names, short)

    def priorities(self) -> Iterator[Priority]:
        for path in self.each("priority", {"id", "name"}):
            yield Priority(self.word((*path, "id")), self.names((*path, "name")))

    def services(self, agencies: Mapping[str, Agency]) -> Iterator[Service]:
        known = {f.name for f in fields(Service)}
        for path in self.each("service", known):
            yield Service(
                id=self.word((*path, "id")),
                agency=self.one_of((*path, "agency"), agencies),
                name=self.names((*path, "name")),
                kind=self.one_of((*path, "kind"), KINDS),
                prefix=self.prefix((*path, "prefix")),
                documents=self.lists((*path, "documents")),
                steps=self.lists((*path, "steps")),
                forms=self.lists((*path, "forms")),
                fee=self.names((*path, "fee")) if self.at((*path, "fee")) is not None else self.free(),
                standard_service_minutes=self.number((*path, "standard_service_minutes"), 1, 600),
                target_wait_minutes=self.number((*path, "target_wait_minutes"), 1, 600),
                published_days=self.days((*path, "published_days")),
            )
        if not self.at(("service",)):
            raise self.wrong((), "the centre has no service", "add at least one [[service]]")

    def free(self) -> Names:
        return {language: FREE.get(language, FREE["en"]) for language in self.languages}

    def prefix(self, path: Path) -> str:
        value = self.text_at(path)
        if not re.fullmatch(r"[A-HJ-NP-Z]{1,2}", value):
            remedy = "use one or two capital letters; not O or I, which look like 0 and 1"
            raise self.wrong(path, f"the prefix {value!r} cannot be used", remedy)
        return value

    def days(self, path: Path) -> int | None:
        return None if self.at(path) is None else self.number(path, 0, 3650)

    def counters(self, services: Mapping[str, Service]) -> Iterator[CounterPlan]:
        for path in self.each("counter", {"id", "name", "services"}):
            chosen = self.needed((*path, "services"), '["…"]')
            if not isinstance(chosen, list) or not chosen:
                raise self.wrong((*path, "services"), "this counter serves nothing", 'write services = ["…", "…"]')
            for index, service in enumerate(chosen):
                if not isinstance(service, str) or service not in services:
                    remedy = f"use one of: {', '.join(services)}"
                    raise self.wrong((*path, "services", index), f"there is no service {service!r}", remedy)
            yield CounterPlan(self.word((*path, "id")), self.names((*path, "name")), tuple(dict.fromkeys(chosen)))

    def everything_served(self, services: Mapping[str, Service], counters: Mapping[str, CounterPlan]) -> None:
        served = {service for counter in counters.values() for service in counter.services}
        for index, service in enumerate(services):
            if service not in served:
                path = ("service", index, "id")
                raise self.wrong(path, f"no counter serves {service!r}", "add it to the services of a [[counter]]")


def _span(item: object) -> tuple[int, int] | None:
    found = re.fullmatch(r"(\d\d):(\d\d)-(\d\d):(\d\d)", item) if isinstance(item, str) else None
    if not found:
        return None
    h1, m1, h2, m2 = (int(part) for part in found.groups())
    good = m1 < 60 and m2 < 60 and h1 * 60 + m1 < h2 * 60 + m2 <= 24 * 60
    return (h1 * 60 + m1, h2 * 60 + m2) if good else None


def _say(path: Path) -> str:
    return " ".join(f"number {step + 1}" if isinstance(step, int) else step for step in path) or "the file"
