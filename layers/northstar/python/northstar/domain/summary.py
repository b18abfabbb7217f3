"""Summaries with proof: the most telling passages of many texts, in the customers' own words.

Every line is a verbatim part of one feedback and names it; no sentence is written that nobody said.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from northstar.domain.words import letters, plain, spaced, terms

WHOLE = 160
"""A text of at most so many characters is one passage."""

LONGEST = 240
"""A sentence of more characters is no quote: nobody reads it, and we do not cut into sentences."""

ALIKE = 0.5

_SHINGLE = 4
_LEAST_LETTERS = 15
_LEAST_SIGNS = 5
# A stop and a space, but not after one letter ("z. B."); a full-width stop; the end of a line.
_SENTENCE_END = re.compile(r"(?<=[.!?…])(?<!\b\w\.)\s+|(?<=[。！？])(?![。！？」』）])\s*|\s*\n\s*")


class Passage(NamedTuple):
    """A verbatim part of the text of one feedback, whose id stands with it."""

    text: str
    feedback: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    passage: Passage
    terms: frozenset[str]
    weight: float


def passages(feedback: str, text: str) -> list[Passage]:
    """Return what may be quoted of a text: all of it when it is short, else its sentences.

    To summarise one topic, keep the passages that are about it.
    """
    stripped = text.strip()
    if len(stripped) <= WHOLE and "\n" not in stripped:
        parts = [stripped]
    else:
        parts = [part.strip() for part in _SENTENCE_END.split(stripped)]
    return [Passage(part, feedback) for part in parts if 0 < len(part) <= LONGEST]


def summary(said: Iterable[Passage], most: int = 3) -> list[Passage]:
    """Return at most so many passages: together they tell best what all of them say.

    Each is chosen for the terms that it shares with the others, less what was quoted already; none
    is nearly the same as another (Jaccard index of 4-letter shingles of at least `ALIKE`), and no
    feedback is quoted twice. The same passages give the same summary in whatever order they come,
    and a text that many copied counts once.
    """
    candidates = _candidates(_worth_quoting(_different(said)))
    chosen: list[_Candidate] = []
    while len(chosen) < most and (best := _next(candidates, chosen)):
        chosen.append(best)
    return [one.passage for one in chosen]


def _next(candidates: list[_Candidate], chosen: list[_Candidate]) -> _Candidate | None:
    told = frozenset[str]().union(*(one.terms for one in chosen))
    ranked = sorted(candidates, key=lambda one: (-_gain(one, told), one.passage))
    return next(
        (one for one in ranked if not any(_repeats(one.passage, it.passage) for it in chosen)),
        None,
    )


def _different(said: Iterable[Passage]) -> list[Passage]:
    """One passage for each text, whatever its case and punctuation; the least of equal ones."""
    least: dict[str, Passage] = {}
    for passage in sorted(said):
        least.setdefault(spaced(passage.text), passage)
    return list(least.values())


def _worth_quoting(said: list[Passage]) -> list[Passage]:
    """Those that say something by themselves; all, when none does."""
    return [one for one in said if _is_long(one.text)] or said


def _is_long(text: str) -> bool:
    count, signs = letters(text)
    return count >= _LEAST_LETTERS or signs >= _LEAST_SIGNS


def _candidates(said: list[Passage]) -> list[_Candidate]:
    found = [(passage, frozenset(terms(passage.text))) for passage in said]
    shared = Counter(term for _, own in found for term in own)
    rarity = {term: math.log(1 + len(found) / count) for term, count in shared.items()}
    return [_Candidate(passage, own, _centrality(own, shared, rarity)) for passage, own in found]


def _centrality(
    own: frozenset[str], shared: Mapping[str, int], rarity: Mapping[str, float]
) -> float:
    """How near a passage is to the middle of all: the cosine of its terms, weighted by rarity.

    Up to a factor that is the same for all. What only this passage says makes it longer, not
    nearer. `fsum` makes the sum independent of the order.
    """
    length = math.sqrt(math.fsum(rarity[term] ** 2 for term in own))
    near = math.fsum((shared[term] - 1) * rarity[term] ** 2 for term in own)
    return near / length if length else 0.0


def _gain(one: _Candidate, told: frozenset[str]) -> float:
    """The weight of a passage, less the share of its terms that is told already."""
    return one.weight * len(one.terms - told) / len(one.terms) if one.terms else 0.0


def _repeats(one: Passage, other: Passage) -> bool:
    """Whether both are of one feedback, or nearly the same."""
    same = one.feedback == other.feedback
    return same or _alike(_shingles(one.text), _shingles(other.text)) >= ALIKE


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    """The Jaccard index of two sets: 1 for equal ones, 0 when they share nothing."""
    together = len(one | other)
    return len(one & other) / together if together else 0.0


def _shingles(text: str) -> frozenset[str]:
    return frozenset(_windows(spaced(text).strip() or plain(text)))


def _windows(text: str) -> Iterator[str]:
    for start in range(max(1, len(text) - _SHINGLE + 1)):
        yield text[start : start + _SHINGLE]
