"""What a joint service centre is measured by: fiscal years, satisfaction, sample sizes, criteria met or not met.

Every figure comes with its formula in words, the figures put in. Exact whole numbers and fractions are compared;
rounding comes last. Pure: what happened in a period is counted by statistics.py and handed in as a `Tally`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor, sqrt
from typing import Any

BUDDHIST_ERA = 543
LINE = 85  # per cent: criteria 8.3 and 8.4, "not below 85 % on average"
PROMISED = 100  # per cent: the published time is a promise to everybody
UNKNOWN_POPULATION = 385
Z95 = 1.96

Marks = tuple[int, ...]
"""Five counts: how many answered 1, 2, 3, 4 and 5."""

Name = Mapping[str, str]

NAMES: Mapping[str, Name] = {
    "8.1": {"th": "จำนวนผู้ใช้บริการเฉลี่ยต่องานบริการ", "en": "Users per service, on average"},
    "8.2": {"th": "จำนวนงานบริการที่ให้บริการ", "en": "Services offered"},
    "8.3": {"th": "ความพึงพอใจต่อขั้นตอนและระยะเวลา", "en": "Satisfaction with steps and time"},
    "8.4": {"th": "ความพึงพอใจในภาพรวม", "en": "Overall satisfaction"},
    "timing": {"th": "ให้บริการภายในเวลาที่ประกาศ", "en": "Served within the published time"},
}


@dataclass(frozen=True, slots=True)
class Tally:
    """What happened in a period: visits served; those with a published time, and within it; the answers.

    `hasty` of the ratings came so soon after the finish that somebody else may have given them. They count, too.
    """

    served: int = 0
    timed: int = 0
    in_time: int = 0
    steps_and_time: Marks = (0, 0, 0, 0, 0)
    overall: Marks = (0, 0, 0, 0, 0)
    hasty: int = 0


# -- fiscal years --------------------------------------------------------------------------------------------


def fiscal_year(day: date) -> int:
    """The Buddhist year of the fiscal year the day lies in: 1 October to 30 September, named for its last day's.

    Source: Budget Procedures Act พ.ศ. 2561, section 4.
    """
    return day.year + BUDDHIST_ERA + (day.month >= 10)


def fiscal_period(year: int, quarter: int | None = None, half: int | None = None) -> tuple[date, date]:
    """First and last day of a fiscal year (Buddhist era), or of its quarter 1 to 4, or of its half 1 or 2.

    Quarter 1 is October to December. ValueError, in a sentence, if there is no such period.
    """
    if not 2500 <= year <= 2999:
        raise ValueError(f"fiscal_year is a Buddhist year, as 2570 for October 2026 to September 2027, not {year}")
    if quarter is not None and half is not None:
        raise ValueError("give a quarter or a half of the fiscal year, not both")
    if quarter is not None and quarter not in (1, 2, 3, 4):
        raise ValueError(f"quarter is 1, 2, 3 or 4 (1 is October to December), not {quarter}")
    if half is not None and half not in (1, 2):
        raise ValueError(f"half is 1 (October to March) or 2 (April to September), not {half}")
    length = 3 if quarter else 6 if half else 12
    months_before = ((quarter or half or 1) - 1) * length
    first = _october(year, months_before)
    return first, date.fromordinal(_october(year, months_before + length).toordinal() - 1)


def _october(year: int, later: int) -> date:
    """The first of the month that comes `later` months after the October in which the fiscal year begins."""
    return date(year - BUDDHIST_ERA - 1 + (9 + later) // 12, (9 + later) % 12 + 1, 1)


# -- satisfaction --------------------------------------------------------------------------------------------


def satisfaction(marks: Marks) -> Decimal | None:
    """Per cent: mean of the 1..5 answers / 5 x 100, from the unrounded sum, rounded last; None without answers.

    Source: surveys as Thai agencies publish them (4.58 -> 91.65); a mean of 4.25 is 85 %.
    """
    n = sum(marks)
    return rounded(Fraction(_total(marks) * 20, n)) if n else None


def satisfied(marks: Marks) -> bool | None:
    """Whether the unrounded satisfaction is 85 % or more; None without answers.

    Source: OPDC (ก.พ.ร.), เกณฑ์มาตรฐานศูนย์บริการร่วม, 2 August 2559, criteria 8.3 and 8.4.
    """
    n = sum(marks)
    return _total(marks) * 20 >= LINE * n if n else None


def interval(marks: Marks) -> tuple[Decimal, Decimal] | None:
    """The 95 % interval of the satisfaction in per cent: mean ± 1.96 s / √n, within the possible 20..100.

    The usual normal approximation; s is the sample's standard deviation (n - 1), so None below two answers.
    """
    n, total = sum(marks), _total(marks)
    if n < 2:
        return None
    squares = sum(mark * mark * count for mark, count in enumerate(marks, 1))
    variance = Fraction(n * squares - total * total, n * (n - 1))
    margin = Fraction(Z95 * sqrt(variance / n)) * 20
    mean = Fraction(total * 20, n)
    return rounded(max(Fraction(20), mean - margin)), rounded(min(Fraction(100), mean + margin))


def top_two(marks: Marks) -> Decimal | None:
    """Per cent of the answers that are 4 or 5; None without answers."""
    n = sum(marks)
    return rounded(Fraction((marks[3] + marks[4]) * 100, n)) if n else None


def _total(marks: Marks) -> int:
    return sum(mark * count for mark, count in enumerate(marks, 1))


def yamane(population: int | None) -> int:
    """How many answers are needed: n = N / (1 + N x 0.05²), to the nearest whole; never above 400 nor above N.

    Source: Taro Yamane, Statistics: An Introductory Analysis; as Thai reports use it, 4,063 -> 364. Where N is not
    known: 385, from 1.96² x 0.25 / 0.05² = 384.16 (Cochran).
    """
    if population is None:
        return UNKNOWN_POPULATION
    return floor(Fraction(400 * population, 400 + population) + Fraction(1, 2))


def rounded(value: Fraction) -> Decimal:
    """To two places, half up."""
    return Decimal(floor(value * 100 + Fraction(1, 2))).scaleb(-2)


# -- the criteria --------------------------------------------------------------------------------------------


def standard(tally: Tally, services: int) -> list[dict[str, Any]]:
    """The criteria of a period in which `services` services were offered.

    Each `{criterion, name, value, target, met, n, n_required, formula}`, and of 8.3 and 8.4 `interval`, `top_two`,
    `n_formula` and `flagged` (ratings given hastily, counted in `n` all the same). Values and targets of 8.3, 8.4 and
    timing are per cent. `met` is None where n = 0 and for 8.1 and 8.2, which have no fixed line.
    Source: OPDC (ก.พ.ร.), เกณฑ์มาตรฐานศูนย์บริการร่วม, 2 August 2559.
    """
    return [
        _users(tally, services),
        _offered(services),
        _asked("8.3", tally.steps_and_time, tally.served, tally.hasty),
        _asked("8.4", tally.overall, tally.served, tally.hasty),
        _timing(tally),
    ]


def _entry(criterion: str, value: float | None, n: int, formula: Name, **more: Any) -> dict[str, Any]:
    empty = {"target": None, "met": None, "n_required": None}
    said = {"criterion": criterion, "name": NAMES[criterion], "value": value, "n": n, "formula": formula}
    return said | empty | more


def _offered(services: int) -> dict[str, Any]:
    formula = _say("จำนวนงานบริการที่เปิดให้บริการ = {s}", "services offered = {s}", s=services)
    return _entry("8.2", services, services, formula)


def _users(tally: Tally, services: int) -> dict[str, Any]:
    words = "ผู้รับบริการที่ให้บริการเสร็จ ÷ จำนวนงานบริการ", "visits served ÷ services offered"
    if not (tally.served and services):
        return _entry("8.1", None, tally.served, _nothing(*words))
    value = rounded(Fraction(tally.served, services))
    figures = " = {n:,} ÷ {s:,} = {value:,}"
    formula = _say(words[0] + figures, words[1] + figures, n=tally.served, s=services, value=value)
    return _entry("8.1", float(value), tally.served, formula)


def _asked(criterion: str, marks: Marks, population: int, flagged: int) -> dict[str, Any]:
    words = "ค่าเฉลี่ยของคะแนน 1–5 ÷ 5 × 100", "mean of the 1–5 answers ÷ 5 × 100"
    n, value = sum(marks), satisfaction(marks)
    figures = " = ({total:,} ÷ {n:,}) ÷ 5 × 100 = {value} %"
    said = {"total": _total(marks), "n": n, "value": value}
    formula = _say(words[0] + figures, words[1] + figures, **said) if n else _nothing(*words)
    return _entry(
        criterion,
        _float(value),
        n,
        formula,
        target=LINE,
        met=satisfied(marks),
        n_required=yamane(population),
        n_formula=_needed(population),
        interval=[float(edge) for edge in interval(marks) or ()] or None,
        top_two=_float(top_two(marks)),
        flagged=flagged,
    )


def _needed(population: int) -> Name:
    words = "จำนวนคำตอบที่ควรได้ (ยามาเน่): N ÷ (1 + N × 0.05²)", "answers needed (Yamane): N ÷ (1 + N × 0.05²)"
    figures = " = {n:,} ÷ (1 + {n:,} × 0.05²) = {needed:,}"
    return _say(words[0] + figures, words[1] + figures, n=population, needed=yamane(population))


def _timing(tally: Tally) -> dict[str, Any]:
    words = (
        "จำนวนที่ให้บริการภายในเวลาที่ประกาศ ÷ จำนวนที่ให้บริการเสร็จ × 100",
        "served within the published time ÷ served × 100",
    )
    if not tally.timed:
        return _entry("timing", None, 0, _nothing(*words), target=PROMISED)
    value = rounded(Fraction(tally.in_time * 100, tally.timed))
    figures = " = {inside:,} ÷ {n:,} × 100 = {value} %"
    formula = _say(words[0] + figures, words[1] + figures, inside=tally.in_time, n=tally.timed, value=value)
    # The counts are compared, not the value: 99.996 % is printed 100.00, and is not all.
    met = tally.in_time == tally.timed
    return _entry("timing", float(value), tally.timed, formula, target=PROMISED, met=met)


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _say(th: str, en: str, **figures: object) -> Name:
    return {"th": th.format(**figures), "en": en.format(**figures)}


def _nothing(th: str, en: str) -> Name:
    return {"th": f"{th} (ยังไม่มีข้อมูล)", "en": f"{en} (nothing to count yet)"}
