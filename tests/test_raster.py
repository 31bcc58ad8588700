"""The bytes that a picture becomes: no command among them that a printer obeys in the midst, and few of them."""

import socket
import struct

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from hardware import raster, slips
from tests.fake_printer import FakePrinter
from tests.test_slips import WIDTHS, a_slip, same

# As the makers' lists have them, written down here once more.
OBEYED = [bytes([first, second]) for first, many in ((0x10, (4, 5, 20)), (0x1D, (3, 4, 5))) for second in many]
LIKELY = st.sampled_from([0, 0x10, 0x1D, 3, 4, 5, 0x14, 0xFF])


@st.composite
def pictures(draw: st.DrawFn) -> Image.Image:
    """Pictures full of what printers obey, also across the ends of rows and of bands, with white beside and between."""
    across, high = draw(st.integers(1, 6)), draw(st.integers(1, 12))
    byte = st.one_of(LIKELY, st.integers(0, 255))
    row = st.one_of(st.lists(byte, min_size=across, max_size=across).map(bytes), st.just(bytes(across)))
    before, after = (bytes(draw(st.integers(0, 2))) for _ in range(2))
    rows = [before + draw(row) + after for _ in range(high)]
    return ImageChops.invert(Image.frombytes("1", (len(rows[0]) * 8, high), b"".join(rows)))


def dots_changed(one: Image.Image, other: Image.Image) -> int:
    return ImageChops.logical_xor(one, other).histogram()[255]


def decoded(sent: bytes, width: int) -> Image.Image:
    """What a printer makes of it, by the makers' manuals: bands at the left margin, and feeds."""
    paper, margin, at = list[tuple[int, Image.Image] | int](), 0, 0
    while at < len(sent):
        if sent[at : at + 2] == b"\x1dP":
            assert sent[at + 2 : at + 4] == b"\xcb\xcb"
            at += 4
        elif sent[at : at + 2] == b"\x1dL":
            margin, at = sent[at + 2] + 256 * sent[at + 3], at + 4
        elif sent[at : at + 2] == b"\x1bJ":
            paper, at = [*paper, sent[at + 2]], at + 3
        else:
            assert sent[at : at + 4] == b"\x1dv0\0"
            across, high = struct.unpack("<HH", sent[at + 4 : at + 8])
            assert high <= raster.LONGEST_BAND
            band = Image.frombytes("1", (across * 8, high), sent[at + 8 : at + 8 + across * high])
            paper, at = [*paper, (margin, band)], at + 8 + across * high
    assert margin == 0 or sent[-4:-2] == b"\x1dL"
    whole = Image.new("1", (width, sum(part if isinstance(part, int) else part[1].height for part in paper)), 0)
    top = 0
    for part in paper:
        if isinstance(part, int):
            top += part
        else:
            whole.paste(part[1], (part[0], top))
            top += part[1].height
    return ImageChops.invert(whole)


@settings(max_examples=400, deadline=None)
@given(picture=pictures(), rows=st.integers(1, 300), sparing=st.booleans())
def test_no_picture_holds_a_command_whatever_its_bands(picture: Image.Image, rows: int, sparing: bool) -> None:
    held = sum(raster.encode(picture).count(one) for one in OBEYED)
    tame = raster.tame(picture)
    sent = raster.encode(tame, rows, sparing)
    assert not any(one in sent for one in OBEYED)
    assert same(decoded(sent, picture.width), tame)
    # To mend one may never make another: as many dots as there were commands, at most.
    assert dots_changed(picture, tame) <= held


@settings(max_examples=200, deadline=None)
@given(picture=pictures(), rows=st.integers(1, 300), sparing=st.booleans())
def test_any_picture_is_decoded_as_it_was(picture: Image.Image, rows: int, sparing: bool) -> None:
    assert same(decoded(raster.encode(picture, rows, sparing), picture.width), picture)


@pytest.mark.parametrize("command", OBEYED, ids=bytes.hex)
def test_rows_cut_to_their_ink_make_no_command_where_they_meet(command: bytes) -> None:
    """In the whole rows white stands between the two bytes; cut to their ink they would stand side by side."""
    for before, after in ((b"\0", b"\0"), (b"\0", b""), (b"", b"\0")):
        rows = b"".join(before + command[1:] + b"\0" * 3 + command[:1] + after for _ in range(9))
        picture = ImageChops.invert(Image.frombytes("1", (len(rows) // 9 * 8, 9), rows))
        assert same(raster.tame(picture), picture)
        sent = raster.encode(picture, sparing=True)
        assert command not in sent and same(decoded(sent, picture.width), picture)


@pytest.mark.parametrize("command", OBEYED, ids=bytes.hex)
def test_a_command_costs_one_dot_beside_its_like(command: bytes) -> None:
    """Here the picture's ink is the command itself: the dot that changes is one of a row of ink, or stands alone."""
    picture = ImageChops.invert(Image.frombytes("1", (32, 3), bytes(4) + b"\0" + command + bytes(5)))
    tame = raster.tame(picture)
    assert command in raster.encode(picture) and command not in raster.encode(tame)
    assert dots_changed(picture, tame) == 1


def test_the_dot_that_mends_one_command_makes_no_other() -> None:
    """Of those that may change, the dot most like its neighbours would make 10 14 of 10 10 04."""
    ink = b"\0\x04\x04\0" + b"\x10\x10\x04\0" + b"\0\x04\x04\0"
    picture = ImageChops.invert(Image.frombytes("1", (32, 3), ink))
    tame = raster.tame(picture, keep=(0, 0, 13, 3))
    assert raster.commands(raster.encode(tame)) == [] and dots_changed(picture, tame) == 1


def test_the_end_of_a_row_and_the_beginning_of_the_next_are_one_command_too() -> None:
    picture = ImageChops.invert(Image.frombytes("1", (16, 2), b"\0\x10\x04\0"))
    assert len(raster.commands(raster.encode(picture))) == 1
    assert raster.commands(raster.encode(raster.tame(picture))) == []


@settings(max_examples=300, deadline=None)
@given(picture=pictures(), box=st.tuples(*[st.integers(0, 48)] * 4))
def test_no_dot_is_changed_where_all_are_to_be_kept(picture: Image.Image, box: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = box
    keep = (min(left, right), min(top, bottom), max(left, right), max(top, bottom))
    try:
        tame = raster.tame(picture, keep)
    except ValueError:
        return  # nothing but kept dots could mend it, which a QR never comes to: below
    changed = ImageChops.logical_xor(picture, tame)
    assert changed.crop(keep).getbbox() is None
    assert not any(one in raster.encode(tame) for one in OBEYED)


@settings(max_examples=60, deadline=None)
@given(
    url=st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-./", min_size=1, max_size=90),
    width=st.sampled_from(range(384, 577, 8)),
)
def test_no_qr_holds_a_command_wherever_it_stands(url: str, width: int) -> None:
    code = slips.qr(url, width)
    for left in range((width - code.width) // 2, (width - code.width) // 2 + 8):
        rows = Image.new("1", (width, code.height), 255)
        rows.paste(code, (min(left, width - code.width), 0))
        assert raster.commands(raster.encode(rows)) == []


@settings(max_examples=40, deadline=None)
@given(
    number=st.from_regex(r"[A-Z]{1,2}[0-9]{3,4}", fullmatch=True),
    service=st.text("กขคงจฉชซญดตถทธนบปผพฟภมยรลวศสหอฮะาิีึืุูเแโใไ่้๊๋์ ", min_size=1, max_size=60),
    width=st.sampled_from(WIDTHS),
)
def test_no_slip_holds_a_command_and_its_qr_reads_back(number: str, service: str, width: int) -> None:
    slip = a_slip(number=number, service=service)
    picture = slips.render(slip, width)
    sent = raster.encode(picture, sparing=True)
    assert not any(one in sent for one in OBEYED) and raster.commands(raster.encode(picture)) == []
    assert same(decoded(sent, width), picture)
    assert [code.text for code in zxingcpp.read_barcodes(picture.convert("L"))] == [slip["url"]]


def test_a_printer_feeds_what_is_white_and_prints_what_was_rendered() -> None:
    picture = slips.render(a_slip(), 576)
    with FakePrinter(width=576) as printer, socket.create_connection(("127.0.0.1", printer.port)) as line:
        line.sendall(b"\x1b@" + raster.encode(picture, sparing=True) + b"\x1dV\x01")
        assert printer.cut.wait(5)
    assert same(printer.slips[0], picture) and printer.faults == []


@pytest.mark.parametrize("rows", [0, raster.LONGEST_BAND + 1])
def test_a_band_that_would_make_a_command_of_its_own_height_is_refused(rows: int) -> None:
    with pytest.raises(ValueError, match="rows"):
        raster.encode(Image.new("1", (64, 8), 255), rows)


def test_a_slip_of_80_mm_is_sent_in_30_kb() -> None:
    slip = a_slip(wait="คาดว่ารอ 10–20 นาที", priority="คิวพิเศษ")
    picture = slips.render(slip, 576)
    assert len(raster.encode(picture, sparing=True)) < 30_000 < len(raster.encode(picture))
