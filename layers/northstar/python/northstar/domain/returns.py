"""Mails that came back: whom not to write to again, and when to stop writing altogether.

Hard bounces and complaints close a person at once, soft bounces at the third. Amazon SES reviews an
account at 5 % hard bounces or 0.1 % complaints; we stop earlier.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from northstar.domain.asking import Contact

Kind = Literal["hard_bounce", "soft_bounce", "complaint"]

SOFT_BOUNCES = 3
BOUNCE_LIMIT = 0.03
COMPLAINT_LIMIT = 0.0005


@dataclass(frozen=True, slots=True)
class Returned:
    """A mail that came back or was complained about. `id` is the same for the same event."""

    id: str
    kind: Kind
    addresses: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class MailHealth:
    """Mails sent, and hard bounces and complaints that came, today and yesterday."""

    sent: int
    bounces: int
    complaints: int


def after_return(contact: Contact, event_id: str, kind: Kind) -> Contact:
    """Return the contact after an event; the same one when the event changes nothing.

    A complaint outweighs a bounce, which outweighs that somebody unsubscribed: the order and number
    of deliveries make no difference.
    """
    if kind == "complaint":
        return _closed(contact, "complained")
    if kind == "hard_bounce":
        return _closed(contact, "bounced")
    if event_id in contact.soft_bounces or len(contact.soft_bounces) == SOFT_BOUNCES:
        return contact
    soft = tuple(sorted({*contact.soft_bounces, event_id}))
    counted = replace(contact, soft_bounces=soft, version=contact.version + 1)
    full = len(soft) == SOFT_BOUNCES and _WEIGHT[contact.closed] < _WEIGHT["bounced"]
    return replace(counted, closed="bounced") if full else counted


def unsubscribe(contact: Contact) -> Contact:
    """Return the contact as unsubscribed; the same one where no mail would be sent anyway."""
    return _closed(contact, "unsubscribed")


def must_stop(health: MailHealth, at_least: int) -> bool:
    """Return whether too many mails came back to go on; fewer than `at_least` mails say nothing."""
    if health.sent < max(at_least, 1):
        return False
    return (
        health.bounces / health.sent >= BOUNCE_LIMIT
        or health.complaints / health.sent >= COMPLAINT_LIMIT
    )


_WEIGHT = {None: 0, "unsubscribed": 1, "bounced": 2, "complained": 3}


def _closed(contact: Contact, why: Literal["unsubscribed", "bounced", "complained"]) -> Contact:
    if _WEIGHT[contact.closed] >= _WEIGHT[why]:
        return contact
    return replace(contact, closed=why, version=contact.version + 1)
