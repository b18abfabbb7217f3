"""The VADER engine: English only, equal to vaderSentiment 3.3.2 and bounded for any text.

Hutto and Gilbert (2014), "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social
Media Text", ICWSM-14.
"""

from __future__ import annotations

import functools
import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from typing import NamedTuple

from vaderSentiment.vaderSentiment import (
    BOOSTER_DICT,
    NEGATE,
    SPECIAL_CASES,
    SentimentIntensityAnalyzer,
    SentiText,
)

from northstar.domain.errors import Invalid
from northstar.domain.sentiment import Document, Label, Score
from northstar.scoring.language import language
from northstar.scoring.normalise import NORMALISER, has_emoji, has_letter, normalise

VERSION = "3.3.2"
# The authors' own limits between the labels.
_CUT = 0.05
# A starting guess, not a measurement: how fast the sign grows certain with |compound|.
_STEEPNESS = 2.0
# Words that a rule names. Of a phrase one word is enough: without it the phrase is not there.
_NAMED = frozenset(
    {"least", "no", "this", *NEGATE}
    | {max(phrase.split(), key=len) for phrase in (*BOOSTER_DICT, *SPECIAL_CASES)}
)
_building = threading.Lock()


@dataclass(frozen=True, slots=True)
class Vader:
    """Scores English texts, and texts of emoji without a letter; all others are undetermined.

    `id` names the version of vaderSentiment and of the normaliser.
    """

    id: str

    def score(self, documents: Sequence[Document]) -> list[Score]:
        """Return one score per document, in order; a text of any length takes bounded time."""
        return [self._score(document) for document in documents]

    def _score(self, document: Document) -> Score:
        text, truncated = normalise(document.text)
        found, source = language(text, document.declared_language)
        scorable = found == "en" if has_letter(text) else has_emoji(text)
        value = compound(text) if scorable else None
        return Score(
            value=value,
            label=_label(value),
            confidence=_confidence(value),
            language=found,
            language_source=source,
            engine=self.id,
            truncated=truncated,
        )


def start() -> Vader:
    """Return the engine; the lexicon is read with the first text.

    Raises:
        Invalid: vaderSentiment is missing, or another version than 3.3.2 (its scores differ).
    """
    try:
        installed = metadata.version("vaderSentiment")
    except metadata.PackageNotFoundError:
        installed = "missing"
    if installed != VERSION:
        raise Invalid(
            f"vaderSentiment is {installed}, not {VERSION}: install the pinned requirements.",
            "vaderSentiment",
        )
    return Vader(f"vader-{installed}+{NORMALISER}")


def compound(text: str) -> float:
    """Return VADER's compound, -1..1, of a text that is already normalised."""
    return polarity(text)["compound"]


def polarity(text: str) -> dict[str, float]:
    """Return `neg`, `neu`, `pos` and `compound`, bit for bit as vaderSentiment does."""
    with _building:
        analyser = _analyser()
    result: dict[str, float] = analyser.polarity_scores(text)
    return result


def _label(value: float | None) -> Label:
    if value is None:
        return "undetermined"
    if value >= _CUT:
        return "positive"
    return "negative" if value <= -_CUT else "neutral"


def _confidence(value: float | None) -> float:
    return 0.0 if value is None else 1 / (1 + math.exp(-_STEEPNESS * abs(value)))


class _Window(NamedTuple):
    """What vaderSentiment reads of a text while it weighs one word."""

    words_and_emoticons: list[str]
    is_cap_diff: bool


class _Analyser(SentimentIntensityAnalyzer):  # type: ignore[misc]  # the package has no types
    """vaderSentiment with equal results, without its work for each pair of words.

    The package looks at every word of the text for each word it weighs, yet its rules reach three
    words back and two ahead. So its own rules run on a window of that size; and not at all where
    the window holds nothing that a rule asks for, which leaves a word its weight in the lexicon.
    Only its treatment of "but" still grows with the square; 2,000 characters keep that small.
    """

    def __init__(self) -> None:
        super().__init__()
        # The package reads one character at a time, so longer emoji never match.
        self._names = {
            ord(sign): f" {name}" for sign, name in self.emojis.items() if len(sign) == 1
        }

    def polarity_scores(self, text: str) -> dict[str, float]:
        spelled = text if text.isascii() else text.translate(self._names)
        whole = SentiText(spelled)
        words = whole.words_and_emoticons
        lowered = [word.lower() for word in words]
        named = [word in _NAMED or "n't" in word for word in lowered]
        weights: list[float] = [0] * len(words)
        for at, word in enumerate(lowered):
            if word not in self.lexicon or lowered[at : at + 2] == ["kind", "of"]:
                continue
            start, end = max(0, at - 3), at + 3
            if any(named[start:end]) or (whole.is_cap_diff and words[at].isupper()):
                window = _Window(words[start:end], whole.is_cap_diff)
                weights[at] = self.sentiment_valence(0, window, words[at], at - start, [])[0]
            else:
                weights[at] = self.lexicon[word]
        result: dict[str, float] = self.score_valence(self._but_check(words, weights), spelled)
        return result


@functools.cache
def _analyser() -> _Analyser:
    return _Analyser()
