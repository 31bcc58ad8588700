"""What comes in by JSON: its shapes, and how it is taken out of a request or refused.

msgspec checks types, lengths and unknown fields. What only the hall can know (is there such a service?) is the hall's.
"""

import json
import re
from hashlib import sha256
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from flask import request
from msgspec import Meta, Struct

from hall_server.problems import TurnedAway
from queue_core.errors import WrongValue
from queue_core.hall import NEEDS, OUTCOMES
from queue_core.log import Key

Word = Annotated[str, Meta(min_length=1, max_length=80)]
Text = Annotated[str, Meta(max_length=1000)]
Mark = Annotated[int, Meta(ge=1, le=5)]
Services = Annotated[list[Word], Meta(min_length=1, max_length=20)]


class Body(Struct, frozen=True, forbid_unknown_fields=True):
    """A misspelt field is refused, not passed over."""


class SignIn(Body, frozen=True):
    username: Word
    pin: Word


class NewScreen(Body, frozen=True):
    role: Literal["kiosk", "board"]


class AcceptScreen(Body, frozen=True):
    code: Word
    name: Annotated[str, Meta(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]*\S[^\x00-\x1f\x7f]*$")]


class NewTicket(Body, frozen=True):
    services: Services
    priority: Word | None = None
    language: Word = "th"
    people: Annotated[int, Meta(ge=1, le=99)] = 1
    needs: Annotated[list[Literal[NEEDS]], Meta(max_length=8)] = []  # type: ignore[valid-type]


class Rating(Body, frozen=True):
    steps_and_time: Mark
    overall: Mark
    channel: Mark | None = None
    staff: Mark | None = None
    facilities: Mark | None = None
    comment: Text = ""


class Nothing(Body, frozen=True):
    pass


class Pause(Body, frozen=True):
    reason: Text = ""


class Next(Body, frozen=True):
    current: Literal["finished", "no-show"] | None = None


class Finish(Body, frozen=True):
    outcome: Literal[OUTCOMES] = "done"  # type: ignore[valid-type]
    services: Annotated[list[Word], Meta(max_length=20)] = []
    note: Text = ""


B = TypeVar("B", bound=Body)


def body(shape: type[B], empty: bool = False) -> B:
    """The request's body in that shape. With `empty`, no body at all is an empty object.

    Refused: 413 too large, 415 not application/json, 400 not JSON, 422 another shape.
    """
    raw = request.get_data()
    # A body sent in chunks is cut at the limit without a word.
    if len(raw) >= (request.max_content_length or len(raw) + 1):
        raise TurnedAway("too-large")
    if empty and not raw:
        return shape()
    if raw and request.mimetype != "application/json":
        raise TurnedAway("not-application-json")
    try:
        told = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise TurnedAway("not-json") from None
    try:
        return msgspec.convert(told, shape)
    except msgspec.ValidationError as error:
        raise _wrong(str(error)) from None


def _wrong(message: str) -> WrongValue:
    # msgspec says: Expected `int` >= 1 - at `$.people`
    why, _, where = message.partition(" - at ")
    return WrongValue(where=where.strip("`").removeprefix("$.") or "body", why=why)


def as_fields(asked: Body) -> dict[str, Any]:
    """The body as keyword arguments for a wish."""
    return msgspec.structs.asdict(asked)


def key(caller: str, asked: Body, needed: bool = False) -> Key | None:
    """The request's Idempotency-Key, bound to its caller and to what was asked of which address."""
    word = request.headers.get("Idempotency-Key", "")
    if not word and not needed:
        return None
    if not re.fullmatch(r"[\x21-\x7e]{1,200}", word):
        raise TurnedAway("missing-key")
    told = json.dumps(as_fields(asked), sort_keys=True)
    digest = sha256(f"{request.method} {request.path} {told}".encode()).hexdigest()
    return Key(caller, word, digest)
