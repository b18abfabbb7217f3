"""Counts the DynamoDB calls of the goal page over 100 and over 100,010 counted records.

Nothing runs 100,000 records through the pipeline. One day's records (every second one a review, the
others answered surveys) are made with the domain's own classes, and what the counting rules add up
for that day in the two rows which the page reads is written for every day: 100 days of one record,
365 days of 274. Of the records themselves the newest 100 are stored: the page asks the index for
seven, newest first, so nothing reads what lies behind them. The page itself is the real function
behind a real login.

The moment is the 28th of a month. Where the current month has fewer than seven entries the page
looks into the month before it too: one call more, in a small installation as in a large one. Each
store that is collected is a query more.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3

from benchmarks.capacity import item_bytes, read_units
from benchmarks.pipeline import Pipeline, running
from benchmarks.recording import Call, recorded
from local import template
from northstar.app.login import issue_code
from northstar.app.ports import Run, Snapshot
from northstar.domain.aggregates import Record, contribution, difference
from northstar.domain.reviews import Published, Review, ReviewRecord
from northstar.domain.sentiment import Score
from northstar.domain.surveys import Ask, Response, answer, hand_over, plan
from northstar.domain.tickets import Customer, Template, Ticket
from northstar.domain.verdicts import Verdict
from northstar.runtime import bootstrap
from northstar.runtime.settings import setting
from northstar.store import keys
from northstar.store.client import Table

NOW = datetime(2026, 6, 28, 12, tzinfo=UTC)
SIZES = {"100": (100, 1), "100k": (365, 274)}
"""Days, and records a day."""

NEWEST = 100

_TARGET = ("shopify", "your-app-handle")
_VERDICT = Verdict(Score(0.42, "positive", 0.81, "en", "detected", "vader-3.3.2+n1"))
_TEXT = "Does what it says, and the team answers within the hour. The import could be faster. "


def run() -> dict[str, Any]:
    """Return calls and read units of the page by size, and the calls one by one."""
    figures: dict[str, Any] = {}
    for size, (days, a_day) in SIZES.items():
        calls = _page(days, a_day)
        figures[f"records_{size}"] = days * a_day
        figures[f"calls_{size}"] = len(calls)
        figures[f"read_units_{size}"] = sum(_units(call) for call in calls)
        figures[f"lines_{size}"] = [
            {"call": call.operation, "items": len(_items(call)), "units": _units(call)}
            for call in calls
        ]
    first, *others = (figures[f"calls_{size}"] for size in SIZES)
    return figures | {"extra_calls": max(abs(other - first) for other in others)}


def _page(days: int, a_day: int) -> list[Call]:
    """Fill the tables and return the calls of one goal page."""
    with running() as pipeline:
        _count(days, a_day)
        _store([_record(n, _moment(n, a_day)) for n in range(min(days * a_day, NEWEST))])
        cookie = _log_in(pipeline)
        observer = boto3.client("dynamodb", region_name=template.REGION)
        with recorded(bootstrap.client("dynamodb"), observer, lambda: "Show") as calls:
            pipeline.request("GET", "/", at=NOW.timestamp(), cookie=cookie)
    return calls


def _count(days: int, a_day: int) -> None:
    """Write the rows of `all` and of the app for each day, as `count` would have added them up."""
    zone = bootstrap.configuration().business.zone
    contributions = [contribution(_record(n, NOW), zone) for n in range(a_day)]
    table = Table(bootstrap.client("dynamodb"), setting("PROGRESS_TABLE"))
    for row, measures in difference(contributions, []).items():
        if row.dimension in {"all", "app"}:
            for day in (NOW.date() - timedelta(n) for n in range(days)):
                table.put(keys.aggregate(row._replace(day=day.isoformat())) | dict(measures))
    run = Run(
        *_TARGET, NOW, NOW, "ok", pages=1, reviews=10, new=0, changed=0, removed=0, complete=True
    )
    published = Published(days * a_day, 4.8, {str(star): days for star in range(1, 6)})
    bootstrap.progress_store().save_run(run, Snapshot(*_TARGET, NOW, published))


def _store(records: list[Record]) -> None:
    store = bootstrap.feedback_store()
    for record in records:
        if isinstance(record, Ask):
            store.create_ask(record)
        else:
            store.put_review(record, None)


def _record(number: int, at: datetime) -> Record:
    """Return a counted record of a moment: even numbers are reviews, odd ones answers."""
    if number % 2 == 0:
        review = Review(
            source=_TARGET[0],
            id=str(2_000_000 + number),
            rating=(5, 5, 5, 4, 1)[number // 2 % 5],
            text=_TEXT,
            author="A shop",
            country="Germany",
            created=at.date().isoformat(),
        )
        return ReviewRecord(review, _TARGET[1], 2, at, at, verdict=_VERDICT)
    ticket = Ticket(
        desk="standard",
        id=str(number),
        channel="link",
        solved_at=at,
        customer=Customer(f"cus_{number}", f"customer.{number}@example.com", "Alexandra Hoffmann"),
        subject="Refund for an order has not arrived in my account yet",
        team="billing",
        agent="Kim Larsen",
        template=Template("refund-status", "7") if number % 4 == 1 else None,
        language="en",
    )
    planned = hand_over(plan(ticket, b"benchmark", at, survey="built-in@1"), at)
    solved = planned.question == "solved"
    response = Response(True if solved else None, None if solved else 5, _TEXT)
    return replace(answer(planned, response, at), verdict=_VERDICT)


def _moment(number: int, a_day: int) -> datetime:
    return NOW - timedelta(days=number // a_day, seconds=number)


def _log_in(pipeline: Pipeline) -> str:
    """Return the cookie of a session."""
    code = issue_code(bootstrap.progress_store(), NOW)
    response = pipeline.request("GET", f"/auth/login?code={code}", at=NOW.timestamp())
    return dict(response.headers)["set-cookie"].partition(";")[0]


def _items(call: Call) -> list[Any]:
    if call.operation == "BatchGetItem":
        return [item for items in call.answer["Responses"].values() for item in items]
    return [call.answer["Item"]] if "Item" in call.answer else call.answer.get("Items", [])


def _units(call: Call) -> float:
    """A query is charged by the page, everything else by the item."""
    asked = [call.request, *call.request.get("RequestItems", {}).values()]
    consistent = any(one.get("ConsistentRead", False) for one in asked)
    sizes = [item_bytes(item) for item in _items(call)]
    if call.operation == "Query":
        sizes = [sum(sizes)]
    return sum(read_units(size, consistent=consistent) for size in sizes)
