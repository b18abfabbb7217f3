"""Apprise: a notice as plain text to any service that the Apprise library knows.

The library is an optional extra; where it sends to, and in which time, is its own affair.
API: https://github.com/caronc/apprise (`Apprise.add`, `Apprise.notify`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from northstar.app.notices import Notice
from northstar.delivery.outside import isolated
from northstar.delivery.shown import plain, shown
from northstar.domain.errors import Invalid, Unclear


@dataclass(frozen=True, slots=True)
class Apprise:
    """One service, behind its Apprise address, which is a secret."""

    url: str = field(repr=False)

    def deliver(self, notice: Notice) -> None:
        """Hand a notice over.

        Raises Invalid where the library is missing or does not know the address, and Unclear where
        it did not succeed: it does not say whether the service has taken the message.
        """
        library = _library()
        service = library.Apprise()
        if not service.add(self.url):
            raise Invalid("The address is none that Apprise knows; correct it.", "channels")
        seen = shown(notice)
        taken = service.notify(
            title=isolated(seen.title), body=plain(seen), body_format=library.NotifyFormat.TEXT
        )
        if not taken:
            raise Unclear("Apprise could not hand the message over; see the service's address.")


def _library() -> Any:
    try:
        return import_module("apprise")
    except ImportError:
        raise Invalid(
            "A channel of the kind apprise needs the library of that name; "
            'install "northstar[apprise]".',
            "channels",
        ) from None
