"""Writes what a look at a review makes of its record, whoever else writes at the same time."""

from __future__ import annotations

from collections.abc import Callable

from northstar.app.ports import FeedbackStore
from northstar.domain.errors import Conflict
from northstar.domain.reviews import Review, ReviewRecord


def take(
    look: Callable[[ReviewRecord | None], ReviewRecord],
    review: Review,
    app: str,
    known: ReviewRecord | None,
    feedback: FeedbackStore,
    *,
    tries: int,
) -> tuple[ReviewRecord | None, ReviewRecord]:
    """Store a review's next version, if it has one; return the record before it and after.

    `look` makes a record of the one that is known (None: there is none), or returns that one where
    nothing is new. Somebody else's version is read again and looked at anew.

    Raises:
        Conflict: somebody else wrote it at each of the tries.
    """
    for last_try in (False,) * (tries - 1) + (True,):
        record = look(known)
        try:
            if record is not known:
                feedback.put_review(record, known)
            break
        except Conflict:
            if last_try:
                raise
            known = feedback.reviews(review.source, app, [review.id]).get(review.id)
    return known, record
