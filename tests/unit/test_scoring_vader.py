"""The VADER engine: what it scores, what it leaves undetermined, and its bounds."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata

import pytest
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from northstar.domain.errors import Invalid
from northstar.domain.sentiment import Document, Score
from northstar.scoring import engine, vader

ID = "vader-3.3.2+norm1"


def score(text: str, declared: str | None = "en-US") -> Score:
    return engine("vader").score([Document(text, declared)])[0]


def test_english_text_has_vaders_compound() -> None:
    """A plain English text gets VADER's own published number, with its language and engine."""
    result = score("VADER is smart, handsome, and funny.")
    assert result == Score(
        value=0.8316,
        label="positive",
        confidence=1 / (1 + math.exp(-2 * 0.8316)),
        language="en",
        language_source="declared",
        engine=ID,
    )


@pytest.mark.parametrize(
    ("compound", "label"),
    [
        *[(0.05, "positive"), (0.0499, "neutral"), (0.0, "neutral")],
        *[(-0.0499, "neutral"), (-0.05, "negative")],
    ],
)
def test_labels_follow_the_authors_cuts(
    monkeypatch: pytest.MonkeyPatch, compound: float, label: str
) -> None:
    """The label changes exactly at ±0.05."""
    monkeypatch.setattr(vader, "compound", lambda _text: compound)
    assert (score("good").value, score("good").label) == (compound, label)


def test_confidence_grows_with_the_distance_from_zero() -> None:
    """Nothing found is a coin toss; a strong text, good or bad, is surer than a weak one."""
    assert score("the table").confidence == 0.5
    assert score("HORRIBLE, the worst!!!").confidence > score("a bit slow and bad").confidence > 0.5
    assert score("GREAT, the best!!!").confidence > score("okay").confidence


@pytest.mark.parametrize(
    ("text", "declared", "language", "source"),
    [
        ("Die App ist nicht gut", "de-DE", "de", "declared"),
        ("super nice", "fr", "fr", "declared"),
        ("I love this", None, "und", "unknown"),
        ("Die App ist leider nicht gut", None, "de", "detected"),
        ("good app", "ja-JP", "und", "unknown"),
        ("味道不错 😀", "en", "zh", "script"),
        ("", "en", "en", "declared"),
        (" \n\t ", None, "und", "unknown"),
        ("5/5 :) !!!", "en", "en", "declared"),
    ],
)
def test_other_texts_are_undetermined(
    text: str, declared: str | None, language: str, source: str
) -> None:
    """Another or an unknown language, and a text that says nothing, has no value; never 0."""
    result = score(text, declared)
    assert (result.value, result.label, result.confidence) == (None, "undetermined", 0.0)
    assert (result.language, result.language_source) == (language, source)


def test_english_that_is_not_declared_is_found() -> None:
    """A longer text that is clearly English is scored, and says how its language was found."""
    result = score("I really love this app, it is great", None)
    assert (result.label, result.language, result.language_source) == ("positive", "en", "detected")


def test_emoji_without_letters_are_scored_in_any_language() -> None:
    """Emoji belong to no language: they are scored, and the language stays as declared."""
    happy, angry = score("😍😍", None), score("5 😠", "fr")
    assert (happy.label, happy.language, happy.language_source) == ("positive", "und", "unknown")
    assert (angry.label, angry.language, angry.language_source) == ("negative", "fr", "declared")


def test_phone_typography_costs_no_sentiment() -> None:
    """A curly apostrophe still negates, and an emoji does not swallow the next word."""
    assert score("I don’t like it").value == score("I don't like it").value == -0.2755
    assert score("😀great").value == score("😀 great").value
    assert score("❤️").value == score("❤").value == 0.6369


def test_cut_text_is_reported() -> None:
    """Words after 2,000 characters do not count, and the score says that there were some."""
    cut = score("fine " + "x " * 1_000 + "horrible")
    assert (cut.label, cut.truncated) == ("positive", True)
    assert not score("fine").truncated


def test_scores_keep_the_order_of_the_documents() -> None:
    """One score per document, in the order given; nothing in, nothing out."""
    documents = [Document("good", "en"), Document("gut", "de"), Document("bad", "en")]
    labels = [one.label for one in engine("auto").score(documents)]
    assert labels == ["positive", "undetermined", "negative"]
    assert engine("auto").score([]) == []


HOSTILE = {
    "one emoji": "😂" * 5_000,
    "many emoji": "".join(map(chr, range(0x1F600, 0x1F640))) * 80,
    "emoticons": ":) " * 1_667,
    "negations": "not good " * 556,
    "hits": "the good " * 556,
    "boosters": "very so good " * 385,
    "no": "no good " * 625,
    "letters": "l " * 2_500,
    "mixed case": "not A so l VERY l " * 278,
    "but": "but " + "good bad nice ugly so fine " * 185,
    "word": "w" * 5_000,
    "joined": "ab.cd," * 834,
    "punctuation": "!?.,;:)" * 715,
    "dots": "ab" + "." * 4_998,
    "spaces": " " * 5_000,
    "marks": "a" + "\u0301\u0323" * 2_500,
    "nul": "\x00" * 5_000,
    "surrogates": "\ud83d" * 5_000,
    "bidi": "\u202eשלום good مرحبا " * 278,
    "joiners": "❤\ufe0f\u200d" * 1_667,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_any_five_thousand_characters_are_scored_in_bounded_time(text: str) -> None:
    """5,000 characters of anything take less than 50 ms of processor time, and are cut."""
    score("good")
    start = time.process_time()
    assert score(text).truncated
    assert time.process_time() - start < 0.05


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_the_rules_alone_are_bounded(text: str) -> None:
    """Even without the normaliser in front, 5,000 characters of anything take less than 100 ms."""
    vader.polarity("good")
    start = time.process_time()
    vader.polarity(text)
    assert time.process_time() - start < 0.1


def test_the_work_grows_with_the_text_not_with_its_square() -> None:
    """18,000 characters full of hits take well under a second, where the package takes several."""
    text = "but " + "not good nice " * 1_300
    start = time.process_time()
    assert vader.compound(text) == -1.0
    assert time.process_time() - start < 0.5


def test_what_is_remembered_of_tokens_is_bounded() -> None:
    """Text without end does not fill the memory: tokens are forgotten, and scores stay."""
    words = vader._Words({"good": 1.9})
    for number in range(120_000):
        words[f"w{number}"]
    assert len(words) <= 50_000
    assert words["w" * 50_000 + "!"] == "w" * 50_000
    assert len(words) <= 50_000
    assert max(map(len, words)) < 40
    assert words['"GOOD!"'] == "good"


def test_the_lexicon_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight threads that score at the same moment share one lexicon and get one result."""
    read = []

    class Slow(vader._Lexicon):
        def __init__(self) -> None:
            read.append(self)
            time.sleep(0.02)
            super().__init__()

    monkeypatch.setattr(vader, "_Lexicon", Slow)
    vader._read_lexicon.cache_clear()
    start = threading.Barrier(8)

    def work(_: int) -> Score:
        start.wait()
        return score("I love it, but it crashes")

    with ThreadPoolExecutor(8) as pool:
        results = set(pool.map(work, range(8)))
    vader._read_lexicon.cache_clear()
    assert (len(results), len(read)) == (1, 1)


def test_making_the_engine_reads_no_lexicon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function that never scores does not pay for the lexicon."""
    read: list[object] = []
    monkeypatch.setattr(SentimentIntensityAnalyzer, "make_lex_dict", read.append)
    assert engine("vader").id == ID
    assert read == []


def _missing(_name: str) -> str:
    raise metadata.PackageNotFoundError


@pytest.mark.parametrize(
    ("version", "said"), [(lambda _name: "3.3.3", "3.3.3"), (_missing, "missing")]
)
def test_another_version_of_the_package_is_refused(
    monkeypatch: pytest.MonkeyPatch, version: Callable[[str], str], said: str
) -> None:
    """Scores of another version would not be comparable, so the engine does not start."""
    monkeypatch.setattr(metadata, "version", version)
    with pytest.raises(Invalid, match=rf"vaderSentiment is {said}, not 3\.3\.2"):
        engine("vader")


def test_unknown_engine_is_refused_with_the_known_ones() -> None:
    """A wrong name is answered with the names that exist."""
    with pytest.raises(Invalid, match=r"'bert'.*auto, vader, linear") as caught:
        engine("bert")
    assert caught.value.field == "engine"
