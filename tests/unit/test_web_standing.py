"""The words about a goal: each status and each doubt has its own, and none says too much."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest

from northstar.app.goals import Confidence
from northstar.app.in_words import STATUSES
from northstar.domain.calibration import Coverage
from northstar.domain.forecast import Doubt, Forecast
from northstar.domain.goals import Goal, Progress, progress
from northstar.domain.metrics import five_stars_needed, worst_and_best
from northstar.domain.status import Status
from northstar.web import numbers, standing
from tests.browser.samples import CSAT, ON_THE_WAY, POSTED, STARS, YEAR, state_of

TODAY = date(2026, 9, 14)
SURE = Forecast(
    "likely",
    8032,
    expected=10_834,
    p50=(10_560, 11_110),
    p80=(10_300, 11_400),
    eta80=(date(2026, 11, 16), date(2026, 11, 29), date(2026, 12, 14)),
    probability=0.71,
    coverage=Coverage(19, 24, 5.2, 1.0, 63),
)


def between(low: float, high: float, **changes: object) -> Forecast:
    """Return a forecast with this 80 % interval."""
    return replace(SURE, p80=(low, high), **changes)  # type: ignore[arg-type]


def line(
    status: Status,
    told: Forecast | None = None,
    goal: Goal = YEAR,
    value: float | None = 8032,
    reached_on: date | None = None,
    **changes: object,
) -> str:
    """Return the sentence under the chip; keyword arguments are fields of the state."""
    return standing.sub_line(
        goal,
        status,
        value=value,
        state=state_of(ON_THE_WAY, status, told, **changes),
        today=TODAY,
        reached_on=reached_on,
    )


@pytest.mark.parametrize(
    ("status", "told", "words"),
    [
        ("on track", SURE, "All of the 80% range reaches the goal."),
        ("close", between(9_412, 10_310), "The goal is inside the 80% range: 9,410 to 10,310."),
        ("close", between(9_400, 10_900), "The goal is inside the 80% range: 9,400 to 10,900."),
        ("off track", between(8_600, 9_580), "Even the top of the 80% range misses by 420."),
        ("off track", between(8_000, 9_999), "Even the top of the 80% range misses by 1."),
    ],
)
def test_a_forecast_gives_the_reason(status: Status, told: Forecast, words: str) -> None:
    """On track, close and off track each say where the interval lies."""
    assert line(status, told) == words


def test_a_status_that_lags_a_day_does_not_contradict_its_reason() -> None:
    """The sentence is that of today's interval, and says that the chip follows."""
    assert line("on track", between(9_400, 10_900)) == (
        "The goal is inside the 80% range: 9,400 to 10,900. "
        "The status follows if that still holds tomorrow."
    )


@pytest.mark.parametrize(
    ("doubts", "changes", "words"),
    [
        (
            ("short history",),
            {"forecast_from": date(2026, 11, 3)},
            "Forecast from 3 November, when 8 weeks are in.",
        ),
        (
            ("after launch",),
            {"forecast_from": date(2026, 11, 3)},
            "Forecast from 3 November, when the launch is 120 days ago.",
        ),
        (("few counted",), {}, "Too early to forecast: fewer than five were counted so far."),
        (
            ("too far",),
            {},
            "The deadline is more than three years away; nobody can tell so far ahead.",
        ),
        ((), {}, "Too early to forecast: too little is known so far."),
    ],
)
def test_too_early_says_from_when(
    doubts: tuple[Doubt, ...], changes: dict[str, object], words: str
) -> None:
    """The day on which there will be a forecast, or what stands in its way."""
    assert line("too early", Forecast("too early", 3, doubts), **changes) == words


def test_a_new_goal_says_when_it_is_looked_at() -> None:
    """Before the first time there is no state."""
    told = standing.sub_line(YEAR, "too early", value=3, state=None, today=TODAY, reached_on=None)
    assert told == "The first forecast is made within the next 15 minutes."


@pytest.mark.parametrize(
    ("last", "words"),
    [
        (9, "Last data 9 days ago. Forecast hidden."),
        (1, "Last data 1 day ago. Forecast hidden."),
        (0, "A source is out of date. Forecast hidden."),
    ],
)
def test_stale_data_hide_the_forecast(last: int, words: str) -> None:
    """The sentence says how old the data are."""
    assert line("stale", SURE, last=TODAY - timedelta(last)) == words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 12, 2), "Reached on 2 Dec 2026, 26 days early."),
        (date(2026, 12, 27), "Reached on 27 Dec 2026, 1 day early."),
        (date(2026, 12, 28), "Reached on 28 Dec 2026, on the last day."),
        (date(2026, 12, 29), "Reached on 29 Dec 2026, 1 day late."),
        (None, "Reached, with 10,412."),
    ],
)
def test_reached_says_when(day: date | None, words: str) -> None:
    """Early and late are counted in days; the deadline's own day is neither."""
    assert line("reached", value=10_412, reached_on=day) == words


@pytest.mark.parametrize(
    ("status", "goal", "value", "words"),
    [
        ("reached", CSAT.goal, 93.2, "Held on the last day: 93% of 92%."),
        ("ended", YEAR, 9412, "Ended at 9,412 of 10,000 (94%)."),
        ("ended", CSAT.goal, 91.8, "Ended at 91.8% of 92%."),
        ("ended", STARS.goal, None, "Ended without any data; the goal was 4.6."),
        ("not begun", YEAR, 0, "Begins on 1 Jan 2026."),
        (
            "no forecast",
            POSTED.goal,
            41.5,
            "No method of ours foretells this number; the pace is all there is.",
        ),
    ],
)
def test_what_is_certain_is_said_without_a_forecast(
    status: Status, goal: Goal, value: float | None, words: str
) -> None:
    """A value that missed by little does not look like the target."""
    assert line(status, SURE, goal, value) == words


def test_every_status_has_a_word_and_a_sign() -> None:
    """None is missing, so a page never fails for a new one."""
    assert set(STATUSES) == set(standing.SIGNS) == set(get_args(Status))


@pytest.mark.parametrize(
    ("doubt", "words"),
    [
        ("short history", "Short history: fewer than 120 days are known."),
        (
            "far ahead",
            (
                "Far ahead: this one looks 106 days ahead, and past forecasts could only be "
                "checked for 63 days."
            ),
        ),
        ("no growth", "At this pace 10,000 does not arrive within three years."),
        (
            "poor record",
            "Our forecasts for this number have been too sure; treat the date as a guess.",
        ),
        (
            "pace changed",
            "The pace changed about 3 weeks ago; the interval is wide until it settles.",
        ),
    ],
)
def test_a_doubt_is_said(doubt: Doubt, words: str) -> None:
    """What a reader has to hear beside a forecast."""
    told = standing.doubts(YEAR, replace(SURE, doubts=(doubt,)), date(2026, 9, 13))
    assert list(told) == [words]


def test_no_doubt_is_without_words() -> None:
    """Each of them can be said."""
    told = replace(SURE, doubts=get_args(Doubt))
    assert all(standing.doubts(YEAR, told, TODAY))


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2026, 11, 16), date(2026, 12, 14), "16 Nov – 14 Dec"),
        (date(2026, 11, 16), date(2026, 12, 28), "16 Nov – 28 Dec"),
        (date(2026, 11, 16), date(2026, 12, 29), "16 Nov – after 28 Dec"),
        (date(2026, 11, 16), None, "16 Nov – after 28 Dec"),
        (date(2027, 1, 3), None, "After 28 Dec"),
        (None, None, "Not at this pace"),
    ],
)
def test_the_arrival_is_an_interval(first: date | None, last: date | None, words: str) -> None:
    """A far end after the deadline is only called that."""
    assert standing.arrival((first, first, last), YEAR.deadline, TODAY) == words


@pytest.mark.parametrize(
    ("probability", "words"),
    [(0.0, "under 3%"), (0.03, "3%"), (0.71, "71%"), (0.97, "97%"), (0.9999, "over 97%")],
)
def test_a_chance_is_never_certain(probability: float, words: str) -> None:
    """Nobody can tell 1 from 2 %, or 99 from 100 %."""
    assert numbers.chance(probability) == words


@pytest.mark.parametrize(
    ("goal", "low", "high", "words", "short"),
    [
        (YEAR, 10_312, 11_388, "10,300 to 11,400", "10.3–11.4k"),
        (YEAR, 890, 1012, "890 to 1,010", "890–1,010"),
        (YEAR, 1_234_267, 1_234_867, "1,234,270 to 1,234,870", "1.23427–1.23487M"),
        (YEAR, 9_996, 11_400, "9,996 to 11,400", "9.996–11.400k"),
        (YEAR, 41, 41, "41 to 41", "41–41"),
        (CSAT.goal, 89.1, 93.4, "89% to 93%", "89–93%"),
        (CSAT.goal, 91.8, 93.4, "91.8% to 93.4%", "91.8–93.4%"),
        (STARS.goal, 4.49, 4.56, "4.49 to 4.56", "4.49–4.56"),
        (STARS.goal, 4.1, 4.8, "4.1 to 4.8", "4.1–4.8"),
    ],
)
def test_an_interval_is_rounded_but_keeps_its_sides(
    goal: Goal, low: float, high: float, words: str, short: str
) -> None:
    """Two or three figures; more where its ends or their side of the target would be lost."""
    told = standing.foretold(between(low, high, expected=(low + high) / 2), goal)
    assert told
    assert (told.words, told.short) == (words, short)


def test_the_sentences_put_the_interval_before_its_middle() -> None:
    """Interval, middle, chance, arrival; years are named where they differ."""
    assert list(standing.sentences(YEAR, SURE, TODAY)) == [
        "By 28 Dec the 80% range is 10,300 to 11,400, most likely ≈ 10,800.",
        "The chance to make it is 71%.",
        "As things go, 10,000 arrives between 16 Nov and 14 Dec, most likely by 29 Nov.",
    ]
    late = replace(SURE, eta80=(date(2026, 12, 22), date(2027, 1, 9), None))
    assert list(standing.sentences(YEAR, late, TODAY))[-1] == (
        "As things go, 10,000 arrives after 22 Dec, most likely by 9 Jan 2027."
    )


def test_the_record_is_what_it_is_worth() -> None:
    """Overlapping forecasts are not independent; those that stood here count from eight on."""
    coverage = Coverage(19, 24, 5.2, 1.0, 63)
    past = (
        "In past forecasts the 80% range held 19 of 24 times (worth about 5 independent ones). "
        "They are made again from what was known then."
    )
    few, many = (
        state_of(ON_THE_WAY, "close", SURE, held=held, tried=tried)
        for held, tried in ((6, 7), (9, 11))
    )
    assert list(standing.record(coverage, few)) == [past]
    stood = "Of the forecasts that stood here, the 80% range 28 days ahead held 9 of 11 times."
    assert list(standing.record(coverage, many)) == [past, stood]


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (1.2, ". What its past forecasts missed makes the range 20% wider than the models alone."),
        (0.8, ". What its past forecasts missed makes the range 20% narrower than the models al"),
        (1.0, "; the range stays about as wide as the models alone make it."),
    ],
)
def test_the_method_says_what_the_past_has_taught(factor: float, words: str) -> None:
    """Whether the range is widened or narrowed, and by how much."""
    assert words in standing.method(YEAR, Coverage(9, 14, 5, factor, 63))[2]
    assert "little past" in standing.method(YEAR, Coverage(2, 2, 1, factor, 63))[2]


@pytest.mark.parametrize(
    ("total", "n", "target", "needed"),
    [
        (0, 0, 4.6, 0),
        (40, 10, 4.5, 10),
        (41, 10, 4.5, 8),
        (45, 10, 4.5, 0),
        (44, 10, 4.5, 2),
        (46, 10, 4.6, 0),
        (41, 10, 4.6, 13),
        (4, 1, 4.9, 9),
        (4, 1, 5, None),
        (10, 2, 5, 0),
    ],
)
def test_five_stars_needed(total: int, n: int, target: float, needed: int | None) -> None:
    """By hand: 40 of 10 ratings is 4.0; ten fives make it 90 of 20, which is 4.5."""
    assert five_stars_needed(total, n, target) == needed


def test_worst_and_best() -> None:
    """By hand: 40 of 10 with ten ones is 50 of 20, with ten fives 90 of 20."""
    assert worst_and_best(40, 10, 10) == (2.5, 4.5)


@pytest.mark.parametrize(
    ("came", "words"),
    [(60, "31 days"), (30, "1 day"), (29, "behind already")],
)
def test_safe_days_are_told(came: int, words: str) -> None:
    """One a day is the pace, and today, which counts, is the 30th day."""
    goal = Goal("R", "net_public_reviews", 100, date(2026, 1, 1), date(2026, 4, 10), 0)
    shown = progress(goal, {date(2026, 1, 2): came}, date(2026, 1, 30))
    rows = {label: value for label, value, _ in standing.rows(shown, None, None, "UTC")}
    assert rows["Stays on pace for"] == words


@pytest.mark.parametrize("shown", [CSAT, STARS])
def test_what_is_to_be_held_is_neither_ahead_nor_behind(shown: Progress) -> None:
    """A rate and an average have no even pace; a number that is to grow has one."""
    labels = [label for label, _, _ in standing.rows(shown, None, None, "UTC")]
    assert not [label for label in labels if "pace" in label]
    posted = [label for label, _, _ in standing.rows(POSTED, None, None, "UTC")]
    assert "Ahead of even pace" in posted


@pytest.mark.parametrize(("days", "asked"), [(0, True), (6, True), (7, False)])
def test_the_team_is_asked_every_week(days: int, asked: bool) -> None:
    """What was said a week ago is asked again."""
    at = datetime(2026, 9, 14, 12, tzinfo=UTC) - timedelta(days)
    assert standing.asked_this_week(Confidence(7, "", "Ada", at), TODAY, "UTC") is asked
    assert not standing.asked_this_week(None, TODAY, "UTC")


@pytest.mark.parametrize(
    ("value", "unit", "beside", "words"),
    [
        (8032, "count", 10_000, "8,032"),
        (-12, "count", None, "−12"),
        (90.9, "percent", 92, "91%"),
        (91.8, "percent", 92, "91.8%"),
        (92.0, "percent", 92, "92%"),
        (91.996, "percent", 92, "92.00%"),
        (4.52, "stars", 4.6, "4.5"),
        (4.58, "stars", 4.6, "4.58"),
        (41.5, "number", 60, "41.5"),
        (1234.6, "number", None, "1,235"),
        (12, "number", None, "12"),
        (0, "number", None, "0"),
    ],
)
def test_a_value_is_written_in_its_unit(
    value: float, unit: str, beside: float | None, words: str
) -> None:
    """One that misses its target by little has the decimals to show it, as far as sense goes."""
    assert numbers.amount(value, unit, beside=beside) == words  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("difference", "unit", "words"),
    [
        (344, "count", "+344"),
        (-12, "count", "−12"),
        (0, "count", "0"),
        (2.2, "percent", "+2 pts"),
        (-1.0, "percent", "−1 pt"),
        (0.4, "percent", "+0.4 pts"),
        (0.05, "stars", "+0.1"),
        (-0.04, "stars", "−0.04"),
        (12.5, "number", "+12.5"),
    ],
)
def test_a_difference_has_its_sign(difference: float, unit: str, words: str) -> None:
    """A true minus, and points of a percentage."""
    assert numbers.apart(difference, unit) == words  # type: ignore[arg-type]
