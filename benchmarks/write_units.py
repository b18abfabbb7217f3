"""Counts DynamoDB's write units of one answered survey, from the webhook to the aggregates.

Forty tickets of one day, every field filled, four teams, four templates, two languages, go through
the real functions on tables in memory: intake, ask, count (the ask), answer, score, count (the
answer), with batches of forty for the two stream functions. The calls are recorded, and the units
follow from the items as they were before and after (`benchmarks.capacity`).

A batch shares the writes of the aggregate rows. `link_alone` is the other end: one survey on its
own, in batches of one. A comment that brings the ask over 1,024 bytes costs two units more.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3

from benchmarks.capacity import (
    Index,
    index_entry,
    index_units,
    indexes,
    item_bytes,
    write_units,
)
from benchmarks.pipeline import running
from benchmarks.recording import Call, Write, recorded
from local import memory, template
from northstar.runtime import bootstrap

SURVEYS = 40


def run() -> dict[str, Any]:
    """Return the units per survey, and for both channels the lines that they add up to."""
    lines = {channel: _lines(_calls(channel, SURVEYS), SURVEYS) for channel in ("link", "email")}
    return {
        **{channel: _total(found) for channel, found in lines.items()},
        "link_alone": _total(_lines(_calls("link", 1), 1)),
        **{f"{channel}_lines": found for channel, found in lines.items()},
    }


def _calls(channel: str, surveys: int) -> list[Call]:
    """Take surveys through the functions; return the calls that these made."""
    with running() as pipeline:
        observer = boto3.client("dynamodb", region_name=template.REGION)
        now, phase = datetime.now(UTC), "ask"
        with recorded(
            bootstrap.client("dynamodb"), observer, lambda: f"{pipeline.function} ({phase})"
        ) as calls:
            asks = [pipeline.ask(number, channel, now) for number in range(surveys)]
            pipeline.send()
            pipeline.stream()
            phase = "answer"
            for number, ask in enumerate(asks):
                pipeline.answer(ask, number)
            pipeline.stream()
        _check_counted(surveys)
    return calls


def _check_counted(surveys: int) -> None:
    """Raise RuntimeError unless every answer is in the aggregates: less work would cost less."""
    totals = bootstrap.progress_store().totals()
    counted = sum(m.get("answers", 0) for row, m in totals if row.dimension == "all")
    if counted != surveys:
        raise RuntimeError(f"{counted} of {surveys} answers were counted.")


def _lines(calls: list[Call], surveys: int) -> list[dict[str, Any]]:
    """Return where the units go: by step, call and table or index, in the order of the flow."""
    by_place: dict[tuple[str, str, str], list[tuple[int, int]]] = {}
    for call in calls:
        for write in call.writes:
            for target, size, units in _costs(write):
                place = (call.step, call.operation, target)
                by_place.setdefault(place, []).append((size, units))
    return [
        {
            "step": step,
            "call": operation,
            "target": target,
            "writes": len(costs),
            "largest": max(size for size, _ in costs),
            "units": sum(units for _, units in costs) / surveys,
        }
        for (step, operation, target), costs in by_place.items()
    ]


def _total(lines: list[dict[str, Any]]) -> float:
    return round(sum(float(line["units"]) for line in lines), 2)


def _costs(write: Write) -> Iterator[tuple[str, int, int]]:
    """Yield target, bytes and units of a write: of the item, and of each index that it changes."""
    size = max(item_bytes(write.old or {}), item_bytes(write.new or {}))
    key = (write.new or write.old or {})["PK"]["S"]
    target = f"{write.table} {key.partition('#')[0]}{' refused' if write.refused else ''}"
    yield target, size, write_units(write.old, write.new, transaction=write.transaction)
    if write.refused:
        return
    for index in _indexes()[write.table]:
        changed = index_entry(index, write.new) or index_entry(index, write.old)
        units = index_units(index, write.old, write.new)
        if units:
            yield f"{write.table} {index.name}", item_bytes(changed), units


@cache
def _indexes() -> dict[str, tuple[Index, ...]]:
    return {
        resource.name: indexes(resource.properties)
        for resource in memory.stack().resources
        if resource.type == "AWS::DynamoDB::Table"
    }
