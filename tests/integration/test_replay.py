"""What could not be understood is read again later, and comes to the same as if it had been."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from local.store import StoreReview, StoreServer
from northstar import sources
from northstar.app.collect import collect, quarantine_kind
from northstar.app.configuration import SourceTarget
from northstar.app.replay import replay_pages, replay_records
from northstar.domain.reviews import Page, Review, ReviewRecord, first_sight
from northstar.runtime import bootstrap
from northstar.sources.fetch import Fetcher
from northstar.store.items import item_of, pack
from northstar.store.quarantine import records
from tests.unit.fixtures import stores

APP = "an-app"
START = datetime(2026, 6, 1, tzinfo=UTC)


class Shopify:
    """The real source, whose parser may be out of order."""

    def __init__(self) -> None:
        self._real = sources.by_name("shopify")
        self.NAME, self.HOSTS = self._real.NAME, self._real.HOSTS
        self.CAPABILITIES, self.request = self._real.CAPABILITIES, self._real.request
        self.works = True
        self.loses = b""

    def parse(self, payload: bytes, url: str | None = None, target: Any = None) -> Page:
        seen = payload.replace(self.loses, b"") if self.loses else payload
        page = self._real.parse(seen, url, target)
        return page if self.works else Page("broken", reason="[data-merchant-review] not found")


@pytest.fixture
def store() -> Iterator[StoreServer]:
    """A store with one app."""
    server = StoreServer({APP: []})
    with server.running():
        yield server


@pytest.fixture
def source() -> Shopify:
    """The source, in order."""
    return Shopify()


def look(server: StoreServer, source: Shopify, at: datetime) -> str:
    """Collect the store's app into the real stores at a moment; return the outcome."""
    target = SourceTarget("shopify", APP, address=server.url, language="en")
    fetch = Fetcher(
        "A", 0, minimum_gap=0, allow_loopback=True, jitter=lambda: 0.0, sleep=lambda _: None
    ).for_job(target, source.HOSTS)
    return collect(
        target,
        source,
        fetch,
        feedback=bootstrap.feedback_store(),
        progress=bootstrap.progress_store(),
        quarantine=bootstrap.quarantine(),
        clock=lambda: at,
        full_sweep=timedelta(hours=24),
        stale_after=timedelta(days=10),
    ).outcome


def again(source: Shopify) -> Any:
    """Replay what rests in the quarantine."""
    return replay_pages(
        bootstrap.quarantine().kept("source"),
        lambda name: source,
        feedback=bootstrap.feedback_store(),
        quarantine=bootstrap.quarantine(),
    )


def held() -> dict[str, ReviewRecord]:
    """Return what we hold of the app, by the store's id."""
    found = bootstrap.feedback_store().all_reviews("shopify", APP)
    return {record.review.id: record for record in found}


def lived(server: StoreServer, source: Shopify, *, breaks: bool) -> dict[str, ReviewRecord]:
    """Collect an app over three days, on the second of which the parser may be out of order."""
    shown: list[StoreReview] = server.apps[APP]
    shown[:] = stores.reviews(8)
    look(server, source, START)
    shown[0] = replace(shown[0], text="Second words.", edited=date(2026, 6, 1))
    shown[:0] = stores.reviews(1, first=9)
    source.works = not breaks
    look(server, source, START + timedelta(days=1))
    source.works = True
    shown[1] = replace(shown[1], text="Third words.", edited=date(2026, 6, 2))
    shown[0] = replace(shown[0], text="Edited at once.", edited=date(2026, 6, 2))
    look(server, source, START + timedelta(days=2))
    return held()


def without_versions(found: dict[str, ReviewRecord]) -> dict[str, ReviewRecord]:
    return {number: replace(record, version=0) for number, record in found.items()}


def test_a_replay_comes_to_the_same_as_if_nothing_had_broken(
    feedback_store: Any, progress_store: Any, store: StoreServer, source: Shopify
) -> None:
    """First dates, first sights, the newest words and the kept versions are all the same."""
    broken = lived(store, source, breaks=True)
    assert broken["9"].review.created is None or broken["9"].first_seen > START + timedelta(days=1)
    told = again(source)
    assert (told.understood, told.still) == (1, ())
    mended = held()
    versions = {
        number: [one.review for one in feedback_store.versions(record)]
        for number, record in mended.items()
    }
    assert mended["9"].first_seen == START + timedelta(days=1)
    assert [one.text for one in versions["8"]] == [stores.reviews(8)[0].text, "Second words."]
    _forget(feedback_store, progress_store)
    assert without_versions(mended) == without_versions(lived(store, source, breaks=False))
    assert versions == {
        number: [one.review for one in feedback_store.versions(record)]
        for number, record in held().items()
    }


def _forget(feedback: Any, progress: Any) -> None:
    for table in (feedback._table, progress._table):
        for item in list(table.scan()):
            table.take({"PK": item["PK"], "SK": item["SK"]})


def test_a_page_that_was_understood_in_part_becomes_whole(
    feedback_store: Any, progress_store: Any, store: StoreServer, source: Shopify
) -> None:
    """What one field cost is filled in by the replay, and nobody is told of a change."""
    store.apps[APP][:] = stores.reviews(3)
    source.loses = b' title="Shop 2"'
    assert look(store, source, START) == "partial"
    assert held()["2"].review.author is None
    source.loses = b""
    told = again(source)
    assert (told.understood, told.reviews) == (1, 1)
    assert held()["2"].review.author == "Shop 2"
    assert feedback_store.versions(held()["2"]) == []


def test_what_is_still_not_understood_stays(
    feedback_store: Any, progress_store: Any, store: StoreServer, source: Shopify
) -> None:
    """With the same parser nothing changes, and the reason is told; nothing is taken twice."""
    store.apps[APP][:] = stores.reviews(3)
    source.works = False
    assert look(store, source, START) == "broken"
    told = again(source)
    assert (told.understood, held()) == (0, {})
    assert "[data-merchant-review]" in told.still[0][1]
    kind = quarantine_kind("shopify", APP)
    assert bootstrap.quarantine().waiting(kind) == 1
    source.works = True
    told = again(source)
    assert (told.understood, told.reviews, len(told.targets)) == (1, 3, 1)
    assert bootstrap.quarantine().waiting(kind) == 0
    assert again(source).understood == 0
    assert all(record.review.language == "en" and record.history for record in held().values())


def test_a_payload_says_what_it_takes_to_read_it_again(
    feedback_store: Any, progress_store: Any, store: StoreServer, source: Shopify
) -> None:
    """Bytes rest with address, target, moment, headers, the version that failed and their hash."""
    store.apps[APP][:] = stores.reviews(1)
    source.works = False
    look(store, source, START)
    (kept,) = bootstrap.quarantine().kept("source")
    assert b"data-merchant-review" in kept.payload
    assert kept.about["url"] == f"https://apps.shopify.com/{APP}/reviews?sort_by=newest&page=1"
    assert (kept.about["target"]["app"], kept.about["target"]["address"]) == (APP, None)
    assert kept.about["fetched_at"].startswith("2026-06-01T00:00:00")
    assert "content-type" in kept.about["headers"]
    assert kept.about["parser"]
    assert kept.about["sha256"] in kept.name


def test_a_record_that_could_not_be_counted_goes_again(
    feedback_store: Any, progress_store: Any
) -> None:
    """It makes a new version, which the stream carries on; one that moved on needs nothing."""
    review = stored("1")
    feedback_store.put_review(review, None)
    gone_on = stored("2")
    feedback_store.put_review(gone_on, None)
    for record in (review, replace(gone_on, version=7)):
        image = json.dumps(pack(item_of(record))).encode()
        bootstrap.quarantine().keep("record", image, {"error": "no"})
    bootstrap.quarantine().keep("record", b'{"kind": {"S": "nothing"}}', {"error": "no"})
    readable, unreadable = records(bootstrap.quarantine().kept("record"))
    sent = replay_records(readable, feedback=feedback_store, quarantine=bootstrap.quarantine())
    assert (sent, len(unreadable)) == (2, 1)
    versions = {one.review.id: one.version for one in feedback_store.all_reviews("shopify", APP)}
    assert versions == {"1": 2, "2": 1}
    assert bootstrap.quarantine().waiting("record") == 1


def stored(number: str) -> ReviewRecord:
    review = Review("shopify", number, rating=5, text="Fine", created="2026-05-01")
    return first_sight(review, APP, START)
