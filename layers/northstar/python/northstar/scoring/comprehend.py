"""Amazon Comprehend as an engine, for languages without a model. Off unless switched on: it costs.

API: BatchDetectSentiment of Comprehend 2017-11-27. It takes at most 25 documents of one language a
call, each of at most 5 KB in UTF-8.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from northstar.scoring.normalise import NORMALISER

BATCH = 25
MAX_BYTES = 5_000
# The primary subtags of the API's LanguageCode; zh-TW is sent as zh.
LANGUAGES = frozenset({"ar", "de", "en", "es", "fr", "hi", "it", "ja", "ko", "pt", "zh"})


class Opinion(NamedTuple):
    """What Comprehend says of one text.

    `balance` is P(positive) − P(negative), −1..1, so near 0 for a neutral and for a mixed text; or
    None, and then `reason` says why. `truncated` when the end of the text was not sent.
    """

    balance: float | None
    reason: str | None = None
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Comprehend:
    """Comprehend behind a boto3 client, whose own retries are the only ones."""

    client: Any
    id: str = f"comprehend-2017-11-27+{NORMALISER}"
    languages: frozenset[str] = LANGUAGES

    def opinions(self, texts: Sequence[str], language: str) -> list[Opinion]:
        """Return one opinion per text, in order; `language` is the primary subtag of all of them.

        Never raises for what the service refuses or does not answer: those texts have no balance.
        """
        if language not in self.languages:
            return [Opinion(None, f"Comprehend does not read '{language}'")] * len(texts)
        groups = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
        return [opinion for group in groups for opinion in self._ask(group, language)]

    def _ask(self, texts: Sequence[str], language: str) -> list[Opinion]:
        sent = [_fitting(text) for text in texts]
        try:
            told = self.client.batch_detect_sentiment(TextList=sent, LanguageCode=language)
        except ClientError as error:
            return [Opinion(None, error.response["Error"]["Code"])] * len(texts)
        except BotoCoreError as error:
            return [Opinion(None, type(error).__name__)] * len(texts)
        balances = {one["Index"]: _balance(one["SentimentScore"]) for one in told["ResultList"]}
        reasons = {one["Index"]: one.get("ErrorCode") for one in told["ErrorList"]}
        return [
            Opinion(
                balances.get(index),
                None if index in balances else reasons.get(index) or "no answer",
                len(sent[index]) < len(text),
            )
            for index, text in enumerate(texts)
        ]


def _fitting(text: str) -> str:
    """Return as much of a text as may be sent, without the half of a character at its end."""
    return text.encode("utf-8", "replace")[:MAX_BYTES].decode("utf-8", "ignore")


def _balance(score: dict[str, float]) -> float:
    return score["Positive"] - score["Negative"]
