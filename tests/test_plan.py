"""A centre's TOML is read, or refused with its line and what to do. Not here: what the hall does by the plan."""

import json
import time
import tomllib
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import queue_core
from queue_core.errors import Mistake
from queue_core.plan import Plan, line_of, read
from tests.halls import CENTRE, small_plan

SAMPLE = (Path(queue_core.__file__).parent / "samples" / "centre.toml").read_text(encoding="utf-8")
LINES = CENTRE.split("\n")


def at(sign: str, nth: int = 1) -> int:
    """The line of the small centre on which `sign` stands for the nth time."""
    return [number for number, line in enumerate(LINES, 1) if sign in line][nth - 1]


def changed(line: int, text: str | None) -> str:
    """The small centre with one line written otherwise, or left out."""
    return "\n".join([*LINES[: line - 1], *([] if text is None else [text]), *LINES[line:]])


def mistake_in(text: str) -> Mistake:
    with pytest.raises(Mistake) as refused:
        read(text, "our.toml")
    return refused.value


# -- what is right -------------------------------------------------------------------------------------------------


def test_a_small_centre_is_read() -> None:
    small = read(CENTRE)

    assert (small.id, small.name["en"], small.rule, small.head_start_minutes) == (
        "small",
        "A small centre",
        "head-start",
        20,
    )
    assert (small.hours["monday"], small.hours["sunday"]) == (((510, 720), (780, 990)), ())
    assert (small.agencies["sso"].short["en"], small.agencies["doe"].short["en"]) == ("SSO", "Department of Employment")
    assert small.able("card") == ("1", "3")
    card, advice = small.services["card"], small.services["advice"]
    assert (card.documents["th"], card.fee["en"]) == (("หนังสือเดินทาง", "ใบอนุญาตเดิม"), "3,100 baht")
    assert (advice.documents, advice.fee["en"], advice.published_days) == ({"th": (), "en": ()}, "Free of charge", None)


def test_what_is_left_out_has_a_sensible_value() -> None:
    text = CENTRE
    for line in ("timezone =", "day_begins =", "languages =", "rule =", "head_start_minutes ="):
        text = "\n".join(kept for kept in text.split("\n") if line not in kept)

    assert replace(read(text), source="") == small_plan(source="")


def test_the_sample_centre_is_read() -> None:
    sample = read(SAMPLE)

    assert len(sample.agencies) >= 5 and len(sample.services) >= 14 and len(sample.counters) >= 8
    assert all(sample.able(service) for service in sample.services)


@pytest.mark.parametrize("text", [CENTRE, SAMPLE])
def test_a_plan_comes_back_from_the_log_as_it_was(text: str) -> None:
    plan = read(text)

    assert Plan.from_record(plan.record()) == plan
    # As the log writes it: keys in the order of the alphabet. What the centre put in order must stay in order.
    again = Plan.from_record(json.loads(json.dumps(plan.record(), ensure_ascii=False, sort_keys=True)))
    assert again == plan
    for name in ("agencies", "priorities", "services", "counters"):
        assert list(getattr(again, name)) == list(getattr(plan, name))


def test_a_record_of_a_later_program_is_taken_without_what_nobody_knows_yet() -> None:
    record = json.loads(json.dumps(small_plan().record()))
    for known in (record, *record["agencies"], *record["priorities"], *record["services"], *record["counters"]):
        known["zone"] = {"id": "upstairs"}

    assert Plan.from_record(record) == small_plan()


def test_a_record_is_never_checked() -> None:
    record = small_plan().record() | {"rule": "by-star-sign", "head_start_minutes": -5, "languages": ["la"]}

    assert Plan.from_record(record).rule == "by-star-sign"


def test_the_marks_of_other_editors_are_no_mistake() -> None:
    assert read("\ufeff" + CENTRE.replace("\n", "\r\n")) == read(CENTRE)
    assert mistake_in(changed(at("prefix"), 'prefix = "O"').replace("\n", "\r\n")).line == at("prefix")


def test_a_text_that_changed_has_another_digest() -> None:
    assert read(CENTRE).source != read(CENTRE + "# a word\n").source


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-11-21T03:59:59.999+07:00", "2026-11-20"),
        ("2026-11-21T04:00:00+07:00", "2026-11-21"),
        ("2026-11-20T20:59:59.999+00:00", "2026-11-20"),
        ("2026-11-20T21:00:00+00:00", "2026-11-21"),
        ("2026-11-20T23:59:59+00:00", "2026-11-21"),
        ("2026-11-20T00:00:00+00:00", "2026-11-20"),
    ],
)
def test_the_service_day_is_the_centres_and_turns_at_four(now: str, day: str) -> None:
    assert small_plan().service_day(datetime.fromisoformat(now)).isoformat() == day


# -- what is refused -----------------------------------------------------------------------------------------------

BENEFIT, ADVICE, CARD = at("[[service]]"), at("[[service]]", 2), at("[[service]]", 3)
MISTAKES = {
    "not TOML": (at('id = "small"'), "id = small", at('id = "small"'), "not TOML"),
    "a quotation mark left open": (at('id = "sso"'), 'id = "sso', at('id = "sso"'), "not TOML"),
    "a key twice": (at("day_begins"), 'id = "again"', at("day_begins"), "not TOML"),
    "an unknown table": (at("[calling]"), "[caling]", at("[calling]"), "caling is not known"),
    "an unknown key": (at("timezone"), 'time_zone = "Asia/Bangkok"', at("timezone"), "time_zone is not known"),
    "an unknown key of a service": (at("kind"), 'kinds = "forward"', at("kind"), "kinds is not known"),
    "an unknown weekday": (at("tuesday"), 'Tuesday = ["08:30-16:30"]', at("tuesday"), "Tuesday is not known"),
    "no name": (at("A small centre"), None, at("[centre]"), "centre name is missing"),
    "a name in one language": (at("A small centre"), 'name = { th = "เล็ก" }', at("name"), "has no en"),
    "a name that is empty": (at("A small centre"), 'name = { th = "เล็ก", en = " " }', at("name"), "has no en"),
    "a name that is a number": (at("A small centre"), 'name = { th = "เล็ก", en = 3 }', at("name"), "must be a text"),
    "a name that is a text": (at("A small centre"), 'name = "เล็ก"', at("name"), "has no th"),
    "a name in one language too many": (
        at("A small centre"),
        'name = { th = "เล็ก", en = "Small", lo = "ນ້ອຍ" }',
        at("name"),
        "lo is not known",
    ),
    "no id": (at('id = "benefit"'), None, BENEFIT, "service number 1 id is missing"),
    "an id with a space": (at('id = "benefit"'), 'id = "my benefit"', at('id = "benefit"'), "cannot be an id"),
    "an id that is a number": (at('id = "1"'), "id = 1", at('id = "1"'), "must be a text"),
    "an id twice": (at('id = "advice"'), 'id = "benefit"', at('id = "advice"'), "stands twice"),
    "an agency nobody knows": (at("agency =", 3), 'agency = "dol"', at("agency =", 3), "'dol' is not known"),
    "an agency that is a number": (at("agency =", 3), "agency = 3", at("agency =", 3), "must be a text"),
    "a kind nobody knows": (at("kind"), 'kind = "quick"', at("kind"), "use one of: information, forward"),
    "a prefix that looks like zero": (at("prefix"), 'prefix = "O"', at("prefix"), "not O or I"),
    "a prefix of three letters": (at("prefix", 3), 'prefix = "ABC"', at("prefix", 3), "cannot be used"),
    "a prefix in small letters": (at("prefix", 3), 'prefix = "b"', at("prefix", 3), "cannot be used"),
    "no prefix": (at("prefix", 3), None, CARD, "prefix is missing"),
    "no published time": (at("standard", 2), None, ADVICE, "must be a whole number from 1 to 600"),
    "a time that is a text": (at("standard", 2), 'standard_service_minutes = "10"', at("standard", 2), "whole number"),
    "a time of nothing": (at("target"), "target_wait_minutes = 0", at("target"), "from 1 to 600"),
    "yes for a number": (at("target"), "target_wait_minutes = true", at("target"), "whole number"),
    "days below nothing": (at("published_days"), "published_days = -1", at("published_days"), "from 0 to 3650"),
    "documents that are a text": (at("documents"), 'documents = "card"', at("documents"), "has no list for th"),
    "documents in one language": (at("documents"), 'documents = { th = ["บัตร"] }', at("documents"), "for en"),
    "documents that are numbers": (at("documents"), "documents = { th = [1], en = [2] }", at("documents"), "for th"),
    "hours that are no hours": (at("friday"), 'friday = ["8.30 to 4"]', at("friday"), "are no times"),
    "hours that are a text": (at("friday"), 'friday = "08:30-16:30"', at("friday"), "must be a list"),
    "hours that overlap": (at("monday"), 'monday = ["08:30-12:00", "11:00-16:30"]', at("monday"), "overlap"),
    "hours out of order": (at("monday"), 'monday = ["13:00-16:30", "08:30-12:00"]', at("monday"), "in order"),
    "hours that end before they begin": (at("friday"), 'friday = ["16:30-08:30"]', at("friday"), "are no times"),
    "an hour of the clock too many": (at("friday"), 'friday = ["08:30-24:01"]', at("friday"), "are no times"),
    "a day that begins at no time": (at("day_begins"), 'day_begins = "4"', at("day_begins"), "is not a time"),
    "a day in Thai digits": (at("day_begins"), 'day_begins = "๐๔:๐๐"', at("day_begins"), "is not a time"),
    "a time zone nobody knows": (at("timezone"), 'timezone = "Asia/Bankok"', at("timezone"), "not a time zone"),
    "a time zone that is a number": (at("timezone"), "timezone = 7", at("timezone"), "not a time zone"),
    "a time zone that is a list": (at("timezone"), "timezone = [7]", at("timezone"), "not a time zone"),
    "a time zone that is a folder": (at("timezone"), 'timezone = "Asia"', at("timezone"), "not a time zone"),
    "a time zone outside": (at("timezone"), 'timezone = "../../etc/passwd"', at("timezone"), "not a time zone"),
    "languages without Thai": (at("languages"), 'languages = ["en"]', at("languages"), "Thai and English"),
    "languages that are a text": (at("languages"), 'languages = "th"', at("languages"), "Thai and English"),
    "languages that are numbers": (at("languages"), "languages = [1, nan]", at("languages"), "Thai and English"),
    "a language twice": (at("languages"), 'languages = ["th", "en", "th"]', at("languages"), "languages"),
    "a rule nobody knows": (at("rule ="), 'rule = "by-star-sign"', at("rule ="), "use one of: first-come"),
    "a head start of a day": (at("head_start_m"), "head_start_minutes = 1440", at("head_start_m"), "0 to 600"),
    "a counter for nothing": (at("services =", 3), "services = []", at("services =", 3), "serves nothing"),
    "a counter without services": (at("services =", 3), None, at("[[counter]]", 3), "services is missing"),
    "a counter for a service nobody knows": (
        at("services =", 3),
        'services = ["card", "visa"]',
        at("services =", 3),
        "no service 'visa'",
    ),
    "a counter for a number": (at("services =", 3), "services = [3]", at("services =", 3), "there is no service 3"),
    "a service without a counter": (at("services =", 2), 'services = ["benefit"]', at('id = "advice"'), "no counter"),
    "single brackets": (at("[[priority]]"), "[priority]", at("[[priority]]"), "use double brackets"),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_is_refused_with_its_line_and_what_to_do(case: str) -> None:
    line, text, expected, said = MISTAKES[case]

    mistake = mistake_in(changed(line, text))

    assert mistake.where == "our.toml" and said in str(mistake) and mistake.remedy
    assert mistake.line == expected
    assert str(mistake).startswith(f"our.toml, line {expected}: ")


WITHOUT_HOURS = "\n".join(line for line in LINES if "day =" not in line and line != "[hours]")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "centre is missing"),
        ('centre = "small"', "centre must be a table"),
        ("[[centre]]", "centre must be a table"),
        ("[centre]\ncalling = 3", "calling is not known"),
        ('calling = "first-come"\n[centre]', "calling must be a table"),
        ("agency = 3\n[centre]", "agency must be written [[agency]]"),
        ("agency = [1, 2]\n[centre]", "agency must be written [[agency]]"),
        ('service = "x"\n' + CENTRE[: CENTRE.index("[[service]]")], "service must be written [[service]]"),
        (CENTRE[: CENTRE.index("[[service]]")], "the centre has no service"),
        (CENTRE[: CENTRE.index("[[counter]]")], "no counter serves 'benefit'"),
        (WITHOUT_HOURS, "hours is missing"),
        ('hours = "always"\n' + WITHOUT_HOURS, "hours must be"),
        ("x = " + "[" * 5000, "not TOML"),
        (changed(at("target"), f"target_wait_minutes = {'9' * 5000}"), "not TOML"),
        ("x = '''", "not TOML"),
        ("\x00", "not TOML"),
    ],
)
def test_a_file_of_another_shape_is_refused(text: str, said: str) -> None:
    assert said in str(mistake_in(text))


def test_the_line_of_a_value_in_a_list_over_many_lines() -> None:
    text = 'a = 1\n\n# why\nb = [\n  "x",\n  "y",\n]\n[[c]]\nd = 1\n[[c]]\nd = 2\n'

    assert [line_of(text, path) for path in [("b",), ("b", 1), ("c", 1), ("c", 1, "d"), ("e",)]] == [4, 4, 10, 11, None]


def test_a_mistake_in_the_whole_sample_is_told_at_once() -> None:
    began = time.perf_counter()
    mistake = mistake_in(SAMPLE.rstrip() + "\nzone = 3\n")

    assert mistake.line == len(SAMPLE.rstrip().split("\n")) + 1
    assert time.perf_counter() - began < 3


# -- whatever people write -----------------------------------------------------------------------------------------

VALUES = ["3", "-1", "true", "nan", '""', '"x"', '"O"', "[]", "[3]", '["x"]', "{}", "{ th = 3 }", "1979-05-27"]
SIGNS = ["[", "]", '"', "=", "\n", " ", "{", "}", ",", "#", "ก", "๓", "\\", "\t", "\x85", "\u2028", "[["]
KEYED = [number for number, line in enumerate(SAMPLE.split("\n")) if " = " in line]
HEADS = [number for number, line in enumerate(SAMPLE.split("\n")) if line.startswith("[")]


def leave_out(lines: list[str], draw: Any) -> None:
    del lines[draw(st.integers(0, len(lines) - 1))]


def write_otherwise(lines: list[str], draw: Any) -> None:
    number = draw(st.sampled_from(KEYED))
    if number < len(lines):
        lines[number] = f"{lines[number].split(' = ')[0]} = {draw(st.sampled_from(VALUES))}"


def write_twice(lines: list[str], draw: Any) -> None:
    number = draw(st.integers(0, len(lines) - 1))
    lines.insert(number, lines[draw(st.integers(0, len(lines) - 1))])


def slip_of_the_hand(lines: list[str], draw: Any) -> None:
    number = draw(st.integers(0, len(lines) - 1))
    place = draw(st.integers(0, len(lines[number])))
    lines[number] = (
        lines[number][:place] + draw(st.sampled_from(SIGNS)) + lines[number][place + draw(st.integers(0, 2)) :]
    )


def other_brackets(lines: list[str], draw: Any) -> None:
    number = draw(st.sampled_from(HEADS))
    if number < len(lines):
        lines[number] = lines[number].replace("[[", "[").replace("]]", "]")


@st.composite
def spoiled(draw: Any) -> str:
    """The sample centre after one to three things that happen to a file."""
    lines = SAMPLE.split("\n")
    for _ in range(draw(st.integers(1, 3))):
        draw(st.sampled_from([leave_out, write_otherwise, write_twice, slip_of_the_hand, other_brackets]))(lines, draw)
    return "\n".join(lines)


def read_or_refused(text: str) -> None:
    try:
        plan = read(text)
    except Mistake as mistake:
        assert mistake.problem and mistake.remedy
        assert mistake.line is None or 1 <= mistake.line <= text.count("\n") + 1
    else:
        assert Plan.from_record(json.loads(json.dumps(plan.record()))) == plan
        plan.service_day(datetime.fromisoformat("2026-11-20T09:00:00+07:00"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(spoiled())
def test_a_spoiled_file_gives_a_plan_or_a_mistake(text: str) -> None:
    read_or_refused(text)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([n for n, line in enumerate(LINES) if " = " in line]), st.sampled_from(VALUES))
def test_a_value_of_another_kind_gives_a_plan_or_a_mistake(number: int, value: str) -> None:
    read_or_refused(changed(number + 1, f"{LINES[number].split(' = ')[0]} = {value}"))


@given(st.text())
def test_any_text_gives_a_plan_or_a_mistake(text: str) -> None:
    read_or_refused(text)


def test_the_small_centre_is_as_the_tests_think() -> None:
    assert tomllib.loads(CENTRE)["service"][2]["id"] == "card"
