"""The settings of one device in the devices file: what each may be, and what it is where nothing is written.

Not here: which settings a device has (displays.py, keypads.py), and where a line of the file stands (devices.py).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, Protocol

from hardware.errors import AddressWrong
from hardware.transports import Serial, Tcp, Transport, transport

# As the centre's file writes a counter's id.
COUNTER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}", re.ASCII)


class Entry(Protocol):
    """One device of the file: its keys, and a refusal that names the line."""

    @property
    def keys(self) -> Mapping[str, Any]: ...

    def wrong(self, key: str, reason: str) -> NoReturn: ...

    def only(self, known: tuple[str, ...]) -> None: ...

    def word(self, key: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Setting:
    """`fits` says whether a value may be; `says` what may."""

    default: Any
    fits: Callable[[Any], bool]
    says: str


def whole(default: int | None, low: int, high: int) -> Setting:
    return Setting(default, lambda value: type(value) is int and low <= value <= high, f"a number from {low} to {high}")


def one_of(default: str, names: Sequence[str]) -> Setting:
    return Setting(default, lambda value: isinstance(value, str) and value in names, f"one of {', '.join(names)}")


def text(default: str, longest: int, shortest: int = 0) -> Setting:
    size = f"{shortest} to {longest} characters" if shortest != longest else f"{longest} character"
    return Setting(
        default, lambda value: isinstance(value, str) and shortest <= len(value) <= longest, f"text of {size}"
    )


def flag(default: bool) -> Setting:
    return Setting(default, lambda value: isinstance(value, bool), "true or false")


def texts(default: Sequence[str], most: int) -> Setting:
    def fits(value: Any) -> bool:
        return isinstance(value, list) and 0 < len(value) <= most and all(isinstance(one, str) for one in value)

    return Setting(default, fits, f'a list of texts, such as ["{default[0]}"]')


def read(entry: Entry, known: Mapping[str, Setting], beside: tuple[str, ...] = ()) -> dict[str, Any]:
    """Every setting's value; a key that is neither known nor `beside`, or a value that cannot be, is refused."""
    entry.only((*beside, *known))
    found = {}
    for key, setting in known.items():
        found[key] = entry.keys.get(key, setting.default)
        if key in entry.keys and not setting.fits(found[key]):
            entry.wrong(key, f"{key} is {setting.says}")
    return found


def protocol_of(entry: Entry, kind: str, known: Mapping[str, Any]) -> str:
    protocol = entry.word("protocol")
    if protocol not in known:
        entry.wrong("protocol", f"no {kind} speaks {protocol!r}; it may be {', '.join(known)}")
    return protocol


def counter_of(entry: Entry) -> str:
    counter = entry.keys.get("counter")
    if not isinstance(counter, str) or not COUNTER.fullmatch(counter):
        entry.wrong(
            "counter", f'{counter!r} is no counter; write its id as the centre\'s file does, such as counter = "3"'
        )
    return counter


def line_of(entry: Entry) -> Transport:
    try:
        line = transport(entry.word("address"))
    except AddressWrong as wrong:
        entry.wrong("address", str(wrong))
    if not isinstance(line, Serial | Tcp):
        entry.wrong("address", "it hangs on a serial line: use serial:/dev/ttyUSB1?baud=9600 or tcp:HOST:PORT")
    return line


def speed_of(line: Transport) -> tuple[object, ...]:
    """How a line is set. Two devices on it must mean the same."""
    return (line.baud, line.bits, line.parity, line.stop, line.flow) if isinstance(line, Serial) else ()


def name_of(entry: Entry, kind: str) -> str:
    return entry.word("name") if "name" in entry.keys else f"{kind}-{counter_of(entry)}"
