"""What is turned away before the hall is asked: foreign hosts and sites, broken handshakes, odd queries."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

import manager_desk.desk
from hall_server.app import build, is_loopback
from hall_server.house import House
from hall_server.people import People
from tests import halls

HERE = "http://127.0.0.1:8000"
KEY = "dGhlIHNhbXBsZSBub25jZQ=="


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    people = People(tmp_path / "people.db")
    people.add_person("malee", "manager", "4821")
    kiosk, _ = people.add_device("kiosk-1", "kiosk")
    with halls.at_work(tmp_path, halls.FakeClock(), trial=True) as office:
        house = House(office, people, b"secret", trial=True, trial_kiosk=kiosk)
        yield build(house, [manager_desk.desk.face], "threading")[0]


@pytest.fixture
def manager(app: Flask) -> FlaskClient:
    client = app.test_client()
    assert client.post("/api/v1/session", json={"username": "malee", "pin": "4821"}, base_url=HERE).status_code == 200
    return client


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:1", "127.9.9.9", "[::1]:8000"])
def test_a_trial_answers_its_own_machine(app: Flask, host: str) -> None:
    assert app.test_client().get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["hall.example", "127.0.0.1:evil.com", "127.0.0.1:80@evil", "[::1]x", "", "10.0.0.1"])
def test_a_trial_answers_no_other_name(app: Flask, host: str) -> None:
    assert app.test_client().get("/healthz", headers={"Host": host}).status_code == 403


@pytest.mark.parametrize("header", ["Via", "Forwarded", "X-Forwarded-For", "X-Forwarded-Port", "X-Real-IP"])
def test_a_trial_answers_nothing_that_was_passed_on(app: Flask, header: str) -> None:
    assert app.test_client().get("/healthz", headers={header: "x"}, base_url=HERE).status_code == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:9", "x://127.0.0.1:8000"])
def test_another_sites_page_changes_nothing(app: Flask, origin: str) -> None:
    answer = app.test_client().post("/api/v1/session", json={}, headers={"Origin": origin}, base_url=HERE)
    assert (answer.status_code, answer.json["type"] if answer.json else None) == (403, "csrf-missing")


@pytest.mark.parametrize(("key", "version"), [("", "13"), ("short", "13"), (KEY, "8"), (KEY, "")])
def test_a_broken_handshake_is_a_bad_request(app: Flask, key: str, version: str) -> None:
    opening = {"Upgrade": "websocket", "Connection": "Upgrade"}
    opening |= {"Sec-WebSocket-Key": key} if key else {}
    opening |= {"Sec-WebSocket-Version": version} if version else {}
    where = "/socket.io/?EIO=4&transport=websocket"
    assert app.test_client().get(where, headers=opening, base_url=HERE).status_code == 400


@pytest.mark.parametrize(
    "query",
    ["stats?from=20261121", "stats?from=2026-W47-6", "stats?to=2027-02-29", "stats?by=colour", "stats?from=x",
     "stats?from=2026-11-21&to=2026-11-20", "standard?fiscal_year=0", "standard?fiscal_year=2_570",
     "standard?fiscal_year=๒๕๗๐", "standard?fiscal_year=2570&quarter=5", "standard?fiscal_year=2570&quarter=1&half=1"],
)  # fmt: skip
def test_a_query_written_otherwise_is_refused_in_words(manager: FlaskClient, query: str) -> None:
    answer = manager.get(f"/api/v1/{query}", base_url=HERE)
    assert (answer.status_code, answer.json["type"] if answer.json else None) == (422, "wrong-value")


def test_a_person_gets_a_page_and_a_program_a_problem(app: Flask) -> None:
    client = app.test_client()
    page = client.get("/nowhere", headers={"Accept": "text/html,*/*;q=0.8"}, base_url=HERE)
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert client.get("/nowhere", base_url=HERE).mimetype == "application/problem+json"
    assert client.get("/api/v1/nowhere", headers={"Accept": "text/html"}, base_url=HERE).status_code == 404


def test_loopback_is_this_machine() -> None:
    assert [is_loopback(host) for host in ("localhost", "127.0.0.1", "::1", "0.0.0.0", "10.1.1.1", "hall")] == (
        [True, True, True, False, False, False]
    )
