"""Aggregates: what each record adds to which row, and the difference that one version makes.

A record's *contribution* is a pure function of the record. The counter adds
`contribution(new) − contribution(counted before)` to the rows; so edits, removals, restores and
late arrivals are one operation, and a recount of all records must give the same rows.
Measures are whole numbers; sentiment is summed in thousandths.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

from northstar.domain.reviews import ReviewRecord
from northstar.domain.sentiment import Score
from northstar.domain.surveys import Ask
from northstar.domain.times import business_day, weekday_hour

Record = Ask | ReviewRecord
Measures = Mapping[str, int]


class Row(NamedTuple):
    """The key of an aggregate: one value of one dimension on one business day."""

    dimension: str
    value: str
    day: str


@dataclass(frozen=True, slots=True)
class Part:
    """Measures that land on one day, once for each of the dimension values."""

    day: str
    dimensions: tuple[tuple[str, str], ...]
    measures: Measures


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one record, at one version, adds."""

    record_id: str
    version: int
    parts: tuple[Part, ...]


def contribution(record: Record, zone: ZoneInfo) -> Contribution:
    """Return what a record adds; days are business days of `zone`."""
    parts = _of_ask(record, zone) if isinstance(record, Ask) else _of_review(record, zone)
    return Contribution(record.id, record.version, parts)


def rows(parts: Iterable[Part]) -> Counter[tuple[Row, str]]:
    """Return the parts spread over their rows: (row, measure) → whole number."""
    total: Counter[tuple[Row, str]] = Counter()
    for part in parts:
        for dimension, value in part.dimensions:
            for measure, amount in part.measures.items():
                total[Row(dimension, value, part.day), measure] += amount
    return total


def difference(
    new: Iterable[Contribution], counted: Iterable[Contribution]
) -> dict[Row, dict[str, int]]:
    """Return what to add to each row so that `new` replaces `counted`; zeros are left out."""
    total = rows(part for one in new for part in one.parts)
    total.subtract(rows(part for one in counted for part in one.parts))
    by_row: dict[Row, dict[str, int]] = {}
    for (row, measure), amount in total.items():
        if amount:
            by_row.setdefault(row, {})[measure] = amount
    return by_row


def _of_ask(ask: Ask, zone: ZoneInfo) -> tuple[Part, ...]:
    ticket = ask.ticket
    language = ask.score.language if ask.score else ticket.language
    dimensions = tuple(
        (dimension, value)
        for dimension, value in (
            ("all", "all"),
            ("channel", ticket.channel),
            ("team", ticket.team),
            ("template", str(ticket.template) if ticket.template else None),
            ("language", language),
        )
        if value
    )
    hour = (("hour", weekday_hour(ticket.opened_at or ticket.solved_at, zone)),)
    suppressed = {"suppressed": 1} if ask.state == "suppressed" else {}
    parts = [Part(business_day(ticket.solved_at, zone), dimensions, {"tickets": 1, **suppressed})]
    parts.append(
        Part(business_day(ticket.opened_at or ticket.solved_at, zone), hour, {"tickets": 1})
    )
    if ask.sent_at:
        answered = {"answered": 1} if ask.answered_at else {}
        parts.append(Part(business_day(ask.sent_at, zone), dimensions, {"sent": 1, **answered}))
    if ask.answered_at:
        parts.append(Part(business_day(ask.answered_at, zone), dimensions, _answer_measures(ask)))
    return tuple(parts)


def _answer_measures(ask: Ask) -> dict[str, int]:
    response = ask.response
    if response is None:
        return {}
    measures = {"answers": 1}
    if response.csat is not None:
        measures[f"csat_{response.csat}"] = 1
    if response.solved is not None:
        measures["solved_yes" if response.solved else "solved_no"] = 1
    if response.comment:
        measures["comments"] = 1
    return measures | _sentiment("answer", ask.score)


def _of_review(record: ReviewRecord, zone: ZoneInfo) -> tuple[Part, ...]:
    if not record.public:
        return ()
    review = record.review
    language = record.score.language if record.score else review.language
    dimensions = tuple(
        (dimension, value)
        for dimension, value in (
            ("all", "all"),
            ("source", review.source),
            ("app", f"{review.source}:{record.app}"),
            ("language", language),
            ("country", review.country),
        )
        if value
    )
    measures = {"reviews": 1}
    if review.rating is not None:
        measures[f"stars_{review.rating}"] = 1
    return (
        Part(
            business_day(record.written, zone),
            dimensions,
            measures | _sentiment("review", record.score),
        ),
    )


def _sentiment(kind: str, score: Score | None) -> dict[str, int]:
    if score is None:
        return {}
    measures = {f"{kind}_{score.label}": 1}
    if score.value is not None and round(score.value * 1000):
        measures[f"{kind}_sentiment"] = round(score.value * 1000)
    return measures
