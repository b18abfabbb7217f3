"""The webhook secrets of the helpdesks: those that the environment sets, and new ones for the rest.

A value holds one secret or, during a rotation, two with a space between them.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Mapping

from northstar.domain.errors import Invalid

STANDARD = "standard"
VARIABLES = {
    STANDARD: "NORTHSTAR_WEBHOOK_SECRET",
    "zendesk": "NORTHSTAR_ZENDESK_SECRET",
    "intercom": "NORTHSTAR_INTERCOM_SECRET",
    "gorgias": "NORTHSTAR_GORGIAS_SECRET",
}
_PREFIX = "whsec_"


def given(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the secrets that the environment sets, by desk; those of `standard` without prefix.

    Raises Invalid for what no helpdesk could sign with.
    """
    return {
        desk: " ".join(_checked(desk, variable, environment[variable]))
        for desk, variable in VARIABLES.items()
        if environment.get(variable)
    }


def made() -> dict[str, str]:
    """Return new secrets of the desks other than `standard`, and tokens of their APIs."""
    others = [desk for desk in VARIABLES if desk != STANDARD]
    return {name: secrets.token_hex(24) for desk in others for name in (desk, f"{desk}_api")}


def shown(desk: str, value: str) -> str:
    """Return the secret that signs now, as a helpdesk takes it."""
    first = value.split(maxsplit=1)[0]
    return f"{_PREFIX}{first.removeprefix(_PREFIX)}" if desk == STANDARD else first


def _checked(desk: str, variable: str, value: str) -> list[str]:
    found = value.split()
    if not (1 <= len(found) <= 2 and value.isascii() and value.isprintable()):
        raise Invalid(
            f"{variable} must be one secret, or two with a space between them, of visible ASCII "
            "characters; leave it out to have one made.",
            variable,
        )
    return [_key(variable, one) for one in found] if desk == STANDARD else found


def _key(variable: str, text: str) -> str:
    """Return base64 without its prefix. Raises Invalid for anything else."""
    secret = text.removeprefix(_PREFIX)
    try:
        key = base64.b64decode(secret, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        raise Invalid(
            f'{variable} must be base64, with or without "{_PREFIX}" before it; '
            "leave it out to have one made.",
            variable,
        )
    return secret
