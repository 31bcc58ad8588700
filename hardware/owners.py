"""Who owns a line: one thread, which paints all displays on it and hears all keypads.

Here belongs the talk on one line, the presses that wait for the hall's answer, and which display shows what of it. Not
here: the line itself (transports.py), what a display shows (displays.py) and what a key means (keypads.py).
"""

import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from hardware.clock import ticks
from hardware.displays import AWAY_S, Display, Picture, Screen, Verdict
from hardware.keypads import Driver, Key, Keypad
from hardware.printers import State
from hardware.transports import Broken, Line, Transport

log = logging.getLogger("sala.agent")

LISTEN_S = 0.05
OPEN_S, WRITE_S = 3.0, 2.0
REOPEN_S = 1.0
AGAIN_S, GIVEN_UP_S = 1.5, 6.0  # a press that was not answered is said again, and given up: it must not act late
SERVER_AWAY = "server-away"
SILENT = "the line is open; no key was pressed yet"
MUTE = "sent; such a display never says that it took it"
DEAF = "it does not answer"

Heard = Callable[[Any], None]


class Server(Protocol):
    """What is needed of the agent's line to the server."""

    def away_for(self) -> float: ...

    def status(self, device: str, state: State) -> None: ...

    def press(self, counter: str, action: str, press: str, heard: Heard, age_s: float | None = None) -> None: ...

    def drop(self) -> None: ...


@dataclass(slots=True)
class Waiting:
    """A press that the hall has not answered yet; when the key was pressed, and when that was said last (ticks)."""

    keypad: Keypad
    action: str
    begun: float
    said: float


class Presses:
    """Tells presses to the hall, each until it is answered: said twice, it happens once."""

    def __init__(self, server: Server, refused: Callable[[str], None]) -> None:
        self._server, self._refused = server, refused
        self._lock = threading.Lock()
        self._waiting: dict[str, Waiting] = {}

    def press(self, keypad: Keypad, action: str, now: float) -> None:
        """A key was pressed. Without a server nobody is called, neither now nor once it is back."""
        if self._server.away_for():
            self._refuse(keypad, action, SERVER_AWAY)
            return
        press = secrets.token_hex(8)
        with self._lock:
            self._waiting[press] = Waiting(keypad, action, now, now)
        self._say(press, keypad, action)

    def again(self, now: float) -> None:
        """Say again what was not answered, and give up what is too old."""
        with self._lock:
            waiting = list(self._waiting.items())
        for press, one in waiting:
            if now - one.begun > GIVEN_UP_S:
                self._give_up(press)
            elif now - one.said > AGAIN_S and not self._server.away_for():
                one.said = now
                self._say(press, one.keypad, one.action, age_s=round(now - one.begun, 3))

    def _give_up(self, press: str) -> None:
        """What was said of it and is still on its way dies with the line: it must not act after it was refused."""
        if self._answered(press, {"ok": False, "word": SERVER_AWAY}):
            self._server.drop()

    def _say(self, press: str, keypad: Keypad, action: str, age_s: float | None = None) -> None:
        """`age_s`: for how long it has been said; the hall refuses what is too old."""
        self._server.press(keypad.counter, action, press, lambda answer=None: self._answered(press, answer), age_s)

    def _answered(self, press: str, answer: Any) -> bool:
        """Whether it was still waited for."""
        with self._lock:
            one = self._waiting.pop(press, None)
        if one is None:
            return False
        told = answer if isinstance(answer, Mapping) else {}
        if told.get("ok") is True:
            log.info("%s: %s, now %s", one.keypad.name, one.action, told.get("number") or "nobody")
        else:
            self._refuse(one.keypad, one.action, told.get("word"), told.get("detail", ""))
        return True

    def _refuse(self, keypad: Keypad, action: str, word: Any, detail: Any = "") -> None:
        log.info("%s: %s is refused: %s %s", keypad.name, action, word, detail)
        self._refused(keypad.counter)


class Owners:
    """All displays and keypads of an agent, each line with an owner of its own."""

    def __init__(
        self, displays: Iterable[Display], keypads: Iterable[Keypad], server: Server, stop: threading.Event
    ) -> None:
        self._server = server
        self._screens = [Screen(display) for display in displays]
        self._presses = Presses(server, self.refused)
        keypads = tuple(keypads)
        lines = {one.line.port: one.line for one in (*(screen.display for screen in self._screens), *keypads)}
        self._owners = [
            Owner(
                line,
                [screen for screen in self._screens if screen.display.line.port == port],
                [keypad for keypad in keypads if keypad.line.port == port],
                server,
                self._presses,
                stop,
            )
            for port, line in lines.items()
        ]

    def show(self, told: Any) -> None:
        """News of the hall: the number that is at a counter."""
        try:
            counter, number, epoch, seq = told["counter"], told["number"], told.get("epoch", ""), told.get("seq", 0)
            number, epoch, seq = str(number or ""), str(epoch), int(seq)
        except (TypeError, ValueError, KeyError, AttributeError):
            log.error("the server sent something that no display can show: %r", told)
            return
        for screen in self._of(counter):
            screen.tell(number, epoch, seq)

    def refused(self, counter: str) -> None:
        """A press at that counter was refused: its displays say so."""
        now = time.monotonic()
        for screen in self._of(counter):
            screen.refuse(now)

    def line_back(self) -> None:
        """The server is there again, and has told nothing yet."""
        if self._server.away_for() >= AWAY_S:
            for screen in self._screens:
                screen.forget()

    def end(self, until: float) -> None:
        """They are waited for until then, on the monotonic clock."""
        for owner in self._owners:
            owner.end(until)

    def _of(self, counter: Any) -> list[Screen]:
        return [screen for screen in self._screens if screen.display.counter == counter]


class Owner:
    """The one thread that has this line open."""

    def __init__(
        self,
        line: Transport,
        screens: list[Screen],
        keypads: list[Keypad],
        server: Server,
        presses: Presses,
        stop: threading.Event,
    ) -> None:
        self._line, self._screens, self._server, self._presses, self._stop = line, screens, server, presses, stop
        self._ears = [Ear(keypad, server, presses) for keypad in keypads]
        self._thread = threading.Thread(target=self._work, name=line.port, daemon=True)
        self._thread.start()

    def end(self, until: float) -> None:
        self._thread.join(max(0.0, until - time.monotonic()))

    def _work(self) -> None:
        absent = False  # said once, not each second
        while not self._stop.is_set():
            try:
                line = self._line.open(OPEN_S)
            except OSError as wrong:
                if not absent:
                    log.warning("%s cannot be opened: %s", self._line.port, wrong)
                absent = True
                self._all("offline", str(wrong))
            else:
                absent = False
                self._talk_on(line)
            self._stop.wait(REOPEN_S)

    def _talk_on(self, line: Line) -> None:
        try:
            self._talk(line)
        except OSError as wrong:
            log.warning("%s broke: %s", self._line.port, wrong)
            self._all("offline", str(wrong))
        except Exception:  # the fence: an owner that dies would leave all on this line dumb until somebody notices
            log.exception("%s failed", self._line.port)
            self._all("unknown", "an unforeseen error, see the agent's log")
        finally:
            line.close()

    def _all(self, state: str, detail: str) -> None:
        for name in (*(screen.display.name for screen in self._screens), *(ear.keypad.name for ear in self._ears)):
            self._server.status(name, State(state, detail))

    def _talk(self, line: Line) -> None:
        for screen in self._screens:
            screen.unsure()
        for ear in self._ears:
            ear.begin()
        while not self._stop.is_set():
            self._hear(line.read(LISTEN_S))
            self._presses.again(ticks())
            for screen in self._screens:
                if picture := screen.due(time.monotonic(), self._away()):
                    self._paint(line, screen, picture)

    def _away(self) -> bool:
        return self._server.away_for() >= AWAY_S

    def _hear(self, piece: bytes) -> None:
        now = ticks()
        for ear in self._ears:
            ear.hear(piece, now)

    def _paint(self, line: Line, screen: Screen, picture: Picture) -> None:
        """Until it is taken, something newer is wanted, or it was tried often enough."""
        display = screen.display
        for _ in range(1 + display.retries if screen.answers else 1):
            state = show(line, display, picture.text, self._hear)
            if state.name != "offline":
                screen.painted(picture, time.monotonic())
                break
            if self._stop.is_set() or screen.wanted(time.monotonic(), self._away()) != picture:
                return
        else:
            screen.failed(time.monotonic())
        self._server.status(display.name, state)


def look(one: Display | Keypad) -> State:
    """How a display or keypad is, for a technician: a display shows eights. Nobody else may have its line open."""
    try:
        line = one.line.open(OPEN_S)
    except OSError as wrong:
        return State("offline", str(wrong))
    try:
        if isinstance(one, Keypad):
            return State("unknown", SILENT)
        tries = (show(line, one, "8" * one.driver.places, lambda piece: None) for _ in range(1 + one.retries))
        return next((state for state in tries if state.name != "offline"), State("offline", DEAF))
    except OSError as wrong:
        return State("offline", str(wrong))
    finally:
        line.close()


def show(line: Line, display: Display, text: str, hear: Callable[[bytes], None]) -> State:
    """Send the text once; how the display is then. What others on the line say meanwhile is given to `hear`."""
    frame = display.driver.frame(text)
    if line.write(frame, WRITE_S) < len(frame):
        raise Broken(f"the line takes nothing for {WRITE_S:g} s")
    state = _answered(line, display, hear) if display.driver.confirms else State("unknown", MUTE)
    _rest(line, display.gap_s, hear)
    return state


def _answered(line: Line, display: Display, hear: Callable[[bytes], None]) -> State:
    heard, until = b"", time.monotonic() + display.answer_s
    verdict = None
    while verdict is None and (left := until - time.monotonic()) > 0:
        heard += line.read(left)
        verdict = display.driver.judge(heard)
    verdict = verdict or Verdict(False, heard, DEAF)
    if verdict.rest:
        hear(verdict.rest)
    return State("ok") if verdict.taken else State("offline", verdict.why)


def _rest(line: Line, gap_s: float, hear: Callable[[bytes], None]) -> None:
    """The line is left in peace for so long, and heard."""
    until = time.monotonic() + gap_s
    while (left := until - time.monotonic()) > 0:
        if piece := line.read(left):
            hear(piece)


class Ear:
    """Hears one keypad on a line: makes keys of the bytes, and presses of the keys that are its own."""

    def __init__(self, keypad: Keypad, server: Server, presses: Presses) -> None:
        self.keypad, self._server, self._presses = keypad, server, presses
        self._driver: Driver = keypad.driver()
        self._heard_at = 0.0
        self._begun = False
        self._last: tuple[str, float] = ("", float("-inf"))

    def begin(self) -> None:
        """The line is open. A keypad says nothing until it is pressed."""
        self._driver, self._begun = self.keypad.driver(), False
        self._server.status(self.keypad.name, State("unknown", SILENT))

    def hear(self, piece: bytes, now: float) -> None:
        if piece:
            late = self._torn(now)
            self._begun, self._heard_at = True, now
            keys = late + self._driver.feed(piece)
        else:
            keys = self._torn(now)
        for key in keys:
            if self.keypad.is_meant(key):
                self._press(key, now)

    def _torn(self, now: float) -> list[Key]:
        if not self._begun or now - self._heard_at <= self._driver.quiet_s:
            return []
        self._begun = False
        return self._driver.quiet()

    def _press(self, key: Key, now: float) -> None:
        self._server.status(self.keypad.name, State("ok"))
        before, at = self._last
        self._last = (key.key, now)
        action = self.keypad.keys.get(key.key)
        if action is None:
            log.warning("%s: the key %s means nothing; see `keys` in the devices file", self.keypad.name, key.key)
        elif key.key != before or now - at > self.keypad.bounce_s:
            self._presses.press(self.keypad, action, now)
