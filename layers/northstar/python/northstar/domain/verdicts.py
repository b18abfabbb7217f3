"""Verdicts: what is understood of one text, by the engines and by whoever corrects them.

An *edition* is all texts as one reader understood them. Two are kept, so that a new reader can go
over all texts while the one before is still shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, NamedTuple, Protocol

from northstar.domain.mismatch import Mismatch
from northstar.domain.sentiment import Document, Label, Score

Edition = Literal["a", "b"]
Aspect = Literal["label", "language", "topics"]
Mistake = Literal[Aspect, "abstained", "unknown"]

_CERTAIN: dict[Label, float] = {"negative": -1.0, "neutral": 0.0, "positive": 1.0}
_SILENCE: dict[object, Mistake] = {"undetermined": "abstained", "und": "unknown"}
_ABOUT: dict[Mistake, Aspect] = {
    "label": "label",
    "abstained": "label",
    "language": "language",
    "unknown": "language",
    "topics": "topics",
}


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person says of a text, at a moment (aware); None where they say nothing.

    Of what they said, `mistakes` had the engines said differently at that moment. Where they could
    not tell the label it is "abstained", and where not the language "unknown": neither is wrong.
    """

    at: datetime
    label: Label | None = None
    language: str | None = None
    topics: tuple[str, ...] | None = None
    mistakes: tuple[Mistake, ...] = ()


class Reading(NamedTuple):
    """What a reader understood of one text."""

    score: Score
    topics: tuple[str, ...] = ()


class Understood(NamedTuple):
    """What counts of one text: label, value (−1..1 or None), language and topics."""

    label: Label
    value: float | None
    language: str
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is understood of one text: its score, its topics, and whether its stars contradict it.

    It is part of an edition; `generation` grows with each reader that was wanted, so that none
    writes over a newer one. `earlier` is the reading of the other edition. With `again` it holds
    until the text is read again. A correction goes before what the engines say.
    """

    score: Score
    topics: tuple[str, ...] = ()
    mismatch: Mismatch | None = None
    edition: Edition = "a"
    generation: int = 0
    earlier: Reading | None = None
    again: bool = False
    correction: Correction | None = None

    @property
    def label(self) -> Label:
        """The sentiment in a word."""
        return (self.correction and self.correction.label) or self.score.label

    @property
    def language(self) -> str:
        """The language it is written in: a primary BCP 47 subtag, or "und"."""
        return (self.correction and self.correction.language) or self.score.language

    @property
    def about(self) -> tuple[str, ...]:
        """The topics."""
        told = self.correction.topics if self.correction else None
        return self.topics if told is None else told

    @property
    def doubtful(self) -> bool:
        """Whether a person should look: stars and text contradict each other, and nobody has."""
        return self.mismatch is not None and self.correction is None

    def by_edition(self) -> dict[Edition, Understood]:
        """Return what counts in each edition: what a person says goes before what a reader said."""
        readings = {self.edition: Reading(self.score, self.topics)}
        if self.earlier:
            readings[other(self.edition)] = self.earlier
        return {edition: _corrected(one, self.correction) for edition, one in readings.items()}


class Reader(Protocol):
    """What understands texts: engines, topics and the rule for contradicting stars."""

    @property
    def id(self) -> str:
        """Names all that takes part; another id means that some texts may be read differently."""

    def read(self, documents: Sequence[Document]) -> list[Verdict]:
        """Return one verdict per document, in order; never raises for one text."""


def _corrected(reading: Reading, said: Correction | None) -> Understood:
    score, topics = reading
    if said is None:
        return Understood(score.label, score.value, score.language, topics)
    return Understood(
        said.label or score.label,
        _CERTAIN[said.label] if said.label else score.value,
        said.language or score.language,
        topics if said.topics is None else said.topics,
    )


def unread(document: Document, verdict: Verdict | None) -> bool:
    """Whether there is a text that nobody has read yet, or not as it is now."""
    return bool(document.text) and (verdict is None or verdict.again)


def read_again(verdict: Verdict | None, *, same_text: bool) -> Verdict | None:
    """Return what stays of a verdict when stars or text have changed, until it is read again.

    What was said of another text is void.
    """
    return replace(verdict, again=True) if verdict and same_text else None


def other(edition: Edition) -> Edition:
    """Return the edition that is not this one."""
    return "b" if edition == "a" else "a"


def succeed(new: Verdict, before: Verdict | None, edition: Edition, generation: int) -> Verdict:
    """Return a new verdict of a text as part of an edition.

    Of the verdict before stays the reading of the other edition, and what a person said.
    """
    placed = replace(new, edition=edition, generation=generation)
    if before is None:
        return placed
    latest = Reading(before.score, before.topics)
    earlier = before.earlier if before.edition == edition else latest
    return replace(placed, earlier=earlier, correction=before.correction)


def correct(
    verdict: Verdict,
    at: datetime,
    *,
    label: Label | None = None,
    language: str | None = None,
    topics: tuple[str, ...] | None = None,
) -> Verdict:
    """Return the verdict after a person has looked; of what is None they say nothing.

    What the engines say too confirms them; whatever was said before is replaced, by nothing where
    nothing is said now. A text whose language turns out to be another one wants to be read again.
    """
    if label is None and language is None and topics is None:
        said = None
    else:
        said = Correction(at, label, language, topics)
        said = replace(said, mistakes=_mistakes(said, verdict))
    before = verdict.correction.language if verdict.correction else None
    changed = language != verdict.language if language else before is not None
    return replace(verdict, correction=said, again=verdict.again or changed)


def _mistakes(said: Correction, verdict: Verdict) -> tuple[Mistake, ...]:
    """What the engines had otherwise; saying the same again leaves that as it was.

    For an engine that was told the language of a text agrees with it ever after.
    """
    before, score = verdict.correction or Correction(said.at), verdict.score
    opinions: tuple[tuple[Aspect, object, object, object], ...] = (
        ("label", said.label, before.label, score.label),
        ("language", said.language, before.language, score.language),
        ("topics", _set(said.topics), _set(before.topics), _set(verdict.topics)),
    )
    mistakes: list[Mistake] = []
    for aspect, now, then, engines in opinions:
        if now is not None and now == then:
            mistakes += [one for one in before.mistakes if _ABOUT[one] == aspect]
        elif now is not None and now != engines:
            mistakes.append(_SILENCE.get(engines, aspect))
    return tuple(mistakes)


def _set(topics: tuple[str, ...] | None) -> frozenset[str] | None:
    return None if topics is None else frozenset(topics)
