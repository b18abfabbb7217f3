"""From what the use cases tell to the models of the API."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import cast

from northstar.app.goals import Change, GoalState, KeptGoal
from northstar.app.in_words import STATUSES
from northstar.app.show_templates import TemplateNumbers
from northstar.app.views import GoalStanding, SourceNumbers
from northstar.domain.feedback import Feedback
from northstar.domain.goals import Progress, Unit
from northstar.domain.rates import Rate
from northstar.runtime import api_models as models

_DIVIDED: tuple[Unit, ...] = ("percent", "stars")
"""The units of what is told of so many; nothing is divided for a count or a posted number."""


def goal(kept: KeptGoal, standing: GoalStanding) -> models.Goal:
    """Return a goal and how it stands."""
    told, state, progress = kept.goal, standing.state, standing.progress
    believed = standing.confidence
    return models.Goal(
        **asdict(told) | {"baseline": progress.baseline},
        unit=told.unit,
        ended=kept.ended,
        status=_status(kept, standing),
        value=progress.value,
        n=progress.n if told.unit in _DIVIDED else None,
        reached_on=progress.reached_on,
        pace=_pace(progress),
        safe_days=progress.safe_days,
        due_by=tuple(models.Due(**asdict(due)) for due in progress.due_by),
        forecast=_forecast(state) if state else None,
        forecast_from=state.forecast_from if state else None,
        record=models.Shown(held=state.held if state else 0, tried=state.tried if state else 0),
        milestones=tuple(
            models.Milestone(day=day, value=value)
            for day, value in (state.milestones if state else ())
        ),
        confidence=models.Confidence(**asdict(believed)) if believed else None,
    )


def with_history(told: models.Goal, changes: Iterable[Change]) -> models.GoalWithHistory:
    """Return a goal with the lines of its history, newest first."""
    history = tuple(
        models.Change(
            at=one.at,
            by=one.by,
            what=one.what,
            target=one.goal.target,
            start=one.goal.start,
            deadline=one.goal.deadline,
            baseline=one.goal.baseline,
            confidence=one.confidence.value if one.confidence else None,
        )
        for one in changes
    )
    return models.GoalWithHistory(**dict(told), history=history)


def said(item: Feedback) -> models.Said:
    """Return one feedback without whoever said it, or answered."""
    verdict = item.verdict
    understood = verdict.by_edition()[verdict.edition] if verdict else None
    known = {name: getattr(item, name) for name in models.Said.model_fields if hasattr(item, name)}
    return models.Said(
        **known,
        sentiment=understood.value if understood else None,
        sentiment_label=verdict.label if verdict else None,
        topics=verdict.about if verdict else (),
    )


def source(told: SourceNumbers) -> models.Source:
    """Return how a source stands, with its newest run."""
    store, run = told.store, next(iter(told.runs), None)
    totals = (
        models.StoreTotals(at=store.at, count=store.count, average=store.average) if store else None
    )
    newest = (
        models.Run(**{name: getattr(run, name) for name in models.Run.model_fields})
        if run
        else None
    )
    return models.Source(
        source=told.source,
        app=told.app,
        standing=told.standing,
        good_at=told.good_at,
        late=told.late,
        next_by=told.next_by,
        store=totals,
        counted=told.counted,
        waiting=told.waiting,
        alerts=told.told,
        run=newest,
    )


def template(told: TemplateNumbers) -> models.Template:
    """Return a template with its versions."""
    versions = (
        models.Version(
            version=one.version,
            uses=one.uses,
            answers=one.answers,
            comments=one.comments,
            response=_share(one.response),
            solved=_share(one.solved),
            csat=_share(one.csat),
            against=one.against.verdict if one.against else None,
        )
        for one in told.versions
    )
    return models.Template(id=told.id, uses=told.uses, versions=tuple(versions))


def _share(rate: Rate) -> models.Share:
    return models.Share(hits=rate.hits, n=rate.n, share=rate.share, low=rate.low, high=rate.high)


def _status(kept: KeptGoal, standing: GoalStanding) -> models.GoalStatus:
    """The word of the page."""
    word = "ended" if kept.ended else STATUSES[standing.status].lower()
    return cast("models.GoalStatus", word)


def _pace(progress: Progress) -> models.Pace:
    held = progress.goal.holds
    return models.Pace(
        even_pace=None if held else progress.even_pace,
        ahead=None if held else progress.ahead,
        recent_per_week=progress.recent_rate,
        needed_per_week=progress.needed_rate,
    )


def _forecast(state: GoalState) -> models.Forecast | None:
    """What to expect, where a method tells it."""
    found = state.forecast
    if found is None:
        return None
    coverage = found.coverage
    return models.Forecast(
        made_at=state.made_at,
        expected=found.expected,
        p50=found.p50,
        p80=found.p80,
        probability=found.probability,
        eta80=found.eta80,
        coverage=models.Record(
            held=coverage.held, tried=coverage.tried, n_eff=coverage.n_eff, days=coverage.days
        )
        if coverage
        else None,
        doubts=found.doubts,
        fan=tuple(models.Fan(**band._asdict()) for band in found.bands),
    )
