"""How long who presses waits: from the key or the touch to the paint that shows what became of it. For `make bench`.

In a real Chromium on a real server, its processor slowed six times as an office's old machine; the reference is the
same without. Where there is no browser it is left out. Nothing asks the page anything while it is measured.
"""

import statistics
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from tests.browser import MISSING, QUIET, chromium
from tests.counters import JOIN, OLD_AGE, SCREEN, STRIP, connected, sit_down
from tests.serving import Caller, Server, serving
from tests.timing import say

SLOWED = 6
ROUNDS = 12
WAITING = 60
KIOSK: ViewportSize = {"width": 1080, "height": 1920}
BOARD: ViewportSize = {"width": 1920, "height": 1080}
# Whoever presses looks at the screen before the next press.
LOOKED_MS = 100

# From the event's own time, or for a screen that is looked at from when the hall was asked, to the frame after the one
# in which what was waited for was drawn.
WATCH = """([selector, attribute]) => {
  globalThis.pressed = 0;
  let shown = () => {};
  const began = ({ timeStamp }) => { pressed = performance.timeOrigin + timeStamp; };
  for (const kind of ["keydown", "pointerup"]) addEventListener(kind, began, { capture: true });
  globalThis.painted = [];
  globalThis.wait = () => { globalThis.waited = new Promise((resolve) => { shown = resolve; }); };
  const observer = new MutationObserver(() => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        if (!pressed) return;
        painted.push(performance.timeOrigin + performance.now() - pressed);
        pressed = 0;
        shown();
      };
      port2.postMessage(null);
    });
  });
  for (const one of document.querySelectorAll(selector)) observer.observe(one, { attributeFilter: [attribute] });
}"""


def press_to_paint() -> None:
    """The panel and the strip, the board that shows their calls, and the kiosk, over a hall in which people wait."""
    path = chromium()
    if path is None:
        print(f"press to paint: {MISSING}")
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder) / "data", "eventlet") as hall,
        sync_playwright() as playwright,
        Caller(hall.url()) as caller,
    ):
        for n in range(WAITING):
            caller.take((JOIN, OLD_AGE)[n % 2], needs=[["sign"], []][n % 2])
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        for name, place, size in (("panel", "2", SCREEN), ("strip", "2/strip", STRIP)):
            measure(browser, f"press, {name}", size, partial(at_the_counter, hall, place))
        measure(browser, "touch, kiosk", KIOSK, partial(at_the_kiosk, hall))
        caller.sign_in("officer3", "1234")
        measure(browser, "call, board", BOARD, partial(at_the_board, hall, caller))
        browser.close()


# What is done again and again on a page; each step of it ends with what was waited for on the screen.
Round = Callable[[], None]
Begin = Callable[[BrowserContext], tuple[Page, Round]]


def measure(browser: Browser, name: str, size: ViewportSize, begin: Begin) -> None:
    context = browser.new_context(viewport=size)
    page, one_round = begin(context)
    devtools, times = context.new_cdp_session(page), {}
    for _ in range(2):
        one_round()
    for slowed in (1, SLOWED):
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": slowed})
        page.evaluate("painted.length = 0")
        for _ in range(ROUNDS):
            one_round()
        times[slowed] = page.evaluate("painted")
    for what, of in (("median", statistics.median), ("p95", p95), ("longest", max)):
        say(f"{name} slowed {SLOWED}×, {what}, ms", of(times[SLOWED]), of(times[1]), "ms")
    context.close()


def shown(page: Page, press: Callable[[], object]) -> None:
    """Press, and wait until the page shows it."""
    page.wait_for_timeout(LOOKED_MS)
    page.evaluate("wait()")
    press()
    page.evaluate("waited")


def at_the_counter(hall: Server, place: str, context: BrowserContext) -> tuple[Page, Round]:
    """A visitor called, begun and finished, by keys; each is drawn from news that came down and not by the press."""
    page = sit_down(context, hall, place, "officer2", "th")
    page.evaluate(WATCH, ["[data-visitor]", "data-visitor"])

    def one_round() -> None:
        for key in ("Space", "s", "f"):
            shown(page, partial(page.keyboard.press, key))

    return page, one_round


def at_the_kiosk(hall: Server, context: BrowserContext) -> tuple[Page, Round]:
    """Three touches: what for, the ticket, done."""
    page = context.new_page()
    page.goto(f"{hall.url()}/kiosk/")
    connected(page)
    page.evaluate(WATCH, [".step", "hidden"])

    def one_round() -> None:
        for target in (f"#agencies li[data-key='{JOIN}'] .service", "#take", "#done"):
            place = page.locator(target)
            place.scroll_into_view_if_needed()
            box = place.bounding_box()
            assert box, target
            shown(page, partial(page.mouse.click, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2))

    return page, one_round


def at_the_board(hall: Server, officer: Caller, context: BrowserContext) -> tuple[Page, Round]:
    """A call at a counter, as the hall sees it."""
    page = context.new_page()
    page.goto(f"{hall.url()}/board/")
    connected(page)
    page.evaluate(WATCH, ["html", "data-seq"])

    def call() -> None:
        page.evaluate("pressed = performance.timeOrigin + performance.now()")
        officer.press("3", "next")

    def one_round() -> None:
        shown(page, call)
        officer.press("3", "no-show")
        page.wait_for_timeout(2 * LOOKED_MS)

    return page, one_round


def p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


if __name__ == "__main__":
    press_to_paint()
