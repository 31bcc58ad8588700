"""How long will it be: what a promise is made of, how it learns, and how it is said."""

import json
import random
from dataclasses import replace
from math import inf, isfinite, nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_core.blend import Blend
from queue_core.estimates import (
    ENOUGH_AT_SITE,
    ENOUGH_CALLS,
    LONGEST_S,
    PROMISES,
    SPOKEN,
    Asked,
    Learned,
    Misses,
    Mix,
    Pace,
    Promised,
    Wait,
    spoken,
)


def after(*waits: tuple[int, float], queue: str = "A", learned: Learned | None = None, minute: float = 540) -> Learned:
    """What was learned after calls of tickets that found so many ahead and waited so many seconds."""
    learned = learned or Learned()
    for ahead, waited_s in waits:
        asked = Asked(ahead, minute)
        learned = learned.called(queue, asked, learned.promise(queue, asked), waited_s, minute + waited_s / 60)
    return learned


def likely(learned: Learned, ahead: int, queue: str = "A", **known: object) -> float:
    promised = learned.promise(queue, Asked(ahead, 540, **known))  # type: ignore[arg-type]
    assert promised is not None
    return promised.wait.likely_s


def test_the_first_visitors_of_a_new_hall_get_no_estimate() -> None:
    assert Learned().promise("A", Asked(3, 540)) is None
    assert after(*[(1, 300.0)] * (ENOUGH_CALLS - 1)).promise("A", Asked(3, 540)) is None
    assert after(*[(1, 300.0)] * ENOUGH_CALLS).promise("A", Asked(3, 540)) is not None


def test_a_queue_that_nobody_knows_borrows_from_its_site() -> None:
    assert after(*[(1, 300.0)] * (ENOUGH_AT_SITE - 1)).promise("B", Asked(1, 540)) is None
    assert likely(after(*[(1, 300.0)] * ENOUGH_AT_SITE), 1, "B") == pytest.approx(300)


def test_more_people_ahead_is_a_longer_wait() -> None:
    learned = after(*[(4, 1000.0)] * 20)
    waits = [likely(learned, ahead) for ahead in range(20)]
    assert waits == sorted(waits) and waits[4] == pytest.approx(1000)


def test_nobody_ahead_and_a_free_counter_is_no_wait() -> None:
    learned = after(*[(0, 60.0)] * 20)
    assert likely(learned, 0, idle=True) == 0
    assert likely(learned, 0) == pytest.approx(60, rel=0.25)


def days(number: int, minute: float) -> Learned:
    """So many days on which the last of twenty was called at that minute; 100 minutes with nine ahead."""
    learned = Learned()
    for _ in range(number):
        for _ in range(20):
            learned = learned.called("A", Asked(9, minute - 100), None, 6000.0, minute)
        learned = learned.day_turned()
    return learned


def at(learned: Learned, minute: float, **known: Any) -> float:
    promised = learned.promise("A", Asked(9, minute, **known))
    assert promised
    return promised.wait.likely_s


def test_nobody_is_promised_a_wait_beyond_the_usual_last_call() -> None:
    learned = days(5, 800)
    assert at(learned, 740) == pytest.approx(3600, rel=0.01)
    assert at(learned, 600) > 5000


def test_no_wait_shrinks_to_nothing_as_the_usual_last_call_comes() -> None:
    learned = days(5, 800)
    before, after = at(learned, 799.9), at(learned, 800.1)
    assert before >= 0.45 * after


def test_what_the_rule_run_forward_needs_is_never_cut_off_by_the_usual_last_call() -> None:
    assert at(days(5, 800), 795, forward_s=7000.0) >= 5000


def test_a_few_days_say_nothing_of_the_usual_last_call() -> None:
    assert at(days(4, 800), 799) == pytest.approx(at(days(4, 800), 801), rel=0.01)


def test_until_it_is_put_to_the_test_the_rule_run_forward_leads() -> None:
    # Three who came when nobody was there say nothing of a crowd.
    learned = Learned()
    for _ in range(3):
        learned = learned.called("A", Asked(0, 540, idle=True), None, 20.0, 540)
    promised = learned.promise("A", Asked(9, 600, forward_s=9000.0))
    assert promised and promised.wait.likely_s == pytest.approx(9000, rel=0.01) and promised.wait.high_s >= 9000


@pytest.mark.parametrize(("true_is", "near"), [("forward", 1000.0), ("the others", 3000.0)])
def test_whichever_was_less_wrong_of_late_leads(true_is: str, near: float) -> None:
    learned = Learned()
    for n in range(200):
        asked = Asked(4, 540 + n % 60, forward_s=1000.0 if true_is == "forward" else 300.0 + 37 * n % 900)
        waited_s = 1000.0 + (n * 53 % 200 - 100) if true_is == "forward" else 3000.0
        learned = learned.called("A", asked, learned.promise("A", asked), waited_s, asked.minute)
    promised = learned.promise("A", Asked(4, 570, forward_s=1000.0))
    assert promised and promised.wait.likely_s == pytest.approx(near, rel=0.2)


def test_the_first_wait_with_nobody_ahead_is_taken_whole_and_an_idle_counter_says_nothing_of_it() -> None:
    pace = Pace().called(0, 5.0, 540, idle=True).called(0, 900.0, 550)
    assert pace.front_s == 900.0


def test_four_in_five_of_what_was_promised_falls_inside() -> None:
    waits = [(2, 100.0 + 37 * n % 400) for n in range(600)]
    learned = after(*waits[:500])
    inside = 0
    for ahead, waited_s in waits[500:]:
        promised = learned.promise("A", Asked(ahead, 540))
        assert promised
        inside += promised.wait.low_s <= waited_s <= promised.wait.high_s
        learned = after((ahead, waited_s), learned=learned)
    assert 70 <= inside <= 90


@pytest.mark.parametrize("waited_s", [-60.0, 3 * 86400.0, nan, inf])
def test_a_clock_that_jumped_teaches_nothing(waited_s: float) -> None:
    learned = after(*[(1, 300.0)] * 20)
    assert learned.called("A", Asked(1, 540), None, waited_s, 545) == learned


def test_a_day_without_calls_changes_no_promise() -> None:
    learned = after(*[(1, 300.0)] * 20).day_turned()
    assert learned.day_turned().day_turned() == learned


STORY = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(["A", "B"]),
            st.integers(0, 400),
            st.floats(-1e6, 1e7),
            st.floats(0, 1440),
            st.fixed_dictionaries(
                {},
                optional={
                    "kind": st.sampled_from(["", "elder"]),
                    "idle": st.booleans(),
                    "counters": st.integers(0, 50),
                    "opens_s": st.floats(0, 1e4),
                    **dict.fromkeys(("front_s", "back_s", "forward_s"), st.floats(-1e5, 1e6)),
                },
            ),
        ),
        st.just(None),
    ),
    max_size=60,
)


@given(STORY)
def test_whatever_happened_a_promise_is_never_absurd_and_what_was_learned_is_kept_exactly(story: list[object]) -> None:
    learned = Learned()
    for step in story:
        if step is None:
            learned = learned.day_turned()
            continue
        queue, ahead, waited_s, minute, known = step  # type: ignore[misc]
        asked = Asked(ahead, minute, **known)
        promised = learned.promise(queue, asked)
        if promised:
            wait = promised.wait
            assert 0 <= wait.low_s <= wait.likely_s <= wait.high_s <= LONGEST_S + asked.opens_s
            assert isfinite(wait.high_s)
            assert Promised.from_record(json.loads(json.dumps(promised.record()))) == promised
        assert Asked.from_record(json.loads(json.dumps(asked.record()))) == asked
        learned = learned.called(queue, asked, promised, waited_s, minute)
    assert Learned.from_record(json.loads(json.dumps(learned.record()))) == learned


def test_a_record_may_lack_what_is_new_and_hold_what_is_gone() -> None:
    assert Learned.from_record({}) == Learned() and Learned.from_record({"weather": 1}) == Learned()
    assert Asked.from_record({"ahead": 2, "weather": 1}) == Asked(2, 0.0)
    fewer_facts = Mix(site=Blend.new(2, 0.1), missed_s=(5.0, 5.0)).record()
    assert Mix.from_record(fewer_facts) == Mix(), "weights of other facts are of no use"


def test_what_thirty_queues_taught_is_no_long_text() -> None:
    learned = Learned()
    for n in range(30 * PROMISES):
        learned = after((n % 20, 100.0 + n % 977), queue=f"service-{n % 30}", learned=learned)
    assert len(json.dumps(learned.day_turned().record())) < 60_000


@pytest.mark.parametrize(
    ("low_s", "high_s", "said"),
    [
        (0, 0, (0, 5)),
        (0, 240, (0, 5)),
        (601, 899, (10, 15)),
        (600, 900, (10, 15)),
        (599, 901, (5, 20)),
        (900, 900, (15, 20)),
        (4000, 12000, (60, 240)),
        (1e6, 1e6, (600, 720)),
    ],
)
def test_a_range_is_said_in_steps_that_people_use(low_s: float, high_s: float, said: tuple[int, int]) -> None:
    assert spoken(Wait(low_s, (low_s + high_s) / 2, high_s)) == said


@given(st.floats(0, LONGEST_S), st.floats(0, LONGEST_S))
def test_what_is_said_holds_what_is_meant(one: float, other: float) -> None:
    low_s, high_s = sorted((one, other))
    low, high = spoken(Wait(low_s, low_s, high_s))
    assert low * 60 <= low_s and high_s <= high * 60 and low < high and {low, high} <= set(SPOKEN)


# -- what else is known --------------------------------------------------------------------------------------------


def where_forward_is(right: bool, times: int = 400) -> Learned:
    """Waits that have nothing to do with how many are ahead; the rule run forward knows them, or says anything."""
    chance, learned = random.Random(1), Learned()
    for _ in range(times):
        waited_s = chance.uniform(60, 3000)
        said_s = waited_s * chance.uniform(0.9, 1.1) if right else chance.uniform(60, 3000)
        asked = Asked(chance.randrange(1, 6), 540, forward_s=said_s)
        learned = learned.called("A", asked, learned.promise("A", asked), waited_s, 600)
    return learned


def test_where_the_rule_run_forward_is_better_it_leads() -> None:
    learned = where_forward_is(right=True)
    assert likely(learned, 3, forward_s=200.0) == pytest.approx(200, rel=0.4)
    assert likely(learned, 3, forward_s=2000.0) == pytest.approx(2000, rel=0.4)


def test_it_leads_with_nobody_ahead_too_where_every_counter_is_busy() -> None:
    chance, learned = random.Random(4), Learned()
    for _ in range(400):
        waited_s = chance.uniform(10, 900)
        asked = Asked(0, 540, forward_s=waited_s * chance.uniform(0.9, 1.1))
        learned = learned.called("A", asked, learned.promise("A", asked), waited_s, 560)
    assert likely(learned, 0, forward_s=60.0) < 150 and likely(learned, 0, forward_s=800.0) > 500


def test_where_it_says_anything_it_does_not() -> None:
    learned = where_forward_is(right=False)
    assert likely(learned, 3, forward_s=2800.0) == pytest.approx(likely(learned, 3, forward_s=100.0), rel=0.3)


def test_what_sets_a_visitor_apart_is_learned_by_kind() -> None:
    learned = Learned()
    for n in range(400):
        asked = Asked(4, 540, kind="monk" if n % 4 == 0 else "")
        waited_s = 300.0 if asked.kind else 1200.0
        learned = learned.called("A", asked, learned.promise("A", asked), waited_s, 560)
    assert likely(learned, 4, kind="monk") < 500 < 900 < likely(learned, 4)


def test_a_hall_with_more_counters_at_work_is_quicker() -> None:
    chance, learned = random.Random(2), Learned()
    for _ in range(600):
        counters, ahead = chance.choice([1, 2, 4]), chance.randrange(1, 12)
        asked = Asked(ahead, 540, counters=counters)
        waited_s = (ahead + 1) * 400 / counters * chance.uniform(0.7, 1.3)
        learned = learned.called("A", asked, learned.promise("A", asked), waited_s, 560)
    assert likely(learned, 6, counters=4) * 2 < likely(learned, 6, counters=1)


def test_the_blend_is_followed_only_where_it_was_the_better_of_late() -> None:
    good, bad = Mix(missed_s=(100.0, 80.0)), Mix(missed_s=(80.0, 100.0))
    assert good.trust() > 0.99 and bad.trust() < 0.01 and Mix().trust() > 0.5
    learned = where_forward_is(right=True)
    behind = replace(learned.behind, missed_s=(1.0, 1000.0), beside_s=(1.0, 1000.0))
    promised = replace(learned, behind=behind).promise("A", Asked(3, 540, forward_s=2000.0))
    assert promised and promised.wait.likely_s == pytest.approx(promised.pace_s)


def test_a_fact_that_is_never_seen_is_not_forgotten_without_end() -> None:
    blend = Blend.new(3, doubt=0.5)
    for n in range(20_000):
        blend = blend.taught((1.0, float(n % 5), 0.0), 0.3, counts=1.0, keeps=0.99)
    assert max(row[n] for n, row in enumerate(blend.spread)) <= 0.5 * (1 + 1e-9)
    assert blend.weights[2] == 0 and blend.says((0.0, 0.0, 1.0)) == 0


def test_a_blend_finds_what_is_behind_its_misses() -> None:
    chance, blend = random.Random(3), Blend.new(3, doubt=10.0)
    for _ in range(500):
        facts = (1.0, chance.uniform(-1, 1), chance.uniform(-1, 1))
        told = 0.5 + 2 * facts[1] - facts[2] + chance.gauss(0, 0.1)
        blend = blend.taught(facts, told - blend.says(facts), counts=1.0, keeps=1.0)
    assert blend.weights == pytest.approx((0.5, 2, -1), abs=0.05)
    assert Blend.from_record(json.loads(json.dumps(blend.record()))) == blend


# -- days ----------------------------------------------------------------------------------------------------------


def test_the_pace_of_former_days_opens_the_next_one() -> None:
    learned = after(*[(4, 1000.0)] * 30).day_turned()
    assert likely(learned, 4) == pytest.approx(1000, rel=0.1)
    slower = after(*[(4, 3000.0)] * 30, learned=learned)
    assert likely(slower, 4) > likely(learned, 4)


def test_the_pace_alone_is_as_the_issue_gives_it() -> None:
    pace = Pace().called(3, 800, 600).called(1, 300, 610).day_turned()
    former = (800 + 300) / (4**0.8 + 2**0.8)
    assert pace.per_unit_s(0, 0) == pytest.approx(former)
    today = pace.called(2, 900, 600).called(0, 50, 610)
    waits, units = 0.95 * 900 + 50, 0.95 * 3**0.8 + 1
    assert today.per_unit_s(0, 0) == pytest.approx((100 * former + waits) / (100 + units))
    assert today.front_s == 50
    tomorrow = today.day_turned()
    assert tomorrow.former == pytest.approx(0.6 * former + 0.4 * (900 + 50) / (3**0.8 + 1))


def test_the_range_follows_what_came_true() -> None:
    low = high = Misses()
    for _ in range(300):
        low, high = low.after(Wait(10, 20, 30), 5), high.after(Wait(10, 20, 30), 35)
    assert low.below < 0.1 < low.above and high.above < 0.1 < high.below
