"""Score: every text is read by the engines, by one batch of records at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from northstar.app.ports import FeedbackStore, ProgressStore
from northstar.domain.aggregates import Record
from northstar.domain.editions import Editions, want
from northstar.domain.errors import Conflict, NorthstarError
from northstar.domain.sentiment import Document
from northstar.domain.verdicts import Reader, succeed

Readers = Callable[[str | None], Reader]
"""Returns the reader of that id, or the newest there is."""

_ATTEMPTS = 5


def score(
    records: Iterable[Record],
    *,
    store: FeedbackStore,
    progress: ProgressStore,
    readers: Readers,
) -> dict[str, NorthstarError]:
    """Read the texts of records and store each verdict; return what failed, by record id.

    A record that has moved on since is left to its newer version. Raises Unavailable when nobody
    can read now; then nothing is stored.
    """
    waiting = [record for record in records if record.needs_score]
    if not waiting:
        return {}
    reader = readers(progress.editions().reader)
    editions = wanted(reader.id, progress)
    failed: dict[str, NorthstarError] = {
        record.id: Conflict("A newer engine has read it; try again.")
        for record in waiting
        if is_newer(record, editions)
    }
    own = [record for record in waiting if record.id not in failed]
    for record in read(own, reader, editions):
        try:
            store.save_verdict(record, record.version - 1)
        except Conflict:
            continue
        except NorthstarError as error:
            failed[record.id] = error
    return failed


def wanted(reader: str, progress: ProgressStore) -> Editions:
    """Return the editions, with this reader as the wanted one. Raises Conflict, Unavailable."""
    for _ in range(_ATTEMPTS):
        editions = progress.editions()
        wanting = want(editions, reader)
        if wanting is editions:
            return editions
        try:
            return progress.save_editions(wanting)
        except Conflict:
            continue
    raise Conflict("Others keep changing which engine is wanted; try again.")


def is_newer(record: Record, editions: Editions) -> bool:
    """Whether a reader that came after the wanted one of these editions has read a record."""
    return record.verdict is not None and record.verdict.generation > editions.generation


def read(records: Sequence[Record], reader: Reader, editions: Editions) -> list[Record]:
    """Return the records, one version on, with new verdicts of the wanted edition."""
    place = editions.wanted, editions.generation
    verdicts = reader.read([_document(record) for record in records])
    return [
        replace(record, verdict=succeed(new, record.verdict, *place), version=record.version + 1)
        for record, new in zip(records, verdicts, strict=True)
    ]


def _document(record: Record) -> Document:
    """What was said, in the language that a person says it is in, and what was made of it."""
    document, verdict = record.document, record.verdict
    if verdict is None:
        return document
    said = verdict.correction.language if verdict.correction else None
    return replace(
        document, scored=verdict.score, declared_language=said or document.declared_language
    )
