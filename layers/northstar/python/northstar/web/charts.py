"""The small charts: a trend, a bar, a row of stars, the weeks of a year, each a pure function."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from math import log1p

from northstar.domain.reviews import Outcome
from northstar.web import axes, svg
from northstar.web.labels import Label, Point
from northstar.web.numbers import short_day

Weeks = Sequence[tuple[date, Sequence[int]]]

SPARK = (148, 36)
RUN_SLOT = 10
RUNS_HEIGHT = 56
SHARES_WIDE = svg.Size("wide", 760, 300, left=52, right=8, top=12, bottom=28, text=12)
SHARES_NARROW = svg.Size("narrow", 400, 300, left=62, right=6, top=12, bottom=30, text=14)

_STRIP = 56
_STAR = "M12 3.2l2.7 5.7 6.1.8-4.5 4.3 1.2 6.2-5.5-3-5.5 3 1.2-6.2L3.2 9.7l6.1-.8z"


def spark(values: Sequence[float | None], name: str, title: str, palette: svg.Palette) -> str:
    """Return a line without axes (148 × 36 px) of shares 0..1, oldest first; None leaves a gap.

    The scale spans at least ten points, so that noise does not look like news. Without any value
    there is no drawing.
    """
    known = [value for value in values if value is not None]
    if not known:
        return ""
    middle, span = (max(known) + min(known)) / 2, max(max(known) - min(known), 0.1)
    step = (SPARK[0] - 12) / max(len(values) - 1, 1)
    points = [
        None if value is None else (6 + n * step, 18 - 24 * (value - middle) / span)
        for n, value in enumerate(values)
    ]
    runs = list(_runs(points))
    lines = [svg.line(run, palette["accent"], 2) for run in runs]
    alone = [svg.circle(run[0], 1.5, palette["accent"]) for run in runs if len(run) == 1]
    last = svg.circle(runs[-1][-1], 3, palette["accent"])
    return svg.root(name, SPARK, title, "".join([*lines, *alone, last]))


def week_bars(counts: Sequence[int], name: str, title: str, palette: svg.Palette) -> str:
    """Return a bar for each number from 0 (148 × 36 px), oldest first, the newest the darkest."""
    slot, floor, most = SPARK[0] / len(counts), SPARK[1] - 2, max(counts)

    def bars(first: int, last: int) -> str:
        heights = ((n, (floor - 2) * counts[n] / most) for n in range(first, last) if counts[n])
        px = svg.px
        marks = (f"M{px(slot * n)} {floor}v-{px(h)}h{px(slot - 3)}v{px(h)}z" for n, h in heights)
        return "".join(marks)

    newest, accent = len(counts) - 1, palette["accent"]
    marks = [
        f'<path d="M0 {floor + 0.5}h{SPARK[0] - 3}" stroke="{palette["line"]}"/>',
        svg.shape(bars(0, newest), f'fill="{accent}" fill-opacity=".5"'),
        svg.shape(bars(newest, len(counts)), f'fill="{accent}"'),
    ]
    return svg.root(name, SPARK, title, "".join(marks))


def star_row(mean: float, name: str, title: str, palette: svg.Palette) -> str:
    """Return five stars (148 × 36 px), filled from the left up to `mean` 0..5."""
    row = "".join(f'<path transform="translate({n * 26})" d="{_STAR}"/>' for n in range(5))
    filled = 26 * int(mean) + 3.2 + 17.6 * (mean - int(mean))
    over = f'<svg x="-2" y="6" width="{svg.px(filled)}" height="26" fill="{palette["accent"]}">'
    marks = f'<g transform="translate(-2 6)" fill="{palette["line"]}">{row}</g>{over}{row}</svg>'
    return svg.root(name, SPARK, title, marks)


def progress_bar(share: float, pace: float | None, title: str, palette: svg.Palette) -> str:
    """Return a bar as wide as its place, filled to `share` 0..1, with a marker at `pace` 0..1."""
    marks = (
        f'<rect y="3" width="100%" height="12" rx="6" fill="{palette["line"]}"/>'
        f'<rect y="3" width="{share:.2%}" height="12" rx="6" fill="{palette["accent"]}"/>'
    )
    if pace is not None:
        at = f"{min(max(pace, 0.004), 0.996):.2%}"
        upright = f'<line x1="{at}" x2="{at}" y1="0" y2="18"'
        marks += f'{upright} stroke="{palette["card"]}" stroke-width="6"/>'
        marks += f'{upright} stroke="{palette["pace"]}" stroke-width="2.5"/>'
    return svg.stretched("progress", 18, title, marks)


def star_bar(stars: Mapping[int, int], title: str, palette: svg.Palette) -> str:
    """Return one bar as wide as its place, split by the counts of 5..1 stars."""
    whole = sum(stars.values()) or 1
    marks, left = "", 0.0
    for star in range(5, 0, -1):
        share = stars.get(star, 0) / whole
        if share:
            marks += (
                f'<rect x="{left:.2%}" width="{share:.2%}" height="22" '
                f'fill="{palette[f"star-{star}"]}" stroke="{palette["card"]}" stroke-width="2"/>'
            )
        left += share
    return svg.stretched("star-bar", 22, title, marks)


def run_bars(
    runs: Sequence[tuple[Outcome, int]], slots: int, name: str, title: str, palette: svg.Palette
) -> str:
    """Return a mark for each run (56 px high, 10 px each), oldest first, the newest at the right.

    What was understood is a bar, as high as the logarithm of its number; one that was understood in
    part has a triangle over it, one that was not is a cross, one without any review a ring.
    """
    floor, most = RUNS_HEIGHT - 8, log1p(max((number for _, number in runs), default=0)) or 1.0
    first = slots - len(runs)
    drawn = {"bar": "", "warned": "", "triangle": "", "cross": "", "ring": ""}
    for slot, (outcome, number) in enumerate(runs, first):
        x = RUN_SLOT * slot + 5
        height = 2.5 + (floor - 16) * log1p(number) / most
        if outcome == "broken":
            drawn["cross"] += f"M{x - 3} {floor - 8}l6 6m0-6l-6 6"
        elif outcome == "empty":
            drawn["ring"] += f"M{x - 2.5} {floor - 4}a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0"
        else:
            bar = f"M{x - 3} {floor}v-{svg.px(height)}h6v{svg.px(height)}z"
            drawn["bar" if outcome == "ok" else "warned"] += bar
            if outcome == "partial":
                drawn["triangle"] += f"M{x - 4} {svg.px(floor - height - 2)}h8l-4-7z"
    accent, warn = palette["accent"], palette["warn"]
    marks = [
        f'<path d="M0 {floor + 0.5}h{RUN_SLOT * slots}" stroke="{palette["line"]}"/>',
        svg.shape(drawn["bar"], f'fill="{accent}"'),
        svg.shape(drawn["warned"] + drawn["triangle"], f'fill="{warn}"'),
        svg.shape(drawn["cross"], f'stroke="{warn}" stroke-width="2"'),
        svg.shape(drawn["ring"], f'fill="none" stroke="{accent}" stroke-width="1.5"'),
    ]
    return svg.root(name, (RUN_SLOT * slots, RUNS_HEIGHT), title, "".join(marks))


def shares(
    weeks: Weeks,
    layers: Sequence[str | None],
    size: svg.Size,
    palette: svg.Palette,
    *,
    few: int,
    title: str,
    description: str,
) -> str:
    """Return a column for each week (its last day, a count for each layer), and how many below it.

    A column is split by the shares of its layers, the first at the bottom; they are filled with
    their colours, and one without a colour has a border. A column of fewer than `few` is pale; a
    week without any has none.
    """
    slot = (size.width - size.left - size.right) / len(weeks)
    ground = size.height - size.bottom
    floor = ground - _STRIP
    most = max(sum(counts) for _, counts in weeks) or 1
    small = Label("", size.text, palette["muted"])
    columns: dict[tuple[int, bool], str] = defaultdict(str)
    amounts = ""
    for n, (_, counts) in enumerate(weeks):
        number, x, y = sum(counts), size.left + slot * (n + 0.14), float(floor)
        for layer, part in enumerate(counts):
            height = (floor - size.top) * part / max(number, 1)
            y -= height
            columns[layer, number < few] += svg.block(x, y, slot * 0.72, height) if part else ""
        height = max((_STRIP - 16) * number / most, 1)
        amounts += svg.block(x, ground - height, slot * 0.72, height) if number else ""
    middle = (size.top + floor) / 2
    marks = [
        *(
            svg.line([(size.left, y), (size.width - size.right, y)], palette["line"], 1)
            for y in (size.top, middle, floor, ground)
        ),
        *(
            svg.shape(path, _look(layers[layer], palette, pale=pale))
            for (layer, pale), path in columns.items()
        ),
        svg.shape(amounts, f'fill="{palette["muted"]}"'),
        svg.texts(
            [*_share_axis(size, floor, small, most), *_week_axis(weeks, size, slot, small)], palette
        ),
    ]
    outside = (size.width, size.height)
    return svg.root(f"shares-{size.name}", outside, title, "".join(marks), description)


def _look(fill: str | None, palette: svg.Palette, *, pale: bool) -> str:
    look = f'fill="{fill}"' if fill else f'fill="none" stroke="{palette["muted"]}"'
    return f'{look} opacity=".4"' if pale else look


def _share_axis(size: svg.Size, floor: int, small: Label, most: int) -> Iterator[Label]:
    x, plot = size.left - 8, floor - size.top
    for share, text in ((0.0, "0%"), (0.5, "50%"), (1.0, "100%")):
        yield replace(small, text=text).at(x, floor - plot * share + 4, "end")
    rounded = round(most, -3 if most >= 10_000 else -2) if most >= 2000 else most
    short = axes.axis_number(rounded, most)
    yield replace(small, text=f"n {short}").at(x, floor + 16 + size.text * 0.7, "end")


def _week_axis(weeks: Weeks, size: svg.Size, slot: float, small: Label) -> Iterator[Label]:
    """Yield the last day of every so many weeks, the newest among them."""
    every = int(axes.TICK_WIDTH // slot) + 1
    for n in range(len(weeks) - 1, -1, -every):
        label = replace(small, text=short_day(weeks[n][0]))
        yield axes.below(label, size.left + slot * (n + 0.5), size)


def _runs(points: Iterable[Point | None]) -> Iterator[list[Point]]:
    """Yield the points between two gaps."""
    run: list[Point] = []
    for point in [*points, None]:
        if point:
            run.append(point)
        elif run:
            yield run
            run = []
