"""Counts the DynamoDB calls and the bytes of leadership's pages over 100 and over 100,010 records.

Nothing runs 100,010 records through the pipeline. They are made with the domain's own classes,
every second one a review, the others answered surveys, and what the counting rules add up for them
is written into the rows of the aggregates: 100 days of one record, 365 days of 274, no two days
alike. Of the records themselves the newest 500 are stored: no page looks at more. Then `track`
makes what the pages read. Each page is the real function behind a real login, in a process that has
shown it before: who comes first to a report has it made.

The moment is the 28th of a month. Where the current month has fewer entries than a page shows, it
looks into the month before it too: one call more, in a small installation. Each store that is
collected is a query more.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

import boto3

from benchmarks.capacity import item_bytes, read_units
from benchmarks.pipeline import Pipeline, running
from benchmarks.recording import Call, recorded
from local import template
from local.http import Response as Page
from northstar.app.goals import set_goal
from northstar.app.login import issue_code
from northstar.app.ports import Run, Snapshot
from northstar.app.themes import DEFAULT
from northstar.domain.aggregates import Record, contribution, difference
from northstar.domain.reviews import Published, Review, ReviewRecord
from northstar.domain.sentiment import Score
from northstar.domain.surveys import Ask, Response, answer, hand_over, plan
from northstar.domain.tickets import Customer, Template, Ticket
from northstar.domain.verdicts import Verdict
from northstar.runtime import bootstrap
from northstar.runtime.settings import setting
from northstar.runtime.tracking import keep_all
from northstar.store import keys
from northstar.store.items import Item, pack

NOW = datetime(2026, 6, 28, 12, tzinfo=UTC)
PAGES = (
    ("goal", "/"),
    ("goals", "/goals"),
    ("feedback", "/feedback"),
    ("coverage", "/coverage"),
    ("templates", "/templates"),
    ("topics", "/topics"),
    ("sentiment", "/sentiment"),
    ("sources", "/sources"),
    ("alerts", "/alerts"),
    ("template", "/templates/one?id=template-0"),
    ("week", "/templates/week"),
    ("north_star", "/north-star"),
    ("gaps", "/gaps"),
    ("milestones", "/milestones"),
    ("replies", "/replies"),
    ("reviews", "/reviews"),
    ("report", "/report"),
    ("proof", "/proof"),
)
"""What each page is called in the figures, and where it is."""

SIZES = {"100": (100, 1), "100k": (365, 274)}
"""Days, and records a day."""

NEWEST = 500

_TARGET = ("shopify", "your-app-handle")
_TEXT = "Does what it says, and the team answers within the hour. The import could be faster. "
_TOPICS = tuple(theme.name for theme in DEFAULT[:8])
_TEAMS = ("billing", "shipping", "returns", "technical")
_AGENTS = ("Kim Larsen", "Ayşe Demir", "Jonas Weber", "Maria Rossi", "Lee Chen")
_TEMPLATES = tuple(Template(f"template-{n}", str(v)) for n in range(10) for v in (1, 2))
_LANGUAGES = ("en", "en", "de", "fr")
_COUNTRIES = ("Germany", "United States", "France", "United Kingdom")


class Cost(NamedTuple):
    """What one page took."""

    name: str
    records: int
    calls: list[Call]

    @property
    def kilobytes(self) -> float:
        """KB (1,024 bytes) of all items that were read."""
        return round(
            sum(item_bytes(item) for call in self.calls for item in _items(call)) / 1024, 1
        )


def run() -> dict[str, Any]:
    """Return calls and KB of each page over the most records, and all of it in tables.

    `extra_calls` is how many calls more a page makes over the most records than over the few.
    """
    few, many = ([*_pages(days, a_day)] for days, a_day in SIZES.values())
    figures: dict[str, Any] = {
        f"records_{size}": days * a_day for size, (days, a_day) in SIZES.items()
    }
    for cost in many:
        figures |= {f"{cost.name}_calls": len(cost.calls), f"{cost.name}_kb": cost.kilobytes}
    figures["extra_calls"] = max(
        len(more.calls) - len(less.calls) for less, more in zip(few, many, strict=True)
    )
    return figures | {
        "pages": [_summary(cost) for cost in (*few, *many)],
        "lines": [line for cost in many for line in _lines(cost)],
    }


def _summary(cost: Cost) -> dict[str, Any]:
    return {
        "page": cost.name,
        "records": cost.records,
        "calls": len(cost.calls),
        "kb": cost.kilobytes,
        "units": sum(map(_units, cost.calls)),
    }


def _lines(cost: Cost) -> Iterator[dict[str, Any]]:
    for call in cost.calls:
        size = sum(map(item_bytes, _items(call)))
        yield {
            "page": cost.name,
            "call": call.operation,
            "items": len(_items(call)),
            "kb": round(size / 1024, 1),
            "units": _units(call),
        }


def _pages(days: int, a_day: int) -> Iterator[Cost]:
    """Yield what each page takes."""
    with filled(days, a_day) as see:
        observer = boto3.client("dynamodb", region_name=template.REGION)
        for name, target in PAGES:
            see(target)
            with recorded(bootstrap.client("dynamodb"), observer, lambda: "Show") as calls:
                see(target)
            yield Cost(name, days * a_day, calls)


@contextmanager
def filled(days: int, a_day: int) -> Iterator[Callable[[str], Page]]:
    """Fill tables in memory, log in, and give what shows a page by its path, for a with block."""
    with running() as pipeline:
        _count(days, a_day)
        _store(islice(records(days, a_day), NEWEST))
        _track(a_day)
        cookie = _log_in(pipeline)
        see = partial(pipeline.request, "GET", at=NOW.timestamp(), cookie=cookie)
        see("/")
        yield see


def _count(days: int, a_day: int) -> None:
    """Write the rows of the aggregates as `count` adds them up, and the state of a source."""
    zone = bootstrap.configuration().business.zone
    contributions = (contribution(record, zone) for record in records(days, a_day))
    rows = difference(contributions, [])
    templates = {row.value for row in rows if row.dimension == "template"}
    _put([keys.aggregate(row) | dict(measures) for row, measures in rows.items()])
    _put([keys.value("template", name) for name in templates])
    run = Run(
        *_TARGET, NOW, NOW, "ok", pages=1, reviews=10, new=0, changed=0, removed=0, complete=True
    )
    published = Published(days * a_day, 4.8, {str(star): days for star in range(1, 6)})
    bootstrap.progress_store().save_run(run, Snapshot(*_TARGET, NOW, published))


def _put(items: list[Item]) -> None:
    """Store items of the ProgressTable; one call takes 25 (DynamoDB quotas, BatchWriteItem)."""
    table = setting("PROGRESS_TABLE")
    for start in range(0, len(items), 25):
        puts = [{"PutRequest": {"Item": pack(item)}} for item in items[start : start + 25]]
        bootstrap.client("dynamodb").batch_write_item(RequestItems={table: puts})


def _track(a_day: int) -> None:
    """Have the goal tracked with a target that is about on even pace, so a forecast is drawn."""
    keep_all(NOW)
    goal = replace(bootstrap.configuration().goals[0], target=275 * a_day)
    set_goal(goal, bootstrap.goal_store(), value=None, by="benchmark", now=NOW)
    keep_all(NOW)


def _store(newest: Iterable[Record]) -> None:
    store = bootstrap.feedback_store()
    for record in newest:
        if isinstance(record, Ask):
            store.create_ask(record)
        else:
            store.put_review(record, None)


def records(days: int, a_day: int) -> Iterator[Record]:
    """Yield the counted records, newest first: even ones are reviews, odd ones answers."""
    rng = random.Random(20260628)
    for number in range(days * a_day):
        at = NOW - timedelta(days=number // a_day, minutes=number % a_day * 1440 // a_day)
        score = Score(0.42, "positive", 0.81, rng.choice(_LANGUAGES), "detected", "vader-3.3.2+n1")
        verdict = Verdict(score, tuple(rng.sample(_TOPICS, rng.randint(0, 3))))
        yield (_answer if number % 2 else _review)(rng, number, at, verdict)


def _review(rng: random.Random, number: int, at: datetime, verdict: Verdict) -> ReviewRecord:
    review = Review(
        source=_TARGET[0],
        id=str(2_000_000 + number),
        rating=rng.choice((5, 5, 5, 4, 1)),
        text=_TEXT,
        author="A shop",
        country=rng.choice(_COUNTRIES),
        created=at.date().isoformat(),
    )
    return ReviewRecord(review, _TARGET[1], 2, at, at, verdict=verdict)


def _answer(rng: random.Random, number: int, at: datetime, verdict: Verdict) -> Ask:
    opened = at - timedelta(minutes=rng.randint(10, 2_000))
    ticket = Ticket(
        desk="standard",
        id=str(number),
        channel="link",
        solved_at=at,
        customer=Customer(f"cus_{number}", f"customer.{number}@example.com", "Alexandra Hoffmann"),
        subject="Refund for an order has not arrived in my account yet",
        opened_at=opened,
        first_reply_at=min(at, opened + timedelta(minutes=rng.randint(2, 200))),
        team=rng.choice(_TEAMS),
        agent=rng.choice(_AGENTS),
        template=rng.choice(_TEMPLATES) if rng.random() < 0.5 else None,
        language=rng.choice(_LANGUAGES),
    )
    planned = hand_over(plan(ticket, b"benchmark", at, survey="built-in@1"), at)
    if planned.question == "solved":
        response = Response(rng.random() < 0.8, None, _TEXT)
    else:
        response = Response(None, rng.choice((5, 5, 4, 4, 3, 2, 1)), _TEXT)
    return replace(answer(planned, response, at), verdict=verdict)


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
