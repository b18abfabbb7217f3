"""How often the watch over the sources errs, on seeded lives of made-up stores."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from northstar.app import watch
from northstar.app.ports import Memory, Run
from northstar.domain.reviews import FIELDS

NOW = datetime(2026, 6, 1, tzinfo=UTC)
QUIET_RUNS = 1_000
CASES = 100
PER_PAGE = 10

Shown = list[frozenset[str]]
"""The newest reviews, newest first: which fields each of them has."""


def rates(random_: random.Random) -> dict[str, float]:
    """Return how often a store's reviews have each field: always, mostly, sometimes or never."""
    return {
        name: random_.choice([1.0, 1.0, random_.uniform(0.9, 1), random_.uniform(0.1, 0.9), 0.0])
        for name in FIELDS
    }


def write(random_: random.Random, usual: dict[str, float]) -> frozenset[str]:
    """Return a new review's fields."""
    return frozenset(name for name, rate in usual.items() if random_.random() < rate)


def run(shown: Shown, day: int = 0) -> Run:
    """Return the good run that saw these reviews."""
    at = NOW + timedelta(days=day)
    filled = {name: sum(name in review for review in shown) for name in FIELDS}
    return Run(
        *("made", "up", at, at, "ok", 1, len(shown), 0, 0, 0, True),  # type: ignore[arg-type]
        filled=filled,
    )


def life(random_: random.Random, runs: int) -> Iterator[Run]:
    """Yield runs over one store: each day the whole list, then thrice its newest page.

    As in life, the runs of a day see mostly the same reviews; between two runs a few are written.
    """
    usual = rates(random_)
    shown = [write(random_, usual) for _ in range(random_.choice([12, 60, 300]))]
    busy = random_.choice([0.2, 1, 3])
    for number in range(runs):
        for _ in range(int(random_.expovariate(1 / busy))):
            shown.insert(0, write(random_, usual))
        yield run(shown if number % 4 == 0 else shown[:PER_PAGE])


def remembered(runs: list[Run]) -> Memory:
    """Return what is known after these runs."""
    usual: watch.Usual = {}
    for one in runs:
        usual = watch.remember(usual, one)
    return Memory(usual=usual)


def test_quiet_stores_raise_no_alarm_about_their_fields() -> None:
    """Of 1,000 runs over 25 stores in which nothing breaks, at most 10 are told of."""
    random_ = random.Random(1)
    alarms = 0
    for _ in range(25):
        memory = Memory()
        for one in life(random_, QUIET_RUNS // 25):
            alarms += watch.fill(memory, one) is not None
            memory = Memory(usual=watch.remember(memory.usual, one))
    assert alarms <= QUIET_RUNS // 100


def lose(shown: Shown, name: str, losing: Callable[[], bool]) -> Shown:
    """Return the reviews without a field, where `losing` says so."""
    return [review - {name} if losing() else review for review in shown]


@pytest.mark.parametrize(
    ("reviews", "lowest", "lost"),
    [(10, 0.75, 1.0), (50, 0.3, 1.0), (50, 0.75, 0.6), (300, 0.3, 0.5), (800, 0.4, 0.3)],
)
def test_a_field_that_breaks_is_told(reviews: int, lowest: float, lost: float) -> None:
    """In 95 of 100 stores the first run that lost a field (in part) is told of, by its name.

    A page of ten proves the loss of a field that most reviews have; rarer fields and smaller losses
    need the longer list of a sweep.
    """
    random_ = random.Random(2)
    told = 0
    for _ in range(CASES):
        usual = rates(random_)
        name = random_.choice(FIELDS)
        usual[name] = random_.uniform(lowest, 1)
        look = partial(write, random_, usual)
        memory = remembered([run([look() for _ in range(reviews)]) for _ in range(6)])
        broken = lose([look() for _ in range(reviews)], name, lambda: random_.random() < lost)
        told += f"{name} in " in (watch.fill(memory, run(broken)) or "")
    assert told >= 0.95 * CASES


def test_a_quiet_count_raises_no_alarm_and_a_leak_does() -> None:
    """A store's count that is a little late or off for ever is quiet; one that we fall behind is
    told of within three weeks of daily sweeps.
    """
    random_ = random.Random(3)
    alarms = told = 0
    for _ in range(CASES):
        published = random_.randint(60, 3_000)
        off = random_.randint(0, published // 20)
        quiet: tuple[int, ...] = ()
        for _ in range(QUIET_RUNS // CASES * 4):
            late = random_.choice([0, 0, 0, 0, 0, 1])
            quiet = (*quiet, off + late)[-watch.GAPS_REMEMBERED :]
            alarms += watch.gap(quiet, published) is not None
        missed = off
        leak: tuple[int, ...] = ()
        for _ in range(21):
            missed += random_.randint(0, 3)
            leak = (*leak, missed)[-watch.GAPS_REMEMBERED :]
            if watch.gap(leak, published):
                told += 1
                break
    assert alarms <= QUIET_RUNS // 100
    assert told >= 0.95 * CASES


@given(
    st.dictionaries(
        st.sampled_from(FIELDS), st.tuples(st.integers(0, 10**6), st.integers(0, 10**6))
    ),
    st.integers(0, 300),
    st.data(),
)
def test_any_memory_and_run_can_be_judged(
    told: dict[str, tuple[int, int]], reviews: int, data: st.DataObject
) -> None:
    """No history makes a rule fail, and remembering keeps every count within its whole."""
    usual = {name: (float(min(pair)), float(max(pair))) for name, pair in told.items()}
    filled = {name: data.draw(st.integers(0, reviews)) for name in FIELDS}
    one = Run(
        *("made", "up", NOW, NOW, "ok", 1, reviews, 0, 0, 0, True),  # type: ignore[arg-type]
        filled=filled,
    )
    alert = watch.fill(Memory(usual=usual), one)
    assert alert is None or reviews
    for had, of in watch.remember(usual, one).values():
        assert 0 <= had <= of
