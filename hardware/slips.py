"""From a slip's texts to its picture, one bit a dot.

Here belongs everything about how a slip looks (with slip.typ). Not here: what it says (texts come ready-made,
in the ticket's language), how it reaches paper (printers.py), and whether a centre's own template and logo can be used
(slip_check.py).
"""

import io
import json
import logging
import re
import threading
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import segno
import typst
from PIL import Image, ImageFont

from hardware import raster
from hardware.errors import FontsMissing, SlipRefused, SlipsWrong

log = logging.getLogger("sala.agent")

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
UNSEEN = ("Cc", "Cf", "Zs", "Zl", "Zp")  # letters that nobody expects to see: spaces, and what only says how to break
LACKING = "?"

LOGO_HIGH = 160  # dots: 20 mm, so that the paper is the number's
LOGO_GAP = 8
LOGO_PIXELS = 16_000_000

_one_at_a_time = threading.Lock()  # the warm compiler keeps its inputs between calls


@dataclass(frozen=True, slots=True)
class Look:
    """What a centre may change: the template, whose folder is all that it may read, and a logo (PNG or SVG)."""

    template: Path = TEMPLATE
    logo: Path | None = None

    @property
    def shipped(self) -> bool:
        return self.template == TEMPLATE


SHIPPED = Look()


def check(letters: str = "") -> None:
    """Refuse to start where slips would come out in wrong letters: a font is missing, or none has one of `letters`."""
    _press(FONTS, TEMPLATE)
    if lacking := lacks(letters):
        raise FontsMissing(f"no font in {FONTS} has {listed(lacking)}; add one that does to FAMILIES and slip.typ")


def lacks(text: str, look: Look = SHIPPED) -> set[str]:
    """The letters of the text that would come out as an empty box."""
    return {one for one in set(text) if not _has(FONTS, look.template, one)}


def listed(letters: set[str]) -> str:
    """Some of the letters, as a technician looks them up."""
    some = " ".join(f"{letter} (U+{ord(letter):04X})" for letter in sorted(letters)[:5])
    return f"{some} and {len(letters) - 5} more" if len(letters) > 5 else some


def readable(slip: dict[str, Any], look: Look = SHIPPED) -> tuple[dict[str, Any], set[str]]:
    """The slip with a question mark where no font has a letter, and those letters: an empty box would say nothing."""
    lacking = lacks("".join(_texts(slip)), look)
    if not lacking:
        return slip, lacking
    unreadable = re.compile(f"[{re.escape(''.join(lacking))}]+")
    return _each(slip, lambda text: unreadable.sub(LACKING, text)), lacking


def render(slip: dict[str, Any], width: int, look: Look = SHIPPED) -> Image.Image:
    """The slip as a picture of mode "1", exactly `width` dots wide. A SlipRefused says what it lacks.

    A centre's template that fails where its trial did not (somebody is at work on it) costs no visitor the slip: the
    one that is shipped stands in.
    """
    try:
        return draw(slip, width, look)
    except SlipRefused as wrong:
        if look.shipped:
            raise
        log.error("the centre's template failed, and the one that is shipped is used: %s", wrong)
        return draw(slip, width, Look(logo=look.logo))


def draw(slip: dict[str, Any], width: int, look: Look) -> Image.Image:
    """The slip in just this look. Where the QR stands is ours: below the first page, every module on whole dots."""
    above, below = _typeset(slip, width, look)
    top = [logo(look.logo, width), Image.new("1", (width, LOGO_GAP), 255)] if look.logo else []
    code = [qr(slip["url"], width)] if slip["url"] else []
    whole = _stack([*top, above, *code, below], width)
    start = sum(part.height for part in (*top, above))
    left = (width - code[0].width) // 2 if code else 0
    keep = (left, start, left + code[0].width, start + code[0].height) if code else None
    return raster.tame(whole, keep)


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


def _typeset(slip: dict[str, Any], width: int, look: Look = SHIPPED) -> list[Image.Image]:
    """The parts above and below the QR. A text with no place to break may break anywhere: none is cut off."""
    pages = _pages(slip, width, look)
    if any(map(_runs_off, pages)):
        return _pages(_loose(slip) | {"number": slip["number"], "language": slip["language"]}, width, look)
    return pages


def _pages(slip: dict[str, Any], width: int, look: Look) -> list[Image.Image]:
    inputs = {"slip": json.dumps(slip, ensure_ascii=False), "width": str(width)}
    pages = [_one_bit(page) for page in _set(_press(FONTS, look.template), inputs, look.template.name)]
    if len(pages) != 2:
        raise SlipRefused(
            f"{look.template.name} makes {len(pages)} page{'s' * (len(pages) != 1)}: it must make two, with one "
            "#pagebreak() where the QR is to stand"
        )
    if wrong := next((page.width for page in pages if page.width != width), 0):
        raise SlipRefused(f"{look.template.name} makes a page {wrong} dots wide: the paper has {width}")
    return pages


def _set(press: typst.Compiler, inputs: dict[str, str], name: str) -> list[bytes]:
    """The pages as PNG. A SlipRefused says which line of which file is wrong, in typst's own words."""
    with _one_at_a_time:
        try:
            pages = press.compile(format="png", ppi=PPI, sys_inputs=inputs)
        except typst.TypstError as wrong:
            raise SlipRefused(_where(wrong, name)) from wrong
        except RuntimeError as wrong:
            raise SlipRefused(f"{name}: {wrong}") from wrong
    return [pages] if isinstance(pages, bytes) else list(pages or [])


def _where(wrong: typst.TypstError, name: str) -> str:
    """The file and line of typst's first complaint, its message and what it hints at."""
    found = re.search(r"┌─ (?P<file>[^\n]*?):(?P<line>\d+):\d+", wrong.diagnostic or "")
    place = f"{Path(found['file']).name}, line {found['line']}" if found else name
    # The root is ours to set, and not the technician's.
    hints = "".join(f" (hint: {hint})" for hint in wrong.hints if "--root" not in hint)
    return f"{place}: {wrong.message}{hints}"


@cache
def _press(fonts: Path, template: Path) -> typst.Compiler:
    """The compiler, kept warm: the first slip takes some 100 ms, the next some 20 to 30."""
    found = _found(fonts, template)
    for family in FAMILIES:
        if missing := WEIGHTS - {font.weight for font in found.fonts() if font.family == family}:
            weights = ", ".join(map(str, sorted(missing)))
            raise FontsMissing(f"the font {family} lacks {weights} in {fonts}; install Sala again")
    try:
        return typst.Compiler(str(template), root=str(template.parent), font_paths=found)
    except RuntimeError as wrong:
        raise SlipsWrong(f"the template {template} cannot be opened: {wrong}") from wrong


def _found(fonts: Path, template: Path) -> typst.Fonts:
    """Our fonts, and those that a centre put into the folder fonts/ beside its template; never the machine's own."""
    paths = [str(fonts)] if template == TEMPLATE else [str(fonts), str(template.parent / "fonts")]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=paths)


@cache
def _files(fonts: Path, template: Path) -> tuple[ImageFont.FreeTypeFont, ...]:
    """A font of each family; its other weights have the same letters."""
    files = {font.family: font for font in _found(fonts, template).fonts()}
    return tuple(
        ImageFont.truetype(font.path, 40, index=font.index, layout_engine=ImageFont.Layout.BASIC)
        for font in files.values()
        if font.path
    )


@cache
def _has(fonts: Path, template: Path, letter: str) -> bool:
    """Whether one of the fonts has the letter, or nobody expects to see it."""
    if unicodedata.category(letter) in UNSEEN:
        return True
    return any(_drawn(font, letter) != _drawn(font, NO_LETTER) for font in _files(fonts, template))


def _drawn(font: ImageFont.FreeTypeFont, letter: str) -> bytes:
    return bytes(font.getmask(letter))


# -- the logo ------------------------------------------------------------------------------------------------------


@cache
def logo(file: Path, width: int) -> Image.Image:
    """The logo in one bit, as large as its place allows and no edge white. A SlipsWrong says why it cannot be shown."""
    room = (width - 4 * MARGIN, LOGO_HIGH)
    try:
        drawn = _vector(file, room) if file.suffix.lower() == ".svg" else _dots(file, room)
    except (OSError, ValueError, SlipRefused, Image.DecompressionBombError) as wrong:
        raise SlipsWrong(f"the logo {file} cannot be shown: {wrong}") from wrong
    box = drawn.point(lambda light: 255 - light).getbbox()
    if box is None:
        raise SlipsWrong(f"the logo {file} would be white on white: it has nothing darker than its paper")
    return drawn.crop(box)


def _vector(file: Path, room: tuple[int, int]) -> Image.Image:
    text, dot = file.read_text("utf-8-sig"), "0.125mm"
    page = (
        f"#set page(width: {room[0]} * {dot}, height: {room[1]} * {dot}, margin: 0mm)\n"
        '#image(bytes(sys.inputs.logo), format: "svg", width: 100%, height: 100%, fit: "contain")'
    )
    press = typst.Compiler(page.encode(), font_paths=_found(FONTS, TEMPLATE))
    return _one_bit(_set(press, {"logo": text}, file.name)[0])


def _dots(file: Path, room: tuple[int, int]) -> Image.Image:
    """On white paper. A small drawing grows by whole dots, so that its edges stay what they were."""
    with Image.open(file) as opened:
        if opened.width * opened.height > LOGO_PIXELS:
            raise ValueError(f"{opened.width} × {opened.height} pixels are too many; {room[0]} across are enough")
        drawn = opened.convert("RGBA")
    grey = Image.alpha_composite(Image.new("RGBA", drawn.size, "white"), drawn).convert("L")
    share = min(room[0] / grey.width, room[1] / grey.height)
    if share >= 1:
        size, how = (grey.width * int(share), grey.height * int(share)), Image.Resampling.NEAREST
    else:
        size, how = (max(round(grey.width * share), 1), max(round(grey.height * share), 1)), Image.Resampling.LANCZOS
    return _thresholded(grey.resize(size, how))


def _one_bit(png: bytes) -> Image.Image:
    """Black or white by a threshold: dithering would fray the letters."""
    return _thresholded(Image.open(io.BytesIO(png)).convert("L"))


def _thresholded(grey: Image.Image) -> Image.Image:
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


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _texts(inner)]
    return [value] if isinstance(value, str) else []


def _each(value: Any, change: Callable[[str], str]) -> Any:
    """The same with each of its texts changed."""
    if isinstance(value, dict):
        return {key: _each(inner, change) for key, inner in value.items()}
    return change(value) if isinstance(value, str) else value


def _loose(slip: dict[str, Any]) -> Any:
    """The texts such that a line may break between any two letters, but not before a vowel or tone mark."""
    return _each(slip, _loosened)


def _loosened(text: str) -> str:
    places = zip(" " + text, text, f"{text[1:]} ", strict=False)
    return "".join(MAY_BREAK + here if _may_part(before, here, after) else here for before, here, after in places)


def _may_part(before: str, here: str, after: str) -> bool:
    joined = here in JOINED or here.isspace() or after in KILLED or unicodedata.category(here).startswith("M")
    return not joined and before not in LEADING + " "
