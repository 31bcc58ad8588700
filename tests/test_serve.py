"""What `run.py` promises: what it refuses to start, what outlives a `kill -9`, its commands, a clock in doubt."""

import re
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree
from threading import Event

import pytest
import requests
from click.testing import CliRunner

from hall_server.folder import Folder
from queue_core import officers
from queue_core.centre_file import read
from run import main
from tests import halls
from tests.serving import (
    PATIENCE_S,
    Caller,
    Hall,
    Listener,
    at_once,
    centre,
    in_earnest,
    last_event,
    new_hall,
    sala,
    serving,
    settle,
)
from tests.test_http import check_problem

PEOPLE = ("staff add", "staff list", "staff rights", "staff remove", "device add", "device list", "device remove")
COMMANDS = ("", "serve", "agent", *PEOPLE, "rehearse", "predict", "whatif", "emergency-slips", "texts", "verify")
MISTAKES = (
    ('kind = "forward"', 'kind = "forwards"'),
    ('prefix = "B"', 'prefix = "O"'),
    ('services = ["advice"]', 'services = ["nothing"]'),
    ('id = "9"', 'id = "9'),
)


def refusal(*arguments: object) -> str:
    """The one sentence with which a command that must not start ends."""
    ended = sala("serve", "--port", 0, *arguments)
    assert ended.returncode != 0 and "Traceback" not in ended.stderr, ended
    assert "Start at" not in ended.stdout
    return " ".join(ended.stderr.split())


# -- what is refused at start --------------------------------------------------------------------------------------


def test_a_second_serve_on_the_folder_is_refused_by_name(tmp_path: Path) -> None:
    with new_hall(tmp_path / "data", "eventlet") as hall:
        said = refusal("--data", hall.folder)
        assert str(hall.folder) in said and f"process {hall.server.process.pid}" in said
        hall.kiosk.take()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])
def test_trial_is_refused_where_others_could_come_in(tmp_path: Path, host: str) -> None:
    assert host in refusal("--data", tmp_path / "data", "--trial", "--host", host)


def test_a_trials_folder_stays_a_trials(tmp_path: Path) -> None:
    Folder(tmp_path).begun_in_trial(True)
    assert "begun in trial" in refusal("--data", tmp_path, "--no-trial")
    assert "begun in trial" in refusal("--data", tmp_path, "--host", "0.0.0.0")


@pytest.fixture(scope="module")
def yesterday(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a hall in earnest that was served once, and gave one ticket."""
    with new_hall(tmp_path_factory.mktemp("yesterday") / "data", "threading") as hall:
        hall.kiosk.take()
    return hall.folder


def test_a_folder_in_earnest_stays_so(yesterday: Path) -> None:
    assert "begun in earnest" in refusal("--data", yesterday, "--trial")
    with serving(yesterday, "eventlet") as server, Caller(server.url()) as anyone:
        assert anyone.tap().status_code == 401


def test_a_folder_that_knows_somebody_begins_in_earnest(tmp_path: Path) -> None:
    Folder(tmp_path).people.add_person("malee", "manager", "4821")
    with serving(tmp_path, "eventlet") as server, Caller(server.url()) as anyone:
        assert anyone.tap().status_code == 401


@pytest.mark.parametrize(("right", "wrong"), MISTAKES)
def test_a_mistake_in_the_centres_toml_is_refused_with_its_line(tmp_path: Path, right: str, wrong: str) -> None:
    text = centre()
    line = text[: text.index(right)].count("\n") + 1
    (tmp_path / "mine.toml").write_text(text.replace(right, wrong, 1), "utf-8")
    said = refusal("--data", tmp_path / "data", "--centre", tmp_path / "mine.toml")
    assert f"mine.toml, line {line}:" in said and " — " in said
    assert not (tmp_path / "data" / "hall.db").exists()


def test_a_folder_keeps_its_centre_when_none_is_named(yesterday: Path, tmp_path: Path) -> None:
    folder = Path(copytree(yesterday, tmp_path / "data"))
    before = last_event(folder)
    with serving(folder, "eventlet", "--no-trial") as server:
        assert "A small centre" in server.output, "not the sample"
    assert last_event(folder) == before


def test_a_port_in_use_is_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"port {port}" in refusal("--data", tmp_path / "data", "--port", port)


# -- what outlives the server --------------------------------------------------------------------------------------


def test_kill_in_the_middle_of_issuing_loses_no_ticket_that_was_answered(mode: str, tmp_path: Path) -> None:
    with new_hall(tmp_path / "data", mode) as hall:
        asked, answered = _tap_until_killed(hall, enough=80)
        keys = hall.keys
    assert len(answered) >= 80
    assert len({ticket["number"] for ticket in answered.values()}) == len(answered)

    with in_earnest(tmp_path / "data", mode, keys) as hall:
        for ticket in answered.values():
            assert hall.kiosk.ticket(ticket["token"])["number"] == ticket["number"]
        # A kiosk asks again what it had no answer to: also then no tap has two tickets.
        again = {key: hall.kiosk.tap("benefit", key) for key in asked}
        assert all(again[key].status_code == 200 for key in answered)
        assert all(again[key].json()["number"] == ticket["number"] for key, ticket in answered.items())
        numbers = [answer.json()["number"] for answer in again.values()]
        assert sorted(numbers) == [f"A{n:03d}" for n in range(1, len(asked) + 1)]
        assert hall.kiosk.take()["number"] == f"A{len(asked) + 1:03d}"
    verified = sala("verify", "--data", tmp_path / "data")
    assert verified.returncode == 0 and "whole and unaltered" in verified.stdout, verified


def _tap_until_killed(hall: Hall, enough: int) -> tuple[list[str], dict[str, dict[str, str]]]:
    """Eight kiosks tap until the server is killed amid them: every key that was sent, and what 201 answered."""
    asked, answered, plenty = list[str](), dict[str, dict[str, str]](), Event()

    def taps(kiosk: int) -> None:
        with Caller(hall.url, hall.keys["kiosk"]) as own:
            for n in range(10_000):
                key = f"kiosk-{kiosk}-{n}"
                asked.append(key)
                try:
                    answer = own.tap("benefit", key)
                except requests.RequestException:
                    return
                assert answer.status_code == 201, answer.text
                answered[key] = answer.json()
                if len(answered) >= enough:
                    plenty.set()

    def kill() -> None:
        assert plenty.wait(PATIENCE_S)
        hall.server.kill()

    at_once([*(lambda kiosk=kiosk: taps(kiosk) for kiosk in range(8)), kill])
    return asked, answered


def test_the_agent_of_a_trial_ends_with_its_server_even_by_kill(mode: str, tmp_path: Path) -> None:
    with serving(tmp_path / "data", mode) as server, Caller(server.url()) as anyone:
        ticket = anyone.take("sso-benefit")
        # The slip came out: there is an agent.
        with Listener(server.url(), "/ticket", {"token": ticket["token"]}) as phone:
            phone.until(lambda news: news["printed"])
        assert list((tmp_path / "data" / "slips").rglob(f"*{ticket['number']}*.png"))
        server.kill()
        assert server.all_ended()


def test_what_the_hour_brings_needs_nobodys_wish(mode: str, tmp_path: Path) -> None:
    keys = settle(tmp_path / "data", centre())
    plan = read((tmp_path / "data" / "centre.toml").read_text("utf-8"))
    earlier = halls.FakeClock((datetime.now(UTC) - timedelta(minutes=plan.tolerance_minutes + 1)).isoformat())
    with halls.at_work(tmp_path / "data", earlier, given=plan) as office:
        halls.take(office)
        halls.press(office, "1")
        office.do(halls.wish(officers.no_show, "1"))
    before = last_event(tmp_path / "data")
    with (
        in_earnest(tmp_path / "data", mode, keys) as hall,
        Listener(hall.url, "/desk", None, hall.manager.cookie) as desk,
    ):
        desk.until(lambda news: news["seq"] > before)
        ended = hall.officer.get("/api/v1/tickets?number=A001").json()
    assert ended["state"] == "absent" and ended["absent_until"] is None


# -- people and devices --------------------------------------------------------------------------------------------


def test_people_and_devices_are_added_while_the_hall_is_open(tmp_path: Path) -> None:
    with new_hall(tmp_path / "data", "eventlet") as hall, Caller(hall.url) as somsri:
        at = ("--data", hall.folder)
        assert sala("staff", "add", "somsri", "--role", "officer", "--pin", "55555", *at).returncode == 0
        assert sala("staff", "add", "somsri", "--role", "officer", "--pin", "55555", *at).returncode == 1
        assert "somsri" in sala("staff", "list", *at).stdout
        somsri.sign_in("somsri", "55555")
        assert somsri.get("/api/v1/hall").status_code == 200

        key = sala("device", "add", "kiosk-2", "--role", "kiosk", *at).stdout.strip()
        assert key not in sala("device", "list", *at).stdout
        with Caller(hall.url, key) as kiosk:
            kiosk.take()
            assert sala("device", "remove", "kiosk-2", *at).returncode == 0
            assert kiosk.tap().status_code == 401
        assert sala("staff", "remove", "somsri", *at).returncode == 0
        assert somsri.get("/api/v1/hall").status_code == 401


def test_a_pin_that_is_none_is_refused(tmp_path: Path) -> None:
    for pin in ("123", "four", "๑๒๓๔"):
        refused = sala("staff", "add", "somsri", "--role", "officer", "--pin", pin, "--data", tmp_path)
        assert refused.returncode == 1 and "PIN" in refused.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_an_example(command: str) -> None:
    told = CliRunner().invoke(main, [*command.split(), "--help"])
    assert told.exit_code == 0 and re.search(rf"Example: python run\.py {command}", " ".join(told.output.split()))


def test_no_command_is_left_out_here() -> None:
    assert {command.split()[0] for command in COMMANDS if command} == set(main.commands)


# -- the record ----------------------------------------------------------------------------------------------------


def test_verify_finds_what_was_altered(yesterday: Path, tmp_path: Path) -> None:
    copytree(yesterday, tmp_path / "data")
    with closing(sqlite3.connect(tmp_path / "data" / "hall.db", isolation_level=None)) as conn:
        conn.execute("update events set record = replace(record, 'benefit', 'advice') where kind = 'issued'")
    verified = sala("verify", "--data", tmp_path / "data")
    assert verified.returncode == 1 and "event 2" in verified.stdout, verified
    assert "calls decided again" in verified.stdout
    assert sala("verify", "--data", yesterday).returncode == 0


def test_verify_of_no_hall_is_a_sentence(tmp_path: Path) -> None:
    verified = sala("verify", "--data", tmp_path)
    assert verified.returncode == 1 and "no hall" in verified.stderr
    assert not list(tmp_path.iterdir())


# -- the clock -----------------------------------------------------------------------------------------------------


@pytest.fixture(params=[timedelta(hours=1), timedelta(days=-3)], ids=["before", "long-after"])
def doubtful(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Hall]:
    """A hall in earnest that wakes up before, or long after, the last event of its log."""
    keys = settle(tmp_path / "data", centre())
    plan = read((tmp_path / "data" / "centre.toml").read_text("utf-8"))
    clock = halls.FakeClock((datetime.now(UTC) + request.param).isoformat())
    with halls.at_work(tmp_path / "data", clock, given=plan) as office:
        halls.take(office)
    with in_earnest(tmp_path / "data", "eventlet", keys) as hall:
        yield hall


def test_a_clock_in_doubt_writes_nothing_until_a_manager_confirms_it(doubtful: Hall) -> None:
    hall, before = doubtful, last_event(doubtful.folder)
    tap = {"json": {"services": ["benefit"]}, "headers": {"Idempotency-Key": "early"}}
    assert hall.kiosk.get("/healthz").status_code == 503
    for language in ("th", "en"):
        answer = hall.kiosk.post(f"/api/v1/tickets?language={language}", **tap)
        check_problem(answer, 503, "clock-in-doubt", language)
    check_problem(hall.officer.post("/api/v1/clock"), 403, "not-your-role", "th")
    assert last_event(hall.folder) == before

    assert hall.manager.post("/api/v1/clock").status_code == 200
    assert hall.kiosk.get("/healthz").status_code == 200
    assert hall.kiosk.tap("benefit", "early").status_code == 201
    assert hall.manager.get("/api/v1/stats").status_code == 200, "who confirmed the clock is signed in still"
    assert sala("verify", "--data", hall.folder).returncode == 0
