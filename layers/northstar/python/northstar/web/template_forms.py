"""Reads what editors type of a template, and says in which field it is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from northstar.app.templates import MOST_REVIEW_DAYS, Card
from northstar.domain.errors import Invalid
from northstar.domain.surveys import clean_text, one_line

CARD_FIELDS = ("title", "owner", "article", "review_days", "expires", "text")

_LONGEST = 32 * 1024
_NUMBERS = {str(days): days for days in range(1, MOST_REVIEW_DAYS + 1)}


@dataclass(frozen=True, slots=True)
class Tried:
    """A form that was refused: what was typed, the field that is wrong, and why."""

    form: Literal["card", "state", "change"]
    typed: Mapping[str, str] = field(default_factory=dict)
    topics: Sequence[str] = ()
    field: str = ""
    reason: str = ""


def card_of(typed: Mapping[str, str], topics: Sequence[str], template: str) -> Card:
    """Return the card that was typed; an empty field is none. Raises Invalid: no day, no number."""
    return Card(
        template,
        title=line(typed["title"]) or None,
        owner=line(typed["owner"]) or None,
        article=line(typed["article"]) or None,
        review_days=_number(typed["review_days"].strip()),
        expires=_day(typed["expires"].strip()),
        topics=tuple(dict.fromkeys(topics)),
        text=clean_text(typed["text"], _LONGEST) or None,
    )


def typed_of(card: Card) -> dict[str, str]:
    """Return a card as somebody would type it."""
    values = {name: getattr(card, name) for name in CARD_FIELDS}
    return {name: "" if value is None else str(value) for name, value in values.items()}


def line(text: str) -> str:
    """Return a text on one line, without control and bidi characters, at its full length."""
    return one_line(text, _LONGEST)


def whole(text: str, name: str) -> int:
    """Return a number that our own form carries. Raises Invalid."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Invalid("The form is not valid; use our page.", name)
    return int(text)


def _number(text: str) -> int | None:
    if not text:
        return None
    if text not in _NUMBERS:
        raise Invalid(f"Write 1 to {MOST_REVIEW_DAYS} days, or leave it empty.", "review_days")
    return _NUMBERS[text]


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid("That is not a day; write one such as 2027-06-30.", "expires") from None
