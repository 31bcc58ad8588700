"""How long somebody is signed in. In one process, on a clock that the test moves."""

from pathlib import Path

from hall_server.app import build
from hall_server.house import House
from hall_server.people import People
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
