"""Print jobs down to the agents, their answers up. A slip is work left over from the hall: due and not yet printed.

A slip is given only while it is fresh, and the first one of a ticket only while that still waits: a printer that comes
back after an hour prints no old pile. What a slip says is said here, ready-made, so that the agent knows no languages;
how it looks is the agent's.
"""

import logging
import re
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from flask import request
from flask_socketio import SocketIO

from hall_server import printers, screens, tell
from hall_server.auth import caller_of_socket
from hall_server.house import House
from hall_server.live import Live, fenced
from hall_server.people import Member, naming
from hall_server.printers import Trouble
from hall_server.texts import FIRST, SECOND, date_and_time, drafts, letters_on_slips, name_in, say
from queue_core import kiosks, waits
from queue_core.errors import NoPrinter
from queue_core.estimates import spoken
from queue_core.hall import Hall, Wish
from queue_core.plan import Plan
from queue_core.ticket import Ticket
from queue_core.visitors import slip_printed, slip_unknown

logger = logging.getLogger(__name__)

NAMESPACE = "/hardware"
# Who follows this is a kiosk, or somebody who looks at one; the topic is its device.
KIOSKS = "/kiosk"
SAMPLE = "sample"
FRESH = timedelta(seconds=60)
REST = timedelta(seconds=3)
# An agent that comes back first tells what it printed meanwhile: what came out is not given again.
SETTLE = timedelta(seconds=2)


@dataclass
class Agent:
    """An agent that is connected: the device it signed in as, which run of its process, and its printers."""

    device: str
    since: datetime
    run: str = ""
    printers: tuple[Mapping[str, Any], ...] = ()
    # The plan whose letters it was asked about, and which of these no font of its own has.
    lettered: Plan | None = None
    lacking: frozenset[str] = frozenset()


@dataclass
class Job:
    """A slip given to an agent and not yet answered; `printer` by its agent's id and its name."""

    ticket: str
    copy: int
    agent: Agent
    printer: str
    rests_until: datetime | None = None


class Devices:
    """Which agents are here, and which slips they have in hand."""

    def __init__(self, socketio: SocketIO, house: House, live: Live) -> None:
        self._socketio, self._house, self._live = socketio, house, live
        self._name_of = naming(house.people)
        self._since = house.printers.begun = house.office.now()
        self._agents: dict[str, Agent] = {}
        self._jobs: dict[str, Job] = {}
        # Sample slips that were given and not yet answered: for which kiosk, and out of which printer.
        self._samples: dict[str, tuple[str, str]] = {}
        self._lock = threading.RLock()
        answers = {
            "connect": self._connected,
            "disconnect": self._gone,
            "hello": self._hello,
            "status": self._status,
            "printed": self._printed,
            "not_printed": self._not_printed,
            "unknown": self._unknown,
        }
        for name, handler in answers.items():
            socketio.on_event(name, handler, namespace=NAMESPACE)

    def give(self, hall: Hall) -> None:
        """Give each slip that is due to an agent that has a printer for it."""
        now = self._house.office.now()
        with self._lock:
            for sid, agent in self._agents.items():
                if agent.printers and agent.lettered is not hall.plan:
                    self._ask_letters(sid, agent, hall.plan)
            self._forget(hall)
            for ticket in hall.tickets.values():
                if ticket.slip_due and now - due_since(ticket) < FRESH:
                    with fenced("giving a slip"):
                        self._give(hall, ticket, now)

    def look(self, hall: Hall) -> None:
        """Find out what the staff should know of the kiosks that are here."""
        now = self._house.office.now()
        here = sorted(device for device in self._live.followed(KIOSKS) if device)
        told = (self._trouble(hall, device, now) for device in here)
        if self._house.printers.found(tuple(trouble for trouble in told if trouble)):
            self._live.wake()

    def _trouble(self, hall: Hall, device: str, now: datetime) -> Trouble | None:
        printer = self._house.printers.of(self._name_of(device), now)
        state = printers.worth_telling(printer, self._since, now)
        left, short = self.paper(hall, device, printer)
        paused = hall.kiosks_paused.get(device)
        if state is None and not short and paused is None:
            return None
        return Trouble(device, state and state[0], state and state[1], left if short else None, paused)

    def paper(self, hall: Hall, device: str, printer: printers.Printer | None) -> tuple[int | None, bool]:
        """How many slips the kiosk's printer still gives, as far as is known, and whether that is few."""
        roll = hall.rolls.get(printer.key) if printer else None
        if roll is None:
            return None, False
        whole = screens.stored(self._house, "kiosk", device)["slips_per_roll"]
        left = kiosks.slips_left(roll, whole)
        return left, kiosks.runs_short(left, whole)

    def sample(self, hall: Hall, kiosk: Member) -> str:
        """Print a slip that is nobody's, where this kiosk's come out; its job, by which its outcome is told."""
        with self._lock:
            found = self._printer_for(kiosk.name)
            if found is None:
                raise NoPrinter()
            sid, agent, printer = found
            job = f"{SAMPLE}-{secrets.token_hex(4)}/1/{self._house.job_mark}"
            self._samples[job] = (kiosk.id, _key(agent, printer))
        news = {"job": job, "printer": printer["name"], "slip": sample_slip(self._house, hall, kiosk.name)}
        self._house.printers.sampled(kiosk.id, job, "given")
        self._socketio.emit("print", news, namespace=NAMESPACE, to=sid)
        return job

    # -- inside, with the lock ---------------------------------------------------------------------------------

    def _give(self, hall: Hall, ticket: Ticket, now: datetime) -> None:
        copy = self._copy(ticket)
        name = self._job(ticket.id, copy)
        job = self._jobs.get(name)
        if job and (job.rests_until is None or now < job.rests_until):
            return
        found = self._printer_for(self._name_of(ticket.device))
        if found is None:
            return
        sid, agent, printer = found
        if due_since(ticket) < self._since and now - agent.since < SETTLE:
            return
        self._jobs[name] = Job(ticket.id, copy, agent, _key(agent, printer))
        said = readable_slip(self._house, hall, ticket, copy, now, agent.lacking)
        news = {"job": name, "printer": printer["name"], "slip": said}
        self._socketio.emit("print", news, namespace=NAMESPACE, to=sid)

    def _ask_letters(self, sid: str, agent: Agent, plan: Plan) -> None:
        """Which letters of this plan's slips the agent has not. Until it has answered, it is taken to have them all."""

        def answered(lacking: Any = "", *_: Any) -> None:
            agent.lacking = frozenset(lacking) if isinstance(lacking, str) else frozenset()

        agent.lettered = plan
        self._socketio.emit("letters", {"letters": letters(plan)}, namespace=NAMESPACE, to=sid, callback=answered)

    def _copy(self, ticket: Ticket) -> int:
        """Which copy is due. A slip may have come out before this server began, and nobody told: then it is marked."""
        return max(ticket.copy, 2) if due_since(ticket) < self._since else ticket.copy

    def _job(self, ticket: str, copy: int) -> str:
        """A job's name. An agent remembers names: those of another folder's hall, the same day, must differ."""
        return f"{ticket}/{copy}/{self._house.job_mark}"

    def _printer_for(self, device: str | None) -> tuple[str, Agent, Mapping[str, Any]] | None:
        """The printer named for that device, else one that prints for all."""
        for wanted in (device, "*"):
            for sid, agent in self._agents.items():
                for printer in agent.printers:
                    if printer.get("for") == wanted:
                        return sid, agent, printer
        return None

    def _forget(self, hall: Hall) -> None:
        """Jobs whose ticket is gone, printed, or on to its next copy."""
        for name, job in list(self._jobs.items()):
            ticket = hall.tickets.get(job.ticket)
            if ticket is None or ticket.printed or self._copy(ticket) != job.copy:
                del self._jobs[name]

    # -- what agents say ---------------------------------------------------------------------------------------

    def _connected(self, auth: Any = None) -> bool:
        calling = caller_of_socket(auth if isinstance(auth, Mapping) else {})
        if calling is None or calling.member.role != "agent":
            return False
        with self._lock:
            self._agents[_sid()] = Agent(calling.member.id, self._house.office.now())
        self._live.watch(_sid(), NAMESPACE, calling.member)
        return True

    def _gone(self, *_: Any) -> None:
        self._live.forget(_sid())
        self._house.printers.gone(_sid(), self._house.office.now())
        with self._lock:
            self._agents.pop(_sid(), None)

    def _hello(self, told: Any = None) -> None:
        """An agent came (back). The same process is asked its jobs again; a new one makes them unknown."""
        with self._lock:
            agent = self._agents.get(_sid())
            if agent is None or not isinstance(told, Mapping):
                return
            agent.run, agent.lettered = str(told.get("run", "")), None
            devices = told.get("devices")
            devices = devices if isinstance(devices, list) else []
            agent.printers = tuple(
                d for d in devices if isinstance(d, Mapping) and d.get("kind") == "printer" and d.get("name")
            )
            left = [(name, job) for name, job in self._jobs.items() if job.agent.device == agent.device]
            left = [(name, job) for name, job in left if job.agent is not agent]
        self._house.printers.named(agent.device, _sid(), agent.printers, self._house.office.now())
        for name, job in left:
            if job.rests_until is None and job.agent.run != agent.run:
                self._record(partial(slip_unknown, by=agent.device, ticket=job.ticket, copy=job.copy))
            # Only now, or the slip could be given unmarked while the hall is told.
            with self._lock:
                self._jobs.pop(name, None)
        self._live.wake()

    def _status(self, told: Any = None) -> None:
        logger.info("device status: %s", told)
        agent = self._agents.get(_sid())
        if agent is None or not isinstance(told, Mapping):
            return
        words = (str(told.get(word, "")) for word in ("device", "state", "detail"))
        self._house.printers.told(agent.device, *words, self._house.office.now())
        if told.get("state") in printers.READY:
            with self._lock:
                for job in self._jobs.values():
                    job.rests_until = self._house.office.now() if job.rests_until else None
        self._live.wake()

    def _printed(self, told: Any = None) -> None:
        if self._sampled(told, "printed"):
            return
        with self._lock:
            job = self._jobs.get(str(told.get("job")) if isinstance(told, Mapping) else "")
        self._answered(told, partial(slip_printed, printer=job.printer if job else None))

    def _unknown(self, told: Any = None) -> None:
        if not self._sampled(told, "unknown"):
            self._answered(told, slip_unknown)

    def _sampled(self, told: Any, outcome: str) -> bool:
        """Whether it was a sample slip that was answered. One that came out makes the roll shorter, and no more."""
        name, agent = str(told.get("job")) if isinstance(told, Mapping) else "", self._agents.get(_sid())
        with self._lock:
            device, printer = self._samples.pop(name, ("", "")) if agent else ("", "")
        if not agent or not device:
            return False
        if outcome == "printed":
            self._record(partial(kiosks.sample_slip_printed, by=agent.device, device=device, printer=printer))
        self._house.printers.sampled(device, name, outcome)
        self._live.wake()
        return True

    def _answered(self, told: Any, wish: Callable[..., Any]) -> None:
        agent, ticket, copy = self._who_and_what(told)
        if ticket:
            self._record(partial(wish, by=agent, ticket=ticket, copy=copy))
            self._live.wake()

    def _not_printed(self, told: Any = None) -> None:
        """Nothing came out: it rests a moment and is given again, while it is fresh. A sample slip is not."""
        if self._sampled(told, "not_printed"):
            return
        _, ticket, copy = self._who_and_what(told)
        with self._lock:
            job = self._jobs.get(self._job(ticket, copy))
            if job:
                job.rests_until = self._house.office.now() + REST

    def _who_and_what(self, told: Any) -> tuple[str, str, int]:
        agent = self._agents.get(_sid())
        name = told.get("job") if isinstance(told, Mapping) else None
        found = re.fullmatch(r"([\w-]+)/(\d{1,6})/([\w-]+)", str(name), re.ASCII)
        if agent is None or found is None or found[3] != self._house.job_mark:
            return "", "", 0
        return agent.device, found[1], int(found[2])

    def _record(self, wish: Wish) -> None:
        try:
            self._house.office.do(wish)
        except Exception:
            # The agent is told nothing: the slip is still due, and will be given again.
            logger.exception("a slip's outcome could not be written")


def due_since(ticket: Ticket) -> datetime:
    """Since when a slip of the ticket is due: since it was issued, or another slip was asked for."""
    return ticket.slip_at or ticket.issued_at


def letters(plan: Plan) -> str:
    """Every letter that this centre's slips may need, each once: of our own words, and of its names."""
    named = (plan.name, *(one.name for one in (*plan.services.values(), *plan.agencies.values())))
    names = (name_in(name, language) for name in named for language in plan.languages)
    return "".join(sorted(set("".join((letters_on_slips(), *names)))))


def readable_slip(
    house: House, hall: Hall, ticket: Ticket, copy: int, now: datetime, lacking: Set[str]
) -> dict[str, Any]:
    """The slip, in English where its printer's fonts lack letters of the ticket's own language."""
    said = slip(house, hall, ticket, copy, now)
    if lacking.isdisjoint("".join(_texts(said))):
        return said
    return slip(house, hall, replace(ticket, language=SECOND), copy, now)


def _texts(said: Mapping[str, Any]) -> Iterator[str]:
    for value in said.values():
        if isinstance(value, Mapping):
            yield from _texts(value)
        elif isinstance(value, str):
            yield value


def slip(house: House, hall: Hall, ticket: Ticket, copy: int, now: datetime) -> dict[str, Any]:
    """What the slip says, in the ticket's language; from the second copy on it is marked."""
    language, plan = ticket.language, hall.plan
    # A service that a changed plan no longer has keeps its tickets, and the other slips must not wait for it.
    service = plan.shown(ticket.service)
    agency = plan.agencies.get(service.agency) if service else None
    mark = say(language, "slip.copy", n=copy) if copy > 1 else None
    kept = ticket.booking in ("early", "on-time") and ticket.booked_at
    return {
        "number": ticket.number,
        "day": str(hall.day),
        "language": language,
        "copy": copy,
        "copy_mark": mark,
        "centre": name_in(plan.name, language),
        "service": _services(hall, ticket),
        "agency": name_in(agency.name, language) if agency else "",
        # The group is nobody's business who picks the slip up.
        "priority": say(language, "slip.priority") if ticket.priority else None,
        "booked": say(language, "slip.booked", time=plan.local(kept).strftime("%H:%M")) if kept else None,
        "issued": date_and_time(plan.local(ticket.issued_at), language),
        "ahead": _place(hall, ticket, now),
        "wait": _wait(house, hall, ticket, now),
        "notice": say(language, "slip.notice"),
        "draft": say(language, "common.draft") if drafts([language]) else None,
        "labels": {"number": say(language, "slip.number"), "follow": say(language, "slip.follow")},
        "url": f"{house.public_url}/t/{house.token(ticket.id)}" if house.public_url else None,
        "trial_mark": _trial_mark(hall, language),
    }


def sample_slip(house: House, hall: Hall, kiosk: str) -> dict[str, Any]:
    """A slip by which the staff see whether the printer prints well: no number, and marked so in both languages."""
    mark, now = say(FIRST, "slip.sample"), house.office.now()
    return {
        "number": "TEST",
        "day": str(hall.plan.service_day(now)),
        "language": FIRST,
        "copy": 1,
        "copy_mark": mark,
        "centre": name_in(hall.plan.name, FIRST),
        "service": say(FIRST, "slip.sample_at", kiosk=kiosk),
        "agency": "",
        "priority": None,
        "booked": None,
        "issued": date_and_time(hall.plan.local(now), FIRST),
        "ahead": say(FIRST, "slip.sample_look"),
        "wait": None,
        "notice": say(FIRST, "slip.sample_words"),
        "labels": {"number": say(FIRST, "slip.sample_none"), "follow": say(FIRST, "slip.sample_scan")},
        "url": f"{house.public_url}/" if house.public_url else None,
        "trial_mark": mark,
    }


def _key(agent: Agent, printer: Mapping[str, Any]) -> str:
    return f"{agent.device}/{printer['name']}"


def _services(hall: Hall, ticket: Ticket) -> str:
    """The present service under the name that everybody may see, and how many come after it."""
    here, name = tell.shown(hall.plan, ticket.service)
    # Counted as they are shown: a covered service beside its cover must not betray itself by the number.
    after = {tell.shown(hall.plan, service)[0] for service in ticket.left} - {here}
    more = say(ticket.language, "slip.and_more", n=len(after)) if after else ""
    return f"{name_in(name, ticket.language)} {more}".strip()


def _place(hall: Hall, ticket: Ticket, now: datetime) -> str:
    """How many were ahead at the issue; on a slip asked for later, how many are now, or where the visit stands."""
    if ticket.slip_at and ticket.state != "waiting":
        return say(ticket.language, f"ticket.state.{ticket.state}")
    ahead = hall.ahead_of(ticket, now) if ticket.slip_at else ticket.ahead
    return say(ticket.language, "slip.ahead" if ahead else "slip.first", n=ahead)


def _wait(house: House, hall: Hall, ticket: Ticket, now: datetime) -> str | None:
    """The wait that was promised at the issue; on a slip asked for later, what it would be now."""
    language = ticket.language
    if ticket.slip_at:
        found = waits.told(hall, ticket, now, hall.ahead_of(ticket, now), house.outlook)
    else:
        found = ticket.promised.wait if ticket.promised else None
    return say(language, "slip.wait", wait=tell.said(*spoken(found), language)) if found else None


def _trial_mark(hall: Hall, language: str) -> str | None:
    if hall.practice:
        return say(language, "slip.practice")
    return say(language, "slip.trial") if hall.trial else None


def _sid() -> str:
    sid: str = request.sid  # type: ignore[attr-defined]
    return sid
