"""Learning: once a night models, phrases and summaries; at any hour what a new engine has to read.

Each run does as much as its time allows, and the next one goes on.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from northstar.app import insights, learn
from northstar.app.rescore import rescore
from northstar.app.themes import DEFAULT
from northstar.domain.aggregates import Record
from northstar.domain.learning import Example
from northstar.domain.newest import Newest
from northstar.domain.topics import Topics, merged
from northstar.runtime import bootstrap
from northstar.runtime.observability import count_metric, logger, tell_metric
from northstar.scoring.training import MAX_EXAMPLES, train

T = TypeVar("T")

PERIODS = (7, 30, 90)
"""Days of the periods for which phrases and summaries are made."""

NIGHT = 2
"""The hour of the business day from which on that day's models are learnt."""

_MOST_A_DAY = 500  # texts of one day that phrases and summaries are made from
_PART = 500
_RESERVE = 30.0  # seconds left unused, so that a run ends by itself
_FOR_A_MODEL = 120.0  # seconds without which no further model is begun


def keep_up(event: Mapping[str, Any], *, remaining: Callable[[], float]) -> dict[str, Any]:
    """Learn when it is due, or at once for {"learn": "now"}; then bring the texts up to date.

    `remaining` returns the seconds that are left. Returns what became of each language that was
    learnt, how many texts were read again, and whether all are.
    """
    local = datetime.now(bootstrap.configuration().business.zone)
    learnt: dict[str, str] = {}
    try:
        if event.get("learn") == "now" or _is_due(local):
            learnt = _learn(local.date(), remaining)
    finally:  # texts that wait for an engine do not wait for what keeps models from being learnt
        until = datetime.now(UTC) + timedelta(seconds=max(0.0, remaining() - _RESERVE))
        rescored, settled = _rescore(until)
    return {"learnt": learnt, "rescored": rescored, "settled": settled}


def _is_due(local: datetime) -> bool:
    newest = bootstrap.progress_store().learnt()
    return newest is None or (local.hour >= NIGHT and newest < local.date())


def _learn(today: date, remaining: Callable[[], float]) -> dict[str, str]:
    """Learn what is worth learning from all records; return what became of each language."""
    zone = bootstrap.configuration().business.zone
    examples, said = _gathered(zone, today - timedelta(days=2 * max(PERIODS)))
    topics = Topics(merged(DEFAULT, bootstrap.configuration().topics))
    for days in PERIODS:
        found = insights.insights(said, today, days, topics.of)
        bootstrap.progress_store().save_insights(found)
    store, told = bootstrap.models(), {}
    for language in learn.overdue(examples, store, today):
        if remaining() < _FOR_A_MODEL:
            logger.warning("no time left to learn", extra={"language": language})
            break
        for outcome in learn.learn(examples, train=train, store=store, languages=[language]):
            told[language] = outcome.objection or "serves"
            logger.info("learnt", extra={"language": language, "outcome": told[language]})
    bootstrap.progress_store().save_learnt(today)
    return told


def _gathered(zone: ZoneInfo, since: date) -> tuple[list[Example], list[insights.Told]]:
    """Return what can be learnt, by language the newest, and what was said since, in one reading.

    Memory is bounded: so many examples of a language, so many texts of a day.
    """
    examples: defaultdict[str, Newest[Example]] = defaultdict(lambda: Newest(MAX_EXAMPLES))
    said: defaultdict[str, Newest[insights.Told]] = defaultdict(lambda: Newest(_MOST_A_DAY))
    for record in _records():
        example = learn.example(record, zone)
        if example:
            examples[example.language].add(example.day, record.id, example)
        told = insights.told(record, zone)
        if told and told.day >= since.isoformat():
            said[told.day].add(told.day, record.id, told)
    return _all(examples), _all(said)


def _all(by_name: Mapping[str, Newest[T]]) -> list[T]:
    return [one for newest in by_name.values() for one in newest.all()]


def _records() -> Iterator[Record]:
    resume = None
    while True:
        records, resume = bootstrap.feedback_store().records_from(resume, _PART)
        yield from records
        if resume is None:
            return


def _rescore(until: datetime) -> tuple[int, bool]:
    """Read texts again where a newer engine has to; return how many, and whether all are read."""
    editions, texts = rescore(
        feedback=bootstrap.feedback_store(),
        progress=bootstrap.progress_store(),
        reader=bootstrap.reader(),
        now=lambda: datetime.now(UTC),
        until=until,
        sleep=time.sleep,
    )
    count_metric("TextsRescored", texts)
    late = datetime.now(UTC) - editions.begun_at if editions.begun_at else timedelta()
    tell_metric("RescoringHours", late // timedelta(hours=1))
    return texts, editions.settled
