"""How true the promised waits were, by service, over the last day, week and month: read-only SQL, and what each means.

A promise counts once its visit is closed, if its holder was called; the wait is from the issue to the first call.
Not here: how a wait is reckoned (estimates.py), other figures (statistics.py).
"""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

Name = Mapping[str, str]

SPANS: Mapping[str, int] = {"day": 1, "week": 7, "month": 30}

DEFINITIONS: Mapping[str, Name] = {
    "promises": {
        "th": "คำบอกเวลารอ: บัตรคิวที่บอกเวลารอตอนออกบัตรและถูกเรียกแล้ว นับเมื่อบัตรปิด เวลารอนับถึงการเรียกครั้งแรก",
        "en": "Promises: tickets that were told a wait when issued, and were called; counted once the visit is over."
        " The wait is from the issue to the first call.",
    },
    "coverage": {
        "th": "อยู่ในช่วง: สัดส่วนที่รอจริงอยู่ในช่วงที่คำนวณไว้ ตั้งใจให้เป็น 80 %",
        "en": "Within the range: the share whose wait lay within the range as it was reckoned; 80 % is meant to.",
    },
    "past_end": {
        "th": "รอนานกว่าที่บอก: สัดส่วนที่รอจริงเกินปลายช่วงที่บอกผู้มาใช้บริการ (ปัดเป็นคำพูดแล้ว) ตั้งใจให้ไม่เกิน 12 %",
        "en": "Waited past what was said: the share who waited past the end of the range as people were told it,"
        " rounded; at most 12 % is meant to.",
    },
    "bias": {
        "th": "คลาดเคลื่อนเฉลี่ย (บวก/ลบ): ค่าเฉลี่ยของเวลารอจริงลบเวลาที่น่าจะเป็น บวกคือรอนานกว่าที่คาด",
        "en": "Bias: the mean of the wait less the likely one; above nothing, people waited longer than was expected.",
    },
    "error": {
        "th": "คลาดเคลื่อนเฉลี่ย (ไม่คิดเครื่องหมาย): ค่าเฉลี่ยของผลต่างระหว่างเวลารอจริงกับเวลาที่น่าจะเป็น ไม่ว่าขาดหรือเกิน",
        "en": "Error: the mean distance of the wait from the likely one, whichever way.",
    },
}


@dataclass(frozen=True, slots=True)
class Kept:
    """Promises that were put to the test, as sums, so that several can be added: seconds, and how many."""

    n: int = 0
    within: int = 0
    past: int = 0
    too_long_s: float = 0.0
    off_s: float = 0.0

    def __add__(self, other: "Kept") -> "Kept":
        return Kept(
            self.n + other.n,
            self.within + other.within,
            self.past + other.past,
            self.too_long_s + other.too_long_s,
            self.off_s + other.off_s,
        )

    @property
    def coverage(self) -> float | None:
        """The share within the range, 0 to 1; None of none."""
        return self.within / self.n if self.n else None

    @property
    def past_end(self) -> float | None:
        """The share who waited past the end that they were told."""
        return self.past / self.n if self.n else None

    @property
    def bias_s(self) -> float | None:
        """Seconds: the mean of the wait less the likely one."""
        return self.too_long_s / self.n if self.n else None

    @property
    def error_s(self) -> float | None:
        """Seconds: the mean distance from the likely one."""
        return self.off_s / self.n if self.n else None


def total(kept: Iterable[Kept]) -> Kept:
    """All of them together."""
    return sum(kept, Kept())


def kept_promises(conn: sqlite3.Connection, last: date) -> dict[str, dict[str, Kept]]:
    """For each span of SPANS, which ends with the service day `last`: by service, what became of its promises."""
    return {span: _kept(conn, last - timedelta(days=days - 1), last) for span, days in SPANS.items()}


def last_day_with_promises(conn: sqlite3.Connection, today: date) -> date | None:
    """The last service day of which any promise was put to the test; a clock once far ahead does not count."""
    (day,) = conn.execute("select max(day) from promises where day <= :today", {"today": str(today)}).fetchone()
    return date.fromisoformat(day) if day else None


def _kept(conn: sqlite3.Connection, first: date, last: date) -> dict[str, Kept]:
    rows = conn.execute(_KEPT, {"first": str(first), "last": str(last)})
    return {service: Kept(*sums) for service, *sums in rows}


_KEPT = """
select service, count(*), sum(waited_s between low_s and high_s), sum(waited_s > said_to_s),
    sum(waited_s - likely_s), sum(abs(waited_s - likely_s))
from promises where day between :first and :last group by service order by service
"""
