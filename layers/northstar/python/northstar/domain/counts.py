"""How likely a total is: the negative binomial distribution of a mean and a variance.

A sum of days that wander and burst is wider than Poisson; two moments are enough to say how wide.
"""

from __future__ import annotations

from math import cbrt, ceil, erfc, exp, inf, log1p, sqrt
from statistics import NormalDist
from typing import NamedTuple

EXACT_BELOW = 60.0

_NORMAL = NormalDist()
_CERTAIN = 1e-9
_LEAST_EXCESS = 1e-9
_NEGLIGIBLE = 1e-15


class Total(NamedTuple):
    """A total that is not known yet. A variance that is not above the mean is taken as Poisson."""

    mean: float
    variance: float


def at_most(count: int, total: Total) -> float:
    """Return P(total <= count).

    Below a mean of `EXACT_BELOW` the negative binomial is summed; above, it is a gamma of the same
    moments by Wilson and Hilferty (1931), half a count further: the cube root is about normal.
    """
    if count < 0:
        return 0.0
    if total.mean <= 0:
        return 1.0
    if total.mean < EXACT_BELOW:
        return _summed(total, count=count)[1]
    centre, spread = _cube_root(total)
    return normal((cbrt((count + 0.5) / total.mean) - centre) / spread)


def place(count: int, total: Total) -> float:
    """Return where in the distribution a count is: midway between P(< count) and P(<= count)."""
    return (at_most(count - 1, total) + at_most(count, total)) / 2


def quantile(probability: float, total: Total) -> int:
    """Return the smallest count with P(total <= count) of at least `probability`, in 0..1."""
    if total.mean <= 0:
        return 0
    if total.mean < EXACT_BELOW:
        return _summed(total, probability=probability)[0]
    centre, spread = _cube_root(total)
    edge = total.mean * (centre + spread * normal_quantile(probability)) ** 3 - 0.5
    return max(0, ceil(edge))


def normal(z: float) -> float:
    """Return the standard normal probability of at most z."""
    return 0.5 * erfc(-z / sqrt(2))


def normal_quantile(probability: float) -> float:
    """Return z for a probability, which is kept a billionth away from 0 and 1."""
    return _NORMAL.inv_cdf(min(max(probability, _CERTAIN), 1 - _CERTAIN))


def _summed(total: Total, *, count: float = inf, probability: float = inf) -> tuple[int, float]:
    """Add up probabilities until a count or a sum is reached, or nothing is left to add."""
    mean, variance = total
    size = mean * mean / max(variance - mean, _LEAST_EXCESS * mean)
    factor = mean / (size + mean)
    term = exp(-size * log1p(mean / size))
    reached, found = 0, term
    while reached < count and found < probability:
        term *= (reached + size) / (reached + 1) * factor
        reached += 1
        if term < _NEGLIGIBLE and reached > mean:
            break
        found += term
    return reached, min(found, 1.0)


def _cube_root(total: Total) -> tuple[float, float]:
    """Mean and standard deviation of the cube root of total over its mean."""
    shape = total.mean**2 / max(total.variance, total.mean)
    return 1 - 1 / (9 * shape), sqrt(1 / (9 * shape))
