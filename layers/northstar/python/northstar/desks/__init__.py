"""Desks: plug-ins that read one helpdesk's webhook. A new desk is one module and one line here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from northstar.desks import standard
from northstar.domain.errors import NotFound
from northstar.domain.tickets import Ticket


class Desk(Protocol):
    """What a desk module offers."""

    NAME: str

    def verify(self, body: bytes, headers: Mapping[str, str], secrets: Sequence[str]) -> None:
        """Check the signature on the raw bytes. Raises Unauthenticated."""

    def ticket(self, body: bytes, now: datetime) -> Ticket:
        """Return the solved ticket of a verified body. Raises Invalid, naming the field."""


DESKS: tuple[Desk, ...] = (standard,)


def by_name(name: str) -> Desk:
    """Return the desk of this name. Raises NotFound."""
    for desk in DESKS:
        if name == desk.NAME:
            return desk
    known = ", ".join(desk.NAME for desk in DESKS)
    raise NotFound(f"There is no desk of this name; known are: {known}.")
