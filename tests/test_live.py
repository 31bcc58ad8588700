"""A change that comes amid a round of news is told in the next. In one process, its rounds turned by hand."""

from pathlib import Path
from typing import Any

import kiosk.ticket
from hall_server.app import build
from hall_server.face import Face
from hall_server.house import House
from hall_server.people import People
from queue_core import hall as wishes
from tests import halls


def test_a_ticket_that_is_finished_amid_a_round_is_told_to_its_phone(tmp_path: Path) -> None:
    with halls.at_work(tmp_path) as office:
        house = House(office, People(tmp_path / "people.db"), b"secret")
        ticket = halls.take(office)
        halls.press(office)

        def finish_meanwhile(hall: wishes.Hall, now: Any, topic: str) -> dict[str, Any]:
            if office.hall.tickets:
                office.do(halls.wish(wishes.finish, "1"))
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
