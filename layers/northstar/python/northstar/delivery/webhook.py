"""Webhook: a notice for machines, signed as Standard Webhooks 1.0 has it.

Form: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from northstar.app.notices import Notice
from northstar.app.ports import Call
from northstar.delivery.outside import WEB_ADDRESS, cut
from northstar.delivery.posting import Post
from northstar.domain.errors import Invalid
from northstar.domain.surveys import clean_text
from northstar.domain.times import iso

FINAL = frozenset({410})
"""Only this answer ends the tries; by the specification, every other failure is tried again."""

LARGEST_BODY = 20_000
"""Bytes; the specification asks for less than 20 kB."""

LONGEST_TEXT = 300
_LONGEST_QUOTE = 2000
_KEY_PREFIX = "whsec_"
_KEY_BYTES = range(24, 65)
_ID = re.compile(r"[A-Za-z0-9_:-]{1,200}")  # no full stop, which parts what is signed


@dataclass(frozen=True, slots=True)
class StandardWebhook:
    """One receiver: its address, and the keys that sign; with several, there is a signature each.

    `post` must take only `FINAL` for a refusal for good. `clock` are seconds since 1970.
    """

    url: str = field(repr=False)
    keys: Sequence[bytes] = field(repr=False)
    post: Post
    clock: Callable[[], float] = time.time

    def deliver(self, notice: Notice) -> None:
        """Post a notice; its id is the same at each try. Raises what `Post` does."""
        if not _ID.fullmatch(notice.id):
            raise Invalid("A notice's id has only letters, digits, -, _ and :.", "notice.id")
        body = event(notice)
        headers = {
            "Content-Type": "application/json",
            "webhook-id": notice.id,
            "webhook-timestamp": str(int(self.clock())),
        }
        signed = f"{notice.id}.{headers['webhook-timestamp']}.".encode() + body
        headers["webhook-signature"] = " ".join(_signature(key, signed) for key in self.keys)
        self.post(Call(self.url, headers, body))


def signing_keys(text: str) -> tuple[bytes, ...]:
    """Return the keys of "whsec_…", or of two such with a blank between them.

    Raises Invalid, which does not repeat them, for anything else.
    """
    keys = tuple(_key(one) for one in text.split())
    if not 1 <= len(keys) <= 2:
        raise Invalid("The key must be one whsec_… key, or two during a rotation.", "key")
    return keys


def event(notice: Notice) -> bytes:
    """Return the body: JSON in UTF-8, of at most `LARGEST_BODY` bytes.

    Its type is that of the notice's data, else made of its kind. Where it would be larger,
    `details` and then `facts` are left out, and `left_out` names them.
    """
    data, kind = _data(notice), notice.data.get("type", f"alert.{notice.kind}")
    for left_out in ([], ["details"], ["details", "facts"]):
        kept = {name: value for name, value in data.items() if name not in left_out}
        told = {**kept, "left_out": left_out} if left_out else kept
        about = {"type": kind, "timestamp": iso(notice.at), "data": told}
        body = json.dumps(about, ensure_ascii=False, separators=(",", ":"))
        encoded = body.encode("utf-8", "replace")
        if len(encoded) <= LARGEST_BODY:
            return encoded
    raise Invalid("The notice is too large for a webhook.", "notice")


def _data(notice: Notice) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": notice.id,
        "kind": notice.kind,
        "business": _text(notice.business),
        "title": _text(notice.title),
        "facts": [{"label": _text(label), "value": _text(value)} for label, value in notice.facts],
        "quote": _text(notice.quote or "", _LONGEST_QUOTE),
        "quoted": _text(notice.quoted or ""),
        "todo": _text(notice.todo or ""),
        "links": [
            {"text": _text(link.text), "url": link.url}
            for link in notice.links
            if WEB_ADDRESS.fullmatch(link.url)
        ][:4],
        "details": dict(notice.data),
    }
    return {name: value for name, value in told.items() if value}


def _text(text: str, limit: int = LONGEST_TEXT) -> str:
    return cut(clean_text(text[: 4 * limit], 4 * limit), limit)


def _signature(key: bytes, signed: bytes) -> str:
    made = hmac.new(key, signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(made).decode()}"


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text.removeprefix(_KEY_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not text.startswith(_KEY_PREFIX) or len(key) not in _KEY_BYTES:
        raise Invalid("A key must be whsec_ and the base64 of 24 to 64 random bytes.", "key")
    return key
