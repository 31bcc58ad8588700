"""Every text in every language, from languages/*.json. One flat file a language; keys are dotted by room."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from flask import Request

FIRST = "th"
FOLDER = Path(__file__).parent / "languages"


@cache
def languages() -> Mapping[str, Mapping[str, str]]:
    """Language -> key -> text."""
    return {file.stem: json.loads(file.read_text("utf-8")) for file in sorted(FOLDER.glob("*.json"))}


def say(language: str, key: str, /, **values: Any) -> str:
    """The text of `key`, its {braces} filled; in Thai where the language has none, the key itself where nobody has."""
    texts = languages()
    template = texts.get(language, {}).get(key) or texts[FIRST].get(key) or key
    return template.format_map(_Holes(values))


def values_in(values: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The values that fill a text; those that are names, by language, in that one."""
    return {key: name_in(value, language) if isinstance(value, Mapping) else value for key, value in values.items()}


class _Holes(dict[str, Any]):
    """A brace that nobody fills stays, so that it is seen and mended."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


def of_room(*rooms: str) -> dict[str, dict[str, str]]:
    """The texts of some rooms in every language, for a page's scripts."""
    starts = tuple(f"{room}." for room in rooms)
    return {
        language: {key: text for key, text in texts.items() if key.startswith(starts)}
        for language, texts in languages().items()
    }


def asked_for(request: Request) -> str:
    """The language a request asks for: `?language=`, else Accept-Language, else Thai."""
    asked = request.args.get("language", "") in languages()
    return of_page(request) if asked else request.accept_languages.best_match(list(languages()), FIRST)


def of_page(request: Request) -> str:
    """The language of a page: `?language=`, else Thai. A kiosk's browser speaks English and its visitors do not."""
    wanted = request.args.get("language", "")
    return wanted if wanted in languages() else FIRST


def name_in(names: Mapping[str, str], language: str) -> str:
    """A name of the centre's in that language, else in Thai."""
    return names.get(language) or names[FIRST]


def date_and_time(local: datetime, language: str) -> str:
    """In words; the Buddhist era in every language but English."""
    year = local.year if language == "en" else local.year + 543
    month = say(language, f"month.{local.month}")
    return say(language, "slip.issued", day=local.day, month=month, year=year, time=local.strftime("%H:%M"))
