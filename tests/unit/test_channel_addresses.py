"""Where a notice may be posted to: the public internet, and nowhere else."""

from __future__ import annotations

import socket
from ipaddress import ip_address

import pytest

from northstar.app.ports import Call
from northstar.delivery import posting
from northstar.domain.addresses import is_public
from northstar.domain.errors import Invalid, NorthstarError, Unavailable

PUBLIC = "93.184.216.34"
PRIVATE = [
    "127.0.0.1",
    "127.8.9.1",
    "0.0.0.0",  # noqa: S104
    "10.0.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "198.18.0.1",
    "203.0.113.9",
    "192.88.99.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:93.184.216.34",
    "::93.184.216.34",
    "64:ff9b::7f00:1",
    "64:ff9b::5db8:d822",
    "64:ff9b:1::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:db8::1",
    "2002:7f00:1::",
    "3fff::1",
    "fc00::1",
    "fe80::1%eth0",
    "ff02::1",
    "fd00:ec2::254",
]


@pytest.fixture(autouse=True)
def _no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> socket.socket:
        raise AssertionError("something was connected to")

    monkeypatch.setattr(socket, "create_connection", refuse)


def problem(url: str, *found: str, allow_loopback: bool = False) -> NorthstarError:
    """Return why nothing is sent to an address whose host resolves to these."""
    with pytest.raises(NorthstarError) as caught:
        posting.post(
            Call(url), resolve=lambda host, port: found or [PUBLIC], allow_loopback=allow_loopback
        )
    return caught.value


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example.com/SECRET",
        "//hooks.example.com/SECRET",
        "http://hooks.example.com/SECRET",
        "ftp://hooks.example.com/SECRET",
        "file:///etc/SECRET",
        "https:///SECRET",
        "https://user@hooks.example.com/SECRET",
        "https://user:SECRET@hooks.example.com/",
        "https://@hooks.example.com/SECRET",
        "https://hooks.example.com:99999/SECRET",
        "https://hooks.example.com:0/SECRET",
        "https://hooks.example.com:x/SECRET",
        "https://hooks.example.com/SECRET x",
        "https://hooks.example.com/SECRET\r\nHost: x",
        "https://hooks.example.com\\@127.0.0.1/SECRET",
        "https://hooks.example.com\u3002/SECRET",
        "https://hooks.example.com./SECRET",
        "https://localhost/SECRET",
        "https://localhost./SECRET",
        "https://LOCALHOST/SECRET",
        "https://127.0.0.1/SECRET",
        "https://127.1/SECRET",
        "https://127.0.0.1./SECRET",
        "https://0177.0.0.1/SECRET",
        "https://2130706433/SECRET",
        "https://0x7f000001/SECRET",
        "https://0x7f.0.0.1/SECRET",
        "https://1.2.3.0x4/SECRET",
        "https://[::1]/SECRET",
        "https://[::ffff:127.0.0.1]/SECRET",
        "https://[64:ff9b::7f00:1]/SECRET",
        "https://[::1/SECRET",
        "https://93.184.216.34/SECRET",
        "https://ⓛocalhost/SECRET",
        "https://-x.example/SECRET",
        "https://a..example/SECRET",
        f"https://{'a.' * 130}example/SECRET",
        f"https://hooks.example.com/{'SECRET' * 400}",
    ],
)
def test_an_address_that_may_mean_something_else_is_refused(url: str) -> None:
    """Only https to a host's full name; not even a public number. The message keeps the secret."""
    told = problem(url)
    assert isinstance(told, Invalid)
    assert told.field == "channels"
    assert "SECRET" not in str(told)
    with pytest.raises(Invalid):
        posting.check_address(url)


@pytest.mark.parametrize("address", PRIVATE)
def test_a_host_that_is_not_public_gets_nothing(address: str) -> None:
    """However it is written, alone or beside a public address."""
    assert not is_public(ip_address(address.partition("%")[0]))
    for found in ([address], [PUBLIC, address], [address, PUBLIC]):
        told = problem("https://hooks.example.com/SECRET", *found)
        assert isinstance(told, Unavailable)
        assert "nothing was sent" in str(told)
        assert "SECRET" not in str(told)


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:2800:220:1::1", "2a00:1450::1"])
def test_public_addresses_are_public(address: str) -> None:
    """Of both versions."""
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.slack.com/services/T000/B000/xxx",
        "https://prod-12.westeurope.logic.azure.com:443/workflows/a/triggers/manual/paths/invoke?sp=%2Fa",
        "https://EXAMPLE.com",
        "https://xn--bcher-kva.example/hook",
        "https://a.xn--p1ai/?x",
    ],
)
def test_usual_addresses_are_taken(url: str) -> None:
    """Those that Slack and Teams give out, and receivers of one's own."""
    posting.check_address(url)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_this_machine_is_only_for_the_local_stack(host: str) -> None:
    """There, by http or https; and only where the name really leads here."""
    for scheme in ("http", "https"):
        url = f"{scheme}://{host}:8080/SECRET"
        posting.check_address(url, allow_loopback=True)
        assert isinstance(problem(url), Invalid)
        told = problem(url, PUBLIC, allow_loopback=True)
        assert "nothing was sent" in str(told)
    with pytest.raises(Invalid):
        posting.check_address("http://hooks.example.com/", allow_loopback=True)
    with pytest.raises(Invalid):
        posting.check_address("http://127.1:8080/", allow_loopback=True)


def test_a_host_without_addresses_may_have_some_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name service may be down for a while."""

    def fails(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(socket.EAI_AGAIN, "https://hooks.example.com/SECRET")

    monkeypatch.setattr(socket, "getaddrinfo", fails)
    with pytest.raises(Unavailable, match=r"hooks\.example\.com cannot be resolved") as caught:
        posting.post(Call("https://hooks.example.com/SECRET"))
    assert "SECRET" not in str(caught.value)
    with pytest.raises(Unavailable, match="no address"):
        posting.post(Call("https://hooks.example.com/"), resolve=lambda *_: [])
