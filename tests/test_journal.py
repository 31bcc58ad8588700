"""The agent's journal, and an agent that is killed in earnest: nothing comes out twice, nothing is told wrongly."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from hardware import agent, journal
from hardware.errors import JournalWrong
from hardware.journal import Journal
from hardware.printers import Outcome
from tests.fake_printer import FakePrinter
from tests.test_agent import JOB, KEY, ROOT, Hall, hall, paper, printer_at

__all__ = ["hall", "paper"]  # fixtures
PATIENCE_S = 8
SECOND = "20261120-A002/1/mark"
CHILD = """
import logging, sys
from pathlib import Path
from hardware import agent, devices
logging.basicConfig(level=logging.INFO)
agent.run(sys.argv[1], sys.argv[2], devices.read(sys.argv[3]), journal=Path(sys.argv[4]), look_every_s=60)
"""
needs_kill = pytest.mark.skipif(os.name == "nt", reason="kill -9 is not known there")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "devices.journal"


@contextmanager
def opened(file: Path) -> Iterator[Journal]:
    found = Journal(file)
    try:
        yield found
    finally:
        found.close()


def told(found: Journal) -> dict[str, str]:
    return {answer.job: answer.outcome for answer in found.untold()}


# -- the file ------------------------------------------------------------------------------------------------------


def test_a_job_is_taken_once_and_answered_ever_after(file: Path) -> None:
    with opened(file) as written:
        assert written.take(JOB, "kiosk-1") is None
        again = written.take(JOB, "kiosk-1")
        assert again and again.outcome == "in_hand"
        written.begin(JOB)
        written.told(written.end(JOB, "printed", ""))
        assert told(written) == {}
    with opened(file) as later:
        again = later.take(JOB, "kiosk-1")
        assert again and (again.outcome, again.news()) == ("printed", {"job": JOB})
        assert told(later) == {JOB: "printed"}  # whoever asks again has not heard it


def test_after_a_crash_one_begun_is_unknown_and_one_taken_is_not_printed(file: Path) -> None:
    with opened(file) as written:
        for job in (JOB, SECOND):
            written.take(job, "kiosk-1")
        written.begin(JOB)
    with opened(file) as later:
        assert told(later) == {JOB: "unknown", SECOND: "not_printed"}
        again = later.take(JOB, "kiosk-1")
        assert again and again.outcome == "unknown"
        assert later.take(SECOND, "kiosk-1") is None


def test_what_was_told_of_an_earlier_giving_says_nothing_of_a_later_one(file: Path) -> None:
    with opened(file) as written:
        written.take(JOB, "kiosk-1", "first")
        early = written.end(JOB, "not_printed", "the paper is out")
        assert early.news() == {"job": JOB, "detail": "the paper is out", "giving": "first"}
        written.take(JOB, "kiosk-1", "second")
        late = written.end(JOB, "not_printed", "the cover is open")
        written.told(early)
        assert written.untold() == [late]
        assert late.giving == "second"


def test_a_job_in_hand_that_is_given_again_is_answered_as_of_the_later_giving(file: Path) -> None:
    """Its line broke and the server asked again: an answer of the first giving would be of none that it knows."""
    with opened(file) as written:
        written.take(JOB, "kiosk-1", "first")
        again = written.take(JOB, "kiosk-1", "second")
        assert again and again.outcome == "in_hand"
        assert written.end(JOB, "not_printed", "the paper is out").giving == "second"


def test_a_slip_that_broke_off_is_cut_off_by_whichever_run_comes_next(file: Path) -> None:
    """Also where that run only looked (`agent check`), or sent nothing of a slip."""
    with opened(file) as written:
        written.take(JOB, "kiosk-1")
        written.begin(JOB)
    for _ in range(2):
        with opened(file) as later:
            assert later.broken_off == {"kiosk-1"}
            later.take(SECOND, "kiosk-1")
            later.begin(SECOND)
            later.end(SECOND, "not_printed", "the paper is out")
    with opened(file) as later:
        later.take(SECOND, "kiosk-1")
        later.begin(SECOND)
        later.end(SECOND, "printed", "")
    with opened(file) as later:
        assert later.broken_off == frozenset()


def test_old_entries_are_let_go_and_untold_ones_are_not(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(file) as written:
        for job in (JOB, SECOND):
            written.take(job, "kiosk-1")
        written.told(written.end(JOB, "printed", ""))
        written.end(SECOND, "unknown", "")
    monkeypatch.setattr(journal, "KEPT_S", -1)
    with opened(file) as later:
        assert told(later) == {SECOND: "unknown"}
        assert later.take(JOB, "kiosk-1") is None


def test_the_journal_is_written_through_to_the_disk(file: Path) -> None:
    with opened(file) as written:
        mode = [written._db.execute(f"pragma {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
        assert mode == ["wal", 2]
        name = written.id
    with opened(file) as later:
        assert later.id == name


def test_a_place_that_cannot_be_written_is_a_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "nowhere").write_text("a file where the folder should be")
    with pytest.raises(JournalWrong, match=r"cannot be written.*--journal FILE"):
        Journal(tmp_path / "nowhere" / "devices.journal")


def test_a_file_that_is_no_journal_is_a_clear_sentence(file: Path) -> None:
    file.write_text("a shopping list, much longer than the header of a database\n" * 9)
    with pytest.raises(JournalWrong, match="no journal"):
        Journal(file)


def test_one_journal_is_for_one_agent(file: Path) -> None:
    with opened(file), pytest.raises(JournalWrong, match="another agent"):
        Journal(file)


# -- an agent that is killed ---------------------------------------------------------------------------------------


@contextmanager
def an_agent(hall: Hall, paper: FakePrinter, file: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process of its own, once its hello is heard; killed at the end, if it was not before."""
    greeted = len(hall.all("hello"))
    url = f"http://127.0.0.1:{hall.port}"
    process = subprocess.Popen([sys.executable, "-c", CHILD, url, KEY, printer_at(paper.port), str(file)], cwd=ROOT)
    try:
        hall.wait_to_hear("hello", times=greeted + 1)
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGKILL)
    process.wait(PATIENCE_S)


@needs_kill
def test_a_job_killed_while_it_was_printed_is_unknown_and_never_printed_again(
    hall: Hall, paper: FakePrinter, file: Path
) -> None:
    paper.may_confirm.clear()
    with an_agent(hall, paper, file) as first:
        hall.send(job=JOB)
        assert paper.cut.wait(PATIENCE_S)
        hall.send(job=SECOND)
        wait_until_written(file, SECOND, "taken")
        kill(first)
    paper.may_confirm.set()
    with an_agent(hall, paper, file):
        assert hall.wait_to_hear("unknown")["job"] == JOB
        assert hall.wait_to_hear("not_printed")["job"] == SECOND
        hall.send(job=JOB)
        assert hall.wait_to_hear("unknown", times=2)["job"] == JOB
        hall.send(job=SECOND)
        assert hall.wait_to_hear("printed") == {"job": SECOND}
    assert len(paper.slips) == 2


@needs_kill
def test_what_ended_and_was_not_told_is_told_by_the_next_run(hall: Hall, paper: FakePrinter, file: Path) -> None:
    with an_agent(hall, paper, file) as first:
        hall.wait_to_hear("status")
        hall.deaf = True
        hall.send(job=JOB)
        wait_until_written(file, JOB, "ended")
        kill(first)
    hall.deaf = False
    with an_agent(hall, paper, file):
        assert hall.wait_to_hear("printed") == {"job": JOB}
        hall.send(job=JOB)
        assert hall.wait_to_hear("printed", times=2) == {"job": JOB}
    assert len(paper.slips) == 1


@needs_kill
def test_the_next_run_says_that_it_has_the_same_journal(hall: Hall, paper: FakePrinter, file: Path) -> None:
    for _ in range(2):
        with an_agent(hall, paper, file):
            pass
    first, second = hall.all("hello")
    assert first["journal"] == second["journal"] and first["run"] != second["run"]


def wait_until_written(file: Path, job: str, state: str) -> None:
    """Asked of the file again and again: another process writes it, and tells nobody."""
    end = time.monotonic() + PATIENCE_S
    while written_in(file, job) != state:
        assert time.monotonic() < end, written_in(file, job)
        threading.Event().wait(0.01)


def written_in(file: Path, job: str) -> str:
    """How far this job is, as the file says."""
    reader = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)
    try:
        found = reader.execute("select state from jobs where job = ?", (job,)).fetchone()
    finally:
        reader.close()
    return str(found[0]) if found else ""


# -- a disk that is full -------------------------------------------------------------------------------------------


class Told:
    """Keeps what would be told to the server."""

    def __init__(self) -> None:
        self.answers: list[tuple[str, str]] = []

    def tell(self, answer: journal.Answer) -> None:
        self.answers.append((answer.outcome, answer.giving))

    def forget(self, job: str) -> None:
        pass


def a_giving(giving: str, job: str = JOB) -> agent.Job:
    return agent.Job(job, "kiosk-1", {}, giving)


def full(written: Journal, is_full: bool = True) -> None:
    """Nothing can be written any more; what is there can be read."""
    written._db.execute(f"pragma query_only = {is_full:d}")


def test_on_a_full_disk_a_slip_on_its_way_is_no_slip_that_was_not_printed(file: Path) -> None:
    heard = Told()
    with opened(file) as written:
        jobs = agent.Jobs(heard, written)  # type: ignore[arg-type]
        assert jobs.take(a_giving("first")) and jobs.begin(a_giving("first"))
        full(written)
        assert not jobs.take(a_giving("second"))  # the line broke, and the server asks what became of it
        assert heard.answers == []
        jobs.finish(a_giving("first"), Outcome("printed", None))
        assert heard.answers == [("printed", "second")]
        assert not jobs.take(a_giving("third"))
        assert heard.answers[1:] == [("printed", "third")]
        full(written, False)
        assert not jobs.take(a_giving("fourth"))
        assert heard.answers[2:] == [("printed", "fourth")]
    with opened(file) as later:
        assert told(later) == {JOB: "printed"}


def test_on_a_full_disk_one_that_ended_is_answered_as_it_ended(file: Path) -> None:
    heard = Told()
    with opened(file) as written:
        jobs = agent.Jobs(heard, written)  # type: ignore[arg-type]
        jobs.take(a_giving("first"))
        jobs.finish(a_giving("first"), Outcome("unknown", None))
        full(written)
        assert not jobs.take(a_giving("second"))
        assert not jobs.take(a_giving("third", SECOND))  # of this one there was nothing before
        assert heard.answers == [("unknown", "first"), ("unknown", "second"), ("not_printed", "third")]


def test_of_a_journal_that_cannot_even_be_read_nobody_knows_what_was_printed(file: Path) -> None:
    heard = Told()
    with opened(file) as written:
        jobs = agent.Jobs(heard, written)  # type: ignore[arg-type]
        written.close()
        assert not jobs.take(a_giving("first"))
    assert heard.answers == [("unknown", "first")]
