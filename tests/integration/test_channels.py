"""Channels against receivers on this machine that are slow, break off, lie, redirect or flood."""

from __future__ import annotations

import base64
import logging
import socket
import ssl
import time
import traceback
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from northstar.app.configuration import ChannelTarget
from northstar.app.ports import Call
from northstar.delivery import posting
from northstar.delivery.channels import channel
from northstar.domain.errors import Invalid, NorthstarError, Unavailable, Unclear
from tests.fakes import receivers
from tests.fakes.notices import notice
from tests.fakes.receivers import Receiver, answers, drips, pours, slack_texts, teams_texts

KEY = f"whsec_{base64.b64encode(b'k' * 32).decode()}"
TEXT = b"what the customer said"


@pytest.fixture
def place() -> Iterator[Receiver]:
    """A receiver that takes everything unless its script says otherwise."""
    with receivers.receiver() as running:
        yield running


def post(place: Receiver, **options: Any) -> list[float]:
    """Post a request to a receiver; return how long it was waited before the second try."""
    slept: list[float] = []
    call = Call(place.url, {"Content-Type": "text/plain"}, TEXT)
    posting.post(call, **{"allow_loopback": True, "sleep": slept.append, "budget": 5.0} | options)
    return slept


def failure(place: Receiver, **options: Any) -> NorthstarError:
    """Return how posting fails: without the address or the text, in the traceback too."""
    with pytest.raises(NorthstarError) as caught:
        post(place, **options)
    told = "".join(traceback.format_exception(caught.value))
    assert "SECRET" not in str(caught.value) + told
    assert "customer" not in str(caught.value) + told
    assert "127.0.0.1" in str(caught.value)
    return caught.value


# ---------------------------------------------------------------- each kind, whole


@pytest.mark.parametrize("kind", ["slack", "teams", "webhook"])
def test_a_notice_arrives(place: Receiver, kind: str) -> None:
    """Through the channel that the configuration names, in its own form, at the secret path."""
    entry = {"url": place.url, "key": KEY} if kind == "webhook" else place.url
    target = ChannelTarget(name="office", kind=kind)  # type: ignore[arg-type]
    made = channel(
        target, {"office": entry}, send=print, sender="a@example.com", allow_loopback=True
    )
    place.script = [answers(202 if kind == "teams" else 200, b"ok")]
    made.deliver(notice())
    (received,) = place.requests
    assert received.path == "/services/SECRET?sig=SECRET"
    assert received.headers["host"] == f"127.0.0.1:{place.port}"
    assert received.headers["content-type"].startswith("application/json")
    if kind == "slack":
        assert slack_texts(received.body)
    elif kind == "teams":
        assert teams_texts(received.body)
    else:
        Webhook(KEY).verify(received.body, dict(received.headers))


def test_a_webhook_that_is_gone_is_not_tried_again(place: Receiver) -> None:
    """410 is the one answer that ends it; all others are tried later."""
    target = ChannelTarget(name="office", kind="webhook")
    secret = {"office": {"url": place.url, "key": KEY}}
    made = channel(target, secret, send=print, sender="a@example.com", allow_loopback=True)
    place.script = [answers(410), *map(answers, (400, 401, 404, 413, 422, 500))]
    with pytest.raises(Invalid, match="410"):
        made.deliver(notice())
    for status in (400, 401, 404, 413, 422, 500):
        with pytest.raises(Unavailable, match=str(status)):
            made.deliver(notice())
    assert {one.headers["webhook-id"] for one in place.requests} == {notice().id}


# ---------------------------------------------------------------- what is final, what is not


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_success_is_enough(place: Receiver, status: int) -> None:
    """The request is made once, as it was."""
    place.script = [answers(status)]
    assert post(place) == []
    (received,) = place.requests
    assert (received.body, received.headers["content-length"]) == (TEXT, str(len(TEXT)))


@pytest.mark.parametrize("status", [400, 410, 413, 422])
def test_a_refusal_is_final(place: Receiver, status: int) -> None:
    """The message would be refused the next time too."""
    place.script = [answers(status)]
    assert isinstance(failure(place), Invalid)
    assert place.connections == 1


@pytest.mark.parametrize("status", [401, 403, 404, 405, 451])
def test_what_an_operator_can_mend_is_not_final(place: Receiver, status: int) -> None:
    """An address that was revoked may be replaced."""
    place.script = [answers(status)]
    told = failure(place)
    assert type(told) is Unavailable
    assert f"status {status}" in str(told)
    assert place.connections == 1


@pytest.mark.parametrize("status", [500, 502, 504, 520])
def test_a_server_error_is_unclear(place: Receiver, status: int) -> None:
    """It may have been taken; whoever calls again may repeat it, we do not."""
    place.script = [answers(status, b"Traceback: what the customer said")]
    assert isinstance(failure(place), Unclear)
    assert place.connections == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"invalid_payload", ", invalid_payload"),
        (b"channel_is_archived\n", ", channel_is_archived"),
        (b'{"error":{"code":"WorkflowTriggerIsNotEnabled","message":"SECRET"}}', ", Workflow"),
        (b"<html>SECRET what the customer said</html>", ""),
        (b"what the customer said", ""),
        (b"\xff" * 50, ""),
        (b"", ""),
    ],
)
def test_the_receivers_code_is_told_and_its_words_are_not(
    place: Receiver, body: bytes, code: str
) -> None:
    """Words may repeat the message; a code cannot."""
    place.script = [answers(400, body)]
    assert f"(status 400{code}" in str(failure(place))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(place: Receiver, status: int) -> None:
    """Neither elsewhere nor to the same receiver."""
    with receivers.receiver() as elsewhere:
        place.script = [answers(status, Location=elsewhere.url)]
        assert "redirects" in str(failure(place))
        assert elsewhere.connections == 0
    assert place.connections == 1


# ---------------------------------------------------------------- the second try


@pytest.mark.parametrize("status", [429, 503])
def test_a_short_wait_is_kept(place: Receiver, status: int) -> None:
    """The receiver says that it did not take it, and when it will."""
    place.script = [answers(status, Retry_After="2")]
    assert post(place) == [2.0]
    assert [one.body for one in place.requests] == [TEXT, TEXT]


@pytest.mark.parametrize("asked", ["3", "86400", "soon", "", "9" * 400, None])
def test_a_long_wait_is_left_to_others(place: Receiver, asked: str | None) -> None:
    """And so is one of which nothing is said."""
    place.script = [answers(429, **({} if asked is None else {"Retry_After": asked}))]
    told = failure(place)
    assert type(told) is Unavailable
    assert "429" in str(told)
    assert place.connections == 1


def test_there_is_no_third_try(place: Receiver) -> None:
    """The long retries are not ours."""
    place.script = [answers(503, Retry_After="0")] * 5
    assert type(failure(place)) is Unavailable
    assert place.connections == 2


def test_a_refused_connection_is_tried_once_more() -> None:
    """It carried nothing."""
    with receivers.receiver(listening=False) as place:
        post(place, sleep=lambda _: place.listen())
        assert len(place.requests) == 1
    with receivers.receiver(listening=False) as nobody:
        assert type(failure(nobody)) is Unavailable


# ---------------------------------------------------------------- connections that fail


@pytest.mark.parametrize(
    "behaviour",
    [
        receivers.resets_after_reading,
        receivers.talks_nonsense,
        drips(b"HTTP/1.1 2"),
        drips(b"HTTP/1.1 100 Continue\r\nx: "),
    ],
)
def test_a_connection_that_breaks_is_unclear(
    place: Receiver, behaviour: receivers.Behaviour
) -> None:
    """The message may have been taken, so we do not repeat it here."""
    place.script = [behaviour]
    assert isinstance(failure(place, budget=0.4), Unclear)
    assert place.connections == 1


def test_a_connection_that_is_broken_at_once_may_be_tried_again_later(place: Receiver) -> None:
    """Whether we notice before or after we have begun to write is chance."""
    place.script = [receivers.resets_at_once] * 3
    assert isinstance(failure(place), Unavailable)
    assert place.requests == []
    assert place.connections <= 2


@pytest.mark.parametrize(
    "behaviour",
    [
        receivers.says_nothing,
        drips(b""),
        drips(b"HTTP/1.1 400 Bad\r\nx: "),
        drips(b"HTTP/1.1 400 Bad\r\n\r\n"),
        drips(b"HTTP/1.1 400 Bad\r\nTransfer-Encoding: chunked\r\n\r\n"),
        pours(400),
    ],
)
def test_nobody_holds_us_longer_than_the_budget(
    place: Receiver, behaviour: receivers.Behaviour
) -> None:
    """However slowly, or however much, a receiver answers; it notices that we have hung up."""
    place.script = [behaviour]
    began = time.monotonic()
    failure(place, budget=0.4)
    assert time.monotonic() - began < 3
    assert place.hung_up.wait(5)


def test_a_success_is_one_whatever_follows(place: Receiver) -> None:
    """The status says it; the body is not read, and wrong headers do no harm."""
    place.script = [pours(200), drips(b"HTTP/1.1 200 OK\r\n\r\n"), receivers.bad_headers]
    for _ in range(3):
        post(place)
    assert place.hung_up.wait(5)


def test_nothing_of_the_address_is_logged(
    place: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even when the receiver answers in a way that makes a library complain."""
    caplog.set_level(logging.DEBUG)
    place.script = [receivers.bad_headers, receivers.talks_nonsense]
    post(place)
    failure(place)
    assert "SECRET" not in caplog.text


# ---------------------------------------------------------------- who is spoken to


@pytest.mark.parametrize(
    ("certified", "trusted", "taken"),
    [
        ("hooks.example.com", True, True),
        ("other.example.com", True, False),
        ("hooks.example.com", False, False),
    ],
)
def test_the_checked_address_must_prove_to_be_the_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, certified: str, trusted: bool, taken: bool
) -> None:
    """The connection goes where the check was; the certificate must be of the host's name."""
    tls, file = receivers.certificate(tmp_path, certified)
    monkeypatch.setenv("SSL_CERT_FILE", str(file if trusted else tmp_path / "none"))
    connected: list[object] = []
    real = socket.create_connection
    asked: list[str] = []

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        connected.append(address)
        return real(("127.0.0.1", place.port), timeout)

    def resolve(host: str, _: int) -> list[str]:
        asked.append(host)
        return ["2606:2800:220:1::1", "93.184.216.34"]

    monkeypatch.setattr(socket, "create_connection", connect)
    call = Call("https://hooks.example.com/services/SECRET", {}, TEXT)
    with receivers.receiver(tls) as place:
        send = partial(posting.post, call, resolve=resolve, sleep=lambda _: None)
        if taken:
            send()
            (received,) = place.requests
            assert received.headers["host"] == "hooks.example.com"
            assert connected == [("93.184.216.34", 443)]
        else:
            with pytest.raises(Unavailable, match="SSLCertVerificationError"):
                send()
            assert place.requests == []
            assert connected == [("93.184.216.34", 443), ("2606:2800:220:1::1", 443)]
    assert asked == ["hooks.example.com"]


def test_tls_is_not_weakened() -> None:
    """What makes the connections checks names and takes no old version."""
    context = ssl.create_default_context()
    assert context.check_hostname
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


def test_a_webhook_may_be_asked_to_wait(place: Receiver) -> None:
    """The quick second try has the same id and signature, so a receiver can drop either."""
    target = ChannelTarget(name="office", kind="webhook")
    secret = {"office": {"url": place.url, "key": KEY}}
    place.script = [answers(503, Retry_After="0")]
    channel(target, secret, send=print, sender="a@example.com", allow_loopback=True).deliver(
        notice()
    )
    first, second = place.requests
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
