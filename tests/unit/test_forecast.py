"""The forecast of a goal: its states, its readings of one fan, and what it refuses to tell."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from northstar.domain.calibration import Spread
from northstar.domain.forecast import Doubt, Forecast, Status, forecast, read
from northstar.domain.outlook import Outlook, look_ahead

LAST = date(2026, 11, 21)
DEADLINE = LAST + timedelta(60)


def counts_of(each: list[int]) -> dict[date, int]:
    """Counts by day, the last of them on LAST."""
    return {LAST - timedelta(back): count for back, count in enumerate(reversed(each))}


def random_counts(days: int, level: float = 2.0, seed: int = 7) -> dict[date, int]:
    """Days of about `level`, the same for a seed."""
    rng = random.Random(seed)
    return counts_of([sum(rng.random() < level / 20 for _ in range(20)) for _ in range(days)])


def told(counts: dict[date, int], **changed: Any) -> Forecast:
    """The forecast of a goal that is not reached, but for what is changed."""
    given: dict[str, Any] = {"target": 1_000, "value": 900, "deadline": DEADLINE, "as_of": LAST}
    return forecast(counts, **given | changed)


def nothing(found: Forecast) -> bool:
    """Whether neither figures nor a record are told."""
    figures = (found.expected, found.p50, found.p80, found.eta80, found.coverage)
    return figures == (None,) * 5 and not found.bands and not found.past


STEADY = random_counts(400)


@pytest.mark.parametrize(
    ("counts", "changed", "status", "doubt"),
    [
        (random_counts(55), {}, "too early", "short history"),
        ({}, {}, "too early", "short history"),
        (counts_of([0] * 200), {}, "too early", "few counted"),
        (counts_of([1, 1, 1, 1, *[0] * 200]), {}, "too early", "few counted"),
        (STEADY, {"launch": LAST - timedelta(119)}, "too early", "after launch"),
        (STEADY, {"deadline": LAST + timedelta(1_093)}, "too early", "too far"),
        (STEADY, {"as_of": LAST + timedelta(8)}, "stale", "stale"),
    ],
)
def test_where_no_interval_is_honest_none_is_told(
    counts: dict[date, int], changed: dict[str, Any], status: Status, doubt: Doubt
) -> None:
    """No figure and no probability, but the reason."""
    found = told(counts, **changed)
    assert (found.status, found.doubts, found.probability) == (status, (doubt,), None)
    assert nothing(found)


@pytest.mark.parametrize(
    ("counts", "changed"),
    [
        (random_counts(56), {}),
        (counts_of([*[0] * 100, *[1] * 5, *[0] * 100]), {}),
        (STEADY, {"launch": LAST - timedelta(120)}),
        (STEADY, {"deadline": LAST + timedelta(1_092)}),
        (STEADY, {"deadline": LAST + timedelta(1)}),
        (STEADY, {"as_of": LAST + timedelta(7)}),
    ],
)
def test_on_the_other_side_of_each_limit_there_is_one(
    counts: dict[date, int], changed: dict[str, Any]
) -> None:
    """With its record."""
    found = told(counts, **changed)
    assert found.p80 is not None
    assert found.coverage is not None
    assert found.coverage.tried == len(found.past) > 0


def test_a_goal_that_is_reached_is_certain() -> None:
    """It has no arrival any more, but what is expected by the deadline is told."""
    found = told(STEADY, value=1_000)
    assert (found.status, found.probability, found.eta80) == ("reached", 1.0, None)
    assert found.p80 is not None
    assert found.p80[0] >= 1_000
    assert "no growth" not in found.doubts


@pytest.mark.parametrize("counts", [{}, STEADY, random_counts(20)])
def test_a_deadline_that_has_passed_is_missed_or_reached(counts: dict[date, int]) -> None:
    """Its last day has to be known for that, where any day is."""
    ended = {"deadline": LAST, "as_of": LAST}
    missed, reached = told(counts, **ended), told(counts, value=1_000, **ended)
    assert (missed.status, missed.probability) == ("missed", 0.0)
    assert (reached.status, reached.probability) == ("reached", 1.0)
    assert nothing(missed)
    assert nothing(reached)


def test_a_deadline_of_which_the_days_are_not_known_yet_is_not_missed() -> None:
    """The last three days may still bring what is needed."""
    late = LAST + timedelta(3)
    found = told(STEADY, value=998, deadline=late, as_of=late)
    assert found.probability is not None
    assert 0.5 < found.probability < 1


@pytest.mark.parametrize(
    ("part", "status"), [(0.4, "on track"), (0.93, "likely"), (1.08, "at risk"), (1.5, "unlikely")]
)
def test_the_status_is_the_probabilitys(part: float, status: Status) -> None:
    """From .8, from .5, from .2, and below."""
    outlook = outlook_of(STEADY)
    need = round(part * outlook.total(60).mean)
    found = read(outlook, target=need, value=0, deadline=DEADLINE)
    bounds = {"on track": (0.8, 1.0), "likely": (0.5, 0.8), "at risk": (0.2, 0.5)}
    low, high = bounds.get(status, (0.0, 0.2))
    assert found.status == status
    assert found.probability is not None
    assert low <= found.probability <= high


def outlook_of(counts: dict[date, int]) -> Outlook:
    """The outlook of a series that is long enough."""
    found = look_ahead(counts, max(counts))
    assert found
    return found


def doubts_of(counts: dict[date, int], **changed: Any) -> tuple[Doubt, ...]:
    """What a reader hears beside the interval."""
    found = told(counts, **changed)
    assert found.p80 is not None
    return found.doubts


@pytest.mark.parametrize(
    ("doubt", "with_it", "without"),
    [
        (
            "short history",
            lambda: doubts_of(random_counts(119)),
            lambda: doubts_of(random_counts(126)),
        ),
        (
            "far ahead",
            lambda: doubts_of(STEADY, deadline=LAST + timedelta(400)),
            lambda: doubts_of(STEADY, deadline=LAST + timedelta(300)),
        ),
        (
            "no growth",
            lambda: doubts_of(STEADY, target=20_000),
            lambda: doubts_of(STEADY, target=2_000),
        ),
        (
            "pace changed",
            lambda: doubts_of(counts_of([*[2, 3, 1, 2] * 60, *[9] * 14])),
            lambda: doubts_of(counts_of([2, 3, 1, 2] * 64)),
        ),
    ],
)
def test_what_a_reader_has_to_hear_is_told(
    doubt: Doubt,
    with_it: Callable[[], tuple[Doubt, ...]],
    without: Callable[[], tuple[Doubt, ...]],
) -> None:
    """Where it is so, and only there."""
    assert doubt in with_it()
    assert doubt not in without()


@pytest.mark.parametrize("last", [[9] * 7, [*[9] * 7, *[0] * 7]])
def test_one_odd_week_or_two_opposite_ones_are_no_change(last: list[int]) -> None:
    """The pace has changed when two of three weeks are odd on the same side."""
    assert "pace changed" not in doubts_of(counts_of([*[2, 3, 1, 2] * 60, *last]))


def test_a_short_history_is_not_narrowed() -> None:
    """Its intervals are widened until its own past says otherwise."""
    young, old = told(random_counts(90)), told(STEADY)
    assert young.coverage
    assert old.coverage
    assert young.coverage.s > 1.1 > old.coverage.s


def test_a_poor_record_is_told() -> None:
    """When intervals held less than six times in ten, and there are enough of them."""
    swings = [level for level in (1, 12, 2, 30, 1, 18, 3) for _ in range(63)]
    found = told(counts_of(swings))
    assert found.coverage is not None
    assert found.coverage.held < 0.6 * found.coverage.tried
    assert found.coverage.n_eff >= 4
    assert "poor record" in found.doubts
    assert "poor record" not in told(STEADY).doubts


def test_the_record_is_that_of_the_nearest_horizon() -> None:
    """About as many days ahead as are asked for, and counted from the past forecasts told."""
    for days, nearest in ((20, 28), (60, 63), (100, 126), (300, 252)):
        found = told(random_counts(728), deadline=LAST + timedelta(days))
        assert found.coverage is not None
        assert found.coverage.days == nearest
        assert found.coverage.held == sum(past.held for past in found.past)
        assert {(past.until - past.made).days for past in found.past} == {nearest}


def test_what_has_arrived_stays() -> None:
    """Where the past widens far forecasts more than near ones, a later deadline is no worse."""
    outlook = outlook_of(STEADY)
    near, far, *_ = outlook.checked
    odd = replace(
        outlook,
        checked=(
            near._replace(spread=Spread(5.0, 0.6)),
            far._replace(spread=Spread(5.0, 2.5)),
        ),
    )
    assert odd.at_least(30, 28) > odd.at_least(30, 63)
    soon = read(odd, target=30, value=0, deadline=LAST + timedelta(28))
    late = read(odd, target=30, value=0, deadline=LAST + timedelta(63))
    assert soon.probability == late.probability
    assert soon.eta80 == late.eta80


def test_the_fan_ends_in_the_intervals() -> None:
    """A band for each week and one for the deadline, whose quantiles are p50 and p80."""
    found = told(STEADY)
    days = [(band.day - LAST).days for band in found.bands]
    assert days == [7, 14, 21, 28, 35, 42, 49, 56, 60]
    last = found.bands[-1]
    assert (found.p50, found.p80) == ((last.p25, last.p75), (last.p10, last.p90))
    assert found.expected == pytest.approx(last.p50, abs=2)


def test_what_comes_after_as_of_is_not_known() -> None:
    """A forecast as of a day is that of a series that ends on it."""
    earlier = LAST - timedelta(50)
    cut = {day: count for day, count in STEADY.items() if day <= earlier}
    assert told(STEADY, as_of=earlier) == told(cut, as_of=earlier)


def test_days_before_the_last_104_weeks_do_not_matter() -> None:
    """Two years are looked at."""
    long = random_counts(900)
    recent = {day: count for day, count in long.items() if (LAST - day).days < 728}
    assert told(long) == told(recent)


def test_a_wider_series_has_a_wider_interval() -> None:
    """Weeks that burst widen it; a tenfold level narrows it in parts of what is expected."""
    rng = random.Random(3)
    bursts = [rng.choice((0, 0, 0, 8)) for _ in range(400)]
    plain = told(STEADY).p80
    burst = told(counts_of(bursts)).p80
    tenfold = told({day: 10 * count for day, count in random_counts(400, 1.0).items()})
    busy = told(random_counts(400, 10.0))
    assert plain
    assert burst
    assert burst[1] - burst[0] > 1.3 * (plain[1] - plain[0])
    assert relative(busy) < 0.6 * relative(told(random_counts(400, 1.0)))
    assert relative(busy) < relative(tenfold)


def relative(found: Forecast) -> float:
    """The width of the 80 % interval over what is expected to come."""
    assert found.p80 is not None
    assert found.expected is not None
    return (found.p80[1] - found.p80[0]) / (found.expected - found.value)


def test_most_simulated_intervals_hold() -> None:
    """Of forty steady series between seven and ten in ten, for 60 days."""
    held = 0
    for seed in range(40):
        each = list(random_counts(300, 2.0, seed).values())[::-1]
        past, future = each[:240], each[240:]
        outlook = outlook_of(counts_of(past))
        held += outlook.quantile(0.1, 60) <= sum(future) <= outlook.quantile(0.9, 60)
    assert 28 <= held <= 39
