"""Reviews: what a store shows in public, and what one look at a page of it proved."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from northstar.domain.sentiment import Score
from northstar.domain.times import iso

Outcome = Literal["ok", "empty", "partial", "broken"]


@dataclass(frozen=True, slots=True)
class Reply:
    """The developer's public answer to a review."""

    text: str
    id: str | None = None
    author: str | None = None
    created: str | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """One public review as its store shows it. What is not shown is None, never invented.

    `created` and `edited` are ISO 8601, with the precision that the store gives: a day
    ("2026-07-27") or a second with its zone ("2026-07-27T09:00:00-07:00").
    `version` is the reviewed app's version.
    """

    source: str
    id: str
    rating: int | None = None
    title: str | None = None
    text: str | None = None
    author: str | None = None
    country: str | None = None
    language: str | None = None
    created: str | None = None
    edited: str | None = None
    reply: Reply | None = None
    version: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """The store's own totals: `histogram` maps "1".."5" to counts."""

    count: int | None = None
    average: float | None = None
    histogram: dict[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """What one payload of a store held.

    `outcome` is *ok*, *empty* (only with positive proof), *partial* (something was not
    understood; `reason` names it) or *broken* (nothing can be believed). `next` is the
    address of the following page, or None.
    """

    outcome: Outcome
    reviews: tuple[Review, ...] = ()
    next: str | None = None
    published: Published | None = None
    reason: str | None = None


def digest(review: Review) -> str:
    """Return a short hash of what a reader sees: rating, title, text and reply.

    Names, country and tenure are left out: stores change them without an edit.
    """
    reply = review.reply.text if review.reply else None
    seen = json.dumps([review.rating, review.title, review.text, reply], ensure_ascii=True)
    return hashlib.sha256(seen.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class ReviewRecord:
    """A review as we keep it: what the store shows, of which app, and whether it is public now.

    `version` grows with every change; `first_seen` and `removed_at` are aware datetimes.
    """

    review: Review
    app: str
    version: int
    first_seen: datetime
    public: bool = True
    removed_at: datetime | None = None
    score: Score | None = None

    @property
    def id(self) -> str:
        """The record's id: source, app and the store's own id."""
        return f"{self.review.source}:{self.app}:{self.review.id}"

    @property
    def written(self) -> str:
        """When it was written, in the store's precision; our first sight where that is unknown."""
        return self.review.created or self.review.edited or iso(self.first_seen)

    @property
    def text(self) -> str:
        """Title and text as one text to score; empty for a star-only review."""
        return "\n".join(part for part in (self.review.title, self.review.text) if part)

    @property
    def needs_score(self) -> bool:
        """Whether there is a text that no engine has scored yet."""
        return bool(self.text) and self.score is None

    @property
    def countable(self) -> bool:
        """Whether it can be counted as it is: scored."""
        return not self.needs_score


def first_sight(review: Review, app: str, now: datetime) -> ReviewRecord:
    """Return the record of a review that was never seen before."""
    return ReviewRecord(review=review, app=app, version=1, first_seen=now)


def seen_again(record: ReviewRecord, review: Review) -> ReviewRecord:
    """Return the record after a new look: edited, restored, or the same object if unchanged.

    Where the store replaces the original date by the edited one, the first date stays.
    """
    if digest(review) == digest(record.review) and record.public:
        return record
    created = review.created or record.review.created or record.review.edited
    same_text = (review.title, review.text) == (record.review.title, record.review.text)
    return replace(
        record,
        review=replace(review, created=created),
        version=record.version + 1,
        public=True,
        removed_at=None,
        score=record.score if same_text else None,
    )


def gone(record: ReviewRecord, now: datetime) -> ReviewRecord:
    """Return the record after proof that the store no longer shows it."""
    if not record.public:
        return record
    return replace(record, version=record.version + 1, public=False, removed_at=now)
