"""Lines to devices: what an address means, how much went out, and what is said when one breaks.

TCP and a pty are real. USB is not: tests/fake_usb.py stands in for pyusb's backend, and so for the device.
"""

import contextlib
import os
import select
import socket
import tty
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import usb.core

from hardware import transports
from hardware.errors import AddressWrong
from hardware.transports import Broken, Line, Serial, Tcp, Usb, transport
from tests.fake_printer import FakePrinter
from tests.fake_usb import PRODUCT, VENDOR, Backend, UsbWire

PATIENCE_S = 5
MUCH = bytes(range(256)) * 2000  # more than any buffer between us


@dataclass
class Ends:
    """Our end of a line and the device's."""

    line: Line
    far: Any

    def far_reads(self, count: int) -> bytes:
        data = b""
        while len(data) < count and select.select([self.far], [], [], PATIENCE_S)[0]:
            data += os.read(self._fd(), min(4096, count - len(data)))
        return data

    def far_writes(self, data: bytes) -> None:
        os.write(self._fd(), data)

    def far_hangs_up(self) -> None:
        self.far.close() if isinstance(self.far, socket.socket) else os.close(self.far)

    def _fd(self) -> int:
        return self.far.fileno() if isinstance(self.far, socket.socket) else self.far


@pytest.fixture(params=["tcp", "serial"])
def ends(request: pytest.FixtureRequest) -> Iterator[Ends]:
    if request.param == "tcp":
        with socket.create_server(("127.0.0.1", 0)) as server:
            line = transport(f"tcp:127.0.0.1:{server.getsockname()[1]}").open(PATIENCE_S)
            far, _ = server.accept()
        yield Ends(line, far)
        far.close()
    else:
        far, near = os.openpty()
        tty.setraw(near)
        line = transport(f"serial:{os.ttyname(near)}?baud=115200").open(PATIENCE_S)
        os.close(near)  # as with a real port, its end is ours alone
        yield Ends(line, far)
        with contextlib.suppress(OSError):  # the test hung up
            os.close(far)
    line.close()


# -- TCP and serial ----------------------------------------------------------------------------------------------------


def test_what_is_written_arrives_and_what_comes_back_is_read(ends: Ends) -> None:
    assert ends.line.write(b"\x00\x11\x13\x03\x04\r\n\xff", PATIENCE_S) == 8
    assert ends.far_reads(8) == b"\x00\x11\x13\x03\x04\r\n\xff", "not a byte is changed on the way"
    ends.far_writes(b"\x11\x00\r\x13")
    heard = b""
    while len(heard) < 4:
        heard += ends.line.read(PATIENCE_S)
    assert heard == b"\x11\x00\r\x13"


def test_when_nothing_comes_a_read_ends_with_nothing(ends: Ends) -> None:
    assert ends.line.read(0) == ends.line.read(0.05) == b""


def test_a_device_that_takes_only_a_part_of_it_is_told_to_the_byte(ends: Ends) -> None:
    sent = ends.line.write(MUCH, 0.2)
    assert 0 < sent < len(MUCH)
    assert ends.far_reads(sent) == MUCH[:sent]
    assert select.select([ends.far], [], [], 0.2)[0] == [], "and not one byte more is under way"
    assert ends.line.write(MUCH[sent : sent + 100], PATIENCE_S) == 100
    assert ends.far_reads(100) == MUCH[sent : sent + 100]


def test_a_hang_up_is_a_broken_line_and_no_other_error(ends: Ends) -> None:
    assert ends.line.write(b"1", PATIENCE_S) == 1
    assert ends.far_reads(1) == b"1"
    ends.far_hangs_up()
    with pytest.raises(Broken, match=r"closed the line|the line broke"):
        while ends.line.read(PATIENCE_S):
            pass
    with pytest.raises(Broken) as broken:
        while True:  # a socket takes a piece before it is told
            ends.line.write(MUCH, PATIENCE_S)
    assert 0 <= broken.value.sent < len(MUCH)
    ends.line.close()


def test_a_line_that_was_closed_is_a_broken_one(ends: Ends) -> None:
    ends.line.close()
    for use in (lambda: ends.line.read(0.1), lambda: ends.line.write(b"x", 0.1)):
        with pytest.raises(Broken):
            use()


# -- opening -----------------------------------------------------------------------------------------------------------


def test_what_is_not_there_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a-file").write_text("no port")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nobody = taken.getsockname()[1]
    sentences = {
        f"tcp:127.0.0.1:{nobody}": f"no connection to 127.0.0.1 port {nobody}: Connection refused",
        f"serial:{tmp_path}/ttyUSB0": f"{tmp_path}/ttyUSB0 is not there: is the cable in, and the device switched on",
        f"serial:{tmp_path}/a-file": f"{tmp_path}/a-file cannot be opened: .*",
        f"serial:{tmp_path}": f"{tmp_path} cannot be opened: .*",
    }
    for address, sentence in sentences.items():
        with pytest.raises(Broken, match=sentence):
            transport(address).open(PATIENCE_S)


def test_a_name_that_nobody_knows_is_said_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Broken, match="no connection to printer-1 port 9100: Name or service not known"):
        Tcp("printer-1", 9100).open(PATIENCE_S)


def test_a_resolver_that_never_answers_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    until_the_end = socket.socketpair()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: until_the_end[0].recv(1))
    with pytest.raises(Broken, match="the name was not found in time"):
        Tcp("printer-1", 9100).open(0.05)
    for end in reversed(until_the_end):
        end.close()


def test_a_host_with_several_addresses_is_reached_by_the_one_that_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_server(("127.0.0.1", 0)) as taken:
        port, dead = server.getsockname()[1], taken.getsockname()[1]
        taken.close()
        both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", number)) for number in (dead, port)]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
        line = Tcp("printer-1", port).open(PATIENCE_S)
        far, _ = server.accept()
        line.write(b"here", PATIENCE_S)
        assert far.recv(4) == b"here"
        line.close()
        far.close()


def test_a_port_has_one_owner_whatever_it_is_called(tmp_path: Path) -> None:
    far, near = os.openpty()
    port = os.ttyname(near)
    (tmp_path / "usb-printer").symlink_to(port)
    first = transport(f"serial:{port}?baud=9600")
    other = transport(f"serial:{tmp_path}/usb-printer?baud=115200")
    assert first.port == other.port
    line = first.open(PATIENCE_S)
    with pytest.raises(Broken, match="another program, or another device of the file, has it"):
        other.open(PATIENCE_S)
    line.close()
    other.open(PATIENCE_S).close()
    for end in (far, near):
        os.close(end)


def test_after_a_hang_up_the_port_can_be_opened_again(tmp_path: Path) -> None:
    at, link = transport(f"serial:{tmp_path}/ttyUSB0"), tmp_path / "ttyUSB0"
    for turn in (b"one", b"two"):
        far, near = os.openpty()
        link.symlink_to(os.ttyname(near))
        line = at.open(PATIENCE_S)
        assert line.write(turn, PATIENCE_S) == 3 and os.read(far, 3) == turn
        os.close(near)
        os.close(far)
        link.unlink()
        with pytest.raises(Broken):
            line.read(PATIENCE_S)
        line.close()


# -- addresses ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "means"),
    [
        ("tcp:printer-1.hall:9100", Tcp("printer-1.hall", 9100)),
        ("tcp:[fe80::1]:9100", Tcp("fe80::1", 9100)),
        ("serial:/dev/ttyS0", Serial("/dev/ttyS0")),
        ("serial:/dev/ttyUSB0?baud=115200", Serial("/dev/ttyUSB0", 115_200)),
        (
            "serial:/dev/ttyUSB0?baud=4800&bits=7&parity=even&stop=2&flow=rtscts",
            Serial("/dev/ttyUSB0", 4800, 7, "even", 2, "rtscts"),
        ),
        ("usb:04b8:0E28", Usb(0x04B8, 0x0E28)),
    ],
)
def test_an_address_means(address: str, means: transports.Transport) -> None:
    assert transport(address) == means


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("COM3", "use tcp:HOST:PORT, usb:VVVV:PPPP or serial:"),
        ("", "use tcp:"),
        ("modem:1", "use tcp:"),
        ("tcp:printer-1", "needs a host and a port"),
        ("tcp::9100", "needs a host and a port"),
        ("tcp:h:0", "needs a host and a port"),
        ("tcp:h:99999", "needs a host and a port"),
        ("tcp:h:٩", "needs a host and a port"),
        ("serial:COM3", "needs a device"),
        ("serial:/dev/ttyUSB0?baud=fast", "baud=fast is unknown; baud: 1200, "),
        ("serial:/dev/ttyUSB0?baud=", "baud= is unknown"),
        ("serial:/dev/ttyUSB0?speed=9600", "speed=9600 is unknown"),
        ("serial:/dev/ttyUSB0?baud=9600&baud=115200", "baud stands there twice"),
        ("usb:04b8", "two numbers of four digits"),
        ("usb:4b8:e28", "two numbers of four digits"),
        ("usb:04b8:0e28:1", "two numbers of four digits"),
    ],
)
def test_an_address_that_nobody_understands_is_refused(address: str, says: str) -> None:
    with pytest.raises(AddressWrong, match=says):
        transport(address)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("tcp:Printer-1.hall:9100", "tcp:printer-1.hall.:09100"),
        ("serial:/dev/ttyUSB0?baud=9600", "serial:/dev/../dev/ttyUSB0?baud=115200"),
        ("usb:04B8:0E28", "usb:04b8:0e28"),
    ],
)
def test_one_port_written_in_two_ways_is_one(one: str, other: str) -> None:
    assert transport(one).port == transport(other).port


def test_a_slow_line_says_how_long_it_takes() -> None:
    assert transport("serial:/dev/ttyS0?baud=9600").seconds_for(960) == 1
    assert transport("serial:/dev/ttyS0?baud=9600&parity=even&stop=2").seconds_for(800) == 1
    assert transport("tcp:h:9100").seconds_for(10**6) == transport("usb:04b8:0e28").seconds_for(10**6) == 0


# -- USB, by a stand-in for its device ---------------------------------------------------------------------------------


@pytest.fixture
def plugged() -> Iterator[FakePrinter]:
    with FakePrinter(UsbWire) as printer:
        yield printer


def usb_at(backend: Backend) -> Usb:
    return Usb(VENDOR, PRODUCT, backend)


def test_a_usb_printer_is_found_taken_from_the_kernel_and_spoken_to(plugged: FakePrinter) -> None:
    backend = plugged.wire.backend
    backend.configured = False
    line = usb_at(backend).open(PATIENCE_S)
    assert (backend.configured, backend.kernel_has_it, backend.claimed) == (True, False, {0})
    assert line.write(b"\x10\x04\x01", PATIENCE_S) == 3
    assert line.read(PATIENCE_S) == b"\x12"
    line.close()
    assert backend.claimed == set(), "given back"


@pytest.mark.parametrize("empty_packets", [False, True])
def test_when_nothing_comes_over_usb_a_read_ends_with_nothing(plugged: FakePrinter, empty_packets: bool) -> None:
    plugged.wire.backend.empty_packets = empty_packets
    line = usb_at(plugged.wire.backend).open(PATIENCE_S)
    assert line.read(0) == line.read(0.05) == b""
    line.write(b"\x10\x04\x01", PATIENCE_S)
    assert line.read(PATIENCE_S) == b"\x12"


def test_what_a_usb_printer_did_not_take_is_known_to_the_byte(plugged: FakePrinter) -> None:
    plugged.runs_out()
    plugged.buffer_bytes = 1000
    line = usb_at(plugged.wire.backend).open(PATIENCE_S)
    raster = b"\x1dv0\x00\x48\x00\x00\x02" + bytes(72 * 512)
    sent = line.write(raster, 0.2)
    assert sent == len(plugged.received) < len(raster)
    assert bytes(plugged.received) == raster[:sent]
    assert line.write(raster[sent:], 0.05) == 0, "it is full: nothing went out"


def test_a_usb_printer_that_is_pulled_out_is_a_broken_line(plugged: FakePrinter) -> None:
    line = usb_at(plugged.wire.backend).open(PATIENCE_S)
    plugged.wire.unplug()
    with pytest.raises(Broken, match="disconnected"):
        line.read(PATIENCE_S)
    with pytest.raises(Broken, match="disconnected") as broken:
        line.write(b"x", PATIENCE_S)
    assert broken.value.sent == 0
    line.close()
    with pytest.raises(Broken, match="no device usb:04b8:0e28 is plugged in"):
        usb_at(plugged.wire.backend).open(PATIENCE_S)


def test_what_keeps_a_usb_printer_from_us_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = Backend()
    backend.forbidden = True
    with pytest.raises(Broken, match=r"usb:04b8:0e28 cannot be opened: .*may not use it.*udev"):
        usb_at(backend).open(PATIENCE_S)
    with pytest.raises(Broken, match="is no printer that answers"):
        usb_at(Backend(interface_class=3)).open(PATIENCE_S)

    def without_libusb(**_: object) -> None:
        raise usb.core.NoBackendError("No backend available")

    monkeypatch.setattr(usb.core, "find", without_libusb)
    with pytest.raises(Broken, match=r"needs libusb, .*apt-get install libusb-1\.0-0"):
        transport("usb:04b8:0e28").open(PATIENCE_S)
