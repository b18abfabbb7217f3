"""The line that tells when the demo is complete: not before its reviews and its numbers are."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import boto3
import pytest

from local import completion, memory
from northstar.app.ports import Memory, Run
from northstar.app.show import DEMO_APP
from northstar.domain.aggregates import Row
from northstar.store.client import Table
from northstar.store.progress import DynamoProgressStore

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


class _Stack:
    """Stands in for a stack: at each pause the next thing happens, after the last it stops."""

    def __init__(self, client: Any, made: Any, happens: list[Any]) -> None:
        self.services = SimpleNamespace(client=lambda _: client)
        self.extra = {"demo": {"reviews": 3}}
        self.stopping = False
        self._made, self._happens = made, happens

    def name(self, reference: str) -> str:
        name: str = self._made[tuple(reference.split("."))]
        return name

    def pause(self, _: float) -> None:
        if not self._happens:
            self.stopping = True
            return
        self._happens.pop(0)()


def _told(happens: Any, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    """Return how many things were left to happen when the stack fell silent, and what it told."""
    with memory.services() as made:
        client = boto3.client("dynamodb")
        progress = DynamoProgressStore(Table(client, made["ProgressTable", "Ref"]))
        left = happens(progress)
        stack: Any = _Stack(client, made, left)
        completion.tell(stack, ZoneInfo("Europe/Berlin"))
    return len(left), capsys.readouterr().err.splitlines()


def _collected(progress: DynamoProgressStore, public: int) -> None:
    run = Run("shopify", DEMO_APP, NOW, NOW, "ok", 1, public, public, 0, 0, complete=True)
    progress.save_run(run, None, Memory(public=public))


def _drifted(progress: DynamoProgressStore, amount: int) -> None:
    row = Row("all", "all", "2026-11-22")
    progress.count([], {}, {row: {"sent": amount}})


def test_it_is_told_once_all_reviews_are_there_and_a_recount_agrees(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Nothing is said with reviews missing or a number that is off; then one line is."""

    def happens(progress: DynamoProgressStore) -> list[Any]:
        return [
            lambda: _collected(progress, 2),
            lambda: (_drifted(progress, 1), _collected(progress, 3)),
            lambda: _drifted(progress, -1),
            lambda: pytest.fail("it was complete already"),
        ]

    left, told = _told(happens, capsys)
    assert left == 1
    assert len(told) == 1
    assert told[0].startswith("Demo: complete. 0 records are stored")


def test_a_stack_that_stops_tells_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """When the stack stops before the demo is complete, the wait ends without a word."""
    assert _told(lambda progress: [lambda: _collected(progress, 2)], capsys) == (0, [])
