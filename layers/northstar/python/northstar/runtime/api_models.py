"""The wire format of the machine API: what is sent, what comes back, and what is said of a mistake.

A day is ISO 8601 (2026-12-31), in the business time zone; a moment is ISO 8601 in UTC. null is
unknown, and every field is there. Unknown fields of a request are refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from northstar.app.views import Standing
from northstar.domain.errors import Invalid
from northstar.domain.forecast import Doubt
from northstar.domain.goals import NAME_LIMIT, NOTE_LIMIT, Metric, Unit
from northstar.domain.sentiment import Label

_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def _day(told: object) -> object:
    """A day is year, month and day; pydantic takes seconds since 1970 as well."""
    if not isinstance(told, str):
        return told
    if not _ISO_DAY.fullmatch(told):
        raise ValueError(told)
    return date.fromisoformat(told)


def _whole(told: object) -> object:
    """4.0 is a whole number in JSON."""
    return int(told) if isinstance(told, float) and told.is_integer() else told


YesNo = Literal["yes", "no"]
GoalStatus = Literal[
    "goal reached",
    "on track",
    "close",
    "off track",
    "too early",
    "no forecast",
    "not begun",
    "no fresh data",
    "deadline passed",
    "ended",
]
AskedDay = Annotated[date, BeforeValidator(_day)]
Name = Annotated[str, Field(min_length=1, max_length=NAME_LIMIT)]
Words = Annotated[str, Field(max_length=200)]
Value = Annotated[float, Field(ge=-1e12, le=1e12, allow_inf_nan=False)]
Range = tuple[float, float]
Dimension = Literal[
    "all",
    "source",
    "app",
    "channel",
    "medium",
    "team",
    "agent",
    "template",
    "survey",
    "journey",
    "language",
    "country",
    "topic",
    "hour",
]

_PROBLEMS = {
    "missing": "is missing; send it",
    "extra_forbidden": "is not known; leave it out",
    "json_invalid": "is not valid JSON; send one JSON object in UTF-8",
    "model_type": "is not a JSON object; send one",
    "model_attributes_type": "is not a JSON object; send one",
    "string_type": "is not a text; send one in quotes",
    "int_type": "is not a whole number; send one such as 7",
    "int_from_float": "is not a whole number; send one such as 7",
    "int_parsing": "is not a whole number; write one such as 7",
    "float_type": "is not a number; send one such as 42.5",
    "float_parsing": "is not a number; write one such as 42.5",
    "finite_number": "is not a usable number; send one such as 42.5",
    "value_error": "is not a day; write one such as 2026-12-31",
    "date_type": "is not a day; send one such as 2026-12-31",
    "date_parsing": "is not a day; write one such as 2026-12-31",
    "date_from_datetime_parsing": "is not a day; write one such as 2026-12-31",
    "date_from_datetime_inexact": "is not a day; write one such as 2026-12-31",
}
_LIMITS = {
    "string_too_short": "is empty; write at least {min_length} character",
    "string_too_long": "is too long; write at most {max_length} characters",
    "greater_than_equal": "is too small; send {ge:g} or more",
    "less_than_equal": "is too large; send {le:g} or less",
    "literal_error": "is not one of {expected}; send one of them",
}


class Asked(BaseModel):
    """What is sent to us."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class Told(BaseModel):
    """What we send back."""

    model_config = ConfigDict(frozen=True, defer_build=True)


# ------------------------------------------------------------------ what is sent


class GoalSettings(Asked):
    """What a goal is to be.

    `target` and `baseline` are whole numbers for counts, a percentage for rates, 1 to 5 for stars.
    Without `start` it begins today, without `baseline` at the value that is counted then. `app`
    (source:app) or `source` narrow a metric of reviews; `number` names the number of the metric
    "custom". Days lie between 2000 and 2100.
    """

    metric: Metric
    target: Value
    deadline: AskedDay
    start: AskedDay | None = None
    baseline: Value | None = None
    app: Words | None = None
    source: Words | None = None
    number: Name | None = None
    owner: Annotated[str, Field(max_length=NAME_LIMIT)] | None = None
    note: Annotated[str, Field(max_length=NOTE_LIMIT)] | None = None


class Belief(Asked):
    """How sure somebody is that a goal is met: 0 to 10."""

    value: Annotated[int, BeforeValidator(_whole), Field(ge=0, le=10)]
    note: Annotated[str, Field(max_length=NOTE_LIMIT)] = ""


class Number(Asked):
    """The value of a number on a day."""

    value: Value


class Nothing(Asked):
    """No field at all."""


class GoalsQuery(Asked):
    """Which goals are listed."""

    ended: Annotated[YesNo, Field(description="yes lists the ended goals too")] = "no"


class AggregatesQuery(Asked):
    """Which row of the aggregates, and which days of it; without days the last 28."""

    dimension: Dimension = "all"
    value: Annotated[
        str | None,
        Field(
            max_length=300,
            description="a value of the dimension, such as en; left out for all and hour",
        ),
    ] = None
    since: Annotated[AskedDay | None, Field(description="the first day")] = None
    until: Annotated[
        AskedDay | None, Field(description="the last day; at most 399 days after the first")
    ] = None


class FeedbackQuery(Asked):
    """What feedback has to be like, and which page of it; all that is given must fit."""

    text: Annotated[Words | None, Field(description="stands in title, text, subject or reply")] = (
        None
    )
    since: Annotated[AskedDay | None, Field(description="the first day")] = None
    until: Annotated[AskedDay | None, Field(description="the last day")] = None
    rating: Annotated[int | None, Field(ge=1, le=5, description="stars, or satisfaction")] = None
    solved: YesNo | None = None
    sentiment: Label | None = None
    topic: Words | None = None
    kind: Literal["answer", "review", "remark"] | None = None
    source: Words | None = None
    channel: Words | None = None
    language: Annotated[
        str | None, Field(pattern="^[a-z]{2,3}$", description="such as fr; und for not known")
    ] = None
    team: Words | None = None
    template: Annotated[Words | None, Field(description="an id, or id@version")] = None
    comment: Annotated[YesNo | None, Field(description="whether there are words with it")] = None
    suspect: Annotated[YesNo | None, Field(description="whether it looks machine-made")] = None
    mismatch: Annotated[
        YesNo | None, Field(description="whether stars and text contradict each other")
    ] = None
    cursor: Annotated[
        str | None, Field(max_length=2000, description="the `next` of the page before")
    ] = None
    limit: Annotated[int, Field(ge=1, le=50, description="so many at most")] = 50


class TemplatesQuery(Asked):
    """Which period, in which order, and which page of it."""

    days: Annotated[Literal["28", "91", "365"], Field(description="the last so many")] = "91"
    sort: Annotated[
        Literal["worst", "best", "uses"], Field(description="by the solved rate, or by uses")
    ] = "worst"
    after: Annotated[
        str | None, Field(max_length=300, description="the `next` of the page before")
    ] = None


# ------------------------------------------------------------------ what comes back


class Problem(Told):
    """Why it was not done: one sentence, and the field that is wrong, where there is one."""

    error: str
    field: str = ""


class Pace(Told):
    """Where an even pace would be now, by how much the value is ahead of it, and rates a week.

    What is to be held (a rate, an average) has none of them.
    """

    even_pace: float | None
    ahead: float | None
    recent_per_week: float | None
    needed_per_week: float | None


class Due(Told):
    """What is needed by the end of a day to be on even pace, and how much of it is missing."""

    day: date
    value: float
    missing: float


class Record(Told):
    """How often past 80 % intervals held, of how many; worth about `n_eff` independent ones."""

    held: int
    tried: int
    n_eff: float
    days: int


class Fan(Told):
    """Quantiles of the value at the end of a day."""

    day: date
    p10: float
    p25: float
    p50: float
    p75: float
    p90: float


class Forecast(Told):
    """What to expect at the deadline, as it was made last.

    `p50` and `p80` are intervals; `eta80` are the days by which the target has arrived with
    probability .10, .50 and .90, null for one that is too far away. Where there is no interval,
    `doubts` say why. How the goal stands is its `status`.
    """

    made_at: datetime
    expected: float | None
    p50: Range | None
    p80: Range | None
    probability: float | None
    eta80: tuple[date | None, ...] | None
    coverage: Record | None
    doubts: tuple[Doubt, ...]
    fan: tuple[Fan, ...]


class Shown(Told):
    """How often the forecasts that were shown here held 28 days later, of how many."""

    held: int
    tried: int


class Milestone(Told):
    """A point on the way that was reached."""

    day: date
    value: float


class Confidence(Told):
    """How sure somebody is, 0 to 10."""

    value: int
    note: str
    by: str
    at: datetime


class Change(Told):
    """A line of the history: when, by whom, what, and what the goal was from then on."""

    at: datetime
    by: str
    what: Literal["set", "ended", "confidence"]
    target: float
    start: date
    deadline: date
    baseline: float | None
    confidence: int | None


class Goal(Told):
    """A goal and how it stands now.

    `status` is the word of its page, in small letters. `n` is how many the value is told of, null
    for counts and posted numbers, where nothing is divided. `baseline` is the value at the start.
    `safe_days` is for how many more days it stays on even pace if nothing comes any more.
    """

    name: str
    metric: Metric
    unit: Unit
    target: float
    start: date
    deadline: date
    baseline: float
    app: str | None
    source: str | None
    number: str | None
    owner: str | None
    note: str | None
    ended: date | None
    status: GoalStatus
    value: float | None
    n: int | None
    reached_on: date | None
    pace: Pace
    safe_days: int | None
    due_by: tuple[Due, ...]
    forecast: Forecast | None
    forecast_from: date | None
    record: Shown
    milestones: tuple[Milestone, ...]
    confidence: Confidence | None


class GoalWithHistory(Goal):
    """A goal, how it stands now, and its history, newest first."""

    history: tuple[Change, ...]


class Goals(Told):
    """Goals, those of the configuration first."""

    goals: tuple[Goal, ...]


class MetricMeaning(Told):
    """What a metric of a goal is."""

    name: Metric
    unit: Unit
    meaning: str


class Metrics(Told):
    """The metrics that a goal can have, and the names of the numbers that were posted."""

    metrics: tuple[MetricMeaning, ...]
    numbers: tuple[str, ...]


class Posted(Told):
    """The value of a posted number on a day."""

    day: date
    value: float


class Numbers(Told):
    """A posted number, by day, oldest first."""

    name: str
    values: tuple[Posted, ...]


class Day(Told):
    """The measures of a day; one that is 0 may be left out."""

    day: date
    measures: dict[str, int]


class Aggregates(Told):
    """The days of an aggregate row that have measures, oldest first."""

    dimension: Dimension
    value: str
    since: date
    until: date
    days: tuple[Day, ...]


class Said(Told):
    """One thing that was said. Who said it is not told.

    `rating` are stars, or satisfaction of 1 to 5; `sentiment` is −1 to 1, null where undetermined.
    `occurred_at` is a moment, or a day where no more is known.
    """

    id: str
    kind: Literal["answer", "review", "remark"]
    occurred_at: str
    rating: int | None
    solved: bool | None
    title: str | None
    text: str | None
    subject: str | None
    reply: str | None
    source: str
    channel: str | None
    template: str | None
    team: str | None
    language: str | None
    sentiment: float | None
    sentiment_label: Label | None
    topics: tuple[str, ...]
    url: str | None
    edited: bool
    public: bool
    suspect: bool
    journey: str | None
    survey: str | None


class FeedbackPage(Told):
    """One page, newest first. With `next` there may be more, even where this page is empty."""

    feedback: tuple[Said, ...]
    next: str | None


class StoreTotals(Told):
    """What a store itself publishes."""

    at: datetime
    count: int | None
    average: float | None


class Run(Told):
    """The newest run over a source."""

    started_at: datetime
    finished_at: datetime
    outcome: Literal["ok", "empty", "partial", "broken"]
    reviews: int
    new: int
    changed: int
    removed: int
    reason: str | None


class Source(Told):
    """How one app of one store stands. `counted` reviews of it are in the aggregates.

    `good_at` is when the newest run ended that was understood; `late` says that this is too long
    ago. `waiting` payloads rest in the quarantine. `alerts` are open.
    """

    source: str
    app: str
    standing: Standing
    good_at: datetime | None
    late: bool
    next_by: datetime | None
    store: StoreTotals | None
    counted: int
    waiting: int
    alerts: tuple[str, ...]
    run: Run | None


class Sources(Told):
    """Every source, those in trouble first; `unlisted` reviews are of none of them."""

    sources: tuple[Source, ...]
    unlisted: int


class Share(Told):
    """A share, 0 to 1, with its 95 % Wilson interval; null where nothing is divided."""

    hits: int
    n: int
    share: float | None
    low: float
    high: float


class Version(Told):
    """One version of a template; null where none was told.

    `against` compares its solved rate with that of all other answers about templates, null where
    one side has fewer than 30.
    """

    version: str | None
    uses: int
    answers: int
    comments: int
    response: Share
    solved: Share
    csat: Share
    against: Literal["better", "worse", "same"] | None


class Template(Told):
    """A template with its newest versions, newest first."""

    id: str
    uses: int
    versions: tuple[Version, ...]


class Templates(Told):
    """One page of the templates, as counted `at`, and where the next one begins."""

    at: datetime
    days: int
    number: int
    templates: tuple[Template, ...]
    next: str | None


# ------------------------------------------------------------------ reading what is sent

Model = TypeVar("Model", bound=Asked)


def read_body(kind: type[Model], body: bytes) -> Model:
    """Return a body as a model. Raises Invalid, naming the field."""
    try:
        return kind.model_validate_json(body, strict=True)
    except ValidationError as error:
        raise _invalid(error, "body") from error


def read_query(kind: type[Model], query: Mapping[str, str]) -> Model:
    """Return a query string's fields as a model; an empty one counts as left out. Raises Invalid.

    Every value of a query is a text, so here a text becomes what the field wants.
    """
    told = {name: value for name, value in query.items() if value.strip()}
    try:
        return kind.model_validate_strings(told, strict=True)
    except ValidationError as error:
        raise _invalid(error, "query") from error


def read_day(text: str) -> date:
    """Return the day that stands in a path. Raises Invalid."""
    try:
        return TypeAdapter(AskedDay).validate_python(text)
    except ValidationError as error:
        remedy = "The day in the path is none; write one such as 2026-12-31."
        raise Invalid(remedy, "day") from error


def _invalid(error: ValidationError, whole: str) -> Invalid:
    """The first problem in one sentence: field, problem, remedy. `whole` is what has the fields."""
    problem = error.errors(include_url=False, include_input=False)[0]
    field, kind = ".".join(map(str, problem["loc"])), problem["type"]
    limit = _LIMITS.get(kind, "").format(**problem.get("ctx", {}))
    said = _PROBLEMS.get(kind) or limit or "is not written as such a value is; look at its schema"
    return Invalid(f"{field[:200] or whole} {said}.", field[:200])
