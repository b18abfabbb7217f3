"""What the pages show: plain values made by `app.show`, drawn by `web`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from northstar.domain.feedback import Feedback
from northstar.domain.goals import Progress
from northstar.domain.rates import Rate


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
class AskingNumbers:
    """What became of the solved tickets of the last 30 days, and how answers are counted.

    `sent` and `answered` are of the asks sent in that time; `coverage` is answered of the tickets
    solved in it. `suppressed` counts the tickets nobody was asked about, by reason, most first.
    `suspects` are the answers that look machine-made; `left_out` says that the rates are without
    them.
    """

    tickets: int
    sent: int
    answered: int
    reminded: int
    cancelled: int
    coverage: Rate
    suppressed: tuple[tuple[str, int], ...]
    suspects: int
    left_out: bool


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
    asking: AskingNumbers
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
