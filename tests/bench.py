"""How fast the parts that people wait for are, each beside a reference measured in the same run. `make bench`.

Absolute figures depend on the machine; the ratio to the reference is what to compare. Nothing here passes or fails.
"""

import os
import statistics
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

from hardware import raster, slips
from queue_core import centre_file, changes, day, officers, recorded, rehearsal, visitors, whatif
from queue_core.hall import Events, Hall
from queue_core.log import Log
from queue_core.office import Clock, Office
from tests import floor, old_log
from tests.bench_panel import press_to_paint
from tests.bench_waits import WAITING, waits
from tests.rules_compared import rules_compared
from tests.timing import say, took

SAMPLES = Path(centre_file.__file__).parent / "samples"
# Nobody is to be sent away while something is measured.
SAMPLE = centre_file.read((SAMPLES / "centre.toml").read_text("utf-8"))
UNLIMITED = {one.id: replace(one, quota_day=None, quota_hour=None) for one in SAMPLE.services.values()}
CENTRE = replace(SAMPLE, services=UNLIMITED)
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
    "ahead": "มีผู้รอก่อนหน้าท่านไม่เกิน 3 คน",
    "wait": "คาดว่ารอ 10–20 นาที",
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
    a_day_under_another_plan(times=20)
    rules_compared(CENTRE, whatif.basis(sample_day(), CENTRE), replications=40)
    a_slip(times=20)
    press_to_paint()
    with office() as desk:
        waits(CENTRE, statistics.median(took(partial(take, desk, n)) for n in range(200)) * 1000)
    anything_at_any_moment(operations=1_000_000)


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


def sample_day() -> recorded.SiteDay:
    rows = recorded.lines((SAMPLES / "day.csv").read_bytes(), "the sample day")
    (day,) = recorded.choose(recorded.read_day(rows, "the sample day"))
    return day


def a_rehearsed_day() -> None:
    """The day that ships, through the office on a throwaway log; the reference folds its events without a log."""
    day = sample_day()
    ours = took(lambda: rehearsal.rehearse(day, CENTRE))
    say("a day of 420 tickets rehearsed, ms", ours * 1000, folded_day(len(day.tickets)) * 1000, "ms")


def a_day_under_another_plan(times: int) -> None:
    """The day that ships, played so many times with a counter more; the reference plays it as often unchanged alone."""
    basis, more = whatif.basis(sample_day(), CENTRE), changes.read("counter +1 10:00-12:00 like 1")
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


def a_slip(times: int) -> None:
    """A slip set and made one bit a dot, warm, beside the same without its QR; and its bytes, beside all rows."""
    plain = SLIP | {"url": None}
    slips.render(SLIP, 576)
    with_qr = statistics.median(took(lambda: slips.render(SLIP, 576)) for _ in range(times))
    without = statistics.median(took(lambda: slips.render(plain, 576)) for _ in range(times))
    say("a slip with its QR set, ms (without: reference)", with_qr * 1000, without * 1000, "ms")
    for width, paper in ((576, 80), (384, 58)):
        picture = slips.render(SLIP, width)
        sent = [len(raster.encode(picture, sparing=sparing)) / 1000 for sparing in (True, False)]
        say(f"a slip of {paper} mm sent, KB (every row: reference)", *sent, "KB")


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
