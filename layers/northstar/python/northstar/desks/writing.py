"""What the desks share in writing into a conversation: one JSON request under the API's address."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from typing import Any

from northstar.app.ports import Account, Call
from northstar.domain.errors import Invalid

_NUMBER = re.compile(r"[0-9]{1,20}")


def number(ticket_id: str) -> str:
    """Return an id that is safe in a path: digits only. Raises Invalid."""
    if not _NUMBER.fullmatch(ticket_id):
        raise Invalid(
            "ticket.id: the ids of this helpdesk are numbers; send the helpdesk's own id.",
            "ticket.id",
        )
    return ticket_id


def basic(user: str, password: str) -> str:
    """Return the Authorization header of HTTP basic authentication (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def request(
    account: Account,
    path: str,
    content: Mapping[str, Any],
    headers: Mapping[str, str],
    method: str = "POST",
) -> Call:
    """Return a request with a JSON body to a path (with its leading slash) of an API."""
    return Call(
        url=account.address.rstrip("/") + path,
        headers={"accept": "application/json", "content-type": "application/json", **headers},
        body=json.dumps(content).encode(),
        method=method,
    )
