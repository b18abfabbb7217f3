"""Feedback as a CSV file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from northstar.domain.feedback import Feedback
from northstar.domain.verdicts import Verdict
from northstar.web.tables import Cell, csv_file

COLUMNS = (
    "id",
    "kind",
    "occurred_at",
    "rating",
    "solved",
    "title",
    "text",
    "source",
    "channel",
    "template",
    "language",
    "sentiment",
    "sentiment_label",
    "sentiment_engine",
    "subject",
    "reply",
    "url",
    "edited",
    "public",
    "suspect",
    "journey",
    "team",
    "agent",
    "survey",
)


def feedback_csv(items: Iterable[Feedback]) -> Iterator[str]:
    """Yield the file line by line, as `csv_file` does.

    Empty means unknown: `solved` is yes, no or empty; `sentiment` is −1..1, or empty when
    undetermined or not scored. A text that a spreadsheet could take for a formula begins with an
    apostrophe. The customer's name is never exported.
    """
    return csv_file(COLUMNS, map(_cells, items))


def _cells(item: Feedback) -> tuple[Cell, ...]:
    verdict = item.verdict
    value = verdict.by_edition()[verdict.edition].value if verdict else None
    return (
        item.id,
        item.kind,
        item.occurred_at,
        item.rating,
        _yes_no(item.solved),
        item.title,
        item.text,
        item.source,
        item.channel,
        item.template,
        item.language,
        value,
        verdict.label if verdict else None,
        _engine(verdict),
        item.subject,
        item.reply,
        item.url,
        _yes_no(item.edited),
        _yes_no(item.public),
        _yes_no(item.suspect),
        item.journey,
        item.team,
        item.agent,
        item.survey,
    )


def _engine(verdict: Verdict | None) -> str | None:
    """Who says so: an engine, or a person who has corrected it."""
    if verdict is None:
        return None
    said = verdict.correction
    return "person" if said and said.label else verdict.score.engine


def _yes_no(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"
