"""The waits of a played day by half-hour, drawn as SVG: as recorded, as planned, and as changed.

Attributes alone and no style, so that it stands on its own and in a page of strict policy; the classes are those that
desk.css colours. Not here: the tables beside it (outcome.py, the desk's page).
"""

from collections.abc import Iterable, Iterator, Mapping
from html import escape

from queue_core.outcome import Told, steps

WIDE, HIGH, LEFT, FOOT, HEAD = 900, 340, 60, 50, 38
STEPS = (1, 2, 5, 10, 15, 30, 60, 120)
COLOURS = {"recorded": "#1b1b1b", "unchanged": "#9aa7b4", "changed": "#0b6e4f"}
FONT = "Sarabun, sans-serif"


WORDS = ("title", "minutes", "half_hour", *COLOURS)


def svg(data: Told, words: Mapping[str, str]) -> str:
    """The picture. `words`: title, minutes, half_hour, recorded, unchanged and changed, in the reader's language."""
    return "\n".join(_Picture(data, words).parts())


class _Picture:
    def __init__(self, data: Told, words: Mapping[str, str]) -> None:
        self.data, self.words, self.hours = data, words, steps(data)
        longest = max((high for _, _, high in self.known()), default=0) / 60
        self.step = next((step for step in STEPS if step >= longest / 4), 240)
        self.top = max(-(-longest // self.step), 1) * self.step
        self.room = (WIDE - LEFT) / max(len(self.hours), 1)
        self.base = HIGH - FOOT

    def known(self) -> Iterator[tuple[float, float, float]]:
        for course in COLOURS:
            for hour in self.hours:
                found = self.wait(course, hour)
                if found:
                    yield found

    def wait(self, course: str, hour: str) -> tuple[float, float, float] | None:
        """The mean wait of those who came in that half-hour: low, middle and high, in seconds."""
        each = (self.data[course] or {"half_hours": {}})["half_hours"].get(hour)
        one = each and each["mean_s"]
        return (one["low"], one["middle"], one["high"]) if one else None

    def y(self, seconds: float) -> float:
        return round(self.base - seconds / 60 / self.top * (self.base - HEAD), 1)

    def parts(self) -> Iterator[str]:
        title = escape(self.words["title"])
        yield f'<svg xmlns="http://www.w3.org/2000/svg" class="chart whatif" viewBox="0 0 {WIDE} {HIGH}" role="img"'
        yield f' font-family="{FONT}" font-size="14" aria-label="{title}"><title>{title}</title>'
        yield from self.scale()
        for place, hour in enumerate(self.hours):
            yield from self.column(LEFT + self.room * (place + 0.5), hour)
            if len(self.hours) <= 12 or hour.endswith(":00"):
                x = round(LEFT + self.room * (place + 0.5), 1)
                yield f'<text class="scale" x="{x}" y="{self.base + 20}" text-anchor="middle" fill="#444">{hour}</text>'
        x = (LEFT + WIDE) / 2
        yield _text(x, HIGH - 6, self.words["half_hour"], "middle")
        yield from self.legend()
        yield "</svg>"

    def scale(self) -> Iterator[str]:
        minute = 0
        while minute <= self.top:
            y = self.y(minute * 60)
            yield f'<line class="grid" x1="{LEFT}" x2="{WIDE}" y1="{y}" y2="{y}" stroke="#ddd"></line>'
            yield _text(LEFT - 8, y + 5, str(minute), "end")
            minute += self.step
        middle = (self.base + HEAD) / 2
        turned = f'transform="rotate(-90 14 {middle})"'
        yield _text(14, middle, self.words["minutes"], "middle", turned)

    def column(self, x: float, hour: str) -> Iterator[str]:
        """Two bars from low to high with a line at the middle, and a dot for how it was."""
        ranges = [course for course in ("unchanged", "changed") if self.data[course]]
        width = min(self.room * 0.36, 18)
        for n, course in enumerate(ranges):
            found = self.wait(course, hour)
            if found:
                left = round(x + (n - len(ranges) / 2) * (width + 2) + 1, 1)
                yield from self.bar(course, left, round(width, 1), found)
        was = self.wait("recorded", hour)
        if was:
            yield f'<circle class="as-recorded" cx="{x:.1f}" cy="{self.y(was[1])}" r="4" fill="{COLOURS["recorded"]}" '
            yield 'stroke="#fff"></circle>'

    def bar(self, course: str, left: float, width: float, found: tuple[float, float, float]) -> Iterator[str]:
        low, middle, high = map(self.y, found)
        tall = max(round(low - high, 1), 2)
        yield f'<rect class="as-{course}" x="{left}" y="{min(high, low - 2)}" width="{width}" height="{tall}" rx="2" '
        yield f'fill="{COLOURS[course]}" fill-opacity="0.75"></rect>'
        yield f'<line x1="{left}" x2="{round(left + width, 1)}" y1="{middle}" y2="{middle}" stroke="#fff" '
        yield 'stroke-width="2"></line>'

    def legend(self) -> Iterator[str]:
        x = float(LEFT)
        for course, colour in COLOURS.items():
            if self.data[course]:
                if course == "recorded":
                    yield f'<circle class="as-recorded" cx="{x + 7}" cy="16" r="5" fill="{colour}"></circle>'
                else:
                    box = 'width="14" height="14" rx="2"'
                    yield f'<rect class="as-{course}" x="{x}" y="9" {box} fill="{colour}"></rect>'
                yield _text(x + 22, 21, self.words[course], "start")
                x += 60 + 8.2 * len(self.words[course])


def _text(x: float, y: float, said: str, anchor: str, more: str = "") -> str:
    place = f'x="{x}" y="{y}" text-anchor="{anchor}"'
    return f'<text class="scale" {place} fill="#444" {more}>{escape(said)}</text>'


def page(drawn: str, lines: Iterable[str], words: Mapping[str, str]) -> str:
    """A page that holds the picture and, below it, the tables in figures."""
    title, table = escape(words["title"]), escape("\n".join(lines))
    head = f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
    return f"{head}<body>\n{drawn}\n<pre>{table}</pre>\n</body></html>\n"
