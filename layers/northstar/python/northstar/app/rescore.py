"""Rescore: a new engine goes over all stored texts, and is shown when all of them are done.

It works in parts and notes where it is, so that it can stop at any moment and go on; doing a part
twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from northstar.app.ports import FeedbackStore, ProgressStore
from northstar.app.score import read, wanted
from northstar.domain.aggregates import Record
from northstar.domain.editions import Editions, began, found, passed
from northstar.domain.errors import Conflict
from northstar.domain.verdicts import Reader

PART = 100
"""Records read at once."""

_PAUSE = 2.0
"""Seconds before a pass after one that only waited for others."""


@dataclass(frozen=True, slots=True)
class _Part:
    """What a part of a pass has done and found."""

    rescored: int
    unread: bool
    uncounted: bool


def rescore(
    *,
    feedback: FeedbackStore,
    progress: ProgressStore,
    reader: Reader,
    now: Callable[[], datetime],
    until: datetime,
    sleep: Callable[[float], None],
) -> tuple[Editions, int]:
    """Bring the stored texts to this reader; return how the editions stand, and how many it read.

    Stops at `until` (aware), or when somebody else has changed what is wanted. What is left is for
    the next call. Raises Unavailable when a store does not answer; what was done stays done.
    """
    editions, rescored = wanted(reader.id, progress), 0
    while not editions.settled and now() < until:
        editions = began(editions, now())
        records, resume = feedback.records_from(editions.resume, PART)
        part = _bring_up(records, editions, reader, feedback, progress)
        rescored += part.rescored
        editions = found(editions, unread=part.unread, uncounted=part.uncounted)
        editions = replace(editions, resume=resume) if resume else passed(editions, now())
        try:
            editions = progress.save_editions(editions)
        except Conflict:
            editions = progress.editions()
            if editions.reader != reader.id:
                break
        if resume is None and not (editions.settled or part.rescored):
            sleep(_PAUSE)
    return editions, rescored


def _bring_up(
    records: Sequence[Record],
    editions: Editions,
    reader: Reader,
    feedback: FeedbackStore,
    progress: ProgressStore,
) -> _Part:
    """Read again what an earlier reader has read; what nobody has read yet is on its way."""
    texts = [record for record in records if record.document.text]
    fresh = [record for record in texts if not record.needs_score]
    old = [record for record in fresh if _is_older(record, editions)]
    for record in read(old, reader, editions):
        try:
            feedback.save_verdict(record, record.version - 1)
        except Conflict:
            continue  # it has moved on; the next pass sees how
    left = bool(old) or len(fresh) < len(texts)
    return _Part(len(old), left, _uncounted(records, progress))


def _is_older(record: Record, editions: Editions) -> bool:
    return record.verdict is not None and record.verdict.generation < editions.generation


def _uncounted(records: Sequence[Record], progress: ProgressStore) -> bool:
    """Whether the newest version of a record is not in the aggregates yet."""
    done = [record for record in records if record.countable]
    counted = progress.counted([record.id for record in done])
    return any(one.id not in counted or counted[one.id].version < one.version for one in done)
