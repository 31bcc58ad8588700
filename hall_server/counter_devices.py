"""What the displays of the counters show, and what the keys of their keypads do.

News of a counter go to the agents that named a display for it, whole, after each commit that changes them. A press of a
key is the wish of the officer who is at that counter, with the same refusals as on the panel. Not here: how a device
is spoken to (hardware), print jobs and which agents there are (devices.py).
"""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any

from flask import request
from flask_socketio import SocketIO

from hall_server import tell
from hall_server.house import House
from hall_server.live import Live, fenced
from hall_server.texts import FIRST, say, values_in
from queue_core import errors, officers
from queue_core.hall import Events, Hall
from queue_core.log import Key

logger = logging.getLogger(__name__)

NAMESPACE = "/hardware"
# So old a press may be, by its agent's own count. Later that has given it up and blinked: it must not act after all.
PRESS_LASTS_S = 6
REMEMBERED = 1_000  # answers: an agent says a press again for some seconds only
# What a keypad may do. `next` on a visitor who was called and not started is refused, as on the panel without an
# answer whether they came: there are keys for both.
ACTIONS: Mapping[str, Callable[..., Events]] = {
    "next": officers.call_next,
    "recall": officers.recall,
    "start": officers.start,
    "no-show": officers.no_show,
    "finish": officers.finish,
}

Answer = dict[str, Any]


@dataclass
class Agent:
    """An agent on one line: the device it signed in as, the counters of its displays and keypads, and what it was told
    last of each display's counter."""

    device: str
    displays: frozenset[str]
    keypads: frozenset[str]
    told: dict[str, Mapping[str, Any]] = field(default_factory=dict)


class CounterDevices:
    """Who has displays and keypads, and what was answered to their presses."""

    def __init__(self, socketio: SocketIO, house: House, live: Live) -> None:
        self._socketio, self._house, self._live = socketio, house, live
        self._agents: dict[str, Agent] = {}
        self._answers: OrderedDict[tuple[str, str], Answer] = OrderedDict()
        self._lock = threading.Lock()
        socketio.on_event("button", self._button, namespace=NAMESPACE)

    def named(self, sid: str, device: str, devices: Any) -> None:
        """An agent said what hangs on it: its displays are told all, whatever they were told before."""
        told = [one for one in devices if isinstance(one, Mapping)] if isinstance(devices, list) else []
        agent = self._agents[sid] = Agent(device, _counters(told, "display"), _counters(told, "keypad"))
        for counter in sorted((agent.displays | agent.keypads) - self._house.hall.counters.keys()):
            logger.warning("agent %s has devices for counter %s, which the centre does not have", device, counter)
        self._live.wake()

    def gone(self, sid: str) -> None:
        self._agents.pop(sid, None)

    def tell(self, hall: Hall) -> None:
        """News to each agent of the counters whose displays hang on it, where they changed."""
        for sid, agent in list(self._agents.items()):
            for counter in agent.displays:
                with fenced("what a display shows"):
                    news = shown(hall, counter)
                    if agent.told.get(counter) != news:
                        agent.told[counter] = news
                        numbered = {"epoch": self._house.epoch, "seq": hall.seq, **news}
                        self._socketio.emit("display", numbered, namespace=NAMESPACE, to=sid)

    # -- presses -----------------------------------------------------------------------------------------------

    def _button(self, told: Any = None) -> Answer:
        """A key was pressed: `{ok, word, detail, number}`. The same press once more gets the same answer."""
        agent = self._agents.get(request.sid)  # type: ignore[attr-defined]
        if agent is None or not isinstance(told, Mapping):
            return _refused(errors.UnknownCounter(counter=""))
        counter, action, press = (str(told.get(word, ""))[:80] for word in ("counter", "action", "press"))
        with self._lock:
            before = self._answers.get((agent.device, press))
        if before is not None:
            return before
        try:
            in_time(told.get("age_s", 0))
            answer = self._granted(agent, counter, action, press)
        except errors.NotWritten as refused:
            return _refused(refused)  # it may be tried again
        except errors.Refused as refused:
            answer = _refused(refused)
        except Exception:
            logger.exception("a press could not be judged: %s", told)
            return _refused(errors.NotWritten())
        self._remember(agent.device, press, answer)
        return answer

    def _granted(self, agent: Agent, counter: str, action: str, press: str) -> Answer:
        if counter not in agent.keypads:
            raise errors.UnknownCounter(counter=counter)
        if action not in ACTIONS or not press:
            raise errors.WrongValue(where="action" if press else "press", why=" | ".join(ACTIONS))
        known = self._house.people.ids()
        digest = sha256(f"{counter} {action}".encode()).hexdigest()
        key = Key(f"keypad:{agent.device}", press, digest)
        wish = partial(pressed, counter=counter, action=action, known=known)
        present = self._house.office.do(wish, key).hall.at_counter(counter)
        return {"ok": True, "word": "", "detail": "", "number": present.number if present else ""}

    def _remember(self, device: str, press: str, answer: Answer) -> None:
        with self._lock:
            self._answers[(device, press)] = answer
            while len(self._answers) > REMEMBERED:
                self._answers.popitem(last=False)


def shown(hall: Hall, counter: str) -> dict[str, Any]:
    """What the counter's display shows: the number at it, `called` or `serving`; nothing, where nobody is."""
    here = tell.counter(hall, hall.counters[counter]) if counter in hall.counters else {"number": None}
    number = here["number"]
    return {"counter": counter, "number": number or "", "state": here["ticket_state"] if number else "none"}


def pressed(hall: Hall, now: datetime, counter: str, action: str, known: frozenset[str]) -> Events:
    """The wish of whoever is at the counter; `known` are all whom the house knows. Refused where nobody is there."""
    here = hall.counters.get(counter)
    if here is None:
        raise errors.UnknownCounter(counter=counter)
    if here.officer not in known:  # at a closed counter nobody is
        raise errors.CounterClosed(counter=counter)
    return ACTIONS[action](hall, now, by=here.officer, counter=counter)


def in_time(age_s: Any) -> None:
    """Refuses a press whose key was pressed too many seconds ago, or nobody can say how many."""
    if isinstance(age_s, bool) or not isinstance(age_s, int | float):
        raise errors.WrongValue(where="age_s", why="0 …")
    if not age_s <= PRESS_LASTS_S:
        raise errors.PressTooOld(seconds=PRESS_LASTS_S)


def _counters(devices: list[Mapping[str, Any]], kind: str) -> frozenset[str]:
    return frozenset(str(one.get("counter")) for one in devices if one.get("kind") == kind)


def _refused(refused: errors.Refused) -> Answer:
    detail = say(FIRST, f"refusal.{refused.word}", **values_in(refused.values, FIRST))
    return {"ok": False, "word": refused.word, "detail": detail, "number": ""}
