"""The page of all goals: how each stands, what became of the ended ones, and who changed what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from northstar.app.goals import Change, GoalState, KeptGoal
from northstar.app.in_words import STATUSES
from northstar.app.show_goals import GoalsView
from northstar.app.views import GoalStanding
from northstar.domain.goals import NAME_LIMIT, NOTE_LIMIT, Goal, even_pace
from northstar.web import charts, numbers, standing, svg
from northstar.web.frame import draw
from northstar.web.goal_forms import GOAL_FIELDS, UNHEARD, Tried, typed_of
from northstar.web.hero import brief, link, status_of
from northstar.web.numbers import amount
from northstar.web.tables import Cell, csv_file

GOAL_COLUMNS = ("day", "value", "even_pace", "p10", "p25", "p50", "p75", "p90")
GOALS_COLUMNS = (
    *("name", "metric", "status", "value", "target", "start", "deadline", "even_pace"),
    *("expected", "p10", "p90", "probability"),
    *("past_held", "past_tried", "stood_held", "stood_tried"),
    *("owner", "note", "confidence", "confidence_by", "confidence_at", "ended"),
)

_NOTHING_TRIED = Tried("goal")
_OLD = timedelta(hours=1)
_DONE: Mapping[str, str] = {
    "set": "The goal is set.",
    **{f"set_{missing}": f"The goal is set. {words}" for missing, words in UNHEARD.items()},
    "ended": "The goal is ended.",
    "said": "How sure you are is kept.",
}


def page(
    view: GoalsView, tried: Tried = _NOTHING_TRIED, *, done: str = "", change: bool = False
) -> str:
    """Return the page; `tried` is a form that was refused, which stands there as it was typed.

    `done` names what was done just now, and `change` puts the chosen goal into the form.
    """
    today = numbers.date_in(view.now, view.time_zone)
    chosen = view.chosen.goal if view.chosen else None
    typed = typed_of(chosen) if chosen and change else dict.fromkeys(GOAL_FIELDS, "")
    made = max((one.state.made_at for one in view.goals if one.state), default=None)
    return draw(
        "goals.html",
        "leadership.css",
        here="goals",
        view=view,
        cards=[_card(one, number, view, today) for number, one in enumerate(view.goals)],
        ended=[_ended(one) for one in view.ended],
        made=made and numbers.moment(made, view.time_zone),
        old=made is not None and view.now - made > _OLD,
        chosen=chosen.name if chosen else "",
        done=_DONE.get(done, ""),
        history=list(_history(view.changes, view.time_zone)),
        tried=tried,
        typed=typed | dict(tried.typed if tried.form == "goal" else {}),
        changing=chosen is not None and change,
        metrics=standing.METRICS,
        limits={"name": NAME_LIMIT, "note": NOTE_LIMIT},
    )


def _card(kept: KeptGoal, number: int, view: GoalsView, today: date) -> dict[str, object]:
    goal, state = kept.goal, kept.current
    told = kept.confidence
    return brief(kept, today) | {
        "id": f"goal-{number}",
        "metric": standing.METRICS[goal.metric],
        "scope": goal.app or goal.source or goal.number or "",
        "rows": list(_rows(kept, state, today)),
        "owner": goal.owner or "",
        "note": goal.note or "",
        "spark": _spark(goal, state, number),
        "believed": told and f"{told.value} of 10",
        "said_by": told and f"{told.by}, {numbers.day_in(told.at, view.time_zone)}",
        "because": told.note if told else "",
        "asked": told and _asked(standing.asked_this_week(told, today, view.time_zone)),
        "history": f"{link('/goals', name=goal.name)}#history",
        "change": f"{link('/goals', name=goal.name, change='1')}#set",
    }


def _asked(answered: bool) -> str:
    if answered:
        return "Asked and answered this week."
    return "Nobody has said this week how sure they are."


def _rows(kept: KeptGoal, state: GoalState | None, today: date) -> Iterator[tuple[str, str]]:
    """Yield the figures of a goal, each with its label."""
    goal = kept.goal
    if state and goal.start <= today <= goal.deadline and not goal.holds:
        yield "Even pace", amount(state.even_pace, goal.unit)
    forecast = standing.shown_forecast(status_of(kept, today), state)
    told = standing.foretold(forecast, goal) if forecast else None
    if forecast and told and state:
        yield "80% range", told.words
        yield "Most likely", f"≈ {told.expected}"
        if forecast.probability is not None:
            yield "Chance to make it", numbers.chance(forecast.probability)
        if forecast.coverage and forecast.coverage.tried:
            past = forecast.coverage
            yield "Checked on its past: held", standing.held(past.held, past.tried)
        if state.tried >= standing.FEW_FORECASTS:
            yield "Those that stood here held", standing.held(state.held, state.tried)
    if state and goal.holds:
        yield "n", numbers.count(state.n)


def _spark(goal: Goal, state: GoalState | None, number: int) -> str:
    trend = state.trend if state else ()
    shares = [value / goal.target for _, value in trend]
    weeks = "1 week" if len(trend) == 1 else f"{len(trend)} weeks"
    return charts.spark(shares, f"trend-{number}", f"The last {weeks}", svg.PAGE)


def _ended(kept: KeptGoal) -> dict[str, str]:
    goal, value = kept.goal, kept.state.value if kept.state else None
    return {
        "name": goal.name,
        "on": numbers.long_day(kept.ended) if kept.ended else "",
        "value": "–" if value is None else amount(value, goal.unit, beside=goal.target),
        "target": amount(goal.target, goal.unit),
        "by": numbers.long_day(goal.deadline),
        "history": f"{link('/goals', name=goal.name)}#history",
    }


def _history(changes: Sequence[Change], zone: str) -> Iterator[tuple[str, str, str]]:
    """Yield when, who and what of each change, newest first."""
    before: list[Goal | None] = [*(one.goal for one in changes[1:]), None]
    for change, older in zip(changes, before, strict=False):
        yield numbers.moment(change.at, zone), change.by, _what(change, older)


def _what(change: Change, older: Goal | None) -> str:
    if change.what == "ended":
        return "Ended"
    if change.confidence:
        because = f": {change.confidence.note}" if change.confidence.note else ""
        return f"Confidence {change.confidence.value} of 10{because}"
    if older is None:
        aim = change.goal
        return f"Set: {amount(aim.target, aim.unit)} by {numbers.long_day(aim.deadline)}"
    return "; ".join(_differences(older, change.goal)) or "Opened again"


def _differences(older: Goal, newer: Goal) -> Iterator[str]:
    for name in GOAL_FIELDS:
        before, after = getattr(older, name), getattr(newer, name)
        if before != after:
            yield f"{name}: {_shown(name, before, older)} → {_shown(name, after, newer)}"


def _shown(name: str, value: object, goal: Goal) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, date):
        return numbers.long_day(value)
    if name in {"target", "baseline"} and isinstance(value, int | float):
        return amount(value, goal.unit)
    return str(value)


def goal_csv(shown: GoalStanding) -> Iterator[str]:
    """Yield a goal as a file: each known day, then the fan of its forecast by week.

    A rate has no fan, but the interval at its deadline.
    """
    return csv_file(GOAL_COLUMNS, _goal_lines(shown))


def _goal_lines(shown: GoalStanding) -> Iterator[Sequence[Cell]]:
    progress, goal = shown.progress, shown.progress.goal
    for day, value in progress.series:
        yield _line(day, value, _pace(goal, progress.baseline, day))
    forecast = standing.shown_forecast(shown.status, shown.state)
    if forecast is None:
        return
    for band in forecast.bands:
        day, *edges = band
        yield _line(day, None, _pace(goal, progress.baseline, day), *edges)
    if not forecast.bands and forecast.p80 and forecast.p50:
        (low, high), (lower, upper) = forecast.p80, forecast.p50
        ends = (low, lower, forecast.expected or 0.0, upper, high)
        pace = _pace(goal, progress.baseline, goal.deadline)
        yield _line(goal.deadline, None, pace, *(round(end, 4) for end in ends))


def _line(day: date, value: Cell, pace: Cell, *edges: float) -> list[Cell]:
    return [day.isoformat(), value, pace, *(edges or (None,) * 5)]


def _pace(goal: Goal, baseline: float, day: date) -> float | None:
    return None if goal.holds else round(even_pace(goal, baseline, day), 4)


def goals_csv(view: GoalsView) -> Iterator[str]:
    """Yield all goals as a file, one a row, the ended ones last."""
    today = numbers.date_in(view.now, view.time_zone)
    return csv_file(GOALS_COLUMNS, (_goal_line(one, today) for one in [*view.goals, *view.ended]))


def _goal_line(kept: KeptGoal, today: date) -> list[Cell]:
    goal, state, told = kept.goal, kept.current, kept.confidence
    status = status_of(kept, today)
    forecast = None if kept.ended else standing.shown_forecast(status, state)
    low, high = (forecast.p80 if forecast else None) or (None, None)
    past = forecast.coverage if forecast else None
    return [
        *(
            goal.name,
            goal.metric,
            "ended" if kept.ended else STATUSES[status].lower(),
            state.value if state else None,
        ),
        *(goal.target, goal.start.isoformat(), goal.deadline.isoformat()),
        state.even_pace if state and not goal.holds else None,
        *(forecast.expected if forecast else None, low, high),
        forecast.probability if forecast else None,
        *(past.held if past else None, past.tried if past else None),
        *(state.held if state else None, state.tried if state else None),
        *(goal.owner, goal.note, told.value if told else None, told.by if told else None),
        *(_iso(told.at if told else None), _iso(kept.ended)),
    ]


def _iso(moment: datetime | date | None) -> str | None:
    return moment.isoformat() if moment else None
