"""Makes moto's DynamoDB trustworthy: isolated transactions, remembered tokens, a truthful stream.

Stock moto lets other writers in between the steps of a transaction, copies whole tables for each of
them, hands out a table object that open stream iterators do not follow, ignores client tokens, and
writes stream records that DynamoDB would not. `install` cures these, in-process and for the server.
"""

from __future__ import annotations

import copy
import functools
import hashlib
import inspect
import json
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Any

import moto
from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult, BaseResponse
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.models.table import StreamRecord, StreamShard, Table
from moto.dynamodb.responses import DynamoHandler
from moto.dynamodbstreams.models import DynamoDBStreamsBackend, ShardIterator
from moto.dynamodbstreams.responses import DynamoDBStreamsHandler
from moto.scheduler.responses import EventBridgeSchedulerResponse
from moto.sns.responses import SNSResponse
from moto.sqs.models import Message
from moto.sqs.responses import SQSResponse

from local.filters import Pattern, matches

VERSION = "5.2.5"
SHAPE = "b3a18b116d1cca25"
TOKEN_LIFETIME = 600.0  # seconds; Amazon DynamoDB API reference, TransactWriteItems
ITERATORS_KEPT = 10_000
TOKEN_MISMATCH = "IdempotentParameterMismatchException"  # noqa: S105

lock = RLock()
"""Held during every call to DynamoDB, its streams, SQS, SNS and the scheduler; hold it to see them
all at one moment.

A long poll would hold it too: receive with WaitTimeSeconds=0.
"""

heard: dict[str, list[Pattern]] = {}
"""By table, the filters of everything that reads its stream; a table without any keeps all."""

_LOCKED: tuple[type[BaseResponse], ...] = (
    DynamoHandler,
    DynamoDBStreamsHandler,
    SQSResponse,
    SNSResponse,
    EventBridgeSchedulerResponse,
)
_PATCHED: tuple[Callable[..., Any], ...] = (
    BaseResponse.call_action,
    DynamoHandler.call_action,
    DynamoHandler.transact_write_items,
    DynamoDBBackend.transact_write_items,
    DynamoDBBackend.update_item,
    StreamShard.add,
    StreamShard.get,
    DynamoDBStreamsBackend.get_records,
    Table.query,
)
_installed: list[bool] = []


def install() -> None:
    """Patch moto once; further calls do nothing.

    Raises:
        RuntimeError: this moto is not the one that the patches were written for.
    """
    if _installed:
        return
    if (moto.__version__, shape()) != (VERSION, SHAPE):
        raise RuntimeError(
            f"moto {moto.__version__} (shape {shape()}) is installed, but local/engine.py was made "
            f"for {VERSION} (shape {SHAPE}): read the changed functions, then adapt it."
        )
    _installed.append(True)
    for handler in _LOCKED:
        _wrap(handler, "call_action", _locked)
    for model in (Item, StreamRecord, ShardIterator, Message):
        setattr(model, "instances_tracked", deque(maxlen=0))  # noqa: B010  moto keeps every copy
    setattr(Table, "__deepcopy__", lambda table, _memo: table)  # noqa: B010  _undone does it instead
    _wrap(Table, "query", _one_partition)
    _wrap(StreamShard, "add", _changes_only)
    _wrap(DynamoDBStreamsBackend, "get_records", _bounded)
    _wrap(DynamoHandler, "transact_write_items", _remembered)
    _wrap(DynamoDBBackend, "transact_write_items", _atomic)
    _wrap(DynamoDBBackend, "update_item", _one_record)


def shape() -> str:
    """Return a short hash over the source text of every moto function that `install` relies on."""
    sources = "".join(inspect.getsource(function) for function in _PATCHED)
    return hashlib.sha256(sources.encode()).hexdigest()[:16]


def _wrap(owner: type, name: str, wrapper: Callable[[Callable[..., Any]], Any]) -> None:
    setattr(owner, name, wrapper(getattr(owner, name)))


def _locked(call_action: Callable[[BaseResponse], Any]) -> Callable[[BaseResponse], Any]:
    @functools.wraps(call_action)
    def locked(self: BaseResponse) -> Any:
        with lock:
            return call_action(self)

    return locked


def _atomic(transact: Callable[..., None]) -> Callable[..., None]:
    """All or nothing, undoing only the items that the transaction touches."""

    @functools.wraps(transact)
    def atomic(self: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
        with lock, _undone(self, _touched(self, transact_items)):
            transact(self, transact_items)

    return atomic


def _one_record(update: Callable[..., Any]) -> Callable[..., Any]:
    """An update that makes an item is one INSERT; one that fails leaves no half item."""

    @functools.wraps(update)
    def one_record(
        self: DynamoDBBackend, table_name: str, key: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        with lock, _undone(self, [(self.get_table(table_name), key)]) as lengths:
            item = update(self, table_name, key, *args, **kwargs)
            for shard, length in lengths.items():
                del shard.items[length:-1]
                for record in shard.items[length:]:
                    sequence = str(shard.starting_sequence_number + length)
                    record.record["dynamodb"]["SequenceNumber"] = sequence
            return item

    return one_record


def _bounded(get_records: Callable[..., Any]) -> Callable[..., Any]:
    """Open iterators are forgotten in the order they were made; moto keeps them all."""

    @functools.wraps(get_records)
    def bounded(self: DynamoDBStreamsBackend, *args: Any, **kwargs: Any) -> Any:
        while len(self.shard_iterators) > ITERATORS_KEPT:
            del self.shard_iterators[next(iter(self.shard_iterators))]
        return get_records(self, *args, **kwargs)

    return bounded


def _changes_only(add: Callable[..., None]) -> Callable[..., None]:
    """A write that changes nothing leaves no stream record.

    Nor does one that no filter of `heard` lets through: handing out what all readers of a busy
    table drop would take most of the machine.
    """

    @functools.wraps(add)
    def changes_only(self: StreamShard, old: Any, new: Any) -> None:
        if old is not None and new is not None and old == new:
            return
        add(self, old, new)
        patterns = heard.get(self.table.name)
        if patterns and not any(matches(one, self.items[-1].to_json()) for one in patterns):
            self.items.pop()

    return changes_only


def _one_partition(query: Callable[..., Any]) -> Callable[..., Any]:
    """A query of the table itself looks at its partition only; moto walks through every item."""

    @functools.wraps(query)
    def one_partition(self: Table, hash_key: Any, *args: Any, **kwargs: Any) -> Any:
        index_name = args[6] if len(args) > 6 else kwargs.get("index_name")
        if hash_key is None or index_name is not None:
            return query(self, hash_key, *args, **kwargs)
        with lock:
            whole: Any = self.items
            self.items = {hash_key: whole[hash_key]} if hash_key in whole else {}  # type: ignore[assignment]
            try:
                return query(self, hash_key, *args, **kwargs)
            finally:
                self.items = whole

    return one_partition


def _remembered(transact: Callable[..., Any]) -> Callable[..., Any]:
    """The same token with the same body is a success that does nothing, for ten minutes."""

    @functools.wraps(transact)
    def remembered(self: DynamoHandler) -> Any:
        token = self.body.get("ClientRequestToken")
        if not token:
            return transact(self)
        # On the backend, so that a reset of moto forgets the tokens with the tables.
        seen: dict[str, tuple[float, str]] = self.dynamodb_backend.__dict__.setdefault("tokens", {})
        body = json.dumps(self.body["TransactItems"], sort_keys=True, default=repr)
        digest, now = hashlib.sha256(body.encode()).hexdigest(), time.monotonic()
        for old in [t for t, (at, _) in seen.items() if now - at > TOKEN_LIFETIME]:
            del seen[old]
        if token in seen:
            if seen[token][1] != digest:
                raise JsonRESTError(TOKEN_MISMATCH, "The token was used with other parameters.")
            return ActionResult({"ConsumedCapacity": [], "ItemCollectionMetrics": {}})
        result = transact(self)
        seen[token] = (now, digest)
        return result

    return remembered


def _touched(
    backend: DynamoDBBackend, transact_items: Iterable[dict[str, Any]]
) -> Iterator[tuple[Table, dict[str, Any]]]:
    for item in transact_items:
        for operation in item.values():
            table = backend.tables.get(operation.get("TableName", ""))
            if table is not None:
                yield table, operation.get("Key") or operation.get("Item", {})


@contextmanager
def _undone(
    backend: DynamoDBBackend, touched: Iterable[tuple[Table, dict[str, Any]]]
) -> Iterator[dict[StreamShard, int]]:
    """Put touched items and streams back when the block raises; yield the streams' lengths."""
    before: list[tuple[Table, Any, Any, Any]] = []
    lengths: dict[StreamShard, int] = {}
    for table, key in touched:
        if set(table.table_key_attrs) <= set(key):
            hash_key, range_key = backend.get_keys_value(table, key)
            item = copy.deepcopy(table.get_item(hash_key, range_key))
            before.append((table, hash_key, range_key, item))
        if table.stream_shard is not None:
            lengths[table.stream_shard] = len(table.stream_shard.items)
    try:
        yield lengths
    except Exception:
        for table, hash_key, range_key, item in before:
            partition: dict[Any, Any] = table.items if range_key is None else table.items[hash_key]
            where = hash_key if range_key is None else range_key
            if item is None:
                partition.pop(where, None)
            else:
                partition[where] = item
        for shard, length in lengths.items():
            del shard.items[length:]
        raise
