"""Politeness and safety of fetching, against a server on this machine and a clock that we hold."""

from __future__ import annotations

import gzip
import json
import ssl
import time
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_address, ip_network
from itertools import pairwise
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from local.store import Fault, StoreRequest, StoreServer
from northstar import __version__
from northstar.app.configuration import SourceTarget
from northstar.app.ports import Call
from northstar.app.source import Fetch, OutOfTime
from northstar.domain.addresses import is_public
from northstar.domain.errors import Broken, Invalid, NorthstarError, NotFound, Refused, Unavailable
from northstar.sources import shopify
from northstar.sources.fetch import LONGEST_ANSWER, Fetcher, Resolve, user_agent
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


def job(store: StoreServer, clock: Clock, **options: object) -> Fetch:
    """Return what fetches from the store in one job that does not look at robots.txt."""
    return fetcher(clock, **options).for_job(target(store), shopify.HOSTS, robots=False)


def get(path: str, **headers: str) -> Call:
    """Return a call for a path of the store, with headers (such as if_none_match)."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Call(f"https://apps.shopify.com{path}", named, method="GET")


def page(number: int = 1) -> Call:
    return get(f"/an-app/reviews?sort_by=newest&page={number}")


def test_requests_to_a_host_keep_their_distance(store: StoreServer, clock: Clock) -> None:
    """Between two requests, robots.txt included, passes the configured time."""
    fetch = fetcher(clock).for_job(target(store), shopify.HOSTS)
    for number in (1, 2, 3):
        fetch(page(number))
    assert clock.slept == [1.5, 1.5, 1.5]
    assert len(store.requests) == 4


def test_less_than_the_minimum_cannot_be_configured(store: StoreServer, clock: Clock) -> None:
    """A configured pause of zero is still a second."""
    polite = Fetcher(
        "A", 0.0, allow_loopback=True, clock=clock, sleep=clock.sleep, jitter=lambda: 0.0
    )
    fetch = polite.for_job(target(store), shopify.HOSTS)
    fetch(page())
    fetch(page())
    assert clock.slept == [1.0, 1.0]


def test_the_store_itself_sees_the_gap(store: StoreServer) -> None:
    """With the real clock, the server's own log shows the pause between requests."""
    polite = Fetcher("A", 0.05, minimum_gap=0.05, allow_loopback=True)
    fetch = polite.for_job(target(store), shopify.HOSTS)
    for number in (1, 2, 3):
        fetch(page(number))
    times = [request.at for request in store.requests]
    assert all(later - sooner >= 0.05 for sooner, later in pairwise(times))


def test_we_say_who_we_are(store: StoreServer, clock: Clock) -> None:
    """Every request carries the product, its version and a contact."""
    fetcher(clock).for_job(target(store), shopify.HOSTS)(page())
    agents = {request.headers["user-agent"] for request in store.requests}
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
        fetcher(clock).for_job(target(store), shopify.HOSTS)(page())
    assert store.pages == []


def test_rules_for_a_word_of_our_contact_are_not_for_us(store: StoreServer, clock: Clock) -> None:
    """A group is ours by the product's name; what else the User-Agent says names nobody."""
    store.robots = "User-agent: example\nDisallow: /\n\nUser-agent: contact\nDisallow: /"
    assert fetcher(clock).for_job(target(store), shopify.HOSTS)(page())


def test_robots_txt_is_read_once(store: StoreServer, clock: Clock) -> None:
    """Its rules are kept for a day and then read again."""
    polite = fetcher(clock)
    polite.for_job(target(store), shopify.HOSTS)(page())
    polite.for_job(target(store), shopify.HOSTS)(page())
    assert len(store.requests) - len(store.pages) == 1
    clock.seconds += 25 * 3600
    polite.for_job(target(store), shopify.HOSTS)(page())
    assert len(store.requests) - len(store.pages) == 2


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_no_robots_txt_allows(store: StoreServer, clock: Clock, status: int) -> None:
    """A 4xx for robots.txt means that there are no rules."""
    store.robots = status
    assert fetcher(clock).for_job(target(store), shopify.HOSTS)(page())


@pytest.mark.parametrize("status", [500, 503, 429])
def test_an_unreachable_robots_txt_forbids_for_now(
    store: StoreServer, clock: Clock, status: int
) -> None:
    """A server error for robots.txt means: nothing else is asked, try later."""
    store.robots = status
    with pytest.raises(Unavailable, match=r"robots\.txt"):
        fetcher(clock).for_job(target(store), shopify.HOSTS)(page())
    assert store.pages == []


def test_an_operator_may_override_robots_txt(store: StoreServer, clock: Clock) -> None:
    """With ignore_robots the page is fetched and robots.txt is not even read."""
    store.robots = "User-agent: *\nDisallow: /"
    asked = target(store, ignore_robots=True)
    assert fetcher(clock).for_job(asked, shopify.HOSTS)(page())
    assert len(store.requests) == len(store.pages) == 1


@pytest.mark.parametrize("asked", ["40", format_datetime(NOW + timedelta(seconds=40), usegmt=True)])
def test_retry_after_is_kept(store: StoreServer, clock: Clock, asked: str) -> None:
    """The next request waits as long as the store says, in seconds or as a date."""
    store.fail(Fault(429, headers={"Retry-After": asked}))
    assert fetcher(clock).for_job(target(store), shopify.HOSTS)(page())
    assert clock.slept == [1.5, 40.0]


def test_a_retry_after_beyond_the_job_ends_it(store: StoreServer, clock: Clock) -> None:
    """Where the store wants longer than the job has, the job ends without another request."""
    store.fail(Fault(429, headers={"Retry-After": "3000"}))
    polite = fetcher(clock)
    for _ in range(2):
        with pytest.raises(Unavailable) as problem:
            polite.for_job(target(store), shopify.HOSTS)(page())
        assert not isinstance(problem.value, OutOfTime)
    assert len(store.pages) == 1


@pytest.mark.parametrize("status", [500, 503, 520])
def test_retries_back_off_and_end(store: StoreServer, clock: Clock, status: int) -> None:
    """Server errors are retried with growing pauses, four tries in all."""
    store.fail(*[Fault(status)] * 10)
    with pytest.raises(Unavailable, match=f"4 tries: status {status}"):
        fetcher(clock, jitter=lambda: 1.0).for_job(target(store), shopify.HOSTS)(page())
    assert len(store.pages) == 4
    assert clock.slept == [1.5, 2.0, 4.0, 8.0]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (404, NotFound), (410, NotFound), (400, Refused), (401, Refused), (403, Refused),
        (302, Refused), (300, Broken), (304, Broken), (204, Broken),
    ],
)  # fmt: skip
def test_other_answers_are_not_retried(
    store: StoreServer, clock: Clock, status: int, error: type[NorthstarError]
) -> None:
    """Not found, forbidden, a redirect to another place and odd statuses end at once."""
    store.fail(Fault(status, headers={"Location": f"{store.url}/an-app/reviews"}))
    with pytest.raises(error):
        fetcher(clock).for_job(target(store), shopify.HOSTS)(page())
    assert len(store.pages) == 1


def test_a_compression_bomb_is_stopped(store: StoreServer, clock: Clock) -> None:
    """A packed answer is cut off when it unfolds beyond the limit."""
    packed = gzip.compress(b"\0" * 200_000_000, 1)
    store.fail(Fault(200, packed, {"Content-Encoding": "gzip"}))
    began = time.monotonic()
    with pytest.raises(Broken, match="larger than"):
        fetcher(clock).for_job(target(store), shopify.HOSTS)(page())
    assert time.monotonic() - began < 3


def test_gzip_is_read_and_its_truncation_noticed(store: StoreServer, clock: Clock) -> None:
    """A packed page is unpacked; one that is cut off is asked for again."""
    packed = gzip.compress(b"<html>a page</html>")
    gzipped = {"Content-Encoding": "gzip"}
    store.fail(Fault(200, packed[:-9], gzipped), Fault(200, packed, gzipped))
    fetched = fetcher(clock).for_job(target(store), shopify.HOSTS)(page())
    assert fetched.body == b"<html>a page</html>"
    assert len(store.pages) == 2


@pytest.mark.parametrize("encoding", ["br", "deflate, gzip"])
def test_an_encoding_that_was_not_asked_for_is_broken(
    store: StoreServer, clock: Clock, encoding: str
) -> None:
    """Only gzip was offered."""
    store.fail(Fault(200, b"x", {"Content-Encoding": encoding}))
    with pytest.raises(Broken, match="content encoding"):
        fetcher(clock).for_job(target(store), shopify.HOSTS)(page())


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
        "https://[::1/x",
        "https://apps.shopify.com:x/",
    ],
)
def test_only_the_sources_own_host_is_fetched(clock: Clock, url: str) -> None:
    """Another scheme, host or port, or credentials, are refused before any lookup."""
    looked_up: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        looked_up.append(host)
        return []

    polite = fetcher(clock, resolve=resolve)
    with pytest.raises(Refused):
        polite.for_job(SourceTarget("shopify", "a"), shopify.HOSTS)(Call(url, method="GET"))
    assert looked_up == []


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "169.254.169.254", "fe80::1%eth0", "::ffff:1.1.1.1"]
)
def test_a_host_that_resolves_to_an_inner_address_is_refused(clock: Clock, address: str) -> None:
    """Also when a public address stands beside it: nothing is sent."""
    polite = fetcher(clock, resolve=lambda host, port: ["93.184.215.14", address])
    fetch = polite.for_job(SourceTarget("shopify", "a", ignore_robots=True), shopify.HOSTS)
    with pytest.raises(Refused, match="nothing was sent"):
        fetch(page())


@pytest.mark.parametrize(
    "network",
    [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "::/128", "::1/128", "::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48",
        "100::/64", "100:0:0:1::/64", "2001::/32", "2001::/23", "2001:db8::/32", "2002::/16",
        "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    ],
)  # fmt: skip
def test_no_range_of_special_addresses_is_public(network: str) -> None:
    """Neither end of a range that IANA reserves, nor the middle, is taken for the internet."""
    inner = ip_network(network)
    for address in (inner[0], inner[inner.num_addresses // 2], inner[-1]):
        assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "100.128.0.1", "198.20.0.1", "2606:4700::6810:84e5", "2001:200::1"]
)
def test_public_addresses_are_public(address: str) -> None:
    """The check does not refuse what it should let through."""
    assert is_public(ip_address(address))


def test_a_loopback_address_is_only_for_the_local_stack(store: StoreServer, clock: Clock) -> None:
    """A deployed fetcher refuses an address override, and no override leads elsewhere."""
    with pytest.raises(Invalid, match="local stack"):
        fetcher(clock, allow_loopback=False).for_job(target(store), shopify.HOSTS)
    elsewheres = "http://10.0.0.1:80", "http://example.com", "ftp://127.0.0.1", "http://[::1:x"
    for elsewhere in elsewheres:
        with pytest.raises(Invalid, match="loopback"):
            fetcher(clock).for_job(SourceTarget("shopify", "a", address=elsewhere), shopify.HOSTS)


def test_a_job_ends_when_its_time_is_over(store: StoreServer, clock: Clock) -> None:
    """After the time budget nothing is asked; that is no failure of the store."""
    fetch = fetcher(clock, budget_seconds=10).for_job(target(store), shopify.HOSTS)
    fetch(page())
    clock.seconds += 7
    fetch(page())
    with pytest.raises(OutOfTime, match="No time left"):
        fetch(page())
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
    fetch = made.for_job(target(store, ignore_robots=True), shopify.HOSTS)
    assert fetch(page()).body.rstrip().endswith(b"</html>")
    with pytest.raises(OutOfTime):
        fetch(page())


def test_an_answer_that_never_ends_is_given_up(store: StoreServer) -> None:
    """An answer that takes longer than any real one is a store that does not answer."""

    class Ticking(Clock):
        def __call__(self) -> float:
            self.seconds += LONGEST_ANSWER
            return self.seconds

    fetch = fetcher(Ticking(), budget_seconds=5000).for_job(target(store), shopify.HOSTS)
    with pytest.raises(Unavailable):
        fetch(page())


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
        fetch = polite.for_job(there, shopify.HOSTS)
        if taken:
            assert b"data-merchant-review" in fetch(page()).body
        else:
            with pytest.raises(Unavailable, match="SSL"):
                fetch(page())
        assert bool(server.pages) == taken


# ------------------------------------------------------------------ calls


def test_a_call_is_sent_as_it_is(store: StoreServer, clock: Clock) -> None:
    """Method, path, query, headers and body arrive; the body of the answer comes back."""
    store.fail(Fault(200, b"{}", {"X-Rate-Limit": "user-hour-lim:3500;", "Server": "a  store"}))
    headers = {"Content-Type": "application/json", "Authorization": "Bearer abc"}
    sent = Call("https://apps.shopify.com/data?a=b%2Fc&d=%5B1%5D", headers, b"[1]", "POST")
    fetched = job(store, clock)(sent)
    request = store.requests[0]
    assert (request.method, request.path) == ("POST", "/data?a=b%2Fc&d=%5B1%5D")
    assert request.body == b"[1]"
    assert request.headers["authorization"] == "Bearer abc"
    assert request.headers["content-type"] == "application/json"
    assert fetched.body == b"{}"
    assert fetched.headers["x-rate-limit"] == "user-hour-lim:3500;"
    assert not fetched.unchanged


def test_who_we_are_is_not_a_calls_to_say(store: StoreServer, clock: Clock) -> None:
    """Host, agent, language and packing stay ours, however a call spells them, and come once."""
    theirs = {"USER-AGENT": "x", "host": "evil.example", "Accept-encoding": "br"}
    job(store, clock)(Call(page().url, theirs | {"accept-Language": "de"}, method="GET"))
    headers = store.requests[0].headers
    assert headers["user-agent"] == "Northstar/9.9 (+https://example.com/contact)"
    assert headers["host"] == store.url.removeprefix("http://")
    assert (headers["accept-encoding"], headers["accept-language"]) == ("gzip", "en")


@pytest.mark.parametrize("value", ["Bearer a-secret\r\nX: y", "a-secret\n", "a-secret ☃"])
def test_a_header_that_cannot_be_sent_is_not_repeated(
    store: StoreServer, clock: Clock, value: str
) -> None:
    """A key with a line break or a foreign character is refused without a word of it."""
    with pytest.raises(Invalid, match="Authorization") as problem:
        job(store, clock)(Call(page().url, {"Authorization": value}, method="GET"))
    assert "secret" not in str(problem.value)
    assert store.requests == []


def test_only_reading_methods_are_sent(store: StoreServer, clock: Clock) -> None:
    """A call is a GET or a POST."""
    with pytest.raises(Invalid, match="DELETE"):
        job(store, clock)(Call(page().url, method="DELETE"))
    assert store.requests == []


def test_every_host_of_a_source_leads_to_the_stand_in(store: StoreServer, clock: Clock) -> None:
    """With an address of this machine, a path of any of the hosts is asked there; no other host."""
    fetch = fetcher(clock).for_job(target(store), ("apps.shopify.com", "other.shopify.com"))
    for host in ("apps.shopify.com", "other.shopify.com"):
        assert fetch(Call(f"https://{host}/an-app/reviews?page=2", method="GET")).body
    assert [request.path for request in store.pages] == ["/an-app/reviews?page=2"] * 2
    for url in (store.url, "https://third.shopify.com/", "http://apps.shopify.com/"):
        with pytest.raises(Refused):
            fetch(Call(url, method="GET"))
    assert len(store.pages) == 2


def test_a_partner_does_not_read_robots_txt(store: StoreServer, clock: Clock) -> None:
    """A source that we ask with a key is not asked as a robot."""
    store.robots = "User-agent: *\nDisallow: /"
    assert job(store, clock)(page()).body
    assert len(store.requests) == 1


def test_waiting_is_told(store: StoreServer, clock: Clock) -> None:
    """What a call waited for its turn and after a 429 is added up; the next call begins at 0."""
    fetch = job(store, clock)
    store.fail(None, Fault(429, headers={"Retry-After": "40"}))
    assert fetch(page()).waited == 0
    assert fetch(page(2)).waited == 41.5
    assert fetch(page(3)).waited == 1.5


def test_an_unchanged_page_has_no_body(store: StoreServer, clock: Clock) -> None:
    """With the mark of the page that we know, the store says whether anything is new."""
    store.etags = True
    fetch = job(store, clock)
    mark = fetch(page()).headers["etag"]
    again = fetch(get("/an-app/reviews?sort_by=newest&page=1", If_None_Match=mark))
    assert (again.unchanged, again.body) == (True, b"")
    store.apps["an-app"] = stores.reviews(26)
    changed = fetch(get("/an-app/reviews?sort_by=newest&page=1", If_None_Match=mark))
    assert not changed.unchanged
    assert changed.body


def test_an_unchanged_answer_may_be_labelled_as_packed(store: StoreServer, clock: Clock) -> None:
    """A 304 with the headers of the page that it stands for is not taken for a cut-off answer."""
    store.fail(Fault(304, headers={"Content-Encoding": "gzip"}))
    since = "Sun, 22 Nov 2026 12:00:00 GMT"
    assert job(store, clock)(get("/an-app/reviews", if_modified_since=since)).unchanged
    assert len(store.requests) == 1


# ------------------------------------------------------------------ redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("location", ["/b/reviews", "https://apps.shopify.com/b/reviews"])
def test_a_redirect_within_the_store_is_followed(
    store: StoreServer, clock: Clock, status: int, location: str
) -> None:
    """What stands where the store leads is the answer, after the usual pause."""
    store.apps["b"] = stores.reviews(1)
    store.fail(Fault(status, headers={"Location": location}))
    fetched = job(store, clock)(get("/an-app/reviews", accept="text/html"))
    assert b"/b/reviews" in fetched.body
    assert [request.path for request in store.pages] == ["/an-app/reviews", "/b/reviews"]
    assert store.pages[1].headers["accept"] == "text/html"
    assert fetched.waited == 1.5


def test_three_redirects_are_enough(store: StoreServer, clock: Clock) -> None:
    """A third redirect is followed, a fourth is not."""
    turn = Fault(302, headers={"Location": "/an-app/reviews?page=2"})
    store.fail(turn, turn, turn)
    assert job(store, clock)(page()).body
    store.fail(turn, turn, turn, turn)
    with pytest.raises(Refused, match="page=2"):
        job(store, clock)(page())
    assert len(store.pages) == 4 + 4


@pytest.mark.parametrize(
    "location",
    [
        "http://apps.shopify.com/an-app/reviews",
        "https://apps.shopify.com:8443/",
        "https://evil.example/",
        "//evil.example/",
        "https://169.254.169.254/latest",
        "https://user@apps.shopify.com/",
        "https://[::1/",
        "file:///etc/hosts",
        "",
    ],
)
def test_a_redirect_to_elsewhere_is_refused(
    store: StoreServer, clock: Clock, location: str
) -> None:
    """It is not followed, and the refusal says where it led."""
    store.fail(Fault(302, headers={"Location": location}))
    with pytest.raises(Refused, match="not followed") as problem:
        job(store, clock)(page())
    assert location in str(problem.value)
    assert len(store.requests) == 1


def test_a_redirect_obeys_robots_txt(store: StoreServer, clock: Clock) -> None:
    """A path that is disallowed to us is not reached by a detour."""
    store.robots = "User-agent: *\nDisallow: /private"
    store.fail(Fault(302, headers={"Location": "/private"}))
    with pytest.raises(Refused, match=r"robots\.txt.*/private"):
        fetcher(clock).for_job(target(store), shopify.HOSTS)(page())
    assert len(store.pages) == 1


def test_a_redirect_is_looked_up_like_a_call(store: StoreServer, clock: Clock) -> None:
    """The host that a redirect leads to is resolved and checked anew."""
    looked_up: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        looked_up.append(host)
        return ["127.0.0.1"] if len(looked_up) == 1 else ["10.0.0.1"]

    store.fail(Fault(302, headers={"Location": "/b/reviews"}))
    with pytest.raises(Refused, match="nothing was sent"):
        job(store, clock, resolve=resolve)(page())
    assert len(store.requests) == 1


def test_what_we_tell_one_host_is_not_told_to_another(store: StoreServer, clock: Clock) -> None:
    """A redirect to another host of the source goes there without the call's own headers."""
    fetch = fetcher(clock).for_job(target(store), ("a.example", "b.example"), robots=False)
    store.fail(Fault(302, headers={"Location": "https://b.example/an-app/reviews"}))
    call = Call("https://a.example/an-app/reviews", {"Authorization": "Bearer abc"}, method="GET")
    assert fetch(call).body
    assert "authorization" in store.pages[0].headers
    assert "authorization" not in store.pages[1].headers


def test_a_posts_redirect_is_not_followed(store: StoreServer, clock: Clock) -> None:
    """What is sent to one address is not sent to another."""
    store.fail(Fault(307, headers={"Location": "/an-app/reviews"}))
    with pytest.raises(Refused, match="/an-app/reviews"):
        job(store, clock)(Call(page().url, body=b"x"))
    assert len(store.requests) == 1


class Moved(StoreServer):
    """A store whose robots.txt is somewhere else."""

    to = "/rules"

    def respond(self, request: StoreRequest) -> tuple[int, dict[str, str], bytes]:
        """Return a redirect for robots.txt and the rules for /rules."""
        if request.path == "/robots.txt":
            return 301, {"Location": self.to}, b""
        if request.path == "/rules":
            return 200, {}, b"User-agent: *\nDisallow: /private"
        return super().respond(request)


def test_robots_txt_may_have_moved(clock: Clock) -> None:
    """Rules that stand elsewhere within the store are obeyed."""
    with Moved({"an-app": stores.reviews(1)}).running() as moved:
        fetch = fetcher(clock).for_job(target(moved), shopify.HOSTS)
        assert fetch(page()).body
        with pytest.raises(Refused, match=r"robots\.txt"):
            fetch(get("/private"))
        assert [request.path for request in moved.pages] == [
            "/rules",
            page().url.partition(".com")[2],
        ]


def test_robots_txt_that_has_left_the_store_forbids(clock: Clock) -> None:
    """Where the rules cannot be read, nothing is asked."""
    moved = Moved({"an-app": stores.reviews(1)})
    moved.to = "https://elsewhere.example/robots.txt"
    with moved.running():
        with pytest.raises(Unavailable, match=r"robots\.txt"):
            fetcher(clock).for_job(target(moved), shopify.HOSTS)(page())
        assert moved.pages == []


# ------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            b'{"errors": [{"status": "403", "detail": "The key has no role."}]}',
            "The key has no role.",
        ),
        (b'{"error": {"code": 401, "message": "No\\nsuch  user"}}', "No such user"),
        (b'{"error": "invalid_grant", "error_description": "Clock is off"}', "Clock is off"),
        (b'{"detail": "Not for you"}', "Not for you"),
    ],
)
@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_refusal_carries_the_stores_words(
    store: StoreServer, clock: Clock, status: int, body: bytes, words: str
) -> None:
    """What the store says in JSON stands in the message, on one line."""
    store.fail(Fault(status, body))
    with pytest.raises((Refused, NotFound)) as problem:
        job(store, clock)(page())
    assert f"The store says: {words!r}" in str(problem.value)


@pytest.mark.parametrize(
    "body",
    [
        b"<html>No</html>",
        b"",
        b"[]",
        b'{"errors": []}',
        b'{"error": {"message": 7}}',
        b'{"error": " "}',
        b'{"errors": {"0": 1}}',
        b"[" * 100_000,
        b"\xff",
    ],
)
def test_a_refusal_without_words_is_one(store: StoreServer, clock: Clock, body: bytes) -> None:
    """Where there is nothing to be understood, the status says it."""
    store.fail(Fault(403, body))
    with pytest.raises(Refused, match=r"status 403\.$"):
        job(store, clock)(page())


def test_a_refusal_is_short_and_keeps_no_secret(store: StoreServer, clock: Clock) -> None:
    """Neither what we sent, nor anything like a token, nor control characters come back."""
    token = "eyJhbGciOiJFUzI1NiIsImtpZCI6IjEifQ"
    signature = "c2lnbmF0dXJlLW9mLXRoZS10b2tlbi0x"
    words = (
        f"\x1b[31mBad Bearer {token}.x.{signature} of short-key, by ab12{'cd34' * 9}. {'No. ' * 99}"
    )
    store.fail(Fault(401, json.dumps({"error": {"message": words}}).encode()))
    headers = {"Authorization": f"Bearer {token}.x.{signature}", "X-Key": "short-key"}
    with pytest.raises(Refused) as problem:
        job(store, clock)(Call(page().url, headers, method="GET"))
    told = str(problem.value)
    assert "Bad Bearer … of …, by …. No. No." in told
    assert len(told) < 350
    assert all(part not in told for part in (token, signature, "short-key", "cd34", "\x1b"))


def test_a_long_name_is_not_taken_for_a_token(store: StoreServer, clock: Clock) -> None:
    """The message about an app that is not there names it in full."""
    name = "a-very-long-name-of-an-app-that-nobody-remembers"
    with pytest.raises(NotFound, match=name):
        job(store, clock)(get(f"/{name}/reviews"))
