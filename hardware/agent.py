"""The agent: takes print jobs, gives each to the thread that owns its printer, and tells what came of it.

Here belongs the talk with the server and the memory of jobs. Not here: how a slip looks (slips.py), how a
printer is spoken to (printers.py), and whether a job is tried again: the server decides that.
"""

import logging
import os
import queue
import random
import secrets
import sys
import threading
from collections import OrderedDict
from typing import Any

import socketio

from hardware import slip_check, slips
from hardware.devices import Devices, Printer
from hardware.errors import HardwareError, KeyRefused
from hardware.printers import Outcome, State, Tell

log = logging.getLogger("sala.agent")

NAMESPACE = "/hardware"
REMEMBERED = 20_000  # finished jobs: some days of a busy centre
# An idle printer is asked how it is. With the 3 s in which it may answer, the hall knows of a fault within 5 s.
LOOK_EVERY_S = 1.5
ANSWER_S = 5.0  # how long the server may take to accept the key
FIRST_DELAY_S, LAST_DELAY_S = 0.1, 2.0  # between two attempts to reach the server
LAST_JOB_S = 5.0  # at the end, a slip in hand may still be finished
LAST_ANSWER_S = 1.0  # and the server may still be told

Answer = dict[str, str]  # {"job", "outcome"} and, but for one printed whole, "detail"
Queue = queue.SimpleQueue[dict[str, Any] | None]


def run(
    server_url: str,
    key: str,
    devices: Devices,
    stop: threading.Event | None = None,
    with_parent: bool = False,
    look_every_s: float = LOOK_EVERY_S,
) -> None:
    """Serve the devices until `stop` is set. FontsMissing or KeyRefused if it makes no sense to go on.

    `with_parent`: whoever started this process holds its stdin open, and it ends with them, even by kill -9.
    """
    if with_parent:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    slips.check()
    slip_check.prove(devices.look)
    for warning in devices.warnings:
        log.warning("%s", warning)
    stop = stop or threading.Event()
    server = Server(server_url, key, devices)
    jobs = Jobs(server)
    owners = {printer.name: Owner(printer, server, jobs, stop, look_every_s) for printer in devices.printers}
    try:
        server.stay_connected(stop, lambda job: _take(job, owners, jobs, server))
    finally:
        stop.set()
        for owner in owners.values():
            owner.end()
        server.hang_up()


def _take(job: Any, owners: dict[str, "Owner"], jobs: "Jobs", server: "Server") -> None:
    """A job from the server: queue it, unless it is in hand already or was finished before."""
    if not isinstance(job, dict) or not isinstance(job.get("job"), str):
        log.error("the server sent something that is no job: %r", job)
    elif (owner := owners.get(job.get("printer", ""))) is None:
        detail = f"this agent has no printer {job.get('printer')!r}"
        server.tell({"job": job["job"], "outcome": "not_printed", "detail": detail})
    elif jobs.begin(job["job"]):
        owner.queue.put(job)


class Jobs:
    """Which jobs are in hand, and how the finished ones ended."""

    def __init__(self, server: "Server") -> None:
        self._server = server
        self._lock = threading.Lock()
        self._in_hand: set[str] = set()
        self._finished: OrderedDict[str, Answer] = OrderedDict()

    def begin(self, job: str) -> bool:
        """Is this job new? One finished before is answered again at once, and never printed twice."""
        with self._lock:
            earlier = self._finished.get(job)
            new = earlier is None and job not in self._in_hand
            if new:
                self._in_hand.add(job)
        if earlier:
            self._server.tell(earlier)
        return new

    def finish(self, answer: Answer) -> None:
        """What was not printed is forgotten, so that the server may try again."""
        with self._lock:
            self._in_hand.discard(answer["job"])
            if answer["outcome"] != "not_printed":
                _keep(self._finished, answer)
        self._server.tell(answer)


class Owner:
    """The one thread that speaks to one printer."""

    def __init__(
        self, printer: Printer, server: "Server", jobs: Jobs, stop: threading.Event, look_every_s: float
    ) -> None:
        self.queue: Queue = queue.SimpleQueue()
        self._printer, self._server, self._jobs = printer, server, jobs
        self._stop, self._look_every_s = stop, look_every_s
        self._thread = threading.Thread(target=self._work, name=printer.name, daemon=True)
        self._thread.start()

    def end(self) -> None:
        self.queue.put(None)
        self._thread.join(LAST_JOB_S)

    def _work(self) -> None:
        self._look()
        while not self._stop.is_set():
            try:
                job = self.queue.get(timeout=self._look_every_s)
            except queue.Empty:
                self._look()
            else:
                if job is not None and not self._stop.is_set():  # the server gives others again
                    self._finish(job)

    def _finish(self, job: dict[str, Any]) -> None:
        outcome, lacking = _print(self._printer, job, lambda state: self._server.status(self._printer.name, state))
        log.info("%s on %s: %s %s", job["job"], self._printer.name, outcome.what, outcome.detail)
        if outcome.state:
            self._server.status(self._printer.name, outcome.state)
        answer = {"job": job["job"], "outcome": outcome.what}
        detail = "; ".join(filter(None, (outcome.detail, lacking))) if outcome.what != "printed" else lacking
        self._jobs.finish(answer | {"detail": detail} if detail or outcome.what != "printed" else answer)

    def _look(self) -> None:
        try:
            state = self._printer.driver.state()
        except Exception:  # the fence: an owner that dies would leave its printer dumb until somebody notices
            log.exception("%s could not be asked how it is", self._printer.name)
            state = State("unknown", "an unforeseen error, see the agent's log")
        self._server.status(self._printer.name, state)


def _print(printer: Printer, job: dict[str, Any], tell: Tell) -> tuple[Outcome, str]:
    """The fence of the job loop: what fails before the printer is reached is not printed, later unknown.

    Beside the outcome, what of the slip could not be read for want of letters; "" where all could.
    """
    try:
        slip, missing = slips.readable(job["slip"], printer.look)
        page, name = printer.page(slip), slips.name_of(slip)
    except HardwareError as wrong:
        log.error("%s: %s", job["job"], wrong)
        return Outcome("not_printed", None, str(wrong)), ""
    except Exception as wrong:
        log.exception("%s could not be set", job["job"])
        return Outcome("not_printed", None, f"the slip could not be set: {wrong!r}"), ""
    lacking = f"no font has {slips.listed(missing)}: a question mark stands there" if missing else ""
    try:
        return printer.driver.print(page, name, tell), lacking
    except Exception as wrong:
        log.exception("%s failed on %s", job["job"], printer.name)
        return Outcome("unknown", None, f"an unforeseen error while printing: {wrong!r}"), lacking


class Server:
    """The line to the server. What could not be told is kept until the server has acknowledged it."""

    def __init__(self, url: str, key: str, devices: Devices) -> None:
        self._url, self._key, self._devices = url, key, devices
        # A process started anew has forgotten its jobs: the server must know, or a slip comes out twice unmarked.
        self._run = secrets.token_hex(8)
        self._lock = threading.Condition()  # notified when an answer has been acknowledged
        self._untold: OrderedDict[str, Answer] = OrderedDict()
        self._states: dict[str, State] = {}
        self._lacking: set[str] = set()
        self._line: socketio.Client | None = None
        self._why = "no reason given"

    def tell(self, answer: Answer) -> None:
        with self._lock:
            _keep(self._untold, answer)
        self._send_answer(answer)

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

    def stay_connected(self, stop: threading.Event, take: Any) -> None:
        """Connect, and connect again, until stopped. KeyRefused if the server does not want this agent."""
        delay = FIRST_DELAY_S
        while not stop.is_set():
            line = self._new_line(take)
            if self._connect(line):
                delay = FIRST_DELAY_S
                while line.connected and not stop.wait(0.1):
                    pass
            if stop.is_set():
                return  # the line is still wanted for the last answers; hang_up ends it
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
        direct = {"http_no_proxy": ["*"]}  # the server is in the hall, whatever proxy the office has
        line = socketio.Client(reconnection=False, handle_sigint=False, websocket_extra_options=direct)
        line.on("connect", self._greet, namespace=NAMESPACE)
        line.on("print", take, namespace=NAMESPACE)
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
        log.info("connected to %s", self._url)
        return True

    def _refused(self, why: Any = None) -> None:
        if isinstance(why, dict) and "message" in why:
            self._why = str(why["message"])

    def _greet(self) -> None:
        """First who we are, then what happened while we were away."""
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
        self._send("hello", {"devices": devices, "run": self._run})
        with self._lock:
            untold, states = list(self._untold.values()), list(self._states.items())
        for answer in untold:
            self._send_answer(answer)
        for device, state in states:
            self._tell_status(device, state)

    def _send_answer(self, answer: Answer) -> None:
        data = {key: value for key, value in answer.items() if key != "outcome"}
        self._send(answer["outcome"], data, heard=lambda *_: self._heard(answer))

    def _heard(self, answer: Answer) -> None:
        with self._lock:
            if self._untold.get(answer["job"]) is answer:
                del self._untold[answer["job"]]
                self._lock.notify_all()

    def _send(self, event: str, data: dict[str, Any], heard: Any = None) -> None:
        line = self._line
        if line is None:
            return
        try:
            line.emit(event, data, namespace=NAMESPACE, callback=heard)
        except socketio.exceptions.SocketIOError:
            log.debug("%s not told now: the server is away", event)


def _keep(memory: "OrderedDict[str, Answer]", answer: Answer) -> None:
    """Newest last, the oldest let go."""
    memory[answer["job"]] = answer
    memory.move_to_end(answer["job"])
    while len(memory) > REMEMBERED:
        memory.popitem(last=False)


def _end_with_parent() -> None:
    """At the end of stdin the parent is gone; os._exit, as nothing may hold this process back."""
    while sys.stdin and os.read(sys.stdin.fileno(), 1024):
        pass
    os._exit(0)
