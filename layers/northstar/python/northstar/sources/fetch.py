"""Fetches from stores politely: slowly, one at a time, within robots.txt, and only from the hosts
that a source names, at addresses that have been checked."""

from __future__ import annotations

import json
import random
import re
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urljoin, urlsplit

import urllib3
from protego import Protego

from northstar.app.configuration import SourceTarget
from northstar.app.ports import Call, Fetched
from northstar.app.source import Fetch, OutOfTime
from northstar.domain.addresses import is_public
from northstar.domain.errors import Broken, Invalid, NotFound, Refused, Unavailable
from northstar.sources.payload import clean

PRODUCT = "Northstar"
LARGEST_BODY = 4_000_000
LARGEST_ROBOTS = 512_000
ATTEMPTS = 4
MOST_REDIRECTS = 3
LONGEST_BACKOFF = 60.0
LONGEST_ANSWER = 30.0
LONGEST_RETRY_AFTER = 3600.0
ROBOTS_KEPT = 24 * 3600.0
ROBOTS_RETRIED = 600.0
LONGEST_WORDS = 200
_CHUNK = 65_536
_REDIRECTS = {301, 302, 303, 307, 308}
_CONDITIONS = {"if-none-match", "if-modified-since"}
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")  # RFC 9110, section 5.5
_LIKE_A_TOKEN = re.compile(r"(?<![\w+=~-])(?=[A-Za-z_+=~-]*\d)[\w+=~-]{32,}", re.ASCII)
_WHERE_STORES_EXPLAIN = (
    ("errors", 0, "detail"),  # App Store Connect
    ("error", "message"),  # Google's APIs
    ("error_description",),  # RFC 6749, section 5.2
    ("detail",),  # Firefox Add-ons
    ("error",),  # WordPress.org
)

Resolve = Callable[[str, int], Sequence[str]]


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class _Site:
    """Where a request goes: exactly this scheme, host and port."""

    scheme: str
    host: str
    port: int
    loopback: bool = False


@dataclass(frozen=True, slots=True)
class _Job:
    """What one job may ask, until when (on our clock), and how much it reads of an answer.

    `stand_in` takes the place of every host. `cut` reads a longer answer up to `largest`.
    """

    hosts: tuple[str, ...]
    stand_in: _Site | None
    robots: bool
    deadline: float
    largest: int = LARGEST_BODY
    cut: bool = False


def user_agent(contact: str, version: str) -> str:
    """Return how we present ourselves: the product, its version and where to reach the operator."""
    return f"{PRODUCT}/{version} (+{contact})"


def addresses(host: str, port: int) -> list[str]:
    """Return the addresses that a host name resolves to. Raises Unavailable when there are none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Unavailable(f"The host {host} cannot be resolved: {error}.") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Fetcher:
    """Keeps what politeness has to remember: the last request of each host, and robots.txt.

    One request runs at a time. Between the end of one and the start of the next to the same host
    pass `max(minimum_gap, seconds_between_requests)` seconds; the product's minimum is 1 second.
    `allow_loopback` lets a target's `address` lead to this machine, over http too: for tests and
    the local stack. `clock` (seconds that only grow), `sleep`, `jitter` (0..1), `now` and
    `resolve` can be replaced.
    """

    def __init__(
        self,
        agent: str,
        seconds_between_requests: float = 1.5,
        *,
        minimum_gap: float = 1.0,
        budget_seconds: float = 780.0,
        allow_loopback: bool = False,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        resolve: Resolve = addresses,
    ) -> None:
        self._agent = agent
        self._gap = max(minimum_gap, seconds_between_requests)
        self._budget = budget_seconds
        self._allow_loopback = allow_loopback
        self._clock = clock
        self._sleep = sleep
        self._jitter = jitter
        self._now = now
        self._resolve = resolve
        self._slept = 0.0
        self._not_before: dict[_Site, float] = {}
        self._robots: dict[_Site, tuple[float, Protego | None]] = {}
        self._one_at_a_time = threading.Lock()

    def for_job(
        self, target: SourceTarget, hosts: tuple[str, ...], *, robots: bool = True
    ) -> Fetch:
        """Return a function that sends a call of one job, whose time budget starts now.

        A call may be a GET or a POST to one of `hosts`, over https, with headers of its own; which
        client we are, and the language and packing that we take, are not its to say. A redirect of
        a GET is followed to where a call might go, without those headers when that is another host.
        A 304 is an answer to a call with conditions. `robots` False, for a store that we ask with a
        key as its partner, and the target's `ignore_robots` leave robots.txt unread.

        That function raises Refused (outside the hosts, disallowed by robots.txt, a redirect that
        is not followed, an address that is not public, another 4xx), NotFound (404, 410), OutOfTime
        (the budget is used up, the store is well), Unavailable (429, 5xx or no answer, after
        retries), Broken (too large, or another status) or Invalid (a call that cannot be sent). An
        answer that has begun may take LONGEST_ANSWER seconds more.

        Raises:
            Invalid: the target's `address` is not one that may be used here.
        """
        job = _Job(
            hosts=hosts,
            stand_in=self._stand_in(target),
            robots=robots and not target.ignore_robots,
            deadline=self._clock() + self._budget,
        )

        def fetch(call: Call) -> Fetched:
            with self._one_at_a_time:
                slept = self._slept
                answer = self._follow(_sendable(call), job)
                waited = self._slept - slept
                return Fetched(answer.body, answer.headers, waited, unchanged=answer.status == 304)

        return fetch

    # -------------------------------------------------------------- where to

    def _stand_in(self, target: SourceTarget) -> _Site | None:
        if target.address is None:
            return None
        if not self._allow_loopback:
            raise Invalid("address is only for the local stack; remove it.", "sources.address")
        try:
            parts = urlsplit(target.address)
            port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
        except ValueError:
            port = None
        if port is None or parts.hostname not in {"127.0.0.1", "::1", "localhost"}:
            raise Invalid("address must be a loopback address of this machine.", "sources.address")
        return _Site(parts.scheme, parts.hostname, port, loopback=True)

    def _follow(self, call: Call, job: _Job) -> _Answer:
        """Return the answer to a call, or to the one that redirects lead to."""
        if not _may_be_asked(call.url, job.hosts):
            allowed = ", ".join(job.hosts)
            raise Refused(f"Only https to {allowed} may be fetched, not {_shown(call.url)!r}.")
        for _ in range(MOST_REDIRECTS + 1):
            site = job.stand_in or _Site("https", urlsplit(call.url).hostname or "", 443)
            if job.robots:
                self._check_robots(site, call.url, job)
            answer = self._ask(call, site, job)
            if answer.status not in _REDIRECTS:
                return _accepted(answer, call, site)
            call = _led(call, answer.headers.get("location", ""), job.hosts)
        raise Refused(f"Redirects do not end; the last one leads to {_shown(call.url)!r}.")

    def _checked_address(self, site: _Site) -> str:
        found = [ip_address(text.partition("%")[0]) for text in self._resolve(site.host, site.port)]
        if not found:
            raise Unavailable(f"The host {site.host} has no address.")
        for address in found:
            fits = address.is_loopback if site.loopback else is_public(address)
            if not fits:
                raise Refused(f"The host {site.host} resolves to {address}; nothing was sent.")
        found.sort(key=lambda address: address.version)
        return str(found[0])

    # -------------------------------------------------------------- robots.txt

    def _check_robots(self, site: _Site, url: str, job: _Job) -> None:
        until, rules = self._robots.get(site, (0.0, None))
        if self._clock() >= until or site not in self._robots:
            rules = self._read_robots(site, url, job)
        if rules is None:
            raise Unavailable(f"robots.txt of {site.host} cannot be read; nothing else is asked.")
        if not rules.can_fetch(url, PRODUCT):
            raise Refused(f"robots.txt of {site.host} disallows {_shown(urlsplit(url).path)}.")

    def _read_robots(self, site: _Site, url: str, job: _Job) -> Protego | None:
        """Return the rules; after RFC 9309 a 4xx allows everything and no answer allows nothing."""
        call = Call(urljoin(url, "/robots.txt"), method="GET")
        try:
            reading = replace(job, robots=False, largest=LARGEST_ROBOTS, cut=True)
            body = self._follow(call, reading).body
        except (NotFound, _RefusedByStore):
            body = b""
        except (Unavailable, Refused, Broken):
            self._robots[site] = (self._clock() + ROBOTS_RETRIED, None)
            return None
        rules = Protego.parse(body.decode("utf-8", "replace"))
        self._robots[site] = (self._clock() + ROBOTS_KEPT, rules)
        return rules

    # -------------------------------------------------------------- one request, and again

    def _ask(self, call: Call, site: _Site, job: _Job) -> _Answer:
        problem = ""
        for attempt in range(ATTEMPTS):
            self._wait_for_turn(site, job.deadline, problem)
            pause = self._jitter() * min(LONGEST_BACKOFF, 2.0 ** (attempt + 1))
            try:
                answer = self._request(call, site, job)
            except (urllib3.exceptions.HTTPError, OSError) as error:
                problem = f"{type(error).__name__}"
            else:
                if answer.status != 429 and answer.status < 500:
                    return answer
                problem = f"status {answer.status}"
                asked = _retry_after(answer.headers.get("retry-after", ""), self._now())
                pause = max(pause, asked)
            self._not_before[site] = self._clock() + max(pause, self._gap)
        where = _where(call, site)
        raise Unavailable(f"{where} did not answer in {ATTEMPTS} tries: {problem}.")

    def _wait_for_turn(self, site: _Site, deadline: float, problem: str) -> None:
        now = self._clock()
        turn = max(now, self._not_before.get(site, now))
        if turn >= deadline:
            if problem or turn > now + self._gap:
                told = problem or "it asked us to wait"
                raise Unavailable(f"No time left to ask {site.host} again in this job ({told}).")
            raise OutOfTime(f"No time left for {site.host} in this job.")
        if turn > now:
            self._sleep(turn - now)
            self._slept += turn - now

    def _request(self, call: Call, site: _Site, job: _Job) -> _Answer:
        address = self._checked_address(site)
        pool = _pool(site, address)
        ours = {
            "host": _host_header(site),
            "user-agent": self._agent,
            "accept-encoding": "gzip",
            "accept-language": "en",
        }
        try:
            response = pool.urlopen(
                call.method,
                _path(call.url),
                body=call.body or None,
                headers=_lowered(call.headers) | ours,
                retries=False,
                redirect=False,
                preload_content=False,
            )
            shown = _lowered(response.headers)
            bodiless = 300 <= response.status < 400
            body = b"" if bodiless else self._read(response, shown, job)
            return _Answer(response.status, shown, body)
        finally:
            pool.close()
            self._not_before[site] = self._clock() + self._gap

    def _read(
        self, response: urllib3.BaseHTTPResponse, headers: Mapping[str, str], job: _Job
    ) -> bytes:
        body = bytearray()
        latest = self._clock() + LONGEST_ANSWER
        for piece in _unpacked(_pieces(response), headers.get("content-encoding", "")):
            body += piece
            if len(body) > job.largest:
                if job.cut:
                    return bytes(body[: job.largest])
                raise Broken(f"The answer is larger than {job.largest} bytes.")
            if self._clock() >= latest:
                raise Unavailable("The answer came too slowly.")
        return bytes(body)


# ------------------------------------------------------------------ calls


def _sendable(call: Call) -> Call:
    """Return the call. Raises Invalid, which does not repeat a header's value."""
    if call.method not in {"GET", "POST"}:
        raise Invalid(f"method is {call.method!r}; use GET or POST.", "call.method")
    for name, value in call.headers.items():
        if not _HEADER_VALUE.fullmatch(value):
            raise Invalid(
                f"The header {name} has a line break or a character that no header may have; "
                "correct the key or the mark that it is made of.",
                f"call.headers.{name}",
            )
    return call


def _may_be_asked(url: str, hosts: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    at_host = parts.scheme == "https" and parts.hostname in hosts and port in {None, 443}
    return at_host and parts.username is None and parts.password is None


def _led(call: Call, location: str, hosts: tuple[str, ...]) -> Call:
    """Return the call that a redirect asks for; what we told one host, we do not tell another."""
    try:
        url = urljoin(call.url, location) if location else ""
    except ValueError:
        url = ""
    if call.method != "GET" or not _may_be_asked(url, hosts):
        raise Refused(
            f"{_shown(call.url)} redirects to {_shown(location)!r}, which is not followed. "
            "Check the app's name."
        )
    stays = urlsplit(url).hostname == urlsplit(call.url).hostname
    return Call(url, call.headers if stays else {}, method="GET")


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def _where(call: Call, site: _Site) -> str:
    return _shown(f"{site.host}{_path(call.url)}")


def _host_header(site: _Site) -> str:
    host = f"[{site.host}]" if ":" in site.host else site.host
    usual = {"http": 80, "https": 443}[site.scheme]
    return host if site.port == usual else f"{host}:{site.port}"


def _lowered(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers with names in lower case, and each value on one line."""
    return {name.lower(): " ".join(value.split()) for name, value in headers.items()}


def _pool(site: _Site, address: str) -> urllib3.HTTPConnectionPool:
    timeout = urllib3.Timeout(connect=5, read=15)
    if site.scheme == "http":
        return urllib3.HTTPConnectionPool(address, site.port, timeout=timeout, maxsize=1)
    return urllib3.HTTPSConnectionPool(
        address,
        site.port,
        timeout=timeout,
        maxsize=1,
        server_hostname=site.host,
        assert_hostname=site.host,
    )


# ------------------------------------------------------------------ answers


class _RefusedByStore(Refused):
    """A 4xx of the store; asked for robots.txt, it means that there are no rules."""


def _accepted(answer: _Answer, call: Call, site: _Site) -> _Answer:
    """Return an answer that says something. Raises what the others mean."""
    where, status = _where(call, site), answer.status
    if status == 200 or (status == 304 and not _CONDITIONS.isdisjoint(_lowered(call.headers))):
        return answer
    if status in {404, 410}:
        told = f"{where} is not there: status {status}. Check the app's name."
        raise NotFound(told + _words(answer, call))
    if 400 <= status < 500:
        raise _RefusedByStore(f"{where} is refused to us: status {status}.{_words(answer, call)}")
    raise Broken(f"{where} answered with status {status}.")


def _words(answer: _Answer, call: Call) -> str:
    """Return a sentence with what the store itself says in JSON of its refusal; "" for nothing."""
    try:
        told: Any = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ""
    for path in _WHERE_STORES_EXPLAIN:
        words = _inside(told, path)
        if isinstance(words, str) and words.strip():
            ours = [part for value in call.headers.values() for part in value.split()]
            return f" The store says: {_shown(words, ours)!r}."
    return ""


def _inside(value: Any, path: tuple[str | int, ...]) -> Any:
    for key in path:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _shown(text: str, ours: Sequence[str] = ()) -> str:
    """Return text from outside for a message: short, on one line, with no part of a token.

    `ours` is what we sent and what must not come back.
    """
    plain = " ".join(text.split())
    for part in sorted(ours, key=len, reverse=True):
        plain = plain.replace(part, "…") if len(part) > 7 else plain
    return clean(_LIKE_A_TOKEN.sub("…", plain[: 10 * LONGEST_WORDS]))[:LONGEST_WORDS]


def _pieces(response: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
    while piece := response.read1(_CHUNK, decode_content=False):
        yield piece


def _unpacked(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """Yield the decoded body in small pieces, so that a packed bomb never unfolds in memory."""
    if encoding.strip().lower() in {"", "identity"}:
        yield from pieces
        return
    if encoding.strip().lower() != "gzip":
        raise Broken(f"The answer has the content encoding {encoding!r}, which was not asked for.")
    unzip = zlib.decompressobj(wbits=31)
    try:
        for piece in pieces:
            packed = piece
            while packed and not unzip.eof:
                yield unzip.decompress(packed, _CHUNK)
                packed = unzip.unconsumed_tail
    except zlib.error as error:
        raise Broken(f"The answer is not valid gzip: {error}.") from error
    if not unzip.eof:
        raise urllib3.exceptions.ProtocolError("the gzip stream is cut off")


def _retry_after(value: str, now: datetime) -> float:
    """Return the seconds of a Retry-After (seconds or date), at most an hour; 0 for none."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:9]), LONGEST_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return 0.0
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0.0), LONGEST_RETRY_AFTER)
