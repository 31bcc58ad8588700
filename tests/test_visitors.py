"""What is wished for a visitor: tickets, quotas, bookings, coming back, slips, reception, emergency slips. Pure."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from queue_core import day, errors, officers, visitors
from queue_core.hall import Booking
from queue_core.plan import Plan
from queue_core.ticket import Ticket, issued
from tests.halls import MORNING, Day, small_plan

NINE = datetime.fromisoformat(MORNING)


def with_services(**changes: dict[str, Any]) -> Plan:
    """The small centre with what is said of a service: `with_services(card={"quota_day": 2})`."""
    services = small_plan().services
    return small_plan(services=services | {name: replace(services[name], **more) for name, more in changes.items()})


# -- the kiosk -----------------------------------------------------------------------------------------------------


def test_numbers_begin_at_001_and_are_shared_by_a_prefix() -> None:
    day = Day()

    numbers = [day.take(service).number for service in ("benefit", "advice", "card", "benefit")]
    assert numbers == ["A001", "A002", "B001", "A003"]


def test_after_999_comes_1000() -> None:
    day = Day()
    day.hall = replace(day.hall, series={"A": 998})

    assert [day.take().number for _ in range(3)] == ["A999", "A1000", "A1001"]


def test_a_ticket_remembers_what_was_asked_for() -> None:
    day = Day()

    mine = day.take("card", priority="elder", language="en", people=3, needs=["escort", "escort"], device="kiosk-1")

    assert (mine.id, mine.state, mine.issued_at) == ("20261120-B001", "waiting", day.clock.now())
    assert (mine.priority, mine.language, mine.people, mine.needs) == ("elder", "en", 3, ("escort",))
    assert (mine.device, mine.day, mine.printed) == ("kiosk-1", "2026-11-20", False)


def test_several_services_are_one_visit_under_the_number_of_the_first() -> None:
    mine = Day().take("card", "advice", "benefit")

    assert (mine.number, mine.service, mine.left) == ("B001", "card", ("advice", "benefit"))
    assert mine.services == ("card", "advice", "benefit")


def test_a_service_that_must_come_after_another_comes_after_it() -> None:
    day = Day(with_services(card={"after": ("advice",)}, advice={"after": ("benefit",)}))

    assert day.take("card", "advice", "benefit").services == ("benefit", "advice", "card")
    assert day.take("card").services == ("card",), "it is not asked for when nobody wants it"


def test_a_tip_off_goes_under_its_neutral_series() -> None:
    day = Day(with_services(card={"shown_as": "advice"}))

    assert (day.take("card").number, day.take("advice").number) == ("A001", "A002")


def test_reception_gives_a_number_without_a_slip() -> None:
    assert Day().take(slip=False).printed


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"services": ["passport"]}, errors.UnknownService),
        ({"services": []}, errors.WrongValue),
        ({"services": ["benefit", "benefit"]}, errors.SameServiceTwice),
        ({"services": ["benefit", "passport"]}, errors.UnknownService),
        ({"services": ["benefit"], "priority": "minister"}, errors.UnknownPriority),
        ({"services": ["benefit"], "language": "lo"}, errors.UnknownLanguage),
        ({"services": ["benefit"], "needs": ["coffee"]}, errors.WrongValue),
    ],
)
def test_a_wrong_wish_for_a_ticket_is_refused(asked: dict[str, Any], refusal: type[errors.Refused]) -> None:
    with pytest.raises(refusal):
        Day().do(visitors.issue, **asked)


# -- may a ticket be had now? --------------------------------------------------------------------------------------


def test_a_closed_hall_gives_no_ticket_and_in_trial_it_is_never_closed() -> None:
    earnest, trial = Day(), Day(trial=True)
    for one in (earnest, trial):
        one.clock.shows("2026-11-20T20:00:00+07:00")

    with pytest.raises(errors.HallClosed):
        earnest.take()
    assert trial.take().number == "A001"


def test_tickets_open_before_the_counters_do() -> None:
    early = Day(tickets_before_minutes=30)
    early.clock.shows("2026-11-20T07:59:59+07:00")
    with pytest.raises(errors.HallClosed):
        early.take()

    early.clock.passes(seconds=1)
    assert early.take().number == "A001"


def test_a_paused_service_says_why_at_the_kiosk_and_nobody_who_waits_is_lost() -> None:
    centre = Day()
    centre.take("card")
    centre.do(day.pause_service, "card", {"th": "ระบบกรมขัดข้อง", "en": "The department's system is down"})

    with pytest.raises(errors.ServicePaused) as refused:
        centre.take("benefit", "card")
    assert refused.value.values["message"] == {"th": "ระบบกรมขัดข้อง", "en": "The department's system is down"}
    assert centre.press() == ["counter-opened", "called"]
    centre.do(day.resume_service, "card")
    assert centre.take("card").number == "B002"


def test_a_quota_of_the_day_counts_every_ticket_that_wants_the_service() -> None:
    centre = Day(with_services(card={"quota_day": 2}))
    centre.take("card")
    centre.do(visitors.cancel, centre.take("benefit", "card"))

    with pytest.raises(errors.QuotaFull):
        centre.take("card")
    assert centre.take("benefit").number == "A002"
    centre.clock.passes(days=3)
    centre.do(day.open_day, centre.hall.plan, False)
    assert centre.take("card").number == "B001"


def test_a_quota_of_the_hour_begins_anew_with_the_hour() -> None:
    day = Day(with_services(card={"quota_hour": 1}))
    day.clock.passes(minutes=59)
    day.take("card")
    with pytest.raises(errors.HourFull) as refused:
        day.take("card")
    assert refused.value.values["next"] == "10:00"

    day.clock.passes(minutes=1)
    assert day.take("card").number == "B002"
    day.clock.passes(hours=2)
    assert day.take("card").number == "B003"


def test_the_next_hour_of_a_full_one_is_one_in_which_tickets_are_given() -> None:
    monday = Day(with_services(card={"quota_hour": 1}))
    monday.clock.shows("2026-11-23T11:05:00+07:00")
    monday.take("card")
    refused = visitors.why_not(monday.hall, "card", monday.clock.now())
    assert isinstance(refused, errors.HourFull) and refused.values["next"] == "13:00", "after lunch"

    monday.clock.shows("2026-11-23T16:05:00+07:00")
    monday.take("card")
    assert isinstance(visitors.why_not(monday.hall, "card", monday.clock.now()), errors.QuotaFull), "closed by five"


def test_what_stops_one_service_stops_no_other() -> None:
    day = Day(with_services(card={"quota_day": 1}))
    day.take("card")

    assert visitors.why_not(day.hall, "advice", day.clock.now()) is None
    assert isinstance(visitors.why_not(day.hall, "card", day.clock.now()), errors.QuotaFull)


def test_the_last_ticket_is_given_while_its_work_can_be_done_by_closing() -> None:
    # Three wait for 15 minutes each at the two counters that give benefits, and one's own takes 15: 37.5 minutes.
    day = Day(last_ticket="by-work")
    for _ in range(3):
        day.take()
    assert work_before(day, "benefit") == timedelta(minutes=22.5)

    day.clock.shows("2026-11-20T15:52:30+07:00")
    assert visitors.why_not(day.hall, "benefit", day.clock.now()) is None
    day.clock.passes(seconds=1)
    refused = visitors.why_not(day.hall, "benefit", day.clock.now())
    assert isinstance(refused, errors.NoTimeLeft) and refused.values["closes"] == "16:30"
    # More hands: only counter 1 is manned, and its three come before a card of 20 minutes.
    day.do(officers.open_counter, "1")
    assert work_before(day, "card") == timedelta(minutes=45)


def work_before(day: Day, service: str) -> timedelta:
    return visitors.work_before(day.hall, service, visitors.work_left(day.hall, day.clock.now()))


def test_all_that_is_wanted_counts_as_work_and_what_was_given_does_not() -> None:
    day = Day(last_ticket="by-work")
    day.take("card"), day.press("3"), day.do(officers.start, "3")
    day.take("advice", "card")
    # Counters 1 and 3 give cards, counter 2 advice; counter 3 alone is manned, and both cards come to it.
    assert work_before(day, "card") == timedelta(minutes=40)
    day.clock.passes(minutes=15)
    assert work_before(day, "card") == timedelta(minutes=25)
    day.do(officers.hold, "3")
    day.clock.passes(minutes=30)
    assert work_before(day, "card") == timedelta(minutes=25), "put aside, it stands still"


def test_a_visit_for_several_services_needs_time_for_all_of_them() -> None:
    day = Day(last_ticket="by-work")
    day.clock.shows("2026-11-20T15:55:00+07:00")  # 35 minutes are left: enough for any one of them
    with pytest.raises(errors.NoTimeLeft):
        day.take("card", "benefit", "advice")
    day.take("card")


def test_by_work_counts_with_the_times_that_the_hall_has_seen() -> None:
    day = Day(last_ticket="by-work")
    for _ in range(60):
        day.take()
        day.serve("1")
        day.clock.passes(minutes=4)
        day.do(officers.finish, "1")
    day.clock.shows("2026-11-20T16:20:00+07:00")
    day.take()  # published are 15 minutes, and ten are left; it takes some four


def test_the_work_begins_when_the_counters_do() -> None:
    day = Day(last_ticket="by-work", tickets_before_minutes=60)
    day.clock.shows("2026-11-20T07:40:00+07:00")
    for _ in range(63):  # when 62 wait, 62 × 15 / 2 + 15 minutes are exactly the eight hours of opening
        day.take()

    with pytest.raises(errors.NoTimeLeft):
        day.take()


def test_an_evacuation_gives_no_ticket_to_anybody() -> None:
    centre = Day()
    centre.do(day.evacuate)
    with pytest.raises(errors.Evacuating):
        centre.take()
    centre.do(day.all_clear)
    assert centre.take().number == "A001"


# -- bookings ------------------------------------------------------------------------------------------------------


def booked(minutes: int, code: str = "K7P2", **more: Any) -> Booking:
    """A visit booked for so many minutes after nine."""
    return Booking(code, ("benefit",), NINE + timedelta(minutes=minutes), **more)


def checked_in(day: Day, booking: Booking, minutes: int) -> Ticket:
    """The ticket of whoever booked and comes so many minutes after nine."""
    day.do(visitors.book, booking)
    day.clock.passes(minutes=minutes)
    (event,) = day.do(visitors.check_in, booking.code, by="kiosk-1", device="kiosk-1")
    return day.hall.tickets[str(event.ticket)]


@pytest.mark.parametrize(
    ("booked_for", "comes", "kept", "counts_from"),
    [
        (90, 59, "early", 90),
        (90, 60, "on-time", 90),
        (90, 90, "on-time", 90),
        (90, 105, "on-time", 90),
        (90, 106, "late", 106),
    ],
)
def test_a_booked_visit_waits_from_its_time_and_too_late_joins_the_ordinary_queue(
    booked_for: int, comes: int, kept: str, counts_from: int
) -> None:
    mine = checked_in(Day(), booked(booked_for), comes)

    assert (mine.booking, mine.since) == (kept, NINE + timedelta(minutes=counts_from))
    assert (mine.booked_at, mine.issued_at) == (NINE + timedelta(minutes=90), NINE + timedelta(minutes=comes))


def test_a_booking_carries_what_was_said_when_booking() -> None:
    day = Day()
    mine = checked_in(day, booked(10, language="en", priority="elder", people=2, needs=("sign",)), 0)

    assert (mine.language, mine.priority, mine.people, mine.needs) == ("en", "elder", 2, ("sign",))
    assert (mine.device, day.hall.bookings["K7P2"].ticket) == ("kiosk-1", mine.id)


def test_who_has_checked_in_does_not_again() -> None:
    day = Day()
    checked_in(day, booked(10), 0)
    for wish in (visitors.check_in, visitors.cancel_booking):
        with pytest.raises(errors.AlreadyCheckedIn) as refused:
            day.do(wish, "K7P2")
        assert refused.value.values["number"] == "A001"


def test_a_code_nobody_knows_checks_in_nowhere() -> None:
    day = Day()
    day.do(visitors.book, booked(10))
    day.do(visitors.cancel_booking, "K7P2")

    with pytest.raises(errors.UnknownBooking):
        day.do(visitors.check_in, "K7P2")
    with pytest.raises(errors.UnknownBooking):
        day.do(visitors.cancel_booking, "K7P2", known=False)


@pytest.mark.parametrize(
    "code", ["abc", "x" * 41, "ก123", "1234567890123", "1-2345-67890-12-3", "a b c d", "-abcd", ""]
)
def test_a_code_tells_nothing_of_a_person(code: str) -> None:
    with pytest.raises(errors.WrongValue):
        Day().do(visitors.book, booked(10, code))


def test_a_code_stands_for_one_booking_whatever_its_day() -> None:
    day = Day()
    day.do(visitors.book, booked(10))
    for taken in (False, True):
        with pytest.raises(errors.CodeTaken):
            day.do(visitors.book, booked(20, "K7P2" if not taken else "OTHER"), taken=taken)


def test_a_booking_for_another_day_is_not_of_this_hall() -> None:
    day = Day()
    (event,) = day.do(visitors.book, booked(72 * 60))

    assert (event.data["day"], dict(day.hall.bookings)) == ("2026-11-23", {})
    with pytest.raises(errors.WrongValue):
        day.do(visitors.book, booked(-24 * 60, "OTHER"))


def test_no_time_is_booked_at_which_the_centre_is_closed() -> None:
    saturday, lunch = 24 * 60, 72 * 60 + 3 * 60 + 30
    for minute in (saturday, lunch):
        with pytest.raises(errors.BookingClosed):
            Day().do(visitors.book, booked(minute))
    Day(trial=True).do(visitors.book, booked(saturday))


def test_who_booked_is_not_turned_away_by_quotas_but_by_a_closed_hall() -> None:
    day = Day(with_services(benefit={"quota_day": 1}), last_ticket="by-work")
    day.take()
    mine = checked_in(day, booked(7 * 60 + 29), 7 * 60 + 29)
    assert mine.number == "A002"

    day.do(visitors.book, booked(7 * 60 + 29, "LATER")), day.clock.passes(minutes=1)
    with pytest.raises(errors.HallClosed):
        day.do(visitors.check_in, "LATER")


# -- the holder ----------------------------------------------------------------------------------------------------


def test_a_ticket_is_given_back_while_waiting_called_held_or_absent() -> None:
    day = Day()
    waiting, called, held, absent = day.take("card"), day.take("advice"), day.take("advice"), day.take("advice")
    day.press("2"), day.do(officers.no_show, "2")
    day.do(officers.call_number, "2", held.number, "unwell"), day.do(officers.hold, "2")
    day.press("2")

    for ticket in (waiting, called, held, absent):
        day.do(visitors.cancel, ticket)
    assert (dict(day.hall.tickets), day.at("2")) == ({}, None)


def test_a_ticket_being_served_is_not_given_back() -> None:
    day = Day()
    mine = day.take()
    day.serve()

    with pytest.raises(errors.CannotCancel):
        day.do(visitors.cancel, mine)


def test_a_ticket_finished_a_moment_ago_is_not_given_back() -> None:
    day = Day()
    seen_waiting = day.take()
    day.press()
    day.do(officers.finish, "1")

    with pytest.raises(errors.CannotCancel):
        day.do(visitors.cancel, seen_waiting)


def away(minutes: float, **changes: Any) -> tuple[Day, Ticket]:
    """One who did not come when called, so many minutes ago."""
    day = Day(**changes)
    mine = day.take()
    day.press(), day.do(officers.no_show, "1")
    day.clock.passes(minutes=minutes)
    return day, day.now(mine)


def test_one_who_did_not_come_comes_back_with_the_age_of_the_visit() -> None:
    day, mine = away(15)
    day.take()
    assert day.did(visitors.come_back, mine) == ["requeued"]

    assert day.now(mine).since == mine.issued_at
    assert day.did(visitors.come_back, mine) == [], "who waits already is back already"
    assert day.called() == ["A001", "A002"]


def test_who_stays_away_too_long_does_not_come_back() -> None:
    day, mine = away(15.01)
    with pytest.raises(errors.AwayTooLong) as refused:
        day.do(visitors.come_back, mine)
    assert refused.value.values == {"number": "A001", "minutes": 15}
    with pytest.raises(errors.AwayTooLong):
        day.do(officers.requeue, "1", "A001")


def test_who_was_not_missed_cannot_come_back() -> None:
    day = Day()
    mine = day.take()
    day.press()
    with pytest.raises(errors.NotAbsent):
        day.do(visitors.come_back, mine)
    day.do(officers.finish, "1")
    with pytest.raises(errors.NotAbsent):
        day.do(visitors.come_back, mine)


@pytest.mark.parametrize("state", ["waiting", "called", "serving", "held", "absent", "cancelled", "expired"])
def test_only_who_was_served_rates(state: str) -> None:
    day = Day()
    visit = replace(day.take(), state=state)

    with pytest.raises(errors.NotServedYet):
        day.do(visitors.rate, visit, False, {"overall": 5}, "")


def test_a_visit_is_rated_once_and_not_while_it_goes_on() -> None:
    day = Day()
    visit = replace(day.take(), state="finished")
    with pytest.raises(errors.NotServedYet):
        day.do(visitors.rate, visit, False, {"overall": 5}, "")

    day.press(), day.do(officers.finish, "1")
    assert day.did(visitors.rate, visit, False, {"overall": 5}, "") == ["rated"]
    with pytest.raises(errors.AlreadyRated):
        day.do(visitors.rate, visit, True, {"overall": 5}, "")


@pytest.mark.parametrize(("seconds", "flagged"), [(0, True), (5, True), (5.001, False), (900, False)])
def test_a_rating_within_five_seconds_of_the_finish_is_flagged_and_taken(seconds: float, flagged: bool) -> None:
    day = Day()
    day.take()
    visit = day.serve()
    day.do(officers.finish, "1")
    visit = replace(visit, state="finished", ended_at=day.clock.now())
    day.clock.passes(seconds=seconds)

    (rated,) = day.do(visitors.rate, visit, False, {"overall": 5}, "", by="pad-1")
    assert (rated.by, rated.data) == ("pad-1", {"overall": 5} | ({"hasty": True} if flagged else {}))


# -- the slip ------------------------------------------------------------------------------------------------------


def test_a_slip_is_printed_once_however_often_the_agent_says_so() -> None:
    day = Day()
    mine = day.take()
    assert len(day.do(visitors.slip_printed, mine.id, 1)) == 1

    assert day.do(visitors.slip_printed, mine.id, 1) == ()
    assert day.do(visitors.slip_unknown, mine.id, 1) == ()
    assert day.do(visitors.slip_printed, "20261120-A099", 1) == ()


def test_a_slip_nobody_is_sure_of_comes_again_as_a_copy() -> None:
    day = Day()
    mine = day.take()
    day.do(visitors.slip_unknown, mine.id, 1)

    assert day.do(visitors.slip_unknown, mine.id, 1) == ()
    assert day.now(mine).copy == 2
    assert day.did(visitors.slip_printed, mine.id, 1) == ["slip-printed"], "it had come out after all"


def test_an_earlier_slip_that_comes_out_late_is_not_the_copy_that_was_asked_for() -> None:
    day = Day()
    mine = day.take()
    day.do(visitors.reprint, mine, "reception")

    assert day.do(visitors.slip_printed, mine.id, 1) == ()
    assert day.did(visitors.slip_printed, mine.id, 2) == ["slip-printed"]


def test_a_slip_that_was_sent_is_never_printed_again_by_itself() -> None:
    day = Day()
    mine = day.take()
    (sent,) = day.do(visitors.slip_sent, mine.id, 1, "agent/paper")

    assert (sent.kind, sent.data) == ("slip-sent", {"copy": 1, "printer": "agent/paper"})
    assert day.do(visitors.slip_sent, mine.id, 1) == ()
    assert not day.now(mine).slip_due


def test_whoever_says_that_the_slip_came_is_asked_no_more() -> None:
    day = Day()
    mine = day.take()
    assert day.do(visitors.slip_received, mine.id) == (), "none is in question"
    day.do(visitors.slip_sent, mine.id, 1)

    assert day.did(visitors.slip_received, mine.id) == ["slip-received"]
    assert day.now(mine).printed
    assert day.do(visitors.slip_missed, mine.id, "kiosk-1") == ()


def test_whoever_says_that_it_did_not_come_gets_a_copy_and_the_staff_know() -> None:
    day = Day()
    mine = day.take()
    day.do(visitors.slip_sent, mine.id, 1)

    assert day.did(visitors.slip_missed, mine.id, "kiosk-1") == ["slip-missed", "kiosk-called"]
    assert (day.now(mine).copy, day.now(mine).slip_due) == (2, True)
    assert day.hall.kiosk_calls["kiosk-1"].why == "slip"
    assert day.do(visitors.slip_missed, mine.id, "kiosk-1") == (), "said twice"
    assert day.do(visitors.slip_sent, mine.id, 1) == (), "an earlier copy is not the one that is due"


@pytest.mark.parametrize(("maybe_out", "copy"), [(False, 1), (True, 2)])
def test_a_slip_asked_for_at_reception_is_marked_only_if_one_may_be_out(maybe_out: bool, copy: int) -> None:
    day = Day()
    mine = day.take()

    assert day.did(visitors.ask_slip, mine, maybe_out) == ["slip-asked"]
    assert day.now(mine).copy == copy
    day.do(visitors.slip_printed, mine.id, copy)
    assert day.did(visitors.ask_slip, mine, False) == ["reprinted"], "one is out: the next is a copy"


@pytest.mark.parametrize("over", [False, True])
def test_a_ticket_that_is_over_or_served_gets_no_slip(over: bool) -> None:
    day = Day()
    mine = day.take()
    day.serve()
    if over:
        day.do(officers.finish, "1")
    with pytest.raises(errors.CannotMove):
        day.do(visitors.reprint, mine)


# -- reception -----------------------------------------------------------------------------------------------------


def test_reception_puts_a_ticket_right_and_it_keeps_its_age() -> None:
    day = Day()
    mine = day.take("benefit", "card")
    day.clock.passes(minutes=9)

    changes = {"service": "advice", "priority": "elder", "needs": ["wheelchair"], "people": 2, "language": "en"}
    day.do(visitors.move, mine, changes)

    now = day.now(mine)
    assert (now.number, now.service, now.left, now.services) == ("A001", "advice", ("card",), ("advice", "card"))
    assert (now.priority, now.needs, now.people, now.language) == ("elder", ("wheelchair",), 2, "en")
    assert (now.since, now.place, now.front) == (mine.since, mine.place, False)
    assert day.do(visitors.move, mine, changes) == (), "it stands so already"


def test_a_priority_given_by_mistake_is_taken_away() -> None:
    day = Day()
    mine = day.take(priority="elder")
    day.do(visitors.move, mine, {"priority": None})

    assert day.now(mine).priority is None


def test_a_service_already_done_stays_in_the_visit_that_is_moved() -> None:
    day = Day()
    mine = day.take("benefit", "card")
    day.serve(), day.do(officers.finish, "1")
    day.do(visitors.move, mine, {"service": "advice"})

    assert (day.now(mine).services, day.now(mine).left) == (("benefit", "advice"), ())


def test_moved_to_another_service_one_is_no_longer_meant_for_one_counter() -> None:
    day = Day()
    day.do(officers.open_counter, "3", by="officer3")
    mine = day.take("card")
    day.press("1"), day.do(officers.transfer, "1", to_counter="3")
    day.do(visitors.move, mine, {"service": "advice"})

    assert [ticket.number for ticket in day.hall.waiting_for("2")] == ["B001"]
    assert day.hall.waiting_for("3") == []


def test_the_front_needs_a_listed_reason_and_says_so_in_the_call() -> None:
    day = Day()
    day.take(), day.take()
    mine = day.take()
    for reason in (None, "", "a friend of mine"):
        with pytest.raises(errors.UnknownReason):
            day.do(visitors.move, mine, {}, "front", reason)
    (event,) = day.do(visitors.move, mine, {}, "front", "unwell")
    assert event.data["reason"] == "unwell"

    called = day.do(officers.call_next, "1")[-1]
    assert (day.at(), called.data["reason"]["front"], called.data["reason"]["passed_over"]) == ("A003", True, 2)


def test_moved_to_the_end_one_waits_behind_all_who_wait() -> None:
    day = Day()
    mine = day.take()
    day.take(), day.take()
    day.clock.passes(milliseconds=1)
    day.do(visitors.move, mine, {}, "end")

    assert day.called() == ["A002", "A003", "A001"]


def test_the_age_of_the_visit_takes_back_front_and_end() -> None:
    day = Day()
    mine = day.take()
    day.clock.passes(minutes=1), day.take()
    day.do(visitors.move, mine, {}, "end"), day.do(visitors.move, mine, {}, "front", "unwell")
    day.do(visitors.move, mine, {}, "by-visit")

    assert (day.now(mine).since, day.now(mine).front) == (mine.since, False)


@pytest.mark.parametrize(
    ("changes", "position", "refusal"),
    [
        ({"service": "passport"}, None, errors.UnknownService),
        ({"priority": "minister"}, None, errors.UnknownPriority),
        ({"language": "lo"}, None, errors.UnknownLanguage),
        ({"needs": ["coffee"]}, None, errors.WrongValue),
        ({}, "middle", errors.WrongValue),
    ],
)
def test_a_wrong_move_is_refused(changes: dict[str, Any], position: str | None, refusal: type[errors.Refused]) -> None:
    day = Day()
    with pytest.raises(refusal):
        day.do(visitors.move, day.take(), changes, position)


def test_who_is_at_a_counter_or_gone_is_not_moved_by_reception() -> None:
    day = Day()
    mine = day.take()
    day.press()
    for _ in range(2):
        with pytest.raises(errors.CannotMove):
            day.do(visitors.move, mine, {"people": 2})
        if day.at():
            day.do(officers.finish, "1")


def test_a_language_that_the_centre_has_given_up_hinders_no_move() -> None:
    centre = Day(languages=("th", "en", "my"))
    mine = centre.take(language="my")
    centre.do(day.change_plan, small_plan())

    assert centre.did(visitors.move, mine, {"people": 2}) == ["moved"]


# -- emergency slips -----------------------------------------------------------------------------------------------


def at(minutes: float) -> datetime:
    return NINE + timedelta(minutes=minutes)


def test_an_emergency_slip_of_one_who_still_waits_takes_its_place_by_age() -> None:
    day = Day()
    day.clock.passes(minutes=20), day.take()
    day.do(visitors.enter_by_hand, "Z007", ["benefit", "card"], at(5))

    mine = day.hall.tickets["20261120-Z007"]
    assert (mine.by_hand, mine.printed, mine.left, mine.since) == (True, True, ("card",), at(5))
    assert day.called() == ["Z007", "A001"]


def test_an_emergency_slip_of_one_who_was_served_is_over_with_its_times() -> None:
    day = Day()
    day.clock.passes(minutes=60)
    events = day.do(visitors.enter_by_hand, "Z001", ["benefit"], at(1), at(5), at(6), at(20), "2", "forwarded")

    assert [(event.kind, event.counter) for event in events] == [("entered", None), ("finished-by-hand", "2")]
    assert events[1].data["started_at"] == at(6).isoformat()
    assert dict(day.hall.tickets) == {}
    with pytest.raises(errors.NumberTaken):
        day.do(visitors.enter_by_hand, "Z001", ["benefit"], at(1))


def test_an_emergency_slip_may_be_entered_the_day_after_but_only_when_over() -> None:
    centre = Day()
    centre.do(visitors.enter_by_hand, "Z001", ["benefit"], at(0), ended_at=at(0))
    centre.clock.passes(days=1)
    centre.do(day.open_day, small_plan(), True)

    with pytest.raises(errors.NumberTaken):
        centre.do(visitors.enter_by_hand, "Z001", ["benefit"], at(1), ended_at=at(9))
    with pytest.raises(errors.NotThisDay):
        centre.do(visitors.enter_by_hand, "Z002", ["benefit"], at(1))
    with pytest.raises(errors.NotThisDay):
        centre.do(visitors.enter_by_hand, "Z002", ["benefit"], at(-24 * 60), ended_at=at(9))
    centre.do(visitors.enter_by_hand, "Z002", ["benefit"], at(1), ended_at=at(9))
    centre.do(visitors.enter_by_hand, "Z001", ["benefit"], at(24 * 60 - 1))
    assert list(centre.hall.tickets) == ["20261121-Z001"]


@pytest.mark.parametrize("number", ["A001", "Z1", "Z01", "Z000", "Z0001", "Z00001", "z001", "Z๐๐๑", ""])
def test_a_number_not_of_the_emergency_block_is_refused(number: str) -> None:
    day = Day()
    day.clock.passes(minutes=1)
    with pytest.raises(errors.NotAnEmergencyNumber):
        day.do(visitors.enter_by_hand, number, ["benefit"], at(0))


def test_times_by_hand_that_cannot_be_are_refused() -> None:
    day = Day()
    day.clock.passes(minutes=30)
    for times in ({"called_at": at(-1)}, {"called_at": at(9), "started_at": at(8)}, {"ended_at": at(31)}):
        with pytest.raises(errors.TimesOutOfOrder):
            day.do(visitors.enter_by_hand, "Z001", ["benefit"], at(0), **times)
    with pytest.raises(errors.UnknownCounter):
        day.do(visitors.enter_by_hand, "Z001", ["benefit"], at(0), counter="9")


def test_times_on_paper_that_nobody_believes_are_uncertain_and_every_service_is_a_leg() -> None:
    day = Day()
    day.clock.passes(hours=5)
    _, over = day.do(visitors.enter_by_hand, "Z001", ["advice", "card"], at(0), at(5), at(5), at(290), "1")
    assert over.data["uncertain"] == "too-long"

    paper = Ticket.from_record(issued(day.do(visitors.enter_by_hand, "Z002", ["card"], at(0))[0]).record())
    assert [leg.service for leg in paper.after(over).all_legs()] == ["card", "card"]
    assert [leg.waited for leg in paper.after(over).all_legs()] == [False, True]


def test_emergency_slips_take_nothing_from_the_numbers_of_the_kiosk() -> None:
    day = Day()
    day.clock.passes(minutes=1)
    day.do(visitors.enter_by_hand, "Z999", ["benefit"], at(0))

    assert day.take().number == "A001"
    assert "Z" not in day.hall.series
