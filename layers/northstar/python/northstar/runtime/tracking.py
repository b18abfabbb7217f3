"""Tracking: brings the goals up to date, at intervals and whenever one is changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from northstar.app.goals import adopt
from northstar.app.template_sheet import keep_sheet
from northstar.app.track import Tracked, track
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
        now=now,
        stale_after=freshness.stale_after(configuration),
        cut={one for one in told if not by_name(one).CAPABILITIES.complete_list},
    )
    for name, error in tracked.failed.items():
        logger.error("goal not tracked", extra={"goal": name}, exc_info=error)
    return tracked


def keep_all(now: datetime) -> Tracked:
    """Bring up to date what takes longer too: first the goals, then the sheet of the templates."""
    tracked = keep_track(now)
    zone = bootstrap.configuration().business.zone
    keep_sheet(bootstrap.progress_store(), now=now, zone=zone)
    return tracked
