"""How a change of plan is written, what it makes of a day, and how one that cannot be is refused."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from queue_core import changes, rota
from queue_core.changes import Setting
from queue_core.errors import WrongChange
from queue_core.rota import Spell
from tests import halls

DAY = date(2026, 11, 20)


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"{DAY}T{clock}")


def setting() -> Setting:
    """Three counters from half past eight on; the first at lunch from twelve to one, under an officer who is known."""
    given = {"1": {"benefit", "card"}, "2": {"benefit", "advice"}, "3": {"card"}}
    spells = [Spell(one, frozenset(given[one]), at("08:30"), at("16:30")) for one in ("2", "3")]
    first = frozenset(given["1"])
    spells += [Spell("1", first, at("08:30"), at("12:00"), "p-1"), Spell("1", first, at("13:00"), at("16:30"), "p-1")]
    return Setting(DAY, 4, halls.small_plan(), tuple(spells), officers={"somsri": "p-1", "malee": "p-2"})


def after(*texts: str) -> Setting:
    return changes.applied(setting(), [changes.read(text) for text in texts])


def spans(found: Setting, counter: str) -> list[tuple[str, str]]:
    return [(f"{one.start:%H:%M}", f"{one.end:%H:%M}") for one in rota.of(found.rota, counter)]


def why(text: str) -> str:
    with pytest.raises(WrongChange) as refused:
        after(text)
    said = refused.value.values
    assert said["change"] == text and set(said["why"]) == {"th", "en"}  # type: ignore[call-overload]
    return str(said["why"]["en"])  # type: ignore[index]


def test_a_counter_more_is_there_and_gives_what_the_other_gives() -> None:
    found = after("counter +2 10:00-12:00 like 3")
    assert spans(found, "+1") == spans(found, "+2") == [("10:00", "12:00")]
    assert found.plan.counters["+1"].services == ("card",)


def test_a_counter_goes_away_or_comes() -> None:
    assert spans(after("counter 2 off 10:00-11:00"), "2") == [("08:30", "10:00"), ("11:00", "16:30")]
    assert spans(after("counter 3 on 07:30-17:00"), "3") == [("07:30", "08:30"), ("08:30", "16:30"), ("16:30", "17:00")]
    assert spans(after("counter 3 off 00:00-24:00"), "3") == []


def test_what_ends_before_the_day_begins_is_after_midnight() -> None:
    assert setting().span(60, 180) == (at("01:00") + timedelta(days=1), at("03:00") + timedelta(days=1))
    assert setting().span(0, 600) == (at("04:00"), at("10:00"))


def test_lunch_is_moved_and_not_taken_twice() -> None:
    assert spans(after("lunch 1 11:00-12:00"), "1") == [("08:30", "11:00"), ("12:00", "13:00"), ("13:00", "16:30")]
    assert spans(after("lunch 2 11:00-12:00"), "2") == [("08:30", "11:00"), ("12:00", "16:30")]


def test_a_skill_more_counts_wherever_the_officer_or_the_counter_is() -> None:
    assert all("advice" in one.services for one in rota.of(after("officer somsri +advice").rota, "1"))
    found = after("counter 3 +benefit")
    assert found.plan.counters["3"].services == ("card", "benefit")
    assert rota.of(found.rota, "3")[0].services == {"card", "benefit"}


def test_a_rule_is_for_every_counter() -> None:
    assert after("rule first-come").plan.rule == "first-come"
    one = setting()
    counters = {name: replace(counter, profile="turns") for name, counter in one.plan.counters.items()}
    profiled = replace(one, plan=replace(one.plan, counters=counters, profile="turns"))
    found = changes.applied(profiled, [changes.read("rule first-come")]).plan
    assert found.profile is None and {counter.profile for counter in found.counters.values()} == {None}


def test_people_are_multiplied_in_all_and_by_service() -> None:
    found = after("people +20%", "service card people -50 %")
    assert found.factor("benefit") == pytest.approx(1.2)
    assert found.factor("card") == pytest.approx(0.6)


def test_people_are_not_multiplied_beyond_all_measure_by_several_changes() -> None:
    assert after("people +400%", "people +80%").factor("card") == pytest.approx(9)
    for texts in (("people +900%", "people +10%"), ("people +400%", "service card people +150%")):
        with pytest.raises(WrongChange):
            after(*texts)


def test_a_number_is_read_whole() -> None:
    assert changes.read("people +0000050%").percent == 50
    assert "+900%" in why("people +99999999999%")


@pytest.mark.parametrize("text", changes.EXAMPLES)
def test_every_example_can_be_read(text: str) -> None:
    assert changes.read(text).text == text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "cannot be read"),
        ("close everything", "counter +1 10:00-12:00 like 3"),
        ("counter +1 10:00-12:00 like 9", "no counter 9. Choose one of: 1, 2, 3"),
        ("counter +1 12:00-10:00 like 3", "end after it begins"),
        ("counter +0 10:00-12:00 like 3", "1 to 20"),
        ("counter 1 off 10:75-12:00", "10:75 is not a time"),
        ("counter 1 off 10:00-24:01", "24:01 is not a time"),
        ("counter 1 +flying", "no service flying"),
        ("officer nobody +card", "nobody was at no counter that day. Who was: somsri"),
        ("officer malee +card", "malee was at no counter"),
        ("rule fastest", "no rule fastest"),
        ("people -100%", "-99% to +900%"),
        ("people +1000%", "-99% to +900%"),
        ("people +99999999999999999999%", "-99% to +900%"),
        ("service flying people +10%", "no service flying"),
    ],
)
def test_what_cannot_be_is_refused_with_what_can(text: str, says: str) -> None:
    assert says in why(text)


def test_a_counter_that_idled_while_somebody_waited_was_away() -> None:
    spell = Spell("1", frozenset({"card"}), at("08:30"), at("12:00"))
    visits = {"1": [(at("09:00"), at("09:10")), (at("10:00"), at("10:20"))]}
    found = rota.present(
        (spell,), visits, {"card": [(at("09:30"), at("10:00"))], "advice": [(at("11:00"), at("11:30"))]}
    )
    assert [(f"{one.start:%H:%M}", f"{one.end:%H:%M}") for one in found] == [("08:30", "09:30"), ("10:00", "12:00")]
