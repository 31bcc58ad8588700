"""The figures: rows of `visits` written by hand into a real log, and one whole visit through the office.

Not here: the criteria (test_standard.py), the page, GET /stats.
"""

import math
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_core import log, officers, standard, statistics, visitors
from queue_core.standard import Tally
from tests import halls

DAY = date(2026, 11, 20)
DAYS = {"first": str(DAY), "last": str(DAY)}
NAMES = {"benefit": {"th": "ขอรับประโยชน์ทดแทน", "en": "Benefit claim"}, "card": {"th": "บัตร", "en": "Card"}}
MORNING_MS = 1_795_140_000_000
NUMBERS = count(1)


class Record:
    """A log into which a test writes visits that happened as it says, in seconds."""

    def __init__(self, path: Path) -> None:
        self.log = log.Log(path / "hall.db", "off")

    def visit(self, *legs: dict[str, Any], **told: Any) -> dict[str, Any]:
        """A visit of one leg, or of these: what is not told of a leg is as in the visit."""
        row = visit(**told)
        self.write("visits", row)
        for n, said in enumerate(legs or [{}]):
            self.write("legs", leg(row) | {"leg": n} | said)
        return row

    def write(self, table: str, row: dict[str, Any]) -> None:
        marks = ", ".join(f":{column}" for column in row)
        self.log._db.execute(f"insert into {table} ({', '.join(row)}) values ({marks})", row)

    def stats(self, first: date = DAY, last: date = DAY, by: str | None = None, **more: Any) -> dict[str, Any]:
        with self.log.reader() as db:
            return statistics.stats(db, first, last, by, names=NAMES, **more)

    def all(self, **more: Any) -> dict[str, Any]:
        (group,) = self.stats(**more)["groups"]
        return group

    def close(self) -> None:
        self.log.close()

    def tally(self) -> Tally:
        with self.log.reader() as db:
            return statistics.tally(db, DAY, DAY)


def visit(
    wait: float | None = 60,
    walk: float = 10,
    takes: float = 300,
    state: str = "finished",
    day: date = DAY,
    **more: Any,
) -> dict[str, Any]:
    """A row of `visits`. `wait=None`: never called."""
    number = next(NUMBERS)
    called = None if wait is None else MORNING_MS + round(wait * 1000)
    started = None if called is None or state != "finished" else called + round(walk * 1000)
    row = {
        "ticket": f"{day:%Y%m%d}-{number}",
        "day": str(day),
        "number": f"A{number:03d}",
        "series": "A",
        "services": '["benefit"]',
        "service": "benefit",
        "agency": "sso",
        "priority": None,
        "language": "th",
        "people": 1,
        "needs": "[]",
        "state": state,
        "outcome": None,
        "counter": None if wait is None else "1",
        "hour": 9,
        "issued_ms": MORNING_MS,
        "called_ms": called,
        "started_ms": started,
        "ended_ms": (started or called or MORNING_MS) + round(takes * 1000),
        "start_inferred": 0,
        "calls": int(wait is not None),
        "printed": 1,
        "target_wait_s": 1800,
        "published_s": 900,
    }
    return row | more


SHARED = """
    ticket day service agency counter priority state outcome hour called_ms started_ms ended_ms start_inferred calls
    target_wait_s published_s
"""


def leg(row: dict[str, Any]) -> dict[str, Any]:
    """The one leg of such a visit."""
    own = {
        "leg": 0,
        "officer": row["counter"] and "p-1",
        "state": {"absent": "no-show"}.get(row["state"], row["state"]),
        "queued_ms": row["issued_ms"],
        "held_ms": 0,
        "waited": 1,
        "uncertain": None,
        "rule": row["counter"] and "head-start/1",
        "front": 0,
        "stand_in": 0,
        "by_hand": 0,
    }
    return {name: row[name] for name in SHARED.split()} | own


@pytest.fixture
def record(tmp_path) -> Iterator[Record]:
    with closing(Record(tmp_path)) as made:
        yield made


def test_an_empty_day_has_no_durations_rather_than_zeros(record):
    assert record.stats() == {
        "from": "2026-11-20",
        "to": "2026-11-20",
        "groups": [
            {
                "key": "all",
                "name": {"th": "ทั้งหมด", "en": "All"},
                "arrived": 0,
                "served": 0,
                "gave_up": 0,
                "absent": 0,
                "cancelled": 0,
                "expired": 0,
                "outcomes": {"done": 0, "forwarded": 0, "documents-missing": 0, "referred": 0, "gave-up": 0},
                "by_hand": 0,
                "transferred": 0,
                "uncertain": 0,
                "stood_in": 0,
                "wait": dict.fromkeys(["mean_s", "p50_s", "p90_s", "p95_s", "max_s", "within_target"]),
                "walk": dict.fromkeys(["mean_s", "p50_s", "p90_s", "p95_s", "max_s"]),
                "service": dict.fromkeys(["mean_s", "p50_s", "p90_s", "p95_s", "max_s", "within_published"]),
            }
        ],
    }
    assert record.stats(by="service")["groups"] == []
    assert record.tally() == Tally()


def test_a_visit_is_a_wait_a_walk_and_a_service(record):
    record.visit(wait=61.4, walk=12.5, takes=301)
    told = record.all()
    assert (told["arrived"], told["served"]) == (1, 1)
    assert (told["wait"]["mean_s"], told["walk"]["mean_s"], told["service"]["mean_s"]) == (61, 13, 301)


def test_percentiles_are_nearest_rank(record):
    for wait in (100, 200, 300, 400, 500, 600, 700, 800, 900, 1000):
        record.visit(wait=wait)
    wait = record.all()["wait"]
    assert (wait["p50_s"], wait["p90_s"], wait["p95_s"], wait["max_s"]) == (500, 900, 1000, 1000)


def test_the_mean_is_rounded_once_at_the_end(record):
    for wait in (0.4, 0.4, 0.4, 1.0):  # 0.55 s; from rounded seconds it would be 0.25
        record.visit(wait=wait)
    assert record.all()["wait"]["mean_s"] == 1


def test_a_wait_counts_whatever_became_of_the_visitor_but_only_if_called(record):
    record.visit(state="absent", wait=100)
    record.visit(state="expired", wait=300)
    record.visit(state="cancelled", wait=None)
    told = record.all()
    assert (told["absent"], told["expired"], told["cancelled"], told["served"]) == (1, 1, 1, 0)
    assert (told["wait"]["mean_s"], told["walk"]["mean_s"], told["service"]["mean_s"]) == (200, None, None)


def test_a_start_nobody_pressed_is_no_walk_but_is_a_service(record):
    record.visit(walk=0, takes=120, start_inferred=1)
    told = record.all()
    assert told["walk"]["mean_s"] is None
    assert told["service"]["mean_s"] == 120


def test_who_was_not_finished_has_no_service_time(record):
    record.visit(state="expired", started_ms=MORNING_MS + 70_000)
    told = record.all()
    assert (told["walk"]["mean_s"], told["service"]["mean_s"]) == (10, None)


def test_percentiles_and_the_longest_are_rounded_half_up(record):
    record.visit(wait=1.5, walk=12.5, takes=299.499)
    told = record.all()
    assert [told[kind]["p50_s"] for kind in statistics.KINDS] == [2, 13, 299]
    assert [told[kind]["max_s"] for kind in statistics.KINDS] == [2, 13, 299]


def test_within_target_is_compared_to_the_millisecond(record):
    record.visit(wait=1800)
    record.visit(wait=1800.001)
    record.visit(wait=1)
    assert record.all()["wait"]["within_target"] == 0.6667


def test_a_visit_without_a_published_time_is_neither_within_nor_over_it(record):
    record.visit(takes=900)
    record.visit(takes=9000, published_s=None)
    assert record.all()["service"]["within_published"] == 1
    assert record.tally() == Tally(served=2, timed=1, in_time=1)


def test_a_clock_set_back_makes_no_negative_wait(record):
    record.visit(wait=-3600, walk=-10, takes=-5)
    told = record.all()
    assert (told["wait"]["max_s"], told["walk"]["max_s"], told["service"]["max_s"]) == (0, 0, 0)
    assert (told["wait"]["mean_s"], told["wait"]["within_target"]) == (0, 1)


def test_both_days_are_included_and_no_other(record):
    for day in (18, 19, 20, 21):
        record.visit(day=date(2026, 11, day))
    told = record.stats(date(2026, 11, 19), date(2026, 11, 20), by="day")
    assert [(group["key"], group["arrived"]) for group in told["groups"]] == [("2026-11-19", 1), ("2026-11-20", 1)]


def test_services_come_in_the_order_of_the_plan_and_strangers_after_them(record):
    for service in ("abolished", "card", "benefit"):
        record.visit(service=service)
    groups = record.stats(by="service", with_all=True)["groups"]
    assert [group["key"] for group in groups] == ["all", "benefit", "card", "abolished"]
    assert [group["name"]["en"] for group in groups] == ["All", "Benefit claim", "Card", "abolished"]


def test_who_was_never_called_belongs_to_no_counter(record):
    record.visit(counter="2")
    record.visit(state="cancelled", wait=None)
    groups = record.stats(by="counter")["groups"]
    assert [(group["key"], group["name"]["en"]) for group in groups] == [("2", "2"), (None, "Not stated")]


def test_hours_are_named_and_in_order(record):
    for hour in (13, 9, 8):
        record.visit(hour=hour)
    groups = record.stats(by="hour")["groups"]
    assert [(group["key"], group["name"]["th"]) for group in groups] == [
        ("08", "08:00–09:00"),
        ("09", "09:00–10:00"),
        ("13", "13:00–14:00"),
    ]


def test_a_ticket_still_in_the_hall_has_arrived_and_nothing_more(record):
    record.visit()
    waiting = visit(state="waiting", wait=None)
    told = record.stats(by="service", live=[waiting], with_all=True)["groups"]
    assert [(group["arrived"], group["served"]) for group in told] == [(2, 1), (2, 1)]
    assert told[0]["wait"]["mean_s"] == 60
    assert record.all(live=[waiting], first=date(2026, 11, 1), last=date(2026, 11, 19))["arrived"] == 0


@pytest.mark.parametrize("by", [by for by in statistics.BY if by])
def test_a_live_ticket_falls_into_the_group_it_will_close_in(record, by):
    row = visit(counter=None, agency=None)
    (before,) = record.stats(by=by, live=[row])["groups"]
    record.visit(**{name: row[name] for name in ("ticket", "counter", "agency")})
    (after,) = record.stats(by=by)["groups"]
    assert (before["key"], before["arrived"]) == (after["key"], after["arrived"])


def test_who_did_not_come_and_may_still_come_back_is_absent_for_now(record):
    gone = visit(state="absent")
    told = record.stats(by="counter", live=[gone], with_all=True)["groups"]
    assert [(group["key"], group["arrived"], group["absent"]) for group in told] == [("all", 1, 1), ("1", 1, 1)]


def test_a_ticket_that_closes_while_we_look_is_counted_once(record):
    row = record.visit()
    assert record.all(live=[row])["arrived"] == 1


# -- several legs --------------------------------------------------------------------------------------------------


def two_legs(record, first=None, second=None, **told):
    """Waited 60 s, walked 10, served 300 at counter 1 (benefit); then 120, 20 and 600 at counter 2 (card)."""
    on = MORNING_MS + 370_000
    second = {
        "service": "card",
        "counter": "2",
        "officer": "p-2",
        "queued_ms": on,
        "called_ms": on + 120_000,
        "started_ms": on + 140_000,
        "ended_ms": on + 740_000,
    } | (second or {})
    first = {"state": "leg-finished", "service": "benefit", "counter": "1"} | (first or {})
    return record.visit(first, second, service="card", counter="2", **told)


def test_one_visit_of_two_legs_is_one_in_the_whole_and_one_in_each_service(record):
    two_legs(record)
    told = record.stats(by="service", with_all=True)["groups"]
    assert [(group["key"], group["arrived"], group["served"]) for group in told] == [
        ("all", 1, 1),
        ("benefit", 1, 1),
        ("card", 1, 1),
    ]
    assert [group["wait"]["max_s"] for group in told] == [120, 60, 120]
    assert (told[0]["wait"]["mean_s"], told[0]["walk"]["mean_s"], told[0]["service"]["mean_s"]) == (90, 15, 450)


@pytest.mark.parametrize("by", [None, "hour", "day"])
def test_hours_and_days_count_visits_and_time_legs(record, by):
    two_legs(record)
    (told,) = record.stats(by=by)["groups"]
    assert (told["arrived"], told["served"], told["wait"]["mean_s"]) == (1, 1, 90)


def test_a_leg_belongs_to_the_hour_in_which_it_was_queued_for(record):
    two_legs(record, second={"hour": 10})
    told = record.stats(by="hour", with_all=True)["groups"]
    assert [(group["key"], group["arrived"], group["wait"]["max_s"]) for group in told] == [
        ("all", 1, 120),
        ("09", 1, 60),
        ("10", 0, 120),
    ]


def test_how_legs_ended_is_told_in_the_same_words_as_of_visits(record):
    for state in ("finished", "absent", "cancelled", "expired"):
        record.visit(state=state)
    record.visit(outcome="gave-up")
    for told in (record.all(), *record.stats(by="service")["groups"]):
        assert [told[word] for word in ("arrived", *statistics.BECAME)] == [5, 1, 1, 1, 1, 1]


def test_the_time_before_a_transfer_is_a_wait_and_a_walk_but_no_service(record):
    two_legs(record, {"state": "transferred"})
    told = record.stats(by="counter", with_all=True)["groups"]
    assert [(group["key"], group["served"], group["transferred"]) for group in told] == [
        ("all", 1, 1),
        ("1", 0, 1),
        ("2", 1, 0),
    ]
    assert (told[1]["wait"]["max_s"], told[1]["walk"]["max_s"], told[1]["service"]["max_s"]) == (60, 10, None)


def test_the_time_put_aside_is_no_service(record):
    record.visit({"held_ms": 120_000}, takes=960)
    assert (record.all()["service"]["max_s"], record.all()["service"]["within_published"]) == (840, 1)
    assert record.tally() == Tally(served=1, timed=1, in_time=1)


@pytest.mark.parametrize("state", ["finished", "expired"])
def test_times_that_nobody_believes_are_counted_apart(record, state):
    record.visit()
    record.visit({"uncertain": "too-long"}, state=state, wait=9000, walk=5000, takes=99_999, uncertain=1)
    for told in (record.all(), *record.stats(by="service")["groups"]):
        assert (told["arrived"], told["uncertain"], told["served"] + told["expired"]) == (2, 1, 2)
        assert [told[kind]["max_s"] for kind in statistics.KINDS] == [60, 10, 300]
    assert record.tally() == Tally(1 + (state == "finished"), 1, 1)


def test_who_was_served_without_waiting_has_neither_waited_nor_walked(record):
    record.visit({"waited": 0}, wait=0, walk=0)
    told = record.all()
    assert [told[kind]["max_s"] for kind in statistics.KINDS] == [None, None, 300]


def test_slips_entered_by_hand_are_served_and_said_apart(record):
    record.visit({"state": "finished-by-hand", "by_hand": 1}, by_hand=1)
    for told in (record.all(), *record.stats(by="service")["groups"]):
        assert (told["arrived"], told["served"], told["by_hand"], told["service"]["max_s"]) == (1, 1, 1, 300)


def test_standing_in_counts_where_somebody_was_served(record):
    record.visit({"stand_in": 1})
    record.visit({"stand_in": 1}, state="absent")
    record.visit()
    for told in (record.all(), *record.stats(by="service")["groups"]):
        assert told["stood_in"] == 1


def test_the_standard_times_each_service_of_a_visit(record):
    two_legs(record, second={"published_s": 500})
    assert record.tally() == Tally(served=1, timed=2, in_time=1)


# -- out of turn ---------------------------------------------------------------------------------------------------


class Hall:
    """A real office; who does what at which counter, and what the figures say of it."""

    def __init__(self, office: Any, clock: halls.FakeClock) -> None:
        self.office, self.clock = office, clock

    def do(self, by: str, what: Any, *asked: Any, **more: Any) -> None:
        self.office.do(halls.wish(what, *asked, by=by, **more))
        self.clock.passes(seconds=40)

    def turn(self) -> dict[str, tuple[int, ...]]:
        """By officer: calls, chosen, front, without a ticket."""
        with self.office.log.reader() as db:
            rows = statistics.out_of_turn(db, DAY, DAY)
        return {row["officer"]: tuple(row[key] for key in ("calls", "chosen", "front", "walk_in")) for row in rows}

    def reasons(self) -> list[tuple[str, int, int]]:
        with self.office.log.reader() as db:
            return [tuple(row.values()) for row in statistics.out_of_turn_reasons(db, DAY, DAY)]

    def figures(self, by: str | None = None) -> list[dict[str, Any]]:
        with self.office.log.reader() as db:
            live = [log.ticket_row(one, self.office.hall, one.issued_at) for one in self.office.hall.tickets.values()]
            return statistics.stats(db, DAY, DAY, by, live=live)["groups"]

    def tally(self) -> Tally:
        with self.office.log.reader() as db:
            return statistics.tally(db, DAY, DAY)


@pytest.fixture
def hall(tmp_path) -> Iterator[Hall]:
    clock = halls.FakeClock()
    with halls.at_work(tmp_path, clock) as office:
        yield Hall(office, clock)


def test_calls_out_of_turn_count_for_whoever_used_the_right_and_at_once(hall):
    for _ in range(4):
        halls.take(hall.office)
    hall.do("p-1", officers.call_number, "1", "A003", "unwell")
    hall.do("reception", visitors.move, hall.office.hall.tickets["20261120-A002"], {}, "front", "child")
    hall.do("p-2", officers.call_next, "2")
    hall.do("p-2", officers.transfer, "2", "card", None, None, "front", "child")
    hall.do("p-3", officers.walk_in, "3", "card")
    assert hall.turn() == {"p-1": (1, 1, 0, 0), "p-2": (1, 0, 1, 0), "reception": (0, 0, 1, 0), "p-3": (1, 0, 0, 1)}
    assert hall.reasons() == [("child", 0, 2), ("unwell", 1, 0)], "both tables are of the same events"
    with hall.office.log.reader() as db:
        shares = {row["officer"]: row["share"] for row in statistics.out_of_turn(db, DAY, DAY)}
        assert statistics.out_of_turn(db, date(2026, 11, 19), date(2026, 11, 19)) == []
    assert shares == {"p-1": 1, "p-2": 1, "reception": 1, "p-3": 0}
    assert list(shares) == ["p-1", "p-2", "reception", "p-3"], "the greatest share first"


def test_a_second_call_after_coming_back_loses_nothing(hall):
    halls.take(hall.office), halls.take(hall.office)
    hall.do("p-1", officers.call_number, "1", "A002", "unwell")
    hall.do("p-1", officers.no_show, "1")
    hall.do("p-1", officers.requeue, "1", "A002")
    for _ in range(2):
        hall.do("p-2", officers.call_next, "2", "finished")
    assert hall.turn() == {"p-1": (1, 1, 0, 0), "p-2": (2, 0, 0, 0)}


def test_what_was_taken_back_is_neither_a_call_nor_a_move(hall):
    halls.take(hall.office), halls.take(hall.office)
    for number in ("A002", None):
        what = (officers.call_number, "1", number, "unwell") if number else (officers.walk_in, "1")
        hall.office.do(halls.wish(what[0], *what[1:]))
        hall.do("p-1", officers.undo, "1")
    hall.do("p-1", officers.call_next, "1")
    hall.office.do(halls.wish(officers.transfer, "1", "card", None, None, "front", "child", by="p-1"))
    hall.do("p-1", officers.undo, "1")
    assert (hall.turn(), hall.reasons()) == ({"p-1": (1, 0, 0, 0)}, [])


def test_a_visitor_without_a_ticket_who_was_taken_back_never_came(hall):
    halls.take(hall.office)
    hall.office.do(halls.wish(officers.walk_in, "1"))
    hall.do("p-1", officers.undo, "1")
    for by in statistics.BY:
        assert [(group["arrived"], group["cancelled"]) for group in hall.figures(by)] == [(1, 0)], by
    assert hall.tally() == Tally()


def test_hasty_ratings_are_counted_and_never_left_out(record):
    for seconds in (0, 5, 6, 3600):
        row = record.visit(overall=5, steps_and_time=5)
        rated = row["ended_ms"] + seconds * 1000
        record.log._db.execute("update visits set rated_ms = ? where ticket = ?", (rated, row["ticket"]))
    tally = record.tally()
    assert (tally.hasty, tally.overall) == (2, (0, 0, 0, 0, 4))
    told = {entry["criterion"]: entry for entry in standard.standard(tally, 1)}
    assert all((told[one]["n"], told[one]["flagged"]) == (4, 2) for one in ("8.3", "8.4"))


def test_whoever_gave_up_is_neither_served_nor_timed(record):
    record.visit(outcome="done")
    record.visit(outcome="gave-up", takes=30, steps_and_time=1, overall=1)
    for told in (record.all(), *record.stats(by="service")["groups"], *record.stats(by="hour")["groups"]):
        assert (told["arrived"], told["served"], told["gave_up"]) == (2, 1, 1)
        assert (told["wait"]["mean_s"], told["service"]["mean_s"]) == (60, 300)
        assert told["service"]["within_published"] == 1
        assert told["outcomes"] == dict.fromkeys(officers.OUTCOMES, 0) | {"done": 1, "gave-up": 1}
    assert record.tally() == Tally(1, 1, 1, (1, 0, 0, 0, 0), (1, 0, 0, 0, 0))


def test_outcomes_are_counted_as_officers_gave_them(hall):
    for outcome in officers.OUTCOMES:
        halls.take(hall.office)
        hall.do("p-1", officers.call_next, "1")
        hall.do("p-1", officers.finish, "1", outcome)
    halls.take(hall.office)
    hall.do("p-1", officers.call_next, "1")
    for by in (None, "service", "counter"):
        (told,) = hall.figures(by)[:1]
        assert told["outcomes"] == dict.fromkeys(officers.OUTCOMES, 1)
        assert (told["served"], told["gave_up"]) == (4, 1)


def test_what_was_given_in_one_go_is_served_for_each_service_and_timed_once(hall):
    halls.take(hall.office)
    hall.do("p-1", officers.call_next, "1")
    hall.do("p-1", officers.start, "1")
    hall.do("p-1", officers.finish, "1", "done", ["benefit", "card"])
    told = {group["key"]: group for group in hall.figures("service")}
    assert {key: (group["arrived"], group["served"]) for key, group in told.items()} == {
        "benefit": (1, 1),
        "card": (1, 1),
    }
    assert [told["benefit"][kind]["max_s"] for kind in statistics.KINDS] == [0, 40, 40]
    assert [told["card"][kind]["max_s"] for kind in statistics.KINDS] == [None, None, None]
    assert [group["outcomes"]["done"] for group in told.values()] == [1, 1]
    assert (hall.figures()[0]["arrived"], hall.tally()) == (1, Tally(1, 1, 1))


def test_reasons_for_passing_people_over_are_counted_but_not_what_was_taken_back(tmp_path):
    clock = halls.FakeClock()
    with halls.at_work(tmp_path, clock) as office:
        for _ in range(5):
            halls.take(office)
        for number in ("A005", "A004", "A003"):
            office.do(halls.wish(officers.call_number, "1", number, "unwell"))
            clock.passes(seconds=5)
            if number == "A005":
                office.do(halls.wish(officers.undo, "1"))
            else:
                office.do(halls.wish(officers.finish, "1"))
        ticket = office.hall.tickets["20261120-A005"]
        office.do(halls.wish(visitors.move, ticket, {}, "front", "child"))
        office.do(halls.wish(visitors.move, ticket, {}, "end", "child"))
        with office.log.reader() as db:
            told = statistics.out_of_turn_reasons(db, DAY, DAY)
            by_officer = statistics.out_of_turn(db, DAY, DAY)
            asked = (statistics._REASONS, statistics._OUT_OF_TURN)
            rules = {"chosen": "chosen/1", "walk_in": "walk-in/1"}
            plans = [db.execute(f"explain query plan {one}", DAYS | rules).fetchall() for one in asked]
    assert told == [{"reason": "unwell", "chosen": 2, "front": 0}, {"reason": "child", "chosen": 0, "front": 1}]
    assert [(row["calls"], row["chosen"]) for row in by_officer] == [(2, 2)]
    reasons, turn = ("; ".join(row["detail"] for row in rows).lower() for rows in plans)
    assert "index out_of_turn (day" in reasons and "index out_of_turn (day" in turn, "a year of events is not read"
    assert "covering index calls (kind=? and day" in turn


# -- the standard, and what is refused -----------------------------------------------------------------------------


def test_ratings_are_counted_by_mark_on_the_day_of_the_visit(record):
    record.visit(steps_and_time=5, overall=4)
    record.visit(steps_and_time=5, overall=1)
    record.visit()
    record.visit(day=date(2026, 11, 19), steps_and_time=1, overall=1)
    tally = record.tally()
    assert (tally.steps_and_time, tally.overall) == ((0, 0, 0, 0, 2), (1, 0, 0, 1, 0))
    assert (tally.served, tally.timed, tally.in_time) == (3, 3, 3)


@pytest.mark.parametrize("by", ["weekday", "service; drop table visits", ""])
def test_an_unknown_grouping_is_refused_in_a_sentence(record, by):
    with pytest.raises(ValueError, match="by is one of service, hour, counter, agency, day"):
        record.stats(by=by)


def test_days_the_wrong_way_round_are_refused(record):
    with pytest.raises(ValueError, match="lies before"):
        record.stats(date(2026, 11, 20), date(2026, 11, 19))


@given(st.lists(st.integers(0, 50), min_size=1))
def test_nearest_rank_is_what_counting_along_the_sorted_list_gives(durations):
    found = statistics.nearest_ranks({value: durations.count(value) for value in set(durations)})
    ranks = [math.ceil(p * len(durations) / 100) for p in statistics.PERCENTILES]
    assert found == [sorted(durations)[rank - 1] for rank in ranks]


@settings(deadline=None, max_examples=40)  # Each example is a database of its own.
@given(st.lists(st.tuples(st.sampled_from(["benefit", "card"]), st.none() | st.floats(-60, 7200)), max_size=30))
def test_the_groups_add_up_to_the_whole(visits):
    with TemporaryDirectory() as folder, closing(Record(Path(folder))) as record:
        for service, wait in visits:
            record.visit(service=service, wait=wait)
        whole = record.all()
        groups = record.stats(by="service", with_all=True)["groups"]
    assert groups[0] == whole
    assert sum(group["arrived"] for group in groups[1:]) == whole["arrived"] == len(visits)
    wait = whole["wait"]
    if wait["mean_s"] is not None:
        assert 0 <= wait["p50_s"] <= wait["p90_s"] <= wait["p95_s"] <= wait["max_s"]
        assert 0 <= wait["mean_s"] <= wait["max_s"]
        assert 0 <= wait["within_target"] <= 1


def test_a_whole_visit_through_the_office_is_counted_as_it_went(tmp_path):
    clock = halls.FakeClock()
    with halls.at_work(tmp_path, clock) as office:
        office.do(halls.wish(officers.open_counter, "1"))
        ticket = halls.take(office)
        clock.passes(minutes=12)
        halls.press(office)
        clock.passes(seconds=30)
        office.do(halls.wish(officers.start, "1"))
        clock.passes(minutes=16)
        office.do(halls.wish(officers.finish, "1"))
        halls.rate(office, ticket.id, {"steps_and_time": 4, "overall": 5})
        with office.log.reader() as db:
            (told,) = statistics.stats(db, DAY, DAY)["groups"]
            tally = statistics.tally(db, DAY, DAY)
    assert (told["wait"]["p50_s"], told["walk"]["p50_s"], told["service"]["p50_s"]) == (720, 30, 960)
    assert (told["arrived"], told["served"], told["uncertain"]) == (1, 1, 0)
    assert (told["wait"]["within_target"], told["service"]["within_published"]) == (1, 0)
    assert tally == Tally(1, 1, 0, (0, 0, 0, 1, 0), (0, 0, 0, 0, 1), hasty=1)
