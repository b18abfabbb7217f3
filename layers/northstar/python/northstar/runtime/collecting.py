"""Collecting: jobs onto the queue, one group a store; and one job worked off."""

from __future__ import annotations

import hashlib
import json
import time
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from northstar import __version__, sources
from northstar.app import collect
from northstar.app.configuration import Configuration
from northstar.app.ports import Run
from northstar.runtime import bootstrap
from northstar.runtime.observability import logger
from northstar.runtime.settings import on_local_stack
from northstar.sources.fetch import Fetcher, user_agent

_FIFO_MEMORY = 300
"""Seconds for which a FIFO queue drops a message it has seen (SQS developer guide)."""


def plan(configuration: Configuration) -> int:
    """Queue one job for each source that is switched on; return how many."""
    jobs = collect.plan(configuration)
    slot = int(time.time()) // _FIFO_MEMORY
    for job in jobs:
        once = hashlib.sha256(json.dumps([job, slot], sort_keys=True).encode()).hexdigest()
        host = sources.by_name(job["source"]).HOST
        bootstrap.collect_queue().send(job, group=host, once=once)
    return len(jobs)


def work(job: dict[str, Any]) -> Run:
    """Collect the app that a job names, and return how it ended."""
    configuration = bootstrap.configuration()
    target = collect.target_of(job)
    source = sources.by_name(target.source)
    told = configuration.collecting
    fetcher = _fetcher(told.contact, told.seconds_between_requests)
    run = collect.collect(
        target,
        source,
        fetcher.for_job(target, source.HOST),
        feedback=bootstrap.feedback_store(),
        progress=bootstrap.progress_store(),
        quarantine=bootstrap.quarantine(),
        clock=lambda: datetime.now(UTC),
        full_sweep=timedelta(hours=told.full_sweep_hours),
    )
    if run.outcome in {"partial", "broken"}:
        logger.warning("source not understood", extra={"reason": run.reason})
    return run


@cache
def _fetcher(contact: str, seconds: float) -> Fetcher:
    """One fetcher for the life of this process, which remembers when it last asked whom."""
    return Fetcher(user_agent(contact, __version__), seconds, allow_loopback=on_local_stack())
