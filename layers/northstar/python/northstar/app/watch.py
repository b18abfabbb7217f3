"""What somebody should be told about a source although each of its pages was understood.

Pure rules over a run and what is remembered of the runs before it. Each returns the text of an
alert, or None. They are made to be quiet: see tests/property/test_watch.py for how often they err.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from math import exp, fsum, lgamma

from northstar.app.ports import Memory, Run
from northstar.app.source import Capabilities, capped
from northstar.domain.reviews import FIELDS
from northstar.domain.times import iso

RUNS_REMEMBERED = 28
ENOUGH_REVIEWS = 50
WORTH_TELLING = 0.95
CHANCE = 1e-4
SWEEPS_GROWING = 3
GAPS_REMEMBERED = SWEEPS_GROWING + 1
LARGE_GAP = 0.1
A_HANDFUL = 5

_MAY_BE_LOST = (
    "Reviews in between may be lost. Collect more often, and import the store's own export."
)
_LOOK = "Compare its list with ours: pages may be missing, or it counts ratings without reviews."

Usual = Mapping[str, tuple[float, float]]


def fill(memory: Memory, run: Run) -> str | None:
    """Tell which fields fewer reviews have than usual, with both rates.

    A field counts when it is filled less than 95 % as often as usual, and when that would happen by
    chance less than once in 10,000 runs.
    """
    fallen = [name for name in FIELDS if _has_fallen(memory.usual, run, name)]
    if not fallen:
        return None
    told = "; ".join(_rates(memory.usual, run, name) for name in fallen)
    return (
        f"Fields are missing: {told}. "
        "Compare the reviews with the store's page; if it still shows them, the page has changed."
    )


def remember(usual: Usual, run: Run) -> Usual:
    """Return for each field how many reviews had it, of how many, with this run in it.

    Earlier runs fade so that about the newest 28 count; only runs that are *ok* do at all.
    """
    if run.outcome != "ok" or not run.reviews:
        return usual
    kept = 1 - 1 / RUNS_REMEMBERED
    before = {name: usual.get(name, (0.0, 0.0)) for name in FIELDS}
    return {
        name: (had * kept + run.filled.get(name, 0), of * kept + run.reviews)
        for name, (had, of) in before.items()
    }


def overlap(memory: Memory, run: Run, capabilities: Capabilities, known: int) -> str | None:
    """Tell when a store that shows only its newest reviews may have dropped some unseen.

    `known` is how many of the reviews in this run were stored before it; `memory` is that of before
    the run. A store with a window is judged by its length, for there two looks need not show the
    same review; any other by whether they did.
    """
    if not capped(capabilities):
        return None
    if capabilities.window is not None:
        return _window_passed(memory, run, capabilities.window)
    if not (memory.public and run.reviews and run.complete) or known:
        return None
    return (
        f"None of the {run.reviews} reviews that the store shows was known before. {_MAY_BE_LOST}"
    )


def stale(memory: Memory, now: datetime, stale_after: timedelta) -> datetime | None:
    """Return since when (aware) a source is stale, or None while it is fresh.

    It is the moment `stale_after` past the newest good run, or past the first run while none was.
    """
    known = memory.good_at or memory.begun_at
    since = known + stale_after if known else None
    return since if since and now > since else None


def gap(gaps: tuple[int, ...], published: int | None) -> str | None:
    """Tell when the store counts more reviews than we hold, and that is no constant of the store.

    `gaps` are the differences after the newest complete sweeps, oldest first, of which the newest
    GAPS_REMEMBERED matter: the gap grew in each of the newest three sweeps, or is more than a tenth
    of `published`, the store's newest count.
    """
    if not gaps or published is None or gaps[-1] <= 0:
        return None
    newest = gaps[-GAPS_REMEMBERED:]
    pairs = list(pairwise(newest))
    if len(pairs) == SWEEPS_GROWING and all(later > sooner for sooner, later in pairs):
        grown = ", ".join(map(str, newest))
        return f"The store counts more reviews than we can see, and ever more: {grown}. {_LOOK}"
    if newest[-1] > max(A_HANDFUL, LARGE_GAP * published):
        return f"The store counts {published} reviews, {newest[-1]} more than we can see. {_LOOK}"
    return None


def _has_fallen(usual: Usual, run: Run, name: str) -> bool:
    had, of = usual.get(name, (0.0, 0.0))
    filled = run.filled.get(name, 0)
    if of < ENOUGH_REVIEWS or filled * of >= WORTH_TELLING * had * run.reviews:
        return False
    return _chance_of_at_most(filled, run.reviews, had, of) < CHANCE


def _chance_of_at_most(filled: int, reviews: int, had: float, of: float) -> float:
    """Return how likely so few filled reviews are, given that `had` of `of` were.

    The beta-binomial distribution with Jeffreys' prior: the binomial one over all rates that the
    earlier reviews allow, so that "always until now" does not mean "always".
    """
    some, none = had + 0.5, of - had + 0.5
    whole = lgamma(reviews + 1) - _log_beta(some, none)
    return fsum(
        exp(
            whole
            - lgamma(count + 1)
            - lgamma(reviews - count + 1)
            + _log_beta(count + some, reviews - count + none)
        )
        for count in range(filled + 1)
    )


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def _rates(usual: Usual, run: Run, name: str) -> str:
    had, of = usual[name]
    filled = run.filled.get(name, 0)
    share = filled / run.reviews
    return f"{name} in {filled} of {run.reviews} ({share:.0%}), usually {had / of:.0%}"


def _window_passed(memory: Memory, run: Run, window: timedelta) -> str | None:
    if memory.good_at is None or run.started_at - memory.good_at <= window:
        return None
    return (
        f"The store shows only what changed in the last {window.days} days, "
        f"and the last good run was at {iso(memory.good_at)}. {_MAY_BE_LOST}"
    )
