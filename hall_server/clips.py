"""The voice pack: one clip for each word that a hall says and for each text that a kiosk reads aloud, by language.

A pack is a folder (`<data>/voice/<language>/`) of clips with its manifest, `pack.json`; it may be carried from one
centre to another as it is. Which clips a language wants follows from its texts (`voice.…`) and the centre's services.
Not here: in which order they are played (spoken.js), and who may record them (manager_desk/voice.py).
"""

import logging
import os
import re
import secrets
import wave
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import Any, Literal

import msgspec
from flask import Blueprint, Response, jsonify, send_file
from msgspec import Struct
from werkzeug.wrappers import Response as AnyResponse

from hall_server import texts
from hall_server.house import House
from hall_server.problems import TurnedAway
from queue_core.plan import Plan, Service

logger = logging.getLogger(__name__)

LARGEST_CLIP = 2 * 1024 * 1024
LONGEST_MS = 60_000
# What a Windows editor puts before a text.
BOM = b"\xef\xbb\xbf"
GROUPS = ("sentence", "letters", "digits", "numbers", "texts", "services")
# What a hall needs to call by clips; the other groups are for a kiosk that reads aloud.
CALLING = GROUPS[:4]

# The kiosk's texts that it can read aloud: whole sentences, nothing to be filled in.
READ_ALOUD = (
    "kiosk.choose",
    "kiosk.choose_hint",
    "kiosk.bring",
    "kiosk.bring_none",
    "kiosk.priority",
    "kiosk.priority_hint",
    "kiosk.add_choose",
    "kiosk.booking_hint",
    "kiosk.take_slip",
    "kiosk.listen",
    "kiosk.order",
    "kiosk.follow",
    "kiosk.still_there",
    "kiosk.hall_closed",
    "common.evacuation_voice",
    # What is pressed, said when it has the focus; and what stands over the steps of a kiosk that gives no ticket.
    *("kiosk.take", "kiosk.back", "kiosk.add", "kiosk.add_no", "kiosk.done", "kiosk.more_time", "kiosk.your_number"),
    *("kiosk.call_staff", "kiosk.called", "kiosk.called_coming"),
    *(
        f"kiosk.state.{state}"
        for state in (
            *("closed", "paused", "paused_do", "quota-full", "quota-full_do", "hour-full", "hour-full_do"),
            *("no-time-left", "no-time-left_do", "service-paused", "service-paused_do", "one", "one_back", "browse"),
            *("offline", "offline_do", "offline_more", "printer", "printer_do", "printer_told", "printer_go"),
        )
    ),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A clip that a language wants: its key, what is said in it, and where it stands in the list."""

    key: str
    text: str
    group: str


def wanted(plan: Plan, language: str, man: bool = False) -> list[Wanted]:
    """Every clip that would let the hall and its kiosks speak this language. `man`: a man speaks, and ends so."""
    return [*_of_calls(language, man), *_of_kiosk(plan, language)]


def _of_calls(language: str, man: bool) -> Iterator[Wanted]:
    known = texts.spoken().get(language, {})
    sentence = known.get("voice.sentence.man" if man else "voice.sentence.woman")
    if sentence is None:  # the hall has no words for it, and calls in English
        return
    before, between, end = _frame(sentence)
    short = _frame(known["voice.sentence.brief"])[1]
    frame = {"call.before": before, "call.counter": between, "call.counter_brief": short, "call.end": end}
    yield from (Wanted(key, text, "sentence") for key, text in frame.items() if text)
    for letter, word in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", known["voice.letters"].split(), strict=True):
        yield Wanted(f"letter.{letter}", word, "letters")
    for digit, word in zip("0123456789", known["voice.digits"].split(), strict=True):
        yield Wanted(f"digit.{digit}", word, "digits")
    for part in known["voice.numbers"].split():
        number, _, word = part.partition("=")
        yield Wanted(f"number.{number}", word, "numbers")


def _frame(sentence: str) -> list[str]:
    """What stands before the number, between it and the counter, and at the end."""
    return [part.strip(" ,.") for part in re.split(r"\{number\}|\{counter\}", sentence)]


def _of_kiosk(plan: Plan, language: str) -> Iterator[Wanted]:
    known = texts.spoken().get(language, {})
    yield from (Wanted(f"text.{key}", known[key], "texts") for key in READ_ALOUD if key in known)
    for service in plan.services.values():
        if service.at_kiosk and language in service.name:
            yield Wanted(f"service.{service.id}", _card(service, language), "services")


def _card(service: Service, language: str) -> str:
    """A service as its card says it: the name, what to bring, the fee."""
    documents, fee = service.documents.get(language, ()), service.fee.get(language, "")
    parts = (
        service.name[language],
        f"{texts.say(language, 'kiosk.bring')}: {', '.join(documents)}" if documents else "",
        f"{texts.say(language, 'kiosk.fee')}: {fee}" if fee else "",
    )
    return ". ".join(part for part in parts if part)


# -- the folder ----------------------------------------------------------------------------------------------------


class Clip(Struct, frozen=True):
    """A clip of the pack: its file, how long it sounds, and whether it is only a placeholder (a synthetic voice)."""

    file: str
    ms: int = 0
    placeholder: bool = False


class Pack(Struct, frozen=True):
    """A language's pack: whose voice it is, how that one ends a sentence (ค่ะ or ครับ), and its clips by key."""

    voice: str = ""
    ending: Literal["woman", "man"] = "woman"
    clips: Mapping[str, Clip] = {}


def pack(house: House, language: str) -> Pack:
    """The pack as its folder holds it; an empty one where there is none. A clip whose file is gone is not in it."""
    folder = house.voice / language
    try:
        written = (folder / "pack.json").read_bytes().removeprefix(BOM)
        read = msgspec.json.decode(written, type=Pack)
    except FileNotFoundError:
        return Pack()
    except (msgspec.DecodeError, UnicodeDecodeError, OSError):
        logger.exception("%s cannot be read: the hall does without it", folder / "pack.json")
        return Pack()
    there = {key: clip for key, clip in read.clips.items() if _is_file(folder, clip.file)}
    return msgspec.structs.replace(read, clips=there)


def _is_file(folder: Path, name: str) -> bool:
    """Whether it is a clip of this very folder: a pack that came from elsewhere may name anything."""
    sound = re.fullmatch(r"[\w-][\w.-]{0,199}", name, re.ASCII) and name.rpartition(".")[2] in KINDS
    return bool(sound) and (folder / name).is_file()


def missing(house: House) -> list[dict[str, str]]:
    """The clips that are not there, of every language of the centre: `{language, key, text}`."""
    found = list[dict[str, str]]()
    for language in house.plan.languages:
        here = pack(house, language)
        wants = wanted(house.plan, language, here.ending == "man")
        found += [{"language": language, "key": w.key, "text": w.text} for w in wants if w.key not in here.clips]
    return found


def keep(house: House, language: str, key: str, sound: bytes, ms: int, placeholder: bool) -> Pack:
    """Put the clip in the place of the one before it. TurnedAway: it is no sound that browsers play.

    Whole or not at all: the clip is on the disk under a name of its own before the manifest names it.
    """
    kind = kind_of(sound)
    if kind is None:
        raise TurnedAway("not-audio")
    here = pack(house, language)
    name = f"{key}.{sha256(sound).hexdigest()[:12]}.{kind}"
    folder = house.voice / language
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / name, sound)
    clip = Clip(name, min(ms or _length(sound, kind), LONGEST_MS), placeholder)
    return _settle(folder, here, {**here.clips, key: clip})


def drop(house: House, language: str, key: str) -> Pack:
    """Take the clip out of the pack."""
    here = pack(house, language)
    clips = {other: clip for other, clip in here.clips.items() if other != key}
    return _settle(house.voice / language, here, clips) if len(clips) < len(here.clips) else here


def describe(house: House, language: str, voice: str, ending: Literal["woman", "man"]) -> Pack:
    """Say whose voice it is, and how that one ends a sentence."""
    here = msgspec.structs.replace(pack(house, language), voice=voice, ending=ending)
    folder = house.voice / language
    folder.mkdir(parents=True, exist_ok=True)
    return _settle(folder, here, here.clips)


def _settle(folder: Path, before: Pack, clips: Mapping[str, Clip]) -> Pack:
    """Write the manifest with these clips, and remove the files that it no longer names."""
    after = msgspec.structs.replace(before, clips=clips)
    _write(folder / "pack.json", msgspec.json.format(msgspec.json.encode(after)))
    named = {clip.file for clip in clips.values()}
    for clip in before.clips.values():
        if clip.file not in named:
            (folder / clip.file).unlink(missing_ok=True)
    return after


def _write(path: Path, content: bytes) -> None:
    """Under another name first: nobody ever reads half of it, whatever happens meanwhile."""
    draft = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


# -- what a sound is -----------------------------------------------------------------------------------------------

# By what the content begins with, whatever it is called: the file's ending and its type.
KINDS: Mapping[str, tuple[str, Callable[[bytes], bool]]] = {
    "wav": ("audio/wav", lambda sound: sound[:4] == b"RIFF" and sound[8:12] == b"WAVE"),
    "ogg": ("audio/ogg", lambda sound: sound[:4] == b"OggS"),
    "webm": ("audio/webm", lambda sound: sound[:4] == b"\x1a\x45\xdf\xa3"),
    "mp3": ("audio/mpeg", lambda sound: sound[:3] == b"ID3" or _is_mpeg_frame(sound[:3])),
    "m4a": ("audio/mp4", lambda sound: sound[4:8] == b"ftyp"),
}


def kind_of(sound: bytes) -> str | None:
    """Which of KINDS it is; None for anything else."""
    return next((kind for kind, (_, fits) in KINDS.items() if len(sound) > 12 and fits(sound)), None)


def _is_mpeg_frame(head: bytes) -> bool:
    """Eleven bits of sync, a version and a layer that exist, a bit rate and a sampling rate that are not forbidden."""
    if len(head) < 3 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    return head[1] & 0x18 != 0x08 and head[1] & 0x06 != 0 and head[2] & 0xF0 != 0xF0 and head[2] & 0x0C != 0x0C


def _length(sound: bytes, kind: str) -> int:
    """How many ms a WAV lasts; of the others only a player knows."""
    if kind != "wav":
        return 0
    try:
        with wave.open(BytesIO(sound)) as read:
            return round(read.getnframes() * 1000 / read.getframerate())
    except (wave.Error, EOFError, ZeroDivisionError):
        return 0


# -- how it is given -----------------------------------------------------------------------------------------------


def shared(house: House) -> Blueprint:
    """GET /voice/manifest.json and /voice/<language>/<file>, for whatever plays clips. Nothing in them is secret."""
    pages = Blueprint("voice", __name__, url_prefix="/voice")

    @pages.get("/manifest.json")
    def manifest() -> Response:
        return jsonify(languages={language: told(language, pack(house, language)) for language in house.plan.languages})

    @pages.get("/<language>/<file>")
    def clip(language: str, file: str) -> AnyResponse:
        here = pack(house, known_language(house, language))
        if file not in {clip.file for clip in here.clips.values()}:
            raise TurnedAway("not-found")
        kind = KINDS.get(file.rpartition(".")[2])
        if kind is None:
            raise TurnedAway("not-found")
        answer = send_file((house.voice / language / file).resolve(), mimetype=kind[0])
        # Its name holds its digest: a clip recorded anew has another.
        answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"
        return answer

    return pages


def told(language: str, here: Pack) -> dict[str, Any]:
    """A pack as scripts read it."""
    return {
        "voice": here.voice,
        "ending": here.ending,
        "placeholder": any(clip.placeholder for clip in here.clips.values()),
        "clips": {
            key: {"url": f"/voice/{language}/{clip.file}", "ms": clip.ms, "placeholder": clip.placeholder}
            for key, clip in here.clips.items()
        },
    }


def known_language(house: House, language: str) -> str:
    """The language, if it is one of the centre's."""
    if language not in house.plan.languages:
        raise TurnedAway("not-found")
    return language


def keys(plan: Plan, language: str) -> frozenset[str]:
    """The keys of all clips that a language can have."""
    return frozenset(one.key for one in chain(wanted(plan, language), wanted(plan, language, man=True)))
