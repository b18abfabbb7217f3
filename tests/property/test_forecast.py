"""Laws that hold for the forecast of any series."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from northstar.domain.forecast import Forecast, forecast, read
from northstar.domain.outlook import Outlook, look_ahead

LAST = date(2026, 11, 21)


@st.composite
def series(draw: st.DrawFn, least: int = 1, most: int = 2_000) -> dict[date, int]:
    """Days of a pattern that repeats and scales, with one huge day, and some that are not known."""
    pattern = draw(st.lists(st.integers(0, 6), min_size=1, max_size=40))
    scale = draw(st.sampled_from([1, 1, 1, 40, 5_000]))
    days = draw(st.integers(least, most))
    rest = draw(st.integers(0, days))
    counts = [pattern[at % len(pattern)] * (scale if at < rest else 1) for at in range(days)]
    counts[draw(st.integers(0, days - 1))] += draw(st.sampled_from([0, 0, 100, 10**9]))
    gap = draw(st.integers(0, 30))
    start = draw(st.integers(0, days))
    return {
        LAST - timedelta(days - 1 - at): count
        for at, count in enumerate(counts)
        if not start <= at < start + gap or at == days - 1
    }


@st.composite
def outlooks(draw: st.DrawFn) -> Outlook:
    """The outlook of a series that has one."""
    return draw(series(least=70, most=500).map(lambda s: look_ahead(s, LAST)).filter(bool))


def goal(outlook: Outlook, need: int, days: int) -> Forecast:
    """The forecast of so much more in so many days."""
    return read(outlook, target=100 + need, value=100, deadline=LAST + timedelta(days))


NEEDS = st.one_of(st.integers(1, 60), st.integers(1, 100_000))


@settings(max_examples=30)
@given(series(), st.integers(-5, 10**6), st.integers(-10, 1_300), st.integers(0, 20))
def test_any_series_has_a_whole_forecast_or_none(
    counts: dict[date, int], need: int, days: int, late: int
) -> None:
    """All of interval, probability and record, or nothing and a reason; and the same again."""
    given_ = {"target": 50 + need, "value": 50}
    when = {"deadline": LAST + timedelta(days), "as_of": LAST + timedelta(late)}
    found = forecast(counts, **given_, **when)
    figures = [found.expected, found.p50, found.p80, found.coverage]
    assert len({figure is None for figure in figures}) == 1
    if found.p80 is None or found.p50 is None or found.coverage is None:
        assert found.doubts or found.status in {"reached", "missed"}
    else:
        assert found.coverage.tried > 0
        assert 50 <= found.p80[0] <= found.p50[0] <= found.p50[1] <= found.p80[1]
        assert found.probability is not None
        assert 0 <= found.probability <= 1
    assert forecast(dict(reversed(counts.items())), **given_, **when) == found


@settings(max_examples=20)
@given(outlooks(), st.lists(NEEDS, min_size=2, max_size=2), st.integers(1, 400))
def test_more_to_do_is_never_likelier(outlook: Outlook, needs: list[int], days: int) -> None:
    """A higher target has no higher probability and no earlier arrival."""
    less, more = (goal(outlook, need, days) for need in sorted(needs))
    assert (less.probability or 0) >= (more.probability or 0)
    for early, late in zip(less.eta80 or (), more.eta80 or (), strict=True):
        assert late is None or (early is not None and early <= late)


@settings(max_examples=20)
@given(outlooks(), NEEDS, st.lists(st.integers(1, 400), min_size=2, max_size=2))
def test_more_time_is_never_worse(outlook: Outlook, need: int, days: list[int]) -> None:
    """A later deadline has no lower probability, and the arrival does not depend on it."""
    soon, late = (goal(outlook, need, ahead) for ahead in sorted(days))
    assert (soon.probability or 0) <= (late.probability or 0)
    assert soon.eta80 == late.eta80


@settings(max_examples=20)
@given(outlooks(), NEEDS, st.integers(1, 400))
def test_probability_and_arrival_say_the_same(outlook: Outlook, need: int, days: int) -> None:
    """A probability of .1, .5 or .9 is reached by the deadline exactly if that day is not later."""
    found = goal(outlook, need, days)
    assert found.probability is not None
    assert found.eta80 is not None
    deadline = LAST + timedelta(days)
    for level, day in zip((0.1, 0.5, 0.9), found.eta80, strict=True):
        assert (found.probability >= level) == (day is not None and day <= deadline)


@settings(max_examples=20)
@given(outlooks(), st.integers(1, 400), st.sampled_from([0.1, 0.25, 0.5, 0.75, 0.9]))
def test_interval_and_probability_are_of_one_fan(outlook: Outlook, days: int, level: float) -> None:
    """More than a quantile comes with no more than the rest, and the quantile itself with more."""
    edge = outlook.quantile(level, days)
    assert outlook.at_least(edge + 1, days) <= 1 - level + 1e-9
    assert edge == 0 or outlook.at_least(edge, days) > 1 - level - 1e-9


@settings(max_examples=20)
@given(outlooks(), st.integers(1, 400))
def test_the_fan_opens_in_order(outlook: Outlook, days: int) -> None:
    """Each band's quantiles are in order, and none falls below what is there."""
    for band in goal(outlook, 10, days).bands:
        assert 100 <= band.p10 <= band.p25 <= band.p50 <= band.p75 <= band.p90
