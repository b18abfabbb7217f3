"""The requests that write a survey into a conversation."""

from __future__ import annotations

import base64
import json

import pytest

from northstar import desks
from northstar.app.ports import Account, Call
from northstar.domain.errors import Invalid

TEXT = 'How did we do? "Ten seconds": https://example.org/s/ä'
NUMBERED = ("zendesk", "intercom", "gorgias")


def reply(desk: str, ticket_id: str = "35436", address: str = "https://acme.example") -> Call:
    """Return the request of a desk."""
    call = desks.by_name(desk).reply(ticket_id, TEXT, Account(address, "agent@a.example", "t0ken"))
    assert call is not None
    return call


def decoded(call: Call) -> str:
    """Return user and password of basic authentication."""
    scheme, _, value = call.headers["authorization"].partition(" ")
    assert scheme == "Basic"
    return base64.b64decode(value).decode()


def test_zendesk_gets_a_public_comment_and_keeps_its_status() -> None:
    """The ticket is updated by a comment, and by nothing else."""
    call = reply("zendesk")
    assert (call.method, call.url) == ("PUT", "https://acme.example/api/v2/tickets/35436.json")
    assert json.loads(call.body) == {"ticket": {"comment": {"body": TEXT, "public": True}}}
    assert decoded(call) == "agent@a.example/token:t0ken"


def test_intercom_gets_a_comment_by_the_teammate() -> None:
    """In the version of the API that the body is written for."""
    call = reply("intercom")
    assert (call.method, call.url) == ("POST", "https://acme.example/conversations/35436/reply")
    assert json.loads(call.body) == {
        "message_type": "comment",
        "type": "admin",
        "admin_id": "agent@a.example",
        "body": TEXT,
    }
    assert call.headers["authorization"] == "Bearer t0ken"
    assert call.headers["intercom-version"] == "2.11"


def test_gorgias_gets_a_public_message_in_the_chat() -> None:
    """From an agent, through the API."""
    call = reply("gorgias")
    assert (call.method, call.url) == ("POST", "https://acme.example/api/tickets/35436/messages")
    assert json.loads(call.body) == {
        "channel": "chat",
        "via": "api",
        "from_agent": True,
        "public": True,
        "sender": {"email": "agent@a.example"},
        "body_text": TEXT,
    }
    assert decoded(call) == "agent@a.example:t0ken"


@pytest.mark.parametrize("desk", NUMBERED)
def test_a_reply_is_json_under_the_address(desk: str) -> None:
    """With or without a slash at the end of the address."""
    call = reply(desk, address="https://acme.example/")
    assert call.headers["content-type"] == "application/json"
    assert call.url == reply(desk).url


@pytest.mark.parametrize("desk", NUMBERED)
@pytest.mark.parametrize(
    "ticket_id", ["", "1/../2", "1?x=", "1#", "abc", " 1", "1\n", "٣", "1" * 21, "-1", "%31"]
)
def test_an_id_that_is_no_number_never_reaches_a_path(desk: str, ticket_id: str) -> None:
    """Refused before there is a request."""
    with pytest.raises(Invalid, match="numbers"):
        reply(desk, ticket_id)
