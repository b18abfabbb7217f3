"""The chart of a goal: where it is, where it should be, and where it will be, on one drawing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from northstar.domain.forecast import Forecast
from northstar.domain.goals import Progress
from northstar.web import goal_labels, goal_plot, svg
from northstar.web.goal_plot import Plot
from northstar.web.labels import Point
from northstar.web.numbers import amount, long_day, percent
from northstar.web.standing import Foretold

_AREA_POINTS = 40


def draw(
    progress: Progress,
    milestones: goal_plot.Milestones,
    size: svg.Size,
    palette: svg.Palette,
    *,
    forecast: Forecast | None = None,
    since: date | None = None,
    former: goal_plot.Former = (),
    annotations: goal_plot.Annotations = (),
    alone: bool = False,
) -> str:
    """Return the chart of a goal: what was counted, the even pace, the goal, today, milestones.

    What is to be held has no even pace.

    A forecast with an interval is drawn as a fan from the day `since`, its last known one; or, of a
    rate, as an interval at the deadline. `former` is what the goal was until a day.

    The value axis begins at zero, or below where values are; that of a rate begins anywhere, and
    says so. Of the labels of milestones and former goals those are left out that would cover
    something else; their marks stay.

    Of what happened on a day, `annotations` in order, there is a thin line with a number. What the
    numbers mean stands below a chart that is `alone`, and else beside it.
    """
    plot = goal_labels.with_room(
        goal_plot.plotted(
            progress,
            milestones,
            size,
            palette,
            forecast=forecast,
            since=since,
            former=former,
            annotations=annotations,
        )
    )
    legend = list(goal_labels.legend(plot)) if alone else []
    counted, pace = goal_plot.counted(plot), goal_plot.even_pace_line(plot)
    target, today = goal_plot.target(plot), goal_plot.today(plot)
    old = [goal_plot.former_line(plot, before) for _, before in former]
    noted = [goal_plot.annotation(plot, day) for day, _ in annotations]
    marks = [
        _grid(plot),
        *(svg.line(line, palette["muted"], 0.75) for line in noted),
        *_area(counted, plot),
        *_fan(plot),
        *(svg.line(line, palette["muted"], 1, dash="2 4") for line in old),
        svg.line(target, palette["ink"], 1.5),
        svg.line(pace, palette["pace"], 1.75, dash="6 5"),
        svg.line(today, palette["muted"], 1, dash="1.5 3"),
        svg.line(counted, palette["accent"], 2.5),
        *(_milestone(day, value, plot) for day, value in milestones),
        *(svg.circle(point, 5, palette["accent"], palette["card"]) for point in counted[-1:]),
        svg.texts(
            [
                *goal_labels.value_axis(plot),
                *goal_labels.day_axis(plot),
                *goal_labels.inside(plot, [counted, pace, target, today, *old], noted),
                *legend,
            ],
            palette,
        ),
    ]
    return svg.root(
        f"goal-{size.name}",
        (size.width, size.height + goal_labels.height(legend)),
        _title(progress),
        "".join(marks),
        " ".join([_description(progress, plot.foretold), *_happened(annotations)]),
    )


def _happened(annotations: goal_plot.Annotations) -> Iterator[str]:
    if annotations:
        told = "; ".join(f"{long_day(day)}, {text}" for day, text in annotations)
        yield f"Marked on it: {told}."


def _grid(plot: Plot) -> str:
    left, right = svg.px(plot.size.left), svg.px(plot.right)
    path = "".join(f"M{left} {svg.px(plot.y(value))}H{right}" for value in goal_plot.ticks(plot))
    return f'<path d="{path}" stroke="{plot.palette["line"]}"/>'


def _area(counted: Sequence[Point], plot: Plot) -> Iterator[str]:
    if counted:
        base = plot.y(max(plot.scale.bottom, 0))
        over = [*counted[: -1 : len(counted) // _AREA_POINTS + 1], counted[-1]]
        outline = svg.path([*over, (counted[-1][0], base), (counted[0][0], base)])
        yield f'<path d="{outline}Z" fill="{plot.palette["accent"]}" fill-opacity=".07"/>'


def _fan(plot: Plot) -> Iterator[str]:
    """Yield the 80 % band, the 50 % band and the dotted middle; of one day only, two blocks."""
    looks = ((0, 4, "fan-80", 14), (1, 3, "fan-50", 8))
    for low, high, name, width in looks:
        fill = f'fill="{plot.palette[name]}"'
        if len(plot.fan) == 1:
            (x, y), (_, floor) = goal_plot.edge(plot, high)[0], goal_plot.edge(plot, low)[0]
            yield svg.shape(svg.block(x - width / 2, y, width, max(floor - y, 1.5)), fill)
        else:
            outline = [*goal_plot.edge(plot, high), *reversed(goal_plot.edge(plot, low))]
            yield svg.shape(f"{svg.path(outline)}Z" if outline else "", fill)
    middle = goal_plot.edge(plot, 2)
    if len(middle) == 1:
        x, y = middle[0]
        middle = [(x - 7, y), (x + 7, y)]
    yield svg.line(middle, plot.palette["accent"], 1.75, dash="1 4")


def _milestone(day: date, value: float, plot: Plot) -> str:
    point = (plot.x(day), plot.y(value))
    title = f"{plot.written(value)} on {long_day(day)}"
    return svg.circle(point, 4, plot.palette["card"], plot.palette["accent"], title)


def _title(progress: Progress) -> str:
    aim = progress.goal
    if progress.value is None:
        return f"{aim.name}: nothing yet of {amount(aim.target, aim.unit)}"
    value = amount(progress.value, aim.unit, beside=aim.target)
    return f"{aim.name}: {value} of {amount(aim.target, aim.unit)}"


def _description(progress: Progress, told: Foretold | None) -> str:
    aim = progress.goal
    target = f"The goal is {amount(aim.target, aim.unit)} by {long_day(aim.deadline)}."
    if progress.today < aim.start:
        return f"The goal begins on {long_day(aim.start)}. {target}"
    if progress.value is None:
        return f"Nothing is known yet. {target}"
    first, begin = progress.series[0]
    ahead = f" By then the 80% range is {told.words}, most likely {told.expected}." if told else ""
    so_far = (
        f"From {amount(begin, aim.unit)} on {long_day(first)} to "
        f"{amount(progress.value, aim.unit, beside=aim.target)} on {long_day(progress.today)}"
    )
    if aim.holds:
        return f"{so_far}. {target}{ahead}"
    pace = amount(round(progress.even_pace, 2), aim.unit)
    share = f"That is {percent(progress.share)} of it."
    return f"{so_far}; an even pace would be at {pace}. {target}{ahead} {share}"
