"""What every drawing is made of: lines, marks, texts and the frame around them, as SVG text.

Colours are presentation attributes only, so one drawing follows light, dark and forced colours by
`var(--c-*)`, or carries plain values where no style sheet reaches.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from northstar.web.labels import Label, Point

Palette = Mapping[str, str]

PAGE: Palette = {
    name: f"var(--c-{name})"
    for name in (
        *("ink", "muted", "card", "line", "accent", "pace", "warn", "fan-80", "fan-50"),
        *("star-1", "star-2", "star-3", "star-4", "star-5"),
    )
}


@dataclass(frozen=True, slots=True)
class Size:
    """A drawing in px: its outside, the margins around the plot, and the size of small text."""

    name: str
    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    text: int


def line(points: Sequence[Point], stroke: str, width: float, dash: str = "") -> str:
    """Return a line through points, with the pattern `dash`; nothing through fewer than two."""
    if len(points) < 2:
        return ""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path d="{path(points)}" fill="none" stroke="{stroke}" stroke-width="{width}"'
        f' stroke-linejoin="round" stroke-linecap="round"{dashes}/>'
    )


def path(points: Sequence[Point]) -> str:
    """Return what a path through points says in its `d`."""
    return "M" + "L".join(f"{px(x)} {px(y)}" for x, y in points)


def shape(outline: str, look: str) -> str:
    """Return a path with the attributes `look`; nothing without an outline."""
    return f'<path d="{outline}" {look}/>' if outline else ""


def block(x: float, y: float, width: float, height: float) -> str:
    """Return what a path of a box says in its `d`; x and y are its upper left corner."""
    return f"M{px(x)} {px(y)}h{px(width)}v{px(height)}h-{px(width)}z"


def circle(point: Point, radius: float, fill: str, stroke: str = "", title: str = "") -> str:
    """Return a disc around a point, with a rim of 2 px where it has a colour."""
    rim = f' stroke="{stroke}" stroke-width="2"' if stroke else ""
    disc = f'<circle cx="{px(point[0])}" cy="{px(point[1])}" r="{radius}" fill="{fill}"{rim}'
    return f"{disc}><title>{escape(title)}</title></circle>" if title else f"{disc}/>"


def texts(labels: Iterable[Label], palette: Palette) -> str:
    """Return texts with a thin rim of the ground, so that they read well across a line."""
    return (
        f'<g stroke="{palette["card"]}" stroke-width="3" paint-order="stroke"'
        f' stroke-linejoin="round">{"".join(map(_text, labels))}</g>'
    )


def _text(label: Label) -> str:
    weight = ' font-weight="700"' if label.bold else ""
    anchor = f' text-anchor="{label.anchor}"' if label.anchor != "start" else ""
    return (
        f'<text x="{px(label.x)}" y="{px(label.y)}" font-size="{label.size}" fill="{label.fill}"'
        f"{anchor}{weight}>{escape(label.text)}</text>"
    )


def px(value: float) -> str:
    """Return a number of px, to the tenth: "12.5", "3"."""
    return f"{value:.1f}".removesuffix(".0")


def root(name: str, size: Point, title: str, marks: str, description: str = "") -> str:
    """Return a drawing of a size; `name` is its class, and makes its ids."""
    width, height = map(px, size)
    about = f'<desc id="{name}-desc">{escape(description)}</desc>' if description else ""
    described = f' aria-describedby="{name}-desc"' if description else ""
    return (
        f'<svg class="{name}" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' role="img" aria-labelledby="{name}-title"{described}>'
        f'<title id="{name}-title">{escape(title)}</title>{about}{marks}</svg>'
    )


def stretched(name: str, height: int, title: str, marks: str) -> str:
    """Return a drawing that is as wide as its place."""
    return (
        f'<svg class="{name}" width="100%" height="{height}" role="img"'
        f' aria-labelledby="{name}-title"><title id="{name}-title">{escape(title)}</title>'
        f"{marks}</svg>"
    )
