"""Rescore: a new engine goes over all stored texts, and is shown when all of them are done.

It works in parts and notes where it is, so that it can stop at any moment and go on; doing a part
twice changes nothing. A text that nobody has read is read as well: whoever should have done it may
have given up.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from northstar.app.ports import FeedbackStore, ProgressStore
from northstar.app.score import is_newer, read, wanted
from northstar.domain.aggregates import Record
from northstar.domain.editions import Editions, began, found, passed
from northstar.domain.errors import Conflict, NorthstarError
from northstar.domain.verdicts import Reader

PART = 100
"""Records read at once."""

_logger = logging.getLogger(__name__)

_PAUSE = 2.0
"""Seconds before the next pass, for the counter to follow; then twice as many."""

_PAUSES = 5
"""After so many of them the next run goes on."""


@dataclass(frozen=True, slots=True)
class _Part:
    """How many texts a part of a pass has read, and what it leaves to do."""

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
    editions, rescored, pauses = wanted(reader.id, progress), 0, 0
    while not editions.settled and now() < until and pauses < _PAUSES:
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
        if resume is None and not editions.settled:
            sleep(_PAUSE * 2**pauses)
            pauses += 1
    return editions, rescored


def _bring_up(
    records: Sequence[Record],
    editions: Editions,
    reader: Reader,
    feedback: FeedbackStore,
    progress: ProgressStore,
) -> _Part:
    """Read what no reader of this generation has read; tell what that leaves to do."""
    texts = [record for record in records if record.document.text]
    left = [record for record in texts if _is_unread(record, editions)]
    rescored, moved = 0, 0
    for record in read(left, reader, editions):
        try:
            feedback.save_verdict(record, record.version - 1)
            rescored += 1
        except Conflict:
            moved += 1  # somebody else was faster; the next pass sees how
        except NorthstarError as error:
            if error.retryable:
                raise
            _logger.warning("%s cannot be stored: %s", record.id, error)
    behind = rescored > 0 or _uncounted(records, progress)
    return _Part(rescored, moved > 0, behind)


def _is_unread(record: Record, editions: Editions) -> bool:
    """Whether nobody has read a text as it is now, or an earlier reader has."""
    if is_newer(record, editions):
        return False
    verdict = record.verdict
    return record.needs_score or (verdict is not None and verdict.generation < editions.generation)


def _uncounted(records: Sequence[Record], progress: ProgressStore) -> bool:
    """Whether the newest version of a record is not in the aggregates yet."""
    done = [record for record in records if record.countable]
    counted = progress.counted([record.id for record in done])
    return any(one.id not in counted or counted[one.id].version < one.version for one in done)
