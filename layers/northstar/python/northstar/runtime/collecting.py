"""Collecting: one job worked off, with the store's key where it takes one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from northstar import __version__, sources
from northstar.app import collect
from northstar.app.configuration import SourceTarget
from northstar.app.ports import Call, Fetched, Run
from northstar.app.source import Fetch, KeyedSource, Source, target_of
from northstar.domain.errors import Refused
from northstar.runtime import bootstrap
from northstar.runtime.freshness import stale_after
from northstar.runtime.observability import count_metric, logger
from northstar.runtime.settings import on_local_stack
from northstar.sources.fetch import Fetcher, user_agent


def work(job: Mapping[str, Any]) -> Run:
    """Collect the app that a job names, and return how it ended."""
    configuration = bootstrap.configuration()
    target = target_of(job)
    source = sources.by_name(target.source)
    told = configuration.collecting
    fetcher = _fetcher(told.contact, told.seconds_between_requests)
    robots = not _key_name(source, target)
    fetch = fetcher.for_job(target, source.HOSTS, robots=robots)
    run = collect.collect(
        target,
        source,
        authorized(fetch, source, target, bootstrap.source_key, _now),
        feedback=bootstrap.feedback_store(),
        progress=bootstrap.progress_store(),
        quarantine=bootstrap.quarantine(),
        clock=_now,
        full_sweep=timedelta(hours=told.full_sweep_hours),
        stale_after=stale_after(configuration),
    )
    _tell(run)
    return run


def _tell(run: Run) -> None:
    count_metric("ReviewsNew", run.new)
    count_metric("ReviewsChanged", run.changed + run.removed)
    if run.paused:
        count_metric("CollectedPaused")
        return
    count_metric(f"Collected{run.outcome.capitalize()}")
    if run.outcome in {"partial", "broken"}:
        logger.warning("source not understood", extra={"reason": run.reason})


def tell_stale() -> int:
    """Alert the sources that have had no good run for too long; return how many there are."""
    configuration = bootstrap.configuration()
    limit = stale_after(configuration)
    return collect.tell_stale(configuration, bootstrap.progress_store(), _now(), limit)


def authorized(
    fetch: Fetch,
    source: Source,
    target: SourceTarget,
    key_of: Callable[[str], str | None],
    now: Callable[[], datetime],
) -> Fetch:
    """Return a fetch whose calls carry what the store asks for, got at the first of them.

    `key_of` returns what the sources' secret holds under a name, or None.
    """
    name = _key_name(source, target)
    if name is None or not isinstance(source, KeyedSource):
        return fetch

    @cache
    def headers() -> Mapping[str, str]:
        key = key_of(name)
        if key is None:
            raise Refused(f"{source.NAME} needs a key; store it as {name} in the sources' secret.")
        return source.authorize(key, fetch, now())

    def send(call: Call) -> Fetched:
        return fetch(replace(call, headers={**call.headers, **headers()}))

    return send


def _key_name(source: Source, target: SourceTarget) -> str | None:
    """Return under which name the secret holds the key of a target; None where none is used."""
    return target.key or (target.source if source.CAPABILITIES.needs_key else None)


def _now() -> datetime:
    return datetime.now(UTC)


@cache
def _fetcher(contact: str, seconds: float) -> Fetcher:
    """One fetcher for the life of this process, which remembers when it last asked whom."""
    return Fetcher(user_agent(contact, __version__), seconds, allow_loopback=on_local_stack())
