"""The sample events in events/ are events that the functions take."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from local import memory
from northstar.desks import standard
from tests.conftest import ROOT
from tests.template import functions

EVENTS = sorted(p for p in (ROOT / "events").glob("*/*.json") if p.parent.name != "schemas")

EXPECTED: dict[str, Any] = {
    "answer/unknown_link": 404,
    "ask/bounce": [],
    "ask/complaint": [],
    "ask/planned": ["1"],  # there is no such ask, so the message comes again
    "collect/job": ["1"],  # an address on this machine is refused outside a local stack
    "collect/plan": {"planned": 0},
    "count/sent_and_review": [],
    "intake/ticket_solved": 401,  # signed long ago
    "learn/due": {"learnt": {}, "rescored": 0, "settled": True},
    "learn/now": {"learnt": {}, "rescored": 0, "settled": True},
    "notify/due": {"sent": 0, "failed": 0, "given_up": 0},
    "report/due": {"sent": 0, "stopped": 0},
    "score/answer": [],
    "show/goal_logged_out": 401,
    "show/health": 200,
    "track/due": {"goals": 0},
}


def name(path: Path) -> str:
    """Return verb/case."""
    return f"{path.parent.name}/{path.stem}"


def test_every_function_has_a_sample() -> None:
    """One folder a verb, and at least one case in each."""
    assert {path.parent.name for path in EVENTS} == {verb.lower() for verb in functions()}
    assert {name(path) for path in EVENTS} == set(EXPECTED)


def test_the_published_schema_is_that_of_the_code() -> None:
    """`make schemas` writes what the desk validates."""
    published = json.loads((ROOT / "events/schemas/standard.json").read_text("utf-8"))
    assert published == standard.schema()


@pytest.mark.parametrize("path", EVENTS, ids=name)
def test_a_sample_event_is_taken(path: Path) -> None:
    """The handler answers it in the shape that its event source expects."""
    function = path.parent.name.capitalize()
    event = json.loads(path.read_text("utf-8"))
    with memory.services():
        answer = memory.handler(function)(event, memory.context(function))
    if "statusCode" in answer:
        assert answer["statusCode"] == EXPECTED[name(path)]
    elif "batchItemFailures" in answer:
        failed = [one["itemIdentifier"] for one in answer["batchItemFailures"]]
        assert failed == EXPECTED[name(path)]
    else:
        assert answer == EXPECTED[name(path)]
