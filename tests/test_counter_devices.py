"""What the hall tells the displays of counters, and what a keypad's press does: the officer's wish, refused as there.

Asked of real servers under `--async eventlet` and `--async threading`; what is pure, of the functions.
"""

import sqlite3
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from hall_server.counter_devices import ACTIONS, pressed, shown
from queue_core import errors, officers
from tests import halls
from tests.serving import PATIENCE_S, Hall, Listener, in_earnest, new_hall

_presses = count(1)


class Pad(Listener):
    """An agent with a display and a keypad at these counters."""

    def __init__(self, hall: Hall, *counters: str, displays: bool = True) -> None:
        super().__init__(hall.url, "/hardware", {"key": hall.keys["agent"]})
        self.greet(*counters, displays=displays)

    def greet(self, *counters: str, displays: bool = True) -> None:
        kinds = ("display", "keypad") if displays else ("keypad",)
        named = [{"name": f"{kind}-{one}", "kind": kind, "counter": one} for one in counters for kind in kinds]
        self.say("hello", {"devices": named, "run": "first"})

    def press(self, counter: str, action: str, press: str | None = None, **more: Any) -> Any:
        told = {"counter": counter, "action": action, "press": press or f"press-{next(_presses)}", **more}
        return self._client.call("button", told, namespace="/hardware", timeout=PATIENCE_S)

    def shows(self, counter: str, number: str, state: str, nth: int = 1) -> Any:
        wanted = {"counter": counter, "number": number, "state": state}
        return self.until(lambda news: wanted.items() <= news.items(), "display", nth)


@pytest.fixture
def pad(hall: Hall) -> Iterator[Pad]:
    """At counters 1 and 2, which are open and empty, before and after."""
    for counter in "12":
        hall.officer.press(counter, "open")
    with Pad(hall, "1", "2") as opened:
        yield opened
    for counter in "12":
        hall.officer.post(f"/api/v1/counters/{counter}/finish", json={})
        hall.officer.press(counter, "close")
    hall.kiosk.give_back()


def test_a_display_is_told_at_once_and_whenever_its_counter_changes(hall: Hall, pad: Pad) -> None:
    pad.shows("1", "", "none")
    number = hall.kiosk.take()["number"]
    hall.officer.press("1", "next")
    pad.shows("1", number, "called")
    hall.officer.press("1", "start")
    pad.shows("1", number, "serving")
    hall.officer.press("1", "finish")
    pad.shows("1", "", "none", 2)
    told = [news["number"] for news in pad.all("display") if news["counter"] == "2"]
    assert told == [""]  # what happens elsewhere is no news
    assert [news["seq"] for news in pad.all("display")] == sorted(news["seq"] for news in pad.all("display"))


def test_whoever_greets_again_is_told_all_again(hall: Hall, pad: Pad) -> None:
    pad.shows("1", "", "none")
    pad.greet("1", "2")
    pad.shows("1", "", "none", 2)


def test_an_agent_is_told_of_its_own_displays_alone(hall: Hall, pad: Pad) -> None:
    with Pad(hall, "2", displays=False) as other:
        number = hall.kiosk.take()["number"]
        assert other.press("2", "next")["number"] == number
        pad.shows("2", number, "called")
        assert other.all("display") == []


def test_a_keypad_serves_a_visitor_from_call_to_finish(hall: Hall, pad: Pad) -> None:
    first, second = hall.kiosk.take(), hall.kiosk.take()
    with hall.board() as board:
        assert pad.press("1", "next") == {"ok": True, "word": "", "detail": "", "number": first["number"]}
        board.until(lambda news: news["calls"] and news["calls"][0]["number"] == first["number"])
        pad.shows("1", first["number"], "called")
        assert pad.press("1", "recall")["ok"]
        board.until(lambda news: (news["calls"][0]["number"], news["calls"][0]["again"]) == (first["number"], 1))
    assert pad.press("1", "start")["ok"]
    pad.shows("1", first["number"], "serving")
    assert pad.press("1", "next")["number"] == second["number"]
    assert hall.kiosk.ticket(first["token"])["state"] == "finished"
    assert pad.press("1", "no-show") == {"ok": True, "word": "", "detail": "", "number": ""}
    assert hall.kiosk.ticket(second["token"])["state"] in ("absent", "finished")


def test_next_on_one_who_was_called_asks_whether_they_came(hall: Hall, pad: Pad) -> None:
    ticket, _ = hall.kiosk.take(), hall.kiosk.take()
    pad.press("1", "next")
    refused = pad.press("1", "next")
    assert (refused["ok"], refused["word"]) == (False, "came-or-not")
    panel = hall.officer.post("/api/v1/counters/1/next", json={}, headers={"Accept-Language": "th"})
    assert refused["detail"] == panel.json()["detail"]
    assert hall.kiosk.ticket(ticket["token"])["state"] == "called"
    assert pad.press("1", "finish")["ok"]
    assert hall.kiosk.ticket(ticket["token"])["state"] == "finished"


def test_a_press_said_twice_happens_once(hall: Hall, pad: Pad) -> None:
    first, second = hall.kiosk.take(), hall.kiosk.take()
    pad.press("1", "next", "the-same")
    pad.press("1", "start")
    before = hall.seq()
    assert pad.press("1", "next", "the-same")["ok"]
    assert hall.seq() == before
    assert hall.kiosk.ticket(first["token"])["state"] == "serving"
    assert hall.kiosk.ticket(second["token"])["state"] == "waiting"


def test_a_refused_press_said_again_is_not_granted_late(hall: Hall, pad: Pad) -> None:
    first, second = hall.kiosk.take(), hall.kiosk.take()
    pad.press("1", "next")
    assert pad.press("1", "next", "too-early")["word"] == "came-or-not"
    pad.press("1", "start")
    assert pad.press("1", "next", "too-early")["word"] == "came-or-not"
    assert hall.kiosk.ticket(first["token"])["state"] == "serving"
    assert hall.kiosk.ticket(second["token"])["state"] == "waiting"


def test_a_press_that_is_too_old_is_refused_with_a_word(hall: Hall, pad: Pad) -> None:
    ticket = hall.kiosk.take()
    before = hall.seq()
    refused = pad.press("1", "next", "old", age_s=6.5)
    assert (refused["ok"], refused["word"]) == (False, "press-too-old")
    assert "6 วินาที" in refused["detail"]
    # Said once more as if it were new, it is still the one that was given up.
    assert pad.press("1", "next", "old", age_s=0.0)["word"] == "press-too-old"
    assert hall.seq() == before
    assert pad.press("1", "next", "new", age_s=5.9)["number"] == ticket["number"]
    # Its answer was lost: what was done is done, however late it is asked about.
    assert pad.press("1", "next", "new", age_s=7.4)["ok"]


@pytest.mark.parametrize("age", ["7", None, True, [], float("nan"), float("inf")])
def test_an_age_that_is_none_moves_nothing(hall: Hall, pad: Pad, age: Any) -> None:
    hall.kiosk.take()
    before = hall.seq()
    assert pad.press("1", "next", age_s=age)["word"] in ("wrong-value", "press-too-old")
    assert hall.seq() == before


def test_where_nobody_is_a_press_is_refused(hall: Hall, pad: Pad) -> None:
    hall.officer.press("1", "close")
    before = hall.seq()
    hall.kiosk.take()
    for action in ACTIONS:
        assert pad.press("1", action)["word"] == "counter-closed"
    assert hall.seq() == before + 1
    hall.officer.press("1", "open")


@pytest.mark.parametrize("action", ["recall", "start", "no-show", "finish"])
def test_with_nobody_called_the_refusal_is_the_panels(hall: Hall, pad: Pad, action: str) -> None:
    panel = hall.officer.post(f"/api/v1/counters/1/{action}", json={}, headers={"Accept-Language": "th"}).json()
    refused = pad.press("1", action)
    assert (
        (refused["word"], refused["detail"]) == (panel["type"], panel["detail"]) == ("nobody-called", panel["detail"])
    )


def test_in_an_evacuation_nobody_is_called(hall: Hall, pad: Pad) -> None:
    hall.kiosk.take()
    assert hall.manager.post("/api/v1/evacuation", json={"on": True}).status_code == 200
    try:
        assert pad.press("1", "next")["word"] == "evacuating"
    finally:
        hall.manager.post("/api/v1/evacuation", json={"on": False})


def test_a_keypad_is_for_the_counters_that_its_agent_named(hall: Hall, pad: Pad) -> None:
    hall.officer.press("3", "open")
    assert pad.press("3", "next")["word"] == "unknown-counter"
    assert pad.press("99", "next")["word"] == "unknown-counter"
    hall.officer.press("3", "close")


def test_what_is_no_press_is_refused_and_harms_nobody(hall: Hall, pad: Pad) -> None:
    before = hall.seq()
    assert pad.press("1", "undo")["word"] == "wrong-value"
    assert pad._client.call("button", {"counter": "1", "action": "next"}, "/hardware")["word"] == "wrong-value"
    for told in (None, [], 7, {"counter": ["1"], "action": {}, "press": None}):
        assert pad._client.call("button", told, "/hardware")["ok"] is False
    pad.say("hello", {"devices": [3, None, {"kind": "display"}, {"kind": "display", "counter": "nowhere"}]})
    pad.shows("nowhere", "", "none")
    assert hall.seq() == before


def test_a_press_is_written_under_the_officers_name(hall: Hall, pad: Pad) -> None:
    hall.kiosk.take()
    before = hall.seq()
    pad.press("1", "next")
    hall.officer.press("1", "start")
    conn = sqlite3.connect(f"{(hall.folder / 'hall.db').as_uri()}?mode=ro", uri=True)
    keypad, panel = conn.execute("select kind, by from events where seq > ? order by seq", (before,)).fetchall()
    conn.close()
    assert (keypad[0], panel[0]) == ("called", "started")
    assert keypad[1] == panel[1]


def test_after_a_restart_a_press_is_still_known_and_displays_are_told(
    tmp_path_factory: pytest.TempPathFactory, mode: str
) -> None:
    with new_hall(tmp_path_factory.mktemp("restart") / "data", mode) as hall:
        first, second = hall.kiosk.take(), hall.kiosk.take()
        hall.officer.press("1", "open")
        with Pad(hall, "1") as pad:
            assert pad.press("1", "next", "before")["number"] == first["number"]
    with in_earnest(hall.folder, mode, hall.keys) as hall, Pad(hall, "1") as pad:
        pad.shows("1", first["number"], "called")
        before = hall.seq()
        assert pad.press("1", "next", "before")["ok"]
        assert hall.seq() == before
        assert hall.kiosk.ticket(second["token"])["state"] == "waiting"


# -- pure ----------------------------------------------------------------------------------------------------------


def test_whoever_was_removed_calls_nobody() -> None:
    day = halls.Day()
    day.do(officers.open_counter, counter="1", by="somsri")
    with pytest.raises(errors.CounterClosed):
        pressed(day.hall, day.clock.now(), "1", "next", frozenset({"another"}))
    assert [event.by for event in pressed(day.hall, day.clock.now(), "1", "next", frozenset({"somsri"}))] == []


def test_a_counter_that_the_plan_has_no_more_shows_nothing() -> None:
    assert shown(halls.Day().hall, "nowhere") == {"counter": "nowhere", "number": "", "state": "none"}
