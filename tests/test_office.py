"""The one writer, on a real log: keys, days, many at once, commits that fail, a process that is killed."""

import logging
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from queue_core import day, errors, hall, officers, visitors
from queue_core.hall import Hall
from queue_core.log import Key
from queue_core.office import Clock, Office
from queue_core.ticket import Event
from tests.halls import (
    FakeClock,
    at_work,
    complaints,
    press,
    rate,
    recorded,
    small_plan,
    take,
    wish,
    with_counters,
)

ROOT = Path(__file__).parent.parent
PATIENCE = 20


def a_benefit(**more: Any) -> hall.Wish:
    return wish(visitors.issue, ["benefit"], **more)


def broken(present: Hall, now: datetime) -> hall.Events:
    raise ZeroDivisionError("a fault of the program")


class Commits:
    """How COMMIT is run, as run.py passes it in: counted, held back while a test piles up wishes, made to fail."""

    def __init__(self) -> None:
        self.count = 0
        self.how: Callable[[Callable[[], None]], None] = lambda commit: commit()
        self.reached, self.released = threading.Event(), threading.Event()
        self.released.set()

    def __call__(self, commit: Callable[[], None]) -> None:
        self.count += 1
        self.reached.set()
        assert self.released.wait(PATIENCE)
        self.how(commit)

    @contextmanager
    def held(self, office: Office, wishes: list[hall.Wish], keys: Key | None = None) -> Iterator[list[Future[Any]]]:
        """One wish is at its commit, and `wishes` all wait behind it; at the end of the block they are let through."""
        self.reached.clear(), self.released.clear()
        with ThreadPoolExecutor(len(wishes) + 1) as people:
            try:
                first = people.submit(office.do, a_benefit())
                assert self.reached.wait(PATIENCE)
                behind = [people.submit(office.do, asked, keys) for asked in wishes]
                until(lambda: len(office._waiting) == len(wishes))
                yield [first, *behind]
            finally:
                self.released.set()


def until(so: Callable[[], bool]) -> None:
    """Wait until it is so. The pause only lets the other threads in; nothing depends on its length."""
    pause = threading.Event()
    for _ in range(PATIENCE * 1000):
        if so():
            return
        pause.wait(0.001)
    raise AssertionError("it never became so")


def fails(commit: Callable[[], None]) -> None:
    raise OSError("no space left")


def reaches_the_disk_and_fails(commit: Callable[[], None]) -> None:
    commit()
    raise OSError("the disk answered too late")


# -- keys ----------------------------------------------------------------------------------------------------------


def test_a_double_tap_gives_one_ticket(tmp_path: Path) -> None:
    key = Key("kiosk-1", "tap", "benefit")
    with at_work(tmp_path) as office:
        first, second = office.do(a_benefit(), key), office.do(a_benefit(), key)

        assert (first.ticket, first.repeated) == ("20261120-A001", False)
        assert (second.ticket, second.repeated, second.events) == ("20261120-A001", True, ())
        assert recorded(office) == ["day-opened", "issued"]


def test_two_taps_in_the_same_commit_give_one_ticket(tmp_path: Path) -> None:
    commits, key = Commits(), Key("kiosk-1", "tap", "benefit")
    with at_work(tmp_path, commit=commits) as office:
        with commits.held(office, [a_benefit()] * 5, key) as asked:
            pass

        assert {future.result().ticket for future in asked[1:]} == {"20261120-A002"}
        assert recorded(office).count("issued") == 2


def test_the_same_key_for_something_else_is_refused(tmp_path: Path) -> None:
    with at_work(tmp_path) as office:
        office.do(a_benefit(), Key("kiosk-1", "tap", "benefit"))

        with pytest.raises(errors.KeyReused):
            office.do(wish(visitors.issue, ["card"]), Key("kiosk-1", "tap", "card"))
        assert recorded(office) == ["day-opened", "issued"]


def test_a_key_lives_through_a_restart(tmp_path: Path) -> None:
    key = Key("kiosk-1", "tap", "benefit")
    with at_work(tmp_path) as office:
        office.do(a_benefit(), key)

    with at_work(tmp_path) as office:
        again = office.do(a_benefit(), key)
        assert (again.ticket, again.repeated) == ("20261120-A001", True)
        assert again.hall.tickets["20261120-A001"].state == "waiting"


def test_a_key_belongs_to_its_caller_and_its_day(tmp_path: Path) -> None:
    clock = FakeClock()
    with at_work(tmp_path, clock, trial=True) as office:
        mine, yours = Key("kiosk-1", "tap", "x"), Key("kiosk-2", "tap", "x")
        given = [office.do(a_benefit(), key).ticket for key in (mine, yours)]
        clock.passes(days=1)
        given.append(office.do(a_benefit(), mine).ticket)

    assert given == ["20261120-A001", "20261120-A002", "20261121-A001"]


def test_a_refused_wish_leaves_its_key_free(tmp_path: Path) -> None:
    key = Key("officer1", "press", "1")
    with at_work(tmp_path) as office:
        with pytest.raises(errors.NobodyCalled):
            office.do(wish(officers.recall, "1"), key)
        take(office), press(office)

        assert office.do(wish(officers.recall, "1"), key).repeated is False


def test_a_press_with_nobody_waiting_is_remembered_too(tmp_path: Path) -> None:
    key = Key("officer1", "press", "1")
    with at_work(tmp_path) as office:
        office.do(wish(officers.call_next, "1"), key)
        take(office)

        again = office.do(wish(officers.call_next, "1"), key)

        assert (again.repeated, again.ticket) == (True, None)
        assert office.hall.waiting()[0].number == "A001"


# -- the service day -----------------------------------------------------------------------------------------------


def test_the_day_turns_at_four_in_bangkok(tmp_path: Path) -> None:
    clock = FakeClock("2026-11-20T03:59:59.999+07:00")
    with at_work(tmp_path, clock, trial=True) as office:
        assert take(office).id == "20261119-A001"
        clock.passes(seconds=0.001)
        assert take(office).id == "20261120-A001"
        assert recorded(office) == ["day-opened", "issued", "expired", "day-opened", "issued"]
        assert complaints(office) == []


def test_midnight_here_and_at_utc_turns_nothing(tmp_path: Path) -> None:
    clock = FakeClock("2026-11-20T23:59:59+07:00")
    with at_work(tmp_path, clock, trial=True) as office:
        numbers = [take(office).id]
        for now in ("2026-11-21T00:00:01+07:00", "2026-11-20T20:59:59+00:00"):
            clock.shows(now)
            numbers.append(take(office).id)
    with at_work(tmp_path, FakeClock("2026-11-20T23:59:59+00:00"), trial=True) as office:
        numbers.append(take(office).id)
        office.clock.shows("2026-11-21T00:00:01+00:00")  # type: ignore[attr-defined]
        numbers.append(take(office).id)

    assert numbers == ["20261120-A001", "20261120-A002", "20261120-A003", "20261121-A001", "20261121-A002"]


def test_a_clock_that_went_back_goes_on_with_the_day(tmp_path: Path) -> None:
    clock = FakeClock()
    with at_work(tmp_path, clock, trial=True) as office:
        take(office)
        clock.passes(days=-2)

        assert take(office).id == "20261120-A002"


def test_the_day_turns_without_a_wish(tmp_path: Path) -> None:
    clock, heard = FakeClock(), list[hall.Events]()
    with at_work(tmp_path, clock) as office:
        take(office)
        office.listen(lambda present, events: heard.append(events))
        clock.passes(days=3)
        office.turn(), office.turn()

        assert [[event.kind for event in events] for events in heard] == [["expired", "day-opened"]]
        assert office.hall.day == "2026-11-23"


def test_a_restart_goes_on_with_the_hall_as_it_was(tmp_path: Path) -> None:
    clock = FakeClock()
    with at_work(tmp_path, clock) as office:
        take(office), take(office, "card"), press(office, "3")
        office.do(wish(officers.finish, "3"))
        before = office.hall
    clock.passes(minutes=5)

    with at_work(tmp_path, clock) as office:
        assert office.hall == before
        assert take(office).number == "A002"


def test_a_restart_with_visitors_at_counters_asks_each_what_became_of_them(tmp_path: Path) -> None:
    clock = FakeClock()
    with at_work(tmp_path, clock) as office:
        take(office), take(office), press(office, "1")
    with at_work(tmp_path, clock) as office:
        assert recorded(office)[-1] == "interrupted"
        assert [counter.asked for counter in office.hall.counters.values()] == [True, False, False]
        office.do(wish(officers.finish, "1"))
        assert complaints(office) == []
    with at_work(tmp_path, clock) as office:
        assert recorded(office)[-1] == "finished"


def test_a_press_may_be_taken_back_after_a_restart(tmp_path: Path) -> None:
    clock = FakeClock()
    with at_work(tmp_path, clock) as office:
        mine = take(office)
        press(office), office.do(wish(officers.finish, "1"))
    with at_work(tmp_path, clock) as office:
        office.do(wish(officers.undo, "1"))
        assert (office.hall.tickets[mine.id].state, office.log.visit(mine.id)) == ("called", None)
        assert complaints(office) == []
        office.do(wish(officers.finish, "1"))
        assert complaints(office) == []


def test_who_stayed_away_is_given_up_by_the_timer(tmp_path: Path) -> None:
    clock = FakeClock()
    with at_work(tmp_path, clock) as office:
        take(office), press(office), office.do(wish(officers.no_show, "1"))
        clock.passes(minutes=15)
        office.turn()
        assert recorded(office)[-1] == "did-not-come"
        clock.passes(milliseconds=1)
        office.turn(), office.turn()

        assert recorded(office).count("no-show") == 1
        assert (dict(office.hall.tickets), complaints(office)) == ({}, [])


def test_who_was_away_over_a_night_that_is_carried_over_counts_on_the_day_of_issue(tmp_path: Path) -> None:
    clock = FakeClock()
    with at_work(tmp_path, clock, given=small_plan(left_over="carry")) as office:
        mine = take(office)
        press(office), office.do(wish(officers.no_show, "1"))
        clock.passes(days=3)
        office.turn()

        assert recorded(office)[-2:] == ["day-opened", "no-show"]
        visit = office.log.visit(mine.id)
        assert visit and (visit.day, visit.ticket.day) == ("2026-11-20", "2026-11-20")
        assert complaints(office) == []


def test_a_day_begins_with_what_is_booked_for_it(tmp_path: Path) -> None:
    clock = FakeClock()
    monday = datetime.fromisoformat("2026-11-23T10:00:00+07:00")
    with at_work(tmp_path, clock) as office:
        booked = {"LATER": monday.replace(hour=11), "SOON": monday, "GONE": monday, "TODAY": clock.now()}
        for code, at in booked.items():
            office.do(wish(visitors.book, hall.Booking(code, ("benefit",), at)))
        office.do(wish(visitors.cancel_booking, "GONE"))
        assert list(office.hall.bookings) == ["TODAY"]
        clock.passes(days=3)
        office.turn()

        assert list(office.hall.bookings) == ["SOON", "LATER"]
        office.do(wish(visitors.check_in, "SOON"))
        live = office.hall
        assert office.log.hall(small_plan()) == live
        assert complaints(office) == []


def test_a_rating_and_an_undo_in_one_commit_agree_who_was_first(tmp_path: Path) -> None:
    for undo_first in (True, False):
        commits, folder = Commits(), tmp_path / str(undo_first)
        folder.mkdir()
        with at_work(folder, commit=commits) as office:
            mine = take(office)
            press(office), office.do(wish(officers.finish, "1"))

            def rates(present: Hall, now: datetime, mine: str = mine.id, office: Office = office) -> hall.Events:
                visit = office.log.visit(mine)
                if visit is None:
                    raise errors.NotServedYet(number="A001")
                return visitors.rate(present, now, "holder", visit.ticket, visit.rated, {"overall": 4}, "")

            undo = wish(officers.undo, "1")
            with commits.held(office, [undo, rates] if undo_first else [rates, undo]) as (_, first, second):
                pass

            refusal = errors.NotServedYet if undo_first else errors.NothingToUndo
            assert (first.exception(), type(second.exception())) == (None, refusal)
            assert complaints(office) == []


def test_a_centre_whose_text_changed_becomes_an_event_and_no_other_does(tmp_path: Path) -> None:
    set_by_hand, new_text = small_plan(head_start_minutes=5), small_plan(head_start_minutes=7, source="another text")
    with at_work(tmp_path) as office:
        office.do(wish(day.change_plan, set_by_hand))
    with at_work(tmp_path) as office:
        assert office.hall.plan == set_by_hand
    with at_work(tmp_path, given=new_text) as office:
        assert office.hall.plan == new_text
        assert recorded(office) == ["day-opened", "plan-changed", "plan-changed"]


# -- the clock in doubt --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("passes", "trial", "doubt"),
    [
        ({"milliseconds": -1}, False, "before"),
        ({"milliseconds": -1}, True, "before"),
        ({"days": 1}, False, None),
        ({"days": 1, "milliseconds": 1}, False, "after"),
        ({"days": 400}, True, None),
        ({}, False, None),
    ],
)
def test_a_clock_that_contradicts_the_log_asks_first(
    tmp_path: Path, passes: dict[str, int], trial: bool, doubt: str | None
) -> None:
    clock = FakeClock()
    with at_work(tmp_path, clock, trial=trial):
        pass
    clock.passes(**passes)

    with at_work(tmp_path, clock, trial=trial) as office:
        assert office.doubt == doubt


def test_nothing_is_written_until_a_manager_confirms_the_clock(tmp_path: Path) -> None:
    clock = FakeClock()
    with at_work(tmp_path, clock) as office:
        take(office)
    clock.passes(days=3)

    with at_work(tmp_path, clock, given=small_plan(source="another text")) as office:
        with pytest.raises(errors.ClockInDoubt):
            take(office)
        office.turn()
        assert (recorded(office), office.healthy()) == (["day-opened", "issued"], False)

        office.confirm_clock("manager"), office.confirm_clock("manager")

        assert (take(office).id, office.healthy()) == ("20261123-A001", True)
        kinds = ["expired", "day-opened", "clock-confirmed", "plan-changed", "issued"]
        assert recorded(office)[2:] == kinds
        assert complaints(office) == []


def test_a_clock_that_was_years_ahead_and_is_put_right_opens_the_true_day(tmp_path: Path) -> None:
    clock = FakeClock("2031-06-02T09:00:00+07:00")
    with at_work(tmp_path, clock) as office:
        assert take(office).id == "20310602-A001"
    clock.shows("2026-11-19T09:00:00+07:00")

    with at_work(tmp_path, clock) as office:
        assert office.doubt == "before"
        office.confirm_clock("manager")
        assert (office.hall.day, take(office).id) == ("2026-11-19", "20261119-A001")
        clock.passes(days=1)
        assert take(office).id == "20261120-A001"
        assert complaints(office) == []


def test_a_day_that_a_wrong_clock_has_opened_before_goes_on_behind_the_numbers_it_gave(tmp_path: Path) -> None:
    clock = FakeClock("2026-12-25T09:00:00+07:00")
    with at_work(tmp_path, clock) as office:
        take(office), take(office)
        entered = wish(visitors.enter_by_hand, "Z001", ["benefit"], clock.now(), ended_at=clock.now())
        office.do(entered)
    clock.shows("2026-11-23T09:00:00+07:00")
    with at_work(tmp_path, clock) as office:
        office.confirm_clock("manager")
        assert take(office).number == "A001"
    clock.shows("2026-12-25T09:00:00+07:00")

    with at_work(tmp_path, clock) as office:
        office.confirm_clock("manager")
        assert (take(office).number, take(office).number) == ("A003", "A004")
        with pytest.raises(errors.NumberTaken):
            office.do(entered)
        assert complaints(office) == []


def test_a_clock_gone_back_to_a_day_that_was_held_does_not_reopen_it(tmp_path: Path) -> None:
    clock = FakeClock("2026-11-19T09:00:00+07:00")
    with at_work(tmp_path, clock) as office:
        take(office)
        clock.passes(days=1)
        take(office)
    clock.passes(days=-1)

    with at_work(tmp_path, clock) as office:
        office.confirm_clock("manager")
        assert (office.hall.day, take(office).id) == ("2026-11-20", "20261120-A002")
        assert complaints(office) == []


def test_a_confirmation_that_was_not_written_leaves_the_doubt(tmp_path: Path) -> None:
    clock, commits = FakeClock(), Commits()
    with at_work(tmp_path, clock):
        pass
    clock.passes(days=3)
    commits.how = fails

    with at_work(tmp_path, clock, commit=commits) as office:
        with pytest.raises(errors.NotWritten):
            office.confirm_clock("manager")
        assert office.doubt == "after"


def test_the_real_clock_is_aware_and_only_grows() -> None:
    clock = Clock()
    first, second = clock.now(), clock.now()

    assert first <= second and first.utcoffset() is not None


# -- many at once --------------------------------------------------------------------------------------------------


def test_eight_issuers_give_four_hundred_numbers_without_gap_or_double(tmp_path: Path) -> None:
    with at_work(tmp_path) as office, ThreadPoolExecutor(8) as kiosks:
        numbers = list(kiosks.map(lambda _: take(office).number, range(400)))

        assert sorted(numbers) == [f"A{n:03d}" for n in range(1, 401)]
        assert complaints(office) == []


def test_eight_officers_call_each_of_four_hundred_once(tmp_path: Path) -> None:
    plan = replace(with_counters(8), requeues=0)
    with at_work(tmp_path, given=plan) as office, ThreadPoolExecutor(8) as people:
        for _ in range(400):
            take(office)
        together = threading.Barrier(8)

        def work(counter: int) -> list[str]:
            together.wait(PATIENCE)
            called = iter(lambda: press(office, str(counter), "no-show"), None)
            return [number for number in called if number]

        called = [number for numbers in people.map(work, range(1, 9)) for number in numbers]

        assert sorted(called) == [f"A{n:03d}" for n in range(1, 401)]
        assert (dict(office.hall.tickets), complaints(office)) == ({}, [])


def test_all_who_wait_go_into_one_commit(tmp_path: Path) -> None:
    commits, heard = Commits(), list[int]()
    with at_work(tmp_path, commit=commits) as office:
        office.listen(lambda present, events: heard.append(len(events)))
        before = commits.count
        with commits.held(office, [a_benefit()] * 20) as asked:
            assert office.hall.seq == 1

        numbers = {str(future.result().ticket) for future in asked}
        assert numbers == {f"20261120-A{n:03d}" for n in range(1, 22)}
        assert (commits.count - before, sorted(heard)) == (2, [1, 20])


def test_each_is_told_the_hall_just_after_its_own_wish(tmp_path: Path) -> None:
    commits = Commits()
    with at_work(tmp_path, commit=commits) as office:
        with commits.held(office, [a_benefit()] * 5) as asked:
            pass

        for future in asked:
            done = future.result()
            assert done.hall.seq == 1 + int(str(done.ticket)[-3:])


def test_a_wish_with_a_fault_harms_only_itself(tmp_path: Path) -> None:
    commits, unstorable = Commits(), Event("issued", FakeClock().now(), "x", "t", data={"number": object()})
    wishes = [a_benefit(), broken, lambda present, now: (unstorable,), wish(officers.recall, "9"), a_benefit()]
    with at_work(tmp_path, commit=commits) as office:
        with commits.held(office, wishes) as asked:
            pass

        first, second, *faulty, third = asked
        assert len({future.result().ticket for future in (first, second, third)}) == 3
        faults = [type(future.exception()) for future in faulty]
        assert faults == [ZeroDivisionError, errors.NotWritten, errors.UnknownCounter]
        assert (recorded(office), complaints(office)) == (["day-opened", *["issued"] * 3], [])


def test_a_wish_is_done_wholly_or_not_at_all(tmp_path: Path) -> None:
    commits, key, heard = Commits(), Key("kiosk-1", "tap", "benefit"), list[str]()

    def doubled(present: Hall, now: datetime) -> hall.Events:
        return visitors.issue(present, now, "x", ["card"]) * 2

    with at_work(tmp_path, commit=commits) as office:
        office.listen(lambda present, events: heard.extend(str(event.ticket) for event in events))
        with commits.held(office, [doubled, a_benefit()], key) as (_, refused, done):
            pass

        assert isinstance(refused.exception(), errors.NotWritten)
        assert (done.result().ticket, done.result().repeated) == ("20261120-A002", False)
        assert (heard, office.hall.seq) == (["20261120-A001", "20261120-A002"], 3)
        assert complaints(office) == []


def test_a_transaction_that_was_lost_midway_refuses_all_who_waited(tmp_path: Path) -> None:
    commits = Commits()

    def loses_it(present: Hall, now: datetime) -> hall.Events:
        office.log.rollback()
        raise OSError("the disk is full, and the database gave everything back")

    with at_work(tmp_path, commit=commits) as office:
        with commits.held(office, [a_benefit(), loses_it, a_benefit()]) as asked:
            pass

        assert asked[0].result().ticket == "20261120-A001"
        assert {type(future.exception()) for future in asked[1:]} == {errors.NotWritten}
        assert (take(office).number, complaints(office)) == ("A002", [])


def test_a_listener_that_fails_harms_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    heard = list[int]()

    def deaf(present: Hall, events: hall.Events) -> None:
        raise ZeroDivisionError

    with at_work(tmp_path) as office:
        office.listen(deaf)
        office.listen(lambda present, events: heard.append(present.seq))
        assert [take(office).number, take(office).number] == ["A001", "A002"]

    assert heard == [2, 3]
    assert [record.message for record in caplog.records] == ["a listener failed"] * 2


def test_a_listener_may_wish_something_itself(tmp_path: Path) -> None:
    def agent(present: Hall, events: hall.Events) -> None:
        for event in events:
            if event.kind == "issued":
                office.do(wish(visitors.slip_printed, event.ticket, 1))

    with at_work(tmp_path) as office:
        office.listen(agent)
        take(office)

        assert office.hall.tickets["20261120-A001"].printed


def test_a_wish_that_changes_nothing_tells_nobody(tmp_path: Path) -> None:
    heard = list[int]()
    with at_work(tmp_path) as office:
        office.listen(lambda present, events: heard.append(present.seq))
        office.do(wish(officers.close_counter, "1")), office.turn()

    assert heard == []


# -- commits that fail ---------------------------------------------------------------------------------------------


def test_a_commit_that_fails_refuses_all_and_shows_nobody_anything(tmp_path: Path) -> None:
    commits, heard = Commits(), list[hall.Events]()
    with at_work(tmp_path, commit=commits) as office:
        before = office.hall
        office.listen(lambda present, events: heard.append(events))
        commits.how = fails
        with commits.held(office, [a_benefit(), wish(officers.open_counter, "1"), wish(officers.recall, "9")]) as asked:
            pass

        assert {type(future.exception()) for future in asked} == {errors.NotWritten}
        assert (office.hall, heard, recorded(office)) == (before, [], ["day-opened"])

        commits.how = lambda commit: commit()
        assert take(office).number == "A001"
        assert (len(heard), complaints(office)) == (1, [])


def test_the_key_of_a_wish_that_was_not_written_is_free(tmp_path: Path) -> None:
    commits, key = Commits(), Key("kiosk-1", "tap", "benefit")
    with at_work(tmp_path, commit=commits) as office:
        commits.how = fails
        with pytest.raises(errors.NotWritten):
            office.do(a_benefit(), key)
        commits.how = lambda commit: commit()

        assert office.do(a_benefit(), key).repeated is False


def test_a_commit_that_fails_after_it_reached_the_disk_counts(tmp_path: Path) -> None:
    commits, heard, key = Commits(), list[int](), Key("kiosk-1", "tap", "benefit")
    with at_work(tmp_path, commit=commits) as office:
        office.listen(lambda present, events: heard.append(present.seq))
        commits.how = reaches_the_disk_and_fails
        with pytest.raises(errors.NotWritten):
            office.do(a_benefit(), key)
        commits.how = lambda commit: commit()

        # Whoever asks again with the same key gets that ticket, and the screens were told of it.
        assert (office.hall, heard) == (office.log.hall(small_plan()), [2])
        assert (office.do(a_benefit(), key).ticket, take(office).number) == ("20261120-A001", "A002")
        assert complaints(office) == []


def test_the_house_is_healthy_when_a_ticket_could_be_written(tmp_path: Path) -> None:
    commits = Commits()
    with at_work(tmp_path, commit=commits) as office:
        seq = office.hall.seq
        assert office.healthy()
        commits.how = fails
        assert not office.healthy()
        with pytest.raises(errors.NotWritten):
            take(office)
        commits.how = lambda commit: commit()

        assert (office.healthy(), office.hall.seq, take(office).number) == (True, seq, "A001")


def test_a_log_that_cannot_be_read_back_is_not_healthy_until_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits = Commits()

    def away() -> int:
        raise OSError("the disk is away")

    with at_work(tmp_path, commit=commits) as office:
        commits.how = fails
        with monkeypatch.context() as disk:
            disk.setattr(office.log, "rollback", away)
            with pytest.raises(errors.NotWritten):
                take(office)
            commits.how = lambda commit: commit()
            # The transaction that failed is still open: a write inside it would prove nothing.
            assert not office.healthy()
            with pytest.raises(errors.NotWritten):
                take(office)

        assert office.healthy()
        assert (recorded(office), take(office).number) == (["day-opened"], "A001")
        assert complaints(office) == []


def test_a_visit_is_rated_once_even_within_one_commit(tmp_path: Path) -> None:
    commits = Commits()
    with at_work(tmp_path, commit=commits) as office:
        mine = take(office)
        press(office), office.do(wish(officers.finish, "1"))

        def rates(present: Hall, now: datetime) -> hall.Events:
            visit = office.log.visit(mine.id)
            assert visit
            return visitors.rate(present, now, "holder", visit.ticket, visit.rated, {"overall": 4}, "")

        with commits.held(office, [rates, rates]) as (_, first, second):
            pass

        refused = [type(error) for error in (first.exception(), second.exception()) if error]
        assert refused == [errors.AlreadyRated]
        with pytest.raises(errors.AlreadyRated):
            rate(office, mine.id, {"overall": 1})
        assert complaints(office) == []


# -- a process that is killed --------------------------------------------------------------------------------------

ISSUES_FOR_EVER = """
import sys
from pathlib import Path
from tests import halls
office = halls.office(Path(sys.argv[1]), synchronous="full")
while True:
    print(halls.take(office).id, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")
def test_kill_9_in_the_middle_of_issuing_loses_no_acknowledged_ticket(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ISSUES_FOR_EVER, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as issuer:
        assert issuer.stdout
        given = [issuer.stdout.readline().strip() for _ in range(40)]
        issuer.send_signal(signal.SIGKILL)
        given += [line.strip() for line in issuer.stdout if line.endswith("\n")]

    with at_work(tmp_path) as office:
        there = list(office.hall.tickets)
        assert there[: len(given)] == given
        assert len(there) - len(given) <= 1
        assert take(office).number == f"A{len(there) + 1:03d}"
        assert complaints(office) == []


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    """What the office logs is caught, and shown only when a test fails."""
    caplog.set_level(logging.ERROR)
