"""Ask: send one planned ask in the ticket's own medium.

One worker claims the ask, hands the mail over, and stores the success. A crash between the last two
repeats that one mail, once the claim has run out; nothing else is sent twice.
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
        Retryable: somebody else is sending it, or the medium or the store did not answer.
    """
    ask = store.ask(ask_id)
    if ask is None:
        raise NotFound(f"There is no ask {ask_id}.")
    claimed = begin_sending(ask, now)
    if claimed is ask:
        return ask
    store.replace_ask(claimed, ask.version)
    try:
        deliver(claimed)
    except Invalid as refusal:
        following = suppress(claimed, str(refusal))
    else:
        following = finish_sending(claimed)
    try:
        store.replace_ask(following, claimed.version)
    except Conflict:  # the customer has answered already
        return store.ask(ask_id) or following
    return following
