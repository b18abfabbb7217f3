"""Contacts: who may be asked now, remembered so that two workers never both say yes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

from northstar.app.ports import FeedbackStore
from northstar.domain.asking import (
    SENDING_LEASE,
    Contact,
    Reason,
    Rules,
    take_place,
    unwelcome,
)
from northstar.domain.errors import Conflict
from northstar.domain.surveys import Ask

_ATTEMPTS = 8
_GIVEN_UP = timedelta(hours=1)
"""All tries of a message (five, three minutes apart) are over, and it is among the dead letters."""


def refusal(ask: Ask, at: datetime, *, store: FeedbackStore, rules: Rules) -> Reason | None:
    """Return why this person would not be asked at a moment (aware), or None. Writes nothing."""
    contact = store.contact(ask.person)
    reason = unwelcome(contact, ask.id, rules, at)
    held = reason != "recently_asked" or _standing(contact, ask, at, store) == "held"
    return reason if held else None


def claim(ask: Ask, now: datetime, *, store: FeedbackStore, rules: Rules) -> Reason | None:
    """Take the person's one place in `days_between` days for this ask; or return why not.

    Unless the desk sends it, the caller alone may send the ask for the next minute; after a crash
    the same ask may take its place again. Raises Retryable while somebody else is sending it, or
    when others are faster.
    """
    to_send = ask.ticket.channel != "link"
    for _ in range(_ATTEMPTS):
        contact = store.contact(ask.person)
        reason = unwelcome(contact, ask.id, rules, now)
        standing = _standing(contact, ask, now, store) if reason == "recently_asked" else "free"
        if reason and (standing == "held" or reason != "recently_asked"):
            return reason
        taken = take_place(
            contact, ask.id, now, to_send=to_send, replaces=standing == "replaceable"
        )
        try:
            store.replace_contact(taken, contact.version)
        except Conflict:
            continue
        return None
    raise Conflict("This person is being asked by several at the same moment; try again.")


def change(person: str, transition: Callable[[Contact], Contact], *, store: FeedbackStore) -> bool:
    """Bring a contact to what a transition makes of it; return whether that changed anything."""
    for _ in range(_ATTEMPTS):
        before = store.contact(person)
        after = transition(before)
        if after is before:
            return False
        try:
            store.replace_contact(after, before.version)
        except Conflict:
            continue
        return True
    raise Conflict("This person's entry is being changed by several at the same moment; try again.")


def _standing(
    contact: Contact, ask: Ask, at: datetime, store: FeedbackStore
) -> Literal["held", "free", "replaceable"]:
    """How firmly the last ask holds this person's place.

    It is free when that ask was never sent, and cannot be on its way any more. It is replaceable,
    once, when it was cancelled because this very ticket was opened again.
    """
    last, since = contact.asked or "", contact.asked_at or at
    if any(one == last and at - begun < SENDING_LEASE for one, begun in contact.sending):
        return "held"
    before = store.ask(last)
    if before is None or before.state not in {"planned", "cancelled", "suppressed"}:
        return "held"
    if before.state == "planned":
        return "free" if at - since > _GIVEN_UP else "held"
    if before.sent_at is None:
        return "free"
    return "replaceable" if last[:24] == ask.id[:24] and not contact.replaced else "held"
