"""The `standard` desk: any system that can send a Standard Webhooks delivery.

It tells of tickets that were solved, and no longer are, and of anything else a customer said.

Signature: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    model_validator,
)

from northstar.app.ports import Account, Call
from northstar.desks import languages, reading, signing
from northstar.domain import remarks
from northstar.domain.errors import Invalid, Unauthenticated
from northstar.domain.remarks import Said
from northstar.domain.surveys import COMMENT_LIMIT, clean_text
from northstar.domain.tickets import Customer, Template, Ticket, Withdrawn

NAME = "standard"

_SIGNATURES = re.compile(r"v[0-9]+[a-z]*,[A-Za-z0-9+/=_-]+( v[0-9]+[a-z]*,[A-Za-z0-9+/=_-]+)*")
_SECONDS = re.compile(r"[0-9]{1,11}")


# ------------------------------------------------------------------ what a body looks like


def _said(text: str) -> str:
    cleaned = clean_text(text, limit=len(text) * 4)
    if len(cleaned) > COMMENT_LIMIT:
        raise ValueError(
            f"at most {COMMENT_LIMIT} characters are possible, and this has {len(cleaned)}; "
            "send the part that matters"
        )
    return cleaned


def _known_zone(name: str) -> str:
    if reading.time_zone(name) is None:
        raise ValueError("write an IANA time zone, such as Europe/Berlin")
    return name


def _visible(text: str) -> str:
    """Refuse what would be stored as another text: controls, and what turns the writing round."""
    if clean_text(text, len(text)) != unicodedata.normalize("NFC", text).strip():
        raise ValueError("holds control or direction characters; leave them out")
    return text


Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_visible)]
"""An id or a name that becomes part of a key or a dimension; refused when it is too long."""

Text = Annotated[str, AfterValidator(lambda text: clean_text(text, 500))]
"""A name or a subject for people to read; cleaned and cut rather than refused."""

Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]

Moment = Annotated[AwareDatetime, BeforeValidator(reading.moment)]
"""ISO 8601 with a zone, in a year that can be counted."""

Language = Annotated[str, Field(pattern=languages.TAG, max_length=35)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Template(_Model):
    id: Name
    version: Name | Annotated[int, Field(ge=0, lt=10**9)] | None = None


class _Customer(_Model):
    id: Name
    email: Annotated[str, Field(pattern=reading.EMAIL, max_length=254)] | None = None
    name: Text | None = None
    time_zone: Annotated[str, Field(max_length=100), AfterValidator(_known_zone)] | None = None


class _Ticket(_Model):
    id: Name
    channel: Literal["email", "chat", "link"]
    solved_at: Moment
    customer: _Customer
    subject: Text | None = None
    opened_at: Moment | None = None
    first_reply_at: Moment | None = None
    team: Name | None = None
    agent: Name | None = None
    template: _Template | None = None
    language: Language | None = None
    tags: Annotated[list[Name], Field(max_length=100)] = []
    by_bot: bool = False
    internal: bool = False


class _Gone(_Model):
    id: Name
    at: Moment


class _Feedback(_Model):
    id: Name
    said_at: Moment
    channel: Word
    text: Annotated[str, AfterValidator(_said)] | None = None
    rating: Annotated[int, Field(ge=1, le=5)] | None = None
    author: remarks.Author = "customer"
    journey: remarks.Journey | None = None
    language: Language | None = None
    team: Name | None = None
    agent: Name | None = None
    url: Annotated[str, Field(pattern=r"^https?://[!-~]+$", max_length=2000)] | None = None
    customer: _Customer | None = None

    @model_validator(mode="after")
    def _says_something(self) -> _Feedback:
        if not self.text and self.rating is None:
            raise ValueError("send a text, a rating, or both")
        return self


class _Solved(_Model):
    type: Literal["ticket.solved"]
    ticket: _Ticket


class _Withdrawn(_Model):
    type: Literal["ticket.reopened", "ticket.merged", "ticket.deleted"]
    ticket: _Gone


class _Created(_Model):
    type: Literal["feedback.created"]
    feedback: _Feedback


_DELIVERIES: Mapping[str, type[_Solved | _Withdrawn | _Created]] = {
    kind: model
    for model in (_Solved, _Withdrawn, _Created)
    for kind in get_args(model.model_fields["type"].annotation)
}


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a delivery's body: one of three, told apart by `type`."""
    return TypeAdapter(
        Annotated[_Solved | _Withdrawn | _Created, Field(discriminator="type")]
    ).json_schema()


# ------------------------------------------------------------------ the desk


def verify(body: bytes, headers: Mapping[str, str], secrets: Sequence[str], now: datetime) -> None:
    """Check a delivery's signature and age (five minutes either way) on the raw bytes.

    `secrets` are one or, during a rotation, two of the form `whsec_…` (base64).
    Raises Unauthenticated, without saying which part was wrong of what only a sender knows.
    """
    message_id = signing.header(headers, "webhook-id")
    sent = signing.header(headers, "webhook-timestamp")
    signatures = headers.get("webhook-signature", "")
    if not _SECONDS.fullmatch(sent) or not _SIGNATURES.fullmatch(signatures):
        raise Unauthenticated(
            "The headers of the webhook are missing or malformed; send each exactly once."
        )
    message = f"{message_id}.{sent}.".encode() + body
    signing.check(signatures.split(" "), [_signature(key, message) for key in _keys(secrets)])
    signing.check_age(datetime.fromtimestamp(int(sent), UTC), now)


def read(body: bytes, now: datetime) -> Ticket | Withdrawn | Said:
    """Return what a verified body says. Raises Invalid, naming field and remedy."""
    told = reading.load(body)
    kind = told.get("type")
    model = _DELIVERIES.get(kind) if isinstance(kind, str) else None
    if model is None:
        raise Invalid(f"type: write one of {', '.join(_DELIVERIES)}.", "type")
    delivery = reading.validate(model, told)
    if isinstance(delivery, _Solved):
        return _ticket(delivery.ticket, now)
    if isinstance(delivery, _Withdrawn):
        return _withdrawn(delivery, now)
    return _remark(delivery.feedback, now)


def reply(_ticket_id: str, _text: str, _account: Account) -> Call | None:
    """Return None: there is no conversation that we know of."""
    return None


# ------------------------------------------------------------------ its parts


def _keys(secrets: Sequence[str]) -> list[bytes]:
    keys = []
    for secret in secrets:
        with suppress(ValueError):  # not base64
            keys.append(base64.b64decode(secret.removeprefix("whsec_") + "=="))
    return [key for key in keys if key]


def _signature(key: bytes, message: bytes) -> bytes:
    return b"v1," + base64.b64encode(signing.sha256(key, message))


def _ticket(told: _Ticket, now: datetime) -> Ticket:
    for field in ("solved_at", "opened_at", "first_reply_at"):
        reading.check_past(getattr(told, field), f"ticket.{field}", now)
    template = told.template
    return Ticket(
        desk=NAME,
        id=told.id,
        channel=told.channel,
        solved_at=told.solved_at,
        customer=_customer(told.customer),
        subject=told.subject or None,
        opened_at=told.opened_at,
        first_reply_at=told.first_reply_at,
        team=told.team,
        agent=told.agent,
        template=Template(template.id, _version(template.version)) if template else None,
        language=told.language,
        tags=tuple(told.tags),
        by_bot=told.by_bot,
        internal=told.internal,
    )


def _withdrawn(told: _Withdrawn, now: datetime) -> Withdrawn:
    reading.check_past(told.ticket.at, "ticket.at", now)
    reasons: Mapping[str, Literal["reopened", "merged", "deleted"]] = {
        "ticket.reopened": "reopened",
        "ticket.merged": "merged",
        "ticket.deleted": "deleted",
    }
    return Withdrawn(NAME, told.ticket.id, told.ticket.at, reasons[told.type])


def _remark(told: _Feedback, now: datetime) -> Said:
    reading.check_past(told.said_at, "feedback.said_at", now)
    return Said(
        desk=NAME,
        id=told.id,
        channel=told.channel,
        said_at=told.said_at,
        author=told.author,
        text=told.text or None,
        rating=told.rating,
        journey=told.journey,
        language=told.language,
        team=told.team,
        agent=told.agent,
        url=told.url,
        customer=_customer(told.customer) if told.customer else None,
    )


def _customer(told: _Customer) -> Customer:
    return Customer(told.id, told.email, told.name or None, told.time_zone)


def _version(version: str | int | None) -> str | None:
    return None if version is None else str(version)
