"""Reads the secrets of stores that know us by a key, and signs the tokens that prove who we are.

No message of this module holds any part of a secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from northstar.domain.errors import Broken, Invalid
from northstar.sources.payload import json_object


def secret_fields(key: str, required: tuple[str, ...], holds: str) -> dict[str, Any]:
    """Return the fields of a secret that is a JSON object; the required ones are texts.

    `holds` says in words what the secret must hold.

    Raises:
        Invalid: it is no JSON object, or lacks a required text.
    """
    try:
        fields = json_object(key.encode())
    except (Broken, UnicodeEncodeError):
        raise Invalid(f"The key is not a JSON object; it must hold {holds}.", "key") from None
    lacking = [name for name in required if not _is_text(fields.get(name))]
    if lacking:
        raise Invalid(f"The key has no text {lacking[0]!r}; it must hold {holds}.", "key")
    return fields


def signed_token(
    claims: Mapping[str, Any], private_key: str, algorithm: str, key_id: str | None, holds: str
) -> str:
    """Return a signed JSON Web Token (RFC 7519) of the claims.

    Raises:
        Invalid: the private key (PEM) does not fit the algorithm.
    """
    import jwt  # noqa: PLC0415 - costs start-up time that only keyed stores need

    try:
        return jwt.encode(
            dict(claims),
            private_key,
            algorithm=algorithm,
            headers={"kid": key_id} if key_id else None,
        )
    except (jwt.PyJWTError, ValueError, TypeError):
        raise Invalid(
            f"The private_key of the key does not sign {algorithm}; it must hold {holds}.", "key"
        ) from None


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())
