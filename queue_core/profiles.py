"""From which queue a counter calls: segments part those who wait, a profile's lines choose among them. Pure.

The lines are tried from the top. The first that is true and whose segment has somebody is followed; when there is none,
OTHERWISE is, which asks everybody. Several shares in one line ("2 of a, 1 of b") are a ratio: what each has taken in
this round is told by every call and kept by the hall. Not here: who of a queue comes first (rules.py), and how a line
is read (profile_lines.py).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from queue_core.ticket import Ticket

if TYPE_CHECKING:
    from queue_core.plan import Condition, Line, Plan, Profile, Segment, Share

Queues = Mapping[str, Sequence[Ticket]]
Ratios = Mapping[str, tuple[int, ...]]

PROFILE_VERSION = 1
NOTHING_TAKEN: Ratios = MappingProxyType({})
OTHERS = "others"  # the segment of those who belong to no other


@dataclass(frozen=True, slots=True)
class Turn:
    """What a profile says: who may be called, the name of the rule among them, and what of it goes into the reason."""

    people: Sequence[Ticket]
    rule: str
    said: Mapping[str, Any]


# -- segments ------------------------------------------------------------------------------------------------------


def segment_of(ticket: Ticket, plan: "Plan") -> str:
    """The first of the plan's segments that the visitor belongs to, else "others"."""
    return next((segment.id for segment in plan.segments.values() if _belongs(ticket, segment)), OTHERS)


def _belongs(ticket: Ticket, segment: "Segment") -> bool:
    """Every part must be true; a part that names several asks for one of them, and an empty one asks nothing."""
    return (
        _asks(segment.services, ticket.service)
        and _asks(segment.languages, ticket.language)
        and _asks(segment.priorities, *((ticket.priority, "any") if ticket.priority else ("none",)))
        and _asks(segment.bookings, ticket.booking or "none")
        and _asks(segment.needs, *ticket.needs)
    )


def _asks(wanted: Sequence[str], *has: str) -> bool:
    return not wanted or not set(wanted).isdisjoint(has)


def queues(waiting: Sequence[Ticket], plan: "Plan") -> dict[str, list[Ticket]]:
    """Those who wait, by segment, in the order in which they stand."""
    parted: dict[str, list[Ticket]] = {}
    for ticket in waiting:
        parted.setdefault(segment_of(ticket, plan), []).append(ticket)
    return parted


# -- conditions ----------------------------------------------------------------------------------------------------


def _waits(condition: "Condition", queue: Sequence[Ticket], now: datetime, plan: "Plan") -> bool:
    # With no minutes asked, one who came before the booked time, and so has yet to begin waiting, is somebody too.
    least = timedelta(minutes=condition.n)
    return any(condition.n == 0 or now - ticket.since >= least for ticket in queue)


def _has(condition: "Condition", queue: Sequence[Ticket], now: datetime, plan: "Plan") -> bool:
    return len(queue) >= condition.n


def _after(condition: "Condition", queue: Sequence[Ticket], now: datetime, plan: "Plan") -> bool:
    # "after 10:00" begins at ten, and "before 10:00" ends there: at any moment one of the two is true.
    local = plan.local(now)
    return local.hour * 60 + local.minute >= condition.n


def _before(condition: "Condition", queue: Sequence[Ticket], now: datetime, plan: "Plan") -> bool:
    return not _after(condition, queue, now, plan)


def _always(condition: "Condition", queue: Sequence[Ticket], now: datetime, plan: "Plan") -> bool:
    return True


CONDITIONS: Mapping[str, Callable[["Condition", Sequence[Ticket], datetime, "Plan"], bool]] = {
    "waits": _waits,
    "has": _has,
    "after": _after,
    "before": _before,
    "always": _always,
}


def _holds(line: "Line", parted: Queues, now: datetime, plan: "Plan") -> bool:
    return all(CONDITIONS[c.kind](c, parted.get(c.segment or "", ()), now, plan) for c in line.when)


# -- ratios --------------------------------------------------------------------------------------------------------


def share_next(shares: Sequence["Share"], taken: tuple[int, ...], here: Sequence[int]) -> tuple[int, tuple[int, ...]]:
    """Which share of a ratio calls, and what each has taken of this round after that call. `here`: those with people.

    It is the first with people and something left. One without people is passed and keeps its right. When none with
    people has anything left, a new round begins; and so it does once everything is taken.
    """
    nothing = (0,) * len(shares)
    if len(taken) != len(shares):  # the first call of the day, or the line was rewritten since
        taken = nothing
    left = [index for index in here if taken[index] < shares[index].n]
    if not left:
        taken, left = nothing, list(here)
    after = tuple(count + (index == left[0]) for index, count in enumerate(taken))
    over = all(count >= share.n for count, share in zip(after, shares, strict=True))
    return left[0], nothing if over else after


# -- profiles ------------------------------------------------------------------------------------------------------


def row(profile: str | None, plan: "Plan") -> list["Profile"]:
    """The profile and those its OTHERWISE leads to; empty where the plan has no such profile.

    One that is gone from the plan ends the row, and so does a circle, which only an old record can hold.
    """
    found: list[Profile] = []
    while (one := plan.profiles.get(profile or "")) and one not in found:
        found.append(one)
        profile = one.follows
    return found


def favoured(plan: "Plan") -> frozenset[str]:
    """The segments named by any line that a counter may come to: whoever is in one may be called before others."""
    lines = [line for one in _in_use(plan) for line in one.lines]
    return frozenset(share.segment for line in lines for share in line.take)


def used(plan: "Plan") -> frozenset[str]:
    """The names of the rules by which some counter may call."""
    profiles = _in_use(plan)
    lines = {line.rule for one in profiles for line in one.lines}
    return frozenset({plan.rule, *lines, *(one.otherwise for one in profiles if one.otherwise)})


def _in_use(plan: "Plan") -> list["Profile"]:
    names = {counter.profile or plan.profile for counter in plan.counters.values()}
    return [one for name in names for one in row(name, plan)]


def turn(
    profiles: Sequence["Profile"],
    waiting: Sequence[Ticket],
    parted: Queues,
    now: datetime,
    plan: "Plan",
    ratios: Ratios,
) -> Turn:
    """The first line that is true and has somebody to call, else the OTHERWISE of the last of these profiles.

    `waiting` is everybody and `parted` the same people by segment. The plan's rule decides where there is no profile,
    of which nothing is said then, and where OTHERWISE leads to one that is gone.
    """
    if not profiles:
        return Turn(waiting, plan.rule, {})
    for profile in profiles:
        for index, line in enumerate(profile.lines):
            here = [place for place, share in enumerate(line.take) if parted.get(share.segment)]
            if here and _holds(line, parted, now, plan):
                return _followed(profile, index, here, parted, ratios)
    last = profiles[-1]
    says = f"OTHERWISE as {last.follows}" if last.follows else f"OTHERWISE {last.otherwise or plan.rule}"
    return Turn(waiting, last.otherwise or plan.rule, _said(last, len(last.lines), says))


def _followed(profile: "Profile", index: int, here: Sequence[int], parted: Queues, ratios: Ratios) -> Turn:
    """What this line says now, with those of its shares that have people."""
    line, said = profile.lines[index], _said(profile, index, profile.lines[index].says)
    place = 0
    if len(line.take) > 1:
        key = f"{profile.id}.{index}"
        place, taken = share_next(line.take, ratios.get(key, ()), here)
        said["ratio"] = {"key": key, "taken": list(taken)}
    segment = line.take[place].segment
    return Turn(parted[segment], line.rule, said | {"segment": segment})


def counted(ratios: Ratios, said: Mapping[str, Any]) -> Ratios:
    """The ratios after a call of which the profile said this."""
    ratio = said.get("ratio")
    return {**ratios, ratio["key"]: tuple(ratio["taken"])} if ratio else ratios


def _said(profile: "Profile", index: int, says: str) -> dict[str, Any]:
    return {"id": profile.id, "version": PROFILE_VERSION, "line": index, "says": says}
