"""Contacts: who may be asked now, remembered so that two workers never both say yes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

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


def refusal(ask: Ask, at: datetime, *, store: FeedbackStore, rules: Rules) -> Reason | None:
    """Return why this person would not be asked at a moment (aware), or None. Writes nothing."""
    return _refusal(ask, store.contact(ask.person), at, store, rules)


def claim(ask: Ask, now: datetime, *, store: FeedbackStore, rules: Rules) -> Reason | None:
    """Take the person's one place in `days_between` days for this ask; or return why not.

    Unless the desk sends it, the caller alone may send the ask for the next minute; after a crash
    the same ask may take its place again. Raises Retryable while somebody else is sending it, or
    when others are faster.
    """
    to_send = ask.ticket.channel != "link"
    for _ in range(_ATTEMPTS):
        contact = store.contact(ask.person)
        reason = _refusal(ask, contact, now, store, rules)
        if reason:
            return reason
        try:
            store.replace_contact(
                take_place(contact, ask.id, now, to_send=to_send), contact.version
            )
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


def _refusal(
    ask: Ask, contact: Contact, at: datetime, store: FeedbackStore, rules: Rules
) -> Reason | None:
    reason = unwelcome(contact, ask.id, rules, at)
    if reason == "recently_asked" and _is_void(contact, ask, at, store):
        return None
    return reason


def _is_void(contact: Contact, ask: Ask, at: datetime, store: FeedbackStore) -> bool:
    """Whether the ask that took this person's place was never sent, or is replaced by this one.

    It is replaced when it was cancelled because this very ticket was opened again.
    """
    last = contact.asked or ""
    if any(one == last and at - since < SENDING_LEASE for one, since in contact.sending):
        return False
    before = store.ask(last)
    if before is None or before.state not in {"cancelled", "suppressed"}:
        return False
    return before.sent_at is None or last[:24] == ask.id[:24]
