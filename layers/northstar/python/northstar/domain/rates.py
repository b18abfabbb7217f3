"""Rates that say how sure they are: a share with its n and its Wilson interval."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, sqrt
from typing import Literal, NamedTuple

Comparison = Literal["better", "worse", "same"]

Z_95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Rate:
    """`hits` of `n`, with the bounds of the 95 % Wilson score interval as shares 0..1."""

    hits: int
    n: int
    low: float
    high: float

    @property
    def share(self) -> float | None:
        """Hits over n, or None where there is nothing to divide."""
        return self.hits / self.n if self.n else None


class Difference(NamedTuple):
    """How much higher one share is than another, with the bounds of the 95 % interval."""

    points: float
    low: float
    high: float

    @property
    def verdict(self) -> Comparison:
        """Better or worse only where the interval leaves out 0."""
        if self.low > 0:
            return "better"
        return "worse" if self.high < 0 else "same"


def difference(rate: Rate, other: Rate) -> Difference | None:
    """Return how a rate differs from another; None where one of them is of nothing.

    The interval is Newcombe's hybrid of the two Wilson intervals (R. G. Newcombe, Statistics in
    Medicine 17, 1998, method 10).
    """
    if rate.share is None or other.share is None:
        return None
    points = rate.share - other.share
    return Difference(
        points,
        points - hypot(rate.share - rate.low, other.high - other.share),
        points + hypot(rate.high - rate.share, other.share - other.low),
    )


def wilson(hits: int, n: int) -> Rate:
    """Return the rate of `hits` in `n` trials (Wilson 1927, two-sided 95 %)."""
    if n == 0:
        return Rate(hits, n, 0.0, 1.0)
    share, z2 = hits / n, Z_95 * Z_95
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    spread = Z_95 / (1 + z2 / n) * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    low = centre - spread if hits else 0.0
    high = centre + spread if hits < n else 1.0
    return Rate(hits, n, max(0.0, low), min(1.0, high))
