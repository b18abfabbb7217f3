"""Reads single cells of an exported file; what cannot be read is said, never guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Literal

from northstar.domain.errors import Broken
from northstar.sources.payload import YEARS, clean

Order = Literal["day", "month"]
"""What comes first in a date such as 05/04/2024."""

_RATING = re.compile(
    r"([1-5])(?:\.0+)?(?:\s*/\s*5|\s+(?:out\s+)?of\s+5)?(?:\s*stars?)?", re.IGNORECASE
)
_EPOCH = re.compile(r"(\d{9,10}|\d{12,13})(?:\.\d+)?", re.ASCII)
_CLOCK = r"(?:(?:,? (?:at )?|T)\d{1,2}:\d\d.*)?"
_SLASHED = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})" + _CLOCK, re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})([/.])(\d{1,2})\2(\d{1,2})" + _CLOCK, re.ASCII)
_ORDINAL = r"(\d{1,2})(?:st|nd|rd|th)?"
_MONTH_NAMED = re.compile(
    rf"([a-z]{{3,9}})\.? {_ORDINAL},? (\d{{4}}){_CLOCK}", re.IGNORECASE | re.ASCII
)
_DAY_NAMED = re.compile(
    rf"{_ORDINAL} ([a-z]{{3,9}})\.?,? (\d{{4}}){_CLOCK}", re.IGNORECASE | re.ASCII
)
_ZONE_NAME = re.compile(r" ?(?:UTC|GMT)$")
_ZONE_BLANK = re.compile(r" (?=[+-]\d\d:?\d\d$)")
_TAG = re.compile(r"[a-z]{2,3}(?:[-_][a-z0-9]{2,8})*", re.IGNORECASE | re.ASCII)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_YES = {"true", "yes", "y", "1"}
_NO = {"false", "no", "n", "0"}


def text(cells: Mapping[str, Any], column: str | None) -> str | None:
    """Return the clean text of a cell; None where it is blank or there is no such column.

    Raises:
        Broken: it holds a list or an object.
    """
    value = cells.get(column) if column else None
    if value is not None and not isinstance(value, str):
        raise Broken(f"{column} holds a {type(value).__name__} and not one value")
    return clean(value or "") or None


def rating(told: str) -> int:
    """Return 1 to 5 of "4", "4.0", "4/5", "4 stars" or "4 out of 5". Raises Broken."""
    match = _RATING.fullmatch(told)
    if not match:
        raise Broken(f"rating {told[:40]!r} is not 1, 2, 3, 4 or 5")
    return int(match[1])


def yes(told: str) -> bool:
    """Return what yes, no, true, false, 1 or 0 says. Raises Broken."""
    word = told.casefold()
    if word not in _YES | _NO:
        raise Broken(f"{told[:40]!r} is neither yes nor no")
    return word in _YES


def tag(told: str | None) -> str | None:
    """Return a language tag such as "pt-BR"; None for anything else."""
    return told if told and _TAG.fullmatch(told) else None


def proves(told: str) -> Order | None:
    """Return which order a date in figures proves, as 30/05/2024 does; None for no proof."""
    match = _SLASHED.fullmatch(told)
    if not match:
        return None
    first, second = int(match[1]), int(match[3])
    if first > 12 >= second:
        return "day"
    return "month" if second > 12 >= first else None


@lru_cache(maxsize=8192)
def moment(told: str, order: Order | None = None, *, utc: bool = False) -> str:
    """Return a date as ISO 8601: a day, or a second with its zone ("2024-05-30T09:00:00Z").

    Reads ISO 8601, seconds and milliseconds since 1970, "May 30, 2024", "30 May 2024",
    "2024/05/30" and, in the given order, "30/05/2024". Of a time of day without a zone only the
    day is kept, as it is written: whose clock it was is not known. With `utc` the column says so.

    Raises:
        Broken: it is none of these, not in the years 2000 to 2100, or needs an order.
    """
    try:
        found = _iso(told, utc=utc) or _epoch(told) or _figures(told, order) or _words(told)
    except (ValueError, OverflowError):
        found = None
    if not found or int(found[:4]) not in YEARS:
        raise Broken(f"date {told[:40]!r} is not understood")
    return found


def _iso(told: str, *, utc: bool) -> str | None:
    zoned = _ZONE_BLANK.sub("", _ZONE_NAME.sub("+00:00", told))
    if zoned[4:5] != "-":
        return None
    try:
        found = datetime.fromisoformat(zoned)
    except ValueError:
        return None
    if found.tzinfo is None and utc and len(zoned) > len("2024-05-30"):
        found = found.replace(tzinfo=UTC)
    return found.date().isoformat() if found.tzinfo is None else _seconds(found)


def _seconds(found: datetime) -> str:
    return found.isoformat(timespec="seconds").replace("+00:00", "Z")


def _epoch(told: str) -> str | None:
    match = _EPOCH.fullmatch(told)
    if not match:
        return None
    return _seconds(
        datetime.fromtimestamp(int(match[1]) // (1000 if len(match[1]) > 10 else 1), UTC)
    )


def _figures(told: str, order: Order | None) -> str | None:
    if match := _YEAR_FIRST.fullmatch(told):
        return date(int(match[1]), int(match[3]), int(match[4])).isoformat()
    match = _SLASHED.fullmatch(told)
    if not match:
        return None
    if order is None:
        raise Broken(
            f"date {told[:40]!r} may begin with day or month; say --day-first or --month-first"
        )
    first, second = int(match[1]), int(match[3])
    day, month = (first, second) if order == "day" else (second, first)
    return date(int(match[4]), month, day).isoformat()


def _words(told: str) -> str | None:
    if match := _MONTH_NAMED.fullmatch(told):
        name, day, year = match.groups()
    elif match := _DAY_NAMED.fullmatch(told):
        day, name, year = match.groups()
    else:
        return None
    return date(int(year), _month(name), int(day)).isoformat()


def _month(name: str) -> int:
    """1 to 12 of "May", "Sep", "Sept" or "september". Raises ValueError."""
    return next(
        (number for number, month in enumerate(_MONTHS, 1) if month.startswith(name.lower())), 0
    )
