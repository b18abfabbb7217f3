"""Imports what a file holds: reviews and answers from before we began to look, each once.

A row counts as a look that was taken on its own date: it never replaces what was seen later, and
nobody is told of it as news. Importing the same file again changes nothing.
"""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import TypeVar

from northstar.app.ports import FeedbackStore
from northstar.domain.errors import Invalid, Retryable
from northstar.domain.reviews import (
    Review,
    ReviewRecord,
    digest,
    first_sight,
    seen_again,
    seen_before,
)
from northstar.domain.surveys import AnonymousAnswer
from northstar.domain.times import parse

BATCH = 100
BATCH_TEXT = 500_000
"""Characters of all texts in a batch: a transaction takes at most 4 MB (DynamoDB quotas)."""
TRIES = 8
FIRST_PAUSE = 0.1
"""Seconds at most; each further pause may be twice as long."""
FIRST_FAULTS = 10

Said = Review | AnonymousAnswer
Imported = ReviewRecord | AnonymousAnswer
Sleep = Callable[[float], None]
Result = TypeVar("Result")

_SAME = timedelta(days=1)
"""Two dates no further apart may be one, told in another zone or precision."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a file, counted from 1: what it says of which app, or why it cannot be read.

    `made_id` says that the store's own id was not there, and one was made of what the row says.
    """

    number: int
    said: Said | None = None
    app: str = ""
    fault: str | None = None
    made_id: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """How far an import has come: rows done, of these new, known, and not read.

    `changed` of the known ones learned something: a first date, or a later look. `made_ids` of new
    and known ones have no id of the store. `faults` are the first reasons.
    """

    rows: int = 0
    new: int = 0
    known: int = 0
    changed: int = 0
    unread: int = 0
    made_ids: int = 0
    faults: tuple[str, ...] = ()


def import_lines(
    lines: Iterable[Line],
    feedback: FeedbackStore,
    now: datetime,
    tally: Tally | None = None,
    *,
    sleep: Sleep = time.sleep,
) -> Iterator[Tally]:
    """Store what the rows say, in batches; yield after each how far it has come.

    `tally` is what was done before these rows. `now` is aware. `sleep` can be replaced.

    Raises:
        Retryable: the store did not answer, however often it was asked. The rows of the last tally
            are stored; going on after them, or beginning anew, counts nothing twice.
    """
    done = tally or Tally()
    for batch in _batches(lines):
        done = _import(batch, feedback, now, done, sleep)
        yield done


def read_lines(lines: Iterable[Line]) -> Iterator[Tally]:
    """Go over rows as an import does, and store nothing; every row that can be read is new."""
    done = Tally()
    for batch in _batches(lines):
        readable = [line for line in batch if line.said]
        done = replace(
            done,
            rows=batch[-1].number,
            new=done.new + len(readable),
            made_ids=done.made_ids + _made_ids(readable),
        )
        done = _with_faults(done, batch)
        yield done


def up_to(lines: Iterable[Line], now: datetime) -> Iterator[Line]:
    """Yield lines; one with a date more than a day after `now`, which is aware, is a fault."""
    for line in lines:
        late = next((date for date in _dates(line.said) if parse(date) > now + _SAME), None)
        yield Line(line.number, fault=f"date {late} is in the future") if late else line


def _dates(said: Said | None) -> list[str]:
    match said:
        case Review():
            reply = said.reply.created if said.reply else None
            return [date for date in (said.created, said.edited, reply) if date]
        case AnonymousAnswer():
            return [said.day]
    return []


def skip(lines: Iterator[Line], rows: int, feedback: FeedbackStore, now: datetime) -> bool:
    """Move over the rows that were done before; return whether the last of them are stored.

    Where they are not, the store is another one or was emptied, and nothing is done.
    """
    last = deque(islice(lines, rows), maxlen=BATCH)
    found = (_record(line.said, line.app, now) for line in last if line.said)
    records = {record.id: record for record in found}
    try:
        return not records or feedback.existing([*records.values()]) == records.keys()
    except Invalid:
        return False


def _batches(lines: Iterable[Line]) -> Iterator[list[Line]]:
    batch: list[Line] = []
    size = 0
    for line in lines:
        length = _length(line.said)
        if len(batch) == BATCH or (batch and size + length > BATCH_TEXT):
            yield batch
            batch, size = [], 0
        batch.append(line)
        size += length
    if batch:
        yield batch


def _length(said: Said | None) -> int:
    match said:
        case Review():
            reply = said.reply.text if said.reply else None
            texts = (said.title, said.text, said.author, said.url, reply)
            return sum(len(text) for text in texts if text)
        case AnonymousAnswer():
            return len(said.response.comment or "")
    return 0


def _import(
    batch: list[Line], feedback: FeedbackStore, now: datetime, done: Tally, sleep: Sleep
) -> Tally:
    said = [(line, _record(line.said, line.app, now)) for line in batch if line.said]
    first = {record.id: record for _, record in reversed(said)}
    new, refused = _add([*first.values()], feedback, sleep)
    told = [(line, record) for line, record in said if record.id not in refused]
    known = [record for _, record in told if new.get(record.id) is not record]
    looks = [record for record in known if isinstance(record, ReviewRecord)]
    done = replace(
        done,
        rows=batch[-1].number,
        new=done.new + len(new),
        known=done.known + len(known),
        changed=done.changed + _look(looks, feedback, sleep),
        made_ids=done.made_ids + _made_ids(line for line, _ in told),
    )
    unstored = [
        replace(line, fault=refused[record.id]) for line, record in said if record.id in refused
    ]
    return _with_faults(done, [*batch, *unstored])


def _record(said: Said, app: str, now: datetime) -> Imported:
    """Return what is stored where nothing is known; a review looked like that on its own date."""
    if isinstance(said, AnonymousAnswer):
        return said
    record = first_sight(said, app, now, history=True)
    return replace(record, seen_at=min(_written(said) or now, now))


def _written(review: Review) -> datetime | None:
    """Return since when it looks like this; of a day its midnight in UTC."""
    told = review.edited or review.created
    return parse(told) if told else None


def _made_ids(lines: Iterable[Line]) -> int:
    return sum(line.made_id for line in lines)


def _with_faults(done: Tally, lines: Iterable[Line]) -> Tally:
    found = [f"data row {line.number}: {line.fault}" for line in lines if line.fault]
    faults = (*done.faults, *found)[:FIRST_FAULTS]
    return replace(done, unread=done.unread + len(found), faults=faults)


# ------------------------------------------------------------------ what is new


def _add(
    records: list[Imported], feedback: FeedbackStore, sleep: Sleep
) -> tuple[dict[str, Imported], dict[str, str]]:
    """Store the new ones among records; return them, and why some cannot be stored, by id."""
    try:
        added = _persistently(lambda: _add_missing(records, feedback), sleep)
        return {record.id: record for record in added}, {}
    except Invalid as problem:
        if len(records) == 1:
            return {}, {records[0].id: f"cannot be stored: {problem}"}
    new: dict[str, Imported] = {}
    refused: dict[str, str] = {}
    for record in records:
        one, reasons = _add([record], feedback, sleep)
        new |= one
        refused |= reasons
    return new, refused


def _add_missing(records: list[Imported], feedback: FeedbackStore) -> list[Imported]:
    stored = feedback.existing(records) if records else set()
    missing = [record for record in records if record.id not in stored]
    if missing:
        feedback.put_records(missing)
    return missing


# ------------------------------------------------------------------ what is known


def _look(looks: list[ReviewRecord], feedback: FeedbackStore, sleep: Sleep) -> int:
    """Let known reviews learn what rows say of them; return of how many times that was news."""
    by_app: dict[tuple[str, str], list[ReviewRecord]] = {}
    for look in looks:
        by_app.setdefault((look.review.source, look.app), []).append(look)
    changed = 0
    for (source, app), of_app in by_app.items():
        ids = {look.review.id for look in of_app}
        known = _persistently(partial(feedback.reviews, source, app, ids), sleep)
        for look in of_app:
            before = known[look.review.id]
            known[look.review.id] = _learn(before, look, feedback, sleep)
            changed += known[look.review.id] is not before
    return changed


def _learn(
    known: ReviewRecord, look: ReviewRecord, feedback: FeedbackStore, sleep: Sleep
) -> ReviewRecord:
    """Store what a known review learns of a look; somebody else's version is read again first."""

    def learn(known: ReviewRecord) -> ReviewRecord:
        after, earlier = _looked(known, look)
        if earlier:
            feedback.keep_version(earlier)
        if after is not known:
            feedback.put_review(after, known)
        return after

    def learn_anew() -> ReviewRecord:
        found = feedback.reviews(look.review.source, look.app, [look.review.id])
        return learn(found[look.review.id])

    try:
        return learn(known)
    except Retryable:
        return _persistently(learn_anew, sleep)


def _looked(known: ReviewRecord, look: ReviewRecord) -> tuple[ReviewRecord, ReviewRecord | None]:
    """Return the record after a look, and the look itself where it shows how it was earlier."""
    review = _completed(look.review, known.review)
    dated = _written(look.review) is not None
    differs = digest(review) != digest(known.review)
    if dated and differs and look.seen_at > known.seen_at:
        return seen_again(known, review, look.seen_at), None
    created = _earlier(review.created, known.review.created)
    after = seen_before(known, replace(review, created=created), known.first_seen)
    return after, replace(look, review=review) if dated and differs else None


def _completed(row: Review, known: Review) -> Review:
    """Return a row's review with what the row leaves out: a file may lack whole columns.

    A first date that may be the known one is the known one.
    """
    missing = {
        one.name: getattr(known, one.name)
        for one in fields(Review)
        if getattr(row, one.name) is None
    }
    if row.created and known.created and abs(_apart(row.created, known.created)) <= _SAME:
        missing["created"] = known.created
    return replace(row, **missing)


def _earlier(told: str | None, known: str | None) -> str | None:
    return min((date for date in (told, known) if date), key=parse, default=None)


def _apart(one: str, other: str) -> timedelta:
    return parse(one) - parse(other)


# ------------------------------------------------------------------ patience


def _persistently(act: Callable[[], Result], sleep: Sleep) -> Result:
    """Return what comes of it, at one of TRIES tries with pauses. Raises Retryable after them."""
    for attempt in range(TRIES - 1):
        try:
            return act()
        except Retryable:
            sleep(random.uniform(0, FIRST_PAUSE * 2**attempt))  # noqa: S311  full jitter
    return act()
