"""Reviews: what a store shows in public, and what one look at a page of it proved."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from northstar.domain.sentiment import Document
from northstar.domain.times import iso, parse
from northstar.domain.verdicts import Verdict, read_again, unread

Outcome = Literal["ok", "empty", "partial", "broken"]
Change = Literal["new", "edited", "rerated", "replied", "removed", "restored"]
FIELDS = ("rating", "title", "text", "author", "country", "language", "date", "version", "url")
"""What is watched for going missing; `date` is either date."""
AFTER_REPLY = timedelta(days=90)
"""For so long after a reply, what the reviewer changes is looked at as what came after it."""

_MAY_BE_LOST = ("author", "country", "language", "version", "url")


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
    ("2026-07-27") or a second with its zone ("2026-07-27T09:00:00-07:00"); without one where the
    store tells none, and then it counts as UTC.
    `version` is the reviewed app's version. `recommended` is a thumb up or down, where a store has
    thumbs instead of stars.
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
    recommended: bool | None = None


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
    understood; `reason` names it) or *broken* (nothing can be believed). `next` is what the source
    has to be given to ask for the following page (an address or the store's own mark), or None.
    `columns` tells which column of a table was read as which field. `mark` tells the content apart
    of a page that shows more than its `reviews` say.
    """

    outcome: Outcome
    reviews: tuple[Review, ...] = ()
    next: str | None = None
    published: Published | None = None
    reason: str | None = None
    columns: Mapping[str, str] | None = None
    mark: str | None = None


def digest(review: Review) -> str:
    """Return a short hash of what a reader sees: rating or thumb, title, text and reply.

    Names, country and tenure are left out: stores change them without an edit.
    """
    reply = review.reply.text if review.reply else None
    given = review.rating if review.recommended is None else review.recommended
    seen = json.dumps([given, review.title, review.text, reply], ensure_ascii=True)
    return hashlib.sha256(seen.encode()).hexdigest()[:16]


def filled(review: Review) -> tuple[str, ...]:
    """Return which of FIELDS a review has."""
    return tuple(
        name
        for name in FIELDS
        if (review.created or review.edited if name == "date" else getattr(review, name))
    )


@dataclass(frozen=True, slots=True)
class ReviewRecord:
    """A review as we keep it: what the store shows, of which app, and whether it is public now.

    `version` grows with every change. Times are aware: `first_seen`, `seen_at` (when what it shows
    now was seen first) and `removed_at`. `missed` is how many complete passes in a row have not
    seen it while its removal was held. `history` marks what was there before we began to look (a
    first pass, an import): nobody is told of it as news.

    `replied_at` is when the developer first replied, as the store tells it or we saw it; None
    where that is not known. The review had `rated_before_reply` stars then. At `edited_after_reply`
    the reviewer first changed something within `AFTER_REPLY`, and at the end of that time, or so
    far, it has `rated_after_reply` stars.
    """

    review: Review
    app: str
    version: int
    first_seen: datetime
    seen_at: datetime
    public: bool = True
    removed_at: datetime | None = None
    missed: int = 0
    history: bool = False
    replied_at: datetime | None = None
    rated_before_reply: int | None = None
    edited_after_reply: datetime | None = None
    rated_after_reply: int | None = None
    verdict: Verdict | None = None

    @property
    def id(self) -> str:
        """The record's id: source, app and the store's own id."""
        return f"{self.review.source}:{self.app}:{self.review.id}"

    @property
    def written(self) -> str:
        """When it was written, in the store's precision; our first sight where that is unknown."""
        return self.review.created or self.review.edited or iso(self.first_seen)

    @property
    def document(self) -> Document:
        """Title and text as one, for the engines; empty for a star-only review."""
        review = self.review
        text = "\n".join(part for part in (review.title, review.text) if part)
        return Document(text, review.language, review.rating)

    @property
    def needs_score(self) -> bool:
        """Whether there is a text that no engine has scored yet."""
        return unread(self.document, self.verdict)

    @property
    def countable(self) -> bool:
        """Whether it can be counted as it is: scored."""
        return not self.needs_score


def first_sight(review: Review, app: str, now: datetime, *, history: bool = False) -> ReviewRecord:
    """Return the record of a review that was never seen before.

    It may have a reply already. When that came is known where the store tells it, and what the
    review was then, unless it was edited since. Of what was there before we began to look nobody
    knows whether it was.
    """
    record = ReviewRecord(
        review=review, app=app, version=1, first_seen=now, seen_at=now, history=history
    )
    if history or review.reply is None or review.reply.created is None:
        return record
    replied = min(parse(review.reply.created), now)
    if review.edited and parse(review.edited) > replied:
        return record
    return replace(record, replied_at=replied, rated_before_reply=review.rating)


def seen_again(record: ReviewRecord, review: Review, now: datetime) -> ReviewRecord:
    """Return the record after a new look: edited, restored, or the same object if unchanged.

    Where the store replaces the original date by the edited one, the first date stays. A field that
    was not understood before is filled in; names and places that change are no change.
    """
    if digest(review) == digest(record.review) and record.public:
        whole = _filled_in(record.review, review)
        if whole == record.review and not record.missed:
            return record
        return replace(record, review=whole, version=record.version + 1, missed=0)
    return replace(
        record,
        review=_with_first_date(record.review, review),
        version=record.version + 1,
        seen_at=now,
        public=True,
        removed_at=None,
        missed=0,
        verdict=_verdict(record, review),
        **_after_look(record, review, now),
    )


def seen_before(record: ReviewRecord, review: Review, at: datetime) -> ReviewRecord:
    """Return the record after learning how the review looked at an earlier moment.

    What it shows now stays. Its first date and our first sight move back, and a field that was not
    understood since is filled in; the same object if that tells nothing new.
    """
    old = record.review
    same_look = digest(review) == digest(old)
    created = review.created or old.created
    moved = created != old.created and not same_look
    shown = replace(
        _filled_in(old, review) if same_look else old,
        created=created,
        edited=(old.edited or old.created) if moved else old.edited,
    )
    first_seen = min(record.first_seen, at)
    if (shown, first_seen) == (old, record.first_seen):
        return record
    return replace(record, review=shown, version=record.version + 1, first_seen=first_seen)


def gone(record: ReviewRecord, now: datetime) -> ReviewRecord:
    """Return the record after proof that the store no longer shows it."""
    if not record.public:
        return record
    return replace(
        record, version=record.version + 1, seen_at=now, public=False, removed_at=now, missed=0
    )


def missed(record: ReviewRecord) -> ReviewRecord:
    """Return the record after a complete pass did not see it, and its removal was held."""
    return replace(record, version=record.version + 1, missed=record.missed + 1)


def changes(before: ReviewRecord | None, after: ReviewRecord) -> frozenset[Change]:
    """Return what happened between two records of one review."""
    if before is None:
        return frozenset({"new"})
    old, new = before.review, after.review
    happened: dict[Change, bool] = {
        "edited": (old.title, old.text) != (new.title, new.text),
        "rerated": (old.rating, old.recommended) != (new.rating, new.recommended),
        "replied": _said(old.reply) != _said(new.reply),
        "removed": before.public and not after.public,
        "restored": after.public and not before.public,
    }
    return frozenset(kind for kind, so in happened.items() if so)


def _after_look(record: ReviewRecord, review: Review, now: datetime) -> dict[str, Any]:
    """What a look that shows something new tells of the first reply, and of what came after it."""
    if record.replied_at is None:
        return _first_reply(record, review, now)
    if _given(record.review) == _given(review):
        return {}
    edited = _moment(_new_edit(record.review, review), record.replied_at, now)
    if edited > record.replied_at + AFTER_REPLY:
        return {}
    first = record.edited_after_reply or edited
    return {"edited_after_reply": first, "rated_after_reply": review.rating}


def _first_reply(record: ReviewRecord, review: Review, now: datetime) -> dict[str, Any]:
    """What is new with a reply; an edit in the same look came after it where the store says so."""
    if review.reply is None or record.review.reply:
        return {}
    replied = _moment(review.reply.created, record.first_seen, now)
    told = _new_edit(record.review, review)
    if told is None or not replied < parse(told) <= now:
        return {"replied_at": replied, "rated_before_reply": review.rating}
    return {
        "replied_at": replied,
        "rated_before_reply": record.review.rating,
        "edited_after_reply": parse(told),
        "rated_after_reply": review.rating,
    }


def _new_edit(old: Review, new: Review) -> str | None:
    return new.edited if new.edited != old.edited and _given(old) != _given(new) else None


def _moment(told: str | None, since: datetime, now: datetime) -> datetime:
    """When something happened that was seen at `now`: as the store tells it, if that can be so."""
    moment = parse(told) if told else now
    return moment if since < moment <= now else now


def _verdict(record: ReviewRecord, review: Review) -> Verdict | None:
    """What stays of the verdict on a review that looks like this now."""
    old = record.review
    same_text = (old.title, old.text) == (review.title, review.text)
    if same_text and old.rating == review.rating:
        return record.verdict
    return read_again(record.verdict, same_text=same_text)


def _with_first_date(old: Review, new: Review) -> Review:
    """Return the new look with the first date, where the store shows that of the edit instead."""
    same = _given(old) == _given(new)
    if new.created is None:
        first = old.created or (None if same else old.edited)
        return replace(new, created=first, edited=new.edited or old.edited)
    if old.created is None or old.created == new.created:
        return replace(new, edited=new.edited or (old.edited if same else None))
    edited = new.edited or (old.edited if same else new.created)
    return replace(new, created=old.created, edited=edited)


def _given(review: Review) -> tuple[object, ...]:
    """Return what the customer gave."""
    return review.rating, review.recommended, review.title, review.text


def _filled_in(old: Review, new: Review) -> Review:
    """Return the old look with what only the new one has."""
    lost = {name: getattr(new, name) for name in _MAY_BE_LOST if getattr(old, name) is None}
    if old.created is None and old.edited is None:
        lost |= {"created": new.created, "edited": new.edited}
    return replace(old, **lost)


def _said(reply: Reply | None) -> str | None:
    return reply.text if reply else None
