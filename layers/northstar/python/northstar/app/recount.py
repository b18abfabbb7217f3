"""Recount: the proof that the aggregates equal what the records add up to, and the repair."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from northstar.app.count import count
from northstar.app.ports import FeedbackStore, ProgressStore
from northstar.domain.aggregates import Record, Row, contribution, rows
from northstar.domain.surveys import Ask


@dataclass(frozen=True, slots=True)
class Drift:
    """One measure of one row that is not what the counted contributions add up to."""

    row: Row
    measure: str
    aggregate: int
    recounted: int


@dataclass(frozen=True, slots=True)
class Recount:
    """What a recount found.

    `behind` are the records whose contribution is not (yet) the one that their newest version
    makes; without any, the aggregates are those of the records. `waiting` asks are not sent yet,
    and count from then on.
    """

    records: int
    rows: int
    behind: tuple[str, ...]
    drift: tuple[Drift, ...]
    waiting: int = 0

    @property
    def agrees(self) -> bool:
        """Whether every record is counted and every row is right to the last unit."""
        return not self.behind and not self.drift


def recount(*, feedback: FeedbackStore, progress: ProgressStore, zone: ZoneInfo) -> Recount:
    """Compare every record with its contribution, and their sum with every row. Reads all."""
    counted = {one.record_id: one for one in progress.contributions()}
    expected: Counter[tuple[Row, str]] = Counter()
    for one in counted.values():
        expected.update(rows(one.parts))
    actual = Counter(
        {
            (row, measure): amount
            for row, measures in progress.totals()
            for measure, amount in measures.items()
        }
    )
    records, waiting, behind = 0, 0, []
    for record in feedback.records():
        records += 1
        if isinstance(record, Ask) and record.state == "planned":
            waiting += 1
            continue
        if counted.get(record.id) != contribution(record, zone):
            behind.append(record.id)
    found = len({row for row, _ in actual})
    return Recount(records, found, tuple(behind), _drift(actual, expected), waiting)


def repair(
    found: Recount, *, feedback: FeedbackStore, progress: ProgressStore, zone: ZoneInfo
) -> Recount:
    """Count what is behind through the normal path, set the other rows right, and recount.

    Run it while nothing else counts: a row is corrected by the difference that was seen.
    """
    late = set(found.behind)
    for batch in _batches(r for r in feedback.records() if r.id in late and r.countable):
        count(batch, store=progress, zone=zone)
    for wrong in recount(feedback=feedback, progress=progress, zone=zone).drift:
        change = {wrong.row: {wrong.measure: wrong.recounted - wrong.aggregate}}
        progress.count([], {}, change)
        progress.forget_histories(change)
    return recount(feedback=feedback, progress=progress, zone=zone)


def _drift(
    actual: Counter[tuple[Row, str]], expected: Counter[tuple[Row, str]]
) -> tuple[Drift, ...]:
    return tuple(
        Drift(row, measure, actual[row, measure], expected[row, measure])
        for row, measure in sorted({*actual, *expected})
        if actual[row, measure] != expected[row, measure]
    )


def _batches(records: Iterable[Record], size: int = 50) -> Iterator[list[Record]]:
    batch: list[Record] = []
    for record in records:
        batch.append(record)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
