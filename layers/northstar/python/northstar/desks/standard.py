"""The `standard` desk: any helpdesk that can send a Standard Webhooks delivery.

Signature: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)
from standardwebhooks import Webhook, WebhookVerificationError

from northstar.domain.errors import Invalid, Unauthenticated
from northstar.domain.surveys import clean_text
from northstar.domain.tickets import Customer, Template, Ticket

NAME = "standard"

_CLOCK_SKEW = timedelta(days=1)
_YEARS = range(2000, 2101)
_EMAIL = r"^[^@\s<>,;:\"()\[\]\\\x00-\x1f]+@[^@\s<>,;:\"()\[\]\\\x00-\x1f]+$"

Name = Annotated[str, Field(min_length=1, max_length=200)]
"""An id or a name that becomes part of a key or a dimension; refused when it is too long."""

Text = Annotated[str, AfterValidator(lambda text: clean_text(text, 500))]
"""Free text of a person; cleaned and cut rather than refused."""


def _read(value: object) -> object:
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d[Tt ]\d\d:", value):
        with suppress(ValueError):
            return datetime.fromisoformat(value)
    raise ValueError("write a time as 2026-11-22T11:45:00Z")


def _of_our_time(moment: datetime) -> datetime:
    if moment.year not in _YEARS:
        raise ValueError("the year is not between 2000 and 2100")
    return moment


Moment = Annotated[AwareDatetime, BeforeValidator(_read), AfterValidator(_of_our_time)]
"""ISO 8601 with a zone, in a year that can be counted."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Template(_Model):
    id: Name
    version: Name | Annotated[int, Field(ge=0, lt=10**9)] | None = None


class _Customer(_Model):
    id: Name
    email: Annotated[str, Field(pattern=_EMAIL, max_length=254)] | None = None
    name: Text | None = None


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
    language: (
        Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$", max_length=35)]
        | None
    ) = None


class _Delivery(_Model):
    type: Literal["ticket.solved"]
    ticket: _Ticket


_PROBLEMS = {
    "missing": "is missing",
    "string_pattern_mismatch": "is not written as such a value is",
    "timezone_aware": "needs a zone, as in 2026-11-22T11:45:00Z",
}
"""Clearer than what the validator says, which shows its patterns."""


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a delivery's body."""
    return _Delivery.model_json_schema()


def verify(body: bytes, headers: Mapping[str, str], secrets: Sequence[str]) -> None:
    """Check a delivery's signature and age (five minutes either way) on the raw bytes.

    `secrets` are one or, during a rotation, two of the form `whsec_…` (base64).
    Raises Unauthenticated, without saying which part was wrong of what only a sender knows.
    """
    reason = "The webhook has no valid signature; sign it with this desk's secret."
    for secret in secrets:
        try:
            Webhook(secret).verify(body, dict(headers), json_parse=False)
        except WebhookVerificationError as error:
            if "old" in str(error) or "new" in str(error):
                reason = "The webhook's timestamp is more than five minutes off; send it again."
        except ValueError:  # not base64, not ASCII, not "v1,…", or a body that is not UTF-8
            continue
        else:
            return
    raise Unauthenticated(reason)


def ticket(body: bytes, now: datetime) -> Ticket:
    """Return the solved ticket of a verified body. Raises Invalid, naming field and remedy."""
    try:
        told = _Delivery.model_validate_json(body).ticket
    except ValidationError as error:
        raise _invalid(error) from error
    for field in ("solved_at", "opened_at", "first_reply_at"):
        moment = getattr(told, field)
        if moment and moment > now + _CLOCK_SKEW:
            raise Invalid(
                f"ticket.{field} lies in the future; send when it happened.", f"ticket.{field}"
            )
    template = told.template
    return Ticket(
        desk=NAME,
        id=told.id,
        channel=told.channel,
        solved_at=told.solved_at,
        customer=Customer(told.customer.id, told.customer.email, told.customer.name or None),
        subject=told.subject or None,
        opened_at=told.opened_at,
        first_reply_at=told.first_reply_at,
        team=told.team,
        agent=told.agent,
        template=Template(template.id, _version(template.version)) if template else None,
        language=told.language,
    )


def _version(version: str | int | None) -> str | None:
    return None if version is None else str(version)


def _invalid(error: ValidationError) -> Invalid:
    """One sentence for the sender: every unknown field by name, or else the first problem."""
    problems = error.errors(include_url=False, include_input=False)
    if problems[0]["type"] == "json_invalid":
        return Invalid("The body is not valid JSON; send one JSON object in UTF-8.")
    named = [".".join(map(str, problem["loc"])) for problem in problems]
    unknown = [
        field
        for field, problem in zip(named, problems, strict=True)
        if problem["type"] == "extra_forbidden"
    ]
    if unknown:
        return Invalid(f"Unknown fields: {', '.join(unknown)[:300]}; leave them out.", unknown[0])
    field, kind = named[0], problems[0]["type"]
    message = _PROBLEMS.get(kind) or str(problems[0]["msg"]).removeprefix("Value error, ")
    return Invalid(f"{field or 'body'}: {message[:1].lower()}{message[1:]}.", field)
