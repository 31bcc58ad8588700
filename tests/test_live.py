"""A change that comes amid a round of news is told in the next. In one process, its rounds turned by hand."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import kiosk.kiosk
import kiosk.ticket
from hall_server.app import build
from hall_server.face import Face
from hall_server.house import House
from hall_server.people import People
from queue_core import officers
from queue_core.hall import Hall
from tests import halls


def test_a_ticket_that_is_finished_amid_a_round_is_told_to_its_phone(tmp_path: Path) -> None:
    with halls.at_work(tmp_path) as office:
        house = House(office, People(tmp_path / "people.db"), b"secret")
        ticket = halls.take(office)
        halls.press(office)

        def finish_meanwhile(hall: Hall, now: Any, topic: str) -> dict[str, Any]:
            if office.hall.tickets:
                office.do(halls.wish(officers.finish, "1"))
            return {}

        slow = Face("slow", (), lambda auth, caller: "", finish_meanwhile)
        app, socketio, live = build(house, [lambda house: slow, kiosk.ticket.face], "threading")
        auth = {"token": house.token(ticket.id)}
        socketio.test_client(app, namespace="/slow")
        phone = socketio.test_client(app, namespace="/ticket", auth=auth)
        live._prompt_round()
        live._prompt_round()
        told = [news["args"][0]["state"] for news in phone.get_received("/ticket")]
    assert told[-1:] == ["finished"]


def test_a_face_that_fails_keeps_no_news_from_the_others(tmp_path: Path) -> None:
    with halls.at_work(tmp_path) as office:
        house = House(office, People(tmp_path / "people.db"), b"secret")
        done = list[str]()

        def fails(hall: Hall, now: Any, topic: str) -> dict[str, Any]:
            raise KeyError(topic)

        def works(hall: Hall, now: Any, topic: str) -> dict[str, Any]:
            return {"waiting": len(hall.waiting())}

        made = [Face(name, (), lambda auth, caller: "", news) for name, news in (("bad", fails), ("good", works))]
        app, socketio, live = build(house, [lambda house, face=face: face for face in made], "threading")
        live.also(lambda hall: done.append("the rest"))
        socketio.test_client(app, namespace="/bad")
        good = socketio.test_client(app, namespace="/good")
        live._prompt_round()
        assert good.get_received("/good")[-1]["args"][0]["waiting"] == 0
    assert done == ["the rest"]


def test_a_round_of_kiosks_reads_no_file_and_lets_a_press_between_any_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with halls.at_work(tmp_path) as office:
        people = People(tmp_path / "people.db")
        keys = [people.add_device(f"kiosk-{n}", "kiosk")[1] for n in range(5)]
        app, socketio, live = build(House(office, people, b"secret"), [kiosk.kiosk.face], "threading")
        screens = [socketio.test_client(app, namespace="/kiosk", auth={"key": key}) for key in keys]
        live._prompt_round()
        for screen in screens:
            screen.get_received("/kiosk")

        did, opened, emitted = list[str](), People._open, socketio.emit
        monkeypatch.setattr(People, "_open", lambda self: (did.append("file"), opened(self))[1])
        monkeypatch.setattr(socketio, "emit", lambda *args, **more: (did.append("news"), emitted(*args, **more))[1])
        monkeypatch.setattr(socketio, "sleep", lambda seconds: did.append("breath"))
        halls.take(office)
        live._prompt_round()
        assert [len(screen.get_received("/kiosk")) for screen in screens] == [1] * 5
    assert did[:10] == ["news", "breath"] * 5
    assert "file" not in did


def test_a_phone_told_at_once_amid_a_slow_round_hears_of_an_undo_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with halls.at_work(tmp_path) as office:
        house = House(office, People(tmp_path / "people.db"), b"secret")
        first, second = halls.take(office), halls.take(office)
        app, socketio, live = build(house, [kiosk.ticket.face], "threading")
        phones = [
            socketio.test_client(app, namespace="/ticket", auth={"token": house.token(ticket.id)})
            for ticket in (second, first)
        ]

        def call_meanwhile(seconds: float) -> None:
            monkeypatch.setattr(socketio, "sleep", lambda seconds: None)
            halls.press(office)
            live._prompt_round()

        monkeypatch.setattr(socketio, "sleep", call_meanwhile)
        live._lagging_round()
        office.do(halls.wish(officers.undo, "1"))
        live._prompt_round()
        live._lagging_round()
        heard = phones[1].get_received("/ticket")
        newest = max((news["args"][0] for news in heard), key=lambda news: news["seq"])
    assert newest["state"] == "waiting"


def locks(people: People, word: str) -> None:
    people.lock_session(word, True)


def signs_out(people: People, word: str) -> None:
    people.end_session(word)


def is_removed(people: People, word: str) -> None:
    people.remove_person("malee")


@pytest.mark.parametrize("happens", [locks, signs_out, is_removed])
def test_a_screen_that_is_shut_while_its_socket_opens_is_not_let_in(
    tmp_path: Path, happens: Callable[[People, str], None]
) -> None:
    """Under threads it may fall after the socket was admitted, and before it is watched."""
    with halls.at_work(tmp_path) as office:
        people = People(tmp_path / "people.db")
        word = people.begin_session(people.add_person("malee", "officer", "4821"), str(office.hall.day))

        def admit(auth: Any, caller: Any) -> str:
            happens(people, word)
            live.ask_anew(word)
            return ""

        panel = Face("panel", (), admit, lambda hall, now, topic: {})
        app, socketio, live = build(House(office, people, b"secret"), [lambda house: panel], "threading")
        browser = app.test_client()
        browser.set_cookie("sala_session", word)
        screen = socketio.test_client(app, namespace="/panel", flask_test_client=browser)
        assert not screen.is_connected("/panel")
        assert live.followed("/panel") == []
