"""The kiosk as a machine, over HTTP and sockets: calls for staff, the staff's menu by PIN, test slips, its own news."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from hall_server.people import Member, People
from hall_server.problems import TurnedAway
from kiosk import states
from kiosk.staff import LASTS_S, Visits
from queue_core import errors
from tests.halls import Day, small_plan
from tests.serving import PIN, Caller, Hall, Listener, new_hall, sala

OFFICER = Member("p-1", "officer1", "officer")


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with new_hall(tmp_path_factory.mktemp("machine") / "data", "eventlet") as opened:
        yield opened


@pytest.fixture
def news(hall: Hall) -> Iterator[Listener]:
    """What the kiosk's own page hears."""
    with Listener(hall.url, "/kiosk", {"key": hall.keys["kiosk"]}) as listener:
        yield listener


def at_menu(hall: Hall, name: str = "officer1", pin: str = PIN) -> requests.Response:
    return hall.kiosk.post("/api/v1/kiosk/staff", json={"username": name, "pin": pin})


def word(hall: Hall) -> dict[str, str]:
    return {"X-Staff": at_menu(hall).json()["word"]}


def refused(answer: requests.Response, status: int, kind: str) -> None:
    assert (answer.status_code, answer.json()["type"]) == (status, kind), answer.text


# -- a visitor calls -----------------------------------------------------------------------------------------------


def test_a_call_from_a_kiosk_reaches_panel_reception_and_desk_and_the_answer_the_kiosk(
    hall: Hall, news: Listener
) -> None:
    assert hall.kiosk.post("/api/v1/kiosk/call-staff", json={"why": "printer"}).json()["call"]["answered"] is False
    news.until(lambda told: told["call"] and not told["call"]["answered"])
    for topic in ("2", "reception"):
        with Listener(hall.url, "/counter", {"counter": topic}, cookie=hall.officer.cookie) as panel:
            calls = panel.until(lambda told: told["help"])["help"]
            assert (calls[0]["kiosk"], calls[0]["why"], calls[0]["answered"]) == ("kiosk-1", "printer", False)
    with Listener(hall.url, "/desk", cookie=hall.manager.cookie) as desk:
        (call,) = desk.until(lambda told: told["hall"]["kiosk_calls"])["hall"]["kiosk_calls"]
        assert call["device"] == "kiosk-1"

    # Once more is the same call.
    seq = hall.seq()
    hall.kiosk.post("/api/v1/kiosk/call-staff")
    assert hall.seq() == seq
    answer = hall.officer.post("/api/v1/kiosk/answer", json={"device": "kiosk-1"})
    assert answer.status_code == 200 and answer.json()["call"]["answered"]
    assert "officer1" not in str(news.until(lambda told: told["call"] and told["call"]["answered"])["call"])
    with Listener(hall.url, "/counter", {"counter": "2"}, cookie=hall.officer.cookie) as panel:
        assert panel.until(lambda told: told["help"])["help"][0]["answered_by_name"] == "officer1"
    assert hall.kiosk.delete("/api/v1/kiosk/call-staff").json() == {"call": None}
    refused(hall.manager.post("/api/v1/kiosk/answer", json={"device": "kiosk-1"}), 409, "no-kiosk-call")
    refused(hall.manager.post("/api/v1/kiosk/answer", json={"device": "kiosk-9"}), 404, "unknown-kiosk")
    refused(hall.kiosk.post("/api/v1/kiosk/call-staff", json={"why": "boredom"}), 422, "wrong-value")


def test_an_officer_answers_a_kiosk_with_the_key_that_answers_a_counter(hall: Hall) -> None:
    hall.kiosk.post("/api/v1/kiosk/call-staff")
    answer = hall.officer.post("/api/v1/counters/2/answer-help", json={"counter": "kiosk:kiosk-1"})
    assert answer.status_code == 200, answer.text
    assert hall.kiosk.post("/api/v1/kiosk/call-staff").json()["call"]["answered"]
    hall.kiosk.delete("/api/v1/kiosk/call-staff")


def test_only_a_kiosk_calls_and_only_staff_answer(hall: Hall) -> None:
    with Caller(hall.url) as nobody:
        for method, what in (("POST", "call-staff"), ("POST", "staff"), ("GET", "staff"), ("POST", "answer")):
            assert nobody.request(method, f"/api/v1/kiosk/{what}", json={}).status_code == 401
    assert hall.officer.post("/api/v1/kiosk/call-staff").status_code == 403
    assert hall.kiosk.post("/api/v1/kiosk/answer", json={"device": "kiosk-1"}).status_code == 403


# -- the staff's menu ----------------------------------------------------------------------------------------------


def test_the_menu_opens_by_a_pin_for_this_kiosk_and_leaves_no_session(hall: Hall) -> None:
    answer = at_menu(hall)
    assert answer.status_code == 200 and not answer.cookies
    staff = {"X-Staff": answer.json()["word"]}
    told = hall.kiosk.get("/api/v1/kiosk/machine", headers=staff).json()
    assert (told["device"], told["paused"], told["volume"]) == ("kiosk-1", False, 70)
    # The word is this kiosk's: it opens nothing for an officer, and nothing without the kiosk.
    with Caller(hall.url) as nobody:
        assert nobody.get("/api/v1/kiosk/machine", headers=staff).status_code == 401
        assert nobody.get("/api/v1/hall", headers=staff).status_code == 401
    assert hall.kiosk.delete("/api/v1/kiosk/staff", headers=staff).status_code == 204
    refused(hall.kiosk.get("/api/v1/kiosk/machine", headers=staff), 401, "staff-away")
    for words in ({}, {"X-Staff": "guess"}):
        for method, what in (("GET", "machine"), ("POST", "sample-slip"), ("POST", "roll"), ("DELETE", "staff")):
            refused(hall.kiosk.request(method, f"/api/v1/kiosk/{what}", headers=words), 401, "staff-away")


def test_a_visit_is_over_two_minutes_after_its_last_use() -> None:
    clock = [0.0]
    visits = Visits(lambda: clock[0])
    mine = visits.begin("d-1", OFFICER)
    clock[0] = LASTS_S - 1
    assert visits.who("d-1", mine) == OFFICER
    clock[0] = 2 * LASTS_S - 2
    assert visits.who("d-1", mine) == OFFICER
    clock[0] = 3 * LASTS_S
    with pytest.raises(TurnedAway):
        visits.who("d-1", mine)


def test_a_visit_is_of_one_kiosk_and_the_next_one_ends_it() -> None:
    visits = Visits()
    mine = visits.begin("d-1", OFFICER)
    with pytest.raises(TurnedAway):
        visits.who("d-2", mine)
    visits.begin("d-1", OFFICER)
    with pytest.raises(TurnedAway):
        visits.who("d-1", mine)


def test_pins_guessed_at_a_kiosk_cost_pauses_whatever_the_name(tmp_path: Path) -> None:
    with new_hall(tmp_path / "data", "eventlet") as hall:
        for n in range(10):
            refused(at_menu(hall, f"officer{n % 8 + 1}", "0000"), 401, "wrong-pin")
        # Each pause is twice as long as the one before: a slow machine may need more than one to be met by it.
        assert 429 in [at_menu(hall, f"officer{n + 1}", "0000").status_code for n in range(5)]
        # Nobody is kept from signing in at the counter by that.
        with Caller(hall.url) as elsewhere:
            elsewhere.sign_in("officer8")


def test_a_name_guessed_at_a_kiosk_may_sign_in_elsewhere(tmp_path: Path) -> None:
    with new_hall(tmp_path / "data", "eventlet") as hall:
        told = [at_menu(hall, "officer1", "0000").status_code for _ in range(14)]
        assert told[:10] == [401] * 10 and 429 in told
        with Caller(hall.url) as elsewhere:
            elsewhere.sign_in("officer1")


def test_who_guesses_at_the_door_keeps_nobody_from_a_kiosks_menu(tmp_path: Path) -> None:
    with new_hall(tmp_path / "data", "eventlet") as hall, Caller(hall.url) as stranger:
        kiosk = next(device.id for device in People(hall.folder / "people.db").devices() if device.role == "kiosk")
        for name in ("officer1", f"kiosk:{kiosk}", f"at {kiosk}"):
            told = [
                stranger.post("/api/v1/session", json={"username": name, "pin": "0"}).status_code for _ in range(14)
            ]
            assert 429 in told
        assert at_menu(hall).status_code == 200


def test_who_is_removed_has_no_menu_open_any_more(tmp_path: Path) -> None:
    with new_hall(tmp_path / "data", "eventlet") as hall:
        staff = word(hall)
        assert hall.kiosk.get("/api/v1/kiosk/machine", headers=staff).status_code == 200
        assert sala("staff", "remove", "officer1", "--data", hall.folder).returncode == 0
        refused(hall.kiosk.get("/api/v1/kiosk/machine", headers=staff), 401, "staff-away")


# -- paused --------------------------------------------------------------------------------------------------------


def test_a_paused_kiosk_gives_no_ticket_and_says_so(hall: Hall, news: Listener) -> None:
    staff = word(hall)
    assert hall.kiosk.post("/api/v1/kiosk/pause", json={"paused": True}, headers=staff).json()["paused"]
    news.until(lambda told: told["nothing"] == {"why": "paused", "again": None})
    refused(hall.kiosk.tap(), 409, "kiosk-is-paused")
    assert (
        hall.kiosk.post("/api/v1/bookings/ANY/check-in", headers={"Idempotency-Key": "x"}, json={}).status_code == 409
    )
    with Listener(hall.url, "/desk", cookie=hall.manager.cookie) as desk:
        desk.until(lambda told: any(one["paused"] for one in told["hall"]["kiosks"]))
    # Reception gives tickets all the same.
    taken = hall.officer.tap()
    assert taken.status_code == 201
    hall.officer.delete(f"/api/v1/tickets/{taken.json()['token']}")
    hall.kiosk.post("/api/v1/kiosk/pause", json={"paused": False}, headers=staff)
    news.until(lambda told: told["nothing"] is None and told["seq"] == hall.seq())
    hall.kiosk.take(), hall.kiosk.give_back()


# -- printer and paper ---------------------------------------------------------------------------------------------


def test_the_printers_state_is_in_this_kiosks_news_and_in_no_others(hall: Hall, news: Listener) -> None:
    _, key = sala_device(hall, "kiosk-2")
    with Listener(hall.url, "/kiosk", {"key": key}) as other, hall.agent(prints_for="kiosk-1") as agent:
        agent.say("status", {"device": "paper", "state": "ok", "detail": ""})
        news.until(lambda told: told["printer"] == "ok")
        agent.say("status", {"device": "paper", "state": "paper_out", "detail": "the paper is out"})
        assert news.until(lambda told: told["printer"] == "out")["device"] == "kiosk-1"
        assert "out" not in [told["printer"] for told in other.all()]
        with Listener(hall.url, "/counter", {"counter": "1"}, cookie=hall.officer.cookie) as panel:
            panel.until(lambda told: [one["trouble"]["state"] for one in told["help"] if mine(one)] == ["paper_out"])
        with Listener(hall.url, "/desk", cookie=hall.manager.cookie) as desk:
            desk.until(lambda told: any(one["state"] == "paper_out" for one in told["hall"]["kiosks"]))
        # Tickets go on.
        hall.kiosk.take(), hall.kiosk.give_back()
        agent.say("status", {"device": "paper", "state": "ok", "detail": ""})
        news.until(lambda told: told["printer"] == "ok", nth=2)
        with Listener(hall.url, "/counter", {"counter": "1"}, cookie=hall.officer.cookie) as panel:
            panel.until(lambda told: not any(mine(one) for one in told["help"]))


def mine(one: Any) -> bool:
    """Whether it is the trouble of this kiosk that officers are told."""
    return "trouble" in one and one["kiosk"] == "kiosk-1"


def sala_device(hall: Hall, name: str) -> tuple[str, str]:
    told = sala("device", "add", name, "--role", "kiosk", "--data", hall.folder)
    assert told.returncode == 0, told.stderr
    return name, told.stdout.split()[-1]


def test_a_test_slip_takes_no_number_counts_nowhere_and_shortens_the_roll(hall: Hall, news: Listener) -> None:
    staff = word(hall)
    refused(hall.kiosk.post("/api/v1/kiosk/sample-slip", headers=staff), 409, "no-printer")
    with hall.agent(prints_for="kiosk-1") as agent:
        # An agent is heard after it was named.
        news.until(lambda told: told["device"] == "kiosk-1")
        wait_for_printer(hall, staff)
        assert hall.kiosk.post("/api/v1/kiosk/roll", headers=staff).json()["roll"]["left"] == 700
        before, series = figures(hall), hall.kiosk.take()["number"]
        job = hall.kiosk.post("/api/v1/kiosk/sample-slip", headers=staff).json()["job"]
        given = agent.until(lambda told: told["job"] == job, "print")
        assert (given["printer"], given["slip"]["number"]) == ("paper", "TEST")
        assert "ทดสอบ" in given["slip"]["trial_mark"] and "TEST" in given["slip"]["copy_mark"]
        agent.say("printed", {"job": job})
        news.until(lambda told: told["sample"] == {"job": job, "outcome": "printed"})
        agent.say("printed", {"job": job})
        told = hall.kiosk.get("/api/v1/kiosk/machine", headers=staff).json()
        assert told["roll"]["left"] == 699
        after = hall.kiosk.take()["number"]
        assert int(after[1:]) == int(series[1:]) + 1
        assert figures(hall)["arrived"] == before["arrived"] + 2
        hall.kiosk.give_back()

        job = hall.kiosk.post("/api/v1/kiosk/sample-slip", headers=staff).json()["job"]
        agent.until(lambda told: told["job"] == job, "print")
        agent.say("not_printed", {"job": job, "detail": "the paper is out"})
        news.until(lambda told: told["sample"] == {"job": job, "outcome": "not_printed"})
        assert hall.kiosk.get("/api/v1/kiosk/machine", headers=staff).json()["roll"]["left"] == 699


def wait_for_printer(hall: Hall, staff: dict[str, str]) -> None:
    """The agent's hello is heard: asked over the same server until it says so."""
    with Listener(hall.url, "/kiosk", {"key": hall.keys["kiosk"]}) as listener:
        for n in range(1, 50):
            if hall.kiosk.get("/api/v1/kiosk/machine", headers=staff).json()["printer"]:
                return
            listener.until(lambda told: True, nth=n)


def figures(hall: Hall) -> Any:
    today = hall.officer.get("/api/v1/hall").json()["day"]
    answer = hall.manager.get(f"/api/v1/stats?from={today}&to={today}")
    assert answer.status_code == 200
    return next(group for group in answer.json()["groups"] if group["key"] == "all")


def test_ordinary_slips_shorten_the_roll_and_the_last_tenth_of_it_is_told(hall: Hall, news: Listener) -> None:
    staff = word(hall)
    with hall.agent(prints_for="kiosk-1") as agent:
        wait_for_printer(hall, staff)
        hall.manager.put("/api/v1/screens/kiosk-1", json={"settings": {"slips_per_roll": 50}}).raise_for_status()
        hall.kiosk.post("/api/v1/kiosk/roll", headers=staff).raise_for_status()
        agent.on_hearing["print"] = lambda job: agent.say("printed", {"job": job["job"]})
        for _ in range(45):
            hall.kiosk.take()
        with Listener(hall.url, "/counter", {"counter": "reception"}, cookie=hall.officer.cookie) as reception:
            reception.until(lambda told: [one["trouble"]["slips_left"] for one in told["help"] if mine(one)] == [5])
        assert hall.kiosk.get("/api/v1/kiosk/machine", headers=staff).json()["roll"]["short"]
        hall.kiosk.give_back()
    hall.manager.put("/api/v1/screens/kiosk-1", json={"settings": {"slips_per_roll": 700}})


def test_volume_is_kept_as_this_screens_setting(hall: Hall) -> None:
    staff = word(hall)
    assert hall.kiosk.put("/api/v1/kiosk/volume", json={"volume": 40}, headers=staff).json()["volume"] == 40
    (mine,) = [one for one in hall.manager.get("/api/v1/screens").json() if one["name"] == "kiosk-1"]
    assert mine["settings"]["volume"] == 40
    refused(hall.kiosk.put("/api/v1/kiosk/volume", json={"volume": 101}, headers=staff), 422, "wrong-value")


def test_what_happened_at_the_kiosk_is_in_a_whole_record(hall: Hall) -> None:
    told = sala("verify", "--data", hall.folder)
    assert told.returncode == 0, told.stdout + told.stderr


# -- why it gives nothing ------------------------------------------------------------------------------------------

FULL, HOUR, PAUSED = errors.QuotaFull(), errors.HourFull(next="11:00"), errors.ServicePaused()


def nothing(day: Day, *refusals: errors.OutOfOrder | None, paused: bool = False) -> Any:
    return states.nothing_given(day.hall, day.clock.now(), paused, refusals)


def test_a_kiosk_gives_nothing_only_where_every_service_is_refused() -> None:
    day = Day()
    assert nothing(day, None, FULL) is None
    assert nothing(day) is None
    assert nothing(day, FULL, FULL)["why"] == "quota-full"
    assert nothing(day, FULL, HOUR)["why"] == "hour-full"
    assert nothing(day, FULL, HOUR)["again"]["en"] == "today from 11:00"
    assert nothing(day, FULL, PAUSED) == {"why": "service-paused", "again": None}
    assert nothing(day, FULL, errors.Evacuating()) is None
    assert nothing(day, None, paused=True)["why"] == "paused"


@pytest.mark.parametrize(
    ("now", "again"),
    [
        ("2026-11-20T07:00:00+07:00", "today from 08:30"),
        ("2026-11-23T12:10:00+07:00", "today from 13:00"),  # Monday's pause
        ("2026-11-20T16:30:00+07:00", "on Monday 23 November from 08:30"),
        ("2026-11-21T10:00:00+07:00", "on Monday 23 November from 08:30"),
    ],
)
def test_a_closed_kiosk_says_from_when_it_gives_tickets_again(now: str, again: str) -> None:
    day = Day()
    day.clock.shows(now)
    assert nothing(day, errors.HallClosed())["why"] == "closed"
    assert nothing(day, errors.HallClosed())["again"]["en"] == again


def test_after_a_full_day_it_is_the_next_one_that_is_open() -> None:
    day = Day()
    assert nothing(day, FULL)["again"]["en"] == "on Monday 23 November from 08:30"
    early = Day(small_plan(tickets_before_minutes=30))
    assert nothing(early, FULL)["again"]["th"] == "วันจันทร์ที่ 23 พฤศจิกายน ตั้งแต่ 08:00 น."


def test_a_centre_that_opens_no_more_says_only_that_it_is_closed() -> None:
    day = Day(small_plan(hours={}))
    assert nothing(day, errors.HallClosed()) == {"why": "closed", "again": None}
