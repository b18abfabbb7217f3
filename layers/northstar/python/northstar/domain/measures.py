"""How good an engine is on texts whose verdict is known, and the two numbers that calibrate it.

A positive text has truth True, a negative one False. Wherever it says "balanced", both kinds weigh
the same, so that a figure does not depend on how many of each happened to be collected.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

_BINS = 10
_STEPS = 50
_SURE = 30.0


def auc(scores: Sequence[float], truths: Sequence[bool]) -> float:
    """Return the share of pairs of a positive and a negative that are ranked right; a tie is half.

    The Mann-Whitney statistic. 0.5 where one kind is missing.
    """
    positives = sum(truths)
    pairs = positives * (len(truths) - positives)
    if not pairs:
        return 0.5
    order = sorted(zip(scores, truths, strict=True))
    won, below, start = 0.0, 0, 0
    while start < len(order):
        end = start
        while end < len(order) and order[end][0] == order[start][0]:
            end += 1
        ups = sum(truth for _, truth in order[start:end])
        downs = end - start - ups
        won += ups * (below + downs / 2)
        below += downs
        start = end
    return won / pairs


def balanced_recall(scores: Sequence[float], truths: Sequence[bool]) -> float:
    """Return the mean of both kinds' share of right signs; a score of 0 is wrong for both."""
    right = {True: 0, False: 0}
    for score, truth in zip(scores, truths, strict=True):
        right[truth] += score > 0 if truth else score < 0
    counts = {True: sum(truths), False: len(truths) - sum(truths)}
    recalls = [right[kind] / count for kind, count in counts.items() if count]
    return sum(recalls) / len(recalls) if recalls else 0.0


def balance(truths: Iterable[bool]) -> list[float]:
    """Return a weight per text such that both kinds weigh the same and the mean weight is 1."""
    told = list(truths)
    counts = {True: sum(told), False: len(told) - sum(told)}
    if not all(counts.values()):
        return [1.0] * len(told)
    return [len(told) / (2 * counts[truth]) for truth in told]


def calibration_error(probabilities: Sequence[float], truths: Sequence[bool]) -> float:
    """Return the mean gap, 0..1, between what was said and what came true, in ten equal bins.

    The expected calibration error, balanced.
    """
    said, true, weight = ([0.0] * _BINS for _ in range(3))
    for p, truth, w in zip(probabilities, truths, balance(truths), strict=True):
        bin_ = min(int(p * _BINS), _BINS - 1)
        said[bin_] += w * p
        true[bin_] += w * truth
        weight[bin_] += w
    gaps = sum(abs(s - t) for s, t in zip(said, true, strict=True))
    return gaps / sum(weight) if probabilities else 0.0


def calibrate(scores: Sequence[float], truths: Sequence[bool]) -> tuple[float, float]:
    """Return slope and offset with which σ(slope·score + offset) is a balanced probability.

    Platt (1999), "Probabilistic Outputs for Support Vector Machines", with his smoothed targets, by
    Newton's method with step halving (Lin, Lin and Weng 2007). (1, 0) where one kind is missing.
    """
    weights = balance(truths)
    positives, negatives = sum(truths), len(truths) - sum(truths)
    if not positives or not negatives:
        return 1.0, 0.0
    targets = [
        (positives + 1) / (positives + 2) if truth else 1 / (negatives + 2) for truth in truths
    ]
    rows = list(zip(scores, targets, weights, strict=True))
    slope = offset = 0.0
    loss = _loss(rows, slope, offset)
    for _ in range(_STEPS):
        up, turn = _newton(rows, slope, offset)
        step = 1.0
        while step > 1e-6:
            tried = _loss(rows, slope + step * up, offset + step * turn)
            if tried < loss:
                break
            step /= 2
        else:
            break
        slope, offset, gain, loss = slope + step * up, offset + step * turn, loss - tried, tried
        if gain < 1e-9 * len(rows):
            break
    return slope, offset


_Rows = Sequence[tuple[float, float, float]]


def _probability(score: float, slope: float, offset: float) -> float:
    return 1 / (1 + math.exp(-max(-_SURE, min(_SURE, slope * score + offset))))


def _loss(rows: _Rows, slope: float, offset: float) -> float:
    total = 0.0
    for score, target, weight in rows:
        p = _probability(score, slope, offset)
        total -= weight * (target * math.log(p) + (1 - target) * math.log(1 - p))
    return total


def _newton(rows: _Rows, slope: float, offset: float) -> tuple[float, float]:
    """Return Newton's step for slope and offset; a little is added to the diagonal."""
    g1 = g2 = h12 = 0.0
    h11 = h22 = 1e-9
    for score, target, weight in rows:
        p = _probability(score, slope, offset)
        missing, curve = weight * (target - p), weight * p * (1 - p)
        g1 += missing * score
        g2 += missing
        h11 += curve * score * score
        h12 += curve * score
        h22 += curve
    determinant = h11 * h22 - h12 * h12
    if determinant <= 0:
        return 0.0, 0.0
    return (g1 * h22 - g2 * h12) / determinant, (g2 * h11 - g1 * h12) / determinant


def fit_cut(values: Sequence[float], labels: Sequence[int], start: float = 0.15) -> float:
    """Return the |value| under which a text is best called neutral: 0.05 to 0.5.

    `labels` are −1, 0 and 1. The best is the highest mean F1 of the three labels; of equal ones the
    nearest to `start`, which is also the answer with fewer than 20 neutral texts.
    """
    if labels.count(0) < 20:
        return start
    grid = sorted((n / 100 for n in range(5, 51, 5)), key=lambda cut: abs(cut - start))
    return max(grid, key=lambda cut: _f1(values, labels, cut))


def _f1(values: Sequence[float], labels: Sequence[int], cut: float) -> float:
    said = [0 if abs(value) < cut else 1 if value > 0 else -1 for value in values]
    total = 0.0
    for label in (-1, 0, 1):
        right = sum(s == label == t for s, t in zip(said, labels, strict=True))
        total += 2 * right / max(1, said.count(label) + labels.count(label))
    return total / 3
