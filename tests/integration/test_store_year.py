"""A year with a store that lives: whatever happens there, what we hold and count is what it shows.

The real fetcher asks a server on this machine, in simulated time.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from protego import Protego

from local.lively_store import ROBOTS, Clock, Flavour, Life, LivelyStore, Visit
from local.store import APPLE_PAGES, StoreReview
from northstar import sources
from northstar.app.collect import collect
from northstar.app.configuration import SourceTarget
from northstar.app.count import count
from northstar.app.ports import Run
from northstar.app.source import app_key
from northstar.domain.reviews import ReviewRecord, changes
from northstar.sources.fetch import Fetcher, user_agent
from tests.fakes.stores import MemoryProgress, MemoryQuarantine, MemoryReviews, MemorySources

START = datetime(2026, 1, 1, tzinfo=UTC)
YEAR = 365
MONTH = 30
MOST_CALLS = 9
PASSES = [timedelta(hours=hour, minutes=30) for hour in (0, 6, 12, 18)]
SWEEP = timedelta(hours=23, minutes=50)
GAP = 1.5
JOB = 780
CLOSED = "User-agent: *\nDisallow: /*/reviews\nDisallow: /*/rss/*\n"
AGENT = user_agent("https://example.com/contact", "1.0")
ZONE = ZoneInfo("Europe/Berlin")


class Crash(BaseException):
    """The function is gone."""


class Fuse:
    """What stops the function at a call of our stores: the n-th one, early or late.

    Early is before the call took effect, late after it. Without a number nothing stops.
    """

    def __init__(self, calls: int = 0, *, late: bool = False) -> None:
        self.left = calls
        self.late = late


class Watched:
    """A store of ours, with a fuse in every call."""

    def __init__(self, store: object, fuse: Fuse) -> None:
        self._store = store
        self._fuse = fuse

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._store, name)

        def watched(*args: Any) -> Any:
            self._fuse.left -= 1
            blows = self._fuse.left == 0
            if blows and not self._fuse.late:
                raise Crash
            result = call(*args)
            if blows:
                raise Crash
            return result

        return watched


class World:
    """One app of a lively store, and what we hold and count of it."""

    def __init__(
        self, flavour: Flavour, seed: int, *, days: int, reviews: int, faulty: float
    ) -> None:
        self.source = sources.by_name(flavour)
        self.random = random.Random(seed)
        self.clock = Clock(START)
        self.life = Life(seed, START, days, reviews, PASSES)
        app = "an-app" if flavour == "shopify" else "42"
        self.store = LivelyStore(flavour, app, self.life, self.clock, seed=seed, faulty=faulty)
        self.target = SourceTarget(
            flavour, app, country=None if flavour == "shopify" else "de", address=self.store.url
        )
        self.fetcher = Fetcher(
            AGENT,
            GAP,
            budget_seconds=JOB,
            allow_loopback=True,
            clock=self.clock,
            sleep=self.clock.sleep,
            jitter=self.random.random,
            now=self.clock.now,
        )
        self.fuse = Fuse()
        self.reviews = MemoryReviews()
        self.sources = MemorySources()
        self.quarantine = MemoryQuarantine()
        self.progress = MemoryProgress()
        self.base: set[str] = set()
        self.shown_before: set[str] = set()
        self.settled: set[str] = set()
        self._counted = self._visits = 0

    def run(self, at: datetime, full_sweep: timedelta = SWEEP) -> Run:
        """Collect once, not before a moment, and count what changed."""
        self.clock.sleep_until(at)
        self.shown_before = {review.id for review in self.store.shown()}
        try:
            return collect(
                self.target,
                self.source,
                self.fetcher.for_job(self.target, self.source.HOSTS),
                feedback=Watched(self.reviews, self.fuse),
                progress=Watched(self.sources, self.fuse),
                quarantine=self.quarantine,
                clock=self.clock.now,
                full_sweep=full_sweep,
                stale_after=timedelta(hours=13),
            )
        finally:
            self.count()

    def count(self) -> None:
        """Count the versions that were written: in any order, some twice, as a stream delivers."""
        fresh = self.reviews.written[self._counted :]
        self._counted = len(self.reviews.written)
        batch = fresh + self.random.sample(self.reviews.written, min(2, self._counted))
        self.random.shuffle(batch)
        assert count(batch, store=self.progress, zone=ZONE, sleep=lambda _: None) == {}

    def records(self) -> dict[str, ReviewRecord]:
        """Return what we hold, by the store's ids."""
        held = self.reviews.all_reviews(self.source.NAME, app_key(self.target))
        return {record.review.id: record for record in held}

    def public(self) -> set[str]:
        """Return which reviews are public as far as we know."""
        return {number for number, record in self.records().items() if record.public}

    def counted(self) -> int:
        """Return how many public reviews the aggregates hold, and that their stars add up to it."""
        rows = [measures for row, measures in self.progress.totals() if row.dimension == "all"]
        total = sum(measures.get("reviews", 0) for measures in rows)
        assert total == sum(m.get(f"stars_{n}", 0) for m in rows for n in range(1, 6))
        return total

    def new_visits(self) -> list[Visit]:
        """Return the requests since the last call."""
        self._visits, before = len(self.store.visits), self._visits
        return self.store.visits[before:]

    def stood_still(self, run: Run) -> bool:
        """Return whether nothing happened in the store while a run read it."""
        self.life.advance(self.clock.now())
        return self.life.changed_at < run.started_at


@contextmanager
def opened(
    flavour: Flavour, seed: int, days: int, reviews: int, faulty: float = 0.04
) -> Iterator[World]:
    """Run a store and what collects from it."""
    world = World(flavour, seed, days=days, reviews=reviews, faulty=faulty)
    with world.store.running():
        yield world


def looks(reviews: Iterable[StoreReview]) -> dict[str, tuple[Any, ...]]:
    """Return what a reader sees in the store, by id."""
    return {
        one.id: (one.rating, one.text, one.reply.text if one.reply else None) for one in reviews
    }


def held(records: dict[str, ReviewRecord]) -> dict[str, tuple[Any, ...]]:
    """Return the same of what we hold."""
    return {
        number: (
            record.review.rating,
            record.review.text,
            record.review.reply.text if record.review.reply else None,
        )
        for number, record in records.items()
    }


def check_pass(world: World, run: Run) -> None:
    """After any pass: we hold, and count once, what was delivered, less what is proved gone."""
    public = world.public()
    visits = world.new_visits()
    world.base |= {number for visit in visits for number in visit.ids}
    whole_list = world.source.CAPABILITIES.complete_list
    if run.complete and whole_list:
        assert public <= world.base
        shown_all_the_time = world.shown_before & {one.id for one in world.store.shown()}
        assert not shown_all_the_time & (world.base - public)
        world.base = public
    assert public == world.base
    assert world.counted() == len(public)
    assert run.public == len(public)
    holes = {visit.page for visit in visits if visit.hole}
    if run.complete:
        assert {page + 1 for page in holes - {APPLE_PAGES}} <= {visit.page for visit in visits}
    if holes or not (run.complete and world.stood_still(run)):
        return
    shown = looks(world.store.shown())
    ours = held(world.records())
    if not whole_list:
        shown = {number: (*look[:2], None) for number, look in shown.items()}
    assert {number: ours[number] for number in shown} == shown
    if whole_list:
        assert public == shown.keys()
    world.settled.add(run.started_at.date().isoformat())


def check_versions(world: World) -> None:
    """Every version follows the one before it, shows a difference, and keeps the first date."""
    written: dict[str, list[ReviewRecord]] = {}
    for record in world.reviews.written:
        written.setdefault(record.id, []).append(record)
    for versions in written.values():
        assert [one.version for one in versions] == [*range(1, len(versions) + 1)]
        assert len({one.written for one in versions}) == 1
        assert all(changes(sooner, later) for sooner, later in pairwise(versions))


def check_visits(world: World) -> None:
    """The store's log of a whole life: one at a time, slowly, after the rules and by them."""
    visits = world.store.visits
    assert visits[0].path == "/robots.txt"
    assert {visit.parallel for visit in visits} == {1}
    for sooner, later in pairwise(visits):
        assert later.start >= sooner.end + GAP - 1e-6
        assert later.start >= sooner.not_before - 1e-6
    rules, read_at = Protego.parse(CLOSED), 0.0
    for visit in visits:
        if visit.robots is not None:
            rules, read_at = Protego.parse(visit.robots), visit.start
        elif visit.path != "/robots.txt":
            assert rules.can_fetch(f"https://{world.source.HOSTS[0]}{visit.path}", AGENT)
            assert visit.start - read_at <= 24 * 3600 + JOB


def live_through(world: World, days: int, passes: Sequence[timedelta]) -> None:
    """Collect day after day; twice the store is gone for hours, once its rules keep us out."""
    down = {days // 5: 5, days // 2: 20}
    closed = range(days * 3 // 5, days * 3 // 5 + 2)
    for day in range(days):
        midnight = START + timedelta(days=day)
        world.store.robots = CLOSED if day in closed else ROBOTS
        if day in down:
            world.store.down_until = midnight + timedelta(hours=down[day])
        for at in passes:
            check_pass(world, world.run(midnight + at))


def end_well(world: World, days: int) -> None:
    """Collect once more, from a store in which nothing happens any more."""
    world.store.faulty = 0
    last = world.run(START + timedelta(days=days + 1))
    assert (last.outcome, last.complete) == ("ok", True)
    check_pass(world, last)
    assert last.started_at.date().isoformat() in world.settled


@pytest.mark.parametrize(
    ("flavour", "seed", "reviews", "passes"),
    [("shopify", 1, 40, PASSES[::2]), ("apple_rss", 2, 75, PASSES[:1])],
)
def test_after_a_year_we_hold_and_count_what_the_store_shows(
    flavour: Flavour, seed: int, reviews: int, passes: Sequence[timedelta]
) -> None:
    """Pass by pass and day by day, through edits, removals, returns, pins, moods and failures.

    Nobody is told of anything but that the store did not answer, or that its rules kept us out.
    """
    with opened(flavour, seed, YEAR, reviews) as world:
        live_through(world, YEAR, passes)
        end_well(world, YEAR)
        assert len(world.settled) > 0.8 * YEAR
        check_versions(world)
        check_visits(world)
        told = world.sources.alerts
        known = {"source_broken", "source_partial", "source_stale"}
        assert {"source_broken"} <= {one.kind for one in told} <= known
        assert any("robots.txt" in one.detail for one in told)
        assert not world.quarantine.kept


@pytest.mark.parametrize(("flavour", "reviews"), [("shopify", 60), ("apple_rss", 95)])
@pytest.mark.parametrize("seed", [11, 12])
def test_a_store_that_fails_often_is_still_read_right(
    flavour: Flavour, seed: int, reviews: int
) -> None:
    """With one answer in seven going wrong, a month ends as well as any."""
    with opened(flavour, seed, MONTH, reviews, faulty=0.15) as world:
        live_through(world, MONTH, PASSES[::2])
        end_well(world, MONTH)
        check_versions(world)
        check_visits(world)


@pytest.mark.parametrize(("flavour", "reviews"), [("shopify", 25), ("apple_rss", 25)])
def test_a_crash_at_any_call_of_our_stores_leaves_no_gap_and_no_double(
    flavour: Flavour, reviews: int
) -> None:
    """Each pass dies at another call, early or late, and is begun again; every version is once."""
    crashes: set[tuple[int, bool]] = set()
    with opened(flavour, 21, MONTH, reviews, faulty=0) as world:
        for number in range(MONTH * len(PASSES)):
            at = START + timedelta(days=number // len(PASSES)) + PASSES[number % len(PASSES)]
            calls, late = number // 2 % MOST_CALLS + 1, number % 2 == 1
            world.fuse.left, world.fuse.late = calls, late
            try:
                run = world.run(at, full_sweep=timedelta(0))
            except Crash:
                crashes.add((calls, late))
                run = world.run(at + timedelta(minutes=5), full_sweep=timedelta(0))
            check_pass(world, run)
        check_versions(world)
        assert len(world.settled) > 0.8 * MONTH
    assert crashes >= {(call, late) for call in range(1, 7) for late in (False, True)}
