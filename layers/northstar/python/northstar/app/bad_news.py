"""Bad news: what a customer said that a person should see to at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from northstar.app.configuration import Alerting
from northstar.app.ports import Alert
from northstar.domain.aggregates import Record
from northstar.domain.remarks import Remark
from northstar.domain.reviews import ReviewRecord
from northstar.domain.surveys import AnonymousAnswer, Ask, Response
from northstar.domain.verdicts import Verdict

FRESH = timedelta(days=7)
"""What is older is history: nobody is told of it."""


def bad_news(record: Record, alerting: Alerting, zone: ZoneInfo, now: datetime) -> Alert | None:
    """Return the alert that a record is worth, or None. `now` is aware.

    It tells where the words are, and not the words: who erases them leaves none behind.
    """
    match record:
        case Ask():
            found = _of_ask(record, alerting)
        case AnonymousAnswer():
            found = _of_anonymous(record, alerting, zone)
        case Remark():
            found = _of_remark(record, alerting)
        case _:
            found = _of_review(record, alerting)
    if found is None or not timedelta(days=-1) < now - found.at <= FRESH:
        return None
    return found


def _of_ask(ask: Ask, alerting: Alerting) -> Alert | None:
    detail = _complaint(ask.response, alerting) if ask.response else None
    if detail is None or ask.answered_at is None:
        return None
    ticket = ask.ticket
    data = {
        "channel": ticket.channel,
        "ticket": ticket.id,
        "team": ticket.team,
        "agent": ticket.agent,
        "template": str(ticket.template) if ticket.template else None,
        "suspect": ask.suspect or None,
    }
    return _alert("bad_answer", ask.edited_at or ask.answered_at, ask.id, detail, data)


def _of_anonymous(answer: AnonymousAnswer, alerting: Alerting, zone: ZoneInfo) -> Alert | None:
    detail = _complaint(answer.response, alerting)
    if detail is None:
        return None
    data = {
        "channel": answer.channel,
        "team": answer.team,
        "template": answer.template,
        "suspect": answer.suspect or None,
    }
    at = datetime.fromisoformat(answer.day).replace(tzinfo=zone)
    return _alert("bad_answer", at, answer.id, detail, data)


def _of_remark(remark: Remark, alerting: Alerting) -> Alert | None:
    said = remark.said
    detail = _judged(said.rating, remark.verdict, alerting)
    if detail is None or said.author != "customer":
        return None
    data = {"channel": said.channel, "team": said.team, "agent": said.agent}
    return _alert("bad_remark", said.said_at, remark.id, detail, data)


def _of_review(record: ReviewRecord, alerting: Alerting) -> Alert | None:
    review = record.review
    if not record.public or record.history:
        return None
    detail = _judged(review.rating, record.verdict, alerting)
    if review.recommended is False:
        detail = "Not recommended."
    if detail is None:
        return None
    data = {"source": review.source, "app": record.app, "country": review.country}
    return _alert("bad_review", record.seen_at, record.id, detail, data)


def _complaint(response: Response, alerting: Alerting) -> str | None:
    if response.solved is False:
        return "Not solved."
    return _rated(response.csat, alerting)


def _judged(rating: int | None, verdict: Verdict | None, alerting: Alerting) -> str | None:
    """A rating speaks for itself; without one, what a reader made of the text does."""
    if rating is not None:
        return _rated(rating, alerting)
    return "A negative text." if verdict and verdict.label == "negative" else None


def _rated(rating: int | None, alerting: Alerting) -> str | None:
    bad = rating is not None and rating <= alerting.bad_stars
    return f"{rating} of 5." if bad else None


def _alert(kind: str, at: datetime, record: str, detail: str, data: dict[str, Any]) -> Alert:
    known = {name: value for name, value in data.items() if value is not None}
    return Alert(
        kind=kind,
        at=at,
        subject=record,
        detail=detail,
        path=f"/feedback?id={quote(record, safe='', errors='replace')}",
        record=record,
        data=known,
    )
