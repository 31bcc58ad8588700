"""What screens and agents are told by Socket.IO: on connection, after each commit, across a restart; and who is let in.

All of it is asked of real servers, under `--async eventlet` and under `--async threading`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from socketio.exceptions import ConnectionError as TurnedAway

from hall_server.people import People
from queue_core import hall as core
from queue_core import visitors
from queue_core.centre_file import read
from queue_core.office import Clock
from tests import halls, shapes
from tests.serving import (
    Caller,
    Hall,
    Listener,
    Server,
    centre,
    each_of,
    in_earnest,
    last_event,
    new_hall,
    settle,
)
from tests.shapes import unlike

Number = Callable[[Any], bool]


@pytest.fixture(autouse=True)
def nobody_left(hall: Hall) -> Iterator[None]:
    """Each test leaves nobody waiting, whatever became of it."""
    yield
    hall.kiosk.give_back()


def shows(number: str, again: int = 0) -> Number:
    """Whether the newest call is that number's."""
    return lambda news: [(call["number"], call["again"]) for call in news["calls"][:1]] == [(number, again)]


def counts(service: str, count: int) -> Number:
    return lambda news: {"service": service, "count": count}.items() <= _waiting(news, service).items()


def _waiting(news: Any, service: str) -> Any:
    return next(line for line in news["waiting"] if line["service"] == service)


# -- boards --------------------------------------------------------------------------------------------------------


def test_a_board_is_told_on_connection_and_after_each_commit(hall: Hall) -> None:
    with hall.board() as board:
        first = board.until(bool)
        assert not unlike(first, shapes.BOARD)
        assert first["seq"] == hall.seq()
        before = _waiting(first, "card")["count"]

        number = hall.kiosk.take("card")["number"]
        board.until(counts("card", before + 1))
        hall.officer.press("1", "next")
        news = board.until(shows(number))
        assert not unlike(news, shapes.BOARD)
        assert news["seq"] == hall.seq() and news["epoch"] == first["epoch"]
        assert news["calls"][0].items() >= {"counter": "1", "again": 0, "language": "th"}.items()
        hall.officer.press("1", "finish")


def test_calls_stand_newest_first_and_their_number_grows(hall: Hall) -> None:
    numbers = [hall.kiosk.take()["number"] for _ in range(3)]
    for counter in ("1", "2", "3"):
        hall.officer.press(counter, "next")
    with hall.board() as board:
        calls = board.until(bool)["calls"][:3]
    assert [call["number"] for call in calls] == numbers[::-1]
    assert calls[0]["call"] > calls[1]["call"] > calls[2]["call"]
    for counter in ("1", "2", "3"):
        hall.officer.press(counter, "finish")


def test_a_recall_is_the_same_call_again(hall: Hall) -> None:
    number = hall.kiosk.take()["number"]
    hall.officer.press("1", "next")
    with hall.board() as board:
        called = board.until(shows(number))["calls"][0]
        for again in (1, 2):
            hall.officer.press("1", "recall")
            assert board.until(shows(number, again))["calls"][0]["call"] == called["call"]
    hall.officer.press("1", "no-show")


def test_calls_and_slips_outlive_a_restart_under_a_new_epoch(mode: str, tmp_path: Path) -> None:
    keys = settle(tmp_path / "data", centre())
    with in_earnest(tmp_path / "data", mode, keys) as hall:
        called = [hall.kiosk.take()["number"] for _ in range(2)]
        unprinted = hall.kiosk.take("advice")["number"]
        hall.officer.press("1", "next")
        hall.officer.press("2", "next")
        hall.officer.press("2", "recall")
        with hall.board() as board:
            before = board.until(shows(called[1], 1))
    with in_earnest(tmp_path / "data", mode, keys) as hall, hall.board() as board:
        after = board.until(bool)
        assert after["calls"] == before["calls"]
        assert after["epoch"] != before["epoch"] and after["seq"] >= before["seq"]
        number = hall.kiosk.take()["number"]
        hall.officer.press("3", "next")
        assert board.until(shows(number))["calls"][0]["call"] > before["calls"][0]["call"]
        with hall.agent() as agent:
            agent.job(unprinted)
        assert agent.jobs() == [unprinted]


def test_after_999_comes_1000_on_the_board_too(mode: str, tmp_path: Path) -> None:
    keys = settle(tmp_path / "data", centre())
    _give_numbers_until("A992", tmp_path / "data")
    with in_earnest(tmp_path / "data", mode, keys) as hall, hall.board() as board:
        numbers = each_of(8, lambda: Caller(hall.url, keys["kiosk"]), lambda kiosk: kiosk.take()["number"])
        assert sorted(numbers) == sorted([*(f"A{n}" for n in range(993, 1000)), "A1000"])
        for _ in range(8):
            hall.officer.press("1", "next", current="finished")
        board.until(shows("A1000"))


def _give_numbers_until(last: str, folder: Path) -> None:
    """A morning that is over: so many tickets were taken and given back, all in one commit."""

    def morning(present: core.Hall, now: Any) -> core.Events:
        events = list[Any]()
        while not events or events[-2].data["number"] != last:
            (issued,) = visitors.issue(present, now, "kiosk", ["benefit"])
            present = present.after(issued)
            (cancelled,) = visitors.cancel(present, now, "holder", present.tickets[str(issued.ticket)])
            present = present.after(cancelled)
            events += [issued, cancelled]
        return tuple(events)

    with halls.at_work(folder, Clock(), given=read((folder / "centre.toml").read_text("utf-8"))) as office:
        office.do(morning)


def test_no_screen_sees_what_is_not_committed(hall: Hall) -> None:
    committed = list[int]()
    with hall.board() as board, Listener(hall.url, "/kiosk", {"key": hall.keys["kiosk"]}) as kiosk:
        for screen in (board, kiosk):
            screen.on_hearing["news"] = lambda news: committed.append(last_event(hall.folder) - news["seq"])
        kiosks = lambda: Caller(hall.url, hall.keys["kiosk"])  # noqa: E731
        numbers = [ticket["number"] for ticket in each_of(8, kiosks, lambda own: own.take("card"))]
        while hall.officer.press("1", "next", current="finished")["ticket"]:
            pass
        board.until(lambda news: news["calls"][0]["number"] in numbers and not _waiting(news, "card")["count"])
    assert committed and min(committed) >= 0


# -- other screens -------------------------------------------------------------------------------------------------


def test_a_kiosk_is_told_who_waits_for_what(hall: Hall) -> None:
    with Listener(hall.url, "/kiosk", {"key": hall.keys["kiosk"]}) as kiosk:
        first = kiosk.until(bool)
        assert not unlike(first, shapes.KIOSK | {"open": True, "closed_because": None})
        before = first["services"][1]["waiting"]
        hall.kiosk.take("advice")
        kiosk.until(lambda news: news["services"][1]["waiting"] == before + 1)


def test_a_kiosk_of_a_closed_hall_says_why(closed_hall: Hall) -> None:
    with Listener(closed_hall.url, "/kiosk", {"key": closed_hall.keys["kiosk"]}) as kiosk:
        assert not unlike(kiosk.until(bool), shapes.KIOSK | {"open": False, "closed_because": shapes.NAMES})


def test_a_panel_is_told_its_visitor_and_who_is_next(hall: Hall) -> None:
    with Listener(hall.url, "/counter", {"counter": "1"}, hall.officer.cookie) as panel:
        assert not unlike(panel.until(bool), shapes.PANEL | {"ticket": None})
        ordinary, elder = hall.kiosk.take("card"), hall.kiosk.take("card", priority="elder")
        news = panel.until(lambda news: news["waiting_count"] == 2)
        assert [line["number"] for line in news["waiting"]] == [elder["number"], ordinary["number"]]
        hall.officer.press("1", "next")
        news = panel.until(lambda news: news["ticket"])
        assert not unlike(news, shapes.PANEL | {"ticket": shapes.VISITOR | {"state": "called", "started_at": None}})
        assert news["ticket"]["number"] == elder["number"]
        hall.officer.press("1", "start")
        hall.officer.press("1", "next")
        hall.officer.press("1", "no-show")
        panel.until(lambda news: news["ticket"] is None and news["waiting_count"] == 0 and news["seq"] == hall.seq())


def test_a_panel_is_told_of_the_other_counters(hall: Hall) -> None:
    with Listener(hall.url, "/counter", {"counter": "1"}, hall.officer.cookie) as panel:
        number = hall.kiosk.take()["number"]
        hall.officer.press("2", "next")
        panel.until(lambda news: {"id": "2", "number": number}.items() <= news["others"][0].items())
    hall.officer.press("2", "finish")


def test_a_phone_follows_its_ticket_to_the_end(hall: Hall) -> None:
    ticket = hall.kiosk.take()
    with Listener(hall.url, "/ticket", {"token": ticket["token"]}) as phone:
        assert not unlike(phone.until(bool), shapes.FOLLOWED | {"state": "waiting", "number": ticket["number"]})
        hall.officer.press("1", "next")
        assert not unlike(phone.until(lambda news: news["state"] == "called"), shapes.FOLLOWED | {"counter": "1"})
        hall.officer.press("1", "start")
        phone.until(lambda news: news["state"] == "serving")
        hall.officer.press("1", "finish")
        assert phone.until(lambda news: news["state"] == "finished")["rated"] is False
        hall.kiosk.post(f"/api/v1/tickets/{ticket['token']}/rating", json={"steps_and_time": 5, "overall": 5})
        phone.until(lambda news: news["rated"])


def test_a_phone_that_comes_late_is_told_how_it_ended(hall: Hall) -> None:
    ticket = hall.kiosk.take()
    hall.kiosk.delete(f"/api/v1/tickets/{ticket['token']}")
    with Listener(hall.url, "/ticket", {"token": ticket["token"]}) as phone:
        assert phone.until(bool)["state"] == "cancelled"


def test_the_desk_is_told_the_hall_and_its_figures(hall: Hall) -> None:
    with Listener(hall.url, "/desk", {}, hall.manager.cookie) as desk:
        first = desk.until(bool)
        assert not unlike(first, shapes.DESK)
        assert first["stats"]["groups"][0]["key"] == "all"
        served = first["stats"]["groups"][0]["served"]
        hall.kiosk.take()
        hall.officer.serve("1")
        desk.until(lambda news: news["stats"]["groups"][0]["served"] == served + 1)


def test_each_screen_hears_only_its_own_topic(hall: Hall) -> None:
    mine, other = hall.kiosk.take("advice"), hall.kiosk.take("advice")
    with (
        Listener(hall.url, "/ticket", {"token": mine["token"]}) as phone,
        Listener(hall.url, "/ticket", {"token": other["token"]}) as neighbour,
    ):
        neighbour.until(bool)
        hall.kiosk.delete(f"/api/v1/tickets/{other['token']}")
        hall.kiosk.delete(f"/api/v1/tickets/{mine['token']}")
        phone.until(lambda news: news["state"] == "cancelled")
        assert {news["number"] for news in phone.all()} == {mine["number"]}


# -- who is let in -------------------------------------------------------------------------------------------------

STRANGERS = {
    "board": [("nobody", {}, ""), ("wrong key", {"key": "wrong"}, ""), ("no text", {"key": None}, "")],
    "kiosk": [("nobody", {}, ""), ("wrong key", {"key": "\ud800"}, ""), ("agent", {"key": "{agent}"}, "")],
    "counter": [
        ("nobody", {"counter": "1"}, ""),
        ("forged cookie", {"counter": "1"}, "sala_session=forged"),
        ("no such counter", {"counter": "77"}, "{officer}"),
        ("no counter", {}, "{officer}"),
        ("manager", {"counter": "1"}, "{manager}"),
        ("kiosk", {"counter": "1", "key": "{kiosk}"}, ""),
    ],
    "ticket": [
        ("nobody", {}, ""),
        ("forged", {"token": "20261120-A001-AAAAAAAAAAAAAAAAAAAAAA"}, ""),
        ("no text", {"token": 7}, ""),
    ],
    "desk": [("nobody", {}, ""), ("officer", {}, "{officer}"), ("board", {"key": "{board}"}, "")],
    "hardware": [
        ("nobody", {}, ""),
        ("wrong key", {"key": "wrong"}, ""),
        ("kiosk", {"key": "{kiosk}"}, ""),
        ("manager", {}, "{manager}"),
    ],
}


@pytest.mark.parametrize(
    ("name", "auth", "cookie"),
    [
        pytest.param(name, auth, cookie, id=f"{name}-{who}")
        for name, all in STRANGERS.items()
        for who, auth, cookie in all
    ],
)
def test_a_stranger_is_turned_away(hall: Hall, name: str, auth: dict[str, Any], cookie: str) -> None:
    real = {**hall.keys, "officer": hall.officer.cookie, "manager": hall.manager.cookie}
    told = {key: value.format(**real) if isinstance(value, str) else value for key, value in auth.items()}
    with pytest.raises(TurnedAway), Listener(hall.url, f"/{name}", told, cookie.format(**real)):
        pass


@pytest.mark.parametrize("auth", [["list"], "text", 7])
def test_an_odd_introduction_is_no_fault_of_ours(hall: Hall, auth: Any) -> None:
    with pytest.raises(TurnedAway), Listener(hall.url, "/board", auth):
        pass
    with hall.board() as board:
        board.until(bool)


def test_another_sites_page_hears_nothing(trial: Server) -> None:
    with pytest.raises(TurnedAway), Listener(trial.url(), "/board", origin="http://elsewhere.example"):
        pass


def test_in_trial_a_board_needs_no_key(trial: Server) -> None:
    with Listener(trial.url(), "/board") as board:
        assert not unlike(board.until(bool), shapes.BOARD)


# -- agents --------------------------------------------------------------------------------------------------------


def test_a_slip_is_given_to_the_agent_and_counts_as_printed(hall: Hall) -> None:
    with hall.agent() as agent:
        ticket = hall.kiosk.take("card", language="en", priority="elder")
        job = agent.job(ticket["number"])
        assert not unlike(job, shapes.JOB | {"printer": "paper"})
        said = {"copy": 1, "copy_mark": None, "language": "en", "url": None, "centre": "A small centre"}
        assert {name: job["slip"][name] for name in said} == said
        # That somebody goes first is said, and not why.
        assert job["slip"]["priority"] and "Older" not in job["slip"]["priority"]
        with printed_on(hall, ticket):
            agent.say("printed", {"job": job["job"]})


def test_a_slip_whose_letters_its_printer_lacks_is_in_english(hall: Hall) -> None:
    with hall.agent(lacking="ศ") as agent:
        asked = agent.until(bool, "letters")["letters"]
        plan = read(centre())
        said = plan.name["th"] + plan.services["card"].name["th"] + plan.services["card"].name["en"]
        assert set(said) <= set(asked) and len(asked) == len(set(asked))
        # What it says after its answer is heard after it.
        agent.say("status", {"device": "paper", "state": "paper_low", "detail": ""})
        with Listener(hall.url, "/kiosk", {"key": hall.keys["kiosk"]}) as kiosk:
            kiosk.until(lambda news: news["printer"] == "low")
        ticket = hall.kiosk.take("card", language="th")
        job = agent.job(ticket["number"])
        assert (job["slip"]["language"], job["slip"]["centre"]) == ("en", plan.name["en"])
        agent.say("printed", {"job": job["job"]})
    with hall.agent() as agent:
        agent.until(bool, "letters")
        ticket = hall.kiosk.take("card", language="th")
        assert agent.job(ticket["number"])["slip"]["language"] == "th"


@contextmanager
def printed_on(hall: Hall, ticket: Any) -> Iterator[None]:
    """By the end of the block the ticket becomes printed, as its holder is told."""
    with Listener(hall.url, "/ticket", {"token": ticket["token"]}) as phone:
        assert phone.until(bool)["printed"] is False
        yield
        phone.until(lambda news: news["printed"])


def test_a_slip_that_did_not_come_out_is_given_again(hall: Hall) -> None:
    with hall.agent() as agent:
        ticket = hall.kiosk.take()
        job = agent.job(ticket["number"])
        agent.say("not_printed", {"job": job["job"], "detail": "paper_out"})
        agent.say("status", {"device": "paper", "state": "ok", "detail": "new paper"})
        again = agent.job(ticket["number"], nth=2)
        assert (again["job"], again["slip"]) == (job["job"], job["slip"])
        with printed_on(hall, ticket):
            agent.say("printed", {"job": job["job"]})


def test_a_slip_that_nobody_knows_of_is_given_as_a_marked_copy(hall: Hall) -> None:
    with hall.agent() as agent:
        ticket = hall.kiosk.take()
        agent.say("unknown", {"job": agent.job(ticket["number"])["job"], "detail": "cut off"})
        copy = agent.job(ticket["number"], nth=2)
        assert copy["slip"]["copy"] == 2 and "2" in copy["slip"]["copy_mark"]
        agent.say("printed", {"job": copy["job"]})


def test_an_agent_that_comes_back_is_given_exactly_what_is_left(hall: Hall) -> None:
    with hall.agent() as agent:
        printed, left = hall.kiosk.take("card"), hall.kiosk.take("card")
        jobs = {ticket["number"]: agent.job(ticket["number"]) for ticket in (printed, left)}
        with printed_on(hall, printed):
            agent.say("printed", {"job": jobs[printed["number"]]["job"]})
    called, waiting = hall.kiosk.take("card", priority="elder"), hall.kiosk.take("card")
    assert hall.officer.press("1", "next")["ticket"]["number"] == called["number"]
    with hall.agent() as agent:
        # The same process: it is asked again, and answers a repeat from memory.
        again, before = agent.job(left["number"]), jobs[left["number"]]
        assert (again["job"], again["slip"]) == (before["job"], before["slip"])
        assert again["giving"] != before["giving"] and 0 < again["fresh_s"] <= before["fresh_s"] < 60
        agent.job(waiting["number"])
        last = hall.kiosk.take("card")
        agent.job(last["number"])
        assert sorted(agent.jobs()) == sorted(ticket["number"] for ticket in (left, waiting, last))
    hall.officer.press("1", "finish")


def test_jobs_in_the_hands_of_a_process_that_died_are_marked_copies(hall: Hall) -> None:
    with hall.agent(run="died") as agent:
        tickets = [hall.kiosk.take() for _ in range(6)]
        for ticket in tickets:
            agent.job(ticket["number"])
    with hall.agent(run="new") as agent:
        assert [agent.job(ticket["number"])["slip"]["copy"] for ticket in tickets] == [2] * 6


def test_a_printer_prints_for_its_own_device(hall: Hall) -> None:
    with hall.agent(prints_for="kiosk-77") as elsewhere, hall.agent(run="here", prints_for="kiosk-1") as here:
        ticket = hall.kiosk.take()
        here.job(ticket["number"])
        assert elsewhere.jobs() == []


@pytest.mark.parametrize("told", [None, "text", 7, [], {}, {"devices": 7}, {"job": None}, {"job": "x/1/y"}])
def test_an_agent_that_talks_nonsense_harms_nobody(hall: Hall, told: Any) -> None:
    before = hall.seq()
    with hall.agent() as agent:
        for event in ("hello", "status", "printed", "not_printed", "unknown", "sent"):
            agent.say(event, told)
    with hall.agent() as agent:
        ticket = hall.kiosk.take("advice")
        agent.job(ticket["number"])
    assert hall.seq() == before + 1


def test_a_device_that_is_removed_hears_no_more(hall: Hall) -> None:
    key = People(hall.folder / "people.db").add_device("board-gone", "board")[1]
    with Listener(hall.url, "/board", {"key": key}) as board:
        board.until(lambda news: news["seq"])
        People(hall.folder / "people.db").remove_device("board-gone")
        assert board.shut_out()
    with pytest.raises(TurnedAway):
        Listener(hall.url, "/board", {"key": key})


def test_binary_parts_are_not_taken_and_harm_nobody(hall: Hall) -> None:
    with hall.board() as board, hall.board() as other:
        before = board.until(lambda news: news["seq"])["seq"]
        board.say("anything", b"\x00\x01")
        ticket = hall.kiosk.take()
        other.until(lambda news: news["seq"] > before)
        assert hall.kiosk.ticket(ticket["token"])["state"] == "waiting"
        hall.kiosk.delete(f"/api/v1/tickets/{ticket['token']}")


def test_a_slip_that_may_have_come_out_before_a_restart_is_marked(mode: str, tmp_path: Path) -> None:
    with new_hall(tmp_path / "data", mode) as first, first.agent() as agent:
        number = first.kiosk.take()["number"]
        assert agent.job(number)["slip"]["copy_mark"] is None
    with in_earnest(tmp_path / "data", mode, first.keys) as again, again.agent(run="another") as agent:
        assert agent.job(number)["slip"]["copy"] == 2
        assert agent.job(number)["slip"]["copy_mark"]
