"""Visits booked beforehand: taken by API or from a file, looked up, given up, and checked in at the kiosk.

A code is all that is known of a person. What a file says is booking_file.py's to read; who comes early or late is
queue_core's to judge.
"""

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
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
from queue_core import errors
from queue_core.hall import Booking, Events, Hall
from queue_core.log import BOOKED, CAME, CANCELLED, Booked
from queue_core.plan import NEEDS, Names, Plan
from queue_core.ticket import Event
from queue_core.visitors import book, cancel_booking, check_in

STAFF = ("officer", "manager")
# No I and O, no 0 and 1: a code is read aloud and typed. 32 signs, so that a byte picks one without favour.
SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 8
LARGEST_FILE = 2 * 1024 * 1024
MISTAKES_TOLD = 20


class BookedAnotherDay(errors.OutOfOrder):
    """The visitor has come on another day than the booked one."""

    word = "booked-another-day"


class WrongRows(errors.Wrong):
    """A file of bookings with mistakes: nothing of it was taken."""

    word = "wrong-rows"


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
        house.office.do(partial(_given_up, house, by=by.id, typed=code), key)
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
        done = house.office.do(partial(_all_of, house, rows=rows, mistakes=mistakes, by=by.id), key)
        return jsonify(taken=len(done.events), there_already=len(rows) - len(done.events))

    return api


# -- one booking ---------------------------------------------------------------------------------------------------


def stands(house: House, typed: str) -> dict[str, Any]:
    """What the code stands for, whatever its day, as officers see it; UnknownBooking where it never stood for any."""
    found = list[Booked | None]()

    def look(hall: Hall, now: datetime) -> Events:
        found.append(house.office.log.booked(_code(hall, typed)))
        return ()

    # Asked of the one writer: what a commit just brought is there, and a booking of any day is found.
    house.office.do(look)
    if found[0] is None:
        raise errors.UnknownBooking(code=typed)
    return told(house.plan, found[0])


def told(plan: Plan, booked: Booked) -> dict[str, Any]:
    """A booking as officers see it; with the number of its ticket once the visitor has come."""
    booking = booked.booking
    number = (booking.ticket or "").partition("-")[2] if booked.state == CAME else None
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
    return book(hall, now, by, booking, _taken(house.office.log.booked(code)))


def _taken(there: Booked | None) -> bool:
    """A code that was given up may be booked anew."""
    return there is not None and there.state != CANCELLED


def _given_up(house: House, hall: Hall, now: datetime, by: str, typed: str) -> Events:
    code = _code(hall, typed)
    there = house.office.log.booked(code)
    return cancel_booking(hall, now, by, code, known=there is not None and there.state == BOOKED)


def _come(house: House, hall: Hall, now: datetime, by: str, typed: str, device: str | None) -> Events:
    code = _code(hall, typed)
    there = None if code in hall.bookings else house.office.log.booked(code)
    if there and there.state == BOOKED:
        raise BookedAnotherDay(**_when(hall.plan, there.booking.at))
    return check_in(hall, now, by, code, device)


def _when(plan: Plan, at: datetime) -> dict[str, Names]:
    """The booked day and hour in words, in every language."""
    local = plan.local(at)
    return {"when": {language: texts.date_and_time(local, language) for language in plan.languages}}


def _code(hall: Hall, typed: str) -> str:
    """The code of today that is meant: people type small letters, and leave out dashes."""
    if typed in hall.bookings:
        return typed
    meant = [code for code in hall.bookings if _plain(code) == _plain(typed)]
    return meant[0] if len(meant) == 1 else typed.strip()


def _plain(code: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", code.upper())


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
    """
    events, mistakes, lines = list[Event](), [*mistakes], dict[str, Row]()
    for row in rows:
        first = lines.setdefault(row.booking.code, row)
        try:
            events += _of_row(house, hall, now, row, first, by)
        except Unreadable as wrong:
            mistakes.append((row.line, wrong))
    if mistakes:
        raise _wrong_rows(hall.plan, mistakes)
    return tuple(events)


def _of_row(house: House, hall: Hall, now: datetime, row: Row, first: Row, by: str) -> Events:
    booking = row.booking
    if first is not row:
        if first.booking == booking:
            return ()
        raise Unreadable("csv.twice", value=booking.code, other=first.line)
    there = house.office.log.booked(booking.code)
    if there and replace(there.booking, ticket=None) == booking:
        return ()
    try:
        return book(hall, now, by, booking, _taken(there))
    except errors.Refused as refused:
        raise _unreadable(hall.plan, booking, refused) from None


def _unreadable(plan: Plan, booking: Booking, refused: errors.Refused) -> Unreadable:
    """What the core refused, in a sentence for whoever mends the file: what was written, and what may be."""
    listed: dict[str, tuple[str, Iterable[str]]] = {
        "unknown-service": (str(refused.values.get("service")), plan.services),
        "unknown-priority": (str(booking.priority), plan.priorities),
        "unknown-language": (booking.language, plan.languages),
        "needs": (next((need for need in booking.needs if need not in NEEDS), ""), NEEDS),
    }
    word = str(refused.values.get("where") or refused.word)
    if word in listed:
        value, known = listed[word]
        return Unreadable(f"csv.{word}", value=value, hint=_hint(plan, value, tuple(known)))
    value = tell.moment(plan, booking.at) if word == "at" else booking.code
    return Unreadable(f"csv.{'at_past' if word == 'at' else word}", value=value)


def _hint(plan: Plan, value: str, known: tuple[str, ...]) -> Names:
    near = difflib.get_close_matches(value, known, 1)
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
    return {
        language: texts.say(language, wrong.key, **texts.values_in(wrong.values, language))
        for language in plan.languages
    }
