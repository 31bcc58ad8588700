"""The kiosk on its panels, measured in a real browser: how large what is touched and read is in millimetres, how high
it hangs, how many taps a slip takes, and the whole way by keys alone.

Not here: the walks (test_kiosk_walks.py), and what its small scripts decide (tests/scripts).
"""

import math
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Locator, Page, expect

from hall_server.texts import say
from tests.browser import SLOW, own_browser
from tests.serving import Caller, Server, serving

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
    const told = node.data.trim() && !part.closest(".trial, .draft, .skip, .unseen, script, template");
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

BUTTONS_CUT = """() => Array.from(document.querySelectorAll("button")).filter((one) =>
  one.checkVisibility({ visibilityProperty: true }) && !one.closest(".unseen")
  && (one.scrollWidth > one.clientWidth + 2 || one.scrollHeight > one.clientHeight + 2)
).map((one) => one.id + one.textContent)"""


@pytest.fixture(scope="module")
def open_hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A newcomer's hall."""
    with serving(tmp_path_factory.mktemp("panels") / "data", "eventlet") as server:
        yield server


# As the page would be without a slip, whatever the virtual printer has printed meanwhile; news that say so are in
# test_slip_walks.py.
PAPER_OUT = """() => {
  const page = document.documentElement;
  const out = () => page.dataset.slip === "none" || (page.dataset.slip = "none");
  new MutationObserver(out).observe(page, { attributeFilter: ["data-slip"] });
  out();
}"""
Hang = Callable[[Panel], Page]
# A page that has heard nothing for eight seconds says that it is cut off.
STRIDE_S = 2


@pytest.fixture
def hang(open_hall: Server, browser: Browser) -> Iterator[Hang]:
    """Hangs a panel and shows the kiosk on it; a fault of any script fails the test."""
    with ExitStack() as on_the_wall:

        def hung(panel: Panel) -> Page:
            page = on_the_wall.enter_context(own_browser(browser, panel.width, panel.height)).new_page()
            page.clock.install()
            page.goto(f"{open_hall.url()}/kiosk/?diagonal={panel.diagonal}&bottom={panel.bottom}")
            expect(page.locator("html")).to_have_attribute("data-connection", "connected", timeout=SLOW)
            # Until its printer is known to print, it says so.
            expect(page.locator("#state")).to_be_hidden(timeout=SLOW)
            page.evaluate("document.fonts.ready")
            return page

        yield hung


def time_passes(kiosk: Page, seconds: int) -> None:
    """On the page's own clock. On the way it hears of the hall, as it does in the hall's time: it is not cut off."""
    with Caller(kiosk.url.split("/kiosk")[0]) as other:
        for _ in range(0, seconds, STRIDE_S):
            kiosk.clock.run_for(STRIDE_S * 1000)
            other.take("doe-jobs")
            other.give_back()
            expect(kiosk.locator("html")).to_have_attribute("data-connection", "connected")


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
    kiosk.locator("#idle").evaluate("panel => panel.showModal()")
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
    kiosk.locator(f".top [data-language={language}]").click()
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
    kiosk.locator(f".top [data-language={language}]").click()
    kiosk.locator("#mode-large").click()
    for step in steps(kiosk):
        read = in_sight(kiosk, READ)
        assert len(read) >= 3
        for one in read:
            assert one["capital"] / panel.mm >= CAPITAL_MM, (step, one)
            assert one["left"] >= -1 and one["right"] <= panel.width + 1, (step, one)
        assert kiosk.evaluate(BUTTONS_CUT) == [], step


def test_in_burmese_large_text_on_the_smallest_panel_is_half_as_large_again_and_cuts_nothing(hang: Hang) -> None:
    """Its words are the longest, its lines the tallest: capitals of 7.3 mm would leave no room for a line."""
    panel = PANELS["small-10.1"]
    kiosk = hang(panel)
    kiosk.locator(".top [data-language=my]").click()
    usual = min(one["capital"] for one in in_sight(kiosk, READ))
    kiosk.locator("#mode-large").click()
    for step in steps(kiosk):
        for one in in_sight(kiosk, READ):
            assert one["capital"] >= 1.5 * usual, (step, one)
            assert one["left"] >= -1 and one["right"] <= panel.width + 1, (step, one)
        for one in in_sight(kiosk, TOUCHED):
            if step != "idle" or one["name"].startswith(("go-on", "start-over")):
                size = min(one["right"] - one["left"], one["bottom"] - one["top"])
                assert size / panel.mm >= TARGET_MM - 0.05, (step, one)
                assert one["top"] >= 0 and one["bottom"] <= panel.height + 1, (step, one)
                assert one["left"] >= 0 and one["right"] <= panel.width - 4, (step, one)
        assert kiosk.evaluate(BUTTONS_CUT) == [], step


# What of the pages' words is cut by the edge of their room, and what of the panel's frame lies beyond the panel.
CUT = """() => {
  const narrow = document.querySelector("#prepare-body[data-narrow]") !== null;
  const seen = (part) => part.checkVisibility({ visibilityProperty: true });
  const words = document.querySelectorAll("#prepare-body :is(h2, li, .fact, .priority p, .choice)");
  const shown = Array.from(words).filter(seen);
  const boxes = shown.map((part) => ({
    text: part.textContent,
    box: part.getBoundingClientRect(),
    room: part.closest("#details, #aside:not(#details *)").getBoundingClientRect(),
  }));
  const frame = document.querySelectorAll(
    ":is(.languages, .bar, #prepare-pager) button, #ticket :is(.ticket-number, .button)",
  );
  const beyond = Array.from(frame).filter(seen).filter((part) => {
    const { left, top, right, bottom } = part.getBoundingClientRect();
    return left < 0 || top < 0 || right > innerWidth + 1 || bottom > innerHeight + 1;
  });
  return {
    shown: shown.length,
    cut: boxes.filter(({ box, room }) => box.top < room.top - 1 || box.bottom > room.bottom + 1).map((one) => one.text),
    beyond: beyond.map((part) => part.textContent),
    choices: narrow ? shown.filter((part) => part.matches(".choice")).length : 0,
  };
}"""


@pytest.mark.parametrize("panel", PANELS.values(), ids=PANELS)
@pytest.mark.parametrize("language", ["th", "en", "my"])
def test_in_large_text_several_services_are_told_whole_and_the_number_is_seen(
    hang: Hang, panel: Panel, language: str
) -> None:
    """No page is empty, no line is cut; of the priorities each is seen beside the others where there is room."""
    kiosk = hang(panel)
    kiosk.locator(f".top [data-language={language}]").click()
    kiosk.locator("#mode-large").click()
    choose(kiosk, "sso-join", "sso")
    kiosk.locator("#add").click()
    choose(kiosk, "doe-jobs", "doe")
    choices = []
    while True:
        told = kiosk.evaluate(CUT)
        assert told["shown"] and not told["cut"] and not told["beyond"], told
        choices += [told["choices"]] if told["choices"] else []
        further = kiosk.locator("#prepare-pager .page-next")
        if not further.is_visible():
            break
        further.click()
    assert len(choices) <= 1 or panel.height == 600 or language == "my", choices
    assert not choices or sum(choices) == 5
    kiosk.locator("#take").click()
    expect(kiosk.locator(".ticket-number")).to_have_text(NUMBER)
    assert kiosk.evaluate(CUT)["beyond"] == []
    for part in (".ticket-number", ".ticket-ahead", ".ticket-words.when-slip .ticket-slip", "#done"):
        expect(kiosk.locator(part)).to_be_in_viewport(ratio=1)
    number, ahead, foot = (
        kiosk.locator(one).bounding_box() for one in (".ticket-number", ".ticket-ahead", "#countdown")
    )
    assert number and ahead and foot and ahead["y"] + ahead["height"] <= foot["y"] + 1


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
    kiosk.locator(".top [data-language=en]").click()
    for mode in ("large", "contrast", "reach"):
        kiosk.locator(f"#mode-{mode}").click()
        expect(kiosk.locator(f"#mode-{mode}")).to_have_attribute("aria-pressed", "true")
    expect(page).to_have_attribute("data-theme", "contrast")
    expect(kiosk.locator("#announced")).to_have_text(say("en", "kiosk.mode_on", mode=say("en", "kiosk.mode.reach")))
    kiosk.locator("[data-way=matter]").click()

    # Left alone it asks, for 20 seconds, and can be told to go on.
    time_passes(kiosk, 46)
    expect(kiosk.locator("#idle-left")).to_have_text(re.compile(r"in 1?\d s"))
    kiosk.locator("#go-on").click()
    time_passes(kiosk, 30)
    expect(page).to_have_attribute("data-theme", "contrast")
    expect(kiosk.locator("#idle")).to_be_hidden()
    time_passes(kiosk, 16)
    expect(kiosk.locator("#idle")).to_be_visible()
    time_passes(kiosk, 24)

    expect(kiosk.locator("#idle")).to_be_hidden()
    expect(page).to_have_attribute("lang", "th")
    expect(page).to_have_attribute("data-theme", "light")
    for mode in ("large", "contrast", "reach"):
        expect(kiosk.locator(f"#mode-{mode}")).to_have_attribute("aria-pressed", "false")
    assert page.evaluate("page => page.matches('[data-large], [data-reach]')") is False
    assert page.evaluate("page => getComputedStyle(document.body).paddingTop") == "0px"
    expect(kiosk.locator("[data-way=agency]")).to_have_attribute("aria-pressed", "true")
    # Nobody is here: nobody is asked.
    time_passes(kiosk, 60)
    expect(kiosk.locator("#idle")).to_be_hidden()


def test_a_kiosk_set_to_contrast_begins_and_ends_with_it(hang: Hang, open_hall: Server) -> None:
    kiosk = hang(PANELS["small-10.1"])
    kiosk.goto(f"{open_hall.url()}/kiosk/?diagonal=10.1&theme=contrast")
    button = kiosk.locator("#mode-contrast")
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    expect(kiosk.locator("html")).to_have_attribute("data-theme", "light")
    time_passes(kiosk, 70)
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


def picture(part: Locator) -> Image.Image:
    """What is drawn of it, in grey."""
    return Image.open(BytesIO(part.screenshot(animations="disabled"))).convert("L")


@pytest.mark.parametrize("large", [False, True], ids=["usual", "large"])
@pytest.mark.parametrize(("language", "word"), [("th", "ขึ้น"), ("my", "งาน")])
def test_on_the_smallest_panel_no_mark_of_a_found_service_is_cut(
    hang: Hang, language: str, word: str, large: bool
) -> None:
    """The tone on the vowel of ขึ้นทะเบียน, and what Burmese writes below the line: what is drawn is the same as without
    an edge that cuts, and touches the card's edge nowhere."""
    kiosk = hang(PANELS["small-10.1"])
    kiosk.locator(f".top [data-language={language}]").click()
    if large:
        kiosk.locator("#mode-large").click()
    kiosk.locator("#open-search").click()
    kiosk.locator("#query").press_sequentially(word)
    if kiosk.locator("#search-turn").is_visible():
        kiosk.locator("#search-turn").click()
    expect(kiosk.locator("#found .service").first).to_be_in_viewport(ratio=1)
    kiosk.evaluate("document.fonts.ready")
    for card in kiosk.locator("#found .service:visible").all():
        cut = picture(card)
        card.locator(".service-name").evaluate("name => { name.style.overflow = 'visible'; }")
        differs = ImageChops.difference(picture(card), cut).point(lambda grey: 255 if grey > 100 else 0)
        assert differs.getbbox() is None, card.inner_text()
        # Between the card's rounded corners its lower edge is one line, and the row above it is blank.
        below = cut.crop((20, cut.height - 3, cut.width - 20, cut.height - 2)).getextrema()
        assert below[1] - below[0] < 20, card.inner_text()  # type: ignore[operator]


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
    choose(kiosk, "sso-old-age", "sso")
    kiosk.locator("#take").click()
    expect(kiosk.locator(".ticket-number")).to_have_text(NUMBER)
    kiosk.evaluate(PAPER_OUT)
    for part in (".ticket-number", ".ticket-follow img", ".ticket-words.when-no-slip .ticket-slip"):
        expect(kiosk.locator(part)).to_be_in_viewport(ratio=1)
    expect(kiosk.locator(".ticket-words.when-slip")).to_be_hidden()
    box = kiosk.locator(".ticket-follow img").bounding_box()
    assert box and min(box["width"], box["height"]) / panel.mm >= 22
