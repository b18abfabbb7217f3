"""How often a schedule fires, so that "too long ago" has a measure.

Syntax: Amazon EventBridge Scheduler user guide, "Schedule types".
"""

from __future__ import annotations

import re
from datetime import timedelta

_RATE = re.compile(r"rate\(([1-9]\d{0,5}) (minute|hour|day)s?\)", re.ASCII)


def interval(expression: str) -> timedelta | None:
    """Return the time between two firings of a rate, such as rate(5 minutes).

    None for anything else: a cron(...) need not fire at even distances.
    """
    rate = _RATE.fullmatch(expression)
    return timedelta(**{f"{rate[2]}s": int(rate[1])}) if rate else None
