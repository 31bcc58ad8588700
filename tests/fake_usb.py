"""A stand-in for pyusb's backend with one printer plugged in. It is no device: no USB is spoken anywhere here.

pyusb's own code runs above it (finding, claiming, endpoints, time-outs); below it is the same fake printer as behind
the other lines. What a real hub, a real controller and libusb do is not shown by it.
"""

import errno
import time
from types import SimpleNamespace
from typing import Any

import usb.backend
import usb.core

VENDOR, PRODUCT = 0x04B8, 0x0E28
OUT, IN = 0x01, 0x82
PACKET = 64


class Backend(usb.backend.IBackend):
    """What pyusb asks of libusb. `kernel_has_it`: as where the system's own driver took the printer first."""

    def __init__(self, printer: Any = None, interface_class: int = 7) -> None:
        self.printer, self.interface_class = printer, interface_class
        self.plugged_in = True
        self.kernel_has_it = True
        self.forbidden = False
        self.empty_packets = False  # answers at once, and nothing, where others let one wait
        self.claimed: set[int] = set()
        self.to_host = bytearray()
        self.configured = True

    def enumerate_devices(self) -> list[str]:
        return ["the printer"] if self.plugged_in else []

    def get_device_descriptor(self, dev: str) -> Any:
        return SimpleNamespace(
            bLength=18, bDescriptorType=1, bcdUSB=0x200, bDeviceClass=0, bDeviceSubClass=0, bDeviceProtocol=0,
            bMaxPacketSize0=64, idVendor=VENDOR, idProduct=PRODUCT, bcdDevice=0x100, iManufacturer=0, iProduct=0,
            iSerialNumber=0, bNumConfigurations=1, address=5, bus=1, port_number=1, port_numbers=(1,), speed=3,
        )  # fmt: skip

    def get_configuration_descriptor(self, dev: str, config: int) -> Any:
        return SimpleNamespace(
            bLength=9, bDescriptorType=2, wTotalLength=32, bNumInterfaces=1, bConfigurationValue=1, iConfiguration=0,
            bmAttributes=0xC0, bMaxPower=1, extra_descriptors=[],
        )  # fmt: skip

    def get_interface_descriptor(self, dev: str, intf: int, alt: int, config: int) -> Any:
        if (intf, alt) != (0, 0):
            raise IndexError
        return SimpleNamespace(
            bLength=9, bDescriptorType=4, bInterfaceNumber=0, bAlternateSetting=0, bNumEndpoints=2,
            bInterfaceClass=self.interface_class, bInterfaceSubClass=1, bInterfaceProtocol=2, iInterface=0,
            extra_descriptors=[],
        )  # fmt: skip

    def get_endpoint_descriptor(self, dev: str, ep: int, intf: int, alt: int, config: int) -> Any:
        return SimpleNamespace(
            bLength=7, bDescriptorType=5, bEndpointAddress=(OUT, IN)[ep], bmAttributes=2, wMaxPacketSize=PACKET,
            bInterval=0, bRefresh=0, bSynchAddress=0, extra_descriptors=[],
        )  # fmt: skip

    def open_device(self, dev: str) -> str:
        if self.forbidden:
            raise usb.core.USBError("Access denied (insufficient permissions)", -3, errno.EACCES)
        return "a handle"

    def close_device(self, handle: str) -> None:
        self.claimed.clear()

    def get_configuration(self, handle: str) -> int:
        return int(self.configured)

    def set_configuration(self, handle: str, value: int) -> None:
        self.configured = True

    def is_kernel_driver_active(self, handle: str, intf: int) -> bool:
        return self.kernel_has_it

    def detach_kernel_driver(self, handle: str, intf: int) -> None:
        self.kernel_has_it = False

    def claim_interface(self, handle: str, intf: int) -> None:
        if self.kernel_has_it:
            raise usb.core.USBError("Resource busy", -6, errno.EBUSY)
        self.claimed.add(intf)

    def release_interface(self, handle: str, intf: int) -> None:
        self.claimed.discard(intf)

    def bulk_write(self, handle: str, ep: int, intf: int, data: Any, timeout: int) -> int:
        """As libusb: what went out before the time was up is told, and only nothing at all is a time-out."""
        self._there(ep == OUT, timeout)
        until, taken, data = time.monotonic() + timeout / 1000, 0, bytes(data)
        while taken < len(data) and time.monotonic() < until:
            taken += self.printer.hear(data[taken : taken + PACKET], wait=False)
        self._there()
        if not taken:
            raise usb.core.USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT)
        return taken

    def bulk_read(self, handle: str, ep: int, intf: int, buff: Any, timeout: int) -> int:
        self._there(ep == IN, timeout)
        with self.printer.news:
            if not self.empty_packets:
                self.printer.news.wait_for(lambda: self.to_host or not self.plugged_in, timeout / 1000)
            self._there()
            piece = bytes(self.to_host[: len(buff)])
            del self.to_host[: len(buff)]
        if not piece and not self.empty_packets:
            raise usb.core.USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT)
        for at, byte in enumerate(piece):
            buff[at] = byte
        return len(piece)

    def _there(self, right_end: bool = True, timeout: int = 1) -> None:
        assert right_end and self.claimed and timeout > 0  # 0 would be for ever
        if not self.plugged_in:
            raise usb.core.USBError("No such device (it may have been disconnected)", -4, errno.ENODEV)


class UsbWire:
    """The fake printer's end of that backend."""

    gone = False

    def __init__(self, printer: Any) -> None:
        self.backend = Backend(printer)
        self.address = f"usb:{VENDOR:04x}:{PRODUCT:04x}"

    def start(self) -> None:
        self.backend.printer.connected()

    def stop(self) -> None:
        self.unplug()

    def send(self, data: bytes) -> None:
        self.backend.to_host += data
        with self.backend.printer.news:
            self.backend.printer.news.notify_all()

    def unplug(self) -> None:
        self.backend.plugged_in = False
        self.backend.to_host.clear()

    def plug_in(self) -> None:
        self.backend.plugged_in = True
        self.backend.kernel_has_it = True
        self.backend.printer.connected()

    drop = unplug
