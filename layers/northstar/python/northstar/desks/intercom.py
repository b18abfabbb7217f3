"""The `intercom` desk: notifications about conversations that were closed, opened again, deleted.

Topics: https://developers.intercom.com/docs/references/webhooks/webhook-models
Notifications: https://developers.intercom.com/docs/webhooks/webhook-notifications
Conversations and replies: https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations
"""

from __future__ import annotations

import hashlib
import hmac
import html
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from northstar.app.ports import Account, Call
from northstar.desks import reading, signing, writing
from northstar.desks.reading import Vendor
from northstar.domain.tickets import Customer, Ignored, Ticket, Withdrawn

NAME = "intercom"
API_VERSION = "2.11"

_MARKUP = re.compile(r"<[^<>]*>")
_CUSTOMERS = frozenset({"user", "lead", "contact", "visitor"})
_MAIL = frozenset({"email"})
_CHAT = frozenset(
    {"conversation", "push", "facebook", "instagram", "twitter", "whatsapp", "sms", "chat"}
)


# ------------------------------------------------------------------ what a body looks like


class _Person(Vendor):
    type: reading.Line = None
    id: reading.MaybeIdentifier = None
    name: reading.Line = None
    email: reading.Address = None


def _plain(value: object) -> object:
    return html.unescape(_MARKUP.sub(" ", value)) if isinstance(value, str) else value


_Subject = Annotated[reading.Subject, BeforeValidator(_plain)]
"""Subjects of mails come as HTML."""
_People = Annotated[tuple[_Person, ...], BeforeValidator(reading.listed)]


class _Part(Vendor):
    part_type: reading.Line = None
    created_at: reading.MaybeSeconds = None
    author: _Person | None = None


class _Source(Vendor):
    type: reading.Line = None
    subject: _Subject = None
    author: _Person | None = None


class _Statistics(Vendor):
    first_admin_reply_at: reading.MaybeSeconds = None
    last_close_at: reading.MaybeSeconds = None


class _Conversation(Vendor):
    """A conversation, in the shapes of the API's versions: contacts, or one user."""

    id: reading.TicketNumber
    created_at: reading.MaybeSeconds = None
    state: reading.Line = None
    title: _Subject = None
    source: _Source | None = None
    contacts: _People = ()
    user: _Person | None = None
    teammates: _People = ()
    assignee: _Person | None = None
    admin_assignee_id: reading.MaybeIdentifier = None
    tags: reading.Tags = ()
    conversation_parts: Annotated[tuple[_Part, ...], BeforeValidator(reading.listed)] = ()
    statistics: _Statistics | None = None
    ai_agent_participated: bool | None = None
    custom_attributes: dict[str, Any] | None = None

    @property
    def last_part(self) -> _Part:
        return self.conversation_parts[-1] if self.conversation_parts else _Part()

    @property
    def authors(self) -> Iterator[_Person]:
        """Whoever wrote or did something that this body shows, the latest first."""
        yield from (part.author for part in reversed(self.conversation_parts) if part.author)
        if self.source and self.source.author:
            yield self.source.author


class _Deleted(Vendor):
    id: reading.MaybeIdentifier = None
    conversation_id: reading.MaybeIdentifier = None


class _DeletedData(Vendor):
    item: _Deleted


class _ConversationData(Vendor):
    item: _Conversation


class _Notification(Vendor):
    type: Literal["notification_event"]
    topic: str


class _AboutDeleted(_Notification):
    created_at: reading.Seconds
    data: _DeletedData


class _AboutConversation(_Notification):
    created_at: reading.Seconds
    data: _ConversationData


# ------------------------------------------------------------------ the desk


def verify(
    body: bytes,
    headers: Mapping[str, str],
    secrets: Sequence[str],
    now: datetime,  # noqa: ARG001  there is no time to check
) -> None:
    """Check the signature, `sha1=` and the hexadecimal HMAC-SHA1 of the body.

    It has no time in it, so an old delivery is taken again: it says what it said before.
    Raises Unauthenticated.
    """
    told = signing.header(headers, "x-hub-signature")
    expected = [
        b"sha1=" + hmac.new(key, body, hashlib.sha1).hexdigest().encode()
        for key in signing.keys(secrets)
    ]
    signing.check([told], expected)


def read(body: bytes, now: datetime) -> Ticket | Withdrawn | Ignored:
    """Return what a verified body says. Raises Invalid, naming the field."""
    told = reading.load(body)
    topic = reading.validate(_Notification, told).topic
    if topic == "conversation.deleted":
        return _deleted(reading.validate(_AboutDeleted, told), now)
    if topic not in {
        "conversation.admin.closed",
        "conversation.admin.opened",
        "conversation.user.replied",
    }:
        return Ignored(reading.line(topic, 100) or "a notification without a topic")
    about = reading.validate(_AboutConversation, told)
    if topic == "conversation.admin.closed":
        return _closed(about, now)
    return _opened(about, now)


def reply(ticket_id: str, text: str, account: Account) -> Call:
    """Return the request that adds a comment by the teammate whose id is `account.agent`.

    Raises Invalid for an id that is no number.
    """
    return writing.request(
        account,
        f"/conversations/{writing.number(ticket_id)}/reply",
        {"message_type": "comment", "type": "admin", "admin_id": account.agent, "body": text},
        {"authorization": f"Bearer {account.token}", "intercom-version": API_VERSION},
    )


# ------------------------------------------------------------------ its parts


def _deleted(told: _AboutDeleted, now: datetime) -> Withdrawn:
    reading.check_past(told.created_at, "created_at", now)
    item = told.data.item
    ticket_id = reading.needed(item.conversation_id or item.id, "data.item.conversation_id")
    return Withdrawn(NAME, ticket_id, told.created_at, "deleted")


def _opened(told: _AboutConversation, now: datetime) -> Withdrawn | Ignored:
    """A conversation that is open again: an answer that is written into it does not count."""
    item, part = told.data.item, told.data.item.last_part
    if told.topic == "conversation.user.replied":
        writes = part.author.type if part.author else "user"
        if writes not in _CUSTOMERS or item.state not in {None, "open"}:
            return Ignored("a reply that opened nothing")
    elif part.part_type == "comment":
        return Ignored("a reply that opened nothing")
    at = part.created_at or told.created_at
    reading.check_past(at, "created_at", now)
    return Withdrawn(NAME, item.id, at, "reopened")


def _closed(told: _AboutConversation, now: datetime) -> Ticket:
    item = told.data.item
    solved_at = _closed_at(told)
    reading.check_past(solved_at, "created_at", now)
    customer = _customer(item)
    return Ticket(
        desk=NAME,
        id=item.id,
        channel=reading.channel(
            item.source.type if item.source else None, customer.email, mail=_MAIL, chat=_CHAT
        ),
        solved_at=solved_at,
        customer=customer,
        subject=(item.source.subject if item.source else None) or item.title,
        opened_at=item.created_at,
        first_reply_at=item.statistics.first_admin_reply_at if item.statistics else None,
        agent=_agent(item),
        template=reading.template(_attribute(item, "template"), item.tags),
        language=reading.language(_attribute(item, "language")),
        tags=item.tags,
        by_bot=_only_bots(item),
    )


def _closed_at(told: _AboutConversation) -> datetime:
    """When it was closed; the notification's own time where the conversation does not say."""
    item = told.data.item
    if item.last_part.part_type == "close" and item.last_part.created_at:
        return item.last_part.created_at
    statistics = item.statistics
    return (statistics.last_close_at if statistics else None) or told.created_at


def _customer(item: _Conversation) -> Customer:
    """Whom it is with, with what the body knows of them anywhere. Raises Invalid for nobody."""
    seen = [item.user, *item.contacts, *(one for one in item.authors if one.type in _CUSTOMERS)]
    people = [person for person in seen if person and person.id]
    if not people:
        raise reading.missing("data.item.contacts")
    customer_id = people[0].id or ""
    same = [person for person in people if person.id == customer_id]
    return Customer(
        id=customer_id,
        email=next((person.email for person in same if person.email), None),
        name=next((person.name for person in same if person.name), None),
    )


def _agent(item: _Conversation) -> str | None:
    """The name of the teammate it is assigned to, else of the last one who did something."""
    assigned = [one for one in item.teammates if one.id == item.admin_assignee_id]
    seen = [item.assignee, *assigned, *item.authors]
    return next((one.name for one in seen if one and one.type == "admin" and one.name), None)


def _only_bots(item: _Conversation) -> bool:
    """Whether the body shows a bot at work, and no person."""
    authors = {author.type for author in item.authors}
    person = (
        item.teammates
        or item.admin_assignee_id not in {None, "0"}
        or (item.assignee and item.assignee.type == "admin")
        or (item.statistics and item.statistics.first_admin_reply_at)
        or "admin" in authors
    )
    return bool(not person and (item.ai_agent_participated or "bot" in authors))


def _attribute(item: _Conversation, name: str) -> str | None:
    """The text of a conversation attribute, by its name in any case."""
    told = item.custom_attributes or {}
    found = next((value for key, value in told.items() if key.casefold() == name), None)
    return reading.line(found) if isinstance(found, str) else None
