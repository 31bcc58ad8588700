"""The lines of a profile: whatever is written is read as meant, or refused with what to write.

Not here: on which line of the file a mistake stands (test_plan.py), and what a line does (test_rules.py).
"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_core.plan import Condition, Line, Share
from queue_core.profile_lines import KEYWORDS, Known, NotALine, Otherwise, line_or_end, use_one_of
from queue_core.rules import RULES

KNOWN = Known(segments=["booked", "foreign", "3"], profiles=["back-office", "strict"], rules=RULES)


def refused(text: str) -> NotALine:
    with pytest.raises(NotALine) as mistake:
        line_or_end(text, KNOWN)
    return mistake.value


ALWAYS = (Condition("always"),)


@pytest.mark.parametrize(
    ("text", "when", "take", "rule"),
    [
        ("WHEN booked waits THEN booked", (Condition("waits", "booked", 0),), (Share(1, "booked"),), "first-come"),
        (
            "when booked WAITS 1 Minute then others by strict",
            (Condition("waits", "booked", 1),),
            (Share(1, "others"),),
            "strict",
        ),
        (
            "WHEN foreign has 3 AND time is after 10:00 AND time is before 15:30 THEN foreign BY target-ratio",
            (Condition("has", "foreign", 3), Condition("after", None, 600), Condition("before", None, 930)),
            (Share(1, "foreign"),),
            "target-ratio",
        ),
        ("WHEN Others has 2 THEN OTHERS", (Condition("has", "others", 2),), (Share(1, "others"),), "first-come"),
        ("ALWAYS 2 of booked, 1 of others", ALWAYS, (Share(2, "booked"), Share(1, "others")), "first-come"),
        ("ALWAYS 2 of booked ,1 OF others", ALWAYS, (Share(2, "booked"), Share(1, "others")), "first-come"),
        ("ALWAYS 2 of booked", ALWAYS, (Share(2, "booked"),), "first-come"),
        # A segment may be called by a number.
        ("ALWAYS 3", ALWAYS, (Share(1, "3"),), "first-come"),
        ("ALWAYS 3 BY strict", ALWAYS, (Share(1, "3"),), "strict"),
        ("ALWAYS 3 of 3, 1 of booked", ALWAYS, (Share(3, "3"), Share(1, "booked")), "first-come"),
        ("WHEN 3 waits 3 minutes THEN 3", (Condition("waits", "3", 3),), (Share(1, "3"),), "first-come"),
    ],
)
def test_a_line_is_read(text: str, when: tuple[Condition, ...], take: tuple[Share, ...], rule: str) -> None:
    assert line_or_end(text, KNOWN) == Line(text, when, take, rule)


def test_the_line_is_kept_as_written_with_its_spaces_made_one() -> None:
    said = line_or_end("  always\t booked  BY   strict ", KNOWN)

    assert isinstance(said, Line) and said.says == "always booked BY strict"


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("OTHERWISE head-start", Otherwise(rule="head-start")),
        ("otherwise As back-office", Otherwise(follows="back-office")),
        # A rule and a profile of one name: the word before it tells them apart.
        ("OTHERWISE strict", Otherwise(rule="strict")),
        ("OTHERWISE as strict", Otherwise(follows="strict")),
    ],
)
def test_the_end_of_a_profile_is_read(text: str, end: Otherwise) -> None:
    assert line_or_end(text, KNOWN) == end


@pytest.mark.parametrize(
    ("text", "problem", "remedy"),
    [
        ("", "the line ends where WHEN or ALWAYS or OTHERWISE should come", "add WHEN or"),
        ("WEHN booked waits THEN booked", "'WEHN' stands where WHEN or ALWAYS or OTHERWISE", 'did you mean "WHEN"?'),
        ("booked first", "'booked' stands where WHEN", "use one of: WHEN, ALWAYS, OTHERWISE"),
        ("ALLWAYS booked", "'ALLWAYS' stands where", 'did you mean "ALWAYS"?'),
        ("OTHERWIES strict", "'OTHERWIES' stands where", 'did you mean "OTHERWISE"?'),
        ("WHEN", "the line ends where a segment should come", "add a segment"),
        ("WHEN bookd waits THEN booked", "there is no segment 'bookd'", 'did you mean "booked"?'),
        ("WHEN Booked waits THEN booked", "there is no segment 'Booked'", 'did you mean "booked"?'),
        ("WHEN other waits THEN booked", "there is no segment 'other'", 'did you mean "others"?'),
        ("WHEN booked wait THEN booked", "'wait' stands where waits or has", 'did you mean "waits"?'),
        ("WHEN booked is waiting THEN booked", "'is' stands where waits or has", "use one of: waits, has"),
        ("WHEN booked THEN booked", "'THEN' stands where waits or has", "use one of: waits, has"),
        ("WHEN booked waits 5 minuts THEN booked", "'minuts' stands where minutes", 'did you mean "minutes"?'),
        ("WHEN booked waits 5 THEN booked", "'THEN' stands where minutes or minute", "use one of: minutes"),
        ("WHEN booked waits five minutes THEN booked", "'five' stands where AND or THEN", "use one of: AND, THEN"),
        ("WHEN booked waits 0 minutes THEN booked", "'0' stands where how many minutes", "from 1 to 600"),
        ("WHEN booked waits 601 minutes THEN booked", "'601' stands", "from 1 to 600"),
        ("WHEN booked has THEN booked", "'THEN' stands where how many", "from 1 to 999"),
        ("WHEN booked has ٣ THEN booked", "'٣' stands where how many", "from 1 to 999"),
        ("WHEN booked waits TEHN booked", "'TEHN' stands where AND or THEN", 'did you mean "THEN"?'),
        ("WHEN booked waits", "the line ends where AND or THEN should come", "add AND or THEN"),
        ("WHEN booked waits AND foreign waits", "the line ends where AND or THEN", "add AND or THEN"),
        ("WHEN booked waits THEN", "the line ends where a segment should come", "add a segment"),
        ("WHEN tiem is after 10:00 THEN booked", "'tiem' stands where time should", "write time"),
        ("WHEN time after 10:00 THEN booked", "'after' stands where is should", "write is"),
        ("WHEN time is afer 10:00 THEN booked", "'afer' stands where after or before", 'did you mean "after"?'),
        ("WHEN time is after 10.00 THEN booked", "'10.00' is not a time", "such as 10:00"),
        ("WHEN time is after 24:00 THEN booked", "'24:00' is not a time", "such as 10:00"),
        ("WHEN time is after", "the line ends where a time such as 10:00", "add a time"),
        ("ALWAYS 2 booked", "'booked' stands where of should", "write of"),
        ("ALWAYS 2 off booked", "'off' stands where of should", "write of"),
        ("ALWAYS 0 of booked", "'0' stands where how many", "from 1 to 999"),
        ("ALWAYS 2 of booked, booked", "'booked' stands where how many", "from 1 to 999"),
        ("ALWAYS 2 of booked,", "the line ends where how many", "add how many"),
        ("ALWAYS 2 of booked 1 of others", "a comma is missing before '1'", 'write "2 of booked, 1 of others"'),
        ("ALWAYS 2 of booked, 1 of 3 3 foreign", "a comma is missing before '3'", 'write "1 of 3, 3 of foreign"'),
        ("ALWAYS 2 of booked 1", "a comma is missing before '1'", 'write "2 of booked, 1 of …"'),
        ("ALWAYS 2 of booked, 1 of booked", "'booked' stands twice in the ratio", 'such as "3 of booked"'),
        ("ALWAYS 1 of others, 2 of 3, 4 of OTHERS", "'others' stands twice in the ratio", 'such as "5 of others"'),
        ("ALWAYS 999 of 3, 999 of 3", "'3' stands twice in the ratio", 'such as "999 of 3"'),
        (
            "WHEN time is after 13:00 AND time is before 10:00 THEN booked",
            "no time is after 13:00 and before 10:00",
            'the earlier time after "after"; where either will do, write two lines',
        ),
        # After ten begins at ten, where before ten ends.
        ("WHEN time is after 10:00 AND time is before 10:00 THEN 3", "no time is after 10:00 and before 10:00", "ear"),
        (
            "WHEN time is before 16:00 AND booked waits AND time is after 09:00 AND time is before 09:00 THEN booked",
            "no time is after 09:00 and before 09:00",
            "two lines",
        ),
        ("WHEN time is before 00:00 THEN booked", "no time is after 00:00 and before 00:00", "earlier"),
        ("ALWAYS booked, others", "',' stands where BY should", "write BY"),
        ("ALWAYS booked BU strict", "'BU' stands where BY should", "write BY"),
        ("ALWAYS booked BY", "the line ends where a rule should come", "add a rule"),
        ("ALWAYS booked BY headstart", "there is no rule 'headstart'", 'did you mean "head-start"?'),
        ("ALWAYS booked BY back-office", "there is no rule 'back-office'", "use one of: first-come"),
        ("ALWAYS booked BY strict now please", "'now please' is too much", "end the line"),
        ("OTHERWISE", "the line ends where a rule should come", "add a rule"),
        ("OTHERWISE head start", "there is no rule 'head'", "head-start"),
        ("OTHERWISE back-office", "'back-office' is a profile and no rule", 'write "OTHERWISE as back-office"'),
        ("OTHERWISE as", "the line ends where a profile should come", "add a profile"),
        ("OTHERWISE as back-ofice", "there is no profile 'back-ofice'", 'did you mean "back-office"?'),
        ("OTHERWISE strict BY strict", "'BY strict' is too much", "end the line"),
    ],
)
def test_a_slip_of_the_pen_is_refused_with_what_to_write(text: str, problem: str, remedy: str) -> None:
    mistake = refused(text)

    assert problem in mistake.problem and remedy in mistake.remedy


def test_what_may_be_written_is_named_and_the_nearest_first() -> None:
    assert use_one_of("head_start", RULES).startswith('did you mean "head-start"? Otherwise use one of: first-come, ')
    assert use_one_of("STRICT", RULES).startswith('did you mean "strict"?')
    assert use_one_of(7, RULES).startswith("use one of: first-come, ")
    assert use_one_of("a", ["b"]) == "write b"
    assert use_one_of("a", [], "a [[profile]]") == "there is none yet: add a [[profile]] first"


# -- whatever people write -----------------------------------------------------------------------------------------

SEGMENTS = st.sampled_from([*KNOWN.segments, "others"])
NUMBERS = st.integers(1, 600)
CONDITIONS = (
    st.builds(Condition, st.just("waits"), SEGMENTS, st.just(0) | NUMBERS)
    | st.builds(Condition, st.just("has"), SEGMENTS, NUMBERS)
    | st.builds(Condition, st.sampled_from(["after", "before"]), st.none(), st.integers(0, 1439))
)
TAKES = SEGMENTS.map(lambda segment: (Share(1, segment),)) | st.lists(
    st.builds(Share, NUMBERS, SEGMENTS), min_size=1, max_size=4, unique_by=lambda share: share.segment
).map(tuple)


def said(condition: Condition) -> str:
    """A condition as one would write it."""
    n = condition.n
    return {
        "waits": f"{condition.segment} waits {n} minutes" if n else f"{condition.segment} waits",
        "has": f"{condition.segment} has {n}",
    }.get(condition.kind, f"time is {condition.kind} {n // 60:02}:{n % 60:02}")


def may_be(when: list[Condition]) -> bool:
    """Whether some minute of the day is in all of the times."""
    times = [(condition.kind, condition.n) for condition in when]
    return any(
        all(minute >= n if kind == "after" else minute < n for kind, n in times if kind in ("after", "before"))
        for minute in range(1440)
    )


@given(st.lists(CONDITIONS, max_size=3).filter(may_be), TAKES, st.none() | st.sampled_from([*RULES]), st.data())
def test_a_line_says_what_was_meant(
    when: list[Condition], take: tuple[Share, ...], rule: str | None, data: Any
) -> None:
    start = "WHEN " + " AND ".join(said(condition) for condition in when) + " THEN " if when else "ALWAYS "
    shares = ", ".join(f"{share.n} of {share.segment}" for share in take)
    plain = take[0].segment if len(take) == 1 and take[0].n == 1 else shares
    words = (start + plain + (f" BY {rule}" if rule else "")).split()
    written = [data.draw(st.sampled_from([str.upper, str.lower, str.title]))(w) if is_keyword(w) else w for w in words]
    text = data.draw(st.sampled_from([" ", "  ", "\t"])).join(written)

    line = line_or_end(text, KNOWN)

    assert isinstance(line, Line)
    assert (line.when, line.take, line.rule) == (tuple(when) or ALWAYS, take, rule or "first-come")
    assert line.says == " ".join(written) and line_or_end(line.says, KNOWN) == line


@given(st.lists(CONDITIONS, min_size=1, max_size=3))
def test_a_line_that_no_time_fits_is_refused_and_no_other(when: list[Condition]) -> None:
    text = f"WHEN {' AND '.join(said(condition) for condition in when)} THEN booked"

    if may_be(when):
        assert line_or_end(text, KNOWN)
    else:
        assert refused(text).problem.startswith("no time is after ")


def is_keyword(word: str) -> bool:
    return word.casefold() in KEYWORDS | {"waits", "has", "minutes", "is", "after", "before"}


@given(st.text() | st.lists(st.sampled_from([*KEYWORDS, "waits", "has", "booked", "3", ",", "strict"])).map(" ".join))
def test_any_text_gives_a_line_or_what_to_write(text: str) -> None:
    try:
        line_or_end(text, KNOWN)
    except NotALine as mistake:
        assert mistake.problem and mistake.remedy
