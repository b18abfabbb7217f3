"""HTTP API events (payload format 2.0) in, responses out.

API Gateway has matched the route already, so a function maps `routeKey` to a plain function from
Request to Response. Every error of ours has one status here.

Format: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from northstar.domain import errors
from northstar.domain.errors import Invalid, NorthstarError, TooLarge, Unavailable
from northstar.runtime.observability import Handler, count_metric, logger, observed
from northstar.runtime.settings import is_loopback

BODY_LIMIT = 32 * 1024
"""Bytes of a request body; anything larger is refused before it is parsed."""

STATUS: tuple[tuple[type[NorthstarError], int], ...] = (
    (errors.TooLarge, 413),
    (errors.Invalid, 422),
    (errors.Unauthenticated, 401),
    (errors.Closed, 410),
    (errors.Refused, 403),
    (errors.NotFound, 404),
    (errors.Retryable, 503),
)


@dataclass(frozen=True, slots=True)
class Response:
    """An answer: a status, a body, and what goes into its headers.

    The body is text; of anything else it is the base64, and `base64` says so.
    """

    status: int
    body: str = ""
    content_type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()
    base64: bool = False

    def payload(self) -> dict[str, Any]:
        """Return it in payload format 2.0."""
        return {
            "statusCode": self.status,
            "headers": {n.lower(): v for n, v in self.headers.items()}
            | {"content-type": self.content_type},
            "cookies": list(self.cookies),
            "body": self.body,
            "isBase64Encoded": self.base64,
        }


class Request:
    """A payload 2.0 event, with the parts that the functions need."""

    def __init__(self, event: Mapping[str, Any]) -> None:
        self._event = event
        self._context: Mapping[str, Any] = event["requestContext"]
        self.path: Mapping[str, str] = event.get("pathParameters") or {}
        self.query: Mapping[str, str] = event.get("queryStringParameters") or {}
        self.headers: Mapping[str, str] = event.get("headers") or {}

    @property
    def id(self) -> str:
        """The gateway's request id, under which the logs have it."""
        return str(self._context.get("requestId", ""))

    @property
    def route(self) -> str:
        """The route that the gateway matched, such as "GET /s/{token}"."""
        return str(self._event["routeKey"])

    @property
    def target(self) -> str:
        """The path and the query as they were asked for."""
        query = self._event.get("rawQueryString")
        return f"{self._event['rawPath']}?{query}" if query else str(self._event["rawPath"])

    @property
    def now(self) -> datetime:
        """When the gateway took the request: the clock of everything that follows."""
        return datetime.fromtimestamp(self._context["timeEpoch"] / 1000, UTC)

    @property
    def base_url(self) -> str:
        """The address this request came to; plain http only on loopback."""
        host = self._context["domainName"]
        return f"{'http' if is_loopback(f'//{host}') else 'https'}://{host}"

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies by name."""
        pairs = (cookie.partition("=") for cookie in self._event.get("cookies") or ())
        return {name.strip(): value for name, _, value in pairs}

    def body(self) -> bytes:
        """Return the body's bytes. Raises TooLarge or Invalid."""
        raw = self._event.get("body") or ""
        if len(raw) > BODY_LIMIT * 2:
            raise TooLarge("The body is larger than 32 KB; send less.")
        try:
            coded = self._event.get("isBase64Encoded")
            body = base64.b64decode(raw, validate=True) if coded else raw.encode()
        except (binascii.Error, UnicodeEncodeError) as error:
            raise Invalid("The body is not valid; send UTF-8.") from error
        if len(body) > BODY_LIMIT:
            raise TooLarge("The body is larger than 32 KB; send less.")
        return body


Route = Callable[[Request], Response]


def json_response(status: int, content: Any) -> Response:
    """Return a JSON response; values that are None are left out of an object."""
    if isinstance(content, dict):
        content = {name: value for name, value in content.items() if value is not None}
    return json_text(status, json.dumps(content))


def json_text(status: int, text: str) -> Response:
    """Return a response of a text that is JSON already."""
    headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    return Response(status, text, "application/json", headers)


def status_of(error: Exception) -> int:
    """Return the HTTP status of an error; 500 for any that is not ours."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def json_problem(error: Exception, _request: Request) -> Response:
    """Return an error as JSON: one sentence, and the field where there is one."""
    status = status_of(error)
    if status == 500:
        return json_response(500, {"error": "Something went wrong on our side; try again."})
    field_name = getattr(error, "field", "") or None
    response = json_response(status, {"error": str(error), "field": field_name})
    if status == 503:
        return replace(response, headers={**response.headers, "retry-after": "5"})
    return response


def routed(
    routes: Mapping[str, Route],
    problem: Callable[[Exception, Request], Response] = json_problem,
) -> Handler:
    """Return the handler that answers these routes; errors become responses by `problem`."""

    @observed
    def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
        request = Request(event)
        try:
            return routes[request.route](request).payload()
        except NorthstarError as error:
            if isinstance(error, TooLarge):
                count_metric("BodiesTooLarge")
            if isinstance(error, Unavailable):
                logger.warning("unavailable", extra={"error": str(error)})
            return problem(error, request).payload()
        except Exception as error:  # noqa: BLE001  the last resort: logged, answered
            logger.exception("unexpected error")
            return problem(error, request).payload()

    return handler
