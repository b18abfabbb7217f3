"""What an ID token says: whether it is meant for us and now, who it is about, and their groups.

Source: OpenID Connect Core 1.0, sections 2 and 3.1.3.7. Whoever calls has checked the signature.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from northstar.domain.errors import Unauthenticated

LEEWAY = timedelta(minutes=1)
"""How far the issuer's clock may be from ours; it also signs after `now`, while we wait for it."""

_NAME_LIMIT = 200
_END_OF_TIME = 1e12

Claims = Mapping[str, Any]


def check(claims: Claims, *, issuer: str, client: str, nonce: str, now: datetime) -> None:
    """Return if the token ends the login that sent this nonce. `client` is our id at the issuer.

    Raises:
        Unauthenticated: it is from another issuer, for another client, of another login, not valid
            at `now` (aware), or says nobody's name.
    """
    wrong = {
        "it comes from another issuer": claims.get("iss") != issuer,
        "it is meant for another application": not _is_for(client, claims),
        "it belongs to another login": not _same(claims.get("nonce"), nonce),
        "it is not valid at this time": not _is_valid_at(now, claims),
        "it does not say who you are": not _text(claims.get("sub")),
    }
    for reason, holds in wrong.items():
        if holds:
            raise Unauthenticated(f"What the login service told us is refused: {reason}.")


def name_of(claims: Claims) -> str:
    """Return what to call somebody: mail address, else name, else the issuer's id of them.

    An address that the issuer calls unverified could be anybody's, and is not used.
    """
    unverified = claims.get("email_verified") in (False, "false")
    told = [None if unverified else claims.get("email")]
    told += [claims.get(name) for name in ("preferred_username", "name", "sub")]
    return next((text for text in map(_text, told) if text), "")


def groups_of(claims: Claims, claim: str) -> set[str]:
    """Return what a claim lists: one text, or several. Of mail addresses only a verified one."""
    value = claims.get(claim)
    if claim == "email" and claims.get("email_verified") not in (True, "true"):
        return set()
    values = value if isinstance(value, list) else [value]
    return {one for one in values if isinstance(one, str) and one}


def _is_for(client: str, claims: Claims) -> bool:
    """Whether we are among the audience and, where it names one, the party that asked."""
    told, party = claims.get("aud"), claims.get("azp")
    audience = told if isinstance(told, list) else [told]
    if client not in audience:
        return False
    return party == client or (party is None and len(audience) == 1)


def _is_valid_at(now: datetime, claims: Claims) -> bool:
    early, late = (now - LEEWAY).timestamp(), (now + LEEWAY).timestamp()
    issued, ends = (_seconds(claims.get(name)) for name in ("iat", "exp"))
    begins = _seconds(claims.get("nbf", issued))
    if issued is None or ends is None or begins is None:
        return False
    return max(issued, begins) <= late and ends > early


def _seconds(value: Any) -> float | None:
    """A moment in seconds since 1970; None for anything that is no finite number."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and abs(value) < _END_OF_TIME else None


def _same(told: Any, expected: str) -> bool:
    return isinstance(told, str) and told.isascii() and hmac.compare_digest(told, expected)


def _text(value: Any) -> str:
    """A text on one line that does nothing to it, cut to what fits; "" for anything else."""
    if not isinstance(value, str):
        return ""
    shown = "".join(character if character.isprintable() else " " for character in value)
    return " ".join(shown.split())[:_NAME_LIMIT]
