"""The VADER engine against vaderSentiment 3.3.2 on every English text of the recorded sets."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from northstar.domain.sentiment import Document
from northstar.scoring import engine
from northstar.scoring.normalise import normalise
from northstar.scoring.vader import polarity


def _english_rows(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from (row["text"] for row in csv.DictReader(file) if row["lang"] == "en")


def _reviews(path: Path) -> Iterator[str]:
    for review in json.loads(path.read_text(encoding="utf-8")):
        yield from (review["title"], review["content"])


@pytest.fixture(scope="module")
def english_texts(shared_data: Path) -> list[str]:
    texts = [text for path in shared_data.glob("sentiment/*.csv") for text in _english_rows(path)]
    for path in shared_data.glob("reviews/apple_labelled/*.json"):
        texts.extend(_reviews(path))
    return texts


def test_corpus_scores_are_the_packages(english_texts: list[str]) -> None:
    """Every English text that needs no normalisation gets exactly the package's compound."""
    package = SentimentIntensityAnalyzer()
    texts = [text for text in english_texts if normalise(text).text == text]
    scores = engine("vader").score([Document(text, "en") for text in texts])
    different = [
        text
        for text, score in zip(texts, scores, strict=True)
        if score.value not in (None, package.polarity_scores(text)["compound"])
    ]
    assert len(texts) > 7_000
    assert sum(score.value is None for score in scores) < 100
    assert different == []


def test_corpus_figures_are_the_packages(english_texts: list[str]) -> None:
    """As they come, emoji and curly apostrophes included, all four figures are equal too."""
    package = SentimentIntensityAnalyzer()
    texts = english_texts[::4]
    assert [polarity(text) for text in texts] == [package.polarity_scores(text) for text in texts]
