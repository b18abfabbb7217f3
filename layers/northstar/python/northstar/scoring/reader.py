"""Reads texts: an engine for the sentiment, the operator's topics, and the rule for doubt."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from northstar.domain.mismatch import mismatch
from northstar.domain.sentiment import Document, Score, Scorer
from northstar.domain.topics import Theme, Topics
from northstar.domain.verdicts import Verdict
from northstar.scoring.normalise import normalise
from northstar.scoring.vader import compound

RULES = 1
"""Raise it with every change that makes other languages, topics or doubt of the same text."""


@dataclass(frozen=True, slots=True)
class TextReader:
    """The `Reader` over one engine and one table of topics. `id` names both."""

    id: str
    scorer: Scorer
    topics: Topics

    def read(self, documents: Sequence[Document]) -> list[Verdict]:
        """Return one verdict per document, in order; a text of any length takes bounded time."""
        scores = self.scorer.score(documents)
        return [self._verdict(*both) for both in zip(documents, scores, strict=True)]

    def _verdict(self, document: Document, score: Score) -> Verdict:
        english = score.language == "en" and document.stars is not None
        compounded = compound(normalise(document.text)[0]) if english else None
        return Verdict(
            score=score,
            topics=self.topics.of(document.text, score.language),
            mismatch=mismatch(document.stars, document.text, score, compounded),
        )


def start(scorer: Scorer, themes: Iterable[Theme]) -> TextReader:
    """Return the reader over an engine and a table of topics. Raises Invalid for a bad table."""
    table = tuple(themes)
    told = repr([(theme.name, sorted(theme.words.items())) for theme in table])
    name = f"{scorer.id}/rules{RULES}-topics-{zlib.crc32(told.encode()):08x}"
    return TextReader(name, scorer, Topics(table))
