"""Practice: the real machines and keys, everything marked, visitors who come by themselves, and nothing that counts."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from socketio.exceptions import ConnectionError

from hall_server.folder import Folder
from hall_server.house import House
from hall_server.people import People
from queue_core import crowd, day
from queue_core.crowd import Coming, Crowd, coming
from queue_core.recorded import Recorded, SiteDay
from tests import halls
from tests.serving import Caller, Hall, Listener, Server, centre, in_earnest, last_event, sala, serving, settle
from tests.test_serve import refusal

MARK = "ฝึกหัด"
SHUT = '["00:00-00:01"]'
NINE = datetime(2019, 3, 4, 9)
HEADER = "site,queue,service,arrived,called,finished,abandoned,priority\n"


def a_day(folder: Path, *rows: str) -> Path:
    """A recorded day: what comes after the site and the queue in each row."""
    file = folder / "day.csv"
    file.write_text(HEADER + "".join(f"there,Q,{row}\n" for row in rows), "utf-8")
    return file


def nobody(folder: Path) -> Path:
    """A day on which one visitor comes at once, and the next one long after the test."""
    return a_day(folder, "benefit,2019-03-04T09:00:00,,,0,", "card,2019-03-04T15:00:00,,,0,")


@contextmanager
def practising(folder: Path, keys: dict[str, str], file: Path, mode: str = "eventlet") -> Iterator[Hall]:
    """A settled folder's hall in practice, served until the end of the block."""
    options = ("--practice", "--practice-day", str(file), "--centre", str(folder / "centre.toml"))
    with serving(folder, mode, *options) as server:
        hall = Hall(folder, mode, keys, server)
        try:
            yield hall
        finally:
            hall.close()


@pytest.fixture(scope="module")
def practice(mode: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """A new folder's hall in practice, outside the centre's hours."""
    folder = tmp_path_factory.mktemp("practice")
    keys = settle(folder / "data", centre(SHUT))
    with practising(folder / "data", keys, nobody(folder), mode) as hall:
        yield hall


# -- everything is marked ------------------------------------------------------------------------------------------

PAGES = ("/", "/kiosk/", "/board/", "/counter/", "/counter/1", "/desk/", "/t/nothing", "/nowhere")


@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_every_face_says_that_this_is_practice(practice: Hall, page: str, language: str) -> None:
    with Caller(practice.url) as stranger:
        for caller in (stranger, practice.officer, practice.manager, practice.kiosk):
            drawn = caller.get(f"{page}?language={language}", headers={"Accept": "text/html"}).text
            assert "</html>" in drawn and MARK in drawn.partition("<main")[0], "above all that the page shows"


def test_a_holders_page_and_slip_say_so_too(practice: Hall) -> None:
    with practice.agent() as agent:
        ticket = practice.kiosk.take()
        assert MARK in json.dumps(agent.job(ticket["number"])["slip"], ensure_ascii=False)
    page = practice.kiosk.get(f"/t/{ticket['token']}?language=en").text
    assert ticket["number"] in page and MARK in page


def test_in_earnest_nothing_says_so(tmp_path: Path) -> None:
    keys = settle(tmp_path / "data", centre())
    with in_earnest(tmp_path / "data", "eventlet", keys) as hall, hall.agent() as agent:
        ticket = hall.kiosk.take()
        assert MARK not in json.dumps(agent.job(ticket["number"])["slip"], ensure_ascii=False)
        for page in (*PAGES, f"/t/{ticket['token']}"):
            drawn = hall.manager.get(page, headers={"Accept": "text/html"}).text
            assert MARK not in drawn.partition("<main")[0]
        assert not hall.manager.get("/api/v1/hall").json()["epoch"].startswith("practice-")


def test_a_screen_hears_by_the_epoch_that_this_is_practice(practice: Hall) -> None:
    with practice.board() as board:
        assert board.until(lambda news: True)["epoch"].startswith("practice-")


# -- as in earnest -------------------------------------------------------------------------------------------------


def test_keys_and_pins_are_needed_as_in_earnest(practice: Hall) -> None:
    with Caller(practice.url) as stranger:
        assert stranger.tap().status_code == 401
        assert stranger.post("/api/v1/session", json={"username": "officer1", "pin": "1234"}).status_code == 401
    with pytest.raises(ConnectionError):
        Listener(practice.url, "/board")


def test_a_practice_on_this_machine_is_no_trial(tmp_path: Path) -> None:
    with serving(tmp_path / "data", "eventlet", "--practice") as server, Caller(server.url()) as anyone:
        assert anyone.tap("sso-benefit").status_code == 401
        assert "PIN 1234" not in server.output and "staff add" in server.output and MARK in server.output
    assert "begun in earnest" in refusal("--data", tmp_path / "data", "--trial")


def test_visitors_are_served_on_the_real_screens_at_any_hour(practice: Hall) -> None:
    ticket = practice.kiosk.take("card")
    waiting = practice.manager.get("/api/v1/hall").json()["waiting"]
    served = [practice.officer.serve("1") for _ in waiting]
    assert ticket["number"] in {one["number"] for one in served}
    assert {one["state"] for one in served} == {"finished"}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--practice", "--trial"), "--practice is as in earnest"),
        (("--practice-day", __file__), "give --practice with it"),
        (("--practice", "--practice-day", __file__), "columns are missing"),
    ],
)
def test_what_does_not_go_together_is_refused_in_a_sentence(
    tmp_path: Path, options: tuple[str, ...], sentence: str
) -> None:
    assert sentence in refusal("--data", tmp_path / "data", *options)
    assert not (tmp_path / "data").exists()


def test_a_trials_folder_is_nowhere_to_practise(tmp_path: Path) -> None:
    Folder(tmp_path).begun_in_trial(True)
    assert "begun in trial" in refusal("--data", tmp_path, "--practice")


# -- nothing counts ------------------------------------------------------------------------------------------------


def events(log: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(log)) as conn:
        return conn.execute("select * from events order by seq").fetchall()


def test_practice_leaves_the_live_log_alone_and_going_live_starts_afresh(tmp_path: Path) -> None:
    folder, keys = tmp_path / "data", settle(tmp_path / "data", centre())
    with in_earnest(folder, "eventlet", keys) as hall:
        first = hall.kiosk.take("card")
    before = events(folder / "hall.db")

    with practising(folder, keys, nobody(tmp_path)) as hall:
        practised = [hall.kiosk.take("card") for _ in range(3)]
        assert hall.officer.serve("1") and hall.manager.get("/api/v1/hall").json()["waiting"]
        assert hall.kiosk.get(f"/api/v1/tickets/{first['token']}").status_code == 404
        assert practised[0]["number"] == first["number"], "only the tokens tell them apart"
    assert events(folder / "hall.db") == before

    with in_earnest(folder, "eventlet", keys) as hall:
        assert hall.kiosk.take("card")["number"] == "B002" and hall.kiosk.take()["number"] == "A001"
        assert hall.kiosk.ticket(first["token"])["state"] == "waiting"
        for ticket in practised:
            assert hall.kiosk.get(f"/api/v1/tickets/{ticket['token']}").status_code == 404
            assert hall.kiosk.delete(f"/api/v1/tickets/{ticket['token']}").status_code == 404
    assert sala("verify", "--data", folder).returncode == 0


def test_each_practice_begins_anew_with_the_centre_that_the_hall_has(tmp_path: Path) -> None:
    folder, keys = tmp_path / "data", settle(tmp_path / "data", centre())
    with in_earnest(folder, "threading", keys):
        pass
    for _ in range(2):
        with practising(folder, keys, nobody(tmp_path), "threading") as hall:
            assert hall.kiosk.take("card")["number"] == "B001"
        server: Server
        with serving(folder, "threading", "--practice", "--practice-day", str(nobody(tmp_path))) as server:
            assert "A small centre" in server.output, "not the sample, though no --centre was named"
    assert last_event(folder) == 1


def test_what_is_given_in_practice_is_nothing_elsewhere(tmp_path: Path) -> None:
    with halls.at_work(tmp_path) as office:
        people = People(tmp_path / "people.db")
        live, one, other = (House(office, people, b"secret", practice=practice) for practice in (False, True, True))
        token = one.token("20261120-A001")
        assert one.ticket_of(token) == "20261120-A001"
        assert live.ticket_of(token) is None and other.ticket_of(token) is None
        assert one.ticket_of(live.token("20261120-A001")) is None
        # An agent remembers what it printed by the mark of the hall.
        assert len({live.job_mark, one.job_mark, other.job_mark}) == 3
        assert live.csrf("session") == one.csrf("session"), "whoever signed in stays so"


# -- who comes -----------------------------------------------------------------------------------------------------


def test_visitors_of_the_recorded_day_come_by_themselves(mode: str, tmp_path: Path) -> None:
    file = a_day(
        tmp_path,
        "benefit,2019-03-04T09:00:00,,,0,",
        "card,2019-03-04T09:00:01,,,0,elder",
        "benefit,2019-03-04T09:00:02,,2019-03-04T09:00:05,1,",
        "card,2019-03-04T15:00:00,,,0,",
    )
    keys = settle(tmp_path / "data", centre())
    with practising(tmp_path / "data", keys, file, mode) as hall, hall.agent() as agent, hall.board() as board:
        stages = ({"benefit": 1}, {"benefit": 1, "card": 1}, {"benefit": 2, "card": 1}, {"benefit": 1, "card": 1})
        for n, there in enumerate(stages):
            board.until(partial(shows, there), nth=1 + stages[:n].count(there))
        told = hall.manager.get("/api/v1/hall").json()["waiting"]
        assert [(one["number"], one["priority"]) for one in told] == [("A001", None), ("B001", "elder")]
        assert hall.officer.press("1", "next")["ticket"]["number"] == "B001", "elders have a head start"
        ticket = hall.kiosk.take()
        agent.job(ticket["number"])
        assert agent.jobs() == [ticket["number"]], "nobody stands there to take the slips of the others"


def shows(there: dict[str, int], news: Any) -> bool:
    return {line["service"]: line["count"] for line in news["waiting"] if line["count"]} == there


def recorded(minute: float, service: str = "benefit", **more: object) -> Recorded:
    known = {"id": "", "site": "there", "queue": "Q", "service": service, "arrived": NINE + timedelta(minutes=minute)}
    return Recorded(**{**known, **more})  # type: ignore[arg-type]


def test_a_day_of_any_place_is_as_if_it_were_here() -> None:
    plan = halls.small_plan()
    theirs = [
        recorded(0, "passport"),
        recorded(3, "card", priority="elder"),
        recorded(4, "visa", priority="vip"),
        recorded(5, "passport", abandoned=True, finished=NINE + timedelta(minutes=9)),
        recorded(6, "visa", abandoned=True, called=NINE + timedelta(minutes=8), finished=NINE + timedelta(minutes=9)),
    ]
    came = coming(SiteDay("there", NINE.date(), 0, tuple(theirs)), plan)

    assert [one.after for one in came] == [timedelta(minutes=n) for n in (0, 3, 4, 5, 6)]
    assert came[1].service == "card" and came[1].priority == "elder"
    assert {one.service for one in came} <= set(plan.services) and came[2].priority == "elder"
    assert came[0].service == came[3].service and came[2].service == came[4].service
    assert [one.leaves for one in came] == [None, None, None, timedelta(minutes=9), None]


def test_without_priorities_all_are_alike() -> None:
    day = SiteDay("there", NINE.date(), 0, (recorded(0, priority="vip"),))
    assert coming(day, halls.small_plan(priorities={})) == [Coming(timedelta(), "benefit")]


def test_people_come_and_leave_when_it_is_time(tmp_path: Path) -> None:
    clock = halls.FakeClock()
    with halls.at_work(tmp_path, clock, practice=True) as office:
        minutes = [timedelta(minutes=n) for n in range(9)]
        people = [Coming(minutes[0], "benefit"), Coming(minutes[2], "card", "elder", minutes[5])]
        moving = Crowd(office, people)

        def there() -> list[str]:
            moving.move()
            return [ticket.number for ticket in office.hall.waiting()]

        assert there() == ["A001"]
        assert there() == ["A001"], "nobody comes twice"
        clock.passes(minutes=2)
        assert there() == ["A001", "B001"]
        clock.passes(minutes=2)
        assert there() == ["A001", "B001"]
        clock.passes(minutes=1)
        assert there() == ["A001"], "who gave up is gone"


def test_who_was_called_in_time_does_not_leave(tmp_path: Path) -> None:
    clock = halls.FakeClock()
    with halls.at_work(tmp_path, clock, practice=True) as office:
        moving = Crowd(office, [Coming(timedelta(), "card", leaves=timedelta(minutes=5))])
        moving.move()
        halls.press(office, "1")
        clock.passes(minutes=6)
        moving.move()
        assert office.hall.at_counter("1")


def test_whom_the_hall_sends_away_goes_home_and_the_next_one_comes(tmp_path: Path) -> None:
    services = {one.id: replace(one, quota_day=1) for one in halls.small_plan().services.values()}
    with halls.at_work(tmp_path, given=halls.small_plan(services=services), practice=True) as office:
        Crowd(office, [Coming(timedelta(), name) for name in ("card", "card", "gone", "benefit")]).move()
        assert [ticket.number for ticket in office.hall.waiting()] == ["B001", "A001"]
        office.do(halls.wish(day.evacuate))
        Crowd(office, [Coming(timedelta(), "advice")]).move()
        assert len(office.hall.waiting()) == 2


def test_the_sample_day_is_one_of_the_sample_centre() -> None:
    from run import _who_practise, read_centre

    plan = read_centre(None)
    people = _who_practise(True, None, None)
    assert people and {ticket.service for ticket in people.tickets} <= set(plan.services)
    assert len(coming(people, plan)) == len(people.tickets) > 100
    assert _who_practise(False, None, True) is None


def test_those_who_come_are_known_in_the_log(tmp_path: Path) -> None:
    with halls.at_work(tmp_path, practice=True) as office:
        Crowd(office, [Coming(timedelta(), "card")]).move()
        with office.log.reader() as conn:
            assert [row[0] for row in conn.execute("select by from events where kind = 'issued'")] == [crowd.WHO]
