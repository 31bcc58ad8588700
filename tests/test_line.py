"""The line between a screen and the hall: a cable pulled for a minute, a server restarted, a laptop that slept.

Each screen says within ten seconds that it is cut off, and is right within three of the line's return. Not here: what a
screen shows of a call (its own walks).
"""

import os
import re
import signal
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, WebSocketRoute, expect

from tests.browser import QUIET, chromium_or_leave
from tests.serving import Caller, Server, serving

SAID_WITHIN_MS = 10_000
RIGHT_WITHIN_MS = 3_000
CUT_S = 60
ASLEEP_S = 20
# Every screen that follows the hall. A new one is a line here.
SCREENS = {
    "kiosk": "/kiosk/",
    "board": "/board/",
    "panel": "/counter/4",
    "strip": "/counter/4/strip",
    "pad": "/pad/?counter=4",
    "reception": "/counter/reception",
    "desk": "/desk/",
    "phone": "/t/{token}",
}
SIGNED_IN = {"panel": "officer4", "strip": "officer4", "reception": "officer5", "desk": "manager"}


class Cable:
    """A cable between a page and the server that can be pulled: frames are dropped, nobody is told."""

    def __init__(self, screen: Page) -> None:
        self.whole = True
        screen.route_web_socket(re.compile("socket.io"), self._connect)

    def _connect(self, near: WebSocketRoute) -> None:
        if not self.whole:
            return  # accepted by nobody: the far end never answers
        far = near.connect_to_server()
        near.on_message(lambda message: far.send(message) if self.whole else None)
        far.on_message(lambda message: near.send(message) if self.whole else None)


@dataclass
class Wall:
    """All screens of one hall, each in a browser context of its own, and the kiosk and officer who move the hall."""

    hall: Server
    pages: dict[str, Page]
    cables: dict[str, Cable]
    visitor: Caller
    officer: Caller

    def move(self) -> int:
        """Somebody calls the phone's ticket, or takes a new one; the number of the last event."""
        self.officer.press("4", "next", current="finished")
        self.visitor.take("doe-jobs")
        return int(self.officer.get("/api/v1/hall").json()["seq"])

    def right(self, name: str, seq: int, within_ms: float) -> None:
        """The screen is connected, says so, and shows the hall as it is."""
        html = self.pages[name].locator("html")
        expect(html, name).to_have_attribute("data-connection", "connected", timeout=within_ms)
        shown = re.compile(rf"^({'|'.join(str(n) for n in range(seq, seq + 50))})$")
        expect(html, name).to_have_attribute("data-seq", shown, timeout=within_ms)
        expect(self.pages[name].locator("#connection"), name).to_be_empty(timeout=100)


def wall(browser: Browser, hall: Server, cabled: bool = False) -> Wall:
    url = hall.url()
    visitor, officer = Caller(url), Caller(url)
    officer.sign_in("officer4", "1234")
    token = visitor.take("doe-jobs")["token"]
    pages, cables = {}, {}
    for name, path in SCREENS.items():
        context = browser.new_context(viewport={"width": 1366, "height": 768})
        page = pages[name] = context.new_page()
        if cabled:
            cables[name] = Cable(page)
        if name in SIGNED_IN:
            answer = page.request.post(f"{url}/api/v1/session", data={"username": SIGNED_IN[name], "pin": "1234"})
            assert answer.ok
        page.goto(url + path.format(token=token))
        expect(page.locator("html")).to_have_attribute("data-connection", "connected", timeout=15_000)
    return Wall(hall, pages, cables, visitor, officer)


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path / "data", "eventlet") as server:
        yield server


def test_a_cable_pulled_for_a_minute(hall: Server, browser: Browser) -> None:
    screens = wall(browser, hall, cabled=True)
    for cable in screens.cables.values():
        cable.whole = False
    pulled = time.monotonic()
    for name, page in screens.pages.items():
        left = SAID_WITHIN_MS - (time.monotonic() - pulled) * 1000
        expect(page.locator("html"), name).to_have_attribute("data-connection", "lost", timeout=left)
        expect(page.locator("#connection"), name).not_to_be_empty(timeout=100)
    seq = screens.move()
    while time.monotonic() - pulled < CUT_S:
        screens.pages["board"].wait_for_timeout(500)
    for name in SCREENS:
        screens.cables[name].whole = True
        screens.right(name, seq, RIGHT_WITHIN_MS)
    close(screens)


def test_a_server_that_is_restarted(tmp_path: Path, browser: Browser) -> None:
    port = free_port()
    with serving(tmp_path / "data", "eventlet", "--port", str(port)) as hall:
        screens = wall(browser, hall)
        before = screens.move()
        hall.kill()
    with serving(tmp_path / "data", "eventlet", "--port", str(port)):
        back = time.monotonic()
        for name in SCREENS:
            screens.right(name, before, RIGHT_WITHIN_MS - (time.monotonic() - back) * 1000)
        close(screens)


def test_a_laptop_that_slept(hall: Server, browser: Browser) -> None:
    """All of a browser's processes stand still, and the server gives them up meanwhile."""
    before = processes_of_chromium()
    sleeper = browser.browser_type.launch(executable_path=chromium_or_leave(), args=QUIET)
    screens = wall(sleeper, hall)
    mine = processes_of_chromium() - before
    assert mine
    signal_all(mine, signal.SIGSTOP)
    try:
        seq = screens.move()
        threading.Event().wait(ASLEEP_S)
    finally:
        signal_all(mine, signal.SIGCONT)
    awake = time.monotonic()
    for name in SCREENS:
        screens.right(name, seq, RIGHT_WITHIN_MS - (time.monotonic() - awake) * 1000)
    sleeper.close()


def close(screens: Wall) -> None:
    contexts: list[BrowserContext] = [page.context for page in screens.pages.values()]
    for context in contexts:
        context.close()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def processes_of_chromium() -> set[int]:
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if b"chrom" in (folder / "cmdline").read_bytes():
                found.add(int(folder.name))
        except OSError:
            continue  # it has just ended
    return found


def signal_all(processes: set[int], what: signal.Signals) -> None:
    for process in processes:
        try:
            os.kill(process, what)
        except ProcessLookupError:
            continue
