"""A value of ours in one attribute of an item: its JSON, without what is as it is by default."""

from __future__ import annotations

from collections.abc import Hashable
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from northstar.store.items import Item


def told_item(value: Any) -> Item:
    """Return the attribute that holds a value, a dataclass."""
    return {"told": _adapter(value.__class__).dump_json(value, exclude_defaults=True).decode()}


def read_item(kind: Any, item: Item) -> Any:
    """Return the value of a kind that an item holds."""
    return _adapter(kind).validate_json(item["told"])


@cache
def _adapter(kind: Hashable) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
