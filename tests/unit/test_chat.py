"""Chat replies, against a helpdesk on this machine that refuses, hangs, redirects, never ends."""

from __future__ import annotations

import socket
import ssl
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
import urllib3
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from northstar.app.ports import Call
from northstar.app.texts import LANGUAGES
from northstar.delivery import chat
from northstar.domain.errors import Invalid, Unavailable

TEXT = "How did we do? https://feedback.example.com/s/1.1.abc.def"
HTTP = urllib3.PoolManager()
TOKEN = "Basic c2VjcmV0"
Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Helpdesk:
    """A helpdesk's API: gives the answers of `script`, then 200; keeps what it was asked."""

    url: str = ""
    script: list[Answer] = field(default_factory=list)
    requests: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


def says(status: int, **headers: str) -> Answer:
    """Answer with a status and headers."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def drops(handler: BaseHTTPRequestHandler) -> None:
    """Close the connection without an answer."""
    handler.close_connection = True


@contextmanager
def helpdesk(port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[Helpdesk]:
    """Run a helpdesk."""
    desk = Helpdesk()

    class Handler(BaseHTTPRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):  # the client went away
                super().handle()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            desk.requests.append((self.command, self.path, dict(self.headers.items()), body))
            (desk.script.pop(0) if desk.script else says(200))(self)

        def do_PUT(self) -> None:
            self.do_POST()

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    desk.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield desk
    finally:
        desk.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def desk() -> Iterator[Helpdesk]:
    """A helpdesk that takes everything unless its script says otherwise."""
    with helpdesk() as running:
        yield running


class Clock:
    """Seconds that pass only while somebody sleeps."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        """Let the seconds pass."""
        self.slept.append(seconds)
        self.seconds += seconds


def call(url: str) -> Call:
    """Return a desk's request."""
    headers = {"Authorization": TOKEN, "Content-Type": "application/json"}
    return Call(f"{url}/tickets/7/reply", headers, TEXT.encode(), "PUT")


def send(url: str, clock: Clock, *, jitter: float = 1.0, budget: float = 10.0) -> None:
    """Send the request, with a clock that we hold."""
    chat.send(
        call(url),
        http=HTTP,
        allow_loopback=True,
        budget=budget,
        read_timeout=0.2,
        clock=clock,
        sleep=clock.sleep,
        jitter=lambda: jitter,
    )


@pytest.fixture
def clock() -> Clock:
    """A clock without real waiting."""
    return Clock()


# ---------------------------------------------------------------- what is said


@pytest.mark.parametrize("language", [*LANGUAGES, "xx"])
def test_a_chat_says_one_thing_with_the_link(language: str) -> None:
    """In each language, a reminder in other words; a language that we lack is English."""
    link = "https://feedback.example.com/s/1.1.abc.def"
    first = chat.survey_text(language, link)
    reminder = chat.survey_text(language, link, reminder=True)
    assert first.count(link) == reminder.count(link) == 1
    assert first != reminder
    assert "{" not in first + reminder
    if language == "xx":
        assert first == chat.survey_text("en", link)


# ---------------------------------------------------------------- what is sent, how often


def test_the_request_is_made_as_the_desk_wrote_it(desk: Helpdesk, clock: Clock) -> None:
    """Once: method, path, headers and body."""
    send(desk.url, clock)
    ((method, path, headers, body),) = desk.requests
    assert (method, path, body) == ("PUT", "/tickets/7/reply", TEXT.encode())
    assert headers["Authorization"] == TOKEN
    assert headers["Content-Type"] == "application/json"
    assert clock.slept == []


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_success_is_enough(desk: Helpdesk, clock: Clock, status: int) -> None:
    """Helpdesks differ in how they say that they took it."""
    desk.script = [says(status)]
    send(desk.url, clock)
    assert len(desk.requests) == 1


@pytest.mark.parametrize("status", [408, 409, 425, 429, 503])
def test_what_was_not_taken_is_sent_again(desk: Helpdesk, clock: Clock, status: int) -> None:
    """Such an answer says that nothing was written."""
    desk.script = [says(status)]
    send(desk.url, clock)
    assert len(desk.requests) == 2


def test_tries_and_pauses_are_bounded(desk: Helpdesk, clock: Clock) -> None:
    """Four tries, each pause at most twice the one before."""
    desk.script = [says(503)] * 10
    with pytest.raises(Unavailable, match="not written"):
        send(desk.url, clock)
    assert len(desk.requests) == 4
    assert clock.slept == [0.5, 1.0, 2.0]


def test_pauses_are_of_random_length(desk: Helpdesk, clock: Clock) -> None:
    """The jitter is full: down to none at all."""
    desk.script = [says(503)] * 3
    send(desk.url, clock, jitter=0.0)
    assert clock.slept == [0.0, 0.0, 0.0]


def test_the_budget_ends_the_tries(desk: Helpdesk, clock: Clock) -> None:
    """No try begins after it."""
    desk.script = [says(503)] * 10
    with pytest.raises(Unavailable):
        send(desk.url, clock, budget=1.5)
    assert len(desk.requests) == 2
    assert clock.slept == [0.5]


def test_retry_after_is_kept(desk: Helpdesk, clock: Clock) -> None:
    """The next try waits as long as the helpdesk says, in seconds or until a moment."""
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=4), usegmt=True)
    desk.script = [says(429, Retry_After="3"), says(429, Retry_After=until)]
    send(desk.url, clock, jitter=0.0)
    assert clock.slept[0] == 3.0
    assert 1.0 < clock.slept[1] <= 4.0
    assert len(desk.requests) == 3


def test_a_long_retry_after_leaves_it_to_the_queue(desk: Helpdesk, clock: Clock) -> None:
    """Where the helpdesk wants longer than we have, nobody waits."""
    desk.script = [says(429, Retry_After="60")]
    with pytest.raises(Unavailable):
        send(desk.url, clock)
    assert len(desk.requests) == 1
    assert clock.slept == []


@pytest.mark.parametrize("value", ["soon", "-3", "9" * 5000, "Mon, 99 Xyz 99999 99:99:99 GMT"])
def test_a_retry_after_without_sense_is_none(desk: Helpdesk, clock: Clock, value: str) -> None:
    """It neither stops us nor makes us wait for ever."""
    desk.script = [says(429, Retry_After=value)]
    send(desk.url, clock, jitter=0.0)
    assert clock.slept == [0.0]


# ---------------------------------------------------------------- what may have been taken


@pytest.mark.parametrize("status", [500, 502, 504, 520])
def test_a_server_error_is_not_sent_again_here(desk: Helpdesk, clock: Clock, status: int) -> None:
    """The message may have been written before it failed."""
    desk.script = [says(status)]
    with pytest.raises(Unavailable, match=str(status)):
        send(desk.url, clock)
    assert len(desk.requests) == 1


def test_silence_is_not_sent_again_here(desk: Helpdesk, clock: Clock) -> None:
    """A helpdesk that hangs may have taken the message; we do not wait for it."""

    def hangs(_: BaseHTTPRequestHandler) -> None:
        desk.over.wait(5)

    desk.script = [hangs]
    began = time.monotonic()
    with pytest.raises(Unavailable) as problem:
        send(desk.url, clock)
    assert time.monotonic() - began < 3
    assert len(desk.requests) == 1
    assert TOKEN not in str(problem.value)


def test_a_broken_connection_is_not_sent_again_here(desk: Helpdesk, clock: Clock) -> None:
    """The same when it hangs up on us."""
    desk.script = [drops]
    with pytest.raises(Unavailable):
        send(desk.url, clock)
    assert len(desk.requests) == 1


def test_nobody_there_is_tried_again(clock: Clock) -> None:
    """A connection that is refused carried nothing; it ends after four tries."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with pytest.raises(Unavailable, match="not written"):
        send(f"http://127.0.0.1:{port}", clock)
    assert clock.slept == [0.5, 1.0, 2.0]


def test_an_endless_answer_is_not_read(desk: Helpdesk, clock: Clock) -> None:
    """The status is enough: we hang up, and the helpdesk notices."""
    hung_up = threading.Event()

    def goes_on(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            while not desk.over.is_set():
                handler.wfile.write(b"x" * 65_536)
        except OSError:
            hung_up.set()

    desk.script = [goes_on]
    send(desk.url, clock)
    assert hung_up.wait(5)


# ---------------------------------------------------------------- refused for good


@pytest.mark.parametrize("status", [400, 404, 410, 413, 422])
def test_a_refusal_is_final(desk: Helpdesk, clock: Clock, status: int) -> None:
    """It says the status, and neither the token nor the text nor the ticket."""
    desk.script = [says(status)]
    with pytest.raises(Invalid, match=str(status)) as problem:
        send(desk.url, clock)
    assert len(desk.requests) == 1
    told = str(problem.value)
    assert TOKEN not in told
    assert "feedback.example.com" not in told
    assert "tickets" not in told


@pytest.mark.parametrize("status", [401, 403])
def test_a_door_that_is_shut_is_for_an_operator(desk: Helpdesk, clock: Clock, status: int) -> None:
    """An expired token is no refusal of the message: it may be tried again when that is mended."""
    desk.script = [says(status)]
    with pytest.raises(Unavailable, match="check agent and token") as problem:
        send(desk.url, clock)
    assert (len(desk.requests), TOKEN in str(problem.value)) == (1, False)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(desk: Helpdesk, clock: Clock, status: int) -> None:
    """The token goes nowhere else."""
    with helpdesk() as elsewhere:
        desk.script = [says(status, Location=f"{elsewhere.url}/tickets/7/reply")]
        with pytest.raises(Unavailable, match="redirect"):
            send(desk.url, clock)
        assert elsewhere.requests == []


@pytest.mark.parametrize(
    "url",
    [
        "http://acme.example",
        "ftp://acme.example",
        "acme.example",
        "//acme.example",
        "",
        "https://",
        "https://agent:secret@acme.example",
        "https://[::1",
        "http://127.0.0.1.acme.example",
        "http://127.0.0.1@acme.example",
    ],
)
def test_only_https_is_spoken(clock: Clock, url: str) -> None:
    """Not even a local stack reaches anything else on the web; an address holds no password."""
    with pytest.raises(Invalid) as problem:
        send(url, clock)
    assert problem.value.field == "desks.address"
    assert "secret" not in str(problem.value)


def test_loopback_is_only_for_the_local_stack(desk: Helpdesk) -> None:
    """Deployed, http to this machine is refused like any other."""
    with pytest.raises(Invalid):
        chat.send(call(desk.url), http=HTTP)
    assert desk.requests == []


@pytest.mark.parametrize("token", ["secret\r\nX-Evil: 1", "secret\n", "secret\u2026"])
def test_a_token_that_is_no_header_shows_nowhere(desk: Helpdesk, clock: Clock, token: str) -> None:
    """It is Invalid, and not even the traceback holds it."""
    wrong = Call(desk.url, {"Authorization": token}, b"")
    with pytest.raises(Invalid) as problem:
        chat.send(wrong, http=HTTP, allow_loopback=True, clock=clock, sleep=clock.sleep)
    assert "secret" not in "".join(traceback.format_exception(problem.value))
    assert desk.requests == []


def test_a_certificate_is_checked(clock: Clock, tmp_path: Path) -> None:
    """A helpdesk that cannot prove who it is gets nothing."""
    with helpdesk(tls=_untrusted(tmp_path)) as impostor:
        with pytest.raises(Unavailable):
            send(impostor.url, clock)
        assert impostor.requests == []


def _untrusted(folder: Path) -> ssl.SSLContext:
    """Return a server's TLS with a certificate for 127.0.0.1 that nobody signed but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
