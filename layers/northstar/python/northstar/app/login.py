"""Login: one-time codes become sessions. Only hashes of either are stored."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from northstar.app.ports import ProgressStore, Role, Visitor
from northstar.domain.errors import Unauthenticated

CODE_LIFETIME = timedelta(hours=12)
SESSION_LIFETIME = timedelta(hours=8)
BY_LINK = "login link"
"""The name of whoever came by a one-time link, which does not say who that is."""


def issue_code(store: ProgressStore, now: datetime, role: Role = "editor") -> str:
    """Store a new one-time code and return it, for a login link that gives this role."""
    code = secrets.token_urlsafe(24)
    store.add_login_code(_hash(code), role, now + CODE_LIFETIME)
    return code


def log_in(code: str, store: ProgressStore, now: datetime) -> str:
    """Use a one-time code up and return the id of a new session, which has the code's role.

    Raises Unauthenticated for a code that is unknown, used or too old.
    """
    role = store.take_login_code(_hash(code), now) if code else None
    if role is None:
        raise Unauthenticated("This login link was used before, or is too old.")
    session = secrets.token_urlsafe(24)
    store.add_session(_hash(session), Visitor(BY_LINK, role), now + SESSION_LIFETIME)
    return session


def check(session: str | None, store: ProgressStore, now: datetime) -> Visitor:
    """Return whose session it is. Raises Unauthenticated where there is none."""
    visitor = store.session(_hash(session), now) if session else None
    if visitor is None:
        raise Unauthenticated("Please log in.")
    return visitor


def log_out(session: str | None, store: ProgressStore) -> None:
    """Forget a session."""
    if session:
        store.end_session(_hash(session))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
