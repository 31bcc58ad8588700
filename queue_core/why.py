"""Why was this number called before that one? Answered from the record: the day is replayed up to the call.

What was recorded is told, and never what today's settings would make of it: the plan, the counters and those who waited
stand as they stood at that moment. Not here: sentences (the desk has a text `why.<kind>` for each kind), SQL (log.py),
whether the record is whole (`verify`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from queue_core import profiles, rules
from queue_core.hall import Hall
from queue_core.log import Connection, events_of, last_day, last_day_of, unknown_in
from queue_core.plan import Names, Plan
from queue_core.ticket import AT_COUNTER, CLOSES, Event, Ticket

Values = dict[str, Any]
Answer = tuple[str, Values]

OTHERS: Names = {"th": "ผู้อื่นทั้งหมด", "en": "all others"}
SAME_WINDOW = "same-window/1"


@dataclass(frozen=True, slots=True)
class Why:
    """The answer: its kind, and the values that fill its sentence.

    Times are aware, names by language, durations in minutes. `facts` is what the log recorded with the call: its
    number, the officer's opaque id, rule, score, how many were passed over and the first five of them; None where
    there was no call.
    """

    kind: str
    values: Mapping[str, Any]
    facts: Mapping[str, Any] | None = None


def why(conn: Connection, day: str | None, first: str, second: str) -> Why | None:
    """Why number `first` was called before number `second` on that day; without `day`, on the last that had both.

    Asked of the first call of `first` for which `second` had to wait; where there is none, of its first call. What was
    taken back is no call. None if the day did not have both numbers.
    """
    day = day or last_day_of(conn, first, second)
    seq, events = events_of(conn, day) if day and first != second else (0, [])
    one, other = _replayed(seq, events, first, second)
    if one.came is None or other.came is None:
        return None
    call = next((call for call in one.calls if call.waits(second)), None) or next(iter(one.calls), None)
    if call is None:
        return Why(_uncalled(one, day == last_day(conn)), {"first": first, "second": second})
    kind, values = _answer(call, one, other)
    known = {"first": first, "second": second, "at": call.event.at, "counter": call.counter}
    return Why(kind, known | values, call.facts())


def uncalled(conn: Connection, day: str, number: str) -> Why:
    """Why there is no call of that number on that day, which had it: it waits still, or was never called."""
    (one,) = _replayed(*events_of(conn, day), number)
    return Why(_uncalled(one, day == last_day(conn)), {"first": number})


# -- the day, replayed ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Call:
    """A call that stood, or a service that went on at the same window: the event, and the hall just before it."""

    seq: int
    event: Event
    hall: Hall

    @property
    def ticket(self) -> Ticket:
        return self.hall.tickets[str(self.event.ticket)]

    @property
    def counter(self) -> Names:
        return _counter(self.hall.plan, self.event.counter)

    @property
    def reason(self) -> Mapping[str, Any]:
        told: Mapping[str, Any] = self.event.data.get("reason", {"rule": SAME_WINDOW})
        return told

    def waits(self, number: str) -> bool:
        ticket = self.hall.numbered(number)
        return ticket is not None and ticket.state == "waiting"

    def facts(self) -> dict[str, Any]:
        return {**self.reason, "call": self.seq, "officer": self.event.by}


@dataclass(slots=True)
class _Visitor:
    """What a day's events say of one number: when it came, its calls that stood, its ends, where it was put.

    `now` is its ticket as the last of them leaves it, `placed` are those that said where in the queue it stands.
    """

    number: str
    came: tuple[int, datetime] | None = None
    calls: list[_Call] = field(default_factory=list)
    ends: list[tuple[int, Ticket]] = field(default_factory=list)
    placed: list[tuple[int, Event]] = field(default_factory=list)
    now: Ticket | None = None

    def see(self, event: Event, before: Hall, after: Hall, stood: bool) -> None:
        was, now = before.numbered(self.number), after.numbered(self.number)
        self.now = now
        if self.came is None and now:
            self.came = after.seq, event.at
        if was is None or event.ticket != was.id:
            return
        if event.kind in CLOSES:
            # Also one that was taken back later: until then the visit was over.
            self.ends.append((after.seq, was.after(event, after.seq)))
        if stood and event.kind in ("called", "continued"):
            self.calls.append(_Call(after.seq, event, before))
        if stood and event.data.get("position"):
            self.placed.append((after.seq, event))

    def closed_by(self, seq: int) -> Ticket | None:
        """The visit as it had ended by then."""
        return next((ticket for end, ticket in reversed(self.ends) if end < seq), None)

    def placed_by(self, seq: int) -> Event | None:
        """The last that had said by then where in the queue it stands."""
        return next((event for moved, event in reversed(self.placed) if moved < seq), None)


def _replayed(seq: int, events: list[Event], *numbers: str) -> list[_Visitor]:
    visitors = [_Visitor(number) for number in numbers]
    undone = {taken for event in events if event.kind == "undone" for taken in event.data["undoes"]}
    hall = Hall(_NOWHERE, seq=seq - 1)
    for event in events:
        after = hall.after(event)
        for visitor in visitors:
            visitor.see(event, hall, after, after.seq not in undone)
        hall = after
    return visitors


# Before the day's opening there is no plan; the opening brings its own.
_NOWHERE = Plan("", {}, "UTC", "00:00", (), "first-come", 0, {}, {}, {}, {}, {})


def _uncalled(visitor: _Visitor, goes_on: bool) -> str:
    """Of one who was not called. `goes_on`: it is the last day, and whoever waits may be called yet."""
    if any(ticket.by_hand and ticket.state == "finished" for _, ticket in visitor.ends):
        return "by-hand"
    waits = visitor.now is not None and visitor.now.state == "waiting"
    return "not-called-yet" if waits and goes_on else "never-called"


# -- the answer ----------------------------------------------------------------------------------------------------


def _answer(call: _Call, one: _Visitor, other: _Visitor) -> Answer:
    """Why the call was not for the other, if it waited; else what had become of it by then."""
    there = call.hall.numbered(other.number)
    if there and there.state == "waiting":
        pair = _Pair(call, there, one.placed_by(call.seq), other.placed_by(call.seq))
        asked = (answer(pair) for answer in _REASONS)
        return next((answer for answer in asked if answer), _UNEXPLAINED)
    if other.came and other.came[0] > call.seq:
        return "not-there-yet", {"came": other.came[1]}
    gone = there or other.closed_by(call.seq)
    return _gone(gone, call.hall.plan) if gone else _UNEXPLAINED


_UNEXPLAINED: Answer = ("unexplained", {})


def _gone(ticket: Ticket, plan: Plan) -> Answer:
    called = {"called": ticket.called_at, "counter_second": _counter(plan, ticket.counter)}
    if ticket.state in ("absent", "held") and ticket.ended_at is None:
        return ticket.state, called
    if ticket.state in AT_COUNTER or (ticket.state == "finished" and not ticket.by_hand):
        return "already-called", called
    return "cancelled" if ticket.state == "cancelled" else "over", {"ended": ticket.ended_at}


@dataclass(frozen=True, slots=True)
class _Pair:
    """A call, and the other who waited then; and what had last said where in the queue each of the two stood."""

    call: _Call
    other: Ticket
    placed: Event | None
    placed_other: Event | None

    @property
    def one(self) -> Ticket:
        return self.call.ticket

    @property
    def plan(self) -> Plan:
        return self.call.hall.plan

    @property
    def at(self) -> datetime:
        return self.call.event.at


# Each says why the call was not for the other, who waited; None where that was not the reason.


def _same_window(pair: _Pair) -> Answer | None:
    return ("same-window", {}) if pair.call.event.kind == "continued" else None


def _walk_in(pair: _Pair) -> Answer | None:
    return ("walk-in", {}) if pair.call.reason["rule"] == rules.WALK_IN else None


def _another_counter(pair: _Pair) -> Answer | None:
    hall, counter, other = pair.call.hall, str(pair.call.event.counter), pair.other
    if hall.may_call(counter, other):
        return None
    meant = hall.meant_for(other) if other.for_counter or other.for_officer else ()
    if meant:
        return "meant-for-another", {"counters": _all(_counter(hall.plan, one) for one in meant)}
    planned = hall.plan.counters.get(counter)
    # Not by the name of the service: a tip-off is told of nobody.
    if planned and other.service in planned.services:
        return "not-skilled", {}
    able = (one for one in hall.able(other.service) if one != counter)
    return "another-counter", {"counters": _all(_counter(hall.plan, one) for one in able)}


def _chosen(pair: _Pair) -> Answer | None:
    if pair.call.reason["rule"] != rules.CHOSEN:
        return None
    return "chosen", {"reason": _listed(pair.plan, pair.call.reason.get("why"))}


def _by_another_program(pair: _Pair) -> Answer | None:
    unknown = unknown_in(pair.call.reason)
    return ("unknown-rule", {"rule": unknown}) if unknown else None


def _by_profile(pair: _Pair) -> Answer | None:
    plan, said = pair.plan, pair.call.reason.get("profile") or {}
    theirs = rules.segment_of(pair.other, plan)
    if said.get("segment", theirs) == theirs:
        return None
    profile = plan.profiles.get(said["id"])
    return "profile", {
        "profile": profile.name if profile else _same(said["id"]),
        "says": said["says"],
        "segment": _segment(plan, said["segment"]),
        "segment_second": _segment(plan, theirs),
    }


def _in_front(pair: _Pair) -> Answer | None:
    if not pair.call.reason.get("front") or pair.other.front:
        return None
    moved = pair.placed if pair.placed and pair.placed.data["position"] == "front" else None
    reason = moved.data.get("reason") if moved else None
    return "front", {"reason": _listed(pair.plan, reason), "moved": moved.at if moved else pair.at}


def _by_rule(pair: _Pair) -> Answer | None:
    name = pair.call.reason["rule"].partition("/")[0]
    score = rules.RULES[name].score
    ours, theirs = (score(ticket, pair.at, pair.plan) for ticket in (pair.one, pair.other))
    if ours < theirs or pair.other.front > pair.one.front:
        return None
    told = _BY_RULE.get(name) if ours > theirs else None
    return (told and told(pair)) or _older(pair)


_REASONS: tuple[Callable[[_Pair], Answer | None], ...] = (
    _same_window,
    _walk_in,
    _another_counter,
    _chosen,
    _by_another_program,
    _by_profile,
    _in_front,
    _by_rule,
)


# -- the rules, each in its own words ------------------------------------------------------------------------------


def _older(pair: _Pair) -> Answer | None:
    """The turn that is counted from earlier; of the same moment, whose number was given first."""
    one, other = pair.one, pair.other
    if (one.since, one.place) > (other.since, other.place):
        return None
    since = {"since": one.since, "since_second": other.since}
    if one.since == other.since:
        return "same-moment", since
    told = (_sent_to_end(pair), _booked_late(other), _booked_for_later(other))
    kind, more = next((answer for answer in told if answer), ("booked" if _kept(one) else "first-come", {}))
    return kind, since | more


def _sent_to_end(pair: _Pair) -> Answer | None:
    """One of the two had lost its place: nobody who came before it was passed over for coming later."""
    for ticket, placed in ((pair.other, pair.placed_other), (pair.one, pair.placed)):
        if placed and placed.data["position"] == "end" and placed.data.get("since") == ticket.since.isoformat():
            return "sent-to-end", {"number": ticket.number, "moved": placed.at, "officer": placed.by}
    return None


def _booked_late(ticket: Ticket) -> Answer | None:
    """Who came too late for the booked time joined those without one."""
    late = ticket.booking == "late" and ticket.booked_at and ticket.since == ticket.issued_at
    return ("booked-late", {"booked": ticket.booked_at}) if late else None


def _booked_for_later(ticket: Ticket) -> Answer | None:
    """Who came before the booked time has to wait for it."""
    return (
        ("booked-for-later", {"came": ticket.issued_at}) if _kept(ticket) and ticket.issued_at < ticket.since else None
    )


def _kept(ticket: Ticket) -> bool:
    """Whether the turn counts from the booked time."""
    return ticket.booking in ("early", "on-time") and ticket.booked_at == ticket.since


def _head_start(pair: _Pair) -> Answer | None:
    one, other = pair.one, pair.other
    ours, theirs = (_minutes_older(ticket, pair) for ticket in (one, other))
    if one.since < other.since or not ours:
        return None
    told = {
        "minutes": ours,
        "minutes_second": theirs,
        "priority": _priority(pair.plan, one),
        "joined": one.since,
        "since": one.since - timedelta(minutes=ours),
        "joined_second": other.since,
        "since_second": other.since - timedelta(minutes=theirs),
    }
    return "both-head-start" if theirs else "head-start", told


def _minutes_older(ticket: Ticket, pair: _Pair) -> int:
    """By how much the visitor counts as older than it is."""
    head_start = rules.head_start(ticket, pair.at, pair.plan)
    return round((head_start - rules.first_come(ticket, pair.at, pair.plan)) / 60)


def _target_ratio(pair: _Pair) -> Answer:
    one, other = (round(100 * rules.target_ratio(ticket, pair.at, pair.plan)) for ticket in (pair.one, pair.other))
    return "target-ratio", {"percent": one, "percent_second": other} | _targets(pair, rules.target)


def _targets(pair: _Pair, target: Callable[[Ticket, Plan], timedelta]) -> Values:
    """The targets of the two in minutes; the half of one may have a fraction."""
    one, other = (target(ticket, pair.plan) / timedelta(minutes=1) for ticket in (pair.one, pair.other))
    return {"target": _whole(one), "target_second": _whole(other)}


def _whole(number: float) -> float:
    return int(number) if number.is_integer() else number


def _due_then_ratio(pair: _Pair) -> Answer | None:
    """Told by the targets only where they differ: with the same one it is the older, by whatever made it older."""
    one, other = (rules.own_target(ticket, pair.plan) for ticket in (pair.one, pair.other))
    if one == other:
        return None
    targets, due = _targets(pair, rules.own_target), pair.one.since + one
    if pair.at < due:
        return "due-sooner", {"due": due, "due_second": pair.other.since + other} | targets
    return "past-target", _percents((pair.at - pair.one.since, one), (pair.at - pair.other.since, other)) | targets


def _percents(one: tuple[timedelta, timedelta], other: tuple[timedelta, timedelta]) -> Values:
    """Two waits in per cent of their targets, with the decimals that tell them apart. Cut: 99.9 is not yet 100."""
    shares: list[float] = []
    for decimals in range(4):
        shares = [_whole((wait * 100 * 10**decimals // target) / 10**decimals) for wait, target in (one, other)]
        if shares[0] != shares[1]:
            break
    return {"percent": shares[0], "percent_second": shares[1]}


def _longest_visit(pair: _Pair) -> Answer:
    return "longest-visit", {"issued": pair.one.age_since, "issued_second": pair.other.age_since}


def _strict(pair: _Pair) -> Answer | None:
    first = pair.one.priority and not pair.other.priority
    return ("strict", {"priority": _priority(pair.plan, pair.one)}) if first else None


_BY_RULE: Mapping[str, Callable[[_Pair], Answer | None]] = {
    "head-start": _head_start,
    "target-ratio": _target_ratio,
    "due-then-ratio": _due_then_ratio,
    "longest-visit": _longest_visit,
    "strict": _strict,
}


# -- names ---------------------------------------------------------------------------------------------------------


def _counter(plan: Plan, counter: str | None) -> Names:
    planned = plan.counters.get(counter or "")
    return planned.name if planned else _same(counter or "–")


def _listed(plan: Plan, reason: str | None) -> Names:
    return plan.reasons.get(reason or "") or _same(reason or "–")


def _priority(plan: Plan, ticket: Ticket) -> Names:
    priority = plan.priorities.get(ticket.priority or "")
    return priority.name if priority else _same(ticket.priority or "–")


def _segment(plan: Plan, segment: str) -> Names:
    planned = plan.segments.get(segment)
    return planned.name if planned else OTHERS if segment == profiles.OTHERS else _same(segment)


def _same(word: str) -> Names:
    """What the plan knows no longer is told as it was written, in either language."""
    return {"th": word, "en": word}


def _all(names: Iterable[Names]) -> Names:
    listed = list(names)
    languages = ("th", "en")
    return {language: ", ".join(name.get(language) or name["th"] for name in listed) or "–" for language in languages}
