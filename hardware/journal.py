"""The agent's journal: what became of each job, on disk before it is told to anybody. SQLite, one file an agent.

A job is written down before its printer is touched, and its outcome before the server hears of it. So an agent that was
killed knows at its next start what it must not print again. Not here: who prints (agent.py), what is tried again (the
server decides that).

A job is kept by its name, which says ticket, copy and hall. What the server calls this giving of it (`giving`) is kept
beside it and told with the outcome: the same job may be given again after it was not printed.
"""

import secrets
import sqlite3
import threading
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from hardware.errors import JournalWrong

KEPT_S = 7 * 86_400  # the server gives nothing again after a minute; the rest is for the technician who looks back
LET_GO_EVERY_S = 86_400.0
MEMORY = ":memory:"
UNWRITTEN = "the agent's journal cannot be written, and without it a slip could come out twice"

SCHEMA = """
create table if not exists journal (id text not null);
create table if not exists jobs (
    job text primary key,          -- ticket/copy/hall
    giving text not null,          -- which giving of it, in the server's words; empty where it has none
    turn integer not null,         -- which giving of it, in ours
    printer text not null,
    state text not null,           -- taken, begun or ended
    outcome text not null,         -- printed, not_printed, unknown, sent; empty before the end
    detail text not null,
    told integer not null,         -- whether the server has heard of the outcome
    taken_at real not null,        -- Unix time
    begun_at real,
    ended_at real
) without rowid;
"""
# A power cut or a kill -9 tells the two apart: one of them may have left paper behind.
AFTER_A_CRASH = """
update jobs set state = 'ended', told = 0, ended_at = :now,
    outcome = case state when 'begun' then 'unknown' else 'not_printed' end,
    detail = case state when 'begun' then 'the agent ended while this slip was being printed'
                        else 'the agent ended before this slip was begun' end
where state in ('taken', 'begun')
"""
# Printers whose last slip, as far as any of it went out, broke off; of some that did is known only that nobody knows.
BROKEN_OFF = """
select printer from jobs as last where outcome in ('', 'unknown') and begun_at = (
    select max(begun_at) from jobs where printer = last.printer and outcome != 'not_printed'
)
"""
TAKE = """
insert into jobs (job, giving, turn, printer, state, outcome, detail, told, taken_at)
values (:job, :giving, 1, :printer, 'taken', '', '', 0, :now)
on conflict (job) do update set giving = :giving, turn = turn + 1, printer = :printer, state = 'taken', outcome = '',
    detail = '', told = 0, taken_at = :now, begun_at = null, ended_at = null
"""
END = """
update jobs set state = 'ended', outcome = :outcome, detail = :detail, told = 0, ended_at = :now where job = :job
returning job, outcome, detail, giving, turn
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """How a job ended, as it is told: `outcome` is printed, not_printed, unknown or sent; `turn` is ours alone.

    `never`: it need not be tried again here. That is not written down: the next run finds it out anew.
    """

    job: str
    outcome: str
    detail: str = ""
    giving: str = ""
    turn: int = 0
    never: bool = False

    def news(self) -> dict[str, Any]:
        """What the server is told beside the outcome."""
        told: dict[str, Any] = {"job": self.job}
        if self.outcome != "printed" or self.detail:
            told["detail"] = self.detail
        if self.never:
            told["never"] = True
        return told | ({"giving": self.giving} if self.giving else {})


class Journal:
    """The jobs of one agent. Safe to call from any thread; each call is on the disk when it returns.

    `id` is the file's own: a server that hears it again knows that nothing of what it gave was forgotten. `broken_off`
    are the printers in which a slip may have broken off, and nothing was printed since.
    """

    def __init__(self, path: Path | None = None) -> None:
        """The journal in that file, which is made if need be; without one it lasts as long as the process.

        JournalWrong where it cannot be written, or another agent writes it.
        """
        self._lock = threading.Lock()
        self._guard = _guarded(path) if path else None
        try:
            self._db = sqlite3.connect(str(path or MEMORY), check_same_thread=False, isolation_level=None)
            self._db.execute("pragma journal_mode = wal")
            self._db.execute("pragma synchronous = full")
            self._db.executescript(SCHEMA)
            self.broken_off = frozenset(printer for (printer,) in self._db.execute(BROKEN_OFF))
            self._db.execute(AFTER_A_CRASH, {"now": time.time()})
            self.id = self._own_id()
            self._let_go()
        except sqlite3.Error as wrong:
            self.close()
            raise JournalWrong(
                f"the journal {path} cannot be used: {wrong}; choose another place with --journal FILE, "
                "or move a file that is no journal out of the way"
            ) from wrong

    def take(self, job: str, printer: str, giving: str = "") -> Answer | None:
        """Write down that this job was taken; None then. One that ended is not taken again but answered, unless nothing
        of it was printed; one that is in hand is answered by `in_hand`, and is from now on of this giving.

        On a full disk what is written there is answered all the same; what cannot be written down is not taken. An
        sqlite3.Error where not even that can be read.
        """
        with self._lock:
            row = self._db.execute("select state, outcome, detail, turn from jobs where job = ?", (job,)).fetchone()
            if row and (row[0] != "ended" or row[1] != "not_printed"):
                with suppress(sqlite3.Error):  # whoever asks again has not heard it
                    self._db.execute("update jobs set told = 0, giving = ? where job = ?", (giving, job))
                return Answer(job, row[1] or "in_hand", row[2], giving, row[3])
            try:
                self._db.execute(TAKE, {"job": job, "giving": giving, "printer": printer, "now": time.time()})
            except sqlite3.Error:
                return Answer(job, "not_printed", UNWRITTEN, giving)
        if time.monotonic() - self._let_go_at > LET_GO_EVERY_S:
            with suppress(sqlite3.Error):  # the job is taken, whatever becomes of old ones
                self._let_go()
        return None

    def begin(self, job: str) -> None:
        """From now on its slip may come out."""
        with self._lock:
            self._db.execute("update jobs set state = 'begun', begun_at = ? where job = ?", (time.time(), job))

    def end(self, job: str, outcome: str, detail: str) -> Answer:
        """Write down how it ended: the answer that is to be told."""
        with self._lock:
            values = {"job": job, "outcome": outcome, "detail": detail, "now": time.time()}
            (row,) = self._db.execute(END, values).fetchall()
        return Answer(*row)

    def told(self, answer: Answer) -> None:
        """The server has heard this. What was told of an earlier giving says nothing of a later one."""
        with self._lock:
            same = (answer.job, answer.turn, answer.outcome)
            self._db.execute("update jobs set told = 1 where job = ? and turn = ? and outcome = ?", same)

    def untold(self) -> list[Answer]:
        """What ended and was not heard by the server, the oldest first."""
        asked = (
            "select job, outcome, detail, giving, turn from jobs where state = 'ended' and not told order by ended_at"
        )
        with self._lock:
            return [Answer(*row) for row in self._db.execute(asked)]

    def close(self) -> None:
        """Let the file go; what is called afterwards fails."""
        with self._lock:
            with suppress(AttributeError):  # it was never opened
                self._db.close()
            if self._guard:
                self._guard.release()

    def _own_id(self) -> str:
        self._db.execute(
            "insert into journal select ? where not exists (select 1 from journal)", (secrets.token_hex(8),)
        )
        (found,) = self._db.execute("select id from journal").fetchone()
        return str(found)

    def _let_go(self) -> None:
        """Forget what ended, was heard and is old."""
        self._let_go_at = time.monotonic()
        with self._lock:
            old = "delete from jobs where state = 'ended' and told and ended_at < ?"
            self._db.execute(old, (time.time() - KEPT_S,))


def look(path: Path) -> frozenset[str]:
    """The printers in which a slip may have broken off; JournalWrong where an agent could not keep its journal there.

    Nothing there is touched, and nothing is left.
    """
    lock = Path(f"{path}.lock")
    there = lock.exists()
    guard = _guarded(path)
    try:
        if not path.exists():
            return frozenset()
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            return frozenset(printer for (printer,) in db.execute(BROKEN_OFF))
    except sqlite3.Error as wrong:
        raise JournalWrong(f"{path} is no journal: {wrong}; move it out of the way") from wrong
    finally:
        guard.release()
        if not there:
            lock.unlink(missing_ok=True)


def _guarded(path: Path) -> FileLock:
    """The lock beside the journal. It ends with the process, also by kill -9."""
    lock = FileLock(f"{path}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as held:
        raise JournalWrong(f"another agent is at work with the journal {path}; one file is for one agent") from held
    except OSError as wrong:
        raise JournalWrong(
            f"the journal {path} cannot be written ({wrong.strerror}); "
            "give this agent a folder of its own with --journal FILE"
        ) from wrong
    return lock
