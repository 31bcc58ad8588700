"""What an answer must look like, as INTERFACE.md says it: fields and types, and nothing about values.

A shape is a type, a tuple of shapes (one of them), a list with the shape of each item, a dict with the shape of each
field (more fields may come, none may go), a compiled pattern for a text, or a literal.
"""

import re
from collections.abc import Iterator
from typing import Any

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+07:00")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
NUMBER = re.compile(r"[A-HJ-NP-Z]{1,2}\d{3,}")
STATES = ("waiting", "called", "serving", "held", "absent", "finished", "cancelled", "expired")
NAMES = {"th": str, "en": str}

SEEN_TICKET = {
    "number": NUMBER,
    "state": STATES,
    "services": [str],
    "service": str,
    "priority": (str, None),
    "language": str,
    "issued_at": TIME,
    "ahead": int,
    "wait": ({"low_s": int, "likely_s": int, "high_s": int}, None),
    "outcome": (str, None),
    "counter": (str, None),
    "called_at": (TIME, None),
    "printed": bool,
}
TICKET = SEEN_TICKET | {"token": str}
COUNTER = {"id": str, "name": NAMES, "state": ("open", "paused", "closed"), "number": (NUMBER, None)}
SERVICE = {
    "id": str,
    "name": str,
    "agency": str,
    "kind": ("information", "forward", "complete", "complaint"),
    "open": bool,
    "closed_because": (str, None),
    "waiting": int,
    "wait": (dict, None),
    "target_wait_s": int,
    "standard_service_s": int,
    "published_days": (int, None),
    "steps": [str],
    "documents": [str],
    "forms": [str],
    "fee": str,
}
HALL = {
    "epoch": str,
    "seq": int,
    "day": DAY,
    "counters": [COUNTER],
    "waiting": [SEEN_TICKET | {"state": "waiting"}],
    "serving": [SEEN_TICKET | {"state": ("called", "serving")}],
    "held": [SEEN_TICKET | {"state": "held"}],
    "absent": [SEEN_TICKET | {"state": "absent"}],
}
SECONDS = dict.fromkeys(("mean_s", "p50_s", "p90_s", "p95_s", "max_s"), (int, None))
SHARE = (int, float, None)
GROUP = dict.fromkeys(("arrived", "served", "absent", "cancelled", "expired", "uncertain"), int) | {
    "key": (str, None),
    "name": str,
    "wait": SECONDS | {"within_target": SHARE},
    "walk": SECONDS,
    "service": SECONDS | {"within_published": SHARE},
}
STATS = {"from": DAY, "to": DAY, "groups": [GROUP]}
CRITERION = {
    "criterion": ("8.1", "8.2", "8.3", "8.4", "timing"),
    "value": (int, float, str, None),
    "target": (int, float, str, None),
    "met": (bool, None),
    "n": int,
    "n_required": (int, None),
    "formula": str,
}
PROBLEM = {"type": str, "title": str, "status": int, "detail": str}

NEWS = {"epoch": str, "seq": int}
CALL = {"call": int, "number": NUMBER, "counter": str, "counter_name": NAMES, "language": str, "at": TIME, "again": int}
BOARD = NEWS | {"calls": [CALL], "waiting": [{"service": str, "name": NAMES, "count": int}]}
LISTS = {"th": [str], "en": [str]}
OFFERED = SERVICE | {"name": NAMES, "closed_because": (NAMES, None), "fee": NAMES}
OFFERED |= dict.fromkeys(("steps", "documents", "forms"), LISTS)
KIOSK = NEWS | {
    "open": bool,
    "closed_because": (NAMES, None),
    "priorities": [{"id": str, "name": NAMES}],
    "agencies": [{"id": str, "name": NAMES, "short": NAMES}],
    "services": [OFFERED],
}
IN_LINE = {
    "number": NUMBER,
    "service": str,
    "service_name": NAMES,
    "priority": (str, None),
    "priority_name": (NAMES, None),
    "issued_at": TIME,
    "language": str,
    "needs": [str],
    "people": int,
}
VISITOR = IN_LINE | {
    "state": ("called", "serving"),
    "called_at": TIME,
    "started_at": (TIME, None),
    "again": int,
    "documents": LISTS,
    "standard_service_s": int,
}
PANEL = NEWS | {
    "counter": {"id": str, "name": NAMES, "state": ("open", "paused", "closed")},
    "ticket": (VISITOR, None),
    "waiting_count": int,
    "waiting": [IN_LINE],
    "others": [COUNTER],
}
FOLLOWED = NEWS | TICKET | {"service_name": NAMES, "counter_name": (NAMES, None), "rated": bool, "calls": int}
FOLLOWED |= {"way": ({"counter": NAMES, "zone": (NAMES, None), "how": (NAMES, None)}, None)}
DESK = NEWS | {
    "day": DAY,
    "hall": {"waiting": int, "serving": int, "counters_open": int, "counters": [COUNTER | {"waiting_count": int}]},
    "stats": STATS | {"groups": [GROUP | {"name": NAMES}]},
    "standard": [CRITERION | {"formula": NAMES}],
}
SLIP = {
    "number": NUMBER,
    "day": DAY,
    "language": str,
    "copy": int,
    "copy_mark": (str, None),
    "centre": str,
    "service": str,
    "agency": str,
    "priority": (str, None),
    "issued": str,
    "ahead": str,
    "notice": str,
    "labels": {"number": str, "follow": str},
    "url": (str, None),
    "trial_mark": (str, None),
}
JOB = {"job": re.compile(r"\d{8}-[A-Z]{1,2}\d{3,}/\d+/[\w-]+"), "printer": str, "slip": SLIP}


def unlike(value: Any, shape: Any, where: str = "answer") -> list[str]:
    """How the value differs from the shape, in sentences; none where it is like it."""
    return list(_differences(value, shape, where))


def _differences(value: Any, shape: Any, where: str) -> Iterator[str]:
    if isinstance(shape, tuple):
        if all(unlike(value, each, where) for each in shape):
            yield f"{where}: {value!r} is none of {shape}"
    elif isinstance(shape, dict):
        yield from _of_fields(value, shape, where)
    elif isinstance(shape, list):
        yield from _of_items(value, shape[0], where)
    elif isinstance(shape, re.Pattern):
        if not isinstance(value, str) or not shape.fullmatch(value):
            yield f"{where}: {value!r} is not {shape.pattern}"
    elif isinstance(shape, type):
        # True is an int to Python, and not to anybody else.
        if type(value) is not shape:
            yield f"{where}: {value!r} is no {shape.__name__}"
    elif value != shape or type(value) is not type(shape):
        yield f"{where}: {value!r} is not {shape!r}"


def _of_fields(value: Any, shape: dict[str, Any], where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where}: {value!r} is no object"
        return
    for field, inner in shape.items():
        if field not in value:
            yield f"{where}.{field} is missing"
        else:
            yield from _differences(value[field], inner, f"{where}.{field}")


def _of_items(value: Any, shape: Any, where: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{where}: {value!r} is no list"
        return
    for index, item in enumerate(value):
        yield from _differences(item, shape, f"{where}[{index}]")
