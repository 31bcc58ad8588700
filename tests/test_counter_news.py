"""What the panel and the reception desk are told: pure functions of a hall, asked of halls that were lived through.

Not here: who may ask (test_counter.py), and how it looks (test_counter_walks.py).
"""

import inspect
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from counter_panel import counter as pages
from counter_panel import panel, reception
from hall_server import problems, slip_news, texts
from queue_core import day, errors, officers, visitors
from queue_core.hall import Booking
from queue_core.office import Office
from queue_core.plan import Priority
from queue_core.ticket import Ticket
from queue_core.waits import NO_OUTLOOK
from tests import halls
from tests.halls import FakeClock, at_work, small_plan, take, wish

NAMES = {"anna": "Anna", "ben": "Ben"}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def office(tmp_path: Path, clock: FakeClock) -> Iterator[Office]:
    with at_work(tmp_path, clock) as opened:
        yield opened


def do(office: Office, what: Any, *asked: Any, by: str = "anna", **more: Any) -> None:
    office.do(wish(what, *asked, by=by, **more))


def news(office: Office, counter: str = "1") -> dict[str, Any]:
    told = panel.news(office.hall, office.now(), counter, NAMES.get)
    json.dumps(told)  # as it goes out
    return told


def numbers(listed: list[dict[str, Any]]) -> list[str]:
    return [one["number"] for one in listed]


# -- the queue -----------------------------------------------------------------------------------------------------


def test_those_who_wait_stand_in_the_order_of_call(office: Office, clock: FakeClock) -> None:
    for priority in (None, None, "elder"):
        take(office, priority=priority)
        clock.passes(minutes=1)
    assert numbers(news(office)["waiting"]) == ["A003", "A001", "A002"]
    called = [halls.press(office, current="finished") for _ in range(3)]
    assert called == ["A003", "A001", "A002"]


def test_twelve_are_shown_and_all_are_counted(office: Office) -> None:
    for _ in range(20):
        take(office)
    told = news(office)
    assert (len(told["waiting"]), told["waiting_count"]) == (12, 20)


def test_needs_are_told_before_the_call(office: Office) -> None:
    take(office, needs=["wheelchair", "sign"], people=3, language="en")
    first = news(office)["waiting"][0]
    assert (first["needs"], first["people"], first["language"]) == (["wheelchair", "sign"], 3, "en")


def test_a_booked_time_is_told(office: Office, clock: FakeClock) -> None:
    at = office.now()
    do(office, visitors.book, Booking("CODE1", ("benefit",), at))
    clock.passes(minutes=5)
    do(office, visitors.check_in, "CODE1")
    booking = news(office)["waiting"][0]["booking"]
    assert booking == {"state": "on-time", "at": "2026-11-20T09:00:00.000+07:00"}


def test_one_who_was_sent_here_alone_is_marked_so_and_told_to_nobody_else(office: Office) -> None:
    take(office)
    do(office, officers.call_next, "1")
    do(office, officers.open_counter, "2", by="ben")
    do(office, officers.transfer, "1", to_counter="2")
    assert news(office, "2")["waiting"][0]["meant"]
    assert news(office, "1")["waiting"] == []


def test_a_service_given_for_a_colleague_is_marked_so(office: Office) -> None:
    take(office, "advice")
    assert news(office)["waiting"] == []
    do(office, officers.stand_in, "1", "2")
    told = news(office)
    assert told["waiting"][0]["stand_in"]
    assert told["counter"]["stand_in"] == [{"th": "ให้คำปรึกษา", "en": "Advice"}]


def test_whom_a_counter_can_stand_in_for_is_whom_it_may(office: Office) -> None:
    for counter in office.hall.counters:
        for other in news(office, counter)["others"]:
            try:
                officers.stand_in(office.hall, office.now(), "anna", counter, other["id"])
                may = True
            except errors.NothingToStandInFor:
                may = False
            assert bool(other["lends"]) == may


def test_a_colleague_lends_nothing_that_the_officer_here_cannot_give(office: Office) -> None:
    do(office, officers.open_counter, "1")
    assert [other["lends"] for other in news(office)["others"] if other["id"] == "2"] == [
        [{"th": "ให้คำปรึกษา", "en": "Advice"}]
    ]
    do(office, day.set_skills, "anna", ["benefit"], by="boss")
    assert not any(other["lends"] for other in news(office)["others"])


# -- aside, and away -----------------------------------------------------------------------------------------------


def test_those_set_aside_are_told_where_they_may_go_on(office: Office, clock: FakeClock) -> None:
    for counter, service in (("3", "card"), ("1", "card"), ("1", "benefit")):
        take(office, service)
        do(office, officers.call_next, counter)
        do(office, officers.hold, counter)
        clock.passes(minutes=1)
    held = news(office, "1")["held"]
    # One's own first, and of them who has been aside the longest.
    assert [(one["number"], one["here"]) for one in held] == [("B002", True), ("A001", True), ("B001", False)]
    assert numbers(news(office, "2")["held"]) == ["A001"]


def test_the_absent_are_told_until_they_may_no_longer_come_back(office: Office, clock: FakeClock) -> None:
    take(office)
    do(office, officers.call_next, "1")
    do(office, officers.no_show, "1")
    told = news(office)["absent"]
    assert numbers(told) == ["A001"]
    assert told[0]["until"] == "2026-11-20T09:15:00.000+07:00"
    clock.passes(minutes=15, seconds=1)
    assert news(office)["absent"] == []


# -- the visitor ---------------------------------------------------------------------------------------------------


def test_the_visitor_with_what_is_done_and_what_is_left(office: Office) -> None:
    office.do(wish(visitors.issue, ["benefit", "card", "advice"]))
    do(office, officers.call_next, "1")
    left = news(office)["ticket"]["left"]
    assert [(one["id"], one["here"]) for one in left] == [("card", True), ("advice", False)]
    do(office, officers.finish, "1", stay=True, outcome="forwarded")
    ticket = news(office)["ticket"]
    assert (ticket["service"], ticket["state"], ticket["step"]) == ("card", "serving", {"n": 2, "of": 3})
    done = [(leg["service"], leg["outcome"], leg["ended"]) for leg in ticket["legs"]]
    assert done == [("benefit", "forwarded", "continued")]


def test_a_visitor_who_was_sent_on_is_at_the_first_service_still(office: Office) -> None:
    take(office)
    do(office, officers.call_next, "1")
    do(office, officers.transfer, "1", service="card")
    assert news(office)["waiting"][0]["step"] == {"n": 1, "of": 1}


def test_after_a_power_cut_each_counter_is_asked_until_it_answers(tmp_path: Path, clock: FakeClock) -> None:
    with at_work(tmp_path, clock) as office:
        take(office)
        do(office, officers.call_next, "1")
        assert not news(office)["counter"]["asked"]
    with at_work(tmp_path, clock) as office:
        told = news(office)
        assert told["counter"]["asked"] and told["ticket"]["uncertain"] == "power-cut"
        assert not news(office, "2")["counter"]["asked"]
        do(office, officers.still_here, "1")
        assert not news(office)["counter"]["asked"]


# -- taking back ---------------------------------------------------------------------------------------------------


def test_a_press_may_be_taken_back_for_half_a_minute(office: Office, clock: FakeClock) -> None:
    take(office)
    do(office, officers.call_next, "1")
    assert news(office)["undo"] == {"what": "called", "number": "A001", "until": "2026-11-20T09:00:30.000+07:00"}
    clock.passes(seconds=30)
    assert news(office)["undo"]
    clock.passes(seconds=1)
    assert news(office)["undo"] is None


def test_of_one_press_the_last_thing_gives_its_name(office: Office) -> None:
    take(office)
    take(office)
    do(office, officers.call_next, "1")
    do(office, officers.start, "1")
    do(office, officers.call_next, "1")
    assert news(office)["undo"]["what"] == "called"
    assert news(office)["undo"]["number"] == "A002"


def test_a_number_given_at_the_counter_is_what_is_taken_back(office: Office) -> None:
    do(office, officers.walk_in, "1")
    assert (news(office)["undo"]["what"], news(office)["undo"]["number"]) == ("walk-in", "A001")


def test_a_return_to_the_queue_is_taken_back_by_its_name(office: Office) -> None:
    number = take(office).number
    do(office, officers.call_next, "1")
    do(office, officers.no_show, "1")
    do(office, officers.requeue, "1", number)
    undo = news(office)["undo"]
    assert (undo["what"], undo["number"]) == ("requeued", number)
    assert all("counter.undo.requeued" in told for told in texts.languages().values())


def test_what_has_gone_on_elsewhere_is_not_offered_to_be_taken_back(office: Office) -> None:
    take(office)
    do(office, officers.call_next, "1")
    do(office, officers.transfer, "1", service="advice")
    assert news(office)["undo"]["what"] == "transferred"
    do(office, officers.call_next, "2", by="ben")
    assert news(office)["undo"] is None
    with pytest.raises(errors.MovedOn):
        do(office, officers.undo, "1")


def test_whatever_is_offered_to_be_taken_back_can_be(office: Office) -> None:
    presses: list[tuple[Any, dict[str, Any]]] = [
        (officers.call_next, {}),
        (officers.recall, {}),
        (officers.start, {}),
        (officers.hold, {}),
        (officers.resume, {"number": "A001"}),
        (officers.transfer, {"service": "card"}),
        (officers.call_next, {}),
        (officers.no_show, {}),
        (officers.walk_in, {}),
        (officers.finish, {}),
        (officers.open_counter, {}),
        (officers.pause_counter, {}),
        (officers.close_counter, {}),
    ]
    take(office)
    for what, more in presses:
        do(office, what, "1", **more)
        offered = news(office)["undo"]
        try:
            officers.undo(office.hall, office.now(), "anna", "1")
            assert offered, what
        except errors.Refused:
            assert offered is None, what


# -- help, and danger ----------------------------------------------------------------------------------------------


def test_a_call_for_help_is_told_to_the_neighbours_and_who_answers_to_all(office: Office) -> None:
    do(office, officers.open_counter, "2", by="ben")
    do(office, officers.ask_help, "1")
    assert news(office, "1")["help"] == []
    assert news(office, "1")["counter"]["help"]["answered_by"] is None
    (call,) = news(office, "2")["help"]
    assert (call["id"], call["answered"]) == ("1", False)
    do(office, pages.coming, "2", "1", by="ben")
    assert news(office, "1")["counter"]["help"]["answered_by"] == "Ben"
    assert news(office, "1")["counter"]["help"]["answered_from"] == "2"
    (call,) = news(office, "3")["help"]
    assert (call["answered"], call["answered_by_name"]) == (True, "Ben")
    do(office, officers.help_over, "1")
    assert news(office, "2")["help"] == []


def test_the_oldest_call_without_an_answer_is_told_first_at_the_counters_and_at_reception(
    office: Office, clock: FakeClock
) -> None:
    for counter in ("3", "1"):
        do(office, officers.ask_help, counter)
        clock.passes(minutes=1)

    def calling() -> list[str]:
        told = reception.news(office.hall, office.now(), NAMES.get, printing)["help"]
        assert news(office, "2")["help"] == told
        return [one["id"] for one in told]

    assert calling() == ["3", "1"]
    do(office, pages.coming, "2", "3", by="ben")
    assert calling() == ["1", "3"]


def test_an_officers_name_is_asked_of_the_file_once() -> None:
    class People:
        asked = 0

        def people(self) -> list[Any]:
            self.asked += 1
            return []

        devices = staticmethod(list)

    people: Any = People()
    name_of = pages.names(people)
    assert [name_of(None), name_of("gone"), name_of("gone")] == [None, None, None]
    assert people.asked == 1


def printing(_: Ticket) -> str:
    return "printing"


# -- reception -----------------------------------------------------------------------------------------------------


def test_reception_is_told_why_a_service_is_closed_in_every_language(office: Office, clock: FakeClock) -> None:
    def because() -> Any:
        told = reception.news(office.hall, office.now(), NAMES.get, printing)
        json.dumps(told)
        return told["services"][0]["closed_because"]

    take(office)  # and the day is open
    assert because() is None
    clock.shows("2026-11-20T22:00:00+07:00")
    assert set(because()) == {"th", "en"}
    assert "{" not in "".join(because().values())


def test_reception_is_told_what_became_of_each_slip_and_which_was_sent(office: Office) -> None:
    refused, lost, sent = take(office), take(office), take(office)
    do(office, visitors.slip_unknown, lost.id, 1)
    do(office, visitors.slip_sent, sent.id, 1)
    now = office.now()
    told = reception.news(office.hall, now, NAMES.get, lambda one: slip_news.came_of(one, "not_printed", False, now))
    assert [(one["number"], one["state"]) for one in told["unprinted"]] == [
        (refused.number, "not_printed"),
        (lost.number, "unknown"),
    ]
    assert told["sent"] == [sent.number]


def test_a_slip_grows_too_old_by_time_alone(office: Office, clock: FakeClock) -> None:
    take(office)
    assert reception.too_old(office.hall, office.now()) == 0
    clock.passes(minutes=1)
    assert reception.too_old(office.hall, office.now()) == 1


def test_a_slip_is_due_while_its_ticket_waits_and_another_as_long_as_it_may_help(office: Office) -> None:
    def due() -> list[str]:
        return numbers(reception.news(office.hall, office.now(), NAMES.get, printing)["unprinted"])

    ticket = take(office)
    assert due() == ["A001"]
    do(office, officers.call_next, "1")
    assert due() == []
    do(office, visitors.reprint, ticket)
    assert due() == ["A001"]
    do(office, visitors.slip_printed, ticket.id, 2)
    assert due() == []


def test_a_visit_of_these_days_is_found_by_its_number_and_the_last_one_first(tmp_path: Path, clock: FakeClock) -> None:
    with at_work(tmp_path, clock, given=small_plan(left_over="carry")) as office:
        house: Any = SimpleNamespace(office=office, plan=office.hall.plan, outlook=NO_OUTLOOK)

        def found(number: str) -> str:
            identity = reception.identity(house, office.hall, number)
            assert reception.standing(house, office.hall, identity)["number"] == number
            return identity

        def turn(**later: int) -> None:
            clock.passes(**later), office.turn()

        took, now = take(office), office.now()
        paper = dict.fromkeys(("came_at", "called_at", "started_at", "ended_at"), now)
        turn(days=1)
        do(office, visitors.enter_by_hand, "Z001", ["benefit"], **paper)
        assert found("A001") == took.id, "it still waits"
        do(office, officers.call_next, "1"), do(office, officers.finish, "1")
        assert (found("A001"), found("Z001")) == ("20261120-A001", "20261120-Z001")
        turn(days=2)
        do(office, visitors.cancel, take(office))
        assert found("A001") == "20261123-A001"
        turn(days=8)
        with pytest.raises(errors.UnknownTicket):
            found("A001")


def test_a_covered_service_is_told_by_its_name_and_by_what_it_is_shown_as(tmp_path: Path, clock: FakeClock) -> None:
    plan = small_plan()
    services = {**plan.services, "advice": replace(plan.services["advice"], shown_as="benefit")}
    with at_work(tmp_path, clock, given=replace(plan, services=services)) as office:
        take(office, "advice")
        told = reception.news(office.hall, office.now(), NAMES.get, printing)["services"]
        assert [(one["id"], bool(one["under"])) for one in told][:2] == [("benefit", False), ("advice", True)]
        assert news(office, "2")["waiting"][0]["service_name"]["en"] == "Advice"


# -- words ---------------------------------------------------------------------------------------------------------


def refusals() -> list[str]:
    """The words of whatever the wishes of officers and reception may be refused for."""
    found = set[str]()
    for module in (officers, visitors, pages, reception):
        raised = re.findall(r"errors\.([A-Z]\w+)\(", inspect.getsource(module))
        found |= {getattr(errors, name).word for name in raised}
    return sorted(found | {"no-right", "unknown-action"})


@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize("word", refusals())
def test_every_refusal_has_its_sentence(word: str, language: str) -> None:
    for key in (f"title.{word}", f"refusal.{word}"):
        said = texts.languages()[language].get(key, "")
        assert len(said) > 4, f"{key} in {language}"
        if said == "{message}":  # the centre's own words
            continue
        assert bool(re.search("[ก-๙]", said)) == (language == "th"), said


def test_an_action_is_offered_or_refused_by_a_status_of_its_own() -> None:
    for name in vars(errors).values():
        if isinstance(name, type) and issubclass(name, errors.Refused) and name is not errors.Refused:
            assert problems.status_of(name()) in (404, 409, 422, 503)


@pytest.mark.parametrize("language", ["th", "en"])
def test_full_for_today_names_no_number(language: str) -> None:
    """It is said, too, where the quota is an hour's and no hour comes after this one."""
    for key in ("refusal.quota-full", "kiosk.closed.quota-full"):
        assert "{" not in texts.languages()[language][key]


def test_a_priority_is_told_by_the_name_that_the_centre_gave_it(tmp_path: Path, clock: FakeClock) -> None:
    monk = {"monk": Priority("monk", {"th": "พระภิกษุ", "en": "Monk"})}
    with at_work(tmp_path, clock, given=small_plan(priorities=monk)) as office:
        take(office, priority="monk")
        assert news(office)["waiting"][0]["priority_name"]["en"] == "Monk"
