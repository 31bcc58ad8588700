"""How fast the parts that people wait for are, each beside a reference measured in the same run. `make bench`.

Absolute figures depend on the machine; the ratio to the reference is what to compare. Nothing here passes or fails.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from heapq import heapreplace
from pathlib import Path
from random import Random

from hardware import slips
from queue_core import centre_file, changes, day, forward, officers, recorded, rehearsal, visitors, whatif
from queue_core.hall import Events, Hall
from queue_core.log import Log
from queue_core.office import Clock, Office
from queue_core.plan import CounterPlan, Plan
from queue_core.ticket import Ticket
from tests import floor, old_log

SAMPLES = Path(centre_file.__file__).parent / "samples"
# Nobody is to be sent away while something is measured.
SAMPLE = centre_file.read((SAMPLES / "centre.toml").read_text("utf-8"))
UNLIMITED = {one.id: replace(one, quota_day=None, quota_hour=None) for one in SAMPLE.services.values()}
CENTRE = replace(SAMPLE, services=UNLIMITED)
WAITING = 300
SERVICES = tuple(CENTRE.services)
COUNTERS = tuple(CENTRE.counters)
SLIP = {
    "number": "A001",
    "day": "2026-11-20",
    "language": "th",
    "copy": 1,
    "copy_mark": None,
    "centre": "ศูนย์บริการร่วมกระทรวงแรงงาน",
    "service": "ขอเงินคลอดบุตร เงินสงเคราะห์บุตร",
    "agency": "สำนักงานประกันสังคม",
    "priority": None,
    "issued": "20 พฤศจิกายน 2569  09:41 น.",
    "ahead": "มีผู้รอก่อนหน้าท่าน 3 คน",
    "notice": "หมายเลขอาจไม่เรียงลำดับ เนื่องจากมีหลายบริการ",
    "labels": {"number": "หมายเลข", "follow": "สแกนเพื่อติดตามคิว"},
    "url": "http://queue.hall/t/20261120-A001-0123456789abcdefghijkl",
    "trial_mark": None,
}


def main() -> None:
    print("what is measured                                    Sala       reference   ratio")
    durable_tickets(tickets=2000)
    flat_through_the_day(late=10_000)
    flat_through_the_years(events=2_000_000)
    a_rehearsed_day()
    the_hall_run_forward(times=25)
    a_day_run_forward(tickets=5500)
    a_slip(times=20)
    anything_at_any_moment(operations=1_000_000)


def say(what: str, ours: float, reference: float, unit: str) -> None:
    print(f"{what:46} {ours:10,.1f} {unit:5} {reference:9,.1f}   {ours / reference:6.2f}", flush=True)


def took(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


@contextmanager
def office(synchronous: str = "full", at: Path | None = None) -> Iterator[Office]:
    """An office on a real log, in a folder of its own if none is named, on the disk where temporary files are."""
    with tempfile.TemporaryDirectory() as folder:
        log = Log((at or Path(folder)) / "hall.db", synchronous)
        yield Office(log, CENTRE, Clock(), trial=True)
        log.close()


def take(desk: Office, n: int) -> None:
    desk.do(partial(visitors.issue, by="bench", services=[SERVICES[n % len(SERVICES)]]))


def durable_tickets(tickets: int) -> None:
    """Tickets that survive a power cut, one kiosk and thirty-two; the reference writes and syncs as many bytes."""
    for kiosks in (1, 32):
        with office() as desk, ThreadPoolExecutor(kiosks) as threads:
            ours = tickets / took(lambda: list(threads.map(partial(take, desk), range(tickets))))
        say(f"durable tickets a second, {kiosks} kiosks", ours, synced_writes(tickets // 4), "/s")


def synced_writes(times: int) -> float:
    """How often a second this disk takes 4 KB and syncs it."""
    with tempfile.NamedTemporaryFile() as file:
        block = bytes(4096)

        def write() -> None:
            for _ in range(times):
                os.write(file.fileno(), block)
                os.fdatasync(file.fileno())

        return times / took(write)


def flat_through_the_day(late: int) -> None:
    """A ticket taken and one called, over 300 who wait: after so many tickets, and as the first of the day."""
    with office("off") as fresh, office("off") as busy:
        for n in range(late):
            take(busy, n)
            busy.do(press(COUNTERS[n % len(COUNTERS)]))
        say(f"taken and called, ms, after {late:,} tickets", *interleaved(busy, fresh), "ms")


def flat_through_the_years(events: int) -> None:
    """The same on a log of years, and on an empty one."""
    with tempfile.TemporaryDirectory() as folder:
        written = old_log.write(Path(folder) / "hall.db", CENTRE, events)
        with office("off") as fresh, office("off", Path(folder)) as old:
            say(f"taken and called, ms, on {written:,} events", *interleaved(old, fresh), "ms")


def interleaved(ours: Office, reference: Office, runs: int = 5, times: int = 200) -> tuple[float, float]:
    """The median of so many runs of each, in milliseconds; the two take turns at every press."""
    for desk in (ours, reference):
        while len(desk.hall.waiting()) < WAITING:
            take(desk, desk.hall.seq)
    medians = list[tuple[float, float]]()
    for _ in range(runs):
        pairs = [(took(partial(both, ours, n)), took(partial(both, reference, n))) for n in range(times)]
        medians.append((statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)))
    ours_ms, reference_ms = (statistics.median(each) * 1000 for each in zip(*medians, strict=True))
    return ours_ms, reference_ms


def both(desk: Office, n: int) -> None:
    desk.do(press(COUNTERS[n % len(COUNTERS)]))
    take(desk, n)


def press(counter: str) -> Callable[..., Events]:
    return partial(officers.call_next, by="bench", counter=counter, current="finished")


def a_rehearsed_day() -> None:
    """The day that ships, through the office on a throwaway log; the reference folds its events without a log."""
    rows = recorded.lines((SAMPLES / "day.csv").read_bytes(), "the sample day")
    (day,) = recorded.choose(recorded.read_day(rows, "the sample day"))
    ours = took(lambda: rehearsal.rehearse(day, CENTRE))
    say("a day of 420 tickets rehearsed, ms", ours * 1000, folded_day(len(day.tickets)) * 1000, "ms")


def a_day_under_another_plan(times: int) -> None:
    """The day that ships, played so many times with a counter more; the reference plays it as often unchanged alone."""
    rows = recorded.lines((SAMPLES / "day.csv").read_bytes(), "the sample day")
    (day,) = recorded.choose(recorded.read_day(rows, "the sample day"))
    basis, more = whatif.basis(day, CENTRE), changes.read("counter +1 10:00-12:00 like 1")
    changed = took(lambda: whatif.whatif(basis, [more], Random, times))
    unchanged = took(lambda: whatif.whatif(basis, [], Random, times))
    say(f"what-if, {times} replications of 420 tickets, ms", changed * 1000, unchanged * 1000, "ms")


def folded_day(tickets: int) -> float:
    """As many tickets taken, called and finished on the pure hall alone."""
    now = Clock().now()
    (opened,) = day.open_day(Hall(CENTRE), now, "bench", CENTRE, trial=True)

    def fold() -> None:
        hall = Hall(CENTRE).after(opened)
        for n in range(tickets):
            for event in visitors.issue(hall, now, "bench", [SERVICES[n % len(SERVICES)]]):
                hall = hall.after(event)
            for event in officers.call_next(hall, now, "bench", COUNTERS[n % len(COUNTERS)], "finished"):
                hall = hall.after(event)

    return took(fold)


def many_counters(rule: str, counters: int = 20, services: int = 12) -> Plan:
    """A plan of so many counters, each for every other service, by this rule."""
    one, names = next(iter(CENTRE.services.values())), {"th": "ช่อง", "en": "Counter"}
    given = {f"s{n}": replace(one, id=f"s{n}", after=(), target_wait_minutes=10 + 5 * n) for n in range(services)}
    at = {str(n): CounterPlan(str(n), names, tuple(given)[n % 2 :: 2]) for n in range(counters)}
    return replace(CENTRE, rule=rule, services=given, counters=at)


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


def the_hall_run_forward(times: int) -> None:
    """Until all 300 who wait and all newcomers are called; the reference presses the real hall on until they are."""
    now = datetime(2026, 11, 20, 4, tzinfo=UTC)
    for rule in ("head-start", "target-ratio", "due-then-ratio"):
        hall = full_hall(many_counters(rule), now)
        comers = {(service, priority): 0.5 for service in hall.plan.services for priority in hall.plan.priorities}
        known = forward.Known({f"s{n}": 300.0 + 60 * n for n in range(12)}, 10.0, comers)
        ours = statistics.median(took(partial(forward.replay, hall, now, known)) for _ in range(times))
        say(f"300 who wait run forward, {rule}, ms", ours * 1000, took(partial(pressed_on, hall, now)) * 1000, "ms")


def pressed_on(hall: Hall, now: datetime) -> None:
    """Every counter in its turn finishes and calls, until nobody waits."""
    counters = list(hall.counters)
    for n in range(WAITING):
        moment, counter = now + timedelta(seconds=30 * n), counters[n % len(counters)]
        for event in officers.call_next(hall, moment, "bench", counter, "finished"):
            hall = hall.after(event)


def a_day_run_forward(tickets: int) -> None:
    """A day of twenty counters, as `whatif` plays many; the reference deals the visits to whoever is free first."""
    began = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
    for rule in ("head-start", "due-then-ratio"):
        plan, chance = many_counters(rule), Random(5)
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


def a_slip(times: int) -> None:
    """A slip set and thresholded, warm; the reference is the same without its QR."""
    plain = SLIP | {"url": None}
    slips.render(SLIP, 576)
    with_qr = statistics.median(took(lambda: slips.render(SLIP, 576)) for _ in range(times))
    without = statistics.median(took(lambda: slips.render(plain, 576)) for _ in range(times))
    say("a slip with its QR set, ms (without: reference)", with_qr * 1000, without * 1000, "ms")


def anything_at_any_moment(operations: int) -> None:
    """All wishes at random on the pure hall; a second hand counts who was given a number, and whose visit is over."""
    anywhere = floor.Floor(floor.eventful(CENTRE))
    seconds = took(lambda: anywhere.run(operations))
    refused = sum(anywhere.refused.values())
    print(f"{anywhere.asked:,} random operations in {seconds:,.0f} s, {refused:,} of them refused politely:")
    print(f"    {sum(anywhere.kinds.values()):,} events of {len(anywhere.kinds)} kinds; of {anywhere.issued:,} tickets")
    print(f"    {anywhere.closed:,} are closed and {len(anywhere.live):,} still there;")
    print(f"    {anywhere.doubled} duplicates, {anywhere.lost} lost, {anywhere.misplaced} in two places or in none")


if __name__ == "__main__":
    main()
