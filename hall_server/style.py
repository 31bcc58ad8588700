"""The page /style/, in trial alone: everything that the pages are made of, shown and measured.

Which colours there are is base.css's to say; here stands which of them meet, and how far apart they must be. Not here:
what a single room looks like.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from flask import Blueprint

from hall_server.house import House
from hall_server.pages import draw
from hall_server.problems import TurnedAway

ICONS = Path(__file__).parent / "static" / "icons.svg"

COLOURS: Mapping[str, Sequence[str]] = {
    "text": ("ink", "ink-soft"),
    "ground": ("paper", "card", "sunk"),
    "line": ("line", "line-strong"),
    "accent": ("navy", "navy-deep", "navy-tint", "teal", "teal-tint", "on-fill"),
    "gold": ("gold", "gold-tint", "gold-ink", "gold-stripe", "stripe", "on-gold"),
    "state": ("good", "good-tint", "warn-tint", "alert", "alert-tint", "alarm", "on-alarm"),
    "bar": ("bar", "on-bar", "on-bar-soft"),
    "rest": ("disabled", "disabled-ink", "chart", "chart-soft", "slip", "on-slip", "focus-color", "halo"),
}
GROUNDS = COLOURS["ground"]
TINTS = ("navy-tint", "teal-tint", "gold-tint", "good-tint", "warn-tint", "alert-tint")
FILLS = ("navy", "navy-deep", "teal", "good", "alert")
# WCAG 2.2: 1.4.6 (7:1), 1.4.3 (4.5:1) for what is disabled, 1.4.11 (3:1) for edges and what is drawn.
TEXT, DISABLED, EDGE = 7.0, 4.5, 3.0

Pair = tuple[str, str, float]


def pairs() -> Iterator[Pair]:
    """What stands on what, and the contrast that it needs at least."""
    yield from ((ink, ground, TEXT) for ink in COLOURS["text"] for ground in (*GROUNDS, *TINTS))
    for accent in ("navy", "teal", "good", "alert"):
        yield from ((accent, ground, TEXT) for ground in (*GROUNDS, f"{accent}-tint"))
    yield from (("on-fill", fill, TEXT) for fill in FILLS)
    yield from (("gold-ink", ground, TEXT) for ground in ("paper", "card", "gold-tint", "warn-tint", "stripe"))
    yield from (("on-gold", ground, TEXT) for ground in ("gold", "gold-stripe"))
    yield from (("on-alarm", "alarm", TEXT), ("on-slip", "slip", TEXT))
    yield from ((ink, "bar", TEXT) for ink in ("on-bar", "on-bar-soft"))
    yield from (("disabled-ink", ground, DISABLED) for ground in ("disabled", "card"))
    yield from (("line-strong", ground, EDGE) for ground in (*GROUNDS, *TINTS))
    yield from (("gold", "bar", EDGE), ("chart", "card", EDGE), ("chart-soft", "card", EDGE))
    yield from (("focus-color", ground, EDGE) for ground in (*GROUNDS, *TINTS))
    # The ring is between two bands: on a fill of its own colour the band stands out.
    yield ("focus-color", "halo", EDGE)


SCALE = ["small", "large", "title", "head", "huge"]
SPACES = tuple(range(1, 8))


def icons() -> list[str]:
    """The names of all icons."""
    return re.findall(r'<symbol id="([\w-]+)"', ICONS.read_text("utf-8"))


def style_page(house: House) -> Blueprint:
    """GET /style/. In earnest there is no such page."""
    pages = Blueprint("style", __name__)

    @pages.get("/style/")
    def style() -> str:
        if not house.trial:
            raise TurnedAway("not-found")
        return draw(
            house,
            "style.html",
            "style",
            colours=COLOURS,
            pairs=list(pairs()),
            scale=SCALE,
            spaces=SPACES,
            icons=icons(),
        )

    return pages
