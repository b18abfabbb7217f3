"""The thin layer over the DynamoDB client: paging, batches, limits, and our errors for theirs."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from northstar.domain.errors import Conflict, Invalid, NorthstarError, NotFound, Unavailable
from northstar.store.items import Item, pack, unpack
from northstar.store.keys import Key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TRANSACTION_LIMIT = 100
"""Actions in one TransactWriteItems, and keys in one BatchGetItem (DynamoDB quotas)."""

_BATCH_ATTEMPTS = 6
_SCAN_PAGE = 1000  # items; a page is then answered well within the client's patience
_CONFLICTS = {
    "ConditionalCheckFailedException",
    "TransactionConflictException",
    "TransactionInProgressException",
    "ConflictException",  # EventBridge Scheduler: there is a schedule of this name
    "PreconditionFailed",  # S3: there is an object of this name
    "ConditionalRequestConflict",  # S3: somebody else is writing it
}
_MISSING = {"NoSuchKey"}  # S3: there is no object of this name
_INVALID = {"ValidationException", "ItemCollectionSizeLimitExceededException"}
_LOST = {"ConditionalCheckFailed", "TransactionConflict"}
_BUSY = {"ThrottlingError", "ProvisionedThroughputExceeded", "RequestLimitExceeded"}


class Table:
    """One table, in plain values. Every method raises Conflict, Unavailable or Invalid."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self.name = name

    def get(self, key: Key) -> Item | None:
        """Return the item of a key, read consistently, or None."""
        with translated():
            found = self._client.get_item(TableName=self.name, Key=pack(key), ConsistentRead=True)
        return unpack(found["Item"]) if "Item" in found else None

    def get_many(self, keys: Sequence[Key], *, consistent: bool = True) -> list[Item]:
        """Return the items that exist, in no order; unanswered keys are asked for again."""
        items: list[Item] = []
        for start in range(0, len(keys), TRANSACTION_LIMIT):
            chunk = [pack(key) for key in keys[start : start + TRANSACTION_LIMIT]]
            request: dict[str, Any] = {self.name: {"Keys": chunk, "ConsistentRead": consistent}}
            for attempt in range(_BATCH_ATTEMPTS):
                with translated():
                    answer = self._client.batch_get_item(RequestItems=request)
                items += [unpack(item) for item in answer["Responses"].get(self.name, [])]
                request = answer.get("UnprocessedKeys", {})
                if not request:
                    break
                time.sleep(random.uniform(0, 0.05 * 2**attempt))  # noqa: S311  full jitter
            else:
                raise Unavailable(f"{self.name} leaves keys unanswered; try again.")
        return items

    def query(self, partition: str, most: int | None = None, **more: Any) -> Iterator[Item]:
        """Yield the items of a partition, following the pages, `most` at most.

        `more` goes to Query as it is.
        """
        values = {":pk": partition} | more.pop("values", {})
        condition = "PK = :pk" + more.pop("condition", "")
        request = {
            "TableName": self.name,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": pack(values),
            **more,
        }
        yield from islice(self._pages("query", request), most)

    def scan(self) -> Iterator[Item]:
        """Yield every item of the table, read consistently."""
        request = {"TableName": self.name, "ConsistentRead": True, "Limit": _SCAN_PAGE}
        yield from self._pages("scan", request)

    def scan_from(self, start: Key | None, limit: int) -> tuple[list[Item], Key | None]:
        """Return up to so many items after a key, read consistently, and the key to go on after."""
        request: dict[str, Any] = {"TableName": self.name, "ConsistentRead": True, "Limit": limit}
        if start:
            request["ExclusiveStartKey"] = pack(start)
        with translated():
            answer = self._client.scan(**request)
        last = answer.get("LastEvaluatedKey")
        return [unpack(item) for item in answer["Items"]], unpack(last) if last else None

    def index_page(
        self, index: str, attribute: str, value: str, limit: int, start: Key | None
    ) -> list[Item]:
        """Return at most `limit` keys of one index partition, last first, after `start`."""
        request: dict[str, Any] = {
            "TableName": self.name,
            "IndexName": index,
            "KeyConditionExpression": f"{attribute} = :v",
            "ExpressionAttributeValues": pack({":v": value}),
            "ScanIndexForward": False,
            "Limit": limit,
        }
        if start:
            request["ExclusiveStartKey"] = pack(start)
        with translated():
            return [unpack(item) for item in self._client.query(**request)["Items"]]

    def put(self, item: Item) -> None:
        """Store an item, whatever was there."""
        with translated():
            self._client.put_item(**self.put_any(item))

    def create(self, item: Item) -> Item | None:
        """Store a new item and return None, or return the one that is already there."""
        try:
            with translated():
                self._client.put_item(
                    TableName=self.name,
                    Item=pack(item),
                    ConditionExpression="attribute_not_exists(PK)",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except Conflict as conflict:
            cause = conflict.__cause__
            there: Any = cause.response if isinstance(cause, ClientError) else {}
            if "Item" in there:
                return unpack(there["Item"])
            raise
        return None

    def replace(self, item: Item, expected_version: int) -> None:
        """Store an item over that version (0: over nothing), or raise Conflict."""
        with translated():
            expected = {"version": expected_version} if expected_version else {}
            self._client.put_item(**self.put_over(item, expected))

    def put_later(self, item: Item, attribute: str) -> None:
        """Store an item unless what is there has a greater value of an attribute; else Conflict."""
        with translated():
            self._client.put_item(
                TableName=self.name,
                Item=pack(item),
                ConditionExpression="attribute_not_exists(#at) OR #at <= :at",
                ExpressionAttributeNames={"#at": attribute},
                ExpressionAttributeValues=pack({":at": item[attribute]}),
            )

    def put_any(self, item: Item) -> dict[str, Any]:
        """Return the Put that succeeds whatever is there."""
        return {"TableName": self.name, "Item": pack(item)}

    def put_over(self, item: Item, expected: Item) -> dict[str, Any]:
        """Return the Put that succeeds only over these attributes; over nothing when {}."""
        request = self.put_any(item)
        if not expected:
            return request | {"ConditionExpression": "attribute_not_exists(PK)"}
        return request | {
            "ConditionExpression": " AND ".join(f"{name} = :{name}" for name in expected),
            "ExpressionAttributeValues": pack({f":{name}": v for name, v in expected.items()}),
        }

    def delete(self, key: Key, expected: Item | None = None) -> dict[str, Any]:
        """Return the Delete that succeeds only over these attributes; over anything without."""
        request: dict[str, Any] = {"TableName": self.name, "Key": pack(key)}
        if not expected:
            return request
        return request | {
            "ConditionExpression": " AND ".join(f"{name} = :{name}" for name in expected),
            "ExpressionAttributeValues": pack({f":{name}": v for name, v in expected.items()}),
        }

    def update(self, key: Key, attributes: Item, expected_version: int | None = None) -> None:
        """Set some attributes of an item, over that version where one is given; None removes."""
        names = {f"#{n}": name for n, name in enumerate(attributes)}
        values = {f":{n}": v for n, v in enumerate(attributes.values()) if v is not None}
        sets = ", ".join(f"#{place[1:]} = {place}" for place in values)
        gone = ", ".join(f"#{n}" for n, v in enumerate(attributes.values()) if v is None)
        request: dict[str, Any] = {
            "TableName": self.name,
            "Key": pack(key),
            "UpdateExpression": f"SET {sets}" + (f" REMOVE {gone}" if gone else ""),
            "ExpressionAttributeNames": names,
        }
        if expected_version is not None:
            request["ConditionExpression"] = "version = :expected"
            values |= {":expected": expected_version}
        with translated():
            self._client.update_item(**request, ExpressionAttributeValues=pack(values))

    def add(self, key: Key, amounts: Mapping[str, int]) -> dict[str, Any]:
        """Return the Update that adds whole numbers to attributes of an item."""
        return {
            "TableName": self.name,
            "Key": pack(key),
            "UpdateExpression": "ADD " + ", ".join(f"#{n} :{n}" for n in range(len(amounts))),
            "ExpressionAttributeNames": {f"#{n}": name for n, name in enumerate(amounts)},
            "ExpressionAttributeValues": pack({f":{n}": a for n, a in enumerate(amounts.values())}),
        }

    def transact(self, actions: Sequence[Mapping[str, Any]]) -> None:
        """Write all or nothing: actions like {"Put": …} or {"Update": …}, at most 100."""
        if len(actions) > TRANSACTION_LIMIT:
            raise Invalid(
                f"{len(actions)} actions in one transaction; {TRANSACTION_LIMIT} at most."
            )
        with translated():
            self._client.transact_write_items(TransactItems=list(actions))  # type: ignore[arg-type]

    def take(self, key: Key) -> Item | None:
        """Delete an item and return what it was, or None where nothing was there."""
        with translated():
            gone = self._client.delete_item(
                TableName=self.name, Key=pack(key), ReturnValues="ALL_OLD"
            )
        return unpack(gone["Attributes"]) if "Attributes" in gone else None

    def _pages(self, operation: str, request: dict[str, Any]) -> Iterator[Item]:
        while True:
            with translated():
                answer = getattr(self._client, operation)(**request)
            yield from map(unpack, answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


@contextmanager
def translated() -> Iterator[None]:
    """Turn the SDK's errors into ours, once and here."""
    try:
        yield
    except ClientError as error:
        raise _ours(error) from error
    except BotoCoreError as error:
        raise Unavailable(f"The store did not answer: {error}") from error


def _ours(error: ClientError) -> NorthstarError:
    code = error.response["Error"]["Code"]
    message = error.response["Error"].get("Message", code)
    if code == "TransactionCanceledException":
        reasons = {r.get("Code") for r in error.response.get("CancellationReasons", [])}
        return _cancelled(reasons, message)
    if code in _CONFLICTS:
        return Conflict(message)
    if code in _MISSING:
        return NotFound(message)
    return Invalid(message) if code in _INVALID else Unavailable(f"{code}: {message}")


def _cancelled(reasons: set[str | None], message: str) -> NorthstarError:
    """Return why a transaction was cancelled; each of its actions has a reason, or none."""
    if "ValidationError" in reasons:
        return Invalid(message)
    if reasons & _BUSY and not reasons & _LOST:
        return Unavailable(message)
    return Conflict(message)
