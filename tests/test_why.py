"""Why one number was called before another: days told through a real office, and the answer that their record gives.

Not here: the desk's page, and whether a call was what its rule makes of the hall (test_log.py).
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hall_server import texts
from queue_core import day, officers, plan, visitors
from queue_core.hall import Booking
from queue_core.office import Office
from queue_core.ticket import Event
from queue_core.why import Why, uncalled, why
from tests.halls import FakeClock, at_work, press, small_plan, take, wish

NINE = datetime.fromisoformat("2026-11-20T09:00:00+07:00")


class Floor:
    """A hall and its clock; what is asked of it later is asked of its log."""

    def __init__(self, office: Office, clock: FakeClock) -> None:
        self.office, self.clock = office, clock

    def comes(self, service: str = "benefit", **more: Any) -> str:
        """A visitor; the next comes a minute later."""
        number = take(self.office, service, **more).number
        self.clock.passes(minutes=1)
        return number

    def do(self, what: Any, *asked: Any, **more: Any) -> None:
        self.office.do(wish(what, *asked, **more))
        self.clock.passes(minutes=1)

    def moves(self, number: str, changes: dict[str, Any], position: str, reason: str | None = None) -> None:
        self.do(visitors.move, self.office.hall.numbered(number), changes, position, reason)

    def calls(self, counter: str = "1") -> str | None:
        """The counter's next, who did come; the one before is finished."""
        called = press(self.office, counter, "finished")
        self.clock.passes(minutes=1)
        return called

    def why(self, first: str, second: str, day: str | None = None) -> Why | None:
        with self.office.log.reader() as conn:
            return why(conn, day, first, second)

    def answer(self, first: str, second: str) -> tuple[str, dict[str, Any]]:
        """The kind and its values; and each kind has a sentence in every language that these values fill."""
        told = self.why(first, second)
        assert told
        for language in texts.languages():
            said = texts.say(language, f"why.{told.kind}", **told.values)
            assert said != f"why.{told.kind}" and not re.search(r"{\w+}", said), said
        return told.kind, dict(told.values)


@contextmanager
def floor(folder: Path, **changes: Any) -> Iterator[Floor]:
    clock = FakeClock()
    with at_work(folder, clock, given=small_plan(**changes)) as office:
        yield Floor(office, clock)


def minute(n: float) -> datetime:
    return NINE + timedelta(minutes=n)


# -- nothing to explain --------------------------------------------------------------------------------------------


def test_a_number_that_the_day_did_not_have_has_no_answer(tmp_path: Path) -> None:
    with floor(tmp_path) as hall:
        hall.comes(), hall.comes(), hall.calls()
        assert hall.why("A001", "A009") is None and hall.why("A009", "A001") is None
        assert hall.why("A001", "A001") is None
        assert hall.why("A001", "A002", "2026-11-19") is None
        assert hall.why("A001", "A002", "2026-11-20")


def test_one_who_still_waits_was_not_called(tmp_path: Path) -> None:
    with floor(tmp_path) as hall:
        hall.comes(), hall.comes(), hall.calls()
        assert hall.answer("A002", "A001") == ("not-called-yet", {"first": "A002", "second": "A001"})
        assert hall.why("A002", "A001").facts is None  # type: ignore[union-attr]


def test_one_who_left_before_the_call_was_never_called(tmp_path: Path) -> None:
    with floor(tmp_path) as hall:
        hall.comes(), hall.comes(), hall.calls()
        hall.do(visitors.cancel, hall.office.hall.numbered("A002"))
        assert hall.answer("A002", "A001")[0] == "never-called"


def test_of_one_number_alone_it_is_told_why_there_is_no_call(tmp_path: Path) -> None:
    with floor(tmp_path, left_over="carry") as hall:
        hall.comes(), hall.comes()
        came = hall.clock.now() - timedelta(minutes=30)
        hall.do(visitors.enter_by_hand, "Z001", ["card"], came, ended_at=came + timedelta(minutes=9), counter="3")
        hall.do(visitors.cancel, hall.office.hall.numbered("A002"))

        def alone(number: str, day: str = "2026-11-20") -> str:
            with hall.office.log.reader() as conn:
                return uncalled(conn, day, number).kind

        assert (alone("A001"), alone("A002"), alone("Z001")) == ("not-called-yet", "never-called", "by-hand")
        hall.clock.passes(days=3), hall.office.turn()
        assert (alone("A001"), alone("A001", "2026-11-23")) == ("never-called", "not-called-yet")


def test_a_call_that_was_taken_back_is_no_call(tmp_path: Path) -> None:
    with floor(tmp_path) as hall:
        hall.comes(), hall.comes()
        hall.office.do(wish(officers.call_number, "1", "A002", "unwell"))
        hall.do(officers.undo, "1")
        assert hall.answer("A002", "A001")[0] == "not-called-yet"
        hall.calls(), hall.calls("2")
        kind, values = hall.answer("A002", "A001")
        assert (kind, values["called"], values["at"]) == ("already-called", minute(3), minute(4))


def test_a_slip_entered_by_hand_has_no_call(tmp_path: Path) -> None:
    with floor(tmp_path) as hall:
        hall.comes()
        times = [hall.clock.now() - timedelta(minutes=minutes) for minutes in (30, 20, 20, 5)]
        hall.do(visitors.enter_by_hand, "Z001", ["card"], *times, "3")
        assert hall.answer("Z001", "A001")[0] == "by-hand"
        hall.calls()
        assert hall.answer("A001", "Z001")[0] == "over"


# -- the other did not wait ----------------------------------------------------------------------------------------


def test_one_who_came_later_was_not_there_yet(tmp_path: Path) -> None:
    with floor(tmp_path) as hall:
        hall.comes(), hall.calls(), hall.comes()
        kind, values = hall.answer("A001", "A002")
    assert (kind, values["at"], values["came"]) == ("not-there-yet", minute(1), minute(2))
    assert values["counter"]["en"] == "Counter 1"


def test_one_who_was_called_sooner_was_called_sooner(tmp_path: Path) -> None:
    with floor(tmp_path) as hall:
        hall.comes(), hall.comes(), hall.calls("2"), hall.calls("1")
        kind, values = hall.answer("A002", "A001")
        assert (kind, values["called"], values["counter_second"]["en"]) == ("already-called", minute(2), "Counter 2")
        hall.do(officers.finish, "2")
        assert hall.answer("A002", "A001") == (kind, values), "what came later changes no answer"


def test_one_whose_end_was_taken_back_later_was_over_by_then(tmp_path: Path) -> None:
    with floor(tmp_path, requeues=0) as hall:
        hall.comes(), hall.comes(), hall.calls("2")
        hall.office.do(wish(officers.no_show, "2")), hall.office.do(wish(officers.call_next, "1"))
        hall.do(officers.undo, "2"), hall.do(officers.finish, "2")
        assert hall.answer("A002", "A001")[0] == "over"


@pytest.mark.parametrize("how", ["absent", "held", "cancelled", "over"])
def test_one_who_was_not_in_the_queue_could_not_be_called(tmp_path: Path, how: str) -> None:
    with floor(tmp_path, requeues=0 if how == "over" else 1) as hall:
        hall.comes(), hall.comes()
        if how == "cancelled":
            hall.do(visitors.cancel, hall.office.hall.numbered("A001"))
        else:
            hall.calls("2"), hall.do(officers.hold if how == "held" else officers.no_show, "2")
        assert hall.calls() == "A002"
        kind, values = hall.answer("A002", "A001")
    assert kind == how
    assert ("ended" in values) == (how in ("cancelled", "over"))
    assert values.get("called") == (minute(2) if how in ("absent", "held") else None)


def test_one_who_came_back_and_waited_again_is_compared(tmp_path: Path) -> None:
    with floor(tmp_path) as hall:
        hall.comes(), hall.comes("benefit", priority="elder"), hall.comes("benefit", priority="elder")
        assert hall.calls() == "A002"
        hall.do(officers.no_show, "1")
        hall.do(visitors.come_back, hall.office.hall.numbered("A002"))
        hall.moves("A002", {}, "end")
        assert hall.calls() == "A003"
        assert hall.answer("A003", "A002")[0] == "sent-to-end"


# -- the other waited ----------------------------------------------------------------------------------------------


def test_a_counter_calls_only_what_it_serves(tmp_path: Path) -> None:
    with floor(tmp_path) as hall:
        hall.comes("card"), hall.comes(), hall.calls("2")
        kind, values = hall.answer("A001", "B001")
        facts = hall.why("A001", "B001").facts  # type: ignore[union-attr]
    assert (kind, values["counter"]["en"], values["counters"]["en"]) == (
        "another-counter",
        "Counter 2",
        "Counter 1, Counter 3",
    )
    assert facts and (facts["rule"], facts["passed_over"], facts["first"], facts["officer"]) == (
        "head-start/1",
        0,
        [],
        "someone",
    )
    assert facts["score"] == 60.0 and facts["call"] == 5


def test_an_officer_calls_only_what_that_officer_can_give(tmp_path: Path) -> None:
    with floor(tmp_path) as hall:
        hall.do(day.set_skills, "someone", ["card"])
        hall.comes("benefit"), hall.comes("card")
        assert hall.calls("1") == "B001"
        kind, values = hall.answer("B001", "A001")
        assert (kind, values["counter"]["en"], "counters" in values) == ("not-skilled", "Counter 1", False)
        hall.do(day.set_skills, "someone", None)
        assert hall.answer("B001", "A001")[0] == "not-skilled", "as it stood at the call"


def test_one_who_was_sent_to_a_counter_waits_for_that_one_alone(tmp_path: Path) -> None:
    with floor(tmp_path) as hall:
        hall.do(officers.open_counter, "2")
        hall.comes(), hall.comes(), hall.calls("1")
        hall.do(officers.transfer, "1", None, "2")
        assert hall.calls("1") == "A002"
        kind, values = hall.answer("A002", "A001")
    assert (kind, values["counters"]["th"]) == ("meant-for-another", "ช่อง 2")


def test_a_call_by_number_tells_the_officers_reason(tmp_path: Path) -> None:
    with floor(tmp_path) as hall:
        hall.comes(), hall.comes(), hall.do(officers.call_number, "1", "A002", "unwell")
        kind, values = hall.answer("A002", "A001")
        told = hall.why("A002", "A001")
    assert (kind, values["reason"]["en"]) == ("chosen", "Unwell")
    assert told and told.facts and (told.facts["passed_over"], told.facts["first"]) == (1, ["A001"])


def test_one_without_a_ticket_came_to_the_counter(tmp_path: Path) -> None:
    with floor(tmp_path) as hall:
        hall.comes(), hall.do(officers.walk_in, "1")
        assert hall.answer("A002", "A001")[0] == "walk-in"


def test_who_went_on_at_the_same_window_was_not_called(tmp_path: Path) -> None:
    with floor(tmp_path) as hall:
        hall.office.do(wish(visitors.issue, ["benefit", "card"]))
        hall.calls(), hall.comes("card")
        hall.do(officers.finish, "1", stay=True)
        kind, values = hall.answer("A001", "B001")
        assert (kind, values["at"]) == ("same-window", minute(2))


def test_who_was_moved_to_the_front_tells_when_and_for_what(tmp_path: Path) -> None:
    with floor(tmp_path) as hall:
        hall.comes(), hall.comes(), hall.moves("A002", {}, "front", "child"), hall.calls()
        kind, values = hall.answer("A002", "A001")
    assert (kind, values["reason"]["en"], values["moved"]) == ("front", "With a small child", minute(2))


def test_of_two_who_were_moved_to_the_front_the_rule_decides(tmp_path: Path) -> None:
    with floor(tmp_path) as hall:
        hall.comes(), hall.comes()
        for number in ("A002", "A001"):
            hall.moves(number, {}, "front", "child")
        hall.calls()
        assert hall.answer("A001", "A002")[0] == "first-come"


def by_profile(says: str, *take: plan.Share, **condition: Any) -> dict[str, Any]:
    names = {"th": "ต่างชาติ", "en": "Foreign visitors"}
    line = plan.Line(says, (plan.Condition(**condition),), take)
    profile = plan.Profile("front-line", {"th": "ด่านหน้า", "en": "Front line"}, (line,), "head-start")
    foreign = plan.Segment("foreign", names, languages=("en",))
    return {"segments": {"foreign": foreign}, "profiles": {"front-line": profile}, "profile": "front-line"}


def test_a_profile_tells_its_line_and_both_segments(tmp_path: Path) -> None:
    given = by_profile("WHEN foreign waits THEN foreign", plan.Share(1, "foreign"), kind="waits", segment="foreign")
    with floor(tmp_path, **given) as hall:
        hall.comes(), hall.comes(language="en"), hall.comes(language="en"), hall.comes()
        assert [hall.calls() for _ in range(3)] == ["A002", "A003", "A001"]
        kind, values = hall.answer("A002", "A001")
        assert (kind, values["says"], values["profile"]["en"]) == (
            "profile",
            "WHEN foreign waits THEN foreign",
            "Front line",
        )
        assert (values["segment"]["en"], values["segment_second"]["en"]) == ("Foreign visitors", "all others")
        assert hall.answer("A002", "A003")[0] == "first-come", "within a segment its rule decides"
        assert hall.answer("A001", "A004")[0] == "first-come", "OTHERWISE is a rule over all"


# -- by the rules --------------------------------------------------------------------------------------------------


def test_first_come_tells_since_when_both_waited(tmp_path: Path) -> None:
    with floor(tmp_path, rule="first-come") as hall:
        hall.comes(), hall.comes(), hall.calls()
        kind, values = hall.answer("A001", "A002")
    assert (kind, values["since"], values["since_second"]) == ("first-come", minute(0), minute(1))


def test_of_the_same_moment_the_number_given_first_is_called_first(tmp_path: Path) -> None:
    with floor(tmp_path) as hall:
        take(hall.office), take(hall.office), hall.calls()
        assert hall.answer("A001", "A002")[0] == "same-moment"


def test_one_who_was_booked_tells_the_booked_time(tmp_path: Path) -> None:
    with floor(tmp_path) as hall:
        hall.do(visitors.book, Booking("BOOK1", ("benefit",), minute(5)))
        hall.clock.passes(minutes=5), hall.comes(), hall.do(visitors.check_in, "BOOK1")
        assert hall.calls() == "A002"
        kind, values = hall.answer("A002", "A001")
    assert (kind, values["since"], values["since_second"]) == ("booked", minute(5), minute(6))


def test_a_head_start_is_told_in_minutes_and_only_where_it_decided(tmp_path: Path) -> None:
    with floor(tmp_path) as hall:
        hall.comes(), hall.comes(priority="elder"), hall.comes(), hall.comes(priority="elder")
        for _ in range(3):
            hall.calls()
        kind, values = hall.answer("A002", "A001")
        assert (kind, values["minutes"], values["priority"]["en"]) == ("head-start", 20, "Older person")
        assert hall.answer("A002", "A003")[0] == "first-come"
        assert hall.answer("A002", "A004")[0] == "first-come"


def test_a_head_start_tells_the_time_that_it_makes_of_the_other(tmp_path: Path) -> None:
    with floor(tmp_path) as hall:
        hall.comes(), hall.comes(priority="elder"), hall.calls()
        values = hall.answer("A002", "A001")[1]
    assert (values["joined"], values["since"], values["since_second"]) == (minute(1), minute(-19), minute(0))


@pytest.mark.parametrize("sent", ["A001", "A002"])
def test_one_who_was_put_at_the_end_tells_by_whom(tmp_path: Path, sent: str) -> None:
    with floor(tmp_path, rule="first-come") as hall:
        hall.comes(), hall.comes(), hall.moves(sent, {}, "end")
        first, second = ("A002", "A001") if sent == "A001" else ("A002", "A003")
        if second == "A003":
            hall.comes()
        hall.do(officers.call_number, "1", "A001", "unwell") if sent == "A002" else None
        assert hall.calls() == first
        kind, values = hall.answer(first, second)
    assert (kind, values["number"], values["moved"], values["officer"]) == ("sent-to-end", sent, minute(2), "someone")
    assert values["since"] < values["since_second"]


def test_one_whose_place_was_given_back_is_not_told_as_at_the_end(tmp_path: Path) -> None:
    with floor(tmp_path, rule="first-come") as hall:
        hall.comes(), hall.comes(), hall.moves("A002", {}, "end"), hall.moves("A002", {}, "by-visit"), hall.calls()
        assert hall.answer("A001", "A002")[0] == "first-come"


def test_one_who_came_too_late_for_the_booking_did_not_come_later_than_the_other(tmp_path: Path) -> None:
    with floor(tmp_path) as hall:
        hall.do(visitors.book, Booking("BOOK1", ("benefit",), minute(5)))
        hall.clock.passes(minutes=30), hall.comes(), hall.do(visitors.check_in, "BOOK1")
        assert hall.calls() == "A001"
        kind, values = hall.answer("A001", "A002")
    assert (kind, values["booked"], values["since_second"]) == ("booked-late", minute(5), minute(32))


def test_one_who_came_before_the_booked_time_had_to_wait_for_it(tmp_path: Path) -> None:
    with floor(tmp_path) as hall:
        hall.do(visitors.book, Booking("BOOK1", ("benefit",), minute(50)))
        hall.do(visitors.check_in, "BOOK1"), hall.comes()
        assert hall.calls() == "A002"
        kind, values = hall.answer("A002", "A001")
    assert (kind, values["came"], values["since_second"]) == ("booked-for-later", minute(1), minute(50))


def test_two_head_starts_are_told_both(tmp_path: Path) -> None:
    more = {"monk": plan.Priority("monk", {"th": "พระภิกษุ", "en": "Monk"}, 40)}
    with floor(tmp_path, priorities=small_plan().priorities | more) as hall:
        hall.comes(priority="elder"), hall.comes(priority="monk"), hall.calls()
        kind, values = hall.answer("A002", "A001")
    assert (kind, values["minutes"], values["minutes_second"]) == ("both-head-start", 40, 20)
    assert (values["since"], values["since_second"]) == (minute(-39), minute(-20))


def test_a_target_ratio_is_told_in_per_cent_of_each_target(tmp_path: Path) -> None:
    with floor(tmp_path, rule="target-ratio") as hall:
        hall.comes("card"), hall.comes()
        hall.clock.passes(minutes=13)
        assert hall.calls() == "A001"
        kind, values = hall.answer("A001", "B001")
    assert (kind, values["percent"], values["target"]) == ("target-ratio", 47, 30)
    assert (values["percent_second"], values["target_second"]) == (33, 45)


def test_a_target_that_is_past_is_told_in_per_cent_of_each_own_target(tmp_path: Path) -> None:
    with floor(tmp_path, rule="due-then-ratio") as hall:
        hall.comes("card"), hall.comes(priority="elder")
        hall.clock.passes(minutes=42)
        assert hall.calls() == "A001"
        kind, values = hall.answer("A001", "B001")
    # 43 minutes of 15, and 44 of 45: what is not reached is not rounded up to it.
    assert (kind, values["percent"], values["target"]) == ("past-target", 286, 15)
    assert (values["percent_second"], values["target_second"]) == (97, 45)


def test_before_any_target_is_reached_it_is_told_when_each_will_be(tmp_path: Path) -> None:
    with floor(tmp_path, rule="due-then-ratio") as hall:
        hall.comes(), hall.comes("card", priority="elder"), hall.calls()
        kind, values = hall.answer("B001", "A001")
    assert (kind, values["target"], values["target_second"]) == ("due-sooner", 22.5, 30)
    assert (values["due"], values["due_second"]) == (minute(23.5), minute(30))


def test_of_the_same_target_the_older_is_told_as_under_any_rule(tmp_path: Path) -> None:
    with floor(tmp_path, rule="due-then-ratio") as hall:
        hall.comes(), hall.comes(), hall.comes("advice"), hall.moves("A001", {}, "end"), hall.calls(), hall.calls("2")
        assert hall.answer("A002", "A001")[0] == "sent-to-end"
        assert hall.answer("A003", "A001")[0] == "sent-to-end"


def test_shares_that_would_read_the_same_are_told_with_decimals(tmp_path: Path) -> None:
    with floor(tmp_path, rule="due-then-ratio") as hall:
        hall.comes("card"), hall.clock.passes(minutes=15.55), hall.comes(), hall.clock.passes(minutes=32.45)
        assert hall.calls() == "A001"
        kind, values = hall.answer("A001", "B001")
    assert (kind, values["percent"], values["percent_second"]) == ("past-target", 111.5, 111.1)


def test_the_longest_visit_tells_when_each_ticket_was_taken(tmp_path: Path) -> None:
    with floor(tmp_path, rule="longest-visit") as hall:
        hall.comes(), hall.comes(), hall.moves("A001", {}, "end"), hall.calls()
        kind, values = hall.answer("A001", "A002")
    assert (kind, values["issued"], values["issued_second"]) == ("longest-visit", minute(0), minute(1))


def test_strict_priority_is_told_as_such(tmp_path: Path) -> None:
    with floor(tmp_path, rule="strict") as hall:
        hall.comes(), hall.comes(), hall.comes(priority="elder"), hall.calls(), hall.calls()
        assert hall.answer("A003", "A001")[0] == "strict"
        assert hall.answer("A001", "A002")[0] == "first-come"


# -- whose record --------------------------------------------------------------------------------------------------


def test_the_answer_is_that_of_the_day_and_not_of_todays_settings(tmp_path: Path) -> None:
    with floor(tmp_path) as hall:
        hall.comes(), hall.comes(priority="elder"), hall.calls()
        before = hall.answer("A002", "A001")
    with (
        at_work(
            tmp_path, FakeClock("2026-11-20T11:00:00+07:00"), given=small_plan(source="new", priorities={})
        ) as late,
        late.log.reader() as conn,
    ):
        told = why(conn, None, "A002", "A001")
    assert told and (told.kind, told.values) == before


def test_without_a_day_it_is_the_last_that_had_both(tmp_path: Path) -> None:
    with floor(tmp_path, left_over="carry") as hall:
        hall.comes(), hall.comes(), hall.calls(), hall.do(officers.finish, "1")
        hall.clock.passes(days=3), hall.office.turn()
        at = hall.why("A001", "A002").values["at"]  # type: ignore[union-attr]
        assert at == minute(2), "the next day had A002 carried over, and no A001"
        hall.comes("card"), hall.calls()
        told = hall.why("A002", "B001")
        assert told and told.kind == "first-come" and told.values["since"] == minute(1)
        earlier = hall.why("A002", "A001", "2026-11-20")
        assert earlier and earlier.kind == "never-called", "on that day it was not"


def test_a_rule_of_a_later_program_is_named_and_not_guessed(tmp_path: Path) -> None:
    with floor(tmp_path) as hall:
        hall.comes(), hall.comes()
        reason = {"rule": "kindest/3", "score": 7.0, "passed_over": 1, "first": ["A001"]}
        later = Event("called", hall.clock.now(), "x", "20261120-A002", "1", {"reason": reason})
        hall.office.do(lambda present, now: (later,))
        kind, values = hall.answer("A002", "A001")
    assert (kind, values["rule"]) == ("unknown-rule", "kindest/3")


def test_a_profile_of_a_later_program_is_named_and_not_guessed(tmp_path: Path) -> None:
    given = by_profile("WHEN foreign waits THEN foreign", plan.Share(1, "foreign"), kind="waits", segment="foreign")
    with floor(tmp_path, **given) as hall:
        hall.comes(), hall.comes(language="en")
        said = {"id": "front-line", "version": 9, "line": 0, "says": "WHEN …", "segment": "foreign"}
        reason = {"rule": "first-come/1", "score": 7.0, "passed_over": 1, "first": ["A001"], "profile": said}
        later = Event("called", hall.clock.now(), "x", "20261120-A002", "1", {"reason": reason})
        hall.office.do(lambda present, now: (later,))
        kind, values = hall.answer("A002", "A001")
    assert (kind, values["rule"]) == ("unknown-rule", "profile/9")


@pytest.mark.parametrize(
    ("rule", "called", "over"),
    [("first-come/1", "A002", "A001"), ("strict/1", "A001", "A003"), ("first-come/1", "A001", "A004")],
    ids=["younger", "without priority", "not at the front"],
)
def test_a_call_that_its_rule_does_not_make_is_not_explained_away(
    tmp_path: Path, rule: str, called: str, over: str
) -> None:
    with floor(tmp_path) as hall:
        hall.comes(), hall.comes(), hall.comes(priority="elder"), hall.comes()
        hall.moves("A004", {}, "front", "child")
        reason = {"rule": rule, "score": 7.0, "passed_over": 0, "first": []}
        forged = Event("called", hall.clock.now(), "x", f"20261120-{called}", "1", {"reason": reason})
        hall.office.do(lambda present, now: (forged,))
        assert hall.answer(called, over)[0] == "unexplained"


def test_where_the_rule_finds_both_alike_the_earlier_is_told(tmp_path: Path) -> None:
    with floor(tmp_path, rule="target-ratio") as hall:
        take(hall.office), take(hall.office), hall.calls()
        assert hall.answer("A001", "A002")[0] == "same-moment"


def test_every_sentence_is_of_a_kind_that_is_tried_here() -> None:
    here = Path(__file__).read_text("utf-8")
    for texts_of in texts.languages().values():
        kinds = {key.removeprefix("why.") for key in texts_of if key.startswith("why.")}
        assert kinds and {kind for kind in kinds if f'"{kind}"' not in here} == set()
