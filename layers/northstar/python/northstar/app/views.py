"""What the pages show: plain values made by `app.show`, drawn by `web`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from northstar.app.configuration import Annotation, SourceTarget
from northstar.app.goals import Confidence, GoalState, KeptGoal
from northstar.app.insights import Kind
from northstar.app.ports import Run
from northstar.app.source import Capabilities
from northstar.domain.feedback import Feedback
from northstar.domain.goals import Progress
from northstar.domain.learning import Figures
from northstar.domain.rates import Rate, wilson
from northstar.domain.sentiment import Label
from northstar.domain.status import Status
from northstar.domain.verdicts import Aspect


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
class GoalStanding:
    """How a goal stands at this moment.

    `state` has its forecast, milestones and former lines as they were made last; None before the
    first time. `confidence` is what a person believes, `annotations` what happened in the time of
    the goal, oldest first.
    """

    progress: Progress
    state: GoalState | None
    status: Status
    confidence: Confidence | None
    annotations: tuple[Annotation, ...] = ()


@dataclass(frozen=True, slots=True)
class GoalView:
    """Everything on the goal page. `data_to` is the newest source run or None; times are aware.

    `others` are the open goals that are not shown at large.
    """

    business: str
    time_zone: str
    now: datetime
    standing: GoalStanding | None
    others: tuple[KeptGoal, ...]
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


@dataclass(frozen=True, slots=True)
class LabelCounts:
    """How many texts have each label."""

    negative: int = 0
    neutral: int = 0
    positive: int = 0
    undetermined: int = 0

    @property
    def texts(self) -> int:
        """How many there are in all."""
        return self.negative + self.neutral + self.positive + self.undetermined

    def rate(self, label: Label) -> Rate:
        """Return the share of a label, of all texts."""
        return wilson(getattr(self, label), self.texts)


Engine = Literal[
    "own",
    "multilingual",
    "vader",
    "vader and own",
    "vader and multilingual",
    "comprehend",
    "nobody",
]
"""Who scores the texts of a language; *own* and *multilingual* are models, two are averaged."""


@dataclass(frozen=True, slots=True)
class LanguageNumbers:
    """How the texts of one language (primary BCP 47 subtag, or "und") are understood.

    `share` is of all texts. `own` and `vader` are the figures of the serving model and of VADER on
    the same texts, where they are known. `wrong` are the labels that people found wrong, of those
    they looked at.
    """

    language: str
    counts: LabelCounts
    share: Rate
    engine: Engine
    own: Figures | None
    vader: Figures | None
    wrong: Rate


@dataclass(frozen=True, slots=True)
class SentimentView:
    """What the customers' texts say, and how far that can be trusted.

    `weeks` are seven days each, by their last day, oldest first; `now` and `before` are the last 30
    days and the 30 before. The last 365 days are in `languages`, those with most texts first, in
    `others` (texts of further languages), in `wrong` (what people found wrong, of what they looked
    at), in `abstained` and `unknown` (texts whose label or language people told, and no engine
    could) and in `waiting` (doubtful texts). `doubtful` are the newest of these. `rereading` says
    that a newer engine is not done with all texts, and that the numbers of texts, labels and
    languages are not its work.
    """

    business: str
    time_zone: str
    weeks: tuple[tuple[date, LabelCounts], ...]
    now: LabelCounts
    before: LabelCounts
    languages: tuple[LanguageNumbers, ...]
    others: int
    wrong: Mapping[Aspect, Rate]
    abstained: int
    unknown: int
    waiting: int
    doubtful: tuple[Feedback, ...]
    rereading: bool
    demo: bool


@dataclass(frozen=True, slots=True)
class Quoted:
    """A passage of one feedback, verbatim as it is stored now; `item` is all of that feedback."""

    words: str
    item: Feedback


@dataclass(frozen=True, slots=True)
class TopicNumbers:
    """What is said of one topic: in this period, in the one before, and by week, oldest first.

    `weeks` are numbers of texts. The quotes are those that tell best what all say.
    """

    name: str
    now: LabelCounts
    before: LabelCounts
    weeks: tuple[int, ...]
    complaints: tuple[Quoted, ...] = ()
    praise: tuple[Quoted, ...] = ()


@dataclass(frozen=True, slots=True)
class PhraseNumbers:
    """A phrase that is in `texts` of one group of texts and in `other_texts` of another."""

    term: str
    texts: int
    other_texts: int
    quotes: tuple[Quoted, ...]


@dataclass(frozen=True, slots=True)
class PhraseGroup:
    """What a group of texts in one language says more than another, the clearest first.

    Of kind *version*, `app` and `version` say what the group is about.
    """

    kind: Kind
    language: str
    texts: int
    other_texts: int
    phrases: tuple[PhraseNumbers, ...]
    app: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class TopicsView:
    """What texts are about in the last `days` days, the topics with most complaints first.

    Quotes and phrases are of one `language` where one is chosen, out of `languages` (primary BCP 47
    subtags); the numbers are of all. They were found on the business day `found_on`; None: never
    yet. So many texts were `left_out`, as there are too many. `rereading` says that a newer engine
    is not done with all texts, and that the numbers are not its work.
    """

    business: str
    time_zone: str
    today: date
    days: int
    language: str | None
    languages: tuple[str, ...]
    topics: tuple[TopicNumbers, ...]
    groups: tuple[PhraseGroup, ...]
    found_on: date | None
    left_out: int
    rereading: bool
    demo: bool
