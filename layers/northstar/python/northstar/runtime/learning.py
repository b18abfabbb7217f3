"""Learning: once a night models, phrases and summaries; at any hour what a new engine has to read.

Each run does as much as its time allows, and the next one goes on.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from northstar.app import gaps, insights, learn
from northstar.app.rescore import rescore
from northstar.app.themes import with_own
from northstar.domain.aggregates import Record
from northstar.domain.learning import MAX_EXAMPLES, Example
from northstar.domain.newest import Newest
from northstar.domain.topics import Topics
from northstar.runtime import bootstrap
from northstar.runtime.observability import count_metric, logger, tell_metric
from northstar.scoring.training import train

T = TypeVar("T")

NIGHT = 2
"""The hour of the business day from which on that day's models are learnt."""

_MOST_A_DAY = 500  # texts of one day that phrases and summaries are made from
_PART = 500
_RESERVE = 30.0  # seconds left unused, so that a run ends by itself
_FOR_INSIGHTS = 200.0  # the same where phrases and summaries are still to be made
_FOR_A_MODEL = 320.0  # seconds without which no further model is begun


def keep_up(event: Mapping[str, Any], *, remaining: Callable[[], float]) -> dict[str, Any]:
    """Learn when it is due, or at once for {"learn": "now"}; then bring the texts up to date.

    Phrases and summaries come last, from what the texts are then understood as; if that fails, no
    model is learnt again before the next night. `remaining` returns the seconds that are left.
    Returns what became of each language that was learnt, how many texts were read again, and
    whether all are.
    """
    local = datetime.now(bootstrap.configuration().business.zone)
    due = event.get("learn") == "now" or _is_due(local)
    learnt: dict[str, str] = {}
    try:
        if due:
            learnt = _learn(local.date(), remaining)
            bootstrap.progress_store().save_learnt(local.date())
    finally:  # texts that wait for an engine do not wait for what keeps models from being learnt
        rescored, settled = _rescore(remaining() - (_FOR_INSIGHTS if due else _RESERVE))
    if due:
        _look(local.date())
    return {"learnt": learnt, "rescored": rescored, "settled": settled}


def _is_due(local: datetime) -> bool:
    newest = bootstrap.progress_store().learnt()
    return newest is None or (local.hour >= NIGHT and newest < local.date())


def _learn(today: date, remaining: Callable[[], float]) -> dict[str, str]:
    """Learn what is worth learning from all records; return what became of each language."""
    examples = _examples(bootstrap.configuration().business.zone)
    store, told = bootstrap.models(), {}
    for language in learn.overdue(examples, store, today):
        if remaining() < _FOR_A_MODEL:
            logger.warning("no time left to learn", extra={"language": language})
            break
        for outcome in learn.learn(examples, train=train, store=store, languages=[language]):
            told[language] = outcome.objection or "serves"
            logger.info("learnt", extra={"language": language, "outcome": told[language]})
    return told


def _examples(zone: ZoneInfo) -> list[Example]:
    """Return what can be learnt: of each language the newest."""
    found: defaultdict[str, Newest[Example]] = defaultdict(lambda: Newest(MAX_EXAMPLES))
    for record in _records():
        example = learn.example(record, zone)
        if example:
            found[example.language].add(example.day, record.id, example)
    return _all(found)


def _look(today: date) -> None:
    """Make phrases and summaries of each period, and hear what customers are not helped with."""
    configuration = bootstrap.configuration()
    topics = Topics(with_own(configuration.topics))
    zone, since = configuration.business.zone, today - timedelta(days=2 * max(insights.PERIODS))
    gathering = gaps.Gathering(today, zone, topics.of)
    by_day = _said(_heard_by(gathering), zone, since)
    bootstrap.progress_store().save_snapshot(gaps.SNAPSHOT, gathering.found())
    said = _all(by_day)
    for days in insights.PERIODS:
        found = insights.insights(said, today, days, topics.of)
        cut = _left_out(by_day, today - timedelta(days=2 * days), today)
        found = replace(found, left_out=found.left_out + cut)
        bootstrap.progress_store().save_insights(found)


def _left_out(by_day: Mapping[str, Newest[insights.Told]], after: date, last: date) -> int:
    """Return how many texts the limit of a day has cut, in the days after one and to the last."""
    days = (one for day, one in by_day.items() if after.isoformat() < day <= last.isoformat())
    return sum(one.left_out for one in days)


def _heard_by(gathering: gaps.Gathering) -> Iterator[Record]:
    """Yield all records, each of which the gathering hears."""
    for record in _records():
        gathering.add(record)
        yield record


def _said(
    records: Iterable[Record], zone: ZoneInfo, since: date
) -> Mapping[str, Newest[insights.Told]]:
    """Return what was said since a day, by day: of each at most so many texts."""
    found: defaultdict[str, Newest[insights.Told]] = defaultdict(lambda: Newest(_MOST_A_DAY))
    for record in records:
        told = insights.told(record, zone)
        if told and told.day >= since.isoformat():
            found[told.day].add(told.day, record.id, told)
    return found


def _all(by_name: Mapping[str, Newest[T]]) -> list[T]:
    return [one for newest in by_name.values() for one in newest.all()]


def _records() -> Iterator[Record]:
    resume = None
    while True:
        records, resume = bootstrap.feedback_store().records_from(resume, _PART)
        yield from records
        if resume is None:
            return


def _rescore(seconds: float) -> tuple[int, bool]:
    """Read texts again where a newer engine has to; return how many, and whether all are read."""
    editions, texts = rescore(
        feedback=bootstrap.feedback_store(),
        progress=bootstrap.progress_store(),
        reader=bootstrap.reader(),
        now=lambda: datetime.now(UTC),
        until=datetime.now(UTC) + timedelta(seconds=seconds),
        sleep=time.sleep,
    )
    count_metric("TextsRescored", texts)
    late = datetime.now(UTC) - editions.begun_at if editions.begun_at else timedelta()
    tell_metric("RescoringHours", late // timedelta(hours=1))
    return texts, editions.settled
