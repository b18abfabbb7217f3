"""What a benchmark counts and compares: units against cases worked out by hand, and budgets."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from benchmarks import __main__ as command
from benchmarks import budget, capacity, page_calls, rendering
from benchmarks.recording import Call, recorded
from northstar.domain.reviews import ReviewRecord

INDEX = capacity.Index("by_month", ("month", "occurred"), ("month", "occurred", "PK", "SK"))


def _item(size: int, **more: str) -> dict[str, Any]:
    """An item of exactly that many bytes, without the attributes of `more`."""
    return {"a": {"S": "x" * (size - 1)}} | {name: {"S": text} for name, text in more.items()}


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "héllo"}, 6),
        ({"B": b"\x00\xff!"}, 3),
        ({"N": "7"}, 2),
        ({"N": "123"}, 3),
        ({"N": "-1234"}, 4),
        ({"N": "1200"}, 2),
        ({"N": "0.25"}, 2),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"L": [{"S": "ab"}, {"N": "1"}]}, 3 + 2 + 2 + 2),
        ({"M": {"k": {"S": "ab"}, "l": {"BOOL": False}}}, 3 + 1 + 2 + 1 + 1 + 2),
    ],
)
def test_a_value_has_the_documented_size(value: dict[str, Any], size: int) -> None:
    """Text counts UTF-8 bytes, numbers digits, lists and maps a byte an element and three."""
    assert capacity.item_bytes({"name": value}) == 4 + size


def test_an_attribute_type_without_a_rule_is_refused() -> None:
    """A type that is not counted stops the benchmark instead of costing nothing."""
    with pytest.raises(ValueError, match="BS"):
        capacity.item_bytes({"a": {"BS": [b"x"]}})


@pytest.mark.parametrize(
    ("old", "new", "units"),
    [(None, 1, 1), (None, 1024, 1), (None, 1025, 2), (3000, 10, 3), (10, 3000, 3), (500, None, 1)],
)
def test_a_write_costs_the_larger_item(old: int | None, new: int | None, units: int) -> None:
    """Every started KB of the larger item is a unit, and twice that in a transaction."""
    before, after = (size and _item(size) for size in (old, new))
    assert capacity.write_units(before or None, after or None) == units
    assert capacity.write_units(before or None, after or None, transaction=True) == 2 * units


def test_a_write_over_nothing_with_nothing_still_costs_one() -> None:
    """A refused write of an item that does not exist costs the least there is."""
    assert capacity.write_units(None, None) == 1


KEYS = {"PK": "p", "SK": "s"}
JUNE = KEYS | {"month": "2026-06", "occurred": "2026-06-01"}


@pytest.mark.parametrize(
    ("old", "new", "units"),
    [
        (None, KEYS, 0),
        (None, JUNE, 1),
        (KEYS, JUNE, 1),
        (JUNE, KEYS, 1),
        (JUNE, JUNE | {"text": "changed"}, 0),
        (JUNE, JUNE | {"occurred": "2026-06-02"}, 2),
        (JUNE, JUNE | {"PK": "p" * 1100}, 3),
        (JUNE, None, 1),
    ],
)
def test_an_index_costs_only_what_changes_in_it(
    old: dict[str, str] | None, new: dict[str, str] | None, units: int
) -> None:
    """An entry that comes or goes costs its KB, a changed key both, anything else nothing."""
    before, after = (item and _item(100, **item) for item in (old, new))
    assert capacity.index_units(INDEX, before or None, after or None) == units


def test_indexes_are_read_from_the_template() -> None:
    """Each index has its own keys and the table's in its entries; the table's come last."""
    schema = [{"AttributeName": "PK"}, {"AttributeName": "SK"}]
    told = {
        "IndexName": "by_month",
        "KeySchema": [{"AttributeName": "month"}, {"AttributeName": "occurred"}],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }
    table = {"KeySchema": schema, "GlobalSecondaryIndexes": [told]}
    assert capacity.indexes(table) == (INDEX,)
    assert capacity.indexes({"KeySchema": schema}) == ()
    told["Projection"] = {"ProjectionType": "ALL"}
    with pytest.raises(ValueError, match="by_month is not KEYS_ONLY"):
        capacity.indexes(table)


@pytest.mark.parametrize(("size", "units"), [(0, 1), (4096, 1), (4097, 2)])
def test_a_read_costs_every_started_four_kb(size: int, units: int) -> None:
    """A consistent read costs a unit for 4 KB, an eventual one half of it."""
    assert capacity.read_units(size, consistent=True) == units
    assert capacity.read_units(size, consistent=False) == units / 2


@pytest.fixture
def tables() -> Any:
    """A table in memory, with a client to record and one to look through."""
    with mock_aws():
        clients = [boto3.client("dynamodb", region_name="eu-central-1") for _ in range(2)]
        clients[0].create_table(
            TableName="T",
            KeySchema=[
                {"AttributeName": "PK", "KeyType": "HASH"},
                {"AttributeName": "SK", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"} for name in ("PK", "SK")
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        yield SimpleNamespace(client=clients[0], observer=clients[1])


def test_a_recorded_write_has_the_item_before_and_after(tables: Any) -> None:
    """Puts, updates and each action of a transaction are recorded; reads are calls that write
    nothing."""
    key = {"PK": {"S": "p"}, "SK": {"S": "s"}}
    other = {"PK": {"S": "q"}, "SK": {"S": "s"}}
    add = {
        "TableName": "T",
        "Key": key,
        "UpdateExpression": "ADD n :n",
        "ExpressionAttributeValues": {":n": {"N": "2"}},
    }
    with recorded(tables.client, tables.observer, lambda: "count") as calls:
        tables.client.put_item(TableName="T", Item=key)
        tables.client.get_item(TableName="T", Key=key)
        tables.client.transact_write_items(
            TransactItems=[{"Update": add}, {"Put": {"TableName": "T", "Item": other}}]
        )
    tables.client.put_item(TableName="T", Item=other)

    put, get, transaction = calls
    assert {call.step for call in calls} == {"count"}
    assert (put.writes[0].old, put.writes[0].new) == (None, key)
    assert (get.operation, get.writes, get.answer["Item"]) == ("GetItem", (), key)
    update, second = transaction.writes
    assert (update.old, update.new) == (key, key | {"n": {"N": "2"}})
    assert (second.old, second.new) == (None, other)
    assert update.transaction
    assert not put.writes[0].transaction


def test_a_refused_write_is_recorded_with_what_it_would_have_stored(tables: Any) -> None:
    """A condition that fails still costs, by the larger of what is there and what was sent."""
    item = {"PK": {"S": "p"}, "SK": {"S": "s"}}
    tables.client.put_item(TableName="T", Item=item)
    refused = pytest.raises(tables.client.exceptions.ConditionalCheckFailedException)
    with recorded(tables.client, tables.observer, str) as calls, refused:
        tables.client.put_item(
            TableName="T",
            Item=item | {"new": {"S": "x"}},
            ConditionExpression="attribute_not_exists(PK)",
        )
    (write,) = calls[0].writes
    assert (write.refused, write.old, write.new) == (True, item, item | {"new": {"S": "x"}})


def test_a_page_costs_what_all_its_calls_have_read() -> None:
    """Items of a query, of a batch and a single one add up to KB; what is not there is nothing."""
    batch = {"Responses": {"T": [_item(1024)], "U": [_item(512)]}}
    answers = [
        ("GetItem", {"Item": _item(512)}),
        ("GetItem", {}),
        ("Query", {"Items": [_item(1024), _item(512)]}),
        ("BatchGetItem", batch),
    ]
    calls = [Call("Show", operation, {}, answer, ()) for operation, answer in answers]
    assert page_calls.Cost("goal", 100, calls).kilobytes == 3.5


def test_the_records_of_a_page_are_many_different_and_the_same_each_time() -> None:
    """As many as were wanted, each with an id of its own, reviews and answers by turns."""
    made = list(page_calls.records(4, 6))
    assert made == list(page_calls.records(4, 6))
    assert len({record.id for record in made}) == 24
    assert [isinstance(record, ReviewRecord) for record in made] == [True, False] * 12
    written = {record.review.created for record in made if isinstance(record, ReviewRecord)}
    assert written == {f"2026-06-{day}" for day in range(24, 29)}


def test_a_remembered_answer_is_not_asked_for_again(tables: Any) -> None:
    """Within the block what was asked before is answered as before, anything else is asked."""
    keys = [{"PK": {"S": name}, "SK": {"S": "s"}} for name in "pq"]

    def found(key: dict[str, Any]) -> bool:
        return "Item" in tables.client.get_item(TableName="T", Key=key)

    with rendering.remembered(tables.client):
        assert not found(keys[0])
        for key in keys:
            tables.observer.put_item(TableName="T", Item=key)
        assert not found(keys[0])
        assert found(keys[1])
    assert found(keys[0])


def test_the_chart_of_a_page_is_taken_out_with_plain_colours() -> None:
    """Only the wide drawing is, and a page without one is an error and not a fast page."""
    html = '<p><svg class="goal-wide"><path fill="var(--c-fan-80)"/></svg><svg class="x"></svg>'
    assert rendering.in_plain_colours(html) == (
        '<svg class="goal-wide"><path fill="#cfe0f3"/></svg>'
    )
    with pytest.raises(RuntimeError, match="no chart"):
        rendering.in_plain_colours("<p>Too early</p>")


@pytest.fixture
def bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Budgets of a test's own; returns what sets the figures that the benchmarks find."""
    path = tmp_path / "budgets.toml"
    path.write_text(
        '[stack]\nstart_s = { at_most = 10, reason = "who starts it waits" }\n'
        '[scoring]\nratio = { at_least = 0.95, reason = "speed" }\n'
        '[imports]\nratio = { at_most = 1.6, informative = true, reason = "told only" }\n',
        encoding="utf-8",
    )
    told = budget.load(path)
    monkeypatch.setattr(budget, "load", lambda: told)

    def find(**figures: Any) -> None:
        monkeypatch.setattr(command, "measure", lambda _name: figures)

    return find


@pytest.mark.parametrize(
    ("name", "figures", "code"),
    [
        ("stack", {"start_s": 10}, 0),
        ("stack", {"start_s": 10.01}, 1),
        ("stack", {"shown_s": 1}, 1),
        ("scoring", {"ratio": 0.95}, 0),
        ("scoring", {"ratio": 0.94}, 1),
        ("imports", {"ratio": 3.0}, 0),
        ("page_calls", {"anything": 1}, 0),
    ],
)
def test_a_missed_budget_exits_with_one(
    bounds: Any, name: str, figures: dict[str, float], code: int
) -> None:
    """A bound itself is met, a missing figure is a miss, an informative budget fails nothing."""
    bounds(**figures)
    assert command.main(["--only", name]) == code


def test_the_table_says_which_budget_was_missed_and_why(
    bounds: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """Figures stand beside their bounds, details below them, and a miss is told with its reason."""
    bounds(start_s=12.5, lines=[{"call": "Query", "units": 1.5}, {"call": "GetItem", "units": 1}])
    command.main(["--only", "stack"])
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["start_s", "12.5", "≤", "10", "MISSED"] in lines
    assert ["call", "units"] in lines
    assert ["Query", "1.5"] in lines
    assert [
        "stack.start_s",
        "is",
        "12.5,",
        "its",
        "budget",
        "is",
        "≤",
        "10:",
        "who",
        "starts",
        "it",
        "waits.",
    ] in lines


def test_json_has_figures_and_misses(bounds: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """With --json, one object on stdout has everything, and the exit code stays the same."""
    bounds(ratio=0.5)
    assert command.main(["--only", "scoring", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["figures"] == {"scoring": {"ratio": 0.5}}
    assert [line.partition(" ")[0] for line in told["missed"]] == ["scoring.ratio"]


def test_the_stored_budgets_name_benchmarks_and_give_reasons() -> None:
    """Every benchmark has a budget, every budget a benchmark, exactly one bound and a reason."""
    stored = budget.load()
    assert set(stored) == set(command.NAMES)
    for figures in stored.values():
        for one in figures.values():
            assert (one.at_least is None) != (one.at_most is None)
            assert one.reason
