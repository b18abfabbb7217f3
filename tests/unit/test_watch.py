"""What a source's watch tells, rule by rule, on cases worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from northstar.app import watch
from northstar.app.ports import Memory, Run
from northstar.app.source import Capabilities
from northstar.domain.reviews import FIELDS, Outcome

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
WHOLE_LIST = Capabilities(
    stars=True, time_of_day=False, complete_list=True, edits=True, replies=True, needs_key=False
)
NEWEST = replace(WHOLE_LIST, complete_list=False)
LAST_WEEK = replace(NEWEST, window=timedelta(days=7))


def run(
    reviews: int = 10,
    filled: Mapping[str, int] | None = None,
    outcome: Outcome = "ok",
    *,
    complete: bool = True,
) -> Run:
    """Return a run whose reviews have every field, except for those in `filled`."""
    return Run(
        source="shopify",
        app="an-app",
        started_at=NOW,
        finished_at=NOW,
        outcome=outcome,
        pages=1,
        reviews=reviews,
        new=0,
        changed=0,
        removed=0,
        complete=complete,
        filled=dict.fromkeys(FIELDS, reviews) | dict(filled or {}),
    )


def memory(of: float = 300, **had: float) -> Memory:
    """Return a memory in which every field was always filled, except for those in `had`."""
    return Memory(usual={name: (had.get(name, of), of) for name in FIELDS})


def test_a_field_that_goes_missing_is_named_with_both_rates() -> None:
    """Every author gone and most titles: both are told, with what was and what is, and no other."""
    told = watch.fill(memory(author=294, title=150), run(40, {"author": 0, "title": 2}))
    assert told is not None
    assert "author in 0 of 40 (0%), usually 98%" in told
    assert "title in 2 of 40 (5%), usually 50%" in told
    assert "text" not in told
    assert "the page has changed" in told


@pytest.mark.parametrize(
    ("usual", "reviews", "filled"),
    [
        ((300, 300), 10, 10),
        ((300, 300), 10, 9),
        ((150, 300), 10, 2),
        ((0, 300), 10, 0),
        ((15, 300), 10, 0),
        ((300, 300), 0, 0),
        ((3000, 3000), 1000, 960),
        ((25, 50), 10_000, 3_300),
    ],
)
def test_what_chance_can_do_is_not_told(
    usual: tuple[float, float], reviews: int, filled: int
) -> None:
    """One gap on a page, a rare field that is away, few missing of many: no alert."""
    told = watch.fill(memory(of=usual[1], text=usual[0]), run(reviews, {"text": filled}))
    assert told is None


@pytest.mark.parametrize(("of", "alerts"), [(50, True), (49.9, False), (0, False)])
def test_usual_needs_fifty_reviews(of: float, alerts: bool) -> None:
    """Before that nothing is usual, and nothing can be missing."""
    assert (watch.fill(memory(of=of), run(10, {"text": 0})) is not None) == alerts
    assert watch.fill(Memory(), run(10, {"text": 0})) is None


def test_little_is_not_worth_telling_however_sure() -> None:
    """A field that is filled 96 % as often as before is drift of the customers, not of the page."""
    usual = memory(of=100_000, text=90_000)
    assert watch.fill(usual, run(100_000, {"text": 87_000})) is None
    assert watch.fill(usual, run(100_000, {"text": 85_000})) is not None


def test_a_run_is_remembered_field_by_field() -> None:
    """The first run is what is usual; with the next ones, older runs fade by a twenty-eighth."""
    usual = watch.remember({}, run(10, {"text": 8}))
    assert usual == dict.fromkeys(FIELDS, (10.0, 10.0)) | {"text": (8.0, 10.0)}
    usual = watch.remember(usual, run(28, {"text": 0}))
    assert usual["text"] == (pytest.approx(8 * 27 / 28), pytest.approx(10 * 27 / 28 + 28))


def test_about_four_weeks_of_daily_runs_are_remembered() -> None:
    """However long a source is read, no more than 28 runs' reviews weigh, the newest most."""
    usual: watch.Usual = {}
    for _ in range(500):
        usual = watch.remember(usual, run(10))
    assert usual["text"] == (pytest.approx(280, rel=1e-3), pytest.approx(280, rel=1e-3))
    for _ in range(28):
        usual = watch.remember(usual, run(10, {"text": 0}))
    had, of = usual["text"]
    assert 0.3 < had / of < 0.4


@pytest.mark.parametrize("outcome", ["partial", "broken", "empty"])
def test_only_good_runs_are_usual(outcome: Outcome) -> None:
    """A run that was not understood does not make its gaps the rule, nor does one of nothing."""
    usual = watch.remember({}, run(10))
    assert watch.remember(usual, run(10, {"text": 0}, outcome)) == usual
    assert watch.remember(usual, run(0)) == usual


@pytest.mark.parametrize(
    ("capabilities", "held", "looked", "known", "alerts"),
    [
        (NEWEST, 120, run(100), 0, True),
        (NEWEST, 120, run(100), 1, False),
        (NEWEST, 0, run(100), 0, False),
        (NEWEST, 120, run(100, complete=False), 0, False),
        (NEWEST, 120, run(0), 0, False),
        (WHOLE_LIST, 120, run(100), 0, False),
        (LAST_WEEK, 120, run(100), 0, False),
    ],
)
def test_no_known_review_among_the_newest_is_told(
    capabilities: Capabilities, held: int, looked: Run, known: int, alerts: bool
) -> None:
    """A store that shows only its newest and nothing we know has moved on without us.

    Not so a first look, one that did not reach the end, one of nothing, a store that shows all, or
    one whose list is bounded by time.
    """
    before = Memory(public=held, good_at=NOW - HOUR)
    told = watch.overlap(before, looked, capabilities, known)
    assert (told is not None) == alerts
    if told:
        assert "may be lost" in told
        assert "Collect more often" in told
        assert "import the store's own export" in told


@pytest.mark.parametrize(
    ("away", "alerts"),
    [(timedelta(days=7), False), (timedelta(days=7, seconds=1), True), (None, False)],
)
def test_a_pause_longer_than_the_stores_window_is_told(
    away: timedelta | None, alerts: bool
) -> None:
    """What a store showed only for a week is lost after a longer pause, known reviews or not."""
    before = Memory(public=9, good_at=NOW - away if away else None)
    told = watch.overlap(before, run(5), LAST_WEEK, known=5)
    assert (told is not None) == alerts
    if told:
        assert "last 7 days" in told
        assert "2026-05-25T11:59:59" in told


@pytest.mark.parametrize(
    ("since_good", "stale_for"),
    [(2 * HOUR, None), (2.5 * HOUR, 0.5 * HOUR), (timedelta(days=2), timedelta(hours=46))],
)
def test_a_source_is_stale_after_its_limit(
    since_good: timedelta, stale_for: timedelta | None
) -> None:
    """The moment is the limit after the newest good run, however long ago that moment is."""
    since = watch.stale(Memory(good_at=NOW - since_good), NOW, 2 * HOUR)
    assert since == (NOW - stale_for if stale_for else None)


def test_what_was_never_good_is_not_stale() -> None:
    """A source that has not begun is told of otherwise."""
    assert watch.stale(Memory(), NOW, HOUR) is None


@pytest.mark.parametrize(
    ("gaps", "published", "alerts"),
    [
        ((), 100, False),
        ((0,), 100, False),
        ((11,), 100, True),
        ((10,), 100, False),
        ((5,), 20, False),
        ((6,), 20, True),
        ((11,), None, False),
        ((-20,), 100, False),
        ((0, 1, 2, 3), 1000, True),
        ((9, 0, 1, 2, 3), 1000, True),
        ((1, 2, 3), 1000, False),
        ((1, 1, 2, 3), 1000, False),
        ((0, 1, 2, 3, 3), 1000, False),
        ((-3, -2, -1, 0), 1000, False),
        ((40, 41, 40, 41), 1000, False),
    ],
)
def test_a_gap_that_grows_or_is_large_is_told(
    gaps: tuple[int, ...], published: int | None, alerts: bool
) -> None:
    """Three sweeps in a row that each miss more, or more than a tenth and a handful: an alert.

    A store that always counts a few more than it lists is left alone.
    """
    told = watch.gap(gaps, published)
    assert (told is not None) == alerts
    if told:
        assert "than we can see" in told
