"""Finds a place for every label of a chart where it covers neither a line nor another label."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

Anchor = Literal["start", "middle", "end"]
Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, right and bottom in px."""

_BESIDE_LINE = (0.82, 0.74, 0.66, 0.9, 0.58, 0.5, 0.42, 0.34, 0.26, 0.18, 0.1)


@dataclass(frozen=True, slots=True)
class Label:
    """One line of text at its baseline, in px."""

    text: str
    size: int
    fill: str
    bold: bool = False
    x: float = 0
    y: float = 0
    anchor: Anchor = "start"

    @property
    def box(self) -> Box:
        """What the text covers, reckoned for wide letters: 0.66 em each, 0.74 em when bold."""
        width = len(self.text) * self.size * (0.74 if self.bold else 0.66)
        left = self.x - {"start": 0.0, "middle": width / 2, "end": width}[self.anchor]
        return (left, self.y - self.size * 0.92, left + width, self.y + self.size * 0.28)

    def at(self, x: float, y: float, anchor: Anchor) -> Label:
        """Return the same text somewhere else."""
        return replace(self, x=x, y=y, anchor=anchor)


@dataclass(frozen=True, slots=True)
class Wish:
    """The places a label may take, best first; if not required, it may be left out."""

    places: Sequence[Label]
    required: bool = True


def place(wishes: Iterable[Wish], obstacles: Sequence[Box], bounds: Box) -> list[Label]:
    """Return the labels at their best places inside the bounds, the first wishes first.

    Labels never overlap. A required label may cross an obstacle where there is no other place.
    """
    placed: list[Label] = []
    for wish in wishes:
        inside = (label for label in wish.places if _contains(bounds, label.box))
        apart = [label for label in inside if not _meets(label.box, (p.box for p in placed))]
        free = (label for label in apart if not _meets(label.box, obstacles))
        best = next(free, apart[0] if apart and wish.required else None)
        if best:
            placed.append(best)
    return placed


def beside_point(label: Label, point: Point, gap: float, *, below: bool = False) -> Iterator[Label]:
    """Yield four places around a point: above left first, or below right first."""
    x, y = point
    over, under = y - gap, y + gap + label.size * 0.7
    first, second = label.at(x - gap, over, "end"), label.at(x + gap, under, "start")
    yield from (second, first) if below else (first, second)
    yield label.at(x + gap, over, "start")
    yield label.at(x - gap, under, "end")


def beside_line(label: Label, start: Point, end: Point) -> Iterator[Label]:
    """Yield places below and above a rising straight line, from its later part backwards."""
    for gap in (8, 18):
        for share in _BESIDE_LINE:
            x = start[0] + share * (end[0] - start[0])
            y = start[1] + share * (end[1] - start[1])
            yield label.at(x + gap, y + gap + label.size * 0.7, "start")
            yield label.at(x - gap, y - gap, "end")


def along(line: Sequence[Point]) -> Iterator[Box]:
    """Yield small boxes that cover a line without a gap wider than a letter."""
    for (x0, y0), (x1, y1) in pairwise(line):
        parts = int(max(abs(x1 - x0), abs(y1 - y0)) // 5) + 1
        for n in range(parts + 1):
            yield around((x0 + (x1 - x0) * n / parts, y0 + (y1 - y0) * n / parts), 2)


def around(point: Point, reach: float) -> Box:
    """Return the square whose sides are `reach` away from a point."""
    x, y = point
    return (x - reach, y - reach, x + reach, y + reach)


def _meets(box: Box, others: Iterable[Box]) -> bool:
    left, top, right, bottom = box
    return any(left < o[2] and o[0] < right and top < o[3] and o[1] < bottom for o in others)


def _contains(bounds: Box, box: Box) -> bool:
    return (
        bounds[0] <= box[0] and bounds[1] <= box[1] and box[2] <= bounds[2] and box[3] <= bounds[3]
    )
