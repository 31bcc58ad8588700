"""The officer's pages and presses: choosing a counter, the panel and its strip, the reception desk, and
POST /counters/<id>/<action>."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from flask import Blueprint, Response, jsonify

from counter_panel import panel, reception
from hall_server import bodies, tell
from hall_server.auth import Caller, allow, caller
from hall_server.face import Face, Snapshot
from hall_server.house import House
from hall_server.pages import draw, first_news, sign_in_page
from hall_server.people import Member, People, naming
from hall_server.problems import TurnedAway
from queue_core import errors, kiosks, officers
from queue_core.hall import Events, Hall
from queue_core.office import Done

ROLES = ("officer",)
# Whoever follows this follows the reception desk; every other topic is a counter. No counter can have its address.
RECEPTION = "reception"
# And this before it, a counter as it is seen on a screen that is locked.
LOCKED = "locked:"


def coming(hall: Hall, now: datetime, by: str, counter: str, caller: str, kiosk: str | None = None) -> Events:
    """Whoever is at `counter` goes to help the counter that called, or the kiosk of that id."""
    if kiosk is not None:
        return kiosks.answer_call(hall, now, by, kiosk)
    return officers.answer_help(hall, now, by, caller, colleague=counter)


# What an officer may do: the body's shape and the wish. A new action is a line here, a wish in officers.py, a button.
ACTIONS: Mapping[str, tuple[type[bodies.Press], Callable[..., Events]]] = {
    "open": (bodies.Press, officers.open_counter),
    "pause": (bodies.Pause, officers.pause_counter),
    "close": (bodies.Press, officers.close_counter),
    "stand-in": (bodies.StandIn, officers.stand_in),
    "next": (bodies.Next, officers.call_next),
    "call": (bodies.CallNumber, officers.call_number),
    "walk-in": (bodies.WalkIn, officers.walk_in),
    "recall": (bodies.Press, officers.recall),
    "start": (bodies.Press, officers.start),
    "finish": (bodies.Finish, officers.finish),
    "no-show": (bodies.Press, officers.no_show),
    "requeue": (bodies.OfNumber, officers.requeue),
    "hold": (bodies.Hold, officers.hold),
    "resume": (bodies.OfNumber, officers.resume),
    "transfer": (bodies.Transfer, officers.transfer),
    "undo": (bodies.Press, officers.undo),
    "still-here": (bodies.Press, officers.still_here),
    "help": (bodies.Press, officers.ask_help),
    "help-over": (bodies.Press, officers.help_over),
    "answer-help": (bodies.AnswerHelp, coming),
}
# After these the answer tells of the visitor who was meant, and not of whoever is at the counter then.
OF_ITS_VISITOR = frozenset({"finish", "no-show", "requeue", "hold", "transfer", "undo"})


def face(house: House) -> Face:
    """The pages, the presses and the calls of reception."""
    pages = Blueprint("counter", __name__, url_prefix="/counter", template_folder="templates", static_folder="static")
    name_of = names(house.people)

    def admit(auth: Mapping[str, Any], caller: Caller | None) -> str | None:
        counter = str(auth.get("counter", ""))
        allowed = caller and caller.member.role in (*ROLES, "admin")
        return counter if allowed and (counter in house.hall.counters or counter == RECEPTION) else None

    def locked(auth: Mapping[str, Any], caller: Caller | None) -> str | None:
        topic = admit(auth, caller)
        return None if topic is None else f"{LOCKED}{topic}"

    def news(hall: Hall, now: datetime, topic: str) -> Snapshot:
        if topic.startswith(LOCKED):
            return panel.locked_news(hall, topic.removeprefix(LOCKED))
        troubles = tell.kiosk_troubles(hall, house.printers.troubles, name_of)
        if topic in hall.counters:
            return panel.news(hall, now, topic, name_of, troubles)
        return reception.news(hall, now, name_of, lambda one: house.came_of(one, name_of(one.device), now), troubles)

    calls = (pages, presses(house), reception.calls(house))
    this = Face("counter", calls, admit, news, locked=locked, by_time=reception.too_old)

    def page(template: str, topic: str, address: str) -> str:
        """The page of a counter or of reception; sign-in before it, and the lock in front of it."""
        signed_out = sign_in_page(house, address, ROLES, behind=lambda: first_news(this, f"{LOCKED}{topic}"))
        return signed_out or draw(
            house,
            template,
            "counter",
            first_news(this, topic),
            rights=rights(),
            lock_after_s=house.plan.lock_minutes * 60,
        )

    def known(counter: str) -> str:
        if counter not in house.hall.counters:
            raise errors.UnknownCounter(counter=counter)
        return counter

    @pages.get("/")
    def choose() -> str:
        counters = [tell.counter(house.hall, counter) for counter in house.hall.counters.values()]
        return sign_in_page(house, "/counter/", ROLES) or draw(
            house, "counter/choose.html", "counter", counters=counters
        )

    @pages.get(f"/{RECEPTION}")
    def desk() -> str:
        return page("counter/reception.html", RECEPTION, f"/counter/{RECEPTION}")

    @pages.get("/<counter>")
    def one(counter: str) -> str:
        return page("counter/panel.html", known(counter), f"/counter/{counter}")

    @pages.get("/<counter>/strip")
    def strip(counter: str) -> str:
        return page("counter/strip.html", known(counter), f"/counter/{counter}/strip")

    return this


def rights() -> list[str]:
    """What whoever has opened the page may do beyond the ordinary, so that it offers nothing else."""
    calling = caller()
    return sorted(calling.member.rights) if calling else []


def names(people: People) -> panel.NameOf:
    """Who the officers are, and what the kiosks are called."""
    return naming(people)


def presses(house: House) -> Blueprint:
    """POST /counters/<id>/<action>."""
    api = Blueprint("counters", __name__, url_prefix="/api/v1/counters")

    @api.post("/<counter>/<action>")
    @allow(*ROLES)
    def act(counter: str, action: str, by: Member) -> Response:
        if action not in ACTIONS:
            raise TurnedAway("unknown-action", action=action)
        shape, wish = ACTIONS[action]
        asked = bodies.body(shape, empty=True)
        check_rights(by, action, asked)
        told = words(house, asked)
        granted = partial(pressed, partial(wish, **told), by=by.id, counter=counter, as_of=asked.as_of)
        done = house.office.do(granted, bodies.key(by.id, asked))
        return jsonify(answer(house, done, counter, action, told.get("number", "")))

    return api


def check_rights(by: Member, action: str, asked: bodies.Press) -> None:
    """Refuse whoever may not let somebody pass before others."""
    if action == "call" and "call-number" not in by.rights:
        raise TurnedAway("no-right")
    if getattr(asked, "position", None) == "front" and "move-front" not in by.rights:
        raise TurnedAway("no-right")


def words(house: House, asked: bodies.Press) -> dict[str, Any]:
    """The body as the wish takes it: a number as it is printed, an officer by the log's own name for them."""
    fields = bodies.as_fields(asked)
    del fields["as_of"]
    if "number" in fields:
        fields["number"] = bodies.number(fields["number"])
    if fields.get("to_officer"):
        person = house.people.person_named(fields["to_officer"])
        if person is None or not any(one.officer == person.id for one in house.hall.counters.values()):
            raise errors.UnknownOfficer(officer=fields["to_officer"])
        fields["to_officer"] = person.id
    if str(fields.get("caller", "")).startswith(panel.KIOSK):
        fields["kiosk"] = house.people.kiosk_named(fields["caller"].removeprefix(panel.KIOSK)).id
    return fields


def pressed(wish: Callable[..., Events], hall: Hall, now: datetime, by: str, counter: str, as_of: int | None) -> Events:
    """The wish, if the counter is there and still as the screen showed it from which it was pressed."""
    if counter not in hall.counters:
        raise errors.UnknownCounter(counter=counter)
    officers.fresh(hall, counter, as_of)
    return wish(hall, now, by=by, counter=counter)


def answer(house: House, done: Done, counter: str, action: str, number: str = "") -> dict[str, Any]:
    """{ticket, counter}: who is at the counter now, or the visitor whom the action sent away or named by `number`."""
    hall, now = done.hall, house.office.now()
    if counter not in hall.counters:
        raise errors.UnknownCounter(counter=counter)
    ticket = hall.at_counter(counter)
    if action in OF_ITS_VISITOR and done.ticket:
        visit = None if done.ticket in hall.tickets else house.office.log.closed_visit(done.ticket)
        ticket = visit.ticket if visit else hall.tickets.get(done.ticket, ticket)  # type: ignore[arg-type]
    elif action in OF_ITS_VISITOR:
        # It was so already, and nothing was written.
        ticket = hall.numbered(number) or ticket
    here = hall.counters[counter]
    told = tell.counter(hall, here) | {"moved": here.moved}
    return {"ticket": tell.ticket(hall, ticket, now, house.outlook) if ticket else None, "counter": told}
