"""How the printers are: what their agents told last, and what the staff should know of it.

A printer's state is no fact of the log: it is of now alone, and an agent that comes back tells it anew. A printer is
known by its agent's id and its name. Not here: the jobs (devices.py), how a state is shown (the faces).
"""

from collections.abc import Iterable, Mapping
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


@dataclass(frozen=True, slots=True)
class Printer:
    """A printer that an agent has named; `lost` since when that agent is away. `state` is one of SHOWN."""

    key: str
    line: str
    prints_for: str
    state: str
    since: datetime
    detail: str = ""
    lost: datetime | None = None

    def seen(self, now: datetime) -> "Printer":
        """As it is to be taken now: nobody knows how a printer is whose agent has been away for a while."""
        if self.lost is None or now - self.lost < GRACE:
            return self
        return replace(self, state="unknown", since=self.lost, detail="")


@dataclass(frozen=True, slots=True)
class Trouble:
    """What the staff should know of a kiosk: its printer's state, if that is not well; few slips; that it rests."""

    device: str
    state: str | None
    since: datetime | None
    slips_left: int | None = None
    paused: datetime | None = None


class Printers:
    """The printers that are known, and which kiosks are in trouble. `rev` grows whenever any of it changes.

    `begun`: since when agents could tell anything.
    """

    def __init__(self) -> None:
        self.begun: datetime | None = None
        self._lock = Lock()
        self._known: dict[str, Printer] = {}
        self.rev = 0
        self.troubles: tuple[Trouble, ...] = ()
        # The last sample slip of each kiosk: its job, and what came of it.
        self.samples: Mapping[str, Mapping[str, str]] = {}

    # -- what agents tell ----------------------------------------------------------------------------------------

    def named(self, agent: str, line: str, printers: Iterable[Mapping[str, Any]], now: datetime) -> None:
        """An agent, on this line, names its printers; what it does not name any more is gone."""
        told = {f"{agent}/{one['name']}": str(one.get("for")) for one in printers}
        with self._lock:
            others = {key: one for key, one in self._known.items() if not key.startswith(f"{agent}/")}
            mine = {key: self._again(key, line, prints_for, now) for key, prints_for in told.items()}
            self._known = others | mine
            self.rev += 1

    def _again(self, key: str, line: str, prints_for: str, now: datetime) -> Printer:
        before = self._known.get(key) or Printer(key, line, prints_for, "unknown", now)
        return replace(before, line=line, prints_for=prints_for, lost=None)

    def told(self, agent: str, name: str, state: str, detail: str, now: datetime) -> None:
        """An agent tells how a printer is. Nothing, for one that it has not named."""
        key, state = f"{agent}/{name}", state if state in SHOWN else "unknown"
        with self._lock:
            before = self._known.get(key)
            if before and (before.state, before.detail) != (state, detail):
                since = before.since if before.state == state else now
                self._known[key] = replace(before, state=state, detail=detail, since=since)
                self.rev += 1

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

    # -- what is asked -------------------------------------------------------------------------------------------

    def of(self, device: str | None, now: datetime) -> Printer | None:
        """The printer that prints for the device of that name, else the one for all; one that is here before others."""
        with self._lock:
            known = list(self._known.values())
        for wanted in (device, "*"):
            mine = [one for one in known if one.prints_for == wanted]
            if mine:
                return min(mine, key=lambda one: one.lost is not None).seen(now)
        return None

    def found(self, troubles: tuple[Trouble, ...]) -> bool:
        """Keep what was found out about the kiosks; whether that is news."""
        news = troubles != self.troubles
        self.troubles, self.rev = troubles, self.rev + news
        return news


def worth_telling(printer: Printer | None, begun: datetime, now: datetime) -> tuple[str, datetime] | None:
    """The state that somebody must see to, and since when; None where all is well, or it is too early to say.

    `begun`: since when the kiosk could have had a printer.
    """
    state, since = (printer.state, printer.since) if printer else ("unknown", begun)
    early = state == "unknown" and now - since < GRACE
    return None if state == "ok" or early else (state, since)


def shown(printer: Printer | None, begun: datetime, now: datetime) -> str:
    """How a kiosk takes it: ok, low, out, offline or unknown. While it is too early to say, a slip is expected."""
    told = worth_telling(printer, begun, now)
    return SHOWN[told[0]] if told else "ok"
