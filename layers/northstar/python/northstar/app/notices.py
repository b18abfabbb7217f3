"""Notices: what an alert says to people and machines, before a channel gives it its own form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from northstar.domain.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Link:
    """A web address and the words that it stands behind."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Notice:
    """One message, the same for every channel.

    `id` is the same at each try. `at` (aware) is since when it is so. `title` says in one line what
    happened, `facts` are (label, value), `quote` are a customer's own words with `quoted` being
    whose they are, `todo` says what to do. All of these may hold text from outside: a channel
    escapes it. The first of `links` is the view; all are absolute. `data` is for machines: plain
    JSON values. `zone` is the IANA name of the time zone in which times are told.
    """

    id: str
    kind: str
    at: datetime
    title: str
    links: tuple[Link, ...]
    business: str
    zone: str = "UTC"
    facts: tuple[tuple[str, str], ...] = ()
    quote: str | None = None
    quoted: str | None = None
    todo: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


class Partly(Unavailable):
    """Raised when only some of a channel have taken a notice; `left` are those who have not."""

    def __init__(self, message: str, left: tuple[str, ...]) -> None:
        super().__init__(message)
        self.left = left


class Channel(Protocol):
    """Something that brings notices to people or machines."""

    def deliver(self, notice: Notice) -> None:
        """Hand a notice over; return once it is taken.

        Raises Invalid: it can never be taken so. Raises Unavailable: later, maybe; Unclear, which
        is one of these, when it may have been taken all the same; Partly, which is one too, when
        only the others are to get it later.
        """
