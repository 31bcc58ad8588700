"""What the board shows: its news by zone, the notices, and the files of the playlist.

Not here: what it looks like (test_board_walks.py), what it says aloud (tests/scripts/announce.test.js), how it is sent
(test_sockets.py).
"""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from display_board import board
from hall_server import bodies, notices
from hall_server.playlist import LARGEST_FILE, LOOK_S, MOST_FILES, Playlist, is_name
from hall_server.problems import TurnedAway
from queue_core import day, officers, visitors
from queue_core.errors import WrongValue
from queue_core.plan import Zone
from tests import shapes
from tests.halls import Day, small_plan
from tests.serving import Caller, Hall, Listener
from tests.shapes import unlike

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
WEBM = b"\x1a\x45\xdf\xa3" + bytes(300_000)


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


# -- zones ---------------------------------------------------------------------------------------------------------


def two_zones() -> Any:
    """Counter 1 stands in the west, counters 2 and 3 in the east."""
    plan = small_plan()
    zones = {one: Zone(one, {"th": one, "en": one}) for one in ("west", "east")}
    counters = {
        counter.id: replace(counter, zone="west" if counter.id == "1" else "east") for counter in plan.counters.values()
    }
    return replace(plan, zones=zones, counters=counters)


def test_a_board_of_a_zone_shows_the_calls_of_its_counters_and_who_waits_for_what_they_give() -> None:
    floor = Day(two_zones())
    for service in ("benefit", "benefit", "benefit", "card", "advice"):
        floor.take(service)
    floor.press("1")
    floor.press("2")
    west, east, whole = (board.news(floor.hall, floor.clock.now(), zone) for zone in ("west", "east", ""))
    assert [call["counter"] for call in west["calls"]] == ["1"]
    assert [call["counter"] for call in east["calls"]] == ["2"]
    assert [call["counter"] for call in whole["calls"]] == ["2", "1"]
    assert [one["service"] for one in west["waiting"]] == ["benefit", "card"]
    assert {one["service"] for one in east["waiting"]} == {"benefit", "advice", "card"}
    assert (west["counters"], east["counters"]) == (["1"], ["2", "3"])


def test_a_zone_that_is_planned_no_longer_shows_the_whole_hall() -> None:
    floor = Day(two_zones())
    floor.take()
    floor.press("1")
    assert len(board.news(floor.hall, floor.clock.now(), "south")["calls"]) == 1


def test_a_board_hears_of_its_zone_and_of_no_unknown_one(trial: Any) -> None:
    url = trial.url()
    with Listener(url, "/board", {"zone": "a"}) as west, Listener(url, "/board", {"zone": "b"}) as east:
        assert west.until(bool)["counters"] == ["1", "2", "3", "4"]
        assert east.until(bool)["counters"] == ["5", "6", "7", "8"]
    with pytest.raises(Exception, match=r"One or more namespaces|refused|rejected"):
        Listener(url, "/board", {"zone": "cellar"})


# -- what became of a call -----------------------------------------------------------------------------------------


def states(floor: Day) -> list[str]:
    return [call["state"] for call in shown(floor)["calls"]]


def test_a_call_is_awaited_until_its_visitor_is_there_and_gone_when_they_leave() -> None:
    floor = Day()
    floor.take()
    floor.press("1")
    assert states(floor) == ["called"]
    floor.do(officers.recall, "1")
    assert states(floor) == ["called"]
    floor.do(officers.start, "1")
    assert states(floor) == ["serving"]
    floor.do(officers.finish, "1")
    assert states(floor) == ["gone"]


def test_who_did_not_come_is_still_listed_and_who_cancelled_is_not() -> None:
    floor = Day()
    floor.take()
    cancels = floor.take()
    floor.press("1")
    floor.do(officers.no_show, "1")
    assert states(floor) == ["absent"]
    floor.press("1")
    floor.do(visitors.cancel, cancels)
    assert states(floor) == ["gone", "absent"]


def test_who_is_called_again_elsewhere_is_awaited_there_alone() -> None:
    floor = Day()
    floor.take()
    floor.serve("1")
    floor.do(officers.transfer, "1", service="benefit")
    floor.press("2")
    assert [(call["counter"], call["state"]) for call in shown(floor)["calls"]] == [("2", "called"), ("1", "gone")]


# -- hours and notices ---------------------------------------------------------------------------------------------


def test_a_closed_hall_says_why_and_when_it_opens() -> None:
    floor = Day()
    assert (shown(floor)["open"], shown(floor)["opens"]) == (True, None)
    assert shown(floor)["hours"] == ["08:30–16:30"]
    floor.clock.shows("2026-11-20T16:30:00+07:00")
    told = shown(floor)
    assert not told["open"] and "08:30–16:30" in told["closed_because"]["en"]
    # Over the weekend.
    assert told["opens"] == "2026-11-23T08:30:00.000+07:00"
    floor.clock.shows("2026-11-23T12:10:00+07:00")
    assert shown(floor)["opens"] == "2026-11-23T13:00:00.000+07:00"


def entered(*given: dict[str, Any]) -> list[dict[str, Any]]:
    return notices.checked(small_plan(), bodies.Notices([bodies.Notice(**one) for one in given]))


def test_a_notice_holds_until_its_time_on_the_centres_clock() -> None:
    timed, lasting = entered(
        {"text": {"th": " ปิดบ่ายนี้ ", "en": "Closed this afternoon"}, "until": "2026-11-20T12:00"},
        {"text": {"th": "ยินดีต้อนรับ", "en": ""}},
    )
    assert timed["text"] == {"th": "ปิดบ่ายนี้", "en": "Closed this afternoon"} and lasting["text"] == {"th": "ยินดีต้อนรับ"}
    before, after = (datetime.fromisoformat(f"2026-11-20T{time}:00+07:00") for time in ("11:59", "12:00"))
    assert notices.holds(timed, small_plan(), before) and not notices.holds(timed, small_plan(), after)
    assert notices.holds(lasting, small_plan(), after)
    (abroad,) = entered({"text": {"th": "ก"}, "until": "2026-11-20T05:00:00Z"})
    assert abroad["until"] == timed["until"]


@pytest.mark.parametrize(
    "notice",
    [
        {"text": {"en": "no Thai"}},
        {"text": {"th": "ก", "xx": "?"}},
        *(
            {"text": {"th": "ก"}, "until": until}
            for until in ("noon", "0001-01-01T00:00+23:59", "9999-12-31T23:59-23:59")
        ),
    ],
)
def test_a_notice_that_cannot_be_is_refused(notice: dict[str, Any]) -> None:
    with pytest.raises(WrongValue):
        entered(notice)


def test_notices_are_the_managers_and_reach_the_boards_at_once(hall: Hall) -> None:
    body = {"notices": [{"text": {"th": "ลืมร่ม", "en": "An umbrella was found"}}]}
    assert hall.officer.put("/api/v1/notices", json=body).status_code == 403
    with hall.board() as listening:
        assert listening.until(bool)["notices"] == []
        assert hall.manager.put("/api/v1/notices", json=body).status_code == 200
        assert listening.until(lambda news: news["notices"])["notices"] == [{"text": body["notices"][0]["text"]}]
        assert hall.manager.put("/api/v1/notices", json={"notices": []}).status_code == 200
    with Caller(hall.url, hall.keys["board"]) as device:
        assert device.get("/api/v1/notices").json() == []


# -- the playlist --------------------------------------------------------------------------------------------------


def test_a_playlist_is_the_folders_pictures_and_films_by_name(tmp_path: Path) -> None:
    playlist = Playlist(tmp_path / "playlist")
    assert playlist.files() == []
    playlist.take("b วิธีจองคิว.webm", BytesIO(WEBM))
    playlist.take("a.png", BytesIO(PNG))
    # Put there by hand: a page in disguise, a hidden file, and what is neither.
    (tmp_path / "playlist/evil.png").write_bytes(b"<html><script>alert(1)</script>")
    (tmp_path / "playlist/.hidden.png").write_bytes(PNG)
    (tmp_path / "playlist/notes.txt").write_bytes(b"notes")
    assert [(file.name, file.kind) for file in playlist.files()] == [("a.png", "picture"), ("b วิธีจองคิว.webm", "film")]
    assert playlist.path("evil.png") is None and playlist.path("../people.db") is None
    assert playlist.remove("a.png") and not playlist.remove("a.png")
    assert [file.name for file in playlist.files()] == ["b วิธีจองคิว.webm"]


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".png",
        "../a.png",
        "a/b.png",
        "a\\b.png",
        "a.svg",
        "a.png.html",
        "a",
        "a\n.png",
        f"{'a' * 240}.png",
        f"{'ก' * 80}.png",
        "\udca1.png",
    ],
)
def test_a_name_that_is_a_path_or_a_page_is_none(name: str) -> None:
    assert not is_name(name)


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("a.png", b"<svg onload=alert(1)>", "not-playable"),
        ("a.png", b"", "not-playable"),
        ("a.mp4", WEBM, "not-playable"),
        ("a.html", PNG, "not-playable"),
        ("a.png", PNG + bytes(LARGEST_FILE), "too-large"),
    ],
)
def test_what_cannot_be_shown_is_not_kept(tmp_path: Path, name: str, content: bytes, word: str) -> None:
    playlist = Playlist(tmp_path)
    stream = BytesIO(content)
    with pytest.raises(TurnedAway) as refused:
        playlist.take(name, stream)
    assert refused.value.word == word
    assert stream.read() == b"", "all was read, so that the sender hears the answer"
    assert list(tmp_path.iterdir()) == []


def test_a_film_copied_by_hand_is_shown_as_it_is_in_the_end(tmp_path: Path) -> None:
    now = [100.0]
    playlist = Playlist(tmp_path, lambda: now[0])
    with (tmp_path / "film.webm").open("wb") as film:
        assert playlist.files() == []
        film.write(WEBM[:1000])
        film.flush()
        now[0] += LOOK_S
        (half,) = playlist.files()
        film.write(WEBM[1000:])
    now[0] += LOOK_S
    (whole,) = playlist.files()
    assert (half.size, whole.size) == (1000, len(WEBM)) and half.version != whole.version


def test_what_a_power_cut_left_of_an_upload_is_swept_away(tmp_path: Path) -> None:
    left, now, hidden = (tmp_path / name for name in (".0123456789abcdef", ".fedcba9876543210", ".mine"))
    for path in (left, now, hidden):
        path.write_bytes(WEBM)
    for path in (left, hidden):
        os.utime(path, (0, 0))
    Playlist(tmp_path).take("a.png", BytesIO(PNG))
    assert (left.exists(), now.exists(), hidden.exists()) == (False, True, True)


def test_a_disk_that_is_nearly_full_is_left_to_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hall_server.playlist.KEPT_FREE", shutil.disk_usage(tmp_path).total + 1)
    stream = BytesIO(PNG)
    with pytest.raises(TurnedAway, match="disk-full"):
        Playlist(tmp_path).take("a.png", stream)
    assert stream.read() == b"" and list(tmp_path.iterdir()) == []


def test_a_full_playlist_takes_another_only_in_the_place_of_one(tmp_path: Path) -> None:
    playlist = Playlist(tmp_path)
    for n in range(MOST_FILES):
        (tmp_path / f"{n}.png").write_bytes(PNG)
    with pytest.raises(TurnedAway, match="too-many-files"):
        playlist.take("one-more.png", BytesIO(PNG))
    playlist.take("3.png", BytesIO(PNG + b"new"))
    assert (tmp_path / "3.png").read_bytes().endswith(b"new")


class Together(BytesIO):
    """A picture whose sender sends nothing before all others have begun."""

    def __init__(self, begun: Barrier) -> None:
        super().__init__(PNG)
        self.begun = begun

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() == 0:
            self.begun.wait(10)
        return super().read(size)


def test_many_who_upload_at_once_take_no_more_than_the_last_place(tmp_path: Path) -> None:
    playlist, begun = Playlist(tmp_path), Barrier(6)
    for n in range(MOST_FILES - 1):
        (tmp_path / f"{n}.png").write_bytes(PNG)

    def upload(n: int) -> str:
        try:
            playlist.take(f"new-{n}.png", Together(begun))
        except TurnedAway as refused:
            return str(refused).partition(":")[0]
        return "taken"

    with ThreadPoolExecutor(6) as senders:
        answers = list(senders.map(upload, range(6)))
    assert sorted(answers) == ["taken"] + ["too-many-files"] * 5
    assert len(list(tmp_path.iterdir())) == MOST_FILES


def test_a_film_is_taken_from_the_manager_and_served_in_parts_to_the_boards(hall: Hall) -> None:
    path = "/api/v1/playlist/how%20to.webm"
    assert hall.officer.put(path, data=WEBM).status_code == 403
    with hall.board() as listening, Caller(hall.url, hall.keys["board"]) as device, Caller(hall.url) as nobody:
        assert listening.until(bool)["playlist"] == []
        taken = hall.manager.put(path, data=WEBM)
        assert taken.status_code == 200 and taken.json()[0]["kind"] == "film"
        told = listening.until(lambda news: news["playlist"])["playlist"]
        assert [one["name"] for one in told] == ["how to.webm"]
        part = device.get("/board/playlist/how%20to.webm", headers={"Range": "bytes=0-3"})
        assert (part.status_code, part.content, part.headers["Content-Type"]) == (206, WEBM[:4], "video/webm")
        assert part.headers["Content-Range"] == f"bytes 0-3/{len(WEBM)}"
        assert device.get("/board/playlist/how%20to.webm").content == WEBM
        # RFC 9110, 14.2: of a unit that we do not know, the whole.
        whole = device.get("/board/playlist/how%20to.webm", headers={"Range": "seconds=0-3"})
        assert (whole.status_code, whole.content) == (200, WEBM)
        assert device.get("/board/playlist/how%20to.webm", headers={"Range": "bytes=999999-"}).status_code == 416
        assert nobody.get("/board/playlist/how%20to.webm").status_code == 401
        for elsewhere in ("..%2Fpeople.db", "people.db", "%2Fetc%2Fpasswd"):
            assert device.get(f"/board/playlist/{elsewhere}").status_code == 404
        refused = hall.manager.put("/api/v1/playlist/page.png", data=b"<html>")
        assert (refused.status_code, refused.json()["type"]) == (415, "not-playable")
        assert hall.manager.delete(path).json() == []
        listening.until(lambda news: not news["playlist"], nth=2)
