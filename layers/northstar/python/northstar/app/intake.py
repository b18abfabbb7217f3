"""Intake: what a helpdesk tells us, however often and in whatever order, is kept exactly once.

A solved ticket becomes one ask for each resolution; a ticket that is opened again cancels what was
not answered; anything else that a customer said becomes a remark.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from northstar.app import contacts, repeats
from northstar.app.ask import hand_on
from northstar.app.configuration import Configuration
from northstar.app.links import survey_url
from northstar.app.ports import FeedbackStore, Queue, Schedule
from northstar.app.texts import negotiate
from northstar.app.wording import builtin
from northstar.domain import surveys
from northstar.domain.asking import Reason, due, skipped
from northstar.domain.errors import Conflict
from northstar.domain.questions import Survey, survey_for
from northstar.domain.remarks import Said, remark
from northstar.domain.surveys import Ask, State
from northstar.domain.tickets import Ignored, Ticket, Withdrawn
from northstar.domain.tokens import Keys

_ATTEMPTS = 8


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the helpdesk is told: what became of its delivery.

    The `ask` and its state, with the `reason` where nothing is asked, and the link when the desk
    sends it itself; how many asks a reopened ticket `cancelled`; or the `feedback` that was stored.
    """

    state: State | Literal["stored", "ignored"]
    ask: str | None = None
    reason: str | None = None
    survey_url: str | None = None
    cancelled: int | None = None
    feedback: str | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a delivery is taken in with. `now` is aware."""

    store: FeedbackStore
    queue: Queue
    schedule: Schedule
    keys: Keys
    pepper: bytes
    configuration: Configuration
    base_url: str
    now: datetime


def take(told: Ticket | Withdrawn | Said | Ignored, around: Surroundings) -> Receipt:
    """Store what a delivery says; the same delivery again changes nothing.

    Raises Retryable when it could not be stored.
    """
    match told:
        case Ticket():
            return _solved(told, around)
        case Withdrawn():
            return _withdrawn(told, around)
        case Said():
            kept = remark(told, around.pepper)
            around.store.create_remark(kept)
            return Receipt("stored", feedback=kept.id)
    return Receipt("ignored", reason=told.what)


def _solved(ticket: Ticket, around: Surroundings) -> Receipt:
    """Store the ask of a resolution, cancel those of earlier ones, and hand it on.

    It is stored before it is handed on, and a repeated delivery hands it on again while it is still
    planned, and looks for repeat contacts again: so a crash in between is healed by the helpdesk's
    own retry.
    """
    planned, survey = _planned(ticket, around)
    asks, withdrawn = _settled(planned.id, around.store, planned.ticket.solved_at)
    ask = asks.get(planned.id)
    if ask is None:
        over = {one.id: one for one in surveys.outdated([*asks.values(), planned], withdrawn)}
        new = over.get(planned.id) or _admitted(planned, survey, around)
        ask = around.store.create_ask(replace(new, version=1))
        ask = _settled(ask.id, around.store)[0].get(ask.id, ask)
    ask = repeats.note(ask, store=around.store, themes=around.configuration.topics)
    if ask.state == "planned":
        hand_on(ask, around.base_url, around.queue, around.schedule, around.now)
    by_desk = ticket.channel == "link" and ask.state in {"sent", "answered"}
    link = survey_url(ask, around.keys, around.base_url) if by_desk else None
    return Receipt(ask.state, ask=ask.id, reason=ask.reason, survey_url=link)


def _withdrawn(withdrawn: Withdrawn, around: Surroundings) -> Receipt:
    """Remember that a ticket is not solved any more, and cancel what was not answered."""
    home = surveys.home_of(withdrawn.desk, withdrawn.ticket_id, around.pepper)
    around.store.withdraw(home, withdrawn)
    asks, _ = _settled(home, around.store)
    cancelled = sum(ask.state == "cancelled" for ask in asks.values())
    return Receipt("cancelled", reason=withdrawn.reason, cancelled=cancelled)


def _planned(ticket: Ticket, around: Surroundings) -> tuple[Ask, Survey]:
    told = around.configuration
    question = surveys.question_for(ticket)
    language = negotiate(ticket.language)
    survey = survey_for(ticket, question, language, told.surveys, builtin(question))
    ask = surveys.plan(
        ticket,
        around.pepper,
        around.now,
        due_at=due(ticket, told.asking, told.business.zone, around.now),
        survey=survey.id,
        anonymous=told.answering.anonymous,
    )
    return ask, survey


def _admitted(ask: Ask, survey: Survey, around: Surroundings) -> Ask:
    """A new ask as the rules have it: suppressed, planned, or sent where the desk sends it."""
    by_desk = ask.ticket.channel == "link"
    rules = around.configuration.asking
    reason = skipped(ask.ticket, rules, around.now) or _unwelcome(ask, around)
    if reason:
        return surveys.suppress(ask, reason)
    if survey in around.configuration.surveys:
        around.store.keep_survey(survey)
    return surveys.hand_over(ask, around.now) if by_desk else ask


def _unwelcome(ask: Ask, around: Surroundings) -> Reason | None:
    store, rules = around.store, around.configuration.asking
    if ask.ticket.channel == "link":
        return contacts.claim(ask, around.now, store=store, rules=rules)
    return contacts.refusal(ask, ask.due_at, store=store, rules=rules)


def _settled(
    home: str, store: FeedbackStore, solved_at: datetime | None = None
) -> tuple[dict[str, Ask], Withdrawn | None]:
    """Cancel those asks of a ticket that do not stand any more; return all, and the withdrawal.

    `solved_at` is when it was solved once more, before there is an ask of that.
    """
    for _ in range(_ATTEMPTS):
        asks, withdrawn = store.resolutions(home[:24])
        known = {ask.id: ask for ask in asks}
        try:
            for ask in surveys.outdated(asks, withdrawn, solved_at):
                store.replace_ask(ask, known[ask.id].version)
                known[ask.id] = ask
        except Conflict:
            continue
        return known, withdrawn
    raise Conflict("The asks of this ticket are changing too fast; send the webhook again.")
