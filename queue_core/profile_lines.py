"""The lines of a profile as people write them, read into the plan's parts or refused with what to write instead.

    WHEN booked waits 5 minutes AND time is after 10:00 THEN booked BY target-ratio
    ALWAYS 2 of priority, 1 of others
    OTHERWISE head-start            (or OTHERWISE as back-office: by the lines of another profile)

Keywords in any case, ids as they are written in the file. Not here: what a line does (profiles.py), and what the
lines of several profiles must not do together (centre_file.py). Pure.
"""

import difflib
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from queue_core.plan import Condition, Line, Share
from queue_core.profiles import OTHERS

# A segment of such a name could not be told from the grammar.
KEYWORDS = frozenset({"when", "and", "then", "always", "otherwise", "by", "as", "of", "time", OTHERS})
MOST_MINUTES = 600
MOST_PEOPLE = 999


class NotALine(Exception):
    """What is wrong with a line, and what to write."""

    def __init__(self, problem: str, remedy: str) -> None:
        self.problem, self.remedy = problem, remedy
        super().__init__(f"{problem} — {remedy}")


@dataclass(frozen=True, slots=True)
class Known:
    """The names that lines may use."""

    segments: Collection[str]
    profiles: Collection[str]
    rules: Collection[str]


@dataclass(frozen=True, slots=True)
class Otherwise:
    """The end of a profile: a rule over all who wait, or another profile's lines."""

    rule: str | None = None
    follows: str | None = None


def use_one_of(word: object, choices: Iterable[str], thing: str = "one") -> str:
    """What to write instead of `word`: the name most like it, if any is, and then all there are."""
    every = list(choices)
    if not every:
        return f"there is none yet: add {thing} first"
    if len(every) == 1:
        return f"write {every[0]}"
    # A name in other capitals is the nearest of all.
    folded = {choice.casefold(): choice for choice in every}
    near = difflib.get_close_matches(word.casefold(), folded, n=1) if isinstance(word, str) else []
    guess = f'did you mean "{folded[near[0]]}"? Otherwise ' if near else ""
    return f"{guess}use one of: {', '.join(every)}"


def line_or_end(text: str, known: Known) -> Line | Otherwise:
    """What one line says. Raises `NotALine`."""
    words = _Words(text, known)
    start = words.keyword("WHEN", "ALWAYS", "OTHERWISE")
    if start == "OTHERWISE":
        said: Line | Otherwise = words.otherwise()
    else:
        when = words.conditions() if start == "WHEN" else (Condition("always"),)
        take = words.take()
        said = Line(" ".join(text.split()), when, take, words.by_rule())
    words.end()
    return said


class _Words:
    """The words of one line, taken from its beginning."""

    def __init__(self, text: str, known: Known) -> None:
        self.left: list[str] = re.findall(r",|[^\s,]+", text)
        self.known = known
        self.segments = (*known.segments, OTHERS)

    # -- words ---------------------------------------------------------------------------------------------------------

    def next_is(self, word: str, place: int = 0) -> bool:
        return self.left[place : place + 1] != [] and self.left[place].upper() == word.upper()

    def next_is_number(self) -> bool:
        return self.left != [] and _is_number(self.left[0])

    def word(self, what: str) -> str:
        if not self.left:
            raise NotALine(f"the line ends where {what} should come", f"add {what}")
        return self.left.pop(0)

    def keyword(self, *expected: str) -> str:
        said = self.word(" or ".join(expected))
        if said.upper() not in {keyword.upper() for keyword in expected}:
            raise NotALine(f"{said!r} stands where {' or '.join(expected)} should", use_one_of(said, expected))
        return said.upper()

    def one_of(self, choices: Collection[str], what: str) -> str:
        said = self.word(f"a {what}")
        if said not in choices:
            raise NotALine(f"there is no {what} {said!r}", use_one_of(said, choices, f"a [[{what}]]"))
        return said

    def number(self, what: str, most: int) -> int:
        said = self.word(what)
        if not _is_number(said) or not 1 <= int(said) <= most:
            raise NotALine(f"{said!r} stands where {what} should", f"write a whole number from 1 to {most}")
        return int(said)

    def end(self) -> None:
        if self.left:
            raise NotALine(f"{' '.join(self.left)!r} is too much", "end the line before it")

    # -- parts of a line -----------------------------------------------------------------------------------------------

    def otherwise(self) -> Otherwise:
        if self.next_is("as"):
            self.left.pop(0)
            return Otherwise(follows=self.one_of(self.known.profiles, "profile"))
        if self.left and self.left[0] in self.known.profiles and self.left[0] not in self.known.rules:
            profile = self.left[0]
            raise NotALine(f"{profile!r} is a profile and no rule", f'write "OTHERWISE as {profile}"')
        return Otherwise(rule=self.one_of(self.known.rules, "rule"))

    def conditions(self) -> tuple[Condition, ...]:
        conditions = [self.condition()]
        while self.keyword("AND", "THEN") == "AND":
            conditions.append(self.condition())
        _some_time_fits(conditions)
        return tuple(conditions)

    def condition(self) -> Condition:
        if self.next_is("time") or (self.next_is("is", 1) and self.left[0] not in self.segments):
            return self.time()
        segment = self.segment()
        if self.keyword("waits", "has") == "HAS":
            return Condition("has", segment, self.number("how many", MOST_PEOPLE))
        minutes = 0
        if self.next_is_number():
            minutes = self.number("how many minutes", MOST_MINUTES)
            self.keyword("minutes", "minute")
        return Condition("waits", segment, minutes)

    def time(self) -> Condition:
        self.keyword("time")
        self.keyword("is")
        kind = self.keyword("after", "before").lower()
        said = self.word("a time such as 10:00")
        if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", said):
            raise NotALine(f"{said!r} is not a time", "write hours and minutes, such as 10:00")
        return Condition(kind, None, int(said[:2]) * 60 + int(said[3:]))

    def take(self) -> tuple[Share, ...]:
        if not self.next_is_number() or (self.left[0] in self.segments and not self.next_is("of", 1)):
            return (Share(1, self.segment()),)
        shares = [self.share()]
        while self.next_is(","):
            self.left.pop(0)
            shares.append(self.share())
        if self.next_is_number():
            raise self.no_comma(shares[-1])
        _each_once(shares)
        return tuple(shares)

    def no_comma(self, last: Share) -> NotALine:
        following = next((word for word in self.left[1:3] if word in self.segments), "…")
        remedy = f'write "{last.n} of {last.segment}, {self.left[0]} of {following}"'
        return NotALine(f"a comma is missing before {self.left[0]!r}", remedy)

    def share(self) -> Share:
        count = self.number("how many", MOST_PEOPLE)
        self.keyword("of")
        return Share(count, self.segment())

    def segment(self) -> str:
        # The one segment that is always there is a word of the grammar too.
        if self.next_is(OTHERS):
            self.left[0] = OTHERS
        return self.one_of(self.segments, "segment")

    def by_rule(self) -> str:
        if not self.left:
            return "first-come"
        self.keyword("BY")
        return self.one_of(self.known.rules, "rule")


def _some_time_fits(conditions: Sequence[Condition]) -> None:
    """Refuses a line that is never true: "after 10:00" begins at ten, and "before 10:00" ends there."""
    after = max((one.n for one in conditions if one.kind == "after"), default=0)
    before = min((one.n for one in conditions if one.kind == "before"), default=24 * 60)
    if after >= before:
        problem = f"no time is after {_clock(after)} and before {_clock(before)}"
        raise NotALine(problem, 'write the earlier time after "after"; where either will do, write two lines')


def _each_once(shares: Sequence[Share]) -> None:
    """Refuses a ratio in which a segment has two shares: both would count for the same people."""
    for share in shares:
        same = [one.n for one in shares if one.segment == share.segment]
        if len(same) > 1:
            together = f"{min(sum(same), MOST_PEOPLE)} of {share.segment}"
            raise NotALine(f"{share.segment!r} stands twice in the ratio", f'write it once, such as "{together}"')


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _is_number(word: str) -> bool:
    return re.fullmatch(r"[0-9]{1,9}", word) is not None
