"""Every page in every state, theme and language: nothing that axe-core finds, nothing inline, nothing from elsewhere.

What is walked is tests/scenes.py. Not here: what a keyboard can do (test_counter_walks.py, test_kiosk_walks.py).
"""

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.scenes import SCENES, THEMES, Scene, Stage, Walked, staged, wear

AXE = Path(__file__).parent.parent / "node_modules" / "axe-core" / "axe.min.js"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# A theme changes values of custom properties and nothing else (test_look.py holds it to that), so that only what is
# seen can change with it; everything else is asked once, in the light theme.
SEEN = ("color-contrast", "link-in-text-block", "target-size")


@pytest.fixture(scope="module")
def stage(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    if not AXE.exists():
        pytest.fail("axe-core is missing: `make setup` puts it into node_modules")
    with staged(browser, tmp_path_factory.mktemp("scenes")) as opened:
        yield opened


# -- axe -----------------------------------------------------------------------------------------------------------


def violations(page: Page, theme: str) -> list[str]:
    """What axe finds on the page as it stands: `rule at place: why`."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE.read_text("utf-8"))
    only = {"type": "tag", "values": RULES} if theme == THEMES[0] else {"type": "rule", "values": SEEN}
    found = page.evaluate("(only) => axe.run({ runOnly: only, resultTypes: ['violations'] })", only)
    return [told for violation in found["violations"] for told in _told(violation)]


def _told(violation: Mapping[str, Any]) -> Iterator[str]:
    for node in violation["nodes"]:
        yield f"{violation['id']} at {node['target']}: {' '.join(node['failureSummary'].split())}"


def violations_of(scene: Scene, stage: Stage) -> list[str]:
    """Of a scene in each language and theme at its first size, and once at each other size."""
    found = []
    with scene.met(stage) as met:
        for language, page in met:
            for theme in reversed(THEMES):  # the light one last, and kept for the other sizes
                wear(page, theme)
                found += [f"{language}, {theme}: {told}" for told in violations(page, theme)]
            # What a size hides or shows it does in every language.
            for width, height in scene.sizes[1:] if language == scene.languages[0] else ():
                page.set_viewport_size({"width": width, "height": height})
                found += [f"{language}, {width}x{height}: {told}" for told in violations(page, THEMES[0])]
    return found


# -- what a page is made of ----------------------------------------------------------------------------------------


class Inline(HTMLParser):
    """Finds what a strict policy would have to allow: styles and scripts in the page itself."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found = list[str]()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        spoken = [name for name in given if name == "style" or name.startswith("on")]
        script = tag == "script" and "src" not in given and given.get("type") != "application/json"
        if spoken or tag == "style" or (script and given.get("type") != "importmap"):
            self.found.append(f"<{tag} {' '.join(spoken)}>")


def loose(policy: str) -> list[str]:
    """What a policy allows beyond our own files and sockets, and the nonce of the import map."""
    parts = dict(part.strip().split(" ", 1) for part in policy.split(";") if part.strip())
    wanted = {"default-src": {"'self'"}, "style-src": {"'self'"}, "object-src": {"'none'"}, "base-uri": {"'none'"}}
    found = [name for name, sources in wanted.items() if set(parts.get(name, "").split()) != sources]
    scripts = [source for source in parts["script-src"].split() if source != "'self'"]
    found += [source for source in scripts if not re.fullmatch(r"'nonce-[\w-]{16,}'", source)]
    return found + [word for word in ("unsafe", "http:", "https:", "ws: ", "wss: ", "*") if word in f"{policy} "]


def not_strict(walked: Walked) -> list[str]:
    """Pages whose policy is loose or that hold something inline, and what the browser itself refused."""
    found = list(walked.faults)
    for url, headers, page in walked.pages:
        found += [f"{url} allows {what}" for what in loose(headers["content-security-policy"])]
        found += [f"{url} holds {what}" for what in Inline(page).found]
    return found


def foreign(walked: Walked, stage: Stage) -> set[str]:
    """All that was asked of anybody but our own servers."""
    ours = {urlsplit(url).netloc for url in stage.ours}
    own = {"blob", "data"}  # made by the page itself
    return {url for url in walked.asked if urlsplit(url).netloc not in ours and urlsplit(url).scheme not in own}


# -- the promises --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_a_scene_is_for_everybody_strict_and_of_this_machine(stage: Stage, scene: Scene) -> None:
    stage.walked = Walked()
    assert violations_of(scene, stage) == []
    assert len(stage.walked.pages) == len(scene.languages)
    assert not_strict(stage.walked) == []
    assert foreign(stage.walked, stage) == set()


def test_a_seeded_fault_is_seen_in_every_theme(stage: Stage) -> None:
    """A grey on grey in one theme alone, a picture without words, a button without a name."""
    door = next(scene for scene in SCENES if scene.name == "door-trial")
    with door.met(stage, ["th"]) as met:
        for _, page in met:
            page.evaluate(
                """() => {
                  const main = document.querySelector("main");
                  main.append(document.createElement("img"), document.createElement("button"));
                  document.querySelector("h1").style.color = "var(--sunk)";
                }"""
            )
            seen = {theme: {told.split(" ")[0] for told in violations(page, theme)} for theme in _worn(page)}
    assert {"image-alt", "button-name", "color-contrast"} <= seen["light"]
    assert all("color-contrast" in rules for rules in seen.values())


def _worn(page: Page) -> Iterator[str]:
    for theme in THEMES:
        wear(page, theme)
        yield theme


def test_what_is_inline_or_from_elsewhere_is_seen(stage: Stage) -> None:
    page = "<p style='color:red' onclick='go()'><style></style><script>go()</script><script src='/a.js'></script>"
    assert Inline(page).found == ["<p style onclick>", "<style >", "<script >"]
    own = "default-src 'self'; script-src 'self' 'nonce-abcdefghijklmnopqrst'; style-src 'self'"
    strict = f"{own}; object-src 'none'; base-uri 'none'; connect-src 'self' ws://hall:8000"
    assert loose(strict) == []
    assert loose(strict.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")) == ["style-src", "unsafe"]
    context = stage.context("trial", "")
    opened = context.new_page()
    with opened.expect_event("requestfailed"):
        opened.set_content("<img src='http://elsewhere.invalid/eye.gif'>")
    assert foreign(stage.walked, stage) == {"http://elsewhere.invalid/eye.gif"}
    context.close()
