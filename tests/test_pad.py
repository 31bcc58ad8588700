"""The rating pad: whom it asks and for how long, by the door too; once a visit, whoever is first; haste is flagged.

Not here: what is seen and tapped (test_pad_walks.py).
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

import kiosk.pad
import kiosk.ticket
from hall_server.app import build
from hall_server.house import House
from hall_server.people import People
from kiosk.pad import news, open_windows
from queue_core import officers, visitors
from queue_core.office import Office
from tests import halls

HERE = "http://127.0.0.1:8000"
GOOD = {"steps_and_time": 4, "overall": 5}


class Hall:
    """A hall in earnest on a clock of the test's, with a pad, a kiosk, and visitors served at counter 1."""

    def __init__(self, office: Office, people: People) -> None:
        self.office, self.people = office, people
        self.house = House(office, people, b"secret")
        self.pad, self.key = people.add_device("pad-1", "pad")
        self.kiosk = people.add_device("kiosk-1", "kiosk")[1]
        self.app: Flask = build(self.house, [kiosk.ticket.face, kiosk.pad.face], "threading")[0]

    @property
    def clock(self) -> halls.FakeClock:
        return self.office.clock  # type: ignore[return-value]

    def serve(self, counter: str = "1", **more: Any) -> str:
        """A visitor is called, served and gone; the ticket's id."""
        ticket = halls.take(self.office, **more)
        halls.press(self.office, counter)
        self.office.do(halls.wish(officers.finish, counter))
        return ticket.id

    def shows(self, counter: str = "1") -> Any:
        """The visit that the counter's pad asks about."""
        return news(self.house, self.house.hall, self.office.now(), counter)["visit"]

    def asks(self, query: str, key: str | None = None) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {key or self.key}"}
        answer = self.app.test_client().get(f"/api/v1/pad/visit?{query}", headers=headers, base_url=HERE)
        return answer.status_code, answer.json

    def rates(self, ticket: str, key: str | None = None, **more: Any) -> tuple[int, Any]:
        """By the pad with its key, or by the holder."""
        path = f"/api/v1/tickets/{self.house.token(ticket)}/rating"
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        answer = self.app.test_client().post(path, json=GOOD | more, headers=headers, base_url=HERE)
        return answer.status_code, answer.json

    def ratings(self) -> list[tuple[str, dict[str, Any]]]:
        """Who rated, and what the log holds of it."""
        with self.office.log.reader() as conn:
            told = conn.execute("select by, record from events where kind = 'rated' order by seq")
            return [(by, json.loads(record)["data"]) for by, record in told]


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    with halls.at_work(tmp_path, halls.FakeClock()) as office:
        yield Hall(office, People(tmp_path / "people.db"))


def test_the_pad_of_a_counter_asks_for_a_minute_about_the_visit_that_ended_there(hall: Hall) -> None:
    assert hall.shows() is None
    ticket = hall.serve(language="en")
    assert hall.shows() == {
        "token": hall.house.token(ticket),
        "number": "A001",
        "language": "en",
        "until": "2026-11-20T09:01:00.000+07:00",
    }
    assert hall.shows("2") is hall.shows("") is None
    hall.clock.passes(seconds=59.999)
    assert hall.shows()
    hall.clock.passes(seconds=0.001)
    assert hall.shows() is None


def test_the_minute_ends_without_anything_happening(hall: Hall) -> None:
    """The news are told anew at that moment, and not when the clock's minute turns."""
    hall.clock.passes(seconds=30)
    hall.serve(), hall.serve("2")
    told, now, live = hall.house.hall, hall.office.now(), hall.app.extensions["live"]
    (pad,) = (face for face in live._prompt if face.name == "pad")
    assert open_windows(told, now) == {"1", "2"}
    at = {second: live._unseen(pad, told, now + timedelta(seconds=second)) for second in (0, 1, 31, 59, 60, 61)}
    assert [second for second, unseen in at.items() if unseen] == [0, 31, 60]


def test_the_next_visitor_takes_the_place_of_the_one_before(hall: Hall) -> None:
    hall.serve()
    second = hall.serve()
    assert hall.shows()["token"] == hall.house.token(second)


def test_a_minute_goes_on_over_a_restart(hall: Hall, tmp_path: Path) -> None:
    ticket = hall.serve()
    hall.office.log.close()
    with halls.at_work(tmp_path, hall.clock) as office:
        again = House(office, hall.people, b"secret")
        assert news(again, office.hall, office.now(), "1")["visit"]["token"] == again.token(ticket)


def test_pad_and_phone_whichever_comes_first_and_the_second_is_refused(hall: Hall) -> None:
    first, second = hall.serve(), hall.serve("2")
    hall.clock.passes(seconds=20)
    assert hall.rates(first, hall.key, comment="รวดเร็ว")[0] == 201
    assert hall.rates(first) == (409, hall.rates(first, hall.key)[1])
    assert hall.rates(second)[0] == 201
    assert hall.rates(second, hall.key)[1]["type"] == "already-rated"
    assert hall.shows("1") is hall.shows("2") is None, "nobody is asked twice"
    assert hall.ratings() == [(hall.pad.id, GOOD), ("holder", GOOD)]


def test_only_a_pad_is_taken_for_a_pad(hall: Hall) -> None:
    ticket = hall.serve()
    assert hall.rates(ticket, hall.kiosk)[0] == 201
    assert hall.ratings()[0][0] == "holder"


def test_haste_is_flagged_counted_and_whole(hall: Hall) -> None:
    hasty, calm = hall.serve(), hall.serve("2")
    hall.clock.passes(seconds=5)
    hall.rates(hasty, hall.key)
    hall.clock.passes(seconds=1)
    hall.rates(calm, hall.key)
    assert [data for _, data in hall.ratings()] == [GOOD | {"hasty": True}, GOOD]
    assert halls.complaints(hall.office) == []


def test_by_the_door_a_number_of_the_last_quarter_of_an_hour(hall: Hall) -> None:
    ticket = hall.serve()
    hall.clock.passes(minutes=15)
    status, told = hall.asks("number=a1")
    assert (status, told["token"], told["number"]) == (200, hall.house.token(ticket), "A001")
    hall.clock.passes(seconds=1)
    assert (hall.asks("number=A001")[0], hall.asks("number=A001")[1]["type"]) == (404, "not-just-served")
    assert hall.asks(f"token={hall.house.token(ticket)}")[0] == 200, "its holder is here"


def test_by_the_door_who_is_still_waiting_or_rated_or_nobody_is_told_so(hall: Hall) -> None:
    waiting, served = halls.take(hall.office, "card"), hall.serve("2")
    token = hall.house.token
    assert hall.asks(f"number={waiting.number}")[1]["type"] == "not-served-yet"
    assert hall.asks(f"token={token(waiting.id)}")[1]["type"] == "not-served-yet"
    hall.rates(served)
    assert (hall.asks("number=A001")[0], hall.asks("number=A001")[1]["type"]) == (409, "already-rated")
    assert hall.asks(f"token={token(served)}")[0] == 409
    for nothing in ("number=B999", "number=", "", "token=forged"):
        assert hall.asks(nothing)[0] == 404
    hall.office.do(halls.wish(visitors.cancel, waiting))
    assert hall.asks(f"number={waiting.number}")[1]["type"] == "not-just-served"
    assert hall.asks(f"token={token(waiting.id)}")[1]["type"] == "not-served-yet"


def test_only_a_pad_finds_a_visit_by_its_number(hall: Hall) -> None:
    hall.serve()
    assert hall.asks("number=A001", hall.kiosk)[0] == 403
    assert hall.asks("number=A001", "wrong")[0] == 401


def test_a_pad_that_is_not_paired_shows_a_code(hall: Hall) -> None:
    client = hall.app.test_client()
    assert 'data-role="pad"' in client.get("/pad/?counter=1", base_url=HERE).text
    paired = client.get("/pad/?counter=1", headers={"Authorization": f"Bearer {hall.key}"}, base_url=HERE)
    assert 'data-step="rest"' in paired.text and 'data-role="pad"' not in paired.text
    nowhere = client.get("/pad/?counter=77", headers={"Authorization": f"Bearer {hall.key}"}, base_url=HERE)
    assert nowhere.status_code == 422
