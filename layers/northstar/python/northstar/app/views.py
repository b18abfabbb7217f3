"""What the pages show: plain values made by `app.show`, drawn by `web`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from northstar.domain.feedback import Feedback
from northstar.domain.goals import Progress
from northstar.domain.rates import Rate
from northstar.domain.surveys import Ask


@dataclass(frozen=True, slots=True)
class Tile:
    """One number with its n: a rate over the last 30 days, the 30 before, and by week.

    `weeks` are shares of the last 12 weeks, oldest first; None for a week without data.
    """

    now: Rate
    before: Rate
    weeks: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Rating:
    """The public reviews' stars: counts of 1..5 and their mean, or None where nobody gave stars."""

    stars: dict[int, int]
    mean: float | None
    n: int


@dataclass(frozen=True, slots=True)
class StoreNumbers:
    """What a store itself publishes, beside what we collected of it."""

    source: str
    app: str
    at: datetime
    count: int | None
    average: float | None
    collected: int


@dataclass(frozen=True, slots=True)
class GoalView:
    """Everything on the goal page. `data_to` is the newest source run or None; times are aware."""

    business: str
    time_zone: str
    now: datetime
    progress: Progress | None
    milestones: tuple[tuple[date, int], ...]
    rating: Rating
    csat: Tile
    solved: Tile
    response: Tile
    stores: tuple[StoreNumbers, ...]
    newest: tuple[Feedback, ...]
    data_to: datetime | None
    stale_sources: tuple[str, ...]
    demo: bool


@dataclass(frozen=True, slots=True)
class FeedbackView:
    """One page of the inbox."""

    business: str
    time_zone: str
    items: tuple[Feedback, ...]
    next_cursor: str | None
    first_page: bool
    demo: bool


@dataclass(frozen=True, slots=True)
class SurveyView:
    """The survey form: the ask, what is preselected, and what went wrong, if anything."""

    business: str
    ask: Ask
    action: str
    preselected: str | None = None
    comment: str = ""
    error: str | None = None
    error_field: str | None = None


@dataclass(frozen=True, slots=True)
class ThanksView:
    """After sending: what was answered, and the way back while the answer can be changed.

    `change` is the address of the form, or None once the edit window is over.
    """

    business: str
    time_zone: str
    ask: Ask
    change: str | None
