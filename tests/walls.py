"""A small memory for the public wall: reviews, what is kept, and what is hidden."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from northstar.app.configuration import Business, Configuration, Proof, SourceTarget
from northstar.app.ports import Memory, Run, Snapshot, SourceState
from northstar.app.proof import Wall, keep_proof, wall
from northstar.domain.aggregates import Measures
from northstar.domain.reviews import Published, Review, ReviewRecord

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
CONFIGURATION = Configuration(
    business=Business("Acme & Söhne", "Europe/Berlin"),
    sources=(SourceTarget("shopify", "acme"),),
    proof=Proof(enabled=True),
)


def review(number: int, **changes: Any) -> ReviewRecord:
    """Return a public review, a day older than the one of the number before."""
    told: dict[str, Any] = {
        "source": "shopify",
        "id": str(number),
        "rating": 1 + number % 5,
        "text": f"Text {number}",
        "author": f"Shop {number}",
        "language": "en",
        "created": (NOW.date() - timedelta(number)).isoformat(),
    }
    app = changes.pop("app", "acme")
    return ReviewRecord(Review(**told | changes), app, 1, NOW, NOW)


def gone(record: ReviewRecord) -> ReviewRecord:
    """Return a review that its store no longer shows."""
    return replace(record, public=False, version=2)


@dataclass
class Memories:
    """What the wall is made of; `reads` counts how often all reviews of an app were read."""

    records: Iterable[ReviewRecord] = ()
    published: Published | None = None
    days: Mapping[date, Measures] = field(default_factory=dict)
    configuration: Configuration = CONFIGURATION
    kept: dict[str, Any] = field(default_factory=dict)
    takedowns: dict[str, datetime] = field(default_factory=dict)
    reads: int = 0

    def all_reviews(self, source: str, app: str) -> Iterator[ReviewRecord]:
        """Yield the reviews of an app."""
        self.reads += 1
        return (one for one in self.records if (one.review.source, one.app) == (source, app))

    def by_ids(self, ids: Iterable[str]) -> dict[str, ReviewRecord]:
        """Return the reviews of these ids."""
        wanted = set(ids)
        return {one.id: one for one in self.records if one.id in wanted}

    def save_snapshot(self, name: str, told: Mapping[str, Any]) -> None:
        """Keep what the page shows."""
        self.kept[name] = told

    def snapshot(self, name: str) -> dict[str, Any] | None:
        """Return what was kept."""
        return self.kept.get(name)

    def sources(self) -> list[SourceState]:
        """Return what the store counts, where it does."""
        if self.published is None:
            return []
        at = NOW - timedelta(hours=3)
        return [
            SourceState(
                Run("shopify", one.app, at, at, "ok", 1, 1, 0, 0, 0, complete=True),
                Snapshot("shopify", one.app, at, self.published),
                Memory(),
            )
            for one in self.configuration.sources
        ]

    def daily(self, *_: Any) -> Mapping[date, Measures]:
        """Return what we have counted."""
        return self.days

    def hide(self, record_id: str, at: datetime) -> None:
        """Hide a review."""
        self.takedowns[record_id] = at

    def show(self, record_id: str) -> bool:
        """Hide it no longer."""
        return self.takedowns.pop(record_id, None) is not None

    def hidden(self) -> dict[str, datetime]:
        """Return what is hidden."""
        return self.takedowns

    def make(self, now: datetime = NOW) -> Wall:
        """Make the wall anew, and return it."""
        stores: Any = {"feedback": self, "progress": self, "takedowns": self}
        keep_proof(self.configuration, **stores, now=now)
        return self.wall()

    def wall(self, app: str | None = None) -> Wall:
        """Return the wall as it is kept."""
        stores: Any = {"progress": self, "takedowns": self}
        return wall(self.configuration, **stores, app=app)


def ids(shown: Wall) -> list[str]:
    """Return the ids of what is shown, in its order."""
    return [one.id for one in shown.sample]
