"""A receipt printer that keeps state, as real ones do, and reads what it was sent back into pixels and letters.

It is reached over TCP, over a pty, or by a stand-in for pyusb's backend (fake_usb.py). What comes in goes into a buffer
that a mechanism empties: without paper or with the cover open that waits, and goes on after the refill, also when
nobody is connected any more. Real-time questions are answered as they arrive. What it does not understand is kept in
`faults`. It shares no code with hardware.
"""

import contextlib
import os
import select
import shutil
import socket
import struct
import tempfile
import threading
import tty
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops

PATIENCE_S = 5
POLL_S = 0.02
CONDITION = ("paper", "cover_open", "off_line")


class Fresh(Exception):
    """The printer was switched off and on: what it held is gone."""


class Closing(Exception):
    """The test is over."""


@dataclass(frozen=True)
class Words:
    """A line in the printer's own letters, so many times as large."""

    text: str
    wide: int
    tall: int


class FakePrinter:
    """Turn its knobs, then print to its `address`."""

    def __init__(self, over: "Callable[[FakePrinter], Any] | None" = None, width: int | None = 576) -> None:
        self.news = threading.Condition()
        self.paper = "full"  # or low, out
        self.cover_open = False
        self.off_line = False
        self.silent = False
        self.knows_watching = True  # GS a
        self.confirms = "this"  # or another (an older job's tag), untagged, nothing
        self.vanishes_after: int | None = None  # bytes of raster: no power, and no line
        self.says_fresh = False  # when it was switched off and on
        self.chatter = b""  # sent unasked before each answer, as automatic status is
        self.stops_reading = False  # at the first raster, as with a full buffer and no paper
        self.slow_s = 0.0  # each row
        self.buffer_bytes = 65_536
        self.width = width  # dots across the paper; None: as wide as what is printed
        self.page_of_thai = 21
        self.before_watching: Callable[[], None] | None = None  # happens when automatic status is asked for
        self.may_confirm = threading.Event()  # that a slip is out whole; its stretches before that are
        self.may_confirm.set()

        self.slips: list[Image.Image] = []
        self.texts: list[list[Words]] = []
        self.codes: list[str] = []  # QR by its own command
        self.faults: list[str] = []
        self.received = bytearray()
        self.raster_bytes = 0  # on paper
        self.connections = 0
        self.confirmed = 0  # completions that were answered
        self.real_time_in_raster: list[bytes] = []
        self.watching = False
        self.cut = threading.Event()

        self._buffer = bytearray()
        self._times_on = 0
        self._closing = False
        self._forgets = False
        self._last_two = b""
        self._acts: list[tuple[int, Callable[[], None]]] = []
        self._wire = (over or TcpWire)(self)
        self._begin()
        self._bands: list[tuple[int, Image.Image]] = []
        self._ready = True

    def __setattr__(self, knob: str, value: Any) -> None:
        with self.__dict__.get("news") or contextlib.nullcontext():
            super().__setattr__(knob, value)
            if knob in CONDITION and self.__dict__.get("_ready"):
                self._tell_condition()
                self.news.notify_all()

    def __enter__(self) -> "FakePrinter":
        self._wire.start()
        self._mechanism = threading.Thread(target=self._work, daemon=True)
        self._mechanism.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self.news:
            self._closing = True
            self.news.notify_all()
        self.may_confirm.set()
        self._wire.stop()
        self._mechanism.join(PATIENCE_S)
        assert not self._mechanism.is_alive()

    @property
    def address(self) -> str:
        return self._wire.address

    @property
    def port(self) -> int:
        return self._wire.port

    @property
    def wire(self) -> Any:
        return self._wire

    def wait_for_connections(self, count: int) -> bool:
        """Has the printer been spoken to so many times?"""
        return self.wait_for(lambda: self.connections >= count)

    def wait_for(self, true: Callable[[], bool]) -> bool:
        with self.news:
            return self.news.wait_for(true, PATIENCE_S)

    def after(self, raster_bytes: int, act: Callable[[], None]) -> None:
        """Something happens when so much of a picture is on paper, before the next row is."""
        self._acts.append((raster_bytes, act))

    def runs_out(self) -> None:
        self.paper = "out"

    def opens(self) -> None:
        self.cover_open = True

    def refill(self) -> None:
        self.cover_open = False
        self.paper = "full"

    def forgets_a_confirmation(self) -> None:
        """As one that was switched off when all before was on paper, and on again before anything else came."""
        self._forgets = True

    def switch_off_and_on(self) -> None:
        """The line stays, as behind a print server or a serial adapter; what the printer held is gone."""
        with self.news:
            self._times_on += 1
            self._buffer.clear()
            self.watching = False
            if self.says_fresh:
                self._say(b"\x3b\x31\x00")
            self.news.notify_all()

    # -- the line ----------------------------------------------------------------------------------------------

    def connected(self) -> None:
        with self.news:
            self.connections += 1
            self.news.notify_all()

    def hear(self, data: bytes, wait: bool = True) -> int:
        """Take what comes in; how much of it had room. With `wait` all of it, as soon as there is."""
        taken = 0
        with self.news:
            times_on = self._times_on
            while taken < len(data):
                room = max(0, self.buffer_bytes - len(self._buffer))
                if not room and not (wait and self._wait_for_room(times_on)):
                    break
                piece = data[taken : taken + room]
                taken += len(piece)
                self.received += piece
                self._buffer += piece
                self._answer_at_once(piece)
                self.news.notify_all()
        return taken

    def _wait_for_room(self, times_on: int) -> bool:
        self.news.wait_for(lambda: len(self._buffer) < self.buffer_bytes or self._closing or self._wire.gone)
        return not self._closing and not self._wire.gone

    def _answer_at_once(self, piece: bytes) -> None:
        """DLE EOT is obeyed as it arrives, wherever it stands."""
        seen = self._last_two + piece
        for at in range(len(seen) - 2):
            if seen[at : at + 2] == b"\x10\x04" and seen[at + 2] in (1, 2, 4):
                self._status(seen[at + 2])
        self._last_two = seen[-2:]

    def _status(self, question: int) -> None:
        bits = {
            1: 0x08 * self._stopped(),
            2: 0x04 * self.cover_open + 0x20 * (self.paper == "out"),
            4: {"full": 0, "low": 0x0C, "out": 0x6C}[self.paper],
        }[question]
        self._say(self.chatter + bytes([0x12 | bits]))

    def _tell_condition(self) -> None:
        """Automatic status, four bytes."""
        first = 0x10 | 0x08 * self._stopped() | 0x20 * self.cover_open
        roll = {"full": 0, "low": 0x03, "out": 0x0F}[self.paper]
        if self.watching:
            self._say(bytes([first, 0, roll, 0x0F]))

    def _say(self, data: bytes) -> None:
        if not self.silent:
            self._wire.send(data)

    def _stopped(self) -> bool:
        return self.paper == "out" or self.cover_open or self.off_line

    # -- the mechanism -----------------------------------------------------------------------------------------

    def _work(self) -> None:
        while True:
            try:
                while True:
                    self._command()
            except Closing:
                return
            except Fresh:
                self._begin()
                self._confused = True  # the rest of what was being sent means nothing

    def _begin(self) -> None:
        self._started = self._times_on
        self._confused = False
        self._words = bytearray()
        self._page, self._size, self._margin = 0, (1, 1), 0
        self._code = ""
        self._lines: list[Words] = []

    def _take(self, count: int) -> bytes:
        """The next bytes that were sent, as soon as they are there."""
        with self.news:
            self._wait(lambda: len(self._buffer) >= count)
            data = bytes(self._buffer[:count])
            del self._buffer[:count]
            self.news.notify_all()
        return data

    def _wait(self, true: Callable[[], bool]) -> None:
        self.news.wait_for(lambda: self._closing or self._times_on != self._started or true())
        if self._closing:
            raise Closing
        if self._times_on != self._started:
            raise Fresh

    def _wait_for_paper(self) -> None:
        with self.news:
            self._wait(lambda: not self._stopped())

    def _command(self) -> None:
        first = self._take(1)
        if first == b"\x00":
            return
        if first == b"\n":
            self._end_line()
        elif first[0] >= 0x20:
            self._words += first
        elif first in (b"\x10", b"\x1b", b"\x1d"):
            self._longer(first + self._take(1))
        else:
            self._fault(f"unknown byte {first!r}")

    def _longer(self, command: bytes) -> None:
        commands: dict[bytes, Callable[[], None]] = {
            b"\x10\x04": lambda: self._skip(1),  # answered when it arrived
            b"\x1b@": self._initialise,
            b"\x1bd": lambda: self._skip(1),
            b"\x1bJ": self._feed,
            b"\x1bt": self._choose_page,
            b"\x1ba": lambda: self._skip(1),
            b"\x1bE": lambda: self._skip(1),
            b"\x1b!": self._plain,
            b"\x1dP": self._units,
            b"\x1dL": self._choose_margin,
            b"\x1d!": self._choose_size,
            b"\x1da": self._watch,
            b"\x1dv": self._raster,
            b"\x1dV": self._cut_off,
            b"\x1d(": self._with_length,
        }
        if command not in commands:
            self._fault(f"unknown command {command!r}")
        else:
            commands[command]()

    def _fault(self, what: str) -> None:
        if not self._confused:
            self.faults.append(what)

    def _skip(self, count: int) -> None:
        self._take(count)

    def _initialise(self) -> None:
        """What is on paper stays; what is set and not printed goes."""
        self._confused = False
        self._words.clear()
        self._page, self._size, self._margin = 0, (1, 1), 0

    def _choose_page(self) -> None:
        self._page = self._take(1)[0]

    def _choose_size(self) -> None:
        size = self._take(1)[0]
        self._size = (1 + (size >> 4), 1 + (size & 7))

    def _plain(self) -> None:
        self._take(1)
        self._size = (1, 1)

    def _units(self) -> None:
        if (units := self._take(2)) != b"\xcb\xcb":
            self._fault(f"units that are no dots: {units!r}")

    def _choose_margin(self) -> None:
        (self._margin,) = struct.unpack("<H", self._take(2))

    def _watch(self) -> None:
        wanted = self._take(1)[0]
        if wanted and self.before_watching:
            self.before_watching()
        with self.news:
            self.watching = self.knows_watching and wanted != 0
            self._tell_condition()
            self.news.notify_all()

    def _end_line(self) -> None:
        self._wait_for_paper()
        letters = "cp874" if self._page == self.page_of_thai else "ascii"
        self._lines.append(Words(bytes(self._words).decode(letters, "replace"), *self._size))
        self._words.clear()

    def _feed(self) -> None:
        rows = self._take(1)[0]
        self._wait_for_paper()
        self._bands.append((0, Image.new("1", (8, rows), 255)))

    def _raster(self) -> None:
        kind, mode, across, height = struct.unpack("<BBHH", self._take(6))
        if ((kind, mode) != (0x30, 0) or across > 72) and not self._confused:
            self.faults.append(f"raster of kind {kind}, mode {mode}, {across * 8} dots wide")
        if self.stops_reading:
            with self.news:
                self._wait(lambda: False)
        rows = []
        try:
            for _ in range(height):
                rows.append(self._row(across))
        finally:
            self._put(across, rows)
        self._look_for_real_time(b"".join(rows))

    def _row(self, across: int) -> bytes:
        row = self._take(across)
        self._happen()
        self._wait_for_paper()
        if self.slow_s:
            with self.news:
                self.news.wait_for(lambda: self._closing, self.slow_s)
        with self.news:
            self.raster_bytes += len(row)
            self.news.notify_all()
        return row

    def _happen(self) -> None:
        for due, act in list(self._acts):
            if self.raster_bytes >= due:
                self._acts.remove((due, act))
                act()
        if self.vanishes_after is not None and self.raster_bytes >= self.vanishes_after:
            self._wire.drop()
            self.switch_off_and_on()
        with self.news:
            self._wait(lambda: True)

    def _put(self, across: int, rows: list[bytes]) -> None:
        if rows and across:
            picture = Image.frombytes("1", (across * 8, len(rows)), b"".join(rows))
            self._bands.append((self._margin, ImageChops.invert(picture)))

    def _look_for_real_time(self, data: bytes) -> None:
        for command in (b"\x10\x04", b"\x10\x05", b"\x10\x14"):
            self.real_time_in_raster += [command] * data.count(command)

    def _cut_off(self) -> None:
        if self._take(1)[0] in (65, 66):
            self._take(1)
        self._wait_for_paper()
        if self._bands:
            self.slips.append(self._slip())
        if self._lines:
            self.texts.append(self._lines)
        self._bands, self._lines = [], []
        self.cut.set()

    def _slip(self) -> Image.Image:
        width = self.width or max(left + band.width for left, band in self._bands)
        slip = Image.new("1", (width, sum(band.height for _, band in self._bands)), 255)
        top = 0
        for left, band in self._bands:
            slip.paste(band, (left, top))
            top += band.height
        return slip

    def _with_length(self) -> None:
        kind, length = struct.unpack("<cH", self._take(3))
        data = self._take(length)
        if kind == b"H" and data[:2] == b"\x30\x30" and length == 6:
            self._confirm(data[2:])
        elif kind == b"k" and data[:1] == b"1":
            self._two_dimensional(data[1:2], data[2:])
        else:
            self._fault(f"unknown command {kind!r} {data!r}")

    def _confirm(self, tag: bytes) -> None:
        if not all(32 <= letter <= 126 for letter in tag):
            self._fault(f"no request for a completion: {tag!r}")
        self._wait_for_paper()
        if not self._bands and not self._lines:
            self.may_confirm.wait(PATIENCE_S)
        answers = {"this": b"\x37\x22" + tag + b"\x00", "another": b"\x37\x22old!\x00", "untagged": b"\x00"}
        if self._forgets:
            self._forgets = False
        elif answer := answers.get(self.confirms):
            with self.news:
                self._say(self.chatter + answer)
                self.confirmed += 1
                self.news.notify_all()

    def _two_dimensional(self, function: bytes, data: bytes) -> None:
        if function == b"P":
            self._code = data[1:].decode()
        elif function == b"Q":
            self._wait_for_paper()
            self.codes.append(self._code)


# -- the lines it is reached by ----------------------------------------------------------------------------------------


class Wire:
    """A thread that reads a line and hands what comes to the printer."""

    def __init__(self, printer: FakePrinter) -> None:
        self.printer = printer
        self.gone = False
        self._stopping = False
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def start(self) -> None:
        self._open()
        self._thread.start()

    def stop(self) -> None:
        self._stopping = True
        with self.printer.news:
            self.gone = True
            self.printer.news.notify_all()
        self._thread.join(PATIENCE_S)
        self._close()
        assert not self._thread.is_alive()

    def _ready(self, *what: Any) -> bool:
        return bool(select.select(what, [], [], POLL_S)[0])


class TcpWire(Wire):
    """It takes one connection at a time."""

    @property
    def address(self) -> str:
        return f"tcp:127.0.0.1:{self.port}"

    def _open(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # small, so that writes come in pieces
        self.port = self._socket.getsockname()[1]
        self._line: socket.socket | None = None

    def _close(self) -> None:
        self._socket.close()

    def drop(self) -> None:
        """No power: the far side is told so, by whoever is in between."""
        with self.printer.news:
            self.gone = True
            self.printer.news.notify_all()

    def send(self, data: bytes) -> None:
        if line := self._line:
            with contextlib.suppress(OSError):
                line.sendall(data)

    def _serve(self) -> None:
        while not self._stopping:
            if self._ready(self._socket):
                line, _ = self._socket.accept()
                line.settimeout(PATIENCE_S)
                self._line, self.gone = line, False
                self.printer.connected()
                with line, contextlib.suppress(OSError):
                    self._listen(line)
                    if self.gone and not self._stopping:
                        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self._line = None

    def _listen(self, line: socket.socket) -> None:
        while not self.gone:
            if self._ready(line):
                data = line.recv(4096)
                if not data:
                    return
                self.printer.hear(data)


class PtyWire(Wire):
    """A serial port. `link` names it, and names the next one when it was pulled out and put in again."""

    def _open(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="fake-printer-"))
        self.link = self._folder / "ttyPRINTER"
        self._ends: tuple[int, int] | None = None
        self.plug_in()

    @property
    def address(self) -> str:
        return f"serial:{self.link}?baud=921600"

    def plug_in(self) -> None:
        master, slave = os.openpty()
        tty.setraw(slave)
        self.link.symlink_to(os.ttyname(slave))
        with self.printer.news:
            self._ends, self.gone = (master, slave), False
        self.printer.connected()

    def unplug(self) -> None:
        with self.printer.news:
            self.gone = True
            ends, self._ends = self._ends, None
            for end in ends or ():
                os.close(end)
            self.link.unlink(missing_ok=True)
            self.printer.news.notify_all()

    drop = unplug

    def send(self, data: bytes) -> None:
        if self._ends:
            with contextlib.suppress(OSError):
                os.write(self._ends[0], data)

    def _close(self) -> None:
        self.unplug()
        shutil.rmtree(self._folder)

    def _serve(self) -> None:
        while not self._stopping:
            with contextlib.suppress(OSError, ValueError):
                if (ends := self._ends) and self._ready(ends[0]):
                    self.printer.hear(os.read(ends[0], 1024))
                elif not ends:
                    threading.Event().wait(POLL_S)
