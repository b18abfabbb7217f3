"""Stores in memory: as strict about versions and transactions as the real ones, and much faster.

`tests/integration/test_stores.py` runs one suite against these and against DynamoDB on moto.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from northstar.app.count import ACTIONS_LIMIT
from northstar.domain.aggregates import Contribution, Measures, Record, Row
from northstar.domain.errors import Conflict, Invalid


class MemoryProgress:
    """The counting half of the ProgressStore protocol."""

    def __init__(self) -> None:
        self._contributions: dict[str, Contribution] = {}
        self._rows: dict[Row, dict[str, int]] = defaultdict(lambda: defaultdict(int))

    def counted(self, record_ids: Sequence[str]) -> dict[str, Contribution]:
        """Return the contributions that are counted now."""
        found = ((i, self._contributions.get(i)) for i in record_ids)
        return {i: one for i, one in found if one is not None}

    def count(
        self,
        new: Sequence[Contribution],
        counted: Mapping[str, Contribution],
        changes: Mapping[Row, Measures],
    ) -> None:
        """Write all or nothing, over exactly the contributions the changes were computed from."""
        if len(new) + len(changes) > ACTIONS_LIMIT:
            raise Invalid("too many actions in one transaction")
        for one in new:
            if self._contributions.get(one.record_id) != counted.get(one.record_id):
                raise Conflict("counted by somebody else")
        self._contributions |= {one.record_id: one for one in new}
        for row, measures in changes.items():
            for measure, amount in measures.items():
                self._rows[row][measure] += amount

    def totals(self) -> Iterator[tuple[Row, Measures]]:
        """Return every row."""
        return ((row, dict(measures)) for row, measures in self._rows.items())

    def contributions(self) -> Iterator[Contribution]:
        """Return every contribution."""
        return iter(list(self._contributions.values()))


class MemoryRecords:
    """The half of the FeedbackStore protocol that a recount reads."""

    def __init__(self, records: Mapping[str, Record]) -> None:
        self._records = records

    def records(self) -> Iterator[Record]:
        """Return every record."""
        return iter(self._records.values())
