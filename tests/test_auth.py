"""Signing in: how long it lasts, how often a PIN may be tried, and who a wrong cookie is. On a clock the test moves."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask

from hall_server.app import build
from hall_server.auth import FREE, LONGEST_S, Tries
from hall_server.house import House
from hall_server.people import People
from hall_server.problems import TurnedAway
from tests import halls

SIGN_IN = {"username": "malee", "pin": "4821"}


def test_a_session_lasts_the_service_day_through_a_restart(tmp_path: Path) -> None:
    clock, people = halls.FakeClock(), People(tmp_path / "people.db")
    people.add_person("malee", "manager", "4821")
    with halls.at_work(tmp_path, clock) as office:
        today = build(House(office, people, b"secret"), [], "threading")[0].test_client()
        assert today.post("/api/v1/session", json=SIGN_IN).status_code == 200
        assert today.get("/api/v1/hall").status_code == 200
        cookie = today.get_cookie("sala_session")
    assert cookie
    with halls.at_work(tmp_path, clock) as office:
        later = build(House(office, people, b"secret"), [], "threading")[0].test_client()
        later.set_cookie("sala_session", cookie.value)
        assert later.get("/api/v1/hall").status_code == 200
    clock.passes(days=1)
    with halls.at_work(tmp_path, clock) as office:
        tomorrow = build(House(office, people, b"secret"), [], "threading")[0].test_client()
        tomorrow.set_cookie("sala_session", cookie.value)
        assert tomorrow.get("/api/v1/hall").status_code == 401


class Ticks:
    """A clock's seconds, moved by the test."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_after_ten_tries_each_costs_a_pause_twice_as_long() -> None:
    ticks = Ticks()
    tries = Tries(ticks)
    for _ in range(FREE):
        tries.count("malee")
    pauses = []
    for _ in range(14):
        with pytest.raises(TurnedAway) as rests:
            tries.count("malee")
        pauses.append(rests.value.values["seconds"])
        ticks.now += float(str(rests.value.values["seconds"]))
        tries.count("malee")
    assert pauses[:5] == [1, 2, 4, 8, 16]
    assert pauses[-1] == LONGEST_S
    tries.count("somchai")


def test_a_right_pin_forgets_what_was_tried_before() -> None:
    tries = Tries(Ticks())
    for _ in range(FREE - 1):
        tries.count("malee")
    tries.right("malee")
    for _ in range(FREE):
        tries.count("malee")


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    people = People(tmp_path / "people.db")
    people.add_person("malee", "manager", "4821")
    kiosk, _ = people.add_device("kiosk-1", "kiosk")
    with halls.at_work(tmp_path, halls.FakeClock(), trial=True) as office:
        yield build(House(office, people, b"secret", trial=True, trial_kiosk=kiosk), [], "threading")[0]


def test_a_burst_of_guesses_is_no_way_past_the_limit(app: Flask) -> None:
    def guess(pin: int) -> int:
        return app.test_client().post("/api/v1/session", json={"username": "malee", "pin": f"{pin:04d}"}).status_code

    with ThreadPoolExecutor(16) as threads:
        told = list(threads.map(guess, range(60)))
    assert told.count(401) <= FREE
    assert set(told) == {401, 429}


def test_a_wrong_session_is_nobody_in_trial_too(app: Flask) -> None:
    visitor = app.test_client()
    assert visitor.get("/api/v1/hall").status_code == 403, "without credentials: the kiosk"
    visitor.set_cookie("sala_session", "of yesterday")
    assert visitor.get("/api/v1/hall").status_code == 401
