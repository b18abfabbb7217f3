"""Parameters and secrets that cannot be read: whose fault it is, and nothing of what they hold."""

from __future__ import annotations

import traceback
from typing import Any

import boto3
import pytest
from aws_lambda_powertools.utilities import parameters
from aws_lambda_powertools.utilities.parameters.constants import DEFAULT_PROVIDERS
from botocore.stub import Stubber

from northstar.domain.errors import Invalid, Unavailable
from northstar.runtime import bootstrap


@pytest.fixture(autouse=True)
def _nothing_is_cached(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of this test only."""
    for name in ("SOURCE_SECRET", "CONFIGURATION"):
        monkeypatch.setenv(name, f"the-{name}")
    for provider in ("secrets", "ssm"):
        monkeypatch.delitem(DEFAULT_PROVIDERS, provider, raising=False)


def holding(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Let every secret hold this text."""
    made: Any = parameters.SecretsProvider(boto3_client=client("secretsmanager"))
    monkeypatch.setitem(DEFAULT_PROVIDERS, "secrets", made)
    monkeypatch.setattr(made, "_get", lambda *_, **__: text)


def client(service: Any) -> Any:
    """Return a client that has credentials and sends nothing."""
    return boto3.client(service, "eu-central-1", aws_access_key_id="a", aws_secret_access_key="b")


def test_a_secret_that_is_not_json_is_named_and_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence says which one and what to do; what it holds is in no message or traceback."""
    holding(monkeypatch, "{hunter2: ")
    with pytest.raises(Invalid, match=r"SOURCE_SECRET is not valid JSON; store one") as raised:
        bootstrap.source_key("shop")
    assert raised.value.field == "SOURCE_SECRET"
    assert "hunter2" not in "".join(traceback.format_exception(raised.value))


def test_what_cannot_be_read_may_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Throttling or no answer is not the operator's mistake."""
    for name, service, call, provider in (
        ("secrets", "secretsmanager", "get_secret_value", parameters.SecretsProvider),
        ("ssm", "ssm", "get_parameter", parameters.SSMProvider),
    ):
        asked = client(service)
        made: Any = provider(boto3_client=asked)
        monkeypatch.setitem(DEFAULT_PROVIDERS, name, made)
        stub = Stubber(asked)
        stub.add_client_error(call, "ThrottlingException")
        stub.activate()
    with pytest.raises(Unavailable, match="SOURCE_SECRET"):
        bootstrap.source_key("shop")
    with pytest.raises(Unavailable, match="CONFIGURATION"):
        bootstrap.configuration()
