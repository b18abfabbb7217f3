"""Which channel a target of northstar.toml is, and what is said where its secret is wrong."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from northstar.app.configuration import ChannelTarget
from northstar.app.notices import Channel
from northstar.delivery.alert_mail import AlertMail
from northstar.delivery.apprise import Apprise
from northstar.delivery.channels import channel
from northstar.delivery.slack import Slack
from northstar.delivery.teams import Teams
from northstar.delivery.webhook import StandardWebhook
from northstar.domain.errors import Invalid

URL = "https://hooks.example.com/SECRET"
KEY = f"whsec_{base64.b64encode(b'k' * 32).decode()}"


def made(secrets: dict[str, object], /, **target: Any) -> Channel:
    """Return the channel "office" of a kind."""
    told = ChannelTarget(**{"name": "office"} | target)
    return channel(told, secrets, send=lambda *_: None, sender="a@example.com")


@pytest.mark.parametrize(
    ("kind", "entry", "chosen"),
    [
        ("slack", URL, Slack),
        ("teams", URL, Teams),
        ("apprise", "discord://SECRET", Apprise),
        ("webhook", {"url": URL, "key": KEY}, StandardWebhook),
        ("webhook", {"url": URL, "key": f"{KEY} {KEY}"}, StandardWebhook),
    ],
)
def test_the_kind_chooses_the_channel(kind: str, entry: object, chosen: type) -> None:
    """Its address is the secret's entry of its name, or the one that it names."""
    assert isinstance(made({"office": entry, "x": 1}, kind=kind), chosen)
    found = made({"other": entry, "office": 1}, kind=kind, secret="other")
    assert isinstance(found, chosen)
    assert "SECRET" not in repr(found)


def test_mail_needs_no_secret() -> None:
    """Only whom to mail."""
    found = made({}, kind="mail", to=("ops@example.org",))
    assert isinstance(found, AlertMail)
    assert found.recipients == ("ops@example.org",)


@pytest.mark.parametrize("to", [(), ("nobody",), ("a@example.org", "b@example.org\nX: y")])
def test_mail_needs_addresses(to: tuple[str, ...]) -> None:
    """Each of which mail can be sent to."""
    with pytest.raises(Invalid) as problem:
        made({}, kind="mail", to=to)
    assert problem.value.field == "channels.to"


@pytest.mark.parametrize("kind", ["slack", "teams", "webhook", "apprise"])
def test_a_missing_entry_is_named(kind: str) -> None:
    """So that an operator knows what to store."""
    with pytest.raises(Invalid, match="channels secret entry 'office' is missing"):
        made({"other": URL}, kind=kind)


@pytest.mark.parametrize(
    ("kind", "entry"),
    [
        ("slack", ""),
        ("slack", 7),
        ("slack", {"url": URL}),
        ("slack", "http://hooks.example.com/SECRET"),
        ("teams", "https://user:SECRET@hooks.example.com/"),
        ("teams", ["https://hooks.example.com/SECRET"]),
        ("webhook", URL),
        ("webhook", {"url": URL}),
        ("webhook", {"url": URL, "key": "SECRET"}),
        ("webhook", {"url": URL, "key": None}),
        ("webhook", {"url": "https://127.0.0.1/SECRET", "key": KEY}),
        ("webhook", {"url": URL, "key": KEY, "more": 1}),
        ("apprise", {"url": URL}),
    ],
)
def test_an_entry_of_another_form_is_named(kind: str, entry: object) -> None:
    """What it holds is not repeated."""
    with pytest.raises(Invalid, match="channels secret entry 'office' is wrong") as problem:
        made({"office": entry}, kind=kind)
    assert "SECRET" not in str(problem.value)
    assert problem.value.field == "channels"
