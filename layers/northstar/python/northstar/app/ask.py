"""Ask: send one planned ask in the ticket's own medium.

The intent is stored before the mail is handed over and the success after it. A crash between
the two repeats at most that one mail; nothing else is sent twice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from northstar.app.ports import FeedbackStore
from northstar.domain.errors import Conflict, Invalid, NotFound
from northstar.domain.surveys import Ask, begin_sending, finish_sending, suppress

Send = Callable[[Ask], None]
"""Hands an ask over to its medium. Raises Retryable to be tried again, Invalid to be given up."""


def send(ask_id: str, *, store: FeedbackStore, deliver: Send, now: datetime) -> Ask:
    """Send an ask unless it was sent before, and return it as it then stands.

    Raises:
        NotFound: there is no such ask.
        Retryable: the medium or the store did not answer; call again.
    """
    ask = store.ask(ask_id)
    if ask is None:
        raise NotFound(f"There is no ask {ask_id}.")
    ask = _advance(store, ask, begin_sending(ask))
    if ask.state != "sending":
        return ask
    try:
        deliver(ask)
    except Invalid as refusal:
        return _advance(store, ask, suppress(ask, str(refusal)))
    return _advance(store, ask, finish_sending(ask, now))


def _advance(store: FeedbackStore, ask: Ask, following: Ask) -> Ask:
    """Store the next version; when somebody else was first, theirs is the truth."""
    if following is ask:
        return ask
    try:
        store.replace_ask(following, ask.version)
    except Conflict:
        stored = store.ask(ask.id)
        if stored is None or stored.state == "planned":
            raise
        return stored
    return following
