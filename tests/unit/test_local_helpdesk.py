"""The helpdesk of this machine: what it takes, how it answers, and how it fails when told to."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from local.helpdesk import BODY_LIMIT, HelpdeskServer
from local.store import Fault
from northstar import desks
from northstar.app.ports import Account

BASIC, BEARER = "Basic YWdlbnQ6dG9rZW4=", "Bearer token"
ZENDESK = ("PUT", "/api/v2/tickets/7.json", BASIC, {"ticket": {"comment": {"body": "Hällo"}}})
INTERCOM = ("POST", "/conversations/7/reply", BEARER, {"type": "admin", "body": "Hällo"})
GORGIAS = ("POST", "/api/tickets/7/messages", BASIC, {"body_text": "Hällo"})


@pytest.fixture
def helpdesk() -> Iterator[HelpdeskServer]:
    """A helpdesk that runs."""
    with HelpdeskServer().running() as running:
        yield running


def _send(
    helpdesk: HelpdeskServer, method: str, path: str, authorization: str, body: Any
) -> tuple[int, Any, http.client.HTTPMessage]:
    connection = http.client.HTTPConnection(helpdesk.url.removeprefix("http://"), timeout=5)
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"authorization": authorization} if authorization else {}
    try:
        connection.request(method, path, raw, headers)
        answer = connection.getresponse()
        content = answer.read()
        return answer.status, json.loads(content) if content else None, answer.headers
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("desk", "status", "expected"),
    [
        ("zendesk", 200, {"ticket": {"id": 7, "status": "solved"}}),
        ("intercom", 200, {"type": "conversation", "id": "7"}),
        ("gorgias", 201, {"id": 1, "ticket_id": 7, "body_text": "Hällo"}),
    ],
)
def test_each_desks_reply_is_taken_and_kept(
    helpdesk: HelpdeskServer, desk: str, status: int, expected: dict[str, Any]
) -> None:
    """The request that our desk makes is answered as its helpdesk would, and its text is kept."""
    before = time.time()
    account = Account(helpdesk.url, "agent@example.com", "token")
    call = desks.by_name(desk).reply("7", "Hällo", account)
    assert call
    got, content, headers = _send(
        helpdesk,
        call.method,
        call.url.removeprefix(helpdesk.url),
        call.headers["authorization"],
        call.body,
    )

    assert (got, headers["content-type"]) == (status, "application/json")
    assert content.items() >= expected.items()
    (message,) = helpdesk.messages
    assert (message["desk"], message["conversation"]) == (desk, "7")
    assert message["text"] == "Hällo"
    assert before <= message["at"] <= time.time()


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (("POST", *ZENDESK[1:]), 404),
        (("PUT", *INTERCOM[1:]), 404),
        (("POST", "/conversations/x/reply", BEARER, {"body": "Hi"}), 404),
        (("POST", "/conversations/7/../8/reply", BEARER, {"body": "Hi"}), 404),
        ((*ZENDESK[:2], "", ZENDESK[3]), 401),
        ((*ZENDESK[:2], BEARER, ZENDESK[3]), 401),
        ((*INTERCOM[:2], BASIC, INTERCOM[3]), 401),
        ((*ZENDESK[:3], {"ticket": {"status": "open"}}), 422),
        ((*GORGIAS[:3], {"body_text": ""}), 422),
        ((*GORGIAS[:3], ["body_text"]), 422),
        ((*GORGIAS[:3], b"[" * 100_000), 422),
        ((*GORGIAS[:3], b"\xff"), 422),
    ],
)
def test_what_a_desk_would_refuse_is_refused(
    helpdesk: HelpdeskServer, request_: tuple[str, str, str, Any], status: int
) -> None:
    """Another call, a missing or wrong authorization and a body without text leave no message."""
    assert _send(helpdesk, *request_)[0] == status
    assert helpdesk.messages == []


@pytest.mark.parametrize("length", [str(BODY_LIMIT + 1), "-1", "x"])
def test_a_body_that_is_too_long_is_refused_unread(helpdesk: HelpdeskServer, length: str) -> None:
    """The length that a request announces decides, before anything of the body is there."""
    connection = http.client.HTTPConnection(helpdesk.url.removeprefix("http://"), timeout=5)
    connection.request("POST", GORGIAS[1], headers={"Content-Length": length})
    assert connection.getresponse().status == 413
    connection.close()


def test_it_fails_as_told_and_then_works(helpdesk: HelpdeskServer) -> None:
    """Each fault is for one request, in order, with its headers; no message is taken by them."""
    helpdesk.fail(Fault(429, headers={"Retry-After": "1"}), Fault(500), Fault(403, b'{"a": 1}'))
    first = _send(helpdesk, *GORGIAS)
    rest = [_send(helpdesk, *GORGIAS)[:2] for _ in range(2)]

    assert (first[0], first[2]["Retry-After"]) == (429, "1")
    assert rest == [(500, None), (403, {"a": 1})]
    assert helpdesk.messages == []
    assert _send(helpdesk, *GORGIAS)[0] == 201


def test_a_request_that_hangs_ends_with_the_helpdesk() -> None:
    """A hanging request gets no answer in time and takes no message; the stop ends it too."""
    before = set(threading.enumerate())
    helpdesk = HelpdeskServer()
    with helpdesk.running():
        helpdesk.fail(Fault(delay=60))
        host = helpdesk.url.removeprefix("http://")
        connection = http.client.HTTPConnection(host, timeout=0.2)
        connection.request("POST", GORGIAS[1], b"{}", {"Authorization": BASIC})
        with pytest.raises(TimeoutError):
            connection.getresponse()
        connection.close()
    for thread in set(threading.enumerate()) - before:
        thread.join(5)
        assert not thread.is_alive()
    assert helpdesk.messages == []


def test_messages_are_added_to_a_given_list() -> None:
    """A list that was kept from an earlier run goes on."""
    kept: Any = [{"desk": "zendesk", "conversation": "1", "text": "old", "at": 1.0}]
    with HelpdeskServer(kept).running() as helpdesk:
        _send(helpdesk, *INTERCOM)

    assert [message["text"] for message in kept] == ["old", "Hällo"]
    assert json.loads(json.dumps(kept)) == kept
