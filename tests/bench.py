"""How fast the parts that people wait for are, each beside a reference measured in the same run. `make bench`.

Absolute figures depend on the machine; the ratio to the reference is what to compare. Nothing here passes or fails.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from hardware import slips
from queue_core import hall as wishes
from queue_core import plan, recorded, rehearsal
from queue_core.hall import Hall
from queue_core.log import Log
from queue_core.office import Clock, Office

SAMPLES = Path(plan.__file__).parent / "samples"
CENTRE = plan.read((SAMPLES / "centre.toml").read_text("utf-8"))
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
    presses_through_the_day(rounds=5, day=3000)
    a_rehearsed_day()
    a_slip(times=20)


def say(what: str, ours: float, reference: float, unit: str) -> None:
    print(f"{what:46} {ours:10,.1f} {unit:5} {reference:9,.1f}   {ours / reference:6.2f}", flush=True)


def took(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


@contextmanager
def office() -> Iterator[Office]:
    """An office on a real log in a folder of its own, on the disk where temporary files are."""
    with tempfile.TemporaryDirectory() as folder:
        log = Log(Path(folder) / "hall.db")
        yield Office(log, CENTRE, Clock(), trial=True)
        log.close()


def take(desk: Office, n: int) -> None:
    desk.do(partial(wishes.issue, by="bench", services=[SERVICES[n % len(SERVICES)]]))


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


def presses_through_the_day(rounds: int, day: int) -> None:
    """One press (finish and call next) over 300 who wait: after `day` tickets, against the first of the day."""
    early, late = list[float](), list[float]()
    for _ in range(rounds):
        with office() as desk:
            for n in range(300):
                take(desk, n)
            early.append(presses(desk))
            for n in range(day):
                take(desk, n)
                desk.do(press(COUNTERS[n % len(COUNTERS)]))
            late.append(presses(desk))
    say(f"one press, ms, after {day:,} tickets", statistics.median(late), statistics.median(early), "ms")


def presses(desk: Office) -> float:
    """The median of 100 presses in milliseconds, as many taking a ticket as being called."""
    times = []
    for n in range(100):
        times.append(took(lambda n=n: desk.do(press(COUNTERS[n % len(COUNTERS)]))))  # type: ignore[misc]
        take(desk, n)
    return statistics.median(times) * 1000


def press(counter: str) -> Callable[..., wishes.Events]:
    return partial(wishes.call_next, by="bench", counter=counter, current="finished")


def a_rehearsed_day() -> None:
    """The day that ships, through the office on a throwaway log; the reference folds its events without a log."""
    rows = recorded.lines((SAMPLES / "day.csv").read_bytes(), "the sample day")
    (day,) = recorded.choose(recorded.read_day(rows, "the sample day"))
    ours = took(lambda: rehearsal.rehearse(day, CENTRE))
    say("a day of 420 tickets rehearsed, ms", ours * 1000, folded_day(len(day.tickets)) * 1000, "ms")


def folded_day(tickets: int) -> float:
    """As many tickets taken, called and finished on the pure hall alone."""
    now = Clock().now()
    (opened,) = wishes.open_day(Hall(CENTRE), now, "bench", CENTRE, trial=True)

    def fold() -> None:
        hall = Hall(CENTRE).after(opened)
        for n in range(tickets):
            for event in wishes.issue(hall, now, "bench", [SERVICES[n % len(SERVICES)]]):
                hall = hall.after(event)
            for event in wishes.call_next(hall, now, "bench", COUNTERS[n % len(COUNTERS)], "finished"):
                hall = hall.after(event)

    return took(fold)


def a_slip(times: int) -> None:
    """A slip set and thresholded, warm; the reference is the same without its QR."""
    plain = SLIP | {"url": None}
    slips.render(SLIP, 576)
    with_qr = statistics.median(took(lambda: slips.render(SLIP, 576)) for _ in range(times))
    without = statistics.median(took(lambda: slips.render(plain, 576)) for _ in range(times))
    say("a slip with its QR set, ms (without: reference)", with_qr * 1000, without * 1000, "ms")


if __name__ == "__main__":
    main()
