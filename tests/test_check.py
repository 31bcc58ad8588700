"""`run.py agent check`: what is wrong beside the devices is said in plain words, whatever it is; the systemd unit."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hardware import devices, slips
from hardware.check import check, slip_to_test
from hardware.journal import Journal
from hardware.transports import transport
from tests.cables import Bridge, Socat, Tubes, cable
from tests.fake_printer import FakePrinter
from tests.serving import RUN, sala
from tests.test_agent import KEY, Hall, hall, paper, printer_at
from tests.test_displays import tubes_at
from tests.test_slips import same

__all__ = ["cable", "hall", "paper"]  # fixtures
UNIT = Path(__file__).parent.parent / "hardware" / "sala-agent.service"
PATIENCE_S = 8


@pytest.fixture
def file(tmp_path: Path, paper: FakePrinter) -> Path:
    found = tmp_path / "devices.toml"
    found.write_text(printer_at(paper.port), "utf-8")
    return found


@dataclass
class Told:
    """What a technician reads, and whether all is well."""

    well: bool
    lines: list[str]

    def of(self, what: str) -> str:
        return "\n".join(line for line in self.lines if what in line)


def checked(file: Path, **more: Any) -> Told:
    lines = list[str]()
    return Told(check(file, tell=lines.append, **more), lines)


def test_what_is_well_is_said_to_be_and_nothing_is_printed(file: Path, paper: FakePrinter) -> None:
    told = checked(file, letters="กขค")
    assert told.well and not [line for line in told.lines if line.startswith(("WRONG", "look"))]
    for what in ("fonts", "devices file", "journal", "printer kiosk-1"):
        assert told.of(what).startswith("ok")
    assert paper.raster_bytes == 0


@pytest.mark.parametrize(
    ("knobs", "says", "do"),
    [
        ({"paper": "out"}, "the paper is out", "new roll"),
        ({"cover_open": True}, "the cover is open", "close the cover"),
        ({"off_line": True}, "off line", "switched on"),
    ],
)
def test_each_fault_of_a_printer_is_said_with_what_to_do(
    file: Path, paper: FakePrinter, knobs: dict[str, Any], says: str, do: str
) -> None:
    for knob, value in knobs.items():
        setattr(paper, knob, value)
    told = checked(file, test_slip=True)
    assert not told.well
    assert says in told.of("WRONG printer kiosk-1") and do in told.of("->")
    assert paper.raster_bytes == 0, "one that is not ready is sent no test slip"


def test_low_paper_is_no_fault(file: Path, paper: FakePrinter) -> None:
    paper.paper = "low"
    told = checked(file)
    assert told.well and told.of("printer kiosk-1").startswith("look")


def test_a_test_slip_is_printed_where_it_is_asked_for(file: Path, paper: FakePrinter) -> None:
    told = checked(file, test_slip=True)
    assert told.well and "the test slip is printed" in told.of("printer kiosk-1")
    assert len(paper.slips) == 1
    assert slips.lacks(slip_to_test("kiosk-1")["notice"]) == set()


@pytest.mark.parametrize("at_work", [False, True])
def test_a_test_slip_after_one_that_broke_off_is_whole_and_stands_alone(
    file: Path, paper: FakePrinter, at_work: bool
) -> None:
    journal = Journal(file.with_suffix(".journal"))
    journal.take("20261120-A000/1", "kiosk-1")
    journal.begin("20261120-A000/1")
    with socket.create_connection(("127.0.0.1", paper.port)) as line:
        line.sendall(b"\x1b@\x1dv0\x00\x48\x00\x80\x00" + bytes(5000))  # of 128 rows of 72 bytes
        assert paper.wait_for(lambda: len(paper.received) > 5000)
    if not at_work:
        journal.close()
    told = checked(file, test_slip=True)
    journal.close()
    assert "the test slip is printed" in told.of("printer kiosk-1")
    assert same(paper.slips[-1], slips.render(slip_to_test("kiosk-1"), 576))


def test_nobody_at_the_address_is_no_traceback(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    file = tmp_path / "devices.toml"
    file.write_text(printer_at(port), "utf-8")
    assert "no connection" in checked(file).of("WRONG printer")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[printer]\n", "not TOML"),
        ('[[printer]]\nname = "a"\nfor = "*"\naddress = "smoke:signals"\n', "line 4"),
        (printer_at(1) + printer_at(1).replace("kiosk-1", "kiosk-2"), "belongs to"),
        ("", "names no device"),
    ],
)
def test_a_devices_file_that_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "devices.toml"
    file.write_text(text, "utf-8")
    told = checked(file)
    assert not told.well and says in told.of("WRONG devices file")


def test_a_devices_file_that_is_no_text_or_not_there_is_a_sentence(tmp_path: Path) -> None:
    assert "No such file" in checked(tmp_path / "nowhere.toml").of("WRONG")
    (tmp_path / "picture.toml").write_bytes(b"\x89PNG\xff\xfe")
    assert "not UTF-8" in checked(tmp_path / "picture.toml").of("WRONG")


def test_what_no_text_is_the_agent_says_in_the_same_sentence(tmp_path: Path) -> None:
    (tmp_path / "picture.toml").write_bytes(b"\x89PNG\xff\xfe")
    told = sala("agent", "--server", "http://127.0.0.1:1", "--key", "k", "--devices", tmp_path / "picture.toml")
    assert told.returncode == 2 and "is not UTF-8 text; save it as UTF-8" in told.stderr


def test_missing_fonts_are_said(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slips, "FONTS", tmp_path)
    assert not checked(file).well
    assert checked(file).of("fonts").startswith("WRONG")


def test_a_driver_that_fails_as_nobody_thought_is_a_sentence(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(self: Any) -> Any:
        raise RuntimeError("out of cheese")

    monkeypatch.setattr(type(devices.read(file.read_text()).printers[0].driver), "state", fails)
    assert "out of cheese" in checked(file).of("WRONG printer")


def test_the_journals_place_is_tried_and_an_agent_at_work_is_told(file: Path, tmp_path: Path) -> None:
    (tmp_path / "in the way").write_text("a file")
    assert "cannot be written" in checked(file, journal=tmp_path / "in the way" / "x.journal").of("WRONG journal")
    at_work = Journal(file.with_suffix(".journal"))
    told = checked(file)
    at_work.close()
    assert told.well and "an agent is at work" in told.of("journal")


def test_tubes_are_lit_and_a_keypad_without_a_line_is_said(tmp_path: Path, cable: Bridge | Socat) -> None:
    file = tmp_path / "counters.toml"
    file.write_text(
        tubes_at(cable) + f'[[keypad]]\ncounter = "3"\naddress = "serial:{tmp_path}/no"\nprotocol = "ff68"\n'
    )
    with Tubes(cable.theirs, 3) as tubes:
        told = checked(file)
        assert told.of("display display-3").startswith("ok")
        assert tubes.show(3) == "888888"
    assert checked(file).of("display display-3").startswith("WRONG")
    assert told.of("keypad keypad-3").startswith("WRONG") and not told.well


def test_a_check_leaves_nothing_behind_and_forgets_nothing(file: Path) -> None:
    assert checked(file).of("journal").startswith("ok")
    assert sorted(one.name for one in file.parent.iterdir()) == [file.name]
    killed = Journal(file.with_suffix(".journal"))
    killed.take("20261120-A000/1", "kiosk-1")
    killed.begin("20261120-A000/1")
    killed.close()
    assert checked(file).of("journal").startswith("ok")
    assert Journal(file.with_suffix(".journal")).broken_off == {"kiosk-1"}


def test_a_line_that_the_agent_has_is_not_said_to_be_wrong(tmp_path: Path, cable: Bridge | Socat) -> None:
    file = tmp_path / "counters.toml"
    file.write_text(tubes_at(cable))
    with closing(transport(f"serial:{cable.ours}?baud=9600").open(PATIENCE_S)):
        told = checked(file)
    assert told.well and "stop sala-agent" in told.of("display display-3") + "".join(told.lines)
    assert told.of("display display-3").startswith("look")


# -- the server ----------------------------------------------------------------------------------------------------


def test_the_server_and_the_key_are_tried_without_naming_a_device(file: Path, hall: Hall) -> None:
    url = f"http://127.0.0.1:{hall.port}"
    assert checked(file, server=url, key=KEY).of("server").startswith("ok")
    refused = checked(file, server=url, key="stolen")
    assert not refused.well and "refuses this agent's key" in refused.of("WRONG server")
    assert hall.all("hello") == []


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "not an address", "http://"])
def test_a_server_that_is_not_there_is_a_sentence(file: Path, url: str) -> None:
    assert "no connection" in checked(file, server=url, key="k").of("WRONG server")


# -- the command ---------------------------------------------------------------------------------------------------


def test_the_command_ends_with_0_or_1_and_without_a_traceback(file: Path, paper: FakePrinter) -> None:
    well = sala("agent", "check", "--devices", file)
    assert (well.returncode, well.stderr) == (0, "")
    paper.paper = "out"
    wrong = sala("agent", "check", "--devices", file)
    assert (wrong.returncode, wrong.stderr) == (1, "") and "the paper is out" in wrong.stdout


@pytest.mark.parametrize("lacks", ["--server", "--key", "--devices"])
def test_the_agent_itself_still_needs_its_three_options(file: Path, lacks: str) -> None:
    options = {"--server": "http://hall", "--key": "k", "--devices": str(file)}
    told = sala("agent", *(word for name, value in options.items() if name != lacks for word in (name, value)))
    assert told.returncode == 2 and lacks in told.stderr and "Traceback" not in told.stderr


def test_a_journal_that_cannot_be_written_is_a_sentence(file: Path, tmp_path: Path) -> None:
    (tmp_path / "in the way").write_text("a file")
    where = tmp_path / "in the way" / "journal"
    told = sala("agent", "--server", "http://127.0.0.1:1", "--key", "k", "--devices", file, "--journal", where)
    assert told.returncode == 2 and "--journal FILE" in told.stderr and "Traceback" not in told.stderr


@pytest.fixture
def service(file: Path, hall: Hall) -> Iterator[subprocess.Popen[str]]:
    """The agent as the unit starts it."""
    url = f"http://127.0.0.1:{hall.port}"
    command = [sys.executable, str(RUN), "agent", "--server", url, "--key", KEY, "--devices", str(file)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    yield process
    process.kill()
    process.communicate(timeout=PATIENCE_S)


@pytest.mark.skipif(os.name == "nt", reason="no SIGTERM there")
def test_stopped_by_systemd_it_ends_the_slip_in_hand_and_tells_the_hall(
    service: subprocess.Popen[str], hall: Hall, paper: FakePrinter
) -> None:
    paper.may_confirm.clear()
    hall.wait_to_hear("hello")
    hall.send()
    assert paper.cut.wait(PATIENCE_S)
    service.send_signal(signal.SIGTERM)
    threading.Timer(0.2, paper.may_confirm.set).start()
    assert hall.wait_to_hear("printed")["job"]
    assert service.wait(PATIENCE_S) == 0


# -- systemd -------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    # The program it starts is not installed here; everything else is as it ships.
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text("utf-8").replace("/opt/sala/bin/sala", shutil.which("true") or ""), "utf-8")
    told = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, timeout=60)
    assert (told.returncode, told.stderr.strip()) == (0, "")


def test_the_unit_starts_the_agent_with_options_that_there_are() -> None:
    (start,) = re.findall(r"^ExecStart=\S+ agent (.+)$", UNIT.read_text("utf-8"), re.MULTILINE)
    known = sala("agent", "--help").stdout
    assert all(option in known for option in re.findall(r"--\w+", start))
    assert "SALA_AGENT_KEY" in UNIT.read_text("utf-8")
