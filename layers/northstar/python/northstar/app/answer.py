"""Answer: what a customer sees behind a survey link, and what happens on *Send feedback*."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from northstar.app import contacts
from northstar.app.links import STOP
from northstar.app.ports import FeedbackStore
from northstar.domain import returns, surveys
from northstar.domain.errors import Conflict, NotFound
from northstar.domain.surveys import Ask, Response
from northstar.domain.suspicion import looks_machine_made
from northstar.domain.tokens import Keys, read

_ATTEMPTS = 25


@dataclass(frozen=True, slots=True)
class Visit:
    """Who sends an answer: the browser's name, and when it last asked with HEAD, if it did."""

    agent: str = ""
    probed_at: datetime | None = None


def find(token: str, *, store: FeedbackStore, keys: Keys, now: datetime) -> Ask:
    """Return the ask behind a token. Writes nothing.

    Raises:
        NotFound: no such link. Closed: the link is too old.
    """
    return _ask(read(token, keys, now), store)


def submit(
    token: str,
    response: Response,
    *,
    store: FeedbackStore,
    keys: Keys,
    zone: ZoneInfo,
    now: datetime,
    visit: Visit = Visit(),
) -> Ask:
    """Store the answer of an ask, replacing the one before, and return the ask.

    Of many at the same moment each is applied once, in some order; the last one stays.

    Raises:
        NotFound, Closed, Invalid: as the link, the time and the form say.
        Conflict: too many others at the same moment; try again.
    """
    for _ in range(_ATTEMPTS):
        ask = find(token, store=store, keys=keys, now=now)
        suspect = looks_machine_made(
            ask, response, now, agent=visit.agent, probed_at=visit.probed_at
        )
        try:
            if ask.anonymous:
                return _anonymous(ask, response, now, store=store, zone=zone, suspect=suspect)
            answered = surveys.answer(ask, response, now, suspect=suspect)
            if answered is not ask:
                store.replace_ask(answered, ask.version)
        except Conflict:
            continue
        return answered
    raise Conflict("Too many answers to this survey at the same moment; please try again.")


def went_on(token: str, *, store: FeedbackStore, keys: Keys, zone: ZoneInfo, now: datetime) -> Ask:
    """Keep that who answered went on to write a public review; again changes nothing.

    Raises:
        NotFound, Closed: as the link says. Invalid: nobody has answered yet.
        Conflict: too many others at the same moment; try again.
    """
    for _ in range(_ATTEMPTS):
        ask = find(token, store=store, keys=keys, now=now)
        gone = surveys.went_on(ask, now, zone)
        if gone is ask:
            return ask
        try:
            store.replace_ask(gone, ask.version)
        except Conflict:
            continue
        return gone
    raise Conflict("Too many changes of this survey at the same moment; please try again.")


def find_to_stop(token: str, *, store: FeedbackStore, keys: Keys, now: datetime) -> Ask:
    """Return the ask behind a link that stops surveys. Writes nothing. Raises as `find`."""
    return _ask(read(token, keys, now, STOP), store)


def stop(token: str, *, store: FeedbackStore, keys: Keys, now: datetime) -> Ask:
    """Ask this person nothing any more; again changes nothing. Raises as `find`."""
    ask = find_to_stop(token, store=store, keys=keys, now=now)
    contacts.change(ask.person, returns.unsubscribe, store=store)
    return ask


def _ask(ask_id: str, store: FeedbackStore) -> Ask:
    ask = store.ask(ask_id)
    if ask is None:
        raise NotFound("This link is not valid.")
    return ask


def _anonymous(
    ask: Ask,
    response: Response,
    now: datetime,
    *,
    store: FeedbackStore,
    zone: ZoneInfo,
    suspect: bool,
) -> Ask:
    closed, said = surveys.answer_anonymously(
        ask, response, now, answer_id=secrets.token_hex(16), zone=zone, suspect=suspect
    )
    store.answer_anonymously(closed, ask.version, said)
    return closed
