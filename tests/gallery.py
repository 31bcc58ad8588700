"""`make screenshots`: a picture of every scene at each of its sizes, in every theme and language, and sheets of them.

The pictures go to screenshots/, which git ignores; the sheets, one for each screen and size and small enough to keep,
to tests/pictures/gallery/ with a page that shows them. What is walked is the table in scenes.py. Not here: what is
judged by a machine (test_access.py); this is for eyes.

    make screenshots                 all of it, some ten minutes
    make screenshots ARGS=phone      the scenes whose name has this in it; their sheets alone are made anew
"""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Page, sync_playwright

from tests.browser import QUIET, chromium
from tests.scenes import SCENES, THEMES, Scene, Size, settled, staged, wear

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "screenshots"
SHEETS = ROOT / "tests" / "pictures" / "gallery"
FONT = ROOT / "hardware" / "fonts" / "Sarabun-SemiBold.ttf"
LARGEST = 300_000
# By what a sheet is drawn: the width of one picture on it, the gap around it, the height of the words above.
GAP, WORDS = 12, 26
WIDEST, TALLEST = 420, 460
GROUND, INK = "#e9ecee", "#14212b"


@dataclass(frozen=True)
class Shot:
    """One picture that was taken."""

    scene: Scene
    size: Size
    theme: str
    language: str

    @property
    def file(self) -> Path:
        width, height = self.size
        return (
            PICTURES / f"{self.scene.screen}-{width}x{height}" / f"{self.scene.shows}-{self.language}-{self.theme}.png"
        )


def shots(scene: Scene) -> Iterator[Shot]:
    """All pictures of a scene."""
    for size in scene.sizes:
        for language in scene.languages:
            yield from (Shot(scene, size, theme, language) for theme in THEMES)


def take(page: Page, scene: Scene, language: str) -> None:
    """The pictures of a page as it stands."""
    for width, height in scene.sizes:
        page.set_viewport_size({"width": width, "height": height})
        for theme in THEMES:
            wear(page, theme)
            settled(page)
            shot = Shot(scene, (width, height), theme, language)
            shot.file.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=shot.file)


def walk(scenes: Sequence[Scene]) -> None:
    """Each scene, met once in each language."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory(prefix="sala-gallery-") as folder:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        with staged(browser, Path(folder)) as stage:
            for number, scene in enumerate(scenes, 1):
                print(f"{number:3} of {len(scenes)}: {scene.name}", flush=True)
                with scene.met(stage) as met:
                    for language, page in met:
                        take(page, scene, language)
        browser.close()


# -- the sheets ----------------------------------------------------------------------------------------------------


def sheet_names(scenes: Sequence[Scene]) -> dict[str, tuple[str, Size]]:
    """Of each sheet: the screen and the size that it shows."""
    return {f"{one.screen}-{w}x{h}": (one.screen, (w, h)) for one in scenes for w, h in one.sizes}


def sheet(screen: str, size: Size) -> Image.Image:
    """All scenes of a screen at that size: a row for each, its languages and themes side by side."""
    rows = [list(_row(scene, size)) for scene in SCENES if scene.screen == screen and size in scene.sizes]
    scale = min(WIDEST / size[0], TALLEST / size[1], 1)
    width, height = round(size[0] * scale), round(size[1] * scale)
    columns = max(len(row) for row in rows)
    paper = Image.new("RGB", (columns * (width + GAP) + GAP, len(rows) * (height + WORDS + GAP) + GAP), GROUND)
    pen, font = ImageDraw.Draw(paper), ImageFont.truetype(str(FONT), 15)
    for y, row in enumerate(rows):
        for x, shot in enumerate(row):
            left, top = GAP + x * (width + GAP), GAP + y * (height + WORDS + GAP)
            words = f"{shot.scene.shows} · {shot.language} · {shot.theme}"
            pen.text((left, top), words if width > 200 else shot.scene.shows[: width // 8], INK, font)
            with Image.open(shot.file) as picture:
                paper.paste(
                    picture.convert("RGB").resize((width, height), Image.Resampling.LANCZOS), (left, top + WORDS)
                )
    return paper


def _row(scene: Scene, size: Size) -> Iterator[Shot]:
    return (shot for shot in shots(scene) if shot.size == size and shot.file.exists())


def keep(paper: Image.Image, file: Path) -> None:
    """As good as fits into the largest that a sheet may be."""
    for quality in (80, 70, 60, 50, 40, 30, 20):
        paper.save(file, "WEBP", quality=quality, method=6)
        if file.stat().st_size < LARGEST:
            return
    keep(paper.resize((paper.width * 4 // 5, paper.height * 4 // 5), Image.Resampling.LANCZOS), file)


def page_of(names: Sequence[str]) -> str:
    """The page that shows the sheets with words."""
    head = (
        "# The screens\n\nEvery screen in every state, at its real sizes, in Thai and in English, light, dark and in "
        "high contrast. `make screenshots` makes them anew from [tests/scenes.py](../../scenes.py); the full-size "
        "pictures are then in `screenshots/`.\n"
    )
    return head + "".join(map(_part, names))


def _part(name: str) -> str:
    screen, text = name.rsplit("-", 1)
    width, height = map(int, text.split("x"))
    shown = [scene.shows for scene in SCENES if scene.screen == screen and (width, height) in scene.sizes]
    said = f"{screen}, {width} × {height}"
    return f"\n## {said}\n\n{SAYS.get(screen, '')}\n\n![{said}: {', '.join(shown)}]({name}.webp)\n"


SAYS = {
    "board": "The hall's board: who is called and whereto, who was called before, who waits.",
    "counter": "The choice of a counter after signing in.",
    "desk": "The manager's desk, tab by tab.",
    "door": "Where the screens are.",
    "kiosk": "The citizen: choose, see what to bring, take a number.",
    "pad": "The rating pad at a counter.",
    "pairing": "A screen that waits to be accepted.",
    "panel": "The officer's panel.",
    "phone": "A citizen's own ticket on a phone.",
    "reception": "The reception desk.",
    "sign-in": "Signing in.",
    "strip": "The officer's strip, beside the ministry's own program.",
    "style": "The visual language.",
}


def main(wanted: str = "") -> None:
    scenes = [scene for scene in SCENES if wanted in scene.name]
    walk(scenes)
    SHEETS.mkdir(parents=True, exist_ok=True)
    for name, (screen, size) in sheet_names(scenes).items():
        keep(sheet(screen, size), SHEETS / f"{name}.webp")
    known = [name for name in sheet_names(SCENES) if (SHEETS / f"{name}.webp").exists()]
    (SHEETS / "README.md").write_text(page_of(known), "utf-8")
    print(f"pictures in {PICTURES}, sheets in {SHEETS}")


if __name__ == "__main__":
    main(*sys.argv[1:])
