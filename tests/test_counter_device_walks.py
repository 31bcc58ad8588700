"""A counter with a keypad and digit tubes, from the press to the board: a real server, a real agent process, serial
cables. Not here: what a single frame, press or refusal is (test_displays.py, test_keypads.py, test_counter_devices.py).
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from hardware.frames import KeyFrame, ff68
from tests.cables import Bridge, Far, Socat, Tubes, cables
from tests.serving import PATIENCE_S, RUN, new_hall, serving

__all__ = ["cables"]

Cable = Bridge | Socat
NEXT, RECALL, START, NO_SHOW, FINISH = (ff68(KeyFrame(3, 1, bytes([code]))) for code in range(1, 6))
DEVICES = """
[[display]]
counter = "3"
address = "serial:{tubes}?baud=9600"
protocol = "modbus-digits"
unit = 3
repaint_s = 0

[[keypad]]
counter = "3"
address = "serial:{keys}?baud=9600"
protocol = "ff68"
bounce_ms = 0
"""


@contextmanager
def an_agent(url: str, key: str, devices: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`run.py agent` as a process, until the end of the block."""
    command = [sys.executable, str(RUN), "agent", "--server", url, "--devices", str(devices)]
    process = subprocess.Popen(command, env={**os.environ, "SALA_AGENT_KEY": key}, stdin=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def until_shown(tubes: Tubes, number: str) -> None:
    """The digits of the number, at the right."""
    tubes.until(3, number.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ").rjust(6))


def called(number: str, again: int = 0):
    return lambda news: (
        [(call["number"], call["again"], call["counter"]) for call in news["calls"][:1]] == [(number, again, "3")]
    )


def test_a_keypad_calls_a_visitor_and_tubes_and_board_show_it(cables: tuple[Cable, Cable], tmp_path: Path) -> None:
    tubes_cable, keys_cable = cables
    (tmp_path / "devices.toml").write_text(DEVICES.format(tubes=tubes_cable.ours, keys=keys_cable.ours), "utf-8")
    with (
        new_hall(tmp_path / "data", "eventlet") as hall,
        Tubes(tubes_cable.theirs, 3) as tubes,
        Far(keys_cable.theirs) as keys,
        hall.board() as board,
    ):
        first, second = hall.kiosk.take(), hall.kiosk.take()
        with an_agent(hall.url, hall.keys["agent"], tmp_path / "devices.toml"):
            until_shown(tubes, "")
            # Nobody is at the counter: nothing happens, and the tubes say so.
            keys.say(NEXT)
            tubes.until(3, "------")
            until_shown(tubes, "")
            hall.officer.press("3", "open")

            keys.say(NEXT)
            board.until(called(first["number"]))
            until_shown(tubes, first["number"])
            assert hall.kiosk.ticket(first["token"])["state"] == "called"

            # Did the visitor come? The number blinks, and nobody else is called.
            keys.say(NEXT)
            until_shown(tubes, "")
            until_shown(tubes, first["number"])
            keys.say(RECALL)
            board.until(called(first["number"], again=1))
            keys.say(FINISH)
            until_shown(tubes, "")
            assert hall.kiosk.ticket(first["token"])["state"] == "finished"

            keys.say(NEXT)
            until_shown(tubes, second["number"])
            keys.say(NO_SHOW)
            until_shown(tubes, "")
            assert hall.kiosk.ticket(second["token"])["state"] != "called"


def test_killed_agent_and_killed_server_leave_the_tubes_right(cables: tuple[Cable, Cable], tmp_path: Path) -> None:
    """Each time the tubes show something else meanwhile, so that only painting them anew puts it right."""
    tubes_cable, keys_cable = cables
    devices = tmp_path / "devices.toml"
    devices.write_text(DEVICES.format(tubes=tubes_cable.ours, keys=keys_cable.ours), "utf-8")
    with (
        Tubes(tubes_cable.theirs, 3) as tubes,
        Far(keys_cable.theirs) as keys,
        new_hall(tmp_path / "data", "eventlet") as hall,
    ):
        hall.officer.press("3", "open")
        first, key = hall.kiosk.take(), hall.keys["agent"]
        with an_agent(hall.url, key, devices) as agent:
            until_shown(tubes, "")
            keys.say(NEXT)
            until_shown(tubes, first["number"])
            agent.kill()
        tubes.lose(3)
        with an_agent(hall.url, key, devices):
            until_shown(tubes, first["number"])
            hall.server.kill()
            tubes.lose(3)
            with serving(hall.folder, "eventlet", "--no-trial", "--port", str(urlsplit(hall.url).port)):
                until_shown(tubes, first["number"])
                keys.say(FINISH)
                until_shown(tubes, "")
                assert hall.kiosk.ticket(first["token"])["state"] == "finished"
