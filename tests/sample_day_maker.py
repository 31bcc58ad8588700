"""Makes queue_core/samples/day.csv: one invented day at the sample centre. Run it with plain `python`.

Here: how visitors come, how long they are served, who leaves. The same seed makes the same day.
Not here: anything of queue_core. The day is called by a small rule of its own, so that a rehearsal of it
through the real queue is a comparison and not an echo.
"""

import csv
import io
import random
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

SAMPLES = Path(__file__).resolve().parent.parent / "queue_core" / "samples"
SEED = 2570
MIDNIGHT = datetime(2026, 11, 18)  # a Wednesday of fiscal year 2570
HOUR = 3600
OPENS, LAST_TICKET, CLOSES = 8 * HOUR + 1800, 16 * HOUR + 1200, 16 * HOUR + 1800

COLUMNS = (
    "id",
    "site",
    "queue",
    "service",
    "priority",
    "arrived",
    "called",
    "finished",
    "counter",
    "abandoned",
    "counters_open",
    "reported_service_s",
    "finished_est",
)

# Visitors by stretch of the day, (from, to) in hours: a crowd at the door, a morning peak, a dip at lunch.
ARRIVALS = {
    (8.5, 8.6): 18,
    (8.6, 9.0): 36,
    (9.0, 10.0): 84,
    (10.0, 11.0): 74,
    (11.0, 12.0): 50,
    (12.0, 13.0): 25,
    (13.0, 14.0): 54,
    (14.0, 15.0): 44,
    (15.0, 16.0): 28,
    (16.0, LAST_TICKET / HOUR): 7,
}

# Of a hundred visitors, how many come for what.
WANTED = {
    "ops-information": 20.8,
    "sso-hospital": 13.0,
    "sso-benefit": 10.0,
    "sso-unemployment": 9.5,
    "sso-join": 9.0,
    "doe-unemployed": 9.0,
    "doe-jobs": 7.0,
    "doe-work-permit": 4.5,
    "sso-old-age": 4.0,
    "dlpw-advice": 4.0,
    "dsd-training": 3.0,
    "doe-overseas": 2.0,
    "dsd-skill-test": 1.5,
    "dlpw-complaint": 1.2,
    "ops-complaint": 0.8,
    "dlpw-fund": 0.7,
}

# Of a hundred visitors, how many are of a priority group; the rest are of none.
GROUPS = {"elderly": 7.0, "disabled": 2.0, "pregnant": 2.0, "monk": 1.0}
GROUPS_OF = {
    "sso-old-age": {"elderly": 55.0, "disabled": 2.0},
    "sso-benefit": {"pregnant": 12.0, "disabled": 1.0},
    "doe-work-permit": {"disabled": 1.0},
}

# Lunch is taken in turns of an hour, so that every service always has a counter (`lunch_gaps` checks).
LUNCH = {"2": 11, "5": 11, "6": 11, "1": 12, "4": 12, "8": 12, "3": 13, "7": 13}

HEAD_START = 20 * 60
# The published time is what the centre promises, so most visits end sooner: about four of five within it.
MEDIAN_OF_PUBLISHED, SPREAD = 0.62, 0.5
WALK = (8, 35)  # seconds from the call until the visitor sits down
BREATH = (4, 15)  # seconds between one visitor and the next call
IMPATIENT = 0.10  # the share who would leave, after (shortest, longest) seconds, were they not called before
PATIENCE = (6 * 60, 28 * 60)


@dataclass(slots=True)
class Visit:
    """One visitor's day. Times are seconds after midnight."""

    service: str
    priority: str
    arrived: int
    lasts: int
    leaves: int | None
    counters_open: int = 0
    called: int | None = None
    finished: int | None = None
    counter: str = ""


@dataclass(slots=True)
class Counter:
    """A counter, and since when it has been free for the next visitor."""

    id: str
    services: frozenset[str]
    free_at: int = OPENS

    def at_lunch(self, now: int) -> bool:
        return LUNCH[self.id] * HOUR <= now < (LUNCH[self.id] + 1) * HOUR


def make_day(centre: dict[str, Any], seed: int = SEED) -> list[dict[str, str]]:
    """The rows of the day, in order of arrival."""
    chance = random.Random(seed)
    published = {s["id"]: s["standard_service_minutes"] * 60 for s in centre["service"]}
    counters = [Counter(c["id"], frozenset(c["services"])) for c in centre["counter"]]
    visits = [visitor(chance, arrived, published) for arrived in arrivals(chance)]
    serve(visits, counters, chance)
    return [row(index, visit, published[visit.service]) for index, visit in enumerate(visits, start=1)]


def arrivals(chance: random.Random) -> list[int]:
    """Seconds after midnight, in order."""
    return sorted(
        int(chance.uniform(start * HOUR, end * HOUR))
        for (start, end), visitors in ARRIVALS.items()
        for _ in range(visitors)
    )


def visitor(chance: random.Random, arrived: int, published: dict[str, int]) -> Visit:
    """Somebody with a matter, perhaps a priority, and some patience."""
    service = drawn(chance, WANTED)
    groups = GROUPS_OF.get(service, GROUPS)
    priority = drawn(chance, {**groups, "": 100 - sum(groups.values())})
    served = published[service] * MEDIAN_OF_PUBLISHED * chance.lognormvariate(0, SPREAD)
    lasts = round(chance.uniform(*WALK) + max(served, 45))
    leaves = arrived + round(chance.uniform(*PATIENCE)) if chance.random() < IMPATIENT else None
    return Visit(service, priority, arrived, lasts, leaves)


def drawn(chance: random.Random, weights: dict[str, float]) -> str:
    return chance.choices(list(weights), list(weights.values()))[0]


def serve(visits: list[Visit], counters: list[Counter], chance: random.Random) -> None:
    """Lives through the day second by second, and past closing until nobody waits."""
    coming, waiting = list(visits), list[Visit]()
    now = OPENS
    while coming or waiting:
        while coming and coming[0].arrived <= now:
            waiting.append(coming.pop(0))
            waiting[-1].counters_open = sum(not counter.at_lunch(now) for counter in counters)
        for visit in [v for v in waiting if v.leaves == now]:
            visit.finished = now
            waiting.remove(visit)
        for counter in sorted(counters, key=lambda c: c.free_at):
            if counter.free_at <= now and not counter.at_lunch(now):
                call_next(counter, waiting, now, chance)
        now += 1


def call_next(counter: Counter, waiting: list[Visit], now: int, chance: random.Random) -> None:
    """The longest waiting of those it serves; a priority visitor counts as twenty minutes older."""
    mine = [visit for visit in waiting if visit.service in counter.services]
    if not mine:
        return
    visit = min(mine, key=lambda v: v.arrived - (HEAD_START if v.priority else 0))
    visit.called, visit.finished, visit.counter = now, now + visit.lasts, counter.id
    counter.free_at = visit.finished + chance.randint(*BREATH)
    waiting.remove(visit)


def row(index: int, visit: Visit, published_s: int) -> dict[str, str]:
    """A line of the CSV. `finished_est` stays empty: it is for records that do not know `finished`."""
    values = (
        f"made-{index:04}",
        "made-by-sala",
        "MAIN",
        visit.service,
        visit.priority,
        clock(visit.arrived),
        clock(visit.called),
        clock(visit.finished),
        visit.counter,
        "1" if visit.called is None else "0",
        str(visit.counters_open),
        str(published_s),
        "",
    )
    return dict(zip(COLUMNS, values, strict=True))


def clock(second: int | None) -> str:
    return "" if second is None else (MIDNIGHT + timedelta(seconds=second)).isoformat()


def faults(rows: list[dict[str, str]], centre: dict[str, Any]) -> Iterator[str]:
    """What cannot be true of a day, in words; nothing where the day is sound."""
    skills = {c["id"]: c["services"] for c in centre["counter"]}
    for r in rows:
        if r["abandoned"] == "1" and (r["called"] or r["counter"] or not r["arrived"] <= r["finished"]):
            yield f"{r['id']} left, and yet was called, or left before arriving"
        if r["abandoned"] == "0" and not r["arrived"] <= r["called"] < r["finished"]:
            yield f"{r['id']} was not called after arriving and before finishing"
        if r["counter"] and r["service"] not in skills[r["counter"]]:
            yield f"counter {r['counter']} cannot serve {r['id']}"
        if not clock(OPENS) <= r["arrived"] < clock(CLOSES):
            yield f"{r['id']} came while the hall was closed"
    for counter in skills:
        served = sorted((r["called"], r["finished"], r["id"]) for r in rows if r["counter"] == counter)
        both = ((a[2], b[2]) for a, b in pairwise(served) if b[0] < a[1])
        yield from (f"counter {counter} has {a} and {b} at once" for a, b in both)
    if [r["arrived"] for r in rows] != sorted(r["arrived"] for r in rows):
        yield "the rows do not stand in order of arrival"


def lunch_gaps(centre: dict[str, Any]) -> Iterator[str]:
    """Services that would have no counter while some are at lunch."""
    for hour in set(LUNCH.values()):
        there = {s for c in centre["counter"] if LUNCH[c["id"]] != hour for s in c["services"]}
        alone = [s["id"] for s in centre["service"] if s["id"] not in there]
        yield from (f"nobody serves {service} at {hour}:00" for service in alone)


def as_csv(rows: list[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def summary(rows: list[dict[str, str]]) -> str:
    """Lines to judge by eye whether the day is a likely one."""
    called = [r for r in rows if r["called"]]
    waits = sorted(seconds(r, "arrived", "called") / 60 for r in called)
    p90 = waits[len(waits) * 9 // 10]
    kept = sum(seconds(r, "called", "finished") <= int(r["reported_service_s"]) for r in called)
    priority = sum(bool(r["priority"]) for r in rows)
    return (
        f"{len(rows)} tickets, {len(rows) - len(called)} left, {priority} priority\n"
        f"waits: median {median(waits):.0f}, p90 {p90:.0f}, longest {waits[-1]:.0f} min\n"
        f"within the published time {kept / len(called):.0%}; all done {max(r['finished'] for r in rows)}"
    )


def seconds(r: dict[str, str], start: str, end: str) -> float:
    return (datetime.fromisoformat(r[end]) - datetime.fromisoformat(r[start])).total_seconds()


def main() -> None:
    """Writes the day, or says what is wrong with it and writes nothing."""
    centre = tomllib.loads((SAMPLES / "centre.toml").read_text(encoding="utf-8"))
    rows = make_day(centre)
    wrong = [*lunch_gaps(centre), *faults(rows, centre)]
    if wrong:
        sys.exit("\n".join(wrong))
    (SAMPLES / "day.csv").write_text(as_csv(rows), encoding="utf-8", newline="\n")
    print(summary(rows))


if __name__ == "__main__":
    main()
