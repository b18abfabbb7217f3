"""What leadership's first page says of a goal: its number, chip, figures, chart and tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from urllib.parse import urlencode

from northstar.app.configuration import Annotation
from northstar.app.goals import GoalState, KeptGoal
from northstar.app.in_words import STATUSES
from northstar.app.views import GoalStanding, GoalView
from northstar.domain.forecast import Forecast
from northstar.domain.goals import Progress, even_pace
from northstar.domain.status import Status
from northstar.web import charts, goal_chart, numbers, standing, svg
from northstar.web.goal_plot import NARROW, WIDE
from northstar.web.numbers import amount

_LONG = 7 * 26
_LONG_FAN = 26


def hero(view: GoalView) -> dict[str, object] | None:
    """Return what the page says first: how the goal stands, its bar, charts and tables."""
    shown = view.standing
    if shown is None:
        return None
    progress, goal = shown.progress, shown.progress.goal
    forecast = standing.shown_forecast(shown.status, shown.state)
    return {
        "goal": goal,
        "number": _number(progress),
        "target": amount(goal.target, goal.unit),
        "chip": chip(shown.status),
        "sub": standing.sub_line(
            goal,
            shown.status,
            value=progress.value,
            state=shown.state,
            today=progress.today,
            reached_on=progress.reached_on,
        ),
        "rows": list(standing.rows(progress, forecast, shown.confidence, view.time_zone)),
        "believed": shown.confidence.note if shown.confidence else "",
        **_bar(progress),
        **_drawn(shown),
        **_foretold(shown, forecast),
        **_numbers(shown),
        "annotations": [(numbers.long_day(one.day), one.text) for one in shown.annotations],
        "due": [] if goal.holds else list(_due(progress)),
        "milestones": [
            f"{amount(value, goal.unit)} on {numbers.long_day(day)}"
            for day, value in (shown.state.milestones if shown.state else ())
        ],
        "file": link("/", goal=goal.name, format="csv"),
        "picture": link("/", goal=goal.name, format="png"),
        "all": link("/goals", name=goal.name),
    }


def link(path: str, **query: str) -> str:
    """Return an address of ours; what UTF-8 cannot carry becomes a question mark."""
    return f"{path}?{urlencode(query, errors='replace')}"


def chip(status: Status) -> dict[str, str]:
    """Return the chip of a status: its word, its sign, and a name for its look."""
    sign = (
        '<svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" '
        f'stroke-width="2" stroke-linecap="round" aria-hidden="true">{standing.SIGNS[status]}</svg>'
    )
    return {
        "word": STATUSES[status],
        "sign": sign,
        "look": status.replace(" ", "_"),
    }


def brief(kept: KeptGoal, today: date) -> dict[str, object]:
    """Return a goal in short, as `track` has left it: its value, chip, sentence and link."""
    goal, state = kept.goal, kept.current
    status = status_of(kept, today)
    value = state.value if state else None
    return {
        "name": goal.name,
        "value": "–" if value is None else amount(value, goal.unit, beside=goal.target),
        "target": amount(goal.target, goal.unit),
        "n": numbers.count(state.n) if state and state.n else "",
        "by": numbers.long_day(goal.deadline),
        "chip": chip(status),
        "sub": standing.sub_line(
            goal,
            status,
            value=value,
            state=state,
            today=today,
            reached_on=_reached_on(state, goal.target),
        ),
        "link": link("/", goal=goal.name),
    }


def status_of(kept: KeptGoal, today: date) -> Status:
    """Return the status that `track` has left; before its first time only the start is certain."""
    state = kept.current
    if state:
        return state.settled.shown
    return "not begun" if today < kept.goal.start else "too early"


def _reached_on(state: GoalState | None, target: float) -> date | None:
    milestones = state.milestones if state else ()
    return next((day for day, value in milestones if value == target), None)


def _number(progress: Progress) -> str:
    if progress.value is None:
        return "–"
    return amount(progress.value, progress.goal.unit, beside=progress.goal.target)


def _bar(progress: Progress) -> dict[str, object]:
    """The bar, filled to the share of the target, with its legend on both sides."""
    goal, pace = progress.goal, _pace(progress)
    share = f"{numbers.percent(progress.share)} of the goal"
    words = None if pace is None else f"even pace {numbers.percent(pace)}"
    title = f"{_number(progress)} of {amount(goal.target, goal.unit)}" if goal.holds else share
    title += f"; {words}" if words else ""
    return {
        "bar": charts.progress_bar(progress.share, pace, title, svg.PAGE),
        "share": f"n = {numbers.count(progress.n)}" if goal.holds else share,
        "pace": words,
    }


def _pace(progress: Progress) -> float | None:
    """Where an even pace would be, as a share of the target; None before the start.

    What is to be held has none.
    """
    goal = progress.goal
    if goal.holds or progress.today < goal.start:
        return None
    return min(max(progress.even_pace / goal.target, 0.0), 1.0)


def chart(shown: GoalStanding, size: svg.Size, palette: svg.Palette, *, alone: bool = False) -> str:
    """Return the chart of a goal with the forecast that may be shown.

    One that is `alone` says by itself what its numbers mean.
    """
    state = shown.state
    return goal_chart.draw(
        shown.progress,
        state.milestones if state else (),
        size,
        palette,
        forecast=standing.shown_forecast(shown.status, state),
        since=state.last if state else None,
        former=state.former if state else (),
        annotations=[(one.day, one.text) for one in shown.annotations],
        alone=alone,
    )


def _numbers(shown: GoalStanding) -> dict[str, object]:
    """The numbers of the chart as a table; with what happened, where there is anything."""
    progress, noted = shown.progress, shown.annotations
    columns = ["Day", "Value"] if progress.goal.holds else ["Day", "Value", "Even pace"]
    if noted:
        columns.append("What happened until then")
    return {"columns": columns, "table": list(_table(progress, noted))}


def _drawn(shown: GoalStanding) -> dict[str, object]:
    state = shown.state
    return {
        "charts": [chart(shown, size, svg.PAGE) for size in (WIDE, NARROW)],
        "former": [
            f"{amount(goal.target, goal.unit)} by {numbers.long_day(goal.deadline)}, "
            f"until {numbers.long_day(day)}"
            for day, goal in (state.former if state else ())
        ],
    }


def _foretold(shown: GoalStanding, forecast: Forecast | None) -> dict[str, object]:
    """What is said of a forecast: in sentences, its record, its doubts, its tables."""
    progress, goal, state = shown.progress, shown.progress.goal, shown.state
    if forecast is None or forecast.coverage is None or state is None:
        return {"forecast": None}
    return {
        "forecast": " ".join(standing.sentences(goal, forecast, progress.today)),
        "assumed": standing.ASSUMED,
        "record": list(standing.record(forecast.coverage, state)),
        "doubts": list(standing.doubts(goal, forecast, state.last)),
        "method": standing.method(goal, forecast.coverage),
        "fan": list(_fan_rows(forecast, progress)),
        "past": [
            (
                numbers.long_day(one.made),
                numbers.long_day(one.until),
                f"{numbers.count(one.low)}–{numbers.count(one.high)}",
                numbers.count(one.came),
                "held" if one.held else "missed",
            )
            for one in reversed(forecast.past)
        ],
    }


def _fan_rows(forecast: Forecast, progress: Progress) -> Iterator[tuple[str, str, str, str]]:
    """Yield day, 80 % range, 50 % range and middle: each week, or each fourth of many."""
    goal = progress.goal
    every = 4 if len(forecast.bands) > _LONG_FAN else 1
    for band in reversed(forecast.bands[::-every]):
        yield (
            numbers.long_day(band.day),
            f"{numbers.count(band.p10)}–{numbers.count(band.p90)}",
            f"{numbers.count(band.p25)}–{numbers.count(band.p75)}",
            numbers.count(band.p50),
        )
    if not forecast.bands and forecast.p80 and forecast.p50 and forecast.expected is not None:
        decimals = numbers.decimals_between(*forecast.p80, float(goal.target), goal.unit)
        ends = (*forecast.p80, *forecast.p50, forecast.expected)
        low, high, lower, upper, middle = (numbers.plain(one, decimals) for one in ends)
        yield numbers.long_day(goal.deadline), f"{low}–{high}", f"{lower}–{upper}", middle


def _due(progress: Progress) -> Iterator[tuple[str, str, str]]:
    """Yield day, value and what is still missing to it, to stay on even pace."""
    unit = progress.goal.unit
    for due in progress.due_by:
        missing = amount(due.missing, unit) if due.missing else "nothing"
        yield numbers.long_day(due.day), amount(due.value, unit), missing


def _table(progress: Progress, noted: Sequence[Annotation]) -> Iterator[tuple[str, ...]]:
    """Yield day, value and even pace, newest first, at the ends of weeks, months or quarters.

    What is to be held has no even pace. Where anything happened, what did until then comes last.
    """
    goal = progress.goal
    if progress.today < goal.start:
        return
    ends = _ends_of_periods(progress)
    since = [date.min, *(day for day, _ in ends)]
    for before, (day, value) in zip(reversed(since[:-1]), reversed(ends), strict=True):
        pace = () if goal.holds else (even_pace(goal, progress.baseline, day),)
        happened = "; ".join(one.text for one in noted if before < one.day <= day)
        last = (happened,) if noted else ()
        yield numbers.long_day(day), *(amount(one, goal.unit) for one in (value, *pace)), *last


def _ends_of_periods(progress: Progress) -> list[tuple[date, float]]:
    """Of weeks up to half a year, of months up to two years, else of quarters."""
    series = progress.series
    months = 0 if len(series) <= _LONG else 1 if len(series) <= 4 * _LONG else 3
    kept = [
        (day, value)
        for (day, value), (after, _) in pairwise(series)
        if (_ends(day, after, months) if months else after.weekday() == 0)
    ]
    return [*kept, *series[-1:]]


def _ends(day: date, after: date, months: int) -> bool:
    return after.month != day.month and day.month % months == 0
