"""After each commit, each face's fresh snapshot to its namespace, whole and numbered; and one to whoever comes new.

Two rounds: boards, kiosks and counters first; those that may lag (phones, the desk) at most once a second and in a
task of their own, so that a slow question never keeps a call from the board. What a snapshot holds is the face's.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from flask import request
from flask_socketio import SocketIO, join_room

from hall_server.auth import caller_of_socket
from hall_server.face import Face, Snapshot
from hall_server.house import House
from hall_server.people import Member
from queue_core.hall import Events, Hall

logger = logging.getLogger(__name__)

Topics = dict[str, Snapshot | None]
LAG_S = 1.0
BREATH_S = 0.05
LOOK_S = 5.0
# Whose sessions last a service day; a screen that was paired stays so.
STAFF = ("officer", "manager", "admin")


class Live:
    """Knows who follows what, and what they were last told."""

    def __init__(self, socketio: SocketIO, house: House, faces: Sequence[Face]) -> None:
        self._socketio, self._house = socketio, house
        self._followers: dict[str, tuple[Face, str]] = {}
        self._topics: dict[str, Topics] = {face.namespace: {} for face in faces}
        self._new: list[tuple[Face, str, str]] = []
        self._touched: set[tuple[str, str]] = set()
        self._lock = threading.Lock()
        self._prompt = [face for face in faces if not face.lags]
        self._lagging = [face for face in faces if face.lags]
        self._wake, self._wake_lagging = threading.Event(), threading.Event()
        self._also: list[Callable[[Hall], None]] = []
        self._wake_lookout = threading.Event()
        self._seen: dict[str, tuple[object, ...]] = {}
        self._members: dict[str, tuple[str, Member, str | None]] = {}
        self._looked = 0.0
        for face in faces:
            self._open(face)
        house.office.listen(self._committed)

    def start(self) -> None:
        """Begin to tell, in tasks of the server's own kind."""
        self.also(lambda hall: self._dismiss())
        self._socketio.start_background_task(self._rounds, self._prompt_round, self._wake)
        self._socketio.start_background_task(self._rounds, self._lagging_round, self._wake_lagging)
        self._socketio.start_background_task(self._rounds, self._look_ahead, self._wake_lookout)

    def also(self, work: Callable[[Hall], None]) -> None:
        """Do `work(hall)` in each prompt round, at least once a second."""
        self._also.append(work)

    def watch(self, sid: str, namespace: str, member: Member, session: str | None = None) -> None:
        """Shut this socket once its member is removed, or a person's session is over: what opens nothing any more must
        hear nothing either."""
        self._members[sid] = (namespace, member, session)

    def forget(self, sid: str) -> None:
        """The socket is closed."""
        self._members.pop(sid, None)

    def ask_anew(self, session: str) -> None:
        """Shut the sockets of that session: it was locked, opened again or ended, and may see another thing now."""
        self._shut(lambda member, of: of == session)

    def _dismiss(self) -> None:
        if time.monotonic() - self._looked < LOOK_S or not self._members:
            return
        self._looked = time.monotonic()
        people = self._house.people
        known = people.ids()
        sessions = {of for _, member, of in self._members.values() if of and member.role in STAFF}
        over = people.over(sessions, str(self._house.plan.service_day(self._house.office.now()))) if sessions else set()
        self._shut(lambda member, of: member.id not in known or of in over)

    def _shut(self, meant: Callable[[Member, str | None], bool]) -> None:
        for sid, (namespace, member, session) in list(self._members.items()):
            if meant(member, session):
                self.forget(sid)
                self._socketio.server.disconnect(sid, namespace=namespace)

    def wake(self) -> None:
        """Start a round now."""
        self._wake.set()

    def anew(self) -> None:
        """Look at all again now: what some faces show besides the hall has changed."""
        self._seen.clear()
        self._wake_all()

    def followed(self, namespace: str) -> list[str]:
        """The topics of that namespace that somebody follows now."""
        with self._lock:
            return list(self._topics.get(namespace, ()))

    def snapshot(self, face: Face, topic: str = "") -> Snapshot:
        """What a screen of that topic shows now: for the first page, and for whoever connects."""
        return self._numbered(self._house.hall, face.news(self._house.hall, self._house.office.now(), topic))

    # -- who follows -------------------------------------------------------------------------------------------

    def _open(self, face: Face) -> None:
        def connect(auth: Any = None) -> bool:
            return self._connected(face, auth if isinstance(auth, Mapping) else {})

        self._socketio.on_event("connect", connect, namespace=face.namespace)
        self._socketio.on_event("disconnect", self._disconnected, namespace=face.namespace)

    def _connected(self, face: Face, auth: Mapping[str, Any]) -> bool:
        calling = caller_of_socket(auth)
        topic = (face.locked if calling and calling.locked else face.admit)(auth, calling)
        if topic is None:
            return False
        sid: str = request.sid  # type: ignore[attr-defined]
        if calling:
            self.watch(sid, face.namespace, calling.member, calling.session)
            # What was locked or removed just before that found nothing here to shut.
            if caller_of_socket(auth) != calling:
                self.forget(sid)
                return False
        join_room(_room(topic))
        with self._lock:
            self._followers[sid] = (face, topic)
            self._topics[face.namespace].setdefault(topic, None)
            self._new.append((face, topic, sid))
        (self._wake_lagging if face.lags else self._wake).set()
        return True

    def _disconnected(self, *_: Any) -> None:
        self.forget(request.sid)  # type: ignore[attr-defined]
        with self._lock:
            face, topic = self._followers.pop(request.sid, (None, ""))  # type: ignore[attr-defined]
            if face and (face, topic) not in self._followers.values():
                self._topics[face.namespace].pop(topic, None)

    # -- telling -----------------------------------------------------------------------------------------------

    def _committed(self, hall: Hall, events: Events) -> None:
        touched = {
            (face.namespace, topic) for face in self._lagging for event in events if (topic := face.touched(event))
        }
        with self._lock:
            self._touched |= touched
        self._wake_lookout.set()
        self._wake_all()

    def _wake_all(self) -> None:
        self._wake.set()
        self._wake_lagging.set()

    def _rounds(self, one_round: Callable[[], None], wake: threading.Event) -> None:
        while True:
            wake.wait(LAG_S)
            wake.clear()
            with fenced("a round of news"):
                one_round()

    def _prompt_round(self) -> None:
        # Before the hall is looked at: what is touched after that is told in the next round, from a hall that knows it.
        with self._lock:
            touched, self._touched = self._touched, set()
        hall, now = self._house.hall, self._house.office.now()
        for face in self._prompt:
            if self._unseen(face, hall, now):
                for topic in self._followed(face):
                    self._tell(face, [topic], hall, now)
                    # Each kiosk and counter has news of its own: whoever presses must not wait for all of them.
                    self._socketio.sleep(0)
        for face in self._lagging:
            mine = [topic for topic in self._followed(face) if (face.namespace, topic) in touched]
            self._tell(face, mine, hall, now)
        self._welcome(self._prompt)
        for work in self._also:
            with fenced("what is done in each round"):
                work(hall)
        # In a rush one news tells several commits: a screen that must read fifty a second falls behind on all of them.
        self._socketio.sleep(BREATH_S)

    def _lagging_round(self) -> None:
        hall, now = self._house.hall, self._house.office.now()
        for face in self._lagging:
            if self._unseen(face, hall, now):
                for topic in self._followed(face):
                    # What was told at once meanwhile, of a later hall, is not to be taken back.
                    hall, now = self._house.hall, self._house.office.now()
                    if face.moving(hall, topic):
                        self._tell(face, [topic], hall, now)
                        # Hundreds of phones take their time; whoever presses a button must not wait for all of them.
                        self._socketio.sleep(0)
        self._welcome(self._lagging)
        self._socketio.sleep(LAG_S)

    def _look_ahead(self) -> None:
        """A fresh outlook, and the screens that show waits are told."""
        hall, now = self._house.hall, self._house.office.now()
        if self._house.lookout.due(hall, now):
            self._house.lookout.look(hall, now, lambda: self._socketio.sleep(0))
            self._wake_all()
        self._socketio.sleep(LAG_S)

    def _unseen(self, face: Face, hall: Hall, now: datetime) -> bool:
        """Whether anything moved: the hall, its outlook, what screens are set to, a printer, the minute (an hour may
        open or close it), or what else hangs on the time.
        """
        minute, screens = now.replace(second=0, microsecond=0), self._house.people.screens_rev
        looked_at, by_time = self._house.lookout.looked_at, face.by_time(hall, now)
        moment = (str(hall.day), hall.seq, looked_at, minute, screens, self._house.printers.rev, by_time)
        unseen = self._seen.get(face.namespace) != moment
        self._seen[face.namespace] = moment
        return unseen

    def _followed(self, face: Face) -> list[str]:
        return self.followed(face.namespace)

    def _tell(self, face: Face, topics: Iterable[str], hall: Hall, now: datetime) -> None:
        """News to each topic whose snapshot has changed since it was last told."""
        told = self._topics[face.namespace]
        for topic in topics:
            with fenced(f"news of {face.namespace}"):
                news = face.news(hall, now, topic)
                if told.get(topic) != news and self._keep(told, topic, news):
                    self._emit(face, self._numbered(hall, news), _room(topic))

    def _keep(self, told: Topics, topic: str, news: Snapshot) -> bool:
        """Remember what the topic is told, if anybody still follows it."""
        with self._lock:
            followed = topic in told
            if followed:
                told[topic] = news
            return followed

    def _welcome(self, faces: list[Face]) -> None:
        """Whoever came since the last round gets the present, changed or not."""
        with self._lock:
            mine = [new for new in self._new if new[0] in faces]
            self._new = [new for new in self._new if new[0] not in faces]
        for face, topic, sid in mine:
            with fenced(f"the first news of {face.namespace}"):
                self._emit(face, self.snapshot(face, topic), sid)

    def _emit(self, face: Face, news: Snapshot, to: str) -> None:
        self._socketio.emit("news", news, namespace=face.namespace, to=to)

    def _numbered(self, hall: Hall, news: Snapshot) -> Snapshot:
        return {"epoch": self._house.epoch, "seq": hall.seq, **news}


@contextmanager
def fenced(what: str) -> Iterator[None]:
    """What fails inside is logged and harms nobody: one face's fault keeps no call from another's board."""
    try:
        yield
    except Exception:
        logger.exception("%s failed", what)


def _room(topic: str) -> str:
    # A room of its own name: a topic must never be mistaken for a client's id.
    return f"topic:{topic}"
