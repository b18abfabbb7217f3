"""What weekly counts say of the weeks ahead: a grid of small models, weighted by what they foresaw.

Nobody knows how fast a level wanders, how it bursts or whether it grows. So each combination runs
along as a model of its own (a local level whose weeks are negative binomial), and counts for as
much as it foretold the weeks that came. There are no random numbers, and sums do not depend on the
version of Python: equal counts, equal fan.

For week t = 0, 1, … a model with weekly step `sigma` of the log level, dispersion `kappa`,
persistence `phi` and log growth `growth` keeps a mean m and a relative variance v of the rate:

    predict   p = A·(m/A)^phi·e^growth      A: the mean of all weeks, each .99 of the one after
              q = phi²·v + sigma² + 1/(t+1)²              a series is restless after its start
    score     evidence = .95·evidence + log NB(y; mean p, size 1/(q + (1+q)/kappa))
    update    e = 1/(1 + p/kappa),  a = 1/q + e·y,  m = a/(1/(q·p) + e),  v = 1/a

The update is the conjugate one of a gamma rate and Poisson counts (West and Harrison, "Bayesian
Forecasting and Dynamic Models", 1997, chapter 14), in which a noisy week counts for less. Fading
the evidence lets the grid change its mind (Raftery, Kárný and Ettler, 2010: "forgetting").
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from math import exp, expm1, fsum, inf, lgamma, log, log1p
from typing import NamedTuple

from northstar.domain.counts import Total

Weeks = Sequence[float | None]
"""Counts by week, oldest first; None is a week of which too little is known."""

SCORED_FROM = 4
"""The weeks before it form the models, and judge none."""

_STEPS = ((0.0, 0.45), (0.04, 0.20), (0.08, 0.15), (0.16, 0.12), (0.32, 0.08))
_DISPERSIONS = ((1.0, 0.15), (3.0, 0.25), (10.0, 0.30), (inf, 0.30))
_PERSISTENCES = ((1.0, 0.4), (0.9, 0.3), (0.7, 0.3))
_GROWTHS = ((-0.02, 0.04), (0.0, 0.78), (0.01, 0.10), (0.03, 0.08))
_EVIDENCE_KEPT = 0.95
_LONG_RUN_KEPT = 0.99
_GROWTH_KEPT = 0.95
_NEGLIGIBLE = 0.01
_MOST_LOG_VARIANCE = 2.0
_MOST_RELATIVE_VARIANCE = 4.0


class Model(NamedTuple):
    """One combination of the grid: log prior, sigma², 1/kappa, phi and log growth a week."""

    prior: float
    step: float
    burst: float
    persistence: float
    growth: float


class Member(NamedTuple):
    """A model with its weight among all, and its mean and relative variance of the rate."""

    weight: float
    model: Model
    mean: float
    variance: float


class Belief(NamedTuple):
    """What is known after some weeks: the models that count, and the long-run mean of a week."""

    members: tuple[Member, ...]
    long_run: float


class Ahead(NamedTuple):
    """The total from now until some way into one week ahead, as a function of the way.

    With a share f of that week, the mean is `mean` + f·`mean_1`, and the mean square
    `square` + f·`square_1` + f²·`square_2`: all models' moments, mixed by their weights.
    """

    mean: float
    mean_1: float
    square: float
    square_1: float
    square_2: float

    def total(self, share: float = 1.0) -> Total:
        """Return the total after this share of the week, its variance capped at m + 4·m²."""
        mean = self.mean + share * self.mean_1
        square = self.square + share * (self.square_1 + share * self.square_2)
        cap = mean + _MOST_RELATIVE_VARIANCE * mean * mean
        return Total(mean, max(mean, min(square - mean * mean, cap)))


def _grid() -> tuple[Model, ...]:
    """Every combination; without a step there is nothing to return from, so phi is 1."""
    return tuple(
        Model(log(a * b * c * d), step * step, 1 / kappa, phi, growth)
        for step, a in _STEPS
        for kappa, b in _DISPERSIONS
        for phi, c in (_PERSISTENCES if step else ((1.0, 1.0),))
        for growth, d in _GROWTHS
    )


GRID = _grid()


def beliefs(weeks: Weeks, after: Collection[int]) -> dict[int, Belief]:
    """Return what was known after the first n weeks, for each n of `after`.

    A week of None moves the models on and teaches nothing. `weeks` needs one that is known.
    """
    found = {}
    first = [count for count in weeks if count is not None][:3]
    start = (sum(first) + 0.5) / len(first)
    means, variances = [start] * len(GRID), [1.0] * len(GRID)
    evidence = [0.0] * len(GRID)
    seen, seen_weight = 0.5, 0.0
    long_run = start
    for week, count in enumerate(weeks):
        restless = 1 / (week + 1) ** 2
        for at, (_, step, burst, persistence, growth) in enumerate(GRID):
            mean = _moved(means[at], persistence, long_run, _faded(growth, 1)[0])
            variance = persistence * persistence * variances[at] + step + restless
            if count is not None:
                if week >= SCORED_FROM:
                    size = 1 / (variance + (1 + variance) * burst)
                    likelihood = _log_likelihood(count, mean, size)
                    evidence[at] = _EVIDENCE_KEPT * evidence[at] + likelihood
                mean, variance = updated(count, mean, variance, burst)
            means[at], variances[at] = mean, variance
        if count is not None:
            seen = _LONG_RUN_KEPT * seen + count
            seen_weight = _LONG_RUN_KEPT * seen_weight + 1
            long_run = seen / seen_weight
        if week + 1 in after:
            found[week + 1] = Belief(_members(means, variances, evidence), long_run)
    return found


def updated(count: float, mean: float, variance: float, burst: float) -> tuple[float, float]:
    """Return mean and relative variance of a weekly rate once a week's count is known."""
    told = 1 / (1 + mean * burst)
    shape = 1 / variance + told * count
    return shape / (1 / (variance * mean) + told), 1 / shape


def fan(belief: Belief, weeks: int) -> list[Ahead]:
    """Return the running total for each of so many weeks ahead.

    In a model, week h has the mean l (the level moved on, its growth fading by .95 a week) and
    c = e^min(q, 2) − 1, where q ← phi²·q + sigma². With a share f of it, the variance grows by

        f·l + f²·l²·c + f·l²·(1 + c)/kappa + 2·f·l·X,    X_h = phi·(X_{h−1} + l_{h−1}·c_{h−1})

    which is Poisson noise, doubt about the level, bursts, and the covariance with the weeks before.
    """
    sums = [[0.0] * 5 for _ in range(weeks)]
    for member in belief.members:
        _add(member, belief.long_run, sums)
    return [Ahead(*row) for row in sums]


def _add(member: Member, long_run: float, sums: list[list[float]]) -> None:
    """Add the moments of one model's running total, by its weight."""
    weight, model, level, q = member
    _, step, burst, persistence, growth = model
    kept = persistence * persistence
    total = variance = shared = doubt = 0.0
    for row, factor in zip(sums, _faded(growth, len(sums)), strict=True):
        level = _moved(level, persistence, long_run, factor)
        q = kept * q + step
        c = expm1(min(q, _MOST_LOG_VARIANCE))
        shared = persistence * (shared + doubt)
        doubt = level * c
        linear = level * (1 + level * (1 + c) * burst + 2 * shared)
        weighted = weight * level
        row[0] += weight * total
        row[1] += weighted
        row[2] += weight * (variance + total * total)
        row[3] += weight * linear + 2 * weighted * total
        row[4] += weighted * (doubt + level)
        variance += linear + level * doubt
        total += level


@cache
def _faded(growth: float, weeks: int) -> tuple[float, ...]:
    """The factors by which growth moves the level in each week ahead."""
    return tuple(exp(growth * _GROWTH_KEPT**week) for week in range(weeks))


def _moved(level: float, persistence: float, long_run: float, factor: float) -> float:
    """The level of the next week: it stays, or returns to the long run, and it grows."""
    if persistence == 1.0:
        return level * factor
    returning: float = long_run * (level / long_run) ** persistence
    return returning * factor


def _members(
    means: Sequence[float], variances: Sequence[float], evidence: Sequence[float]
) -> tuple[Member, ...]:
    """The models with their weights; those under 1 % of the best are left out."""
    scores = [model.prior + found for model, found in zip(GRID, evidence, strict=True)]
    best = max(scores)
    weights = [exp(score - best) for score in scores]
    kept = [at for at, weight in enumerate(weights) if weight >= _NEGLIGIBLE]
    whole = fsum(weights[at] for at in kept)
    return tuple(Member(weights[at] / whole, GRID[at], means[at], variances[at]) for at in kept)


def _log_likelihood(count: float, mean: float, size: float) -> float:
    """Log NB(count; mean, size), without the part that is the same for every model."""
    return (
        lgamma(count + size)
        - lgamma(size)
        - size * log1p(mean / size)
        + count * log(mean / (size + mean))
    )
