"""The devices file: TOML text in, devices out, or a DevicesWrong that names the line and what to write.

No device is opened or asked here; that is the agent's and the drivers' work.
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from hardware import displays, keypads, paper, printers, slips
from hardware.displays import Display
from hardware.errors import AddressWrong, DevicesWrong, HardwareError
from hardware.keypads import Keypad
from hardware.settings import speed_of

NARROWEST, WIDEST = 384, 576  # dots: 58 and 80 mm paper
KINDS = ("slips", "printer", "display", "keypad")
PRINTER_KEYS = ("name", "for", "address", "width", "confirms", "text", "profile")
NAME = re.compile(r"[^\s/]([^/]{0,58}[^\s/])?")  # the server calls a device AGENT/NAME
TOO_LONG_S = 12  # for a slip on its way to the printer
SLIPS_KEYS = {"template": (".typ",), "logo": (".png", ".svg")}


@dataclass(frozen=True, slots=True)
class Printer:
    """`prints_for` is the device whose tickets it prints, or "*" for all.

    One that does not confirm answers `sent`, and nobody knows more. With a `text_profile` slips are not pictures but
    the printer's own letters, as that profile of python-escpos numbers them.
    """

    name: str
    prints_for: str
    address: str
    width: int
    driver: printers.Printer
    look: slips.Look = slips.SHIPPED
    confirms: bool = True
    text_profile: str | None = None

    def page(self, slip: dict[str, Any]) -> paper.Page:
        """The slip as this printer takes it; or a SlipRefused."""
        if self.text_profile:
            return paper.text(slip, self.width, self.text_profile)
        return slips.render(slip, self.width, self.look)


@dataclass(frozen=True, slots=True)
class Devices:
    """`warnings` tell the technician what the file asks for and this version does not do; `look` is every slip's."""

    printers: tuple[Printer, ...]
    displays: tuple[Display, ...] = ()
    keypads: tuple[Keypad, ...] = ()
    warnings: tuple[str, ...] = ()
    look: slips.Look = slips.SHIPPED


@dataclass(frozen=True, slots=True)
class _Entry:
    """One device of the file, such as a [[printer]], and where it stands."""

    text: str
    kind: str
    index: int
    keys: dict[str, Any]

    def wrong(self, key: str, reason: str) -> NoReturn:
        raise DevicesWrong(self.at(key, reason))

    def at(self, key: str, said: str) -> str:
        """What is said of a key, with its line."""
        line = _line_of(self.text, self.kind, self.index, re.escape(key))
        where = f"line {line}" if line else f"{self.kind} {self.index + 1}"
        return f"devices file, {where}: {said}"

    def only(self, known: tuple[str, ...]) -> None:
        """Refuse a key that such a device does not have."""
        for key in self.keys:
            if key not in known:
                self.wrong(key, f"a {self.kind} has no {key!r}; it has {', '.join(known)}")

    def word(self, key: str) -> str:
        value = self.keys.get(key)
        if not isinstance(value, str) or not value.strip():
            self.wrong(key, f'a {self.kind} needs {key} = "…"')
        if not value.isprintable():
            self.wrong(key, f"{key} holds a sign that nobody can see: {value!r}")
        if key == "name" and not NAME.fullmatch(value):
            self.wrong(key, f"{value!r} is no name: up to 60 signs, none of them a /, and no space at either end")
        return value


def read_file(path: Path) -> Devices:
    """The devices that this file names; whatever is wrong with it is a DevicesWrong."""
    try:
        return read(path.read_text("utf-8-sig"), path.parent)
    except HardwareError:
        raise
    except UnicodeDecodeError as wrong:
        raise DevicesWrong(f"{path} is not UTF-8 text; save it as UTF-8") from wrong
    except OSError as wrong:
        raise DevicesWrong(f"{path} cannot be read: {wrong.strerror}") from wrong
    except Exception as wrong:  # the fence: whoever writes the file is told in a sentence
        raise DevicesWrong(f"{path} cannot be understood: {wrong!r}") from wrong


def read(text: str, folder: Path = Path()) -> Devices:
    """The devices that the file in this folder names."""
    tables = _parse(text)
    look = _look(text, tables, folder)
    entries = _entries(text, tables, "printer")
    found = [_printer(entry, look) for entry in entries]
    _refuse_twins(entries, found)
    screens = [(entry, displays.read(entry)) for entry in _entries(text, tables, "display")]
    keys = [(entry, keypads.read(entry)) for entry in _entries(text, tables, "keypad")]
    _refuse_shared(found, screens, keys)
    if not found and not screens and not keys:
        raise DevicesWrong("devices file: it names no device; begin with [[printer]]")
    slow = tuple(warning for entry, printer in zip(entries, found, strict=True) for warning in _slow(entry, printer))
    return Devices(tuple(found), tuple(one for _, one in screens), tuple(one for _, one in keys), slow, look)


def _parse(text: str) -> dict[str, Any]:
    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as wrong:  # also numbers of thousands of digits, brackets without end
        raise DevicesWrong(f"devices file: not TOML: {wrong}") from wrong
    for kind in tables:
        if kind not in KINDS:
            raise DevicesWrong(
                f"devices file: {kind!r} is unknown; it may hold [slips], [[printer]], [[display]] and [[keypad]]"
            )
    return tables


def _entries(text: str, tables: dict[str, Any], kind: str) -> list[_Entry]:
    return [_Entry(text, kind, index, keys) for index, keys in enumerate(_list_of(tables, kind))]


def _list_of(tables: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    entries = tables.get(kind, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise DevicesWrong(f"devices file: write [[{kind}]] with two brackets on each side, once for each {kind}")
    return entries


def _look(text: str, tables: dict[str, Any], folder: Path) -> slips.Look:
    """How slips look: [slips], its files beside the devices file. Whether they can be used: slip_check.py."""
    keys = tables.get("slips", {})
    if not isinstance(keys, dict):
        raise DevicesWrong("devices file: write [slips] with one bracket on each side")
    entry = _Entry(text, "slips", 0, keys)
    entry.only(tuple(SLIPS_KEYS))
    for key, kinds in SLIPS_KEYS.items():
        if key in keys and not entry.word(key).lower().endswith(kinds):
            entry.wrong(key, f"{key} is a file that ends in {' or '.join(kinds)}, beside the devices file")
    named = {key: (folder / keys[key]).resolve() for key in keys}
    return slips.Look(**named)


def _printer(entry: _Entry, look: slips.Look) -> Printer:
    entry.only(PRINTER_KEYS)
    address, confirms, profile = entry.word("address"), _confirms(entry), _text_profile(entry)
    try:
        driver = printers.printer(address, confirms)
    except AddressWrong as wrong:
        entry.wrong("address", str(wrong))
    return Printer(entry.word("name"), entry.word("for"), address, _width(entry), driver, look, confirms, profile)


def _confirms(entry: _Entry) -> bool:
    confirms = entry.keys.get("confirms", True)
    if not isinstance(confirms, bool):
        entry.wrong("confirms", "confirms is true, or false for a printer that cannot say when a slip is out")
    if not confirms and _is_virtual(entry):
        entry.wrong("confirms", "a virtual printer always confirms; leave confirms out")
    return confirms


def _text_profile(entry: _Entry) -> str | None:
    """The profile for native text; None where slips are pictures, as they are unless the file says otherwise."""
    if "text" not in entry.keys:
        if "profile" in entry.keys:
            entry.wrong("profile", 'profile goes with text = "cp874"; a slip as a picture needs none')
        return None
    if entry.word("text").lower() != "cp874":
        entry.wrong("text", 'text can only be "cp874"; without it slips are pictures, which every printer can print')
    if _is_virtual(entry):
        entry.wrong("text", "a virtual printer has no letters of its own; leave text out")
    profile = entry.word("profile") if "profile" in entry.keys else paper.TEXT_PROFILE
    if not paper.has_code_page(profile):
        entry.wrong("profile", f"{profile!r} has no CP874, so Thai would come out as ?????; {_those_that_have()}")
    return profile


def _those_that_have() -> str:
    return f"profiles that have it: {', '.join(paper.profiles())}"


def _is_virtual(entry: _Entry) -> bool:
    return str(entry.keys.get("address")).startswith("virtual:")


def _slow(entry: _Entry, printer: Printer) -> list[str]:
    """A warning where the line alone keeps a visitor waiting."""
    if printer.text_profile or not isinstance(printer.driver, printers.Escpos):
        return []
    seconds = printer.driver.at.seconds_for(paper.USUAL * printer.width // WIDEST)
    said = f"over this line a slip takes about {seconds:.0f} s"
    advice = 'set printer and address to 115200 baud, or choose its own letters: text = "cp874"'
    return [entry.at("address", f"{said}; {advice}")] if seconds > TOO_LONG_S else []


def _width(entry: _Entry) -> int:
    width = entry.keys.get("width", WIDEST)
    if type(width) is not int or not NARROWEST <= width <= WIDEST or width % 8:
        entry.wrong("width", "width is in dots: 576 for 80 mm paper, 384 for 58 mm, or a multiple of 8 between them")
    return width


def _refuse_twins(entries: list[_Entry], found: list[Printer]) -> None:
    """Two of one name cannot be told apart; two owners of one address would print into one another."""
    for index, printer in enumerate(found):
        for other in found[:index]:
            if printer.name == other.name:
                entries[index].wrong("name", f"there is already a printer {printer.name!r}")
            if printer.driver.port == other.driver.port:
                owned = printer.address if printer.address == other.address else f"{printer.address} ({other.address})"
                entries[index].wrong("address", f"{owned} belongs to the printer {other.name!r} already")


Screens = list[tuple[_Entry, Display]]
Keys = list[tuple[_Entry, Keypad]]


def _refuse_shared(found: list[Printer], screens: Screens, keys: Keys) -> None:
    """A line has one owner: what hangs on it must be set alike, and be told apart by its unit."""
    names = {one.name: "printer" for one in found}
    owned = {one.driver.port: f"the printer {one.name!r}" for one in found}
    before: list[Display | Keypad] = []
    for entry, one in (*screens, *keys):
        if one.name in names:
            entry.wrong("name", f'there is already a {names[one.name]} {one.name!r}; give one of them a name = "…"')
        if one.line.port in owned:
            entry.wrong("address", f"{one.line.port} belongs to {owned[one.line.port]} already")
        for other in before:
            _refuse_two_on_a_line(entry, one, other)
        names[one.name] = entry.kind
        before.append(one)


def _refuse_two_on_a_line(entry: _Entry, one: Display | Keypad, other: Display | Keypad) -> None:
    if one.line.port != other.line.port:
        return
    if speed_of(one.line) != speed_of(other.line):
        entry.wrong(
            "address", f"{one.line.port} is set otherwise for {other.name!r}; a line has one owner and one speed"
        )
    if _alike(one, other):
        entry.wrong("unit", f"{one.name!r} and {other.name!r} on {one.line.port} are told apart by nothing; set unit")


def _alike(one: Display | Keypad, other: Display | Keypad) -> bool:
    if isinstance(one, Display) and isinstance(other, Display):
        return one.driver.frame("1") == other.driver.frame("1")
    if isinstance(one, Keypad) and isinstance(other, Keypad):
        return one.unit is None or other.unit is None or one.unit == other.unit
    return False


def _line_of(text: str, kind: str, index: int, key: str = "") -> int | None:
    """The line of a key of the index-th [[kind]], or of its heading; None if written in another manner."""
    heading = None
    for number, line in enumerate(text.splitlines(), start=1):
        if re.match(r"\s*\[", line):
            if heading is not None:
                return heading
            index -= bool(re.match(rf"\s*\[?\[\s*{kind}\s*\]\]?", line))
            heading = number if index < 0 else None
        elif heading is not None and key and re.match(rf"\s*[\"']?{key}[\"']?\s*=", line):
            return number
    return heading
