"""What the weekly report is made of: how goals stand, what moved, and who is behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from northstar.app.alerts import AlertStore, KeptAlert
from northstar.app.configuration import Configuration
from northstar.app.credits import Credits
from northstar.app.credits import credits as who_is_behind
from northstar.app.goals import GoalStore, KeptGoal, Milestone, open_goals
from northstar.app.inbox import Filters, fits
from northstar.app.insights import Insights
from northstar.app.milestones import NEWS
from northstar.app.ports import FeedbackStore, ProgressStore, SourceState
from northstar.app.report import WEEK
from northstar.app.show import Daily, label_counts
from northstar.app.source import switched_on
from northstar.app.standings import all_goals, as_counted, standings
from northstar.app.templates import TemplateStore
from northstar.app.themes import with_own
from northstar.app.views import GoalStanding, LabelCounts
from northstar.app.weekly_sheet import WeeklySheet, weekly_sheet
from northstar.domain import metrics
from northstar.domain.aggregates import Measures, of_edition, total, window
from northstar.domain.errors import NotFound
from northstar.domain.feedback import Feedback
from northstar.domain.rates import Rate, difference, wilson
from northstar.domain.sample import sample
from northstar.domain.times import iso, midnight
from northstar.domain.verdicts import Edition

BEFORE = 28
"""Days before the week that its rates and topics are held against."""

TO_READ = 3

_MOST_LOOKED = 2000
_MOST_RUNS = 3000
"""Ten days of a run every five minutes: a report may be made on the Wednesday after its week."""

_MOST_RISING = 3
_MOST_ALERTS = 10
_MOST_WINS = 3
_LEAST_TEXTS = 5
_QUOTES = 2
_WHOLE = ""

_RATES = {
    "Satisfaction (CSAT)": metrics.SHARES["csat"],
    "Solved": metrics.SHARES["solved_rate"],
    "Five stars, of the reviews": metrics.Share(
        ("stars_5",), tuple(f"stars_{star}" for star in metrics.STARS)
    ),
}
_NEGATIVE = "Negative, of the texts"


@dataclass(frozen=True, slots=True)
class Compared:
    """A rate in the week, and in the four weeks before it."""

    name: str
    now: Rate
    before: Rate


@dataclass(frozen=True, slots=True)
class Flow:
    """What the week's runs found: reviews that are new, edited, removed and public again.

    `begun` are the sources that were read for the first time, with how many reviews they had: these
    are not new.
    """

    new: int
    edited: int
    removed: int
    restored: int
    begun: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Rising:
    """A topic that is surely a larger share of the texts than before, and feedback about it."""

    topic: str
    now: Rate
    before: Rate
    feedback: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the report of a Monday knows of the seven days before it, at a moment (aware).

    `standing` is how the first goal stands; `values` are its values a week before Sunday's end and
    at it. `still` are the sources that stand still, each with the moment of its newest good run.
    `bad` and `good` are feedback of the week by its id, the newest first, `read` a sample of it
    that nobody selected; `looked` were looked at, which is the whole week unless it was `cut`.
    `answers` are those of `credits.tickets`.
    """

    week: date
    now: datetime
    zone: str
    standing: GoalStanding | None
    values: tuple[float | None, float | None]
    goals: tuple[KeptGoal, ...]
    rates: tuple[Compared, ...]
    north_star: Rate
    flow: Flow
    rising: tuple[Rising, ...]
    still: tuple[tuple[str, datetime | None], ...]
    milestones: tuple[tuple[Milestone, KeptGoal], ...]
    bad: tuple[str, ...]
    good: tuple[str, ...]
    credits: Credits
    answers: tuple[str, ...]
    read: tuple[str, ...]
    looked: int
    cut: bool
    alerts: tuple[KeptAlert, ...]
    sheet: WeeklySheet | None = None


def facts(
    configuration: Configuration,
    week: date,
    *,
    feedback: FeedbackStore,
    progress: ProgressStore,
    goals: GoalStore,
    alerts: AlertStore,
    templates: TemplateStore,
    now: datetime,
    stale_after: timedelta,
) -> Facts:
    """Gather what there is to tell on a Monday of the seven days before it, at `now` (aware).

    Without a good run for longer than `stale_after` a source stands still. Costs one query for each
    topic and each source, and a bounded look at the week's feedback.
    """
    zone = configuration.business.zone
    today, sunday = now.astimezone(zone).date(), week - timedelta(1)
    kept = open_goals(all_goals(configuration, goals, today))
    found = standings(
        kept[:1], configuration, progress=progress, goals=goals, now=now, stale_after=stale_after
    )
    standing = next(iter(found), None)
    days = progress.board([metrics.ALL], today).days[metrics.ALL]
    edition, states = progress.editions().shown, progress.sources()
    said, cut = _said(configuration, week, feedback, today)
    reviews = [one for one in said if one.kind == "review" and one.public]
    answers = [one for one in said if one.kind == "answer"]
    praised = [one for one in reviews if one.rating == 5]
    behind = who_is_behind(praised, answers)
    sheet = None
    with suppress(NotFound):  # where the Monday is past, and none was kept
        sheet = weekly_sheet(configuration, progress, templates, feedback, week=week, now=now)
    return Facts(
        week=week,
        now=now,
        zone=configuration.business.time_zone,
        standing=standing,
        values=(_value(standing, sunday - WEEK), _value(standing, sunday)),
        goals=tuple(kept),
        rates=tuple(_rates(as_counted(days, configuration), days, sunday, edition)),
        north_star=metrics.SHARES["north_star"].rate(
            total(window(as_counted(days, configuration), sunday, metrics.WINDOW))
        ),
        flow=_flow(states, progress, midnight(week - WEEK, zone), midnight(week, zone)),
        rising=tuple(_rising(configuration, progress, days, sunday, edition)),
        still=tuple(_still(configuration, states, now - stale_after)),
        milestones=tuple(_milestones(goals, kept, week, configuration)),
        bad=_ids(one for one in said if _is_bad(one, configuration.alerting.bad_stars)),
        good=_ids(one for one in praised if one.text),
        credits=behind,
        answers=tuple(one.id for one in answers if one.ticket in behind.tickets),
        read=tuple(one.id for one in to_read(said, week)),
        looked=len(said),
        cut=cut,
        alerts=tuple(alerts.open_alerts(_MOST_ALERTS)),
        sheet=sheet,
    )


def to_read(said: Iterable[Feedback], week: date) -> list[Feedback]:
    """Return three answers and reviews with a text that nobody selected: good and bad alike.

    They follow from the week alone, so that everybody reads the same. Answers that look
    machine-made and reviews that are gone are not among them.
    """
    texts = (
        one
        for one in said
        if one.kind != "remark" and (one.text or one.title) and one.public and not one.suspect
    )
    return sample(texts, f"report {week}", TO_READ, name=lambda one: one.id)


def _said(
    configuration: Configuration, week: date, feedback: FeedbackStore, today: date
) -> tuple[list[Feedback], bool]:
    """What was said in the week, newest first, and whether there is more than is looked at."""
    zone = configuration.business.zone
    filters = Filters(since=week - WEEK, until=week - timedelta(1))
    oldest, newest = midnight(week - WEEK, zone), midnight(week, zone)
    page = feedback.search(
        today,
        partial(fits, filters=filters, zone=zone),
        oldest=min((week - WEEK).isoformat(), iso(oldest)),
        newest=max(week.isoformat(), iso(newest)),
        limit=_MOST_LOOKED,
        most=_MOST_LOOKED,
        months=3,
    )
    return list(page.items), page.cursor is not None


def _value(standing: GoalStanding | None, day: date) -> float | None:
    series = standing.progress.series if standing else ()
    return next((value for known, value in reversed(series) if known <= day), None)


def _rates(counted: Daily, days: Daily, sunday: date, edition: Edition) -> Iterator[Compared]:
    """Yield the rates of which something is known in the week.

    The response rate is not among them: the surveys of the week can still be answered.
    """
    for name, share in _RATES.items():
        now, before = (share.rate(measures) for measures in _two(counted, sunday))
        if now.n:
            yield Compared(name, now, before)
    texts, earlier = (_labels(measures, edition) for measures in _two(days, sunday))
    if texts.texts:
        yield Compared(_NEGATIVE, texts.rate("negative"), earlier.rate("negative"))


def _two(days: Daily, sunday: date) -> tuple[Measures, Measures]:
    """The sums of the week to Sunday, and of the four weeks before it."""
    return total(window(days, sunday, 7)), total(window(days, sunday - WEEK, BEFORE))


def _labels(measures: Measures, edition: Edition) -> LabelCounts:
    return label_counts(of_edition(measures, edition))


def _rising(
    configuration: Configuration,
    progress: ProgressStore,
    days: Daily,
    sunday: date,
    edition: Edition,
) -> Iterator[Rising]:
    """Yield the topics that surely are talked about more than before, the clearest first."""
    since = sunday - WEEK - timedelta(BEFORE - 1)
    texts, earlier = (_labels(measures, edition).texts for measures in _two(days, sunday))
    found = progress.insights(7)
    rising: list[tuple[float, Rising]] = []
    for theme in with_own(configuration.topics):
        two = _two(progress.daily("topic", theme.name, since, sunday), sunday)
        hits, before = (_labels(measures, edition).texts for measures in two)
        now, was = wilson(hits, max(texts, hits)), wilson(before, max(earlier, before))
        change = difference(now, was)
        if hits >= _LEAST_TEXTS and change and change.verdict == "better":
            proof = _complaints(found, theme.name)
            rising.append((change.low, Rising(theme.name, now, was, proof)))
    ordered = sorted(rising, key=lambda one: (-one[0], one[1].topic))
    yield from (one for _, one in ordered[:_MOST_RISING])


def _complaints(found: Insights | None, topic: str) -> tuple[str, ...]:
    """The feedback that tells best what all say of a topic, over all languages."""
    for summary in found.summaries if found else ():
        if summary.topic == topic and summary.language == _WHOLE:
            return tuple(dict.fromkeys(one.feedback for one in summary.complaints))[:_QUOTES]
    return ()


def _flow(
    states: Iterable[SourceState], progress: ProgressStore, begin: datetime, end: datetime
) -> Flow:
    new = edited = removed = restored = 0
    begun = []
    for state in states:
        source, app = state.run.source, state.run.app
        runs = [
            run for run in progress.runs(source, app, _MOST_RUNS) if begin <= run.finished_at < end
        ]
        found = sum(run.new for run in runs)
        first = state.memory.begun_at
        if first and begin <= first < end:
            begun.append((f"{source} {app}", found))
        else:
            new += found
        edited += sum(run.edited + run.rerated for run in runs)
        removed += sum(run.removed for run in runs)
        restored += sum(run.restored for run in runs)
    return Flow(new, edited, removed, restored, tuple(begun))


def _still(
    configuration: Configuration, states: Iterable[SourceState], limit: datetime
) -> Iterator[tuple[str, datetime | None]]:
    good = {(state.run.source, state.run.app): state.good_at for state in states}
    for name in switched_on(configuration):
        newest = good.get(name)
        if newest is None or newest < limit:
            yield " ".join(name), newest


def _milestones(
    goals: GoalStore, kept: Iterable[KeptGoal], week: date, configuration: Configuration
) -> Iterator[tuple[Milestone, KeptGoal]]:
    """Yield what was reached, and noticed in the week; what is noticed long after is no news."""
    by_subject = {(one.goal.name, one.goal.subject): one for one in kept}
    zone = configuration.business.zone
    for one in goals.milestones():
        goal = by_subject.get((one.goal, one.subject))
        noticed = one.noticed_at.astimezone(zone).date()
        if goal and week - WEEK <= noticed < week and noticed - one.day <= NEWS:
            yield one, goal


def _is_bad(one: Feedback, bad_stars: int) -> bool:
    return one.solved is False or (one.rating is not None and one.rating <= bad_stars)


def _ids(said: Iterable[Feedback]) -> tuple[str, ...]:
    return tuple(one.id for one in said)[:_MOST_WINS]
