"""What goes to displays and comes from keypads, byte for byte; and that no spoilt frame is ever taken for a press."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware import frames
from hardware.frames import AsciiFrame, Ff68Reader, KeyFrame, LineReader, PartWrong, ff68

# -- checksums and tubes -------------------------------------------------------------------------------------------


def test_the_checksums_are_those_of_the_standards() -> None:
    # "123456789" is the check string of every catalogue of CRCs; CRC-16/MODBUS gives 4B37.
    assert frames.crc16(b"123456789") == 0x4B37
    assert frames.sum8(b"123456789") == sum(b"123456789") % 256
    assert frames.xor8(b"\x0f\xf0\xff") == 0


def test_digit_tubes_are_written_by_function_16() -> None:
    """The example of the Modbus specification (6.12), with its CRC."""
    assert frames.modbus_write(0x11, 1, [0x000A, 0x0102]) == bytes.fromhex("11 10 0001 0002 04 000A 0102 C6F0")
    assert frames.modbus_answer(0x11, 1, 2) == bytes.fromhex("11 10 0001 0002 1298")


@pytest.mark.parametrize(
    ("number", "letters", "shown"),
    [
        ("A015", "drop", "   015"),
        ("AB1000", "drop", "  1000"),
        ("A015", "keep", "  A015"),
        ("AB1000", "keep", "AB1000"),
        ("A015", "number", "  1015"),
        ("B015", "number", "  2015"),
        ("AB1000", "number", "121000"),
        ("", "drop", "      "),
        ("A1234567", "drop", "234567"),
        ("๑๒ A-7", "drop", "     7"),
    ],
)
def test_a_number_stands_at_the_right_of_the_tubes(number: str, letters: str, shown: str) -> None:
    assert frames.right_aligned(frames.on_tubes(number, letters), 6) == shown


def test_a_refusal_of_modbus_is_known_by_its_whole_frame_alone() -> None:
    refusal = frames._with_crc(bytes([3, 0x90, 2]))
    assert frames.modbus_refusal(b"\x00" + refusal, 3) == 2
    assert frames.modbus_refusal(refusal, 4) is None
    assert frames.modbus_refusal(refusal[:-1], 3) is None
    assert frames.modbus_refusal(refusal[:-1] + b"\x00", 3) is None


def test_a_sign_of_the_alpha_protocol_gets_its_text_into_a_file() -> None:
    assert frames.alpha("A015") == b"\0\0\0\0\0\x01Z00\x02AA\x1b bA015\x04"
    framed = frames.alpha("A015", 3, "!", "0", "fill", "flash", checksum=True)
    body, tail = framed[len(b"\0\0\0\0\0\x01!03") :].split(b"\x03")
    assert framed.startswith(b"\0\0\0\0\0\x01!03\x02A0\x1b0cA015")
    assert tail == b"%04X\x04" % (sum(body + b"\x03") & 0xFFFF)


# -- ASCII frames --------------------------------------------------------------------------------------------------


def test_an_ascii_frame_is_a_number_and_an_end_where_nothing_is_set() -> None:
    assert AsciiFrame().bytes("A015") == b"A015\r\n"


@pytest.mark.parametrize(
    ("frame", "sent"),
    [
        (AsciiFrame(("\x02", "{unit}", "N", "{number}", "\x03"), terminator="", places=5), b"\x0203N A015\x03"),
        (AsciiFrame(("{number}",), places=3, pad="0"), b"015\r\n"),
        (AsciiFrame(terminator="{hex:0D FF}"), b"A015\r\xff"),
        (AsciiFrame(("{hex:FF 68}", "{unit-byte}", "{number}"), terminator="\r"), b"\xff\x68\x03A015\r"),
        (AsciiFrame(("{number}", "{checksum}"), checksum="sum8", terminator=""), b"A015" + bytes([0x41 + 0x96])),
        (AsciiFrame(("{number}", "{checksum-hex}"), checksum="xor8", terminator=""), b"A01575"),
        (AsciiFrame(("12345", "6789", "{checksum}"), checksum="crc16", terminator=""), b"123456789\x37\x4b"),
        (AsciiFrame(("123456789", "{checksum-hex}"), checksum="crc16", terminator=""), b"1234567894B37"),
        (
            AsciiFrame(("\x02", "123456789", "{checksum}"), checksum="crc16", checksum_from=1, terminator="\x03"),
            b"\x02123456789\x37\x4b\x03",
        ),
        (AsciiFrame(("{number}", "{checksum}"), terminator="ช", encoding="cp874"), b"A015\xaa"),
    ],
)
def test_an_ascii_frame_is_put_together_as_it_is_set(frame: AsciiFrame, sent: bytes) -> None:
    assert frame.bytes("A015", 3) == sent


@pytest.mark.parametrize("part", ["{nummer}", "{hex:F}", "{hex:}", "{number"])
def test_a_part_that_means_nothing_is_refused(part: str) -> None:
    with pytest.raises(PartWrong, match="no part"):
        AsciiFrame((part,))


# -- FF68 ----------------------------------------------------------------------------------------------------------

PRESS = KeyFrame(3, 1, b"\x05")
keys = st.builds(KeyFrame, st.integers(0, 255), st.integers(0, 255), st.binary(max_size=4))
noise = st.binary(max_size=12)


def heard(pieces: list[bytes]) -> list[KeyFrame]:
    """All that a reader makes of the pieces, with the silence at the end."""
    reader = Ff68Reader()
    return [key for piece in pieces for key in reader.feed(piece)] + reader.quiet()


def cut(data: bytes, places: list[int]) -> list[bytes]:
    ends = sorted({place % (len(data) + 1) for place in places} | {0, len(data)})
    return [data[one:other] for one, other in pairwise(ends)]


def test_a_keypads_frame_is_as_its_layout_says() -> None:
    assert ff68(PRESS) == bytes.fromhex("FF 68 03 03 68 03 01 05 09 16")
    assert heard([ff68(PRESS)]) == [PRESS]
    assert (PRESS.code, KeyFrame(3, 7).code) == (5, 7)


@given(st.lists(keys, max_size=6), st.lists(st.integers(0, 200), max_size=20))
def test_frames_are_found_however_they_are_cut(sent: list[KeyFrame], places: list[int]) -> None:
    assert heard(cut(b"".join(map(ff68, sent)), places)) == sent


@given(st.lists(st.tuples(keys, noise), max_size=5))
def test_a_whole_frame_is_found_whatever_lies_before_it(sent: list[tuple[KeyFrame, bytes]]) -> None:
    """Noise without FF cannot be the beginning of anything."""
    stream = b"".join(dirt.replace(b"\xff", b"\xfe") + ff68(key) for key, dirt in sent)
    found = heard([stream])
    assert found == [key for key, _ in sent]


@given(keys, keys, st.integers(0, 200), st.integers(1, 255))
def test_one_spoilt_byte_loses_one_press_and_no_more(first: KeyFrame, second: KeyFrame, at: int, flip: int) -> None:
    spoilt = bytearray(ff68(first))
    spoilt[at % len(spoilt)] ^= flip
    assert heard([bytes(spoilt) + ff68(second)]) == [second]


@given(keys, keys, st.integers(0, 200))
def test_one_lost_byte_loses_one_press_and_no_more(first: KeyFrame, second: KeyFrame, at: int) -> None:
    whole = ff68(first)
    at %= len(whole)
    found = heard([whole[:at] + whole[at + 1 :] + ff68(second)])
    assert found[-1:] == [second]
    # A body that lost a zero has its sum still; but its length then speaks against it.
    assert found[:-1] == []


@given(keys, keys, st.integers(1, 200))
def test_a_torn_frame_is_over_once_the_line_falls_silent(first: KeyFrame, second: KeyFrame, at: int) -> None:
    reader, whole = Ff68Reader(), ff68(first)
    at = 1 + at % (len(whole) - 1)
    assert reader.feed(whole[:at]) == []
    assert reader.quiet() == []
    assert reader.feed(whole[at:]) == []  # its rest, come too late, is no press
    assert reader.feed(ff68(second)) + reader.quiet() == [second]


@given(st.lists(st.one_of(noise, keys.map(ff68)), max_size=8), st.lists(st.integers(0, 300), max_size=12))
def test_nothing_is_a_press_that_did_not_come_whole(pieces: list[bytes], places: list[int]) -> None:
    stream = b"".join(pieces)
    for key in heard(cut(stream, places)):
        assert ff68(key) in stream


def test_a_length_that_no_keypad_has_begins_nothing() -> None:
    """Or whatever comes after it would have to wait for the end of a frame that never comes."""
    for length in (0, 1, frames.LONGEST_BODY + 1, 255):
        assert Ff68Reader().feed(bytes([0xFF, 0x68, length, length, 0x68]) + ff68(PRESS)) == [PRESS]
    assert heard([bytes.fromhex("FF 68 01 01 68 05 05 16")]) == []


@given(st.binary(max_size=400))
def test_no_noise_is_kept_for_ever(stream: bytes) -> None:
    reader = Ff68Reader()
    reader.feed(stream)
    assert len(reader._heard) <= frames.LONGEST_BODY + 7


# -- lines ---------------------------------------------------------------------------------------------------------

words = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=12)


@given(st.lists(words, max_size=6), st.sampled_from(["\r\n", "\n", "\r"]), st.lists(st.integers(0, 99), max_size=9))
def test_lines_are_found_however_they_are_cut(sent: list[str], end: str, places: list[int]) -> None:
    reader = LineReader()
    stream = "".join(f"{word}{end}" for word in sent).encode()
    assert [line for piece in cut(stream, places) for line in reader.feed(piece)] == sent


@pytest.mark.parametrize("spoilt", [b"NE\x00XT 3\r\n", b"NEXT\xff\r\n", b"N" * 65 + b"\r\n", b"N" * 300 + b"EXT\r\n"])
def test_a_spoilt_line_is_none(spoilt: bytes) -> None:
    reader = LineReader()
    found = [line for at in range(0, len(spoilt), 7) for line in reader.feed(spoilt[at : at + 7])]
    assert found == []
    assert reader.feed(b"NEXT 3\r\n") == ["NEXT 3"]


def test_a_torn_line_is_over_once_the_line_falls_silent() -> None:
    reader = LineReader()
    reader.feed(b"FINI")
    reader.quiet()
    assert reader.feed(b"SH\r\nNEXT 3\r\n") == ["SH", "NEXT 3"]
