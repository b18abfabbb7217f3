"""What a call costs, by DynamoDB's published rules for on-demand tables, from the items themselves.

Rules: Amazon DynamoDB developer guide, "DynamoDB Item sizes and formats", "DynamoDB read and write
operations" and "Using Global Secondary Indexes". Items are in wire format: {"PK": {"S": "…"}, …}.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

Item = Mapping[str, Any]

WRITE_BLOCK = 1_024
READ_BLOCK = 4_096


class Index(NamedTuple):
    """A global secondary index with projection KEYS_ONLY: its name, its own key attributes, and
    all attributes of an entry (the table's keys too)."""

    name: str
    key: tuple[str, ...]
    projected: tuple[str, ...]


def item_bytes(item: Item) -> int:
    """Return the size of an item: UTF-8 bytes of the names, and the values."""
    return sum(_text_bytes(name) + _value_bytes(value) for name, value in item.items())


def write_units(old: Item | None, new: Item | None, *, transaction: bool = False) -> int:
    """Return the write request units of one write without its indexes.

    The larger of the two items counts, in started KB and at least one; twice in a transaction.
    """
    size = max(item_bytes(item or {}) for item in (old, new))
    return _started(size, WRITE_BLOCK) * (2 if transaction else 1)


def index_entry(index: Index, item: Item | None) -> Item:
    """Return an item's entry in an index; {} where it lacks a key attribute, so has none."""
    if item is None or not set(index.key) <= item.keys():
        return {}
    return {name: item[name] for name in index.projected}


def index_units(index: Index, old: Item | None, new: Item | None) -> int:
    """Return the write request units of one index for one write: 0 when its entry stays as it is.

    An entry that is made or removed costs its started KB; one whose key changes, both.
    """
    before, after = index_entry(index, old), index_entry(index, new)
    if before == after:
        return 0
    return sum(_started(item_bytes(one), WRITE_BLOCK) for one in (before, after) if one)


def read_units(bytes_read: int, *, consistent: bool) -> float:
    """Return the read request units of one item or of one page of a query: half when eventual."""
    return _started(bytes_read, READ_BLOCK) * (1.0 if consistent else 0.5)


def indexes(table: Mapping[str, Any]) -> tuple[Index, ...]:
    """Return the indexes that a table's CloudFormation properties declare.

    Raises ValueError for a projection other than KEYS_ONLY, which is counted here in no way.
    """
    own = _names(table["KeySchema"])
    found = []
    for declared in table.get("GlobalSecondaryIndexes", ()):
        if declared["Projection"]["ProjectionType"] != "KEYS_ONLY":
            raise ValueError(f"Index {declared['IndexName']} is not KEYS_ONLY; count it here too.")
        key = _names(declared["KeySchema"])
        found.append(Index(declared["IndexName"], key, tuple(dict.fromkeys(key + own))))
    return tuple(found)


def _names(schema: Iterable[Mapping[str, str]]) -> tuple[str, ...]:
    return tuple(part["AttributeName"] for part in schema)


def _value_bytes(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    if kind == "S":
        return _text_bytes(content)
    if kind == "B":
        return len(content)
    if kind == "N":
        return _number_bytes(content)
    if kind in {"BOOL", "NULL"}:
        return 1
    if kind == "M":
        return 3 + item_bytes(content) + len(content)
    if kind == "L":
        return 3 + sum(map(_value_bytes, content)) + len(content)
    raise ValueError(f"Attribute type {kind} is not counted here; add its rule.")


def _number_bytes(number: str) -> int:
    """A byte for two significant digits, one more, and one for a minus sign."""
    digits = number.lower().partition("e")[0].replace(".", "").lstrip("-").strip("0")
    return -(-len(digits) // 2) + 1 + number.startswith("-")


def _text_bytes(text: str) -> int:
    return len(text.encode())


def _started(size: int, block: int) -> int:
    return max(1, -(-size // block))
