"""Amazon Comprehend behind botocore's Stubber: batches, partial errors, throttling, limits."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError
from botocore.stub import ANY, Stubber

from northstar.scoring.comprehend import Comprehend, Opinion

OPERATION = "batch_detect_sentiment"


def said(index: int, positive: float, negative: float, word: str = "POSITIVE") -> dict[str, Any]:
    rest = (1 - positive - negative) / 2
    shares = {"Positive": positive, "Negative": negative, "Neutral": rest, "Mixed": rest}
    return {"Index": index, "Sentiment": word, "SentimentScore": shares}


def answer(*results: dict[str, Any], errors: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    return {"ResultList": list(results), "ErrorList": list(errors)}


@pytest.fixture
def service() -> Iterator[tuple[Comprehend, Stubber]]:
    client = boto3.client("comprehend", config=Config(retries={"total_max_attempts": 1}))
    with Stubber(client) as stub:
        yield Comprehend(client), stub
        stub.assert_no_pending_responses()


def test_the_balance_is_positive_minus_negative(service: tuple[Comprehend, Stubber]) -> None:
    """One opinion per text in the order of the texts, whatever the order of the answer."""
    comprehend, stub = service
    stub.add_response(
        OPERATION,
        answer(said(1, 0.125, 0.75, "NEGATIVE"), said(0, 0.875, 0.125)),
        {"TextList": ["gut", "schlecht"], "LanguageCode": "de"},
    )
    assert comprehend.opinions(["gut", "schlecht"], "de") == [Opinion(0.75), Opinion(-0.625)]


def test_a_mixed_text_is_near_zero(service: tuple[Comprehend, Stubber]) -> None:
    """MIXED has both halves, so they cancel each other."""
    comprehend, stub = service
    stub.add_response(OPERATION, answer(said(0, 0.25, 0.25, "MIXED")))
    assert comprehend.opinions(["gut, aber teuer"], "de") == [Opinion(0.0)]


def test_one_refused_text_does_not_spoil_the_others(service: tuple[Comprehend, Stubber]) -> None:
    """A partial error leaves its own text without balance; so does a text without any answer."""
    comprehend, stub = service
    refused = {"Index": 1, "ErrorCode": "INTERNAL_SERVER_ERROR", "ErrorMessage": "…"}
    stub.add_response(OPERATION, answer(said(0, 1.0, 0.0), errors=(refused,)))
    assert comprehend.opinions(["a", "b", "c"], "fr") == [
        Opinion(1.0),
        Opinion(None, "INTERNAL_SERVER_ERROR"),
        Opinion(None, "no answer"),
    ]


def test_at_most_25_texts_go_in_one_call(service: tuple[Comprehend, Stubber]) -> None:
    """51 texts are three calls, and their opinions stay in order."""
    comprehend, stub = service
    texts = [f"text {number}" for number in range(51)]
    for start, share in ((0, 0.25), (25, 0.5), (50, 0.75)):
        part = texts[start : start + 25]
        results = [said(index, share, 0.0) for index in range(len(part))]
        stub.add_response(OPERATION, answer(*results), {"TextList": part, "LanguageCode": "it"})
    balances = [opinion.balance for opinion in comprehend.opinions(texts, "it")]
    assert balances == [0.25] * 25 + [0.5] * 25 + [0.75]


def test_one_failed_call_does_not_spoil_the_next(service: tuple[Comprehend, Stubber]) -> None:
    """The texts of a throttled call have no balance, those of the next one do."""
    comprehend, stub = service
    stub.add_client_error(OPERATION, "ThrottlingException", http_status_code=400)
    stub.add_response(OPERATION, answer(said(0, 1.0, 0.0)))
    opinions = comprehend.opinions(["a"] * 26, "pt")
    assert opinions == [Opinion(None, "ThrottlingException")] * 25 + [Opinion(1.0)]


@pytest.mark.parametrize(
    "code",
    ["UnsupportedLanguageException", "InternalServerException", "TextSizeLimitExceededException"],
)
def test_an_error_of_the_service_is_the_reason(
    service: tuple[Comprehend, Stubber], code: str
) -> None:
    """Nothing is raised: the texts stay undetermined with the service's own word for it."""
    comprehend, stub = service
    stub.add_client_error(OPERATION, code)
    assert comprehend.opinions(["a", "b"], "ko") == [Opinion(None, code)] * 2


def test_a_service_that_cannot_be_reached_is_the_reason() -> None:
    """A failed connection is told like any other reason."""

    class Unreachable:
        def batch_detect_sentiment(self, **_told: Any) -> None:
            raise EndpointConnectionError(endpoint_url="http://127.0.0.1")

    (opinion,) = Comprehend(Unreachable()).opinions(["a"], "de")
    assert opinion == Opinion(None, "EndpointConnectionError")


@pytest.mark.parametrize("language", ["pl", "nl", "und"])
def test_an_unsupported_language_costs_no_call(
    service: tuple[Comprehend, Stubber], language: str
) -> None:
    """Polish and Dutch are not among its languages, so nothing is sent."""
    comprehend, _ = service
    assert comprehend.opinions(["a", "b"], language) == (
        [Opinion(None, f"Comprehend does not read '{language}'")] * 2
    )


def test_no_texts_cost_no_call(service: tuple[Comprehend, Stubber]) -> None:
    """Nothing in, nothing sent."""
    comprehend, _ = service
    assert comprehend.opinions([], "de") == []


def test_a_text_over_five_kilobytes_is_cut_between_characters(
    service: tuple[Comprehend, Stubber],
) -> None:
    """5,000 bytes of UTF-8 are sent whole; of more only whole characters, and the cut is told."""
    comprehend, stub = service
    fits, long = "好" * 1_666 + "ab", "好" * 1_666 + "é" + "a"
    sent = {"TextList": [fits, "好" * 1_666 + "é"], "LanguageCode": "zh"}
    stub.add_response(OPERATION, answer(said(0, 1.0, 0.0), said(1, 1.0, 0.0)), sent)
    assert comprehend.opinions([fits, long], "zh") == [
        Opinion(1.0),
        Opinion(1.0, truncated=True),
    ]


def test_half_a_surrogate_pair_can_be_sent(service: tuple[Comprehend, Stubber]) -> None:
    """What UTF-8 cannot write is replaced, so one broken character stops no batch."""
    comprehend, stub = service
    stub.add_response(
        OPERATION, answer(said(0, 0.0, 1.0)), {"TextList": ["a?"], "LanguageCode": ANY}
    )
    assert comprehend.opinions(["a\ud83d"], "de") == [Opinion(-1.0)]


def test_nothing_of_it_is_imported_unless_switched_on() -> None:
    """The automatic engine starts without Comprehend and without boto3."""
    code = (
        "import sys; from northstar.scoring import engine; engine('auto').score([]);"
        "print('northstar.scoring.comprehend' in sys.modules, 'boto3' in sys.modules)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert told.split() == ["False", "False"]
