"""A counter's keypad: the drivers, by protocol, that make presses of what is heard, and what each key means.

Not here: the bytes of a frame (frames.py), the line (transports.py), and whether a press is granted: the hall says it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from hardware import frames, settings
from hardware.settings import Entry, Setting
from hardware.transports import Transport

ACTIONS = ("next", "recall", "start", "no-show", "finish")

# By the order of the keys, for want of the maker's paper. A key that means nothing is logged with its code: press each
# once, read them there, and write them into `keys`.
FF68_KEYS: Mapping[str, str] = {f"0x{code:02x}": action for code, action in enumerate(ACTIONS, start=1)}
WORDS: Mapping[str, str] = {
    "NEXT": "next",
    "RECALL": "recall",
    "START": "start",
    "NO-SHOW": "no-show",
    "NOSHOW": "no-show",
    "FINISH": "finish",
}


@dataclass(frozen=True, slots=True)
class Key:
    """A key that was pressed: at which unit, if that was said, and which, as the devices file writes it."""

    unit: int | None
    key: str


class Driver(Protocol):
    """Makes keys of what is heard. After `quiet_s` without a byte, what was begun is torn."""

    quiet_s: float

    def feed(self, piece: bytes) -> list[Key]: ...

    def quiet(self) -> list[Key]: ...


class Ff68:
    """Caller keypads that send FF 68 L L 68 … 16."""

    def __init__(self) -> None:
        self._reader = frames.Ff68Reader()
        self.quiet_s = self._reader.quiet_s

    def feed(self, piece: bytes) -> list[Key]:
        return list(map(self._key, self._reader.feed(piece)))

    def quiet(self) -> list[Key]:
        return list(map(self._key, self._reader.quiet()))

    @staticmethod
    def _key(frame: frames.KeyFrame) -> Key:
        return Key(frame.unit, f"0x{frame.code:02x}")


class Lines:
    """Buttons that send a word, and a number of which unit they are: `NEXT 3`."""

    def __init__(self) -> None:
        self._reader = frames.LineReader()
        self.quiet_s = self._reader.quiet_s

    def feed(self, piece: bytes) -> list[Key]:
        return list(map(self._key, self._reader.feed(piece)))

    def quiet(self) -> list[Key]:
        self._reader.quiet()
        return []

    @staticmethod
    def _key(line: str) -> Key:
        word, _, number = line.rpartition(" ")
        if word and number.isdecimal() and len(number) <= 4:
            return Key(int(number), word.strip().upper())
        return Key(None, line.upper())


@dataclass(frozen=True, slots=True)
class Keypad:
    """A keypad of the devices file. `unit` is its address on the line; None: whatever comes is its own.

    A key that comes again within `bounce_s` is the same press.
    """

    name: str
    counter: str
    line: Transport
    protocol: str
    keys: Mapping[str, str]
    unit: int | None = None
    bounce_s: float = 0.3

    def driver(self) -> Driver:
        """A fresh reader: of a line that broke nothing is left in it."""
        return DRIVERS[self.protocol]()

    def is_meant(self, key: Key) -> bool:
        return self.unit is None or key.unit == self.unit


DRIVERS: Mapping[str, Callable[[], Driver]] = {"ff68": Ff68, "lines": Lines}


# -- from the devices file -----------------------------------------------------------------------------------------

BESIDE = ("name", "counter", "address", "protocol", "keys")
SETTINGS: Mapping[str, Setting] = {
    "unit": settings.whole(None, 0, 9_999),
    "bounce_ms": settings.whole(300, 0, 5_000),
}
# By protocol: the keys where the file names none, and how one is written there; None for what is no key.
KEYS: Mapping[str, tuple[Mapping[str, str], Callable[[str], str | None]]] = {
    "ff68": (FF68_KEYS, lambda written: f"0x{int(written, 16):02x}" if re.fullmatch(CODE, written) else None),
    "lines": (WORDS, lambda written: written.strip().upper() if re.fullmatch(WORD, written) else None),
}
CODE = r"(0x)?[0-9A-Fa-f]{1,2}"
WORD = r"(?!.* [0-9]{1,4}$)[!-~]([ -~]{0,30}[!-~])?"  # a number at the end is the unit's


def read(entry: Entry) -> Keypad:
    """The keypad that the entry names, or a refusal."""
    protocol = settings.protocol_of(entry, "keypad", DRIVERS)
    found = settings.read(entry, SETTINGS, BESIDE)
    return Keypad(
        settings.name_of(entry, "keypad"),
        settings.counter_of(entry),
        settings.line_of(entry),
        protocol,
        _keys(entry, protocol),
        found["unit"],
        found["bounce_ms"] / 1000,
    )


def _keys(entry: Entry, protocol: str) -> Mapping[str, str]:
    usual, written_as = KEYS[protocol]
    keys = entry.keys.get("keys")
    if keys is None:
        return usual
    example = ", ".join(f'"{key}" = "{action}"' for key, action in list(usual.items())[:2])
    if not isinstance(keys, dict) or not keys:
        entry.wrong("keys", f"keys say what each means: keys = {{ {example} }}")
    found: dict[str, str] = {}
    for key, action in keys.items():
        if action not in ACTIONS:
            entry.wrong("keys", f"the key {key} cannot mean {action!r}; it may be {', '.join(ACTIONS)}")
        one = written_as(key)
        if one is None:
            entry.wrong("keys", f"{key!r} is no key of such a keypad; write keys = {{ {example} }}")
        if one in found:
            entry.wrong("keys", f"the key {one} stands there twice")
        found[one] = action
    return found
