"""How many will come on a day still to come: from like days and the calendar, told with its range and its reasons.

Not here: what becomes of those who come (test_whatif.py). Recorded days are beside the project, where they are at all.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hall_server import texts
from queue_core import forecast as told
from queue_core.forecast import EFFECTS, HALF_HOURS, DayCount, Forecast, Special, counted, forecast, sampled
from queue_core.plan import WEEKDAYS, Holiday, Plan
from queue_core.recorded import Recorded, SiteDay, lines, read_day, site_days
from tests.halls import small_plan

MONDAY = date(2026, 11, 2)
OFFICE = ((510, 990),)  # from 08:30 to 16:30
MORNING = ((510, 720),)


def centre(**changes: Any) -> Plan:
    """Open from Monday to Friday, the whole day."""
    hours = {day: OFFICE if n < 5 else () for n, day in enumerate(WEEKDAYS)}
    return replace(small_plan(), **({"hours": hours, "holidays": {}} | changes))


def with_holidays(*days: date, hours: Any = (), **changes: Any) -> Plan:
    return centre(holidays={day.isoformat(): Holiday(day.isoformat(), {}, hours) for day in days}, **changes)


def day_of(day: date, people: int = 160, first: int = 17, last: int = 33, service: str = "benefit") -> DayCount:
    """So many people, who came evenly between two half-hours, whole ones; the rest of them in the first."""
    slots = last - first
    counts = [people // slots if first <= h < last else 0 for h in range(HALF_HOURS)]
    counts[first] += people % slots
    return DayCount(day, {service: tuple(counts)})


def weeks(count: int, *people: int, until: date = MONDAY) -> list[DayCount]:
    """Weeks before that Monday, with so many people from Monday on."""
    days = [until - timedelta(weeks=week) + timedelta(days=n) for week in range(count, 0, -1) for n in range(5)]
    return [day_of(day, people[day.weekday() % len(people)]) for day in days]


def expected(days: Sequence[DayCount], day: date = MONDAY, plan: Plan | None = None) -> Forecast:
    found = forecast(days, plan or centre(), day)
    assert found
    return found


# -- like days -----------------------------------------------------------------------------------------------------


def test_days_that_are_all_alike_are_forecast_as_they_were() -> None:
    of_day = expected(weeks(4, 160))

    assert of_day.people().likely == pytest.approx(160)
    assert [round(one.likely, 6) for one in of_day.by_half_hour()] == [10 if 17 <= h < 33 else 0 for h in range(48)]


def test_each_weekday_is_told_by_its_own() -> None:
    days = weeks(8, 320, 160, 160, 160, 80)

    likely = [expected(days, MONDAY + timedelta(days=n)).people().likely for n in range(5)]

    assert likely == pytest.approx([320, 160, 160, 160, 80], rel=0.12)


def test_the_last_like_days_weigh_most() -> None:
    weights = expected([day_of(MONDAY - timedelta(weeks=n), 160) for n in range(1, 12)]).weights

    told_by = [weights[MONDAY - timedelta(weeks=n)] for n in range(1, 9)]
    assert len(weights) == 8 and sum(told_by) == pytest.approx(1)
    assert all(older < 0.9 * newer for newer, older in pairwise(told_by))


def test_a_weekday_that_was_open_once_is_not_told_by_that_one_day_alone() -> None:
    days = [day_of(MONDAY - timedelta(days=n), 160) for n in (3, 4, 5, 6)] + [day_of(MONDAY - timedelta(days=7), 480)]

    assert 320 < expected(days).people().likely < 460


def test_without_a_like_day_all_open_days_tell() -> None:
    saturday = MONDAY - timedelta(days=2)
    plan = centre(hours=centre().hours | {"saturday": MORNING})

    of_day = expected(weeks(3, 160), saturday, plan)

    assert of_day.people().likely == pytest.approx(160 * 7 / 16), "the usual people of the hours in which it is open"
    assert "forecast.like-days" not in [one.key for one in of_day.said]


def test_without_any_day_there_is_no_forecast() -> None:
    assert forecast([], centre(), MONDAY) is None
    assert forecast([DayCount(MONDAY - timedelta(days=3), {})], centre(), MONDAY) is None
    assert forecast([day_of(MONDAY), day_of(MONDAY + timedelta(days=1))], centre(), MONDAY) is None, "not yet"


def test_what_came_later_changes_nothing() -> None:
    before = weeks(5, 170, 160, 150, 140, 130)
    later = [day_of(MONDAY + timedelta(days=n), 900) for n in range(5)]

    assert expected(later + before) == expected(before)


def test_the_last_days_show_a_trend() -> None:
    days = weeks(8, 160)
    grown = [*days[:-10], *(day_of(one.day, 240) for one in days[-10:])]

    of_day = expected(grown)

    assert of_day.trend > 1.1 and expected(days).trend == pytest.approx(1)
    assert of_day.people().likely > 200


def test_nothing_is_believed_to_double_the_people_of_a_weekday() -> None:
    days = weeks(8, 16)
    sudden = [*days[:-10], *(day_of(one.day, 1600) for one in days[-10:])]

    assert expected(sudden).trend == 1.5
    assert expected(sudden).people().likely < 1.5 * 1600


# -- the calendar --------------------------------------------------------------------------------------------------


def test_a_closed_day_expects_nobody_and_says_so() -> None:
    days = weeks(4, 160)
    sunday, holiday = MONDAY - timedelta(days=1), with_holidays(MONDAY)

    for of_day in (expected(days, sunday), expected(days, MONDAY, holiday), expected([], sunday)):
        assert (of_day.people().likely, of_day.people().high, [one.key for one in of_day.said]) == (
            0,
            0,
            ["forecast.closed"],
        )
        assert sampled(of_day, Random(1)) == ()


def test_a_half_day_expects_those_who_come_in_its_hours() -> None:
    of_day = expected(weeks(4, 160), MONDAY, with_holidays(MONDAY, hours=((510, 705),)))

    # Until 11:45: six half-hours and a half of one.
    assert of_day.people().likely == pytest.approx(65)
    assert of_day.by_half_hour()[23].likely == pytest.approx(5)
    assert "forecast.own-hours" in [one.key for one in of_day.said]


def test_days_with_hours_of_their_own_tell_nothing_of_others() -> None:
    half = MONDAY - timedelta(weeks=1)
    days = [one if one.day != half else day_of(half, 70, last=24) for one in weeks(4, 160)]

    assert expected(days, MONDAY, with_holidays(half, hours=MORNING)).people().likely == pytest.approx(160, rel=0.01)


def test_a_day_that_broke_off_tells_nothing_and_is_no_holiday() -> None:
    broken = MONDAY - timedelta(weeks=1)
    days = [one if one.day != broken else day_of(broken, 20, last=19) for one in weeks(4, 160)]

    assert expected(days).people().likely == pytest.approx(160)
    assert broken not in expected(days).weights
    assert expected(days, broken + timedelta(days=1)).specials == ()


def test_tickets_before_the_hours_are_expected_and_in_breaks_only_if_so_set() -> None:
    days = [day_of(MONDAY - timedelta(weeks=n), 170, first=16) for n in (1, 2, 3)]
    hours = {"monday": ((510, 720), (780, 990))}

    early = expected(days, plan=centre(hours=hours, tickets_before_minutes=30)).by_half_hour()
    broken = expected(days, plan=centre(hours=hours, tickets_in_breaks=True)).by_half_hour()

    assert early[16].likely == pytest.approx(10) and [early[h].likely for h in (24, 25)] == [0, 0]
    assert broken[16].likely == 0 and broken[24].likely == pytest.approx(10)


def test_months_end_and_holidays_are_found_in_the_calendar() -> None:
    # Thursday the 10th of December is a holiday, and so is New Year; the month's last open days are before it.
    plan = with_holidays(date(2026, 12, 10), date(2026, 12, 31), date(2027, 1, 1))
    almanac = told._Almanac(plan, frozenset({date(2026, 11, 30)}))

    days = [date(2026, 12, 1) + timedelta(days=n) for n in range(31)] + [date(2027, 1, 4)]
    found = {
        name: [day.day for day in days if almanac.at_work(day) and holds(almanac, day)]
        for name, holds in EFFECTS.items()
    }

    assert found == {"month-end": [28, 29, 30], "after-holiday": [11, 4], "before-holiday": [9, 30]}


def test_a_day_on_which_nobody_came_was_a_holiday_though_the_plan_forgot_it() -> None:
    days = [one for one in weeks(3, 160) if one.day != MONDAY - timedelta(days=12)]
    almanac = told._Almanac(centre(), frozenset(one.day for one in days))

    found = {n: almanac.specials(MONDAY - timedelta(days=n)) for n in (14, 13, 11, 10)}
    assert found == {14: (), 13: ("before-holiday",), 11: ("after-holiday",), 10: ()}


def busier_ends(factor: float, months: int) -> tuple[list[DayCount], date]:
    """Months of days, the last three open ones of each with that many more people; and the last day of the next."""
    plan, last = centre(), date(2026, 11, 30)
    days = [last - timedelta(days=n) for n in range(1, 30 * (months + 1))]
    almanac = told._Almanac(plan, frozenset({last}))
    opened = [day for day in reversed(days) if plan.spans_on(day)]
    return [day_of(day, round(160 * (factor if "month-end" in almanac.specials(day) else 1))) for day in opened], last


def test_months_end_counts_as_much_more_as_it_did() -> None:
    days, last = busier_ends(1.5, months=9)

    of_day = expected(days, last)

    (special,) = of_day.specials
    assert special.name == "month-end" and special.days >= 24 and 1.4 < special.factor < 1.5
    assert of_day.people().likely == pytest.approx(160 * special.factor, rel=0.08)
    said = next(one for one in of_day.said if one.key == "forecast.month-end")
    assert said.values == {"percent": f"{100 * (special.factor - 1):+.0f}", "count": special.days}
    assert expected(days, last - timedelta(days=10)).specials == ()


def test_one_such_day_shows_little() -> None:
    assert expected(weeks(1, 160, until=MONDAY - timedelta(days=14)), date(2026, 10, 29)).specials == (
        Special("month-end", 1.0, 0),
    )

    once = [*weeks(4, 160), day_of(MONDAY + timedelta(days=1), 320)]
    plan = with_holidays(MONDAY, MONDAY + timedelta(days=7))
    (special,) = expected(once, MONDAY + timedelta(days=8), plan).specials

    assert special == Special("after-holiday", 1 + 1 / 4, 1)


# -- when they come, and for what ----------------------------------------------------------------------------------


def test_each_service_keeps_its_share_and_its_times() -> None:
    early, late = (day_of(MONDAY, 160, first, first + 8, name).counts for first, name in ((17, "card"), (25, "advice")))
    days = [DayCount(MONDAY - timedelta(weeks=n), {**early, **late}) for n in range(1, 6)]

    of_day = expected(days)

    assert of_day.people("card").likely == pytest.approx(160) == of_day.people("advice").likely
    assert of_day.by_half_hour("card")[18].likely > 18 > 2 > of_day.by_half_hour("card")[30].likely
    assert of_day.people("nobody asked").likely == 0


def test_a_service_with_one_ticket_a_week_is_expected_when_others_come() -> None:
    days = weeks(6, 160)
    days = [
        replace(one, counts={**one.counts, "rare": tuple(int(h == 20) for h in range(48))})
        if one.day.weekday() == 0
        else one
        for one in days
    ]

    rare = expected(days).by_half_hour("rare")

    assert 0.5 < sum(one.likely for one in rare) < 1.1
    assert 0 < rare[30].likely < rare[20].likely < 0.5


def test_a_recorded_day_is_counted_by_the_half_hours_of_the_clock() -> None:
    came = [("card", "08:29"), ("card", "08:30"), ("card", "08:59"), ("advice", "23:59"), ("advice", "00:10")]
    tickets = tuple(
        Recorded(str(n), "a", "q", service, datetime.combine(MONDAY, time.fromisoformat(at)))
        for n, (service, at) in enumerate(came)
    )

    one = counted(SiteDay("a", MONDAY, 4, tickets))

    found = {service: {h: n for h, n in enumerate(counts) if n} for service, counts in one.counts.items()}
    assert (one.day, one.total, found) == (MONDAY, 5, {"advice": {0: 1, 47: 1}, "card": {16: 1, 17: 2}})


# -- how sure ------------------------------------------------------------------------------------------------------


def test_the_range_is_wider_where_days_differ_more() -> None:
    calm, wild = weeks(10, 160), weeks(10, 160)
    wild = [day_of(one.day, 100 if n % 2 else 220) for n, one in enumerate(wild)]

    widths = [one.high - one.low for one in (expected(calm).people(), expected(wild).people())]

    assert widths[0] * 1.5 < widths[1]


@pytest.mark.parametrize(
    ("mean", "spread", "low", "high"),
    [(0.1, 0, 0, 0), (1, 0, 0, 2), (10, 0, 6, 14), (100, 0, 87, 113), (1000, 0, 960, 1041), (100, 0.04, 73, 129)],
)
def test_the_range_of_a_count_is_that_of_poisson_and_wider_with_the_spread(
    mean: float, spread: float, low: int, high: int
) -> None:
    found = told._between(mean, spread)

    assert found.likely == mean and abs(found.low - low) <= 1 and abs(found.high - high) <= 1


def made_year(seed: int) -> tuple[list[DayCount], Plan]:
    """A year of days: weekdays, months' ends, holidays, a slow tide, busy and quiet days, and chance."""
    chance, first = Random(seed), date(2025, 12, 1)
    holidays = [first + timedelta(days=n) for n in (30, 31, 90, 126, 133, 134, 135, 160, 183, 240, 255, 316, 326)]
    plan = with_holidays(*holidays)
    days = [first + timedelta(days=n) for n in range(365)]
    almanac = told._Almanac(plan, frozenset({first}))
    opened = [day for day in days if plan.spans_on(day)]
    factors = {"month-end": 1.3, "after-holiday": 1.4, "before-holiday": 0.85}
    shape = [0.12, 0.11, 0.1, 0.09, 0.08, 0.06, 0.04, 0.03, 0.04, 0.07, 0.07, 0.06, 0.05, 0.04, 0.03, 0.01]
    made = []
    for n, day in enumerate(opened):
        people = 220 * (1.3, 1.05, 0.95, 0.9, 1.1)[day.weekday()] * (1 + 0.15 * (n % 120) / 120)
        for name in almanac.specials(day):
            people *= factors[name]
        people *= chance.gammavariate(100, 0.01)
        counts = {
            service: tuple(poisson(people * share * shape[h - 17], chance) if 17 <= h < 33 else 0 for h in range(48))
            for service, share in (("benefit", 0.6), ("card", 0.3), ("advice", 0.1))
        }
        made.append(DayCount(day, counts))
    return made, plan


def poisson(mean: float, chance: Random) -> int:
    count, at = 0, chance.expovariate(mean)
    while at < 1:
        count, at = count + 1, at + chance.expovariate(mean)
    return count


@cache
def tried() -> list[tuple[DayCount, Forecast, DayCount, list[DayCount]]]:
    """Of made years each third day of the second half: the day, its forecast, the one a week before, all before."""
    found = []
    for seed in (1, 2, 3):
        days, plan = made_year(seed)
        for place in range(len(days) // 2, len(days), 3):
            one, before = days[place], days[:place]
            week = next(day for day in reversed(before) if day.day.weekday() == one.day.weekday())
            found.append((one, expected(before, one.day, plan), week, before))
    return found


def test_on_a_made_year_it_is_nearer_than_last_week_and_than_the_mean_of_all_days() -> None:
    wrong = dict.fromkeys(("forecast", "week", "mean"), 0.0)
    halves = dict(wrong)
    for one, of_day, week, before in tried():
        told_by = {
            "forecast": [expected.likely for expected in of_day.by_half_hour()],
            "week": per_half_hour(week),
            "mean": [sum(column) / len(before) for column in zip(*map(per_half_hour, before), strict=True)],
        }
        for name, people in told_by.items():
            wrong[name] += abs(sum(people) - one.total)
            halves[name] += sum(abs(a - b) for a, b in zip(people, per_half_hour(one), strict=True))

    assert wrong["forecast"] < 0.75 * min(wrong["week"], wrong["mean"])
    assert halves["forecast"] < 0.95 * min(halves["week"], halves["mean"])


def per_half_hour(one: DayCount) -> list[float]:
    return [sum(column) for column in zip(*one.counts.values(), strict=True)]


def test_on_a_made_year_eight_of_ten_are_within_the_range() -> None:
    days = [of_day.people().low <= one.total <= of_day.people().high for one, of_day, _, _ in tried()]
    halves = [
        likely.low <= came <= likely.high
        for one, of_day, _, _ in tried()
        for likely, came in zip(of_day.by_half_hour(), per_half_hour(one), strict=True)
        if likely.likely > 3
    ]

    assert 0.72 < sum(days) / len(days) < 0.88
    assert 0.78 < sum(halves) / len(halves) < 0.9


# -- people --------------------------------------------------------------------------------------------------------


def test_people_are_drawn_as_many_as_expected_and_spread_as_the_days_were() -> None:
    made, plan = made_year(3)
    of_day = expected(made, date(2026, 12, 2), plan)
    chance = Random(5)

    drawn = [sampled(of_day, chance) for _ in range(400)]

    totals = sorted(len(people) for people in drawn)
    likely = of_day.people()
    assert sum(totals) / 400 == pytest.approx(likely.likely, rel=0.03)
    assert totals[40] == pytest.approx(likely.low, rel=0.05) and totals[360] == pytest.approx(likely.high, rel=0.05)
    cards = [sum(one.service == "card" for one in people) for people in drawn]
    assert sum(cards) / 400 == pytest.approx(of_day.people("card").likely, rel=0.04)


def test_people_come_in_the_hours_in_order_and_evenly_within_a_half_hour() -> None:
    # From 08:45, and a break from 11:45 to 12:40.
    hours = {"monday": ((525, 705), (760, 990))}
    days = [day_of(MONDAY - timedelta(weeks=n), 16_000) for n in (1, 2, 3)]

    people = sampled(expected(days, plan=centre(hours=hours)), Random(7))

    minutes = [(one.at - datetime.combine(MONDAY, time())) / timedelta(minutes=1) for one in people]
    assert minutes == sorted(minutes) and 525 <= minutes[0] < 526 and 989 < minutes[-1] < 990
    assert not [minute for minute in minutes if 705 <= minute < 760]
    tenths = [sum(840 + 3 * n <= minute < 843 + 3 * n for minute in minutes) for n in range(10)]
    assert min(tenths) > 0.6 * max(tenths) > 0


def test_the_same_chance_draws_the_same_people() -> None:
    of_day = expected(weeks(3, 160))

    assert sampled(of_day, Random(3)) == sampled(of_day, Random(3)) != sampled(of_day, Random(4))


# -- whatever was recorded -----------------------------------------------------------------------------------------

COUNTS = st.dictionaries(
    st.sampled_from(["benefit", "card", "gone"]),
    st.lists(st.sampled_from([0, 0, 0, 1, 3, 40]), min_size=48, max_size=48).map(tuple),
)
PAST = st.dictionaries(st.integers(1, 60), COUNTS, max_size=25).map(
    lambda days: [DayCount(MONDAY - timedelta(days=n), counts) for n, counts in days.items()]
)
SPANS = st.sampled_from([(), OFFICE, MORNING, ((0, 1440),), ((615, 620), (621, 622))])


@settings(max_examples=60, deadline=None)
@given(PAST, SPANS, SPANS, st.integers(0, 10), st.randoms(use_true_random=False))
def test_whatever_was_recorded_the_forecast_is_sensible_or_none(
    days: list[DayCount], usual: Any, own: Any, ahead: int, chance: Any
) -> None:
    day = MONDAY + timedelta(days=ahead)
    own_hours = {MONDAY.isoformat(): Holiday(MONDAY.isoformat(), {}, own)}
    plan = centre(hours=dict.fromkeys(WEEKDAYS, usual), holidays=own_hours)

    of_day = forecast(days, plan, day)

    if of_day is None:
        assert plan.spans_on(day) and not sum(one.total for one in days)
        return
    most = max((one.total for one in days), default=0)
    for one in (of_day.people(), *of_day.by_half_hour(), of_day.people("card")):
        assert 0 <= one.low <= one.high and 0 <= one.likely <= 4 * most
    minutes = [one.at.hour * 60 + one.at.minute for one in sampled(of_day, chance)]
    assert all(any(start <= minute < end for start, end in plan.ticket_spans_on(day)) for minute in minutes)


# -- in words ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["th", "en"])
def test_every_part_of_the_explanation_has_its_sentence(language: str) -> None:
    plan = with_holidays(MONDAY - timedelta(days=3), MONDAY + timedelta(days=1), MONDAY, hours=MORNING)
    said = [*expected(weeks(8, 160), plan=plan).said, *expected([], MONDAY - timedelta(days=1)).said]
    said += [told.Said(f"forecast.{name}", {"percent": "+18", "count": 5}) for name in EFFECTS]

    sentences = [texts.say(language, one.key, **words(one.values, language)) for one in said]

    assert not [sentence for sentence in sentences if "{" in sentence or sentence.startswith("forecast.")]
    assert {one.key for one in said} == {key for key in texts.languages()[language] if key.startswith("forecast.")}


def words(values: Mapping[str, Any], language: str) -> dict[str, Any]:
    return {
        name: texts.say(language, f"weekday.{value}") if name == "weekday" else value for name, value in values.items()
    }


# -- recorded days -------------------------------------------------------------------------------------------------

DAYS = Path(__file__).parents[2] / "shared" / "days"


def recorded_sites(file: str) -> Iterator[list[DayCount]]:
    trace = DAYS / file
    if not trace.exists():
        pytest.skip(f"{file} is not there")
    halls: dict[str, list[DayCount]] = {}
    for hall in site_days(read_day(lines(trace.read_bytes(), file), file)):
        halls.setdefault(hall.site, []).append(counted(hall))
    yield from halls.values()


@pytest.mark.parametrize(
    ("file", "hours"),
    [
        ("warsaw_offices_2020_01_open.csv.gz", {day: ((420, 1140),) for day in WEEKDAYS[:5]}),
        ("bank_call_centre_1999_01.csv.gz", {day: ((0, 1440),) for day in WEEKDAYS}),
    ],
)
def test_on_recorded_days_it_is_nearer_than_last_week_and_than_the_mean(file: str, hours: Any) -> None:
    wrong = dict.fromkeys(("forecast", "week", "mean"), 0.0)
    for days in recorded_sites(file):
        for place in range(7, len(days)):
            one, before = days[place], days[:place]
            week = next((day for day in reversed(before) if day.day.weekday() == one.day.weekday()), before[-1])
            likely = expected(before, one.day, centre(hours=hours)).people().likely
            told_by = {"forecast": likely, "week": week.total, "mean": sum(d.total for d in before) / len(before)}
            for name, people in told_by.items():
                wrong[name] += abs(people - one.total)

    assert wrong["forecast"] < min(wrong["week"], wrong["mean"])
