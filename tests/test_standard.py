"""The standard: fiscal years, satisfaction, sample sizes, what is met. What is counted for it: test_statistics.py."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_core import standard
from queue_core.standard import Tally

marks = st.tuples(*[st.integers(0, 3000)] * 5)
answered = marks.filter(lambda counts: sum(counts) > 0)
NOBODY = (0, 0, 0, 0, 0)


def criterion(name: str, tally: Tally, services: int = 16) -> dict:
    return next(entry for entry in standard.standard(tally, services) if entry["criterion"] == name)


# -- fiscal years ------------------------------------------------------------------------------------------------------


def test_the_fiscal_year_turns_on_the_first_of_october():
    assert standard.fiscal_year(date(2026, 9, 30)) == 2569
    assert standard.fiscal_year(date(2026, 10, 1)) == 2570


@pytest.mark.parametrize(
    ("part", "first", "last"),
    [
        ({}, "2026-10-01", "2027-09-30"),
        ({"quarter": 1}, "2026-10-01", "2026-12-31"),
        ({"quarter": 2}, "2027-01-01", "2027-03-31"),
        ({"quarter": 4}, "2027-07-01", "2027-09-30"),
        ({"half": 1}, "2026-10-01", "2027-03-31"),
        ({"half": 2}, "2027-04-01", "2027-09-30"),
    ],
)
def test_the_parts_of_a_fiscal_year(part, first, last):
    assert [str(day) for day in standard.fiscal_period(2570, **part)] == [first, last]


@given(st.integers(2500, 2999))
def test_the_quarters_and_the_halves_fill_the_year_without_gap_or_overlap(year):
    whole = standard.fiscal_period(year)
    for parts in (
        [standard.fiscal_period(year, quarter=q) for q in (1, 2, 3, 4)],
        [standard.fiscal_period(year, half=h) for h in (1, 2)],
    ):
        assert (parts[0][0], parts[-1][1]) == whole
        assert all(after[0] - before[1] == timedelta(days=1) for before, after in pairwise(parts))
    assert standard.fiscal_year(whole[0]) == standard.fiscal_year(whole[1]) == year


@pytest.mark.parametrize(
    ("year", "part", "said"),
    [
        (2027, {}, "Buddhist year"),
        (2570, {"quarter": 5}, "quarter is 1, 2, 3 or 4"),
        (2570, {"quarter": 0}, "quarter is 1, 2, 3 or 4"),
        (2570, {"half": 3}, "half is 1"),
        (2570, {"quarter": 1, "half": 1}, "not both"),
    ],
)
def test_a_period_that_is_none_is_refused_in_a_sentence(year, part, said):
    with pytest.raises(ValueError, match=said):
        standard.fiscal_period(year, **part)


# -- satisfaction ------------------------------------------------------------------------------------------------------


def test_satisfaction_comes_from_the_unrounded_mean_as_the_published_example_does():
    # 2,000 answers that add up to 9,165: a mean of 4.5825, published as 4.58 and 91.65 %. From 4.58 it would be 91.60.
    example = (0, 0, 100, 635, 1265)
    assert sum(mark * count for mark, count in enumerate(example, 1)) == 9165
    assert standard.satisfaction(example) == Decimal("91.65")


def test_85_per_cent_exactly_is_met():
    assert criterion("8.3", Tally(served=9, steps_and_time=(0, 0, 0, 3, 1)))["met"] is True


def test_a_hair_under_85_is_not_met_though_it_is_printed_as_85():
    almost = (0, 0, 1, 74_999, 25_000)  # 424,999 of the 425,000 that make 85 %
    entry = criterion("8.4", Tally(served=100_000, overall=almost))
    assert (entry["value"], entry["met"]) == (85.0, False)


@given(answered)
def test_satisfaction_stays_between_20_and_100_and_inside_its_interval(counts):
    value, around = standard.satisfaction(counts), standard.interval(counts)
    assert value is not None
    assert 20 <= value <= 100
    assert around is None if sum(counts) < 2 else 20 <= around[0] <= value <= around[1] <= 100


@given(answered, st.integers(0, 3))
def test_a_better_answer_never_lowers_satisfaction(counts, place):
    better = list(counts)
    better[place] = 0
    better[place + 1] += counts[place]
    assert standard.satisfaction(tuple(better)) >= standard.satisfaction(counts)


def test_the_interval_of_a_sample_worked_by_hand():
    # 3, 4, 5, 4: mean 4, s² = 2/3, margin 1.96 x sqrt(2/3 / 4) = 0.8002, in per cent 16.00.
    assert standard.interval((0, 0, 1, 2, 1)) == (Decimal("64.00"), Decimal("96.00"))


def test_one_answer_has_no_interval_and_two_far_apart_have_no_impossible_one():
    assert standard.interval((0, 0, 0, 0, 1)) is None
    assert standard.interval((1, 0, 0, 0, 1)) == (20, 100)


def test_the_share_of_4_and_5():
    assert standard.top_two((1, 1, 1, 2, 1)) == 50
    assert standard.top_two(NOBODY) is None


# -- sample sizes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("population", "needed"), [(4063, 364), (None, 385), (0, 0), (1, 1), (10**9, 400)])
def test_yamane(population, needed):
    assert standard.yamane(population) == needed


@given(st.integers(0, 10**12))
def test_never_more_answers_are_needed_than_there_are_people_or_400(population):
    assert 0 <= standard.yamane(population) <= min(population, 400)
    assert standard.yamane(population) <= standard.yamane(population + 1)


# -- the criteria ------------------------------------------------------------------------------------------------------


def test_without_answers_nothing_is_met_or_missed():
    told = {entry["criterion"]: entry for entry in standard.standard(Tally(), 16)}
    assert list(told) == ["8.1", "8.2", "8.3", "8.4", "timing"]
    assert [told[c]["value"] for c in told] == [None, 16, None, None, None]
    assert all(entry["met"] is None for entry in told.values())
    assert [told[c]["target"] for c in told] == [None, None, 85, 85, 100]


def test_users_and_services_have_no_line_to_meet():
    tally = Tally(served=120)
    assert (criterion("8.1", tally)["value"], criterion("8.1", tally)["met"]) == (7.5, None)
    assert (criterion("8.2", tally)["value"], criterion("8.2", tally)["met"]) == (16, None)


def test_the_published_time_is_a_promise_to_everybody():
    assert criterion("timing", Tally(served=10, timed=10, in_time=10))["met"] is True
    nearly = criterion("timing", Tally(served=30_000, timed=30_000, in_time=29_999))
    assert (nearly["value"], nearly["met"]) == (100.0, False)


def test_the_formula_is_printed_with_its_figures():
    tally = Tally(served=4063, timed=4063, in_time=4000, overall=(0, 0, 0, 3, 1))
    assert (
        criterion("8.4", tally)["formula"]["en"] == "mean of the 1–5 answers ÷ 5 × 100 = (17 ÷ 4) ÷ 5 × 100 = 85.00 %"
    )
    assert criterion("8.4", tally)["n_formula"]["en"].endswith("4,063 ÷ (1 + 4,063 × 0.05²) = 364")
    assert "4,000 ÷ 4,063" in criterion("timing", tally)["formula"]["th"]


@given(answered, answered, st.integers(1, 10**6))
def test_every_criterion_is_told_whole_in_both_languages(steps, overall, served):
    for entry in standard.standard(Tally(served, served, served // 2, steps, overall), 16):
        assert entry["formula"].keys() == entry["name"].keys() == {"th", "en"}
        assert "{" not in entry["formula"]["th"] + entry["formula"]["en"]
        assert entry["value"] is not None
