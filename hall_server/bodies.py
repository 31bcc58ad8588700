"""What comes in by JSON: its shapes, and how it is taken out of a request or refused.

msgspec checks types, lengths and unknown fields. What only the hall can know (is there such a service?) is the hall's.
"""

import json
import re
from hashlib import sha256
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from flask import request
from msgspec import UNSET, Meta, Struct, UnsetType

from hall_server.problems import TurnedAway
from queue_core.errors import WrongValue
from queue_core.kiosks import WHYS
from queue_core.log import Key
from queue_core.officers import OUTCOMES
from queue_core.plan import NEEDS
from queue_core.visitors import POSITIONS

Word = Annotated[str, Meta(min_length=1, max_length=80)]
Text = Annotated[str, Meta(max_length=1000)]
Mark = Annotated[int, Meta(ge=1, le=5)]
Services = Annotated[list[Word], Meta(min_length=1, max_length=20)]


class Body(Struct, frozen=True, forbid_unknown_fields=True):
    """A misspelt field is refused, not passed over."""


class SignIn(Body, frozen=True):
    username: Word
    pin: Word


class Pin(Body, frozen=True):
    pin: Word


class NewScreen(Body, frozen=True):
    role: Literal["kiosk", "board", "pad"]


class AcceptScreen(Body, frozen=True):
    code: Word
    name: Annotated[str, Meta(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]*\S[^\x00-\x1f\x7f]*$")]


class ScreenSettings(Body, frozen=True):
    """What a screen is to be set to; what is not named stays as it is."""

    settings: Annotated[dict[Word, Annotated[str, Meta(max_length=80)] | float], Meta(max_length=20)]


class Notice(Body, frozen=True):
    """A short text on the boards, by language, and until when: ISO 8601 on the centre's own clock."""

    text: Annotated[dict[Word, Annotated[str, Meta(max_length=200)]], Meta(max_length=20)]
    until: Annotated[str, Meta(max_length=40)] | None = None


class Notices(Body, frozen=True):
    """All of them, in order."""

    notices: Annotated[list[Notice], Meta(max_length=12)]


class NewTicket(Body, frozen=True):
    services: Services
    priority: Word | None = None
    language: Word = "th"
    people: Annotated[int, Meta(ge=1, le=99)] = 1
    needs: Annotated[list[Literal[NEEDS]], Meta(max_length=8)] = []  # type: ignore[valid-type]


class NewBooking(Body, frozen=True):
    """`at` is ISO 8601; without an offset it is the centre's own clock. Without `code` one is drawn."""

    services: Services
    at: Word
    code: Word | None = None
    language: Word = "th"
    priority: Word | None = None
    people: Annotated[int, Meta(ge=1, le=99)] = 1
    needs: Annotated[list[Literal[NEEDS]], Meta(max_length=8)] = []  # type: ignore[valid-type]


class Sheet(Body, frozen=True):
    """A file that was sent, as its Idempotency-Key is bound to it."""

    digest: str


class Rating(Body, frozen=True):
    steps_and_time: Mark
    overall: Mark
    channel: Mark | None = None
    staff: Mark | None = None
    facilities: Mark | None = None
    comment: Text = ""


class Nothing(Body, frozen=True):
    pass


class Press(Body, frozen=True):
    """What an officer presses. `as_of`: the counter's `moved` on the screen from which it was pressed."""

    as_of: Annotated[int, Meta(ge=0)] | None = None


class Pause(Press, frozen=True):
    reason: Text = ""


class Next(Press, frozen=True):
    current: Literal["finished", "no-show"] | None = None


class Finish(Press, frozen=True):
    outcome: Literal[OUTCOMES] = "done"  # type: ignore[valid-type]
    services: Annotated[list[Word], Meta(max_length=20)] = []
    note: Text = ""
    stay: bool = False


class OfNumber(Press, frozen=True, kw_only=True):
    number: Word


class CallNumber(OfNumber, frozen=True):
    reason: Text = ""


class Hold(Press, frozen=True):
    note: Text = ""


class Transfer(Press, frozen=True):
    """Sent on to a service, a counter or an officer (by the name that they sign in with)."""

    service: Word | None = None
    to_counter: Word | None = msgspec.field(default=None, name="counter")
    to_officer: Word | None = msgspec.field(default=None, name="officer")
    position: Literal[POSITIONS] = "by-visit"  # type: ignore[valid-type]
    reason: Text = ""


class WalkIn(Press, frozen=True):
    service: Word | None = None


class StandIn(Press, frozen=True):
    """The colleague's counter whose services are given too; null: no longer."""

    colleague: Word | None = msgspec.field(default=None, name="counter")


class AnswerHelp(Press, frozen=True, kw_only=True):
    """The counter that called for help; a kiosk as `kiosk:NAME`."""

    caller: Word = msgspec.field(name="counter")


class SlipCame(Body, frozen=True):
    """What a visitor says of a slip that was sent to a printer which cannot confirm."""

    received: bool


class CallStaff(Body, frozen=True):
    """What stood on the kiosk's screen, where that tells the staff something."""

    why: Literal[WHYS] | None = None  # type: ignore[valid-type]


class AnswerKiosk(Body, frozen=True):
    """The kiosk's name."""

    device: Word


class PauseKiosk(Body, frozen=True):
    paused: bool


class Volume(Body, frozen=True):
    volume: Annotated[int, Meta(ge=0, le=100)]


class Move(Body, frozen=True):
    """What reception puts right. A field that is left out stays as it is; `priority` null takes it away."""

    service: Word | UnsetType = UNSET
    priority: Word | UnsetType | None = UNSET
    needs: Annotated[list[Literal[NEEDS]], Meta(max_length=8)] | UnsetType = UNSET  # type: ignore[valid-type]
    people: Annotated[int, Meta(ge=1, le=99)] | UnsetType = UNSET
    language: Word | UnsetType = UNSET
    position: Literal[POSITIONS] | None = None  # type: ignore[valid-type]
    reason: Text = ""


class ByHand(Body, frozen=True):
    """A slip of the emergency block. Times are ISO 8601, or 09:41 on the centre's own clock today."""

    number: Word
    services: Services
    came_at: Word
    called_at: Word | None = None
    started_at: Word | None = None
    ended_at: Word | None = None
    counter: Word | None = None
    outcome: Literal[OUTCOMES] = "done"  # type: ignore[valid-type]
    priority: Word | None = None
    language: Word = "th"


class Skills(Body, frozen=True):
    """What an officer can give; null: whatever the counter does."""

    services: Annotated[list[Word], Meta(max_length=200)] | None


class CounterServices(Body, frozen=True):
    services: Annotated[list[Word], Meta(min_length=1, max_length=200)]


class PauseService(Body, frozen=True):
    """What the kiosk says of the service, by language."""

    message: Annotated[dict[Word, Annotated[str, Meta(max_length=300)]], Meta(max_length=20)]


Change = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]


class WhatIf(Body, frozen=True):
    """A past day or one to come ("tomorrow" or a date), what is to be otherwise, and whether to advise.

    `aim_minutes`: what nine in ten are to wait at most; null: each service's own target.
    """

    day: Word
    changes: Annotated[list[Change], Meta(max_length=20)] = []
    replications: Annotated[int, Meta(ge=20, le=200)] = 20
    advise: bool = False
    aim_minutes: Annotated[int, Meta(ge=1, le=600)] | None = None


class SpokenCall(Body, frozen=True):
    """A call that a board spoke, as its news tells it; `whole` once the number had been said to its end."""

    call: Annotated[int, Meta(ge=0, le=2**53)]
    again: Annotated[int, Meta(ge=0, le=2**53)]
    at: Word
    whole: bool = False


class Speaks(Body, frozen=True):
    """A board's page asks whether it speaks for its zone, and tells what it spoke last; or that it is being closed."""

    page: Word
    zone: Annotated[str, Meta(max_length=80)] = ""
    spoken: SpokenCall | None = None
    leaving: bool = False


class VoicePack(Body, frozen=True):
    """Whose voice a pack is, and how that one ends a sentence."""

    voice: Annotated[str, Meta(max_length=80, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    ending: Literal["woman", "man"] = "woman"


class Evacuation(Body, frozen=True):
    on: bool


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
    """The body as keyword arguments for a wish; what may be left out and was is not among them."""
    return {name: value for name, value in msgspec.structs.asdict(asked).items() if value is not UNSET}


def number(typed: str) -> str:
    """A ticket's number as it is printed, from what somebody typed: `a15` is A015."""
    found = re.fullmatch(r"\s*([A-Za-z]{1,2})[\s-]*0*([0-9]{1,9})\s*", typed, re.ASCII)
    return f"{found[1].upper()}{found[2]:0>3}" if found else typed.strip().upper()


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
