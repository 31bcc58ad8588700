"""What goes over a serial line to a counter's display and comes from its keypad, byte for byte. Pure.

To displays: Modbus RTU to digit tubes, the Alpha sign protocol (BetaBrite), ASCII frames put together as configured.
From keypads: the frame FF 68 L L 68 … 16, and lines of text. Not here: when what is sent (displays.py, owners.py), and
what a key means (keypads.py).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

# -- checksums -----------------------------------------------------------------------------------------------------


def crc16(data: bytes) -> int:
    """The CRC of Modbus (polynomial A001 reflected, from FFFF). On a line its low byte comes first."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
    return crc


def sum8(data: bytes) -> int:
    return sum(data) & 0xFF


def xor8(data: bytes) -> int:
    result = 0
    for byte in data:
        result ^= byte
    return result


# The name in the devices file: how many bytes it is, and how it is reckoned.
CHECKSUMS: Mapping[str, tuple[int, Callable[[bytes], int]]] = {
    "none": (0, lambda data: 0),
    "sum8": (1, sum8),
    "xor8": (1, xor8),
    "crc16": (2, crc16),
}


# -- digit tubes ---------------------------------------------------------------------------------------------------

# What becomes of a letter on tubes that show digits alone: A015 is 015, A015 or 1015.
LETTERS: Mapping[str, Callable[[str], str]] = {
    "drop": lambda letter: "",
    "keep": lambda letter: letter,
    "number": lambda letter: str(ord(letter) - ord("A") + 1),
}


def on_tubes(number: str, letters: str = "drop") -> str:
    """A ticket's number as tubes show it. What is neither digit nor Latin letter has no place on them."""
    return "".join(one if one.isdigit() else LETTERS[letters](one) for one in re.findall("[0-9A-Z]", number.upper()))


def right_aligned(text: str, places: int) -> str:
    """Exactly so many characters. What is too long loses its head: the last digits tell visitors apart."""
    return text.rjust(places)[-places:]


WRITE = 0x10  # Modbus function 16, write multiple registers
REFUSED = 0x80  # and this beside it: the device understood, and will not


def modbus_write(unit: int, first: int, values: Sequence[int]) -> bytes:
    """Function 16: the registers from `first` on take these values."""
    head = bytes([unit, WRITE]) + _word(first) + _word(len(values)) + bytes([2 * len(values)])
    return _with_crc(head + b"".join(map(_word, values)))


def modbus_answer(unit: int, first: int, count: int) -> bytes:
    """What the unit answers when it has done so: all of it is known beforehand."""
    return _with_crc(bytes([unit, WRITE]) + _word(first) + _word(count))


def modbus_refusal(heard: bytes, unit: int) -> int | None:
    """The code of an exception that the unit answered, if a whole one was heard."""
    head = bytes([unit, WRITE | REFUSED])
    for at in range(len(heard) - 4):
        frame = heard[at : at + 5]
        if frame[:2] == head and _with_crc(frame[:3]) == frame:
            return frame[2]
    return None


def _word(value: int) -> bytes:
    return value.to_bytes(2, "big")


def _with_crc(frame: bytes) -> bytes:
    return frame + crc16(frame).to_bytes(2, "little")


# -- Alpha ---------------------------------------------------------------------------------------------------------

NUL, SOH, STX, ETX, EOT, ESC = b"\x00", b"\x01", b"\x02", b"\x03", b"\x04", b"\x1b"
ALPHA_POSITIONS: Mapping[str, bytes] = {"middle": b" ", "top": b'"', "bottom": b"&", "fill": b"0"}
ALPHA_MODES: Mapping[str, bytes] = {"hold": b"b", "flash": b"c", "rotate": b"a", "scroll": b"m"}


def alpha(
    text: str,
    unit: int = 0,
    sign: str = "Z",
    file: str = "A",
    position: str = "middle",
    mode: str = "hold",
    checksum: bool = False,
) -> bytes:
    """Write the text into the sign's text file. Unit 0 means all signs, type Z every kind of sign.

    With the checksum, of STX to ETX, the sign throws away what the line has spoilt.
    """
    shown = text.encode("ascii", "replace")
    body = STX + b"A" + file.encode() + ESC + ALPHA_POSITIONS[position] + ALPHA_MODES[mode] + shown
    if checksum:
        body += ETX
        body += b"%04X" % (sum(body) & 0xFFFF)
    return NUL * 5 + SOH + sign.encode() + b"%02X" % unit + body + EOT


# -- ASCII frames --------------------------------------------------------------------------------------------------

# A part that begins with a brace is one of these, or bytes written as {hex:FF 68}; anything else stands for itself.
FIELDS = ("{number}", "{unit}", "{unit-byte}", "{checksum}", "{checksum-hex}")
_HEX = re.compile(r"\{hex:((?:\s*[0-9A-Fa-f]{2})+)\s*\}")


class PartWrong(ValueError):
    """A part of a frame that means nothing."""


@dataclass(frozen=True, slots=True)
class AsciiFrame:
    """`parts` in order, then the terminator (text or {hex:0D}). The checksum is of all parts before it, from
    `checksum_from` on.

    `places`: the text is right-aligned in so many characters, filled up with `pad`; 0: as long as it is.
    """

    parts: tuple[str, ...] = ("{number}",)
    encoding: str = "ascii"
    checksum: str = "none"
    checksum_from: int = 0
    terminator: str = "\r\n"
    places: int = 0
    pad: str = " "

    def __post_init__(self) -> None:
        for part in self.parts:
            if part.startswith("{") and part not in FIELDS and not _HEX.fullmatch(part):
                raise PartWrong(
                    f"a frame has no part {part!r}; it has {', '.join(FIELDS)}, {{hex:FF 00}} and plain text"
                )

    def bytes(self, text: str, unit: int = 0) -> bytes:
        """The frame that shows the text."""
        done: list[bytes] = []
        for part in self.parts:
            done.append(self._part(part, text, unit, b"".join(done[self.checksum_from :])))
        return b"".join(done) + raw(self.terminator, self.encoding)

    def _part(self, part: str, text: str, unit: int, before: bytes) -> bytes:
        size, reckon = CHECKSUMS[self.checksum]
        if part == "{checksum}":
            return reckon(before).to_bytes(size, "little")
        if part == "{checksum-hex}":
            return reckon(before).to_bytes(size, "big").hex().upper().encode()
        if part == "{unit-byte}":
            return bytes([unit])
        if _HEX.fullmatch(part):
            return raw(part, self.encoding)
        return self._encoded({"{number}": self._placed(text), "{unit}": f"{unit:02d}"}.get(part, part))

    def _placed(self, text: str) -> str:
        return text.rjust(self.places, self.pad)[-self.places :] if self.places else text

    def _encoded(self, text: str) -> bytes:
        return text.encode(self.encoding, "replace")


def is_hex(text: str) -> bool:
    """Whether it is bytes, written as {hex:06}."""
    return _HEX.fullmatch(text) is not None


def raw(text: str, encoding: str) -> bytes:
    """The bytes of a setting: {hex:06}, or text; a UnicodeError or LookupError if it cannot be so encoded."""
    found = _HEX.fullmatch(text)
    return bytes.fromhex(found[1]) if found else text.encode(encoding)


# -- from keypads --------------------------------------------------------------------------------------------------

LONGEST_BODY = 32
LONGEST_LINE = 64


@dataclass(frozen=True, slots=True)
class KeyFrame:
    """A whole frame of a keypad: its address, the command and what goes with it."""

    unit: int
    command: int
    data: bytes = b""

    @property
    def code(self) -> int:
        """Which key: the first byte of the data; in a frame without data the command itself."""
        return self.data[0] if self.data else self.command


def ff68(frame: KeyFrame) -> bytes:
    """The frame as the keypad sends it.

    Its maker's paper was not to be had; from the layout, which is that of FT 1.2 frames (IEC 60870-5-1) behind an FF,
    is taken: L counts address, command and data, and stands twice; the sum is of those same bytes, modulo 256.
    """
    body = bytes([frame.unit, frame.command]) + frame.data
    return bytes([0xFF, 0x68, len(body), len(body), 0x68]) + body + bytes([sum8(body), 0x16])


class Ff68Reader:
    """Finds whole frames in what comes. Whatever is lost, torn or spoilt, the next whole frame is found."""

    # Longer between two bytes of a frame, and the rest of it will not come.
    quiet_s = 0.1

    def __init__(self) -> None:
        self._heard = b""

    def feed(self, piece: bytes) -> list[KeyFrame]:
        """The frames that are whole now."""
        self._heard += piece
        found: list[KeyFrame] = []
        while (size := _ff68_size(self._heard)) is not None:
            whole = self._heard[:size]
            if size and _is_ff68(whole):
                found.append(KeyFrame(whole[5], whole[6], whole[7:-2]))
                self._heard = self._heard[size:]
            else:
                self._heard = _from_next_head(self._heard)
        return found

    def quiet(self) -> list[KeyFrame]:
        """The line has fallen silent: a frame that was begun is torn. Those that came behind its beginning."""
        found: list[KeyFrame] = []
        while self._heard:
            self._heard = _from_next_head(self._heard)
            found += self.feed(b"")
        return found


def _ff68_size(heard: bytes) -> int | None:
    """How long the frame at the beginning is; 0 where none begins there; None where that cannot be said yet."""
    if not heard or heard[:5] == b"\xff\x68"[: len(heard)]:
        return None
    if heard[:2] != b"\xff\x68":
        return 0
    length = heard[2]
    head = bytes([0xFF, 0x68, length, length, 0x68])
    if not 2 <= length <= LONGEST_BODY or not head.startswith(heard[:5]):
        return 0
    size = 5 + length + 2
    return size if len(heard) >= size else None


def _is_ff68(frame: bytes) -> bool:
    return frame[-1] == 0x16 and frame[-2] == sum8(frame[5:-2])


def _from_next_head(heard: bytes) -> bytes:
    at = heard.find(b"\xff", 1)
    return heard[at:] if at > 0 else b""


class LineReader:
    """Finds whole lines in what comes; one with anything but printable ASCII in it is spoilt, and left out.

    A line has no checksum: a letter that the line made of another is not noticed, where the word is then another one's.
    """

    quiet_s = 1.0  # a technician may type one by hand

    def __init__(self) -> None:
        self._heard = b""

    def feed(self, piece: bytes) -> list[str]:
        """The lines that are whole now, without their ends; of empty ones nothing."""
        *whole, rest = re.split(rb"[\r\n]", self._heard + piece)
        # What is too long to be a line stays so until its end comes, or a part of it would be taken for one.
        self._heard = rest[: LONGEST_LINE + 1]
        return [line.decode().strip() for line in whole if re.fullmatch(rb"[ -~]{1,%d}" % LONGEST_LINE, line)]

    def quiet(self) -> list[str]:
        """The line has fallen silent: what was begun is torn."""
        self._heard = b""
        return []
