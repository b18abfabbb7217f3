"""Survey tokens: short links that nobody can forge, that expire, and whose keys rotate.

A token is `1.<key id>.<payload>.<tag>`; the payload is the ask id (16 bytes) and the expiry
(4 bytes, seconds since 1970), the tag is HMAC-SHA256 (RFC 2104) over purpose and the text before
it, cut to 128 bits. Garbage is refused without a look into any store.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from northstar.domain.errors import Closed, NotFound

_SHAPE = re.compile(r"1\.([a-z0-9]{1,8})\.([A-Za-z0-9_-]{27})\.([A-Za-z0-9_-]{22})", re.ASCII)
_PAYLOAD_BYTES = 20


@dataclass(frozen=True, slots=True)
class Keys:
    """The signing keys by id; `active` signs, every key that is still present verifies."""

    active: str
    by_id: Mapping[str, bytes]


def mint(ask_id: str, expires_at: datetime, keys: Keys, purpose: str = "survey") -> str:
    """Return the token of an ask (32 hex digits) that is valid until `expires_at` (aware)."""
    payload = bytes.fromhex(ask_id) + int(expires_at.timestamp()).to_bytes(4)
    head = f"1.{keys.active}.{_encode(payload)}"
    return f"{head}.{_encode(_tag(head, keys.by_id[keys.active], purpose))}"


def read(token: str, keys: Keys, now: datetime, purpose: str = "survey") -> str:
    """Return the ask id of a token.

    Raises:
        NotFound: malformed, forged, for another purpose, or signed with a key that is gone.
        Closed: genuine, but past its expiry.
    """
    match = _SHAPE.fullmatch(token)
    key = keys.by_id.get(match[1]) if match else None
    if match is None or key is None:
        raise NotFound("This link is not valid.")
    head = token.rpartition(".")[0]
    if not hmac.compare_digest(_encode(_tag(head, key, purpose)).encode(), match[3].encode()):
        raise NotFound("This link is not valid.")
    payload = base64.urlsafe_b64decode(match[2] + "=")
    if _encode(payload) != match[2] or len(payload) != _PAYLOAD_BYTES:
        raise NotFound("This link is not valid.")
    if now > datetime.fromtimestamp(int.from_bytes(payload[16:]), UTC):
        raise Closed("The time to answer this survey is over.")
    return payload[:16].hex()


def _tag(head: str, key: bytes, purpose: str) -> bytes:
    return hmac.new(key, f"{purpose}:{head}".encode(), hashlib.sha256).digest()[:16]


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
