"""Score: every text gets its sentiment, by one batch of records at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from northstar.app.ports import FeedbackStore
from northstar.domain.aggregates import Record
from northstar.domain.errors import Conflict, NorthstarError
from northstar.domain.remarks import Remark
from northstar.domain.sentiment import Document, Scorer
from northstar.domain.surveys import AnonymousAnswer, Ask


def score(
    records: Iterable[Record], *, store: FeedbackStore, scorer: Scorer
) -> dict[str, NorthstarError]:
    """Score the texts of records and store each score; return what failed, by record id.

    A record that has moved on since is left to its newer version.
    """
    waiting = [record for record in records if record.needs_score]
    scores = scorer.score([_document(record) for record in waiting])
    failed: dict[str, NorthstarError] = {}
    for record, verdict in zip(waiting, scores, strict=True):
        scored = replace(record, score=verdict, version=record.version + 1)
        try:
            store.save_score(scored, record.version)
        except Conflict:
            continue
        except NorthstarError as error:
            failed[record.id] = error
    return failed


def _document(record: Record) -> Document:
    match record:
        case Ask():
            comment = record.response.comment if record.response else None
            return Document(comment or "", record.ticket.language)
        case AnonymousAnswer():
            return Document(record.response.comment or "", record.language)
        case Remark():
            return Document(record.said.text or "", record.said.language)
    return Document(record.text, record.review.language)
