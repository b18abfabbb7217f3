"""Credits: the people and the tickets behind public reviews, as far as customers tell."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from northstar.domain.feedback import Feedback
from northstar.domain.words import CJK, MAX_CHARACTERS

SHORTEST = 3
"""Letters that a name has at least; a shorter one is too often another word."""

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_UNSPACED = re.compile(rf"[{CJK}\s]+")

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Credits:
    """Who is behind reviews: agents with how often, most often first, and ids of tickets."""

    people: tuple[tuple[str, int], ...] = ()
    tickets: tuple[str, ...] = ()


def credits(reviews: Sequence[Feedback], answers: Sequence[Feedback]) -> Credits:  # noqa: A001
    """Return the agents and tickets behind reviews.

    An agent counts for each public review that names them, by full or by first name, and for each
    ticket whose customer went on to the store's page. Agents are known from the answers. A name is
    found as whole words, whatever their case; but where a script has case it begins with a capital
    in the review, since many a name is also a word. A first name that two agents share is nobody's.
    Of answers that look machine-made no ticket counts.
    """
    led_on = (one for one in answers if one.went_at and not one.suspect)
    went = {one.ticket: one.agent for one in led_on if one.ticket}
    names = _names({one.agent for one in answers if one.agent})
    told = Counter(
        agent
        for one in reviews
        if one.public
        for agent in _named(f"{one.title or ''}\n{one.text or ''}", names)
    )
    told.update(agent for agent in went.values() if agent)
    return Credits(
        people=tuple(sorted(told.items(), key=lambda one: (-one[1], one[0]))),
        tickets=tuple(went),
    )


def _names(agents: Iterable[str]) -> dict[Words, str]:
    """Return which agent is meant by which words, folded: by the full name, or the first alone."""
    by_first: dict[Words, set[str]] = defaultdict(set)
    by_full: dict[Words, str] = {}
    for agent in sorted(agents):
        by_full[_folded(_words(agent))] = agent
        for first in agent.split()[:1]:
            by_first[_folded(_words(first))].add(agent)
    alone = {words: next(iter(who)) for words, who in by_first.items() if len(who) == 1}
    return {words: who for words, who in (alone | by_full).items() if _is_long(words)}


def _named(text: str, names: dict[Words, str]) -> set[str]:
    """Return the agents whom a text names."""
    return {names[found] for found in _spoken(text, names)}


def _spoken(text: str, names: dict[Words, str]) -> Iterator[Words]:
    """Yield which of the names stand in a text; those in Han or kana may stand inside a run."""
    words = _words(text[:MAX_CHARACTERS])
    folded = _folded(words)
    lengths = {len(name) for name in names}
    for at, word in enumerate(words):
        if not word[0].islower():
            yield from (found for length in lengths if (found := folded[at : at + length]) in names)
    for name in names:
        if all(map(_UNSPACED.fullmatch, name)) and any("".join(name) in word for word in folded):
            yield name


def _words(text: str) -> Words:
    return tuple(_WORD.findall(unicodedata.normalize("NFC", text)))


def _folded(words: Words) -> Words:
    return tuple(word.casefold() for word in words)


def _is_long(words: Words) -> bool:
    return sum(map(len, words)) >= SHORTEST
