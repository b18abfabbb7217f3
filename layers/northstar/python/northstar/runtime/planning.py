"""Planning: jobs onto the queue, one group a store. No store's module is needed for that."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from northstar.app.configuration import Configuration, SourceTarget
from northstar.app.source import plan as jobs_of
from northstar.domain.errors import Invalid
from northstar.runtime import bootstrap

_FIFO_MEMORY = 300
"""Seconds for which a FIFO queue drops a message it has seen (SQS developer guide)."""

_PATIENCE = 60
"""Seconds within which asking again for the same source is asking once."""


def plan(configuration: Configuration) -> int:
    """Queue one job for each source that is switched on; return how many."""
    jobs = jobs_of(configuration)
    for job in jobs:
        _send(job, "plan", _FIFO_MEMORY)
    return len(jobs)


def collect_now(configuration: Configuration, source: str, app: str, country: str | None) -> None:
    """Queue a job for one source at once.

    Raises:
        Invalid: no such source is configured, or it is switched off.
        Unavailable: the queue did not take it.
    """
    wanted = (source, app, country)
    for job in jobs_of(configuration):
        if (job["source"], job["app"], job["country"]) == wanted:
            _send(job, "now", _PATIENCE)
            return
    raise Invalid("No such source is switched on; look at [[sources]] in northstar.toml.", "source")


def collect_again(configuration: Configuration, targets: Iterable[SourceTarget]) -> int:
    """Queue a job for each of these that is still configured and switched on; return how many."""
    queued = 0
    for target in targets:
        with suppress(Invalid):
            collect_now(configuration, target.source, target.app, target.country)
            queued += 1
    return queued


def _send(job: Mapping[str, Any], occasion: str, seconds: int) -> None:
    """Queue a job; the same one on the same occasion in the same span of seconds is one."""
    span = int(time.time()) // seconds
    once = hashlib.sha256(json.dumps([job, occasion, span], sort_keys=True).encode()).hexdigest()
    bootstrap.collect_queue().send(job, group=job["source"], once=once)
