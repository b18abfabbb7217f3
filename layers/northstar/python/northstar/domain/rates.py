"""Rates that say how sure they are: a share with its n and its Wilson interval."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

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
