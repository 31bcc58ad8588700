"""A change that comes amid a round of news is told in the next. In one process, its rounds turned by hand."""

from pathlib import Path
from typing import Any

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
