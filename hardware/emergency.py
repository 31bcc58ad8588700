"""Numbers on paper for when everything is down: a block of slips as a PDF, to be printed while all is well.

Here belongs how the sheet is made (with emergency.typ). Not here: what it says (texts come ready-made), and entering
the slips afterwards.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import typst

from hardware import slips
from hardware.errors import SlipRefused

TEMPLATE = Path(__file__).parent / "emergency.typ"
TEXTS = ("title", "service", "date", "came", "called", "finished", "counter", "outcome", "keep")

Both = Sequence[str]


def sheets(centre: Both, numbers: Sequence[str], texts: Mapping[str, Both]) -> bytes:
    """A PDF of A4 sheets with a slip for each number. Every text comes twice, in the centre's language and in English.

    FontsMissing where it would come out in wrong letters, SlipRefused where it cannot be set.
    """
    slips.check()
    inputs = {"block": told(centre, numbers, texts)}
    try:
        return typst.compile(str(TEMPLATE), font_paths=[str(slips.FONTS)], ignore_system_fonts=True, sys_inputs=inputs)
    except typst.TypstError as wrong:
        raise SlipRefused(f"the sheet cannot be set: {wrong.message}") from wrong


def told(centre: Both, numbers: Sequence[str], texts: Mapping[str, Both]) -> str:
    """The same, as the template reads it."""
    block = {"centre": list(centre), "numbers": list(numbers), "texts": {name: list(texts[name]) for name in TEXTS}}
    return json.dumps(block, ensure_ascii=False)
