"""The hours of the week as a drawing: how dark an hour is says how good or how busy it is.

On a desk the hours go across and the weekdays down; on a phone it is the other way round, so that
both fit without being scrolled sideways.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape

from northstar.domain.coverage import HOURS, WEEKDAYS
from northstar.web import svg
from northstar.web.labels import Label, Point
from northstar.web.svg import Palette, px

STEPS = range(1, 6)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

PAGE: Palette = {**svg.PAGE, **{f"heat-{step}": f"var(--c-heat-{step})" for step in STEPS}}

_SWATCH = 20
_LETTER = 0.58
"""About how wide a letter is, in its size."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One hour of the week: its step 1 (pale) to 5 (dark), or none, a dot, and all of it in words.

    An hour without a step is an outline; one in which nothing happened needs no words.
    """

    weekday: int
    hour: int
    step: int | None
    dot: bool
    words: str


@dataclass(frozen=True, slots=True)
class Legend:
    """What the five steps, the outline and, where there are any, the dots mean."""

    steps: str
    outline: str
    dot: str = ""


@dataclass(frozen=True, slots=True)
class Size:
    """A drawing in px: its width, where the cells begin, how large one is, and the text.

    `upright` has the hours down and the weekdays across.
    """

    name: str
    width: int
    left: int
    top: int
    cell: Point
    text: int
    upright: bool

    def at(self, weekday: int, hour: int) -> Point:
        """Return the upper left corner of an hour's cell."""
        across, down = (weekday, hour) if self.upright else (hour, weekday)
        return self.left + across * self.cell[0], self.top + down * self.cell[1]

    def middle(self, weekday: int, hour: int) -> Point:
        """Return the middle of an hour's cell."""
        x, y = self.at(weekday, hour)
        return x + self.cell[0] / 2, y + self.cell[1] / 2

    @property
    def ground(self) -> float:
        """Where the cells end."""
        rows = len(HOURS) if self.upright else len(WEEKDAYS)
        return self.top + rows * self.cell[1]


WIDE = Size("wide", 760, left=40, top=24, cell=(30, 26), text=13, upright=False)
NARROW = Size("narrow", 400, left=50, top=26, cell=(50, 19), text=15, upright=True)


def heatmap(
    marks: Sequence[Mark],
    legend: Legend,
    size: Size,
    palette: Palette,
    *,
    title: str,
    description: str,
) -> str:
    """Return the drawing of a week with its legend below it.

    On a desk the words of an hour are shown when one points at it; where nobody points, on a phone,
    the drawing is without them.
    """
    entries = list(_entries(legend, size))
    lines = max(line for line, _, _, _ in entries) + 1
    step = size.text + 12
    dots = (size.middle(mark.weekday, mark.hour) for mark in marks if mark.dot)
    drawn = [
        *_cells(marks, size, palette),
        *(svg.circle(dot, 3, palette["warn"]) for dot in dots),
        svg.texts(_axis(size, palette), palette),
        *(
            _entry(kind, text, (x, size.ground + 10 + step * (line + 0.5)), size, palette)
            for line, x, kind, text in entries
        ),
    ]
    outside = (size.width, size.ground + 10 + lines * step)
    return svg.root(f"heat-{size.name}", outside, title, "".join(drawn), description)


def _cells(marks: Sequence[Mark], size: Size, palette: Palette) -> Iterator[str]:
    """Yield the shape of all cells, then the cells of each step and those without one."""
    shape = f"heat-{size.name}-cell"
    width, height = (px(side - 3) for side in size.cell)
    yield f'<defs><rect id="{shape}" width="{width}" height="{height}" rx="3.5"/></defs>'
    for step in (*STEPS, None):
        fill, rim = _look(step, palette)
        cells = "".join(_cell(mark, shape, size) for mark in marks if mark.step == step)
        if cells:
            yield f'<g fill="{fill}" stroke="{rim}">{cells}</g>'


def _cell(mark: Mark, shape: str, size: Size) -> str:
    x, y = size.at(mark.weekday, mark.hour)
    place = f'<use href="#{shape}" x="{px(x + 1.5)}" y="{px(y + 1.5)}"'
    if size.upright or not mark.words:
        return f"{place}/>"
    return f"{place}><title>{escape(mark.words)}</title></use>"


def _look(step: int | None, palette: Palette) -> tuple[str, str]:
    """The colours of a cell and of its rim; without a step the rim is all that is seen."""
    if step is None:
        return palette["card"], palette["line"]
    return palette[f"heat-{step}"], palette[f"heat-{step}"]


def _axis(size: Size, palette: Palette) -> Iterator[Label]:
    """Yield the weekdays and every third hour."""
    small = Label("", size.text, palette["muted"])
    for weekday in WEEKDAYS:
        label = replace(small, text=DAYS[weekday])
        (x, y), (middle, row) = size.at(weekday, 0), size.middle(weekday, 0)
        yield (
            label.at(middle, y - 9, "middle")
            if size.upright
            else label.at(x - 8, _line(row, size), "end")
        )
    for hour in HOURS[::3]:
        label = replace(small, text=f"{hour:02}:00")
        (x, y), (_, row) = size.at(0, hour), size.middle(0, hour)
        yield (
            label.at(x - 8, _line(row, size), "end")
            if size.upright
            else label.at(x + 1, y - 8, "start")
        )


def _entries(legend: Legend, size: Size) -> Iterator[tuple[int, float, str, str]]:
    """Yield the entries of the legend as (line, x, kind, text), each on a line where it fits."""
    told = (("steps", legend.steps), ("dot", legend.dot), ("outline", legend.outline))
    line, x = 0, 0.0
    for kind, text in told:
        if not text:
            continue
        width = _glyph_width(kind, size) + 8 + len(text) * size.text * _LETTER
        if x and x + width > size.width:
            line, x = line + 1, 0.0
        yield line, x, kind, text
        x += width + 16


def _entry(kind: str, text: str, at: Point, size: Size, palette: Palette) -> str:
    """One entry of the legend: what it is about, and around the same height the words."""
    (x, y), tall = at, size.text
    if kind == "steps":
        glyph = "".join(
            _swatch((x + (step - 1) * _SWATCH, y - tall / 2), _SWATCH - 2, size, step, palette)
            for step in STEPS
        )
    elif kind == "dot":
        glyph = svg.circle((x + 3, y), 3, palette["warn"])
    else:
        glyph = _swatch((x, y - tall / 2), tall, size, None, palette)
    label = Label(text, size.text, palette["muted"])
    words = label.at(x + _glyph_width(kind, size) + 8, _line(y, size), "start")
    return glyph + svg.texts([words], palette)


def _swatch(corner: Point, width: float, size: Size, step: int | None, palette: Palette) -> str:
    (x, y), (fill, rim) = corner, _look(step, palette)
    return (
        f'<rect x="{px(x + 0.5)}" y="{px(y + 0.5)}" width="{px(width - 1)}"'
        f' height="{px(size.text - 1)}" rx="3.5" fill="{fill}" stroke="{rim}"/>'
    )


def _glyph_width(kind: str, size: Size) -> int:
    return {"steps": len(STEPS) * _SWATCH, "dot": 6}.get(kind, size.text)


def _line(middle: float, size: Size) -> float:
    """The baseline of a text around a height."""
    return middle + size.text * 0.35
