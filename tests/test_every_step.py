"""A slip's whole way, broken at each step in turn: by kill -9 of agent or server, by a cable pulled on either side
of the agent. Whatever happens, the visitor gets a slip, and no two slips on paper are alike: the second one is marked.

A real server, a real agent in a process of its own, the fake printer, and between them cables that drop what is on its
way. The agent stops at a step because the test asks it to; nothing else about it is the test's.
"""

import os
import queue
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from tests.fake_printer import FakePrinter
from tests.serving import PATIENCE_S, Caller, Listener, Server, centre, settle
from tests.test_agent import ROOT
from tests.test_slips import same

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kill -9 is not known there")
HALF = 4_000  # bytes of a slip, which has some more
LONG_S = 60.0

# Stops once, where it is told to, says so, and goes on when it is told to.
AGENT = """
import logging, sys, threading
from pathlib import Path
from hardware import agent, devices
from hardware.agent import Jobs, Server
from hardware.journal import Journal

logging.basicConfig(level=logging.INFO)
url, key, text, journal, step = sys.argv[1:]
once = threading.Lock()

def here(name):
    if name == step and once.acquire(blocking=False):
        print(name, flush=True)
        sys.stdin.readline()

def before(owner, method, name):
    real = getattr(owner, method)
    def stopped(self, *more, **others):
        here(name)
        return real(self, *more, **others)
    setattr(owner, method, stopped)

def after(owner, method, name):
    real = getattr(owner, method)
    def stopped(self, *more, **others):
        done = real(self, *more, **others)
        here(name)
        return done
    setattr(owner, method, stopped)

def asked_first(self, *more, real=Server.status):
    real(self, *more)
    print("asked how it is", flush=True)

Server.status = asked_first
before(Jobs, "take", "given")
after(Journal, "take", "taken")
after(Journal, "begin", "begun")
before(Journal, "end", "confirmed")
after(Journal, "end", "ended")
after(Server, "tell", "told")
before(Server, "_heard", "recorded")
agent.run(url, key, devices.read(text), journal=Path(journal), look_every_s=60)
"""
BY_ITSELF = ("given", "taken", "begun", "confirmed", "ended", "told", "recorded")
ON_THE_LINE = ("asked", "half-sent", "sent")
STEPS = ("given", "taken", "begun", *ON_THE_LINE, "confirmed", "ended", "told", "recorded")


class Cable:
    """A line that can be pulled: what is on its way then is lost, and nobody is told. Plugged in again, what was there
    is gone, and whoever asks anew gets through. `hold` stops what goes up after so many bytes.
    """

    def __init__(self) -> None:
        self.target = ("127.0.0.1", 0)
        self.hold: int | None = None
        self.held, self._goes_on = threading.Event(), threading.Event()
        self._pulled = False
        self._lines: list[socket.socket] = []
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def stop_after(self, count: int) -> None:
        self.held.clear(), self._goes_on.clear()
        self.hold = count

    def go_on(self) -> None:
        self.hold = None
        self._goes_on.set()

    def pull(self) -> None:
        self._pulled = True
        self.go_on()

    def plug(self) -> None:
        lines, self._lines, self._pulled = self._lines, [], False
        for line in lines:
            _cut(line)

    def close(self) -> None:
        self.go_on()
        self.plug()
        self._door.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._door.accept()
                try:
                    far = socket.create_connection(self.target, PATIENCE_S)
                except OSError:
                    near.close()
                    continue
                far.settimeout(None)
                self._lines += [near, far]
                threading.Thread(target=self._carry, args=(near, far, True), daemon=True).start()
                threading.Thread(target=self._carry, args=(far, near, False), daemon=True).start()

    def _carry(self, whence: socket.socket, whither: socket.socket, up: bool) -> None:
        carried = 0
        with suppress(OSError):
            while piece := whence.recv(1024):
                carried += len(piece)
                if up and self.hold is not None and carried >= self.hold:
                    self.held.set()
                    self._goes_on.wait(PATIENCE_S)
                if not self._pulled:
                    whither.sendall(piece)
        if not self._pulled:
            _cut(whence), _cut(whither)


def _cut(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    line.close()


class World:
    """The hall, its agent and its printer; what is killed comes back."""

    def __init__(self, folder: Path, paper: FakePrinter) -> None:
        self.folder, self.paper = folder, paper
        self.keys = settle(folder, centre())
        self.to_server, self.to_printer = Cable(), Cable()
        self.to_printer.target = ("127.0.0.1", paper.port)
        self.server = self._serve()
        self.agent: subprocess.Popen[str] | None = None
        self.said = queue.SimpleQueue[str]()

    def _serve(self) -> Server:
        toml = str(self.folder / "centre.toml")
        server = Server(self.folder, "--async", "eventlet", "--no-trial", "--centre", toml)
        self.url = server.url()
        self.to_server.target = ("127.0.0.1", int(self.url.rpartition(":")[2]))
        self.kiosk = Caller(self.url, self.keys["kiosk"])
        return server

    def start_agent(self, step: str = "nowhere") -> None:
        """The agent, once its printer is known to be well."""
        text = f'[[printer]]\nname = "paper"\nfor = "kiosk-1"\naddress = "tcp:127.0.0.1:{self.to_printer.port}"\n'
        url, journal = f"http://127.0.0.1:{self.to_server.port}", str(self.folder / "agent.journal")
        command = [sys.executable, "-c", AGENT, url, self.keys["agent"], text, journal, step]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.agent = subprocess.Popen(command, cwd=ROOT, **pipes)  # type: ignore[call-overload]
        threading.Thread(target=self._listen, args=(self.agent,), daemon=True).start()

    def hears(self, said: str) -> None:
        while self.said.get(timeout=PATIENCE_S) != said:
            pass

    def printer_is_well(self) -> None:
        self.hears("asked how it is")
        with Listener(self.url, "/kiosk", {"key": self.keys["kiosk"]}) as news:
            news.until(lambda told: told["printer"] == "ok" and told["device"] == "kiosk-1")

    def _listen(self, agent: "subprocess.Popen[str]") -> None:
        for line in agent.stdout or ():
            self.said.put(line.strip())

    def reach(self, step: str) -> None:
        """Wait until the way of the slip is at this step."""
        if step in BY_ITSELF:
            self.hears(step)
        elif step == "sent":
            assert self.paper.cut.wait(PATIENCE_S)
        else:
            assert self.to_printer.held.wait(PATIENCE_S)

    def go_on(self) -> None:
        self.to_printer.go_on()
        self.paper.may_confirm.set()
        if self.agent and self.agent.stdin and self.agent.poll() is None:
            with suppress(BrokenPipeError):
                self.agent.stdin.write("\n")
                self.agent.stdin.flush()

    def kill_agent(self) -> None:
        if self.agent:
            self.agent.send_signal(signal.SIGKILL)
            self.agent.wait(PATIENCE_S)
            for pipe in (self.agent.stdin, self.agent.stdout):
                if pipe:
                    with suppress(OSError):
                        pipe.close()

    def kill_server(self) -> None:
        self.server.kill()
        self.server.stop()
        self.kiosk.close()
        self.server = self._serve()

    def printed(self, ticket: Any) -> None:
        """The hall holds that this ticket's slip came out."""
        for _ in range(3):  # a server that has just been started may still be closing old lines
            with Listener(self.url, "/ticket", {"token": ticket["token"]}) as holder, suppress(AssertionError):
                holder.until(lambda told: told["printed"])
                return
        raise AssertionError(f"{ticket['number']} has no slip")

    def close(self) -> None:
        self.kill_agent()
        self.kiosk.close()
        self.server.stop()
        self.to_server.close(), self.to_printer.close()


@pytest.fixture(scope="module")
def paper() -> Iterator[FakePrinter]:
    with FakePrinter() as fake:
        yield fake


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, paper: FakePrinter) -> Iterator[World]:
    found = World(tmp_path_factory.mktemp("steps") / "data", paper)
    yield found
    found.close()


def kill_the_agent(world: World) -> None:
    world.kill_agent()
    world.go_on()
    world.start_agent()


def kill_the_server(world: World) -> None:
    world.kill_server()
    world.go_on()


def pull_the_servers_cable(world: World) -> None:
    world.to_server.pull()
    world.go_on()
    world.to_server.plug()


def pull_the_printers_cable(world: World) -> None:
    world.to_printer.pull()
    world.go_on()
    world.to_printer.plug()


BREAKS: dict[str, Callable[[World], None]] = {
    "agent": kill_the_agent,
    "server": kill_the_server,
    "server's cable": pull_the_servers_cable,
    "printer's cable": pull_the_printers_cable,
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("broken", BREAKS)
def test_a_slip_whose_way_is_broken_at_any_step(world: World, paper: FakePrinter, step: str, broken: str) -> None:
    world.start_agent(step)
    try:
        world.printer_is_well()
        before = len(paper.slips)
        if step == "sent":
            paper.cut.clear(), paper.may_confirm.clear()
        if step in ("asked", "half-sent"):
            world.to_printer.stop_after(1 if step == "asked" else HALF)
        ticket = world.kiosk.take("card")
        world.reach(step)
        BREAKS[broken](world)
        world.printed(ticket)
        # Whatever is still on its way comes before the slip of whoever comes next.
        last = world.kiosk.take("card")
        world.printed(last)
    finally:
        world.go_on()
        world.kill_agent()
        world.kiosk.give_back()
    fresh = paper.slips[before:]
    assert 2 <= len(fresh) <= 3, "each has a slip, and the broken one at most two"
    assert not [pair for pair in combinations(fresh, 2) if same(*pair)], "two people with the same unmarked slip"


@pytest.mark.parametrize("step", ["given", "begun", "half-sent", "sent", "ended"])
def test_where_no_slip_can_come_any_more_its_holder_and_reception_are_told(
    world: World, paper: FakePrinter, step: str
) -> None:
    """The agent is killed, and the paper is out when it comes back."""
    world.start_agent(step)
    try:
        world.printer_is_well()
        if step == "sent":
            paper.cut.clear(), paper.may_confirm.clear()
        if step == "half-sent":
            world.to_printer.stop_after(HALF)
        ticket = world.kiosk.take("card")
        world.reach(step)
        world.kill_agent()
        paper.paper = "out"
        world.go_on()
        world.start_agent()
        with Listener(world.url, "/kiosk", {"key": world.keys["kiosk"]}) as news:
            told = news.until(lambda told: slip_of(told, ticket) not in (None, "printing"))
        came = {"ended": ("printed",), "given": ("not_printed",)}.get(step, ("unknown", "not_printed"))
        assert slip_of(told, ticket) in came
        officer = Caller(world.url).sign_in("officer1")
        with officer, Listener(world.url, "/counter", {"counter": "reception"}, cookie=officer.cookie) as reception:
            listed = [one["number"] for one in reception.until(bool)["unprinted"]]
        assert (ticket["number"] in listed) is (step != "ended")
    finally:
        paper.paper = "full"
        world.go_on()
        world.kill_agent()
        world.kiosk.give_back()


def slip_of(told: Any, ticket: Any) -> str | None:
    return next((one["state"] for one in told["slips"] if one["number"] == ticket["number"]), None)
