"""Counts DynamoDB's write units of one answered survey, from the webhook to the aggregates.

Forty tickets of one day, every field filled, four teams, four templates, two languages, go through
the real functions on tables in memory: intake, ask, count (the ask), answer, score, count (the
answer), with batches of forty for the two stream functions. The calls are recorded, and the units
follow from the items as they were before and after (`benchmarks.capacity`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3
from benchmarks.capacity import Index, index_units, indexes, item_bytes, write_units
from benchmarks.pipeline import running
from benchmarks.recording import Call, Write, recorded

from local import memory, template
from northstar.runtime import bootstrap

SURVEYS = 40


def run() -> dict[str, Any]:
    """Return the units per survey of both channels, and for each the lines that they add up to."""
    figures: dict[str, Any] = {}
    for channel in ("link", "email"):
        lines = _lines(_calls(channel))
        figures[channel] = round(sum(line["units"] for line in lines), 3)
        figures[f"{channel}_lines"] = lines
    return figures


def _calls(channel: str) -> list[Call]:
    """Take forty surveys through the functions; return the calls they made."""
    with running() as pipeline:
        observer = boto3.client("dynamodb", region_name=template.REGION)
        now, phase = datetime.now(UTC), "ask"
        with recorded(
            bootstrap.client("dynamodb"), observer, lambda: f"{pipeline.function} ({phase})"
        ) as calls:
            asks = [pipeline.ask(number, channel, now) for number in range(SURVEYS)]
            pipeline.send()
            pipeline.stream()
            phase = "answer"
            for number, ask in enumerate(asks):
                pipeline.answer(ask, number)
            pipeline.stream()
    return calls


def _lines(calls: list[Call]) -> list[dict[str, Any]]:
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
            "bytes": max(size for size, _ in costs),
            "units": sum(units for _, units in costs) / SURVEYS,
        }
        for (step, operation, target), costs in by_place.items()
    ]


def _costs(write: Write) -> Iterator[tuple[str, int, int]]:
    """Yield target, bytes and units of a write: of the item, and of each index that it changes."""
    item = write.new or write.old or {}
    size = max(item_bytes(write.old or {}), item_bytes(item))
    kind = item["PK"]["S"].partition("#")[0]
    yield (
        f"{write.table} {kind}{' refused' if write.refused else ''}",
        size,
        write_units(write.old, write.new, transaction=write.transaction),
    )
    if write.refused:
        return
    for index in _indexes()[write.table]:
        units = index_units(index, write.old, write.new)
        if units:
            yield f"{write.table} {index.name}", 0, units


@cache
def _indexes() -> dict[str, tuple[Index, ...]]:
    return {
        resource.name: indexes(resource.properties)
        for resource in memory.stack().resources
        if resource.type == "AWS::DynamoDB::Table"
    }
