"""The parts of the forecast, against values worked out by hand."""

from __future__ import annotations

import math
from datetime import date, timedelta

import pytest

from northstar.domain.calibration import Miss, origins, spread
from northstar.domain.counts import (
    EXACT_BELOW,
    Total,
    at_most,
    normal,
    normal_quantile,
    place,
    quantile,
)
from northstar.domain.fan import GRID, Belief, Member, Model, beliefs, fan, updated
from northstar.domain.outlook import look_ahead

STEADY = Model(prior=0.0, step=0.0, burst=0.0, persistence=1.0, growth=0.0)
LAST = date(2026, 11, 21)


def belief(*members: Member, long_run: float = 10.0) -> Belief:
    """What is known when these models count."""
    return Belief(members, long_run)


# ------------------------------------------------------------------ counts


def test_without_more_variance_a_total_is_poisson() -> None:
    """P(at most 1) of a mean of 2 is 3/e²."""
    assert at_most(1, Total(2.0, 2.0)) == pytest.approx(3 * math.exp(-2))


@pytest.mark.parametrize("count", range(25))
def test_a_total_is_negative_binomial(count: int) -> None:
    """Mean 3 and variance 6 are size 3 and chance 1/2: P(k) = C(k + 2, 2) / 2^(k + 3)."""
    exact = sum(math.comb(k + 2, 2) / 2 ** (k + 3) for k in range(count + 1))
    assert at_most(count, Total(3.0, 6.0)) == pytest.approx(exact, abs=1e-12)


@pytest.mark.parametrize("count", [60, 75, 80, 95, 120])
def test_a_large_total_is_near_the_exact_sum(count: int) -> None:
    """Mean 80 and variance 160 are size 80 and chance 1/2; within a point."""
    exact = sum(math.comb(k + 79, 79) / 2 ** (k + 80) for k in range(count + 1))
    assert at_most(count, Total(80.0, 160.0)) == pytest.approx(exact, abs=0.01)


@pytest.mark.parametrize("total", [Total(3.0, 6.0), Total(45.0, 300.0), Total(700.0, 9e4)])
@pytest.mark.parametrize("probability", [0.02, 0.1, 0.5, 0.9, 0.98])
def test_a_quantile_is_the_smallest_count_that_suffices(total: Total, probability: float) -> None:
    """At most that many has the probability, and at most one less has not."""
    found = quantile(probability, total)
    assert at_most(found, total) >= probability - 1e-12
    assert at_most(found - 1, total) < probability


def test_the_place_of_a_count_is_midway() -> None:
    """Of mean 3 and variance 6, P(0) is 1/8 and P(1) 3/16: 1 is at 1/8 + 3/32."""
    assert place(1, Total(3.0, 6.0)) == pytest.approx(1 / 8 + 3 / 32)
    assert place(0, Total(3.0, 6.0)) == pytest.approx(1 / 16)


def test_nothing_is_at_most_less_than_nothing() -> None:
    """No total is below 0, and one of no days is 0."""
    assert at_most(-1, Total(3.0, 6.0)) == 0
    assert (at_most(0, Total(0.0, 0.0)), quantile(0.9, Total(0.0, 0.0))) == (1.0, 0)


def test_the_two_ways_to_a_probability_meet() -> None:
    """Just below and just above the change from the sum to the approximation."""
    below, above = EXACT_BELOW - 1e-6, EXACT_BELOW + 1e-6
    for count in (30, 55, 60, 70, 110):
        low, high = (at_most(count, Total(mean, 4 * mean)) for mean in (below, above))
        assert low == pytest.approx(high, abs=0.01)


def test_the_normal_quantile_stays_finite() -> None:
    """Z of .9 is 1.28…; of 0 and of 1 it is that of a billionth."""
    assert normal_quantile(0.9) == pytest.approx(1.2815515655)
    assert normal(normal_quantile(0.0)) == pytest.approx(1e-9)
    assert normal_quantile(1.0) == pytest.approx(-normal_quantile(0.0))


# ------------------------------------------------------------------ filter


def test_a_week_moves_the_rate_as_gamma_and_poisson_do() -> None:
    """Mean 4 with shape 2, then 5: shape 7 and rate 1.5."""
    assert updated(5, 4.0, 0.5, burst=0.0) == pytest.approx((7 / 1.5, 1 / 7))


def test_a_noisy_week_counts_for_less() -> None:
    """With kappa 4, a mean of 4 halves it: shape 2 + 2.5 and rate .5 + .5."""
    assert updated(5, 4.0, 0.5, burst=0.25) == pytest.approx((4.5, 1 / 4.5))


def test_the_first_week_of_a_model() -> None:
    """From the mean of three weeks and half a count, v = 1 and restless 1: q = 2, then 9 counts."""
    weeks = [9.0, 9.0, 9.0]
    start = 27.5 / 3
    (found,) = (
        member
        for member in beliefs(weeks, {1})[1].members
        if member.model[1:] == (0.0, 0.0, 1.0, 0.0)
    )
    assert found.variance == pytest.approx(1 / 9.5)
    assert found.mean == pytest.approx(9.5 / (1 / (2 * start) + 1))


def test_a_week_that_is_not_known_widens_and_teaches_nothing() -> None:
    """The long run stays, weights stay, and no level that stays is surer than before."""
    known = [7.0] * 20
    before, after = beliefs(known, {20})[20], beliefs([*known, None], {21})[21]
    assert after.long_run == before.long_run
    surer = {member.model: member.variance for member in before.members}
    assert {member.model for member in after.members} == set(surer)
    staying = [member for member in after.members if member.model.persistence == 1]
    assert all(member.variance > surer[member.model] for member in staying)
    assert [m.weight for m in after.members] == pytest.approx([m.weight for m in before.members])


def weight_of(weeks: list[float], **fields: float) -> float:
    """The weight of all models with these fields, after the weeks."""
    members = beliefs(weeks, {len(weeks)})[len(weeks)].members
    return sum(
        member.weight
        for member in members
        if all(getattr(member.model, name) == value for name, value in fields.items())
    )


def test_models_count_for_what_they_foretold() -> None:
    """Even weeks favour no step; jumping ones bursts; growing ones growth, and only those."""
    even = [20.0, 23.0, 17.0, 19.0, 22.0] * 12
    wild = [2.0, 70.0, 1.0, 9.0, 30.0] * 12
    growing = [round(10 * 1.03**week) * 1.0 for week in range(60)]
    assert weight_of(even, step=0.0) > 0.6 > weight_of(even, burst=1.0)
    assert weight_of(wild, burst=1.0) > 0.6
    assert weight_of(growing, growth=0.03) > 0.6
    assert weight_of(even, growth=0.03) < 0.2


def test_weights_are_shares() -> None:
    """They add up to one, and every model is of the grid."""
    members = beliefs([3.0, 0.0, 5.0] * 8, {24})[24].members
    assert sum(member.weight for member in members) == pytest.approx(1)
    assert {member.model for member in members} <= set(GRID)


# ------------------------------------------------------------------ fan


def test_a_rate_that_is_known_brings_poisson_totals() -> None:
    """Mean and variance are 10 a week."""
    ahead = fan(belief(Member(1.0, STEADY, 10.0, 0.0)), 3)
    assert [week.total() for week in ahead] == [(10, 10), (20, 20), (30, 30)]


def test_bursts_widen_each_week_for_itself() -> None:
    """With kappa 2, a week of 10 has the variance 10 + 100/2."""
    ahead = fan(belief(Member(1.0, STEADY._replace(burst=0.5), 10.0, 0.0)), 3)
    assert ahead[2].total() == pytest.approx((30, 3 * 60))


def test_doubt_about_the_level_is_shared_by_all_weeks() -> None:
    """With c = 1, weeks of 10 have the variance 10 + 10², 20 + 20² and 30 + 30²."""
    ahead = fan(belief(Member(1.0, STEADY, 10.0, math.log(2))), 3)
    assert ahead[0].total() == pytest.approx((10, 110))
    assert ahead[1].total() == pytest.approx((20, 420))
    assert ahead[2].total() == pytest.approx((30, 930))


def test_part_of_a_week() -> None:
    """Of 10 with c = 1 and kappa 2, half a week has 5 and 5 + 25 + 50·(1 + c)/kappa."""
    (ahead,) = fan(belief(Member(1.0, STEADY._replace(burst=0.5), 10.0, math.log(2))), 1)
    assert ahead.total(0.5) == pytest.approx((5, 5 + 25 + 50))
    assert ahead.total(0.0) == pytest.approx((0, 0))


def test_a_level_wanders_on() -> None:
    """Each week adds sigma² to q: c is e^.04 − 1, then e^.08 − 1, and the first is shared."""
    ahead = fan(belief(Member(1.0, STEADY._replace(step=0.04), 10.0, 0.0)), 2)
    first, second = math.expm1(0.04), math.expm1(0.08)
    assert ahead[1].total() == pytest.approx((20, 20 + 100 * (first + second + 2 * first)))


def test_a_level_returns_to_the_long_run() -> None:
    """Twice the long run is 2^.7 times after a week, and 2^.49 after two."""
    ahead = fan(belief(Member(1.0, STEADY._replace(persistence=0.7), 20.0, 0.0)), 2)
    assert ahead[0].mean_1 == pytest.approx(10 * 2**0.7)
    assert ahead[1].mean_1 == pytest.approx(10 * 2**0.49)


def test_growth_fades() -> None:
    """By .95 a week: e^.03, then e^(.03 + .03·.95)."""
    ahead = fan(belief(Member(1.0, STEADY._replace(growth=0.03), 10.0, 0.0)), 2)
    assert ahead[0].mean_1 == pytest.approx(10 * math.exp(0.03))
    assert ahead[1].mean_1 == pytest.approx(10 * math.exp(0.03 + 0.03 * 0.95))


def test_models_that_disagree_widen_the_fan() -> None:
    """10 or 20, even odds: mean 15, variance 15 + 25."""
    members = (Member(0.5, STEADY, 10.0, 0.0), Member(0.5, STEADY, 20.0, 0.0))
    assert fan(belief(*members), 1)[0].total() == pytest.approx((15, 40))


def test_the_variance_is_capped() -> None:
    """At m + 4·m², however unsure a level is."""
    unsure = Member(1.0, STEADY._replace(burst=1.0), 10.0, 9.0)
    assert fan(belief(unsure), 1)[0].total() == pytest.approx((10, 10 + 400))


# ------------------------------------------------------------------ calibration


def test_without_a_past_the_prior_holds() -> None:
    """And nothing is learnt."""
    assert spread([], 9, 40, prior=0.9) == (0, pytest.approx(0.9))


def test_past_misses_widen() -> None:
    """One miss by 2 deviations, worth 1.5·3/9, beside a prior of .9 worth 4."""
    found = spread([Miss(31, 2.0)], 9, 40, prior=0.9)
    assert found.n_eff == pytest.approx(0.5)
    assert found.factor == pytest.approx(math.sqrt((4 * 0.81 + 0.5 * 4) / 4.5))


def test_a_miss_fades_and_one_miss_is_not_everything() -> None:
    """After ten weeks it weighs .98^10; a miss by 8 deviations counts as one by √5."""
    found = spread([Miss(21, 8.0)], 9, 40, prior=1.0)
    weight = 0.5 * 0.98**10
    assert found == pytest.approx((weight, math.sqrt((4 + weight * 5) / (4 + weight))))


def test_what_is_not_known_yet_teaches_nothing() -> None:
    """A forecast whose days are not over is left out."""
    assert spread([Miss(32, 5.0)], 9, 40, prior=0.9).n_eff == 0


def test_the_factor_has_bounds() -> None:
    """Perfect middles narrow to .6 at most, wild misses widen to 2.5 at most."""
    weeks = range(100)
    assert spread([Miss(week, 0.0) for week in weeks], 1, 200, prior=0.6).factor == 0.6
    assert spread([Miss(week, 9.0) for week in weeks], 1, 101, prior=9.0).factor == 2.5


@pytest.mark.parametrize(
    ("now", "horizon", "after"),
    [
        (7, 4, []),
        (8, 4, [4]),
        (14, 4, [10, 9, 8]),
        (40, 9, [31, 28, 25, 22, 19, 16, 13, 10]),
        (17, 9, []),
        (104, 4, list(range(100, 80, -1))),
    ],
)
def test_past_forecasts_are_tried_every_third_of_the_horizon(
    now: int, horizon: int, after: list[int]
) -> None:
    """At most twenty, from week 8 on where that is possible, none over half the history."""
    assert list(origins(now, horizon)) == after


# ------------------------------------------------------------------ from days to weeks


def days(counts: list[int | None]) -> dict[date, int]:
    """Counts up to LAST; None is a day that is not known."""
    return {
        LAST - timedelta(back): count
        for back, count in enumerate(reversed(counts))
        if count is not None
    }


def mean_of(counts: list[int | None]) -> float:
    """What the next four weeks bring on average."""
    found = look_ahead(days(counts), LAST)
    assert found
    return found.total(28).mean


def test_weekdays_matter_in_a_broken_week_only() -> None:
    """After Sundays of 20 and other days of 1: the Sunday ahead brings most of its week."""
    found = look_ahead(days([20, 1, 1, 1, 1, 1, 1] * 20), LAST)
    assert found
    assert found.shares[0] == pytest.approx((20 * 20 + 4) / (26 * 20 + 28))
    assert found.total(1).mean == pytest.approx(found.shares[0] * found.total(7).mean)
    assert found.total(8).mean - found.total(7).mean > 15


def test_a_gap_is_no_slump() -> None:
    """Days that are not known leave the pace as it is, one by one or for weeks; zeros lower it."""
    even: list[int | None] = [3] * 280
    one_by_one = [None if at % 7 in {1, 4} else count for at, count in enumerate(even)]
    for_weeks = [*even[:240], *[None] * 20, *even[260:]]
    zeros = [*even[:240], *[0] * 20, *even[260:]]
    whole = mean_of(even)
    assert mean_of(one_by_one) == pytest.approx(whole, rel=0.02)
    assert mean_of(for_weeks) == pytest.approx(whole, rel=0.02)
    assert mean_of(zeros) < 0.97 * whole


def test_past_forecasts_are_told_with_their_days() -> None:
    """Each is for four weeks, and what came is what was counted in them."""
    counts: list[int | None] = [(at * 7 + at // 11) % 5 for at in range(200)]
    found = look_ahead(days(counts), LAST)
    assert found
    by_day = days(counts)
    for past in found.nearest(28).past:
        window = [by_day[past.made + timedelta(day)] for day in range(1, 29)]
        assert past.until == past.made + timedelta(28)
        assert past.came == sum(window)
        assert past.held == (past.low <= past.came <= past.high)


def test_a_past_interval_knows_only_what_was_known_then() -> None:
    """What came after it was made changes nothing in it, but in those that were made later."""
    counts: list[int | None] = [(at * 7 + at // 11) % 5 for at in range(280)]
    as_ever = look_ahead(days(counts), LAST)
    flooded = look_ahead(days([*counts[:-28], *[40] * 28]), LAST)
    assert as_ever
    assert flooded
    before = LAST - timedelta(28)
    pairs = list(zip(as_ever.nearest(28).past, flooded.nearest(28).past, strict=True))
    assert all((a.low, a.high) == (b.low, b.high) for a, b in pairs if a.made <= before)
    assert [a.came == b.came for a, b in pairs] == [a.until <= before for a, _ in pairs]


def test_the_factor_goes_from_horizon_to_horizon() -> None:
    """At a horizon it is that of its past forecasts, in between it lies between them."""
    found = look_ahead(days([(at * at) % 11 for at in range(400)]), LAST)
    assert found
    near, far = found.checked[:2]
    between = sorted((near.spread.factor, far.spread.factor))
    assert found.spread(near.weeks * 7) == near.spread.factor == found.spread(1)
    assert found.spread(far.weeks * 7) == far.spread.factor
    assert between[0] < found.spread(40) < between[1]
    assert found.spread(5_000) == found.checked[-1].spread.factor
