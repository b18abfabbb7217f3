"""What the page of the sources is told: standings, order, and at which cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from northstar.app.configuration import Configuration, SourceTarget
from northstar.app.ports import Board, Memory, Run, Snapshot, SourceState
from northstar.app.show_sources import RUNS, sources_view
from northstar.app.views import SourcesView
from northstar.domain.reviews import Published
from tests.browser.samples import NOW, SHOWS, run

HOUR = timedelta(hours=1)
TARGET = SourceTarget("shopify", "acme-reviews")


class Totals:
    """The part of the ProgressStore protocol that the page reads; `asked` counts the calls."""

    def __init__(self, *states: SourceState) -> None:
        self.asked: Counter[str] = Counter()
        self._states = list(states)

    def sources(self) -> list[SourceState]:
        """Return every state."""
        self.asked["sources"] += 1
        return self._states

    def runs(self, source: str, app: str, limit: int) -> list[Run]:
        """Return the run of each state, as if it had happened for ever."""
        self.asked["runs"] += 1
        return [s.run for s in self._states if (s.run.source, s.run.app) == (source, app)] * limit

    def board(self, scopes: Sequence[tuple[str, str]], today: date) -> Board:
        """Return two days of an app, which are seven of the 20 reviews that there are."""
        self.asked["board"] += 1
        before = today - timedelta(1)
        known: dict[tuple[str, str], dict[date, dict[str, int]]] = {
            ("all", "all"): {today: {"reviews": 20, "sent": 9}},
            ("app", "shopify:acme-reviews"): {
                today: {"reviews": 3},
                before: {"reviews": 4, "sent": 9},
            },
        }
        return Board({scope: known.get(scope, {}) for scope in scopes}, {})


class Kept:
    """The part of the Quarantine protocol that the page reads."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def waiting(self, kind: str) -> int:
        """Return two payloads for each kind."""
        self.asked.append(kind)
        return 2


def state(shown: Run | None = None, good_at: Any = None, **memory: Any) -> SourceState:
    """Return a state after a run."""
    return SourceState(shown or run(0), None, Memory(good_at=good_at, **memory))


def view(totals: Totals, *targets: SourceTarget, **changes: Any) -> SourcesView:
    """Return the view of these targets."""
    given: dict[str, Any] = {
        "totals": totals,
        "quarantine": Kept(),
        "shows": lambda _: SHOWS,
        "every": HOUR,
        "stale_after": 2 * HOUR,
        "now": NOW,
        "editor": True,
    }
    return sources_view(Configuration(sources=targets), **(given | changes))


@pytest.mark.parametrize(
    ("newest", "good_at", "standing"),
    [
        (run(0), NOW, "up_to_date"),
        (run(0, "empty"), NOW, "up_to_date"),
        (run(2), None, "up_to_date"),
        (run(3), None, "out_of_date"),
        (run(0, "partial"), NOW - HOUR, "partial"),
        (run(0, "partial"), None, "partial"),
        (run(0, "broken"), NOW - 9 * HOUR, "broken"),
        (run(0, "broken", pages=0), NOW - 9 * HOUR, "unread"),
        (run(0, "partial", pages=0), None, "partial"),
        (run(0, "partial"), run(0).finished_at, "up_to_date"),
        (run(3, "partial"), run(3).finished_at, "out_of_date"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_how_a_source_stands(newest: Run, good_at: Any, standing: str) -> None:
    """What the newest run was, and how old the newest good one is; a pause is no trouble."""
    (shown,) = view(Totals(state(newest, good_at)), TARGET, stale_after=3 * HOUR - HOUR / 2).sources
    assert shown.standing == standing


def test_what_is_configured_and_what_was_collected_are_both_there() -> None:
    """Without a state: never collected or switched off; without a target: not any more."""
    totals = Totals(state(run(0, app="old")), state(run(0, app="paused")))
    shown = view(
        totals,
        SourceTarget("apple_rss", "1", "us"),
        SourceTarget("shopify", "paused", enabled=False),
    ).sources
    assert [(one.source, one.app, one.standing) for one in shown] == [
        ("apple_rss", "1/us", "never"),
        ("shopify", "paused", "off"),
        ("shopify", "old", "dropped"),
    ]
    assert shown[2].target is None


def test_a_first_run_that_has_not_ended_is_not_never() -> None:
    """Where the app's reviews are counted already they are shown; what is off stays off."""
    (begun,) = view(Totals(), TARGET).sources
    assert (begun.standing, begun.counted) == ("begun", 7)
    (off,) = view(Totals(), SourceTarget("shopify", "acme-reviews", enabled=False)).sources
    assert off.standing == "off"


def test_reviews_of_no_listed_app_are_counted() -> None:
    """All that is counted without what the listed apps have, with a run or without one."""
    assert view(Totals()).unlisted == 20
    assert view(Totals(), TARGET).unlisted == 13
    assert view(Totals(state())).unlisted == 13


def test_those_in_trouble_come_first() -> None:
    """Then as configured."""
    totals = Totals(
        state(run(0, app="a")),
        state(run(0, app="b")),
        state(run(0, "partial", app="c")),
        state(run(0, "broken", app="d")),
    )
    shown = view(totals, *(SourceTarget("shopify", app) for app in "bacd")).sources
    assert [one.app for one in shown] == ["d", "c", "b", "a"]


def test_the_numbers_of_a_source_come_together() -> None:
    """The store's count, what was counted, its runs, memory and quarantine."""
    totals = Snapshot("shopify", "acme-reviews", NOW, Published(9, 4.5))
    memory = Memory(good_at=NOW, usual={"text": (1.0, 2.0)}, told=("source_gap",))
    quarantine = Kept()
    shown = view(Totals(SourceState(run(0), totals, memory)), TARGET, quarantine=quarantine)
    (one,) = shown.sources
    assert one.store
    assert (one.store.count, one.store.average, one.store.collected) == (9, 4.5, 7)
    assert (one.usual, one.told, one.waiting) == ({"text": (1.0, 2.0)}, ("source_gap",), 2)
    assert len(one.runs) == RUNS
    assert one.next_by == run(0).started_at + HOUR
    assert quarantine.asked == ["source/shopify/acme-reviews"]


def test_the_next_run_is_told_only_where_it_is_certain() -> None:
    """Not without a fixed interval, not for what is off or dropped."""
    states = (state(run(0)), state(run(0, app="off")), state(run(0, app="old")))
    targets = (TARGET, SourceTarget("shopify", "off", enabled=False))
    assert [one.next_by for one in view(Totals(*states), *targets).sources][1:] == [None, None]
    assert view(Totals(state()), TARGET, every=None).sources[0].next_by is None


@pytest.mark.parametrize(
    ("queued", "told"),
    [("shopify acme-reviews", "shopify acme-reviews"), ("your account was hacked", None)],
)
def test_only_a_source_is_told_to_be_queued(queued: str, told: str | None) -> None:
    """A link from elsewhere cannot put words into the page."""
    assert view(Totals(), TARGET, queued=queued).queued == told


def test_the_cost_follows_the_sources_only() -> None:
    """One query of all states, one of all days, one of each app's days; runs where there are."""
    totals, quarantine = Totals(*(state(run(0, app=str(n))) for n in range(40))), Kept()
    targets = [SourceTarget("shopify", str(n)) for n in range(50)]
    assert len(view(totals, *targets, quarantine=quarantine).sources) == 50
    assert totals.asked == {"sources": 1, "runs": 40, "board": 1}
    assert len(quarantine.asked) == 40
