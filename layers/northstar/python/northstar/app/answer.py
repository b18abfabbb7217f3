"""Answer: what a customer sees behind a survey link, and what happens on *Send feedback*."""

from __future__ import annotations

from datetime import datetime

from northstar.app.ports import FeedbackStore
from northstar.domain import surveys
from northstar.domain.errors import Conflict, NotFound
from northstar.domain.surveys import Ask, Response
from northstar.domain.tokens import Keys, read

_ATTEMPTS = 25


def find(token: str, *, store: FeedbackStore, keys: Keys, now: datetime) -> Ask:
    """Return the ask behind a token. Writes nothing.

    Raises:
        NotFound: no such link. Closed: the link is too old.
    """
    ask = store.ask(read(token, keys, now))
    if ask is None:
        raise NotFound("This link is not valid.")
    return ask


def open_survey(token: str, *, store: FeedbackStore, keys: Keys, now: datetime) -> Ask:
    """Return an ask that can be answered or changed now. Writes nothing.

    Raises:
        NotFound: no such link. Closed: too late, with the reason.
    """
    ask = find(token, store=store, keys=keys, now=now)
    surveys.check_open(ask, now)
    return ask


def submit(
    token: str, response: Response, *, store: FeedbackStore, keys: Keys, now: datetime
) -> Ask:
    """Store the answer of an ask, replacing the one before, and return the ask.

    Of many at the same moment each is applied once, in some order; the last one stays.

    Raises:
        NotFound, Closed, Invalid: as the link, the time and the form say.
        Conflict: too many others at the same moment; try again.
    """
    for _ in range(_ATTEMPTS):
        ask = find(token, store=store, keys=keys, now=now)
        answered = surveys.answer(ask, response, now)
        if answered is ask:
            return ask
        try:
            store.replace_ask(answered, ask.version)
        except Conflict:
            continue
        return answered
    raise Conflict("Too many answers to this survey at the same moment; please try again.")
