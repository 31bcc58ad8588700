"""How long an officer waits for a press: from the key to the paint that shows the hall's news of it. For `make bench`.

In a real Chromium on a real server, its processor slowed six times as an office's old machine; the reference is the
same without. Where there is no browser it is left out.
"""

import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import CDPSession, Page, expect, sync_playwright

from tests.browser import MISSING, QUIET, chromium
from tests.counters import JOIN, OLD_AGE, SCREEN, STRIP, sit_down
from tests.serving import Caller, serving
from tests.timing import say

SLOWED = 6
ROUNDS = 12
WAITING = 60
# What is shown after each of these keys; each is drawn from news that came down, not from the press itself.
PRESSES = (("Space", "called"), ("s", "serving"), ("f", "none"))

# The time of the key's own event to the frame after the one in which the news was drawn.
WATCH = """() => {
  let pressed = 0;
  globalThis.painted = [];
  addEventListener("keydown", (event) => { pressed = event.timeStamp; }, { capture: true });
  new MutationObserver(() => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => painted.push(performance.now() - pressed);
      port2.postMessage(null);
    });
  }).observe(document.querySelector("[data-visitor]"), { attributeFilter: ["data-visitor"] });
}"""


def press_to_paint() -> None:
    """The panel and the strip, over a hall in which people wait."""
    path = chromium()
    if path is None:
        print(f"press to paint: {MISSING}")
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder) / "data", "eventlet") as hall,
        sync_playwright() as playwright,
        Caller(hall.url()) as kiosk,
    ):
        for n in range(WAITING):
            kiosk.take((JOIN, OLD_AGE)[n % 2], needs=[["sign"], []][n % 2])
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        for name, place, size in (("panel", "2", SCREEN), ("strip", "2/strip", STRIP)):
            context = browser.new_context(viewport=size)  # type: ignore[arg-type]
            page = sit_down(context, hall, place, "officer2", "th")
            measured(page, context.new_cdp_session(page), name)
            context.close()
        browser.close()


def measured(page: Page, devtools: CDPSession, name: str) -> None:
    page.evaluate(WATCH)
    rounds(page, 2)
    times = {}
    for slowed in (1, SLOWED):
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": slowed})
        page.evaluate("painted.length = 0")
        rounds(page, ROUNDS)
        times[slowed] = page.evaluate("painted")
    for what, of in (("median", statistics.median), ("p95", p95), ("longest", max)):
        say(f"press to paint, {name} slowed {SLOWED}×, {what}, ms", of(times[SLOWED]), of(times[1]), "ms")


def rounds(page: Page, times: int) -> None:
    """So many visitors called, begun and finished, by keys."""
    for _ in range(times):
        for key, becomes in PRESSES:
            expect(page.locator("[data-sending]")).to_have_count(0)
            page.keyboard.press(key)
            expect(page.locator("[data-visitor]")).to_have_attribute("data-visitor", becomes)


def p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


if __name__ == "__main__":
    press_to_paint()
