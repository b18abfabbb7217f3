"""The part of ProgressTable that says which reviews the public wall does not show."""

from __future__ import annotations

from datetime import datetime

from northstar.domain.times import iso, parse
from northstar.store import keys
from northstar.store.client import Table


class DynamoTakedowns:
    """The Takedowns protocol over the ProgressTable: a row for each hidden review."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def hide(self, record_id: str, at: datetime) -> None:
        """Hide a review from a moment on."""
        self._table.put(keys.hidden(record_id) | {"hides": record_id, "at": iso(at)})

    def show(self, record_id: str) -> bool:
        """Hide a review no longer; False where it was not hidden."""
        return self._table.take(keys.hidden(record_id)) is not None

    def hidden(self) -> dict[str, datetime]:
        """Return since when each review is hidden, read consistently."""
        rows = self._table.query(keys.HIDDEN, ConsistentRead=True)
        return {row["hides"]: parse(row["at"]) for row in rows}
