"""Which column of an exported file is read as which field, and in what order its dates are.

Both are known before the first row is read: the file is gone through once for that.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from northstar.domain.errors import Broken, Invalid
from northstar.sources.cells import Order, proves
from northstar.sources.rows import MOST_COLUMNS, Form, Row, form_of, rows

Names = Mapping[str, tuple[str, ...]]
"""For each field the names of columns it may have, best first, as `_plain` writes them."""

UNREAD = "unread"


class Unnamed(Broken):
    """Raised where none of the columns is called as one that is needed; the user can name it."""


_UTC = re.compile(r"\bUTC\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Layout:
    """What a file is like: how it is written, how many rows it has, and what is where.

    `columns` maps fields to columns; `unread` are the others. `orders` are those orders of dates
    in figures that a column as a whole proves.
    """

    form: Form
    rows: int
    columns: Mapping[str, str]
    unread: tuple[str, ...] = ()
    orders: Mapping[str, Order] = field(default_factory=dict)

    def order(self, column: str) -> Order | None:
        """Return what comes first in a column's dates in figures; None where that is unknown."""
        return self.orders.get(column)

    def by_column(self) -> dict[str, str]:
        """Return for each column the field it is read as, or "unread"."""
        read = {column: name for name, column in self.columns.items()}
        return read | dict.fromkeys(self.unread, UNREAD)


def layout(
    stream: BinaryIO,
    names: Names,
    given: Mapping[str, str] | None = None,
    order: Order | None = None,
) -> Layout:
    """Go through a file and return what it is like.

    `given` maps fields to columns, or to "" for a field that is not in the file; it comes before
    what the names suggest. `order` comes before what the columns prove.

    Raises:
        Broken: the file is empty or has no columns.
        Invalid: `given` names a field or a column that there is not.
    """
    form = form_of(stream)
    found = dict.fromkeys(form.header)
    evidence: dict[str, set[Order]] = {}
    row = Row(0, {})
    for row in rows(stream, form):
        if not row.cells.keys() <= found.keys():
            found |= dict.fromkeys(row.cells)
            if len(found) > MOST_COLUMNS:
                raise Broken(f"The rows have more than {MOST_COLUMNS} different columns.")
        for column, proof in _proofs(row.cells):
            evidence.setdefault(column, set()).add(proof)
    if not found:
        first = f"data row {row.number} {row.fault or 'is blank'}"
        why = first if row.number else "it lists no objects"
        raise Broken(f"The file has no rows with columns: {why}.")
    columns = match(found.keys(), names, given or {})
    return Layout(
        form=form,
        rows=row.number,
        columns=columns,
        unread=tuple(column for column in found if column not in columns.values()),
        orders=dict.fromkeys(found, order) if order else _proven(evidence),
    )


def _proofs(cells: Mapping[str, Any]) -> Iterator[tuple[str, Order]]:
    for column, value in cells.items():
        if isinstance(value, str) and value[:1].isdigit() and (proof := proves(value)):
            yield column, proof


def match(found: Collection[str], names: Names, given: Mapping[str, str]) -> dict[str, str]:
    """Return for each field its column: the given one, else the first with one of its names.

    A column is read as one field. Raises Invalid for a given field or column that there is not.
    """
    by_name = {_plain(column): column for column in reversed([*found])}
    columns = {name: _given(name, column, names, found) for name, column in given.items()}
    for name, known in names.items():
        if name in columns:
            continue
        free = (by_name[one] for one in known if one in by_name)
        columns[name] = next((column for column in free if column not in columns.values()), "")
    return {name: column for name, column in columns.items() if column}


def _given(name: str, column: str, names: Names, found: Collection[str]) -> str:
    if name not in names:
        raise Invalid(f"field {name!r} is unknown; use one of: {', '.join(names)}.", "column")
    if column and column not in found:
        there = ", ".join(found)
        raise Invalid(f"column {column!r} is not in the file; it has: {there}.", "column")
    return column


def says_utc(column: str) -> bool:
    """Return whether a column's name says that its times are UTC, as "Date (UTC)" does."""
    return _UTC.search(column) is not None


def _proven(evidence: Mapping[str, set[Order]]) -> dict[str, Order]:
    return {column: next(iter(orders)) for column, orders in evidence.items() if len(orders) == 1}


def _plain(column: str) -> str:
    """The name as we compare it: "Review Submit Date (UTC)" is reviewsubmitdate."""
    folded = unicodedata.normalize("NFKC", _UTC.sub("", column)).casefold()
    return "".join(character for character in folded if character.isalnum())
