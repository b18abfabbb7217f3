"""Chat replies: one request that writes a survey's link into the conversation of a ticket."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationParseError,
    NewConnectionError,
)
from urllib3.util import Timeout, parse_url

from northstar.app.ports import Call
from northstar.app.texts import texts
from northstar.delivery.posting import Advice, taken
from northstar.domain.errors import Invalid, Unavailable, Unclear

BUDGET_SECONDS = 10.0
CONNECT_SECONDS = 3.0
READ_SECONDS = 5.0
LONGEST_PAUSES = (0.5, 1.0, 2.0)
"""Seconds before the second, the third and the fourth try; there is no fifth."""

_LOOPBACK = {"127.0.0.1", "[::1]", "localhost"}
_ADVICE = Advice("the helpdesk's address", "agent and token")
_REFUSED = range(400, 500)


def survey_text(language: str, link: str, reminder: bool = False) -> str:
    """Return what we say in a chat, in one of our languages: a sentence or two with the link."""
    return texts(language)["chat_reminder" if reminder else "chat"].format(link=link)


def send(
    call: Call,
    *,
    http: urllib3.PoolManager,
    allow_loopback: bool = False,
    budget: float = BUDGET_SECONDS,
    read_timeout: float = READ_SECONDS,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
    jitter: Callable[[], float] = random.random,
) -> None:
    """Make a helpdesk's request; return once the helpdesk has taken it (2xx).

    It is made again only after an answer or a failure which says that it was not carried out, with
    pauses of random length ("full jitter") or what Retry-After asks for. The last try begins within
    `budget` seconds and takes at most `CONNECT_SECONDS` to connect and `read_timeout` to be
    answered. Redirects are not followed, and no body is read. `clock` (seconds that only grow),
    `sleep` and `jitter` (0..1) can be replaced. `allow_loopback` is for the local stack: it also
    takes http to this machine.

    Raises:
        Invalid: the helpdesk refuses the request for good, or it cannot be made at all. The message
            holds neither the token nor what was to be said.
        Unclear: a broken connection, a time-out or a 5xx; it may have written the message all the
            same, and whoever calls again may repeat it.
        Unavailable: the helpdesk did not take the request in time, or does not let us in.
    """
    host = _host(call, allow_loopback=allow_loopback)
    timeout = Timeout(connect=CONNECT_SECONDS, read=read_timeout)
    deadline = clock() + budget
    asked = _request(call, host, http, timeout)
    for longest in LONGEST_PAUSES:
        if asked is None:
            return
        pause = max(asked, jitter() * longest)
        if clock() + pause >= deadline:
            break
        sleep(pause)
        asked = _request(call, host, http, timeout)
    if asked is not None:
        raise Unavailable(f"{host} did not take the message in several tries; it was not written.")


def _host(call: Call, *, allow_loopback: bool) -> str:
    """Return the host of an address that may be used."""
    problem = "The helpdesk's address must begin with https:// and hold no password; correct it."
    try:
        url = parse_url(call.url)
    except LocationParseError:
        raise Invalid(problem, "desks.address") from None
    schemes = {"https", "http"} if allow_loopback and url.host in _LOOPBACK else {"https"}
    if url.host is None or url.scheme not in schemes or url.auth is not None:
        raise Invalid(problem, "desks.address")
    return url.host


def _request(call: Call, host: str, http: urllib3.PoolManager, timeout: Timeout) -> float | None:
    """Make the request once: None when it was taken, else the seconds that we are asked to wait."""
    try:
        response = http.request(
            call.method,
            call.url,
            body=call.body,
            headers=call.headers,
            timeout=timeout,
            retries=False,
            redirect=False,
            preload_content=False,
        )
    except (ConnectTimeoutError, NewConnectionError):
        return 0.0
    except ValueError:  # its text would show the header, with the token
        raise Invalid(f"The request to {host} has no valid form; check agent and token.") from None
    except HTTPError as error:
        raise Unclear(f"{host} broke off: {type(error).__name__}.") from error
    response.close()
    asked = response.headers.get("Retry-After")
    wait = taken(host, response.status, asked, advice=_ADVICE, final=_REFUSED)
    return (wait.seconds or 0.0) if wait else None
