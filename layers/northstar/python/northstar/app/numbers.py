"""Numbers: what the metrics mean, and those that somebody else counts and posts here by the day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from math import isfinite

from northstar.app.goals import GoalStore
from northstar.app.ports import ProgressStore
from northstar.domain.errors import Invalid, NotFound
from northstar.domain.goals import NAME_LIMIT, Metric

MEANINGS: Mapping[Metric, str] = {
    "net_public_reviews": "Reviews that are public now: new ones less those that are gone.",
    "five_star_reviews": "Public reviews with five stars.",
    "average_rating": "The average of the stars of all public reviews.",
    "csat": "Of those who rated the help in the last 28 days, the share with 4 or 5 of 5.",
    "solved_rate": "Of those who said whether an answer solved their problem in the last 28 days, "
    "the share of yes.",
    "response_rate": "Of the surveys sent in the last 28 days, the share that was answered.",
    "hour_coverage": "Of the hours of the week whose first replies are known, in the last 28 days, "
    "the share in which at least four of five came in time.",
    "north_star": "Of the tickets solved in the last 28 days and not reopened, the share that "
    "customers confirmed, or whose help they rated 4 or 5, and who did not write again about the "
    "same within 7 days.",
    "custom": "A number that you post yourself, by the day.",
}

NUMBER = "number"
"""The dimension whose values are the names of posted numbers."""

_FIRST = date(2000, 1, 1)
_LARGEST = 1e12


def post(
    number: str,
    day: date,
    value: float,
    *,
    goals: GoalStore,
    progress: ProgressStore,
    today: date,
) -> None:
    """Keep the value of a number on a day, over what was posted for it before. Raises Invalid."""
    if not 1 <= len(number) <= NAME_LIMIT or not number.isprintable() or not number.strip():
        raise Invalid(
            f"The number's name must have 1 to {NAME_LIMIT} printable characters.", "name"
        )
    if not _FIRST <= day <= today:
        raise Invalid(f"The day must lie between {_FIRST} and today, {today}.", "day")
    if not isfinite(value) or abs(value) > _LARGEST:
        raise Invalid("The value is not a usable number; send one such as 42.5.", "value")
    progress.list_value(NUMBER, number)
    goals.post(number, day, value)


def posted(number: str, goals: GoalStore) -> dict[date, float]:
    """Return the values that were posted under a name, by day. Raises NotFound."""
    found = goals.posted(number) if 1 <= len(number) <= NAME_LIMIT else {}
    if not found:
        raise NotFound(f"No number named {number[:NAME_LIMIT]!r} was ever posted.")
    return found
