"""Show: the numbers behind each page, from as many rows as there are days, not records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import get_args

from northstar.app.configuration import Configuration
from northstar.app.goals import GoalStore, KeptGoal, adopted, open_goals
from northstar.app.ports import FeedbackStore, ProgressStore, SourceState
from northstar.app.source import app_key, switched_on
from northstar.app.standings import standing_now
from northstar.app.views import (
    AskingNumbers,
    GoalView,
    LabelCounts,
    Rating,
    StoreNumbers,
    Tile,
)
from northstar.domain import metrics
from northstar.domain.aggregates import Measures, sentiment_measure, total, window
from northstar.domain.errors import NotFound
from northstar.domain.rates import Rate, wilson
from northstar.domain.sentiment import Label
from northstar.domain.verdicts import Edition

DEMO_APP = "northstar-demo"
"""The app whose reviews and tickets the local stack invents; pages say so."""

_NEWEST = 6
_WINDOW = 30
_SUPPRESSED = "suppressed_"
_SPARK_WEEKS = 12
_KINDS = ("answer", "remark", "review")
_LABELS: tuple[Label, ...] = get_args(Label)

Daily = Mapping[date, Measures]


def goal_view(
    configuration: Configuration,
    *,
    feedback: FeedbackStore,
    totals: ProgressStore,
    goals: GoalStore,
    now: datetime,
    stale_after: timedelta,
    name: str | None = None,
    leave_out: bool | None = None,
) -> GoalView:
    """Return what the goal page shows at `now` (aware): of the goal of that name, or the first.

    Without a good run for longer than `stale_after` a source is stale.
    `leave_out` takes the answers that look machine-made out of the rates, or puts them back in;
    None is as configured. Raises NotFound.
    """
    if leave_out is None:
        leave_out = configuration.answering.leave_out_suspects
    today = now.astimezone(configuration.business.zone).date()
    kept = open_goals(adopted(goals.goals(), configuration.goals, today))
    chosen = _chosen(kept, name)
    scopes = [metrics.ALL, *([metrics.scope(chosen.goal)] if chosen else [])]
    board = totals.board(scopes, today, switched_on(configuration))
    daily = {day: told for day, told in board.days[metrics.ALL].items() if day <= today}
    counted = metrics.without_suspects(daily) if leave_out else daily
    return GoalView(
        business=configuration.business.name,
        time_zone=configuration.business.time_zone,
        now=now,
        standing=standing_now(
            chosen, configuration, board=board, goals=goals, now=now, stale_after=stale_after
        )
        if chosen
        else None,
        others=tuple(one for one in kept if one is not chosen),
        rating=_rating(daily.values()),
        csat=_tile(counted, today, metrics.SHARES["csat"]),
        solved=_tile(counted, today, metrics.SHARES["solved_rate"]),
        response=_tile(counted, today, metrics.SHARES["response_rate"]),
        asking=_asking(counted, today, left_out=leave_out),
        stores=tuple(
            store_numbers(state, state.memory.public)
            for state in board.sources.values()
            if state.snapshot
        ),
        newest=feedback.newest(today, _NEWEST),
        data_to=max((at for one in board.sources.values() if (at := one.good_at)), default=None),
        stale_sources=tuple(_stale(configuration, board.sources, now - stale_after)),
        demo=is_demo(configuration),
    )


def _chosen(kept: Sequence[KeptGoal], name: str | None) -> KeptGoal | None:
    if name is None:
        return next(iter(kept), None)
    for one in kept:
        if one.goal.name == name:
            return one
    raise NotFound("There is no open goal of this name; /goals lists them all.")


def is_demo(configuration: Configuration) -> bool:
    """Whether the numbers are invented: the demo app is among the sources."""
    return any(target.app == DEMO_APP for target in configuration.sources)


def label_counts(measures: Measures, edition: Edition = "a") -> LabelCounts:
    """Return how many texts have each label in an edition, whatever they were said through.

    The plain names that `of_edition` gives are those of edition a.
    """

    def texts(label: Label) -> int:
        return sum(measures.get(sentiment_measure(kind, label, edition), 0) for kind in _KINDS)

    return LabelCounts(**{label: texts(label) for label in _LABELS})


def _rating(days: Iterable[Measures]) -> Rating:
    stars = dict.fromkeys(range(1, 6), 0)
    for measures in days:
        for star in stars:
            stars[star] += measures.get(f"stars_{star}", 0)
    n = sum(stars.values())
    mean = sum(star * count for star, count in stars.items()) / n if n else None
    return Rating(stars, mean, n)


def _tile(daily: Daily, today: date, share: metrics.Share) -> Tile:
    def rate(last: date, days: int) -> Rate:
        return share.rate(total(window(daily, last, days)))

    weeks = (rate(today - timedelta(weeks=n), 7).share for n in reversed(range(_SPARK_WEEKS)))
    return Tile(
        now=rate(today, _WINDOW),
        before=rate(today - timedelta(_WINDOW), _WINDOW),
        weeks=tuple(weeks),
    )


def _asking(daily: Daily, today: date, *, left_out: bool) -> AskingNumbers:
    told = total(window(daily, today, _WINDOW))
    reasons = Counter(
        {
            name.removeprefix(_SUPPRESSED): n
            for name, n in told.items()
            if name.startswith(_SUPPRESSED)
        }
    )
    return AskingNumbers(
        tickets=told["tickets"],
        sent=told["sent"],
        answered=told["answered"],
        reminded=told["reminded"],
        cancelled=told["cancelled"],
        coverage=wilson(told["tickets_answered"], told["tickets"]),
        suppressed=tuple((reason, n) for reason, n in reasons.most_common() if n),
        suspects=told["suspect_answers"],
        left_out=left_out,
    )


def store_numbers(state: SourceState, counted: int) -> StoreNumbers:
    """Return what a store counts, beside what we hold and have counted of it."""
    run, snapshot = state.run, state.snapshot
    return StoreNumbers(
        source=run.source,
        app=run.app,
        at=snapshot.at if snapshot else run.finished_at,
        count=snapshot.published.count if snapshot else None,
        average=snapshot.published.average if snapshot else None,
        collected=max(state.memory.public, counted),
        counted=counted,
    )


def reviews_counted(days: Daily) -> int:
    """Return how many public reviews are in the aggregates of these days."""
    return sum(measures.get("reviews", 0) for measures in days.values())


def _stale(
    configuration: Configuration, states: Mapping[tuple[str, str], SourceState], limit: datetime
) -> Iterator[str]:
    """The sources that are switched on and had no good run since `limit`."""
    for target in configuration.sources:
        name = (target.source, app_key(target))
        newest = states[name].good_at if name in states else None
        if target.enabled and (newest is None or newest < limit):
            yield " ".join(name)
