"""Daily counts of the kinds that reviews come in, and weekly answers: seeded, with their future."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import NamedTuple

from northstar.domain.shares import Answers

FUTURE = 400
FUTURE_WEEKS = 16
_SHORTEST, _LONGEST = 120, 720
_WEEKDAYS = (1.25, 1.3, 1.25, 1.15, 1.05, 0.5, 0.5)
_WEEK = 7
_KNUTH = 30.0


class Series(NamedTuple):
    """Daily counts up to now and from then on, and the mean level of a day of the history."""

    history: list[int]
    future: list[int]
    level: float


def series(name: str, seed: int, days: int | None = None) -> Series:
    """Return the series of a family and a seed: the same on every machine.

    Its history has so many days, else 120 to 720; its mean level is 0.5 to 8 a day.
    """
    rng = random.Random(f"{name} {seed}")
    past = days or rng.randint(_SHORTEST, _LONGEST)
    mean = math.exp(rng.uniform(math.log(0.5), math.log(8)))
    levels, size = FAMILIES[name](rng, mean, past)
    counts = [_negative_binomial(rng, level, size) for level in levels]
    return Series(counts[:past], counts[past:], sum(levels[:past]) / past)


def poisson(rng: random.Random, mean: float) -> int:
    """Return a Poisson count, by Knuth's products of at most 30 at a time."""
    count = 0
    while mean > _KNUTH:
        mean -= _KNUTH
        count += poisson(rng, _KNUTH)
    product, limit = rng.random(), math.exp(-mean)
    while product > limit:
        product *= rng.random()
        count += 1
    return count


def _negative_binomial(rng: random.Random, mean: float, size: float) -> int:
    """Return a count of variance mean + mean²/size."""
    return poisson(rng, mean if size == math.inf else rng.gammavariate(size, mean / size))


Levels = tuple[list[float], float]
"""The expected count of each day of history and future, and the size of a day's distribution."""


def _steady(_: random.Random, mean: float, past: int) -> Levels:
    return [mean] * (past + FUTURE), math.inf


def _weekdays(_: random.Random, mean: float, past: int) -> Levels:
    return [mean * _WEEKDAYS[day % _WEEK] for day in range(past + FUTURE)], 0.8


def _drift(rng: random.Random, mean: float, past: int) -> Levels:
    """The log of the weekly level returns to its mean by a fifth and steps by .25."""
    state, levels = rng.gauss(0, 0.25 / 0.6), []
    for day in range(past + FUTURE):
        if day % _WEEK == 0:
            state = 0.8 * state + rng.gauss(0, 0.25)
        levels.append(mean * _WEEKDAYS[day % _WEEK] * math.exp(state))
    return levels, 0.8


def _bursts(rng: random.Random, mean: float, past: int) -> Levels:
    """One week in 26 is 3 to 10 times the others."""
    weeks = [
        rng.uniform(3, 10) if rng.random() < 1 / 26 else 1.0
        for _ in range((past + FUTURE) // _WEEK + 1)
    ]
    return [mean * weeks[day // _WEEK] for day in range(past + FUTURE)], math.inf


def _change(rng: random.Random, mean: float, past: int) -> Levels:
    """Once, between a tenth and nine tenths of the history, up or down by 1.5 to 3 times."""
    factor, at = rng.uniform(1.5, 3), rng.uniform(0.1, 0.9) * past
    factor = factor if rng.random() < 0.5 else 1 / factor
    return [mean * (factor if day >= at else 1) for day in range(past + FUTURE)], math.inf


def _rare(_: random.Random, __: float, past: int) -> Levels:
    return [0.1] * (past + FUTURE), 0.5


def _growth(rng: random.Random, mean: float, past: int) -> Levels:
    """In a line, by a half to three times over the history, and on."""
    slope = rng.uniform(0.5, 3) / past
    return [mean * (1 + slope * day) for day in range(past + FUTURE)], math.inf


def _ramp_up(rng: random.Random, mean: float, past: int) -> Levels:
    """From nothing at the launch, saturating with a time constant of 60 to 240 days."""
    days = rng.uniform(60, 240)
    return [mean * -math.expm1(-(day + 1) / days) for day in range(past + FUTURE)], math.inf


FAMILIES: dict[str, Callable[[random.Random, float, int], Levels]] = {
    "Poisson": _steady,
    "weekdays": _weekdays,
    "drift": _drift,
    "bursts": _bursts,
    "change": _change,
    "rare": _rare,
    "growth": _growth,
    "ramp-up": _ramp_up,
}


def answers(name: str, seed: int) -> tuple[list[Answers], list[Answers]]:
    """Return 16 to 104 weeks of answers of a kind and a seed, and the 16 weeks after them."""
    rng = random.Random(f"{name} {seed}")
    past = rng.randint(16, 104)
    often = 3.0 if name == "few" else rng.uniform(10, 60)
    weeks = []
    for share in RATES[name](rng, past):
        n = max(1, poisson(rng, often))
        weeks.append(Answers(sum(rng.random() < share for _ in range(n)), n))
    return weeks[:past], weeks[past:]


def _share(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


def _constant(share: float) -> Callable[[random.Random, int], list[float]]:
    return lambda _, past: [share] * (past + FUTURE_WEEKS)


def _wandering(rng: random.Random, past: int) -> list[float]:
    """The logit steps by .1 a week from that of .85."""
    logit, found = 1.73, []
    for _ in range(past + FUTURE_WEEKS):
        logit += rng.gauss(0, 0.1)
        found.append(_share(logit))
    return found


def _changed(rng: random.Random, past: int) -> list[float]:
    """The logit changed once by .8, from that of .85, between a tenth and nine tenths."""
    at, step = rng.uniform(0.1, 0.9) * past, rng.choice((-0.8, 0.8))
    return [_share(1.73 + step * (week >= at)) for week in range(past + FUTURE_WEEKS)]


RATES: dict[str, Callable[[random.Random, int], list[float]]] = {
    "constant .9": _constant(0.9),
    "constant .75": _constant(0.75),
    "drift": _wandering,
    "change": _changed,
    "few": _constant(0.85),
}
