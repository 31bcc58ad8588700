"""The log on real SQLite: what is stored, what is found altered, what can be erased, and yesterday's folders."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from queue_core import hall, ticket
from queue_core.hall import Hall
from queue_core.log import Log, Visit, canonical, verify
from queue_core.office import Office
from queue_core.ticket import Event
from tests.halls import FakeClock, at_work, complaints, press, rate, small_plan, take, wish

DATA = Path(__file__).parent / "data"


def a_day(folder: Path, clock: FakeClock | None = None) -> None:
    """A day with some of everything: A001 served and rated, A002 absent, A003 cancelled, A004 and B001 left."""
    clock = clock or FakeClock()
    with at_work(folder, clock) as office:
        first, *_ = [take(office, priority=priority) for priority in (None, None, "elder", None)]
        take(office, "card", language="en", people=2, needs=["interpreter"])
        office.do(wish(hall.slip_printed, first.id, 1))
        office.do(wish(hall.cancel, office.hall.tickets["20261120-A003"]))
        clock.passes(minutes=4)
        press(office, "2"), clock.passes(minutes=1)
        office.do(wish(hall.start, "2", by="officer-7f")), clock.passes(minutes=12)
        office.do(wish(hall.finish, "2", "forwarded", ["advice"], "ส่งต่อสาขา"))
        rate(office, first.id, {"steps_and_time": 5, "overall": 4, "staff": 5}, "เจ้าหน้าที่ใจดี")
        press(office, "2"), office.do(wish(hall.recall, "2")), office.do(wish(hall.no_show, "2"))


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
        office.do(wish(hall.open_counter, "1")), office.do(wish(hall.open_counter, "2"))
        office.do(wish(hall.pause_counter, "1", "lunch")), office.do(wish(hall.pause_counter, "2", "lunch"))

    with by_hand(tmp_path) as conn:
        assert conn.execute("select count(distinct hash) from texts").fetchone() == (2,)


# -- is the record whole? ------------------------------------------------------------------------------------------

ALTERED = {
    "a record": ("update events set record = replace(record, 'officer-7f', 'me') where kind = 'started'", "its hash"),
    "a time in a record": ("update events set record = replace(record, 'T02:04', 'T02:03') where seq = 9", "hash"),
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
    "a rating": ("update visits set overall = 5 where number = 'A001'", "visit 20261120-A001: it is not"),
    "a rating removed": ("update visits set rated_ms = null where number = 'A001'", "visit 20261120-A001: it is not"),
    "a visit removed": ("delete from visits where number = 'A002'", "visit 20261120-A002: missing"),
    "a visit of nobody": (
        "insert into visits select 'nobody', day, number, series, services, service, agency, priority, language,"
        " people, needs, state, outcome, counter, hour, issued_ms, called_ms, started_ms, ended_ms, start_inferred,"
        " calls, printed, target_wait_s, published_s, 5, 5, 5, 5, 5, rated_ms from visits where number = 'A001'",
        "visit nobody: no event closed it",
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
    assert (after.tickets, after.counters, after.seq) == (before.tickets, before.counters, before.seq + 1)
    assert found(tmp_path) == []


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

# tests/data/schema-1/hall.db was made by the program of that day, with this and, once landed, never again:
#     from pathlib import Path; import sqlite3; from tests import test_log
#     folder = Path("tests/data/schema-1"); test_log.a_day(folder)
#     conn = sqlite3.connect(folder / "hall.db", isolation_level=None)
#     conn.execute("pragma journal_mode = delete"); conn.execute("pragma page_size = 1024"); conn.execute("vacuum")
# a_day may change since; the folder does not. A new schema adds a folder beside it.


@pytest.fixture(params=sorted(folder.name for folder in DATA.glob("schema-*")))
def yesterday(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of a data folder that a program of that schema left behind."""
    return Path(shutil.copytree(DATA / request.param, tmp_path / request.param))


def test_a_folder_of_every_schema_migrates_and_is_whole(yesterday: Path) -> None:
    with at_work(yesterday, FakeClock("2026-11-20T10:00:00+07:00")) as office:
        assert complaints(office) == []
        assert {one.number: one.service for one in office.hall.waiting()} == {"A004": "benefit", "B001": "card"}
        assert rated(office) and press(office, "1") == "A004"
        assert (take(office).number, complaints(office)) == ("A005", [])


def rated(office: Office) -> bool:
    visit: Visit | None = office.log.closed_visit("20261120-A001")
    return visit is not None and visit.rated


def test_a_folder_of_every_schema_becomes_what_a_new_one_is(yesterday: Path, tmp_path: Path) -> None:
    for folder in (yesterday, tmp_path):
        Log(folder / "hall.db").close()

    assert schema(yesterday) == schema(tmp_path)


def schema(folder: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(folder / "hall.db")) as conn:
        return conn.execute("select name, sql from sqlite_master order by name").fetchall()
