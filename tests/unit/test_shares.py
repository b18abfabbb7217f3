"""The forecast of a rate or an average, against values worked out by hand."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest

from northstar.domain.shares import (
    Answers,
    AverageForecast,
    Share,
    ShareForecast,
    average_forecast,
    share_forecast,
)


def weeks_of(share: float, weeks: int, n: int = 30, seed: int = 5) -> list[Answers]:
    """Weeks of n answers, of which about this share are hits."""
    rng = random.Random(seed)
    return [Answers(sum(rng.random() < share for _ in range(n)), n) for _ in range(weeks)]


def told(weeks: list[Answers], **changed: Any) -> ShareForecast:
    """The forecast of the next four weeks, but for what is changed."""
    given: dict[str, Any] = {"window": 4, "ahead": 4, "answers": 100, "target": 0.8}
    found = share_forecast(weeks, **given | changed)
    assert found
    return found


def width(found: ShareForecast | AverageForecast) -> float:
    """Of the 80 % interval."""
    return found.p80[1] - found.p80[0]


def test_a_share_is_normal_on_the_logit() -> None:
    """At .8 with a deviation of .5: the bounds are logit(.8) ± 1.28·.5, and .8 is even odds."""
    share = Share(0.8, 0.5)
    high = math.log(4) + 0.5 * 1.2815515655
    assert share.quantile(0.9) == pytest.approx(1 / (1 + math.exp(-high)))
    assert share.at_least(0.8) == pytest.approx(0.5)
    assert share.at_least(share.quantile(0.9)) == pytest.approx(0.1)
    assert [share.at_least(least) for least in (-0.2, 0.0, 1.0, 1.7)] == [1, 1, 0, 0]


def test_what_is_expected_is_the_share_with_its_start() -> None:
    """Even weeks of 24 in 30 and a start of 4 in 5: .8, whatever a model forgets."""
    found = told([Answers(24, 30)] * 40)
    assert found.expected == pytest.approx(0.8)
    assert found.probability == pytest.approx(0.5)


def test_the_interval_is_that_of_answers_not_of_the_rate() -> None:
    """With no end of answers it is narrow; ten can be anything; the record is the same."""
    weeks = weeks_of(0.8, 60)
    few, many = told(weeks, answers=10), told(weeks, answers=10_000)
    assert width(few) > 2 * 1.28 * 0.6 * math.sqrt(0.8 * 0.2 / 10)
    assert width(many) < 0.5 * width(few)
    assert few.coverage == many.coverage


def test_the_past_narrows_what_is_shown() -> None:
    """Shares that never miss have less than a binomial's interval of 100 answers."""
    found = told([Answers(24, 30)] * 60)
    assert found.coverage.s < 0.85
    assert width(found) < 0.9 * 2 * 1.2816 * math.sqrt(0.8 * 0.2 / 100)


def test_a_steady_rate_is_known_the_better_the_longer_it_lasts() -> None:
    """A hundred weeks of a hundred answers leave little doubt about it."""
    steady = told(weeks_of(0.8, 100, n=100), answers=1_000_000)
    assert width(steady) / steady.coverage.s < 0.035


def test_old_answers_are_forgotten_when_the_rate_changed() -> None:
    """After .9 for a year and .6 for a quarter, .6 is expected, with a wide interval."""
    changed = told([*weeks_of(0.9, 50), *weeks_of(0.6, 13)])
    steady = told(weeks_of(0.6, 63))
    assert changed.expected == pytest.approx(0.6, abs=0.07)
    assert width(changed) > width(steady)


def test_the_farther_the_wider() -> None:
    """A rate that wandered may wander on."""
    weeks = [one for share in (0.9, 0.75, 0.85, 0.65, 0.8) for one in weeks_of(share, 10)]
    near, far = told(weeks, ahead=4), told(weeks, ahead=16)
    assert width(far) / far.coverage.s > width(near) / near.coverage.s


def test_quantiles_and_probability_agree() -> None:
    """In order, and the probability of each is what it says."""
    weeks = weeks_of(0.85, 40)
    found = told(weeks)
    edges = [found.p80[0], found.p50[0], found.p50[1], found.p80[1]]
    assert edges == sorted(edges)
    said = [told(weeks, target=edge).probability for edge in edges]
    assert said == pytest.approx([0.9, 0.75, 0.25, 0.1])


def test_the_record_is_told() -> None:
    """Most intervals of a steady rate held, and what they are worth is less than their number."""
    coverage = told(weeks_of(0.8, 80)).coverage
    assert coverage.tried == 20
    assert 13 <= coverage.held <= 20
    assert 0 < coverage.n_eff < 10
    assert coverage.days == 28


@pytest.mark.parametrize("weeks", [[], weeks_of(0.8, 7), [Answers(2, 3)] * 9])
def test_too_early_is_told_by_none(weeks: list[Answers]) -> None:
    """Under eight weeks, or under thirty answers."""
    assert share_forecast(weeks, window=4, ahead=4, answers=10, target=0.8) is None


@pytest.mark.parametrize("weeks", [[Answers(30, 30)] * 300, [Answers(0, 30)] * 300])
def test_all_or_none_is_no_certainty(weeks: list[Answers]) -> None:
    """The interval stays within 0 and 1, and has a width."""
    found = told(weeks)
    assert 0 < found.p80[0] < found.p80[1] < 1


def test_weeks_without_answers_are_no_news() -> None:
    """They may be there; one of them at the end leaves the share where it was."""
    weeks = weeks_of(0.8, 30)
    assert told([*weeks, Answers(0, 0)]).expected == pytest.approx(told(weeks).expected, abs=0.01)


def test_an_average_moves_as_its_new_stars() -> None:
    """From 100 reviews of 4.0, 50 new ones reach 4.2 when they average 4.6: (4.6 − 1)/4 is .9."""
    weeks = weeks_of(0.8, 40)
    found = average_forecast(weeks, stars=400, n=100, new=50, ahead=4, target=4.2)
    assert found
    needed = told(weeks, answers=50, target=0.9)
    assert found.probability == pytest.approx(needed.probability)
    assert found.expected == pytest.approx((400 + 50 * (1 + 4 * needed.expected)) / 150)
    assert (found.worst, found.best) == pytest.approx((450 / 150, 650 / 150))
    assert found.worst < found.p80[0] < found.p50[0] < found.p50[1] < found.p80[1] < found.best


def test_an_average_that_nothing_can_move_is_told() -> None:
    """Among 100,000 reviews ten new ones reach no higher than their best."""
    found = average_forecast(
        weeks_of(0.8, 40), stars=400_000, n=100_000, new=10, ahead=4, target=4.1
    )
    assert found
    assert found.probability == 0
    assert found.best < 4.1
