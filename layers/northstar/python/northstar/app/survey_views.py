"""What the customers' pages show: plain values, drawn by `web.customers`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from northstar.domain.surveys import Ask

Switch = tuple[tuple[str, str, str, bool], ...]
"""The other languages of a page: tag, its own name, address, and whether the page is in it now."""


@dataclass(frozen=True, slots=True)
class SurveyView:
    """The survey form: the ask, what is preselected, and what went wrong, if anything.

    `questions` are the words of both questions. `error` is the key of a text, `error_values` are
    what it says in its places, and `error_field` is "answer", "comment" or None for neither.
    `stop` is the address of the page that ends all surveys.
    """

    business: str
    ask: Ask
    action: str
    language: str
    questions: tuple[str, str]
    preselected: str | None = None
    comment: str = ""
    error: str | None = None
    error_field: str | None = None
    error_values: Mapping[str, str] = field(default_factory=dict)
    stop: str | None = None
    switch: Switch = ()
    privacy_url: str | None = None
    anonymous: bool = False


@dataclass(frozen=True, slots=True)
class ThanksView:
    """After sending: what was answered, and the way back while the answer can be changed.

    `ask` holds no response when answers are anonymous. `until` is the last day of changing, in the
    zone of the business, and `change` the address of the form; both are None once that is over.
    `add_comment` says that a comment may be added there and none was given. `review_url` is where
    anybody may write a public review; a browser tells the address `went` when that is followed.
    """

    business: str
    language: str
    ask: Ask
    questions: tuple[str, str]
    until: date | None = None
    change: str | None = None
    add_comment: bool = False
    review_url: str | None = None
    went: str = ""
    help_url: str | None = None


@dataclass(frozen=True, slots=True)
class StopView:
    """The page that ends all surveys: with its button, which posts to `action`, or `stopped`."""

    business: str
    language: str
    action: str
    stopped: bool
    switch: Switch = ()
