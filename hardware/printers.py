"""Printers: a driver a kind of address. It asks for the state, prints a picture, and says what came of it.

Here belong transports and what is said to a printer. Not here: what a slip looks like (slips.py), and who
decides what is printed again (the server). To add a kind of printer, add its class to DRIVERS.

"Sent" is not printed. So an outcome is `not_printed` only where nothing of the slip went out, `printed` only
where the printer itself confirmed this very slip, and `unknown` for everything between.
"""

import os
import secrets
import socket
import string
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from escpos.printer import Dummy
from PIL import Image

from hardware.errors import AddressWrong

PROFILE = "TM-T20II"  # the encoder needs some profile: 576 dots, raster, partial cut; 58 mm is only narrower
BAND = 256  # rows in one raster command: small printers hold no whole slip in their buffer
SEND_BUFFER = 16_384  # bytes
TAG_LETTERS = string.ascii_letters + string.digits

ASK = b"\x10\x04"  # DLE EOT n: answered at once, even off line and with a full buffer
WHOLE, CAUSE, PAPER = 1, 2, 4


@dataclass(frozen=True, slots=True)
class State:
    """`name`: ok, paper_low, paper_out, cover_open, offline or unknown; `detail` is for the technician."""

    name: str
    detail: str = ""

    @property
    def ready(self) -> bool:
        return self.name in ("ok", "paper_low")


@dataclass(frozen=True, slots=True)
class Outcome:
    """`what` is printed, not_printed or unknown; `state` is the printer's, if this job saw it."""

    what: str
    state: State | None
    detail: str = ""


class Printer(Protocol):
    def state(self) -> State: ...

    def print(self, slip: Image.Image, name: str) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds; nothing here waits longer. In `done_s` a slow printer ends its paper after the last byte."""

    connect_s: float = 3.0
    answer_s: float = 2.0
    write_s: float = 20.0
    done_s: float = 20.0


class Silent(OSError):
    """The printer holds the line open and says nothing."""


def printer(address: str) -> Printer:
    """The driver for an address of the devices file, which is not touched yet; or an AddressWrong."""
    kind, colon, rest = address.partition(":")
    if kind in NOT_YET:
        raise AddressWrong(f"printers on {kind}: are not supported yet; use tcp:HOST:PORT or virtual:FOLDER/")
    if not colon or kind not in DRIVERS:
        raise AddressWrong(f"no printer has the address {address!r}; use tcp:HOST:PORT or virtual:FOLDER/")
    return DRIVERS[kind](rest)


@dataclass(frozen=True, slots=True)
class Virtual:
    """Writes each slip as a PNG where a person finds it."""

    folder: Path

    @classmethod
    def at(cls, folder: str) -> "Virtual":
        if not folder:
            raise AddressWrong("virtual: needs a folder, such as virtual:slips/")
        return cls(Path(folder))

    def state(self) -> State:
        return State("ok")

    def print(self, slip: Image.Image, name: str) -> Outcome:
        unfinished = self.folder / f".{name}.part"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            slip.save(unfinished, format="PNG")
            os.replace(unfinished, self.folder / f"{name}.png")  # whoever looks sees a whole slip or none
        except OSError as wrong:
            return Outcome("not_printed", State("offline", str(wrong)), str(wrong))
        return Outcome("printed", self.state())


@dataclass(frozen=True, slots=True)
class Tcp:
    """A receipt printer on the network, speaking ESC/POS. One connection a job: others may print too."""

    host: str
    port: int
    patience: Patience = field(default_factory=Patience)

    @classmethod
    def at(cls, rest: str) -> "Tcp":
        host, _, port = rest.rpartition(":")
        if not host or not port.isdecimal() or len(port) > 5 or not 0 < int(port) < 65536:
            raise AddressWrong(f"tcp:{rest} needs a host and a port, such as tcp:printer-1.hall:9100")
        return cls(host.strip("[]"), int(port))

    def state(self) -> State:
        try:
            with self._connect() as line:
                return ask(line, self.patience.answer_s)
        except Silent as silent:
            return State("unknown", str(silent))
        except OSError as wrong:
            return State("offline", f"no connection: {wrong}")

    def print(self, slip: Image.Image, name: str) -> Outcome:
        try:
            line = self._connect()
        except OSError as wrong:
            return _not_printed(State("offline", f"no connection: {wrong}"))
        with line:
            try:
                state = ask(line, self.patience.answer_s)
            except Silent as silent:
                return _not_printed(State("unknown", str(silent)))
            except OSError as wrong:
                return _not_printed(State("offline", f"the line broke before the slip: {wrong}"))
            return self._send(line, slip, state) if state.ready else _not_printed(state)

    def _connect(self) -> socket.socket:
        line = socket.create_connection((self.host, self.port), timeout=self.patience.connect_s)
        # What waits in a buffer of ours is not at the printer: with a small one a write that hangs is seen.
        line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        return line

    def _send(self, line: socket.socket, slip: Image.Image, state: State) -> Outcome:
        """From the first byte on, whatever goes wrong leaves the outcome unknown."""
        tag = "".join(secrets.choice(TAG_LETTERS) for _ in range(4)).encode()
        try:
            line.settimeout(self.patience.write_s)  # of the whole sendall, not of each piece of it
            line.sendall(encode(slip, tag))
            _read_until(line, _completion(tag), self.patience.done_s)
        except OSError as wrong:
            detail = f"the slip was sent, wholly or in part, and not confirmed: {wrong}"
            return Outcome("unknown", State("unknown", detail), detail)
        return Outcome("printed", state)


DRIVERS: dict[str, Callable[[str], Printer]] = {"tcp": Tcp.at, "virtual": Virtual.at}
NOT_YET = ("usb", "serial")


def encode(slip: Image.Image, tag: bytes) -> bytes:
    """All that is sent for one slip: start afresh, the picture in bands, cut, a tag to answer when done."""
    paper = Dummy(profile=PROFILE)
    paper.hw("INIT")
    paper.image(slip, impl="bitImageRaster", fragment_height=BAND)
    paper.cut(mode="PART")  # a slip cut off whole would fall to the floor
    return bytes(paper.output) + b"\x1d(H\x06\x00\x30\x30" + tag  # GS ( H, function 48


def ask(line: socket.socket, answer_s: float) -> State:
    """What the printer says of itself; Silent if nothing (python-escpos calls that "plenty of paper")."""
    whole, cause, paper = (_answer(line, question, answer_s) for question in (WHOLE, CAUSE, PAPER))
    if cause & 0x04:
        return State("cover_open", "the cover is open")
    if cause & 0x20 or paper & 0x60:
        return State("paper_out", "the paper is out")
    if cause & 0x40:
        return State("offline", "the printer reports a fault (cutter, heat or power)")
    if whole & 0x08:
        return State("offline", "the printer is off line")
    return State("paper_low", "the paper is nearly out") if paper & 0x0C else State("ok")


def _answer(line: socket.socket, question: int, answer_s: float) -> int:
    line.settimeout(answer_s)
    line.sendall(ASK + bytes([question]))
    return _read_until(line, _status_byte, answer_s)


def _status_byte(heard: bytes) -> int | None:
    """The first byte that can be an answer to DLE EOT: its fixed bits are 0xx1xx10."""
    return next((byte for byte in heard if byte & 0x93 == 0x12), None)


def _completion(tag: bytes) -> Callable[[bytes], int | None]:
    """Only the answer that carries our tag counts; an older job's, or a status sent unasked, does not."""
    return lambda heard: 1 if b"\x37\x22" + tag + b"\x00" in heard else None


def _read_until(line: socket.socket, found: Callable[[bytes], int | None], within_s: float) -> int:
    """Read until what is looked for has been heard, and give it back. Silent when time is up."""
    heard, until = b"", time.monotonic() + within_s
    while (what := found(heard)) is None:
        left = until - time.monotonic()
        if left <= 0:
            raise Silent(f"no answer within {within_s:g} s")
        line.settimeout(left)
        try:
            piece = line.recv(256)
        except TimeoutError:
            continue
        if not piece:
            raise ConnectionError("the printer closed the line")
        heard += piece
    return what


def _not_printed(state: State) -> Outcome:
    return Outcome("not_printed", state, state.detail)
