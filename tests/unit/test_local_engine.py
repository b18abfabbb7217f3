"""The patched moto behaves like DynamoDB where stock moto does not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from local import engine, memory

TABLE = "Things"


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A DynamoDB client on the patched engine, with one table and its stream."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCOUNT_ID_ENDPOINT_MODE", "disabled")
    engine.install()
    with mock_aws():
        client = boto3.client("dynamodb")
        client.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": "PK", "AttributeType": "S"},
                {"AttributeName": "SK", "AttributeType": "S"},
            ],
            KeySchema=[
                {"AttributeName": "PK", "KeyType": "HASH"},
                {"AttributeName": "SK", "KeyType": "RANGE"},
            ],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )
        yield client


def _key(name: str) -> dict[str, Any]:
    return {"PK": {"S": name}, "SK": {"S": "x"}}


def _put_once(name: str) -> dict[str, Any]:
    condition = "attribute_not_exists(PK)"
    return {"Put": {"TableName": TABLE, "Item": _key(name), "ConditionExpression": condition}}


def _add(amount: int, name: str = "sum") -> dict[str, Any]:
    return {
        "Update": {
            "TableName": TABLE,
            "Key": _key(name),
            "UpdateExpression": "ADD n :n",
            "ExpressionAttributeValues": {":n": {"N": str(amount)}},
        }
    }


def _sum(client: Any) -> int:
    return int(client.get_item(TableName=TABLE, Key=_key("sum"))["Item"]["n"]["N"])


def _stream(iterator: str | None = None) -> tuple[list[dict[str, Any]], str]:
    client = boto3.client("dynamodbstreams")
    if iterator is None:
        arn = client.list_streams(TableName=TABLE)["Streams"][0]["StreamArn"]
        shards = client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        iterator = client.get_shard_iterator(
            StreamArn=arn, ShardId=shards[0]["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
    page = client.get_records(ShardIterator=iterator)
    return page["Records"], page["NextShardIterator"]


def test_the_patches_fit_the_installed_moto() -> None:
    """A moto of another version or with other sources in the patched places is noticed."""
    assert (engine.moto.__version__, engine.shape()) == (engine.VERSION, engine.SHAPE)


def test_another_moto_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Installing over a moto that the patches were not made for raises instead of patching."""
    monkeypatch.setattr(engine, "_installed", [])
    monkeypatch.setattr(engine, "SHAPE", "another")
    with pytest.raises(RuntimeError, match="read the changed functions"):
        engine.install()


def test_eight_threads_win_each_transaction_once(dynamodb: Any) -> None:
    """Of eight threads racing for forty conditional transactions each is won exactly once."""
    won: list[int] = []

    def race() -> None:
        client = boto3.client("dynamodb")
        for number in range(40):
            try:
                client.transact_write_items(TransactItems=[_put_once(f"i{number}"), _add(1)])
            except client.exceptions.TransactionCanceledException:
                continue
            won.append(number)

    threads = [threading.Thread(target=race) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    records, _ = _stream()
    puts = [r for r in records if r["dynamodb"]["Keys"]["PK"]["S"] != "sum"]
    assert sorted(won) == list(range(40))
    assert _sum(dynamodb) == 40
    assert len(puts) == 40


def test_a_cancelled_transaction_leaves_nothing(dynamodb: Any) -> None:
    """After a cancelled transaction items are as before, and an open iterator sees what follows."""
    dynamodb.transact_write_items(TransactItems=[_put_once("a"), _add(1)])
    _, iterator = _stream()

    with pytest.raises(dynamodb.exceptions.TransactionCanceledException):
        dynamodb.transact_write_items(TransactItems=[_add(5), _put_once("b"), _put_once("a")])
    dynamodb.put_item(TableName=TABLE, Item=_key("c"))

    assert _sum(dynamodb) == 1
    assert "Item" not in dynamodb.get_item(TableName=TABLE, Key=_key("b"))
    assert [r["dynamodb"]["Keys"]["PK"]["S"] for r in _stream(iterator)[0]] == ["c"]


def test_a_client_token_makes_a_transaction_once(dynamodb: Any) -> None:
    """The same token with the same body changes nothing again; with another body it is refused."""
    for _ in range(2):
        dynamodb.transact_write_items(TransactItems=[_add(1)], ClientRequestToken="one")
    assert _sum(dynamodb) == 1

    with pytest.raises(ClientError, match="IdempotentParameterMismatchException"):
        dynamodb.transact_write_items(TransactItems=[_add(2)], ClientRequestToken="one")


def test_the_stream_has_one_record_for_each_change(dynamodb: Any) -> None:
    """An upsert is one INSERT, a change one MODIFY, and a write that changes nothing no record."""
    add = _add(1, "up")["Update"]
    dynamodb.update_item(**add)
    dynamodb.update_item(**add)
    item = {**_key("same"), "v": {"S": "1"}}
    dynamodb.put_item(TableName=TABLE, Item=item)
    dynamodb.put_item(TableName=TABLE, Item=item)

    records, _ = _stream()
    numbers = [int(r["dynamodb"]["SequenceNumber"]) for r in records]
    assert [r["eventName"] for r in records] == ["INSERT", "MODIFY", "INSERT"]
    assert records[0]["dynamodb"]["NewImage"]["n"] == {"N": "1"}
    assert numbers == list(range(numbers[0], numbers[0] + 3))


def test_a_query_sees_its_partition(dynamodb: Any) -> None:
    """A query returns the items of its partition in order, and none for an empty partition."""
    for name, order in (("a", "2"), ("b", "1"), ("a", "1")):
        dynamodb.put_item(TableName=TABLE, Item={"PK": {"S": name}, "SK": {"S": order}})

    def query(name: str) -> list[str]:
        found = dynamodb.query(
            TableName=TABLE,
            KeyConditionExpression="PK = :p",
            ExpressionAttributeValues={":p": {"S": name}},
        )
        return [item["SK"]["S"] for item in found["Items"]]

    assert query("a") == ["1", "2"]
    assert query("nobody") == []
    assert dynamodb.scan(TableName=TABLE)["Count"] == 3


def test_a_transaction_does_not_copy_the_table(
    dynamodb: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A transaction copies the items it touches and never the table around them."""
    for number in range(50):
        dynamodb.put_item(TableName=TABLE, Item=_key(f"i{number}"))
    copied: list[str] = []
    original = engine.Item.__deepcopy__

    def counted(item: Any, memo: dict[int, Any]) -> Any:
        copied.append(item.hash_key.value)
        return original(item, memo)

    monkeypatch.setattr(engine.Item, "__deepcopy__", counted)
    dynamodb.transact_write_items(TransactItems=[_add(1, "i1"), _add(1, "i2")])

    assert set(copied) == {"i1", "i2"}


def test_nothing_is_answered_while_the_lock_is_held(dynamodb: Any) -> None:
    """Who holds the lock sees one moment: neither a read nor a write is served meanwhile."""
    calls = [
        threading.Thread(target=dynamodb.get_item, kwargs={"TableName": TABLE, "Key": _key("a")}),
        threading.Thread(target=dynamodb.put_item, kwargs={"TableName": TABLE, "Item": _key("a")}),
    ]
    with engine.lock:
        for call in calls:
            call.start()
        calls[0].join(0.2)
        assert all(call.is_alive() for call in calls)
    for call in calls:
        call.join(10)
    assert "Item" in dynamodb.get_item(TableName=TABLE, Key=_key("a"))


def test_a_stream_keeps_what_somebody_hears(monkeypatch: pytest.MonkeyPatch) -> None:
    """What no filter of a table lets through is dropped at once; what one does is kept in order."""
    pattern = {"eventName": ["INSERT"], "dynamodb": {"Keys": {"PK": {"S": ["OUTBOX"]}}}}
    with memory.services():
        client = boto3.client("dynamodb")
        monkeypatch.setitem(engine.heard, "ProgressTable", [pattern])
        for sk, pk in enumerate(("OUTBOX", "OTHER", "OUTBOX")):
            item = {"PK": {"S": pk}, "SK": {"S": str(sk)}}
            client.put_item(TableName="ProgressTable", Item=item)
        client.put_item(TableName="ProgressTable", Item=item | {"more": {"S": "x"}})
        found = [one["dynamodb"]["Keys"]["SK"]["S"] for one in memory.stream("ProgressTable")]
        numbers = [one["dynamodb"]["SequenceNumber"] for one in memory.stream("ProgressTable")]
    assert found == ["0", "2"]
    assert numbers == sorted(set(numbers))
