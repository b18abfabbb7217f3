"""Tracking: brings the goals up to date, at intervals and whenever one is changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from northstar.app.climb import climb
from northstar.app.configuration import Configuration
from northstar.app.goals import adopt
from northstar.app.north_star import keep_parts
from northstar.app.ports import ProgressStore
from northstar.app.proof import keep_proof
from northstar.app.template_sheet import keep_sheet
from northstar.app.track import Tracked, track
from northstar.app.watch_numbers import watch
from northstar.app.weekly_sheet import keep_week
from northstar.domain.errors import NorthstarError
from northstar.runtime import bootstrap, freshness
from northstar.runtime.observability import logger
from northstar.sources import by_name


@contextmanager
def changing(now: datetime) -> Iterator[None]:
    """Let goals be changed, and bring them up to date then; `now` is aware.

    What northstar.toml says newly of them is stored before, so that the change is the newer word.
    Raises Conflict.
    """
    _take_in(now)
    yield
    keep_track(now)


def _take_in(now: datetime) -> None:
    configuration = bootstrap.configuration()
    today = now.astimezone(configuration.business.zone).date()
    adopt(bootstrap.goal_store(), configuration.goals, now=now, today=today)


def keep_track(now: datetime) -> Tracked:
    """Bring every open goal and the histories up to date; a goal that fails is logged."""
    configuration = bootstrap.configuration()
    told = {one.source for one in configuration.sources}
    tracked = track(
        configuration,
        progress=bootstrap.progress_store(),
        goals=bootstrap.goal_store(),
        feedback=bootstrap.feedback_store(),
        now=now,
        stale_after=freshness.stale_after(configuration),
        cut={one for one in told if not by_name(one).CAPABILITIES.complete_list},
    )
    for name, error in tracked.failed.items():
        logger.error("goal not tracked", extra={"goal": name}, exc_info=error)
    return tracked


def keep_all(now: datetime) -> Tracked:
    """Bring up to date what takes longer too: first the goals, then what alerts and pages need.

    What fails is logged, and keeps nothing else from being brought up to date.
    """
    tracked = keep_track(now)
    failed = dict(tracked.failed)
    for name, keep in _KEPT.items():
        try:
            keep(now, bootstrap.configuration(), bootstrap.progress_store())
        except (ArithmeticError, LookupError, NorthstarError, TypeError, ValueError) as error:
            logger.error("not brought up to date", extra={"what": name}, exc_info=error)
            failed[name] = error
    return Tracked(tracked.goals, failed)


def _watch(now: datetime, told: Configuration, progress: ProgressStore) -> None:
    watch(told, progress=progress, goals=bootstrap.goal_store(), now=now)


def _keep_sheet(now: datetime, told: Configuration, progress: ProgressStore) -> None:
    keep_sheet(progress, now=now, zone=told.business.zone)


def _keep_templates(now: datetime, told: Configuration, progress: ProgressStore) -> None:
    """Let every template make its step, and make the weekly sheet where it is missing."""
    templates = bootstrap.template_store()
    climb(told, progress, templates, now)
    keep_week(told, progress, templates, bootstrap.feedback_store(), now)


def _keep_parts(now: datetime, told: Configuration, progress: ProgressStore) -> None:
    keep_parts(progress, now=now, zone=told.business.zone)


def _keep_proof(now: datetime, told: Configuration, progress: ProgressStore) -> None:
    """Make the public wall anew, where it is switched on: only then is feedback read here."""
    if told.proof.enabled:
        keep_proof(
            told,
            feedback=bootstrap.feedback_store(),
            progress=progress,
            takedowns=bootstrap.takedowns(),
            now=now,
        )


_KEPT: Mapping[str, Callable[[datetime, Configuration, ProgressStore], None]] = {
    "alerts": _watch,
    "sheet of the templates": _keep_sheet,
    "templates": _keep_templates,
    "north star": _keep_parts,
    "wall": _keep_proof,
}
