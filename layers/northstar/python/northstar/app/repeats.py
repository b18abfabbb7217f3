"""Repeats: each solved ticket is held against the same person's tickets before and after it."""

from __future__ import annotations

from collections.abc import Iterable

from northstar.app.ports import FeedbackStore
from northstar.app.themes import with_own
from northstar.domain import repeats
from northstar.domain.errors import Conflict
from northstar.domain.surveys import Ask
from northstar.domain.topics import Theme, Topics

MOST = 200
"""Asks of one person that are looked at: a mailbox that many share has no end of them."""

_ATTEMPTS = 8
_UNKNOWN = "und"


def note(ask: Ask, *, store: FeedbackStore, themes: Iterable[Theme]) -> Ask:
    """Mark what this ask repeats, and what repeats it; return it as it then stands.

    `themes` are the operator's topics. The same ask again changes nothing, and costs one query; so
    does one of a person without another ticket. Raises Retryable.
    """
    home = ask.id[:24]
    for _ in range(_ATTEMPTS):
        near = repeats.near(ask, store.asks_of(ask.person, without=home, most=MOST))
        if not near:
            return ask
        try:
            return _mark(ask, near, Topics(with_own(themes)), store)
        except Conflict:
            ask = store.ask(ask.id) or ask
    raise Conflict("The tickets of this customer are changing too fast; send the webhook again.")


def _mark(ask: Ask, near: Iterable[Ask], topics: Topics, store: FeedbackStore) -> Ask:
    def about(one: Ask) -> frozenset[str]:
        ticket = one.ticket
        return frozenset(topics.of(ticket.subject or "", ticket.language or _UNKNOWN))

    for one in repeats.marked(ask, near, about):
        store.replace_ask(one, one.version - 1)
        if one.id == ask.id:
            ask = one
    return ask
