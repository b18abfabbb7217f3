"""Scores: what an engine says about one text, and the protocol every engine follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Label = Literal["negative", "neutral", "positive", "undetermined"]
LanguageSource = Literal["declared", "script", "detected", "unknown"]


@dataclass(frozen=True, slots=True)
class Document:
    """One text to score, with the locale its source declares (BCP 47) or None.

    `stars` (1 to 5) are what its writer gave with it, where they did. `scored` is what an engine
    has said of the same text before: who costs money need not be asked twice.
    """

    text: str
    declared_language: str | None = None
    stars: int | None = None
    scored: Score | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """The sentiment of one text by one engine.

    `value` is −1..1, or None when undetermined (never 0 for "we do not know").
    `confidence` is the estimated probability, 0..1, that the sign is right.
    `engine` names engine, version and normaliser, so that two engines are never mixed.
    """

    value: float | None
    label: Label
    confidence: float
    language: str
    language_source: LanguageSource
    engine: str
    truncated: bool = False


class Scorer(Protocol):
    """What every engine offers: scores in the order of the documents; never raises for one text."""

    @property
    def id(self) -> str:
        """The engine id recorded with each score."""

    def score(self, documents: Sequence[Document]) -> list[Score]:
        """Return one score per document, in order."""


def label(value: float | None, cut: float) -> Label:
    """Return the word for a value; strictly between −cut and cut it is neutral."""
    if value is None:
        return "undetermined"
    if value >= cut:
        return "positive"
    return "negative" if value <= -cut else "neutral"
