"""Track: what each goal has come to, what to expect of it, and the histories that pages read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from northstar.app import milestones
from northstar.app.configuration import Configuration
from northstar.app.goals import (
    GoalState,
    GoalStore,
    Issued,
    KeptGoal,
    adopt,
    former,
    open_goals,
    record,
)
from northstar.app.ports import FeedbackStore, ProgressStore
from northstar.app.standings import Read, as_counted, how_read, stand
from northstar.domain import metrics
from northstar.domain.errors import NorthstarError
from northstar.domain.goals import Progress
from northstar.domain.prospect import forecast_from, prospect
from northstar.domain.status import settle, status

ISSUED_KEPT = timedelta(days=400)

_TREND_WEEKS = 26
_ISSUED_WEEKS = 8


@dataclass(frozen=True, slots=True)
class Tracked:
    """How many open goals there are, and those that could not be brought up to date, with why."""

    goals: int
    failed: Mapping[str, Exception]


def track(
    configuration: Configuration,
    *,
    progress: ProgressStore,
    goals: GoalStore,
    feedback: FeedbackStore,
    now: datetime,
    stale_after: timedelta,
    cut: Collection[str],
) -> Tracked:
    """Make the histories anew and bring every open goal up to date.

    `now` is aware. Without a good run for longer than `stale_after` a source is stale; the stores
    of `cut` show their newest reviews only. A goal that fails stays as it was, and keeps no other
    one from being brought up to date. A milestone that was just reached is told, with those behind
    the newest feedback; but not of a goal that is tracked for the first time, or whose
    sources were not read to the end before.
    """
    zone = configuration.business.zone
    today = now.astimezone(zone).date()
    kept = open_goals(adopt(goals, configuration.goals, now=now, today=today))
    states, every = progress.sources(), goals.milestones()
    scopes = {
        *(metrics.ALL, metrics.HOURS),
        *(metrics.scope(one.goal) for one in kept),
        *(metrics.of_app(state.run.source, state.run.app) for state in states),
    }
    days = {scope: progress.daily(*scope, date.min, date.max) for scope in sorted(scopes)}
    for scope, told in days.items():
        progress.save_history(*scope, told, today)
    failed: dict[str, Exception] = {}
    for one in kept:
        counted = as_counted(days[metrics.scope(one.goal)], configuration)
        read = how_read(one.goal, configuration, states, now, stale_after, cut=cut)
        known = [
            milestone
            for milestone in every
            if (milestone.goal, milestone.subject) == (one.goal.name, one.goal.subject)
        ]
        try:
            standing = stand(one.goal, counted, configuration, goals, today)
            changes = goals.changes(one.goal.name)
            reached = (
                milestones.reached(standing, known, now) if read.settled else milestones.NOTHING
            )
            if milestones.is_tracked_anew(one, changes, read.begun):
                milestones.keep_quietly(reached.new, goals)
            else:
                milestones.keep(reached.new, one.goal, goals, feedback, today=today)
            state = replace(
                _state(one, standing, counted, read, now),
                milestones=reached.told,
                former=tuple(former(changes, zone)),
            )
            goals.save_state(one.goal.name, _issue(state, standing, goals))
        except (ArithmeticError, LookupError, NorthstarError, TypeError, ValueError) as error:
            failed[one.goal.name] = error
    return Tracked(len(kept), failed)


def _state(
    kept: KeptGoal, standing: Progress, days: metrics.Daily, read: Read, now: datetime
) -> GoalState:
    before, today = kept.current, standing.today
    found = prospect(standing, days, last=read.last, whole=read.whole)
    return GoalState(
        version=kept.version,
        made_at=now,
        day=today,
        settled=settle(
            before.settled if before else None, status(standing, found, stale=read.stale), today
        ),
        value=standing.value,
        n=standing.n,
        baseline=standing.baseline,
        even_pace=standing.even_pace,
        last=read.last,
        forecast=found,
        forecast_from=forecast_from(kept.goal, days, found, read.last),
        issued_on=before.issued_on if before else None,
        held=before.held if before else 0,
        tried=before.tried if before else 0,
        trend=_trend(standing),
        read=read.settled,
    )


def _issue(state: GoalState, standing: Progress, goals: GoalStore) -> GoalState:
    """Keep the first forecast of a day for good, and see how those before have held."""
    told = state.forecast
    if told is None or not told.bands or state.issued_on == state.day:
        return state
    bands = tuple(
        (band.day, float(band.p10), float(band.p90)) for band in told.bands[:_ISSUED_WEEKS]
    )
    name, subject = standing.goal.name, standing.goal.subject
    goals.issue(name, Issued(state.last, state.baseline, told.probability, bands, subject))
    issued = [one for one in goals.issued(name, state.day - ISSUED_KEPT) if one.subject == subject]
    complete = {day: value for day, value in standing.series if day <= state.last}
    held, tried = record(issued, complete, state.baseline)
    return replace(state, issued_on=state.day, held=held, tried=tried)


def _trend(standing: Progress) -> tuple[tuple[date, float], ...]:
    """The newest value of each of the last weeks."""
    newest = {(standing.today - day).days // 7: (day, value) for day, value in standing.series}
    return tuple(newest[week] for week in sorted(newest, reverse=True) if week < _TREND_WEEKS)
