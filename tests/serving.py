"""A real hall for tests: `run.py` as a process on a free port, and those who call it by HTTP and Socket.IO.

What the server says is passed on to pytest, which shows it with the test that fails. Nothing sleeps: a server, a
screen or an agent is waited for, and given up after `PATIENCE_S`. Not here: what any one test promises.
"""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import pytest
import requests
import socketio

from hall_server.people import People
from queue_core.plan import WEEKDAYS
from tests import halls

RUN = Path(__file__).parent.parent / "run.py"
MODES = ("eventlet", "threading")
PATIENCE_S = 30
PIN = "4821"
OFFICERS = tuple(f"officer{n}" for n in range(1, 9))

T = TypeVar("T")
_keys = count(1)


# -- the server ----------------------------------------------------------------------------------------------------


class Server:
    """`run.py serve` as a process of its own. Its output is kept, and passed on to pytest."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder, self.said = folder, list[str]()
        command = [sys.executable, str(RUN), "serve", "--data", str(folder), "--port", "0", *options]
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1,
            encoding="utf-8", start_new_session=True,
        )  # fmt: skip
        self._news = threading.Condition()
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()

    def _listen(self) -> None:
        # To the end of the pipe: that is when the last process that holds it has ended, the agent included.
        for line in self.process.stdout or ():
            sys.stderr.write(line)
            with self._news:
                self.said.append(line)
                self._news.notify_all()

    @property
    def output(self) -> str:
        return "".join(self.said)

    def url(self) -> str:
        """Where it is, once it is there."""
        with self._news:
            self._news.wait_for(self._address, PATIENCE_S)
        found = self._address()
        assert found, f"the server is not there: {self.output}"
        return found[1]

    def _address(self) -> re.Match[str] | None:
        return re.search(r"Start at (http://\S+?)/ ", self.output)

    def all_ended(self) -> bool:
        """Whether the server and all that it started have ended, waiting a bounded time for it."""
        self._listener.join(PATIENCE_S)
        return not self._listener.is_alive()

    def kill(self) -> None:
        """As a power cut: `kill -9`."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(PATIENCE_S)

    def stop(self) -> None:
        """By its own process, and for certain."""
        self.process.terminate()
        try:
            self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.kill()
        outlived = not self.all_ended()
        if outlived:
            os.killpg(self.process.pid, signal.SIGKILL)
            self._listener.join()
        if self.process.stdout:
            self.process.stdout.close()
        assert not outlived, "something that the server started outlives it"


@contextmanager
def serving(folder: Path, mode: str, *options: str) -> Iterator[Server]:
    """A server that answers, until the end of the block. Leaving and entering again is a restart."""
    server = Server(folder, "--async", mode, *options)
    try:
        with Caller(server.url()) as anyone:
            anyone.get("/healthz")
        yield server
    finally:
        server.stop()


def sala(*arguments: object) -> subprocess.CompletedProcess[str]:
    """One command of run.py, to its end."""
    command = [sys.executable, str(RUN), *map(str, arguments)]
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, encoding="utf-8", timeout=60
    )


# -- who calls -----------------------------------------------------------------------------------------------------


class Caller(requests.Session):
    """Someone who calls one hall: with a device's key, as somebody signed in, or as nobody at all."""

    def __init__(self, url: str, key: str | None = None) -> None:
        super().__init__()
        self.url, self.taken = url, list[str]()
        self.trust_env = False  # no proxy stands between this process and its own machine
        if key:
            self.headers["Authorization"] = f"Bearer {key}"

    def request(self, method: Any, url: Any, *more: Any, **others: Any) -> requests.Response:
        return super().request(method, self.url + url, *more, **{"timeout": PATIENCE_S, **others})

    def sign_in(self, name: str, pin: str = PIN) -> "Caller":
        answer = self.post("/api/v1/session", json={"username": name, "pin": pin})
        assert answer.status_code == 200, answer.text
        self.headers["X-CSRF-Token"] = answer.json()["csrf"]
        return self

    @property
    def cookie(self) -> str:
        """The session as a Cookie header, for a socket."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def tap(self, service: str = "benefit", key: str | None = None, **more: Any) -> requests.Response:
        """A tap on the kiosk; with a new Idempotency-Key, if none is given."""
        headers = {"Idempotency-Key": key or f"tap-{next(_keys)}"}
        return self.post("/api/v1/tickets", json={"services": [service], **more}, headers=headers)

    def take(self, service: str = "benefit", **more: Any) -> Any:
        """A new ticket."""
        answer = self.tap(service, **more)
        assert answer.status_code == 201, answer.text
        self.taken.append(answer.json()["token"])
        return answer.json()

    def give_back(self) -> None:
        """All tickets that it took, as far as they still may be given back."""
        while self.taken:
            self.delete(f"/api/v1/tickets/{self.taken.pop()}")

    def press(self, counter: str, action: str, **body: Any) -> Any:
        """An officer's press that is granted: `{ticket, counter}`."""
        answer = self.post(f"/api/v1/counters/{counter}/{action}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def serve(self, counter: str) -> Any:
        """Call the next visitor, serve and finish."""
        self.press(counter, "next")
        self.press(counter, "start")
        return self.press(counter, "finish")["ticket"]

    def ticket(self, token: str) -> Any:
        answer = self.get(f"/api/v1/tickets/{token}")
        assert answer.status_code == 200, answer.text
        return answer.json()


def at_once(works: Sequence[Callable[[], T]]) -> list[T]:
    """All of them at the same moment, each in a thread of its own; what they gave, in order."""
    gate = threading.Barrier(len(works))

    def go(work: Callable[[], T]) -> T:
        gate.wait(PATIENCE_S)
        return work()

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(go, works))


def each_of(number: int, caller: Callable[[], Caller], work: Callable[[Caller], T]) -> list[T]:
    """The same work by so many callers at once, each with a line of its own."""

    def alone() -> T:
        with caller() as own:
            return work(own)

    return at_once([alone] * number)


# -- who listens ---------------------------------------------------------------------------------------------------


class Listener:
    """One Socket.IO namespace, heard: everything that came, in order. One turned away raises socketio's own error."""

    def __init__(self, url: str, namespace: str, auth: Any = None, cookie: str = "", origin: str = "") -> None:
        # What is done at once with each event of that name.
        self.on_hearing = dict[str, Callable[[Any], object]]()
        self.heard = list[tuple[str, Any]]()
        self.namespace = namespace
        self._news = threading.Condition()
        self._client = socketio.Client(reconnection=False)
        self._client.on("*", self._hear, namespace=namespace)
        self._client.on("disconnect", self._cut, namespace=namespace)
        headers = {"Cookie": cookie, "Origin": origin}
        try:
            self._client.connect(
                url,
                headers={name: value for name, value in headers.items() if value},
                auth=auth,
                transports=["websocket"],
                namespaces=[namespace],
                wait_timeout=PATIENCE_S,
            )
        except BaseException:
            self._hang_up()
            raise

    def __enter__(self) -> "Listener":
        return self

    def __exit__(self, *_: object) -> None:
        self._hang_up()

    def _hang_up(self) -> None:
        self._client.disconnect()
        self._client.shutdown()

    def _cut(self, *_: Any) -> None:
        with self._news:
            self._news.notify_all()

    def _hear(self, event: str, data: Any = None) -> None:
        if event in self.on_hearing:
            self.on_hearing[event](data)
        with self._news:
            self.heard.append((event, data))
            self._news.notify_all()

    def shut_out(self) -> bool:
        """Whether the server closed it, waiting a bounded time for it."""
        with self._news:
            return self._news.wait_for(lambda: not self._client.namespaces, PATIENCE_S)

    def say(self, event: str, data: Any) -> None:
        self._client.emit(event, data, namespace=self.namespace)

    def all(self, event: str = "news") -> list[Any]:
        with self._news:
            return [data for name, data in self.heard if name == event]

    def until(self, true: Callable[[Any], Any], event: str = "news", nth: int = 1) -> Any:
        """The first of its news that is so; or the second, or the third."""

        def found() -> Any:
            so = [data for name, data in self.heard if name == event and true(data)]
            return so[nth - 1] if len(so) >= nth else None

        with self._news:
            assert self._news.wait_for(found, PATIENCE_S), self.heard[-3:]
            return found()


class Agent(Listener):
    """An agent without a printer: what it is given to print is answered by the test."""

    def __init__(
        self,
        url: str,
        key: str,
        run: str = "first",
        prints_for: str = "*",
        journal: str = "",
        lacking: str = "",
        **more: str,
    ) -> None:
        """`more` are printers besides "paper": what each is called, and whose slips it prints."""
        super().__init__(url, "/hardware", {"key": key})
        # What it is asked about letters, it has heard too.
        self._client.on("letters", lambda asked: self._hear("letters", asked) or lacking, namespace=self.namespace)
        named = {"paper": prints_for} | more
        devices = [{"name": name, "kind": "printer", "for": whose, "width": 576} for name, whose in named.items()]
        self.say("hello", {"devices": devices, "run": run} | ({"journal": journal} if journal else {}))

    def is_now(self, state: str, printer: str = "paper") -> None:
        """Tell how a printer is."""
        self.say("status", {"device": printer, "state": state, "detail": ""})

    def answer(self, outcome: str, job: Any) -> None:
        """Tell what became of this giving of a job."""
        self.say(outcome, {"job": job["job"], "giving": job["giving"]})

    def job(self, number: str, nth: int = 1) -> Any:
        """The nth job that it was given for that ticket."""
        return self.until(lambda job: job["slip"]["number"] == number, "print", nth)

    def jobs(self) -> list[str]:
        """The numbers on the slips that it was given, in order."""
        return [job["slip"]["number"] for job in self.all("print")]


# -- a hall in earnest ---------------------------------------------------------------------------------------------


def centre(opens: bool = True, counters: int = 9) -> str:
    """The small centre's TOML, open always or no more, its day turning far from now. The last counter only advises."""
    head, _, rest = halls.CENTRE.partition("[hours]")
    things = "[[agency]]" + rest.partition("[[agency]]")[2].partition("[[counter]]")[0]
    # A service day that turned during a test would begin at 001 again.
    turns = (datetime.now(UTC) + timedelta(hours=7 + 12)).hour
    # Hours may not hold the day's turning, but end and begin at it; and a centre must be open on some day.
    hours = f'["00:00-{turns:02d}:00", "{turns:02d}:00-24:00"]' if turns else '["00:00-24:00"]'
    week = "\n".join(f"{day} = {hours if opens else []}" for day in WEEKDAYS)
    once = "" if opens else _OPEN_ONCE
    ends = "".join(_counter(str(n), "advice" if n == counters else 'benefit", "card') for n in range(1, counters + 1))
    return f"{head.replace('04:00', f'{turns:02d}:00')}[hours]\n{week}\n{things}{ends}{once}"


_OPEN_ONCE = """
[[holiday]]
date = "2000-01-03"
name = { th = "วันเดียวที่เปิด", en = "The one day it was open" }
hours = ["00:00-01:00"]
"""


def _counter(name: str, services: str) -> str:
    names = f'{{ th = "ช่อง {name}", en = "Counter {name}" }}'
    return f'\n[[counter]]\nid = "{name}"\nname = {names}\nservices = ["{services}"]\n'


@dataclass
class Hall:
    """A hall in earnest: every device has its key, every person a PIN. Its data folder outlives its server."""

    folder: Path
    mode: str
    keys: Mapping[str, str]
    server: Server

    def __post_init__(self) -> None:
        self.url = self.server.url()
        self.kiosk = Caller(self.url, self.keys["kiosk"])
        self.officer = Caller(self.url).sign_in("officer1")
        self.manager = Caller(self.url).sign_in("manager")

    def close(self) -> None:
        for caller in (self.kiosk, self.officer, self.manager):
            caller.close()

    def board(self) -> Listener:
        return Listener(self.url, "/board", {"key": self.keys["board"]})

    def agent(self, **more: Any) -> Agent:
        return Agent(self.url, self.keys["agent"], **more)

    def seq(self) -> int:
        """The number of the last event: what the hall says, which must be what the log holds."""
        said = self.manager.get("/api/v1/hall").json()["seq"]
        assert said == last_event(self.folder)
        return int(said)


def last_event(folder: Path) -> int:
    """The number of the last event that is committed in the folder's log."""
    conn = sqlite3.connect(f"{(folder / 'hall.db').as_uri()}?mode=ro", uri=True)
    try:
        (seq,) = conn.execute("select coalesce(max(seq), 0) from events").fetchone()
    finally:
        conn.close()
    return int(seq)


def settle(folder: Path, text: str) -> dict[str, str]:
    """A new data folder with its centre, people and devices; the devices' keys by role.

    By hand and not by `run.py staff add`, which test_serve asks: twelve commands take as many seconds.
    """
    folder.mkdir(parents=True)
    (folder / "centre.toml").write_text(text, "utf-8")
    people = People(folder / "people.db")
    for name in (*OFFICERS, "manager", "admin"):
        people.add_person(name, name.rstrip("12345678"), PIN)
    return {role: people.add_device(f"{role}-1", role)[1] for role in ("kiosk", "board", "pad", "agent", "reader")}


@contextmanager
def in_earnest(folder: Path, mode: str, keys: Mapping[str, str]) -> Iterator[Hall]:
    """The settled folder's hall, served until the end of the block."""
    with serving(folder, mode, "--no-trial", "--centre", str(folder / "centre.toml")) as server:
        hall = Hall(folder, mode, keys, server)
        try:
            yield hall
        finally:
            hall.close()


@contextmanager
def new_hall(folder: Path, mode: str, text: str | None = None) -> Iterator[Hall]:
    """A new folder's hall, served until the end of the block."""
    with in_earnest(folder, mode, settle(folder, text or centre())) as hall:
        yield hall


# -- fixtures ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session", params=MODES)
def mode(request: pytest.FixtureRequest) -> str:
    """What is asked under `--async eventlet` and again under `--async threading`."""
    return str(request.param)


@pytest.fixture(scope="module")
def hall(mode: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """A hall in earnest that a file's tests share: each leaves nobody waiting for counters 1 to 8."""
    with new_hall(tmp_path_factory.mktemp("hall") / "data", mode) as opened:
        yield opened


@pytest.fixture(scope="session")
def closed_hall(mode: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """A hall in earnest outside its hours."""
    with new_hall(tmp_path_factory.mktemp("closed") / "data", mode, centre(opens=False)) as opened:
        yield opened


@pytest.fixture(scope="session")
def trial(mode: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A hall in trial: the sample centre, everything open, an agent with a virtual printer."""
    with serving(tmp_path_factory.mktemp("trial") / "data", mode) as server:
        yield server
