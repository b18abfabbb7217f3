"""Small SVG charts without a script: pure functions from data, a size and a palette to text.

Colours are presentation attributes only, so one drawing follows light, dark and forced colours by
`var(--c-*)`, or carries plain values where no style sheet reaches.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from html import escape
from itertools import count as counting
from math import log1p

from northstar.domain.goals import Progress, even_pace
from northstar.domain.reviews import Outcome
from northstar.web.labels import Label, Point, Wish, along, around, beside_line, beside_point, place
from northstar.web.numbers import MINUS, MONTHS, count, long_day, percent, short_day

Palette = Mapping[str, str]
Milestones = Sequence[tuple[date, int]]
Weeks = Sequence[tuple[date, Sequence[int]]]

PAGE: Palette = {
    name: f"var(--c-{name})"
    for name in (
        *("ink", "muted", "card", "line", "accent", "pace", "warn"),
        *("star-1", "star-2", "star-3", "star-4", "star-5"),
    )
}
SPARK = (148, 36)
RUN_SLOT = 10
RUNS_HEIGHT = 56

_STRIP = 56
_TICK_WIDTH = 74
_MONTHS_BETWEEN_TICKS = (1, 2, 3, *range(6, 12 * 1000, 6))
_MOST_POINTS = 250
_STAR = "M12 3.2l2.7 5.7 6.1.8-4.5 4.3 1.2 6.2-5.5-3-5.5 3 1.2-6.2L3.2 9.7l6.1-.8z"


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


WIDE = Size("wide", 760, 348, left=46, right=16, top=32, bottom=28, text=12)
NARROW = Size("narrow", 400, 330, left=52, right=14, top=34, bottom=30, text=14)
SHARES_WIDE = Size("wide", 760, 300, left=52, right=8, top=12, bottom=28, text=12)
SHARES_NARROW = Size("narrow", 400, 300, left=62, right=6, top=12, bottom=30, text=14)


@dataclass(frozen=True, slots=True)
class _Plot:
    """One goal to draw: the days and values it spans, where they are in px, and the colours."""

    progress: Progress
    milestones: Milestones
    size: Size
    palette: Palette
    first: date
    last: date
    bottom: float
    top: float
    step: float

    def x(self, day: date) -> float:
        share = (day - self.first) / (self.last - self.first)
        return self.size.left + (self.right - self.size.left) * share

    def y(self, value: float) -> float:
        share = (value - self.bottom) / (self.top - self.bottom)
        return self.floor + (self.size.top - self.floor) * share

    @property
    def right(self) -> float:
        return self.size.width - self.size.right

    @property
    def floor(self) -> float:
        return self.size.height - self.size.bottom

    def small(self, text: str) -> Label:
        return Label(text, self.size.text, self.palette["muted"])


def goal(progress: Progress, milestones: Milestones, size: Size, palette: Palette) -> str:
    """Return the chart of a goal: what was counted, the even pace, the goal, today, milestones.

    The value axis begins at zero, or below where values are. Of the labels of milestones those are
    left out that would cover something else; the milestones stay.
    """
    plot = _plot(progress, milestones, size, palette)
    counted, pace, target, today = _counted(plot), _pace(plot), _target(plot), _today(plot)
    marks = [
        *_value_axis(plot),
        *_day_axis(plot),
        *_area(counted, plot),
        _line(target, palette["ink"], 1.5),
        _line(pace, palette["pace"], 1.75, dash="6 5"),
        _line(today, palette["muted"], 1, dash="1.5 3"),
        _line(counted, palette["accent"], 2.5),
        *(_milestone(day, value, plot) for day, value in milestones),
        *(_circle(point, 5, palette["accent"], palette["card"]) for point in counted[-1:]),
        *(_text(label, palette) for label in _labels(plot, counted, pace, target, today)),
    ]
    title = f"{progress.goal.name}: {count(progress.value)} of {count(progress.goal.target)}"
    about = _description(progress)
    return _svg(f"goal-{size.name}", (size.width, size.height), title, "".join(marks), about)


def spark(values: Sequence[float | None], name: str, title: str, palette: Palette) -> str:
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
    lines = [_line(run, palette["accent"], 2) for run in runs]
    alone = [_circle(run[0], 1.5, palette["accent"]) for run in runs if len(run) == 1]
    last = _circle(runs[-1][-1], 3, palette["accent"])
    return _svg(name, SPARK, title, "".join([*lines, *alone, last]))


def week_bars(counts: Sequence[int], name: str, title: str, palette: Palette) -> str:
    """Return a bar for each number from 0 (148 × 36 px), oldest first, the newest the darkest."""
    slot, floor, most = SPARK[0] / len(counts), SPARK[1] - 2, max(counts)

    def bars(first: int, last: int) -> str:
        heights = ((n, (floor - 2) * counts[n] / most) for n in range(first, last) if counts[n])
        marks = (
            f"M{_px(slot * n)} {floor}v-{_px(h)}h{_px(slot - 3)}v{_px(h)}z" for n, h in heights
        )
        return "".join(marks)

    newest, accent = len(counts) - 1, palette["accent"]
    marks = [
        f'<path d="M0 {floor + 0.5}h{SPARK[0] - 3}" stroke="{palette["line"]}"/>',
        _shape(bars(0, newest), f'fill="{accent}" fill-opacity=".5"'),
        _shape(bars(newest, len(counts)), f'fill="{accent}"'),
    ]
    return _svg(name, SPARK, title, "".join(marks))


def star_row(mean: float, name: str, title: str, palette: Palette) -> str:
    """Return five stars (148 × 36 px), filled from the left up to `mean` 0..5."""
    row = "".join(f'<path transform="translate({n * 26})" d="{_STAR}"/>' for n in range(5))
    filled = 26 * int(mean) + 3.2 + 17.6 * (mean - int(mean))
    over = f'<svg x="-2" y="6" width="{_px(filled)}" height="26" fill="{palette["accent"]}">'
    marks = f'<g transform="translate(-2 6)" fill="{palette["line"]}">{row}</g>{over}{row}</svg>'
    return _svg(name, SPARK, title, marks)


def progress_bar(share: float, pace: float | None, title: str, palette: Palette) -> str:
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
    return _stretched("progress", 18, title, marks)


def star_bar(stars: Mapping[int, int], title: str, palette: Palette) -> str:
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
    return _stretched("star-bar", 22, title, marks)


def run_bars(
    runs: Sequence[tuple[Outcome, int]], slots: int, name: str, title: str, palette: Palette
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
            bar = f"M{x - 3} {floor}v-{_px(height)}h6v{_px(height)}z"
            drawn["bar" if outcome == "ok" else "warned"] += bar
            if outcome == "partial":
                drawn["triangle"] += f"M{x - 4} {_px(floor - height - 2)}h8l-4-7z"
    accent, warn = palette["accent"], palette["warn"]
    marks = [
        f'<path d="M0 {floor + 0.5}h{RUN_SLOT * slots}" stroke="{palette["line"]}"/>',
        _shape(drawn["bar"], f'fill="{accent}"'),
        _shape(drawn["warned"] + drawn["triangle"], f'fill="{warn}"'),
        _shape(drawn["cross"], f'stroke="{warn}" stroke-width="2"'),
        _shape(drawn["ring"], f'fill="none" stroke="{accent}" stroke-width="1.5"'),
    ]
    return _svg(name, (RUN_SLOT * slots, RUNS_HEIGHT), title, "".join(marks))


def shares(
    weeks: Weeks,
    layers: Sequence[str | None],
    size: Size,
    palette: Palette,
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
            columns[layer, number < few] += _block(x, y, slot * 0.72, height) if part else ""
        height = max((_STRIP - 16) * number / most, 1)
        amounts += _block(x, ground - height, slot * 0.72, height) if number else ""
    middle = (size.top + floor) / 2
    marks = [
        *(
            _line([(size.left, y), (size.width - size.right, y)], palette["line"], 1)
            for y in (size.top, middle, floor, ground)
        ),
        *(
            _shape(path, _look(layers[layer], palette, pale=pale))
            for (layer, pale), path in columns.items()
        ),
        _shape(amounts, f'fill="{palette["muted"]}"'),
        *(_text(label, palette) for label in _share_axis(size, floor, small, most)),
        *(_text(label, palette) for label in _week_axis(weeks, size, slot, small)),
    ]
    outside = (size.width, size.height)
    return _svg(f"shares-{size.name}", outside, title, "".join(marks), description)


def _block(x: float, y: float, width: float, height: float) -> str:
    return f"M{_px(x)} {_px(y)}h{_px(width)}v{_px(height)}h-{_px(width)}z"


def _look(fill: str | None, palette: Palette, *, pale: bool) -> str:
    look = f'fill="{fill}"' if fill else f'fill="none" stroke="{palette["muted"]}"'
    return f'{look} opacity=".4"' if pale else look


def _share_axis(size: Size, floor: int, small: Label, most: int) -> Iterator[Label]:
    x, plot = size.left - 8, floor - size.top
    for share, text in ((0.0, "0%"), (0.5, "50%"), (1.0, "100%")):
        yield replace(small, text=text).at(x, floor - plot * share + 4, "end")
    short = axis_number(round(most, -3 if most >= 10_000 else -2) if most >= 2000 else most, most)
    yield replace(small, text=f"n {short}").at(x, floor + 16 + size.text * 0.7, "end")


def _week_axis(weeks: Weeks, size: Size, slot: float, small: Label) -> Iterator[Label]:
    """Yield the last day of every so many weeks, the newest among them."""
    every = int(_TICK_WIDTH // slot) + 1
    for n in range(len(weeks) - 1, -1, -every):
        text = short_day(weeks[n][0])
        half = len(text) * size.text * 0.33
        x = min(max(size.left + slot * (n + 0.5), half), size.width - half)
        yield replace(small, text=text).at(x, size.height - size.bottom + size.text + 8, "middle")


def _shape(path: str, look: str) -> str:
    return f'<path d="{path}" {look}/>' if path else ""


def nice_step(span: float, most: int) -> int:
    """Return the smallest of 1, 2, 5, 10, 20, 50 … that splits `span` into at most `most` parts."""
    steps: Iterator[int] = (f * 10**power for power in counting() for f in (1, 2, 5))
    return next(step for step in steps if span <= step * most)


def axis_number(value: float, top: float) -> str:
    """Return a number for an axis that ends at `top`: "800", from 2,000 up "8k", then "1.2M"."""
    if top < 2000 or not value:
        return count(round(value))
    short = f"{value / 1_000_000:g}M" if top >= 1_000_000 else f"{value / 1000:g}k"
    return short.replace("-", MINUS)


def day_ticks(first: date, last: date, most: int) -> list[tuple[date, str]]:
    """Return at most `most` days between two days to write on an axis, each with its text."""
    span = (last - first).days
    for step in (1, 2, 7, 14):
        if span // step < most:
            days = (first + timedelta(n) for n in range(0, span + 1, step))
            return [(day, short_day(day)) for day in days]
    months = next(m for m in _MONTHS_BETWEEN_TICKS if span < 28 * m * most)
    text = _month_and_year if span > 400 else _month
    return [(day, text(day)) for day in _first_days(first, last, months)]


def _month(day: date) -> str:
    return MONTHS[day.month - 1]


def _month_and_year(day: date) -> str:
    return f"{_month(day)} {day.year}"


def _first_days(first: date, last: date, months: int) -> Iterator[date]:
    """Yield the first day of every so many months, counted from January of year 0."""
    number = first.year * 12 + first.month - 1 + (first.day > 1)
    number += -number % months
    while (day := date(number // 12, number % 12 + 1, 1)) <= last:
        yield day
        number += months


def _plot(progress: Progress, milestones: Milestones, size: Size, palette: Palette) -> _Plot:
    values = [value for _, value in progress.series]
    highest, lowest = max(*values, progress.goal.target), min(*values, 0)
    step = nice_step(highest * 1.08 - lowest, 6)
    first = progress.series[0][0]
    return _Plot(
        progress=progress,
        milestones=milestones,
        size=size,
        palette=palette,
        first=first,
        last=max(progress.goal.deadline, progress.today, first + timedelta(1)),
        bottom=step * (lowest // step),
        top=step * (highest * 1.04 // step + 1),
        step=step,
    )


def _counted(plot: _Plot) -> list[Point]:
    """Return the days so far, thinned where there are many; none before the goal has begun."""
    progress = plot.progress
    if progress.today < progress.goal.start:
        return []
    every = len(progress.series) // _MOST_POINTS + 1
    kept = [*progress.series[:-1:every], progress.series[-1]]
    return [(plot.x(day), plot.y(value)) for day, value in kept]


def _pace(plot: _Plot) -> list[Point]:
    """Return the even pace, from the evening before the start to the deadline."""
    goal = plot.progress.goal
    start = (plot.x(plot.first), plot.y(plot.progress.baseline))
    return [start, (plot.x(goal.deadline), plot.y(goal.target))]


def _target(plot: _Plot) -> list[Point]:
    y = plot.y(plot.progress.goal.target)
    return [(plot.size.left, y), (plot.right, y)]


def _today(plot: _Plot) -> list[Point]:
    if plot.progress.today < plot.first:
        return []
    x = plot.x(plot.progress.today)
    return [(x, plot.size.top - 6), (x, plot.floor)]


def _value_axis(plot: _Plot) -> Iterator[str]:
    for n in range(round((plot.top - plot.bottom) / plot.step) + 1):
        value = plot.bottom + n * plot.step
        y = plot.y(value)
        yield _line([(plot.size.left, y), (plot.right, y)], plot.palette["line"], 1)
        label = plot.small(axis_number(value, plot.top)).at(plot.size.left - 8, y + 4, "end")
        yield _text(label, plot.palette)


def _day_axis(plot: _Plot) -> Iterator[str]:
    y = plot.floor + plot.size.text + 8
    for day, text in day_ticks(
        plot.first, plot.last, int(plot.right - plot.size.left) // _TICK_WIDTH
    ):
        half = len(text) * plot.size.text * 0.33
        x = min(max(plot.x(day), half), plot.size.width - half)
        yield _text(plot.small(text).at(x, y, "middle"), plot.palette)


def _area(counted: Sequence[Point], plot: _Plot) -> Iterator[str]:
    if counted:
        base = plot.y(0)
        outline = _path([*counted, (counted[-1][0], base), (counted[0][0], base)])
        yield f'<path d="{outline}Z" fill="{plot.palette["accent"]}" fill-opacity=".07"/>'


def _milestone(day: date, value: int, plot: _Plot) -> str:
    point = (plot.x(day), plot.y(value))
    title = f"{count(value)} on {long_day(day)}"
    return _circle(point, 4, plot.palette["card"], plot.palette["accent"], title)


def _labels(
    plot: _Plot,
    counted: Sequence[Point],
    pace: Sequence[Point],
    target: Sequence[Point],
    today: Sequence[Point],
) -> list[Label]:
    """Return the texts inside the plot, placed in the order of their importance."""
    wishes = [
        *(Wish(_today_places(plot, point[0])) for point in today[:1]),
        Wish(_target_places(plot, target[0][1])),
        *(Wish(_value_places(plot, point)) for point in counted[-1:]),
        Wish(list(beside_line(Label("Even pace", plot.size.text, plot.palette["pace"]), *pace))),
        *(_milestone_wish(plot, day, value) for day, value in reversed(plot.milestones)),
    ]
    obstacles = [box for line in (counted, pace, target, today) for box in along(line)]
    obstacles += [around((plot.x(day), plot.y(value)), 5) for day, value in plot.milestones]
    return place(wishes, obstacles, (plot.size.left, 0, plot.size.width, plot.floor))


def _today_places(plot: _Plot, x: float) -> list[Label]:
    label, y = plot.small("Today"), plot.size.top - 12
    return [label.at(x, y, "middle"), label.at(x, y, "start"), label.at(x, y, "end")]


def _target_places(plot: _Plot, y: float) -> list[Label]:
    text = f"Goal {count(plot.progress.goal.target)}"
    label = Label(text, plot.size.text, plot.palette["ink"], bold=True)
    above, below, left = y - 7, y + plot.size.text + 6, plot.size.left + 6
    return [
        label.at(plot.right, above, "end"),
        label.at(left, above, "start"),
        label.at(plot.right, below, "end"),
        label.at(left, below, "start"),
    ]


def _value_places(plot: _Plot, point: Point) -> list[Label]:
    text, size = count(plot.progress.value), plot.size.text + 3
    label = Label(text, size, plot.palette["accent"], bold=True)
    return [spot for gap in (9, 18, 30, 44) for spot in beside_point(label, point, gap)]


def _milestone_wish(plot: _Plot, day: date, value: int) -> Wish:
    label = plot.small(f"{count(value)} · {short_day(day)}")
    point = (plot.x(day), plot.y(value))
    return Wish(list(beside_point(label, point, 9, below=True)), required=False)


def _description(progress: Progress) -> str:
    target = f"The goal is {count(progress.goal.target)} by {long_day(progress.goal.deadline)}."
    if progress.today < progress.goal.start:
        return f"The goal begins on {long_day(progress.goal.start)}. {target}"
    first, value = progress.series[0]
    pace = even_pace(progress.goal, progress.baseline, progress.today)
    return (
        f"From {count(value)} on {long_day(first)} to {count(progress.value)} on "
        f"{long_day(progress.today)}; an even pace would be at {count(round(pace))}. {target} "
        f"That is {percent(progress.share)} of it."
    )


def _runs(points: Iterable[Point | None]) -> Iterator[list[Point]]:
    """Yield the points between two gaps."""
    run: list[Point] = []
    for point in [*points, None]:
        if point:
            run.append(point)
        elif run:
            yield run
            run = []


def _line(points: Sequence[Point], stroke: str, width: float, dash: str = "") -> str:
    if len(points) < 2:
        return ""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path d="{_path(points)}" fill="none" stroke="{stroke}" stroke-width="{width}"'
        f' stroke-linejoin="round" stroke-linecap="round"{dashes}/>'
    )


def _path(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{_px(x)} {_px(y)}" for x, y in points)


def _circle(point: Point, radius: float, fill: str, stroke: str = "none", title: str = "") -> str:
    about = f"<title>{escape(title)}</title>" if title else ""
    return (
        f'<circle cx="{_px(point[0])}" cy="{_px(point[1])}" r="{radius}" fill="{fill}"'
        f' stroke="{stroke}" stroke-width="2">{about}</circle>'
    )


def _text(label: Label, palette: Palette) -> str:
    """Return the text with a thin rim of the ground, so that it reads well across a line."""
    weight = ' font-weight="700"' if label.bold else ""
    return (
        f'<text x="{_px(label.x)}" y="{_px(label.y)}" font-size="{label.size}" fill="{label.fill}"'
        f' text-anchor="{label.anchor}"{weight} stroke="{palette["card"]}" stroke-width="3"'
        f' paint-order="stroke" stroke-linejoin="round">{escape(label.text)}</text>'
    )


def _px(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _svg(name: str, size: tuple[int, int], title: str, marks: str, description: str = "") -> str:
    width, height = size
    about = f'<desc id="{name}-desc">{escape(description)}</desc>' if description else ""
    described = f' aria-describedby="{name}-desc"' if description else ""
    return (
        f'<svg class="{name}" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' role="img" aria-labelledby="{name}-title"{described}>'
        f'<title id="{name}-title">{escape(title)}</title>{about}{marks}</svg>'
    )


def _stretched(name: str, height: int, title: str, marks: str) -> str:
    return (
        f'<svg class="{name}" width="100%" height="{height}" role="img"'
        f' aria-labelledby="{name}-title"><title id="{name}-title">{escape(title)}</title>'
        f"{marks}</svg>"
    )
