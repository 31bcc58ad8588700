"""A face: its pages and calls, and the news that its screens need. Each face folder has modules with `face(house)`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint

from hall_server.auth import Caller
from queue_core.hall import Hall
from queue_core.ticket import Event

Snapshot = dict[str, Any]


def never(*_: Any) -> None:
    """No topic is touched by an event in particular."""


def nothing(hall: Hall, now: datetime) -> None:
    """Time alone changes nothing that is shown, but for what each new minute does."""


def shut_out(auth: Mapping[str, Any], caller: Caller | None) -> str | None:
    """Behind a lock nothing is shown."""
    return None


def always(hall: Hall, topic: str) -> bool:
    return True


@dataclass(frozen=True)
class Face:
    """One namespace.

    `admit(auth, caller)` gives the topic that a screen follows ("" where all see the same), or None: not for you.
    `news(hall, now, topic)` is the whole of what that screen shows. A face that `lags` is told at most once a second,
    but a topic that `touched(event)` names is told at once; `moving` says whether a topic can still change by itself.
    `by_time(hall, now)` differs as soon as time alone changes what some topic of it shows.
    `locked(auth, caller)` is `admit` for whoever's screen is locked.
    """

    name: str
    blueprints: Sequence[Blueprint]
    admit: Callable[[Mapping[str, Any], Caller | None], str | None]
    news: Callable[[Hall, datetime, str], Snapshot]
    lags: bool = False
    touched: Callable[[Event], str | None] = never
    moving: Callable[[Hall, str], bool] = always
    by_time: Callable[[Hall, datetime], object] = nothing
    locked: Callable[[Mapping[str, Any], Caller | None], str | None] = shut_out

    @property
    def namespace(self) -> str:
        return f"/{self.name}"
