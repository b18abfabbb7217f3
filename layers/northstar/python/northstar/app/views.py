"""What the pages show: plain values made by `app.show`, drawn by `web`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from northstar.app.configuration import SourceTarget
from northstar.app.ports import Run
from northstar.app.source import Capabilities
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
    """What a store itself publishes, beside what we collected of it and have counted so far."""

    source: str
    app: str
    at: datetime
    count: int | None
    average: float | None
    collected: int
    counted: int


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


Standing = Literal[
    "up_to_date", "out_of_date", "partial", "broken", "unread", "never", "begun", "off", "dropped"
]
"""How a source stands.

Of a *broken* one a page came that was not understood, of an *unread* one no page came. *Never*
collected and *begun* have no run that ended; of the latter there are reviews all the same.
*Dropped* has runs and is no longer configured.
"""


@dataclass(frozen=True, slots=True)
class SourceNumbers:
    """How one app of one store stands. Times are aware.

    `app` is the name under which its runs are kept, store front included; `target` is None where it
    is no longer configured. `good_at` is when the newest run ended that was understood, `late` says
    that this is too long ago. `next_by` is when the next run begins at the latest. `runs` are the
    newest, newest first. `counted` reviews are in the aggregates. `usual` has for each field how
    many reviews had it, of how many; `told` are the kinds of alerts that are open; `waiting` counts
    payloads in the quarantine.
    """

    source: str
    app: str
    target: SourceTarget | None
    standing: Standing
    good_at: datetime | None
    late: bool
    next_by: datetime | None
    store: StoreNumbers | None
    counted: int
    shows: Capabilities | None
    runs: tuple[Run, ...]
    usual: dict[str, tuple[float, float]]
    told: tuple[str, ...]
    waiting: int

    @property
    def name(self) -> str:
        """Source and app, as alerts name them."""
        return f"{self.source} {self.app}"


@dataclass(frozen=True, slots=True)
class SourcesView:
    """The sources, those in trouble first.

    `unlisted` reviews are counted and of none of them: of imports, mostly. `every` is the time
    between two runs, where that is fixed. `queued` is the name of the source that was asked for a
    moment ago. Only an `editor` may ask.
    """

    business: str
    time_zone: str
    now: datetime
    sources: tuple[SourceNumbers, ...]
    unlisted: int
    every: timedelta | None
    editor: bool
    queued: str | None
    demo: bool
