"""Feedback as a CSV file that a spreadsheet opens as it is, and cannot be made to calculate."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator

from northstar.domain.feedback import Feedback
from northstar.domain.verdicts import Verdict

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

Cell = str | int | float | None

_BOM = "\ufeff"
_FORMULA = "=+-@"
_PIECES = re.compile(r"([;\t\r\n])")
_UNSEEN = ("C", "Z", "M")


def feedback_csv(items: Iterable[Feedback]) -> Iterator[str]:
    """Yield the file line by line: UTF-8 with a byte order mark, quoted as RFC 4180 says.

    Empty means unknown: `solved` is yes, no or empty; `sentiment` is −1..1, or empty when
    undetermined or not scored. A text that a spreadsheet could take for a formula begins with an
    apostrophe. The customer's name is never exported.
    """
    yield _BOM + _line(COLUMNS)
    for item in items:
        yield _line(_cells(item))


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


def _line(cells: Iterable[Cell]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow(map(_safe, cells))
    return buffer.getvalue()


def _safe(cell: Cell) -> Cell:
    """Return a text with an apostrophe before whatever begins like a formula; numbers stay numbers.

    A spreadsheet of another locale splits at semicolons and tabs, so each piece of the text is
    looked at.
    """
    if not isinstance(cell, str):
        return cell
    return "".join(map(_no_formula, _PIECES.split(_no_formula(cell))))


def _no_formula(piece: str) -> str:
    """Blanks, controls and combining characters do not hide a sign, nor does its full width."""
    first = next((c for c in piece if unicodedata.category(c)[0] not in _UNSEEN), "")
    return f"'{piece}" if unicodedata.normalize("NFKC", first)[:1] in tuple(_FORMULA) else piece
