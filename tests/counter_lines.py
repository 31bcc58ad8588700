"""The hall as the owners of lines see it, for tests: it is there or away, keeps what it is told, answers presses."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from hardware import devices
from hardware.owners import Owners
from hardware.printers import State
from tests.cables import PATIENCE_S

GRANTED = {"ok": True, "word": "", "detail": "", "number": "A015"}
REFUSED = {"ok": False, "word": "came-or-not", "detail": "Please say first whether the visitor came.", "number": ""}


class TheHall:
    """`answers`: what each press gets, in turn; None for no answer at all. `away_s`: for how long it has been away."""

    def __init__(self) -> None:
        self.away_s = 0.0
        self.answers: Callable[[dict[str, str]], Any] = lambda press: GRANTED
        self.presses: list[dict[str, str]] = []
        self.ages: list[float | None] = []
        self.dropped = 0
        self.told: list[tuple[str, State]] = []
        self._news = threading.Condition()

    def away_for(self) -> float:
        return self.away_s

    def drop(self) -> None:
        self.dropped += 1

    def status(self, device: str, state: State) -> None:
        with self._news:
            self.told.append((device, state))
            self._news.notify_all()

    def press(
        self, counter: str, action: str, press: str, heard: Callable[[Any], None], age_s: float | None = None
    ) -> None:
        said = {"counter": counter, "action": action, "press": press}
        self.ages.append(age_s)
        with self._news:
            self.presses.append(said)
            self._news.notify_all()
        answer = self.answers(said)
        if answer is not None:
            heard(answer)

    def state(self, device: str) -> State | None:
        return next((state for name, state in reversed(self.told) if name == device), None)

    def until(self, true: Callable[[], Any]) -> None:
        with self._news:
            assert self._news.wait_for(true, PATIENCE_S), (self.told[-5:], self.presses)

    def until_state(self, device: str, state: str) -> State:
        self.until(lambda: (told := self.state(device)) and told.name == state)
        return self.state(device) or State("")

    def until_pressed(self, *actions: str) -> None:
        self.until(lambda: [press["action"] for press in self.presses] == list(actions))


class News:
    """What the hall tells the displays of a counter, numbered as the server does."""

    def __init__(self, owners: Owners) -> None:
        self._owners, self.seq = owners, 0

    def show(self, number: str, counter: str = "3", seq: int | None = None, epoch: str = "first") -> None:
        self.seq = self.seq + 1 if seq is None else seq
        state = "called" if number else "none"
        news = {"counter": counter, "number": number, "state": state, "epoch": epoch, "seq": self.seq}
        self._owners.show(news)


@contextmanager
def owning(text: str, hall: TheHall) -> Iterator[tuple[Owners, News]]:
    """The owners of all lines that the devices file names, until the end of the block."""
    found, stop = devices.read(text), threading.Event()
    owners = Owners(found.displays, found.keypads, hall, stop)
    try:
        yield owners, News(owners)
    finally:
        stop.set()
        owners.end(time.monotonic() + PATIENCE_S)
    assert not any(owner._thread.is_alive() for owner in owners._owners)
