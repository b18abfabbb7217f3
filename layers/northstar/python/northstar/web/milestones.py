"""The page of the milestones: what was reached, who was behind it, and what comes next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from urllib.parse import quote, urlencode

from northstar.app.goals import KeptGoal, Milestone
from northstar.app.milestones import part
from northstar.app.show_milestones import Ahead, GoalMilestones, MilestonesView
from northstar.domain.goals import Goal
from northstar.web import numbers
from northstar.web.frame import draw
from northstar.web.hero import link
from northstar.web.numbers import amount
from northstar.web.tables import Cell, csv_file

COLUMNS = (
    *("goal", "milestone", "target", "state", "day", "days", "earliest", "latest"),
    *("people", "tickets", "reviews"),
)


def page(view: MilestonesView) -> str:
    """Return the page."""
    return draw(
        "milestones.html",
        "leadership.css",
        here="goals",
        view=view,
        newest=_newest(view),
        cards=[_card(one, number, view) for number, one in enumerate(view.goals)],
    )


def milestones_csv(view: MilestonesView) -> Iterator[str]:
    """Yield the milestones as a file: of each goal those ahead, those reached, the former ones."""
    return csv_file(COLUMNS, (line for one in view.goals for line in _lines(one)))


def _newest(view: MilestonesView) -> dict[str, object] | None:
    if view.newest is None:
        return None
    kept, told = view.newest
    return _reached(kept.goal, told, view) | {
        "goal": kept.goal.name,
        "link": link("/goals", name=kept.goal.name),
    }


def _card(one: GoalMilestones, number: int, view: MilestonesView) -> dict[str, object]:
    goal = one.kept.goal
    return {
        "id": f"milestones-{number}",
        "name": goal.name,
        "link": _address(one.kept),
        "aim": f"{amount(goal.target, goal.unit)} by {numbers.long_day(goal.deadline)}",
        "ended": one.kept.ended and numbers.long_day(one.kept.ended),
        "ahead": [_ahead(goal, ahead, view.today) for ahead in one.ahead],
        "reached": [_reached(goal, told, view) for told in one.reached],
        "newest": view.newest and view.newest[0] is one.kept,
        "former": [
            f"{amount(told.value, goal.unit)} on {numbers.long_day(told.day)}"
            for told in one.former
        ],
    }


def _address(kept: KeptGoal) -> str:
    """An open goal has a page of its own, an ended one its history."""
    name = kept.goal.name
    return f"{link('/goals', name=name)}#history" if kept.ended else link("/", goal=name)


def _reached(goal: Goal, told: Milestone, view: MilestonesView) -> dict[str, object]:
    """Return one milestone in words, with those behind it."""
    return {
        "words": _words(goal, told.value, told.target),
        "after": numbers.days(told.days) if told.days else None,
        "day": numbers.long_day(told.day),
        "value": amount(told.value, goal.unit),
        "people": list(told.people),
        "tickets": [(one, _ticket(one, view.ticket_url)) for one in told.tickets],
        "reviews": [f"/feedback?{urlencode({'id': one})}" for one in told.reviews],
    }


def _words(goal: Goal, value: float, target: float | None) -> str:
    """Return which part of which target a milestone is: "Half of 10,000"."""
    named = part(goal, value) if target == goal.target else None
    return f"{named} of {amount(goal.target, goal.unit)}" if named else amount(value, goal.unit)


def _ticket(ticket: str, url: str | None) -> str | None:
    return url.replace("{ticket}", quote(ticket, safe="", errors="replace")) if url else None


def _ahead(goal: Goal, ahead: Ahead, today: date) -> dict[str, str]:
    return {
        "words": _words(goal, ahead.value, goal.target),
        "value": amount(ahead.value, goal.unit),
        "range": _range(ahead, goal, today),
    }


def _range(ahead: Ahead, goal: Goal, today: date) -> str:
    """Return when a milestone may come, in words; the forecast ends with the deadline."""
    if ahead.range is None:
        return "no forecast"
    first, last = ahead.range
    deadline = numbers.near_day(goal.deadline, today)
    if first is None:
        return f"not expected before {deadline}"
    begin = numbers.near_day(first, today)
    if last is None:
        return f"{begin} – after {deadline}"
    return begin if first == last else f"{begin} – {numbers.near_day(last, today)}"


def _lines(one: GoalMilestones) -> Iterator[Sequence[Cell]]:
    goal = one.kept.goal
    for ahead in reversed(one.ahead):
        days = [day.isoformat() if day else None for day in ahead.range or (None, None)]
        yield [goal.name, ahead.value, goal.target, "ahead", None, None, *days, None, None, None]
    for told in one.reached:
        yield _line(told, "reached")
    for told in one.former:
        yield _line(told, "former")


def _line(told: Milestone, state: str) -> list[Cell]:
    return [
        *(told.goal, told.value, told.target, state, told.day.isoformat(), told.days),
        *(None, None),
        ", ".join(f"{name} ({n})" for name, n in told.people) or None,
        ", ".join(told.tickets) or None,
        ", ".join(told.reviews) or None,
    ]
