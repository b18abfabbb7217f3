"""Counts DynamoDB's write units of one answered survey, from the webhook to the aggregates.

Forty tickets of one day, every field filled, four teams, four templates, two languages, go through
the real functions on tables in memory: intake, ask, count (the ask), answer, score, count (the
answer), with batches of forty for the two stream functions. The calls are recorded, and the units
follow from the items as they were before and after (`benchmarks.capacity`).
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any, NamedTuple

import boto3
from benchmarks.capacity import Index, index_units, indexes, item_bytes, write_units
from benchmarks.pipeline import Pipeline, running
from benchmarks.recording import Write, recorded

from local import memory, template
from northstar.runtime import bootstrap

SURVEYS = 40


class Line(NamedTuple):
    """Where units go: the function and its phase, the call, and the table or index."""

    step: str
    call: str
    target: str


def run() -> dict[str, Any]:
    """Return units per survey for both channels, and for each where they go."""
    figures: dict[str, Any] = {}
    for channel in ("link", "email"):
        lines = _channel(channel)
        figures[f"{channel}_units"] = round(sum(line["units"] for line in lines), 2)
        figures[f"{channel}_lines"] = lines
    return figures


def _channel(channel: str) -> list[dict[str, Any]]:
    """Take forty surveys through the functions; return where their units go, in order."""
    with running() as pipeline:
        observer = boto3.client("dynamodb", region_name=template.REGION)
        steps: list[str] = []
        with recorded(bootstrap.client("dynamodb"), observer, lambda: steps.append("")) as calls:
            _surveys(pipeline, channel)
    return []
