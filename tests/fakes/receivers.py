"""Receivers of notices on this machine: one that follows a script, however hostile, and the rules
by which Slack and Teams take a message."""

from __future__ import annotations

import json
import re
import socket
import socketserver
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Behaviour = Callable[[socket.socket, "Receiver"], None]

LIVE = re.compile(
    r"https?://\S|www\.[^\s\u200b]|(mailto|tel):[^\s\u200b]|\S[.。．｡][a-z]{2}|\b\d+\.\d+\.\d+\.\d"
    r"|@\w|<[!@#a-z/]|\]\(|\{\{|\$\{",
    re.IGNORECASE,
)
"""What some program would link, call or expand."""


@dataclass(frozen=True, slots=True)
class Received:
    """A request: its path, its headers (lower case) and its body."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Receiver:
    """Does what `script` says, one entry a connection, then answers 200; keeps what it was sent."""

    port: int
    listen: Callable[[], None]
    script: list[Behaviour] = field(default_factory=list)
    requests: list[Received] = field(default_factory=list)
    connections: int = 0
    hung_up: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Its address, with a secret in it."""
        return f"http://127.0.0.1:{self.port}/services/SECRET?sig=SECRET"

    def while_tested(self, pause: float = 0.02) -> Iterator[None]:
        """Go on until the test is over, or for so long that it has failed."""
        until = time.monotonic() + 5
        while not self.over.wait(pause) and time.monotonic() < until:
            yield

    def read(self, line: socket.socket) -> None:
        """Read one request to its end."""
        with line.makefile("rb") as file:
            path = file.readline().decode().split(" ")[1]
            headers = {}
            while (row := file.readline().decode("latin-1").strip()) != "":
                name, _, value = row.partition(":")
                headers[name.lower()] = value.strip()
            body = file.read(int(headers.get("content-length", "0")))
        self.requests.append(Received(path, headers, body))


# ---------------------------------------------------------------- how it may behave


def answers(status: int, body: bytes = b"", **headers: str) -> Behaviour:
    """Read the request and answer it."""

    def behaviour(line: socket.socket, receiver: Receiver) -> None:
        receiver.read(line)
        rows = [f"HTTP/1.1 {status} Some reason", f"Content-Length: {len(body)}"]
        rows += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        line.sendall("\r\n".join([*rows, "", ""]).encode() + body)

    return behaviour


def says_nothing(line: socket.socket, receiver: Receiver) -> None:
    """Read the request and never answer."""
    receiver.read(line)
    _wait_for_the_end(line, receiver)


def drips(begin: bytes) -> Behaviour:
    """Read the request, answer how it begins, and go on with a byte now and then, for ever."""

    def behaviour(line: socket.socket, receiver: Receiver) -> None:
        receiver.read(line)
        line.sendall(begin)
        try:
            for _ in receiver.while_tested():
                line.sendall(b"x")
        except OSError:
            receiver.hung_up.set()

    return behaviour


def pours(status: int) -> Behaviour:
    """Read the request and answer with a body without an end."""

    def behaviour(line: socket.socket, receiver: Receiver) -> None:
        receiver.read(line)
        line.sendall(f"HTTP/1.1 {status} X\r\n\r\n".encode())
        try:
            for _ in receiver.while_tested(pause=0):
                line.sendall(b"y" * 65_536)
        except OSError:
            receiver.hung_up.set()

    return behaviour


def resets_at_once(line: socket.socket, _: Receiver) -> None:
    """Break the connection before anything was read."""
    _reset(line)


def resets_after_reading(line: socket.socket, receiver: Receiver) -> None:
    """Break the connection when the whole request was read."""
    receiver.read(line)
    _reset(line)


def talks_nonsense(line: socket.socket, receiver: Receiver) -> None:
    """Answer in no protocol at all."""
    receiver.read(line)
    line.sendall(b"\xff\xfe220 mail.example ESMTP\r\n\r\n")


def bad_headers(line: socket.socket, receiver: Receiver) -> None:
    """Take the request with headers that are none."""
    receiver.read(line)
    line.sendall(b"HTTP/1.1 200 OK\r\n no name\r\n: nothing\r\nContent-Length: many\r\n\r\nok")


def _reset(line: socket.socket) -> None:
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()


def _wait_for_the_end(line: socket.socket, receiver: Receiver) -> None:
    line.settimeout(0.02)
    for _ in receiver.while_tested(pause=0):
        with suppress(TimeoutError):
            if line.recv(1) == b"":
                receiver.hung_up.set()
                return


# ---------------------------------------------------------------- running one


@contextmanager
def receiver(tls: ssl.SSLContext | None = None, *, listening: bool = True) -> Iterator[Receiver]:
    """Run a receiver. One that is not `listening` refuses connections until `listen` is called."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            running.connections += 1
            behaviour = running.script.pop(0) if running.script else answers(200, b"ok")
            with suppress(OSError):
                line = tls.wrap_socket(self.request, server_side=True) if tls else self.request
                behaviour(line, running)
                line.close()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    server = Server(("127.0.0.1", 0), Handler, bind_and_activate=False)
    server.server_bind()

    def listen() -> None:
        server.server_activate()
        thread.start()

    running = Receiver(server.server_address[1], listen)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    if listening:
        listen()
    try:
        yield running
    finally:
        running.over.set()
        if thread.is_alive():
            server.shutdown()
            thread.join()
        server.server_close()


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, Path]:
    """Return a server's TLS for a host's name, and the file by which a client may trust it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    public = folder / f"{name}.crt"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = folder / f"{name}.key"
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return context, public


# ---------------------------------------------------------------- what Slack takes


def slack_texts(body: bytes) -> list[str]:
    """Return every text that Slack would show, after all that makes it answer "invalid_blocks".

    Limits: docs.slack.dev/reference/block-kit. Only plain and rich text is let through, because
    nothing in them is parsed; the text of the notification is, and has to be escaped.
    """
    message = json.loads(body)
    assert len(body) < 40_000
    assert message["text"]
    assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", message["text"])
    assert (message["unfurl_links"], message["unfurl_media"]) == (False, False)
    assert 1 <= len(message["blocks"]) <= 50
    return [text for block in message["blocks"] for text in _SLACK_BLOCKS[block["type"]](block)]


def _slack_header(block: Mapping[str, Any]) -> list[str]:
    return [_slack_plain(block["text"], 150)]


def _slack_context(block: Mapping[str, Any]) -> list[str]:
    assert 1 <= len(block["elements"]) <= 10
    return [_slack_plain(element, 3000) for element in block["elements"]]


def _slack_actions(block: Mapping[str, Any]) -> list[str]:
    assert 1 <= len(block["elements"]) <= 25
    assert len({button["action_id"] for button in block["elements"]}) == len(block["elements"])
    for button in block["elements"]:
        assert button["type"] == "button"
        assert button.get("style", "primary") == "primary"
        assert button["url"].startswith(("https://", "http://"))
        assert len(button["url"]) <= 3000
    return [_slack_plain(button["text"], 75) for button in block["elements"]]


def _slack_rich(block: Mapping[str, Any]) -> list[str]:
    runs = []
    assert block["elements"]
    for element in block["elements"]:
        assert element["type"] in {"rich_text_section", "rich_text_quote"}
        assert element["elements"]
        runs += element["elements"]
    for run in runs:
        assert run["type"] == "text"
        assert 1 <= _units(run["text"]) <= 3000
        assert run.get("style", {"bold": True}) == {"bold": True}
    return [run["text"] for run in runs]


def _slack_plain(text: Mapping[str, Any], most: int) -> str:
    assert (text["type"], text["emoji"]) == ("plain_text", False)
    assert 1 <= _units(text["text"]) <= most
    return str(text["text"])


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


_SLACK_BLOCKS: Mapping[str, Callable[[Mapping[str, Any]], list[str]]] = {
    "header": _slack_header,
    "context": _slack_context,
    "actions": _slack_actions,
    "rich_text": _slack_rich,
}


# ---------------------------------------------------------------- what Teams takes


def teams_texts(body: bytes) -> list[str]:
    """Return every text of a card, after all that Teams demands of one that a flow posts.

    Limits: 28 KB a message; Adaptive Cards up to 1.5; at most six actions. A TextBlock or a FactSet
    would read Markdown, so only runs of a RichTextBlock are let through.
    """
    assert len(body) <= 28_000
    message = json.loads(body)
    (attachment,) = message["attachments"]
    card = attachment["content"]
    assert message["type"] == "message"
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert card["type"] == "AdaptiveCard"
    assert (1, 2) <= tuple(map(int, card["version"].split("."))) <= (1, 5)
    assert "entities" not in card["msteams"]
    assert len(card["actions"]) <= 6
    for action in card["actions"]:
        assert action["type"] == "Action.OpenUrl"
        assert action["url"].startswith(("https://", "http://"))
    texts = [text for element in card["body"] for text in _teams_element(element)]
    return texts + [action["title"] for action in card["actions"]]


def _teams_element(element: Mapping[str, Any]) -> list[str]:
    if element["type"] == "Container":
        assert element["items"]
        return [text for item in element["items"] for text in _teams_element(item)]
    assert element["type"] == "RichTextBlock"
    assert element["inlines"]
    for run in element["inlines"]:
        assert run["type"] == "TextRun"
        assert run["text"]
        assert "selectAction" not in run
    return [run["text"] for run in element["inlines"]]
