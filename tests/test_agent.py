"""The agent against a small real Socket.IO server and the fake printer: no job is lost, none is printed twice."""

import base64
import contextlib
import gc
import hashlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import socketio
from werkzeug.serving import WSGIRequestHandler, make_server

from hardware import agent, devices, owners, slips
from hardware.errors import FontsMissing, KeyRefused, ServerWrong
from hardware.frames import KeyFrame, ff68
from hardware.journal import Journal
from hardware.owners import Owners
from hardware.printers import Escpos, Outcome, State
from tests.fake_printer import FakePrinter
from tests.test_slips import a_slip, same

ROOT = Path(__file__).parent.parent
KEY = "the-agents-key"
PATIENCE_S = 8
WEBSOCKET = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455
JOB = "20261120-A001/1"
Starter = Callable[..., threading.Event]


class OneRequest(WSGIRequestHandler):
    """Closes a line when its WebSocket has ended; werkzeug would wait for another request on it."""

    def handle(self) -> None:
        self.handle_one_request()


class Hall:
    """What the agent sees of a server: it asks for the key, hears, and can go away and come back."""

    def __init__(self, port: int = 0) -> None:
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.deaf = False  # hangs up instead of hearing an answer
        self.news = threading.Condition()
        self.port = port
        self._inside: set[str] = set()
        self._lines: list[socket.socket] = []

    def come(self) -> "Hall":
        self._sio = socketio.Server(async_mode="threading", ping_interval=1, ping_timeout=1)
        self._sio.on("connect", self._admit, namespace="/hardware")
        self._sio.on("disconnect", self._lose, namespace="/hardware")
        for event in ("hello", "status", "printed", "not_printed", "unknown", "sent", "button"):
            self._sio.on(event, self._hearing(event), namespace="/hardware")
        web = socketio.WSGIApp(self._sio)
        self._server = make_server("127.0.0.1", self.port, web, threaded=True, request_handler=OneRequest)
        self.port = self._server.server_port
        self._accept, self._server.get_request = self._server.get_request, self._remember
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def go(self) -> None:
        """Away: nobody listens, and every line is cut."""
        self._server.shutdown()
        self._thread.join(PATIENCE_S)
        self._server.server_close()
        self.hang_up()

    def hang_up(self) -> None:
        self._cut_lines()
        self.wait_for(lambda: not self._inside)

    def send(self, job: str = JOB, printer: str = "kiosk-1", **changes: Any) -> None:
        more = {name: changes.pop(name) for name in ("giving", "fresh_s") if name in changes}
        told = {"job": job, "printer": printer, "slip": a_slip(**changes)} | more
        self._sio.emit("print", told, namespace="/hardware")

    def ask_letters(self, letters: str) -> str:
        """What the agent answers: those that no font of its own has."""
        (sid,) = self._inside
        lacking: str = self._sio.call(
            "letters", {"letters": letters}, to=sid, namespace="/hardware", timeout=PATIENCE_S
        )
        return lacking

    def wait_for(self, true: Callable[[], bool]) -> None:
        with self.news:
            assert self.news.wait_for(true, PATIENCE_S), self.heard

    def wait_to_hear(self, event: str, times: int = 1) -> dict[str, Any]:
        self.wait_for(lambda: len(self.all(event)) >= times)
        return self.all(event)[times - 1]

    def all(self, event: str) -> list[dict[str, Any]]:
        return [data for name, data in self.heard if name == event]

    def _remember(self) -> Any:
        line, address = self._accept()
        self._lines.append(line)
        return line, address

    def _cut_lines(self) -> None:
        """As a pulled cable with a switch that says so: no goodbye from engine.io."""
        for line in self._lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        self._lines.clear()

    def _admit(self, sid: str, environ: dict[str, Any], auth: Any) -> None:
        if auth != {"key": KEY}:
            raise socketio.exceptions.ConnectionRefusedError("unknown key")
        self._inside.add(sid)

    def _lose(self, sid: str, reason: Any) -> None:
        with self.news:
            self._inside.discard(sid)
            self.news.notify_all()

    def _hearing(self, event: str) -> Callable[[str, dict[str, Any]], Any]:
        def hear(sid: str, data: dict[str, Any]) -> Any:
            if self.deaf and event != "hello":
                self._cut_lines()
                return None
            with self.news:
                self.heard.append((event, data))
                self.news.notify_all()
            return self._sio.not_handled if event == "button" else None  # no press is answered here

        return hear


@pytest.fixture
def hall() -> Iterator[Hall]:
    hall = Hall().come()
    yield hall
    hall.go()


@pytest.fixture
def paper() -> Iterator[FakePrinter]:
    with FakePrinter() as fake:
        yield fake
    assert fake.faults == []


@pytest.fixture
def start() -> Iterator[Starter]:
    """Starts agents, hands out what stops them, and ends them after the test."""
    stop, threads = threading.Event(), []

    def begin(
        hall: Hall, paper: FakePrinter, look_every_s: float = 60, more: str = "", journal: Path | None = None
    ) -> threading.Event:
        arguments = (f"http://127.0.0.1:{hall.port}", KEY, devices.read(printer_at(paper.port) + more), stop)
        told = {"look_every_s": look_every_s, "journal": journal}
        threads.append(threading.Thread(target=agent.run, args=arguments, kwargs=told))
        threads[-1].start()
        return stop

    yield begin
    stop.set()
    for thread in threads:
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


def hold_one(hall: Hall, paper: FakePrinter, start: Starter) -> None:
    """An agent has one slip in hand: it is cut, and not confirmed before `paper.may_confirm` is set."""
    paper.may_confirm.clear()
    start(hall, paper)
    hall.wait_to_hear("hello")
    hall.send()
    assert paper.cut.wait(PATIENCE_S)


def printer_at(port: int) -> str:
    return f'[[printer]]\nname = "kiosk-1"\nfor = "*"\naddress = "tcp:127.0.0.1:{port}"\n'


def test_a_job_is_printed_and_told(hall: Hall, paper: FakePrinter, start: Starter) -> None:
    start(hall, paper)
    devices_told = hall.wait_to_hear("hello")["devices"]
    hall.send()
    assert hall.wait_to_hear("printed") == {"job": JOB}
    assert devices_told == [{"name": "kiosk-1", "kind": "printer", "for": "*", "width": 576, "confirms": True}]
    assert hall.wait_to_hear("status") == {"device": "kiosk-1", "state": "ok", "detail": ""}
    assert len(paper.slips) == 1


def test_a_job_given_again_is_answered_and_not_printed(hall: Hall, paper: FakePrinter, start: Starter) -> None:
    start(hall, paper)
    hall.wait_to_hear("hello")
    hall.send()
    hall.wait_to_hear("printed")
    hall.send()
    assert hall.wait_to_hear("printed", times=2) == {"job": JOB}
    hall.send(job="20261120-A001/2", copy=2)
    assert hall.wait_to_hear("printed", times=3) == {"job": "20261120-A001/2"}
    assert len(paper.slips) == 2


def test_a_job_in_hand_is_not_queued_again(hall: Hall, paper: FakePrinter, start: Starter) -> None:
    hold_one(hall, paper, start)
    hall.send()
    hall.send(job="20261120-A002/1", number="A002")
    hall.send(job="20261120-A002/1", number="A002")
    paper.may_confirm.set()
    hall.wait_to_hear("printed", times=2)
    hall.send(job="20261120-A003/1", number="A003")
    hall.wait_for(lambda: {"job": "20261120-A003/1"} in hall.all("printed"))
    assert len(paper.slips) == 3


def test_what_was_not_printed_may_be_tried_again(hall: Hall, paper: FakePrinter, start: Starter) -> None:
    paper.paper = "out"
    start(hall, paper)
    hall.wait_to_hear("hello")
    hall.send()
    assert hall.wait_to_hear("not_printed") == {"job": JOB, "detail": "the paper is out"}
    assert paper.raster_bytes == 0
    paper.paper = "full"
    hall.send()
    assert hall.wait_to_hear("printed") == {"job": JOB}


def test_an_unknown_outcome_stays_unknown(hall: Hall, paper: FakePrinter, start: Starter) -> None:
    paper.vanishes_after = 5_000
    start(hall, paper)
    hall.wait_to_hear("hello")
    hall.send()
    assert hall.wait_to_hear("unknown")["job"] == JOB
    paper.vanishes_after = None
    hall.send()
    assert hall.wait_to_hear("unknown", times=2)["job"] == JOB
    assert (paper.slips, hall.all("printed")) == ([], [])


def test_a_slip_that_cannot_be_set_stops_nobody(hall: Hall, paper: FakePrinter, start: Starter) -> None:
    start(hall, paper)
    hall.wait_to_hear("hello")
    hall.send(job="broken/1", labels=None)
    hall.send(job="broken/2", copy="two")
    hall.send(job="elsewhere/1", printer="kiosk-9")
    hall.wait_to_hear("not_printed", times=3)
    assert {answer["job"] for answer in hall.all("not_printed")} == {"broken/1", "broken/2", "elsewhere/1"}
    assert all(answer["detail"] for answer in hall.all("not_printed"))
    assert {answer["job"] for answer in hall.all("not_printed") if answer.get("never") is True} == {
        "broken/1",
        "broken/2",
    }, "these nobody need give to this printer again"
    hall.send()
    hall.wait_to_hear("printed")


def test_letters_that_no_font_has_are_told_with_each_printers_state(
    hall: Hall, paper: FakePrinter, start: Starter
) -> None:
    start(hall, paper)
    assert hall.wait_to_hear("status")["detail"] == ""
    assert hall.ask_letters("กA鱼") == "鱼"
    assert hall.wait_to_hear("status", 2) == {
        "device": "kiosk-1",
        "state": "ok",
        "detail": "no font has 鱼 (U+9C7C)",
    }
    assert hall.ask_letters("กA") == ""
    assert hall.wait_to_hear("status", 3)["detail"] == ""


def test_a_slip_with_letters_that_no_font_has_is_printed_and_says_so(
    hall: Hall, paper: FakePrinter, start: Starter
) -> None:
    start(hall, paper)
    hall.wait_to_hear("status")
    hall.send(service="鱼 ABC")
    told = hall.wait_to_hear("printed")
    assert told["job"] == JOB and "鱼 (U+9C7C)" in told["detail"]
    assert same(paper.slips[0], slips.render(a_slip(service="? ABC"), 576))


def test_a_change_of_state_is_told_once(hall: Hall, paper: FakePrinter, start: Starter) -> None:
    start(hall, paper, look_every_s=0.02)
    hall.wait_to_hear("status")
    paper.cover_open = True
    hall.wait_to_hear("status", times=2)
    assert paper.wait_for_connections(paper.connections + 3)
    paper.cover_open = False
    hall.wait_for(lambda: len(hall.all("status")) > 2 and hall.all("status")[-1]["state"] == "ok")
    told = [status["state"] for status in hall.all("status")]
    # a cover that closes between two questions is "offline" for one look
    assert [state for state in told if state != "offline"] == ["ok", "cover_open", "ok"]


def test_a_printer_that_is_not_there_is_a_warning_and_stops_nobody(
    hall: Hall, paper: FakePrinter, start: Starter, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    missing = f'[[printer]]\nname = "spare"\nfor = "*"\naddress = "serial:{tmp_path}/ttyUSB0?baud=115200"\n'
    start(hall, paper, more=missing)
    hall.wait_for(lambda: len(hall.all("status")) == 2)
    hall.send()
    assert hall.wait_to_hear("printed") == {"job": JOB}
    said = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert any(f"spare is offline: {tmp_path}/ttyUSB0 is not there" in line for line in said)


def test_a_printer_that_cannot_confirm_answers_sent(hall: Hall, paper: FakePrinter, start: Starter) -> None:
    paper.confirms = "nothing"
    start(hall, paper, more="confirms = false\n")
    assert [device["confirms"] for device in hall.wait_to_hear("hello")["devices"]] == [False]
    hall.send()
    assert hall.wait_to_hear("sent")["job"] == JOB


def test_paper_that_ends_in_the_midst_is_told_before_the_slip_is_given_up(
    hall: Hall, paper: FakePrinter, start: Starter
) -> None:
    start(hall, paper)
    hall.wait_to_hear("hello")
    paper.may_confirm.clear()
    hall.send()
    assert paper.cut.wait(PATIENCE_S)
    paper.runs_out()
    hall.wait_for(lambda: "paper_out" in [status["state"] for status in hall.all("status")])
    assert [hall.all(outcome) for outcome in ("printed", "unknown", "not_printed")] == [[], [], []]
    paper.refill()
    paper.may_confirm.set()
    assert hall.wait_to_hear("printed") == {"job": JOB}


def test_after_a_broken_line_the_agent_is_back(hall: Hall, paper: FakePrinter, start: Starter) -> None:
    start(hall, paper)
    hall.wait_to_hear("status")
    hall.hang_up()
    hall.wait_to_hear("hello", times=2)
    hall.wait_to_hear("status", times=2)  # a new server would know nothing of the printer
    hall.send()
    hall.wait_to_hear("printed")


def test_an_agent_that_starts_first_waits_for_the_server(paper: FakePrinter, start: Starter) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    hall = Hall(port)
    start(hall, paper)
    assert paper.wait_for_connections(1)
    hall.come().wait_to_hear("hello")
    hall.go()


def test_an_answer_made_while_the_server_is_away_is_told_later(hall: Hall, paper: FakePrinter, start: Starter) -> None:
    paper.may_confirm.clear()
    start(hall, paper, look_every_s=0.02)
    hall.wait_to_hear("status")
    hall.send()
    assert paper.cut.wait(PATIENCE_S)
    connections = paper.connections
    hall.go()
    paper.may_confirm.set()
    assert paper.wait_for_connections(connections + 1)  # its owner looks again: the answer has been made
    assert hall.all("printed") == []
    hall.come()
    assert hall.wait_to_hear("printed") == {"job": JOB}
    assert len(paper.slips) == 1


def test_an_answer_the_server_did_not_hear_is_told_again(hall: Hall, paper: FakePrinter, start: Starter) -> None:
    start(hall, paper)
    hall.wait_to_hear("status")
    hall.deaf = True
    hall.send()
    hall.wait_to_hear("hello", times=2)
    hall.deaf = False
    assert hall.wait_to_hear("printed") == {"job": JOB}
    assert len(paper.slips) == 1


def test_an_agent_that_is_stopped_ends_the_slip_in_hand(hall: Hall, paper: FakePrinter, start: Starter) -> None:
    paper.may_confirm.clear()
    stop = start(hall, paper)
    hall.wait_to_hear("hello")
    hall.send()
    assert paper.cut.wait(PATIENCE_S)
    stop.set()
    paper.may_confirm.set()
    assert hall.wait_to_hear("printed") == {"job": JOB}


def run_alone(hall: Hall, paper: FakePrinter, key: str) -> None:
    """An agent that is expected to end by itself; if it does not, it is stopped."""
    stop = threading.Event()
    too_long = threading.Timer(PATIENCE_S, stop.set)
    too_long.start()
    try:
        agent.run(f"http://127.0.0.1:{hall.port}", key, devices.read(printer_at(paper.port)), stop)
    finally:
        too_long.cancel()


def test_a_wrong_key_ends_the_agent_with_a_sentence(hall: Hall, paper: FakePrinter) -> None:
    with pytest.raises(KeyRefused, match=r"refuses this agent's key \(unknown key\)"):
        run_alone(hall, paper, "stolen")
    assert hall.all("hello") == []


@pytest.mark.parametrize(
    "url",
    [
        "hall:8000",
        "ftp://hall",
        "http://",
        "http://h:99999",
        "http://h:x",
        "http://[::1",
        "http://exa mple",
        "http:///x",
    ],
)
def test_what_is_no_address_of_a_server_ends_the_agent_with_a_sentence(url: str) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(ServerWrong, match=r"is no address of a server; write it as http://hall:8000"):
        agent.run(url, KEY, devices.read(printer_at(1)), stop)


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_server_that_opens_with_half_a_word_is_tried_again(paper: FakePrinter) -> None:
    """Another service on that port, or a proxy in the midst of its own restart."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        babbler = threading.Thread(target=babble, args=(server, 2, stop))
        babbler.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        agent.run(url, KEY, devices.read(printer_at(paper.port)), stop)
        babbler.join(PATIENCE_S)
    gc.collect()  # the WebSocket library leaves such lines to Python, which would complain of them in another test


def babble(server: socket.socket, times: int, stop: threading.Event) -> None:
    server.settimeout(PATIENCE_S)
    for _ in range(times):
        line, _ = server.accept()
        with line:
            asked = re.search(rb"(?i)sec-websocket-key: (\S+)", line.recv(4096))
            key = base64.b64encode(hashlib.sha1((asked or [b"", b""])[1] + WEBSOCKET).digest())
            accept = b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + key
            line.sendall(b"HTTP/1.1 101 Switching Protocols\r\n" + accept + b"\r\n\r\n" + b'\x81\x080{"sid":')
    stop.set()


def test_without_fonts_the_agent_does_not_start(
    hall: Hall, paper: FakePrinter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slips, "FONTS", tmp_path)
    with pytest.raises(FontsMissing):
        run_alone(hall, paper, KEY)
    assert paper.connections == 0


CHILD = """
from hardware import agent, devices
print("here", flush=True)
agent.run({url!r}, {key!r}, devices.read({text!r}), with_parent=True)
"""
PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdin=subprocess.PIPE)
child.wait()
"""


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is not known there")
def test_an_agent_ends_with_its_parent_even_by_kill_9(hall: Hall, tmp_path: Path) -> None:
    text = f'[[printer]]\nname = "kiosk-1"\nfor = "*"\naddress = "virtual:{tmp_path}"\n'
    child = CHILD.format(url=f"http://127.0.0.1:{hall.port}", key=KEY, text=text)
    parent = subprocess.Popen([sys.executable, "-c", PARENT, child], cwd=ROOT, stdout=subprocess.PIPE)
    try:
        hall.wait_to_hear("hello")
    finally:
        parent.send_signal(signal.SIGKILL)
    said, _ = parent.communicate(timeout=PATIENCE_S)  # the pipe ends when the grandchild has ended too
    assert said == b"here\n"


def test_a_slip_that_lay_too_long_behind_another_is_not_printed(hall: Hall, paper: FakePrinter, start: Starter) -> None:
    hold_one(hall, paper, start)
    hall.send(job="20261120-A002/1", fresh_s=-1)
    hall.send(job="20261120-A003/1", fresh_s=60)
    paper.may_confirm.set()
    late = hall.wait_to_hear("not_printed")
    assert late["job"] == "20261120-A002/1" and "too old" in late["detail"]
    hall.wait_for(lambda: {"job": "20261120-A003/1"} in hall.all("printed"))
    assert len(paper.slips) == 2


def test_a_slip_after_a_killed_run_is_whole(hall: Hall, paper: FakePrinter, start: Starter, tmp_path: Path) -> None:
    """The printer still waits for the rest of the killed one's picture, and would swallow the next slip as that."""
    killed = Journal(tmp_path / "journal")
    killed.take("20261120-A000/1", "kiosk-1")
    killed.begin("20261120-A000/1")
    with socket.create_connection(("127.0.0.1", paper.port)) as line:
        line.sendall(b"\x1b@\x1dv0\x00\x48\x00\x80\x00" + bytes(5000))  # of 128 rows of 72 bytes
        assert paper.wait_for(lambda: len(paper.received) > 5000)
    killed.close()
    start(hall, paper, journal=tmp_path / "journal")
    hall.wait_to_hear("unknown")
    hall.send()
    hall.wait_to_hear("printed")
    assert same(paper.slips[-1], slips.render(a_slip(), 576))


def test_a_slip_after_a_killed_run_stands_alone(hall: Hall, paper: FakePrinter, start: Starter, tmp_path: Path) -> None:
    """The killed one ended between two stretches: nothing is swallowed, but what is out already is another number's."""
    killed = Journal(tmp_path / "journal")
    killed.take("20261120-A000/1", "kiosk-1")
    killed.begin("20261120-A000/1")
    with socket.create_connection(("127.0.0.1", paper.port)) as line:
        line.sendall(b"\x1b@\x1dv0\x00\x48\x00\x80\x00" + bytes(128 * 72))
        assert paper.wait_for(lambda: paper.raster_bytes == 128 * 72)
    killed.end("20261120-A000/1", "unknown", "")
    killed.close()
    start(hall, paper, journal=tmp_path / "journal")
    hall.wait_to_hear("unknown")
    hall.send()
    hall.wait_to_hear("printed")
    assert len(paper.slips) == 2 and same(paper.slips[1], slips.render(a_slip(), 576))


def test_the_servers_word_for_a_giving_goes_back_with_the_answer(
    hall: Hall, paper: FakePrinter, start: Starter
) -> None:
    start(hall, paper)
    hall.wait_to_hear("hello")
    hall.send(giving="g7")
    assert hall.wait_to_hear("printed") == {"job": JOB, "giving": "g7"}


def test_a_stopped_agent_gives_back_what_it_had_not_begun(hall: Hall, paper: FakePrinter, start: Starter) -> None:
    paper.may_confirm.clear()
    stop = start(hall, paper)
    hall.wait_to_hear("hello")
    hall.send()
    assert paper.cut.wait(PATIENCE_S)
    hall.send(job="20261120-A002/1", number="A002")
    hall.send(job="elsewhere/1", printer="kiosk-9")
    hall.wait_to_hear("not_printed")  # jobs are taken in order
    stop.set()
    paper.may_confirm.set()
    assert hall.wait_to_hear("printed") == {"job": JOB}
    assert hall.wait_to_hear("not_printed", times=2)["job"] == "20261120-A002/1"
    assert len(paper.slips) == 1


def test_a_printer_that_waits_for_paper_keeps_no_other_slip(hall: Hall, paper: FakePrinter, start: Starter) -> None:
    """What lies behind the one in its hands may come out elsewhere at once; that one comes after the refill."""
    hold_one(hall, paper, start)
    hall.send(job="20261120-A002/1", number="A002")
    hall.send(job="elsewhere/1", printer="kiosk-9")
    hall.wait_to_hear("not_printed")  # jobs are taken in order
    paper.runs_out()
    assert hall.wait_to_hear("not_printed", times=2) == {"job": "20261120-A002/1", "detail": "the paper is out"}
    hall.send(job="20261120-A003/1", number="A003")
    assert hall.wait_to_hear("not_printed", times=3) == {"job": "20261120-A003/1", "detail": "the paper is out"}
    assert (hall.all("printed"), hall.all("unknown")) == ([], [])
    paper.refill()
    hall.wait_for(lambda: hall.all("status")[-1]["state"] == "ok")
    hall.send(job="20261120-A004/1", number="A004")
    paper.may_confirm.set()
    hall.wait_for(lambda: [told["job"] for told in hall.all("printed")] == [JOB, "20261120-A004/1"])
    assert len(paper.slips) == 2


def test_a_printer_that_is_not_there_is_asked_once_for_all_that_it_has(
    hall: Hall, paper: FakePrinter, start: Starter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each slip would ask in vain, for some seconds, while another printer stands idle."""
    may_ask, asked = threading.Event(), list[str]()

    def nobody_there(self: Escpos, page: Any, name: str, *_: Any, **__: Any) -> Outcome:
        asked.append(name)
        assert may_ask.wait(PATIENCE_S)
        return Outcome("not_printed", State("offline", "no connection"), "no connection")

    monkeypatch.setattr(Escpos, "print", nobody_there)
    start(hall, paper)
    hall.wait_to_hear("hello")
    for number in ("A001", "A002", "A003"):
        hall.send(job=f"20261120-{number}/1", number=number)
    hall.send(job="elsewhere/1", printer="kiosk-9")
    hall.wait_to_hear("not_printed")
    may_ask.set()
    hall.wait_to_hear("not_printed", times=4)
    assert asked == ["2026-11-20-A001"]


def test_a_slip_that_grew_too_old_while_the_printer_was_asked_is_not_begun(
    hall: Hall, paper: FakePrinter, start: Starter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by a printer that takes two seconds for each answer, or a machine that slept meanwhile."""
    monkeypatch.setattr(agent, "ticks", lambda: 100.0 * paper.connections)
    start(hall, paper)
    hall.wait_to_hear("status")
    hall.send(fresh_s=57)
    assert "too old" in hall.wait_to_hear("not_printed")["detail"]
    assert paper.raster_bytes == 0


@pytest.mark.skipif(not hasattr(time, "CLOCK_BOOTTIME"), reason="no such clock there")
def test_the_age_of_a_slip_is_counted_through_suspend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "clock_gettime", {time.CLOCK_BOOTTIME: 7.0}.__getitem__)
    job = agent.Job.read({"job": JOB, "fresh_s": 57})
    assert job and job.until == 64.0


def test_however_many_printers_are_busy_they_are_waited_for_together(
    hall: Hall, paper: FakePrinter, start: Starter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """systemd kills what has not ended after 15 s, and three times 5 s were that."""
    waited = list[float]()
    for one in (agent.Owner, Owners):

        def noted(self: Any, until: float, end: Callable[..., None] = one.end) -> None:
            waited.append(until)
            end(self, until)

        monkeypatch.setattr(one, "end", noted)
    spare = printer_at(1).replace("kiosk-1", "spare")
    stop = start(hall, paper, more=spare)
    hall.wait_to_hear("hello")
    stop.set()
    hall.wait_for(lambda: not hall._inside)
    assert len(waited) == 3 and len(set(waited)) == 1


def test_a_press_that_is_given_up_takes_its_line_with_it(
    hall: Hall, paper: FakePrinter, start: Starter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a line that stalls it would act once that goes on: after the keypad was told that it is refused."""
    monkeypatch.setattr(owners, "AGAIN_S", 0.1)
    monkeypatch.setattr(owners, "GIVEN_UP_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as box:
        address = f"tcp:127.0.0.1:{box.getsockname()[1]}"
        start(hall, paper, more=f'[[keypad]]\ncounter = "3"\naddress = "{address}"\nprotocol = "ff68"\n')
        hall.wait_to_hear("hello")
        box.settimeout(PATIENCE_S)
        keypad, _ = box.accept()
        with keypad:
            keypad.sendall(ff68(KeyFrame(3, 1, b"\x01")))
            again = hall.wait_to_hear("button", times=2)
            hall.wait_to_hear("hello", times=2)
    assert "age_s" not in hall.all("button")[0] and again["age_s"] > 0
    assert {press["press"] for press in hall.all("button")} == {again["press"]}
