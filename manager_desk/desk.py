"""The manager's desk: its pages and its news. The hall as it is now, figures, the calls of a day, why, settings.

What the pages show comes from beside it: now.py (the live hall), figures.py, why.py; what they wish is in wishes.py.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, request

from hall_server import screens, tell, texts
from hall_server.auth import Caller
from hall_server.face import Face, Snapshot
from hall_server.house import House
from hall_server.pages import draw, first_news, sign_in_page
from manager_desk import voice, whatif, why
from manager_desk.figures import ROLES, a_date, counted, days_asked, figures, measured, service_day
from manager_desk.now import agents, alerts, hall_now
from manager_desk.wishes import SERVE, skills_of, wishes
from queue_core import kept_promises, officers, past, profiles, statistics
from queue_core.errors import WrongValue
from queue_core.hall import Hall
from queue_core.plan import Names, Plan, Profile
from queue_core.visitors import number_of

TABS = {
    "now": "",
    "figures": "figures",
    "calls": "today",
    "why": "why",
    "whatif": "whatif",
    "voice": "voice",
    "settings": "settings",
}
FIGURES = ("hours", "services", "counters", "promises", "turn", "meaning")
SETTINGS = ("skills", "counters", "pauses", "bookings", "screens", "devices", "notices", "languages")
CALLS_SHOWN = 50


def face(house: House) -> Face:
    """The desk's pages, its calls and its news."""
    pages = Blueprint("desk", __name__, url_prefix="/desk", template_folder="templates", static_folder="static")

    def admit(auth: Mapping[str, Any], caller: Caller | None) -> str | None:
        return "" if caller and caller.member.role in (*ROLES, "admin") else None

    def news(hall: Hall, now: datetime, topic: str = "") -> Snapshot:
        # Of today alone: what a screen is told again and again must not cost more as the year goes on.
        today = service_day(house)
        return {
            "day": str(today),
            "hall": hall_now(hall, now, names_of_all(house), house.printers.troubles)
            | {"agents": agents(hall, house.people.devices(), house.printers.known(now))},
            "stats": house.natively(lambda: counted(house, hall, today, today, "service", with_all=True)),
            "standard": house.natively(lambda: measured(house, hall, today, today)),
        }

    api = (figures(house), wishes(house), why.asked(house), whatif.asked(house), voice.calls(house))
    this = Face("desk", (pages, *api), admit, news, lags=True)

    shows = _shows(house)

    def page(tab: str) -> str:
        common = {"tab": tab, "tabs": TABS, "here": here, "doubt": house.office.doubt, "today": service_day(house)}
        return sign_in_page(house, f"/desk/{TABS[tab]}", ROLES) or draw(
            house, f"desk/{tab}.html", "desk", first_news(this), **common, **shows[tab]()
        )

    for tab, path in TABS.items():
        pages.add_url_rule(f"/{path}", tab, partial(page, tab))

    @pages.get("/strip")
    def strip() -> str:
        """What must be seen at once, alone: for a page whose own figures stand still."""
        told = alerts(house.hall, house.office.now(), names_of_all(house), house.printers.troubles)
        return sign_in_page(house, "/desk/", ROLES) or draw(house, "desk/strip.html", "desk", alerts=told)

    return this


def _shows(house: House) -> Mapping[str, Callable[[], dict[str, Any]]]:
    """What each tab shows besides the frame."""
    return {
        "now": lambda: of_days(house, *days_asked(house), "service"),
        "figures": lambda: _figures(house),
        "calls": lambda: _calls(house),
        "why": lambda: why.looked_up(house, service_day(house)),
        "whatif": lambda: whatif.offered(house),
        "voice": lambda: voice.shown(house),
        "settings": lambda: _settings(house),
    }


def here(**changes: Any) -> str:
    """The address of this page with other questions; None takes one away."""
    asked = request.args.to_dict() | changes
    return "?" + urlencode({name: value for name, value in asked.items() if value is not None})


def names_of_people(house: House) -> dict[str, str]:
    """What those are called whom the log knows by an opaque id."""
    return {person.id: person.name for person in house.people.people()}


def names_of_all(house: House) -> dict[str, str]:
    """What people and devices are called whom the log knows by an opaque id."""
    return names_of_people(house) | {device.id: device.name for device in house.people.devices()}


def of_days(house: House, first: date, last: date, by: str) -> dict[str, Any]:
    """The figures of these days by `by`, the whole first, and the standard."""
    hall = house.hall
    return {
        "first": first,
        "last": last,
        "stats": house.natively(lambda: counted(house, hall, first, last, by, with_all=True)),
        "standard": house.natively(lambda: measured(house, hall, first, last)),
    }


def _figures(house: House) -> dict[str, Any]:
    show, days = _shown(FIGURES), days_asked(house)
    told: dict[str, Any] = {"show": show, "shows": FIGURES, "first": days[0], "last": days[1]}
    by = {"hours": "hour", "services": "service", "counters": "counter"}.get(show)
    if by:
        told |= of_days(house, *days, by)
    if show == "promises":
        spans = tuple(kept_promises.SPANS)
        span = request.args.get("span", "")
        told |= house.natively(lambda: _promises(house)) | {"span": span if span in spans else spans[1]}
    if show == "turn":
        told |= house.natively(lambda: _out_of_turn(house, *days))
    return told | {"definitions": statistics.DEFINITIONS, "outcomes": officers.OUTCOMES}


def _promises(house: House) -> dict[str, Any]:
    """How true the promised waits were: of the whole centre by span, and by span and service.

    The spans end with the last day that has any, whatever days the other figures are about.
    """
    with house.office.log.reader() as db:
        last = kept_promises.last_day_with_promises(db, service_day(house))
        kept = kept_promises.kept_promises(db, last) if last else {}
    return {
        "spans": {one: kept_promises.total(services.values()) for one, services in kept.items()},
        "kept": kept,
        "last": last or service_day(house),
        "called": {one: tell.service_name(house.plan, one) for services in kept.values() for one in services},
        "promise_definitions": kept_promises.DEFINITIONS,
    }


def _out_of_turn(house: House, first: date, last: date) -> dict[str, Any]:
    """Who was called out of turn, by whom and why: people by their names, reasons by theirs."""
    with house.office.log.reader() as db:
        turn, why = statistics.out_of_turn(db, first, last), statistics.out_of_turn_reasons(db, first, last)
    return {"turn": turn, "why": why, "people": names_of_people(house), "reasons": house.plan.reasons}


def _shown(parts: tuple[str, ...]) -> str:
    """Which part of the page is asked for; the first where none is."""
    asked = request.args.get("show", parts[0])
    return asked if asked in parts else parts[0]


def _calls(house: House) -> dict[str, Any]:
    day = a_date("day", request.args.get("day") or str(service_day(house)))
    counter, before = request.args.get("counter") or None, request.args.get("before") or None
    if before is not None and not (before.isascii() and before.isdigit() and len(before) < 16):
        raise WrongValue(where="before", why="1234")
    only = request.args.get("only") == "out"

    def read() -> list[past.PastCall]:
        with house.office.log.reader() as db:
            return past.calls_of(db, str(day), CALLS_SHOWN + 1, counter, only, int(before) if before else None)

    found = house.natively(read)
    return {
        "first": day,
        "counter": counter,
        "only": only,
        "before": before,
        "calls": [_told(house, call) for call in found[:CALLS_SHOWN]],
        "more": found[CALLS_SHOWN - 1].seq if len(found) > CALLS_SHOWN else None,
        "people": names_of_people(house),
        "reasons": house.plan.reasons,
    }


def _told(house: House, call: past.PastCall) -> dict[str, Any]:
    """A call with the names that people use."""
    plan, live = house.plan, house.hall.tickets.get(call.ticket)
    going_on = (leg.service for leg in (live.all_legs() if live else ()) if leg.called_at == call.at)
    service = call.service or next(going_on, None)
    return {
        "call": call,
        "at": plan.local(call.at),
        "counter": tell.counter_name(plan, call.counter),
        "service": _shown_name(plan, service) if service else None,
        "rule": str(call.reason.get("rule", "")).partition("/")[0],
    }


def _shown_name(plan: Plan, service: str) -> Names:
    """What a service is called beside a number: who came with a tip-off is told of nobody."""
    shown = plan.shown(service)
    return shown.name if shown else tell.NO_NAME


def _settings(house: House) -> dict[str, Any]:
    show, hall = _shown(SETTINGS), house.hall
    told: dict[str, Any] = {
        "show": show,
        "shows": SETTINGS,
        "services": list(hall.plan.services.values()),
        "agencies": hall.plan.agencies,
    }
    more: Mapping[str, Callable[[], dict[str, Any]]] = {
        "skills": lambda: {"columns": _officers(house)},
        "counters": lambda: {"columns": _counters(hall), "ways": _ways(hall)},
        "pauses": lambda: {"paused": hall.paused},
        "bookings": lambda: _bookings(house),
        "screens": lambda: _screens(house),
        "notices": lambda: {"notices": house.people.notices, "files": house.playlist.files()},
        "languages": lambda: {"spoken": [_language(hall.plan, one) for one in hall.plan.languages]},
    }
    return told | (more[show]() if show in more else {})


def _screens(house: House) -> dict[str, Any]:
    """Every screen with what it is set to, and what each setting may be."""
    places = {name: list(getattr(house.plan, name).values()) for name in ("zones", "counters")}
    return {"screens": screens.all_screens(house), "rules": screens.SETTINGS, "places": places}


def _language(plan: Plan, language: str) -> dict[str, Any]:
    """How far a language of the centre is told: what it lacks is said in English, and a draft is to be reviewed."""
    named = (plan.agencies, plan.services, plan.priorities, plan.zones, plan.counters)
    names = [one.name for kind in named for one in kind.values()]
    borrowed = [
        name["en"] for name in names if language not in texts.WHOLE and name.get(language, name["en"]) == name["en"]
    ]
    return {
        "id": language,
        "draft": bool(texts.drafts([language])),
        "missing": len(texts.missing(language)),
        "names": len(names),
        "borrowed": borrowed,
    }


def _officers(house: House) -> list[dict[str, Any]]:
    """Everybody who may sit at a counter, where they sit now, and what they can give."""
    hall = house.hall
    sits = {counter.officer: tell.counter_name(hall.plan, counter.id) for counter in hall.counters.values()}
    return [
        {
            "id": person.name,
            "name": {"th": person.name, "en": person.name},
            "at": sits.get(person.id),
            "given": skills_of(hall, person.id),
        }
        for person in house.people.people()
        if person.role in SERVE
    ]


def _counters(hall: Hall) -> list[dict[str, Any]]:
    return [
        {"id": counter.id, "name": counter.name, "at": None, "given": list(counter.services)}
        for counter in hall.plan.counters.values()
    ]


def _ways(hall: Hall) -> list[dict[str, Any]]:
    """By what counters call: the profiles in use, or the plan's rule, each with the names of its counters.

    `rows` are the profile's lines as they were written, then those of each profile that its OTHERWISE leads to.
    """
    plan, told = hall.plan, dict[str | None, dict[str, Any]]()
    for counter in plan.counters.values():
        row = profiles.row(hall.profile_at(counter.id), plan)
        rows = [{"name": one.name, "lines": _lines(one, plan)} for one in row]
        way = told.setdefault(row[0].id if row else None, {"rows": rows, "rule": plan.rule, "counters": []})
        way["counters"].append(counter.name)
    return list(told.values())


def _lines(profile: Profile, plan: Plan) -> list[str]:
    last = f"as {profile.follows}" if profile.follows else profile.otherwise or plan.rule
    return [*(line.says for line in profile.lines), f"OTHERWISE {last}"]


def _bookings(house: House) -> dict[str, Any]:
    """Today's booked visits, by time; of those who came, whether early, on time or late."""
    hall, now = house.hall, house.office.now()
    kept = house.natively(lambda: _kept(house, hall))
    rows = [
        {
            "code": booking.code,
            "at": hall.plan.local(booking.at),
            "services": [_shown_name(hall.plan, service) for service in booking.services],
            "number": number_of(booking.ticket) if booking.ticket else None,
            "state": kept.get(booking.ticket, "came") if booking.ticket else ("overdue" if booking.at < now else "due"),
        }
        for booking in sorted(hall.bookings.values(), key=lambda booking: (booking.at, booking.code))
    ]
    return {"rows": rows}


def _kept(house: House, hall: Hall) -> dict[str, str]:
    """How those who were booked and came kept their time, by ticket. Reads the database: call it off the hub."""
    live = {ticket.id: ticket.booking for ticket in hall.tickets.values() if ticket.booking}
    with house.office.log.reader() as db:
        return past.booked_came(db, {booking.ticket for booking in hall.bookings.values() if booking.ticket}) | live
