"""A recorded day played through the real office on a fast clock: the same people, counters and times, our rules.

People arrive and give up as they did, counters serve when they did, each visitor takes the time recorded; only who is
called when is decided anew, by the office alone. The waits that come of it stand beside the recorded ones.
Not here: reading the file (recorded.py), what the record does not say (stage.py), the database (log.py).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from heapq import heappop, heappush
from math import ceil
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import Any
from unicodedata import category, east_asian_width
from zoneinfo import ZoneInfo

from queue_core import officers, visitors
from queue_core.hall import Wish
from queue_core.log import Log
from queue_core.office import Clock, Done, Office
from queue_core.plan import Plan
from queue_core.recorded import Recorded, Recording, SiteDay, site_days
from queue_core.stage import Stage, called_in_vain, stage

WHO = "rehearsal"
ENDS = ("finished", "no-show", "cancelled")

Tick = Callable[[int], None]
Happens = Callable[[datetime], None]


class FastClock(Clock):
    """Stands until it is set."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


@dataclass(frozen=True, slots=True)
class Visit:
    """What became of a recorded ticket: seconds it waited for its call, and how it ended.

    `end` is finished, no-show, cancelled, or "there" for who was still in the hall when the day was over.
    """

    ticket: Recorded
    waited_s: float | None
    end: str


@dataclass(frozen=True, slots=True)
class Played:
    """A hall's day that was played, under which plan, and what became of each ticket."""

    day: SiteDay
    plan: Plan
    visits: tuple[Visit, ...]


def rehearse(day: SiteDay, known: Plan | None = None, tick: Tick = lambda n: None) -> Played:
    """Play the day on a log that is thrown away; `tick(1)` for each who comes.

    `known` is a centre's own plan and is used, rule and all, if the day is that centre's.
    """
    with TemporaryDirectory(prefix="sala-rehearsal-") as folder:
        log = Log(Path(folder) / "hall.db", synchronous="off")
        try:
            return play(day, stage(day, known), log, tick)
        finally:
            log.close()


def play(day: SiteDay, stage: Stage, log: Log, tick: Tick = lambda n: None) -> Played:
    """Play the day through an office on this log, which is empty."""
    running = _Play(day, stage, log, tick)
    running.run()
    return Played(day, stage.plan, tuple(running.visits()))


# What comes first where things happen in the same second: an officer who was away from the end of a visit on must mean
# to stop before that visit ends, or another would be called.
ARRIVAL, OPENING, STOP, END, LEAVING = range(5)

# What an officer who means to stop does once nobody is at the counter. Who means "last" calls on until nobody waits.
STOPPING: Mapping[str, Callable[..., Any]] = {
    "pause": officers.pause_counter,
    "close": officers.close_counter,
    "last": officers.close_counter,
}


@dataclass(slots=True)
class _Desk:
    """A counter as its officer sees it: what is meant to be done next, who is there, since when nobody is."""

    means: str = "close"
    visitor: Recorded | None = None
    idle_since: datetime | None = None


class _Play:
    """One day on its way: what is still to come, in the order of time, and what has come of each ticket."""

    def __init__(self, day: SiteDay, stage: Stage, log: Log, tick: Tick) -> None:
        self.day, self.stage, self.tick = day, stage, tick
        self.zone = ZoneInfo(stage.plan.timezone)
        begins = datetime.combine(day.day, time(day.begins))
        self.over = begins + timedelta(days=1)
        self.clock = FastClock(self.real(begins))
        self.office = Office(log, stage.plan, self.clock, trial=True)
        self.desks = {counter: _Desk() for counter in stage.spans}
        self.able = {
            service: [c for c in stage.plan.able(service) if c in self.desks] for service in stage.plan.services
        }
        self.ahead: list[tuple[datetime, int, int, Happens]] = []
        self.expected = 0
        self.tickets: dict[str, Recorded] = {}
        self.waited: dict[str, float] = {}
        self.ended: dict[str, str] = {}

    def real(self, moment: datetime) -> datetime:
        """A moment of the place's own clock, as the office counts time."""
        return moment.replace(tzinfo=self.zone).astimezone(UTC)

    def run(self) -> None:
        """Everything that happens, in its order, until the service day is over."""
        self.expect_people()
        self.expect_counters()
        while self.ahead and self.ahead[0][0] < self.over:
            moment, _, _, happens = heappop(self.ahead)
            self.clock.moment = self.real(moment)
            happens(moment)

    def expect(self, moment: datetime, rank: int, happens: Happens) -> None:
        self.expected += 1
        heappush(self.ahead, (moment, rank, self.expected, happens))

    def expect_people(self) -> None:
        for ticket in self.day.tickets:
            self.expect(ticket.arrived, ARRIVAL, partial(self.arrives, ticket))

    def expect_counters(self) -> None:
        stay = self.last_to_close()
        for counter, spans in self.stage.spans.items():
            for number, (start, end) in enumerate(spans, 1):
                closes = "last" if counter in stay else "close"
                self.expect(start, OPENING, partial(self.opens, counter))
                self.expect(end, STOP, partial(self.stops, counter, closes if number == len(spans) else "pause"))

    def last_to_close(self) -> set[str]:
        """The counters that closed last for some service. They stay until nobody waits: a hall sends nobody home."""
        spans = self.stage.spans
        return {max(able, key=lambda counter: spans[counter][-1][1]) for able in self.able.values() if able}

    def do(self, wish: Wish, moment: datetime) -> Done:
        """The wish, done by the office; what it did to tickets is kept."""
        done = self.office.do(wish)
        for event in done.events:
            identity = event.ticket or ""
            if event.kind == "called":
                self.waited[identity] = (moment - self.tickets[identity].arrived).total_seconds()
            elif event.kind in ENDS:
                self.ended[identity] = event.kind
        return done

    # -- people ------------------------------------------------------------------------------------------------

    def arrives(self, ticket: Recorded, moment: datetime) -> None:
        service = self.stage.service[ticket.queue, ticket.service]
        priority = self.stage.priority.get(ticket.priority or "")
        done = self.do(lambda hall, now: visitors.issue(hall, now, WHO, [service], priority), moment)
        identity = str(done.ticket)
        self.tickets[identity] = ticket
        if ticket.abandoned and ticket.finished and not called_in_vain(ticket):
            self.expect(ticket.finished, LEAVING, partial(self.leaves, identity))
        self.tick(1)
        idle = [(desk.idle_since, c) for c in self.able[service] if (desk := self.desks[c]).idle_since]
        if idle:
            self.presses(min(idle)[1], moment)

    def leaves(self, identity: str, moment: datetime) -> None:
        """The visitor gives up; who was called before that stayed and was served."""
        ticket = self.office.hall.tickets.get(identity)
        if ticket and ticket.state == "waiting":
            self.do(lambda hall, now: visitors.cancel(hall, now, WHO, ticket), moment)

    # -- counters ----------------------------------------------------------------------------------------------

    def opens(self, counter: str, moment: datetime) -> None:
        desk = self.desks[counter]
        desk.means = "serve"
        if desk.visitor is None:
            self.presses(counter, moment)

    def stops(self, counter: str, means: str, moment: datetime) -> None:
        desk = self.desks[counter]
        desk.means = means
        if desk.visitor is None:
            self.rests(counter, moment)

    def presses(self, counter: str, moment: datetime) -> None:
        """The one press: the present visitor is done with, and whomever the office chooses is called."""
        desk = self.desks[counter]
        came = "no-show" if desk.visitor and called_in_vain(desk.visitor) else "finished"
        done = self.do(lambda hall, now: officers.call_next(hall, now, WHO, counter, came), moment)
        called = next((event.ticket for event in done.events if event.kind == "called"), None)
        desk.visitor, desk.idle_since = self.tickets.get(called or ""), None
        if desk.visitor:
            self.expect(moment + self.stage.takes(desk.visitor), END, partial(self.ends, counter))
        else:
            self.rests(counter, moment)

    def ends(self, counter: str, moment: datetime) -> None:
        """The visit is over: the next one, or, if the officer means to stop, no other."""
        desk = self.desks[counter]
        if desk.means in ("serve", "last"):
            self.presses(counter, moment)
            return
        end = officers.no_show if desk.visitor and called_in_vain(desk.visitor) else officers.finish
        self.do(lambda hall, now: end(hall, now, WHO, counter), moment)
        desk.visitor = None
        self.rests(counter, moment)

    def rests(self, counter: str, moment: datetime) -> None:
        """Nobody is at the counter: it is ready for the next visitor, or its officer stops."""
        desk = self.desks[counter]
        stop = STOPPING.get(desk.means)
        desk.idle_since = None if stop else moment
        if stop:
            self.do(lambda hall, now: stop(hall, now, WHO, counter), moment)

    # -- what came of it ---------------------------------------------------------------------------------------

    def visits(self) -> Iterator[Visit]:
        """Every ticket of the day, in the order of arrival."""
        for identity, ticket in self.tickets.items():
            yield Visit(ticket, self.waited.get(identity), self.ended.get(identity, "there"))


# -- what is printed -----------------------------------------------------------------------------------------------

NAME_WIDTH = 30
FIGURES = ("n", "mean", "p50", "p90", "max")
ENDED = {"finished": "served", "no-show": "called in vain", "cancelled": "left unserved", "there": "still there"}
HOW = """\
How it was played: people came and left as they did, and visits took as long as they did, or what is typical of the
service where that is unknown. Who left, but was called sooner here, was served. An officer presses next as soon after a
visit as officers did on average that day while somebody waited; at once, where that is unknown. A counter is open from
its first call to its last finish, and away where it called nobody for over a minute while somebody waited; the last one
stays until nobody waits. Where no counters are recorded, the calls were dealt to as few as can have made them, of as
many as were open."""


def heading(recording: Recording, halls: Sequence[SiteDay]) -> Iterator[str]:
    """What is played of the file, and what must be known of it."""
    tickets = [ticket for hall in halls for ticket in hall.tickets]
    days, every = sorted({hall.day for hall in halls}), site_days(recording)
    when = f"{days[0]:%A} {days[0]}" if len(days) == 1 else f"{_many(len(days), 'day')}, {days[0]} to {days[-1]}"
    yield f"{recording.where}: {when}, {_many(len(tickets), 'ticket')} of {len(recording.tickets):,}."
    if len(every) > len(halls):
        sites, all_days = len({hall.site for hall in every}), len({hall.day for hall in every})
        yield f"The file holds {_many(sites, 'site')} and {_many(all_days, 'day')}: choose by --site and --date."
    if halls[0].begins:
        yield f"A service day begins at {halls[0].begins:02d}:00, when fewest people are in the hall."
    if estimated := sum(ticket.estimated for ticket in tickets):
        told = "the finish is an estimate; where it was made from the calls, nearness proves little"
        yield f"Of {_many(estimated, 'ticket')} {told}."
    if mended := sum(ticket.mended for ticket in tickets):
        yield f"Of {_many(mended, 'ticket')} times ran backwards, and were set to the time before."


@dataclass(frozen=True, slots=True)
class Report:
    """What is printed of days that were played: recorded and rehearsed waits side by side, in minutes."""

    plays: Sequence[Played]

    def lines(self) -> Iterator[str]:
        """The tables, then what the tickets came to, then how it was played."""
        days = {played.day.day for played in self.plays}
        if len(days) == 1:
            for played in self.plays:
                yield from _hall(played)
        if len({played.day.site for played in self.plays}) > 1:
            yield from _table("site", _grouped(self.plays, lambda played: played.day.site))
        if len(days) > 1:
            yield from _table("day", _grouped(self.plays, lambda played: f"{played.day.day:%a} {played.day.day}"))
        yield from _outcomes([visit for played in self.plays for visit in played.visits])
        yield HOW


def _hall(played: Played) -> Iterator[str]:
    """One hall's table, by service, the busiest first, under a line that says what hall it is."""
    day, plan = played.day, played.plan
    parts = {"ticket": len(day.tickets), "service": len(plan.services), "counter": len(plan.counters)}
    yield f"{day.site}: {', '.join(_many(n, what) for what, n in parts.items())}, rule {plan.rule}"
    services = defaultdict[str, list[Visit]](list)
    for visit in played.visits:
        service = plan.services.get(visit.ticket.service)
        services[service.name["en"] if service else visit.ticket.service].append(visit)
    yield from _table("service", dict(sorted(services.items(), key=lambda item: -len(item[1]))))


def _outcomes(visits: Sequence[Visit]) -> Iterator[str]:
    """Nobody is lost: what every ticket came to. And how far the two waits of each are apart."""
    ends = Counter(visit.end for visit in visits)
    yield f"{_many(len(visits), 'ticket')}: {', '.join(f'{ends[end]:,} {word}' for end, word in ENDED.items())}."
    if left := sum(visit.ticket.abandoned for visit in visits):
        yield f"In the record {left:,} left unserved."
    waits = ((visit.waited_s, visit.ticket.waited_s) for visit in visits)
    apart = [abs(played - recorded) / 60 for played, recorded in waits if played is not None and recorded is not None]
    if apart:
        half, most = _rank(apart, 50), _rank(apart, 90)
        yield f"Ticket by ticket, half waited within {half:.1f} min of the record, nine in ten within {most:.1f}."


def _grouped(plays: Iterable[Played], key: Callable[[Played], str]) -> Mapping[str, Sequence[Visit]]:
    groups = defaultdict[str, list[Visit]](list)
    for played in plays:
        groups[key(played)] += played.visits
    return groups


def _table(what: str, groups: Mapping[str, Sequence[Visit]]) -> Iterator[str]:
    """A row for each group and one for all: each figure recorded > rehearsed, and by how much the means differ."""
    yield cut("min: recorded > rehearsed") + "".join(f"{figure:>15}" for figure in FIGURES) + "   difference"
    for name, visits in groups.items():
        yield _row(name, visits)
    if len(groups) > 1:
        yield _row(f"every {what}", [visit for visits in groups.values() for visit in visits])
    yield ""


def _row(name: str, visits: Sequence[Visit]) -> str:
    recorded = [visit.ticket.waited_s / 60 for visit in visits if visit.ticket.waited_s is not None]
    played = [visit.waited_s / 60 for visit in visits if visit.waited_s is not None]
    pairs = zip(_figures(recorded), _figures(played), strict=True)
    difference = f"{fmean(played) - fmean(recorded):+.1f}" if recorded and played else ""
    return (cut(name) + "".join(f"{before:>7} >{after:>6}" for before, after in pairs) + f"{difference:>13}").rstrip()


def _figures(waits: Sequence[float]) -> list[str]:
    """n, mean, p50, p90 and max as they are printed; percentiles nearest-rank, as everywhere in Sala."""
    if not waits:
        return ["0", "-", "-", "-", "-"]
    return [f"{len(waits):,}", *(f"{v:.1f}" for v in (fmean(waits), _rank(waits, 50), _rank(waits, 90), max(waits)))]


def _rank(values: Sequence[float], percent: int) -> float:
    return sorted(values)[ceil(len(values) * percent / 100) - 1]


def _many(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def cut(name: str) -> str:
    """The name, cut or filled to the width of its column: Thai vowels above and below take no place of their own."""
    shown, width = "", 0
    for letter in name:
        if width + _cells(letter) >= NAME_WIDTH - 1:
            shown, width = f"{shown}…", width + 1
            break
        shown, width = shown + letter, width + _cells(letter)
    return shown + " " * (NAME_WIDTH - width)


def _cells(letter: str) -> int:
    if category(letter) in ("Mn", "Me", "Cf", "Cc"):
        return 0
    return 2 if east_asian_width(letter) in "WF" else 1
