"""Login: one-time codes, or what an issuer says of somebody, become sessions.

Only hashes of codes, sessions and states are stored.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from northstar.app.configuration import Login
from northstar.app.ports import LoginFlow, ProgressStore, Role, Visitor
from northstar.domain.claims import Claims, groups_of, name_of
from northstar.domain.errors import Refused, Unauthenticated

CODE_LIFETIME = timedelta(hours=12)
FLOW_LIFETIME = timedelta(minutes=10)
SESSION_LIFETIME = timedelta(hours=8)
BY_LINK = "login link"
"""The name of whoever came by a one-time link, which does not say who that is."""

_LONGEST_WAY_BACK = 1000
_SEGMENT = r"[A-Za-z0-9][\w.-]*"
_OWN_PATH = re.compile(
    rf"/(?!auth(?:[/?]|$))(?:{_SEGMENT}(?:/{_SEGMENT})*)?(?:\?[!-\[\]-~]*)?", re.ASCII
)
"""A path whose segments begin with a letter or digit, and a query of visible ASCII without a
backslash: no browser reads another host into it."""


class Begun(NamedTuple):
    """A login that has begun. The issuer is told `state`; `secret` stays in the browser's cookie.

    Who ends the login must have both.
    """

    state: str
    secret: str
    flow: LoginFlow


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
    return start_session(Visitor(BY_LINK, role), store, now)


def begin(wanted: str, store: ProgressStore, now: datetime) -> Begun:
    """Store a login that begins at an issuer, and return it. `wanted` is where it shall lead to."""
    state, secret, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(4))
    flow = LoginFlow(nonce, verifier, way_back(wanted))
    store.add_login_flow(_hash(f"{state}.{secret}"), flow, now + FLOW_LIFETIME)
    return Begun(state, secret, flow)


def resume(state: str, secret: str, store: ProgressStore, now: datetime) -> LoginFlow:
    """Use a begun login up and return it.

    Raises Unauthenticated where it has not begun in this browser, is over, or too old.
    """
    begun = state and secret
    flow = store.take_login_flow(_hash(f"{state}.{secret}"), now) if begun else None
    if flow is None:
        raise Unauthenticated(
            "This login did not begin in this browser, is over, or took too long."
        )
    return flow


def challenge(verifier: str) -> str:
    """Return the code challenge of a verifier: method S256 of RFC 7636, section 4.2."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def way_back(wanted: str) -> str:
    """Return a path on our own site as it was wanted; the goal page's for anything else."""
    fits = len(wanted) <= _LONGEST_WAY_BACK and _OWN_PATH.fullmatch(wanted)
    return wanted if fits else "/"


def visitor_of(claims: Claims, rules: Login) -> Visitor:
    """Return who logged in, with the higher of the roles that their groups give.

    Raises Refused where none of the groups gives a role.
    """
    name, groups = name_of(claims), groups_of(claims, rules.roles_claim)
    if not groups.isdisjoint(rules.editors):
        return Visitor(name, "editor")
    if not groups.isdisjoint(rules.viewers):
        return Visitor(name, "viewer")
    raise Refused(
        f"{name} is logged in, but in no group that may see these pages; ask your operator."
    )


def start_session(visitor: Visitor, store: ProgressStore, now: datetime) -> str:
    """Return the id of a new session of somebody; no id is ever taken from outside."""
    session = secrets.token_urlsafe(24)
    store.add_session(_hash(session), visitor, now + SESSION_LIFETIME)
    return session


def check(session: str | None, store: ProgressStore, now: datetime) -> Visitor:
    """Return whose session it is. Raises Unauthenticated where there is none."""
    visitor = store.session(_hash(session), now) if session else None
    if visitor is None:
        raise Unauthenticated("These pages are for people who are logged in.")
    return visitor


def log_out(session: str | None, store: ProgressStore) -> None:
    """Forget a session."""
    if session:
        store.end_session(_hash(session))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
