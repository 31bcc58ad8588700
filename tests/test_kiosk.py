"""What the kiosk offers, why it does not, and what a holder is told: pure, and asked of real servers.

Not here: bookings (test_bookings.py), the board (test_board.py), and what a ticket looks like (test_http.py).
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from hall_server import slip_words, tell
from hall_server.texts import say
from kiosk import kiosk
from queue_core import day, officers, visitors
from queue_core.centre_file import read
from queue_core.hall import Booking
from queue_core.plan import Holiday, Plan
from queue_core.waits import NO_OUTLOOK
from run import read_centre
from tests.full_centre import FULL
from tests.halls import Day, small_plan
from tests.serving import Caller, Hall, new_hall
from tests.serving import centre as centre_toml

CLOSED = {"th": "งดรับคำขอวันนี้", "en": "Not taken today"}
TIP = {"th": "แจ้งเบาะแสลับ", "en": "A tip-off"}


def covered() -> Plan:
    """The small centre with a tip-off that goes as advice, and only reception gives."""
    plan = small_plan()
    tip = replace(plan.services["advice"], id="tip", name=TIP, prefix="V", shown_as="advice", at_kiosk=False)
    second = plan.counters["2"]
    counters = plan.counters | {"2": replace(second, services=(*second.services, "tip"))}
    return replace(plan, services=plan.services | {"tip": tip}, counters=counters)


def offered(floor: Day, service: str = "benefit") -> Any:
    """The service's card on the kiosk."""
    told = kiosk.news(floor.hall, floor.clock.now())["services"]
    return next(one for one in told if one["id"] == service)


def held(floor: Day, ticket: str) -> Any:
    """A live ticket as its holder sees it."""
    return tell.held_ticket(floor.hall, floor.hall.tickets[ticket], floor.clock.now())


def slip(floor: Day, ticket: str) -> Any:
    """What the slip says that is due now."""
    house: Any = SimpleNamespace(public_url=None, outlook=NO_OUTLOOK)
    stands = floor.hall.tickets[ticket]
    return slip_words.slip(house, floor.hall, stands, stands.copy, floor.clock.now())


# -- why a service is closed ---------------------------------------------------------------------------------------


def with_quota(**quota: int) -> Plan:
    plan = small_plan()
    return replace(plan, services=plan.services | {"benefit": replace(plan.services["benefit"], **quota)})


def holiday(hours: tuple[tuple[int, int], ...] = ()) -> Plan:
    name = {"th": "วันหยุดพิเศษ", "en": "A special day"}
    return small_plan(holidays={"2026-11-20": Holiday("2026-11-20", name, hours)})


@pytest.mark.parametrize(
    ("plan", "clock", "thai", "english"),
    [
        (small_plan(), "17:00", "วันนี้เปิด 08:30–16:30", "Today's hours: 08:30–16:30"),
        (small_plan(tickets_before_minutes=30), "07:59", "เริ่มออกบัตร 08:00", "Tickets are given from 08:00"),
        (holiday(), "09:00", "วันหยุดพิเศษ", "Closed today: A special day"),
        (holiday(((600, 660),)), "11:00", "วันหยุดพิเศษ) เปิดเฉพาะ 10:00–11:00", "(A special day): 10:00–11:00"),
    ],
)
def test_a_closed_hall_says_its_hours_on_every_card(plan: Plan, clock: str, thai: str, english: str) -> None:
    floor = Day(plan)
    floor.clock.shows(f"2026-11-20T{clock}:00+07:00")
    why = offered(floor)["closed_because"]
    assert thai in why["th"] and english in why["en"]
    assert "{" not in why["th"] + why["en"]
    news = kiosk.news(floor.hall, floor.clock.now())
    assert (news["open"], news["closed_because"]) == (False, why)


def test_tickets_are_given_before_the_doors_open() -> None:
    floor = Day(small_plan(tickets_before_minutes=30))
    floor.clock.shows("2026-11-20T08:00:00+07:00")
    assert offered(floor)["closed_because"] is None


def test_a_paused_service_says_why_in_the_centres_own_words() -> None:
    floor = Day()
    floor.do(day.pause_service, "benefit", CLOSED)
    assert (offered(floor)["open"], offered(floor)["closed_because"]) == (False, CLOSED)
    assert offered(floor, "advice")["open"]


@pytest.mark.parametrize(
    ("quota", "at", "thai"),
    [
        ({"quota_day": 1}, "09:00", "วันนี้คิวเต็มแล้ว"),
        ({"quota_hour": 1}, "09:00", "ตั้งแต่ 10:00 น."),
        # No hour comes after the last; and its quota is no day's, and so not named.
        ({"quota_hour": 1}, "16:05", "วันนี้คิวเต็มแล้ว"),
    ],
)
def test_a_full_service_says_whether_for_today_or_until_when(quota: dict[str, int], at: str, thai: str) -> None:
    floor = Day(with_quota(**quota))
    floor.clock.shows(f"2026-11-20T{at}:00+07:00")
    assert offered(floor)["open"]
    floor.take("benefit")
    assert thai in offered(floor)["closed_because"]["th"]
    assert offered(floor, "advice")["open"]


def test_work_that_fills_the_day_closes_the_service_before_the_hour_does() -> None:
    floor = Day(small_plan(last_ticket="by-work"))
    floor.clock.shows("2026-11-20T16:20:00+07:00")
    assert "16:30" in offered(floor)["closed_because"]["th"]
    assert kiosk.news(floor.hall, floor.clock.now())["open"]


def test_nobody_takes_a_ticket_while_all_are_to_leave() -> None:
    floor = Day()
    assert kiosk.news(floor.hall, floor.clock.now())["evacuation"] is None
    floor.do(day.evacuate)
    news = kiosk.news(floor.hall, floor.clock.now())
    assert news["evacuation"] == "2026-11-20T09:00:00.000+07:00"
    assert not any(service["open"] for service in news["services"])


@pytest.mark.parametrize("word", ["evacuating", "quota-full", "hour-full", "no-time-left"])
def test_every_refusal_of_a_ticket_has_its_short_words(word: str) -> None:
    for language in ("th", "en"):
        assert say(language, f"kiosk.closed.{word}") != f"kiosk.closed.{word}"


# -- what is offered -----------------------------------------------------------------------------------------------


def matters(floor: Day) -> dict[str, list[str]]:
    return {matter["id"]: matter["services"] for matter in kiosk.news(floor.hall, floor.clock.now())["matters"]}


def test_what_people_come_with_goes_by_the_kind_of_work_where_the_centre_says_nothing() -> None:
    assert matters(Day()) == {"information": ["advice"], "complete": ["card"], "forward": ["benefit"]}


def test_what_people_come_with_goes_as_the_centre_says_and_leaves_no_service_out() -> None:
    """What only reception gives stands under no matter here, as it stands under no agency."""
    assert matters(Day(read(FULL))) == {"work": ["card", "advice"], "other": ["benefit"]}


def test_what_only_reception_gives_is_not_on_the_kiosk() -> None:
    floor = Day(covered())
    at_kiosk = [service["id"] for service in kiosk.news(floor.hall, floor.clock.now())["services"]]
    assert at_kiosk == ["benefit", "advice", "card"]
    assert [service["id"] for service in kiosk.offers(floor.hall, floor.clock.now())] == [*at_kiosk, "tip"]


def test_an_agency_without_a_service_at_the_kiosk_is_not_named_there() -> None:
    plan = small_plan()
    card = replace(plan.services["card"], at_kiosk=False)
    floor = Day(replace(plan, services=plan.services | {"card": card}))
    assert [one["id"] for one in kiosk.news(floor.hall, floor.clock.now())["agencies"]] == ["sso"]


def test_a_booking_is_asked_for_only_where_somebody_is_booked() -> None:
    floor = Day()
    assert not kiosk.news(floor.hall, floor.clock.now())["bookings"]
    floor.do(visitors.book, Booking("AB12", ("card",), floor.clock.now()))
    assert kiosk.news(floor.hall, floor.clock.now())["bookings"]


# -- what a holder is told -----------------------------------------------------------------------------------------


def test_a_covered_service_is_told_to_officers_alone() -> None:
    floor = Day(covered())
    ticket = floor.take("tip", "card")
    floor.do(officers.call_number, "2", ticket.number, "unwell")
    told = {
        "holder": held(floor, ticket.id),
        "slip": slip(floor, ticket.id),
        "kiosk": kiosk.news(floor.hall, floor.clock.now()),
    }
    for who, said in told.items():
        text = json.dumps(said, ensure_ascii=False)
        assert not any(word in text for word in ('"tip"', *TIP.values())), who
    assert ticket.number.startswith("A")
    assert held(floor, ticket.id)["services"] == ["advice", "card"]
    true = tell.ticket(floor.hall, floor.hall.tickets[ticket.id], floor.clock.now())
    assert (true["service"], true["service_name"]) == ("tip", TIP)


def test_who_waits_with_a_tip_off_is_counted_where_it_is_shown() -> None:
    floor = Day(covered())
    floor.take("tip")
    floor.take("advice")
    assert offered(floor, "advice")["waiting"] == 2
    assert kiosk.offers(floor.hall, floor.clock.now())[-1]["waiting"] == 2


def test_a_cover_that_is_gone_leaves_no_name_at_all() -> None:
    floor = Day(covered())
    ticket = floor.take("tip")
    plan = floor.hall.plan
    services = {name: service for name, service in plan.services.items() if name != "advice"}
    floor.do(day.change_plan, replace(plan, services=services))
    told = held(floor, ticket.id)
    assert (told["service"], told["service_name"]["th"]) == ("", "–")
    assert slip(floor, ticket.id)["service"] == "–"


def steps(told: Any) -> list[tuple[str, str]]:
    return [(leg["service"], leg["state"]) for leg in told["legs"]]


def test_the_steps_of_a_visit_follow_it() -> None:
    floor = Day()
    ticket = floor.take("card", "benefit")
    assert steps(held(floor, ticket.id)) == [("card", "now"), ("benefit", "to-come")]
    floor.serve("1")
    floor.do(officers.finish, "1")
    told = held(floor, ticket.id)
    assert steps(told) == [("card", "done"), ("benefit", "now")]
    assert (told["state"], told["service"], told["left"]) == ("waiting", "benefit", [])


def test_a_tip_off_and_its_cover_are_one_step_to_the_holder() -> None:
    floor = Day(covered())
    ticket = floor.take("tip", "card", "advice")
    told = held(floor, ticket.id)
    assert (steps(told), told["left"]) == ([("advice", "now"), ("card", "to-come")], ["card"])
    true = tell.ticket(floor.hall, floor.hall.tickets[ticket.id], floor.clock.now())
    assert [service for service, _ in steps(true)] == ["tip", "card", "advice"]
    assert true["left"] == ["card", "advice"]
    floor.serve("2")
    floor.do(officers.finish, "2")
    # Advice is to be given still: it is not told as done.
    assert steps(held(floor, ticket.id)) == [("card", "now"), ("advice", "to-come")]


def test_a_service_one_was_sent_on_from_was_not_given() -> None:
    floor = Day()
    ticket = floor.take("card")
    floor.serve("1")
    floor.do(officers.transfer, "1", service="benefit")
    assert steps(held(floor, ticket.id)) == [("benefit", "now")]


def test_one_who_did_not_come_is_told_until_when_to_come_back() -> None:
    floor = Day()
    ticket = floor.take()
    floor.press("1")
    assert held(floor, ticket.id)["absent_until"] is None
    floor.do(officers.no_show, "1")
    told = held(floor, ticket.id)
    assert (told["state"], told["ahead"], told["absent_until"]) == ("absent", 0, "2026-11-20T09:15:00.000+07:00")
    floor.clock.passes(minutes=16)
    assert held(floor, ticket.id)["absent_until"] is None


def test_one_who_was_put_aside_is_told_since_when() -> None:
    floor = Day()
    ticket = floor.take()
    floor.serve("1")
    floor.clock.passes(minutes=2)
    floor.do(officers.hold, "1")
    assert (held(floor, ticket.id)["held_at"], held(floor, ticket.id)["counter"]) == (
        "2026-11-20T09:02:00.000+07:00",
        "1",
    )
    floor.do(officers.resume, "1", ticket.number)
    assert held(floor, ticket.id)["held_at"] is None


# -- the slip ------------------------------------------------------------------------------------------------------


def test_a_slip_says_how_many_services_come_after_the_first() -> None:
    floor = Day()
    assert slip(floor, floor.take("card").id)["service"] == "ต่ออายุใบอนุญาตทำงาน"
    several = slip(floor, floor.take("card", "benefit", "advice", language="en").id)
    assert several["service"] == "Work permit renewal and\u00a02\u00a0more"
    with_cover = Day(covered())
    both = slip(with_cover, with_cover.take("advice", "tip").id)
    assert both["service"] == "ให้คำปรึกษา", "as of one who wants advice alone"


@pytest.mark.parametrize(("minutes", "kept"), [(90, True), (0, True), (-20, False)])
def test_a_slip_says_the_booked_time_of_whoever_kept_it(minutes: float, kept: bool) -> None:
    floor = Day()
    floor.clock.passes(minutes=minutes)
    floor.do(visitors.book, Booking("AB12", ("card",), floor.clock.now()))
    booked = floor.clock.now()
    floor.clock.passes(minutes=-minutes)
    (event,) = floor.do(visitors.check_in, "AB12")
    said = slip(floor, str(event.ticket))["booked"]
    assert said == (f"นัดไว้เวลา {floor.hall.plan.local(booked):%H:%M} น." if kept else None)


def test_a_slip_of_practice_says_so() -> None:
    floor = Day()
    ticket = floor.take()
    assert slip(floor, ticket.id)["trial_mark"] is None
    floor.hall = replace(floor.hall, practice=True)
    assert "ฝึกหัด" in slip(floor, ticket.id)["trial_mark"]


def test_a_second_slip_says_where_the_visit_stands_now() -> None:
    floor = Day()
    first, second = floor.take(), floor.take()
    assert "1 คน" in slip(floor, second.id)["ahead"]
    floor.press("1")
    floor.do(visitors.reprint, second)
    assert slip(floor, second.id)["ahead"] == "ท่านเป็นคิวถัดไป"
    floor.do(visitors.reprint, first)
    again = slip(floor, first.id)
    assert (again["ahead"], again["copy_mark"]) == ("ถึงคิวของท่านแล้ว", "พิมพ์ซ้ำ ครั้งที่ 2\nReprint, copy 2")


@pytest.mark.parametrize(
    ("language", "lines"), [("th", ["th", "en"]), ("en", ["th", "en"]), ("my", ["my", "th", "en"])]
)
def test_a_copy_is_marked_in_thai_and_english_and_first_in_its_own_language(language: str, lines: list[str]) -> None:
    floor = Day(small_plan(languages=("th", "en", "my")))
    ticket = floor.take(language=language)
    floor.do(visitors.reprint, ticket)
    assert slip(floor, ticket.id)["copy_mark"].split("\n") == [say(one, "slip.copy", n=2) for one in lines]


def test_on_a_slip_no_unit_stands_alone_below_its_number() -> None:
    floor = Day()
    several = floor.take("benefit", "card", "advice")
    assert slip(floor, several.id)["service"].endswith(" และอีก\u00a02\u00a0งาน")


# -- asked of real servers -----------------------------------------------------------------------------------------

RECEPTION = """
[[service]]
id = "tip"
agency = "sso"
name = { th = "แจ้งเบาะแสลับ", en = "A tip-off" }
kind = "complaint"
prefix = "V"
shown_as = "advice"
at_kiosk = false
standard_service_minutes = 10
target_wait_minutes = 30

[[counter]]
id = "tips"
name = { th = "ห้องเล็ก", en = "The small room" }
services = ["tip"]
"""


@pytest.fixture(scope="module")
def floor(mode: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """A hall in earnest with a tip-off that only reception gives; advice comes after the work permit."""
    text = centre_toml().replace('id = "advice"\nagency', 'id = "advice"\nafter = ["card"]\nagency')
    with new_hall(tmp_path_factory.mktemp("floor") / "data", mode, text + RECEPTION) as opened:
        yield opened


def taken(caller: Caller, *services: str) -> Any:
    return caller.take(services[0], services=list(services))


def test_one_number_for_several_services_in_their_turn(floor: Hall) -> None:
    told = taken(floor.kiosk, "advice", "benefit", "card")
    assert told["number"].startswith("A") and told["services"] == ["benefit", "card", "advice"]
    assert steps(told) == [("benefit", "now"), ("card", "to-come"), ("advice", "to-come")]
    with Caller(floor.url) as holder:
        assert steps(holder.ticket(told["token"])) == steps(told)
    floor.kiosk.give_back()


def test_a_service_chosen_twice_gives_no_ticket(floor: Hall) -> None:
    before = floor.seq()
    answer = floor.kiosk.tap(services=["card", "card"])
    assert (answer.status_code, answer.json()["type"]) == (422, "same-service-twice")
    assert floor.seq() == before


def test_a_kiosk_puts_five_services_on_a_ticket_and_no_more() -> None:
    plan = small_plan()
    many = [f"card{n}" for n in range(kiosk.MOST_SERVICES + 1)]
    more = {name: replace(plan.services["card"], id=name) for name in many}
    floor = Day(replace(plan, services=plan.services | more))
    with pytest.raises(kiosk.TooManyServices):
        floor.do(kiosk._at_kiosk, services=many, by="kiosk-1")
    assert not floor.hall.tickets
    assert len(floor.do(kiosk._at_kiosk, services=many[:-1], by="kiosk-1")) == 1
    assert len(floor.do(visitors.issue, many)) == 1


def test_a_ticket_for_too_much_is_refused_in_a_sentence(floor: Hall) -> None:
    before = floor.seq()
    answer = floor.kiosk.tap(services=["card", "benefit", "advice"] * 2)
    assert (answer.status_code, answer.json()["type"]) == (422, "too-many-services")
    assert "5" in answer.json()["detail"] and answer.json()["title"] != "title.too-many-services"
    assert floor.seq() == before


def test_a_visit_of_two_services_keeps_its_number_to_the_end(floor: Hall) -> None:
    ticket = taken(floor.kiosk, "card", "benefit")
    with Caller(floor.url) as holder:
        for service in ("card", "benefit"):
            assert holder.ticket(ticket["token"])["service"] == service
            assert floor.officer.serve("1")["number"] == ticket["number"]
        told = holder.ticket(ticket["token"])
    assert (told["state"], steps(told)) == ("finished", [("card", "done"), ("benefit", "done")])


def test_the_kiosk_does_not_give_what_only_reception_gives(floor: Hall) -> None:
    before = floor.seq()
    answer = floor.kiosk.tap("tip")
    assert (answer.status_code, answer.json()["type"]) == (404, "unknown-service")
    assert floor.seq() == before
    seen = [service["id"] for service in floor.kiosk.get("/api/v1/services").json()]
    assert "tip" not in seen
    told = {service["id"]: service["at_kiosk"] for service in floor.officer.get("/api/v1/services").json()}
    assert (told["tip"], told["advice"]) == (False, True)


def test_a_tip_off_is_shown_to_its_holder_as_advice(floor: Hall) -> None:
    ticket = floor.officer.take("tip")
    assert (ticket["service"], ticket["services"], ticket["number"][0]) == ("advice", ["advice"], "A")
    with floor.board() as board:
        waiting = board.until(lambda news: True)["waiting"]
    assert {one["service"]: one["count"] for one in waiting} == {"benefit": 0, "advice": 1, "card": 0}
    called = floor.officer.press("tips", "next")["ticket"]
    assert (called["number"], called["service"]) == (ticket["number"], "tip")
    with Caller(floor.url) as holder:
        assert holder.ticket(ticket["token"])["service_name"]["en"] == "Advice"
    floor.officer.press("tips", "start")
    floor.officer.press("tips", "finish")


def test_one_who_missed_the_call_comes_back_by_phone(floor: Hall) -> None:
    ticket = floor.kiosk.take("card")
    back = f"/api/v1/tickets/{ticket['token']}/return"
    with Caller(floor.url) as holder:
        # Who waits is there already: nothing happens, and nothing is refused.
        before = floor.seq()
        assert holder.post(back, json={}).json()["state"] == "waiting"
        assert floor.seq() == before
        floor.officer.press("1", "next")
        assert holder.post(back, json={}).json()["type"] == "not-absent"
        floor.officer.press("1", "no-show")
        assert holder.ticket(ticket["token"])["absent_until"]
        headers = {"Idempotency-Key": "back-again"}
        told = [holder.post(back, json={}, headers=headers) for _ in range(2)]
        assert [answer.status_code for answer in told] == [200, 200]
        assert told[0].json() == told[1].json() and told[0].json()["state"] == "waiting"
        floor.officer.press("1", "next")
        floor.officer.press("1", "no-show")
        # The centre lets one come back once: now the visit is over.
        assert holder.post(back, json={}).status_code == 409
        assert holder.ticket(ticket["token"])["state"] == "absent"
        forged = ticket["token"][:-3] + ("AAA" if ticket["token"][-3:] != "AAA" else "BBB")
        assert holder.post(f"/api/v1/tickets/{forged}/return", json={}).json()["type"] == "unknown-ticket"


def test_a_slip_asked_for_again_is_given_wherever_the_visitor_is(floor: Hall) -> None:
    with floor.agent() as agent:
        ticket = floor.kiosk.take("card")
        job = agent.job(ticket["number"])
        agent.say("printed", {"job": job["job"], "printer": "paper"})
        floor.officer.press("1", "next")
        assert floor.officer.post(f"/api/v1/tickets/{ticket['number']}/reprint", json={}).status_code == 200
        again = agent.job(ticket["number"], 2)
        assert (again["slip"]["copy"], again["slip"]["ahead"]) == (2, "ถึงคิวของท่านแล้ว")
        agent.say("printed", {"job": again["job"], "printer": "paper"})
        floor.officer.press("1", "start")
        floor.officer.press("1", "finish")


def test_a_slip_is_not_given_for_one_who_was_called_before_it_came_out(floor: Hall) -> None:
    ticket = floor.kiosk.take("card")
    floor.officer.press("1", "next")
    other = floor.kiosk.take("card")
    with floor.agent() as agent:
        agent.job(other["number"])
        assert agent.jobs() == [other["number"]]
    assert ticket["number"] != other["number"]
    floor.officer.press("1", "start")
    floor.officer.press("1", "finish")
    floor.kiosk.give_back()


def test_the_first_page_has_the_way_out_ready_and_hidden(floor: Hall) -> None:
    for path in ("/kiosk/", "/board/"):
        key = floor.keys["kiosk" if path == "/kiosk/" else "board"]
        with Caller(floor.url, key) as screen:
            assert 'id="evacuation" role="alert" aria-live="assertive" hidden' in screen.get(path).text


def test_the_sample_centre_is_offered_whole() -> None:
    floor = Day(read_centre(None), trial=True)
    news = kiosk.news(floor.hall, floor.clock.now())
    assert all(service["open"] for service in news["services"])
    assert {service["agency"] for service in news["services"]} == {agency["id"] for agency in news["agencies"]}


def test_what_all_kiosks_show_alike_is_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    floor, worked, real = Day(), list[datetime](), kiosk.offers

    def counted(hall: Any, now: datetime, outlook: Any) -> Any:
        worked.append(now)
        return real(hall, now, outlook)

    monkeypatch.setattr(kiosk, "offers", counted)
    shared, now = kiosk.Shared(), floor.clock.now()
    told = [shared.at(floor.hall, now, NO_OUTLOOK) for _ in range(20)]
    assert len(worked) == 1 and told[0] == told[-1]
    assert told[0][0]["services"][0]["waiting"] == 0
    floor.take("benefit")
    assert shared.at(floor.hall, now, NO_OUTLOOK)[0]["services"][0]["waiting"] == 1
    shared.at(floor.hall, now + timedelta(minutes=1), NO_OUTLOOK)
    assert len(worked) == 3
