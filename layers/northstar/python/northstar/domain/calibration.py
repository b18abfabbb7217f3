"""How much wider or narrower an interval has to be shown, by how far past ones were off.

With F the distribution of a forecast and z the normal quantile of where in it came what came,

    s² = (4·prior² + n_eff · weighted mean z²) / (4 + n_eff)        F_shown(x) = Φ(Φ⁻¹(F(x)) / s)

so without a past the prior holds, and is believed as much as four independent forecasts. One that
was decided k weeks ago weighs .98^k, and z² counts for 5 at most. As windows overlap, n_eff = 1.5 ·
sum of weights · step/horizon. Learning the width of intervals from their own past misses is the
idea of Gibbs and Candès, "Adaptive Conformal Inference Under Distribution Shift" (2021).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import fsum, sqrt
from typing import NamedTuple

_FIRST_ORIGIN = 8
_MOST_ORIGINS = 20
_PRIOR_WORTH = 4.0
_KEPT = 0.98
_OVERLAP_WORTH = 1.5
_MOST_Z2 = 5.0
_LEAST_SPREAD, _MOST_SPREAD = 0.6, 2.5


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often past 80 % intervals for so many days ahead have held.

    They overlap: together they are worth about `n_eff` independent ones. `s` is the factor by which
    they teach to widen (above 1) or narrow the interval.
    """

    held: int
    tried: int
    n_eff: float
    s: float
    days: int


class Miss(NamedTuple):
    """A past forecast after so many weeks: by how much it was off, as a normal quantile."""

    origin: int
    z: float


class Spread(NamedTuple):
    """The factor for the interval, and how many independent forecasts it is learnt from."""

    n_eff: float
    factor: float


def origins(now: int, horizon: int) -> range:
    """Return after which weeks forecasts for a horizon are tried: every third of it, newest first.

    There are at most twenty, from week 8 on, and none of a horizon over half the history.
    """
    if now < 2 * horizon:
        return range(0)
    newest = now - horizon
    oldest = max(min(_FIRST_ORIGIN, newest), newest - _step(horizon) * (_MOST_ORIGINS - 1))
    return range(newest, oldest - 1, -_step(horizon))


def spread(misses: Iterable[Miss], horizon: int, now: int, prior: float) -> Spread:
    """Return the factor that past forecasts for a horizon teach of which it is known what came."""
    known = [miss for miss in misses if miss.origin + horizon <= now]
    worth = _OVERLAP_WORTH * _step(horizon) / horizon
    weights = [worth * _KEPT ** (now - miss.origin - horizon) for miss in known]
    squares = (
        weight * min(miss.z**2, _MOST_Z2) for weight, miss in zip(weights, known, strict=True)
    )
    n_eff = fsum(weights)
    factor = sqrt((_PRIOR_WORTH * prior**2 + fsum(squares)) / (_PRIOR_WORTH + n_eff))
    return Spread(n_eff, min(max(factor, _LEAST_SPREAD), _MOST_SPREAD))


def _step(horizon: int) -> int:
    return max(1, horizon // 3)
