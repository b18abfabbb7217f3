"""The forecast of a rate or an average: answers by week, old ones worth less, checked on the past.

Five models run along, each with its own memory d. A model is a beta distribution (a, b) of the
share; week by week, with x hits of n answers,

    forget   p = a/(a+b),  a ← d·a + (1−d)·2p,  b ← d·b + (1−d)·2(1−p)     towards 2 answers' worth
    score    evidence ← .98·evidence + log BetaBinomial(x; n, a, b)
    update   a ← a + x,  b ← b + n − x

and of n answers that end h weeks ahead the share has, with k = 2 + (a+b−2)·d^h, the mean p and the
variance p(1−p)/n · (1 + (n−1)/(k+1)). The models are mixed by prior · e^evidence. Intervals are
normal on the logit, widened or narrowed by their past misses as in `outlook.py`, with the prior 1.
The forgetting is that of power-steady models (Smith, 1979; West and Harrison, 1997, chapter 14).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, fsum, lgamma, log, sqrt
from typing import NamedTuple

from northstar.domain.calibration import Coverage, Miss, Spread, origins, spread
from northstar.domain.counts import normal, normal_quantile

LEAST_WEEKS = 8
MOST_WEEKS = 104
LEAST_ANSWERS = 30

_MEMORIES = ((1.0, 0.35), (0.98, 0.25), (0.95, 0.20), (0.88, 0.12), (0.75, 0.08))
_START = (4.0, 1.0)
_LEAST_WORTH = 2.0
_EVIDENCE_KEPT = 0.98
_PRIOR_SPREAD = 1.0
_WEEK = 7


class Answers(NamedTuple):
    """How many of a week's n answers were hits; of stars, the sum of (stars − 1)/4."""

    hits: float
    n: int


class Beta(NamedTuple):
    """A model of the share: its weight among all, its memory, a and b."""

    weight: float
    memory: float
    a: float
    b: float


class Share(NamedTuple):
    """A share that is not known yet: its mean, and its standard deviation on the logit scale."""

    mean: float
    deviation: float

    def quantile(self, probability: float) -> float:
        """Return what the share is at most with this probability."""
        return 1 / (1 + exp(-_logit(self.mean) - self.deviation * normal_quantile(probability)))

    def at_least(self, least: float) -> float:
        """Return the probability of a share of at least so much."""
        if not 0 < least < 1:
            return float(least <= 0)
        return normal((_logit(self.mean) - _logit(least)) / self.deviation)


@dataclass(frozen=True, slots=True)
class ShareForecast:
    """What to expect of the share among answers to come, which is wider than of the true rate.

    `p50` is .25 to .75, `p80` .10 to .90; `probability` that of at least the target.
    """

    expected: float
    p50: tuple[float, float]
    p80: tuple[float, float]
    probability: float
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class AverageForecast:
    """The same for the average stars of all time; `worst` and `best` can be reached at all."""

    expected: float
    p50: tuple[float, float]
    p80: tuple[float, float]
    probability: float
    coverage: Coverage
    worst: float
    best: float


def share_forecast(
    weeks: Sequence[Answers], *, window: int, ahead: int, answers: int, target: float
) -> ShareForecast | None:
    """Return the forecast of a share among `answers` that come in `window` weeks.

    `weeks` are complete ones, oldest first, of which the last 104 count; the window ends `ahead`
    weeks after them. `target` is a share. For a number of answers that is itself in doubt, take its
    lower quartile, too, and show the wider interval. None where it is too early: under 8 weeks or
    30 answers.
    """
    weeks = weeks[-MOST_WEEKS:]
    if len(weeks) < LEAST_WEEKS or sum(week.n for week in weeks) < LEAST_ANSWERS:
        return None
    now = len(weeks)
    ahead_tried = min(ahead, now // 2)
    starts = origins(now, ahead_tried)
    beliefs = _beliefs(weeks, {*starts, now})
    tries = [
        _Try(start, _share(beliefs[start], came.n, ahead_tried), came)
        for start in reversed(starts)
        if (came := _sum(weeks[: start + ahead_tried][-min(window, ahead_tried) :])).n
    ]
    if not tries:
        return None
    misses = [Miss(one.origin, _miss(one)) for one in tries]
    learnt = _spread(misses, ahead_tried, now)
    held = sum(_held(one, _spread(misses, ahead_tried, one.origin)) for one in tries)
    share = _widened(_share(beliefs[now], answers, ahead), learnt)
    return ShareForecast(
        expected=share.mean,
        p50=(share.quantile(0.25), share.quantile(0.75)),
        p80=(share.quantile(0.10), share.quantile(0.90)),
        probability=share.at_least(target),
        coverage=Coverage(held, len(tries), learnt.n_eff, learnt.factor, ahead_tried * _WEEK),
    )


def average_forecast(
    weeks: Sequence[Answers], *, stars: int, n: int, new: int, ahead: int, target: float
) -> AverageForecast | None:
    """Return the forecast of the average of all stars, after `new` more in `ahead` weeks.

    `weeks` are the sums of (stars − 1)/4, `stars` and `n` sum and number of all until now. The
    average is that of the new stars and of the old, so it reaches a target when the new ones' share
    reaches what the old ones leave to do. Stars vary less than the model's hits and misses of the
    same mean: the interval is on the wide side. None where it is too early.
    """

    def average(share: float) -> float:
        return (stars + new * (1 + 4 * share)) / (n + new)

    least = ((target * (n + new) - stars) / new - 1) / 4
    found = share_forecast(weeks, window=ahead, ahead=ahead, answers=new, target=least)
    if found is None:
        return None
    return AverageForecast(
        expected=average(found.expected),
        p50=(average(found.p50[0]), average(found.p50[1])),
        p80=(average(found.p80[0]), average(found.p80[1])),
        probability=found.probability,
        coverage=found.coverage,
        worst=average(0),
        best=average(1),
    )


def _beliefs(weeks: Sequence[Answers], after: set[int]) -> dict[int, tuple[Beta, ...]]:
    """What was known after the first n weeks, for each n of `after`."""
    models = [(log(prior), memory, *_START) for memory, prior in _MEMORIES]
    found = {}
    for number, week in enumerate(weeks, 1):
        models = [_learn(*model, week) for model in models]
        if number in after:
            best = max(model[0] for model in models)
            weights = [exp(model[0] - best) for model in models]
            found[number] = tuple(
                Beta(weight / fsum(weights), *model[1:])
                for weight, model in zip(weights, models, strict=True)
            )
    return found


def _learn(
    evidence: float, memory: float, a: float, b: float, week: Answers
) -> tuple[float, float, float, float]:
    """Forget, score and update one model by one week."""
    faded = (1 - memory) * _LEAST_WORTH / (a + b)
    a, b = memory * a + faded * a, memory * b + faded * b
    hits, misses = week.hits, week.n - week.hits
    found = _log_beta(a + hits, b + misses) - _log_beta(a, b)
    return _EVIDENCE_KEPT * evidence + found, memory, a + hits, b + misses


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def _share(models: Sequence[Beta], answers: int, ahead: int) -> Share:
    """The share among answers that end some weeks ahead, all models mixed."""
    mean = square = 0.0
    for weight, memory, a, b in models:
        p = a / (a + b)
        worth = _LEAST_WORTH + (a + b - _LEAST_WORTH) * memory**ahead
        mean += weight * p
        square += weight * (p * p + p * (1 - p) / answers * (1 + (answers - 1) / (worth + 1)))
    return Share(mean, sqrt(square - mean * mean) / (mean * (1 - mean)))


class _Try(NamedTuple):
    """A past forecast: after how many weeks, its share, and what came."""

    origin: int
    share: Share
    came: Answers


def _sum(weeks: Sequence[Answers]) -> Answers:
    return Answers(sum(week.hits for week in weeks), sum(week.n for week in weeks))


def _miss(one: _Try) -> float:
    """How far off a share was, as a normal quantile; half a hit and half a miss keep it finite."""
    came = (one.came.hits + 0.5) / (one.came.n + 1)
    return (_logit(came) - _logit(one.share.mean)) / one.share.deviation


def _held(one: _Try, learnt: Spread) -> bool:
    """Whether what came lies in the interval as it would have been shown."""
    shown = _widened(one.share, learnt)
    return shown.quantile(0.1) <= one.came.hits / one.came.n <= shown.quantile(0.9)


def _spread(misses: Sequence[Miss], ahead: int, now: int) -> Spread:
    return spread(misses, ahead, now, _PRIOR_SPREAD)


def _widened(share: Share, learnt: Spread) -> Share:
    return Share(share.mean, share.deviation * learnt.factor)


def _logit(share: float) -> float:
    return log(share / (1 - share))
