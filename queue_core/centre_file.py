"""A centre's TOML, checked line by line: a plan comes out of it, or a mistake with its line and what to do.

Strict, for people wrote it; what the log once accepted comes back by `Plan.from_record`, which checks nothing. The
grammar of a profile's lines is profile_lines.py's. Pure: whoever opens the file passes its text.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date
from graphlib import CycleError, TopologicalSorter
from hashlib import sha256
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from queue_core.errors import Mistake
from queue_core.plan import (
    BOOKINGS,
    LETTERS,
    NEEDS,
    REASONS,
    SEGMENT_LISTS,
    WEEKDAYS,
    Agency,
    CounterPlan,
    Holiday,
    Line,
    Lists,
    Matter,
    Names,
    Plan,
    Priority,
    Profile,
    Segment,
    Service,
    Spans,
    Zone,
    free_prefix,
)
from queue_core.profile_lines import KEYWORDS, Known, NotALine, Otherwise, line_or_end, use_one_of
from queue_core.rules import RULES

Path = tuple[str | int, ...]
T = TypeVar("T")

KINDS = ("information", "forward", "complete", "complaint")
# Besides its own error, tomllib lets through what Python says of enormous numbers and of brackets too deep.
UNREADABLE = (ValueError, RecursionError)
ALWAYS = ("th", "en")  # a centre speaks these; further languages may be left out of a name
FREE = {"th": "ไม่เสียค่าธรรมเนียม", "en": "Free of charge", "my": "အခမဲ့"}
ANY_OR_NONE = ("any", "none")  # what a segment says of priorities besides their ids
BUDDHIST_ERA = 543
# No counter: the panel's address of it is the reception desk's.
RECEPTION = "reception"
PARTS = ("centre", "calling", "tickets", "day", "booking", "emergency", "staff", "hours")
LISTS = ("agency", "priority", "service", "matter", "zone", "counter", "segment", "profile", "holiday", "reason")


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
    # A cut inside a list over many lines is read with the list closed, so that the lines in it are told apart.
    for end in ("", "\n]"):
        try:
            return tomllib.loads("\n".join(lines) + end)
        except UNREADABLE:
            continue
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
        self.languages: tuple[str, ...] = ALWAYS
        self.day_begins = "04:00"

    def wrong(self, path: Path, problem: str, remedy: str) -> Mistake:
        line = next((n for n in (line_of(self.text, path[:k]) for k in range(len(path), 0, -1)) if n), None)
        return Mistake(self.where, line, problem, remedy)

    def plan(self) -> Plan:
        self.no_strangers((), self.data, (*PARTS, *LISTS))
        centre = self.table(("centre",))
        self.no_strangers(("centre",), centre, {"id", "name", "timezone", "day_begins", "languages"})
        self.languages = self.centre_languages()
        self.day_begins = self.clock_time(("centre", "day_begins"), default=self.day_begins)
        settings = self.calling() | self.tickets() | self.day() | self.booking() | self.staff()
        agencies = {a.id: a for a in self.agencies()}
        priorities = {p.id: p for p in self.priorities()}
        services = {s.id: s for s in self.services(agencies)}
        self.services_agree(services)
        segments = {s.id: s for s in self.segments(services, priorities)}
        profiles = {p.id: p for p in self.profiles(segments)}
        self.profiles_end(profiles)
        matters = {m.id: m for m in self.matters(services)}
        zones = {z.id: z for z in self.zones()}
        counters = {c.id: c for c in self.counters(services, profiles, zones)}
        self.zones_used(zones, counters.values())
        self.everything_served(services, counters)
        self.profiles_used(profiles, {settings["profile"], *(counter.profile for counter in counters.values())})
        hours, holidays = self.hours(), {h.date: h for h in self.holidays()}
        self.opens(hours, holidays)
        return Plan(
            id=self.word(("centre", "id")),
            name=self.names(("centre", "name")),
            timezone=self.timezone(),
            day_begins=self.day_begins,
            languages=self.languages,
            hours=hours,
            agencies=agencies,
            priorities=priorities,
            services=services,
            counters=counters,
            source=sha256(self.text.encode()).hexdigest(),
            segments=segments,
            profiles=profiles,
            holidays=holidays,
            reasons=dict(self.reasons()) or self.usual_reasons(),
            emergency_prefix=self.emergency_prefix(services),
            zones=zones,
            matters=matters,
            **settings,
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

    def section(self, name: str, known: Iterable[str]) -> dict[str, Any]:
        """A table that may be left out, its keys checked."""
        if self.at((name,)) is None:
            return {}
        table = self.table((name,))
        self.no_strangers((name,), table, known)
        return table

    def no_strangers(self, path: Path, table: Mapping[str, Any], known: Iterable[str]) -> None:
        for key in table:
            if key not in known:
                raise self.wrong((*path, key), f"{key} is not known here", use_one_of(key, sorted(known)))

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
        """A name in every language of the centre. Thai and English must be there; one that is not there is English."""
        value = self.needed(path, '{ th = "…", en = "…" }')
        if isinstance(value, dict):
            self.no_strangers(path, value, self.languages)
        for language in self.written(value):
            if not isinstance(value, dict) or not str(value.get(language, "")).strip():
                raise self.wrong(path, f"{_say(path)} has no {language}", f'add {language} = "…" to it')
            if not isinstance(value[language], str):
                raise self.wrong((*path, language), f"{_say(path)} must be a text", "write it between quotation marks")
        return self.in_all({language: value[language].strip() for language in self.written(value)})

    def written(self, value: Any) -> Iterator[str]:
        """The languages in which a name has to stand, and those in which it does."""
        return (one for one in self.languages if one in ALWAYS or (isinstance(value, dict) and one in value))

    def maybe_names(self, path: Path) -> Names | None:
        return None if self.at(path) is None else self.names(path)

    def lists(self, path: Path) -> Lists:
        value = self.at(path, {})
        if value == {}:
            return {language: () for language in self.languages}
        if isinstance(value, dict):
            self.no_strangers(path, value, self.languages)
        for language in self.written(value):
            lines = value.get(language) if isinstance(value, dict) else None
            if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
                raise self.wrong(path, f"{_say(path)} has no list for {language}", f'add {language} = ["…", "…"] to it')
        return self.in_all({language: tuple(value[language]) for language in self.written(value)})

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

    def one_of(self, path: Path, choices: Iterable[str], default: str | None = None) -> str:
        if default is not None and self.at(path) is None:
            return default
        value = self.text_at(path)
        if value not in choices:
            remedy = use_one_of(value, choices, f"a [[{path[-1]}]]")
            raise self.wrong(path, f"{_say(path)} {value!r} is not known", remedy)
        return value

    def maybe_one_of(self, path: Path, choices: Iterable[str], thing: str) -> str | None:
        """One of the things that the file itself names, or None where nothing is written."""
        value = self.at(path)
        if value is not None and value not in list(choices):
            raise self.wrong(path, f"there is no {thing} {value!r}", use_one_of(value, choices, f"a [[{thing}]]"))
        return None if value is None else str(value)

    def ids(self, path: Path, choices: Iterable[str], thing: str) -> tuple[str, ...]:
        """A list of ids, each once; () where nothing is written."""
        value, choices = self.at(path, []), list(choices)
        if not isinstance(value, list):
            raise self.wrong(path, f"{_say(path)} must be a list", f'write {path[-1]} = ["…", "…"]')
        for index, item in enumerate(value):
            if item not in choices:
                remedy = use_one_of(item, choices, f"a [[{thing}]]")
                raise self.wrong((*path, index), f"there is no {thing} {item!r}", remedy)
        return tuple(dict.fromkeys(value))

    def yes_or_no(self, path: Path, default: bool) -> bool:
        value = self.at(path, default)
        if type(value) is not bool:
            raise self.wrong(path, f"{_say(path)} must be yes or no", f"write {path[-1]} = true, or false")
        return value

    def maybe_number(self, path: Path, least: int, most: int) -> int | None:
        return None if self.at(path) is None else self.number(path, least, most)

    def each(self, name: str, known: Iterable[str], key: str = "id") -> Iterator[Path]:
        """The path of each [[name]], its keys checked and what it is known by, an id or a date."""
        entries = self.at((name,), [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise self.wrong((name,), f"{name} must be written [[{name}]]", "use double brackets, once for each")
        seen = set[str]()
        check = self.date if key == "date" else self.word
        for index, entry in enumerate(entries):
            path: Path = (name, index)
            self.no_strangers(path, entry, known)
            identity = check((*path, key))
            if identity in seen:
                raise self.wrong((*path, key), f"the {key} {identity!r} stands twice", f"give each one its own {key}")
            seen.add(identity)
            yield path

    def ids_of(self, name: str) -> list[str]:
        """The ids of all [[name]], read before they are: a service or a profile may name one further down."""
        entries = self.at((name,), [])
        found = [entry.get("id") for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
        return [identity.strip() for identity in found if isinstance(identity, str)]

    # -- parts -------------------------------------------------------------------------------------------------

    def centre_languages(self) -> tuple[str, ...]:
        value = self.at(("centre", "languages"), ["th", "en"])
        good = isinstance(value, list) and all(
            isinstance(item, str) and re.fullmatch(r"[a-z]{2,3}", item) for item in value
        )
        if not good or not set(ALWAYS) <= set(value) or len(set(value)) < len(value):
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

    def calling(self) -> dict[str, Any]:
        numbers = {"head_start_minutes": 20, "recalls": 3, "requeues": 1, "tolerance_minutes": 15}
        self.section("calling", ("rule", "profile", *numbers))
        return {
            "rule": self.one_of(("calling", "rule"), RULES, default="head-start"),
            "profile": self.maybe_one_of(("calling", "profile"), self.ids_of("profile"), "profile"),
            **self.numbers("calling", numbers),
        }

    def numbers(self, name: str, defaults: Mapping[str, int]) -> dict[str, Any]:
        """Numbers from 0 to 600, of minutes or of times, under the names that the plan has for them too."""
        return {key: self.number((name, key), 0, 600, default) for key, default in defaults.items()}

    def tickets(self) -> dict[str, Any]:
        self.section("tickets", ("before_minutes", "in_breaks", "last"))
        return {
            "tickets_before_minutes": self.number(("tickets", "before_minutes"), 0, 600, 0),
            "tickets_in_breaks": self.yes_or_no(("tickets", "in_breaks"), False),
            "last_ticket": self.one_of(("tickets", "last"), ("closing", "by-work"), default="closing"),
        }

    def day(self) -> dict[str, Any]:
        self.section("day", ("left_over",))
        return {"left_over": self.one_of(("day", "left_over"), ("expire", "carry"), default="expire")}

    def booking(self) -> dict[str, Any]:
        windows = {"early_minutes": 30, "late_minutes": 15}
        self.section("booking", windows)
        return self.numbers("booking", windows)

    def staff(self) -> dict[str, Any]:
        self.section("staff", ("lock_minutes",))
        return self.numbers("staff", {"lock_minutes": 10})

    def emergency_prefix(self, services: Mapping[str, Service]) -> str:
        self.section("emergency", ("prefix",))
        path = ("emergency", "prefix")
        used = {service.prefix: service.id for service in services.values()}
        free = free_prefix(used)
        prefix = free if self.at(path) is None else self.prefix(path)
        if prefix in used:
            problem = f"the numbers of {used[prefix]!r} begin with {prefix} already"
            raise self.wrong(path, problem, f'write prefix = "{free}", or leave it out')
        return prefix

    def hours(self) -> dict[str, Spans]:
        table = self.table(("hours",))
        self.no_strangers(("hours",), table, WEEKDAYS)
        return {day: self.spans(("hours", day)) for day in WEEKDAYS}

    def spans(self, path: Path) -> Spans:
        value = self.at(path, [])
        remedy = 'write for example ["08:30-12:00", "13:00-16:30"], or [] when closed'
        if not isinstance(value, list):
            raise self.wrong(path, f"{_say(path)} must be a list", remedy)
        spans = tuple(self.span((*path, index), item) for index, item in enumerate(value))
        for index in range(1, len(spans)):
            self.in_turn((*path, index), value[index - 1 : index + 1], spans[index - 1], spans[index])
        return spans

    def span(self, path: Path, item: object) -> tuple[int, int]:
        """One opening. The service day may turn at either end of it, but not while the hall is open."""
        span = _span(item)
        if span is None:
            raise self.wrong(path, f"{item!r} is not written as 08:30-12:00", 'write it as "08:30-12:00"')
        begins, turns = span[0], _minute(self.day_begins)
        if begins >= span[1]:
            problem = f"{item!r} does not end after it begins; what is after midnight stands with the next day"
            raise self.wrong(path, problem, "write the earlier time first, and 24:00 at the latest")
        if begins < turns < span[1]:
            problem = f"a new day begins at {self.day_begins}, in the middle of {item!r}: the hall must be closed then"
            remedy = 'write other hours, or another day_begins under [centre]: "00:00" where it never closes'
            raise self.wrong(path, problem, remedy)
        return span

    def in_turn(self, path: Path, said: list[str], one: tuple[int, int], other: tuple[int, int]) -> None:
        """Hours may begin when those before them end, and no sooner."""
        if other[1] <= one[0]:
            raise self.wrong(path, f"{said[1]!r} stands after {said[0]!r}, and is earlier", "write the earlier first")
        if other[0] < one[1]:
            remedy = "let the second begin when the first ends, or later"
            raise self.wrong(path, f"{said[0]!r} and {said[1]!r} overlap", remedy)

    def opens(self, hours: Mapping[str, Spans], holidays: Mapping[str, Holiday]) -> None:
        """On some weekday, or on a holiday at least, or nobody could ever have a ticket."""
        if not any(hours.values()) and not any(holiday.hours for holiday in holidays.values()):
            remedy = 'write for example monday = ["08:30-16:30"]'
            raise self.wrong(("hours",), "the centre is never open", remedy)

    def agencies(self) -> Iterator[Agency]:
        for path in self.each("agency", {"id", "name", "short"}):
            names = self.names((*path, "name"))
            short = self.names((*path, "short")) if self.at((*path, "short")) is not None else names
            yield Agency(self.word((*path, "id")), names, short)

    def priorities(self) -> Iterator[Priority]:
        for path in self.each("priority", ("id", "name", "head_start_minutes")):
            identity = self.word((*path, "id"))
            if identity in ANY_OR_NONE:
                remedy = "use another id: a segment means every priority by any, and no priority by none"
                raise self.wrong((*path, "id"), f"{identity!r} cannot be a priority", remedy)
            own = self.maybe_number((*path, "head_start_minutes"), 0, 600)
            yield Priority(identity, self.names((*path, "name")), own)

    def services(self, agencies: Mapping[str, Agency]) -> Iterator[Service]:
        everyone = self.ids_of("service")
        for path in self.each("service", [f.name for f in fields(Service)]):
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
                published_days=self.maybe_number((*path, "published_days"), 0, 3650),
                after=self.ids((*path, "after"), everyone, "service"),
                shown_as=self.maybe_one_of((*path, "shown_as"), everyone, "service"),
                at_kiosk=self.yes_or_no((*path, "at_kiosk"), True),
                quota_day=self.maybe_number((*path, "quota_day"), 1, 9999),
                quota_hour=self.maybe_number((*path, "quota_hour"), 1, 9999),
                words=self.lists((*path, "words")) if self.at((*path, "words")) is not None else {},
            )
        if not self.at(("service",)):
            raise self.wrong((), "the centre has no service", "add at least one [[service]]")

    def services_agree(self, services: Mapping[str, Service]) -> None:
        """No service comes before itself, by way of others or not, and none is shown as one that is covered itself."""
        if circle := _circle({service.id: service.after for service in services.values()}):
            path = ("service", list(services).index(circle[0]), "after")
            remedy = "take one of them out of its after: one of these services must come first"
            raise self.wrong(path, f"these services wait for each other: {' → '.join(circle)}", remedy)
        for index, service in enumerate(services.values()):
            cover = services.get(service.shown_as or "")
            if cover and cover.shown_as:
                said = "itself" if cover.id == service.id else f"{cover.id!r}, which is shown as another"
                better = (
                    f'write shown_as = "{cover.shown_as}"' if cover.shown_as != service.id else "leave shown_as out"
                )
                raise self.wrong(("service", index, "shown_as"), f"a service cannot be shown as {said}", better)

    def free(self) -> Names:
        return self.in_all(FREE)

    def in_all(self, ours: Mapping[str, T]) -> Mapping[str, T]:
        """Words in every language of the centre, in English where there are none."""
        return {language: ours.get(language, ours["en"]) for language in self.languages}

    def prefix(self, path: Path) -> str:
        value = self.text_at(path)
        if not re.fullmatch(f"[{LETTERS}]{{1,2}}", value):
            remedy = "use one or two capital letters; not O or I, which look like 0 and 1"
            raise self.wrong(path, f"the prefix {value!r} cannot be used", remedy)
        return value

    def segments(self, services: Iterable[str], priorities: Iterable[str]) -> Iterator[Segment]:
        choices = {
            "services": ("service", services),
            "languages": ("language", self.languages),
            "priorities": ("priority", (*priorities, *ANY_OR_NONE)),
            "bookings": ("booking", BOOKINGS),
            "needs": ("need", NEEDS),
        }
        for path in self.each("segment", ("id", "name", *SEGMENT_LISTS)):
            identity = self.word((*path, "id"))
            if identity.casefold() in KEYWORDS:
                remedy = "use another id: the lines of a profile use this word"
                raise self.wrong((*path, "id"), f"{identity!r} cannot be a segment", remedy)
            lists = {key: self.ids((*path, key), ids, thing) for key, (thing, ids) in choices.items()}
            if not any(lists.values()):
                raise self.for_everybody(path, identity)
            yield Segment(identity, self.names((*path, "name")), **lists)

    def for_everybody(self, path: Path, identity: str) -> Mistake:
        if path == ("segment", len(self.data["segment"]) - 1):
            problem = f"{identity!r} is who is of no other segment: the same as others"
            return self.wrong((*path, "id"), problem, "leave it out, and write others in the lines")
        problem = f"everybody is of the segment {identity!r}, and nobody comes to those after it"
        remedy = "say whom it is for: services, languages, priorities, bookings or needs"
        return self.wrong((*path, "id"), problem, remedy)

    def profiles(self, segments: Iterable[str]) -> Iterator[Profile]:
        known = Known(segments=list(segments), profiles=self.ids_of("profile"), rules=RULES)
        for path in self.each("profile", ("id", "name", "lines")):
            identity, names = self.word((*path, "id")), self.names((*path, "name"))
            lines, end = self.lines((*path, "lines"), known)
            yield Profile(identity, names, lines, end.rule, end.follows)

    def lines(self, path: Path, known: Known) -> tuple[tuple[Line, ...], Otherwise]:
        """A profile's lines and, by itself, the OTHERWISE they end with."""
        texts = self.needed(path, '["OTHERWISE head-start"]')
        if not isinstance(texts, list):
            raise self.wrong(path, f"{_say(path)} must be a list", 'write lines = ["…", "OTHERWISE head-start"]')
        said = [self.line((*path, index), known) for index in range(len(texts))]
        lines = [line for line in said if isinstance(line, Line)]
        ends = [index for index, line in enumerate(said) if isinstance(line, Otherwise)]
        if ends and ends[0] < len(said) - 1:
            raise self.wrong(
                (*path, ends[0]), "OTHERWISE stands before the last line", "make it the last, and the only one"
            )
        end = said[-1] if said else None
        if not isinstance(end, Otherwise):
            remedy = 'add a last line, such as "OTHERWISE head-start"'
            raise self.wrong((*path, len(said) - 1), "these lines do not end with OTHERWISE", remedy)
        return tuple(lines), end

    def line(self, path: Path, known: Known) -> Line | Otherwise:
        try:
            return line_or_end(self.text_at(path), known)
        except NotALine as mistake:
            raise self.wrong(path, mistake.problem, mistake.remedy) from None

    def profiles_end(self, profiles: Mapping[str, Profile]) -> None:
        """No profile leads back to itself, or a counter would look for its line for ever."""
        follows = {profile.id: [profile.follows] if profile.follows else [] for profile in profiles.values()}
        if circle := _circle(follows):
            index = list(profiles).index(circle[0])
            path = ("profile", index, "lines", len(profiles[circle[0]].lines))
            remedy = "end one of them with a rule, such as OTHERWISE head-start"
            raise self.wrong(path, f"these profiles follow each other: {' → '.join(circle)}", remedy)

    def profiles_used(self, profiles: Mapping[str, Profile], called_by: Iterable[str | None]) -> None:
        """Every profile is some counter's, the centre's, or where another one leads: else it was forgotten there."""
        used = {*called_by, *(profile.follows for profile in profiles.values())}
        for index, profile in enumerate(profiles):
            if profile not in used:
                remedy = (
                    f'write profile = "{profile}" at a [[counter]] or under [calling], or end another profile '
                    f"with OTHERWISE as {profile}; or leave it out"
                )
                problem = f"no counter calls by the profile {profile!r}"
                raise self.wrong(("profile", index, "id"), problem, remedy)

    def holidays(self) -> Iterator[Holiday]:
        for path in self.each("holiday", ("date", "name", "hours"), key="date"):
            yield Holiday(self.date((*path, "date")), self.names((*path, "name")), self.spans((*path, "hours")))

    def date(self, path: Path) -> str:
        value = self.needed(path, '"2026-12-10"')
        written = value if isinstance(value, str) else ""
        try:
            day = date.fromisoformat(written if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", written) else "")
        except ValueError:
            remedy = 'write year, month and day of a day that exists, between quotation marks, such as "2026-12-10"'
            raise self.wrong(path, f"{str(value)!r} is not a date", remedy) from None
        if day.year >= BUDDHIST_ERA + 2000:
            common = f"{day.year - BUDDHIST_ERA}{written[4:]}"
            raise self.wrong(path, f"{day.year} is a year of the Buddhist era", f'write date = "{common}"')
        return written

    def reasons(self) -> Iterator[tuple[str, Names]]:
        for path in self.each("reason", ("id", "name")):
            yield self.word((*path, "id")), self.names((*path, "name"))

    def usual_reasons(self) -> dict[str, Names]:
        return {reason: self.in_all(names) for reason, names in REASONS.items()}

    def matters(self, services: Iterable[str]) -> Iterator[Matter]:
        for path in self.each("matter", [f.name for f in fields(Matter)]):
            self.needed((*path, "services"), '["…"]')
            chosen = self.ids((*path, "services"), services, "service")
            if not chosen:
                raise self.wrong((*path, "services"), "this matter has no service", "name the services it may take")
            yield Matter(id=self.word((*path, "id")), name=self.names((*path, "name")), services=chosen)

    def zones(self) -> Iterator[Zone]:
        for path in self.each("zone", [f.name for f in fields(Zone)]):
            yield Zone(
                id=self.word((*path, "id")),
                name=self.names((*path, "name")),
                directions=self.maybe_names((*path, "directions")),
            )

    def zones_used(self, zones: Iterable[str], counters: Iterable[CounterPlan]) -> None:
        """Every zone has a counter: the boards of one that has none would stay empty for ever."""
        used = {counter.zone for counter in counters}
        for index, zone in enumerate(zones):
            if zone not in used:
                remedy = f'write zone = "{zone}" at a [[counter]], or take this [[zone]] away'
                raise self.wrong(("zone", index, "id"), f"no counter stands in the zone {zone!r}", remedy)

    def counters(self, services: Iterable[str], profiles: Iterable[str], zones: Iterable[str]) -> Iterator[CounterPlan]:
        for path in self.each("counter", [f.name for f in fields(CounterPlan)]):
            self.needed((*path, "services"), '["…"]')
            chosen = self.ids((*path, "services"), services, "service")
            if not chosen:
                raise self.wrong((*path, "services"), "this counter serves nothing", 'write services = ["…", "…"]')
            if self.word((*path, "id")) == RECEPTION:
                raise self.wrong((*path, "id"), f"{RECEPTION!r} is the reception desk's own address", "choose another")
            yield CounterPlan(
                id=self.word((*path, "id")),
                name=self.names((*path, "name")),
                services=chosen,
                profile=self.maybe_one_of((*path, "profile"), profiles, "profile"),
                walk_in=self.walk_in((*path, "walk_in"), chosen),
                zone=self.maybe_one_of((*path, "zone"), zones, "zone"),
                directions=self.maybe_names((*path, "directions")),
            )

    def walk_in(self, path: Path, chosen: tuple[str, ...]) -> str | None:
        value = self.at(path)
        if value is not None and value not in chosen:
            raise self.wrong(path, f"this counter does not serve {value!r}", use_one_of(value, chosen))
        return None if value is None else str(value)

    def everything_served(self, services: Mapping[str, Service], counters: Mapping[str, CounterPlan]) -> None:
        served = {service for counter in counters.values() for service in counter.services}
        for index, service in enumerate(services):
            if service not in served:
                path = ("service", index, "id")
                raise self.wrong(path, f"no counter serves {service!r}", "add it to the services of a [[counter]]")


def _minute(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def _span(item: object) -> tuple[int, int] | None:
    """Minutes of the day; None where it is not written as 08:30-12:00, or the clock has no such time."""
    found = re.fullmatch(r"(\d\d):(\d\d)-(\d\d):(\d\d)", item) if isinstance(item, str) else None
    if not found:
        return None
    h1, m1, h2, m2 = (int(part) for part in found.groups())
    start, end = h1 * 60 + m1, h2 * 60 + m2
    return (start, end) if m1 < 60 and m2 < 60 and max(start, end) <= 24 * 60 else None


def _say(path: Path) -> str:
    return " ".join(f"number {step + 1}" if isinstance(step, int) else step for step in path) or "the file"


def _circle(before: Mapping[str, Iterable[str]]) -> list[str]:
    """A way from one back to itself, from each to one that it names, the first in the file first; else nothing."""
    try:
        TopologicalSorter(before).prepare()
    except CycleError as found:
        way = found.args[1][:0:-1]
        start = min(range(len(way)), key=lambda index: list(before).index(way[index]))
        return [*way[start:], *way[:start], way[start]]
    return []
