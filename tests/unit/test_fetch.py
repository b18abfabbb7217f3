"""Politeness and safety of fetching, against a server on this machine and a clock that we hold."""

from __future__ import annotations

import gzip
import ssl
import time
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_address
from itertools import pairwise
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from local.store import Fault, StoreServer
from northstar import __version__
from northstar.app.collect import OutOfTime
from northstar.app.configuration import SourceTarget
from northstar.domain.errors import Broken, Invalid, NorthstarError, NotFound, Refused, Unavailable
from northstar.sources import shopify
from northstar.sources.fetch import LONGEST_ANSWER, Fetcher, Resolve, is_public, user_agent
from tests.unit.fixtures import stores

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Clock:
    """Seconds that pass only while somebody sleeps."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


@pytest.fixture
def store() -> Iterator[StoreServer]:
    """A store with one app of 25 reviews."""
    with StoreServer({"an-app": stores.reviews(25)}).running() as server:
        yield server


@pytest.fixture
def clock() -> Clock:
    """A clock without real waiting."""
    return Clock()


def fetcher(clock: Clock, **options: object) -> Fetcher:
    agent = user_agent("https://example.com/contact", "9.9")
    held = {"clock": clock, "sleep": clock.sleep, "jitter": lambda: 0.5, "now": lambda: NOW}
    return Fetcher(agent, 1.5, **({"allow_loopback": True} | held | options))  # type: ignore[arg-type]


def target(store: StoreServer, **options: object) -> SourceTarget:
    return SourceTarget("shopify", "an-app", address=store.url, **options)  # type: ignore[arg-type]


def page(store: StoreServer, number: int = 1) -> str:
    return shopify.address(target(store), number)


def test_requests_to_a_host_keep_their_distance(store: StoreServer, clock: Clock) -> None:
    """Between two requests, robots.txt included, passes the configured time."""
    fetch = fetcher(clock).for_job(target(store), shopify.HOST)
    for number in (1, 2, 3):
        fetch(page(store, number))
    assert clock.slept == [1.5, 1.5, 1.5]
    assert len(store.requests) == 4


def test_less_than_the_minimum_cannot_be_configured(store: StoreServer, clock: Clock) -> None:
    """A configured pause of zero is still a second."""
    polite = Fetcher(
        "A", 0.0, allow_loopback=True, clock=clock, sleep=clock.sleep, jitter=lambda: 0.0
    )
    fetch = polite.for_job(target(store), shopify.HOST)
    fetch(page(store))
    fetch(page(store))
    assert clock.slept == [1.0, 1.0]


def test_the_store_itself_sees_the_gap(store: StoreServer) -> None:
    """With the real clock, the server's own log shows the pause between requests."""
    polite = Fetcher("A", 0.05, minimum_gap=0.05, allow_loopback=True)
    fetch = polite.for_job(target(store), shopify.HOST)
    for number in (1, 2, 3):
        fetch(page(store, number))
    times = [request.at for request in store.requests]
    assert all(later - sooner >= 0.05 for sooner, later in pairwise(times))


def test_we_say_who_we_are(store: StoreServer, clock: Clock) -> None:
    """Every request carries the product, its version and a contact."""
    fetcher(clock).for_job(target(store), shopify.HOST)(page(store))
    agents = {request.user_agent for request in store.requests}
    assert agents == {"Northstar/9.9 (+https://example.com/contact)"}


@pytest.mark.parametrize(
    "rules", ["User-agent: *\nDisallow: /*/reviews", "User-agent: Northstar\nDisallow: /"]
)
def test_what_robots_txt_disallows_is_not_fetched(
    store: StoreServer, clock: Clock, rules: str
) -> None:
    """A wildcard rule or one for us keeps us out: the page is never asked for."""
    store.robots = rules
    with pytest.raises(Refused, match=r"robots\.txt"):
        fetcher(clock).for_job(target(store), shopify.HOST)(page(store))
    assert store.pages == []


def test_robots_txt_is_read_once(store: StoreServer, clock: Clock) -> None:
    """Its rules are kept for a day and then read again."""
    polite = fetcher(clock)
    polite.for_job(target(store), shopify.HOST)(page(store))
    polite.for_job(target(store), shopify.HOST)(page(store))
    assert len(store.requests) - len(store.pages) == 1
    clock.seconds += 25 * 3600
    polite.for_job(target(store), shopify.HOST)(page(store))
    assert len(store.requests) - len(store.pages) == 2


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_no_robots_txt_allows(store: StoreServer, clock: Clock, status: int) -> None:
    """A 4xx for robots.txt means that there are no rules."""
    store.robots = status
    assert fetcher(clock).for_job(target(store), shopify.HOST)(page(store))


@pytest.mark.parametrize("status", [500, 503, 429])
def test_an_unreachable_robots_txt_forbids_for_now(
    store: StoreServer, clock: Clock, status: int
) -> None:
    """A server error for robots.txt means: nothing else is asked, try later."""
    store.robots = status
    with pytest.raises(Unavailable, match=r"robots\.txt"):
        fetcher(clock).for_job(target(store), shopify.HOST)(page(store))
    assert store.pages == []


def test_an_operator_may_override_robots_txt(store: StoreServer, clock: Clock) -> None:
    """With ignore_robots the page is fetched and robots.txt is not even read."""
    store.robots = "User-agent: *\nDisallow: /"
    asked = target(store, ignore_robots=True)
    assert fetcher(clock).for_job(asked, shopify.HOST)(page(store))
    assert len(store.requests) == len(store.pages) == 1


@pytest.mark.parametrize("asked", ["40", format_datetime(NOW + timedelta(seconds=40), usegmt=True)])
def test_retry_after_is_kept(store: StoreServer, clock: Clock, asked: str) -> None:
    """The next request waits as long as the store says, in seconds or as a date."""
    store.fail(Fault(429, headers={"Retry-After": asked}))
    assert fetcher(clock).for_job(target(store), shopify.HOST)(page(store))
    assert clock.slept == [1.5, 40.0]


def test_a_retry_after_beyond_the_job_ends_it(store: StoreServer, clock: Clock) -> None:
    """Where the store wants longer than the job has, the job ends without another request."""
    store.fail(Fault(429, headers={"Retry-After": "3000"}))
    polite = fetcher(clock)
    for _ in range(2):
        with pytest.raises(Unavailable) as problem:
            polite.for_job(target(store), shopify.HOST)(page(store))
        assert not isinstance(problem.value, OutOfTime)
    assert len(store.pages) == 1


def test_retries_back_off_and_end(store: StoreServer, clock: Clock) -> None:
    """Server errors are retried with growing pauses, four tries in all."""
    store.fail(*[Fault(503)] * 10)
    with pytest.raises(Unavailable, match="4 tries: status 503"):
        fetcher(clock, jitter=lambda: 1.0).for_job(target(store), shopify.HOST)(page(store))
    assert len(store.pages) == 4
    assert clock.slept == [1.5, 2.0, 4.0, 8.0]


@pytest.mark.parametrize(
    ("status", "error"), [(404, NotFound), (403, Refused), (302, Refused), (204, Broken)]
)
def test_other_answers_are_not_retried(
    store: StoreServer, clock: Clock, status: int, error: type[NorthstarError]
) -> None:
    """Not found, forbidden, redirects and odd statuses end at once, and no redirect is followed."""
    store.fail(Fault(status, headers={"Location": f"{store.url}/an-app/reviews"}))
    with pytest.raises(error):
        fetcher(clock).for_job(target(store), shopify.HOST)(page(store))
    assert len(store.pages) == 1


def test_a_compression_bomb_is_stopped(store: StoreServer, clock: Clock) -> None:
    """A packed answer is cut off when it unfolds beyond the limit."""
    packed = gzip.compress(b"\0" * 200_000_000, 1)
    store.fail(Fault(200, packed, {"Content-Encoding": "gzip"}))
    began = time.monotonic()
    with pytest.raises(Broken, match="larger than"):
        fetcher(clock).for_job(target(store), shopify.HOST)(page(store))
    assert time.monotonic() - began < 3


def test_gzip_is_read_and_its_truncation_noticed(store: StoreServer, clock: Clock) -> None:
    """A packed page is unpacked; one that is cut off is asked for again."""
    packed = gzip.compress(b"<html>a page</html>")
    gzipped = {"Content-Encoding": "gzip"}
    store.fail(Fault(200, packed[:-9], gzipped), Fault(200, packed, gzipped))
    body = fetcher(clock).for_job(target(store), shopify.HOST)(page(store))
    assert body == b"<html>a page</html>"
    assert len(store.pages) == 2


@pytest.mark.parametrize("encoding", ["br", "deflate, gzip"])
def test_an_encoding_that_was_not_asked_for_is_broken(
    store: StoreServer, clock: Clock, encoding: str
) -> None:
    """Only gzip was offered."""
    store.fail(Fault(200, b"x", {"Content-Encoding": encoding}))
    with pytest.raises(Broken, match="content encoding"):
        fetcher(clock).for_job(target(store), shopify.HOST)(page(store))


@pytest.mark.parametrize(
    "url",
    [
        "http://apps.shopify.com/x",
        "https://apps.shopify.com.evil.example/x",
        "https://evil.example/apps.shopify.com",
        "https://apps.shopify.com:8443/x",
        "https://user:word@apps.shopify.com/x",
        "https://127.0.0.1/x",
        "file:///etc/hosts",
    ],
)
def test_only_the_sources_own_host_is_fetched(clock: Clock, url: str) -> None:
    """Another scheme, host or port, or credentials, are refused before any lookup."""
    looked_up: list[str] = []
    polite = fetcher(clock, resolve=lambda host, port: looked_up.append(host) or [])
    with pytest.raises(Refused):
        polite.for_job(SourceTarget("shopify", "a"), shopify.HOST)(url)
    assert looked_up == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.1.1", "100.64.0.1", "0.0.0.0",  # noqa: S104
        "224.0.0.1", "::1", "fe80::1%eth0", "fd00:ec2::254", "::ffff:127.0.0.1",
        "::ffff:93.184.215.14", "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1", "2002:7f00:1::", "::7f00:1", "ff02::1",
    ],
)  # fmt: skip
def test_a_host_that_resolves_to_an_inner_address_is_refused(clock: Clock, address: str) -> None:
    """Also when a public address stands beside it: nothing is sent."""
    polite = fetcher(clock, resolve=lambda host, port: ["93.184.215.14", address])
    fetch = polite.for_job(SourceTarget("shopify", "a", ignore_robots=True), shopify.HOST)
    with pytest.raises(Refused, match="nothing was sent"):
        fetch("https://apps.shopify.com/a/reviews")


def test_public_addresses_are_public() -> None:
    """The check does not refuse what it should let through."""
    assert is_public(ip_address("93.184.215.14"))
    assert is_public(ip_address("2606:4700::6810:84e5"))


def test_a_loopback_address_is_only_for_the_local_stack(store: StoreServer, clock: Clock) -> None:
    """A deployed fetcher refuses an address override, and no override leads elsewhere."""
    with pytest.raises(Invalid, match="local stack"):
        fetcher(clock, allow_loopback=False).for_job(target(store), shopify.HOST)
    for elsewhere in ("http://10.0.0.1:80", "http://example.com", "ftp://127.0.0.1"):
        with pytest.raises(Invalid, match="loopback"):
            fetcher(clock).for_job(SourceTarget("shopify", "a", address=elsewhere), shopify.HOST)


def test_a_job_ends_when_its_time_is_over(store: StoreServer, clock: Clock) -> None:
    """After the time budget nothing is asked; that is no failure of the store."""
    fetch = fetcher(clock, budget_seconds=10).for_job(target(store), shopify.HOST)
    fetch(page(store))
    clock.seconds += 7
    fetch(page(store))
    with pytest.raises(OutOfTime, match="No time left"):
        fetch(page(store))
    assert len(store.pages) == 2


def slow_to_begin(clock: Clock, seconds: float) -> Resolve:
    """Return a look-up of host names during which time passes."""

    def resolve(host: str, port: int) -> list[str]:
        clock.seconds += seconds
        return [host]

    return resolve


def test_an_answer_that_has_begun_is_read_to_its_end(store: StoreServer, clock: Clock) -> None:
    """The end of the job's time in the middle of a request does not throw its answer away."""
    made = fetcher(clock, budget_seconds=10, resolve=slow_to_begin(clock, seconds=11))
    fetch = made.for_job(target(store, ignore_robots=True), shopify.HOST)
    assert fetch(page(store)).rstrip().endswith(b"</html>")
    with pytest.raises(OutOfTime):
        fetch(page(store))


def test_an_answer_that_never_ends_is_given_up(store: StoreServer) -> None:
    """An answer that takes longer than any real one is a store that does not answer."""

    class Ticking(Clock):
        def __call__(self) -> float:
            self.seconds += LONGEST_ANSWER
            return self.seconds

    fetch = fetcher(Ticking(), budget_seconds=5000).for_job(target(store), shopify.HOST)
    with pytest.raises(Unavailable):
        fetch(page(store))


def test_the_version_that_we_name_is_the_projects() -> None:
    """The version in the library, which the layer carries, is the one in pyproject.toml."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    assert project["project"]["version"] == __version__


def certified(folder: Path, name: str) -> Path:
    """Write a self-signed certificate for a host name, with its key, and return the file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    file = folder / f"{name}.pem"
    file.write_bytes(private + certificate.public_bytes(pem))
    return file


@pytest.mark.parametrize(("name", "taken"), [("localhost", True), ("other.example", False)])
def test_the_checked_address_must_hold_the_hosts_certificate(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, name: str, taken: bool
) -> None:
    """We connect to the address that was checked, and the certificate must name the host."""
    file = certified(tmp_path, name)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    server = StoreServer({"an-app": stores.reviews(1)})
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server._server.socket = context.wrap_socket(server._server.socket, server_side=True)
    with server.running():
        address = server.url.replace("http://127.0.0.1", "https://localhost")
        there = SourceTarget("shopify", "an-app", address=address, ignore_robots=True)
        polite = fetcher(clock, resolve=lambda host, port: ["127.0.0.1"])
        fetch = polite.for_job(there, shopify.HOST)
        if taken:
            assert b"data-merchant-review" in fetch(shopify.address(there, 1))
        else:
            with pytest.raises(Unavailable, match="SSL"):
                fetch(shopify.address(there, 1))
        assert bool(server.pages) == taken
