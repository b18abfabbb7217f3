"""Posting: one HTTPS request to an address that an operator configured, within a bounded time.

The address is a secret, and may be wrong or hostile: it leads to the public internet only, and no
error repeats it.
"""

from __future__ import annotations

import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Container, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

from northstar.app.ports import Call
from northstar.domain.addresses import is_public
from northstar.domain.errors import Invalid, Unavailable, Unclear

BUDGET_SECONDS = 10.0
CONNECT_SECONDS = 3.0
LONGEST_PAUSE = 2.0
"""Seconds that we wait for a second try; who asks for more is left to whoever calls again."""

FINAL = frozenset({400, 410, 413, 422})
"""The answers that say that this very message will never be taken."""

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

# What says that the request was not carried out. Zendesk answers 409 when two updates of one ticket
# meet; any other 5xx may come after the message was written.
_NOT_TAKEN = {408, 409, 425, 429, 503}
_SHUT = {401, 403}
_PORTS = {"http": 80, "https": 443}
_SHORTEST = 0.05
_REASON_BYTES = 300
_URL = re.compile(r"[!-\[\]-~]{1,2000}")
_NAME = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
_LONGEST_NAME = 253
_CODE = re.compile(r'\A[a-z]+(?:_[a-z]+)+\Z|"code"\s*:\s*"([A-Za-z]{3,60})"')

Resolve = Callable[[str, int], Sequence[str]]
"""Returns the addresses of a host's name; the port is for the resolver."""

Post = Callable[[Call], None]
"""Makes a request; returns once it is taken. Raises what `post` does."""


class Advice(NamedTuple):
    """What an operator should look at: where the address stands, and what lets us in."""

    address: str
    key: str


@dataclass(frozen=True, slots=True)
class Wait:
    """The request was not carried out, for this reason; `seconds` until it may be made again.

    None where the receiver did not say.
    """

    reason: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class _Site:
    scheme: str
    host: str
    port: int
    path: str
    loopback: bool


_ADVICE = Advice("the channel's address", "the channel's address and key")


def addresses(host: str, port: int) -> list[str]:
    """Return the addresses that a host name resolves to. Raises Unavailable when there are none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unavailable(f"The host {host} cannot be resolved.") from None
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def check_address(url: str, *, allow_loopback: bool = False) -> None:
    """Raise Invalid unless a request could be posted to this address."""
    _site(url, allow_loopback=allow_loopback)


def post(
    call: Call,
    *,
    final: Container[int] = FINAL,
    allow_loopback: bool = False,
    budget: float = BUDGET_SECONDS,
    resolve: Resolve = addresses,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Make a request; return once it is taken (2xx).

    It goes to the very address that was checked to be public. After a connection that failed, or an
    answer that asks for a short pause, it is made once more. Redirects are not followed. All of it
    takes at most `budget` seconds, however slowly the receiver answers, and beside them what the
    system needs to look the host up. `allow_loopback`, for the local stack, takes http and https to
    this machine as well. `resolve`, `clock` (seconds that only grow) and `sleep` can be replaced.

    Raises:
        Invalid: the address cannot be used, or an answer in `final` refuses this message for good.
        Unclear: a broken connection, a time-out or a 5xx; the message may have been taken.
        Unavailable: it was not taken: later, maybe, or when an operator has put it right.
    """
    site = _site(call.url, allow_loopback=allow_loopback)
    deadline = clock() + budget
    places = _checked_places(site, resolve)
    wait = _attempt(call, site, places[0], max(deadline - clock(), _SHORTEST), final)
    if wait and wait.seconds is not None and wait.seconds <= LONGEST_PAUSE:
        sleep(wait.seconds)
        if (left := deadline - clock()) > 0:
            wait = _attempt(call, site, places[-1], left, final)
    if wait:
        raise Unavailable(f"{site.host} did not take the message ({wait.reason}); try it later.")


def taken(
    host: str,
    status: int,
    retry_after: str | None,
    *,
    advice: Advice,
    final: Container[int],
    code: str = "",
) -> Wait | None:
    """Return None where an answer says that the request was taken, else when to make it again.

    `retry_after` is that header; `code` is what the host itself calls its refusal.

    Raises:
        Unclear: a 5xx; it may have been taken all the same.
        Invalid: a status in `final`.
        Unavailable: any other refusal, for an operator to put right.
    """
    if 200 <= status < 300:
        return None
    if status in _NOT_TAKEN:
        return Wait(f"status {status}", _seconds(retry_after))
    if status >= 500:
        raise Unclear(f"{host} failed with status {status}.")
    if status in _SHUT:
        raise Unavailable(f"{host} does not let us in (status {status}{code}); check {advice.key}.")
    if status in final:
        raise Invalid(f"{host} refuses the message (status {status}{code}).")
    does = "redirects" if status < 400 else "does not take the message"
    raise Unavailable(f"{host} {does} (status {status}{code}); correct {advice.address}.")


# ------------------------------------------------------------------ where to


def _site(url: str, *, allow_loopback: bool) -> _Site:
    problem = "The address must be https://, a host's name and a path, without a password."
    wrong = Invalid(problem, "channels")
    if not _URL.fullmatch(url):
        raise wrong
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        raise wrong from None
    loopback = allow_loopback and host in LOOPBACK
    named = loopback or (_NAME.fullmatch(host) and len(host) <= _LONGEST_NAME)
    schemes = {"https", "http"} if loopback else {"https"}
    if "@" in parts.netloc or parts.scheme not in schemes or not named or port == 0:
        raise wrong
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    return _Site(parts.scheme, host, port or _PORTS[parts.scheme], path, loopback)


def _checked_places(site: _Site, resolve: Resolve) -> list[str]:
    found = [ip_address(text.partition("%")[0]) for text in resolve(site.host, site.port)]
    if not found:
        raise Unavailable(f"The host {site.host} has no address.")
    for address in found:
        if not (address.is_loopback if site.loopback else is_public(address)):
            raise Unavailable(
                f"The host {site.host} is not on the public internet; nothing was sent."
            )
    return [str(address) for address in sorted(found, key=lambda address: address.version)]


# ------------------------------------------------------------------ one request


def _attempt(
    call: Call, site: _Site, place: str, left: float, final: Container[int]
) -> Wait | None:
    """Make the request once, and hang up when the time that is left is over."""
    until = time.monotonic() + left
    try:
        line = _connected(site, place, min(CONNECT_SECONDS, left))
    except OSError as error:
        return Wait(f"no connection: {type(error).__name__}", 0.0)
    with line:
        left = max(until - time.monotonic(), _SHORTEST)
        line.settimeout(left)
        end = threading.Timer(left, _hang_up, [line])
        end.daemon = True
        end.start()
        try:
            with _answer(call, site, line) as response:
                code = "" if 200 <= response.status < 300 else _code(response)
                asked = response.getheader("Retry-After")
                return taken(
                    site.host, response.status, asked, advice=_ADVICE, final=final, code=code
                )
        finally:
            end.cancel()


def _connected(site: _Site, place: str, timeout: float) -> socket.socket:
    """Return a connection to this address; over https, to whoever proves to be the host."""
    line = socket.create_connection((place, site.port), timeout)
    if site.scheme == "http":
        return line
    try:
        return ssl.create_default_context().wrap_socket(line, server_hostname=site.host)
    except OSError:
        line.close()
        raise


def _answer(call: Call, site: _Site, line: socket.socket) -> HTTPResponse:
    connection = HTTPConnection(site.host, site.port)
    connection.sock = line
    headers = {**call.headers, "Host": _authority(site), "User-Agent": "Northstar"}
    try:
        connection.request(call.method, site.path, call.body, headers)
        return connection.getresponse()
    except (OSError, HTTPException) as error:
        raise Unclear(f"{site.host} broke off: {type(error).__name__}.") from None


def _authority(site: _Site) -> str:
    host = f"[{site.host}]" if ":" in site.host else site.host
    return host if site.port == _PORTS[site.scheme] else f"{host}:{site.port}"


def _hang_up(line: socket.socket) -> None:
    """End whatever waits for this connection; closing it alone would not wake the reader."""
    with suppress(OSError):
        socket.socket.shutdown(line, socket.SHUT_RDWR)


def _code(response: HTTPResponse) -> str:
    """Return the code by which a receiver names its refusal, as ", code"; "" for any other words.

    Slack sends it alone ("invalid_payload"), Power Automate as `code` in JSON. Whole sentences
    are left out, because they may repeat the message or the address.
    """
    try:
        told = response.read1(_REASON_BYTES)
    except (OSError, HTTPException, ValueError):
        return ""
    found = _CODE.search(told.decode("ascii", "replace").strip())
    return f", {found[1] or found[0]}"[:70] if found else ""


def _seconds(told: str | None) -> float | None:
    try:
        return Retry(0).parse_retry_after(told) if told else None
    except (InvalidHeader, ValueError, OverflowError):
        return None
