"""Editions: which reader's verdicts are shown, and how the next one takes over.

A new reader goes over all stored texts, into the edition that is not shown. Only when a whole pass
has left nothing to do, that edition is shown: at once, and everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from northstar.domain.verdicts import Edition, other

PATIENCE = timedelta(hours=1)
"""So long a pass that only waits for the counter keeps the new edition from being shown."""


@dataclass(frozen=True, slots=True)
class Editions:
    """The reader of each edition, by id, and how far the wanted one has come.

    New texts are read into `wanted`. It is `settled` when that edition is the shown one and holds
    every text; `generation` counts the readers that were wanted. Otherwise a pass goes on at
    `resume` (None: at the beginning), which so far has left texts `unread`, because somebody else
    wrote at the same moment, and records `uncounted`. `read_since` (aware) is when a pass ended
    first that left no text unread, and `begun_at` when the first pass began since they were
    settled.
    """

    a: str | None = None
    b: str | None = None
    shown: Edition = "a"
    wanted: Edition = "a"
    settled: bool = False
    generation: int = 0
    version: int = 0
    resume: str | None = None
    unread: bool = False
    uncounted: bool = False
    read_since: datetime | None = None
    begun_at: datetime | None = None

    @property
    def reader(self) -> str | None:
        """The reader of the wanted edition."""
        return self.of(self.wanted)

    def of(self, edition: Edition) -> str | None:
        """Return the reader of an edition."""
        return self.a if edition == "a" else self.b


def want(editions: Editions, reader: str) -> Editions:
    """Return the editions once this reader's verdicts are wanted; the same object if they are.

    It fills the edition that is not shown, but the shown one where that is its own, or the first.
    """
    if editions.reader == reader:
        return editions
    first = editions.of(editions.shown) in {None, reader}
    place = editions.shown if first else other(editions.shown)
    named = replace(editions, a=reader) if place == "a" else replace(editions, b=reader)
    generation = editions.generation + 1
    wanting = replace(named, wanted=place, settled=False, generation=generation, read_since=None)
    return _again(wanting)


def began(editions: Editions, now: datetime) -> Editions:
    """Return the editions before a part of a pass."""
    return replace(editions, begun_at=editions.begun_at or now)


def found(editions: Editions, *, unread: bool, uncounted: bool) -> Editions:
    """Return the editions after a part of a pass: what it has found that is left to do."""
    return replace(
        editions, unread=editions.unread or unread, uncounted=editions.uncounted or uncounted
    )


def passed(editions: Editions, now: datetime) -> Editions:
    """Return the editions at the end of a pass: settled, or before the next one."""
    since = None if editions.unread else editions.read_since or now
    waited = since is not None and now - since >= PATIENCE
    if waited or not (editions.unread or editions.uncounted):
        settled = replace(editions, shown=editions.wanted, settled=True)
        return _again(replace(settled, read_since=None, begun_at=None))
    return _again(replace(editions, read_since=since))


def _again(editions: Editions) -> Editions:
    return replace(editions, resume=None, unread=False, uncounted=False)
