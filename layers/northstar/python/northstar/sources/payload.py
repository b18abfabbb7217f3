"""Turns the bytes of a store into text that a parser can take without harm, or says why not."""

from __future__ import annotations

import re

from northstar.domain.errors import Broken

LARGEST = 4_000_000
MOST_TAGS = 20_000
MOST_WORDS = 60_000
MOST_EQUALS = 20_000
LONGEST_TEXT = 10_000
"""Characters of a text that are kept: a record takes at most 400 KB (DynamoDB quotas)."""
YEARS = range(2000, 2101)
"""Years in which a review may have been written; a date outside them is not understood."""

_CONTROLS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]"  # not storable or not sendable
)


def decoded(payload: bytes) -> str:
    """Return a payload as text.

    Raises:
        Broken: it is empty, larger than 4 MB, or not UTF-8.
    """
    if not payload.strip():
        raise Broken("The payload is empty.")
    if len(payload) > LARGEST:
        raise Broken(f"The payload has {len(payload)} bytes; at most {LARGEST} are read.")
    try:
        return payload.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Broken(f"The payload is not UTF-8 at byte {error.start}.") from error


def check_markup(text: str) -> None:
    """Raise Broken for markup that would keep a parser busy for longer than a page is worth.

    The limits are more than ten times (words: four times) what recorded pages hold; HTML parsers
    take quadratic time for deep nesting and for many attributes.
    """
    for what, found, most in (
        ("tags", text.count("<"), MOST_TAGS),
        ("words", len(text.split()), MOST_WORDS),
        ("'='", text.count("="), MOST_EQUALS),
        ("'/'", text.count("/"), MOST_EQUALS),
    ):
        if found > most:
            raise Broken(f"The payload has {found} {what}; at most {most} are read.")


def clean(text: str) -> str:
    """Return text without control characters and outer blanks; line breaks are kept as \\n.

    What is longer than LONGEST_TEXT is cut there.
    """
    plain = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return plain[:LONGEST_TEXT].rstrip()


def listed(faults: list[str]) -> str | None:
    """Return the first faults as one sentence with the number of the others; None for none."""
    if not faults:
        return None
    more = f"; and {len(faults) - 3} more" if len(faults) > 3 else ""
    return "; ".join(faults[:3]) + more
