"""Short texts that the hall's boards say besides the calls, by language: entered at the desk, kept in people.db.

Not here: how a board shows them (display_board/static/band.js), and the desk's form (manager_desk).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app, jsonify

from hall_server import auth, bodies
from hall_server.house import House
from hall_server.people import Member
from hall_server.texts import FIRST
from queue_core.errors import WrongValue
from queue_core.plan import Plan

Notice = Mapping[str, Any]


def shown(house: House, now: datetime) -> list[dict[str, Any]]:
    """The notices that hold now, in the order in which they were entered."""
    return [{"text": one["text"]} for one in house.people.notices if holds(one, house.plan, now)]


def holds(notice: Notice, plan: Plan, now: datetime) -> bool:
    """Whether it is still to be shown: `until` is on the centre's own clock; None: until it is taken away."""
    until = notice["until"]
    return until is None or plan.local(now).replace(tzinfo=None) < datetime.fromisoformat(until)


def checked(plan: Plan, asked: bodies.Notices) -> list[dict[str, Any]]:
    """The notices as they are kept. WrongValue: one without a Thai text, in a language unknown here, until no time."""
    return [_checked(plan, one, f"notices[{n}]") for n, one in enumerate(asked.notices)]


def _checked(plan: Plan, notice: bodies.Notice, where: str) -> dict[str, Any]:
    text = {language: said.strip() for language, said in notice.text.items() if said.strip()}
    unknown = next((language for language in text if language not in plan.languages), None)
    if unknown or FIRST not in text:
        raise WrongValue(where=f"{where}.text", why=unknown or FIRST)
    return {"text": text, "until": _until(plan, notice.until, f"{where}.until")}


def _until(plan: Plan, written: str | None, where: str) -> str | None:
    """On the centre's clock, without an offset, to the minute."""
    if not written:
        return None
    try:
        until = datetime.fromisoformat(written)
        local = plan.local(until) if until.tzinfo else until
    except (ValueError, OverflowError):  # no time, or one that no calendar here reaches
        raise WrongValue(where=where, why=written) from None
    return local.replace(tzinfo=None).isoformat(timespec="minutes")


def calls() -> Blueprint:
    """GET and PUT /notices: all of them at once, each `{text: {th, en, …}, until}`."""
    api = Blueprint("notices", __name__, url_prefix="/api/v1/notices")

    @api.get("")
    @auth.allow("board", "manager")
    def show(by: Member) -> Response:
        return jsonify(auth.house().people.notices)

    @api.put("")
    @auth.allow("manager")
    def put(by: Member) -> Response:
        house = auth.house()
        house.people.set_notices(checked(house.plan, bodies.body(bodies.Notices)))
        current_app.extensions["live"].anew()
        return jsonify(house.people.notices)

    return api
