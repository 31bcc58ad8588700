"""The agent: takes print jobs, gives each to the thread that owns its printer, and tells what came of it.

Here belongs the talk with the server and the way of a job. Not here: how a slip looks (slips.py), how a printer is
spoken to (printers.py), what is remembered of a job (journal.py), and whether one is tried again: the server decides.
"""

import logging
import os
import queue
import random
import secrets
import socket
import sqlite3
import struct
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import socketio

from hardware import slip_check, slips
from hardware.clock import ticks
from hardware.devices import Devices, Printer
from hardware.errors import HardwareError, KeyRefused, ServerWrong
from hardware.journal import UNWRITTEN, Answer, Journal
from hardware.owners import Owners
from hardware.paper import Page
from hardware.printers import TOO_OLD, Outcome, State, Stuck, Tell, nobody

log = logging.getLogger("sala.agent")

NAMESPACE = "/hardware"
REMEMBERED = 20_000  # answers that no server has heard: some days of a busy centre
# An idle printer is asked how it is. With the 3 s in which it may answer, the hall knows of a fault within 5 s.
LOOK_EVERY_S = 1.5
ANSWER_S = 5.0  # how long the server may take to accept the key
FIRST_DELAY_S, LAST_DELAY_S = 0.1, 2.0  # between two attempts to reach the server
REMIND_S = 5.0  # an answer that the server has not acknowledged is told again
LAST_JOB_S = 5.0  # at the end, slips in hand may still be finished: so long for all together
LAST_ANSWER_S = 1.0  # and the server may still be told
NO_LINGER = struct.pack("ii", 1, 0)  # closed so, a socket throws away what the far side has not taken
DIRECT = {"http_no_proxy": ["*"]}  # the server is in the hall, whatever proxy the office has
UNREAD = "the agent's journal cannot be read, and nobody knows what was printed"

Queue = queue.SimpleQueue["Job | None"]


@dataclass(frozen=True, slots=True)
class Job:
    """A slip to print. `until`: when it is too old to leave, on this machine's own clock (clock.py).

    `giving` is the server's own word for this giving of the job, if it has one, and goes back with the answer.
    """

    name: str
    printer: str
    slip: Any
    giving: str = ""
    until: float = float("inf")

    @classmethod
    def read(cls, told: Any) -> "Job | None":
        """The job that the server sent; None where that is no job."""
        if not isinstance(told, dict) or not isinstance(told.get("job"), str):
            return None
        # How long it stays fresh is told, and not until when: the clocks of two machines differ.
        fresh_s = told.get("fresh_s")
        until = ticks() + fresh_s if isinstance(fresh_s, int | float) else float("inf")
        return cls(told["job"], str(told.get("printer", "")), told.get("slip"), str(told.get("giving", "")), until)

    def late(self, seconds: float = 0) -> bool:
        """So many seconds from now, whoever it was for has gone without it, and would see it taken by a stranger."""
        return ticks() + seconds > self.until


def run(
    server_url: str,
    key: str,
    devices: Devices,
    stop: threading.Event | None = None,
    with_parent: bool = False,
    look_every_s: float = LOOK_EVERY_S,
    journal: Path | None = None,
) -> None:
    """Serve the devices until `stop` is set; a HardwareError where it makes no sense to go on.

    `with_parent`: whoever started this process holds its stdin open, and it ends with them, even by kill -9.
    Without a file for the `journal` nothing outlives this process.
    """
    address(server_url)
    if with_parent:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    slips.check()
    slip_check.prove(devices.look)
    for warning in devices.warnings:
        log.warning("%s", warning)
    stop, written = stop or threading.Event(), Journal(journal)
    server = Server(server_url, key, devices, written)
    jobs = Jobs(server, written)
    for printer in devices.printers:
        if printer.name in written.broken_off:
            printer.driver.broke_off()
    owners = {printer.name: Owner(printer, server, jobs, stop, look_every_s) for printer in devices.printers}
    counters = Owners(devices.displays, devices.keypads, server, stop)
    server.on_display, server.on_line = counters.show, counters.line_back
    try:
        server.stay_connected(stop, lambda told: _take(told, owners, jobs))
    finally:
        stop.set()
        until = time.monotonic() + LAST_JOB_S
        for owner in owners.values():
            owner.end(until)
        counters.end(until)
        server.hang_up()
        if not any(owner.at_work for owner in owners.values()):
            written.close()


def _take(told: Any, owners: dict[str, "Owner"], jobs: "Jobs") -> None:
    """A job from the server: queue it, unless it is in hand already or was finished before."""
    job = Job.read(told)
    if job is None:
        log.error("the server sent something that is no job: %r", told)
    elif jobs.take(job):
        # Only now: an earlier run, with another devices file, may have printed it.
        if owner := owners.get(job.printer):
            owner.take(job)
        else:
            jobs.finish(job, Outcome("not_printed", None, f"this agent has no printer {job.printer!r}"))


class Jobs:
    """The way of a job through the journal: taken, begun, ended, told. What cannot be written down is not printed."""

    def __init__(self, server: "Server", journal: Journal) -> None:
        self._server, self._journal = server, journal
        self._givings: dict[str, str] = {}  # by which giving the server knows what is in hand
        self._unwritten: dict[str, Outcome] = {}  # what ended and could not be written down

    def take(self, job: Job) -> bool:
        """Is this job to be done? One that ended before is answered again at once, and never printed twice."""
        self._givings[job.name] = job.giving
        earlier = self._earlier(job)
        if earlier is None:
            self._server.forget(job.name)
        elif earlier.outcome != "in_hand":
            self._givings.pop(job.name, None)
            self._server.tell(earlier)
        return earlier is None

    def _earlier(self, job: Job) -> Answer | None:
        """What is known of it; None where it has now been taken. The disk may be full: nothing is guessed then."""
        if outcome := self._unwritten.get(job.name):
            answer = self._ended(job, outcome)
            if job.name in self._unwritten:
                return answer
        try:
            return self._journal.take(job.name, job.printer, job.giving)
        except sqlite3.Error:
            log.exception("%s: %s", job.name, UNREAD)
            return Answer(job.name, "unknown", UNREAD, job.giving)

    def begin(self, job: Job) -> bool:
        """May the printer be touched now?"""
        try:
            self._journal.begin(job.name)
        except sqlite3.Error:
            log.exception("%s: %s", job.name, UNWRITTEN)
            return False
        return True

    def finish(self, job: Job, outcome: Outcome) -> None:
        """First written down, then told."""
        self._server.tell(self._ended(job, outcome))

    def _ended(self, job: Job, outcome: Outcome) -> Answer:
        """It is told as of its last giving, also where that could not be written down."""
        try:
            answer = self._journal.end(job.name, outcome.what, outcome.detail)
            self._unwritten.pop(job.name, None)
        except sqlite3.Error:
            # The paper is out, or is not: that must be told, and after a restart it is unknown.
            log.exception("%s: %s", job.name, UNWRITTEN)
            self._unwritten[job.name] = outcome
            answer = Answer(job.name, outcome.what, outcome.detail)
        return replace(answer, giving=self._givings.pop(job.name, job.giving), never=outcome.never)


class Owner:
    """The one thread that speaks to one printer."""

    def __init__(
        self, printer: Printer, server: "Server", jobs: Jobs, stop: threading.Event, look_every_s: float
    ) -> None:
        self.queue: Queue = queue.SimpleQueue()
        self._printer, self._server, self._jobs = printer, server, jobs
        self._stop, self._look_every_s = stop, look_every_s
        self._stuck = ""  # why nobody should wait behind the slip in hand
        self._thread = threading.Thread(target=self._work, name=printer.name, daemon=True)
        self._thread.start()

    def take(self, job: Job) -> None:
        """In its turn, unless the printer is stuck."""
        self.queue.put(job)
        if why := self._stuck:
            self._give_back(why)

    def end(self, until: float) -> None:
        """The slip in hand is waited for until then, on the monotonic clock; all others end meanwhile."""
        self.queue.put(None)
        self._thread.join(max(0.0, until - time.monotonic()))

    @property
    def at_work(self) -> bool:
        """Whether a slip is still in hand, which `end` has not waited out."""
        return self._thread.is_alive()

    def _work(self) -> None:
        self._look()
        while not self._stop.is_set():
            try:
                job = self.queue.get(timeout=self._look_every_s)
            except queue.Empty:
                self._look()
            else:
                if job is not None:
                    self._finish(job)
        self._give_back("the agent was stopped")

    def _give_back(self, why: str) -> None:
        """What was taken and not begun: another printer may have it."""
        with suppress(queue.Empty):
            while True:
                if job := self.queue.get_nowait():
                    self._jobs.finish(job, Outcome("not_printed", None, why))

    def _is_stuck(self, why: str) -> None:
        self._stuck = why
        if why:
            self._give_back(why)

    def _finish(self, job: Job) -> None:
        outcome = self._outcome(job)
        log.info("%s on %s: %s %s", job.name, self._printer.name, outcome.what, outcome.detail)
        if outcome.state:
            self._server.status(self._printer.name, outcome.state)
        self._jobs.finish(job, outcome)
        if outcome.state and not outcome.state.ready:
            self._give_back(outcome.state.detail)

    def _outcome(self, job: Job) -> Outcome:
        if self._stop.is_set():
            return Outcome("not_printed", None, "the agent was stopped")
        if job.late():
            return Outcome("not_printed", None, TOO_OLD)
        composed = _set(job, self._printer)
        if isinstance(composed, Outcome):
            return composed
        if not self._jobs.begin(job):
            return Outcome("not_printed", None, UNWRITTEN)
        try:
            tell = partial(self._server.status, self._printer.name)
            return _print(self._printer, job, composed, tell, self._is_stuck)
        finally:
            self._stuck = ""

    def _look(self) -> None:
        try:
            state = self._printer.driver.state()
        except Exception:  # the fence: an owner that dies would leave its printer dumb until somebody notices
            log.exception("%s could not be asked how it is", self._printer.name)
            state = State("unknown", "an unforeseen error, see the agent's log")
        self._server.status(self._printer.name, state)


@dataclass(frozen=True, slots=True)
class Composed:
    """A slip ready for its printer. `lacking` says what of it nobody can read for want of letters; "" where all can."""

    page: Page
    name: str
    lacking: str


def print_now(printer: Printer, name: str, slip: Any) -> Outcome:
    """Print this slip and say what came of it, past every queue and journal: for a test slip."""
    job = Job(name, printer.name, slip)
    composed = _set(job, printer)
    return composed if isinstance(composed, Outcome) else _print(printer, job, composed)


def _set(job: Job, printer: Printer) -> Composed | Outcome:
    """The fence before the printer: what fails here is not printed."""
    try:
        slip, missing = slips.readable(job.slip, printer.look)
        lacking = f"no font has {slips.listed(missing)}: a question mark stands there" if missing else ""
        return Composed(printer.page(slip), slips.name_of(slip), lacking)
    except HardwareError as wrong:
        log.error("%s: %s", job.name, wrong)
        return Outcome("not_printed", None, str(wrong), never=True)
    except Exception as wrong:
        log.exception("%s could not be set", job.name)
        return Outcome("not_printed", None, f"the slip could not be set: {wrong!r}", never=True)


def _print(printer: Printer, job: Job, composed: Composed, tell: Tell = nobody, stuck: Stuck = nobody) -> Outcome:
    """The fence around the printer: what fails from here on may have come out."""
    try:
        outcome = printer.driver.print(composed.page, composed.name, tell, stuck, job.late)
    except Exception as wrong:
        log.exception("%s failed on %s", job.name, printer.name)
        outcome = Outcome("unknown", None, f"an unforeseen error while printing: {wrong!r}")
    return replace(outcome, detail="; ".join(filter(None, (outcome.detail, composed.lacking))))


class Server:
    """The line to the server. What could not be told is kept until the server has acknowledged it."""

    def __init__(self, url: str, key: str, devices: Devices, journal: Journal) -> None:
        self._url, self._key, self._devices, self._journal = url, key, devices, journal
        self._run = secrets.token_hex(8)
        self._lock = threading.Condition()  # notified when an answer has been acknowledged
        self._untold = OrderedDict((answer.job, answer) for answer in journal.untold())
        self._states: dict[str, State] = {}
        self._lacking: set[str] = set()
        self._reminded = time.monotonic()
        self._line: socketio.Client | None = None
        self._away_since: float | None = time.monotonic()
        # What a counter is to show; and that the line is there again, before anything is told on it.
        self.on_display: Callable[[Any], None] = lambda told: None
        self.on_line: Callable[[], None] = lambda: None
        self._why = "no reason given"

    def tell(self, answer: Answer) -> None:
        with self._lock:
            _keep(self._untold, answer)
        self._send_answer(answer)

    def forget(self, job: str) -> None:
        """This job is given anew: what came of it before is told no more, for it would be taken for the new one's."""
        with self._lock:
            self._untold.pop(job, None)

    def status(self, device: str, state: State) -> None:
        """Tell a state if it is news."""
        with self._lock:
            news = self._states.get(device) != state
            self._states[device] = state
        if news:
            level = logging.INFO if state.ready else logging.WARNING
            log.log(level, "%s is %s%s", device, state.name, state.detail and f": {state.detail}")
            self._tell_status(device, state)

    def _letters(self, told: Any = None) -> str:
        """The letters that slips of this hall may need; answers which of them no font here has.

        Each printer's state says so too, until the server asks again: that is why slips come in English.
        """
        wanted = str(told.get("letters", "")) if isinstance(told, dict) else ""
        lacking = slips.lacks(wanted, self._devices.look)
        if lacking:
            log.warning("no font has %s: slips that need them come in English", slips.listed(lacking))
        with self._lock:
            self._lacking, states = lacking, list(self._states.items())
        for device, state in states:
            self._tell_status(device, state)
        return "".join(sorted(lacking))

    def _tell_status(self, device: str, state: State) -> None:
        printers = {printer.name for printer in self._devices.printers}
        lacking = f"no font has {slips.listed(self._lacking)}" if self._lacking and device in printers else ""
        detail = "; ".join(filter(None, (state.detail, lacking)))
        self._send("status", {"device": device, "state": state.name, "detail": detail})

    def press(
        self, counter: str, action: str, press: str, heard: Callable[[Any], None], age_s: float | None = None
    ) -> None:
        """Tell that a key was pressed at the counter; `heard` gets the hall's answer, if one comes.

        One that is said again says for how many seconds it has been pressed (`age_s`).
        """
        again = {} if age_s is None else {"age_s": age_s}
        self._send("button", {"counter": counter, "action": action, "press": press} | again, heard)

    def drop(self) -> None:
        """Break the line off: what was said on it and did not arrive never will. Then it is opened anew."""
        opened = self._line and self._line.eio.ws
        if opened is not None and (raw := opened.sock) is not None:
            with suppress(OSError):
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
                raw.shutdown(socket.SHUT_RDWR)  # wakes who listens on it
            opened.shutdown()

    def away_for(self) -> float:
        """For how many seconds the server has not been there; 0 while it is."""
        since = self._away_since
        return 0.0 if since is None else max(time.monotonic() - since, 1e-9)

    def stay_connected(self, stop: threading.Event, take: Any) -> None:
        """Connect, and connect again, until stopped. KeyRefused if the server does not want this agent."""
        delay = FIRST_DELAY_S
        while not stop.is_set():
            line = self._new_line(take)
            if self._connect(line):
                delay = FIRST_DELAY_S
                while line.connected and not stop.wait(0.1):
                    self._remind()
            if stop.is_set():
                return  # the line is still wanted for the last answers; hang_up ends it
            self._lost(line)
            self._line = None
            line.disconnect()
            stop.wait(delay * random.uniform(1, 2))  # agents of one hall do not all knock at once
            delay = min(delay * 2, LAST_DELAY_S)

    def hang_up(self) -> None:
        """End the line, but let the last answers arrive: disconnecting would overtake them."""
        if line := self._line:
            with self._lock:
                self._lock.wait_for(lambda: not (self._untold and line.connected), LAST_ANSWER_S)
            line.disconnect()

    def _new_line(self, take: Any) -> socketio.Client:
        """A fresh client a connection: nothing of a line that broke half-way is left in it."""
        line = socketio.Client(reconnection=False, handle_sigint=False, websocket_extra_options=DIRECT)
        line.on("connect", self._greet, namespace=NAMESPACE)
        line.on("print", take, namespace=NAMESPACE)
        line.on("display", lambda told=None: self.on_display(told), namespace=NAMESPACE)
        line.on("disconnect", lambda *_: self._lost(line), namespace=NAMESPACE)
        line.on("letters", self._letters, namespace=NAMESPACE)
        line.on("connect_error", self._refused, namespace=NAMESPACE)
        self._line = line
        return line

    def _connect(self, line: socketio.Client) -> bool:
        try:
            line.connect(
                self._url,
                auth={"key": self._key},
                transports=["websocket"],
                namespaces=[NAMESPACE],
                wait_timeout=ANSWER_S,
            )
        except socketio.exceptions.ConnectionError as wrong:
            if line.failed_namespaces:
                raise KeyRefused(
                    f"the server {self._url} refuses this agent's key ({self._why}); "
                    "`sala device add NAME --role agent` on the server makes a new one"
                ) from wrong
            log.info("no connection to %s: %s", self._url, wrong)
            return False
        except Exception as wrong:  # the fence: whoever listens there may say anything
            log.warning("no connection to %s: what answers there is no hall (%s)", self._url, repr(wrong))
            return False
        log.info("connected to %s", self._url)
        return True

    def _refused(self, why: Any = None) -> None:
        if isinstance(why, dict) and "message" in why:
            self._why = str(why["message"])

    def _lost(self, line: socketio.Client) -> None:
        if line is self._line and self._away_since is None:
            self._away_since = time.monotonic()

    def _greet(self) -> None:
        """First who we are, then what happened while we were away."""
        self.on_line()
        self._away_since = None
        devices = [
            {
                "name": printer.name,
                "kind": "printer",
                "for": printer.prints_for,
                "width": printer.width,
                "confirms": printer.confirms,
            }
            for printer in self._devices.printers
        ]
        devices += [{"name": one.name, "kind": "display", "counter": one.counter} for one in self._devices.displays]
        devices += [{"name": one.name, "kind": "keypad", "counter": one.counter} for one in self._devices.keypads]
        # By the journal's id the server knows whether what it gave is remembered, whichever run this is.
        self._send("hello", {"devices": devices, "run": self._run, "journal": self._journal.id})
        with self._lock:
            untold, states = list(self._untold.values()), list(self._states.items())
        for answer in untold:
            self._send_answer(answer)
        for device, state in states:
            self._tell_status(device, state)

    def _send_answer(self, answer: Answer) -> None:
        self._send(answer.outcome, answer.news(), heard=lambda *said: self._heard(answer, said))

    def _remind(self) -> None:
        """Tell again what the server did not acknowledge, or could not write down: now and then, as it may be busy."""
        if time.monotonic() - self._reminded < REMIND_S:
            return
        self._reminded = time.monotonic()
        with self._lock:
            untold = list(self._untold.values())
        for answer in untold:
            self._send_answer(answer)

    def _heard(self, answer: Answer, said: tuple[Any, ...] = ()) -> None:
        if said and said[0] is False:
            log.warning("%s was told, and the server could not write it down", answer.job)
            return
        try:
            self._journal.told(answer)
        except sqlite3.Error:
            log.warning("%s was told and could not be marked so: it will be told again", answer.job)
        with self._lock:
            if self._untold.get(answer.job) is answer:
                del self._untold[answer.job]
                self._lock.notify_all()

    def _send(self, event: str, data: dict[str, Any], heard: Any = None) -> None:
        line = self._line
        if line is None:
            return
        try:
            line.emit(event, data, namespace=NAMESPACE, callback=heard)
        except socketio.exceptions.SocketIOError:
            log.debug("%s not told now: the server is away", event)


def address(url: str) -> str:
    """The address of a server, as it was given; or a ServerWrong."""
    try:
        parts = urlsplit(url)
        well = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is none, half an IPv6 address
        well = False
    if not well or not url.isprintable() or " " in url:
        raise ServerWrong(f"{url!r} is no address of a server; write it as http://hall:8000")
    return url


def _keep(memory: "OrderedDict[str, Answer]", answer: Answer) -> None:
    """Newest last, the oldest let go."""
    memory[answer.job] = answer
    memory.move_to_end(answer.job)
    while len(memory) > REMEMBERED:
        memory.popitem(last=False)


def _end_with_parent() -> None:
    """At the end of stdin the parent is gone; os._exit, as nothing may hold this process back."""
    while sys.stdin and os.read(sys.stdin.fileno(), 1024):
        pass
    os._exit(0)
