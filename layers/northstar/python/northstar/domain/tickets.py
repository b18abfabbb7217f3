"""Tickets: what a helpdesk tells us about a solved support conversation."""

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
    """Who is asked. `id` is the helpdesk's own id; it is hashed before anything is stored."""

    id: str
    email: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """One resolution of one support conversation. All times are aware datetimes."""

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
