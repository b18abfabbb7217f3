"""From starred reviews to models, from models to what is shown, and back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from northstar.app.learn import roll_back, serving
from northstar.domain.aggregates import sentiment_measure
from northstar.domain.reviews import Review, first_sight
from northstar.runtime import bootstrap
from tests.integration.conftest import Pipeline

FEW = 45
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
GOOD = ("excellent", "parfait", "pratique", "rapide", "je recommande")
BAD = ("nul", "impossible", "bloqué", "déçu", "arnaque")
ABOUT = ("l'application", "le service", "la commande", "ce produit", "mon compte")


def review(number: int, *, stars: int, words: tuple[str, ...]) -> Review:
    """A review in French, one of several hundred different ones."""
    text = f"{ABOUT[number % 5]} numéro {number} : {words[number % 5]}, {words[number // 5 % 5]}"
    return Review(
        source="shopify",
        id=str(number),
        rating=stars,
        text=text,
        created="2026-11-10",
        language="fr",
    )


def said(count: int, first: int = 0) -> None:
    """Store so many reviews, every third of them bad."""
    reviews = [
        review(n, stars=5 if n % 3 else 1, words=GOOD if n % 3 else BAD)
        for n in range(first, first + count)
    ]
    for one in reviews:
        bootstrap.feedback_store().put_review(first_sight(one, "app", NOW), None)


def shown() -> dict[str, int]:
    """What pages show of the sentiment of reviews, by label."""
    progress = bootstrap.progress_store()
    edition = progress.editions().shown
    days = progress.daily("all", "all", NOW.date().replace(day=1), NOW.date()).values()
    labels = ("negative", "neutral", "positive", "undetermined")
    return {
        label: sum(day.get(sentiment_measure("review", label, edition), 0) for day in days)
        for label in labels
    }


@pytest.fixture
def learnt(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    """A pipeline that has learnt French from few reviews."""
    monkeypatch.setattr("northstar.domain.learning.MINIMUM", FEW)
    monkeypatch.setattr("northstar.domain.learning.MINIMUM_OF_THE_RARER", FEW // 3)
    said(FEW)
    pipeline.work_off_stream()
    assert shown()["undetermined"] == FEW
    told = pipeline.learn("now")
    assert told == {"learnt": {"fr": "serves"}, "rescored": FEW, "settled": True}
    return pipeline


def test_a_language_is_undetermined_until_it_is_learnt(learnt: Pipeline) -> None:
    """Afterwards its model scores the texts, and the next one; a second run finds nothing to do."""
    counts = shown()
    assert counts["undetermined"] == 0
    assert counts["negative"] >= FEW // 4
    assert counts["positive"] >= FEW // 2
    said(1, first=999)
    learnt.work_off_stream()
    newest = bootstrap.feedback_store().reviews("shopify", "app", ["999"])["999"].verdict
    assert newest
    assert serving(bootstrap.models())["fr"].card.id in newest.score.engine
    assert learnt.learn() == {"learnt": {}, "rescored": 0, "settled": True}
    for days in (7, 30, 90):
        assert bootstrap.progress_store().insights(days)


def test_a_model_is_rolled_back_and_the_texts_follow(learnt: Pipeline) -> None:
    """Back to the one before: all texts are read again by it."""
    first = serving(bootstrap.models())["fr"].card.id
    said(FEW // 3, first=300)
    learnt.work_off_stream()
    assert learnt.learn("now")["rescored"] == FEW + FEW // 3
    assert serving(bootstrap.models())["fr"].card.id != first
    assert roll_back(bootstrap.models(), "fr") == first
    assert learnt.learn()["rescored"] == FEW + FEW // 3
    record = bootstrap.feedback_store().reviews("shopify", "app", ["300"])["300"]
    assert record.verdict
    assert first in record.verdict.score.engine
    assert learnt.recount().agrees


def test_other_topics_are_a_new_reading(learnt: Pipeline) -> None:
    """A table of the operator's is applied to what was said before."""
    learnt.configure('[[topics]]\nname = "order"\n[topics.words]\nfr = ["commande*"]\n')
    assert learnt.learn()["rescored"] == FEW
    first = NOW.date().replace(day=1)
    days = bootstrap.progress_store().daily("topic", "order", first, NOW.date())
    assert sum(day["reviews"] for day in days.values()) == FEW // 5
    assert learnt.recount().agrees
