"""Writes reviews from the sentences of a language, as different people would."""

from __future__ import annotations

import random
import unicodedata
from itertools import chain

from local.demo_texts import LANGUAGES, UNDETERMINED
from local.demo_texts.texts import Texts

_MISTAKEN = {1: 0.04, 5: 0.016}  # of these stars: they were meant the other way round …
_MISTAKEN_IN = ("en", "de", "fr", "es")  # … where there are enough others to tell by
_MIXED = {2: 0.25, 3: 1, 4: 0.4}  # of these stars: it is good, but
_ACCENTS_DROPPED = ("fr", "es", "pt")  # by those in a hurry


def spoken(language: str) -> Texts:
    """Return the texts of a language, by its tag; English ones for those that we do not write."""
    return LANGUAGES.get(language.partition("-")[0], LANGUAGES["en"])


def review(chance: random.Random, language: str, stars: int) -> str:
    """Return a review with so many stars (1 to 5); sometimes one of stars only, which is empty."""
    if language == "und":
        return chance.choice(UNDETERMINED)
    if stars == 5 and chance.random() < 0.03:
        return ""  # stars only
    told = spoken(language)
    if chance.random() < _MIXED.get(stars, 0):
        said = _mixed(chance, told, stars)
    else:
        mistaken = language in _MISTAKEN_IN and chance.random() < _MISTAKEN.get(stars, 0)
        ends = 2 if mistaken else int(chance.random() < 0.35)
        said = _opinion(chance, told, ends, happy=(stars >= 4) != mistaken)
    return _typed(chance, told.between.join(said), language)


def _opinion(chance: random.Random, told: Texts, ends: int, *, happy: bool) -> list[str]:
    """Return up to three sentences, each about another topic, and so many ends."""
    by_topic = told.praise if happy else told.complaints
    sentences = [(topic, sentence) for topic, of in by_topic.items() for sentence in of]
    chosen = chance.sample(sentences, chance.choice((1, 2, 2, 2, 3)))
    ending = chance.sample(told.praise_ends if happy else told.complaint_ends, ends)
    return [*dict(chosen).values(), *ending]


def _mixed(chance: random.Random, told: Texts, stars: int) -> list[str]:
    praise = chance.choice(list(chain.from_iterable(told.praise.values())))
    mixed = chance.choice(told.mixed)
    complaint = chance.choice(list(chain.from_iterable(told.complaints.values())))
    if stars == 3:
        return chance.choice(([praise, mixed], [mixed], [mixed, complaint]))
    return [praise, mixed] if stars > 3 else [mixed, complaint]


def _typed(chance: random.Random, text: str, language: str) -> str:
    """Return the text as people type it: some with capitals and accents, some without."""
    habit = chance.random()
    if habit < 0.08:
        return text.lower()
    if habit < 0.16 and language in _ACCENTS_DROPPED:
        letters = unicodedata.normalize("NFD", text)
        return "".join(letter for letter in letters if not unicodedata.combining(letter))
    if habit > 0.92 and text.endswith("."):
        return f"{text[:-1]}!!"
    return text
