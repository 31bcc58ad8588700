"""What the plan keeps in the log and gets back from it, and what it says of a moment and of a visit.

Not here: how a centre's file is read (test_centre_file.py), and what the hall does by the plan.
"""

import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import queue_core
from queue_core.centre_file import read
from queue_core.plan import Holiday, Plan
from tests.full_centre import FULL
from tests.halls import CENTRE, small_plan

SAMPLE = (Path(queue_core.__file__).parent / "samples" / "centre.toml").read_text(encoding="utf-8")

# -- what the log keeps -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [CENTRE, FULL, SAMPLE])
def test_a_plan_comes_back_from_the_log_as_it_was(text: str) -> None:
    plan = read(text)

    assert Plan.from_record(plan.record()) == plan
    # As the log writes it: keys in the order of the alphabet. What the centre put in order must stay in order.
    again = Plan.from_record(json.loads(json.dumps(plan.record(), ensure_ascii=False, sort_keys=True)))
    assert again == plan
    for name in (
        "agencies", "priorities", "services", "matters", "counters", "segments", "profiles", "holidays", "reasons",
    ):  # fmt: skip
        assert list(getattr(again, name)) == list(getattr(plan, name))


def test_what_the_desk_sets_comes_back_from_the_log_too() -> None:
    plan = replace(read(FULL), skills={"9f": ("card",), "03": ()}, reasons={"b": {"th": "ข"}, "a": {"th": "ก"}})

    again = Plan.from_record(json.loads(json.dumps(plan.record(), sort_keys=True)))

    assert again == plan and list(again.reasons) == ["b", "a"]


def test_a_record_of_an_earlier_program_takes_what_is_usual() -> None:
    record = json.loads(json.dumps(small_plan().record()))
    later = {
        "": "segments profiles profile holidays reasons skills recalls requeues tolerance_minutes early_minutes "
        "late_minutes tickets_before_minutes tickets_in_breaks last_ticket left_over emergency_prefix lock_minutes",
        "priorities": "head_start_minutes",
        "services": "after shown_as at_kiosk quota_day quota_hour",
        "counters": "profile walk_in",
    }
    for name, keys in later.items():
        for known in record[name] if name else [record]:
            for key in keys.split():
                del known[key]

    assert Plan.from_record(record) == small_plan()
    record["services"][0]["prefix"] = "Z"
    assert Plan.from_record(record).emergency_prefix == "Y"


def test_a_record_of_a_later_program_is_taken_without_what_nobody_knows_yet() -> None:
    record = json.loads(json.dumps(read(FULL).record()))
    lists = [
        known for value in record.values() if isinstance(value, list) for known in value if isinstance(known, dict)
    ]
    lines = [line for profile in record["profiles"] for line in profile["lines"]]
    for known in (record, *lists, *lines, *(part for line in lines for part in (*line["when"], *line["take"]))):
        known["storey"] = {"id": "upstairs"}

    assert Plan.from_record(record) == read(FULL)


def test_a_record_is_never_checked() -> None:
    record = small_plan().record() | {"rule": "by-star-sign", "head_start_minutes": -5, "languages": ["la"]}

    assert Plan.from_record(record).rule == "by-star-sign"


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-11-21T03:59:59.999+07:00", "2026-11-20"),
        ("2026-11-21T04:00:00+07:00", "2026-11-21"),
        ("2026-11-20T20:59:59.999+00:00", "2026-11-20"),
        ("2026-11-20T21:00:00+00:00", "2026-11-21"),
        ("2026-11-20T23:59:59+00:00", "2026-11-21"),
        ("2026-11-20T00:00:00+00:00", "2026-11-20"),
    ],
)
def test_the_service_day_is_the_centres_and_turns_at_four(now: str, day: str) -> None:
    assert small_plan().service_day(datetime.fromisoformat(now)).isoformat() == day


# -- what the plan says of a moment ---------------------------------------------------------------------------------

EVE = replace(
    small_plan(),
    holidays={
        "2026-12-10": Holiday("2026-12-10", {}),
        "2026-12-14": Holiday("2026-12-14", {}, ((600, 660),)),
        "2026-12-13": Holiday("2026-12-13", {}, ((1380, 1440),)),
    },
)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-12-{text}+07:00")


def test_a_holiday_has_hours_of_its_own_or_none() -> None:
    days = {day: EVE.spans_on(date(2026, 12, day)) for day in (7, 10, 11, 12, 13, 14)}

    assert days == {
        7: ((510, 720), (780, 990)),
        10: (),
        11: ((510, 990),),
        12: (),
        13: ((1380, 1440),),
        14: ((600, 660),),
    }
    assert [EVE.open_at(moment(at)) for at in ("07T11:59", "07T12:00", "07T13:00", "10T09:00", "11T09:00")] == [
        True,
        False,
        True,
        False,
        True,
    ]
    # Sunday the 13th, and the moment as UTC has it.
    assert EVE.open_at(moment("13T23:59")) and EVE.open_at(datetime.fromisoformat("2026-12-13T16:00+00:00"))
    assert not EVE.open_at(moment("14T09:00")) and EVE.open_at(moment("14T10:00"))


@pytest.mark.parametrize(
    ("before", "in_breaks", "given", "refused"),
    [
        (0, False, ("08:30", "11:59", "13:00", "16:29"), ("08:29", "12:00", "12:59", "16:30")),
        (30, False, ("08:00", "11:59", "13:00", "16:29"), ("07:59", "12:00", "12:59", "16:30")),
        (30, True, ("08:00", "12:00", "12:59", "16:29"), ("07:59", "16:30")),
        (600, True, ("00:00", "12:00"), ("16:30", "23:59")),
    ],
)
def test_tickets_are_given_before_the_first_opening_and_in_breaks(
    before: int, in_breaks: bool, given: tuple[str, ...], refused: tuple[str, ...]
) -> None:
    plan = replace(EVE, tickets_before_minutes=before, tickets_in_breaks=in_breaks)

    assert [at for at in (*given, *refused) if plan.tickets_at(moment(f"07T{at}"))] == list(given)


def test_no_tickets_on_a_day_without_hours() -> None:
    plan = replace(EVE, tickets_before_minutes=600, tickets_in_breaks=True)

    assert not any(plan.tickets_at(moment(f"{day}T09:00")) for day in (10, 12))
    assert plan.tickets_at(moment("14T09:00")) and not plan.tickets_at(moment("14T11:00"))


def test_closing_time_is_the_end_of_the_last_hours_of_the_local_day() -> None:
    closing = {at: EVE.closes_at(moment(at)) for at in ("07T03:00", "07T12:30", "07T20:00", "10T09:00", "14T09:00")}

    assert closing == {
        "07T03:00": moment("07T16:30"),
        "07T12:30": moment("07T16:30"),
        "07T20:00": moment("07T16:30"),
        "10T09:00": None,
        "14T09:00": moment("14T11:00"),
    }
    # By UTC it is still the day before; and hours may end at midnight.
    assert EVE.closes_at(datetime.fromisoformat("2026-12-06T17:00+00:00")) == moment("07T16:30")
    assert EVE.closes_at(moment("13T09:00")) == moment("14T00:00")


# -- what the plan says of a visit ------------------------------------------------------------------------------------


def test_a_tip_off_is_shown_as_advice_and_all_else_as_itself() -> None:
    full = read(FULL)

    assert [full.shown(service).id for service in full.services if full.shown(service)] == [
        "benefit",
        "advice",
        "card",
        "advice",
    ]
    assert full.shown("visa") is None
    uncovered = replace(full, services={"tip-off": full.services["tip-off"]})
    assert uncovered.shown("tip-off") is None


def in_order(**after: tuple[str, ...]) -> Plan:
    """The small centre with services that come after others: `in_order(card=("photo",))`."""
    card = small_plan().services["card"]
    return small_plan(services={name: replace(card, id=name, after=before) for name, before in after.items()})


@pytest.mark.parametrize(
    ("wanted", "turn"),
    [
        ((), ()),
        (("card",), ("card",)),
        (("card", "photo"), ("photo", "card")),
        (("photo", "card"), ("photo", "card")),
        (("card", "advice", "photo"), ("advice", "photo", "card")),
        (("pay", "card", "form", "photo"), ("form", "photo", "card", "pay")),
        # Only what is wanted counts, and a service that is gone stands where it stood.
        (("pay", "photo"), ("pay", "photo")),
        (("gone", "card", "photo"), ("gone", "photo", "card")),
        (("hen", "egg", "advice"), ("advice", "hen", "egg")),
        (("alone",), ("alone",)),
    ],
)
def test_the_services_of_a_visit_follow_each_other(wanted: tuple[str, ...], turn: tuple[str, ...]) -> None:
    plan = in_order(
        card=("photo", "form"),
        pay=("card",),
        photo=(),
        form=(),
        advice=(),
        hen=("egg",),
        egg=("hen",),
        alone=("alone",),
    )

    assert plan.in_turn(wanted) == turn


@given(st.dictionaries(st.integers(0, 7), st.sets(st.integers(0, 7))), st.permutations(range(8)))
def test_what_comes_after_does_so_and_all_else_stays(after: dict[int, set[int]], wanted: list[int]) -> None:
    earlier = {n: tuple(str(m) for m in after.get(n, ()) if m < n) for n in range(8)}
    plan = in_order(**{str(n): before for n, before in earlier.items()})

    turn = plan.in_turn([str(n) for n in wanted])

    assert sorted(turn) == [str(n) for n in range(8)]
    assert all(turn.index(before) < turn.index(str(n)) for n, befores in earlier.items() for before in befores)
    assert plan.in_turn(turn) == turn
    assert in_order(**{str(n): () for n in range(8)}).in_turn(turn) == turn
