"""How the printers, displays and keypads are: what their agents told last, and what the staff should know of it.

A device's state is no fact of the log: it is of now alone, and an agent that comes back tells it anew. A device is
known by its agent's id and its name. Not here: the jobs (devices.py), how a state is shown (the faces).
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

# So long an agent may be away, or a printer without a word, before that is worth telling anybody.
GRACE = timedelta(seconds=10)
# What an agent says of a printer, as a kiosk takes it: whether a slip will come out.
SHOWN: Mapping[str, str] = {
    "ok": "ok",
    "paper_low": "low",
    "paper_out": "out",
    "cover_open": "offline",
    "offline": "offline",
    "unknown": "unknown",
}
READY = ("ok", "paper_low")
STATES = ("ok", "paper_low", "paper_out", "cover_open", "offline", "unknown")
KINDS = ("printer", "display", "keypad")


@dataclass(frozen=True, slots=True)
class Device:
    """A printer, display or keypad that an agent has named; `lost` since when that agent is away.

    `state` is one of STATES, `heard` whether its agent has told one. `prints_for` is a printer's, `counter` another's.
    `name` is what its agent calls it, whatever stands in it; it cannot be read out of the key.
    """

    key: str
    agent: str
    name: str
    line: str
    prints_for: str
    state: str
    since: datetime
    detail: str = ""
    lost: datetime | None = None
    kind: str = "printer"
    counter: str = ""
    heard: bool = False

    @property
    def hopeful(self) -> bool:
        """Whether it will do what it is there for, as far as is known: one that was not heard of yet may."""
        unheard = self.state == "unknown" and not self.heard
        return self.lost is None and (self.state in READY or unheard)

    def seen(self, now: datetime) -> "Device":
        """As it is to be taken now: nobody knows how a printer is whose agent has been away for a while."""
        if self.lost is None or now - self.lost < GRACE:
            return self
        return replace(self, state="unknown", since=self.lost, detail="")


@dataclass(frozen=True, slots=True)
class Trouble:
    """What the staff should know of a kiosk: its printer's state, if that is not well; few slips; that it rests; and
    how many of its visitors wait without their slip.
    """

    device: str
    state: str | None
    since: datetime | None
    slips_left: int | None = None
    paused: datetime | None = None
    without: int = 0


class Printers:
    """The devices that are known, and which kiosks are in trouble. `rev` grows whenever any of it changes.

    `begun`: since when agents could tell anything.
    """

    def __init__(self) -> None:
        self.begun: datetime | None = None
        self._lock = Lock()
        self._known: dict[str, Device] = {}
        self.rev = 0
        self.troubles: tuple[Trouble, ...] = ()
        # The last sample slip of each kiosk: its job, and what came of it.
        self.samples: Mapping[str, Mapping[str, str]] = {}
        # What agents told of slips and the log does not hold, and the printer that each slip was last given to.
        self._said: dict[str, str] = {}
        self._given: dict[str, str] = {}
        # Slips that come no more by themselves: since when they were due, and what their holders are told.
        self._over: dict[str, tuple[datetime, str]] = {}
        # The printers that can never set a ticket's slip, as they said themselves.
        self._never: dict[str, frozenset[str]] = {}

    # -- what agents tell ----------------------------------------------------------------------------------------

    def named(self, agent: str, line: str, devices: Iterable[Mapping[str, Any]], now: datetime) -> None:
        """An agent, on this line, names its devices; what it does not name any more is gone."""
        told = {_key(agent, one): one for one in devices}
        with self._lock:
            others = {key: one for key, one in self._known.items() if one.agent != agent}
            mine = {key: self._again(key, agent, line, one, now) for key, one in told.items()}
            self._known = others | mine
            self.rev += 1

    def _again(self, key: str, agent: str, line: str, told: Mapping[str, Any], now: datetime) -> Device:
        name, prints_for, kind = str(told["name"]), str(told.get("for")), str(told.get("kind", KINDS[0]))
        before = self._known.get(key) or Device(key, agent, name, line, prints_for, "unknown", now, kind=kind)
        counter = str(told.get("counter", ""))
        # How it is, is to be told anew: until then what was known holds.
        return replace(before, line=line, prints_for=prints_for, counter=counter, lost=None, heard=False)

    def told(self, agent: str, name: str, state: str, detail: str, now: datetime) -> None:
        """An agent tells how a device is. Nothing, for one that it has not named."""
        state = state if state in STATES else "unknown"
        with self._lock:
            mine = [one for one in self._known.values() if one.agent == agent and one.name == name]
            for before in mine:
                since = before.since if before.state == state else now
                after = replace(before, state=state, detail=detail, since=since, heard=True)
                self._known[before.key] = after
                self.rev += after != before

    def gone(self, line: str, now: datetime) -> None:
        """This line is closed. One that the agent has opened meanwhile is another."""
        with self._lock:
            lost = {key: replace(one, lost=now) for key, one in self._known.items() if one.line == line}
            self._known |= lost
            self.rev += bool(lost)

    def sampled(self, device: str, job: str, outcome: str) -> None:
        """What became of the sample slip that was asked for at this kiosk."""
        with self._lock:
            self.samples = {**self.samples, device: {"job": job, "outcome": outcome}}
            self.rev += 1

    def given(self, ticket: str, printer: str) -> None:
        """A slip of this ticket was given to that printer."""
        with self._lock:
            self._given[ticket] = printer

    def said(self, ticket: str, outcome: str) -> None:
        """What an agent told of this ticket's slip."""
        with self._lock:
            self._said[ticket] = outcome
            self.rev += 1

    def give_up(self, ticket: str, due: datetime, outcome: str) -> None:
        """The slip of this ticket that is due since then comes no more by itself; its holder is told this outcome."""
        with self._lock:
            news = self._over.get(ticket) != (due, outcome)
            self._over[ticket] = (due, outcome)
            self.rev += news

    def never(self, ticket: str, printer: str) -> None:
        """That printer can never set this ticket's slip: letters that it lacks, a code too large for its paper."""
        with self._lock:
            self._never[ticket] = self.nevers(ticket) | {printer}
            self.rev += 1

    def may_again(self, agent: str) -> None:
        """That agent was started anew: what its printers could not set, they may now."""
        with self._lock:
            for ticket, printers in self._never.items():
                self._never[ticket] = frozenset(key for key in printers if not key.startswith(f"{agent}/"))

    def forget(self, live: Iterable[str]) -> None:
        """Keep what is known of these tickets' slips alone."""
        kept: tuple[dict[str, Any], ...] = (self._said, self._given, self._over, self._never)
        with self._lock:
            for known in kept:
                for ticket in known.keys() - live:
                    del known[ticket]

    # -- what is asked -------------------------------------------------------------------------------------------

    def of(self, device: str | None, now: datetime, without: Set[str] = frozenset()) -> Device | None:
        """The printer that prints for the device of that name, else the one for all; one that is here before others."""
        with self._lock:
            known = [one for one in self._known.values() if one.kind == "printer" and one.key not in without]
        for wanted in (device, "*"):
            mine = [one for one in known if one.prints_for == wanted]
            if mine:
                return min(mine, key=lambda one: one.lost is not None).seen(now)
        return None

    def serving(self, device: str | None, now: datetime, without: Set[str] = frozenset()) -> Device | None:
        """The printer out of which a slip of that device would come now: its own, or one that takes over from it; none
        of those `without` which it must do.
        """
        with self._lock:
            mine = [one for one in self._known.values() if one.kind == "printer" and one.prints_for in (device, "*")]
        ready = [one for one in mine if one.lost is None and one.state in READY and one.key not in without]
        own = self.of(device, now, without)
        if own is None or own.state in READY or not ready:
            return own
        return min(ready, key=lambda one: one.prints_for != device)

    def has_own(self, device: str) -> bool:
        """Whether that device has a printer of its own."""
        with self._lock:
            return any(one.kind == "printer" and one.prints_for == device for one in self._known.values())

    def known(self, now: datetime) -> list[Device]:
        """Every device that was named, as it is to be taken now."""
        with self._lock:
            return [one.seen(now) for one in self._known.values()]

    def one(self, key: str) -> Device | None:
        """The device of that key, as its agent told it last."""
        with self._lock:
            return self._known.get(key)

    def said_of(self, ticket: str) -> str | None:
        """What an agent told last of this ticket's slip, if the log does not hold it."""
        return self._said.get(ticket)

    def nevers(self, ticket: str) -> frozenset[str]:
        """The printers that can never set this ticket's slip."""
        return self._never.get(ticket, frozenset())

    def over(self, ticket: str, due: datetime) -> str | None:
        """What its holder is told of this ticket's slip that is due since then, if it comes no more by itself."""
        since, outcome = self._over.get(ticket, (None, None))
        return outcome if since == due else None

    def given_to(self, ticket: str) -> str | None:
        """The printer that this ticket's slip was last given to."""
        return self._given.get(ticket)

    def found(self, troubles: tuple[Trouble, ...]) -> bool:
        """Keep what was found out about the kiosks; whether that is news."""
        news = troubles != self.troubles
        self.troubles, self.rev = troubles, self.rev + news
        return news


def _key(agent: str, told: Mapping[str, Any]) -> str:
    """A printer's is by its name, as rolls are kept by it; a display may have the same name, whatever that is."""
    kind = str(told.get("kind", KINDS[0]))
    return f"{agent}/{told['name']}" if kind == KINDS[0] else f"{kind}:{agent}/{told['name']}"


def worth_telling(printer: Device | None, begun: datetime, now: datetime) -> tuple[str, datetime] | None:
    """The state that somebody must see to, and since when; None where all is well, or it is too early to say.

    `begun`: since when the kiosk could have had a printer.
    """
    state, since = (printer.state, printer.since) if printer else ("unknown", begun)
    # An agent that says itself that it does not know is believed at once: such a printer prints nothing.
    heard = printer is not None and printer.heard
    early = state == "unknown" and not heard and now - since < GRACE
    return None if state == "ok" or early else (state, since)


def shown(printer: Device | None, begun: datetime, now: datetime) -> str:
    """How a kiosk takes it: ok, low, out, offline or unknown. While it is too early to say, a slip is expected."""
    told = worth_telling(printer, begun, now)
    return SHOWN[told[0]] if told else "ok"
