"""The visual language: one palette by name in three themes, contrast as measured in the browser, the choice of a theme,
and motion that can be turned off. What it looks like is shown on /style/.

Not here: what axe-core says of each page (test_access.py).
"""

import colorsys
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from hall_server.style import COLOURS, icons, pairs
from hall_server.texts import say
from tests.gallery import LARGEST, sheet_names
from tests.gallery import SHEETS as SHEETS_KEPT
from tests.scenes import SCENES
from tests.serving import Server, new_hall, serving

ROOT = Path(__file__).parent.parent
STATIC = ROOT / "hall_server" / "static"
SHEETS = [one for one in sorted(ROOT.glob("*/static/*.css")) if "vendor" not in one.parts]
THEMES = {"light": "base.css", "dark": "theme-dark.css", "contrast": "theme-contrast.css"}
COLOUR = re.compile(
    r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|rgba|hsl|hsla|hwb|lab|lch|oklab|oklch)\(|:[^;{]*\b(?:white|black|red)\b"
)


def rules(sheet: str) -> list[tuple[str, str]]:
    """Each rule of a plain sheet: its selector and what it says. Comments are left out."""
    return re.findall(r"([^{}]+)\{([^{}]*)\}", re.sub(r"/\*.*?\*/", "", sheet, flags=re.S))


def root(theme: str) -> dict[str, str]:
    """What the theme's :root says."""
    said = next(told for of, told in rules((STATIC / THEMES[theme]).read_text("utf-8")) if of.strip() == ":root")
    return {
        name.strip(): value.strip() for name, _, value in (line.partition(":") for line in said.split(";")) if value
    }


def is_colour(value: str) -> bool:
    return re.fullmatch(r"#[0-9a-f]{6}|rgb\([^,]*\)", value) is not None


# -- the palette ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["dark", "contrast"])
def test_a_theme_says_every_colour_anew_and_nothing_else(theme: str) -> None:
    """Then nothing but what is seen can differ between themes: test_access.py counts on that."""
    ((of, _),) = rules((STATIC / THEMES[theme]).read_text("utf-8"))
    told, light = root(theme), root("light")
    assert of.strip() == ":root"
    assert told.pop("color-scheme") == "dark"
    assert {name for name, value in told.items() if is_colour(value)} == {
        name for name, value in light.items() if is_colour(value)
    }
    assert set(told) <= set(light)


def test_every_colour_is_shown_and_none_is_made_up() -> None:
    shown = {f"--{name}" for names in COLOURS.values() for name in names}
    solid = {name for name, value in root("light").items() if value.startswith("#")}
    assert shown == solid
    assert {f"--{name}" for ink, ground, _ in pairs() for name in (ink, ground)} <= solid


def hue(colour: str) -> float:
    """Degrees."""
    return colorsys.rgb_to_hls(*(int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)))[0] * 360


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_ring_of_focus_does_not_look_like_a_mistake(theme: str) -> None:
    """In high contrast there is one accent for all, and the words tell."""
    told = root(theme)
    apart = abs(hue(told["--focus-color"]) - hue(told["--alert"]))
    assert min(apart, 360 - apart) > 30, "a field that is ready to be typed in would look refused"


def literal(sheet: str) -> list[str]:
    """Colours that a room's sheet says itself."""
    return [
        f"{of.strip()}: {line.strip()}" for of, told in rules(sheet) for line in told.split(";") if COLOUR.search(line)
    ]


@pytest.mark.parametrize("sheet", [s for s in SHEETS if s.name not in THEMES.values()], ids=lambda sheet: sheet.name)
def test_a_room_names_its_colours(sheet: Path) -> None:
    assert literal(sheet.read_text("utf-8")) == []


def test_base_says_colours_in_its_root_alone() -> None:
    sheet = (STATIC / "base.css").read_text("utf-8")
    assert all(line.startswith(":root") for line in literal(sheet))
    assert literal(".a { color: #fff } .b { border: 1px solid rgb(0 0 0 / 5%) } .c { color: white }") == [
        ".a: color: #fff",
        ".b: border: 1px solid rgb(0 0 0 / 5%)",
        ".c: color: white",
    ]


# -- as the browser has it -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A newcomer's hall."""
    with serving(tmp_path_factory.mktemp("look") / "data", "eventlet") as server:
        yield server


def test_every_pair_is_far_enough_apart_in_every_theme(trial: Server, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{trial.url()}/style/?language=en")
    expect(page.locator("#pairs-good")).to_be_visible()
    measured = page.locator("[data-ratio]")
    assert measured.count() == 3 * len(list(pairs()))
    for one in measured.all():
        assert float(one.inner_text()) >= float(str(one.get_attribute("data-ratio"))), one.get_attribute("data-ink")
    # The measure itself: white and black are 21 to 1, and #767676 on white is the known 4.54.
    known = "async () => { const { contrast } = await import('/static/style.js'); return PAIRS }"
    for pair, ratio in (("'#ffffff', '#000000'", 21.0), ("'#767676', '#ffffff'", 4.54)):
        assert page.evaluate(known.replace("PAIRS", f"contrast({pair})")) == pytest.approx(ratio, abs=0.005)


def test_a_pair_that_is_too_near_is_shown(trial: Server, context: BrowserContext) -> None:
    page = context.new_page()
    page.route(
        "**/theme-dark.css", lambda route: route.fulfill(body=":root { --ink: #b0b8be }", content_type="text/css")
    )
    page.goto(f"{trial.url()}/style/?language=th")
    expect(page.locator("#pairs-bad")).to_be_visible()
    assert page.locator("[data-short][data-of=dark][data-ink=ink]").count() > 5
    expect(page.locator("[data-short][data-of=light]")).to_have_count(0)


def test_the_style_page_shows_every_icon_and_state(trial: Server, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{trial.url()}/style/")
    names = page.locator(".style-icons code").all_inner_texts()
    assert names == icons() and len(names) > 40
    # Each is really drawn.
    for picture in page.locator(".style-icons use").all():
        assert picture.evaluate("use => use.getBBox().width") > 5
    plain, hovered = page.locator(".button:not([class*=as-])").first, page.locator(".button.as-hover").first
    ground = "one => getComputedStyle(one).backgroundColor"
    assert plain.evaluate(ground) != hovered.evaluate(ground)
    plain.hover()
    page.wait_for_function(
        "([a, b]) => getComputedStyle(a).backgroundColor === getComputedStyle(b).backgroundColor",
        arg=[plain.element_handle(), hovered.element_handle()],
    )


def test_there_is_no_style_page_in_earnest(tmp_path: Path) -> None:
    with new_hall(tmp_path / "data", "eventlet") as hall:
        assert hall.manager.get("/style/").status_code == 404


# -- the choice ----------------------------------------------------------------------------------------------------


def paper(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))


@pytest.mark.parametrize("language", ["th", "en"])
def test_a_theme_is_chosen_by_keys_holds_at_once_and_everywhere(
    trial: Server, context: BrowserContext, language: str
) -> None:
    page = context.new_page()
    page.goto(f"{trial.url()}/?language={language}")
    page.evaluate("window.same = true")
    light = paper(page)
    button = page.get_by_role("button", name=say(language, "common.look"))
    button.focus()
    page.keyboard.press("Enter")
    menu = page.get_by_role("group", name=say(language, "common.look_theme"))
    expect(menu).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_label(say(language, "common.look_auto"))).to_be_focused()
    for word in ("light", "dark"):
        page.keyboard.press("ArrowDown")
        expect(page.get_by_label(say(language, f"common.look_{word}"), exact=True)).to_be_checked()
    dark = paper(page)
    page.keyboard.press("ArrowDown")
    contrast = paper(page)
    assert len({light, dark, contrast}) == 3
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()
    assert page.evaluate("window.same"), "the page was loaded anew"

    (cookie,) = context.cookies()
    assert (cookie["name"], cookie["value"], cookie["path"]) == ("theme", "contrast", "/")
    assert cookie["sameSite"] == "Strict" and cookie["expires"] > page.evaluate("Date.now()") / 1000 + 360 * 24 * 3600
    for path in ("/desk/", "/counter/", "/nowhere", "/t/nobody"):
        page.goto(f"{trial.url()}{path}?language={language}")
        assert paper(page) == contrast, path
    # A screen of the hall wears what it is set to, whatever somebody chose on the machine.
    page.goto(f"{trial.url()}/kiosk/")
    assert paper(page) == light


def test_without_a_choice_a_page_is_as_the_machine_has_it(trial: Server, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(trial.url())
    light = paper(page)
    page.emulate_media(color_scheme="dark")
    dark = paper(page)
    page.emulate_media(color_scheme="light", contrast="more")
    assert len({light, dark, paper(page)}) == 3
    page.goto(f"{trial.url()}/nowhere")
    assert paper(page) not in (light, dark)


def test_a_wrong_cookie_harms_nobody(trial: Server, context: BrowserContext) -> None:
    context.add_cookies([{"name": "theme", "value": "plaid", "url": trial.url()}])
    page = context.new_page()
    page.goto(trial.url())
    assert page.locator("html").get_attribute("data-theme") == "auto"


def moves(page: Page) -> bool:
    """Whether what is to take time takes it. No button does: one is told to fade here."""
    told = page.locator("button.button").first.evaluate(
        "one => { one.style.transition = 'opacity 1s'; return getComputedStyle(one).transitionDuration; }"
    )
    return str(told) == "1s"


def test_motion_is_off_where_the_machine_or_the_reader_wants_none(trial: Server, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{trial.url()}/style/?language=en")
    assert moves(page)
    page.emulate_media(reduced_motion="reduce")
    assert not moves(page)
    page.emulate_media(reduced_motion="no-preference")
    assert moves(page)
    page.get_by_role("button", name="Display").click()
    page.get_by_label("Without motion").check()
    assert not moves(page)
    page.reload()
    assert not moves(page)
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.get_by_text("nothing slides")).to_be_visible()


# -- the gallery ---------------------------------------------------------------------------------------------------


def test_the_gallery_holds_a_small_sheet_of_every_screen_and_shows_it() -> None:
    names = sheet_names(SCENES)
    kept = {sheet.stem for sheet in SHEETS_KEPT.glob("*.webp")}
    assert kept <= set(names), "a sheet of a screen that is no more"
    assert all(sheet.stat().st_size < LARGEST for sheet in SHEETS_KEPT.glob("*.webp"))
    shown = (SHEETS_KEPT / "README.md").read_text("utf-8")
    assert all(f"]({name}.webp)" in shown for name in kept)
