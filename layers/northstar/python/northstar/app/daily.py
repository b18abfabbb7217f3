"""Reads what each day counted from a CSV file, and refuses what could mean two things."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from northstar.domain.errors import Invalid

MOST = 1_000_000_000
_COLUMNS = ("day", "count")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_COUNT = re.compile(r"\d+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Daily:
    """Counts by day; `assumed` are sentences on what the file left to be understood."""

    counts: dict[date, int]
    assumed: tuple[str, ...]


def read(lines: Iterable[str]) -> Daily:
    """Read CSV with the columns day (2026-11-22) and count (0, 1, 2, …), a row for each day.

    A day without a row or with an empty count is not known, which is not 0.

    Raises:
        Invalid: a column, a day or a count is missing or wrong, a day is there twice, or days are
            left out in a way that might mean 0.
    """
    rows = csv.DictReader(lines)
    try:
        names = rows.fieldnames
        if not names:
            raise Invalid("The file is empty: it needs the columns day and count.", "CSV")
        for name in _COLUMNS:
            if name not in names:
                raise Invalid(f"The file has no column {name}: name it in the first row.", "CSV")
        found = dict(_rows(rows))
    except (csv.Error, UnicodeDecodeError) as error:
        raise Invalid(f"The file is no CSV in UTF-8: {error}.", "CSV") from error
    counts = {day: count for day, count in found.items() if count is not None}
    if not counts:
        raise Invalid("The file has no row with a count: give each day one.", "CSV")
    _refuse_left_out(found)
    return Daily(counts, tuple(_assumed(list(found), counts)))


def day_of(text: str) -> date:
    """Return the day of a text such as 2026-11-22; raises ValueError for any other."""
    if not _DAY.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


def _rows(rows: csv.DictReader[str]) -> Iterator[tuple[date, int | None]]:
    seen: dict[date, int] = {}
    for row in rows:
        day = _day(row["day"], rows.line_num)
        if day in seen:
            raise Invalid(
                f"Line {rows.line_num}: {day} is in line {seen[day]} already; "
                "give each day one row.",
                "day",
            )
        seen[day] = rows.line_num
        yield day, _count(row["count"], rows.line_num)


def _day(text: str | None, line: int) -> date:
    try:
        return day_of((text or "").strip())
    except ValueError as error:
        raise Invalid(
            f"Line {line}: {_short(text)} is no day; write it as 2026-11-22.", "day"
        ) from error


def _count(text: str | None, line: int) -> int | None:
    text = (text or "").strip()
    if not text:
        return None
    if not _COUNT.fullmatch(text):
        raise Invalid(
            f"Line {line}: {_short(text)} is no count; write a whole number, 0 or more.", "count"
        )
    if len(text.lstrip("0")) > len(str(MOST)) or int(text) > MOST:
        raise Invalid(f"Line {line}: the count is over {MOST:,}; check the row.", "count")
    return int(text)


def _short(text: str | None) -> str:
    text = text or ""
    return repr(text if len(text) <= 40 else f"{text[:40]}…")


def _refuse_left_out(found: dict[date, int | None]) -> None:
    """Refuse a file that has small counts, but neither a 0 nor all days."""
    left_out = (max(found) - min(found)).days + 1 - len(found)
    known = [count for count in found.values() if count is not None]
    if left_out and min(known) == 1:
        raise Invalid(
            f"The file leaves out {_days(left_out)} and has no day with 0: write a row for every "
            "day, with 0 where nothing came, and with no count where it is not known.",
            "CSV",
        )


def _assumed(order: list[date], counts: dict[date, int]) -> Iterator[str]:
    if any(later < day for day, later in pairwise(order)):
        yield "The rows are not in the order of their days; they were put in order."
    first, last = min(counts), max(counts)
    unknown = (last - first).days + 1 - len(counts)
    if unknown:
        yield (
            f"{_days(unknown)} between {first} and {last} without a count: taken as not known, "
            "not as 0."
        )


def _days(number: int) -> str:
    return f"{number:,} day" if number == 1 else f"{number:,} days"
