"""Recorded files: what is read from them, which halls they hold, and how bad ones are refused."""

import gzip
from datetime import date, datetime

import pytest

from queue_core.errors import Mistake
from queue_core.recorded import Recording, choose, lines, read_day, site_days

HEADER = (
    "id,site,queue,service,priority,arrived,called,finished,counter,abandoned,"
    "counters_open,reported_service_s,finished_est\n"
)
ROW = "1,Site,MAIN,Passports,,2026-11-20T09:00:00,2026-11-20T09:05:00,2026-11-20T09:15:00,7,0,2,600,\n"


def read(text: str) -> Recording:
    return read_day(lines(text.encode(), "day.csv"), "day.csv")


def arrivals(*rows: str) -> Recording:
    """A recording of `site moment-of-arrival` each; nothing else is known."""
    return read(HEADER + "".join("{1},{0},Q,S,,{1},,,,0,,,\n".format(*row.split()) for row in rows))


def test_a_row_is_read_as_it_stands() -> None:
    (ticket,) = read(HEADER + ROW).tickets

    assert (ticket.site, ticket.queue, ticket.service, ticket.counter) == ("Site", "MAIN", "Passports", "7")
    assert (ticket.waited_s, ticket.took_s, ticket.counters_open, ticket.reported_service_s) == (300, 600, 2, 600)
    assert (ticket.priority, ticket.abandoned, ticket.mended, ticket.estimated) == (None, False, False, False)


@pytest.mark.parametrize("data", [gzip.compress((HEADER + ROW).encode()), b"\xef\xbb\xbf" + (HEADER + ROW).encode()])
def test_packed_or_with_a_mark_of_bytes_it_is_the_same_file(data: bytes) -> None:
    assert read_day(lines(data, "day.csv"), "day.csv") == read(HEADER + ROW)


@pytest.mark.parametrize("name", ['"รับ ""เงิน"", 5 %\n<b>"', "a\u2028b\x85c\x0bd", "';--{}"])
def test_a_name_may_hold_any_character(name: str) -> None:
    (ticket,) = read(HEADER + ROW.replace("Passports", name)).tickets

    assert ticket.service == name.strip('"').replace('""', '"')


def test_what_is_unknown_stays_unknown() -> None:
    (ticket,) = read("site,queue,service,arrived,called,finished,abandoned\nX,,Q,2026-11-20 09:00,,,\n").tickets

    assert (ticket.called, ticket.finished, ticket.counter, ticket.counters_open) == (None, None, None, None)
    assert (ticket.id, ticket.queue, ticket.waited_s, ticket.took_s) == ("line 2", "Q", None, None)


def test_a_finish_that_is_a_guess_is_said_to_be_one() -> None:
    (ticket,) = read(
        HEADER + ROW.replace("09:15:00,7", ",7").replace("2026-11-20T,", ",")[:-1] + "2026-11-20T09:20:00\n"
    ).tickets

    assert ticket.estimated and ticket.took_s == 900


def test_times_that_run_backwards_become_no_time() -> None:
    (ticket,) = read(HEADER + ROW.replace("09:05", "08:59").replace("09:15", "08:58")).tickets

    assert ticket.called == ticket.finished == ticket.arrived and ticket.mended


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", None, "empty"),
        (HEADER, None, "no ticket"),
        (HEADER.replace("arrived", "came") + ROW, 1, "missing: arrived"),
        (HEADER.replace(",", ";") + ROW, 1, "columns are missing"),
        (HEADER + ROW + ROW.replace("2026-11-20T09:05:00", "five past"), 3, "called 'five past'"),
        (HEADER + ROW + "\n" + ROW.replace("2026-11-20T09:00:00", ""), 4, "arrived is empty"),
        (HEADER + ROW.replace("2026-11-20T09:00:00", "9999-12-31"), 2, "cannot be right"),
        (HEADER + ROW.replace(",2,600", ",many,600"), 2, "counters_open 'many'"),
        (HEADER + ROW.replace(",2,600", ",nan,600"), 2, "counters_open 'nan'"),
        (HEADER + ROW.replace("Passports", "Passports, new"), 2, "14 fields"),
        (HEADER + ROW.replace("Passports", '"' + "x" * 200_000 + '"'), 2, "not CSV"),
    ],
)
def test_a_bad_file_is_refused_with_its_line(text: str, line: int | None, says: str) -> None:
    with pytest.raises(Mistake) as refused:
        read(text)

    assert refused.value.line == line and says in str(refused.value)


@pytest.mark.parametrize("data", [gzip.compress(b"x" * 9999)[:40], b"\x1f\x8bnonsense", "é".encode("latin-1")])
def test_a_file_that_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(Mistake, match=r"day\.csv"):
        read_day(lines(data, "day.csv"), "day.csv")


def test_every_site_and_day_is_a_hall_of_its_own() -> None:
    halls = site_days(arrivals("A 2026-11-20T09:00", "B 2026-11-20T09:00", "A 2026-11-21T09:00", "A 2026-11-20T08:00"))

    assert [(hall.site, hall.day.day, len(hall.tickets)) for hall in halls] == [
        ("A", 20, 2),
        ("B", 20, 1),
        ("A", 21, 1),
    ]
    assert halls[0].tickets[0].arrived == datetime(2026, 11, 20, 8)


def test_a_visit_across_midnight_belongs_to_the_day_on_which_it_began() -> None:
    night = HEADER + ROW.replace("T09:00", "T23:58").replace("11-20T09:05", "11-21T00:03").replace(
        "11-20T09:15", "11-21T00:20"
    )

    later = ROW.replace("T09:", "T00:").replace("11-20T", "11-21T")

    (hall,) = site_days(read(night + later))

    assert (hall.day, hall.begins, len(hall.tickets)) == (date(2026, 11, 20), 1, 2)


def test_the_busiest_day_is_played_unless_another_is_named() -> None:
    recording = arrivals(
        "A 2026-11-20T09:00", "B 2026-11-20T09:00", "A 2026-11-21T09:00", "A 2026-11-21T09:01", "B 2026-11-21T09:02"
    )

    assert {(hall.site, hall.day.day) for hall in choose(recording)} == {("A", 21), ("B", 21)}
    assert {(hall.site, hall.day.day) for hall in choose(recording, "2026-11-20")} == {("A", 20), ("B", 20)}
    assert {(hall.site, hall.day.day) for hall in choose(recording, "all", "A")} == {("A", 20), ("A", 21)}


@pytest.mark.parametrize(("day", "site", "known"), [("2026-11-22", None, "2026-11-20, all"), (None, "C", "A")])
def test_an_unknown_day_or_site_is_refused_with_those_that_there_are(day: str, site: str, known: str) -> None:
    with pytest.raises(Mistake, match=f"choose one of: {known}"):
        choose(arrivals("A 2026-11-20T09:00"), day, site)
