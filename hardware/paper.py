"""What is sent to a receipt printer for one slip: ESC/POS in stretches, each of which the printer can confirm.

Here belong the stretches, of a slip as a picture and of one in the printer's own Thai letters. Not here: how a slip
looks as a picture (slips.py), the bytes of a picture (raster.py), and the conversation with the printer (printers.py).
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from escpos.capabilities import CAPABILITIES
from escpos.constants import QR_ECLEVEL_M
from escpos.printer import Dummy
from PIL import Image, ImageChops

from hardware import raster, slips
from hardware.errors import SlipRefused

PROFILE = "TM-T20II"  # the encoder needs some profile: 576 dots, raster, partial cut; 58 mm is only narrower
# Rows in one stretch. Small printers hold no whole slip in their buffer; and one that was switched off and on in the
# midst has lost what was in its buffer or on its way then: the confirmation of a stretch should be among that.
BAND = 128
WIDEST = 576 // 8  # bytes in a row of 80 mm paper

USUAL = 30_000  # bytes of a slip on 80 mm paper, as a picture

CODE_PAGE = "CP874"
TEXT_PROFILE = "default"  # the one of python-escpos whose CP874 is page 21, as with most
LETTER = 12  # dots: the width of font A
LARGEST = 8  # times, of a letter
ONE_CELL = "ะาำๅๆฯ"  # Thai letters that belong to the one before and have a place of their own
PLAIN = str.maketrans({"–": "-", "—": "-", "·": "-", "…": "...", "“": '"', "”": '"', "‘": "'", "’": "'", "\u200b": ""})

INIT = b"\x1b@"
WATCH, NO_WATCH = b"\x1da\xff", b"\x1da\x00"  # GS a: tell each change of state unasked
FILLER = bytes(BAND * WIDEST + 16)  # more NULs than a command that broke off can still want; else they are nothing


@dataclass(frozen=True, slots=True)
class Text:
    """A slip in the printer's own letters, ready to be sent."""

    stretches: tuple[bytes, ...]


Page = Image.Image | Text


def start(torn: bool) -> bytes:
    """Begin afresh. After a slip that broke off, first end what the printer still waits for, and cut that off."""
    rest = FILLER + INIT + cut() if torn else b""
    return rest + INIT + WATCH


def stretches(page: Page) -> list[bytes]:
    """The slip in pieces that end between two commands; the last one cuts it off."""
    pieces = list(page.stretches) if isinstance(page, Text) else list(_bands(page))
    return [*pieces[:-1], pieces[-1] + cut()]


def cut() -> bytes:
    paper = Dummy(profile=PROFILE)
    paper.cut(mode="PART")  # a slip cut off whole would fall to the floor
    return bytes(paper.output)


def confirm(tag: bytes) -> bytes:
    """GS ( H, function 48: the printer answers with these four letters when all before is on paper."""
    return b"\x1d(H\x06\x00\x30\x30" + tag


def _bands(picture: Image.Image) -> Iterator[bytes]:
    for top in range(0, picture.height, BAND):
        yield raster.encode(picture.crop((0, top, picture.width, min(top + BAND, picture.height))), BAND, sparing=True)


# -- the printer's own letters -------------------------------------------------------------------------------------


def profiles() -> list[str]:
    """The profiles of python-escpos that can print native text."""
    return [name for name in CAPABILITIES["profiles"] if has_code_page(name)]


def has_code_page(profile: str) -> bool:
    """Does this profile of python-escpos know Thai letters? Without, each would come out as a question mark."""
    return CODE_PAGE in CAPABILITIES["profiles"].get(profile, {"codePages": {}})["codePages"].values()


def text(slip: dict[str, Any], width: int, profile: str = TEXT_PROFILE) -> Text:
    """The slip in CP874. A SlipRefused names what that has no letter for: such a slip needs the picture."""
    said = [line for line in _lines(slip) if line[0]]
    if lacking := sorted({letter for words, _ in said for letter in words if not _encodes(letter)}):
        named = " ".join(f"{letter} (U+{ord(letter):04X})" for letter in lacking[:5])
        raise SlipRefused(f"{CODE_PAGE} has no letter for {named}; this printer prints such slips only as a picture")
    paper = Dummy(profile=profile)
    paper.charcode(CODE_PAGE)
    for words, look in said:
        if look == "qr":
            _qr(paper, words, width)
        else:
            _put(paper, words, look, width)
    return Text((bytes(paper.output),))


def _lines(slip: dict[str, Any]) -> list[tuple[str, str]]:
    """What stands on the slip from top to bottom, and how: small, large, huge, framed or qr. The empty stay away."""

    def of(value: Any) -> str:
        return _seen(" ".join(str(value or "").translate(PLAIN).split()))

    follow = of(slip["labels"]["follow"]) if slip["url"] else ""
    return [
        (of(slip["trial_mark"]), "large"),
        (of(slip["centre"]), "small"),
        (of(slip["labels"]["number"]), "small"),
        (of(slip["number"]), "huge"),
        (of(slip["copy_mark"]), "framed"),
        (of(slip["service"]), "large"),
        (of(slip["agency"]), "small"),
        (of(slip["priority"]), "large"),
        (of(slip.get("booked")), "large"),
        (of(slip["ahead"]), "large"),
        (of(slip.get("wait")), "large"),
        (of(slip["issued"]), "small"),
        (_seen(slip["url"] or ""), "qr"),
        (follow, "small"),
        (of(slip["notice"]), "small"),
        (of(slip.get("draft")), "small"),
    ]


def _seen(text: str) -> str:
    """Without control characters: a printer would obey them, some wherever they stand."""
    return "".join(letter for letter in text if unicodedata.category(letter) != "Cc")


def _put(paper: Dummy, words: str, look: str, width: int) -> None:
    columns = width // LETTER
    times = max(1, min(LARGEST, columns // len(words))) if look == "huge" else 1
    tall = times if look == "huge" else 1 + (look in ("large", "framed"))
    rule = ["*" * columns] if look == "framed" else []
    paper.set(align="center", bold=look != "small", custom_size=True, width=times, height=tall)
    for line in [*rule, *_broken(words, columns // times), *rule]:
        paper.text(line + "\n")


def _qr(paper: Dummy, url: str, width: int) -> None:
    """By the printer's own command, in the size of the picture's; as a picture where it has none."""
    picture = slips.qr(url, width)
    paper.set(align="center", custom_size=True, width=1, height=1)
    paper.text("\n")  # white around the code, that phones find it
    if paper.profile.supports("qrCode"):
        paper.qr(url, ec=QR_ECLEVEL_M, size=_module(picture), native=True)
    else:
        paper._raw(raster.encode(_whole_bytes(picture), BAND))
    paper.text("\n")


def _whole_bytes(picture: Image.Image) -> Image.Image:
    """As wide as rows of bytes are."""
    wider = Image.new("1", (-(-picture.width // 8) * 8, picture.height), 255)
    wider.paste(picture, (0, 0))
    return wider


def _module(picture: Image.Image) -> int:
    """Dots a module: the quiet zone is four of them."""
    left = ImageChops.invert(picture).getbbox()[0]
    return max(1, min(16, left // slips.QUIET))


def _broken(words: str, columns: int) -> Iterator[str]:
    """Lines of so many letters, at a space if there is one; never before a mark. Marks count: they may take a place."""
    while len(words) > columns:
        end = words.rfind(" ", 0, columns + 1)
        if end <= 0:
            end = columns
            while end > 1 and _belongs_to_the_one_before(words[end]):
                end -= 1
        yield words[:end]
        words = words[end:].lstrip()
    yield words


def _belongs_to_the_one_before(letter: str) -> bool:
    return letter in ONE_CELL or unicodedata.category(letter).startswith("M")


def _encodes(letter: str) -> bool:
    try:
        return bool(letter.encode(CODE_PAGE))
    except UnicodeEncodeError:
        return False
