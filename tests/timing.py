"""How a measurement is taken and told: the tools of the bench. Not here: what is measured."""

import statistics
import time
from collections.abc import Callable


def say(what: str, ours: float, reference: float, unit: str) -> None:
    print(f"{what:46} {ours:10,.1f} {unit:5} {reference:9,.1f}   {ours / reference:6.2f}", flush=True)


def took(work: Callable[[], object]) -> float:
    """Seconds."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def median_ms(work: Callable[[], object], times: int) -> float:
    """Milliseconds: the median of so many times."""
    return statistics.median(took(work) for _ in range(times)) * 1000
