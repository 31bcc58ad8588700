"""Serial cables for tests: two ptys joined, by socat or by a thread of ours, and digit tubes that pymodbus plays.

A cable has two ends, each the path of a terminal; it can be pulled and put in again under the same names. It shares no
code with hardware. Not here: what any one test promises.
"""

import asyncio
import contextlib
import os
import select
import shutil
import subprocess
import termios
import threading
import time
import tty
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pymodbus.server import ModbusSerialServer
from pymodbus.simulator import DataType, SimData, SimDevice

PATIENCE_S = 30
HOLDING, WRITTEN = 3, 16  # Modbus function 3 reads what function 16 writes


class Bridge:
    """Two ptys joined by a thread. `ours` is what the agent opens, `theirs` the device's."""

    def __init__(self, folder: Path) -> None:
        self.ours, self.theirs = folder / "ours", folder / "theirs"
        self.put_in()

    def put_in(self) -> None:
        self._ends = [os.openpty() for _ in range(2)]
        for (_, end), path in zip(self._ends, (self.ours, self.theirs), strict=True):
            tty.setraw(end)
            path.unlink(missing_ok=True)
            path.symlink_to(os.ttyname(end))
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self._thread.start()

    def pull(self) -> None:
        self._over.set()
        self._thread.join(PATIENCE_S)
        for ends in self._ends:
            for end in ends:
                os.close(end)
        for path in (self.ours, self.theirs):
            path.unlink(missing_ok=True)

    def _carry(self) -> None:
        one, other = self._ends[0][0], self._ends[1][0]
        while not self._over.is_set():
            for end in select.select([one, other], [], [], 0.02)[0]:
                with contextlib.suppress(OSError):
                    os.write(other if end == one else one, os.read(end, 4096))


class Socat:
    """The same by socat."""

    def __init__(self, folder: Path) -> None:
        self.ours, self.theirs = folder / "ours", folder / "theirs"
        self.put_in()

    def put_in(self) -> None:
        ends = [f"pty,raw,echo=0,link={path}" for path in (self.ours, self.theirs)]
        self._process = subprocess.Popen(["socat", *ends])
        until(lambda: self.ours.exists() and self.theirs.exists())

    def pull(self) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE_S)
        for path in (self.ours, self.theirs):
            path.unlink(missing_ok=True)


def until(true: Callable[[], object]) -> None:
    """Wait until it is so, and give up after PATIENCE_S."""
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.005)  # no event tells of a foreign server's registers


@pytest.fixture(params=[Bridge, Socat], ids=["ptys", "socat"])
def cable(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bridge | Socat]:
    """Each test with a cable runs over both kinds; without socat (Debian: apt-get install socat) it says so."""
    joined = _present(request.param)(tmp_path)
    yield joined
    joined.pull()


def _present(kind: type[Bridge] | type[Socat]) -> type[Bridge] | type[Socat]:
    if kind is Socat and not shutil.which("socat"):
        pytest.skip("socat is not installed; the same test runs over ptys joined by a thread")
    return kind


class Relay:
    """A bad joint between two cables: each frame that passes goes through `fault`, which makes of it what it likes."""

    def __init__(self, one: Path, other: Path) -> None:
        self.fault: Callable[[bool, bytes], bytes] = lambda out, frame: frame
        self.passed = 0
        self._ends = [os.open(path, os.O_RDWR | os.O_NOCTTY) for path in (one, other)]
        for end in self._ends:
            tty.setraw(end, termios.TCSANOW)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._over.set()
        self._thread.join(PATIENCE_S)
        for end in self._ends:
            os.close(end)

    def _carry(self) -> None:
        while not self._over.is_set():
            for end in select.select(self._ends, [], [], 0.02)[0]:
                out = end == self._ends[0]
                os.write(self._ends[1 if out else 0], self.fault(out, self._frame(end)))
                self.passed += 1

    def until_passed(self, count: int) -> None:
        until(lambda: self.passed >= count)

    def _frame(self, end: int) -> bytes:
        """All that comes in one go: frames on a line have silence between them."""
        frame = os.read(end, 4096)
        while select.select([end], [], [], 0.01)[0]:
            frame += os.read(end, 4096)
        return frame


class BadCable:
    """Two cables of a kind with a bad joint between them."""

    def __init__(self, kind: type[Bridge] | type[Socat], folder: Path) -> None:
        for name in ("near", "far"):
            (folder / name).mkdir()
        self._near, self._far = kind(folder / "near"), kind(folder / "far")
        self.ours, self.theirs = self._near.ours, self._far.theirs
        self.joint = Relay(self._near.theirs, self._far.ours)

    def pull(self) -> None:
        self.joint.close()
        self._near.pull()
        self._far.pull()


@pytest.fixture(params=[Bridge, Socat], ids=["ptys", "socat"])
def cables(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Bridge | Socat, Bridge | Socat]]:
    """Two of a kind."""
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    one, other = (_present(request.param)(tmp_path / name) for name in ("one", "other"))
    yield one, other
    one.pull()
    other.pull()


@pytest.fixture(params=[Bridge, Socat], ids=["ptys", "socat"])
def bad_cable(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BadCable]:
    """As `cable`, with a joint that loses, tears and spoils."""
    joined = BadCable(_present(request.param), tmp_path)
    yield joined
    joined.pull()


class Far:
    """The device's end of a cable: what came in is kept, byte for byte, and answered if that is asked for."""

    def __init__(self, path: Path, answer: Callable[[bytes], bytes] = lambda heard: b"") -> None:
        self.heard = b""
        self._answer = answer
        self._end = os.open(path, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(self._end, termios.TCSANOW)
        self._news = threading.Condition()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def __enter__(self) -> "Far":
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(PATIENCE_S)
        os.close(self._end)

    def say(self, data: bytes) -> None:
        os.write(self._end, data)

    def until(self, true: Callable[[bytes], object]) -> None:
        with self._news:
            assert self._news.wait_for(lambda: true(self.heard), PATIENCE_S), self.heard

    def forget(self) -> None:
        with self._news:
            self.heard = b""

    def _listen(self) -> None:
        with contextlib.suppress(OSError):  # the cable was pulled
            while not self._over.is_set():
                if select.select([self._end], [], [], 0.02)[0]:
                    piece = os.read(self._end, 4096)
                    with self._news:
                        self.heard += piece
                        self._news.notify_all()
                    if answer := self._answer(piece):
                        os.write(self._end, answer)


class Tubes:
    """Digit tubes at these units, played by pymodbus's own server: what they show is read out of its registers."""

    def __init__(self, path: Path, *units: int) -> None:
        self._path, self._units = path, units
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> "Tubes":
        self._thread.start()
        self._server = self._do(self._serve())
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._server.shutdown())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE_S)
        self._loop.close()

    def show(self, unit: int) -> str:
        """The six characters that the unit shows."""
        return "".join(map(chr, self._do(self._server.async_getValues(unit, HOLDING, 0, 6))))

    def lose(self, unit: int) -> None:
        """It was without power, and shows what no agent ever wrote."""
        self._do(self._server.async_setValues(unit, WRITTEN, 0, [ord("?")] * 6))

    def until(self, unit: int, text: str) -> None:
        until(lambda: self.show(unit) == text)

    async def _serve(self) -> ModbusSerialServer:
        blank = SimData(0, values=[ord("?")] * 6, datatype=DataType.REGISTERS)
        units = [SimDevice(unit, simdata=[blank]) for unit in self._units]
        server = ModbusSerialServer(
            units,
            port=str(self._path),
            baudrate=9600,
            trace_packet=lambda sending, data: data if self._mine(data) or not sending else b"",
        )
        await server.serve_forever(background=True)
        return server

    def _mine(self, data: bytes) -> bool:
        """A unit that is not there says nothing; pymodbus would answer for it."""
        return data[:1] in {bytes([unit]) for unit in self._units}

    def _do(self, what: object) -> object:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(PATIENCE_S)
