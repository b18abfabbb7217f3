"""Tokens of machines: who may call the API, until when, and for what.

Only hashes are stored; the token itself is shown once, to whoever has it issued.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import get_args

from northstar.app.ports import ProgressStore, Scope, Token
from northstar.domain.errors import Invalid, NotFound, Refused, Unauthenticated

SCOPES: tuple[Scope, ...] = get_args(Scope)
DAYS = 365
"""How long a token holds where nothing else is said."""
MOST_DAYS = 3650

_PREFIX = "nst_"
_BYTES = 32
_NAME_LIMIT = 80
_BEARER = re.compile(rf"bearer +({_PREFIX}[\w-]{{20,200}})", re.ASCII | re.IGNORECASE)


def issue(
    name: str,
    scopes: Collection[Scope],
    store: ProgressStore,
    now: datetime,
    *,
    days: int = DAYS,
) -> str:
    """Store a new token and return it; it begins with nst_ and holds 256 random bits.

    `scopes` are what it may do, `now` is aware. Raises Invalid, also where the name is taken.
    """
    if not 1 <= len(name) <= _NAME_LIMIT or not name.isprintable() or name != name.strip():
        raise Invalid(
            f"The token's name must have 1 to {_NAME_LIMIT} printable characters, and no blank at "
            "either end.",
            "name",
        )
    if not scopes or not set(scopes) <= set(SCOPES):
        raise Invalid(f"A token needs scopes out of {', '.join(SCOPES)}.", "scope")
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(f"A token holds for 1 to {MOST_DAYS} days.", "days")
    token = _PREFIX + secrets.token_urlsafe(_BYTES)
    wanted = tuple(scope for scope in SCOPES if scope in scopes)
    made = Token(name, wanted, created=now, expires=now + timedelta(days))
    if not store.add_token(_hash(token), made):
        raise Invalid(f"There is a token named {name!r} already; revoke it first.", "name")
    return token


def check(header: str, store: ProgressStore, now: datetime) -> Token:
    """Return whose token an Authorization header (RFC 6750, section 2.1) holds.

    Raises Unauthenticated, in the same words for one that is missing, unknown, expired or revoked.
    """
    told = _BEARER.fullmatch(header.strip())
    found = store.token(_hash(told[1]), now) if told else None
    if found is None:
        raise Unauthenticated("Send a valid token in the header Authorization: Bearer nst_….")
    return found


def allow(token: Token, scope: Scope) -> None:
    """Raise Refused where a token may not do this."""
    if scope not in token.scopes:
        raise Refused(f"This token lacks the scope {scope}; use one that has it.")


def revoke(name: str, store: ProgressStore) -> None:
    """Let a token end at once. Raises NotFound."""
    if not store.remove_token(name):
        raise NotFound(f"There is no token named {name!r}; northstar token list shows them all.")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
