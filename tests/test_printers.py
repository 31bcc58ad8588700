"""What a printer was sent and what is said of it, against a stateful fake printer over a real socket."""

import socket
import time
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from hardware import devices, printers, slips
from hardware.errors import AddressWrong, DevicesWrong
from hardware.printers import Outcome, Patience, Tcp, Virtual
from tests.fake_printer import FakePrinter
from tests.test_slips import URL, a_slip, same

QUICK = Patience(connect_s=1, answer_s=0.2, write_s=0.5, done_s=0.3)
PRINTER = '[[printer]]\nname = "kiosk-1"\nfor = "kiosk-1"\naddress = "tcp:printer-1.hall:9100"\nwidth = 576\n'


@pytest.fixture
def paper():
    with FakePrinter() as fake:
        yield fake
    assert fake.faults == []


def the_printer(fake: FakePrinter, patience: Patience = Patience()) -> Tcp:  # noqa: B008
    return Tcp("127.0.0.1", fake.port, patience)


def printing(fake: FakePrinter, patience: Patience = QUICK) -> Outcome:
    return the_printer(fake, patience).print(slips.render(a_slip(), 576), "2026-11-20-A001")


@pytest.mark.parametrize("width", [576, 384])
def test_the_paper_shows_what_was_rendered_dot_for_dot(paper: FakePrinter, width: int) -> None:
    slip = slips.render(a_slip(), width)
    outcome = the_printer(paper).print(slip, "2026-11-20-A001")
    assert (outcome.what, outcome.state.name) == ("printed", "ok")
    assert len(paper.slips) == 1 and same(paper.slips[0], slip)
    assert [code.text for code in zxingcpp.read_barcodes(paper.slips[0].convert("L"))] == [URL]


def test_a_long_slip_is_sent_whole(paper: FakePrinter) -> None:
    slip = Image.effect_noise((576, 5000), 200).convert("1")
    assert the_printer(paper).print(slip, "long").what == "printed"
    assert same(paper.slips[0], slip)


@pytest.mark.parametrize(
    ("knobs", "state"),
    [
        ({"paper": "out"}, "paper_out"),
        ({"cover_open": True}, "cover_open"),
        ({"off_line": True}, "offline"),
        ({"silent": True}, "unknown"),
    ],
)
def test_a_printer_that_cannot_print_is_sent_nothing(paper: FakePrinter, knobs: dict, state: str) -> None:
    for knob, value in knobs.items():
        setattr(paper, knob, value)
    outcome = printing(paper)
    assert (outcome.what, outcome.state.name, paper.raster_bytes) == ("not_printed", state, 0)
    assert outcome.detail
    assert the_printer(paper, QUICK).state().name == state


def test_nobody_at_the_address_is_not_printed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    printer = Tcp("127.0.0.1", port, QUICK)
    outcome = printer.print(slips.render(a_slip(), 576), "2026-11-20-A001")
    assert (outcome.what, outcome.state.name) == ("not_printed", "offline")
    assert printer.state().name == "offline"


def test_low_paper_prints_and_is_told(paper: FakePrinter) -> None:
    paper.paper = "low"
    outcome = printing(paper)
    assert (outcome.what, outcome.state.name, len(paper.slips)) == ("printed", "paper_low", 1)


def test_a_printer_that_vanishes_in_the_middle_is_unknown(paper: FakePrinter) -> None:
    paper.vanishes_after = 10_000
    assert printing(paper).what == "unknown"
    assert paper.slips == []


@pytest.mark.parametrize("confirms", ["nothing", "another", "untagged"])
def test_only_the_answer_to_this_very_slip_counts(paper: FakePrinter, confirms: str) -> None:
    paper.confirms = confirms
    assert printing(paper).what == "unknown"


def test_a_printer_that_stops_reading_does_not_hold_us_for_ever(paper: FakePrinter) -> None:
    slip = Image.new("1", (576, 10_000), 255)  # more than the sockets between us hold
    paper.stops_reading = True
    begun = time.monotonic()
    assert the_printer(paper, QUICK).print(slip, "endless").what == "unknown"
    assert time.monotonic() - begun < 4


def test_status_sent_unasked_confuses_nobody(paper: FakePrinter) -> None:
    paper.chatter = b"\x38\x00\x00\x00"  # as if the cover had just been open
    assert printing(paper).what == "printed"


def test_a_virtual_slip_is_a_png_where_a_person_finds_it(tmp_path: Path) -> None:
    slip = slips.render(a_slip(), 576)
    outcome = printers.printer(f"virtual:{tmp_path}/slips/").print(slip, "2026-11-20-A001-copy2")
    assert outcome.what == "printed"
    assert [file.name for file in (tmp_path / "slips").iterdir()] == ["2026-11-20-A001-copy2.png"]
    assert same(Image.open(tmp_path / "slips" / "2026-11-20-A001-copy2.png"), slip)


def test_a_virtual_slip_without_a_place_is_not_printed(tmp_path: Path) -> None:
    (tmp_path / "slips").write_text("a file stands in the way")
    outcome = Virtual(tmp_path / "slips").print(slips.render(a_slip(), 576), "2026-11-20-A001")
    assert (outcome.what, outcome.state.name) == ("not_printed", "offline")


@pytest.mark.parametrize("address", ["usb:04b8:0e28", "serial:/dev/ttyUSB0", "COM3", "tcp:printer-1", "tcp::9100", ""])
def test_an_address_no_driver_understands_is_refused(address: str) -> None:
    with pytest.raises(AddressWrong, match=r"tcp:|not supported yet"):
        printers.printer(address)


def test_the_devices_file_as_the_manual_shows_it() -> None:
    found = devices.read(PRINTER)
    printer = found.printers[0]
    assert (printer.name, printer.prints_for, printer.width) == ("kiosk-1", "kiosk-1", 576)
    assert (printer.driver.host, printer.driver.port) == ("printer-1.hall", 9100)
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "names no device"),
        ("x =", "not TOML"),
        ("printer = 3", r"write \[\[printer\]\]"),
        ("[[printr]]", "'printr' is unknown"),
        (
            PRINTER.replace("tcp:printer-1.hall:9100", "usb:04b8:0e28"),
            "line 4: printers on usb: are not supported",
        ),
        (PRINTER.replace("576", "80"), "line 5: width is in dots"),
        (PRINTER.replace("576", "true"), "line 5: width is in dots"),
        (PRINTER.replace("576", "832"), "line 5: width is in dots"),
        (PRINTER + "baud = 9600\n", "line 6: a printer has no 'baud'"),
        (PRINTER.replace('for = "kiosk-1"\n', ""), 'line 1: a printer needs for = "…"'),
        (PRINTER + PRINTER, "line 7: there is already a printer 'kiosk-1'"),
        (
            PRINTER + PRINTER.replace('name = "kiosk-1"', 'name = "b"'),
            "line 9: .* belongs to the printer 'kiosk-1'",
        ),
    ],
)
def test_a_mistake_in_the_devices_file_is_named_with_its_line(text: str, says: str) -> None:
    with pytest.raises(DevicesWrong, match=says):
        devices.read(text)
