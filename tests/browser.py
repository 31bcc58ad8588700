"""The browser for the walks: where it is, how it is started, one of one's own in it, and how `make test` installs a
missing one (and socat).

Not here: what is done in it; a walk belongs to the test that tells it.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = f"the browser walks need one of {', '.join(NAMES)}, and this machine has none"
QUIET = (
    "--no-sandbox",  # a container's root has no sandbox to give
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# How long a walk waits for what it expects, in ms: a machine may have much else to do.
SLOW = 15_000
INSTALL = ("apt-get", "install", "--yes", "--no-install-recommends")
LEFT_OUT = "The walks are left out without a browser, and serial lines are tried over ptys alone without socat."


def chromium() -> str | None:
    """The path of the browser, or None where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name, path=_search_path()))), None)


# Debian's packages that tests use, and whether each is there. socat joins the two ends of a serial cable (cables.py).
NEEDED: Mapping[str, Callable[[], str | None]] = {"chromium": chromium, "socat": lambda: shutil.which("socat")}


def chromium_or_leave() -> str:
    """The path of the browser. Without one the walk is skipped, but where CI is set it fails."""
    path = chromium()
    if path is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(MISSING)
    return path


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all walks. From its first use on `asyncio.run` is refused: Playwright's loop runs."""
    path = chromium_or_leave()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield started
        started.close()


@contextmanager
def own_browser(browser: Browser, width: int = 1366, height: int = 768, **more: Any) -> Iterator[BrowserContext]:
    """A browser of one's own, as large as that, which fails the walk if any page's script does."""
    faults: list[str] = []
    opened = browser.new_context(viewport=ViewportSize(width=width, height=height), **more)
    opened.set_default_timeout(SLOW)
    opened.on("weberror", lambda fault: faults.append(str(fault.error)))
    try:
        yield opened
    finally:
        opened.close()
    assert not faults, faults


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser of one's own, as large as an office's screen."""
    with own_browser(browser) as opened:
        yield opened


def install() -> None:
    """Installs Debian's Chromium and socat where they are missing and the user may; says what it does, or why not."""
    missing = [package for package, here in NEEDED.items() if not here()]
    if not missing:
        return
    as_root = _becoming_root()
    if not _is_debian() or as_root is None:
        print(f"Missing for tests: {', '.join(missing)}; install it by hand (on Debian: apt-get install). {LEFT_OUT}")
        return
    print(f"Tests need {' and '.join(missing)}: installing Debian's", flush=True)
    for command in (["apt-get", "update"], [*INSTALL, *missing]):
        if subprocess.run([*as_root, *command], stdin=subprocess.DEVNULL).returncode:
            print(f"{' '.join(command)} did not work. {LEFT_OUT}", flush=True)
            return


def _search_path() -> str:
    # The usual places too: a PATH made for one purpose may leave them out.
    return os.pathsep.join((os.environ.get("PATH", ""), "/usr/bin", "/usr/local/bin"))


def _is_debian() -> bool:
    # Not Ubuntu, whose package of this name only fetches a snap.
    release = Path("/etc/os-release")
    return release.exists() and "ID=debian" in release.read_text(encoding="utf-8").splitlines()


def _becoming_root() -> list[str] | None:
    """What to write before a command to run it as root, or None where that would ask for a password."""
    quietly = ["env", "DEBIAN_FRONTEND=noninteractive"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return quietly
    may = shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0
    return ["sudo", "-n", *quietly] if may else None


if __name__ == "__main__":
    install()
