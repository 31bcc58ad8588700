"""What became of promised waits: kept beside the visits, rebuilt by verify, summed by service and span."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from queue_core import officers, visitors
from queue_core.estimates import spoken
from queue_core.kept_promises import Kept, kept_promises, last_day_with_promises, total
from queue_core.log import Log
from queue_core.office import Office
from tests.halls import FakeClock, at_work, complaints, press, small_plan, take, wish
from tests.serving import Caller, Hall, serving

ROWS = [
    # day, service, low, likely, high, said to, waited
    ("2026-11-20", "benefit", 60, 120, 300, 300, 200),
    ("2026-11-20", "benefit", 60, 120, 300, 300, 301),
    ("2026-11-20", "card", 60, 120, 200, 300, 30),
    ("2026-11-14", "card", 60, 120, 200, 300, 250),
    ("2026-10-22", "card", 60, 120, 200, 300, 120),
    ("2026-10-21", "card", 60, 120, 200, 300, 120),
]


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    Log(tmp_path / "hall.db").close()
    with closing(sqlite3.connect(tmp_path / "hall.db")) as conn:
        for n, (day, service, *seconds) in enumerate(ROWS):
            conn.execute("insert into promises values (?, ?, ?, ?, ?, ?, ?, ?)", (f"t{n}", day, service, *seconds))
        yield conn


def test_each_span_ends_with_the_last_day_and_reaches_so_far_back(conn: sqlite3.Connection) -> None:
    last = last_day_with_promises(conn, date(2026, 12, 31))
    assert last == date(2026, 11, 20)
    # A clock was once far ahead: what it dated so is not the last day.
    assert last_day_with_promises(conn, date(2026, 11, 19)) == date(2026, 11, 14)
    kept = kept_promises(conn, last)
    assert {span: total(services.values()).n for span, services in kept.items()} == {"day": 3, "week": 4, "month": 5}


def test_figures_are_what_they_say(conn: sqlite3.Connection) -> None:
    kept = kept_promises(conn, date(2026, 11, 20))["week"]
    assert kept == {"benefit": Kept(2, 1, 1, 261, 261), "card": Kept(2, 0, 0, 40, 220)}
    assert kept["benefit"].coverage == 0.5 == kept["benefit"].past_end
    assert kept["card"].bias_s == 20 and kept["card"].error_s == 110
    assert total(kept.values()) == Kept(4, 1, 1, 301, 481)


def test_of_no_promise_there_is_no_figure(tmp_path: Path) -> None:
    Log(tmp_path / "hall.db").close()
    with closing(sqlite3.connect(tmp_path / "hall.db")) as conn:
        assert last_day_with_promises(conn, date(2026, 12, 31)) is None
    assert (Kept().coverage, Kept().past_end, Kept().bias_s, Kept().error_s) == (None, None, None, None)


# -- kept beside the visits ----------------------------------------------------------------------------------------


def busy(office: Office, clock: FakeClock, people: int = 30) -> None:
    for _ in range(people):
        take(office)
        clock.passes(minutes=2)
        press(office, "1", "finished" if office.hall.counters["1"].ticket else None)


def promises(office: Office) -> dict[str, tuple[float, ...]]:
    with office.log.reader() as conn:
        rows = conn.execute("select ticket, likely_s, said_to_s, waited_s from promises")
        return {ticket: tuple(told) for ticket, *told in rows}


def test_a_promise_is_kept_when_the_visit_closes_with_what_was_told_and_what_was_waited(tmp_path: Path) -> None:
    clock = FakeClock()
    with at_work(tmp_path, clock) as office:
        busy(office, clock)
        while office.hall.waiting():
            press(office, "1", "finished")
        office.do(wish(officers.finish, "1"))
        ticket = take(office)
        clock.passes(minutes=3)
        press(office, "1")
        assert ticket.id not in promises(office)
        clock.passes(minutes=3)
        office.do(wish(officers.finish, "1"))
        assert ticket.promised
        wait = ticket.promised.wait
        assert promises(office)[ticket.id] == (wait.likely_s, spoken(wait)[1] * 60, 180)
        assert complaints(office) == []


def test_a_finish_taken_back_takes_its_promise_back_too(tmp_path: Path) -> None:
    clock = FakeClock()
    with at_work(tmp_path, clock) as office:
        busy(office, clock)
        office.do(wish(officers.finish, "1"))
        kept = promises(office)
        office.do(wish(officers.undo, "1"))
        assert len(promises(office)) == len(kept) - 1
        assert complaints(office) == []


def test_who_was_never_called_tests_no_promise(tmp_path: Path) -> None:
    clock = FakeClock()
    with at_work(tmp_path, clock) as office:
        busy(office, clock)
        ticket = take(office)
        office.do(wish(visitors.cancel, ticket))
        assert ticket.promised and ticket.id not in promises(office)
        assert complaints(office) == []


def test_a_promise_is_that_of_the_first_service_and_of_its_first_call(tmp_path: Path) -> None:
    clock = FakeClock()
    with at_work(tmp_path, clock) as office:
        busy(office, clock)
        office.do(wish(officers.finish, "1"))
        done = office.do(wish(visitors.issue, ["benefit", "card"]))
        clock.passes(minutes=2)
        press(office, "1")
        office.do(wish(officers.finish, "1"))
        clock.passes(minutes=9)
        press(office, "3")
        clock.passes(minutes=9)
        office.do(wish(officers.finish, "3"))
        with office.log.reader() as conn:
            asked = "select service, waited_s from promises where ticket = ?"
            assert tuple(conn.execute(asked, (done.ticket,)).fetchone()) == ("benefit", 120)
        assert complaints(office) == []


def test_a_night_between_and_a_clock_put_right_are_nobodys_wait(tmp_path: Path) -> None:
    clock = FakeClock()
    with at_work(tmp_path, clock, trial=True, given=small_plan(left_over="carry")) as office:
        busy(office, clock)
        carried = take(office)
        clock.passes(hours=24)
        office.turn()
        press(office, "1")
        back = take(office)
        clock.passes(hours=-1)
        press(office, "1", "finished")
        office.do(wish(officers.finish, "1"))
        assert not office.hall.waiting()
        assert carried.promised and not {carried.id, back.id} & promises(office).keys()
        assert complaints(office) == []


@pytest.mark.parametrize("change", ["update promises set waited_s = 1", "delete from promises"])
def test_verify_sees_a_promise_that_was_altered(tmp_path: Path, change: str) -> None:
    clock = FakeClock()
    with at_work(tmp_path, clock) as office:
        busy(office, clock)
        assert complaints(office) == []
        with closing(sqlite3.connect(office.log.path)) as conn:
            conn.execute(change)
            conn.commit()
        assert any(sentence.startswith("promise ") for sentence in complaints(office))


# -- told outside --------------------------------------------------------------------------------------------------


def a_folder_with_promises(folder: Path) -> Path:
    clock = FakeClock()
    with at_work(folder, clock, trial=True) as office:
        busy(office, clock)
    return folder


def readings(text: str) -> dict[tuple[str, str], float]:
    """Each figure of the page, by its name and its service or state (with its span)."""
    samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
    return {(one.name, "/".join(one.labels[name] for name in sorted(one.labels))): one.value for one in samples}


def test_metrics_tell_how_true_the_promises_were(tmp_path: Path, mode: str) -> None:
    a_folder_with_promises(tmp_path)
    with serving(tmp_path, mode, "--trial") as server, Caller(server.url()) as anyone:
        answer = anyone.get("/metrics")
        assert answer.headers["Content-Type"].startswith("text/plain")
        told = readings(answer.text)
        for service in ("benefit", "all"):
            assert told["sala_wait_promise_count", f"{service}/day"] > 10
            assert 0 <= told["sala_wait_promise_coverage_ratio", f"{service}/week"] <= 1
            assert told["sala_wait_promise_error_seconds", f"{service}/month"] >= abs(
                told["sala_wait_promise_bias_seconds", f"{service}/month"]
            )
        assert told["sala_counters", "closed"] >= 1


def test_a_hall_without_promises_has_its_other_figures(hall: Hall) -> None:
    with Caller(hall.url) as anyone:
        told = readings(anyone.get("/metrics").text)
    assert told["sala_waiting", "benefit"] >= 0 and told["sala_events", ""] > 0


def test_the_desk_says_how_true_the_waits_were(tmp_path: Path, mode: str) -> None:
    a_folder_with_promises(tmp_path)
    with serving(tmp_path, mode, "--trial") as server, Caller(server.url()) as manager:
        manager.post("/api/v1/session", json={"username": "manager", "pin": "1234"})
        for language, words in (("th", "รอนานกว่าที่บอก"), ("en", "Waited past what was said")):
            page = manager.get(
                f"/desk/figures?show=promises&span=day&language={language}", headers={"Accept": "text/html"}
            )
            assert page.status_code == 200 and words in page.text
            assert "benefit" not in page.text and ("Benefit claim" in page.text or language == "th")
