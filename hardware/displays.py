"""A counter's display: what it is to show at any moment, and the drivers, by protocol, that put it into a frame.

Here belongs what one display shows, and how its answer is judged. Not here: the bytes of a frame (frames.py), and the
line on which several displays may hang (owners.py).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, Protocol

from hardware import frames, settings
from hardware.settings import Entry, Setting
from hardware.transports import Transport

BLINK_S = 0.4  # of each of the BLINKS phases by which a refusal is shown: away, there, away, there
BLINKS = 4
TEXT_S = BLINK_S * BLINKS  # and of a refusal that is shown as a text
AWAY_S = 10.0  # without the server so long, and a number would pretend to be of now
REST_S = 2.0  # one that does not answer is asked again after so long, and holds up the others no longer than once

DASHES, BLANK, KEEP = "dashes", "blank", "keep"
BLINK = "blink"


class Driver(Protocol):
    """One kind of display. `places` is how many characters it shows, as far as that is known."""

    confirms: bool
    places: int

    def number(self, number: str) -> str:
        """The ticket's number as this display can show it."""
        ...

    def frame(self, text: str) -> bytes:
        """What is sent so that the text is shown."""
        ...

    def judge(self, heard: bytes) -> "Verdict | None":
        """What was answered; None as long as nothing whole was."""
        ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """`taken`: the display shows it. `rest` is what was heard besides its answer, and may be a keypad's."""

    taken: bool
    rest: bytes
    why: str = ""


@dataclass(frozen=True, slots=True)
class ModbusDigits:
    """Digit tubes of the DM36B06 kind: a register a tube, in it an ASCII character; blank is a space."""

    unit: int
    places: int = 6
    first: int = 0
    letters: str = "drop"
    confirms: bool = True

    def number(self, number: str) -> str:
        return frames.on_tubes(number, self.letters)

    def frame(self, text: str) -> bytes:
        shown = frames.right_aligned(text, self.places).encode("ascii", "replace")
        return frames.modbus_write(self.unit, self.first, shown)

    def judge(self, heard: bytes) -> Verdict | None:
        answer = frames.modbus_answer(self.unit, self.first, self.places)
        before, found, after = heard.partition(answer)
        if found:
            return Verdict(True, before + after)
        code = frames.modbus_refusal(heard, self.unit)
        return None if code is None else Verdict(False, b"", f"it refuses what was written (Modbus exception {code})")


@dataclass(frozen=True, slots=True)
class Alpha:
    """A sign of the Alpha protocol, such as BetaBrite. It answers nothing to a text."""

    unit: int = 0
    sign: str = "Z"
    file: str = "A"
    position: str = "middle"
    mode: str = "hold"
    checksum: bool = False
    places: int = 4
    confirms: bool = False

    def number(self, number: str) -> str:
        return number

    def frame(self, text: str) -> bytes:
        return frames.alpha(text, self.unit, self.sign, self.file, self.position, self.mode, self.checksum)

    def judge(self, heard: bytes) -> Verdict | None:
        return None


@dataclass(frozen=True, slots=True)
class Ascii:
    """A display with a frame of its own; `acknowledgement` is what it answers, where it does."""

    form: frames.AsciiFrame
    unit: int = 0
    letters: str = "keep"
    acknowledgement: bytes = b""

    @property
    def confirms(self) -> bool:
        return bool(self.acknowledgement)

    @property
    def places(self) -> int:
        return self.form.places or 4

    def number(self, number: str) -> str:
        return frames.on_tubes(number, self.letters)

    def frame(self, text: str) -> bytes:
        return self.form.bytes(text, self.unit)

    def judge(self, heard: bytes) -> Verdict | None:
        if not self.acknowledgement:
            return None
        before, found, after = heard.partition(self.acknowledgement)
        return Verdict(True, before + after) if found else None


@dataclass(frozen=True, slots=True)
class Display:
    """A display of the devices file. `away` is what it shows without the server: dashes, blank, keep, or a text;
    `refused` what it shows where a press is refused: blink, or a text. Times in seconds.

    It is painted again after `repaint_s` (0: never): one that was without power would stay dark, and one that is gone
    would not be missed.
    """

    name: str
    counter: str
    line: Transport
    driver: Driver
    away: str = DASHES
    refused: str = BLINK
    gap_s: float = 0.05
    answer_s: float = 0.3
    retries: int = 2
    repaint_s: float = 10.0


@dataclass(frozen=True, slots=True)
class Picture:
    """A text to be shown. The same text asked for once more is another picture, and painted again."""

    text: str
    asked: int


class Screen:
    """What one display shows, and what it is to show. Whatever comes in between, the last value wins.

    Told by the server's threads; `wanted` and what follows are its port's owner's alone.
    """

    def __init__(self, display: Display) -> None:
        self.display = display
        self._lock = Lock()
        self._told: tuple[str | None, int] = (None, 0)  # None: what it is to show is not known
        self._news: tuple[str, int] = ("", -1)
        self._refused_at = float("-inf")
        self._shown: Picture | None = None
        self._due_at = self._rests_until = float("-inf")
        self.answers = True

    # -- told ------------------------------------------------------------------------------------------------------

    def tell(self, number: str, epoch: str, seq: int) -> None:
        """The number that is at the counter now, or "" for nobody. One that was overtaken on the way is left out."""
        with self._lock:
            if self._news[0] == epoch and seq < self._news[1]:
                return
            self._news = (epoch, seq)
            self._told = (self.display.driver.number(number), self._told[1] + 1)

    def forget(self) -> None:
        """The server was away for long: what was told before is not of now."""
        with self._lock:
            self._told = (None, self._told[1] + 1)

    def refuse(self, now: float) -> None:
        """Show for a moment that a press was refused."""
        self._refused_at = now

    # -- shown -----------------------------------------------------------------------------------------------------

    def wanted(self, now: float, away: bool) -> Picture | None:
        """What is to be shown now; None: whatever it shows."""
        number, asked = self._told
        text = self._away() if away or (number is None and asked) else number
        if text is not None and 0 <= now - self._refused_at < TEXT_S:
            text = self._refusal(text, now - self._refused_at)
        return None if text is None else Picture(text, asked)

    def due(self, now: float, away: bool) -> Picture | None:
        """What is to be painted now, if anything is."""
        wanted = self.wanted(now, away)
        if wanted is None or now < self._rests_until:
            return None
        return wanted if wanted != self._shown or now >= self._due_at else None

    def painted(self, picture: Picture, now: float) -> None:
        self._shown, self._due_at, self.answers = picture, now + (self.display.repaint_s or float("inf")), True

    def failed(self, now: float) -> None:
        self._shown, self._rests_until, self.answers = None, now + REST_S, False

    def unsure(self) -> None:
        """Nothing is known of what it shows: the line was away."""
        self._shown, self._rests_until = None, float("-inf")

    def _away(self) -> str | None:
        away = self.display.away
        kept = {BLANK: "", DASHES: self._dashes(), KEEP: None}
        return kept.get(away, away)

    def _refusal(self, text: str, since: float) -> str:
        """The number goes out and comes again; where there is none, dashes do."""
        if self.display.refused != BLINK:
            return self.display.refused
        return (text or self._dashes()) if int(since / BLINK_S) % 2 else ""

    def _dashes(self) -> str:
        return "-" * self.display.driver.places


# -- from the devices file -----------------------------------------------------------------------------------------

BESIDE = ("name", "counter", "address", "protocol")
COMMON: Mapping[str, Setting] = {
    "away": settings.text(DASHES, 32),
    "refused": settings.text(BLINK, 32, 1),
    "gap_ms": settings.whole(50, 0, 5_000),
    "answer_ms": settings.whole(300, 10, 5_000),
    "retries": settings.whole(2, 0, 9),
    "repaint_s": settings.whole(None, 0, 86_400),
}


def read(entry: Entry) -> Display:
    """The display that the entry names, or a refusal."""
    protocol = settings.protocol_of(entry, "display", DRIVERS)
    own, make = DRIVERS[protocol]
    found = settings.read(entry, {**COMMON, **own}, BESIDE)
    driver = make(found, entry)
    repaint_s = found["repaint_s"]
    if repaint_s is None:
        repaint_s = 10 if driver.confirms else 60
    return Display(
        settings.name_of(entry, "display"),
        settings.counter_of(entry),
        settings.line_of(entry),
        driver,
        found["away"],
        found["refused"],
        found["gap_ms"] / 1000,
        found["answer_ms"] / 1000,
        found["retries"],
        float(repaint_s),
    )


def _modbus(found: dict[str, Any], entry: Entry) -> Driver:
    return ModbusDigits(found["unit"], found["digits"], found["first"], found["letters"])


def _alpha(found: dict[str, Any], entry: Entry) -> Driver:
    words = ("unit", "sign", "file", "position", "mode", "checksum")
    return Alpha(*(found[word] for word in words), places=found["digits"])


def _ascii(found: dict[str, Any], entry: Entry) -> Driver:
    words = ("encoding", "checksum", "checksum_from", "terminator")
    for key, texts in (("parts", found["parts"]), ("terminator", [found["terminator"]])):
        _encodable(entry, key, texts, found["encoding"])
    if found["terminator"].startswith("{") and not frames.is_hex(found["terminator"]):
        entry.wrong("terminator", "a terminator is text, or bytes written as {hex:0D}")
    _encodable(entry, "acknowledgement", [found["acknowledgement"]], found["encoding"])
    try:
        form = frames.AsciiFrame(
            tuple(found["parts"]), *(found[word] for word in words), places=found["digits"], pad=found["pad"]
        )
    except frames.PartWrong as wrong:
        entry.wrong("parts", str(wrong))
    return Ascii(form, found["unit"], found["letters"], frames.raw(found["acknowledgement"], found["encoding"]))


def _encodable(entry: Entry, key: str, texts: list[str], encoding: str) -> None:
    for one in texts:
        try:
            frames.raw(one, encoding)
        except UnicodeError:
            entry.wrong(key, f"{one!r} cannot be written in {encoding}")


# By protocol: the settings that it has besides, and what makes its driver of them.
DRIVERS: Mapping[str, tuple[Mapping[str, Setting], Callable[[dict[str, Any], Entry], Driver]]] = {
    "modbus-digits": (
        {
            "unit": settings.whole(1, 1, 247),
            "digits": settings.whole(6, 1, 16),
            "first": settings.whole(0, 0, 65_000),
            "letters": settings.one_of("drop", tuple(frames.LETTERS)),
        },
        _modbus,
    ),
    "alpha": (
        {
            "unit": settings.whole(0, 0, 255),
            "sign": settings.text("Z", 1, 1),
            "file": settings.text("A", 1, 1),
            "position": settings.one_of("middle", tuple(frames.ALPHA_POSITIONS)),
            "mode": settings.one_of("hold", tuple(frames.ALPHA_MODES)),
            "checksum": settings.flag(False),
            "digits": settings.whole(4, 1, 32),
        },
        _alpha,
    ),
    "ascii": (
        {
            "unit": settings.whole(1, 0, 255),
            "parts": settings.texts(("{number}",), 20),
            "encoding": settings.one_of("ascii", ("ascii", "cp874", "latin-1", "utf-8")),
            "checksum": settings.one_of("none", tuple(frames.CHECKSUMS)),
            "checksum_from": settings.whole(0, 0, 19),
            "terminator": settings.text("\r\n", 32),
            "digits": settings.whole(0, 0, 32),
            "pad": settings.text(" ", 1, 1),
            "letters": settings.one_of("keep", tuple(frames.LETTERS)),
            "acknowledgement": settings.text("", 32),
        },
        _ascii,
    ),
}
