"""Every DynamoDB call of a client, with the items as they were before and after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Write:
    """One item that a call wrote, or tried to. What a refused write would have stored is `new`."""

    operation: str
    table: str
    old: Item | None
    new: Item | None
    transaction: bool
    refused: bool


@dataclass(frozen=True, slots=True)
class Call:
    """One call: during which step, its operation, what was asked, what came back, what it wrote."""

    step: str
    operation: str
    request: dict[str, Any]
    answer: dict[str, Any]
    writes: tuple[Write, ...]


@contextmanager
def recorded(client: Any, observer: Any, step: Callable[[], str]) -> Iterator[list[Call]]:
    """Record the calls of a client during the block.

    `observer` is another client of the same tables, through which the items are read; `step` is
    asked at each call which step it belongs to.
    """
    calls: list[Call] = []

    def before(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        context["before"] = [_stored(observer, *_place(action)) for action in _actions(params)]
        context["request"] = params

    def after(model: Any, parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        request, refused = context["request"], "Error" in parsed
        writes = tuple(
            _write(observer, model.name, action, old, refused)
            for action, old in zip(_actions(request), context["before"], strict=True)
        )
        calls.append(Call(step(), model.name, request, parsed, writes))

    client.meta.events.register("provide-client-params.dynamodb", before)
    client.meta.events.register("after-call.dynamodb", after)
    try:
        yield calls
    finally:
        client.meta.events.unregister("provide-client-params.dynamodb", before)
        client.meta.events.unregister("after-call.dynamodb", after)


def _actions(request: dict[str, Any]) -> list[dict[str, Any]]:
    """The writes in a request: of a transaction all, else the request itself unless it reads."""
    if "TransactItems" in request:
        return [action for one in request["TransactItems"] for action in one.values()]
    writes = "Item" in request or "UpdateExpression" in request
    return [request] if writes else []


def _write(
    observer: Any, operation: str, action: dict[str, Any], old: Item | None, refused: bool
) -> Write:
    table, key = _place(action)
    new = action.get("Item", old) if refused else _stored(observer, table, key)
    return Write(operation, table, old, new, operation == "TransactWriteItems", refused)


def _place(action: dict[str, Any]) -> tuple[str, Item]:
    named = action.get("Key") or action["Item"]
    return action["TableName"], {name: named[name] for name in ("PK", "SK")}


def _stored(observer: Any, table: str, key: Item) -> Item | None:
    found: Item | None = observer.get_item(TableName=table, Key=key).get("Item")
    return found
