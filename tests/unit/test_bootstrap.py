"""What is wired: parameters and secrets that cannot be read, and who reads texts."""

from __future__ import annotations

import json
import traceback
from dataclasses import asdict
from pathlib import Path
from typing import Any

import boto3
import pytest
from aws_lambda_powertools.utilities import parameters
from aws_lambda_powertools.utilities.parameters.constants import DEFAULT_PROVIDERS
from botocore.stub import Stubber

from northstar.app.configuration import Configuration
from northstar.domain.errors import Invalid, Unavailable
from northstar.domain.learning import Card, Figures
from northstar.domain.sentiment import Document
from northstar.runtime import bootstrap
from northstar.runtime.configuration import load
from northstar.scoring import linear
from northstar.store.models import ModelFiles


@pytest.fixture(autouse=True)
def _nothing_is_cached(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings and readers of this test only."""
    monkeypatch.setattr(bootstrap, "_readers", {})
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


class Stack:
    """A configuration and models that a test can change, and what was counted and connected."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.models = ModelFiles(folder)
        self.text = ""
        self.asked = 0
        self.counted: list[str] = []
        self.connected: list[str] = []
        monkeypatch.setattr(bootstrap, "models", lambda: self.models)
        monkeypatch.setattr(bootstrap, "configuration", self._configuration)
        monkeypatch.setattr(bootstrap, "count_metric", self.counted.append)
        monkeypatch.setattr(bootstrap, "client", self.connected.append)

    def _configuration(self, *, fresh: bool = False) -> Configuration:
        assert fresh  # a minute-old copy would make readers of the configuration before
        self.asked += 1
        return load(self.text)

    def serve(self, **contents: bytes) -> None:
        """Let a model of these bytes serve each of these languages."""
        figures = Figures(100, 100, 0.9, 0.8, 0.03)
        for language, content in contents.items():
            card = Card(language, language, figures, figures, 2.0, 0.0, "norm1", 1, 0.15, 5)
            self.models.put(f"{language}.json", json.dumps(asdict(card)).encode())
            self.models.put(f"{language}.model", content)
        shelves = {one: {"serving": one, "kept": [one]} for one in contents}
        self.models.put("serving.json", json.dumps(shelves).encode())


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """Return a stack without models and with every default."""
    return Stack(tmp_path, monkeypatch)


def cheerful(language: str) -> bytes:
    """Return a model that finds every text of its language positive."""
    settings = linear.Settings(language, (language,), 8, 1.0, 2.0, 1.0, 0.0, 0.15, "norm1")
    return linear.pack(settings, [0] * 256)


def test_a_model_that_cannot_be_read_is_left_out_and_told(stack: Stack) -> None:
    """Its language is undetermined; the other languages are read as if nothing had happened."""
    stack.serve(de=cheerful("de"), fr=b"cut off")
    texts = [Document("Das geht", "de"), Document("Ça marche", "fr"), Document("I love it", "en")]
    labels = [one.label for one in bootstrap.reader().read(texts)]
    assert labels == ["positive", "undetermined", "positive"]
    assert stack.counted == ["ModelsBroken"]


def test_the_reader_in_hand_goes_on_while_it_is_wanted(stack: Stack) -> None:
    """It asks for nothing; without a wish, or when another is wanted, it is made anew."""
    first = bootstrap.reader()
    assert bootstrap.reader(first.id) is first
    assert stack.asked == 1
    stack.serve(de=cheerful("de"))
    second = bootstrap.reader("somebody else's")
    assert second.id != first.id
    assert bootstrap.reader().id == second.id
    assert stack.asked == 3


@pytest.mark.parametrize(
    "text",
    [
        '[[topics]]\nname = "refunds"\nwords = { en = ["refund"] }\n',
        '[understanding]\nengine = "vader"\n',
        "[understanding]\ncomprehend = true\n",
        '[understanding]\nlanguages = ["en", "de"]\n',
    ],
)
def test_another_configuration_is_another_reader(stack: Stack, text: str) -> None:
    """Where texts may be read differently the id differs, so that all of them are read again."""
    first = bootstrap.reader()
    stack.text = text
    assert bootstrap.reader().id != first.id


def test_nothing_is_sent_to_comprehend_unless_switched_on(stack: Stack) -> None:
    """There is not even a client of it."""
    bootstrap.reader()
    assert stack.connected == []
    stack.text = "[understanding]\ncomprehend = true\n"
    bootstrap.reader()
    assert stack.connected == ["comprehend"]


def test_own_topics_are_found(stack: Stack) -> None:
    """Beside those that are there from the start."""
    stack.text = '[[topics]]\nname = "refunds"\nwords = { en = ["payback"] }\n'
    (verdict,) = bootstrap.reader().read([Document("No payback, and the app crashes.", "en")])
    assert verdict.topics[0] == "refunds"
    assert len(verdict.topics) > 1


@pytest.mark.parametrize(
    ("text", "paid"),
    [
        ("[understanding]\ncomprehend = true\n", True),
        ("[understanding]\ncomprehend = false\n", False),
        ('[understanding]\nengine = "vader"\ncomprehend = true\n', False),
    ],
)
def test_comprehend_reaches_only_where_it_is_asked(
    monkeypatch: pytest.MonkeyPatch, text: str, *, paid: bool
) -> None:
    """It must be switched on, and no other engine than "auto" asks it."""
    monkeypatch.setattr(bootstrap, "configuration", lambda: load(text))
    assert bool(bootstrap.reach().paid) is paid
