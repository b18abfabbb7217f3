"""The HTTP API on the loopback interface: routes, payload format 2.0, and API Gateway's refusals.

Formats: Amazon API Gateway developer guide, "Create AWS Lambda proxy integrations for HTTP APIs".
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, unquote

from local.runtime_api import Invoke, QuietServer
from local.template import ACCOUNT, Route

BODY_LIMIT = 10 * 1024 * 1024  # bytes; API Gateway quotas, "Payload size"
LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}
_TEXT = re.compile(r"text/.*|application/(json|javascript|xml|[\w.-]+\+(json|xml))", re.ASCII)
_VARIABLE = re.compile(r"\{(\w+)(\+?)\}")
_SET_HERE = {"x-forwarded-for", "x-forwarded-port", "x-forwarded-proto"}

Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. `at` is seconds since 1970."""

    method: str
    target: str
    headers: Headers = ()
    body: bytes = b""
    at: float = 0.0

    @property
    def path(self) -> str:
        """The decoded path, without the query."""
        return unquote(self.target.partition("?")[0])


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP response."""

    status: int
    headers: Headers
    body: bytes


Page = Callable[[Request], Response | None]


class Front:
    """The HTTP API of a stack: finds the route, calls its function, shapes the response."""

    def __init__(self, routes: Iterable[Route], invoke: Invoke, port: int) -> None:
        self.port = port
        self._invoke = invoke
        self._routes = sorted(((_pattern(r.path), r) for r in routes), key=lambda p: _rank(p[1]))

    def call(self, request: Request) -> Response:
        """Return the response to one request, as API Gateway would give it."""
        path = request.path
        for pattern, route in self._routes:
            match = pattern.fullmatch(path)
            if match and route.method in {request.method, "ANY"}:
                result = self._invoke(
                    route.function, event(request, route, match.groupdict(), self.port)
                )
                return response(result.payload) if result.ok else message(500)
        return message(404)


def event(
    request: Request, route: Route, variables: Mapping[str, str], port: int
) -> dict[str, Any]:
    """Return the event of payload format 2.0 that a function receives for a request."""
    raw_path, _, query = request.target.partition("?")
    named = [(name.lower(), value) for name, value in request.headers]
    headers: dict[str, str] = {}
    for name, value in named:
        if name not in {"cookie"} | _SET_HERE:
            headers[name] = f"{headers[name]},{value}" if name in headers else value
    headers |= {
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-port": str(port),
        "x-forwarded-proto": "http",
    }
    at = request.at or time.time()
    key = f"{route.method} {route.path}"
    made: dict[str, Any] = {
        "version": "2.0",
        "routeKey": key,
        "rawPath": unquote(raw_path),
        "rawQueryString": query,
        "headers": headers,
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": "local",
            "domainName": f"127.0.0.1:{port}",
            "domainPrefix": "127",
            "http": {
                "method": request.method,
                "path": unquote(raw_path),
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": str(uuid.uuid4()),
            "routeKey": key,
            "stage": "$default",
            "time": datetime.fromtimestamp(at, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "timeEpoch": int(at * 1000),
        },
        "isBase64Encoded": False,
    }
    cookies = [c for name, value in named if name == "cookie" for c in value.split("; ") if c]
    if cookies:
        made["cookies"] = cookies
    if variables:
        made["pathParameters"] = dict(variables)
    pairs = parse_qsl(query, keep_blank_values=True)
    if pairs:
        names = dict.fromkeys(name for name, _ in pairs)
        made["queryStringParameters"] = {n: ",".join(v for m, v in pairs if m == n) for n in names}
    if request.body:
        made |= _body(request.body, headers.get("content-type", ""))
    return made


def response(payload: Any) -> Response:
    """Return the HTTP response of what a handler returned: without statusCode 200 and JSON."""
    if not isinstance(payload, dict) or "statusCode" not in payload:
        text = payload if isinstance(payload, str) else json.dumps(payload)
        return Response(200, [("content-type", "application/json")], text.encode())
    try:
        status = int(payload["statusCode"])
        headers = [(str(n).lower(), str(v)) for n, v in (payload.get("headers") or {}).items()]
        body = str(payload.get("body") or "").encode()
        if payload.get("isBase64Encoded"):
            body = base64.b64decode(body, validate=True)
    except (TypeError, ValueError, AttributeError, binascii.Error):
        return message(500)
    if body and "content-type" not in dict(headers):
        headers.append(("content-type", "text/plain;charset=utf-8"))
    headers += [("set-cookie", str(cookie)) for cookie in payload.get("cookies") or ()]
    return Response(status, headers, body)


def message(status: int) -> Response:
    """Return one of API Gateway's own short answers."""
    texts = {
        400: "Bad Request",
        403: "Forbidden",
        404: "Not Found",
        411: "Length Required",
        413: "Request Entity Too Large",
        500: "Internal Server Error",
    }
    body = json.dumps({"message": texts[status]}).encode()
    return Response(status, [("content-type", "application/json")], body)


def serve(front: Front, local_page: Page) -> QuietServer:
    """Return a server on 127.0.0.1 and the front's port, not yet running.

    `local_page` sees every request first and answers those that are its own.

    Raises:
        OSError: the port is taken.
    """
    return _Server(front, local_page)


class _Server(QuietServer):
    def __init__(self, front: Front, local_page: Page) -> None:
        super().__init__(("127.0.0.1", front.port), _Handler)
        self.front, self.local_page = front, local_page
        front.port = self.server_port


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "northstar-local"
    sys_version = ""
    wbufsize = -1
    timeout = 65
    server: _Server

    def _serve(self) -> None:
        refusal = self._refusal()
        if refusal:
            self.close_connection = True
            self._send(message(refusal))
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = list(self.headers.items())
        request = Request(self.command, self.path, headers, body, time.time())
        self._send(self.server.local_page(request) or self.server.front.call(request))

    def _refusal(self) -> int | None:
        """Return the status of a request that is refused before its body is read."""
        host = self.headers.get("Host", "").lower()
        if host.removesuffix(f":{self.server.front.port}") not in LOOPBACK:
            return 403  # a page elsewhere that points its own name at this machine (DNS rebinding)
        if "Transfer-Encoding" in self.headers:
            return 411
        length = self.headers.get("Content-Length", "0")
        if not (length.isascii() and length.isdigit()):
            return 400
        return 413 if int(length) > BODY_LIMIT else None

    def _send(self, answer: Response) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers:
            if name != "content-length":
                self.send_header(name, value.replace("\r", " ").replace("\n", " "))
        if answer.status not in {204, 304}:
            self.send_header("content-length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD" and answer.status not in {204, 304}:
            self.wfile.write(answer.body)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Stay quiet; the function's log says what happened."""


def _body(body: bytes, content_type: str) -> dict[str, Any]:
    if _TEXT.fullmatch(content_type.partition(";")[0].strip().lower()):
        try:
            return {"body": body.decode()}
        except UnicodeDecodeError:
            pass  # not the text that its type promises: handed over as bytes
    return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}


def _pattern(path: str) -> re.Pattern[str]:
    """Return what a route's path matches: `{x}` is one segment, `{x+}` is the rest."""
    parts, last = [], 0
    for variable in _VARIABLE.finditer(path):
        parts += [
            re.escape(path[last : variable.start()]),
            f"(?P<{variable[1]}>{'.+' if variable[2] else '[^/]+'})",
        ]
        last = variable.end()
    return re.compile("".join([*parts, re.escape(path[last:])]), re.DOTALL)


def _rank(route: Route) -> tuple[Any, ...]:
    """Sort routes by how exactly they match: fixed before `{x}` before `{x+}`, ANY last."""
    kinds = [
        0 if not _VARIABLE.fullmatch(part) else 1 if "+" not in part else 2
        for part in route.path.split("/")
    ]
    return max(kinds) == 2, kinds, route.method == "ANY"
