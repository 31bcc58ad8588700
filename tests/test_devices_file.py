"""The devices file's displays and keypads: what is read of them, and refusals that name the line."""

import re
from pathlib import Path

import pytest

from hardware import devices, displays
from hardware.displays import Alpha, Ascii, ModbusDigits
from hardware.errors import DevicesWrong

DISPLAY = """\
[[display]]
counter = "3"
address = "serial:/dev/ttyUSB1?baud=9600"
protocol = "modbus-digits"
unit = 3
"""
KEYPAD = """\
[[keypad]]
counter = "3"
address = "serial:/dev/ttyUSB2?baud=9600"
protocol = "ff68"
"""
SAME_LINE = KEYPAD.replace("USB2", "USB1")
ASCII = DISPLAY.replace("modbus-digits", "ascii")
ANOTHER = DISPLAY.replace('"3"', '"4"').replace("unit = 3", "unit = 4")
AT_BOX = DISPLAY.replace("serial:/dev/ttyUSB1?baud=9600", "tcp:BOX:9100")
PRINTER = '[[printer]]\nname = "kiosk-1"\nfor = "*"\naddress = "virtual:slips/"\n'


ROOT = Path(__file__).parent.parent


def test_the_sample_that_ships_is_read_as_it_stands() -> None:
    found = devices.read((ROOT / "hardware" / "devices.sample.toml").read_text("utf-8"))
    assert [(one.name, one.prints_for, one.width) for one in found.printers] == [
        ("entrance", "kiosk-1", 576),
        ("reception", "*", 576),
        ("hallway", "kiosk-2", 384),
    ]
    assert (len(found.displays), len(found.keypads), found.warnings) == (1, 1, ())
    assert "hardware/devices.sample.toml" in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("protocol", [*displays.DRIVERS])
def test_the_manual_names_every_setting_of_a_display(protocol: str) -> None:
    table = (ROOT / "README.md").read_text("utf-8").split("## Displays and keypads")[1]
    (row,) = re.findall(rf"^\| \| `{protocol}`.*$", table, re.MULTILINE)
    assert [name for name in displays.DRIVERS[protocol][0] if f"`{name}`" not in row] == []


def test_the_service_names_a_section_of_the_manual_that_is_there() -> None:
    (named,) = re.findall(r'README.md \("(.+?)"\)', (ROOT / "hardware" / "sala-agent.service").read_text("utf-8"))
    assert f"## {named}\n" in (ROOT / "README.md").read_text("utf-8")


def test_the_devices_file_as_the_manual_shows_it() -> None:
    found = devices.read(PRINTER + DISPLAY + KEYPAD)
    (display,), (keypad,) = found.displays, found.keypads
    assert (display.name, display.counter, display.driver) == ("display-3", "3", ModbusDigits(3))
    assert (display.line.port, display.away, display.refused) == ("serial:/dev/ttyUSB1", "dashes", "blink")
    assert (keypad.name, keypad.counter, keypad.protocol, keypad.unit) == ("keypad-3", "3", "ff68", None)
    assert keypad.keys["0x01"] == "next"
    assert (len(found.printers), found.warnings) == (1, ())


def test_every_setting_of_a_frame_is_read() -> None:
    ascii_display = """
name = "over the window"
gap_ms = 120
answer_ms = 500
retries = 4
repaint_s = 0
away = "blank"
refused = "Err"
parts = ["\\u0002", "{unit}", "{number}", "{checksum}"]
encoding = "cp874"
checksum = "crc16"
checksum_from = 1
terminator = "\\u0003"
digits = 5
pad = "0"
letters = "drop"
acknowledgement = "{hex:06 0D}"
"""
    (display,) = devices.read(ASCII + ascii_display).displays
    assert isinstance(display.driver, Ascii)
    form = display.driver.form
    assert (form.encoding, form.checksum, form.checksum_from, form.terminator) == ("cp874", "crc16", 1, "\x03")
    assert (form.places, form.pad, display.driver.letters, display.driver.unit) == (5, "0", "drop", 3)
    assert display.driver.acknowledgement == b"\x06\x0d"
    assert (display.gap_s, display.answer_s, display.retries, display.repaint_s) == (0.12, 0.5, 4, 0)
    assert (display.name, display.away, display.refused) == ("over the window", "blank", "Err")


def test_one_that_never_answers_is_painted_less_often() -> None:
    alpha = DISPLAY.replace("modbus-digits", "alpha") + 'sign = "!"\nfile = "0"\nposition = "fill"\nmode = "flash"\n'
    (display,) = devices.read(alpha + "checksum = true\n").displays
    assert display.driver == Alpha(3, "!", "0", "fill", "flash", True)
    assert display.repaint_s == 60
    assert devices.read(DISPLAY).displays[0].repaint_s == 10


def test_a_line_is_shared_by_those_who_are_told_apart() -> None:
    found = devices.read(DISPLAY + ANOTHER + SAME_LINE)
    assert {one.line.port for one in (*found.displays, *found.keypads)} == {"serial:/dev/ttyUSB1"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (DISPLAY.replace("modbus-digits", "modbus"), "line 4: no display speaks 'modbus'; it may be modbus-"),
        (KEYPAD.replace("ff68", "ff69"), "line 4: no keypad speaks 'ff69'; it may be ff68, lines"),
        (DISPLAY.replace('protocol = "modbus-digits"\n', ""), 'line 1: a display needs protocol = "…"'),
        (DISPLAY.replace('"3"', "3"), "line 2: 3 is no counter; write its id"),
        (DISPLAY.replace('"3"', '"ช่อง 3"'), "line 2: 'ช่อง 3' is no counter"),
        (DISPLAY.replace('counter = "3"\n', ""), "line 1: None is no counter"),
        (DISPLAY.replace('address = "serial:/dev/ttyUSB1?baud=9600"\n', ""), 'line 1: a display needs address = "…"'),
        (DISPLAY.replace("serial:/dev/ttyUSB1?baud=9600", "COM3"), "line 3: no device has the address 'COM3'"),
        (DISPLAY.replace("serial:/dev/ttyUSB1?baud=9600", "usb:04b8:0e28"), "line 3: it hangs on a serial line"),
        (DISPLAY.replace("9600", "96000"), "line 3: serial:/dev/ttyUSB1"),
        (DISPLAY.replace("unit = 3", "unit = 248"), "line 5: unit is a number from 1 to 247"),
        (DISPLAY.replace("unit = 3", "unit = true"), "line 5: unit is a number"),
        (DISPLAY + "gap_ms = -1\n", "line 6: gap_ms is a number from 0"),
        (DISPLAY + 'letters = "loud"\n', "line 6: letters is one of drop, keep, number"),
        (DISPLAY + "parts = []\n", "line 6: a display has no 'parts'"),
        (ASCII + "parts = []\n", "line 6: parts is a list of texts"),
        (ASCII + 'parts = ["{nummer}"]\n', "line 6: a frame has no part '{nummer}'"),
        (ASCII + 'parts = ["ช่อง"]\n', "line 6: 'ช่อง' cannot be written in ascii"),
        (ASCII + 'checksum = "md5"\n', "line 6: checksum is one of none, sum8"),
        (DISPLAY.replace("modbus-digits", "alpha") + 'mode = "dance"\n', "line 6: mode is one of hold, flash"),
        (KEYPAD + "keys = {}\n", "line 5: keys say what each means"),
        (KEYPAD + 'keys = { "0x01" = "undo" }\n', "line 5: the key 0x01 cannot mean 'undo'; it may be next, recall"),
        (KEYPAD + 'keys = { "one" = "next" }\n', "line 5: 'one' is no key of such a keypad"),
        (KEYPAD.replace("ff68", "lines") + 'keys = { "CALL 1" = "next" }\n', "line 5: 'CALL 1' is no key"),
        (KEYPAD + 'keys = { "0x01" = ["next"] }\n', "line 5: the key 0x01 cannot mean"),
        (DISPLAY + ANOTHER.replace("9600", "19200"), "line 8: serial:/dev/ttyUSB1 is set otherwise for 'display-3'"),
        (DISPLAY + SAME_LINE.replace("9600", "4800"), "line 8: serial:/dev/ttyUSB1 is set otherwise for 'display-3'"),
        (DISPLAY + ANOTHER.replace("unit = 4", "unit = 3"), "line 10: 'display-4' and 'display-3' on serial:/dev"),
        (KEYPAD + KEYPAD.replace('"3"', '"4"'), "told apart by nothing; set unit"),
        (DISPLAY + 'name = "over/window"\n', "line 6: 'over/window' is no name"),
        (KEYPAD + 'name = "a/x"\n', "line 5: 'a/x' is no name"),
        (ASCII + 'terminator = "{0D}"\n', "line 6: a terminator is text, or bytes written as {hex:0D}"),
        (KEYPAD + 'keys = { "1" = "next", "01" = "finish" }\n', "line 5: the key 0x01 stands there twice"),
        (KEYPAD.replace("ff68", "lines") + 'keys = { "Go" = "next", "GO" = "next" }\n', "line 5: the key GO stands"),
        (KEYPAD.replace("9600", "9600&baud=115200"), "line 3: serial:/dev/ttyUSB2.*baud stands there twice"),
        (DISPLAY + DISPLAY, "there is already a display 'display-3'"),
        (PRINTER + DISPLAY + 'name = "kiosk-1"\n', "line 10: there is already a printer 'kiosk-1'"),
        (PRINTER.replace("virtual:slips/", "tcp:box:9100") + AT_BOX,
         "line 7: tcp:box:9100 belongs to the printer 'kiosk-1' already"),
        ("display = 3", r"write \[\[display\]\] with two brackets"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_line(text: str, says: str) -> None:
    with pytest.raises(DevicesWrong, match=says):
        devices.read(text)


def test_one_line_under_two_names_has_one_owner(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A link, as udev makes them, is the device that it names."""
    folder = tmp_path_factory.mktemp("dev")
    (folder / "by-id").symlink_to("/dev/ttyUSB1")
    text = DISPLAY + ANOTHER.replace("/dev/ttyUSB1?baud=9600", f"{folder}/by-id?baud=19200")
    with pytest.raises(DevicesWrong, match="is set otherwise"):
        devices.read(text)
