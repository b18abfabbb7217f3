"""What is written on the chart of a goal, and where: beside its axes, its lines and its fan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from northstar.domain.goals import Goal
from northstar.web import axes, goal_plot
from northstar.web.goal_plot import Plot
from northstar.web.labels import (
    Anchor,
    Label,
    Point,
    Wish,
    along,
    around,
    beside_line,
    beside_point,
    place,
)
from northstar.web.numbers import amount, long_day, short_day

_BESIDE = 14
_BETWEEN = (0.7, 0.5, 0.3)
_OVER = 16
"""A height over the plot, where no line runs."""

_LEGEND = 18
_LOW = 3
_SIDES: Sequence[tuple[float, Anchor]] = ((3, "start"), (-3, "end"))


def inside(
    plot: Plot, lines: Sequence[Sequence[Point]], noted: Sequence[Sequence[Point]] = ()
) -> list[Label]:
    """Return the texts inside the plot, placed in the order of their importance.

    `lines` are what was counted, the even pace (empty where there is none), the target, today,
    and former goals; `noted` are those of what happened.
    """
    counted, pace, target, today, *old = lines
    known = plot.progress.value is not None
    wishes = [
        *(Wish([label]) for label in _placed_ends(plot, target[0][1])),
        *(Wish(_today_places(plot, point[0])) for point in today[:1]),
        *([] if _beside(plot) else [Wish(_target_places(plot, target[0][1]))]),
        *(Wish(_value_places(plot, point)) for point in counted[-1:] if known),
        *([Wish(_note_places(plot))] if plot.progress.goal.holds else []),
        *([Wish(_pace_places(plot, pace))] if pace else []),
        *(_milestone_wish(plot, day, value) for day, value in reversed(plot.milestones)),
        *(
            _former_wish(plot, *before, line)
            for before, line in zip(plot.former, old, strict=True)
            if line
        ),
        *(Wish(_number_places(plot, *one)) for one in enumerate(plot.annotations, 1)),
    ]
    edges = [goal_plot.edge(plot, at) for at in (0, 2, 4)]
    if len(plot.fan) == 1:
        edges.append([edges[0][0], edges[2][0]])
    obstacles = [box for line in (*lines, *edges, *noted) for box in along(line)]
    obstacles += [around((plot.x(day), plot.y(value)), 5) for day, value in plot.milestones]
    return place(wishes, obstacles, (plot.size.left, 0, plot.size.width, plot.floor))


def _number_places(plot: Plot, number: int, noted: tuple[date, str]) -> list[Label]:
    """Return places beside the line of what happened: low ones right and left of it, then high."""
    label, x = plot.small(str(number)), plot.x(noted[0])
    step = label.size + 4
    rows = [plot.floor - 4 - step * n for n in range(int((plot.floor - plot.size.top) // step))]
    return [
        label.at(x + side, y, anchor)
        for heights in (rows[:_LOW], rows[_LOW:])
        for side, anchor in _SIDES
        for y in heights
    ]


def legend(plot: Plot) -> Iterator[Label]:
    """Yield what the numbers mean, a line each, below the days."""
    for number, (day, text) in enumerate(plot.annotations, 1):
        label = plot.small(f"{number} · {long_day(day)}: {text}")
        yield label.at(plot.size.left, plot.size.height + _LEGEND * number - 6, "start")


def height(lines: Sequence[Label]) -> int:
    """Return how high the lines of a legend are together."""
    return _LEGEND * len(lines) + 6 if lines else 0


def with_room(plot: Plot) -> Plot:
    """Return it with room for what is written of the end of its fan: beside it, or over it."""
    size = plot.size
    if plot.foretold is None:
        return plot
    if not _beside(plot):
        return replace(plot, size=replace(size, top=size.top + 22))
    widths = (box[2] - box[0] for box in (label.box for label in [*_ends(plot), _goal(plot)]))
    return replace(plot, size=replace(size, right=int(max(widths)) + _BESIDE + 2))


def _beside(plot: Plot) -> bool:
    """Whether there is room right of the plot for what is written of its end."""
    return plot.foretold is not None and plot.size.name != goal_plot.NARROW.name


def _ends(plot: Plot) -> list[Label]:
    """Return what is written of the end of the fan: the middle and the 80 % range."""
    told = plot.foretold
    if told is None:
        return []
    return [
        Label(f"≈ {told.expected}", plot.size.text + 1, plot.palette["accent"], bold=True),
        plot.small(f"80%: {told.short}"),
    ]


def _goal(plot: Plot) -> Label:
    text = f"Goal {plot.written(plot.progress.goal.target)}"
    return Label(text, plot.size.text, plot.palette["ink"], bold=True)


def _placed_ends(plot: Plot, target: float) -> Iterator[Label]:
    """Yield the labels of the fan's end, and beside it that of the target, at their places."""
    if plot.foretold is None:
        return
    middle, interval = _ends(plot)
    if not _beside(plot):
        interval = interval.at(plot.size.width - 4, 16, "end")
        yield from (interval, middle.at(interval.box[0] - 6, 16, "end"))
        return
    y = _apart(plot.y(plot.fan[-1].values[2]), target, plot)
    x = plot.right + _BESIDE
    yield middle.at(x, y - 2, "start")
    yield interval.at(x, y + 13, "start")
    yield _goal(plot).at(x, target + 4, "start")


def _apart(y: float, other: float, plot: Plot) -> float:
    """Return where two lines of text fit that belong at y, and leave `other` free for one more."""
    highest, lowest, gap = 18.0, plot.floor - 18, 24.0
    y = min(max(y, highest), lowest)
    if abs(y - other) >= gap:
        return y
    over, under = other - gap, other + gap
    above = (y <= other and over >= highest) or under > lowest
    return over if above else under


def _today_places(plot: Plot, x: float) -> list[Label]:
    label, y = plot.small("Today"), plot.size.top - 12
    return [label.at(x, y, "middle"), label.at(x, y, "start"), label.at(x, y, "end")]


def _target_places(plot: Plot, y: float) -> list[Label]:
    label = _goal(plot)
    left, right = plot.size.left + 6, plot.right
    return [
        *_beside_target(label, y, [(right, "end"), (left, "start"), (right - _BESIDE, "end")]),
        *_beside_target(label, y, [(left + (right - left) * at, "middle") for at in _BETWEEN]),
        label.at(left, _OVER, "start"),
        label.at(right, _OVER, "end"),
    ]


def _beside_target(label: Label, y: float, spots: Sequence[tuple[float, Anchor]]) -> list[Label]:
    """Return places above a level line, then below it."""
    heights = (y - 7, y + label.size + 6)
    return [label.at(x, height, anchor) for height in heights for x, anchor in spots]


def _pace_places(plot: Plot, pace: Sequence[Point]) -> list[Label]:
    label = Label("Even pace", plot.size.text, plot.palette["pace"])
    return list(beside_line(label, pace[0], pace[-1]))


def _value_places(plot: Plot, point: Point) -> list[Label]:
    progress = plot.progress
    text = amount(progress.value or 0, progress.goal.unit, beside=progress.goal.target)
    label = Label(text, plot.size.text + 3, plot.palette["accent"], bold=True)
    return [spot for gap in (9, 18, 30, 44) for spot in beside_point(label, point, gap)]


def _note_places(plot: Plot) -> list[Label]:
    label = plot.small(f"axis from {goal_plot.axis_text(plot, plot.scale.bottom)}")
    floor, left, right = plot.floor - 7, plot.size.left + 6, plot.right - 6
    spots: Sequence[tuple[float, Anchor]] = [
        (left, "start"),
        (right, "end"),
        ((left + right) / 2, "middle"),
    ]
    heights = (floor, floor - 20, floor - 40, _OVER)
    return [label.at(x, y, anchor) for y in heights for x, anchor in spots]


def _milestone_wish(plot: Plot, day: date, value: float) -> Wish:
    label = plot.small(f"{plot.written(value)} · {short_day(day)}")
    point = (plot.x(day), plot.y(value))
    return Wish(list(beside_point(label, point, 9, below=True)), required=False)


def _former_wish(plot: Plot, until: date, before: Goal, line: Sequence[Point]) -> Wish:
    label = plot.small(f"{plot.written(before.target)} until {short_day(until)}")
    return Wish(list(beside_line(label, line[0], line[-1])), required=False)


def value_axis(plot: Plot) -> Iterator[Label]:
    """Yield the values left of the plot."""
    for value in goal_plot.ticks(plot):
        label = plot.small(goal_plot.axis_text(plot, value))
        yield label.at(plot.size.left - 8, plot.y(value) + 4, "end")


def day_axis(plot: Plot) -> Iterator[Label]:
    """Yield the days below the plot."""
    most = int(plot.right - plot.size.left) // axes.TICK_WIDTH
    for day, text in axes.day_ticks(plot.first, plot.last, most):
        yield axes.below(plot.small(text), plot.x(day), plot.size)
