"""The `zendesk` desk: the body that our triggers send, and the events a webhook can subscribe to.

The trigger knows the customer's address and the names; the events also tell of merged and deleted
tickets. Both are set up in docs/desks.md.

Events: https://developer.zendesk.com/api-reference/webhooks/event-types/ticket-events/
Signature: https://developer.zendesk.com/documentation/webhooks/verifying/
Placeholders: https://support.zendesk.com/hc/en-us/articles/4408886858138
Replies: https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#update-ticket
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from northstar.app.ports import Account, Call
from northstar.desks import reading, signing, writing
from northstar.desks.reading import Vendor
from northstar.domain.errors import Invalid, Unauthenticated
from northstar.domain.tickets import Customer, Ignored, Ticket, Withdrawn

NAME = "zendesk"

_EVENT = "zen:event-type:"
_MERGED = "closed_by_merge"

_SOLVED = frozenset({"SOLVED", "CLOSED"})
_OPEN = frozenset({"NEW", "OPEN", "PENDING", "HOLD"})
_GONE = frozenset({"DELETED", "SCRUBBED"})

_COLLEAGUES = frozenset({"agent", "admin", "administrator", "owner"})

_MAIL = frozenset(
    {"email", "mail", "web", "web_form", "web_service", "web_service_api", "api"}
    | {"web_widget", "helpcenter", "help_center", "chat_offline_message"}
)
_CHAT = frozenset(
    {"chat", "chat_transcript", "messaging", "native_messaging", "web_messaging", "whatsapp"}
    | {"facebook_message", "instagram_dm", "twitter_dm", "line", "telegram", "viber", "wechat"}
    | {"kakaotalk", "apple_business_chat", "google_business_messages", "google_rcs", "sms"}
    | {"text_message", "messagebird_sms", "twilio_sms", "sunshine_conversations_api"}
    | {"sunshine_conversations_facebook_messenger", "sunshine_conversations_twitter_dm"}
    | {"business_messaging_slack_connect", "any_channel", "answer_bot_for_web_widget"}
)

Reason = Literal["reopened", "merged", "deleted"]

_TRIGGERS: Mapping[str, Reason] = {
    "ticket.reopened": "reopened",
    "ticket.merged": "merged",
    "ticket.deleted": "deleted",
}
_ENDINGS: Mapping[str, Reason] = {
    "ticket.merged": "merged",
    "ticket.soft_deleted": "deleted",
    "ticket.permanently_deleted": "deleted",
    "ticket.marked_as_spam": "deleted",
}


# ------------------------------------------------------------------ what a body looks like


class _Requester(Vendor):
    id: reading.MaybeIdentifier = None
    email: reading.Address = None
    name: reading.Line = None
    locale: reading.Language = None
    language: reading.Language = None
    time_zone: reading.TimeZone = None
    role: reading.Line = None


class _Gone(Vendor):
    id: reading.TicketNumber
    at: reading.Moment


class _Solved(_Gone):
    status: reading.Line = None
    created_at: reading.MaybeMoment = None
    via: reading.Line = None
    subject: reading.Subject = None
    tags: reading.Tags = ()
    team: reading.Line = None
    agent: reading.Line = None
    template: reading.Line = None


class _SolvedTrigger(Vendor):
    ticket: _Solved
    requester: _Requester


class _GoneTrigger(Vendor):
    ticket: _Gone


class _Via(Vendor):
    channel: reading.Line = None


class _Detail(Vendor):
    id: reading.TicketNumber
    requester_id: reading.MaybeIdentifier = None
    assignee_id: reading.MaybeIdentifier = None
    via: _Via | None = None
    subject: reading.Subject = None
    tags: reading.Tags = ()
    created_at: reading.MaybeMoment = None


class _Event(Vendor):
    time: reading.Moment
    detail: _Detail


class _Change(Vendor):
    current: str
    previous: str | None = None


class _StatusChanged(_Event):
    event: _Change


# ------------------------------------------------------------------ the desk


def verify(body: bytes, headers: Mapping[str, str], secrets: Sequence[str], now: datetime) -> None:
    """Check the signature, base64(HMAC-SHA256(timestamp + body)), and an age of five minutes.

    Raises Unauthenticated.
    """
    told = signing.header(headers, "x-zendesk-webhook-signature")
    sent = signing.header(headers, "x-zendesk-webhook-signature-timestamp")
    message = sent.encode() + body
    expected = [base64.b64encode(signing.sha256(key, message)) for key in signing.keys(secrets)]
    signing.check([told], expected)
    signing.check_age(_sent_at(sent), now)


def read(body: bytes, now: datetime) -> Ticket | Withdrawn | Ignored:
    """Return what a verified body says. Raises Invalid, naming the field."""
    told = reading.load(body)
    kind = told.get("type")
    if isinstance(kind, str) and kind.startswith(_EVENT):
        return _event(kind.removeprefix(_EVENT), told, now)
    if kind == "ticket.solved":
        return _solved(reading.validate(_SolvedTrigger, told), now)
    if isinstance(kind, str) and kind in _TRIGGERS:
        ticket = reading.validate(_GoneTrigger, told).ticket
        return _withdrawn(ticket.id, ticket.at, _TRIGGERS[kind], "ticket.at", now)
    raise Invalid(
        f"type: write ticket.solved, {', '.join(_TRIGGERS)}, or subscribe to ticket events.",
        "type",
    )


def reply(ticket_id: str, text: str, account: Account) -> Call:
    """Return the request that adds a public comment and leaves the ticket's status as it is.

    `account.agent` is the mail address that the token belongs to. Raises Invalid for an id that
    is no number.
    """
    return writing.request(
        account,
        f"/api/v2/tickets/{writing.number(ticket_id)}.json",
        {"ticket": {"comment": {"body": text, "public": True}}},
        {"authorization": writing.basic(f"{account.agent}/token", account.token)},
        method="PUT",
    )


# ------------------------------------------------------------------ its parts


def _sent_at(told: str) -> datetime:
    try:
        return reading.zoned(told)
    except ValueError as error:
        raise Unauthenticated(
            "The header x-zendesk-webhook-signature-timestamp is no time; send Zendesk's own."
        ) from error


def _event(kind: str, told: dict[str, Any], now: datetime) -> Ticket | Withdrawn | Ignored:
    if kind == "ticket.status_changed":
        return _status_changed(reading.validate(_StatusChanged, told), now)
    if kind in _ENDINGS:
        event = reading.validate(_Event, told)
        return _withdrawn(event.detail.id, event.time, _ENDINGS[kind], "time", now)
    return Ignored(reading.line(kind, 100) or "an event without a name")


def _status_changed(told: _StatusChanged, now: datetime) -> Ticket | Withdrawn | Ignored:
    was, status = (told.event.previous or "").upper(), told.event.current.upper()
    reason: Reason | None = None
    if status in _GONE:
        reason = "deleted"
    elif status == "CLOSED" and _MERGED in told.detail.tags:
        reason = "merged"
    elif was in _SOLVED and status in _OPEN:
        reason = "reopened"
    if reason:
        return _withdrawn(told.detail.id, told.time, reason, "time", now)
    if status in _SOLVED and was not in _SOLVED:
        return _solved_event(told, now)
    return Ignored(reading.line(f"status {was} to {status}", 100) or "status")


def _solved_event(told: _StatusChanged, now: datetime) -> Ticket:
    reading.check_past(told.time, "time", now)
    detail = told.detail
    via = detail.via.channel if detail.via else None
    return Ticket(
        desk=NAME,
        id=detail.id,
        channel=reading.channel(via, None, mail=_MAIL, chat=_CHAT),
        solved_at=told.time,
        customer=Customer(reading.needed(detail.requester_id, "detail.requester_id")),
        subject=detail.subject,
        opened_at=detail.created_at,
        template=reading.template(None, detail.tags),
        tags=detail.tags,
        by_bot=bool(via and via.startswith("answer_bot")) and not detail.assignee_id,
    )


def _solved(told: _SolvedTrigger, now: datetime) -> Ticket | Withdrawn | Ignored:
    ticket, requester = told.ticket, told.requester
    if _MERGED in ticket.tags:
        return _withdrawn(ticket.id, ticket.at, "merged", "ticket.at", now)
    if ticket.status and ticket.status.upper() == "CLOSED":
        return Ignored("closed after it was solved")
    reading.check_past(ticket.at, "ticket.at", now)
    return Ticket(
        desk=NAME,
        id=ticket.id,
        channel=reading.channel(ticket.via, requester.email, mail=_MAIL, chat=_CHAT),
        solved_at=ticket.at,
        customer=_customer(requester),
        subject=ticket.subject,
        opened_at=ticket.created_at,
        team=ticket.team,
        agent=ticket.agent,
        template=reading.template(ticket.template, ticket.tags),
        language=requester.locale or requester.language,
        tags=ticket.tags,
        internal=(requester.role or "").lower() in _COLLEAGUES,
    )


def _customer(requester: _Requester) -> Customer:
    customer_id = reading.needed(requester.id or requester.email, "requester.id")
    return Customer(customer_id, requester.email, requester.name, requester.time_zone)


def _withdrawn(
    ticket_id: str, at: datetime, reason: Reason, field: str, now: datetime
) -> Withdrawn:
    reading.check_past(at, field, now)
    return Withdrawn(NAME, ticket_id, at, reason)
