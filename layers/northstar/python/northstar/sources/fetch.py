"""Fetches pages from stores politely: slowly, one at a time, within robots.txt, and only from the
host that a source names, at an address that has been checked."""

from __future__ import annotations

import random
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

import urllib3
from protego import Protego

from northstar.app.collect import OutOfTime
from northstar.app.configuration import SourceTarget
from northstar.domain.errors import Broken, Invalid, NotFound, Refused, Unavailable

LARGEST_BODY = 4_000_000
LARGEST_ROBOTS = 512_000
ATTEMPTS = 4
LONGEST_BACKOFF = 60.0
LONGEST_ANSWER = 30.0
LONGEST_RETRY_AFTER = 3600.0
ROBOTS_KEPT = 24 * 3600.0
ROBOTS_RETRIED = 600.0
_CHUNK = 65_536
_TRANSLATED = tuple(
    map(IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96"))
)

Resolve = Callable[[str, int], Sequence[str]]


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class _Site:
    """Where requests of one job may go: exactly this scheme, host and port."""

    scheme: str
    host: str
    port: int
    loopback: bool


def user_agent(contact: str, version: str) -> str:
    """Return how we present ourselves: the product, its version and where to reach the operator."""
    return f"Northstar/{version} (+{contact})"


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
        self._not_before: dict[_Site, float] = {}
        self._robots: dict[_Site, tuple[float, Protego | None]] = {}
        self._one_at_a_time = threading.Lock()

    def for_job(self, target: SourceTarget, host: str) -> Callable[[str], bytes]:
        """Return a function from address to bytes for one job, whose time budget starts now.

        That function raises Refused (outside the host, disallowed by robots.txt, 401, 403, a
        redirect, an address that is not public), NotFound (404, 410), OutOfTime (the budget is used
        up, the store is well), Unavailable (429, 5xx or no answer, after retries) or Broken (too
        large, or another status). An answer that has begun may take LONGEST_ANSWER seconds more.

        Raises:
            Invalid: the target's `address` is not one that may be used here.
        """
        site = self._site(target, host)
        deadline = self._clock() + self._budget

        def fetch(url: str) -> bytes:
            with self._one_at_a_time:
                path = _path_within(url, site)
                if not target.ignore_robots:
                    self._check_robots(site, url, deadline)
                return self._get(site, path, deadline, LARGEST_BODY)

        return fetch

    # -------------------------------------------------------------- where to

    def _site(self, target: SourceTarget, host: str) -> _Site:
        if target.address is None:
            return _Site("https", host, 443, loopback=False)
        parts = urlsplit(target.address)
        name = parts.hostname or ""
        if not self._allow_loopback:
            raise Invalid("address is only for the local stack; remove it.", "sources.address")
        if parts.scheme not in {"http", "https"} or name not in {"127.0.0.1", "::1", "localhost"}:
            raise Invalid("address must be a loopback address of this machine.", "sources.address")
        return _Site(parts.scheme, name, _port(parts), loopback=True)

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

    def _check_robots(self, site: _Site, url: str, deadline: float) -> None:
        until, rules = self._robots.get(site, (0.0, None))
        if self._clock() >= until or site not in self._robots:
            rules = self._read_robots(site, deadline)
        if rules is None:
            raise Unavailable(f"robots.txt of {site.host} cannot be read; nothing else is asked.")
        if not rules.can_fetch(url, self._agent):
            raise Refused(f"robots.txt of {site.host} disallows {urlsplit(url).path}.")

    def _read_robots(self, site: _Site, deadline: float) -> Protego | None:
        """Return the rules; after RFC 9309 a 4xx allows everything and no answer allows nothing."""
        try:
            body = self._get(site, "/robots.txt", deadline, LARGEST_ROBOTS, cut=True)
        except (NotFound, _RefusedByStore):
            body = b""
        except (Unavailable, Refused, Broken):
            self._robots[site] = (self._clock() + ROBOTS_RETRIED, None)
            return None
        rules = Protego.parse(body.decode("utf-8", "replace"))
        self._robots[site] = (self._clock() + ROBOTS_KEPT, rules)
        return rules

    # -------------------------------------------------------------- one request, and again

    def _get(
        self, site: _Site, path: str, deadline: float, largest: int, *, cut: bool = False
    ) -> bytes:
        problem = ""
        for attempt in range(ATTEMPTS):
            self._wait_for_turn(site, deadline, problem)
            pause = self._jitter() * min(LONGEST_BACKOFF, 2.0 ** (attempt + 1))
            try:
                answer = self._request(site, path, largest, cut=cut)
            except (urllib3.exceptions.HTTPError, OSError) as error:
                problem = f"{type(error).__name__}"
            else:
                if answer.status not in {429, 500, 502, 503, 504}:
                    return _body_of(answer, site, path)
                problem = f"status {answer.status}"
                asked = _retry_after(answer.headers.get("retry-after", ""), self._now())
                pause = max(pause, asked)
            self._not_before[site] = self._clock() + max(pause, self._gap)
        raise Unavailable(f"{site.host}{path} did not answer in {ATTEMPTS} tries: {problem}.")

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

    def _request(self, site: _Site, path: str, largest: int, *, cut: bool) -> _Answer:
        address = self._checked_address(site)
        pool = _pool(site, address)
        headers = {
            "Host": _host_header(site),
            "User-Agent": self._agent,
            "Accept-Encoding": "gzip",
            "Accept-Language": "en",
        }
        try:
            response = pool.urlopen(
                "GET", path, headers=headers, retries=False, redirect=False, preload_content=False
            )
            shown = {name.lower(): value for name, value in response.headers.items()}
            body = self._read(response, shown, largest, cut=cut)
            return _Answer(response.status, shown, body)
        finally:
            pool.close()
            self._not_before[site] = self._clock() + self._gap

    def _read(
        self,
        response: urllib3.BaseHTTPResponse,
        headers: dict[str, str],
        largest: int,
        *,
        cut: bool,
    ) -> bytes:
        body = bytearray()
        latest = self._clock() + LONGEST_ANSWER
        for piece in _unpacked(_pieces(response), headers.get("content-encoding", "")):
            body += piece
            if len(body) > largest:
                if cut:
                    return bytes(body[:largest])
                raise Broken(f"The answer is larger than {largest} bytes.")
            if self._clock() >= latest:
                raise Unavailable("The answer came too slowly.")
        return bytes(body)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Return whether an address is on the public internet, and is not another one in disguise."""
    if isinstance(address, IPv6Address) and (
        address.ipv4_mapped is not None or any(address in network for network in _TRANSLATED)
    ):
        return False
    return address.is_global and not address.is_multicast


class _RefusedByStore(Refused):
    """A 401 or 403 of the store; asked for robots.txt, it means that there are no rules."""


def _body_of(answer: _Answer, site: _Site, path: str) -> bytes:
    where = f"{site.host}{path}"
    if answer.status == 200:
        return answer.body
    if answer.status in {401, 403}:
        raise _RefusedByStore(f"{where} is refused to us: status {answer.status}.")
    if 400 <= answer.status < 500:
        raise NotFound(f"{where} is not there: status {answer.status}. Check the app's name.")
    if 300 <= answer.status < 400:
        to = answer.headers.get("location", "")[:200]
        raise Refused(f"{where} redirects to {to!r}, which is not followed. Check the app's name.")
    raise Broken(f"{where} answered with status {answer.status}.")


def _path_within(url: str, site: _Site) -> str:
    """Return path and query of an address. Raises Refused for one that leaves the site."""
    parts = urlsplit(url)
    own = (parts.scheme, parts.hostname, _port(parts)) == (site.scheme, site.host, site.port)
    if not own or parts.username is not None or parts.password is not None:
        raise Refused(f"Only {site.scheme}://{site.host}:{site.port} may be fetched, not {url!r}.")
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def _port(parts: SplitResult) -> int:
    try:
        port = parts.port
    except ValueError as error:
        raise Refused(f"The port of {parts.geturl()!r} is not a number.") from error
    return port if port is not None else {"http": 80, "https": 443}.get(parts.scheme, 0)


def _host_header(site: _Site) -> str:
    host = f"[{site.host}]" if ":" in site.host else site.host
    usual = {"http": 80, "https": 443}[site.scheme]
    return host if site.port == usual else f"{host}:{site.port}"


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
