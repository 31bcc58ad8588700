"""Random days played through a real office: the log alone gives the same hall again, and the record is whole.

The replay starts from a log opened anew by its file, never from the live hall: that would pass without replaying.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from queue_core import day, errors, kiosks, officers, plan, rules, visitors
from queue_core.hall import Booking, Hall
from queue_core.log import Log
from queue_core.office import Office
from queue_core.plan import Plan
from queue_core.ticket import CLOSES, Ticket
from tests.halls import FakeClock, complaints, office, rate, recorded, small_plan, wish

SERVICES = ("benefit", "advice", "card")
STATES = {"waiting", "called", "serving", "held", "absent"}
REASONS = ("unwell", "because", "child")
KIOSKS = ("kiosk-1", "kiosk-2")
PRINTERS = ("d-agent/paper", "d-agent/other")
# A plan that never was: all that a replay has must come from the log.
NO_PLAN = Plan("none", {}, "UTC", "00:00", (), "first-come", 0, {}, {}, {}, {}, {})
# Priority visitors and late bookings by turns, at a counter that calls by a profile.
PROFILE = plan.Profile(
    "turns",
    {},
    (
        plan.Line("c", (plan.Condition("waits", "foreign", 5),), (plan.Share(1, "foreign"),), "target-ratio"),
        plan.Line("r", (plan.Condition("always"),), (plan.Share(2, "first"), plan.Share(1, "others"))),
    ),
    "due-then-ratio",
)
SEGMENTS = {
    "foreign": plan.Segment("foreign", {}, languages=("en",), needs=("interpreter",)),
    "first": plan.Segment("first", {}, priorities=("any",)),
}


def everything(**changes: Any) -> Plan:
    """The small centre with whatever a plan may hold: a profile at a counter, quotas, an order of services."""
    small = small_plan()
    services = {
        "advice": replace(small.services["advice"], quota_hour=9),
        "card": replace(small.services["card"], after=("benefit",), shown_as="advice"),
    }
    counters = {"2": replace(small.counters["2"], profile="turns", walk_in="advice")}
    return replace(
        small,
        services=small.services | services,
        counters=small.counters | counters,
        segments=SEGMENTS,
        profiles={"turns": PROFILE},
        **changes,
    )


def pick(things: Sequence[Any], n: int) -> Any:
    return things[n % len(things)]


class RandomDays:
    """A centre where anything happens: each moment is a method told two numbers, of which it makes what it needs."""

    def __init__(self) -> None:
        self.folder = TemporaryDirectory()
        self.clock = FakeClock()
        self.office = self.opened()
        self.refused = Counter[str]()

    def __enter__(self) -> "RandomDays":
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.office.log.close()
        self.folder.cleanup()

    def opened(self) -> Office:
        return office(Path(self.folder.name), self.clock, given=everything(), trial=True)

    @property
    def hall(self) -> Hall:
        return self.office.hall

    def do(self, what: Any, *asked: Any, **more: Any) -> None:
        """A wish may be refused; then nothing has changed, unless the day turned with it."""
        before = self.hall
        try:
            done = self.office.do(wish(what, *asked, **more))
        except errors.Refused as refusal:
            self.refused[refusal.word] += 1
            assert not isinstance(refusal, errors.NotWritten)
            assert self.hall is before or self.hall.day != before.day
        else:
            called = [event for event in done.events if event.kind == "called"]
            self.nobody_is_overtaken_beyond_the_head_start(done.hall, called)
            self.nobody_is_overtaken_beyond_the_targets(done.hall, called)

    def some(self, who: int, *states: str) -> Ticket | None:
        """Somebody in one of these states; in any where there is none, so that refusals are met too."""
        live = list(self.hall.tickets.values())
        there = [ticket for ticket in live if ticket.state in states] or live
        return pick(there, who) if there else None

    # -- visitors ------------------------------------------------------------------------------------------------

    def comes(self, who: int, how: int) -> None:
        needs = [need for index, need in enumerate(plan.NEEDS) if how >> index & 1]
        priority, language = pick((None, "elder", None), how), pick(("th", "en"), how)
        wanted = [pick(SERVICES, who), pick(SERVICES, who + 1)][: 1 + how % 3 // 2]
        self.do(visitors.issue, wanted, priority, language, how % 3 + 1, needs, "kiosk-1", how != 7)

    def gives_back(self, who: int, how: int) -> None:
        if ticket := self.some(who, *pick((("waiting",), ("called",), ("held",), ("absent",)), how)):
            self.do(visitors.cancel, ticket)

    def comes_back(self, who: int, how: int) -> None:
        if ticket := self.some(who, "absent"):
            back = ((visitors.come_back, ticket), (officers.requeue, pick("123", who), ticket.number))
            self.do(*pick(back, how))

    def rates(self, who: int, how: int) -> None:
        with self.office.log.reader() as conn:
            closed = [
                row[0] for row in conn.execute("select ticket from visits order by state = 'finished' desc, ticket")
            ]
        try:
            for ticket in closed[who : who + 1]:
                rate(self.office, ticket, {"overall": how % 5 + 1}, pick(("", "ดีมาก"), how))
        except (errors.NotServedYet, errors.AlreadyRated):
            pass

    def slip(self, who: int, how: int) -> None:
        if ticket := self.some(who):
            self.do(pick((visitors.slip_printed, visitors.slip_unknown), how), ticket.id, how % 3 + 1)
            told = pick((visitors.slip_printed, visitors.slip_sent), who)
            self.do(told, ticket.id, how % 3 + 1, pick(PRINTERS, how))

    def sent_slip(self, who: int, how: int) -> None:
        if ticket := self.some(who):
            self.do(visitors.slip_sent, ticket.id, ticket.copy)
            missed = (visitors.slip_missed, ticket.id, pick(KIOSKS, how))
            self.do(*pick((missed, (visitors.slip_received, ticket.id)), how))
            self.do(visitors.ask_slip, ticket, bool(how % 2), pick(("kiosk-1", None), how))

    def booking(self, who: int, how: int) -> None:
        code = f"CODE{who}"
        at = self.clock.now() + timedelta(minutes=how * 5 - 30, days=how // 14)
        booking = Booking(code, (pick(SERVICES, how),), at, priority=pick((None, "elder"), who))
        known = self.office.log.booked(code)
        self.do(visitors.book, booking, known is not None)
        if how % 3 == 1:
            self.do(visitors.cancel_booking, code, known is not None and known.state == "booked")

    def checks_in(self, who: int, how: int) -> None:
        self.do(visitors.check_in, pick(list(self.hall.bookings) or ["NONE"], who), device="kiosk-1")

    # -- reception -----------------------------------------------------------------------------------------------

    def reception_moves(self, who: int, how: int) -> None:
        if ticket := self.some(who, "waiting", "held", "absent"):
            changes = ({"service": pick(SERVICES, who)}, {"priority": None}, {"needs": ["interpreter"]}, {})
            position = pick((None, "by-visit", "front", "end"), who)
            self.do(visitors.move, ticket, pick(changes, how), position, pick(REASONS, how))

    def reprints(self, who: int, how: int) -> None:
        if ticket := self.some(who):
            self.do(visitors.reprint, ticket, pick((None, "reception"), how))

    def enters_by_hand(self, who: int, how: int) -> None:
        came = self.clock.now() - timedelta(minutes=who * 10)
        ended = pick((None, self.clock.now()), how)
        self.do(visitors.enter_by_hand, f"Z{how + 1:03d}", [pick(SERVICES, who)], came, ended_at=ended, counter="1")

    # -- officers ------------------------------------------------------------------------------------------------

    def next(self, who: int, how: int) -> None:
        self.do(officers.call_next, pick("123", who), pick(("finished", "no-show", None), how), by=f"officer{who % 4}")

    def calls_a_number(self, who: int, how: int) -> None:
        if ticket := self.some(who, "waiting", "absent"):
            self.do(officers.call_number, pick("123", how), ticket.number, pick(REASONS, how))

    def walks_in(self, who: int, how: int) -> None:
        self.do(officers.walk_in, pick("123", who), pick((None, *SERVICES), how))

    def same_visitor(self, who: int, how: int) -> None:
        busy = [counter.id for counter in self.hall.counters.values() if counter.ticket]
        wishes = (officers.recall, officers.start, officers.no_show, officers.start, officers.still_here)
        self.do(pick(wishes, how), pick(busy or "1", who))

    def finish(self, who: int, how: int) -> None:
        services, stay = pick(((), (), SERVICES[:1], SERVICES[1:]), how), how % 2 == 0
        outcome, busy = pick(officers.OUTCOMES, how), [c.id for c in self.hall.counters.values() if c.ticket]
        self.do(officers.finish, pick(busy or "1", who), outcome, services, pick(("", "a note"), how), stay)

    def puts_aside(self, who: int, how: int) -> None:
        self.do(officers.hold, pick("123", who), pick(("", "a form"), how))

    def goes_on(self, who: int, how: int) -> None:
        if ticket := self.some(who, "held"):
            self.do(officers.resume, pick("123", how), ticket.number)

    def sends_on(self, who: int, how: int) -> None:
        to = ({"service": pick(SERVICES, who)}, {"to_counter": pick("123", who)}, {"to_officer": f"officer{who % 4}"})
        more = {"position": pick(visitors.POSITIONS, how), "reason": pick(REASONS, who)}
        self.do(officers.transfer, pick("123", how // 2), **pick(to, how), **more)

    def takes_back(self, who: int, how: int) -> None:
        fresh = [counter.id for counter in self.hall.counters.values() if counter.last]
        self.do(officers.undo, pick(fresh or "1", who))

    def counter(self, who: int, how: int) -> None:
        wishes = (officers.pause_counter, officers.open_counter, officers.close_counter)
        self.do(pick(wishes, how), pick("123", who), by=f"officer{how % 4}")

    def stands_in(self, who: int, how: int) -> None:
        self.do(officers.stand_in, pick("123", who), pick((None, "1", "2", "3"), how))

    def help(self, who: int, how: int) -> None:
        wishes = (officers.ask_help, officers.ask_help, officers.answer_help, officers.help_over)
        self.do(pick(wishes, how), "1")

    # -- kiosks --------------------------------------------------------------------------------------------------

    def kiosk_calls(self, who: int, how: int) -> None:
        wishes = (kiosks.call_staff, kiosks.call_staff, kiosks.answer_call, kiosks.end_call)
        self.do(pick(wishes, how), pick(KIOSKS, who))

    def kiosk_rests(self, who: int, how: int) -> None:
        self.do(pick((kiosks.pause, kiosks.resume), how), pick(KIOSKS, who))

    def paper(self, who: int, how: int) -> None:
        self.do(kiosks.change_roll, pick(PRINTERS, how))
        self.do(kiosks.sample_slip_printed, pick(KIOSKS, who), pick(PRINTERS, who))

    # -- the house -----------------------------------------------------------------------------------------------

    def time_passes(self, who: int, how: int) -> None:
        self.clock.passes(minutes=who, milliseconds=how, microseconds=37 * how)

    def a_moment_passes(self, who: int, how: int) -> None:
        self.clock.passes(seconds=who)

    def night(self, who: int, how: int) -> None:
        self.clock.passes(days=who % 2 + 1)
        self.office.turn()

    def turn(self, who: int, how: int) -> None:
        self.office.turn()

    def settings_change(self, who: int, how: int) -> None:
        kept = {key: value for key, value in everything().counters.items() if key != pick("2345", who)}
        changed = everything(
            head_start_minutes=how,
            rule=pick(list(rules.RULES), how),
            left_over=pick(("expire", "carry"), who),
            requeues=how % 3,
        )
        self.do(day.change_plan, changed)
        self.do(day.change_plan, replace(self.hall.plan, counters=kept))

    def matrix(self, who: int, how: int) -> None:
        services = [service for index, service in enumerate(SERVICES) if how >> index & 1]
        self.do(day.set_skills, f"officer{who % 4}", pick((services, None), who))
        self.do(day.set_services, pick("123", who), services)

    def service_pauses(self, who: int, how: int) -> None:
        self.do(day.pause_service, pick(SERVICES, who), {"th": "งด"})
        self.do(day.resume_service, pick(SERVICES, how))

    def danger(self, who: int, how: int) -> None:
        self.do(day.evacuate)
        self.comes(who, how), self.next(who, how)
        self.do(day.all_clear)

    def restart(self, who: int, how: int) -> None:
        """The clock may have gone back meanwhile; a manager says that it is right."""
        before = self.hall
        self.office.log.close()
        self.clock.passes(minutes=-how if how % 4 == 3 else 0)
        self.office = self.opened()
        if self.office.doubt:
            self.office.confirm_clock("manager")
        asked = any(ticket.state in ("called", "serving", "held") for ticket in before.tickets.values())
        assert self.hall == before or asked or self.hall.day != before.day or "clock-confirmed" in recorded(self.office)

    # -- what always holds ---------------------------------------------------------------------------------------

    def nobody_is_in_two_places_or_in_none(self) -> None:
        present = self.hall
        at = {counter.ticket: counter.id for counter in present.counters.values() if counter.ticket}
        called = {one.id: one.counter for one in present.tickets.values() if one.state in ("called", "serving")}
        assert at == called and len(called) == len(set(called.values()))
        assert len({ticket.number for ticket in present.tickets.values()}) == len(present.tickets)
        assert {ticket.state for ticket in present.tickets.values()} <= STATES
        places = [ticket.place for ticket in present.tickets.values()]
        assert places == sorted(places), "the order in the hall is the order of coming"

    def nobody_is_stranded(self) -> None:
        """Whoever waits is one whom some counter may call, unless nobody in the plan can do it or is let."""
        for ticket in self.hall.waiting():
            meant = self.hall.meant_for(ticket)
            able = [counter for counter in self.hall.counters if self.hall.may_call(counter, ticket)]
            assert able or not any(ticket.service in self.hall.services_at(one) for one in self.hall.counters)
            assert not meant or list(meant) == able

    def nobody_is_overtaken_beyond_the_head_start(self, after: Hall, called: Sequence[Any]) -> None:
        """Under head-start: whoever is passed over came not longer than the head start before the one called."""
        for event in called:
            reason = event.data["reason"]
            if reason["rule"] != "head-start/1" or reason.get("front") or "profile" in reason:
                continue
            mine = after.tickets[event.ticket]
            head_start = timedelta(minutes=after.plan.head_start_minutes if mine.priority else 0)
            for other in after.waiting_for(event.counter):
                assert not other.front and other.since >= mine.since - head_start

    def nobody_is_overtaken_beyond_the_targets(self, after: Hall, called: Sequence[Any]) -> None:
        """Under due-then-ratio: who is passed over came before, or has a longer target, and not too long before."""
        for event in called:
            reason = event.data["reason"]
            if reason["rule"] != "due-then-ratio/1" or reason.get("front") or "profile" in reason:
                continue
            mine = after.tickets[event.ticket]
            for other in after.waiting_for(event.counter):
                theirs, own = (rules.own_target(one, after.plan) for one in (mine, other))
                assert not other.front
                assert mine.since - other.since <= max(event.at - other.since, own) * (1 - theirs / own)

    def nobody_is_lost(self) -> None:
        with self.office.log.reader() as conn:
            (closed,) = conn.execute("select count(*) from visits").fetchone()
        kinds = Counter(recorded(self.office))
        assert kinds["issued"] + kinds["entered"] == closed + len(self.hall.tickets)

    def every_leg_follows_the_one_before(self) -> None:
        for ticket in self.hall.tickets.values():
            assert all(leg.ended and leg.ended not in CLOSES for leg in ticket.legs)
            assert ticket.leg.ended is None

    def replayed(self) -> Hall:
        """The hall that the log alone gives, opened anew by its file."""
        log = Log(Path(self.folder.name) / "hall.db", "off")
        try:
            return log.hall(NO_PLAN)
        finally:
            log.close()


Moment = tuple[Callable[[RandomDays, int, int], None], int, int]

# What happens, and how often: most of a day is people coming and being called.
OFTEN: Counter[Callable[[RandomDays, int, int], None]] = Counter(
    {
        RandomDays.comes: 14,
        RandomDays.next: 12,
        RandomDays.same_visitor: 8,
        RandomDays.time_passes: 6,
        RandomDays.a_moment_passes: 4,
        RandomDays.finish: 5,
        RandomDays.takes_back: 7,
        RandomDays.sends_on: 4,
        RandomDays.puts_aside: 3,
        RandomDays.goes_on: 3,
        RandomDays.calls_a_number: 3,
        RandomDays.walks_in: 3,
        RandomDays.comes_back: 3,
        RandomDays.booking: 3,
        RandomDays.checks_in: 3,
        RandomDays.reception_moves: 3,
        RandomDays.reprints: 1,
        RandomDays.enters_by_hand: 2,
        RandomDays.slip: 3,
        RandomDays.sent_slip: 2,
        RandomDays.rates: 3,
        RandomDays.gives_back: 2,
        RandomDays.counter: 3,
        RandomDays.stands_in: 2,
        RandomDays.help: 2,
        RandomDays.kiosk_calls: 2,
        RandomDays.kiosk_rests: 1,
        RandomDays.paper: 1,
        RandomDays.settings_change: 1,
        RandomDays.matrix: 1,
        RandomDays.service_pauses: 1,
        RandomDays.danger: 1,
        RandomDays.turn: 2,
        RandomDays.restart: 1,
        RandomDays.night: 1,
    }
)
moments = st.tuples(st.sampled_from(list(OFTEN.elements())), st.integers(0, 11), st.integers(0, 15))
days = st.integers(1, 150).flatmap(lambda count: st.lists(moments, min_size=count, max_size=count))


def play(centre: RandomDays, played: Sequence[Moment]) -> None:
    """All that happens, and what holds after each of it; at the end the log alone gives the same hall."""
    for moment, who, how in played:
        moment(centre, who, how)
        centre.nobody_is_in_two_places_or_in_none()
        centre.nobody_is_stranded()
        centre.every_leg_follows_the_one_before()
    centre.nobody_is_lost()

    live, again = centre.hall, centre.replayed()

    assert again is not live and again.plan is not live.plan
    assert again == live
    # Equal mappings may differ in order, and order is whose turn it is, and what a screen shows first.
    for name in ("tickets", "counters", "bookings", "taken", "paused", "kiosk_calls", "kiosks_paused", "rolls"):
        assert list(getattr(again, name)) == list(getattr(live, name))
    assert list(again.plan.services) == list(live.plan.services)
    assert list(again.plan.segments) == list(live.plan.segments)
    assert complaints(centre.office) == []


@settings(max_examples=60, deadline=None)
@given(days)
def test_a_replay_of_any_log_gives_the_same_hall(played: list[Moment]) -> None:
    with RandomDays() as centre:
        play(centre, played)


def test_long_random_days_hold_something_of_everything() -> None:
    """Or the test above would promise less than it says: it once played a hundred nights and one recall."""
    seen, happens = Counter[str](), list(OFTEN.elements())
    for seed in range(20):
        chance = Random(seed)
        played = [(chance.choice(happens), chance.randrange(12), chance.randrange(16)) for _ in range(250)]
        with RandomDays() as centre:
            play(centre, played)
            seen.update(recorded(centre.office))

    assert set(seen) >= VISITS | OTHERS, (VISITS | OTHERS) - set(seen)


VISITS = {
    "issued",
    "entered",
    "called",
    "recalled",
    "started",
    "leg-finished",
    "continued",
    "transferred",
    "held",
    "resumed",
    "did-not-come",
    "requeued",
    "moved",
    "finished",
    "finished-by-hand",
    "no-show",
    "cancelled",
    "expired",
    "undone",
    "interrupted",
    "confirmed",
    "rated",
}
OTHERS = {
    "slip-printed",
    "slip-unknown",
    "slip-sent",
    "slip-received",
    "slip-missed",
    "slip-asked",
    "reprinted",
    "counter-opened",
    "counter-paused",
    "counter-closed",
    "standing-in",
    "help-asked",
    "help-answered",
    "help-over",
    "kiosk-called",
    "kiosk-answered",
    "kiosk-call-over",
    "kiosk-paused",
    "kiosk-resumed",
    "roll-changed",
    "test-slip",
    "plan-changed",
    "service-paused",
    "service-resumed",
    "evacuation-called",
    "evacuation-over",
    "booked",
    "booking-cancelled",
    "clock-confirmed",
}
