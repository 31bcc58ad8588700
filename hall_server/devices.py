"""Print jobs down to the agents, their answers up. A slip is work left over from the hall: due and not yet printed.

A slip is given only while it is fresh, and the first one of a ticket only while that still waits: a printer that comes
back after an hour prints no old pile. One job is in the hands of one printer at a time: another has it only once the
first said that nothing came out, or as a marked copy. What a slip says is slip_words.py's, how it looks the agent's.
"""

import logging
import re
import secrets
import threading
from collections.abc import Callable, Container, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from flask import request
from flask_socketio import SocketIO

from hall_server import printers, screens
from hall_server.auth import caller_of_socket
from hall_server.counter_devices import CounterDevices
from hall_server.house import House
from hall_server.live import Live, fenced
from hall_server.people import Member, naming
from hall_server.printers import GRACE, Trouble
from hall_server.slip_news import FRESH, due_since
from hall_server.slip_words import letters, readable_slip, sample_slip
from queue_core import kiosks
from queue_core.errors import NoPrinter
from queue_core.hall import Hall, Wish
from queue_core.plan import Plan
from queue_core.ticket import Ticket
from queue_core.visitors import slip_doubtful, slip_printed, slip_sent

logger = logging.getLogger(__name__)

NAMESPACE = "/hardware"
# Who follows this is a kiosk, or somebody who looks at one; the topic is its device.
KIOSKS = "/kiosk"
SAMPLE = "sample"
REST = timedelta(seconds=3)
# So many copies follow by themselves a slip of which nobody knows; then somebody has to look, and to ask for it.
COPIES_UNASKED = 2
# An agent that comes back first tells what it printed meanwhile: what came out is not given again.
SETTLE = timedelta(seconds=2)
# What a slip takes from the printer's first byte to the cut: it leaves before it is too old.
ON_PAPER = timedelta(seconds=3)

Found = tuple[str, "Agent", Mapping[str, Any]]


@dataclass
class Agent:
    """An agent that is connected: the device it signed in as, since when, and its printers.

    `memory` tells whether it knows what it was given before: the id of its journal or, without one, of its process,
    which is `run`.
    `obeys`: it lets go by itself what has become too old. `lost`: since when it is away.
    """

    device: str
    since: datetime
    memory: str = ""
    run: str = ""
    obeys: bool = False
    printers: tuple[Mapping[str, Any], ...] = ()
    lost: datetime | None = None
    # The plan whose letters it was asked about, and which of these no font of its own has.
    lettered: Plan | None = None
    lacking: frozenset[str] = frozenset()


@dataclass
class Job:
    """A slip given to an agent; `printer` by its agent's id and its name. `giving` tells this time from an earlier one.

    `free`: its printer said that nothing came out, so another may have it; the `shunned` have said so, and are asked
    again after a rest. `confirms`: its printer can tell whether a slip came out.
    """

    ticket: str
    copy: int
    agent: Agent
    printer: str
    giving: str
    confirms: bool = True
    free: bool = False
    shunned: dict[str, datetime] = field(default_factory=dict)


class Devices:
    """Which agents are here, and which slips they have in hand."""

    def __init__(self, socketio: SocketIO, house: House, live: Live, counters: CounterDevices) -> None:
        self._socketio, self._house, self._live, self._counters = socketio, house, live, counters
        self._name_of = naming(house.people)
        self._since = house.printers.begun = house.office.now()
        # Since when the slips of these were due before this server began: they may have come out, and nobody told.
        self._before = {one.id: due_since(one) for one in house.hall.tickets.values()}
        # Where the clock was in doubt then, nobody knows how old these are, whatever a manager says of the clock.
        for ticket, due in self._before.items() if house.office.doubt else ():
            house.printers.give_up(ticket, due, "not_printed")
        self._agents: dict[str, Agent] = {}
        # By agent's id, which run of it greeted last.
        self._runs: dict[str, str] = {}
        self._jobs: dict[str, Job] = {}
        # By ticket: since when its slip is due, and which copy was the first to be given since. By ticket and printer:
        # until when that is not given the copy of what it may have printed.
        self._first: dict[str, tuple[datetime, int]] = {}
        self._rests: dict[tuple[str, str], datetime] = {}
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
            "sent": self._sent,
        }
        for name, handler in answers.items():
            socketio.on_event(name, handler, namespace=NAMESPACE)

    def give(self, hall: Hall) -> None:
        """Give each slip that is due to an agent that has a printer for it; none while nobody knows what time it is."""
        if self._house.office.doubt:
            return
        now = self._house.office.now()
        for name, job in self._orphans(now):
            if self._record(_lost_sight_of(job, by=job.agent.device)):
                with self._lock:
                    self._jobs.pop(name, None)
        # What was just recorded is given as the copy that it has become; a slip of this hall was due before now.
        hall, now = self._house.hall, self._house.office.now()
        with self._lock:
            for sid, agent in self._agents.items():
                if agent.printers and agent.lettered is not hall.plan:
                    self._ask_letters(sid, agent, hall.plan)
            self._forget(hall)
            for ticket in hall.tickets.values():
                if ticket.slip_due and self._fresh_s(ticket, now) > 0:
                    with fenced("giving a slip"):
                        self._give(hall, ticket, now)

    def maybe_out(self, ticket: Ticket) -> bool:
        """Whether the slip that is due may have come out, or may yet: then whoever asks for it gets a marked one."""
        with self._lock:
            job = self._jobs.get(self._job(ticket.id, self._copy(ticket)))
            return self._due_before(ticket) or (job is not None and not job.free)

    def whence(self, ticket: Ticket) -> str | None:
        """Where a slip comes out that is asked for at reception: at a printer for all (None), else where it was due."""
        with self._lock:
            return None if self._candidates(None) else ticket.device

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
        paused, without = hall.kiosks_paused.get(device), self._without(hall, device, now)
        if state is None and not short and paused is None and not without:
            return None
        return Trouble(device, state and state[0], state and state[1], left if short else None, paused, without)

    def _without(self, hall: Hall, device: str, now: datetime) -> int:
        """How many took a ticket at this kiosk, wait, and were told that their slip did not come, or may not have."""
        mine = [
            one for one in hall.tickets.values() if one.device == device and one.state == "waiting" and one.slip_due
        ]
        return sum(self.came_of(ticket, now) in ("not_printed", "unknown") for ticket in mine)

    def came_of(self, ticket: Ticket, now: datetime) -> str:
        return self._house.came_of(ticket, self._name_of(ticket.device), now)

    def paper(self, hall: Hall, device: str, printer: printers.Device | None) -> tuple[int | None, bool]:
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
            # Its own printer, also one that is out: that is what the staff want to know.
            found = next(iter(self._candidates(kiosk.name)), None)
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
        job = self._jobs.get(self._job(ticket.id, copy))
        if job and not job.free:
            return
        if self._copied_enough(ticket, copy):
            self._house.printers.give_up(ticket.id, due_since(ticket), "unknown")
            return
        found = self._printer_for(self._name_of(ticket.device), self._resting(ticket, job, now))
        if found is None:
            return
        if self._due_before(ticket) and now - found[1].since < SETTLE:
            return
        self._hand(hall, ticket, copy, found, now, job.shunned if job else {})

    def _copied_enough(self, ticket: Ticket, copy: int) -> bool:
        """Whether as many copies were given as come by themselves."""
        due = due_since(ticket)
        since, first = self._first.get(ticket.id, (due, copy))
        self._first[ticket.id] = (due, first if since == due else copy)
        return copy - self._first[ticket.id][1] > COPIES_UNASKED

    def _resting(self, ticket: Ticket, job: Job | None, now: datetime) -> Set[str]:
        """The printers that are not asked for this slip now."""
        shunned = {key for key, until in job.shunned.items() if now < until} if job else set()
        shunned |= self._house.printers.nevers(ticket.id)
        return shunned | {key for (of, key), until in self._rests.items() if of == ticket.id and now < until}

    def _hand(
        self, hall: Hall, ticket: Ticket, copy: int, found: Found, now: datetime, shunned: dict[str, datetime]
    ) -> None:
        (sid, agent, printer), name = found, self._job(ticket.id, copy)
        giving = secrets.token_hex(4)
        confirms = _confirms(printer)
        self._jobs[name] = Job(ticket.id, copy, agent, _key(agent, printer), giving, confirms, shunned=shunned)
        said = readable_slip(self._house, hall, ticket, copy, now, agent.lacking)
        self._house.printers.given(ticket.id, _key(agent, printer))
        news = {"job": name, "printer": printer["name"], "slip": said}
        news |= {"giving": giving, "fresh_s": self._fresh_s(ticket, now)}
        self._socketio.emit("print", news, namespace=NAMESPACE, to=sid)

    def _fresh_s(self, ticket: Ticket, now: datetime) -> float:
        """For how many seconds yet the slip's printing may begin."""
        due = due_since(ticket)
        if now < due or self._house.printers.over(ticket.id, due):
            return 0.0
        return round((FRESH - ON_PAPER - (now - due)).total_seconds(), 1)

    def _ask_letters(self, sid: str, agent: Agent, plan: Plan) -> None:
        """Which letters of this plan's slips the agent has not. Until it has answered, it is taken to have them all."""

        def answered(lacking: Any = "", *_: Any) -> None:
            agent.lacking = frozenset(lacking) if isinstance(lacking, str) else frozenset()

        agent.lettered = plan
        self._socketio.emit("letters", {"letters": letters(plan)}, namespace=NAMESPACE, to=sid, callback=answered)

    def _copy(self, ticket: Ticket) -> int:
        """Which copy is due. A slip may have come out before this server began, and nobody told: then it is marked."""
        return max(ticket.copy, 2) if self._due_before(ticket) else ticket.copy

    def _due_before(self, ticket: Ticket) -> bool:
        """Whether this slip was due before this server began: known by what the log held then, not by any clock."""
        return self._before.get(ticket.id) == due_since(ticket)

    def _job(self, ticket: str, copy: int) -> str:
        """A job's name. An agent remembers names: those of another folder's hall, the same day, must differ."""
        return f"{ticket}/{copy}/{self._house.job_mark}"

    def _candidates(self, device: str | None) -> list[Found]:
        """Every printer that is here for that device: its own first, then those that print for all."""
        return [
            (sid, agent, printer)
            for wanted in (device, "*")
            if wanted
            for sid, agent in self._agents.items()
            for printer in agent.printers
            if printer.get("for") == wanted
        ]

    def _printer_for(self, device: str | None, resting: Container[str] = ()) -> Found | None:
        """The first that will print, as far as is known; where none will, the first, which may know better."""
        here = [found for found in self._candidates(device) if _key(*found[1:]) not in resting]
        return next((found for found in here if self._hopeful(found)), here[0] if here else None)

    def _hopeful(self, found: Found) -> bool:
        known = self._house.printers.one(_key(*found[1:]))
        return known is None or known.hopeful

    def _orphans(self, now: datetime) -> list[tuple[str, Job]]:
        """Jobs in the hands of agents that stay away, where another printer would take over: nobody knows of them."""
        with self._lock:
            away = [(name, job) for name, job in self._jobs.items() if job.agent.lost and not job.free]
            away = [(name, job) for name, job in away if job.agent.lost and now - job.agent.lost >= GRACE]
            return [(name, job) for name, job in away if self._would_take_over(job, now)]

    def _would_take_over(self, job: Job, now: datetime) -> bool:
        ticket = self._house.hall.tickets.get(job.ticket)
        if ticket is None or not ticket.slip_due or self._fresh_s(ticket, now) <= 0:
            return False
        found = self._printer_for(self._name_of(ticket.device), self._house.printers.nevers(ticket.id))
        return found is not None and self._hopeful(found)

    def _forget(self, hall: Hall) -> None:
        """Jobs whose ticket is gone, printed, or on to its next copy."""
        for name, job in list(self._jobs.items()):
            ticket = hall.tickets.get(job.ticket)
            if ticket is None or ticket.printed or ticket.sent or self._copy(ticket) != job.copy:
                del self._jobs[name]
        for of in self._first.keys() - hall.tickets.keys():
            del self._first[of]
        for key in [key for key in self._rests if key[0] not in hall.tickets]:
            del self._rests[key]
        self._house.printers.forget(hall.tickets.keys())

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
        now = self._house.office.now()
        self._counters.gone(_sid())
        self._house.printers.gone(_sid(), now)
        with self._lock:
            agent = self._agents.pop(_sid(), None)
            if agent:
                agent.lost = now

    def _hello(self, told: Any = None) -> None:
        """An agent came (back). One that remembers what it was given is given it again, and says what came of it; of
        one that does not, nobody knows.
        """
        now, agent = self._house.office.now(), self._agents.get(_sid())
        if agent is None or not isinstance(told, Mapping):
            return
        named = _named(told)
        with self._lock:
            agent.lettered = None
            agent.obeys = bool(told.get("journal"))
            agent.run = str(told.get("run", ""))
            agent.memory = str(told.get("journal") or agent.run)
            agent.printers = tuple(one for one in named if one.get("kind") == "printer")
            left = [(name, job) for name, job in self._jobs.items() if job.agent.device == agent.device]
            left = [(name, job) for name, job in left if job.agent is not agent and not job.free]
        if self._runs.get(agent.device) != agent.run:
            self._runs[agent.device] = agent.run
            self._house.printers.may_again(agent.device)
        self._house.printers.named(agent.device, _sid(), named, now)
        self._counters.named(_sid(), agent.device, told.get("devices"))
        for name, job in left:
            if _the_same(job.agent, agent):
                self._ask_again(agent, name, job, now)
            elif self._record(_lost_sight_of(job, by=agent.device)):
                # Only now, or the slip could be given unmarked while the hall is told.
                with self._lock:
                    self._jobs.pop(name, None)
        self._live.wake()

    def _ask_again(self, agent: Agent, name: str, job: Job, now: datetime) -> None:
        """The same job to the same printer. One that never arrived is printed while it is fresh, if at all."""
        hall = self._house.hall
        ticket = hall.tickets.get(job.ticket)
        with self._lock:
            if ticket is None or not ticket.slip_due or self._copy(ticket) != job.copy:
                return
            job.agent = agent
            # An agent that knows no age would print it, however old.
            if agent.obeys or self._fresh_s(ticket, now) > 0:
                printer = {"name": job.printer.partition("/")[2], "confirms": job.confirms}
                self._hand(hall, ticket, job.copy, (_sid(), agent, printer), now, job.shunned)

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
                    job.shunned.pop(f"{agent.device}/{told.get('device')}", None)
        self._live.wake()

    # What comes back is the acknowledgement: at False the agent keeps its answer, and tells it again.

    def _printed(self, told: Any = None) -> bool:
        return self._sampled(told, "printed") or self._answered(told, partial(slip_printed, printer=self._whose(told)))

    def _sent(self, told: Any = None) -> bool:
        return self._sampled(told, "sent") or self._answered(told, partial(slip_sent, printer=self._whose(told)))

    def _unknown(self, told: Any = None) -> bool:
        """Its printer rests, for it may break off the next one too."""
        if self._sampled(told, "unknown"):
            return True
        with self._lock:
            job, agent = self._jobs.get(_job_in(told)), self._agents.get(_sid())
            if job:
                self._rests[(job.ticket, job.printer)] = self._house.office.now() + REST
            # Of a job from before this server began it is not known which of the agent's printers had it.
            here = agent.printers if agent else ()
            confirms = job.confirms if job else not here or any(map(_confirms, here))
        return self._answered(told, partial(slip_doubtful, printer=job.printer if job else None, confirms=confirms))

    def _whose(self, told: Any) -> str | None:
        """The printer that the job was given to, if it is known."""
        with self._lock:
            job = self._jobs.get(_job_in(told))
        return job.printer if job else None

    def _sampled(self, told: Any, outcome: str) -> bool:
        """Whether it was a sample slip that was answered. One that came out makes the roll shorter, and no more."""
        name, agent = _job_in(told), self._agents.get(_sid())
        with self._lock:
            device, printer = self._samples.pop(name, ("", "")) if agent else ("", "")
        if not agent or not device:
            return False
        if outcome in ("printed", "sent"):
            self._record(partial(kiosks.sample_slip_printed, by=agent.device, device=device, printer=printer))
        self._house.printers.sampled(device, name, outcome)
        self._live.wake()
        return True

    def _answered(self, told: Any, wish: Callable[..., Any]) -> bool:
        """Whether it is written down, or none of ours."""
        agent, ticket, copy = self._who_and_what(told)
        written = not ticket or self._record(partial(wish, by=agent, ticket=ticket, copy=copy))
        self._live.wake()
        return written

    def _not_printed(self, told: Any = None) -> None:
        """Nothing came out: another printer may have it at once, this one after a rest; never, where it says that it
        cannot set that slip at all. A sample slip is not given again. What was said of an earlier giving, or by who has
        it no more, is not of this one.
        """
        if self._sampled(told, "not_printed"):
            return
        with self._lock:
            job, agent = self._jobs.get(_job_in(told)), self._agents.get(_sid())
            if job is None or job.agent is not agent or told.get("giving", job.giving) != job.giving:
                return
            job.free = True
            job.shunned[job.printer] = self._house.office.now() + REST
        if told.get("never") is True:
            self._house.printers.never(job.ticket, job.printer)
        self._house.printers.said(job.ticket, "not_printed")
        self._live.wake()

    def _who_and_what(self, told: Any) -> tuple[str, str, int]:
        agent = self._agents.get(_sid())
        found = re.fullmatch(r"([\w-]+)/(\d{1,6})/([\w-]+)", _job_in(told), re.ASCII)
        if agent is None or found is None or found[3] != self._house.job_mark:
            return "", "", 0
        return agent.device, found[1], int(found[2])

    def _record(self, wish: Wish) -> bool:
        """Whether it is written down."""
        try:
            self._house.office.do(wish)
        except Exception:
            # The agent is told so, and tells it again.
            logger.exception("a slip's outcome could not be written")
            return False
        return True


def _lost_sight_of(job: Job, by: str) -> Wish:
    return partial(slip_doubtful, by=by, ticket=job.ticket, copy=job.copy, printer=job.printer, confirms=job.confirms)


def _confirms(printer: Mapping[str, Any]) -> bool:
    """Whether it can tell that a slip came out; one of which nothing is said can."""
    return printer.get("confirms") is not False


def _the_same(before: Agent, now: Agent) -> bool:
    """Whether what the one was given is in the hands of the other, which knows it. A journal that another process uses
    as well, on a line that is not closed, was cloned with its machine: that one knows nothing of this slip.
    """
    return before.memory == now.memory and (before.lost is not None or before.run == now.run)


def _job_in(told: Any) -> str:
    """The job that an agent names."""
    return str(told.get("job")) if isinstance(told, Mapping) else ""


def _named(told: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The devices that an agent names, as far as they are some."""
    devices = told.get("devices")
    here = [one for one in devices if isinstance(one, Mapping)] if isinstance(devices, list) else []
    return [one for one in here if one.get("kind") in printers.KINDS and one.get("name")]


def _key(agent: Agent, printer: Mapping[str, Any]) -> str:
    return f"{agent.device}/{printer['name']}"


def _sid() -> str:
    sid: str = request.sid  # type: ignore[attr-defined]
    return sid
