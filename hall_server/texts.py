"""Every text in every language, from languages/*.json. One flat file a language; keys are dotted by room.

Thai and English have every text. A further language is for visitors: it has those that a visitor meets, FOR_VISITORS,
and is offered where the centre's TOML names it. A file whose texts nobody has reviewed yet says so in `_draft`.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Request

FIRST, SECOND = "th", "en"
WHOLE = (FIRST, SECOND)
DRAFT = "_draft"
FOLDER = Path(__file__).parent / "languages"
LETTERS = Path(__file__).parent / "static" / "letters"

# The pages that visitors look at: they speak every language of the centre. All others are the staff's.
VISITORS_ROOMS = ("board", "kiosk", "pad", "ticket")
# What these and the slip say, by the beginning of the key; what of it only staff see; what a visitor is refused for.
FOR_VISITORS = ("common.", "kiosk.", "month.", "pad.", "slip.", "ticket.", "weekday.")
FOR_STAFF = ("kiosk.staff.", "slip.sample")
REFUSED = (
    *("already-checked-in", "already-rated", "already-started", "away-too-long", "booked-another-day", "cannot-cancel"),
    *("csrf-missing", "evacuating", "hall-closed", "hour-full", "kiosk-is-paused", "no-time-left", "not-absent"),
    *("not-found", "not-just-served", "not-served-yet", "not-signed-in", "not-written", "quota-full"),
    *("same-service-twice", "service-paused", "too-many", "too-many-services", "unknown-booking", "unknown-language"),
    *("unknown-priority", "unknown-service", "unknown-ticket"),
)

# What a slip says, in whichever language: its fonts must have every letter of it.
ON_SLIPS = ("common.draft", "common.duration.", "common.wait.", "month.", "slip.", "ticket.state.")


@cache
def spoken() -> Mapping[str, Mapping[str, str]]:
    """Language -> key -> text: every language that has a file, those too that have only what visitors meet."""
    return {file.stem: json.loads(file.read_text("utf-8")) for file in sorted(FOLDER.glob("*.json"))}


@cache
def languages() -> Mapping[str, Mapping[str, str]]:
    """The languages that have every text: those of the staff."""
    return {language: spoken()[language] for language in WHOLE}


def offered(wanted: Iterable[str]) -> tuple[str, ...]:
    """Those of a centre's languages that there are texts for."""
    return tuple(language for language in wanted if language in spoken())


def drafts(among: Iterable[str]) -> tuple[str, ...]:
    """Those whose texts are a draft, which somebody who speaks the language is to review."""
    return tuple(language for language in among if DRAFT in spoken().get(language, {}))


def letters(among: Iterable[str]) -> tuple[str, ...]:
    """Those that bring letters of their own, which Sarabun has not: each has a stylesheet in static/letters."""
    return tuple(language for language in among if (LETTERS / f"{language}.css").exists())


def letters_on_slips() -> str:
    """Every letter that a slip may need for our own words, each once."""
    said = (text for texts in spoken().values() for key, text in texts.items() if key.startswith(ON_SLIPS))
    return "".join(sorted(set("".join(said))))


def missing(language: str) -> list[str]:
    """The keys that a language should have and has not: every one, or what visitors meet."""
    there = spoken().get(language, {})
    whole = {key for one in WHOLE for key in spoken()[one]}
    return sorted(key for key in whole - there.keys() if language in WHOLE or meets_visitors(key))


def meets_visitors(key: str) -> bool:
    """Whether visitors meet the text, so that every language that they are offered must have it."""
    ours = key.startswith(FOR_VISITORS) and not key.startswith(FOR_STAFF)
    return ours or key.removeprefix("refusal.") in REFUSED


def say(language: str, key: str, /, **values: Any) -> str:
    """The text of `key`, its {braces} filled. Where the language has none, in English: who reads neither Thai nor
    English is no worse off, and most who read no Thai read that rather. The key itself where nobody has it.
    """
    texts = spoken()
    found = (texts.get(one, {}).get(key) for one in (language, SECOND, FIRST))
    return next(filter(None, found), key).format_map(_Holes(values))


def values_in(values: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The values that fill a text; those that are names, by language, in that one."""
    return {key: name_in(value, language) if isinstance(value, Mapping) else value for key, value in values.items()}


class _Holes(dict[str, Any]):
    """A brace that nobody fills stays, so that it is seen and mended."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


def of_room(*rooms: str, among: Iterable[str] = WHOLE) -> dict[str, dict[str, str]]:
    """The texts of some rooms in some languages, for a page's scripts."""
    starts = tuple(f"{room}." for room in rooms)
    return {
        language: {key: text for key, text in spoken()[language].items() if key.startswith(starts)}
        for language in among
    }


def asked_for(request: "Request") -> str:
    """The language a request asks for: `?language=`, else Accept-Language, else Thai."""
    asked = request.args.get("language", "")
    return asked if asked in spoken() else request.accept_languages.best_match(list(spoken()), FIRST)


def of_page(request: "Request", among: Iterable[str] = WHOLE) -> str:
    """The language of a page: `?language=`, else Thai. A kiosk's browser speaks English and its visitors do not."""
    wanted = request.args.get("language", "")
    return wanted if wanted in among else FIRST


def name_in(names: Mapping[str, str], language: str) -> str:
    """A name of the centre's in that language, else in English, else in Thai."""
    return names.get(language) or names.get(SECOND) or names[FIRST]


def date_and_time(local: datetime, language: str) -> str:
    """In words; the Buddhist era in Thai alone. Digits are the same in every language, as on boards and counters."""
    year = local.year + 543 if language == FIRST else local.year
    month = say(language, f"month.{local.month}")
    return say(language, "slip.issued", day=local.day, month=month, year=year, time=local.strftime("%H:%M"))
