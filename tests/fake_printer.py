"""A receipt printer over TCP that keeps state, as real ones do, and reads what it was sent back into pixels.

It takes one connection at a time. What it does not understand is kept in `faults`. It shares no code with hardware.
"""

import socket
import struct
import threading
from dataclasses import dataclass, field

from PIL import Image, ImageChops

PATIENCE_S = 5


class Vanished(Exception):
    """The printer lost its power, or the line its cable."""


@dataclass
class FakePrinter:
    """Turn its knobs, then print to `port`."""

    paper: str = "full"  # or low, out
    cover_open: bool = False
    off_line: bool = False
    silent: bool = False
    confirms: str = "this"  # or another (an older job's tag), untagged, nothing
    vanishes_after: int | None = None  # bytes of raster
    chatter: bytes = b""  # sent unasked before each answer, as automatic status is
    stops_reading: bool = False  # at the first raster, as with a full buffer and no paper
    may_confirm: threading.Event = field(default_factory=threading.Event)
    width: int | None = None  # dots across the paper, where bands come narrower than it

    def __post_init__(self) -> None:
        self.slips: list[Image.Image] = []
        self.faults: list[str] = []
        self.raster_bytes = 0
        self.connections = 0
        self.cut = threading.Event()
        self.news = threading.Condition()
        self.may_confirm.set()
        self._bands: list[Image.Image] = []
        self._margin = 0
        self._closing = False
        self._goes_on = threading.Event()

    def __enter__(self) -> "FakePrinter":
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # small, so that writes come in pieces
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing = True
        self._goes_on.set()
        self.may_confirm.set()
        socket.create_connection(("127.0.0.1", self.port)).close()
        self._thread.join(PATIENCE_S)
        self._socket.close()
        assert not self._thread.is_alive()

    def wait_for_connections(self, count: int) -> bool:
        """Has the printer been spoken to so many times?"""
        with self.news:
            return self.news.wait_for(lambda: self.connections >= count, PATIENCE_S)

    def _serve(self) -> None:
        while not self._closing:
            line, _ = self._socket.accept()
            with self.news:
                self.connections += 1
                self.news.notify_all()
            with line:
                line.settimeout(PATIENCE_S)
                try:
                    self._listen(line)
                except (OSError, EOFError):
                    pass
                except Vanished:
                    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._bands = []

    def _listen(self, line: socket.socket) -> None:
        commands = {
            b"\x10\x04": self._status,
            b"\x1b@": lambda line: self._bands.clear(),
            b"\x1bd": lambda line: self._read(line, 1),
            b"\x1bJ": self._feed,
            b"\x1dP": self._units,
            b"\x1dL": self._set_margin,
            b"\x1dv": self._raster,
            b"\x1dV": self._cut,
            b"\x1d(": self._completion,
        }
        while True:
            command = self._read(line, 2)
            if command not in commands:
                self.faults.append(f"unknown command {command!r}")
                raise Vanished
            commands[command](line)

    def _read(self, line: socket.socket, count: int) -> bytes:
        data = bytearray()
        while len(data) < count:
            piece = line.recv(count - len(data))
            if not piece:
                raise EOFError
            data += piece
        return bytes(data)

    def _status(self, line: socket.socket) -> None:
        question = self._read(line, 1)[0]
        stopped = self.paper == "out" or self.cover_open or self.off_line
        bits = {
            1: 0x08 * stopped,
            2: 0x04 * self.cover_open + 0x20 * (self.paper == "out"),
            4: {"full": 0, "low": 0x0C, "out": 0x6C}[self.paper],
        }[question]
        if not self.silent:
            line.sendall(self.chatter + bytes([0x12 | bits]))

    def _raster(self, line: socket.socket) -> None:
        if self.stops_reading:
            self._goes_on.wait(PATIENCE_S)
            raise Vanished
        kind, mode, width, height = struct.unpack("<BBHH", self._read(line, 6))
        if (kind, mode) != (0x30, 0) or width > 72:
            self.faults.append(f"raster of kind {kind}, mode {mode}, {width * 8} dots wide")
        data = bytearray()
        while len(data) < width * height:
            if self.vanishes_after is not None and self.raster_bytes >= self.vanishes_after:
                raise Vanished
            piece = self._read(line, min(width, width * height - len(data)))
            self.raster_bytes += len(piece)
            data += piece
        ink = Image.frombytes("1", (width * 8, height), bytes(data))
        band = Image.new("1", (max(self.width or 0, self._margin + ink.width), height))
        band.paste(ink, (self._margin, 0))
        self._bands.append(ImageChops.invert(band))

    def _feed(self, line: socket.socket) -> None:
        """So many dots of white paper: a dot is the unit that GS P has set."""
        self._bands.append(Image.new("1", (self.width or 1, self._read(line, 1)[0]), 255))

    def _units(self, line: socket.socket) -> None:
        if (units := self._read(line, 2)) != b"\xcb\xcb":
            self.faults.append(f"units that are no dots: {units!r}")

    def _set_margin(self, line: socket.socket) -> None:
        self._margin = int.from_bytes(self._read(line, 2), "little")

    def _cut(self, line: socket.socket) -> None:
        self._read(line, 1)
        slip = Image.new("1", (self._bands[0].width, sum(band.height for band in self._bands)))
        top = 0
        for band in self._bands:
            slip.paste(band, (0, top))
            top += band.height
        self._bands = []
        self.slips.append(slip)
        self.cut.set()

    def _completion(self, line: socket.socket) -> None:
        request = self._read(line, 9)
        if request[:5] != b"H\x06\x00\x30\x30" or not all(32 <= letter <= 126 for letter in request[5:]):
            self.faults.append(f"no request for a completion: {request!r}")
        self.may_confirm.wait(PATIENCE_S)
        answers = {
            "this": b"\x37\x22" + request[5:] + b"\x00",
            "another": b"\x37\x22old!\x00",
            "untagged": b"\x00",
        }
        if answer := answers.get(self.confirms):
            line.sendall(self.chatter + answer)
