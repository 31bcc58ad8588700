"""Transports: the line that a device is reached by, from an address of the devices file.

Here belong opening, writing and reading, over TCP, a serial port and USB. Not here: what is said on the line
(printers.py, displays.py, keypads.py). To add a transport, add its reader to TRANSPORTS.

Nothing here waits longer than it is told to, and a write always says how many bytes went out: a slip sent by halves is
a doubtful one. What goes wrong with a line is a Broken; an address that nobody understands an AddressWrong.
"""

import contextlib
import errno
import os
import queue
import re
import select
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol
from urllib.parse import parse_qsl

import serial
import usb.core
import usb.util

from hardware.errors import AddressWrong

try:
    import termios
except ImportError:  # Windows: serial ports there have no descriptor to wait on
    termios = None  # type: ignore[assignment]

PIECE = 4096  # bytes in one write: what the far side does not take is known to the piece
# What waits in a buffer of ours is not at the device: with a small one a hang is seen, and little is under way.
SEND_BUFFER = 4096  # bytes, which Linux doubles
PAUSE_S = 0.01  # between two questions to a USB device that answers at once, and nothing

EXAMPLES = "tcp:HOST:PORT, usb:VVVV:PPPP or serial:/dev/ttyUSB0?baud=115200"
BAUDS = (1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800, 921_600)
PARITIES = {"none": serial.PARITY_NONE, "even": serial.PARITY_EVEN, "odd": serial.PARITY_ODD}
SERIAL_KEYS: dict[str, tuple[str, ...]] = {
    "baud": tuple(map(str, BAUDS)),
    "bits": ("8", "7"),
    "parity": tuple(PARITIES),
    "stop": ("1", "2"),
    "flow": ("none", "rtscts", "xonxoff"),
}
HELD = "another program, or another device of the file, has it"
PRINTER_CLASS = 7  # of USB interfaces


class Broken(OSError):
    """The line cannot be opened, or has ended. `sent` bytes of what was being written had gone out before."""

    def __init__(self, reason: str, sent: int = 0) -> None:
        super().__init__(reason)
        self.sent = sent


class Line(Protocol):
    """An open line. Whoever opened it is the only one to use it."""

    def write(self, data: bytes, within_s: float) -> int:
        """How many bytes went out: all, or fewer when time was up. Broken (with `sent`) if the line has ended."""

    def read(self, within_s: float) -> bytes:
        """What has come, as soon as something has; nothing when time was up. Broken if the line has ended."""

    def close(self) -> None:
        """Let go at once; what the device has not taken yet is thrown away."""


class Transport(Protocol):
    """An address, understood. Two that are equal by `port` are the same hole in the same machine."""

    stays_open: ClassVar[bool]  # a network printer serves others too; a port on this machine has one owner

    @property
    def port(self) -> str: ...

    def open(self, within_s: float) -> Line: ...

    def seconds_for(self, count: int) -> float:
        """How long so many bytes are on their way, where the line itself is slow."""


def transport(address: str) -> Transport:
    """What the address means; nothing is opened yet. Or an AddressWrong that says what to write."""
    kind, colon, rest = address.partition(":")
    if not colon or kind not in TRANSPORTS:
        raise AddressWrong(f"no device has the address {address!r}; use {EXAMPLES}")
    return TRANSPORTS[kind](rest)


# -- TCP -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tcp:
    """A device on the network, or a serial one behind a box that puts it there."""

    host: str
    number: int
    stays_open: ClassVar[bool] = False

    @classmethod
    def at(cls, rest: str) -> "Tcp":
        host, _, number = rest.rpartition(":")
        if not host or not re.fullmatch(r"[0-9]{1,5}", number) or not 0 < int(number) < 65536:
            raise AddressWrong(f"tcp:{rest} needs a host and a port, such as tcp:printer-1.hall:9100")
        return cls(host.strip("[]"), int(number))

    @property
    def port(self) -> str:
        return f"tcp:{self.host.lower().rstrip('.')}:{self.number}"

    def open(self, within_s: float) -> "Line":
        try:
            line = _connected(self.host, self.number, time.monotonic() + within_s)
        except OSError as wrong:
            raise Broken(f"no connection to {self.host} port {self.number}: {_why(wrong)}") from wrong
        line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.setblocking(False)
        return _Stream(line.fileno(), line.send, line.recv, line.close)

    def seconds_for(self, count: int) -> float:
        return 0.0


def _connected(host: str, number: int, until: float) -> socket.socket:
    """A connection to the first of the host's addresses that has one."""
    refused: OSError = OSError("the name has no address")
    for family, where in _resolved(host, number, until - time.monotonic()):
        line = socket.socket(family, socket.SOCK_STREAM)
        line.settimeout(max(0.01, until - time.monotonic()))
        try:
            line.connect(where)
        except OSError as wrong:
            line.close()
            refused = wrong
        else:
            return line
    raise refused


def _resolved(host: str, number: int, within_s: float) -> list[tuple[int, Any]]:
    """Where the host is. In a thread, as the system's resolver waits as long as it likes."""
    found: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def resolve() -> None:
        try:
            found.put(socket.getaddrinfo(host, number, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as wrong:
            found.put(wrong)

    threading.Thread(target=resolve, name=f"resolve {host}", daemon=True).start()
    try:
        answer = found.get(timeout=within_s)
    except queue.Empty:
        raise TimeoutError("the name was not found in time") from None
    if isinstance(answer, Exception):
        raise OSError(_why(answer)) from answer
    return [(family, where) for family, _, _, _, where in answer]


# -- serial --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Serial:
    """A serial port of this machine, 8N1 without handshake unless the address says otherwise."""

    path: str
    baud: int = 9600
    bits: int = 8
    parity: str = "none"
    stop: int = 1
    flow: str = "none"
    stays_open: ClassVar[bool] = True

    @classmethod
    def at(cls, rest: str) -> "Serial":
        path, _, query = rest.partition("?")
        if not path.startswith("/"):
            raise AddressWrong(f"serial:{rest} needs a device, such as serial:/dev/ttyUSB0?baud=115200")
        said = parse_qsl(query, keep_blank_values=True)
        settings = dict(said)
        keys = [key for key, _ in said]
        if twice := next((key for key in keys if keys.count(key) > 1), None):
            raise AddressWrong(f"serial:{rest}: {twice} stands there twice")
        for key, value in settings.items():
            if value not in SERIAL_KEYS.get(key, ()):
                raise AddressWrong(f"serial:{rest}: {key}={value} is unknown; {_serial_keys()}")
        numbers = {key: int(settings[key]) for key in ("baud", "bits", "stop") if key in settings}
        return cls(path, **numbers, **{key: settings[key] for key in ("parity", "flow") if key in settings})

    @property
    def port(self) -> str:
        """The device itself, whatever the link to it is called and however fast it is spoken to."""
        return f"serial:{os.path.realpath(self.path)}"

    def open(self, within_s: float) -> "Line":
        if termios is None:
            raise Broken("serial ports are served on Linux only")
        if not os.path.exists(self.path):
            raise Broken(f"{self.path} is not there: is the cable in, and the device switched on?")
        try:
            opened = serial.Serial(
                self.path,
                self.baud,
                self.bits,
                PARITIES[self.parity],
                self.stop,
                timeout=0,
                rtscts=self.flow == "rtscts",
                xonxoff=self.flow == "xonxoff",
                exclusive=True,  # a second owner, of this program or another, is refused
            )
        except (OSError, ValueError, termios.error) as wrong:
            busy = getattr(wrong, "errno", None) in (errno.EAGAIN, errno.EBUSY)
            why = HELD if busy else _why(wrong)
            raise Broken(f"{self.path} cannot be opened: {why}") from wrong
        fd = opened.fileno()
        return _Stream(fd, lambda data: os.write(fd, data), lambda most: os.read(fd, most), lambda: _drop(opened))

    def seconds_for(self, count: int) -> float:
        return count * (1 + self.bits + (self.parity != "none") + self.stop) / self.baud


def _serial_keys() -> str:
    return "; ".join(f"{key}: {', '.join(values)}" for key, values in SERIAL_KEYS.items())


def _drop(opened: serial.Serial) -> None:
    """Without the flush, close() would wait half a minute for a device that takes nothing."""
    for step in (opened.reset_output_buffer, opened.close):
        with contextlib.suppress(OSError, termios.error):
            step()


class _Stream:
    """A line over a descriptor that never blocks: a socket's or a serial port's."""

    def __init__(
        self, fd: int, put: Callable[[bytes], int], get: Callable[[int], bytes], close: Callable[[], None]
    ) -> None:
        self._fd, self._put, self._get, self._close = fd, put, get, close

    def write(self, data: bytes, within_s: float) -> int:
        sent, until = 0, time.monotonic() + within_s
        try:
            while sent < len(data) and self._may_write(until):
                with contextlib.suppress(BlockingIOError):
                    sent += self._put(data[sent : sent + PIECE])
        except (OSError, ValueError) as wrong:  # ValueError: we closed it ourselves
            raise Broken(f"the line broke: {_why(wrong)}", sent) from wrong
        return sent

    def read(self, within_s: float) -> bytes:
        try:
            if not select.select([self._fd], [], [], max(0.0, within_s))[0]:
                return b""
            heard = self._get(PIECE)
        except BlockingIOError:
            return b""
        except (OSError, ValueError) as wrong:
            raise Broken(f"the line broke: {_why(wrong)}") from wrong
        if not heard:
            raise Broken("the device closed the line")
        return heard

    def close(self) -> None:
        self._fd = -1  # the number may soon be another file's
        self._close()

    def _may_write(self, until: float) -> bool:
        return bool(select.select([], [self._fd], [], max(0.0, until - time.monotonic()))[1])


# -- USB -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Usb:
    """A printer plugged into this machine, by the numbers of vendor and product. `backend`: pyusb's choice if None."""

    vendor: int
    product: int
    backend: Any = None
    stays_open: ClassVar[bool] = True

    @classmethod
    def at(cls, rest: str) -> "Usb":
        if not re.fullmatch(r"[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}", rest):
            raise AddressWrong(f"usb:{rest} needs two numbers of four digits, as lsusb shows them: usb:04b8:0e28")
        vendor, product = rest.split(":")
        return cls(int(vendor, 16), int(product, 16))

    @property
    def port(self) -> str:
        return f"usb:{self.vendor:04x}:{self.product:04x}"

    def open(self, within_s: float) -> "Line":
        try:
            device = usb.core.find(idVendor=self.vendor, idProduct=self.product, backend=self.backend)
            if device is None:
                raise Broken(f"no device {self.port} is plugged in: is the cable in, and the printer switched on?")
            return _UsbLine(device, *_printer_ends(device))
        except usb.core.NoBackendError as wrong:
            raise Broken("USB needs libusb, which is missing here; on Debian: apt-get install libusb-1.0-0") from wrong
        except (usb.core.USBError, NotImplementedError) as wrong:
            forbidden = getattr(wrong, "errno", None) == errno.EACCES
            why = (
                "the agent's user may not use it; a udev rule gives it to a group of theirs"
                if forbidden
                else _why(wrong)
            )
            raise Broken(f"{self.port} cannot be opened: {why}") from wrong

    def seconds_for(self, count: int) -> float:
        return 0.0


def _printer_ends(device: Any) -> tuple[Any, Any]:
    """The endpoints out and in of the device's printer, taken from the kernel's driver if that holds them."""
    try:
        setting = device.get_active_configuration()
    except usb.core.USBError:
        device.set_configuration()
        setting = device.get_active_configuration()
    for interface in setting:
        ends = [_end(interface, way) for way in (usb.util.ENDPOINT_OUT, usb.util.ENDPOINT_IN)]
        if interface.bInterfaceClass == PRINTER_CLASS and all(ends):
            _take_from_kernel(device, interface.bInterfaceNumber)
            usb.util.claim_interface(device, interface.bInterfaceNumber)
            if interface.bAlternateSetting:
                device.set_interface_altsetting(interface)
            return ends[0], ends[1]
    raise Broken("this USB device is no printer that answers")


def _end(interface: Any, way: int) -> Any:
    """The first bulk or interrupt endpoint of that way, or None."""
    kinds = (usb.util.ENDPOINT_TYPE_BULK, usb.util.ENDPOINT_TYPE_INTR)
    return usb.util.find_descriptor(
        interface,
        custom_match=lambda end: (
            usb.util.endpoint_direction(end.bEndpointAddress) == way
            and usb.util.endpoint_type(end.bmAttributes) in kinds
        ),
    )


def _take_from_kernel(device: Any, interface: int) -> None:
    with contextlib.suppress(NotImplementedError):  # where the system has no such driver
        if device.is_kernel_driver_active(interface):
            device.detach_kernel_driver(interface)


class _UsbLine:
    def __init__(self, device: Any, out: Any, into: Any) -> None:
        self._device, self._out, self._into = device, out, into

    def write(self, data: bytes, within_s: float) -> int:
        sent, until = 0, time.monotonic() + within_s
        while sent < len(data) and (left := until - time.monotonic()) > 0:
            try:
                sent += self._out.write(data[sent : sent + PIECE], _milliseconds(left))
            except usb.core.USBTimeoutError:
                continue
            except usb.core.USBError as wrong:
                raise Broken(f"the line broke: {_why(wrong)}", sent) from wrong
        return sent

    def read(self, within_s: float) -> bytes:
        until = time.monotonic() + within_s
        while True:
            try:
                heard = self._into.read(self._into.wMaxPacketSize, _milliseconds(until - time.monotonic()))
            except usb.core.USBTimeoutError:
                heard = b""
            except usb.core.USBError as wrong:
                raise Broken(f"the line broke: {_why(wrong)}") from wrong
            left = until - time.monotonic()
            if heard or left <= 0:
                return bytes(heard)
            time.sleep(min(PAUSE_S, left))  # an empty packet is no news

    def close(self) -> None:
        with contextlib.suppress(usb.core.USBError):
            usb.util.dispose_resources(self._device)


def _milliseconds(seconds: float) -> int:
    return max(1, int(seconds * 1000))  # 0 would be for ever


TRANSPORTS: dict[str, Callable[[str], Transport]] = {"tcp": Tcp.at, "serial": Serial.at, "usb": Usb.at}


def _why(wrong: BaseException) -> str:
    """The system's own words, in a sentence."""
    return str(getattr(wrong, "strerror", None) or wrong)
