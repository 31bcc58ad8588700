"""How long an officer's press takes while every device hangs, beside the same hall without devices. For `make bench`.

The devices are real agents in processes of their own, at printers that take a connection and never say or read a thing,
and one agent that takes every job and never answers. The hall is a real one, pressed over HTTP.
"""

import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from hall_server.people import People
from tests.serving import RUN, Agent, Caller, Hall, new_hall
from tests.timing import say

PRINTERS = 6
PRESSES = 400


def presses_while_devices_hang(presses: int = PRESSES) -> None:
    """The median and the 99th percentile of `next`, in milliseconds: as many presses in each hall, by turns."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        halls = [stack.enter_context(new_hall(Path(folder) / name, "eventlet")) for name in ("hanging", "alone")]
        stack.enter_context(hanging(halls[0], Path(folder)))
        taken: list[list[float]] = [[], []]
        for _ in range(presses):
            for hall, times in zip(halls, taken, strict=True):
                times.append(a_press(hall))
        hung = len(jobs(halls[0]))
    ours, alone = (statistics.quantiles(times, n=100) for times in taken)
    say(f"a press, ms, median, {hung} slips hang", ours[49], alone[49], "ms")
    say("a press, ms, p99, every device hangs", ours[98], alone[98], "ms")


def a_press(hall: Hall) -> float:
    """One visitor takes a number, whose slip hangs like all the others, and is called; what the call took."""
    hall.kiosk.take("card")
    began = time.perf_counter()
    hall.officer.press("1", "next", current="finished")
    return (time.perf_counter() - began) * 1000


def jobs(hall: Hall) -> list[str]:
    """The tickets whose slips did not come out, as reception lists them: those who wait, and none was printed."""
    return [one for one in hall.kiosk.taken if not hall.kiosk.ticket(one)["printed"]]


@contextmanager
def hanging(hall: Hall, folder: Path) -> Iterator[None]:
    """Agents at printers that are there, and dead; and one that takes jobs for the kiosk and never answers."""
    with ExitStack() as stack:
        dead = [stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=64)) for _ in range(PRINTERS)]
        text = "".join(
            f'[[printer]]\nname = "dead-{n}"\nfor = "*"\naddress = "tcp:127.0.0.1:{one.getsockname()[1]}"\n'
            for n, one in enumerate(dead)
        )
        (folder / "devices.toml").write_text(text, "utf-8")
        stack.enter_context(running(hall.url, hall.keys["agent"], folder / "devices.toml"))
        key = People(hall.folder / "people.db").add_device("silent", "agent")[1]
        silent = stack.enter_context(Agent(hall.url, key, prints_for="kiosk-1"))
        silent.is_now("ok")
        with Caller(hall.url) as anyone:
            while 'sala_printer_state{agent="agent-1",device="dead-0",state="unknown"} 1.0' not in metrics(anyone):
                time.sleep(0.1)  # a bench may wait
        yield


def metrics(anyone: Caller) -> str:
    return anyone.get("/metrics").text


@contextmanager
def running(url: str, key: str, devices: Path) -> Iterator[None]:
    command = [sys.executable, str(RUN), "agent", "--server", url, "--key", key, "--devices", str(devices)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    presses_while_devices_hang()
