"""How often the rules over numbers err, what they find, and that an episode is told once."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import exp
from typing import Any

import pytest

from northstar.app.configuration import Business, Configuration
from northstar.app.goals import GoalState, KeptGoal
from northstar.app.ports import Alert
from northstar.app.watch_numbers import QUIET, watch
from northstar.domain.alarming import LATE, LEAST_TEXTS, WEEKS_BEFORE, fall, rise
from northstar.domain.editions import Editions
from northstar.domain.errors import Unavailable
from northstar.domain.goals import Goal
from northstar.domain.rates import Rate, wilson
from northstar.domain.status import Settled, Status

FIRST = date(2026, 1, 5)
WEEKDAYS = (1.2, 1.2, 1.1, 1.1, 1.0, 0.7, 0.7)
CONFIGURATION = Configuration(business=Business(time_zone="Europe/Berlin"))
ZONE = CONFIGURATION.business.zone
GOAL = Goal("Satisfied", "csat", 85, FIRST, date(2028, 12, 28))
NEWS: tuple[Status, ...] = ("on track", "close", "off track", "reached", "ended", "stale")


def drawn(random_: random.Random, mean: float, uneven: float) -> int:
    """Return a count of a day: Poisson, or of a variance that is so many times its mean."""
    if uneven > 1:
        shape = mean / (uneven - 1)
        mean = random_.gammavariate(shape, mean / shape)
    count, left, end = 0, random_.random(), exp(-mean)
    while left > end:
        left *= random_.random()
        count += 1
    return count


def days_of(random_: random.Random, days: int, mean: float, uneven: float) -> dict[date, int]:
    """Return quiet days with the usual weekends."""
    return {
        FIRST + timedelta(n): drawn(random_, mean * WEEKDAYS[n % 7], uneven) for n in range(days)
    }


def rises(texts: Mapping[date, int], first: int, days: int) -> int:
    """Return how many episodes of rising there are in so many days from one on."""
    episodes, held = 0, -99
    for n in range(first, days):
        if rise(texts, FIRST + timedelta(n)):
            episodes += n - held > QUIET["topic_doubled"].days
            held = n
    return episodes


@pytest.mark.parametrize(("uneven", "most"), [(1.0, 0.1), (1.5, 0.35), (2.5, 0.5)])
def test_a_quiet_topic_is_seldom_told(uneven: float, most: float) -> None:
    """In a quiet year a topic of two texts a day, the worst there is, raises at most so many."""
    random_ = random.Random(3)
    years = 30
    told = sum(rises(days_of(random_, 365 + 42, 2, uneven), 42, 365 + 42) for _ in range(years))
    assert told / years <= most


@pytest.mark.parametrize("mean", [0.5, 10])
def test_a_rare_or_a_frequent_quiet_topic_is_never_told(mean: float) -> None:
    """One has too few texts, the other does not double by chance."""
    random_ = random.Random(4)
    assert sum(rises(days_of(random_, 365, mean, 1.5), 42, 365) for _ in range(10)) == 0


@pytest.mark.parametrize(("mean", "least"), [(1, 32), (3, 38), (10, 40)])
def test_a_topic_that_rises_is_told(mean: float, least: int) -> None:
    """Within a week of four times as many texts, in so many of forty topics, and once."""
    random_ = random.Random(5)
    told = []
    for _ in range(40):
        texts = days_of(random_, 77, mean, 1.2)
        texts |= {
            FIRST + timedelta(n): drawn(random_, 4 * mean * WEEKDAYS[n % 7], 1.2)
            for n in range(70, 77)
        }
        told.append(rises(texts, 70, 77))
    assert sum(count == 1 for count in told) >= least


def test_twice_as_many_of_few_is_no_news() -> None:
    """It takes twenty texts; and with as many of the week before it is no rise at all."""
    before = {FIRST + timedelta(n): 1 if n % 7 == 0 else 0 for n in range(49)}
    last = FIRST + timedelta(55)
    texts = before | {last - timedelta(n): 3 for n in range(7)}
    seen = rise(texts, last)
    assert seen is not None
    assert (seen.texts, seen.usual) == (21, 1)
    fewer = texts | {last: 3 - (21 - LEAST_TEXTS + 1)}
    assert rise(fewer, last) is None
    assert rise(dict.fromkeys(texts, 3), last) is None


def test_a_rise_begins_where_it_could_first_be_seen() -> None:
    """However much later somebody looks; and what is new altogether has nothing to rise from."""
    texts = {FIRST + timedelta(n): 1 for n in range(60)}
    texts |= {FIRST + timedelta(n): 9 for n in range(60, 67)}
    first = next(n for n in range(50, 67) if rise(texts, FIRST + timedelta(n)))
    assert 60 < first < 66
    for n in range(first, 67):
        seen = rise(texts, FIRST + timedelta(n))
        assert seen is not None
        assert seen.since == FIRST + timedelta(first)
    young = {day: many for day, many in texts.items() if day >= FIRST + timedelta(35)}
    assert rise(young, FIRST + timedelta(66)) is None


def weeks(*counts: tuple[int, int]) -> list[Rate]:
    """Return eight weeks of 90 of 100, and then these."""
    return [wilson(90, 100)] * WEEKS_BEFORE + [wilson(*one) for one in counts]


def test_satisfaction_falls_for_two_weeks_or_not_at_all() -> None:
    """Each of both surely below, each of thirty answers at least."""
    seen = fall(weeks((70, 100), (72, 100)))
    assert seen is not None
    assert (seen.before.n, seen.first.hits, seen.second.hits, seen.ago) == (800, 70, 72, 0)
    assert fall(weeks((70, 100), (88, 100))) is None
    assert fall(weeks((88, 100), (70, 100))) is None
    assert fall(weeks((99, 100), (99, 100))) is None
    assert fall(weeks((10, 30), (10, 30))) is not None
    assert fall(weeks((10, 30), (9, 29))) is None
    assert fall(weeks((70, 100), (72, 100))[1:]) is None
    assert fall([wilson(2, 3)] * WEEKS_BEFORE + [wilson(10, 30)] * 2) is None


def test_a_fall_tells_how_long_it_is_known() -> None:
    """At the end of each further bad week it is a week older."""
    ago = [seen.ago for more in range(3) if (seen := fall(weeks(*[(60, 100)] * (2 + more))))]
    assert ago == [0, 1, 2]


def test_quiet_satisfaction_is_seldom_told() -> None:
    """At most one false alarm in five quiet years, at sixty answers a week as at three hundred."""
    for number in (60, 300):
        random_ = random.Random(number)
        told = 0
        for _ in range(40):
            year = [
                wilson(sum(random_.random() < 0.88 for _ in range(number)), number)
                for _ in range(52 + WEEKS_BEFORE)
            ]
            ends = range(WEEKS_BEFORE + 2, len(year) + 1)
            seen = [fall(year[:end]) for end in ends]
            told += sum(one is not None and one.ago == 0 for one in seen)
        assert told <= 8


class Numbers:
    """The parts of both stores that `watch` uses; after so many `steps` of writing it fails."""

    def __init__(self) -> None:
        self.days: dict[date, dict[str, int]] = {}
        self.topics: dict[str, dict[date, dict[str, int]]] = {}
        self.kept: list[KeptGoal] = []
        self.snapshots: dict[str, Any] = {}
        self.outbox: dict[str, Alert] = {}
        self.refused: set[str] = set()
        self.steps = 99

    def _step(self) -> None:
        """Go one step of writing further, or fail there."""
        if self.steps == 0:
            raise Unavailable("not now")
        self.steps -= 1

    def add_alert(self, alert: Alert) -> None:
        """Put an alert into the outbox; the same one is there once."""
        self._step()
        if alert.subject in self.refused:
            raise TypeError("no number")
        self.outbox.setdefault(alert.id, alert)

    def snapshot(self, name: str) -> Any:
        """Return what was kept."""
        return self.snapshots.get(name)

    def save_snapshot(self, name: str, told: Any) -> None:
        """Keep it, or fail."""
        self._step()
        self.snapshots[name] = json.loads(json.dumps(told))

    def daily(
        self, dimension: str, value: str, since: date, until: date
    ) -> dict[date, dict[str, int]]:
        """Return the days of a topic, or all of them."""
        told = self.days if dimension == "all" else self.topics.get(value, {})
        return {day: one for day, one in told.items() if since <= day <= until}

    def editions(self) -> Editions:
        """Return new ones."""
        return Editions()

    def goals(self) -> list[KeptGoal]:
        """Return the goals."""
        return self.kept


class World:
    """Runs of `watch` that may be cut short anywhere."""

    def __init__(self) -> None:
        self.numbers = Numbers()

    def look(self, now: datetime, steps: int = 99) -> None:
        """Let `watch` run; it fails after so many steps of writing."""
        self.numbers.steps = steps
        store: Any = self.numbers
        with suppress(Unavailable):
            watch(CONFIGURATION, progress=store, goals=store, now=now)

    def told(self, kind: str) -> list[Alert]:
        """Return the alerts of a kind, in the order of time."""
        return sorted(
            (a for a in self.numbers.outbox.values() if a.kind == kind), key=lambda a: a.at
        )


def local(day: date, hour: float = 12) -> datetime:
    """Return a moment of a business day."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZONE)
    return midnight + timedelta(hours=hour)


def live(world: World, days: range, random_: random.Random, each: Callable[[date], None]) -> None:
    """Let days go by with runs at any hour, of which some are cut short; the last one never is."""
    for n in days:
        day = FIRST + timedelta(n)
        each(day)
        for hour in sorted(random_.uniform(0, 22) for _ in range(random_.randrange(4))):
            world.look(local(day, hour), steps=random_.choice([0, 1, 2, 99]))
        world.look(local(day, 22.5))


@pytest.mark.parametrize("seed", range(4))
def test_a_rise_is_told_once_an_episode(seed: int) -> None:
    """Whatever runs are cut short: once where it begins, and anew only after two quiet weeks."""
    random_, world = random.Random(seed), World()
    level, texts = 2.0, {}
    for n in range(200):
        if random_.random() < 0.04:
            level = random_.choice([0.3, 2.0, 8.0])
        texts[FIRST + timedelta(n)] = drawn(random_, level, 1.5)
    world.numbers.topics["login"] = {day: {"answer_neutral": many} for day, many in texts.items()}
    held = [day for day in texts if day >= FIRST + timedelta(42) and rise(texts, day)]
    quiet = QUIET["topic_doubled"]
    begins = [day for n, day in enumerate(held) if n == 0 or day - held[n - 1] > quiet]
    live(world, range(43, 201), random_, lambda day: None)
    told = [alert.at.astimezone(ZONE).date() for alert in world.told("topic_doubled")]
    assert told == begins
    assert begins
    assert all(alert.n and alert.n >= LEAST_TEXTS for alert in world.told("topic_doubled"))


@pytest.mark.parametrize("seed", range(2))
def test_a_fall_is_told_once_an_episode(seed: int) -> None:
    """On the day after its second week, dated to the first one; not again while it lasts."""
    random_, world = random.Random(seed), World()
    bad = range(20, 24)
    for n in range(7 * 30):
        share = 0.7 if n // 7 in bad else 0.9
        hits = sum(random_.random() < share for _ in range(40))
        world.numbers.days[FIRST + timedelta(n)] = {"csat_5": hits, "csat_1": 40 - hits}
    seen_on: list[date] = []

    def watched(day: date) -> None:
        if len(world.told("csat_down")) > len(seen_on):
            seen_on.append(day - timedelta(1))

    live(world, range(70, 7 * 30), random_, watched)
    (alert,) = world.told("csat_down")
    assert alert.at == local(FIRST + timedelta(7 * 20), 0)
    assert seen_on == [FIRST + timedelta(7 * 22)]
    assert "(n = 2,240) in the eight weeks before" in alert.detail


@pytest.mark.parametrize("steps", range(4))
def test_a_look_that_is_cut_short_is_made_good(steps: int) -> None:
    """Before and after each step of writing; what follows tells it all, and once."""
    world, day = World(), FIRST + timedelta(66)
    for name in ("login", "price"):
        texts = {FIRST + timedelta(n): 9 if n > 61 else 1 for n in range(67)}
        world.numbers.topics[name] = {on: {"review_neutral": n} for on, n in texts.items()}
    world.numbers.kept = [at_status("on track", day)]
    world.look(local(FIRST + timedelta(50)))
    world.numbers.kept = [at_status("close", day)]
    world.look(local(day), steps=steps)
    world.look(local(day, 13))
    world.look(local(day + timedelta(1)))
    assert sorted(alert.subject for alert in world.told("topic_doubled")) == ["login", "price"]
    assert len(world.told("goal_status")) == 1


def test_an_alert_that_cannot_be_raised_keeps_no_other_back() -> None:
    """It is said, tried again at the next look, and raised when that is possible."""
    world, day = World(), FIRST + timedelta(66)
    for name in ("login", "price"):
        texts = {FIRST + timedelta(n): 9 if n > 61 else 1 for n in range(67)}
        world.numbers.topics[name] = {on: {"review_neutral": n} for on, n in texts.items()}
    world.look(local(FIRST + timedelta(50)))
    for refused, told in (("login", "price"), ("login", "price"), ("", "login")):
        world.numbers.refused = {refused}
        with pytest.raises(TypeError) if refused else nullcontext():
            world.look(local(day))
        assert told in {alert.subject for alert in world.told("topic_doubled")}
    assert len(world.told("topic_doubled")) == 2


def test_the_past_is_not_told() -> None:
    """A first start, or an import, in the middle of an episode; what begins later is told."""
    for since, expected in ((LATE.days, 1), (LATE.days + 1, 0)):
        world = World()
        texts = {FIRST + timedelta(n): {"review_neutral": 1} for n in range(60)}
        texts |= {FIRST + timedelta(n): {"review_neutral": 9} for n in range(60, 80)}
        first = next(
            n
            for n in range(50, 80)
            if rise({d: t["review_neutral"] for d, t in texts.items()}, FIRST + timedelta(n))
        )
        world.numbers.topics["login"] = texts
        for later in range(3):
            world.look(local(FIRST + timedelta(first + 1 + since + later)))
        assert len(world.told("topic_doubled")) == expected
    world = World()
    for n in range(7 * 12):
        hits = 36 if n < 7 * 10 else 20
        world.numbers.days[FIRST + timedelta(n)] = {"csat_5": hits, "csat_1": 40 - hits}
    world.look(local(FIRST + timedelta(7 * 12 + LATE.days + 1)))
    assert world.told("csat_down") == []
    world.numbers.snapshots.clear()
    world.look(local(FIRST + timedelta(7 * 12 + LATE.days)))
    assert len(world.told("csat_down")) == 1


def at_status(status: Status, day: date, goal: Goal = GOAL, version: int = 1) -> KeptGoal:
    """Return a goal that `track` has given a status."""
    state = GoalState(
        version=version,
        made_at=local(day),
        day=day,
        settled=Settled(status),
        value=80.32,
        n=0,
        baseline=0,
        even_pace=0,
        last=day,
    )
    return KeptGoal(goal, version, state=state)


@pytest.mark.parametrize("seed", range(10))
def test_a_status_is_told_once_a_change(seed: int) -> None:
    """Each alert says another status than the one before, the last one what is so in the end."""
    random_, world = random.Random(seed), World()
    every: tuple[Status, ...] = (*NEWS, "too early", "no forecast")
    current: list[Status] = ["on track"]

    def go_on(day: date) -> None:
        if random_.random() < 0.3:
            current.append(random_.choice(every))
        world.numbers.kept = [at_status(current[-1], day)]

    live(world, range(60), random_, go_on)
    current.append("close")
    live(world, range(60, 63), random_, go_on)
    current.append("reached")
    world.numbers.kept = [at_status("reached", FIRST + timedelta(70))]
    world.look(local(FIRST + timedelta(70)))
    told = world.told("goal_status")
    days = [alert.at for alert in told]
    assert len(set(days)) == len(days)
    assert all(alert.data["status"] != alert.data["before"] for alert in told)
    assert all(alert.data["status"] in NEWS for alert in told)
    assert told[-1].data["status"] == "reached"
    assert len(told) <= len(current)


def statuses(*found: Status) -> list[tuple[Status, Status]]:
    """Return what is told, as (before, now), of a goal that shows a status a day."""
    world = World()
    for n, status in enumerate(found):
        day = FIRST + timedelta(n)
        world.numbers.kept = [at_status(status, day)]
        world.look(local(day))
    return [(a.data["before"], a.data["status"]) for a in world.told("goal_status")]


def test_only_changes_that_matter_are_news() -> None:
    """Neither the first status nor that a forecast begins or pauses; a goal reached always is."""
    assert statuses("too early", "on track", "close", "off track") == [
        ("on track", "close"),
        ("close", "off track"),
    ]
    assert statuses("on track", "too early", "on track") == []
    assert statuses("on track", "too early", "off track") == [("on track", "off track")]
    assert statuses("no forecast", "reached") == [("no forecast", "reached")]
    assert statuses("no forecast", "stale", "no forecast", "stale") == [
        ("no forecast", "stale"),
        ("no forecast", "stale"),
    ]
    assert statuses("on track", "stale", "on track", "ended") == [
        ("on track", "stale"),
        ("stale", "on track"),
        ("on track", "ended"),
    ]


def test_another_goal_of_the_name_begins_anew() -> None:
    """A target that was moved is no news; what somebody believes changes nothing."""
    world, day = World(), FIRST
    moved = replace(GOAL, target=90)
    for n, kept in enumerate(
        [
            at_status("on track", day),
            at_status("off track", day, moved, 2),
            at_status("off track", day, moved, 3),
            at_status("close", day, moved, 4),
        ]
    ):
        world.numbers.kept = [kept]
        world.look(local(FIRST + timedelta(n)))
    (alert,) = world.told("goal_status")
    assert (alert.data["before"], alert.data["status"]) == ("off track", "close")
    assert alert.detail == "Close; it was: Off track. 80% of 90% by 28 December 2028."
    assert alert.path == "/?goal=Satisfied"


def test_a_count_that_is_reached_is_told_by_its_last_milestone() -> None:
    """One piece of news is one message; any other change of its status is told."""
    counted = replace(GOAL, metric="net_public_reviews", target=10_000)
    world = World()
    for n, status in enumerate(("on track", "close", "reached")):
        day = FIRST + timedelta(n)
        world.numbers.kept = [at_status(status, day, counted)]
        world.look(local(day))
    assert [one.data["status"] for one in world.told("goal_status")] == ["close"]


def test_what_a_goal_shows_until_its_sources_are_read_is_no_news() -> None:
    """Without any data it is stale at first; what it shows after that is its first status."""
    world = World()
    for n, status in enumerate(("stale", "stale", "off track", "close")):
        kept = at_status(status, FIRST + timedelta(n))
        assert kept.state
        world.numbers.kept = [replace(kept, state=replace(kept.state, read=n > 1))]
        world.look(local(FIRST + timedelta(n)))
    told = [(a.data["before"], a.data["status"]) for a in world.told("goal_status")]
    assert told == [("off track", "close")]


def test_a_goal_that_changes_back_the_same_day_is_no_news() -> None:
    """What is so on the next day is compared with what was told."""
    world = World()
    for hours, status in ((12, "on track"), (36, "stale"), (37, "on track"), (61, "on track")):
        now = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=hours)
        world.numbers.kept = [at_status(status, now.date())]  # type: ignore[arg-type]
        world.look(now)
    told = [(a.data["before"], a.data["status"]) for a in world.told("goal_status")]
    assert told == [("on track", "stale"), ("stale", "on track")]


def test_numbers_are_read_once_a_day() -> None:
    """Each further run of the day reads what is known, and the goals, and writes nothing."""
    world = World()
    for n, status in enumerate(("on track", "close")):
        world.numbers.kept = [at_status(status, FIRST)]  # type: ignore[arg-type]
        world.look(local(FIRST + timedelta(n)))
    assert len(world.told("goal_status")) == 1
    reads: list[str] = []
    numbers: Any = world.numbers
    numbers.daily = lambda *_: reads.append("daily")
    numbers.save_snapshot = lambda *_: reads.append("save")
    numbers.add_alert = lambda *_: reads.append("alert")
    world.look(local(FIRST + timedelta(1), 13))
    assert reads == []
