"""Tracking: brings the goals up to date, at intervals and whenever one is changed."""

from __future__ import annotations

from datetime import datetime

from northstar.app.goals import adopt
from northstar.app.template_sheet import keep_sheet
from northstar.app.track import Tracked, track
from northstar.runtime import bootstrap, freshness
from northstar.runtime.observability import logger
from northstar.sources import SOURCES, by_name


def take_in(now: datetime) -> None:
    """Store what northstar.toml says newly of goals: what is said of them next is the newer word.

    `now` is aware. Raises Conflict.
    """
    configuration = bootstrap.configuration()
    today = now.astimezone(configuration.business.zone).date()
    adopt(bootstrap.goal_store(), configuration.goals, now=now, today=today)


def keep_track(now: datetime) -> Tracked:
    """Bring every open goal and the histories up to date; a goal that fails is logged."""
    configuration = bootstrap.configuration()
    tracked = track(
        configuration,
        progress=bootstrap.progress_store(),
        goals=bootstrap.goal_store(),
        now=now,
        stale_after=freshness.stale_after(configuration),
        cut=[name for name in SOURCES if not by_name(name).CAPABILITIES.complete_list],
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
