"""How goals stand at a moment: for pages, machines and commands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from northstar.app.configuration import Configuration
from northstar.app.goals import GoalStore, KeptGoal, adopted, set_goal
from northstar.app.ports import Board, ProgressStore
from northstar.app.source import app_key
from northstar.app.track import as_counted, how_read, stand
from northstar.app.views import GoalStanding
from northstar.domain import metrics
from northstar.domain.errors import NotFound
from northstar.domain.goals import Goal, objection
from northstar.domain.status import shown, status


def all_goals(configuration: Configuration, goals: GoalStore, today: date) -> list[KeptGoal]:
    """Return every goal, ended ones too: first those of the file, with its newest changes."""
    return list(adopted(goals.goals(), configuration.goals, today))


def named(kept: Iterable[KeptGoal], name: str) -> KeptGoal:
    """Return the goal of a name. Raises NotFound."""
    for one in kept:
        if one.goal.name == name:
            return one
    raise NotFound(f"There is no goal named {name!r}; look at the list of goals.")


def standings(
    kept: Sequence[KeptGoal],
    configuration: Configuration,
    *,
    progress: ProgressStore,
    goals: GoalStore,
    now: datetime,
    stale_after: timedelta,
) -> list[GoalStanding]:
    """Return how goals stand at `now` (aware), with their newest forecasts, in their order.

    Without a good run for longer than `stale_after` a source is stale.
    """
    today = now.astimezone(configuration.business.zone).date()
    apps = [(one.source, app_key(one)) for one in configuration.sources if one.enabled]
    board = progress.board([metrics.scope(one.goal) for one in kept], today, apps)
    return [
        standing_now(one, configuration, board=board, goals=goals, now=now, stale_after=stale_after)
        for one in kept
    ]


def standing_now(
    kept: KeptGoal,
    configuration: Configuration,
    *,
    board: Board,
    goals: GoalStore,
    now: datetime,
    stale_after: timedelta,
) -> GoalStanding:
    """Return how a goal stands at `now` (aware), from a board with its scope and its sources.

    Its forecast counts only where it is of this very version of the goal, and not once it is older
    than yesterday.
    """
    goal, today = kept.goal, now.astimezone(configuration.business.zone).date()
    days = as_counted(board.days[metrics.scope(goal)], configuration)
    progress = stand(goal, days, configuration, goals, today)
    state = kept.state if kept.state and kept.state.version == kept.version else None
    read = how_read(goal, configuration, board.sources.values(), now, stale_after)
    old = bool(state and state.forecast and today - state.day > timedelta(1))
    found = status(progress, state.forecast if state else None, stale=read.stale or old)
    return GoalStanding(
        progress=progress,
        state=state,
        status=shown(state.settled if state else None, found),
        confidence=kept.confidence,
    )


def set_checked(
    goal: Goal,
    configuration: Configuration,
    *,
    progress: ProgressStore,
    goals: GoalStore,
    by: str,
    now: datetime,
) -> KeptGoal:
    """Set a goal, unless its target is reached already. Raises Invalid, Conflict as `set_goal`."""
    today = now.astimezone(configuration.business.zone).date()
    value = None if objection(goal) else _value(goal, configuration, progress, goals, today)
    return set_goal(goal, goals, value=value, by=by, now=now)


def _value(
    goal: Goal, configuration: Configuration, progress: ProgressStore, goals: GoalStore, today: date
) -> float | None:
    scope = metrics.scope(goal)
    days = as_counted(progress.board([scope], today).days[scope], configuration)
    return stand(goal, days, configuration, goals, today).value
