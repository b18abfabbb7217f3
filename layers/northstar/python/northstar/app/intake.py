"""Intake: a solved ticket becomes one ask, however often the helpdesk tells us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from northstar.app.links import survey_url
from northstar.app.ports import FeedbackStore, Queue
from northstar.domain.surveys import State, plan
from northstar.domain.tickets import Ticket
from northstar.domain.tokens import Keys


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the helpdesk is told: the ask, its state, and the link when the desk sends it itself."""

    ask: str
    state: State
    survey_url: str | None = None


def take(
    ticket: Ticket,
    *,
    store: FeedbackStore,
    queue: Queue,
    keys: Keys,
    pepper: bytes,
    base_url: str,
    now: datetime,
) -> Receipt:
    """Store the ask of this resolution and hand it on; the same ticket again changes nothing.

    The ask is stored before it is queued, and a repeated delivery queues it again while it is
    still planned: so a crash between the two is healed by the helpdesk's own retry.
    """
    ask = store.create_ask(plan(ticket, pepper, now))
    if ask.state == "planned":
        queue.send({"ask": ask.id, "base_url": base_url})
    link = survey_url(ask, keys, base_url) if ticket.channel == "link" else None
    return Receipt(ask.id, ask.state, link)
