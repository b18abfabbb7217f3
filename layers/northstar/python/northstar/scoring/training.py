"""Learns linear models from starred texts, with the standard library alone.

Identical examples give identical bytes, in whatever order they come: they are sorted first, and
every draw is from a fixed seed. AdaGrad is from Duchi, Hazan and Singer (2011), "Adaptive
Subgradient Methods for Online Learning and Stochastic Optimization".
"""

from __future__ import annotations

import math
import random
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from northstar.app.learn import Trained
from northstar.domain.learning import Card, Example, Figures, chosen, proven
from northstar.domain.measures import (
    auc,
    balance,
    balanced_recall,
    calibrate,
    calibration_error,
    fit_cut,
)
from northstar.scoring.linear import (
    MULTILINGUAL,
    Settings,
    load,
    pack,
    pair_feature,
    sigmoid,
    token_features,
    tokens,
)
from northstar.scoring.normalise import NORMALISER, normalise
from northstar.scoring.vader import compound

SEED = 20261122
FOLDS = 5
# Of more rows than MANY two thirds are enough to learn from, and time matters more.
FOLDS_OF_MANY, MANY = 3, 2_000
# Where the confidence is SURE or more, this share of signs is right: in each language, unseen.
SURE, PROMISED = 0.8, 0.94
_SLIP = 0.9  # so sure is a model that has not seen them of texts that are not learnt
_SOME = 20  # texts without which a figure says nothing

# How many buckets, as a power of two, and the bytes that the packed model may take.
_OWN = 16, 64 * 1024
_MULTILINGUAL = 18, 128 * 1024

_EPOCHS = 5
_AVERAGED = 3  # the mean of the last epochs' weights: the order of the last rows matters less
_RATE = 0.15
_FIRST_SQUARE = 1e-3
_NOT_WORTH_A_STEP = 1e-3
_LEVELS = (127, 63, 31, 15, 7, 3, 1)
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class _Row:
    """An example as the trainer sees it."""

    example: Example
    text: str
    features: array[int]
    weight: float = 1.0

    @property
    def positive(self) -> bool:
        return self.example.label > 0


@dataclass(frozen=True, slots=True)
class _Raw:
    """Weights before they are made small."""

    weights: list[float]
    bias: float

    def z(self, features: array[int]) -> float:
        return self.bias + sum(map(self.weights.__getitem__, features)) / math.sqrt(len(features))


def train(examples: Iterable[Example], language: str, seed: int = SEED) -> Trained:
    """Return the model of a language, or of all (MULTILINGUAL), with its card.

    The examples need both labels, 1 and −1; those of label 0 only help to find the cut. All figures
    are out of fold: five models (of many rows three), each scores the blocks it has not seen, and
    was not learnt from any of their texts that stands in another block as well. What
    these are sure to be the opposite of its stars is not learnt: the model would learn the slip,
    and never say that the text contradicts them.
    """
    bits, limit = _MULTILINGUAL if language == MULTILINGUAL else _OWN
    told, neutral = _rows(examples, bits)
    truths = [row.positive for row in told]
    unseen = _out_of_fold(told, bits, seed)
    slope, offset = map(_rounded, _modest(told, unseen, *calibrate(unseen, truths)))
    probabilities = [sigmoid(slope * z + offset) for z in unseen]
    raw = _fit(_weighted(_credible(told, probabilities)), bits, seed)
    in_between = [sigmoid(slope * raw.z(row.features) + offset) for row in neutral]
    by_language = _by_language(told, probabilities)
    settings = Settings(
        language=language,
        languages=_proven(language, by_language),
        bits=bits,
        scale=1.0,
        bias=_rounded(raw.bias),
        slope=slope,
        offset=offset,
        cut=fit_cut(
            [2 * p - 1 for p in (*probabilities, *in_between)],
            [row.example.label for row in (*told, *neutral)],
        ),
        normaliser=NORMALISER,
    )
    content = _packed(settings, raw.weights, limit)
    own = _figures(probabilities, truths)
    return Trained(_card(content, told, own, by_language, seed), content)


def _card(
    content: bytes,
    rows: Sequence[_Row],
    own: Figures,
    by_language: dict[str, Figures],
    seed: int,
) -> Card:
    model, truths = load(content), [row.positive for row in rows]
    compounds = [compound(row.text) for row in rows]
    slope, offset = map(_rounded, calibrate(compounds, truths))
    return Card(
        id=model.id,
        language=model.language,
        own=own,
        vader=_vader_figures(compounds, truths, slope, offset),
        vader_slope=slope,
        vader_offset=offset,
        normaliser=NORMALISER,
        seed=seed,
        cut=model.cut,
        size=len(content),
        languages=by_language,
    )


def _credible(rows: Sequence[_Row], probabilities: Sequence[float]) -> list[_Row]:
    """Return the rows without those whose text surely says the opposite of their stars."""
    return [
        row
        for row, positive in zip(rows, probabilities, strict=True)
        if row.example.certain or (1 - positive if row.positive else positive) < _SLIP
    ]


def _modest(
    rows: Sequence[_Row], unseen: Sequence[float], slope: float, offset: float
) -> tuple[float, float]:
    """Return slope and offset shrunk, if need be, until a confidence of SURE keeps its promise.

    Calibration is balanced, but the texts are not: where the one kind is rare, those called so are
    wrong more often than it says. Neither order nor sign of any score changes.
    """
    margins = [slope * z + offset for z in unseen]
    kept = [
        [(abs(margins[at]), (margins[at] > 0) == rows[at].positive) for at in group]
        for group in _grouped(rows, lambda row: row.example.language).values()
    ]
    share = next(
        (percent / 100 for percent in range(100, 5, -5) if _promise_holds(kept, percent / 100)),
        0.05,
    )
    return slope * share, offset * share


def _promise_holds(languages: Sequence[Sequence[tuple[float, bool]]], share: float) -> bool:
    """Whether enough of the sure signs are right, in each language that has some sure texts."""
    least = math.log(SURE / (1 - SURE)) / share
    for pairs in languages:
        right = [was_right for margin, was_right in pairs if margin >= least]
        if len(right) >= _SOME and sum(right) < PROMISED * len(right):
            return False
    return True


def _proven(language: str, by_language: dict[str, Figures]) -> tuple[str, ...]:
    """Return the languages that a model may be used for."""
    if language != MULTILINGUAL:
        return (language,)
    return tuple(name for name, figures in by_language.items() if proven(name, figures))


def _rows(examples: Iterable[Example], bits: int) -> tuple[list[_Row], list[_Row]]:
    """Return the positive and negative rows, and apart from them the neutral ones; both sorted."""
    memo: dict[str, array[int]] = {}
    rows = []
    for example in chosen(examples):
        text = normalise(example.text).text
        if features := _features(text, (1 << bits) - 1, memo):
            rows.append(_Row(example, text, features))
    return _weighted([row for row in rows if row.example.label]), [
        row for row in rows if not row.example.label
    ]


def _features(text: str, mask: int, memo: dict[str, array[int]]) -> array[int]:
    found = tokens(text)
    features = array("I", [pair_feature(one, two, mask) for one, two in pairwise(found)])
    for token in found:
        if token not in memo:
            memo[token] = token_features(token, mask)
        features += memo[token]
    return features


def _weighted(rows: Sequence[_Row]) -> list[_Row]:
    """Give both labels the same weight within each language, so that none speaks for a label."""
    weights: dict[int, float] = {}
    for at in _grouped(rows, lambda row: row.example.language).values():
        balanced = balance([rows[i].positive for i in at])
        weights |= dict(zip(at, balanced, strict=True))
    return [replace(row, weight=weights[i]) for i, row in enumerate(rows)]


def _grouped(rows: Sequence[_Row], key: Callable[[_Row], str]) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for at, row in enumerate(rows):
        groups[key(row)].append(at)
    return groups


def _fit(rows: Sequence[_Row], bits: int, seed: int) -> _Raw:
    """Return the weights of a logistic regression, by AdaGrad, the mean of the last epochs."""
    weights, squares = [0.0] * (1 << bits), [_FIRST_SQUARE] * (1 << bits)
    bias, bias_square = 0.0, _FIRST_SQUARE
    sums, bias_sum = [0.0] * (1 << bits), 0.0
    weigh, sqrt = weights.__getitem__, math.sqrt
    prepared = [
        (row.features, 1 / sqrt(len(row.features)), float(row.positive), row.weight) for row in rows
    ]
    shuffle = random.Random(seed).shuffle  # noqa: S311  repeatable on purpose
    for epoch in range(_EPOCHS):
        shuffle(prepared)
        for features, share, truth, weight in prepared:
            error = truth - sigmoid(bias + share * sum(map(weigh, features)))
            if abs(error) < _NOT_WORTH_A_STEP:
                continue
            gradient = error * weight
            square, step = (gradient * share) ** 2, _RATE * gradient * share
            for feature in features:
                squares[feature] = grown = squares[feature] + square
                weights[feature] += step / sqrt(grown)
            bias_square += gradient * gradient
            bias += _RATE * gradient / sqrt(bias_square)
        if epoch >= _EPOCHS - _AVERAGED:
            sums = [total + weight for total, weight in zip(sums, weights, strict=True)]
            bias_sum += bias
    return _Raw([total / _AVERAGED for total in sums], bias_sum / _AVERAGED)


def _out_of_fold(rows: Sequence[_Row], bits: int, seed: int) -> list[float]:
    """Return each row's raw score by a model that has seen neither its block nor its text."""
    count = FOLDS_OF_MANY if len(rows) > MANY else FOLDS
    folds = _folds(rows, count)
    scores = [0.0] * len(rows)
    for fold in range(count):
        held = [at for at, of in enumerate(folds) if of == fold]
        texts = {rows[at].text for at in held}
        raw = _fit(_weighted([row for row in rows if row.text not in texts]), bits, seed)
        for at in held:
            scores[at] = raw.z(rows[at].features)
    return scores


def _folds(rows: Sequence[_Row], count: int) -> list[int]:
    """Return each row's fold, 0 to count − 1, such that all have about as many of each label.

    Blocks stay whole, where there are enough of them; else equal texts stay together.
    """
    blocks = _grouped(rows, lambda row: row.example.block)
    if len(blocks) < 2 * count:
        blocks = _grouped(rows, lambda row: row.text)
    folds = [0] * len(rows)
    filled = [Counter[bool]() for _ in range(count)]
    for _, block in sorted(blocks.items(), key=lambda one: (-len(one[1]), one[0])):
        held = Counter(rows[at].positive for at in block)
        ((most, _),) = held.most_common(1)
        fold = min(range(count), key=lambda i: (filled[i][most], filled[i].total(), i))
        filled[fold] += held
        for at in block:
            folds[at] = fold
    return folds


def _by_language(rows: Sequence[_Row], probabilities: Sequence[float]) -> dict[str, Figures]:
    grouped = _grouped(rows, lambda row: row.example.language)
    return {
        name: _figures([probabilities[at] for at in group], [rows[at].positive for at in group])
        for name, group in sorted(grouped.items())
    }


def _figures(probabilities: Sequence[float], truths: Sequence[bool]) -> Figures:
    return Figures(
        negative=len(truths) - sum(truths),
        positive=sum(truths),
        auc=round(auc(probabilities, truths), 4),
        balanced_recall=round(balanced_recall([2 * p - 1 for p in probabilities], truths), 4),
        calibration_error=round(calibration_error(probabilities, truths), 4),
    )


def _vader_figures(
    compounds: Sequence[float], truths: Sequence[bool], slope: float, offset: float
) -> Figures:
    """VADER's figures; its sign is the compound's own, where calibrating would move the zero."""
    calibrated = _figures([sigmoid(slope * value + offset) for value in compounds], truths)
    return replace(
        calibrated,
        auc=round(auc(compounds, truths), 4),
        balanced_recall=round(balanced_recall(compounds, truths), 4),
    )


def _packed(settings: Settings, weights: Sequence[float], limit: int) -> bytes:
    """Return the model in at most `limit` bytes: the finest whole-number weights that fit."""
    largest = max(map(abs, weights)) or 1.0
    content = b""
    for levels in _LEVELS:
        scale = _rounded(largest / levels)
        content = pack(replace(settings, scale=scale), (round(w / scale) for w in weights))
        if len(content) <= limit:
            break
    return content


def _rounded(number: float) -> float:
    """Six digits: enough for a score, and equal on every Python version."""
    return float(f"{number:.{_DIGITS}g}")
