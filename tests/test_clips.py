"""The voice pack: which clips a language wants, and the folder that holds them. How they are sent and served stands in
test_desk_voice.py, what is said with them in tests/scripts/spoken.test.js."""

import json
from pathlib import Path

import pytest

from hall_server import clips, texts
from hall_server.house import House
from hall_server.people import People
from hall_server.problems import TurnedAway
from tests import halls
from tests.halls import small_plan
from tests.tones import tone


@pytest.fixture
def house(tmp_path: Path):  # type: ignore[no-untyped-def]
    with halls.at_work(tmp_path) as office:
        yield House(office, People(tmp_path / "people.db"), b"secret")


def of_calls(language: str) -> list[clips.Wanted]:
    return [one for one in clips.wanted(small_plan(), language) if one.group in clips.CALLING]


def test_a_hall_that_calls_in_thai_wants_54_clips() -> None:
    wanted = {one.key: one.text for one in of_calls("th")}
    assert len(wanted) == 54
    assert wanted["call.before"] == "ขอเชิญหมายเลข" and wanted["call.counter"] == "ที่ช่องบริการหมายเลข"
    assert wanted["call.end"] == "ค่ะ" and wanted["call.counter_brief"] == "ช่อง"
    assert wanted["letter.A"] == "เอ" and wanted["letter.Z"] == "แซด" and wanted["digit.0"] == "ศูนย์"
    assert wanted["number.20"] == "ยี่สิบ" and wanted["number.1"] == "เอ็ด" and wanted["number.100"] == "ร้อย"


def test_a_man_ends_with_khrap() -> None:
    wanted = {one.key: one.text for one in clips.wanted(small_plan(), "th", man=True)}
    assert wanted["call.end"] == "ครับ"


def test_an_english_call_has_no_ending() -> None:
    wanted = {one.key: one.text for one in of_calls("en")}
    assert "call.end" not in wanted and wanted["call.counter"] == "please proceed to counter"
    assert wanted["number.12"] == "twelve"


@pytest.mark.parametrize("language", ["th", "en"])
def test_the_kiosk_reads_whole_sentences_and_each_of_its_services(language: str) -> None:
    wanted = {one.key: one.text for one in clips.wanted(small_plan(), language)}
    for key in clips.READ_ALOUD:
        assert key in texts.languages()[language], key
        assert "{" not in wanted[f"text.{key}"], key
    card = wanted["service.card"]
    plan = small_plan().services["card"]
    assert card.startswith(plan.name[language]) and plan.documents[language][0] in card and plan.fee[language] in card


def test_a_language_without_words_wants_only_what_it_has() -> None:
    assert not [one for one in clips.wanted(small_plan(), "xx") if one.group in clips.CALLING]


def test_a_clip_is_kept_named_and_taken_away(house: House) -> None:
    sound = tone(440, 500)
    before = len(clips.missing(house))
    clips.keep(house, "th", "digit.1", sound, 0, placeholder=True)
    (there,) = clips.pack(house, "th").clips.items()
    assert there[0] == "digit.1" and there[1].ms == 500 and there[1].placeholder
    assert (house.voice / "th" / there[1].file).read_bytes() == sound
    assert len(clips.missing(house)) == before - 1
    clips.drop(house, "th", "digit.1")
    assert sorted(path.name for path in (house.voice / "th").iterdir()) == ["pack.json"]
    assert len(clips.missing(house)) == before


def test_a_clip_recorded_anew_takes_the_place_of_the_old_one(house: House) -> None:
    clips.keep(house, "th", "digit.1", tone(440, 500), 0, placeholder=False)
    old = clips.pack(house, "th").clips["digit.1"].file
    clips.keep(house, "th", "digit.1", tone(880, 400), 0, placeholder=False)
    new = clips.pack(house, "th").clips["digit.1"]
    assert new.file != old and new.ms == 400
    assert sorted(path.name for path in (house.voice / "th").iterdir()) == sorted([new.file, "pack.json"])


@pytest.mark.parametrize(
    "sound",
    [
        b"",
        b"RIFF",
        b"<html><script>alert(1)</script></html>",
        b"MZ" * 40,
        b"\xff\xfb",
        b"\xff\xff\xff\xff" * 9,
        b"{}" * 9,
    ],
)
def test_what_is_no_sound_is_refused_and_changes_nothing(house: House, sound: bytes) -> None:
    with pytest.raises(TurnedAway):
        clips.keep(house, "th", "digit.1", sound, 0, placeholder=False)
    assert not house.voice.exists()


@pytest.mark.parametrize(
    ("sound", "kind"),
    [
        (tone(440, 50), "wav"),
        (b"OggS" + b"\0" * 40, "ogg"),
        (b"\x1a\x45\xdf\xa3" + b"\0" * 40, "webm"),
        (b"ID3\x04" + b"\0" * 40, "mp3"),
        (b"\xff\xfb\x90\x64" + b"\0" * 40, "mp3"),
        (b"\0\0\0\x20ftypM4A " + b"\0" * 40, "m4a"),
    ],
)
def test_a_sound_is_known_by_what_it_holds(sound: bytes, kind: str) -> None:
    assert clips.kind_of(sound) == kind


def test_a_damaged_manifest_is_an_empty_pack_and_not_a_fault(house: House) -> None:
    folder = house.voice / "th"
    folder.mkdir(parents=True)
    for text in (
        b"",
        b"[]",
        b'{"clips": {"digit.1": {"file": 3}}}',
        b'{"clips"',
        '{"voice": "ณรงค์"}'.encode("tis-620"),
    ):
        (folder / "pack.json").write_bytes(text)
        assert clips.pack(house, "th") == clips.Pack()
    (folder / "pack.json").write_text('{"voice": "ณรงค์"}', "utf-8-sig")
    assert clips.pack(house, "th").voice == "ณรงค์"


def test_a_pack_from_elsewhere_names_nothing_outside_its_folder(house: House) -> None:
    folder = house.voice / "th"
    folder.mkdir(parents=True)
    (house.voice.parent / "secret.wav").write_bytes(tone(440, 50))
    (folder / "good.wav").write_bytes(tone(440, 50))
    named = {"digit.1": "../../secret.wav", "digit.2": "good.wav", "digit.3": "gone.wav", "digit.4": ".hidden"}
    # Nor anything in it that is no clip: what is not named any more is removed.
    named |= {"digit.5": "pack.json", "digit.6": f"{'a' * 300}.wav"}
    (folder / "pack.json").write_text(json.dumps({"clips": {key: {"file": file} for key, file in named.items()}}))
    assert list(clips.pack(house, "th").clips) == ["digit.2"]


def test_whose_voice_it_is(house: House) -> None:
    clips.keep(house, "th", "digit.1", tone(440, 50), 0, placeholder=False)
    here = clips.describe(house, "th", "ณรงค์", "man")
    assert (here.voice, here.ending, list(here.clips)) == ("ณรงค์", "man", ["digit.1"])
    assert clips.pack(house, "th") == here
    wanted = {one["key"]: one["text"] for one in clips.missing(house) if one["language"] == "th"}
    assert wanted["call.end"] == "ครับ"
