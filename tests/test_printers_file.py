"""What the devices file says of printers: read, or refused with its line and what to write instead."""

import os
from pathlib import Path

import pytest

from hardware import devices, paper
from hardware.errors import DevicesWrong, SlipRefused
from hardware.printers import State
from tests.test_slips import a_slip

PRINTER = '[[printer]]\nname = "kiosk-1"\nfor = "kiosk-1"\naddress = "tcp:printer-1.hall:9100"\nwidth = 576\n'


def at(address: str, name: str = "kiosk-1") -> str:
    return PRINTER.replace("tcp:printer-1.hall:9100", address).replace('name = "kiosk-1"', f'name = "{name}"')


def test_the_devices_file_as_the_manual_shows_it() -> None:
    found = devices.read(PRINTER)
    printer = found.printers[0]
    assert (printer.name, printer.prints_for, printer.width) == ("kiosk-1", "kiosk-1", 576)
    assert (printer.driver.port, printer.confirms, printer.text_profile) == ("tcp:printer-1.hall:9100", True, None)
    assert found.warnings == ()


@pytest.mark.parametrize("address", ["usb:04b8:0e28", "serial:/dev/ttyUSB0?baud=115200", "virtual:slips/"])
def test_a_printer_may_have_any_of_these_addresses(address: str) -> None:
    assert devices.read(at(address)).printers[0].address == address


def test_a_printer_that_cannot_confirm_says_so() -> None:
    printer = devices.read(PRINTER + "confirms = false\n").printers[0]
    assert (printer.confirms, printer.driver.confirms) == (False, False)


@pytest.mark.parametrize(
    ("more", "profile"), [('text = "cp874"', "default"), ('text = "CP874"\nprofile = "TM-T88II"', "TM-T88II")]
)
def test_native_text_is_chosen_by_name_alone(more: str, profile: str) -> None:
    chosen, other = devices.read(PRINTER + more + "\n" + at("tcp:other:9100", "other")).printers
    assert (chosen.text_profile, other.text_profile) == (profile, None)
    assert isinstance(chosen.page(a_slip()), paper.Text)
    assert not isinstance(other.page(a_slip()), paper.Text)


def test_a_slip_in_letters_that_the_page_lacks_is_refused_for_such_a_printer_alone() -> None:
    chosen, other = devices.read(PRINTER + 'text = "cp874"\n' + at("tcp:other:9100", "other")).printers
    burmese = a_slip(language="my", service="နေရာ")
    assert other.page(burmese).width == 576
    with pytest.raises(SlipRefused, match="CP874 has no letter"):
        chosen.page(burmese)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("baud = 9600", "line 6: a printer has no 'baud'"),
        ('confirms = "no"', "line 6: confirms is true, or false"),
        ('text = "utf-8"', 'line 6: text can only be "cp874"'),
        ("text = true", 'line 6: a printer needs text = "…"'),
        ('profile = "TM-T88II"', 'line 6: profile goes with text = "cp874"'),
        ('text = "cp874"\nprofile = "TM-T20II"', "line 7: 'TM-T20II' has no CP874, .*: KR-306, .*default"),
        ('text = "cp874"\nprofile = "Brother"', "line 7: 'Brother' has no CP874"),
    ],
)
def test_a_mistake_in_a_printers_keys_is_named_with_its_line(more: str, says: str) -> None:
    with pytest.raises(DevicesWrong, match=says):
        devices.read(PRINTER + more + "\n")


@pytest.mark.parametrize("more", ['text = "cp874"', "confirms = false"])
def test_a_virtual_printer_is_no_such_printer(more: str) -> None:
    with pytest.raises(DevicesWrong, match="line 6: a virtual printer"):
        devices.read(at("virtual:slips/") + more + "\n")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "names no device"),
        ("x =", "not TOML"),
        ("printer = 3", r"write \[\[printer\]\]"),
        ("[[printr]]", "'printr' is unknown"),
        (at("usb:Epson"), "line 4: usb:Epson needs two numbers"),
        (at("serial:COM3"), "line 4: serial:COM3 needs a device"),
        (at("tcp:a\\u0000b:9100"), "line 4: address holds a sign that nobody can see"),
        (at("virtual:a\\u0000b"), "line 4: address holds a sign"),
        ('[slips]\ntemplate = "a\\u0000.typ"\n' + PRINTER, "line 2: template holds a sign"),
        (at("tcp:h:9100", "kiosk/1"), "line 2: 'kiosk/1' is no name"),
        (at("tcp:h:9100", " kiosk"), "line 2: ' kiosk' is no name"),
        (at("tcp:h:9100", "k" * 61), "line 2: 'k+' is no name"),
        (at("parallel:1"), "line 4: no device has the address 'parallel:1'; use tcp:.* or virtual:"),
        (PRINTER.replace("576", "80"), "line 5: width is in dots"),
        (PRINTER.replace("576", "true"), "line 5: width is in dots"),
        (PRINTER.replace("576", "832"), "line 5: width is in dots"),
        (PRINTER.replace('for = "kiosk-1"\n', ""), 'line 1: a printer needs for = "…"'),
        (PRINTER + PRINTER, "line 7: there is already a printer 'kiosk-1'"),
    ],
)
def test_a_mistake_in_the_devices_file_is_named_with_its_line(text: str, says: str) -> None:
    with pytest.raises(DevicesWrong, match=says):
        devices.read(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("tcp:printer-1.hall:9100", "tcp:Printer-1.hall:9100"),
        ("serial:/dev/ttyUSB0?baud=9600", "serial:/dev/ttyUSB0?baud=115200"),
        ("usb:04b8:0e28", "usb:04B8:0E28"),
        ("virtual:slips/", "virtual:./slips"),
    ],
)
def test_two_owners_of_one_port_are_refused_however_it_is_written(one: str, other: str) -> None:
    with pytest.raises(DevicesWrong, match=r"line 9: .* belongs to the printer 'kiosk-1' already"):
        devices.read(at(one) + at(other, "b"))


def test_a_link_to_a_port_is_that_port(tmp_path: Path) -> None:
    far, near = os.openpty()
    link = tmp_path / "usb-Prolific_Technology_Inc-if00-port0"
    link.symlink_to(os.ttyname(near))
    with pytest.raises(DevicesWrong, match=r"line 9: .* belongs to the printer 'kiosk-1'"):
        devices.read(at(f"serial:{os.ttyname(near)}") + at(f"serial:{link}", "b"))
    for end in (far, near):
        os.close(end)


@pytest.mark.parametrize(
    ("address", "more", "warned"),
    [
        ("serial:/dev/ttyUSB0?baud=9600", "", True),
        ("serial:/dev/ttyUSB0", "", True),
        ("serial:/dev/ttyUSB0?baud=115200", "", False),
        ("serial:/dev/ttyUSB0?baud=9600", 'text = "cp874"\n', False),
        ("usb:04b8:0e28", "", False),
    ],
)
def test_a_line_too_slow_for_pictures_is_warned_of(address: str, more: str, warned: bool) -> None:
    warnings = devices.read(at(address) + more).warnings
    assert len(warnings) == warned
    if warned:
        assert "line 4: over this line a slip takes about" in warnings[0] and "115200" in warnings[0]


def test_an_address_that_is_not_there_is_no_refusal_but_the_printers_state(tmp_path: Path) -> None:
    printer = devices.read(at(f"serial:{tmp_path}/ttyUSB0?baud=115200")).printers[0]
    says = f"{tmp_path}/ttyUSB0 is not there: is the cable in, and the device switched on?"
    assert printer.driver.state() == State("offline", says)
