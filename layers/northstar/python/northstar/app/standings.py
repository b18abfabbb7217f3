"""How goals stand at a moment: for pages, machines and commands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from northstar.app.configuration import Annotation, Configuration
from northstar.app.goals import GoalStore, KeptGoal, adopted, set_goal
from northstar.app.ports import Board, ProgressStore, SourceState
from northstar.app.source import app_key, switched_on
from northstar.app.views import GoalStanding
from northstar.domain import metrics
from northstar.domain.errors import NotFound
from northstar.domain.goals import OF_REVIEWS, Goal, Progress, objection
from northstar.domain.status import shown, status
from northstar.domain.times import business_day


@dataclass(frozen=True, slots=True)
class Read:
    """How far the sources of a metric have been read.

    `last` is the last day that all of them know completely. `settled` says that they were read to
    the end of their lists, `whole` that these go back to the first review besides, `stale` that one
    of them is not up to date. `begun` is when the newest of them was first read (aware).
    """

    last: date
    settled: bool = True
    whole: bool = True
    stale: bool = False
    begun: datetime | None = None


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
    scopes = [metrics.scope(one.goal) for one in kept]
    board = progress.board(scopes, today, switched_on(configuration))
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
    state = kept.current
    read = how_read(goal, configuration, board.sources.values(), now, stale_after)
    old = bool(state and state.forecast and today - state.day > timedelta(1))
    found = status(progress, state.forecast if state else None, stale=read.stale or old)
    return GoalStanding(
        progress=progress,
        state=state,
        status=shown(state.settled if state else None, found),
        confidence=kept.confidence,
        annotations=tuple(_annotations(goal, configuration, today)),
    )


def _annotations(goal: Goal, configuration: Configuration, today: date) -> list[Annotation]:
    """What happened from the first day of a goal until its last one, or today."""
    last = max(goal.deadline, today)
    within = (one for one in configuration.annotations if goal.start <= one.day <= last)
    return sorted(within, key=lambda one: one.day)


def as_counted(days: metrics.Daily, configuration: Configuration) -> metrics.Daily:
    """Return the days with or without the answers that look machine-made, as configured."""
    left_out = configuration.answering.leave_out_suspects
    return metrics.without_suspects(days) if left_out else days


def stand(
    goal: Goal, days: metrics.Daily, configuration: Configuration, goals: GoalStore, today: date
) -> Progress:
    """Return how a goal stands on a business day, from the days of its scope."""
    posted = goals.posted(goal.number) if goal.number else {}
    within = configuration.covering.answer_within_minutes
    return metrics.standing_of(goal, days, posted, today, within=within)


def how_read(
    goal: Goal,
    configuration: Configuration,
    states: Iterable[SourceState],
    now: datetime,
    stale_after: timedelta,
    *,
    cut: Collection[str] = (),
) -> Read:
    """Return how far the sources of a goal have been read; what is posted to us is known at once.

    A day is known once a run that began after its end has reached the end of the list. A source of
    which no run has ended yet is not stale while its first one may be under way. The stores of
    `cut` show their newest reviews only.
    """
    zone = configuration.business.zone
    yesterday = now.astimezone(zone).date() - timedelta(1)
    if goal.metric not in OF_REVIEWS:
        return Read(yesterday)
    by_name = {(state.run.source, state.run.app): state for state in states}
    targets = [
        target
        for target in configuration.sources
        if target.enabled and _concerns(goal, target.source, app_key(target))
    ]
    if not targets:
        return Read(yesterday)
    wanted = [by_name.get((target.source, app_key(target))) for target in targets]
    good = [(state.good_at or state.memory.begun_at) if state else None for state in wanted]
    known = [
        date.fromisoformat(business_day(at, zone)) - timedelta(1)
        for state in wanted
        if state and (at := state.memory.read_at or state.good_at)
    ]
    settled = all(state is not None and state.memory.read_at is not None for state in wanted)
    return Read(
        last=min([yesterday, *known]),
        settled=settled,
        whole=settled and not any(target.source in cut for target in targets),
        stale=any(at is None or at < now - stale_after for at in good),
        begun=max((at for one in wanted if one and (at := one.memory.begun_at)), default=None),
    )


def _concerns(goal: Goal, source: str, app: str) -> bool:
    if goal.app:
        return goal.app == f"{source}:{app}"
    return goal.source is None or goal.source == source


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
