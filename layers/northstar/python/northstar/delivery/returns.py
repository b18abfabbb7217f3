"""Returned mails: reads what Amazon SES tells of bounces and complaints."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from northstar.domain import times
from northstar.domain.errors import Invalid
from northstar.domain.returns import Kind, Returned

_BOUNCES: Mapping[str, Kind] = {
    "Permanent": "hard_bounce",
    "Transient": "soft_bounce",
    "Undetermined": "soft_bounce",
}
_VALIDATED = "Successfully validated SNS topic for Amazon SES"


def read(body: str) -> Returned | None:
    """Return what came back, or None for an event that is not about a mail coming back.

    `body` is the JSON that SES publishes through SNS, with or without SNS's envelope, from a
    configuration set (`eventType`) or from an identity (`notificationType`): Amazon SES Developer
    Guide, "Contents of event data that Amazon SES publishes to Amazon SNS" and "Amazon SNS
    notification contents for Amazon SES". An address on SES's own suppression list is a hard bounce
    there as well; a "not-spam" report takes a complaint back, and is none.

    Raises:
        Invalid: the event cannot be read; `field` names where.
    """
    event = _event(body)
    if event is None:
        return None
    told = event.get("eventType", event.get("notificationType"))
    if not isinstance(told, str):
        raise _invalid("eventType", "is missing or no text")
    if told == "Bounce":
        return _bounce(event)
    if told == "Complaint":
        return _complaint(event)
    return None


def _event(body: str) -> Mapping[str, Any] | None:
    """Return SES's event, taken out of SNS's envelope; None for what SNS and SES say of a topic."""
    if body.startswith(_VALIDATED):
        return None
    told = _object(body, "body")
    if "Type" not in told:
        return told
    if told["Type"] != "Notification":
        return None
    message = told.get("Message")
    if not isinstance(message, str):
        raise _invalid("Message", "is missing or no text")
    return None if message.startswith(_VALIDATED) else _object(message, "Message")


def _bounce(event: Mapping[str, Any]) -> Returned:
    bounce = _part(event, "bounce")
    kind = _BOUNCES.get(str(bounce.get("bounceType")))
    if kind is None:
        raise _invalid("bounce.bounceType", f"is none of {', '.join(_BOUNCES)}")
    return _returned(event, "bounce", kind, "bouncedRecipients")


def _complaint(event: Mapping[str, Any]) -> Returned | None:
    if _part(event, "complaint").get("complaintFeedbackType") == "not-spam":
        return None
    return _returned(event, "complaint", "complaint", "complainedRecipients")


def _returned(event: Mapping[str, Any], name: str, kind: Kind, recipients: str) -> Returned:
    part = _part(event, name)
    return Returned(
        id=_id(event, part, name, kind),
        kind=kind,
        addresses=_addresses(part.get(recipients), f"{name}.{recipients}"),
        at=_moment(part.get("timestamp"), f"{name}.timestamp"),
    )


def _id(event: Mapping[str, Any], part: Mapping[str, Any], name: str, kind: Kind) -> str:
    """Return SES's id of this feedback, else the mail's id and kind; a duplicate has the same."""
    if isinstance(told := part.get("feedbackId"), str) and told:
        return told
    mail = event.get("mail")
    message = mail.get("messageId") if isinstance(mail, dict) else None
    if not isinstance(message, str) or not message:
        raise _invalid(f"{name}.feedbackId", "and mail.messageId are both missing")
    return f"{message} {kind}"


def _addresses(recipients: Any, field: str) -> tuple[str, ...]:
    if not isinstance(recipients, list) or not recipients:
        raise _invalid(field, "is not a list of recipients")
    return tuple(_address(one, f"{field}.{n}.emailAddress") for n, one in enumerate(recipients))


def _address(recipient: Any, field: str) -> str:
    text = recipient.get("emailAddress") if isinstance(recipient, dict) else None
    if not isinstance(text, str) or not text.isprintable():
        raise _invalid(field, "is not a mail address")
    address = parseaddr(text)[1]
    if "@" not in address:
        raise _invalid(field, "is not a mail address")
    return address


def _moment(text: Any, field: str) -> datetime:
    try:
        return times.parse(text)
    except (TypeError, ValueError) as error:
        raise _invalid(field, "is not a time in ISO 8601") from error


def _part(event: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = event.get(name)
    if not isinstance(part, dict):
        raise _invalid(name, "is missing or no object")
    return part


def _object(text: str, field: str) -> Mapping[str, Any]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _invalid(field, "is not JSON") from error
    if not isinstance(told, dict):
        raise _invalid(field, "is not a JSON object")
    return told


def _invalid(field: str, problem: str) -> Invalid:
    return Invalid(f"{field} of the event {problem}; see what Amazon SES published.", field)
