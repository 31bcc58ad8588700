"""One voice a zone: which board speaks, who takes over, and what it is told. What it then says is tests/scripts
(announce.test.js, turns.test.js), how it sounds test_voice_walks.py."""

from typing import Any

import pytest

from display_board.loudspeakers import Loudspeakers
from hall_server.bodies import SpokenCall
from tests.serving import Caller, Hall

NINE = "2026-11-20T09:00:00.000+07:00"


class Ticks:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def spoken(call: int, second: int = 0, whole: bool = True) -> SpokenCall:
    return SpokenCall(call, 0, f"2026-11-20T09:00:{second:02d}.000+07:00", whole)


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def zones(ticks: Ticks) -> Loudspeakers:
    return Loudspeakers(ticks)


def speaks(zones: Loudspeakers, page: str, zone: str = "") -> bool:
    return zones.ask(zone, page)[0]


def test_one_board_speaks_and_goes_on_speaking(zones: Loudspeakers, ticks: Ticks) -> None:
    for second in range(0, 60, 2):
        ticks.now = second
        assert [speaks(zones, page) for page in ("one", "two", "three")] == [True, False, False]


def test_each_zone_has_a_voice_of_its_own(zones: Loudspeakers) -> None:
    assert speaks(zones, "one", "east") and speaks(zones, "two", "west") and speaks(zones, "three")
    assert not speaks(zones, "two", "east")


def test_another_takes_over_from_one_that_fell_silent(zones: Loudspeakers, ticks: Ticks) -> None:
    assert speaks(zones, "one")
    ticks.now = 5.0
    assert not speaks(zones, "two")
    ticks.now = 5.1
    assert speaks(zones, "two")
    # The first one is back: it listens now.
    assert not speaks(zones, "one")


def test_another_takes_over_at_once_from_one_that_left(zones: Loudspeakers) -> None:
    assert speaks(zones, "one")
    zones.leave("", "two")
    assert not speaks(zones, "two")
    zones.leave("", "one", spoken(7))
    assert zones.ask("", "two")[1].spoken == spoken(7)


def test_who_takes_over_is_told_what_was_spoken_last(zones: Loudspeakers, ticks: Ticks) -> None:
    zones.ask("", "one", spoken(7, 1))
    zones.ask("", "one", spoken(9, 2, whole=False))
    zones.ask("east", "three", spoken(11, 3))
    ticks.now = 6.0
    assert zones.ask("", "two")[1].spoken == spoken(9, 2, whole=False)


def test_what_is_told_late_takes_nothing_back(zones: Loudspeakers) -> None:
    for told in (spoken(9, 2, whole=False), spoken(9, 2), spoken(7, 1), spoken(9, 2, whole=False)):
        zones.ask("", "one", told)
    assert zones.ask("", "one")[1].spoken == spoken(9, 2)


# -- asked over HTTP -----------------------------------------------------------------------------------------------


def ask(board: Caller, **body: Any) -> Any:
    return board.post("/api/v1/boards/voice", json={"page": "p", **body})


@pytest.fixture
def board(hall: Hall) -> Any:
    with Caller(hall.url, hall.keys["board"]) as caller:
        yield caller
        ask(caller, leaving=True)


def test_a_board_asks_and_is_answered(board: Caller) -> None:
    told = {"call": 7, "again": 0, "at": NINE, "whole": True}
    assert ask(board).json() == {"speaks": True, "spoken": None}
    assert ask(board, spoken=told).json() == {"speaks": True, "spoken": told}
    assert ask(board, page="q").json() == {"speaks": False, "spoken": told}
    assert ask(board, leaving=True).json() == {"speaks": False, "spoken": None}
    assert ask(board, page="q").json() == {"speaks": True, "spoken": told}
    ask(board, page="q", leaving=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"zone": "nowhere"},
        {"page": ""},
        {"page": 7},
        {"spoken": {"call": 7}},
        {"spoken": {"call": -1, "again": 0, "at": NINE}},
        {"spoken": {"call": 1, "again": 0, "at": "nine"}},
        {"spoken": {"call": 1, "again": 0, "at": "2026-11-20T09:00:00"}},
        {"spoken": {"call": 1, "again": 0, "at": "9999-12-31T23:59:59-23:59"}},
        {"spoken": {"call": 10**30, "again": 0, "at": NINE}},
        {"more": 1},
    ],
)
def test_a_wrong_question_is_refused(board: Caller, wrong: dict[str, Any]) -> None:
    assert ask(board, **wrong).status_code == 422


def test_strangers_do_not_become_the_voice(hall: Hall) -> None:
    with Caller(hall.url) as stranger:
        assert ask(stranger).status_code == 401
    with Caller(hall.url, hall.keys["reader"]) as reader:
        assert ask(reader).status_code == 403
