"""A small helpdesk on this machine that takes chat replies, for tests and for the demo.

Takes what the real ones take and answers as they would, with the fields that matter: Zendesk
"Update Ticket" (developer.zendesk.com), Intercom "Reply to a conversation"
(developers.intercom.com), Gorgias "Create a message" (developers.gorgias.com).
"""

from __future__ import annotations

import json
import re
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from threading import Event, Thread
from typing import Any, TypedDict

from local.runtime_api import QuietServer
from local.store import Fault

BODY_LIMIT = 1024 * 1024  # bytes


class Message(TypedDict):
    """A reply that was taken: by which desk, in which conversation, and when (seconds, 1970)."""

    desk: str
    conversation: str
    text: str
    at: float


@dataclass(frozen=True, slots=True)
class _Api:
    """The one call of a desk that is known: its request, where the text is, and the answer."""

    desk: str
    method: str
    path: re.Pattern[str]
    scheme: str  # of the Authorization header
    text: Callable[[Any], Any]
    status: int
    answer: Callable[[str, str, int], dict[str, Any]]


class HelpdeskServer:
    """The helpdesk: `HelpdeskServer()`, then `start`, `stop`; `messages` are those it took.

    A list that is given is added to. `fail` sets what the next requests get instead of the answer.
    """

    def __init__(self, messages: list[Message] | None = None) -> None:
        self.messages = [] if messages is None else messages
        self._faults: deque[Fault] = deque()
        self._stopping = Event()
        self._server = QuietServer(("127.0.0.1", 0), _handler(self))
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """The address, to be that of a desk's account."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> None:
        """Begin to answer, in the background."""
        self._thread.start()

    def stop(self) -> None:
        """Stop answering, requests that hang too, and free the port."""
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    @contextmanager
    def running(self) -> Iterator[HelpdeskServer]:
        """Run the helpdesk for the length of a with block."""
        self.start()
        try:
            yield self
        finally:
            self.stop()

    def fail(self, *faults: Fault) -> None:
        """Let the next requests wait for a fault's delay and get its status, in order.

        `Fault(429, headers={"Retry-After": "1"})` refuses, `Fault(delay=60)` hangs.
        """
        self._faults.extend(faults)

    def answer(
        self, method: str, path: str, authorization: str, body: bytes
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Return status, headers and body of the answer to one request."""
        fault = self._faults.popleft() if self._faults else Fault()
        if self._stopping.wait(fault.delay):
            return 503, {}, b""
        if fault.status is not None:
            return fault.status, fault.headers, fault.body
        status, content = self._take(method, path, authorization, body)
        return status, {"Content-Type": "application/json"}, json.dumps(content).encode()

    def _take(
        self, method: str, path: str, authorization: str, body: bytes
    ) -> tuple[int, dict[str, Any]]:
        for api in _APIS:
            found = api.path.fullmatch(path)
            if found and method == api.method:
                break
        else:
            return 404, {"error": "there is nothing here"}
        if not re.fullmatch(rf"{api.scheme} \S+", authorization):
            return 401, {"error": f"Authorization: {api.scheme} is missing"}
        try:
            text = api.text(json.loads(body))
        except (ValueError, LookupError, TypeError, RecursionError):
            text = None
        if not isinstance(text, str) or not text:
            return 422, {"error": "the message has no text"}
        self.messages.append(
            {"desk": api.desk, "conversation": found[1], "text": text, "at": time.time()}
        )
        return api.status, api.answer(found[1], text, len(self.messages))


def _zendesk(ticket: str, text: str, number: int) -> dict[str, Any]:
    event = {"id": number, "type": "Comment", "body": text, "public": True}
    audit = {"id": number, "ticket_id": int(ticket), "events": [event]}
    return {"ticket": {"id": int(ticket), "status": "solved"}, "audit": audit}


def _intercom(conversation: str, _text: str, _number: int) -> dict[str, Any]:
    return {"type": "conversation", "id": conversation, "state": "closed"}


def _gorgias(ticket: str, text: str, number: int) -> dict[str, Any]:
    return {"id": number, "ticket_id": int(ticket), "from_agent": True, "body_text": text}


_APIS = (
    _Api(
        "zendesk",
        "PUT",
        re.compile(r"/api/v2/tickets/(\d{1,20})\.json"),
        "Basic",
        lambda told: told["ticket"]["comment"]["body"],
        200,
        _zendesk,
    ),
    _Api(
        "intercom",
        "POST",
        re.compile(r"/conversations/(\d{1,20})/reply"),
        "Bearer",
        lambda told: told["body"],
        200,
        _intercom,
    ),
    _Api(
        "gorgias",
        "POST",
        re.compile(r"/api/tickets/(\d{1,20})/messages"),
        "Basic",
        lambda told: told["body_text"],
        201,
        _gorgias,
    ),
)


def _handler(helpdesk: HelpdeskServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            length = self.headers.get("Content-Length", "")
            if not (length.isascii() and length.isdigit()) or int(length) > BODY_LIMIT:
                self._send(413, {}, b"")
                return
            body = self.rfile.read(int(length))
            authorization = self.headers.get("Authorization", "")
            self._send(*helpdesk.answer(self.command, self.path, authorization, body))

        def _send(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_PUT = _serve  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Say nothing; what was taken is in the list."""

    return Handler
