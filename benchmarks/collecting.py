"""Counts what it costs to look at an app in which nothing has changed: requests of the store, and
calls and write units of our tables.

A store on this machine shows an app of 120 reviews, with and without marks of its pages (ETag). The
real fetcher and pass collect it twice into the template's tables in memory; the second time counts.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import boto3

from benchmarks.capacity import write_units
from benchmarks.pipeline import running
from benchmarks.recording import recorded
from local import template
from local.store import StoreReview, StoreServer
from northstar.app.collect import collect
from northstar.app.configuration import SourceTarget
from northstar.app.ports import Run
from northstar.runtime import bootstrap
from northstar.sources import shopify
from northstar.sources.fetch import Fetcher

REVIEWS = 120

_APP = "an-app"
_START = datetime(2026, 6, 1, tzinfo=UTC)


def run() -> dict[str, Any]:
    """Return requests, calls and write units of the dearer way, and both ways in a table."""
    ways = [_unchanged(etags=etags) for etags in (False, True)]
    dearest = {
        name: max(way[name] for way in ways) for name in ("requests", "calls", "write_units")
    }
    return {"reviews": REVIEWS, **dearest, "ways": ways}


def _unchanged(*, etags: bool) -> dict[str, Any]:
    """Collect twice, an hour apart; return what the second time cost."""
    with running(), StoreServer({_APP: _reviews()}).running() as store:
        store.etags = etags
        _collect(store, _START)
        store.requests.clear()
        observer = boto3.client("dynamodb", region_name=template.REGION)
        with recorded(bootstrap.client("dynamodb"), observer, str) as calls:
            again = _collect(store, _START + timedelta(hours=1))
    _check_unchanged(again)
    writes = [write for call in calls for write in call.writes]
    return {
        "etags": etags,
        "requests": len(store.pages),
        "calls": len(calls),
        "write_units": sum(write_units(write.old, write.new) for write in writes),
    }


def _collect(store: StoreServer, now: datetime) -> Run:
    target = SourceTarget(shopify.NAME, _APP, address=store.url)
    fetcher = Fetcher("Benchmark/1", 0, minimum_gap=0, allow_loopback=True)
    return collect(
        target,
        shopify,
        fetcher.for_job(target, shopify.HOSTS),
        feedback=bootstrap.feedback_store(),
        progress=bootstrap.progress_store(),
        quarantine=bootstrap.quarantine(),
        clock=lambda: now,
        full_sweep=timedelta(days=1),
        stale_after=timedelta(hours=2),
    )


def _check_unchanged(run: Run) -> None:
    """Raise RuntimeError unless all is held and nothing was new: less work would cost less."""
    if (run.outcome, run.public, run.new, run.changed) != ("ok", REVIEWS, 0, 0):
        raise RuntimeError(f"The second look was not at an unchanged app: {run}.")


def _reviews() -> list[StoreReview]:
    return [
        StoreReview(str(number), 5 - number % 3, date(2026, 3, 1), f"Words of review {number}.")
        for number in range(REVIEWS, 0, -1)
    ]
