"""The HTTP front: routes, events of payload format 2.0, responses and refusals."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from local import http as front_http
from local.http import Front, Request, Response, event, response
from local.runtime_api import Result
from local.template import Route

ROUTES = [
    Route("ANY", "/{rest+}", "Rest"),
    Route("GET", "/s/{token}", "Form"),
    Route("GET", "/s/{token}/done", "Done"),
    Route("GET", "/s/help", "Help"),
    Route("ANY", "/s/{token}", "AnyForm"),
    Route("POST", "/a.b", "Dot"),
]


class Functions:
    """Stands in for the functions: remembers the calls and gives one result."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.result = Result(ok=True, payload={"statusCode": 200, "body": "hello"})

    def __call__(self, function: str, event: Any) -> Result:
        self.calls.append((function, event))
        return self.result


@pytest.fixture
def functions() -> Functions:
    """Functions that say hello."""
    return Functions()


@pytest.fixture
def port(functions: Functions) -> Iterator[int]:
    """The port of a running front with one local page."""

    def page(request: Request) -> Response | None:
        return Response(200, [], b"local") if request.path == "/_local/x" else None

    server = front_http.serve(Front(ROUTES, functions, 0), page)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


def _send(
    port: int, method: str, path: str, body: bytes = b"", **headers: str
) -> tuple[int, bytes, http.client.HTTPMessage]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body or None, named)
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("method", "path", "function", "variables"),
    [
        ("GET", "/s/abc", "Form", {"token": "abc"}),
        ("GET", "/s/a%20b?x=1", "Form", {"token": "a b"}),
        ("GET", "/s/abc/done", "Done", {"token": "abc"}),
        ("GET", "/s/help", "Help", {}),
        ("POST", "/s/abc", "AnyForm", {"token": "abc"}),
        ("HEAD", "/s/abc", "AnyForm", {"token": "abc"}),
        ("DELETE", "/s/abc/other", "Rest", {"rest": "s/abc/other"}),
        ("POST", "/a.b", "Dot", {}),
        ("POST", "/aXb", "Rest", {"rest": "aXb"}),
    ],
)
def test_the_most_specific_route_is_taken(
    functions: Functions, method: str, path: str, function: str, variables: dict[str, str]
) -> None:
    """Fixed paths win over variables, these over the rest, and a method over ANY."""
    Front(ROUTES, functions, 8000).call(Request(method, path))

    called, made = functions.calls[0]
    assert called == function
    assert made.get("pathParameters", {}) == variables


def test_an_unknown_route_is_not_found(functions: Functions) -> None:
    """Without a route nothing is called and the answer is API Gateway's own."""
    answer = Front([ROUTES[1]], functions, 8000).call(Request("POST", "/s/abc"))

    assert (answer.status, answer.body) == (404, b'{"message": "Not Found"}')
    assert functions.calls == []


def test_a_failed_function_is_an_internal_error(functions: Functions) -> None:
    """An error of the function is answered without its details."""
    functions.result = Result(ok=False, payload={"errorMessage": "secret"})
    answer = Front(ROUTES, functions, 8000).call(Request("GET", "/s/abc"))

    assert (answer.status, answer.body) == (500, b'{"message": "Internal Server Error"}')


def test_the_event_has_the_shape_of_payload_format_2() -> None:
    """The whole event, as API Gateway's documentation shows it."""
    headers = [
        ("Host", "127.0.0.1:8000"),
        ("Accept", "text/html"),
        ("Accept", "text/plain"),
        ("User-Agent", "test"),
        ("Cookie", "a=1; b=2"),
        ("Cookie", "c=3"),
        ("X-Forwarded-For", "10.0.0.1"),
        ("Content-Type", "application/json; charset=utf-8"),
    ]
    target = "/s/a%20b?r=5&x=1&x=2&empty="
    request = Request("POST", target, headers, '{"é": 1}'.encode(), 1_700_000_000.5)
    made = event(request, Route("POST", "/s/{token}", "Answer"), {"token": "a b"}, 8000)

    assert made["requestContext"].pop("requestId")
    assert made == {
        "version": "2.0",
        "routeKey": "POST /s/{token}",
        "rawPath": "/s/a b",
        "rawQueryString": "r=5&x=1&x=2&empty=",
        "cookies": ["a=1", "b=2", "c=3"],
        "headers": {
            "host": "127.0.0.1:8000",
            "accept": "text/html,text/plain",
            "user-agent": "test",
            "content-type": "application/json; charset=utf-8",
            "x-forwarded-for": "127.0.0.1",
            "x-forwarded-port": "8000",
            "x-forwarded-proto": "http",
        },
        "queryStringParameters": {"r": "5", "x": "1,2", "empty": ""},
        "pathParameters": {"token": "a b"},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "local",
            "domainName": "127.0.0.1:8000",
            "domainPrefix": "127",
            "http": {
                "method": "POST",
                "path": "/s/a b",
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "test",
            },
            "routeKey": "POST /s/{token}",
            "stage": "$default",
            "time": "14/Nov/2023:22:13:20 +0000",
            "timeEpoch": 1_700_000_000_500,
        },
        "body": '{"é": 1}',
        "isBase64Encoded": False,
    }


def test_powertools_reads_the_event() -> None:
    """Powertools' model of the event finds method, path, cookies, query and the decoded body."""
    form = [("Content-Type", "application/x-www-form-urlencoded")]
    request = Request("POST", "/s/x?r=1", [*form, ("Cookie", "a=1")], b"answer=5")
    read = APIGatewayProxyEventV2(event(request, Route("POST", "/s/{t}", "A"), {"t": "x"}, 8000))

    assert (read.http_method, read.path, read.cookies) == ("POST", "/s/x", ["a=1"])
    assert read.query_string_parameters == {"r": "1"}
    assert read.is_base64_encoded
    assert read.decoded_body == "answer=5"


@pytest.mark.parametrize("kind", ["image/png", "", "text/plain"])
def test_bytes_that_are_no_text_arrive_in_base64(kind: str) -> None:
    """A body that is not text by its type or by its bytes is handed over in base64."""
    request = Request("POST", "/", [("Content-Type", kind)], b"\xff\x00")
    made = event(request, Route("POST", "/", "A"), {}, 8000)

    assert (made["body"], made["isBase64Encoded"]) == ("/wA=", True)


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({"a": 1}, Response(200, [("content-type", "application/json")], b'{"a": 1}')),
        ("text", Response(200, [("content-type", "application/json")], b"text")),
        ({"statusCode": 204}, Response(204, [], b"")),
        (
            {
                "statusCode": "303",
                "headers": {"Location": "/x"},
                "cookies": ["a=1; Path=/", "b=2"],
            },
            Response(
                303,
                [("location", "/x"), ("set-cookie", "a=1; Path=/"), ("set-cookie", "b=2")],
                b"",
            ),
        ),
        (
            {"statusCode": 200, "body": "/wA=", "isBase64Encoded": True},
            Response(200, [("content-type", "text/plain;charset=utf-8")], b"\xff\x00"),
        ),
    ],
)
def test_responses(payload: Any, expected: Response) -> None:
    """What a handler returns becomes the response that API Gateway makes of it."""
    assert response(payload) == expected


@pytest.mark.parametrize(
    "payload",
    [
        {"statusCode": "abc"},
        {"statusCode": 200, "headers": ["x"]},
        {"statusCode": 200, "body": "%%", "isBase64Encoded": True},
    ],
)
def test_a_malformed_response_is_an_internal_error(payload: Any) -> None:
    """A response that cannot be understood is answered with 500."""
    assert response(payload).status == 500


def test_a_request_goes_through(port: int, functions: Functions) -> None:
    """Over the wire a body arrives, and status, headers and body come back."""
    status, body, headers = _send(port, "POST", "/s/x", b"{}", content_type="application/json")

    assert (status, body) == (200, b"hello")
    assert headers["content-type"] == "text/plain;charset=utf-8"
    assert functions.calls[0][1]["body"] == "{}"
    assert functions.calls[0][1]["requestContext"]["domainName"] == f"127.0.0.1:{port}"


def test_head_has_no_body(port: int, functions: Functions) -> None:
    """HEAD is routed as HEAD and answered without a body."""
    status, body, headers = _send(port, "HEAD", "/s/x")

    assert (status, body, headers["content-length"]) == (200, b"", "5")
    assert functions.calls[0][1]["requestContext"]["http"]["method"] == "HEAD"


def test_local_pages_come_first(port: int, functions: Functions) -> None:
    """A page of the local stack itself reaches no function."""
    assert _send(port, "GET", "/_local/x")[1] == b"local"
    assert functions.calls == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1.evil.example"}, 403),
        ({"Content_Length": str(10 * 1024 * 1024 + 1)}, 413),
        ({"Content_Length": "-1"}, 400),
        ({"Content_Length": "٣"}, 400),
        ({"Transfer_Encoding": "chunked"}, 411),
    ],
)
def test_refusals_before_the_body_is_read(
    port: int, functions: Functions, headers: dict[str, str], status: int
) -> None:
    """A foreign host, an unclear length and a large body are refused; no function is called."""
    headers = {name: value.encode().decode("latin-1") for name, value in headers.items()}
    assert _send(port, "POST", "/s/x", **headers)[0] == status
    assert functions.calls == []


def test_a_header_cannot_bring_another(port: int, functions: Functions) -> None:
    """A line break in a header of a response does not start a second header."""
    headers = {"location": "/x\r\nset-cookie: stolen=1"}
    functions.result = Result(ok=True, payload={"statusCode": 303, "headers": headers})

    assert "set-cookie" not in _send(port, "GET", "/s/x")[2]


def test_a_mails_text_links_addresses_of_this_machine_and_nothing_else() -> None:
    """Each address is a link of its own, also at the end of a line; other text stays text."""
    from local import mailbox

    text = "Yes: http://127.0.0.1:8000/s/a?r=yes\nNo: http://127.0.0.1:8000/s/a?r=no\n<b>"
    assert mailbox._linked(text) == (
        'Yes: <a href="http://127.0.0.1:8000/s/a?r=yes">http://127.0.0.1:8000/s/a?r=yes</a>\n'
        'No: <a href="http://127.0.0.1:8000/s/a?r=no">http://127.0.0.1:8000/s/a?r=no</a>\n'
        "&lt;b&gt;"
    )
