"""A centre's own template and logo, and letters that no font has: refused at the start, or said.

Not here: how the shipped slip looks (test_slips.py).
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest
import zxingcpp
from PIL import Image, ImageChops, ImageDraw

from hall_server.texts import letters_on_slips, say, spoken
from hardware import devices, raster, slip_check, slips
from hardware.errors import DevicesWrong, SlipRefused, SlipsWrong
from hardware.slips import SHIPPED, Look
from tests.test_slips import URL, WIDTHS, a_slip, ink, same

ROOT = Path(__file__).parent.parent
SHIPPED_TEXT = slips.TEMPLATE.read_text("utf-8")
# The least that is a slip: what a technician might begin with.
OWN = """
#let slip = json(bytes(sys.inputs.slip))
#set page(width: int(sys.inputs.width) * 0.125mm, height: auto, margin: 3mm)
#set text(font: ("Sarabun", "Noto Sans Myanmar"), size: 12pt)
#slip.trial_mark
#text(40pt)[#slip.number]
#slip.copy_mark
#slip.service
#pagebreak()
#slip.notice
"""
PRINTER = '[[printer]]\nname = "kiosk-1"\nfor = "*"\naddress = "virtual:slips/"\n'
BOX = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 40 20'><rect width='40' height='20' fill='#123'/></svg>"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    (tmp_path / "own").mkdir()
    return tmp_path / "own" / "slip.typ"


def look(own: Path, text: str = OWN) -> Look:
    own.write_text(text, "utf-8")
    return Look(own)


def refusal(own: Path, text: str) -> str:
    with pytest.raises(SlipsWrong) as refused:
        slip_check.prove(look(own, text))
    return str(refused.value)


# -- a template ----------------------------------------------------------------------------------------------------


def test_the_shipped_template_would_pass_as_a_centres_own(own: Path) -> None:
    slip_check.prove(look(own, SHIPPED_TEXT))
    assert same(slips.render(a_slip(), 576, Look(own)), slips.render(a_slip(), 576))


@pytest.mark.parametrize("width", WIDTHS)
def test_a_template_of_a_few_lines_is_a_slip_and_its_qr_stands_on_the_dots(own: Path, width: int) -> None:
    slip_check.prove(look(own))
    picture, code = slips.render(a_slip(), width, Look(own)), slips.qr(URL, width)
    assert [found.text for found in zxingcpp.read_barcodes(picture.convert("L"))] == [URL]
    left = (width - code.width) // 2
    column = picture.crop((left, 0, left + code.width, picture.height))
    rows = range(picture.height - code.height)
    assert any(same(column.crop((0, y, code.width, y + code.height)), code) for y in rows)


@pytest.mark.parametrize(
    ("instead", "says"),
    [
        (("slip.service", "slip.servise"), r"slip\.typ, line 8: dictionary does not contain key \"servise\""),
        (("#slip.service", "#let service = ("), r"slip\.typ, line 8: unclosed delimiter"),
        (("#pagebreak()", ""), r"makes 1 page: it must make two"),
        (("#pagebreak()", "#pagebreak()\n#pagebreak()"), r"makes 3 pages"),
        (("* 0.125mm", "* 0.120mm"), r"a page 36\d dots wide: the paper has 384"),
        (("[#slip.number]", "[A001]"), r"no place for the number"),
        (("text(40pt)", "text(40pt, white)"), r"no place for the number"),
        (("#slip.copy_mark", "#if slip.copy_mark != none [Copy]"), r"no place for the mark of a second copy"),
        (("#slip.copy_mark", "#place(dx: 90cm, slip.copy_mark)"), r"no place for the mark of a second copy"),
        (("#slip.trial_mark", ""), r"no place for the mark of trial"),
        (("#slip.service", "#v(100cm)"), r"10\d cm long"),
        (("#slip.service", '#read("../secret.txt")'), r"slip\.typ, line 8: .*escape the project root"),
        (("#slip.service", '#read("/etc/passwd")'), r"slip\.typ, line 8: file not found"),
        (("#slip.service", '#import "@preview/cetz:0.3.1"'), r"slip\.typ, line 8: .*no packages"),
        (("#slip.service", '#import "\\u{40}preview/cetz:0.3.1"'), r"slip\.typ, line 8: .*no packages"),
        (("#slip.service", '#let it = "@preview/cetz:0.3.1"; #import it: *'), r"slip\.typ, line 8: .*no packages"),
        (("#slip.service", '#eval("1")'), r"slip\.typ, line 8: eval"),
        (("#slip.service", "#slip.booked.len()"), r"slip\.typ, line 8: .*none"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_template_that_is_wrong_is_refused_with_its_line(own: Path, instead: tuple[str, str], says: str) -> None:
    (own.parent.parent / "secret.txt").write_text("secret")
    assert OWN.count(instead[0]) == 1
    said = refusal(own, OWN.replace(*instead))
    assert re.search(says, said), said
    assert "Traceback" not in said and "--root" not in said


def test_a_template_that_never_ends_is_refused_too(own: Path) -> None:
    """In a process of its own: what typst has begun, only the end of its process stops."""
    look(own, OWN + "#for one in range(30000) { for other in range(30000) { let sum = one + other } }")
    code = f"""
from pathlib import Path
from hardware import slip_check
slip_check.TRIAL_S = 1
slip_check.prove(slip_check.Look(Path({str(own)!r})))
"""
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert "SlipsWrong" in ended.stderr and "it may never end" in ended.stderr


def test_a_package_in_a_file_that_is_brought_in_is_refused_too(own: Path) -> None:
    (own.parent / "more.typ").write_text('// import "@preview/a:1.0.0"\n#import "@preview/cetz:0.3.1"\n')
    assert "more.typ, line 2" in refusal(own, OWN + '#import "more.typ": *')


def test_a_template_may_bring_in_its_own_files_and_pictures(own: Path) -> None:
    (own.parent / "more.typ").write_text("#let hello = [Hello]\n")
    (own.parent / "box.svg").write_text(BOX)
    slip_check.prove(look(own, OWN + '#import "more.typ": hello\n#hello\n#image("box.svg", width: 1cm)\n'))


@pytest.mark.parametrize("text", [b"\xff\xfe#", b""], ids=["bytes", "empty"])
def test_what_is_no_template_is_refused(own: Path, text: bytes) -> None:
    own.write_bytes(text)
    with pytest.raises(SlipsWrong, match=r"slip\.typ"):
        slip_check.prove(Look(own))


def test_each_language_is_tried(own: Path) -> None:
    for language in spoken():
        assert f"{language!r}" in refusal(own, OWN.replace("#slip.copy_mark", _unless(language)))


def _unless(language: str) -> str:
    return f'#if slip.language != "{language}" [#slip.copy_mark]'


def test_both_widths_are_tried(own: Path) -> None:
    assert "576 dots wide" in refusal(
        own, OWN.replace("#slip.copy_mark", '#if sys.inputs.width == "384" [#slip.copy_mark]')
    )


def test_a_template_broken_later_costs_nobody_the_slip(own: Path) -> None:
    slip_check.prove(look(own))
    with pytest.raises(SlipRefused):
        slips.draw(a_slip(), 576, look(own, OWN + "#("))
    assert same(slips.render(a_slip(), 576, Look(own)), slips.render(a_slip(), 576))


def test_the_trial_slips_are_in_every_language_and_hold_every_text_that_the_server_sends() -> None:
    assert [trial["language"] for trial in slip_check.TRIALS] == sorted(spoken(), key=["th", "en", "my"].index)
    for trial in slip_check.TRIALS:
        assert trial["notice"] == say(trial["language"], "slip.notice")
        assert {*a_slip(), "booked", "wait", "draft"} == trial.keys()


# -- a logo --------------------------------------------------------------------------------------------------------


def drawn(file: Path, size: tuple[int, int], mode: str = "RGBA") -> Path:
    """A frame with a diagonal in it."""
    picture = Image.new(mode, size, (0, 0, 0, 0) if mode == "RGBA" else 255)
    pen = ImageDraw.Draw(picture)
    dark: Any = (20, 20, 90, 255) if mode == "RGBA" else 0
    pen.rectangle((0, 0, size[0] - 1, size[1] - 1), outline=dark, width=max(size[0] // 20, 1))
    pen.line((0, 0, *size), fill=dark, width=max(size[0] // 20, 1))
    picture.save(file)
    return file


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("size", [(30, 10), (400, 400), (3000, 500), (1, 1000), (7, 7)], ids=str)
def test_a_logo_stands_above_the_slip_in_whole_dots(tmp_path: Path, width: int, size: tuple[int, int]) -> None:
    file = drawn(tmp_path / "logo.png", size)
    mark, slip = slips.logo(file, width), slips.render(a_slip(), width, Look(logo=file))
    assert mark.mode == "1" and mark.height <= slips.LOGO_HIGH and mark.width <= width - 48
    plain = slips.render(a_slip(), width)
    left = (width - mark.width) // 2
    assert same(slip.crop((left, 0, left + mark.width, mark.height)), mark)
    assert same(slip.crop((0, mark.height + slips.LOGO_GAP, width, slip.height)), plain)


def test_a_small_logo_grows_by_whole_dots(tmp_path: Path) -> None:
    file = drawn(tmp_path / "logo.png", (31, 11), "L")
    mark = slips.logo(file, 576)
    share = mark.width // 31
    assert share > 4 and mark.size == (31 * share, 11 * share)
    small = mark.resize((31, 11), Image.Resampling.NEAREST)
    assert same(small.resize(mark.size, Image.Resampling.NEAREST), mark)


def test_what_is_rendered_holds_no_command_though_the_logo_does(tmp_path: Path) -> None:
    file = tmp_path / "logo.png"
    noise = bytearray(Random(6).randbytes(66 * 100))
    for at in range(100, len(noise), 700):
        noise[at : at + 2] = b"\xef\xeb"  # DLE DC4, white on black
    Image.frombytes("1", (528, 100), bytes(noise)).save(file)
    slip = slips.render(a_slip(), 576, Look(logo=file))
    assert raster.commands(raster.encode(slip)) == []
    changed = ImageChops.logical_xor(slip.crop((24, 0, 552, 100)), slips.logo(file, 576)).histogram()[255]
    assert 10 <= changed < 20
    assert [code.text for code in zxingcpp.read_barcodes(slip.convert("L"))] == [URL]


def test_a_logo_may_be_an_svg(tmp_path: Path) -> None:
    file = tmp_path / "logo.svg"
    file.write_text(BOX)
    mark = slips.logo(file, 576)
    assert mark.size == (2 * slips.LOGO_HIGH, slips.LOGO_HIGH)
    assert mark.getextrema() == (0, 0)


def bad_logo(folder: Path, kind: str) -> Path:
    file = folder / f"{kind}.{'svg' if 'svg' in kind else 'png'}"
    if kind == "white":
        Image.new("L", (40, 40), 255).save(file)
    elif kind == "clear":
        Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(file)
    elif kind == "large":
        Image.new("1", (5000, 5000)).save(file)
    elif kind == "folder":
        file.mkdir()
    elif kind == "letters-svg":
        file.write_text(
            '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="4"/>'
            '<text y="9">ศาลา</text></svg>',
            "utf-8",
        )
    elif kind != "missing":
        file.write_bytes(b"this is no picture")
    return file


@pytest.mark.parametrize("kind", ["white", "clear", "large", "folder", "missing", "torn", "torn-svg", "letters-svg"])
def test_a_logo_that_cannot_be_shown_is_refused(tmp_path: Path, kind: str) -> None:
    with pytest.raises(SlipsWrong, match=kind):
        slip_check.prove(Look(logo=bad_logo(tmp_path, kind)))


# -- the devices file ----------------------------------------------------------------------------------------------


def test_the_files_are_named_beside_the_devices_file(tmp_path: Path) -> None:
    found = devices.read('[slips]\ntemplate = "my-slip.typ"\nlogo = "Logo.PNG"\n' + PRINTER, tmp_path)
    assert found.look == found.printers[0].look == Look(tmp_path / "my-slip.typ", tmp_path / "Logo.PNG")
    assert devices.read(PRINTER).look == SHIPPED


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[slips]\nmargin = 3\n", r"line 2: a slips has no 'margin'; it has template, logo"),
        ('[slips]\ntemplate = "slip.txt"\n', r"line 2: template is a file that ends in \.typ"),
        ('[slips]\n\nlogo = "logo.jpg"\n', r"line 3: logo is a file that ends in \.png or \.svg"),
        ("[slips]\nlogo = 3\n", r"line 2: "),
        ("[[slips]]\n", r"\[slips\] with one bracket"),
    ],
)
def test_a_mistake_under_slips_is_named_with_its_line(text: str, says: str) -> None:
    with pytest.raises(DevicesWrong, match=says):
        devices.read(text + PRINTER)


# -- the commands --------------------------------------------------------------------------------------------------


def sala(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(ROOT / "run.py"), *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)


def test_the_template_is_written_out_and_never_over_another(tmp_path: Path) -> None:
    first = sala(tmp_path, "agent", "template", "--out", "my-slip.typ")
    assert first.returncode == 0 and 'template = "my-slip.typ"' in first.stdout
    assert (tmp_path / "my-slip.typ").read_text("utf-8") == SHIPPED_TEXT
    (tmp_path / "my-slip.typ").write_text("mine")
    again = sala(tmp_path, "agent", "template", "--out", "my-slip.typ")
    assert again.returncode == 1 and "it is there already" in again.stderr and "Traceback" not in again.stderr
    assert (tmp_path / "my-slip.typ").read_text() == "mine"


def test_the_template_says_what_each_of_its_inputs_is() -> None:
    told = SHIPPED_TEXT.partition("#let slip")[0]
    assert not [key for key in {**slip_check.TRIALS[0]} if f"slip.{key}" not in told]


def test_an_agent_with_a_wrong_template_does_not_start_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "devices.toml").write_text('[slips]\ntemplate = "my.typ"\n' + PRINTER)
    (tmp_path / "my.typ").write_text(OWN.replace("slip.service", "slip.servise"))
    at = ("--server", "http://127.0.0.1:9", "--key", "k", "--devices", "devices.toml")
    ended = sala(tmp_path, "agent", *at)
    assert ended.returncode == 2 and "my.typ, line 8" in ended.stderr and "Traceback" not in ended.stderr


# -- letters -------------------------------------------------------------------------------------------------------


def test_every_letter_of_our_own_words_can_be_printed() -> None:
    assert slips.lacks(letters_on_slips()) == set()


def test_spaces_and_marks_that_say_how_to_break_are_no_letters() -> None:
    assert slips.lacks("a\u00a0b\u200bc\u200dd\u00ade\ufeff\n\u2028") == set()


def test_a_letter_that_no_font_has_becomes_a_question_mark_and_never_a_box() -> None:
    slip = a_slip(service="ບໍລິການ ABC 鱼", labels={"number": "鱼", "follow": "x"})
    read, lacking = slips.readable(slip)
    assert read["service"] == "? ABC ?" and read["labels"] == {"number": "?", "follow": "x"}
    assert {"鱼", "ບ"} < lacking
    assert slips.readable(read) == (read, set())
    assert slips.readable(a_slip()) == (a_slip(), set())


def test_a_centres_own_fonts_are_found_beside_its_template(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Burmese font, taken from ours, stands for one that a centre brings."""
    ours = own.parent / "ours"
    shutil.copytree(slips.FONTS, ours, ignore=lambda _, names: [one for one in names if "Myanmar" in one])
    monkeypatch.setattr(slips, "FONTS", ours)
    monkeypatch.setattr(slips, "FAMILIES", ("Sarabun",))
    assert slips.lacks("မ", look(own)) == {"မ"}
    (own.parent.parent / "second" / "fonts").mkdir(parents=True)
    second = own.parent.parent / "second"
    for file in (ROOT / "hardware" / "fonts").glob("NotoSansMyanmar-*.ttf"):
        shutil.copy(file, second / "fonts")
    with_font = look(second / "slip.typ")
    assert slips.lacks("မ", with_font) == set()
    boxes, letters = (slips.render(a_slip(service="မမမ"), 576, one) for one in (Look(own), with_font))
    assert not same(boxes, letters)


def test_what_is_printed_of_a_slip_is_inside_its_paper_with_a_logo(tmp_path: Path) -> None:
    file = drawn(tmp_path / "logo.png", (4000, 300))
    left, _, right, _ = ink(slips.render(a_slip(), 384, Look(logo=file)))
    assert left >= 22 and right <= 384 - 22
    assert ImageChops.invert(slips.logo(file, 384)).getbbox() == (0, 0, *slips.logo(file, 384).size)
