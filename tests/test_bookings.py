"""Booked visits: by API, from a file, and checked in. Pure where the clock matters; the rest is asked of real servers.

Not here: when a booked visitor is called (test_visitors.py, test_calling.py), the kiosk's screen (test_kiosk_walks.py).
"""

import difflib
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests

from hall_server.bodies import NewBooking
from hall_server.house import House
from hall_server.texts import languages, say
from kiosk import booking_file, bookings
from kiosk.booking_file import MOST_ROWS, Unreadable
from queue_core import visitors
from queue_core.hall import Booking
from tests import halls, shapes
from tests.serving import Caller, Hall, each_of, in_earnest, new_hall, settle
from tests.serving import centre as centre_toml
from tests.shapes import unlike

BOOKINGS = "/api/v1/bookings"
NOW = datetime.fromisoformat(halls.MORNING)
BOOKING = {
    "code": str,
    "at": shapes.TIME,
    "services": [str],
    "language": str,
    "priority": (str, None),
    "people": int,
    "needs": [str],
    "state": ("booked", "came", "cancelled"),
    "number": (shapes.NUMBER, None),
}
_codes = count(1)


@pytest.fixture(scope="module")
def floor(mode: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """A hall in earnest of this file's own: it begins its day with nobody booked."""
    with new_hall(tmp_path_factory.mktemp("bookings") / "data", mode) as opened:
        yield opened


def new_code() -> str:
    return f"CODE-{next(_codes):04d}"


def soon(**later: float) -> str:
    """A time on the centre's clock, told from now; by itself it is now."""
    return (datetime.now(ZoneInfo("Asia/Bangkok")) + timedelta(**later)).isoformat(timespec="milliseconds")


def book(hall: Hall, key: str | None = None, by: Caller | None = None, **told: Any) -> requests.Response:
    body = {"services": ["card"], "at": soon()} | told
    return (by or hall.manager).post(BOOKINGS, json=body, headers={"Idempotency-Key": key or new_code()})


def booked(hall: Hall, **told: Any) -> Any:
    """A booking that was taken."""
    answer = book(hall, **told)
    assert answer.status_code == 201, answer.text
    return answer.json()


def come(hall: Hall, code: str, key: str | None = None, by: Caller | None = None) -> requests.Response:
    headers = {"Idempotency-Key": key or f"come-{next(_codes)}"}
    return (by or hall.kiosk).post(f"{BOOKINGS}/{code}/check-in", json={}, headers=headers)


def refused(answer: requests.Response) -> tuple[int, str]:
    assert answer.headers["Content-Type"] == "application/problem+json", answer.text
    assert "{" not in answer.json()["detail"]
    return answer.status_code, answer.json()["type"]


# -- one booking ---------------------------------------------------------------------------------------------------


def test_a_booking_is_taken_and_looked_up(floor: Hall) -> None:
    code, at = new_code(), soon(hours=1)
    told = booked(floor, code=code, services=["card", "benefit"], at=at, priority="elder", people=2, needs=["sign"])
    assert not unlike(told, BOOKING)
    assert told.items() >= {"code": code, "state": "booked", "number": None, "at": at, "people": 2}.items()
    assert floor.officer.get(f"{BOOKINGS}/{code}").json() == told


def test_a_code_that_nobody_gave_is_drawn_and_easy_to_read(floor: Hall) -> None:
    codes = {booked(floor)["code"] for _ in range(5)}
    assert len(codes) == 5
    assert all(re.fullmatch(r"[A-HJ-NP-Z2-9]{8}", code) for code in codes)


def test_a_time_without_an_offset_is_the_centres_own(floor: Hall) -> None:
    tomorrow = soon(days=1)[:10]
    assert booked(floor, at=f"{tomorrow}T09:30")["at"] == f"{tomorrow}T09:30:00.000+07:00"
    assert booked(floor, at=f"{tomorrow}T02:30:00Z")["at"] == f"{tomorrow}T09:30:00.000+07:00"


@pytest.mark.parametrize("given", [{}, {"code": "SENT-TWICE"}])
def test_a_booking_sent_twice_is_one(floor: Hall, given: dict[str, str]) -> None:
    told = {"at": soon(days=2), **given}
    key = f"twice-{given}".encode().hex()
    before = floor.seq()
    first, second = book(floor, key, **told), book(floor, key, **told)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert floor.seq() == before + 1
    assert refused(book(floor, key, **told, people=3)) == (422, "key-reused")


def test_a_code_stands_for_one_booking_until_it_is_given_up(floor: Hall) -> None:
    code = booked(floor, code=new_code(), at=soon(days=3))["code"]
    before = floor.seq()
    assert refused(book(floor, code=code)) == (409, "code-taken")
    assert floor.seq() == before
    assert floor.manager.delete(f"{BOOKINGS}/{code}").json()["state"] == "cancelled"
    assert booked(floor, code=code)["state"] == "booked"


@pytest.mark.parametrize(
    ("told", "answer"),
    [
        ({"at": "tomorrow"}, (422, "wrong-value")),
        ({"at": "2026-11-20"}, (422, "wrong-value")),
        ({"at": "2569-11-20T09:00"}, (422, "wrong-value")),
        ({"at": "9999-12-31T23:59"}, (422, "wrong-value")),
        ({"at": "0001-01-01T00:00"}, (422, "wrong-value")),
        ({"at": "2020-01-01T09:00"}, (422, "wrong-value")),
        ({"code": "no"}, (422, "wrong-value")),
        ({"code": "1234567890123"}, (422, "wrong-value")),
        ({"services": []}, (422, "wrong-value")),
        ({"services": ["haircut"]}, (404, "unknown-service")),
        ({"services": ["card", "card"]}, (422, "same-service-twice")),
        ({"priority": "boss"}, (422, "unknown-priority")),
        ({"language": "xx"}, (422, "unknown-language")),
        ({"name": "สมศรี"}, (422, "wrong-value")),
    ],
    ids=str,
)
def test_a_booking_that_is_wrong_is_refused(floor: Hall, told: dict[str, Any], answer: tuple[int, str]) -> None:
    before = floor.seq()
    assert refused(book(floor, **told)) == answer
    assert floor.seq() == before


def test_who_may_do_what(floor: Hall) -> None:
    code = booked(floor, at=soon(days=1))["code"]
    with Caller(floor.url) as nobody, Caller(floor.url, floor.keys["board"]) as board:
        assert refused(book(floor, by=floor.kiosk)) == (403, "not-your-role")
        assert refused(book(floor, by=nobody)) == (401, "not-signed-in")
        assert refused(floor.kiosk.get(f"{BOOKINGS}/{code}")) == (403, "not-your-role")
        assert refused(floor.kiosk.delete(f"{BOOKINGS}/{code}")) == (403, "not-your-role")
        assert refused(come(floor, code, by=board)) == (403, "not-your-role")
        assert refused(come(floor, code, by=floor.manager)) == (403, "not-your-role")
    assert refused(floor.manager.post(BOOKINGS, json={"services": ["card"], "at": soon()})) == (400, "missing-key")
    assert refused(floor.kiosk.post(f"{BOOKINGS}/{code}/check-in", json={})) == (400, "missing-key")
    assert refused(floor.officer.get(f"{BOOKINGS}/NOBODYS")) == (404, "unknown-booking")
    assert refused(floor.officer.delete(f"{BOOKINGS}/NOBODYS")) == (404, "unknown-booking")


# -- the visitor has come ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("minutes", "state"), [(45, "early"), (29, "on-time"), (-14, "on-time"), (-16, "late")])
def test_a_ticket_says_whether_its_booking_was_kept(floor: Hall, minutes: int, state: str) -> None:
    at = soon(minutes=minutes)
    code = booked(floor, at=at)["code"]
    answer = come(floor, code)
    assert answer.status_code == 201
    ticket = answer.json()
    assert not unlike(ticket, shapes.TICKET)
    assert (ticket["booking"], ticket["services"]) == ({"state": state, "at": at}, ["card"])
    told = floor.officer.get(f"{BOOKINGS}/{code}").json()
    assert (told["state"], told["number"]) == ("came", ticket["number"])
    floor.kiosk.delete(f"/api/v1/tickets/{ticket['token']}")


def test_what_was_booked_is_what_the_ticket_is_for(floor: Hall) -> None:
    told = {"services": ["benefit", "card"], "priority": "elder", "people": 3, "needs": ["sign"], "language": "en"}
    ticket = come(floor, booked(floor, **told)["code"]).json()
    assert ticket.items() >= told.items()
    floor.kiosk.delete(f"/api/v1/tickets/{ticket['token']}")


def test_a_scan_sent_twice_gives_one_ticket(floor: Hall) -> None:
    code = booked(floor)["code"]
    before = floor.seq()
    first, second = come(floor, code, "one-scan"), come(floor, code, "one-scan")
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert floor.seq() == before + 1
    again = come(floor, code)
    assert refused(again) == (409, "already-checked-in")
    assert first.json()["number"] in again.json()["detail"]
    assert refused(floor.manager.delete(f"{BOOKINGS}/{code}")) == (409, "already-checked-in")


@pytest.mark.parametrize("typed", ["ab-12_cd", "AB12CD", "ab%2012%20cd"])
def test_a_code_may_be_typed_small_and_without_its_dashes(floor: Hall, typed: str) -> None:
    book(floor, code="AB-12_CD")
    ticket = come(floor, typed)
    assert ticket.status_code == 201 if typed == "ab-12_cd" else refused(ticket) == (409, "already-checked-in")


def test_two_codes_of_one_day_are_never_alike(floor: Hall) -> None:
    booked(floor, code="TWIN-1", at=soon())
    before = floor.seq()
    answer = book(floor, code="twin_1", at=soon())
    assert refused(answer) == (409, "code-taken") and "TWIN-1" in answer.json()["detail"]
    assert floor.seq() == before
    assert floor.manager.delete(f"{BOOKINGS}/TWIN-1").status_code == 200
    assert booked(floor, code="twin_1", at=soon())["code"] == "twin_1"


def test_two_codes_of_one_day_to_come_are_never_alike(floor: Hall) -> None:
    day = soon(days=11)[:10]
    booked(floor, code="LATER-1", at=f"{day}T09:00")
    assert refused(book(floor, code="later1", at=f"{day}T09:30")) == (409, "code-taken")
    text = f"code,services,at\nSHEET-1,card,{day} 09:00\nsheet1,card,{day} 09:00\nlater-1,card,{day} 09:00\n"
    answer = send(floor, text, "en")
    assert [(told["line"], told["detail"].split()[2]) for told in answer.json()["mistakes"]] == [
        (3, "SHEET-1"),
        (4, "LATER-1"),
    ]


def test_of_two_codes_alike_neither_is_guessed() -> None:
    """No such two are taken any more; a log from before may hold them."""
    day = halls.Day()
    for code in ("TWIN-1", "TWIN_1"):
        day.do(visitors.book, Booking(code, ("card",), day.clock.now()))
    assert bookings._alike(day.hall.bookings, "twin1") is None
    assert bookings._alike(day.hall.bookings, "twin-2") is None


def test_the_exact_code_is_meant_whatever_resembles_it_today(floor: Hall) -> None:
    today, later = soon(), soon(days=1)
    booked(floor, code="ABCDEFGH", at=today)
    assert book(floor, code="abcd-efgh", at=later).json().items() >= {"code": "abcd-efgh", "at": later}.items()
    assert floor.officer.get(f"{BOOKINGS}/abcd-efgh").json()["at"] == later
    assert refused(come(floor, "abcd-efgh")) == (409, "booked-another-day")
    assert floor.manager.delete(f"{BOOKINGS}/abcd-efgh").json()["at"] == later
    assert floor.officer.get(f"{BOOKINGS}/ABCDEFGH").json()["state"] == "booked"
    assert come(floor, "abcdefgh").status_code == 201


def test_only_the_exact_code_is_shown_or_given_up(floor: Hall) -> None:
    booked(floor, code="EXACT-1", at=soon())
    before = floor.seq()
    assert refused(floor.officer.get(f"{BOOKINGS}/exact1")) == (404, "unknown-booking")
    assert refused(floor.manager.delete(f"{BOOKINGS}/exact1")) == (404, "unknown-booking")
    assert floor.seq() == before
    assert floor.manager.delete(f"{BOOKINGS}/EXACT-1").json()["state"] == "cancelled"


def test_a_day_takes_so_many_bookings_and_no_more(small: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bookings, "MOST_A_DAY", 3)
    for at in ("2026-11-20 10:00", "2026-11-23 10:00"):
        raw = "code,services,at\n" + "".join(f"FULL-{at[8:10]}{n},card,{at}\n" for n in range(4))
        with pytest.raises(bookings.Mistaken) as caught:
            taken_from(small, raw.encode())
        told = bookings._wrong_rows(small.plan, caught.value.mistakes).values
        assert told["line"] == 5 and "3" in told["why"]["th"]  # type: ignore[index]
        assert len(taken_from(small, raw[: raw.rindex("FULL")].encode())) == 3
        asked = NewBooking(services=["card"], at=at)
        with pytest.raises(bookings.DayFull):
            small.office.do(lambda hall, now, one=asked: bookings._booked(small, hall, now, "me", one, "ONE-MORE"))


def test_who_comes_on_another_day_is_told_which(floor: Hall) -> None:
    at = soon(days=4)
    code = booked(floor, at=at)["code"]
    before = floor.seq()
    answer = come(floor, code)
    assert refused(answer) == (409, "booked-another-day")
    assert f"{int(at[8:10])} " in answer.json()["detail"] and at[11:16] in answer.json()["detail"]
    assert floor.seq() == before


def test_a_booking_given_up_gives_no_ticket(floor: Hall) -> None:
    code = booked(floor)["code"]
    headers = {"Idempotency-Key": "given-up"}
    told = [floor.officer.delete(f"{BOOKINGS}/{code}", headers=headers) for _ in range(2)]
    assert [(answer.status_code, answer.json()["state"]) for answer in told] == [(200, "cancelled")] * 2
    assert refused(come(floor, code)) == (404, "unknown-booking")


def test_bookings_outlive_a_restart(mode: str, tmp_path: Path) -> None:
    keys = settle(tmp_path / "data", centre_toml())
    with in_earnest(tmp_path / "data", mode, keys) as hall:
        today, drawn = booked(hall, code="TODAY-1")["code"], book(hall, "drawn").json()
        ticket = come(hall, today, "before").json()
    with in_earnest(tmp_path / "data", mode, keys) as hall:
        assert come(hall, today, "before").json()["number"] == ticket["number"]
        assert hall.manager.get(f"{BOOKINGS}/{drawn['code']}").json() == drawn
        assert come(hall, drawn["code"]).status_code == 201


# -- a file of bookings --------------------------------------------------------------------------------------------


def send(hall: Hall, text: str | bytes, language: str = "th", **headers: str) -> requests.Response:
    raw = text if isinstance(text, bytes) else text.encode()
    sent = {"Content-Type": "text/csv"} | headers
    return hall.officer.post(f"{BOOKINGS}/csv?language={language}", data=raw, headers=sent)


def test_a_file_is_taken_whole_and_a_second_time_passed_over(floor: Hall) -> None:
    day = soon(days=5)[:10]
    text = (
        "\ufeffcode,services,at,language,priority,people,needs\r\n"
        f"FILE-0001,card,{day} 09:00\r\n"
        f'FILE-0002,"benefit + card",{day}T09:15+07:00,en,elder,2,sign+escort\r\n'
        "\r\n"
        f"FILE-0003,advice,{day}T02:30Z,,,,\r\n"
    )
    before = floor.seq()
    assert send(floor, text).json() == {"taken": 3, "there_already": 0}
    assert floor.seq() == before + 3
    assert send(floor, text).json() == {"taken": 0, "there_already": 3}
    assert send(floor, text + f"FILE-0004,card,{day} 10:00\r\n").json() == {"taken": 1, "there_already": 3}
    told = floor.manager.get(f"{BOOKINGS}/FILE-0002").json()
    expected = {"services": ["benefit", "card"], "language": "en", "priority": "elder", "people": 2}
    assert told.items() >= (expected | {"needs": ["sign", "escort"], "at": f"{day}T09:15:00.000+07:00"}).items()
    assert floor.manager.get(f"{BOOKINGS}/FILE-0003").json()["at"] == f"{day}T09:30:00.000+07:00"


def test_a_file_books_for_today_too(floor: Hall) -> None:
    send(floor, f"code,services,at\nTODAY-01,card,{soon()}\n")
    assert come(floor, "today01").status_code == 201
    assert send(floor, f"code,services,at\nTODAY-01,card,{soon()}\n").json()["type"] == "wrong-rows"


def test_a_booking_given_up_is_not_brought_back_by_its_file(floor: Hall) -> None:
    text = f"code,services,at\nGONE-001,card,{soon(days=6)}\n"
    assert send(floor, text).json()["taken"] == 1
    floor.manager.delete(f"{BOOKINGS}/GONE-001")
    assert send(floor, text).json() == {"taken": 0, "there_already": 1}
    assert floor.manager.get(f"{BOOKINGS}/GONE-001").json()["state"] == "cancelled"


HEAD = "code,services,at,language,priority,people,needs"
GOOD = "GOOD-001,card,2026-11-23 09:00"
ROWS = {
    "X,card,2026-11-23 09:00": "4",
    "3100501234567,card,2026-11-23 09:00": "3100501234567",
    "WRONG-01,cart,2026-11-23 09:00": "card",
    "WRONG-01,,2026-11-23 09:00": "services",
    "WRONG-01,card+card,2026-11-23 09:00": "WRONG-01",
    "WRONG-01,card,23/11/2026": "2026-11-20 09:30",
    "WRONG-01,card,2026-11-23": "2026-11-20 09:30",
    "WRONG-01,card,2569-11-23 09:00": "2026",
    "WRONG-01,card,2026-11-01 09:00": "2026-11-01",
    "WRONG-01,card,2028-11-23 09:00": "2028-11-23",
    "WRONG-01,card,2026-11-23 09:00,tha": "th",
    "WRONG-01,card,2026-11-23 09:00,,elders": "elder",
    "WRONG-01,card,2026-11-23 09:00,,,many": "99",
    "WRONG-01,card,2026-11-23 09:00,,,0": "99",
    "WRONG-01,card,2026-11-23 09:00,,,,wheelchairs": "wheelchair",
    "WRONG-01,card,2026-11-23 09:00,,,,,card": "+",
    "WRONG-01,card,2026-11-22 09:00": "2026-11-22",
    "WRONG-01," + "+".join(f"s{n}" for n in range(21)) + ",2026-11-23 09:00": "20",
    "WRONG-01," + "card" * 5_000 + ",2026-11-23 09:00": "card" * 15,
    "GOOD-001,card,2026-11-23 09:30": "2",
}


def taken_from(house: House, raw: bytes) -> Any:
    """What a file brings into the hall."""
    rows, mistakes = booking_file.read(raw, house.plan, NOW)
    return house.office.do(lambda hall, now: bookings._all_of(house, hall, now, rows, mistakes, "officer1")).events


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Any]:
    """An office and its house, with a clock that stands still."""
    with halls.at_work(tmp_path) as office:
        nobody: Any = None
        yield House(office, nobody, b"secret")


@pytest.mark.parametrize(("row", "remedy"), ROWS.items(), ids=lambda text: text[:40])
def test_a_wrong_row_is_named_by_its_line_and_what_to_do(small: Any, row: str, remedy: str) -> None:
    with pytest.raises(bookings.Mistaken) as caught:
        taken_from(small, f"{HEAD}\n{GOOD}\n\n{row}\n".encode())
    told = bookings._wrong_rows(small.plan, caught.value.mistakes).values
    assert told["line"] == 4
    for language in ("th", "en"):
        sentence = told["why"][language]  # type: ignore[index]
        assert remedy in sentence and "{" not in sentence
        assert len(sentence) < 300
    assert not small.hall.bookings and "booked" not in halls.recorded(small.office)


def test_a_file_full_of_mistakes_holds_up_nobody(small: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What may have been meant is sought for the mistakes that are told, and not while the hall waits."""
    sought, near = list[bool](), difflib.get_close_matches

    def seek(*asked: Any) -> list[str]:
        sought.append(small.office._lock.locked())
        return near(*asked)

    monkeypatch.setattr(difflib, "get_close_matches", seek)
    raw = "code,services,at\n" + "".join(f"MANY-{n:04d},cart,2026-11-23 09:00\n" for n in range(1999))
    with pytest.raises(bookings.Mistaken) as caught:
        taken_from(small, raw.encode())
    told = bookings._wrong_rows(small.plan, caught.value.mistakes).values
    assert sought == [False] * bookings.MISTAKES_TOLD
    assert "card" in told["why"]["en"] and "1999" in told["sum"]["en"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("raw", "line", "remedy"),
    [
        (b"", 1, "code,services,at"),
        (b"code,services\n", 1, "at"),
        (b"code,services,at,name\n", 1, "priority"),
        (b"code;services;at\n", 1, ","),
        (b"code,code,services,at\n", 1, "services"),
        ("code,services,at\nรหัส".encode("cp874"), 1, "UTF-8"),
        (b'code,services,at\n"A,B\n', 1, '"'),
        (b"code,services,at\n" + b"GOOD-001,card,2026-11-23 09:00\n" * (MOST_ROWS + 1), MOST_ROWS + 2, str(MOST_ROWS)),
    ],
)
def test_a_file_of_no_use_is_one_mistake(raw: bytes, line: int, remedy: str) -> None:
    rows, mistakes = booking_file.read(raw, halls.small_plan(), NOW)
    ((where, wrong),) = mistakes
    assert rows == [] and where == line
    for language in ("th", "en"):
        sentence = say(language, wrong.key, **wrong.values)
        assert remedy in sentence and "{" not in sentence


def test_every_mistake_has_its_sentence() -> None:
    """All keys that the two modules name; those made of a refusal's word are asked row by row above."""
    source = (Path(booking_file.__file__).read_text("utf-8"), Path(booking_file.__file__).with_name("bookings.py"))
    keys = set(re.findall(r'"(csv\.[\w-]+)"', source[0] + source[1].read_text("utf-8")))
    assert len(keys) > 10
    for language in languages():
        assert not [key for key in keys if say(language, key) == key]


def test_with_one_wrong_row_nothing_is_taken(floor: Hall) -> None:
    day, before = soon(days=7)[:10], floor.seq()
    text = (
        f"code,services,at\nWHOLE-01,card,{day} 09:00\nWHOLE-02,haircut,{day} 09:00\nWHOLE-03,card,2569-01-01 09:00\n"
    )
    answer = send(floor, text, "en")
    assert refused(answer) == (422, "wrong-rows")
    assert [mistake["line"] for mistake in answer.json()["mistakes"]] == [3, 4]
    assert "Line 3" in answer.json()["detail"] and "haircut" in answer.json()["detail"]
    assert "บรรทัด 3" in send(floor, text).json()["detail"]
    assert floor.seq() == before
    assert refused(floor.manager.get(f"{BOOKINGS}/WHOLE-01")) == (404, "unknown-booking")


def test_what_is_no_csv_or_too_large_is_turned_away(floor: Hall) -> None:
    before = floor.seq()
    good = f"code,services,at\nLARGE-01,card,{soon(days=8)}\n"
    assert refused(send(floor, good, **{"Content-Type": "application/json"})) == (415, "not-csv")
    assert refused(send(floor, good + "\n" * (2 * 1024 * 1024))) == (413, "too-large")
    assert refused(floor.kiosk.post(f"{BOOKINGS}/csv", data=good)) == (403, "not-your-role")
    assert floor.seq() == before
    # Larger than any JSON may be, and taken.
    assert send(floor, good + "\n" * 100_000).json()["taken"] == 1


def test_two_files_at_once_take_each_booking_once(floor: Hall) -> None:
    day = soon(days=9)[:10]
    text = "code,services,at\n" + "".join(f"BOTH-{n:03d},card,{day} 09:00\n" for n in range(50))

    def sent(own: Caller) -> Any:
        return own.post(f"{BOOKINGS}/csv", data=text.encode(), headers={"Content-Type": "text/csv"}).json()

    told = each_of(2, lambda: Caller(floor.url).sign_in("manager"), sent)
    assert sorted(answer["taken"] for answer in told) == [0, 50]


def test_a_time_is_read_as_the_centre_tells_it() -> None:
    plan = halls.small_plan()
    read = booking_file.moment("2026-11-23T09:30", plan, NOW)
    assert read == datetime.fromisoformat("2026-11-23T09:30:00+07:00") and read.utcoffset() == timedelta()
    with pytest.raises(Unreadable, match=r"csv\.at_far"):
        booking_file.moment("2027-11-22T09:30", plan, NOW)


def test_a_booking_read_again_equals_itself() -> None:
    """What a second file is compared by: nothing is lost on the way through the record."""
    at = booking_file.moment("2026-11-23 09:30", halls.small_plan(), NOW)
    booking = Booking("AB12", ("card", "benefit"), at, "en", "elder", 2, ("sign",))
    assert Booking.from_record(booking.record()) == booking
