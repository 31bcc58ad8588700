"""A centre's plan: its agencies, services, counters, hours and rules, and the record of them that goes into the log.

Two ways in, on purpose: centre_file.py checks a file that people wrote and refuses mistakes with line and remedy;
`Plan.from_record` takes back what the log once accepted and never refuses, or yesterday's log would become unreadable
under stricter checks. Pure.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Names = Mapping[str, str]
Lists = Mapping[str, tuple[str, ...]]
Spans = tuple[tuple[int, int], ...]

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NEEDS = ("escort", "wheelchair", "interpreter", "sign")
BOOKINGS = ("early", "on-time", "late", "none")
REASONS: Mapping[str, Names] = {
    "returned": {"th": "กลับมาหลังถูกเรียก", "en": "Came back after being called"},
    "unwell": {"th": "เจ็บป่วยหรือไม่สบาย", "en": "Unwell"},
    "child": {"th": "มีเด็กเล็กมาด้วย", "en": "With a small child"},
    "our-mistake": {"th": "ศูนย์ทำผิดพลาดเอง", "en": "Our own mistake"},
    "asked-by-head": {"th": "หัวหน้าศูนย์ขอ", "en": "Asked for by the head of the centre"},
}
# No O and no I: on a slip they are 0 and 1.
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
SEGMENT_LISTS = ("services", "languages", "priorities", "bookings", "needs")
_LISTED = ("agencies", "priorities", "services", "matters", "zones", "counters", "segments", "profiles", "holidays")


@dataclass(frozen=True, slots=True)
class Agency:
    id: str
    name: Names
    short: Names


@dataclass(frozen=True, slots=True)
class Priority:
    """A reason to be called sooner. Its own head start in minutes; None: the centre's."""

    id: str
    name: Names
    head_start_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """One service of one agency. Minutes as published; `published_days` is for what is decided elsewhere.

    `after`: the services that come before this one when one visit wants both. `shown_as`: the service whose name and
    numbers it goes under, so that nobody in the hall sees who came with a tip-off. The quotas count tickets. `words`:
    what people call it besides, for who searches.
    """

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
    after: tuple[str, ...] = ()
    shown_as: str | None = None
    at_kiosk: bool = True
    quota_day: int | None = None
    quota_hour: int | None = None
    words: Lists = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Matter:
    """What people come with, in their own words ("I have lost my job"), and the services that it may take."""

    id: str
    name: Names
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of the hall whose boards show, and whose one voice announces, the calls of its counters alone."""

    id: str
    name: Names
    directions: Names | None = None


@dataclass(frozen=True, slots=True)
class CounterPlan:
    """A counter, what it serves, whom it calls first, and the service of one who steps up to it without a ticket.

    Without `profile` the centre's rule decides; without `walk_in` it is the first of its services. `directions` say how
    to get there from the hall's middle, where its zone's do not do.
    """

    id: str
    name: Names
    services: tuple[str, ...]
    profile: str | None = None
    walk_in: str | None = None
    zone: str | None = None
    directions: Names | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of those who wait. All that is named must be true, by any one of its ids; () lets everybody in.

    `priorities` may also hold "any" (some priority) and "none".
    """

    id: str
    name: Names
    services: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    bookings: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """What must be true for a line of a profile to be followed.

    "waits": somebody of the segment has waited n minutes or more. "has": n or more of it wait. "after" and "before":
    the local day's minute n. "always".
    """

    kind: str
    segment: str | None = None
    n: int = 0


@dataclass(frozen=True, slots=True)
class Share:
    """So many of a segment in one round."""

    n: int
    segment: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a profile, and `says`, the line as it was written. Several shares are a ratio."""

    says: str
    when: tuple[Condition, ...]
    take: tuple[Share, ...]
    rule: str = "first-come"


@dataclass(frozen=True, slots=True)
class Profile:
    """Whom a counter calls: by the first line that is true, or else by the rule `otherwise` or as profile `follows`."""

    id: str
    name: Names
    lines: tuple[Line, ...]
    otherwise: str | None
    follows: str | None = None


@dataclass(frozen=True, slots=True)
class Holiday:
    """A date (ISO) with hours of its own instead of its weekday's; () is closed all day."""

    date: str
    name: Names
    hours: Spans = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a service day starts from. Opening hours are minutes of the local day, by weekday name.

    `skills` are the services of those officers who cannot do all that their counter does: set at the desk, by opaque
    id, and never in the centre's file. `segments` stand in the order in which they are tried.

    `source` is the digest of the text it was read from: only a text that changed replaces what was set since.
    """

    id: str
    name: Names
    timezone: str
    day_begins: str
    languages: tuple[str, ...]
    rule: str
    head_start_minutes: int
    hours: Mapping[str, Spans]
    agencies: Mapping[str, Agency]
    priorities: Mapping[str, Priority]
    services: Mapping[str, Service]
    counters: Mapping[str, CounterPlan]
    source: str = ""
    segments: Mapping[str, Segment] = field(default_factory=dict)
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    profile: str | None = None
    holidays: Mapping[str, Holiday] = field(default_factory=dict)
    reasons: Mapping[str, Names] = field(default_factory=lambda: dict(REASONS))
    skills: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    recalls: int = 3
    requeues: int = 1
    tolerance_minutes: int = 15
    early_minutes: int = 30
    late_minutes: int = 15
    tickets_before_minutes: int = 0
    tickets_in_breaks: bool = False
    last_ticket: str = "closing"
    left_over: str = "expire"
    emergency_prefix: str = "Z"
    lock_minutes: int = 10
    zones: Mapping[str, Zone] = field(default_factory=dict)
    matters: Mapping[str, Matter] = field(default_factory=dict)

    def local(self, now: datetime) -> datetime:
        """The moment on the centre's own clock."""
        return now.astimezone(ZoneInfo(self.timezone))

    def minute(self, now: datetime) -> float:
        """The minute of the local day, with its seconds as a fraction."""
        local = self.local(now)
        return local.hour * 60 + local.minute + local.second / 60

    def service_day(self, now: datetime) -> date:
        """The service day a moment belongs to: it turns at the centre's `day_begins`, not at midnight, nor UTC's."""
        begins = time.fromisoformat(self.day_begins)
        local = self.local(now).replace(tzinfo=None)
        return (local - timedelta(hours=begins.hour, minutes=begins.minute)).date()

    def spans_on(self, day: date) -> Spans:
        """The opening hours of a date: a holiday's own, else its weekday's."""
        holiday = self.holidays.get(day.isoformat())
        return holiday.hours if holiday else self.hours.get(WEEKDAYS[day.weekday()], ())

    def open_at(self, now: datetime) -> bool:
        """Whether the opening hours say open; a period is [start, end)."""
        return self._within(now, self.spans_on(self.local(now).date()))

    def tickets_at(self, now: datetime) -> bool:
        """Whether tickets may be taken."""
        return self._within(now, self.ticket_spans_on(self.local(now).date()))

    def ticket_spans_on(self, day: date) -> Spans:
        """When tickets may be taken on a date: in the hours, somewhat before the first, and in breaks if so set."""
        spans = self.spans_on(day)
        if not spans:
            return ()
        early = (max(0, spans[0][0] - self.tickets_before_minutes), spans[0][1])
        return ((early[0], spans[-1][1]),) if self.tickets_in_breaks else (early, *spans[1:])

    def closes_at(self, now: datetime) -> datetime | None:
        """When the last opening hours of this local day end, on the centre's clock; None on a day without any."""
        spans = self.spans_on(self.local(now).date())
        return self._midnight(now) + timedelta(minutes=spans[-1][1]) if spans else None

    def time_left(self, now: datetime) -> timedelta:
        """How long counters are still open on this local day, breaks not counted."""
        gone = self.local(now) - self._midnight(now)
        spans = self.spans_on(self.local(now).date())
        left = (timedelta(minutes=end) - max(timedelta(minutes=start), gone) for start, end in spans)
        return sum((max(one, timedelta()) for one in left), timedelta())

    def _midnight(self, now: datetime) -> datetime:
        local = self.local(now)
        return datetime.combine(local.date(), time(), local.tzinfo)

    def _within(self, now: datetime, spans: Spans) -> bool:
        local = self.local(now)
        minute = local.hour * 60 + local.minute
        return any(start <= minute < end for start, end in spans)

    def shown(self, service_id: str) -> Service | None:
        """The service that everybody may see in its place, mostly itself. None where the plan has it no longer.

        A cover that is gone is None too: better no name than the one that was to stay covered.
        """
        service = self.services.get(service_id)
        return service and self.services.get(service.shown_as or service.id)

    def in_turn(self, services: Sequence[str]) -> tuple[str, ...]:
        """The services of one visit as they must follow each other, otherwise as they stand.

        Only a record can hold a circle, for the reader refuses one: it is cut at the first of it.
        """
        left, turn = list(services), list[str]()
        while left:
            turn.append(next((service for service in left if not self._comes_later(service, left)), left[0]))
            left.remove(turn[-1])
        return tuple(turn)

    def _comes_later(self, service_id: str, left: Sequence[str]) -> bool:
        service = self.services.get(service_id)
        return service is not None and any(other in left for other in service.after)

    def able(self, service: str) -> tuple[str, ...]:
        """The counters that may serve it, in the order of the plan."""
        return tuple(c.id for c in self.counters.values() if service in c.services)

    def record(self) -> dict[str, Any]:
        """The plan as plain data for the day's opening event; `from_record` brings back an equal plan.

        Lists, not tables, for what has an order: the log writes a table's keys in the order of the alphabet.
        """
        listed = {name: [asdict(thing) for thing in getattr(self, name).values()] for name in _LISTED}
        reasons = [{"id": reason, "name": dict(name)} for reason, name in self.reasons.items()]
        return asdict(self) | listed | {"reasons": reasons}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Plan":
        """The plan that the log holds. Nothing is checked, and what a later program no longer knows is passed over."""
        known = _known(cls, record)
        known["languages"] = tuple(record["languages"])
        known["hours"] = {day: _spans(spans) for day, spans in record["hours"].items()}
        known["agencies"] = _each(Agency, record["agencies"])
        known["priorities"] = _each(Priority, record["priorities"])
        known["services"] = _each(Service, record["services"], _service_lists)
        known["counters"] = _each(CounterPlan, record["counters"], _tuples("services"))
        known["zones"] = _each(Zone, record.get("zones", ()))
        known["matters"] = _each(Matter, record.get("matters", ()), _tuples("services"))
        known["segments"] = _each(Segment, record.get("segments", ()), _tuples(*SEGMENT_LISTS))
        known["profiles"] = _each(Profile, record.get("profiles", ()), _profile_lines)
        known["holidays"] = _each(Holiday, record.get("holidays", ()), _holiday_hours, key="date")
        known["skills"] = {officer: tuple(able) for officer, able in record.get("skills", {}).items()}
        if "reasons" in record:
            known["reasons"] = {reason["id"]: reason["name"] for reason in record["reasons"]}
        # A record from before there were emergencies may use their letter for a service.
        known.setdefault("emergency_prefix", free_prefix(service.prefix for service in known["services"].values()))
        return cls(**known)


def free_prefix(used: Iterable[str]) -> str:
    """The last letters of the alphabet that no service's numbers begin with; "Z" were all of them taken."""
    taken = set(used)
    prefixes = (*reversed(LETTERS), *(first + second for first in reversed(LETTERS) for second in reversed(LETTERS)))
    return next((prefix for prefix in prefixes if prefix not in taken), "Z")


Record = Mapping[str, Any]
More = Callable[[Record], dict[str, Any]]


def _known(cls: Any, record: Record) -> dict[str, Any]:
    names = {f.name for f in fields(cls)}
    return {key: value for key, value in record.items() if key in names}


def _each(cls: Any, records: Iterable[Record], more: More = lambda _: {}, key: str = "id") -> dict[str, Any]:
    return {record[key]: cls(**(_known(cls, record) | more(record))) for record in records}


def _tuples(*names: str) -> More:
    return lambda record: {name: tuple(record[name]) for name in names if name in record}


def _service_lists(record: Record) -> dict[str, Any]:
    lists = ("documents", "steps", "forms", "words")
    texts = {key: {lang: tuple(lines) for lang, lines in record[key].items()} for key in lists if key in record}
    return texts | _tuples("after")(record)


def _spans(pairs: Iterable[Sequence[int]]) -> Spans:
    return tuple((start, end) for start, end in pairs)


def _holiday_hours(record: Record) -> dict[str, Any]:
    return {"hours": _spans(record.get("hours", ()))}


def _profile_lines(record: Record) -> dict[str, Any]:
    return {"lines": tuple(_line(line) for line in record["lines"])}


def _line(record: Record) -> Line:
    when = tuple(Condition(**_known(Condition, condition)) for condition in record["when"])
    take = tuple(Share(**_known(Share, share)) for share in record["take"])
    return Line(**(_known(Line, record) | {"when": when, "take": take}))
