"""Weights that learn from each miss: what several facts together say about how far an estimate will be off.

Recursive least squares: the fit of all misses so far, older ones counting less, redone at each miss without keeping
them (Young, Recursive Estimation and Time-Series Analysis, 2011). Pure arithmetic.
Not here: which facts, and what is missed (estimates.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from operator import mul
from typing import Any, Self

Facts = Sequence[float]


@dataclass(frozen=True, slots=True)
class Blend:
    """One weight for each fact, and how sure they are: `spread` is their covariance, in rows.

    At first every weight is 0, so that nothing is said but what was known without them.
    """

    weights: tuple[float, ...]
    spread: tuple[tuple[float, ...], ...]
    doubt: float

    @classmethod
    def new(cls, facts: int, doubt: float) -> Self:
        """For so many facts. `doubt`: the variance of a weight before anything was seen, and the most it ever has."""
        return cls((0.0,) * facts, tuple(tuple(doubt * (n == m) for m in range(facts)) for n in range(facts)), doubt)

    def says(self, facts: Facts) -> float:
        """How far off, by these facts."""
        return float(sum(map(mul, self.weights, facts)))

    def taught(self, facts: Facts, missed: float, counts: float, keeps: float) -> "Blend":
        """After one more miss: what `says` fell short by. It `counts` for so many; older ones keep so much."""
        along = [sum(map(mul, row, facts)) for row in self.spread]
        whole = keeps / counts + sum(map(mul, along, facts))
        step = missed / whole
        weights = tuple(weight + step * part for weight, part in zip(self.weights, along, strict=True))
        spread = [[(p - a * b / whole) / keeps for p, b in zip(row, along, strict=True)]
                  for row, a in zip(self.spread, along, strict=True)]  # fmt: skip
        return Blend(weights, _bounded(spread, self.doubt), self.doubt)

    def record(self) -> dict[str, Any]:
        """As plain JSON data. The spread is symmetric: each row from its diagonal on."""
        spread = [list(row[n:]) for n, row in enumerate(self.spread)]
        return {"weights": list(self.weights), "spread": spread, "doubt": self.doubt}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        upper: list[list[float]] = record["spread"]
        facts = range(len(upper))
        spread = tuple(tuple(upper[min(n, m)][abs(n - m)] for m in facts) for n in facts)
        return cls(tuple(record["weights"]), spread, record["doubt"])


def _bounded(spread: Sequence[Sequence[float]], most: float) -> tuple[tuple[float, ...], ...]:
    """No weight is in more doubt than at first: else one whose fact is never seen would forget without end."""
    if all(row[n] <= most for n, row in enumerate(spread)):
        return tuple(map(tuple, spread))
    by = [min(1.0, sqrt(most / row[n])) if row[n] > 0 else 1.0 for n, row in enumerate(spread)]
    return tuple(tuple(p * (a * b) for p, b in zip(row, by, strict=True)) for row, a in zip(spread, by, strict=True))
