"""What the desks share in checking signatures: one header, constant time, and the age."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from northstar.domain.errors import Unauthenticated

TOLERANCE = timedelta(minutes=5)

_UNSIGNED = "The webhook has no valid signature; sign it with this desk's secret."


def header(headers: Mapping[str, str], name: str) -> str:
    """Return a header. Raises Unauthenticated where there is none, or one beyond ASCII.

    One that was sent twice has both values in it, and fits nothing.
    """
    value = headers.get(name, "")
    if not value or not value.isascii():
        raise Unauthenticated(f"The header {name} is missing or malformed; send it exactly once.")
    return value


def keys(secrets: Sequence[str]) -> list[bytes]:
    """Return the secrets as bytes; an empty one opens nothing."""
    return [secret.encode() for secret in secrets if secret]


def check(told: Sequence[str], expected: Sequence[bytes]) -> None:
    """Raise Unauthenticated unless something told is expected; every pair takes the same time."""
    fits = [hmac.compare_digest(one.encode(), other) for other in expected for one in told]
    if not any(fits):
        raise Unauthenticated(_UNSIGNED)


def check_age(sent_at: datetime, now: datetime) -> None:
    """Raise Unauthenticated when a webhook is five minutes too old or too early."""
    if abs(now - sent_at) > TOLERANCE:
        raise Unauthenticated(
            "The webhook's timestamp is more than five minutes off; send it again."
        )


def sha256(key: bytes, message: bytes) -> bytes:
    """Return the HMAC-SHA256 (RFC 2104) of a message."""
    return hmac.new(key, message, hashlib.sha256).digest()
