"""A day under another plan: POST /whatif, and what the desk's page offers and draws of it.

It is reckoned by a child process, one at a time: no call ever waits for it. Not here: the reckoning
(queue_core/whatif.py), how a change is written (queue_core/changes.py).
"""

import json
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request
from markupsafe import Markup

from hall_server import bodies, texts
from hall_server.auth import allow
from hall_server.house import House
from hall_server.people import Member
from manager_desk.figures import ROLES, a_date
from queue_core import errors, history, outcome, picture
from queue_core.plan import Plan
from queue_core.rules import RULES

TOMORROW = "tomorrow"
DAYS_OFFERED, DAYS_AHEAD, LOOKS_EVERY_S, PATIENCE_S = 60, 6, 0.05, 120.0
# What the child may refuse; the rest is a fault of ours.
REFUSES = {
    kind.word: kind for kind in (errors.WrongChange, errors.UnknownDay, errors.ClosedThatDay, errors.NothingToGoBy)
}
Told = dict[str, Any]


def asked(house: House) -> Blueprint:
    """POST /whatif, and POST /whatif/drawn, which answers the same as the part of the page that shows it."""
    api = Blueprint("whatif", __name__, url_prefix="/api/v1")
    one = threading.Lock()

    def reckoned() -> Told:
        question = bodies.body(bodies.WhatIf)
        if question.day != TOMORROW:
            a_date("day", question.day)
        if not one.acquire(blocking=False):
            raise errors.StillReckoning()
        try:
            return _in_words(_child(_command(house, question)), texts.asked_for(request))
        finally:
            one.release()

    @api.post("/whatif")
    @allow(*ROLES)
    def whatif(by: Member) -> Response:
        return jsonify(reckoned())

    @api.post("/whatif/drawn")
    @allow(*ROLES)
    def drawn(by: Member) -> Response:
        told, language = reckoned(), texts.asked_for(request)
        return jsonify(html=_drawn(house, told, language))

    return api


def offered(house: House) -> Told:
    """What the page's form offers: the days that are known, and what can be changed.

    What is past goes by the clock: the hall's own day turns only with its first wish.
    """
    plan, today = house.plan, house.plan.service_day(house.office.now())

    def read() -> list[date]:
        with house.office.log.reader() as db:
            return history.days(db, today, DAYS_OFFERED)

    return {
        "days": house.natively(read),
        "coming": _coming(plan, today),
        "tomorrow": today + timedelta(days=1),
        "counters": list(plan.counters.values()),
        "services": list(plan.services.values()),
        "agencies": plan.agencies,
        "rules": list(RULES),
        "rule": plan.rule,
        "officers": [person.name for person in house.people.people() if person.role in ("officer", "admin")],
    }


def _coming(plan: Plan, today: date) -> list[date]:
    """The next days on which the centre is open."""
    days = (today + timedelta(days=n) for n in range(1, 31))
    return list(islice((day for day in days if plan.spans_on(day)), DAYS_AHEAD))


# -- the child -----------------------------------------------------------------------------------------------------


def _command(house: House, question: bodies.WhatIf) -> list[str]:
    aim = [] if question.aim_minutes is None else [f"--aim={question.aim_minutes}"]
    return [
        *house.command,
        "whatif",
        "--json",
        "--with-parent",
        f"--data={house.office.log.path.parent}",
        f"--day={question.day}",
        f"--replications={question.replications}",
        *(["--advise"] if question.advise else []),
        *(aim if question.advise else []),
        *(f"--change={change}" for change in question.changes),
    ]


def _child(command: Sequence[str], patience_s: float = PATIENCE_S, rest: Callable[[float], None] = time.sleep) -> Told:
    """What the child says. Its output goes to a file, and it is only looked at: so nobody waits for a pipe."""
    with tempfile.TemporaryFile() as said:
        # It ends with its stdin, so it does not outlive this server.
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=said)
        try:
            until = time.monotonic() + patience_s
            while process.poll() is None:
                if time.monotonic() > until:
                    raise errors.TookTooLong()
                rest(LOOKS_EVERY_S)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            if process.stdin:
                process.stdin.close()
        said.seek(0)
        return _believed(process.returncode, said.read())


def _believed(status: int, said: bytes) -> Told:
    told: Told = json.loads(said) if status in (0, 2) and said else {}
    if kind := REFUSES.get(told.get("refused", "")):
        raise kind(**told["values"])
    if status or not told:
        raise errors.NotReckoned()
    return told


# -- in words and pictures -----------------------------------------------------------------------------------------


def _in_words(told: Told, language: str) -> Told:
    """The result with its sentences: what explains the forecast, and the advice."""
    for part in told.get("forecast", {}).get("explained", ()):
        part["said"] = texts.say(language, part["key"], **_named(part["values"], language))
    if advice := told.get("advice"):
        values = _named(advice["values"], language)
        advice["said"] = texts.say(language, advice["key"], **values)
        if advice["change"]:
            more = {"count": 1, "who": values["counter"]}
            advice["change_said"] = texts.say(language, f"desk.whatif.said.{values['of']}", **values, **more)
    return told


def _named(values: Told, language: str) -> Told:
    """The values in that language; a weekday is one of the texts."""
    known = texts.values_in(values, language)
    if "weekday" in known:
        known["weekday"] = texts.say(language, f"weekday.{known['weekday']}")
    return known


def _drawn(house: House, told: Told, language: str) -> str:
    words = {word: texts.say(language, f"desk.whatif.chart.{word}") for word in picture.WORDS}
    return render_template(
        "desk/outcome.html",
        language=language,
        t=lambda key, **values: texts.say(language, key, **values),
        told=told,
        day=date.fromisoformat(told["day"]),
        courses=[course for course in outcome.COURSES if told[course]],
        steps=outcome.steps(told),
        chart=Markup(picture.svg(told, words)),
        names={"services": told["services"], "priorities": told["priorities"]},
    )
