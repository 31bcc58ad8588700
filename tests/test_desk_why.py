"""Why was it called just then, or before another? The desk's sentences, in Thai and in English, from the record alone.

Not here: how the record is reckoned (test_why.py, test_past.py), and the desk's wishes (test_desk.py).
"""

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import manager_desk.desk
from hall_server import texts
from hall_server.app import build
from hall_server.house import House
from hall_server.people import People
from queue_core import centre_file, day, officers, plan, visitors
from queue_core import why as record
from queue_core.hall import Booking
from queue_core.office import Office
from queue_core.ticket import Event
from tests import halls
from tests.halls import FakeClock, press, take, wish

TODAY = "2026-11-20"
OF_PROFILE = (
    halls.CENTRE.replace("[calling]", '[calling]\nprofile = "front-line"')
    + """
[[segment]]
id = "cards"
name = { th = "ต่ออายุ", en = "Renewals" }
services = ["card"]

[[profile]]
id = "front-line"
name = { th = "แถวหน้า", en = "Front line" }
lines = ["WHEN cards waits 5 minutes THEN cards", "OTHERWISE first-come"]
"""
)


class Floor:
    """A hall whose clock a test moves, and its manager at the desk."""

    def __init__(self, folder: Path, office: Office, clock: FakeClock) -> None:
        people = People(folder / "people.db")
        people.add_person("malee", "manager", "4821")
        self.somchai = people.add_person("somchai", "officer", "4821").id
        self.office, self.clock = office, clock
        self.manager = build(House(office, people, b"secret"), [manager_desk.desk.face], "threading")[0].test_client()
        self.sign_in()

    def sign_in(self) -> None:
        """A session lasts a service day."""
        signed = self.manager.post("/api/v1/session", json={"username": "malee", "pin": "4821"})
        assert signed.status_code == 200

    def comes(self, minute: float, service: str = "benefit", **more: Any) -> str:
        """The number of a visitor who takes a ticket so many minutes after nine."""
        self.at(minute)
        return take(self.office, service, **more).number

    def at(self, minute: float) -> None:
        self.clock.shows(halls.MORNING)
        self.clock.passes(minutes=minute)

    def do(self, what: Any, *asked: Any, **more: Any) -> None:
        self.office.do(wish(what, *asked, by=self.somchai, **more))

    def ticket(self, number: str) -> Any:
        """The live ticket of that number."""
        found = self.office.hall.numbered(number)
        assert found
        return found

    def number_at(self, counter: str) -> str:
        present = self.office.hall.at_counter(counter)
        assert present
        return present.number

    def why(self, language: str, first: str, second: str = "", **more: str) -> Any:
        asked = {"first": first, "second": second, "language": language, **more}
        answer = self.manager.get("/api/v1/why", query_string=asked)
        assert answer.status_code == 200, answer.text
        return answer.json

    def page(self, language: str, first: str, second: str = "") -> str:
        asked = {"first": first, "second": second, "language": language, "day": TODAY}
        drawn = self.manager.get("/desk/why", query_string=asked)
        assert drawn.status_code == 200
        return drawn.text


def of_rule(rule: str) -> plan.Plan:
    return halls.small_plan(rule=rule)


@pytest.fixture
def given() -> plan.Plan:
    """The small centre, unless a test wants another."""
    return halls.small_plan()


@pytest.fixture
def floor(tmp_path: Path, given: plan.Plan) -> Iterator[Floor]:
    clock = FakeClock()
    with halls.at_work(tmp_path, clock, given=given) as office:
        yield Floor(tmp_path, office, clock)


def well_said(sentence: str, *words: str) -> None:
    """Every blank is filled, and it says these."""
    assert not re.search(r"[{}]|\b(?:why|desk)\.", sentence), sentence
    for word in words:
        assert word in sentence, sentence


LANGUAGES = pytest.mark.parametrize("language", ["th", "en"])


# -- one number ----------------------------------------------------------------------------------------------------


@LANGUAGES
@pytest.mark.parametrize(
    ("given", "says"),
    [
        (of_rule("first-come"), "40"),
        (of_rule("head-start"), "40"),
        (of_rule("target-ratio"), "1.33"),
        (of_rule("due-then-ratio"), "1.33"),
        (of_rule("longest-visit"), "40"),
        (of_rule("strict"), "40"),
    ],
    ids=lambda value: value.rule if isinstance(value, plan.Plan) else "",
)
def test_each_rule_says_its_own_reason(floor: Floor, given: plan.Plan, says: str, language: str) -> None:
    first = floor.comes(0)
    floor.comes(10)
    floor.at(40)
    press(floor.office)
    told = floor.why(language, first)
    assert told.items() >= {"kind": given.rule, "first": first, "second": None, "day": TODAY}.items()
    well_said(told["sentence"], first, "09:40", says, "ช่อง 1" if language == "th" else "Counter 1")
    among = "ในบรรดาผู้ที่ช่องนี้เรียกได้" if language == "th" else "among those this counter could call"
    assert (among in told["sentence"]) == (given.rule != "strict")


@LANGUAGES
@pytest.mark.parametrize("given", [of_rule("due-then-ratio")], ids=["due-then-ratio"])
def test_who_was_called_before_any_target_was_reached_is_told_so(floor: Floor, language: str) -> None:
    floor.comes(0)
    elder = floor.comes(6, priority="elder")
    floor.at(18.5)
    press(floor.office)
    told = floor.why(language, elder)
    assert told["kind"] == "due-soonest"
    # Half of thirty minutes from six past nine is 09:21.
    well_said(told["sentence"], elder, "09:18", "ภายใน 3 นาที" if language == "th" else "within 3 min")


@LANGUAGES
def test_a_priority_visitors_strict_turn_is_told_in_minutes_too(tmp_path: Path, language: str) -> None:
    with halls.at_work(tmp_path, FakeClock(), given=of_rule("strict")) as office:
        floor = Floor(tmp_path, office, office.clock)  # type: ignore[arg-type]
        floor.comes(0)
        elder = floor.comes(3, priority="elder")
        floor.at(10)
        press(office)
        assert re.search(r"\b7 (?:min|นาที)", floor.why(language, elder)["sentence"])


@LANGUAGES
def test_a_chosen_number_names_the_listed_reason(floor: Floor, language: str) -> None:
    older = floor.comes(0)
    chosen = floor.comes(5)
    floor.do(officers.call_number, "1", chosen, reason="child")
    told = floor.why(language, chosen)
    assert told["kind"] == "chosen"
    well_said(told["sentence"], "มีเด็กเล็กมาด้วย" if language == "th" else "With a small child")
    facts = {fact["key"]: fact.get("said", fact.get("numbers")) for fact in told["facts"]}
    assert facts.items() >= {"officer": "somchai", "first": [older], "passed_over": "1", "at": "09:05:00"}.items()
    assert "chosen/1" in facts["rule"]


@LANGUAGES
def test_the_front_a_walk_in_and_nobody_at_all(floor: Floor, language: str) -> None:
    floor.comes(0)
    front, never = floor.comes(1), floor.comes(2)
    floor.do(visitors.move, floor.ticket(front), {}, position="front", reason="unwell")
    press(floor.office)
    floor.do(officers.walk_in, "2")
    for number, kind in ((front, "front"), (floor.number_at("2"), "walk-in"), (never, "not-called-yet")):
        told = floor.why(language, number)
        assert told["kind"] == kind
        well_said(told["sentence"], number)


@LANGUAGES
@pytest.mark.parametrize("given", [centre_file.read(OF_PROFILE)], ids=["front-line"])
def test_a_profile_names_its_line(floor: Floor, language: str) -> None:
    floor.comes(0)
    card = floor.comes(2, "card")
    floor.at(10)
    press(floor.office)
    told = floor.why(language, card)
    assert told["kind"] == "profile"
    name = "แถวหน้า" if language == "th" else "Front line"
    well_said(told["sentence"], card, name, "WHEN cards waits 5 minutes THEN cards", "1")


@LANGUAGES
@pytest.mark.parametrize("given", [centre_file.read(OF_PROFILE)], ids=["front-line"])
def test_the_settings_say_the_lines_of_the_profile_as_they_are_written(floor: Floor, language: str) -> None:
    drawn = html.unescape(floor.manager.get(f"/desk/settings?show=counters&language={language}").text)
    name = "แถวหน้า" if language == "th" else "Front line"
    assert texts.say(language, "desk.by_profile", profile=name) in drawn
    ways = drawn[drawn.index('class="ways"') :]
    assert re.findall(r"<code>(.*?)</code>", ways) == [
        "WHEN cards waits 5 minutes THEN cards",
        "OTHERWISE first-come",
    ]


# -- two numbers ---------------------------------------------------------------------------------------------------

Pair = tuple[str, str]


def not_there_yet(floor: Floor) -> Pair:
    first = floor.comes(0)
    press(floor.office)
    return first, floor.comes(10)


def already_called(floor: Floor) -> Pair:
    second, first = floor.comes(0), floor.comes(1)
    press(floor.office)
    press(floor.office, "2")
    return first, second


def was_cancelled(floor: Floor) -> Pair:
    second, first = floor.comes(0), floor.comes(1)
    floor.do(visitors.cancel, floor.ticket(second))
    press(floor.office)
    return first, second


def was_absent(floor: Floor) -> Pair:
    second, first = floor.comes(0), floor.comes(1)
    press(floor.office)
    press(floor.office, current="no-show")
    return first, second


def was_held(floor: Floor) -> Pair:
    second, first = floor.comes(0), floor.comes(1)
    press(floor.office)
    floor.do(officers.hold, "1")
    press(floor.office)
    return first, second


def was_over(floor: Floor) -> Pair:
    second, first = floor.comes(0), floor.comes(1)
    press(floor.office)
    floor.do(officers.no_show, "1")
    floor.at(30)
    floor.do(day.give_up_overdue)
    press(floor.office)
    return first, second


def of_another_counter(floor: Floor) -> Pair:
    second, first = floor.comes(0, "card"), floor.comes(1, "advice")
    press(floor.office, "2")
    return first, second


def meant_for_another(floor: Floor) -> Pair:
    second, first = floor.comes(0), floor.comes(1)
    floor.do(officers.open_counter, "2")
    press(floor.office)
    floor.do(officers.transfer, "1", to_counter="2")
    press(floor.office)
    return first, second


def chosen_by_number(floor: Floor) -> Pair:
    second, first = floor.comes(0), floor.comes(1)
    floor.do(officers.call_number, "1", first, reason="child")
    return first, second


def walked_in(floor: Floor) -> Pair:
    second = floor.comes(0)
    floor.do(officers.walk_in, "1")
    return floor.number_at("1"), second


def moved_to_front(floor: Floor) -> Pair:
    second, first = floor.comes(0), floor.comes(1)
    floor.do(visitors.move, floor.ticket(first), {}, position="front", reason="child")
    press(floor.office)
    return first, second


def with_head_start(floor: Floor) -> Pair:
    second, first = floor.comes(0), floor.comes(5, priority="elder")
    floor.at(10)
    press(floor.office)
    return first, second


def came_within_a_minute(floor: Floor) -> Pair:
    first, second = floor.comes(0.1), floor.comes(0.5)
    floor.at(10)
    press(floor.office)
    return first, second


def came_earlier(floor: Floor) -> Pair:
    first, second = floor.comes(0), floor.comes(7)
    floor.at(10)
    press(floor.office)
    return first, second


def at_the_same_moment(floor: Floor) -> Pair:
    first, second = floor.comes(0), floor.comes(0)
    press(floor.office)
    return first, second


def booked_earlier(floor: Floor) -> Pair:
    floor.at(0)
    floor.do(visitors.book, Booking("K7M2", ("benefit",), floor.clock.now() + timedelta(minutes=20)))
    second = floor.comes(22)
    floor.at(25)
    floor.do(visitors.check_in, "K7M2")
    floor.at(30)
    press(floor.office)
    return floor.number_at("1"), second


def at_the_same_window(floor: Floor) -> Pair:
    floor.at(0)
    floor.do(visitors.issue, ["benefit", "card"])
    press(floor.office)
    first, second = floor.number_at("1"), floor.comes(1, "card")
    floor.do(officers.finish, "1", stay=True)
    return first, second


def nobody_called_it_yet(floor: Floor) -> Pair:
    return floor.comes(0), floor.comes(1)


def nobody_called_it(floor: Floor) -> Pair:
    first, second = floor.comes(0), floor.comes(1)
    floor.do(visitors.cancel, floor.ticket(first))
    return first, second


def of_another_skill(floor: Floor) -> Pair:
    second, first = floor.comes(0), floor.comes(1, "card")
    floor.do(day.set_skills, floor.somchai, ["card"])
    floor.do(officers.call_next, "1")
    return first, second


def put_at_the_end(floor: Floor) -> Pair:
    second, first = floor.comes(0), floor.comes(5)
    floor.at(7)
    floor.do(visitors.move, floor.ticket(second), {}, position="end")
    press(floor.office)
    return first, second


def booked(floor: Floor, minute: float, comes: float) -> str:
    """The number of a visitor who was booked for the one minute and comes at the other."""
    floor.at(0)
    floor.do(visitors.book, Booking("K7M2", ("benefit",), floor.clock.now() + timedelta(minutes=minute)))
    floor.at(comes)
    floor.do(visitors.check_in, "K7M2")
    return floor.office.hall.waiting()[-1].number


def booked_and_late(floor: Floor) -> Pair:
    first = floor.comes(25)
    second = booked(floor, 5, 31)
    press(floor.office)
    return first, second


def booked_for_later(floor: Floor) -> Pair:
    second = booked(floor, 50, 2)
    first = floor.comes(4)
    press(floor.office)
    return first, second


def by_hand(floor: Floor) -> Pair:
    floor.at(60)
    came = floor.clock.now() - timedelta(minutes=30)
    ended = came + timedelta(minutes=10)
    floor.do(visitors.enter_by_hand, "Z001", ["benefit"], came, ended_at=ended, counter="1")
    return "Z001", floor.comes(61)


SMALL = halls.small_plan()
TWO_PRIORITIES = centre_file.read(
    halls.CENTRE.replace(
        "[[service]]",
        '[[priority]]\nid = "monk"\nhead_start_minutes = 60\nname = { th = "พระภิกษุ", en = "Monk" }\n\n[[service]]',
        1,
    )
)


def both_head_starts(floor: Floor) -> Pair:
    second, first = floor.comes(0, priority="elder"), floor.comes(5, priority="monk")
    floor.at(10)
    press(floor.office)
    return first, second


def nearer_its_target(floor: Floor) -> Pair:
    second, first = floor.comes(0, "card"), floor.comes(5, "benefit")
    floor.at(40)
    press(floor.office)
    return first, second


def past_its_target(floor: Floor) -> Pair:
    second, first = floor.comes(0, "card"), floor.comes(20, "benefit", priority="elder")
    floor.at(41)
    press(floor.office)
    return first, second


def due_sooner(floor: Floor) -> Pair:
    second, first = floor.comes(0, "benefit"), floor.comes(5, "card", priority="elder")
    floor.at(10)
    press(floor.office)
    return first, second


def longer_in_the_centre(floor: Floor) -> Pair:
    first = floor.comes(0)
    floor.do(visitors.move, floor.ticket(first), {}, position="end")
    press(floor.office)
    floor.do(officers.transfer, "1", service="card", position="end")
    second = floor.comes(10, "card")
    floor.at(20)
    floor.do(visitors.move, floor.ticket(first), {}, position="end")
    press(floor.office)
    return first, second


def strictly_first(floor: Floor) -> Pair:
    second, first = floor.comes(0), floor.comes(30, priority="elder")
    press(floor.office)
    return first, second


def by_the_profile(floor: Floor) -> Pair:
    second, first = floor.comes(0), floor.comes(2, "card")
    floor.at(10)
    press(floor.office)
    return first, second


STORIES = [
    ("not-there-yet", not_there_yet, SMALL, ("09:10",)),
    ("already-called", already_called, SMALL, ("09:01",)),
    ("cancelled", was_cancelled, SMALL, ()),
    ("absent", was_absent, SMALL, ()),
    ("held", was_held, SMALL, ()),
    ("over", was_over, SMALL, ()),
    ("another-counter", of_another_counter, SMALL, ("3",)),
    ("meant-for-another", meant_for_another, SMALL, ("2",)),
    ("chosen", chosen_by_number, SMALL, ("มีเด็กเล็กมาด้วย|With a small child",)),
    ("walk-in", walked_in, SMALL, ()),
    ("front", moved_to_front, SMALL, ("มีเด็กเล็กมาด้วย|With a small child",)),
    ("head-start", with_head_start, SMALL, ("20", "ผู้สูงอายุ|Older person", "08:45", "09:05", "09:00")),
    ("both-head-start", both_head_starts, TWO_PRIORITIES, ("60", "20", "08:05", "08:40")),
    ("target-ratio", nearer_its_target, of_rule("target-ratio"), ("117", "89")),
    ("past-target", past_its_target, of_rule("due-then-ratio"), ("140", "15", "91", "45")),
    ("due-sooner", due_sooner, of_rule("due-then-ratio"), ("22.5", "09:27", "30", "09:30")),
    ("longest-visit", longer_in_the_centre, of_rule("longest-visit"), ("09:00", "09:10")),
    ("strict", strictly_first, of_rule("strict"), ("ผู้สูงอายุ|Older person",)),
    ("first-come", came_earlier, SMALL, ("09:00", "09:07")),
    ("first-come", came_within_a_minute, SMALL, ("09:00:06", "09:00:30")),
    ("same-moment", at_the_same_moment, SMALL, ("09:00",)),
    ("booked", booked_earlier, SMALL, ("09:20", "09:22")),
    ("profile", by_the_profile, centre_file.read(OF_PROFILE), ("WHEN cards waits 5 minutes THEN cards",)),
    ("same-window", at_the_same_window, SMALL, ()),
    ("not-skilled", of_another_skill, SMALL, ("ช่อง 1|Counter 1",)),
    ("sent-to-end", put_at_the_end, SMALL, ("somchai", "09:07", "09:05")),
    ("booked-late", booked_and_late, SMALL, ("09:05", "09:31", "09:25")),
    ("booked-for-later", booked_for_later, SMALL, ("09:02", "09:50", "09:04")),
    ("never-called", nobody_called_it, SMALL, ("ไม่ได้ถูกเรียก|not called on that day",)),
    ("not-called-yet", nobody_called_it_yet, SMALL, ("ยังรออยู่|still waiting",)),
    ("by-hand", by_hand, SMALL, ()),
]


@LANGUAGES
@pytest.mark.parametrize(("kind", "story", "given", "words"), STORIES, ids=[story[0] for story in STORIES])
def test_one_before_another_in_a_sentence(
    floor: Floor, kind: str, story: Any, given: plan.Plan, words: tuple[str, ...], language: str
) -> None:
    first, second = story(floor)
    told = floor.why(language, first, second)
    assert told["kind"] == kind, told
    assert first in told["sentence"] or second in told["sentence"]
    well_said(told["sentence"], *(word.split("|")[-1 if language == "en" else 0] for word in words))
    if kind not in ("never-called", "not-called-yet", "by-hand"):
        assert {fact["key"] for fact in told["facts"]} >= {"at", "counter", "officer", "rule", "event"}
    assert told["sentence"] in html.unescape(floor.page(language, first, second))


def test_every_kind_of_answer_has_its_sentence() -> None:
    """Also of those that only a log of another program brings about."""
    source = Path(str(record.__file__)).read_text("utf-8")
    kinds = {story[0] for story in STORIES} | {"unknown-rule", "unexplained"}
    assert kinds >= set(re.findall(r'(?:return|:) \(?"([a-z-]+)", \{', source))
    for language in ("th", "en"):
        assert not {f"why.{kind}" for kind in kinds} - texts.languages()[language].keys()


@LANGUAGES
def test_without_a_day_it_is_the_last_that_had_both(floor: Floor, language: str) -> None:
    came_earlier(floor)
    floor.clock.passes(days=3)
    take(floor.office)
    floor.sign_in()
    told = floor.why(language, "A001", "A002")
    assert told["day"] == TODAY
    well_said(told["sentence"], "09:07")


# -- what is typed, and what is not there --------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["A001", "a1", " a 1 ", "a-001"])
def test_numbers_as_people_type_them(floor: Floor, typed: str) -> None:
    floor.comes(0)
    press(floor.office)
    assert floor.why("en", typed)["first"] == "A001"


@pytest.mark.parametrize(
    ("query", "status", "word"),
    [
        ("", 422, "wrong-value"),
        ("first=", 422, "wrong-value"),
        ("first=A009", 404, "unknown-ticket"),
        ("first=A001&second=A009", 404, "unknown-ticket"),
        ("first=%27;drop", 404, "unknown-ticket"),
        ("first=A001&day=2026-11-19", 404, "unknown-ticket"),
        ("first=A001&day=tomorrow", 422, "wrong-value"),
        ("first=A001&second=a1", 422, "same-number"),
    ],
)
def test_what_is_not_there_is_a_refusal(floor: Floor, query: str, status: int, word: str) -> None:
    floor.comes(0)
    press(floor.office)
    answer = floor.manager.get(f"/api/v1/why?{query}")
    assert answer.json and (answer.status_code, answer.json["type"]) == (status, word)


@LANGUAGES
def test_a_number_is_not_compared_with_itself(floor: Floor, language: str) -> None:
    first = floor.comes(0)
    press(floor.office)
    drawn = html.unescape(floor.page(language, first, first))
    assert texts.say(language, "refusal.same-number", number=first) in drawn and "A001, A001" not in drawn


@LANGUAGES
@pytest.mark.parametrize("day", ["2026-02-30", "tomorrow"])
def test_a_day_that_is_none_is_told_in_words(floor: Floor, language: str, day: str) -> None:
    words = texts.say(language, "desk.no_such_day", day=day)
    asked = {"first": "A001", "day": day, "language": language}
    api = floor.manager.get("/api/v1/why", query_string=asked)
    assert api.status_code == 422 and words in api.json["detail"]
    assert words in html.unescape(floor.manager.get("/desk/why", query_string=asked).text)
    of_figures = floor.manager.get("/api/v1/stats", query_string={"from": day, "language": language})
    assert of_figures.status_code == 422 and words in of_figures.json["detail"]
    turned = {"from": "2026-11-20", "to": "2026-11-19", "language": language}
    assert (
        texts.say(language, "desk.days_turned")
        in floor.manager.get("/api/v1/stats", query_string=turned).json["detail"]
    )


@LANGUAGES
def test_one_number_by_hand_says_so(floor: Floor, language: str) -> None:
    first, _ = by_hand(floor)
    told = floor.why(language, first)
    assert told["kind"] == "by-hand"
    well_said(told["sentence"], first, "บันทึกย้อนหลัง" if language == "th" else "by hand")


def test_a_call_by_another_programs_profile_is_not_told_as_by_this_ones(floor: Floor) -> None:
    number = floor.comes(0)
    said = {"id": "front-line", "version": 9, "line": 0, "says": "WHEN …"}
    for rule, more in (("first-come/1", {"profile": said}), ("head-start/7", {})):
        reason = {"rule": rule, "score": 7.0, "passed_over": 0, "first": []} | more
        later = Event("called", floor.clock.now(), "x", f"20261120-{number}", "1", {"reason": reason})
        floor.office.do(lambda present, now, event=later: (event,))
        told = floor.why("en", number)
        assert told["kind"] == "unknown"
        floor.do(officers.undo, "1")


@LANGUAGES
def test_the_page_says_the_sentence_and_what_was_recorded(floor: Floor, language: str) -> None:
    older = floor.comes(0)
    elder = floor.comes(5, priority="elder")
    floor.at(10)
    press(floor.office)
    drawn = html.unescape(floor.page(language, elder))
    assert floor.why(language, elder)["sentence"] in drawn
    assert f"second={older}" in drawn, "from each who was passed over, one may ask on"
    assert "desk." not in re.sub(r"<script.*?</script>|\"[^\"]*\"", "", drawn, flags=re.DOTALL)


@LANGUAGES
def test_the_page_says_what_it_does_not_find(floor: Floor, language: str) -> None:
    assert "A009" in floor.page(language, "a9")
    assert 'class="note warn"' in floor.page(language, "a9")


# -- the calls of the day ------------------------------------------------------------------------------------------


COVERED = centre_file.read(
    halls.CENTRE.replace('id = "advice"', 'id = "tip-off"')
    .replace('kind = "information"', 'kind = "complaint"\nshown_as = "benefit"')
    .replace('"advice"', '"tip-off"')
    .replace("ให้คำปรึกษา", "แจ้งเบาะแส")
    .replace('"Advice"', '"Tip-off"')
)


@LANGUAGES
@pytest.mark.parametrize("given", [COVERED], ids=["tip-off"])
def test_the_list_of_calls_tells_nobody_who_came_with_a_tip_off(floor: Floor, language: str) -> None:
    number = floor.comes(0, "tip-off")
    press(floor.office, "2")
    for _ in ("there", "gone"):
        whole = floor.manager.get(f"/desk/today?language={language}").text
        # The figures by service, which the script is told, name nobody.
        drawn = re.sub(r"<script.*?</script>", "", whole, flags=re.DOTALL)
        assert number in drawn and ("Benefit claim" if language == "en" else "ขอรับประโยชน์ทดแทน") in drawn
        assert "แจ้งเบาะแส" not in drawn and "Tip-off" not in drawn
        if floor.office.hall.tickets:
            floor.do(officers.finish, "2")


def test_calls_are_told_fifty_at_a_time(floor: Floor) -> None:
    for _ in range(52):
        floor.comes(0)
        press(floor.office, current="finished")
    newest = floor.manager.get("/desk/today?language=en").text
    assert "A052" in newest and "A003" in newest and "A002" not in newest
    (earlier,) = re.findall(r'href="(\?[^"]*before=[^"]*)"', newest)
    rest = floor.manager.get(f"/desk/today{html.unescape(earlier)}").text
    assert "A002" in rest and "A001" in rest and "A003" not in rest
