"""Why was one number called before another, or just then? GET /why, and the page's look-up: a sentence and the facts.

The answer is the record's alone (queue_core/why.py, past.py); here it is put into words. Not here: the reckoning.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil
from typing import Any

from flask import Blueprint, Response, jsonify, request

from hall_server import bodies, tell, texts
from hall_server.auth import allow
from hall_server.house import House
from hall_server.people import Member
from manager_desk.figures import ROLES, a_date
from queue_core import errors, past
from queue_core import why as record
from queue_core.log import last_day_of, unknown_in
from queue_core.plan import Plan
from queue_core.rules import BEFORE_ALL, CHOSEN, WALK_IN

NONE = "–"
DUE_THEN_RATIO = "due-then-ratio"  # the rule with two reasons: a target is reached, or the next to be


class SameNumber(errors.Wrong):
    """Asked why a number was called before itself."""

    word = "same-number"


@dataclass(frozen=True, slots=True)
class Question:
    """Two numbers of a day, or one. Without a day it is the last on which they were there."""

    first: str
    second: str | None
    day: str | None


def asked(house: House) -> Blueprint:
    """GET /why."""
    api = Blueprint("why", __name__, url_prefix="/api/v1")

    @api.get("/why")
    @allow(*ROLES)
    def answer(by: Member) -> Response:
        return jsonify(answered(house, _question(), texts.asked_for(request)))

    return api


def looked_up(house: House, today: date) -> dict[str, Any]:
    """What the page shows: what was asked, and the answer, or why there is none."""
    given, language = request.args, texts.of_page(request)
    told = {"first": given.get("first", ""), "second": given.get("second", ""), "day": given.get("day") or str(today)}
    if not told["first"].strip():
        return {"asked": told, "answer": None, "problem": None}
    try:
        question = _question(str(today))
        told |= {"first": question.first, "second": question.second or ""}
        return {"asked": told, "answer": answered(house, question, language), "problem": None}
    except errors.UnknownTicket as unknown:
        return {"asked": told, "answer": None, "problem": texts.say(language, "desk.why_not_there", **unknown.values)}
    except errors.Refused as refused:
        sentence = texts.say(language, f"refusal.{refused.word}", **texts.values_in(refused.values, language))
        return {"asked": told, "answer": None, "problem": sentence}


def _question(today: str | None = None) -> Question:
    first, second = (bodies.number(request.args.get(name, "")[:20]) for name in ("first", "second"))
    if not first:
        raise errors.WrongValue(where="first", why="A015")
    if first == second:
        raise SameNumber(number=first)
    day = request.args.get("day") or today
    return Question(first, second or None, str(a_date("day", day)) if day else None)


def answered(house: House, question: Question, language: str) -> dict[str, Any]:
    """The sentence, its kind and values, and what was recorded. UnknownTicket where the day has no such number."""
    names = {person.id: person.name for person in house.people.people()}
    found = house.natively(lambda: _read(house, question))
    if found is None:
        raise errors.UnknownTicket(number=", ".join(filter(None, (question.first, question.second))))
    return _said(house.plan, question, found, names, language)


@dataclass(frozen=True, slots=True)
class Found:
    """An answer before it is put into words: the key of its sentence, what fills it, and what was recorded of the call.

    `facts` holds the reason as it stands in the log, beside `at`, `counter` (its names), `officer` and `call`, the
    number of the event; nothing where there was no call.
    """

    key: str
    kind: str
    values: Mapping[str, Any]
    facts: Mapping[str, Any]
    day: str


def _read(house: House, question: Question) -> Found | None:
    """Reads the database: call it off the hub."""
    with house.office.log.reader() as db:
        return _of_two(db, question) if question.second else _of_one(db, question, house.plan)


# -- one number ----------------------------------------------------------------------------------------------------


def _of_one(db: Any, question: Question, plan: Plan) -> Found | None:
    """How the number came to be called just then; None where that day had no such number."""
    call = past.call_of(db, question.day, question.first)
    if call is None:
        day = past.day_of(db, question.day, question.first)
        return _uncalled(db, day, question.first) if day else None
    kind, counter = _kind(call.reason), tell.counter_name(plan, call.counter)
    values = {"first": call.number, "at": call.at, "counter": counter} | _score(call.reason)
    facts = {**call.reason, "at": call.at, "counter": counter, "officer": call.officer, "call": call.seq}
    return Found(f"desk.alone.{kind}", kind, values, facts, call.day)


def _uncalled(db: Any, day: str, number: str) -> Found:
    """That there was no call, or none yet."""
    told = record.uncalled(db, day, number)
    return Found(f"desk.alone.{told.kind}", told.kind, told.values, {}, day)


def _kind(reason: Mapping[str, Any]) -> str:
    """What decided the call: a person, a place in front, a line of a profile, or a rule by its name."""
    rule = _rule(reason)
    if reason.get("rule") in (CHOSEN, WALK_IN):
        return rule
    if not rule or unknown_in(reason):
        return "unknown"
    if reason.get("front") or reason.get("profile"):
        return "front" if reason.get("front") else "profile"
    return "due-soonest" if rule == DUE_THEN_RATIO and reason["score"] < 1 else rule


def _rule(reason: Mapping[str, Any]) -> str:
    return str(reason.get("rule", "")).partition("/")[0]


def _score(reason: Mapping[str, Any]) -> dict[str, Any]:
    """The score in the words of its rule: minutes, or parts of the target; and what else the reason names."""
    score, profile = float(reason.get("score") or 0.0), reason.get("profile") or {}
    seconds = score - BEFORE_ALL if score >= BEFORE_ALL else score
    return {
        "minutes": int(seconds // 60),
        "times": f"{score:.2f}",
        "left": ceil(-score / 60),
        "why": reason.get("why"),
        "says": profile.get("says"),
        "profile": profile.get("id"),
        "line": int(profile.get("line", 0)) + 1,
    }


# -- two numbers ---------------------------------------------------------------------------------------------------


def _of_two(db: Any, question: Question) -> Found | None:
    first, second = question.first, str(question.second)
    day = question.day or last_day_of(db, first, second)
    answer = record.why(db, day, first, second) if day else None
    if day is None or answer is None:
        return None
    said = {name: answer.values[name] for name in ("at", "counter") if name in answer.values}
    facts = {**answer.facts, **said} if answer.facts else {}
    return Found(f"why.{answer.kind}", answer.kind, answer.values, facts, day)


# -- in words ------------------------------------------------------------------------------------------------------


def _said(plan: Plan, question: Question, found: Found, names: Mapping[str, str], language: str) -> dict[str, Any]:
    values = {name: _named(plan, name, value) for name, value in found.values.items()}
    if "officer" in values:
        values["officer"] = _person(names, values["officer"], language)
    clock = _clock([value for value in values.values() if isinstance(value, datetime)])
    words = {name: _word(plan, value, language, clock) for name, value in values.items()}
    return {
        "sentence": texts.say(language, found.key, **words),
        "kind": found.kind,
        "first": question.first,
        "second": question.second,
        "day": found.day,
        "values": {name: _plain(plan, value, language) for name, value in values.items()},
        "facts": _facts(plan, found.facts, names, language) if found.facts else [],
    }


def _named(plan: Plan, name: str, value: Any) -> Any:
    """The names of a reason or profile that the record has by its id; the id itself, once the plan has it no more."""
    if name == "why" and isinstance(value, str):
        return plan.reasons.get(value, {"th": value})
    if name == "profile" and isinstance(value, str):
        return plan.profiles[value].name if value in plan.profiles else value
    return value


def _person(names: Mapping[str, str], person: str, language: str) -> str:
    return names.get(person) or texts.say(language, "desk.somebody_gone")


def _clock(moments: Sequence[datetime]) -> str:
    """How exactly a sentence tells its times: with seconds, where two of them would read the same without being so."""
    minutes = {moment.replace(second=0, microsecond=0) for moment in moments}
    return "%H:%M" if len(minutes) == len(set(moments)) else "%H:%M:%S"


def _word(plan: Plan, value: Any, language: str, clock: str = "%H:%M") -> Any:
    """A value as a sentence says it: times on the centre's clock, names in the language."""
    if isinstance(value, datetime):
        return plan.local(value).strftime(clock)
    if isinstance(value, Mapping):
        return texts.name_in(value, language)
    if isinstance(value, list | tuple):
        return ", ".join(str(_word(plan, one, language)) for one in value) or NONE
    return NONE if value is None else value


def _plain(plan: Plan, value: Any, language: str) -> Any:
    """A value as JSON tells it."""
    if isinstance(value, datetime):
        return tell.moment(plan, value)
    if isinstance(value, Mapping):
        return texts.name_in(value, language)
    return list(value) if isinstance(value, tuple) else value


def _facts(plan: Plan, facts: Mapping[str, Any], names: Mapping[str, str], language: str) -> list[dict[str, Any]]:
    """What the log holds of the call, in the order in which it is read: `{key, said}`, or `{key, numbers}`."""
    profile, rule = facts.get("profile") or {}, texts.say(language, f"desk.rule.{_rule(facts)}")
    why = _named(plan, "why", facts.get("why"))
    said = {
        "at": f"{plan.local(facts['at']):%H:%M:%S}",
        "counter": _word(plan, facts["counter"], language),
        "officer": _person(names, facts["officer"], language),
        "rule": f"{rule} ({facts.get('rule') or NONE})",
        "score": f"{facts['score']:,}" if facts.get("score") else "",
        "why": _word(plan, why, language) if why else "",
        "profile": f"{profile.get('id')}/{profile.get('version')}: “{profile.get('says')}”" if profile else "",
        "passed_over": str(facts["passed_over"]) if "passed_over" in facts else "",
    }
    told: list[dict[str, Any]] = [{"key": key, "said": text} for key, text in said.items() if text]
    if facts.get("first"):
        told.append({"key": "first", "numbers": list(facts["first"])})
    return [*told, {"key": "event", "said": str(facts["call"])}]
