"""The block of numbers on paper for when everything is down, as far as a machine can see it."""

import io
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import pytest
import typst
from PIL import Image, ImageChops

from hall_server.texts import say
from hardware import emergency, slips
from hardware.errors import FontsMissing
from queue_core import visitors
from tests import halls
from tests.serving import sala

DOTS = 4  # a millimetre
A4 = (210 * DOTS, 297 * DOTS)
WIDE, HIGH = 105 * DOTS, 297 * DOTS / 5
LONG = (
    "ศูนย์บริการร่วมกระทรวงแรงงานเฉลิมพระเกียรติจังหวัดพระนครศรีอยุธยาสาขาหน้าศาลากลางหลังใหม่",
    "The joint service centre of " + "Ayutthaya " * 7,
)
TEXTS = {key: [say(language, f"emergency.{key}") for language in ("th", "en")] for key in emergency.TEXTS}
SHORT = ["ศูนย์", "Centre"]


def pages(numbers: Sequence[str], centre: Sequence[str] = SHORT) -> list[Image.Image]:
    """The same sheets as pictures, black on white."""
    inputs = {"block": emergency.told(centre, numbers, TEXTS)}
    found = typst.compile(
        str(emergency.TEMPLATE), font_paths=[str(slips.FONTS)], ignore_system_fonts=True, sys_inputs=inputs,
        format="png", ppi=DOTS * 25.4,
    )  # fmt: skip
    drawn = found if isinstance(found, list) else [found]
    return [Image.open(io.BytesIO(page)).convert("L").resize(A4) for page in drawn]


def slip(page: Image.Image, n: int, edge: int = 0) -> Image.Image:
    """The nth slip of a page, or, with `edge`, what lies so many millimetres inside of where it is torn."""
    left, top = n % 2 * WIDE, round(n // 2 * HIGH)
    return page.crop((left + edge, top + edge, left + WIDE - edge, round(top + HIGH) - edge))


def inked(picture: Image.Image) -> tuple[int, int, int, int] | None:
    return ImageChops.invert(picture.point(lambda light: 255 if light > 200 else 0)).getbbox()


def test_ten_slips_a_sheet_and_every_number_once() -> None:
    two = pages([f"Z{n:03d}" for n in range(1, 12)])
    assert [page.size for page in two] == [A4, A4]
    first = [slip(two[0], n, 3 * DOTS).tobytes() for n in range(10)]
    assert len(set(first)) == 10, "each has its own number"
    assert inked(slip(two[1], 0, 3 * DOTS)) and not any(inked(slip(two[1], n, 3 * DOTS)) for n in range(1, 10))


@pytest.mark.parametrize(("number", "centre"), list(product(("Z001", "ZZ9999"), (SHORT, LONG))))
def test_nothing_is_cut_off_or_torn_through(number: str, centre: Sequence[str]) -> None:
    (page,) = pages([number] * 10, centre)
    for n in range(10):
        inside = slip(page, n, 1 * DOTS)
        left, top, right, bottom = inked(inside) or (0, 0, 0, 0)
        margins = (left, top, inside.width - right, inside.height - bottom)
        assert min(margins) >= 4 * DOTS - 2, "an office printer leaves 5 mm white"


def test_the_number_can_be_read_from_afar() -> None:
    (page,) = pages(["Z001"])
    number = inked(slip(page, 0).crop((WIDE // 2 + 60, 4 * DOTS, WIDE - 3 * DOTS, 17 * DOTS)))
    assert number and number[3] - number[1] > 7 * DOTS


def test_every_word_is_there_in_both_languages() -> None:
    assert all(thai and english and thai != english for thai, english in TEXTS.values())


def test_without_its_fonts_no_sheet_is_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(slips, "FONTS", tmp_path)
    with pytest.raises(FontsMissing):
        emergency.sheets(SHORT, ["Z001"], TEXTS)


# -- the command ---------------------------------------------------------------------------------------------------


def made(tmp_path: Path, *options: object) -> str:
    done = sala("emergency-slips", "--out", tmp_path / "out.pdf", "--data", tmp_path / "data", *options)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF-")
    return done.stdout


def test_the_block_is_of_the_centre_that_is_named(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(halls.CENTRE + '\n[emergency]\nprefix = "X"\n', "utf-8")
    said = made(tmp_path, "--count", 12, "--from", 995, "--centre", tmp_path / "mine.toml")
    assert "X995 to X1006" in said and "A small centre" in said


def test_without_a_centre_it_is_of_the_hall_in_the_folder(tmp_path: Path) -> None:
    assert "Ministry of Labour" in made(tmp_path, "--count", 1), "no hall there: the sample"
    assert not (tmp_path / "data").exists()
    (tmp_path / "data").mkdir()
    with halls.at_work(tmp_path / "data", given=halls.small_plan(emergency_prefix="Y")):
        assert "Y001 to Y200 for A small centre" in made(tmp_path)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--from", 9999, "--count", 2), "the last number is 9999"),
        (("--count", 0), "0 is not in the range"),
        (("--out", "no/such/folder.pdf"), "No such file"),
    ],
)
def test_a_block_that_cannot_be_is_a_sentence(tmp_path: Path, options: tuple[object, ...], sentence: str) -> None:
    done = sala("emergency-slips", "--out", tmp_path / "out.pdf", "--data", tmp_path, *options)
    assert done.returncode and sentence in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "out.pdf").exists()


def test_every_number_on_paper_can_be_entered(tmp_path: Path) -> None:
    with halls.at_work(tmp_path) as office:
        for number in ("Z001", "Z999", "Z1000", "Z9999"):
            office.do(halls.wish(visitors.enter_by_hand, number, ["benefit"], office.now()))
        assert {ticket.number for ticket in office.hall.waiting()} == {"Z001", "Z999", "Z1000", "Z9999"}
