"""Tickets: what a helpdesk tells us about a support conversation, solved or no longer so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Channel = Literal["email", "chat", "link"]


@dataclass(frozen=True, slots=True)
class Template:
    """The prepared answer that was sent, as the helpdesk names it."""

    id: str
    version: str | None = None

    def __str__(self) -> str:
        """The name under which the aggregates count it: id and version."""
        return f"{self.id}@{self.version or '-'}"


@dataclass(frozen=True, slots=True)
class Customer:
    """Who is asked. `id` is the helpdesk's own id; it is hashed before anything is stored.

    `time_zone` is an IANA name.
    """

    id: str
    email: str | None = None
    name: str | None = None
    time_zone: str | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """One resolution of one support conversation. All times are aware datetimes.

    `tags`, `by_bot` (no person took part) and `internal` (a colleague asked) are for the rules of
    asking, and are not stored.
    """

    desk: str
    id: str
    channel: Channel
    solved_at: datetime
    customer: Customer
    subject: str | None = None
    opened_at: datetime | None = None
    first_reply_at: datetime | None = None
    team: str | None = None
    agent: str | None = None
    template: Template | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    by_bot: bool = False
    internal: bool = False


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A ticket that is not solved any more: what was asked about it until `at` (aware) is void."""

    desk: str
    ticket_id: str
    at: datetime
    reason: Literal["reopened", "merged", "deleted"]


@dataclass(frozen=True, slots=True)
class Ignored:
    """A genuine delivery about something that is none of our business, and what that is."""

    what: str
