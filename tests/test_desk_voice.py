"""The desk's calls for the voice: who may keep clips, what is taken and refused, and how a clip is served.

What a pack is stands in test_clips.py; the page is walked in test_voice_walks.py."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from hall_server import clips
from tests.halls import small_plan
from tests.serving import Caller, Hall
from tests.tones import tone

DIGIT = "/api/v1/voice/th/digit.1"


@pytest.fixture(autouse=True)
def empty_pack(hall: Hall) -> Iterator[None]:
    yield
    for key in manifest(hall)["th"]["clips"]:
        hall.manager.delete(f"/api/v1/voice/th/{key}")


def manifest(hall: Hall) -> Any:
    return hall.manager.get("/voice/manifest.json").json()["languages"]


def put(caller: Caller, path: str, sound: bytes, **more: Any) -> requests.Response:
    return caller.put(path, data=sound, headers={"Content-Type": "audio/wav"}, **more)


def test_a_clip_is_sent_listed_and_played_by_anyone(hall: Hall) -> None:
    sound = tone(440, 300)
    answer = put(hall.manager, DIGIT, sound)
    assert answer.status_code == 200
    clip = answer.json()["clips"]["digit.1"]
    assert clip == {"url": clip["url"], "ms": 300, "placeholder": False}
    with Caller(hall.url) as anyone:
        assert anyone.get("/voice/manifest.json").json()["languages"]["th"]["clips"] == {"digit.1": clip}
        served = anyone.get(clip["url"])
    assert served.content == sound
    assert served.headers["Content-Type"] == "audio/wav"
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in served.headers["Cache-Control"]


def test_a_placeholder_is_told_as_one(hall: Hall) -> None:
    assert put(hall.manager, f"{DIGIT}?placeholder=1&ms=250", tone(440, 300)).json()["placeholder"] is True
    there = manifest(hall)["th"]
    assert there["placeholder"] is True and there["clips"]["digit.1"]["ms"] == 250


def test_a_clip_is_deleted(hall: Hall) -> None:
    url = put(hall.manager, DIGIT, tone(440, 300)).json()["clips"]["digit.1"]["url"]
    assert hall.manager.delete(DIGIT).json()["clips"] == {}
    assert hall.manager.get(url).status_code == 404


def test_a_clip_larger_than_other_bodies_is_taken_up_to_two_megabytes(hall: Hall) -> None:
    large = tone(440, 20_000)
    assert len(large) > 600_000
    assert put(hall.manager, DIGIT, large).status_code == 200
    assert put(hall.manager, DIGIT, large + bytes(clips.LARGEST_CLIP)).status_code == 413
    assert put(hall.manager, DIGIT, iter([large, bytes(clips.LARGEST_CLIP)])).status_code == 413  # type: ignore[arg-type]


@pytest.mark.parametrize("sound", [b"", b"<html>", b"GIF89a" + bytes(50), b'{"clips": {}}'])
def test_what_is_no_sound_is_refused(hall: Hall, sound: bytes) -> None:
    answer = put(hall.manager, DIGIT, sound)
    assert answer.status_code == 415 and answer.json()["type"] == "not-audio"
    assert manifest(hall)["th"]["clips"] == {}


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/voice/th/digit.10",
        "/api/v1/voice/th/pack",
        "/api/v1/voice/th/..%2Fpack.json",
        "/api/v1/voice/th/%2e%2e",
        "/api/v1/voice/xx/digit.1",
        "/api/v1/voice/../th/digit.1",
        "/api/v1/voice/th/service.none",
    ],
)
def test_a_clip_that_nobody_wants_cannot_be_put(hall: Hall, path: str) -> None:
    assert put(hall.manager, path, tone(440, 100)).status_code in (404, 405)
    assert list((hall.folder / "voice").rglob("*.wav")) == []


@pytest.mark.parametrize("file", ["pack.json", "..%2F..%2Fpeople.db", "../../people.db", ".x", "digit.1.wav"])
def test_nothing_but_clips_is_served(hall: Hall, file: str) -> None:
    put(hall.manager, DIGIT, tone(440, 100))
    assert hall.manager.get(f"/voice/th/{file}").status_code == 404


@pytest.mark.parametrize("ms", ["-1", "60001", "x", "1e3", "99999999999999999999", "00000000060001", "0" * 5000])
def test_a_length_that_cannot_be_is_refused(hall: Hall, ms: str) -> None:
    assert put(hall.manager, f"{DIGIT}?ms={ms}", tone(440, 100)).status_code == 422


def test_only_a_manager_may(hall: Hall) -> None:
    sound = tone(440, 100)
    assert put(hall.officer, DIGIT, sound).status_code == 403
    assert put(hall.kiosk, DIGIT, sound).status_code == 403
    with Caller(hall.url) as stranger, Caller(hall.url).sign_in("admin") as admin:
        assert put(stranger, DIGIT, sound).status_code == 401
        assert put(admin, DIGIT, sound).status_code == 200
        del admin.headers["X-CSRF-Token"]
        assert put(admin, DIGIT, sound).json()["type"] == "csrf-missing"
        assert admin.delete(DIGIT).json()["type"] == "csrf-missing"


def test_who_speaks_is_said_and_decides_the_ending(hall: Hall) -> None:
    told = hall.manager.put("/api/v1/voice/th", json={"voice": " ณรงค์ ", "ending": "man"})
    assert (told.json()["voice"], told.json()["ending"]) == ("ณรงค์", "man")
    assert "ครับ" in hall.manager.get("/desk/voice").text
    assert hall.manager.put("/api/v1/voice/th", json={"ending": "child"}).status_code == 422
    assert hall.manager.put("/api/v1/voice/xx", json={}).status_code == 404
    hall.manager.put("/api/v1/voice/th", json={"voice": "", "ending": "woman"})


@pytest.mark.parametrize("language", ["th", "en"])
def test_the_page_lists_every_clip_and_how_many_are_there(hall: Hall, language: str) -> None:
    put(hall.manager, DIGIT, tone(440, 100))
    page = hall.manager.get(f"/desk/voice?spoken=th&language={language}").text
    assert page.count('class="tile"') == len(clips.wanted(small_plan(), "th"))
    assert {"th": "1 จาก 54", "en": "1 of 54"}[language] in page
    assert hall.officer.get("/desk/voice").text.count('class="tile"') == 0


def test_a_language_that_is_none_of_the_centres_shows_the_first(hall: Hall) -> None:
    assert 'data-spoken="th"' in hall.manager.get("/desk/voice?spoken=xx").text
