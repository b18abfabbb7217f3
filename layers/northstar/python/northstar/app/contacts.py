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
from northstar.domain.errors import Conflict, Unavailable
from northstar.domain.surveys import Ask

Standing = Literal["held", "replaceable", "free", "unknown"]

_ATTEMPTS = 8
_GIVEN_UP = timedelta(hours=1)
"""All tries of a message (five, three minutes apart) are over, and it is among the dead letters."""


def refusal(ask: Ask, at: datetime, *, store: FeedbackStore, rules: Rules) -> Reason | None:
    """Return why this person would not be asked at a moment (aware), or None. Writes nothing."""
    return _judged(store.contact(ask.person), ask, at, store, rules)[0]


def claim(ask: Ask, now: datetime, *, store: FeedbackStore, rules: Rules) -> Reason | None:
    """Take the person's one place in `days_between` days for this ask; or return why not.

    Unless the desk sends it, the caller alone may send the ask for the next minute; after a crash
    the same ask may take its place again. Raises Retryable while somebody else is sending it, or
    when others are faster.
    """
    to_send = ask.ticket.channel != "link"
    for _ in range(_ATTEMPTS):
        contact = store.contact(ask.person)
        reason, standing = _judged(contact, ask, now, store, rules)
        if reason:
            return reason
        if standing == "unknown":
            raise Unavailable("The ask before this one may be being sent; try again.")
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


def _judged(
    contact: Contact, ask: Ask, at: datetime, store: FeedbackStore, rules: Rules
) -> tuple[Reason | None, Standing]:
    """Why this person is not to be asked, or None, and how firmly their place is held."""
    reason = unwelcome(contact, ask.id, rules, at)
    if reason != "recently_asked":
        return reason, "free"
    standing = _standing(contact, ask, at, store)
    return (reason if standing == "held" else None), standing


def _standing(contact: Contact, ask: Ask, at: datetime, store: FeedbackStore) -> Standing:
    """How firmly the last ask holds this person's place.

    It is replaceable, once, when it was sent, and cancelled because this very ticket was opened
    again. It is free when it was never sent, and cannot be on its way any more; while somebody may
    be sending it, nobody knows, and an ask of the same ticket waits for that.
    """
    last, since = contact.asked or "", contact.asked_at or at
    same_ticket = last[:24] == ask.id[:24]
    before = store.ask(last)
    if before is None or before.state not in {"planned", "cancelled", "suppressed"}:
        return "held"
    if before.sent_at:
        return "replaceable" if same_ticket and not contact.replaced else "held"
    if any(one == last and at - begun < SENDING_LEASE for one, begun in contact.sending):
        return "unknown" if same_ticket else "held"
    given_up = before.state != "planned" or at - since > _GIVEN_UP
    return "free" if given_up else "held"
