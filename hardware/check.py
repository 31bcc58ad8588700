"""`agent check`: every device, the fonts, the journal's place and the server, one after the other, in plain words.

Here belongs what a technician is told, and what to do. Not here: how a device is asked (printers.py, displays.py).
Nothing is printed but where that is asked for, and whatever goes wrong is said in a sentence.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import socketio

from hardware import agent, devices, journal, owners, slip_check, slips
from hardware.displays import Display
from hardware.errors import HardwareError, JournalWrong
from hardware.keypads import Keypad
from hardware.printers import Outcome, State
from hardware.transports import HELD

# What to do, by the printer's state.
DO = {
    "paper_low": "have a new roll at hand",
    "paper_out": "put in a new roll, close the cover and print a test slip with --print",
    "cover_open": "close the cover until it clicks",
    "offline": "is it switched on, is its cable in at both ends, and is the address in the devices file right?",
    "unknown": "switch the printer off and on. If it never answers, it may not tell its state: see its manual",
}
DO_AFTER = {
    "not_printed": "see what is said of the printer above",
    "unknown": "look whether a slip came out whole. If so, and it is so each time, the printer cannot confirm: "
    "write confirms = false for it",
    "sent": "this printer cannot confirm: look whether a slip came out",
}
IN_USE = "an agent is at work with these devices: a USB or serial one answers only the one that has it open"
STOP_IT = "is it the agent? Stop that first: sudo systemctl stop sala-agent"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one thing. `well` is None where somebody has to look, and nothing is known to be wrong."""

    what: str
    well: bool | None
    says: str
    do: str = ""

    def line(self) -> str:
        mark = {True: "ok", None: "look", False: "WRONG"}[self.well]
        return f"{mark:<6}{self.what}: {self.says}" + (f"\n      -> {self.do}" if self.do else "")


def check(
    path: Path,
    letters: str = "",
    server: str = "",
    key: str = "",
    journal: Path | None = None,
    test_slip: bool = False,
    tell: Callable[[str], object] = print,
) -> bool:
    """Whether nothing is wrong. Each finding is told as soon as it is there: a silent device takes some seconds."""
    wrong = 0
    for finding in findings(path, letters, server, key, journal, test_slip):
        tell(finding.line())
        wrong += finding.well is False
    tell(f"{wrong} of these must be put right." if wrong else "Nothing is wrong.")
    return not wrong


def findings(path: Path, letters: str, server: str, key: str, kept: Path | None, test_slip: bool) -> Iterator[Finding]:
    """One by one; what depends on the devices file is left out where that cannot be read."""
    yield _fonts(letters)
    found = _file(path)
    if isinstance(found, Finding):
        yield found
    else:
        yield Finding("devices file", True, str(path))
        for warning in found.warnings:
            yield Finding("devices file", None, warning)
        yield _looks(found.look)
        yield _journal(kept or path.with_suffix(".journal"), found)
        yield from _devices(found, test_slip)
    if server:
        yield _server(server, key)


def _fonts(letters: str) -> Finding:
    try:
        slips.check(letters)
    except HardwareError as wrong:
        return Finding("fonts", False, str(wrong))
    except Exception as wrong:
        return Finding("fonts", False, f"they cannot be used: {wrong!r}", "install Sala anew")
    return Finding("fonts", True, "every letter of our slips is there, and Thai is set rightly")


def _file(path: Path) -> "devices.Devices | Finding":
    try:
        return devices.read_file(path)
    except HardwareError as wrong:
        return Finding("devices file", False, str(wrong))


def _looks(look: slips.Look) -> Finding:
    try:
        slip_check.prove(look)
    except HardwareError as wrong:
        return Finding("slips", False, str(wrong))
    except Exception as wrong:
        return Finding("slips", False, f"they cannot be set: {wrong!r}")
    return Finding("slips", True, f"they are set by {look.template}")


def _journal(path: Path, found: devices.Devices) -> Finding:
    """It also knows which printers' last slip broke off. Where it does not say so, that may be any."""
    broken_off = frozenset(printer.name for printer in found.printers)
    try:
        broken_off = journal.look(path)
    except JournalWrong as wrong:
        busy = "another agent" in str(wrong)
        return Finding("journal", None if busy else False, IN_USE if busy else str(wrong))
    except Exception as wrong:
        return Finding("journal", False, f"{path} cannot be used: {wrong!r}")
    finally:
        for printer in found.printers:
            if printer.name in broken_off:
                printer.driver.broke_off()
    return Finding("journal", True, f"{path} can be kept there")


# -- devices -------------------------------------------------------------------------------------------------------


def _devices(found: devices.Devices, test_slip: bool) -> Iterator[Finding]:
    for printer in found.printers:
        what = f"printer {printer.name} ({printer.address})"
        state = _state(printer)
        yield _asked(what, state, DO.get(state.name, ""))
        if test_slip and state.ready:
            yield _printed(what, printer)
        elif test_slip:
            yield Finding(what, None, "no test slip was sent to it as it is")
    for one in (*found.displays, *found.keypads):
        yield _line(f"{'display' if isinstance(one, Display) else 'keypad'} {one.name}", one)


def _state(printer: devices.Printer) -> State:
    try:
        return printer.driver.state()
    except Exception as wrong:  # the fence: this is what a technician runs when nothing is as it should be
        return State("unknown", f"it could not be asked: {wrong!r}")


def _asked(what: str, state: State, do: str) -> Finding:
    """A device that the agent has open is not ill: it could not be asked."""
    if HELD in state.detail:
        return Finding(what, None, state.detail, STOP_IT)
    return Finding(what, _well(state), _said(state), do)


def _well(state: State) -> bool | None:
    return {"ok": True, "paper_low": None}.get(state.name, False)


def _said(state: State) -> str:
    return state.detail or {"ok": "it is ready"}.get(state.name, state.name)


def _printed(what: str, printer: devices.Printer) -> Finding:
    try:
        outcome = agent.print_now(printer, f"check/{date.today():%Y%m%d}", slip_to_test(printer.name))
    except Exception as wrong:
        outcome = Outcome("unknown", None, f"{wrong!r}")
    well = {"printed": True, "sent": None}.get(outcome.what, False)
    says = {"printed": "the test slip is printed, as the printer itself says"}.get(outcome.what, outcome.detail)
    return Finding(what, well, says or outcome.what, DO_AFTER.get(outcome.what, ""))


def _line(what: str, one: Display | Keypad) -> Finding:
    """A display shows eights and answers, if it can; of a keypad the line alone can be tried."""
    try:
        state = owners.look(one)
    except Exception as wrong:  # the fence, as for printers
        state = State("unknown", f"it could not be asked: {wrong!r}")
    do = {"offline": "is the cable in, is it switched on, and are address and unit right?"}.get(state.name, "")
    if state.name == "unknown":  # one that cannot answer, or has not spoken yet
        return Finding(what, None, state.detail)
    return _asked(what, state, do)


def slip_to_test(printer: str) -> dict[str, Any]:
    """A slip that is nobody's, marked so in Thai and English."""
    mark = "ทดสอบ · TEST"
    return {
        "number": "TEST",
        "day": str(date.today()),
        "language": "th",
        "copy": 1,
        "copy_mark": mark,
        "centre": "ศาลา · Sala",
        "service": f"เครื่องพิมพ์ {printer}",
        "agency": "",
        "priority": None,
        "booked": None,
        "issued": str(date.today()),
        "ahead": "ตัวอักษรและคิวอาร์โค้ดต้องคมชัด",
        "wait": None,
        "notice": "กำลังทดสอบ ปู่ ญี่ปุ่น ที่นั้น น้ำ ทั้งนี้ — Are all letters and the QR sharp?",
        "labels": {"number": "ไม่ใช่บัตรคิว · Not a ticket", "follow": "ทดลองสแกน · Try to scan it"},
        "url": "https://example.org/sala-test",
        "trial_mark": mark,
    }


# -- the server ----------------------------------------------------------------------------------------------------


def _server(url: str, key: str) -> Finding:
    """Whether the hall answers, and takes this agent's key. No device is named there, so nobody is disturbed."""
    what, refused = f"server {url}", list[Any]()
    line = socketio.Client(reconnection=False, handle_sigint=False, websocket_extra_options=agent.DIRECT)
    line.on("connect_error", lambda why=None: refused.append(why), namespace=agent.NAMESPACE)
    try:
        line.connect(
            agent.address(url),
            auth={"key": key},
            transports=["websocket"],
            namespaces=[agent.NAMESPACE],
            wait_timeout=agent.ANSWER_S,
        )
    except socketio.exceptions.ConnectionError as wrong:
        if line.failed_namespaces:
            do = "`sala device add NAME --role agent` on the server makes a new one"
            return Finding(what, False, "it refuses this agent's key", do)
        return Finding(what, False, f"no connection: {wrong}", "does the hall run there, and is the network cable in?")
    except HardwareError as wrong:
        return Finding(what, False, f"no connection: {wrong}")
    except Exception as wrong:
        return Finding(what, False, f"no connection: {wrong!r}", "is that its address, such as http://hall:8000?")
    finally:
        line.disconnect()
    return Finding(what, True, "it answers, and knows this agent's key")
