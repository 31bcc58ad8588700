"""Whether a centre's own template and logo make slips: tried when the agent starts, and never on the first citizen.

Here belong the trial slips and what must be seen on them. Not here: how a slip is drawn (slips.py).
"""

import queue
import re
import threading
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops

from hardware import slips
from hardware.errors import HardwareError, SlipRefused, SlipsWrong
from hardware.slips import Look

WIDTHS = (384, 576)  # dots: 58 and 80 mm paper
LONGEST = 3200  # dots: 40 cm of paper
TRIAL_S = 60  # on a slow machine they take some ten
# What nobody may leave out of a template: each value must make another picture. An empty frame shows no mark.
SHOWN = {
    "number": (("A001", "B746"), "the number (slip.number)"),
    "copy_mark": ((None, "พิมพ์ซ้ำ ครั้งที่ 2", "Reprint, copy 3"), "the mark of a second copy (slip.copy_mark)"),
    "trial_mark": ((None, "ฝึกหัด ใช้จริงไม่ได้", "Practice"), "the mark of trial and practice (slip.trial_mark)"),
}
# A template brings files of its folder in by name alone: no package, which would be fetched from the internet, and no
# code made out of texts, which nobody could look through.
BROUGHT_IN = re.compile(r'(?<![\w.-])(?:import|include)\b\s*(?P<what>"[^"\n]*"|\S*)')
OWN_FILE = re.compile(r'"(?P<path>[^@\\"][^\\":]*\.typ)"')
LETTERS = re.compile(rb"<(\w+:)?text\b")  # of an SVG
COMMENT = re.compile(r"(?<!:)//[^\n]*|/\*.*?\*/", re.DOTALL)

_COMMON = {
    "copy": 1,
    "copy_mark": None,
    "trial_mark": None,
    "number": "A001",
    "day": "2026-11-20",
    "url": "http://192.168.10.20:8000/t/20261120-A001-ABCDEFGHJKMNPQRSTVWXYZ",
}
# A slip of each language that Sala speaks, with every text that a slip may have.
TRIALS: tuple[dict[str, Any], ...] = (
    _COMMON
    | {
        "language": "th",
        "centre": "ศูนย์บริการร่วมกระทรวงแรงงาน",
        "service": "ขอรับประโยชน์ทดแทน กรณีว่างงาน และอีก 2 งาน",
        "agency": "สำนักงานประกันสังคม",
        "priority": "คิวพิเศษ",
        "booked": "นัดไว้เวลา 10:30 น.",
        "issued": "20 พฤศจิกายน 2569  09:41 น.",
        "ahead": "มีผู้รอก่อนหน้าท่านไม่เกิน 3 คน",
        "wait": "คาดว่ารอ 10–20 นาที",
        "notice": "หมายเลขอาจไม่เรียงลำดับ เนื่องจากมีหลายบริการ",
        "draft": None,
        "labels": {"number": "หมายเลข", "follow": "สแกนเพื่อติดตามคิว"},
    },
    _COMMON
    | {
        "language": "en",
        "centre": "Joint Service Centre of the Ministry of Labour",
        "service": "Unemployment benefit and 2 more",
        "agency": "Social Security Office",
        "priority": "Priority",
        "booked": "Booked for 10:30",
        "issued": "20 November 2026, 09:41",
        "ahead": "Ahead of you: at most 3",
        "wait": "Expected wait: 10 to 20 minutes",
        "notice": "Numbers may be called out of order, as there are several services",
        "draft": None,
        "labels": {"number": "Number", "follow": "Scan to follow your place"},
    },
    _COMMON
    | {
        "language": "my",
        "centre": "Joint Service Centre of the Ministry of Labour",
        "service": "Unemployment benefit နှင့် အခြား 2 ခု",
        "agency": "Social Security Office",
        "priority": "ဦးစားပေး",
        "booked": "ရက်ချိန်းအချိန်: 10:30",
        "issued": "2026 ခုနှစ် နိုဝင်ဘာလ 20 ရက်၊ 09:41",
        "ahead": "သင့်ရှေ့တွင် အများဆုံး 3 ဦး",
        "wait": "ခန့်မှန်း စောင့်ချိန်: 10–20",
        "notice": "ဝန်ဆောင်မှု အမျိုးမျိုးရှိသဖြင့် နံပါတ်များကို အစဉ်လိုက် ခေါ်ချင်မှ ခေါ်ပါမည်",
        "draft": None,
        "labels": {"number": "နံပါတ်", "follow": "သင့်အလှည့်ကို ကြည့်ရန် စကင်ဖတ်ပါ"},
    },
)


def prove(look: Look) -> None:
    """Refuse a look that would not make slips: SlipsWrong with the file, the line and typst's own words.

    A slip of each language is set in both widths, and the same slip with another number, with marks of further copies
    and of a trial: each must be another picture.
    """
    if look.shipped and look.logo is None:
        return
    for file in (look.template, look.logo):
        if file and not file.is_file():
            raise SlipsWrong(f"there is no file {file}, which the devices file names under [slips]")
    if look.logo and look.logo.suffix.lower() == ".svg" and LETTERS.search(look.logo.read_bytes()):
        raise SlipsWrong(
            f"the logo {look.logo} has letters as text, which would be left out: make them paths, or a PNG"
        )
    _only_own_files(look.template)
    _bounded(look)


def _bounded(look: Look) -> None:
    """All trial slips, in a thread of their own: one that never ends is left behind, and the agent ends without it."""
    ended: queue.SimpleQueue[BaseException | None] = queue.SimpleQueue()
    threading.Thread(target=lambda: ended.put(_tried(look)), daemon=True).start()
    try:
        wrong = ended.get(timeout=TRIAL_S)
    except queue.Empty:
        raise SlipsWrong(f"the slip template {look.template} is not done after {TRIAL_S} s: it may never end") from None
    if isinstance(wrong, HardwareError):
        raise wrong
    if wrong:  # typst itself has broken off
        raise SlipsWrong(f"the slip template {look.template} cannot be used: {wrong}") from wrong


def _tried(look: Look) -> BaseException | None:
    try:
        for width in WIDTHS:
            for trial in TRIALS:
                _prove(trial, width, look)
    except BaseException as wrong:
        return wrong
    return None


def _prove(trial: dict[str, Any], width: int, look: Look) -> None:
    try:
        for key, (values, words) in SHOWN.items():
            pictures = [slips.draw(trial | {key: value}, width, look) for value in values]
            if any(_same(*two) for two in combinations(pictures, 2)):
                where = f"a slip in {trial['language']!r}, {width} dots wide"
                raise SlipsWrong(f"the slip template {look.template} has no place for {words}: tried on {where}")
            if (high := pictures[0].height) > LONGEST:
                raise SlipsWrong(f"the slip template {look.template} makes a slip {high / 80:.0f} cm long")
        # Without a public address there is no QR, and the slip is whole all the same.
        slips.draw(trial | {"url": None, "priority": None, "booked": None, "wait": None}, width, look)
    except SlipRefused as wrong:
        raise SlipsWrong(f"the slip template {look.template} cannot be used: {wrong}") from wrong


def _same(one: Image.Image, other: Image.Image) -> bool:
    return one.size == other.size and ImageChops.logical_xor(one, other).getbbox() is None


def _only_own_files(template: Path) -> None:
    """Refuse what would bring in anything but files of the template's own folder; typst itself minds the folder."""
    waiting, seen = [template], set[Path]()
    while waiting:
        file = waiting.pop()
        if file in seen or not file.is_file():
            continue
        seen.add(file)
        waiting += [file.parent / path if path[0] != "/" else template.parent / path[1:] for path in _brought_in(file)]


def _brought_in(file: Path) -> Iterator[str]:
    try:
        source = file.read_text("utf-8-sig")
    except (OSError, ValueError) as wrong:
        raise SlipsWrong(f"the slip template {file} cannot be read: {wrong}") from wrong
    code = COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), source)
    if found := re.search(r"\beval\b", code):
        raise _outside(file, code, found.start(), "eval")
    for found in BROUGHT_IN.finditer(code):
        own = OWN_FILE.fullmatch(found["what"].rstrip(":;,)"))
        if own is None:
            raise _outside(file, code, found.start(), found[0].strip())
        yield own["path"]


def _outside(file: Path, code: str, at: int, what: str) -> SlipsWrong:
    line = code.count("\n", 0, at) + 1
    return SlipsWrong(
        f"{file.name}, line {line}: {what}: a template may bring in files of its own folder only, "
        'as in import "own.typ"; no packages, and no eval'
    )
