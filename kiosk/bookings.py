"""Visits booked beforehand: taken by API or from a file, looked up, given up, and checked in at the kiosk.

A code is all that is known of a person. What a file says is booking_file.py's to read; who comes early or late is
queue_core's to judge.
"""

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from hashlib import sha256
from hmac import digest
from typing import Any

from flask import Blueprint, Response, jsonify, request

from hall_server import bodies, tell, texts
from hall_server.auth import allow
from hall_server.house import House
from hall_server.people import Member
from hall_server.problems import TurnedAway
from kiosk.booking_file import Mistakes, Row, Unreadable, moment, read
from kiosk.holder import held_by
from queue_core import errors, kiosks
from queue_core.hall import Booking, Events, Hall
from queue_core.log import BOOKED, CAME, CANCELLED, Booked
from queue_core.plan import NEEDS, Names, Plan
from queue_core.ticket import Event
from queue_core.visitors import book, cancel_booking, check_in, number_of

STAFF = ("officer", "manager")
# No I and O, no 0 and 1: a code is read aloud and typed. 32 signs, so that a byte picks one without favour.
SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 8
LARGEST_FILE = 2 * 1024 * 1024
MISTAKES_TOLD = 20
# Today's stand in the hall, which each event copies: a day of more is a fault in a file, or a jest.
MOST_A_DAY = 5000


class BookedAnotherDay(errors.OutOfOrder):
    """The visitor has come on another day than the booked one."""

    word = "booked-another-day"


class DayFull(errors.OutOfOrder):
    """As many bookings as one service day takes."""

    word = "day-full"


class WrongRows(errors.Wrong):
    """A file of bookings with mistakes: nothing of it was taken."""

    word = "wrong-rows"


class Mistaken(Exception):
    """The mistakes of a file, not yet in words: to find those takes time, in which the hall must not wait."""

    def __init__(self, mistakes: Mistakes) -> None:
        self.mistakes = mistakes
        super().__init__(f"{len(mistakes)} mistakes")


def calls(house: House) -> Blueprint:
    """POST /bookings, /bookings/csv and /bookings/<code>/check-in, GET and DELETE /bookings/<code>."""
    api = Blueprint("bookings", __name__, url_prefix="/api/v1/bookings")

    @api.post("")
    @allow(*STAFF)
    def new(by: Member) -> tuple[Response, int]:
        asked = bodies.body(bodies.NewBooking)
        key = bodies.key(by.id, asked, needed=True)
        code = asked.code or _drawn(house, by, request.headers["Idempotency-Key"])
        done = house.office.do(partial(_booked, house, by=by.id, asked=asked, code=code), key)
        return jsonify(stands(house, code)), 200 if done.repeated else 201

    @api.get("/<code>")
    @allow(*STAFF)
    def show(code: str, by: Member) -> Response:
        return jsonify(stands(house, code))

    @api.delete("/<code>")
    @allow(*STAFF)
    def give_up(code: str, by: Member) -> Response:
        key = bodies.key(by.id, bodies.Nothing())
        house.office.do(partial(_given_up, house, by=by.id, code=code), key)
        return jsonify(stands(house, code))

    @api.post("/<code>/check-in")
    @allow("kiosk", "officer")
    def come(code: str, by: Member) -> tuple[Response, int]:
        asked = bodies.body(bodies.Nothing, empty=True)
        key = bodies.key(by.id, asked, needed=True)
        device = by.id if by.role == "kiosk" else None
        done = house.office.do(partial(_come, house, by=by.id, typed=code, device=device), key)
        if done.ticket is None:
            raise TurnedAway("not-found")
        return jsonify(held_by(house, done.hall, done.ticket)), 200 if done.repeated else 201

    @api.post("/csv")
    @allow(*STAFF)
    def file(by: Member) -> Response:
        raw = _file()
        rows, mistakes = house.natively(lambda: read(raw, house.plan, house.office.now()))
        key = bodies.key(by.id, bodies.Sheet(sha256(raw).hexdigest()))
        try:
            done = house.office.do(partial(_all_of, house, rows=rows, mistakes=mistakes, by=by.id), key)
        except Mistaken as mistaken:
            found = mistaken.mistakes
            raise house.natively(lambda: _wrong_rows(house.plan, found)) from None
        return jsonify(taken=len(done.events), there_already=len(rows) - len(done.events))

    return api


# -- one booking ---------------------------------------------------------------------------------------------------


def stands(house: House, code: str) -> dict[str, Any]:
    """What exactly this code stands for, whatever its day, as officers see it; UnknownBooking where it never did."""
    found = list[Booked | None]()

    def look(hall: Hall, now: datetime) -> Events:
        found.append(house.office.log.booked(code))
        return ()

    # Asked of the one writer: what a commit just brought is there, and a booking of any day is found.
    house.office.do(look)
    if found[0] is None:
        raise errors.UnknownBooking(code=code)
    return told(house.plan, found[0])


def told(plan: Plan, booked: Booked) -> dict[str, Any]:
    """A booking as officers see it; with the number of its ticket once the visitor has come."""
    booking = booked.booking
    number = number_of(booking.ticket or "") if booked.state == CAME else None
    return booking.record() | {"at": tell.moment(plan, booking.at), "state": booked.state, "number": number}


def _drawn(house: House, by: Member, word: str) -> str:
    """A code that nobody guesses; the same once more for a request sent twice, whose answer may have been lost."""
    day = house.plan.service_day(house.office.now())
    drawn = digest(house.secret, f"booking:{by.id}:{day}:{word}".encode(), sha256)
    return "".join(SIGNS[byte % len(SIGNS)] for byte in drawn[:CODE_LENGTH])


def _booked(house: House, hall: Hall, now: datetime, by: str, asked: bodies.NewBooking, code: str) -> Events:
    fields = bodies.as_fields(asked) | {"code": code, "services": tuple(asked.services), "needs": tuple(asked.needs)}
    try:
        booking = Booking(**fields | {"at": moment(asked.at, hall.plan, now)})
    except Unreadable as wrong:
        raise errors.WrongValue(where="at", why=_said(hall.plan, wrong)) from None
    return _Days(house, hall).book(now, by, booking, house.office.log.booked(code))


@dataclass(frozen=True, slots=True)
class _Days:
    """The bookings of each service day while one wish is decided: no two codes of a day alike, and not too many.

    A code is typed without its dashes, or small, by whoever comes on that day.
    """

    house: House
    hall: Hall
    # Service day -> a code's plain form -> the code.
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def book(self, now: datetime, by: str, booking: Booking, there: Booked | None) -> Events:
        """The booking taken, and counted. `there`: what its code stands for; if that was given up, it may be anew."""
        events = book(self.hall, now, by, booking, there is not None and there.state != CANCELLED)
        day = self.hall.plan.service_day(booking.at).isoformat()
        codes, plain = self._of(day), _plain(booking.code)
        if plain in codes:
            raise errors.CodeTaken(code=codes[plain])
        if len(codes) >= MOST_A_DAY:
            raise DayFull(day=day, most=MOST_A_DAY)
        codes[plain] = booking.code
        return events

    def _of(self, day: str) -> dict[str, str]:
        if day not in self.codes:
            # Who has come today stands in the hall alone.
            today = day == self.hall.day
            bookings = self.hall.bookings.values() if today else self.house.office.log.bookings(day)
            self.codes[day] = {_plain(booking.code): booking.code for booking in bookings}
        return self.codes[day]


def _given_up(house: House, hall: Hall, now: datetime, by: str, code: str) -> Events:
    there = house.office.log.booked(code)
    return cancel_booking(hall, now, by, code, known=there is not None and there.state == BOOKED)


def _come(house: House, hall: Hall, now: datetime, by: str, typed: str, device: str | None) -> Events:
    if device:
        kiosks.not_paused(hall, device)
    code = _meant(house, hall, typed.strip())
    there = None if code in hall.bookings else house.office.log.booked(code)
    if there and there.state == BOOKED:
        raise BookedAnotherDay(**_when(hall.plan, there.booking.at))
    return check_in(hall, now, by, code, device, house.outlook)


def _when(plan: Plan, at: datetime) -> dict[str, Names]:
    """The booked day and hour in words, in every language."""
    local = plan.local(at)
    return {"when": {language: texts.date_and_time(local, language) for language in plan.languages}}


def _meant(house: House, hall: Hall, typed: str) -> str:
    """The code of whoever stands at the kiosk. One that is exactly so is meant, whatever its day or fate."""
    if typed in hall.bookings or house.office.log.booked(typed):
        return typed
    return _alike(hall.bookings, typed) or typed


def _alike(codes: Iterable[str], typed: str) -> str | None:
    """The one code of these that may be meant: people type small letters, and leave out dashes."""
    meant = [code for code in codes if _plain(code) == _plain(typed)]
    return meant[0] if len(meant) == 1 else None


def _plain(code: str) -> str:
    return re.sub(r"[\s_-]", "", code).upper()


# -- many, from a file ---------------------------------------------------------------------------------------------


def _file() -> bytes:
    """The request's CSV. Refused: 413 too large, 415 not text/csv."""
    request.max_content_length = LARGEST_FILE
    raw = request.get_data()
    if len(raw) >= LARGEST_FILE:
        raise TurnedAway("too-large")
    if request.mimetype != "text/csv":
        raise TurnedAway("not-csv")
    return raw


def _all_of(house: House, hall: Hall, now: datetime, rows: Sequence[Row], mistakes: Mistakes, by: str) -> Events:
    """All of the file, or nothing: with one wrong row none is taken. What stands so already is passed over.

    `mistakes` are those of reading: with them the other rows are looked at too, so that all are told at once.
    Refused: Mistaken.
    """
    events, mistakes, lines = list[Event](), [*mistakes], dict[str, Row]()
    days = _Days(house, hall)
    for row in rows:
        first = lines.setdefault(row.booking.code, row)
        try:
            events += _of_row(days, now, row, first, by)
        except Unreadable as wrong:
            mistakes.append((row.line, wrong))
    if mistakes:
        raise Mistaken(mistakes)
    return tuple(events)


def _of_row(days: _Days, now: datetime, row: Row, first: Row, by: str) -> Events:
    booking = row.booking
    if first is not row:
        if first.booking == booking:
            return ()
        raise Unreadable("csv.twice", value=booking.code, other=first.line)
    there = days.house.office.log.booked(booking.code)
    if there and replace(there.booking, ticket=None) == booking:
        return ()
    try:
        return days.book(now, by, booking, there)
    except errors.Refused as refused:
        raise _unreadable(days.hall.plan, booking, refused) from None


def _unreadable(plan: Plan, booking: Booking, refused: errors.Refused) -> Unreadable:
    """What the core refused, for whoever mends the file: what was written there. What may be written: `_hint`."""
    word, at = str(refused.values.get("where") or refused.word), tell.moment(plan, booking.at)
    written = {
        "unknown-service": refused.values.get("service"),
        "unknown-priority": booking.priority,
        "unknown-language": booking.language,
        "needs": next((need for need in booking.needs if need not in NEEDS), ""),
        "code-taken": refused.values.get("code"),
        "at": at,
        "booking-closed": at,
    }
    told = {"value": str(written.get(word, booking.code))}
    return Unreadable(f"csv.{'at_past' if word == 'at' else word}", **refused.values | told)


def _hint(plan: Plan, wrong: Unreadable) -> Names | None:
    """What may have been meant, or what there is; None where nothing could be listed. Slow: for what is told only."""
    listed: dict[str, Iterable[str]] = {
        "csv.unknown-service": plan.services,
        "csv.unknown-priority": plan.priorities,
        "csv.unknown-language": plan.languages,
        "csv.needs": NEEDS,
    }
    if wrong.key not in listed:
        return None
    known = tuple(listed[wrong.key])
    near = difflib.get_close_matches(wrong.values["value"], known, 1)
    key = "csv.near" if near else "csv.known"
    return {
        language: texts.say(language, key, near="".join(near), known=", ".join(known)) for language in plan.languages
    }


def _wrong_rows(plan: Plan, mistakes: Mistakes) -> WrongRows:
    """The refusal: the first mistake in its sentence, and the first of all of them beside it."""
    first = sorted(mistakes, key=lambda mistake: mistake[0])[:MISTAKES_TOLD]
    said = [{"line": line, "detail": _said(plan, wrong)} for line, wrong in first]
    key = "csv.one_mistake" if len(mistakes) == 1 else "csv.mistakes"
    sum_up = {language: texts.say(language, key, n=len(mistakes)) for language in plan.languages}
    return WrongRows(line=said[0]["line"], why=said[0]["detail"], sum=sum_up, mistakes=said)


def _said(plan: Plan, wrong: Unreadable) -> Names:
    values = wrong.values | {"hint": _hint(plan, wrong) or ""}
    return {
        language: texts.say(language, wrong.key, **texts.values_in(values, language)) for language in plan.languages
    }
