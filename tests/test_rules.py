"""Who is next, and why: the rules, the segments, the profiles and their ratios.

Not here: whom a counter may serve (test_hall.py), and how a line of a profile is read (test_plan.py).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from queue_core.plan import Agency, Condition, CounterPlan, Line, Plan, Priority, Profile, Segment, Service, Share
from queue_core.profiles import CONDITIONS, OTHERS, share_next
from queue_core.rules import RULES, Choice, choose, favoured, in_order, known, segment_of
from queue_core.ticket import Leg, Ticket

NINE = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # nine o'clock in Bangkok
NAMES = {"th": "ชื่อ", "en": "Name"}


def after_nine(minutes: float) -> datetime:
    return NINE + timedelta(minutes=minutes)


def service(name: str, target: int) -> Service:
    return Service(name, "sso", NAMES, "complete", "A", {}, {}, {}, NAMES, 15, target)


CENTRE = Plan(
    id="small",
    name=NAMES,
    timezone="Asia/Bangkok",
    day_begins="04:00",
    languages=("th", "en"),
    rule="first-come",
    head_start_minutes=20,
    hours={},
    agencies={"sso": Agency("sso", NAMES, NAMES)},
    priorities={
        "elder": Priority("elder", NAMES),
        "monk": Priority("monk", NAMES, 45),
        "none-yet": Priority("x", NAMES, 0),
    },
    services={"benefit": service("benefit", 30), "card": service("card", 60)},
    counters={"1": CounterPlan("1", NAMES, ("benefit", "card"))},
)


def by(rule: str, **changes: Any) -> Plan:
    """The centre with this rule, and with what a test wants otherwise."""
    return replace(CENTRE, rule=rule, **changes)


def visitor(n: int, came: float, priority: str | None = None, **more: Any) -> Ticket:
    """Visitor number n, who came so many minutes after nine, for a benefit."""
    at, what = after_nine(came), more.pop("service", "benefit")
    known: dict[str, Any] = {"issued_at": at, "since": at, "place": n, "priority": priority} | more
    return Ticket(f"20261120-A{n:03d}", f"A{n:03d}", "A", (what,), leg=Leg(what, at), **known)


def numbers(tickets: Sequence[Ticket]) -> list[str]:
    return [ticket.number for ticket in tickets]


def ways(*segments: Segment) -> dict[str, Segment]:
    return {segment.id: segment for segment in segments}


def following(*profiles: Profile, **changes: Any) -> Plan:
    """A centre of older people, foreigners and others, with these profiles."""
    parts = ways(Segment("older", NAMES, priorities=("elder",)), Segment("foreign", NAMES, languages=("en",)))
    told: dict[str, Any] = {"segments": parts, "profiles": {one.id: one for one in profiles}}
    return replace(CENTRE, **(told | changes))


def profile(name: str, *lines: Line, otherwise: str | None = "first-come", follows: str | None = None) -> Profile:
    return Profile(name, NAMES, lines, None if follows else otherwise, follows)


def line(*take: Share | str, when: Sequence[Condition] = (), rule: str = "first-come", says: str = "a line") -> Line:
    return Line(says, tuple(when), tuple(Share(1, t) if isinstance(t, str) else t for t in take), rule)


# -- the rules -----------------------------------------------------------------------------------------------------


def test_the_rules_that_may_be_chosen() -> None:
    assert {rule.label for rule in RULES.values()} == {
        "first-come/1",
        "head-start/1",
        "target-ratio/1",
        "due-then-ratio/1",
        "longest-visit/1",
        "strict/1",
    }


def test_a_rule_is_known_in_its_version_only() -> None:
    mine = ["head-start/1", "chosen/1", "walk-in/1"]
    strange = ["head-start/2", "head-start", "hunch/1", ""]

    assert [known(label) for label in mine + strange] == [True] * 3 + [False] * 4


def test_first_come_knows_no_priority() -> None:
    waiting = [visitor(1, 0), visitor(2, 1, "elder")]

    assert choose(waiting, after_nine(9), by("first-come")).ticket is waiting[0]


@pytest.mark.parametrize(("came", "first"), [(19, "A002"), (20, "A001"), (21, "A001")])
def test_a_priority_visitor_counts_as_twenty_minutes_older(came: int, first: str) -> None:
    waiting = [visitor(1, 0), visitor(2, came, "elder")]

    assert choose(waiting, after_nine(30), by("head-start")).ticket.number == first


@pytest.mark.parametrize(
    ("priority", "minutes"), [("elder", 20), ("monk", 45), ("none-yet", 0), ("gone from the plan", 20), (None, 0)]
)
def test_a_priority_has_its_own_head_start_or_the_centres(priority: str | None, minutes: int) -> None:
    choice = choose([visitor(1, 0, priority)], after_nine(10), by("head-start"))

    assert choice.score == (10 + minutes) * 60


def test_target_ratio_calls_whose_target_is_nearest() -> None:
    waiting = [visitor(1, 0, service="card"), visitor(2, 10)]

    late, early = (choose(waiting, after_nine(now), by("target-ratio")) for now in (21, 19))

    assert (late.ticket.number, late.score) == ("A002", round(11 / 30, 3))
    assert (early.ticket.number, early.score) == ("A001", round(19 / 60, 3))


def test_a_service_gone_from_the_plan_has_a_target_of_thirty_minutes() -> None:
    assert choose([visitor(1, 0, service="gone")], after_nine(45), by("target-ratio")).score == 1.5


@pytest.mark.parametrize(
    ("now", "first", "score"),
    [
        (0, "A002", -22 * 60),  # nobody is due: benefits in 22 minutes, cards in 30
        (21.99, "A002", -0.6),
        (22, "A002", 1),  # reached is past
        (29.99, "A002", 1.266),
        (30, "A002", 1.267),  # cards are due too, but benefits have waited more parts of their target
        (80, "A002", 2.933),
    ],
)
def test_due_then_ratio_calls_who_is_past_target_and_else_who_is_due_next(now: float, first: str, score: float) -> None:
    waiting = [visitor(1, -30, service="card"), visitor(2, -8)]

    choice = choose(waiting, after_nine(now), by("due-then-ratio"))

    assert (choice.ticket.number, choice.score, choice.rule) == (first, score, "due-then-ratio/1")


def test_due_then_ratio_whoever_is_past_target_is_before_all_who_are_not() -> None:
    past, nearly = visitor(1, 0, service="card"), visitor(2, 30.1)

    assert numbers(in_order([past, nearly], after_nine(60), by("due-then-ratio"))) == ["A001", "A002"]
    assert numbers(in_order([past, nearly], after_nine(59.99), by("due-then-ratio"))) == ["A001", "A002"]
    assert numbers(in_order([past, replace(nearly, since=after_nine(29))], after_nine(59.5), by("due-then-ratio"))) == [
        "A002",
        "A001",
    ]


def test_due_then_ratio_the_largest_ratio_of_those_past_target() -> None:
    # 75 minutes of 60 are 1.25; 37 of 30 are less, and 38 of 30 more.
    card = visitor(1, 0, service="card")

    orders = [in_order([card, visitor(2, came)], after_nine(75), by("due-then-ratio")) for came in (38, 37)]

    assert [numbers(order) for order in orders] == [["A001", "A002"], ["A002", "A001"]]


@pytest.mark.parametrize("priority", ["elder", "monk", "none-yet", "gone from the plan"])
def test_due_then_ratio_halves_the_target_for_any_priority(priority: str) -> None:
    choices = [choose([visitor(1, 0, priority)], after_nine(now), by("due-then-ratio")) for now in (14, 15, 30)]

    assert [choice.score for choice in choices] == [-60, 1, 2]
    assert numbers(in_order([visitor(1, 0), visitor(2, 14.9, "elder")], after_nine(20), by("due-then-ratio"))) == [
        "A002",
        "A001",
    ]
    assert numbers(in_order([visitor(1, 0), visitor(2, 15, "elder")], after_nine(20), by("due-then-ratio"))) == [
        "A001",
        "A002",
    ]


def test_due_then_ratio_a_service_gone_from_the_plan_has_thirty_minutes() -> None:
    choices = [choose([visitor(1, 0, service="gone")], after_nine(now), by("due-then-ratio")) for now in (29, 45)]

    assert [choice.score for choice in choices] == [-60, 1.5]


def test_due_then_ratio_counts_from_the_turn_also_of_one_booked_for_later() -> None:
    booked, walked_in = visitor(1, 0, since=after_nine(20)), visitor(2, 10)

    assert choose([walked_in, booked], after_nine(15), by("due-then-ratio")).ticket is walked_in
    assert choose([booked], after_nine(15), by("due-then-ratio")).score == -35 * 60


def test_longest_visit_counts_from_the_first_ticket() -> None:
    sent_on = visitor(2, 0, since=after_nine(50))
    waiting = [visitor(1, 30), sent_on]

    choice = choose(waiting, after_nine(60), by("longest-visit"))

    assert (choice.ticket, choice.score) == (sent_on, 3600)
    assert choose(waiting, after_nine(60), by("first-come")).ticket is waiting[0]


def test_strict_calls_any_priority_before_all_others() -> None:
    waiting = [visitor(1, 0), visitor(2, 400, "elder"), visitor(3, 401, "monk")]

    assert numbers(in_order(waiting, after_nine(420), by("strict"))) == ["A002", "A003", "A001"]
    assert choose(waiting, after_nine(420), by("strict")).score == 1_000_000_000 + 20 * 60


@pytest.mark.parametrize("rule", RULES)
def test_of_equals_the_one_who_stands_earlier_is_called(rule: str) -> None:
    waiting = [visitor(7, 0), visitor(3, 0), visitor(5, 0)]

    assert choose(waiting, after_nine(5), by(rule)).ticket is waiting[0]
    assert in_order(waiting, after_nine(5), by(rule)) == waiting


@pytest.mark.parametrize("rule", RULES)
def test_whoever_stands_at_the_front_is_first(rule: str) -> None:
    waiting = [visitor(1, 0, "elder"), visitor(2, 50, front=True), visitor(3, 51, front=True)]

    choice = choose(waiting, after_nine(60), by(rule))

    assert numbers(in_order(waiting, after_nine(60), by(rule))) == ["A002", "A003", "A001"]
    assert choice.reason()["front"] is True and choice.reason()["first"] == ["A001"]


def test_among_several_at_the_front_the_rule_decides() -> None:
    waiting = [visitor(1, 0), visitor(2, 10, front=True), visitor(3, 20, "elder", front=True)]

    assert numbers(in_order(waiting, after_nine(30), by("head-start"))) == ["A003", "A002", "A001"]


def test_the_reason_says_rule_score_and_who_was_passed_over() -> None:
    waiting = [*(visitor(n, n) for n in range(1, 8)), visitor(8, 9, "elder"), visitor(9, 10)]

    choice = choose(waiting, after_nine(10), by("head-start"))

    assert choice.ticket.number == "A008"
    assert choice.reason() == {
        "rule": "head-start/1",
        "score": 21 * 60,
        "passed_over": 7,
        "first": ["A001", "A002", "A003", "A004", "A005"],
    }


def test_who_is_next_in_turn_passes_nobody_over() -> None:
    choice = choose([visitor(1, 0), visitor(2, 0)], NINE, by("head-start"))

    assert (choice.ticket.number, choice.reason()["passed_over"], choice.reason()["first"]) == ("A001", 0, [])


# -- segments ------------------------------------------------------------------------------------------------------


SOMEBODY = visitor(1, 0, "elder", language="en", booking="late", needs=("wheelchair", "sign"))
NOBODY_SPECIAL = visitor(2, 0)


@pytest.mark.parametrize(
    ("ticket", "part", "belongs"),
    [
        (SOMEBODY, {}, True),
        (SOMEBODY, {"services": ("card", "benefit")}, True),
        (SOMEBODY, {"services": ("card",)}, False),
        (SOMEBODY, {"languages": ("en",)}, True),
        (SOMEBODY, {"languages": ("th", "my")}, False),
        (SOMEBODY, {"priorities": ("any",)}, True),
        (SOMEBODY, {"priorities": ("monk", "elder")}, True),
        (SOMEBODY, {"priorities": ("monk",)}, False),
        (SOMEBODY, {"priorities": ("none",)}, False),
        (NOBODY_SPECIAL, {"priorities": ("none",)}, True),
        (NOBODY_SPECIAL, {"priorities": ("monk", "none")}, True),
        (NOBODY_SPECIAL, {"priorities": ("any",)}, False),
        (NOBODY_SPECIAL, {"priorities": ("elder",)}, False),
        *(
            (replace(NOBODY_SPECIAL, booking=booking), {"bookings": (asked,)}, asked == (booking or "none"))
            for booking in ("early", "on-time", "late", None)
            for asked in ("early", "on-time", "late", "none")
        ),
        (SOMEBODY, {"bookings": ("early", "late")}, True),
        (SOMEBODY, {"needs": ("interpreter", "sign")}, True),
        (SOMEBODY, {"needs": ("escort",)}, False),
        (NOBODY_SPECIAL, {"needs": ("sign",)}, False),
        (SOMEBODY, {"languages": ("en",), "priorities": ("any",), "needs": ("sign",)}, True),
        (SOMEBODY, {"languages": ("en",), "priorities": ("none",), "needs": ("sign",)}, False),
        (SOMEBODY, {"languages": ("en",), "priorities": ("any",), "bookings": ("on-time",)}, False),
    ],
)
def test_a_segment_asks_all_its_parts_and_one_of_each(ticket: Ticket, part: Mapping[str, Any], belongs: bool) -> None:
    plan = by("first-come", segments=ways(Segment("asked", NAMES, **part)))

    assert segment_of(ticket, plan) == ("asked" if belongs else OTHERS)


def test_the_service_asked_of_is_the_one_now_waited_for() -> None:
    plan = by("first-come", segments=ways(Segment("cards", NAMES, services=("card",))))
    both = replace(visitor(1, 0), services=("benefit", "card"))

    assert segment_of(both, plan) == OTHERS
    assert segment_of(replace(both, leg=Leg("card", NINE)), plan) == "cards"


def test_the_first_segment_that_is_true_wins() -> None:
    older, foreign = Segment("older", NAMES, priorities=("any",)), Segment("foreign", NAMES, languages=("en",))

    assert segment_of(SOMEBODY, by("first-come", segments=ways(older, foreign))) == "older"
    assert segment_of(SOMEBODY, by("first-come", segments=ways(foreign, older))) == "foreign"
    assert segment_of(SOMEBODY, by("first-come")) == OTHERS


# -- profiles ------------------------------------------------------------------------------------------------------


ELDER, FOREIGN, OTHER = visitor(3, 30, "elder"), visitor(2, 20, language="en"), visitor(1, 10)
THREE = [OTHER, FOREIGN, ELDER]


def test_the_first_line_with_somebody_is_followed_and_told() -> None:
    plan = following(profile("desk", line("older", says="ALWAYS older"), line("foreign", says="ALWAYS foreign")))

    reasons = [choose(waiting, after_nine(40), plan, "desk").reason() for waiting in (THREE, [OTHER, FOREIGN], [OTHER])]

    said = {"id": "desk", "version": 1}
    assert [reason["profile"] for reason in reasons] == [
        said | {"line": 0, "says": "ALWAYS older", "segment": "older"},
        said | {"line": 1, "says": "ALWAYS foreign", "segment": "foreign"},
        said | {"line": 2, "says": "OTHERWISE first-come"},
    ]
    assert [reason["first"] for reason in reasons] == [["A001", "A002"], ["A001"], []]


def test_within_a_segment_its_lines_rule_decides_and_the_front_is_first() -> None:
    plan = following(profile("desk", line(OTHERS, rule="target-ratio")))
    slow, quick, moved = visitor(1, 0, service="card"), visitor(2, 10), visitor(3, 39, front=True)
    elsewhere = visitor(4, 5, "elder", front=True)

    choices = [
        choose(waiting, after_nine(40), plan, "desk") for waiting in ([slow, elsewhere, quick], [slow, quick, moved])
    ]

    assert [choice.ticket for choice in choices] == [quick, moved]
    assert [choice.rule for choice in choices] == ["target-ratio/1"] * 2
    assert ["front" in choice.reason() for choice in choices] == [False, True]


def test_others_are_those_of_no_segment() -> None:
    assert choose(THREE, after_nine(40), following(profile("desk", line(OTHERS))), "desk").ticket is OTHER


TEN = 10 * 60


@pytest.mark.parametrize(
    ("condition", "at", "true"),
    [
        (Condition("waits", "foreign", 5), 24.99, False),
        (Condition("waits", "foreign", 5), 25, True),
        (Condition("waits", "foreign"), 20, True),
        (Condition("waits", "foreign"), 5, True),  # came before the time of the booking
        (Condition("waits", "nobody"), 60, False),
        (Condition("waits", "nobody", 5), 60, False),
        (Condition("has", "foreign", 1), 60, True),
        (Condition("has", "foreign", 2), 60, False),
        (Condition("has", "nobody", 1), 60, False),
        (Condition("after", None, TEN), 59.99, False),
        (Condition("after", None, TEN), 60, True),
        (Condition("before", None, TEN), 59.99, True),
        (Condition("before", None, TEN), 60, False),
        (Condition("always"), 0, True),
    ],
)
def test_a_line_is_followed_only_when_its_condition_is_true(condition: Condition, at: float, true: bool) -> None:
    plan = following(profile("desk", line("older", when=[condition])))

    choice = choose(THREE, after_nine(at), plan, "desk")

    assert choice.ticket is (ELDER if true else OTHER)


def test_every_kind_of_condition_is_told_apart_here() -> None:
    assert set(CONDITIONS) == {"waits", "has", "after", "before", "always"}


def test_all_conditions_of_a_line_must_be_true() -> None:
    when = [Condition("has", "foreign", 1), Condition("after", None, TEN)]
    plan = following(profile("desk", line("older", when=when)))

    assert choose(THREE, after_nine(60), plan, "desk").ticket is ELDER
    assert choose(THREE, after_nine(59), plan, "desk").ticket is OTHER
    assert choose([OTHER, ELDER], after_nine(60), plan, "desk").ticket is OTHER


def test_otherwise_asks_everybody_by_its_rule() -> None:
    plan = following(profile("desk", line("nobody"), otherwise="strict"))

    choice = choose(THREE, after_nine(40), plan, "desk")

    assert (choice.ticket, choice.rule, choice.profile and choice.profile["says"]) == (
        ELDER,
        "strict/1",
        "OTHERWISE strict",
    )


def test_a_profile_may_go_on_as_another() -> None:
    desk = profile("desk", line("nobody"), follows="back")
    back = profile("back", line("nobody"), line("foreign", says="ALWAYS foreign"), otherwise="strict")

    choices = [choose(waiting, after_nine(40), following(desk, back), "desk") for waiting in (THREE, [OTHER, ELDER])]

    assert [choice.ticket for choice in choices] == [FOREIGN, ELDER]
    assert [choice.profile for choice in choices] == [
        {"id": "back", "version": 1, "line": 1, "says": "ALWAYS foreign", "segment": "foreign"},
        {"id": "back", "version": 1, "line": 2, "says": "OTHERWISE strict"},
    ]


@pytest.mark.parametrize("leads_to", ["gone", "desk", "back"])
def test_an_otherwise_that_leads_nowhere_is_the_plans_rule(leads_to: str) -> None:
    desk, back = profile("desk", follows="back"), profile("back", follows=leads_to)

    choice = choose(THREE, after_nine(40), following(desk, back, rule="strict"), "desk")

    assert (choice.ticket, choice.rule) == (ELDER, "strict/1")
    assert choice.profile == {"id": "back", "version": 1, "line": 0, "says": f"OTHERWISE as {leads_to}"}


def test_a_profile_gone_from_the_plan_counts_as_none() -> None:
    plan = following(profile("desk", line("older")))

    assert choose(THREE, after_nine(40), plan, "gone") == choose(THREE, after_nine(40), plan)
    assert "profile" not in choose(THREE, after_nine(40), plan, "gone").reason()
    assert in_order(THREE, after_nine(40), plan, "gone") == THREE


def test_those_are_favoured_whom_a_line_of_some_counters_profile_names() -> None:
    desk, back = (
        profile("desk", line(Share(2, "older"), Share(1, OTHERS)), follows="back"),
        profile("back", line("vip")),
    )
    unused = profile("unused", line("foreign"))
    counter = CounterPlan("1", NAMES, ("benefit",), profile="desk")

    assert favoured(following(desk, back, unused)) == frozenset()
    assert favoured(following(desk, back, unused, profile="back")) == {"vip"}
    assert favoured(following(desk, back, unused, counters={"1": counter})) == {"older", OTHERS, "vip"}
    assert favoured(following(desk, back, unused, counters={"1": counter}, profile="unused")) == {
        "older",
        OTHERS,
        "vip",
    }


# -- ratios --------------------------------------------------------------------------------------------------------


def called(plan: Plan, waiting: Sequence[Ticket], profile: str = "desk", times: int = 99) -> tuple[str, dict[str, Any]]:
    """The letters of those called one after the other, and the ratios in the end, kept as the hall keeps them."""
    left, letters = list(waiting), ""
    ratios: dict[str, tuple[int, ...]] = {}
    while left and len(letters) < times:
        choice = choose(left, after_nine(300), plan, profile, ratios)
        left.remove(choice.ticket)
        letters += choice.ticket.language
        ratios |= told(choice)
    return letters, ratios


def told(choice: Choice) -> dict[str, tuple[int, ...]]:
    """What a call's reason says of its ratio, once it has been through the log."""
    ratio = json.loads(json.dumps(choice.reason())).get("profile", {}).get("ratio")
    return {ratio["key"]: tuple(ratio["taken"])} if ratio else {}


def crowd(letters: str) -> list[Ticket]:
    """Visitors of the segments a, b, c, …, one after the other."""
    return [visitor(n, n, language=letter) for n, letter in enumerate(letters, start=1)]


def sharing(*shares: int, more: Sequence[Profile] = ()) -> Plan:
    """A centre with the segments a, b, c, … and a desk that takes so many of each."""
    letters = "abcdef"[: len(shares)]
    parts = ways(*(Segment(letter, NAMES, languages=(letter,)) for letter in letters))
    ratio = line(*(Share(n, letter) for n, letter in zip(shares, letters, strict=True)))
    return by("first-come", segments=parts, profiles={one.id: one for one in (profile("desk", ratio), *more)})


@pytest.mark.parametrize(
    ("shares", "waiting", "order"),
    [
        ((2, 1), "bbbaaaaaa", "aabaabaab"),
        ((1, 2), "aaabbbbbb", "abbabbabb"),
        ((2, 1, 1), "ccbbaaaa", "aabcaabc"),
        ((2, 1), "aaaab", "aabaa"),
        ((2, 1), "abbbb", "abbbb"),
        ((3, 1), "bb", "bb"),
    ],
)
def test_two_of_these_then_one_of_those(shares: tuple[int, ...], waiting: str, order: str) -> None:
    assert called(sharing(*shares), crowd(waiting))[0] == order


def test_one_share_alone_is_no_ratio() -> None:
    choice = choose(crowd("a"), after_nine(10), sharing(2), "desk")

    assert choice.profile and "ratio" not in choice.profile


def test_the_reason_tells_the_counts_after_the_call() -> None:
    plan, waiting = sharing(2, 1), crowd("aab")

    reasons = [choose(waiting, after_nine(10), plan, "desk", {"desk.0": taken}) for taken in ((0, 0), (1, 0), (2, 0))]

    assert [reason.profile and reason.profile["segment"] for reason in reasons] == ["a", "a", "b"]
    assert [told(reason) for reason in reasons] == [{"desk.0": (1, 0)}, {"desk.0": (2, 0)}, {"desk.0": (0, 0)}]


def test_a_share_without_people_is_passed_and_keeps_its_right() -> None:
    assert share_next([Share(2, "a"), Share(1, "b")], (1, 0), [1]) == (1, (1, 1))
    assert share_next([Share(2, "a"), Share(1, "b")], (1, 1), [0, 1]) == (0, (0, 0))


def test_when_nobody_there_has_anything_left_a_new_round_begins() -> None:
    assert share_next([Share(2, "a"), Share(1, "b")], (2, 0), [0]) == (0, (1, 0))
    assert share_next([Share(2, "a"), Share(1, "b")], (1, 1), [1]) == (1, (0, 1))


def test_counts_of_a_line_that_had_other_shares_begin_anew() -> None:
    assert share_next([Share(1, "a"), Share(1, "b")], (1, 0, 0), [0, 1]) == (0, (1, 0))


def test_a_ratio_takes_by_its_own_rule_within_each_share() -> None:
    plan = sharing(1, 1)
    by_target = replace(plan.profiles["desk"].lines[0], rule="target-ratio")
    plan = replace(plan, profiles={"desk": profile("desk", by_target)})
    waiting = [visitor(1, 0, service="card", language="a"), visitor(2, 1, language="a"), visitor(3, 2, language="b")]

    assert numbers(in_order(waiting, after_nine(30), plan, "desk")) == ["A002", "A003", "A001"]


def test_each_line_of_each_profile_counts_for_itself() -> None:
    ratio = line(Share(2, "a"), Share(1, "b"))
    early = replace(ratio, when=(Condition("has", "a", 9),))
    plan = sharing(2, 1, more=[profile("back", early, ratio), profile("side", follows="back")])

    assert called(plan, crowd("aab"), "desk", times=1)[1] == {"desk.0": (1, 0)}
    assert called(plan, crowd("aab"), "back", times=1)[1] == {"back.1": (1, 0)}
    assert called(plan, crowd("aab"), "side", times=1)[1] == {"back.1": (1, 0)}
    assert choose(crowd("aab"), NINE, plan, "desk", {"back.1": (2, 0)}).ticket.language == "a"


# -- promises ------------------------------------------------------------------------------------------------------


LATE = after_nine(300)
PRIORITIES = st.sampled_from([None, None, "elder", "monk", "none-yet", "gone"])


# Minutes and milliseconds apart: of one large range hypothesis draws mostly the first seconds.
TO_THE_MILLISECOND = st.builds(lambda minute, ms: minute * 60_000 + ms, st.integers(0, 309), st.integers(0, 59_999))
TOGETHER = st.sampled_from([0, 150 * 60_000, 305 * 60_000])


@st.composite
def standing(draw: st.DrawFn) -> list[Ticket]:
    """People of every kind, in the order in which they stand. Some came before the time of their booking."""
    since = sorted(draw(st.lists(TO_THE_MILLISECOND | TOGETHER, min_size=1, max_size=20)))
    return [
        visitor(
            n,
            draw(st.integers(0, 240)),
            draw(PRIORITIES),
            since=NINE + timedelta(milliseconds=ms),
            language=draw(st.sampled_from(["th", "en", "my"])),
            service=draw(st.sampled_from(["benefit", "card", "gone"])),
            booking=draw(st.sampled_from([None, None, "early", "on-time", "late"])),
            needs=draw(st.sampled_from([(), (), ("sign",), ("wheelchair", "sign")])),
            front=draw(st.integers(0, 9)) == 0,
        )
        for n, ms in enumerate(since, start=1)
    ]


SEGMENTS = ways(
    Segment("cards", NAMES, services=("card",), languages=("th", "en")),
    Segment("booked", NAMES, bookings=("early", "on-time")),
    Segment("first", NAMES, priorities=("any",)),
    Segment("helped", NAMES, priorities=("none",), needs=("sign",)),
)
NAMED = st.sampled_from([*SEGMENTS, OTHERS, "gone"])
RULE = st.sampled_from(sorted(RULES))
A_CONDITION = st.builds(
    Condition, st.sampled_from(["waits", "has", "after", "before", "always"]), NAMED, st.integers(0, 900)
) | st.builds(Condition, st.sampled_from(["waits", "has"]), NAMED, st.integers(0, 5))
A_LINE = st.builds(
    Line,
    st.just("a line"),
    st.lists(A_CONDITION, max_size=2).map(tuple),
    st.lists(st.builds(Share, st.integers(1, 3), NAMED), min_size=1, max_size=3).map(tuple),
    RULE,
)
ENDS = st.tuples(RULE, st.none()) | st.tuples(st.none(), st.sampled_from(["desk", "back", "gone"]))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """A centre with two profiles that may do anything that can stand in a plan or in an old record."""
    lines = st.lists(A_LINE, max_size=3).map(tuple)
    profiles = [Profile(name, NAMES, draw(lines), *draw(ENDS)) for name in ("desk", "back")]
    return by(draw(RULE), segments=SEGMENTS, profiles={one.id: one for one in profiles})


WHICH = st.sampled_from([None, "desk", "back", "gone"])
RATIOS = st.dictionaries(
    st.sampled_from(["desk.0", "desk.1", "back.0"]), st.lists(st.integers(0, 3), max_size=3).map(tuple)
)


@given(standing(), plans(), WHICH, RATIOS)
def test_whoever_is_called_was_waiting_and_those_passed_over_stood_before(
    waiting: list[Ticket], plan: Plan, which: str | None, ratios: dict[str, tuple[int, ...]]
) -> None:
    choice = choose(waiting, LATE, plan, which, ratios)

    place = next(index for index, ticket in enumerate(waiting) if ticket is choice.ticket)
    assert list(choice.passed_over) == numbers(waiting[:place])
    assert choice.front == choice.ticket.front
    assert known(choice.rule) and json.loads(json.dumps(choice.reason())) == choice.reason()
    if segment := (choice.profile or {}).get("segment"):
        assert segment_of(choice.ticket, plan) == segment


@given(standing(), plans(), WHICH, RATIOS, st.integers(0, 25))
def test_the_order_on_the_screen_is_the_order_of_the_calls(
    waiting: list[Ticket], plan: Plan, which: str | None, ratios: dict[str, tuple[int, ...]], limit: int
) -> None:
    left, one_by_one, kept = list(waiting), [], dict(ratios)
    while left:
        choice = choose(left, LATE, plan, which, kept)
        one_by_one.append(choice.ticket)
        left.remove(choice.ticket)
        kept |= told(choice)

    assert in_order(waiting, LATE, plan, which, ratios) == one_by_one
    assert in_order(waiting, LATE, plan, which, ratios, limit) == one_by_one[:limit]


@given(standing(), plans(), WHICH, RATIOS, st.randoms(use_true_random=False))
def test_only_between_equals_does_it_matter_who_stands_earlier(
    waiting: list[Ticket], plan: Plan, which: str | None, ratios: dict[str, tuple[int, ...]], chance: Any
) -> None:
    """However `waiting` is shuffled: the same line, rule, front and score; and of its equals the one who stands first.

    Equals are those of the same queue (the line's segment, or everybody) with the same front and score. Nothing else
    of the choice depends on the order but whom it passed over.
    """
    shuffled = chance.sample(waiting, len(waiting))

    before, after = (choose(people, LATE, plan, which, ratios) for people in (waiting, shuffled))

    assert replace(before, ticket=after.ticket, passed_over=()) == replace(after, passed_over=())
    score = RULES[after.rule.partition("/")[0]].score
    segment = (after.profile or {}).get("segment")
    queue = [ticket for ticket in shuffled if segment in (None, segment_of(ticket, plan))]
    merit = {ticket.id: (ticket.front, score(ticket, LATE, plan)) for ticket in queue}
    best = max(merit.values())
    assert after.ticket is next(ticket for ticket in queue if merit[ticket.id] == best)


# In whole minutes, for which the sums of the rule are exact.
arrivals = st.lists(st.tuples(st.integers(0, 90), PRIORITIES), min_size=1, max_size=30).map(
    lambda came: [visitor(n, m, p) for n, (m, p) in enumerate(sorted(came, key=lambda one: one[0]), start=1)]
)


@given(arrivals, st.integers(0, 60))
def test_nobody_is_overtaken_by_one_who_came_later_than_the_head_start(waiting: list[Ticket], minutes: int) -> None:
    """Whoever passes has a longer head start, and came after by less than the difference of the two.

    So an ordinary visitor is passed by priority visitors only, who came less than their head start after; and whoever
    came so is called first.
    """
    plan = by("head-start", head_start_minutes=minutes)
    own = {None: 0, "elder": minutes, "gone": minutes, "monk": 45, "none-yet": 0}

    place = {ticket.id: index for index, ticket in enumerate(in_order(waiting, LATE, plan))}
    for older, later in combinations(waiting, 2):
        within = timedelta(minutes=own[later.priority] - own[older.priority])
        assert (place[later.id] < place[older.id]) == (later.since - older.since < within)


TARGETS = {"benefit": 30, "card": 60, "gone": 30}


@given(standing(), TO_THE_MILLISECOND)
def test_nobody_is_overtaken_by_one_who_came_too_late_for_it_by_the_targets(waiting: list[Ticket], ms: int) -> None:
    """Under due-then-ratio, at any moment: whoever passes came within (1 - its target / mine) of my wait or my target.

    Of my wait once I am past my target, of my target before; and whoever came so is called first. So nobody with the
    same or a longer target ever passes, and one with half of it (priority, for the same service) must have come in the
    first half of my wait: while I wait, the newer half of the hall is behind me.
    """
    waiting, now = [replace(ticket, front=False) for ticket in waiting], NINE + timedelta(milliseconds=ms)

    place = {ticket.id: index for index, ticket in enumerate(in_order(waiting, now, by("due-then-ratio")))}
    for older, later in combinations(waiting, 2):
        mine, theirs = (TARGETS[one.service] * (1 if one.priority else 2) for one in (older, later))
        share = Fraction(mine - theirs, mine)
        counted = max(now - older.since, timedelta(minutes=mine) / 2)
        after = later.since - older.since
        passed = place[later.id] < place[older.id]
        assert passed == (after * share.denominator < counted * share.numerator)


@given(standing())
def test_first_come_is_the_order_in_which_they_stand(waiting: list[Ticket]) -> None:
    nobody_moved = [replace(ticket, front=False) for ticket in waiting]

    assert in_order(nobody_moved, LATE, by("first-come")) == nobody_moved


@given(standing(), st.integers(1, 600), st.sampled_from(["first-come", "head-start", "longest-visit", "strict"]))
def test_waiting_longer_changes_no_order(waiting: list[Ticket], minutes: int, rule: str) -> None:
    # Not so for target-ratio: the shorter target gains on the longer.
    waiting = [replace(ticket, since=ticket.since.replace(microsecond=0)) for ticket in waiting]

    first, second = (in_order(waiting, LATE + timedelta(minutes=m), by(rule)) for m in (0, minutes))

    assert first == second


SHARES = st.lists(st.integers(1, 4), min_size=2, max_size=4)


@given(SHARES, st.lists(st.lists(st.integers(0, 3), max_size=3), min_size=1, max_size=60))
def test_nobody_starves_under_a_ratio(shares: list[int], arrivals: list[list[int]]) -> None:
    """Whatever the order of arrivals: once somebody of a share waits, one of it is called within so many calls.

    With something left of this round, within the calls of one round: the others' shares and its own one. Whose share is
    used up waits for what is left of this round and for those before it in the next: the others' shares twice.
    """
    plan, left = sharing(*shares), list[Ticket]()
    ratios: dict[str, tuple[int, ...]] = {}
    patience: dict[int, int] = {}
    for tick, came in enumerate(arrivals):
        left += [visitor(tick, tick, language="abcd"[who]) for who in came if who < len(shares)]
        if not left:
            continue
        taken = ratios.get("desk.0") or (0,) * len(shares)
        for who, n in enumerate(shares):
            if any(ticket.language == "abcd"[who] for ticket in left) and who not in patience:
                patience[who] = (sum(shares) - n) * (1 if taken[who] < n else 2) + 1
        choice = choose(left, LATE, plan, "desk", ratios)
        left = [ticket for ticket in left if ticket is not choice.ticket]
        ratios |= told(choice)
        patience = {who: calls - 1 for who, calls in patience.items() if "abcd"[who] != choice.ticket.language}
        assert all(calls > 0 for calls in patience.values()), f"{patience} of {shares} after {tick}"


def test_whose_share_is_used_up_waits_for_the_rest_of_two_rounds_at_most() -> None:
    plan, ratios = sharing(2, 1), dict[str, tuple[int, ...]]()
    assert told(choose(crowd("b"), LATE, plan, "desk")) == {"desk.0": (0, 1)}

    left, letters = crowd("baaaaa"), ""
    ratios = {"desk.0": (0, 1)}
    while left and "b" not in letters:
        choice = choose(left, LATE, plan, "desk", ratios)
        left.remove(choice.ticket)
        letters, ratios = letters + choice.ticket.language, told(choice)

    assert letters == "aaaab"


# -- yesterday's log -----------------------------------------------------------------------------------------------


def as_the_first_program_chose(rule: str, waiting: Sequence[Ticket], now: datetime, plan: Plan) -> dict[str, Any]:
    """The reason as the first program wrote it: kept here word for word, for its calls are in people's logs."""

    def score_of(ticket: Ticket) -> float:
        extra = plan.head_start_minutes * 60 if ticket.priority and rule == "head-start" else 0
        return (now - ticket.issued_at).total_seconds() + extra

    score, index = max((score_of(ticket), -index) for index, ticket in enumerate(waiting))
    first = [ticket.number for ticket in waiting[:-index]]
    return {"rule": f"{rule}/1", "score": round(score, 3), "passed_over": len(first), "first": first[:5]}


@given(standing(), st.sampled_from(["first-come", "head-start"]), st.integers(0, 60), st.integers(0, 99_999))
def test_a_call_of_the_first_program_is_explained_byte_by_byte(
    waiting: list[Ticket], rule: str, minutes: int, ms: int
) -> None:
    now = LATE + timedelta(milliseconds=ms)
    plan = by(rule, head_start_minutes=minutes, priorities={"elder": Priority("elder", NAMES)})
    waiting = [replace(ticket, issued_at=ticket.since, front=False) for ticket in waiting]

    reason = choose(waiting, now, plan).reason()

    assert json.dumps(reason) == json.dumps(as_the_first_program_chose(rule, waiting, now, plan))


@example(0, 20, 32_072)  # called before one who came twenty minutes earlier, by the last bit
@given(st.integers(0, 20_000_000), st.integers(0, 40), st.integers(0, 20_000_000))
def test_even_a_tie_is_broken_as_the_first_program_did(ms: int, minutes: int, later: int) -> None:
    """One who came exactly the head start after: the last bit of a sum decides, and must go on deciding the same."""
    since = NINE + timedelta(milliseconds=ms)
    now = since + timedelta(minutes=minutes, milliseconds=later)
    times = [since, since + timedelta(minutes=minutes)]
    waiting = [
        visitor(n, 0, p, since=at, issued_at=at) for n, p, at in zip((1, 2), (None, "elder"), times, strict=True)
    ]
    plan = by("head-start", head_start_minutes=minutes)

    assert choose(waiting, now, plan).reason() == as_the_first_program_chose("head-start", waiting, now, plan)
