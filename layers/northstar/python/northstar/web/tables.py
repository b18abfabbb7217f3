"""Any table as a CSV file that a spreadsheet opens as it is, and cannot be made to calculate."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

Cell = str | int | float | None

_BOM = "\ufeff"
_FORMULA = "=+-@"
_PIECES = re.compile(r"([;\t\r\n])")
_UNSEEN = ("C", "Z", "M")


def csv_file(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Yield a file line by line: UTF-8 with a byte order mark, quoted as RFC 4180 says.

    A cell that is None is empty. A text that a spreadsheet could take for a formula begins with an
    apostrophe.
    """
    yield _BOM + _line(columns)
    yield from map(_line, rows)


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
