"""From a picture of one bit a dot to the bytes of ESC/POS, and no byte among them that a printer would obey by mistake.

Here belongs what a picture becomes on the line. Not here: how a slip looks (slips.py), what else is said to a printer
(printers.py).

A printer looks for real-time commands in everything that comes in, also in the middle of a picture: a slip that held
DLE DC4 could open a drawer, one that held DLE ENQ could throw the rest away. So a picture's bytes hold none of them.
"""

import re
from typing import NamedTuple

from PIL import Image, ImageChops

BAND = 256  # rows in one command at most: small printers hold no whole slip in their buffer
LONGEST_BAND = 512  # the upper byte of the height must stay below every second byte of a command
LONGEST_FEED = 255
OVERHEAD, FEED = 12, 3  # bytes around each band, and of each feed

# DLE EOT, ENQ, DC4 as in Epson's list of ESC/POS; GS ETX, EOT, ENQ as NCR's and its kin have them.
COMMAND = re.compile(rb"\x10(?=[\x04\x05\x14])|\x1d(?=[\x03\x04\x05])")
# ESC J counts in units that differ from model to model, until GS P says that one is a dot: 203 to the inch.
ONE_A_DOT = b"\x1dP\xcb\xcb"

Box = tuple[int, int, int, int]


class Part(NamedTuple):
    """Rows on end that are sent together, and between which bytes of a row their ink is; none where all is white."""

    top: int
    rows: int
    left: int = 0
    right: int = 0

    @property
    def cost(self) -> int:
        """Bytes."""
        across = self.right - self.left
        return OVERHEAD + across * self.rows if across else FEED * -(-self.rows // LONGEST_FEED)


def commands(data: bytes) -> list[int]:
    """Where real-time commands stand in what is sent."""
    return [found.start() for found in COMMAND.finditer(data)]


def tame(picture: Image.Image, keep: Box | None = None) -> Image.Image:
    """The same picture without a command among its bytes: a dot is changed for each, as little seen as can be.

    No dot within `keep` is. A QR on its own rows, with modules of four dots, holds none: in the first byte of each
    a black dot stands alone, or a white one.
    """
    ink = _ink(picture)
    data, at = bytearray(ink.tobytes()), 0
    while found := COMMAND.search(data, at):
        dots = [(x, y) for x, y in _dots(found.start(), picture.width) if not _within(x, y, keep)]
        better = [dot for dot in dots if not _commands_near(_changed(data, dot, picture.width), found.start())]
        if not better:
            raise ValueError(f"a command at byte {found.start()} that no dot outside {keep} could mend")
        data = _changed(data, max(better, key=lambda dot: _alike(data, dot, picture.size)), picture.width)
        at = max(found.start() - 1, 0)
    return ImageChops.invert(Image.frombytes("1", picture.size, bytes(data)))


def encode(picture: Image.Image, rows: int = BAND, sparing: bool = False) -> bytes:
    """The picture in bands of so many rows.

    `sparing` halves what is sent: paper is fed over what is white, and a band begins and ends where its ink does. The
    printer must know GS P, GS L and ESC J.
    """
    if picture.width % 8 or not 0 < rows <= LONGEST_BAND:
        raise ValueError(f"{picture.width} dots in bands of {rows} rows cannot be sent")
    ink = _ink(picture)
    if not sparing:
        whole = [Part(top, min(rows, ink.height - top), 0, ink.width // 8) for top in range(0, ink.height, rows)]
        return b"".join(_band(ink, part) for part in whole)
    parts = (_apart(ink, part) for part in _parts(ink, rows))
    sent = b"".join(_moved(part) + _band(ink, part) if part.right else _fed(part.rows) for part in parts)
    return ONE_A_DOT + sent + _margin(0)


def _ink(picture: Image.Image) -> Image.Image:
    """As a printer takes it: a bit is set where paper becomes black."""
    return ImageChops.invert(picture)


def _band(ink: Image.Image, part: Part) -> bytes:
    """GS v 0."""
    head = b"\x1dv0\x00" + (part.right - part.left).to_bytes(2, "little") + part.rows.to_bytes(2, "little")
    return head + ink.crop((part.left * 8, part.top, part.right * 8, part.top + part.rows)).tobytes()


def _apart(ink: Image.Image, part: Part) -> Part:
    """The part; one white byte wider where the end of a row and the beginning of the next would make a command."""
    if not part.right or not commands(_band(ink, part)):
        return part
    if part.left:
        return part._replace(left=part.left - 1)
    return part._replace(right=min(part.right + 1, ink.width // 8))


def _moved(part: Part) -> bytes:
    return _margin(part.left * 8)


def _margin(dots: int) -> bytes:
    """GS L: at the beginning of a line, which the end of a picture and of a feed is."""
    return b"\x1dL" + dots.to_bytes(2, "little")


def _fed(rows: int) -> bytes:
    """ESC J, as often as it takes."""
    return b"".join(b"\x1bJ" + bytes([min(left, LONGEST_FEED)]) for left in range(rows, 0, -LONGEST_FEED))


def _parts(ink: Image.Image, rows: int) -> list[Part]:
    """The picture from top to bottom, each row taken to those above it where that costs no more bytes."""
    across, data = ink.width // 8, ink.tobytes()
    parts = list[Part]()
    for y in range(ink.height):
        line = data[y * across : (y + 1) * across]
        left = across - len(line.lstrip(b"\0"))
        here = Part(y, 1, left, len(line.rstrip(b"\0"))) if left < across else Part(y, 1)
        _add(parts, here, rows)
    return parts


def _add(parts: list[Part], here: Part, rows: int) -> None:
    """Put the next part to the last where it is cheaper so, and that again to the one before, over a white gap."""
    parts.append(here)
    while len(parts) > 1:
        for count in (2, 3):
            several = parts[-count:]
            both = _together(several)
            fits = both.rows <= rows or not both.right
            if len(several) == count and fits and both.cost <= sum(part.cost for part in several):
                parts[-count:] = [both]
                break
        else:
            return


def _together(parts: list[Part]) -> Part:
    inked = [part for part in parts if part.right]
    rows = sum(part.rows for part in parts)
    if not inked:
        return Part(parts[0].top, rows)
    return Part(parts[0].top, rows, min(part.left for part in inked), max(part.right for part in inked))


# -- a dot ---------------------------------------------------------------------------------------------------------


def _dots(byte: int, width: int) -> list[tuple[int, int]]:
    """The sixteen dots of a byte and the next, which may be the first of the row below."""
    each = range(byte * 8, byte * 8 + 16)
    return [(dot % width, dot // width) for dot in each]


def _within(x: int, y: int, box: Box | None) -> bool:
    return box is not None and box[0] <= x < box[2] and box[1] <= y < box[3]


def _changed(data: bytearray, dot: tuple[int, int], width: int) -> bytearray:
    x, y = dot
    changed = bytearray(data)
    changed[(y * width + x) // 8] ^= 0x80 >> x % 8
    return changed


def _commands_near(data: bytearray, byte: int) -> bool:
    first = max(byte - 1, 0)
    return COMMAND.search(bytes(data[first : byte + 3])) is not None


def _alike(data: bytearray, dot: tuple[int, int], size: tuple[int, int]) -> int:
    """How many of its neighbours a dot resembles once it is changed: with many, nobody sees it."""
    x, y = dot
    wanted = not _is_ink(data, x, y, size)
    beside = ((x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1))
    return sum(_is_ink(data, *one, size) == wanted for one in beside)


def _is_ink(data: bytearray, x: int, y: int, size: tuple[int, int]) -> bool:
    width, height = size
    inside = 0 <= x < width and 0 <= y < height
    return inside and bool(data[(y * width + x) // 8] & 0x80 >> x % 8)
