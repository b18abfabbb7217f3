"""Deliveries of the helpdesks: the bodies that they document, signed as each of them signs."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import datetime

from standardwebhooks import Webhook

from tests.conftest import ROOT

FIXTURES = ROOT / "tests/contract/fixtures/desks"
SECRET = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="

Headers = dict[str, str]


def body_of(desk: str, case: str) -> bytes:
    """Return the bytes of a fixture."""
    return (FIXTURES / desk / f"{case}.json").read_bytes()


def standard(body: bytes, secret: str, at: datetime) -> Headers:
    """As the reference library of Standard Webhooks does."""
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_1", at, body.decode()),
    }


def zendesk(body: bytes, secret: str, at: datetime) -> Headers:
    """base64(HMACSHA256(TIMESTAMP + BODY))."""
    sent = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    digest = hmac.digest(secret.encode(), sent.encode() + body, "sha256")
    return {
        "x-zendesk-webhook-signature": base64.b64encode(digest).decode(),
        "x-zendesk-webhook-signature-timestamp": sent,
    }


def intercom(body: bytes, secret: str, at: datetime) -> Headers:
    """sha1= and the hexadecimal HMAC-SHA1 of the body."""
    return {"x-hub-signature": f"sha1={hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()}"}


def gorgias(body: bytes, secret: str, at: datetime) -> Headers:
    """Not at all: the secret itself."""
    return {"x-northstar-secret": secret}


SIGNERS: Mapping[str, Callable[[bytes, str, datetime], Headers]] = {
    "standard": standard,
    "zendesk": zendesk,
    "intercom": intercom,
    "gorgias": gorgias,
}
