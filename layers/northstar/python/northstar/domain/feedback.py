"""Feedback: one common record for everything a customer said, whatever it was said through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from northstar.domain.aggregates import Record
from northstar.domain.remarks import Remark
from northstar.domain.reviews import ReviewRecord
from northstar.domain.surveys import AnonymousAnswer, Ask
from northstar.domain.times import iso
from northstar.domain.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Feedback:
    """One thing that was said, as the inbox lists it.

    `occurred_at` is ISO 8601, day or moment. `went_at` is when the customer went on to the store's
    page for reviews; of an answer, `ticket` is the helpdesk's own id.
    """

    id: str
    kind: Literal["answer", "review", "remark"]
    occurred_at: str
    rating: int | None
    solved: bool | None
    title: str | None
    text: str | None
    source: str
    channel: str | None
    template: str | None
    language: str | None
    verdict: Verdict | None
    subject: str | None = None
    author: str | None = None
    url: str | None = None
    edited: bool = False
    public: bool = True
    reply: str | None = None
    suspect: bool = False
    journey: str | None = None
    team: str | None = None
    agent: str | None = None
    survey: str | None = None
    ticket: str | None = None
    went_at: str | None = None


def feedback(record: Record) -> Feedback | None:
    """Return the common record, or None for an ask that nobody has answered."""
    match record:
        case Ask():
            return _of_ask(record)
        case AnonymousAnswer():
            return _of_anonymous(record)
        case Remark():
            return _of_remark(record)
    return _of_review(record)


def _of_ask(ask: Ask) -> Feedback | None:
    if ask.response is None or ask.answered_at is None:
        return None
    return Feedback(
        id=ask.id,
        kind="answer",
        occurred_at=iso(ask.answered_at),
        rating=ask.response.csat,
        solved=ask.response.solved,
        title=None,
        text=ask.response.comment,
        source=ask.ticket.desk,
        channel=ask.ticket.channel,
        template=str(ask.ticket.template) if ask.ticket.template else None,
        language=ask.verdict.language if ask.verdict else ask.ticket.language,
        verdict=ask.verdict,
        subject=ask.ticket.subject,
        author=ask.ticket.customer.name,
        edited=ask.edited_at is not None,
        suspect=ask.suspect,
        journey="support",
        team=ask.ticket.team,
        agent=ask.ticket.agent,
        survey=ask.survey,
        ticket=ask.ticket.id,
        went_at=iso(ask.went_at) if ask.went_at else None,
    )


def _of_anonymous(answer: AnonymousAnswer) -> Feedback:
    return Feedback(
        id=answer.id,
        kind="answer",
        occurred_at=answer.day,
        rating=answer.response.csat,
        solved=answer.response.solved,
        title=None,
        text=answer.response.comment,
        source="anonymous",
        channel=answer.channel,
        template=answer.template,
        language=answer.verdict.language if answer.verdict else answer.language,
        verdict=answer.verdict,
        suspect=answer.suspect,
        journey="support",
        team=answer.team,
        survey=answer.survey,
    )


def _of_remark(remark: Remark) -> Feedback:
    said = remark.said
    return Feedback(
        id=remark.id,
        kind="remark",
        occurred_at=iso(said.said_at),
        rating=said.rating,
        solved=None,
        title=None,
        text=said.text,
        source=said.desk,
        channel=said.channel,
        template=None,
        language=remark.verdict.language if remark.verdict else said.language,
        verdict=remark.verdict,
        author=said.customer.name if said.customer else None,
        url=said.url,
        journey=said.journey,
        team=said.team,
        agent=said.agent,
    )


def _of_review(record: ReviewRecord) -> Feedback:
    review = record.review
    return Feedback(
        id=record.id,
        kind="review",
        occurred_at=record.written,
        rating=review.rating,
        solved=None,
        title=review.title,
        text=review.text,
        source=review.source,
        channel=None,
        template=None,
        language=record.verdict.language if record.verdict else review.language,
        verdict=record.verdict,
        author=review.author,
        url=review.url,
        edited=review.edited is not None,
        public=record.public,
        journey="use",
        reply=review.reply.text if review.reply else None,
    )
