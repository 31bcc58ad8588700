"""What waits cost and how true they are, each beside a reference of the same run. `make bench`.

A promise, a look ahead whose slices are all that a press may have to wait for, the rule run forward, and the waits told
on the recorded traces, where those are there. Nothing here passes or fails.
"""

import csv
import json
import runpy
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from heapq import heapreplace
from itertools import pairwise
from pathlib import Path
from random import Random

from hall_server.lookout import Lookout
from queue_core import day, estimates, forward, officers, visitors
from queue_core.hall import Hall
from queue_core.lessons import Lessons
from queue_core.plan import CounterPlan, Plan
from queue_core.ticket import Ticket
from queue_core.waits import Outlook
from tests.timing import median_ms, say, took

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
SCORER = SHARED / "score_waits.py"
TRACES = [SHARED / "days" / f"{name}.csv.gz" for name in ("warsaw_offices_2020_01_open", "bank_call_centre_1999_01")]
WAITING = 300
RULES = ("head-start", "target-ratio", "due-then-ratio")


def waits(centre: Plan, durable_ms: float) -> None:
    """All of them. `centre`: whose services and priorities; `durable_ms`: what one durable ticket takes here."""
    the_hall_run_forward(centre, times=25)
    a_look_ahead(centre, times=15)
    a_day_run_forward(centre, tickets=5500)
    a_promise(2000, durable_ms)
    for trace in TRACES:
        waits_told(trace)


# -- the rule run forward ------------------------------------------------------------------------------------------


def many_counters(centre: Plan, rule: str, counters: int = 20, services: int = 12) -> Plan:
    """A plan of so many counters, each for every other service, by this rule."""
    one, names = next(iter(centre.services.values())), {"th": "ช่อง", "en": "Counter"}
    given = {f"s{n}": replace(one, id=f"s{n}", after=(), target_wait_minutes=10 + 5 * n) for n in range(services)}
    at = {str(n): CounterPlan(str(n), names, tuple(given)[n % 2 :: 2]) for n in range(counters)}
    return replace(centre, rule=rule, services=given, counters=at)


def full_hall(plan: Plan, now: datetime) -> Hall:
    """All counters busy, 300 waiting, one in five with priority; the first came nearly an hour and a half ago."""
    chance, priorities = Random(4), list(plan.priorities)
    (opened,) = day.open_day(Hall(plan), now - timedelta(hours=2), "bench", plan, trial=True)
    hall = Hall(plan).after(opened)
    for n in range(WAITING + len(plan.counters)):
        priority = chance.choice(priorities) if n % 5 == 0 else None
        came = now - timedelta(seconds=(WAITING + len(plan.counters) - n) * 16)
        for event in visitors.issue(hall, came, "bench", [chance.choice(list(plan.services))], priority):
            hall = hall.after(event)
    for n, counter in enumerate(plan.counters):
        for event in officers.call_next(hall, now - timedelta(seconds=20 * n), f"officer-{n}", counter):
            hall = hall.after(event)
    return hall


def the_hall_run_forward(centre: Plan, times: int) -> None:
    """Until all 300 who wait and all newcomers are called; the reference presses the real hall on until they are."""
    now = datetime(2026, 11, 20, 4, tzinfo=UTC)
    for rule in RULES:
        hall = full_hall(many_counters(centre, rule), now)
        comers = {(service, priority): 0.5 for service in hall.plan.services for priority in hall.plan.priorities}
        known = forward.Known({f"s{n}": 300.0 + 60 * n for n in range(12)}, 10.0, comers)
        ours = median_ms(partial(forward.replay, hall, now, known), times)
        say(f"300 who wait run forward, {rule}, ms", ours, took(partial(pressed_on, hall, now)) * 1000, "ms")


def pressed_on(hall: Hall, now: datetime) -> None:
    """Every counter in its turn finishes and calls, until nobody waits."""
    counters = list(hall.counters)
    for n in range(WAITING):
        moment, counter = now + timedelta(seconds=30 * n), counters[n % len(counters)]
        for event in officers.call_next(hall, moment, "bench", counter, "finished"):
            hall = hall.after(event)


def a_look_ahead(centre: Plan, times: int) -> None:
    """What the server reckons beside the office once a second at most: all of it, and its longest slice.

    The reference is a press on the same hall: none waits longer for the look than for a slice of it.
    """
    now = datetime(2026, 11, 20, 4, tzinfo=UTC)
    for rule in RULES:
        hall = full_hall(many_counters(centre, rule), now)
        hall = replace(hall, lessons=Lessons(waits=taught(600)))
        pressed = median_ms(partial(officers.call_next, hall, now, "bench", "1", "finished"), 200)
        outlook, whole, longest = looked(hall, now, times)
        services = list(hall.plan.services)[:1]
        promised = median_ms(partial(visitors.issue, hall, now, "bench", services, outlook=outlook), 100)
        untaught = replace(hall, lessons=Lessons())
        plain = median_ms(partial(visitors.issue, untaught, now, "bench", services), 100)
        say(f"a look ahead, {rule}, ms (a press)", whole, pressed, "ms")
        say("    its longest slice, ms (a press)", longest, pressed, "ms")
        say("    a ticket with its promise, ms (without)", promised, plain, "ms")


def looked(hall: Hall, now: datetime, times: int) -> tuple[Outlook, float, float]:
    """The outlook; the median look and the median of the longest slices, in milliseconds."""
    wholes, longests, lookout = list[float](), list[float](), Lookout()
    for _ in range(times):
        ticks = [time.perf_counter()]
        lookout.look(hall, now, partial(_tick, ticks))
        _tick(ticks)
        wholes.append(ticks[-1] - ticks[0])
        longests.append(max(after - before for before, after in pairwise(ticks)))
    return lookout.outlook, statistics.median(wholes) * 1000, statistics.median(longests) * 1000


def _tick(ticks: list[float]) -> None:
    ticks.append(time.perf_counter())


def a_day_run_forward(centre: Plan, tickets: int) -> None:
    """A day of twenty counters, as `whatif` plays many; the reference deals the visits to whoever is free first."""
    began = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
    for rule in ("head-start", "due-then-ratio"):
        plan, chance = many_counters(centre, rule), Random(5)
        came = sorted(began + timedelta(seconds=chance.uniform(0, 8 * 3600)) for _ in range(tickets))
        people = [
            forward.Coming(
                forward.visitor(plan, str(n), at, [f"s{n % 12}"], "elderly" if n % 10 == 0 else None, n),
                leaves=at + timedelta(hours=1) if n % 7 == 0 else None,
            )
            for n, at in enumerate(came)
        ]
        takes = {str(n): chance.expovariate(1 / 100) for n in range(tickets)}
        opening = ((began, began + timedelta(hours=8)),)
        desks = [forward.Desk(one.id, frozenset(one.services), opening) for one in plan.counters.values()]
        ours = took(partial(forward.run, plan, forward.last_to_close(desks), people, partial(told, takes)))
        reference = took(partial(dealt, came, list(takes.values())))
        say(f"a day of {tickets:,} tickets, {rule}, ms", ours * 1000, reference * 1000, "ms")


def told(takes: Mapping[str, float], ticket: Ticket) -> float:
    return takes[ticket.id]


def dealt(came: Sequence[datetime], takes: Sequence[float]) -> None:
    free = [came[0]] * 20
    for at, seconds in zip(came, takes, strict=True):
        heapreplace(free, max(at, free[0]) + timedelta(seconds=seconds))


# -- promises ------------------------------------------------------------------------------------------------------


def a_promise(times: int, durable_ms: float) -> None:
    """A wait promised and learned from, after 5,000 calls of 30 queues; the reference is one durable ticket."""
    learned = taught(5000)
    promise = took(lambda: [learned.promise(f"s{n % 30}", asked(n)) for n in range(times)])
    learn = took(lambda: [promised_and_called(learned, n) for n in range(times)]) - promise
    say("a wait promised, ms (a durable ticket)", promise / times * 1000, durable_ms, "ms")
    say("a call learned from, ms (a durable ticket)", learn / times * 1000, durable_ms, "ms")
    size = len(json.dumps(learned.record()))
    print(f"    what was learned is {size / 1000:.1f} kB")


def taught(calls: int) -> estimates.Learned:
    learned = estimates.Learned()
    for n in range(calls):
        learned = promised_and_called(learned, n)
    return learned


def asked(n: int) -> estimates.Asked:
    ahead = n * 7 % 23
    return estimates.Asked(ahead, 540 + n % 400, counters=4, front_s=ahead * 60.0, back_s=30.0, forward_s=ahead * 70.0)


def promised_and_called(learned: estimates.Learned, n: int) -> estimates.Learned:
    queue, about = f"s{n % 30}", asked(n)
    return learned.called(queue, about, learned.promise(queue, about), about.ahead * (60.0 + n % 37), about.minute + 5)


def waits_told(trace: Path) -> None:
    """`run.py predict` on a recorded trace, as the scorer beside it judges the second half; and the waits as spoken."""
    if not trace.exists() or not SCORER.exists():
        print(f"{trace.name} or its scorer is not there: no waits predicted")
        return
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "waits.csv"
        command = [sys.executable, str(ROOT / "run.py"), "predict", "--day", str(trace), "--out", str(out)]
        seconds = took(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))
        judged = [sys.executable, str(SCORER), str(trace), str(out)]
        scored = subprocess.run(judged, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout
        print(f"waits told on {trace.name} in {seconds:.0f} s")
        for line in scored.splitlines():
            if line.startswith("[") or line.lstrip().startswith(("prediction", "range")):
                print(f"    {line.strip()}")
        with out.open(encoding="utf-8", newline="") as rows:
            waits = {row["id"]: wait_of(row) for row in csv.DictReader(rows) if row["high"]}
    for whom, past, short, count in as_spoken(trace, waits):
        print(f"    as spoken, {whom}: {past:.3f} waited past the end, {short:.3f} not to its beginning (n={count})")


def wait_of(row: dict[str, str]) -> estimates.Wait:
    return estimates.Wait(float(row["low"]), float(row["predicted_wait_seconds"]), float(row["high"]))


def as_spoken(trace: Path, waits: dict[str, estimates.Wait]) -> Iterator[tuple[str, float, float, int]]:
    """By half of the trace and by whether somebody was ahead: the shares that waited past, and not so long."""
    scorer = runpy.run_path(str(SCORER))
    tickets = scorer["load"](str(trace))
    scorer["replay"](tickets)
    second = next(since for name, since in scorer["SPLIT"].items() if name in trace.name)
    groups = defaultdict[str, list[tuple[bool, bool]]](list)
    for ticket in tickets:
        if ticket["w"] is not None and ticket["id"] in waits:
            low, high = estimates.spoken(waits[ticket["id"]])
            missed = ticket["w"] > high * 60, ticket["w"] < low * 60
            half = "second half" if ticket["day"] >= second else "first half"
            for group in (f"{half}, all", *[f"{half}, someone ahead"] * (ticket["ahead"] > 0)):
                groups[group].append(missed)
    for group, missed in sorted(groups.items()):
        yield group, statistics.mean(a for a, _ in missed), statistics.mean(b for _, b in missed), len(missed)
