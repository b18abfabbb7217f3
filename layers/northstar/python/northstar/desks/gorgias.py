"""The `gorgias` desk: the body that our HTTP integration sends, or Gorgias' own ticket object.

Gorgias signs nothing that its documentation tells of, so the integration sends a secret in a
header. Its times have no zone and are UTC; its placeholders write "None" for nothing.

Ticket: https://developers.gorgias.com/reference/the-ticket-object
HTTP integrations: https://developers.gorgias.com/reference/the-tickethttpintegration-object
Replies: https://developers.gorgias.com/reference/create-ticket-message
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, model_validator

from northstar.app.ports import Account, Call
from northstar.desks import reading, signing, writing
from northstar.desks.reading import Vendor
from northstar.domain.tickets import Customer, Ignored, Ticket, Withdrawn

NAME = "gorgias"
HEADER = "x-northstar-secret"

_NOTHING = ("", "none", "null", "undefined")

_MAIL = frozenset({"email", "api", "contact_form", "help_center", "offline_capture"})
_CHAT = frozenset(
    {"chat", "gorgias_chat", "sms", "whatsapp", "facebook_messenger", "instagram_direct_message"}
    | {"twitter_direct_message"}
)
_MACHINES = frozenset({"rule", "self_service"})

Reason = Literal["reopened", "deleted"]


# ------------------------------------------------------------------ what a body looks like


def _flag(value: object) -> object:
    if isinstance(value, str):
        return value.strip().lower() == "true"
    return False if value is None else value


class _Gorgias(Vendor):
    @model_validator(mode="before")
    @classmethod
    def _without_nothings(cls, told: Any) -> Any:
        if not isinstance(told, dict):
            return told
        return {name: None if _is_nothing(value) else value for name, value in told.items()}


def _is_nothing(value: object) -> bool:
    return isinstance(value, str) and value.strip().lower() in _NOTHING


class _Named(_Gorgias):
    name: reading.Line = None
    firstname: reading.Line = None


class _Customer(_Named):
    id: reading.MaybeIdentifier = None
    email: reading.Address = None
    language: reading.Language = None
    timezone: reading.TimeZone = None


class _Message(_Gorgias):
    from_agent: Annotated[bool, BeforeValidator(_flag)] = False
    via: reading.Line = None
    channel: reading.Line = None
    sent_datetime: reading.MaybeUtc = None
    created_datetime: reading.MaybeUtc = None


class _Ticket(_Gorgias):
    id: reading.TicketNumber
    status: str
    channel: reading.Line = None
    language: reading.Language = None
    subject: reading.Subject = None
    tags: reading.Tags = ()
    spam: Annotated[bool, BeforeValidator(_flag)] = False
    customer: _Customer | None = None
    customer_id: reading.MaybeIdentifier = None
    assignee_user: _Named | None = None
    assignee_team: _Named | None = None
    messages: Annotated[tuple[_Message, ...], BeforeValidator(reading.listed)] = ()
    created_datetime: reading.MaybeUtc = None
    updated_datetime: reading.MaybeUtc = None
    closed_datetime: reading.MaybeUtc = None
    trashed_datetime: reading.MaybeUtc = None
    snooze_datetime: reading.MaybeUtc = None


class _Body(_Gorgias):
    ticket: _Ticket


# ------------------------------------------------------------------ the desk


def verify(
    body: bytes,  # noqa: ARG001  it is not signed
    headers: Mapping[str, str],
    secrets: Sequence[str],
    now: datetime,  # noqa: ARG001  there is no time to check
) -> None:
    """Check the secret that the integration sends as `x-northstar-secret`.

    It covers neither body nor time: whoever has it can write. Raises Unauthenticated.
    """
    signing.check([signing.header(headers, HEADER)], signing.keys(secrets))


def read(body: bytes, now: datetime) -> Ticket | Withdrawn | Ignored:
    """Return what a verified body says. Raises Invalid, naming the field."""
    told = reading.load(body)
    ticket = reading.validate(_Body, told if "ticket" in told else {"ticket": told}).ticket
    if ticket.trashed_datetime:
        return _withdrawn(ticket, "deleted", "trashed_datetime", now)
    if ticket.spam:
        return _withdrawn(ticket, "deleted", "updated_datetime", now)
    status = ticket.status.strip().lower()
    if status == "closed" and ticket.snooze_datetime and ticket.snooze_datetime > now:
        return Ignored("a snoozed ticket")  # closed until then, and not solved
    if status == "closed":
        return _closed(ticket, now)
    if status == "open":
        return _withdrawn(ticket, "reopened", "updated_datetime", now)
    return Ignored(reading.line(f"status {status}", 100) or "status")


def reply(ticket_id: str, text: str, account: Account) -> Call:
    """Return the request that adds a public message to a chat ticket.

    `account.agent` is the mail address of the user that the token belongs to. Raises Invalid for
    an id that is no number.
    """
    return writing.request(
        account,
        f"/api/tickets/{writing.number(ticket_id)}/messages",
        {
            "channel": "chat",
            "via": "api",
            "from_agent": True,
            "public": True,
            "sender": {"email": account.agent},
            "body_text": text,
        },
        {"authorization": writing.basic(account.agent, account.token)},
    )


# ------------------------------------------------------------------ its parts


def _withdrawn(ticket: _Ticket, reason: Reason, field: str, now: datetime) -> Withdrawn:
    at = reading.needed(getattr(ticket, field), f"ticket.{field}")
    reading.check_past(at, f"ticket.{field}", now)
    return Withdrawn(NAME, ticket.id, at, reason)


def _closed(ticket: _Ticket, now: datetime) -> Ticket:
    solved_at = reading.needed(ticket.closed_datetime, "ticket.closed_datetime")
    reading.check_past(solved_at, "ticket.closed_datetime", now)
    customer = ticket.customer or _Customer()
    return Ticket(
        desk=NAME,
        id=ticket.id,
        channel=reading.channel(ticket.channel, customer.email, mail=_MAIL, chat=_CHAT),
        solved_at=solved_at,
        customer=Customer(
            id=reading.needed(customer.id or ticket.customer_id, "ticket.customer.id"),
            email=customer.email,
            name=customer.name or customer.firstname,
            time_zone=customer.timezone,
        ),
        subject=ticket.subject,
        opened_at=ticket.created_datetime,
        first_reply_at=_first_reply_at(ticket),
        team=ticket.assignee_team.name if ticket.assignee_team else None,
        agent=_agent(ticket.assignee_user),
        template=reading.template(None, ticket.tags),
        language=ticket.language or customer.language,
        tags=ticket.tags,
        by_bot=_only_machines(ticket),
    )


def _agent(user: _Named | None) -> str | None:
    return (user.name or user.firstname) if user else None


def _answers(ticket: _Ticket) -> list[_Message]:
    return [one for one in ticket.messages if one.from_agent and one.channel != "internal-note"]


def _first_reply_at(ticket: _Ticket) -> datetime | None:
    times = [one.sent_datetime or one.created_datetime for one in _answers(ticket)]
    return min((time for time in times if time), default=None)


def _only_machines(ticket: _Ticket) -> bool:
    """Whether the messages are told, and no person of ours wrote any of them."""
    answers = _answers(ticket)
    return bool(answers) and all(one.via in _MACHINES for one in answers)
