"""The linear engine: a logistic model over hashed words and letters, learnt from starred texts.

It needs the standard library only, holds no text, and takes at most 128 KB a model. The features
are after Joulin et al. (2017), "Bag of Tricks for Efficient Text Classification"; the hashing after
Weinberger et al. (2009), "Feature Hashing for Large Scale Multitask Learning".
"""

from __future__ import annotations

import functools
import json
import math
import re
import zlib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple

from northstar.domain.errors import Broken, Invalid
from northstar.domain.sentiment import Document, Score, label
from northstar.scoring.language import language
from northstar.scoring.normalise import NORMALISER, has_emoji, has_letter, normalise

MULTILINGUAL = "mul"  # ISO 639-2 for "several languages"; `app.learn` asks by this name
MAX_CHARACTERS = 2_000

_NOBODY = f"none+{NORMALISER}"
_FORMAT = b"northstar linear 1\n"
_MAX_UNPACKED = 1_000_000
_MAX_REMEMBERED = 100_000
_MAX_REMEMBERED_LENGTH = 30
_BOUND = 30.0  # beyond it a probability is 0 or 1 to thirteen digits, and math.exp is safe

# Kana, Han and Hangul: first and last sign of a block.
_UNSPACED = (
    *(("\u3041", "\u30ff"), ("\u31f0", "\u31ff"), ("\u3400", "\u4dbf"), ("\u4e00", "\u9fff")),
    *(("\uf900", "\ufaff"), ("\uac00", "\ud7a3")),
)


@functools.cache
def _tokens() -> re.Pattern[str]:
    """Return the pattern of a token; made when first needed, because that takes milliseconds."""
    unspaced = "".join(f"{first}-{last}" for first, last in _UNSPACED)
    word = rf"[^\W_{unspaced}]+"
    return re.compile(rf"[{unspaced}]+|{word}(?:['’]{word})*|[!?]+|\S")


def tokens(text: str) -> list[str]:
    """Return the runs of kana, Han or Hangul, the words, the runs of ! and ?, the other signs.

    In lower case, of the first 2,000 characters.
    """
    return _tokens().findall(text[:MAX_CHARACTERS].lower())


def token_features(token: str, mask: int) -> array[int]:
    """Return the buckets of one token.

    A run of kana, Han or Hangul: every 1 to 3 characters in a row. Any other token: itself, and
    every 4 characters in a row of `^token$`.
    """
    if any(first <= token[0] <= last for first, last in _UNSPACED):
        grams = [token[at : at + n] for n in (1, 2, 3) for at in range(len(token) - n + 1)]
    else:
        marked = f"^{token}$"
        grams = [f"={token}", *(marked[at : at + 4] for at in range(len(marked) - 3))]
    return array("I", [_bucket(gram, mask) for gram in grams])


def pair_feature(first: str, second: str, mask: int) -> int:
    """Return the bucket of two tokens in a row."""
    return _bucket(f"{first} {second}", mask)


def sigmoid(z: float) -> float:
    """Return the logistic function of z, 0..1."""
    return 1 / (1 + math.exp(-max(-_BOUND, min(_BOUND, z))))


def _bucket(gram: str, mask: int) -> int:
    return zlib.crc32(gram.encode("utf-8", "surrogatepass")) & mask


@dataclass(frozen=True, slots=True)
class Settings:
    """All of a model but its weights.

    `languages` are those it may be used for: its own, or the ones in which the multilingual model
    proved good enough. A text's raw score is z = bias + scale·Σweight/√features; its probability of
    being positive is σ(slope·z + offset). |2p − 1| under `cut` is called neutral.
    """

    language: str
    languages: tuple[str, ...]
    bits: int
    scale: float
    bias: float
    slope: float
    offset: float
    cut: float
    normaliser: str


class _Part(NamedTuple):
    """What a token or a text adds: the sum of its weights, and how many features they are."""

    total: int
    features: int


class Linear:
    """One model, ready to score. Safe to share between threads: the memo only saves time."""

    def __init__(self, id: str, settings: Settings, weights: array[int]) -> None:  # noqa: A002
        """Take the weights, one small whole number a bucket, 2^bits of them."""
        self.id = id
        self.settings = settings
        self._weights = weights
        self._mask = len(weights) - 1
        self._tokens: dict[str, _Part] = {}
        self._pairs: dict[tuple[str, str], int] = {}

    @property
    def language(self) -> str:
        """The primary BCP 47 subtag of its texts, or MULTILINGUAL."""
        return self.settings.language

    @property
    def cut(self) -> float:
        """The |2p − 1|, 0..1, under which a text is called neutral."""
        return self.settings.cut

    def probability(self, text: str) -> float:
        """Return the calibrated probability, 0..1, that a normalised text is positive.

        Positive and negative texts count as equally frequent. A text without any token says
        nothing: 0.5.
        """
        total, count = self._sum(text)
        if not count:
            return 0.5
        one = self.settings
        return sigmoid(one.slope * (one.bias + one.scale * total / math.sqrt(count)) + one.offset)

    def _sum(self, text: str) -> _Part:
        known, pairs = self._tokens.get, self._pairs.get
        total = count = 0
        previous = ""
        for token in tokens(text):
            part = known(token) or self._token(token)
            total += part[0]
            count += part[1]
            if previous:
                pair = pairs((previous, token))
                total += self._pair(previous, token) if pair is None else pair
                count += 1
            previous = token
        return _Part(total, count)

    def _token(self, token: str) -> _Part:
        features = token_features(token, self._mask)
        part = _Part(sum(map(self._weights.__getitem__, features)), len(features))
        if len(token) < _MAX_REMEMBERED_LENGTH:
            if len(self._tokens) >= _MAX_REMEMBERED:
                self._tokens.clear()
            self._tokens[token] = part
        return part

    def _pair(self, first: str, second: str) -> int:
        weight = self._weights[pair_feature(first, second, self._mask)]
        if len(first) + len(second) < _MAX_REMEMBERED_LENGTH:
            if len(self._pairs) >= _MAX_REMEMBERED:
                self._pairs.clear()
            self._pairs[first, second] = weight
        return weight


def pack(settings: Settings, weights: Iterable[int]) -> bytes:
    """Return a model as bytes: a line naming the format, then, packed, settings and weights."""
    header = json.dumps(asdict(settings), sort_keys=True).encode()
    return _FORMAT + zlib.compress(header + b"\n" + array("b", weights).tobytes(), 9)


def load(content: bytes) -> Linear:
    """Return the model that `pack` made bytes of; its id follows from settings and weights.

    Raises:
        Broken: the bytes are no model of this format.
    """
    try:
        if not content.startswith(_FORMAT):
            raise ValueError("another format")  # noqa: TRY301  one answer to all that is wrong
        plain = zlib.decompressobj().decompress(content[len(_FORMAT) :], _MAX_UNPACKED)
        header, weights = plain.split(b"\n", 1)
        told = json.loads(header)
        settings = Settings(**told | {"languages": tuple(told["languages"])})
        if len(weights) != 1 << settings.bits:
            raise ValueError(f"{len(weights)} weights")  # noqa: TRY301
    except (ValueError, TypeError, KeyError, AttributeError, zlib.error) as error:
        raise Broken(
            f"The model cannot be read ({error}): learn it again or roll back to the one before."
        ) from error
    name = f"hash{settings.bits}-{settings.language}-{zlib.crc32(plain):08x}"
    return Linear(name, settings, array("b", weights))


@dataclass(frozen=True, slots=True)
class Models:
    """The linear engine: a text is scored by its language's own model, else by the multilingual.

    A language for which no model proved good enough is undetermined.
    """

    models: Mapping[str, Linear]

    @property
    def id(self) -> str:
        """Names all models that may take part; a score names the one that did."""
        parts = "+".join(sorted(model.id for model in self.models.values()))
        return f"linear-{zlib.crc32(parts.encode()):08x}+{NORMALISER}"

    def score(self, documents: Sequence[Document]) -> list[Score]:
        """Return one score per document, in order."""
        return [self._score(document) for document in documents]

    def _score(self, document: Document) -> Score:
        text, truncated = normalise(document.text)
        found, source = language(text, document.declared_language)
        model = self._model(found)
        if model is None or not (has_letter(text) or has_emoji(text)):
            return Score(None, "undetermined", 0.0, found, source, _NOBODY, truncated)
        positive = model.probability(text)
        value = round(2 * positive - 1, 4)
        confidence = round(max(positive, 1 - positive), 3)
        verdict = label(value, model.cut)
        engine = f"{model.id}+{NORMALISER}"
        return Score(value, verdict, confidence, found, source, engine, truncated)

    def _model(self, found: str) -> Linear | None:
        for name in (found, MULTILINGUAL):
            model = self.models.get(name)
            if model and found in model.settings.languages:
                return model
        return None


def start(contents: Mapping[str, bytes]) -> Models:
    """Return the engine of packed models by their language.

    Raises:
        Invalid: there is none.
        Broken: one of them cannot be read.
    """
    if not contents:
        raise Invalid(
            "The engine linear has no model: learn some from starred texts, or choose auto.",
            "engine",
        )
    return Models({name: load(content) for name, content in contents.items()})
