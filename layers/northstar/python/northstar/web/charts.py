"""Small SVG charts without a script: pure functions from data, a size and a palette to text.

Colours are presentation attributes only, so one drawing follows light, dark and forced colours by
`var(--c-*)`, or carries plain values where no style sheet reaches.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from itertools import count as counting
from itertools import pairwise

from northstar.domain.goals import Progress, even_pace
from northstar.web.numbers import MINUS, count, long_day, percent, short_day

Palette = Mapping[str, str]
Milestones = Sequence[tuple[date, int]]
Point = tuple[float, float]
Box = tuple[float, float, float, float]

PAGE: Palette = {
    name: f"var(--c-{name})"
    for name in (
        *("ink", "muted", "card", "line", "accent", "pace"),
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


WIDE = Size("wide", 760, 348, left=46, right=92, top=30, bottom=28, text=12)
NARROW = Size("narrow", 400, 330, left=44, right=14, top=32, bottom=30, text=14)


@dataclass(frozen=True, slots=True)
class _Frame:
    """The plot of one goal: which days and values it spans, and where they are in px."""

    size: Size
    first: date
    last: date
    bottom: float
    top: float
    step: float

    def x(self, day: date) -> float:
        inner = self.size.width - self.size.left - self.size.right
        return self.size.left + inner * (day - self.first) / (self.last - self.first)

    def y(self, value: float) -> float:
        inner = self.size.height - self.size.top - self.size.bottom
        share = (value - self.bottom) / (self.top - self.bottom)
        return self.size.top + inner * (1 - share)

    @property
    def right(self) -> float:
        return self.size.width - self.size.right

    @property
    def floor(self) -> float:
        return self.size.height - self.size.bottom


@dataclass(frozen=True, slots=True)
class _Text:
    """One line of text at its baseline; `anchor` is start, middle or end."""

    text: str
    x: float
    y: float
    anchor: str
    size: int
    fill: str
    bold: bool = False

    @property
    def box(self) -> Box:
        """What the text covers, for wide letters (0.66 em; 0.74 em when bold)."""
        width = len(self.text) * self.size * (0.74 if self.bold else 0.66)
        left = self.x - {"start": 0.0, "middle": width / 2, "end": width}[self.anchor]
        return (left, self.y - self.size * 0.92, left + width, self.y + self.size * 0.28)


def goal(progress: Progress, milestones: Milestones, size: Size, palette: Palette) -> str:
    """Return the chart of a goal: what was counted, the even pace, the goal, today, milestones.

    The value axis begins at zero. Labels that would cover another label are moved or left out.
    """
    frame = _frame(progress, size)
    counted = [(frame.x(day), frame.y(value)) for day, value in _counted(progress)]
    pace = _pace(progress, frame)
    texts = _labels(progress, milestones, frame, [counted, pace], palette)
    marks = [
        *_grid(frame, palette),
        _line([(size.left, pace[-1][1]), (frame.right, pace[-1][1])], palette["ink"], 1.5),
        _line(pace, palette["pace"], 1.75, dash="6 5"),
        *_actual(counted, frame, palette),
        *_today(progress, frame, palette),
        *(_milestone(day, value, frame, palette) for day, value in milestones),
        *(_dot(point, palette) for point in counted[-1:]),
        *(_write(text, palette) for text in texts),
    ]
    title = f"{progress.goal.name}: {count(progress.value)} of {count(progress.goal.target)}"
    return _svg(
        f"goal-{size.name}", size.width, size.height, title, _description(progress), "".join(marks)
    )


def spark(values: Sequence[float | None], name: str, title: str, palette: Palette) -> str:
    """Return a line without axes (148 × 36 px) of shares 0..1, oldest first; None leaves a gap.

    The scale spans at least ten points, so that noise does not look like news.
    """
    known = [value for value in values if value is not None]
    if not known:
        return ""
    middle, span = (max(known) + min(known)) / 2, max(max(known) - min(known), 0.1)
    step = 136 / max(len(values) - 1, 1)
    points = [
        None if value is None else (6 + n * step, 18 - 24 * (value - middle) / span)
        for n, value in enumerate(values)
    ]
    lines = (
        _line(run, palette["accent"], 2)
        if len(run) > 1
        else _circle(run[0], 1.5, palette["accent"])
        for run in _runs(points)
    )
    last = next(point for point in reversed(points) if point)
    marks = "".join(lines) + _circle(last, 3, palette["accent"])
    return _svg(name, 148, 36, title, "", marks)


def progress_bar(share: float, pace: float, title: str, palette: Palette) -> str:
    """Return a bar filled to `share` 0..1 with a marker at the even pace `pace` 0..1."""
    marker = min(max(pace, 0.004), 0.996) * 100
    marks = (
        f'<rect y="3" width="100%" height="12" rx="6" fill="{palette["line"]}"/>'
        f'<rect y="3" width="{share * 100:.2f}%" height="12" rx="6" fill="{palette["accent"]}"/>'
        f'<line x1="{marker:.2f}%" x2="{marker:.2f}%" y1="0" y2="18" '
        f'stroke="{palette["card"]}" stroke-width="6"/>'
        f'<line x1="{marker:.2f}%" x2="{marker:.2f}%" y1="0" y2="18" '
        f'stroke="{palette["pace"]}" stroke-width="2.5"/>'
    )
    return _stretched("progress", 18, title, marks)


def star_bar(stars: Mapping[int, int], title: str, palette: Palette) -> str:
    """Return one bar split by the counts of 5..1 stars; without any count it is empty."""
    whole = sum(stars.values())
    marks, left = "", 0.0
    for star in range(5, 0, -1):
        share = 100 * stars.get(star, 0) / whole if whole else 0
        if share:
            marks += (
                f'<rect x="{left:.2f}%" width="{share:.2f}%" height="22" '
                f'fill="{palette[f"star-{star}"]}" stroke="{palette["card"]}" stroke-width="2"/>'
            )
        left += share
    return _stretched("stars", 22, title, marks)


def star_row(mean: float, name: str, title: str, palette: Palette) -> str:
    """Return five stars (148 × 36 px), filled from the left up to `mean` 0..5."""
    star = "M12 3.2l2.7 5.7 6.1.8-4.5 4.3 1.2 6.2-5.5-3-5.5 3 1.2-6.2L3.2 9.7l6.1-.8z"
    row = "".join(f'<path transform="translate({n * 26} 0)" d="{star}"/>' for n in range(5))
    filled = 26 * int(mean) + 3.2 + 17.6 * (mean - int(mean))
    marks = (
        f'<g transform="translate(-2 6)" fill="{palette["line"]}">{row}</g>'
        f'<svg x="-2" y="6" width="{filled:.1f}" height="26" fill="{palette["accent"]}">{row}</svg>'
    )
    return _svg(name, 148, 36, title, "", marks)


def _frame(progress: Progress, size: Size) -> _Frame:
    values = [value for _, value in progress.series]
    step = nice_step((max(*values, progress.goal.target) * 1.08) - min(*values, 0), 6)
    highest = max(*values, progress.goal.target)
    first = progress.series[0][0]
    return _Frame(
        size=size,
        first=first,
        last=max(progress.goal.deadline, progress.today, first + timedelta(1)),
        bottom=step * (min(*values, 0) // step),
        top=step * (highest * 1.04 // step + 1),
        step=step,
    )


def nice_step(span: float, most: int) -> int:
    """Return the smallest of 1, 2, 5, 10, 20, 50 … that splits `span` into at most `most` parts."""
    steps = (factor * 10**power for power in counting() for factor in (1, 2, 5))
    return next(step for step in steps if span / step <= most)


def day_ticks(first: date, last: date, most: int) -> list[tuple[date, str]]:
    """Return at most `most` days between two days to write on an axis, each with its text."""
    span = (last - first).days
    for step in (1, 2, 7, 14):
        if span // step < most:
            return [(day, short_day(day)) for day in _every(first, last, step)]
    months = next(
        (m for m in (1, 2, 3, 6, 12) if span / (30.4 * m) < most), 12 * (span // 3650 + 2)
    )
    text = short_month if span < 400 else month_and_year
    return [(day, text(day)) for day in _first_days(first, last, months)]


def short_month(day: date) -> str:
    """Return "Jul"."""
    return short_day(day).split()[1]


def month_and_year(day: date) -> str:
    """Return "Jul 2026"."""
    return f"{short_month(day)} {day.year}"


def axis_number(value: float, top: float) -> str:
    """Return a number for an axis that ends at `top`: "8k" from 2,000 up, in full below."""
    if top < 2000 or not value:
        return count(int(value))
    return f"{value / 1000:g}k".replace("-", MINUS)


def _every(first: date, last: date, days: int) -> Iterator[date]:
    return (first + timedelta(n) for n in range(0, (last - first).days + 1, days))


def _first_days(first: date, last: date, months: int) -> Iterator[date]:
    number = first.year * 12 + first.month - 1 + (first.day > 1)
    number += -number % months
    while (day := date(number // 12, number % 12 + 1, 1)) <= last:
        yield day
        number += months


def _counted(progress: Progress) -> list[tuple[date, int]]:
    """Return the days so far, thinned to some 250 points; nothing before the goal has begun."""
    if progress.today < progress.goal.start:
        return []
    every = len(progress.series) // 250 + 1
    return [*progress.series[:-1:every], progress.series[-1]]


def _pace(progress: Progress, frame: _Frame) -> list[Point]:
    """Return the even pace from the day before the start; after the deadline it is the goal."""
    target = frame.y(progress.goal.target)
    start = (frame.x(frame.first), frame.y(progress.baseline))
    line = [start, (frame.x(progress.goal.deadline), target)]
    return line if frame.last == progress.goal.deadline else [*line, (frame.right, target)]


def _grid(frame: _Frame, palette: Palette) -> Iterator[str]:
    size = frame.size
    ticks = round((frame.top - frame.bottom) / frame.step)
    for value in (frame.bottom + n * frame.step for n in range(ticks + 1)):
        y = frame.y(value)
        yield _line([(size.left, y), (frame.right, y)], palette["line"], 1)
        text = axis_number(value, frame.top)
        yield _write(_small(text, size.left - 8, y + 4, "end", frame, palette), palette)
    for day, text in day_ticks(frame.first, frame.last, int((frame.right - size.left) // 74)):
        half = len(text) * size.text * 0.33
        x = min(max(frame.x(day), half), size.width - half)
        yield _write(
            _small(text, x, frame.floor + size.text + 8, "middle", frame, palette), palette
        )


def _actual(points: Sequence[Point], frame: _Frame, palette: Palette) -> Iterator[str]:
    if len(points) > 1:
        base = frame.y(max(frame.bottom, 0))
        area = _path([*points, (points[-1][0], base), (points[0][0], base)])
        yield f'<path d="{area}Z" fill="{palette["accent"]}" fill-opacity=".07"/>'
        yield _line(points, palette["accent"], 2.5)


def _today(progress: Progress, frame: _Frame, palette: Palette) -> Iterator[str]:
    if progress.today >= frame.first:
        x = frame.x(progress.today)
        yield _line([(x, frame.size.top - 6), (x, frame.floor)], palette["muted"], 1, dash="1.5 3")


def _milestone(day: date, value: int, frame: _Frame, palette: Palette) -> str:
    return (
        f'<circle cx="{_px(frame.x(day))}" cy="{_px(frame.y(value))}" r="4" fill="{palette["card"]}" '
        f'stroke="{palette["accent"]}" stroke-width="2">'
        f"<title>{count(value)} on {long_day(day)}</title></circle>"
    )


def _labels(
    progress: Progress,
    milestones: Milestones,
    frame: _Frame,
    lines: Sequence[Sequence[Point]],
    palette: Palette,
) -> list[_Text]:
    """Return the texts inside the plot, the important ones first: each where it covers nothing."""
    target = frame.y(progress.goal.target)
    drawn = [*lines, [(frame.size.left, target), (frame.right, target)]]
    obstacles = [box for line in drawn for box in _along(line)]
    obstacles += [_around(frame.x(day), frame.y(value), 5) for day, value in milestones]
    placed: list[_Text] = []
    for candidates, required in _wishes(progress, milestones, frame, lines, palette):
        inside = [text for text in candidates if _inside(text.box, frame.size)]
        apart = [t for t in inside if not any(_overlap(t.box, other.box) for other in placed)]
        free = (t for t in apart if not any(_overlap(t.box, box) for box in obstacles))
        best = next(free, apart[0] if required and apart else None)
        if best:
            placed.append(best)
    return placed


def _wishes(
    progress: Progress,
    milestones: Milestones,
    frame: _Frame,
    lines: Sequence[Sequence[Point]],
    palette: Palette,
) -> Iterator[tuple[list[_Text], bool]]:
    """Yield each label's places, best first, and whether it must be shown."""
    counted, pace = lines
    if progress.today >= frame.first:
        yield _today_places(frame, frame.x(progress.today), palette), True
    yield _goal_places(progress, frame, palette), True
    if counted:
        value = _Text(
            count(progress.value), 0, 0, "end", frame.size.text + 3, palette["ink"], bold=True
        )
        yield list(_beside(value, counted[-1], (9, 16))), True
    name = _Text("Even pace", 0, 0, "end", frame.size.text, palette["pace"])
    yield list(_beside_line(name, pace[:2])), True
    for day, amount in reversed(milestones):
        text = _small(f"{count(amount)} · {short_day(day)}", 0, 0, "start", frame, palette)
        yield list(_beside(text, (frame.x(day), frame.y(amount)), (9,), below_first=True)), False


def _today_places(frame: _Frame, x: float, palette: Palette) -> list[_Text]:
    y = frame.size.top - 12
    places = ((x, "middle"), (frame.size.width - 2.0, "end"), (2.0, "start"))
    return [_small("Today", left, y, anchor, frame, palette) for left, anchor in places]


def _goal_places(progress: Progress, frame: _Frame, palette: Palette) -> list[_Text]:
    text, y = f"Goal {count(progress.goal.target)}", frame.y(progress.goal.target)
    places = (
        (frame.right + 8, y + 4, "start"),
        (frame.right, y - 7, "end"),
        (frame.size.left + 6.0, y - 7, "start"),
        (frame.right, y + frame.size.text + 6, "end"),
        (frame.size.left + 6.0, y + frame.size.text + 6, "start"),
    )
    return [
        _Text(text, x, baseline, anchor, frame.size.text, palette["ink"], bold=True)
        for x, baseline, anchor in places
    ]


def _beside(
    text: _Text, point: Point, gaps: Iterable[int], *, below_first: bool = False
) -> Iterator[_Text]:
    """Yield places around a point: left above and right below first, or the other way round."""
    x, y = point
    for gap in gaps:
        above, below = y - gap, y + gap + text.size * 0.7
        places = [(x - gap, above, "end"), (x + gap, below, "start")]
        places = places[::-1] if below_first else places
        for left, baseline, anchor in [*places, (x + gap, above, "start"), (x - gap, below, "end")]:
            yield _move(text, left, baseline, anchor)


def _beside_line(text: _Text, line: Sequence[Point]) -> Iterator[_Text]:
    """Yield places along a straight line, below it and above it, from its later part backwards."""
    (x0, y0), (x1, y1) = line
    for gap in (8, 18):
        for share in (0.82, 0.74, 0.66, 0.9, 0.58, 0.5, 0.42, 0.34, 0.26, 0.18, 0.1):
            x, y = x0 + share * (x1 - x0), y0 + share * (y1 - y0)
            yield _move(text, x + gap, y + gap + text.size * 0.7, "start")
            yield _move(text, x - gap, y - gap, "end")


def _move(text: _Text, x: float, y: float, anchor: str) -> _Text:
    return _Text(text.text, x, y, anchor, text.size, text.fill, text.bold)


def _small(text: str, x: float, y: float, anchor: str, frame: _Frame, palette: Palette) -> _Text:
    return _Text(text, x, y, anchor, frame.size.text, palette["muted"])


def _along(line: Sequence[Point]) -> Iterator[Box]:
    """Yield small boxes that cover a line, at most 4 px apart."""
    for (x0, y0), (x1, y1) in pairwise(line):
        parts = int(max(abs(x1 - x0), abs(y1 - y0)) // 4) + 1
        for n in range(parts + 1):
            yield _around(x0 + (x1 - x0) * n / parts, y0 + (y1 - y0) * n / parts, 2)


def _around(x: float, y: float, reach: float) -> Box:
    return (x - reach, y - reach, x + reach, y + reach)


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _inside(box: Box, size: Size) -> bool:
    return (
        box[0] >= 0 and box[1] >= 0 and box[2] <= size.width and box[3] <= size.height - size.bottom
    )


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
    run: list[Point] = []
    for point in [*points, None]:
        if point:
            run.append(point)
        elif run:
            yield run
            run = []


def _line(points: Sequence[Point], stroke: str, width: float, dash: str = "") -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path d="{_path(points)}" fill="none" stroke="{stroke}" stroke-width="{width}"'
        f' stroke-linejoin="round" stroke-linecap="round"{dashes}/>'
    )


def _path(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{_px(x)} {_px(y)}" for x, y in points)


def _dot(point: Point, palette: Palette) -> str:
    return (
        f'<circle cx="{_px(point[0])}" cy="{_px(point[1])}" r="5" fill="{palette["accent"]}" '
        f'stroke="{palette["card"]}" stroke-width="2"/>'
    )


def _circle(point: Point, radius: float, fill: str) -> str:
    return f'<circle cx="{_px(point[0])}" cy="{_px(point[1])}" r="{radius}" fill="{fill}"/>'


def _write(text: _Text, palette: Palette) -> str:
    weight = ' font-weight="700"' if text.bold else ""
    return (
        f'<text x="{_px(text.x)}" y="{_px(text.y)}" font-size="{text.size}" fill="{text.fill}"'
        f' text-anchor="{text.anchor}"{weight} stroke="{palette["card"]}" stroke-width="3"'
        f' paint-order="stroke" stroke-linejoin="round">{escape(text.text)}</text>'
    )


def _px(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _svg(name: str, width: int, height: int, title: str, description: str, marks: str) -> str:
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
