"""What the board shows: pure. What it says aloud is tests/scripts/announce.test.js; how it is sent, test_sockets.py."""

from dataclasses import replace
from typing import Any

from display_board import board
from queue_core import day, officers, visitors
from tests import shapes
from tests.halls import Day, small_plan
from tests.shapes import unlike


def shown(floor: Day) -> Any:
    return board.news(floor.hall, floor.clock.now())


def waiting(floor: Day) -> dict[str, int]:
    return {one["service"]: one["count"] for one in shown(floor)["waiting"]}


def test_every_service_and_how_many_wait_for_it() -> None:
    floor = Day()
    floor.take("card")
    floor.take("card", "benefit")
    # Who wants several waits for the present one.
    assert waiting(floor) == {"benefit": 0, "advice": 0, "card": 2}
    assert not unlike({"epoch": "e", "seq": 1} | shown(floor), shapes.BOARD)


def test_a_covered_service_is_not_on_the_board() -> None:
    plan = small_plan()
    tip = replace(plan.services["advice"], id="tip", name={"th": "แจ้งเบาะแส", "en": "A tip-off"}, shown_as="advice")
    floor = Day(replace(plan, services=plan.services | {"tip": tip}))
    floor.take("tip")
    floor.take("advice")
    assert waiting(floor) == {"benefit": 0, "advice": 2, "card": 0}
    assert "tip" not in str(shown(floor)).lower()


def test_who_waits_for_a_service_no_longer_planned_is_counted_without_a_name() -> None:
    floor = Day()
    floor.take("card")
    services = {name: service for name, service in floor.hall.plan.services.items() if name != "card"}
    floor.do(day.change_plan, replace(floor.hall.plan, services=services))
    assert waiting(floor) == {"benefit": 0, "advice": 0, "": 1}
    assert shown(floor)["waiting"][-1]["name"] == {"th": "–", "en": "–"}


def test_the_way_out_is_told_and_the_calls_stay_what_they_were() -> None:
    floor = Day()
    floor.take()
    floor.press("1")
    before = shown(floor)
    assert before["evacuation"] is None and len(before["calls"]) == 1
    floor.do(day.evacuate)
    assert shown(floor) == before | {"evacuation": "2026-11-20T09:00:00.000+07:00"}
    floor.do(day.all_clear)
    assert shown(floor) == before


def test_a_call_taken_back_leaves_the_board() -> None:
    floor = Day()
    floor.take()
    floor.press("1")
    floor.do(officers.undo, "1")
    assert shown(floor)["calls"] == []


def over(floor: Day) -> list[bool]:
    return [call["state"] != "called" for call in shown(floor)["calls"]]


def test_who_has_come_or_will_not_come_need_not_be_called_aloud() -> None:
    floor = Day()
    for _ in range(4):
        floor.take()
    floor.press("1")
    assert over(floor) == [False]
    floor.do(officers.start, "1")
    assert over(floor) == [True]
    floor.press("2")
    floor.do(officers.recall, "2")
    assert over(floor) == [False, True]
    floor.press("2", "no-show")
    # The newest call first: the one before it brought nobody.
    assert over(floor)[:2] == [False, True]


def test_a_call_whose_ticket_was_given_back_is_over() -> None:
    floor = Day()
    ticket = floor.take()
    floor.press("1")
    floor.do(visitors.cancel, ticket)
    assert over(floor) == [True]
