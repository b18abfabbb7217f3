"""Replay: payloads that were not understood are read again, through the normal path.

What a page showed then is taken in as if it had been understood then: a review that we have seen
differently since keeps its newer look, and only learns its first date.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from northstar.app import looks
from northstar.app.configuration import SourceTarget
from northstar.app.ports import FeedbackStore, Kept, Quarantine
from northstar.app.source import Source, app_key, in_language, target_of
from northstar.domain.aggregates import Record
from northstar.domain.errors import Broken, Conflict, NorthstarError
from northstar.domain.reviews import (
    Review,
    ReviewRecord,
    digest,
    first_sight,
    seen_again,
    seen_before,
)
from northstar.domain.times import parse

TRIES = 5


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of a replay: whose pages were understood, and what still rests, and why."""

    understood: int
    reviews: int
    targets: tuple[SourceTarget, ...]
    still: tuple[tuple[str, str], ...]


def replay_pages(
    kept: Iterable[Kept],
    by_name: Callable[[str], Source],
    *,
    feedback: FeedbackStore,
    quarantine: Quarantine,
) -> Replayed:
    """Read kept pages (oldest first) again, and release those that are now understood.

    Pages that a broken one kept us from asking for are not among them: collect the apps in
    `targets` afterwards.

    Raises:
        Retryable: one of our own stores did not answer; the replay can be run again.
    """
    targets: dict[SourceTarget, int] = {}
    still = []
    understood = 0
    for one in kept:
        try:
            target = target_of(one.about["target"])
            changed = _replay(one, target, by_name(target.source), feedback)
        except (NorthstarError, KeyError, TypeError, ValueError) as problem:
            if isinstance(problem, NorthstarError) and problem.retryable:
                raise
            still.append((one.name, str(problem)))
            continue
        quarantine.release(one.name)
        understood += 1
        targets[target] = targets.get(target, 0) + changed
    return Replayed(understood, sum(targets.values()), tuple(targets), tuple(still))


def replay_records(
    kept: Iterable[tuple[str, Record]], *, feedback: FeedbackStore, quarantine: Quarantine
) -> int:
    """Send records that could not be scored or counted on their way again; return how many.

    One that has moved on since needs nothing: its newer version is on its way already.
    """
    sent = 0
    for name, record in kept:
        with suppress(Conflict):
            feedback.save_verdict(replace(record, version=record.version + 1), record.version)
        quarantine.release(name)
        sent += 1
    return sent


def _replay(kept: Kept, target: SourceTarget, source: Source, feedback: FeedbackStore) -> int:
    """Take in what a page holds; return how many reviews that changed. Raises Broken, Invalid."""
    page = source.parse(kept.payload, kept.about["url"], target)
    if page.outcome not in {"ok", "empty"}:
        raise Broken(f"{page.outcome}: {page.reason}")
    at = parse(kept.about["fetched_at"])
    history = bool(kept.about.get("history"))
    return sum(
        _take_in(in_language(review, target), app_key(target), at, feedback, history=history)
        for review in page.reviews
    )


def _take_in(
    review: Review, app: str, at: datetime, feedback: FeedbackStore, *, history: bool
) -> bool:
    """Store what a look of a moment makes of a review; return whether that was news."""
    known = feedback.reviews(review.source, app, [review.id]).get(review.id)
    look = partial(_looked, review=review, app=app, at=at, history=history)
    before, after = looks.take(look, review, app, known, feedback, tries=TRIES)
    if before and before.seen_at > at and digest(review) != digest(before.review):
        dated = replace(review, created=review.created or after.review.created)
        feedback.keep_version(first_sight(dated, app, at))
    return after is not before


def _looked(
    known: ReviewRecord | None, review: Review, app: str, at: datetime, *, history: bool
) -> ReviewRecord:
    """Return the record after a look that was taken at a moment, however long ago."""
    if known is None:
        return first_sight(review, app, at, history=history)
    if known.seen_at > at:
        return seen_before(known, review, at)
    return seen_again(known, review, at)
