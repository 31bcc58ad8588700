"""Rehearsals: days so small that the waits are computed by hand, days at random, the recorded ones where they are."""

from dataclasses import replace
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_core.centre_file import read
from queue_core.log import Log, verify
from queue_core.plan import Plan
from queue_core.recorded import Recorded, SiteDay, choose, lines, read_day
from queue_core.rehearsal import Played, Report, heading, play, rehearse
from queue_core.stage import stage

DAY = datetime(2026, 11, 20)
SHARED = Path(__file__).parents[2] / "shared" / "days"
SAMPLES = resources.files("queue_core") / "samples"


def at(clock: str) -> datetime:
    """`9:05` or `9:05:30` on the day; `25:00` is past its end."""
    hours, minutes, *seconds = map(int, clock.split(":"))
    return DAY + timedelta(hours=hours, minutes=minutes, seconds=sum(seconds))


def came(arrived: str, called: str = "", finished: str = "", counter: str | None = "1", **more: object) -> Recorded:
    """A ticket for the one service, at the one counter if nothing else is said."""
    times = {name: at(clock) for name, clock in (("called", called), ("finished", finished)) if clock}
    known = {"id": arrived, "site": "hall", "queue": "MAIN", "service": "one", "counter": counter if called else None}
    return Recorded(**{**known, "arrived": at(arrived), **times, **more})  # type: ignore[arg-type]


def left(arrived: str, finished: str, **more: object) -> Recorded:
    return came(arrived, finished=finished, abandoned=True, **more)


def a_day(*tickets: Recorded) -> SiteDay:
    return SiteDay("hall", DAY.date(), 0, tuple(sorted(tickets, key=lambda ticket: ticket.arrived)))


def waits(*tickets: Recorded) -> list[float | str]:
    """Minutes to the call of each, in the order of arrival; of who was not served, what became of it."""
    visits = rehearse(a_day(*tickets)).visits
    return [v.waited_s / 60 if v.end == "finished" and v.waited_s is not None else v.end for v in visits]


# -- computed by hand ----------------------------------------------------------------------------------------------


def test_one_counter_calls_who_came_first_whatever_was_recorded() -> None:
    # Recorded: the third was called before the second. Here the second waits 9:02 to 9:10 and takes 5 minutes.
    assert waits(came("9:00", "9:00", "9:10"), came("9:03", "9:10", "9:20"), came("9:02", "9:20", "9:25")) == [0, 8, 12]


def test_two_counters_share_one_queue() -> None:
    # 1 serves 9:00-9:10, 2 serves 9:01-9:04; the third goes to 2 at 9:04 for 10 minutes, the fourth to 1 at 9:10.
    assert waits(
        came("9:00", "9:00", "9:10", "1"),
        came("9:01", "9:01", "9:04", "2"),
        came("9:02", "9:10", "9:20", "1"),
        came("9:03", "9:04", "9:06", "2"),
    ) == [0, 0, 2, 7]


def test_who_gave_up_leaves_then_and_holds_up_nobody() -> None:
    assert waits(came("9:00", "9:00", "9:10"), left("9:01", "9:06"), came("9:02", "9:10", "9:15")) == [
        0,
        "cancelled",
        8,
    ]


def test_who_is_called_before_giving_up_is_served_for_a_typical_time() -> None:
    # Recorded: the first was called last, when the second had gone. Typical: 10 minutes, so the third waits for 9:20.
    assert waits(left("9:01", "9:12"), came("9:02", "9:10", "9:20"), came("9:00", "9:00", "9:10")) == [0, 9, 18]


def test_who_was_called_in_vain_is_called_in_vain_again() -> None:
    vain = came("9:01", "9:10", "9:12", abandoned=True)

    assert waits(came("9:00", "9:00", "9:10"), vain, came("9:02", "9:12", "9:20")) == [0, "no-show", 10]


def test_a_counter_opens_as_late_as_it_did() -> None:
    # 2 opens at 9:08 with its first call; until then only 1 serves.
    assert waits(
        came("9:00", "9:00", "9:20", "1"), came("9:01", "9:08", "9:10", "2"), came("9:02", "9:10", "9:14", "2")
    ) == [0, 7, 8]


def test_a_counter_that_called_nobody_while_somebody_waited_was_away() -> None:
    # From 9:05 to 9:30 the third waits and 1 is idle. Nobody waited from 9:40 on: it was there for who comes at 9:50.
    tickets = [came("9:00", "9:00", "9:05"), came("9:10", "9:30", "9:40"), came("9:50", "9:50", "9:55")]

    assert waits(*tickets) == [0, 20, 0]
    spans = stage(a_day(*tickets)).spans["1"]
    assert spans == [(at("9:00"), at("9:05")), (at("9:30"), at("9:55"))]


def test_a_counter_goes_away_when_its_visitor_is_done() -> None:
    # The second takes longer here than it did before the break at 9:05: it is finished first, then nobody until 9:30.
    assert waits(
        came("9:00", "9:01", "9:05", "1"), came("8:59", "9:30", "9:40", "1"), came("9:02", "9:40", "9:41", "1")
    ) == [2, 30, 32]


def test_officers_press_next_as_soon_as_they_did_on_average() -> None:
    # 20 and 40 seconds from finish to next call: 30 each here. The third gap tells nothing: nobody waited.
    assert waits(
        came("9:00", "9:00", "9:04"),
        came("9:01", "9:04:20", "9:05:20"),
        came("9:02", "9:06", "9:07"),
        came("9:07:45", "9:07:50", "9:08"),
    ) == [0, 3.5, 4, 0]


def test_the_last_counter_stays_until_nobody_waits() -> None:
    # By priority of age the long visit comes first: 9:00-9:30. The record closed at 9:31; the last is called at 9:30.
    assert waits(
        came("8:50", "9:01", "9:31", "1"), came("8:51", "9:00", "9:01", "1"), came("8:52", "9:31", "9:31", "1")
    ) == [10, 39, 39]


def test_nobody_is_called_where_no_counter_ever_opened() -> None:
    assert waits(came("9:00"), left("9:01", "9:02")) == ["there", "cancelled"]


def test_calls_without_counters_are_dealt_to_as_few_as_can_have_made_them() -> None:
    # Two overlap, so there were two counters; 1 is free again at 9:04.
    tickets = [
        came("9:00", "9:00", "9:04", None),
        came("9:01", "9:01", "9:20", None),
        came("9:02", "9:04", "9:09", None),
    ]

    assert waits(*tickets) == [0, 0, 2]
    assert list(stage(a_day(*tickets)).plan.counters) == ["1", "2"]


def test_no_more_counters_are_open_than_were() -> None:
    visits = [came(f"9:0{n}", f"9:0{n}", "9:20", None, counters_open=2) for n in range(5)]

    assert list(stage(a_day(*visits)).plan.counters) == ["1", "2"]


@pytest.mark.parametrize("counters_open", [0, None])
def test_without_a_finish_a_visit_lasts_until_the_counter_calls_again(counters_open: int | None) -> None:
    unknown = {"counter": None, "counters_open": counters_open}

    # Between two calls lie 6 and 2 minutes: 4 are typical. The second had 2 at most, since the third was called then.
    tickets = [came("9:00", "9:00", **unknown), came("9:01", "9:06", **unknown), came("9:02", "9:08", **unknown)]
    assert waits(*tickets) == [0, 5, 6]
    assert stage(a_day(*tickets)).spans["1"] == [(at("9:00"), at("9:04")), (at("9:06"), at("9:12"))]


def test_priority_has_its_head_start() -> None:
    tickets = [
        came("9:00", "9:00", "9:10"),
        came("9:02", "9:10", "9:15"),
        came("9:03", "9:15", "9:20", priority="อาวุโส/1"),
    ]

    assert waits(*tickets) == [0, 13, 7]
    assert stage(a_day(*tickets)).plan.rule == "head-start"


def test_counters_serve_only_the_queues_that_they_were_seen_serving() -> None:
    # 2 is idle from 9:05 to 9:20, and the third waits for 1 all the same.
    other = {"queue": "OTHER", "service": "two"}
    first, third = came("9:00", "9:00", "9:30", "1"), came("9:02", "9:30", "9:31", "1")

    assert waits(
        first, came("9:01", "9:02", "9:05", "2", **other), third, came("9:20", "9:20", "9:25", "2", **other)
    ) == [0, 1, 28, 0]


def test_two_tickets_that_are_alike_are_two() -> None:
    assert waits(came("9:00", "9:00", "9:05"), came("9:00", "9:00", "9:05")) == [0, 5]


# -- the plan ------------------------------------------------------------------------------------------------------


def sample_centre() -> Plan:
    return read((SAMPLES / "centre.toml").read_text(encoding="utf-8"))


def test_the_sample_day_is_played_by_the_sample_centre() -> None:
    recording = read_day(lines((SAMPLES / "day.csv").read_bytes(), "day.csv"), "day.csv")
    (hall,) = choose(recording)

    played = rehearse(hall, sample_centre())

    assert played.plan.id == sample_centre().id and played.plan.rule == sample_centre().rule
    assert [visit.ticket for visit in played.visits] == list(recording.tickets)
    assert not {visit.end for visit in played.visits} & {"there", "no-show"}


def test_whatever_the_centre_allows_today_the_recorded_people_come_and_stay_away_as_they_did() -> None:
    known = sample_centre()
    services = {one.id: replace(one, quota_day=1, quota_hour=1) for one in known.services.values()}
    known = replace(known, services=services, requeues=3, last_ticket="by-work")
    theirs = {"service": next(iter(services)), "queue": "MAIN"}
    tickets = [came("9:00", "9:00", "9:10", **theirs), came("9:02", "9:15", "9:20", **theirs)]
    vain = came("9:01", "9:10", "9:12", abandoned=True, **theirs)

    played = rehearse(a_day(*tickets, vain), known)

    assert played.plan.id == known.id
    assert [visit.end for visit in played.visits] == ["finished", "no-show", "finished"]


def test_a_day_that_is_not_the_centres_is_played_by_a_plan_of_its_own() -> None:
    assert rehearse(a_day(came("9:00", "9:00", "9:05")), sample_centre()).plan.id == "site"


def test_names_of_any_kind_and_many_queues_have_safe_ids() -> None:
    names = [f"{mark}/\"'<b>é\n{n}" for n, mark in enumerate("กข;%" * 9)]
    tickets = [came("9:00", "9:00", "9:05", name, service=name, queue=name) for name in names]

    plan = rehearse(a_day(*tickets)).plan

    assert all(identity.isalnum() and identity.isascii() for identity in (*plan.services, *plan.counters))
    assert len({service.prefix for service in plan.services.values()}) == len(names)
    assert [service.name["th"] for service in plan.services.values()] == names


# -- nobody is lost ------------------------------------------------------------------------------------------------


def accounted_for(day: SiteDay, folder: Path) -> Played:
    """The day played on a log in the folder; every ticket is once in what came of it, and the log verifies."""
    log = Log(folder / "hall.db", synchronous="off")
    try:
        on_stage = stage(day)
        played = play(day, on_stage, log)
        with log.reader() as conn:
            assert verify(conn, on_stage.plan) == []
            (written,) = conn.execute("select count(*) from events where kind = 'issued'").fetchone()
            (days,) = conn.execute("select count(distinct day) from events").fetchone()
    finally:
        log.close()
    assert [visit.ticket for visit in played.visits] == list(day.tickets) and written == len(day.tickets)
    assert days == 1
    return played


minutes = st.integers(0, 300)


@st.composite
def tickets(draw: st.DrawFn) -> Recorded:
    """A ticket as a careless recorder might leave it: anything may be unknown."""
    arrived = DAY + timedelta(minutes=draw(minutes))
    called = draw(st.none() | minutes.map(lambda m: arrived + timedelta(minutes=m)))
    finished = draw(st.none() | minutes.map(lambda m: (called or arrived) + timedelta(minutes=m)))
    return Recorded(
        id="",
        site="hall",
        queue=draw(st.sampled_from("QR")),
        service=draw(st.sampled_from("ST")),
        arrived=arrived,
        called=called,
        finished=finished,
        abandoned=draw(st.booleans()),
        counter=draw(st.sampled_from([None, "x", "y"])),
        priority=draw(st.sampled_from([None, "1", "?"])),
        counters_open=draw(st.sampled_from([None, 0, 1, 3])),
        reported_service_s=draw(st.sampled_from([None, 0.0, 600.0])),
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(tickets(), min_size=1, max_size=25))
def test_of_any_day_everyone_is_accounted_for(tmp_path_factory: pytest.TempPathFactory, people: list[Recorded]) -> None:
    day = a_day(*people)

    played = accounted_for(day, tmp_path_factory.mktemp("hall"))

    for visit in played.visits:
        assert visit.end in ("finished", "no-show", "cancelled", "there")
        assert (visit.waited_s is not None) == (visit.end in ("finished", "no-show")) or visit.end == "there"
        assert visit.waited_s is None or visit.waited_s >= 0


def test_a_crowd_in_one_second(tmp_path: Path) -> None:
    crowd = [came("9:00", f"9:{n % 60}", f"9:{n % 60}", str(n % 3)) for n in range(400)]

    played = accounted_for(a_day(*crowd), tmp_path)

    assert {visit.end for visit in played.visits} == {"finished"}


def test_when_the_day_turns_who_is_there_is_still_there(tmp_path: Path) -> None:
    night = a_day(came("23:50", "23:50", "25:00"), came("23:55", "25:00", "25:01"))

    assert [visit.end for visit in accounted_for(night, tmp_path).visits] == ["there", "there"]


# -- what is printed -----------------------------------------------------------------------------------------------


def test_the_report_sets_both_waits_side_by_side() -> None:
    day = a_day(came("9:00", "9:00", "9:10"), came("9:03", "9:10", "9:20"), came("9:02", "9:20", "9:25"))

    printed = list(Report([rehearse(day)]).lines())

    assert printed[0] == "hall: 3 tickets, 1 service, 1 counter, rule first-come"
    # Recorded 0, 7, 18 minutes; rehearsed 0, 8, 12.
    assert " ".join(printed[2].split()) == "one 3 > 3 8.3 > 6.7 7.0 > 8.0 18.0 > 12.0 18.0 > 12.0 -1.7"
    assert "3 tickets: 3 served, 0 called in vain, 0 left unserved, 0 still there." in printed


def test_several_sites_and_days_have_a_line_each() -> None:
    rows = [f"{site},Q,S,2026-11-{day}T09:00,2026-11-{day}T09:05,,0\n" for site in "AB" for day in (20, 21)]
    recording = read_day(["site,queue,service,arrived,called,finished,abandoned\n", *rows], "days.csv")

    halls = choose(recording, "all")
    printed = "\n".join([*heading(recording, halls), *Report([rehearse(hall) for hall in halls]).lines()])

    assert printed.startswith("days.csv: 2 days, 2026-11-20 to 2026-11-21, 4 tickets of 4.")
    assert all(
        f"\n{name} " in printed for name in ("A", "B", "every site", "Fri 2026-11-20", "Sat 2026-11-21", "every day")
    )


def test_long_names_and_thai_vowels_keep_the_columns_straight() -> None:
    thai, long = "ขึ้นทะเบียนผู้ว่างงาน", "A service with a name that goes on and on and on"
    day = a_day(came("9:00", "9:00", "9:01", service=thai), came("9:00", "9:01", "9:02", service=long))

    rows = list(Report([rehearse(day)]).lines())[2:4]

    shown = [sum(letter not in "ึ้ีู่" for letter in row.split(" > ")[0]) for row in rows]
    assert shown[0] == shown[1] and "…" in rows[1]


def test_each_who_comes_moves_the_bar() -> None:
    told: list[int] = []

    rehearse(a_day(came("9:00", "9:00", "9:05"), came("9:01", "9:05", "9:06")), tick=told.append)

    assert sum(told) == 2


# -- the recorded days ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "date", "site", "near_s"),
    [
        ("bank_call_centre_1999_01.csv.gz", "1999-01-18", None, 20),
        ("warsaw_offices_2020_01_open.csv.gz", "2020-01-08", "UD_Zoliborz", 120),
    ],
)
def test_a_recorded_day_comes_out_near_what_was_recorded(name: str, date: str, site: str | None, near_s: int) -> None:
    file = SHARED / name
    if not file.exists():
        pytest.skip(f"{name} is not here: recorded days lie outside the project")
    halls = choose(read_day(lines(file.read_bytes(), name), name), date, site)

    visits = [visit for hall in halls for visit in rehearse(hall).visits]

    recorded = [visit.ticket.waited_s for visit in visits if visit.ticket.waited_s is not None]
    played = [visit.waited_s for visit in visits if visit.waited_s is not None]
    assert len(visits) == sum(len(hall.tickets) for hall in halls) and not [v for v in visits if v.end == "there"]
    assert abs(sum(played) / len(played) - sum(recorded) / len(recorded)) < near_s
