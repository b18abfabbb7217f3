"""Records to table items and back. What cannot be read back raises Broken, with the item's key.

`stage` on an item says which function comes next: *score*, *count*, or *wait* (nothing to do yet).
The stream filters in infra/template.yaml read it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from northstar.domain.aggregates import Record
from northstar.domain.errors import Broken
from northstar.domain.remarks import Remark, Said
from northstar.domain.reviews import Reply, Review, ReviewRecord
from northstar.domain.sentiment import Score
from northstar.domain.surveys import AnonymousAnswer, Ask, Response
from northstar.domain.tickets import Customer, Template, Ticket
from northstar.domain.times import iso, parse
from northstar.domain.verdicts import Correction, Reading, Verdict
from northstar.store import keys

Item = dict[str, Any]

CHECK = "please"
"""The one value of the attribute `check`, by which the index by_check lists what is doubtful."""

_serializer = TypeSerializer()
_deserializer = TypeDeserializer()


def pack(item: Mapping[str, Any]) -> Item:
    """Return plain values in DynamoDB's wire format, without the attributes that are None."""
    return {name: _serializer.serialize(_in(v)) for name, v in item.items() if v is not None}


def unpack(item: Mapping[str, Any]) -> Item:
    """Return plain values from DynamoDB's wire format (table items and stream images alike)."""
    return {name: _out(_deserializer.deserialize(value)) for name, value in item.items()}


def item_of(record: Record) -> Item:
    """Return the item of a record, as plain values."""
    match record:
        case Ask():
            return _ask_item(record)
        case AnonymousAnswer():
            return _answer_item(record)
        case Remark():
            return _remark_item(record)
    return _review_item(record)


def record_of(item: Mapping[str, Any]) -> Record:
    """Return the record of an item. Raises Broken when the item is none of ours."""
    try:
        return _READERS[item["kind"]](item)
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        key = f"{item.get('PK')} / {item.get('SK')}"
        raise Broken(f"The item {key} cannot be read: {type(error).__name__}: {error}") from error


def version_item(record: ReviewRecord) -> Item:
    """Return the item that keeps what a review looked like, outside every list and count."""
    review = record.review
    key = keys.version(review.source, record.app, review.id, iso(record.seen_at))
    listed = {"PK", "SK", "kind", "stage", "month", "occurred", "check"}
    return key | {name: v for name, v in _review_item(record).items() if name not in listed}


def review_of(item: Mapping[str, Any]) -> ReviewRecord:
    """Return the record of a review's item, or of a version of one. Raises Broken."""
    record = record_of({**item, "kind": "review"})
    if not isinstance(record, ReviewRecord):
        raise Broken(f"{item['PK']} is not a review.")
    return record


def verdict_attributes(record: Record) -> Item:
    """Return the attributes that a new verdict changes; those to remove are None."""
    return {"version": record.version, "stage": _stage(record), **_verdict_item(record)}


def _ask_item(ask: Ask) -> Item:
    ticket = ask.ticket
    response = ask.response or Response()
    shown = iso(ask.answered_at) if ask.answered_at and ask.response else None
    return keys.ask(ask.id) | {
        "kind": "ask",
        "version": ask.version,
        "stage": _stage(ask),
        "state": ask.state,
        "reason": ask.reason,
        "question": ask.question,
        "survey": ask.survey,
        "anonymous": ask.anonymous or None,
        "person": ask.person,
        "desk": ticket.desk,
        "ticket": ticket.id,
        "channel": ticket.channel,
        "medium": ask.medium,
        "subject": ticket.subject,
        "team": ticket.team,
        "agent": ticket.agent,
        "template": ticket.template and ticket.template.id,
        "template_version": ticket.template and ticket.template.version,
        "language": ticket.language,
        "name": ticket.customer.name,
        "email": ticket.customer.email,
        "time_zone": ticket.customer.time_zone,
        "opened_at": _time(ticket.opened_at),
        "first_reply_at": _time(ticket.first_reply_at),
        "solved_at": iso(ticket.solved_at),
        "planned_at": iso(ask.planned_at),
        "due_at": iso(ask.due_at) if ask.due_at != ask.planned_at else None,
        "sent_at": _time(ask.sent_at),
        "remind_at": _time(ask.remind_at),
        "reminded_at": _time(ask.reminded_at),
        "answered_at": _time(ask.answered_at),
        "edited_at": _time(ask.edited_at),
        **_response_item(response),
        "suspect": ask.suspect or None,
        "went_at": _time(ask.went_at),
        "repeated_at": _time(ask.repeated_at),
        **_verdict_item(ask),
        **_timeline(shown),
    }


def _ask(item: Mapping[str, Any]) -> Ask:
    response = _response(item)
    return Ask(
        id=keys.ask_id(dict(item)),
        version=item["version"],
        state=item["state"],
        reason=item.get("reason"),
        question=item["question"],
        survey=item["survey"],
        anonymous=item.get("anonymous", False),
        person=item["person"],
        ticket=_ticket(item),
        medium=item.get("medium"),
        planned_at=parse(item["planned_at"]),
        due_at=parse(item.get("due_at", item["planned_at"])),
        sent_at=_moment(item, "sent_at"),
        remind_at=_moment(item, "remind_at"),
        reminded_at=_moment(item, "reminded_at"),
        answered_at=_moment(item, "answered_at"),
        edited_at=_moment(item, "edited_at"),
        response=None if response == Response() else response,
        suspect=item.get("suspect", False),
        went_at=_moment(item, "went_at"),
        repeated_at=_moment(item, "repeated_at"),
        verdict=_verdict(item),
    )


def _response_item(response: Response) -> Item:
    return {"solved": response.solved, "csat": response.csat, "comment": response.comment}


def _response(item: Mapping[str, Any]) -> Response:
    return Response(item.get("solved"), item.get("csat"), item.get("comment"))


def _answer_item(answer: AnonymousAnswer) -> Item:
    told = {name: value for name, value in asdict(answer).items() if name not in {"id", "response"}}
    return (
        keys.answer(answer.id)
        | told
        | {
            "kind": "answer",
            "stage": _stage(answer),
            **_response_item(answer.response),
            "suspect": answer.suspect or None,
            **_verdict_item(answer),
            **_timeline(answer.day),
        }
    )


def _answer(item: Mapping[str, Any]) -> AnonymousAnswer:
    return AnonymousAnswer(
        id=keys.record_id(dict(item)),
        version=item["version"],
        day=item["day"],
        question=item["question"],
        response=_response(item),
        channel=item["channel"],
        survey=item["survey"],
        team=item.get("team"),
        template=item.get("template"),
        language=item.get("language"),
        suspect=item.get("suspect", False),
        verdict=_verdict(item),
    )


def _remark_item(remark: Remark) -> Item:
    said = remark.said
    told = {name: value for name, value in asdict(said).items() if name not in {"id", "customer"}}
    return (
        keys.remark(remark.id)
        | told
        | {
            "kind": "remark",
            "version": remark.version,
            "stage": _stage(remark),
            "said_id": said.id,
            "said_at": iso(said.said_at),
            "person": remark.person,
            "name": said.customer and said.customer.name,
            **_verdict_item(remark),
            **_timeline(iso(said.said_at)),
        }
    )


def _remark(item: Mapping[str, Any]) -> Remark:
    person = item.get("person")
    return Remark(
        id=keys.record_id(dict(item)),
        version=item["version"],
        person=person,
        verdict=_verdict(item),
        said=Said(
            desk=item["desk"],
            id=item["said_id"],
            channel=item["channel"],
            said_at=parse(item["said_at"]),
            author=item["author"],
            text=item.get("text"),
            rating=item.get("rating"),
            journey=item.get("journey"),
            language=item.get("language"),
            team=item.get("team"),
            agent=item.get("agent"),
            url=item.get("url"),
            customer=Customer(person, name=item.get("name")) if person else None,
        ),
    )


def _ticket(item: Mapping[str, Any]) -> Ticket:
    template = item.get("template")
    return Ticket(
        desk=item["desk"],
        id=item["ticket"],
        channel=item["channel"],
        solved_at=parse(item["solved_at"]),
        customer=Customer(
            item["person"], item.get("email"), item.get("name"), item.get("time_zone")
        ),
        subject=item.get("subject"),
        opened_at=_moment(item, "opened_at"),
        first_reply_at=_moment(item, "first_reply_at"),
        team=item.get("team"),
        agent=item.get("agent"),
        template=Template(template, item.get("template_version")) if template else None,
        language=item.get("language"),
    )


def _review_item(record: ReviewRecord) -> Item:
    review = record.review
    shown = {name: value for name, value in asdict(review).items() if name not in {"id", "reply"}}
    return (
        keys.review(review.source, record.app, review.id)
        | shown
        | {
            "kind": "review",
            "id": review.id,
            "app": record.app,
            "version": record.version,
            "app_version": review.version,
            "stage": _stage(record),
            "public": record.public,
            "first_seen": iso(record.first_seen),
            "seen_at": iso(record.seen_at),
            "missed": record.missed or None,
            "history": record.history or None,
            "replied_at": _time(record.replied_at),
            "rated_before_reply": record.rated_before_reply,
            "edited_after_reply": _time(record.edited_after_reply),
            "rated_after_reply": record.rated_after_reply,
            "removed_at": _time(record.removed_at),
            "reply": without_none(asdict(review.reply)) if review.reply else None,
            **_verdict_item(record),
            **_timeline(record.written),
        }
    )


def _review(item: Mapping[str, Any]) -> ReviewRecord:
    reply = item.get("reply")
    return ReviewRecord(
        review=Review(
            source=item["source"],
            id=item["id"],
            rating=item.get("rating"),
            title=item.get("title"),
            text=item.get("text"),
            author=item.get("author"),
            country=item.get("country"),
            language=item.get("language"),
            created=item.get("created"),
            edited=item.get("edited"),
            reply=Reply(**reply) if reply else None,
            version=item.get("app_version"),
            url=item.get("url"),
            recommended=item.get("recommended"),
        ),
        app=item["app"],
        version=item["version"],
        first_seen=parse(item["first_seen"]),
        seen_at=parse(item.get("seen_at", item["first_seen"])),
        public=item["public"],
        removed_at=_moment(item, "removed_at"),
        missed=item.get("missed", 0),
        history=item.get("history", False),
        replied_at=_moment(item, "replied_at"),
        rated_before_reply=item.get("rated_before_reply"),
        edited_after_reply=_moment(item, "edited_after_reply"),
        rated_after_reply=item.get("rated_after_reply"),
        verdict=_verdict(item),
    )


def _stage(record: Record) -> str:
    if record.needs_score:
        return "score"
    return "count" if record.countable else "wait"


def _timeline(occurred: str | None) -> Item:
    """Where it stands in the inbox: moments of all zones in UTC, so that their texts sort."""
    if not occurred:
        return {}
    at = iso(parse(occurred)) if "T" in occurred else occurred
    return {"month": at[:7], "occurred": at}


def _verdict_item(record: Record) -> Item:
    """The attributes of a verdict; `check` lists those that a person should look at."""
    verdict = record.verdict
    if verdict is None:
        return {"verdict": None, "score": None, "check": None}
    said = verdict.correction
    told = {
        "topics": list(verdict.topics) or None,
        "mismatch": verdict.mismatch,
        "edition": verdict.edition,
        "generation": verdict.generation,
        "again": verdict.again or None,
        "earlier": _reading_item(verdict.earlier) if verdict.earlier else None,
        "correction": without_none(asdict(said) | {"at": iso(said.at)}) if said else None,
    }
    hidden = isinstance(record, ReviewRecord) and not record.public
    return {
        "score": without_none(asdict(verdict.score)),
        "verdict": without_none(told),
        "check": CHECK if verdict.doubtful and not hidden else None,
    }


def _verdict(item: Mapping[str, Any]) -> Verdict | None:
    if "score" not in item:
        return None
    told = item.get("verdict", {})  # before there were editions, a score stood alone
    said = told.get("correction")
    return Verdict(
        score=_score(item["score"]),
        topics=tuple(told.get("topics", ())),
        mismatch=told.get("mismatch"),
        edition=told.get("edition", "a"),
        generation=told.get("generation", 0),
        again=told.get("again", False),
        earlier=_reading(told["earlier"]) if "earlier" in told else None,
        correction=_correction(said) if said else None,
    )


def _reading_item(reading: Reading) -> Item:
    return {"score": without_none(asdict(reading.score)), "topics": list(reading.topics)}


def _reading(told: Mapping[str, Any]) -> Reading:
    return Reading(_score(told["score"]), tuple(told["topics"]))


def _correction(said: Mapping[str, Any]) -> Correction:
    return Correction(
        at=parse(said["at"]),
        label=said.get("label"),
        language=said.get("language"),
        topics=tuple(said["topics"]) if "topics" in said else None,
        mistakes=tuple(said["mistakes"]),
    )


def _score(stored: Mapping[str, Any]) -> Score:
    value = stored.get("value")
    given = {
        "value": None if value is None else float(value),
        "confidence": float(stored["confidence"]),
    }
    return Score(**(dict(stored) | given))


def _time(moment: datetime | None) -> str | None:
    return iso(moment) if moment else None


def _moment(item: Mapping[str, Any], name: str) -> datetime | None:
    return parse(item[name]) if name in item else None


def without_none(values: Item) -> Item:
    """Return the attributes that have a value."""
    return {name: value for name, value in values.items() if value is not None}


def _in(value: Any) -> Any:
    if isinstance(value, float):
        return Decimal(str(value))
    return _inside(value, _in)


def _out(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return _inside(value, _out)


def _inside(value: Any, change: Callable[[Any], Any]) -> Any:
    """Return a value with what it holds, at any depth, changed."""
    if isinstance(value, dict):
        return {name: change(one) for name, one in value.items()}
    return [change(one) for one in value] if isinstance(value, list) else value


_READERS: Mapping[str, Callable[[Mapping[str, Any]], Record]] = {
    "ask": _ask,
    "answer": _answer,
    "remark": _remark,
    "review": _review,
}
