"""What a slip looks like, as far as a machine can see. How it is sent: test_printers.py."""

import io
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image, ImageChops

from hardware import slips
from hardware.errors import FontsMissing, SlipRefused

URL = "http://192.168.10.20:8000/t/01JD4W8Z.ABCDEFGHJKMNPQRSTVWXYZ2345"
LONG = "รับเรื่อง-ส่งต่อ คำร้องทุกข์เกี่ยวกับค่าจ้าง น้ำดื่ม ที่พักคนงาน และสวัสดิการของผู้สูงอายุในเขตกรุงเทพฯ และปริมณฑล กรณีเร่งด่วน"
THAI = {
    "number": "A001",
    "language": "th",
    "copy": 1,
    "copy_mark": None,
    "centre": "ศูนย์บริการร่วมกระทรวงแรงงาน",
    "service": "ขอรับประโยชน์ทดแทน กรณีว่างงาน",
    "agency": "สำนักงานประกันสังคม",
    "priority": None,
    "issued": "20 พฤศจิกายน 2569  09:41 น.",
    "ahead": "มีผู้รอก่อนหน้าท่าน 3 คน",
    "notice": "หมายเลขอาจไม่เรียงลำดับ เนื่องจากมีหลายบริการ",
    "labels": {"number": "หมายเลข", "follow": "สแกนเพื่อติดตามคิว"},
    "url": URL,
    "trial_mark": None,
    "day": "2026-11-20",
}
WIDTHS = (576, 384)


def a_slip(**changes: Any) -> dict[str, Any]:
    return THAI | changes


def same(one: Image.Image, other: Image.Image) -> bool:
    return one.size == other.size and ImageChops.logical_xor(one, other).getbbox() is None


def ink(slip: Image.Image) -> tuple[int, int, int, int]:
    """The box that holds all that is black."""
    box = ImageChops.invert(slip).getbbox()
    assert box
    return box


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("number", ["A001", "A1000", "AB1000"])
def test_a_slip_is_as_wide_as_its_paper_and_its_number_fits(width: int, number: str) -> None:
    slip = slips.render(a_slip(number=number), width)
    left, _, right, _ = ink(slip)
    assert (slip.mode, slip.width) == ("1", width)
    assert left >= 22 and right <= width - 22
    assert right - left > width * 0.85  # very large: the number fills the paper


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("url", [URL, None])
def test_an_ordinary_slip_wastes_no_paper(width: int, url: str | None) -> None:
    millimetres = slips.render(a_slip(url=url), width).height / 8
    assert 50 < millimetres < 112


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    "text",
    [LONG[:120], "ก" * 120, "น้ำ" * 40, "W" * 120, "ผู้สูงอายุ" * 12, "https://" + "a" * 112, "๑๒๓" * 40],
    ids=["words", "letter", "marks", "latin", "word", "address", "digits"],
)
def test_no_text_runs_off_the_paper(width: int, text: str) -> None:
    left, _, right, _ = ink(slips.render(a_slip(service=text, agency=text, priority=text, notice=text), width))
    assert left >= 22 and right <= width - 22


@pytest.mark.parametrize("width", WIDTHS)
def test_the_qr_reads_back(width: int) -> None:
    found = zxingcpp.read_barcodes(slips.render(a_slip(), width).convert("L"))
    assert [code.text for code in found] == [URL]


def test_without_a_public_address_there_is_no_qr() -> None:
    assert zxingcpp.read_barcodes(slips.render(a_slip(url=None), 576).convert("L")) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_every_module_of_the_qr_is_a_whole_number_of_dots(width: int) -> None:
    code = slips.qr(URL, width)
    left, top, right, bottom = ink(code)
    scale = left // slips.QUIET
    small = code.resize((code.width // scale, code.height // scale), Image.Resampling.NEAREST)
    assert scale >= 4
    assert (left, top) == (4 * scale, 4 * scale) == (code.width - right, code.height - bottom)
    assert same(small.resize(code.size, Image.Resampling.NEAREST), code)
    assert _holds(slips.render(a_slip(), width), code)


def _holds(slip: Image.Image, code: Image.Image) -> bool:
    """Does the slip hold the code dot for dot, in the middle?"""
    left = (slip.width - code.width) // 2
    box = (left, 0, left + code.width, slip.height)
    column = slip.crop(box)
    heights = range(slip.height - code.height)
    return any(same(column.crop((0, y, code.width, y + code.height)), code) for y in heights)


def test_an_address_too_long_for_the_paper_is_refused() -> None:
    with pytest.raises(SlipRefused, match="too long"):
        slips.render(a_slip(url="http://hall/" + "x" * 1200), 384)


@pytest.mark.parametrize(
    ("text", "as_markup"),
    [
        ("#1", "1"),
        ("$x$", "x"),
        ("*bold* _it_", "bold it"),
        ("`raw`", "raw"),
        ("= head", "head"),
        ("// gone", ""),
        ("a\\ b", "a b"),
        ("<label>", ""),
        ('"#panic()', '"'),
    ],
)
def test_texts_are_shown_as_they_are(text: str, as_markup: str) -> None:
    shown, read = (slips.render(a_slip(agency=each, url=None), 576) for each in (text, as_markup))
    assert not same(shown, read)


def test_marks_are_shown_where_they_are_set() -> None:
    plain = slips.render(a_slip(), 576)
    for mark in ("copy_mark", "trial_mark", "priority"):
        assert slips.render(a_slip(**{mark: "พิมพ์ซ้ำ ครั้งที่ 2"}), 576).height > plain.height + 20


def test_thai_marks_stand_over_their_letters() -> None:
    """A vowel and a tone mark take no width of their own: "ที่" is as wide as "ท", and taller."""
    bare, marked = (_alone(text) for text in ("ทททททท", "ที่ที่ที่ที่ที่ที่"))
    assert abs((bare[2] - bare[0]) - (marked[2] - marked[0])) <= 3
    assert marked[3] - marked[1] > (bare[3] - bare[1]) * 1.4


def _alone(text: str) -> tuple[int, int, int, int]:
    """The box of a text that stands alone in the middle of a slip's lower part."""
    empty = a_slip(url=None, notice="")
    upper = slips.render(empty, 576).height - 60
    slip = slips.render(a_slip(url=None, notice=text), 576)
    last = slip.crop((0, upper, 576, slip.height))
    rows = ink(slips.render(empty, 576))[3]
    return ink(last.crop((0, max(0, rows - upper), 576, last.height)))


@pytest.mark.parametrize(("light", "shown"), [(200, 255), (100, 0)])
def test_grey_edges_become_black_or_white_and_no_pattern(light: int, shown: int) -> None:
    """Dithering would show grey as a pattern of dots, and fray the letters."""
    png = io.BytesIO()
    Image.new("L", (64, 64), light).save(png, format="PNG")
    assert slips._one_bit(png.getvalue()).getextrema() == (shown, shown)


def test_the_same_slip_is_the_same_picture() -> None:
    assert same(slips.render(a_slip(), 576), slips.render(a_slip(), 576))


def test_no_font_but_our_own_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slips, "FONTS", tmp_path)
    with pytest.raises(FontsMissing, match="400, 600, 700"):
        slips.check()


def test_a_name_leads_nowhere_else() -> None:
    assert slips.name_of(a_slip()) == "2026-11-20-A001"
    assert slips.name_of(a_slip(copy=2)) == "2026-11-20-A001-copy2"
    with pytest.raises(SlipRefused):
        slips.name_of(a_slip(number="../../A001"))
