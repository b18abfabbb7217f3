"""Sets a goal from what somebody has typed, on the page or as a command."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from northstar.app import standings
from northstar.app.goals import KeptGoal
from northstar.app.source import switched_on
from northstar.domain import metrics
from northstar.domain.goals import NAME_LIMIT, Goal
from northstar.runtime import bootstrap, tracking
from northstar.web.goal_forms import Unheard, goal_of


def set_typed(typed: Mapping[str, str], *, by: str, now: datetime) -> KeptGoal:
    """Set the goal of the name that was typed, and bring it up to date; `now` is aware.

    Of a goal that is there, what is missing from `typed` stays as it is. Raises Invalid, Conflict.
    """
    configuration = bootstrap.configuration()
    today = now.astimezone(configuration.business.zone).date()
    with tracking.changing(now):
        return standings.set_checked(
            goal_of(typed, _before(typed["name"].strip()), today),
            configuration,
            progress=bootstrap.progress_store(),
            goals=bootstrap.goal_store(),
            by=by,
            now=now,
        )


def unheard(goal: Goal) -> Unheard | None:
    """Return what a goal is about that nothing comes from: an app, a source, a posted number."""
    if goal.number is not None:
        return None if bootstrap.goal_store().posted(goal.number) else "number"
    collected = switched_on(bootstrap.configuration())
    if goal.app and goal.app not in {metrics.of_app(*one).value for one in collected}:
        return "app"
    if goal.source and goal.source not in {source for source, _ in collected}:
        return "source"
    return None


def _before(name: str) -> Goal | None:
    """The goal of a name, where that can be one."""
    possible = name.isprintable() and 0 < len(name) <= NAME_LIMIT
    kept = bootstrap.goal_store().goal(name) if possible else None
    return kept.goal if kept else None
