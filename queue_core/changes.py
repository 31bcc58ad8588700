"""What may be changed about a day, as people write it: `counter +1 10:00-12:00 like 3`, `people +20%`.

`read` takes a line apart, `applied` makes another setting of a day by it; both refuse with what is wrong and what can
be written, in Thai and English. Pure. Not here: what comes of the change (whatif.py).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from queue_core import rota, rules
from queue_core.errors import WrongChange
from queue_core.plan import CounterPlan, Plan
from queue_core.rota import Rota, Spell

MOST_COUNTERS, MOST_PERCENT = 20, 900
EVERYBODY = "*"

EXAMPLES = (
    "counter +1 10:00-12:00 like 3",
    "counter 3 off 12:00-13:00",
    "counter 3 on 08:30-09:30",
    "lunch 3 11:30-12:30",
    "counter 3 +sso-benefit",
    "officer somsri +sso-benefit",
    "rule due-then-ratio",
    "people +20%",
    "service sso-benefit people +30%",
)

_SPAN = r"(?P<start>\d{1,2}:\d{2})\s*-\s*(?P<end>\d{1,2}:\d{2})"
# Every way to write one; the names of the parts are those of `Change`.
WRITTEN: Mapping[str, str] = {
    "more": rf"counter\s+\+(?P<count>\d+)\s+{_SPAN}\s+like\s+(?P<counter>\S+)",
    "off": rf"counter\s+(?P<counter>\S+)\s+off\s+{_SPAN}",
    "on": rf"counter\s+(?P<counter>\S+)\s+on\s+{_SPAN}",
    "lunch": rf"lunch\s+(?P<counter>\S+)\s+{_SPAN}",
    "skill": r"counter\s+(?P<counter>\S+)\s+\+(?P<service>\S+)",
    "learns": r"officer\s+(?P<officer>.+?)\s+\+(?P<service>\S+)",
    "rule": r"rule\s+(?P<rule>\S+)",
    "people": r"people\s+(?P<percent>[+-]\d+)\s*%",
    "people-of": r"service\s+(?P<service>\S+)\s+people\s+(?P<percent>[+-]\d+)\s*%",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One change as it was written, taken apart. Minutes are those of the local day."""

    text: str
    kind: str
    counter: str = ""
    service: str = ""
    officer: str = ""
    rule: str = ""
    count: int = 0
    percent: int = 0
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Setting:
    """What of a day can be changed: its plan, who is at which counter when, and by what factor more people come.

    `factors` are by service, `EVERYBODY` for all. `officers` are the opaque ids of those who sign in, by their names.
    """

    day: date
    begins: int
    plan: Plan
    rota: Rota
    factors: Mapping[str, float] = field(default_factory=dict)
    officers: Mapping[str, str] = field(default_factory=dict)

    def span(self, start: int, end: int) -> tuple[datetime, datetime]:
        """From that minute of the service day to that one; what ends before the day begins is after midnight."""
        turns, midnight = self.begins * 60, datetime.combine(self.day, time())
        if end <= turns:
            midnight += timedelta(days=1)
        elif start < turns:
            start = turns
        return midnight + timedelta(minutes=start), midnight + timedelta(minutes=end)

    def factor(self, service: str) -> float:
        """How many times as many come for the service."""
        return self.factors.get(service, 1.0) * self.factors.get(EVERYBODY, 1.0)


# -- reading -------------------------------------------------------------------------------------------------------


def read(text: str) -> Change:
    """The change that is written there. Raises WrongChange."""
    plain = " ".join(text.split())
    for kind, pattern in WRITTEN.items():
        if found := re.fullmatch(pattern, plain, re.ASCII | re.IGNORECASE if kind == "rule" else re.IGNORECASE):
            parts = {name: READS[name](value, plain) for name, value in found.groupdict().items()}
            return _sound(Change(plain, kind, **parts))
    raise wrong(plain, "unreadable", examples=" · ".join(EXAMPLES))


def _minute(clock: str, text: str) -> int:
    hour, minute = map(int, clock.split(":"))
    if hour * 60 + minute > 24 * 60 or minute > 59:
        raise wrong(text, "no-time", time=clock)
    return hour * 60 + minute


def _as_it_is(value: str, text: str) -> str:
    return value


def _whole(value: str, text: str) -> int:
    """What nobody can mean is large, however many digits it has."""
    return int(value) if len(value.lstrip("+-0")) < 7 else int(f"{value[:1]}999999") if value[0] in "+-" else 999999


READS: Mapping[str, Callable[[str, str], Any]] = {
    **dict.fromkeys(("start", "end"), _minute),
    **dict.fromkeys(("count", "percent"), _whole),
    **dict.fromkeys(("counter", "service", "officer", "rule"), _as_it_is),
}


def _sound(change: Change) -> Change:
    if (change.start or change.end) and change.end <= change.start:
        raise wrong(change.text, "turned")
    if change.kind == "more" and not 1 <= change.count <= MOST_COUNTERS:
        raise wrong(change.text, "counters", most=MOST_COUNTERS)
    if not -100 < change.percent <= MOST_PERCENT:
        raise wrong(change.text, "percent", most=MOST_PERCENT)
    return change


# -- applying ------------------------------------------------------------------------------------------------------


def applied(setting: Setting, changes: Iterable[Change]) -> Setting:
    """The setting after all the changes, one after another. Raises WrongChange."""
    for change in changes:
        setting = APPLIED[change.kind](setting, change)
    return setting


def _more(setting: Setting, change: Change) -> Setting:
    """So many counters more, each as the one they are like."""
    like = setting.plan.counters[_counter(setting, change)]
    services = frozenset(like.services)
    for _ in range(change.count):
        taken = setting.plan.counters
        number = next(n for n in range(1, len(taken) + 2) if f"+{n}" not in taken)
        names = {"th": f"ช่องเพิ่ม {number}", "en": f"Added counter {number}"}
        added = CounterPlan(f"+{number}", names, like.services, like.profile)
        spell = Spell(added.id, services, *_span(setting, change))
        plan = replace(setting.plan, counters={**taken, added.id: added})
        setting = replace(setting, plan=plan, rota=(*setting.rota, spell))
    return setting


def _off(setting: Setting, change: Change) -> Setting:
    counter = _counter(setting, change)
    return replace(setting, rota=rota.without(setting.rota, counter, *_span(setting, change)))


def _on(setting: Setting, change: Change) -> Setting:
    counter = _counter(setting, change)
    known = rota.of(setting.rota, counter)
    services = known[0].services if known else frozenset(setting.plan.counters[counter].services)
    start, end = _span(setting, change)
    return replace(setting, rota=rota.there(setting.rota, Spell(counter, services, start, end)))


def _lunch(setting: Setting, change: Change) -> Setting:
    counter = _counter(setting, change)
    return replace(setting, rota=rota.lunch_moved(setting.rota, counter, *_span(setting, change)))


def _skill(setting: Setting, change: Change) -> Setting:
    counter, service = _counter(setting, change), _service(setting, change)
    planned = setting.plan.counters[counter]
    more = replace(planned, services=(*planned.services, service)) if service not in planned.services else planned
    plan = replace(setting.plan, counters={**setting.plan.counters, counter: more})
    return replace(setting, plan=plan, rota=rota.with_service(setting.rota, service, counter=counter))


def _learns(setting: Setting, change: Change) -> Setting:
    service, officer = _service(setting, change), setting.officers.get(change.officer)
    there = {spell.officer for spell in setting.rota}
    if officer not in there or officer is None:
        known = [name for name, identity in setting.officers.items() if identity in there]
        raise wrong(change.text, "officer", officer=change.officer, known=", ".join(known) or "–")
    return replace(setting, rota=rota.with_service(setting.rota, service, officer=officer))


def _rule(setting: Setting, change: Change) -> Setting:
    """The rule decides at every counter: a work profile would have the say instead."""
    if change.rule not in rules.RULES:
        raise wrong(change.text, "rule", rule=change.rule, known=", ".join(rules.RULES))
    counters = {one.id: replace(one, profile=None) for one in setting.plan.counters.values()}
    return replace(setting, plan=replace(setting.plan, rule=change.rule, profile=None, counters=counters))


def _people(setting: Setting, change: Change) -> Setting:
    key = _service(setting, change) if change.service else EVERYBODY
    factor = setting.factors.get(key, 1.0) * (1 + change.percent / 100)
    after = replace(setting, factors={**setting.factors, key: factor})
    if any(after.factor(service) > 1 + MOST_PERCENT / 100 for service in setting.plan.services):
        raise wrong(change.text, "percent", most=MOST_PERCENT)
    return after


APPLIED: Mapping[str, Callable[[Setting, Change], Setting]] = {
    "more": _more,
    "off": _off,
    "on": _on,
    "lunch": _lunch,
    "skill": _skill,
    "learns": _learns,
    "rule": _rule,
    "people": _people,
    "people-of": _people,
}


def _span(setting: Setting, change: Change) -> tuple[datetime, datetime]:
    return setting.span(change.start, change.end)


def _counter(setting: Setting, change: Change) -> str:
    if change.counter not in setting.plan.counters:
        raise wrong(change.text, "counter", counter=change.counter, known=", ".join(setting.plan.counters))
    return change.counter


def _service(setting: Setting, change: Change) -> str:
    """The service by its id, or, where that is one of our making, by its name."""
    services = setting.plan.services
    named = [one.id for one in services.values() if change.service in (one.id, *one.name.values())]
    if not named:
        known = ", ".join(services)
        raise wrong(change.text, "service", service=change.service, known=known)
    return named[0]


# -- refusals ------------------------------------------------------------------------------------------------------

WHY: Mapping[str, Mapping[str, str]] = {
    "unreadable": {
        "th": "อ่านไม่เข้าใจ เขียนได้เช่น {examples}",
        "en": "it cannot be read. Write it like one of: {examples}",
    },
    "no-time": {
        "th": "{time} ไม่ใช่เวลา เขียนเช่น 09:30",
        "en": "{time} is not a time. Write it like 09:30",
    },
    "turned": {
        "th": "เวลาสิ้นสุดต้องอยู่หลังเวลาเริ่ม เช่น 10:00-12:00",
        "en": "it must end after it begins, such as 10:00-12:00",
    },
    "counters": {
        "th": "เพิ่มได้ 1 ถึง {most} ช่อง",
        "en": "1 to {most} counters can be added",
    },
    "percent": {
        "th": "จำนวนคนเปลี่ยนได้ตั้งแต่ -99% ถึง +{most}%",
        "en": "the number of people changes by -99% to +{most}%",
    },
    "counter": {
        "th": "ไม่มีช่อง {counter} เลือกได้จาก: {known}",
        "en": "there is no counter {counter}. Choose one of: {known}",
    },
    "service": {
        "th": "ไม่มีงานบริการ {service} เลือกได้จาก: {known}",
        "en": "there is no service {service}. Choose one of: {known}",
    },
    "officer": {
        "th": "วันนั้น {officer} ไม่ได้อยู่ที่ช่องใด ผู้ที่อยู่คือ: {known}",
        "en": "{officer} was at no counter that day. Who was: {known}",
    },
    "rule": {
        "th": "ไม่มีกฎ {rule} เลือกได้จาก: {known}",
        "en": "there is no rule {rule}. Choose one of: {known}",
    },
}


def wrong(text: str, word: str, **values: object) -> WrongChange:
    """The refusal of that change, saying why in every language."""
    return WrongChange(change=text, why={language: said.format(**values) for language, said in WHY[word].items()})
