"""What managers ask of the closed visits: read-only SQL, and the definitions in words beside the figures.

A wait is ticket to call, a walk call to start, a service start to finish. SQLite groups equal durations; what comes
up to Python are some thousand pairs (seconds, how often) however many visits there were, and groups add up exactly.
Not here: the criteria and satisfaction (standard.py), anything that writes (log.py), sentences and pages.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from queue_core.standard import Tally

Name = Mapping[str, str]

# What a visit is grouped by, as SQL says it. These texts are ours and never a caller's.
BY: Mapping[str | None, str] = {
    None: "'all'",
    "service": "service",
    "hour": "printf('%02d', hour)",
    "counter": "counter",
    "agency": "agency",
    "day": "day",
}
ALL: Name = {"th": "ทั้งหมด", "en": "All"}
NOWHERE: Name = {"th": "ไม่ระบุ", "en": "Not stated"}
BECAME = {"served": "finished", "absent": "absent", "cancelled": "cancelled", "expired": "expired"}
KINDS = ("wait", "walk", "service")
PERCENTILES = (50, 90, 95)

DEFINITIONS: Mapping[str, Name] = {
    "arrived": {
        "th": "ผู้มาใช้บริการ: บัตรคิวทุกใบที่ออกในช่วงวันที่เลือก รวมผู้ที่ยังอยู่ในศูนย์",
        "en": "Arrived: every ticket issued in the days chosen, those still in the hall included.",
    },
    "served": {
        "th": "ให้บริการเสร็จ: บัตรคิวที่เจ้าหน้าที่กดเสร็จสิ้น",
        "en": "Served: tickets that an officer finished.",
    },
    "absent": {
        "th": "ไม่มาตามเรียก: เรียกแล้วไม่มาที่ช่องบริการ",
        "en": "Absent: called, and did not come to the counter.",
    },
    "cancelled": {
        "th": "ยกเลิก: ผู้ถือบัตรคิวยกเลิกเอง",
        "en": "Cancelled: given up by the holder of the ticket.",
    },
    "expired": {
        "th": "หมดอายุ: ยังไม่เสร็จสิ้นเมื่อสิ้นวันให้บริการ",
        "en": "Expired: still open when the service day ended.",
    },
    "uncertain": {
        "th": "ไม่แน่ชัด: บัตรคิวที่บันทึกไม่บอกว่าจบอย่างไร",
        "en": "Uncertain: tickets of which the record does not say how they ended.",
    },
    "wait": {
        "th": "เวลารอ: ตั้งแต่ออกบัตรคิวถึงการเรียก (ครั้งสุดท้ายที่เรียกเข้าช่องบริการ การเรียกซ้ำไม่นับใหม่)"
        " นับบัตรคิวที่ปิดแล้วและเคยถูกเรียกทุกใบ ไม่ว่าจบอย่างไร",
        "en": "Wait: from ticket to call (the last call to a counter; repeating a call starts nothing anew),"
        " of every closed ticket that was called, whatever became of it.",
    },
    "walk": {
        "th": "เวลาเดินมาช่องบริการ: ตั้งแต่การเรียกถึงเริ่มให้บริการ นับเฉพาะที่เจ้าหน้าที่กดเริ่ม",
        "en": "Walk: from call to start, only where an officer pressed start.",
    },
    "service": {
        "th": "เวลาให้บริการ: ตั้งแต่เริ่มถึงเสร็จสิ้น ของผู้ที่ให้บริการเสร็จ หากไม่ได้กดเริ่มให้นับตั้งแต่การเรียก",
        "en": "Service: from start to finish of those served. Where nobody pressed start it counts from the call.",
    },
    "within_target": {
        "th": "ภายในเป้าหมาย: ส่วนของเวลารอที่ไม่เกินเป้าหมายของงานบริการนั้น",
        "en": "Within target: the share of waits not longer than the target of the service.",
    },
    "within_published": {
        "th": "ภายในเวลาที่ประกาศ: ส่วนของเวลาให้บริการที่ไม่เกินเวลาที่ประกาศไว้",
        "en": "Within the published time: the share of services not longer than the time published for them.",
    },
    "percentiles": {
        "th": "ค่ากลาง และ 9 ใน 10: เวลาที่สั้นที่สุดซึ่งอย่างน้อยครึ่งหนึ่ง หรือเก้าในสิบ ใช้เวลาไม่เกินนั้น (วิธี nearest-rank)",
        "en": "Median and 9 of 10: the shortest time that at least half, or nine in ten, did not exceed"
        " (nearest rank).",
    },
    "rounding": {
        "th": "คำนวณจากมิลลิวินาทีแล้วปัดเป็นวินาที (ครึ่งปัดขึ้น) หากนาฬิกาถูกตั้งย้อนหลัง เวลาที่ติดลบนับเป็นศูนย์",
        "en": "Reckoned in milliseconds, then rounded to seconds, half up. Less than nothing, after a clock was"
        " set back, counts as nothing.",
    },
}


@dataclass(slots=True)
class Durations:
    """Durations of one kind in one group: how often each number of seconds, their exact sum, how many in time."""

    seconds: Counter[int] = field(default_factory=Counter)
    total_ms: int = 0
    inside: int = 0
    limited: int = 0

    def count(self, seconds: int, n: int, total_ms: int, inside: int, limited: int) -> None:
        self.seconds[seconds] += n
        self.total_ms += total_ms
        self.inside += inside
        self.limited += limited

    def add(self, other: "Durations") -> None:
        self.seconds.update(other.seconds)
        self.total_ms += other.total_ms
        self.inside += other.inside
        self.limited += other.limited

    def told(self) -> dict[str, int | None]:
        """Whole seconds, half up; None throughout where there is nothing."""
        n = self.seconds.total()
        if not n:
            return dict.fromkeys(("mean_s", "p50_s", "p90_s", "p95_s", "max_s"))
        p50, p90, p95 = nearest_ranks(self.seconds)
        mean = (2 * self.total_ms + 1000 * n) // (2000 * n)
        return {"mean_s": mean, "p50_s": p50, "p90_s": p90, "p95_s": p95, "max_s": max(self.seconds)}

    def share(self) -> float | None:
        """The fraction 0..1, to four places, half up, of those with a limit that were not over it."""
        if not self.limited:
            return None
        return (20_000 * self.inside + self.limited) // (2 * self.limited) / 10_000


@dataclass(slots=True)
class Group:
    """What is counted of one service, hour, counter, agency or day."""

    arrived: int = 0
    states: Counter[str] = field(default_factory=Counter)
    durations: Mapping[str, Durations] = field(default_factory=lambda: {kind: Durations() for kind in KINDS})

    def add(self, other: "Group") -> None:
        self.arrived += other.arrived
        self.states.update(other.states)
        for kind in KINDS:
            self.durations[kind].add(other.durations[kind])

    def told(self, key: str | None, name: Name) -> dict[str, Any]:
        wait, walk, service = (self.durations[kind] for kind in KINDS)
        became = {word: self.states[state] for word, state in BECAME.items()}
        return {
            "key": key,
            "name": name,
            "arrived": self.arrived,
            **became,
            "uncertain": 0,  # Nothing in the record says so yet.
            "wait": wait.told() | {"within_target": wait.share()},
            "walk": walk.told(),
            "service": service.told() | {"within_published": service.share()},
        }


def stats(
    db: sqlite3.Connection,
    first: date,
    last: date,
    by: str | None = None,
    names: Mapping[str, Name] | None = None,
    live: Sequence[Mapping[str, Any]] = (),
    with_all: bool = False,
) -> dict[str, Any]:
    """What `GET /stats` answers, both days included: `{from, to, groups}`, a group for each key that had visitors.

    `names` names the keys and gives their order. `live` are the rows of tickets still in the hall (`log.ticket_row`),
    which have arrived and no more; take them before `db` is read, and a ticket that closes meanwhile counts once.
    `with_all` puts the group `all` before the others; without `by` it is the only one, and is there even when empty.
    A key of None holds those without a counter or agency. ValueError, in a sentence, if `by` or the days are wrong.
    """
    if by not in BY:
        raise ValueError(f"by is one of {', '.join(k for k in BY if k)}, not {by!r}")
    if last < first:
        raise ValueError(f"the last day {last} lies before the first {first}")
    groups = _counted(db, first, last, by, live)
    told = [groups[key].told(key, _name(key, by, names or {})) for key in _in_order(groups, by, names or {})]
    if with_all and by is not None:
        told.insert(0, _sum(groups.values()).told("all", ALL))
    return {"from": str(first), "to": str(last), "groups": told}


def nearest_ranks(seconds: Mapping[int, int]) -> list[int]:
    """For each of `PERCENTILES` the smallest value that at least so many per cent do not exceed."""
    n, passed, found = sum(seconds.values()), 0, list[int]()
    for value in sorted(seconds):
        passed += seconds[value]
        while len(found) < len(PERCENTILES) and passed * 100 >= PERCENTILES[len(found)] * n:
            found.append(value)
    return found


def tally(db: sqlite3.Connection, first: date, last: date) -> Tally:
    """What the standard asks of the visits of these days, both included. A rating counts on its visit's day."""
    served, timed, in_time, *marks = db.execute(_TALLY, {"first": str(first), "last": str(last)}).fetchone()
    return Tally(served, timed, in_time, tuple(marks[:5]), tuple(marks[5:]))


# -- reading -------------------------------------------------------------------------------------------------

# One statement, so that all of it is of one moment. Rounding to seconds keeps the order, so a percentile of the
# rounded durations is the rounded percentile; means and shares are taken from the milliseconds.
_COUNT = """
with spans as materialized (
    select {key} as key, state,
        max(called_ms - issued_ms, 0) as wait_ms, target_wait_s * 1000 as target_ms,
        case when start_inferred = 0 then max(started_ms - called_ms, 0) end as walk_ms,
        case when state = 'finished' then max(ended_ms - started_ms, 0) end as service_ms,
        published_s * 1000 as published_ms
    from visits where day between :first and :last
)
select 'state' as what, key, state as value, count(*) as n, null as total_ms, null as inside, null as limited
from spans group by key, state
union all
select 'wait', key, (wait_ms + 500) / 1000 as s, count(*), sum(wait_ms),
    sum(wait_ms <= target_ms), count(target_ms)
from spans where wait_ms is not null group by key, s
union all
select 'walk', key, (walk_ms + 500) / 1000 as s, count(*), sum(walk_ms), 0, 0
from spans where walk_ms is not null group by key, s
union all
select 'service', key, (service_ms + 500) / 1000 as s, count(*), sum(service_ms),
    sum(service_ms <= published_ms), count(published_ms)
from spans where service_ms is not null group by key, s
union all
select 'closed', ticket, null, 1, null, null, null
from visits where ticket in (select value from json_each(:live))
"""

_MARKS = ", ".join(
    f"count(*) filter (where {question} = {mark})" for question in ("steps_and_time", "overall") for mark in range(1, 6)
)
_TALLY = f"""
select
    count(*) filter (where state = 'finished'),
    count(*) filter (where state = 'finished'
        and started_ms is not null and published_s is not null),
    count(*) filter (where state = 'finished'
        and ended_ms - started_ms <= published_s * 1000),
    {_MARKS}
from visits where day between :first and :last
"""


def _counted(
    db: sqlite3.Connection, first: date, last: date, by: str | None, live: Sequence[Mapping[str, Any]]
) -> dict[str | None, Group]:
    here = {row["ticket"]: row for row in live if str(first) <= str(row["day"]) <= str(last)}
    asked = {"first": str(first), "last": str(last), "live": json.dumps(list(here))}
    groups: dict[str | None, Group] = {} if by else {"all": Group()}
    for what, key, value, n, total_ms, inside, limited in db.execute(_COUNT.format(key=BY[by]), asked):
        if what == "closed":
            del here[key]
            continue
        group = groups.setdefault(key, Group())
        if what == "state":
            group.arrived += n
            group.states[value] += n
        else:
            group.durations[what].count(value, n, total_ms, inside or 0, limited)
    for row in here.values():
        groups.setdefault(_key(row, by), Group()).arrived += 1
    return groups


def _key(row: Mapping[str, Any], by: str | None) -> str | None:
    """What the SQL of `BY` makes of a row that is not in the database."""
    if by is None:
        return "all"
    if by == "hour":
        return f"{row['hour']:02d}"
    return None if row[by] is None else str(row[by])


def _sum(groups: Iterable[Group]) -> Group:
    whole = Group()
    for group in groups:
        whole.add(group)
    return whole


def _in_order(keys: Iterable[str | None], by: str | None, names: Mapping[str, Name]) -> list[str | None]:
    """The plan's order, then what it no longer knows, then what belongs nowhere; hours and days as they came."""
    plan = {} if by in ("hour", "day") else {key: place for place, key in enumerate(names)}
    return sorted(keys, key=lambda key: (key is None, plan.get(key or "", len(plan)), key or ""))


def _name(key: str | None, by: str | None, names: Mapping[str, Name]) -> Name:
    if by is None:
        return ALL
    if key is None:
        return NOWHERE
    if by == "hour":
        hours = f"{key}:00–{(int(key) + 1) % 24:02d}:00"
        return {"th": hours, "en": hours}
    return names.get(key) or {"th": key, "en": key}
