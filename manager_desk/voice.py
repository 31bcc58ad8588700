"""The desk's page of the voice: which clips there are and which are missing; recorded or uploaded one by one.

PUT and DELETE /voice/<language>/<key>, PUT /voice/<language>. Not here: what a clip is and where it is kept
(hall_server/clips.py), how it is recorded (static/voice.js).
"""

import threading
from typing import Any

from flask import Blueprint, Response, jsonify, request

from hall_server import bodies, clips, texts
from hall_server.auth import allow
from hall_server.house import House
from hall_server.people import Member
from hall_server.problems import TurnedAway
from queue_core.errors import WrongValue

# What is known by a sign, which stands beside its word: A เอ, 20 ยี่สิบ.
SIGNS = ("letters", "digits", "numbers")


def calls(house: House) -> Blueprint:
    """What changes a pack. One change at a time, off the hub: a disk may be slow."""
    api = Blueprint("voice_packs", __name__, url_prefix="/api/v1/voice")
    one = threading.Lock()

    @api.put("/<language>/<key>")
    @allow("manager")
    def keep(language: str, key: str, by: Member) -> Response:
        language, key = _known(house, language, key)
        sound, ms, placeholder = _sound(), _length(), request.args.get("placeholder") == "1"
        with one:
            here = house.natively(lambda: clips.keep(house, language, key, sound, ms, placeholder))
        return jsonify(clips.told(language, here))

    @api.delete("/<language>/<key>")
    @allow("manager")
    def drop(language: str, key: str, by: Member) -> Response:
        language, key = _known(house, language, key)
        with one:
            here = house.natively(lambda: clips.drop(house, language, key))
        return jsonify(clips.told(language, here))

    @api.put("/<language>")
    @allow("manager")
    def describe(language: str, by: Member) -> Response:
        language, asked = clips.known_language(house, language), bodies.body(bodies.VoicePack)
        with one:
            here = house.natively(lambda: clips.describe(house, language, asked.voice.strip(), asked.ending))
        return jsonify(clips.told(language, here))

    return api


def _known(house: House, language: str, key: str) -> tuple[str, str]:
    """The language and the key, if there can be such a clip: nothing else becomes the name of a file."""
    if key not in clips.keys(house.plan, clips.known_language(house, language)):
        raise TurnedAway("not-found")
    return language, key


def _sound() -> bytes:
    """What was sent. Refused: 413 larger than a clip may be."""
    request.max_content_length = clips.LARGEST_CLIP
    sound = request.get_data()
    # A body sent in chunks is cut at the limit without a word.
    if len(sound) >= clips.LARGEST_CLIP:
        raise TurnedAway("too-large")
    return sound


def _length() -> int:
    """How long it lasts in ms, as its sender measured it; 0 where nothing is said."""
    written = request.args.get("ms", "0")
    if not (written.isascii() and written.isdigit() and len(written) <= 9 and int(written) <= clips.LONGEST_MS):
        raise WrongValue(where="ms", why=f"0–{clips.LONGEST_MS}")
    return int(written)


def shown(house: House) -> dict[str, Any]:
    """What the page shows: the clips of one language by group, each with its state, and how many are there."""
    languages = house.plan.languages
    asked = request.args.get("spoken", languages[0])
    spoken = asked if asked in languages else languages[0]
    here = house.natively(lambda: clips.pack(house, spoken))
    rows = [_row(one, here) for one in clips.wanted(house.plan, spoken, here.ending == "man")]
    groups = {group: [row for row in rows if row["group"] == group] for group in clips.GROUPS}
    parts = {
        "calls": [row for row in rows if row["group"] in clips.CALLING],
        "kiosk": [row for row in rows if row["group"] not in clips.CALLING],
    }
    return {
        "spoken": spoken,
        "spoken_names": {one: texts.say(one, "common.this_language") for one in languages},
        "pack": here,
        "groups": {group: found for group, found in groups.items() if found},
        "progress": {part: (_there(found), len(found)) for part, found in parts.items() if found},
        "has_endings": any(row["key"] == "call.end" for row in rows),
        "calls_here": bool(parts["calls"]),
    }


def _row(one: clips.Wanted, here: clips.Pack) -> dict[str, Any]:
    clip = here.clips.get(one.key)
    state = "missing" if clip is None else "placeholder" if clip.placeholder else "there"
    sign = one.key.partition(".")[2] if one.group in SIGNS else ""
    return {"key": one.key, "text": one.text, "sign": sign, "group": one.group, "state": state}


def _there(rows: list[dict[str, Any]]) -> int:
    return sum(row["state"] != "missing" for row in rows)
