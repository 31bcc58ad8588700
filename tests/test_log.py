"""The log on real SQLite: what is stored, what is found altered, what can be erased, and yesterday's folders."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from queue_core import day, hall, kiosks, officers, plan, ticket, visitors
from queue_core.hall import Booking, Hall
from queue_core.log import Log, Verified, Visit, canonical, verified, verify
from queue_core.office import Office
from queue_core.ticket import Event
from tests.halls import MORNING, FakeClock, at_work, complaints, press, rate, recorded, small_plan, take, wish

DATA = Path(__file__).parent / "data"
PRINTER = "d-agent/paper"


def a_day(folder: Path, clock: FakeClock | None = None) -> None:
    """A day with some of everything: A001 served and rated, A002 stayed away, A003 cancelled, A004 and B001 left."""
    clock = clock or FakeClock()
    with at_work(folder, clock) as office:
        first, *_ = [take(office, priority=priority) for priority in (None, None, "elder", None)]
        take(office, "card", language="en", people=2, needs=["interpreter"])
        office.do(wish(visitors.slip_printed, first.id, 1))
        office.do(wish(visitors.cancel, office.hall.tickets["20261120-A003"]))
        office.do(wish(visitors.book, Booking("BOOK1", ("benefit",), clock.now() + timedelta(days=3))))
        clock.passes(minutes=4)
        press(office, "2"), clock.passes(minutes=1)
        office.do(wish(officers.start, "2", by="officer-7f")), clock.passes(minutes=12)
        office.do(wish(officers.finish, "2", "forwarded", ["advice"], "ส่งต่อสาขา"))
        rate(office, first.id, {"steps_and_time": 5, "overall": 4, "staff": 5}, "เจ้าหน้าที่ใจดี")
        press(office, "2"), office.do(wish(officers.recall, "2")), office.do(wish(officers.no_show, "2"))
        clock.passes(minutes=16), office.turn()


@contextmanager
def by_hand(folder: Path) -> Iterator[sqlite3.Connection]:
    """Somebody with a database tool."""
    with closing(sqlite3.connect(folder / "hall.db")) as conn:
        yield conn
        conn.commit()


def found(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "hall.db")) as conn:
        conn.row_factory = sqlite3.Row
        return verify(conn, small_plan())


# -- what is stored ------------------------------------------------------------------------------------------------


def test_an_event_is_one_canonical_text_hashed_with_the_one_before(tmp_path: Path) -> None:
    a_day(tmp_path)

    with by_hand(tmp_path) as conn:
        rows = conn.execute("select seq, record, hash from events order by seq").fetchall()
    previous = "0" * 64
    for seq, record, hashed in rows:
        told = json.loads(record)
        assert record == json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert (told["seq"], hashed) == (seq, sha256((previous + record).encode()).hexdigest())
        previous = hashed
    assert [seq for seq, _, _ in rows] == list(range(1, len(rows) + 1))


def test_the_same_event_is_always_the_same_text() -> None:
    event = Event("issued", FakeClock().now(), "kiosk-1", "t", None, {"b": "ก", "a": 1})

    assert canonical(event, 3, "2026-11-20", {}) == (
        '{"at":"2026-11-20T02:00:00.000Z","by":"kiosk-1","counter":null,"data":{"a":1,"b":"ก"},"day":"2026-11-20",'
        '"kind":"issued","seq":3,"texts":{},"ticket":"t"}'
    )


def test_a_row_tells_day_number_time_who_and_by_which_rule(tmp_path: Path) -> None:
    a_day(tmp_path)

    with by_hand(tmp_path) as conn:
        rows = conn.execute("select day, number, at, by, counter, rule from events where kind in ('called', 'started')")
        assert rows.fetchall()[:2] == [
            ("2026-11-20", "A001", "2026-11-20T02:04:00.000Z", "someone", "2", "head-start/1"),
            ("2026-11-20", "A001", "2026-11-20T02:05:00.000Z", "officer-7f", "2", None),
        ]


def test_the_database_itself_refuses_a_number_given_twice_on_one_day(tmp_path: Path) -> None:
    a_day(tmp_path)
    doubled = (
        "insert into events select seq + 1000, day, kind, at, by, ticket, number, counter, rule, record, hash"
        " from events where kind = 'issued' and number = 'A001'"
    )

    with by_hand(tmp_path) as conn, pytest.raises(sqlite3.IntegrityError):
        conn.execute(doubled)


def test_a_commit_is_on_the_disk_before_it_is_answered(tmp_path: Path) -> None:
    log = Log(tmp_path / "hall.db")
    asked = [log._db.execute(f"pragma {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
    log.close()

    assert asked == ["wal", 2]  # 2 is FULL


def test_a_closed_visit_keeps_its_last_state(tmp_path: Path) -> None:
    a_day(tmp_path)

    with at_work(tmp_path, FakeClock("2026-11-20T10:00:00+07:00")) as office:
        visit = office.log.closed_visit("20261120-A001")
        assert visit and office.log.closed_visit("20261120-A004") is None
    last = visit.ticket
    assert (visit.day, visit.rated, last.number, last.state) == ("2026-11-20", True, "A001", "finished")
    assert (last.service, last.services, last.outcome, last.counter) == ("advice", ("advice",), "forwarded", "2")
    assert last.called_at and last.started_at and last.ended_at
    assert (last.called_at - last.issued_at, last.started_at - last.called_at, last.ended_at - last.started_at) == (
        timedelta(minutes=4),
        timedelta(minutes=1),
        timedelta(minutes=12),
    )
    assert (last.calls, last.start_inferred, last.printed) == (1, False, True)


def test_the_row_of_a_visit_has_what_statistics_ask(tmp_path: Path) -> None:
    a_day(tmp_path)

    with closing(sqlite3.connect(tmp_path / "hall.db")) as conn:
        conn.row_factory = sqlite3.Row
        rows = {row["number"]: dict(row) for row in conn.execute("select * from visits")}
    served = rows["A001"]
    told = {name: served[name] for name in ("agency", "hour", "target_wait_s", "published_s", "overall", "channel")}
    assert told == {
        "agency": "sso",
        "hour": 9,
        "target_wait_s": 1800,
        "published_s": 600,
        "overall": 4,
        "channel": None,
    }
    assert {number: row["state"] for number, row in rows.items()} == {
        "A001": "finished",
        "A002": "absent",
        "A003": "cancelled",
    }
    assert (rows["A003"]["called_ms"], rows["A003"]["priority"], rows["A002"]["calls"]) == (None, "elder", 2)


def test_who_is_left_at_the_turn_of_the_day_has_a_visit_of_that_day(tmp_path: Path) -> None:
    clock = FakeClock()
    a_day(tmp_path, clock)
    clock.passes(hours=23)

    with at_work(tmp_path, clock) as office:
        left = [office.log.closed_visit(f"20261120-{number}") for number in ("A004", "B001")]
        assert [(visit.day, visit.ticket.state) for visit in left if visit] == [("2026-11-20", "expired")] * 2
        assert complaints(office) == []


# -- legs ----------------------------------------------------------------------------------------------------------


def rows(folder: Path, asked: str) -> list[dict[str, object]]:
    with closing(sqlite3.connect(folder / "hall.db")) as conn:
        conn.row_factory = sqlite3.Row
        return [dict(row) for row in conn.execute(asked)]


def do(office: Office, what: object, *asked: object, **more: object) -> None:
    office.do(wish(what, *asked, **more))


def test_each_service_of_a_visit_is_a_leg_with_its_own_times(tmp_path: Path) -> None:
    clock = FakeClock()
    with at_work(tmp_path, clock) as office:
        given = office.do(wish(visitors.issue, ["benefit", "card"])).ticket
        clock.passes(minutes=5), press(office, "2"), clock.passes(minutes=1), do(office, officers.start, "2")
        clock.passes(minutes=10), do(office, officers.finish, "2", "forwarded")
        assert rows(tmp_path, "select * from legs") == [], "the visit goes on"
        clock.passes(minutes=20), press(office, "3"), clock.passes(minutes=2), do(office, officers.hold, "3")
        clock.passes(minutes=7), do(office, officers.resume, "1", "A001", by="officer-7f")
        clock.passes(minutes=3), do(office, officers.finish, "1")
        visit = office.log.closed_visit(str(given))
        assert complaints(office) == []

    first, second = rows(tmp_path, "select *, (called_ms - queued_ms) / 60000 as waited_min from legs")
    assert (first["service"], first["agency"], first["counter"], first["officer"]) == ("benefit", "sso", "2", "someone")
    assert (first["state"], first["outcome"], first["waited_min"], first["rule"]) == (
        "leg-finished",
        "forwarded",
        5,
        "head-start/1",
    )
    assert (second["service"], second["agency"], second["counter"], second["officer"]) == (
        "card",
        "doe",
        "1",
        "someone",
    ), "served at the counter that took it on; called by whoever called"
    assert (second["state"], second["waited_min"], second["held_ms"], second["start_inferred"]) == (
        "finished",
        20,
        7 * 60_000,
        1,
    )
    (row,) = rows(tmp_path, "select * from visits")
    assert (row["legs"], row["service"], row["counter"], row["state"]) == (2, "card", "1", "finished")
    assert visit and [leg.ended for leg in visit.ticket.all_legs()] == ["leg-finished", "finished"]
    assert visit.ticket.all_legs()[0].called_at and visit.ticket.legs[0].outcome == "forwarded"


def test_a_leg_says_how_it_was_called_and_whether_it_is_to_be_believed(tmp_path: Path) -> None:
    clock = FakeClock()
    with at_work(tmp_path, clock) as office:
        take(office), take(office)
        do(office, officers.call_number, "1", "A002", "unwell"), clock.passes(hours=2), do(office, officers.finish, "1")
        do(office, officers.walk_in, "1"), clock.passes(minutes=1), do(office, officers.finish, "1")
        do(office, officers.stand_in, "3", "2")
        (
            press(office, "3"),
            clock.passes(minutes=1),
            do(office, officers.transfer, "3", "card", None, None, "front", "child"),
        )
        press(office, "1"), do(office, officers.finish, "1")
        assert complaints(office) == []

    told = rows(tmp_path, "select ticket, rule, state, waited, front, stand_in, uncertain from legs order by ended_ms")
    day = "20261120-"
    assert [tuple(row.values()) for row in told] == [
        (f"{day}A002", "chosen/1", "finished", 1, 0, 0, "too-long"),
        (f"{day}A003", "walk-in/1", "finished", 0, 0, 0, None),
        (f"{day}A001", "head-start/1", "transferred", 1, 0, 1, None),
        (f"{day}A001", "head-start/1", "finished", 1, 1, 0, None),
    ]
    assert [row["uncertain"] for row in rows(tmp_path, "select uncertain from visits order by ended_ms")] == [1, 0, 0]


def test_what_was_taken_back_leaves_no_visit_and_can_close_again(tmp_path: Path) -> None:
    clock = FakeClock()
    with at_work(tmp_path, clock) as office:
        take(office), press(office), clock.passes(minutes=1), do(office, officers.finish, "1")
        assert office.log.closed_visit("20261120-A001")

        do(office, officers.undo, "1")
        assert office.log.closed_visit("20261120-A001") is None and complaints(office) == []
        assert rows(tmp_path, "select * from legs") == []

        clock.passes(minutes=5), do(office, officers.finish, "1", "forwarded")
        visit = office.log.closed_visit("20261120-A001")
        assert visit and (visit.ticket.outcome, complaints(office)) == ("forwarded", [])


def test_a_slip_entered_by_hand_is_a_visit_of_the_day_and_times_on_its_paper(tmp_path: Path) -> None:
    clock = FakeClock()
    with at_work(tmp_path, clock) as office:
        now = clock.now()
        times = [now - timedelta(minutes=minutes) for minutes in (50, 30, 29, 10)]
        do(office, visitors.enter_by_hand, "Z001", ["card"], *times, "3")
        visit = office.log.closed_visit("20261120-Z001")
        assert complaints(office) == []
    assert visit and visit.ticket.by_hand and visit.ticket.ended_at == now - timedelta(minutes=10)
    asked = "select by_hand, state, (called_ms - queued_ms) / 60000 as wait, (ended_ms - started_ms) / 60000 as took"
    (leg,) = rows(tmp_path, f"{asked} from legs")
    assert tuple(leg.values()) == (1, "finished-by-hand", 20, 19)


def test_a_ticket_carried_over_the_night_counts_on_the_day_it_was_issued(tmp_path: Path) -> None:
    clock = FakeClock()
    with at_work(tmp_path, clock, given=small_plan(left_over="carry")) as office:
        take(office), clock.passes(days=3), office.turn(), press(office), do(office, officers.finish, "1")
        assert complaints(office) == []
        visit = office.log.closed_visit("20261120-A001")
    assert visit and (visit.day, visit.ticket.state) == ("2026-11-20", "finished")
    assert [row["day"] for row in rows(tmp_path, "select day from legs")] == ["2026-11-20"]


# -- bookings ------------------------------------------------------------------------------------------------------


def test_bookings_are_kept_until_their_day_and_come_in_the_order_of_their_times(tmp_path: Path) -> None:
    clock = FakeClock()
    monday = clock.now() + timedelta(days=3)
    early, late = (Booking(code, ("benefit",), monday + timedelta(hours=h)) for code, h in (("EARLY", 0), ("LATE", 1)))
    with at_work(tmp_path, clock) as office:
        for booking in (late, early, replace(late, code="GIVEN-UP")):
            do(office, visitors.book, booking)
        do(office, visitors.cancel_booking, "GIVEN-UP")
        assert office.log.bookings("2026-11-23") == (early, late) and office.log.bookings("2026-11-20") == ()

        clock.passes(days=3), office.turn()
        do(office, visitors.check_in, "EARLY")
        assert office.log.bookings("2026-11-23") == (late,)
        came, given_up = office.log.booked("EARLY"), office.log.booked("GIVEN-UP")
        assert came and (came.state, came.day, came.booking.ticket) == ("came", "2026-11-23", "20261123-A001")
        assert given_up and given_up.state == "cancelled" and office.log.booked("UNHEARD") is None
        assert complaints(office) == []


def test_a_code_that_was_given_up_may_be_booked_anew(tmp_path: Path) -> None:
    clock = FakeClock()
    booking = Booking("AGAIN", ("benefit",), clock.now() + timedelta(days=3))
    with at_work(tmp_path, clock) as office:
        do(office, visitors.book, booking), do(office, visitors.cancel_booking, "AGAIN")
        do(office, visitors.book, replace(booking, services=("card",)))
        again = office.log.booked("AGAIN")
        assert again and (again.state, again.booking.services) == ("booked", ("card",))
        assert complaints(office) == []


# -- texts people wrote --------------------------------------------------------------------------------------------


def test_a_comment_is_kept_apart_and_can_be_erased(tmp_path: Path) -> None:
    a_day(tmp_path)

    with by_hand(tmp_path) as conn:
        kept = {text: (hashed, salt) for hashed, salt, text in conn.execute("select hash, salt, text from texts")}
        records = "".join(row[0] for row in conn.execute("select record from events"))
        assert set(kept) == {"ส่งต่อสาขา", "เจ้าหน้าที่ใจดี"}
        for text, (hashed, salt) in kept.items():
            assert text not in records and salt not in records
            assert f'"{hashed}"' in records and hashed == sha256((salt + text).encode()).hexdigest()
        conn.execute("delete from texts")

    assert found(tmp_path) == []


def test_the_same_words_twice_leave_no_trace_of_it(tmp_path: Path) -> None:
    with at_work(tmp_path) as office:
        office.do(wish(officers.open_counter, "1")), office.do(wish(officers.open_counter, "2"))
        office.do(wish(officers.pause_counter, "1", "lunch")), office.do(wish(officers.pause_counter, "2", "lunch"))

    with by_hand(tmp_path) as conn:
        assert conn.execute("select count(distinct hash) from texts").fetchone() == (2,)


# -- is the record whole? ------------------------------------------------------------------------------------------

ALTERED = {
    "a record": ("update events set record = replace(record, 'officer-7f', 'me') where kind = 'started'", "its hash"),
    "a time in a record": ("update events set record = replace(record, 'T02:04', 'T02:03') where seq = 10", "hash"),
    "a record that is no record": ("update events set record = 'x' where seq = 4", "event 4: its record"),
    "a record that lacks all": ("update events set record = '{}' where seq = 4", "event 4: its record"),
    "a record that is a list": ("update events set record = '[]' where seq = 4", "event 4: its record"),
    "a record without its plan": (
        "update events set record = replace(record, '\"plan\"', '\"plot\"') where seq = 1",
        "event 1: its record",
    ),
    "a hash": ("update events set hash = replace(hash, substr(hash, 1, 4), 'beef') where seq = 3", "event 3"),
    "the last hash": ("update events set hash = 'x' where seq = (select max(seq) from events)", "its hash does not"),
    "an event removed": ("delete from events where seq = 5", "event 5: missing"),
    "the first event removed": ("delete from events where seq = 1", "event 1: missing"),
    "the rule of a call": ("update events set rule = 'first-come/1' where kind = 'called'", "rule is 'first-come/1'"),
    "a day": ("update events set day = '2026-11-19' where seq = 2", "event 2: day is '2026-11-19'"),
    "a time": ("update events set at = '2026-11-20T02:00:00.001Z' where seq = 2", "event 2: at is"),
    "a kind": ("update events set kind = 'cancelled' where kind = 'no-show'", "kind is 'cancelled'"),
    "who": ("update events set by = 'nobody' where seq = 2", "event 2: by is 'nobody'"),
    "a number": ("update events set number = 'A099' where seq = 2", "event 2: number is 'A099'"),
    "a ticket": ("update events set ticket = null where seq = 2", "event 2: ticket is None"),
    "a counter": ("update events set counter = '3' where kind = 'recalled'", "counter is '3'"),
    "a state": ("update visits set state = 'finished' where number = 'A002'", "visit 20261120-A002: it is not"),
    "a wait": ("update visits set called_ms = called_ms - 60000 where number = 'A001'", "visit 20261120-A001: it is"),
    "a rating": ("update visits set overall = 5 where number = 'A001'", "visit 20261120-A001: its rating is not"),
    "a rating removed": ("update visits set rated_ms = null where number = 'A001'", "visit 20261120-A001: its rating"),
    "a visit removed": ("delete from visits where number = 'A002'", "visit 20261120-A002: missing"),
    "a visit of nobody": (
        "insert into visits select 'nobody', day, number, series, services, service, agency, priority, language,"
        " people, needs, state, outcome, counter, hour, issued_ms, called_ms, started_ms, ended_ms, start_inferred,"
        " calls, printed, target_wait_s, published_s, 5, 5, 5, 5, 5, rated_ms, uncertain, legs, by_hand, booking"
        " from visits where number = 'A001'",
        "visit nobody: no event made it",
    ),
    "a leg": ("update legs set waited = 0 where ticket like '%A001'", "leg 20261120-A001 0: it is not what"),
    "a leg's doubt": ("update legs set uncertain = 'too-long' where ticket like '%A001'", "leg 20261120-A001 0: it is"),
    "a leg removed": ("delete from legs where ticket like '%A001'", "leg 20261120-A001 0: missing"),
    "a leg more": (
        "insert into legs select ticket, 1, day, service, agency, counter, officer, priority, state, outcome, hour,"
        " queued_ms, called_ms, started_ms, ended_ms, start_inferred, calls, held_ms, waited, uncertain, rule, front,"
        " stand_in, by_hand, target_wait_s, published_s from legs where ticket like '%A001'",
        "leg 20261120-A001 1: no event made it",
    ),
    "who called": ("update legs set officer = 'p-9' where ticket like '%A002'", "leg 20261120-A002 0: it is not what"),
    "a booking": ("update bookings set at_ms = at_ms + 1 where code = 'BOOK1'", "booking BOOK1: it is not what"),
    "a booking removed": ("delete from bookings", "booking BOOK1: missing"),
    "a booking more": (
        "insert into bookings select 'BOOK2', day, at_ms, record, state, ticket from bookings",
        "booking BOOK2: no event made it",
    ),
    "a comment": ("update texts set text = 'แย่มาก' where text = 'เจ้าหน้าที่ใจดี'", "altered"),
}


def test_a_day_as_it_was_is_whole(tmp_path: Path) -> None:
    a_day(tmp_path)

    assert found(tmp_path) == []


@pytest.mark.parametrize("case", ALTERED)
def test_what_was_altered_is_found(tmp_path: Path, case: str) -> None:
    statement, said = ALTERED[case]
    a_day(tmp_path)
    with by_hand(tmp_path) as conn:
        assert conn.execute(statement).rowcount > 0

    assert said in "; ".join(found(tmp_path))


def test_whoever_alters_one_event_and_its_hash_is_found_by_the_next(tmp_path: Path) -> None:
    a_day(tmp_path)
    with by_hand(tmp_path) as conn:
        (record,) = conn.execute("select record from events where seq = 6").fetchone()
        (before,) = conn.execute("select hash from events where seq = 5").fetchone()
        altered = record.replace("kiosk", "other").replace("someone", "nobody")
        hashed = sha256((before + altered).encode()).hexdigest()
        conn.execute("update events set record = ?, hash = ?, by = 'nobody' where seq = 6", (altered, hashed))

    assert found(tmp_path) == ["event 7: its hash does not follow from its text and the event before it"]


# -- were the calls what the rules make of them? -------------------------------------------------------------------

FORGED = {
    "whom it passed over": ('"passed_over":1', '"passed_over":0'),
    "their numbers": ('"first":["A001"]', '"first":["A009"]'),
    "the score": ('"score":1200.0', '"score":1300.0'),
    "a front that was none": ('"passed_over":1', '"front":true,"passed_over":1'),
    "the rule": ('"rule":"head-start/1"', '"rule":"first-come/1"'),
    "whom": ('"ticket":"20261120-A002"', '"ticket":"20261120-A001"'),
}


def forge(folder: Path, kind: str, old: str, new: str) -> None:
    """Alter the first such record and make the chain, and the columns, right again: a forger who knows the program."""
    with by_hand(folder) as conn:
        events = conn.execute("select seq, kind, record from events order by seq").fetchall()
        altered = next(seq for seq, which, record in events if which == kind and old in record)
        previous = "0" * 64
        for seq, _, record in events:
            text = record.replace(old, new) if seq == altered else record
            previous = sha256((previous + text).encode()).hexdigest()
            told = json.loads(text)
            rule = told["data"].get("reason", {}).get("rule") if told["kind"] == "called" else None
            asked = "update events set record = ?, hash = ?, ticket = ?, rule = ? where seq = ?"
            conn.execute(asked, (text, previous, told["ticket"], rule, seq))


@pytest.mark.parametrize("case", FORGED)
def test_a_call_that_its_rule_does_not_make_is_found(tmp_path: Path, case: str) -> None:
    with at_work(tmp_path) as office:
        take(office), take(office, priority="elder"), press(office)
        called = len(recorded(office))
    assert found(tmp_path) == []
    forge(tmp_path, "called", *FORGED[case])

    assert f"event {called}: the call is not what" in "; ".join(found(tmp_path))


@pytest.mark.parametrize("what", ["chosen/1", "walk-in/1"])
def test_whom_a_call_out_of_turn_passed_over_is_reckoned_again(tmp_path: Path, what: str) -> None:
    with at_work(tmp_path) as office:
        take(office), take(office)
        if what == "chosen/1":
            do(office, officers.call_number, "1", "A002", "unwell")
        else:
            do(office, officers.walk_in, "1")
        passed_over = {"chosen/1": 1, "walk-in/1": 2}[what]
    assert found(tmp_path) == []
    forge(tmp_path, "called", f'"passed_over":{passed_over}', '"passed_over":0')

    assert f"the call is not what {what} makes" in "; ".join(found(tmp_path))


def test_calls_by_rules_of_another_program_are_counted_and_named(tmp_path: Path) -> None:
    with at_work(tmp_path) as office:
        for _ in range(2):
            take(office), press(office, current="finished")
        take(office, "card"), press(office, "3")
    for _ in range(2):
        forge(tmp_path, "called", "head-start/1", "head-start/2")

    with by_hand(tmp_path) as conn:
        conn.execute("update legs set rule = 'head-start/2'")
        conn.row_factory = sqlite3.Row
        (count,) = conn.execute("select count(*) from events").fetchone()
        told = verified(conn, small_plan())
    assert told == Verified(wrong=[], events=count, recomputed=1, unknown={"head-start/2": 2})


def test_calls_by_profiles_of_another_program_are_counted_and_named(tmp_path: Path) -> None:
    given = small_plan(**two_to_one("1"))
    with at_work(tmp_path, given=given) as office:
        for _ in range(2):
            take(office), press(office, current="finished")
        count = len(recorded(office))
    forge(tmp_path, "called", '"version":1', '"version":9')

    with by_hand(tmp_path) as conn:
        conn.row_factory = sqlite3.Row
        assert verified(conn, given) == Verified(wrong=[], events=count, recomputed=1, unknown={"profile/9": 1})


def two_to_one(*counters: str) -> dict[str, Any]:
    """The plan's parts of a profile that calls two with priority and then one of the others; at these counters."""
    names = {"th": "ก", "en": "a"}
    elders = plan.Segment("elders", names, priorities=("any",))
    line = plan.Line("ALWAYS 2 of elders, 1 of others", (plan.Condition("always"),), TWO_TO_ONE)
    planned = {one.id: replace(one, profile="front") for one in small_plan().counters.values() if one.id in counters}
    return {
        "segments": {"elders": elders},
        "profiles": {"front": plan.Profile("front", names, (line,), "first-come")},
        "counters": small_plan().counters | planned,
    }


def test_a_call_by_a_profile_is_reckoned_again_with_its_ratio(tmp_path: Path) -> None:
    given = small_plan(**two_to_one("1"))
    with at_work(tmp_path, given=given) as office:
        for n in range(6):
            take(office, priority="elder" if n % 2 else None)
        called = [press(office, current="finished") for _ in range(4)]
        assert complaints(office) == []
    assert called == ["A002", "A004", "A001", "A006"]
    forge(tmp_path, "called", '"taken":[1,0]', '"taken":[0,1]')

    assert "is not what" in "; ".join(found(tmp_path))


TWO_TO_ONE = (plan.Share(2, "elders"), plan.Share(1, "others"))


# -- yesterday's logs ----------------------------------------------------------------------------------------------


def test_the_office_writes_on_after_what_was_there(tmp_path: Path) -> None:
    clock = FakeClock()
    a_day(tmp_path, clock)

    with at_work(tmp_path, clock) as office:
        take(office)
        assert complaints(office) == []


def test_a_stricter_table_opens_yesterdays_log_to_the_same_hall(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_day(tmp_path)
    before = reopened(tmp_path)

    monkeypatch.setattr(ticket, "MAY", dict.fromkeys(ticket.MAY, frozenset[str]()))

    assert reopened(tmp_path) == before
    assert {one.number for one in before.waiting()} == {"A004", "B001"}
    assert found(tmp_path) == []


def test_events_of_a_later_program_are_passed_over(tmp_path: Path) -> None:
    clock = FakeClock()
    a_day(tmp_path, clock)
    before = reopened(tmp_path)
    with at_work(tmp_path, clock) as office:
        later = Event("moved-upstairs", office.now(), "x", "20261120-A004", "2", {"floor": 2, "plan": None})
        office.do(lambda present, now: (later,))

    after = reopened(tmp_path)
    assert (at_rest(after), after.seq) == (at_rest(before), before.seq + 1)
    assert found(tmp_path) == []


def at_rest(hall: Hall) -> list[object]:
    """Tickets and counters, but for the number of the event that last had to do with them and what may be undone."""
    counters = [replace(counter, moved=0, last=None) for counter in hall.counters.values()]
    return [*counters, *(replace(ticket, moved=0) for ticket in hall.tickets.values())]


def reopened(folder: Path) -> Hall:
    log = Log(folder / "hall.db")
    try:
        return log.hall(small_plan())
    finally:
        log.close()


def test_a_log_of_many_days_opens_from_the_last_opening_on(tmp_path: Path) -> None:
    clock = FakeClock()
    for _ in range(3):
        with at_work(tmp_path, clock, trial=True) as office:
            take(office)
            live = office.hall
        clock.passes(days=1)

    assert found(tmp_path) == []
    with by_hand(tmp_path) as conn:
        conn.execute("update events set record = 'unreadable' where day < '2026-11-22'")
    assert reopened(tmp_path) == live
    assert (live.day, live.seq, list(live.tickets)) == ("2026-11-22", 8, ["20261122-A001"])


def test_an_empty_log_is_an_empty_hall(tmp_path: Path) -> None:
    assert reopened(tmp_path) == Hall(small_plan())
    assert found(tmp_path) == []


# -- a folder of every schema --------------------------------------------------------------------------------------

# tests/data/schema-N/hall.db was made by the program of that day, with this and, once landed, never again:
#     from pathlib import Path; import sqlite3; from tests import test_log
#     folder = Path("tests/data/schema-4"); test_log.everything(folder)      (of schema-1: a_day)
#     conn = sqlite3.connect(folder / "hall.db", isolation_level=None)
#     conn.execute("pragma journal_mode = delete"); conn.execute("pragma page_size = 1024"); conn.execute("vacuum")
# What makes it may change since; the folder does not. A new schema adds a folder beside it. Who waits in each:
LEFT = {
    "schema-1": {"A004": "benefit", "B001": "card"},
    "schema-2": {
        "A004": "benefit",
        "A005": "advice",
        "B002": "card",
        "A006": "benefit",
        "A007": "advice",
        "Z002": "card",
    },
}
LEFT["schema-3"] = LEFT["schema-2"]
LEFT["schema-4"] = LEFT["schema-3"] | {"A008": "benefit"}


def everything(folder: Path) -> None:
    """A Thursday and the Friday after it with everything that can happen in a hall."""
    clock = FakeClock("2026-11-19T14:00:00+07:00")
    given = small_plan(left_over="carry", tolerance_minutes=5, **two_to_one("2"))
    with at_work(folder, clock, given=given) as office:
        thursday(office, clock), waits_that_are_promised(office, clock)
    clock.shows(MORNING)
    with at_work(folder, clock, given=given) as office:
        friday(office, clock)
        visitors_with_bookings_and_slips(office, clock)
        officers_among_themselves(office, clock)
        kiosks_and_their_paper(office)
        press(office, "1"), press(office, "3")
    with at_work(folder, clock, given=given) as office:
        # The power was back: one visitor is there still, of the other nobody knows.
        do(office, officers.still_here, "1"), do(office, officers.finish, "1"), do(office, officers.finish, "3")
        do(office, officers.close_counter, "3")


def thursday(office: Office, clock: FakeClock) -> None:
    office.do(wish(visitors.issue, ["benefit", "advice"])), take(office), take(office), clock.passes(minutes=3)
    for minutes in (9, 4):
        press(office, "2"), clock.passes(minutes=1), do(office, officers.start, "2"), clock.passes(minutes=minutes)
        do(office, officers.finish, "2")
    rate(office, "20261119-A001", {"overall": 5}, "ดีมาก")
    monday = clock.now() + timedelta(days=4)
    for code, time in (("COMES", clock.now() + timedelta(hours=19)), ("MONDAY", monday), ("NEVER", monday)):
        do(office, visitors.book, Booking(code, ("benefit",), time, needs=("wheelchair",)))
    do(office, visitors.cancel_booking, "NEVER")
    press(office, "1")  # stays open over the night, and expires; A003 is carried over


def waits_that_are_promised(office: Office, clock: FakeClock) -> None:
    """Calls enough for a wait to be promised, and one promise put to the test."""
    for _ in range(13):
        take(office, "card"), clock.passes(minutes=2), press(office, "3", "finished" if at(office, "3") else None)
    do(office, officers.finish, "3")


def at(office: Office, counter: str) -> str | None:
    return office.hall.counters[counter].ticket


def friday(office: Office, clock: FakeClock) -> None:
    """Legs and queues: A003 of the day before stays away, A001 is sent from one window to the next."""
    office.turn()
    office.do(wish(visitors.issue, ["benefit", "card"], "elder", "en")), clock.passes(minutes=1)
    for service in ("benefit", "benefit", "advice", "card", "card"):
        take(office, service), clock.passes(minutes=1)
    press(office, "1"), do(office, officers.recall, "1"), do(office, officers.no_show, "1"), clock.passes(minutes=1)
    do(office, officers.requeue, "1", "A003"), press(office, "2"), do(office, officers.no_show, "2", by="officer-7f")
    do(office, officers.call_number, "1", "A001", "returned")
    clock.passes(minutes=4), do(office, officers.finish, "1", "forwarded", stay=True), clock.passes(minutes=2)
    do(office, officers.hold, "1", "ไปถ่ายสำเนา"), clock.passes(minutes=3), do(office, officers.resume, "1", "A001")
    do(office, officers.finish, "1"), clock.passes(seconds=5), do(office, officers.undo, "1"), clock.passes(minutes=2)
    do(office, officers.transfer, "1", "benefit", None, None, "end", "เอกสารไม่ครบ")
    press(office, "2"), do(office, officers.transfer, "2", "advice", None, None, "front", "child")
    press(office, "2"), clock.passes(minutes=1), do(office, officers.finish, "2", "gave-up")
    press(office, "3"), do(office, officers.no_show, "3"), clock.passes(minutes=6), office.turn()
    do(office, officers.walk_in, "3", "card"), clock.passes(hours=1), do(office, officers.finish, "3", note="นานมาก")


def visitors_with_bookings_and_slips(office: Office, clock: FakeClock) -> None:
    do(office, visitors.check_in, "COMES", "kiosk-1")
    given = take(office, "advice", needs=["interpreter"])
    do(office, visitors.slip_unknown, given.id, 1), do(office, visitors.slip_printed, given.id, 2)
    do(office, visitors.move, given, {"people": 3}, "front", "unwell"), do(office, visitors.reprint, given)
    do(office, visitors.cancel, take(office, "card"))
    times = [clock.now() - timedelta(minutes=minutes) for minutes in (30, 20, 15, 5)]
    do(office, visitors.enter_by_hand, "Z001", ["card"], *times, "3"), clock.passes(minutes=1)
    do(office, visitors.enter_by_hand, "Z002", ["card"], times[0])


def officers_among_themselves(office: Office, clock: FakeClock) -> None:
    do(office, officers.stand_in, "3", "2"), do(office, officers.pause_counter, "2", "break")
    do(office, officers.ask_help, "3"), do(office, officers.answer_help, "3", "1"), do(office, officers.help_over, "3")
    do(office, day.pause_service, "card", {"th": "ระบบขัดข้อง", "en": "Out of order"}), clock.passes(minutes=1)
    do(office, day.resume_service, "card"), do(office, day.set_skills, "someone", ["benefit", "card", "advice"])
    do(office, day.evacuate), clock.passes(minutes=3), do(office, day.all_clear)


def sent_slips(office: Office) -> None:
    """Sent to a printer that cannot confirm, with what its holder may say of it; and one asked for afterwards."""
    came, missed, late = (take(office) for _ in range(3))
    for one in (came, missed):
        do(office, visitors.slip_sent, one.id, 1, PRINTER)
    do(office, visitors.slip_received, came.id), do(office, visitors.slip_missed, missed.id, "kiosk-2")
    do(office, kiosks.end_call, "kiosk-2")
    do(office, visitors.ask_slip, late, False, None)


def kiosks_and_their_paper(office: Office) -> None:
    do(office, kiosks.change_roll, PRINTER), do(office, kiosks.sample_slip_printed, "kiosk-1", PRINTER)
    do(office, visitors.slip_printed, take(office).id, 1, PRINTER)
    sent_slips(office)
    do(office, kiosks.call_staff, "kiosk-1", "help"), do(office, kiosks.answer_call, "kiosk-1")
    do(office, kiosks.end_call, "kiosk-1")
    do(office, kiosks.pause, "kiosk-1"), do(office, kiosks.resume, "kiosk-1"), do(office, kiosks.pause, "kiosk-2")


def test_everything_that_can_happen_is_in_the_folder_of_this_schema_and_whole(tmp_path: Path) -> None:
    everything(tmp_path)

    kinds = {row["kind"] for row in rows(tmp_path, "select distinct kind from events")}
    others = {"slip-printed", "slip-unknown", "reprinted", "moved", "confirmed"}
    others |= {"slip-sent", "slip-received", "slip-missed", "slip-asked"}
    assert (set(ticket.BECOMES) | set(hall._FACTS) | others) - kinds == set()
    assert found(tmp_path) == []
    assert rows(tmp_path, "select * from promises")


@pytest.fixture(params=sorted(folder.name for folder in DATA.glob("schema-*")))
def yesterday(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of a data folder that a program of that schema left behind."""
    return Path(shutil.copytree(DATA / request.param, tmp_path / request.param))


def test_a_folder_of_every_schema_migrates_and_is_whole(yesterday: Path) -> None:
    with at_work(yesterday, FakeClock("2026-11-20T11:00:00+07:00")) as office:
        assert complaints(office) == []
        assert {one.number: one.service for one in office.hall.waiting()} == LEFT[yesterday.name]
        assert any(rated(office, day) for day in ("20261119", "20261120"))
        assert press(office, "1", "finished") in LEFT[yesterday.name] and take(office) and complaints(office) == []


def rated(office: Office, day: str) -> bool:
    visit: Visit | None = office.log.closed_visit(f"{day}-A001")
    return visit is not None and visit.rated


def test_a_folder_of_every_schema_becomes_what_a_new_one_is(yesterday: Path, tmp_path: Path) -> None:
    for folder in (yesterday, tmp_path):
        Log(folder / "hall.db").close()

    assert schema(yesterday) == schema(tmp_path)


def schema(folder: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(folder / "hall.db")) as conn:
        return conn.execute("select name, sql from sqlite_master order by name").fetchall()
