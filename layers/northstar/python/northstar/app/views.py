"""What the pages show: plain values made by `app.show`, drawn by `web`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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


Switch = tuple[tuple[str, str, str, bool], ...]
"""The other languages of a page: tag, its own name, address, and whether the page is in it now."""


@dataclass(frozen=True, slots=True)
class SurveyView:
    """The survey form: the ask, what is preselected, and what went wrong, if anything.

    `questions` are the words of both questions. `error` is the key of a text, `error_values` are
    what it says in its places, and `error_field` is "answer", "comment" or None for neither.
    `stop` is the address of the page that ends all surveys.
    """

    business: str
    ask: Ask
    action: str
    language: str
    questions: tuple[str, str]
    preselected: str | None = None
    comment: str = ""
    error: str | None = None
    error_field: str | None = None
    error_values: Mapping[str, str] = field(default_factory=dict)
    stop: str | None = None
    switch: Switch = ()
    privacy_url: str | None = None
    anonymous: bool = False


@dataclass(frozen=True, slots=True)
class ThanksView:
    """After sending: what was answered, and the way back while the answer can be changed.

    `ask` holds no response when answers are anonymous. `until` is the last day of changing, in the
    zone of the business, and `change` the address of the form; both are None once that is over.
    `add_comment` says that a comment may be added there and none was given. `review_url` is where
    anybody may write a public review.
    """

    business: str
    language: str
    ask: Ask
    questions: tuple[str, str]
    until: date | None = None
    change: str | None = None
    add_comment: bool = False
    review_url: str | None = None
    help_url: str | None = None


@dataclass(frozen=True, slots=True)
class StopView:
    """The page that ends all surveys: with its button, which posts to `action`, or `stopped`."""

    business: str
    language: str
    action: str
    stopped: bool
    switch: Switch = ()
