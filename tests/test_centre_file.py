"""A centre's TOML is read, or refused with its line and what to do.

Not here: the grammar of a profile's lines (test_profile_lines.py), and what the hall does by the plan.
"""

import json
import re
import tomllib
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import queue_core
from queue_core import centre_file
from queue_core.centre_file import line_of, read
from queue_core.errors import Mistake
from queue_core.plan import REASONS, Condition, Holiday, Line, Plan, Profile, Segment, Share, free_prefix
from tests.full_centre import FULL
from tests.halls import CENTRE, small_plan

SAMPLE = (Path(queue_core.__file__).parent / "samples" / "centre.toml").read_text(encoding="utf-8")
LINES = CENTRE.split("\n")


def at(sign: str, nth: int = 1, text: str = CENTRE) -> int:
    """The line of the small centre on which `sign` stands for the nth time."""
    return [number for number, line in enumerate(text.split("\n"), 1) if sign in line][nth - 1]


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


def test_the_examples_in_the_notes_of_the_sample_are_right() -> None:
    text = re.sub(r'^# ?(?=\[\[|\]|[a-z_]+(\.[a-z]+)? = |  "|$)', "", SAMPLE, flags=re.MULTILINE)

    with_examples = read(text)

    assert list(with_examples.segments) == ["booked", "priority"] and "2026-12-10" in with_examples.holidays
    assert with_examples.profile == "front-line" and len(with_examples.profiles["front-line"].lines) == 3
    assert list(with_examples.reasons) == ["unwell"]
    assert with_examples.services["dsd-skill-test"].quota_hour == 10


def test_a_further_language_may_be_left_out_of_a_name_which_is_english_then() -> None:
    further = CENTRE.replace('["th", "en"]', '["th", "en", "my"]').replace(
        'en = "Advice" }', 'en = "Advice", my = "အကြံပေး" }'
    )

    plan = read(further.replace('en = ["Identity card"] }', 'en = ["Identity card"], my = ["မှတ်ပုံတင်"] }'))

    assert plan.services["advice"].name["my"] == "အကြံပေး"
    assert plan.services["benefit"].name["my"] == "Benefit claim"
    assert plan.services["benefit"].documents["my"] == ("မှတ်ပုံတင်",)
    assert plan.services["card"].documents["my"] == ("Passport", "The present permit")
    assert plan.services["benefit"].fee["my"] == "အခမဲ့"


def test_a_name_that_is_there_in_a_further_language_says_something() -> None:
    empty = CENTRE.replace('["th", "en"]', '["th", "en", "my"]').replace('en = "Advice" }', 'en = "Advice", my = " " }')
    with pytest.raises(Mistake, match="has no my"):
        read(empty)


@pytest.mark.parametrize(
    ("thai", "english"),
    [
        ("บัตรที่ยกเลิกแล้วยังนับอยู่ในจำนวนนี้", "a cancelled ticket keeps its place in a quota"),
        ("ผู้ที่จองเวลามาไม่นับ", "bookings are outside quotas"),
        ("ผู้ที่ถูกย้ายไปท้ายแถวยังนับเวลาตั้งแต่มาถึงศูนย์", "sent to the end keeps the visit's age"),
        ("อยู่ต้นแถวของกลุ่มที่บรรทัดนั้นเรียก", "at the front of the segment that is called from"),
        ("กำลังรับบริการ หรือพักคิวไว้", "waits, is being served or put aside"),
    ],
)
def test_the_notes_of_the_sample_say_what_would_surprise(thai: str, english: str) -> None:
    notes = " ".join(line.removeprefix("#").strip() for line in SAMPLE.split("\n") if line.startswith("#"))

    assert thai in notes and english in notes


def test_in_the_sample_a_tip_off_looks_like_a_question() -> None:
    sample = read(SAMPLE)
    shown = sample.shown("ops-tip-off")

    assert shown is sample.services["ops-information"] and sample.services["ops-tip-off"].at_kiosk
    assert set(sample.able("ops-tip-off")) <= set(sample.able("ops-information"))


def test_a_centre_with_everything_is_read() -> None:
    full = read(FULL)

    assert (full.profile, full.recalls, full.requeues, full.tolerance_minutes) == ("front-line", 2, 0, 0)
    assert (full.tickets_before_minutes, full.tickets_in_breaks, full.last_ticket) == (30, True, "by-work")
    assert (full.left_over, full.early_minutes, full.late_minutes) == ("carry", 60, 0)
    assert (full.emergency_prefix, full.priorities["elder"].head_start_minutes) == ("X", 45)
    assert full.lock_minutes == 3
    assert list(full.segments) == ["booked", "wheels", "everybody"]
    assert full.segments["wheels"] == Segment(
        id="wheels",
        name={"th": "เก้าอี้เข็น", "en": "Wheelchair"},
        services=("benefit", "card"),
        languages=("th",),
        priorities=("any", "elder"),
        needs=("wheelchair", "escort"),
    )
    assert full.segments["booked"].bookings == ("on-time", "early")
    assert full.profiles["front-line"] == Profile(
        id="front-line",
        name={"th": "ด่านหน้า", "en": "Front line"},
        lines=(
            Line(
                "WHEN booked waits 5 minutes AND time is after 10:00 THEN booked",
                (Condition("waits", "booked", 5), Condition("after", None, 600)),
                (Share(1, "booked"),),
            ),
            Line(
                "always 2 of wheels,1 of others by target-ratio",
                (Condition("always"),),
                (Share(2, "wheels"), Share(1, "others")),
                "target-ratio",
            ),
        ),
        otherwise=None,
        follows="back-office",
    )
    assert (full.profiles["back-office"].lines, full.profiles["back-office"].otherwise) == ((), "head-start")
    assert full.holidays["2026-12-10"] == Holiday("2026-12-10", {"th": "วันรัฐธรรมนูญ", "en": "Constitution Day"})
    assert full.holidays["2026-12-31"].hours == ((510, 600), (630, 720))
    assert full.reasons == {
        "returned": {"th": "กลับมา", "en": "Came back"},
        "asked": {"th": "ขอมา", "en": "Asked for"},
    }
    benefit, tip_off, advice = full.services["benefit"], full.services["tip-off"], full.services["advice"]
    assert (benefit.after, benefit.quota_day, benefit.quota_hour) == (("card", "tip-off"), 40, 10)
    assert (tip_off.shown_as, tip_off.at_kiosk) == ("advice", False)
    assert (advice.after, advice.shown_as, advice.at_kiosk, advice.quota_day) == ((), None, True, None)
    second, third = full.counters["2"], full.counters["3"]
    assert (second.profile, second.walk_in, third.profile, third.walk_in) == ("back-office", "advice", None, None)
    assert full.skills == {}


def test_a_centre_says_nothing_of_what_it_leaves_as_usual() -> None:
    small = small_plan()

    assert (small.profile, small.recalls, small.requeues, small.tolerance_minutes) == (None, 3, 1, 15)
    assert (small.tickets_before_minutes, small.tickets_in_breaks, small.last_ticket) == (0, False, "closing")
    assert (small.left_over, small.early_minutes, small.late_minutes) == ("expire", 30, 15)
    assert (small.segments, small.profiles, small.holidays, small.reasons) == ({}, {}, {}, REASONS)


def test_the_usual_reasons_are_there_in_every_language_of_the_centre() -> None:
    in_burmese = CENTRE.replace('"] }', '"], my = ["…"] }').replace('" }', '", my = "…" }')

    reasons = read(in_burmese.replace('["th", "en"]', '["th", "en", "my"]')).reasons

    assert reasons["child"] == {**REASONS["child"], "my": REASONS["child"]["en"]}


@pytest.mark.parametrize(
    ("used", "free"),
    [([], "Z"), (["A", "B"], "Z"), (["Z"], "Y"), (["Z", "Y", "ZZ"], "X"), ("ABCDEFGHJKLMNPQRSTUVWXYZ", "ZZ")],
)
def test_emergencies_take_the_last_letter_that_no_service_has(used: list[str], free: str) -> None:
    assert free_prefix(used) == free
    if len(used) <= 2:
        text = changed(at("prefix"), f'prefix = "{(*used, "A")[0]}"')
        assert read(text).emergency_prefix == free


def test_the_marks_of_other_editors_are_no_mistake() -> None:
    assert read("\ufeff" + CENTRE.replace("\n", "\r\n")) == read(CENTRE)
    assert mistake_in(changed(at("prefix"), 'prefix = "O"').replace("\n", "\r\n")).line == at("prefix")


def test_a_text_that_changed_has_another_digest() -> None:
    assert read(CENTRE).source != read(CENTRE + "# a word\n").source


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
    "a counter named as the reception": (at('id = "1"'), 'id = "reception"', at('id = "1"'), "reception desk's own"),
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
    "hours that are no hours": (
        at("friday"),
        'friday = ["8.30 to 4"]',
        at("friday"),
        "'8.30 to 4' is not written as 08:30-12:00",
    ),
    "hours that are a number": (at("friday"), "friday = [8]", at("friday"), "8 is not written as 08:30-12:00"),
    "a minute of the clock too many": (
        at("friday"),
        'friday = ["08:30-12:60"]',
        at("friday"),
        "'08:30-12:60' is not written as 08:30-12:00",
    ),
    "hours that are a text": (at("friday"), 'friday = "08:30-16:30"', at("friday"), "must be a list"),
    "hours that overlap": (
        at("monday"),
        'monday = ["08:30-12:00", "11:00-16:30"]',
        at("monday"),
        "'08:30-12:00' and '11:00-16:30' overlap",
    ),
    "hours within others": (
        at("monday"),
        'monday = ["08:30-16:30", "11:00-12:00"]',
        at("monday"),
        "'08:30-16:30' and '11:00-12:00' overlap",
    ),
    "hours twice": (at("monday"), 'monday = ["09:00-12:00", "09:00-12:00"]', at("monday"), "overlap"),
    "hours out of order": (
        at("monday"),
        'monday = ["13:00-16:30", "08:30-12:00"]',
        at("monday"),
        "'08:30-12:00' stands after '13:00-16:30', and is earlier",
    ),
    "hours that end before they begin": (
        at("friday"),
        'friday = ["08:30-12:00", "16:30-13:00"]',
        at("friday"),
        "'16:30-13:00' does not end after it begins",
    ),
    "hours of no length": (
        at("friday"),
        'friday = ["08:30-08:30"]',
        at("friday"),
        "'08:30-08:30' does not end after it begins",
    ),
    "hours past midnight": (
        at("friday"),
        'friday = ["22:00-02:00"]',
        at("friday"),
        "what is after midnight stands with the next day",
    ),
    "hours in which the day turns": (
        at("day_begins"),
        'day_begins = "09:00"',
        at("monday"),
        "a new day begins at 09:00, in the middle of '08:30-12:00'",
    ),
    "hours after a break in which the day turns": (
        at("friday"),
        'friday = ["00:00-03:59", "03:59-04:01"]',
        at("friday"),
        "a new day begins at 04:00, in the middle of '03:59-04:01'",
    ),
    "an hour of the clock too many": (
        at("friday"),
        'friday = ["08:30-24:01"]',
        at("friday"),
        "'08:30-24:01' is not written as 08:30-12:00",
    ),
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


# A line of the full centre, what is written instead, and what the refusal says: the line is the same if not said else.
MORE_MISTAKES: dict[str, tuple[str, str | None, str, str, str]] = {
    "a rule misspelt": ('rule = "head', 'rule = "headstart"', "", "'headstart'", 'did you mean "head-start"?'),
    "a profile for all that is misspelt": (
        'profile = "front-line"',
        'profile = "frontline"',
        "",
        "no profile 'frontline'",
        'did you mean "front-line"?',
    ),
    "a profile for all that is a number": ('profile = "front-line"', "profile = 3", "", "no profile 3", "back-office"),
    "a key misspelt": ("recalls", "recall = 2", "", "recall is not known", 'did you mean "recalls"?'),
    "a table misspelt": ("[tickets]", "[ticket]", "", "ticket is not known", 'did you mean "tickets"?'),
    "a kind misspelt": ("forward", 'kind = "foward"', "", "'foward' is not known", 'did you mean "forward"?'),
    "recalls below nothing": ("recalls", "recalls = -1", "", "from 0 to 600", "recalls = 15"),
    "a tolerance that is a text": ("tolerance", 'tolerance_minutes = "5"', "", "whole number", "tolerance_minutes ="),
    "minutes before that are too many": ("before_minutes", "before_minutes = 601", "", "0 to 600", "before_minutes ="),
    "breaks that are neither yes nor no": ("in_breaks", 'in_breaks = "yes"', "", "yes or no", "in_breaks = true"),
    "a last ticket nobody knows": ("last =", 'last = "bywork"', "", "'bywork' is not", 'did you mean "by-work"?'),
    "left over nobody knows": ("left_over", 'left_over = "cary"', "", "'cary' is not", 'did you mean "carry"?'),
    "a window that is no number": ("late_minutes", "late_minutes = true", "", "whole number", "late_minutes = 15"),
    "an emergency prefix of a service": ('prefix = "X"', 'prefix = "B"', "", "of 'card' begin with B", 'prefix = "Z"'),
    "an emergency prefix like zero": ('prefix = "X"', 'prefix = "O"', "", "cannot be used", "not O or I"),
    "a table that is none": ("[day]", "[[day]]", "", "day must be a table", "[day]"),
    "a head start of a priority": ("minutes = 45", "head_start_minutes = 601", "", "from 0 to 600", "for example"),
    "a priority called any": ('id = "elder"', 'id = "any"', "", "'any' cannot be a priority", "another id"),
    "a priority called none": ('id = "elder"', 'id = "none"', "", "'none' cannot be a priority", "another id"),
    "a segment called others": ('id = "booked"', 'id = "others"', "", "cannot be a segment", "another id"),
    "a segment called THEN": ('id = "booked"', 'id = "THEN"', "", "cannot be a segment", "another id"),
    "a segment's key misspelt": ("bookings", "booking = []", "", "booking is not known", 'did you mean "bookings"?'),
    "a segment twice": ('id = "wheels"', 'id = "booked"', "", "the id 'booked' stands twice", "its own id"),
    "a segment's service": ('"benefit", "card"]', 'services = ["benefits"]', "", "'benefits'", 'mean "benefit"?'),
    "a segment's language": ('["th"]', 'languages = ["de"]', "", "no language 'de'", "use one of: th, en"),
    "a segment's priority": ('"any", "elder"', 'priorities = ["eldre"]', "", "'eldre'", 'did you mean "elder"?'),
    "a segment's booking": ('["on-time", "early"]', 'bookings = ["ontime"]', "", "'ontime'", 'did you mean "on-time"?'),
    "a segment's need": ('"escort",', '  "wheelchairs",', "", "no need 'wheelchairs'", 'did you mean "wheelchair"?'),
    "a segment's needs as a text": ('["on-time"', 'bookings = "early"', "", "must be a list", 'bookings = ["…"'),
    "a line's keyword misspelt": (
        "WHEN booked",
        '"WHNE booked waits THEN booked",',
        "",
        "'WHNE' stands where WHEN or ALWAYS or OTHERWISE should",
        'did you mean "WHEN"?',
    ),
    "a line's segment misspelt": (
        "2 of wheels",
        '"ALWAYS wheel",',
        "",
        "there is no segment 'wheel'",
        'did you mean "wheels"?',
    ),
    "a line's rule misspelt": ("2 of wheels", '"ALWAYS wheels BY strickt",', "", "'strickt'", 'mean "strict"?'),
    "a line's profile misspelt": ("as back", '"OTHERWISE as backoffice",', "", "'backoffice'", 'mean "back-office"?'),
    "a line that is a number": ("2 of wheels", "  3,", "", "lines number 2 must be a text", "quotation marks"),
    "no OTHERWISE": ("as back", None, "2 of wheels", "do not end with OTHERWISE", "OTHERWISE head-start"),
    "OTHERWISE too early": ("WHEN booked", '"OTHERWISE strict",', "", "before the last line", "the only one"),
    "a profile of no lines": (
        '["OTHERWISE head',
        "lines = []",
        "",
        "do not end with OTHERWISE",
        "OTHERWISE head-start",
    ),
    "a profile of one text": ('["OTHERWISE head', 'lines = "OTHERWISE strict"', "", "must be a list", "lines = ["),
    "profiles in a circle": (
        '["OTHERWISE head',
        'lines = ["OTHERWISE as front-line"]',
        "as back",
        "front-line → back-office → front-line",
        "end one of them with a rule",
    ),
    "a profile that follows itself": ("as back", '"OTHERWISE as front-line",', "", "front-line → front-line", "a rule"),
    "a date that is none": ("2026-12-10", 'date = "2026-02-30"', "", "'2026-02-30' is not a date", "2026-12-10"),
    "a date written otherwise": ("2026-12-10", 'date = "10/12/2026"', "", "is not a date", "year, month and day"),
    "a date of a week": ("2026-12-10", 'date = "2026-W50-4"', "", "is not a date", "year, month and day"),
    "a date without quotation marks": ("2026-12-10", "date = 2026-12-10", "", "is not a date", "quotation marks"),
    "a date that is a number": ("2026-12-10", "date = 3", "", "'3' is not a date", "quotation marks"),
    "a date of the Buddhist era": ("2026-12-10", 'date = "2569-12-10"', "", "Buddhist era", 'date = "2026-12-10"'),
    "a holiday twice": ("2026-12-31", 'date = "2026-12-10"', "", "the date '2026-12-10' stands twice", "its own date"),
    "a holiday without a date": ("2026-12-10", None, "[[holiday]]", "date is missing", 'date = "2026-12-10"'),
    "a holiday without a name": ("วันรัฐ", None, "[[holiday]]", "name is missing", "add name"),
    "a holiday's hours that overlap": (
        "10:30-12:00",
        'hours = ["08:30-10:00", "09:30-12:00"]',
        "",
        "'08:30-10:00' and '09:30-12:00' overlap",
        "when the first ends",
    ),
    "a holiday's hours in which the day turns": (
        "10:30-12:00",
        'hours = ["03:00-04:01"]',
        "",
        "a new day begins at 04:00, in the middle of '03:00-04:01'",
        "day_begins under [centre]",
    ),
    "a segment for everybody": (
        '["on-time"',
        None,
        'id = "booked"',
        "everybody is of the segment 'booked', and nobody comes to those after it",
        "services, languages, priorities, bookings or needs",
    ),
    "a last segment for everybody": (
        '["none"]',
        None,
        'id = "everybody"',
        "'everybody' is who is of no other segment: the same as others",
        "write others in the lines",
    ),
    "a segment of empty lists": ('["none"]', "priorities = []", 'id = "everybody"', "the same as others", "leave it"),
    "a segment twice in a ratio": (
        "2 of wheels",
        '"ALWAYS 2 of wheels, 1 of wheels",',
        "",
        "'wheels' stands twice in the ratio",
        '"3 of wheels"',
    ),
    "a time that never is": (
        "WHEN booked",
        '"WHEN time is after 12:00 AND time is before 09:00 THEN booked",',
        "",
        "no time is after 12:00 and before 09:00",
        "two lines",
    ),
    "a profile that nobody uses": (
        'profile = "front-line"',
        "",
        'id = "front-line"',
        "no counter calls by the profile 'front-line'",
        'profile = "front-line" at a [[counter]] or under [calling]',
    ),
    "a holiday's key misspelt": ("10:30-12:00", "hour = []", "", "hour is not known", 'did you mean "hours"?'),
    "a reason twice": ('id = "asked"', 'id = "returned"', "", "the id 'returned' stands twice", "its own id"),
    "a reason in one language": ("Asked for", 'name = { th = "ขอมา" }', "", "has no en", "add en"),
    "a service after itself": ("after =", 'after = ["benefit"]', "", "benefit → benefit", "out of its after"),
    "a service after one nobody knows": ("after =", 'after = ["crad"]', "", "no service 'crad'", 'mean "card"?'),
    "after a text": ("after =", 'after = "card"', "", "must be a list", 'after = ["…"'),
    "a cover nobody knows": ("shown_as", 'shown_as = "advise"', "", "no service 'advise'", 'did you mean "advice"?'),
    "a cover that is a number": ("shown_as", "shown_as = 3", "", "no service 3", "use one of: benefit"),
    "a service shown as itself": ("shown_as", 'shown_as = "tip-off"', "", "shown as itself", "leave shown_as out"),
    "a cover that is covered": (
        "quota_day",
        'shown_as = "tip-off"',
        "",
        "shown as 'tip-off', which is",
        'shown_as = "advice"',
    ),
    "a kiosk that is a text": ("at_kiosk", 'at_kiosk = "no"', "", "must be yes or no", "at_kiosk = true, or false"),
    "a quota of nothing": ("quota_day", "quota_day = 0", "", "from 1 to", "quota_day = 15"),
    "a quota of less": ("quota_hour", "quota_hour = -1", "", "from 1 to", "quota_hour = 15"),
    "a quota of a half": ("quota_hour", "quota_hour = 0.5", "", "whole number", "quota_hour = 15"),
    "a service no counter serves": (
        '"benefit", "advice", "tip',
        'services = ["advice"]',
        'id = "tip-off"',
        "no",
        "add it",
    ),
    "a counter's profile": ('profile = "back', 'profile = "back"', "", "no profile 'back'", "front-line, back-office"),
    "a walk-in misspelt": ("walk_in", 'walk_in = "advise"', "", "does not serve 'advise'", 'did you mean "advice"?'),
    "a walk-in of another counter": ("walk_in", 'walk_in = "card"', "", "not serve 'card'", "benefit, advice, tip-off"),
    "a walk-in that is a list": ("walk_in", 'walk_in = ["advice"]', "", "does not serve", "use one of"),
    "a counter's service misspelt": ('"advice", "tip', 'services = ["advise"]', "", "'advise'", 'mean "advice"?'),
    "a matter of no service": ('"card", "advice", "tip', "services = []", "", "has no service", "name the services"),
    "a matter's service misspelt": ('"card", "advice", "tip', 'services = ["crad"]', "", "'crad'", 'mean "card"?'),
    "words in one language": ("words =", 'words = { th = ["ก"] }', "", "has no list for en", "add en"),
    "skills in the file": ("[day]", "[skills]", "", "skills is not known", "use one of"),
}


@pytest.mark.parametrize("case", MORE_MISTAKES)
def test_a_mistake_in_what_may_be_left_out_is_refused_as_well(case: str) -> None:
    sign, text, expected, said, remedy = MORE_MISTAKES[case]
    lines = FULL.split("\n")
    line = at(sign, text=FULL)

    mistake = mistake_in("\n".join([*lines[: line - 1], *([] if text is None else [text]), *lines[line:]]))

    assert said in mistake.problem and remedy in mistake.remedy
    assert mistake.line == (at(expected, text=FULL) if expected else line)


@pytest.mark.parametrize(
    ("benefit", "card", "tip_off", "circle"),
    [
        (["advice", "card"], ["tip-off"], ["advice", "benefit"], ["benefit", "card", "tip-off", "benefit"]),
        # The benefit only leads into the circle, and by its end: still it is told from its first in the file.
        (["tip-off"], ["tip-off"], ["card"], ["card", "tip-off", "card"]),
    ],
)
def test_services_that_wait_for_each_other_are_named(
    benefit: list[str], card: list[str], tip_off: list[str], circle: list[str]
) -> None:
    lines = FULL.replace('["card", "tip-off"]', json.dumps(benefit)).split("\n")
    lines.insert(lines.index('id = "card"') + 1, f"after = {json.dumps(card)}")
    lines.insert(lines.index('id = "tip-off"') + 1, f"after = {json.dumps(tip_off)}")

    mistake = mistake_in("\n".join(lines))

    assert mistake.problem == f"these services wait for each other: {' → '.join(circle)}"
    first = lines.index(f'id = "{circle[0]}"') + 1
    assert mistake.line == next(n for n, line in enumerate(lines, 1) if line.startswith("after") and n > first)
    assert "must come first" in mistake.remedy


def test_a_profile_without_lines_is_refused() -> None:
    mistake = mistake_in(FULL.replace('lines = ["OTHERWISE head-start"]\n', ""))

    assert mistake.problem == "profile number 2 lines is missing" and "OTHERWISE head-start" in mistake.remedy
    assert mistake.line == at("[[profile]]", 2, FULL)


def test_two_services_that_are_shown_as_each_other_are_refused() -> None:
    mistake = mistake_in(FULL.replace('id = "advice"', 'id = "advice"\nshown_as = "tip-off"'))

    assert "shown as 'tip-off', which is" in mistake.problem and mistake.remedy == "leave shown_as out"
    assert mistake.line == at('id = "advice"', text=FULL) + 1


def test_with_no_profile_at_all_the_refusal_says_so() -> None:
    mistake = mistake_in(changed(at("head_start_m"), 'profile = "front-line"'))

    assert mistake.line == at("head_start_m") and mistake.remedy == "there is none yet: add a [[profile]] first"


def test_an_hourly_quota_above_the_daily_one_is_let_be() -> None:
    assert read(FULL.replace("quota_hour = 10", "quota_hour = 80")).services["benefit"].quota_hour == 80


@pytest.mark.parametrize(
    ("without", "unused"),
    [
        ((), None),
        # A counter that goes by it, the centre, and another profile's end: any of them is a use.
        (('profile = "back-office"\n',), None),
        (('profile = "back-office"\n', '  "OTHERWISE as back-office",\n'), "back-office"),
        (('  "OTHERWISE as back-office",\n',), None),
    ],
)
def test_a_profile_is_used_by_a_counter_the_centre_or_another_profile(without: tuple[str, ...], unused: str) -> None:
    text = FULL
    for line in without:
        assert line in text
        text = text.replace(line, '  "OTHERWISE strict",\n' if "OTHERWISE" in line else "")

    if not unused:
        assert list(read(text).profiles) == ["front-line", "back-office"]
    else:
        mistake = mistake_in(text)
        assert (mistake.line, f"profile '{unused}'" in mistake.problem) == (at(f'id = "{unused}"', text=text), True)
        assert f"OTHERWISE as {unused}" in mistake.remedy


def closed(text: str) -> str:
    """A centre's text with no hours on any weekday."""
    return re.sub(r"^([a-z]+day) = .*$", r"\1 = []", text, flags=re.MULTILINE)


def test_a_centre_that_never_opens_is_refused() -> None:
    for text in (closed(CENTRE), "\n".join(line for line in LINES if "day = [" not in line)):
        mistake = mistake_in(text)

        assert (mistake.line, mistake.problem) == (at("[hours]"), "the centre is never open")
        assert 'monday = ["08:30-16:30"]' in mistake.remedy


def test_a_centre_that_opens_on_a_holiday_alone_is_let_be() -> None:
    assert read(closed(FULL)).holidays["2026-12-31"].hours
    assert mistake_in(closed(FULL).replace("hours = [", "# hours = [")).problem == "the centre is never open"


def test_hours_may_touch() -> None:
    text = changed(at("monday"), 'monday = ["00:00-04:00", "04:00-12:00", "12:00-16:30", "16:30-24:00"]')

    assert read(text).hours["monday"] == ((0, 240), (240, 720), (720, 990), (990, 1440))


def test_a_centre_that_never_closes_lets_the_day_begin_at_midnight() -> None:
    text = changed(at("monday"), 'monday = ["00:00-24:00"]')

    assert '"00:00"' in mistake_in(text).remedy
    assert read(text.replace('"04:00"', '"00:00"')).hours["monday"] == ((0, 1440),)


def test_hours_over_many_lines_are_refused_with_the_line_of_theirs() -> None:
    mistakes = {
        '"13:00-16:30",\n  "08:30-12:00"': "earlier",
        '"08:30-12:00",\n  "11:00-16:30"': "overlap",
        '"08:30-12:00",\n  "13:00-12:30"': "end after",
        '"08:30-12:00",\n  "1-4"': "not written",
        '"00:00-03:00",\n  "03:30-08:00"': "a new day",
    }
    for spans, said in mistakes.items():
        mistake = mistake_in(changed(at("monday"), f"monday = [\n  {spans},\n]"))

        assert (mistake.line, said in mistake.problem) == (at("monday") + 2, True)


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

    assert [line_of(text, path) for path in [("b",), ("b", 1), ("c", 1), ("c", 1, "d"), ("e",)]] == [4, 6, 10, 11, None]


def test_the_line_of_a_text_in_a_list_of_a_list() -> None:
    lines = [
        "[[p]]",
        "lines = [",
        '  "a", "b",',
        "  # why",
        "",
        '  "c"',
        "]",
        "[[p]]",
        'lines = ["d",',
        '"e"]',
        "[q]",
        "r = 1",
    ]
    paths = [*((0, n) for n in range(4)), (1, 0), (1, 1), (1, 2)]

    assert [line_of("\n".join(lines), ("p", p, "lines", n)) for p, n in paths] == [3, 3, 6, None, 9, 10, None]
    assert [line_of("\n".join(lines), path) for path in [("p", 0, "lines"), ("p", 1), ("q", "r")]] == [2, 8, 12]


def test_a_mistake_in_the_whole_sample_is_found_without_reading_it_line_by_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Reading the whole takes milliseconds, so one a line would keep its author waiting for seconds."""
    readings, parsed = list[int](), centre_file._parsed
    monkeypatch.setattr(centre_file, "_parsed", lambda lines: (readings.append(len(lines)), parsed(lines))[1])
    lines = SAMPLE.rstrip().split("\n")
    mistake = mistake_in("\n".join([*lines, "no_such_key = 3", ""]))

    assert mistake.line == len(lines) + 1
    assert 0 < len(readings) < len(lines) / 10, "by halves"


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


WORDS = [
    *("WHEN", "when", "AND", "THEN", "ALWAYS", "OTHERWISE", "as", "BY", "of", ",", "time", "is", "after", "before"),
    *(
        "waits",
        "has",
        "minutes",
        "minute",
        "booked",
        "wheels",
        "others",
        "Others",
        "back-office",
        "front-line",
        "strict",
    ),
    *("0", "1", "5", "1000", "10:00", "25:00", "٣", "ข", "", '"', "\\", "\t", "\n", "\x7f"),
]


@settings(max_examples=300, deadline=None)
@given(st.text() | st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join), st.booleans())
def test_any_line_of_a_profile_gives_a_plan_or_a_mistake(line: str, last: bool) -> None:
    written = json.dumps(line, ensure_ascii=False)
    old = '"OTHERWISE as back-office"' if last else '"WHEN booked waits 5 minutes AND time is after 10:00 THEN booked"'
    text = FULL.replace(old, written)

    read_or_refused(text)
    if not line.strip():
        assert mistake_in(text).line == at(old, text=FULL)


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from([n for n, line in enumerate(FULL.split("\n")) if " = " in line]), st.sampled_from([*VALUES, "[[]]"])
)
def test_a_value_of_another_kind_in_the_full_centre_gives_a_plan_or_a_mistake(number: int, value: str) -> None:
    lines = FULL.split("\n")
    lines[number] = f"{lines[number].split(' = ')[0]} = {value}"
    read_or_refused("\n".join(lines))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([n for n, line in enumerate(LINES) if " = " in line]), st.sampled_from(VALUES))
def test_a_value_of_another_kind_gives_a_plan_or_a_mistake(number: int, value: str) -> None:
    read_or_refused(changed(number + 1, f"{LINES[number].split(' = ')[0]} = {value}"))


@given(st.text())
def test_any_text_gives_a_plan_or_a_mistake(text: str) -> None:
    read_or_refused(text)


def test_the_small_centre_is_as_the_tests_think() -> None:
    assert tomllib.loads(CENTRE)["service"][2]["id"] == "card"
