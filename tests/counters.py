"""Sitting at a counter in a real browser: signing in, pressing, and looking whether everything is in sight.

For the walks of the panel, the strip and the lock. Not here: what any one walk promises.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from tests.browser import SLOW
from tests.serving import Caller, Server, serving

SCREEN: ViewportSize = {"width": 1366, "height": 768}
STRIP: ViewportSize = {"width": 400, "height": 160}
# Services of the sample centre that counters 2 and 3 give, and one that only counters 4 and 8 give beside 2.
JOIN, OLD_AGE, HOSPITAL = "sso-join", "sso-old-age", "sso-hospital"

# Whatever is larger than its place: the page, and every part but the queue, which shows as many as it has room for.
OUT_OF_SIGHT = """() => {
  const cut = [...document.querySelectorAll("body *")].filter((one) => {
    if (!one.checkVisibility({ visibilityProperty: true }) || one.closest(".unseen, .skip, .queue-list")) return false;
    const box = one.getBoundingClientRect();
    const far = Math.max(-box.left, -box.top, box.right - innerWidth, box.bottom - innerHeight);
    const out = box.width > 0 && far > 1;
    const hides = getComputedStyle(one).overflowY !== "visible" && one.clientHeight > 0;
    return out || (hides && (one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1));
  });
  const page = document.documentElement;
  if (page.scrollHeight > innerHeight || page.scrollWidth > innerWidth) cut.push(page);
  return cut.map((one) => `${one.tagName} ${one.id} ${one.className} ${one.textContent.trim().slice(0, 40)}`);
}"""
# What may be pressed and shows no key, or is smaller than a finger's or a mouse's 24 px.
WITHOUT_KEY = """() => [...document.querySelectorAll(
    "[data-action], [data-tool], [data-evacuate=off], dialog[open] :is(.options, .answers) > button")]
  .filter((one) => one.checkVisibility() && !one.querySelector("kbd")?.checkVisibility())
  .map((one) => one.outerHTML)"""
SMALL = """() => [...document.querySelectorAll("button, a, label:has(input), :not(label) > input")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest(".skip"))
  .filter((one) => Math.min(one.getBoundingClientRect().width, one.getBoundingClientRect().height) < 23.9)
  .map((one) => one.outerHTML)"""


def sweep(hall: Server) -> None:
    """Let nobody be left in a newcomer's hall from the walk before."""
    with Caller(hall.url()) as sweeper:
        sweeper.sign_in("officer1", "1234")
        told = sweeper.get("/api/v1/hall").json()
        for counter in told["counters"]:
            if counter["number"]:
                sweeper.press(counter["id"], "finish", outcome="gave-up")
        for ticket in told["waiting"] + told["held"] + told["absent"]:
            sweeper.post(f"/api/v1/tickets/{ticket['number']}/cancel", json={})


@pytest.fixture(scope="module")
def newcomers_hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A hall as a newcomer starts it, for the walks of a file."""
    with serving(tmp_path_factory.mktemp("counters") / "data", "eventlet") as server:
        yield server


@pytest.fixture
def trial_hall(newcomers_hall: Server) -> Server:
    """A newcomer's hall, in which nobody is left from the walk before."""
    sweep(newcomers_hall)
    return newcomers_hall


def sit_down(context: BrowserContext, hall: Server, place: str, officer: str, language: str, pin: str = "1234") -> Page:
    """A page of the counter panel, signed in and connected."""
    screen = context.new_page()
    screen.goto(f"{hall.url()}/counter/{place}?language={language}")
    if screen.locator("#username").count():
        screen.locator("#username").fill(officer)
        screen.locator("#pin").fill(pin)
        screen.keyboard.press("Enter")
    connected(screen)
    return screen


def connected(screen: Page) -> None:
    expect(screen.locator("html")).to_have_attribute("data-connection", "connected", timeout=SLOW)


def press(screen: Page, *keys: str) -> None:
    """Keys, as an officer presses them: each once the panel has answered the one before."""
    for key in keys:
        expect(screen.locator("[data-sending]")).to_have_count(0)
        screen.keyboard.press(key)


def at_counter(screen: Page, number: str) -> None:
    """Who is at the counter; nobody, with "none"."""
    if number == "none":
        expect(screen.locator("[data-visitor]")).to_have_attribute("data-visitor", "none")
    else:
        expect(screen.locator("#number")).to_have_text(number)


def all_in_sight(screen: Page) -> None:
    """Nothing scrolls and nothing is cut, every key is shown on its button, and nothing is too small to be hit."""
    for wrong in (OUT_OF_SIGHT, WITHOUT_KEY, SMALL):
        found = screen.evaluate(wrong)
        assert not found, found


def within_the_page(screen: Page) -> None:
    """The page itself does not scroll, and every button that is shown can be reached; its lists may scroll."""
    assert screen.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert screen.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for button in screen.locator("main button:visible").all():
        box = button.bounding_box()
        assert box and box["x"] >= 0 and box["y"] >= 0, button
        assert box["x"] + box["width"] <= SCREEN["width"] and box["y"] + box["height"] <= SCREEN["height"], button
