"""Repeat contacts from the webhook to the aggregates, and what finding them costs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import botocore.client
import pytest

from northstar.domain.surveys import Ask
from northstar.runtime import bootstrap
from tests.integration.conftest import Pipeline

ANN = {"id": "c1", "email": "ann@example.org"}


def repeated(pipeline: Pipeline) -> dict[str, str | None]:
    """Return when each ticket was repeated, by its id."""
    asks = [one for one in bootstrap.feedback_store().records() if isinstance(one, Ask)]
    return {one.ticket.id: one.repeated_at and f"{one.repeated_at:%m-%dT%H}" for one in asks}


def test_a_confirmed_ticket_falls_when_its_customer_writes_again(pipeline: Pipeline) -> None:
    """On the day it was solved; who answered stays told, and the recount holds."""
    link = pipeline.solved(id="A", customer=ANN, solved_at="2026-11-20T10:00:00Z")["survey_url"]
    assert pipeline.answer(link, answer="yes").status == 303
    pipeline.work_off_stream()
    assert (pipeline.total("confirmed"), pipeline.total("repeated")) == (1, 0)
    again = {"opened_at": "2026-11-21T08:00:00Z", "solved_at": "2026-11-21T09:00:00Z"}
    for _ in range(2):
        pipeline.solved(id="B", customer=ANN, **again)
        pipeline.work_off_stream()
    assert repeated(pipeline) == {"A": "11-21T08", "B": None}
    names = ("tickets", "confirmed", "repeated", "repeated_answered", "solved_yes")
    assert [pipeline.total(name) for name in names] == [2, 0, 1, 1, 1]
    (row,) = [
        measures
        for row, measures in bootstrap.progress_store().totals()
        if row.dimension == "template" and measures.get("repeated")
    ]
    assert row["repeated"] == 1
    assert pipeline.recount().agrees


def test_an_older_ticket_that_comes_late_is_marked_too(pipeline: Pipeline) -> None:
    """Deliveries come in any order."""
    times = {"opened_at": "2026-11-21T08:00:00Z", "solved_at": "2026-11-21T09:00:00Z"}
    pipeline.solved(id="B", customer=ANN, **times)
    pipeline.solved(id="A", customer=ANN, solved_at="2026-11-20T10:00:00Z")
    assert repeated(pipeline) == {"A": "11-21T08", "B": None}


def test_most_customers_cost_one_query_more(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And whoever was here before a batch read; a mark is one write."""
    made: list[str] = []
    original = botocore.client.BaseClient._make_api_call

    def recorded(self: Any, operation: str, request: dict[str, Any]) -> Any:
        if "IndexName" in request or operation in {"BatchGetItem", "PutItem"}:
            made.append(operation)
        return original(self, operation, request)

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", recorded)

    def calls(**ticket: Any) -> list[str]:
        made.clear()
        pipeline.solved(**ticket)
        return made

    now = datetime.fromtimestamp(pipeline.at, UTC).isoformat()
    alone = calls(id="A", customer=ANN)
    assert (alone.count("Query"), alone.count("BatchGetItem")) == (1, 0)
    back = calls(id="B", customer=ANN, solved_at=now, opened_at=now)
    assert (back.count("Query"), back.count("BatchGetItem")) == (1, 1)
