"""What waits cost: a promise at the issue, and a look ahead, whose slices are all that a press may have to wait for.

Each beside a press on the same hall. Nothing here passes or fails. Not here: how true the promises are (bench.py).
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import pairwise

from hall_server.lookout import Lookout
from queue_core import day, officers, visitors
from queue_core.hall import Events, Hall
from queue_core.lessons import Lessons
from queue_core.office import Clock
from queue_core.plan import CounterPlan, Plan
from queue_core.waits import Outlook

Say = Callable[[str, float, float, str], None]


def waits(say: Say, centre: Plan, waiting: int) -> None:
    """A promise, and a look ahead over so many who wait for 12 services at 20 counters, by rules of two kinds."""
    for rule in ("head-start", "due-then-ratio"):
        hall, now = busy(twelve_and_twenty(replace(centre, rule=rule)), waiting)
        pressed = median(partial(officers.call_next, hall, now, "bench", "1", "finished"), 200)
        outlook, whole, longest = looked(hall, now)
        services = list(hall.plan.services)[:1]
        learned = median(partial(visitors.issue, hall, now, "bench", services, outlook=outlook), 200)
        untaught = replace(hall, lessons=Lessons())
        plain = median(partial(visitors.issue, untaught, now, "bench", services), 200)
        say(f"a ticket with its promise, ms (without) {rule}", learned, plain, "ms")
        say(f"a look ahead, {waiting} wait, ms (a press) {rule}", whole, pressed, "ms")
        say(f"its longest slice, ms (a press) {rule}", longest, pressed, "ms")


def twelve_and_twenty(centre: Plan) -> Plan:
    """The centre with its first twelve services and twenty counters, each of which gives three of them."""
    services = dict(list(centre.services.items())[:12])
    names = list(services)
    each = {str(n): tuple(names[(n * 5 + k * 4) % 12] for k in range(3)) for n in range(1, 21)}
    counters = {n: CounterPlan(n, {"th": n, "en": n}, given) for n, given in each.items()}
    plain = {one.id: replace(one, after=(), shown_as=None) for one in services.values()}
    return replace(centre, services=plain, counters=counters, profiles={}, segments={}, profile=None)


def busy(plan: Plan, waiting: int) -> tuple[Hall, datetime]:
    """A hall that has learned from some hundred calls, with a visitor at each counter, and so many who wait."""
    now = Clock().now()
    hall = Hall(plan)
    services, counters = list(plan.services), list(plan.counters)

    def do(events: Events) -> None:
        nonlocal hall
        for event in events:
            hall = hall.after(event)

    do(day.open_day(hall, now, "bench", plan, trial=True))
    for n in range(waiting):
        priority = "elderly" if n % 4 == 0 and "elderly" in plan.priorities else None
        do(visitors.issue(hall, now, "bench", [services[n % len(services)]], priority))
    for n in range(300):
        do(officers.call_next(hall, now, "bench", counters[n % len(counters)], "finished"))
        do(visitors.issue(hall, now, "bench", [services[n % len(services)]]))
    while len(hall.waiting()) < waiting:
        do(visitors.issue(hall, now, "bench", [services[hall.seq % len(services)]]))
    return hall, now


def looked(hall: Hall, now: datetime, times: int = 15) -> tuple[Outlook, float, float]:
    """The outlook; the median look and the median of the longest slices, in milliseconds."""
    wholes, longests, lookout = list[float](), list[float](), Lookout()
    for _ in range(times):
        ticks = [time.perf_counter()]
        lookout.look(hall, now, partial(_tick, ticks))
        ticks.append(time.perf_counter())
        wholes.append(ticks[-1] - ticks[0])
        longests.append(max(after - before for before, after in pairwise(ticks)))
    return lookout.outlook, statistics.median(wholes) * 1000, statistics.median(longests) * 1000


def _tick(ticks: list[float]) -> None:
    ticks.append(time.perf_counter())


def median(work: Callable[[], object], times: int) -> float:
    """Milliseconds."""
    taken = list[float]()
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1000
