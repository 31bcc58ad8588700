"""From a slip's texts to its picture, one bit a dot.

Here belongs everything about how a slip looks (with slip.typ). Not here: what it says (texts come ready-made,
in the ticket's language) and how it reaches paper (printers.py).
"""

import io
import json
import re
import threading
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import segno
import typst
from PIL import Image, ImageFont

from hardware.errors import FontsMissing, SlipRefused

HERE = Path(__file__).parent
FONTS = HERE / "fonts"
TEMPLATE = HERE / "slip.typ"
WEIGHTS = {400, 600, 700}
# Whose letters are taken, the first that has one; slip.typ names the same. A further language may add its own.
FAMILIES = ("Sarabun", "Noto Sans Myanmar")
PPI = 203.2  # eight dots a millimetre, the pitch of receipt printers
INK_BELOW = 150  # of 255: a little above the middle, so that thin Thai strokes stay whole on paper
QR_SIDE = 264  # dots: 33 mm at most, if the modules can still be four dots wide
QR_MODULE = 4  # dots: half a millimetre, the least that phones read well
QUIET = 4  # modules of white around the QR, as ISO/IEC 18004 asks

MARGIN = 12  # dots at either edge that stay white: half of the margin in slip.typ
MAY_BREAK = "\u200b"
JOINED = "ะาำๅๆฯ"  # Thai letters that belong to the one before, though Unicode does not call them marks
LEADING = "เแโใไ\u1039"  # and those that belong to the one after: so does what a Burmese sign is stacked under
KILLED = "\u103a"  # a Burmese letter with this ends the syllable before it
NO_LETTER = "\U0010ffff"

_one_at_a_time = threading.Lock()  # the warm compiler keeps its inputs between calls


def check(letters: str = "") -> None:
    """Refuse to start where slips would come out in wrong letters: a font is missing, or none has one of `letters`."""
    _press(FONTS)
    if lacking := lacks(letters):
        listed = " ".join(f"{letter} (U+{ord(letter):04X})" for letter in sorted(lacking)[:5])
        raise FontsMissing(f"no font in {FONTS} has {listed}; add one that does to FAMILIES and slip.typ")


def lacks(text: str) -> set[str]:
    """The letters of the text that would come out as an empty box."""
    drawn = [ImageFont.truetype(font, 40, layout_engine=ImageFont.Layout.BASIC) for font in _files(FONTS)]
    return {
        one
        for one in set(text)
        if not one.isspace() and all(_drawn(font, one) == _drawn(font, NO_LETTER) for font in drawn)
    }


def _drawn(font: ImageFont.FreeTypeFont, letter: str) -> bytes:
    return bytes(font.getmask(letter))


def render(slip: dict[str, Any], width: int) -> Image.Image:
    """The slip as a picture of mode "1", exactly `width` dots wide. A SlipRefused says what it lacks."""
    above, below = _typeset(slip, width)
    code = [qr(slip["url"], width)] if slip["url"] else []
    return _stack([above, *code, below], width)


def name_of(slip: dict[str, Any]) -> str:
    """A file name that says day, number and copy, and can lead nowhere else."""
    copy = f"-copy{slip['copy']}" if slip["copy"] > 1 else ""
    name = f"{slip['day']}-{slip['number']}{copy}"
    if not re.fullmatch(r"[A-Za-z0-9-]+", name):
        raise SlipRefused(f"{name!r} is no day and number that a file can be named by")
    return name


def qr(url: str, width: int) -> Image.Image:
    """The QR with its quiet zone. A module is a whole number of dots: four, or more within QR_SIDE."""
    code = segno.make(url, error="m", micro=False)
    modules = int(code.symbol_size(border=QUIET)[0])
    scale = max(QR_MODULE, min(QR_SIDE, width) // modules)
    if modules * scale > width:
        raise SlipRefused(f"the address of {len(url)} characters is too long for a QR on this paper")
    return _one_bit(_saved(code, scale))


def _saved(code: segno.QRCode, scale: int) -> bytes:
    png = io.BytesIO()
    code.save(png, kind="png", scale=scale, border=QUIET)
    return png.getvalue()


def _typeset(slip: dict[str, Any], width: int) -> list[Image.Image]:
    """The parts above and below the QR. A text with no place to break may break anywhere: none is cut off."""
    pages = _pages(slip, width)
    if any(map(_runs_off, pages)):
        return _pages(_loose(slip) | {"number": slip["number"], "language": slip["language"]}, width)
    return pages


def _pages(slip: dict[str, Any], width: int) -> list[Image.Image]:
    inputs = {"slip": json.dumps(slip, ensure_ascii=False), "width": str(width)}
    with _one_at_a_time:
        try:
            pages = _press(FONTS).compile(format="png", ppi=PPI, sys_inputs=inputs)
        except typst.TypstError as wrong:
            raise SlipRefused(f"the slip cannot be set: {wrong.message}") from wrong
    assert isinstance(pages, list)  # slip.typ always has two pages
    return [_one_bit(page) for page in pages]


@cache
def _press(fonts: Path) -> typst.Compiler:
    """The compiler, kept warm: the first slip takes some 100 ms, the next some 20 to 30."""
    found = _found(fonts)
    for family in FAMILIES:
        if missing := WEIGHTS - {font.weight for font in found.fonts() if font.family == family}:
            weights = ", ".join(map(str, sorted(missing)))
            raise FontsMissing(f"the font {family} lacks {weights} in {fonts}; install Sala again")
    return typst.Compiler(str(TEMPLATE), font_paths=found)


def _found(fonts: Path) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts)])


@cache
def _files(fonts: Path) -> tuple[str, ...]:
    """A file of each family; its other weights have the same letters."""
    files = {font.family: font.path for font in _found(fonts).fonts() if font.weight == min(WEIGHTS)}
    return tuple(str(files[family]) for family in FAMILIES)


def _one_bit(png: bytes) -> Image.Image:
    """Black or white by a threshold: dithering would fray the letters."""
    grey = Image.open(io.BytesIO(png)).convert("L")
    return grey.point(lambda light: 255 if light > INK_BELOW else 0, mode="1")


def _stack(parts: list[Image.Image], width: int) -> Image.Image:
    """One below the other, each in the middle, on whole dots."""
    slip = Image.new("1", (width, sum(part.height for part in parts)), 255)
    top = 0
    for part in parts:
        slip.paste(part, ((width - part.width) // 2, top))
        top += part.height
    return slip


def _runs_off(page: Image.Image) -> bool:
    """Is there ink where only white may be?"""
    edges = ((0, MARGIN), (page.width - MARGIN, page.width))
    return any(page.crop((left, 0, right, page.height)).getextrema()[0] == 0 for left, right in edges)


def _loose(value: Any) -> Any:
    """The texts such that a line may break between any two letters, but not before a vowel or tone mark."""
    if isinstance(value, dict):
        return {key: _loose(inner) for key, inner in value.items()}
    if not isinstance(value, str):
        return value
    places = zip(" " + value, value, f"{value[1:]} ", strict=False)
    return "".join(MAY_BREAK + here if _may_part(before, here, after) else here for before, here, after in places)


def _may_part(before: str, here: str, after: str) -> bool:
    joined = here in JOINED or here.isspace() or after in KILLED or unicodedata.category(here).startswith("M")
    return not joined and before not in LEADING + " "
