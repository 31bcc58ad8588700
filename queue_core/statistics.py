"""What managers ask of the closed visits: read-only SQL, and the definitions in words beside the figures.

A visit is the life of one ticket, a leg one service within it. In a leg the wait is from its queue to the call, the
walk call to start, the service start to finish. SQLite groups equal durations; what comes up to Python are some
thousand pairs (seconds, how often) however many legs there were, and groups add up exactly. Not here: the criteria and
satisfaction (standard.py), why one call came before another (why.py), anything that writes (log.py), sentences, pages.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from queue_core.officers import OUTCOMES
from queue_core.rules import CHOSEN, WALK_IN
from queue_core.standard import Tally
from queue_core.visitors import HASTY

Name = Mapping[str, str]

# What is grouped by, as SQL says it. These texts are ours and never a caller's.
BY: Mapping[str | None, str] = {
    None: "'all'",
    "service": "service",
    "hour": "printf('%02d', hour)",
    "counter": "counter",
    "agency": "agency",
    "day": "day",
}
# One visit may be of several services, agencies and counters: there legs are counted, elsewhere visits.
BY_LEG = frozenset({"service", "counter", "agency"})
ALL: Name = {"th": "ทั้งหมด", "en": "All"}
NOWHERE: Name = {"th": "ไม่ระบุ", "en": "Not stated"}
BECAME = ("served", "gave_up", "absent", "cancelled", "expired")
# What a finished visit or leg became; whoever gave up was given nothing.
FINISHED = ("served", "gave_up")
OF_LEGS = ("transferred", "uncertain", "stood_in")
KINDS = ("wait", "walk", "service")
PERCENTILES = (50, 90, 95)

DEFINITIONS: Mapping[str, Name] = {
    "legs": {
        "th": "หนึ่งครั้งที่มาใช้บริการคือบัตรคิวหนึ่งใบ แต่ละงานบริการในครั้งนั้นคือหนึ่งช่วง ตั้งแต่เข้าคิวของงานนั้นจนเสร็จหรือโอนไป"
        " ยอดรวม รายชั่วโมง และรายวันนับเป็นบัตรคิว ส่วนรายงานบริการ รายหน่วยงาน และรายช่องนับเป็นช่วง"
        " เวลาทุกชนิดวัดเป็นช่วง และนับเมื่อบัตรคิวนั้นปิดแล้ว",
        "en": "A visit is the life of one ticket; a leg is one service within it, from its queue until it was given or"
        " the visitor was sent on. Totals, hours and days count visits; services, agencies and counters count legs."
        " All durations are those of legs, and count once the visit is over.",
    },
    "also": {
        "th": "หลายงานในคราวเดียว: งานที่ให้บริการไปพร้อมกับงานอื่นนับเป็นให้บริการเสร็จของงานนั้นด้วย แต่ไม่มีเวลาของตัวเอง",
        "en": "Several services in one go: what was given together with another service counts as served for its own"
        " service, and has no times of its own.",
    },
    "arrived": {
        "th": "ผู้มาใช้บริการ: บัตรคิวทุกใบที่ออกในช่วงวันที่เลือก รวมผู้ที่ยังอยู่ในศูนย์ ไม่รวมผู้ที่กดรับโดยไม่มีบัตรคิวแล้วกดย้อนกลับ",
        "en": "Arrived: every ticket issued in the days chosen, those still in the hall included; not a visitor without"
        " a ticket who was entered by mistake and taken back.",
    },
    "served": {
        "th": "ให้บริการเสร็จ: บัตรคิวที่เจ้าหน้าที่กดเสร็จสิ้น ไม่รวมผู้ที่ไม่รอต่อ",
        "en": "Served: tickets that an officer finished, but for those who gave up.",
    },
    "gave_up": {
        "th": "ไม่รอต่อ: เจ้าหน้าที่กดเสร็จสิ้นโดยระบุว่าผู้รับบริการไม่รอต่อ"
        " ไม่นับเป็นให้บริการเสร็จ ไม่นำเวลาให้บริการมาคำนวณ และไม่นับในเกณฑ์ 8.1 กับเวลาที่ประกาศ"
        " หากครั้งนั้นมีหลายงาน ยอดของบัตรคิวดูที่งานสุดท้าย",
        "en": "Gave up: the officer finished, and said that the visitor had given up. Neither served nor a service"
        " time, and not in criterion 8.1 nor in the published times. Of several services in one visit the last one"
        " says what the visit counts as.",
    },
    "outcomes": {
        "th": "ผลการให้บริการ: ผลที่เจ้าหน้าที่ระบุเมื่อกดเสร็จสิ้น: เสร็จเรียบร้อย รับเรื่อง-ส่งต่อ เอกสารไม่ครบ แนะนำไปที่อื่น"
        " และผู้รับบริการไม่รอต่อ สี่อย่างแรกรวมกันคือให้บริการเสร็จ",
        "en": "Outcomes: what the officer said on finishing: done, accepted and forwarded, documents missing, referred"
        " elsewhere, gave up. The first four together are those served.",
    },
    "absent": {
        "th": "ไม่มาตามเรียก: เรียกแล้วไม่มาที่ช่องบริการและไม่กลับมา รวมผู้ที่ยังอาจกลับมาได้ในขณะนี้",
        "en": "Absent: called, and neither came to the counter nor came back; whoever still may is among them for now.",
    },
    "cancelled": {
        "th": "ยกเลิก: ผู้ถือบัตรคิวยกเลิกเอง",
        "en": "Cancelled: given up by the holder of the ticket.",
    },
    "expired": {
        "th": "หมดอายุ: ยังไม่เสร็จสิ้นเมื่อสิ้นวันให้บริการ",
        "en": "Expired: still open when the service day ended.",
    },
    "transferred": {
        "th": "โอนคิว: ช่วงที่จบด้วยการโอนไปยังงาน ช่อง หรือเจ้าหน้าที่อื่น เวลาที่ใช้ในช่วงนั้นไม่นับเป็นเวลาให้บริการ",
        "en": "Transferred: legs that ended by sending the visitor on to another service, counter or officer. The time"
        " at that window is not counted as a service.",
    },
    "by_hand": {
        "th": "บันทึกย้อนหลัง: บัตรคิวฉุกเฉินที่เขียนด้วยมือและบันทึกเข้าระบบภายหลัง เวลาเป็นเวลาที่เขียนไว้บนบัตร",
        "en": "By hand: emergency slips that were entered afterwards, with the times that were written on them.",
    },
    "stood_in": {
        "th": "ให้บริการแทนกัน: ช่วงที่ให้บริการเสร็จโดยช่องที่ทำงานแทนช่องอื่น (เกณฑ์ 4.1)",
        "en": "Stood in: legs served at a counter that stood in for another (criterion 4.1).",
    },
    "uncertain": {
        "th": "ไม่แน่ชัด: ช่วงที่เวลาเชื่อถือไม่ได้ เพราะไฟดับ ลืมกดเสร็จสิ้น (เกินสามเท่าของเวลาที่ประกาศ)"
        " หรือค้างอยู่เมื่อสิ้นวัน ยังนับจำนวนตามที่จบ แต่ไม่นำเวลามาคำนวณ",
        "en": "Uncertain: legs whose times are not believed: the power failed, somebody forgot to press (more than"
        " three times the published time), or they were open at the day's end. Their times are not counted.",
    },
    "wait": {
        "th": "เวลารอ: ตั้งแต่เข้าคิวของช่วงนั้น (บัตรคิวใหม่คือเวลาออกบัตร ผู้จองที่มาก่อนเวลาคือเวลาที่จอง)"
        " ถึงการเรียก (ครั้งสุดท้ายที่เรียกเข้าช่องบริการ การเรียกซ้ำไม่นับใหม่) นับทุกช่วงที่ถูกเรียกของบัตรคิวที่ปิดแล้ว ไม่ว่าจบอย่างไร"
        " ไม่นับผู้ที่ได้รับบริการโดยไม่ต้องรอ",
        "en": "Wait: from the leg's queue (a new ticket's issue; the booked time of one who came before it) to the call"
        " (the last call to a counter; repeating a call starts nothing anew), of every leg of closed tickets that was"
        " called, whatever became of it. Not of those who were served without waiting.",
    },
    "walk": {
        "th": "เวลาเดินมาช่องบริการ: ตั้งแต่การเรียกถึงเริ่มให้บริการ นับเฉพาะที่เจ้าหน้าที่กดเริ่ม",
        "en": "Walk: from call to start, only where an officer pressed start.",
    },
    "service": {
        "th": "เวลาให้บริการ: ตั้งแต่เริ่มถึงเสร็จสิ้น หักเวลาที่พักคิวไว้ ของช่วงที่ให้บริการเสร็จ (ไม่รวมผู้ที่ไม่รอต่อ)"
        " หากไม่ได้กดเริ่มให้นับตั้งแต่การเรียก",
        "en": "Service: from start to finish, less the time that the visitor was put aside, of legs that were served"
        " (not of those who gave up). Where nobody pressed start it counts from the call.",
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
        return _share(self.inside, self.limited) if self.limited else None


@dataclass(slots=True)
class Group:
    """What is counted of one service, hour, counter, agency or day: `counts` by the words of `DEFINITIONS`.

    `outcomes` are those that officers gave, by their word.
    """

    counts: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    durations: Mapping[str, Durations] = field(default_factory=lambda: {kind: Durations() for kind in KINDS})

    def came(self, became: str, n: int, by_hand: int = 0, outcome: str | None = None) -> None:
        """So many came, and this is what became of them."""
        self.counts["arrived"] += n
        self.counts["by_hand"] += by_hand
        if became in BECAME:
            self.counts[became] += n
        if became in FINISHED and outcome is not None:
            self.outcomes[outcome] += n

    def told(self, key: str | None, name: Name) -> dict[str, Any]:
        wait, walk, service = (self.durations[kind] for kind in KINDS)
        words = ("arrived", *BECAME, "by_hand", *OF_LEGS)
        return {
            "key": key,
            "name": name,
            **{word: self.counts[word] for word in words},
            "outcomes": {outcome: self.outcomes[outcome] for outcome in OUTCOMES},
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
    which have arrived and no more, or are absent for now; take them before `db` is read, and a ticket that closes
    meanwhile counts once.

    `with_all` puts the group `all` before the others; without `by` it is the only one, and is there even when empty.
    A key of None holds those without a counter or agency. ValueError, in a sentence, if `by` or the days are wrong.
    """
    if by not in BY:
        raise ValueError(f"by is one of {', '.join(k for k in BY if k)}, not {by!r}")
    if last < first:
        raise ValueError(f"the last day {last} lies before the first {first}")
    whole, groups = _counted(db, first, last, by, live)
    told = [groups[key].told(key, _name(key, by, names or {})) for key in _in_order(groups, by, names or {})]
    if by is None or with_all:
        told.insert(0, whole.told("all", ALL))
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
    """What the standard asks of the visits of these days, both included. A rating counts on its visit's day.

    Whoever gave up was not served.
    """
    asked = {"first": str(first), "last": str(last), "hasty_ms": HASTY // timedelta(milliseconds=1)}
    served, hasty, *marks, timed, in_time = db.execute(_TALLY, asked).fetchone()
    return Tally(served, timed, in_time, tuple(marks[:5]), tuple(marks[5:]), hasty)


def out_of_turn(db: sqlite3.Connection, first: date, last: date) -> list[dict[str, Any]]:
    """For each officer, by opaque id, who called or moved anybody in these days: how often, and how often out of turn.

    `{officer, calls, chosen, front, walk_in, stood_in, share}` of the events, as soon as they happen; what was taken
    back is not among them. `chosen` were called by number, `front` were moved to the front by this officer, whoever
    called them then; `share` is both together for each call. `walk_in` came to the counter without a ticket.
    `stood_in` are legs served, of closed visits, as in `stats`. The greatest share comes first.
    """
    days = {"first": str(first), "last": str(last), "chosen": CHOSEN, "walk_in": WALK_IN}
    names = ("officer", "calls", "chosen", "front", "walk_in", "stood_in")
    rows = [dict(zip(names, row, strict=True)) for row in db.execute(_OUT_OF_TURN, days)]
    told = [row | {"share": _share(row["chosen"] + row["front"], max(row["calls"], 1))} for row in rows]
    return sorted(told, key=lambda row: (-row["share"], row["officer"]))


def out_of_turn_reasons(db: sqlite3.Connection, first: date, last: date) -> list[dict[str, Any]]:
    """Why visitors were called by number or moved to the front in these days, by the centre's listed reasons.

    `{reason, chosen, front}`, the most frequent first. Of visits that still go on, too; not what was taken back.
    """
    rows = db.execute(_REASONS, {"first": str(first), "last": str(last)})
    return [{"reason": reason, "chosen": chosen, "front": front} for reason, chosen, front in rows]


# -- reading -------------------------------------------------------------------------------------------------

# One statement, so that all of it is of one moment. Rounding to seconds keeps the order, so a percentile of the
# rounded durations is the rounded percentile; means and shares are taken from the milliseconds. Whoever did not
# have to wait stood there already, and did not walk either. Visits are counted as their index stands, without sorting.
# What was taken back (its outcome is "undone") never was; "is not", because most have no outcome.
_FINISHED = "state in ('finished', 'leg-finished', 'continued', 'finished-by-hand')"
_SERVED = f"({_FINISHED} and outcome is not 'gave-up')"
_BECAME = f"""
    case when {_SERVED} then 'served' when {_FINISHED} then 'gave_up' when state = 'no-show' then 'absent'
        else state end
"""
_COUNT = f"""
with spans as materialized (
    select {{key}} as key, {_BECAME} as became, outcome,
        uncertain is not null as uncertain, by_hand, stand_in and {_SERVED} as stood_in,
        case when waited and uncertain is null then max(called_ms - queued_ms, 0) end as wait_ms,
        target_wait_s * 1000 as target_ms,
        case when waited and uncertain is null and start_inferred = 0 then max(started_ms - called_ms, 0) end
            as walk_ms,
        case when {_SERVED} and uncertain is null then max(ended_ms - started_ms - held_ms, 0) end as service_ms,
        published_s * 1000 as published_ms
    from legs where day between :first and :last and outcome is not 'undone'
)
select 'visits' as what, {{whole}} as key, {_BECAME} as value, outcome,
    sum(n) as n, sum(by_hand) as x, null as y, null as z
from (
    select day, hour, state, outcome, count(*) as n, sum(by_hand) as by_hand
    from visits where day between :first and :last group by day, hour, state, outcome
) where outcome is not 'undone' group by key, value, outcome
union all
select 'legs', key, became, outcome, count(*), sum(by_hand), sum(uncertain), sum(stood_in)
from spans group by key, became, outcome
union all
select 'wait', key, (wait_ms + 500) / 1000 as s, null, count(*), sum(wait_ms),
    sum(wait_ms <= target_ms), count(target_ms)
from spans where wait_ms is not null group by key, s
union all
select 'walk', key, (walk_ms + 500) / 1000 as s, null, count(*), sum(walk_ms), 0, 0
from spans where walk_ms is not null group by key, s
union all
select 'service', key, (service_ms + 500) / 1000 as s, null, count(*), sum(service_ms),
    sum(service_ms <= published_ms), count(published_ms)
from spans where service_ms is not null group by key, s
union all
select 'closed', ticket, null, null, 1, null, null, null
from visits where ticket in (select value from json_each(:live))
"""

_MARKS = ", ".join(
    f"count(*) filter (where {question} = {mark})" for question in ("steps_and_time", "overall") for mark in range(1, 6)
)
# A published time is of a service, so it is asked of each leg. Of a rating its event says so too, if it was hasty.
_TALLY = f"""
select * from
(select count(*) filter (where {_SERVED}), count(*) filter (where rated_ms - ended_ms <= :hasty_ms), {_MARKS}
from visits where day between :first and :last),
(select
    count(*) filter (where started_ms is not null and published_s is not null),
    count(*) filter (where ended_ms - started_ms - held_ms <= published_s * 1000)
from legs where day between :first and :last and {_SERVED} and uncertain is null)
"""

# The condition is the index's own, word for word, or it would not be used. What was taken back is named by the event
# that took it back.
_TOLD = """
with told as materialized (
    select seq, kind, by, rule, record from events
    where day between :first and :last and (rule = 'chosen/1' or kind in ('transferred', 'moved', 'undone'))
), undone as materialized (
    select value as seq from told, json_each(told.record, '$.data.undoes') where kind = 'undone'
)
"""
_MOVED_FRONT = "kind in ('transferred', 'moved') and json_extract(record, '$.data.position') = 'front'"
# Calls are counted as their index stands, without looking into any record.
_OUT_OF_TURN = f"""
{_TOLD}
select officer, sum(calls), sum(chosen), sum(front), sum(walk_in), sum(stood_in)
from (
    select by as officer, count(*) as calls, count(*) filter (where rule = :chosen) as chosen, 0 as front,
        count(*) filter (where rule = :walk_in) as walk_in, 0 as stood_in
    from events where kind = 'called' and day between :first and :last and seq not in (select seq from undone)
    group by by
    union all
    select by, 0, 0, count(*), 0, 0 from told
    where {_MOVED_FRONT} and seq not in (select seq from undone) group by by
    union all
    select officer, 0, 0, 0, 0, count(*) from legs
    where day between :first and :last and stand_in and {_SERVED} group by officer
)
group by officer
"""
_REASONS = f"""
{_TOLD}
select coalesce(json_extract(record, '$.data.reason.why'), json_extract(record, '$.data.reason')) as reason,
    count(*) filter (where kind = 'called') as chosen, count(*) filter (where kind <> 'called') as front
from told
where seq not in (select seq from undone) and (kind = 'called' or ({_MOVED_FRONT}))
group by reason order by count(*) desc, reason
"""

Groups = dict[str | None, Group]


def _counted(
    db: sqlite3.Connection, first: date, last: date, by: str | None, live: Sequence[Mapping[str, Any]]
) -> tuple[Group, Groups]:
    """The whole of these days, and its groups (none without `by`)."""
    whole, groups = Group(), Groups()

    def counted_in(key: str | None, of_visits: bool = False) -> tuple[Group, ...]:
        alone = by is None or (of_visits and by in BY_LEG)
        return (whole,) if alone else (whole, groups.setdefault(key, Group()))

    here = {row["ticket"]: row for row in live if str(first) <= str(row["day"]) <= str(last)}
    asked = {"first": str(first), "last": str(last), "live": json.dumps(list(here))}
    for what, key, value, outcome, n, *more in db.execute(_COUNT.format(key=BY[by], whole=_whole(by)), asked):
        if what == "closed":
            del here[key]
        elif what == "visits":
            for group in counted_in(key, of_visits=True):
                group.came(value, n, more[0], outcome)
        elif what == "legs":
            for group in counted_in(key):
                group.counts.update({value: n} if value in OF_LEGS else {}, uncertain=more[1], stood_in=more[2])
            if by in BY_LEG:
                groups[key].came(value, n, more[0], outcome)
        else:
            for group in counted_in(key):
                group.durations[what].count(value, n, more[0], more[1] or 0, more[2])
    for row in here.values():
        for group in counted_in(_key(row, by)):
            group.came(row["state"], 1)
    return whole, groups


def _whole(by: str | None) -> str:
    """What visits are grouped by, where legs are grouped by `by`."""
    return BY[None if by in BY_LEG else by]


def _key(row: Mapping[str, Any], by: str | None) -> str | None:
    """What the SQL of `BY` makes of a row that is not in the database."""
    if by is None:
        return "all"
    if by == "hour":
        return f"{row['hour']:02d}"
    return None if row[by] is None else str(row[by])


def _share(part: int, of: int) -> float:
    """The fraction 0..1, to four places, half up."""
    return (20_000 * part + of) // (2 * of) / 10_000


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
