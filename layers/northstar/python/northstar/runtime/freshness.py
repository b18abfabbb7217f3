"""How often sources are read, and after how long what we know of them is out of date."""

from __future__ import annotations

from datetime import timedelta

from northstar.app.configuration import Configuration
from northstar.domain.schedules import interval
from northstar.runtime.settings import setting

_UNKNOWN_INTERVAL = timedelta(days=1)


def every() -> timedelta | None:
    """Return the time between two plans; None where the schedule has no fixed one."""
    return interval(setting("COLLECT_EVERY"))


def stale_after(configuration: Configuration) -> timedelta:
    """Return after how long without a good run a source is out of date.

    That is as configured, or twice the time between two plans; two days where that is not fixed.
    """
    hours = configuration.collecting.stale_after_hours
    return timedelta(hours=hours) if hours else 2 * (every() or _UNKNOWN_INTERVAL)
