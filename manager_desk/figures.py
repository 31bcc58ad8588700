"""The figures that a manager asks for: GET /stats, GET /standard, the pages' own, and the clock's confirmation.

What a figure means and how it is reckoned stands in queue_core (statistics.py, standard.py); the pages are desk.py's.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from flask import Blueprint, Response, jsonify, request

from hall_server import tell, texts
from hall_server.auth import allow
from hall_server.house import House
from hall_server.people import Member
from queue_core import standard, statistics
from queue_core.errors import WrongValue
from queue_core.hall import Hall
from queue_core.log import ticket_row
from queue_core.plan import Names, Plan

ROLES = ("manager",)
T = TypeVar("T")
GROUPINGS = tuple(by for by in statistics.BY if by)


def named(plan: Plan, by: str | None) -> Mapping[str, Names]:
    """What the keys of a grouping are called, in the plan's order."""
    things: Mapping[str, Mapping[str, Any]] = {
        "service": plan.services,
        "counter": plan.counters,
        "agency": plan.agencies,
    }
    return {key: thing.name for key, thing in things.get(by or "", {}).items()}


def counted(
    house: House, hall: Hall, first: date, last: date, by: str | None, with_all: bool = False
) -> dict[str, Any]:
    """The figures of these days. Reads the database: call it off the hub."""
    live = [ticket_row(ticket, hall, ticket.issued_at) for ticket in hall.tickets.values()]
    with house.office.log.reader() as db:
        return statistics.stats(db, first, last, by, named(hall.plan, by), live, with_all)


def measured(house: House, hall: Hall, first: date, last: date) -> list[dict[str, Any]]:
    """The standard's criteria of these days. Reads the database: call it off the hub."""
    with house.office.log.reader() as db:
        return standard.standard(statistics.tally(db, first, last), len(hall.plan.services))


def service_day(house: House) -> date:
    """The hall's service day, or the one to come."""
    day = house.hall.day
    return date.fromisoformat(day) if day else house.plan.service_day(house.office.now())


def days_asked(house: House) -> tuple[date, date]:
    """The query's `from` and `to`, both included; today where none is named."""
    today = str(service_day(house))
    first = a_date("from", request.args.get("from") or request.args.get("to") or today)
    last = a_date("to", request.args.get("to") or max(today, str(first)))
    if last < first:
        raise WrongValue(where=_in_words("desk.to"), why=_in_words("desk.days_turned"))
    return first, last


def figures(house: House) -> Blueprint:
    """GET /stats, GET /standard and POST /clock."""
    api = Blueprint("figures", __name__, url_prefix="/api/v1")

    @api.get("/stats")
    @allow(*ROLES)
    def stats(by: Member) -> Response:
        grouping = request.args.get("by") or None
        if grouping not in (None, *GROUPINGS):
            raise WrongValue(where="by", why=", ".join(GROUPINGS))
        first, last = days_asked(house)
        hall, language = house.hall, texts.asked_for(request)
        told = house.natively(lambda: counted(house, hall, first, last, grouping))
        return jsonify(told | {"groups": [_said(group, ("name",), language) for group in told["groups"]]})

    @api.get("/standard")
    @allow(*ROLES)
    def criteria(by: Member) -> Response:
        hall, language = house.hall, texts.asked_for(request)
        asked = _number("fiscal_year")
        year = standard.fiscal_year(service_day(house)) if asked is None else asked
        first, last = _checked("fiscal_year", lambda: standard.fiscal_period(year, _number("quarter"), _number("half")))
        told = house.natively(lambda: measured(house, hall, first, last))
        return jsonify([_said(criterion, ("name", "formula", "n_formula"), language) for criterion in told])

    @api.post("/clock")
    @allow(*ROLES)
    def clock(by: Member) -> Response:
        house.office.confirm_clock(by.id)
        return jsonify(now=tell.moment(house.plan, house.office.now()))

    return api


def _said(told: Mapping[str, Any], names: tuple[str, ...], language: str) -> dict[str, Any]:
    """The same with its names in one language."""
    return {key: texts.name_in(value, language) if key in names else value for key, value in told.items()}


def a_date(where: str, text: str) -> date:
    """The day that a query names, as YYYY-MM-DD; WrongValue, in words for people, if there is none such."""
    try:
        return date.fromisoformat(_written(text, r"\d{4}-\d{2}-\d{2}", "YYYY-MM-DD"))
    except ValueError:
        raise WrongValue(where=_in_words(f"desk.{where}"), why=_in_words("desk.no_such_day", day=text[:20])) from None


def _in_words(key: str, **values: object) -> Names:
    """A text in every language."""
    return {language: texts.say(language, key, **values) for language in texts.languages()}


def _number(where: str) -> int | None:
    text = request.args.get(where)
    return None if text is None else _checked(where, lambda: int(_written(text, r"\d{1,4}", "1234")))


def _written(text: str, pattern: str, example: str) -> str:
    """The text, if it is written just so: readers are more lenient than people who compare figures would like."""
    if not re.fullmatch(pattern, text, re.ASCII):
        raise ValueError(example)
    return text


def _checked(where: str, read: Callable[[], T]) -> T:
    """What a query says, or a refusal in the words of whoever could not read it."""
    try:
        return read()
    except ValueError as error:
        raise WrongValue(where=where, why=str(error)) from None
