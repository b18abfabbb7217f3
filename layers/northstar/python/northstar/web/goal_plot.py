"""One goal laid out on its drawing: the days and values that it spans, and where its lines run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from northstar.domain.forecast import Forecast
from northstar.domain.goals import Goal, Progress, Unit, even_pace
from northstar.web import axes, svg
from northstar.web.labels import Label, Point
from northstar.web.numbers import amount, plain
from northstar.web.standing import Foretold, foretold

Milestones = Sequence[tuple[date, float]]
Former = Sequence[tuple[date, Goal]]
Annotations = Sequence[tuple[date, str]]

WIDE = svg.Size("wide", 760, 348, left=46, right=16, top=32, bottom=28, text=12)
NARROW = svg.Size("narrow", 400, 330, left=52, right=14, top=34, bottom=30, text=14)

_BETWEEN_POINTS = 5
_MOST_BANDS = 26
_SHORTEST = 28


@dataclass(frozen=True, slots=True)
class Plot:
    """One goal to draw: the days and values it spans, where they are in px, and the colours.

    `fan` are its edges from the last known day on, or at the deadline only.
    """

    progress: Progress
    milestones: Milestones
    former: Former
    annotations: Annotations
    foretold: Foretold | None
    fan: tuple[Edges, ...]
    size: svg.Size
    palette: svg.Palette
    first: date
    last: date
    scale: Scale

    def x(self, day: date) -> float:
        share = (day - self.first) / (self.last - self.first)
        return self.size.left + (self.right - self.size.left) * share

    def y(self, value: float) -> float:
        share = (value - self.scale.bottom) / (self.scale.top - self.scale.bottom)
        return self.floor + (self.size.top - self.floor) * share

    @property
    def right(self) -> float:
        return self.size.width - self.size.right

    @property
    def floor(self) -> float:
        return self.size.height - self.size.bottom

    def small(self, text: str) -> Label:
        return Label(text, self.size.text, self.palette["muted"])

    def written(self, value: float) -> str:
        return amount(value, self.progress.goal.unit)


class Scale(NamedTuple):
    """The value axis: where it begins and ends, and its step."""

    bottom: float
    top: float
    step: float


class Edges(NamedTuple):
    """What is foretold for a day: .10, .25, .50, .75 and .90 of its distribution."""

    day: date
    values: tuple[float, ...]


def plotted(
    progress: Progress,
    milestones: Milestones,
    size: svg.Size,
    palette: svg.Palette,
    *,
    forecast: Forecast | None,
    since: date | None,
    former: Former,
    annotations: Annotations = (),
) -> Plot:
    """Return a goal laid out, with its fan where there is a forecast with an interval."""
    aim = progress.goal
    told = foretold(forecast, aim) if forecast else None
    fan = tuple(_edges(progress, forecast, since)) if forecast and told else ()
    first = aim.start - timedelta(1)
    return Plot(
        progress=progress,
        milestones=milestones,
        former=former,
        annotations=annotations,
        foretold=told,
        fan=fan,
        size=size,
        palette=palette,
        first=first,
        last=max(aim.deadline, progress.today, first + timedelta(1)),
        scale=_scale(progress, fan, former),
    )


def _edges(progress: Progress, forecast: Forecast, since: date | None) -> Iterator[Edges]:
    """Yield the fan from where it begins, thinned where it has many weeks."""
    wide, near, expected = forecast.p80, forecast.p50, forecast.expected
    if forecast.bands and since:
        begin = dict(progress.series).get(since, forecast.value)
        yield Edges(since, (begin,) * 5)
        every = len(forecast.bands) // _MOST_BANDS + 1
        for day, *values in reversed(forecast.bands[::-every]):
            yield Edges(day, tuple(values))
    elif wide and near and expected is not None:
        yield Edges(progress.goal.deadline, (wide[0], near[0], expected, near[1], wide[1]))


def _scale(progress: Progress, fan: Sequence[Edges], former: Former) -> Scale:
    aim = progress.goal
    values = [
        *(value for _, value in progress.series),
        *(value for edges in fan for value in edges.values),
        *(before.target for _, before in former),
        *(aim.target, progress.baseline),
    ]
    if aim.holds:
        return _close_scale(values, aim.unit)
    highest, lowest = max(values), min(*values, 0)
    span = highest * 1.08 - lowest
    step = _fine_step(span) if aim.unit == "number" else axes.nice_step(span, 7)
    return Scale(step * (lowest // step), step * (highest * 1.04 // step + 1), step)


def _close_scale(values: Sequence[float], unit: Unit) -> Scale:
    """A scale that begins where the values of a rate are, and is not all filled by noise."""
    (least, most), span = ((1.0, 5.0), 0.5) if unit == "stars" else ((0.0, 100.0), 10.0)
    span = max(max(values) - min(values), span)
    low = max(least, min(*values, max(values) - span) - span / 10)
    high = min(most, max(values) + span / 10)
    step = _fine_step(high - low) if unit == "stars" else axes.nice_step(high - low, 6)
    return Scale(step * (low // step), min(most, step * -(-high // step)), step)


def _fine_step(span: float) -> float:
    """A round step that may be a tenth or a hundredth."""
    return axes.nice_step(span * 100, 6) / 100


def counted(plot: Plot) -> list[Point]:
    """Return the days so far, thinned where there are many; none before the goal has begun."""
    progress = plot.progress
    if progress.today < progress.goal.start:
        return []
    series = [one for one in progress.series if one[0] >= plot.first]
    every = len(series) // (int(plot.right - plot.size.left) // _BETWEEN_POINTS) + 1
    kept = [*series[:-1:every], *series[-1:]]
    return [(plot.x(day), plot.y(value)) for day, value in kept]


def even_pace_line(plot: Plot) -> list[Point]:
    """Return the even pace, from the evening before the start to the deadline.

    What is to be held has none.
    """
    goal = plot.progress.goal
    if goal.holds:
        return []
    start = (plot.x(plot.first), plot.y(plot.progress.baseline))
    return [start, (plot.x(goal.deadline), plot.y(goal.target))]


def target(plot: Plot) -> list[Point]:
    """Return the line of the target, as wide as the plot."""
    y = plot.y(plot.progress.goal.target)
    return [(plot.size.left, y), (plot.right, y)]


def former_line(plot: Plot, before: Goal) -> list[Point]:
    """Return the even pace to what was the goal before, as far as it lies on the chart.

    What was to be held is level.
    """
    baseline = plot.progress.baseline if before.baseline is None else before.baseline
    first = max(before.start - timedelta(1), plot.first)
    days = (first, min(before.deadline, plot.last))
    values = [before.target if before.holds else even_pace(before, baseline, day) for day in days]
    if days[0] >= days[1] or min(values) < plot.scale.bottom:
        return []
    return [(plot.x(day), plot.y(value)) for day, value in zip(days, values, strict=True)]


def today(plot: Plot) -> list[Point]:
    """Return the upright line of today; none before the first day."""
    if plot.progress.today < plot.first:
        return []
    x = plot.x(plot.progress.today)
    return [(x, plot.size.top - 6), (x, plot.floor)]


def annotation(plot: Plot, day: date) -> list[Point]:
    """Return the upright line of a day on which something happened: up to what was counted then.

    It is never shorter than `_SHORTEST`, as ahead of today.
    """
    known = [value for at, value in plot.progress.series if at <= day <= plot.progress.today]
    top = min([plot.floor - _SHORTEST, *map(plot.y, known[-1:])])
    return [(plot.x(day), top), (plot.x(day), plot.floor)]


def edge(plot: Plot, at: int) -> list[Point]:
    """Return one edge of the fan: 0 is its .10, 2 its middle, 4 its .90."""
    return [(plot.x(edges.day), plot.y(edges.values[at])) for edges in plot.fan]


def ticks(plot: Plot) -> list[float]:
    """Return the values that the value axis names."""
    bottom, top, step = plot.scale
    return [bottom + n * step for n in range(int((top - bottom) / step + 0.01) + 1)]


def axis_text(plot: Plot, value: float) -> str:
    """Return a value as the value axis writes it: "8k", "90%", "4.5"."""
    unit, (bottom, top, step) = plot.progress.goal.unit, plot.scale
    if unit == "percent":
        return f"{value:g}%"
    if step < 1:
        return plain(value, 1 if round(step * 10) == step * 10 else 2)
    return f"{value:.1f}" if unit == "stars" else axes.axis_number(value, max(top, -2 * bottom))
