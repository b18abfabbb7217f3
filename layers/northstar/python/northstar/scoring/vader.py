"""The VADER engine: English only, equal to vaderSentiment 3.3.2, several times as fast and bounded.

Hutto and Gilbert (2014), "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social
Media Text", ICWSM-14. The rules and their order are the package's, its oddities included, because
its scores are what others can compare with; words and weights are read from the package itself.
"""

from __future__ import annotations

import functools
import heapq
import math
import string
import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import metadata
from itertools import compress

from vaderSentiment.vaderSentiment import (
    BOOSTER_DICT,
    C_INCR,
    N_SCALAR,
    NEGATE,
    SPECIAL_CASES,
    SentimentIntensityAnalyzer,
)

from northstar.domain.errors import Invalid
from northstar.domain.sentiment import Document, Score, label
from northstar.scoring.language import language
from northstar.scoring.normalise import NORMALISER, has_emoji, has_letter, normalise

VERSION = "3.3.2"
# The authors' own limits between the labels.
CUT = 0.05
# A starting guess, not a measurement: how fast the sign grows certain with |compound|.
STEEPNESS = 2.0

_MEMO_TOKENS = 50_000
_MEMO_TOKEN_LENGTH = 40
# Stands for every word with "n't" in it that has no weight: all of them do the same, they negate.
_NT = "n't"
_NEGATIONS = frozenset({_NT, *NEGATE})
# Words that a rule names. Of a phrase one word is enough: without it the phrase is not there.
_NAMED = frozenset(
    {"least", "no", "this"}
    | _NEGATIONS
    | {max(phrase.split(), key=len) for phrase in (*BOOSTER_DICT, *SPECIAL_CASES)}
)
# Single words among these never match: they are compared with two or three words.
_IDIOMS = {phrase: weight for phrase, weight in SPECIAL_CASES.items() if " " in phrase}
# A negated word means somewhat less than its contrary.
_TURN: float = N_SCALAR
# What is left of a booster's strength one, two and three words ahead of the weighed one.
_DAMPING = (1.0, 0.95, 0.9)
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
        verdict = label(value, CUT)
        return Score(value, verdict, _confidence(value), found, source, self.id, truncated)


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
    weights, _, emphasis = _weigh(text)
    return _compound(weights, emphasis)


def polarity(text: str) -> dict[str, float]:
    """Return `neg`, `neu`, `pos` and `compound`, bit for bit as vaderSentiment does."""
    weights, words, emphasis = _weigh(text)
    if not words:
        return {"neg": 0.0, "neu": 0.0, "pos": 0.0, "compound": 0.0}
    positive = negative = 0.0
    for weight in weights:
        # Each word counts as 1 itself, as a neutral one does.
        if weight > 0:
            positive += weight + 1
        elif weight < 0:
            negative += weight - 1
    neutral = words - sum(map(bool, weights))
    if positive > -negative:
        positive += emphasis
    elif positive < -negative:
        negative -= emphasis
    total = positive - negative + neutral
    return {
        "neg": round(abs(negative / total), 3),
        "neu": round(neutral / total, 3),
        "pos": round(positive / total, 3),
        "compound": _compound(weights, emphasis),
    }


def _confidence(value: float | None) -> float:
    return 0.0 if value is None else 1 / (1 + math.exp(-STEEPNESS * abs(value)))


def _compound(weights: Sequence[float], emphasis: float) -> float:
    total = float(sum(weights))
    if total > 0:
        total += emphasis
    elif total < 0:
        total -= emphasis
    return round(total / math.sqrt(total * total + 15), 4)


def _emphasis(text: str) -> float:
    """Return what the exclamation and question marks of a text add to its strength."""
    questions = text.count("?")
    doubt = 0.0 if questions < 2 else questions * 0.18 if questions <= 3 else 0.96
    return min(text.count("!"), 4) * 0.292 + doubt


class _Words(dict[str, str]):
    """Token → the word in it: lower case, without the punctuation around it.

    Two characters or fewer are left of an emoticon, which therefore stays as it is.
    """

    def __init__(self, lexicon: dict[str, float]) -> None:
        super().__init__()
        self._lexicon = lexicon

    def __missing__(self, token: str) -> str:
        stripped = token.strip(string.punctuation)
        word = (stripped if len(stripped) > 2 else token).lower()
        if _NT in word and word not in self._lexicon:
            word = _NT
        if len(token) < _MEMO_TOKEN_LENGTH:
            if len(self) >= _MEMO_TOKENS:
                self.clear()
            self[token] = word
        return word


class _Lexicon:
    """The words and emoji of vaderSentiment, in the form in which they are looked up."""

    def __init__(self) -> None:
        package = SentimentIntensityAnalyzer()
        self.weights: dict[str, float] = package.lexicon
        self.words = _Words(self.weights)
        # The package reads one character at a time, so longer emoji never match.
        self._names = {sign: f" {name}" for sign, name in package.emojis.items() if len(sign) == 1}

    def spell(self, text: str) -> str:
        """Return the text with names for emoji; what follows an emoji stays glued to its name."""
        if text.isascii() or self._names.keys().isdisjoint(text):
            return text
        return "".join([self._names.get(sign, sign) for sign in text])


@functools.cache
def _read_lexicon() -> _Lexicon:
    return _Lexicon()


def _weigh(text: str) -> tuple[Sequence[float], int, float]:
    """Return the weights of the words that have one, the number of all words, and the emphasis."""
    with _building:
        lexicon = _read_lexicon()
    spelled = lexicon.spell(text)
    tokens = spelled.split()
    words = list(map(lexicon.words.__getitem__, tokens))
    hits = list(compress(range(len(words)), map(lexicon.weights.__contains__, words)))
    if not hits:
        return (), len(words), 0.0
    sentence = _Sentence(tokens, words, lexicon.weights)
    weights = [sentence.weight(at) for at in hits]
    if "but" in words:
        weights = _after_but(hits, weights, words.index("but"))
    return weights, len(words), _emphasis(spelled)


class _Sentence:
    """The words of one text, and what the rules make of each."""

    def __init__(self, tokens: list[str], words: list[str], lexicon: dict[str, float]) -> None:
        self._tokens, self._words, self._lexicon = tokens, words, lexicon

    @functools.cached_property
    def _mixed(self) -> bool:
        """Whether some words are in capitals and others are not."""
        return 0 < sum(map(str.isupper, self._tokens)) < len(self._tokens)

    def weight(self, at: int) -> float:
        """Return the weight of the word at a place that is in the lexicon."""
        words, lexicon = self._words, self._lexicon
        near = words[at - 3 if at > 3 else 0 : at + 3]
        loud = self._tokens[at].isupper() and self._mixed
        if not loud and _NAMED.isdisjoint(near):
            return lexicon[words[at]]
        if words[at : at + 2] == ["kind", "of"]:
            return 0.0
        weight: float = self._after_no(at)
        if loud:
            weight += C_INCR if weight > 0 else -C_INCR
        for back in range(1, min(at, 3) + 1):
            if words[at - back] not in lexicon:
                weight += self._boost(at - back, weight) * _DAMPING[back - 1]
                weight *= _negation(words, at, back)
                if back == 3:
                    weight = _phrases(words, at, weight)
        return weight * _least(words, at)

    def _after_no(self, at: int) -> float:
        """Return the word's own weight, turned round by a "no", which then has none itself."""
        words, lexicon = self._words, self._lexicon
        before = words[max(0, at - 3) : at][::-1]
        weight = lexicon[words[at]]
        if "no" in before[:2] or (before[2:] == ["no"] and before[0] in {"or", "nor"}):
            return weight * _TURN
        stands_alone = words[at] != "no" or at + 1 == len(words) or words[at + 1] not in lexicon
        return weight if stands_alone else 0.0

    def _boost(self, at: int, weight: float) -> float:
        """Return what the word at a place, such as "very", adds to a weight after it."""
        boost: float = BOOSTER_DICT.get(self._words[at], 0.0)
        if not boost:
            return 0.0
        if weight < 0:
            boost = -boost
        if self._tokens[at].isupper() and self._mixed:
            boost += C_INCR if weight > 0 else -C_INCR
        return boost


def _negation(words: Sequence[str], at: int, back: int) -> float:
    """Return the factor of a negation so many words before a place; 1.0 when there is none."""
    between = words[at - back + 1 : at]
    so = not {"so", "this"}.isdisjoint(between)
    if back == 3 and words[at - 1] in {"so", "this"}:
        return 1.25  # without asking for the "never": the package's precedence of "and" and "or"
    match words[at - back]:
        case "never" if so:
            return 1.25
        case "without" if "doubt" in between:
            return 1.0
        case word if word in _NEGATIONS:
            return _TURN
    return 1.0


def _phrases(words: Sequence[str], at: int, weight: float) -> float:
    """Return the weight after the phrases that reach over a place or end right before it."""
    three, two, one, zero = words[at - 3 : at + 1]
    before = (f"{three} {two} {one}", f"{three} {two}", f"{two} {one}")
    over = (f"{one} {zero}", f"{two} {one} {zero}", before[2], before[0], before[1])
    ahead = (" ".join(words[at : at + 2]), " ".join(words[at : at + 3]))
    weight = next((_IDIOMS[phrase] for phrase in over if phrase in _IDIOMS), weight)
    for phrase in ahead:
        weight = _IDIOMS.get(phrase, weight)
    for phrase in before:
        weight += BOOSTER_DICT.get(phrase, 0.0)
    return weight


def _least(words: Sequence[str], at: int) -> float:
    """Return the factor of a "least" right before a place, unless it is "at" or "very least"."""
    if at == 0 or words[at - 1] != "least" or (at > 1 and words[at - 2] in {"at", "very"}):
        return 1.0
    return _TURN


def _after_but(places: Iterable[int], weights: Sequence[float], but: int) -> list[float]:
    """Return the weights, halved before the "but" and half as much again after it.

    The package looks each weight up by its value, so equal weights may change in another's stead:
    the first place that holds the value at that moment is the one that changes. One heap of places
    per value finds it without searching.
    """
    changed, where = list(weights), list(places)
    holders: defaultdict[float, list[int]] = defaultdict(list)
    for index, weight in enumerate(weights):
        holders[weight].append(index)
    for index in range(len(changed)):
        value = changed[index]
        if value:
            first = heapq.heappop(holders[value])
            changed[first] = value * (0.5 if where[first] < but else 1.5)
            heapq.heappush(holders[changed[first]], first)
    return changed
