"""Keyness: the phrases by which one group of texts differs from another.

This week against the one before, bad against good, one version against the last: no list of stop
words is needed, because what both groups say alike cancels out. The measure is the log-odds ratio
with an informative Dirichlet prior of Monroe, Colaresi and Quinn, "Fightin' Words" (2008).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from northstar.domain.words import terms

LEAST_Z = 3.0
LEAST_TEXTS = 5
QUOTES = 3
MAX_TERMS = 100_000

_PRIOR = 500
_COVERED = 2 / 3


class Said(NamedTuple):
    """A text and the id of the feedback that it is from."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """A term that one group uses more than the other, by `z` standard deviations.

    It is in `texts` of the group's texts and in `other_texts` of the other's. `quotes` are ids of
    up to three feedbacks of the group with it, no two of the same text.
    """

    term: str
    z: float
    texts: int
    other_texts: int
    quotes: tuple[str, ...]


@dataclass(slots=True)
class _Tally:
    """In how many texts of either group a term is, and the first of the group, by text."""

    texts: int = 0
    other_texts: int = 0
    quotes: tuple[tuple[int, str], ...] = ()

    @property
    def all(self) -> int:
        return self.texts + self.other_texts


def keyness(group: Iterable[Said], other: Iterable[Said], most: int = 20) -> list[Phrase]:
    """Return at most so many phrases that `group` uses more than `other`, the clearest first.

    Each has z of at least `LEAST_Z` and is in at least `LEAST_TEXTS` texts; one that is mostly part
    of a longer listed phrase is left out. Quotes are the first of the group: give the newest texts
    first. Both groups are read once; beyond `MAX_TERMS` different terms the rare ones are dropped,
    which only costs phrases that hardly anybody uses.
    """
    tallies: dict[str, _Tally] = {}
    size = sum(_count(said, tallies, ours=True) for said in group)
    other_size = sum(_count(said, tallies, ours=False) for said in other)
    found = sorted(_phrases(tallies, size, other_size), key=lambda one: (-one.z, one.term))
    return [phrase for phrase in found if not _is_covered(phrase, found)][:most]


def _count(said: Said, tallies: dict[str, _Tally], *, ours: bool) -> int:
    """Add a text to the tallies; return how many terms it has."""
    if len(tallies) > MAX_TERMS:
        _drop_rare(tallies)
    found, quote = terms(said.text), (hash(said.text), said.id)
    for term in found:
        tally = tallies.get(term)
        if tally is None:
            tally = tallies[term] = _Tally()
        if ours:
            tally.texts += 1
            if len(tally.quotes) < QUOTES and all(one[0] != quote[0] for one in tally.quotes):
                tally.quotes += (quote,)
        else:
            tally.other_texts += 1
    return len(found)


def _drop_rare(tallies: dict[str, _Tally]) -> None:
    """Forget the rarest terms, so that at most half of `MAX_TERMS` stay."""
    common = sorted(tallies, key=lambda term: (-tallies[term].all, term))
    for term in common[MAX_TERMS // 2 :]:
        del tallies[term]


def _phrases(tallies: dict[str, _Tally], size: int, other_size: int) -> Iterator[Phrase]:
    for term, tally in tallies.items():
        if tally.texts < LEAST_TEXTS:
            continue
        z = _z(tally, size, other_size)
        if z >= LEAST_Z:
            quotes = tuple(feedback for _, feedback in tally.quotes)
            yield Phrase(term, z, tally.texts, tally.other_texts, quotes)


def _z(tally: _Tally, size: int, other_size: int) -> float:
    """The log-odds ratio in standard deviations; sizes are the sums of all counts of a group."""
    if tally.all == size + other_size:
        return 0.0  # both groups say nothing else
    prior = _PRIOR * tally.all / (size + other_size)
    a, b = tally.texts + prior, tally.other_texts + prior
    odds = math.log(a / (size + _PRIOR - a)) - math.log(b / (other_size + _PRIOR - b))
    return odds / math.sqrt(1 / a + 1 / b)


def _is_covered(phrase: Phrase, found: Iterable[Phrase]) -> bool:
    """Whether most texts with this phrase have it as a part of one longer phrase."""
    return any(
        len(longer.term) > len(phrase.term)
        and longer.texts >= _COVERED * phrase.texts
        and _contains(longer.term, phrase.term)
        for longer in found
    )


def _contains(longer: str, term: str) -> bool:
    spaced = " " in longer
    return f" {term} " in f" {longer} " if spaced else term in longer
