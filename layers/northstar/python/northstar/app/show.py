"""Show: the numbers behind each page, from as many rows as there are days, not records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import get_args

from northstar.app.configuration import Configuration
from northstar.app.correct import stored
from northstar.app.ports import (
    FeedbackPage,
    FeedbackStore,
    ProgressStore,
    SourceState,
)
from northstar.app.source import app_key
from northstar.app.views import (
    AskingNumbers,
    EntryView,
    FeedbackView,
    GoalView,
    LabelCounts,
    Rating,
    StoreNumbers,
    Tile,
)
from northstar.domain.aggregates import Measures, sentiment_measure
from northstar.domain.errors import NotFound
from northstar.domain.feedback import feedback as feedback_of
from northstar.domain.goals import Progress, progress
from northstar.domain.rates import Rate, wilson
from northstar.domain.sentiment import Label
from northstar.domain.verdicts import Edition

DEMO_APP = "northstar-demo"
"""The app whose reviews and tickets the local stack invents; pages say so."""

_NEWEST = 6
_WINDOW = 30
_SUPPRESSED = "suppressed_"
_SPARK_WEEKS = 12
_FIRST_DAY = date(2000, 1, 1)
_FILE_PAGE = 100
_KINDS = ("answer", "remark", "review")
_LABELS: tuple[Label, ...] = get_args(Label)

Daily = Mapping[date, Measures]


def goal_view(
    configuration: Configuration,
    *,
    feedback: FeedbackStore,
    totals: ProgressStore,
    now: datetime,
    stale_after: timedelta,
    leave_out: bool | None = None,
) -> GoalView:
    """Return what the goal page shows at `now` (aware).

    Without a good run for longer than `stale_after` a source is stale.
    `leave_out` takes the answers that look machine-made out of the rates, or puts them back in;
    None is as configured.
    """
    if leave_out is None:
        leave_out = configuration.answering.leave_out_suspects
    today = now.astimezone(configuration.business.zone).date()
    daily = totals.daily("all", "all", _FIRST_DAY, today)
    states = {(s.run.source, s.run.app): s for s in totals.sources()}
    standing = _progress(configuration, daily, today)
    counted = _without_suspects(daily) if leave_out else daily
    return GoalView(
        business=configuration.business.name,
        time_zone=configuration.business.time_zone,
        now=now,
        progress=standing,
        milestones=_milestones(standing) if standing else (),
        rating=_rating(daily.values()),
        csat=_tile(counted, today, ("csat_4", "csat_5"), tuple(f"csat_{n}" for n in range(1, 6))),
        solved=_tile(counted, today, ("solved_yes",), ("solved_yes", "solved_no")),
        response=_tile(counted, today, ("answered",), ("sent",)),
        asking=_asking(counted, today, left_out=leave_out),
        stores=tuple(store_numbers(s, totals, today) for s in states.values() if s.snapshot),
        newest=feedback.newest(today, _NEWEST),
        data_to=max(filter(None, map(good_at, states.values())), default=None),
        stale_sources=tuple(_stale(configuration, states, now - stale_after)) if states else (),
        demo=is_demo(configuration),
    )


def feedback_view(
    configuration: Configuration, *, feedback: FeedbackStore, cursor: str | None, now: datetime
) -> FeedbackView:
    """Return one page of the inbox. Raises Invalid for a cursor that is not ours."""
    today = now.astimezone(configuration.business.zone).date()
    page = feedback.page(today, cursor)
    return FeedbackView(
        business=configuration.business.name,
        time_zone=configuration.business.time_zone,
        items=page.items,
        next_cursor=page.cursor,
        first_page=cursor is None,
        demo=is_demo(configuration),
    )


def entry_view(
    configuration: Configuration,
    record_id: str,
    *,
    feedback: FeedbackStore,
    languages: Iterable[str],
    topics: Iterable[str],
    editor: bool,
) -> EntryView:
    """Return one feedback; an editor may correct it to these languages and topics.

    Raises NotFound, also for an ask that nobody has answered.
    """
    item = feedback_of(stored(record_id, feedback))
    if item is None:
        raise NotFound("Nobody has answered this survey; there is nothing to show yet.")
    spoken = {item.verdict.language, item.verdict.score.language} if item.verdict else set[str]()
    return EntryView(
        business=configuration.business.name,
        time_zone=configuration.business.time_zone,
        item=item,
        languages=tuple(sorted({*languages, *spoken} - {"und"})),
        topics=tuple(topics),
        editor=editor,
        demo=is_demo(configuration),
    )


def feedback_pages(
    configuration: Configuration, *, feedback: FeedbackStore, cursor: str | None, now: datetime
) -> Iterator[FeedbackPage]:
    """Yield the answers and reviews from the newest or the cursor on, page by page, to the last."""
    today = now.astimezone(configuration.business.zone).date()
    more = True
    while more:
        page = feedback.page(today, cursor, limit=_FILE_PAGE, months=240)
        yield page
        cursor = page.cursor
        more = cursor is not None


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


def _progress(configuration: Configuration, daily: Daily, today: date) -> Progress | None:
    if not configuration.goals:
        return None
    reviews = {day: measures.get("reviews", 0) for day, measures in daily.items()}
    return progress(configuration.goals[0], reviews, today)


def _milestones(standing: Progress) -> tuple[tuple[date, int], ...]:
    """The days on which a quarter, a half, three quarters and all of the target were reached."""
    reached = []
    for quarter in range(1, 5):
        value = standing.goal.target * quarter // 4
        day = next((day for day, total in standing.series[1:] if total >= value), None)
        if day and standing.baseline < value:
            reached.append((day, value))
    return tuple(reached)


def _rating(days: Iterable[Measures]) -> Rating:
    stars = dict.fromkeys(range(1, 6), 0)
    for measures in days:
        for star in stars:
            stars[star] += measures.get(f"stars_{star}", 0)
    n = sum(stars.values())
    mean = sum(star * count for star, count in stars.items()) / n if n else None
    return Rating(stars, mean, n)


def _tile(daily: Daily, today: date, hits: tuple[str, ...], trials: tuple[str, ...]) -> Tile:
    def rate(last: date, days: int) -> Rate:
        window = [daily.get(last - timedelta(n), {}) for n in range(days)]
        return wilson(_sum(window, hits), _sum(window, trials))

    weeks = (rate(today - timedelta(weeks=n), 7).share for n in reversed(range(_SPARK_WEEKS)))
    return Tile(
        now=rate(today, _WINDOW),
        before=rate(today - timedelta(_WINDOW), _WINDOW),
        weeks=tuple(weeks),
    )


def _without_suspects(daily: Daily) -> Daily:
    """The same days without the answers that look machine-made."""
    return {
        day: {
            name: amount - measures.get(f"suspect_{name}", 0) for name, amount in measures.items()
        }
        for day, measures in daily.items()
    }


def _asking(daily: Daily, today: date, *, left_out: bool) -> AskingNumbers:
    total: Counter[str] = Counter()
    for n in range(_WINDOW):
        total.update(daily.get(today - timedelta(n), {}))
    reasons = Counter(
        {
            name.removeprefix(_SUPPRESSED): n
            for name, n in total.items()
            if name.startswith(_SUPPRESSED)
        }
    )
    return AskingNumbers(
        tickets=total["tickets"],
        sent=total["sent"],
        answered=total["answered"],
        reminded=total["reminded"],
        cancelled=total["cancelled"],
        coverage=wilson(total["tickets_answered"], total["tickets"]),
        suppressed=tuple((reason, n) for reason, n in reasons.most_common() if n),
        suspects=total["suspect_answers"],
        left_out=left_out,
    )


def _sum(window: Iterable[Measures], names: tuple[str, ...]) -> int:
    return sum(measures.get(name, 0) for measures in window for name in names)


def store_numbers(state: SourceState, totals: ProgressStore, today: date) -> StoreNumbers:
    """Return what a store counts, beside what we hold and have counted of it."""
    run, snapshot = state.run, state.snapshot
    counted = reviews_counted(totals, "app", f"{run.source}:{run.app}", today)
    return StoreNumbers(
        source=run.source,
        app=run.app,
        at=snapshot.at if snapshot else run.finished_at,
        count=snapshot.published.count if snapshot else None,
        average=snapshot.published.average if snapshot else None,
        collected=max(state.memory.public, counted),
        counted=counted,
    )


def reviews_counted(totals: ProgressStore, dimension: str, value: str, today: date) -> int:
    """Return how many public reviews are in the aggregates of one dimension value."""
    return _sum(totals.daily(dimension, value, _FIRST_DAY, today).values(), ("reviews",))


def good_at(state: SourceState) -> datetime | None:
    """Return when the newest run ended that was understood; None where none was."""
    understood = state.run.outcome in {"ok", "empty"}
    return state.run.finished_at if understood else state.memory.good_at


def _stale(
    configuration: Configuration, states: Mapping[tuple[str, str], SourceState], limit: datetime
) -> Iterator[str]:
    """The sources that are switched on and had no good run since `limit`."""
    for target in configuration.sources:
        name = (target.source, app_key(target))
        newest = good_at(states[name]) if name in states else None
        if target.enabled and (newest is None or newest < limit):
            yield " ".join(name)
