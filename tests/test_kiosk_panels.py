"""The kiosk on its panels, measured in a real browser: how large what is touched and read is in millimetres, how high
it hangs, how many taps a slip takes, and the whole way by keys alone.

Not here: the walks (test_kiosk_walks.py), and what its small scripts decide (tests/scripts).
"""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from hall_server.texts import say
from tests.serving import Server, serving
from tests.test_walks import SLOW

TARGET_MM = 20
CAPITAL_MM = 7.3
LOWEST_MM, HIGHEST_MM = 380, 1220
NUMBER = re.compile(r"^[A-Z]\d{3}$")


@dataclass(frozen=True)
class Panel:
    """A panel as it hangs: pixels, inches, and the height of its picture's lower edge above the floor in mm."""

    width: int
    height: int
    diagonal: float
    bottom: int = 700

    @property
    def mm(self) -> float:
        """CSS px a millimetre."""
        return math.hypot(self.width, self.height) / (self.diagonal * 25.4)

    def above_floor(self, y: float) -> float:
        """How many mm above the floor the pixel row lies."""
        return self.bottom + (self.height - y) / self.mm


PANELS = {
    "standing-21.5": Panel(1080, 1920, 21.5),
    "standing-27": Panel(1080, 1920, 27),
    "standing-32": Panel(1080, 1920, 32),
    "lying-21.5": Panel(1920, 1080, 21.5),
    "lying-27": Panel(1920, 1080, 27),
    "small-10.1": Panel(1024, 600, 10.1),
}
THREE = ("standing-21.5", "lying-21.5", "small-10.1")

# What can be touched and seen now, each with its box; and what is written in sight, with how high its capitals are.
TOUCHED = """() => Array.from(document.querySelectorAll("button, input, a[href]"), (one) => {
  const { left, top, right, bottom } = one.getBoundingClientRect();
  const seen = one.checkVisibility({ visibilityProperty: true }) && right > left && !one.matches(".skip, .unseen *");
  const text = one.textContent.trim();
  return seen && { name: `${one.id}.${one.className} ${text}`, text, left, top, right, bottom };
}).filter(Boolean)"""
READ = """() => {
  const canvas = document.createElement("canvas").getContext("2d");
  const top = document.querySelector("dialog[open]") ?? document.body;
  const walker = document.createTreeWalker(top, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const part = node.parentElement;
    const range = document.createRange();
    range.selectNodeContents(node);
    const { left, top, right, bottom } = range.getBoundingClientRect();
    const seen = part.checkVisibility({ visibilityProperty: true }) && right > left + 2 && bottom > top + 2;
    const told = node.data.trim() && !part.closest(".trial, .skip, .unseen, script, template");
    if (!told || !seen || clipped(part)) continue;
    const { fontSize, fontFamily, fontWeight } = getComputedStyle(part);
    canvas.font = `${fontWeight} 200px ${fontFamily}`;
    const capital = canvas.measureText("H").actualBoundingBoxAscent / 200 * parseFloat(fontSize);
    found.push({ text: node.data.trim().slice(0, 40), capital, left, top, right, bottom });
  }
  return found;
  function clipped(part) {
    for (; part; part = part.parentElement) if (getComputedStyle(part).clipPath !== "none") return true;
    return false;
  }
}"""


@pytest.fixture(scope="module")
def open_hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A newcomer's hall."""
    with serving(tmp_path_factory.mktemp("panels") / "data", "eventlet") as server:
        yield server


Hang = Callable[[Panel], Page]


@pytest.fixture
def hang(open_hall: Server, browser: Browser) -> Iterator[Hang]:
    """Hangs a panel and shows the kiosk on it; a fault of any script fails the test."""
    faults: list[str] = []
    contexts = []

    def hung(panel: Panel) -> Page:
        context = browser.new_context(viewport={"width": panel.width, "height": panel.height})
        context.on("weberror", lambda fault: faults.append(str(fault.error)))
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(SLOW)
        page.clock.install()
        page.goto(f"{open_hall.url()}/kiosk/?diagonal={panel.diagonal}&bottom={panel.bottom}")
        expect(page.locator("html")).to_have_attribute("data-connection", "connected", timeout=SLOW)
        page.evaluate("document.fonts.ready")
        return page

    yield hung
    for context in contexts:
        context.close()
    assert not faults


def turn_to(kiosk: Page, wanted: Any, pager: str) -> None:
    """Turns the pages until it is in sight."""
    for _ in range(20):
        if wanted.is_visible():
            return
        kiosk.locator(f"{pager} .page-next").click()
    raise AssertionError("it is on no page")


def choose(kiosk: Page, service: str, group: str) -> None:
    """Touches the service's card, in its group where the panel has no room for all."""
    if kiosk.locator("#tiles").is_visible():
        tile = kiosk.locator(f"#tiles li[data-key='{group}'] .tile")
        turn_to(kiosk, tile, "#choose-pager")
        tile.click()
    card = kiosk.locator(f"#agencies li[data-key='{service}'] .service")
    turn_to(kiosk, card, "#choose-pager")
    card.click()
    expect(kiosk.locator("#prepare")).to_be_visible()


def steps(kiosk: Page, group: str = "sso", service: str = "sso-old-age") -> Iterator[str]:
    """Every step of the way to a ticket, and each page of what has several; the name of what is shown."""
    yield "choose"
    if kiosk.locator("#tiles").is_visible():
        tile = kiosk.locator(f"#tiles li[data-key='{group}'] .tile")
        turn_to(kiosk, tile, "#choose-pager")
        tile.click()
        yield "group"
        kiosk.locator("#group-back").click()
    kiosk.locator("#open-search").click()
    yield "search"
    kiosk.locator("#query").press_sequentially("งาน")
    if kiosk.locator("#search-turn").is_visible():
        kiosk.locator("#search-turn").click()
        yield "found"
    kiosk.locator("#search-back").click()
    choose(kiosk, service, group)
    yield "prepare"
    while kiosk.locator("#prepare-pager .page-next").is_visible():
        kiosk.locator("#prepare-pager .page-next").click()
        yield "prepare, further"
    kiosk.clock.run_for(46_000)
    expect(kiosk.locator("#idle")).to_be_visible()
    yield "idle"
    kiosk.locator("#go-on").click()
    kiosk.locator("#take").click()
    expect(kiosk.locator(".ticket-number")).to_have_text(NUMBER)
    yield "ticket"


def in_sight(kiosk: Page, what: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = kiosk.evaluate(what)
    return found


# -- what is touched -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("panel", PANELS.values(), ids=PANELS)
def test_what_is_touched_is_twenty_millimetres_and_apart(hang: Hang, panel: Panel) -> None:
    kiosk = hang(panel)
    for step in steps(kiosk):
        touched = in_sight(kiosk, TOUCHED)
        if step == "idle":
            touched = [one for one in touched if one["name"].startswith(("go-on", "start-over"))]
        assert len(touched) >= 2
        for one in touched:
            size = min(one["right"] - one["left"], one["bottom"] - one["top"])
            assert size / panel.mm >= TARGET_MM - 0.05, (step, one)
            assert one["left"] >= 0 and one["right"] <= panel.width + 1, (step, one)
            assert one["top"] >= 0 and one["bottom"] <= panel.height + 1, (step, one)
        for i, one in enumerate(touched):
            for other in touched[i + 1 :]:
                across = min(one["right"], other["right"]) - max(one["left"], other["left"])
                along = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
                assert min(across, along) <= -1, (step, one, other)


@pytest.mark.parametrize("panel", [PANELS[name] for name in THREE], ids=THREE)
@pytest.mark.parametrize("language", ["th", "en"])
def test_a_slip_of_any_service_is_three_taps_away(hang: Hang, panel: Panel, language: str) -> None:
    kiosk = hang(panel)
    kiosk.locator(f"[data-language={language}]").click()
    kiosk.evaluate("window.taps = 0; addEventListener('click', () => { window.taps += 1; })")
    services = kiosk.evaluate("JSON.parse(document.getElementById('news').textContent).services")
    assert len(services) > 12
    for service in services:
        before = kiosk.evaluate("window.taps")
        choose(kiosk, service["id"], service["agency"])
        expect(kiosk.locator("#take")).to_be_in_viewport(ratio=1)
        expect(kiosk.locator("#take")).to_have_attribute("aria-disabled", "false")
        assert kiosk.evaluate("window.taps") - before + 1 <= 3, service["id"]
        kiosk.keyboard.press("Escape")
        expect(kiosk.locator("#choose")).to_be_visible()
    choose(kiosk, "sso-old-age", "sso")
    kiosk.locator("#take").click()
    expect(kiosk.locator(".ticket-number")).to_have_text(NUMBER)


# -- easier to use -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("panel", [PANELS[name] for name in (*THREE, "standing-32")], ids=(*THREE, "standing-32"))
@pytest.mark.parametrize("language", ["th", "en"])
def test_large_text_has_large_capitals_and_cuts_nothing(hang: Hang, panel: Panel, language: str) -> None:
    kiosk = hang(panel)
    kiosk.locator(f"[data-language={language}]").click()
    kiosk.locator("#mode-large").click()
    for step in steps(kiosk):
        read = in_sight(kiosk, READ)
        assert len(read) >= 3
        for one in read:
            assert one["capital"] / panel.mm >= CAPITAL_MM, (step, one)
            assert one["left"] >= -1 and one["right"] <= panel.width + 1, (step, one)
        cut = kiosk.evaluate(
            """() => Array.from(document.querySelectorAll("button"), (one) => one).filter((one) =>
              one.checkVisibility({ visibilityProperty: true }) && !one.closest(".unseen")
              && (one.scrollWidth > one.clientWidth + 2 || one.scrollHeight > one.clientHeight + 2)
            ).map((one) => one.id + one.textContent)"""
        )
        assert cut == [], step


# As they may hang: a standing one too high, a large one, one on a desk, and one near the floor.
HUNG = {
    "standing, high": Panel(1080, 1920, 21.5, 950),
    "standing, large": Panel(1080, 1920, 32, 700),
    "lying, low": Panel(1920, 1080, 27, 250),
    "lying, high": Panel(1920, 1080, 27, 1000),
    "small, high": Panel(1024, 600, 10.1, 1080),
}


@pytest.mark.parametrize("panel", HUNG.values(), ids=HUNG)
def test_in_low_reach_all_that_is_needed_lies_low_enough(hang: Hang, panel: Panel) -> None:
    kiosk = hang(panel)
    kiosk.locator("#mode-reach").click()
    for step in steps(kiosk):
        for one in in_sight(kiosk, TOUCHED) + in_sight(kiosk, READ):
            assert panel.above_floor(one["top"]) <= HIGHEST_MM + 1, (step, one)
            assert panel.above_floor(one["bottom"]) >= LOWEST_MM - 1, (step, one)


def test_what_makes_it_easier_combines_and_is_gone_for_the_next_visitor(hang: Hang) -> None:
    kiosk = hang(HUNG["standing, high"])
    page = kiosk.locator("html")
    kiosk.locator("[data-language=en]").click()
    for mode in ("large", "contrast", "reach"):
        kiosk.locator(f"#mode-{mode}").click()
        expect(kiosk.locator(f"#mode-{mode}")).to_have_attribute("aria-pressed", "true")
    expect(page).to_have_attribute("data-theme", "contrast")
    expect(kiosk.locator("#announced")).to_have_text(say("en", "kiosk.mode_on", mode=say("en", "kiosk.mode.reach")))
    kiosk.locator("[data-way=matter]").click()

    # Left alone it asks, for 20 seconds, and can be told to go on.
    kiosk.clock.run_for(46_000)
    expect(kiosk.locator("#idle-left")).to_have_text(say("en", "kiosk.returns", n=19))
    kiosk.locator("#go-on").click()
    kiosk.clock.run_for(30_000)
    expect(page).to_have_attribute("data-theme", "contrast")
    kiosk.clock.run_for(16_000)
    expect(kiosk.locator("#idle")).to_be_visible()
    kiosk.clock.run_for(21_000)

    expect(kiosk.locator("#idle")).to_be_hidden()
    expect(page).to_have_attribute("lang", "th")
    expect(page).to_have_attribute("data-theme", "light")
    for mode in ("large", "contrast", "reach"):
        expect(kiosk.locator(f"#mode-{mode}")).to_have_attribute("aria-pressed", "false")
    assert page.evaluate("page => page.matches('[data-large], [data-reach]')") is False
    assert page.evaluate("page => getComputedStyle(document.body).paddingTop") == "0px"
    expect(kiosk.locator("[data-way=agency]")).to_have_attribute("aria-pressed", "true")
    # Nobody is here: nobody is asked.
    kiosk.clock.run_for(120_000)
    expect(kiosk.locator("#idle")).to_be_hidden()


def test_a_kiosk_set_to_contrast_begins_and_ends_with_it(hang: Hang, open_hall: Server) -> None:
    kiosk = hang(PANELS["small-10.1"])
    kiosk.goto(f"{open_hall.url()}/kiosk/?diagonal=10.1&theme=contrast")
    button = kiosk.locator("#mode-contrast")
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    expect(kiosk.locator("html")).to_have_attribute("data-theme", "light")
    kiosk.clock.run_for(70_000)
    expect(kiosk.locator("html")).to_have_attribute("data-theme", "contrast")
    expect(button).to_have_attribute("aria-pressed", "true")


# -- search --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("panel", [PANELS[name] for name in THREE], ids=THREE)
def test_a_word_typed_on_the_screen_finds_the_service(hang: Hang, panel: Panel) -> None:
    kiosk = hang(panel)
    kiosk.locator("#open-search").click()

    def touch(word: str) -> None:
        turn = kiosk.locator("#search-turn")
        for sign in word:
            key = kiosk.locator(f"#keyboard .key[data-sign='{sign}']")
            if not key.is_visible():
                kiosk.locator(f"#keyboard .key[data-sheet='{key.get_attribute('data-of')}']").click()
            key.click()
        assert not turn.is_visible()

    touch("ชรา")
    found = kiosk.locator("#found > li")
    expect(found).to_have_count(1)
    expect(kiosk.locator("#announced")).to_have_text(say("th", "kiosk.found.one"))
    expect(found.locator(".service")).to_be_in_viewport(ratio=1)
    kiosk.locator("#query-erase").click()
    expect(kiosk.locator("#query")).to_have_value("ชร")
    for _ in "ชร":
        kiosk.locator("#query-erase").click()
    kiosk.locator(".key[data-script=en]").click()
    touch("PENSION")
    expect(found).to_have_count(1)
    touch("X")
    expect(kiosk.locator(".found-none")).to_be_visible()
    kiosk.locator("#query-erase").click()
    found.locator(".service").click()
    expect(kiosk.locator("#prepare h1")).to_have_text("ขอเงินชราภาพ")


# -- by keys alone -------------------------------------------------------------------------------------------------


def focused(kiosk: Page) -> str:
    return str(kiosk.evaluate("document.activeElement.innerText.trim() || document.activeElement.id"))


def arrow_to(kiosk: Page, words: str, arrow: str = "ArrowDown") -> None:
    """Presses arrow keys until what has these words has the focus, and sees that the focus shows: first one arrow, and
    where that leads past it, the one to the right.
    """
    for pressed in [arrow] * 60 + ["ArrowRight"] * 120:
        if focused(kiosk).split("\n")[0].startswith(words):
            assert kiosk.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", words
            return
        kiosk.keyboard.press(pressed)
    raise AssertionError(f"no arrow leads to {words}")


@pytest.mark.parametrize("panel", [PANELS[name] for name in THREE], ids=THREE)
def test_a_keypad_of_arrows_enter_and_escape_goes_the_whole_way(hang: Hang, panel: Panel) -> None:
    kiosk = hang(panel)
    kiosk.keyboard.press("ArrowDown")
    arrow_to(kiosk, say("th", "kiosk.way.matter"))
    kiosk.keyboard.press("Enter")
    if kiosk.locator("#tiles").is_visible():
        arrow_to(kiosk, "ใช้สิทธิประกันสังคม")
        kiosk.keyboard.press("Enter")
        expect(kiosk.locator("#choose-title")).to_be_focused()
        expect(kiosk.locator("#choose-title")).to_have_text("ใช้สิทธิประกันสังคม")
    for _ in range(5):
        if kiosk.locator("[data-key=insured] [data-key=sso-old-age] .service").is_visible():
            break
        arrow_to(kiosk, say("th", "kiosk.page_next"))
        kiosk.keyboard.press("Enter")
    arrow_to(kiosk, "ขอเงินชราภาพ")
    kiosk.keyboard.press("Enter")

    expect(kiosk.locator("#prepare h1")).to_be_focused()
    # An arrow leads past the priorities and chooses none; Enter does.
    arrow_to(kiosk, "ผู้สูงอายุ")
    expect(kiosk.get_by_role("radio", name=say("th", "kiosk.priority_none"))).to_be_checked()
    kiosk.keyboard.press("Enter")
    expect(kiosk.get_by_role("radio", name="ผู้สูงอายุ")).to_be_checked()
    # Escape is back, to the choice and from there to the groups.
    kiosk.keyboard.press("Escape")
    expect(kiosk.locator("#choose-title")).to_be_focused()
    kiosk.keyboard.press("Escape")

    arrow_to(kiosk, say("th", "kiosk.search"))
    kiosk.keyboard.press("Enter")
    expect(kiosk.locator("#query")).to_be_focused()
    kiosk.keyboard.press("ArrowDown")
    arrow_to(kiosk, "ง")
    kiosk.keyboard.press("Enter")
    expect(kiosk.locator("#query")).to_have_value("ง")
    kiosk.locator("#query").focus()
    kiosk.keyboard.type("านทำ")
    arrow_to(kiosk, "หางานทำ")
    kiosk.keyboard.press("Enter")
    expect(kiosk.locator("#prepare h1")).to_be_focused()
    arrow_to(kiosk, say("th", "kiosk.take"), "ArrowUp")
    with kiosk.expect_response("**/api/v1/tickets") as answer:
        kiosk.keyboard.press("Enter")
    number = answer.value.json()["number"]
    # Who does not see it hears the number, how many are ahead, and where the slip is.
    expect(kiosk.locator("#ticket h1")).to_be_focused()
    heard = kiosk.locator("#announced")
    expect(heard).to_contain_text(number)
    expect(heard).to_contain_text(say("th", "kiosk.take_slip"))
    arrow_to(kiosk, say("th", "kiosk.done"))
    kiosk.keyboard.press("Enter")
    expect(kiosk.locator("#choose h1")).to_be_focused()


def test_tab_alone_reaches_all_that_is_in_sight(hang: Hang) -> None:
    kiosk = hang(PANELS["lying-21.5"])
    kiosk.keyboard.press("Tab")
    reached = set()
    for _ in range(60):
        reached.add(kiosk.evaluate("document.activeElement.textContent.trim()"))
        kiosk.keyboard.press("Tab")
    assert {one["text"] for one in in_sight(kiosk, TOUCHED)} <= reached


# -- the printer is out --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("panel", [PANELS[name] for name in THREE], ids=THREE)
@pytest.mark.parametrize("mode", ["plain", "large"])
def test_with_the_printer_out_number_and_qr_stay_on_the_screen(hang: Hang, panel: Panel, mode: str) -> None:
    kiosk = hang(panel)
    if mode == "large":
        kiosk.locator("#mode-large").click()
    kiosk.evaluate("document.documentElement.dataset.printer = 'out'")
    choose(kiosk, "sso-old-age", "sso")
    kiosk.locator("#take").click()
    for part in (".ticket-number", ".ticket-follow img", ".ticket-words.when-no-slip .ticket-slip"):
        expect(kiosk.locator(part)).to_be_in_viewport(ratio=1)
    expect(kiosk.locator(".ticket-words.when-slip")).to_be_hidden()
    expect(kiosk.locator("#announced")).to_contain_text(say("th", "kiosk.no_slip"))
    expect(kiosk.locator("#announced")).not_to_contain_text(say("th", "kiosk.take_slip"))
    box = kiosk.locator(".ticket-follow img").bounding_box()
    assert box and min(box["width"], box["height"]) / panel.mm >= 22
    kiosk.clock.run_for(40_000)
    expect(kiosk.locator(".ticket-number")).to_be_visible()
