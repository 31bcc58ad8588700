"""A day under another plan: with nothing changed it is the recorded day, and what is changed has its effect.

Not here: how a change is written (test_changes.py), the engine (test_forward.py), the desk (test_desk_whatif.py).
"""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from queue_core import advice, changes, forecast, outcome, picture, plan, recorded, rota, rules, whatif
from queue_core.recorded import Recorded, SiteDay
from queue_core.whatif import Basis, Outcome, Result
from tests import bench, halls

DAY = date(2026, 11, 18)
RECORDED = Path(__file__).parent.parent.parent / "shared" / "days"
BANK, WARSAW = "bank_call_centre_1999_01.csv.gz", "warsaw_offices_2020_01_open.csv.gz"


def chance(purpose: str) -> Random:
    return Random(purpose)


@pytest.fixture(scope="module")
def sample() -> Basis:
    return whatif.basis(bench.sample_day(), bench.CENTRE)


def tried(basis: Basis, *texts: str, replications: int = 20) -> Result:
    return whatif.whatif(basis, [changes.read(text) for text in texts], chance, replications)


def middle(found: Outcome | None, figure: str, service: str | None = None) -> float:
    assert found
    one = (found.services[service] if service else found.all)[figure]
    assert one
    return one.middle


def within(result: Result, figure: str) -> bool:
    """Whether the recorded figure lies where eight of ten simulated days do."""
    simulated = result.unchanged.all[figure]
    assert simulated
    return simulated.low <= middle(result.recorded, figure) <= simulated.high


# -- nothing changed -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("figure", ["mean", "p90"])
def test_with_nothing_changed_it_is_the_day_that_ships(sample: Basis, figure: str) -> None:
    result = tried(sample)
    assert within(result, figure) and result.changed is None
    assert middle(result.unchanged, "n") == len(sample.people)


def site_days(name: str, every: int, first: int) -> list[SiteDay]:
    file = RECORDED / name
    if not file.exists():
        pytest.skip("the recorded days are not here")
    found = recorded.site_days(recorded.read_day(recorded.lines(file.read_bytes(), name), name))
    return [day for day in found if sum(one.waited_s is not None for one in day.tickets) >= 30][first::every]


@pytest.mark.parametrize(("name", "every", "first"), [(BANK, 5, 3), (WARSAW, 17, 5)])
def test_with_nothing_changed_the_recorded_days_come_back(name: str, every: int, first: int) -> None:
    """A range holds eight of ten: of some days, chosen by their place in the file alone, two thirds must lie within."""
    results = [tried(whatif.basis(day)) for day in site_days(name, every, first)]
    for figure in ("mean", "p90"):
        assert sum(within(result, figure) for result in results) >= len(results) * 2 / 3


def test_the_same_seed_gives_the_same_answer(sample: Basis) -> None:
    assert outcome.told(tried(sample, "people +10%")) == outcome.told(tried(sample, "people +10%"))


# -- changes -------------------------------------------------------------------------------------------------------


def test_more_counters_make_nobody_wait_longer_in_all(sample: Basis) -> None:
    """The same people with the same times in both: every half-hour's mean is shorter, or as it was."""
    result = tried(sample, "counter +1 08:30-16:30 like 1", "counter +1 08:30-16:30 like 2")
    assert result.changed
    for minute, before in result.unchanged.half_hours.items():
        after = result.changed.half_hours[minute]["mean"]
        assert after and before["mean"] and after.middle <= before["mean"].middle + 30
    assert middle(result.changed, "mean") < middle(result.unchanged, "mean") * 0.8


def test_more_people_wait_longer_and_fewer_less(sample: Basis) -> None:
    more, fewer = tried(sample, "people +20%"), tried(sample, "people -10%")
    assert middle(more.changed, "n") == pytest.approx(len(sample.people) * 1.2, rel=0.03)
    assert middle(fewer.changed, "n") == pytest.approx(len(sample.people) * 0.9, rel=0.03)
    assert middle(fewer.changed, "mean") < middle(more.unchanged, "mean") < middle(more.changed, "mean")


def test_more_people_of_one_service_are_of_that_service(sample: Basis) -> None:
    result = tried(sample, "service sso-hospital people +50%")
    assert middle(result.changed, "n", "sso-hospital") > 1.3 * middle(result.unchanged, "n", "sso-hospital")
    assert middle(result.changed, "n", "doe-jobs") == middle(result.unchanged, "n", "doe-jobs")


def test_a_counter_that_is_closed_makes_people_wait(sample: Basis) -> None:
    result = tried(sample, "counter 1 off 09:00-12:00")
    assert middle(result.changed, "mean") > middle(result.unchanged, "mean")


def test_a_skill_more_helps_those_who_need_it(sample: Basis) -> None:
    result = tried(sample, "counter 4 +sso-unemployment", "counter 5 +sso-unemployment")
    assert middle(result.changed, "mean", "sso-unemployment") < middle(result.unchanged, "mean", "sso-unemployment")


def test_a_lunch_in_the_rush_is_felt(sample: Basis) -> None:
    result = tried(sample, "lunch 1 09:30-11:00")
    assert middle(result.changed, "mean", "ops-information") > 1.2 * middle(result.unchanged, "mean", "ops-information")


def made(people: list[whatif.Person], spells: list[rota.Spell], **more: Any) -> Basis:
    plan = halls.small_plan(hours={})
    return Basis(changes.Setting(DAY, 4, plan, tuple(spells)), tuple(people), turnarounds_s=(0.0,), **more)


def at(clock: str) -> datetime:
    return datetime.combine(DAY, time.fromisoformat(clock))


def test_a_visit_that_runs_into_a_break_puts_off_its_end() -> None:
    card = frozenset({"card"})
    spells = [rota.Spell("3", card, at("09:00"), at("12:00")), rota.Spell("3", card, at("13:00"), at("16:00"))]
    people = [
        whatif.Person("a", at("09:00"), "card", took_s=3600.0),
        whatif.Person("b", at("12:30"), "card", took_s=60),
    ]
    seen, made_up = (
        [one.waited_s or 0.0 for n in range(20) for one in day(made(people, spells, breaks_are_seen=yes), n)[1:]]
        for yes in (True, False)
    )
    assert set(made_up) == {1800.0} and max(seen) > 1800.0


def day(basis: Basis, n: int) -> list[whatif.Wait]:
    return whatif.played(whatif.Drawn(basis), basis.setting, lambda purpose: Random(f"{n} {purpose}"))


def test_a_counters_own_profile_says_whom_it_calls() -> None:
    lines = (plan.Line("b", (plan.Condition("always"),), (plan.Share(1, "late"),)),)
    late = plan.Segment("late", {}, services=("benefit",))
    profile = plan.Profile("late-first", {}, lines, "first-come")
    people = [whatif.Person(f"c{n}", at("09:00"), "card", took_s=600.0) for n in range(4)]
    people += [whatif.Person("b", at("09:01"), "benefit", took_s=600.0)]
    spells = [rota.Spell("1", frozenset({"card", "benefit"}), at("09:00"), at("16:00"))]
    basis = made(people, spells)
    plain = basis.setting.plan
    counters = {**plain.counters, "1": replace(plain.counters["1"], profile="late-first")}
    own = replace(plain, counters=counters, segments={"late": late}, profiles={"late-first": profile})
    changed = replace(basis, setting=replace(basis.setting, plan=own))
    (usual,), (first,) = ([one for one in day(each, 0) if one.service == "benefit"] for each in (basis, changed))
    assert (usual.waited_s or 0) > (first.waited_s or 0) == pytest.approx(9 * 60, abs=1)


def test_gaps_in_which_a_counter_was_evidently_away_are_no_presence() -> None:
    def visit(name: str, came: str, called: str, finished: str) -> Recorded:
        times = {"arrived": at(came), "called": at(called), "finished": at(finished)}
        return Recorded(name, "s", "card", "card", counter="3", **times)

    tickets = (visit("a", "09:00", "09:00", "09:10"), visit("b", "09:05", "10:00", "10:10"))
    whole = (rota.Spell("3", frozenset({"card"}), at("09:00"), at("11:00")),)
    found = whatif.basis(SiteDay("s", DAY, 4, tickets), halls.small_plan(), whole)
    assert len(rota.of(found.setting.rota, "3")) == 2, "while b waited for most of an hour it called nobody"


@pytest.mark.parametrize("rule", sorted(set(rules.RULES) - {"head-start"}))
def test_every_rule_can_be_tried(sample: Basis, rule: str) -> None:
    result = tried(sample, f"rule {rule}")
    assert result.changed_plan.rule == rule and result.setting.plan.rule == "head-start"
    assert middle(result.changed, "n") == len(sample.people)


def test_without_priority_priority_waits_as_long_as_others(sample: Basis) -> None:
    result = tried(sample, "rule first-come")
    assert result.changed

    def mean(found: Outcome) -> float:
        one = found.priorities["elderly"]["mean"]
        assert one
        return one.middle

    assert mean(result.changed) > mean(result.unchanged)


# -- what is drawn -------------------------------------------------------------------------------------------------


def halls_day(*tickets: Recorded) -> SiteDay:
    return SiteDay("here", DAY, 4, tickets)


def ticket(n: int, arrived: str, called: str | None, finished: str | None, **more: object) -> Recorded:
    def at(clock: str | None) -> datetime | None:
        return clock and datetime.fromisoformat(f"{DAY}T{clock}")  # type: ignore[return-value]

    one = Recorded(f"t{n}", "here", "q", "s", datetime.fromisoformat(f"{DAY}T{arrived}"), at(called), at(finished))
    return replace(one, **more)  # type: ignore[arg-type]


def test_the_turnaround_is_measured_where_somebody_waited() -> None:
    day = halls_day(
        ticket(1, "09:00", "09:00", "09:10", counter="1"),
        ticket(2, "09:05", "09:10:20", "09:20", counter="1"),
        ticket(3, "09:25", "09:25:30", "09:30", counter="1"),  # nobody waited before
        ticket(4, "09:26", "09:45", "09:50", counter="1"),  # away
    )
    assert whatif.basis(day).turnarounds_s == (20.0,)


def test_whoever_left_leaves_when_they_did_and_others_stay_as_long_as_they_stayed() -> None:
    day = halls_day(
        ticket(1, "09:00", "09:00", "10:00", counter="1"),
        ticket(2, "09:01", None, "09:21", abandoned=True),
        ticket(3, "09:02", "10:00", "10:10", counter="1"),
    )
    basis = whatif.basis(day)
    left, stayed = basis.people[1], basis.people[2]
    drawn = whatif.Drawn(basis)
    assert drawn.leaves(left, Random(1)) == 20 * 60
    assert stayed.stayed_s == 58 * 60 and drawn.leaves(stayed, Random(1)) is None
    newcomer = replace(stayed, stayed_s=0.0)
    assert {drawn.leaves(newcomer, Random(n)) for n in range(20)} == {20 * 60, None}


def test_a_guessed_finish_before_one_who_hardly_waited_is_only_a_bound() -> None:
    day = halls_day(
        ticket(1, "09:00", "09:00", "09:20", estimated=True, counters_open=1),
        ticket(2, "09:19:30", "09:20", "09:25", estimated=True, counters_open=1),
        ticket(3, "09:21", "09:25", "09:31", estimated=True, counters_open=1),
    )
    assert [person.at_most for person in whatif.basis(day).people] == [True, False, True]


def test_a_day_in_which_nobody_was_called_tells_so() -> None:
    result = tried(whatif.basis(halls_day(ticket(1, "09:00", None, "09:30", abandoned=True))), "people +50%")
    assert result.unchanged.all["mean"] is None
    assert middle(result.unchanged, "unserved") == 1
    assert "–" in "\n".join(outcome.lines(outcome.told(result)))


# -- a day to come -------------------------------------------------------------------------------------------------


def test_a_day_to_come_is_drawn_from_days_like_it(sample: Basis) -> None:
    """Four weeks of the day that ships, one after another: the next such day comes out like it."""
    days = [forecast.counted(replace(bench.sample_day(), day=DAY - timedelta(weeks=n))) for n in range(4)]
    told = forecast.forecast(days, bench.CENTRE, DAY + timedelta(weeks=1))
    assert told
    ahead = whatif.ahead(told, bench.CENTRE, [sample])

    result = tried(ahead, "counter +1 09:00-12:00 like 1")

    assert result.recorded is None and result.setting.day == DAY + timedelta(weeks=1)
    people, mean = result.unchanged.all["n"], result.unchanged.all["mean"]
    assert people and people.low < len(sample.people) < people.high
    assert mean and mean.low < middle(tried(sample).recorded, "mean") < mean.high
    assert middle(result.changed, "mean") < middle(result.unchanged, "mean")


# -- advice --------------------------------------------------------------------------------------------------------


def advised(basis: Basis, aim: int | None = None) -> advice.Advice:
    return advice.advise(basis, chance, aim)


def test_where_nothing_is_needed_nothing_is_advised(sample: Basis) -> None:
    found = advised(sample, 120)
    assert (found.kind, found.change) == ("fine", None)


def test_the_cheapest_change_that_does_it_is_advised(sample: Basis) -> None:
    found = advised(sample, 35)
    assert found.kind == "change" and found.change and found.after and found.after >= 0.9 > found.within
    told = advice.values(found, sample.setting)
    assert told["minutes"] == 35 and told["counter"]


def test_where_no_single_change_does_it_that_is_said(sample: Basis) -> None:
    found = advised(sample, 2)
    assert found.kind == "none" and found.tried > 0
    assert found.after is None or found.after < 0.9


# -- what is shown -------------------------------------------------------------------------------------------------


def test_the_tables_and_the_picture_hold_all_three_courses(sample: Basis) -> None:
    told = outcome.told(tried(sample, "counter +1 10:00-12:00 like 1"))
    words = {word: f"<{word}>" for word in picture.WORDS}
    drawn, printed = picture.svg(told, words), "\n".join(outcome.lines(told))
    assert all(f"&lt;{course}&gt;" in drawn and f"as-{course}" in drawn for course in outcome.COURSES)
    assert "style=" not in drawn and drawn.count("<svg") == drawn.count("</svg>") == 1
    assert all(head in printed for head in outcome.HEADS.values())
    assert "Ask about anything" in printed and "10:00–" in printed


def test_advice_knows_the_worst_time(sample: Basis) -> None:
    start, end = advice.worst(tried(sample).unchanged)
    assert time(9) <= time(start // 60) < time(end // 60) <= time(15)
