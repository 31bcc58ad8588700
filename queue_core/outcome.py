"""A played day as plain data, and as the tables that a terminal shows.

Not here: playing it (whatif.py), drawing it (picture.py), the sentences of the advice (the texts of each language).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from queue_core import advice as counsel
from queue_core.advice import clock
from queue_core.changes import Setting
from queue_core.forecast import MINUTES, Forecast
from queue_core.plan import Names
from queue_core.rehearsal import cut
from queue_core.whatif import Outcome, Range, Ranges, Result

# The name in the data, the one in a range, and what it is rounded to.
FIELDS = (
    ("n", "n", 0),
    ("mean_s", "mean", 0),
    ("p90_s", "p90", 0),
    ("max_s", "longest", 0),
    ("within_target", "within", 4),
    ("unserved", "unserved", 0),
)
COURSES = ("recorded", "unchanged", "changed")
NO_PRIORITY: Names = {"th": "ทั่วไป", "en": "No priority"}

Told = Mapping[str, Any]


# -- as data -------------------------------------------------------------------------------------------------------


def told(result: Result) -> dict[str, Any]:
    """The result as JSON tells it. Each figure has `low`, `middle` and `high`; eight days of ten lie between."""
    plan = result.changed_plan
    courses = {"recorded": result.recorded, "unchanged": result.unchanged, "changed": result.changed}
    return {
        "day": str(result.setting.day),
        "replications": result.replications,
        "changes": [change.text for change in result.changes],
        "rule": {"unchanged": result.setting.plan.rule, "changed": plan.rule},
        "services": {service.id: dict(service.name) for service in plan.services.values()},
        "priorities": {"": dict(NO_PRIORITY)} | {one.id: dict(one.name) for one in plan.priorities.values()},
        **{name: None if course is None else _outcome(course) for name, course in courses.items()},
    }


def _outcome(course: Outcome) -> dict[str, Any]:
    return {
        "all": _ranges(course.all),
        "services": {service: _ranges(each) for service, each in course.services.items()},
        "priorities": {priority: _ranges(each) for priority, each in course.priorities.items()},
        "half_hours": {clock(minute): _ranges(each) for minute, each in course.half_hours.items()},
    }


def _ranges(ranges: Ranges) -> dict[str, Any]:
    return {name: _range(ranges[of], places) for name, of, places in FIELDS}


def _range(one: Range | None, places: int) -> dict[str, float | int] | None:
    if one is None:
        return None
    ends = {"low": one.low, "middle": one.middle, "high": one.high}
    return {name: round(value, places) if places else round(value) for name, value in ends.items()}


def advised(advice: counsel.Advice, setting: Setting) -> dict[str, Any]:
    """The advice as data: its kind, the key of its sentence and what fills it, and the change it names."""
    return {
        "kind": advice.kind,
        "key": f"desk.whatif.advice.{_sentence(advice)}",
        "change": advice.change.text if advice.change else None,
        "values": dict(counsel.values(advice, setting)),
    }


def _sentence(advice: counsel.Advice) -> str:
    """The key of its sentence; another where one aim counts for all."""
    words = [advice.kind, advice.change.kind if advice.change else ""]
    if advice.kind == "none":
        words = ["none" if advice.change else "nothing-helps"]
    return "-".join(word for word in (*words, "" if advice.aim_minutes is None else "aim") if word)


def foretold(found: Forecast) -> dict[str, Any]:
    """The forecast as data: people in the day, by half-hour and by service, and the parts of its explanation."""
    people, steps = found.people(), found.by_half_hour()
    return {
        "day": str(found.day),
        "people": {"low": people.low, "likely": round(people.likely), "high": people.high},
        "half_hours": {
            clock(n * MINUTES): {"low": one.low, "likely": round(one.likely, 1), "high": one.high}
            for n, one in enumerate(steps)
            if one.likely > 0
        },
        "services": {service: round(sum(each), 1) for service, each in found.expected.items()},
        "explained": [{"key": one.key, "values": dict(one.values)} for one in found.said],
    }


# -- as tables -----------------------------------------------------------------------------------------------------

WIDTHS = (9, 12, 13, 13, 11, 9)
COURSE_WIDTH = 11
WAITS = ("mean_s", "p90_s", "max_s")
HEADS = {"recorded": "recorded", "unchanged": "planned", "changed": "changed"}
HOW = """\
How it was reckoned: the day was played {n} times by the hall's own rule, each time with times at the counter drawn from
those of visitors of the same service about the same hour, and with the seconds that officers took between a finish and
the next call while somebody waited. Who left, left when they did; who was served stays as long as others did that day.
A range is what eight of ten such days keep within. Minutes; in target: of 100 called, how many waited no longer than
their service's target; left: who gave up or was never called."""


def lines(data: Told, language: str = "en") -> Iterator[str]:
    """The tables: all, by service, by priority where there is any, by half-hour."""
    changes = data["changes"]
    where = f"{data['site']}, " if "site" in data else ""
    changed = "; ".join(changes) if changes else "nothing changed"
    yield f"{where}{data['day']}, rule {data['rule']['unchanged']}; {changed}"
    yield ""
    yield from _table("everybody", {"everybody": "all"}, data, lambda course, key: course["all"])
    for title, what in (("by service", "services"), ("by priority", "priorities")):
        names, there = data[what], {key for course in COURSES for key in (data[course] or {what: ()})[what]}
        keys = {names[key][language]: key for key in names if key in there}
        if len(keys) > 1:
            yield from _table(title, keys, data, partial(_part, what))
    yield from _table("by half-hour", {f"{key}–": key for key in steps(data)}, data, partial(_part, "half_hours"))
    yield HOW.format(n=data["replications"])


def _part(what: str, course: Told, key: str) -> Told | None:
    found: Told | None = course[what].get(key)
    return found


def _table(title: str, keys: Mapping[str, str], data: Told, of: Callable[[Told, str], Told | None]) -> Iterator[str]:
    courses = [name for name in COURSES if data[name]]
    yield cut(title) + " " * COURSE_WIDTH + _cells(("people", "mean", "9 in 10", "longest", "in target", "left"))
    for name, key in keys.items():
        for n, course in enumerate(courses):
            yield cut("" if n else name) + f"{HEADS[course]:{COURSE_WIDTH}}" + _row(of(data[course], key))
    yield ""


def _row(ranges: Told | None) -> str:
    if ranges is None:
        return _cells(["–"])
    cells = [_said(ranges["n"], "{:.0f}", 1)]
    cells += [_said(ranges[name], "{:.1f}", 60) for name in WAITS]
    return _cells([*cells, _said(ranges["within_target"], "{:.0f}", 0.01), _said(ranges["unserved"], "{:.0f}", 1)])


def _cells(cells: Iterable[str]) -> str:
    return "".join(f"{cell:>{width}}" for cell, width in zip(cells, WIDTHS, strict=False))


def _said(one: Told | None, form: str, unit: float) -> str:
    """A range as `low–high`, or what both are."""
    if one is None:
        return "–"
    low, high = (form.format(one[end] / unit) for end in ("low", "high"))
    return low if low == high else f"{low}–{high}"


def steps(data: Told) -> Sequence[str]:
    """The half-hours in which anybody came, in their order."""
    return sorted({key for course in COURSES for key in (data[course] or {"half_hours": ()})["half_hours"]})
