"""Desks: plug-ins that read one helpdesk's webhook. A new desk is one module and one line here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib import import_module
from typing import Protocol, cast

from northstar.app.ports import Account, Call
from northstar.domain.errors import NotFound
from northstar.domain.remarks import Said
from northstar.domain.tickets import Ignored, Ticket, Withdrawn

__all__ = ["DESKS", "Desk", "Told", "by_name"]

Told = Ticket | Withdrawn | Said | Ignored
"""What a delivery says: solved, no longer so, something a customer said, none of our business."""


class Desk(Protocol):
    """What a desk module offers."""

    NAME: str

    def verify(
        self, body: bytes, headers: Mapping[str, str], secrets: Sequence[str], now: datetime
    ) -> None:
        """Check the signature, and the age where there is one, on the raw bytes.

        Header names are lower case; a header that was sent twice has both values with a comma
        between. `secrets` are one or, during a rotation, two. Raises Unauthenticated.
        """

    def read(self, body: bytes, now: datetime) -> Told:
        """Return what a verified body says. Raises Invalid, naming the field."""

    def reply(self, ticket_id: str, text: str, account: Account) -> Call | None:
        """Return the request that says `text` in the conversation of a ticket, as plain text.

        None where the helpdesk has no conversations that we can write into. Raises Invalid for
        an id that the helpdesk cannot have given.
        """


DESKS = (
    "standard",
    "zendesk",
    "intercom",
    "gorgias",
)


def by_name(name: str) -> Desk:
    """Return the desk of this name; only its module is loaded. Raises NotFound."""
    if name not in DESKS:
        raise NotFound(f"There is no desk of this name; known are: {', '.join(DESKS)}.")
    return cast("Desk", import_module(f"{__name__}.{name}"))
